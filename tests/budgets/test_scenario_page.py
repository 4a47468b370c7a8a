"""The page where anyone tries other amounts: the address is the scenario, and nothing is saved."""

import pytest
from django.test import Client

from budgets import services
from budgets.ledger import Cell
from budgets.models import Account, Entry, Posting
from finsam.money import Figure
from members.models import Association
from tests import factories
from tests.pages import Element, plain, read, table

AT = "/stockholm/2021/scenario/"
RAISED = {
    "a.forsakringskassan": "27350000",
    "a.region-stockholm": "12000000",
    "a.stockholms-stad": "13675000",
}
SECOND = {
    "b.forsakringskassan": "27350000",
    "b.region-stockholm": "13675000",
    "b.stockholms-stad": "13675000",
}
TABLE = "Vad var och en betalar i scenariot"


def explored(visitor: Client, asked: dict[str, str] | None = None, at: str = AT) -> Element:
    response = visitor.get(at, asked or {})
    assert response.status_code == 200
    return read(response)


def amounts(page: Element) -> dict[str, str]:
    """What stands in the fields."""
    inputs = [each.attributes for each in page.all("input") if each.attributes.get("type") == "text"]
    return {each["name"]: plain(each.get("value", "")) for each in inputs}


def leads(page: Element) -> list[str]:
    return [each.shown for each in page.one("div", "outcome").all("p", "lead")]


def test_it_begins_with_the_budgets_own_amounts(visitor, stockholm):
    page = explored(visitor)

    assert page.one("h1").shown == "Pröva andra belopp 2021"
    assert amounts(page) == {
        "a.forsakringskassan": "27 350 000",
        "a.region-stockholm": "8 000 000",
        "a.stockholms-stad": "13 675 000",
        "a.lagst.staten": "",
        "a.lagst.regionerna": "",
        "a.lagst.kommunerna": "",
        "mal": "",
    }
    assert leads(page) == ["Budgeten blir 32,0 mnkr, lika mycket som nu."]


def test_a_raised_region_shows_the_new_budget_who_limits_and_what_each_pays(visitor, stockholm):
    page = explored(visitor, RAISED)

    assert leads(page) == ["Budgeten blir 48,0 mnkr, 16,0 mnkr mer än nu."]
    assert page.one("p", "answer").shown == (
        "Budgeten blir 48,0 mnkr, 16,0 mnkr mer än nu. Region Stockholm sätter taket."
    )
    assert [each.shown for each in page.one("div", "leverage").all("p")] == [
        "En krona till från Region Stockholm låser upp fyra, upp till 1 675 000 kr mer därifrån. "
        "Därefter sätter staten och Stockholms stad taket tillsammans."
    ]
    assert "Ändrat: Region Stockholm 12 000 000 kr, i budgeten 8 000 000 kr." in [
        each.shown for each in page.all("p", "note")
    ]
    assert table(page, TABLE) == [
        ["Part och medlem", "Åtagande", "Medlemsbidrag", "Outnyttjat", "Mot budgeten"],
        ["Staten", "27 350 000", "24 000 000", "3 350 000", "+8 000 000"],
        ["Försäkringskassan", "27 350 000", "24 000 000", "3 350 000", "+8 000 000"],
        ["Region Stockholm sätter taket", "12 000 000", "12 000 000", "0", "+4 000 000"],
        ["Stockholms stad", "13 675 000", "12 000 000", "1 675 000", "+4 000 000"],
        ["Summa", "53 025 000", "48 000 000", "5 025 000", "+16 000 000"],
    ]
    assert [each.shown for each in page.all("p", "panel-label")] == [
        "I scenariot i mnkr",
        "I budgeten i mnkr",
    ]


def test_in_a_tie_it_says_that_all_must_move(visitor, stockholm):
    page = explored(visitor, RAISED | {"a.region-stockholm": "13675000"})

    assert page.one("p", "answer").shown.endswith("Alla räcker lika långt.")
    assert [each.shown for each in page.one("div", "leverage").all("p")] == [
        "Alla parter sätter taket tillsammans. Budgeten växer först när alla höjer."
    ]


def test_the_address_carries_the_whole_scenario_and_shows_the_same_after_the_ledger_has_moved(
    visitor, stockholm
):
    address = (
        explored(visitor, RAISED | {"mal": "50 mnkr", "a.lagst.kommunerna": "1"})
        .one("div", "outcome")
        .attributes["data-address"]
    )
    factories.commit(stockholm, 2021, {"region-stockholm": "1 mnkr", "stockholms-stad": "1 mnkr"})
    factories.adopt(stockholm, 2021)

    page = explored(visitor, at=f"{AT}?{address}")

    assert address == (
        "a.forsakringskassan=27350000&a.region-stockholm=12000000&a.stockholms-stad=13675000"
        "&a.lagst.kommunerna=1&mal=50000000"
    )
    assert leads(page)[0] == "Budgeten blir 48,0 mnkr, 44,0 mnkr mer än nu."


def test_the_order_that_the_fields_are_read_in_is_the_pages_own(visitor, stockholm):
    page = explored(visitor, dict(reversed(RAISED.items())))

    assert list(amounts(page))[:3] == ["a.forsakringskassan", "a.region-stockholm", "a.stockholms-stad"]


@pytest.mark.parametrize("role", ["visitor", "as_secretary"])
def test_trying_leaves_the_ledger_as_it_was(request, stockholm, role):
    client = request.getfixturevalue(role)
    before = Posting.objects.count(), Entry.objects.count()

    explored(client, RAISED | SECOND | {"mal": "48 mnkr", "a.lagst.regionerna": "12 mnkr"})

    assert (Posting.objects.count(), Entry.objects.count()) == before
    assert client.post(AT, RAISED).status_code == 405


def test_what_it_takes_to_reach_a_budget_is_told_by_party(visitor, stockholm):
    page = explored(visitor, {"mal": "48 mnkr"})

    assert leads(page)[1] == (
        "För 48,0 mnkr behöver Region Stockholm 4 000 000 kr till. "
        "Staten och Stockholms stad räcker redan till."
    )
    assert table(page, "Vad som fattas för 48,0 mnkr") == [
        ["Part och medlem", "Åtagande", "Behövs", "Fattas"],
        ["Staten", "27 350 000", "24 000 000", "0"],
        ["Region Stockholm", "8 000 000", "12 000 000", "4 000 000"],
        ["Stockholms stad", "13 675 000", "12 000 000", "0"],
        ["Summa", "49 025 000", "48 000 000", "4 000 000"],
    ]
    assert amounts(page)["mal"] == "48 000 000"


def test_under_a_key_it_is_told_by_member(visitor, exempel):
    page = explored(visitor, {"mal": "12,4 mnkr"}, "/exempel/2026/scenario/")

    # 9 958 of 59 692 inhabitants of 3 100 000 kr is 517 151,375 kr, rounded up: 9 151,38 more than 508 000
    rows = table(page, "Vad som fattas för 12,4 mnkr")
    assert [row[0] for row in rows[1:]] == [
        "Staten",
        "Region Exempel",
        "Kommunerna",
        "Norrsunda kommun",
        "Mellanby kommun",
        "Söderhamra kommun",
        "Summa",
    ]
    assert rows[3:7] == [
        ["Kommunerna", "3 093 000,00", "3 100 000,00", "9 151,38"],
        ["Norrsunda kommun", "1 640 000,00", "", "0,00"],
        ["Mellanby kommun", "945 000,00", "", "0,00"],
        ["Söderhamra kommun", "508 000,00", "", "9 151,38"],
    ]


def test_two_scenarios_stand_side_by_side(visitor, stockholm):
    page = explored(visitor, RAISED | SECOND)

    assert leads(page) == [
        "Budgeten blir 48,0 mnkr, 16,0 mnkr mer än nu.",
        "Budgeten blir 54,7 mnkr, 22,7 mnkr mer än nu.",
        "Scenario B ger 6,7 mnkr mer än scenario A.",
    ]
    assert table(page, "Medlemsbidrag i två scenarier")[1:] == [
        ["Staten", "h16 000 000", "24 000 000", "27 350 000", "+3 350 000"],
        ["Försäkringskassan", "h16 000 000", "24 000 000", "27 350 000", "+3 350 000"],
        ["Region Stockholm", "h8 000 000", "12 000 000", "13 675 000", "+1 675 000"],
        ["Stockholms stad", "h8 000 000", "12 000 000", "13 675 000", "+1 675 000"],
        ["Summa", "h32 000 000", "48 000 000", "54 700 000", "+6 700 000"],
    ]


def test_a_second_scenario_begins_as_a_copy_of_the_first_and_can_be_taken_away(visitor, stockholm):
    links = {each.shown: each.attributes["href"] for each in explored(visitor, RAISED).all("a")}

    both = explored(visitor, at=AT + links["Jämför med ett scenario till"])
    away = {each.shown: each.attributes["href"] for each in both.all("a")}["Ta bort scenario B"]

    assert leads(both)[2] == "Båda scenarierna ger lika stor budget."
    assert amounts(both)["b.region-stockholm"] == "12 000 000"
    assert "b.region-stockholm" not in amounts(explored(visitor, at=AT + away))


def test_a_floor_is_told_and_counted(visitor, stockholm):
    page = explored(visitor, RAISED | {"a.region-stockholm": "8 mnkr", "a.lagst.regionerna": "12 mnkr"})

    assert leads(page) == ["Budgeten blir 48,0 mnkr, 16,0 mnkr mer än nu."]
    assert "Lägstanivån lyfter Region Stockholm med 4 000 000 kr." in [each.shown for each in page.all("p")]


def test_a_whole_partys_amount_is_divided_by_its_key(visitor, exempel):
    own = {
        "a.forsakringskassan": "6200000",
        "a.region-exempel": "2950000",
        "a.norrsunda": "1",
        "a.mellanby": "1",
        "a.soderhamra": "1",
        "a.parti.kommunerna": "3000000",
    }

    shown = amounts(explored(visitor, own, "/exempel/2026/scenario/"))

    # 31 560, 18 174 and 9 958 of 59 692 inhabitants
    assert [shown[f"a.{slug}"] for slug in ("norrsunda", "mellanby", "soderhamra")] == [
        "1 586 142,20",
        "913 388,73",
        "500 469,07",
    ]


def test_where_to_begin_is_offered_as_links(visitor, stockholm):
    presets = {each.shown: each.attributes["href"] for each in explored(visitor).one("p", "presets").all("a")}

    assert list(presets) == ["som det är", "om Region Stockholm följde med de andra", "som överenskommet"]
    for name in list(presets)[1:]:
        assert leads(explored(visitor, at=AT + presets[name])) == [
            "Budgeten blir 54,7 mnkr, 22,7 mnkr mer än nu."
        ]


# What cannot be read


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            "12.000",
            "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental.",
        ),
        ("-5", "Beloppet -5 är negativt. Skriv 0 eller mer."),
    ],
)
def test_an_amount_that_cannot_be_read_says_why_and_counts_nothing(visitor, stockholm, typed, told):
    page = explored(visitor, RAISED | {"a.region-stockholm": typed})

    (fault,) = page.one("div", "problem").all("li")
    assert fault.shown == told
    assert amounts(page)["a.region-stockholm"] == typed
    assert leads(page) == []
    assert "data-address" not in page.one("div", "outcome").attributes


@pytest.mark.parametrize(
    "typed", ["=1+1", "\x00", "9" * 40, "1e9", "∞", "<script>", "12000000,005", "'; DROP TABLE"]
)
def test_what_is_no_amount_is_refused_with_a_sentence(visitor, stockholm, typed):
    page = explored(visitor, RAISED | {"a.region-stockholm": typed})

    assert len(page.one("div", "problem").all("li")) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"a.finns-inte": "1"},
        {"c.region-stockholm": "1"},
        {"a.": "1", "mal": ""},
        {"a.parti.kommunerna": "abc", **RAISED},
        {"a.parti.kommunerna": "-1", **RAISED},
        {"version": "1", **RAISED},
    ],
)
def test_what_nobody_asked_for_is_passed_over(visitor, stockholm, asked):
    assert explored(visitor, asked).one("h1").shown == "Pröva andra belopp 2021"


def test_a_missing_amount_is_asked_for_and_not_guessed(visitor, stockholm):
    page = explored(visitor, {"a.region-stockholm": "12000000"})

    assert leads(page) == [
        "Taket kan inte räknas ut än. Uppgift om åtagande saknas från Försäkringskassan och Stockholms stad."
    ]
    assert not page.all("table")


def test_a_draft_is_tried_by_those_who_see_it(visitor, as_secretary, exempel):
    assert visitor.get("/exempel/2027/scenario/").status_code == 404
    assert leads(explored(as_secretary, at="/exempel/2027/scenario/")) == [
        "Budgeten blir 12,8 mnkr, lika mycket som nu."
    ]


@pytest.mark.parametrize("more", [0, 20])
def test_the_number_of_queries_does_not_grow_with_the_members(visitor, db, django_assert_num_queries, more):
    association = factories.make_association()
    for place in range(more):
        factories.make_member(association, f"by-{place}", "municipalities", position=20 + place)
    offers = {"fk": "80", "regionen": "40", "storstad": "20", "lillstad": "20"}
    factories.commit(association, 2027, offers | {f"by-{place}": "1" for place in range(more)})
    factories.adopt(association, 2027)

    with django_assert_num_queries(7):
        explored(visitor, at="/provforbundet/2027/scenario/")


def test_an_address_says_the_same_after_the_key_has_changed(visitor, seeds):
    association = factories.make_association()
    offers = {"fk": "80", "regionen": "40", "storstad": "30", "lillstad": "10"}
    factories.commit(association, 2027, offers)
    _weigh(association, storstad=3, lillstad=1)
    factories.adopt(association, 2027)
    at = "/provforbundet/2027/scenario/"
    address = explored(visitor, at=at).one("div", "outcome").attributes["data-address"]
    before = leads(explored(visitor, at=f"{at}?{address}"))
    _weigh(association, storstad=1, lillstad=1)
    factories.adopt(association, 2027)

    page = explored(visitor, at=f"{at}?{address}")

    assert before == ["Budgeten blir 160 kr, lika mycket som nu."]
    assert leads(page) == ["Budgeten blir 160 kr, 80 kr mer än nu."]
    assert (
        page.one("div", "outcome")
        .all("p", "note")[0]
        .shown.startswith("Räknat med nyckeln som den var efter")
    )
    assert page.one("div", "outcome").attributes["data-address"] == address
    assert leads(explored(visitor, at=at)) == ["Budgeten blir 80 kr, lika mycket som nu."]


def _weigh(association: Association, **weights: int) -> None:
    services.record(
        association=association,
        wishes={
            Cell(Account.KEY, 2027, member_id=factories.member(association, slug).pk): Figure(weight)
            for slug, weight in weights.items()
        },
        reason="Nyckel",
        by=None,
        author_name="Ett test",
    )


@pytest.mark.parametrize("number", ["0", "-1", "abc", "999999999999999999999", "\x00", "4711"])
def test_a_key_of_a_posting_that_is_not_there_is_the_budgets_own(visitor, exempel, number):
    page = explored(visitor, {"lage": number}, "/exempel/2026/scenario/")

    assert leads(page) == ["Budgeten blir 11,8 mnkr, lika mycket som nu."]


def test_starting_over_keeps_the_version_also_after_a_fault(visitor, stockholm):
    page = explored(visitor, {"version": "1", "a.region-stockholm": "12.000"})

    again = [each.attributes["href"] for each in page.all("a") if each.shown == "Återställ"]
    assert again == ["?version=1"]
