"""The writes, told as what happens to a förbund's secretary."""

import datetime as dt

import pytest
from django.db import IntegrityError

from budgets import ledger, queries, services
from budgets.ledger import Cell, Decision, Source
from budgets.models import Account, BudgetLine, Entry
from budgets.services import ConflictError, NotFinancedError, NotReadyError, OverAllocatedError
from finsam import money
from finsam.money import MISSING, Figure
from members.access import VISITOR, Access
from members.models import Association, Party, User
from tests import factories
from tests.factories import committed, make_association, make_line, make_member, member

pytestmark = pytest.mark.django_db

MNKR = money.ORE_PER_MNKR


@pytest.fixture
def association(db: None) -> Association:
    """A förbund with nothing in its ledger."""
    return make_association()


@pytest.fixture
def sara(db: None) -> User:
    """Its secretary."""
    return User.objects.create_user("sara", first_name="Sara")


def record(association: Association, wishes: dict[str, Figure], *, seen: int | None = None):
    """What a form about the commitments of 2027 does."""
    cells = {committed(association, 2027, slug): wish for slug, wish in wishes.items()}
    return services.record(
        association=association,
        wishes=cells,
        reason="Brev",
        by=None,
        author_name="Ett test",
        seen=seen,
    )


def posted(posting) -> dict[str, tuple[int, bool]]:
    """The differences of a posting per member: öre and whether derived."""
    entries = posting.entries.select_related("member")
    return {entry.member.slug: (entry.amount, entry.is_derived) for entry in entries}


def stands(association: Association) -> dict[str, int]:
    """What each member has committed for 2027, öre."""
    slugs = {each.pk: each.slug for each in association.members.all()}
    found = ledger.balances(association, years=[2027], accounts=[Account.COMMITTED])
    return {slugs[cell.member_id]: balance.amount for cell, balance in found.items()}


def called(association: Association, year: int) -> dict[str, int]:
    """What each member is called for, öre."""
    slugs = {each.pk: each.slug for each in association.members.all()}
    found = ledger.balances(association, years=[year], accounts=[Account.CALLED])
    return {slugs[cell.member_id]: balance.amount for cell, balance in found.items()}


# Recording


def test_recording_posts_the_differences_only(association):
    record(association, {"fk": Figure(16 * MNKR), "regionen": Figure(8 * MNKR), "storstad": Figure(4 * MNKR)})

    posting = record(
        association,
        {"fk": Figure(24 * MNKR), "regionen": Figure(8 * MNKR), "storstad": Figure(4 * MNKR - 1)},
    )

    assert posted(posting) == {"fk": (8 * MNKR, False), "storstad": (-1, False)}
    assert stands(association) == {"fk": 24 * MNKR, "regionen": 8 * MNKR, "storstad": 4 * MNKR - 1}


def test_recording_what_already_stands_posts_nothing(association):
    wishes = {"fk": Figure(16 * MNKR), "regionen": Figure(0)}
    record(association, wishes)

    assert record(association, wishes) is None
    assert ledger.head_number(association) == 1


def test_recording_nothing_posts_nothing(association):
    assert record(association, {}) is None
    assert record(association, {"fk": MISSING}) is None
    assert ledger.head_number(association) == 0


def test_a_first_0_is_posted_since_it_is_not_the_same_as_missing(association):
    posting = record(association, {"regionen": Figure(0)})

    assert posted(posting) == {"regionen": (0, False)}
    assert stands(association) == {"regionen": 0}


def test_an_amount_left_empty_leaves_what_stands(association):
    record(association, {"fk": Figure(16 * MNKR)})

    record(association, {"fk": MISSING, "regionen": Figure(8 * MNKR)})

    assert stands(association) == {"fk": 16 * MNKR, "regionen": 8 * MNKR}


def test_a_decision_on_the_amount_that_was_worked_out_makes_it_printed(association):
    record(association, {"fk": Figure(24 * MNKR, is_derived=True)})

    posting = record(association, {"fk": Figure(24 * MNKR)})

    assert posted(posting) == {"fk": (0, False)}
    found = ledger.balances(association)
    assert ledger.figure(found, committed(association, 2027, "fk")) == Figure(24 * MNKR, is_derived=False)


def test_recording_keeps_who_why_and_on_which_decision(association, sara):
    posting = services.record(
        association=association,
        wishes={committed(association, 2027, "regionen"): Figure(3_200_000_00)},
        reason="En fjärdedel av överenskomna 12,8 mnkr",
        by=sara,
        decision=Decision("Regionstyrelsen", dt.date(2026, 9, 23), "§ 168", "RS 2026/477"),
        source=Source("Brev"),
    )

    assert (posting.author, posting.author_name) == (sara, "Sara")
    assert posting.reason == "En fjärdedel av överenskomna 12,8 mnkr"
    assert (posting.decision_body, posting.decision_date) == ("Regionstyrelsen", dt.date(2026, 9, 23))
    assert (posting.decision_paragraph, posting.registry_no) == ("§ 168", "RS 2026/477")
    assert posting.source == "Brev"


def test_a_commitment_below_zero_is_refused_and_nothing_is_posted(association):
    with pytest.raises(ledger.BelowZero):
        record(association, {"fk": Figure(16 * MNKR), "regionen": Figure(-1)})

    assert stands(association) == {}


# Two secretaries at once


def test_two_who_change_the_same_cell_meet_a_conflict_with_both_values(association):
    record(association, {"regionen": Figure(8 * MNKR)})
    seen = ledger.head_number(association)
    theirs = record(association, {"regionen": Figure(9 * MNKR)}, seen=seen)

    with pytest.raises(ConflictError) as refused:
        record(association, {"regionen": Figure(12 * MNKR), "fk": Figure(24 * MNKR)}, seen=seen)

    (conflict,) = refused.value.conflicts
    assert conflict.cell == committed(association, 2027, "regionen")
    assert (conflict.shown, conflict.stands.amount, conflict.wished) == (8 * MNKR, 9 * MNKR, 12 * MNKR)
    assert conflict.posting == theirs
    assert stands(association) == {"regionen": 9 * MNKR}


def test_a_cell_that_was_empty_when_shown_can_conflict(association):
    record(association, {"regionen": Figure(9 * MNKR)}, seen=0)

    with pytest.raises(ConflictError) as refused:
        record(association, {"regionen": Figure(12 * MNKR)}, seen=0)

    (conflict,) = refused.value.conflicts
    assert (conflict.shown, conflict.stands.amount, conflict.wished) == (None, 9 * MNKR, 12 * MNKR)


def test_a_cell_that_was_taken_back_since_can_conflict(association, sara):
    first = record(association, {"regionen": Figure(8 * MNKR)})
    reversal = ledger.reverse(first, reason="Fel förbund", by=sara)

    with pytest.raises(ConflictError) as refused:
        record(association, {"regionen": Figure(12 * MNKR)}, seen=first.number)

    (conflict,) = refused.value.conflicts
    assert (conflict.shown, conflict.stands, conflict.wished) == (8 * MNKR, None, 12 * MNKR)
    assert conflict.posting == reversal


def test_different_cells_do_not_conflict(association):
    record(association, {"fk": Figure(16 * MNKR), "regionen": Figure(8 * MNKR)})
    seen = ledger.head_number(association)
    record(association, {"fk": Figure(24 * MNKR), "regionen": Figure(8 * MNKR)}, seen=seen)

    posting = record(association, {"fk": Figure(16 * MNKR), "regionen": Figure(12 * MNKR)}, seen=seen)

    assert posted(posting) == {"regionen": (4 * MNKR, False)}
    assert stands(association) == {"fk": 24 * MNKR, "regionen": 12 * MNKR}


def test_a_form_sent_as_it_was_shown_takes_nothing_back(association):
    record(association, {"regionen": Figure(8 * MNKR)})
    seen = ledger.head_number(association)
    record(association, {"regionen": Figure(9 * MNKR)}, seen=seen)

    assert record(association, {"regionen": Figure(8 * MNKR)}, seen=seen) is None
    assert stands(association) == {"regionen": 9 * MNKR}


def test_a_cell_changed_and_changed_back_does_not_conflict(association):
    record(association, {"regionen": Figure(8 * MNKR)})
    seen = ledger.head_number(association)
    record(association, {"regionen": Figure(9 * MNKR)})
    record(association, {"regionen": Figure(8 * MNKR)})

    posting = record(association, {"regionen": Figure(12 * MNKR)}, seen=seen)

    assert posted(posting) == {"regionen": (4 * MNKR, False)}


def test_two_who_wish_the_same_do_not_conflict_and_the_second_posts_nothing(association):
    record(association, {"regionen": Figure(8 * MNKR)})
    seen = ledger.head_number(association)
    record(association, {"regionen": Figure(12 * MNKR)}, seen=seen)

    assert record(association, {"regionen": Figure(12 * MNKR)}, seen=seen) is None
    assert ledger.head_number(association) == 2


def test_two_conflicts_are_told_at_once_and_nothing_is_posted(association):
    record(association, {"fk": Figure(1_00), "regionen": Figure(2_00)}, seen=0)

    with pytest.raises(ConflictError, match=r"^2 cells have changed since posting seen\.$") as refused:
        record(association, {"fk": Figure(3_00), "regionen": Figure(4_00), "lillstad": Figure(5_00)}, seen=0)

    assert [(each.stands.amount, each.wished) for each in refused.value.conflicts] == [
        (1_00, 3_00),
        (2_00, 4_00),
    ]
    assert stands(association) == {"fk": 1_00, "regionen": 2_00}


# Adopting


def test_stockholm_2020_if_the_region_had_raised_to_12_the_total_is_48(stockholm, secretary):
    factories.commit(stockholm, 2020, {"region-stockholm": "12 mnkr"}, by=secretary)

    posting = factories.adopt(stockholm, 2020, by=secretary)

    assert called(stockholm, 2020) == {
        "forsakringskassan": 24 * MNKR,
        "region-stockholm": 12 * MNKR,
        "stockholms-stad": 12 * MNKR,
    }
    assert posted(posting) == {
        "forsakringskassan": (8 * MNKR, True),
        "region-stockholm": (4 * MNKR, False),
        "stockholms-stad": (4 * MNKR, True),
    }
    budget = queries.year_budget(stockholm, 2020, VISITOR)
    assert (budget.summary.total.amount, budget.summary.lost.amount) == (48 * MNKR, 0)
    assert (budget.version.ordinal, budget.version.state) == (2, "revised")


def test_adopting_calls_the_lowest_partys_share_from_all_and_splits_by_offer(association):
    """32 mnkr: the region's 8. The cities offered 9 and 3 and share 8 in proportion, to the öre."""
    amounts = {"fk": "24 mnkr", "regionen": "8,0 mnkr", "storstad": "9 mnkr", "lillstad": "3 000 000,04"}
    factories.commit(association, 2027, amounts)

    posting = factories.adopt(association, 2027)

    assert called(association, 2027) == {
        "fk": 16_000_000_00,
        "regionen": 8_000_000_00,
        "storstad": 5_999_999_98,
        "lillstad": 2_000_000_02,
    }
    assert (posting.version.state, posting.version.ordinal, posting.version.is_public) == ("adopted", 1, True)


def test_adopting_by_a_key_calls_what_the_member_lowest_against_it_carries(seeds):
    """11:8:6, and Hedemora's 500 000,01 carries 1 562 500,03 of the cities' quarter, 6 250 000,12 in all."""
    association = Association.objects.get(slug="sodra-dalarna")
    factories.commit(association, 2020, {"hedemora": "500 000,01"})

    factories.adopt(association, 2020)

    assert called(association, 2020) == {
        "forsakringskassan": 3_125_000_06,
        "region-dalarna": 1_562_500_03,
        "avesta": 687_500_01,
        "hedemora": 500_000_01,
        "sater": 375_000_01,
    }


def test_the_whole_ore_that_four_do_not_share_is_not_called(association):
    amounts = {"fk": "100", "regionen": "33,33", "storstad": "20", "lillstad": "20"}
    factories.commit(association, 2027, amounts)

    factories.adopt(association, 2027)

    assert called(association, 2027) == {"fk": 66_66, "regionen": 33_33, "storstad": 16_67, "lillstad": 16_66}


def test_a_region_that_offers_0_makes_the_budget_0(association):
    amounts = {"fk": "24 mnkr", "regionen": "0", "storstad": "9 mnkr", "lillstad": "3 mnkr"}
    factories.commit(association, 2027, amounts)

    factories.adopt(association, 2027)

    assert called(association, 2027) == {"fk": 0, "regionen": 0, "storstad": 0, "lillstad": 0}


def test_without_a_region_state_and_city_pay_half_each(association):
    region = member(association, "regionen")
    region.left = dt.date(2026, 12, 31)
    region.save()
    factories.commit(association, 2027, {"fk": "24 mnkr", "storstad": "9 mnkr", "lillstad": "3 mnkr"})

    factories.adopt(association, 2027)

    assert called(association, 2027) == {"fk": 12 * MNKR, "storstad": 9 * MNKR, "lillstad": 3 * MNKR}


def test_arbetsformedlingen_is_a_member_that_is_neither_waited_for_nor_called(association):
    amounts = {"fk": "8", "regionen": "4", "storstad": "2", "lillstad": "2"}
    factories.commit(association, 2027, amounts)

    factories.adopt(association, 2027)

    assert member(association, "af").pays is False
    assert "af" not in called(association, 2027)


def test_adopting_again_revises_and_posts_the_differences(association):
    amounts = {"fk": "24 mnkr", "regionen": "8 mnkr", "storstad": "9 mnkr", "lillstad": "3 mnkr"}
    factories.commit(association, 2027, amounts)
    factories.adopt(association, 2027)
    factories.commit(association, 2027, {"regionen": "9 mnkr"})

    posting = factories.adopt(association, 2027)

    assert posted(posting) == {
        "fk": (2 * MNKR, False),
        "regionen": (1 * MNKR, False),
        "storstad": (75_000_000, False),
        "lillstad": (25_000_000, False),
    }
    assert (posting.version.ordinal, posting.version.state) == (2, "revised")
    assert called(association, 2027) == {
        "fk": 18 * MNKR,
        "regionen": 9 * MNKR,
        "storstad": 675_000_000,
        "lillstad": 225_000_000,
    }


def test_adopting_again_unchanged_revises_with_differences_of_0(association):
    factories.commit(association, 2027, {"fk": "8", "regionen": "4", "storstad": "2", "lillstad": "2"})
    factories.adopt(association, 2027)

    posting = factories.adopt(association, 2027)

    assert sum(abs(amount) for amount, _is_derived in posted(posting).values()) == 0
    assert posting.version.state == "revised"


def test_one_year_adopted_does_not_make_another_revised(association):
    for year in (2027, 2028):
        factories.commit(association, year, {"fk": "8", "regionen": "4", "storstad": "2", "lillstad": "2"})
        factories.adopt(association, year)

    states = association.versions.order_by("year").values_list("year", "ordinal", "state")
    assert list(states) == [(2027, 1, "adopted"), (2028, 1, "adopted")]


def test_a_proposal_before_the_adoption_does_not_make_it_revised(association):
    factories.commit(association, 2027, {"fk": "8", "regionen": "4", "storstad": "2", "lillstad": "2"})
    services.propose(association=association, year=2027, reason="Förslag", by=None, author_name="Ett test")

    posting = factories.adopt(association, 2027)

    assert (posting.version.ordinal, posting.version.state) == (2, "adopted")


@pytest.mark.parametrize("absent", ["fk", "regionen", "storstad", "lillstad"])
def test_adopting_without_a_paying_members_commitment_is_refused(association, absent):
    amounts = {"fk": "8", "regionen": "4", "storstad": "2", "lillstad": "2"}
    factories.commit(association, 2027, {slug: amounts[slug] for slug in amounts if slug != absent})

    with pytest.raises(
        NotReadyError,
        match=r"^Förbundet provforbundet 2027: a commitment is missing, or a key is incomplete\.$",
    ):
        factories.adopt(association, 2027)

    assert called(association, 2027) == {}
    assert association.versions.count() == 0
    assert ledger.head_number(association) == 1


def test_adopting_a_year_in_which_nobody_is_a_member_of_the_municipalities_is_refused(db):
    association = Association.objects.create(name="Halva förbundet", short_name="Halva", slug="halva")
    make_member(association, "fk", Party.STATE)
    factories.commit(association, 2027, {"fk": "8"})

    with pytest.raises(NotReadyError):
        factories.adopt(association, 2027)


def test_a_member_cannot_leave_a_year_whose_budget_it_was_reckoned_with(association):
    factories.commit(association, 2027, {"fk": "8", "regionen": "4", "storstad": "4", "lillstad": "2"})
    factories.adopt(association, 2027)
    left = member(association, "lillstad")
    left.left = dt.date(2026, 12, 31)

    with pytest.raises(IntegrityError, match="The budget of 2027 is adopted; member lillstad"):
        left.save()


def test_a_member_that_pays_nothing_after_all_is_called_for_nothing_in_the_revision(association):
    factories.commit(association, 2027, {"fk": "8", "regionen": "4", "storstad": "4", "lillstad": "2"})
    factories.adopt(association, 2027)
    factories.commit(association, 2027, {"lillstad": "0"})

    factories.adopt(association, 2027)

    assert called(association, 2027) == {"fk": 8_00, "regionen": 4_00, "storstad": 4_00, "lillstad": 0}
    assert queries.year_budget(association, 2027, VISITOR).adopted_total == Figure(16_00)


def test_a_budget_that_costs_more_than_there_is_cannot_be_adopted(association):
    """16,00 in contributions, 1,00 of interest and 2,00 of own capital carry 19,00 and not an öre more."""
    factories.commit(association, 2027, {"fk": "8", "regionen": "4", "storstad": "4", "lillstad": "2"})
    measure = make_line(association)
    interest = make_line(association, "ranta", BudgetLine.Kind.OTHER_INCOME)
    planned = {
        Cell(Account.ALLOCATED, 2027, line_id=interest.pk): Figure(1_00),
        Cell(Account.EQUITY_USE, 2027): Figure(2_00),
    }
    cost = Cell(Account.ALLOCATED, 2027, line_id=measure.pk)
    about = {"association": association, "reason": "Plan", "by": None, "author_name": "Ett test"}

    services.record(wishes=planned | {cost: Figure(19_01)}, **about)
    with pytest.raises(OverAllocatedError) as refused:
        factories.adopt(association, 2027)
    services.record(wishes={cost: Figure(19_00)}, **about)
    adopted = factories.adopt(association, 2027)

    assert refused.value.over == 1
    assert adopted.version.state == "adopted"


def test_a_revision_says_how_it_is_financed(association):
    factories.commit(association, 2027, {"fk": "8", "regionen": "4", "storstad": "4", "lillstad": "2"})
    factories.adopt(association, 2027)
    decision = {"source": Source("Protokoll"), "by": None, "author_name": "Ett test", "reason": "Reviderad"}

    with pytest.raises(NotFinancedError):
        services.adopt(association=association, year=2027, **decision)
    posting = services.adopt(association=association, year=2027, financing="Eget kapital", **decision)

    assert (posting.version.state, posting.version.financing) == ("revised", "Eget kapital")


# Confirming


def test_a_decision_can_come_after_the_amount(association, sara):
    factories.commit(association, 2027, {"fk": "8"})
    about = {
        "association": association,
        "cell": committed(association, 2027, "fk"),
        "reason": "Beslutet har kommit",
        "by": sara,
        "decision": Decision("Försäkringskassan", dt.date(2026, 10, 1), "", "FK 2026/1"),
    }

    first, again = services.confirm(**about), services.confirm(**about)

    assert (posted(first), first.registry_no, again) == ({"fk": (0, False)}, "FK 2026/1", None)
    assert stands(association) == {"fk": 8_00}
    assert ledger.verify(association) is None


def test_there_is_nothing_to_confirm_without_an_amount_or_a_decision(association, sara):
    factories.commit(association, 2027, {"fk": "8"})
    about = {"association": association, "reason": "Beslutet har kommit", "by": sara}
    decided = Decision("Regionfullmäktige", dt.date(2026, 10, 1), "§ 4", "")

    without_amount = services.confirm(
        cell=committed(association, 2027, "regionen"), decision=decided, **about
    )
    without_decision = services.confirm(cell=committed(association, 2027, "fk"), decision=Decision(), **about)

    assert (without_amount, without_decision) == (None, None)


# Proposing


@pytest.mark.parametrize("is_public", [False, True])
def test_a_proposal_fixes_the_figures_without_posting_any(association, is_public):
    factories.commit(association, 2027, {"fk": "8", "regionen": "4", "storstad": "2", "lillstad": "2"})

    posting = services.propose(
        association=association,
        year=2027,
        reason="Styrelsens förslag",
        by=None,
        author_name="Ett test",
        is_public=is_public,
    )

    assert (posting.number, posting.entry_count) == (2, 0)
    version = posting.version
    assert (version.year, version.ordinal, version.state) == (2027, 1, "proposed")
    assert version.is_public is is_public


def test_a_proposal_can_be_declared_before_all_have_committed(association):
    factories.commit(association, 2027, {"fk": "8"})

    services.propose(association=association, year=2027, reason="Förslag", by=None, author_name="Ett test")

    budget = queries.year_budget(association, 2027, Access("board"))
    assert budget.share is None
    assert [each.slug for each in budget.summary.missing_members] == ["regionen", "storstad", "lillstad"]


# Lines


def test_a_month_and_a_whole_year_are_cells_of_their_own(association):
    line = make_line(association)
    wishes = {
        Cell(Account.ALLOCATED, 2027, None, line_id=line.pk): Figure(100_00),
        Cell(Account.ALLOCATED, 2027, 1, line_id=line.pk): Figure(10_00),
    }
    about = {"association": association, "reason": "Fördelning", "by": None, "author_name": "Ett test"}
    services.record(wishes=wishes, **about)

    services.record(wishes=dict.fromkeys(wishes, Figure(11_00)), **about)

    amounts = Entry.objects.filter(association=association, posting__number=2).values_list("month", "amount")
    assert set(amounts) == {(None, -89_00), (1, 1_00)}
