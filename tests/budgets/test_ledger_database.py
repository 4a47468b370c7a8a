"""The database keeps the ledger against its own owner, who comes with plain SQL and no program.

Each test has a transaction of its own on a connection that Django knows nothing of, and rolls it back.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from itertools import product
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from psycopg import errors, sql

from budgets.models import BudgetLine, BudgetVersion, Entry, Note, Posting
from finsam.money import LARGEST_AMOUNT
from tests import factories

MOMENT = dt.datetime(2026, 11, 26, 14, 5, tzinfo=dt.UTC)


def digest(text: object) -> str:
    """Some SHA-256."""
    return hashlib.sha256(str(text).encode()).hexdigest()


class Owner:
    """Whoever owns the tables, with a förbund in them: an entry, a note and a proposed budget."""

    def __init__(self, database: psycopg.Connection) -> None:
        self.database = database
        self.association = self.add_association("forbundet")
        self.stranger = self.add_association("grannen")
        self.member, self.line = self.add_member(self.association), self.add_line(self.association)
        self.other_member = self.add_member(self.association, "region", "regions")
        self.town = self.add_member(self.association, "norrsunda", "municipalities")
        self.strange_member, self.strange_line = self.add_member(self.stranger), self.add_line(self.stranger)
        self.posting = self.add_posting(
            number=1,
            previous_hash="",
            source_key="nyckel",
            entry_count=1,
            note_count=1,
            declares_version=True,
        )
        self.entry = self.add_entry(posting_id=self.posting)
        self.note = self.add_note(posting_id=self.posting)
        self.version = self.add_version(posting_id=self.posting)
        self.check_deferred()

    def execute(self, statement: str, *values: Any) -> psycopg.Cursor:
        return self.database.execute(statement, values)

    def insert(self, table: str, **values: Any) -> int:
        """Insert one row and give its id."""
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(map(sql.Placeholder, values)),
        )
        return self.database.execute(statement, values).fetchone()[0]

    def check_deferred(self) -> None:
        """Have the database check now what it would check at commit."""
        self.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.execute("SET CONSTRAINTS ALL DEFERRED")

    def without_trigger(self, trigger: str) -> None:
        """Silence one trigger until the transaction ends, to reach the constraint behind it."""
        self.execute(f"ALTER TABLE budgets_posting DISABLE TRIGGER {trigger}")

    def add_association(self, slug: str) -> int:
        return self.insert(
            "members_association",
            name=slug,
            short_name=slug,
            slug=slug,
            org_number="",
            county="",
            is_invented=False,
            notice_years=3,
        )

    def add_member(self, association: int, slug: str = "fk", party: str = "state") -> int:
        name = f"{slug} i {association}"
        organisation = self.insert(
            "members_organisation", name=name, slug=digest(name)[:40], kind="agency", county=""
        )
        return self.insert(
            "members_member",
            association_id=association,
            organisation_id=organisation,
            party=party,
            slug=slug,
            pays=True,
            position=0,
        )

    def add_line(self, association: int, **values: Any) -> int:
        row = {"slug": "insats", "name": "Insats", "kind": "measure", "measure": "", "position": 0}
        return self.insert("budgets_budgetline", **row | {"association_id": association} | values)

    def add_posting(self, **values: Any) -> int:
        """By default the second posting, after the first, with no entries and no notes."""
        row = {
            "association_id": self.association,
            "number": 2,
            "created_at": MOMENT,
            "author_name": "Ägaren",
            "reason": "Ren SQL",
            "decision_body": "",
            "decision_paragraph": "",
            "registry_no": "",
            "source": "",
            "source_key": "",
            "source_sha256": "",
            "entry_count": 0,
            "note_count": 0,
            "basis": "",
            "declares_version": False,
            "previous_hash": digest(1),
        }
        row |= values
        return self.insert("budgets_posting", **{"hash": digest(row["number"])} | row)

    def add_entry(self, **values: Any) -> int:
        """By default 8 mnkr committed for 2027."""
        row = {
            "association_id": self.association,
            "account": "committed",
            "year": 2027,
            "month": None,
            "member_id": self.member,
            "line_id": None,
            "amount": 8_000_000_00,
            "is_derived": False,
        }
        return self.insert("budgets_entry", **row | values)

    def add_note(self, **values: Any) -> int:
        """By default to the member's commitment for 2027."""
        row = {
            "association_id": self.association,
            "account": "committed",
            "year": 2027,
            "member_id": self.member,
            "line_id": None,
            "stance": "",
            "text": "Enligt brev den 3 oktober",
        }
        return self.insert("budgets_note", **row | values)

    def add_version(self, **values: Any) -> int:
        row = {
            "association_id": self.association,
            "year": 2027,
            "ordinal": 1,
            "state": "proposed",
            "is_public": False,
            "is_derived": False,
            "financing": "",
        }
        return self.insert("budgets_budgetversion", **row | values)


def connect(**changed: Any) -> psycopg.Connection:
    """A connection to the tests' database that Django knows nothing of."""
    known = connection.settings_dict
    where = {"dbname": known["NAME"], "user": known["USER"], "password": known["PASSWORD"]}
    where |= {"host": known["HOST"], "port": known["PORT"]} | changed
    return psycopg.connect(**{name: value for name, value in where.items() if value})


@pytest.fixture(scope="module")
def database(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A connection as the tables' owner."""
    plain = connect()
    yield plain
    plain.close()


@pytest.fixture
def owner(database: psycopg.Connection) -> Iterator[Owner]:
    """The owner and the rows, gone after the test."""
    yield Owner(database)
    database.rollback()


@pytest.fixture
def replica_owner(django_db_setup: None) -> Iterator[Owner]:
    """A superuser who tells the server to fire no ordinary trigger and check no foreign key."""
    try:
        plain = connect(user="postgres")
    except psycopg.OperationalError:
        pytest.skip("no superuser to connect as on this server")
    everywhere = Owner(plain)
    plain.execute("SET session_replication_role = replica")
    yield everywhere
    plain.rollback()
    plain.close()


# Append-only

CHANGES = [
    pytest.param("UPDATE {table} SET id = id", "UPDATE", id="update"),
    pytest.param("UPDATE {table} SET id = id WHERE id = -1", "UPDATE", id="update-of-no-row"),
    pytest.param("DELETE FROM {table}", "DELETE", id="delete"),
    pytest.param("DELETE FROM {table} WHERE id = -1", "DELETE", id="delete-of-no-row"),
    pytest.param("TRUNCATE {table} CASCADE", "TRUNCATE", id="truncate-cascade"),
    pytest.param("TRUNCATE members_association CASCADE", "TRUNCATE", id="truncate-association-cascade"),
    pytest.param(
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET id = excluded.id",
        "UPDATE",
        id="upsert",
    ),
    pytest.param(
        "MERGE INTO {table} USING (VALUES (1)) AS one (x) ON true WHEN MATCHED THEN DELETE",
        "DELETE",
        id="merge",
    ),
]
TABLES = ["budgets_posting", "budgets_entry", "budgets_budgetversion", "budgets_note"]
REFUSAL = r"The ledger is append-only: {operation} on {table} is refused\. Reverse the posting instead\."


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("statement", "operation"), CHANGES)
def test_the_owner_is_refused_every_change(owner, table, statement, operation):
    refused_on = r"\w+" if "CASCADE" in statement else table

    with pytest.raises(errors.RestrictViolation, match=REFUSAL.format(operation=operation, table=refused_on)):
        owner.execute(statement.format(table=table))


@pytest.mark.parametrize("table", ["budgets_entry", "budgets_budgetversion", "budgets_note"])
def test_a_table_that_nothing_refers_to_is_not_truncated_either(owner, table):
    with pytest.raises(errors.RestrictViolation, match=REFUSAL.format(operation="TRUNCATE", table=table)):
        owner.execute(f"TRUNCATE {table}")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("statement", "operation"), CHANGES)
def test_replication_settings_do_not_open_the_ledger(replica_owner, table, statement, operation):
    refused_on = r"\w+" if "CASCADE" in statement else table

    with pytest.raises(errors.RestrictViolation, match=REFUSAL.format(operation=operation, table=refused_on)):
        replica_owner.execute(statement.format(table=table))


def test_replication_settings_do_not_break_the_chain(replica_owner):
    with pytest.raises(errors.IntegrityConstraintViolation, match=r"does not follow"):
        replica_owner.add_posting(number=3)


def test_replication_settings_do_not_let_a_half_posting_in(replica_owner):
    replica_owner.add_posting(entry_count=1)

    with pytest.raises(errors.IntegrityConstraintViolation, match=r"says 1 entries and has 0"):
        replica_owner.check_deferred()


def test_replication_settings_do_not_let_a_posting_without_its_notes_in(replica_owner):
    replica_owner.add_posting(note_count=1)

    with pytest.raises(errors.IntegrityConstraintViolation, match=r"says 1 notes and has 0"):
        replica_owner.check_deferred()


def test_replication_settings_do_not_slip_a_note_into_an_old_posting(replica_owner):
    with pytest.raises(errors.IntegrityConstraintViolation, match=r"^Posting 1 is closed: it has 1 notes"):
        replica_owner.add_note(posting_id=replica_owner.posting, year=2028)


def test_the_owner_is_not_a_superuser(owner):
    with pytest.raises(errors.InsufficientPrivilege):
        owner.execute("SET session_replication_role = replica")


def test_every_trigger_fires_always(owner):
    found = owner.execute(
        "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
    )

    assert set(found) == {
        ("budgets_posting", "append_only", "A"),
        ("budgets_entry", "append_only", "A"),
        ("budgets_budgetversion", "append_only", "A"),
        ("budgets_note", "append_only", "A"),
        ("budgets_posting", "keep_chain", "A"),
        ("budgets_posting", "keep_whole", "A"),
        ("budgets_entry", "keep_entries", "A"),
        ("budgets_note", "keep_notes", "A"),
        ("budgets_budgetversion", "keep_version", "A"),
        ("budgets_budgetline", "keep_line", "A"),
        ("members_member", "keep_member", "A"),
        ("members_member", "keep_member_years", "A"),
    }


def test_every_guard_looks_for_tables_in_the_public_schema_first(owner):
    found = owner.execute("SELECT proname, proconfig FROM pg_proc WHERE proname LIKE 'ledger%%'")

    path = ["search_path=pg_catalog, public, pg_temp"]
    assert dict(found) == {
        "ledger_refuse_change": path,
        "ledger_keep_chain": path,
        "ledger_keep_whole": path,
        "ledger_keep_entries": path,
        "ledger_keep_notes": path,
        "ledger_keep_version": path,
        "ledger_keep_member": path,
        "ledger_keep_member_years": path,
        "ledger_keep_line": path,
    }


def test_a_temporary_table_does_not_stand_in_for_the_ledger(owner):
    """The guards look for tables in the public schema first, whatever the session made."""
    owner.execute("CREATE TEMP TABLE budgets_posting (LIKE public.budgets_posting INCLUDING ALL)")
    owner.execute("INSERT INTO pg_temp.budgets_posting SELECT * FROM public.budgets_posting")
    owner.execute("UPDATE pg_temp.budgets_posting SET entry_count = 1000")

    with pytest.raises(errors.IntegrityConstraintViolation, match=r"^Posting 1 is closed"):
        owner.execute(
            "INSERT INTO public.budgets_entry "
            "(posting_id, association_id, account, year, amount, is_derived) "
            "VALUES (%s, %s, 'opening_equity', 2031, 5, false)",
            owner.posting,
            owner.association,
        )


@pytest.mark.parametrize(
    "change",
    ["party = 'regions'", "pays = false", "organisation_id = (SELECT max(id) FROM members_organisation)"],
)
def test_who_a_member_is_does_not_change_under_its_figures(owner, change):
    with pytest.raises(errors.RestrictViolation, match=r"^Member fk has figures in the ledger"):
        owner.execute("UPDATE members_member SET " + change + " WHERE id = %s", owner.member)  # noqa: S608


def test_a_member_may_leave_and_one_without_figures_may_change(owner):
    owner.execute("UPDATE members_member SET \"left\" = '2027-12-31' WHERE id = %s", owner.member)
    owner.execute("UPDATE members_member SET pays = false WHERE id = %s", owner.other_member)

    found = owner.execute(
        'SELECT pays, "left" IS NOT NULL FROM members_member WHERE id IN (%s, %s) ORDER BY pays',
        owner.member,
        owner.other_member,
    )
    assert list(found) == [(False, False), (True, True)]


@pytest.mark.parametrize(
    ("state", "is_refused"),
    [("proposed", False), ("consulted", False), ("adopted", True), ("revised", True)],
)
def test_a_member_does_not_leave_a_year_that_the_board_has_fixed(owner, state, is_refused):
    posting = owner.add_posting(source="Protokoll", entry_count=1, declares_version=True)
    owner.add_entry(posting_id=posting, account="called")
    owner.add_version(posting_id=posting, ordinal=2, state=state, is_public=True, financing="Eget kapital")
    leave = "UPDATE members_member SET \"left\" = '2026-12-31' WHERE id = %s"

    if is_refused:
        with pytest.raises(
            errors.RestrictViolation,
            match=r"^The budget of 2027 is adopted; member fk can no longer enter or leave that year\.",
        ):
            owner.execute(leave, owner.member)
    else:
        assert owner.execute(leave, owner.member).rowcount == 1


def test_a_lines_kind_does_not_change_under_its_figures(owner):
    owner.execute("UPDATE budgets_budgetline SET kind = 'audit' WHERE id = %s", owner.line)
    posting = owner.add_posting(entry_count=1)
    owner.add_entry(posting_id=posting, account="allocated", member_id=None, line_id=owner.line)

    with pytest.raises(errors.RestrictViolation, match=r"^Budget line insats has figures in the ledger"):
        owner.execute("UPDATE budgets_budgetline SET kind = 'measure' WHERE id = %s", owner.line)


# The chain


def test_the_next_posting_follows_with_the_hash_of_the_one_before(owner):
    owner.add_posting(number=2, previous_hash=digest(1))
    owner.add_posting(number=3, previous_hash=digest(2))
    owner.check_deferred()

    numbers = owner.execute(
        "SELECT number FROM budgets_posting WHERE association_id = %s ORDER BY number", owner.association
    )
    assert list(numbers) == [(1,), (2,), (3,)]


@pytest.mark.parametrize("number", [0, 1, 3, 4])
def test_a_number_out_of_turn_is_refused(owner, number):
    with pytest.raises(
        errors.IntegrityConstraintViolation, match=rf"^Posting {number} does not follow posting 1 of assoc"
    ):
        owner.add_posting(number=number)


def test_an_association_begins_with_number_1(owner):
    with pytest.raises(errors.IntegrityConstraintViolation, match=r"^Posting 2 does not follow posting 0 of"):
        owner.add_posting(association_id=owner.stranger, number=2, previous_hash="")


@pytest.mark.parametrize(
    "previous_hash", ["", digest(2), digest(1).upper()], ids=["empty", "another", "case"]
)
def test_a_wrong_previous_hash_is_refused(owner, previous_hash):
    with pytest.raises(
        errors.IntegrityConstraintViolation, match=r"does not carry the hash of the one before\."
    ):
        owner.add_posting(previous_hash=previous_hash)


def test_the_first_posting_has_no_hash_before_it(owner):
    with pytest.raises(
        errors.IntegrityConstraintViolation, match=r"does not carry the hash of the one before\."
    ):
        owner.add_posting(association_id=owner.stranger, number=1, previous_hash=digest(1))


# Whole postings


def test_an_entry_is_not_slipped_into_an_old_posting(owner):
    with pytest.raises(
        errors.IntegrityConstraintViolation, match=r"^Posting 1 is closed: it has 1 entries, not 2\."
    ):
        owner.add_entry(posting_id=owner.posting, year=2028)


def test_a_posting_has_at_commit_the_entries_it_says(owner):
    posting = owner.add_posting(entry_count=2)
    owner.add_entry(posting_id=posting, year=2028)
    owner.add_entry(posting_id=posting, year=2029)

    owner.check_deferred()


@pytest.mark.parametrize("entries", [0, 1])
def test_a_posting_with_fewer_entries_than_it_says_is_refused_at_commit(owner, entries):
    posting = owner.add_posting(entry_count=2)
    for year in range(2028, 2028 + entries):
        owner.add_entry(posting_id=posting, year=year)

    with pytest.raises(
        errors.IntegrityConstraintViolation, match=rf"^Posting 2 says 2 entries and has {entries}\."
    ):
        owner.database.commit()


def test_a_posting_with_more_entries_than_it_says_is_refused_at_once(owner):
    posting = owner.add_posting(entry_count=1)
    owner.add_entry(posting_id=posting, year=2028)

    with pytest.raises(errors.IntegrityConstraintViolation, match=r"^Posting 2 is closed: it has 1 entries"):
        owner.add_entry(posting_id=posting, year=2029)


# Reversals


def test_the_exact_opposite_is_a_reversal(owner):
    reversal = owner.add_posting(reverses_id=owner.posting, entry_count=1)
    owner.add_entry(posting_id=reversal, amount=-8_000_000_00)

    owner.check_deferred()


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"amount": -7_999_999_99}, id="one-ore-less"),
        pytest.param({"amount": 8_000_000_00}, id="the-same-sign"),
        pytest.param({"amount": 0}, id="nothing"),
        pytest.param({"year": 2028}, id="another-year"),
        pytest.param({"account": "agreed"}, id="another-account"),
        pytest.param({"member_id": None, "account": "opening_equity"}, id="another-cell"),
        pytest.param({"account": "paid", "month": 1}, id="a-month"),
    ],
)
def test_a_reversal_that_is_not_the_exact_opposite_is_refused_at_commit(owner, wrong):
    earlier = owner.add_posting(number=2, entry_count=2)
    owner.add_entry(posting_id=earlier, year=2028)
    owner.add_entry(posting_id=earlier, account="agreed")
    owner.check_deferred()
    reversal = owner.add_posting(number=3, previous_hash=digest(2), reverses_id=owner.posting, entry_count=1)
    owner.add_entry(**{"posting_id": reversal, "amount": -8_000_000_00} | wrong)

    with pytest.raises(errors.IntegrityConstraintViolation, match=r"^Posting 3 is not the opposite of post"):
        owner.check_deferred()


def test_a_reversal_with_one_entry_too_many_is_refused_at_commit(owner):
    reversal = owner.add_posting(reverses_id=owner.posting, entry_count=2)
    owner.add_entry(posting_id=reversal, amount=-8_000_000_00)
    owner.add_entry(posting_id=reversal, year=2028)

    with pytest.raises(errors.IntegrityConstraintViolation, match=r"^Posting 2 is not the opposite of post"):
        owner.check_deferred()


def test_another_associations_posting_is_not_reversed(owner):
    owner.add_posting(association_id=owner.stranger, number=1, previous_hash="", reverses_id=owner.posting)

    with pytest.raises(
        errors.IntegrityConstraintViolation, match=r"^Posting 1 cannot reverse posting 1: not"
    ):
        owner.check_deferred()


def test_a_reversal_is_not_reversed(owner):
    reversal = owner.add_posting(reverses_id=owner.posting, entry_count=1)
    owner.add_entry(posting_id=reversal, amount=-8_000_000_00)
    again = owner.add_posting(number=3, previous_hash=digest(2), reverses_id=reversal, entry_count=1)
    owner.add_entry(posting_id=again)

    with pytest.raises(
        errors.IntegrityConstraintViolation, match=r"^Posting 3 cannot reverse posting 2: not"
    ):
        owner.check_deferred()


def test_a_posting_is_reversed_once(owner):
    reversal = owner.add_posting(reverses_id=owner.posting, entry_count=1)
    owner.add_entry(posting_id=reversal, amount=-8_000_000_00)

    with pytest.raises(errors.UniqueViolation, match=r"reverses_id"):
        owner.add_posting(number=3, previous_hash=digest(2), reverses_id=owner.posting)


# Whose entries


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(lambda owner: {"member_id": owner.strange_member}, id="member"),
        pytest.param(
            lambda owner: {"account": "allocated", "member_id": None, "line_id": owner.strange_line},
            id="line",
        ),
        pytest.param(lambda owner: {"association_id": owner.stranger}, id="association"),
        pytest.param(
            lambda owner: {"association_id": owner.stranger, "member_id": owner.strange_member},
            id="association-and-member",
        ),
    ],
)
def test_an_entry_about_another_association_is_refused(owner, strange):
    posting = owner.add_posting(entry_count=1)

    with pytest.raises(
        errors.IntegrityConstraintViolation,
        match=r"^An entry of posting 2 names another association, or its member or line\.",
    ):
        owner.add_entry(**{"posting_id": posting, "year": 2028} | strange(owner))


# Notes


def test_a_note_is_not_slipped_into_an_old_posting(owner):
    with pytest.raises(
        errors.IntegrityConstraintViolation, match=r"^Posting 1 is closed: it has 1 notes, not 2\."
    ):
        owner.add_note(posting_id=owner.posting, year=2028)


def test_a_note_is_not_slipped_into_an_old_posting_that_had_none(owner):
    posting = owner.add_posting()
    owner.check_deferred()

    with pytest.raises(
        errors.IntegrityConstraintViolation, match=r"^Posting 2 is closed: it has 0 notes, not 1\."
    ):
        owner.add_note(posting_id=posting)


def test_a_posting_has_at_commit_the_notes_it_says(owner):
    posting = owner.add_posting(note_count=2)
    owner.add_note(posting_id=posting)
    owner.add_note(posting_id=posting, account="", stance="approves", text="")

    owner.check_deferred()


@pytest.mark.parametrize("notes", [0, 1])
def test_a_posting_with_fewer_notes_than_it_says_is_refused_at_commit(owner, notes):
    posting = owner.add_posting(note_count=2)
    for year in range(2028, 2028 + notes):
        owner.add_note(posting_id=posting, year=year)

    with pytest.raises(
        errors.IntegrityConstraintViolation, match=rf"^Posting 2 says 2 notes and has {notes}\."
    ):
        owner.database.commit()


def test_a_posting_with_more_notes_than_it_says_is_refused_at_once(owner):
    posting = owner.add_posting(note_count=1)
    owner.add_note(posting_id=posting)

    with pytest.raises(
        errors.IntegrityConstraintViolation, match=r"^Posting 2 is closed: it has 1 notes, not 2\."
    ):
        owner.add_note(posting_id=posting, year=2028)


def test_notes_do_not_count_as_entries_nor_entries_as_notes(owner):
    posting = owner.add_posting(entry_count=1, note_count=0)

    with pytest.raises(
        errors.IntegrityConstraintViolation, match=r"^Posting 2 is closed: it has 0 notes, not 1\."
    ):
        owner.add_note(posting_id=posting)


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(lambda owner: {"member_id": owner.strange_member}, id="member"),
        pytest.param(
            lambda owner: {"account": "allocated", "member_id": None, "line_id": owner.strange_line},
            id="line",
        ),
        pytest.param(lambda owner: {"association_id": owner.stranger}, id="association"),
        pytest.param(
            lambda owner: {"association_id": owner.stranger, "member_id": owner.strange_member},
            id="association-and-member",
        ),
        pytest.param(
            lambda owner: {"account": "", "stance": "objects", "member_id": owner.strange_member},
            id="answer",
        ),
    ],
)
def test_a_note_about_another_association_is_refused(owner, strange):
    posting = owner.add_posting(note_count=1)

    with pytest.raises(
        errors.IntegrityConstraintViolation,
        match=r"^A note of posting 2 names another association, or its member or line\.",
    ):
        owner.add_note(**{"posting_id": posting} | strange(owner))


# Below zero

NEVER_BELOW_ZERO = [
    ("agreed", {}),
    ("committed", {}),
    ("key", {}),
    ("called", {}),
    ("inhabitants", {"member_id": "town"}),
    ("equity_use", {"member_id": None}),
]


@pytest.mark.parametrize(("account", "about"), NEVER_BELOW_ZERO)
def test_a_sum_can_fall_to_0_and_not_below(owner, account, about):
    about = about | {"account": account, "year": 2028}
    if about.get("member_id") == "town":
        about = about | {"member_id": owner.town}
    for number, amount in ((2, 5_00), (3, -5_00)):
        posting = owner.add_posting(number=number, previous_hash=digest(number - 1), entry_count=1)
        owner.add_entry(posting_id=posting, amount=amount, **about)
    posting = owner.add_posting(number=4, previous_hash=digest(3), entry_count=1)

    with pytest.raises(
        errors.CheckViolation, match=rf"^The sum on {account} for 2028 would be -1, below zero\."
    ):
        owner.add_entry(posting_id=posting, amount=-1, **about)


def test_one_years_use_of_own_capital_does_not_make_up_for_anothers(owner):
    posting = owner.add_posting(entry_count=2)
    owner.add_entry(posting_id=posting, account="equity_use", year=2027, member_id=None)

    with pytest.raises(
        errors.CheckViolation, match=r"^The sum on equity_use for 2028 would be -1, below zero\."
    ):
        owner.add_entry(posting_id=posting, account="equity_use", year=2028, member_id=None, amount=-1)


def test_one_members_commitment_does_not_make_up_for_anothers(owner):
    posting = owner.add_posting(entry_count=1)

    with pytest.raises(errors.CheckViolation, match=r"below zero\."):
        owner.add_entry(posting_id=posting, member_id=owner.other_member, amount=-1)


def test_an_agreed_level_of_the_whole_is_summed_by_itself(owner):
    posting = owner.add_posting(entry_count=2)
    owner.add_entry(posting_id=posting, account="agreed", amount=5_00)

    with pytest.raises(errors.CheckViolation, match=r"^The sum on agreed for 2027 would be -1, below zero\."):
        owner.add_entry(posting_id=posting, account="agreed", member_id=None, amount=-1)


@pytest.mark.parametrize(
    ("account", "about"),
    [
        ("paid", {"month": 1}),
        ("allocated", {"member_id": None, "line_id": "line"}),
        ("actual", {"member_id": None, "line_id": "line", "month": 1}),
        ("forecast", {"member_id": None, "line_id": "line"}),
        ("opening_equity", {"member_id": None}),
    ],
)
def test_the_other_accounts_can_be_below_zero(owner, account, about):
    posting = owner.add_posting(entry_count=1)
    if "line_id" in about:
        about = about | {"line_id": owner.line}

    owner.add_entry(**{"posting_id": posting, "account": account, "amount": -18_400_00} | about)

    owner.check_deferred()


@pytest.mark.parametrize("whose", ["member", "other_member"])
def test_only_a_municipality_has_inhabitants(owner, whose):
    posting = owner.add_posting(entry_count=1)

    with pytest.raises(errors.CheckViolation, match=r"^Only a municipality has inhabitants here; "):
        owner.add_entry(
            posting_id=posting, account="inhabitants", member_id=getattr(owner, whose), amount=18_486
        )


# Each account's dimensions

# Per account, what must be there, what may be, in the order member, line, month; "-" must not be there.
DIMENSIONS = {
    "agreed": ("may", "-", "-"),
    "committed": ("must", "-", "-"),
    "key": ("must", "-", "-"),
    "called": ("must", "-", "-"),
    "paid": ("must", "-", "must"),
    "allocated": ("-", "must", "may"),
    "actual": ("-", "must", "must"),
    "forecast": ("-", "must", "-"),
    "opening_equity": ("-", "-", "-"),
    "equity_use": ("-", "-", "-"),
    "inhabitants": ("must", "-", "-"),
}
ALLOWED = {"must": {True}, "may": {True, False}, "-": {False}}
NAMES = ("member", "line", "month")
CASES = [
    pytest.param(
        account,
        present,
        all(there in ALLOWED[demand] for there, demand in zip(present, demands, strict=True)),
        id="-".join([account, *(name for name, there in zip(NAMES, present, strict=True) if there)]),
    )
    for account, demands in DIMENSIONS.items()
    for present in product((False, True), repeat=3)
]


@pytest.mark.parametrize(("account", "present", "is_accepted"), CASES)
def test_an_account_takes_the_dimensions_it_demands(owner, account, present, is_accepted):
    has_member, has_line, has_month = present
    posting = owner.add_posting(entry_count=1)
    entry = {
        "posting_id": posting,
        "account": account,
        "member_id": (owner.town if account == "inhabitants" else owner.member) if has_member else None,
        "line_id": owner.line if has_line else None,
        "month": 3 if has_month else None,
    }

    if is_accepted:
        owner.add_entry(**entry)
        owner.check_deferred()
    else:
        with pytest.raises(errors.CheckViolation) as refused:
            owner.add_entry(**entry)
        assert refused.value.diag.constraint_name == f"entry_{account}_dimensions"


# Every constraint, a row that it accepts and a row that it refuses

PAID = {"account": "paid", "month": 1}

ENTRY_ROWS = [
    ("entry_cell_once_per_posting", {"year": 2029}, {"year": 2028}),
    ("entry_cell_once_per_posting", {"member_id": "other"}, {"year": 2028, "amount": 0, "is_derived": True}),
    ("entry_account_known", {"account": "agreed"}, {"account": "åtagande"}),
    ("entry_year_plausible", {"year": 2004}, {"year": 2003}),
    ("entry_year_plausible", {"year": 2099}, {"year": 2100}),
    ("entry_month_plausible", PAID | {"month": 1}, PAID | {"month": 0}),
    ("entry_month_plausible", PAID | {"month": 12}, PAID | {"month": 13}),
    ("entry_amount_plausible", {"amount": LARGEST_AMOUNT}, {"amount": LARGEST_AMOUNT + 1}),
    (
        "entry_amount_plausible",
        {"account": "paid", "month": 1, "amount": -LARGEST_AMOUNT},
        {"account": "paid", "month": 1, "amount": -LARGEST_AMOUNT - 1},
    ),
]


@pytest.mark.parametrize(("name", "accepted", "refused"), ENTRY_ROWS)
def test_a_constraint_on_entries(owner, name, accepted, refused):
    if accepted.get("member_id") == "other":
        accepted = accepted | {"member_id": owner.other_member}
    posting = owner.add_posting(entry_count=2)
    owner.add_entry(posting_id=posting, year=2028)

    with owner.database.transaction():
        owner.add_entry(**{"posting_id": posting} | accepted)
        owner.check_deferred()
        raise psycopg.Rollback
    with pytest.raises(errors.IntegrityError) as fault:
        owner.add_entry(**{"posting_id": posting} | refused)

    assert fault.value.diag.constraint_name == name


POSTING_ROWS = [
    ("posting_number_once", {"number": 2}, {"number": 1, "previous_hash": ""}),
    ("posting_source_once", {"source_key": "nyckel-2"}, {"source_key": "nyckel"}),
    ("posting_source_once", {"source_key": ""}, {"source_key": "nyckel", "source_sha256": digest(2)}),
    ("posting_number_from_one", {"number": 1, "association_id": "stranger"}, {"number": 0}),
    ("posting_says_who_and_why", {"author_name": "S"}, {"author_name": ""}),
    ("posting_says_who_and_why", {"reason": "R"}, {"reason": ""}),
    ("posting_hash_is_sha256", {"hash": "0123456789abcdef" * 4}, {"hash": "0123456789ABCDEF" * 4}),
    ("posting_hash_is_sha256", {"hash": "f" * 64}, {"hash": "f" * 63}),
    ("posting_hash_is_sha256", {"hash": "0" * 64}, {"hash": ""}),
    ("posting_hash_is_sha256", {"hash": "0" * 64}, {"hash": "g" * 64}),
    (
        "posting_first_has_no_previous_hash",
        {"number": 1, "previous_hash": "", "association_id": "stranger"},
        {"number": 1, "previous_hash": digest(1), "association_id": "stranger"},
    ),
    ("posting_first_has_no_previous_hash", {"number": 2}, {"number": 2, "previous_hash": ""}),
    ("posting_first_has_no_previous_hash", {"number": 2}, {"number": 2, "previous_hash": "x" * 64}),
    ("posting_basis_known", {"basis": ""}, {"basis": " "}),
    ("posting_basis_known", {"basis": "inhabitants"}, {"basis": "invånare"}),
    ("posting_basis_known", {"basis": "percent"}, {"basis": "%"}),
    ("posting_basis_known", {"basis": "amount"}, {"basis": "amounts"}),
    ("posting_basis_known", {"basis": "weight"}, {"basis": "Weight"}),
    ("posting_basis_known", {"basis": "commitments"}, {"basis": "committed"}),
]


@pytest.mark.parametrize(("name", "accepted", "refused"), POSTING_ROWS)
def test_a_constraint_on_postings(owner, name, accepted, refused):
    """The chain's trigger would speak first; so would, for number 0, the rule about the first posting."""
    owner.without_trigger("keep_chain")
    if name == "posting_number_from_one":
        owner.execute("ALTER TABLE budgets_posting DROP CONSTRAINT posting_first_has_no_previous_hash")
    accepted, refused = (
        row | {"association_id": owner.stranger} if "association_id" in row else row
        for row in (accepted, refused)
    )

    with owner.database.transaction():
        owner.add_posting(**accepted)
        owner.check_deferred()
        raise psycopg.Rollback
    with pytest.raises(errors.IntegrityError) as fault:
        owner.add_posting(**refused)

    assert fault.value.diag.constraint_name == name


def test_the_same_source_key_is_another_in_another_association(owner):
    owner.add_posting(association_id=owner.stranger, number=1, previous_hash="", source_key="nyckel")

    owner.check_deferred()


ADOPTED = {"state": "adopted", "is_public": True}
REVISED = {"state": "revised", "is_public": True, "financing": "Eget kapital"}

VERSION_ROWS = [
    ("version_ordinal_once_per_year", {"ordinal": 2}, {"ordinal": 1}),
    ("version_ordinal_once_per_year", {"ordinal": 1, "year": 2028}, {"ordinal": 1, "state": "consulted"}),
    ("version_ordinal_from_one", {"ordinal": 1, "year": 2028}, {"ordinal": 0}),
    ("version_year_plausible", {"year": 2004}, {"year": 2003}),
    ("version_year_plausible", {"year": 2099}, {"year": 2100}),
    ("version_state_known", {"state": "consulted"}, {"state": "draft"}),
    ("version_adopted_is_public", ADOPTED, ADOPTED | {"is_public": False}),
    ("version_adopted_is_public", REVISED, REVISED | {"is_public": False}),
    ("version_revised_says_how_financed", REVISED, REVISED | {"financing": ""}),
    ("version_revised_says_how_financed", ADOPTED | {"financing": ""}, REVISED | {"financing": ""}),
]


@pytest.mark.parametrize(("name", "accepted", "refused"), VERSION_ROWS)
def test_a_constraint_on_versions(owner, name, accepted, refused):
    posting = owner.add_posting(source="Protokoll", declares_version=True)

    with owner.database.transaction():
        owner.add_version(**{"posting_id": posting, "ordinal": 2} | accepted)
        raise psycopg.Rollback
    with pytest.raises(errors.IntegrityError) as fault:
        owner.add_version(**{"posting_id": posting, "ordinal": 2} | refused)

    assert fault.value.diag.constraint_name == name


ANSWER = {"account": "", "stance": "approves", "text": ""}
OF_ALL = {"account": "opening_equity", "member_id": None}

NOTE_ROWS = [
    ("note_cell_once_per_posting", {"year": 2029}, {"text": "Med andra ord"}),
    ("note_cell_once_per_posting", {"account": "agreed"}, {"text": ""}),
    ("note_cell_once_per_posting", {"member_id": "other"}, {"year": 2028}),
    ("note_cell_once_per_posting", OF_ALL | {"year": 2029}, OF_ALL),
    ("note_account_known", {"account": "equity_use"}, {"account": "åtagande"}),
    ("note_year_plausible", {"year": 2004}, {"year": 2003}),
    ("note_year_plausible", {"year": 2099}, {"year": 2100}),
    ("note_is_to_an_amount_or_an_answer", ANSWER, {"account": ""}),
    ("note_is_to_an_amount_or_an_answer", ANSWER, {"stance": "approves"}),
    ("note_is_to_an_amount_or_an_answer", ANSWER | {"stance": "comments"}, ANSWER | {"stance": "Comments"}),
    ("note_is_to_an_amount_or_an_answer", ANSWER | {"stance": "objects"}, ANSWER | {"stance": "nej"}),
    ("note_is_to_an_amount_or_an_answer", ANSWER | {"stance": "abstains"}, ANSWER | {"member_id": None}),
    ("note_is_to_an_amount_or_an_answer", {"line_id": "line"}, ANSWER | {"line_id": "line"}),
]


@pytest.mark.parametrize(("name", "accepted", "refused"), NOTE_ROWS)
def test_a_constraint_on_notes(owner, name, accepted, refused):
    meant = {"other": owner.other_member, "line": owner.line}
    accepted, refused = (
        {column: meant.get(value, value) for column, value in row.items()} for row in (accepted, refused)
    )
    posting = owner.add_posting(note_count=3)
    owner.add_note(posting_id=posting, year=2028)
    owner.add_note(posting_id=posting, **OF_ALL | {"year": 2028})

    with owner.database.transaction():
        owner.add_note(**{"posting_id": posting, "year": 2028} | accepted)
        owner.check_deferred()
        raise psycopg.Rollback
    with pytest.raises(errors.IntegrityError) as fault:
        owner.add_note(**{"posting_id": posting, "year": 2028} | refused)

    assert fault.value.diag.constraint_name == name


INDIVIDUAL = {"measure": "individual"}

LINE_ROWS = [
    ("line_slug_once_per_association", {"slug": "annan"}, {"slug": "insats"}),
    ("line_kind_known", {"kind": "other_income"}, {"kind": "income"}),
    ("line_measure_kind_only_for_measures", INDIVIDUAL, INDIVIDUAL | {"kind": "audit"}),
    ("line_measure_kind_only_for_measures", {"measure": "structural"}, {"measure": "both"}),
    ("line_years_in_order", {"first_year": 2027, "last_year": 2027}, {"first_year": 2027, "last_year": 2026}),
    ("line_years_in_order", {"last_year": 2026}, {"first_year": 2100, "last_year": 2004}),
]


@pytest.mark.parametrize(("name", "accepted", "refused"), LINE_ROWS)
def test_a_constraint_on_lines(owner, name, accepted, refused):
    with owner.database.transaction():
        owner.add_line(owner.association, **{"slug": "annan"} | accepted)
        raise psycopg.Rollback
    with pytest.raises(errors.IntegrityError) as fault:
        owner.add_line(owner.association, **{"slug": "annan"} | refused)

    assert fault.value.diag.constraint_name == name


def test_every_constraint_has_an_accepted_and_a_refused_row():
    models = (BudgetLine, Posting, Entry, BudgetVersion, Note)
    named = {constraint.name for model in models for constraint in model._meta.constraints}

    rows = ENTRY_ROWS + POSTING_ROWS + VERSION_ROWS + NOTE_ROWS + LINE_ROWS
    tried = {name for name, _accepted, _refused in rows}

    assert tried | {f"entry_{account}_dimensions" for account in DIMENSIONS} == named


LINE_SENTENCES = [
    ({"slug": "insats"}, "En budgetpost med det kortnamnet finns redan i förbundet."),
    ({"kind": "income"}, "Budgetpostens slag är okänt."),
    (
        {"kind": "audit", "measure": "individual"},
        "Bara en insats är individinriktad eller strukturövergripande.",
    ),
    (
        {"first_year": 2027, "last_year": 2026},
        "Budgetpostens sista år kan inte vara före dess första.",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("wrong", "sentence"), LINE_SENTENCES)
def test_a_wrong_line_is_told_in_swedish(wrong, sentence):
    association = factories.make_association()
    factories.make_line(association, "insats")
    row = {"slug": "annan", "name": "Annan", "kind": "measure"} | wrong

    with pytest.raises(ValidationError) as refused:
        BudgetLine(association=association, **row).validate_constraints()

    assert refused.value.messages == [sentence]


# Versions


@pytest.mark.parametrize("state", ["proposed", "consulted"])
def test_a_proposal_needs_neither_decision_nor_source(owner, state):
    posting = owner.add_posting(declares_version=True)

    owner.add_version(posting_id=posting, ordinal=2, state=state)


DECISION = {
    "decision_body": "Styrelsen",
    "decision_date": dt.date(2026, 11, 26),
    "decision_paragraph": "§ 45",
}


@pytest.mark.parametrize("state", ["adopted", "revised"])
@pytest.mark.parametrize("rests_on", [DECISION, {"source": "Protokoll"}], ids=["decision", "source"])
def test_an_adopted_budget_rests_on_a_decision_or_a_source(owner, state, rests_on):
    posting = owner.add_posting(declares_version=True, **rests_on)

    owner.add_version(posting_id=posting, ordinal=2, state=state, is_public=True, financing="Eget kapital")


@pytest.mark.parametrize("state", ["adopted", "revised"])
@pytest.mark.parametrize(
    "without",
    [
        pytest.param({"decision_body": ""}, id="body"),
        pytest.param({"decision_date": None}, id="date"),
        pytest.param({"decision_paragraph": ""}, id="paragraph"),
        pytest.param({"decision_body": "", "decision_date": None, "decision_paragraph": ""}, id="all"),
    ],
)
def test_an_adopted_budget_on_half_a_decision_is_refused(owner, state, without):
    posting = owner.add_posting(declares_version=True, **DECISION | without)

    with pytest.raises(
        errors.IntegrityConstraintViolation,
        match=r"^An adopted budget needs a decision \(body, date, paragraph\) or a source; posting 2 has",
    ):
        owner.add_version(posting_id=posting, ordinal=2, state=state, is_public=True)


def test_a_version_is_declared_by_the_newest_posting_only(owner):
    older = owner.add_posting(declares_version=True)
    owner.add_posting(number=3, previous_hash=digest(2))

    with pytest.raises(
        errors.IntegrityConstraintViolation, match=r"^A version is declared by the newest post"
    ):
        owner.add_version(posting_id=older, ordinal=2)


def test_a_version_is_declared_by_a_posting_of_its_own_association(owner):
    strange = owner.add_posting(
        association_id=owner.stranger, number=1, previous_hash="", declares_version=True
    )

    with pytest.raises(
        errors.IntegrityConstraintViolation, match=r"^A version is declared by the newest post"
    ):
        owner.add_version(posting_id=strange, ordinal=2)


def test_a_posting_declares_one_version(owner):
    posting = owner.add_posting(declares_version=True)
    owner.add_version(posting_id=posting, ordinal=2)

    with pytest.raises(errors.UniqueViolation, match=r"posting_id"):
        owner.add_version(posting_id=posting, ordinal=1, year=2028)


def test_a_posting_that_declares_a_version_has_one_at_commit(owner):
    owner.add_posting(declares_version=True)

    with pytest.raises(errors.IntegrityConstraintViolation, match=r"^Posting 2 does not hold what it says"):
        owner.check_deferred()


def test_a_version_is_not_slipped_onto_a_posting_that_declared_none(owner):
    """The posting is whole and may have been committed; its hash says nothing of a version."""
    posting = owner.add_posting(source="Protokoll")
    owner.check_deferred()

    with pytest.raises(errors.IntegrityError):
        owner.add_version(posting_id=posting, ordinal=2, state="adopted", is_public=True)
