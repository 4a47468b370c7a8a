"""What differs between two versions of a year's budget, or between a version and the working state.

A version is a place in the ledger, so a difference is two sums of the same cells: the accounts that a
version fixes, for the budget year and the two plan years after it (KL 11:6 through 21 § Finsamlagen).

Two readings keep it true to what the pages show. Contributions are posted when the board adopts; before
that the year's are what the equal-share rule makes of the commitments, here as on the year's page. And
once the first budget is adopted the plan years go on as budgets of their own: a later version of this
year is compared with their figures as that first budget fixed them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from budgets import ledger, queries
from budgets.ledger import Cell
from budgets.models import PLAN_ACCOUNTS, Account, BudgetLine, BudgetVersion
from budgets.years import YearBudget, difference
from finsam import money
from finsam.money import MISSING, Figure
from members.models import Association, Member

# What the address calls the working state, which has no ordinal.
WORKING = "nu"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: a version, or the working state when ``version`` is None.

    ``upto`` are the posting numbers that the years are read as of, a year that is left out as of now.
    ``is_fixed``: the board has adopted it, so its contributions are those that were posted.
    """

    version: BudgetVersion | None
    upto: Mapping[int, int]
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that differs: whose it is, and its figure on each side, missing where it has none."""

    cell: Cell
    name: str
    before: Figure
    after: Figure

    @property
    def change(self) -> Figure:
        """After less before; missing unless both are known."""
        return difference(self.after, self.before)


@dataclass(frozen=True, slots=True)
class Group:
    """The differences on one account in one year. ``before`` and ``after`` sum all its cells, changed or not.

    Budget lines stand in two groups, costs and other income, since they do not add up to anything together.
    """

    account: str
    year: int
    is_income: bool
    rows: tuple[Difference, ...]
    before: Figure
    after: Figure


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs, and the year's total on each side."""

    groups: tuple[Group, ...]
    before: Figure
    after: Figure

    @property
    def count(self) -> int:
        """How many cells differ."""
        return sum(len(group.rows) for group in self.groups)

    @property
    def has_derived(self) -> bool:
        """Whether any of the figures follows from its source without standing in it."""
        sums = [figure for group in self.groups for figure in (group.before, group.after)]
        rows = [figure for group in self.groups for row in group.rows for figure in (row.before, row.after)]
        return any(figure.is_derived for figure in (*sums, *rows))


def sides(budget: YearBudget, *, with_working: bool) -> dict[str, Side]:
    """What can be compared, by what the address calls it: the versions by ordinal, then the working state."""
    plan_years = range(budget.year + 1, budget.year + queries.YEARS_AHEAD)
    first = next((version.posting.number for version in budget.versions if version.is_adopted), None)
    found = {}
    for version in budget.versions:
        number = version.posting.number
        planned = number if first is None else min(number, first)
        upto = {budget.year: number} | dict.fromkeys(plan_years, planned)
        found[str(version.ordinal)] = Side(version, upto, version.is_adopted)
    if with_working:
        upto = {} if first is None else dict.fromkeys(plan_years, first)
        found[WORKING] = Side(None, upto, budget.summary.is_decided)
    return found


def compare(budget: YearBudget, one: Side, other: Side) -> Comparison:
    """What differs from ``one`` to ``other``. Four queries, however many cells there are."""
    association, year = budget.association, budget.year
    members = list(association.members.select_related("organisation"))
    lines = list(association.lines.all())
    before = _figures(association, year, one, members)
    after = before if one == other else _figures(association, year, other, members)
    order = _Order(association, members, lines)
    cells = sorted(before.keys() | after.keys(), key=order.place)
    keys = list(dict.fromkeys(order.group(cell) for cell in cells))
    groups = []
    for key in keys:
        of_key = [cell for cell in cells if order.group(cell) == key]
        rows = tuple(
            Difference(cell, order.name(cell), before.get(cell, MISSING), after.get(cell, MISSING))
            for cell in of_key
            if before.get(cell, MISSING) != after.get(cell, MISSING)
        )
        if rows:
            groups.append(Group(*key, rows, _total(before, of_key), _total(after, of_key)))
    called = [cell for cell in cells if (cell.account, cell.year) == (Account.CALLED, year)]
    return Comparison(tuple(groups), _total(before, called), _total(after, called))


def _figures(
    association: Association, year: int, side: Side, members: Iterable[Member]
) -> dict[Cell, Figure]:
    """Every planned figure of one side, the year's contributions as its own page shows them."""
    years = range(year, year + queries.YEARS_AHEAD)
    found = ledger.balances(association, years=years, accounts=PLAN_ACCOUNTS, upto=side.upto)
    figures = {cell: balance.figure for cell, balance in found.items()}
    if side.is_fixed:
        return figures
    present = [member for member in members if member.is_in(year)]
    share = queries.equal_share_of(present, found, year)
    for member in present:
        cell = Cell(Account.CALLED, year, member_id=member.pk)
        figures.pop(cell, None)
        if share and member.pk in share.members:
            committed = figures[Cell(Account.COMMITTED, year, member_id=member.pk)]
            figures[cell] = Figure(share.members[member.pk].called, committed.is_derived)
    return figures


def _total(figures: Mapping[Cell, Figure], cells: Iterable[Cell]) -> Figure:
    return money.total(figures.get(cell, MISSING) for cell in cells)


class _Order:
    """In which order cells stand, in which group, and whose they are: as on the year's page."""

    def __init__(self, association: Association, members: list[Member], lines: list[BudgetLine]) -> None:
        self.whole = association.short_name
        self.members = {member.pk: (place, member) for place, member in enumerate(members)}
        self.lines = {line.pk: (place, line) for place, line in enumerate(lines)}

    def group(self, cell: Cell) -> tuple[str, int, bool]:
        is_income = cell.line_id is not None and self.lines[cell.line_id][1].is_income
        return cell.account, cell.year, is_income

    def name(self, cell: Cell) -> str:
        if cell.member_id is not None:
            return self.members[cell.member_id][1].organisation.name
        return self.lines[cell.line_id][1].name if cell.line_id is not None else self.whole

    def place(self, cell: Cell) -> tuple[int, int, bool, int, int]:
        """The budget year first, then the plan years; within each the accounts in their own order."""
        account, year, is_income = self.group(cell)
        own = 0
        if cell.member_id is not None:
            own = self.members[cell.member_id][0] + 1
        elif cell.line_id is not None:
            own = self.lines[cell.line_id][0]
        return year, list(PLAN_ACCOUNTS).index(Account(account)), is_income, own, cell.month or 0
