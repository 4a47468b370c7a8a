"""The table of a year's deadlines."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_tables2 as tables
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budgets.deadlines import Deadline
from budgets.tables import Table


class DeadlineTable(Table):
    """The deadlines of one year in order: past, next and to come."""

    day = tables.Column(verbose_name=gettext_lazy("Senast"), attrs={"td": {"class": "nowrap"}})
    name = tables.Column(verbose_name=gettext_lazy("Vad"))
    left = tables.Column(accessor="day", verbose_name=gettext_lazy("Läge"))

    css = "deadlines"

    def __init__(self, deadlines: Sequence[Deadline], *, year: int, today: date) -> None:
        self.today = today
        self.next = next((each for each in deadlines if each.day >= today), None)
        super().__init__(deadlines)
        self.caption = _("Tidsfrister för budget %(year)s") % {"year": year}

    def row_css(self, row: Any) -> str:
        """Past ones are quiet, the next stands out."""
        if row.day < self.today:
            return "past"
        return "next" if row == self.next else ""

    def render_day(self, record: Deadline) -> SafeString:
        """The day, where there is room with its weekday."""
        weekday = date_format(record.day, "D")
        return format_html('<span class="aside">{} </span>{}', weekday, record.day.isoformat())

    def render_left(self, record: Deadline) -> SafeString | str:
        """Whether it has passed, and for the next how long is left."""
        if record.day < self.today:
            return _("passerad")
        if record != self.next:
            return ""
        days = (record.day - self.today).days
        told = ngettext("nästa, om %(days)s dag", "nästa, om %(days)s dagar", days) % {"days": days}
        return format_html("<strong>{}</strong>", told if days else _("i dag"))
