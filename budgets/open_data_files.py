"""The open data as files: JSON as it is, CSV with one row per amount, and a workbook to read and reckon in.

All are written from the same plain data, so that they cannot tell different things. The same data are the
same bytes, whenever they are written: a browser or a cache that has them is answered 304.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from budgets import reports
from budgets.open_data import Data, budget_data, years_data
from budgets.open_data_rows import budget_rows, years_rows
from budgets.open_data_sheets import budget_sheets, made_at, years_sheets
from budgets.years import YearBudget, YearSummary
from finsam.writing_files import write_csv, write_data_csv, write_workbook
from members.models import Association


@dataclass(frozen=True, slots=True)
class File:
    """A file to send. ``is_for_programs``: another site's program may read it, if it is a visitor's."""

    name: str
    content_type: str
    content: bytes
    is_for_programs: bool = True


JSON_TYPE = "application/json"
SCHEMA_TYPE = "application/schema+json"
_CSV_TYPE = "text/csv; charset=utf-8; header=present"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# An amount as indented JSON; within a text no such quotation marks can stand.
_AMOUNT = re.compile(r'\{\s+("ore": (?:null|-?[0-9]+)),\s+("harlett": (?:true|false))\s+\}')


def json_bytes(data: Data) -> bytes:
    """Plain data as JSON that a person can read too: an amount stands on one row."""
    written = _AMOUNT.sub(r"{\1, \2}", json.dumps(data, ensure_ascii=False, indent=2))
    return f"{written}\n".encode()


def budget_json(budget: YearBudget) -> File:
    """The year as JSON."""
    return File(f"{_stem(budget)}.json", JSON_TYPE, json_bytes(budget_data(budget)))


def budget_csv(budget: YearBudget) -> File:
    """The year as a CSV that a Swedish Excel opens."""
    return File(f"{_stem(budget)}.csv", _CSV_TYPE, write_csv(budget_rows(budget_data(budget))))


def budget_data_csv(budget: YearBudget) -> File:
    """The year as a CSV for programs."""
    rows = budget_rows(budget_data(budget))
    return File(f"{_stem(budget)}_data.csv", _CSV_TYPE, write_data_csv(rows))


def budget_workbook(budget: YearBudget) -> File:
    """The year as an Excel workbook."""
    data = budget_data(budget)
    content = write_workbook(budget_sheets(data), made_at=made_at(data))
    return File(f"{_stem(budget)}.xlsx", _WORKBOOK_TYPE, content, is_for_programs=False)


# By the names that the command has for them.
BUDGET_FORMATS: dict[str, Callable[[YearBudget], File]] = {
    "csv": budget_csv,
    "csv-data": budget_data_csv,
    "xlsx": budget_workbook,
    "json": budget_json,
}


def _stem(budget: YearBudget) -> str:
    """The report's own name, without its ending."""
    return reports.file_name(budget).removesuffix(".pdf")


def years_json(association: Association, years: Sequence[YearSummary]) -> File:
    """All years as JSON."""
    return File(f"ar_{association.slug}.json", JSON_TYPE, json_bytes(years_data(association, years)))


def years_csv(association: Association, years: Sequence[YearSummary]) -> File:
    """All years as a CSV that a Swedish Excel opens, one row per year."""
    rows = years_rows(years_data(association, years))
    return File(f"ar_{association.slug}.csv", _CSV_TYPE, write_csv(rows))


def years_workbook(association: Association, years: Sequence[YearSummary]) -> File:
    """All years as an Excel workbook."""
    data = years_data(association, years)
    content = write_workbook(years_sheets(data), made_at=made_at(data))
    return File(f"ar_{association.slug}.xlsx", _WORKBOOK_TYPE, content, is_for_programs=False)
