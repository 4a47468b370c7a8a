"""What differs between two budgets: any version of any year, or a year's working state, against any other.

A version is a place in the ledger, so a difference is two sums of the same cells: the accounts that a
version fixes. Two versions of one year are compared with the two plan years after it (KL 11:6 through 21 §
Finsamlagen) and month by month; two years are compared line by line and member by member, the one's year
against the other's.

Two readings keep it true to what the pages show. Contributions are posted when the board adopts; before
that the year's are what the equal-share rule makes of the commitments, here as on the year's page. And
once the first budget is adopted the plan years go on as budgets of their own: a later version of this
year is compared with their figures as that first budget fixed them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Max

from budgets import ledger, queries
from budgets.models import PLAN_ACCOUNTS, Account, BudgetLine, BudgetVersion, Entry, Note
from budgets.years import YearBudget, difference
from finsam import money
from finsam.money import MISSING, Figure
from members.access import Access
from members.models import Association, Member

# What the address calls the working state, which has no ordinal.
WORKING = "nu"


@dataclass(frozen=True, slots=True)
class Side:
    """What can be compared: a version of a year, or its working state when ``version`` is None."""

    year: int
    version: BudgetVersion | None

    @property
    def key(self) -> str:
        """What the address calls it: "2021-1", "2027-nu"."""
        return f"{self.year}-{self.version.ordinal if self.version else WORKING}"


def sides(association: Association, access: Access) -> list[Side]:
    """All that the viewer can compare, the newest first. One query for a visitor, three with a role."""
    versions = queries.visible_versions(association, access)
    newest = {version.year: version.posting.number for version in versions}
    adopted = {version.year for version in versions if version.is_adopted}
    changed = _plan_changes(association) if access.reads_drafts else {}
    found = [Side(version.year, version) for version in reversed(versions)]
    for year in newest.keys() | changed.keys():
        # Until the year is adopted, a change of its plan years is a change of what its version would fix.
        ahead = 1 if year in adopted or year not in newest else queries.YEARS_AHEAD
        number = max(changed.get(each, 0) for each in range(year, year + ahead))
        if number > newest.get(year, 0):
            found.append(Side(year, None))
    # Stable: within a year the working state first, then the versions as they stand.
    return sorted(found, key=lambda side: (-side.year, side.version is not None))


def _plan_changes(association: Association) -> dict[int, int]:
    """The number of the newest posting that touched each year's plan or a note to it."""
    newest: dict[int, int] = {}
    for model in (Entry, Note):
        about = model.objects.filter(association=association, account__in=PLAN_ACCOUNTS).order_by()
        for year, number in about.values_list("year").annotate(Max("posting__number")):
            newest[year] = max(number, newest.get(year, 0))
    return newest


def side_called(found: Sequence[Side], key: str, *, with_working: bool) -> Side | None:
    """The side that an address names: by its key, or by a year alone the newest of that year or before it.

    A working state that has been adopted since is the newest of its year: links to it still lead there.
    """
    exact = next((side for side in found if side.key == key), None)
    year, dash, state = key.partition("-")
    is_year = len(year) == len("2021") and year.isascii() and year.isdigit()
    if exact or not is_year or (dash and not (with_working and state == WORKING)):
        return exact
    return next((side for side in found if side.year <= int(year)), None)


def newest_decided(found: Sequence[Side]) -> Side | None:
    """Where a reader begins: the newest year that has a version, as it stands; None when there is nothing."""
    years = {side.year for side in found if side.version}
    return next((side for side in found if side.year in years or not years), None)


def before(found: Sequence[Side], side: Side) -> Side | None:
    """What a side is most naturally compared with: the year before's newest, else the version before."""
    earlier = [each for each in found if each.year < side.year]
    own = found[found.index(side) + 1 :]
    return next(iter(earlier or own), None)


@dataclass(frozen=True, slots=True)
class Shown:
    """A side with its year as the viewer sees it."""

    side: Side
    budget: YearBudget

    @property
    def year(self) -> int:
        """The budget year."""
        return self.side.year

    @property
    def place(self) -> int | None:
        """The posting's number that its figures are read as of, None for the working state."""
        return self.budget.number if self.side.version else None

    def upto(self) -> dict[int, int]:
        """The posting numbers that the year and its plan years are read as of; one left out is as of now."""
        first = next((each.posting.number for each in self.budget.versions if each.is_adopted), None)
        own = {self.year: self.budget.number} if self.budget.number else {}
        fixed = [number for number in (self.place, first) if number is not None]
        plan_years = range(self.year + 1, self.year + queries.YEARS_AHEAD)
        return own | (dict.fromkeys(plan_years, min(fixed)) if fixed else {})


def shown(association: Association, side: Side, access: Access) -> Shown | None:
    """A side with its figures; None when it is no longer there."""
    ordinal = side.version.ordinal if side.version else None
    budget = queries.year_budget(association, side.year, access, ordinal)
    return Shown(side, budget) if budget else None


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure on each side, missing where there is none: a member's, a line's or the association's.

    ``years`` are the years it is of, ``absent`` tells on which sides its member or line is not there at all.
    ``months`` are those that differ, where months are compared.
    """

    account: str
    years: tuple[int, int]
    name: str
    before: Figure
    after: Figure
    member: Member | None = None
    line: BudgetLine | None = None
    month: int | None = None
    absent: tuple[bool, bool] = (False, False)
    months: tuple["Difference", ...] = ()

    @property
    def change(self) -> Figure:
        """After less before; missing unless both are known."""
        return difference(self.after, self.before)

    @property
    def is_changed(self) -> bool:
        """Whether the two sides do not say the same, a month's included."""
        return self.before != self.after or bool(self.months)

    @property
    def size(self) -> int:
        """How large the change is, öre; an amount that came or went is as large as itself."""
        return abs((self.after.amount or 0) - (self.before.amount or 0))


@dataclass(frozen=True, slots=True)
class Group:
    """The figures on one account in one year. ``before`` and ``after`` sum all of them, changed or not.

    Budget lines stand in two groups, costs and other income, since they do not add up to anything together.
    """

    account: str
    years: tuple[int, int]
    is_income: bool
    rows: tuple[Difference, ...]
    before: Figure
    after: Figure

    @property
    def changed(self) -> list[Difference]:
        """The rows that differ, the largest change first."""
        return sorted((row for row in self.rows if row.is_changed), key=lambda row: -row.size)

    @property
    def same(self) -> list[Difference]:
        """The rows that do not, in their own order."""
        return [row for row in self.rows if not row.is_changed]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides and all their figures. ``groups`` are the year's, ``planned`` those of the plan years."""

    one: Shown
    other: Shown
    groups: tuple[Group, ...]
    planned: tuple[Group, ...] = ()

    @property
    def is_of_one_year(self) -> bool:
        """Whether two versions of the same year are compared."""
        return self.one.year == self.other.year

    @property
    def count(self) -> int:
        """How many figures differ."""
        return sum(len(group.changed) for group in (*self.groups, *self.planned))

    @property
    def largest(self) -> Difference | None:
        """The largest change of a commitment or a line, which others follow from; None without one."""
        causes = (Account.COMMITTED, Account.ALLOCATED)
        rows = [row for group in self.groups if group.account in causes for row in group.changed if row.size]
        return max(rows, key=lambda row: row.size, default=None)

    @property
    def figures(self) -> list[Figure]:
        """Every figure that is compared."""
        rows = [row for group in (*self.groups, *self.planned) for row in group.rows]
        return [figure for row in rows for figure in (row.before, row.after)]


def compare(one: Shown, other: Shown) -> Comparison:
    """What differs from ``one`` to ``other``. Four queries, however many figures there are."""
    association = one.budget.association
    order = _Order(association)
    ahead = queries.YEARS_AHEAD if one.year == other.year else 1
    figures = [_figures(each, order.members, ahead) for each in (one, other)]
    groups = []
    for step in range(ahead):
        years = (one.year + step, other.year + step)
        groups += _groups(order, figures, years, is_split=ahead > 1)
    own = tuple(group for group in groups if group.years == (one.year, other.year))
    return Comparison(one, other, own, tuple(groups[len(own) :]))


# By account, member and line: each month's figure, the whole year's at None.
_Key = tuple[str, int | None, int | None]


def _figures(
    shown: Shown, members: Iterable[Member], ahead: int
) -> dict[int, dict[_Key, dict[int | None, Figure]]]:
    """Every planned figure of one side by year, the year's contributions as its own page shows them."""
    years = range(shown.year, shown.year + ahead)
    budget = shown.budget
    found = ledger.balances(budget.association, years=years, accounts=PLAN_ACCOUNTS, upto=shown.upto())
    by_year: dict[int, dict[_Key, dict[int | None, Figure]]] = {year: {} for year in years}
    for cell, balance in found.items():
        key = (cell.account, cell.member_id, cell.line_id)
        by_year[cell.year].setdefault(key, {})[cell.month] = balance.figure
    if not budget.summary.is_decided:
        own = by_year[shown.year]
        for member in members:
            own.pop((Account.CALLED, member.pk, None), None)
        for party in budget.summary.parties:
            for row in party.members:
                if not row.called.is_missing:
                    own[Account.CALLED, row.member.pk, None] = {None: row.called}
    return by_year


def _groups(
    order: "_Order",
    figures: Sequence[Mapping[int, Mapping[_Key, Mapping[int | None, Figure]]]],
    years: tuple[int, int],
    *,
    is_split: bool,
) -> list[Group]:
    """The groups of one pair of years, in the order of the year's page."""
    then, now = figures[0][years[0]], figures[1][years[1]]
    rows: dict[tuple[str, bool], list[Difference]] = {}
    for key in sorted(then.keys() | now.keys(), key=order.place):
        row = _row(order, key, years, then.get(key, {}), now.get(key, {}), is_split=is_split)
        rows.setdefault((row.account, row.line is not None and row.line.is_income), []).append(row)
    return [
        Group(
            account,
            years,
            is_income,
            tuple(found),
            money.total(row.before for row in found),
            money.total(row.after for row in found),
        )
        for (account, is_income), found in rows.items()
    ]


def _row(
    order: "_Order",
    key: _Key,
    years: tuple[int, int],
    then: Mapping[int | None, Figure],
    now: Mapping[int | None, Figure],
    *,
    is_split: bool,
) -> Difference:
    account, member_id, line_id = key
    member, line = order.member(member_id), order.line(line_id)
    totals = (money.total(then.values()), money.total(now.values()))
    row = Difference(account, years, order.name(key), *totals, member, line, absent=order.absent(key, years))
    months = sorted(month for month in {*then, *now} if month)
    if not (is_split and months):
        return row
    by_month = [
        replace(row, month=month, before=then.get(month, MISSING), after=now.get(month, MISSING))
        for month in months
    ]
    return replace(row, months=tuple(each for each in by_month if each.before != each.after))


@dataclass
class _Order:
    """In which order figures stand, and whose they are: as on the year's page. Two queries."""

    association: Association
    members: list[Member] = field(init=False)
    lines: list[BudgetLine] = field(init=False)

    def __post_init__(self) -> None:
        self.members = list(self.association.members.select_related("organisation"))
        self.lines = list(self.association.lines.all())
        self._member = {member.pk: (place, member) for place, member in enumerate(self.members)}
        self._line = {line.pk: (place, line) for place, line in enumerate(self.lines)}

    def member(self, pk: int | None) -> Member | None:
        return self._member[pk][1] if pk is not None else None

    def line(self, pk: int | None) -> BudgetLine | None:
        return self._line[pk][1] if pk is not None else None

    def name(self, key: _Key) -> str:
        member, line = self.member(key[1]), self.line(key[2])
        if member:
            return member.organisation.name
        return line.name if line else self.association.short_name

    def absent(self, key: _Key, years: tuple[int, int]) -> tuple[bool, bool]:
        """On which sides the member is no member, or the line no line of the year."""
        member, line = self.member(key[1]), self.line(key[2])
        if member:
            return not member.is_in(years[0]), not member.is_in(years[1])
        if line:
            return not line.is_active_in(years[0]), not line.is_active_in(years[1])
        return False, False

    def place(self, key: _Key) -> tuple[int, bool, int]:
        """The accounts in their own order, within lines the costs first."""
        account, member_id, line_id = key
        line = self.line(line_id)
        own = 0
        if member_id is not None:
            own = self._member[member_id][0] + 1
        elif line_id is not None:
            own = self._line[line_id][0]
        return list(PLAN_ACCOUNTS).index(Account(account)), bool(line and line.is_income), own
