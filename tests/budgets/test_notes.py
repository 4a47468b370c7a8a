"""Words about amounts, and members' answers: posted and sealed with the rest, taken back with it."""

import datetime as dt
import hashlib

import pytest
from django.db import DataError, IntegrityError, transaction

from budgets import ledger
from budgets.ledger import Cell, Change, Decision, LedgerError, Remark
from budgets.models import Account, Note, Posting
from members.models import Association, Member
from tests import factories
from tests.factories import committed, make_association, make_line, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def association(db: None) -> Association:
    """A förbund with nothing in its ledger."""
    return make_association()


@pytest.fixture
def region(association: Association) -> Member:
    """The member that writes letters."""
    return member(association, "regionen")


def post(association: Association, *remarks: Remark, **about: object) -> Posting:
    """One posting with these notes and, unless ``about`` has some, no amounts."""
    about = {"changes": [], "reason": "Brev", "by": None, "author_name": "Ett test"} | about
    return ledger.post(association=association, remarks=remarks, **about)


def test_a_posting_keeps_its_notes(association, region):
    line = make_line(association)

    posting = post(
        association,
        Remark(2027, "Enligt brev den 3 oktober", Account.COMMITTED, region.pk),
        Remark(2026, "Tjänsten var vakant i mars", Account.ACTUAL, line_id=line.pk),
        Remark(2027, "Överskott från 2025", Account.EQUITY_USE),
        changes=[Change(committed(association, 2027, "regionen"), 4_000_000_00)],
    )

    assert (posting.entry_count, posting.note_count) == (1, 3)
    fields = ("account", "year", "member", "line", "stance", "text", "association")
    assert list(posting.notes.values_list(*fields)) == [
        ("committed", 2027, region.pk, None, "", "Enligt brev den 3 oktober", association.pk),
        ("actual", 2026, None, line.pk, "", "Tjänsten var vakant i mars", association.pk),
        ("equity_use", 2027, None, None, "", "Överskott från 2025", association.pk),
    ]
    assert ledger.verify(association) is None


@pytest.mark.parametrize("stance", Note.Stance)
def test_a_member_answers_with_or_without_words(association, region, stance):
    fk = member(association, "fk")

    posting = post(
        association,
        Remark(2027, "", member_id=region.pk, stance=stance),
        Remark(2027, "Vi vill se mer till unga.", member_id=fk.pk, stance=stance),
        decision=Decision("Regionstyrelsen", dt.date(2026, 10, 4), "§ 187", "RS 2026/512"),
    )

    assert list(posting.notes.values_list("account", "member", "stance", "text")) == [
        ("", region.pk, stance.value, ""),
        ("", fk.pk, stance.value, "Vi vill se mer till unga."),
    ]
    assert ledger.verify(association) is None


def test_an_answer_and_a_note_about_the_same_member_stand_in_one_posting(association, region):
    posting = post(
        association,
        Remark(2027, "Åtagandet gäller två år", Account.COMMITTED, region.pk),
        Remark(2027, "", member_id=region.pk, stance=Note.Stance.APPROVES),
    )

    assert [str(note) for note in posting.notes.all()] == ["Åtagandet gäller två år", ""]


def test_notes_leave_the_amounts_as_they_are(association, region):
    post(association, changes=[Change(committed(association, 2027, "regionen"), 4_000_000_00)])
    before = ledger.balances(association)

    post(association, Remark(2027, "Enligt brev", Account.COMMITTED, region.pk))

    assert ledger.balances(association) == before


def test_the_hash_can_be_recomputed_from_the_notes_as_anyone_reads_them(association, region):
    line = make_line(association)

    posting = post(
        association,
        Remark(2027, "Gäller två år", Account.COMMITTED, region.pk),
        Remark(2027, 'Säger "ja",\nmed glädje', member_id=region.pk, stance=Note.Stance.APPROVES),
        Remark(2026, "Höjd hyra", Account.ALLOCATED, line_id=line.pk),
    )

    moment = posting.created_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    text = (
        f'{{"association":{association.pk},"author":null,"author_name":"Ett test",'
        f'"created_at":"{moment}","decision":["",null,"",""],"entries":[],'
        f'"notes":[["",2027,{region.pk},0,"approves","Säger \\"ja\\",\\nmed glädje"],'
        f'["allocated",2026,0,{line.pk},"","Höjd hyra"],'
        f'["committed",2027,{region.pk},0,"","Gäller två år"]],'
        '"number":1,"previous_hash":"","reason":"Brev","reverses":null,"source":["","",""]}'
    )
    assert posting.hash == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_the_hash_does_not_depend_on_the_order_of_the_notes(association, region):
    posting = post(
        association,
        Remark(2028, "Sist", Account.COMMITTED, region.pk),
        Remark(2027, "Först", Account.COMMITTED, region.pk),
    )
    notes = list(posting.notes.all())

    assert [ledger.seal(posting, [], None, order) for order in (notes, notes[::-1])] == [posting.hash] * 2


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "Enligt brev."},
        {"text": ""},
        {"account": "agreed"},
        {"year": 2028},
        {"member_id": None},
        {"line_id": 1},
        {"stance": "approves"},
    ],
    ids=lambda changed: "-".join(changed),
)
def test_every_part_of_a_note_is_sealed(association, region, changed):
    posting = post(association, Remark(2027, "Enligt brev", Account.COMMITTED, region.pk))
    note = posting.notes.get()
    assert ledger.seal(posting, [], None, [note]) == posting.hash

    for field, value in changed.items():
        setattr(note, field, value)

    assert ledger.seal(posting, [], None, [note]) != posting.hash


def test_a_note_is_sealed_as_it_is_stored(association):
    posting = post(association, Remark(2027, 45, Account.AGREED))

    assert posting.notes.get().text == "45"
    assert ledger.verify(association) is None


@pytest.mark.parametrize("year", ["2027", 2027.5, True])
def test_a_year_that_would_be_stored_as_something_else_is_refused(association, year):
    with pytest.raises(LedgerError):
        post(association, Remark(year, "Fel", Account.AGREED))

    assert ledger.head_number(association) == 0


def test_a_note_has_at_most_1000_characters(association):
    longest = "å" * 1000

    with pytest.raises(DataError), transaction.atomic():
        post(association, Remark(2027, longest + "å", Account.AGREED))
    posting = post(association, Remark(2027, longest, Account.AGREED))

    assert (posting.number, posting.notes.get().text) == (1, longest)


def test_two_notes_to_the_same_cell_in_one_posting_are_refused(association):
    with pytest.raises(IntegrityError, match="note_cell_once_per_posting"), transaction.atomic():
        post(association, Remark(2027, "Ett", Account.AGREED), Remark(2027, "Ett annat", Account.AGREED))

    assert ledger.head_number(association) == 0


def test_a_later_posting_says_something_else_of_the_same_cell(association):
    for text in ("Först", "Sedan", ""):
        post(association, Remark(2027, text, Account.AGREED))

    found = Note.objects.filter(association=association).values_list("posting__number", "text")
    assert list(found) == [(1, "Först"), (2, "Sedan"), (3, "")]


def test_a_note_about_another_associations_member_is_refused(association):
    stranger = member(make_association("grannforbundet"), "regionen")

    with pytest.raises(IntegrityError, match="names another association"), transaction.atomic():
        post(association, Remark(2027, "Fel region", Account.COMMITTED, stranger.pk))

    assert ledger.head_number(association) == 0


def test_a_note_is_neither_changed_nor_removed(association):
    post(association, Remark(2027, "Enligt brev", Account.AGREED))
    notes = Note.objects.filter(association=association)

    for change in (lambda: notes.update(text="Annat"), notes.delete, notes.get().delete, notes.get().save):
        with pytest.raises(IntegrityError, match="The ledger is append-only"), transaction.atomic():
            change()

    assert notes.get().text == "Enligt brev"


# Reversing


def test_a_reversal_has_no_notes_and_leaves_those_of_its_original(association, region):
    posting = post(
        association,
        Remark(2027, "Fel belopp i brevet", Account.COMMITTED, region.pk),
        changes=[Change(Cell(Account.COMMITTED, 2027, member_id=region.pk), 4_000_000_00)],
    )

    reversal = ledger.reverse(posting, reason="Fel belopp", by=factories.make_user("sara"))

    assert (reversal.entry_count, reversal.note_count, reversal.notes.count()) == (1, 0, 0)
    assert posting.notes.get().text == "Fel belopp i brevet"
    assert ledger.verify(association) is None


def test_a_posting_of_notes_alone_is_reversed(association, region):
    posting = post(association, Remark(2027, "", member_id=region.pk, stance=Note.Stance.OBJECTS))

    reversal = ledger.reverse(posting, reason="Fel medlem", by=factories.make_user("sara"))

    assert (reversal.reverses, reversal.entry_count, reversal.note_count) == (posting, 0, 0)
    assert ledger.verify(association) is None
