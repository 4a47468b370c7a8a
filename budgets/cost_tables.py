"""What goes to measures and what does not, year by year: the figures beside the chart of the shares."""

from collections.abc import Sequence

import django_tables2 as tables
from django.utils.translation import gettext_lazy

from budgets.tables import Table
from budgets.years import CostYear
from finsam import kronor, money
from finsam.kronor import AMOUNT, KronorColumn


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

    def __init__(self, years: Sequence[CostYear]) -> None:
        figures = [figure for year in years for figure in (year.measures, year.administration)]
        super().__init__(years, figures=figures)

    def render_share(self, record: CostYear) -> str:
        """The share in per cent, a dash when not known."""
        share = record.administration_share
        return kronor.kr(None) if share is None else money.percent(share.numerator, share.denominator, None)
