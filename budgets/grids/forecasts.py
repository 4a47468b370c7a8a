"""The forecast grid: what each line comes to in the whole year, as computed or as somebody judges it."""

from dataclasses import replace

from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budgets import forecasts, queries, sentences
from budgets.forecasts import Forecast
from budgets.grids import actuals, grid
from budgets.grids.actuals import COSTS, INCOMES, by_month, group_of, lines_of
from budgets.grids.grid import Books, Column, Follows, Grid, Row, Slot, SumRow, Typed
from budgets.ledger import Cell
from budgets.models import Account, BudgetLine
from finsam import kronor, money
from finsam.money import Figure
from members.models import Association

ACCOUNTS = [Account.ALLOCATED, Account.ACTUAL, Account.FORECAST]
# The one column that is typed in.
OWN = "egen"


def forecast_grid(association: Association, year: int, seen: int | None = None) -> Grid:
    """The year's lines by budget, actual, remaining and computed forecast, with a slot for one's own.

    ``seen``: as in every grid.
    """
    books = grid.books(association, [year], ACCOUNTS, seen)
    lines = lines_of(association, year, books.stands)
    known = queries.line_forecasts(books.stands, lines, year)
    return Grid(
        association,
        (
            Column("budget", _("Budget")),
            Column("utfall", _("Utfall"), actuals.until_name(books.stands)),
            Column("kvar", _("Kvar av budget")),
            Column("beraknad", _("Beräknad")),
            Column(OWN, _("Egen prognos"), _("tom: som beräknad")),
        ),
        tuple(_row(books, line, year, known[line.pk]) for line in lines),
        books,
        caption=_("Prognos för helåret %(year)s") % {"year": year},
        unit=_("Belopp i kr"),
        corner=_("Post"),
        empty_text=_("Året har inga poster än. Lägg upp dem under Budgetposter."),
        beside=(_("Prognos"), _("Mot budget")),
        css="forecast",
    )


def _row(books: Books, line: BudgetLine, year: int, known: Forecast) -> Row:
    cell = Cell(Account.FORECAST, year, line_id=line.pk)
    closed = [
        Slot(line.slug, column, cell, figure, figure, is_open=False)
        for column, figure in (
            ("budget", known.budget),
            ("utfall", known.actual),
            ("kvar", known.remaining),
            ("beraknad", known.computed),
        )
    ]
    own = books.slot(line.slug, OWN, cell, may_be_emptied=True, may_be_negative=True, is_asked_about=False)
    own = replace(own, shown=forecasts.override(own.shown), stands=forecasts.override(own.stands))
    return Row(line.slug, line.name, (*closed, own), group=group_of(line))


def follows(typed: Typed) -> Follows:
    """Each line's forecast as typed, better or worse than its budget, and the sums of costs and incomes."""
    known = {row.slug: _as_typed(typed, row) for row in typed.grid.rows}
    foot = []
    for group, name in ((COSTS, _("Summa kostnader")), (INCOMES, _("Summa övriga intäkter"))):
        lines = [known[row.slug] for row in typed.grid.rows if row.group == group]
        if lines:
            foot.append(_sum_row(name, forecasts.total(lines)))
    beside = {
        slug: SumRow("", (kronor.kr(line.used), _variance(line.variance, line.budget)))
        for slug, line in known.items()
    }
    return Follows(foot=tuple(foot), beside=beside, warnings=_warnings(typed))


def _as_typed(typed: Typed, row: Row) -> Forecast:
    budget, actual, remaining, computed, own = row.slots
    return Forecast(
        row.group == INCOMES,
        typed.figure(budget),
        typed.figure(actual),
        typed.figure(remaining),
        typed.figure(computed),
        typed.figure(own),
    )


def _sum_row(name: str, total: Forecast) -> SumRow:
    figures = (total.budget, total.actual, total.remaining, total.computed)
    cells = (*(kronor.kr(figure) for figure in figures), "", kronor.kr(total.used))
    return SumRow(name, (*cells, _variance(total.variance, total.budget)), "total")


def _variance(variance: Figure, budget: Figure) -> SafeString | str:
    """How far from the budget, in kronor and per cent of it, and in a word which way."""
    written = kronor.kr(variance)
    if not variance.amount:
        return written
    word = _("bättre") if variance.amount > 0 else _("sämre")
    if budget.amount:
        share = money.percent(abs(variance.amount), abs(budget.amount), None)
        word = f"{share} {word}"
    return format_html('{} <span class="note">{}</span>', written, word)


def _warnings(typed: Typed) -> tuple[str, ...]:
    """Which lines lack a figure for the last month that others have: the forecast takes it for nothing."""
    found = typed.grid.books.stands
    last = actuals.until(found)
    if last is None:
        return ()
    silent = [
        row.name
        for row in typed.grid.rows
        if row.slots[0] and last not in by_month(found, Account.ACTUAL, row.slots[0].cell.line_id)
    ]
    if not silent:
        return ()
    told = _("Utfall för %(month)s saknas på %(lines)s. Prognosen räknar det som att inget kom den månaden.")
    return (told % {"month": MONTHS[last], "lines": sentences.listed(silent)},)
