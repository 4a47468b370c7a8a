"""Whatever a person uploads becomes rows of text.

Every cell that is read is text as a person would have typed it ("1234,5", "2026-11-27"), so that
``money.parse`` and the forms judge a workbook, a CSV file and a pasted column alike. Reading trusts nothing:
each limit is checked before the work that it bounds.
"""

import csv
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from finsam import money, uploads
from finsam.reading_workbooks import read_sheets
from finsam.texts import cleaned, shortened
from finsam.uploads import FileError, Refusal, Row, Table, trimmed


def read_rows(name: str, content: bytes) -> list[Row]:
    """Read the table in an uploaded file: a workbook's first visible sheet with content, or CSV, TSV or text.

    ``name`` is what the person calls the file; what it is, its bytes say. Rows without content are left out,
    spaces around a cell too. A number is written with decimal comma and without exponent, to the öre where
    only the noise of binary arithmetic hides it, a date as 2026-11-27, nothing as "". A formula is what it
    last came to, or its own text ("=A1+B1") where that was never worked out.

    Raises FileError.
    """
    with _naming(name):
        _refuse_other_kinds(content)
        if not content.startswith(_ZIP):
            return _read_text(content)
        for _title, rows in read_sheets(content, with_hidden=False):
            if rows:
                return rows
        raise Refusal(uploads.EMPTY)


def read_workbook(name: str, content: bytes) -> dict[str, list[Row]]:
    """Read all sheets of a workbook by title, hidden ones too, in the workbook's order. As ``read_rows``.

    Raises FileError, also for a file that is no workbook.
    """
    with _naming(name):
        _refuse_other_kinds(content)
        if not content.startswith(_ZIP):
            raise Refusal(uploads.NOT_A_WORKBOOK)
        return dict(read_sheets(content, with_hidden=True))


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Turn a refusal inside into a FileError that names the file."""
    try:
        # openpyxl's, about what it does not understand of a workbook.
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            yield
    except Refusal as refusal:
        told = {"name": shortened(cleaned(name)), **refusal.values}
        raise FileError(str(refusal.sentence) % told) from None


_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the second has nothing in it
_OLD_OFFICE = bytes.fromhex("D0CF11E0A1B11AE1")
_KINDS = {
    b"%PDF-": uploads.PDF,
    b"\x89PNG": uploads.IMAGE,
    b"\xff\xd8\xff": uploads.IMAGE,
    b"GIF8": uploads.IMAGE,
}


def _refuse_other_kinds(content: bytes) -> None:
    """Refuse what the size or the first bytes already tell."""
    if len(content) > uploads.LARGEST_FILE:
        most = uploads.LARGEST_FILE // uploads.MEGABYTE
        raise Refusal(uploads.TOO_LARGE, size=uploads.megabytes(len(content)), most=most)
    if not content.strip():
        raise Refusal(uploads.EMPTY)
    if content.startswith(_OLD_OFFICE):
        # A workbook with a password is such a file too, around its encrypted self.
        is_encrypted = "EncryptedPackage".encode("utf-16-le") in content
        raise Refusal(uploads.PASSWORD if is_encrypted else uploads.OLD_OFFICE)
    for signature, sentence in _KINDS.items():
        if content.startswith(signature):
            raise Refusal(sentence)


# -- CSV, TSV and text -----------------------------------------------------------------------------

_TAB, _SEMICOLON, _COMMA = "\t", ";", ","
_SAMPLE = 200
_ODD_CHARACTERS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_WEB_PAGE = re.compile(r"\s*<(\?xml|!doctype|html|head|meta|table)\b", re.IGNORECASE)
# A comma that cannot be a decimal comma (12,50) or one in a sentence (Belopp, kr).
_SEPARATING_COMMA = re.compile(r"(?<!\d),(?! )|,(?![\d ])")
_NAMED_SEPARATOR = re.compile(r"sep=([\t;,|])\r?\n", re.IGNORECASE)


def _read_text(content: bytes) -> list[Row]:
    """Read a table of separated values. The separator is the first of tab, semicolon, comma that fits."""
    text = _decoded(content).removesuffix("\x1a")  # which old systems end their files with
    if odd := _ODD_CHARACTERS.search(text):
        raise Refusal(uploads.ODD_CHARACTER, row=text.count("\n", 0, odd.start()) + 1)
    if _WEB_PAGE.match(text):
        raise Refusal(uploads.WEB_PAGE)
    if named := _NAMED_SEPARATOR.match(text):
        text = text[named.end() :]  # "sep=;" is said to Excel, which does not show it as a row
    separator = named[1] if named else _separator(text)
    table = Table()
    first: tuple[int, int] | None = None
    for number, cells in _records(text, separator):
        if separator == _COMMA and len(cells) > 1:
            first = first or (number, len(cells))
            if len(cells) != first[1]:
                told = {"row": number, "first": first[0], "expected": first[1]}
                raise Refusal(uploads.UNEVEN_COMMAS, found=len(cells), **told)
        for column, cell in enumerate(cells, 1):
            table.put(number, column, trimmed(cell))
    if not table.found:
        raise Refusal(uploads.EMPTY)
    return table.rows()


def _decoded(content: bytes) -> str:
    """Read bytes as UTF-8, or what their first bytes say, or as Windows wrote Swedish before that."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        if content.startswith(b"\xef\xbb\xbf"):
            return content.decode("utf-8-sig")
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            # Windows' own holds all of Latin-1 but the invisible, which are letters of some other encoding;
            # where there are null characters too it is no text at all, which the reader will say.
            return content.decode("latin-1" if b"\x00" in content else "cp1252")
    except UnicodeDecodeError:
        raise Refusal(uploads.ODD_ENCODING) from None


def _separator(text: str) -> str:
    """The mark between cells: the first that parts half of the rows, else the one that parts most.

    Commas come last, since the cells of the other files are full of them.
    """
    parted = {}
    for mark in (_TAB, _SEMICOLON, _COMMA):
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        try:
            widths = [len(row) for row in islice(rows, _SAMPLE) if any(row)]
        except csv.Error:  # a cell longer than any, which the reading itself refuses
            continue
        parted[mark] = sum(width > 1 for width in widths)
        if mark == _COMMA and not _SEPARATING_COMMA.search(text):
            parted[mark] = 0
        if parted[mark] and parted[mark] * 2 >= len(widths):
            return mark
    return max(parted, key=lambda mark: parted[mark]) if any(parted.values()) else _SEMICOLON


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with its number. They are not lines, since a cell in quotation marks may hold many."""
    number = 0
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number += 1
        try:
            yield number, next(records)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                raise Refusal(uploads.TOO_LONG_CELL, most=money.grouped(uploads.LONGEST_CELL)) from None
            raise Refusal(uploads.QUOTATION_MARK, row=number) from None
