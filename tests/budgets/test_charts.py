"""The geometry of the charts: bars tell the amounts, and every text stands inside the drawing."""

import re
from dataclasses import astuple

import pytest

from budgets import cap_line_chart, charts, history_chart
from budgets.cap_line_chart import PartyBar
from budgets.charts import NARROW, WIDE, Reading
from budgets.history_chart import YearBar
from tests.drawn import MNKR, all_are_numbers, bars, hits, outside, read_out, words

HISTORY = history_chart.Words(
    missing="uppgift saknas",
    total="Fastställd budget",
    proposed="Budget som inte är fastställd",
    lost="Överenskommet men uteblivet",
    actual="Utfall, kostnader",
    earlier="tidigare år står i tabellen",
)
CAP = cap_line_chart.Words(offered="åtog sig %s", pays="betalar %s", cap="taket %s", limits="sätter taket")
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


def year(label="2021", agreed=None, total=None, actual=None, *, is_decided=True) -> YearBar:
    """A year with its amounts in mnkr; it says its own label and leads to it."""
    ore = [None if amount is None else round(amount * MNKR) for amount in (agreed, total, actual)]
    return YearBar(label, *ore, is_decided=is_decided, reading=Reading(f"år {label}", f"/x/{label}/"))


def party(name, offered, called, carries, *, part="en fjärdedel", limits=False) -> PartyBar:
    """A party with its amounts in mnkr."""
    ore = [round(amount * MNKR) for amount in (offered, called, carries)]
    return PartyBar(name, *ore, part, limits, Reading(f"part {name}", "/x/"))


STOCKHOLM_2021 = (
    party("Staten", 27.35, 16, 54.7, part="hälften"),
    party("Region Stockholm", 8, 8, 32, limits=True),
    party("Stockholms stad", 13.675, 8, 54.7),
)


# -- Numbers and scales ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "written"),
    [(8.5, "8.5"), (8.0, "8"), (0, "0"), (-0.04, "-0"), (8.25, "8.2"), (1234.56, "1234.6")],
)
def test_a_coordinate_has_a_decimal_point(value, written):
    assert charts.number(value) == written


@pytest.mark.parametrize(
    ("largest", "step"),
    [(54.7, 20), (80, 20), (80.1, 50), (8, 2), (4, 1), (4.1, 2), (10, 5), (0.4, 0.1), (12_345, 5000)],
)
def test_the_scale_has_few_round_steps(largest, step):
    assert charts.scale_step(round(largest * MNKR)) == round(step * MNKR)


@pytest.mark.parametrize("largest", [1, 3, 4, 5, 99, 10**6, 10**9 + 1, 10**15])
def test_the_scale_reaches_the_largest_in_at_most_four_steps(largest):
    step = charts.scale_step(largest)

    assert re.fullmatch("[125]0*", str(step))
    assert step * 4 >= largest


# -- The years -------------------------------------------------------------------------------------


@WIDTHS
def test_bars_stand_in_proportion_to_their_amounts(width):
    drawing = history_chart.draw([year(total=10), year(total=20), year(total=40)], "t", HISTORY, width)

    heights = [float(bar.height) for bar in bars(drawing, "brand")]

    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)
    assert heights[2] == pytest.approx(4 * heights[0], abs=0.2)


@WIDTHS
def test_what_did_not_happen_stands_on_top_of_what_did(width):
    drawing = history_chart.draw([year(agreed=48, total=32)], "t", HISTORY, width)

    (total,), (lost,) = bars(drawing, "brand"), bars(drawing, "lost")

    assert float(lost.y) + float(lost.height) == pytest.approx(float(total.y), abs=0.11)
    assert float(lost.height) == pytest.approx(float(total.height) / 2, abs=0.2)
    assert {"48,0", "32,0"} <= set(words(drawing))


@pytest.mark.parametrize("agreed", [32, 31, None])
def test_without_a_gap_nothing_is_hatched(agreed):
    drawing = history_chart.draw([year(agreed=agreed, total=32)], "t", HISTORY)

    assert bars(drawing, "lost") == []
    assert HISTORY.lost not in words(drawing)


@WIDTHS
def test_a_year_without_figures_says_so(width):
    drawing = history_chart.draw([year("2018")], "t", HISTORY, width)

    assert bars(drawing, "brand") == bars(drawing, "proposed") == []
    assert "2018" in words(drawing)
    assert "uppgift saknas" in words(drawing)


def test_a_proposal_is_drawn_otherwise_than_a_decision():
    drawing = history_chart.draw([year(total=32), year("2022", total=36, is_decided=False)], "t", HISTORY)

    assert (len(bars(drawing, "brand")), len(bars(drawing, "proposed"))) == (1, 1)
    assert {HISTORY.total, HISTORY.proposed} <= set(words(drawing))


def test_the_actual_cost_stands_beside_the_budget():
    drawing = history_chart.draw([year(total=10, actual=5)], "t", HISTORY)

    (total,), (actual,) = bars(drawing, "brand"), bars(drawing, "actual")

    assert float(actual.x) > float(total.x) + float(total.width)
    assert float(actual.height) == pytest.approx(float(total.height) / 2, abs=0.1)


def test_the_legend_explains_what_is_drawn_and_nothing_else():
    drawing = history_chart.draw([year(total=32)], "t", HISTORY)

    assert [text for text in words(drawing) if text in astuple(HISTORY)] == [HISTORY.total]


MANY = [year(str(1990 + number), agreed=50 + number, total=30 + number, actual=29) for number in range(40)]
HISTORIES = {
    "no years": [],
    "one year": [year(agreed=48, total=32, actual=30)],
    "one unknown year": [year()],
    "all zero": [year(agreed=0, total=0, actual=0), year("2022", total=0)],
    "one öre": [YearBar("2021", 2, 1, 1, is_decided=True)],
    "Stockholm": [
        year("2016", total=8, is_decided=False), year("2017", total=16, is_decided=False), year("2018"),
        year("2019", total=32), year("2020", 48, 32), year("2021", 54.7, 32),
    ],
    "forty years": MANY,
    "gaps": [year(str(2000 + number), total=None if number % 2 else 9) for number in range(16)],
    "small beside large": [year(total=0.1), year("2022", agreed=999, total=998, actual=1001)],
    "actual only": [year(actual=3)],
    "agreed only": [year(agreed=3)],
}  # fmt: skip


@WIDTHS
@pytest.mark.parametrize("name", HISTORIES)
def test_nothing_of_the_years_is_drawn_outside(name, width):
    drawing = history_chart.draw(HISTORIES[name], "Rubrik", HISTORY, width)

    assert outside(drawing) == []
    assert all_are_numbers(drawing)
    assert (drawing.title, drawing.width) == ("Rubrik", width)


@WIDTHS
@pytest.mark.parametrize("kronor", [10**9, 123_456_789_012])
def test_very_large_amounts_stay_inside(kronor, width):
    large = YearBar("2021", kronor * 120, kronor * 100, kronor * 110, is_decided=True)

    drawing = history_chart.draw([large] * 6, "t", HISTORY, width)

    assert outside(drawing) == []


@pytest.mark.parametrize(("width", "most"), [(WIDE, 20), (NARROW, 7)])
def test_of_many_years_the_newest_are_drawn(width, most):
    drawing = history_chart.draw(MANY, "t", HISTORY, width)

    labels = [text for text in words(drawing) if re.fullmatch("(19|20)[0-9]{2}", text)]

    assert labels == [str(number) for number in range(2030 - most, 2030)]
    assert words(drawing).count("tidigare år står i tabellen") == 1


@WIDTHS
def test_with_room_for_all_years_nothing_is_said_of_earlier_ones(width):
    drawing = history_chart.draw(MANY[:7], "t", HISTORY, width)

    assert "tidigare år står i tabellen" not in words(drawing)


@WIDTHS
def test_each_year_is_one_mark_wide_enough_for_a_finger(width):
    drawing = history_chart.draw(MANY, "t", HISTORY, width)

    most = history_chart.MOST_YEARS[width]
    assert read_out(drawing) == [(f"år {number}", f"/x/{number}/") for number in range(2030 - most, 2030)]
    assert min(float(hit.width) for hit in hits(drawing)) >= 24
    ends = [float(hit.x) + float(hit.width) for hit in hits(drawing)]
    assert ends[:-1] == pytest.approx([float(hit.x) for hit in hits(drawing)[1:]], abs=0.21)


@pytest.mark.parametrize(
    ("total", "label", "unit"),
    [(MNKR, "1,0", "mnkr"), (MNKR - 1, "999 999,99", "kr"), (45_000_00, "45 000", "kr"), (1, "0,01", "kr")],
)
def test_amounts_below_a_million_are_written_in_kronor(total, label, unit):
    drawing = history_chart.draw([YearBar("2021", None, total, None, is_decided=True)], "t", HISTORY)

    assert {label, unit} <= set(words(drawing))
    assert "0,0" not in words(drawing)


# -- The cap line ----------------------------------------------------------------------------------


@WIDTHS
def test_each_party_is_solid_as_far_as_the_cap_and_hatched_beyond(width):
    drawing = cap_line_chart.draw(STOCKHOLM_2021, 32 * MNKR, "t", CAP, width)

    solid, unused = bars(drawing, "brand"), bars(drawing, "unused")

    assert len({bar.width for bar in solid}) == 1
    assert len(unused) == 2
    whole = float(solid[0].width) + float(unused[0].width)
    assert whole == pytest.approx(float(solid[0].width) * 54.7 / 32, abs=0.3)


@WIDTHS
def test_the_cap_stands_where_the_solid_ends(width):
    drawing = cap_line_chart.draw(STOCKHOLM_2021, 32 * MNKR, "t", CAP, width)

    solid = bars(drawing, "brand")[0]
    caps = [shape for shape in drawing.shapes if shape.kind == "line" and shape.css == "cap"]

    (place,) = {float(cap.x) for cap in caps}
    assert place == pytest.approx(float(solid.x) + float(solid.width), abs=0.11)
    assert words(drawing).count("sätter taket") == 1
    assert words(drawing).count("taket 32,0") == 1


@WIDTHS
def test_each_party_is_one_mark_high_enough_for_a_finger(width):
    drawing = cap_line_chart.draw(STOCKHOLM_2021, 32 * MNKR, "t", CAP, width)

    assert [said for said, _href in read_out(drawing)] == [
        "part Staten",
        "part Region Stockholm",
        "part Stockholms stad",
    ]
    assert min(float(hit.height) for hit in hits(drawing)) >= 24


@WIDTHS
def test_in_a_tie_each_party_that_caps_says_so_in_words(width):
    tied = [
        party("Staten", 16, 8, 32),
        party("Region Stockholm", 4, 4, 16, limits=True),
        party("Stockholms stad", 4, 4, 16, limits=True),
    ]

    drawing = cap_line_chart.draw(tied, 16 * MNKR, "t", CAP, width)

    assert words(drawing).count("sätter taket") == 2


@WIDTHS
def test_small_commitments_are_written_in_kronor(width):
    small = [
        PartyBar("Staten", 200_000_00, 150_000_00, 400_000_00, "hälften", limits=False),
        PartyBar("Kommunerna", 150_000_00, 150_000_00, 300_000_00, "hälften", limits=True),
    ]

    drawing = cap_line_chart.draw(small, 300_000_00, "t", CAP, width)

    assert {"taket 300 000", "400 000", "betalar 150 000"} <= set(words(drawing))


CAPS = {
    "Stockholm": (STOCKHOLM_2021, 32),
    "all alike": (
        [
            party("Staten", 16, 16, 32, part="hälften", limits=True),
            party("Region Stockholm", 8, 8, 32, limits=True),
            party("Stockholms stad", 8, 8, 32, limits=True),
        ],
        32,
    ),
    "nothing at all": (
        [party("Staten", 0, 0, 0, limits=True), party("Kommunerna", 0, 0, 0, limits=True)],
        0,
    ),
    "region at zero": (
        [party("Staten", 16, 0, 32), party("Region", 0, 0, 0, limits=True), party("Staden", 8, 0, 32)],
        0,
    ),
    "no region": ([party("Staten", 4, 4, 8, part="hälften", limits=True), party("Kommunerna", 5, 4, 10)], 8),
    "very unlike": ([party("Staten", 0.1, 0.1, 0.2, limits=True), party("Kommunerna", 900, 0.1, 1800)], 0.2),
    "nearly alike": ([party("Staten", 4, 4, 8, limits=True), party("Kommunerna", 4.001, 4, 8.002)], 8),
    "a billion": (
        [party("Staten", 1000, 750, 2000), party("Region Skåne", 375, 375, 1500, limits=True)],
        1500,
    ),
    "long names": (
        [
            party("Staten", 4, 4, 8, limits=True),
            party("Region Jämtland Härjedalen", 2, 2, 8, part="en fjärdedel, härlett"),
            party("Upplands-Bro kommun", 2, 2, 8, part="en fjärdedel, härlett", limits=True),
        ],
        8,
    ),
}


@WIDTHS
@pytest.mark.parametrize("name", CAPS)
def test_nothing_of_the_cap_line_is_drawn_outside(name, width):
    parties, total = CAPS[name]

    drawing = cap_line_chart.draw(parties, round(total * MNKR), "Rubrik", CAP, width)

    assert outside(drawing) == []
    assert all_are_numbers(drawing)
    assert drawing.title == "Rubrik"


@WIDTHS
def test_a_very_long_name_stays_inside(width):
    name = "Gemensamma nämnden för samordning mellan kommunerna i Västra Götalands och Hallands län"

    drawing = cap_line_chart.draw([party(name, 4, 4, 8, limits=True)], 8 * MNKR, "t", CAP, width)

    assert outside(drawing) == []


def test_every_hatch_has_a_name_of_its_own_in_each_width():
    drawings = [cap_line_chart.draw(STOCKHOLM_2021, 32 * MNKR, "t", CAP, width) for width in (WIDE, NARROW)]
    drawings += [history_chart.draw(HISTORIES["Stockholm"], "t", HISTORY, width) for width in (WIDE, NARROW)]

    names = [hatch.id for drawing in drawings for hatch in drawing.hatches]

    assert len(set(names)) == len(names) == 4
