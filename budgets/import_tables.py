"""The tables of a file's dry run: what it makes of the figures, what does not come in, what each row says."""

from collections.abc import Sequence
from typing import Any

import django_tables2 as tables
from django.utils.dates import MONTHS
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.imports import Change, DryRun, Outcome, Reading
from budgets.tables import Table
from finsam import kronor, money
from finsam.kronor import AMOUNT, KronorColumn
from finsam.money import Figure
from finsam.texts import shortened

# More rows than these are told by their number: a file with a fault in each row must stay readable.
MOST_SHOWN = 200


class ChangeTable(Table):
    """Each line's month: what stands now, what it becomes, and the change."""

    name = tables.Column(accessor="line", verbose_name=gettext_lazy("Post"))
    month = tables.Column(verbose_name=gettext_lazy("Månad"))
    before = KronorColumn(verbose_name=gettext_lazy("Nu"))
    after = KronorColumn(verbose_name=gettext_lazy("Blir"))
    difference = tables.Column(verbose_name=gettext_lazy("Ändring"), attrs=AMOUNT)

    caption = gettext_lazy("Utfall per post och månad")
    unit = gettext_lazy("Belopp i kr")
    css = "run"

    def __init__(self, changes: Sequence[Change], **kwargs: Any) -> None:
        figures = [Figure(change.after) for change in changes] + [change.before for change in changes]
        super().__init__(changes, figures=figures, **kwargs)

    def render_month(self, record: Change) -> str:
        """The month's name."""
        return str(MONTHS[record.month])

    def render_difference(self, record: Change) -> SafeString:
        """The change with its sign."""
        return kronor.signed(money.kr(record.difference, self.decimals), record.difference)


class FaultTable(Table):
    """The rows that do not come in, each with what is wrong."""

    number = tables.Column(verbose_name=gettext_lazy("Rad"))
    text = tables.Column(verbose_name=gettext_lazy("Text i filen"))
    fault = tables.Column(verbose_name=gettext_lazy("Varför den inte kommer med"))

    caption = gettext_lazy("Rader med fel eller ett annat år")
    row_header = "number"
    css = "run"

    def render_text(self, record: Reading) -> str:
        """The text of the line's column."""
        return shortened(record.text) or _("(tom cell)")


class ReadingTable(FaultTable):
    """What each row of the file does."""

    fault = tables.Column(verbose_name=gettext_lazy("Vad den ger"))

    caption = gettext_lazy("Filens rader")

    def __init__(self, run: DryRun, **kwargs: Any) -> None:
        self.coming = set(run.coming)
        super().__init__(run.readings[:MOST_SHOWN], **kwargs)

    def render_fault(self, record: Reading) -> str:
        """Line, month and amount; or why not."""
        if record.outcome == Outcome.SKIPPED:
            return _("hoppas över")
        if record.line is None or record.month is None or record.amount is None:
            return record.fault
        form = _("%(line)s, %(month)s: %(amount)s")
        if record not in self.coming:
            form = _("%(line)s, %(month)s: %(amount)s, hålls inne")
        return form % {
            "line": record.line.name,
            "month": MONTHS[record.month],
            "amount": money.in_kronor(record.amount),
        }
