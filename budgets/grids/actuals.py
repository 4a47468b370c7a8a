"""The grid of actual costs and other income: what each line came to, month by month."""

from collections.abc import Iterable

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext as _

from budgets.grids import grid
from budgets.grids.grid import Books, Column, Follows, Grid, Row, SumRow, Typed
from budgets.ledger import Balances, Cell
from budgets.models import Account, BudgetLine
from budgets.years import difference
from finsam import kronor, money
from finsam.money import Figure
from members.models import Association

ACCOUNTS = [Account.ACTUAL, Account.ALLOCATED]
COSTS, INCOMES = "costs", "incomes"


def actuals_grid(association: Association, year: int, seen: int | None = None) -> Grid:
    """The year's lines, costs before other income, by its twelve months. ``seen``: as in every grid."""
    books = grid.books(association, [year], ACCOUNTS, seen)
    return Grid(
        association,
        tuple(Column(f"{year}-{month:02}", str(MONTHS_3[month])) for month in range(1, 13)),
        tuple(_row(books, line, year) for line in lines_of(association, year, books.stands)),
        books,
        caption=_("Utfall per månad %(year)s") % {"year": year},
        unit=_("Belopp i kr"),
        corner=_("Post"),
        empty_text=_("Året har inga poster än. Lägg upp dem under Budgetposter."),
        beside=(_("Summa"), _("Budget")),
        css="months",
    )


def lines_of(association: Association, year: int, found: Balances) -> list[BudgetLine]:
    """The lines active in the year, and any that has a figure in it; costs before other income."""
    has_figures = {cell.line_id for cell in found if cell.year == year}
    present = [line for line in association.lines.all() if line.is_active_in(year) or line.pk in has_figures]
    return sorted(present, key=lambda line: line.is_income)


def group_of(line: BudgetLine) -> str:
    """The group of a line's row."""
    return INCOMES if line.is_income else COSTS


def by_month(found: Balances, account: str, line_id: int | None) -> dict[int | None, Figure]:
    """A line's figures on an account by month, None for the whole year. ``found`` holds one year."""
    return {
        cell.month: balance.figure
        for cell, balance in found.items()
        if (cell.account, cell.line_id) == (account, line_id)
    }


def _row(books: Books, line: BudgetLine, year: int) -> Row:
    slots = []
    for month in range(1, 13):
        cell = Cell(Account.ACTUAL, year, month, line_id=line.pk)
        # Months differ as they will: an invoice comes or it does not, and a credit is below zero.
        about = {"may_be_negative": True, "is_asked_about": False}
        slots.append(books.slot(line.slug, f"{year}-{month:02}", cell, **about))
    return Row(line.slug, line.name, tuple(slots), group=group_of(line))


def follows(typed: Typed) -> Follows:
    """Each line's sum beside its budget, and per month the costs, the other income and what is between."""
    rows = {group: [row for row in typed.grid.rows if row.group == group] for group in (COSTS, INCOMES)}
    costs, incomes = (_sums(typed, rows[group]) for group in (COSTS, INCOMES))
    foot = [_sum_row(_("Summa kostnader"), costs, "total")] if rows[COSTS] else []
    if rows[INCOMES]:
        result = [_result(*each) for each in zip(costs, incomes, strict=True)]
        foot.append(_sum_row(_("Summa övriga intäkter"), incomes, "aside-row"))
        foot.append(_sum_row(_("Resultat före medlemsbidrag"), result, "total"))
    beside = {row.slug: _sum_row("", _beside(typed, row)) for row in typed.grid.rows}
    return Follows(foot=tuple(foot), beside=beside)


def _sums(typed: Typed, rows: Iterable[Row]) -> list[Figure]:
    """The rows' sums for each month, for the year and of the budget."""
    slots = [row.slots for row in rows]
    months = [money.total(typed.figure(slot) for slot in column) for column in zip(*slots, strict=True)]
    budget = money.total(_beside(typed, row)[1] for row in rows)
    return [*(months or [Figure()] * len(typed.grid.columns)), money.total(months), budget]


def _beside(typed: Typed, row: Row) -> tuple[Figure, Figure]:
    """The sum of a row's months, and its budget."""
    first = row.slots[0]
    line = first.cell.line_id if first else None
    budget = by_month(typed.grid.books.stands, Account.ALLOCATED, line)
    return money.total(typed.figure(slot) for slot in row.slots), money.total(budget.values())


def _result(cost: Figure, income: Figure) -> Figure:
    """Other income less costs; missing when nothing is known."""
    if cost.is_missing and income.is_missing:
        return Figure()
    return difference(money.total([income, Figure(0)]), money.total([cost, Figure(0)]))


def _sum_row(name: str, figures: Iterable[Figure], css: str = "") -> SumRow:
    return SumRow(name, tuple(kronor.kr(figure) for figure in figures), css)


def until(found: Balances) -> int | None:
    """The last month (1-12) with an actual figure, None before the first. ``found`` holds one year."""
    months = [cell.month for cell in found if cell.account == Account.ACTUAL and cell.month]
    return max(months, default=None)


def until_name(found: Balances) -> str:
    """How far the actual figures reach, "t.o.m. mars"; empty before the first."""
    last = until(found)
    return _("t.o.m. %(month)s") % {"month": MONTHS[last]} if last else ""
