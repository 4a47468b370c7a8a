"""Actual figures from a file: what each row says, what the ledger is to hold, and what is remembered of it.

The sum of a file's rows for a line and a month *becomes* that line's and month's actual figure, so that a
file that is read in twice adds nothing and a corrected file corrects. A figure one of whose rows cannot be
read is held back, for its sum would be wrong. Amounts are whole öre.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from budgets import ledger
from budgets.import_files import Columns, File, Table, headings_in, line_text, period_in, read_amount
from budgets.ledger import Balances, Cell
from budgets.models import Account, BudgetLine, ColumnMapping
from finsam import kronor, money
from finsam.money import AmountError, Fault, Figure
from finsam.texts import shortened
from finsam.uploads import Row
from members.models import Association

# -- What the rows say -----------------------------------------------------------------------------


class Outcome(Enum):
    """What becomes of a figure in the file."""

    GOOD = auto()
    SKIPPED = auto()
    OTHER_YEAR = auto()
    FAULTY = auto()


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure of the file: where it stands, what it is about, and what becomes of it.

    ``amount`` has the ledger's sign. ``fault`` is the sentence that says why the figure does not come in.
    """

    number: int
    text: str
    outcome: Outcome
    line: BudgetLine | None = None
    month: int | None = None
    amount: int | None = None
    fault: str = ""


def readings(
    table: Table, columns: Columns, lines: Mapping[str, BudgetLine | None], year: int
) -> Iterator[Reading]:
    """What each figure of the file says. ``lines``: each text's line, None for those to skip."""
    for row in table.with_figures(columns):
        text = line_text(row, columns)
        if text not in lines:
            told = _("Texten %(text)s är inte kopplad till någon post.") % {"text": shortened(text)}
            yield Reading(row.number, text, Outcome.FAULTY, fault=told)
        elif (line := lines[text]) is None:
            yield Reading(row.number, text, Outcome.SKIPPED)
        else:
            for said, period, amount in _figures(row, table, columns):
                about = (row.number, text, line, said, period)
                yield _reading(*about, amount, year=year, is_negated=_is_negated(line, columns))


def _figures(
    row: Row, table: Table, columns: Columns
) -> Iterator[tuple[str, tuple[int | None, int] | None, str]]:
    """A row's figures: the month as written and as read, and the amount as written."""
    if columns.month is not None and columns.amount is not None:
        said = row.cells[columns.month]
        yield said, period_in(said), row.cells[columns.amount]
        return
    for column, period in table.months.items():
        if row.cells[column]:
            yield table.headings[column], period, row.cells[column]


def _is_negated(line: BudgetLine, columns: Columns) -> bool:
    return columns.incomes_are_negative if line.is_income else columns.costs_are_negative


def _reading(
    number: int,
    text: str,
    line: BudgetLine,
    said: str,
    period: tuple[int | None, int] | None,
    amount: str,
    *,
    year: int,
    is_negated: bool,
) -> Reading:
    if period is None:
        return Reading(number, text, Outcome.FAULTY, line, fault=_no_month(said))
    if period[0] not in (None, year):
        told = _("Raden gäller %(other)s, inte %(year)s.") % {"other": period[0], "year": year}
        return Reading(number, text, Outcome.OTHER_YEAR, line, fault=told)
    try:
        read_as = read_amount(amount)
    except AmountError as error:
        told = _("Beloppet saknas.") if error.fault == Fault.EMPTY else kronor.sentence(error)
        return Reading(number, text, Outcome.FAULTY, line, period[1], fault=told)
    return Reading(number, text, Outcome.GOOD, line, period[1], -read_as if is_negated else read_as)


def _no_month(said: str) -> str:
    if not said:
        return _("Månaden saknas.")
    told = _("Månaden %(text)s går inte att tolka. Skriv den som 2027-03-14, 2027-03, 202703 eller mars.")
    return told % {"text": shortened(said)}


# -- What the ledger is to hold --------------------------------------------------------------------

_ROWS_TOLD = 10


@dataclass(frozen=True, slots=True)
class Change:
    """A line's month: what stands now, and what the file makes it."""

    line: BudgetLine
    month: int
    cell: Cell
    before: Figure
    after: int

    @property
    def name(self) -> str:
        """Its name in the form, the same as in the grid."""
        return f"{self.line.slug}.{self.cell.year}-{self.month:02}"

    @property
    def is_new(self) -> bool:
        """Whether the ledger says something else now."""
        return self.before != Figure(self.after)

    @property
    def difference(self) -> int:
        """How many öre more it becomes."""
        return self.after - (self.before.amount or 0)


@dataclass(frozen=True, slots=True)
class Held:
    """A line's month, or all its months when ``month`` is None, held back because of some rows.

    Without rows its sum is larger than the ledger takes.
    """

    line: BudgetLine
    month: int | None
    rows: tuple[int, ...]

    @property
    def rows_told(self) -> str:
        """The rows' numbers, the first of them when they are many."""
        told = ", ".join(map(str, self.rows[:_ROWS_TOLD]))
        return f"{told} …" if len(self.rows) > _ROWS_TOLD else told


@dataclass(frozen=True)
class DryRun:
    """What reading the file in would do. Nothing is posted yet."""

    readings: tuple[Reading, ...]
    changes: tuple[Change, ...]
    held: tuple[Held, ...]

    @cached_property
    def coming(self) -> list[Reading]:
        """The figures that come in: good ones that no other row holds back."""
        places = {(change.line, change.month) for change in self.changes}
        return [each for each in self.having(Outcome.GOOD) if (each.line, each.month) in places]

    def having(self, *outcomes: Outcome) -> list[Reading]:
        """The figures with one of the outcomes, in the file's order."""
        return [reading for reading in self.readings if reading.outcome in outcomes]

    @cached_property
    def new(self) -> list[Change]:
        """The changes that say something else than the ledger."""
        return [change for change in self.changes if change.is_new]

    def seem_negated(self, *, is_income: bool) -> bool:
        """Whether most of the costs, or of the incomes, come out below zero."""
        amounts = [change.after for change in self.changes if change.line.is_income == is_income]
        return sum(amount < 0 for amount in amounts) * 2 > len(amounts)


def dry_run(found: Sequence[Reading], stands: Balances, year: int) -> DryRun:
    """What the figures in ``found`` would make of what ``stands`` for the year."""
    sums: dict[tuple[BudgetLine, int], int] = defaultdict(int)
    faulty: dict[tuple[BudgetLine, int | None], list[int]] = defaultdict(list)
    for each in found:
        if each.line and each.outcome == Outcome.FAULTY:
            faulty[each.line, each.month].append(each.number)
        elif each.line and each.month and each.outcome == Outcome.GOOD:
            sums[each.line, each.month] += each.amount or 0
    changes = []
    for (line, month), amount in sorted(sums.items(), key=_in_order):
        cell = Cell(Account.ACTUAL, year, month, line_id=line.pk)
        change = Change(line, month, cell, ledger.figure(stands, cell), amount)
        if max(abs(amount), abs(change.difference)) > money.LARGEST_AMOUNT:
            faulty[line, month] += []
        if (line, month) not in faulty and (line, None) not in faulty:
            changes.append(change)
    held = [Held(line, month, tuple(rows)) for (line, month), rows in sorted(faulty.items(), key=_in_order)]
    return DryRun(tuple(found), tuple(changes), tuple(held))


def _in_order(item: Any) -> tuple[bool, int, int, int]:
    (line, month), _rest = item
    return line.is_income, line.position, line.pk, month or 0


# -- What is remembered ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an association's files have called the columns, by heading, and the lines, by text."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)


def remembered(association: Association) -> Remembered:
    """What the last file was read with."""
    mapping = ColumnMapping.objects.filter(association=association).first()
    return Remembered(mapping.columns, mapping.lines) if mapping else Remembered()


def remember(
    association: Association, table: Table, columns: Columns, lines: Mapping[str, BudgetLine | None]
) -> None:
    """Keep what this file calls its columns and lines for the next one."""
    named = {
        "line": table.headings[columns.line],
        "costs_are_negative": columns.costs_are_negative,
        "incomes_are_negative": columns.incomes_are_negative,
    }
    if columns.month is not None and columns.amount is not None:
        named |= {"month": table.headings[columns.month], "amount": table.headings[columns.amount]}
    slugs = {text: line.slug if line else "" for text, line in lines.items()}
    known = {**remembered(association).lines, **slugs}
    ColumnMapping.objects.update_or_create(
        association=association, defaults={"columns": named, "lines": known}
    )


def recalled(file: File, known: Remembered) -> Columns | None:
    """Where the figures stand in a file with the same headings as the last one; None if it has others."""
    if not known.columns:
        return None
    named = {key: known.columns[key] for key in ("line", "month", "amount") if key in known.columns}
    for row in headings_in(file):
        table = Table(file, row.number)
        if not all(heading and table.headings.count(heading) == 1 for heading in named.values()):
            continue
        if "month" in named or table.months:
            at = {key: table.headings.index(heading) for key, heading in named.items()}
            return Columns(
                row.number,
                at["line"],
                at.get("month"),
                at.get("amount"),
                costs_are_negative=bool(known.columns.get("costs_are_negative")),
                incomes_are_negative=bool(known.columns.get("incomes_are_negative")),
            )
    return None


def recalled_lines(
    texts: Iterable[str], known: Remembered, lines: Sequence[BudgetLine]
) -> dict[str, BudgetLine | None]:
    """The texts whose line, or that they are to be skipped, is known from before."""
    by_slug: dict[str, BudgetLine | None] = {line.slug: line for line in lines} | {"": None}
    slugs = {text: known.lines[text] for text in texts if text in known.lines}
    return {text: by_slug[slug] for text, slug in slugs.items() if slug in by_slug}


def suggested_lines(
    texts: Iterable[str], known: Remembered, lines: Sequence[BudgetLine]
) -> dict[str, BudgetLine | None]:
    """For each text the line that is known from before, or else has that name; None to skip the rest."""
    by_name = {line.name.casefold(): line for line in lines}
    named = {text: by_name.get(text.casefold()) for text in texts}
    return named | recalled_lines(named, known, lines)
