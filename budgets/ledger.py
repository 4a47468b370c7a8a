"""The journal: post, reverse, sums as of a posting's number, and proof that nothing was changed.

A *cell* is what an amount is about: an account, a year, and the dimensions the account demands. A
*balance* is the sum of a cell's entries as of a posting's number. A posting that has been reversed, and
its reversal, take each other out: the balance is as if neither had been, and a cell with nothing else is
missing again, not 0.
"""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    IntegerField,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    When,
)
from django.utils import timezone

from budgets.models import LONGEST_NAME, NEVER_NEGATIVE, BudgetVersion, Entry, Note, Posting
from finsam.money import MISSING, Figure
from members.models import Association, User


class LedgerError(Exception):
    """A posting that cannot be made. The message says why."""


class AlreadyReversed(LedgerError):
    """The posting has been reversed before, or is itself a reversal."""


class DeclaresVersion(LedgerError):
    """The posting declares a budget version, which stands. Adopt or propose anew instead."""


class BelowZero(LedgerError):
    """The posting would leave a commitment or the like below zero."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What an amount is about. ``month`` is 1-12 where the account demands one."""

    account: str
    year: int
    month: int | None = None
    member_id: int | None = None
    line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """A cell's sum in öre, whether it is derived, and the number of the last posting that touched it."""

    amount: int
    is_derived: bool
    number: int

    @property
    def figure(self) -> Figure:
        """The sum as a person meets it."""
        return Figure(self.amount, self.is_derived)


Balances = Mapping[Cell, Balance]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry to post: ``amount`` öre more (or less) on ``cell``."""

    cell: Cell
    amount: int
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, when, in which paragraph of the minutes, under which registry number."""

    body: str = ""
    date: dt.date | None = None
    paragraph: str = ""
    registry_no: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from: ``text`` for people; ``key`` and ``sha256`` so that it is read in once."""

    text: str = ""
    key: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """The budget version that a posting declares."""

    year: int
    state: str
    is_public: bool = False
    is_derived: bool = False
    financing: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Words to post about a cell (its month is left out), or a member's answer, which has a ``stance``."""

    year: int
    text: str
    account: str = ""
    member_id: int | None = None
    line_id: int | None = None
    stance: str = ""


# A place in the ledger: a posting's number, a number per year (other years: now), or None for now.
Upto = int | Mapping[int, int] | None
_FOR_EVER = 2**31 - 1

NO_DECISION = Decision()
NO_SOURCE = Source()


def lock(association: Association) -> None:
    """Make every other writer of this association wait until the transaction ends."""
    Association.objects.select_for_update().only("pk").get(pk=association.pk)


def head_number(association: Association) -> int:
    """The number of the newest posting, 0 before the first."""
    return Posting.objects.filter(association=association).aggregate(Max("number"))["number__max"] or 0


@transaction.atomic
def post(
    *,
    association: Association,
    changes: Iterable[Change],
    reason: str,
    by: User | None,
    author_name: str = "",
    decision: Decision = NO_DECISION,
    source: Source = NO_SOURCE,
    reverses: Posting | None = None,
    declares: Declaration | None = None,
    remarks: Iterable[Remark] = (),
    basis: str = "",
) -> Posting:
    """Append one posting with its entries and give it back, numbered and sealed.

    ``changes`` are differences in öre, at most one per cell; ``remarks`` are words about cells; ``basis``
    says what the weights of a key are. ``by`` is None only for a machine, which
    then gives its ``author_name``. Raises BelowZero when a commitment, called contribution, agreed level
    or key weight would fall below zero.
    """
    changes = sorted(changes, key=lambda change: _cell_order(change.cell))
    remarks = list(remarks)
    lock(association)
    before = Posting.objects.filter(association=association).order_by("number").last()
    _refuse_below_zero(association, changes)
    posting = Posting(
        association=association,
        number=before.number + 1 if before else 1,
        created_at=timezone.now(),
        author=by,
        author_name=(author_name or (by.get_full_name() or by.get_username() if by else ""))[:LONGEST_NAME],
        reason=reason,
        decision_body=decision.body,
        decision_date=decision.date,
        decision_paragraph=decision.paragraph,
        registry_no=decision.registry_no,
        source=source.text,
        source_key=source.key,
        source_sha256=source.sha256,
        reverses=reverses,
        entry_count=len(changes),
        note_count=len(remarks),
        basis=basis,
        declares_version=declares is not None,
        previous_hash=before.hash if before else "",
    )
    entries = [
        Entry(
            association=association,
            posting=posting,
            amount=change.amount,
            is_derived=change.is_derived,
            **asdict(change.cell),
        )
        for change in changes
    ]
    notes = [Note(association=association, posting=posting, **asdict(remark)) for remark in remarks]
    version = _version(posting, declares) if declares else None
    for row in filter(None, (posting, *entries, *notes, version)):
        _as_stored(row)
    posting.hash = seal(posting, entries, version, notes)
    posting.save(force_insert=True)
    Entry.objects.bulk_create(entries)
    Note.objects.bulk_create(notes)
    if version:
        version.save(force_insert=True)
    return posting


@transaction.atomic
def reverse(posting: Posting, *, reason: str, by: User, decision: Decision = NO_DECISION) -> Posting:
    """Append the exact opposite of ``posting``; its cells are again as if it had never been.

    Its notes go with it: a note of a reversed posting no longer counts.
    Raises AlreadyReversed for a posting that was reversed or is a reversal, DeclaresVersion for one that
    declares a budget version, BelowZero when later postings build on it so that a sum would fall below zero.
    """
    lock(posting.association)
    if posting.reverses_id or Posting.objects.filter(reverses=posting).exists():
        raise AlreadyReversed(f"Posting {posting.number} is a reversal or has been reversed.")
    if posting.declares_version:
        raise DeclaresVersion(f"Posting {posting.number} declares a budget version.")
    return post(
        association=posting.association,
        changes=[Change(_cell(entry), -entry.amount, entry.is_derived) for entry in posting.entries.all()],
        reason=reason,
        by=by,
        decision=decision,
        reverses=posting,
    )


def effective(
    entries: QuerySet[Entry], *, upto: Upto = None, always: Collection[str] = ()
) -> QuerySet[Entry]:
    """Those of ``entries`` that count as of posting number ``upto``, without reversed pairs.

    Entries on the accounts in ``always`` count as of now, whatever ``upto`` says.
    """
    limits = upto if isinstance(upto, Mapping) else {}
    whens = [When(year=year, then=number) for year, number in limits.items()]
    if always:
        whens.insert(0, When(account__in=always, then=_FOR_EVER))
    default = upto if isinstance(upto, int) else _FOR_EVER
    return _counted(entries, Case(*whens, default=default, output_field=IntegerField()))


def _counted(entries: QuerySet[Entry], limit: Case) -> QuerySet[Entry]:
    """Those of ``entries`` that count as of the posting number that ``limit`` gives each."""
    reversal = Posting.objects.filter(reverses=OuterRef("posting"), number__lte=OuterRef("limit"))
    entries = entries.filter(posting__reverses=None).annotate(limit=limit)
    return entries.filter(posting__number__lte=F("limit")).exclude(Exists(reversal))


def balances(
    association: Association,
    *,
    years: Iterable[int] | None = None,
    accounts: Iterable[str] | None = None,
    upto: Upto = None,
    always: Collection[str] = (),
) -> dict[Cell, Balance]:
    """Every cell's sum as of posting number ``upto``, of the accounts in ``always`` as of now. One query.

    Whether a cell is derived is what its newest entry says: an amount entered on a decision replaces one
    that was worked out.
    """
    entries = effective(Entry.objects.filter(association=association), upto=upto, always=always)
    if years is not None:
        entries = entries.filter(year__in=list(years))
    if accounts is not None:
        entries = entries.filter(account__in=list(accounts))
    return {cell: balance for _association, cell, balance in _summed(entries)}


def fixed_balances(
    versions: Collection[BudgetVersion], accounts: Collection[str]
) -> dict[int, dict[Cell, Balance]]:
    """What each version fixed for its year, by association's pk, for many associations at once. One query.

    ``versions``: at most one for each association, with its posting.
    """
    if not versions:
        return {}
    its_year = Q()
    for version in versions:
        its_year |= Q(association=version.association_id, year=version.year)
    whens = [When(association=each.association_id, then=each.posting.number) for each in versions]
    entries = Entry.objects.filter(its_year, account__in=accounts)
    found: dict[int, dict[Cell, Balance]] = {version.association_id: {} for version in versions}
    for association, cell, balance in _summed(_counted(entries, Case(*whens, output_field=IntegerField()))):
        found[association][cell] = balance
    return found


def _summed(entries: QuerySet[Entry]) -> Iterator[tuple[int, Cell, Balance]]:
    """Each cell's association, itself and its sum."""
    rows = entries.order_by().values_list(
        "association_id", "account", "year", "month", "member_id", "line_id"
    )
    summed = rows.annotate(
        balance=Sum("amount"),
        derived=ArrayAgg("is_derived", order_by="-posting__number"),
        newest=Max("posting__number"),
    )
    for association, *cell, balance, derived, newest in summed:
        yield association, Cell(*cell), Balance(int(balance), derived[0], newest)


def figure(found: Balances, cell: Cell) -> Figure:
    """A cell's figure, missing where nothing was posted."""
    return found[cell].figure if cell in found else MISSING


class Fault(StrEnum):
    """What can be wrong with a posting."""

    MISSING = "missing"
    PREVIOUS_HASH = "previous hash"
    ENTRY_COUNT = "entry count"
    NOTE_COUNT = "note count"
    ASSOCIATION = "association"
    HASH = "hash"
    REVERSAL = "reversal"
    BELOW_ZERO = "below zero"


@dataclass(frozen=True, slots=True)
class Break:
    """The first posting that does not hold, and what is wrong with it."""

    number: int
    fault: Fault


def verify(association: Association) -> Break | None:
    """Recompute the chain from the first posting and give the first that does not hold, or None."""
    previous_hash = ""
    sums: Counter[Cell] = Counter()
    for expected, posting in enumerate(_with_contents(association), start=1):
        if posting.number != expected:
            return Break(expected, Fault.MISSING)
        entries, notes = list(posting.entries.all()), list(posting.notes.all())
        if posting.previous_hash != previous_hash:
            return Break(posting.number, Fault.PREVIOUS_HASH)
        if posting.entry_count != len(entries):
            return Break(posting.number, Fault.ENTRY_COUNT)
        if posting.note_count != len(notes):
            return Break(posting.number, Fault.NOTE_COUNT)
        version = getattr(posting, "version", None)
        # Sums go by the entry's and the version's own association, which is the posting's repeated.
        if any(each.association_id != association.pk for each in (*entries, *notes, version) if each):
            return Break(posting.number, Fault.ASSOCIATION)
        if posting.hash != seal(posting, entries, version, notes) or posting.declares_version != bool(
            version
        ):
            return Break(posting.number, Fault.HASH)
        if posting.reverses and not _are_opposite(entries, posting.reverses):
            return Break(posting.number, Fault.REVERSAL)
        if _falls_below_zero(entries, sums):
            return Break(posting.number, Fault.BELOW_ZERO)
        previous_hash = posting.hash
    return None


def _are_opposite(entries: Iterable[Entry], original: Posting) -> bool:
    """Whether the entries take back exactly what the original posted."""
    taken_back = sorted((_cell_order(_cell(entry)), -entry.amount) for entry in entries)
    return taken_back == sorted((_cell_order(_cell(entry)), entry.amount) for entry in original.entries.all())


def _falls_below_zero(entries: Iterable[Entry], sums: Counter[Cell]) -> bool:
    """Add the entries to the running sums; whether one that must not is below zero now."""
    guarded = [entry for entry in entries if entry.account in NEVER_NEGATIVE]
    for entry in guarded:
        sums[_cell(entry)] += entry.amount
    return any(sums[_cell(entry)] < 0 for entry in guarded)


def seal(
    posting: Posting, entries: Iterable[Entry], version: BudgetVersion | None, notes: Iterable[Note] = ()
) -> str:
    """The SHA-256 of a posting, all it carries, and the hash of the one before.

    The text that is hashed is JSON with sorted keys, so that anyone can recompute it without this program.
    A posting without version, notes or basis has no such key.
    """
    content: dict[str, Any] = {
        "association": posting.association_id,
        "number": posting.number,
        "created_at": posting.created_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "author": posting.author_id,
        "author_name": posting.author_name,
        "reason": posting.reason,
        "decision": [
            posting.decision_body,
            posting.decision_date.isoformat() if posting.decision_date else None,
            posting.decision_paragraph,
            posting.registry_no,
        ],
        "source": [posting.source, posting.source_key, posting.source_sha256],
        "reverses": posting.reverses_id,
        "previous_hash": posting.previous_hash,
        "entries": sorted([*_cell_order(_cell(entry)), entry.amount, entry.is_derived] for entry in entries),
    }
    if version:
        declared = [
            version.year,
            version.ordinal,
            version.state,
            version.is_public,
            version.is_derived,
        ]
        content["version"] = [*declared, version.financing] if version.financing else declared
    if posting.basis:
        content["basis"] = posting.basis
    noted = sorted(
        [note.account, note.year, note.member_id or 0, note.line_id or 0, note.stance, note.text]
        for note in notes
    )
    if noted:
        content["notes"] = noted
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _with_contents(association: Association) -> Iterator[Posting]:
    """The association's postings in order with entries and notes, a thousand at a time."""
    postings = (
        Posting.objects.filter(association=association)
        .order_by("number")
        .select_related("version", "reverses")
    )
    return postings.prefetch_related("entries", "notes").iterator(chunk_size=1000)


def _version(posting: Posting, declares: Declaration) -> BudgetVersion:
    """The version that a posting declares, not yet saved."""
    earlier = BudgetVersion.objects.filter(association=posting.association, year=declares.year).count()
    return BudgetVersion(
        association=posting.association,
        posting=posting,
        ordinal=earlier + 1,
        **asdict(declares),
    )


def _refuse_below_zero(association: Association, changes: list[Change]) -> None:
    """Refuse what the database would refuse, with a name for it."""
    lowered = [change for change in changes if change.amount < 0 and change.cell.account in NEVER_NEGATIVE]
    if not lowered:
        return
    now = balances(association, years={change.cell.year for change in lowered}, accounts=NEVER_NEGATIVE)
    for change in lowered:
        before = now[change.cell].amount if change.cell in now else 0
        if before + change.amount < 0:
            raise BelowZero(f"{change.cell} would be {before + change.amount} öre.")


def _as_stored(row: Model) -> None:
    """Give each field the value that the database will keep, for that is what must be sealed.

    Raises LedgerError where that would be another value than what was meant: 8.5 öre, the month True.
    """
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if value is None or field.is_relation:
            continue
        kept = str(value) if isinstance(field, CharField) else field.to_python(value)
        is_same = isinstance(field, CharField | BooleanField) or (
            kept == value and not isinstance(value, bool)
        )
        if not is_same:
            raise LedgerError(f"{field.name}: {value!r} is not {kept!r}.")
        setattr(row, field.attname, kept)


def _cell(entry: Entry) -> Cell:
    return Cell(entry.account, entry.year, entry.month, entry.member_id, entry.line_id)


def _cell_order(cell: Cell) -> tuple[str, int, int, int, int]:
    return (cell.account, cell.year, cell.month or 0, cell.member_id or 0, cell.line_id or 0)
