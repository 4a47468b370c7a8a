"""A year's payment plan: on which days a member's called contribution is due, and where its payments stand.

The law sets no days (lag (2003:1210)); a förbund agrees on its own. An *instalment* (delbetalning) is a
day and a weight; the weights divide the called contribution, and payments cover the first instalments first.

    called 8 000 000 kr, four instalments; 3 000 000 kr paid by 2 May 2021

    due          amount       covered
    2021-01-31   2 000 000    2 000 000
    2021-04-30   2 000 000    1 000 000   late: 1 000 000
    2021-07-31   2 000 000            0   the next one
    2021-10-31   2 000 000            0

Amounts are whole öre. This module imports only the standard library and ``finsam.money``.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from finsam import money

# How many instalments a year can be divided into by default: whole years, half-years, quarters, months.
COUNTS = (1, 2, 4, 12)


@dataclass(frozen=True, slots=True)
class Instalment:
    """A day on which a part of the contribution is due. ``weight`` is the part's size beside the others'."""

    due: date
    weight: int = 1


@dataclass(frozen=True, slots=True)
class InstalmentStanding:
    """One instalment of one member, in öre. ``is_late``: its day has passed and it is not wholly covered."""

    due: date
    amount: int
    covered: int
    is_late: bool

    @property
    def rest(self) -> int:
        """Öre still to pay of it."""
        return self.amount - self.covered


@dataclass(frozen=True, slots=True)
class Standing:
    """How one member's payments stand on one day, in öre.

    ``due``: what was to be paid by that day, that day's own instalment included.
    ``late``: what lacks of the instalments whose day has passed. An instalment due today is not late.
    ``upcoming``: the next instalment, today's included, of which something remains to pay; None when
    nothing more will be due.
    ``rest``: what remains to pay of the year; ``over``: what was paid beyond it.
    """

    called: int
    paid: int
    due: int
    late: int
    rest: int
    over: int
    upcoming: InstalmentStanding | None
    instalments: tuple[InstalmentStanding, ...]


def default_instalments(year: int, count: int) -> tuple[Instalment, ...]:
    """Divide ``year`` into 1, 2, 4 or 12 equal instalments, due on the last day of each period's first month.

    >>> [instalment.due.isoformat() for instalment in default_instalments(2027, 2)]
    ['2027-01-31', '2027-07-31']

    Raises ValueError for another count.
    """
    if count not in COUNTS:
        raise ValueError(f"A year has {', '.join(map(str, COUNTS))} instalments, not {count}.")
    months = range(1, 13, 12 // count)
    return tuple(Instalment(date(year, month, calendar.monthrange(year, month)[1])) for month in months)


def amounts(called: int, instalments: Iterable[Instalment]) -> tuple[int, ...]:
    """Divide ``called`` öre among the instalments, in their order; the parts always sum to ``called``.

    A contribution in whole kronor is cut in whole kronor, so that nobody is to pay 333,33. What does not
    divide evenly goes, one krona (or öre) each, to those that lost most by the rounding, and of those that
    lost equally to the earlier due. No part is more than a krona (or öre) from its exact share.

    >>> amounts(1_000_00, [Instalment(date(2027, month, 28)) for month in (1, 5, 9)])
    (33400, 33300, 33300)

    Raises ValueError for a negative contribution, for no instalments, for a negative weight and when all
    weights are 0.
    """
    planned = tuple(instalments)
    if called < 0:
        raise ValueError(f"A called contribution is 0 öre or more, not {called}.")
    if not planned:
        raise ValueError("A payment plan has at least one instalment.")
    places = sorted(range(len(planned)), key=lambda place: planned[place].due)
    unit = 1 if called % money.ORE_PER_KRONA else money.ORE_PER_KRONA
    parts = money.split(called // unit, [planned[place].weight for place in places])
    by_place = dict(zip(places, parts, strict=True))
    return tuple(by_place[place] * unit for place in range(len(planned)))


def standing(called: int, paid: int, instalments: Iterable[Instalment], today: date) -> Standing:
    """Say how a member that was called for ``called`` öre and has paid ``paid`` stands on ``today``.

    Payments cover the instalments in the order they are due. Payments that were corrected to less than
    nothing cover nothing: they are reported as they are in ``paid`` and otherwise count as 0.

    >>> plan = default_instalments(2021, 4)
    >>> now = standing(8_000_000_00, 3_000_000_00, plan, date(2021, 5, 2))
    >>> money.kr(now.late).replace(money.NO_BREAK_SPACE, " "), now.upcoming.due.isoformat()
    ('1 000 000', '2021-07-31')

    Raises ValueError like ``amounts``.
    """
    planned = tuple(instalments)
    by_due = sorted(zip(planned, amounts(called, planned), strict=True), key=lambda dated: dated[0].due)
    received = left = max(0, paid)
    rows = []
    for instalment, amount in by_due:
        covered = min(amount, left)
        left -= covered
        rows.append(
            InstalmentStanding(
                due=instalment.due,
                amount=amount,
                covered=covered,
                is_late=instalment.due < today and covered < amount,
            )
        )
    return Standing(
        called=called,
        paid=paid,
        due=sum(row.amount for row in rows if row.due <= today),
        late=sum(row.rest for row in rows if row.is_late),
        rest=max(0, called - received),
        over=left,
        upcoming=next((row for row in rows if row.due >= today and row.rest), None),
        instalments=tuple(rows),
    )
