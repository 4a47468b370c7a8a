"""What is behind a figure: the cells it is the sum of, each posting that touched them, and a posting whole.

A visitor sees what the public versions were made of, the plan years they fix too, and the outcome of their
years; those with a role see everything. What was posted after a year's newest public version leaves no
trace: neither its amounts nor that it took something back.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from budgets import ledger, queries
from budgets.behind import PART_OF_PARTY, Part
from budgets.ledger import Balances, Cell
from budgets.models import PLAN_ACCOUNTS, Account, BudgetLine, BudgetVersion, Entry, Note, Posting
from budgets.payment_words import without_reference
from budgets.years import Noted
from finsam import money
from finsam.money import Figure
from members.access import Access
from members.models import Association, Member


@dataclass(frozen=True, slots=True)
class Figured:
    """What a figure is about: an account and a year, of a member, a line, or the association as a whole.

    With a ``month`` (1-12) only that month of the year.
    """

    account: str
    year: int
    member: Member | None = None
    line: BudgetLine | None = None
    month: int | None = None

    def entries(self, association: Association) -> QuerySet[Entry]:
        """The entries behind it."""
        found = Entry.objects.filter(
            association=association,
            account=self.account,
            year=self.year,
            member=self.member,
            line=self.line,
        )
        return found.filter(month=self.month) if self.month else found

    @property
    def place(self) -> tuple[str, int | None, int | None]:
        """What a note to it is about: account, member and line."""
        return self.account, self.member.pk if self.member else None, self.line.pk if self.line else None


# The accounts whose figures can be of a month.
BY_MONTH = (Account.PAID, Account.ALLOCATED, Account.ACTUAL)
# What each account can be summed by.
OF_PARTIES = (Part.ALL, *PART_OF_PARTY.values())
# Costs are of measures or not; what is not, the förbund count as administration.
_MEASURE, _INCOME = Q(kind=BudgetLine.Kind.MEASURE), Q(kind=BudgetLine.Kind.OTHER_INCOME)
OF_LINES = {
    Part.COSTS: ~_INCOME,
    Part.INCOMES: _INCOME,
    Part.MEASURES: _MEASURE,
    Part.ADMINISTRATION: ~(_MEASURE | _INCOME),
}
SUMS: Mapping[str, Collection[Part]] = {
    Account.AGREED: (Part.ALL,),
    Account.COMMITTED: OF_PARTIES,
    Account.CALLED: OF_PARTIES,
    Account.PAID: (Part.ALL,),
    Account.ALLOCATED: OF_LINES,
    Account.ACTUAL: OF_LINES,
    Account.FORECAST: OF_LINES,
}


@dataclass(frozen=True, slots=True)
class Summed:
    """What a sum is about: an account and a year, and which of its figures."""

    account: str
    year: int
    part: Part = Part.ALL

    def members(self, association: Association) -> QuerySet[Member]:
        """Which members it is of; of commitments and contributions only those of the year."""
        found: QuerySet[Member] = association.members.all()
        if self.account in (Account.COMMITTED, Account.CALLED):
            found = association.members.in_year(self.year)
        party = next((party for party, part in PART_OF_PARTY.items() if part == self.part), None)
        return found.filter(party=party) if party else found

    def lines(self, association: Association) -> QuerySet[BudgetLine]:
        """Which lines it is of."""
        return association.lines.filter(OF_LINES[self.part])

    def entries(self, association: Association) -> QuerySet[Entry]:
        """The entries behind it."""
        found = Entry.objects.filter(association=association, account=self.account, year=self.year)
        if self.part in OF_LINES:
            return found.filter(line__in=self.lines(association))
        return found.filter(member__in=self.members(association))


@dataclass(frozen=True, slots=True)
class Sight:
    """How far into an association's ledger a viewer sees.

    ``public`` is the posting number of each year's newest version that the viewer may see; ``planned`` the
    one up to which the versions of the years before fix a plan year. ``is_whole``: nothing is hidden.
    """

    is_whole: bool
    public: Mapping[int, int]
    planned: Mapping[int, int]

    def upto(self, account: str, year: int, place: int | None = None) -> int | None:
        """The posting number that a figure is read as of, None for now; ``place`` is the one asked for."""
        if account not in PLAN_ACCOUNTS:
            return None
        if self.is_whole:
            return place
        return min(place, self._farthest(year)) if place else self.public.get(year, self.planned.get(year, 0))

    def entries(self) -> Q:
        """Which entries may be seen: of the plan up to a number, of the outcome those of public years."""
        if self.is_whole:
            return Q()
        # How many people live in a municipality is public whatever has been budgeted for the year.
        seen = Q(account=Account.INHABITANTS)
        seen |= Q(year__in=[*self.public]) & ~Q(account__in=PLAN_ACCOUNTS)
        for year in self.public.keys() | self.planned.keys():
            seen |= Q(year=year, account__in=PLAN_ACCOUNTS, posting__number__lte=self._farthest(year))
        return seen

    def _farthest(self, year: int) -> int:
        return max(self.public.get(year, 0), self.planned.get(year, 0))


def sight_of(association: Association, access: Access) -> Sight:
    """How far the viewer sees: one query for a visitor, none for those with a role."""
    if access.reads_drafts:
        return Sight(is_whole=True, public={}, planned={})
    of_year: dict[int, list[BudgetVersion]] = {}
    for version in queries.visible_versions(association, access):
        of_year.setdefault(version.year, []).append(version)
    planned: dict[int, int] = {}
    for year, versions in of_year.items():
        # Once the first budget is adopted its plan years go on as budgets of their own.
        last = next((version for version in versions if version.is_adopted), versions[-1])
        for plan_year in range(year + 1, year + queries.YEARS_AHEAD):
            planned[plan_year] = max(planned.get(plan_year, 0), last.posting.number)
    return Sight(
        is_whole=False,
        public={year: versions[-1].posting.number for year, versions in of_year.items()},
        planned=planned,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One posting's change of a figure, and what the figure was after it, öre."""

    posting: Posting
    change: int
    after: int


def steps(
    association: Association, figured: Figured | Summed, sight: Sight, place: int | None = None
) -> list[Step]:
    """The postings behind a figure, newest first, as far as the viewer may see them, up to ``place``.

    A reversed posting and its reversal both stand there, so that the sum can be followed through them.
    """
    entries = figured.entries(association).filter(sight.entries())
    upto = sight.upto(figured.account, figured.year, place)
    if upto is not None:
        entries = entries.filter(posting__number__lte=upto)
    changes: dict[int, int] = {}
    for posting, amount in entries.order_by("posting__number", "pk").values_list("posting_id", "amount"):
        changes[posting] = changes.get(posting, 0) + amount
    told = Posting.objects.select_related("version", "reverses", "association")
    postings = {posting.pk: posting for posting in told.filter(pk__in=changes)}
    # A reversal touches what its original touched, so one that may be seen is among these.
    reversals = {posting.reverses_id: posting.number for posting in postings.values() if posting.reverses_id}
    for posting in postings.values():
        posting.reversed_by_number = reversals.get(posting.pk)
        posting.reason = _told(posting, sight)
    after = accumulate(changes.values())
    listed = [
        Step(postings[pk], change, stands)
        for (pk, change), stands in zip(changes.items(), after, strict=True)
    ]
    return listed[::-1]


@dataclass(frozen=True, slots=True)
class Piece:
    """One of the figures that a sum is of."""

    figured: Figured
    figure: Figure


def pieces(
    association: Association, figured: Figured | Summed, sight: Sight, place: int | None = None
) -> list[Piece]:
    """What a figure is the sum of, as far as the viewer may see it, up to ``place``.

    Of a sum that is its members or lines, in their own order; of one of these its months. Nothing for a
    figure that is one cell. An agreed level that stands for the whole association is not summed with the
    members'.
    """
    is_one = isinstance(figured, Figured) and (figured.month or figured.account not in BY_MONTH)
    if is_one:
        return []
    upto = sight.upto(figured.account, figured.year, place)
    found = ledger.balances(association, years=[figured.year], accounts=[figured.account], upto=upto)
    if isinstance(figured, Figured):
        return _months(figured, found)
    whole = ledger.figure(found, Cell(figured.account, figured.year))
    if not whole.is_missing:
        return [Piece(Figured(figured.account, figured.year), whole)]
    by_owner: dict[tuple[int | None, int | None], list[Figure]] = {}
    for cell, balance in found.items():
        by_owner.setdefault((cell.member_id, cell.line_id), []).append(balance.figure)
    return [
        Piece(each, money.total(by_owner[each.place[1:]]))
        for each in _owned(association, figured)
        if each.place[1:] in by_owner
    ]


def _months(figured: Figured, found: Balances) -> list[Piece]:
    """The months that a member's or a line's year is the sum of."""
    own = [cell for cell in found if (cell.account, cell.member_id, cell.line_id) == figured.place]
    if all(cell.month is None for cell in own):
        return []
    ordered = sorted(own, key=lambda cell: cell.month or 0)
    return [Piece(replace(figured, month=cell.month), found[cell].figure) for cell in ordered]


def _owned(association: Association, summed: Summed) -> list[Figured]:
    """Each figure that a sum may be of."""
    account, year = summed.account, summed.year
    if summed.part in OF_LINES:
        return [Figured(account, year, line=line) for line in summed.lines(association)]
    members = summed.members(association).select_related("organisation")
    return [Figured(account, year, member=member) for member in members]


def note_to(
    association: Association, figured: Figured, sight: Sight, place: int | None = None
) -> Noted | None:
    """The note to a figure as the viewer may see it: a visitor as of the year's newest public version."""
    if figured.account not in PLAN_ACCOUNTS:
        return None
    notes = queries.notes_of(association, figured.year, sight.upto(figured.account, figured.year, place))
    return next(
        (noted for noted in notes if (noted.account, noted.member_id, noted.line_id) == figured.place), None
    )


def posting_with_contents(association: Association, number: int, sight: Sight) -> Posting | None:
    """One posting with what the viewer may see of it; None when there is nothing to see.

    It has ``listed``, its entries; ``noted``, its notes, for those with a role;
    ``reversed_by_number``, the posting that took it back, None without one; and the numbers of the
    ``previous`` and the ``next`` posting that the viewer may see, None at the ends.
    """
    told = Posting.objects.filter(association=association, number=number)
    posting = told.select_related("version", "reverses", "association").first()
    if posting is None:
        return None
    posting.reason = _told(posting, sight)
    entries = Entry.objects.filter(Q(posting=posting) | Q(posting__reverses=posting)).filter(sight.entries())
    told_of = entries.select_related("posting", "member__organisation", "line")
    visible = list(told_of.order_by("account", "year", "month", "pk"))
    posting.listed = [entry for entry in visible if entry.posting_id == posting.pk]
    posting.noted = list(_notes(posting)) if sight.is_whole else []
    # One of notes alone has no entries, and is seen by none but those who see every reversal.
    reversal = Posting.objects.filter(reverses=posting).first()
    is_told = sight.is_whole or len(posting.listed) < len(visible)
    posting.reversed_by_number = reversal.number if reversal and is_told else None
    declares = getattr(posting, "version", None)
    is_public = declares is not None and declares.is_public
    if not (sight.is_whole or posting.listed or is_public):
        return None
    posting.previous, posting.next = _neighbours(posting, sight)
    return posting


def _told(posting: Posting, sight: Sight) -> str:
    """Why it was posted, to a visitor without what the bank says of a payment."""
    return posting.reason if sight.is_whole else without_reference(posting.reason)


def _neighbours(posting: Posting, sight: Sight) -> tuple[int | None, int | None]:
    """The numbers of the postings before and after that may be seen. One query."""
    around = Posting.objects.filter(association=posting.association)
    if not sight.is_whole:
        seen = Entry.objects.filter(sight.entries(), association=posting.association, posting=OuterRef("pk"))
        around = around.filter(Exists(seen) | Q(version__is_public=True))
    found = around.aggregate(
        previous=Max("number", filter=Q(number__lt=posting.number)),
        next=Min("number", filter=Q(number__gt=posting.number)),
    )
    return found["previous"], found["next"]


def _notes(posting: Posting) -> QuerySet[Note]:
    return posting.notes.select_related("member__organisation", "line")
