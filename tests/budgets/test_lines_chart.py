"""The lines of a budget as bars: what may be spent, what has been, where the year is heading."""

from dataclasses import replace

import pytest

from budgets import lines_chart
from budgets.charts import NARROW, WIDE, Reading
from budgets.lines_chart import LineBar
from tests.drawn import MNKR, all_are_numbers, bars, hits, outside, read_out, words

WORDS = lines_chart.Words(
    budget="Budget",
    actual="Utfall till och med september",
    forecast="Prognos för helåret",
    heads_for="Prognos",
    verdict="Mot budget",
    missing="uppgift saknas",
)
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


def line(name="Kansli", budget=None, actual=None, forecast=None, verdict="", *, stands_out=False) -> LineBar:
    """A line with its amounts in mnkr."""
    ore = [None if amount is None else round(amount * MNKR) for amount in (budget, actual, forecast)]
    return LineBar(name, *ore, verdict, stands_out, Reading(f"post {name}", "/x/"))


RUNNING = line(budget=2, actual=1, forecast=1.5, verdict="0,5 under")


@WIDTHS
def test_budget_actual_and_the_way_to_the_forecast_stand_in_proportion(width):
    drawing = lines_chart.draw([RUNNING], "t", WORDS, width)

    (budget,), (actual,), (rest,) = (bars(drawing, css)[:1] for css in ("proposed", "actual", "to-come"))

    assert float(actual.width) == pytest.approx(float(budget.width) / 2, abs=0.1)
    assert float(rest.width) == pytest.approx(float(budget.width) / 4, abs=0.1)
    assert float(rest.x) == pytest.approx(float(actual.x) + float(actual.width), abs=0.11)


@WIDTHS
def test_the_tick_stands_at_the_forecast_also_where_it_is_below_the_actual_amount(width):
    drawing = lines_chart.draw([line(budget=2, actual=1.5, forecast=1)], "t", WORDS, width)

    tick = next(shape for shape in drawing.shapes if shape.kind == "line" and shape.css == "ink")
    actual = bars(drawing, "actual")[0]
    assert float(tick.x) - float(actual.x) == pytest.approx(float(actual.width) * 2 / 3, abs=0.2)
    assert bars(drawing, "to-come") == []


@WIDTHS
def test_a_line_above_its_budget_says_so_in_words_and_in_bold(width):
    over = line(budget=1, actual=0.9, forecast=1.2, verdict="0,2 över", stands_out=True)

    drawing = lines_chart.draw([over, RUNNING], "t", WORDS, width)

    said = {shape.text: shape.weight for shape in drawing.shapes if shape.kind == "text"}
    marked = {text: weight for text, weight in said.items() if text.endswith(("0,2 över", "0,5 under"))}
    assert list(marked.values()) == ["650", "400"]


@WIDTHS
def test_of_a_year_without_actual_amounts_only_the_budget_is_explained(width):
    drawing = lines_chart.draw([line(budget=2)], "t", replace(WORDS, heads_for="Budget", verdict=""), width)

    assert [text for text in words(drawing) if text in (WORDS.actual, WORDS.forecast)] == []
    assert "2,0" in words(drawing)


@WIDTHS
def test_a_line_that_nothing_is_known_of_says_so(width):
    drawing = lines_chart.draw([line()], "t", WORDS, width)

    assert "uppgift saknas" in words(drawing)
    assert [bar for css in ("proposed", "actual", "to-come") for bar in bars(drawing, css)] == []


@WIDTHS
def test_each_line_is_one_mark_high_enough_for_a_finger(width):
    drawing = lines_chart.draw([RUNNING, line("Revision", budget=1)], "t", WORDS, width)

    assert read_out(drawing) == [("post Kansli", "/x/"), ("post Revision", "/x/")]
    assert min(float(hit.height) for hit in hits(drawing)) >= 24


LONG = "Samverkansteamet för unga vuxna som varken arbetar eller studerar i Upplands-Bro och Järfälla"
LINES = {
    "none": [],
    "one": [RUNNING],
    "twelve": [line(f"Insats {number}", number, number / 2, number, "lika") for number in range(1, 13)],
    "long names": [line(LONG, 1, 1, 2, "1,0 mnkr över", stands_out=True), line(LONG, 1)],
    "below nothing": [line("Rättelse", budget=1, actual=-0.2, forecast=0.5, verdict="0,5 mnkr under")],
    "all at nothing": [line(budget=0, actual=0, forecast=0, verdict="lika")],
    "one öre": [LineBar("Ränta", 1, 1, 1, "lika")],
    "twelve digits": [line("Stort", 123_456.7, 100_000, 200_000, "76 543,3 mnkr över", stands_out=True)],
    "small beside large": [line("Litet", 0.01, 0.01, 0.02, "10 000 kr över"), line("Stort", 900, 800, 900)],
}


@WIDTHS
@pytest.mark.parametrize("name", LINES)
def test_nothing_of_the_lines_is_drawn_outside(name, width):
    drawing = lines_chart.draw(LINES[name], "Rubrik", WORDS, width)

    assert outside(drawing) == []
    assert all_are_numbers(drawing)
    assert (drawing.title, drawing.width) == ("Rubrik", width)
