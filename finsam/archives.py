"""Zip archives from outside: what may be unpacked of them, and how much.

Everything is judged by what the archive declares, before anything is unpacked, and no part is ever unpacked
to more than that.
"""

import io
import re
import zipfile

from defusedxml.ElementTree import iterparse

from finsam import money, uploads
from finsam.uploads import MEGABYTE, Refusal

LARGEST_UNPACKED = 60 * MEGABYTE
MOST_PARTS = 200  # files inside a workbook; an ordinary one has ten to fifty
MOST_CELLS = 1_000_000  # in all that is read of a workbook, empty ones with a border or a colour too

_TAGS_PER_CELL = 4  # <c><v>…</v></c>
_LARGEST_TREE = 2 * MEGABYTE  # of a part that is read as a whole: openpyxl makes objects of all that is in it
# An element's attributes, or a text, that expat would hold in memory all at once.
_LONG_RUN = re.compile(rb"<[^<]{1000000}")


def refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Raise Refusal for an archive that says that it is too large, or that Office would never have packed."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise Refusal(uploads.TOO_MANY_PARTS, count=money.grouped(len(parts)), most=MOST_PARTS)
    size = sum(part.file_size for part in parts)
    if size > LARGEST_UNPACKED:
        most = LARGEST_UNPACKED // MEGABYTE
        raise Refusal(uploads.TOO_LARGE_UNPACKED, size=uploads.megabytes(size), most=most)
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal(uploads.PASSWORD)
    # Only these kinds are unpacked with a bound on the memory.
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise Refusal(uploads.NOT_A_TABLE)


def refuse_other_archives(archive: zipfile.ZipFile) -> None:
    """Raise Refusal for LibreOffice's format, Word documents, binary workbooks and plain archives."""
    names = archive.namelist()
    if "mimetype" in names:
        with archive.open("mimetype") as part:
            is_sheet = b"opendocument.spreadsheet" in part.read(100)
        raise Refusal(uploads.OPEN_DOCUMENT if is_sheet else uploads.NOT_A_TABLE)
    if not any(name.lower().endswith("workbook.xml") for name in names):
        raise Refusal(uploads.NOT_A_TABLE)


class Parts:
    """The XML parts of an archive, in its place: what openpyxl reads, it reads through this.

    Raises Refusal for what would fill the memory as a tree, and DefusedXmlException for a document type,
    which is where entities are declared.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.unopened = {info.filename: info for info in archive.infolist()}
        self.tags_left = MOST_CELLS * _TAGS_PER_CELL

    def read(self, path: str) -> bytes:
        """A small part, all of it."""
        info = self.archive.getinfo(path)
        if info.file_size > _LARGEST_TREE:
            raise ValueError(f"{path} is {info.file_size} bytes.")
        return self._unpacked(info)

    def open(self, path: str) -> io.BytesIO:
        """Any part, to be read piece by piece. Only once: a workbook may list a sheet a thousand times."""
        return io.BytesIO(self._unpacked(self.unopened.pop(path)))

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        with self.archive.open(info) as part:
            # Told how much to give: else zipfile unpacks all there is, and then cuts it to what was declared.
            content = part.read(info.file_size)
        self.tags_left -= content.count(b"<")
        if self.tags_left < 0:
            raise Refusal(uploads.TOO_MANY_CELLS, most=money.grouped(MOST_CELLS))
        if _LONG_RUN.search(content):
            raise Refusal(uploads.TOO_LONG_CELL, most=money.grouped(uploads.LONGEST_CELL))
        # A document type stands before the first element, so it is enough to read that far.
        next(iterparse(io.BytesIO(content), ("start",), forbid_dtd=True))
        return content
