"""Where the year is heading, in a sentence at the top of its page."""

from dataclasses import replace

import pytest

from budgets import chart_sentences, queries
from budgets.models import BudgetLine
from budgets.years import LineRow, YearBudget
from finsam.money import MISSING, Figure
from members.access import Access
from members.models import Association
from tests.pages import plain, read

VISITOR = Access()
MNKR = 1_000_000_00


@pytest.fixture
def running(seeds) -> YearBudget:
    """Exempelförbundet's year with costs to September."""
    budget = queries.year_budget(Association.objects.get(slug="exempel"), 2026, VISITOR)
    assert budget
    return budget


def with_lines(budget: YearBudget, *rows: LineRow) -> YearBudget:
    return replace(budget, lines=rows)


def cost(allocated: float | None, actual: float | None, forecast: float | None = None) -> LineRow:
    """A cost line with its amounts in mnkr."""
    figures = [
        MISSING if amount is None else Figure(round(amount * MNKR))
        for amount in (allocated, actual, forecast)
    ]
    return LineRow(BudgetLine(kind=BudgetLine.Kind.MEASURE, name="Steget"), *figures)


def told(budget: YearBudget) -> str | None:
    sentence = chart_sentences.heading(budget)
    return plain(sentence.text) if sentence else None


def test_a_running_year_says_what_is_spent_and_where_it_is_heading(running, visitor):
    expected = (
        "Till och med september har 9,4 mnkr av 13,6 använts. "
        "Prognosen för hela året är 13,5 mnkr, 0,1 mnkr under budget."
    )

    assert told(running) == expected
    assert read(visitor.get("/exempel/2026/")).all("p", "also")[0].shown == expected


@pytest.mark.parametrize(
    ("forecast", "gap"),
    [(2.5, "0,5 mnkr över budget"), (2, "lika med budget"), (1.5, "0,5 mnkr under budget")],
)
def test_the_forecast_is_held_against_the_budget(running, forecast, gap):
    budget = with_lines(running, cost(2, 1, forecast))

    assert told(budget) == (
        "Till och med september har 1,0 mnkr av 2,0 använts. "
        f"Prognosen för hela året är {str(float(forecast)).replace('.', ',')} mnkr, {gap}."
    )


def test_a_whole_year_says_what_it_came_to(running):
    assert told(with_lines(running, cost(2, 1.5))) == "Utfallet blev 1,5 mnkr, 0,5 mnkr under budget."


def test_nothing_is_said_before_the_first_cost_or_without_a_budget_to_hold_it_against(running):
    assert told(with_lines(running, cost(2, None))) is None
    assert told(with_lines(running, cost(2, 1, 1.5), cost(None, 1, 1))) is None
    assert told(with_lines(running)) is None
