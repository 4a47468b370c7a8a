"""The writes: record amounts, declare a proposal, adopt a budget. A page, a seed and a test use the same.

Each function locks, refuses, and appends at most one posting.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from budgets import ledger, queries
from budgets.ledger import (
    NO_DECISION,
    NO_SOURCE,
    Balance,
    Balances,
    Cell,
    Change,
    Decision,
    Declaration,
    Source,
)
from budgets.models import Account, BudgetVersion, Posting
from budgets.rules import EqualShare
from finsam.money import Figure
from members.models import Association, Member, User


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that somebody else changed after its form was shown: what stood there, stands and is wished."""

    cell: Cell
    shown: int | None
    stands: Balance | None
    wished: int
    posting: Posting


class ConflictError(Exception):
    """The wishes meet changes made since the form was shown. Nothing was posted."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        super().__init__(f"{len(conflicts)} cells have changed since posting seen.")
        self.conflicts = conflicts


class NotReadyError(Exception):
    """The rule cannot be applied yet: a commitment is missing, or a key is incomplete."""


@transaction.atomic
def record(
    *,
    association: Association,
    wishes: Mapping[Cell, Figure],
    reason: str,
    by: User | None,
    author_name: str = "",
    decision: Decision = NO_DECISION,
    source: Source = NO_SOURCE,
    seen: int | None = None,
) -> Posting | None:
    """Make each cell hold its wished amount (öre) by posting the differences; None when they all do.

    ``seen`` is the number of the newest posting when the form was shown. A wish for a cell that somebody
    has changed since to something else raises ConflictError, and nothing is posted. A wish that only
    repeats what the form showed is no wish.
    """
    ledger.lock(association)
    stands = _balances(association, wishes, upto=None)
    if seen is not None:
        shown = _balances(association, wishes, upto=seen)
        wishes = {cell: wish for cell, wish in wishes.items() if not _repeats(wish, shown.get(cell))}
        conflicts = _conflicts(association, wishes, shown, stands)
        if conflicts:
            raise ConflictError(conflicts)
    changes = [
        Change(
            cell,
            (wish.amount or 0) - (stands[cell].amount if cell in stands else 0),
            wish.is_derived,
        )
        for cell, wish in wishes.items()
        if not wish.is_missing and not _repeats(wish, stands.get(cell))
    ]
    if not changes:
        return None
    return ledger.post(
        association=association,
        changes=changes,
        reason=reason,
        by=by,
        author_name=author_name,
        decision=decision,
        source=source,
    )


def propose(
    *,
    association: Association,
    year: int,
    reason: str,
    by: User | None,
    author_name: str = "",
    decision: Decision = NO_DECISION,
    source: Source = NO_SOURCE,
    is_public: bool = False,
    is_derived: bool = False,
) -> Posting:
    """Declare the year's budget, as it stands now, the board's proposal.

    ``is_public``: whether it is published with the notice of the board's meeting (KL 8:14 through 21 §
    Finsamlagen); else only those with a role in the association see it.
    """
    return ledger.post(
        association=association,
        changes=[],
        reason=reason,
        by=by,
        author_name=author_name,
        decision=decision,
        source=source,
        declares=Declaration(year, BudgetVersion.State.PROPOSED, is_public, is_derived),
    )


@transaction.atomic
def adopt(
    *,
    association: Association,
    year: int,
    reason: str,
    by: User | None,
    author_name: str = "",
    decision: Decision = NO_DECISION,
    source: Source = NO_SOURCE,
    is_derived: bool = False,
) -> Posting:
    """Fix the year's budget: post what the equal-share rule calls from each member and declare it adopted.

    A year that has been adopted before becomes revised. ``is_derived`` says that the total does not stand
    in the source. Raises NotReadyError while a commitment is missing or a key is incomplete.
    Source: 5, 19 and 23 §§ lag (2003:1210).
    """
    ledger.lock(association)
    found = ledger.balances(association, years=[year])
    members = queries.members_in(association, year)
    share = queries.equal_share_of(members, found, year)
    if share is None:
        raise NotReadyError(f"{association} {year}: a commitment is missing, or a key is incomplete.")
    # Whoever was called when the year was last adopted, and pays no longer, is now called for nothing.
    gone = [cell for cell in found if cell.account == Account.CALLED and cell.member_id not in share.members]
    was_adopted = BudgetVersion.objects.adopted().filter(association=association, year=year).exists()
    state = BudgetVersion.State.REVISED if was_adopted else BudgetVersion.State.ADOPTED
    return ledger.post(
        association=association,
        changes=[_call(member, share, found, year) for member in members if member.pk in share.members]
        + [Change(cell, -found[cell].amount) for cell in gone],
        reason=reason,
        by=by,
        author_name=author_name,
        decision=decision,
        source=source,
        declares=Declaration(year, state, True, is_derived),
    )


def _call(member: Member, share: EqualShare, found: Balances, year: int) -> Change:
    """The change that makes a called contribution what the rule says; derived as its commitment is."""
    cell = Cell(Account.CALLED, year, member_id=member.pk)
    before = ledger.figure(found, cell).amount or 0
    committed = ledger.figure(found, Cell(Account.COMMITTED, year, member_id=member.pk))
    return Change(cell, share.members[member.pk].called - before, committed.is_derived)


def _balances(
    association: Association, wishes: Mapping[Cell, Figure], upto: int | None
) -> dict[Cell, Balance]:
    years = {cell.year for cell in wishes}
    accounts = {cell.account for cell in wishes}
    return ledger.balances(association, years=years, accounts=accounts, upto=upto)


def _repeats(wish: Figure, stands: Balance | None) -> bool:
    return stands is not None and (wish.amount, wish.is_derived) == (
        stands.amount,
        stands.is_derived,
    )


def _conflicts(
    association: Association,
    wishes: Mapping[Cell, Figure],
    shown: Mapping[Cell, Balance],
    stands: Mapping[Cell, Balance],
) -> list[Conflict]:
    """The wishes whose cells hold neither what was shown nor what is wished."""
    conflicts = []
    for cell, wish in wishes.items():
        before = shown[cell].amount if cell in shown else None
        now = stands[cell].amount if cell in stands else None
        if wish.amount is not None and now not in (before, wish.amount):
            posting = queries.last_posting_on(association, cell)
            conflicts.append(Conflict(cell, before, stands.get(cell), wish.amount, posting))
    return conflicts
