"""A grid: rows and columns of amounts that a person types, and what was typed into it.

Every page where amounts are entered is a grid of the same make: members or budget lines as rows, years or
months as columns. A *slot* is one place in it, named "row.column" in the form and in the workbook alike.
A slot knows the ledger's cell it is about, what the form showed, and what stands now. What was typed is a
*wish* only where it says something else than what was shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budgets import ledger
from budgets.behind import WHOLE, history_url
from budgets.ledger import Balance, Balances, Cell
from budgets.models import Account
from finsam import kronor, money
from finsam.money import MISSING, AmountError, Figure
from finsam.texts import shortened
from members.models import Association


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``key`` names it in the form ("2027", "2027-03"), ``note`` says what it is for."""

    key: str
    heading: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a grid. Only an open one is typed in; a closed one shows its figure."""

    row: str
    column: str
    cell: Cell
    shown: Figure
    stands: Figure
    is_open: bool = True
    # What the amount is compared with: a move of more than 30 % from it is asked about once.
    before: Figure = MISSING
    may_be_negative: bool = False
    # Whether an empty slot is an amount of its own: "as computed". Else an amount cannot be emptied.
    may_be_emptied: bool = False
    # Whether a move of more than 30 % is asked about at all.
    is_asked_about: bool = True

    @property
    def name(self) -> str:
        """Its name in the form."""
        return f"{self.row}.{self.column}"

    @property
    def shown_text(self) -> str:
        """What its input said when the form was shown."""
        return written(self.shown)

    def told(self, figure: Figure) -> str:
        """An amount of this slot in running text."""
        if figure.amount is None:
            return _("inget belopp")
        return written(figure) if self.cell.account == Account.KEY else money.in_kronor(figure.amount)


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its slots, one for each column, None where the column does not concern it."""

    slug: str
    name: str
    slots: tuple[Slot | None, ...]
    note: str = ""
    css: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Books:
    """The balances behind a grid: as its form showed them, and as they stand."""

    shown: Balances
    stands: Balances
    # The posting that the form was made from, and the newest.
    seen: int
    head: int

    def slot(self, row: str, column: str, cell: Cell, **about: object) -> Slot:
        """The slot about ``cell``."""
        shown, stands = ledger.figure(self.shown, cell), ledger.figure(self.stands, cell)
        return Slot(row, column, cell, shown, stands, **about)  # type: ignore[arg-type]


def books(association: Association, years: range | list[int], accounts: list[str], seen: int | None) -> Books:
    """Read the years' balances now and as of posting number ``seen``, None for now."""
    # The number first: what is posted between the two reads then counts as not yet seen.
    head = ledger.head_number(association)
    seen = head if seen is None or not 0 <= seen <= head else seen
    stands = ledger.balances(association, years=years, accounts=accounts)
    if seen == head:
        return Books(stands, stands, seen, head)
    shown = ledger.balances(association, years=years, accounts=accounts, upto=seen)
    return Books(shown, stands, seen, head)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows and columns, and the balances that they were made from."""

    association: Association
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    books: Books
    caption: str
    unit: str = ""
    # What the rows are, and what is said when there are none.
    corner: str = ""
    empty_text: str = ""
    # Headings of the columns after the others, whose cells follow from what was typed (Follows.beside).
    beside: tuple[str, ...] = ()
    # The table's own class: "months" and "forecast" have narrow inputs and the width of the window.
    css: str = ""

    @property
    def has_derived(self) -> bool:
        """Whether any of its figures is marked as derived."""
        return any(slot.stands.is_derived for slot in self.slots())

    @property
    def width(self) -> int:
        """How many cells a row has, its heading and those beside included."""
        return 1 + len(self.columns) + len(self.beside)

    def slots(self) -> Iterator[Slot]:
        """Every slot."""
        for row in self.rows:
            yield from filter(None, row.slots)

    def open_slots(self) -> Iterator[Slot]:
        """Every slot that is typed in."""
        return (slot for slot in self.slots() if slot.is_open)


THEIRS = "theirs"
MINE = "mine"


@dataclass(frozen=True)
class Typed:
    """What a person typed into a grid.

    ``texts`` are the slots' texts by name; a slot that is left out says what it showed. ``choices`` say, for
    slots that somebody else changed, whose amount is to stand. ``sure`` are the "name=öre" that have been
    asked about and confirmed.
    """

    grid: Grid
    texts: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    sure: frozenset[str] = frozenset()

    def text(self, slot: Slot) -> str:
        """What stands in the slot's input: what was typed, or what is shown."""
        if self.choices.get(slot.name) == THEIRS:
            return written(slot.shown)
        return self.texts.get(slot.name, written(slot.shown))

    @cached_property
    def _read(self) -> dict[str, Figure | str]:
        return {slot.name: _read(slot, self.text(slot)) for slot in self.grid.open_slots()}

    @cached_property
    def errors(self) -> dict[str, str]:
        """What cannot be read, by slot: one sentence each, with the value and the cure."""
        return {name: read for name, read in self._read.items() if isinstance(read, str)}

    def figure(self, slot: Slot | None) -> Figure:
        """The slot's amount as typed; missing where it cannot be read."""
        if slot is None:
            return MISSING
        read = self._read.get(slot.name, slot.stands)
        return MISSING if isinstance(read, str) else read

    @cached_property
    def wishes(self) -> dict[Slot, Figure]:
        """The slots that are to hold another amount than they showed, with that amount."""
        return {
            slot: read
            for slot in self.grid.open_slots()
            if isinstance(read := self._read[slot.name], Figure) and read != slot.shown
        }

    def needs_choice(self, name: str) -> bool:
        """Whether a slot that somebody else has changed says something else, and nobody has chosen."""
        differs = name in self.errors or any(slot.name == name for slot in self.wishes)
        return differs and self.choices.get(name) not in (MINE, THEIRS)

    def balances(self) -> dict[Cell, Balance]:
        """The books as they stand, with what was typed in its place."""
        found = self.grid.books.stands
        typed = {slot.cell: self.figure(slot) for slot in self.grid.open_slots()}
        kept = {cell: balance for cell, balance in found.items() if cell not in typed}
        known = {
            cell: Balance(figure.amount, figure.is_derived, 0)
            for cell, figure in typed.items()
            if figure.amount is not None
        }
        return kept | known

    def rebased(self, grid: Grid) -> "Typed":
        """The same wishes in a grid that shows what stands now; what was not touched follows along."""
        names = {slot.name for slot in self.wishes} | self.errors.keys()
        return Typed(grid, {name: self.texts[name] for name in names if name in self.texts}, {}, self.sure)

    @property
    def questions(self) -> list["Question"]:
        """Amounts that move more than 30 % from the year before and have not been confirmed.

        What somebody else has posted meanwhile stands already, and is not asked about.
        """
        moved = (
            (slot, wish)
            for slot, wish in self.wishes.items()
            if slot.is_asked_about and wish.amount != slot.stands.amount
        )
        asked = (_question(slot, wish, self._before(slot)) for slot, wish in moved)
        return [question for question in asked if question and question.token not in self.sure]

    def _before(self, slot: Slot) -> Figure:
        """The year before as typed, when it stands in the same row; else as it stands; else what was."""
        row = next(row for row in self.grid.rows if row.slug == slot.row)
        earlier = slot.cell.year - 1
        beside = (
            each
            for each in row.slots
            if each and each.cell.year == earlier and each.cell.month == slot.cell.month
        )
        before = next((self.figure(each) for each in beside), slot.before)
        return slot.shown if before.is_missing else before


@dataclass(frozen=True, slots=True)
class Place:
    """One place as the page draws it: an input with its text, or a figure that is only read."""

    slot: Slot | None
    text: str = ""
    error: str = ""
    is_changed: bool = False
    label: str = ""
    # Where the history of the amount is, empty where none is posted.
    history: str = ""


@dataclass(frozen=True, slots=True)
class SumRow:
    """Sums or words that follow from what was typed: one for each column, those beside included.

    As the part of a row that stands beside it, one for each of the grid's headings beside.
    """

    name: str
    cells: tuple[SafeString | str, ...]
    css: str = ""


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows from what was typed.

    ``subtotals`` stand after the rows of their group, by group; ``beside`` stand at the end of their row, by
    the row's slug; ``foot`` last. ``refusals`` keep the amounts from being saved, ``warnings`` do not.
    """

    foot: tuple[SumRow, ...] = ()
    subtotals: Mapping[str, SumRow] = field(default_factory=dict)
    beside: Mapping[str, SumRow] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page draws it: what stands beside it, and after it if it is the last of its group."""

    row: Row
    places: tuple[Place, ...]
    beside: SumRow | None = None
    after: SumRow | None = None


def lines(typed: Typed, follows: Follows) -> Iterator[Line]:
    """The rows with what their places show."""
    wishes = {slot.name for slot in typed.wishes}
    rows = typed.grid.rows
    last = {row.group: row.slug for row in rows}
    for row in rows:
        drawn = []
        for column, slot in zip(typed.grid.columns, row.slots, strict=True):
            if slot is None or not slot.is_open:
                drawn.append(Place(slot))
                continue
            error = typed.errors.get(slot.name, "")
            changed = bool(error) or slot.name in wishes
            # All that was typed is shown again, but for the character that no page may hold.
            text = typed.text(slot).replace("\x00", "")
            history = _history(typed.grid.association, slot)
            drawn.append(Place(slot, text, error, changed, f"{row.name} {column.heading}", history))
        after = follows.subtotals.get(row.group) if last[row.group] == row.slug else None
        yield Line(row, tuple(drawn), follows.beside.get(row.slug), after)


def _history(association: Association, slot: Slot) -> str:
    """Where the history of a slot's amount is."""
    if slot.stands.is_missing:
        return ""
    cell = slot.cell
    whose = slot.row if cell.member_id or cell.line_id else WHOLE
    return history_url(association.slug, cell.account, cell.year, whose, cell.month)


def written(figure: Figure) -> str:
    """An amount as it stands in an input, empty when missing."""
    return "" if figure.amount is None else money.kr(figure.amount)


def _read(slot: Slot, text: str) -> Figure | str:
    """A text as a figure, or the sentence that says why not."""
    if text.strip() == written(slot.shown):
        return slot.shown
    if not text.strip():
        if slot.shown.is_missing or slot.may_be_emptied:
            return MISSING
        return _("Ett bokfört belopp kan inte tömmas. Skriv 0 om det ska vara noll (det var %(shown)s).") % {
            "shown": written(slot.shown)
        }
    if "\x00" in text:
        return _("Ta bort det osynliga tecknet (null-tecken) och skriv beloppet igen.")
    try:
        amount = money.parse(text)
    except AmountError as error:
        return kronor.sentence(error)
    if amount < 0 and not slot.may_be_negative:
        return str(kronor.NEGATIVE % {"text": shortened(text)})
    return slot.shown if amount == slot.shown.amount else Figure(amount)


@dataclass(frozen=True, slots=True)
class Question:
    """An amount that moves far: from ``before`` to ``amount``, öre."""

    slot: Slot
    before: int
    amount: int

    @property
    def token(self) -> str:
        """What confirms exactly this amount in this slot."""
        return f"{self.slot.name}={self.amount}"

    @property
    def change(self) -> str:
        """The move in per cent, with its sign; empty from nothing."""
        if not self.before:
            return ""
        return money.signed_percent(self.amount - self.before, self.before)


def _question(slot: Slot, wish: Figure, before: Figure) -> Question | None:
    """The question about a wish, None when it stays within 30 % of the year before."""
    if wish.amount is None or before.amount is None or slot.cell.account == Account.KEY:
        return None
    if abs(wish.amount - before.amount) * 10 <= abs(before.amount) * 3:
        return None
    return Question(slot, before.amount, wish.amount)
