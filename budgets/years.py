"""A budget year as people meet it: parties, members, lines and what follows from them.

These are the shapes that ``queries`` fills and that tables, sentences, drawings and reports read. Everything
here is worked out from the fields; nothing is fetched.
"""

from dataclasses import dataclass
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

    @property
    def year(self) -> int:
        """The budget year."""
        return self.summary.year

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
    def unused(self) -> Figure:
        """All that was offered and not called."""
        return self.summary.unused

    @property
    def administration_share(self) -> Fraction | None:
        """The share of the allocated costs that does not go to measures; None unless all are known.

        The förbund state it against measures ("15-20 % administration, 80-85 % insatser"), so board and
        audit count as administration here.
        """
        allocated = [row.allocated.amount for row in self.costs]
        costs = sum(amount for amount in allocated if amount is not None)
        if None in allocated or not costs:
            return None
        measures = sum(
            row.allocated.amount or 0 for row in self.costs if row.line.kind == BudgetLine.Kind.MEASURE
        )
        return Fraction(costs - measures, costs)

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
