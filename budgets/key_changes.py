"""Changing a split key: reckoned before it is saved, carried to the plan years, posted.

Whoever saves a key that somebody else has changed since is told, also when they touched different members:
weights from two keys make a third that nobody agreed on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from budgets import keys, ledger, queries, sentences
from budgets.keys import NO_KEY, Key, keys_of, worded
from budgets.ledger import Balance, Cell, Change, Decision
from budgets.models import Account, Posting
from budgets.rules import Party
from budgets.years import YearSummary
from members.models import Association, Member, User


@dataclass(frozen=True, slots=True)
class KeyWish:
    """A party's key as somebody wants it, in one or several years. Without weights: no key."""

    party: Party
    years: tuple[int, ...]
    key: Key


@dataclass(frozen=True, slots=True)
class KeyConflict:
    """A key that somebody else changed after its form was shown: as it stands, and the newest posting."""

    party: Party
    year: int
    stands: Key
    posting: Posting


class KeyConflictError(Exception):
    """The wishes meet changes made since the form was shown. Nothing was posted."""

    def __init__(self, conflicts: list[KeyConflict]) -> None:
        super().__init__(f"{len(conflicts)} keys have changed since posting seen.")
        self.conflicts = conflicts


@transaction.atomic
def record_keys(
    *,
    association: Association,
    wishes: Iterable[KeyWish],
    reason: str,
    by: User,
    decision: Decision,
    seen: int,
) -> list[Posting]:
    """Make each party's key what is wished, a posting for each that changes anything; all of them or none.

    A key taken back is weights of 0. Where only the kind of the weights changes, entries of 0 say so.
    ``seen`` is the number of the newest posting when the form was shown: raises KeyConflictError for a key
    that has changed since to something else than what is wished.
    """
    wishes = list(wishes)
    ledger.lock(association)
    years = sorted({year for wish in wishes for year in wish.years})
    shown, stands = (keys_of(association, years, upto) for upto in (seen, None))
    conflicts = [
        _conflict(association, wish.party, year, now)
        for wish in wishes
        for year in wish.years
        if (now := stands.get((year, wish.party), NO_KEY)) != shown.get((year, wish.party), NO_KEY)
        and not now.says(wish.key)
    ]
    if conflicts:
        raise KeyConflictError(conflicts)
    posted = []
    for wish in wishes:
        changes = [
            change
            for year in wish.years
            for change in _changes(stands.get((year, wish.party), NO_KEY), wish.key, year)
        ]
        if changes:
            posted.append(
                ledger.post(
                    association=association,
                    changes=changes,
                    reason=reason,
                    by=by,
                    decision=decision,
                    basis=wish.key.basis,
                )
            )
    return posted


def _changes(stands: Key, wish: Key, year: int) -> list[Change]:
    """The entries that make a year's key what is wished; none when it already is."""
    if stands.says(wish):
        return []
    target = wish.weights or {member: 0 for member, weight in stands.weights.items() if weight}
    changed = {member: weight for member, weight in target.items() if stands.weights.get(member) != weight}
    return [
        Change(Cell(Account.KEY, year, member_id=member), weight - stands.weights.get(member, 0))
        for member, weight in (changed or target).items()
    ]


def _conflict(association: Association, party: Party, year: int, stands: Key) -> KeyConflict:
    """A key as it stands, with the newest posting that touched it, a reversal included."""
    posting = keys.last_posting(association, year, party)
    return KeyConflict(party, year, stands, posting)


def overtaken(conflict: KeyConflict, summary: YearSummary) -> str:
    """Tell which key somebody else saved in between, with its weights."""
    row = next(row for row in summary.parties if row.party == conflict.party)
    words = {
        "party": sentences.in_sentence(row),
        "year": conflict.year,
        "who": conflict.posting.author_name,
        "number": conflict.posting.number,
    }
    if conflict.stands.is_none:
        told = _("Medan du skrev tog %(who)s bort nyckeln för %(party)s %(year)s (verifikation %(number)s).")
        return told % words
    weighed = [
        f"{each.name} {worded(conflict.stands.basis, conflict.stands.weights[each.member.pk])}"
        for each in row.members
        if each.member.pk in conflict.stands.weights
    ]
    told = _(
        "Medan du skrev bokförde %(who)s en annan nyckel för %(party)s %(year)s (verifikation %(number)s): "
        "%(weights)s."
    )
    return told % (words | {"weights": sentences.listed(weighed)})


def reckoned(association: Association, year: int, typed: Mapping[Party, Key]) -> YearSummary:
    """The year by the rule as it stands now, with the typed keys in place of those that are posted."""
    found = ledger.balances(association, years=[year], accounts=[Account.COMMITTED, Account.KEY])
    members = queries.members_in(association, year)
    for party, key in typed.items():
        paying = [member.pk for member in members if member.pays and member.party == party]
        # One that cannot be read binds nobody yet, as one that leaves a member out.
        weighed = key.weights if key.is_readable else {paying[0]: 1}
        for member in paying:
            cell = Cell(Account.KEY, year, member_id=member)
            found.pop(cell, None)
            if member in weighed:
                found[cell] = Balance(weighed[member], False, 0)
    summary, _share = queries.summary_of(year, None, members, found)
    return summary


def plan_refusals(association: Association, year: int, wishes: Iterable[KeyWish]) -> list[str]:
    """Why a key cannot hold for other years as well: their members are not the same."""
    members = list(association.members.filter(pays=True).select_related("organisation"))
    return [
        sentence
        for wish in wishes
        if not wish.key.is_none
        for other in wish.years
        if (sentence := _difference([each for each in members if each.party == wish.party], year, other))
    ]


def _difference(members: list[Member], year: int, other: int) -> str:
    """The sentence about who joins or leaves between the two years, empty when nobody does."""
    joining = [each for each in members if each.is_in(other) and not each.is_in(year)]
    leaving = [each for each in members if each.is_in(year) and not each.is_in(other)]
    for moved, form in ((joining, _JOINS), (leaving, _LEAVES)):
        if moved:
            names = sentences.listed(each.organisation.name for each in moved)
            return _(form) % {"year": other, "names": names}
    return ""


_JOINS = gettext_noop(
    "Nyckeln kan inte gälla %(year)s: då är även %(names)s med. Skriv nyckeln för %(year)s på dess egen sida."
)
_LEAVES = gettext_noop(
    "Nyckeln kan inte gälla %(year)s: då är %(names)s inte med. Skriv nyckeln för %(year)s på dess egen sida."
)
