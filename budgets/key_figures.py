"""Key figures: what the year's money is in relation to something that a board can compare.

    administration   costs that are not measures, of all costs          Exempel 2026: 19,8 %
    per inhabitant   the budget, by inhabitants aged 16-64              346 kr
    unused           what was offered and not called, of all offered    3,6 %
    own capital      what the year leaves, of its contributions         23,0 %

Every key figure is an exact ratio of two sums of the ledger, and is rounded only when it is written. What is
not known is None, never 0. Nothing here is about participants: small groups never enter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from budgets import queries
from budgets.equity_years import Basis, EquityRow, equity_rows
from budgets.forecasts import DECEMBER
from budgets.inhabitants import Inhabitants, counts_of, newest
from budgets.models import BudgetLine
from budgets.years import LineRow, YearSummary, administration
from finsam import money
from finsam.money import MISSING, Figure
from members.access import Access
from members.models import Association

# The columns of a budget line, by what they are in a pair.
ALLOCATED, ACTUAL = "allocated", "actual"


@dataclass(frozen=True, slots=True)
class Ratio:
    """``part`` öre of ``whole``, exact: of öre for a share, of people for an amount per inhabitant.

    ``is_derived``: one of the two does not stand in its source.
    """

    part: int
    whole: int
    is_derived: bool = False

    @property
    def value(self) -> Fraction:
        """The ratio itself."""
        return Fraction(self.part, self.whole)


def ratio(part: Figure, whole: Figure) -> Ratio | None:
    """``part`` of ``whole``; None unless both are known and there is something to divide by.

    >>> ratio(Figure(25), Figure(100)).value
    Fraction(1, 4)
    """
    if part.amount is None or whole.amount is None or whole.amount <= 0:
        return None
    return Ratio(part.amount, whole.amount, part.is_derived or whole.is_derived)


@dataclass(frozen=True, slots=True)
class Pair:
    """A key figure by the budget and by what happened."""

    budget: Ratio | None = None
    actual: Ratio | None = None


@dataclass(frozen=True, slots=True)
class MeasureFigures:
    """A measure's year: its amounts, its kronor per inhabitant, and its share of all measures."""

    line: BudgetLine
    allocated: Figure
    actual: Figure
    per_inhabitant: Pair
    share: Pair

    @property
    def ratios(self) -> list[Ratio]:
        """Those of its key figures that are known."""
        pairs = (self.per_inhabitant, self.share)
        return [found for pair in pairs for found in (pair.budget, pair.actual) if found]


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """One year's key figures. ``inhabitants`` are those that the amounts are shared by, None if not known."""

    summary: YearSummary
    inhabitants: Inhabitants | None
    administration: Pair
    per_inhabitant: Pair
    unused: Pair
    own_capital: Pair
    measures: tuple[MeasureFigures, ...]

    @property
    def year(self) -> int:
        """The budget year."""
        return self.summary.year

    @property
    def is_whole(self) -> bool:
        """Whether what happened is known for the whole year."""
        return self.summary.actual_until == DECEMBER

    @property
    def ratios(self) -> list[Ratio]:
        """Those of them that are known, the measures' left out."""
        pairs = (self.administration, self.per_inhabitant, self.unused, self.own_capital)
        return [found for pair in pairs for found in (pair.budget, pair.actual) if found]

    @property
    def has_derived(self) -> bool:
        """Whether any is reckoned from what does not stand in its source."""
        ratios = [*self.ratios, *(found for each in self.measures for found in each.ratios)]
        return any(found.is_derived for found in ratios)


def key_figures(
    summary: YearSummary,
    lines: Sequence[LineRow] = (),
    capital: EquityRow | None = None,
    inhabitants: Inhabitants | None = None,
) -> KeyFigures:
    """One year's key figures from its shapes.

    ``capital`` is the year's row that the next year begins with, ``inhabitants`` those to share by.
    """
    people = inhabitants.people if inhabitants else MISSING
    return KeyFigures(
        summary=summary,
        inhabitants=inhabitants,
        administration=Pair(*(ratio(*administration(lines, column)) for column in (ALLOCATED, ACTUAL))),
        per_inhabitant=Pair(ratio(summary.total, people), ratio(summary.actual, people)),
        unused=Pair(_unused(summary)),
        own_capital=_own_capital(capital),
        measures=_measures(lines, people),
    )


def key_figures_of(association: Association, access: Access) -> list[KeyFigures]:
    """Every year's key figures as far as the viewer may see them, newest first."""
    lines = queries.year_lines(association, access)
    capital = {row.year: row for row in equity_rows(association, access) if row.leads}
    counts = counts_of(association)
    found = []
    for summary in queries.year_summaries(association, access):
        year, members = summary.year, [row.member for party in summary.parties for row in party.members]
        people = newest(counts, members, year)
        found.append(key_figures(summary, lines.get(year, ()), capital.get(year), people))
    return found


def _unused(summary: YearSummary) -> Ratio | None:
    """What was offered and not called, of all that was offered; None while an offer is not known."""
    rows = [row for party in summary.parties for row in party.members if row.member.pays]
    if any(row.offered.is_missing or row.unused.is_missing for row in rows):
        return None
    return ratio(money.total(row.unused for row in rows), money.total(row.offered for row in rows))


def _own_capital(row: EquityRow | None) -> Pair:
    """What the year leaves of its contributions: by its outcome when that is whole, else by its budget."""
    if row is None or not row.leads:
        return Pair()
    found = ratio(row.closing, row.contributions)
    return Pair(actual=found) if row.basis == Basis.OUTCOME else Pair(budget=found)


def _measures(lines: Iterable[LineRow], people: Figure) -> tuple[MeasureFigures, ...]:
    """Each measure with a figure; its share is None where another measure's amount is not known."""
    rows = [
        row
        for row in lines
        if row.line.kind == BudgetLine.Kind.MEASURE
        and not (row.allocated.is_missing and row.actual.is_missing)
    ]
    allocated, actual = (_all(getattr(row, column) for row in rows) for column in (ALLOCATED, ACTUAL))
    return tuple(
        MeasureFigures(
            row.line,
            row.allocated,
            row.actual,
            per_inhabitant=Pair(ratio(row.allocated, people), ratio(row.actual, people)),
            share=Pair(ratio(row.allocated, allocated), ratio(row.actual, actual)),
        )
        for row in rows
    )


def _all(figures: Iterable[Figure]) -> Figure:
    """The sum of the figures, missing unless every one is known."""
    listed = list(figures)
    return MISSING if any(figure.is_missing for figure in listed) else money.total(listed)
