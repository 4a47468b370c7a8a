"""Deadlines counted back from the board's day, and the calendar file read back.

23 § lag (2003:1210): the board fixes the budget by 30 November, after consulting the members.
"""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.deadlines import (
    DEFAULT_LEAD_TIMES,
    Deadline,
    LeadTime,
    YearPlan,
    calendar_file,
    count_back,
    deadlines,
    latest_board_date,
)

STAMP = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)
REGION = LeadTime("Begär besked av regionen", months=6)
CONSULTATION = LeadTime("Medlemssamråd", months=1)
NOTICE = LeadTime("Kallelse", days=14)


def plan(year=2027, board_date=date(2026, 11, 26), lead_times=(), url="https://finsam.example/budget/"):
    return YearPlan(year, board_date, tuple(lead_times), url)


def written(*plans: YearPlan, name="Budget", slug="stockholm", domain="finsam.example", stamp=STAMP) -> str:
    return calendar_file(name, plans, slug=slug, domain=domain, stamp=stamp)


def content_lines(text: str) -> list[str]:
    """The unfolded lines, after holding that the text is lines of at most 75 octets that end in CRLF."""
    raw = text.encode()
    assert raw.endswith(b"\r\n")
    physical = raw.removesuffix(b"\r\n").split(b"\r\n")
    for line in physical:
        assert b"\r" not in line
        assert b"\n" not in line
        assert len(line) <= 75
        line.decode()  # no character is cut in two
    return raw.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def read_text(value: str) -> str:
    """What a TEXT value says."""
    said, characters = [], iter(value)
    for character in characters:
        escaped = next(characters) if character == "\\" else None
        said.append({"n": "\n", "N": "\n"}.get(escaped, escaped) if escaped else character)
    return "".join(said)


def events(text: str) -> list[dict[str, str]]:
    """The events of a calendar file by property; those of the alarm are called "VALARM …"."""
    found, inside = [], []
    for line in content_lines(text):
        prop, _, value = line.partition(":")
        if prop == "BEGIN":
            inside.append(value)
            if value == "VEVENT":
                found.append({})
        elif prop == "END":
            assert inside.pop() == value
        elif "VEVENT" in inside:
            key = f"VALARM {prop}" if inside[-1] == "VALARM" else prop
            assert key not in found[-1]
            found[-1][key] = value
    assert inside == []
    return found


def calendar_name(text: str) -> str:
    (line,) = (line for line in content_lines(text) if line.startswith("X-WR-CALNAME:"))
    return read_text(line.removeprefix("X-WR-CALNAME:"))


# Counting back


@pytest.mark.parametrize(
    ("day", "months", "days", "expected"),
    [
        pytest.param(date(2026, 11, 26), 6, 0, date(2026, 5, 26), id="the-region-is-asked-in-May"),
        pytest.param(date(2026, 11, 26), 0, 14, date(2026, 11, 12), id="the-notice-two-weeks-before"),
        pytest.param(date(2026, 11, 26), 0, 0, date(2026, 11, 26), id="nothing-is-the-day-itself"),
        pytest.param(date(2026, 8, 31), 6, 0, date(2026, 2, 28), id="February-has-no-31st"),
        pytest.param(date(2028, 8, 31), 6, 0, date(2028, 2, 29), id="nor-in-a-leap-year"),
        pytest.param(date(2026, 8, 29), 6, 0, date(2026, 2, 28), id="nor-a-29th"),
        pytest.param(date(2028, 8, 29), 6, 0, date(2028, 2, 29), id="but-in-a-leap-year"),
        pytest.param(date(2026, 8, 28), 6, 0, date(2026, 2, 28), id="the-28th-stays"),
        pytest.param(date(2028, 2, 29), 12, 0, date(2027, 2, 28), id="a-year-before-the-leap-day"),
        pytest.param(date(2028, 2, 29), 48, 0, date(2024, 2, 29), id="four-years-before-the-leap-day"),
        pytest.param(date(2026, 12, 31), 1, 0, date(2026, 11, 30), id="November-has-no-31st"),
        pytest.param(date(2026, 11, 30), 1, 0, date(2026, 10, 30), id="the-30th-does-not-become-the-31st"),
        pytest.param(date(2026, 1, 31), 1, 0, date(2025, 12, 31), id="into-December"),
        pytest.param(date(2026, 12, 1), 12, 0, date(2025, 12, 1), id="a-whole-year-from-December"),
        pytest.param(date(2026, 1, 1), 0, 1, date(2025, 12, 31), id="a-day-over-new-year"),
        pytest.param(date(2028, 3, 1), 0, 1, date(2028, 2, 29), id="a-day-over-the-leap-day"),
        pytest.param(date(2026, 11, 30), 1, 14, date(2026, 10, 16), id="months-and-days"),
        pytest.param(date(2026, 3, 31), 1, 1, date(2026, 2, 27), id="months-first-then-days"),
    ],
)
def test_count_back_gives_the_day(day, months, days, expected):
    assert count_back(day, months, days) == expected


@pytest.mark.parametrize(("months", "days"), [(-1, 0), (0, -1)])
def test_count_back_refuses_to_count_forward(months, days):
    told = f"A lead time is 0 or more months and days, not {months} months and {days} days."

    with pytest.raises(ValueError, match=told):
        count_back(date(2026, 11, 26), months, days)
    with pytest.raises(ValueError, match=told):
        LeadTime("Medlemssamråd", months, days)


@given(
    day=st.dates(date(2004, 1, 1), date(2100, 12, 31)),
    months=st.integers(0, 24),
    days=st.integers(0, 366),
)
def test_count_back_lands_in_the_month_counted_to(day, months, days):
    counted = count_back(day, months)

    assert (day.year - counted.year) * 12 + day.month - counted.month == months
    is_last_of_month = (counted + timedelta(days=1)).month != counted.month
    assert counted.day == day.day or (counted.day < day.day and is_last_of_month)
    assert count_back(day, months, days) == counted - timedelta(days=days)


def test_latest_board_date_is_30_november_the_year_before():
    assert latest_board_date(2027) == date(2026, 11, 30)


# The list of deadlines


def test_default_deadlines_of_a_board_that_meets_on_26_november():
    listed = deadlines(date(2026, 11, 26), DEFAULT_LEAD_TIMES)

    assert [(deadline.day.isoformat(), deadline.name) for deadline in listed] == [
        ("2026-05-26", "Begär besked av regionen om nästa års bidrag"),
        ("2026-07-26", "Begär besked av kommunerna om nästa års bidrag"),
        ("2026-07-26", "Begär besked av Försäkringskassan om nästa års bidrag"),
        ("2026-09-26", "Ha förslaget till budget klart"),
        ("2026-10-26", "Håll medlemssamråd om budgeten"),
        ("2026-11-12", "Skicka kallelsen och publicera förslaget"),
        ("2026-11-26", "Styrelsen fastställer budgeten"),
    ]
    assert [deadline.is_board for deadline in listed] == [False] * 6 + [True]


def test_default_deadlines_of_the_last_day_that_the_law_allows():
    listed = deadlines(latest_board_date(2027), DEFAULT_LEAD_TIMES)

    assert [deadline.day.isoformat() for deadline in listed] == [
        "2026-05-30",
        "2026-07-30",
        "2026-07-30",
        "2026-09-30",
        "2026-10-30",
        "2026-11-16",
        "2026-11-30",
    ]


def test_deadlines_stand_in_order_of_day_and_keep_their_place_as_key():
    listed = deadlines(date(2026, 11, 26), [NOTICE, REGION, CONSULTATION])

    assert listed == (
        Deadline("Begär besked av regionen", date(2026, 5, 26), is_board=False, key="2"),
        Deadline("Medlemssamråd", date(2026, 10, 26), is_board=False, key="3"),
        Deadline("Kallelse", date(2026, 11, 12), is_board=False, key="1"),
        Deadline("Styrelsen fastställer budgeten", date(2026, 11, 26), is_board=True, key="board"),
    )


def test_deadlines_of_one_day_stand_as_they_were_listed_and_the_board_last():
    listed = deadlines(date(2026, 11, 26), [LeadTime("Först"), LeadTime("Sedan")])

    assert [deadline.name for deadline in listed] == ["Först", "Sedan", "Styrelsen fastställer budgeten"]


def test_without_lead_times_the_board_day_is_the_only_deadline():
    assert deadlines(date(2026, 11, 26), []) == (
        Deadline("Styrelsen fastställer budgeten", date(2026, 11, 26), is_board=True, key="board"),
    )


# The calendar file


def test_calendar_file_of_one_deadline_and_the_board_line_by_line():
    text = written(plan(lead_times=[NOTICE]), name="Finsam Stockholm")

    assert text.split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Budgetliggaren//Tidsfrister//SV",
        "X-WR-CALNAME:Finsam Stockholm",
        "BEGIN:VEVENT",
        "UID:stockholm-2027-1@finsam.example",
        "DTSTAMP:20260115T083000Z",
        "DTSTART;VALUE=DATE:20261112",
        "DTEND;VALUE=DATE:20261113",
        "SUMMARY:Budget 2027: Kallelse",
        "DESCRIPTION:Gör det senast den 12 november 2026\\, så att styrelsen kan fa",
        " stställa budgeten för 2027 den 26 november 2026.",
        "URL:https://finsam.example/budget/",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Om två veckor: Budget 2027: Kallelse",
        "TRIGGER:-P13DT15H",
        "END:VALARM",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:stockholm-2027-board@finsam.example",
        "DTSTAMP:20260115T083000Z",
        "DTSTART;VALUE=DATE:20261126",
        "DTEND;VALUE=DATE:20261127",
        "SUMMARY:Budget 2027: Styrelsen fastställer budgeten",
        "DESCRIPTION:Budgeten för 2027 ska vara fastställd senast den 30 november ",
        " 2026 (23 § lag (2003:1210)).",
        "URL:https://finsam.example/budget/",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Om två veckor: Budget 2027: Styrelsen fastställer budgeten",
        "TRIGGER:-P13DT15H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_calendar_file_holds_several_years_each_with_its_own_page():
    text = written(
        plan(2027, date(2026, 11, 26), [REGION], "https://finsam.example/2027/"),
        plan(2028, date(2027, 11, 30), [REGION], "https://finsam.example/2028/"),
    )

    assert [(event["UID"], event["DTSTART;VALUE=DATE"], event["URL"]) for event in events(text)] == [
        ("stockholm-2027-1@finsam.example", "20260526", "https://finsam.example/2027/"),
        ("stockholm-2027-board@finsam.example", "20261126", "https://finsam.example/2027/"),
        ("stockholm-2028-1@finsam.example", "20270530", "https://finsam.example/2028/"),
        ("stockholm-2028-board@finsam.example", "20271130", "https://finsam.example/2028/"),
    ]


def test_calendar_file_without_years_has_no_events():
    assert events(written()) == []


def test_an_event_keeps_its_uid_when_the_board_moves_its_day():
    before = events(written(plan(board_date=date(2026, 11, 26), lead_times=[REGION, NOTICE])))
    after = events(written(plan(board_date=date(2026, 11, 19), lead_times=[REGION, NOTICE])))

    assert [event["UID"] for event in before] == [event["UID"] for event in after]
    assert [event["DTSTART;VALUE=DATE"] for event in after] == ["20260519", "20261105", "20261119"]


def test_an_event_with_a_key_keeps_its_uid_when_others_come_and_go():
    notice = LeadTime("Kallelse", days=14, key="lead-7")
    added = LeadTime("Medlemssamråd", months=1, key="lead-9")

    before = events(written(plan(lead_times=[notice])))
    after = events(written(plan(lead_times=[added, notice])))

    assert before[0]["UID"] == "stockholm-2027-lead-7@finsam.example"
    assert [event["UID"] for event in after] == [
        "stockholm-2027-lead-9@finsam.example",
        "stockholm-2027-lead-7@finsam.example",
        "stockholm-2027-board@finsam.example",
    ]


def test_an_event_ends_on_the_day_after_over_new_year_and_the_leap_day():
    text = written(plan(board_date=date(2027, 12, 31), lead_times=[LeadTime("Tidigt", months=46)]))

    assert [(event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) for event in events(text)] == [
        ("20240229", "20240301"),
        ("20271231", "20280101"),
    ]


def test_the_stamp_is_written_in_utc():
    stockholm_in_summer = timezone(timedelta(hours=2))
    text = written(plan(), stamp=datetime(2026, 7, 1, 0, 30, 5, 999, tzinfo=stockholm_in_summer))

    assert [event["DTSTAMP"] for event in events(text)] == ["20260630T223005Z"]


def test_a_stamp_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="The stamp must have a time zone, not "):
        written(plan(), stamp=datetime(2026, 7, 1))


def test_what_has_a_meaning_in_the_file_is_escaped():
    name = "Region A; B, och C\\D\r\nEND:VCALENDAR\rfler\nrader"
    text = written(plan(lead_times=[LeadTime(name)]))

    assert events(text)[0]["SUMMARY"] == (
        "Budget 2027: Region A\\; B\\, och C\\\\D\\nEND:VCALENDAR\\nfler\\nrader"
    )
    assert read_text(events(text)[0]["SUMMARY"]) == (
        "Budget 2027: Region A; B, och C\\D\nEND:VCALENDAR\nfler\nrader"
    )
    assert read_text(events(text)[0]["VALARM DESCRIPTION"]) == (
        "Om två veckor: Budget 2027: Region A; B, och C\\D\nEND:VCALENDAR\nfler\nrader"
    )


def test_characters_that_no_line_may_hold_are_left_out():
    page = plan(lead_times=[LeadTime("Med\x00lems\x1bsam\x7fråd\tnu")], url="https://a.example/\r\nX-EVIL:1")

    event = events(written(page))[0]

    assert event["SUMMARY"] == "Budget 2027: Medlemssamråd\tnu"
    assert event["URL"] == "https://a.example/X-EVIL:1"


# "X-WR-CALNAME:" is 13 octets, which leaves 62 of the first line's 75; a further line has 74.
@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        pytest.param("a" * 62, "a" * 62, None, id="75-octets-are-one-line"),
        pytest.param("a" * 63, "a" * 62, "a", id="76-are-two"),
        pytest.param("a" * 60 + "å", "a" * 60 + "å", None, id="a-two-octet-letter-that-just-fits"),
        pytest.param("a" * 61 + "å", "a" * 61, "å", id="one-that-does-not"),
        pytest.param("a" * 60 + "åäö", "a" * 60 + "å", "äö", id="åäö-across-the-border"),
        pytest.param("a" * 58 + "📅", "a" * 58 + "📅", None, id="a-four-octet-emoji-that-just-fits"),
        pytest.param("a" * 59 + "📅", "a" * 59, "📅", id="one-octet-too-many"),
        pytest.param("a" * 61 + "📅", "a" * 61, "📅", id="three-octets-too-many"),
        pytest.param("å" * 31, "å" * 31, None, id="31-letters-are-62-octets"),
        pytest.param("å" * 32, "å" * 31, "å", id="32-are-64"),
        pytest.param("a" * 61 + " b", "a" * 61 + " ", "b", id="a-space-at-the-border-is-kept"),
        pytest.param("a" * 62 + " b", "a" * 62, " b", id="and-one-that-begins-a-line"),
    ],
)
def test_lines_are_folded_at_75_octets_between_characters(name, first, second):
    text = written(name=name)

    lines = text.split("\r\n")
    assert lines[3] == f"X-WR-CALNAME:{first}"
    assert lines[4] == ("END:VCALENDAR" if second is None else f" {second}")
    assert calendar_name(text) == name


def test_a_long_name_is_folded_more_than_once():
    lines = written(name="ö" * 31 + "ö" * 37 + "ö").split("\r\n")

    assert lines[3:6] == ["X-WR-CALNAME:" + "ö" * 31, " " + "ö" * 37, " ö"]


PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300)


@given(name=PRINTABLE, lead_time=PRINTABLE)
def test_every_text_comes_back_as_it_was(name, lead_time):
    text = written(plan(lead_times=[LeadTime(lead_time)]), name=name)

    assert calendar_name(text) == name
    assert read_text(events(text)[0]["SUMMARY"]) == f"Budget 2027: {lead_time}"
