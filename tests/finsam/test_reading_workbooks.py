"""A workbook becomes text as people would type it; one that means no good costs nothing."""

import io
import tracemalloc
import zipfile
import zlib
from contextlib import contextmanager, suppress
from datetime import date, time

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam import kronor, money
from finsam.money import AmountError
from finsam.reading_files import read_rows, read_workbook
from finsam.uploads import FileError, Row


def refusal(content: bytes, name: str = "budget.xlsx") -> str:
    """The sentence that a person meets."""
    with pytest.raises(FileError) as refused:
        read_rows(name, content)
    return str(refused.value)


def archive(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file with these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as written:
        for path, content in parts.items():
            written.writestr(path, content)
    return file.getvalue()


OLE = bytes.fromhex("D0CF11E0A1B11AE1")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "budget.ods",
            archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
            "Filen budget.ods är ett kalkylblad i OpenDocument-format (.ods). "
            "Spara den som Excel-arbetsbok (.xlsx) eller CSV och välj den filen.",
        ),
        *(
            (
                name,
                archive(parts),
                f"Filen {name} är varken en Excel-arbetsbok (.xlsx) eller CSV. "
                "Spara tabellen som något av dem och välj den filen.",
            )
            for name, parts in [
                ("brev.docx", {"_rels/.rels": "<a/>", "word/document.xml": "<a/>"}),
                ("budget.xlsb", {"_rels/.rels": "<a/>", "xl/workbook.bin": b"\x83\x01"}),
                ("allt.zip", {"budget.csv": "A;1"}),
                ("tomt.zip", {}),
                ("text.odt", {"mimetype": "application/vnd.oasis.opendocument.text"}),
            ]
        ),
    ],
)
def test_another_kind_of_archive_is_refused_with_the_cure(name, content, sentence):
    assert refusal(content, name) == sentence


# -- Workbooks: what cells become ------------------------------------------------------------------

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BROKEN = (
    "Filen budget.xlsx är skadad eller ofullständig. Öppna den i Excel, spara den på nytt och välj den igen."
)


def parts(rows: str, *, texts: str = "", workbook: str = "") -> dict[str, str | bytes]:
    """The parts of the smallest workbook, with ``rows`` as Excel stores them.

    Its styles are a plain one, a date and kronor. ``texts`` are the shared ones, ``workbook`` is added to
    what the workbook says of all sheets.
    """
    return {
        "[Content_Types].xml": f"""<Types xmlns="{TYPES}">
            <Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>
            <Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>
            <Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/>
        </Types>""",
        "xl/workbook.xml": f"""<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">
            <sheets><sheet name="Budget" sheetId="1" r:id="rId1"/></sheets>{workbook}
        </workbook>""",
        "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{LINKS}">
            <Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
            <Relationship Id="rId2" Type="{OFFICE}/styles" Target="/xl/styles.xml"/>
            <Relationship Id="rId3" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>
        </Relationships>""",
        "xl/styles.xml": f"""<styleSheet xmlns="{MAIN}">
            <numFmts><numFmt numFmtId="164" formatCode="#,##0\\ &quot;kr&quot;"/></numFmts>
            <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
            <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>
        </styleSheet>""",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/worksheets/sheet1.xml": (f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'),
    }


def stored(rows: str, **said: str) -> bytes:
    """The smallest workbook."""
    return archive(parts(rows, **said))


def cell(xml: str, **said: str) -> str:
    """What a cell that is stored so becomes; the text before it stands there so that no row is empty."""
    content = stored(f'<row r="1"><c r="A1" t="str"><v>x</v></c>{xml}</row>', **said)
    [row] = read_rows("budget.xlsx", content)
    return row.cells[1] if len(row.cells) > 1 else ""


@pytest.mark.parametrize(
    ("number", "text", "ore"),
    [
        ("12000", "12000", 1_200_000),
        ("-5000", "-5000", -500_000),
        ("0", "0", 0),
        ("1234.5", "1234,5", 123_450),
        ("0.30000000000000004", "0,3", 30),  # 0,1 + 0,2
        ("99.9999999999986", "100", 10_000),  # 0,1 added a thousand times
        ("-5.8207660913467407E-11", "0", 0),  # what is left when 0,1 is taken away as often
        ("1.2E7", "12000000", 1_200_000_000),
        ("9999999999999.991", "9999999999999,99", 999_999_999_999_999),
        ("1.0000000000000001E-2", "0,01", 1),
    ],
)
def test_a_number_is_written_as_a_person_would_to_the_ore(number, text, ore):
    written = cell(f"<c><v>{number}</v></c>")

    assert written == text
    assert money.parse(written) == ore


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("12.345", "12,3450"),
        ("0.125", "0,125"),
        ("33.333333333333336", "33,333333333333336"),
        ("1234567890.123", "1234567890,1230"),
        ("0.001", "0,001"),
    ],
)
def test_a_number_finer_than_an_ore_is_kept_and_refused_as_such(number, text):
    written = cell(f"<c><v>{number}</v></c>")

    assert written == text
    with pytest.raises(AmountError) as refused:
        money.parse(written)
    assert kronor.sentence(refused.value) == (
        f"Beloppet {text} är finare än ett öre. Skriv högst två decimaler i kronor."
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [("1E300", "1e+300"), ("-1E+18", "-1e+18"), ("1e999", "inf"), ("1" + "0" * 18, "1" + "0" * 18)],
)
def test_a_number_beyond_all_amounts_is_refused_as_one(number, text):
    assert cell(f"<c><v>{number}</v></c>") == text
    with pytest.raises(AmountError):
        money.parse(text)


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        pytest.param('<c s="1"><v>46353</v></c>', "2026-11-27", id="date"),
        pytest.param('<c s="1"><v>46353.5</v></c>', "2026-11-27 12:00:00", id="moment"),
        pytest.param('<c s="1"><v>0.5</v></c>', "12:00:00", id="time-of-day"),
        pytest.param('<c s="1"><v>9999999999</v></c>', "#VALUE!", id="no-such-date"),
        pytest.param('<c t="d"><v>2026-11-27T00:00:00</v></c>', "2026-11-27", id="date-as-text"),
        pytest.param('<c s="2"><v>8000000</v></c>', "8000000", id="kronor-are-no-days"),
        pytest.param('<c t="b"><v>1</v></c>', "SANT", id="true"),
        pytest.param('<c t="b"><v>0</v></c>', "FALSKT", id="false"),
        pytest.param('<c t="e"><v>#REF!</v></c>', "#REF!", id="error"),
        pytest.param('<c t="s"><v>0</v></c>', "Region Stockholm", id="shared-text"),
        pytest.param('<c t="s"><v>1</v></c>', "Belopp\n(kr)", id="line-breaks-as-excel-writes-them"),
        pytest.param('<c t="inlineStr"><is><t>A</t></is></c>', "A", id="text-in-the-cell"),
        pytest.param('<c t="inlineStr"><is><r><t>A </t></r><r><t>b</t></r></is></c>', "A b", id="typefaces"),
        pytest.param('<c t="str"><v> = 1 </v></c>', "= 1", id="text-that-is-no-formula"),
        pytest.param('<c s="2"/>', "", id="only-a-border"),
        pytest.param("<c><v></v></c>", "", id="nothing"),
    ],
)
def test_a_cell_becomes_the_text_that_a_person_would_type(xml, text):
    texts = """
        <si><r><t>Region </t></r> <r><t>Stockholm </t></r></si>
        <si><t>Belopp_x000D_\n(kr)</t></si>
    """

    assert cell(xml, texts=texts) == text


def test_days_are_counted_from_1904_in_a_workbook_that_says_so():
    assert cell('<c s="1"><v>44891</v></c>', workbook='<workbookPr date1904="1"/>') == "2026-11-27"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        pytest.param("<c><f>A1+B1</f><v>12.5</v></c>", "12,5", id="worked-out"),
        pytest.param("<c><f>A1+B1</f><v>0</v></c>", "0", id="worked-out-to-0"),
        pytest.param('<c t="str"><f>IF(A1="","",1)</f><v></v></c>', "", id="worked-out-to-nothing"),
        pytest.param('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!", id="worked-out-to-an-error"),
        pytest.param("<c><f>A1+B1</f><v/></c>", "=A1+B1", id="never-worked-out"),
        pytest.param("<c><f>A1+B1</f></c>", "=A1+B1", id="never-worked-out-no-value"),
        pytest.param('<c t="str"><f>A1&amp;B1</f></c>', "=A1&B1", id="never-worked-out-text"),
    ],
)
def test_a_formula_is_what_it_came_to_or_else_itself(xml, text):
    assert cell(xml) == text


def test_a_formula_that_was_never_worked_out_is_refused_as_an_amount_and_not_taken_for_nothing():
    with pytest.raises(AmountError) as refused:
        money.parse(cell("<c><f>SUM(C4:C9)</f><v/></c>"))

    assert kronor.sentence(refused.value) == (
        "Beloppet =SUM(C4:C9) går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr."
    )


def test_a_nought_that_waits_to_be_worked_out_is_not_taken_for_0():
    waits = '<calcPr fullCalcOnLoad="1"/>'

    assert cell("<c><f>A1+B1</f><v>0</v></c>", workbook=waits) == "=A1+B1"
    assert cell("<c><f>A1+B1</f><v>12.5</v></c>", workbook=waits) == "12,5"
    assert cell("<c><v>0</v></c>", workbook=waits) == "0"


def test_rows_and_columns_stand_where_the_file_says_or_after_the_former():
    content = stored(
        '<row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c></row>'
        "<row><c><v>3</v></c></row>"
        '<row r="9" spans="1:3"><c r="C9"><v>4</v></c></row>'
    )

    assert read_rows("budget.xlsx", content) == [
        Row(3, ("", "1", "2")),
        Row(4, ("3", "", "")),
        Row(9, ("", "", "4")),
    ]


def test_prefixes_are_understood():
    prefixed = parts("")
    prefixed["xl/worksheets/sheet1.xml"] = (
        f'<m:worksheet xmlns:m="{MAIN}"><m:sheetData><m:row r="1"><m:c r="A1"><m:v>1</m:v></m:c></m:row>'
        "</m:sheetData></m:worksheet>"
    )

    assert read_rows("budget.xlsx", archive(prefixed)) == [Row(1, ("1",))]


def test_the_strict_kind_of_workbook_is_refused_and_not_taken_for_an_empty_one():
    strict = {
        path: str(content).replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships")
        for path, content in parts('<row r="1"><c r="A1"><v>1</v></c></row>').items()
    }

    assert refusal(archive(strict)) == (
        "Filen budget.xlsx är varken en Excel-arbetsbok (.xlsx) eller CSV. "
        "Spara tabellen som något av dem och välj den filen."
    )


def test_looks_and_what_stands_beside_the_cells_are_not_read():
    odd = parts('<row r="1"><c r="A1"><v>1</v></c></row>')
    odd["xl/styles.xml"] = str(odd["xl/styles.xml"]).replace(
        "<cellStyleXfs>", '<fonts><font><family val="99"/></font></fonts><cellStyleXfs>'
    )
    filters = '<autoFilter ref="?"><filterColumn colId="x"/></autoFilter><conditionalFormatting sqref="?"/>'
    sheet = "xl/worksheets/sheet1.xml"
    odd[sheet] = str(odd[sheet]).replace("</worksheet>", f"{filters}</worksheet>")

    assert read_rows("budget.xlsx", archive(odd)) == [Row(1, ("1",))]


def workbook_of_three() -> bytes:
    """A hidden sheet, an empty one, and the budget; then a chart."""
    book = openpyxl.Workbook()
    book.active.title = "Listor"
    book.active["A1"] = "dold"
    book.active.sheet_state = "hidden"
    book.create_sheet("Tomt")
    budget = book.create_sheet("Budget")
    budget.append(["Part", "Belopp", "Beslut", "Klockan"])
    budget.append(["Region Stockholm", 8_000_000.5, date(2026, 11, 27), time(14, 5)])
    book.create_chartsheet("Diagram")
    book.active = budget
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_first_sheet_that_is_seen_and_has_content_is_read():
    assert read_rows("budget.xlsx", workbook_of_three()) == [
        Row(1, ("Part", "Belopp", "Beslut", "Klockan")),
        Row(2, ("Region Stockholm", "8000000,5", "2026-11-27", "14:05:00")),
    ]


def test_all_sheets_are_read_by_title_in_their_order():
    sheets = read_workbook("budget.xlsx", workbook_of_three())

    assert list(sheets) == ["Listor", "Tomt", "Budget"]
    assert sheets["Listor"] == [Row(1, ("dold",))]
    assert sheets["Tomt"] == []
    assert sheets["Budget"][1].cells[0] == "Region Stockholm"


def test_a_text_file_has_no_sheets():
    with pytest.raises(FileError) as refused:
        read_workbook("budget.csv", b"A;1")

    assert str(refused.value) == (
        "Filen budget.csv är ingen Excel-arbetsbok. Spara den som Excel-arbetsbok (.xlsx)."
    )


def test_a_workbook_without_content_is_empty():
    assert refusal(stored('<row r="1"><c r="A1" s="1"/></row>')) == (
        "Filen budget.xlsx är tom. Spara tabellen på nytt och välj filen igen."
    )


def test_a_workbook_with_macros_is_read():
    with_macros = parts('<row r="1"><c r="A1"><v>1</v></c></row>') | {"xl/vbaProject.bin": OLE}

    assert read_rows("budget.xlsm", archive(with_macros)) == [Row(1, ("1",))]


amounts = st.integers(-money.LARGEST_AMOUNT, money.LARGEST_AMOUNT)


@settings(deadline=None)  # a whole workbook each time, on machines that do other things too
@given(
    st.lists(
        st.one_of(st.floats(-1e13, 1e13).map(lambda value: round(value, 2)), st.integers(-(10**13), 10**13)),
        min_size=1,
        max_size=20,
    )
)
def test_numbers_that_other_programs_write_give_the_same_ore(values):
    book = openpyxl.Workbook()
    book.active.append(["Belopp", *values])
    file = io.BytesIO()
    book.save(file)

    [row] = read_rows("budget.xlsx", file.getvalue())

    assert [money.parse(cell) for cell in row.cells[1:]] == [round(value * 100) for value in values]


# -- Workbooks that mean no good -------------------------------------------------------------------


def test_a_workbook_cut_short_is_refused():
    content = workbook_of_three()

    assert refusal(content[:-100]) == BROKEN
    assert refusal(content[:1000]) == BROKEN


def test_a_workbook_with_changed_bytes_is_refused():
    content = archive(parts('<row r="1"><c r="A1"><v>1234567</v></c></row>'), zipfile.ZIP_STORED)

    assert refusal(content.replace(b"1234567", b"9234567")) == BROKEN


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', id="no-such-text"),
        pytest.param('<row r="1"><c r="AAAAAAA1"><v>1</v></c></row>', id="no-such-column"),
        pytest.param('<row r="2000000000"><c><v>1</v></c></row>', id="no-such-row"),
        pytest.param('<row r="2"/><row r="1"/>', id="rows-out-of-order"),
        pytest.param(f'<row r="{"9" * 5000}"/>', id="a-number-python-does-not-read"),
        pytest.param('<row r="1"><c><v>tolv</v></c></row>', id="a-number-that-is-none"),
        pytest.param("<row>", id="no-end"),
        pytest.param("<row>&amp;&okänd;</row>", id="unknown-entity"),
    ],
)
def test_a_workbook_that_excel_would_not_open_is_refused(rows):
    assert refusal(stored(rows)) == BROKEN


def test_a_sheet_that_lies_about_its_size_is_read_by_its_cells():
    lying = parts(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="B1048576"><v>2</v></c></row>'
    )
    sheet = "xl/worksheets/sheet1.xml"
    lying[sheet] = str(lying[sheet]).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')

    content = archive(lying)

    with memory_at_most(1):
        assert read_rows("budget.xlsx", content) == [Row(1, ("1", "")), Row(1_048_576, ("", "2"))]


def test_a_cell_in_the_farthest_corner_is_refused():
    assert refusal(stored('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')) == (
        "Filen budget.xlsx har innehåll till höger om kolumn GR på rad 1\u00a0048\u00a0576. "
        "Ta bort det: högst 200 kolumner kan läsas."
    )


def test_columns_without_content_may_lie_as_far_away_as_they_like():
    content = stored('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="2"/></row>')

    with memory_at_most(1):
        assert read_rows("budget.xlsx", content) == [Row(1, ("1",))]


def test_ten_thousand_rows_of_twenty_columns_are_read():
    columns = "".join(f"<c><v>{column}.25</v></c>" for column in range(20))

    rows = read_rows("budget.xlsx", stored(f"<row>{columns}</row>" * 10_000))

    assert len(rows) == 10_000
    assert rows[-1] == Row(10_000, tuple(f"{column},25" for column in range(20)))


def test_rows_are_counted_over_all_sheets_that_are_read():
    twice = parts("<row><c><v>1</v></c></row>" * 10_001)
    twice["xl/worksheets/sheet2.xml"] = twice["xl/worksheets/sheet1.xml"]
    second = f'<Relationship Id="rId4" Type="{OFFICE}/worksheet" Target="worksheets/sheet2.xml"/></Rel'
    twice["xl/_rels/workbook.xml.rels"] = str(twice["xl/_rels/workbook.xml.rels"]).replace("</Rel", second)
    twice["xl/workbook.xml"] = str(twice["xl/workbook.xml"]).replace(
        "</sheets>", '<sheet name="Utfall" sheetId="2" r:id="rId4"/></sheets>'
    )
    content = archive(twice)

    assert len(read_rows("budget.xlsx", content)) == 10_001
    with pytest.raises(FileError) as refused:
        read_workbook("budget.xlsx", content)
    assert str(refused.value) == (
        "Filen budget.xlsx har fler än 20\u00a0000 rader. Dela upp den i flera filer."
    )


def test_a_sheet_listed_twice_is_not_read_again_and_again():
    listed = parts("<row><c><v>1</v></c></row>")
    listed["xl/workbook.xml"] = str(listed["xl/workbook.xml"]).replace(
        "</sheets>", '<sheet name="Samma" sheetId="2" r:id="rId1"/></sheets>'
    )

    with pytest.raises(FileError) as refused:
        read_workbook("budget.xlsx", archive(listed))

    assert str(refused.value) == BROKEN


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = parts("") | {"xl/media/image1.png": b"\x00" * 61_000_000}

    assert refusal(archive(bomb)) == (
        "Filen budget.xlsx blir 61,1 MB när den packas upp, och högst 60 MB kan läsas. "
        "Kopiera tabellen till en ny arbetsbok och välj den i stället."
    )


@contextmanager
def memory_at_most(megabytes: int):
    """Fail when what is done inside takes more than so much memory at any moment."""
    tracemalloc.start()
    try:
        yield
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < megabytes * 1_000_000


def little_endian(number: int) -> bytes:
    """A number as zip stores it."""
    return number.to_bytes(4, "little")


@pytest.mark.parametrize("also_its_sum", [False, True], ids=["size", "size-and-checksum"])
@pytest.mark.parametrize("path", [path for path in parts("") if path.endswith(".xml")])
def test_a_zip_bomb_that_declares_less_than_it_holds_is_never_unpacked_in_full(path, also_its_sum):
    held, declared = b" " * 50_000_000, b" " * 1_000
    content = archive(parts("") | {path: held})
    lying = content.replace(little_endian(len(held)), little_endian(len(declared)))
    if also_its_sum:
        lying = lying.replace(little_endian(zlib.crc32(held)), little_endian(zlib.crc32(declared)))
    assert lying != content

    with memory_at_most(5):
        assert refusal(lying) == BROKEN


def test_a_workbook_of_a_thousand_parts_is_refused():
    many = parts("") | {f"xl/media/image{number}.png": b"" for number in range(994)}

    assert refusal(archive(many)) == (
        "Filen budget.xlsx består av 1\u00a0000 delar, och högst 200 kan läsas. "
        "Kopiera tabellen till en ny arbetsbok och välj den i stället."
    )


def test_more_cells_than_can_be_read_are_refused_also_when_they_are_empty():
    assert refusal(stored("<row>" + "<c/>" * 4_000_000 + "</row>")) == (
        "Filen budget.xlsx har fler än 1\u00a0000\u00a0000 celler. "
        "Kopiera tabellen till en ny arbetsbok och välj den i stället."
    )


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param("<row>" + '<c s="0"/>' * 100_000 + "</row>", id="in-one-row"),
        pytest.param('<c s="0"/>' * 100_000, id="in-no-row"),
        pytest.param("<row>" + "<c>" * 100_000 + "</c>" * 100_000 + "</row>", id="in-each-other"),
        pytest.param('<row ht="1"/>' * 100_000, id="rows"),
    ],
)
def test_elements_are_never_all_in_memory(rows):
    content = stored(rows)

    with memory_at_most(24):
        refusal(content)


def test_a_shared_text_is_let_go_of_before_the_next():
    content = stored("<row><c><v>1</v></c></row>", texts="<si><t/></si>" * 20_000)

    with memory_at_most(2):
        assert read_rows("budget.xlsx", content) == [Row(1, ("1",))]


def test_a_cell_may_hold_what_excel_allows_and_not_a_character_more():
    assert cell(f'<c t="str"><v>{"x" * 32_767}</v></c>') == "x" * 32_767
    for length in (32_768, 2_000_000):
        assert refusal(stored(f'<row><c t="str"><v>{"x" * length}</v></c></row>')) == (
            "Filen budget.xlsx har en cell med fler än 32\u00a0767 tecken. "
            "Korta texten, eller se efter om ett citattecken i filen saknar sitt par."
        )


def test_a_contents_list_that_no_workbook_needs_is_refused():
    assert refusal(stored("", workbook=" " * 2_000_000)) == BROKEN


def test_a_sheet_without_its_part_is_refused_and_not_left_out():
    lacking = parts("")
    del lacking["xl/worksheets/sheet1.xml"]

    assert refusal(archive(lacking)) == BROKEN


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(parts(""))), st.integers(0), st.integers(0, 30), st.binary(max_size=8))
def test_whatever_is_changed_the_workbook_is_read_or_refused(path, place, left_out, put):
    changed = parts(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c s="1"><v>46353</v></c><c><f>A1</f><v>1</v></c></row>',
        texts="<si><r><rPr><b/></rPr><t>A</t></r></si>",
    )
    content = str(changed[path]).encode()
    place %= len(content)
    changed[path] = content[:place] + put + content[place + left_out :]

    with suppress(FileError):
        read_rows("budget.xlsx", archive(changed))


@settings(deadline=None, max_examples=300)
@given(st.integers(0), st.integers(0, 30), st.binary(max_size=8))
def test_whatever_is_changed_the_archive_is_read_or_refused(place, left_out, put):
    content = stored('<row r="1"><c r="A1"><v>1</v></c></row>')
    place %= len(content)

    with suppress(FileError):
        read_rows("budget.xlsx", content[:place] + put + content[place + left_out :])


def test_parts_packed_as_office_never_does_are_refused():
    assert refusal(archive(parts(""), zipfile.ZIP_BZIP2)) == (
        "Filen budget.xlsx är varken en Excel-arbetsbok (.xlsx) eller CSV. "
        "Spara tabellen som något av dem och välj den filen."
    )


def test_an_encrypted_archive_is_refused():
    content = bytearray(archive({"xl/workbook.xml": "<a/>"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert refusal(bytes(content)) == (
        "Filen budget.xlsx är skyddad med lösenord. Spara den utan lösenord och välj den igen."
    )


BOMB = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY c SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("path", list(parts("")))
@pytest.mark.parametrize("declared", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_entities_are_refused_in_every_part_that_is_read(path, declared):
    hostile = parts('<row r="1"><c r="A1" t="inlineStr"><is><t>A</t></is></c></row>')
    hostile[path] = declared + str(hostile[path])

    assert refusal(archive(hostile)) == (
        "Filen budget.xlsx innehåller en dokumenttyp (DOCTYPE), som en arbetsbok inte ska ha. "
        "Öppna den i Excel, spara den på nytt och välj den igen."
    )


def test_entities_are_refused_in_any_encoding():
    hostile = parts("")
    hostile["xl/sharedStrings.xml"] = f"{BOMB}<sst><si><t>&c;</t></si></sst>".encode("utf-16")

    assert refusal(archive(hostile)) == (
        "Filen budget.xlsx innehåller en dokumenttyp (DOCTYPE), som en arbetsbok inte ska ha. "
        "Öppna den i Excel, spara den på nytt och välj den igen."
    )


def test_a_number_format_that_would_take_hours_to_judge_takes_no_time():
    hostile = parts('<row r="1"><c r="A1" s="2"><v>1</v></c></row>')
    hostile["xl/styles.xml"] = str(hostile["xl/styles.xml"]).replace("#,##0", "[" * 900_000)

    assert read_rows("budget.xlsx", archive(hostile)) == [Row(1, ("1",))]
