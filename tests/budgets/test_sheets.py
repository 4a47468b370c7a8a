"""A grid as a workbook and back: real amounts, sums as formulas, a difference before anything is saved."""

import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from budgets.models import Posting
from tests import factories
from tests.pages import read

PAGE = "/exempel/2027/bidrag/"
# Where the seeds leave Exempelförbundet.
HEAD = 70


def downloaded(client, page=PAGE) -> Workbook:
    response = client.get(page, {"format": "xlsx"})
    assert response.status_code == 200
    return load_workbook(io.BytesIO(response.content))


def saved(workbook: Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def upload(client, content: bytes, name="åtaganden.xlsx", page=PAGE):
    return client.post(page, {"action": "upload", "file": SimpleUploadedFile(name, content)})


def changes(response) -> list[list[str]]:
    """The rows of the difference that the page shows, empty when it shows none."""
    tables = read(response).all("table", "changes")
    return tables[0].rows[1:] if tables else []


def form(response) -> dict[str, list[str]]:
    """What the grid's form holds, as a browser would send it."""
    grid = next(each for each in read(response).all("form") if each.attributes.get("id") == "grid")
    sent: dict[str, list[str]] = {}
    for field in grid.all("input"):
        sent.setdefault(field.attributes["name"], []).append(field.attributes.get("value", ""))
    return sent


def faults(response) -> list[str]:
    return [item.shown for box in read(response).all("div", "problem") for item in box.all("li")]


def test_a_grid_is_downloaded_with_real_amounts_and_sums_as_formulas(as_secretary, exempel):
    table = downloaded(as_secretary).worksheets[0]

    rows = list(table.iter_rows(values_only=True))
    assert rows[0][0] == "Åtaganden 2027–2029. Belopp i kr"
    assert rows[1] == ("Kortnamn", "Medlem", "2026", "2027", "2028", "2029")
    assert rows[2] == ("forsakringskassan", "Försäkringskassan", 6_200_000, 6_400_000, None, None)
    assert rows[7] == (
        None,
        "Summa kommunerna",
        "=SUM(C5:C7)",
        "=SUM(D5:D7)",
        "=SUM(E5:E7)",
        "=SUM(F5:F7)",
    )
    assert (table.freeze_panes, table["D3"].number_format) == ("A3", '#,##0;"−"#,##0;0')


def test_the_workbook_tells_what_it_is(as_secretary, exempel):
    about = downloaded(as_secretary)["Om uttaget"]

    told = dict(about.iter_rows(values_only=True, max_col=2))
    assert told["Förbund"] == "Exempelförbundet"
    assert told["Vad"] == "Åtaganden 2027–2029"
    assert told["Läge"] == "version 1, förslag, läget efter verifikation 70"
    assert told["Verifikation"] == "70"
    assert len(told["Uttaget"]) == len("2026-11-27 14:05")


def test_a_workbook_of_a_draft_says_so(as_secretary, exempel):
    factories.commit(exempel, 2027, {"region-exempel": "3 300 000"})

    told = dict(downloaded(as_secretary)["Om uttaget"].iter_rows(values_only=True, max_col=2))

    assert told["Läge"] == "utkast efter version 1, läget efter verifikation 71"


def test_the_same_workbook_back_changes_nothing(as_secretary, exempel):
    response = upload(as_secretary, saved(downloaded(as_secretary)))

    assert (response.status_code, changes(response)) == (200, [])
    assert "Filen säger detsamma som redan står här." in read(response).shown


def test_one_changed_cell_shows_a_difference_of_one_row_before_anything_is_saved(as_secretary, exempel):
    workbook = downloaded(as_secretary)
    workbook.worksheets[0]["D4"] = 3_300_000.5

    response = upload(as_secretary, saved(workbook))

    assert changes(response) == [["Region Exempel 2027", "3 200 000", "3 300 000,50"]]
    assert Posting.objects.filter(association=exempel).count() == HEAD


def test_the_difference_is_saved_with_the_files_name_and_sum(as_secretary, exempel):
    workbook = downloaded(as_secretary)
    workbook.worksheets[0]["D4"] = 3_300_000
    content = saved(workbook)

    response = as_secretary.post(PAGE, form(upload(as_secretary, content)) | {"action": "save"})

    made = Posting.objects.filter(association=exempel).latest("number")
    assert (response.status_code, made.number, made.entry_count) == (302, HEAD + 1, 1)
    assert (made.source, made.source_sha256) == ("åtaganden.xlsx", hashlib.sha256(content).hexdigest())


def test_a_forged_source_is_forgotten(as_secretary, exempel):
    workbook = downloaded(as_secretary)
    workbook.worksheets[0]["D4"] = 3_300_000
    sent = form(upload(as_secretary, saved(workbook)))

    as_secretary.post(PAGE, sent | {"action": "save", "source": "protokoll.pdf:abc"})

    assert Posting.objects.filter(association=exempel).latest("number").source == ""


def test_a_workbook_from_before_somebodys_change_meets_it_as_a_conflict(as_secretary, exempel):
    workbook = downloaded(as_secretary)
    workbook.worksheets[0]["D4"] = 3_300_000
    workbook.worksheets[0]["D5"] = 1_750_000
    factories.commit(exempel, 2027, {"region-exempel": "3 250 000", "mellanby": "990 000"})

    sent = form(upload(as_secretary, saved(workbook)))
    response = as_secretary.post(PAGE, sent | {"action": "save"})

    assert response.status_code == 409
    assert [each.one("legend").shown for each in read(response).all("fieldset", "choice")] == [
        "Region Exempel 2027"
    ]
    assert form(response)["mellanby.2027"] == ["990\u00a0000"]


def test_rows_in_another_order_and_sorted_columns_are_understood(as_secretary, exempel):
    workbook = downloaded(as_secretary)
    table = workbook.worksheets[0]
    rows = [[cell.value for cell in row] for row in table.iter_rows(min_row=3, max_row=7)]
    for number, values in enumerate(reversed(rows), start=3):
        for column, value in enumerate(values, start=1):
            table.cell(number, column, value)

    assert changes(upload(as_secretary, saved(workbook))) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "12.000",
            "Region Exempel 2027: Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental.",
        ),
        (
            "=1+1",
            "Region Exempel 2027: Beloppet =1+1 går inte att tolka. "
            "Skriv till exempel 12 000 eller 8,5 mnkr.",
        ),
        (-5, "Region Exempel 2027: Beloppet -5 är negativt. Skriv 0 eller mer."),
    ],
)
def test_an_amount_that_cannot_be_read_is_told_with_its_place(as_secretary, exempel, typed, sentence):
    workbook = downloaded(as_secretary)
    workbook.worksheets[0]["D4"] = typed

    assert faults(upload(as_secretary, saved(workbook))) == [sentence]


def test_a_row_of_nobody_and_a_row_twice_are_told_and_left_out(as_secretary, exempel):
    workbook = downloaded(as_secretary)
    table = workbook.worksheets[0]
    table["A3"] = "finns-inte"
    table["A5"] = "region-exempel"

    page = read(upload(as_secretary, saved(workbook)))

    assert [item.shown for item in page.one("section", "kept").all("li")] == [
        "Rad 3: kortnamnet finns-inte finns inte här.",
        "Rad 5: region-exempel står två gånger; den första gäller.",
    ]


@pytest.mark.parametrize(
    "page", ["/exempel/2026/bidrag/", "/stockholm/2027/bidrag/", "/exempel/2027/fordelning/"]
)
def test_another_pages_workbook_is_refused(as_secretary, exempel, page):
    content = saved(downloaded(as_secretary, page))

    response = upload(as_secretary, content)

    assert response.status_code == 422
    assert faults(response) == [
        "Excel: Filen åtaganden.xlsx är inte hämtad härifrån. Hämta sidan som Excel och ändra i den filen."
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Excel: Filen åtaganden.xlsx är tom. Spara tabellen på nytt och välj filen igen."),
        (
            b"a;b\n1;2\n",
            "Excel: Filen åtaganden.xlsx är ingen Excel-arbetsbok. Spara den som Excel-arbetsbok (.xlsx).",
        ),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_with_the_cure(as_secretary, exempel, content, sentence):
    response = upload(as_secretary, content)

    assert (response.status_code, faults(response)) == (422, [sentence])


def test_no_file_is_asked_for(as_secretary, exempel):
    response = as_secretary.post(PAGE, {"action": "upload"})

    assert (response.status_code, faults(response)) == (422, ["Excel: Välj en fil först."])


@pytest.mark.parametrize("page", ["fordelning/", "fordelning/manader/", "utfall/", "prognos/"])
def test_every_grid_goes_out_and_comes_back_the_same(as_secretary, exempel, page):
    address = f"/exempel/2026/{page}"

    response = upload(as_secretary, saved(downloaded(as_secretary, address)), page=address)

    assert (response.status_code, changes(response), faults(response)) == (200, [], [])
    assert "Filen säger detsamma som redan står här." in read(response).shown


@pytest.mark.parametrize("role", ["as_board_member", "as_auditor"])
def test_only_the_secretary_exchanges_workbooks(request, exempel, role):
    client = request.getfixturevalue(role)

    assert client.get(PAGE, {"format": "xlsx"}).status_code == 403
    assert upload(client, b"").status_code == 403


@pytest.mark.parametrize("number", ["1²", "٣", "-1", "1.0", str(HEAD + 1), "999999999", ""])
def test_a_workbook_of_a_posting_that_does_not_exist_is_refused(as_secretary, exempel, number):
    workbook = downloaded(as_secretary)
    (seen,) = [row[1] for row in workbook.worksheets[1].iter_rows() if row[0].value == "Verifikation"]
    assert seen.value == str(HEAD)
    seen.value = number

    response = upload(as_secretary, saved(workbook))

    assert response.status_code == 422
    assert faults(response) == [
        "Excel: Filen åtaganden.xlsx är inte hämtad härifrån. Hämta sidan som Excel och ändra i den filen."
    ]
