"""A grid as a workbook, and the same workbook back as what was typed.

The first sheet is the grid: a row's short name stands in its first column, a column's key in its heading, so
that rows may be sorted and columns moved. The second tells what it is: förbund, year, state, time, and the
posting number it was made from, by which a change made meanwhile is found when it comes back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from budgets.forms import seen_in
from budgets.grids.grid import Follows, Grid, Row
from finsam import uploads
from finsam.kronor import local_time
from finsam.reading_files import read_workbook
from finsam.texts import shortened
from finsam.uploads import FileError
from finsam.writing_files import Cell, Formula, Sheet, write_workbook

# What the second sheet is called, and its lines by which a workbook is known again.
ABOUT = "Om uttaget"
SEEN = "Verifikation"
PLACE = "Sida"
# Where the row's short name, the row's name and the first amount stand, from 1.
_NAME_COLUMN, _FIRST_AMOUNT = 2, 3
_HEAD_ROWS = 2


@dataclass(frozen=True, slots=True)
class About:
    """What the second sheet tells: the page's address, the state in words, and when it was made."""

    place: str
    state: str
    made_at: datetime


def written(grid: Grid, follows: Follows, about: About) -> bytes:
    """The grid as a workbook: real amounts, sums as formulas, and what it is."""
    rows: list[list[Cell]] = [
        [f"{grid.caption}. {grid.unit}" if grid.unit else grid.caption],
        [_("Kortnamn"), grid.corner or _("Namn"), *(column.key for column in grid.columns)],
    ]
    if _has_sums(grid):
        rows[1].append(_("Summa"))
    sums = []
    for group, members in groupby(grid.rows, key=lambda row: row.group):
        listed = list(members)
        first = len(rows) + 1
        rows += [_amounts(grid, row, len(rows) + 1) for row in listed]
        if len(listed) > 1:
            subtotal = follows.subtotals.get(group)
            name = _("Summa %(name)s") % {"name": subtotal.name.lower()} if subtotal else _("Summa")
            rows.append(["", name, *_sums(grid, first, len(rows))])
            sums.append(len(rows))
    table = Sheet(grid.caption, rows, head_rows=_HEAD_ROWS, sum_rows=sums)
    return write_workbook([table, _about(grid, about)], made_at=about.made_at)


def _amounts(grid: Grid, row: Row, number: int) -> list[Cell]:
    """A row with its amounts as they stand, and their sum where the page has one beside."""
    cells: list[Cell] = [row.slug, row.name, *(slot.stands if slot else None for slot in row.slots)]
    if _has_sums(grid):
        last = get_column_letter(_FIRST_AMOUNT + len(grid.columns) - 1)
        cells.append(Formula(f"=SUM({get_column_letter(_FIRST_AMOUNT)}{number}:{last}{number})"))
    return cells


def _has_sums(grid: Grid) -> bool:
    """Whether the page has the sum of each row beside it."""
    return _("Summa") in grid.beside


def _sums(grid: Grid, first: int, last: int) -> list[Cell]:
    """The formulas below rows ``first`` to ``last``."""
    count = len(grid.columns) + _has_sums(grid)
    letters = [get_column_letter(_FIRST_AMOUNT + place) for place in range(count)]
    return [Formula(f"=SUM({letter}{first}:{letter}{last})") for letter in letters]


def _about(grid: Grid, about: About) -> Sheet:
    lines = [
        (_("Förbund"), grid.association.name),
        (_("Vad"), grid.caption),
        (_("Läge"), about.state),
        (_("Uttaget"), local_time(about.made_at)),
        (SEEN, str(grid.books.seen)),
        (PLACE, about.place),
        (
            _("Läs in igen"),
            _("Ändra belopp i första bladet, spara, och välj filen på samma sida. Ändra inte kortnamnen."),
        ),
    ]
    return Sheet(ABOUT, [list(line) for line in lines], head_rows=0)


@dataclass(frozen=True, slots=True)
class Read:
    """A workbook that came back: the posting it was made from, texts by slot, and what was left out."""

    seen: int
    texts: dict[str, str]
    faults: tuple[str, ...]


def read(name: str, content: bytes, grid: Grid, place: str) -> Read:
    """Read a workbook made by ``written`` for the same page. ``grid``: as it stands.

    Raises FileError for a file that is none, or is another page's.
    """
    found = read_workbook(name, content)
    told = {row.cells[0]: row.cells[1] for row in found.get(ABOUT, ()) if len(row.cells) > 1}
    seen = seen_in({"seen": told.get(SEEN, "")}, grid.books.head)
    if told.get(PLACE) != place or seen is None:
        elsewhere = _("Filen %(name)s är inte hämtad härifrån. Hämta sidan som Excel och ändra i den filen.")
        raise FileError(elsewhere % {"name": name})
    sheets = [rows for title, rows in found.items() if title != ABOUT]
    heads, rows = _table(sheets[0] if sheets else [], grid)
    if not heads:
        told_so = _("Filen %(name)s saknar rubrikraden med kortnamn. Hämta sidan på nytt.")
        raise FileError(told_so % {"name": name})
    texts: dict[str, str] = {}
    faults = list(_read_rows(rows, heads, grid, texts))
    return Read(seen, texts, tuple(faults))


def _table(rows: Sequence[uploads.Row], grid: Grid) -> tuple[dict[int, str], Sequence[uploads.Row]]:
    """The heading's columns by place, and the rows below it; no columns when there is no heading."""
    keys = {column.key for column in grid.columns}
    for place, row in enumerate(rows):
        heads = {at: cell for at, cell in enumerate(row.cells) if cell in keys}
        if row.cells and row.cells[0] == _("Kortnamn") and heads:
            return heads, rows[place + 1 :]
    return {}, []


def _read_rows(
    rows: Sequence[uploads.Row], heads: dict[int, str], grid: Grid, texts: dict[str, str]
) -> Iterator[str]:
    """Fill ``texts`` with what the rows say; tell the rows that are left out and why."""
    known = {row.slug for row in grid.rows}
    open_slots = {slot.name for slot in grid.open_slots()}
    met: set[str] = set()
    for row in rows:
        slug = row.cells[0]
        if not slug:
            continue
        if slug not in known:
            about = {"row": row.number, "slug": shortened(slug)}
            yield _("Rad %(row)s: kortnamnet %(slug)s finns inte här.") % about
            continue
        if slug in met:
            about = {"row": row.number, "slug": slug}
            yield _("Rad %(row)s: %(slug)s står två gånger; den första gäller.") % about
            continue
        met.add(slug)
        for at, key in heads.items():
            name = f"{slug}.{key}"
            if name in open_slots and at < len(row.cells):
                texts[name] = row.cells[at]
