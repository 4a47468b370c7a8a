"""Own capital (eget kapital): what the year leaves of it, and the recommended largest.

Nationella rådet recommended in 2013 a ladder for how large a förbund's own capital should be: a largest
share of the yearly contributions, or a largest amount, by the size of those contributions. Above it the
state's next contribution may shrink. The ladder's figures are not known to us, so none stand here: who
knows them enters the *steps*, each with its source and the day from which it holds.

    a made-up ladder from 2014-01-01            at most
    contributions     0 up to  5 mnkr           20 %
    contributions     5 up to 10 mnkr           15 %
    contributions    10 mnkr and more            2 mnkr

Amounts are whole öre. This module imports only the standard library.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder: the largest own capital for yearly contributions within a band.

    The band holds ``contributions_from`` öre and all up to, but not, ``contributions_to`` (None: no end).
    The largest is ``max_percent`` of the contributions, exact (``Fraction("22.5")``), or ``max_amount``
    öre. Raises ValueError unless exactly one of them is given, for a band without any amount in it, and
    for a negative number.
    """

    valid_from: date
    contributions_from: int
    contributions_to: int | None
    max_percent: Fraction | int | None
    max_amount: int | None
    source: str

    def __post_init__(self) -> None:
        if (self.max_percent is None) == (self.max_amount is None):
            raise ValueError(
                "A step has either a largest share or a largest amount, "
                f"not {self.max_percent} per cent and {self.max_amount} öre."
            )
        if self.contributions_to is not None and self.contributions_to <= self.contributions_from:
            raise ValueError(
                f"A step's band from {self.contributions_from} to {self.contributions_to} öre is empty."
            )
        for number in (self.contributions_from, self.max_percent, self.max_amount):
            if number is not None and number < 0:
                raise ValueError(f"The numbers of a step are 0 or more, not {number}.")

    def holds(self, contributions: int) -> bool:
        """Whether yearly contributions of so many öre are within the step's band."""
        ends_above = self.contributions_to is None or contributions < self.contributions_to
        return self.contributions_from <= contributions and ends_above

    def largest(self, contributions: int) -> int:
        """The largest own capital in öre beside such contributions, a share rounded down to whole öre."""
        if self.max_amount is not None:
            return self.max_amount
        return Fraction(self.max_percent or 0) * contributions // 100


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The recommended largest own capital, öre, and the step that gives it."""

    amount: int
    step: Step


def closing(opening: int, contributions: int, other_income: int, costs: int) -> int:
    """The own capital at the year's end, in öre; below 0 when more is used than there was.

    A planned use of own capital is costs above income. It is not an income, which would hide it here.

    >>> closing(opening=3_000_000, contributions=8_000_000, other_income=100_000, costs=9_000_000)
    2100000
    """
    return opening + contributions + other_income - costs


def ceiling(steps: Iterable[Step], contributions: int, day: date) -> Ceiling | None:
    """The recommended largest own capital on ``day`` for so many öre of yearly contributions.

    The steps with the newest ``valid_from`` that has come are the ladder; all earlier ones are superseded
    by it, whole. None when there is no ladder yet, or none of its steps is for such contributions: then
    nothing is known, which is not that any capital is too much or that all is well.
    Of steps that overlap, which a ladder should not have, the one from the lowest contributions counts.
    """
    entered = [step for step in steps if step.valid_from <= day]
    newest = max((step.valid_from for step in entered), default=day)
    ladder = sorted(
        (step for step in entered if step.valid_from == newest), key=lambda step: step.contributions_from
    )
    found = next((step for step in ladder if step.holds(contributions)), None)
    return Ceiling(found.largest(contributions), found) if found else None


def above(equity: int, ceiling: Ceiling) -> int:
    """How many öre the own capital is above the recommended largest; 0 at it and below."""
    return max(0, equity - ceiling.amount)


def overlaps(steps: Iterable[Step]) -> tuple[Step, Step] | None:
    """Two steps from the same day that are both for some contributions, the lower first; None without any."""
    ordered = sorted(steps, key=lambda step: (step.valid_from, step.contributions_from))
    # Bands in order of where they begin: if any two overlap, so do some neighbours.
    for lower, higher in pairwise(ordered):
        if lower.valid_from == higher.valid_from and lower.holds(higher.contributions_from):
            return lower, higher
    return None
