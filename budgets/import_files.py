"""A file of figures: its way from step to step, and where in it the lines, the months and the amounts stand.

Columns count from 0; rows have the numbers that Excel shows. Amounts are whole öre.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core import signing
from openpyxl.utils import get_column_letter

from finsam import money, reading_files
from finsam.money import AmountError, Fault
from finsam.texts import shortened
from finsam.uploads import Row
from members.models import Association

# -- The file, and its way from step to step -------------------------------------------------------

# What a form may carry, in characters; the settings let a whole form be somewhat larger.
LONGEST_PACKED = 3_000_000


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded table: what it is called, the SHA-256 of its bytes, and its rows."""

    name: str
    sha256: str
    rows: tuple[Row, ...]


def read(name: str, content: bytes) -> File:
    """Read an uploaded workbook or CSV. Raises uploads.FileError with a sentence."""
    return File(name, hashlib.sha256(content).hexdigest(), tuple(reading_files.read_rows(name, content)))


def pack(file: File, association: Association) -> str:
    """The file as signed and compressed text: it travels in the form, and nothing of it is kept here."""
    rows = [[row.number, *row.cells] for row in file.rows]
    return signing.dumps([file.name, file.sha256, rows], salt=_salt(association), compress=True)


def unpack(packed: str, association: Association) -> File:
    """The file that ``pack`` packed. Raises signing.BadSignature for any other text."""
    name, sha256, rows = signing.loads(packed, salt=_salt(association))
    return File(name, sha256, tuple(Row(number, tuple(cells)) for number, *cells in rows))


def _salt(association: Association) -> str:
    return f"budgets.imports.{association.pk}"


# -- Where in the file -----------------------------------------------------------------------------

# What stands for the month where each has a column of its own.
WIDE = "wide"

# How far down the heading row is looked for, and how many rows below it tell what a column holds.
_LOOKED_THROUGH = 40
_SAMPLE = 100


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a file the figures stand.

    ``heading``: the number of the heading row, 0 when there is none. ``month`` and ``amount`` are None where
    each month has a column of its own.
    """

    heading: int
    line: int
    month: int | None = None
    amount: int | None = None
    costs_are_negative: bool = False
    incomes_are_negative: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether each month has a column of its own."""
        return self.month is None


@dataclass(frozen=True)
class Table:
    """A file's rows as its heading row parts them; ``heading`` as in ``Columns``."""

    file: File
    heading: int

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Each column's heading, empty where it has none."""
        found = next((row.cells for row in self.file.rows if row.number == self.heading), None)
        return tuple(" ".join(cell.split()) for cell in found or [""] * len(self.file.rows[0].cells))

    @cached_property
    def body(self) -> tuple[Row, ...]:
        """The rows below the heading."""
        return tuple(row for row in self.file.rows if row.number > self.heading)

    def name_of(self, column: int) -> str:
        """A column as people find it: "C: Belopp"."""
        letter, heading = get_column_letter(column + 1), self.headings[column]
        return f"{letter}: {shortened(heading)}" if heading else letter

    @cached_property
    def months(self) -> dict[int, tuple[int | None, int]]:
        """The columns that are each a month, with its year if the heading says one, and its number.

        None of them when a month has two columns, since one may be its budget. Bare numbers are months when
        all twelve are there.
        """
        found = {column: period for column, text in enumerate(self.headings) if (period := period_in(text))}
        bare = [column for column in found if self.headings[column].isdigit() and not found[column][0]]
        if len(bare) != 12:
            found = {column: period for column, period in found.items() if column not in bare}
        return found if len(set(found.values())) == len(found) else {}

    def with_figures(self, columns: Columns) -> Iterator[Row]:
        """The rows that say anything of a figure; the others are titles, notes and the like."""
        telling = [*self.months] if columns.is_wide else [columns.month, columns.amount]
        return (row for row in self.body if any(row.cells[each] for each in telling if each is not None))

    def texts(self, columns: Columns) -> Counter[str]:
        """What the rows with figures say in the line's column, in the file's order, and in how many rows."""
        return Counter(line_text(row, columns) for row in self.with_figures(columns))

    def samples(self, columns: Columns) -> dict[str, str]:
        """What else each text's first row says in words: an account's number does not tell its name."""
        told = {columns.line, columns.month, columns.amount, *(self.months if columns.is_wide else ())}
        others = [column for column in range(len(self.headings)) if column not in told]
        found: dict[str, str] = {}
        for row in self.with_figures(columns):
            if (text := line_text(row, columns)) not in found:
                words = (row.cells[column] for column in others)
                found[text] = next((word for word in words if sum(map(str.isalpha, word)) > 2), "")
        return found


def line_text(row: Row, columns: Columns) -> str:
    """What a row says that it is about, with single spaces."""
    return " ".join(row.cells[columns.line].split())


def headings_in(file: File) -> list[Row]:
    """The rows that may be the heading row: the first ones."""
    return list(file.rows[:_LOOKED_THROUGH])


def find_heading(file: File) -> int:
    """The number of the row most like a heading row, 0 for none.

    That is the first of those with most cells among the rows that hold only words and periods: reports begin
    with titles of a cell or two, and every other row has a figure.
    """
    found, most = 0, 1
    for row in headings_in(file):
        filled = [cell for cell in row.cells if cell]
        if len(filled) > most and all(_is_heading(cell) for cell in filled):
            found, most = row.number, len(filled)
    return found


def _is_heading(text: str) -> bool:
    period = period_in(text)
    return bool(period and period[0]) or (any(map(str.isalpha, text)) and not _is_amount(text))


# What headings call the columns, the likeliest first.
_LINE_WORDS = ("budgetpost", "konto", "post", "insats", "projekt", "aktivitet", "kostnadsställe", "benämning")
_MONTH_WORDS = ("månad", "period", "datum")
_AMOUNT_WORDS = ("utfall", "belopp", "saldo", "summa", "kostnad", "kronor", "kr")


def suggested(file: File, heading: int | None = None) -> dict[str, Any]:
    """Where the figures seem to stand, to be confirmed: the fields of ``Columns``, with WIDE for many months.

    A column that is not found is left out.
    """
    table = Table(file, find_heading(file) if heading is None else heading)
    found: dict[str, Any] = {"heading": table.heading}
    columns = range(len(table.headings))
    if table.months:
        found["month"] = WIDE
        free = [each for each in columns if each not in table.months]
        amounts = [*table.months]
    else:
        month = _likeliest(table, [each for each in columns if _is_month_column(table, each)], _MONTH_WORDS)
        free = [each for each in columns if each != month]
        amount = _likeliest(
            table, [each for each in free if _is_mostly(table, each, _is_amount)][::-1], _AMOUNT_WORDS
        )
        free = [each for each in free if each != amount]
        amounts = [] if amount is None else [amount]
        found |= {key: at for key, at in (("month", month), ("amount", amount)) if at is not None}
    line = _likeliest(table, free, _LINE_WORDS)
    if line is not None:
        found["line"] = line
    found["costs_are_negative"] = _are_mostly_negative(table, amounts)
    return found


def _likeliest(table: Table, columns: Sequence[int], words: Sequence[str]) -> int | None:
    """The column headed by the first of the words, else with it in its heading, else the first one."""
    headings = {column: table.headings[column].lower() for column in columns}
    is_it = (column for word in words for column in columns if headings[column] == word)
    has_it = (column for word in words for column in columns if word in headings[column])
    return next(is_it, next(has_it, next(iter(columns), None)))


def _is_month_column(table: Table, column: int) -> bool:
    """Whether a column holds months; bare numbers are months where the heading says so."""
    is_named = any(word in table.headings[column].lower() for word in _MONTH_WORDS)
    return _is_mostly(table, column, period_in if is_named else _is_surely_month)


def _is_mostly(table: Table, column: int, test: Callable[[str], Any]) -> bool:
    filled = [row.cells[column] for row in table.body[:_SAMPLE] if row.cells[column]]
    return sum(bool(test(text)) for text in filled) * 2 > len(filled)


def _is_surely_month(text: str) -> bool:
    """Whether a text is a month and nothing else, which a bare number may be."""
    return period_in(text) is not None and not (text.isdigit() and len(text) < 3)


def _is_amount(text: str) -> bool:
    """Whether a text is an amount, well written or not."""
    try:
        read_amount(text)
    except AmountError as error:
        return error.fault not in (Fault.EMPTY, Fault.UNREADABLE)
    return True


def _are_mostly_negative(table: Table, columns: Sequence[int]) -> bool:
    amounts = [row.cells[column] for row in table.body for column in columns if row.cells[column]]
    below = sum(text.startswith(_MINUS_SIGNS) or text.endswith(_MINUS_SIGNS) for text in amounts)
    return below * 2 > len(amounts)


# -- Months and amounts as files write them --------------------------------------------------------

_MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
_DATE = re.compile(r"(20\d\d)([-/.]?)(\d\d)(?:\2(\d\d))?(?:[ T]\d.*)?")
_YEAR_FIRST = re.compile(r"(20\d\d)[-/. ]{0,2}([a-zåäö]{3,9})\.?")
_NAME_FIRST = re.compile(r"(?:\d{1,2}\.? )?([a-zåäö]{3,9})\.?(?:[-/' ]{0,2}((?:20)?\d\d))?")
_MONTH_FIRST = re.compile(r"(0?[1-9]|1[0-2])[-/.](20\d\d)")
_NUMBER = re.compile(r"0?[1-9]|1[0-2]")
_MINUS_SIGNS = ("-", money.MINUS, "–")


def period_in(text: str) -> tuple[int | None, int] | None:
    """The year, None where none is said, and the month that a text names; None when it names no month.

    >>> period_in("2027-03-14"), period_in("202703"), period_in("Mars"), period_in("jan-27"), period_in("3")
    ((2027, 3), (2027, 3), (None, 3), (2027, 1), (None, 3))
    """
    lowered = text.strip().lower()
    if match := _DATE.fullmatch(lowered):
        return _dated(int(match[1]), int(match[3]), int(match[4] or 1))
    if match := _YEAR_FIRST.fullmatch(lowered):
        return _named(match[2], match[1])
    if match := _NAME_FIRST.fullmatch(lowered):
        return _named(match[1], match[2])
    if match := _MONTH_FIRST.fullmatch(lowered):
        return int(match[2]), int(match[1])
    return (None, int(lowered)) if _NUMBER.fullmatch(lowered) else None


def _dated(year: int, month: int, day: int) -> tuple[int, int] | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return year, month


def _named(name: str, year: str | None) -> tuple[int | None, int] | None:
    """A month by its name or the beginning of it, and a year of two digits or four."""
    for number, whole in enumerate(_MONTHS, 1):
        if whole.startswith(name):
            return (2000 + int(year) % 100 if year else None), number
    return None


def read_amount(text: str) -> int:
    """An amount in öre as ``money.parse`` reads it; the minus sign may stand last, as some systems print it.

    Raises AmountError.
    """
    if text.endswith(_MINUS_SIGNS) and not text.startswith(_MINUS_SIGNS):
        return -money.parse(text[:-1])
    return money.parse(text)
