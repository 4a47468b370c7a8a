"""The tables of the own capital, and what is said about it."""

from collections.abc import Iterable, Sequence
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from budgets import weights
from budgets.behind import Part
from budgets.derivations import (
    CLOSING_OF,
    RESULT_OF,
    behind_row,
    contributions_at,
    equity_url,
    opening_at,
)
from budgets.equity import Step
from budgets.equity_years import Basis, EquityRow, Measured, as_step
from budgets.models import Account, EquityStep
from budgets.sentences import Sentence, listed
from budgets.tables import Table, negative
from finsam import kronor, money
from finsam.kronor import AMOUNT, linked
from finsam.money import NO_BREAK_SPACE, Figure


class EquityTable(Table):
    """Each year's way from opening to closing own capital. Every row adds up to the öre."""

    year = tables.Column(verbose_name=gettext_lazy("År"))
    opening = tables.Column(verbose_name=gettext_lazy("Ingående"), attrs=AMOUNT)
    contributions = tables.Column(verbose_name=gettext_lazy("Medlemsbidrag"), attrs=AMOUNT)
    other_income = tables.Column(verbose_name=gettext_lazy("Övriga intäkter"), attrs=AMOUNT)
    costs = tables.Column(verbose_name=gettext_lazy("Kostnader"), attrs=AMOUNT)
    result = tables.Column(verbose_name=gettext_lazy("Resultat"), attrs=AMOUNT)
    closing = tables.Column(verbose_name=gettext_lazy("Utgående"), attrs=AMOUNT)

    caption = gettext_lazy("Eget kapital år för år")
    unit = gettext_lazy("Belopp i kr")
    row_header = "year"
    css = "equity"

    def __init__(self, rows: Sequence[EquityRow], *, slug: str) -> None:
        names = ("opening", "contributions", "other_income", "costs", "closing")
        super().__init__(rows, figures=[getattr(row, name) for row in rows for name in names])
        self.slug, self.rows_shown = slug, rows

    def row_css(self, row: EquityRow) -> str:
        """What has not happened is quieter."""
        return "planned" if row.basis == Basis.BUDGET else ""

    def render_year(self, record: EquityRow) -> SafeString:
        """The year as a link to its page, and what its figures are."""
        year: SafeString | str = str(record.year)
        if record.has_page:
            year = format_html('<a href="{}">{}</a>', reverse("year", args=[self.slug, record.year]), year)
        return format_html('{} <span class="note">{}</span>', year, basis_of(record))

    def render_opening(self, record: EquityRow) -> SafeString:
        """What the year begins with, with the way to what was booked; and how that is to the year before."""
        address = opening_at(self.rows_shown, record, behind_row(record, self.slug))
        return self._noted(record.opening, against_before(record), address)

    def render_contributions(self, record: EquityRow) -> SafeString:
        """What the members pay, and whether they have."""
        address = contributions_at(record, behind_row(record, self.slug))
        return self._noted(record.contributions, _contributions_are(record), address)

    def render_other_income(self, record: EquityRow) -> SafeString:
        """Income outside the contributions."""
        return self._noted(record.other_income, address=self._lines_at(record, Part.INCOMES))

    def render_costs(self, record: EquityRow) -> SafeString:
        """What the year costs, with the sign it has in the sum."""
        return self._noted(negative(record.costs), address=self._lines_at(record, Part.COSTS))

    def render_result(self, record: EquityRow) -> SafeString:
        """What the year adds or takes."""
        return self._noted(record.result, address=equity_url(record, RESULT_OF, self.slug))

    def render_closing(self, record: EquityRow) -> SafeString:
        """What the year leaves, and its size against the year's contributions."""
        share = _share(record)
        note = _("%(share)s av bidragen") % {"share": share} if share else ""
        return self._noted(record.closing, note, equity_url(record, CLOSING_OF, self.slug))

    def _lines_at(self, row: EquityRow, part: Part) -> str:
        account = Account.ALLOCATED if row.basis == Basis.BUDGET else Account.ACTUAL
        return behind_row(row, self.slug).sum_at(account, part)

    def _noted(self, figure: Figure, note: str = "", address: str = "") -> SafeString:
        written = kronor.kr_with(figure, self.decimals)
        return _with_note(written if figure.is_missing else linked(written, address), note)


def _with_note(written: SafeString, note: str) -> SafeString:
    return format_html('{} <span class="note">{}</span>', written, note) if note else written


def basis_of(row: EquityRow) -> str:
    """What a row's figures are: utfall, utfall t.o.m. september, budget with its state."""
    if row.basis == Basis.OUTCOME:
        return _("utfall")
    if row.basis == Basis.SO_FAR:
        return _("utfall t.o.m. %(month)s") % {"month": MONTHS[row.until or 12]}
    state = row.version.get_state_display() if row.version else _("utkast")
    return _("budget, %(state)s") % {"state": state}


def against_before(row: EquityRow) -> str:
    """How the opening is to what the year before left; empty where that is not known."""
    before = {"year": row.year - 1}
    if row.before.is_missing:
        return ""
    if row.moved is None:
        return _("följer av %(year)s, inte bokfört") % before
    if not row.moved:
        return _("lika med utgående %(year)s") % before
    more, less = _("%(amount)s mer än utgående %(year)s"), _("%(amount)s mindre än utgående %(year)s")
    return (more if row.moved > 0 else less) % (before | {"amount": money.in_kronor(abs(row.moved))})


def _contributions_are(row: EquityRow) -> str:
    if row.contributions.is_missing:
        return ""
    if row.is_paid:
        return _("inbetalt")
    is_decided = row.version is not None and row.version.is_adopted
    return _("fastställt") if is_decided else _("enligt åtagandena")


def _share(row: EquityRow) -> str:
    """The closing in per cent of the contributions, empty where there is none to tell."""
    if row.closing.amount is None or not row.contributions.amount:
        return ""
    return money.percent(row.closing.amount, row.contributions.amount)


_LEFT = gettext_noop("Vid utgången av {year} var det egna kapitalet {closing}.")
_LEFT_SHARE = gettext_noop(
    "Vid utgången av {year} var det egna kapitalet {closing}, {share} av årets medlemsbidrag."
)
_WILL_LEAVE = gettext_noop("Enligt budgeten är det egna kapitalet {closing} vid utgången av {year}.")


def conclusions(rows: Iterable[EquityRow]) -> list[Sentence]:
    """What the last whole year left, and what the last budget would leave; nothing where it is not known."""
    told = []
    known = [row for row in rows if row.leads and row.closing.amount is not None]
    for basis in (Basis.OUTCOME, Basis.BUDGET):
        last = next((row for row in reversed(known) if row.basis == basis), None)
        if last is None:
            continue
        figures = {"closing": money.in_kronor(last.closing.amount or 0)}
        form = _LEFT if basis == Basis.OUTCOME else _WILL_LEAVE
        share = _share(last)
        if share and basis == Basis.OUTCOME:
            form, figures = _LEFT_SHARE, figures | {"share": share}
        told.append(Sentence(form, figures, {"year": str(last.year)}))
    return told


def warnings(measured: Iterable[Measured]) -> list[str]:
    """That years leave more than the recommended largest, and how much more; a sentence for each source."""
    by_source: dict[str, list[str]] = {}
    for each in measured:
        if each.ceiling and each.above:
            about = {"year": each.row.year, "above": money.in_kronor(each.above)}
            source = each.ceiling.step.source.rstrip(".")
            by_source.setdefault(source, []).append(_("%(year)s med %(above)s") % about)
    told = _("Eget kapital över det rekommenderade högsta: %(years)s. Källa: %(source)s.")
    return [told % {"years": listed(years), "source": source} for source, years in by_source.items()]


def band(step: Step) -> str:
    """For which yearly contributions a step is: "0–5 000 000 kr", "10 000 000 kr och mer"."""
    low = money.kr(step.contributions_from)
    if step.contributions_to is None:
        return _("%(low)s kr och mer") % {"low": low}
    return f"{low}–{money.in_kronor(step.contributions_to)}"


def largest(step: Step) -> str:
    """The most that a step recommends: "22,5 % av bidragen", "2 000 000 kr"."""
    if step.max_amount is not None:
        return money.in_kronor(step.max_amount)
    share = weights.percent(int((step.max_percent or 0) * weights.PER_CENT))
    return _("%(share)s av bidragen") % {"share": f"{share}{NO_BREAK_SPACE}%"}


class MeasuredTable(Table):
    """What each year leaves against the recommended largest."""

    year = tables.Column(accessor="row", verbose_name=gettext_lazy("År"))
    closing = tables.Column(accessor="row", verbose_name=gettext_lazy("Utgående"), attrs=AMOUNT)
    most = tables.Column(accessor="row", verbose_name=gettext_lazy("Rekommenderat högst"), attrs=AMOUNT)
    above = tables.Column(verbose_name=gettext_lazy("Över"), attrs=AMOUNT)

    caption = gettext_lazy("Eget kapital mot trappan")
    unit = gettext_lazy("Belopp i kr")
    row_header = "year"
    css = "equity"

    class Meta:
        empty_text = gettext_lazy("Inget års utgående eget kapital är känt än.")

    def __init__(self, rows: Sequence[Measured], *, slug: str) -> None:
        self.slug = slug
        figures = [Figure(each.ceiling.amount) for each in rows if each.ceiling]
        super().__init__(rows, figures=[*(each.row.closing for each in rows), *figures])

    def render_year(self, record: Measured) -> SafeString:
        """The year, and what its figures are."""
        return format_html('{} <span class="note">{}</span>', record.row.year, basis_of(record.row))

    def render_closing(self, record: Measured) -> SafeString:
        """What the year leaves."""
        written, address = kronor.kr_with(record.row.closing, self.decimals), ""
        if not record.row.closing.is_missing:
            address = equity_url(record.row, CLOSING_OF, self.slug)
        return linked(written, address)

    def render_most(self, record: Measured) -> SafeString | str:
        """The recommended largest, and the step that gives it."""
        if record.ceiling is None:
            return _("ej angivet")
        amount = kronor.kr_with(record.ceiling.amount, self.decimals)
        if record.ceiling.step.max_amount is not None:
            return amount
        return format_html('{} <span class="note">{}</span>', amount, largest(record.ceiling.step))

    def render_above(self, record: Measured) -> SafeString | str:
        """What is above it; nothing where none is known."""
        return kronor.kr_with(record.above, self.decimals) if record.ceiling else ""


class LadderTable(Table):
    """The steps of the ladder, each with its source; with the way to change them for who may."""

    valid_from = tables.Column(verbose_name=gettext_lazy("Gäller från"))
    band = tables.Column(accessor="pk", verbose_name=gettext_lazy("Årliga bidrag"))
    most = tables.Column(accessor="pk", verbose_name=gettext_lazy("Högst"))
    source = tables.Column(verbose_name=gettext_lazy("Källa"))
    edit = tables.Column(accessor="pk", verbose_name=gettext_lazy("Ändra"))

    caption = gettext_lazy("Trappan för rekommenderat högsta eget kapital")
    row_header = "valid_from"

    class Meta:
        empty_text = gettext_lazy("Inga steg är angivna.")

    def __init__(self, steps: Sequence[EquityStep], *, address: str = "", **kwargs: Any) -> None:
        """``address``: where the steps are changed, for who may."""
        super().__init__(steps, exclude=() if address else ("edit",), **kwargs)
        self.address = address

    def render_valid_from(self, record: EquityStep) -> SafeString:
        """The day, in one piece."""
        return format_html('<span class="nowrap">{}</span>', record.valid_from.isoformat())

    def render_band(self, record: EquityStep) -> str:
        """For which contributions."""
        return band(as_step(record))

    def render_most(self, record: EquityStep) -> str:
        """At most how much."""
        return largest(as_step(record))

    def render_edit(self, record: EquityStep) -> SafeString:
        """The link to the form, named for those who do not see the row."""
        link = '<a href="{}?steg={}">{}<span class="visually-hidden"> {}</span></a>'
        about = f"{record.valid_from} {band(as_step(record))}"
        return format_html(link, self.address, record.pk, _("Ändra"), about)
