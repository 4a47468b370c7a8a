"""What if: a year's budget with other commitments. Nothing here is ever written to the ledger.

A scenario is the year's own members and keys with other offers; the same rule makes the same shapes of it as
of the ledger, so that every sentence, chart and table says of a scenario what it says of a budget.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from budgets import queries, rules
from budgets.ledger import Balance, Cell
from budgets.models import Account
from budgets.rules import Offer, Party, Required
from budgets.years import PartyRow, YearBudget
from finsam import money
from members.models import Member


@dataclass(frozen=True, slots=True)
class Scenario:
    """What each member is thought to commit, öre by the member's pk; who is left out is not known.

    ``floors``: the least that a party is thought to have to commit, öre (lägstanivå: a wish put forward by
    members, not law).
    """

    offers: Mapping[int, int]
    floors: Mapping[Party, int] = field(default_factory=dict)


def as_it_is(budget: YearBudget) -> Scenario:
    """The commitments that the budget rests on."""
    rows = (row for party in budget.summary.parties for row in party.members)
    return Scenario({row.member.pk: row.offered.amount for row in rows if row.offered.amount is not None})


def paying(party: PartyRow) -> list[Member]:
    """The members of a party that pay."""
    return [row.member for row in party.members if row.member.pays]


def imagined(budget: YearBudget, scenario: Scenario) -> YearBudget:
    """The year with the scenario's commitments in place of its own; without a total while any is missing.

    What was agreed stays, so that it can be compared with.
    """
    offers = counted(budget, scenario)
    found = {
        Cell(Account.COMMITTED, budget.year, member_id=member): Balance(amount, False, 0)
        for member, amount in offers.items()
    }
    for weights in budget.keys.values():
        for member, weight in weights.items():
            found[Cell(Account.KEY, budget.year, member_id=member)] = Balance(weight, False, 0)
    members = [row.member for party in budget.summary.parties for row in party.members]
    summary, share = queries.summary_of(budget.year, None, members, found)
    summary = replace(summary, agreed=budget.summary.agreed)
    return replace(budget, summary=summary, share=share, is_working=True, notes=())


def counted(budget: YearBudget, scenario: Scenario) -> dict[int, int]:
    """Each member's offer, öre, raised where its party's offers together are below the party's floor.

    A party is raised as a whole: in proportion to its members' offers, or under a key so far that each
    member can follow the key to the floor. A party with an offer missing is left as it is.
    """
    offers = dict(scenario.offers)
    for party in budget.summary.parties:
        floor = scenario.floors.get(party.party, 0)
        members = [member.pk for member in paying(party)]
        if any(pk not in offers for pk in members) or sum(offers[pk] for pk in members) >= floor:
            continue
        if party.party in budget.keys:
            least = followed_to(budget, party, floor)
            offers |= {pk: max(offers[pk], least[pk]) for pk in members}
        else:
            offers |= divided(budget, party, floor, offers)
    return offers


def raised(budget: YearBudget, scenario: Scenario) -> dict[Party, int]:
    """How many öre the floors add to each party that they lift."""
    after = counted(budget, scenario)
    added = {
        party.party: sum(after.get(pk, 0) - scenario.offers.get(pk, 0) for pk in _pks(party))
        for party in budget.summary.parties
    }
    return {party: amount for party, amount in added.items() if amount}


def divided(budget: YearBudget, party: PartyRow, amount: int, offers: Mapping[int, int]) -> dict[int, int]:
    """A party's amount, öre, on its paying members: by its key, else in proportion to ``offers``.

    Evenly where they offer nothing. The parts always add up; a party that does not pay has none.
    """
    members = _pks(party)
    weights = [budget.keys.get(party.party, offers).get(pk, 0) for pk in members]
    if not members:
        return {}
    if not any(weights):
        weights = [1] * len(members)
    return dict(zip(members, money.split(amount, weights), strict=True))


def needs(budget: YearBudget, scenario: Scenario, target: int) -> Required | None:
    """What each party must add for a budget of ``target`` öre; None while an offer is missing."""
    if imagined(budget, scenario).share is None:
        return None
    offers = counted(budget, scenario)
    return rules.required(_offers(budget.summary.parties, offers), target, budget.keys)


def as_agreed(budget: YearBudget) -> Scenario | None:
    """Every party at its share of the agreed level; None where that is not known."""
    agreed, parties = budget.summary.agreed.amount, budget.summary.parties
    if agreed is None or not parties:
        return None
    now = as_it_is(budget).offers
    parts = rules.parts_of(party.party for party in parties)
    amounts = money.split(agreed, [parts[party.party] for party in parties])
    offers: dict[int, int] = {}
    for party, amount in zip(parties, amounts, strict=True):
        of_party = {pk: now.get(pk, 0) for pk in _pks(party)}
        if party.party in budget.keys:
            offers |= followed_to(budget, party, amount)
        elif len(of_party) == 1 or any(of_party.values()):
            offers |= divided(budget, party, amount, of_party)
        else:
            return None  # how they would divide it is not known
    return Scenario(offers)


def followed_to(budget: YearBudget, party: PartyRow, amount: int) -> dict[int, int]:
    """What each member must offer for its key to carry the party to ``amount`` öre.

    Rounded up: a member an öre short of its part would cap the party below it, and so the budget.
    """
    weights = budget.keys[party.party]
    whole = sum(weights.values())
    return {pk: -(-amount * weights.get(pk, 0) // whole) for pk in _pks(party)}


def followed(budget: YearBudget) -> Scenario | None:
    """The one limiting party raised to where the next would limit; None in a tie or without a total."""
    share = budget.share
    if share is None or not share.headroom or len(share.limiting) != 1:
        return None
    (limiting,) = share.limiting
    now = dict(as_it_is(budget).offers)
    party = next(row for row in budget.summary.parties if row.party == limiting)
    target = min(other.carries for name, other in share.parties.items() if name != limiting)
    need = rules.required(_offers(budget.summary.parties, now), target, budget.keys).parties[limiting]
    if need.members:
        return Scenario(now | {pk: now[pk] + more for pk, more in need.members.items()})
    return Scenario(now | divided(budget, party, need.needed, now))


def _offers(parties: Iterable[PartyRow], offers: Mapping[int, int]) -> list[Offer]:
    return [Offer(pk, party.party, offers[pk]) for party in parties for pk in _pks(party)]


def _pks(party: PartyRow) -> list[int]:
    return [member.pk for member in paying(party)]
