"""An association's timetable: the days on which its board adopts, and how long before it what must be done.

Neither is an amount, so nothing here is posted.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction

from budgets import deadlines, ledger
from budgets.models import BoardMeeting, LeadTime
from members.models import Association


def board_dates(association: Association) -> dict[int, date]:
    """The days on which the board is to adopt, by budget year. One query."""
    return dict(BoardMeeting.objects.filter(association=association).values_list("year", "held_on"))


def lead_times(association: Association) -> list[LeadTime]:
    """The lead times that the association has stored, the longest first; none while it uses the defaults."""
    return list(LeadTime.objects.filter(association=association))


def counted(stored: Sequence[LeadTime]) -> tuple[deadlines.LeadTime, ...]:
    """The lead times to count back by, each with a name that lasts; the defaults while none are stored."""
    own = (deadlines.LeadTime(each.name, each.months, each.days, key=f"lead-{each.pk}") for each in stored)
    return tuple(own) or deadlines.DEFAULT_LEAD_TIMES


def set_board_date(*, association: Association, year: int, day: date | None) -> None:
    """Set the day on which the board is to adopt the year's budget; None takes it away."""
    meetings = BoardMeeting.objects.filter(association=association)
    if day is None:
        meetings.filter(year=year).delete()
    else:
        meetings.update_or_create(association=association, year=year, defaults={"held_on": day})


@transaction.atomic
def keep_lead_times(*, association: Association, lead_times: Iterable[LeadTime]) -> None:
    """Make these the association's lead times: change those it has by pk, add the others, remove the rest.

    Without any it has the defaults again. A pk that is not its own counts as none.
    """
    ledger.lock(association)
    own = set(LeadTime.objects.filter(association=association).values_list("pk", flat=True))
    kept: set[int] = set()
    for lead_time in lead_times:
        lead_time.association = association
        lead_time.pk = lead_time.pk if lead_time.pk in own - kept else None
        lead_time.save()
        kept.add(lead_time.pk)
    LeadTime.objects.filter(association=association).exclude(pk__in=kept).delete()
