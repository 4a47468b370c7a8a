"""How many inhabitants aged 16-64 the member municipalities had on the last day of a year.

The counts are facts in the ledger, people and not öre, each with the posting that it rests on. They belong
to no version of a budget and are read as of now. A year of the budget is measured against the newest day,
at or before the year's end, on which every one of its municipalities has been counted: one day, never some
municipalities as of one day and some as of another.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from budgets import ledger
from budgets.ledger import Cell
from budgets.models import FIRST_YEAR, Account, Posting
from finsam import money
from finsam.money import Figure
from members.models import Association, Member, Party


@dataclass(frozen=True, slots=True)
class Count:
    """One municipality's inhabitants at the end of a year, and the newest posting that says so."""

    member: Member
    people: Figure
    number: int
    source: str


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """The municipalities' inhabitants on 31 December of ``year``, in the association's own order."""

    year: int
    counts: tuple[Count, ...]

    @property
    def day(self) -> dt.date:
        """The day of which the counts are."""
        return day_of(self.year)

    @property
    def people(self) -> Figure:
        """All of them together."""
        return money.total(count.people for count in self.counts)


# Each municipality's count by the year at whose end it was made.
Counts = Mapping[int, Mapping[int, Count]]


def day_of(year: int) -> dt.date:
    """The day that a year's count is of."""
    return dt.date(year, 12, 31)


def newest_year(today: dt.date) -> int:
    """The last year whose 31 December has come."""
    return today.year if today == day_of(today.year) else today.year - 1


def municipalities(members: Iterable[Member]) -> list[Member]:
    """Those of the members that are so as a municipality, not as a municipality's region (5 a §)."""
    return [member for member in members if member.party == Party.MUNICIPALITIES]


def counts_of(association: Association, upto: int | None = None) -> Counts:
    """Every count that has been posted, as of posting number ``upto``, in three queries."""
    found = ledger.balances(association, accounts=[Account.INHABITANTS], upto=upto)
    numbers = {balance.number for balance in found.values()}
    postings = Posting.objects.filter(association=association, number__in=numbers)
    sources = dict(postings.values_list("number", "source"))
    members = {member.pk: member for member in association.members.select_related("organisation")}
    counts: dict[int, dict[int, Count]] = defaultdict(dict)
    for cell, balance in found.items():
        member = members[cell.member_id or 0]
        number = balance.number
        counts[cell.year][member.pk] = Count(member, balance.figure, number, sources[number])
    return counts


def newest(counts: Counts, members: Sequence[Member], year: int) -> Inhabitants | None:
    """The municipalities among ``members`` on the newest day, at or before the end of ``year``, that has all.

    None when there is no such day, or no municipality among them.
    """
    wanted = municipalities(members)
    for counted in sorted(counts, reverse=True) if wanted else ():
        of_day = counts[counted]
        if counted <= year and all(member.pk in of_day for member in wanted):
            return Inhabitants(counted, tuple(of_day[member.pk] for member in wanted))
    return None


def cell_of(member: Member, year: int) -> Cell:
    """Where a municipality's count at the end of ``year`` stands in the ledger."""
    return Cell(Account.INHABITANTS, year, member_id=member.pk)


def may_be_counted(year: int, today: dt.date) -> bool:
    """Whether inhabitants can have been counted at the end of ``year``: its last day has come."""
    return FIRST_YEAR <= year <= newest_year(today)


def counted_members(association: Association, year: int) -> list[Member]:
    """The municipalities whose inhabitants at the end of ``year`` are of use: members then or later."""
    members = association.members.select_related("organisation")
    return [member for member in municipalities(members) if member.left is None or member.left.year >= year]
