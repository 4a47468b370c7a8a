"""What goes to measures and what does not, year by year: the figures beside the chart of the shares."""

from collections.abc import Iterable, Sequence

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from budgets.behind import Part
from budgets.models import Account
from budgets.tables import Table, behind_year
from budgets.years import CostYear, YearSummary
from finsam import kronor, money
from finsam.kronor import AMOUNT, KronorColumn
from finsam.money import Figure


class CostTable(Table):
    """Each year's budgeted costs in two, and the share that does not go to measures."""

    year = tables.Column(verbose_name=gettext_lazy("År"))
    measures = KronorColumn(verbose_name=gettext_lazy("Insatser"))
    administration = KronorColumn(verbose_name=gettext_lazy("Annat än insatser"))
    share = tables.Column(
        accessor="administration_share", verbose_name=gettext_lazy("Andel annat"), attrs=AMOUNT
    )

    caption = gettext_lazy("Budgeterade kostnader per år")
    unit = gettext_lazy("Belopp i kr")
    row_header = "year"

    def __init__(self, years: Sequence[CostYear], summaries: Iterable[YearSummary], slug: str) -> None:
        """``summaries`` say what each of the ``years`` is shown as; the figures lead to what is behind."""
        self.slug = slug
        self.shown_as = {summary.year: summary for summary in summaries}
        figures = [figure for year in years for figure in (year.measures, year.administration)]
        super().__init__(years, figures=figures)

    def render_measures(self, record: CostYear) -> SafeString:
        """What goes to measures."""
        return self._linked(record, record.measures, Part.MEASURES)

    def render_administration(self, record: CostYear) -> SafeString:
        """What does not."""
        return self._linked(record, record.administration, Part.ADMINISTRATION)

    def _linked(self, year: CostYear, figure: Figure, part: Part) -> SafeString:
        written = kronor.kr_with(figure, self.decimals)
        summary = self.shown_as.get(year.year)
        if summary is None:
            return written
        return behind_year(summary, figure, self.slug).sum(written, Account.ALLOCATED, part)

    def render_share(self, record: CostYear) -> str:
        """The share in per cent, a dash when not known."""
        share = record.administration_share
        return kronor.kr(None) if share is None else money.percent(share.numerator, share.denominator, None)
