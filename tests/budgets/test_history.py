"""The history of a figure: every posting behind it with what it was after, and the note to it.

A visitor sees what the public versions were made of. Whatever came after leaves no trace.
"""

from datetime import date

import pytest

from budgets import booked_payments, ledger, services
from budgets.ledger import Cell, Remark
from budgets.models import Account, BudgetLine, Note, Posting
from finsam import money
from finsam.money import Figure
from members.models import Association, Role, User
from tests import factories
from tests.conftest import logged_in
from tests.pages import Element, read, table

FK = "/provforbundet/2027/historik/committed/fk/"
OFFERS = {"fk": "4 mnkr", "regionen": "2 mnkr", "storstad": "1,2 mnkr", "lillstad": "0,8 mnkr"}


@pytest.fixture
def forbund(db) -> Association:
    """2027 adopted at posting 3: the state offered 4 mnkr (1), then 4,2 (2)."""
    made = factories.make_association()
    factories.commit(made, 2027, OFFERS, reason="Brev från medlemmarna")
    factories.commit(made, 2027, {"fk": "4,2 mnkr"}, reason="Nytt brev från staten")
    factories.adopt(made, 2027)
    return made


@pytest.fixture
def eva(forbund) -> User:
    """The secretary."""
    return factories.make_user("eva", Role.Kind.SECRETARY, "provforbundet")


@pytest.fixture
def client(eva):
    """The secretary's browser."""
    return logged_in(eva)


@pytest.fixture
def reader(forbund):
    """A board member's browser."""
    return logged_in(factories.make_user("lo", Role.Kind.BOARD, "provforbundet"))


def posting(number: int) -> Posting:
    return Posting.objects.get(association__slug="provforbundet", number=number)


def head(forbund: Association) -> int:
    return ledger.head_number(forbund)


def steps(page: Element) -> list[list[str]]:
    """The rows below the heading."""
    return table(page, "Verifikationerna bakom beloppet")[1:]


def note(client, text: str, address: str = FK):
    return client.post(address, {"text": text})


def noted(page: Element) -> list[str]:
    """The note as the page says it above the table."""
    return [each.shown for each in page.all("p", "lead")]


# -- What is behind a figure -----------------------------------------------------------------------


def test_every_posting_behind_a_figure_is_listed_with_what_it_was_after(reader):
    page = read(reader.get(FK))

    assert page.one("h1").shown == "Fk (provforbundet): åtagande 2027"
    assert page.one("title").shown == "Fk (provforbundet), åtagande 2027 · Budgetliggaren"
    assert [heading.shown for heading in page.one("thead").all("th")] == [
        "Nr", "Vad och varför", "Beslut eller källa", "Bokförd av", "Ändring", "Därefter",
    ]  # fmt: skip
    assert [row[:2] + row[4:] for row in steps(page)] == [
        ["2", "Nytt brev från staten", "+200 000", "4 200 000"],
        ["1", "Brev från medlemmarna", "+4 000 000", "4 000 000"],
    ]


def test_a_reversed_pair_is_followed_through(forbund, eva, reader):
    factories.commit(forbund, 2027, {"fk": "40 mnkr"}, reason="En nolla för mycket")
    ledger.reverse(posting(4), reason="Rättat", by=eva)

    assert [row[:2] + row[4:] for row in steps(read(reader.get(FK)))[:3]] == [
        ["5", "Rättat Rättar verifikation 4", "−35 800 000", "4 200 000"],
        ["4", "En nolla för mycket Rättad av verifikation 5", "+35 800 000", "40 000 000"],
        ["2", "Nytt brev från staten", "+200 000", "4 200 000"],
    ]


def test_öre_stand_in_all_amounts_or_in_none(forbund, reader):
    factories.commit(forbund, 2027, {"fk": "4 200 000,50"})

    assert [row[4:] for row in steps(read(reader.get(FK)))] == [
        ["+0,50", "4 200 000,50"],
        ["+200 000,00", "4 200 000,00"],
        ["+4 000 000,00", "4 000 000,00"],
    ]


def test_the_months_of_a_line_are_its_year_and_each_has_a_history_of_its_own(forbund, reader):
    line = factories.make_line(forbund, "steget")
    wishes = {
        Cell(Account.ALLOCATED, 2027, month, line_id=line.pk): Figure(month * money.ORE_PER_KRONA)
        for month in range(1, 13)
    }
    services.record(association=forbund, wishes=wishes, reason="Per månad", by=None, author_name="Ett test")
    address = "/provforbundet/2027/historik/allocated/steget/"

    whole, march = read(reader.get(address)), read(reader.get(address, {"manad": "3"}))

    assert whole.one("h1").shown == "Steget: budgeterat 2027"
    assert [row[4:] for row in steps(whole)] == [["+78", "78"]]
    assert march.one("h1").shown == "Steget: budgeterat mars 2027"
    assert [row[4:] for row in steps(march)] == [["+3", "3"]]


def test_a_weight_is_a_number_and_not_kronor(forbund, reader):
    cell = Cell(Account.KEY, 2027, member_id=factories.member(forbund, "storstad").pk)
    services.record(
        association=forbund,
        wishes={cell: Figure(31_412)},
        reason="Folkmängd",
        by=None,
        author_name="Ett test",
    )

    page = read(reader.get("/provforbundet/2027/historik/key/storstad/"))

    assert page.one("caption").shown == "Verifikationerna bakom beloppet, den senaste först"
    assert [row[4:] for row in steps(page)] == [["+31 412", "31 412"]]


def test_the_forbunds_own_figures_have_a_history_too(forbund, reader):
    services.record(
        association=forbund,
        wishes={Cell(Account.OPENING_EQUITY, 2027): Figure(-100)},
        reason="Bokslut",
        by=None,
        author_name="Ett test",
    )

    page = read(reader.get("/provforbundet/2027/historik/opening-equity/alla/"))

    assert page.one("h1").shown == "provforbundet: ingående eget kapital 2027"
    assert [row[4:] for row in steps(page)] == [["−1", "−1"]]


def test_a_figure_that_nothing_is_posted_for_says_so_to_those_with_a_role(reader, visitor):
    address = "/provforbundet/2028/historik/committed/fk/"

    page = read(reader.get(address))

    assert page.one("tbody").one("td").shown == "Inget är bokfört än."
    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "2027/historik/finns-inte/fk/",
        "2027/historik/committed/finns-inte/",
        "2027/historik/committed/alla/",
        "2027/historik/equity-use/fk/",
        "2027/historik/opening-equity/fk/",
        "2027/historik/allocated/fk/",
        "2027/historik/allocated/alla/",
        "2003/historik/committed/fk/",
        "2003/historik/agreed/alla/",
        "2027/historik/committed/fk/?manad=3",
        "2027/historik/paid/fk/?manad=0",
        "2027/historik/paid/fk/?manad=13",
        "2027/historik/paid/fk/?manad=03",
        "2027/historik/paid/fk/?manad=%00",
        "2027/historik/paid/fk/?manad=²",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_no_figure_is_about_is_not_found(client, address, method):
    response = getattr(client, method)(
        f"/provforbundet/{address}", {"text": "Not"} if method == "post" else {}
    )

    assert response.status_code == 404


@pytest.mark.parametrize("more", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_postings(
    forbund, reader, visitor, django_assert_num_queries, more
):
    for number in range(more):
        factories.commit(forbund, 2027, {"fk": f"{5 + number} mnkr"})

    with django_assert_num_queries(11):
        reader.get(FK)
    with django_assert_num_queries(6):
        visitor.get(FK)


# -- What a visitor is not told --------------------------------------------------------------------


def test_a_visitor_sees_what_the_public_version_was_made_of_without_who(forbund, visitor):
    factories.commit(forbund, 2027, {"fk": "9 mnkr"}, reason="Hemligt läge")

    page = read(visitor.get(FK))

    assert [row[:2] + row[3:] for row in steps(page)] == [
        ["2", "Nytt brev från staten", "+200 000", "4 200 000"],
        ["1", "Brev från medlemmarna", "+4 000 000", "4 000 000"],
    ]
    assert "Hemligt" not in page.heard
    assert "Ett test" not in page.heard
    assert page.all("form") == []


def test_a_visitor_is_not_told_of_a_later_reversal(forbund, eva, visitor, reader):
    ledger.reverse(posting(2), reason="Hemlig rättelse", by=eva)

    page = read(visitor.get(FK))

    assert "Rättad" not in page.heard
    assert [row[4] for row in steps(page)] == ["4 200 000", "4 000 000"]
    assert "Rättad av verifikation 4" in read(reader.get(FK)).heard


def test_nor_when_another_years_budget_has_been_adopted_since(forbund, eva, visitor):
    """The newest public version is 2028's, posting 6; the reversal before it is only 2027's working state."""
    ledger.reverse(posting(2), reason="Hemlig rättelse", by=eva)
    factories.commit(forbund, 2028, OFFERS)
    factories.adopt(forbund, 2028)
    assert head(forbund) == 6

    pages = [read(visitor.get(address)) for address in (FK, "/provforbundet/verifikation/2/")]

    assert ["Rättad" in page.heard for page in pages] == [False, False]
    assert visitor.get("/provforbundet/verifikation/4/").status_code == 404


def test_a_revision_makes_the_reversal_public(forbund, eva, visitor):
    ledger.reverse(posting(2), reason="Statens andra brev gällde 2028", by=eva)
    factories.adopt(forbund, 2027)

    newest, *_earlier = steps(read(visitor.get(FK)))
    about = read(visitor.get("/provforbundet/verifikation/2/")).one("dl", "about")
    assert newest[1] == "Statens andra brev gällde 2028 Rättar verifikation 2"
    assert "Rättad avverifikation 4" in about.heard


def test_a_visitor_sees_nothing_of_a_year_without_a_public_version(forbund, visitor):
    factories.commit(forbund, 2028, {"fk": "9 mnkr"}, reason="Hemligt läge")
    services.propose(association=forbund, year=2028, reason="Förslag", by=None, author_name="Ett test")

    assert visitor.get("/provforbundet/2028/historik/committed/fk/").status_code == 404


def test_outcome_and_forecast_are_public_where_the_year_is(forbund, visitor, reader):
    line = factories.make_line(forbund, "steget")
    cells = {
        "actual": Cell(Account.ACTUAL, 2027, 3, line_id=line.pk),
        "forecast": Cell(Account.FORECAST, 2027, line_id=line.pk),
        "draft": Cell(Account.ACTUAL, 2028, 3, line_id=line.pk),
    }
    services.record(
        association=forbund,
        wishes={cell: Figure(100) for cell in cells.values()},
        reason="Mars",
        by=None,
        author_name="Ett test",
    )

    addresses = [
        f"/provforbundet/{year}/historik/{account}/steget/"
        for year, account in ((2027, "actual"), (2027, "forecast"), (2028, "actual"))
    ]

    assert [visitor.get(address).status_code for address in addresses] == [200, 200, 404]
    assert [reader.get(address).status_code for address in addresses] == [200, 200, 200]


def test_a_visitor_reads_of_a_payment_without_what_the_bank_says_of_it(forbund, eva, visitor, reader):
    booked_payments.receive(
        association=forbund,
        year=2027,
        member=factories.member(forbund, "fk"),
        amount=3_000_000_00,
        day=date(2027, 1, 29),
        reference="850101-1234, referens Anna",
        by=eva,
    )
    addresses = ("2027/historik/paid/fk/", "2027/historik/paid/summa/", "verifikation/4/")

    for_visitor, for_reader = (
        [read(browser.get(f"/provforbundet/{address}")).one("main").shown for address in addresses]
        for browser in (visitor, reader)
    )

    assert ["850101" in page for page in for_visitor] == [False, False, False]
    assert ["Inbetalt 2027-01-29 från Fk (provforbundet)" in page for page in for_visitor] == [True] * 3
    assert ["referens 850101-1234, referens Anna" in page for page in for_reader] == [True] * 3


def test_another_forbunds_secretary_is_a_visitor_here(forbund):
    factories.commit(forbund, 2027, {"fk": "9 mnkr"}, reason="Hemligt läge")
    factories.make_association("grannforbundet", af=False)
    neighbour = logged_in(factories.make_user("nils", Role.Kind.SECRETARY, "grannforbundet"))

    page = read(neighbour.get(FK))

    assert "Hemligt" not in page.heard
    assert len(steps(page)) == 2
    assert note(neighbour, "Jag var här").status_code == 404
    assert head(forbund) == 4


# -- Notes -----------------------------------------------------------------------------------------


def test_the_secretary_writes_a_note(forbund, client):
    response = note(client, "Statens tilldelning gäller två år.")

    assert (response.status_code, response["Location"]) == (302, FK)
    page = read(client.get(FK))
    assert page.one("p", "saved").shown == "Noten är sparad som verifikation 4."
    assert noted(page) == ["Not: Statens tilldelning gäller två år."]
    made = posting(4)
    assert (made.reason, made.author_name, made.entry_count, made.note_count) == (
        "Not till belopp",
        "Eva",
        0,
        1,
    )
    (kept,) = Note.objects.filter(posting=made)
    assert (kept.account, kept.year, kept.member, kept.line) == (
        "committed", 2027, factories.member(forbund, "fk"), None,
    )  # fmt: skip
    assert ledger.verify(forbund) is None


def test_the_newest_note_counts_and_an_empty_one_takes_it_back(forbund, client):
    note(client, "Först")
    note(client, "Sedan")
    newest = noted(read(client.get(FK)))

    response = note(client, "  ")

    assert newest == ["Not: Sedan"]
    page = read(response.client.get(FK))
    assert page.one("p", "saved").shown == "Noten är borttagen genom verifikation 6."
    assert noted(page) == []
    assert posting(6).reason == "Noten borttagen"


def test_the_same_note_again_posts_nothing(forbund, client):
    note(client, "Först")
    client.get(FK)

    note(client, " Först ")

    assert read(client.get(FK)).one("p", "saved").shown == "Noten var redan så. Inget nytt bokfördes."
    assert head(forbund) == 4


def test_nothing_where_there_was_nothing_posts_nothing(forbund, client):
    note(client, "")

    assert head(forbund) == 3


def test_a_reversed_note_does_not_count_and_the_one_before_does(forbund, eva, client):
    note(client, "Först")
    note(client, "Fel figur")
    ledger.reverse(posting(5), reason="Fel figur", by=eva)

    assert noted(read(client.get(FK))) == ["Not: Först"]


def test_a_note_to_a_line_and_to_the_forbund(forbund, client):
    factories.make_line(forbund, "steget")
    line, whole = (
        "/provforbundet/2027/historik/allocated/steget/",
        "/provforbundet/2027/historik/equity-use/alla/",
    )

    note(client, "Nytt avtal", line)
    note(client, "Sparade medel", whole)

    assert noted(read(client.get(line))) == ["Not: Nytt avtal"]
    assert noted(read(client.get(f"{line}?manad=3"))) == ["Not: Nytt avtal"]
    assert noted(read(client.get(whole))) == ["Not: Sparade medel"]
    assert noted(read(client.get(FK))) == []


def test_other_years_and_members_have_notes_of_their_own(client):
    note(client, "Bara fk 2027")

    for address in (
        "2028/historik/committed/fk/",
        "2027/historik/committed/regionen/",
        "2027/historik/called/fk/",
    ):
        assert noted(read(client.get(f"/provforbundet/{address}"))) == []


def test_an_answer_in_the_consultation_is_no_note(forbund, client):
    services.answer(
        association=forbund,
        year=2027,
        member=factories.member(forbund, "fk"),
        stance=Note.Stance.COMMENTS,
        text="Vi vill se mer till unga.",
        by=None,
        author_name="Ett test",
    )

    assert noted(read(client.get(FK))) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Not\x00", "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen."),
        ("å" * 1001, "Texten är för lång: 1001 tecken. Högst 1000 får plats."),
    ],
)
def test_a_note_that_cannot_be_kept_is_refused(forbund, client, text, told):
    response = note(client, text)
    page = read(response)

    assert response.status_code == 422
    assert [each.shown for each in page.one("div", "problem").all("li")] == [told]
    assert page.one("textarea").attributes["aria-invalid"] == "true"
    assert len(steps(page)) == 2
    assert head(forbund) == 3


def test_a_note_with_markup_is_shown_as_text(client):
    note(client, '<script>alert("x")</script>')

    page = read(client.get(FK))

    assert noted(page) == ['Not: <script>alert("x")</script>']
    assert page.one("main").all("script") == []


def test_notes_are_to_the_plan_and_not_to_the_outcome(forbund, client):
    address = "/provforbundet/2027/historik/paid/fk/"

    assert "textarea" not in {each.tag for each in read(client.get(address))}
    assert note(client, "Not", address).status_code == 404
    assert head(forbund) == 3


@pytest.mark.parametrize("kind", [Role.Kind.BOARD, Role.Kind.AUDITOR])
def test_those_who_only_read_see_notes_and_write_none(forbund, client, kind):
    note(client, "Gäller två år")
    reader = logged_in(factories.make_user("rut", kind, "provforbundet"))

    page = read(reader.get(FK))

    assert noted(page) == ["Not: Gäller två år"]
    assert page.all("textarea") == []
    assert note(reader, "Jag med").status_code == 403
    assert head(forbund) == 4


def test_a_visitor_cannot_write_and_keeps_what_was_typed(forbund, visitor):
    response = note(visitor, "Jag var här")

    assert response.status_code == 401
    assert "Jag var här" in response.content.decode()
    assert head(forbund) == 3


def test_a_visitor_sees_a_note_once_a_version_has_it(forbund, eva, client, visitor):
    note(client, "Ett utkast")
    before = noted(read(visitor.get(FK)))
    factories.adopt(forbund, 2027)
    after = noted(read(visitor.get(FK)))
    note(client, "Ett nytt utkast")
    ledger.reverse(posting(4), reason="Fel", by=eva)

    assert (before, after, noted(read(visitor.get(FK)))) == ([], ["Not: Ett utkast"], ["Not: Ett utkast"])


def test_services_note_gives_its_own_reason_and_decision(forbund, eva):
    remark = Remark(2027, "Gäller två år", Account.COMMITTED, factories.member(forbund, "fk").pk)

    made = services.note(
        association=forbund,
        remark=remark,
        by=eva,
        reason="Förtydligande",
        decision=ledger.Decision("Styrelsen"),
    )

    assert (made.reason, made.decision_body) == ("Förtydligande", "Styrelsen")


# -- Sums ------------------------------------------------------------------------------------------

SUM = "/provforbundet/2027/historik/committed/summa/"


def pieces(page: Element) -> list[list[str]]:
    return table(page, "Det här är summan av")[1:]


def test_a_sum_says_which_figures_it_is_of_and_each_leads_further(forbund, visitor):
    page = read(visitor.get(SUM))

    assert page.one("h1").shown == "Alla medlemmar: åtagande 2027"
    assert pieces(page) == [
        ["Fk (provforbundet)", "4 200 000"],
        ["Regionen (provforbundet)", "2 000 000"],
        ["Storstad (provforbundet)", "1 200 000"],
        ["Lillstad (provforbundet)", "800 000"],
        ["Summa", "8 200 000"],
    ]
    assert [row[0:2] + row[3:] for row in steps(page)] == [
        ["2", "Nytt brev från staten", "+200 000", "8 200 000"],
        ["1", "Brev från medlemmarna", "+8 000 000", "8 000 000"],
    ]
    links = [link.attributes["href"] for link in page.all("a", "figure")]
    assert links[0] == FK
    assert {visitor.get(link).status_code for link in links} == {200}


def test_a_party_is_the_sum_of_its_members_of_the_year(forbund, visitor):
    other = factories.make_association("annat")
    left = factories.make_member(other, "avsta", "municipalities", position=20)
    factories.commit(other, 2028, OFFERS | {"avsta": "1 mnkr"})
    left.notice_given, left.left = date(2023, 1, 1), date(2027, 12, 31)
    left.save()
    factories.adopt(other, 2028)

    page = read(visitor.get("/annat/2028/historik/committed/summa/kommunerna/"))

    assert page.one("h1").shown == "Kommunerna: åtagande 2028"
    assert pieces(page)[-1] == ["Summa", "2 000 000"]
    assert steps(page)[0][4] == "2 000 000"


def test_lines_are_summed_as_costs_and_as_incomes_and_each_line_by_its_months(forbund, reader):
    cells = {
        Cell(Account.ACTUAL, 2027, month, line_id=factories.make_line(forbund, f"insats-{month}").pk): Figure(
            month * 1_000_00
        )
        for month in (1, 2)
    }
    income = factories.make_line(forbund, "esf", BudgetLine.Kind.OTHER_INCOME)
    cells |= {Cell(Account.ACTUAL, 2027, month, line_id=income.pk): Figure(7_00) for month in (1, 2)}
    services.record(association=forbund, wishes=cells, reason="Utfall", by=None, author_name="Ett test")
    address = "/provforbundet/2027/historik/actual/"

    costs, incomes, line = (
        read(reader.get(f"{address}{which}/")) for which in ("summa/kostnader", "summa/intakter", "esf")
    )

    assert costs.one("h1").shown == "Alla kostnader: utfall 2027"
    assert pieces(costs) == [["Insats-1", "1 000"], ["Insats-2", "2 000"], ["Summa", "3 000"]]
    assert pieces(incomes) == [["Esf", "14"], ["Summa", "14"]]
    assert pieces(line) == [["januari", "7"], ["februari", "7"], ["Summa", "14"]]
    assert [link.attributes["href"] for link in line.all("a", "figure")] == [
        f"{address}esf/?manad=1", f"{address}esf/?manad=2",
    ]  # fmt: skip


def test_an_agreed_level_for_the_whole_forbund_is_not_summed_with_the_members(forbund, reader):
    cells = {
        Cell(Account.AGREED, 2027): Figure(9_000_000_00),
        Cell(Account.AGREED, 2027, member_id=factories.member(forbund, "fk").pk): Figure(4_500_000_00),
    }
    services.record(association=forbund, wishes=cells, reason="Avtal", by=None, author_name="Ett test")

    response = reader.get("/provforbundet/2027/historik/agreed/summa/")

    assert response["Location"] == "/provforbundet/2027/historik/agreed/alla/"


@pytest.mark.parametrize(
    "address",
    [
        "key/summa/",
        "committed/summa/kostnader/",
        "actual/summa/",
        "finns-inte/summa/",
        "actual/summa/staten/",
    ],
)
def test_a_sum_that_is_none_is_not_found(client, address):
    assert client.get(f"/provforbundet/2027/historik/{address}").status_code == 404


@pytest.mark.parametrize("place", ["0", "-1", "abc", "²", "%00", "1.0", "9" * 30])
def test_a_place_that_is_none_is_not_found(client, place):
    assert [client.get(f"{each}?lage={place}").status_code for each in (FK, SUM)] == [404, 404]


@pytest.mark.parametrize("more", [1, 3])
def test_a_sum_asks_the_same_number_of_questions(visitor, db, django_assert_num_queries, more):
    other = factories.make_association("annat")
    for number in range(more):
        factories.make_member(other, f"kommun-{number}", "municipalities", position=20 + number)
        factories.commit(other, 2027, OFFERS | {f"kommun-{number}": "1 mnkr"})
    factories.adopt(other, 2027)
    reader = logged_in(factories.make_user("lo", Role.Kind.BOARD, "annat"))

    with django_assert_num_queries(11):
        reader.get("/annat/2027/historik/committed/summa/")
    with django_assert_num_queries(6):
        visitor.get("/annat/2027/historik/committed/summa/")


# -- As of a place ---------------------------------------------------------------------------------


def test_a_figure_can_be_read_as_of_an_earlier_place(forbund, reader):
    page = read(reader.get(FK, {"lage": "1"}))

    assert [row[0] for row in steps(page)] == ["1"]
    assert page.one("p", "asof").shown == "Läget efter verifikation 1. Visa även senare verifikationer"
    assert page.all("textarea") == []


def test_a_place_does_not_show_a_visitor_more(forbund, visitor):
    factories.commit(forbund, 2027, {"fk": "9 mnkr"}, reason="Hemligt läge")

    pages = [read(visitor.get(address, {"lage": "99"})) for address in (FK, SUM)]

    assert ["Hemligt" in page.heard for page in pages] == [False, False]
    assert [steps(page)[0][4] for page in pages] == ["4 200 000", "8 200 000"]


# -- Plan years and payments -----------------------------------------------------------------------


def test_a_visitor_sees_a_plan_year_as_the_public_version_fixed_it(forbund, visitor):
    """2028 is planned in 2027's revision, posting 5; what comes after is 2028's own draft."""
    other = factories.make_association("annat")
    factories.commit(other, 2028, OFFERS, reason="Plan för 2028")
    factories.commit(other, 2027, OFFERS)
    factories.adopt(other, 2027)
    factories.commit(other, 2028, {"fk": "9 mnkr"}, reason="Hemligt läge")
    factories.commit(other, 2030, OFFERS, reason="Längre bort än planen")

    page = read(visitor.get("/annat/2028/historik/committed/fk/"))

    assert [row[1] for row in steps(page)] == ["Plan för 2028"]
    assert visitor.get("/annat/verifikation/1/").status_code == 200
    assert visitor.get("/annat/verifikation/4/").status_code == 404
    assert visitor.get("/annat/2030/historik/committed/fk/").status_code == 404


def test_the_plan_years_go_on_as_budgets_of_their_own_after_the_first_adoption(forbund, visitor):
    factories.commit(forbund, 2028, {"fk": "9 mnkr"}, reason="Hemligt läge")
    factories.commit(forbund, 2027, {"fk": "4,3 mnkr"})
    factories.adopt(forbund, 2027)

    assert visitor.get("/provforbundet/2028/historik/committed/fk/").status_code == 404


def test_payments_are_public_with_their_year_and_without_who_booked_them(forbund, visitor):
    fk = factories.member(forbund, "fk").pk
    cells = {Cell(Account.PAID, year, 3, member_id=fk): Figure(100_00) for year in (2027, 2028)}
    services.record(association=forbund, wishes=cells, reason="Inbetalt", by=None, author_name="Ett test")

    page = read(visitor.get("/provforbundet/2027/historik/paid/summa/"))

    assert pieces(page) == [["Fk (provforbundet)", "100"], ["Summa", "100"]]
    assert "Ett test" not in page.heard
    assert visitor.get("/provforbundet/2028/historik/paid/summa/").status_code == 404
    posting_page = read(visitor.get("/provforbundet/verifikation/4/"))
    assert [row[1] for row in table(posting_page, "Belopp i verifikationen")[1:]] == ["inbetalt mars 2027"]
