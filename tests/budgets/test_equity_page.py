"""Own capital year by year: every row adds up to the öre, and each year begins with what the last one left.

Provförbundet has 8 mnkr a year. 2025 is over: it began with 3 mnkr and left 3,55. 2026 runs: adopted with a
deficit of 280 000, known until September. 2027 is a draft that costs what it brings in. The figures of the
ladder here are made up: those of the recommendation from 2013 are not known to us.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets import equity, ledger, services
from budgets.equity_years import Basis, EquityRow, Transfer, equity_rows, transfers
from budgets.ledger import Cell, Decision
from budgets.models import Account, BudgetLine, EquityStep, Posting
from finsam import money
from finsam.money import MISSING, Figure
from members.access import VISITOR, Access
from members.models import Association, Role, User
from tests import factories
from tests.budgets.test_ledger_parallel import at_once
from tests.conftest import logged_in
from tests.pages import Element, read, table

Kind = BudgetLine.Kind
PAGE = "/provforbundet/eget-kapital/"
LADDER = "/provforbundet/eget-kapital/trappa/"
OFFERS = {"fk": "4 mnkr", "regionen": "2 mnkr", "storstad": "1,2 mnkr", "lillstad": "0,8 mnkr"}
SECRETARY = Access(Role.Kind.SECRETARY)


def post(
    forbund: Association, reason: str, wishes: dict[Cell, str], by: User | None = None
) -> Posting | None:
    """Record amounts written as people write them."""
    return services.record(
        association=forbund,
        wishes={cell: Figure(money.parse(text)) for cell, text in wishes.items()},
        reason=reason,
        by=by,
        author_name="" if by else "Ett test",
    )


def outcome(
    forbund: Association, year: int, month: int, costs: str, income: str = "", paid: str = ""
) -> None:
    """What one month cost and brought in besides, and what the state paid in it."""
    lines = {line.slug: line.pk for line in forbund.lines.all()}
    wishes = {Cell(Account.ACTUAL, year, month, line_id=lines["steget"]): costs}
    if income:
        wishes[Cell(Account.ACTUAL, year, month, line_id=lines["ranta"])] = income
    if paid:
        wishes[Cell(Account.PAID, year, month, member_id=factories.member(forbund, "fk").pk)] = paid
    post(forbund, f"Månad {month}", wishes)


def plan(forbund: Association, year: int, costs: str, income: str = "", use: str = "") -> None:
    """Divide the year's money: what it costs, other income, and the planned use of own capital."""
    lines = {line.slug: line.pk for line in forbund.lines.all()}
    wishes = {Cell(Account.ALLOCATED, year, line_id=lines["steget"]): costs}
    if income:
        wishes[Cell(Account.ALLOCATED, year, line_id=lines["ranta"])] = income
    if use:
        wishes[Cell(Account.EQUITY_USE, year)] = use
    post(forbund, f"Fördelning {year}", wishes)


def opening(forbund: Association, year: int, amount: str) -> None:
    post(forbund, f"Bokslut {year - 1}", {Cell(Account.OPENING_EQUITY, year): amount})


@pytest.fixture
def empty(db) -> Association:
    """Two lines and nothing in the ledger."""
    made = factories.make_association()
    factories.make_line(made, "steget", Kind.MEASURE)
    factories.make_line(made, "ranta", Kind.OTHER_INCOME)
    return made


@pytest.fixture
def forbund(empty) -> Association:
    """2025 is over, 2026 runs, 2027 is a draft."""
    for year, *money_of in ((2025, "8 mnkr"), (2026, "8,3 mnkr", "20 000", "280 000"), (2027, "8 mnkr")):
        factories.commit(empty, year, OFFERS)
        plan(empty, year, *money_of)
        if year < 2027:
            factories.adopt(empty, year)
    opening(empty, 2025, "3 mnkr")
    outcome(empty, 2025, 6, "4 mnkr", "50 000", "8 mnkr")
    outcome(empty, 2025, 12, "3,5 mnkr")
    outcome(empty, 2026, 9, "6 000 000,50", paid="6 mnkr")
    return empty


@pytest.fixture
def eva(empty) -> User:
    """The secretary."""
    return factories.make_user("eva", Role.Kind.SECRETARY, "provforbundet")


@pytest.fixture
def client(eva):
    """The secretary's browser."""
    return logged_in(eva)


@pytest.fixture
def reader(empty):
    """A board member's browser."""
    return logged_in(factories.make_user("lo", Role.Kind.BOARD, "provforbundet"))


def head(forbund: Association) -> int:
    return ledger.head_number(forbund)


def newest(forbund: Association) -> Posting:
    return forbund.postings.get(number=head(forbund))


def rows(page: Element) -> list[list[str]]:
    """The rows below the heading."""
    return table(page, "Eget kapital år för år")[1:]


def begins(forbund: Association, year: int) -> Figure:
    """What is booked as the year's opening."""
    return ledger.figure(ledger.balances(forbund), Cell(Account.OPENING_EQUITY, year))


def problems(page: Element) -> list[str]:
    return [each.shown for each in page.one("div", "problem").all("li")]


def problem(page: Element) -> str:
    return page.one("div", "problem").one("p").shown


def field(page: Element, name: str) -> Element:
    (found,) = [
        each for each in page.all("input") if each.attributes.get("name") == name and "id" in each.attributes
    ]
    return found


# -- Year by year ----------------------------------------------------------------------------------


def test_each_year_says_what_it_is_and_adds_up(forbund, reader):
    page = read(reader.get(PAGE))

    assert page.one("h1").shown == "Eget kapital"
    assert page.one("head").one("title").shown == "Eget kapital, provforbundet · Budgetliggaren"
    assert [each.shown for each in page.all("p", "lead")] == [
        "Vid utgången av 2025 var det egna kapitalet 3 550 000 kr, 44 % av årets medlemsbidrag.",
        "Enligt budgeten är det egna kapitalet 3 270 000 kr vid utgången av 2027.",
    ]
    assert table(page, "Eget kapital år för år") == [
        ["År", "Ingående", "Medlemsbidrag", "Övriga intäkter", "Kostnader", "Resultat", "Utgående"],
        ["2025 utfall", "3 000 000,00", "8 000 000,00 inbetalt", "50 000,00", "−7 500 000,00", "550 000,00",
         "3 550 000,00 44 % av bidragen"],
        ["2026 utfall t.o.m. september", "h3 550 000,00 följer av 2025, inte bokfört",
         "6 000 000,00 inbetalt", "–", "−6 000 000,50", "−0,50", "h3 549 999,50 59 % av bidragen"],
        ["2026 budget, fastställd", "h3 550 000,00 följer av 2025, inte bokfört",
         "8 000 000,00 fastställt", "20 000,00", "−8 300 000,00", "−280 000,00",
         "h3 270 000,00 41 % av bidragen"],
        ["2027 budget, utkast", "h3 270 000,00 följer av 2026, inte bokfört",
         "8 000 000,00 enligt åtagandena", "–", "−8 000 000,00", "0,00", "h3 270 000,00 41 % av bidragen"],
    ]  # fmt: skip


def test_a_visitor_sees_the_years_with_a_public_version_as_it_stood(forbund, visitor):
    plan(forbund, 2026, "9,9 mnkr")
    opening(forbund, 2027, "1")

    page = read(visitor.get(PAGE))

    assert [row[0] for row in rows(page)] == [
        "2025 utfall", "2026 utfall t.o.m. september", "2026 budget, fastställd",
    ]  # fmt: skip
    assert rows(page)[-1][4:] == ["−8 300 000,00", "−280 000,00", "h3 270 000,00 41 % av bidragen"]
    assert "2027" not in page.one("main").heard
    assert page.all("form") == []


def test_those_with_a_role_read_an_adopted_year_as_the_board_fixed_it(forbund, reader):
    """The working state after it is no decision yet; the overview of the years says the same."""
    plan(forbund, 2026, "9,9 mnkr")

    assert rows(read(reader.get(PAGE)))[2][4] == "−8 300 000,00"


def test_the_closing_is_the_one_on_the_years_page(forbund, reader):
    opening(forbund, 2026, "3 550 000")

    of_year = {
        row[0]: row[1:] for row in table(read(reader.get("/provforbundet/2026/")), "Intäkter, kostnader")
    }
    so_far, budget = (row[6] for row in rows(read(reader.get(PAGE))) if row[0].startswith("2026"))

    assert of_year["Utgående eget kapital"] == ["3 270 000,00", "3 549 999,50"]
    assert (budget, so_far) == ("3 270 000,00 41 % av bidragen", "3 549 999,50 59 % av bidragen")


@pytest.mark.parametrize(
    ("booked", "told"),
    [
        ("3 550 000", "lika med utgående 2025"),
        ("3 550 000,01", "0,01 kr mer än utgående 2025"),
        ("3 500 000", "50 000 kr mindre än utgående 2025"),
        ("-1", "3 550 001 kr mindre än utgående 2025"),
    ],
)
def test_an_opening_is_told_against_what_the_year_before_left(forbund, reader, booked, told):
    opening(forbund, 2026, booked)

    cells = [row[1] for row in rows(read(reader.get(PAGE))) if row[0].startswith("2026")]

    written = money.kr(money.parse(booked), 2).replace("\u00a0", " ")
    assert cells == [f"{written} {told}"] * 2


def test_after_a_gap_nothing_is_compared_and_nothing_follows(empty, reader):
    factories.commit(empty, 2024, OFFERS)
    plan(empty, 2024, "8 mnkr")
    opening(empty, 2024, "1 mnkr")
    factories.commit(empty, 2026, OFFERS)
    plan(empty, 2026, "8 mnkr")

    found = rows(read(reader.get(PAGE)))

    assert [(row[0][:4], row[1], row[6]) for row in found] == [
        ("2024", "1 000 000", "1 000 000 13 % av bidragen"),
        ("2026", "–", "–"),
    ]


def test_a_year_that_is_over_and_not_paid_is_told_by_what_was_fixed(empty, reader):
    factories.commit(empty, 2025, OFFERS)
    factories.adopt(empty, 2025)
    opening(empty, 2025, "0")
    outcome(empty, 2025, 12, "7 mnkr")

    assert rows(read(reader.get(PAGE))) == [
        [
            "2025 utfall",
            "0",
            "8 000 000 fastställt",
            "–",
            "−7 000 000",
            "1 000 000",
            "1 000 000 13 % av bidragen",
        ]
    ]


def test_what_is_not_known_is_not_nothing(empty, reader):
    """No costs are known, so no result; and no opening, so no closing."""
    factories.commit(empty, 2025, OFFERS)

    page = read(reader.get(PAGE))

    assert rows(page) == [["2025 budget, utkast", "–", "8 000 000 enligt åtagandena", "–", "–", "–", "–"]]
    assert page.one("p", "lead").shown == (
        "Det egna kapitalet kan inte räknas ut än: ingen uppgift om vad det första året började med."
    )
    assert page.all("p", "unit")[-1].shown.endswith("Streck: uppgift saknas.")


def test_own_capital_may_be_below_nothing(empty, reader):
    factories.commit(empty, 2025, OFFERS)
    plan(empty, 2025, "8 000 000,01")
    opening(empty, 2025, "0")

    assert rows(read(reader.get(PAGE)))[0][5:] == ["−0,01", "−0,01 0 % av bidragen"]


def test_an_association_without_years_says_so(empty, visitor, client):
    for browser in (visitor, client):
        page = read(browser.get(PAGE))
        assert page.one("p", "lead").shown == "Här finns inget att visa än."
        assert page.all("table") == []


def test_years_lead_to_their_pages_where_there_is_one(forbund, visitor, reader):
    opening(forbund, 2030, "1")

    for browser, years in ((visitor, [2025, 2026, 2026]), (reader, [2025, 2026, 2026, 2027])):
        links = [each.one("th").all("a") for each in read(browser.get(PAGE)).one("tbody").all("tr")]
        found = [link.attributes["href"] for links_of in links for link in links_of]
        assert found == [f"/provforbundet/{year}/" for year in years]
        assert [browser.get(link).status_code for link in found] == [200] * len(found)


def test_a_booked_opening_leads_to_what_is_behind_it(forbund, reader, visitor):
    for browser in (reader, visitor):
        links = read(browser.get(PAGE)).one("tbody").all("a", "figure")
        (link,) = [each for each in links if "/opening-equity/" in each.attributes["href"]]
        assert (link.shown, link.attributes["href"]) == (
            "3 000 000,00",
            "/provforbundet/2025/historik/opening-equity/alla/",
        )
        assert browser.get(link.attributes["href"]).status_code == 200


AMOUNTS = st.integers(-(10**12), 10**12)


@given(AMOUNTS, AMOUNTS, st.none() | AMOUNTS, AMOUNTS)
def test_every_row_adds_up(opening, contributions, income, costs):
    row = EquityRow(
        2027, Basis.BUDGET, Figure(opening), MISSING, Figure(contributions), Figure(income), Figure(costs)
    )

    assert row.closing.amount == opening + contributions + (income or 0) - costs
    assert row.closing.amount == equity.closing(opening, contributions, income or 0, costs)
    assert row.closing.amount == row.opening.amount + row.result.amount


@pytest.mark.parametrize("access", [VISITOR, SECRETARY], ids=["visitor", "secretary"])
def test_every_known_row_of_the_invented_forbund_adds_up_and_leads_on(exempel, access):
    found = [row for row in equity_rows(exempel, access) if row.closing.amount is not None]

    assert found
    for row in found:
        sums = (row.opening, row.contributions, row.other_income, row.costs)
        assert row.closing.amount == equity.closing(*(figure.amount or 0 for figure in sums))
    leading = {row.year: row for row in found if row.leads}
    for row in found:
        if row.year - 1 in leading:
            assert row.before == leading[row.year - 1].closing


@pytest.mark.parametrize("years", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_years(
    empty, client, visitor, django_assert_num_queries, years
):
    opening(empty, 2020, "1 mnkr")
    for year in range(2020, 2020 + years):
        factories.commit(empty, year, OFFERS)
        plan(empty, year, "8 mnkr", "1")
        factories.adopt(empty, year)
        outcome(empty, year, 12, "7 mnkr", "1", "8 mnkr")
        EquityStep.objects.create(
            association=empty, valid_from=date(year, 1, 1), max_amount=100, source="Påhittat"
        )

    with django_assert_num_queries(6):
        visitor.get(PAGE)
    with django_assert_num_queries(13):
        client.get(PAGE)


# -- Carried over ----------------------------------------------------------------------------------


def buttons(page: Element) -> list[str]:
    """What can be carried over, each as its button and the words beside it."""
    return [each.shown for each in page.all("ul", "transfers") for each in each.all("form")]


def press(client, page: Element, place: int = 0, **other: str):
    """Press one of the buttons, as shown or with something else in its fields."""
    form = page.one("ul", "transfers").all("form")[place]
    sent = {each.attributes["name"]: each.attributes["value"] for each in form.all("input")}
    return client.post(PAGE, sent | {"action": "transfer"} | other)


def test_what_a_year_leaves_is_offered_to_the_next(forbund, client):
    assert buttons(read(client.get(PAGE))) == [
        "För över 3 550 000 kr till 2026 enligt utfallet 2025",
        "För över 3 270 000 kr till 2027 enligt budgeten för 2026, tills utfallet är känt",
    ]


def test_it_is_carried_over_as_a_posting(forbund, eva, client):
    response = press(client, read(client.get(PAGE)))

    assert (response.status_code, response["Location"]) == (302, PAGE)
    page = read(client.get(PAGE))
    number = head(forbund)
    assert page.one("p", "saved").shown == (
        f"3 550 000 kr är överfört från 2025 till 2026 som verifikation {number}."
    )
    made = newest(forbund)
    assert (made.reason, made.author) == ("Eget kapital överfört från 2025", eva)
    assert begins(forbund, 2026) == Figure(3_550_000_00)
    assert rows(page)[1][1] == "3 550 000,00 lika med utgående 2025"
    assert buttons(page) == [
        "För över 3 270 000 kr till 2027 enligt budgeten för 2026, tills utfallet är känt"
    ]
    assert ledger.verify(forbund) is None


def test_what_only_a_budget_leaves_is_carried_over_as_derived(forbund, client):
    press(client, read(client.get(PAGE)), 1)

    assert begins(forbund, 2027) == Figure(3_270_000_00, is_derived=True)


def test_a_wrong_opening_is_put_right_by_the_difference(forbund, client):
    opening(forbund, 2026, "3 500 000")

    press(client, read(client.get(PAGE)))

    assert begins(forbund, 2026) == Figure(3_550_000_00)
    assert [entry.amount for entry in newest(forbund).entries.all()] == [50_000_00]


def test_the_last_year_is_carried_over_once_it_is_over(forbund, client):
    """Nothing of 2028 is known, and 2027 is only planned; 2025 alone would be carried to 2026."""
    assert transfers(equity_rows(forbund, SECRETARY))[-1].to == 2027
    outcome(forbund, 2026, 12, "1")
    outcome(forbund, 2027, 12, "7 mnkr", paid="8 mnkr")

    found = transfers(equity_rows(forbund, SECRETARY))

    assert found[-1] == Transfer(2027, found[-1].amount, is_planned=False)
    assert [each.to for each in found] == [2026, 2027, 2028]


def test_only_the_secretary_is_offered_it(forbund, reader, visitor):
    assert [buttons(read(browser.get(PAGE))) for browser in (reader, visitor)] == [[], []]


def test_pressing_twice_books_once(forbund, client):
    page = read(client.get(PAGE))
    press(client, page)
    before = head(forbund)

    again = press(client, page)

    assert again.status_code == 409
    assert problem(read(again)) == (
        "Beloppet har ändrats sedan sidan visades. Läs det som står nu och försök igen."
    )
    assert head(forbund) == before


def test_another_outcome_since_the_page_was_shown_is_read_first(forbund, client):
    page = read(client.get(PAGE))
    outcome(forbund, 2025, 11, "100 000")
    before = head(forbund)

    response = press(client, page)

    assert response.status_code == 409
    assert buttons(read(response))[0] == "För över 3 450 000 kr till 2026 enligt utfallet 2025"
    assert (head(forbund), begins(forbund, 2026)) == (before, MISSING)


def test_somebody_elses_amount_is_not_written_over_unseen(forbund, client):
    page = read(client.get(PAGE))
    opening(forbund, 2026, "3 500 000")
    before = head(forbund)

    response = press(client, page)

    assert response.status_code == 409
    assert problem(read(response)) == (
        f"Ett test har bokfört 3 500 000 kr som ingående eget kapital 2026 sedan sidan visades (verifikation "
        f"{before}). Inget nytt är bokfört; ditt belopp var 3 550 000 kr."
    )
    assert head(forbund) == before


@pytest.mark.parametrize(
    "sent",
    [
        {"amount": "1"},
        {"amount": "355000001"},
        {"amount": ""},
        {"amount": "=1"},
        {"amount": "9" * 40},
        {"year": "2024"},
        {"year": "²"},
        {"year": "\x00"},
        {"seen": ""},
        {"seen": "abc"},
    ],
)
def test_a_button_that_says_something_else_books_nothing(forbund, client, sent):
    before = head(forbund)

    response = press(client, read(client.get(PAGE)), **sent)

    assert (response.status_code, head(forbund)) == (409, before)


# -- An opening that is typed ----------------------------------------------------------------------

TYPED = {
    "year": "2025",
    "amount": "2,94 mnkr",
    "decision_body": "Styrelsen",
    "decision_date": "2025-03-14",
    "decision_paragraph": "12",
    "registry_no": "PF 2025/3",
    "reason": "Enligt årsredovisningen 2024",
}


def enter(client, forbund: Association, **other: str):
    return client.post(PAGE, TYPED | {"action": "enter", "seen": str(head(forbund))} | other)


def test_the_form_asks_for_the_first_year_that_lacks_an_amount(empty, client):
    factories.commit(empty, 2025, OFFERS)
    before = field(read(client.get(PAGE)), "year").attributes["value"]
    opening(empty, 2025, "1")

    assert before == "2025"
    assert "value" not in field(read(client.get(PAGE)), "year").attributes


def test_a_typed_opening_is_booked_on_its_decision(empty, eva, client):
    response = enter(client, empty)

    assert (response.status_code, response["Location"]) == (302, PAGE)
    page = read(client.get(PAGE))
    assert page.one("p", "saved").shown == "Ingående eget kapital 2025 är bokfört som verifikation 1."
    made = newest(empty)
    assert (made.reason, made.author) == ("Enligt årsredovisningen 2024", eva)
    assert (made.decision_body, made.decision_date) == ("Styrelsen", date(2025, 3, 14))
    assert (made.decision_paragraph, made.registry_no) == ("§ 12", "PF 2025/3")
    assert begins(empty, 2025) == Figure(2_940_000_00)
    assert rows(page) == [["2025 budget, utkast", "2 940 000", "–", "–", "–", "–", "–"]]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("-5 000", -5_000_00), ("−0,01", -1), ("0", 0), ("5 000 000 mnkr", 5 * 10**14)],
)
def test_an_opening_may_be_below_zero(empty, client, text, amount):
    enter(client, empty, amount=text)

    assert begins(empty, 2025).amount == amount


def test_without_a_note_the_posting_says_what_it_is(empty, client):
    enter(client, empty, reason="", decision_body="", decision_date="", decision_paragraph="", registry_no="")

    assert newest(empty).reason == "Ingående eget kapital"


def test_the_same_amount_again_books_nothing(empty, client):
    enter(client, empty)
    client.get(PAGE)

    enter(client, empty, amount="2 940 000")

    assert read(client.get(PAGE)).one("p", "saved").shown == "Beloppet var redan så. Inget nytt bokfördes."
    assert head(empty) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"year": ""}, "Skriv vilket år beloppet gäller, till exempel 2027."),
        ({"year": "2003"}, "Kontrollera årtalet 2003. Skriv fyra siffror, till exempel 2027."),
        ({"year": "2100"}, "Kontrollera årtalet 2100. Skriv fyra siffror, till exempel 2027."),
        ({"year": "2 027"}, "Kontrollera årtalet 2 027. Skriv fyra siffror, till exempel 2027."),
        ({"amount": ""}, "Skriv ett belopp, till exempel 12 000 eller 8,5 mnkr."),
        (
            {"amount": "12.000"},
            "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental.",
        ),
        (
            {"amount": "=1+1"},
            "Beloppet =1+1 går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr.",
        ),
        ({"amount": "1\x00"}, "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen."),
        (
            {"amount": "5 000 000 000 000,01"},
            "Beloppet 5 000 000 000 000,01 är för stort. Kontrollera antalet nollor.",
        ),
        ({"decision_body": ""}, "Skriv vem som beslutade, till exempel Regionfullmäktige."),
        ({"reason": "å" * 501}, "Texten är för lång: 501 tecken. Högst 500 får plats."),
    ],
)
def test_what_cannot_be_used_is_refused_and_kept(empty, client, typed, told):
    response = enter(client, empty, **typed)
    page = read(response)

    assert response.status_code == 422
    assert problems(page) == [told]
    assert page.one("title").shown.startswith("Fel: ")
    (name,) = typed
    assert field(page, name).attributes["aria-invalid"] == "true"
    assert field(page, "registry_no").attributes["value"] == "PF 2025/3"
    assert head(empty) == 0


def test_somebody_elses_opening_is_read_before_it_is_written_over(empty, client):
    opening(empty, 2025, "1 mnkr")

    response = enter(client, empty, seen="0")
    page = read(response)

    assert response.status_code == 409
    assert problem(page) == (
        "Ett test har bokfört 1 000 000 kr som ingående eget kapital 2025 sedan sidan visades (verifikation "
        "1). Inget nytt är bokfört; ditt belopp var 2 940 000 kr. Spara igen om ditt belopp ska gälla."
    )
    assert field(page, "amount").attributes["value"] == "2,94 mnkr"
    again = enter(client, empty, seen=field(page, "seen").attributes["value"])
    assert (again.status_code, begins(empty, 2025).amount) == (302, 2_940_000_00)


def test_an_opening_that_was_reversed_meanwhile_is_told(empty, eva, client):
    opening(empty, 2025, "1 mnkr")
    ledger.reverse(newest(empty), reason="Fel", by=eva)

    page = read(enter(client, empty, seen="1"))

    assert problem(page) == (
        "Eva har tagit bort ingående eget kapital 2025 sedan sidan visades (verifikation 2). Inget nytt är "
        "bokfört; ditt belopp var 2 940 000 kr. Spara igen om ditt belopp ska gälla."
    )


@pytest.mark.parametrize("seen", ["", "abc", "-1", "99", "²", "1" * 30])
def test_a_form_that_lost_its_place_books_nothing_and_keeps_what_was_typed(empty, client, seen):
    response = enter(client, empty, seen=seen)
    page = read(response)

    assert response.status_code == 422
    assert problem(page) == "Formuläret kom inte fram helt. Läs vad som är bokfört nu och spara igen."
    assert field(page, "amount").attributes["value"] == "2,94 mnkr"
    assert field(page, "seen").attributes["value"] == "0"
    assert head(empty) == 0


@pytest.mark.parametrize("action", ["enter", "transfer"])
@pytest.mark.parametrize(("role", "status"), [("visitor", 401), ("reader", 403), ("as_outsider", 404)])
def test_nobody_else_can_write(request, forbund, action, role, status):
    before = head(forbund)

    response = enter(request.getfixturevalue(role), forbund, action=action)

    assert (response.status_code, head(forbund)) == (status, before)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("address", [PAGE, LADDER])
def test_other_methods_are_refused(client, address, method):
    assert getattr(client, method)(address).status_code == 405


# -- The ladder ------------------------------------------------------------------------------------

STEP = {
    "valid_from": "2014-01-01",
    "contributions_from": "0",
    "contributions_to": "10 mnkr",
    "max_share": "22,5",
    "max_amount": "",
    "source": "Påhittad trappa, s. 4",
}


def steps(forbund: Association) -> list[tuple]:
    names = ("valid_from", "contributions_from", "contributions_to", "max_share", "max_amount", "source")
    return list(forbund.equity_steps.values_list(*names))


def test_without_steps_nothing_is_guessed(forbund, client, visitor):
    for browser, ways in ((visitor, []), (client, ["Skriv in trappan"])):
        page = read(browser.get(PAGE))
        section = next(
            each for each in page.all("section") if each.one("h2").shown.startswith("Rekommenderat")
        )
        assert section.one("p" if browser is visitor else "strong").shown.startswith("Ej angivet.")
        assert [each.shown for each in section.all("a")] == ways
        assert page.all("p", "warning") == []
    assert section.all("p")[0].shown == (
        "Ej angivet. Nationella rådets rekommendation från den 2 oktober 2013 säger hur stort det egna "
        "kapitalet bör vara som mest. Förbundet har inte skrivit in dess siffror, så här går inte att se om "
        "det är för stort."
    )


def test_the_secretary_adds_a_step(forbund, client):
    response = client.post(LADDER, STEP)

    assert (response.status_code, response["Location"]) == (302, LADDER)
    page = read(client.get(LADDER))
    assert page.one("p", "saved").shown == "Trappsteget är sparat."
    assert table(page, "Trappan för") == [
        ["Gäller från", "Årliga bidrag", "Högst", "Källa", "Ändra"],
        ["2014-01-01", "0–10 000 000 kr", "22,5 % av bidragen", "Påhittad trappa, s. 4", "Ändra"],
    ]
    assert steps(forbund) == [(date(2014, 1, 1), 0, 10_000_000_00, 2250, None, "Påhittad trappa, s. 4")]


def test_a_step_may_be_an_amount_without_end(forbund, client):
    client.post(LADDER, STEP | {"contributions_to": "", "max_share": "", "max_amount": "2 mnkr"})

    assert table(read(client.get(LADDER)), "Trappan för")[1][1:3] == ["0 kr och mer", "2 000 000 kr"]


@pytest.mark.parametrize(
    ("text", "share"),
    [("0", 0), ("20", 2000), ("20 %", 2000), ("22,5", 2250), ("22,55%", 2255), ("100", 10_000), ("007", 700)],
)
def test_a_share_is_kept_in_hundredths_of_a_per_cent(forbund, client, text, share):
    client.post(LADDER, STEP | {"max_share": text})

    assert steps(forbund)[0][3] == share


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"valid_from": ""}, "Skriv vilken dag trappan gäller från, som 2013-10-02."),
        ({"valid_from": "2 oktober"}, "Datumet 2 oktober går inte att tolka. Skriv det som 2026-11-27."),
        ({"valid_from": "1013-10-02"}, "Kontrollera årtalet i 1013-10-02."),
        ({"contributions_from": ""}, "Skriv ett belopp, till exempel 12 000 eller 8,5 mnkr."),
        ({"contributions_from": "-1"}, "Beloppet -1 är negativt. Skriv 0 eller mer."),
        (
            {"contributions_to": "12.000"},
            "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental.",
        ),
        ({"contributions_to": "0"}, "Skriv mer än 0 kr, eller lämna tomt om steget inte har något slut."),
        ({"max_share": ""}, "Skriv högst andel eller högst belopp."),
        ({"max_share": "22.5"}, "Andelen 22.5 har en punkt. Skriv decimaler med komma: 22,5."),
        ({"max_share": "22,555"}, "Andelen 22,555 är för fin. Skriv högst två decimaler."),
        ({"max_share": "22,55555"}, "Andelen 22,55555 är för fin. Skriv högst två decimaler."),
        ({"max_share": "100,01"}, "Andelen 100,01 är mer än 100 %. Skriv 100 eller mindre."),
        ({"max_share": "-5"}, "Andelen -5 går inte att tolka. Skriv till exempel 22,5."),
        ({"max_share": "=A1"}, "Andelen =A1 går inte att tolka. Skriv till exempel 22,5."),
        ({"max_share": "5\x00"}, "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen."),
        ({"max_amount": "1"}, "Skriv antingen en andel eller ett belopp, och töm det andra."),
        ({"source": " "}, "Skriv var siffran står."),
        ({"source": "å" * 501}, "Texten är för lång: 501 tecken. Högst 500 får plats."),
    ],
)
def test_a_step_that_cannot_be_is_refused_with_the_cure(forbund, client, typed, told):
    response = client.post(LADDER, STEP | typed)
    page = read(response)

    assert response.status_code == 422
    assert problems(page) == [told]
    (name,) = typed
    assert field(page, name).attributes["aria-invalid"] == "true"
    assert steps(forbund) == []


def test_steps_that_overlap_are_refused_and_both_named(forbund, client):
    client.post(LADDER, STEP)
    client.get(LADDER)

    response = client.post(
        LADDER, STEP | {"contributions_from": "9 999 999,99", "contributions_to": "", "max_share": "10"}
    )
    page = read(response)

    assert response.status_code == 422
    assert problems(page) == [
        "Steget 0–10 000 000 kr överlappar steget 9 999 999,99 kr och mer. Båda gäller från 2014-01-01. "
        "Ändra bidragen från eller till i något av dem."
    ]
    assert field(page, "contributions_from").attributes["aria-invalid"] == "true"
    assert len(steps(forbund)) == 1


def test_the_same_step_twice_is_refused(forbund, client):
    client.post(LADDER, STEP)

    assert client.post(LADDER, STEP).status_code == 422
    assert len(steps(forbund)) == 1


@pytest.mark.parametrize(
    "typed", [{"contributions_from": "10 mnkr", "contributions_to": ""}, {"valid_from": "2014-01-02"}]
)
def test_steps_that_meet_or_are_of_other_days_are_not_overlapping(forbund, client, typed):
    client.post(LADDER, STEP)

    assert client.post(LADDER, STEP | typed).status_code == 302
    assert len(steps(forbund)) == 2


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_enter_overlapping_steps_at_once_one_does():
    association = factories.make_association()

    def add(place: int) -> str:
        mine = Association.objects.get(pk=association.pk)
        low = place * 100
        step = EquityStep(
            association=mine,
            valid_from=date(2014, 1, 1),
            contributions_from=low,
            max_amount=1,
            source="Påhittat",
        )
        try:
            services.keep_equity_step(step)
        except services.StepsOverlapError as error:
            return f"{error.lower.contributions_from} {error.higher.contributions_from}"
        return ""

    told = at_once([lambda place=place: add(place) for place in range(8)])

    assert sorted(map(bool, told)) == [False, *[True] * 7]
    assert association.equity_steps.count() == 1


def test_a_neighbours_ladder_is_no_obstacle(forbund, client):
    neighbour = factories.make_association("grannforbundet", af=False)
    EquityStep.objects.create(
        association=neighbour, valid_from=date(2014, 1, 1), max_amount=100, source="Grannens"
    )

    assert client.post(LADDER, STEP).status_code == 302
    assert "Grannens" not in read(client.get(LADDER)).heard


def test_a_step_is_changed(forbund, client):
    client.post(LADDER, STEP)
    (link,) = read(client.get(LADDER)).one("tbody").all("a")
    address = LADDER + link.attributes["href"].removeprefix(LADDER)
    page = read(client.get(address))
    shown = {name: field(page, name).attributes.get("value", "") for name in STEP}

    response = client.post(address, STEP | {"max_share": "15"})

    assert link.heard == "Ändra 2014-01-01 0–10 000 000 kr"
    assert shown == STEP | {"contributions_to": "10\u00a0000\u00a0000"}
    assert (response.status_code, response["Location"]) == (302, LADDER)
    assert [step[3] for step in steps(forbund)] == [1500]


def test_a_share_becomes_an_amount(forbund, client):
    client.post(LADDER, STEP)
    step = forbund.equity_steps.get()

    client.post(f"{LADDER}?steg={step.pk}", STEP | {"max_share": "", "max_amount": "1 mnkr"})

    assert steps(forbund)[0][3:5] == (None, 1_000_000_00)


def test_a_step_is_removed(forbund, client):
    client.post(LADDER, STEP)
    client.get(LADDER)
    step = forbund.equity_steps.get()

    response = client.post(f"{LADDER}?steg={step.pk}", {"action": "remove"})

    assert (response.status_code, response["Location"]) == (302, LADDER)
    assert read(client.get(LADDER)).one("p", "saved").shown == "Trappsteget är borttaget."
    assert steps(forbund) == []


@pytest.mark.parametrize("step", ["0", "abc", "²", "-1", "1" * 10, "%00", "neighbour"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_step_that_is_not_ours_is_not_found(forbund, client, step, method):
    neighbour = factories.make_association("grannforbundet", af=False)
    theirs = EquityStep.objects.create(
        association=neighbour, valid_from=date(2014, 1, 1), max_amount=100, source="Grannens"
    )
    address = f"{LADDER}?steg={theirs.pk if step == 'neighbour' else step}"

    assert (
        getattr(client, method)(address, {"action": "remove"} if method == "post" else {}).status_code == 404
    )
    assert EquityStep.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize(("role", "status"), [("visitor", 401), ("reader", 403), ("as_outsider", 404)])
def test_only_the_secretary_changes_the_ladder(request, forbund, role, status):
    browser = request.getfixturevalue(role)

    assert browser.post(LADDER, STEP).status_code == status
    assert steps(forbund) == []


@pytest.mark.parametrize("more", [1, 3])
def test_the_ladders_page_asks_a_fixed_number_of_times(forbund, client, django_assert_num_queries, more):
    for number in range(more):
        client.post(LADDER, STEP | {"valid_from": f"20{14 + number}-01-01"})
    client.get(LADDER)

    with django_assert_num_queries(8):
        client.get(LADDER)


# -- Above the recommended largest -----------------------------------------------------------------


def warnings(page: Element) -> list[str]:
    return [each.shown for each in page.all("p", "warning")]


def test_a_closing_above_the_step_is_told_with_the_amount_above_and_the_source(forbund, client, visitor):
    """22,5 % of 8 mnkr is 1,8: 2025 left 3,55."""
    client.post(LADDER, STEP)

    page = read(visitor.get(PAGE))

    assert warnings(page) == [
        "Eget kapital över det rekommenderade högsta: 2025 med 1 750 000 kr och 2026 med 1 470 000 kr. "
        "Källa: Påhittad trappa, s. 4."
    ]
    assert table(page, "Eget kapital mot trappan") == [
        ["År", "Utgående", "Rekommenderat högst", "Över"],
        ["2025 utfall", "3 550 000", "1 800 000 22,5 % av bidragen", "1 750 000"],
        ["2026 budget, fastställd", "h3 270 000", "1 800 000 22,5 % av bidragen", "1 470 000"],
    ]
    assert table(page, "Trappan för")[0] == ["Gäller från", "Årliga bidrag", "Högst", "Källa"]


@pytest.mark.parametrize(("most", "above", "told"), [("3 550 000", "0", 0), ("3 549 999,99", "0,01", 1)])
def test_at_the_step_is_not_above_it(forbund, client, visitor, most, above, told):
    client.post(LADDER, STEP | {"max_share": "", "max_amount": most})

    page = read(visitor.get(PAGE))

    assert len(warnings(page)) == told
    assert table(page, "Eget kapital mot trappan")[1][3] == above


@pytest.mark.parametrize(
    ("valid_from", "years"), [("2025-12-31", ["2025", "2026"]), ("2026-01-01", ["2026"]), ("2027-01-01", [])]
)
def test_a_step_counts_from_the_year_in_whose_end_it_is_in_force(forbund, client, visitor, valid_from, years):
    client.post(LADDER, STEP | {"valid_from": valid_from})

    page = read(visitor.get(PAGE))

    told = " ".join(warnings(page))
    assert [year for year in ("2025", "2026") if f"{year} med" in told] == years
    measured = table(page, "Eget kapital mot trappan")[1:]
    assert [row[0][:4] for row in measured if row[2] != "ej angivet"] == years


def test_years_of_two_ladders_are_told_with_each_its_source(forbund, client, visitor):
    client.post(LADDER, STEP)
    client.post(LADDER, STEP | {"valid_from": "2026-07-01", "max_share": "20", "source": "En senare trappa."})

    assert warnings(read(visitor.get(PAGE))) == [
        "Eget kapital över det rekommenderade högsta: 2025 med 1 750 000 kr. Källa: Påhittad trappa, s. 4.",
        "Eget kapital över det rekommenderade högsta: 2026 med 1 670 000 kr. Källa: En senare trappa.",
    ]


def test_contributions_that_no_step_is_for_are_not_measured(forbund, client, visitor):
    client.post(LADDER, STEP | {"contributions_from": "8 000 000,01"})

    page = read(visitor.get(PAGE))

    assert warnings(page) == []
    assert table(page, "Eget kapital mot trappan")[1] == ["2025 utfall", "3 550 000", "ej angivet", ""]


def test_a_source_with_markup_is_shown_as_text(forbund, client, visitor):
    client.post(LADDER, STEP | {"source": "<b>Rådet</b>"})

    page = read(visitor.get(PAGE))

    assert warnings(page)[0].endswith("Källa: <b>Rådet</b>.")
    assert page.all("b") == []


def test_a_decision_is_not_made_up(forbund, client):
    press(client, read(client.get(PAGE)))

    made = newest(forbund)
    assert (
        Decision(made.decision_body, made.decision_date, made.decision_paragraph, made.registry_no)
        == Decision()
    )
