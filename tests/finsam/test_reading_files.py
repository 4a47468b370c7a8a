"""CSV and pasted text become text as people would type it, and are never guessed at."""

from datetime import UTC, datetime

import pytest

from finsam import money
from finsam.reading_files import read_rows
from finsam.uploads import FileError, Row
from finsam.writing_files import Sheet, write_workbook

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def refusal(content: bytes, name: str) -> str:
    """The sentence that a person meets."""
    with pytest.raises(FileError) as refused:
        read_rows(name, content)
    return str(refused.value)


def cells(text: str) -> list[tuple[str, ...]]:
    """What stands in a text file."""
    return [row.cells for row in read_rows("underlag.csv", text.encode())]


# -- CSV and pasted text ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("Part;Belopp\r\nÖrebro län;8 000 000,50\r\n".encode("utf-8-sig"), id="excel-csv-utf-8"),
        pytest.param("Part;Belopp\nÖrebro län;8 000 000,50\n".encode(), id="utf-8"),
        pytest.param("Part;Belopp\r\nÖrebro län;8 000 000,50\r\n".encode("latin-1"), id="latin-1"),
        pytest.param("Part\tBelopp\r\nÖrebro län\t8 000 000,50".encode("utf-16"), id="excel-unicode-text"),
        pytest.param("Part\tBelopp\nÖrebro län\t8 000 000,50".encode(), id="pasted-from-excel"),
        pytest.param(b'Part,Belopp\n\xc3\x96rebro l\xc3\xa4n,"8 000 000,50"\n', id="commas"),
        pytest.param("sep=;\r\nPart;Belopp\r\nÖrebro län;8 000 000,50".encode(), id="named-separator"),
        pytest.param("Part;Belopp\rÖrebro län;8 000 000,50\r\x1a".encode(), id="old-line-ends"),
    ],
)
def test_text_is_read_whatever_wrote_it(content):
    rows = read_rows("underlag.csv", content)

    assert rows == [Row(1, ("Part", "Belopp")), Row(2, ("Örebro län", "8 000 000,50"))]
    assert money.parse(rows[1].cells[1]) == 800_000_050


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_thousands_with_any_space_reach_the_reading_of_amounts(space):
    [row] = cells(f"Region Stockholm;8{space}000{space}000")

    assert money.parse(row[1]) == 800_000_000


def test_a_windows_dash_in_an_old_file_is_read():
    [row] = read_rows("gammal.csv", "Sammanhållen insats – våren;−".encode("cp1252", "replace"))

    assert row.cells == ("Sammanhållen insats – våren", "?")


def test_quoted_cells_may_hold_separators_quotation_marks_and_line_breaks():
    text = 'Insats;Not\n"Vägen in; etapp 2";"Kallas ""Vägen""\noch är ny"\nMindfulness;\n'

    rows = read_rows("underlag.csv", text.encode())

    assert rows == [
        Row(1, ("Insats", "Not")),
        Row(2, ("Vägen in; etapp 2", 'Kallas "Vägen"\noch är ny')),
        Row(3, ("Mindfulness", "")),
    ]


def test_rows_keep_their_number_when_empty_ones_are_left_out():
    rows = read_rows("underlag.csv", b"\n;;\nA;1;\n  ; \nB;2;3\n")

    assert rows == [Row(3, ("A", "1", "")), Row(5, ("B", "2", "3"))]


def test_decimal_commas_part_nothing_in_a_single_column():
    assert cells("12,50\n8,5\n") == [("12,50",), ("8,5",)]
    assert cells("Belopp, kr\n12,50\n8,5\n") == [("Belopp, kr",), ("12,50",), ("8,5",)]


def test_decimal_commas_and_sentences_part_nothing_between_semicolons_or_tabs():
    assert cells("Budget 2027, förslag\nPart;Belopp\nA;8,5\nB;13,675\n")[2:] == [
        ("A", "8,5"),
        ("B", "13,675"),
    ]
    assert cells("A, b och c\t8,5\nB\t13,675\n") == [("A, b och c", "8,5"), ("B", "13,675")]


def test_titles_above_a_small_table_do_not_hide_its_separator():
    assert cells("Budget 2027\nUtkast\nEj beslutad\nA;1\n") == [
        ("Budget 2027", ""), ("Utkast", ""), ("Ej beslutad", ""), ("A", "1"),
    ]  # fmt: skip


def test_a_decimal_comma_between_commas_is_refused_and_never_split():
    assert refusal(b"Part,Belopp\nA,100\nB,12,50\n", "export.csv") == (
        "Filen export.csv har 3 värden på rad 3 men 2 på rad 1, med komma mellan. "
        "Komma är också decimaltecken: spara filen med semikolon mellan kolumnerna."
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('Part;Belopp\n"Region;100\nStad;200\n', id="swallows-the-rest"),
        pytest.param('Part;Belopp\n"Region" Nord;100\n', id="ends-too-early"),
    ],
)
def test_a_quotation_mark_without_its_pair_is_refused(text):
    assert refusal(text.encode(), "export.csv") == (
        "Filen export.csv har på rad 2 ett citattecken som saknar sitt par. "
        "Ta bort det, eller sätt ett till där texten slutar."
    )


def test_quotation_marks_inside_a_text_are_part_of_it():
    assert cells('Insatsen "Vägen";100\n') == [('Insatsen "Vägen"', "100")]


@pytest.mark.parametrize("length", [32_768, 200_000])
def test_a_cell_longer_than_excel_allows_is_refused(length):
    assert refusal(f"A;{'x' * length}".encode(), "export.csv") == (
        "Filen export.csv har en cell med fler än 32\u00a0767 tecken. "
        "Korta texten, eller se efter om ett citattecken i filen saknar sitt par."
    )


def test_the_longest_cell_that_excel_allows_is_read():
    assert cells(f"A;{'x' * 32_767}") == [("A", "x" * 32_767)]


def test_null_characters_are_refused_with_their_row():
    assert refusal(b"A;1\nB\x00;2\n", "export.csv") == (
        "Filen export.csv har på rad 2 ett tecken som inte hör hemma i en tabell. "
        "Spara den som Excel-arbetsbok (.xlsx) eller CSV UTF-8 och välj den igen."
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("Å;1".encode("cp850"), id="ms-dos"),
        pytest.param("\ufeffÅ;1".encode() + b"\xe5", id="marked-utf-8-that-is-not"),
        pytest.param(b"\xff\xfeA", id="half-a-utf-16-character"),
    ],
)
def test_letters_that_could_be_others_are_refused(content):
    assert refusal(content, "export.csv") == (
        "Filen export.csv har bokstäver som inte går att läsa säkert. "
        "Spara den som CSV UTF-8 och välj den igen."
    )


# -- Files that are something else -----------------------------------------------------------------


OLE = bytes.fromhex("D0CF11E0A1B11AE1")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("tom.csv", b"", "Filen tom.csv är tom. Spara tabellen på nytt och välj filen igen."),
        ("tom.csv", b" \r\n\r\n", "Filen tom.csv är tom. Spara tabellen på nytt och välj filen igen."),
        ("tom.csv", b";;;\r\n;;;\r\n", "Filen tom.csv är tom. Spara tabellen på nytt och välj filen igen."),
        (
            "budget.xls",
            OLE + b"\x00" * 512 + "Workbook".encode("utf-16-le"),
            "Filen budget.xls är sparad i ett äldre format, som .xls. "
            "Spara den som Excel-arbetsbok (.xlsx) eller CSV och välj den filen.",
        ),
        (
            "budget.xlsx",
            OLE + b"\x00" * 512 + "EncryptedPackage".encode("utf-16-le"),
            "Filen budget.xlsx är skyddad med lösenord. Spara den utan lösenord och välj den igen.",
        ),
        (
            "budget.pdf",
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
            "Filen budget.pdf är en PDF, och dess tabeller kan inte läsas. "
            "Välj den Excel-arbetsbok (.xlsx) eller CSV som den gjordes av.",
        ),
        (
            "foto.png",
            b"\x89PNG\r\n\x1a\n\x00\x00",
            "Filen foto.png är en bild. "
            "Skriv av tabellen i en Excel-arbetsbok (.xlsx) och välj den i stället.",
        ),
        (
            "rapport.xls",
            b"\n<html><table><tr><td>1</td></tr></table></html>",
            "Filen rapport.xls är en webbsida eller XML, fast den kan öppnas i Excel. "
            "Öppna den där, spara den som Excel-arbetsbok (.xlsx) och välj den filen.",
        ),
        (
            "program.exe",
            b"MZ\x90\x00\x03",
            "Filen program.exe har på rad 1 ett tecken som inte hör hemma i en tabell. "
            "Spara den som Excel-arbetsbok (.xlsx) eller CSV UTF-8 och välj den igen.",
        ),
    ],
)
def test_another_kind_of_file_is_refused_with_the_cure(name, content, sentence):
    assert refusal(content, name) == sentence


def test_the_bytes_decide_and_not_the_name():
    content = write_workbook([Sheet("Budget", [["Part"], ["Region Stockholm"]])], made_at=NOON)

    assert read_rows("budget.csv", content) == read_rows("budget.xlsx", content)


def test_a_long_name_is_shortened_and_an_invisible_character_in_it_left_out():
    assert refusal(b"", "a\x00" + "b" * 50) == (
        f"Filen a{'b' * 39}… är tom. Spara tabellen på nytt och välj filen igen."
    )


def test_a_file_may_be_five_megabytes_and_not_a_byte_more():
    line = b"Insats;100\n"
    content = line * (5_000_000 // len(line))

    assert refusal(content + b"\n" * (5_000_001 - len(content)), "stor.csv") == (
        "Filen stor.csv är 5,1 MB, och högst 5 MB kan läsas. "
        "Dela upp den, eller ta bort bilder som inte behövs."
    )
    assert refusal(content + b"\n" * (5_000_000 - len(content)), "stor.csv") == (
        "Filen stor.csv har fler än 20\u00a0000 rader. Dela upp den i flera filer."
    )


def test_twenty_thousand_rows_are_read_and_one_more_refused():
    content = b"Insats;100\n" * 20_000

    assert read_rows("rader.csv", content)[-1] == Row(20_000, ("Insats", "100"))
    assert refusal(content + b"Insats;100\n", "rader.csv") == (
        "Filen rader.csv har fler än 20\u00a0000 rader. Dela upp den i flera filer."
    )


def test_two_hundred_columns_are_read_and_content_beyond_refused():
    assert len(cells("1" + ";1" * 199 + ";;;")[0]) == 200
    assert refusal(b"A;B\n1" + b";" * 199 + b";1", "bred.csv") == (
        "Filen bred.csv har innehåll till höger om kolumn GR på rad 2. "
        "Ta bort det: högst 200 kolumner kan läsas."
    )
