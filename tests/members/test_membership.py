"""Members over time: who joins, gives notice and leaves, what an adopted budget binds, the own rules."""

import datetime as dt
from itertools import product
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from budgets import queries, services
from budgets.ledger import Remark
from members import membership
from members.membership import AdoptedYears, years_after
from members.models import Association, Member, Organisation, Party, Role
from tests import factories
from tests.conftest import logged_in
from tests.pages import Element, plain, read, table

pytestmark = pytest.mark.django_db

SLUG = "provforbundet"


@pytest.fixture
def association(db: None) -> Association:
    """A förbund with a state, a region, two municipalities and Arbetsförmedlingen."""
    return factories.make_association(SLUG)


@pytest.fixture
def maj(association: Association) -> Client:
    """Its secretary's browser."""
    return logged_in(factories.make_user("maj", Role.Kind.SECRETARY, SLUG))


@pytest.fixture
def adopted(association: Association) -> Association:
    """The same with the budget of 2027 adopted."""
    paying = association.members.in_year(2027).filter(pays=True)
    factories.commit(association, 2027, {member.slug: "8 mnkr" for member in paying})
    factories.adopt(association, 2027)
    return association


def complaints(page: Element) -> list[str]:
    return [item.shown for item in page.one("div", "problem").all("li")]


def messages(response: Any) -> list[str]:
    return [plain(str(message)) for message in get_messages(response.wsgi_request)]


def organisation(name: str, kind: str = Organisation.Kind.MUNICIPALITY, **fields: str) -> Organisation:
    return Organisation.objects.create(name=name, slug=fields.pop("slug", name.lower()), kind=kind, **fields)


def saved(member: Member) -> tuple[dt.date | None, dt.date | None, dt.date | None]:
    member.refresh_from_db()
    return member.joined, member.notice_given, member.left


def days(joined: str = "", notice_given: str = "", left: str = "") -> dict[str, str]:
    return {"joined": joined, "notice_given": notice_given, "left": left, "action": "save"}


# -- The list --------------------------------------------------------------------------------------


def test_anyone_reads_who_is_a_member_since_when_and_until_when(association, visitor):
    storstad, lillstad = (factories.member(association, slug) for slug in ("storstad", "lillstad"))
    storstad.joined = dt.date(2024, 1, 1)
    storstad.save()
    lillstad.notice_given, lillstad.left = dt.date(2026, 3, 15), dt.date(2029, 3, 15)
    lillstad.save()

    page = read(visitor.get(f"/{SLUG}/medlemmar/"))

    assert table(page, "Staten")[1:] == [
        ["Fk (provforbundet)", "från början", "nej", "tills vidare"],
        [
            "Af (provforbundet) betalar inget: Försäkringskassan betalar statens hela hälft",
            "från början",
            "nej",
            "tills vidare",
        ],
    ]
    assert table(page, "Kommunerna") == [
        ["Medlem", "Från", "Sade upp sig", "Till och med"],
        ["Storstad (provforbundet)", "2024-01-01", "nej", "tills vidare"],
        ["Lillstad (provforbundet)", "från början", "2026-03-15", "2029-03-15"],
    ]
    assert [each.shown for each in page.one("dl", "about").all("dd")] == ["tre år", "inget mål"]
    ways = [link.attributes["href"] for link in page.one("main").all("a")]
    assert [way for way in ways if "/medlemmar/" in way or "/installningar/" in way] == []


def test_the_secretary_is_shown_the_ways_to_change(association, maj):
    page = read(maj.get(f"/{SLUG}/medlemmar/"))

    ways = [link.attributes["href"] for link in page.one("main").all("a")]

    assert f"/{SLUG}/medlemmar/ny/" in ways
    assert f"/{SLUG}/installningar/" in ways
    assert [way for way in ways if way.startswith(f"/{SLUG}/medlemmar/") and "ny" not in way] == [
        f"/{SLUG}/medlemmar/{slug}/" for slug in ("fk", "af", "regionen", "storstad", "lillstad")
    ]


def test_one_that_has_left_is_marked_and_a_municipality_can_be_a_region(association, visitor):
    storstad, lillstad = (factories.member(association, slug) for slug in ("storstad", "lillstad"))
    lillstad.left = dt.date(2020, 12, 31)
    lillstad.save()
    Member.objects.create(
        association=association,
        organisation=storstad.organisation,
        party=Party.REGIONS,
        slug="storstad-region",
    )

    page = read(visitor.get(f"/{SLUG}/medlemmar/"))

    assert [row[0] for row in table(page, "Regionerna")[1:]] == [
        "Storstad (provforbundet) kommun utanför regionerna, räknas som region enligt 5 a §",
        "Regionen (provforbundet)",
    ]
    assert table(page, "Kommunerna")[2][3] == "2020-12-31 har utträtt"


@pytest.mark.parametrize("more", [0, 3])
def test_the_list_costs_the_same_however_many_members(
    association, visitor, maj, django_assert_num_queries, more
):
    for number in range(more):
        factories.make_member(association, f"by-{number}", Party.MUNICIPALITIES)

    with django_assert_num_queries(2):
        visitor.get(f"/{SLUG}/medlemmar/")
    with django_assert_num_queries(8):
        maj.get(f"/{SLUG}/medlemmar/")


def test_names_are_escaped(association, visitor):
    storstad = factories.member(association, "storstad").organisation
    storstad.name = '<b onclick="x">Elak</b> & stad'
    storstad.save()

    page = read(visitor.get(f"/{SLUG}/medlemmar/"))

    assert page.all("b") == []
    assert table(page, "Kommunerna")[1][0] == storstad.name


# -- What is told of parties without members -------------------------------------------------------


def a_member(party: str, left: str = "", *, pays: bool = True) -> Member:
    return Member(party=party, pays=pays, left=dt.date.fromisoformat(left) if left else None)


STATE, AF = a_member(Party.STATE), a_member(Party.STATE, pays=False)
REGION, TOWN = a_member(Party.REGIONS), a_member(Party.MUNICIPALITIES)
LIQUIDATION = "(3 § lag (2003:1210)), så förbundet träder då i likvidation enligt förbundsordningen."


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param([STATE, REGION, TOWN], [], id="all-there"),
        pytest.param(
            [STATE, REGION, a_member(Party.MUNICIPALITIES, "2029-12-31")],
            [
                "Från och med 2030 är ingen kommun kvar som medlem. Samordningen kräver minst en kommun "
                + LIQUIDATION
            ],
            id="last-municipality-leaves-at-the-end-of-a-year",
        ),
        pytest.param(
            [
                STATE,
                REGION,
                a_member(Party.MUNICIPALITIES, "2030-01-01"),
                a_member(Party.MUNICIPALITIES, "2028-05-01"),
            ],
            [
                "Från och med 2031 är ingen kommun kvar som medlem. Samordningen kräver minst en kommun "
                + LIQUIDATION
            ],
            id="the-last-of-two-and-a-day-into-the-year",
        ),
        pytest.param([STATE, REGION, a_member(Party.MUNICIPALITIES, "2029-12-31"), TOWN], [], id="one-stays"),
        pytest.param(
            [STATE, a_member(Party.REGIONS, "2029-06-30"), TOWN],
            [
                "Från och med 2030 är ingen region kvar som medlem. Samordningen kräver minst en region "
                + LIQUIDATION
                + " Undantaget är en kommun som inte ingår i någon region: då betalar staten och kommunen "
                "hälften var (5 a §)."
            ],
            id="last-region",
        ),
        pytest.param(
            [a_member(Party.STATE, "2029-06-30"), AF, REGION, TOWN],
            [
                "Från och med 2030 har staten ingen betalande medlem kvar. Samordningen kräver att "
                "Försäkringskassan är med " + LIQUIDATION
            ],
            id="one-that-pays-nothing-does-not-carry-the-state",
        ),
        pytest.param(
            [AF, REGION],
            [
                "Försäkringskassan är inte inlagd som medlem. Utan den kan budgeten inte räknas ut.",
                "Ingen kommun är inlagd som medlem. Utan en kommun kan budgeten inte räknas ut.",
            ],
            id="not-there-yet",
        ),
    ],
)
def test_a_party_that_runs_empty_is_told_of(members, expected):
    assert [plain(sentence) for sentence in membership.warnings(members)] == expected


def test_without_a_region_state_and_municipality_pay_half_each():
    assert plain(membership.without_region([STATE, TOWN])) == (
        "Ingen region är medlem. Staten och kommunen betalar då hälften var (5 a § lag (2003:1210)). "
        "Det gäller en kommun som inte ingår i någon region."
    )
    assert membership.without_region([STATE, a_member(Party.REGIONS, "2020-01-01"), TOWN]) == ""


def test_the_page_warns_and_stops_nothing(association, maj):
    for slug in ("storstad", "lillstad"):
        maj.post(f"/{SLUG}/medlemmar/{slug}/", days(left="2028-12-31"))

    page = read(maj.get(f"/{SLUG}/medlemmar/"))

    assert [each.shown for each in page.all("p", "warning")] == [
        "Från och med 2029 är ingen kommun kvar som medlem. Samordningen kräver minst en kommun "
        + LIQUIDATION
    ]


# -- A new member ----------------------------------------------------------------------------------


def new(chosen: Organisation | None = None, **fields: str) -> dict[str, str]:
    empty = {"organisation": str(chosen.pk) if chosen else "", "name": "", "kind": "", "county": ""}
    return empty | {"party": Party.MUNICIPALITIES, "pays": "on", "joined": ""} | fields


def test_a_known_organisation_becomes_a_member(association, maj):
    nystad = organisation("Nystad")

    response = maj.post(f"/{SLUG}/medlemmar/ny/", new(nystad, joined="2028-01-01"))

    member = factories.member(association, "nystad")
    assert (response.status_code, response["Location"]) == (302, f"/{SLUG}/medlemmar/")
    assert messages(response) == ["Nystad är inlagd som medlem och räknas med i budgeten från och med 2028."]
    assert (member.party, member.pays, member.joined, member.position) == (
        "municipalities",
        True,
        dt.date(2028, 1, 1),
        10,
    )


def test_a_new_organisation_is_made_with_its_member(association, maj):
    response = maj.post(
        f"/{SLUG}/medlemmar/ny/", new(name="Åsele kommun", kind="municipality", county="Västerbottens län")
    )

    made = factories.member(association, "asele-kommun").organisation
    assert messages(response) == ["Åsele kommun är inlagd som medlem."]
    assert (made.name, made.slug, made.kind, made.county) == (
        "Åsele kommun",
        "asele-kommun",
        "municipality",
        "Västerbottens län",
    )


def test_a_municipality_outside_the_regions_is_a_member_twice(association, maj):
    storstad = factories.member(association, "storstad").organisation

    maj.post(f"/{SLUG}/medlemmar/ny/", new(storstad, party=Party.REGIONS))

    twice = association.members.filter(organisation=storstad).order_by("position")
    assert [(each.slug, each.party) for each in twice] == [
        ("storstad", "municipalities"),
        ("provforbundet-storstad", "regions"),
    ]


def test_slugs_that_are_taken_get_an_ending(association, maj):
    first, again = organisation("Storstad", slug="storstad"), organisation("Ny", slug="ny")

    for chosen in (first, again):
        maj.post(f"/{SLUG}/medlemmar/ny/", new(chosen))
    maj.post(f"/{SLUG}/medlemmar/ny/", new(first, party=Party.REGIONS))
    maj.post(f"/{SLUG}/medlemmar/ny/", new(name="!!!", kind="municipality"))

    assert list(
        association.members.filter(position__gt=9).order_by("position").values_list("slug", flat=True)
    ) == [
        "storstad-kommun",
        "ny-kommun",
        "storstad-region",
        "organisation",
    ]


def test_arbetsformedlingen_is_a_member_that_pays_nothing(seeds, association, maj):
    agency = Organisation.objects.get(slug="arbetsformedlingen")

    wrong = maj.post(f"/{SLUG}/medlemmar/ny/", new(agency, party=Party.STATE))
    right = maj.post(f"/{SLUG}/medlemmar/ny/", new(agency, party=Party.STATE) | {"pays": ""})

    assert complaints(read(wrong)) == [
        "Arbetsförmedlingen betalar inget medlemsbidrag: Försäkringskassan betalar statens hela hälft (5 §). "
        "Ta bort krysset."
    ]
    assert right.status_code == 302
    assert factories.member(association, "arbetsformedlingen").pays is False


NAMELESS = "Välj en organisation i listan, eller skriv namnet på en ny."
REFUSED_NEW = [
    pytest.param({}, NAMELESS, id="nobody"),
    pytest.param(
        {"organisation": "999999"}, "Välj en organisation i listan, eller skriv en ny.", id="unknown"
    ),
    pytest.param({"organisation": "\x00"}, "Välj en organisation i listan, eller skriv en ny.", id="null"),
    pytest.param(
        {"name": "fk (PROVFORBUNDET)", "kind": "agency", "party": "state"},
        "Fk (provforbundet) finns redan. Välj den i listan och töm namnet.",
        id="name-taken",
    ),
    pytest.param(
        {"name": "Nystad"}, "Välj om organisationen är en myndighet, en region eller en kommun.", id="no-kind"
    ),
    pytest.param(
        {"name": "Nystad", "kind": "köping"}, "Välj myndighet, region eller kommun.", id="unknown-kind"
    ),
    pytest.param(
        {"name": "Ny\x00stad", "kind": "municipality"},
        "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen.",
        id="null-in-name",
    ),
    pytest.param(
        {"name": "N" * 201, "kind": "municipality"},
        "Texten är för lång: 201 tecken. Högst 200 får plats.",
        id="long-name",
    ),
    pytest.param(
        {"name": "Nystad", "kind": "municipality", "party": ""},
        "Välj vilken part medlemmen hör till.",
        id="no-party",
    ),
    pytest.param(
        {"name": "Nystad", "kind": "municipality", "party": "kyrkan"},
        "Välj Staten, Regionen eller Kommunerna.",
        id="unknown-party",
    ),
    pytest.param(
        {"name": "Nystad", "kind": "municipality", "party": "state"},
        "Nystad är en kommun. Välj Kommunerna, eller Regionen om den inte ingår i någon region.",
        id="municipality-as-state",
    ),
    pytest.param(
        {"name": "Region Ny", "kind": "region"}, "Region Ny är en region. Välj Regionen.", id="region-as-town"
    ),
    pytest.param(
        {"name": "Verket", "kind": "agency"}, "Verket är en myndighet. Välj Staten.", id="agency-as-town"
    ),
    pytest.param(
        {"name": "Nystad", "kind": "municipality", "joined": "1 mars"},
        "Datumet 1 mars går inte att tolka. Skriv det som 2026-11-27.",
        id="no-day",
    ),
    pytest.param(
        {"name": "Nystad", "kind": "municipality", "joined": "1028-01-01"},
        "Kontrollera årtalet i 1028-01-01. Skriv en dag från och med 2004.",
        id="slip-of-the-hand",
    ),
]


@pytest.mark.parametrize(("fields", "expected"), REFUSED_NEW)
def test_what_makes_no_member_is_refused_with_the_cure(association, maj, fields, expected):
    before = Organisation.objects.count()

    response = maj.post(f"/{SLUG}/medlemmar/ny/", new(**fields))

    assert response.status_code == 422
    assert complaints(read(response)) == [expected]
    assert (association.members.count(), Organisation.objects.count()) == (5, before)


def test_an_organisation_is_a_member_once_for_each_party(association, maj):
    storstad = factories.member(association, "storstad").organisation

    response = maj.post(f"/{SLUG}/medlemmar/ny/", new(storstad))

    assert complaints(read(response)) == [
        "Storstad (provforbundet) är redan medlem för den parten. Ändra den medlemmens dagar i stället."
    ]


def test_one_organisation_at_a_time(association, maj):
    response = maj.post(f"/{SLUG}/medlemmar/ny/", new(organisation("Nystad"), name="Gammelstad"))

    assert complaints(read(response)) == ["Välj en organisation i listan eller skriv en ny, inte båda."]


def test_organisations_are_listed_by_kind_as_swedish_orders_them(seeds, association, maj):
    for name in ("Östersund", "Ystad", "Åre"):
        organisation(name, slug=name.encode().hex())

    page = read(maj.get(f"/{SLUG}/medlemmar/ny/"))
    (select,) = [each for each in page.all("select") if each.attributes["name"] == "organisation"]

    assert [each.attributes["label"] for each in select.all("optgroup")] == [
        "Myndigheter",
        "Regioner",
        "Kommuner",
    ]
    towns = [each.shown for each in select.all("optgroup")[2].all("option")]
    assert towns[-4:] == ["Söderhamra kommun", "Ystad", "Åre", "Östersund"]


@pytest.mark.parametrize("joined", ["", "2027-01-01", "2027-12-31"])
def test_nobody_enters_a_year_whose_budget_is_adopted(adopted, maj, joined):
    response = maj.post(f"/{SLUG}/medlemmar/ny/", new(organisation("Nystad"), joined=joined))

    assert response.status_code == 422
    assert complaints(read(response)) == [
        "Budgeten 2027 är fastställd utan Nystad. Skriv ett inträde 2028 eller senare."
    ]
    assert adopted.members.count() == 5


def test_the_year_after_is_open(adopted, maj):
    response = maj.post(f"/{SLUG}/medlemmar/ny/", new(organisation("Nystad"), joined="2028-01-01"))

    assert response.status_code == 302


def test_one_that_pays_nothing_enters_any_year(adopted, maj):
    response = maj.post(f"/{SLUG}/medlemmar/ny/", new(organisation("Nystad"), pays=""))

    assert response.status_code == 302


# -- Notice and leaving ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        ((2026, 3, 15), 3, (2029, 3, 15)),
        ((2028, 2, 29), 3, (2031, 2, 28)),
        ((2028, 2, 29), 4, (2032, 2, 29)),
        ((2026, 12, 31), 1, (2027, 12, 31)),
        ((2026, 3, 15), 0, (2026, 3, 15)),
    ],
)
def test_a_notice_runs_to_the_same_day(day, years, expected):
    assert years_after(dt.date(*day), years) == dt.date(*expected)


@pytest.mark.parametrize(
    ("notice_years", "left", "told"),
    [
        (3, dt.date(2029, 3, 15), "15 mars 2029"),
        (2, dt.date(2028, 3, 15), "15 mars 2028"),
        (1, dt.date(2027, 3, 15), "15 mars 2027"),
        (0, dt.date(2026, 3, 15), "15 mars 2026"),
    ],
)
def test_a_notice_proposes_the_day_of_leaving(association, maj, notice_years, left, told):
    association.notice_years = notice_years
    association.save()
    lillstad = factories.member(association, "lillstad")

    response = maj.post(f"/{SLUG}/medlemmar/lillstad/", days(notice_given="2026-03-15"))

    assert saved(lillstad) == (None, dt.date(2026, 3, 15), left)
    assert messages(response) == [
        f"Sparat. Lillstad (provforbundet) har sagt upp sig och utträder den {told}. "
        f"Medlemmen räknas med i budgeten till och med {left.year}."
    ]


def test_the_proposed_day_can_be_another_and_a_shorter_time_is_told_of(association, maj):
    lillstad = factories.member(association, "lillstad")

    later = maj.post(f"/{SLUG}/medlemmar/lillstad/", days(notice_given="2026-03-15", left="2029-12-31"))
    sooner = maj.post(f"/{SLUG}/medlemmar/lillstad/", days(notice_given="2026-03-15", left="2029-03-14"))

    assert messages(later) == [
        "Sparat. Lillstad (provforbundet) har sagt upp sig och utträder den 31 december 2029. "
        "Medlemmen räknas med i budgeten till och med 2029."
    ]
    assert messages(sooner)[-1] == (
        "Sparat. Lillstad (provforbundet) har sagt upp sig och utträder den 14 mars 2029. "
        "Medlemmen räknas med i budgeten till och med 2029. Uppsägningstiden går ut först den 15 mars 2029. "
        "Kontrollera att alla är överens om en kortare tid."
    )
    assert saved(lillstad) == (None, dt.date(2026, 3, 15), dt.date(2029, 3, 14))


def test_the_form_shows_the_days_and_says_how_long_the_notice_is(association, maj):
    maj.post(f"/{SLUG}/medlemmar/lillstad/", days("2024-01-01", "2026-03-15"))

    page = read(maj.get(f"/{SLUG}/medlemmar/lillstad/"))

    fields = {
        each.attributes["name"]: each.attributes.get("value")
        for each in page.all("input")
        if each.attributes.get("type") == "text"
    }
    assert fields == {"joined": "2024-01-01", "notice_given": "2026-03-15", "left": "2029-03-15"}
    assert page.all("p", "asof")[0].shown == "Part: Kommunerna. Betalar medlemsbidrag."
    assert "Lämna tomt vid en uppsägning, så räknas dagen ut: tre år efter uppsägningen (27 §)." in page.shown


def test_a_notice_is_taken_back(association, maj):
    lillstad = factories.member(association, "lillstad")
    maj.post(f"/{SLUG}/medlemmar/lillstad/", days("2024-01-01", "2026-03-15"))

    response = maj.post(f"/{SLUG}/medlemmar/lillstad/", {"action": "withdraw"})

    assert saved(lillstad) == (dt.date(2024, 1, 1), None, None)
    assert messages(response)[-1] == "Sparat. Lillstad (provforbundet) är medlem tills vidare."


def test_taking_back_is_offered_only_to_one_that_gave_notice(association, maj):
    before = read(maj.get(f"/{SLUG}/medlemmar/lillstad/"))
    maj.post(f"/{SLUG}/medlemmar/lillstad/", days(notice_given="2026-03-15"))
    after = read(maj.get(f"/{SLUG}/medlemmar/lillstad/"))

    offers = [
        [each.shown for each in page.one("main").all("button") if each.attributes.get("value") == "withdraw"]
        for page in (before, after)
    ]

    assert offers == [[], ["Ta tillbaka uppsägningen"]]


def test_a_notice_is_not_taken_back_into_a_budget_without_the_member(association, maj):
    lillstad = factories.member(association, "lillstad")
    lillstad.notice_given, lillstad.left = dt.date(2023, 12, 31), dt.date(2026, 12, 31)
    lillstad.save()
    factories.commit(association, 2027, {"fk": "8", "regionen": "4", "storstad": "4"})
    factories.adopt(association, 2027)

    response = maj.post(f"/{SLUG}/medlemmar/lillstad/", {"action": "withdraw"})

    assert response.status_code == 422
    assert complaints(read(response)) == [
        "Budgeten 2027 är fastställd utan Lillstad (provforbundet). Skriv ett utträde 2026 eller tidigare."
    ]
    assert saved(lillstad) == (None, dt.date(2023, 12, 31), dt.date(2026, 12, 31))


def test_one_that_stays_longer_does_not_enter_a_budget_without_it(adopted, maj):
    """It is in the adopted 2027, has left by 2028 whose budget is adopted without it, and wants to stay."""
    lillstad = factories.member(adopted, "lillstad")
    maj.post(f"/{SLUG}/medlemmar/lillstad/", days(left="2027-12-31"))
    factories.commit(adopted, 2028, {"fk": "8", "regionen": "4", "storstad": "4"})
    factories.adopt(adopted, 2028)

    response = maj.post(f"/{SLUG}/medlemmar/lillstad/", days(left="2028-01-01"))

    assert complaints(read(response)) == [
        "Budgeten 2028 är fastställd utan Lillstad (provforbundet). Skriv ett utträde 2027 eller tidigare."
    ]
    assert saved(lillstad) == (None, None, dt.date(2027, 12, 31))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param(
            days(left="2026-12-31"),
            "Budgeten 2027 är fastställd med Lillstad (provforbundet). Skriv ett utträde 2027 eller senare.",
            id="left-the-day-before",
        ),
        pytest.param(
            days(notice_given="2023-12-31"),
            "Budgeten 2027 är fastställd med Lillstad (provforbundet). Skriv ett utträde 2027 eller senare.",
            id="the-proposed-day-too",
        ),
        pytest.param(
            days(joined="2028-01-01"),
            "Budgeten 2027 är fastställd med Lillstad (provforbundet). "
            "Skriv ett inträde 2027 eller tidigare.",
            id="joined-the-day-after",
        ),
    ],
)
def test_nobody_leaves_a_year_whose_budget_is_adopted(adopted, maj, typed, expected):
    lillstad = factories.member(adopted, "lillstad")

    response = maj.post(f"/{SLUG}/medlemmar/lillstad/", typed)

    assert response.status_code == 422
    assert complaints(read(response)) == [expected]
    assert saved(lillstad) == (None, None, None)


@pytest.mark.parametrize(
    "typed", [days(left="2027-01-01"), days(joined="2027-12-31"), days("2027-06-01", left="2027-06-01")]
)
def test_days_within_the_adopted_year_are_free(adopted, maj, typed):
    assert maj.post(f"/{SLUG}/medlemmar/lillstad/", typed).status_code == 302


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            days("2028-01-01", left="2027-12-31"),
            "Utträdet 2027-12-31 är före inträdet 2028-01-01. Kontrollera dagarna.",
        ),
        (
            days("2028-01-01", "2027-12-31"),
            "Uppsägningen 2027-12-31 är före inträdet 2028-01-01. Kontrollera dagarna.",
        ),
        (
            days("", "2028-01-01", "2027-12-31"),
            "Utträdet 2027-12-31 är före uppsägningen 2028-01-01. Kontrollera dagarna.",
        ),
        (days(left="12.000"), "Datumet 12.000 går inte att tolka. Skriv det som 2026-11-27."),
        (days(left="=SUMMA(A1)"), "Datumet =SUMMA(A1) går inte att tolka. Skriv det som 2026-11-27."),
        (days(left="2026-02-30"), "Datumet 2026-02-30 går inte att tolka. Skriv det som 2026-11-27."),
        (days(joined="2003-12-31"), "Kontrollera årtalet i 2003-12-31. Skriv en dag från och med 2004."),
    ],
)
def test_days_that_cannot_be_are_refused(association, maj, typed, expected):
    lillstad = factories.member(association, "lillstad")

    response = maj.post(f"/{SLUG}/medlemmar/lillstad/", typed)

    assert response.status_code == 422
    assert complaints(read(response)) == [expected]
    assert saved(lillstad) == (None, None, None)


def test_an_error_is_tied_to_its_field(association, maj):
    page = read(maj.post(f"/{SLUG}/medlemmar/lillstad/", days(left="i vår")))

    (field,) = [each for each in page.all("input") if each.attributes.get("name") == "left"]
    told = {each.attributes["id"]: each.shown for each in page if "id" in each.attributes}

    assert field.attributes["aria-invalid"] == "true"
    assert "Datumet i vår går inte att tolka. Skriv det som 2026-11-27." in [
        told[name] for name in field.attributes["aria-describedby"].split()
    ]
    assert page.one("title").shown.startswith("Fel: ")


# The form and the database agree, for every pair of days around two adopted years with a gap between them.
TURNS = [
    None,
    *(dt.date(year, month, day) for year in range(2025, 2030) for month, day in ((1, 1), (12, 31))),
]


@pytest.mark.parametrize("slug", ["lillstad", "nystad"])
def test_the_form_refuses_exactly_what_the_database_refuses(association, slug):
    """Lillstad is in the adopted 2026 and 2028; Nystad joins in 2027 and is only in 2028."""
    factories.make_member(association, "nystad", Party.MUNICIPALITIES)
    nystad = factories.member(association, "nystad")
    nystad.joined = dt.date(2027, 1, 1)
    nystad.save()
    for year in (2026, 2028):
        paying = association.members.in_year(year).filter(pays=True)
        factories.commit(association, year, {each.slug: "8 mnkr" for each in paying})
        factories.adopt(association, year)
    member = factories.member(association, slug)
    known = queries.adopted_years(association, member)

    for joined, left in product(TURNS, repeat=2):
        if joined and left and left < joined:
            continue
        refused = bool(known.refusals(slug, joined, left))
        try:
            with transaction.atomic():
                Member.objects.filter(pk=member.pk).update(joined=joined, left=left)
                raised = False
                transaction.set_rollback(True)
        except IntegrityError:
            raised = True

        unchanged = (joined, left) == (member.joined, member.left)
        assert refused is raised or unchanged, (slug, joined, left)


def test_adopted_years_with_and_without_a_member(adopted):
    newcomer = factories.make_member(adopted, "byn", Party.REGIONS, pays=False)

    assert queries.adopted_years(adopted, factories.member(adopted, "lillstad")) == AdoptedYears(
        included=frozenset({2027})
    )
    assert queries.adopted_years(adopted, newcomer) == AdoptedYears(excluded=frozenset({2027}))
    assert queries.adopted_years(adopted) == AdoptedYears(excluded=frozenset({2027}))


def test_a_budget_adopted_while_one_types_is_told_of(adopted, maj, monkeypatch):
    """The form was found in order before the board adopted; the database refuses, and the page says why."""
    answers = iter([AdoptedYears(), queries.adopted_years(adopted, factories.member(adopted, "lillstad"))])
    monkeypatch.setattr(queries, "adopted_years", lambda *args: next(answers))

    response = maj.post(f"/{SLUG}/medlemmar/lillstad/", days(left="2026-12-31"))

    page = read(response)
    assert response.status_code == 409
    assert page.one("div", "problem").one("h2").shown == "Något ändrades medan du skrev"
    assert complaints(page) == [
        "Budgeten 2027 är fastställd med Lillstad (provforbundet). Skriv ett utträde 2027 eller senare."
    ]
    assert factories.member(adopted, "lillstad").left is None


# -- A member added by mistake ---------------------------------------------------------------------


def test_a_member_without_figures_is_removed(association, maj):
    asked = read(maj.get(f"/{SLUG}/medlemmar/lillstad/ta-bort/"))
    response = maj.post(f"/{SLUG}/medlemmar/lillstad/ta-bort/")

    assert asked.one("h1").shown == "Ta bort Lillstad (provforbundet)?"
    assert messages(response) == ["Lillstad (provforbundet) är borttagen som medlem."]
    assert not association.members.filter(slug="lillstad").exists()


@pytest.mark.parametrize("about", ["figure", "note"])
def test_a_member_that_the_ledger_speaks_of_stays(association, maj, about):
    lillstad = factories.member(association, "lillstad")
    if about == "figure":
        factories.commit(association, 2027, {"lillstad": "1 mnkr"})
    else:
        remark = Remark(2027, "Svar dröjer", member_id=lillstad.pk, stance="abstains")
        services.note(association=association, remark=remark, by=factories.make_user("nils"))

    response = maj.post(f"/{SLUG}/medlemmar/lillstad/ta-bort/")

    assert response.status_code == 422
    assert complaints(read(response)) == [
        "Lillstad (provforbundet) har belopp i liggaren och kan inte tas bort. Skriv ett utträde i stället."
    ]
    assert association.members.filter(slug="lillstad").exists()


def test_the_page_says_why_party_and_organisation_stay(association, maj):
    before = read(maj.get(f"/{SLUG}/medlemmar/lillstad/")).shown
    factories.commit(association, 2027, {"lillstad": "1 mnkr"})
    after = read(maj.get(f"/{SLUG}/medlemmar/lillstad/")).shown

    assert "Inget belopp är bokfört på medlemmen, så den kan tas bort och läggas till på nytt." in before
    assert (
        "De kan inte ändras, för det finns belopp bokförda på medlemmen. Lägg in den rätta som ny medlem och "
        "skriv ett utträde för den här."
    ) in after


# -- The förbund's own rules -----------------------------------------------------------------------


def test_the_rules_are_changed_and_shown(association, maj, visitor):
    response = maj.post(
        f"/{SLUG}/installningar/",
        {"notice_years": "1", "administration_from": "15", "administration_to": "20 %"},
    )

    association.refresh_from_db()
    page = read(visitor.get(f"/{SLUG}/medlemmar/"))
    assert messages(response) == ["Reglerna är sparade."]
    assert (association.notice_years, association.administration_from, association.administration_to) == (
        1,
        15,
        20,
    )
    assert [each.shown for each in page.one("dl", "about").all("dd")] == [
        "ett år",
        "målet är 15–20 % av kostnaderna",
    ]


@pytest.mark.parametrize(("low", "high"), [("0", "0"), ("0", "100"), ("", "")])
def test_a_target_is_anything_from_nothing_to_all(association, maj, low, high):
    typed = {"notice_years": "3", "administration_from": low, "administration_to": high}

    assert maj.post(f"/{SLUG}/installningar/", typed).status_code == 302


PERCENT = "Procenttalet %s går inte. Skriv ett helt tal från 0 till 100, till exempel 15."


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"notice_years": "4"}, "Välj en uppsägningstid på högst tre år (27 §)."),
        ({"notice_years": ""}, "Välj uppsägningstid."),
        ({"administration_from": "15"}, "Skriv både från och till, eller töm båda."),
        ({"administration_to": "15"}, "Skriv både från och till, eller töm båda."),
        (
            {"administration_from": "20", "administration_to": "15"},
            "Målet från 20 till 15 procent är i fel ordning. Byt plats på dem.",
        ),
        ({"administration_from": "15,5", "administration_to": "20"}, PERCENT % "15,5"),
        ({"administration_from": "15", "administration_to": "101"}, PERCENT % "101"),
        ({"administration_from": "٣", "administration_to": "20"}, PERCENT % "٣"),
    ],
)
def test_rules_that_cannot_be_are_refused(association, maj, fields, expected):
    typed = {"notice_years": "3", "administration_from": "", "administration_to": ""} | fields

    response = maj.post(f"/{SLUG}/installningar/", typed)

    association.refresh_from_db()
    assert response.status_code == 422
    assert complaints(read(response)) == [expected]
    assert (association.notice_years, association.administration_from) == (3, None)


# -- Who may ---------------------------------------------------------------------------------------

FORMS = [
    ("new_member", (SLUG,)),
    ("change_member", (SLUG, "lillstad")),
    ("remove_member", (SLUG, "lillstad")),
    ("settings", (SLUG,)),
]


@pytest.mark.parametrize(("name", "parts"), FORMS)
@pytest.mark.parametrize("kind", [Role.Kind.BOARD, Role.Kind.AUDITOR])
def test_those_who_only_read_are_told_who_changes_members(association, name, parts, kind):
    client = logged_in(factories.make_user("lena", kind, SLUG))

    response = client.post(
        reverse(name, args=parts), new(name="Nystad", kind="municipality") | days(left="2028-01-01")
    )

    assert response.status_code == 403
    assert read(response).one("p", "lead").shown == (
        "Bara förbundets sekreterare kan ändra medlemmar och regler."
    )
    assert (association.members.count(), factories.member(association, "lillstad").left) == (5, None)


@pytest.mark.parametrize(("name", "parts"), FORMS)
def test_others_do_not_find_the_forms(association, visitor, name, parts):
    factories.make_association("grannforbundet")
    neighbour = logged_in(factories.make_user("gun", Role.Kind.SECRETARY, "grannforbundet"))
    typed = new(name="Nystad", kind="municipality") | days(left="2028-01-01")

    statuses = [client.post(reverse(name, args=parts), typed).status_code for client in (visitor, neighbour)]

    assert statuses == [401, 404]
    assert (association.members.count(), factories.member(association, "lillstad").left) == (5, None)


def test_a_secretary_does_not_reach_another_forbunds_member_through_her_own(association, maj):
    factories.make_member(factories.make_association("grannforbundet"), "byn", Party.MUNICIPALITIES)

    assert maj.post(f"/{SLUG}/medlemmar/byn/", days(left="2028-01-01")).status_code == 404
    assert maj.post(f"/{SLUG}/medlemmar/byn/ta-bort/").status_code == 404


def test_a_form_cut_off_on_its_way_changes_no_day(as_secretary, exempel):
    norrsunda = exempel.members.get(slug="norrsunda")
    Member.objects.filter(pk=norrsunda.pk).update(joined=dt.date(2019, 1, 1))

    response = as_secretary.post("/exempel/medlemmar/norrsunda/", {})

    assert response.status_code == 422
    assert "Formuläret kom inte fram helt. Läs dagarna och spara igen." in read(response).shown
    assert exempel.members.get(slug="norrsunda").joined == dt.date(2019, 1, 1)
