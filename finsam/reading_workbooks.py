"""Excel workbooks (.xlsx) become rows of text.

openpyxl reads the parts, the links between them and the cells. Its sheets are not used: they fill in every
cell as far as the farthest one says that it lies, and cannot tell a formula that was never worked out from an
empty cell. Hence its inner reader of cells, which another version may have moved.
"""

import io
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, STYLES_TYPE

from finsam import archives, uploads
from finsam.texts import cleaned
from finsam.uploads import Refusal, Row, Table, trimmed

_LAST_ROW = 1_048_576
_MOST_INSIDE = 50_000  # elements of a row; Excel has 16 384 columns
_WAITS = re.compile(rb'fullCalcOnLoad="(1|true)"')

# What zip, deflate, XML and openpyxl raise when bytes are missing or changed.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError,
    SyntaxError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError,
)  # fmt: skip


def read_sheets(content: bytes, *, with_hidden: bool) -> Iterator[tuple[str, list[Row]]]:
    """Read the sheets of a workbook, title and rows, each when it is asked for.

    Raises Refusal.
    """
    try:
        reader = ExcelReader(io.BytesIO(content), keep_links=False)
        archives.refuse_bombs(reader.archive)
        archives.refuse_other_archives(reader.archive)
        reader.archive = archives.Parts(reader.archive)
        reader.read_manifest()
        reader.read_workbook()
        yield from _sheets(reader, with_hidden)
    except DefusedXmlException:
        raise Refusal(uploads.DOCUMENT_TYPE) from None
    except _DAMAGE:
        raise Refusal(uploads.BROKEN) from None


def _sheets(reader: ExcelReader, with_hidden: bool) -> Iterator[tuple[str, list[Row]]]:
    listed = list(reader.parser.find_sheets())
    if not listed:
        raise Refusal(uploads.NOT_A_TABLE)  # as the "strict" kind of workbook, which openpyxl does not read
    texts = [Text.from_tree(text).content for _around, text in _elements(_part(reader, SHARED_STRINGS), 1)]
    dates = _date_styles(_part(reader, STYLES_TYPE))
    # Where the file does not say whether it waits to be worked out, openpyxl says that it does.
    waits = _WAITS.search(reader.archive.read(reader.parser.workbook_part_name)) is not None
    rows_left = uploads.MOST_ROWS
    for sheet, link in listed:
        is_hidden = sheet.state in ("hidden", "veryHidden")
        if link.Type.endswith("/worksheet") and (with_hidden or not is_hidden):
            cells = _Cells(None, texts, data_only=True, epoch=reader.wb.epoch, date_formats=dates)
            cells.unreckoned = {None, "0"} if waits else {None}
            table = Table(rows_left)
            _fill(table, cells, reader.archive.open(link.target))
            rows_left -= len(table.found)
            yield sheet.name, table.rows()


def _part(reader: ExcelReader, kind: str) -> io.BytesIO:
    """The workbook's part of a kind that it has one of; where it has none, a part with nothing in it."""
    part = reader.package.find(kind)
    return reader.archive.open(part.PartName.lstrip("/")) if part else io.BytesIO(b"<none/>")


def _elements(part: io.BytesIO, depth: int) -> Iterator[tuple[str, Element]]:
    """Each element so far below the root, after the tag around it. Of those before it nothing is kept."""
    around: list[Element] = []
    inside = 0
    for event, element in iterparse(part, ("start", "end")):
        if event == "start":
            around.append(element)
            inside += 1
            if inside > _MOST_INSIDE:
                raise ValueError(f"More than {_MOST_INSIDE} elements in one.")
            continue
        around.pop()
        if around and len(around) <= depth:
            if len(around) == depth:
                yield around[-1].tag, element
            around[-1].clear()
            inside = 0


def _date_styles(part: io.BytesIO) -> set[int]:
    """Which styles, by their place, show a number as a date."""
    are_dates = {number: is_date_format(code) for number, code in BUILTIN_FORMATS.items()}
    styles = []
    for around, element in _elements(part, 2):
        if around.endswith("}numFmts"):
            # Excel's own limit; without it a long code would take openpyxl's expressions hours.
            are_dates[int(element.attrib["numFmtId"])] = is_date_format(element.attrib["formatCode"][:255])
        elif around.endswith("}cellXfs"):
            styles.append(are_dates.get(int(element.get("numFmtId", "0")), False))
    return {place for place, is_date in enumerate(styles) if is_date}


class _Cells(WorkSheetParser):  # type: ignore[misc]
    """What openpyxl makes of a cell, but for a formula that was never worked out: that is its own text."""

    # What stands in for a value until somebody works it out: nothing or, from some programs, 0 in a workbook
    # that asks to be worked out when it is opened.
    unreckoned: set[str | None]

    def parse_cell(self, element: Element) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        formula, value = element.find(FORMULA_TAG), element.findtext(VALUE_TAG)
        if formula is not None and (value in self.unreckoned or (not value and element.get("t") != "str")):
            cell["value"] = f"={formula.text or ''}"
        return cell


def _fill(table: Table, cells: _Cells, part: io.BytesIO) -> None:
    """Put a sheet's rows in the table."""
    last = 0
    for around, element in _elements(part, 2):
        if around.endswith("}sheetData"):
            number, row = cells.parse_row(element)
            cells.row_dimensions.clear()
            if not last < number <= _LAST_ROW:
                raise ValueError(f"Row {number} after row {last}.")
            last = number
            for cell in row:
                table.put(number, cell["column"], _text(cell["value"]))


# -- What a cell holds, as a person would type it --------------------------------------------------


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "SANT" if value else "FALSKT"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str):
        text = trimmed(value)
        # Excel writes some characters as their number: "_x000D_" is a line break of old.
        return cleaned(unescape(text)).strip() if "_x" in text else text
    return str(value).removesuffix(" 00:00:00")  # a day, a moment or a time of day


# A sum of thousands of amounts with öre is off by less than this, and no one owes a millionth of a krona.
_NOISE = 1e-6
_LARGEST_NUMBER = 1e18  # far above any amount


def _number(value: float) -> str:
    """Write a number as a person would: 0.30000000000000004 is "0,3", 1.2e7 is "12000000".

    What is finer than an öre by more than noise is kept, so that ``money.parse`` refuses it.
    """
    if abs(value) >= _LARGEST_NUMBER:
        return trimmed(str(value))
    nearest = round(value, 2)
    # Above some ten thousand million kronor neighbouring floats lie farther apart than the noise.
    if abs(value - nearest) <= max(_NOISE, math.ulp(value)):
        value = nearest or 0
    whole, _point, decimals = f"{Decimal(repr(value)):f}".partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) == 3 and abs(value) >= 1:
        decimals += "0"  # 12,345 would look like twelve thousand with a comma between, and be told so
    return f"{whole},{decimals}" if decimals else whole
