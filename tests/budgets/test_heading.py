"""Where the year is heading, in a sentence at the top of its page."""

from dataclasses import replace

import pytest

from budgets import chart_sentences, queries, sentences
from budgets.equity_years import equity_rows
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
        "Till och med september är kostnaderna 9,4 mnkr av budgeterade 13,6. "
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
        "Till och med september är kostnaderna 1,0 mnkr av budgeterade 2,0. "
        f"Prognosen för hela året är {str(float(forecast)).replace('.', ',')} mnkr, {gap}."
    )


def test_a_whole_year_says_what_it_came_to(running):
    assert told(with_lines(running, cost(2, 1.5))) == "Utfallet blev 1,5 mnkr, 0,5 mnkr under budget."


def test_nothing_is_said_before_the_first_cost_or_without_a_budget_to_hold_it_against(running):
    assert told(with_lines(running, cost(2, None))) is None
    assert told(with_lines(running, cost(2, 1, 1.5), cost(None, 1, 1))) is None
    assert told(with_lines(running)) is None


def paid_by(budget: YearBudget) -> str | None:
    sentence = sentences.financing(budget)
    return plain(sentence.text) if sentence else None


def test_the_page_says_what_pays_the_costs_what_gets_most_and_how_large_administration_is(running, visitor):
    page = read(visitor.get("/exempel/2026/"))

    section = next(each for each in page.all("section") if each.one("h2").shown == "Vad pengarna går till")

    assert section.all("p")[0].shown == (
        "Kostnaderna är budgeterade till 13,6 mnkr: 11,8 mnkr i medlemsbidrag, 1,2 mnkr i övriga intäkter "
        "och 0,6 mnkr ur eget kapital. Mest går till Steget vidare, 3,0 mnkr. "
        "19,8 % av kostnaderna går till annat än insatser, inom förbundets mål 15–20 %. Nyckeltal för 2026"
    )


@pytest.mark.parametrize(
    ("costs", "told"),
    [
        (
            13.8,
            "Kostnaderna är budgeterade till 13,8 mnkr: "
            "11,8 mnkr i medlemsbidrag och 2,0 mnkr ur eget kapital.",
        ),
        (11.8, None),
        (11.7, None),
        (None, None),
    ],
)
def test_what_pays_the_costs_is_told_where_it_is_not_the_contributions_alone(running, costs, told):
    assert paid_by(with_lines(running, cost(costs, None))) == told


def test_other_income_pays_without_any_own_capital(running):
    income = LineRow(
        BudgetLine(kind=BudgetLine.Kind.OTHER_INCOME, name="ESF+"), Figure(2 * MNKR), MISSING, MISSING
    )

    assert paid_by(with_lines(running, cost(13.8, None), income)) == (
        "Kostnaderna är budgeterade till 13,8 mnkr: 11,8 mnkr i medlemsbidrag och 2,0 mnkr i övriga intäkter."
    )


def test_no_line_gets_most_where_two_get_as_much_or_there_is_only_one(running):
    assert chart_sentences.most(with_lines(running, cost(2, 1))) is None
    assert chart_sentences.most(with_lines(running, cost(2, 1), cost(2, 1))) is None
    assert chart_sentences.most(with_lines(running, cost(2, 1), cost(3, 1))) is not None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (-600, "Enligt budgeten minskar det egna kapitalet med 0,6 mnkr till utgången av 2026."),
        (600, "Enligt budgeten växer det egna kapitalet med 0,6 mnkr till utgången av 2026."),
        (
            0,
            "Det egna kapitalet var 3,3 mnkr vid utgången av 2025. "
            "Enligt budgeten är det 3,3 mnkr vid utgången av 2026.",
        ),
    ],
)
def test_the_page_of_own_capital_says_which_way_it_goes(running, change, told):
    rows = equity_rows(running.association, VISITOR)
    planned = rows[-1]
    assert (planned.year, plain(chart_sentences.capital_change(rows).text)) == (
        2026,
        "Enligt budgeten minskar det egna kapitalet med 0,6 mnkr till utgången av 2026.",
    )

    costs = Figure((planned.costs.amount or 0) - (change + 600) * 1_000_00)

    assert plain(chart_sentences.capital_change([*rows[:-1], replace(planned, costs=costs)]).text) == told
