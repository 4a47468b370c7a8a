"""Inhabitants aged 16-64: people in the ledger, entered by the secretary, never read as kronor.

Exempelförbundet has counts for 2020-2025, postings 65-70: on 31 December 2025 Norrsunda had 18 486, Mellanby
10 112 and Söderhamra 5 482.
"""

import datetime as dt
from collections.abc import Mapping

import pytest
from django.utils import timezone

from budgets import inhabitants, ledger, queries, services
from budgets.inhabitants import Count, Inhabitants
from budgets.ledger import BelowZero, Cell, Change
from budgets.models import Account, Entry, Posting
from finsam.money import MISSING, Figure
from members.access import Access
from members.models import Association, Member, Organisation, Party, Role, User
from tests import factories
from tests.pages import Element, read, table

ADDRESS = "/exempel/2025/invanare/"
HEAD = 70  # the newest posting that the seeds make
SHOWN = {"norrsunda": "18 486", "mellanby": "10 112", "soderhamra": "5 482"}
SECRETARY = Access(Role.Kind.SECRETARY)
SOURCE = "SCB, folkmängd 31 december 2025"


def typed(**counts: str) -> dict[str, str]:
    """The form as sent, with some counts typed anew."""
    fields = {f"count-{name}": text for name, text in (SHOWN | counts).items()}
    return fields | {"seen": str(HEAD), "source": SOURCE, "reason": ""}


def shown_in(page: Element) -> dict[str, str]:
    """What the counts' inputs show."""
    inputs = [each for each in page.all("input") if each.attributes.get("name", "").startswith("count-")]
    return {
        each.attributes["name"].removeprefix("count-"): each.attributes.get("value", "").replace(
            "\u00a0", " "
        )
        for each in inputs
    }


def problems(page: Element) -> list[str]:
    return [each.shown for each in page.one("div", "problem").all("li")]


def count_of(association: Association, slug: str, year: int = 2025) -> Figure:
    cell = Cell(Account.INHABITANTS, year, member_id=factories.member(association, slug).pk)
    return ledger.figure(ledger.balances(association), cell)


def post_counts(association: Association, year: int, counts: Mapping[str, int], by: User | None = None):
    wishes = {
        Cell(Account.INHABITANTS, year, member_id=factories.member(association, slug).pk): Figure(count)
        for slug, count in counts.items()
    }
    return services.record(
        association=association,
        wishes=wishes,
        reason="Folkmängd",
        by=by,
        author_name="" if by else "Ett test",
    )


# -- Which day a year is measured against ----------------------------------------------------------

TOWN, VILLAGE = (
    Member(pk=pk, party=Party.MUNICIPALITIES, slug=name, organisation=Organisation(name=name))
    for pk, name in ((1, "stad"), (2, "by"))
)
REGION = Member(pk=3, party=Party.REGIONS, slug="region", organisation=Organisation(name="Region"))


def counted(*pks: int) -> dict[int, Count]:
    return {pk: Count((TOWN, VILLAGE, REGION)[pk - 1], Figure(100 * pk), pk, "SCB") for pk in pks}


@pytest.mark.parametrize(("year", "day"), [(2024, 2024), (2025, 2025), (2026, 2025), (2023, None)])
def test_a_year_is_measured_against_the_newest_day_at_or_before_its_end(year, day):
    counts = {2024: counted(1, 2), 2025: counted(1, 2)}

    found = inhabitants.newest(counts, [TOWN, VILLAGE, REGION], year)

    assert (found.year if found else None) == day


def test_a_day_on_which_a_municipality_is_missing_is_passed_over():
    counts = {2024: counted(1, 2), 2025: counted(1)}

    assert inhabitants.newest(counts, [TOWN, VILLAGE], 2026) == Inhabitants(
        2024, tuple(counted(1, 2).values())
    )
    assert inhabitants.newest(counts, [TOWN], 2026).people == Figure(100)


def test_those_who_are_not_members_in_the_year_are_not_counted():
    found = inhabitants.newest({2024: counted(1, 2)}, [VILLAGE, REGION], 2025)

    assert (found.people, found.day) == (Figure(200), dt.date(2024, 12, 31))


def test_without_municipalities_there_is_nobody_to_share_by():
    assert inhabitants.newest({2024: counted(1, 2)}, [REGION], 2025) is None
    assert Inhabitants(2024, ()).people == MISSING


@pytest.mark.parametrize(
    ("today", "newest"),
    [
        (dt.date(2026, 12, 30), 2025),
        (dt.date(2026, 12, 31), 2026),
        (dt.date(2027, 1, 1), 2026),
    ],
)
def test_inhabitants_can_be_counted_once_the_day_has_come(today, newest):
    assert inhabitants.newest_year(today) == newest
    assert inhabitants.may_be_counted(newest, today)
    assert not inhabitants.may_be_counted(newest + 1, today)


@pytest.mark.parametrize(("year", "may"), [(2003, False), (2004, True)])
def test_nobody_is_counted_before_the_law(year, may):
    assert inhabitants.may_be_counted(year, dt.date(2026, 11, 24)) is may


# -- In the ledger ---------------------------------------------------------------------------------


def test_the_seed_is_the_counts_with_their_sources(exempel):
    counts = inhabitants.counts_of(exempel)

    assert sorted(counts) == [2020, 2021, 2022, 2023, 2024, 2025]
    assert [(each.member.slug, each.people, each.number, each.source) for each in counts[2025].values()] == [
        (slug, Figure(people), 70, "Påhittad befolkningsstatistik, folkmängd 31 december 2025")
        for slug, people in (("norrsunda", 18_486), ("mellanby", 10_112), ("soderhamra", 5_482))
    ]


def test_the_seeds_inhabitants_are_fewer_than_the_keys_weights(exempel):
    """The key of 2026 weighs all ages on 31 December 2024; those of 16-64 are somewhat under six in ten."""
    found = ledger.balances(exempel)
    for slug, weight in (("norrsunda", 31_560), ("mellanby", 18_174), ("soderhamra", 9_958)):
        pk = factories.member(exempel, slug).pk
        assert found[Cell(Account.KEY, 2026, member_id=pk)].amount == weight
        of_age = found[Cell(Account.INHABITANTS, 2024, member_id=pk)].amount
        assert weight * 54 < of_age * 100 < weight * 60


def test_a_count_can_fall_to_0_and_not_below(exempel, secretary):
    cell = Cell(Account.INHABITANTS, 2025, member_id=factories.member(exempel, "norrsunda").pk)
    about = {"association": exempel, "reason": "Fel", "by": secretary}

    with pytest.raises(BelowZero):
        ledger.post(changes=[Change(cell, -18_487)], **about)
    ledger.post(changes=[Change(cell, -18_486)], **about)

    assert count_of(exempel, "norrsunda") == Figure(0)
    assert ledger.verify(exempel) is None


def test_a_reversed_count_is_missing_again(exempel, secretary):
    ledger.reverse(Posting.objects.get(association=exempel, number=70), reason="Fel år", by=secretary)

    assert sorted(inhabitants.counts_of(exempel)) == [2020, 2021, 2022, 2023, 2024]


def test_counts_are_no_part_of_a_budgets_plan(as_secretary, exempel):
    """Entering people makes no draft of an adopted year, and no difference between its versions."""
    before = queries.year_budget(exempel, 2026, SECRETARY)
    post_counts(exempel, 2026, {"norrsunda": 18_400})

    after = queries.year_budget(exempel, 2026, SECRETARY)

    assert (after.is_working, after.number, after.summary) == (False, before.number, before.summary)
    assert queries.changed_since(exempel, 2026, HEAD) == []
    compared = as_secretary.get("/exempel/2026/skillnad/", follow=True)
    assert "invånare 16–64 år" not in read(compared).one("main").heard


# -- Its history and its posting -------------------------------------------------------------------


def test_a_history_counts_people_and_not_kronor(visitor, exempel, secretary):
    post_counts(exempel, 2025, {"norrsunda": 18_490}, by=secretary)

    page = read(visitor.get("/exempel/2025/historik/inhabitants/norrsunda/"))

    assert page.one("h1").shown == "Norrsunda kommun: invånare 16–64 år 2025"
    assert page.one("caption").shown == "Verifikationerna bakom beloppet, den senaste först Antal invånare"
    rows = table(page, "Verifikationerna bakom beloppet")
    assert [row[0] for row in rows[1:]] == ["71", "70"]
    assert [row[-2:] for row in rows[1:]] == [["+4", "18 490"], ["+18 486", "18 486"]]


def test_a_posting_of_counts_says_people(visitor, exempel):
    page = read(visitor.get("/exempel/verifikation/70/"))

    assert page.one("caption").shown == ("Belopp i verifikationen Antal invånare, som ändring mot läget före")
    assert table(page, "Belopp i verifikationen")[1:] == [
        ["Norrsunda kommun", "invånare 16–64 år 2025", "+18 486"],
        ["Mellanby kommun", "invånare 16–64 år 2025", "+10 112"],
        ["Söderhamra kommun", "invånare 16–64 år 2025", "+5 482"],
    ]


def test_a_posting_of_people_and_kronor_tells_each_as_what_it_is(as_board_member, exempel, secretary):
    norrsunda = factories.member(exempel, "norrsunda").pk
    wishes = {
        Cell(Account.INHABITANTS, 2025, member_id=norrsunda): Figure(18_487),
        Cell(Account.COMMITTED, 2028, member_id=norrsunda): Figure(150),
    }
    services.record(association=exempel, wishes=wishes, reason="Brev", by=secretary)

    rows = table(read(as_board_member.get("/exempel/verifikation/71/")), "Belopp i verifikationen")

    assert [row[1:] for row in rows[1:]] == [["åtagande 2028", "+1,50"], ["invånare 16–64 år 2025", "+1"]]


def test_counts_are_public_in_years_without_a_budget(visitor, exempel):
    page = read(visitor.get("/exempel/2020/historik/inhabitants/soderhamra/"))

    assert [row[-2:] for row in table(page, "Verifikationerna")[1:]] == [["+5 412", "5 412"]]


@pytest.mark.parametrize("whose", ["alla", "region-exempel", "steget-vidare", "finns-inte"])
def test_nobody_else_has_a_history_of_inhabitants(visitor, exempel, whose):
    assert visitor.get(f"/exempel/2025/historik/inhabitants/{whose}/").status_code == 404


# -- The page --------------------------------------------------------------------------------------


def test_the_page_shows_the_counts_beside_those_of_the_year_before(as_secretary, exempel):
    page = read(as_secretary.get(ADDRESS))

    assert page.one("h1").shown == "Invånare 16–64 år den 31 december 2025"
    assert shown_in(page) == SHOWN
    rows = page.one("table").all("tr")
    assert [next(each.shown for each in row.all("td")) for row in rows[1:]] == ["18 494", "10 178", "5 467"]
    assert [each.heard for each in page.all("label", "visually-hidden")] == [
        "Invånare i Norrsunda kommun den 31 december 2025",
        "Invånare i Mellanby kommun den 31 december 2025",
        "Invånare i Söderhamra kommun den 31 december 2025",
    ]


def test_what_is_typed_is_posted_with_its_source(as_secretary, secretary, exempel):
    response = as_secretary.post(ADDRESS, typed(norrsunda="18\u00a0490"))

    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    assert read(as_secretary.get(ADDRESS)).one("p", "saved").shown == "Sparat som verifikation 71."
    posting = Posting.objects.get(association=exempel, number=71)
    assert (posting.author, posting.source, posting.reason) == (
        secretary,
        SOURCE,
        "Invånare 16–64 år den 31 december 2025",
    )
    assert [(each.account, each.year, each.amount) for each in Entry.objects.filter(posting=posting)] == [
        ("inhabitants", 2025, 4)
    ]
    assert ledger.verify(exempel) is None


def test_a_year_that_nobody_has_counted_yet(as_secretary, stockholm):
    address = "/stockholm/2021/invanare/"
    sent = {"count-stockholms-stad": "650 000", "seen": "16", "source": "SCB", "reason": "Första året"}

    assert as_secretary.post(address, sent).status_code == 302

    assert count_of(stockholm, "stockholms-stad", 2021) == Figure(650_000)
    row = table(read(as_secretary.get("/stockholm/nyckeltal/")), "Nyckeltal år för år")[1]
    # 32 mnkr shared by 650 000: 49,23
    assert (row[0], row[2], row[-1]) == ("2021", "49", "2021-12-31")


def test_what_already_stands_is_not_posted_again(as_secretary, exempel):
    as_secretary.post(ADDRESS, typed())

    assert read(as_secretary.get(ADDRESS)).one("p", "saved").shown == (
        "Inget var ändrat, så inget nytt bokfördes."
    )
    assert ledger.head_number(exempel) == HEAD


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("12.000", "12.000 går inte att tolka. Skriv ett helt tal, till exempel 34 512."),
        ("18,5", "18,5 går inte att tolka. Skriv ett helt tal, till exempel 34 512."),
        ("-5", "-5 går inte att tolka. Skriv ett helt tal, till exempel 34 512."),
        ("=1+1", "=1+1 går inte att tolka. Skriv ett helt tal, till exempel 34 512."),
        ("<b>", "<b> går inte att tolka. Skriv ett helt tal, till exempel 34 512."),
        ("11 000 001", "11 000 001 är för stort. Kontrollera antalet siffror."),
        ("9" * 50, "9999999999999999999999999999999999999999… är för stort. Kontrollera antalet siffror."),
        ("0", "Skriv ett antal som är mer än 0, eller lämna fältet tomt."),
        ("", "Ett bokfört antal kan inte tömmas (det var 18 486). Skriv det rätta antalet."),
        ("1\x002", "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen."),
        ("1" * 61, "Texten är för lång: 61 tecken. Högst 60 får plats."),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_cure(as_secretary, exempel, text, sentence):
    response = as_secretary.post(ADDRESS, typed(norrsunda=text))

    page = read(response)
    assert (response.status_code, problems(page)) == (422, [sentence])
    assert shown_in(page)["norrsunda"] == text.replace("\x00", "")
    assert page.one("title").shown.startswith("Fel:")
    assert ledger.head_number(exempel) == HEAD


def test_a_count_without_a_source_is_refused(as_secretary, exempel):
    response = as_secretary.post(ADDRESS, typed(norrsunda="18 490") | {"source": " "})

    assert (response.status_code, problems(read(response))) == (
        422,
        ["Skriv var antalen står, till exempel SCB och vilken dag."],
    )
    assert ledger.head_number(exempel) == HEAD


@pytest.mark.parametrize("text", ["24 042", "12 946"])  # 30 % of 18 494 is 5 548,2
def test_a_count_that_moves_little_is_not_asked_about(as_secretary, exempel, text):
    assert as_secretary.post(ADDRESS, typed(norrsunda=text)).status_code == 302


@pytest.mark.parametrize("text", ["24 043", "12 945"])
def test_a_count_that_moves_more_than_30_per_cent_is_asked_about_once(as_secretary, exempel, text):
    response = as_secretary.post(ADDRESS, typed(norrsunda=text))

    assert (response.status_code, problems(read(response))) == (
        422,
        [
            f"Norrsunda kommun har nu {text}, mer än 30 % från 18 494 den 31 december 2024. "
            "Kryssa för att antalet stämmer, eller rätta det."
        ],
    )
    assert as_secretary.post(ADDRESS, typed(norrsunda=text) | {"sure": "on"}).status_code == 302
    assert count_of(exempel, "norrsunda") == Figure(int(text.replace(" ", "")))


def test_two_secretaries_meet_only_in_the_same_count(as_secretary, exempel, seeds):
    kim = factories.make_user("kim", "secretary", "exempel")
    post_counts(exempel, 2025, {"norrsunda": 18_500}, by=kim)

    other = as_secretary.post(ADDRESS, typed(mellanby="10 120"))

    assert other.status_code == 302
    assert (count_of(exempel, "norrsunda"), count_of(exempel, "mellanby")) == (Figure(18_500), Figure(10_120))


def test_the_same_count_changed_meanwhile_is_told_and_kept(as_secretary, exempel, seeds):
    kim = factories.make_user("kim", "secretary", "exempel")
    post_counts(exempel, 2025, {"norrsunda": 18_500}, by=kim)

    response = as_secretary.post(ADDRESS, typed(norrsunda="18 490"))

    page = read(response)
    assert (response.status_code, problems(page)) == (
        409,
        [
            "Norrsunda kommun: medan du skrev bokförde Kim 18 500 (verifikation 71). Du skrev 18 490.",
        ],
    )
    assert shown_in(page)["norrsunda"] == "18 490"
    seen = next(each.attributes["value"] for each in page.all("input") if each.attributes["name"] == "seen")
    assert (seen, ledger.head_number(exempel)) == ("71", 71)
    assert as_secretary.post(ADDRESS, typed(norrsunda="18 490") | {"seen": seen}).status_code == 302
    assert count_of(exempel, "norrsunda") == Figure(18_490)


@pytest.mark.parametrize("seen", ["", "71", "x", "-1", "999999999999", "٦"])
def test_a_form_that_does_not_say_what_was_seen_saves_nothing(as_secretary, exempel, seen):
    response = as_secretary.post(ADDRESS, typed(norrsunda="18 490") | {"seen": seen})

    assert (response.status_code, shown_in(read(response))["norrsunda"]) == (422, "18 490")
    assert ledger.head_number(exempel) == HEAD


def test_a_field_of_somebody_elses_member_is_not_read(as_secretary, exempel):
    sent = typed() | {"count-avesta": "15 000", "count-region-exempel": "5"}

    as_secretary.post(ADDRESS, sent)

    assert ledger.head_number(exempel) == HEAD


@pytest.mark.parametrize(
    ("role", "status"),
    [("visitor", 401), ("as_board_member", 403), ("as_auditor", 403), ("as_outsider", 404)],
)
def test_nobody_but_the_secretary_saves(request, exempel, role, status):
    response = request.getfixturevalue(role).post(ADDRESS, typed(norrsunda="18 490"))

    assert (response.status_code, ledger.head_number(exempel)) == (status, HEAD)


def test_a_day_that_has_not_come_cannot_be_counted(as_secretary, exempel, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: dt.date(2026, 12, 30))

    statuses = {year: as_secretary.get(f"/exempel/{year}/invanare/").status_code for year in (2025, 2026)}

    assert statuses == {2025: 200, 2026: 404}


def test_a_municipality_that_has_left_is_not_asked_about_and_one_that_joins_is(db):
    made = factories.make_association()
    made.members.filter(slug="lillstad").update(joined=dt.date(2028, 1, 1))
    made.members.filter(slug="storstad").update(left=dt.date(2024, 12, 31))

    def asked(year):
        return [each.slug for each in inhabitants.counted_members(made, year)]

    assert (asked(2024), asked(2025)) == (["storstad", "lillstad"], ["lillstad"])


def test_reading_the_page_leaves_the_ledger_alone_and_costs_the_same(
    as_secretary, exempel, django_assert_num_queries
):
    with django_assert_num_queries(12):
        as_secretary.get(ADDRESS)
    post_counts(exempel, 2025, {"norrsunda": 18_490, "mellanby": 10_120})
    with django_assert_num_queries(12):
        as_secretary.get(ADDRESS)

    assert ledger.head_number(exempel) == HEAD + 1
