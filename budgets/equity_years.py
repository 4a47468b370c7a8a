"""Own capital over the years: what each year began with, what came and went, and what it left.

A year whose outcome is whole is told by it, any other year by its budget; a running year also by its
outcome so far, which leads nowhere. A year begins with what was booked for it or, where nothing was, with
what the year before leaves: then the figure is derived.

    opening + contributions + other income - costs = closing, to the öre
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from budgets import equity, ledger, queries
from budgets.equity import Ceiling, Step
from budgets.forecasts import DECEMBER
from budgets.ledger import Balance, Balances, Cell
from budgets.models import LAST_YEAR, Account, BudgetLine, BudgetVersion, EquityStep
from budgets.years import YearSummary, difference
from finsam import money
from finsam.money import MISSING, Figure
from members.access import Access
from members.models import Association

# What happens whatever the board has decided, and is read as of now.
_OUTCOME = (Account.PAID, Account.ACTUAL, Account.OPENING_EQUITY)
_ACCOUNTS = (*queries.PARTY_ACCOUNTS, Account.ALLOCATED, *_OUTCOME)


class Basis(StrEnum):
    """What a row's figures are."""

    OUTCOME = "outcome"
    SO_FAR = "so far"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class EquityRow:
    """One year by its outcome or its budget.

    ``opening`` is what was ``booked``, or derived from what the year ``before`` leaves. ``is_paid``: the
    contributions are what has arrived, not what is called or offered. ``until``: the last month, 1-12, of an
    outcome so far. ``has_page``: whether the viewer can open the year.
    """

    year: int
    basis: Basis
    booked: Figure
    before: Figure
    contributions: Figure
    other_income: Figure
    costs: Figure
    version: BudgetVersion | None = None
    is_paid: bool = False
    until: int | None = None
    has_page: bool = False

    @property
    def leads(self) -> bool:
        """Whether the next year begins with what this row leaves."""
        return self.basis != Basis.SO_FAR

    @property
    def opening(self) -> Figure:
        """What the year begins with."""
        if self.booked.is_missing and self.before.amount is not None:
            return Figure(self.before.amount, is_derived=True)
        return self.booked

    @property
    def result(self) -> Figure:
        """Contributions and other income less costs; missing unless contributions and costs are known."""
        if self.contributions.is_missing:
            return MISSING
        return difference(money.total([self.contributions, self.other_income]), self.costs)

    @property
    def closing(self) -> Figure:
        """What the year leaves; missing unless its opening and its result are known."""
        if self.opening.amount is None or self.result.amount is None:
            return MISSING
        amount = equity.closing(
            self.opening.amount,
            self.contributions.amount or 0,
            self.other_income.amount or 0,
            self.costs.amount or 0,
        )
        return Figure(amount, self.opening.is_derived or self.result.is_derived)

    @property
    def moved(self) -> int | None:
        """Öre that the booked opening is above what the year before leaves; None unless both are known."""
        return difference(self.booked, self.before).amount


def equity_rows(association: Association, access: Access) -> list[EquityRow]:
    """The years with anything that the viewer may see, oldest first, in four queries.

    A visitor reads each year as its newest public version; those with a role a year that is adopted as the
    board fixed it, and others as they stand.
    """
    newest = {version.year: version for version in queries.visible_versions(association, access)}
    limits = {
        year: version.posting.number
        for year, version in newest.items()
        if version.is_adopted or not access.reads_drafts
    }
    years = None if access.reads_drafts else newest
    found = ledger.balances(association, years=years, accounts=_ACCOUNTS, upto=limits, always=_OUTCOME)
    by_year: dict[int, dict[Cell, Balance]] = {year: {} for year in newest}
    for cell, balance in found.items():
        by_year.setdefault(cell.year, {})[cell] = balance
    incomes = set(association.lines.filter(kind=BudgetLine.Kind.OTHER_INCOME).values_list("pk", flat=True))
    members = list(association.members.select_related("organisation"))
    rows: list[EquityRow] = []
    for year in sorted(by_year):
        present = [member for member in members if member.is_in(year)]
        summary, _share = queries.summary_of(year, newest.get(year), present, by_year[year])
        rows += _rows_of(summary, _Sums(by_year[year], incomes), _left_by(rows, year - 1))
    return rows


def _left_by(rows: Sequence[EquityRow], year: int) -> Figure:
    """What ``year`` leaves, which is the last in ``rows`` if it is there at all."""
    return rows[-1].closing if rows and rows[-1].year == year else MISSING


class _Sums:
    """One year's sums, from its balances and the primary keys of the lines that are income."""

    def __init__(self, found: Balances, incomes: Collection[int]) -> None:
        self.found = found
        self.figures: dict[tuple[str, bool], list[Figure]] = defaultdict(list)
        for cell, balance in found.items():
            self.figures[cell.account, cell.line_id in incomes].append(balance.figure)

    def of(self, account: str, *, is_income: bool = False) -> Figure:
        """The sum on an account, of its income lines or of all else."""
        return money.total(self.figures.get((account, is_income), ()))

    @property
    def until(self) -> int | None:
        """The last month with an outcome, 1-12."""
        return max((cell.month or 0 for cell in self.found if cell.account == Account.ACTUAL), default=None)

    @property
    def has_plan(self) -> bool:
        """Whether anything is planned."""
        return any(cell.account not in _OUTCOME for cell in self.found)


def _rows_of(summary: YearSummary, sums: _Sums, before: Figure) -> list[EquityRow]:
    """The year's outcome where it has one, and its budget unless the outcome is whole."""
    until = sums.until
    budget = EquityRow(
        summary.year,
        Basis.BUDGET,
        ledger.figure(sums.found, Cell(Account.OPENING_EQUITY, summary.year)),
        before,
        contributions=summary.total,
        other_income=sums.of(Account.ALLOCATED, is_income=True),
        costs=sums.of(Account.ALLOCATED),
        version=summary.version,
        has_page=summary.version is not None or sums.has_plan,
    )
    if until is None:
        return [budget]
    paid = sums.of(Account.PAID)
    is_whole = until == DECEMBER
    # A year that is over and that nobody is booked as having paid is told by what was to be paid.
    is_paid = not paid.is_missing or not is_whole
    outcome = replace(
        budget,
        basis=Basis.OUTCOME if is_whole else Basis.SO_FAR,
        contributions=paid if is_paid else summary.total,
        other_income=sums.of(Account.ACTUAL, is_income=True),
        costs=sums.of(Account.ACTUAL),
        is_paid=is_paid,
        until=until,
    )
    return [outcome] if is_whole else [outcome, budget]


@dataclass(frozen=True, slots=True)
class Transfer:
    """What ``year`` leaves that the year after does not begin with. ``is_planned``: it is the budget's."""

    year: int
    amount: int
    is_planned: bool

    @property
    def to(self) -> int:
        """The year that is to begin with it."""
        return self.year + 1

    @property
    def figure(self) -> Figure:
        """What is booked: derived while it only follows from a budget."""
        return Figure(self.amount, self.is_planned)


def transfers(rows: Iterable[EquityRow]) -> list[Transfer]:
    """What can be carried over, oldest first: to a year that is there, and from the last if it is whole."""
    leading = [row for row in rows if row.leads]
    found = [
        Transfer(row.year, row.closing.amount, row.basis == Basis.BUDGET)
        for row, then in pairwise(leading)
        if then.year == row.year + 1 and row.closing.amount not in (None, then.booked.amount)
    ]
    for row in leading[-1:]:
        if row.basis == Basis.OUTCOME and row.closing.amount is not None and row.year < LAST_YEAR:
            found.append(Transfer(row.year, row.closing.amount, is_planned=False))
    return found


def as_step(row: EquityStep) -> Step:
    """A stored step as the rule reads it."""
    return Step(
        row.valid_from,
        row.contributions_from,
        row.contributions_to,
        None if row.max_share is None else Fraction(row.max_share, 100),
        row.max_amount,
        row.source,
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """What a year leaves against the recommended largest; ``ceiling`` is None where none is known."""

    row: EquityRow
    ceiling: Ceiling | None

    @property
    def above(self) -> int:
        """Öre above the recommended largest."""
        return equity.above(self.row.closing.amount or 0, self.ceiling) if self.ceiling else 0


def measured(rows: Iterable[EquityRow], steps: Iterable[Step]) -> list[Measured]:
    """The years whose closing is known, each against the ladder in force at its end, newest last.

    The yearly contributions are those of the row: paid in a year that is over, else called or offered.
    """
    ladder_ = list(steps)
    known = [row for row in rows if row.leads and not row.closing.is_missing]
    return [
        Measured(row, equity.ceiling(ladder_, row.contributions.amount or 0, date(row.year, 12, 31)))
        for row in known
    ]
