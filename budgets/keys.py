"""The split keys of a year: how each party's members divide its part, krona by krona.

A key is one thing: its weights and what they are. The ledger keeps the weights as entries, and the newest
posting on a party's weights says what they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext_lazy, ngettext

from budgets import ledger, weights
from budgets.ledger import Cell
from budgets.models import Account, Basis, Entry, Posting
from budgets.rules import Party
from finsam import money
from members.models import Association


@dataclass(frozen=True, slots=True)
class Key:
    """A party's key in a year: what its weights are, and each weight by membership.

    ``is_readable`` is False for one that was typed and cannot be reckoned with yet.
    """

    basis: str = Basis.COMMITMENTS
    weights: Mapping[int, int] = field(default_factory=dict)
    is_readable: bool = True

    @property
    def is_none(self) -> bool:
        """Whether there is no key: the members pay in proportion to their commitments."""
        return self.is_readable and not any(self.weights.values())

    def says(self, wish: "Key") -> bool:
        """Whether it already is what is wished; weights of members who left do not matter."""
        if wish.is_none or self.is_none:
            return wish.is_none and self.is_none
        kept = all(self.weights.get(member) == weight for member, weight in wish.weights.items())
        return kept and self.basis == wish.basis


NO_KEY = Key()
Keys = Mapping[tuple[int, Party], Key]


def keys_of(
    association: Association, years: Iterable[int], upto: int | None = None
) -> dict[tuple[int, Party], Key]:
    """Each year's keys by party, as of posting number ``upto``, in two queries. No key: not there."""
    years = list(years)
    found = ledger.balances(association, years=years, accounts=[Account.KEY], upto=upto)
    weighed: dict[tuple[int, Party], dict[int, int]] = {}
    newest: dict[tuple[int, Party], tuple[int, str]] = {}
    for entry in _entries(association, years, upto):
        place = entry.year, Party(entry.party)
        cell = Cell(Account.KEY, entry.year, member_id=entry.member_id)
        weighed.setdefault(place, {})[entry.member_id] = found[cell].amount
        newest[place] = max(newest.get(place, (0, "")), (entry.number, entry.basis))
    return {place: Key(newest[place][1], of_party) for place, of_party in weighed.items()}


class _Entry(NamedTuple):
    """The newest entry of a member's key weight, and what its posting says that the weights are."""

    year: int
    member_id: int
    party: str
    number: int
    basis: str


def _entries(association: Association, years: Iterable[int], upto: int | None = None) -> list[_Entry]:
    """The newest entry for each member that has a key weight in the years, as of ``upto``, in one query."""
    entries = Entry.objects.filter(association=association, account=Account.KEY, year__in=list(years))
    newest = ledger.effective(entries, upto=upto).order_by("year", "member_id", "-posting__number")
    rows = newest.distinct("year", "member_id").values_list(
        "year", "member_id", "member__party", "posting__number", "posting__basis"
    )
    return [_Entry(*row) for row in rows]


def last_posting(association: Association, year: int, party: str) -> Posting:
    """The newest posting that touched the party's key for the year."""
    entries = Entry.objects.filter(association=association, account=Account.KEY, year=year)
    return entries.filter(member__party=party).select_related("posting").latest("posting__number").posting


# What heads a column of weights that have a unit.
HEADINGS = {
    Basis.INHABITANTS: gettext_lazy("Invånare"),
    Basis.PERCENT: gettext_lazy("Procent"),
    Basis.AMOUNT: gettext_lazy("Belopp"),
}


def worded(basis: str, weight: int) -> str:
    """A weight as its own kind: "34 512 invånare", "10,4 %", "26 000 kr", or a bare number."""
    if basis == Basis.INHABITANTS:
        return ngettext("%(count)s invånare", "%(count)s invånare", weight) % {"count": money.grouped(weight)}
    if basis == Basis.PERCENT:
        return f"{weights.percent(weight)}{money.NO_BREAK_SPACE}%"
    return money.in_kronor(weight) if basis == Basis.AMOUNT else money.grouped(weight)
