"""How a year's parties divide their parts, member by member, and what there is to say of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from budgets import sentences, weights
from budgets.keys import NO_KEY, Key, Keys, worded
from budgets.models import Basis
from budgets.sentences import Sentence
from budgets.years import MemberRow, PartyRow, YearSummary
from finsam import money


@dataclass(frozen=True, slots=True)
class Share:
    """How one member's krona was computed, öre. ``weight`` is None where the key leaves the member out.

    ``exact``: its part of what the party is called for, before rounding; ``extra``: the öre that it got
    above it. Both None when there is nothing to divide yet, or it was not divided so.
    """

    row: MemberRow
    weight: int | None
    exact: Fraction | None
    extra: int | None
    is_lowest: bool

    @property
    def exact_text(self) -> str:
        """The exact part in kronor with hundredths of an öre; empty when there is none."""
        return "" if self.exact is None else weights.exact_kr(self.exact)


@dataclass(frozen=True, slots=True)
class Split:
    """One party of several paying members, and how its part is divided among them."""

    row: PartyRow
    key: Key
    shares: tuple[Share, ...]

    @property
    def whole(self) -> int:
        """All weights together."""
        return sum(share.weight or 0 for share in self.shares)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The members that the key does not weigh."""
        return tuple(share.row.name for share in self.shares if share.weight is None)

    @property
    def exact_text(self) -> str:
        """The exact parts together, which are what the party is called for; empty when it was not divided."""
        called = self.row.called.amount
        return "" if called is None or self.extra is None else weights.exact_kr(Fraction(called))

    @property
    def sum_in_words(self) -> str:
        """All weights together in the basis' own words; per cent of the whole budget are said to be so."""
        said = "" if self.left_out else self.in_words(self.whole)
        if said and self.key.basis == Basis.PERCENT and self.whole == self.row.weight * weights.WHOLE:
            return _("%(sum)s av hela budgeten") % {"sum": said}
        return said

    @property
    def extra(self) -> int | None:
        """The öre left over by the rounding, None when it was not divided so."""
        extras = [share.extra for share in self.shares if share.extra is not None]
        return sum(extras) if len(extras) == len(self.shares) else None

    def in_words(self, weight: int | None) -> str:
        """A weight, or their sum, in the words of the key's own basis; empty where there is none."""
        if weight is None or self.key.is_none:
            return ""
        return worded(self.key.basis, weight)

    def part_of(self, weight: int | None) -> str:
        """A weight's part of the party's, in per cent."""
        return money.percent(weight, self.whole, 2) if weight is not None and self.whole else ""


def splits(summary: YearSummary, keys: Keys) -> tuple[Split, ...]:
    """The parties that have several paying members in the year, with each member's part."""
    several = (row for row in summary.parties if len(_paying(row)) > 1)
    return tuple(_split(row, keys.get((summary.year, row.party), NO_KEY)) for row in several)


def _paying(row: PartyRow) -> list[MemberRow]:
    return [member for member in row.members if member.member.pays]


def _split(row: PartyRow, key: Key) -> Split:
    """One party's members with their weights: the key's, or without one their commitments."""
    paying = _paying(row)
    present = {
        each.member.pk: key.weights[each.member.pk] for each in paying if each.member.pk in key.weights
    }
    if key.is_readable and not any(present.values()):
        key = NO_KEY
    offers = {each.member.pk: each.offered.amount for each in paying}
    weighed = offers if key.is_none else {member: present.get(member) for member in offers}
    lowest = _lowest(row, paying, weighed) if not key.is_none else frozenset()
    parts = _parts(row, paying, weighed)
    return Split(
        row,
        key,
        tuple(
            Share(each, weighed[each.member.pk], *parts[each.member.pk], each.member.pk in lowest)
            for each in paying
        ),
    )


def _lowest(row: PartyRow, paying: list[MemberRow], weighed: Mapping[int, int | None]) -> frozenset[int]:
    """Who is lowest against the key: those the rule names, or by their own amounts when others set the cap.

    Nobody where all are as low.
    """
    found = frozenset(each.member.pk for each in paying if each.caps)
    known = {
        each.member.pk: (each.offered.amount, weight)
        for each in paying
        if each.offered.amount is not None and (weight := weighed[each.member.pk]) is not None
    }
    if not found and len(known) == len(paying):
        offers, key = ({member: pair[place] for member, pair in known.items()} for place in (0, 1))
        found = weights.lowest(offers, key)
    return found if len(found) < len(paying) else frozenset()


def _parts(
    row: PartyRow, paying: list[MemberRow], weighed: Mapping[int, int | None]
) -> dict[int, tuple[Fraction | None, int | None]]:
    """Each member's exact part and the öre it got above it; none when the called amounts are not that."""
    nothing: dict[int, tuple[Fraction | None, int | None]] = dict.fromkeys(weighed, (None, None))
    known = {member: weight for member, weight in weighed.items() if weight is not None}
    whole = sum(known.values())
    if row.called.amount is None or len(known) < len(weighed) or not whole:
        return nothing
    parts: dict[int, tuple[Fraction | None, int | None]] = {}
    for each in paying:
        exact = weights.exact_part(row.called.amount, known[each.member.pk], whole)
        extra = (each.called.amount or 0) - math.floor(exact)
        if extra not in (0, 1):
            return nothing
        parts[each.member.pk] = (exact, extra)
    return parts


_DIVIDED = {
    Basis.INHABITANTS: gettext_noop(
        "{parties} betalar {called} tillsammans och delar dem efter antalet invånare."
    ),
    Basis.PERCENT: gettext_noop(
        "{parties} betalar {called} tillsammans och delar dem efter överenskomna procenttal."
    ),
    Basis.AMOUNT: gettext_noop(
        "{parties} betalar {called} tillsammans och delar dem i proportion till överenskomna belopp."
    ),
    Basis.WEIGHT: gettext_noop(
        "{parties} betalar {called} tillsammans och delar dem efter överenskomna vikter."
    ),
    Basis.COMMITMENTS: gettext_noop(
        "{parties} betalar {called} tillsammans. Ingen nyckel är överenskommen, så de delar dem i proportion "
        "till sina åtaganden."
    ),
}
_LOWEST = gettext_noop(
    "{members} ligger lägst mot nyckeln och sätter taket för {party}, som räcker till en budget på {carries}."
)


def told(split: Split) -> list[Sentence]:
    """How the party divides its part, and who of its members sets its cap."""
    if split.row.called.amount is None:
        return []
    figures = {"called": money.in_kronor(split.row.called.amount)}
    basis = Basis.COMMITMENTS if split.key.is_none else Basis(split.key.basis or Basis.WEIGHT)
    found = [Sentence(_DIVIDED[basis], figures, {"parties": split.row.name})]
    lowest = [share.row.name for share in split.shares if share.is_lowest]
    if lowest and split.row.carries is not None:
        figures = {"members": sentences.listed(lowest), "carries": money.in_kronor(split.row.carries)}
        found.append(Sentence(_LOWEST, figures, {"party": sentences.in_sentence(split.row)}))
    return found


def obstacles(split: Split) -> list[str]:
    """What is wrong with the key as it stands: members it leaves out, per cent that no longer add up."""
    if split.key.is_none or not split.key.is_readable:
        return []
    party = sentences.in_sentence(split.row)
    if split.left_out:
        names = sentences.listed(split.left_out)
        return [
            _("Nyckeln för %(party)s saknar vikt för %(names)s. Taket kan inte räknas ut förrän den har en.")
            % {"party": party, "names": names}
        ]
    if split.key.basis != Basis.PERCENT or _adds_up(split):
        return []
    return [
        _("Procenttalen för %(party)s blir %(sum)s tillsammans, och delarna räknas i proportion till dem.")
        % {"party": party, "sum": weights.percent(split.whole)}
    ]


def _adds_up(split: Split) -> bool:
    return weights.makes_whole((share.weight or 0 for share in split.shares), split.row.weight)


def rounding(split: Split) -> str:
    """How the öre that the exact parts leave over were given out; empty when nothing was divided."""
    if split.extra is None:
        return ""
    if not split.extra:
        return _("Delarna går jämnt ut i hela ören.")
    said = ngettext(
        "Varje del räknas ner till hela ören. Det öre som blir över går till den som förlorar mest på det.",
        "Varje del räknas ner till hela ören. De %(count)s ören som blir över går, ett var, till dem som "
        "förlorar mest på det.",
        split.extra,
    )
    return said % {"count": split.extra}
