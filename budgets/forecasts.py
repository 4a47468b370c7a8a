"""What a budget line comes to in the whole year: actual so far and what remains of its budget.

Only the standard library and ``finsam.money`` are imported here. All amounts are whole öre; months are 1-12.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finsam import money
from finsam.money import MISSING, Figure

DECEMBER = 12


def is_part_of_year(until: int | None) -> bool:
    """Whether actual figures that reach this month, None where there are none, leave some of the year out."""
    return until not in (None, DECEMBER)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One line's year, or a sum of lines, each amount missing where nothing is known.

    ``override`` is what somebody judged that it comes to, in place of the ``computed`` forecast.
    """

    is_income: bool
    budget: Figure
    actual: Figure
    remaining: Figure
    computed: Figure
    override: Figure = MISSING

    @property
    def used(self) -> Figure:
        """The forecast that counts: the override where there is one."""
        return self.computed if self.override.is_missing else self.override

    @property
    def variance(self) -> Figure:
        """The forecast against the budget, above 0 when better: a lower cost, a higher income.

        Missing unless both are known.
        """
        budget, used = self.budget, self.used
        if budget.amount is None or used.amount is None:
            return MISSING
        more = used.amount - budget.amount
        return Figure(more if self.is_income else -more, budget.is_derived or used.is_derived)


def override(posted: Figure) -> Figure:
    """The override that an account holds: missing when it was taken back, which posts a derived 0."""
    return MISSING if posted.is_derived else posted


def forecast(
    budget: Mapping[int | None, Figure],
    actual: Mapping[int, Figure],
    *,
    until: int | None,
    is_income: bool = False,
    override: Figure = MISSING,
) -> Forecast:
    """A line's forecast: actual so far and the remaining budget.

    ``budget`` is by month, or at None for the whole year; ``actual`` by month. ``until`` is the last month of
    the year that any line has an actual figure for, None before the first: up to then the books are taken to
    say all there is, and a month without a figure adds nothing.

    What remains is the later months' budget where the budget is given per month, else the part of the whole
    year's budget that is not used up, never below 0. Nothing remains of a year whose December is in.

    >>> forecast({None: Figure(120_00)}, {1: Figure(50_00)}, until=1).used.amount
    12000
    """
    so_far = money.total(actual.values())
    remaining = _remaining(budget, so_far, until)
    return Forecast(
        is_income,
        budget=money.total(budget.values()),
        actual=so_far,
        remaining=remaining,
        computed=money.total([so_far, remaining]),
        override=override,
    )


def _remaining(budget: Mapping[int | None, Figure], actual: Figure, until: int | None) -> Figure:
    """What is left of the budget for the rest of the year; missing without a budget."""
    whole = money.total(budget.values())
    if whole.amount is None:
        return MISSING
    if until == DECEMBER:
        return Figure(0)
    # What is not divided in months keeps the whole from being read as months.
    is_divided = not budget.get(None, MISSING).amount
    if is_divided:
        later = money.total(each for month, each in budget.items() if month and month > (until or 0))
        return Figure(0) if later.is_missing else later
    return Figure(max(0, whole.amount - (actual.amount or 0)), whole.is_derived or actual.is_derived)


def total(lines: Sequence[Forecast]) -> Forecast:
    """The sum of lines of one kind, at least one: in each column the sum of what is known in it.

    Its override is the sum of the forecasts that count, so its variance is theirs against all budget.
    """
    return Forecast(
        lines[0].is_income,
        budget=money.total(line.budget for line in lines),
        actual=money.total(line.actual for line in lines),
        remaining=money.total(line.remaining for line in lines),
        computed=money.total(line.computed for line in lines),
        override=money.total(line.used for line in lines),
    )
