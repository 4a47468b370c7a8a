"""Payments that have arrived: booked in words that can be read back, and listed with their day and reference.

The ledger keeps an amount by month. The day and the reference stand in the posting's reason.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from budgets import ledger
from budgets.ledger import Cell, Change
from budgets.models import Account, Entry, Posting
from budgets.payment_words import read_back, reason_of
from budgets.payments import MemberPayments
from finsam import money
from members.models import Association, Member, User


class RepeatedPaymentError(Exception):
    """A payment of the same member, amount, day and reference is booked already, by ``posting``."""

    def __init__(self, posting: Posting) -> None:
        super().__init__(f"Posting {posting.number} is a payment just like it.")
        self.posting = posting


class RepaidTooMuchError(Exception):
    """More would be paid back than the ``paid`` öre that the member has paid for the year."""

    def __init__(self, paid: int) -> None:
        super().__init__(f"Only {paid} öre have been paid.")
        self.paid = paid


@transaction.atomic
def receive(
    *,
    association: Association,
    year: int,
    member: Member,
    amount: int,
    day: date,
    by: User,
    reference: str = "",
    sure: int | None = None,
) -> Posting:
    """Book that ``amount`` öre of the member's contribution for the year arrived on ``day``.

    A negative amount is paid back. ``sure``: the number of the posting with a payment just like it, when
    this is another one. Raises RepeatedPaymentError for a like payment that is not the one ``sure`` names,
    RepaidTooMuchError when the year's payments would fall below zero, ValueError for 0 öre.
    """
    if not amount:
        raise ValueError("A payment is not 0 öre.")
    ledger.lock(association)
    reason = reason_of(member.organisation.name, day, reference, is_repaid=amount < 0)
    entries = ledger.effective(
        Entry.objects.filter(association=association, account=Account.PAID, year=year, member=member)
    ).select_related("posting")
    booked = list(entries.order_by("posting__number"))
    alike = [each.posting for each in booked if (each.amount, each.posting.reason) == (amount, reason)]
    if alike and alike[-1].number != sure:
        raise RepeatedPaymentError(alike[-1])
    paid = sum(each.amount for each in booked)
    if amount < 0 and paid + amount < 0:
        raise RepaidTooMuchError(paid)
    cell = Cell(Account.PAID, year, month=booked_month(day, year), member_id=member.pk)
    return ledger.post(association=association, changes=[Change(cell, amount)], reason=reason, by=by)


def booked_month(day: date, year: int) -> int:
    """The month, 1-12, on which a payment of ``day`` is booked: the year's nearest.

    >>> booked_month(date(2026, 12, 30), 2027), booked_month(date(2027, 5, 2), 2027)
    (1, 5)
    """
    if day.year == year:
        return day.month
    return 1 if day.year < year else 12


def booked(row: MemberPayments, amount: int, posting: Posting) -> str:
    """Tell the secretary what was booked for the member, and if it has then paid too much.

    ``row``: where the member stood before the ``amount`` öre.
    """
    form = (
        _("Inbetalningen på %(amount)s från %(name)s är bokförd som verifikation %(number)s.")
        if amount > 0
        else _("Återbetalningen på %(amount)s till %(name)s är bokförd som verifikation %(number)s.")
    )
    said = form % {"amount": money.in_kronor(abs(amount)), "name": row.name, "number": posting.number}
    over = row.paid + amount - (row.called.amount or 0)
    if row.called.is_missing or over <= 0:
        return said
    return f"{said} " + _("Därmed är %(over)s mer inbetalt än medlemsbidraget.") % {
        "over": money.in_kronor(over)
    }


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment that was booked. ``day`` is None where only the month is known; ``amount`` is öre.

    ``said`` is its reference, or else why it was booked. ``reversed_by``: the number of the posting that
    took it back, None while it counts.
    """

    number: int
    name: str
    day: date | None
    year: int
    month: int
    amount: int
    said: str
    reversed_by: int | None


def payments_in(association: Association, year: int) -> list[Payment]:
    """The payments booked for the year, the newest first, those taken back too. One query."""
    entries = Entry.objects.filter(
        association=association, year=year, account=Account.PAID, posting__reverses=None
    )
    shown = entries.select_related("posting", "member__organisation").annotate(
        reversed_by=F("posting__reversed_by__number")
    )
    return [_payment(entry) for entry in shown.order_by("-posting__number", "member__position", "pk")]


def _payment(entry: Any) -> Payment:
    """``entry``: with its posting, its member and ``reversed_by``."""
    day, said = read_back(entry.posting.reason)
    return Payment(
        number=entry.posting.number,
        name=entry.member.organisation.name,
        day=day,
        year=entry.year,
        month=entry.month,
        amount=entry.amount,
        said=said,
        reversed_by=entry.reversed_by,
    )
