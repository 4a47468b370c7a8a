"""Imports point one way, and the pure modules stay pure. This test is the map."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each module may import those on lower floors, never the same floor's neighbours unless named below.
FLOORS = (
    {"finsam.money", "finsam.texts"},
    {"finsam.kronor", "budgets.rules", "budgets.charts", "members.models"},
    {"members.access", "members.forms", "budgets.models", "budgets.history_chart", "budgets.cap_line_chart"},
    {"budgets.ledger", "budgets.years", "members.views"},
    {"budgets.queries"},
    {"budgets.services", "budgets.sentences"},
    {"budgets.tables", "budgets.forms", "budgets.drawings", "budgets.seeding"},
    {"budgets.pages"},
    {"budgets.reports"},
    {"budgets.views"},
    {"budgets.urls"},
    {"finsam.urls"},
)
PURE = (
    "finsam/money.py",
    "budgets/rules.py",
    "budgets/charts.py",
    "budgets/history_chart.py",
    "budgets/cap_line_chart.py",
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
        f"{app}.{path.stem}"
        for app in ("budgets", "members")
        for path in (ROOT / app).glob("*.py")
        if path.stem not in left_out
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
