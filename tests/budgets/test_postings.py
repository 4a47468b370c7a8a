"""One posting with all it carries, and how it is taken back: reversed once, with a reason, never changed."""

from datetime import date

import pytest

from budgets import ledger, services
from budgets.ledger import Cell, Decision, Remark
from budgets.models import Account, Note, Posting
from finsam import money
from finsam.money import Figure
from members.models import Association, Role, User
from tests import factories
from tests.budgets.test_history import OFFERS
from tests.budgets.test_ledger_parallel import at_once
from tests.conftest import logged_in
from tests.pages import Element, plain, read, table


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


def address(number: int, reverse: bool = False) -> str:
    return f"/provforbundet/verifikation/{number}/{'ratta/' if reverse else ''}"


def posting(number: int) -> Posting:
    return Posting.objects.get(association__slug="provforbundet", number=number)


def head(forbund: Association) -> int:
    return ledger.head_number(forbund)


def offered(forbund: Association, slug: str = "fk", year: int = 2027) -> int | None:
    """A member's commitment, in kronor."""
    found = ledger.figure(ledger.balances(forbund), factories.committed(forbund, year, slug))
    return None if found.amount is None else found.amount // money.ORE_PER_KRONA


def about(page: Element) -> dict[str, str]:
    """What is said of the posting, each by its name."""
    facts = page.one("dl", "about").all("div")
    return {fact.one("dt").shown: fact.one("dd").shown for fact in facts}


def entries(page: Element) -> list[list[str]]:
    return table(page, "Belopp i verifikationen")[1:]


def reverse(client, number: int, reason: str = "Fel belopp", **more: str):
    return client.post(address(number, reverse=True), {"reason": reason, **more})


def problem(response) -> str:
    return read(response).one("div", "problem").one("p").shown


# -- What a posting says ---------------------------------------------------------------------------


def test_a_posting_says_who_when_why_and_on_which_decision(forbund, eva, client):
    services.record(
        association=forbund,
        wishes={factories.committed(forbund, 2028, "regionen"): Figure(2_100_000_00)},
        reason="Regionen höjer",
        by=eva,
        decision=Decision("Regionfullmäktige", date(2027, 4, 20), "§ 45", "RS 2027/12"),
    )

    page = read(client.get(address(4)))

    assert page.one("h1").shown == "Verifikation 4"
    assert page.one("title").shown == "Verifikation 4, provforbundet · Budgetliggaren"
    assert page.one("p", "lead").shown == "Regionen höjer"
    facts = about(page)
    assert facts.pop("Bokförd av").startswith("Eva, ")
    assert facts == {
        "Beslut": "Regionfullmäktige 2027-04-20 § 45, dnr RS 2027/12",
        "Kontrollsumma": posting(4).hash,
    }
    assert entries(page) == [["Regionen (provforbundet)", "åtagande 2028", "+2 100 000"]]


def test_each_amount_leads_to_its_history_and_says_which_it_is(forbund, client):
    line = factories.make_line(forbund, "steget")
    cells = [Cell(Account.ALLOCATED, 2027, month, line_id=line.pk) for month in (1, 2)]
    services.record(
        association=forbund,
        wishes=dict.fromkeys(cells, Figure(100)) | {Cell(Account.EQUITY_USE, 2027): Figure(50)},
        reason="Fördelning",
        by=None,
        author_name="Ett test",
    )

    page = read(client.get(address(4)))

    assert entries(page) == [
        ["Steget", "budgeterat januari 2027", "+1,00"],
        ["Steget", "budgeterat februari 2027", "+1,00"],
        ["hela förbundet", "nyttjande av eget kapital 2027", "+0,50"],
    ]
    links = page.one("tbody").all("a")
    assert [link.attributes["href"] for link in links] == [
        "/provforbundet/2027/historik/allocated/steget/?manad=1",
        "/provforbundet/2027/historik/allocated/steget/?manad=2",
        "/provforbundet/2027/historik/equity-use/alla/",
    ]
    assert [link.heard for link in links] == [
        "Steget, budgeterat januari 2027",
        "Steget, budgeterat februari 2027",
        "hela förbundet, nyttjande av eget kapital 2027",
    ]
    assert [client.get(link.attributes["href"]).status_code for link in links] == [200, 200, 200]


def test_a_posting_of_words_says_them_to_those_with_a_role(forbund, eva, client, visitor):
    member = factories.member(forbund, "fk")
    services.note(
        association=forbund, remark=Remark(2027, "Gäller två år", Account.COMMITTED, member.pk), by=eva
    )
    services.note(association=forbund, remark=Remark(2027, "", Account.COMMITTED, member.pk), by=eva)
    services.answer(
        association=forbund, year=2027, member=member, stance=Note.Stance.OBJECTS, text="För litet", by=eva
    )

    pages = [read(client.get(address(number))) for number in (4, 5, 6)]

    assert [about(page).get("Not") or about(page)["Svar"] for page in pages] == [
        "Fk (provforbundet), åtagande 2027: Gäller två år",
        "Fk (provforbundet), åtagande 2027: borttagen",
        "Fk (provforbundet) avstyrker 2027: För litet",
    ]
    assert [page.all("table") for page in pages] == [[], [], []]
    assert [visitor.get(address(number)).status_code for number in (4, 5, 6)] == [404, 404, 404]


def test_a_visitor_is_not_told_who_posted(visitor, forbund):
    page = read(visitor.get(address(1)))

    assert about(page) == {"Kontrollsumma": posting(1).hash}
    assert "Ett test" not in page.heard
    assert page.all("p", "actions") == []


def test_a_visitor_sees_of_a_posting_only_what_is_public(forbund, eva, client, visitor):
    """One letter about 2027 and 2028; only 2027 is revised."""
    services.record(
        association=forbund,
        wishes={
            factories.committed(forbund, 2027, "fk"): Figure(4_300_000_00),
            factories.committed(forbund, 2028, "fk"): Figure(9_900_000_00),
        },
        reason="Brev om två år",
        by=eva,
    )
    before = visitor.get(address(4)).status_code
    factories.adopt(forbund, 2027)

    assert before == 404
    assert len(entries(read(client.get(address(4))))) == 2
    assert [row[1:] for row in entries(read(visitor.get(address(4))))] == [["åtagande 2027", "+100 000"]]


def test_the_posting_of_a_public_version_is_public_and_a_drafts_is_not(forbund, visitor):
    public = services.propose(
        association=forbund, year=2028, reason="Förslag", by=None, author_name="Ett test", is_public=True
    )
    hidden = services.propose(
        association=forbund, year=2029, reason="Hemligt", by=None, author_name="Ett test"
    )

    assert [visitor.get(address(each.number)).status_code for each in (public, hidden)] == [200, 404]
    assert about(read(visitor.get(address(public.number))))["Version"] == "2028, version 1: förslag"


@pytest.mark.parametrize("number", [99, 999_999_999])
def test_a_posting_that_is_not_there_is_not_found(client, number):
    assert (client.get(address(number)).status_code, reverse(client, number).status_code) == (404, 404)


@pytest.mark.parametrize("number", ["0", "-1", "1.0", "01", "abc", "9999999999", "²"])
def test_a_number_that_is_none_is_not_found(client, number):
    assert client.get(f"/provforbundet/verifikation/{number}/").status_code == 404


@pytest.mark.parametrize("more", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_amounts(
    forbund, client, visitor, django_assert_num_queries, more
):
    lines = [factories.make_line(forbund, f"insats-{number}") for number in range(more)]
    wishes = {Cell(Account.ALLOCATED, 2027, line_id=line.pk): Figure(100) for line in lines}
    services.record(association=forbund, wishes=wishes, reason="Fördelning", by=None, author_name="Ett test")
    factories.adopt(forbund, 2027)

    with django_assert_num_queries(12):
        client.get(address(4))
    with django_assert_num_queries(12):
        client.get(address(4, reverse=True))
    with django_assert_num_queries(6):
        visitor.get(address(4))


def beside(page: Element) -> list[str]:
    return [link.shown for nav in page.all("nav", "beside") for link in nav.all("a")]


def test_a_posting_leads_to_those_beside_it_that_may_be_seen(forbund, client, visitor):
    """4 and 5 are 2028's draft, 6 the revision of 2027."""
    factories.commit(forbund, 2028, {"fk": "9 mnkr"}, reason="Hemligt läge")
    factories.commit(forbund, 2028, {"fk": "8 mnkr"}, reason="Hemligt läge")
    factories.adopt(forbund, 2027)

    assert beside(read(client.get(address(1)))) == ["Nästa: verifikation 2"]
    assert beside(read(client.get(address(3)))) == ["Föregående: verifikation 2", "Nästa: verifikation 4"]
    assert beside(read(visitor.get(address(3)))) == ["Föregående: verifikation 2", "Nästa: verifikation 6"]
    assert beside(read(visitor.get(address(6)))) == ["Föregående: verifikation 3"]


# -- Taking a posting back -------------------------------------------------------------------------


def test_the_form_says_what_is_taken_back(client):
    page = read(client.get(address(2, reverse=True)))

    assert page.one("h1").shown == "Rätta verifikation 2"
    assert page.all("h2")[0].shown == "Nytt brev från staten"
    assert [row[1:] for row in entries(page)] == [["åtagande 2027", "+200 000"]]


def test_a_posting_is_reversed_and_its_figures_are_as_before(forbund, client):
    response = reverse(client, 2, "Brevet gällde 2028", decision_body="Styrelsen", decision_paragraph="12")

    assert (response.status_code, response["Location"]) == (302, address(2))
    page = read(client.get(address(2)))
    assert page.one("p", "saved").shown == "Verifikation 2 är rättad genom verifikation 4."
    assert about(page)["Rättad av"] == "verifikation 4"
    assert page.all("p", "actions") == []
    assert offered(forbund) == 4_000_000
    made = posting(4)
    assert (made.reason, made.author_name, made.reverses.number) == ("Brevet gällde 2028", "Eva", 2)
    assert (made.decision_body, made.decision_paragraph) == ("Styrelsen", "§ 12")
    assert ledger.verify(forbund) is None


def test_a_first_amount_that_is_reversed_is_missing_again_and_not_0(forbund, client):
    factories.commit(forbund, 2028, {"fk": "5 mnkr"})

    reverse(client, 4)

    assert offered(forbund, year=2028) is None


def test_a_posting_of_words_alone_is_reversed(forbund, eva, client):
    remark = Remark(2027, "Fel figur", Account.COMMITTED, factories.member(forbund, "fk").pk)
    services.note(association=forbund, remark=remark, by=eva)

    assert reverse(client, 4).status_code == 302
    assert about(read(client.get(address(4))))["Rättad av"] == "verifikation 5"


@pytest.mark.parametrize("reason", ["", " \t "])
def test_a_reason_must_be_written(forbund, client, reason):
    response = reverse(client, 2, reason)
    page = read(response)

    assert response.status_code == 422
    assert [each.shown for each in page.one("div", "problem").all("li")] == [
        "Skriv vad som är fel med verifikationen."
    ]
    assert head(forbund) == 3


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"reason": "Fel\x00"}, "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen."),
        ({"reason": "å" * 501}, "Texten är för lång: 501 tecken. Högst 500 får plats."),
        ({"decision_date": "1026-11-27"}, "Kontrollera årtalet i 1026-11-27."),
        ({"registry_no": "12"}, "Skriv vem som beslutade, till exempel Regionfullmäktige."),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_cure(forbund, client, typed, told):
    response = client.post(address(2, reverse=True), {"reason": "Fel"} | typed)

    assert response.status_code == 422
    assert [each.shown for each in read(response).one("div", "problem").all("li")] == [told]
    assert head(forbund) == 3


def test_a_posting_is_reversed_once(forbund, client):
    reverse(client, 2)

    again = reverse(client, 2)

    assert again.status_code == 409
    assert problem(again) == "Verifikationen är redan rättad."
    assert read(again).all("textarea") == []
    assert head(forbund) == 4


def test_a_reversal_is_not_reversed(forbund, client):
    reverse(client, 2)

    page, again = read(client.get(address(4))), reverse(client, 4)

    told = "Verifikationen är själv en rättelse. Bokför det rätta beloppet i stället."
    assert page.all("p", "unit")[-1].shown == told
    assert about(page)["Rättar"] == "verifikation 2"
    assert (again.status_code, problem(again)) == (409, told)
    assert head(forbund) == 4


@pytest.mark.parametrize("declared", ["adopted", "proposed", "consulted"])
def test_a_posting_that_declares_a_version_is_not_reversed(forbund, client, declared):
    number = 3
    if declared != "adopted":
        services.propose(association=forbund, year=2028, reason="Förslag", by=None, author_name="Ett test")
        number = 4
    if declared == "consulted":
        services.consult(association=forbund, year=2028, reason="Samrått", by=None, author_name="Ett test")
        number = 5
    before = head(forbund)

    response = reverse(client, number)

    assert response.status_code == 409
    assert problem(response) == (
        "Verifikationen hör till en version av budgeten och kan inte rättas. Ändra beloppen och lägg fram "
        "budgeten på nytt i stället."
    )
    assert head(forbund) == before


def test_a_posting_that_later_ones_build_on_is_not_reversed(forbund, client):
    """4,0, then 0,2 more, then down to 0,1: without the first the sum would be below zero."""
    factories.commit(forbund, 2027, {"fk": "0,1 mnkr"})

    response = reverse(client, 1)

    assert response.status_code == 409
    assert problem(response) == (
        "Senare verifikationer bygger på den här, så att ett belopp skulle bli mindre än noll. "
        "Rätta de senare först."
    )
    assert (head(forbund), offered(forbund)) == (4, 100_000)


def test_it_can_be_when_the_later_one_is_taken_back_first(forbund, client):
    factories.commit(forbund, 2027, {"fk": "0,1 mnkr"})

    assert [reverse(client, number).status_code for number in (4, 1)] == [302, 302]
    assert offered(forbund) == 200_000


def test_own_capital_that_was_taken_back_since_is_not_reversed_below_zero(forbund, client):
    cell = Cell(Account.EQUITY_USE, 2027)
    for amount in (500, 0):
        services.record(
            association=forbund, wishes={cell: Figure(amount)}, reason="Plan", by=None, author_name="Ett test"
        )

    assert reverse(client, 4).status_code == 409
    assert head(forbund) == 5


def test_the_page_of_what_cannot_be_reversed_says_why_before_one_tries(client):
    response = client.get(address(3, reverse=True))

    assert response.status_code == 200
    assert problem(response).startswith("Verifikationen hör till en version av budgeten")


@pytest.mark.parametrize("kind", [Role.Kind.BOARD, Role.Kind.AUDITOR])
def test_those_who_only_read_cannot_reverse(forbund, kind):
    reader = logged_in(factories.make_user("lo", kind, "provforbundet"))

    assert read(reader.get(address(2))).all("p", "actions") == []
    assert reverse(reader, 2).status_code == 403
    assert head(forbund) == 3


def test_nobody_else_can_reverse(forbund, visitor):
    factories.make_association("grannforbundet", af=False)
    neighbour = logged_in(factories.make_user("nils", Role.Kind.SECRETARY, "grannforbundet"))

    assert (reverse(visitor, 2).status_code, reverse(neighbour, 2).status_code) == (401, 404)
    assert head(forbund) == 3


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_posting_is_only_read(client, method):
    assert getattr(client, method)(address(2)).status_code == 405


def test_a_reason_with_markup_is_shown_as_text(client):
    reverse(client, 2, '<b onclick="x">Fel</b>')

    page = read(client.get(address(4)))

    assert page.one("p", "lead").shown == '<b onclick="x">Fel</b>'
    assert page.all("b") == []


def test_a_derived_amount_is_taken_back_as_derived(forbund, client):
    factories.commit(forbund, 2028, {"fk": "5 mnkr"}, is_derived=True)

    reverse(client, 4)

    assert [entry.is_derived for entry in posting(5).entries.all()] == [True]
    assert plain(read(client.get(address(5))).one("tbody").one("tr").shown).endswith("−5 000 000")


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_reverse_the_same_posting_one_does():
    association = factories.make_association()
    made = factories.commit(association, 2027, OFFERS)
    factories.make_user("eva", Role.Kind.SECRETARY, "provforbundet")

    def take_back() -> int:
        return reverse(logged_in(User.objects.get(username="eva")), made.number).status_code

    statuses = at_once([take_back] * 8)

    assert sorted(statuses) == [302, *[409] * 7]
    assert head(association) == 2
    assert ledger.verify(association) is None
