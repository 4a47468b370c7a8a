"""The cast, and a database that holds the seeds.

Every permission test reads as a sentence: the secretary owns the figures, the board member and the auditor
read them, the outsider is a secretary in another förbund and must never see the drafts of this one.
"""

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

APPEND_ONLY = ("budgets_posting", "budgets_entry", "budgets_budgetversion", "budgets_note")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Read the seeds in once. Let the test runner, and nobody else, empty the ledger between tests."""
    with django_db_blocker.unblock():
        # The class, not the instance: under a browser test Django has a second connection.
        operations = type(connection.ops)
        sql_flush = operations.sql_flush

        def flush_ledger(self: Any, *args: Any, **kwargs: Any) -> list[str]:
            off = [f"ALTER TABLE {table} DISABLE TRIGGER append_only" for table in APPEND_ONLY]
            on = [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only" for table in APPEND_ONLY]
            return [*off, *sql_flush(self, *args, **kwargs), *on]

        operations.sql_flush = flush_ledger
        read_seeds()
        yield
        operations.sql_flush = sql_flush


def read_seeds() -> None:
    """What ``manage.py seed`` does, without its words."""
    for _path, _outcome in seeding.seed_folder(settings.BASE_DIR / "seeds"):
        pass


@pytest.fixture
def seeds(db: None) -> None:
    """The three seeded förbund, also after a test that emptied the database."""
    if not Association.objects.filter(slug="stockholm").exists():
        read_seeds()


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
