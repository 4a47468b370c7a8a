"""The open data say what the page says, to whoever may see the page, in four formats and the same bytes."""

import csv
import io
import json
import re
import zipfile

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from budgets import ledger, open_data_files, queries, services
from budgets.ledger import Cell
from budgets.models import Account, BudgetLine
from budgets.open_data import budget_data
from budgets.open_data_rows import BUDGET_COLUMNS, YEARS_COLUMNS
from budgets.open_data_schema import SCHEMAS, fields
from finsam import money
from finsam.money import Figure
from members.access import VISITOR
from members.models import Association, Organisation, Party
from tests import factories
from tests.pages import read, table

FILES = ("budget.csv", "budget-data.csv", "budget.xlsx", "budget.json")
YEARS_FILES = ("ar.csv", "ar.xlsx", "ar.json")


def data_of(client: Client, address: str) -> dict:
    """What a JSON file says."""
    response = client.get(address)
    assert response.status_code == 200
    return json.loads(response.content)


def rows_of(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    """A CSV's rows by the names of its columns."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


# -- A strict little reader of JSON Schema ---------------------------------------------------------

TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None)}
# What the schemas use. A word that is not here would be passed over in silence.
WORDS = {
    *("$schema", "$id", "$defs", "$ref", "title", "description", "type", "properties", "required"),
    *("additionalProperties", "items", "enum", "const", "pattern", "minimum", "maximum"),
}


def faults(value, schema, root, at="$"):
    """Everything in ``value`` that the schema does not allow."""
    assert set(schema) <= WORDS
    if "$ref" in schema:
        yield from faults(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, at)
        return
    allowed = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if type(value) not in [TYPES[name] for name in allowed]:
        yield f"{at}: {value!r} is no {allowed}"
        return
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        yield f"{at}: {value!r} is not allowed"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{at}: {value!r} is written wrong"
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at}: {value!r} is out of bounds"
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from faults(item, schema["items"], root, f"{at}[{place}]")
    if isinstance(value, dict):
        assert schema["additionalProperties"] is False
        if set(value) != set(schema["required"]) or list(value) != list(schema["properties"]):
            yield f"{at}: {sorted(value)} are not its fields"
        for name in set(value) & set(schema["properties"]):
            yield from faults(value[name], schema["properties"][name], root, f"{at}.{name}")


def faults_of(data, name):
    return list(faults(data, SCHEMAS[name], SCHEMAS[name]))


BUDGETS = [
    ("visitor", "/stockholm/2016/"),
    ("visitor", "/stockholm/2019/"),
    ("visitor", "/stockholm/2021/"),
    ("visitor", "/sodra-dalarna/2020/"),
    ("visitor", "/exempel/2024/"),
    ("visitor", "/exempel/2025/"),
    ("visitor", "/exempel/2026/"),
    ("as_secretary", "/exempel/2027/"),
    ("as_secretary", "/stockholm/2022/"),
]


@pytest.mark.parametrize(("role", "address"), BUDGETS)
def test_a_budget_is_as_its_schema_says(request, seeds, role, address):
    data = data_of(request.getfixturevalue(role), f"{address}budget.json")

    assert faults_of(data, "budget") == []


@pytest.mark.parametrize("slug", ["stockholm", "sodra-dalarna", "exempel"])
@pytest.mark.parametrize("role", ["visitor", "as_secretary"])
def test_all_years_are_as_their_schema_says(request, seeds, role, slug):
    assert faults_of(data_of(request.getfixturevalue(role), f"/{slug}/ar.json"), "ar") == []


def test_the_way_in_is_as_its_schema_says(visitor, seeds):
    assert faults_of(data_of(visitor, "/oppna-data/forbund.json"), "forbund") == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"ar": "2021"}, "$.ar: '2021' is no ['integer']"),
        ({"ar": 2003}, "$.ar: 2003 is out of bounds"),
        ({"ar": True}, "$.ar: True is no ['integer']"),
        ({"tillstand": "klar"}, "$.tillstand: 'klar' is not allowed"),
        (
            {"sammanfattning": {"budget": {"ore": 32.0, "harlett": False}}},
            "$.sammanfattning.budget.ore: 32.0 is no",
        ),
    ],
)
def test_the_reader_of_schemas_finds_faults(visitor, seeds, change, fault):
    data = data_of(visitor, "/stockholm/2021/budget.json")

    assert any(found.startswith(fault) for found in faults_of(data | change, "budget"))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_served_where_the_data_say(visitor, db, name):
    response = visitor.get(f"/oppna-data/{name}.schema.json")

    assert json.loads(response.content) == SCHEMAS[name]
    assert response["Content-Type"] == "application/schema+json"
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (
        SCHEMAS[name]["properties"]["$schema"]["const"]
        == SCHEMAS[name]["$id"]
        == response.request["PATH_INFO"]
    )


def test_no_such_schema_is_not_found(visitor, db):
    assert visitor.get("/oppna-data/hemligt.schema.json").status_code == 404


# -- Every figure is the page's, and the ledger's --------------------------------------------------


def kr(amount: dict) -> str:
    """An amount of the JSON as the page writes it, its mark left out."""
    return "–" if amount["ore"] is None else money.kr(amount["ore"]).replace(money.NO_BREAK_SPACE, " ")


def unmarked(cell: str) -> str:
    """A figure on the page without the mark of a derived one, its note or a word beside it."""
    return re.sub(r"^(?:not \d+ ?|bättre |sämre |h(?=[\d\u2212]))+", "", cell)


def test_stockholm_2021_is_told_to_the_ore(visitor, seeds):
    data = data_of(visitor, "/stockholm/2021/budget.json")

    assert data["sammanfattning"] == {
        "overenskommet": {"ore": 5_470_000_000, "harlett": False},
        "budget": {"ore": 3_200_000_000, "harlett": False},
        "uteblev": {"ore": 2_270_000_000, "harlett": False},
        "outnyttjat": {"ore": 1_702_500_000, "harlett": True},
        "utfall": {"ore": None, "harlett": False},
        "budget_aret_fore": {"ore": 3_200_000_000, "harlett": False},
    }
    assert data["satter_taket"] == [{"part": "regionen", "namn": "Region Stockholm"}]
    assert [(party["part"], party["andel"], party["racker_till"]["ore"]) for party in data["parter"]] == [
        ("staten", "1/2", 5_470_000_000),
        ("regionen", "1/4", 3_200_000_000),
        ("kommunerna", "1/4", 5_470_000_000),
    ]
    assert [
        (
            member["kod"],
            member["atagande"]["ore"],
            member["medlemsbidrag"]["ore"],
            member["outnyttjat"]["ore"],
        )
        for party in data["parter"]
        for member in party["medlemmar"]
        if member["betalar"]
    ] == [
        ("forsakringskassan", 2_735_000_000, 1_600_000_000, 1_135_000_000),
        ("region-stockholm", 800_000_000, 800_000_000, 0),
        ("stockholms-stad", 1_367_500_000, 800_000_000, 567_500_000),
    ]


@pytest.mark.parametrize("address", ["/stockholm/2021/", "/exempel/2026/", "/exempel/2025/"])
def test_every_figure_is_the_pages(visitor, seeds, address):
    page = read(visitor.get(address))
    data = data_of(visitor, f"{address}budget.json")

    shares = {row[0].removesuffix(" sätter taket"): row[2:] for row in table(page, "Åtaganden och")[1:]}
    for party in data["parter"]:
        listed = [party, *party["medlemmar"]] if len(party["medlemmar"]) > 1 else [party]
        for row in (row for row in listed if row.get("betalar", True)):
            name = next(name for name in shares if name.removesuffix(" lägst mot nyckeln") == row["namn"])
            told = [kr(row[column]) for column in ("atagande", "medlemsbidrag", "outnyttjat")]
            # A table shows öre in all its figures or in none.
            assert told == [unmarked(cell).removesuffix(",00") for cell in shares[name]]


def test_every_line_is_the_pages(visitor, seeds):
    page = read(visitor.get("/exempel/2026/"))
    data = data_of(visitor, "/exempel/2026/budget.json")

    costs, incomes = table(page, "Budget och utfall per post"), table(page, "Övriga intäkter")
    told = [
        [line["namn"], *(kr(line[name]) for name in ("budget", "utfall", "kvar", "prognos"))]
        for line in data["poster"]
    ]
    assert costs[0] == ["Post", "Slag", "Budget", "Utfall", "Kvar av budget", "Prognos"]
    assert told == [[row[0], *map(unmarked, row[-4:])] for row in (*costs[1:-1], *incomes[1:-1])]
    assert {line["avvikelse"]["ore"] for line in data["poster"]} == {None}


def test_the_result_is_the_pages(visitor, seeds):
    page = read(visitor.get("/exempel/2026/"))
    data = data_of(visitor, "/exempel/2026/budget.json")

    told = [[row["namn"], kr(row["budget"]), kr(row["utfall"])] for row in data["resultat"]]
    shown = [
        [row[0], *(unmarked(cell).removesuffix(",00") for cell in row[1:])]
        for row in table(page, "Intäkter, kostnader")[1:]
    ]
    # The planned use of own capital has no outcome: the page leaves the cell empty.
    assert [[cell or "–" for cell in row] for row in shown] == told


@pytest.mark.parametrize(("slug", "year"), [("stockholm", 2021), ("exempel", 2026)])
def test_every_figure_is_the_ledgers_own_sum(visitor, seeds, slug, year):
    association = Association.objects.get(slug=slug)
    data = data_of(visitor, f"/{slug}/{year}/budget.json")
    plan = ledger.balances(association, years=[year], upto=data["verifikation"]["nummer"])
    now = ledger.balances(association, years=[year])
    members = {member.slug: member.pk for member in association.members.all()}
    lines = {line.slug: line.pk for line in association.lines.all()}

    for party in data["parter"]:
        for member in (member for member in party["medlemmar"] if member["betalar"]):
            whose = {"member_id": members[member["kod"]]}
            assert member["atagande"]["ore"] == plan[Cell(Account.COMMITTED, year, **whose)].amount
            assert member["medlemsbidrag"]["ore"] == plan[Cell(Account.CALLED, year, **whose)].amount
    for line in data["poster"]:
        for name, account, found in (("budget", Account.ALLOCATED, plan), ("utfall", Account.ACTUAL, now)):
            amounts = [
                balance.amount
                for cell, balance in found.items()
                if (cell.account, cell.line_id) == (account, lines[line["kod"]])
            ]
            assert line[name]["ore"] == (sum(amounts) if amounts else None)
    called = sum(balance.amount for cell, balance in plan.items() if cell.account == Account.CALLED)
    assert data["sammanfattning"]["budget"]["ore"] == called
    assert data["sammanfattning"]["overenskommet"]["ore"] == plan[Cell(Account.AGREED, year)].amount


@pytest.mark.parametrize("address", ["/stockholm/2021/", "/exempel/2026/", "/exempel/2025/"])
def test_both_csv_say_what_the_json_says(visitor, seeds, address):
    data = data_of(visitor, f"{address}budget.json")
    swedish = rows_of(visitor.get(f"{address}budget.csv").content, ";")
    machine = rows_of(visitor.get(f"{address}budget-data.csv").content)

    amounts = [round(float(row["belopp"].replace(",", ".") or 0) * 100) for row in swedish]
    assert amounts == [round(float(row["belopp"] or 0) * 100) for row in machine]
    assert [row | {"belopp": ""} for row in swedish] == [row | {"belopp": ""} for row in machine]
    told = {(row["del"], row["kod"], row["uppgift"]): row for row in machine}
    assert len(told) == len(machine)
    for name, amount in data["sammanfattning"].items():
        assert_told(told["sammanfattning", data["forbund"]["kod"], name], amount)
    for party in data["parter"]:
        assert_told(told["part", party["part"], "racker_till"], party["racker_till"])
        for member in (member for member in party["medlemmar"] if member["betalar"]):
            for name in ("atagande", "medlemsbidrag", "outnyttjat"):
                assert_told(told["medlem", member["kod"], name], member[name])
    for line in data["poster"]:
        for name in ("budget", "utfall"):
            assert_told(told["post", line["kod"], name], line[name])
    for row in data["resultat"]:
        for name in ("budget", "utfall"):
            assert_told(told["resultat", row["kod"] or row["rad"], name], row[name])


def assert_told(row: dict[str, str], amount: dict) -> None:
    """A row of the CSV for programs says what the JSON says."""
    expected = "" if amount["ore"] is None else f"{amount['ore'] / 100:.2f}"
    assert (row["belopp"], row["harlett"]) == (expected, "ja" if amount["harlett"] else "nej")


# -- Workbooks: the sums are formulas, so they are reckoned here -----------------------------------


def reckoned(worksheet, value):
    """A cell's value; of a formula the sum that Excel would show, in öre."""
    if isinstance(value, str) and value.startswith("=SUM("):
        cells = []
        for place in value.removeprefix("=SUM(").removesuffix(")").split(","):
            found = worksheet[place]
            cells += [cell for row in found for cell in row] if ":" in place else [found]
        return sum(reckoned(worksheet, cell.value) or 0 for cell in cells)
    return round(value * 100) if isinstance(value, int | float) else value


def sheets_of(client: Client, address: str) -> dict[str, list[list]]:
    """A workbook's sheets as rows of texts and öre."""
    workbook = openpyxl.load_workbook(io.BytesIO(client.get(address).content))
    return {
        sheet.title: [[reckoned(sheet, cell.value) for cell in row] for row in sheet.iter_rows()]
        for sheet in workbook
    }


@pytest.mark.parametrize("address", ["/stockholm/2021/", "/exempel/2026/", "/exempel/2025/"])
def test_the_workbook_says_what_the_json_says(visitor, seeds, address):
    data = data_of(visitor, f"{address}budget.json")
    sheets = sheets_of(visitor, f"{address}budget.xlsx")

    assert [row[1] for row in sheets["Sammanfattning"][2:8]] == [
        amount["ore"] for amount in data["sammanfattning"].values()
    ]
    shares = {row[0] or row[1]: row[3:6] for row in sheets["Parter och medlemmar"][2:]}
    for party in data["parter"]:
        for row in (party, *(member for member in party["medlemmar"] if member["betalar"])):
            assert shares[row["namn"]] == [
                row[name]["ore"] for name in ("atagande", "medlemsbidrag", "outnyttjat")
            ]
    assert shares["Summa"][1] == data["sammanfattning"]["budget"]["ore"]
    assert shares["Summa"][2] == data["sammanfattning"]["outnyttjat"]["ore"]
    lines = {row[0]: row[3:5] for row in sheets.get("Poster", [])[2:] if row[0]}
    for line in data["poster"]:
        assert lines[line["kod"]][0] == line["budget"]["ore"]
        if data["utfall_till_manad"]:
            assert lines[line["kod"]][1] == line["utfall"]["ore"]
    result = {row[0]: row[1:3] for row in sheets.get("Resultat", [])[2:]}
    assert result == {row["namn"]: [row["budget"]["ore"], row["utfall"]["ore"]] for row in data["resultat"]}


def test_a_workbooks_sums_are_formulas_over_what_is_shown(visitor, seeds):
    workbook = openpyxl.load_workbook(io.BytesIO(visitor.get("/exempel/2026/budget.xlsx").content))

    assert [cell.value for cell in workbook["Parter och medlemmar"][10]][:6] == [
        *("Summa", None, None, "=SUM(D3,D5,D6)", "=SUM(E3,E5,E6)", "=SUM(F3,F5,F6)")
    ]
    assert workbook["Poster"]["D12"].value == "=SUM(D3:D11)"
    assert workbook["Resultat"]["B7"].value == "=SUM(B3:B6)"
    assert workbook["Resultat"]["B10"].value == "=SUM(B7,B9)"


def test_a_workbook_is_set_up_to_be_read_and_printed(visitor, seeds):
    workbook = openpyxl.load_workbook(io.BytesIO(visitor.get("/exempel/2026/budget.xlsx").content))

    assert workbook.sheetnames == [
        *("Sammanfattning", "Parter och medlemmar", "Poster", "Resultat", "Om uttaget")
    ]
    sheet = workbook["Poster"]
    assert (sheet.freeze_panes, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == ("A3", 9, 1)
    assert sheet["D3"].number_format == '#,##0;"\u2212"#,##0;0'
    assert sheet.column_dimensions["B"].width > len("Kansli och administration")


def test_a_workbook_tells_what_it_was_taken_from(visitor, exempel):
    told = dict(sheets_of(visitor, "/exempel/2026/budget.xlsx")["Om uttaget"])

    posting = queries.posting(exempel, 47)
    assert told["Förbund"] == "Exempelförbundet"
    assert told["Påhittat"] == "Inga namn eller belopp här är verkliga."
    assert told["År"] == "2026"
    assert told["Version"] == "version 1, fastställd"
    assert told["Beslut"] == "Styrelsen, 2025-11-20, § 46"
    assert told["Diarienummer"] == "EF 2025/21"
    assert told["Budget: läget efter verifikation"] == "47"
    assert told["Budget: verifikationens hash"] == posting.hash
    assert told["Fast adress"] == "/exempel/2026/?version=1"
    assert told["Användning"] == "Uppgifterna är allmänna handlingar och fria att använda. Ange källa."


# -- All years, and the way in ---------------------------------------------------------------------


def test_all_years_are_the_pages(visitor, seeds):
    page = read(visitor.get("/stockholm/"))
    data = data_of(visitor, "/stockholm/ar.json")

    shown = [[unmarked(cell) for cell in row] for row in table(page, "Överenskommet")[1:]]
    assert [[row[0].split()[0], *row[1:4], row[-1]] for row in shown] == [
        [
            str(year["ar"]),
            *(mnkr(year[name]) for name in ("overenskommet", "budget", "uteblev")),
            (
                "Alla lika"
                if len(year["satter_taket"]) == 3
                else ", ".join(party["namn"] for party in year["satter_taket"])
            )
            or "–",
        ]
        for year in data["budgetar"]
    ]


def mnkr(amount: dict) -> str:
    return "–" if amount["ore"] is None else money.mnkr(amount["ore"])


def test_a_year_that_nothing_is_known_of_stands_there_empty(visitor, seeds):
    data = data_of(visitor, "/stockholm/ar.json")

    (gap,) = [year for year in data["budgetar"] if year["ar"] == 2018]
    assert (gap["tillstand"], gap["version"], gap["budget"]["ore"]) == (None, None, None)


def test_all_years_as_csv_and_workbook_say_what_the_json_says(visitor, seeds):
    data = data_of(visitor, "/exempel/ar.json")
    rows = rows_of(visitor.get("/exempel/ar.csv").content, ";")
    sheet = sheets_of(visitor, "/exempel/ar.xlsx")["Alla år"]

    names = ("overenskommet", "budget", "uteblev", "utfall")
    expected = [[year[name]["ore"] for name in names] for year in data["budgetar"]]
    assert [[str(year["ar"]), year["tillstand"]] for year in data["budgetar"]] == [
        [row["ar"], row["tillstand"]] for row in rows
    ]
    assert [[round(float(row[name].replace(",", ".")) * 100) for name in names] for row in rows] == expected
    assert [row[2:6] for row in sheet[2:]] == expected
    assert [row["satter_taket"] for row in rows] == [row[7] for row in sheet[2:]]


def test_the_way_in_leads_to_every_public_budget(visitor, seeds):
    data = data_of(visitor, "/oppna-data/forbund.json")

    assert [association["kod"] for association in data["forbund"]] == [
        "exempel",
        "stockholm",
        "sodra-dalarna",
    ]
    assert [budget["ar"] for budget in data["forbund"][0]["budgetar"]] == [2024, 2025, 2026]
    for association in data["forbund"]:
        assert visitor.get(association["adress"]).status_code == 200
        for budget in association["budgetar"]:
            found = data_of(visitor, budget["adress"])
            assert (found["ar"], found["version"]) == (budget["ar"], budget["version"])


def test_the_way_in_is_the_same_for_everyone(visitor, as_secretary):
    contents = [client.get("/oppna-data/forbund.json").content for client in (visitor, as_secretary)]

    assert contents[0] == contents[1]


# -- Who sees what ---------------------------------------------------------------------------------


@pytest.fixture
def secret_draft(stockholm):
    """Stockholm 2021 after the region's secret letter: a working state beyond the adopted version."""
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, reason="Ett hemligt brev")
    return stockholm


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("role", ["visitor", "as_outsider"])
def test_a_year_that_is_not_public_is_not_found(request, exempel, role, file):
    for version in ("", "?version=1", "?version=2"):
        response = request.getfixturevalue(role).get(f"/exempel/2027/{file}{version}")

        assert response.status_code == 404
        assert "Access-Control-Allow-Origin" not in response


@pytest.mark.parametrize("file", FILES)
def test_a_change_that_is_not_public_changes_no_byte_for_others(visitor, as_outsider, stockholm, file):
    before = visitor.get(f"/stockholm/2021/{file}").content

    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, reason="Ett hemligt brev")

    assert visitor.get(f"/stockholm/2021/{file}").content == before
    assert as_outsider.get(f"/stockholm/2021/{file}").content == before


def test_those_with_a_role_get_the_working_state_marked_as_a_draft(as_auditor, secret_draft):
    data = data_of(as_auditor, "/stockholm/2021/budget.json")
    rows = rows_of(as_auditor.get("/stockholm/2021/budget-data.csv").content)
    sheets = sheets_of(as_auditor, "/stockholm/2021/budget.xlsx")

    assert (data["tillstand"], data["version"], data["adress"], data["beslut"]) == (
        "utkast",
        None,
        None,
        None,
    )
    assert data["verifikation"]["nummer"] == 17
    assert data["sammanfattning"]["budget"] == {"ore": 4_800_000_000, "harlett": True}
    assert faults_of(data, "budget") == []
    assert {row["tillstand"] for row in rows} == {"utkast"}
    assert sheets["Sammanfattning"][0][0].startswith("UTKAST. Budget 2021, ")


def test_a_version_that_is_named_is_the_one_that_is_told(as_auditor, secret_draft):
    data = data_of(as_auditor, "/stockholm/2021/budget.json?version=1")

    assert (data["version"], data["sammanfattning"]["budget"]["ore"]) == (1, 3_200_000_000)


@pytest.mark.parametrize("version", ["0", "2", "abc", "-1", "1.0", "\x00"])
def test_a_version_that_is_not_there_is_not_found(visitor, seeds, version):
    statuses = [visitor.get(f"/stockholm/2021/{file}", {"version": version}).status_code for file in FILES]

    assert statuses == [404] * 4


@pytest.mark.parametrize("file", YEARS_FILES)
def test_all_years_leave_no_trace_of_a_proposal(visitor, as_secretary, exempel, file):
    years = [data_of(client, "/exempel/ar.json")["budgetar"][0]["ar"] for client in (visitor, as_secretary)]

    assert years == [2026, 2027]
    assert visitor.get(f"/exempel/{file}").status_code == 200


def test_the_data_never_say_who_posted(as_auditor, secretary, stockholm):
    secretary.last_name = "Hemlig-Sekreterare"
    secretary.save()
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, by=secretary)

    for file in ("budget.json", "budget.csv"):
        assert "Hemlig" not in as_auditor.get(f"/stockholm/2021/{file}").content.decode()


# -- As sent ---------------------------------------------------------------------------------------

CONTENT_TYPES = {
    "budget.csv": "text/csv; charset=utf-8; header=present",
    "budget-data.csv": "text/csv; charset=utf-8; header=present",
    "budget.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "budget.json": "application/json",
}
NAMES = {
    "/stockholm/2021/budget.csv": ("attachment", "budget-2021_stockholm_faststalld-version-1.csv"),
    "/stockholm/2021/budget-data.csv": ("attachment", "budget-2021_stockholm_faststalld-version-1_data.csv"),
    "/stockholm/2021/budget.xlsx": ("attachment", "budget-2021_stockholm_faststalld-version-1.xlsx"),
    "/stockholm/2021/budget.json": ("inline", "budget-2021_stockholm_faststalld-version-1.json"),
    "/stockholm/ar.csv": ("attachment", "ar_stockholm.csv"),
    "/stockholm/ar.xlsx": ("attachment", "ar_stockholm.xlsx"),
    "/stockholm/ar.json": ("inline", "ar_stockholm.json"),
    "/oppna-data/forbund.json": ("inline", "forbund.json"),
}


@pytest.mark.parametrize("file", FILES)
def test_a_file_says_what_it_is(visitor, seeds, file):
    assert visitor.get(f"/stockholm/2021/{file}")["Content-Type"] == CONTENT_TYPES[file]


@pytest.mark.parametrize("address", NAMES)
def test_a_file_has_a_name_that_sorts(visitor, seeds, address):
    place, name = NAMES[address]

    assert visitor.get(address)["Content-Disposition"] == (
        f"{place}; filename=\"{name}\"; filename*=UTF-8''{name}"
    )


def test_the_swedish_csv_opens_right_in_a_swedish_excel(visitor, seeds):
    content = visitor.get("/exempel/2026/budget.csv").content

    assert content.startswith(b"\xef\xbb\xbfforbund;ar;tillstand;version;")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert "medlem;kommunerna;norrsunda;Norrsunda kommun;medlemsbidrag;1559706,49;nej;" in content.decode()


def test_the_csv_for_programs_is_plain(visitor, seeds):
    content = visitor.get("/exempel/2026/budget-data.csv").content

    assert content.startswith(b"forbund,ar,tillstand,version,")
    assert b"\r" not in content
    assert (
        "exempel,2026,faststalld,1,2025-11-20,47,medlem,kommunerna,norrsunda,Norrsunda kommun,medlemsbidrag,"
        "1559706.49,nej,"
    ) in content.decode()
    assert "resultat,kostnader,kostnader,Kostnader,budget,-13580000.00,nej," in content.decode()


@pytest.mark.parametrize("address", NAMES)
def test_a_visitor_gets_no_cookie_and_asks_again(visitor, seeds, address):
    response = visitor.get(address)

    assert dict(response.cookies) == {}
    assert response["Cache-Control"] == "no-cache"
    assert response["Vary"] == "Cookie, Accept-Encoding"


@pytest.mark.parametrize("address", NAMES)
def test_the_same_data_are_the_same_bytes_and_not_sent_twice(visitor, seeds, address):
    first = visitor.get(address)
    second = visitor.get(address, headers={"If-None-Match": first["ETag"]})

    assert (second.status_code, second.content) == (304, b"")
    assert second["ETag"] == first["ETag"]


def test_a_new_outcome_is_new_bytes(visitor, exempel, secretary):
    before = visitor.get("/exempel/2026/budget.json")
    line = exempel.lines.get(slug="styrelse")
    services.record(
        association=exempel,
        wishes={Cell(Account.ACTUAL, 2026, month=10, line_id=line.pk): Figure(100_00)},
        reason="Oktober",
        by=secretary,
    )

    after = visitor.get("/exempel/2026/budget.json", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    data = json.loads(after.content)
    assert (data["verifikation"]["nummer"], data["utfall_till_manad"]) == (47, 10)
    assert data["utfall_verifikation"]["nummer"] > 55


def test_a_workbooks_parts_have_no_time_of_day(visitor, seeds):
    content = visitor.get("/exempel/2026/budget.xlsx").content

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("address", NAMES)
def test_a_question_about_headers_is_answered(visitor, seeds, address):
    asked, told = visitor.head(address), visitor.get(address)

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked["Content-Type"] == told["Content-Type"]
    assert asked["Content-Length"] == str(len(told.content))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_data_are_only_read(visitor, seeds, method):
    addresses = [*NAMES, "/oppna-data/", "/oppna-data/budget.schema.json"]

    assert {getattr(visitor, method)(address).status_code for address in addresses} == {405}


# -- Other sites' programs -------------------------------------------------------------------------

OPEN = [
    *(address for address in NAMES if not address.endswith(".xlsx")),
    "/oppna-data/budget.schema.json",
]


@pytest.mark.parametrize("address", OPEN)
def test_another_sites_program_may_read_what_anyone_may(visitor, seeds, address):
    response = visitor.get(address, headers={"Origin": "https://example.org"})

    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize("role", ["as_secretary", "as_board_member", "as_auditor", "as_outsider"])
def test_no_other_site_reads_what_somebody_logged_in_gets(request, seeds, role):
    for address in OPEN:
        response = request.getfixturevalue(role).get(address, headers={"Origin": "https://example.org"})

        assert response.status_code == 200
        assert "Access-Control-Allow-Origin" not in response
        assert response["Cache-Control"] == "private, no-cache"
        assert response["Vary"] == "Cookie, Accept-Encoding"


@pytest.mark.parametrize("address", ["/stockholm/2021/", "/stockholm/2021/budget.xlsx", "/stockholm/ar.xlsx"])
def test_pages_and_workbooks_are_not_for_other_sites(visitor, seeds, address):
    assert "Access-Control-Allow-Origin" not in visitor.get(address)


# -- Hostile, many, huge, empty --------------------------------------------------------------------


def adopted(association: Association, amounts: dict[str, str], year: int = 2030) -> None:
    """Commit and adopt."""
    factories.commit(association, year, amounts)
    factories.adopt(association, year)


HOSTILE = ["=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", '";=1;"', "<b>&amp;"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_never_a_formula(visitor, db, name):
    association = factories.make_association("elak")
    Organisation.objects.filter(slug="elak-regionen").update(name=name)
    adopted(association, {"fk": "8 mnkr", "regionen": "2 mnkr", "storstad": "1 mnkr", "lillstad": "3 mnkr"})

    for file, delimiter in (("budget.csv", ";"), ("budget-data.csv", ",")):
        content = visitor.get(f"/elak/2030/{file}").content
        cells = [cell for row in rows_of(content, delimiter) for cell in row.values()]
        risky = [cell for cell in cells if re.match(r"\s*[=+@]|\t|\r", cell)]
        assert risky == []
    workbook = openpyxl.load_workbook(io.BytesIO(visitor.get("/elak/2030/budget.xlsx").content))
    formulas = [cell.value for sheet in workbook for row in sheet for cell in row if cell.data_type == "f"]
    assert formulas
    assert all(re.fullmatch(r"=SUM\([A-Z0-9:,]+\)", formula) for formula in formulas)
    data = data_of(visitor, "/elak/2030/budget.json")
    assert data["parter"][1]["namn"] == name
    assert faults_of(data, "budget") == []


def test_a_negative_amount_stays_a_number(visitor, exempel):
    rows = rows_of(visitor.get("/exempel/2026/budget.csv").content, ";")
    costs = [row["belopp"] for row in rows if (row["del"], row["kod"]) == ("resultat", "kostnader")]
    workbook = openpyxl.load_workbook(io.BytesIO(visitor.get("/exempel/2026/budget.xlsx").content))

    assert costs == ["-13580000", "-9361987"]
    assert workbook["Resultat"]["B6"].value == -13_580_000
    assert workbook["Resultat"]["B6"].data_type == "n"


def test_forty_members_and_twelve_digits(visitor, db):
    association = factories.make_association("stor")
    for place in range(40):
        factories.make_member(association, f"kommun-{place:02d}", Party.MUNICIPALITIES, position=10 + place)
    each = {f"kommun-{place:02d}": "100 000 000 000" for place in range(40)}
    adopted(
        association,
        {
            "fk": "8 000 000 000 000",
            "regionen": "999 999 999 999,99",
            "storstad": "0",
            "lillstad": "0",
            **each,
        },
    )

    data = data_of(visitor, "/stor/2030/budget.json")
    sheets = sheets_of(visitor, "/stor/2030/budget.xlsx")

    assert data["sammanfattning"]["budget"]["ore"] == 399_999_999_999_996
    assert len(data["parter"][2]["medlemmar"]) == 42
    called = [member["medlemsbidrag"]["ore"] for member in data["parter"][2]["medlemmar"]]
    assert sum(called) == 99_999_999_999_999
    assert sheets["Parter och medlemmar"][-1][4] == 399_999_999_999_996
    assert "stor,2030,faststalld,1,,2,part,,regionen,Regionen (stor),atagande,999999999999.99,nej,ja," in (
        visitor.get("/stor/2030/budget-data.csv").content.decode()
    )


def test_a_year_that_nothing_is_booked_for_is_empty_not_zero(as_secretary, stockholm):
    data = data_of(as_secretary, "/stockholm/2022/budget.json")
    sheets = sheets_of(as_secretary, "/stockholm/2022/budget.xlsx")

    assert data["tillstand"] == "utkast"
    assert data["verifikation"] is None
    assert {
        amount["ore"] for name, amount in data["sammanfattning"].items() if name != "budget_aret_fore"
    } == {None}
    assert sheets["Parter och medlemmar"][-1] == ["Summa", *[None] * 8]
    assert as_secretary.get("/stockholm/2022/budget.csv").status_code == 200


def test_a_party_whose_members_do_not_pay_has_no_sum(visitor, db):
    association = factories.make_association("tunt")
    association.members.filter(slug="regionen").update(pays=False)
    factories.make_member(association, "regionen-2", Party.REGIONS, pays=False)
    adopted(association, {"fk": "4 mnkr", "storstad": "1 mnkr", "lillstad": "3 mnkr"})

    data = data_of(visitor, "/tunt/2030/budget.json")
    (region,) = [
        row for row in sheets_of(visitor, "/tunt/2030/budget.xlsx")["Parter och medlemmar"] if row[2] == "0"
    ]

    assert faults_of(data, "budget") == []
    assert data["parter"][1]["andel"] == "0"
    assert region[3:6] == [None, None, None]


def test_notes_are_told_with_their_figures(visitor, exempel, secretary):
    association = factories.make_association("noterat")
    factories.make_line(association, "kansli", BudgetLine.Kind.ADMINISTRATION)
    member = factories.member(association, "regionen")
    ledger.post(
        association=association,
        changes=[],
        reason="Not",
        by=None,
        author_name="Ett test",
        remarks=[ledger.Remark(2030, "Enligt brev", Account.COMMITTED, member_id=member.pk)],
    )
    adopted(association, {"fk": "8 mnkr", "regionen": "2 mnkr", "storstad": "1 mnkr", "lillstad": "3 mnkr"})

    data = data_of(visitor, "/noterat/2030/budget.json")
    rows = rows_of(visitor.get("/noterat/2030/budget-data.csv").content)

    assert data["parter"][1]["medlemmar"][0]["not"] == "Enligt brev"
    assert [(row["del"], row["kod"], row["uppgift"]) for row in rows if row["not"]] == [
        ("medlem", "regionen", "atagande")
    ]


# -- What it costs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("file", "queries_made"), [("budget.json", 9), ("budget.csv", 9), ("budget.xlsx", 9)]
)
def test_a_year_takes_the_same_queries_however_many_members_and_lines(
    visitor, db, django_assert_num_queries, count, file, queries_made
):
    association = factories.make_association("manga")
    for place in range(count):
        factories.make_member(association, f"kommun-{place}", Party.MUNICIPALITIES, position=20 + place)
        factories.make_line(association, f"insats-{place}")
    amounts = {f"kommun-{place}": "1 mnkr" for place in range(count)}
    adopted(
        association,
        {"fk": "8 mnkr", "regionen": "2 mnkr", "storstad": "1 mnkr", "lillstad": "1 mnkr", **amounts},
    )

    with django_assert_num_queries(queries_made):
        visitor.get(f"/manga/2030/{file}")


@pytest.mark.parametrize("count", [1, 3])
def test_all_years_and_the_way_in_take_the_same_queries_however_many(
    visitor, db, django_assert_num_queries, count
):
    for place in range(count):
        association = factories.make_association(f"manga-{place}")
        for year in range(2030, 2030 + count):
            adopted(
                association,
                {"fk": "8 mnkr", "regionen": "2 mnkr", "storstad": "1 mnkr", "lillstad": "1 mnkr"},
                year,
            )

    with django_assert_num_queries(5):
        visitor.get("/manga-0/ar.json")
    with django_assert_num_queries(2):
        visitor.get("/oppna-data/forbund.json")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_about_the_data_takes_the_same_queries_however_many(
    visitor, seeds, django_assert_num_queries, count
):
    for place in range(count):
        association = factories.make_association(f"manga-{place}")
        amounts = {"fk": "8 mnkr", "regionen": "2 mnkr", "storstad": "1 mnkr", "lillstad": "1 mnkr"}
        adopted(association, amounts, 2030 + place)

    with django_assert_num_queries(14):
        visitor.get("/oppna-data/")


def test_reading_leaves_the_ledger_as_it_was(visitor, stockholm):
    before = ledger.head_number(stockholm)

    for file in (*FILES, "../ar.json"):
        visitor.get(reverse("year", args=["stockholm", 2021]) + file)

    assert ledger.head_number(stockholm) == before
    assert ledger.verify(stockholm) is None


# -- The pages -------------------------------------------------------------------------------------


def links(page, css="open-data"):
    return [(each.shown, each.attributes["href"]) for each in page.one("p", css).all("a")]


def test_a_years_page_leads_quietly_to_its_data(visitor, seeds):
    page = read(visitor.get("/stockholm/2021/"))

    assert links(page) == [
        ("Excel", "/stockholm/2021/budget.xlsx"),
        ("CSV", "/stockholm/2021/budget.csv"),
        ("JSON", "/stockholm/2021/budget.json"),
        ("Så läser du filerna", "/oppna-data/"),
        ("/stockholm/2021/?version=1", "/stockholm/2021/?version=1"),
    ]


def test_a_version_leads_to_its_own_data(visitor, seeds):
    page = read(visitor.get("/stockholm/2021/?version=1"))

    assert links(page)[0] == ("Excel", "/stockholm/2021/budget.xlsx?version=1")


def test_a_forbunds_page_leads_to_the_data_of_all_years(visitor, seeds):
    assert links(read(visitor.get("/stockholm/"))) == [
        ("Excel", "/stockholm/ar.xlsx"),
        ("CSV", "/stockholm/ar.csv"),
        ("JSON", "/stockholm/ar.json"),
        ("Så läser du filerna", "/oppna-data/"),
    ]


def canonical(page):
    return [
        each.attributes["href"]
        for each in page.all("link")
        if each.attributes["rel"] in ("canonical", "alternate")
    ]


def test_a_year_has_one_address_for_search_engines(visitor, seeds):
    for address in ("/stockholm/2021/", "/stockholm/2021/?version=1"):
        assert canonical(read(visitor.get(address))) == [
            "http://testserver/stockholm/2021/",
            "/stockholm/2021/budget.json?version=1",
        ]


def test_an_older_version_has_its_own_address_and_a_draft_none(visitor, as_auditor, stockholm):
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"})
    draft = read(as_auditor.get("/stockholm/2021/"))
    factories.adopt(stockholm, 2021)

    assert canonical(draft) == []
    assert "version=1" not in draft.one("p", "open-data").shown
    assert canonical(read(visitor.get("/stockholm/2021/?version=1")))[0] == (
        "http://testserver/stockholm/2021/?version=1"
    )
    assert canonical(read(visitor.get("/stockholm/2021/")))[0] == "http://testserver/stockholm/2021/"


def test_the_page_about_the_data_explains_every_column_and_field(visitor, seeds):
    page = read(visitor.get("/oppna-data/"))

    for caption, described in (
        ("Kolumner i budget.csv", BUDGET_COLUMNS),
        ("Kolumner i ar.csv", YEARS_COLUMNS),
        ("Fält i budget.json", fields(SCHEMAS["budget"])),
        ("Fält i ar.json", fields(SCHEMAS["ar"])),
        ("Fält i forbund.json", fields(SCHEMAS["forbund"])),
    ):
        assert [row[:3] for row in table(page, caption)[1:]] == [
            [each.name, each.kind, str(each.about)] for each in described
        ]
    assert (
        "Uppgifterna är allmänna handlingar och fria att använda. Ange källa." in page.one("p", "lead").shown
    )


def test_the_columns_described_are_those_of_the_files(visitor, seeds):
    heads = [
        visitor.get(address).content.decode("utf-8-sig").splitlines()[0].split(";")
        for address in ("/stockholm/2021/budget.csv", "/stockholm/ar.csv")
    ]

    assert heads == [[each.name for each in columns] for columns in (BUDGET_COLUMNS, YEARS_COLUMNS)]


def test_every_address_on_the_page_about_the_data_answers(visitor, seeds):
    page = read(visitor.get("/oppna-data/"))
    found = [link.attributes["href"] for each in page.all("table")[:1] for link in each.all("a")]

    assert found == [
        "/oppna-data/forbund.json",
        "/stockholm/2021/budget.xlsx",
        "/stockholm/2021/budget.csv",
        "/stockholm/2021/budget-data.csv",
        "/stockholm/2021/budget.json",
        "/stockholm/ar.xlsx",
        "/stockholm/ar.csv",
        "/stockholm/ar.json",
        "/oppna-data/budget.schema.json",
    ]
    assert {visitor.get(address).status_code for address in found} == {200}


def test_the_example_is_a_real_forbunds_own_figures(visitor, seeds):
    page = read(visitor.get("/oppna-data/"))

    examples = {row[0]: row[3] for row in table(page, "Kolumner i budget.csv")[1:]}
    assert (examples["namn"], examples["uppgift"], examples["belopp"]) == (
        *("Region Stockholm", "atagande", "8000000.00"),
    )
    assert '"budget": {"ore": 3200000000, "harlett": false}' in page.one("pre").shown


def test_the_page_about_the_data_stands_without_any_budget(visitor, db, monkeypatch):
    monkeypatch.setattr(queries, "public_versions", list)

    page = read(visitor.get("/oppna-data/"))

    assert page.one("h1").shown == "Öppna data"


def test_amounts_on_a_row_change_nothing_in_the_json(exempel):
    budget = queries.year_budget(exempel, 2026, VISITOR)
    data = budget_data(budget)

    assert json.loads(open_data_files.json_bytes(data)) == data
    tricky = {"text": '{\n "ore": 1,\n "harlett": true\n}', "amount": {"ore": -1, "harlett": True}}
    assert json.loads(open_data_files.json_bytes(tricky)) == tricky
