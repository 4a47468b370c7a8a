"""Whom PostgreSQL runs as. It refuses root, so root hands it to a system user of its own."""

import os
import pwd
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

from finsam.environment import Refusal

ACCOUNT = "pgserver"


def uid() -> int:
    """The number of the user that owns the data and runs the server."""
    return account().pw_uid if os.geteuid() == 0 else os.geteuid()


def credentials() -> dict[str, Any]:
    """What subprocess needs to run a program as that user."""
    if os.geteuid() != 0:
        return {}
    return {"user": account().pw_uid, "group": account().pw_gid, "extra_groups": []}


def account() -> pwd.struct_passwd:
    """The system user, made the first time. Raises Refusal if that fails."""
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    try:
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", ACCOUNT],
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(ACCOUNT)
    except (OSError, subprocess.CalledProcessError, KeyError):
        raise Refusal(
            f'PostgreSQL does not run as root, and the system user "{ACCOUNT}" could not be made '
            "for it; run as an ordinary user, or set DATABASE_URL to a server of your own."
        ) from None


def prepare(directory: Path, programs: Path, *, change_owner: bool = True) -> None:
    """Let the server's user at the directory and the programs. Nothing to do unless we are root."""
    if os.geteuid() != 0:
        return
    if change_owner:
        os.chown(directory, account().pw_uid, account().pw_gid)
    open_way(directory)
    open_way(programs)
    if not programs.joinpath("postgres").stat().st_mode & stat.S_IXOTH:
        for path in (programs.parent, *programs.parent.rglob("*")):
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def open_way(path: Path) -> None:
    """Let other users pass through the directories above, not list them, and say so."""
    for directory in path.parents:
        mode = directory.stat().st_mode
        if not mode & stat.S_IXOTH:
            directory.chmod(mode | stat.S_IXOTH)
            sys.stderr.write(f'Opened {directory} for passing through (for user "{ACCOUNT}").\n')
