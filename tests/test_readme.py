"""The README stays true: every command in it is run here, or is the one that runs this."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

MANAGE = ".venv/bin/python manage.py"
# Run by a person or by CI, and thereby this test too; the timings are not worth a minute of each run.
RUNS_THIS = {"make test"}
TARGETS_ONLY = {"make format", "make bench"}
RUN_HERE = {
    "make run",
    "make logins",
    f"{MANAGE} seed",
    f"{MANAGE} verify_ledger",
    f"{MANAGE} report stockholm 2021 --kind budget --output budget.pdf",
    f"{MANAGE} export stockholm 2021 --format json",
}


def commands() -> list[str]:
    """Each line of each shell block, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_every_command_is_accounted_for():
    assert set(commands()) == RUNS_THIS | TARGETS_ONLY | RUN_HERE


@pytest.mark.parametrize("command", sorted(RUNS_THIS | TARGETS_ONLY))
def test_every_target_exists(command):
    target = command.removeprefix("make ")

    planned = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True)

    assert planned.returncode == 0
    assert ".venv/bin/" in planned.stdout


def test_every_file_named_in_the_layout_exists():
    layout = README.partition("## Where things are")[2].partition("## Commands")[0]
    named = re.findall(r"\b[a-z_]+\.(?:py|html|svg|css)\b", layout)

    missing = [name for name in named if not any(ROOT.glob(f"[!.]*/**/{name}"))]

    assert len(named) > 15
    assert missing == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], int, str]]:
    """What ``make run`` serves from an empty VAR: the environment, the port and what it printed."""
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
    # Not under pytest's own directory, which another run as root closes to the database's account.
    var = tempfile.mkdtemp(prefix="finsam-readme-")
    environment = kept | {"VAR": var, "PORT": str(port), "DEBUG": "0"}
    printed = tmp_path_factory.mktemp("log") / "printed.txt"
    with printed.open("w") as output:
        make = subprocess.Popen(
            ["make", "run"], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    deadline = time.monotonic() + 120
    while "Ctrl-C stops it" not in printed.read_text() and time.monotonic() < deadline:
        assert make.poll() is None, printed.read_text()
        time.sleep(0.2)
    yield environment, port, printed.read_text()
    os.killpg(make.pid, signal.SIGINT)
    assert make.wait(timeout=60) is not None
    assert not (Path(var) / "postgres" / "postmaster.pid").exists()
    shutil.rmtree(var)


def test_make_run_serves_the_story_and_prints_four_log_ins(site):
    _environment, port, printed = site

    page = urlopen(f"http://127.0.0.1:{port}/stockholm/2020/").read().decode()

    assert "Region Stockholms" in page
    assert f"http://127.0.0.1:{port}" in printed
    assert [name for name in ("sekreterare", "ledamot", "revisor", "annat-forbund") if name in printed] == [
        "sekreterare",
        "ledamot",
        "revisor",
        "annat-forbund",
    ]


def test_make_logins_prints_the_same_passwords_again(site):
    environment, _port, _printed = site
    known = json.loads((Path(environment["VAR"]) / "demo-logins.json").read_text())

    again = subprocess.run(["make", "logins"], cwd=ROOT, env=environment, capture_output=True, text=True)

    assert again.returncode == 0
    assert [password in again.stdout for password in known.values()] == [True] * 4


@pytest.mark.parametrize("command", sorted(command for command in RUN_HERE if command.startswith(MANAGE)))
def test_the_commands_run_beside_the_site(site, command, tmp_path):
    environment, _port, _printed = site
    words = command.replace("budget.pdf", str(tmp_path / "budget.pdf")).split()

    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    if "report" in command:
        assert (tmp_path / "budget.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    "command", ["seed", "verify_ledger", "demo_logins", "report stockholm 2021 --output x.pdf"]
)
def test_a_database_without_tables_is_told_in_one_line(command, tmp_path):
    """With an empty VAR there is a database, but nobody has run ``make run`` yet."""
    var = tempfile.mkdtemp(prefix="finsam-readme-")
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}

    done = subprocess.run(
        [*MANAGE.split(), *command.split()], cwd=ROOT, env=kept | {"VAR": var}, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        "The database has no tables yet; run make run first, or manage.py migrate."
    )
    assert "Traceback" not in done.stderr
    shutil.rmtree(var)
