"""A förbund's page: the story in sentences, the same figures in a chart and a table."""

import pytest

from budgets import services
from tests import factories
from tests.pages import read, table

CAPTION = "Överenskommet och budget per år"
WITH_ACTUAL = "Överenskommet, budget och utfall per år"
FOUR = {"fk": "4 mnkr", "regionen": "2 mnkr", "storstad": "1 mnkr", "lillstad": "1 mnkr"}


def sentence(paragraph) -> str:
    """What a paragraph says, without the note on which of its figures are derived."""
    notes = "".join(note.shown for note in paragraph.all("span", "note"))
    return paragraph.shown.removesuffix(notes).strip()


def test_the_page_tells_who_capped_2021_and_2020_and_what_it_cost(visitor, stockholm):
    page = read(visitor.get("/stockholm/"))

    assert [sentence(paragraph) for paragraph in page.all("p", "lead")] == [
        "2021 stannade budgeten på 32,0 mnkr av överenskomna 54,7. "
        "Region Stockholms 8,0 mnkr satte taket: 22,7 mnkr uteblev.",
        "2020 stannade budgeten på 32,0 mnkr av överenskomna 48,0. "
        "Region Stockholms 8,0 mnkr satte taket: 16,0 mnkr uteblev.",
    ]


def test_no_amount_in_a_sentence_breaks_across_lines(visitor, stockholm):
    html = visitor.get("/stockholm/").content.decode()

    assert "<strong>32,0\u00a0mnkr</strong>" in html
    assert "0 mnkr</strong>" not in html


def test_the_table_holds_every_year_and_the_gap(visitor, stockholm):
    page = read(visitor.get("/stockholm/"))

    assert table(page, CAPTION) == [
        ["År", "Överenskommet", "Budget", "Uteblev", "Satte taket"],
        ["2021", "54,7", "32,0", "22,7", "Region Stockholm"],
        ["2020", "48,0", "32,0", "16,0", "Region Stockholm"],
        ["2019", "–", "32,0", "–", "Alla lika"],
        ["2018", "–", "–", "–", "–"],
        ["2017 förslag", "–", "16,0", "–", "Alla lika"],
        ["2016 förslag", "–", "8,0", "–", "Alla lika"],
    ]
    assert page.all("caption")[0].shown == f"{CAPTION} Belopp i mnkr"


def test_2018_is_heard_as_missing_and_leads_nowhere(visitor, stockholm):
    page = read(visitor.get("/stockholm/"))

    (row,) = [row for row in page.all("tr") if row.rows[0][0] == "2018"]
    assert [cell.heard for cell in row.all("td")] == ["uppgift saknas"] * 4
    assert row.all("a") == []


def test_the_other_years_link_to_their_pages(visitor, stockholm):
    page = read(visitor.get("/stockholm/"))

    headings = page.all("tbody")[0].all("th")
    assert [link.attributes["href"] for heading in headings for link in heading.all("a")] == [
        f"/stockholm/{year}/" for year in (2021, 2020, 2019, 2017, 2016)
    ]


def test_the_chart_is_titled_by_the_conclusion_and_drawn_wide_and_narrow(visitor, stockholm):
    chart = read(visitor.get("/stockholm/")).all("figure", "charts")[0]
    drawings = chart.all("svg")

    assert [drawing.classes for drawing in drawings] == [["chart", "wide"], ["chart", "narrow"]]
    told = "2020 och 2021 uteblev sammanlagt 38,7 mnkr av det som parterna hade kommit överens om."
    assert chart.one("p", "chart-title").shown == told
    assert {drawing.all("title")[0].shown for drawing in drawings} == {told}


def test_what_goes_to_measures_and_what_does_not_leads_to_the_lines_it_is_the_sum_of(visitor, exempel):
    page = read(visitor.get("/exempel/"))
    (costs,) = [each for each in page.all("table") if each.one("caption").shown.startswith("Budgeterade")]
    row = next(row for row in costs.one("tbody").all("tr") if row.one("th").shown == "2026")
    measures, other = (link.attributes["href"] for link in row.all("a"))

    assert [cell.shown for cell in row.all("td")] == ["10 895 000", "2 685 000", "19,8 %"]
    assert [read(visitor.get(address)).all("table")[0].rows[-1] for address in (measures, other)] == [
        ["Summa", "10 895 000"],
        ["Summa", "2 685 000"],
    ]


def test_the_page_says_where_and_which_years(visitor, stockholm):
    page = read(visitor.get("/stockholm/"))

    assert page.one("h1").shown == "Samordningsförbundet Stockholms stad"
    assert page.one("p", "asof").shown == "Stockholms län · budgetar 2016–2021"


def test_the_invented_forbund_shows_actual_costs_and_how_far_they_reach(visitor, exempel):
    page = read(visitor.get("/exempel/"))

    assert table(page, WITH_ACTUAL) == [
        ["År", "Överenskommet", "Budget", "Uteblev", "Utfall", "Satte taket"],
        ["2026", "12,4", "11,8", "0,6", "t.o.m. sep 9,4", "Region Exempel"],
        ["2025", "11,2", "10,6", "0,6", "11,5", "Kommunerna"],
        ["2024", "10,0", "9,4", "0,6", "10,1", "Staten"],
    ]


@pytest.mark.parametrize("role", ["as_secretary", "as_board_member", "visitor"])
def test_only_the_secretary_is_invited_to_begin_the_next_year(request, exempel, role):
    page = read(request.getfixturevalue(role).get("/exempel/"))

    links = [(link.shown, link.attributes["href"]) for link in page.all("a", "button")]

    assert links == ([("Börja på 2028", "/exempel/2028/")] if role == "as_secretary" else [])


def test_a_forbund_without_members_or_versions_says_that_nothing_is_there(visitor, seeds):
    factories.make_association("nytt")

    page = read(visitor.get("/nytt/"))

    assert page.one("h1").shown == "Förbundet nytt"
    assert page.one("p", "lead").shown == "Här finns ingen fastställd budget att visa än."
    assert page.all("table") == page.all("svg") == []


@pytest.mark.parametrize("by", ["visitor", "as_outsider"])
def test_a_forbund_with_nothing_but_drafts_is_empty_to_others(request, seeds, by):
    draft = factories.make_association("utkast")
    factories.commit(draft, 2027, FOUR)
    services.propose(association=draft, year=2027, reason="Förslag", by=None, author_name="Ett test")

    page = read(request.getfixturevalue(by).get("/utkast/"))

    assert page.one("p", "lead").shown == "Här finns ingen fastställd budget att visa än."
    assert "2027" not in page.heard


@pytest.mark.parametrize("years", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_years(visitor, db, django_assert_num_queries, years):
    made = factories.make_association()
    for year in range(2024, 2024 + years):
        factories.commit(made, year, FOUR)
        factories.adopt(made, year)

    with django_assert_num_queries(13):
        page = read(visitor.get("/provforbundet/"))

    assert len(table(page, CAPTION)) == 1 + years
