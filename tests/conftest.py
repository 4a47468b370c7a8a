"""The cast, and a database that holds the seeds.

Every permission test reads as a sentence: the secretary owns the figures, the board member and the auditor
read them, the outsider is a secretary in another förbund and must never see the drafts of this one.
"""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from budgets import seeding
from members.models import Association, Role, User
from tests import factories

# Nobody's password is guarded here, and the real hash takes a quarter of a second.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish() -> None:
    """The tests live as long as the run: the collector of garbage need not look at them each time."""
    gc.collect()
    gc.freeze()


# Where the seeds lie as they were read in. A schema of its own is no part of what the site sees.
SEEDED = "seeded"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Read the seeds in once. What a test leaves behind is replaced by them, by the test runner alone."""
    with django_db_blocker.unblock():
        for _path, _outcome in seeding.seed_folder(settings.BASE_DIR / "seeds"):
            pass
        restore = keep_seeds()
        # The class, not the instance: under a browser test Django has a second connection.
        operations = type(connection.ops)
        sql_flush = operations.sql_flush

        def flush_to_seeds(self: Any, *args: Any, **kwargs: Any) -> list[str]:
            disable, copy, enable = restore
            checked = (
                "SET CONSTRAINTS ALL IMMEDIATE"  # a table that still waits to be checked cannot be altered
            )
            return [*disable, *sql_flush(self, *args, **kwargs), *copy, checked, *enable]

        operations.sql_flush = flush_to_seeds
        yield
        operations.sql_flush = sql_flush


def keep_seeds() -> tuple[list[str], list[str], list[str]]:
    """Copy every table aside; gives the SQL that switches triggers off, copies back, and switches them on.

    A test that commits (a browser test, say) costs the copying of a thousand rows and not a second's seeding.
    """
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    disable = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
    copy = [f"INSERT INTO {table} SELECT * FROM {SEEDED}.{table}" for table in tables]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass, quote_ident(tgname), tgenabled FROM pg_trigger WHERE NOT tgisinternal"
        )
        enable = [
            f"ALTER TABLE {table} ENABLE {'ALWAYS' if enabled == 'A' else ''} TRIGGER {name}"
            for table, name, enabled in cursor.fetchall()
        ]
        cursor.execute(f"CREATE SCHEMA {SEEDED}")
        for table in tables:
            cursor.execute(f"CREATE TABLE {SEEDED}.{table} AS TABLE {table}")
        cursor.execute("ANALYZE")  # the planner knows the tables, as it does in a ledger in use
    return disable, copy, enable


@pytest.fixture
def seeds(db: None) -> None:
    """The seeded förbund."""


@pytest.fixture
def stockholm(seeds: None) -> Association:
    """Samordningsförbundet Stockholms stad, as seeded."""
    return Association.objects.get(slug="stockholm")


@pytest.fixture
def exempel(seeds: None) -> Association:
    """The invented förbund, as seeded."""
    return Association.objects.get(slug="exempel")


@pytest.fixture
def secretary(seeds: None) -> User:
    """The secretary of Stockholm and of Exempelförbundet."""
    return factories.make_user("sara", Role.Kind.SECRETARY, "stockholm", "exempel")


@pytest.fixture
def board_member(seeds: None) -> User:
    """A board member of the same two."""
    return factories.make_user("lars", Role.Kind.BOARD, "stockholm", "exempel")


@pytest.fixture
def auditor(seeds: None) -> User:
    """The auditor of the same two."""
    return factories.make_user("rut", Role.Kind.AUDITOR, "stockholm", "exempel")


@pytest.fixture
def outsider(seeds: None) -> User:
    """The secretary of another förbund."""
    return factories.make_user("anders", Role.Kind.SECRETARY, "sodra-dalarna")


def logged_in(user: User) -> Client:
    """A browser in which ``user`` has logged in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody has logged in."""
    return Client()


@pytest.fixture
def as_secretary(secretary: User) -> Client:
    """The secretary's browser."""
    return logged_in(secretary)


@pytest.fixture
def as_board_member(board_member: User) -> Client:
    """The board member's browser."""
    return logged_in(board_member)


@pytest.fixture
def as_auditor(auditor: User) -> Client:
    """The auditor's browser."""
    return logged_in(auditor)


@pytest.fixture
def as_outsider(outsider: User) -> Client:
    """The outsider's browser."""
    return logged_in(outsider)
