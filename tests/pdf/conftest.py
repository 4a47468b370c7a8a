"""What the PDF tests stand on: WeasyPrint's system library, poppler's tools, and each report made once."""

import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from budgets import queries, reports
from budgets.years import YearBudget
from members.access import Access
from members.models import Association, Role

AUDITOR = Access(Role.Kind.AUDITOR)
TOOLS = ("pdfinfo", "pdftotext", "pdffonts")


def lacking() -> str:
    """Why PDF tests cannot run here, empty when they can."""
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        return f"WeasyPrint lacks a system library: {error}"
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    return f"poppler-utils is not installed: no {', '.join(missing)}" if missing else ""


@pytest.fixture(scope="session", autouse=True)
def tools() -> None:
    """Skip with the reason where PDFs cannot be made or read; under CI that is a fault."""
    if reason := lacking():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


@dataclass
class Report:
    """A report as made: the budget it shows, its file, and what WeasyPrint complained about."""

    budget: YearBudget
    path: Path
    complaints: list[str] = field(default_factory=list)


class Complaints(logging.Handler):
    """Keeps the warnings and errors of a logger."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


def listened(make: Callable[[], bytes]) -> tuple[bytes, list[str]]:
    """A PDF as made, and what WeasyPrint complained about meanwhile."""
    complaints = Complaints()
    logger = logging.getLogger("weasyprint")
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    logger.addHandler(complaints)
    try:
        return make(), complaints.heard
    finally:
        logger.removeHandler(complaints)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], Report]:
    """The seeded reports made so far: each takes a moment, and several tests read the same."""
    return {}


@pytest.fixture
def make_report(tmp_path: Path) -> Callable[..., Report]:
    """Makes the report of an association's year, as an auditor or a visitor reads it."""

    def make(association: Association, year: int, access: Access = AUDITOR) -> Report:
        budget = queries.year_budget(association, year, access)
        assert budget, f"{association} has no budget for {year}"
        years = queries.year_summaries(association, access)
        document, complaints = listened(lambda: reports.budget_pdf(budget, years))
        path = tmp_path / f"{association.slug[:40]}-{year}.pdf"
        path.write_bytes(document)
        return Report(budget, path, complaints)

    return make


@pytest.fixture
def seeded(
    seeds: None, made: dict[tuple[str, int], Report], make_report: Callable[..., Report]
) -> Callable[[str, int], Report]:
    """The report of a seeded year, made once in a run."""

    def get(slug: str, year: int) -> Report:
        if (slug, year) not in made:
            made[slug, year] = make_report(Association.objects.get(slug=slug), year)
        return made[slug, year]

    return get
