"""What may be uploaded: the limits, the sentences that refuse the rest, and the rows that reading gives."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from finsam import money

MEGABYTE = 1_000_000
LARGEST_FILE = 5 * MEGABYTE
MOST_ROWS = 20_000  # with content; in a workbook those of all sheets read together
MOST_COLUMNS = 200
LONGEST_CELL = 32_767  # Excel's own limit

EMPTY = _("Filen %(name)s är tom. Spara tabellen på nytt och välj filen igen.")
TOO_LARGE = _(
    "Filen %(name)s är %(size)s MB, och högst %(most)s MB kan läsas. "
    "Dela upp den, eller ta bort bilder som inte behövs."
)
TOO_LARGE_UNPACKED = _(
    "Filen %(name)s blir %(size)s MB när den packas upp, och högst %(most)s MB kan läsas. "
    "Kopiera tabellen till en ny arbetsbok och välj den i stället."
)
TOO_MANY_PARTS = _(
    "Filen %(name)s består av %(count)s delar, och högst %(most)s kan läsas. "
    "Kopiera tabellen till en ny arbetsbok och välj den i stället."
)
TOO_MANY_ROWS = _("Filen %(name)s har fler än %(most)s rader. Dela upp den i flera filer.")
TOO_MANY_COLUMNS = _(
    "Filen %(name)s har innehåll till höger om kolumn %(last)s på rad %(row)s. "
    "Ta bort det: högst %(most)s kolumner kan läsas."
)
TOO_MANY_CELLS = _(
    "Filen %(name)s har fler än %(most)s celler. "
    "Kopiera tabellen till en ny arbetsbok och välj den i stället."
)
TOO_LONG_CELL = _(
    "Filen %(name)s har en cell med fler än %(most)s tecken. "
    "Korta texten, eller se efter om ett citattecken i filen saknar sitt par."
)
BROKEN = _(
    "Filen %(name)s är skadad eller ofullständig. Öppna den i Excel, spara den på nytt och välj den igen."
)
DOCUMENT_TYPE = _(
    "Filen %(name)s innehåller en dokumenttyp (DOCTYPE), som en arbetsbok inte ska ha. "
    "Öppna den i Excel, spara den på nytt och välj den igen."
)
PASSWORD = _("Filen %(name)s är skyddad med lösenord. Spara den utan lösenord och välj den igen.")
OLD_OFFICE = _(
    "Filen %(name)s är sparad i ett äldre format, som .xls. "
    "Spara den som Excel-arbetsbok (.xlsx) eller CSV och välj den filen."
)
OPEN_DOCUMENT = _(
    "Filen %(name)s är ett kalkylblad i OpenDocument-format (.ods). "
    "Spara den som Excel-arbetsbok (.xlsx) eller CSV och välj den filen."
)
PDF = _(
    "Filen %(name)s är en PDF, och dess tabeller kan inte läsas. "
    "Välj den Excel-arbetsbok (.xlsx) eller CSV som den gjordes av."
)
IMAGE = _("Filen %(name)s är en bild. Skriv av tabellen i en Excel-arbetsbok (.xlsx) och välj den i stället.")
WEB_PAGE = _(
    "Filen %(name)s är en webbsida eller XML, fast den kan öppnas i Excel. "
    "Öppna den där, spara den som Excel-arbetsbok (.xlsx) och välj den filen."
)
NOT_A_TABLE = _(
    "Filen %(name)s är varken en Excel-arbetsbok (.xlsx) eller CSV. "
    "Spara tabellen som något av dem och välj den filen."
)
NOT_A_WORKBOOK = _("Filen %(name)s är ingen Excel-arbetsbok. Spara den som Excel-arbetsbok (.xlsx).")
ODD_CHARACTER = _(
    "Filen %(name)s har på rad %(row)s ett tecken som inte hör hemma i en tabell. "
    "Spara den som Excel-arbetsbok (.xlsx) eller CSV UTF-8 och välj den igen."
)
ODD_ENCODING = _(
    "Filen %(name)s har bokstäver som inte går att läsa säkert. Spara den som CSV UTF-8 och välj den igen."
)
QUOTATION_MARK = _(
    "Filen %(name)s har på rad %(row)s ett citattecken som saknar sitt par. "
    "Ta bort det, eller sätt ett till där texten slutar."
)
UNEVEN_COMMAS = _(
    "Filen %(name)s har %(found)s värden på rad %(row)s men %(expected)s på rad %(first)s, med komma mellan. "
    "Komma är också decimaltecken: spara filen med semikolon mellan kolumnerna."
)


class FileError(Exception):
    """A file that cannot be read, told in Swedish with its name, what is wrong and the cure."""


class Refusal(Exception):
    """A sentence of those above, with its values but for the file's name. ``reading_files`` adds that."""

    def __init__(self, sentence: Promise, **values: object) -> None:
        super().__init__(sentence, values)
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True, slots=True)
class Row:
    """A row with content. ``number`` is the one Excel shows; all rows of a table have as many cells."""

    number: int
    cells: tuple[str, ...]


class Table:
    """Collects cells with content, row by row, and stops at the limits."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self.most_rows = most_rows
        self.found: list[tuple[int, list[str]]] = []

    def put(self, row: int, column: int, text: str) -> None:
        """Add a cell, ``row`` and ``column`` from 1. The rows must come in order."""
        if not text:
            return
        if column > MOST_COLUMNS:
            last = get_column_letter(MOST_COLUMNS)
            raise Refusal(TOO_MANY_COLUMNS, row=money.grouped(row), last=last, most=MOST_COLUMNS)
        if not self.found or self.found[-1][0] != row:
            if len(self.found) == self.most_rows:
                raise Refusal(TOO_MANY_ROWS, most=money.grouped(MOST_ROWS))
            self.found.append((row, []))
        cells = self.found[-1][1]
        cells.extend([""] * (column - len(cells)))
        cells[column - 1] = text

    def rows(self) -> list[Row]:
        """Give all rows, each as wide as the widest."""
        width = max((len(cells) for _number, cells in self.found), default=0)
        return [Row(number, (*cells, *[""] * (width - len(cells)))) for number, cells in self.found]


def trimmed(text: str) -> str:
    """A cell's text without the spaces around it."""
    if len(text) > LONGEST_CELL:
        raise Refusal(TOO_LONG_CELL, most=money.grouped(LONGEST_CELL))
    return text.strip()


def megabytes(size: int) -> str:
    """Write a size with one decimal, rounded up so that it is never shown as what is allowed."""
    tenths = -(-size * 10 // MEGABYTE)
    return f"{money.grouped(tenths // 10)},{tenths % 10}"
