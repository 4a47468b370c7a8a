"""The equal-share rule of Finsam: the lowest contributor caps the budget.

Words: a *member* is one organisation; a *party* is the state, all regions together, or all
municipalities together. An *offer* (åtagande) is what a member is ready to pay for a year. What the
rule lets it pay is *called* (medlemsbidrag); the rest of the offer stays *unused*.

5 § lag (2003:1210): the state pays half, the regions a quarter, the municipalities a quarter.
5 a § first paragraph: where no region takes part, state and municipality pay half each.

    offered:  state 24 mnkr, region 8 mnkr, municipality 12 mnkr
    carries:  state 48,      region 32,     municipality 48        (offer / weight)
    total:    32 mnkr, the lowest;  called 16 + 8 + 8

Amounts are whole öre. Every weight is kept exactly, so a total is a multiple of 4 öre (of 2 without a
region). This module imports only the standard library and ``finsam.money``.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from finsam import money

Keys = Mapping["Party", Mapping[Hashable, int]]


class Party(StrEnum):
    """Those who share the cost. Försäkringskassan pays the state's whole half (4 §)."""

    STATE = "state"
    REGIONS = "regions"
    MUNICIPALITIES = "municipalities"


# How many equal parts of the total each party pays: 5 § and 5 a § lag (2003:1210).
PARTS_WITH_REGION = {Party.STATE: 2, Party.REGIONS: 1, Party.MUNICIPALITIES: 1}
PARTS_WITHOUT_REGION = {Party.STATE: 1, Party.MUNICIPALITIES: 1}


class RuleError(ValueError):
    """Input that the rule cannot be applied to. The message says what and which value."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What ``member`` (any hashable, a membership) offers for a year on behalf of ``party``.

    ``amount`` is whole öre, 0 or more: 0 is an offer of nothing and makes the total 0, which is not
    the same as not being a member. Raises RuleError for anything else.
    """

    member: Hashable
    party: Party
    amount: int

    def __post_init__(self) -> None:
        _refuse_unless_whole(self.amount, f"The offer of {self.member!r}")
        try:
            object.__setattr__(self, "party", Party(self.party))
        except ValueError:
            known = ", ".join(Party)
            raise RuleError(f"Unknown party {self.party!r} for {self.member!r}. Known: {known}.") from None


@dataclass(frozen=True, slots=True)
class MemberShare:
    """One member's part: offered and called, in öre."""

    party: Party
    offered: int
    called: int

    @property
    def unused(self) -> int:
        """Öre offered but not called."""
        return self.offered - self.called


@dataclass(frozen=True, slots=True)
class PartyShare:
    """One party's part, in öre. ``carries`` is the total that its offer alone would suffice for."""

    weight: Fraction
    offered: int
    called: int
    carries: int

    @property
    def unused(self) -> int:
        """Öre offered but not called."""
        return self.offered - self.called


@dataclass(frozen=True, slots=True)
class EqualShare:
    """The outcome of the rule for one year, in öre.

    ``limiting``: the parties whose offers do not carry the next possible total; more than one is a tie.
    ``leverage``: how many kronor one krona more from the one limiting party adds to the total: 4 for
    regions or municipalities, 2 for the state or without a region, 0 in a tie, until all tied move.
    ``headroom``: how many öre of that party's the leverage holds for; then ``next_limiting`` limit too
    (empty when nobody else is waiting above).

    Under an agreed key, ``capping_members`` are those lowest against the key in the limiting parties.
    ``leverage`` and ``headroom`` then mean the party's kronor, given by the key;
    ``member_leverage`` and ``member_headroom`` mean the one capping member's own (0 in a tie).
    """

    total: int
    parties: Mapping[Party, PartyShare]
    members: Mapping[Hashable, MemberShare]
    limiting: frozenset[Party]
    leverage: int
    headroom: int
    next_limiting: frozenset[Party]
    capping_members: frozenset[Hashable] = frozenset()
    member_leverage: Fraction = Fraction(0)
    member_headroom: int = 0

    @property
    def offered(self) -> int:
        """All offers together, öre."""
        return sum(party.offered for party in self.parties.values())

    @property
    def unused(self) -> int:
        """All that was offered but not called, öre."""
        return self.offered - self.total


@dataclass(frozen=True, slots=True)
class Need:
    """What one party needs to carry a target, in öre. ``members`` is filled where a key binds them."""

    offered: int
    needed: int
    missing: int
    members: Mapping[Hashable, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Required:
    """What it takes to reach ``target`` öre. ``total`` is the lowest possible total that reaches it."""

    target: int
    total: int
    parties: Mapping[Party, Need]

    @property
    def able(self) -> frozenset[Party]:
        """The parties whose offers already carry the target."""
        return frozenset(party for party, need in self.parties.items() if not need.missing)


def equal_share(offers: Iterable[Offer], keys: Keys | None = None) -> EqualShare:
    """Apply the rule: the largest total that no offer forbids, and what each is called for.

    ``offers``: one per paying member. ``keys``: for a party whose members agreed on how to split its
    part, a whole-number weight for each of its members; the member lowest against its weight then caps
    the party. Without a key the members share in proportion to their offers.

    >>> share = equal_share([Offer("FK", Party.STATE, 24_00), Offer("region", Party.REGIONS, 8_00),
    ...                      Offer("city", Party.MUNICIPALITIES, 12_00)])
    >>> share.total, [str(party) for party in share.limiting], share.leverage, share.headroom
    (3200, ['regions'], 4, 400)

    Raises RuleError when the state or the municipalities are missing, when a member stands twice, or
    when a key names a stranger or leaves a member out.
    Source: 5 § and 5 a § lag (2003:1210).
    """
    offered = _by_party(offers)
    weights = _checked_keys(keys, offered)
    parts = _parts(offered)
    capacities = {party: _capacity(offered[party], weights.get(party)) for party in parts}
    # A party's step is the öre that each equal part could be, if that party alone decided.
    steps = {party: capacities[party] // parts[party] for party in parts}
    step = min(steps.values())
    limiting = frozenset(party for party in parts if steps[party] == step)
    next_step = min((steps[party] for party in parts if party not in limiting), default=step)
    all_parts = sum(parts.values())
    parties = {
        party: PartyShare(
            weight=Fraction(parts[party], all_parts),
            offered=sum(offered[party].values()),
            called=step * parts[party],
            carries=steps[party] * all_parts,
        )
        for party in parts
    }
    capping = {
        party: _capping(offered[party], weights.get(party), parts[party] * (step + 1)) for party in limiting
    }
    only = next(iter(limiting)) if len(limiting) == 1 else None
    member_leverage, member_headroom = _member_leverage(only, offered, weights, parts, capping, next_step)
    return EqualShare(
        total=step * all_parts,
        parties=parties,
        members={
            member: MemberShare(party, offered[party][member], called)
            for party in parts
            for member, called in _called(offered[party], weights.get(party), parties[party].called).items()
        },
        limiting=limiting,
        leverage=all_parts // parts[only] if only else 0,
        headroom=next_step * parts[only] - capacities[only] if only else 0,
        next_limiting=frozenset(
            party for party in parts if party not in limiting and steps[party] == next_step
        ),
        capping_members=frozenset().union(*capping.values()),
        member_leverage=member_leverage,
        member_headroom=member_headroom,
    )


def required(offers: Iterable[Offer], target: int, keys: Keys | None = None) -> Required:
    """Say what each party must add for the total to reach ``target`` öre, and which already carry it.

    Totals come in multiples of 4 öre (2 without a region), so the lowest total at or above the target
    is what is computed. Raises RuleError like ``equal_share``, and for a target that is not whole öre.

    >>> offers = [Offer("FK", Party.STATE, 24_00), Offer("region", Party.REGIONS, 8_00),
    ...           Offer("city", Party.MUNICIPALITIES, 12_00)]
    >>> required(offers, 48_00).parties[Party.REGIONS].missing
    400
    """
    _refuse_unless_whole(target, "The target")
    offered = _by_party(offers)
    weights = _checked_keys(keys, offered)
    parts = _parts(offered)
    all_parts = sum(parts.values())
    step = -(-target // all_parts)
    return Required(
        target=target,
        total=step * all_parts,
        parties={party: _need(offered[party], weights.get(party), step * parts[party]) for party in parts},
    )


def parts_of(present: Iterable[str]) -> dict[Party, int]:
    """How many equal parts of the total each party pays, given the parties that have members.

    >>> [*parts_of([Party.STATE, Party.REGIONS, Party.MUNICIPALITIES]).values()]
    [2, 1, 1]
    """
    return dict(PARTS_WITH_REGION if Party.REGIONS in set(present) else PARTS_WITHOUT_REGION)


def party_weights(present: Iterable[str]) -> dict[Party, Fraction]:
    """The share of the total that each party pays, given the parties that have members.

    >>> [str(weight) for weight in party_weights([Party.STATE, Party.MUNICIPALITIES]).values()]
    ['1/2', '1/2']
    """
    parts = parts_of(present)
    whole = sum(parts.values())
    return {party: Fraction(count, whole) for party, count in parts.items()}


def _parts(offered: Mapping[Party, object]) -> dict[Party, int]:
    """The equal parts of the total that each party present pays: 2/1/1, or 1/1 without a region."""
    parts = parts_of(offered)
    missing = [party for party in parts if party not in offered]
    if missing:
        raise RuleError(
            f"No offer from: {', '.join(missing)}. The rule needs the state and the municipalities."
        )
    return parts


def _refuse_unless_whole(amount: object, what: str, unit: str = "öre") -> None:
    """Refuse everything but a whole number of öre, 0 or more. True is an int in Python, not money."""
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise RuleError(f"{what} must be whole {unit}, not {amount!r}.")
    if amount < 0:
        raise RuleError(f"{what} must be 0 {unit} or more, not {amount}.")


def _by_party(offers: Iterable[Offer]) -> dict[Party, dict[Hashable, int]]:
    """Offers by party and member, in an order that does not depend on how they were given."""
    listed = sorted(offers, key=lambda offer: repr(offer.member))
    twice = [member for member, times in Counter(offer.member for offer in listed).items() if times > 1]
    if twice:
        raise RuleError(f"More than one offer from {twice[0]!r}. Give each membership once.")
    offered: dict[Party, dict[Hashable, int]] = {}
    for offer in listed:
        offered.setdefault(offer.party, {})[offer.member] = offer.amount
    return offered


def _checked_keys(
    keys: Keys | None, offered: Mapping[Party, Mapping[Hashable, int]]
) -> dict[Party, Mapping[Hashable, int]]:
    """The keys by party, refused unless each weighs exactly the members of its party."""
    checked: dict[Party, Mapping[Hashable, int]] = {}
    for party, weights in (keys or {}).items():
        if party not in offered:
            raise RuleError(f"A key for {party!r}, which has no member that offers.")
        party = Party(party)
        strangers = sorted(map(repr, weights.keys() - offered[party].keys()))
        left_out = sorted(map(repr, offered[party].keys() - weights.keys()))
        if strangers:
            raise RuleError(f"The key for {party} names {strangers[0]}, which offers nothing for it.")
        if left_out:
            raise RuleError(f"The key for {party} leaves out {left_out[0]}.")
        for member, weight in weights.items():
            _refuse_unless_whole(weight, f"The weight of {member!r}", unit="parts")
        if not sum(weights.values()):
            raise RuleError(f"The weights of the key for {party} are all 0.")
        checked[party] = weights
    return checked


def _member_capacity(offer: int, weight: int, all_weights: int) -> int | None:
    """The whole öre that a party could pay before this member's key share exceeds its offer.

    None, no bound, for a member of weight 0. Exact, then rounded down: offers of 1 and 2 öre with equal
    weights carry 2, never a 3 that only rounding could hide.
    """
    return offer * all_weights // weight if weight else None


def _bounds(offers: Mapping[Hashable, int], weights: Mapping[Hashable, int]) -> dict[Hashable, int]:
    """Each bounding member's capacity for its party, öre."""
    everyone = sum(weights.values())
    bounds = {member: _member_capacity(offers[member], weights[member], everyone) for member in offers}
    return {member: bound for member, bound in bounds.items() if bound is not None}


def _capacity(offers: Mapping[Hashable, int], weights: Mapping[Hashable, int] | None) -> int:
    """The most that a party could pay, öre: its offers together, or what its key allows."""
    return sum(offers.values()) if weights is None else min(_bounds(offers, weights).values())


def _capping(
    offers: Mapping[Hashable, int], weights: Mapping[Hashable, int] | None, wanted: int
) -> frozenset[Hashable]:
    """The members of a keyed party that cannot follow it to ``wanted`` öre."""
    if weights is None:
        return frozenset()
    return frozenset(member for member, bound in _bounds(offers, weights).items() if bound < wanted)


def _called(
    offers: Mapping[Hashable, int], weights: Mapping[Hashable, int] | None, called: int
) -> dict[Hashable, int]:
    """Divide a party's called amount among its members, by key or in proportion to their offers.

    Nobody is called above the offer: an exact share is at most the offer, which is whole, so the share
    rounded up is too.
    """
    if not called:
        return dict.fromkeys(offers, 0)
    shares = offers if weights is None else {member: weights[member] for member in offers}
    return dict(zip(offers, money.split(called, list(shares.values())), strict=True))


def _member_leverage(
    only: Party | None,
    offered: Mapping[Party, Mapping[Hashable, int]],
    weights: Mapping[Party, Mapping[Hashable, int]],
    parts: Mapping[Party, int],
    capping: Mapping[Party, frozenset[Hashable]],
    next_step: int,
) -> tuple[Fraction, int]:
    """The one capping member's own leverage and headroom, both 0 when no one member decides."""
    if only is None or only not in weights or len(capping[only]) != 1:
        return Fraction(0), 0
    (member,) = capping[only]
    weight, everyone = weights[only][member], sum(weights[only].values())
    others = [bound for other, bound in _bounds(offered[only], weights[only]).items() if other != member]
    reach = min([next_step * parts[only], *others])
    leverage = Fraction(sum(parts.values()) * everyone, parts[only] * weight)
    return leverage, max(0, -(-reach * weight // everyone) - offered[only][member])


def _need(offers: Mapping[Hashable, int], weights: Mapping[Hashable, int] | None, needed: int) -> Need:
    """What a party (and, under a key, each member) lacks of ``needed`` öre."""
    offered = sum(offers.values())
    if weights is None:
        return Need(offered, needed, max(0, needed - offered))
    everyone = sum(weights.values())
    lacking = {member: max(0, -(-needed * weights[member] // everyone) - offers[member]) for member in offers}
    return Need(offered, needed, sum(lacking.values()), lacking)
