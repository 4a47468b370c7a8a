"""What a page shows and a report prints: the sentences, charts and tables of a year, or of all years."""

from collections.abc import Sequence
from typing import Any

from budgets import drawings, sentences
from budgets.models import LAST_YEAR
from budgets.tables import Behind, PartyTable, ResultTable, YearTable, line_tables
from budgets.years import YearBudget, YearSummary
from finsam.money import Figure
from members.access import Access
from members.models import Association


def association_context(
    association: Association, years: Sequence[YearSummary], access: Access
) -> dict[str, Any]:
    """An association's years, newest first; nothing but itself while it has none to show."""
    context: dict[str, Any] = {"association": association, "access": access, "years": years}
    if not years:
        return context
    told = sentences.story(years)
    return context | {
        "story": told,
        "drawings": drawings.history(years, told[0].text),
        "table": YearTable(years, slug=association.slug),
        "newest": years[0],
        "oldest": years[-1],
        "has_missing": has_gaps(years),
        "has_derived": any(year.total.is_derived or year.agreed.is_derived for year in years),
        "has_actual": any(not year.actual.is_missing for year in years),
        "next_year": years[0].year + 1 if access.writes and years[0].year < LAST_YEAR else None,
    }


def year_context(budget: YearBudget, *, writes: bool = False, on_screen: bool = False) -> dict[str, Any]:
    """What a year's page and its report have in common: sentences, charts and tables.

    ``on_screen``: figures lead to their histories.
    """
    behind = Behind(budget.year, budget.association.slug if on_screen else "", budget.notes)
    conclusion = sentences.conclusion(budget.summary)
    has_lines = any(not row.allocated.is_missing for row in budget.lines)
    shown = _figures_shown(budget)
    return {
        "association": budget.association,
        "budget": budget,
        "year": budget.summary,
        "conclusion": conclusion,
        "limiting": sentences.limiting(budget.summary),
        "cause": sentences.cause(budget.summary.limiting[0]) if len(budget.summary.limiting) == 1 else None,
        "obstacle": sentences.obstacle(budget.summary),
        "leverage": sentences.leverage(budget),
        "drawings": drawings.cap_line(budget),
        "parties": PartyTable(budget, behind=behind, writes=writes),
        "lines": line_tables(budget, behind),
        "administration": sentences.administration(budget),
        "deficit": sentences.planned_deficit(budget),
        "result": ResultTable(budget, behind=behind) if has_lines else None,
        "has_derived": any(figure.is_derived for figure in shown),
        "has_missing": any(figure.is_missing for figure in shown),
    }


def has_gaps(years: Sequence[YearSummary]) -> bool:
    """Whether the table of the years has a dash."""
    columns = ["agreed", "total", "lost"]
    if any(not year.actual.is_missing for year in years):
        columns.append("actual")
    return any(getattr(year, column).is_missing for year in years for column in columns)


def _figures_shown(budget: YearBudget) -> list[Figure]:
    """Every figure that a year's page shows, to know which marks must be explained."""
    year = budget.summary
    paying = [row for party in year.parties for row in party.members if row.member.pays]
    shown = [year.total, year.agreed, year.lost, budget.unused]
    shown += [figure for row in paying for figure in (row.offered, row.called, row.unused)]
    shown += [row.allocated for row in budget.lines]
    if not year.actual.is_missing:
        shown += [row.actual for row in budget.lines]
        shown.append(budget.paid)
    if not budget.opening_equity.is_missing:
        shown.append(budget.opening_equity)
    return shown
