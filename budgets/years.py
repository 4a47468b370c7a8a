"""A budget year as people meet it: parties, members, lines and what follows from them.

These are the shapes that ``queries`` fills and that tables, sentences, drawings and reports read. Everything
here is worked out from the fields; nothing is fetched.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _

from budgets.models import BudgetLine, BudgetVersion
from budgets.rules import EqualShare, Party
from finsam import money
from finsam.money import MISSING, Figure
from members.models import Association, Member


def difference(one: Figure, other: Figure) -> Figure:
    """``one`` less ``other``; missing unless both are known."""
    if one.amount is None or other.amount is None:
        return MISSING
    return Figure(one.amount - other.amount, one.is_derived or other.is_derived)


@dataclass(frozen=True, slots=True)
class Noted:
    """A note to a figure of the year: which, and its words."""

    account: str
    text: str
    member_id: int | None = None
    line_id: int | None = None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member's year."""

    member: Member
    offered: Figure
    called: Figure
    unused: Figure
    caps: bool

    @property
    def name(self) -> str:
        """The organisation's name."""
        return self.member.organisation.name


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One party's year. ``carries`` is the total its offer would suffice for, öre, None if unknown."""

    party: Party
    weight: Fraction
    members: tuple[MemberRow, ...]
    offered: Figure
    called: Figure
    unused: Figure
    carries: int | None
    limits: bool

    @property
    def name(self) -> str:
        """What people call the party: its one member's own name, or the group's."""
        if self.party == Party.STATE:
            return _("Staten")
        if len(self.members) == 1:
            return self.members[0].name
        return _("Regionerna") if self.party == Party.REGIONS else _("Kommunerna")


@dataclass(frozen=True, slots=True)
class LineRow:
    """One budget line's year. ``variance`` is positive when better than budget."""

    line: BudgetLine
    allocated: Figure
    actual: Figure
    # What the whole year comes to, while the actual figures do not cover it.
    forecast: Figure = MISSING
    # Whether the forecast is what somebody judged, in place of the computed one.
    is_judged: bool = False

    @property
    def gap(self) -> int | None:
        """Öre above the budget (below 0: under it) of what the year comes to; None unless both are known.

        By the forecast while the year is running, else by the actual amount.
        """
        return difference(self.actual if self.forecast.is_missing else self.forecast, self.allocated).amount

    @property
    def forecast_variance(self) -> Figure:
        """The forecast against the budget, positive when better: a lower cost, a higher income."""
        if self.line.is_income:
            return difference(self.forecast, self.allocated)
        return difference(self.allocated, self.forecast)

    @property
    def variance(self) -> Figure:
        """Budget less actual for a cost, actual less budget for an income; missing unless both are known."""
        if self.line.is_income:
            return difference(self.actual, self.allocated)
        return difference(self.allocated, self.actual)

    @property
    def remaining(self) -> Figure:
        """What is left of the budget; worth showing while the year is not complete."""
        return difference(self.allocated, self.actual)


def administration(lines: Iterable[LineRow], column: str = "allocated") -> tuple[Figure, Figure]:
    """What of the costs does not go to measures, and all costs; both missing unless every cost is known.

    ``column`` is "allocated" or "actual". The förbund state it against measures ("15-20 % administration,
    80-85 % insatser"), so board and audit, and costs of other kinds, count as administration here.
    """
    costs = [row for row in lines if not row.line.is_income]
    if any(getattr(row, column).is_missing for row in costs):
        return MISSING, MISSING
    whole = money.total(getattr(row, column) for row in costs)
    measures = money.total(getattr(row, column) for row in costs if row.line.kind == BudgetLine.Kind.MEASURE)
    part = whole if measures.is_missing else difference(whole, measures)
    return part, whole


@dataclass(frozen=True, slots=True)
class CostYear:
    """A year's budgeted costs in two: what goes to measures and what does not; missing unless all known."""

    year: int
    administration: Figure
    measures: Figure

    @classmethod
    def of(cls, year: int, lines: Iterable[LineRow]) -> "CostYear":
        """From the year's lines."""
        part, whole = administration(lines)
        return cls(year, part, difference(whole, part))

    @classmethod
    def span(cls, lines_of: Mapping[int, Iterable[LineRow]]) -> list["CostYear"]:
        """Every year from the first to the last in ``lines_of``, oldest first; one left out is missing."""
        years = range(min(lines_of), max(lines_of) + 1) if lines_of else ()
        return [cls.of(year, lines_of.get(year, ())) for year in years]

    @property
    def administration_share(self) -> Fraction | None:
        """The share that does not go to measures; None while the costs are not known or nothing."""
        whole = money.total([self.administration, self.measures]).amount
        return (
            Fraction(self.administration.amount, whole)
            if self.administration.amount is not None and whole
            else None
        )


@dataclass(frozen=True, slots=True)
class YearSummary:
    """One year in short; also the heart of ``YearBudget``."""

    year: int
    version: BudgetVersion | None
    agreed: Figure = MISSING
    total: Figure = MISSING
    actual: Figure = MISSING
    actual_until: int | None = None
    parties: tuple[PartyRow, ...] = ()
    is_known: bool = False
    # Whether the figures are those that the board has fixed, not a draft or a later working state.
    is_decided: bool = False

    @property
    def missing_members(self) -> tuple[Member, ...]:
        """The paying members whose commitment is not known."""
        rows = (row for party in self.parties for row in party.members)
        return tuple(row.member for row in rows if row.member.pays and row.offered.is_missing)

    @property
    def unused(self) -> Figure:
        """All that was offered and not called."""
        return money.total(party.unused for party in self.parties)

    @property
    def lost(self) -> Figure:
        """What was agreed and did not happen."""
        return difference(self.agreed, self.total)

    @property
    def limiting(self) -> tuple[PartyRow, ...]:
        """The parties that capped the year; several in a tie."""
        return tuple(party for party in self.parties if party.limits)

    @property
    def all_limit(self) -> bool:
        """Whether every party offered exactly its share."""
        return bool(self.parties) and all(party.limits for party in self.parties)


@dataclass(frozen=True, slots=True)
class YearBudget:
    """Everything that a year's page and its report show."""

    summary: YearSummary
    association: Association
    # The newest posting that the plan's figures build on.
    number: int
    is_working: bool
    adopted_total: Figure
    share: EqualShare | None
    lines: tuple[LineRow, ...]
    paid: Figure
    opening_equity: Figure
    # A planned deficit: what the budget may cost beyond its income.
    equity_use: Figure = MISSING
    previous_total: Figure = MISSING
    # The versions of this year that the viewer may see, oldest first, and the years that have any.
    versions: tuple[BudgetVersion, ...] = ()
    notes: tuple[Noted, ...] = ()
    years: tuple[int, ...] = ()
    # A party's key, a weight by member's pk, where it has agreed on one.
    keys: Mapping[Party, Mapping[Hashable, int]] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The budget year."""
        return self.summary.year

    @property
    def year_before(self) -> int | None:
        """The nearest earlier year that the viewer may see, if any."""
        return max((year for year in self.years if year < self.year), default=None)

    @property
    def year_after(self) -> int | None:
        """The nearest later year that the viewer may see, if any."""
        return min((year for year in self.years if year > self.year), default=None)

    @property
    def version(self) -> BudgetVersion | None:
        """The newest version, None before any; in a working state the one it departs from."""
        return self.summary.version

    @property
    def costs(self) -> tuple[LineRow, ...]:
        """The lines that cost."""
        return tuple(row for row in self.lines if not row.line.is_income)

    @property
    def incomes(self) -> tuple[LineRow, ...]:
        """The lines with income outside the members' contributions."""
        return tuple(row for row in self.lines if row.line.is_income)

    @property
    def has_allocations(self) -> bool:
        """Whether it is known what the money goes to."""
        return any(not row.allocated.is_missing for row in self.lines)

    @property
    def unused(self) -> Figure:
        """All that was offered and not called."""
        return self.summary.unused

    @property
    def administration_share(self) -> Fraction | None:
        """The share of the allocated costs that does not go to measures; None unless all are known."""
        part, whole = administration(self.lines)
        return Fraction(part.amount, whole.amount) if part.amount is not None and whole.amount else None

    @property
    def over_allocated(self) -> int | None:
        """Öre allocated beyond contributions, other income and the planned use of own capital, 0 when none.

        None while the contributions or the costs are not known.
        """
        planned = self.result("allocated").amount
        return None if planned is None else max(0, -planned - (self.equity_use.amount or 0))

    @property
    def left_to_allocate(self) -> int:
        """Öre of contributions, other income and own capital that no line has; 0 when not known."""
        planned = self.result("allocated").amount
        return 0 if planned is None else max(0, planned + (self.equity_use.amount or 0))

    def result(self, column: str) -> Figure:
        """Contributions and other income less costs, of the column "allocated" or "actual".

        Missing unless both contributions and costs are known.
        """
        costs = money.total(getattr(row, column) for row in self.costs)
        contributions = self.summary.total if column == "allocated" else self.paid
        if costs.is_missing or contributions.is_missing:
            return MISSING
        incomes = money.total(getattr(row, column) for row in self.incomes)
        return difference(money.total([contributions, incomes]), costs)

    def closing(self, column: str) -> Figure:
        """The own capital that the year leaves: what it opened with and the column's ``result``.

        Missing unless both are known.
        """
        result = self.result(column)
        if self.opening_equity.is_missing or result.is_missing:
            return MISSING
        return money.total([self.opening_equity, result])
