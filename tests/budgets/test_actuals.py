"""The grid of actual figures: what each line cost or gave, month by month.

Exempelförbundet 2026 has figures for January to September, posted quarter by quarter.
"""

import pytest

from budgets import ledger
from budgets.ledger import Cell
from budgets.models import Account, Entry, Posting
from tests import factories
from tests.pages import Element, plain, read

ADDRESS = "/exempel/2026/utfall/"
HEAD = 70  # the newest posting that the seeds make


def send(client, typed=None, *, seen=HEAD, **more):
    """Press Spara with these slots typed in, the others as they were shown."""
    return client.post(ADDRESS, {"seen": str(seen), **(typed or {}), **more})


def rows(page: Element) -> dict[str, list[str]]:
    """Each row of the grid by its heading: what its inputs and cells say."""
    found = {}
    for row in page.one("table", "grid").all("tr")[1:]:
        heading, *cells = [each for each in row if each.tag in ("th", "td")]
        found[heading.shown] = [
            plain(cell.one("input").attributes["value"]) if cell.all("input") else cell.shown
            for cell in cells
        ]
    return found


def problems(page: Element) -> list[str]:
    return [each.shown for each in page.one("div", "problem").all("li")]


def stands(association, slug: str, month: int) -> int | None:
    """A line's month in 2026, öre."""
    cell = Cell(Account.ACTUAL, 2026, month, line_id=association.lines.get(slug=slug).pk)
    return ledger.figure(ledger.balances(association, years=[2026], accounts=[Account.ACTUAL]), cell).amount


def test_each_line_stands_with_its_months_its_sum_and_its_budget(as_secretary):
    page = read(as_secretary.get(ADDRESS))

    assert page.one("h1").shown == "Utfall 2026"
    assert page.one("title").shown == "Utfall 2026, Exempelförbundet · Budgetliggaren"
    assert page.one("caption").shown == "Utfall per månad 2026 Belopp i kr"
    assert [heading.shown for heading in page.one("thead").all("th")] == [
        *("Post", "jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
        *("Summa", "Budget"),
    ]
    found = rows(page)
    assert found["Styrelse"][:4] == ["5 425", "25 369", "28 891", "26 413"]
    assert found["Styrelse"][9:] == ["", "", "", "181 814", "280 000"]
    assert found["Ränta"][1:4] == ["", "8 215", ""]
    assert found["Ränta"][12:] == ["23 065", "h30 000"]
    assert found["Summa kostnader"][0] == "894 024"
    assert found["Summa kostnader"][9:] == ["–", "–", "–", "9 361 987", "13 580 000"]
    assert found["Summa övriga intäkter"][2] == "113 123"
    assert found["Resultat före medlemsbidrag"][2] == "−967 941"
    assert found["Resultat före medlemsbidrag"][9:] == ["–", "–", "–", "−8 555 593", "h−12 400 000"]


def test_costs_come_before_other_income_and_each_sum_is_that_of_its_rows(as_secretary):
    found = rows(read(as_secretary.get(ADDRESS)))

    names = [*found]
    assert names[-5:] == [
        *("ESF+ projektet Nya vägar", "Ränta"),
        *("Summa kostnader", "Summa övriga intäkter", "Resultat före medlemsbidrag"),
    ]
    for column in range(9):
        amounts = [int(found[name][column].replace(" ", "") or 0) for name in names[:-5]]
        assert sum(amounts) == int(found["Summa kostnader"][column].replace(" ", ""))


def test_every_input_is_named_by_its_line_and_month(as_secretary):
    page = read(as_secretary.get(ADDRESS))

    inputs = {each.attributes["name"]: each.attributes for each in page.one("table", "grid").all("input")}

    assert len(inputs) == 11 * 12
    assert inputs["styrelse.2026-10"]["aria-label"] == "Styrelse okt"


def test_sums_beside_and_below_follow_what_is_typed(as_secretary):
    page = read(send(as_secretary, {"styrelse.2026-10": "10 000,50"}, action="preview"))

    beside = {each.attributes["id"]: each for each in page.all("td", "beside")}
    assert beside["beside-styrelse-1"].shown == "191 814,50"
    assert beside["beside-styrelse-2"].shown == "280 000"
    assert "data-live" in beside["beside-styrelse-1"].attributes
    assert rows(page)["Summa kostnader"][9:13] == ["10 000,50", "–", "–", "9 371 987,50"]


def test_october_is_saved_as_one_posting(as_secretary, exempel):
    response = send(as_secretary, {"styrelse.2026-10": "31 000", "ranta.2026-10": "-12,50"})

    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    assert read(as_secretary.get(ADDRESS)).one("p", "saved").shown == "Sparat som verifikation 71."
    assert (stands(exempel, "styrelse", 10), stands(exempel, "ranta", 10)) == (31_000_00, -12_50)
    posting = Posting.objects.get(association=exempel, number=71)
    assert (posting.reason, posting.author_name, posting.entry_count) == ("Utfall 2026", "Sara", 2)


@pytest.mark.parametrize("typed", ["5 000 000", "1", "0", "-5 425"])
def test_a_month_that_moves_far_is_not_asked_about(as_secretary, exempel, typed):
    """Months differ as they will, and the year before is no guide to them."""
    response = send(as_secretary, {"styrelse.2026-01": typed})

    assert response.status_code == 302
    assert Posting.objects.filter(association=exempel).count() == 71


def test_a_corrected_month_posts_the_difference(as_secretary, exempel):
    send(as_secretary, {"styrelse.2026-01": "5 000"})

    assert stands(exempel, "styrelse", 1) == 5_000_00
    assert [entry.amount for entry in Entry.objects.filter(posting__number=71)] == [-425_00]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12.000", "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."),
        ("=A1", "Beloppet =A1 går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr."),
        ("1\x002", "Ta bort det osynliga tecknet (null-tecken) och skriv beloppet igen."),
        ("", "Ett bokfört belopp kan inte tömmas. Skriv 0 om det ska vara noll (det var 5 425)."),
    ],
)
def test_what_cannot_be_an_amount_is_refused_and_nothing_is_posted(as_secretary, exempel, typed, sentence):
    response = send(as_secretary, {"styrelse.2026-01": typed, "kansli.2026-10": "1 000"})

    assert response.status_code == 422
    assert problems(read(response)) == [f"Styrelse jan: {sentence}"]
    assert Posting.objects.filter(association=exempel).count() == 70


def test_a_slot_of_no_line_here_is_not_saved(as_secretary, exempel):
    send(as_secretary, {"avesta.2026-01": "1", "styrelse.2025-01": "1", "styrelse.2026-13": "1"})

    assert Posting.objects.filter(association=exempel).count() == 70


def test_a_line_that_has_ended_keeps_its_row_while_it_has_figures(as_secretary, exempel):
    exempel.lines.filter(slug="styrelse").update(last_year=2025)
    exempel.lines.filter(slug="kunskapslyftet").update(last_year=2025)

    found = rows(read(as_secretary.get(ADDRESS)))

    assert ("Styrelse" in found, "Kunskapslyftet samverkan" in found) == (True, False)


def test_a_forbund_without_other_income_has_no_such_sum(as_secretary, stockholm):
    found = rows(read(as_secretary.get("/stockholm/2021/utfall/")))

    assert [*found][-1] == "Summa kostnader"


@pytest.mark.parametrize("more", [0, 2])
def test_the_number_of_queries_is_the_same_however_many_lines(
    as_secretary, exempel, django_assert_num_queries, more
):
    for number in range(more):
        factories.make_line(exempel, f"ny-{number}")

    with django_assert_num_queries(10):
        as_secretary.get(ADDRESS)
