"""The charts of a page or a report: figures and Swedish words handed to the pure geometry."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from budgets import cap_line_chart, history_chart, sentences
from budgets.cap_line_chart import PartyBar
from budgets.charts import NARROW, WIDE, Drawing
from budgets.history_chart import YearBar
from budgets.years import PartyRow, YearBudget, YearSummary


def history(years: Iterable[YearSummary], title: str) -> tuple[Drawing, ...]:
    """Agreed, decided and actual over the years, drawn wide and narrow; years come newest first."""
    bars = [
        YearBar(
            label=str(year.year),
            agreed=year.agreed.amount,
            total=year.total.amount,
            actual=year.actual.amount,
            is_decided=year.is_decided,
            is_derived=year.total.is_derived,
        )
        for year in reversed(list(years))
    ]
    words = history_chart.Words(
        missing=_("uppgift saknas"),
        total=_("Fastställd budget"),
        proposed=_("Budget som inte är fastställd"),
        lost=_("Överenskommet men uteblivet"),
        actual=_("Utfall, kostnader"),
    )
    return tuple(history_chart.draw(bars, title, words, width) for width in (WIDE, NARROW))


def cap_line(budget: YearBudget) -> tuple[Drawing, ...]:
    """The rule as one picture, wide and narrow; nothing while a commitment is missing."""
    total = budget.summary.total.amount
    bars = [bar for party in budget.summary.parties if (bar := _party_bar(party))]
    if total is None or len(bars) != len(budget.summary.parties):
        return ()
    words = cap_line_chart.Words(
        offered=_("åtog sig %s"),
        pays=_("betalar %s"),
        cap=_("taket %s, härlett") if budget.summary.total.is_derived else _("taket %s"),
        limits=_("sätter taket"),
    )
    title = sentences.conclusion(budget.summary).text
    return tuple(cap_line_chart.draw(bars, total, title, words, width) for width in (WIDE, NARROW))


def _party_bar(party: PartyRow) -> PartyBar | None:
    if party.offered.amount is None or party.called.amount is None or party.carries is None:
        return None
    part = {2: _("hälften"), 4: _("en fjärdedel")}[party.weight.denominator]
    if party.offered.is_derived:
        part = _("%(part)s, härlett") % {"part": part}
    return PartyBar(
        name=party.name,
        offered=party.offered.amount,
        called=party.called.amount,
        carries=party.carries,
        part=part,
        limits=party.limits,
    )
