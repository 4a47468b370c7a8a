"""The charts of a page or a report: figures, Swedish words and addresses handed to the pure geometry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import cap_line_chart, chart_sentences, columns_chart, history_chart, lines_chart
from budgets.behind import Behind
from budgets.cap_line_chart import PartyBar
from budgets.charts import (
    NARROW,
    PANEL,
    WIDE,
    Drawing,
    Reading,
    Unit,
    money_levels,
    percent_levels,
    unit_for,
)
from budgets.columns_chart import Band, Column
from budgets.equity_years import Basis, EquityRow, Measured
from budgets.history_chart import YearBar
from budgets.lines_chart import MOST_LINES, LineBar
from budgets.models import Account
from budgets.sentences import Sentence, weight_name
from budgets.years import CostYear, LineRow, PartyRow, YearBudget, YearSummary
from finsam import money
from members.models import Association


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as ``templates/chart.html`` shows it: its conclusion, what it is in, its drawings, what to do.

    ``drawings`` are the wide one, which is also the PDF's, and the narrow one.
    """

    title: Sentence
    note: str
    drawings: tuple[Drawing, ...]
    hint: str

    @property
    def on_paper(self) -> Drawing:
        """The drawing that a report shows."""
        return self.drawings[0]


# -- The years: agreed, decided, actual ------------------------------------------------------------


def history(years: Sequence[YearSummary], slug: str) -> Chart:
    """Agreed, decided and actual over the years, which come newest first; each leads to its page."""
    bars = [
        YearBar(
            label=str(year.year),
            agreed=year.agreed.amount,
            total=year.total.amount,
            actual=year.actual.amount,
            is_decided=year.is_decided,
            is_derived=year.total.is_derived,
            reading=Reading(
                chart_sentences.year_reading(year), year_url(slug, year.year) if year.is_known else ""
            ),
        )
        for year in reversed(years)
    ]
    words = history_chart.Words(
        missing=_("uppgift saknas"),
        total=_("Fastställd budget"),
        proposed=_("Ej fastställd budget"),
        lost=_("Överenskommet men uteblivet"),
        actual=_("Utfall, kostnader"),
        earlier=_("tidigare år står i tabellen"),
    )
    title = chart_sentences.over_the_years(years)
    drawn = tuple(history_chart.draw(bars, title.text, words, width) for width in (WIDE, NARROW))
    return Chart(title, "", drawn, _("Välj ett år för att öppna dess budget."))


def year_url(slug: str, year: int) -> str:
    """The address of a year's page."""
    return reverse("year", args=[slug, year])


# -- The cap line ----------------------------------------------------------------------------------


def cap_line(budget: YearBudget, behind: Behind) -> Chart | None:
    """The rule as one picture; None while a commitment is missing. A party leads to its commitment."""
    total, bars = budget.summary.total.amount, _party_bars(budget, behind)
    if total is None or not bars:
        return None
    words = _cap_words(budget)
    title = chart_sentences.cap_line(budget.summary)
    note = _("Så stor budget som varje parts åtagande räcker till, i %(unit)s.")
    if any(bar.carries > total for bar in bars):
        note = f"{note} {_('Streckat: åtagande som inte används.')}"
    return Chart(
        title,
        note % {"unit": cap_line_chart.unit_of(bars, total).name},
        tuple(cap_line_chart.draw(bars, total, title.text, words, width) for width in (WIDE, NARROW)),
        _("Välj en part för att se hur åtagandet har kommit till."),
    )


# What the pictures of a scenario page are called.
IN_SCENARIO, IN_BUDGET = gettext_lazy("I scenariot"), gettext_lazy("I budgeten")


def cap_lines(sides: Sequence[tuple[str, YearBudget, Behind]]) -> tuple["Panel", ...]:
    """The caps of several budgets on one scale, each below its name; nothing while any cannot be drawn."""
    drawn = [
        (name, budget, budget.summary.total.amount, _party_bars(budget, behind))
        for name, budget, behind in sides
    ]
    if any(total is None or not bars for _name, _budget, total, bars in drawn):
        return ()
    scale = max(bar.carries for *_budget, bars in drawn for bar in bars)
    panels = []
    for place, (name, budget, total, bars) in enumerate(drawn):
        title = chart_sentences.cap_line(budget.summary).text
        drawing = cap_line_chart.draw(
            bars, total or 0, title, _cap_words(budget), NARROW, scale=scale, name=f"-{place}"
        )
        unit = _("i %(unit)s") % {"unit": unit_for(scale).name}
        panels.append(Panel(name, unit, title, drawing))
    return tuple(panels)


def _cap_words(budget: YearBudget) -> cap_line_chart.Words:
    return cap_line_chart.Words(
        offered=_("åtog sig %s"),
        pays=_("betalar %s"),
        cap=_("taket %s, härlett") if budget.summary.total.is_derived else _("taket %s"),
        limits=_("sätter taket"),
    )


def _party_bars(budget: YearBudget, behind: Behind) -> list[PartyBar]:
    """A bar for each party; none while any party's cannot be drawn."""
    # Where all limit, nobody is the one that does.
    one_limits = not budget.summary.all_limit
    bars = [_party_bar(party, behind, limits=party.limits and one_limits) for party in budget.summary.parties]
    known = [bar for bar in bars if bar]
    return known if len(known) == len(bars) else []


def _party_bar(party: PartyRow, behind: Behind, *, limits: bool) -> PartyBar | None:
    if party.offered.amount is None or party.called.amount is None or party.carries is None:
        return None
    part = weight_name(party)
    if party.offered.is_derived:
        part = _("%(part)s, härlett") % {"part": part}
    return PartyBar(
        name=party.name,
        offered=party.offered.amount,
        called=party.called.amount,
        carries=party.carries,
        part=part,
        limits=limits,
        reading=Reading(chart_sentences.party_reading(party, limits=limits), behind.committed_at(party)),
    )


# -- The lines -------------------------------------------------------------------------------------


def lines(budget: YearBudget, behind: Behind) -> Chart | None:
    """The cost lines by budget, actual amount and forecast; None where nothing is known of them.

    Where there are more than fit, the smallest stand together in the last bar.
    """
    known = [row for row in budget.costs if not (row.allocated.is_missing and row.actual.is_missing)]
    if not known:
        return None
    until = budget.summary.actual_until
    shown, rest = _largest(known)
    bars = [_line_bar(row, behind, until) for row in shown]
    if rest:
        bars.append(_line_bar_of_rest(rest))
    is_running = any(bar.forecast is not None for bar in bars)
    has_actual = any(bar.actual is not None for bar in bars)
    words = lines_chart.Words(
        budget=_("Budget"),
        actual=chart_sentences.until_name(until),
        forecast=_("Prognos för helåret"),
        heads_for=_("Prognos") if is_running else _("Utfall") if has_actual else _("Budget"),
        verdict=_("Mot budget") if has_actual else "",
        missing=_("uppgift saknas"),
    )
    title = chart_sentences.lines(budget)
    drawn = tuple(lines_chart.draw(bars, title.text, words, width) for width in (WIDE, NARROW))
    return Chart(title, "", drawn, _("Välj en post för att se hur beloppet har kommit till."))


def _largest(rows: Sequence[LineRow]) -> tuple[list[LineRow], list[LineRow]]:
    """The rows that get a bar each, in their own order, and those that stand together."""
    if len(rows) <= MOST_LINES:
        return list(rows), []
    by_size = sorted(
        rows, key=lambda row: max(row.allocated.amount or 0, row.actual.amount or 0), reverse=True
    )
    kept = {row.line.pk for row in by_size[: MOST_LINES - 1]}
    return [row for row in rows if row.line.pk in kept], [row for row in rows if row.line.pk not in kept]


def _line_bar(row: LineRow, behind: Behind, until: int | None) -> LineBar:
    account = Account.ALLOCATED if row.actual.is_missing else Account.ACTUAL
    return LineBar(
        name=row.line.name,
        budget=row.allocated.amount,
        actual=row.actual.amount,
        forecast=row.forecast.amount,
        verdict="" if row.gap is None or row.actual.is_missing else chart_sentences.verdict(row.gap),
        stands_out=(row.gap or 0) > 0,
        reading=Reading(chart_sentences.line_reading(row, until), behind.history_at(account, row.line.slug)),
    )


def _line_bar_of_rest(rows: Sequence[LineRow]) -> LineBar:
    """The lines without a bar of their own, summed; their own figures stand in the table."""
    sums = {
        name: money.total(getattr(row, name) for row in rows) for name in ("allocated", "actual", "forecast")
    }
    return LineBar(
        chart_sentences.others(len(rows)),
        sums["allocated"].amount,
        sums["actual"].amount,
        sums["forecast"].amount,
        reading=Reading(chart_sentences.rest_reading(len(rows), sums)),
    )


# -- Own capital -----------------------------------------------------------------------------------


def own_capital(
    rows: Sequence[EquityRow], measured: Iterable[Measured], slug: str, title: Sentence | None = None
) -> Chart | None:
    """What each year leaves, oldest first, and the recommended largest where one is entered.

    None where no year's is known. A year leads to its page. ``title``: where the page has told the amounts.
    """
    leading = {row.year: row for row in rows if row.leads}
    known = [row.closing.amount for row in leading.values() if row.closing.amount is not None]
    if not known:
        return None
    limits = {each.row.year: each.ceiling.amount for each in measured if each.ceiling}
    unit = unit_for(max(abs(amount) for amount in (*known, *limits.values())))
    columns = [
        _equity_column(year, leading.get(year), limits.get(year), unit, slug)
        for year in range(min(leading), max(leading) + 1)
    ]
    words = columns_chart.Words(
        missing=_("uppgift saknas"),
        happened=_("Eget kapital vid årets slut"),
        planned=_("Enligt budgeten"),
        limit=_("Rekommenderat högst"),
    )
    levels = money_levels(min(0, *known), max(0, *known, *limits.values()), unit)
    title = title or chart_sentences.own_capital(rows)
    drawn = tuple(
        columns_chart.draw(columns, title.text, words, width, name="equity", levels=levels, unit=unit.name)
        for width in (WIDE, NARROW)
    )
    return Chart(title, "", drawn, _("Välj ett år för att öppna dess budget."))


def _equity_column(year: int, row: EquityRow | None, limit: int | None, unit: Unit, slug: str) -> Column:
    """What one year leaves; missing where nothing is known of it."""
    if row is None:
        return Column(str(year), None, reading=Reading(chart_sentences.unknown(year)))
    closing = row.closing.amount
    return Column(
        label=str(year),
        value=closing,
        text="" if closing is None else unit.write(closing),
        is_planned=row.basis == Basis.BUDGET,
        limit=limit,
        reading=Reading(
            chart_sentences.equity_reading(row, limit), year_url(slug, year) if row.has_page else ""
        ),
    )


# -- Administration against measures ---------------------------------------------------------------


def administration(years: Sequence[CostYear], association: Association) -> Chart | None:
    """The share of each year's budgeted costs that does not go to measures, against the association's target.

    ``years`` come oldest first, as ``CostYear.span`` makes them of ``queries.year_lines``. None where no
    year's share is known. A known year leads to its page.
    """
    shares = [share for year in years if (share := year.administration_share) is not None]
    if not shares:
        return None
    target, band = association.administration_target, None
    if target:
        name = _("Förbundets mål, %(target)s") % {"target": target}
        band = Band(Fraction(target.low, 100), Fraction(target.high, 100), name)
    columns = [_cost_column(year, association.slug) for year in years]
    words = columns_chart.Words(
        missing=_("uppgift saknas"), happened=_("Andel av kostnaderna som går till annat än insatser")
    )
    levels = percent_levels(max([*shares, *([band.high] if band else [])]))
    title = chart_sentences.administration(years, association)
    drawn = tuple(
        columns_chart.draw(columns, title.text, words, width, name="costs", levels=levels, band=band)
        for width in (WIDE, NARROW)
    )
    return Chart(title, "", drawn, _("Välj ett år för att öppna dess budget."))


def _cost_column(year: CostYear, slug: str) -> Column:
    """One year's share; missing where its costs are not known."""
    share = year.administration_share
    said = chart_sentences.costs_reading(year)
    if share is None:
        return Column(str(year.year), None, reading=Reading(said))
    text = money.percent(share.numerator, share.denominator, None)
    return Column(str(year.year), share, text, reading=Reading(said, year_url(slug, year.year)))


# -- Small multiples -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """One year's value of a key figure, exact, and as people read it: "16,8 %", "346 kr".

    ``is_planned``: it is the budget's. ``href``: where it leads, or nothing.
    """

    value: int | Fraction
    text: str
    is_planned: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One key figure over the years: its name, its unit in words, its points by year, and its conclusion.

    A year whose point is None, or that is left out, is missing. ``target``: what is aimed at, from and to, in
    the values' own unit, with its words for the legend.
    """

    label: str
    unit: str
    points: Mapping[int, Point | None]
    conclusion: str
    target: tuple[int | Fraction, int | Fraction, str] | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several small charts side by side, as ``templates/multiples.html`` shows them."""

    label: str
    unit: str
    conclusion: str
    drawing: Drawing


def multiples(series: Iterable[Series]) -> tuple[Panel, ...]:
    """One small chart for each key figure, all over the same years: from the first to the last that any has.

    One without any value is left out, since a chart of nothing says less than a sentence.
    """
    known = [each for each in series if any(each.points.values())]
    spanned = {year for each in known for year, point in each.points.items() if point}
    years = range(min(spanned), max(spanned) + 1) if spanned else range(0)
    return tuple(_panel(each, years, place) for place, each in enumerate(known, start=1))


def _panel(series: Series, years: Iterable[int], place: int) -> Panel:
    columns = []
    for year in years:
        point = series.points.get(year)
        said = point.text if point else _("uppgift saknas")
        planned = _(", enligt budgeten") if point and point.is_planned else ""
        columns.append(
            Column(
                label=str(year),
                value=point.value if point else None,
                text=point.text.removesuffix(f"{money.NO_BREAK_SPACE}{series.unit}") if point else "",
                is_planned=bool(point and point.is_planned),
                reading=Reading(f"{year}: {series.label} {said}{planned}", point.href if point else ""),
            )
        )
    drawing = columns_chart.draw(
        columns,
        series.conclusion,
        columns_chart.Words(missing="–"),
        PANEL,
        name=f"panel-{place}",
        band=Band(*series.target) if series.target else None,
    )
    return Panel(series.label, series.unit, series.conclusion, drawing)
