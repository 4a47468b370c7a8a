"""Years as columns: own capital, the share of administration, and key figures side by side."""

from fractions import Fraction

import pytest

from budgets import columns_chart
from budgets.charts import NARROW, PANEL, WIDE, Reading, Unit, money_levels, percent_levels
from budgets.columns_chart import Band, Column, Words
from tests.drawn import MNKR, all_are_numbers, bars, hits, outside, read_out, words

WORDS = Words(missing="uppgift saknas", happened="Utfall", planned="Enligt budgeten", limit="Högst")
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW, PANEL])
LEVELS = money_levels(0, 4 * MNKR, Unit("mnkr"))


def column(label="2025", mnkr=None, *, is_planned=False, limit=None) -> Column:
    """A year with its amount in mnkr."""
    text = "" if mnkr is None else f"{mnkr:.1f}".replace(".", ",").replace("-", "\u2212")
    value = None if mnkr is None else round(mnkr * MNKR)
    ceiling = None if limit is None else round(limit * MNKR)
    return Column(label, value, text, is_planned, ceiling, Reading(f"år {label}", "/x/"))


def draw(columns, width=WIDE, levels=LEVELS, **kwargs):
    return columns_chart.draw(columns, "t", WORDS, width, name="x", levels=levels, **kwargs)


@WIDTHS
def test_columns_stand_in_proportion_and_what_is_planned_is_pale(width):
    drawing = draw([column("2025", 2), column("2026", 1, is_planned=True)], width)

    (happened, *_), (planned, *_) = bars(drawing, "brand"), bars(drawing, "proposed")

    assert float(happened.height) == pytest.approx(2 * float(planned.height), abs=0.2)
    assert {"2,0", "1,0"} <= set(words(drawing))


@WIDTHS
def test_what_is_below_nothing_hangs_from_the_line_at_nothing(width):
    drawing = draw(
        [column("2025", 2), column("2026", -1)], width, money_levels(-MNKR, 2 * MNKR, Unit("mnkr"))
    )

    above, below = bars(drawing, "brand")[:2]
    axis = next(float(shape.y) for shape in drawing.shapes if shape.css == "axis")
    assert float(above.y) + float(above.height) == pytest.approx(axis, abs=0.11)
    assert float(below.y) == pytest.approx(axis, abs=0.11)
    assert float(below.height) == pytest.approx(float(above.height) / 2, abs=0.2)


@WIDTHS
def test_a_year_whose_value_is_missing_has_no_column(width):
    drawing = draw([column("2025", 2), column("2026")], width)

    assert len(bars(drawing, "brand")) == 1
    assert {"uppgift saknas", "saknas", "–"} & set(words(drawing))


@WIDTHS
def test_a_limit_is_a_line_across_its_own_column(width):
    drawing = draw([column("2025", 2, limit=1), column("2026", 2)], width)

    first, second = hits(drawing)
    (limit,) = [shape for shape in drawing.shapes if shape.css == "cap" and float(shape.x2 or 0) > 50][:1]
    assert float(first.x) < float(limit.x) < float(limit.x2) < float(second.x)


def test_a_band_lies_between_its_values_and_is_named_in_the_legend():
    levels = percent_levels(Fraction(30, 100))
    share = Column("2026", Fraction(30, 100), "30 %")
    drawing = draw([share], levels=levels, band=Band(Fraction(15, 100), Fraction(20, 100), "Mål 15–20 %"))

    (band,), (bar,) = bars(drawing, "band"), bars(drawing, "brand")

    assert float(band.height) == pytest.approx(float(bar.height) * 5 / 30, abs=0.2)
    axis = float(bar.y) + float(bar.height)
    assert axis - float(band.y) == pytest.approx(float(bar.height) * 20 / 30, abs=0.2)
    assert "Mål 15–20 %" in words(drawing)


@WIDTHS
def test_each_year_is_one_mark_wide_enough_for_a_finger(width):
    many = [column(str(2000 + number), number + 1) for number in range(30)]

    drawing = draw(many, width, money_levels(0, 30 * MNKR, Unit("mnkr")))

    most = {WIDE: 16, NARROW: 7, PANEL: 9}[width]
    assert read_out(drawing) == [(f"år {number}", "/x/") for number in range(2030 - most, 2030)]
    assert min(float(hit.width) for hit in hits(drawing)) >= 24


@pytest.mark.parametrize(
    ("lowest", "highest", "labels"),
    [
        (0, 54.7, ["0", "20", "40", "60"]),
        (-1.5, 4.2, ["\u22122", "0", "2", "4", "6"]),
        (-3, 0, ["\u22123", "\u22122", "\u22121", "0"]),
        (0, 0, ["0", "0,5"]),
    ],
)
def test_a_scale_of_amounts_reaches_both_ends_and_stands_on_nothing(lowest, highest, labels):
    levels = money_levels(round(lowest * MNKR), round(highest * MNKR), Unit("mnkr"))

    assert levels[0][0] <= lowest * MNKR
    assert levels[-1][0] >= highest * MNKR
    assert [label for _level, label in levels] == labels


@pytest.mark.parametrize(("highest", "last"), [(0, 5), (4, 5), (20, 20), (Fraction(201, 10), 30), (100, 100)])
def test_a_scale_of_shares_has_round_steps(highest, last):
    levels = percent_levels(Fraction(highest) / 100)

    assert levels[0] == (0, "0\u00a0%")
    assert levels[-1] == (Fraction(last, 100), f"{last}\u00a0%")


COLUMNS = {
    "none": [],
    "one": [column("2025", 2)],
    "one unknown": [column("2025")],
    "all at nothing": [column("2025", 0), column("2026", 0)],
    "all below": [column("2025", -2), column("2026", -0.1)],
    "a limit far above": [column("2025", 1, limit=900)],
    "thirty": [column(str(2000 + number), number) for number in range(30)],
    "twelve digits": [column("2025", 123_456.7), column("2026", -1)],
}


@WIDTHS
@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("has_scale", [True, False])
def test_nothing_of_the_columns_is_drawn_outside(name, width, has_scale):
    columns = COLUMNS[name]
    values = [value for each in columns for value in (each.value, each.limit) if value is not None]
    levels = money_levels(min([0, *values]), max([0, *values]), Unit("mnkr")) if has_scale else ()

    drawing = draw(columns, width, levels, unit="mnkr" if has_scale else "")

    assert outside(drawing) == []
    assert all_are_numbers(drawing)
