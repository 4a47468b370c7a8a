"""What a page shows and a report prints: the sentences, charts and tables of a year, or of all years."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from budgets import chart_sentences, drawings, sentences
from budgets.behind import Behind, Worked
from budgets.cost_tables import CostTable
from budgets.equity_tables import EquityTable
from budgets.equity_years import EquityRow, Measured
from budgets.models import LAST_YEAR, Account
from budgets.tables import PartyTable, ResultTable, YearTable, line_tables
from budgets.years import CostYear, MemberRow, PartyRow, YearBudget, YearSummary
from finsam.money import MISSING, Figure
from members.access import Access
from members.models import Association


def association_context(
    association: Association,
    years: Sequence[YearSummary],
    access: Access,
    *,
    costs: Sequence[CostYear] = (),
    capital: Sequence[EquityRow] = (),
    against: Sequence[Measured] = (),
) -> dict[str, Any]:
    """An association's years, newest first; nothing but itself while it has none to show.

    ``costs`` and ``capital`` are the years' costs and own capital, oldest first; ``against``: the latter
    against the recommended largest.
    """
    context: dict[str, Any] = {"association": association, "access": access, "years": years}
    if not years:
        return context
    told = sentences.story(years)
    return context | {
        "story": told,
        "history": drawings.history(years, association.slug),
        "costs": drawings.administration(costs, association),
        "costs_table": CostTable(costs, years, association.slug),
        "capital": drawings.own_capital(capital, against, association.slug),
        "capital_table": EquityTable(capital, slug=association.slug),
        "table": YearTable(years, slug=association.slug),
        "newest": years[0],
        "oldest": years[-1],
        "has_missing": has_gaps(years),
        "has_derived": any(year.total.is_derived or year.agreed.is_derived for year in years),
        "has_actual": any(not year.actual.is_missing for year in years),
        "next_year": years[0].year + 1 if access.writes and years[0].year < LAST_YEAR else None,
    }


def year_context(
    budget: YearBudget, *, writes: bool = False, on_screen: bool = False, place: int | None = None
) -> dict[str, Any]:
    """What a year's page and its report have in common: sentences, charts and tables.

    ``on_screen``: figures lead to their histories, as of posting number ``place`` or as the viewer sees them.
    """
    behind = Behind(budget.year, budget.association.slug if on_screen else "", budget.notes, place)
    # The charts are the same to the byte on the screen and on paper.
    in_charts = replace(behind, slug=budget.association.slug, place=None)
    conclusion = sentences.conclusion(budget.summary)
    shown = _figures_shown(budget)
    return {
        "association": budget.association,
        "budget": budget,
        "year": budget.summary,
        "conclusion": conclusion,
        "limiting": sentences.limiting(budget.summary),
        "cause": sentences.sole_cause(budget.summary),
        "obstacle": sentences.obstacle(budget.summary),
        "at": _addresses(budget, behind),
        "heading": chart_sentences.heading(budget),
        "leverage": sentences.leverage(budget),
        "cap_line": drawings.cap_line(budget, in_charts),
        "lines_chart": drawings.lines(budget, in_charts),
        "parties": PartyTable(budget, behind=behind, writes=writes),
        "lines": line_tables(budget, behind),
        "spent_on": [
            sentence
            for sentence in (
                sentences.financing(budget),
                chart_sentences.most(budget),
                sentences.administration(budget),
            )
            if sentence
        ],
        "deficit": sentences.planned_deficit(budget),
        "result": ResultTable(budget, behind=behind) if budget.has_allocations else None,
        "has_derived": any(figure.is_derived for figure in shown),
        "has_missing": any(figure.is_missing for figure in shown),
        "is_marked_at_once": any(figure.is_derived or figure.is_missing for figure in _facts(budget)),
    }


def _facts(budget: YearBudget) -> list[Figure]:
    """The key figures at the top: a mark on one of them is explained there, else above the postings."""
    year = budget.summary
    capping = sentences.sole_cause(year)
    return [year.total, year.agreed, budget.unused, capping.offered if capping else year.total]


def _addresses(budget: YearBudget, behind: Behind) -> dict[str, str]:
    """Where each key figure leads, empty for nowhere: it is missing, or on paper."""
    year = budget.summary
    capping = sentences.sole_cause(year)
    figures = {
        "total": year.total,
        "adopted_total": budget.adopted_total,
        "previous_total": budget.previous_total,
        "agreed": year.agreed,
        "lost": year.lost,
        "unused": budget.unused,
        "offered": capping.offered if capping else MISSING,
    }
    if not behind.slug:
        return dict.fromkeys(figures, "")
    addresses = {
        "total": behind.called_at(is_decided=year.is_decided),
        "adopted_total": behind.sum_at(Account.CALLED),
        "previous_total": replace(behind, year=year.year - 1, place=budget.number).sum_at(Account.CALLED),
        "agreed": behind.sum_at(Account.AGREED),
        "lost": behind.worked_at(Worked.LOST),
        "unused": behind.worked_at(Worked.UNUSED),
        "offered": _offered_at(capping, behind) if capping else "",
    }
    return {name: "" if figures[name].is_missing else address for name, address in addresses.items()}


def _offered_at(whose: PartyRow | MemberRow, behind: Behind) -> str:
    """Where the commitment of a party or a member leads."""
    if isinstance(whose, MemberRow):
        return behind.history_at(Account.COMMITTED, whose.member.slug)
    return behind.committed_at(whose)


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
