"""Our tables become files: Excel workbooks, and CSV that a Swedish Excel opens right."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import ARC_CORE

from finsam import money
from finsam.money import Figure
from finsam.texts import cleaned


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in English, with commas, as workbooks store them: "=SUM(C4:C9)".

    ``number_format`` is a stored one too ("0.0%"); None for that of the sheet's amounts.
    """

    text: str
    number_format: str | None = None


Value = str | int | date | Figure | None
"""A cell: text; a whole number that is no money, such as inhabitants; a day; öre; or nothing.

A missing figure is an empty cell, which is not 0. A year is a text: as a number it would be "2 027".
"""

Cell = Value | Formula


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to write. The first ``head_rows`` rows are bold, stay in view and return on each page.

    ``sum_rows`` are numbers of rows, from 1 as Excel counts, that are bold too.
    """

    title: str
    rows: Sequence[Sequence[Cell]]
    head_rows: int = 1
    sum_rows: Collection[int] = ()


# As a file stores them: comma for thousands and point for decimals, which a Swedish Excel shows as a no-break
# space and a comma. The minus sign of print is quoted, for it is no character of the format language.
WHOLE_NUMBERS = f'#,##0;"{money.MINUS}"#,##0;0'
WITH_DECIMALS = f'#,##0.00;"{money.MINUS}"#,##0.00;0.00'
_DAYS = "yyyy-mm-dd"

_LONGEST_TITLE = 31
_NARROWEST, _WIDEST = 10, 60  # characters, of a column
_FORMULA_WIDTH = 14  # what a formula comes to is not known here: room for −999 999 999
_A4 = "9"
_BOLD, _WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")


def write_workbook(sheets: Sequence[Sheet], *, made_at: datetime) -> bytes:
    """Write sheets as an Excel workbook. The same sheets made at the same moment are the same bytes.

    Amounts are real numbers in kronor, with decimals in the whole sheet when any of them has öre. Text is
    never taken for a formula. Titles are cut and cleaned to what Excel allows, and numbered when they
    coincide. Printed, a sheet is as wide as an A4 on its side.
    """
    workbook = Workbook()
    workbook.remove(workbook.active)
    moment = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    workbook.properties.creator = "Budgetliggaren"
    workbook.properties.created = moment
    titles: list[str] = []
    for sheet in sheets:
        titles.append(_free_title(sheet.title, titles))
        _write_sheet(workbook.create_sheet(titles[-1]), sheet)
    file = io.BytesIO()
    workbook.save(file)
    return _dated(file.getvalue(), moment)


def _free_title(title: str, taken: Collection[str]) -> str:
    """A title that Excel accepts and that no sheet has yet, capital letters or not."""
    free = " ".join(re.sub(r"[\[\]:*?/\\]", " ", cleaned(title)).split()).strip("'") or "Blad"
    lowered = {other.lower() for other in taken}
    endings = ["", *(f" {number}" for number in range(2, len(lowered) + 2))]
    candidates = [free[: _LONGEST_TITLE - len(ending)].rstrip(" '") + ending for ending in endings]
    return next(candidate for candidate in candidates if candidate.lower() not in lowered)


def _write_sheet(worksheet: Worksheet, sheet: Sheet) -> None:
    amounts = [cell.amount or 0 for row in sheet.rows for cell in row if isinstance(cell, Figure)]
    has_ore = any(amount % money.ORE_PER_KRONA for amount in amounts)
    widths: dict[int, int] = {}
    for number, row in enumerate(sheet.rows, 1):
        is_title = number <= sheet.head_rows and sum(cell not in (None, "") for cell in row) == 1
        for column, cell in enumerate(row, 1):
            written = worksheet.cell(number, column)
            width = _write_cell(written, cell, WITH_DECIMALS if has_ore else WHOLE_NUMBERS)
            if number <= sheet.head_rows or number in sheet.sum_rows:
                written.font = _BOLD
            if not is_title:  # which may run over the columns to its right
                widths[column] = max(width, widths.get(column, 0))
                if width > _WIDEST:
                    written.alignment = _WRAPPED
    for column, width in widths.items():
        room = min(max(width + 2, _NARROWEST), _WIDEST)
        worksheet.column_dimensions[get_column_letter(column)].width = room
    _set_up_page(worksheet, sheet.head_rows)


def _write_cell(written: Any, cell: Cell, amount_format: str) -> int:
    """Write one cell, and give the characters that it needs."""
    if cell is None or (isinstance(cell, Figure) and cell.amount is None):
        return 0
    if isinstance(cell, Formula):
        written.value = cell.text
        written.number_format = cell.number_format or amount_format
        return _FORMULA_WIDTH
    if isinstance(cell, Figure):
        kronor, ore = divmod(cell.amount or 0, money.ORE_PER_KRONA)
        written.value = (cell.amount or 0) / money.ORE_PER_KRONA if ore else kronor
        written.number_format = amount_format
        return len(money.kr(cell.amount or 0, 2 if amount_format == WITH_DECIMALS else 0))
    if isinstance(cell, int):
        written.value = cell
        written.number_format = WHOLE_NUMBERS
        return len(money.grouped(cell))
    if isinstance(cell, date):
        written.value = cell
        written.number_format = _DAYS
        return len(_DAYS)
    text = cleaned(cell)
    written.value = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    written.data_type = "s"  # whatever it looks like to openpyxl
    # The apostrophe that a person types before such a text: it stays a text when somebody edits the cell.
    written.quotePrefix = text.startswith(("=", "+", "-", "@"))
    return max(map(len, text.split("\n")))


def _set_up_page(worksheet: Worksheet, head_rows: int) -> None:
    worksheet.page_setup.paperSize = _A4
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0  # as many pages down as it takes
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if head_rows:
        worksheet.freeze_panes = f"A{head_rows + 1}"
        worksheet.print_title_rows = f"1:{head_rows}"


def _dated(content: bytes, moment: datetime) -> bytes:
    """The same workbook with ``moment`` wherever openpyxl wrote the time of day."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == ARC_CORE:
                saved = rf"\g<1>{moment.isoformat()}Z<".encode()
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*<", saved, part)
            # A ZipInfo of its own has the first moment that zip knows, in 1980.
            new.writestr(zipfile.ZipInfo(info.filename), part, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def write_csv(rows: Iterable[Sequence[Value]]) -> bytes:
    """Write rows as a CSV that a Swedish Excel opens right: UTF-8 with its mark, semicolons, decimal commas.

    Amounts are kronor without spaces, "-5000" or "1234,50". A text that Excel would take for a formula gets
    an apostrophe before it.
    """
    return _csv(rows, ";", "\r\n", _comma).encode("utf-8-sig")


def write_data_csv(rows: Iterable[Sequence[Value]]) -> bytes:
    """Write rows as a CSV for programs: UTF-8 without a mark, commas, a line feed after each row.

    Amounts are kronor with two decimals and a point, "-5000.00"; days are 2026-11-27. Texts that Excel would
    take for a formula are guarded here too, since nobody knows what opens the file.
    """
    return _csv(rows, ",", "\n", _point).encode()


def _csv(rows: Iterable[Sequence[Value]], between: str, ending: str, amount: Callable[[int], str]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=between, lineterminator=ending)
    writer.writerows([_plain(cell, amount) for cell in row] for row in rows)
    return file.getvalue()


def _comma(ore: int) -> str:
    """An amount as a Swede types it, with decimals only when there are öre."""
    kronor, rest = divmod(abs(ore), money.ORE_PER_KRONA)
    return f"{'-' if ore < 0 else ''}{kronor}{f',{rest:02d}' if rest else ''}"


def _point(ore: int) -> str:
    """An amount as programs read it, always with two decimals."""
    kronor, rest = divmod(abs(ore), money.ORE_PER_KRONA)
    return f"{'-' if ore < 0 else ''}{kronor}.{rest:02d}"


def _plain(cell: Value, amount: Callable[[int], str]) -> str:
    """A cell of a CSV."""
    if isinstance(cell, Figure):
        return "" if cell.amount is None else amount(cell.amount)
    if isinstance(cell, str):
        text = cleaned(cell)
        is_risky = text.startswith("\t") or text.lstrip().startswith(("=", "+", "-", "@"))
        return f"'{text}" if is_risky else text
    return "" if cell is None else str(cell)
