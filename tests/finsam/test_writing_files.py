"""Tables become files that a Swedish Excel opens right, and that read back as they were."""

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam import money
from finsam.money import Figure
from finsam.reading_files import read_rows, read_workbook
from finsam.uploads import Row
from finsam.writing_files import Formula, Sheet, write_csv, write_data_csv, write_workbook

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)

# Stockholm 2021, as the README has it.
STOCKHOLM = [
    ["Part", "Erbjudet", "Kallat"],
    ["Försäkringskassan", Figure(2_735_000_000), Figure(1_600_000_000)],
    ["Region Stockholm", Figure(800_000_000), Figure(800_000_000)],
    ["Stockholms stad", Figure(1_367_500_000), Figure(800_000_000)],
]


amounts = st.integers(-money.LARGEST_AMOUNT, money.LARGEST_AMOUNT)


# -- Workbooks -----------------------------------------------------------------------------


def opened(sheet: Sheet):
    """The sheet as openpyxl reads it back."""
    content = write_workbook([sheet], made_at=NOON)
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_what_is_written_reads_back_as_text():
    content = write_workbook([Sheet("Stockholm 2021", STOCKHOLM)], made_at=NOON)

    assert read_workbook("budget.xlsx", content) == {
        "Stockholm 2021": [
            Row(1, ("Part", "Erbjudet", "Kallat")),
            Row(2, ("Försäkringskassan", "27350000", "16000000")),
            Row(3, ("Region Stockholm", "8000000", "8000000")),
            Row(4, ("Stockholms stad", "13675000", "8000000")),
        ]
    }


@settings(deadline=None)
@given(st.lists(amounts, min_size=1, max_size=20))
def test_amounts_come_back_to_the_ore(ore):
    sheet = Sheet("Budget", [["Belopp", *map(Figure, ore)]])

    [row] = read_rows("budget.xlsx", write_workbook([sheet], made_at=NOON))

    assert [money.parse(cell) for cell in row.cells[1:]] == ore


# Also halves of "_x0041_", which is how Excel writes a character by its number.
TEXTS = st.lists(
    st.one_of(
        st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
        st.sampled_from(["_", "x", "0041", "\n", "="]),
    )
).map("".join)


@settings(deadline=None)
@given(TEXTS)
def test_texts_come_back(text):
    [row] = read_rows("budget.xlsx", write_workbook([Sheet("Budget", [["A", text, "B"]])], made_at=NOON))

    assert row.cells == ("A", text.strip(), "B")


def test_amounts_are_numbers_in_kronor_without_decimals_when_none_has_ore():
    sheet = opened(Sheet("Budget", STOCKHOLM))

    assert sheet["B2"].value == 27_350_000
    assert sheet["B2"].data_type == "n"
    assert {sheet[at].number_format for at in ("B2", "C4")} == {'#,##0;"−"#,##0;0'}


def test_all_amounts_of_a_sheet_have_decimals_when_one_has_ore():
    rows = [
        ["Part", "Belopp"],
        ["A", Figure(1_234_567)],
        ["B", Figure(-500_000)],
        ["Summa", Formula("=SUM(B2:B3)")],
    ]
    sheet = opened(Sheet("Budget", rows))

    assert [sheet[at].value for at in ("B2", "B3", "B4")] == [12345.67, -5000, "=SUM(B2:B3)"]
    assert {sheet[at].number_format for at in ("B2", "B3", "B4")} == {'#,##0.00;"−"#,##0.00;0.00'}


def test_a_missing_figure_is_an_empty_cell_and_not_0():
    sheet = opened(Sheet("Budget", [["A", Figure(), Figure(0), None]]))

    assert [cell.value for cell in sheet[1]][:3] == ["A", None, 0]


def test_days_weights_and_formulas_keep_their_own_format():
    rows = [[date(2026, 11, 27), 989_420, Formula("=B1/2", "0.0%")]]
    sheet = opened(Sheet("Budget", rows, head_rows=0))

    assert sheet["A1"].value == datetime(2026, 11, 27)
    assert [cell.number_format for cell in sheet[1]] == ["yyyy-mm-dd", '#,##0;"−"#,##0;0', "0.0%"]
    assert sheet["C1"].data_type == "f"


@pytest.mark.parametrize("text", ["=1+1", "+46 8 508", "-", "@SUM(A1)", "=", "#REF!", "2026", "-5 000"])
def test_text_is_never_a_formula_an_error_or_a_number(text):
    written = opened(Sheet("Budget", [[text]]))["A1"]

    assert (written.value, written.data_type) == (text, "s")
    assert written.quotePrefix == text.startswith(("=", "+", "-", "@"))


def test_control_characters_are_left_out_and_line_ends_are_one():
    written = opened(Sheet("Budget", [["A\x00\x0b\x1f\ud800\uffffB\r\nC\rD"]]))["A1"]

    assert written.value == "AB\nC\nD"


def test_a_text_that_looks_like_an_escape_stays_as_it_is():
    content = write_workbook([Sheet("Budget", [["_x0041_"]])], made_at=NOON)

    assert read_rows("budget.xlsx", content) == [Row(1, ("_x0041_",))]
    assert b"_x005F_x0041_" in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_heads_and_sums_are_bold():
    rows = [["Budget 2027"], ["Part", "Belopp"], ["A", Figure(100)], ["Summa", Formula("=SUM(B3:B3)")]]
    sheet = opened(Sheet("Budget", rows, head_rows=2, sum_rows={4}))

    assert [cell.font.bold for cell in sheet["A"]] == [True, True, False, True]


def test_heads_stay_in_view_and_return_on_each_printed_page():
    sheet = opened(Sheet("Budget", [["Budget 2027"], ["Part", "Belopp"], ["A", Figure(100)]], head_rows=2))

    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$1:$2"


def test_a_sheet_without_heads_freezes_nothing():
    sheet = opened(Sheet("Budget", [["A"]], head_rows=0))

    assert sheet.freeze_panes is None
    assert sheet.print_title_rows is None


def test_a_sheet_is_printed_as_wide_as_an_a4_on_its_side():
    sheet = opened(Sheet("Budget", STOCKHOLM))

    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True


def test_columns_are_as_wide_as_their_content_within_bounds():
    rows = [
        ["En rubrik som får löpa ut över kolumnerna till höger"],
        ["Part", "Belopp", "Not", "År"],
        ["Försäkringskassan", Figure(5_470_000_000), "x" * 200, "2027"],
    ]
    sheet = opened(Sheet("Budget", rows, head_rows=2))

    assert [sheet.column_dimensions[letter].width for letter in "ABCD"] == [19, 12, 60, 10]
    assert sheet["C3"].alignment.wrap_text is True
    assert not sheet["A3"].alignment.wrap_text


def test_titles_are_what_excel_accepts():
    titles = [
        "Budget 2027: [förslag]/nytt?",
        "Samordningsförbundet Södra Dalarna, budget",
        "Samordningsförbundet Södra Dalarna, utfall",
        "'budget'",
        "Budget",
        "***",
        "",
    ]

    content = write_workbook([Sheet(title, [["A"]]) for title in titles], made_at=NOON)

    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == [
        "Budget 2027 förslag nytt",
        "Samordningsförbundet Södra Dala",
        "Samordningsförbundet Södra Da 2",
        "budget",
        "Budget 2",
        "Blad",
        "Blad 2",
    ]


def test_the_same_sheets_made_at_the_same_moment_are_the_same_bytes():
    sheets = [Sheet("Budget", STOCKHOLM)]

    content = write_workbook(sheets, made_at=NOON)

    assert write_workbook(sheets, made_at=NOON) == content
    properties = openpyxl.load_workbook(io.BytesIO(content)).properties
    assert (properties.creator, properties.created, properties.modified) == (
        "Budgetliggaren",
        datetime(2026, 11, 27, 12, 0),
        datetime(2026, 11, 27, 12, 0),
    )
    assert {part.date_time for part in zipfile.ZipFile(io.BytesIO(content)).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }


# -- CSV -----------------------------------------------------------------------------------


def test_a_csv_opens_right_in_a_swedish_excel():
    rows = [
        ["Part", "Belopp", "Invånare", "Beslut", "Not"],
        ["Region Örebro", Figure(800_000_050), 31_400, date(2026, 11, 27), "A; b"],
        ["Lekeberg", Figure(-500_000), -1, None, 'Kallas "Leke"'],
        ["Hällefors", Figure(), 0, None, ""],
    ]

    assert (
        write_csv(rows)
        == (
            "\ufeffPart;Belopp;Invånare;Beslut;Not\r\n"
            'Region Örebro;8000000,50;31400;2026-11-27;"A; b"\r\n'
            'Lekeberg;-5000;-1;;"Kallas ""Leke"""\r\n'
            "Hällefors;;0;;\r\n"
        ).encode()
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+46 8 508", "'+46 8 508"),
        ("-5 000", "'-5 000"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'\t=1+1"),
        ("\r=1+1", '"\'\n=1+1"'),
        (" =1+1", "' =1+1"),
        ("−5 000", "−5 000"),
        ("a=b", "a=b"),
        ("A\x00B", "AB"),
    ],
)
def test_a_text_that_excel_would_take_for_a_formula_gets_an_apostrophe(text, written):
    assert write_csv([[text]]).decode("utf-8-sig") == f"{written}\r\n"


@settings(deadline=None)
@given(st.lists(amounts, min_size=1, max_size=20))
def test_amounts_of_a_csv_come_back_to_the_ore(ore):
    [row] = read_rows("budget.csv", write_csv([["Belopp", *map(Figure, ore)]]))

    assert [money.parse(cell) for cell in row.cells[1:]] == ore


# -- CSV for programs ----------------------------------------------------------------------


def test_a_csv_for_programs_has_points_and_days_as_iso_has_them():
    rows = [
        ["Namn", "Belopp", "Dag"],
        ["Åre, Krokom", Figure(800_000_050), date(2026, 11, 27)],
        ["", Figure(-5), None],
        ["Saknas", Figure(), 7],
    ]

    assert write_data_csv(rows).decode() == (
        'Namn,Belopp,Dag\n"Åre, Krokom",8000000.50,2026-11-27\n,-0.05,\nSaknas,,7\n'
    )


@pytest.mark.parametrize("text", ["=1+1", "+46", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_a_csv_for_programs_guards_formulas_too(text):
    assert write_data_csv([[text]]).decode().lstrip('"').startswith("'")
