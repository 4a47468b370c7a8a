"""The tables of payments: where each member stands, what is due when, what arrived, and a letter's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.behind import Behind, Worked
from budgets.booked_payments import Payment
from budgets.derivations import called_at
from budgets.instalments import InstalmentStanding
from budgets.models import Account
from budgets.payment_calls import PaymentCall
from budgets.payments import MemberPayments, YearPayments
from budgets.rules import Party
from budgets.sentences import genitive
from budgets.tables import Table
from finsam import kronor, money
from finsam.kronor import AMOUNT, KronorColumn, decimals_for
from finsam.money import Figure


class StandingTable(Table):
    """Each member's contribution, what has arrived, what is late and what is left."""

    name = tables.Column(verbose_name=gettext_lazy("Medlem"))
    called = KronorColumn(verbose_name=gettext_lazy("Medlemsbidrag"))
    paid = KronorColumn(verbose_name=gettext_lazy("Inbetalt"))
    late = KronorColumn(verbose_name=gettext_lazy("Försenat"))
    rest = KronorColumn(verbose_name=gettext_lazy("Kvar att betala"))
    over = KronorColumn(verbose_name=gettext_lazy("Överbetalt"))
    links = tables.Column(accessor="member", verbose_name=gettext_lazy("Gå vidare"))

    css = "payments"

    def __init__(self, payments: YearPayments, *, writes: bool) -> None:
        rows = payments.rows
        left_out = {
            "late": not payments.is_counted,
            "over": not any(row.over.amount for row in rows),
            "links": not writes and all(payments.obstacle_to_call(row) for row in rows),
        }
        super().__init__(
            rows,
            figures=[figure for row in rows for figure in (row.called, Figure(row.paid))],
            exclude=[name for name, is_out in left_out.items() if is_out],
            total=_("Summa") if rows else "",
            summed=("called", "late", "rest", "over"),
        )
        self.sums["paid"] = Figure(payments.paid)
        self.payments, self.writes = payments, writes
        caption = (
            _("Medlemsbidrag och inbetalningar %(year)s")
            if payments.version
            else _("Preliminära medlemsbidrag och inbetalningar %(year)s")
        )
        self.caption = caption % {"year": payments.year}
        self.unit = _("Belopp i kr")
        self.empty_text = _("Förbundet har inga betalande medlemmar det här året.")

    def render_name(self, record: MemberPayments) -> SafeString:
        """The member, and in a word whether it is late."""
        if not record.is_late:
            return format_html("{}", record.name)
        return format_html('{} <span class="tag">{}</span>', record.name, _("försenad"))

    def render_called(self, record: MemberPayments) -> SafeString:
        """What is called; it leads to its posting, before the board has adopted to the rule."""
        return self._linked(record.called, called_at(self.payments, record.member.slug))

    def render_paid(self, record: MemberPayments) -> SafeString:
        """What has arrived; it leads to the payments."""
        return self._linked(Figure(record.paid), self._behind.history_at(Account.PAID, record.member.slug))

    def render_late(self, record: MemberPayments) -> SafeString:
        """What is late; it leads to how that is worked out."""
        return self._linked(record.late, self._behind.worked_at(Worked.LATE, record.member.slug))

    def render_rest(self, record: MemberPayments) -> SafeString:
        """What remains; it leads to how that is worked out."""
        return self._linked(record.rest, self._behind.worked_at(Worked.TO_PAY, record.member.slug))

    def render_over(self, record: MemberPayments) -> SafeString:
        """What was paid too much; it leads to how that is worked out."""
        return self._linked(record.over, self._behind.worked_at(Worked.OVERPAID, record.member.slug))

    def _foot_cell(self, name: str) -> SafeString | str:
        if name not in self.sums:
            return super()._foot_cell(name)
        addresses = {
            "called": called_at(self.payments),
            "paid": self._behind.sum_at(Account.PAID),
            "late": self._behind.worked_at(Worked.LATE),
            "rest": self._behind.worked_at(Worked.TO_PAY),
            "over": self._behind.worked_at(Worked.OVERPAID),
        }
        return self._linked(self.sums[name], addresses[name])

    @property
    def _behind(self) -> Behind:
        return Behind(self.payments.year, self.payments.association.slug)

    def _linked(self, figure: Figure, address: str) -> SafeString:
        written = kronor.kr_with(figure, self.decimals)
        return written if figure.is_missing else kronor.linked(written, address)

    def render_links(self, record: MemberPayments) -> SafeString:
        """The letter that calls for the payment, and the way to book one."""
        links = []
        if not self.payments.obstacle_to_call(record):
            url = reverse("payment_call", args=[*self._address, record.member.slug])
            links.append((url, _("Rekvisition (PDF)"), _("till %(name)s") % {"name": record.name}))
        if self.writes:
            url = f"{reverse('payment', args=self._address)}?medlem={record.member.slug}"
            links.append((url, _("Bokför"), _("inbetalning från %(name)s") % {"name": record.name}))
        return format_html_join(" ", '<a href="{}">{}<span class="visually-hidden"> {}</span></a>', links)

    @property
    def _address(self) -> list[Any]:
        return [self.payments.association.slug, self.payments.year]


@dataclass(frozen=True, slots=True)
class _DueRow:
    name: str
    slug: str
    cells: list[SafeString]
    total: Figure


class InstalmentTable(Table):
    """What each member is to pay on each day, and what of it is paid, lacking or late."""

    name = tables.Column(verbose_name=gettext_lazy("Medlem"))

    css = "instalments"

    def __init__(self, payments: YearPayments) -> None:
        known = [row for row in payments.rows if row.standing]
        self.payments = payments
        self.is_counted = payments.is_counted
        decimals = decimals_for(each.amount for row in known for each in row.standing.instalments)
        rows = [_DueRow(row.name, row.member.slug, self._cells(row, decimals), row.called) for row in known]
        days = sorted(instalment.due for instalment in payments.plan.instalments)
        columns = [
            (
                f"due{place}",
                tables.Column(accessor=f"cells__{place}", verbose_name=_kept(day.isoformat()), attrs=AMOUNT),
            )
            for place, day in enumerate(days)
        ]
        columns.append(("total", KronorColumn(verbose_name=_("Summa"))))
        super().__init__(rows, extra_columns=columns, total=_("Summa") if rows else "", summed=("total",))
        self.decimals = decimals
        for place in range(len(days)):
            self.sums[f"due{place}"] = money.total(
                Figure(row.standing.instalments[place].amount, row.called.is_derived) for row in known
            )
        caption = (
            _("Delbetalningar %(year)s") if payments.version else _("Preliminära delbetalningar %(year)s")
        )
        self.caption = caption % {"year": payments.year}
        self.unit = _("Belopp i kr")
        self.empty_text = _("Inga belopp att dela upp än.")

    def _cells(self, row: MemberPayments, decimals: int) -> list[SafeString]:
        address = self._behind.worked_at(Worked.INSTALMENTS, row.member.slug)
        return [
            format_html(
                "{}{}",
                kronor.linked(kronor.kr_with(Figure(each.amount, row.called.is_derived), decimals), address),
                self._note(each, decimals),
            )
            for each in (row.standing.instalments if row.standing else ())
        ]

    def _foot_cell(self, name: str) -> SafeString | str:
        if name not in self.sums or self.sums[name].is_missing:
            return super()._foot_cell(name)
        written = kronor.kr_with(self.sums[name], self.decimals)
        return self._behind.worked(written, Worked.INSTALMENTS)

    def render_total(self, record: _DueRow) -> SafeString:
        """The whole contribution; it leads to its posting, before the board has adopted to the rule."""
        written = kronor.kr_with(record.total, self.decimals)
        return kronor.linked(written, called_at(self.payments, record.slug))

    @property
    def _behind(self) -> Behind:
        return Behind(self.payments.year, self.payments.association.slug)

    def _note(self, instalment: InstalmentStanding, decimals: int) -> SafeString | str:
        """What of it is paid, lacking or late, in words."""
        if not instalment.amount:
            return ""
        if not instalment.rest:
            return format_html(' <span class="note">{}</span>', _("betald"))
        rest = money.kr(instalment.rest, decimals)
        if self.is_counted and instalment.is_late:
            return format_html(' <span class="late">{}</span>', _("försenad: %(rest)s") % {"rest": rest})
        if instalment.covered:
            return format_html(' <span class="note">{}</span>', _("kvar: %(rest)s") % {"rest": rest})
        return ""


class PaymentTable(Table):
    """The payments that were booked, the newest first."""

    day = tables.Column(verbose_name=gettext_lazy("Dag"), empty_values=())
    name = tables.Column(verbose_name=gettext_lazy("Medlem"))
    amount = KronorColumn(verbose_name=gettext_lazy("Belopp"))
    said = tables.Column(
        verbose_name=gettext_lazy("Referens"), attrs={"th": {"class": "said"}, "td": {"class": "said"}}
    )
    number = tables.Column(verbose_name=gettext_lazy("Verifikation"))

    row_header = "day"
    css = "booked"
    unit = gettext_lazy("Belopp i kr")

    def __init__(self, payments: Sequence[Payment], *, slug: str, year: int) -> None:
        super().__init__(payments, figures=[payment.amount for payment in payments])
        self.slug = slug
        self.caption = _("Bokförda inbetalningar för %(year)s, den senaste först") % {"year": year}
        self.empty_text = _("Inga inbetalningar är bokförda för %(year)s.") % {"year": year}

    def render_day(self, record: Payment) -> SafeString:
        """The day, or the month where no day is known; and in a word that it was taken back."""
        day = _kept(record.day.isoformat() if record.day else f"{MONTHS[record.month]} {record.year}")
        if record.reversed_by is None:
            return day
        return format_html('{} <span class="tag">{}</span>', day, _("rättad"))

    def render_number(self, record: Payment) -> SafeString:
        """The posting, and the one that took it back if any."""
        number = self._link(record.number)
        if record.reversed_by is None:
            return number
        by = self._link(record.reversed_by)
        return format_html('{} <span class="note">{} {}</span>', number, _("rättad av"), by)

    def _link(self, number: int) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("posting", args=[self.slug, number]), number)


def _kept(day: str) -> SafeString:
    """A day that does not break across lines."""
    return format_html('<span class="nowrap">{}</span>', day)


@dataclass(frozen=True, slots=True)
class _PartRow:
    name: str
    share: str
    amount: Figure
    css: str = ""


class PartTable(Table):
    """How a member's contribution was worked out: the budget, the party's part of it, the member's."""

    name = tables.Column(verbose_name=gettext_lazy("Vad"))
    share = tables.Column(verbose_name=gettext_lazy("Andel"))
    amount = KronorColumn(verbose_name=gettext_lazy("Belopp"))

    def __init__(self, call: PaymentCall) -> None:
        rows = _part_rows(call)
        super().__init__(rows, figures=[row.amount for row in rows])
        self.caption = _("Beräkning av medlemsbidraget %(year)s") % {"year": call.payments.year}
        self.unit = _("Belopp i kr")


def _part_rows(call: PaymentCall) -> list[_PartRow]:
    total, whole, own = call.payments.called, call.party_called, call.row.called
    rows = [_PartRow(_("Medlemsbidragen tillsammans, enligt budgeten"), "", total)]
    is_alone = len(call.of_party) == 1
    share = _("%(percent)s av budgeten") % {"percent": _percent(whole, total)}
    rows.append(_PartRow(party_part(call.party, is_alone=is_alone), share, whole, "sum" if is_alone else ""))
    if not is_alone:
        name = _("%(owner)s del") % {"owner": genitive(call.row.name)}
        of_party = {
            Party.STATE: _("%(percent)s av statens del"),
            Party.REGIONS: _("%(percent)s av regionernas del"),
            Party.MUNICIPALITIES: _("%(percent)s av kommunernas del"),
        }
        rows.append(_PartRow(name, of_party[call.party] % {"percent": _percent(own, whole)}, own, "sum"))
    return rows


def party_part(party: Party, *, is_alone: bool) -> str:
    """What the law calls the party's part, of one member or of several."""
    several = {
        Party.STATE: _("Statens del"),
        Party.REGIONS: _("Regionernas del"),
        Party.MUNICIPALITIES: _("Kommunernas del"),
    }
    alone = {Party.REGIONS: _("Regionens del"), Party.MUNICIPALITIES: _("Kommunens del")}
    return (alone | {Party.STATE: several[Party.STATE]} if is_alone else several)[party]


def _percent(part: Figure, whole: Figure) -> str:
    return money.percent(part.amount or 0, whole.amount or 1, None)


@dataclass(frozen=True, slots=True)
class _CallRow:
    due: date
    amount: Figure
    paid: Figure
    rest: Figure


class CallTable(Table):
    """A member's instalments: when, how much, what of it is paid and what is left."""

    due = tables.Column(verbose_name=gettext_lazy("Förfallodag"))
    amount = KronorColumn(verbose_name=gettext_lazy("Att betala"))
    paid = KronorColumn(verbose_name=gettext_lazy("Inbetalt"))
    rest = KronorColumn(verbose_name=gettext_lazy("Kvar att betala"))

    row_header = "due"

    def __init__(self, row: MemberPayments) -> None:
        marked = row.called.is_derived
        instalments = row.standing.instalments if row.standing else ()
        rows = [
            _CallRow(each.due, Figure(each.amount, marked), Figure(each.covered), Figure(each.rest, marked))
            for each in instalments
        ]
        figures = [figure for each in rows for figure in (each.amount, each.paid, each.rest)]
        super().__init__(rows, figures=figures, total=_("Summa"), summed=("amount", "paid", "rest"))
        self.caption = _("Delbetalningar")
        self.unit = _("Belopp i kr")

    def render_due(self, record: _CallRow) -> str:
        """The day."""
        return record.due.isoformat()
