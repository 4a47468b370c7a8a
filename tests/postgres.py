"""The tests' own database, started before Django reads its settings.

Loaded early (`-p tests.postgres` in pyproject.toml). Each run has a server of its own in a
directory of its own, so that runs side by side, and a running site, are left alone. With
TEST_DATABASE_URL set, that server is used.
"""

import atexit
import os
import shutil
import signal
import tempfile
from pathlib import Path

from finsam.postgres import ROLE, Server

# Nothing in this database needs to outlive the run, so it need not wait for the disk; nor does it grow so
# large that compiling a query, or tidying up behind the tests, would pay.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off", "autovacuum=off")


def prepare_environment() -> None:
    """Point the settings to a database, a directory and a key that are only this run's."""
    # A run that is told to end (CI out of time, say) still stops its server and tidies up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    directory = Path(tempfile.mkdtemp(prefix="finsam-tests-"))
    directory.chmod(0o711)  # when root runs the tests, another user runs the server inside
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    for name in ("DEBUG", "HTTPS", "ALLOWED_HOSTS", "PORT"):
        os.environ.pop(name, None)  # what the person has set is for the site, not for the tests
    os.environ["VAR"] = str(directory)
    os.environ["SECRET_KEY"] = "only for tests"
    os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or start_server(directory)


def start_server(directory: Path) -> str:
    """The address of a fresh server, which stops when this process ends."""
    server = Server(directory / "postgres", options=CARELESS)
    server.start()
    return f"postgresql://{ROLE}@/{ROLE}?host={server.sockets}&port=5432"


# The processes that share the work of one run find all this prepared by the first; each has its own database.
if "PYTEST_XDIST_WORKER" not in os.environ:
    prepare_environment()
