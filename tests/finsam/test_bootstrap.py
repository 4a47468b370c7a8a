"""The decisions of the first start: what will do, what to install, what to tell the person."""

import ast
import sys

import pytest

from finsam import bootstrap
from finsam.environment import BASE_DIR

PDF = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 2), (4, 0, 0)])
def test_new_python_will_do(version):
    assert bootstrap.python_problem(version) == ""


@pytest.mark.parametrize(
    ("version", "found"), [((3, 10, 12), "3.10"), ((3, 7, 3), "3.7"), ((2, 7, 18), "2.7")]
)
def test_old_python_is_named_with_the_cure(version, found):
    assert bootstrap.python_problem(version) == (
        f"This is Python {found}, and finsam needs 3.11 or newer; "
        "install one and name it: make run PYTHON=python3.11"
    )


def test_bootstrap_can_be_read_by_an_old_python_that_is_then_refused():
    source = (BASE_DIR / "finsam" / "bootstrap.py").read_text()

    ast.parse(source, feature_version=(3, 7))

    assert "from __future__" not in source


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"apt-get", "brew"}, "apt-get"),
        ({"dnf"}, "dnf"),
        ({"brew"}, "brew"),
        (set(), ""),
    ],
)
def test_package_manager(found, expected):
    assert bootstrap.package_manager(found) == expected


@pytest.mark.parametrize(
    ("manager", "is_root", "can_sudo", "expected"),
    [
        ("apt-get", True, False, True),
        ("apt-get", False, True, True),
        ("apt-get", False, False, False),
        ("dnf", False, True, True),
        ("brew", False, True, False),
        ("", True, False, False),
    ],
)
def test_only_what_needs_no_password_is_installed_unasked(manager, is_root, can_sudo, expected):
    assert bootstrap.may_install(manager, is_root=is_root, can_sudo=can_sudo) is expected


def test_debian_commands_of_root():
    assert bootstrap.install_commands("apt-get", ["pdf", "poppler"], is_root=True) == [
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PDF, "poppler-utils"],
    ]


def test_fedora_command_of_an_ordinary_user():
    assert bootstrap.install_commands("dnf", ["browser"], is_root=False) == [
        ["sudo", "-n", "dnf", "install", "-y", "-q", "chromium"]
    ]


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("apt-get", "sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        ("dnf", "sudo dnf install pango harfbuzz"),
        ("brew", "brew install pango"),
        ("", "your system's packages for Pango"),
    ],
)
def test_line_to_type(manager, line):
    assert bootstrap.line_to_type(manager, ["pdf"]) == line


def test_stamp_changes_with_the_lock_and_with_python():
    same, again = (bootstrap.stamp_text(b"django", (3, 11, 7)) for _ in range(2))
    patched = bootstrap.stamp_text(b"django", (3, 11, 9))
    other_lock = bootstrap.stamp_text(b"Django", (3, 11, 7))
    other_python = bootstrap.stamp_text(b"django", (3, 12, 1))

    assert same == again == patched
    assert len({same, other_lock, other_python}) == 3


def test_missing_things_that_need_a_password_are_told_and_passed_over(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "programs_found", lambda: {"apt-get"})
    monkeypatch.setattr(bootstrap, "rights", lambda: {"is_root": False, "can_sudo": False})

    bootstrap.install_missing({"pdf": False, "poppler": True})

    assert capsys.readouterr().err == (
        "Missing: PDF readers. Everything else works. To install: sudo apt install poppler-utils\n"
    )


def test_nothing_is_said_when_nothing_is_missing(capsys):
    bootstrap.install_missing({"pdf": False, "poppler": False})

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", sorted(set(bootstrap.LOCKS.values())))
def test_locks_pin_every_package_by_hash_and_name_no_place(name):
    text = (BASE_DIR / name).read_text()
    packages = [line for line in text.splitlines() if line and not line.startswith(" ")]

    assert all("==" in line and line.endswith("\\") for line in packages)
    assert "://" not in text
    assert "--index" not in text


def test_run_lock_is_part_of_the_test_lock():
    run, test = ((BASE_DIR / name).read_text() for name in ("requirements.lock", "requirements-test.lock"))

    pinned = {line for line in run.splitlines() if not line.startswith(" ")}

    assert pinned <= set(test.splitlines())


def test_this_python_is_one_that_will_do():
    assert bootstrap.python_problem(sys.version_info[:3]) == ""
