"""Actual figures from a file: what it says, what the ledger would hold, and that nothing else happens.

Exempelförbundet 2026 has figures for January to September. The files here are what business systems give: a
few lines of titles, a heading row, a row per voucher or per account, a sum last.
"""

import io
import re
import zipfile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from budgets import import_files, ledger, services
from budgets.import_files import Columns, File, Table, find_heading, period_in
from budgets.imports import Outcome, dry_run, readings
from budgets.ledger import Balance, Cell
from budgets.models import Account, BudgetLine, ColumnMapping, Entry, Posting
from finsam import money, uploads
from finsam.money import AmountError, Figure
from members.models import Association
from tests import factories
from tests.pages import Element, read, table

LEDGER = """\
Exempelförbundet;;;
Huvudbok;;Utskriven 2026-05-02;
;;;
Konto;Benämning;Bokföringsdatum;Belopp
4010;Arvoden;2026-10-05;12 500,50
4010;Arvoden;2026-10-20;-500,50
4010;Arvoden;2026-11-03;8 000
5010;Löner;2026-10-25;140 000
3990;ESF-stöd;2026-10-31;90 000
;Summa;;250 000,00
"""

# One row per account and a column for each month, costs with a minus sign.
WIDE = """\
Resultat per månad;;;;
Konto;Text;Okt;Nov;Dec
4010;Arvoden;-12 500;-8 000;
5010;Löner;-140 000;;
3990;ESF-stöd;90 000;90 000;
;Summa;-62 500;82 000;
"""


def csv(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


def xlsx(*rows) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def file_of(text: str) -> File:
    return import_files.read("utfall.csv", csv(text))


def make_line(slug: str, pk: int, kind: str = BudgetLine.Kind.MEASURE) -> BudgetLine:
    return BudgetLine(pk=pk, slug=slug, name=slug.capitalize(), kind=kind)


def many_rows(count: int, amount: str = "") -> str:
    """A ledger of many vouchers on sixty accounts, each with an amount of its own unless one is given."""
    rows = (
        f"{4000 + n % 60};Leverantör {n * 7919 % 3000};2026-{n % 12 + 1:02}-15;{amount or f'{n * 13},5'}"
        for n in range(count)
    )
    return "\n".join(["Konto;Text;Datum;Belopp", *rows])


STYRELSE = make_line("styrelse", 1, BudgetLine.Kind.BOARD)
KANSLI = make_line("kansli", 2, BudgetLine.Kind.ADMINISTRATION)
ESF = make_line("esf", 3, BudgetLine.Kind.OTHER_INCOME)
LINES = {"4010": STYRELSE, "5010": KANSLI, "3990": ESF, "": None}


# -- Months ----------------------------------------------------------------------------------------

PERIODS = {
    "2026-03-14": (2026, 3),
    "2026-03-14 10:15:00": (2026, 3),
    "2026/03/14": (2026, 3),
    "20260314": (2026, 3),
    "2026-03": (2026, 3),
    "202603": (2026, 3),
    "2026.03": (2026, 3),
    "03/2026": (2026, 3),
    "3-2026": (2026, 3),
    "mars": (None, 3),
    "Mars": (None, 3),
    "MAR": (None, 3),
    "mar.": (None, 3),
    "sept": (None, 9),
    "mars 2026": (2026, 3),
    "mar-26": (2026, 3),
    "mar 26": (2026, 3),
    "2026 mars": (2026, 3),
    "14 mars 2026": (2026, 3),
    "3": (None, 3),
    "03": (None, 3),
    "12": (None, 12),
    "maj": (None, 5),
    "okt": (None, 10),
}
NO_PERIODS = (
    *("", " ", "0", "13", "00", "2026", "2026-13", "2026-00", "2026-02-30", "202613", "ma", "marsipan"),
    *("03/04/2026", "14.03.2026", "2603", "1.0", "Summa", "jan-mar", "kvartal 1", "våren", "1900-03"),
    *("٣", "²", "2026-03-14x", "=A1", "a" * 30_000, "3" * 30_000),
)


@pytest.mark.parametrize("text", PERIODS)
def test_a_month_is_read_as_files_write_it(text):
    assert period_in(text) == PERIODS[text]


@pytest.mark.parametrize("text", NO_PERIODS, ids=lambda text: text[:20])
def test_what_names_no_month_or_may_name_two_is_none(text):
    assert period_in(text) is None


YEAR = "januari februari mars april maj juni juli augusti september oktober november december"


@pytest.mark.parametrize(("number", "name"), list(enumerate(YEAR.split(), 1)))
def test_every_month_is_known_by_its_name_and_by_three_letters(number, name):
    assert [period_in(name), period_in(name[:3]), period_in(f"{name[:3]}-26")] == [
        (None, number),
        (None, number),
        (2026, number),
    ]


# -- Amounts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ore"),
    [
        ("12 500,50", 1_250_050),
        ("-500,5", -50_050),
        ("500,50-", -50_050),
        ("500,50 -", -50_050),
        ("1 000−", -100_000),
        ("0", 0),
    ],
)
def test_the_minus_sign_may_stand_last(text, ore):
    assert import_files.read_amount(text) == ore


@pytest.mark.parametrize("text", ["-500-", "-", "--5", "5--", "12.000", "12.000-", "(500)", "", "1e5"])
def test_an_amount_that_may_be_read_in_two_ways_is_not_read(text):
    with pytest.raises(AmountError):
        import_files.read_amount(text)


# -- Where the table is ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        pytest.param(LEDGER, 4, id="below titles"),
        pytest.param(WIDE, 2, id="months as headings"),
        pytest.param("Konto;Månad;Belopp\n4010;mars;5", 1, id="first"),
        pytest.param("4010;2026-03;5\n5010;2026-03;6", 0, id="none"),
        pytest.param("Konto;2026-01;2026-02\n4010;5;6", 1, id="periods"),
        pytest.param("Förbund: X;Period: mars\nKonto;Månad;Belopp\n4010;mars;5", 2, id="wordy title"),
        pytest.param("\n\n\nKonto;Månad;Belopp\n4010;mars;5", 4, id="below empty rows"),
    ],
)
def test_the_heading_row_is_found(text, heading):
    assert find_heading(file_of(text)) == heading


def test_the_columns_of_a_ledger_are_suggested():
    assert import_files.suggested(file_of(LEDGER)) == {
        "heading": 4,
        "line": 0,
        "month": 2,
        "amount": 3,
        "costs_are_negative": False,
    }


def test_the_columns_of_a_table_by_month_are_suggested_and_its_signs():
    assert import_files.suggested(file_of(WIDE)) == {
        "heading": 2,
        "month": "wide",
        "line": 0,
        "costs_are_negative": True,
    }


@pytest.mark.parametrize(
    ("text", "line", "month", "amount"),
    [
        pytest.param("Ver;Konto;Månad;Antal;Belopp\n1;4010;3;2;500\n2;4010;3;2;500", 1, 2, 4, id="numbers"),
        pytest.param("Period;Projekt;Utfall kr\n202603;Unga vägar;5 000", 1, 0, 2, id="period first"),
        pytest.param("4010;Arvoden;2026-03-01;12 500", 0, 2, 3, id="no headings"),
        pytest.param("Konto;Datum;Belopp;Ackumulerat belopp\n1;2026-03-01;5;9", 0, 1, 2, id="two amounts"),
    ],
)
def test_columns_are_suggested_by_their_headings_and_by_what_they_hold(text, line, month, amount):
    found = import_files.suggested(file_of(text))

    assert (found["line"], found["month"], found["amount"]) == (line, month, amount)


def test_months_that_stand_twice_are_no_month_columns():
    """One of the two is likely the month's budget."""
    doubled = Table(file_of("Konto;jan;feb;jan;feb\n4010;1;2;3;4"), 1)
    years = Table(file_of("Konto;jan 2025;jan 2026\n4010;1;2"), 1)

    assert doubled.months == {}
    assert years.months == {1: (2025, 1), 2: (2026, 1)}


def test_bare_numbers_are_month_columns_only_when_all_twelve_are_there():
    twelve = ";".join(str(month) for month in range(1, 13))

    assert len(Table(file_of(f"Konto;{twelve}\n4010{';5' * 12}"), 1).months) == 12
    assert Table(file_of("Konto;1;2;3\n4010;5;5;5"), 1).months == {}


# -- What the rows say -----------------------------------------------------------------------------

LONG = Columns(heading=1, line=0, month=1, amount=2)


def found_in(rows: str, columns: Columns = LONG, lines=LINES) -> list:
    """What the rows under a heading row say, for 2026."""
    text = rows if not columns.is_wide and columns.heading == 0 else f"Konto;Månad;Belopp\n{rows}"
    return list(readings(Table(file_of(text), columns.heading), columns, lines, 2026))


def test_each_row_gives_a_line_a_month_and_an_amount():
    (found,) = found_in("4010;2026-10-05;12 500,50")

    assert (found.number, found.line, found.month, found.amount) == (2, STYRELSE, 10, 12_500_50)
    assert (found.outcome, found.fault) == (Outcome.GOOD, "")


FAULTS = {
    "4010;2026-10;12.000": "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental.",
    "4010;2026-10;=A1*10": "Beloppet =A1*10 går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr.",
    "4010;2026-10;12.50": "Beloppet 12.50 har en punkt. Skriv decimaler med komma: 12,50.",
    "4010;2026-10;#REF!": "Beloppet #REF! går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr.",
    "4010;2026-10;": "Beloppet saknas.",
    "4010;;500": "Månaden saknas.",
    "4010;våren;500": (
        "Månaden våren går inte att tolka. Skriv den som 2027-03-14, 2027-03, 202703 eller mars."
    ),
    "9999;2026-10;500": "Texten 9999 är inte kopplad till någon post.",
}


@pytest.mark.parametrize("row", FAULTS)
def test_a_row_that_cannot_be_read_says_why(row):
    (found,) = found_in(row)

    assert (found.outcome, found.fault) == (Outcome.FAULTY, FAULTS[row])


def test_a_row_of_another_year_says_so_and_is_no_fault_of_any_month():
    (found,) = found_in("4010;2025-10-05;500")

    assert (found.outcome, found.fault) == (Outcome.OTHER_YEAR, "Raden gäller 2025, inte 2026.")


def test_a_row_whose_text_is_to_be_skipped_is_never_read():
    (found,) = found_in(";ingen månad;12.000")

    assert (found.outcome, found.fault) == (Outcome.SKIPPED, "")


def test_rows_without_month_and_amount_are_titles():
    assert found_in("4 Kostnader;;\n4010;mars;5\n;;\nUtskriven 2026-05-02;;")[0].text == "4010"
    assert len(found_in("4 Kostnader;;\n4010;mars;5\n;;\nUtskriven 2026-05-02;;")) == 1


def test_a_row_with_a_column_for_each_month_gives_a_figure_for_each_that_is_filled():
    columns = Columns(heading=2, line=0, costs_are_negative=True)

    found = list(readings(Table(file_of(WIDE), 2), columns, LINES, 2026))

    assert [(each.line, each.month, each.amount) for each in found if each.outcome == Outcome.GOOD] == [
        (STYRELSE, 10, 12_500_00),
        (STYRELSE, 11, 8_000_00),
        (KANSLI, 10, 140_000_00),
        (ESF, 10, 90_000_00),
        (ESF, 11, 90_000_00),
    ]


@pytest.mark.parametrize(
    ("signs", "cost", "income"),
    [((False, False), 5, 5), ((True, False), -5, 5), ((False, True), 5, -5), ((True, True), -5, -5)],
)
def test_costs_and_incomes_may_each_have_the_other_sign(signs, cost, income):
    found = found_in("4010;mars;5\n3990;mars;5", Columns(1, 0, 1, 2, *signs))

    assert [each.amount for each in found] == [cost * 100, income * 100]


# -- What the ledger is to hold --------------------------------------------------------------------


def run_of(rows: str, stands=None):
    return dry_run(found_in(rows), stands or {}, 2026)


def made(run) -> dict:
    return {(change.line.slug, change.month): change.after for change in run.changes}


def held(run) -> list:
    return [(each.line.slug, each.month, each.rows) for each in run.held]


def test_the_sum_of_a_lines_rows_becomes_its_months_figure():
    run = run_of("4010;okt;12 500,50\n4010;okt;-500,50\n4010;nov;8 000\n5010;okt;0,01")

    assert made(run) == {
        ("styrelse", 10): 12_000_00,
        ("styrelse", 11): 8_000_00,
        ("kansli", 10): 1,
    }


def test_a_sum_of_ten_thousand_rows_is_exact():
    rows = "\n".join(["4010;okt;0,1"] * 9_999 + ["4010;okt;0,01"])

    assert made(run_of(rows)) == {("styrelse", 10): 9_999 * 10 + 1}


def test_a_figure_with_a_row_that_cannot_be_read_is_held_back_and_the_others_are_not():
    run = run_of("4010;okt;500\n4010;okt;12.000\n4010;nov;500\n5010;okt;500")

    assert made(run) == {("styrelse", 11): 500_00, ("kansli", 10): 500_00}
    assert held(run) == [("styrelse", 10, (3,))]
    assert [each.number for each in run.coming] == [4, 5]


def test_a_row_whose_month_cannot_be_read_holds_back_all_of_its_line():
    """It may belong to any of them."""
    run = run_of("4010;okt;500\n4010;våren;500\n4010;nov;500\n5010;okt;500")

    assert made(run) == {("kansli", 10): 500_00}
    assert held(run) == [("styrelse", None, (3,))]


def test_a_row_of_another_year_holds_nothing_back():
    run = run_of("4010;2025-10;12\n4010;2026-10;500")

    assert (made(run), held(run)) == ({("styrelse", 10): 500_00}, [])


def test_only_what_the_ledger_does_not_hold_is_new():
    cell = Cell(Account.ACTUAL, 2026, 10, line_id=STYRELSE.pk)
    rows = "4010;okt;500"

    news = [
        [change.difference for change in run_of(rows, {cell: balance} if balance else {}).new]
        for balance in (None, Balance(500_00, False, 1), Balance(499_99, False, 1), Balance(500_00, True, 1))
    ]

    assert news == [[500_00], [], [1], [0]]


def test_a_sum_that_is_larger_than_the_ledger_takes_is_held_back():
    most = money.LARGEST_AMOUNT // 100
    cell = Cell(Account.ACTUAL, 2026, 11, line_id=STYRELSE.pk)

    run = run_of(
        f"4010;okt;{most}\n4010;okt;1\n4010;nov;{most}\n4010;dec;{most}", {cell: Balance(-1, False, 1)}
    )

    assert made(run) == {("styrelse", 12): money.LARGEST_AMOUNT}
    assert held(run) == [("styrelse", 10, ()), ("styrelse", 11, ())]


def test_signs_that_seem_the_wrong_way_round_are_suspected():
    run = run_of("4010;okt;-500\n5010;okt;-1\n4010;nov;3\n3990;okt;5")

    assert (run.seem_negated(is_income=False), run.seem_negated(is_income=True)) == (True, False)
    assert run_of("4010;okt;-500\n5010;okt;1").seem_negated(is_income=False) is False


# -- The file's way from step to step --------------------------------------------------------------


def test_a_file_comes_back_as_it_was():
    association = Association(pk=7)
    file = file_of(LEDGER)

    assert import_files.unpack(import_files.pack(file, association), association) == file


def test_ten_thousand_rows_fit_in_a_form():
    packed = import_files.pack(file_of(many_rows(10_000)), Association(pk=7))

    assert len(packed) < import_files.LONGEST_PACKED / 10
    assert import_files.LONGEST_PACKED * 5 // 4 < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert uploads.LARGEST_FILE <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE


# -- The page --------------------------------------------------------------------------------------

ADDRESS = "/exempel/2026/utfall/fil/"
HEAD = 70  # the newest posting that the seeds make
CONNECTED = {"4010": "styrelse", "5010": "kansli", "3990": "esf-nya-vagar"}


def upload(client, content: bytes | str, name: str = "utfall.csv", address: str = ADDRESS):
    """Choose a file and press Läs filen."""
    content = csv(content) if isinstance(content, str) else content
    return client.post(address, {"action": "upload", "file": SimpleUploadedFile(name, content)})


def fields(page: Element) -> dict[str, str]:
    """What the page's form would send as it stands."""
    (form,) = [each for each in page.all("form") if any(
        field.attributes.get("name") == "packed" for field in each.all("input")
    )]  # fmt: skip
    sent = {}
    for field in form.all("input"):
        kind = field.attributes.get("type")
        if kind not in ("checkbox", "radio") or "checked" in field.attributes:
            sent[field.attributes["name"]] = field.attributes.get("value", "on")
    for select in form.all("select"):
        chosen = [each for each in select.all("option") if "selected" in each.attributes]
        sent[select.attributes["name"]] = chosen[0].attributes["value"] if chosen else ""
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def texts(page: Element) -> dict[str, str]:
    """The select of each of the file's texts, by the text."""
    labels = page.one("table", "texts").all("label")
    return {each.shown: each.attributes["for"].removeprefix("id_") for each in labels}


def connect(client, response, lines=None, **changed):
    """Say what the texts of the uploaded file mean, and press Granska."""
    page = read(response)
    names = texts(page)
    said = {names[text]: slug for text, slug in (CONNECTED if lines is None else lines).items()}
    return client.post(ADDRESS, fields(page) | said | changed | {"action": "try"})


def tried(client, content: bytes | str = LEDGER, **about):
    """The dry run of a file."""
    return connect(client, upload(client, content), **about)


def book(client, response, **changed):
    """Press Bokför on a dry run."""
    return client.post(ADDRESS, fields(read(response)) | changed | {"action": "save"})


def counts(page: Element) -> dict[str, str]:
    """What the page counts."""
    boxes = page.one("dl", "facts").all("div")
    return {box.one("dt").shown: box.one("dd").shown.split()[0] for box in boxes}


def problems(page: Element) -> list[str]:
    return [each.shown for each in page.one("div", "problem").all("li")]


def changes_or_none(page: Element) -> list[list[str]]:
    return changes(page) if "Utfall per post" in page.one("main").shown else []


def changes(page: Element) -> list[list[str]]:
    return table(page, "Utfall per post och månad")[1:]


def stands(association, slug: str, month: int, year: int = 2026) -> int | None:
    cell = Cell(Account.ACTUAL, year, month, line_id=association.lines.get(slug=slug).pk)
    return ledger.figure(ledger.balances(association, years=[year], accounts=[Account.ACTUAL]), cell).amount


def postings(association) -> int:
    return Posting.objects.filter(association=association).count()


def test_the_page_asks_for_a_file(as_secretary):
    page = read(as_secretary.get(ADDRESS))

    assert page.one("h1").shown == "Läs in utfall 2026 från fil"
    assert page.one("title").shown == "Utfall 2026 från fil, Exempelförbundet · Budgetliggaren"
    (chosen,) = [each for each in page.all("input") if each.attributes.get("type") == "file"]
    assert chosen.attributes["aria-describedby"] == "id_file_helptext"
    assert page.one("div", "helptext").shown == (
        "En Excel-arbetsbok (.xlsx) eller CSV, högst 5 MB. Filen sparas inte."
    )


def test_a_new_file_is_asked_about(as_secretary):
    page = read(upload(as_secretary, LEDGER))

    assert {name: value for name, value in fields(page).items() if name in ("line", "month", "amount")} == {
        "line": "0",
        "month": "2",
        "amount": "3",
    }
    assert [row[:2] for row in table(page, "Vilken post")[1:]] == [
        ["4010Arvoden", "3"],
        ["5010Löner", "1"],
        ["3990ESF-stöd", "1"],
        ["(tom cell)Summa", "1"],
    ]
    assert {fields(page)[name] for name in texts(page).values()} == {""}
    options = page.one("table", "texts").all("select")[0].all("option")
    assert [each.shown for each in options] == [
        "Hoppa över",
        *("Styrelse", "Kansli och administration", "Revision", "Steget vidare", "Unga vägar"),
        *("Arbetsförmåga i fokus", "Gemensam ingång", "Trygg övergång", "Uppföljning och utvärdering"),
        *("ESF+ projektet Nya vägar", "Ränta"),
    ]


def test_a_text_that_is_a_lines_name_is_connected_at_once(as_secretary):
    page = read(upload(as_secretary, "Post;Månad;Belopp\nSTYRELSE;okt;5\nUnga  vägar;okt;5\nAnnat;okt;5"))

    chosen = [fields(page)[name] for name in texts(page).values()]

    assert chosen == ["styrelse", "unga-vagar", ""]


def test_the_dry_run_tells_what_would_change_and_posts_nothing(as_secretary, exempel):
    response = tried(as_secretary)

    page = read(response)
    assert response.status_code == 200
    assert page.one("p", "lead").shown == "utfall.csv ändrar 4 belopp. Inget är bokfört än."
    assert counts(page) == {
        "Belopp i filen": "6",
        "Kommer med": "5",
        "Hoppas över": "1",
        "Kommer inte med": "0",
    }
    assert changes(page) == [
        ["Styrelse", "oktober", "–", "12 000", "+12 000"],
        ["Styrelse", "november", "–", "8 000", "+8 000"],
        ["Kansli och administration", "oktober", "–", "140 000", "+140 000"],
        ["ESF+ projektet Nya vägar", "oktober", "–", "90 000", "+90 000"],
    ]
    assert table(page, "Filens rader")[1:3] == [
        ["5", "4010", "Styrelse, oktober: 12 500,50 kr"],
        ["6", "4010", "Styrelse, oktober: −500,50 kr"],
    ]
    assert table(page, "Filens rader")[-1] == ["10", "(tom cell)", "hoppas över"]
    assert postings(exempel) == HEAD


def test_booking_makes_one_posting_that_names_the_file(as_secretary, exempel):
    response = book(as_secretary, tried(as_secretary))

    assert (response.status_code, response["Location"]) == (302, "/exempel/2026/utfall/")
    assert read(as_secretary.get("/exempel/2026/utfall/")).one("p", "saved").shown == (
        "Sparat som verifikation 71."
    )
    posting = Posting.objects.get(association=exempel, number=71)
    assert (posting.reason, posting.author_name, posting.entry_count) == ("Utfall 2026 ur fil", "Sara", 4)
    assert (posting.source, posting.source_key) == ("utfall.csv", "")
    assert posting.source_sha256 == import_files.read("utfall.csv", csv(LEDGER)).sha256
    assert [stands(exempel, "styrelse", month) for month in (9, 10, 11)] == [32_069_00, 12_000_00, 8_000_00]


def test_the_same_file_twice_adds_nothing(as_secretary, exempel):
    book(as_secretary, tried(as_secretary))

    again = upload(as_secretary, LEDGER)

    page = read(again)
    assert page.one("p", "lead").shown == "utfall.csv ändrar inget belopp."
    assert "Bokför" not in page.one("main").shown.replace("Bokföringsdatum", "")
    book(as_secretary, again)
    assert (postings(exempel), stands(exempel, "styrelse", 10)) == (71, 12_000_00)


def test_a_corrected_file_corrects(as_secretary, exempel):
    book(as_secretary, tried(as_secretary))

    page = upload(as_secretary, LEDGER.replace("12 500,50", "12 600,50"))
    book(as_secretary, page)

    assert changes(read(page)) == [["Styrelse", "oktober", "12 000", "12 100", "+100"]]
    assert (postings(exempel), stands(exempel, "styrelse", 10)) == (72, 12_100_00)


def test_months_that_the_file_does_not_mention_stay(as_secretary, exempel):
    before = [stands(exempel, "styrelse", month) for month in range(1, 10)]

    book(as_secretary, tried(as_secretary))

    assert [stands(exempel, "styrelse", month) for month in range(1, 10)] == before


def test_rows_with_faults_are_told_and_their_figures_held_back(as_secretary, exempel):
    faulty = LEDGER + "4010;Arvoden;2026-11-09;12.000\n5010;Löner;2025-10-01;5\n3990;ESF-stöd;snart;5\n"

    response = tried(as_secretary, faulty)
    book(as_secretary, response)

    page = read(response)
    assert counts(page) == {
        "Belopp i filen": "9",
        "Kommer med": "3",
        "Hoppas över": "1",
        "Kommer inte med": "3",
    }
    assert [each.shown for each in page.one("main").all("section")[0].all("li")] == [
        "Styrelse, november: rad 11",
        "ESF+ projektet Nya vägar, alla månader: rad 13",
    ]
    assert table(page, "Rader med fel")[1:] == [
        ["11", "4010", "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."],
        ["12", "5010", "Raden gäller 2025, inte 2026."],
        [
            "13",
            "3990",
            "Månaden snart går inte att tolka. Skriv den som 2027-03-14, 2027-03, 202703 eller mars.",
        ],
    ]
    assert ["7", "4010", "Styrelse, november: 8 000 kr, hålls inne"] in table(page, "Filens rader")
    assert [stands(exempel, "styrelse", month) for month in (10, 11)] == [12_000_00, None]
    assert (stands(exempel, "kansli", 10), stands(exempel, "esf-nya-vagar", 10)) == (140_000_00, None)


def test_a_workbook_with_a_column_for_each_month_is_read(as_secretary, exempel):
    content = xlsx(
        ["Resultat per månad"],
        [],
        ["Konto", "Text", "Okt", "Nov", "Dec", "Summa"],
        ["4010", "Arvoden", -12_500.5, -8_000, None, "=SUM(C4:E4)"],
        ["3990", "ESF-stöd", 90_000, None, None, 90_000],
        ["", "Summa", 77_499.5, -8_000, None, None],
    )

    response = connect(
        as_secretary,
        upload(as_secretary, content, "utfall.xlsx"),
        {"4010": "styrelse", "3990": "esf-nya-vagar"},
    )

    page = read(upload(as_secretary, content, "utfall.xlsx"))
    assert (
        changes(read(response))
        == changes(page)
        == [
            ["Styrelse", "oktober", "–", "12 500,50", "+12 500,50"],
            ["Styrelse", "november", "–", "8 000,00", "+8 000,00"],
            ["ESF+ projektet Nya vägar", "oktober", "–", "90 000,00", "+90 000,00"],
        ]
    )


def test_signs_that_look_wrong_are_told(as_secretary):
    wrong = tried(as_secretary, WIDE, costs_are_negative="")
    asked = read(as_secretary.post(ADDRESS, fields(read(wrong)) | {"action": "connect"}))
    right = as_secretary.post(ADDRESS, fields(asked) | {"costs_are_negative": "on", "action": "try"})

    assert [each.shown for each in read(wrong).all("p", "warning")] == [
        "De flesta kostnader blir negativa. Ändra kopplingen om kostnader står med minus i filen."
    ]
    assert read(right).all("p", "warning") == []
    assert changes(read(right))[0] == ["Styrelse", "oktober", "–", "12 500", "+12 500"]


# -- What is remembered ----------------------------------------------------------------------------


def test_a_file_like_the_last_goes_straight_to_the_dry_run(as_secretary, exempel):
    tried(as_secretary)

    page = read(upload(as_secretary, "Ny rapport\n" + LEDGER.replace("140 000", "150 000"), "nov.csv"))

    assert page.one("p", "lead").shown == "nov.csv ändrar 4 belopp. Inget är bokfört än."
    assert changes(page)[2] == ["Kansli och administration", "oktober", "–", "150 000", "+150 000"]
    mapping = ColumnMapping.objects.get(association=exempel)
    assert mapping.columns == {
        "line": "Konto",
        "month": "Bokföringsdatum",
        "amount": "Belopp",
        "costs_are_negative": False,
        "incomes_are_negative": False,
    }
    assert mapping.lines == {**CONNECTED, "": ""}


def test_its_connection_can_be_changed(as_secretary):
    tried(as_secretary)

    run = read(upload(as_secretary, LEDGER))
    page = read(as_secretary.post(ADDRESS, fields(run) | {"action": "connect"}))

    assert {text: fields(page)[name] for text, name in texts(page).items()} == {
        **CONNECTED,
        "(tom cell)": "",
    }


def test_a_text_that_is_new_is_asked_about_and_the_others_are_filled_in(as_secretary):
    tried(as_secretary)

    page = read(upload(as_secretary, LEDGER + "5460;Revision;2026-10-01;5\n"))

    assert {text: fields(page)[name] for text, name in texts(page).items()} == {
        **CONNECTED,
        "(tom cell)": "",
        "5460": "",
    }


def test_what_an_earlier_file_called_its_lines_is_kept(as_secretary, exempel):
    tried(as_secretary)

    tried(as_secretary, "Konto;Datum;Belopp\n5460;2026-10-01;5", lines={"5460": "revision"})

    assert ColumnMapping.objects.get(association=exempel).lines == {**CONNECTED, "": "", "5460": "revision"}


def test_a_line_that_is_gone_is_asked_about_anew(as_secretary, exempel):
    tried(as_secretary)
    exempel.lines.create(slug="ny", name="Ny", kind="measure", position=99)
    ColumnMapping.objects.filter(association=exempel).update(lines={**CONNECTED, "": "", "4010": "borta"})

    page = read(upload(as_secretary, LEDGER))

    assert fields(page)[texts(page)["4010"]] == ""


def test_another_forbund_does_not_see_it(as_secretary, secretary, stockholm):
    tried(as_secretary)

    page = read(upload(as_secretary, LEDGER, address="/stockholm/2021/utfall/fil/"))

    assert {fields(page)[name] for name in texts(page).values()} == {""}


# -- Another choice of columns ---------------------------------------------------------------------


def test_another_column_for_the_line_asks_about_its_texts(as_secretary):
    asked = read(upload(as_secretary, LEDGER))

    page = read(as_secretary.post(ADDRESS, fields(asked) | {"line": "1", "action": "try"}))

    assert [*texts(page)] == ["Arvoden", "Löner", "ESF-stöd", "Summa"]


def test_another_heading_row_asks_about_its_texts(as_secretary):
    asked = read(upload(as_secretary, LEDGER))

    page = read(as_secretary.post(ADDRESS, fields(asked) | {"heading": "5", "action": "try"}))

    assert [*texts(page)] == ["4010", "5010", "3990", "(tom cell)"]
    assert [row[1] for row in table(page, "Vilken post")[1:]] == ["2", "1", "1", "1"]


def test_a_file_without_headings_can_be_read(as_secretary):
    rows = "4010;2026-10-05;12 500,50\n5010;2026-10-25;140 000"

    response = tried(as_secretary, rows, lines={"4010": "styrelse", "5010": "kansli"})

    assert [row[3] for row in changes(read(response))] == ["12 500,50", "140 000,00"]


CHOICES = {
    "line": ("", "Välj kolumnen som säger vilken post raden gäller."),
    "month": ("", "Välj kolumnen som säger vilken månad raden gäller."),
    "amount": ("", "Välj kolumnen med beloppet."),
    "heading": ("", "Välj raden med rubriker i listan."),
}


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("value", ["", "99", "-1", "x", "\x00", "٣", "9" * 400])
def test_a_column_that_is_not_there_is_refused(as_secretary, exempel, name, value):
    asked = read(upload(as_secretary, LEDGER))

    response = as_secretary.post(ADDRESS, fields(asked) | {name: value, "action": "save", "seen": "70"})

    assert (response.status_code, problems(read(response))) == (422, [CHOICES[name][1]])
    assert postings(exempel) == HEAD


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"amount": "0"}, "Samma kolumn är vald två gånger. Välj en för varje uppgift."),
        ({"heading": "10"}, "Kolumnen är tom under rubriken. Välj en annan."),
        ({"month": "wide"}, "Välj kolumnen som säger vilken månad raden gäller."),
    ],
)
def test_columns_that_cannot_be_are_refused(as_secretary, changed, sentence):
    asked = read(upload(as_secretary, LEDGER))

    response = as_secretary.post(ADDRESS, fields(asked) | changed | {"action": "try"})

    assert (response.status_code, problems(read(response))) == (422, [sentence])


def test_a_month_column_is_no_column_for_the_line(as_secretary):
    asked = read(upload(as_secretary, WIDE))

    response = as_secretary.post(ADDRESS, fields(asked) | {"line": "2", "action": "try"})

    assert problems(read(response)) == ["Kolumnen är en månad. Välj den som säger vilken post raden gäller."]


def test_a_column_of_too_many_texts_is_not_the_accounts(as_secretary):
    rows = "\n".join(f"{n};Text {n};2026-10-01;5" for n in range(301))
    asked = read(upload(as_secretary, f"Konto;Text;Datum;Belopp\n{rows}"))

    response = as_secretary.post(
        ADDRESS, fields(asked) | {"line": "0", "month": "2", "amount": "3", "action": "try"}
    )

    assert problems(read(response)) == [
        "Kolumnen A: Konto har 301 olika texter, och högst 300 kan kopplas. Välj en annan."
    ]


def test_a_column_of_long_texts_is_not_the_accounts(as_secretary):
    asked = read(upload(as_secretary, f"Konto;Datum;Belopp\n{'x' * 201};2026-10-01;5"))

    response = as_secretary.post(
        ADDRESS, fields(asked) | {"line": "0", "month": "1", "amount": "2", "action": "try"}
    )

    assert problems(read(response)) == [
        "Kolumnen A: Konto har texter på mer än 200 tecken. Välj kolumnen med konto eller post."
    ]


@pytest.mark.parametrize("slug", ["avesta", "finns-inte", "kunskapslyftet", "\x00", "esf-nya-vagar\n"])
def test_a_line_of_somebody_else_or_another_year_cannot_be_connected(as_secretary, exempel, slug):
    exempel.lines.filter(slug="kunskapslyftet").update(last_year=2024)
    asked = read(upload(as_secretary, LEDGER))

    response = as_secretary.post(
        ADDRESS, fields(asked) | {texts(asked)["4010"]: slug, "action": "save", "seen": "70"}
    )

    assert response.status_code == 422
    assert problems(read(response)) == ["4010: Välj en post i listan, eller Hoppa över."]
    assert (postings(exempel), ColumnMapping.objects.count()) == (HEAD, 0)


# -- Two at once -----------------------------------------------------------------------------------


def change_meanwhile(association, amount: int, slug: str = "styrelse", month: int = 10) -> None:
    """A colleague books a line's month."""
    cell = Cell(Account.ACTUAL, 2026, month, line_id=association.lines.get(slug=slug).pk)
    services.record(
        association=association,
        wishes={cell: Figure(amount)},
        reason="Rättat för hand",
        by=None,
        author_name="Kim",
    )


def test_what_a_colleague_changed_meanwhile_is_asked_about(as_secretary, exempel):
    run = tried(as_secretary)
    change_meanwhile(exempel, 11_000_00)

    response = book(as_secretary, run)

    page = read(response)
    assert response.status_code == 409
    assert page.one("div", "problem").one("legend").shown == "Styrelse, oktober"
    mine, theirs = [each.shown for each in page.one("div", "problem").all("label")]
    assert mine == "12 000 kr, som filen säger"
    assert re.fullmatch(r"11 000 kr, som Kim bokförde \d{4}-\d\d-\d\d \d\d:\d\d \(verifikation 71\)", theirs)
    assert postings(exempel) == 71


@pytest.mark.parametrize(("choice", "expected"), [("mine", 12_000_00), ("theirs", 11_000_00)])
def test_the_chosen_amount_stands_and_the_rest_of_the_file_is_booked(as_secretary, exempel, choice, expected):
    run = tried(as_secretary)
    change_meanwhile(exempel, 11_000_00)
    asked = book(as_secretary, run)

    response = book(as_secretary, asked, **{"choice.styrelse.2026-10": choice})

    assert response.status_code == 302
    assert [stands(exempel, "styrelse", month) for month in (10, 11)] == [expected, 8_000_00]


@pytest.mark.parametrize("choice", [None, "", "båda"])
def test_without_a_choice_nothing_is_booked(as_secretary, exempel, choice):
    run = tried(as_secretary)
    change_meanwhile(exempel, 11_000_00)
    asked = book(as_secretary, run)

    response = book(as_secretary, asked, **({} if choice is None else {"choice.styrelse.2026-10": choice}))

    assert response.status_code == 409
    assert read(response).one("div", "problem").one("legend").shown == "Styrelse, oktober"
    assert postings(exempel) == 71


def test_a_choice_is_kept_when_yet_another_amount_is_contested(as_secretary, exempel):
    run = tried(as_secretary)
    change_meanwhile(exempel, 11_000_00)
    asked = book(as_secretary, run)
    change_meanwhile(exempel, 7_000_00, month=11)

    again = book(as_secretary, asked, **{"choice.styrelse.2026-10": "theirs"})
    book(as_secretary, again, **{"choice.styrelse.2026-11": "mine"})

    assert read(again).one("div", "problem").one("legend").shown == "Styrelse, november"
    assert [stands(exempel, "styrelse", month) for month in (10, 11)] == [11_000_00, 8_000_00]


def test_a_colleague_who_booked_the_same_is_no_conflict(as_secretary, exempel):
    run = tried(as_secretary)
    change_meanwhile(exempel, 12_000_00)

    assert book(as_secretary, run).status_code == 302
    assert stands(exempel, "styrelse", 10) == 12_000_00


@pytest.mark.parametrize("seen", ["", "71", "x", "-1", "999999999999", "٦"])
def test_a_form_that_has_lost_its_place_is_shown_anew(as_secretary, exempel, seen):
    response = book(as_secretary, tried(as_secretary), seen=seen)

    assert response.status_code == 422
    assert read(response).one("div", "problem").one("p").shown == (
        "Formuläret kom inte fram helt. Läs vad som är bokfört nu och bokför igen."
    )
    assert postings(exempel) == HEAD


# -- Who, and what is sent on the way --------------------------------------------------------------

LOST = "Filen kom inte fram helt. Välj den igen."


def forged(packed: str) -> list[str]:
    """Texts that nobody here has signed."""
    other = "B" if packed.endswith("A") else "A"
    cut = [packed[:-1], packed[1:], packed[:-1] + other, "A" + packed]
    return ["", "x", *cut, "e30:1abcde:xyz", "\x00", "ö"]


@pytest.mark.parametrize("place", range(9))
@pytest.mark.parametrize("action", ["connect", "try", "save", "", "annat"])
def test_a_forged_file_is_refused(as_secretary, exempel, place, action):
    run = fields(read(tried(as_secretary)))

    response = as_secretary.post(ADDRESS, run | {"packed": forged(run["packed"])[place], "action": action})

    assert (response.status_code, read(response).one("div", "problem").one("p").shown) == (422, LOST)
    assert postings(exempel) == HEAD


def test_a_file_that_was_packed_for_another_forbund_is_refused(as_secretary, stockholm):
    run = fields(read(tried(as_secretary)))

    response = as_secretary.post("/stockholm/2021/utfall/fil/", run | {"action": "save"})

    assert (response.status_code, read(response).one("div", "problem").one("p").shown) == (422, LOST)
    assert Entry.objects.filter(association=stockholm, account=Account.ACTUAL).count() == 0


@pytest.mark.parametrize(
    ("role", "status"), [("as_board_member", 403), ("as_auditor", 403), ("as_outsider", 404)]
)
def test_nobody_else_can_send_a_file_or_book_one(request, as_secretary, exempel, role, status):
    run = fields(read(tried(as_secretary)))
    client = request.getfixturevalue(role)

    sent = [upload(client, LEDGER).status_code, client.post(ADDRESS, run | {"action": "save"}).status_code]

    assert (sent, postings(exempel)) == ([status, status], HEAD)


def test_a_file_outlives_a_log_in_that_has_expired(as_secretary, visitor, secretary, exempel):
    run = fields(read(tried(as_secretary))) | {"action": "save"}

    asked = visitor.post(ADDRESS, run)
    kept = {each.attributes["name"]: each.attributes.get("value", "") for each in read(asked).all("input")}
    kept.pop("csrfmiddlewaretoken", None)
    again = visitor.post(ADDRESS, kept | {"login-username": "sara", "login-password": factories.PASSWORD})

    assert (asked.status_code, again.status_code) == (401, 302)
    assert stands(exempel, "styrelse", 10) == 12_000_00


def test_a_file_chosen_after_the_log_in_expired_has_to_be_chosen_again(visitor, secretary):
    asked = upload(visitor, LEDGER)
    kept = {"action": "upload", "login-username": "sara", "login-password": factories.PASSWORD}

    again = visitor.post(ADDRESS, kept)

    assert "Filen du valde behöver du välja igen." in read(asked).one("main").shown
    assert (again.status_code, problems(read(again))) == (422, ["Välj en fil."])


def test_nothing_of_the_file_is_kept_here(as_secretary, exempel):
    tried(as_secretary)

    session = dict(as_secretary.session)

    assert not any("4010" in str(value) for value in session.values())
    assert ColumnMapping.objects.get(association=exempel).lines.keys() == {*CONNECTED, ""}


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_the_page_is_read_and_sent_and_nothing_else(as_secretary, method):
    assert getattr(as_secretary, method)(ADDRESS).status_code == 405


# -- Files that are not what they should be --------------------------------------------------------


def bomb() -> bytes:
    """A workbook whose sheet unpacks to a hundred million bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x>" + b" " * 100_000_000)
    return file.getvalue()


# What is wrong with each, and what the sentence fills in beside the name.
REFUSED = {
    "empty": (b"", uploads.EMPTY, {}),
    "spaces": (b" ;;\n;;\n", uploads.EMPTY, {}),
    "broken": (xlsx(["Konto", "Belopp"])[:-100], uploads.BROKEN, {}),
    "pdf": (b"%PDF-1.7 ...", uploads.PDF, {}),
    "bomb": (bomb(), uploads.TOO_LARGE_UNPACKED, {"size": "100,1", "most": 60}),
    "large": (b"a;b\n" * 1_300_000, uploads.TOO_LARGE, {"size": 6, "most": 5}),
    "commas": (
        b"Konto,Datum,Belopp\n4010,2026-10-01,12,50\n",
        uploads.UNEVEN_COMMAS,
        {"found": 4, "row": 2, "expected": 3, "first": 1},
    ),
    "null": (b"Konto;Belopp\n40\x0010;5", uploads.ODD_CHARACTER, {"row": 2}),
    "rows": (b"4010;5\n" * 20_001, uploads.TOO_MANY_ROWS, {"most": "20 000"}),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(as_secretary, exempel, kind):
    content, sentence, values = REFUSED[kind]

    response = upload(as_secretary, content, "utfall.xlsx")

    assert response.status_code == 422
    assert problems(read(response)) == [str(sentence) % {"name": "utfall.xlsx", **values}]
    assert (postings(exempel), ColumnMapping.objects.count()) == (HEAD, 0)


def test_no_file_at_all_is_told(as_secretary):
    response = as_secretary.post(ADDRESS, {"action": "upload"})

    page = read(response)
    assert (response.status_code, problems(page)) == (422, ["Välj en fil."])
    assert page.one("title").shown.startswith("Fel: ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_swedish_letters_are_read_in_every_encoding_that_files_come_in(as_secretary, encoding):
    response = upload(as_secretary, csv("Benämning;Månad;Belopp\nUnga vägar;okt;5\n", encoding))

    page = read(response)
    assert fields(page)[texts(page)["Unga vägar"]] == "unga-vagar"


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_tabs_and_semicolons_part_the_columns(as_secretary, mark):
    response = tried(as_secretary, LEDGER.replace(";", mark))

    assert len(changes(read(response))) == 4


def test_a_file_with_a_name_of_markup_is_shown_as_text(as_secretary):
    page = read(upload(as_secretary, LEDGER.replace("4010", "<b>4010</b>"), "<img src=x>.csv"))

    assert "<img src=x>.csv" in page.one("p", "lead").shown
    assert "<b>4010</b>" in texts(page)


def test_a_file_of_another_year_changes_nothing(as_secretary, exempel):
    response = tried(as_secretary, LEDGER.replace("2026", "2025"))
    booked = book(as_secretary, response)

    page = read(response)
    assert page.one("p", "lead").shown == "utfall.csv ändrar inget belopp."
    assert table(page, "Rader med fel")[1] == ["5", "4010", "Raden gäller 2025, inte 2026."]
    assert (booked.status_code, postings(exempel)) == (302, HEAD)


def test_ten_thousand_faults_can_be_read(as_secretary, exempel):
    asked = read(upload(as_secretary, many_rows(10_000, amount="12.000")))
    said = dict.fromkeys(texts(asked).values(), "styrelse")

    response = as_secretary.post(ADDRESS, fields(asked) | said | {"action": "try"})

    page = read(response)
    assert counts(page)["Kommer inte med"] == "10"  # of "10 000"
    assert len(table(page, "Rader med fel")) == 201
    assert "Och 9800 rader till." in page.one("main").shown
    assert len(response.content) - len(fields(page)["packed"]) < 100_000
    assert "raderna 2, 3," not in page.one("main").shown
    assert [each.shown for each in page.one("main").all("section")[0].all("li")][:1] == [
        "Styrelse, januari: raderna 2, 14, 26, 38, 50, 62, 74, 86, 98, 110 …"
    ]
    assert changes_or_none(page) == []


def test_ten_thousand_rows_are_booked(as_secretary, exempel):
    asked = read(upload(as_secretary, many_rows(10_000)))
    said = dict.fromkeys(texts(asked).values(), "styrelse")

    run = as_secretary.post(ADDRESS, fields(asked) | said | {"action": "try"})
    book(as_secretary, run)

    expected = sum(n * 13_00 + 50 for n in range(0, 10_000, 12))
    assert stands(exempel, "styrelse", 1) == expected


# -- Where there is nothing ------------------------------------------------------------------------


def test_a_year_without_lines_says_where_to_make_them(as_secretary, stockholm):
    BudgetLine.objects.filter(association=stockholm).update(last_year=2021)

    page = read(as_secretary.get("/stockholm/2022/utfall/fil/"))
    sent = upload(as_secretary, LEDGER, address="/stockholm/2022/utfall/fil/")

    assert page.one("p", "lead").shown == (
        "Året har inga poster än. Lägg upp dem innan du läser in vad de kostade."
    )
    assert page.one("p", "actions").one("a").attributes["href"] == "/stockholm/poster/"
    assert sent.status_code == 200


def test_a_forbund_without_other_income_is_not_asked_about_its_sign(as_secretary, stockholm):
    page = read(upload(as_secretary, LEDGER, address="/stockholm/2021/utfall/fil/"))

    assert "Övriga intäkter är negativa i filen" not in page.one("main").shown


# -- Queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [1, 3])
def test_the_number_of_queries_is_the_same_however_many_lines_and_rows(
    as_secretary, exempel, django_assert_num_queries, lines
):
    slugs = [f"ny-{number}" for number in range(lines)]
    for slug in slugs:
        factories.make_line(exempel, slug)
    rows = "\n".join(f"{slug};{month};5" for slug in slugs for month in ("okt", "nov"))
    asked = read(upload(as_secretary, f"Post;Månad;Belopp\n{rows}"))

    with django_assert_num_queries(17):
        run = as_secretary.post(ADDRESS, fields(asked) | {"action": "try"})
    with django_assert_num_queries(25):
        book(as_secretary, run)
