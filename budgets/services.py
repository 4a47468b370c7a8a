"""The writes: record amounts, declare a proposal, adopt a budget. A page, a seed and a test use the same.

Each function locks, refuses, and appends at most one posting.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from budgets import equity, ledger, queries
from budgets.equity import Step
from budgets.equity_years import as_step
from budgets.ledger import (
    NO_DECISION,
    NO_SOURCE,
    Balance,
    Balances,
    Cell,
    Change,
    Decision,
    Declaration,
    Remark,
    Source,
)
from budgets.models import (
    Account,
    BudgetLine,
    BudgetVersion,
    EquityStep,
    Note,
    Posting,
)
from budgets.rules import EqualShare
from finsam.money import Figure
from members.models import Association, Member, User


class Grounds(TypedDict):
    """What an act rests on: why, who makes it, on which decision, from which source; as ``ledger.post``."""

    reason: str
    by: User | None
    author_name: NotRequired[str]
    decision: NotRequired[Decision]
    source: NotRequired[Source]


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


class NotFinancedError(Exception):
    """A revised budget must say how it is financed (KL 11:15)."""


class OverAllocatedError(Exception):
    """The budget's costs are more than contributions, other income and own capital. ``over``: öre."""

    def __init__(self, over: int) -> None:
        super().__init__(f"{over} öre are allocated beyond what there is.")
        self.over = over


class NotReadyError(Exception):
    """The rule cannot be applied yet: a commitment is missing, or a key is incomplete."""


class NothingProposedError(Exception):
    """There is no proposal that the members could be consulted about."""


class ChangedSinceError(Exception):
    """The year's budget has changed since the form was shown. Nothing was posted.

    ``postings``: those that changed it, oldest first; none when it is the members that have.
    """

    def __init__(self, postings: list[Posting]) -> None:
        super().__init__(f"{len(postings)} postings have changed the budget since posting seen.")
        self.postings = postings


class StepsOverlapError(Exception):
    """Two steps of the own capital's ladder, from the same day, are for the same contributions."""

    def __init__(self, lower: Step, higher: Step) -> None:
        super().__init__(
            f"The steps from {lower.contributions_from} and {higher.contributions_from} overlap."
        )
        self.lower = lower
        self.higher = higher


@dataclass(frozen=True, slots=True)
class Act:
    """Amounts that rest on one decision."""

    wishes: Mapping[Cell, Figure]
    decision: Decision = NO_DECISION


@transaction.atomic
def record_acts(
    *,
    association: Association,
    acts: Iterable[Act],
    reason: str,
    by: User,
    seen: int,
    source: Source = NO_SOURCE,
    basis: str = "",
) -> list[Posting]:
    """Record several decisions' amounts, a posting for each that changes anything; all of them or none.

    Raises ConflictError like ``record``, with the conflicts of all acts together.
    """
    acts = list(acts)
    ledger.lock(association)
    _refuse_conflicts(association, {cell: wish for act in acts for cell, wish in act.wishes.items()}, seen)
    posted = [
        record(
            association=association,
            wishes=act.wishes,
            reason=reason,
            by=by,
            decision=act.decision,
            source=source,
            basis=basis,
        )
        for act in acts
    ]
    return [posting for posting in posted if posting]


@transaction.atomic
def record(
    *,
    association: Association,
    wishes: Mapping[Cell, Figure],
    seen: int | None = None,
    basis: str = "",
    **grounds: Unpack[Grounds],
) -> Posting | None:
    """Make each cell hold its wished amount (öre) by posting the differences; None when they all do.

    ``seen`` is the number of the newest posting when the form was shown. A wish for a cell that somebody
    has changed since to something else raises ConflictError, and nothing is posted. A wish that only
    repeats what the form showed is no wish. ``basis``: what the weights are, when they are a key's.
    """
    ledger.lock(association)
    if seen is not None:
        wishes = _refuse_conflicts(association, wishes, seen)
    stands = _balances(association, wishes, upto=None)
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
        basis=basis,
        **grounds,
    )


@transaction.atomic
def confirm(
    *, association: Association, cell: Cell, decision: Decision, reason: str, by: User
) -> Posting | None:
    """Post that ``decision`` stands behind the amount that the cell holds already, as an entry of 0 öre.

    A commitment is often told before it is decided. None when there is no decision or no amount, or when
    the cell's newest posting says the same.
    """
    ledger.lock(association)
    if decision == NO_DECISION or queries.standing(association, cell).is_missing:
        return None
    newest = queries.last_posting_on(association, cell)
    told = Decision(newest.decision_body, newest.decision_date, newest.decision_paragraph, newest.registry_no)
    if told == decision:
        return None
    return ledger.post(
        association=association, changes=[Change(cell, 0)], reason=reason, by=by, decision=decision
    )


def note(
    *, association: Association, remark: Remark, by: User, reason: str = "", decision: Decision = NO_DECISION
) -> Posting:
    """Post a note to a figure; an empty text takes the earlier one back."""
    return ledger.post(
        association=association,
        changes=[],
        reason=reason or (_("Not till belopp") if remark.text else _("Noten borttagen")),
        by=by,
        decision=decision,
        remarks=[remark],
    )


@transaction.atomic
def propose(
    *,
    association: Association,
    year: int,
    is_public: bool = False,
    is_derived: bool = False,
    seen: int | None = None,
    **grounds: Unpack[Grounds],
) -> Posting:
    """Declare the year's budget, as it stands now, the board's proposal.

    ``is_public``: whether it is published with the notice of the board's meeting (KL 8:14 through 21 §
    Finsamlagen); else only those with a role in the association see it. ``seen`` as in ``adopt``.
    """
    ledger.lock(association)
    _refuse_changed(association, year, seen)
    return ledger.post(
        association=association,
        changes=[],
        declares=Declaration(year, BudgetVersion.State.PROPOSED, is_public, is_derived),
        **grounds,
    )


@transaction.atomic
def answer(
    *,
    association: Association,
    year: int,
    member: Member,
    stance: str,
    by: User | None,
    author_name: str = "",
    text: str = "",
    decision: Decision = NO_DECISION,
) -> Posting | None:
    """Post what a member answered in the consultation about the year (23 § lag (2003:1210)).

    ``stance`` is one of ``Note.Stance``; the decision's body is the member's organisation unless it names
    another. A member that changes its mind answers again. None when its newest answer says just this.
    """
    ledger.lock(association)
    decision = replace(decision, body=decision.body or member.organisation.name)
    before = queries.answers(association, year).get(member.pk)
    if before and (before.stance, before.text, _decision_of(before.posting)) == (stance, text, decision):
        return None
    told = {"member": member.organisation.name, "stance": Note.Stance(stance).label}
    return ledger.post(
        association=association,
        changes=[],
        reason=_("Svar i samrådet: %(member)s %(stance)s") % told,
        by=by,
        author_name=author_name,
        decision=decision,
        remarks=[Remark(year, text, member_id=member.pk, stance=stance)],
    )


def _decision_of(posting: Posting) -> Decision:
    return Decision(
        posting.decision_body, posting.decision_date, posting.decision_paragraph, posting.registry_no
    )


@transaction.atomic
def consult(
    *,
    association: Association,
    year: int,
    seen: int | None = None,
    **grounds: Unpack[Grounds],
) -> Posting:
    """Declare that the members have been consulted about the year's budget as it stands now (23 §).

    The version is public when the proposal is, and its total derived when the proposal's is. ``seen`` as in
    ``adopt``. Raises NothingProposedError while the year has no proposal after its last adopted budget.
    """
    ledger.lock(association)
    _refuse_changed(association, year, seen)
    newest = BudgetVersion.objects.filter(association=association, year=year).order_by("ordinal").last()
    if newest is None or newest.is_adopted:
        raise NothingProposedError(f"{association} {year}: no proposal to consult about.")
    return ledger.post(
        association=association,
        changes=[],
        declares=Declaration(year, BudgetVersion.State.CONSULTED, newest.is_public, newest.is_derived),
        **grounds,
    )


@transaction.atomic
def adopt(
    *,
    association: Association,
    year: int,
    is_derived: bool = False,
    financing: str = "",
    seen: int | None = None,
    shown: Mapping[int, int] | None = None,
    **grounds: Unpack[Grounds],
) -> Posting:
    """Fix the year's budget: post what the equal-share rule calls from each member and declare it adopted.

    A year that has been adopted before becomes revised, and ``financing`` says how that is paid for (KL
    11:15 through 21 §). ``is_derived`` says that the total does not stand in the source.
    Nothing is adopted that was not on the screen: ``seen`` is the number of the newest posting when the form
    was shown, and ``shown`` the contributions that it said, öre by the member's pk, since members come and
    go without a posting. Raises ChangedSinceError when either has changed since, NotReadyError while a
    commitment is missing or a key is incomplete, OverAllocatedError when the costs are more than there is,
    NotFinancedError for a revision that does not say how it is financed.
    Source: 5, 19 and 23 §§ lag (2003:1210).
    """
    ledger.lock(association)
    _refuse_changed(association, year, seen)
    found = ledger.balances(association, years=[year])
    members = queries.members_in(association, year)
    share = queries.equal_share_of(members, found, year)
    if share is None:
        raise NotReadyError(f"{association} {year}: a commitment is missing, or a key is incomplete.")
    if shown is not None and shown != {member: share.members[member].called for member in share.members}:
        raise ChangedSinceError([])
    over = _over_allocated(association, found, share.total)
    if over > 0:
        raise OverAllocatedError(over)
    was_adopted = BudgetVersion.objects.adopted().filter(association=association, year=year).exists()
    if was_adopted and not financing:
        raise NotFinancedError(f"{association} {year}: the revision does not say how it is financed.")
    state = BudgetVersion.State.REVISED if was_adopted else BudgetVersion.State.ADOPTED
    return ledger.post(
        association=association,
        changes=[_call(member, share, found, year) for member in members if member.pk in share.members],
        declares=Declaration(year, state, True, is_derived, financing if was_adopted else ""),
        **grounds,
    )


def _refuse_changed(association: Association, year: int, seen: int | None) -> None:
    """Refuse to declare a version of other amounts than those that were shown."""
    postings = queries.changed_since(association, year, seen) if seen is not None else []
    if postings:
        raise ChangedSinceError(postings)


def _over_allocated(association: Association, found: Balances, contributions: int) -> int:
    """Öre budgeted beyond contributions, other income and the planned use of own capital; below 0: left."""
    incomes = {line.pk for line in association.lines.all() if line.is_income}
    signs = {Account.ALLOCATED: 1, Account.EQUITY_USE: -1}
    planned = sum(
        (-balance.amount if cell.line_id in incomes else balance.amount * signs[Account(cell.account)])
        for cell, balance in found.items()
        if cell.account in signs
    )
    return planned - contributions


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


def _refuse_conflicts(
    association: Association, wishes: Mapping[Cell, Figure], seen: int
) -> dict[Cell, Figure]:
    """The wishes that say something else than was shown. Raises ConflictError when others changed them."""
    shown = _balances(association, wishes, upto=seen)
    wishes = {cell: wish for cell, wish in wishes.items() if not _repeats(wish, shown.get(cell))}
    conflicts = _conflicts(association, wishes, shown, _balances(association, wishes, upto=None))
    if conflicts:
        raise ConflictError(conflicts)
    return wishes


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


@transaction.atomic
def add_line(line: BudgetLine) -> BudgetLine:
    """Save a new budget line under a short name of its own, made from its name."""
    ledger.lock(line.association)
    taken = set(line.association.lines.values_list("slug", flat=True))
    wished = slugify(line.name)[:40].strip("-") or line.kind.replace("_", "-")
    numbered = (f"{wished}-{number}" for number in count(2))
    line.slug = wished if wished not in taken else next(slug for slug in numbered if slug not in taken)
    line.save(force_insert=True)
    return line


@transaction.atomic
def keep_equity_step(step: EquityStep) -> None:
    """Add or change a step of the own capital's ladder. No posting.

    Raises StepsOverlapError when it and another step from the same day are for the same contributions.
    """
    ledger.lock(step.association)
    others = step.association.equity_steps.exclude(pk=step.pk)
    overlapping = equity.overlaps(as_step(each) for each in [*others, step])
    if overlapping:
        raise StepsOverlapError(*overlapping)
    step.save()
