"""The charts of real förbund: their conclusions, what each mark says and where it leads, and their shapes."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from django.template.loader import render_to_string

from budgets import chart_sentences, drawings, equity_years, pages, queries, reports
from budgets.behind import Behind
from budgets.drawings import Point, Series
from budgets.equity_years import Measured
from budgets.models import Account, BudgetLine
from budgets.years import CostYear, LineRow, YearSummary
from finsam.money import Figure
from members.access import VISITOR
from members.models import Association
from tests.drawn import MNKR, bars, outside, read_out, words
from tests.pages import plain, read


def history_of(association):
    return drawings.history(queries.year_summaries(association, VISITOR), association.slug)


def cap_line_of(association, year):
    return drawings.cap_line(queries.year_budget(association, year, VISITOR), Behind(year, association.slug))


def lines_of(association, year):
    return drawings.lines(queries.year_budget(association, year, VISITOR), Behind(year, association.slug))


def costs_of(association):
    return drawings.administration(CostYear.span(queries.year_lines(association, VISITOR)), association)


def capital_of(association, against=()):
    return drawings.own_capital(equity_years.equity_rows(association, VISITOR), against, association.slug)


def heights(chart, css):
    """The heights of the wide drawing's bars of one kind, as shares of the highest line of its scale."""
    drawing = chart.drawings[0]
    levels = [float(shape.y) for shape in drawing.shapes if shape.css in ("rule", "axis")]
    return [round(float(bar.height) / (max(levels) - min(levels)), 2) for bar in bars(drawing, css)]


# -- The years -------------------------------------------------------------------------------------


def test_stockholms_years_conclude_with_what_was_agreed_and_did_not_come(stockholm):
    chart = history_of(stockholm)

    told = "2020 och 2021 uteblev sammanlagt 38,7 mnkr av det som parterna hade kommit överens om."
    assert plain(chart.title.text) == told
    assert {plain(drawing.title) for drawing in chart.drawings} == {told}


def test_each_of_stockholms_years_reads_its_values_and_leads_to_its_page(stockholm):
    wide, narrow = history_of(stockholm).drawings

    assert read_out(wide) == [
        ("2016: ej fastställd budget 8,0 mnkr", "/stockholm/2016/"),
        ("2017: ej fastställd budget 16,0 mnkr", "/stockholm/2017/"),
        ("2018: uppgift saknas", ""),
        ("2019: fastställt 32,0 mnkr", "/stockholm/2019/"),
        ("2020: överenskommet 48,0 mnkr, fastställt 32,0 mnkr, uteblev 16,0 mnkr", "/stockholm/2020/"),
        ("2021: överenskommet 54,7 mnkr, fastställt 32,0 mnkr, uteblev 22,7 mnkr", "/stockholm/2021/"),
    ]
    assert read_out(narrow) == read_out(wide)


def test_stockholms_bars_are_as_high_as_their_amounts_on_a_scale_to_60(stockholm):
    chart = history_of(stockholm)

    assert heights(chart, "proposed") == [0.13, 0.27]  # 8 and 16 of 60
    assert heights(chart, "brand") == [0.53, 0.53, 0.53]  # 32
    assert heights(chart, "lost") == [0.27, 0.38]  # 16,0 and 22,7


def test_a_running_year_reads_how_far_its_actual_figures_reach(exempel):
    assert read_out(history_of(exempel).drawings[0])[-1] == (
        "2026: överenskommet 12,4 mnkr, fastställt 11,8 mnkr, uteblev 0,6 mnkr, "
        "utfall till och med september 9,4 mnkr",
        "/exempel/2026/",
    )


def decided(year, total, agreed=None) -> YearSummary:
    """A decided year with its amounts in mnkr."""
    figures = [Figure(None if amount is None else round(amount * MNKR)) for amount in (agreed, total)]
    return YearSummary(year, None, *figures, is_known=True, is_decided=True)


@pytest.mark.parametrize(
    ("years", "told"),
    [
        ([decided(2021, 32)], "Budgeten 2021 är 32,0 mnkr."),
        (
            [decided(2021, 32), decided(2020, 30)],
            "Budgeten har gått från 30,0 mnkr 2020 till 32,0 mnkr 2021.",
        ),
        ([decided(2021, 32), decided(2020, 32)], "Budgeten är 32,0 mnkr 2021, lika mycket som 2020."),
        (
            [decided(2021, 32, agreed=54.7), decided(2020, 32, agreed=32)],
            "2021 uteblev 22,7 mnkr av det som parterna hade kommit överens om.",
        ),
        (
            [decided(year, 30, agreed=31) for year in (2021, 2020, 2019, 2018)],
            "4 av åren 2018–2021 uteblev sammanlagt 4,0 mnkr av det som parterna hade kommit överens om.",
        ),
        ([YearSummary(2021, None)], "Uppgift om budgeten saknas."),
    ],
    ids=["one", "went", "stayed", "one lost", "many lost", "unknown"],
)
def test_the_years_conclude(years, told):
    assert plain(chart_sentences.over_the_years(years).text) == told


# -- The cap line ----------------------------------------------------------------------------------


def test_stockholms_cap_line_concludes_who_and_what_the_others_would_carry(stockholm):
    chart = cap_line_of(stockholm, 2021)

    assert plain(chart.title.text) == (
        "Region Stockholm satte taket vid 32,0 mnkr. Övriga parters åtaganden räckte till minst 54,7 mnkr."
    )
    assert plain(chart.note) == (
        "Så stor budget som varje parts åtagande räcker till, i mnkr. Streckat: åtagande som inte används."
    )


def test_each_party_reads_its_values_and_leads_to_its_commitment(stockholm):
    assert read_out(cap_line_of(stockholm, 2021).drawings[0]) == [
        (
            "Staten: åtog sig 27,35 mnkr (härlett), det räcker till en budget på 54,7 mnkr, "
            "betalar 16,0 mnkr (härlett), outnyttjat 11,35 mnkr (härlett)",
            "/stockholm/2021/historik/committed/forsakringskassan/",
        ),
        (
            "Region Stockholm: åtog sig 8,0 mnkr (härlett), det räcker till en budget på 32,0 mnkr, "
            "betalar 8,0 mnkr (härlett), sätter taket",
            "/stockholm/2021/historik/committed/region-stockholm/",
        ),
        (
            "Stockholms stad: åtog sig 13,675 mnkr (härlett), det räcker till en budget på 54,7 mnkr, "
            "betalar 8,0 mnkr (härlett), outnyttjat 5,675 mnkr (härlett)",
            "/stockholm/2021/historik/committed/stockholms-stad/",
        ),
    ]


def test_a_party_of_several_members_leads_to_their_commitments(exempel):
    _said, href = read_out(cap_line_of(exempel, 2026).drawings[0])[-1]

    assert href == "/exempel/2026/historik/committed/summa/kommunerna/"


def test_where_all_are_alike_nobody_is_marked_as_the_one_that_caps(stockholm):
    chart = cap_line_of(stockholm, 2016)

    assert plain(chart.title.text) == "Alla parters åtaganden räcker till samma budget, 8,0 mnkr."
    assert plain(chart.note) == "Så stor budget som varje parts åtagande räcker till, i mnkr."
    assert "sätter taket" not in words(chart.drawings[0])


def test_a_tie_is_told_with_both_names(stockholm):
    summary = queries.year_budget(stockholm, 2021, VISITOR).summary
    tied = tuple(replace(party, limits=party.name != "Staten") for party in summary.parties)

    told = chart_sentences.cap_line(replace(summary, parties=tied))

    assert plain(told.text) == (
        "Region Stockholm och Stockholms stad satte tillsammans taket vid 32,0 mnkr. "
        "Övriga parters åtaganden räckte till minst 54,7 mnkr."
    )


def test_a_difference_too_small_for_millions_is_told_in_kronor(stockholm):
    summary = queries.year_budget(stockholm, 2021, VISITOR).summary
    near = tuple(
        replace(party, carries=3_200_000_400 if not party.limits else party.carries)
        for party in summary.parties
    )

    told = chart_sentences.cap_line(replace(summary, parties=near))

    assert plain(told.text) == (
        "Region Stockholm satte taket vid 32 000 000 kr. "
        "Övriga parters åtaganden räckte till minst 32 000 004 kr."
    )


# -- The lines -------------------------------------------------------------------------------------


def test_a_running_years_lines_conclude_with_the_forecast_and_what_deviates_most(exempel):
    chart = lines_of(exempel, 2026)

    assert plain(chart.title.text) == (
        "Prognosen är 13,5 mnkr, 0,1 mnkr under budget. Mest avviker Trygg övergång, 0,1 mnkr under budget."
    )


def test_each_line_reads_its_values_to_the_krona_and_leads_to_their_history(exempel):
    said = read_out(lines_of(exempel, 2026).drawings[0])

    assert said[:2] == [
        (
            "Styrelse: budget 280 000 kr, utfall till och med september 181 814 kr, prognos 280 000 kr, "
            "lika med budget",
            "/exempel/2026/historik/actual/styrelse/",
        ),
        (
            "Kansli och administration: budget 1 700 000 kr, utfall till och med september 1 266 656 kr, "
            "prognos 1 706 656 kr, 6 656 kr över budget",
            "/exempel/2026/historik/actual/kansli/",
        ),
    ]
    assert len(said) == 9


def test_a_years_lines_that_are_whole_conclude_with_what_it_came_to(exempel):
    chart = lines_of(exempel, 2025)

    assert plain(chart.title.text) == (
        "Utfallet blev 11,5 mnkr, 0,2 mnkr under budget. "
        "Mest avvek Arbetsförmåga i fokus, 0,2 mnkr under budget."
    )
    assert bars(chart.drawings[0], "to-come") == []
    assert "Prognos för helåret" not in words(chart.drawings[0])


def test_lines_that_get_as_much_have_no_largest(stockholm):
    assert plain(lines_of(stockholm, 2016).title.text) == "8,0 mnkr är fördelat."


def test_lines_that_nothing_is_known_of_are_not_drawn(stockholm):
    assert lines_of(stockholm, 2021) is None


def test_of_many_lines_the_smallest_stand_together_and_lead_nowhere(exempel):
    budget = queries.year_budget(exempel, 2027, VISITOR) or queries.year_budget(exempel, 2026, VISITOR)
    rows = tuple(
        LineRow(
            BudgetLine(pk=number, name=f"Insats {number}", slug=f"insats-{number}", kind="measure"),
            Figure(number * MNKR),
            Figure(),
        )
        for number in range(1, 15)
    )

    chart = drawings.lines(replace(budget, lines=rows), Behind(2027, "exempel"))

    assert plain(chart.title.text) == "105,0 mnkr är fördelat. Mest går till Insats 14, 13 %."
    assert [said for said, _href in read_out(chart.drawings[0])][:2] == [
        "Insats 4: budget 4 000 000 kr",
        "Insats 5: budget 5 000 000 kr",
    ]
    assert read_out(chart.drawings[0])[-1] == ("3 andra poster: budget 6 000 000 kr", "")


# -- The forecast of a line ------------------------------------------------------------------------


def test_a_line_has_a_forecast_while_the_year_is_running(exempel):
    by_slug = {row.line.slug: row for row in queries.year_budget(exempel, 2026, VISITOR).lines}

    assert by_slug["kansli"].forecast == Figure(1_706_656_00)
    assert by_slug["kansli"].forecast_variance == Figure(-6_656_00)
    assert by_slug["kansli"].gap == 6_656_00


@pytest.mark.parametrize("year", [2024, 2025], ids=["whole", "whole too"])
def test_a_whole_year_has_no_forecast(exempel, year):
    rows = queries.year_budget(exempel, year, VISITOR).lines

    assert {row.forecast for row in rows} == {Figure()}


def test_a_year_without_actual_figures_has_no_forecast(stockholm):
    assert {row.forecast for row in queries.year_budget(stockholm, 2016, VISITOR).lines} == {Figure()}


def test_the_year_page_has_the_forecast_in_the_table_and_says_which_way(visitor, exempel):
    page = read(visitor.get("/exempel/2026/"))

    (table,) = [
        each for each in page.all("table") if each.one("caption").shown.startswith("Budget och utfall")
    ]
    rows = {row[0]: row for row in table.rows}
    assert table.rows[0] == ["Post", "Slag", "Budget", "Utfall", "Kvar av budget", "Prognos"]
    assert rows["Kansli och administration"][-1] == "sämre 1 706 656"
    assert rows["Styrelse"][-1] == "280 000"
    assert rows["Trygg övergång"][-1] == "bättre 1 205 880"
    assert rows["Summa kostnader"][-1] == "13 507 536"


# -- Own capital -----------------------------------------------------------------------------------


def test_own_capital_is_solid_where_it_is_known_and_pale_where_it_is_planned(exempel):
    chart = capital_of(exempel)

    assert plain(chart.title.text) == (
        "Det egna kapitalet var 3,3 mnkr vid utgången av 2025. "
        "Enligt budgeten är det 2,7 mnkr vid utgången av 2026."
    )
    assert read_out(chart.drawings[0]) == [
        ("2024: eget kapital 3,2 mnkr", "/exempel/2024/"),
        ("2025: eget kapital 3,3 mnkr (härlett)", "/exempel/2025/"),
        ("2026: eget kapital enligt budgeten 2,7 mnkr (härlett)", "/exempel/2026/"),
    ]
    wide = chart.drawings[0]
    assert (len(bars(wide, "brand")), len(bars(wide, "proposed"))) == (2, 1)


def test_the_recommended_largest_is_a_line_across_its_year(exempel):
    row = next(row for row in equity_years.equity_rows(exempel, VISITOR) if row.year == 2025)
    ceiling = type("Ceiling", (), {"amount": 2 * MNKR})()

    chart = capital_of(exempel, [Measured(row, ceiling)])

    assert read_out(chart.drawings[0])[1][0] == (
        "2025: eget kapital 3,3 mnkr (härlett), rekommenderat högst 2,0 mnkr"
    )
    assert "Rekommenderat högst" in words(chart.drawings[0])


def test_without_any_known_own_capital_nothing_is_drawn(stockholm):
    assert capital_of(stockholm) is None


# -- Administration against measures ---------------------------------------------------------------


def test_the_share_of_administration_is_told_against_the_target(exempel):
    chart = costs_of(exempel)

    assert plain(chart.title.text) == (
        "Av de budgeterade kostnaderna 2026 är 19,8 % annat än insatser, inom förbundets mål 15–20 %."
    )
    assert read_out(chart.drawings[0])[-1] == (
        "2026: annat än insatser 2,7 mnkr, 19,8 %, insatser 10,9 mnkr, 80,2 %",
        "/exempel/2026/",
    )
    assert "Förbundets mål, 15–20 %" in words(chart.drawings[0])


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (1499, "15,0 % annat än insatser, under förbundets mål 15–20 %."),
        (1500, "15 % annat än insatser, inom förbundets mål 15–20 %."),
        (2000, "20 % annat än insatser, inom förbundets mål 15–20 %."),
        (2001, "20,0 % annat än insatser, över förbundets mål 15–20 %."),
    ],
)
def test_both_sides_of_the_target(part, told):
    year = CostYear(2026, Figure(part), Figure(10_000 - part))
    association = Association(administration_from=15, administration_to=20)

    assert plain(chart_sentences.administration([year], association).text) == (
        f"Av de budgeterade kostnaderna 2026 är {told}"
    )


def test_without_a_target_no_band_is_drawn():
    year = CostYear(2026, Figure(20), Figure(80))
    chart = drawings.administration([year], Association(slug="x"))

    assert plain(chart.title.text) == "Av de budgeterade kostnaderna 2026 är 20 % annat än insatser."
    assert bars(chart.drawings[0], "band") == []


def test_a_year_between_that_nothing_is_known_of_is_missing_and_leads_nowhere(stockholm):
    lines = queries.year_lines(stockholm, VISITOR)

    chart = drawings.administration(CostYear.span({2015: lines[2016], 2017: lines[2017]}), stockholm)

    assert read_out(chart.drawings[0])[1] == ("2016: uppgift saknas", "")


# -- Small multiples -------------------------------------------------------------------------------


def series(**points):
    """A key figure whose points are by year, in per cent."""
    known = {int(year[1:]): value for year, value in points.items()}
    return Series(
        "Administration",
        "%",
        {year: value and Point(Fraction(value, 100), f"{value}\u00a0%") for year, value in known.items()},
        "Administrationen växer.",
    )


def test_panels_share_their_years_and_say_what_is_missing():
    first, second = drawings.multiples([series(y2024=16, y2025=18), series(y2026=20)])

    assert read_out(first.drawing) == [
        ("2024: Administration 16 %", ""),
        ("2025: Administration 18 %", ""),
        ("2026: Administration uppgift saknas", ""),
    ]
    assert [said for said, _href in read_out(second.drawing)] == [
        "2024: Administration uppgift saknas",
        "2025: Administration uppgift saknas",
        "2026: Administration 20 %",
    ]
    assert (first.label, first.unit, first.conclusion) == ("Administration", "%", "Administrationen växer.")
    assert first.drawing.title == "Administrationen växer."
    assert {"16", "18"} <= set(words(first.drawing))


def test_a_figure_without_any_value_has_no_panel():
    assert drawings.multiples([series(y2026=None), series()]) == ()


def test_a_planned_point_says_so_and_leads_where_it_is_told():
    planned = Series(
        "Kronor per invånare",
        "kr",
        {2026: Point(346, "346\u00a0kr", is_planned=True, href="/exempel/2026/")},
        "346 kr per invånare.",
        target=(300, 400, "Mål"),
    )

    (panel,) = drawings.multiples([planned])

    assert read_out(panel.drawing) == [
        ("2026: Kronor per invånare 346 kr, enligt budgeten", "/exempel/2026/")
    ]
    assert (len(bars(panel.drawing, "proposed")), len(bars(panel.drawing, "band"))) == (1, 1)
    assert outside(panel.drawing) == []


# -- The one template ------------------------------------------------------------------------------


def svg(drawing) -> str:
    return render_to_string("chart.svg", {"drawing": drawing})


def test_a_mark_with_an_address_is_a_link_named_by_its_values_and_one_without_is_an_image(stockholm):
    drawn = read(svg(history_of(stockholm).drawings[0])).one("svg")

    links = [(each.attributes["href"], each.one("title").shown) for each in drawn.all("a")]
    assert links[-1] == (
        "/stockholm/2021/",
        "2021: överenskommet 54,7 mnkr, fastställt 32,0 mnkr, uteblev 22,7 mnkr",
    )
    (unknown,) = [each for each in drawn.all("g") if each.attributes.get("role") == "img"]
    assert unknown.one("title").shown == "2018: uppgift saknas"
    assert drawn.attributes["role"] == "group"


def test_what_is_no_mark_is_not_read_aloud(stockholm):
    drawn = read(svg(history_of(stockholm).drawings[0])).one("svg")

    marks = {id(each) for mark in drawn.all("a", "mark") + drawn.all("g", "mark") for each in mark}
    hidden = {
        id(each)
        for group in drawn.all("g")
        if group.attributes.get("aria-hidden") == "true"
        for each in group
    }
    assert [each.shown for each in drawn.all("text") if id(each) not in marks | hidden] == []


def test_every_number_in_the_drawings_has_a_decimal_point(exempel):
    charts = [history_of(exempel), cap_line_of(exempel, 2026), lines_of(exempel, 2026)]
    charts += [capital_of(exempel), costs_of(exempel)]
    written = "".join(svg(drawing) for chart in charts for drawing in chart.drawings)

    found = re.findall(r"\s(?:x|y|x1|y1|x2|y2|width|height|font-size|stroke-width)=\"([^\"]*)\"", written)

    assert [number for number in found if not re.fullmatch(r"-?[0-9]+(\.[0-9])?", number)] == []


@pytest.mark.parametrize(("slug", "year"), [("stockholm", 2021), ("exempel", 2026)])
def test_the_page_and_the_report_hold_the_same_bytes(seeds, visitor, slug, year):
    association = Association.objects.get(slug=slug)
    budget = queries.year_budget(association, year, VISITOR)
    report = reports.budget_html(budget, queries.year_summaries(association, VISITOR))
    page = visitor.get(f"/{slug}/{year}/").content.decode()

    context = pages.year_context(budget)

    for chart in filter(None, (context["cap_line"], context["lines_chart"])):
        assert svg(chart.on_paper) in page
        assert svg(chart.on_paper) in report


def test_a_name_with_markup_is_text_in_the_drawing():
    row = LineRow(BudgetLine(pk=1, name='<b onclick="x">', slug="b", kind="measure"), Figure(MNKR), Figure())
    said = chart_sentences.line_reading(row, None)

    drawing = drawings.lines_chart.draw(
        [drawings.LineBar(row.line.name, MNKR, reading=drawings.Reading(said, "/x/"))],
        "<script>",
        drawings.lines_chart.Words("Budget", "", "", "", "", ""),
    )

    assert "<b" not in svg(drawing)
    assert "<script" not in svg(drawing)
    assert "&lt;b onclick=&quot;x&quot;&gt;: budget 1 000 000 kr" in svg(drawing).replace("\u00a0", " ")


def test_a_line_without_actual_figures_leads_to_its_budget(exempel):
    bar = drawings._line_bar(
        LineRow(exempel.lines.get(slug="kansli"), Figure(MNKR), Figure()), Behind(2027, "exempel"), None
    )

    assert bar.reading.href == f"/exempel/2027/historik/{Account.ALLOCATED}/kansli/"
