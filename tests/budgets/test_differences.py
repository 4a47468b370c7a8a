"""What differs between two versions: exactly the changed cells, with what stood and stands there."""

import datetime as dt
from typing import Any

import pytest

from budgets import ledger, services
from budgets.ledger import Cell, Decision
from budgets.models import Account, BudgetLine, Posting
from finsam import money
from finsam.money import Figure
from members.models import Association, Role, User
from tests import factories
from tests.factories import make_association, make_line, member
from tests.pages import Element, read, table

pytestmark = pytest.mark.django_db

ADDRESS = "/provforbundet/jamfor/"

# The region's 2 mnkr carry 8.
OFFERS = {"fk": "8,0 mnkr", "regionen": "2,0 mnkr", "storstad": "2,5 mnkr", "lillstad": "1,5 mnkr"}


def head(former: str, latter: str) -> list[str]:
    return ["Vad", former, latter, "Ändring", "i procent"]


@pytest.fixture
def ours(secretary: User) -> Association:
    """A förbund whose commitments for 2027 are posting 1 and its public proposal posting 2."""
    association = make_association()
    Role.objects.create(user=secretary, association=association, kind=Role.Kind.SECRETARY)
    factories.commit(association, 2027, OFFERS)
    propose(association)
    return association


def propose(association: Association, *, is_public: bool = True) -> Posting:
    return services.propose(
        association=association,
        year=2027,
        reason="Förslag",
        by=None,
        author_name="Ett test",
        is_public=is_public,
        decision=Decision("Styrelsen", dt.date(2026, 10, 8), "§ 35"),
    )


def adopt(association: Association) -> Posting:
    return services.adopt(
        association=association,
        year=2027,
        reason="Fastställd",
        by=None,
        author_name="Ett test",
        decision=Decision("Styrelsen", dt.date(2026, 11, 26), "§ 45"),
        financing="Ryms",
    )


def record(association: Association, wishes: dict[Cell, str], *, is_derived: bool = False) -> None:
    services.record(
        association=association,
        wishes={cell: Figure(money.parse(amount), is_derived) for cell, amount in wishes.items()},
        reason="Fördelning",
        by=None,
        author_name="Ett test",
    )


def allocated(association: Association, slug: str, month: int | None = None, **about: Any) -> Cell:
    line = association.lines.filter(slug=slug).first() or make_line(association, slug, **about)
    return Cell(Account.ALLOCATED, 2027, month, line_id=line.pk)


def captions(page: Element) -> list[str]:
    return [each.shown for each in page.all("caption")]


def at(client: Any, fran: str, till: str) -> Element:
    """Two versions of 2027, by their ordinals."""
    return read(client.get(ADDRESS, {"fran": f"2027-{fran}", "till": f"2027-{till}"}))


def leads(page: Element) -> list[str]:
    return [each.shown for each in page.all("p", "lead")]


# -- Exactly what changed --------------------------------------------------------------------------


def test_the_changed_cells_stand_there_by_account_and_nothing_else(as_secretary, ours):
    record(ours, {allocated(ours, "kansli"): "1 000 000", allocated(ours, "insats"): "6 000 000"})
    propose(ours)
    factories.commit(ours, 2027, {"regionen": "3,0 mnkr"})
    record(ours, {allocated(ours, "insats"): "9 500 000,50"})
    adopt(ours)

    page = at(as_secretary, "2", "3")

    assert leads(page) == [
        "Från version 2 till version 3 växer budgeten med 4,0 mnkr, från 8,0 mnkr till 12,0 mnkr (+50 %).",
        "Regionen (provforbundet) sätter taket båda gångerna.",
        "Störst är ändringen av posten Insats: från 6,0 mnkr till 9,500 mnkr.",
    ]
    assert captions(page)[1:] == [
        "Åtaganden 2027 Belopp i kr",
        "Medlemsbidrag 2027 Belopp i kr",
        "Kostnader per post 2027 Belopp i kr",
        "Lika på båda sidor Belopp i kr",
    ]
    assert table(page, "Åtaganden 2027") == [
        head("Version 2", "Version 3"),
        ["Regionen (provforbundet)", "2 000 000", "3 000 000", "+1 000 000", "+50 %"],
        ["Alla åtaganden", "14 000 000", "15 000 000", "+1 000 000", "+7,1 %"],
    ]
    assert table(page, "Medlemsbidrag 2027") == [
        head("Version 2", "Version 3"),
        ["Fk (provforbundet)", "4 000 000", "6 000 000", "+2 000 000", "+50 %"],
        ["Regionen (provforbundet)", "2 000 000", "3 000 000", "+1 000 000", "+50 %"],
        ["Storstad (provforbundet)", "1 250 000", "1 875 000", "+625 000", "+50 %"],
        ["Lillstad (provforbundet)", "750 000", "1 125 000", "+375 000", "+50 %"],
        ["Alla medlemsbidrag", "8 000 000", "12 000 000", "+4 000 000", "+50 %"],
    ]
    assert table(page, "Kostnader per post 2027") == [
        head("Version 2", "Version 3"),
        ["Insats", "6 000 000,00", "9 500 000,50", "+3 500 000,50", "+58,3 %"],
        ["Alla kostnader", "7 000 000,00", "10 500 000,50", "+3 500 000,50", "+50,0 %"],
    ]
    assert table(page, "Lika på båda sidor")[1:] == [
        ["Fk (provforbundet)", "Åtaganden 2027", "8 000 000"],
        ["Storstad (provforbundet)", "Åtaganden 2027", "2 500 000"],
        ["Lillstad (provforbundet)", "Åtaganden 2027", "1 500 000"],
        ["Kansli", "Kostnader per post 2027", "1 000 000"],
    ]


def test_adopting_the_proposal_as_it_stood_differs_in_nothing(as_secretary, ours):
    adopt(ours)

    page = at(as_secretary, "1", "2")

    assert leads(page) == ["Det finns inga skillnader mellan version 1 och version 2."]
    assert captions(page) == ["Nyckeltal sida vid sida Belopp i kr", "Lika på båda sidor Belopp i kr"]


def test_a_version_does_not_differ_from_itself(as_secretary, ours):
    adopt(ours)

    page = at(as_secretary, "2", "2")

    assert leads(page) == ["Det finns inga skillnader mellan version 2 och version 2."]
    told = "Det är samma budget på båda sidor. Välj en annan för att se vad som skiljer."
    assert told in [each.shown for each in page.one("main").all("p")]


def test_the_other_way_round_the_change_has_the_other_sign(as_secretary, ours):
    record(ours, {allocated(ours, "kansli"): "1 000 000"})
    propose(ours)
    record(ours, {allocated(ours, "kansli"): "1 250 000"})
    propose(ours)

    rows = [table(at(as_secretary, *sides), "Kostnader")[1] for sides in (("2", "3"), ("3", "2"))]

    assert rows == [
        ["Kansli", "1 000 000", "1 250 000", "+250 000", "+25 %"],
        ["Kansli", "1 250 000", "1 000 000", "−250 000", "−20 %"],
    ]


def test_an_amount_that_comes_or_goes_is_a_dash_and_never_0(as_secretary, ours, secretary):
    record(ours, {allocated(ours, "kansli"): "0", allocated(ours, "insats"): "6 000 000"})
    propose(ours)
    ledger.reverse(Posting.objects.get(association=ours, number=3), reason="Fel", by=secretary)
    record(ours, {allocated(ours, "kansli"): "1 000 000"})

    came, went, both = (at(as_secretary, *sides) for sides in (("1", "2"), ("2", "1"), ("2", "nu")))

    assert table(came, "Kostnader")[1:] == [
        ["Insats", "–", "6 000 000", "ny"],
        ["Kansli", "–", "0", "ny"],
        ["Alla kostnader", "–", "6 000 000", "ny"],
    ]
    assert table(went, "Kostnader")[1:] == [
        ["Insats", "6 000 000", "–", "borttagen"],
        ["Kansli", "0", "–", "borttagen"],
        ["Alla kostnader", "6 000 000", "–", "borttagen"],
    ]
    assert table(both, "Kostnader")[1:] == [
        ["Insats", "6 000 000", "–", "borttagen", ""],
        ["Kansli", "0", "1 000 000", "+1 000 000", ""],
        ["Alla kostnader", "6 000 000", "1 000 000", "−5 000 000", "−83,3 %"],
    ]
    (cell, *_others) = [td for td in came.all("td") if td.shown == "–"]
    assert cell.heard == "uppgift saknas"


def test_a_commitment_taken_back_takes_the_contributions_with_it(as_secretary, ours, secretary):
    ledger.reverse(Posting.objects.get(association=ours, number=1), reason="Fel", by=secretary)

    page = at(as_secretary, "1", "nu")

    assert leads(page) == [
        "Det går inte att säga hur budgeten ändras: uppgift saknas för läget nu.",
        "Störst är att åtagandet från Fk (provforbundet) med 8,0 mnkr försvinner.",
    ]
    assert table(page, "Medlemsbidrag")[-1] == ["Alla medlemsbidrag", "8 000 000", "–", "borttagen"]


def test_an_amount_that_is_now_decided_differs_in_its_mark(as_secretary, ours):
    record(ours, {allocated(ours, "kansli"): "1 000 000"}, is_derived=True)
    propose(ours)
    record(ours, {allocated(ours, "kansli"): "1 000 000"})

    page = at(as_secretary, "2", "nu")

    assert table(page, "Kostnader")[1] == ["Kansli", "h1 000 000", "1 000 000", "0"]
    assert "h: härlett." in page.one("main").all("p")[-1].shown


def test_months_and_other_income_and_own_capital_and_the_agreed_level_are_told_apart(as_secretary, ours):
    record(
        ours,
        {
            allocated(ours, "insats"): "3 000 000",
            allocated(ours, "insats", 3): "250 000",
            allocated(ours, "esf", kind=BudgetLine.Kind.OTHER_INCOME): "400 000",
            Cell(Account.EQUITY_USE, 2027): "150 000",
            Cell(Account.AGREED, 2027): "12,8 mnkr",
        },
    )

    page = at(as_secretary, "1", "nu")

    assert table(page, "Kostnader")[1:] == [
        ["Insats", "–", "3 250 000", "ny"],
        ["mars", "–", "250 000", "ny"],
        ["Alla kostnader", "–", "3 250 000", "ny"],
    ]
    assert table(page, "Övriga intäkter")[1:] == [
        ["Esf", "–", "400 000", "ny"],
        ["Alla övriga intäkter", "–", "400 000", "ny"],
    ]
    keys = {row[0]: row[1:] for row in table(page, "Nyckeltal sida vid sida")[1:]}
    assert keys["Överenskommet"] == ["–", "12 800 000", "ny"]
    assert keys["Nyttjande av eget kapital"] == ["–", "150 000", "ny"]


def test_a_keys_weights_are_plain_numbers(as_secretary, ours):
    weights = {
        Cell(Account.KEY, 2027, member_id=member(ours, slug).pk): Figure(weight)
        for slug, weight in {"storstad": 31_400, "lillstad": 12_560}.items()
    }
    services.record(association=ours, wishes=weights, reason="Nyckel", by=None, author_name="Ett test")

    page = at(as_secretary, "1", "nu")

    assert captions(page)[1] == "Fördelningsnyckel 2027 Vikter"
    assert table(page, "Fördelningsnyckel")[1:] == [
        ["Storstad (provforbundet)", "–", "31 400", "ny"],
        ["Lillstad (provforbundet)", "–", "12 560", "ny"],
    ]


# -- The plan years --------------------------------------------------------------------------------


def test_the_two_plan_years_are_compared_too_and_the_third_is_not(as_secretary, ours):
    for year in (2028, 2029, 2030):
        factories.commit(ours, year, {"fk": "9,0 mnkr"})

    page = at(as_secretary, "1", "nu")

    assert captions(page)[1:3] == ["Åtaganden 2028 Belopp i kr", "Åtaganden 2029 Belopp i kr"]
    assert [each.shown for each in page.all("h2")] == ["Planåren"]


def test_after_the_first_adoption_the_plan_years_are_budgets_of_their_own(as_secretary, visitor, ours):
    factories.commit(ours, 2028, {"fk": "9,0 mnkr"})
    adopt(ours)
    factories.commit(ours, 2028, {"fk": "9,9 mnkr"}, reason="Ett hemligt utkast till 2028")
    factories.commit(ours, 2027, {"regionen": "3,0 mnkr"})
    adopt(ours)

    plan = table(at(as_secretary, "1", "2"), "Åtaganden 2028")
    revised = at(visitor, "2", "3")

    assert plan[1] == ["Fk (provforbundet)", "–", "9 000 000", "ny"]
    assert captions(revised)[1:3] == ["Åtaganden 2027 Belopp i kr", "Medlemsbidrag 2027 Belopp i kr"]
    assert "9 900 000" not in revised.heard


def test_a_draft_of_a_revision_shows_what_would_be_called(as_secretary, ours):
    adopt(ours)
    factories.commit(ours, 2027, {"regionen": "1,0 mnkr"})

    page = at(as_secretary, "2", "nu")

    assert table(page, "Medlemsbidrag 2027")[-1] == [
        "Alla medlemsbidrag",
        "8 000 000",
        "4 000 000",
        "−4 000 000",
        "−50 %",
    ]


# -- Choosing what to compare ----------------------------------------------------------------------


def options(page: Element) -> list[list[str]]:
    return [[option.shown for option in select.all("option")] for select in page.all("select")]


def chosen(page: Element) -> list[str]:
    return [option.attributes["value"] for option in page.all("option") if "selected" in option.attributes]


def test_without_a_wish_the_two_newest_are_compared(as_secretary, visitor, ours):
    adopt(ours)
    factories.commit(ours, 2027, {"regionen": "3,0 mnkr"})

    ours_page, public = (read(client.get(ADDRESS)) for client in (as_secretary, visitor))

    versions = ["2027, version 2, fastställd 2026-11-26", "2027, version 1, förslag 2026-10-08"]
    assert chosen(ours_page) == ["2027-2", "2027-nu"]
    assert chosen(public) == ["2027-1", "2027-2"]
    assert options(ours_page) == [["2027, utkastet, läget nu", *versions]] * 2
    assert options(public) == [versions] * 2


def test_one_version_alone_has_nothing_to_be_compared_with(visitor, as_secretary, ours):
    pages = [read(client.get(ADDRESS)) for client in (visitor, as_secretary)]

    told = "Det finns bara en budget att visa än, så det finns inget att jämföra med."
    assert [leads(page) for page in pages] == [[told]] * 2
    assert [page.all("select") for page in pages] == [[], []]


def test_a_forbund_without_any_budget_says_so(visitor, db):
    make_association("nytt")

    page = read(visitor.get("/nytt/jamfor/"))

    assert leads(page) == ["Här finns ingen budget att jämföra än."]


def test_a_link_to_the_draft_still_works_when_the_draft_is_adopted(as_secretary, ours):
    adopt(ours)

    page = at(as_secretary, "2", "nu")

    assert leads(page) == ["Det finns inga skillnader mellan version 2 och version 2."]


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ({"fran": "1", "till": "2"}, "fran=2027-1&till=2027-2"),
        ({"fran": "2", "till": "nu"}, "fran=2027-2&till=2027-nu"),
        ({"till": "1"}, "fran=2027-1&till=2027-1"),
        ({}, "fran=2027-1&till=2027-2"),
    ],
)
def test_the_former_address_leads_here(as_secretary, ours, asked, leads_to):
    adopt(ours)

    response = as_secretary.get("/provforbundet/2027/skillnad/", asked)

    assert (response.status_code, response["Location"]) == (302, f"{ADDRESS}?{leads_to}")


@pytest.mark.parametrize(
    ("fran", "till"),
    [("1", "3"), ("9", "1"), ("0", "1"), ("-1", "1"), ("x", "1"), ("1", "1\x00"), ("1" * 50, "1")],
)
def test_a_version_that_does_not_exist_is_not_found(as_secretary, ours, fran, till):
    asked = {"fran": f"2027-{fran}", "till": f"2027-{till}"}

    assert as_secretary.get(ADDRESS, asked).status_code == 404
    assert as_secretary.get("/provforbundet/2027/skillnad/", asked).status_code == 404


@pytest.mark.parametrize("key", ["x", "20270", "٢٠٢٧", "²", "2003", "nu", "2027-", "2027-1-2", "\x00"])
def test_a_side_that_is_none_is_not_found(as_secretary, ours, key):
    assert as_secretary.get(ADDRESS, {"till": key}).status_code == 404


@pytest.mark.parametrize("role", ["visitor", "as_outsider"])
@pytest.mark.parametrize("sides", [("1", "2"), ("2", "1"), ("1", "nu"), ("nu", "1"), ("nu", "nu")])
def test_what_is_not_public_cannot_be_compared_by_guessing(request, ours, role, sides):
    propose(ours, is_public=False)
    factories.commit(ours, 2027, {"regionen": "1,0 mnkr"}, reason="Ett hemligt brev")
    client = request.getfixturevalue(role)

    asked = {"fran": f"2027-{sides[0]}", "till": f"2027-{sides[1]}"}
    assert client.get(ADDRESS, asked).status_code == 404
    assert client.get(ADDRESS, {"fran": "2027-1", "till": "2027-1"}).status_code == 200


def test_a_year_without_public_versions_is_not_there_for_visitors(visitor, exempel):
    page = read(visitor.get("/exempel/jamfor/"))

    assert visitor.get("/exempel/2027/skillnad/").status_code == 404
    assert visitor.get("/exempel/jamfor/", {"till": "2027-1"}).status_code == 404
    assert "2027" not in page.heard


def test_looking_writes_nothing_and_other_methods_are_refused(as_secretary, ours):
    assert as_secretary.post(ADDRESS, {"fran": "2027-1", "till": "2027-1"}).status_code == 405
    assert ledger.head_number(ours) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions(as_secretary, ours, count, django_assert_num_queries):
    for place in range(count):
        factories.make_member(ours, f"kommun-{place}", "municipalities", position=20 + place)
        factories.commit(ours, 2027, {f"kommun-{place}": "1 mnkr"})
        record(ours, {allocated(ours, f"insats-{place}"): "1 000 000"})
        propose(ours)

    with django_assert_num_queries(28):
        as_secretary.get(ADDRESS, {"fran": "2027-1", "till": f"2027-{1 + count}"})
