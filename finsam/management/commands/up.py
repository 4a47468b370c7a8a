"""`manage.py up`: everything that has to happen between an empty database and a served site."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections

from finsam import environment, startup, stopping
from finsam.environment import BASE_DIR, Refusal

PATIENCE_SECONDS = 30
CONFIGURATION = "python:finsam.serving"


class Command(BaseCommand):
    help = "Migrate, load the sample data, and serve the site until Ctrl-C."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        stopping.listen()
        port = environment.port()
        environment.check_port_is_free(port)
        for step in (migrate, seed, demo_logins, connections.close_all):
            if not stopping.told:
                step()
        if not stopping.told:
            serve(port, say=self.stdout.write)
        self.stdout.write("Stopped.")


def migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def seed() -> None:
    call_command("seed")


def demo_logins() -> None:
    call_command("demo_logins")


def serve(port: int, *, say: Callable[[str], object]) -> None:
    """Run gunicorn until we are told to stop. Raises Refusal if it ends by itself."""
    gunicorn = start_gunicorn(port)
    try:
        if wait_until_it_answers(gunicorn, port):
            say(f"\nThe site is on http://127.0.0.1:{port} (Ctrl-C stops it).\n")
            sys.stdout.flush()
        while gunicorn.poll() is None and not stopping.told:
            time.sleep(0.2)
    finally:
        stop(gunicorn)
    if not stopping.told:
        raise Refusal(f"The web server ended by itself (status {gunicorn.returncode}); its reason is above.")


def start_gunicorn(port: int) -> "subprocess.Popen[bytes]":
    """Gunicorn in a session of its own, so that Ctrl-C reaches us and we stop it in good order."""
    held = startup.server.users if startup.server else None
    arguments = [f"--config={CONFIGURATION}", f"--bind=127.0.0.1:{port}"]
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "finsam.wsgi", *arguments],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        # The mark of use goes along: should we be killed, the database stays until it has ended too.
        pass_fds=[held] if held is not None else [],
    )


def wait_until_it_answers(gunicorn: "subprocess.Popen[bytes]", port: int) -> bool:
    """Whether the site answers; not if it ended, or we are to stop. Raises Refusal if it is mute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while gunicorn.poll() is None and not stopping.told:
        if answers(port):
            return True
        time.sleep(0.1)
        if time.monotonic() > deadline:
            raise Refusal(f"The web server did not answer in {PATIENCE_SECONDS} seconds.")
    return False


def answers(port: int) -> bool:
    """Whether anything at all is answered: what it says is for the page's own tests."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/", headers={"Host": "localhost"})
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def stop(gunicorn: "subprocess.Popen[bytes]") -> None:
    """Let requests under way end, then go."""
    gunicorn.terminate()
    try:
        gunicorn.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(gunicorn.pid, signal.SIGKILL)
        gunicorn.wait()
