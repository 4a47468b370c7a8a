"""The journal: numbered, chained, reversible. A balance is what its entries sum to as of a posting."""

import datetime as dt
import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from budgets import ledger
from budgets.ledger import AlreadyReversed, Balance, BelowZero, Cell, Change, Decision, Declaration, Source
from budgets.models import Account, Basis, BudgetVersion, Entry, Posting
from finsam.money import LARGEST_AMOUNT, MISSING, Figure
from members.models import Association, User
from tests import factories
from tests.factories import committed, make_association, make_line, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def association(db: None) -> Association:
    """A förbund with nothing in its ledger."""
    return make_association()


def post(association: Association, slug: str, amount: int, *, year: int = 2027, **about: object) -> Posting:
    """One posting of ``amount`` öre more on a member's commitment."""
    is_derived = bool(about.pop("is_derived", False))
    about = {"reason": "Brev från medlemmen", "by": None, "author_name": "Ett test"} | about
    change = Change(committed(association, year, slug), amount, is_derived)
    return ledger.post(association=association, changes=[change], **about)


def reverse(posting: Posting, by: User | None = None) -> Posting:
    """Take a posting back."""
    user = by or User.objects.get_or_create(username="rattaren")[0]
    return ledger.reverse(posting, reason="Fel belopp", by=user)


def amounts(association: Association, upto: ledger.Upto = None) -> dict[tuple[int, str], int]:
    """What each member has committed per year, öre."""
    slugs = {each.pk: each.slug for each in association.members.all()}
    found = ledger.balances(association, upto=upto)
    return {(cell.year, slugs[cell.member_id]): balance.amount for cell, balance in found.items()}


# Posting


def test_postings_are_numbered_from_one_in_each_association(association):
    other = make_association("grannforbundet")

    postings = [post(each, "fk", 1_00) for each in (association, other, association, association, other)]

    assert [posting.number for posting in postings] == [1, 1, 2, 3, 2]
    assert [ledger.head_number(each) for each in (association, other)] == [3, 2]


def test_an_association_without_postings_has_head_number_0(association):
    assert ledger.head_number(association) == 0


def test_each_posting_carries_the_hash_of_the_one_before_in_its_own_association(association):
    other = make_association("grannforbundet")

    first, stranger, second = (post(each, "fk", 1_00) for each in (association, other, association))

    assert (first.previous_hash, stranger.previous_hash, second.previous_hash) == ("", "", first.hash)
    assert len({first.hash, stranger.hash, second.hash}) == 3


def test_a_posting_keeps_its_entries(association):
    line = make_line(association)
    fk, region = member(association, "fk"), member(association, "regionen")

    posting = ledger.post(
        association=association,
        changes=[
            Change(Cell(Account.OPENING_EQUITY, 2027), -1),
            Change(Cell(Account.COMMITTED, 2027, member_id=fk.pk), 8_000_000_00),
            Change(Cell(Account.PAID, 2027, 7, member_id=region.pk), 97_433_11),
            Change(Cell(Account.ACTUAL, 2026, 12, line_id=line.pk), 0, True),
        ],
        reason="Allt på en gång",
        by=None,
        author_name="Ett test",
    )

    assert posting.entry_count == 4
    fields = ("account", "year", "month", "member", "line", "amount", "is_derived", "association")
    assert set(posting.entries.values_list(*fields)) == {
        ("opening_equity", 2027, None, None, None, -1, False, association.pk),
        ("committed", 2027, None, fk.pk, None, 8_000_000_00, False, association.pk),
        ("paid", 2027, 7, region.pk, None, 97_433_11, False, association.pk),
        ("actual", 2026, 12, None, line.pk, 0, True, association.pk),
    }


def test_a_posting_keeps_when_why_on_which_decision_and_from_which_source(association):
    before = timezone.now()

    number = post(
        association,
        "regionen",
        2_500_000_00,
        reason="En fjärdedel av överenskomna 10,0 mnkr",
        decision=Decision("Regionstyrelsen", dt.date(2026, 10, 4), "§ 187", "RS 2026/512"),
        source=Source("Brev från regionen", "brev-1", "ab" * 32),
    ).number

    posting = Posting.objects.get(association=association, number=number)
    assert before <= posting.created_at <= timezone.now()
    assert posting.reason == "En fjärdedel av överenskomna 10,0 mnkr"
    assert (posting.decision_body, posting.decision_date) == ("Regionstyrelsen", dt.date(2026, 10, 4))
    assert (posting.decision_paragraph, posting.registry_no) == ("§ 187", "RS 2026/512")
    assert posting.source == "Brev från regionen"
    assert (posting.source_key, posting.source_sha256) == ("brev-1", "ab" * 32)


def test_the_authors_name_stays_as_it_was_when_the_account_is_renamed(association):
    sara = User.objects.create_user("sara", first_name="Sara", last_name="Sekreterare")

    number = post(association, "fk", 1_00, by=sara, author_name="").number
    User.objects.filter(pk=sara.pk).update(last_name="Gift")

    posting = Posting.objects.get(association=association, number=number)
    assert (posting.author, posting.author_name) == (sara, "Sara Sekreterare")


def test_an_author_without_a_name_is_kept_by_the_log_in_name(association):
    posting = post(association, "fk", 1_00, by=User.objects.create_user("sara"), author_name="")

    assert posting.author_name == "sara"


def test_the_hash_can_be_recomputed_from_the_posting_as_anyone_reads_it(association):
    fk, city = member(association, "fk"), member(association, "storstad")
    first = post(association, "fk", 8_000_000_00)
    sara = User.objects.create_user("sara", first_name="Sara", last_name="Åberg")

    posting = ledger.post(
        association=association,
        changes=[
            Change(committed(association, 2027, "storstad"), 4_000_000_01, True),
            Change(committed(association, 2027, "fk"), -50),
        ],
        reason='Säger "lägre"',
        by=sara,
        decision=Decision("Styrelsen", dt.date(2026, 11, 26), "§ 45", "SF 2026/14"),
        source=Source("Protokoll", "protokoll-45", "cd" * 32),
        declares=Declaration(2027, BudgetVersion.State.PROPOSED, is_public=True, is_derived=False),
    )

    moment = posting.created_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    text = (
        f'{{"association":{association.pk},"author":{sara.pk},"author_name":"Sara Åberg",'
        f'"created_at":"{moment}",'
        '"decision":["Styrelsen","2026-11-26","§ 45","SF 2026/14"],'
        f'"entries":[["committed",2027,0,{fk.pk},0,-50,false],'
        f'["committed",2027,0,{city.pk},0,400000001,true]],'
        f'"number":2,"previous_hash":"{first.hash}","reason":"Säger \\"lägre\\"","reverses":null,'
        f'"source":["Protokoll","protokoll-45","{"cd" * 32}"],'
        '"version":[2027,1,"proposed",true,false]}'
    )
    assert posting.hash == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_the_hash_of_a_reversal_names_what_it_reverses(association):
    original = post(association, "fk", 8_000_000_00)

    reversal = reverse(original)

    moment = reversal.created_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    fk = member(association, "fk").pk
    text = (
        f'{{"association":{association.pk},"author":{reversal.author_id},"author_name":"rattaren",'
        f'"created_at":"{moment}","decision":["",null,"",""],'
        f'"entries":[["committed",2027,0,{fk},0,-800000000,false]],'
        f'"number":2,"previous_hash":"{original.hash}","reason":"Fel belopp","reverses":{original.pk},'
        '"source":["","",""]}'
    )
    assert reversal.hash == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_a_posting_without_basis_notes_or_financing_is_sealed_without_a_word_of_them(association):
    """As postings were sealed before there were any, so that an older ledger holds."""
    fk = member(association, "fk")

    posting = ledger.post(
        association=association,
        changes=[Change(Cell(Account.CALLED, 2027, member_id=fk.pk), 8_000_000_00)],
        reason="Budget 2027",
        by=None,
        author_name="Ett test",
        source=Source("Protokoll"),
        declares=Declaration(2027, BudgetVersion.State.ADOPTED, is_public=True),
    )

    moment = posting.created_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    text = (
        f'{{"association":{association.pk},"author":null,"author_name":"Ett test",'
        f'"created_at":"{moment}","decision":["",null,"",""],'
        f'"entries":[["called",2027,0,{fk.pk},0,800000000,false]],'
        '"number":1,"previous_hash":"","reason":"Budget 2027","reverses":null,'
        '"source":["Protokoll","",""],"version":[2027,1,"adopted",true,false]}'
    )
    assert (posting.basis, posting.note_count, posting.version.financing) == ("", 0, "")
    assert posting.hash == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_the_hash_says_what_a_keys_weights_are_and_how_a_revision_is_financed(association):
    city = member(association, "storstad")

    posting = ledger.post(
        association=association,
        changes=[Change(Cell(Account.KEY, 2027, member_id=city.pk), 46_512)],
        reason="Nyckel och budget i samma beslut",
        by=None,
        author_name="Ett test",
        source=Source("Protokoll"),
        basis=Basis.INHABITANTS,
        declares=Declaration(2027, BudgetVersion.State.REVISED, True, False, "400 000 kr ur eget kapital"),
    )

    moment = posting.created_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    text = (
        f'{{"association":{association.pk},"author":null,"author_name":"Ett test","basis":"inhabitants",'
        f'"created_at":"{moment}","decision":["",null,"",""],'
        f'"entries":[["key",2027,0,{city.pk},0,46512,false]],'
        '"number":1,"previous_hash":"","reason":"Nyckel och budget i samma beslut","reverses":null,'
        '"source":["Protokoll","",""],'
        '"version":[2027,1,"revised",true,false,"400 000 kr ur eget kapital"]}'
    )
    assert posting.hash == hashlib.sha256(text.encode("utf-8")).hexdigest()
    assert ledger.verify(association) is None


def test_a_posting_keeps_what_a_keys_weights_are(association):
    bases = ["", *Basis]

    for basis in bases:
        post(association, "fk", 1_00, basis=basis)

    found = association.postings.order_by("number").values_list("basis", flat=True)
    assert list(found) == ["", "inhabitants", "percent", "amount", "weight", "commitments"]


def test_an_unknown_basis_is_refused(association):
    with pytest.raises(IntegrityError, match="posting_basis_known"), transaction.atomic():
        post(association, "fk", 1_00, basis="invånare")

    assert ledger.head_number(association) == 0


def test_a_declared_version_is_numbered_within_its_year(association):
    declarations = [
        Declaration(2027, BudgetVersion.State.PROPOSED),
        Declaration(2028, BudgetVersion.State.PROPOSED),
        Declaration(2027, BudgetVersion.State.CONSULTED, is_public=True),
    ]

    for declares in declarations:
        post(association, "fk", 1_00, declares=declares)

    versions = association.versions.values_list("year", "ordinal", "state", "is_public", "posting__number")
    assert list(versions) == [
        (2027, 1, "proposed", False, 1),
        (2027, 2, "consulted", True, 3),
        (2028, 1, "proposed", False, 2),
    ]


# Balances


def test_a_balance_is_the_sum_of_the_differences_to_the_ore(association):
    for amount in (12_000_000_00, -4_000_000_00, 33, -1):
        post(association, "regionen", amount)

    found = ledger.balances(association)

    assert found == {committed(association, 2027, "regionen"): Balance(8_000_000_32, False, 4)}


def test_the_largest_amounts_sum_exactly(association):
    for _again in range(3):
        post(association, "fk", LARGEST_AMOUNT)
    post(association, "fk", -1)

    assert amounts(association) == {(2027, "fk"): 2_999_999_999_999_999}


def test_a_commitment_of_0_is_a_balance_of_0_and_nothing_posted_is_missing(association):
    post(association, "regionen", 0)

    found = ledger.balances(association)

    assert ledger.figure(found, committed(association, 2027, "regionen")) == Figure(0)
    assert ledger.figure(found, committed(association, 2027, "fk")) == MISSING


def test_balances_as_of_a_posting_know_nothing_of_what_came_later(association):
    post(association, "fk", 16_000_000_00)
    post(association, "regionen", 8_000_000_00)
    post(association, "fk", 8_000_000_00)

    as_of = [amounts(association, upto=number) for number in range(4)]

    assert as_of == [
        {},
        {(2027, "fk"): 16_000_000_00},
        {(2027, "fk"): 16_000_000_00, (2027, "regionen"): 8_000_000_00},
        {(2027, "fk"): 24_000_000_00, (2027, "regionen"): 8_000_000_00},
    ]


def test_balances_can_stop_at_a_posting_of_its_own_for_each_year(association):
    post(association, "fk", 1_00, year=2026)
    post(association, "fk", 10_00, year=2027)
    post(association, "fk", 2_00, year=2026)
    post(association, "fk", 20_00, year=2027)
    post(association, "fk", 5_00, year=2028)

    assert amounts(association, upto={2026: 1, 2027: 3}) == {
        (2026, "fk"): 1_00,
        (2027, "fk"): 10_00,
        (2028, "fk"): 5_00,
    }
    assert amounts(association, upto={}) == {
        (2026, "fk"): 3_00,
        (2027, "fk"): 30_00,
        (2028, "fk"): 5_00,
    }


def test_balances_keep_to_the_years_accounts_and_association_asked_for(association):
    other = make_association("grannforbundet")
    for each in (association, other):
        post(each, "fk", 1_00, year=2026)
        post(each, "fk", 2_00, year=2027)
        ledger.post(
            association=each,
            changes=[Change(Cell(Account.AGREED, 2027), 4_00)],
            reason="Samråd",
            by=None,
            author_name="Ett test",
        )

    found = ledger.balances(association, years=[2027], accounts=[Account.COMMITTED])

    assert found == {committed(association, 2027, "fk"): Balance(2_00, False, 2)}
    assert ledger.balances(association, years=[]) == {}


def test_balances_cost_one_query(association, django_assert_num_queries):
    for year in (2025, 2026, 2027):
        reverse(post(association, "fk", 1_00, year=year))
        post(association, "fk", 2_00, year=year)

    with django_assert_num_queries(1):
        found = ledger.balances(association, upto={2025: 3, 2026: 6})

    assert len(found) == 3


def test_a_balance_is_as_derived_as_its_newest_entry(association):
    cell = committed(association, 2027, "fk")
    post(association, "fk", 24_000_000_00, is_derived=True)
    post(association, "fk", 0)
    post(association, "fk", 1_00, is_derived=True)

    as_of = [ledger.balances(association, upto=number)[cell] for number in (1, 2, 3)]

    assert as_of == [
        Balance(24_000_000_00, True, 1),
        Balance(24_000_000_00, False, 2),
        Balance(24_000_001_00, True, 3),
    ]


# Reversing


def test_a_reversal_gives_the_balance_back_and_keeps_both_postings(association):
    post(association, "regionen", 8_000_000_00)
    mistake = post(association, "regionen", 4_000_000_01)

    reversal = reverse(mistake)

    assert amounts(association) == {(2027, "regionen"): 8_000_000_00}
    assert (reversal.number, reversal.reverses) == (3, mistake)
    assert list(reversal.entries.values_list("amount", flat=True)) == [-4_000_000_01]
    assert list(mistake.entries.values_list("amount", flat=True)) == [4_000_000_01]


def test_a_cell_with_only_a_reversed_posting_is_missing_not_0(association):
    reverse(post(association, "regionen", 8_000_000_00))

    found = ledger.balances(association)

    assert found == {}
    assert ledger.figure(found, committed(association, 2027, "regionen")) == MISSING


def test_a_reversed_0_is_missing_too(association):
    reverse(post(association, "regionen", 0))

    assert amounts(association) == {}


def test_a_reversal_takes_back_every_entry_of_its_posting(association):
    factories.commit(association, 2027, {"fk": "16 mnkr", "regionen": "8 mnkr"})
    mistake = factories.commit(association, 2027, {"fk": "24 mnkr", "regionen": "7 mnkr", "storstad": "0"})

    reverse(mistake)

    assert amounts(association) == {(2027, "fk"): 16_000_000_00, (2027, "regionen"): 8_000_000_00}


def test_a_balance_as_of_before_the_reversal_still_has_the_posting(association):
    mistake = post(association, "regionen", 8_000_000_00)
    reverse(mistake)
    post(association, "regionen", 12_000_000_00)

    as_of = [amounts(association, upto=number) for number in (1, 2, 3)]

    assert as_of == [{(2027, "regionen"): 8_000_000_00}, {}, {(2027, "regionen"): 12_000_000_00}]


def test_a_year_that_stops_before_the_reversal_still_has_the_posting(association):
    both = ledger.post(
        association=association,
        changes=[Change(committed(association, year, "fk"), 5_00) for year in (2026, 2027)],
        reason="Två år i samma brev",
        by=None,
        author_name="Ett test",
    )
    reverse(both)

    assert amounts(association, upto={2026: 1}) == {(2026, "fk"): 5_00}


def test_after_a_reversal_a_balance_is_as_derived_as_before(association):
    cell = committed(association, 2027, "fk")
    post(association, "fk", 24_000_000_00, is_derived=True)
    reverse(post(association, "fk", 1_00))

    assert ledger.balances(association)[cell] == Balance(24_000_000_00, True, 1)


def test_a_posting_is_reversed_once(association):
    mistake = post(association, "fk", 8_00)
    reverse(mistake)

    with pytest.raises(AlreadyReversed, match=r"^Posting 1 is a reversal or has been reversed\.$"):
        reverse(mistake)

    assert ledger.head_number(association) == 2


def test_a_reversal_is_not_reversed(association):
    reversal = reverse(post(association, "fk", 8_00))

    with pytest.raises(AlreadyReversed, match=r"^Posting 2 is a reversal or has been reversed\.$"):
        reverse(reversal)

    assert ledger.head_number(association) == 2


def test_what_was_reversed_can_be_entered_again(association):
    reverse(post(association, "fk", 8_00))

    post(association, "fk", 9_00)

    assert amounts(association) == {(2027, "fk"): 9_00}
    assert ledger.verify(association) is None


# Below zero


def test_a_commitment_can_fall_to_0_but_not_below(association):
    post(association, "regionen", 8_000_000_00)

    with pytest.raises(BelowZero, match=r" would be -1 öre\.$"):
        post(association, "regionen", -8_000_000_01)
    post(association, "regionen", -8_000_000_00)

    assert amounts(association) == {(2027, "regionen"): 0}
    assert ledger.head_number(association) == 2


@pytest.mark.parametrize("account", ["agreed", "committed", "key", "called", "inhabitants"])
def test_what_is_agreed_offered_or_called_is_never_below_zero(association, account):
    fk = member(association, "fk")

    with pytest.raises(BelowZero):
        ledger.post(
            association=association,
            changes=[Change(Cell(account, 2027, member_id=fk.pk), -1)],
            reason="Fel",
            by=None,
            author_name="Ett test",
        )

    assert Entry.objects.filter(association=association).count() == 0


def test_a_planned_use_of_own_capital_can_fall_to_0_but_not_below(association):
    about = {"association": association, "reason": "Budget", "by": None, "author_name": "Ett test"}
    cell = Cell(Account.EQUITY_USE, 2027)
    ledger.post(changes=[Change(cell, 400_000_00)], **about)
    ledger.post(changes=[Change(Cell(Account.EQUITY_USE, 2028), 1)], **about)

    with pytest.raises(BelowZero, match=r" would be -1 öre\.$"):
        ledger.post(changes=[Change(cell, -400_000_01)], **about)
    ledger.post(changes=[Change(cell, -400_000_00)], **about)

    assert ledger.balances(association, years=[2027]) == {cell: Balance(0, False, 3)}


def test_a_use_of_own_capital_that_later_plans_build_on_is_not_reversed(association):
    about = {"association": association, "reason": "Budget", "by": None, "author_name": "Ett test"}
    cell = Cell(Account.EQUITY_USE, 2027)
    raised = ledger.post(changes=[Change(cell, 400_000_00)], **about)
    ledger.post(changes=[Change(cell, -150_000_00)], **about)

    with pytest.raises(BelowZero, match=r" would be -15000000 öre\.$"):
        reverse(raised)

    assert ledger.balances(association) == {cell: Balance(250_000_00, False, 2)}


def test_a_deficit_and_a_credited_cost_are_below_zero(association):
    line = make_line(association)
    equity, cost = Cell(Account.OPENING_EQUITY, 2027), Cell(Account.ACTUAL, 2027, 3, line_id=line.pk)

    ledger.post(
        association=association,
        changes=[Change(equity, -120_000_00), Change(cost, -18_400_00)],
        reason="Underskott och en kreditfaktura",
        by=None,
        author_name="Ett test",
    )

    found = ledger.balances(association)
    assert {cell: found[cell].amount for cell in found} == {equity: -120_000_00, cost: -18_400_00}


def test_a_posting_that_later_ones_build_on_is_not_reversed(association):
    raised = post(association, "regionen", 12_000_000_00)
    post(association, "regionen", -4_000_000_00)

    with pytest.raises(BelowZero, match=r" would be -400000000 öre\.$"):
        reverse(raised)

    assert amounts(association) == {(2027, "regionen"): 8_000_000_00}
    assert ledger.head_number(association) == 2


def test_the_same_is_reversed_when_the_later_one_has_been(association):
    raised = post(association, "regionen", 12_000_000_00)
    lowered = post(association, "regionen", -4_000_000_00)

    reverse(lowered)
    reverse(raised)

    assert amounts(association) == {}
    assert ledger.verify(association) is None


# What is sealed is what is stored


@pytest.mark.django_db
def test_a_posting_is_sealed_as_it_is_stored():
    association = factories.make_association()

    ledger.post(
        association=association,
        changes=[],
        reason="Protokoll",
        by=None,
        author_name="Ett test",
        decision=Decision("Styrelsen", dt.date(2026, 11, 26), 45, "SF 2026/14"),
    )

    assert ledger.verify(association) is None
    posting = association.postings.get()
    assert (posting.decision_paragraph, posting.decision_date) == ("45", dt.date(2026, 11, 26))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        Change(Cell("agreed", 2027), 8.5),
        Change(Cell("agreed", 2027), True),
        Change(Cell("agreed", "2027"), 1),
    ],
    ids=["half-an-ore", "true", "year-as-text"],
)
def test_what_would_be_stored_as_something_else_is_refused(change):
    association = factories.make_association()

    with pytest.raises(ledger.LedgerError):
        ledger.post(association=association, changes=[change], reason="Fel", by=None, author_name="Ett test")
