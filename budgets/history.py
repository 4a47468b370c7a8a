"""What is behind a figure: every posting that touched it, and each posting with all it carries.

A visitor sees what the public versions were made of, and the outcome of their years; those with a role see
everything. What was posted after a year's newest public version leaves no trace: neither its amounts nor
that it took something back.
"""

from dataclasses import dataclass
from itertools import accumulate

from django.db.models import Q, QuerySet

from budgets import queries
from budgets.models import PLAN_ACCOUNTS, Account, BudgetLine, Entry, Note, Posting
from budgets.years import Noted
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


@dataclass(frozen=True, slots=True)
class Step:
    """One posting's change of a figure, and what the figure was after it, öre."""

    posting: Posting
    change: int
    after: int


def steps(association: Association, figured: Figured, access: Access) -> list[Step]:
    """The postings behind a figure, newest first, as far as the viewer may see them.

    A reversed posting and its reversal both stand there, so that the sum can be followed through them.
    """
    entries = figured.entries(association).order_by("posting__number", "pk")
    changes: dict[int, int] = {}
    for entry in _visible(entries, association, access):
        changes[entry.posting_id] = changes.get(entry.posting_id, 0) + entry.amount
    told = Posting.objects.select_related("version", "reverses", "association")
    postings = {posting.pk: posting for posting in told.filter(pk__in=changes)}
    # A reversal touches what its original touched, so one that may be seen is among these.
    reversals = {posting.reverses_id: posting.number for posting in postings.values() if posting.reverses_id}
    for posting in postings.values():
        posting.reversed_by_number = reversals.get(posting.pk)
    after = accumulate(changes.values())
    listed = [
        Step(postings[pk], change, stands)
        for (pk, change), stands in zip(changes.items(), after, strict=True)
    ]
    return listed[::-1]


def note_to(association: Association, figured: Figured, access: Access) -> Noted | None:
    """The note to a figure as the viewer may see it: a visitor as of the year's newest public version."""
    upto = None if access.reads_drafts else _public_numbers(association, access).get(figured.year, 0)
    notes = queries.notes_of(association, figured.year, upto)
    return next(
        (noted for noted in notes if (noted.account, noted.member_id, noted.line_id) == figured.place), None
    )


def posting_with_contents(association: Association, number: int, access: Access) -> Posting | None:
    """One posting with what the viewer may see of it; None when there is nothing to see.

    It has ``listed``, its entries; ``noted``, its notes, for those with a role; and
    ``reversed_by_number``, the posting that took it back, None without one.
    """
    told = Posting.objects.filter(association=association, number=number)
    posting = told.select_related("version", "reverses", "association").first()
    if posting is None:
        return None
    entries = Entry.objects.filter(Q(posting=posting) | Q(posting__reverses=posting))
    visible = _visible(entries.order_by("account", "year", "month", "pk"), association, access)
    posting.listed = [entry for entry in visible if entry.posting_id == posting.pk]
    posting.noted = list(_notes(posting)) if access.reads_drafts else []
    # One of notes alone has no entries, and is seen by none but those who see every reversal.
    reversal = Posting.objects.filter(reverses=posting).first()
    is_told = access.reads_drafts or len(posting.listed) < len(visible)
    posting.reversed_by_number = reversal.number if reversal and is_told else None
    declares = getattr(posting, "version", None)
    is_public = declares is not None and declares.is_public
    return posting if access.reads_drafts or posting.listed or is_public else None


def _notes(posting: Posting) -> QuerySet[Note]:
    return posting.notes.select_related("member__organisation", "line")


def _visible(entries: QuerySet[Entry], association: Association, access: Access) -> list[Entry]:
    """Those of the entries that the viewer's versions were made of, and the outcome of their years."""
    entries = entries.select_related("posting", "member__organisation", "line")
    if access.reads_drafts:
        return list(entries)
    public = _public_numbers(association, access)
    return [entry for entry in entries if _is_public(entry, public)]


def _public_numbers(association: Association, access: Access) -> dict[int, int]:
    """The posting number of each year's newest version that the viewer may see."""
    return {version.year: version.posting.number for version in queries.visible_versions(association, access)}


def _is_public(entry: Entry, public: dict[int, int]) -> bool:
    """Whether an entry is part of its year's newest public version; outcome goes on after it.

    A forecast is the secretary's working figure and belongs to no version; when each member pays is told to
    those with a role, as on the page of payments.
    """
    limit = public.get(entry.year, 0)
    if entry.account in (Account.FORECAST, Account.PAID):
        return False
    return entry.posting.number <= limit if entry.account in PLAN_ACCOUNTS else limit > 0
