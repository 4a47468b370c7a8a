"""Deadlines, counted back from the day when the board fixes the budget, and the calendar file of them.

Words: a *lead time* is how long before the board's day something must be done; a *deadline* is the day
that this gives. The board fixes the budget by 30 November, after consulting the members (23 § lag
(2003:1210)); its proposal is public from the notice of that meeting (8 kap. 14 § kommunallagen through
21 §). A region may need about six months for a decision of its own.

    the board meets                                      2026-11-26
    6 months before: ask the region for its answer       2026-05-26
    14 days before: the notice and the proposal          2026-11-12

The days are calendar days; a Sunday stays a Sunday. This module imports only the standard library.
"""

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


def _refuse_negative(months: int, days: int) -> None:
    if months < 0 or days < 0:
        raise ValueError(f"A lead time is 0 or more months and days, not {months} months and {days} days.")


@dataclass(frozen=True, slots=True)
class LeadTime:
    """What must be done ``months`` and ``days`` before the board meets. Raises ValueError below 0.

    ``key`` is what a calendar knows the deadline by, the same when others come and go. Give it to all
    lead times of an association or to none, and then their places in the list serve.
    """

    name: str
    months: int = 0
    days: int = 0
    key: str = ""

    def __post_init__(self) -> None:
        _refuse_negative(self.months, self.days)


# A region's decision takes longest, about six months (Stockholms stad, utlåtande dnr 111-184/2015).
# The other lead times are ours, for a förbund to change.
DEFAULT_LEAD_TIMES = (
    LeadTime("Begär besked av regionen om nästa års bidrag", months=6),
    LeadTime("Begär besked av kommunerna om nästa års bidrag", months=4),
    LeadTime("Begär besked av Försäkringskassan om nästa års bidrag", months=4),
    LeadTime("Ha förslaget till budget klart", months=2),
    LeadTime("Håll medlemssamråd om budgeten", months=1),
    LeadTime("Skicka kallelsen och publicera förslaget", days=14),
)

BOARD_NAME = "Styrelsen fastställer budgeten"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day for something; ``is_board`` for the board's own day, from which the others count."""

    name: str
    day: date
    is_board: bool
    key: str


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What one budget year adds to the calendar file; ``url`` is the page where its deadlines stand."""

    year: int
    board_date: date
    lead_times: tuple[LeadTime, ...]
    url: str


def latest_board_date(year: int) -> date:
    """The last day for the board to fix the budget of ``year``: 30 November the year before.

    Source: 23 § lag (2003:1210). The members fix a new förbund's first budget, on a day of their own.
    """
    return date(year - 1, 11, 30)


def count_back(day: date, months: int = 0, days: int = 0) -> date:
    """The day that lies ``months`` and then ``days`` before ``day``.

    A month without that day gives its last day: six months before 31 August is 28 February, or 29.

    >>> count_back(date(2026, 8, 31), months=6).isoformat()
    '2026-02-28'

    Raises ValueError for negative months or days, and as ``datetime`` does before year 1.
    """
    _refuse_negative(months, days)
    year, earlier_months = divmod(day.year * 12 + day.month - 1 - months, 12)
    month = earlier_months + 1
    last_day = calendar.monthrange(year, month)[1]
    return date(year, month, min(day.day, last_day)) - timedelta(days=days)


def deadlines(board_date: date, lead_times: Iterable[LeadTime]) -> tuple[Deadline, ...]:
    """The deadlines of one budget year in order of day, the board's own last.

    Of those on one day, the one that stands first among ``lead_times`` comes first.
    """
    counted = [
        Deadline(
            name=lead_time.name,
            day=count_back(board_date, lead_time.months, lead_time.days),
            is_board=False,
            key=lead_time.key or str(place),
        )
        for place, lead_time in enumerate(lead_times, start=1)
    ]
    board = Deadline(BOARD_NAME, board_date, is_board=True, key="board")
    return (*sorted(counted, key=lambda deadline: deadline.day), board)


# The calendar file: iCalendar, RFC 5545.

_LONGEST_LINE = 75  # octets without the line break (3.1)
_MONTH_NAMES = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)


def calendar_file(name: str, plans: Iterable[YearPlan], *, slug: str, domain: str, stamp: datetime) -> str:
    """An iCalendar text (RFC 5545) with an all-day event for each deadline of each year.

    ``name`` is shown as the calendar's; ``slug`` (the association's) and ``domain`` make the events'
    lasting names, so that a calendar that reads the file again moves them instead of adding more.
    ``stamp`` is when the deadlines were last changed, or now. Encode the text as UTF-8; its line breaks
    are CRLF and no line is longer than 75 octets. Raises ValueError for a stamp without a time zone.
    """
    if stamp.tzinfo is None:
        raise ValueError(f"The stamp must have a time zone, not {stamp!r}.")
    stamped = stamp.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Budgetliggaren//Tidsfrister//SV"]
    lines.append(f"X-WR-CALNAME:{_text(name)}")
    for plan in plans:
        for deadline in deadlines(plan.board_date, plan.lead_times):
            uid = f"{slug}-{plan.year}-{deadline.key}@{domain}"
            lines += _event(deadline, plan, uid, stamped)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(deadline: Deadline, plan: YearPlan, uid: str, stamped: str) -> Iterator[str]:
    """The lines of one deadline, not yet folded."""
    summary = f"Budget {plan.year}: {deadline.name}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(uid)}"
    yield f"DTSTAMP:{stamped}"
    yield f"DTSTART;VALUE=DATE:{deadline.day:%Y%m%d}"
    # The end is the first day after the event (3.6.1).
    yield f"DTEND;VALUE=DATE:{deadline.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(summary)}"
    yield f"DESCRIPTION:{_text(_description(deadline, plan))}"
    yield f"URL:{_without_control_characters(plan.url)}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{_text(f'Om två veckor: {summary}')}"
    # The event starts at midnight. 13 days and 15 hours before is nine in the morning, two weeks before.
    yield "TRIGGER:-P13DT15H"
    yield "END:VALARM"
    yield "END:VEVENT"


def _description(deadline: Deadline, plan: YearPlan) -> str:
    if deadline.is_board:
        last = _in_prose(latest_board_date(plan.year))
        return f"Budgeten för {plan.year} ska vara fastställd senast den {last} (23 § lag (2003:1210))."
    day, board = _in_prose(deadline.day), _in_prose(plan.board_date)
    return f"Gör det senast den {day}, så att styrelsen kan fastställa budgeten för {plan.year} den {board}."


def _in_prose(day: date) -> str:
    """A day as running text has it: "26 november 2026"."""
    return f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year}"


def _text(text: str) -> str:
    """A value of the type TEXT (3.3.11): what has a meaning in the file is escaped."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = escaped.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\\n".join(_without_control_characters(line) for line in lines)


def _without_control_characters(text: str) -> str:
    """The text without the characters that no line may hold (3.1); a tab is one that it may."""
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", "", text)


def _folded(line: str) -> str:
    """The line broken so that no part is longer than 75 octets and no character is cut in two.

    Every part but the first begins with a space, which counts.
    """
    parts: list[str] = []
    octets = 0
    for character in line:
        size = len(character.encode())
        if octets + size > _LONGEST_LINE:
            parts.append("\r\n ")
            octets = 1
        parts.append(character)
        octets += size
    return "".join(parts)
