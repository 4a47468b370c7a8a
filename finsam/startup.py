"""What manage.py does around a command: a database under it, a sentence for what goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, ProgrammingError

from finsam import environment
from finsam.database import database_url, without_password
from finsam.environment import Refusal
from finsam.postgres import Server

# SQLSTATE: no connection, wrong user or password, no such database, server going down.
UNREACHABLE = ("08", "28", "3D", "57P")

# No such table, no such column.
NOT_MIGRATED = ("42P01", "42703")

server: Server | None = None


def join_database(command: str) -> None:
    """Start or join the embedded server, unless DATABASE_URL names another."""
    global server
    if command == "up":
        environment.check_port_is_free(environment.port())
    _ = settings.DATABASES  # a fault in the environment is said before anything is started
    if not database_url():
        environment.usable_var_directory()
        server = Server(settings.VAR / "postgres")
        server.start()


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn the loss of the database into a Refusal. Other errors are ours, and keep their trace."""
    try:
        yield
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", None) not in NOT_MIGRATED:
            raise
        raise Refusal("The database has no tables yet; run make run first, or manage.py migrate.") from error
    except OperationalError as error:
        if not (getattr(error.__cause__, "sqlstate", None) or "08").startswith(UNREACHABLE):
            raise
        reason = " ".join(str(error).split()) or "no reason given"
        where = f'of DATABASE_URL "{without_password(database_url())}"' if database_url() else "of VAR"
        raise Refusal(
            f"The database {where} does not answer ({reason}); "
            "see that the server runs and that the address, user and password are right."
        ) from error
