"""What the environment may say, and one sentence for each thing it may not.

Only the standard library, since finsam/bootstrap.py asks these questions before anything is
installed.
"""

import os
import re
import secrets
import socket
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
DEFAULT_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}
LONGEST_LINE = 200


class Refusal(Exception):
    """The program cannot start. The message is one sentence: what is wrong and how to mend it."""


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or a no. Unset or empty gives the default; any other word raises Refusal."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value not in YES | NO:
        raise Refusal(f'{name} is "{os.environ[name]}"; write 1, true, yes, on, 0, false, no or off.')
    return value in YES


def words(name: str, *, default: list[str]) -> list[str]:
    """A list with commas between. Unset or empty gives the default."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()] or default


def line(name: str) -> str:
    """A line of text, such as a name. Unset gives the empty text; more than a line raises Refusal."""
    value = os.environ.get(name, "").strip()
    if not value.isprintable() or len(value) > LONGEST_LINE:
        raise Refusal(f"{name} is {value[:40]!r}; write one line of at most {LONGEST_LINE} characters.")
    return value


def mail_address(name: str) -> str:
    """An e-mail address. Unset gives the empty text; what is none raises Refusal."""
    value = line(name)
    before, _at, after = value.partition("@")
    if value and not (before and "." in after.strip(".") and not re.search(r"[\s,;<>?&]|@.*@", value)):
        raise Refusal(f'{name} is "{value}"; write one e-mail address, such as tillganglighet@example.se.')
    return value


def hosts(name: str) -> list[str]:
    """The host names that the site answers to. An address instead of a name raises Refusal."""
    names = words(name, default=DEFAULT_HOSTS)
    for host in names:
        if "/" in host or " " in host:
            raise Refusal(
                f'{name} holds "{host}"; write host names only, with commas between, '
                "such as budget.example.se,localhost."
            )
    return names


def port() -> int:
    """The port to serve on, from PORT. Anything but a number from 1 to 65535 raises Refusal."""
    value = os.environ.get("PORT", "").strip() or "8000"
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65535):
        raise Refusal(f'PORT is "{value}"; write a number from 1 to 65535, such as 8000.')
    return int(value)


def check_port_is_free(number: int) -> None:
    """Raise Refusal if nothing of ours can listen on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server does, so that a connection just closed does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except PermissionError:
            raise Refusal(
                f"Port {number} is reserved for root; choose one above 1023, for example: PORT=8001 make run"
            ) from None
        except OSError:
            raise Refusal(
                f"Port {number} on 127.0.0.1 is taken; stop the program that uses it, "
                f"or choose another: PORT={number + 1 if number < 65535 else 8001} make run"
            ) from None


def var_directory() -> Path:
    """Where the program keeps its own files, from VAR; <checkout>/var if unset. Not created here."""
    value = os.environ.get("VAR", "").strip()
    return Path(value).expanduser().resolve() if value else BASE_DIR / "var"


def usable_var_directory() -> Path:
    """The same, made if needed. Raises Refusal if we cannot write there."""
    directory = var_directory()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        reason = None if os.access(directory, os.W_OK | os.X_OK) else "it is not ours to write in"
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    if reason:
        raise Refusal(
            f"Cannot keep files in {directory} ({reason}); point VAR to a directory that you can write to."
        )
    return directory


def secret_key(*, debug: bool) -> str:
    """SECRET_KEY, or a random one kept in VAR.

    With DATABASE_URL set there may be several machines, which must share one key: then the key
    has to be given, and a missing one raises Refusal. DEBUG lifts that.
    """
    key = os.environ.get("SECRET_KEY", "").strip()
    if key:
        return key
    if os.environ.get("DATABASE_URL", "").strip() and not debug:
        raise Refusal(
            "SECRET_KEY is not set, and DATABASE_URL is; set SECRET_KEY to a long random text, "
            "the same on every machine, or DEBUG=1 while developing."
        )
    return kept_secret(usable_var_directory() / "secret-key")


def kept_secret(path: Path) -> str:
    """The secret in the file, made the first time. Raises Refusal if it cannot be read."""
    try:
        if not path.exists():
            # Written beside and linked in: of two first starts at once, one wins and both agree.
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(64))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        key = path.read_text().strip()
    except OSError as error:
        raise Refusal(
            f"Cannot read or write {path} ({(error.strerror or str(error)).lower()}); "
            "run as the user that owns it, or point VAR to a directory of your own."
        ) from None
    if not key:
        raise Refusal(f"{path} is empty; delete it, and the next start makes a new key.")
    return key
