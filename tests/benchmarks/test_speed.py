"""Timings, run by ``make bench``. They are printed, compared with the promises, and never fail a test run."""

import statistics
import time
from collections.abc import Callable

import pytest
from django.test import Client

from budgets import ledger, queries, reports
from budgets.ledger import Cell, Change
from budgets.models import Account, BudgetLine
from members.access import VISITOR
from tests import factories

pytestmark = pytest.mark.bench

LINES = 25


def milliseconds(act: Callable[[], object], rounds: int = 15) -> float:
    """The median time of a call, after one that is not counted."""
    act()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def tell(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n  {text}", end="")  # noqa: T201  # a benchmark is there to be read


def make_busy_year(slug: str, lines: int, years: int = 1) -> None:
    """A förbund with budget lines that have twelve months of allocations and costs each year."""
    association = factories.make_association(slug)
    of_all = [factories.make_line(association, f"insats-{number}") for number in range(lines)]
    for year in range(2024, 2024 + years):
        amounts = {"fk": "8 mnkr", "regionen": "4 mnkr", "storstad": "3 mnkr", "lillstad": "1 mnkr"}
        factories.commit(association, year, amounts)
        changes = [
            Change(Cell(account, year, month, line_id=line.pk), 100_000_00)
            for line in of_all
            for month in range(1, 13)
            for account in (Account.ALLOCATED, Account.ACTUAL)
        ]
        ledger.post(association=association, changes=changes, reason="Året", by=None, author_name="Ett test")
        factories.adopt(association, year)


def test_pages_against_an_empty_one(seeds, board_member, capsys):
    make_busy_year("provforbundet", LINES)
    client = Client()
    client.force_login(board_member)

    empty = milliseconds(lambda: client.get("/finns-inte/"))
    start = milliseconds(lambda: client.get("/"))
    association = milliseconds(lambda: client.get("/stockholm/"))
    year = milliseconds(lambda: client.get("/provforbundet/2024/"))

    tell(capsys, f"empty page {empty:.1f} ms, start {start:.1f} ms, association {association:.1f} ms")
    tell(
        capsys,
        f"year with {LINES} lines {year:.1f} ms = {year / empty:.1f} empty pages (promised: 6 at most)",
    )
    assert BudgetLine.objects.filter(association__slug="provforbundet").count() == LINES


def test_a_page_among_many_forbund(seeds, capsys):
    client = Client()
    alone = milliseconds(lambda: client.get("/stockholm/2021/"))

    for number in range(8):
        make_busy_year(f"grannen-{number}", LINES, years=4)
    among = milliseconds(lambda: client.get("/stockholm/2021/"))

    tell(capsys, f"Stockholm 2021 alone {alone:.1f} ms, among 19 200 entries of others {among:.1f} ms")
    tell(capsys, f"that is {among / alone:.2f} times (promised: 1.3 at most on a national ledger)")
    assert client.get("/stockholm/2021/").status_code == 200


def test_a_report_against_weasyprint_alone(exempel, capsys):
    from weasyprint import HTML

    budget = queries.year_budget(exempel, 2026, VISITOR)
    years = queries.year_summaries(exempel, VISITOR)
    html = reports.budget_html(budget, years)

    def weasyprint_alone() -> object:
        document = HTML(string=html, base_url="asset:/", url_fetcher=reports._fetcher())
        return document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)

    def whole() -> object:
        fresh = queries.year_budget(exempel, 2026, VISITOR)
        return reports.budget_pdf(fresh, queries.year_summaries(exempel, VISITOR))

    alone, all_in_all = milliseconds(weasyprint_alone, 5), milliseconds(whole, 5)

    tell(capsys, f"report {all_in_all:.0f} ms, WeasyPrint alone {alone:.0f} ms")
    tell(capsys, f"so we add {all_in_all / alone - 1:.0%} (promised: 15 % at most)")
    assert all_in_all > 0


def test_posting(seeds, capsys):
    association = factories.make_association("snabbforbundet")
    cell = factories.committed(association, 2027, "fk")

    one = milliseconds(
        lambda: ledger.post(
            association=association,
            changes=[Change(cell, 1)],
            reason="Ett öre",
            by=None,
            author_name="Ett test",
        )
    )

    tell(capsys, f"one posting {one:.1f} ms")
    assert ledger.verify(association) is None
