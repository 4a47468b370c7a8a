"""What the auditor relies on: whoever gets past the database's guards is found out, at the first posting.

The triggers are switched off inside a test's transaction, so its end restores them and the ledger.
"""

# ruff: noqa: S608 - SQL put together from these tests' own words

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from budgets import ledger
from budgets.ledger import Break, Cell, Change, Fault, Remark
from budgets.management.commands.verify_ledger import FAULTS
from budgets.models import Account, Basis, Note, Posting
from members.models import Association
from tests import factories

pytestmark = pytest.mark.django_db

TABLES = ("budgets_posting", "budgets_entry", "budgets_budgetversion", "budgets_note")
OTHER_FK = "SELECT id FROM members_association WHERE slug = 'exempel'"


def tamper(*statements: str) -> None:
    """Change the ledger behind its triggers, as their owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def noted(stockholm: Association) -> Association:
    """Stockholm with posting 17: a key's basis, a note to a commitment, and what a member answered."""
    region = factories.member(stockholm, "region-stockholm").pk
    ledger.post(
        association=stockholm,
        changes=[],
        reason="Brev från regionen",
        by=None,
        author_name="Ett test",
        basis=Basis.INHABITANTS,
        remarks=[
            Remark(2021, "Enligt brev den 3 oktober", Account.COMMITTED, region),
            Remark(2021, "Vi vill se mer till unga.", member_id=region, stance=Note.Stance.COMMENTS),
        ],
    )
    return stockholm


def numbered(number: int, slug: str = "stockholm") -> str:
    """SQL for the id of a förbund's posting."""
    return (
        f"(SELECT posting.id FROM budgets_posting posting JOIN members_association association "
        f"ON association.id = posting.association_id WHERE slug = '{slug}' AND number = {number})"
    )


def verify_ledger(*arguments: str) -> tuple[int, str, str]:
    """The command's exit status, what it writes, and why it failed, if it did."""
    out = StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), ""


def holds(slug: str, number: int) -> str:
    """What is said of a ledger that holds: its newest number, and the start of the newest hash."""
    newest = Posting.objects.get(association__slug=slug, number=number)
    return f"{slug}: {number} verifikationer, alla håller, kontrollsumma {newest.hash[:16]}\n"


def test_the_seeded_ledgers_hold(seeds):
    assert verify_ledger() == (
        0,
        holds("exempel", 70) + holds("stockholm", 16) + holds("sodra-dalarna", 3),
        "",
    )


def test_a_ledger_without_postings_holds(db):
    association = factories.make_association()

    assert ledger.verify(association) is None
    assert verify_ledger("provforbundet") == (
        0,
        "provforbundet: inga verifikationer än\n",
        "",
    )


def test_a_ledger_with_reversals_and_later_changes_holds(stockholm, secretary):
    posting = factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, by=secretary)
    ledger.reverse(posting, reason="Fel år", by=secretary)
    factories.adopt(stockholm, 2021, by=secretary)

    assert ledger.verify(stockholm) is None


def test_a_ledger_with_notes_a_basis_and_a_revision_holds(noted, secretary):
    factories.adopt(noted, 2021, by=secretary)
    ledger.reverse(noted.postings.get(number=17), reason="Fel brev", by=secretary)

    assert ledger.verify(noted) is None


def test_every_fault_has_its_sentence():
    assert set(FAULTS) == set(Fault)


def test_an_unknown_association_is_refused(seeds):
    assert verify_ledger("goteborg") == (1, "", "Det finns inget förbund goteborg.")


HASH = "innehållet stämmer inte med dess kontrollsumma"
COUNT = "antalet belopp stämmer inte"
NOTES = "antalet anteckningar stämmer inte"
PREVIOUS = "den pekar inte på verifikationen före"
MISSING = "numret saknas i följden"

ENTRY_OF_5 = f"posting_id = {numbered(5)}"
TAMPERINGS = [
    pytest.param(f"UPDATE budgets_entry SET amount = amount + 1 WHERE {ENTRY_OF_5}", HASH, id="one-ore"),
    pytest.param(f"UPDATE budgets_entry SET year = 2018 WHERE {ENTRY_OF_5}", HASH, id="entry-year"),
    pytest.param(f"UPDATE budgets_entry SET is_derived = true WHERE {ENTRY_OF_5}", HASH, id="derived"),
    pytest.param(f"UPDATE budgets_entry SET account = 'called' WHERE {ENTRY_OF_5}", HASH, id="account"),
    pytest.param(
        "UPDATE budgets_entry SET member_id = (SELECT min(id) FROM members_member WHERE association_id = "
        f"budgets_entry.association_id) WHERE {ENTRY_OF_5}",
        HASH,
        id="member",
    ),
    pytest.param(f"DELETE FROM budgets_entry WHERE {ENTRY_OF_5}", COUNT, id="entry-deleted"),
    pytest.param(
        "INSERT INTO budgets_entry (posting_id, association_id, account, year, amount, is_derived) "
        f"SELECT id, association_id, 'agreed', 2017, 1, false FROM budgets_posting WHERE id = {numbered(5)}",
        COUNT,
        id="entry-added",
    ),
    pytest.param(
        "INSERT INTO budgets_note (posting_id, association_id, account, year, stance, text) "
        f"SELECT id, association_id, 'agreed', 2017, '', '' FROM budgets_posting WHERE id = {numbered(5)}",
        NOTES,
        id="note-added",
    ),
]
SEALED = {
    "author_name": "'Någon annan'",
    "reason": "'Ett annat skäl'",
    "created_at": "created_at + interval '1 microsecond'",
    "decision_body": "'Fullmäktige'",
    "decision_date": "'2020-01-01'",
    "decision_paragraph": "'§ 1'",
    "registry_no": "'KS 1'",
    "source": "'En annan källa'",
    "source_key": "'annan'",
    "source_sha256": "repeat('0', 64)",
    "reverses_id": numbered(4),
    "basis": "'percent'",
    "hash": "repeat('0', 64)",
}
TAMPERINGS += [
    pytest.param(
        f"UPDATE budgets_posting SET {column} = {value} WHERE id = {numbered(5)}",
        HASH,
        id=column,
    )
    for column, value in SEALED.items()
]
TAMPERINGS += [
    pytest.param(
        f"UPDATE budgets_posting SET previous_hash = repeat('0', 64) WHERE id = {numbered(5)}",
        PREVIOUS,
        id="previous-hash",
    ),
    pytest.param(
        f"UPDATE budgets_posting SET entry_count = 2 WHERE id = {numbered(5)}", COUNT, id="entry-count"
    ),
    pytest.param(
        f"UPDATE budgets_posting SET note_count = 1 WHERE id = {numbered(5)}", NOTES, id="note-count"
    ),
    pytest.param(
        f"UPDATE budgets_posting SET number = 99 WHERE id = {numbered(5)}", MISSING, id="renumbered"
    ),
]


@pytest.mark.parametrize(("statement", "fault"), TAMPERINGS)
def test_a_change_in_posting_5_is_named(stockholm, statement, fault):
    tamper(statement)

    assert verify_ledger("stockholm") == (
        1,
        "",
        f"Liggaren håller inte. stockholm, verifikation 5: {fault}",
    )


NOTE, ANSWER = (f"posting_id = {numbered(17)} AND stance {sign} ''" for sign in ("=", "<>"))
AGENCY = (
    "(SELECT id FROM members_member WHERE slug = 'forsakringskassan' "
    "AND association_id = note.association_id)"
)
NOTE_TAMPERINGS = [
    pytest.param([f"UPDATE budgets_note SET text = text || '.' WHERE {NOTE}"], HASH, id="text"),
    pytest.param([f"UPDATE budgets_note SET text = '' WHERE {NOTE}"], HASH, id="no-text"),
    pytest.param([f"UPDATE budgets_note SET account = 'agreed' WHERE {NOTE}"], HASH, id="account"),
    pytest.param([f"UPDATE budgets_note SET year = 2022 WHERE {NOTE}"], HASH, id="year"),
    pytest.param([f"UPDATE budgets_note note SET member_id = {AGENCY} WHERE {NOTE}"], HASH, id="member"),
    pytest.param([f"UPDATE budgets_note SET member_id = NULL WHERE {NOTE}"], HASH, id="no-member"),
    pytest.param(
        [
            "UPDATE budgets_note note SET line_id = (SELECT min(id) FROM budgets_budgetline line "
            f"WHERE line.association_id = note.association_id) WHERE {NOTE}"
        ],
        HASH,
        id="line",
    ),
    pytest.param([f"UPDATE budgets_note SET stance = 'approves' WHERE {ANSWER}"], HASH, id="stance"),
    pytest.param([f"DELETE FROM budgets_note WHERE {ANSWER}"], NOTES, id="deleted"),
    pytest.param(
        [
            f"DELETE FROM budgets_note WHERE {ANSWER}",
            f"UPDATE budgets_posting SET note_count = 1 WHERE id = {numbered(17)}",
        ],
        HASH,
        id="deleted-and-counted",
    ),
    pytest.param(
        [
            f"DELETE FROM budgets_note WHERE posting_id = {numbered(17)}",
            f"UPDATE budgets_posting SET note_count = 0 WHERE id = {numbered(17)}",
        ],
        HASH,
        id="all-deleted-and-counted",
    ),
    pytest.param(
        [
            "INSERT INTO budgets_note (posting_id, association_id, account, year, stance, text) "
            "SELECT id, association_id, 'agreed', 2021, '', '' FROM budgets_posting "
            f"WHERE id = {numbered(17)}",
            f"UPDATE budgets_posting SET note_count = 3 WHERE id = {numbered(17)}",
        ],
        HASH,
        id="added-and-counted",
    ),
    pytest.param(
        [f"UPDATE budgets_note SET association_id = ({OTHER_FK}) WHERE {NOTE}"],
        "ett belopp, en anteckning eller en version hör till ett annat förbund",
        id="association",
    ),
    pytest.param(
        [f"UPDATE budgets_posting SET basis = 'percent' WHERE id = {numbered(17)}"], HASH, id="basis"
    ),
    pytest.param([f"UPDATE budgets_posting SET basis = '' WHERE id = {numbered(17)}"], HASH, id="no-basis"),
]


@pytest.mark.parametrize(("statements", "fault"), NOTE_TAMPERINGS)
def test_a_change_in_the_notes_of_posting_17_is_named(noted, statements, fault):
    tamper(*statements)

    assert verify_ledger("stockholm") == (
        1,
        "",
        f"Liggaren håller inte. stockholm, verifikation 17: {fault}",
    )


def test_a_note_moved_to_another_posting_is_named_at_the_first_of_them(noted):
    tamper(f"UPDATE budgets_note SET posting_id = {numbered(5)} WHERE {NOTE}")

    assert ledger.verify(noted) == Break(5, "note count")


def test_a_deleted_posting_is_named(stockholm):
    tamper(
        f"DELETE FROM budgets_entry WHERE {ENTRY_OF_5}",
        f"DELETE FROM budgets_posting WHERE id = {numbered(5)}",
    )

    assert ledger.verify(stockholm) == Break(5, "missing")


def test_a_deleted_first_posting_is_named(stockholm):
    tamper(
        f"DELETE FROM budgets_entry WHERE posting_id = {numbered(1)}",
        f"DELETE FROM budgets_posting WHERE id = {numbered(1)}",
    )

    assert ledger.verify(stockholm) == Break(1, "missing")


def test_of_two_swapped_hashes_the_first_is_named(stockholm):
    fifth, ninth = (Posting.objects.get(association=stockholm, number=number).hash for number in (5, 9))

    tamper(
        f"UPDATE budgets_posting SET hash = '{ninth}' WHERE id = {numbered(5)}",
        f"UPDATE budgets_posting SET hash = '{fifth}' WHERE id = {numbered(9)}",
    )

    assert ledger.verify(stockholm) == Break(5, "hash")


def test_of_several_changes_the_first_is_named(stockholm):
    tamper(
        f"UPDATE budgets_posting SET reason = 'Annat' WHERE id = {numbered(12)}",
        f"UPDATE budgets_entry SET amount = amount + 1 WHERE posting_id = {numbered(3)}",
    )

    assert ledger.verify(stockholm) == Break(3, "hash")


def test_one_who_reseals_a_changed_posting_is_given_away_by_the_next(stockholm):
    tamper(f"UPDATE budgets_posting SET reason = 'Annat' WHERE id = {numbered(5)}")
    changed = Posting.objects.get(association=stockholm, number=5)
    resealed = ledger.seal(changed, changed.entries.all(), None)

    tamper(f"UPDATE budgets_posting SET hash = '{resealed}' WHERE id = {numbered(5)}")

    assert ledger.verify(stockholm) == Break(6, "previous hash")


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE budgets_budgetversion SET state = 'adopted', is_public = true", id="state"),
        pytest.param("UPDATE budgets_budgetversion SET is_public = NOT is_public", id="public"),
        pytest.param("UPDATE budgets_budgetversion SET is_derived = NOT is_derived", id="derived"),
        pytest.param("UPDATE budgets_budgetversion SET year = 2050", id="year"),
        pytest.param("UPDATE budgets_budgetversion SET ordinal = 9", id="ordinal"),
        pytest.param("UPDATE budgets_budgetversion SET financing = 'Eget kapital'", id="financing"),
        pytest.param("DELETE FROM budgets_budgetversion", id="deleted"),
    ],
)
def test_a_changed_version_is_named_by_its_posting(stockholm, statement):
    tamper(f"{statement} WHERE posting_id = {numbered(4)}")

    assert ledger.verify(stockholm) == Break(4, "hash")


def test_a_revision_financed_in_another_way_is_named(stockholm, secretary):
    revised = factories.adopt(stockholm, 2021, by=secretary)

    tamper(f"UPDATE budgets_budgetversion SET financing = 'Eget kapital' WHERE posting_id = {revised.pk}")

    assert (revised.version.state, revised.version.financing) == ("revised", "Ryms inom medlemsbidragen")
    assert ledger.verify(stockholm) == Break(17, "hash")


def test_a_version_slipped_onto_a_posting_that_declared_none_is_named(stockholm):
    tamper(
        "INSERT INTO budgets_budgetversion "
        "(association_id, posting_id, year, ordinal, state, is_public, is_derived, financing) "
        "SELECT association_id, id, 2017, 7, 'adopted', true, false, '' FROM budgets_posting "
        f"WHERE id = {numbered(5)}"
    )

    assert ledger.verify(stockholm) == Break(5, "hash")


def test_an_entry_moved_to_another_association_is_named(stockholm):
    """Its amount is gone from every sum of this förbund and stands in another's."""
    tamper(f"UPDATE budgets_entry SET association_id = ({OTHER_FK}) WHERE {ENTRY_OF_5}")

    assert ledger.verify(stockholm) == Break(5, "association")


def test_a_version_moved_to_another_association_is_named(stockholm):
    tamper(f"UPDATE budgets_budgetversion SET association_id = ({OTHER_FK}) WHERE posting_id = {numbered(4)}")

    assert ledger.verify(stockholm) == Break(4, "association")


@pytest.mark.parametrize("account", ["agreed", "equity_use"])
def test_a_sum_below_zero_is_named(stockholm, monkeypatch, account):
    """Posted past the program's refusal and the database's, whole and with a hash that is right."""
    tamper()
    monkeypatch.setattr(ledger, "_refuse_below_zero", lambda association, changes: None)

    for amount in (5_00, -5_00, -1):
        change = Change(Cell(account, 2030), amount)
        ledger.post(association=stockholm, changes=[change], reason="Fel", by=None, author_name="Ett test")

    assert ledger.verify(stockholm) == Break(19, "below zero")


def test_the_others_are_checked_and_told_of_when_one_is_broken(seeds):
    tamper(f"UPDATE budgets_posting SET reason = 'Annat' WHERE id = {numbered(2)}")

    assert verify_ledger() == (
        1,
        holds("exempel", 70) + holds("sodra-dalarna", 3),
        f"Liggaren håller inte. stockholm, verifikation 2: {HASH}",
    )


def test_another_associations_break_does_not_concern_the_one_asked_for(seeds):
    tamper(f"UPDATE budgets_posting SET reason = 'Annat' WHERE id = {numbered(2, 'exempel')}")

    assert verify_ledger("stockholm") == (0, holds("stockholm", 16), "")


def test_a_rolled_back_tampering_leaves_the_ledger_and_its_guards_as_they_were(stockholm):
    with transaction.atomic():
        tamper(f"UPDATE budgets_posting SET reason = 'Annat' WHERE id = {numbered(2)}")
        assert ledger.verify(stockholm) == Break(2, "hash")
        transaction.set_rollback(True)

    assert ledger.verify(stockholm) is None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgenabled::text FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgrelid::regclass::text ~ '^budgets_'"
        )
        assert cursor.fetchall() == [("A",)]


def test_verifying_costs_three_queries_however_many_postings(django_assert_num_queries, exempel, noted):
    for association in (exempel, noted):
        with django_assert_num_queries(3):
            assert ledger.verify(association) is None
