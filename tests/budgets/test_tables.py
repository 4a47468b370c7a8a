"""The tables as classes: one heading per row, sums that add up, one form for all cells of a table."""

import pytest

from budgets import queries
from budgets.behind import Behind
from budgets.models import BudgetLine
from budgets.posting_tables import PostingTable
from budgets.tables import AssociationTable, LineTable, PartyTable, YearTable, negative
from budgets.years import LineRow
from finsam.money import Figure, parse
from members.access import VISITOR, Access
from tests.pages import Element, plain, read

SECRETARY = Access("secretary")


def drawn(table, rf) -> Element:
    """The table as the page draws it."""
    return read(table.as_html(rf.get("/"))).one("table")


def line(name: str, kind=BudgetLine.Kind.MEASURE, allocated=None, actual=None) -> LineRow:
    """A line with its amounts as people write them."""
    figures = [Figure(parse(amount)) if amount else Figure() for amount in (allocated, actual)]
    return LineRow(BudgetLine(name=name, kind=kind), *figures)


def lines(*rows: LineRow, until: int | None = 12) -> LineTable:
    return LineTable(list(rows), until=until, caption="Poster", total="Summa", behind=Behind(2026))


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (AssociationTable([]), "Här finns inga förbund än."),
        (PostingTable([], year=2021, with_author=False), "Inget är bokfört än."),
    ],
)
def test_an_empty_table_says_that_it_is_empty(rf, table, text):
    element = drawn(table, rf)

    (cell,) = element.one("tbody").all("td")
    assert cell.shown == text
    assert int(cell.attributes["colspan"]) == len(element.one("thead").all("th"))


def test_every_row_has_one_heading_and_the_columns_have_scopes(rf, stockholm):
    budget = queries.year_budget(stockholm, 2021, VISITOR)

    element = drawn(PartyTable(budget, behind=Behind(budget.year)), rf)

    assert {heading.attributes["scope"] for heading in element.one("thead").all("th")} == {"col"}
    rows = element.one("tbody").all("tr") + element.one("tfoot").all("tr")
    assert [[heading.attributes["scope"] for heading in row.all("th")] for row in rows] == [["row"]] * 6


def test_amounts_are_set_to_the_right_in_head_body_and_foot(rf, stockholm):
    budget = queries.year_budget(stockholm, 2021, VISITOR)

    element = drawn(PartyTable(budget, behind=Behind(budget.year)), rf)

    classes = [
        ["amount" in cell.classes for cell in row if cell.tag in ("th", "td")] for row in element.all("tr")
    ]
    assert classes == [[False, True, True, True, True]] * 7


def test_no_heading_invites_to_sort(rf, stockholm):
    years = queries.year_summaries(stockholm, VISITOR)

    element = drawn(YearTable(years), rf)

    assert element.all("a") == []
    assert [
        heading.classes for heading in element.one("thead").all("th") if "orderable" in heading.classes
    ] == []


def test_members_stand_below_their_party_and_only_the_parties_are_summed(rf, exempel):
    budget = queries.year_budget(exempel, 2027, SECRETARY)

    rows = drawn(PartyTable(budget, behind=Behind(budget.year)), rf).rows

    assert [[row[0], row[2]] for row in rows[1:]] == [
        ["Staten sätter taket", "6 400 000,00"],
        ["Försäkringskassan", "6 400 000,00"],
        ["Arbetsförmedlingen, genom Försäkringskassan", ""],
        ["Region Exempel sätter taket", "3 200 000,00"],
        ["Kommunerna", "3 220 000,00"],
        ["Norrsunda kommun", "1 700 000,00"],
        ["Mellanby kommun", "980 000,00"],
        ["Söderhamra kommun", "540 000,00"],
        ["Summa", "12 820 000,00"],
    ]


def test_a_link_to_the_form_is_named_after_the_member_alone(rf, exempel):
    budget = queries.year_budget(exempel, 2027, SECRETARY)

    links = drawn(PartyTable(budget, behind=Behind(budget.year), writes=True), rf).all("a")

    assert [link.heard for link in links] == [
        "Ändra Försäkringskassan",
        "Ändra Region Exempel",
        "Ändra Norrsunda kommun",
        "Ändra Mellanby kommun",
        "Ändra Söderhamra kommun",
    ]


@pytest.mark.parametrize(
    ("rows", "headings"),
    [
        ([line("A", allocated="100")], ["Post", "Slag", "Budget"]),
        (
            [line("A", allocated="100", actual="90")],
            ["Post", "Slag", "Budget", "Utfall", "Avvikelse"],
        ),
        (
            [line("R", BudgetLine.Kind.OTHER_INCOME, "100", "90")],
            ["Post", "Budget", "Utfall", "Avvikelse"],
        ),
    ],
)
def test_a_line_table_has_the_columns_that_its_rows_need(rf, rows, headings):
    assert drawn(lines(*rows), rf).rows[0] == headings


@pytest.mark.parametrize(("until", "last"), [(12, "Avvikelse"), (None, "Avvikelse"), (11, "Kvar av budget")])
def test_a_variance_is_told_only_for_a_whole_year(rf, until, last):
    rows = drawn(lines(line("A", allocated="100", actual="90"), until=until), rf).rows

    assert rows[0][-1] == last


@pytest.mark.parametrize(
    ("kind", "actual", "told"),
    [
        (BudgetLine.Kind.MEASURE, "90", "bättre 10"),
        (BudgetLine.Kind.MEASURE, "110", "sämre −10"),
        (BudgetLine.Kind.MEASURE, "100", "0"),
        (BudgetLine.Kind.MEASURE, "", "–"),
        (BudgetLine.Kind.OTHER_INCOME, "110", "bättre 10"),
        (BudgetLine.Kind.OTHER_INCOME, "90", "sämre −10"),
    ],
)
def test_a_variance_says_in_words_which_way_it_goes(rf, kind, actual, told):
    with_actual = line("B", kind, "1", "1")

    rows = drawn(lines(line("A", kind, "100", actual), with_actual), rf).rows

    assert rows[1][-1] == told


def test_a_sum_leaves_out_what_is_missing_and_never_calls_it_zero(rf):
    known = drawn(lines(line("A", allocated="100"), line("B")), rf).rows
    unknown = drawn(lines(line("A"), line("B")), rf).rows

    assert [row[2] for row in known[1:]] == ["100", "–", "100"]
    assert [row[2] for row in unknown[1:]] == ["–", "–", "–"]


def test_one_ore_in_one_cell_shows_ore_in_all(rf):
    rows = drawn(lines(line("A", allocated="100,01"), line("B", allocated="5")), rf).rows

    assert [row[2] for row in rows[1:]] == ["100,01", "5,00", "105,01"]


def test_the_unit_says_how_far_the_actual_figures_reach(rf):
    caption = drawn(lines(line("A", allocated="100", actual="90"), until=9), rf).one("caption")

    assert caption.shown == "Poster Belopp i kr. Utfall till och med september"


@pytest.mark.parametrize(
    ("figure", "opposite"),
    [
        (Figure(100), Figure(-100)),
        (Figure(0), Figure(0)),
        (Figure(), Figure()),
        (Figure(-5, is_derived=True), Figure(5, is_derived=True)),
    ],
)
def test_a_figure_with_the_other_sign_keeps_its_mark(figure, opposite):
    assert negative(figure) == opposite


def test_a_posting_with_many_entries_tells_their_number(rf, exempel):
    posting = max(queries.year_postings(exempel, 2025), key=lambda posting: posting.entry_count)

    table = PostingTable([posting], year=2025, with_author=False)

    assert posting.entry_count > 12
    assert "belopp" in plain(drawn(table, rf).rows[1][2])
