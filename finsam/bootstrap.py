"""Set up what a bare checkout lacks: the virtual environment, and a few libraries of the system.

Run by make with whatever `python3` is there, before anything is installed: standard library only,
and no syntax that an old Python would trip over before it can be told that it is too old.

    python3 finsam/bootstrap.py run|logins|test|develop
"""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends us with no word; the next start mends

import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
LOCKS = {
    "run": "requirements.lock",
    "logins": "requirements.lock",
    "test": "requirements-test.lock",
    "develop": "requirements-test.lock",
}
# What WeasyPrint loads, by the names that Linux and macOS give the files.
PDF_LIBRARIES = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# The same things under the names of each package manager.
PACKAGES = {
    "apt-get": {"pdf": list(PDF_LIBRARIES), "browser": ["chromium"], "poppler": ["poppler-utils"]},
    "dnf": {"pdf": ["pango", "harfbuzz"], "browser": ["chromium"], "poppler": ["poppler-utils"]},
    "brew": {"pdf": ["pango"], "browser": ["--cask", "chromium"], "poppler": ["poppler"]},
}


# -- What to do: decisions, which touch nothing ----------------------------------------------------


def python_problem(version: "tuple[int, ...]") -> str:
    """Why this Python will not do, in one sentence; empty if it will."""
    if version[:2] >= OLDEST:
        return ""
    found, oldest = (".".join(map(str, numbers[:2])) for numbers in (version, OLDEST))
    return (
        f"This is Python {found}, and finsam needs {oldest} or newer; "
        f"install one and name it: make run PYTHON=python{oldest}"
    )


def package_manager(found: "set[str]") -> str:
    """The package manager to use among the programs found; empty if we know none of them."""
    return next((name for name in PACKAGES if name in found), "")


def may_install(manager: str, *, is_root: bool, can_sudo: bool) -> bool:
    """Whether we install without asking: only where that needs no password. Never with brew."""
    return manager in ("apt-get", "dnf") and (is_root or can_sudo)


def install_commands(manager: str, wants: "list[str]", *, is_root: bool) -> "list[list[str]]":
    """The commands that install what is wanted ("pdf", "browser", "poppler")."""
    packages = [package for want in wants for package in PACKAGES[manager][want]]
    sudo = [] if is_root or manager == "brew" else ["sudo", "-n"]
    if manager == "apt-get":
        return [
            [*sudo, "apt-get", "update", "-qq"],
            [*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        ]
    if manager == "dnf":
        return [[*sudo, "dnf", "install", "-y", "-q", *packages]]
    return [["brew", "install", *packages]]


def line_to_type(manager: str, wants: "list[str]") -> str:
    """The one line that a person types to install what is wanted."""
    if not manager:
        names = {"pdf": "Pango", "browser": "Chromium", "poppler": "poppler-utils"}
        return "your system's packages for " + ", ".join(names[want] for want in wants)
    packages = [package for want in wants for package in PACKAGES[manager][want]]
    installer = {"apt-get": "sudo apt install", "dnf": "sudo dnf install", "brew": "brew install"}
    return " ".join([installer[manager], *packages])


def stamp_text(lock: bytes, version: "tuple[int, ...]") -> str:
    """What the stamp says when this lock is installed for this Python."""
    return ".".join(map(str, version[:2])) + " " + hashlib.sha256(lock).hexdigest()


# -- Doing it --------------------------------------------------------------------------------------


def main(goal: str) -> None:
    refuse(python_problem(sys.version_info[:3]))
    os.chdir(str(ROOT))
    if goal == "run":
        check_environment()
    make_environment(LOCKS[goal])
    if goal == "run":
        install_missing({"pdf": not has_pdf_libraries()})
    if goal == "test":
        install_for_tests()


def refuse(sentence: str) -> None:
    """End with the sentence on stderr, if there is one."""
    if sentence:
        sys.exit(sentence)


def check_environment() -> None:
    """Say what is wrong with the environment now, not after minutes of installing."""
    sys.path.insert(0, str(ROOT))
    from finsam import database, environment

    try:
        environment.check_port_is_free(environment.port())
        if database.database_url():
            database.database_from_url(database.database_url())
        else:
            environment.usable_var_directory()
        environment.secret_key(debug=environment.flag("DEBUG"))
        environment.flag("HTTPS")
        environment.hosts("ALLOWED_HOSTS")
    except environment.Refusal as refusal:
        refuse(str(refusal))


def make_environment(lock_name: str) -> None:
    """Make .venv hold what the lock lists. Nothing is done when it already does."""
    lock = (ROOT / lock_name).read_bytes()
    stamp = stamp_text(lock, sys.version_info[:2])
    checkout = os.open(str(ROOT), os.O_RDONLY)
    try:
        # Two makes at once, in one checkout: the second waits, and finds the work done.
        fcntl.flock(checkout, fcntl.LOCK_EX)
        done = STAMP.read_text().splitlines() if STAMP.exists() else []
        if stamp in done and python_works():
            return
        # Without a stamp it was never finished; with another Python's it was made by that one.
        same_python = bool(done) and all(line.split()[0] == stamp.split()[0] for line in done)
        make_venv(keep=same_python and python_works())
        say("Installing the Python packages of " + lock_name + " (a minute the first time) ...")
        install_packages(lock_name)
        # The tests' lock holds all that the site needs: either goal then finds its work done.
        STAMP.write_text("\n".join(dict.fromkeys([stamp_for("requirements.lock"), stamp])) + "\n")
    finally:
        os.close(checkout)


def stamp_for(lock_name: str) -> str:
    return stamp_text((ROOT / lock_name).read_bytes(), sys.version_info[:2])


def python_works() -> bool:
    """Whether .venv has a Python that runs and can install."""
    python = VENV / "bin" / "python"
    return python.exists() and succeeds([str(python), "-c", "import pip"])


def make_venv(*, keep: bool) -> None:
    """Make .venv from nothing, unless the one there is sound."""
    if keep:
        return
    try:
        import ensurepip  # noqa: F401 - Debian splits it off into python3-venv
    except ImportError:
        install_python_venv()
    shutil.rmtree(str(VENV), ignore_errors=True)
    if not succeeds([sys.executable, "-m", "venv", str(VENV)]):
        refuse("Could not make a virtual environment in " + str(VENV) + "; is the disk writable?")


def install_python_venv() -> None:
    """Install Debian's python3-venv if that needs no password, else say the line to type."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if "apt-get" in programs_found() and may_install("apt-get", **rights()):
        sudo = [] if rights()["is_root"] else ["sudo", "-n"]
        say("Installing " + package + " ...")
        if succeeds([*sudo, "apt-get", "update", "-qq"]) and succeeds(
            [*sudo, "apt-get", "install", "-y", "-qq", package]
        ):
            return
    refuse(
        "This Python cannot make virtual environments, since its module ensurepip is missing; "
        "install it: sudo apt install " + package
    )


def install_packages(lock_name: str) -> None:
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "-qq"]
    command += ["--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes"]
    settings = dict(os.environ, PIP_USER="0")
    finished = subprocess.run([*command, "-r", lock_name], env=settings, check=False)
    if finished.returncode:
        refuse(
            "The Python packages could not be installed; pip's reason is above. "
            "Mend it (often the network) and run the same command again."
        )


def has_pdf_libraries() -> bool:
    """Whether WeasyPrint's libraries load, tried as it does."""
    return all(any(loads(name) for name in names) for names in PDF_LIBRARIES.values())


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_for_tests() -> None:
    """Everything the suite needs beyond Python; in CI a lack is a failure, elsewhere a skip."""
    install_missing(
        {
            "pdf": not has_pdf_libraries(),
            "browser": not any(map(shutil.which, BROWSERS)) and not has_playwright_browser(),
            "poppler": not (shutil.which("pdftoppm") and shutil.which("pdftotext")),
        }
    )
    if not any(map(shutil.which, BROWSERS)) and not has_playwright_browser():
        say("Fetching Playwright's own Chromium ...")
        succeeds([str(VENV / "bin" / "python"), "-m", "playwright", "install", "chromium"])


def has_playwright_browser() -> bool:
    code = (
        "import os, sys\n"
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: sys.exit(not os.path.exists(p.chromium.executable_path))"
    )
    return succeeds([str(VENV / "bin" / "python"), "-c", code])


def install_missing(missing: "dict[str, bool]") -> None:
    """Install what is missing if that needs no password; else say the line to type, and go on."""
    wants = [want for want, is_missing in missing.items() if is_missing]
    if not wants:
        return
    manager = package_manager(programs_found())
    names = {"pdf": "PDF libraries", "browser": "Chromium", "poppler": "PDF readers"}
    what = ", ".join(names[want] for want in wants)
    if may_install(manager, **rights()):
        say("Installing " + what + " with " + manager + " ...")
        commands = install_commands(manager, wants, is_root=rights()["is_root"])
        if all(succeeds(command) for command in commands):
            return
    say("Missing: " + what + ". Everything else works. To install: " + line_to_type(manager, wants))


def programs_found() -> "set[str]":
    return {name for name in PACKAGES if shutil.which(name)}


def rights() -> "dict[str, bool]":
    """Whether we are root, and whether sudo would run without asking for a password."""
    is_root = os.geteuid() == 0
    return {
        "is_root": is_root,
        "can_sudo": not is_root and bool(shutil.which("sudo")) and succeeds(["sudo", "-n", "true"]),
    }


def succeeds(command: "list[str]") -> bool:
    """Whether the command ends well. What it prints is not shown: the sentence to type says enough."""
    settings = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    finished = subprocess.run(
        command,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return finished.returncode == 0


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in LOCKS:
        sys.exit("usage: python3 finsam/bootstrap.py " + "|".join(LOCKS))
    main(sys.argv[1])
