"""The board's day and the deadlines before it, set by the secretary and subscribed to by anyone."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from budgets.models import BoardMeeting, LeadTime
from members.models import Association
from tests.budgets.test_deadlines import content_lines, events
from tests.factories import make_association
from tests.pages import Element, read, table

pytestmark = pytest.mark.django_db

ADDRESS = "/exempel/2027/tidplan/"
CALENDAR = "/exempel/kalender.ics"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Today is 13 November 2026, the day after the notice must be out."""
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: dt.date(2026, 11, 13))


@pytest.fixture
def board_day(exempel: Association) -> BoardMeeting:
    """The board adopts the budget of 2027 on 26 November 2026."""
    return BoardMeeting.objects.create(association=exempel, year=2027, held_on=dt.date(2026, 11, 26))


def set_day(client: Any, day: str, address: str = ADDRESS) -> Any:
    return client.post(address, {"form": "board", "board-held_on": day})


def rows(*lead_times: tuple[str, str, str], pks: tuple[int | str, ...] = (), **more: str) -> dict[str, str]:
    """The form of the lead times with these rows: what, months, days."""
    typed = {
        "form": "lead-times",
        "lead-TOTAL_FORMS": str(len(lead_times)),
        "lead-INITIAL_FORMS": str(len(pks)),
    }
    for place, (name, months, days) in enumerate(lead_times):
        typed |= {f"lead-{place}-name": name, f"lead-{place}-months": months, f"lead-{place}-days": days}
        typed[f"lead-{place}-pk"] = str(pks[place]) if place < len(pks) else ""
    return typed | more


def stored(association: Association) -> list[tuple[str, int, int]]:
    return list(association.lead_times.values_list("name", "months", "days"))


def complaints(page: Element) -> list[str]:
    return [item.shown for item in page.one("div", "problem").all("li")]


def shown_rows(page: Element) -> list[list[str]]:
    """What the inputs of the lead times hold, row by row."""
    body = page.one("table", "leads").one("tbody")
    typed = [
        [field for field in row.all("input") if field.attributes["type"] == "text"] for row in body.all("tr")
    ]
    return [[field.attributes.get("value", "") for field in row] for row in typed]


# -- The deadlines ---------------------------------------------------------------------------------


def test_the_deadlines_count_back_from_the_boards_day(visitor, board_day):
    page = read(visitor.get(ADDRESS))

    assert page.one("h1").shown == "Tidplan för budget 2027"
    assert page.one("p", "lead").shown == (
        "Styrelsen fastställer budgeten den 26 november 2026. Sammanträdet är offentligt."
    )
    assert table(page, "Tidsfrister för budget 2027") == [
        ["Senast", "Vad", "Läge"],
        ["tis 2026-05-26", "Begär besked av regionen om nästa års bidrag", "passerad"],
        ["sön 2026-07-26", "Begär besked av kommunerna om nästa års bidrag", "passerad"],
        ["sön 2026-07-26", "Begär besked av Försäkringskassan om nästa års bidrag", "passerad"],
        ["lör 2026-09-26", "Ha förslaget till budget klart", "passerad"],
        ["mån 2026-10-26", "Håll medlemssamråd om budgeten", "passerad"],
        ["tors 2026-11-12", "Skicka kallelsen och publicera förslaget", "passerad"],
        ["tors 2026-11-26", "Styrelsen fastställer budgeten", "nästa, om 13 dagar"],
    ]
    assert [row.attributes.get("class") for row in page.one("tbody").all("tr")] == ["past"] * 6 + ["next"]


@pytest.mark.parametrize(
    ("day", "lefts"),
    [
        (dt.date(2026, 11, 11), ["nästa, om 1 dag", ""]),
        (dt.date(2026, 11, 12), ["i dag", ""]),
        (dt.date(2026, 11, 25), ["passerad", "nästa, om 1 dag"]),
        (dt.date(2026, 11, 26), ["passerad", "i dag"]),
        (dt.date(2026, 11, 27), ["passerad", "passerad"]),
    ],
)
def test_the_next_deadline_stands_out_to_its_day(visitor, board_day, monkeypatch, day, lefts):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: day)

    page = read(visitor.get(ADDRESS))

    assert [row[2] for row in table(page, "Tidsfrister")[-2:]] == lefts


def test_of_two_deadlines_on_one_day_the_first_is_next(visitor, board_day, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: dt.date(2026, 7, 26))

    page = read(visitor.get(ADDRESS))

    assert [row[2] for row in table(page, "Tidsfrister")[1:5]] == ["passerad", "i dag", "", ""]


# -- The board's day -------------------------------------------------------------------------------


def test_the_secretary_sets_moves_and_takes_away_the_boards_day(as_secretary, exempel):
    before = read(as_secretary.get(ADDRESS))
    told = []
    for day in ("2026-11-26", "27/11/2026", ""):
        response = set_day(as_secretary, day)
        told.append(read(as_secretary.get(response["Location"])).one("p", "saved").shown)

    assert before.one("p", "lead").shown == "Ingen sammanträdesdag är inlagd för budget 2027."
    assert told == [
        "Sammanträdesdagen är 2026-11-26.",
        "Sammanträdesdagen är 2026-11-27.",
        "Sammanträdesdagen är borttagen.",
    ]
    assert BoardMeeting.objects.filter(association=exempel).count() == 0


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-30", "Sammanträdesdagen är 2026-11-30."),
        (
            "2026-12-01",
            "Sammanträdesdagen är 2026-12-01. Budgeten ska vara fastställd senast 2026-11-30 (23 §).",
        ),
    ],
)
def test_a_day_after_november_is_kept_and_warned_about(as_secretary, exempel, day, said):
    response = set_day(as_secretary, day)

    assert read(as_secretary.get(response["Location"])).one("p", "saved").shown == said
    assert BoardMeeting.objects.get(association=exempel).held_on.isoformat() == day


@pytest.mark.parametrize(
    ("day", "complaint"),
    [
        ("26 november", "Datumet 26 november går inte att tolka. Skriv det som 2026-11-27."),
        ("2026-02-30", "Datumet 2026-02-30 går inte att tolka. Skriv det som 2026-11-27."),
        (
            "2025-11-26",
            "Kontrollera årtalet i 2025-11-26. Budgeten för 2027 fastställs under 2026.",
        ),
        (
            "2028-01-01",
            "Kontrollera årtalet i 2028-01-01. Budgeten för 2027 fastställs under 2026.",
        ),
    ],
)
def test_a_day_that_cannot_be_meant_is_refused_and_kept_in_the_form(as_secretary, board_day, day, complaint):
    response = set_day(as_secretary, day)
    page = read(response)

    (field,) = [each for each in page.all("input") if each.attributes["name"] == "board-held_on"]
    assert (response.status_code, complaints(page)) == (422, [complaint])
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == (day, "true")
    assert page.one("title").shown.startswith("Fel: Tidplan för budget 2027")
    board_day.refresh_from_db()
    assert board_day.held_on == dt.date(2026, 11, 26)


# -- The lead times --------------------------------------------------------------------------------


def test_the_defaults_stand_in_the_form_until_the_secretary_saves_her_own(as_secretary, exempel, board_day):
    before = read(as_secretary.get(ADDRESS))
    typed = rows(("Begär besked av regionen", "7", ""), ("Kallelse", "", "10"), ("", "", ""))
    response = as_secretary.post(ADDRESS, typed)
    after = read(as_secretary.get(response["Location"]))

    assert shown_rows(before)[0] == ["Begär besked av regionen om nästa års bidrag", "6", "0"]
    assert [row[0] for row in shown_rows(before)][6:] == ["", ""]
    assert after.one("p", "saved").shown == "Tiderna är sparade. De gäller alla förbundets budgetår."
    assert stored(exempel) == [("Begär besked av regionen", 7, 0), ("Kallelse", 0, 10)]
    assert [row[:2] for row in table(after, "Tidsfrister")[1:]] == [
        ["sön 2026-04-26", "Begär besked av regionen"],
        ["mån 2026-11-16", "Kallelse"],
        ["tors 2026-11-26", "Styrelsen fastställer budgeten"],
    ]
    assert shown_rows(after) == [
        ["Begär besked av regionen", "7", "0"],
        ["Kallelse", "0", "10"],
        ["", "", ""],
        ["", "", ""],
    ]


def test_a_changed_lead_time_keeps_its_row_and_a_ticked_one_goes(as_secretary, exempel):
    first, second = (
        LeadTime.objects.create(association=exempel, name=name, months=months)
        for name, months in (("Samråd", 2), ("Förslag", 1))
    )
    typed = rows(
        ("Medlemssamråd", "3", "0"),
        ("", "nonsens", ""),
        pks=(first.pk, second.pk),
        **{"lead-1-remove": "on"},
    )

    as_secretary.post(ADDRESS, typed)

    assert list(exempel.lead_times.values_list("pk", "name", "months")) == [(first.pk, "Medlemssamråd", 3)]


def test_without_any_of_its_own_a_forbund_has_the_defaults_again(as_secretary, exempel):
    mine = LeadTime.objects.create(association=exempel, name="Samråd", months=2)

    response = as_secretary.post(
        ADDRESS, rows(("Samråd", "2", "0"), pks=(mine.pk,), **{"lead-0-remove": "on"})
    )

    page = read(as_secretary.get(response["Location"]))
    assert page.one("p", "saved").shown == "Alla tider är borttagna, så de förvalda gäller igen."
    assert stored(exempel) == []
    assert shown_rows(page)[0][0] == "Begär besked av regionen om nästa års bidrag"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (("", "2", ""), "Rad 1: Skriv vad som ska vara gjort."),
        (("Samråd", "", ""), "Rad 1: Skriv hur lång tid före, i månader eller dagar."),
        (("Samråd", "25", "0"), "Rad 1: Skriv antalet månader som ett helt tal, 0–24."),
        (("Samråd", "-1", "0"), "Rad 1: Skriv antalet månader som ett helt tal, 0–24."),
        (("Samråd", "2,5", "0"), "Rad 1: Skriv antalet månader som ett helt tal, 0–24."),
        (("Samråd", "0", "367"), "Rad 1: Skriv antalet dagar som ett helt tal, 0–366."),
        (("Samråd", "0", "x"), "Rad 1: Skriv antalet dagar som ett helt tal, 0–366."),
        (("S\x00", "1", "0"), "Rad 1: Ta bort det osynliga tecknet (null-tecken) och skriv texten igen."),
        (("S" * 201, "1", "0"), "Rad 1: Texten är för lång: 201 tecken. Högst 200 får plats."),
    ],
)
def test_a_lead_time_that_cannot_be_meant_is_refused_with_all_that_was_typed(
    as_secretary, exempel, row, complaint
):
    response = as_secretary.post(ADDRESS, rows(row, ("Kallelse", "", "14")))
    page = read(response)

    assert (response.status_code, complaints(page)) == (422, [complaint])
    assert shown_rows(page)[:2] == [[text.replace("\x00", "") for text in row], ["Kallelse", "", "14"]]
    assert stored(exempel) == []


@pytest.mark.parametrize(("months", "days"), [("24", "366"), ("0", "0")])
def test_the_longest_and_the_shortest_lead_time_are_kept(as_secretary, exempel, months, days):
    as_secretary.post(ADDRESS, rows(("Samråd", months, days)))

    assert stored(exempel) == [("Samråd", int(months), int(days))]


@pytest.mark.parametrize("forged", ["another's", "999999999", "x", "1" * 40, "\x00"])
def test_a_row_that_names_anothers_lead_time_leaves_it_alone(as_secretary, exempel, forged):
    theirs = LeadTime.objects.create(association=make_association(), name="Deras", months=5)
    pk = str(theirs.pk) if forged == "another's" else forged

    as_secretary.post(ADDRESS, rows(("Vår", "1", "0"), pks=(pk,)))

    theirs.refresh_from_db()
    assert (theirs.name, theirs.months) == ("Deras", 5)
    assert stored(exempel) == [("Vår", 1, 0)]


def test_the_same_row_twice_becomes_two(as_secretary, exempel):
    mine = LeadTime.objects.create(association=exempel, name="Samråd", months=2)

    as_secretary.post(ADDRESS, rows(("Ett", "2", "0"), ("Två", "1", "0"), pks=(mine.pk, mine.pk)))

    assert stored(exempel) == [("Ett", 2, 0), ("Två", 1, 0)]


def test_a_form_that_did_not_come_whole_changes_nothing(as_secretary, exempel):
    LeadTime.objects.create(association=exempel, name="Samråd", months=2)

    lost = as_secretary.post(ADDRESS, {"form": "lead-times"})
    many = as_secretary.post(ADDRESS, rows(*[("Rad", "1", "0")] * 41))

    assert (lost.status_code, complaints(read(lost))) == (
        422,
        ["Formuläret kom inte fram helt. Läs tiderna och spara igen."],
    )
    assert (many.status_code, complaints(read(many))[0]) == (
        422,
        "Högst 40 rader får plats. Ta bort några.",
    )
    assert stored(exempel) == [("Samråd", 2, 0)]


# -- Who -------------------------------------------------------------------------------------------


def test_a_visitor_sees_no_forms_and_only_years_that_are_public(visitor, exempel, board_day):
    page = read(visitor.get(ADDRESS))

    assert page.one("main").all("form") == []
    assert visitor.get("/exempel/2026/tidplan/").status_code == 200
    assert visitor.get("/exempel/2028/tidplan/").status_code == 404
    # Its budget is a proposal that is not public: the page does not lead there.
    links = [link.attributes["href"] for link in page.one("main").all("a")]
    assert [link for link in links if link.startswith("/exempel/2027")] == []


@pytest.mark.parametrize(
    ("role", "status"),
    [("visitor", 401), ("as_board_member", 403), ("as_auditor", 403), ("as_outsider", 404)],
)
def test_only_the_secretary_sets_days_and_times(request, exempel, role, status):
    client = request.getfixturevalue(role)

    statuses = [
        set_day(client, "2026-11-26").status_code,
        client.post(ADDRESS, rows(("Samråd", "1", "0"))).status_code,
    ]

    assert statuses == [status, status]
    assert BoardMeeting.objects.count() == LeadTime.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    as_secretary, exempel, board_day, count, django_assert_num_queries
):
    for place in range(count):
        LeadTime.objects.create(association=exempel, name=f"Rad {place}", months=place)
        year = 2028 + place
        BoardMeeting.objects.create(association=exempel, year=year, held_on=dt.date(year - 1, 11, 20))

    with django_assert_num_queries(10):
        as_secretary.get(ADDRESS)


# -- The calendar ----------------------------------------------------------------------------------


def test_anyone_can_subscribe_and_the_page_says_how(visitor, board_day):
    page = read(visitor.get(ADDRESS))

    found = visitor.get(CALENDAR)

    addresses = [link.attributes["href"] for link in page.one("dl", "about").all("a")]
    assert addresses == ["webcal://testserver/exempel/kalender.ics", "http://testserver/exempel/kalender.ics"]
    assert [link.shown for link in page.one("dl", "about").all("a")] == addresses
    assert found["Content-Type"] == "text/calendar; charset=utf-8"
    assert found["Content-Disposition"] == 'inline; filename="exempel.ics"'
    assert dict(found.cookies) == {}


def test_the_calendar_holds_every_year_with_a_day(visitor, exempel, board_day):
    BoardMeeting.objects.create(association=exempel, year=2028, held_on=dt.date(2027, 11, 25))
    text = visitor.get(CALENDAR).content.decode()

    found = events(text)

    assert content_lines(text)[3] == "X-WR-CALNAME:Budget\\, Exempelförbundet"
    assert len(found) == 14
    assert [
        (event["UID"], event["DTSTART;VALUE=DATE"], event["SUMMARY"])
        for event in found
        if "board" in event["UID"]
    ] == [
        ("exempel-2027-board@testserver", "20261126", "Budget 2027: Styrelsen fastställer budgeten"),
        ("exempel-2028-board@testserver", "20271125", "Budget 2028: Styrelsen fastställer budgeten"),
    ]
    assert {event["URL"] for event in found} == {
        "http://testserver/exempel/2027/tidplan/",
        "http://testserver/exempel/2028/tidplan/",
    }


def test_a_moved_deadline_keeps_its_name_in_the_calendar(visitor, exempel, board_day):
    first, second = (
        LeadTime.objects.create(association=exempel, name=name, months=months)
        for name, months in (("Samråd", 2), ("Förslag", 3))
    )

    def names() -> dict[str, str]:
        found = events(visitor.get(CALENDAR).content.decode())
        return {event["UID"]: event["DTSTART;VALUE=DATE"] for event in found}

    before = names()
    first.months = 5
    first.save()

    assert before == {
        f"exempel-2027-lead-{second.pk}@testserver": "20260826",
        f"exempel-2027-lead-{first.pk}@testserver": "20260926",
        "exempel-2027-board@testserver": "20261126",
    }
    assert names() == before | {f"exempel-2027-lead-{first.pk}@testserver": "20260626"}


def test_a_calendar_that_has_not_changed_is_not_sent_again(visitor, board_day):
    first = visitor.get(CALENDAR)

    again = visitor.get(CALENDAR, headers={"if-none-match": first["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)


def test_a_forbund_without_days_has_an_empty_calendar(visitor, exempel):
    text = visitor.get(CALENDAR).content.decode()

    assert events(text) == []
    assert content_lines(text)[0] == "BEGIN:VCALENDAR"


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_asks_the_same_number_of_questions(visitor, exempel, count, django_assert_num_queries):
    for place in range(count):
        year = 2027 + place
        BoardMeeting.objects.create(association=exempel, year=year, held_on=dt.date(year - 1, 11, 20))
        LeadTime.objects.create(association=exempel, name=f"Rad {place}", months=place)

    with django_assert_num_queries(3):
        visitor.get(CALENDAR)


@pytest.mark.parametrize("address", [CALENDAR, "/exempel/jamfor/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_is_only_read_refuses_other_methods(as_secretary, exempel, address, method):
    assert getattr(as_secretary, method)(address).status_code == 405


@pytest.mark.parametrize("sent", [{}, {"form": "board"}])
def test_a_form_that_was_cut_off_does_not_take_the_boards_day_away(as_secretary, board_day, sent):
    response = as_secretary.post(ADDRESS, sent)

    assert response.status_code == 422
    assert "Formuläret kom inte fram helt. Läs dagen och spara igen." in response.content.decode()
    board_day.refresh_from_db()
    assert board_day.held_on == dt.date(2026, 11, 26)
