"""Imports point one way, and the pure modules stay pure. This test is the map."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each module may import those on lower floors, never the same floor's neighbours unless named below.
FLOORS = (
    {"finsam.money", "finsam.texts", "finsam.typeface"},
    {"finsam.uploads"},
    {"finsam.archives"},
    {"finsam.reading_workbooks"},
    {
        *("finsam.kronor", "finsam.reading_files", "finsam.writing_files", "members.models"),
        *("budgets.rules", "budgets.charts", "budgets.deadlines", "budgets.instalments", "budgets.equity"),
        *("budgets.weights", "budgets.forecasts", "budgets.glossary", "budgets.open_data_schema"),
        "budgets.payment_words",
    },
    {
        *("members.access", "members.membership", "members.services"),
        *("budgets.models", "budgets.history_chart", "budgets.cap_line_chart", "budgets.import_files"),
        *("budgets.lines_chart", "budgets.columns_chart"),
        "budgets.page_help",
    },
    {"members.forms"},
    {"members.views", "budgets.ledger", "budgets.years"},
    {"budgets.queries"},
    {"budgets.equity_years", "budgets.behind", "budgets.inhabitants"},
    {
        *("budgets.services", "budgets.sentences", "budgets.history", "budgets.differences"),
        *("budgets.imports", "budgets.timetable", "budgets.worked_example", "budgets.scenario"),
        "budgets.key_figures",
    },
    {"budgets.tables", "budgets.forms", "budgets.chart_sentences", "budgets.seeding", "budgets.keys"},
    {"budgets.grids.grid", "budgets.drawings", "budgets.cost_tables"},
    {
        *(
            "budgets.payments",
            "budgets.steps",
            "budgets.version_forms",
            "budgets.deadline_forms",
            "budgets.deadline_tables",
            "budgets.key_forms",
            "budgets.key_changes",
            "budgets.splits",
            "budgets.key_figure_sentences",
        ),
        *("budgets.import_forms", "budgets.import_tables", "budgets.equity_forms"),
    },
    {
        *("budgets.booked_payments", "budgets.payment_calls", "budgets.derivations"),
        "budgets.inhabitants_forms",
    },
    {
        *(
            "budgets.payment_tables",
            "budgets.payment_forms",
            "budgets.key_tables",
            "budgets.key_figure_tables",
        ),
        "budgets.equity_tables",
    },
    {
        *("budgets.pages", "budgets.posting_tables", "budgets.open_data"),
        *("budgets.grids.contributions", "budgets.grids.actuals", "budgets.grids.sheets"),
    },
    {"budgets.scenario_forms", "budgets.scenario_sentences", "budgets.scenario_tables"},
    {
        *("budgets.reports", "budgets.version_tables", "budgets.scenario_pages"),
        *("budgets.grids.forecasts", "budgets.grids.allocations"),
    },
    {"budgets.open_data_rows", "budgets.open_data_sheets", "budgets.difference_tables"},
    {"budgets.open_data_files"},
    {"budgets.open_data_pages"},
    {"budgets.views.admission"},
    {"budgets.views.editing"},
    {
        *("budgets.views.reading", "budgets.views.postings", "budgets.views.members", "budgets.views.keys"),
        *("budgets.views.contributions", "budgets.views.allocations", "budgets.views.actuals"),
        *("budgets.views.imports", "budgets.views.versions", "budgets.views.deadlines"),
        *("budgets.views.payments", "budgets.views.equity", "budgets.views.help", "budgets.views.open_data"),
        *("budgets.views.scenario", "budgets.views.compare"),
        *("budgets.views.key_figures", "budgets.views.inhabitants"),
    },
    {"budgets.urls"},
    {"finsam.urls"},
)
PURE = (
    "finsam/money.py",
    "budgets/rules.py",
    "budgets/deadlines.py",
    "budgets/instalments.py",
    "budgets/equity.py",
    "budgets/weights.py",
    "budgets/forecasts.py",
    "budgets/charts.py",
    "budgets/history_chart.py",
    "budgets/cap_line_chart.py",
    "budgets/lines_chart.py",
    "budgets/columns_chart.py",
)


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports, at the top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor_of(module: str) -> int | None:
    """The floor a module stands on, None for what is not ours or has no floor."""
    return next((number for number, modules in enumerate(FLOORS) if module in modules), None)


def is_upwards(imported: str, module: str) -> bool:
    """Whether ``imported`` stands on ``module``'s floor or above."""
    here, there = floor_of(module), floor_of(imported)
    return here is not None and there is not None and there >= here


@pytest.mark.parametrize("module", sorted(module for floor in FLOORS for module in floor))
def test_imports_point_down(module):
    path = ROOT / f"{module.replace('.', '/')}.py"

    upwards = {
        imported for imported in imports_of(path) if imported != module and is_upwards(imported, module)
    }

    assert upwards == set()


@pytest.mark.parametrize("path", PURE)
def test_pure_modules_import_the_standard_library_and_each_other(path):
    allowed = {"finsam", "finsam.money", "budgets.charts"}

    foreign = {
        name
        for name in imports_of(ROOT / path)
        if name.split(".")[0] not in sys.stdlib_module_names and name not in allowed
        and not name.startswith(("finsam.money.", "budgets.charts."))
    }  # fmt: skip

    assert foreign == set()


def test_members_never_imports_budgets():
    offenders = [
        path.name
        for path in (ROOT / "members").rglob("*.py")
        if any(name.split(".")[0] == "budgets" for name in imports_of(path))
    ]

    assert offenders == []


def test_every_module_of_the_apps_has_a_floor():
    left_out = {"__init__", "apps"}
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for app in ("budgets", "members")
        for path in (ROOT / app).rglob("*.py")
        if path.stem not in left_out and not {"migrations", "management"} & set(path.parts)
    }

    assert modules - set.union(*FLOORS) == set()


def test_only_reports_imports_weasyprint():
    importers = [
        str(path.relative_to(ROOT))
        for app in ("budgets", "members", "finsam")
        for path in (ROOT / app).rglob("*.py")
        if any(name.split(".")[0] == "weasyprint" for name in imports_of(path))
    ]

    assert importers == ["budgets/reports.py"]
