"""The reads: who sees which version, what is missing stays missing, and no read grows with the data."""

import tomllib
from collections import defaultdict
from contextlib import suppress

import pytest
from django.conf import settings

from budgets import ledger, queries, services
from budgets.ledger import Cell
from budgets.models import Account, BudgetLine
from finsam import money
from finsam.money import MISSING, ORE_PER_MNKR, Figure
from members.access import VISITOR, Access
from members.models import Association
from tests import factories
from tests.factories import make_association, make_line, member

pytestmark = pytest.mark.django_db

SECRETARY, BOARD, AUDITOR = Access("secretary"), Access("board"), Access("auditor")
ROLES = [SECRETARY, BOARD, AUDITOR]

FOUR = {"fk": "8", "regionen": "4", "storstad": "2", "lillstad": "2"}


@pytest.fixture
def association(db: None) -> Association:
    """A förbund with nothing in its ledger."""
    return make_association()


def propose(association: Association, year: int, *, is_public: bool = False) -> None:
    services.propose(
        association=association,
        year=year,
        reason="Styrelsens förslag",
        by=None,
        author_name="Ett test",
        is_public=is_public,
    )


def record(association: Association, wishes: dict[Cell, int | None]) -> None:
    services.record(
        association=association,
        wishes={cell: Figure(amount) for cell, amount in wishes.items()},
        reason="Siffror",
        by=None,
        author_name="Ett test",
    )


def year_totals(association: Association, access: Access) -> list[tuple[int, int | None]]:
    return [(each.year, each.total.amount) for each in queries.year_summaries(association, access)]


# Who sees what


def test_a_visitor_keeps_seeing_the_adopted_budget_after_the_secretarys_change(stockholm, secretary):
    """2021 stands at 32,0. The region raises to 12: that would be 48,0, once the board has decided."""
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, by=secretary)

    seen = queries.year_budget(stockholm, 2021, VISITOR)

    assert (seen.summary.total.amount, seen.is_working, seen.version.ordinal) == (32 * ORE_PER_MNKR, False, 1)
    offered = [row.offered.amount for party in seen.summary.parties for row in party.members]
    assert offered == [2_735_000_000, None, 8 * ORE_PER_MNKR, 1_367_500_000]


@pytest.mark.parametrize("access", ROLES, ids=lambda access: access.role)
def test_a_role_sees_the_change_as_a_working_state_beside_what_was_adopted(stockholm, secretary, access):
    posting = factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, by=secretary)

    seen = queries.year_budget(stockholm, 2021, access)

    assert (seen.summary.total.amount, seen.is_working) == (48 * ORE_PER_MNKR, True)
    assert (seen.adopted_total.amount, seen.version.ordinal) == (32 * ORE_PER_MNKR, 1)
    assert seen.number == posting.number
    assert seen.summary.is_decided is False


def test_once_adopted_again_all_see_the_new_total_and_can_open_the_old(stockholm, secretary):
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, by=secretary)
    factories.adopt(stockholm, 2021, by=secretary)

    for access in (VISITOR, *ROLES):
        seen = queries.year_budget(stockholm, 2021, access)
        before = queries.year_budget(stockholm, 2021, access, ordinal=1)

        assert (seen.summary.total.amount, seen.version.state) == (48 * ORE_PER_MNKR, "revised")
        assert (before.summary.total.amount, before.version.state) == (32 * ORE_PER_MNKR, "adopted")
        assert (seen.is_working, before.is_working) == (False, False)
        assert [version.ordinal for version in seen.versions] == [1, 2]


def test_a_change_of_another_year_is_no_working_state(stockholm, secretary):
    factories.commit(stockholm, 2020, {"region-stockholm": "12 mnkr"}, by=secretary)

    seen = queries.year_budget(stockholm, 2021, BOARD)

    assert (seen.summary.total.amount, seen.is_working) == (32 * ORE_PER_MNKR, False)


def test_what_happens_during_the_year_is_no_working_state_and_all_see_it(association):
    line = make_line(association)
    factories.commit(association, 2027, FOUR)
    factories.adopt(association, 2027)
    fk = member(association, "fk")
    record(
        association,
        {
            Cell(Account.ACTUAL, 2027, 3, line_id=line.pk): 97_433_11,
            Cell(Account.PAID, 2027, 1, member_id=fk.pk): 1_175_000_00,
            Cell(Account.OPENING_EQUITY, 2027): 2_940_000_00,
        },
    )

    for access in (VISITOR, BOARD):
        seen = queries.year_budget(association, 2027, access)

        assert seen.is_working is False
        assert (seen.summary.actual.amount, seen.summary.actual_until) == (97_433_11, 3)
        assert (seen.paid.amount, seen.opening_equity.amount) == (1_175_000_00, 2_940_000_00)


def test_a_proposal_that_is_not_public_is_invisible_to_a_visitor(association):
    factories.commit(association, 2027, FOUR)
    propose(association, 2027)

    assert queries.visible_versions(association, VISITOR) == []
    assert queries.year_summaries(association, VISITOR) == []
    assert queries.year_budget(association, 2027, VISITOR) is None
    assert queries.year_budget(association, 2027, VISITOR, ordinal=1) is None
    assert queries.year_budget(association, 2027, BOARD).summary.total.amount == 16_00
    assert year_totals(association, BOARD) == [(2027, 16_00)]


def test_a_public_proposal_is_seen_as_it_was_proposed(association):
    factories.commit(association, 2027, FOUR)
    propose(association, 2027, is_public=True)
    factories.commit(association, 2027, {"regionen": "3"})

    seen = queries.year_budget(association, 2027, VISITOR)

    assert (seen.summary.total.amount, seen.version.state) == (16_00, "proposed")
    assert year_totals(association, VISITOR) == [(2027, 16_00)]
    assert year_totals(association, BOARD) == [(2027, 12_00)]


def test_a_visitor_reads_the_adopted_budget_past_a_hidden_revision(association):
    factories.commit(association, 2027, FOUR)
    factories.adopt(association, 2027)
    factories.commit(association, 2027, {"regionen": "3"})
    propose(association, 2027)

    seen = queries.year_budget(association, 2027, VISITOR)

    assert (seen.summary.total.amount, seen.version.ordinal) == (16_00, 1)
    assert [version.ordinal for version in seen.versions] == [1]
    assert queries.year_budget(association, 2027, VISITOR, ordinal=2) is None
    assert queries.year_budget(association, 2027, BOARD, ordinal=2).summary.total.amount == 12_00
    assert year_totals(association, VISITOR) == [(2027, 16_00)]


def test_a_version_that_does_not_exist_is_none(stockholm):
    assert [queries.year_budget(stockholm, 2021, BOARD, ordinal=ordinal) for ordinal in (0, 2, 99)] == [
        None
    ] * 3


def test_commitments_alone_are_a_draft_that_only_roles_see(association):
    factories.commit(association, 2027, {"fk": "8"})

    assert queries.year_budget(association, 2027, VISITOR) is None
    seen = queries.year_budget(association, 2027, BOARD)
    assert (seen.version, seen.is_working, seen.summary.total) == (None, True, MISSING)
    assert [each.slug for each in seen.summary.missing_members] == ["regionen", "storstad", "lillstad"]


@pytest.mark.parametrize(
    ("year", "opens"), [(2018, True), (2021, True), (2022, True), (2029, True), (2098, False), (2003, False)]
)
def test_the_secretary_can_open_any_year_up_to_three_ahead(stockholm, year, opens):
    assert (queries.year_budget(stockholm, year, SECRETARY) is not None) is opens
    assert (queries.year_budget(stockholm, year, BOARD) is not None) is (year == 2021)


def test_a_change_after_the_adoption_leaves_every_summary_at_what_was_adopted(stockholm, secretary):
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, by=secretary)

    for access in (VISITOR, SECRETARY):
        (newest, *_older) = queries.year_summaries(stockholm, access)

        assert (newest.year, newest.total.amount, newest.is_decided) == (2021, 32 * ORE_PER_MNKR, True)


def test_a_posting_reversed_after_the_adoption_still_counts_in_what_was_adopted(stockholm, secretary):
    agreed = stockholm.postings.get(source_key="overenskommet-2021")
    ledger.reverse(agreed, reason="Stod inte där", by=secretary)

    assert queries.year_budget(stockholm, 2021, VISITOR).summary.agreed.amount == 5_470_000_000
    assert queries.year_budget(stockholm, 2021, BOARD).summary.agreed == MISSING


def test_the_total_of_the_year_before_is_shown_beside(stockholm):
    seen = queries.year_budget(stockholm, 2021, VISITOR)

    assert seen.previous_total == Figure(32 * ORE_PER_MNKR)
    assert seen.years == (2016, 2017, 2019, 2020, 2021)


# The start page


def test_the_start_rows_are_each_associations_newest_adopted_budget(seeds):
    rows = queries.associations()

    assert [
        (row.association.slug, year.year, year.agreed, year.total, [party.name for party in year.limiting])
        for row in rows
        if (year := row.summary)
    ] == [
        ("exempel", 2026, Figure(12_400_000_00), Figure(11_800_000_00), ["Region Exempel"]),
        ("stockholm", 2021, Figure(54_700_000_00), Figure(32 * ORE_PER_MNKR), ["Region Stockholm"]),
    ]
    assert (rows[-1].association.slug, rows[-1].summary) == ("sodra-dalarna", None)


def test_a_start_row_follows_a_revision_and_no_proposal_or_change(association):
    factories.commit(association, 2027, FOUR)
    factories.adopt(association, 2027)
    factories.commit(association, 2028, {"fk": "80", "regionen": "40", "storstad": "20", "lillstad": "20"})
    propose(association, 2028, is_public=True)
    factories.commit(association, 2027, {"regionen": "3"})

    assert start_row(association) == (2027, 16_00)
    factories.adopt(association, 2027)
    assert start_row(association) == (2027, 12_00)


def test_a_start_row_says_what_the_years_page_says_after_an_attempt_to_reverse_the_adoption(association):
    factories.commit(association, 2027, FOUR)
    adopted = factories.adopt(association, 2027)

    with suppress(ledger.LedgerError):
        ledger.reverse(adopted, reason="Fel", by=factories.make_user("sara"))

    assert queries.year_budget(association, 2027, VISITOR).summary.total.amount == 16_00
    assert start_row(association) == (2027, 16_00)


def start_row(association: Association) -> tuple[int | None, int | None]:
    (row,) = (row for row in queries.associations() if row.association == association)
    return (row.summary.year, row.summary.total.amount) if row.summary else (None, None)


# The postings behind a year


def keys(postings) -> list[str]:
    return [posting.source_key for posting in postings]


def test_the_postings_behind_a_year_are_its_plan_newest_first(exempel):
    behind_2024 = queries.year_postings(exempel, 2024)

    assert keys(behind_2024) == [
        "budget-2024",
        "fordelning-2024",
        "atagande-2024-forsakringskassan",
        "atagande-2024-region-exempel",
        "atagande-2024-soderhamra",
        "atagande-2024-mellanby",
        "atagande-2024-norrsunda",
        "nyckel-2024",
        "samrad-2024",
    ]
    assert [posting.number for posting in behind_2024] == list(range(9, 0, -1))
    (commitment,) = behind_2024[3].listed
    assert (commitment.member.organisation.name, commitment.amount) == ("Region Exempel", 2_500_000_00)


def test_the_postings_as_of_one_know_nothing_of_later_ones(stockholm, secretary):
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, by=secretary)

    numbers = [posting.number for posting in queries.year_postings(stockholm, 2021, upto=16)]

    assert numbers == [16, 15, 14]
    assert [posting.number for posting in queries.year_postings(stockholm, 2021)] == [17, 16, 15, 14]


def test_a_reversed_posting_and_its_reversal_are_both_there(stockholm, secretary):
    agreed = stockholm.postings.get(source_key="overenskommet-2021")
    ledger.reverse(agreed, reason="Stod inte där", by=secretary)

    newest, *_between, oldest = queries.year_postings(stockholm, 2021)

    assert (newest.number, newest.reverses, oldest.reversed_by) == (17, agreed, newest)


def test_the_postings_as_of_one_do_not_tell_that_they_are_reversed_later(stockholm, secretary):
    agreed = stockholm.postings.get(source_key="overenskommet-2021")
    ledger.reverse(agreed, reason="Stod inte där", by=secretary)

    *_newer, oldest = queries.year_postings(stockholm, 2021, upto=16)

    assert (oldest, oldest.reversed_by_number) == (agreed, None)


def test_the_newest_posting_on_a_cell(stockholm, secretary):
    posting = factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, by=secretary)
    factories.commit(stockholm, 2021, {"stockholms-stad": "12 mnkr"}, by=secretary)

    cell = factories.committed(stockholm, 2021, "region-stockholm")
    assert queries.last_posting_on(stockholm, cell) == posting


# Lines


def test_a_line_that_is_added_later_does_not_stand_in_a_version_made_before_it(association):
    line = make_line(association, "steget")
    record(association, {Cell(Account.ALLOCATED, 2027, line_id=line.pk): 100_00})
    propose(association, 2027, is_public=True)
    secret = make_line(association, "hemlig")

    seen = {access: queries.year_budget(association, 2027, access).lines for access in (VISITOR, SECRETARY)}
    record(association, {Cell(Account.ALLOCATED, 2027, line_id=line.pk): 200_00})
    draft = queries.year_budget(association, 2027, SECRETARY)

    assert {access: [row.line for row in rows] for access, rows in seen.items()} == {
        VISITOR: [line],
        SECRETARY: [line],
    }
    assert [row.line for row in queries.year_lines(association, VISITOR)[2027]] == [line]
    assert {row.line for row in draft.lines} == {line, secret}
    assert {row.line for row in queries.year_lines(association, SECRETARY)[2027]} == {line, secret}


def test_a_line_without_an_amount_is_missing_and_never_0(association):
    nothing = make_line(association, "ingenting")
    zero, budgeted, spent = (make_line(association, slug) for slug in ("noll", "budget", "utfall"))
    factories.commit(association, 2027, FOUR)
    record(
        association,
        {
            Cell(Account.ALLOCATED, 2027, line_id=zero.pk): 0,
            Cell(Account.ACTUAL, 2027, 1, line_id=zero.pk): 0,
            Cell(Account.ALLOCATED, 2027, line_id=budgeted.pk): 100_00,
            Cell(Account.ACTUAL, 2027, 1, line_id=spent.pk): 40_00,
        },
    )

    rows = {row.line: row for row in queries.year_budget(association, 2027, BOARD).lines}

    assert {line: (row.allocated, row.actual, row.variance) for line, row in rows.items()} == {
        nothing: (MISSING, MISSING, MISSING),
        zero: (Figure(0), Figure(0), Figure(0)),
        budgeted: (Figure(100_00), MISSING, MISSING),
        spent: (MISSING, Figure(40_00), MISSING),
    }


@pytest.mark.parametrize(
    ("kind", "variance", "remaining"),
    [
        (BudgetLine.Kind.MEASURE, 10_00, 10_00),
        (BudgetLine.Kind.OTHER_COST, 10_00, 10_00),
        (BudgetLine.Kind.OTHER_INCOME, -10_00, 10_00),
    ],
)
def test_variance_is_positive_when_better_than_budget(association, kind, variance, remaining):
    """100 budgeted and 90 in fact: 10 better for a cost, 10 worse for an income."""
    line = make_line(association, kind=kind)
    factories.commit(association, 2027, FOUR)
    record(
        association,
        {
            Cell(Account.ALLOCATED, 2027, line_id=line.pk): 100_00,
            Cell(Account.ACTUAL, 2027, 1, line_id=line.pk): 60_00,
            Cell(Account.ACTUAL, 2027, 2, line_id=line.pk): 30_00,
        },
    )

    (row,) = queries.year_budget(association, 2027, BOARD).lines

    assert (row.variance, row.remaining) == (Figure(variance), Figure(remaining))


def test_other_income_is_outside_the_years_costs(association):
    cost, income = make_line(association), make_line(association, "esf", BudgetLine.Kind.OTHER_INCOME)
    factories.commit(association, 2027, FOUR)
    record(
        association,
        {
            Cell(Account.ACTUAL, 2027, 1, line_id=cost.pk): 60_00,
            Cell(Account.ACTUAL, 2027, 2, line_id=income.pk): 30_00,
        },
    )

    seen = queries.year_budget(association, 2027, BOARD)

    assert [row.line for row in seen.costs] == [cost]
    assert [row.line for row in seen.incomes] == [income]
    assert seen.summary.actual == Figure(60_00)


def test_a_line_is_there_in_its_years_and_where_it_has_a_figure(association):
    line = make_line(association)
    BudgetLine.objects.filter(pk=line.pk).update(first_year=2026, last_year=2027)
    for year in (2025, 2026, 2027, 2028, 2029):
        factories.commit(association, year, FOUR)
    record(association, {Cell(Account.ACTUAL, 2028, 1, line_id=line.pk): 1})

    shown = {
        year: [row.line for row in queries.year_budget(association, year, BOARD).lines]
        for year in range(2025, 2030)
    }

    assert shown == {2025: [], 2026: [line], 2027: [line], 2028: [line], 2029: []}


def test_the_agreed_level_is_the_wholes_own_or_the_sum_of_the_members(association):
    fk, region = member(association, "fk"), member(association, "regionen")
    factories.commit(association, 2027, FOUR)
    record(
        association,
        {
            Cell(Account.AGREED, 2027, member_id=fk.pk): 24_00,
            Cell(Account.AGREED, 2027, member_id=region.pk): 12_00,
        },
    )
    assert queries.year_budget(association, 2027, BOARD).summary.agreed == Figure(36_00)

    record(association, {Cell(Account.AGREED, 2027): 48_00})

    assert queries.year_budget(association, 2027, BOARD).summary.agreed == Figure(48_00)


# Result and equity of Exempelförbundet, summed anew from the file


def from_the_file() -> dict[tuple[str, int, str, int | None], int]:
    """The last amount that the file gives each cell, öre: (account, year, line or member, month)."""
    path = settings.BASE_DIR / "seeds" / "exempel.toml"
    cells = {}
    for posting in tomllib.loads(path.read_text(encoding="utf-8"))["posting"]:
        for account in ("allocated", "actual", "paid", "opening_equity"):
            for figure in posting.get(account, ()):
                about = figure.get("line", figure.get("member", ""))
                months = (
                    enumerate(figure["months"], 1) if "months" in figure else [(figure.get("month"), None)]
                )
                for month, amount in months:
                    amount = figure["amount"] if amount is None else amount
                    ore = amount * 100 if isinstance(amount, int) else swedish(amount)
                    cells[account, figure["year"], about, month] = ore
    return cells


def swedish(amount: str) -> int:
    """ "309 993,79" as öre."""
    kronor, _comma, ore = amount.replace(" ", "").partition(",")
    return int(kronor + (ore or "00"))


def sums(year: int) -> dict[str, int]:
    """The year's sums by account, income lines by themselves."""
    found = defaultdict(int)
    for (account, its_year, about, _month), ore in from_the_file().items():
        is_income = about in ("esf-nya-vagar", "ranta")
        if its_year == year:
            found[f"{account} income" if is_income else account] += ore
    return found


@pytest.mark.parametrize(
    ("year", "actual", "result"), [(2024, 10_068_807_00, 242_866_00), (2025, 11_530_712_00, 129_809_72)]
)
def test_the_result_is_contributions_and_other_income_less_costs(exempel, year, actual, result):
    file = sums(year)
    expected = file["paid"] + file["actual income"] - file["actual"]

    seen = queries.year_budget(exempel, year, VISITOR)

    assert seen.result("actual").amount == expected == result
    assert seen.summary.actual.amount == file["actual"] == actual
    assert seen.paid.amount == file["paid"]


@pytest.mark.parametrize("year", [2024, 2025])
def test_opening_equity_and_the_result_make_the_next_years_opening_equity(exempel, year):
    file, following = sums(year), sums(year + 1)

    this, after = (queries.year_budget(exempel, each, VISITOR) for each in (year, year + 1))

    assert this.opening_equity.amount == file["opening_equity"]
    assert after.opening_equity.amount == following["opening_equity"]
    assert this.opening_equity.amount + this.result("actual").amount == after.opening_equity.amount


@pytest.mark.parametrize(
    ("year", "planned"),
    [
        (2024, 9_400_000_00 + 940_000_00 - 10_340_000_00),
        (2025, 10_577_562_72 + 1_135_000_00 - 11_712_000_00),
        (2026, -600_000_00),
    ],
)
def test_the_planned_result_is_of_the_allocated(exempel, year, planned):
    file = sums(year)

    seen = queries.year_budget(exempel, year, VISITOR)

    total = seen.summary.total.amount
    assert seen.result("allocated").amount == total + file["allocated income"] - file["allocated"]
    assert seen.result("allocated").amount == planned


def test_a_result_without_contributions_or_costs_is_missing(stockholm):
    seen = queries.year_budget(stockholm, 2021, VISITOR)

    assert (seen.result("actual"), seen.result("allocated")) == (MISSING, MISSING)


# Query counts: the same with more of everything


def fill(association: Association, years: int, lines: int) -> None:
    """Adopted years with a change after each, and lines with figures in every month."""
    made = [make_line(association, f"insats-{place}") for place in range(lines)]
    for year in range(2027 - years + 1, 2028):
        factories.commit(association, year, FOUR)
        factories.adopt(association, year)
        wishes = {Cell(Account.ALLOCATED, year, line_id=line.pk): 100_00 for line in made}
        wishes |= {
            Cell(Account.ACTUAL, year, month, line_id=line.pk): 8_00 for line in made for month in (1, 2, 3)
        }
        record(association, wishes)


SIZES = [pytest.param(1, 1, id="1-year-1-line"), pytest.param(3, 25, id="3-years-25-lines")]


@pytest.mark.parametrize(("years", "lines"), SIZES)
def test_a_years_budget_is_read_in_6_queries_by_a_visitor(
    association, django_assert_num_queries, years, lines
):
    fill(association, years, lines)

    with django_assert_num_queries(6):
        seen = queries.year_budget(association, 2027, VISITOR)
        names = [row.name for party in seen.summary.parties for row in party.members]
        titles = [(row.line.name, row.line.responsible) for row in seen.lines]

    assert (len(names), len(titles), len(seen.years)) == (5, lines, years)


@pytest.mark.parametrize(("years", "lines"), SIZES)
def test_a_years_budget_is_read_in_7_queries_by_a_role(association, django_assert_num_queries, years, lines):
    fill(association, years, lines)

    with django_assert_num_queries(7):
        seen = queries.year_budget(association, 2027, SECRETARY)

    assert seen.is_working


@pytest.mark.parametrize("access", [VISITOR, SECRETARY], ids=["visitor", "secretary"])
@pytest.mark.parametrize(("years", "lines"), SIZES)
def test_an_associations_years_are_read_in_4_queries(
    association, django_assert_num_queries, years, lines, access
):
    fill(association, years, lines)

    with django_assert_num_queries(4):
        seen = queries.year_summaries(association, access)
        names = {row.name for each in seen for party in each.parties for row in party.members}

    assert (len(seen), len(names)) == (years, 5)


@pytest.mark.parametrize("more", [0, 3])
def test_the_start_rows_are_read_in_4_queries(seeds, django_assert_num_queries, more):
    for place in range(more):
        fill(make_association(f"forbund-{place}"), years=3, lines=1)

    with django_assert_num_queries(4):
        rows = queries.associations()

    assert len(rows) == 3 + more


@pytest.mark.parametrize(("years", "lines"), SIZES)
def test_a_years_postings_are_read_in_2_queries(association, django_assert_num_queries, years, lines):
    fill(association, years, lines)
    mistake = factories.commit(association, 2027, {"regionen": "3"})
    ledger.reverse(mistake, reason="Fel", by=factories.make_user("sara"))

    with django_assert_num_queries(2):
        postings = queries.year_postings(association, 2027)
        told = [
            (posting.author_name, posting.reverses, getattr(posting, "version", None), entry.amount)
            for posting in postings
            for entry in posting.listed
            if (entry.member and entry.member.organisation.name) or entry.line.name
        ]

    assert [posting.number for posting in postings] == [3 * years + 2, 3 * years + 1, *plan(years)]
    assert len(told) >= 1 + 1 + 4 + 4


def plan(years: int) -> list[int]:
    """The numbers of the last year's three postings, newest first."""
    return [3 * years, 3 * years - 1, 3 * years - 2]


def test_a_posting_lists_its_entries_for_the_year_unless_they_are_too_many(association):
    lines = [make_line(association, f"insats-{place}") for place in range(queries.LONGEST_POSTING + 1)]
    few = {Cell(Account.ALLOCATED, 2027, line_id=line.pk): 1_00 for line in lines[1:]}
    many = {Cell(Account.ALLOCATED, 2027, line_id=line.pk): 2_00 for line in lines}
    both_years = {Cell(Account.ALLOCATED, year, line_id=lines[0].pk): 3_00 for year in (2026, 2027)}

    for wishes in (few, many, both_years):
        record(association, wishes)

    listed = [
        [entry.amount for entry in posting.listed] for posting in queries.year_postings(association, 2027)
    ]
    assert listed == [[1_00], [], [1_00] * queries.LONGEST_POSTING]


def test_an_incomplete_key_leaves_the_years_page_readable(association):
    """One municipality's weight is entered before the other's."""
    factories.commit(association, 2027, FOUR)
    record(association, {Cell(Account.KEY, 2027, member_id=member(association, "storstad").pk): 11})

    seen = queries.year_budget(association, 2027, BOARD)

    assert money.total(row.offered for row in seen.summary.parties).amount == 16_00
