"""DATABASE_URL, and the entry that Django's DATABASES wants.

Only the standard library, since finsam/bootstrap.py checks the address before anything is
installed.
"""

import os
import re
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from finsam.environment import Refusal

EXAMPLE = "postgresql://user:password@host:5432/name"
SCHEMES = {"postgres", "postgresql"}
# What libpq takes in an address. A misspelt sslmode must not quietly leave a connection open to all.
OPTIONS = {
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "gssencmode",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "options",
    "passfile",
    "port",
    "service",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslrootcert",
    "target_session_attrs",
    "tcp_user_timeout",
}
BAD_PORT = "has a port that is not a number from 1 to 65535"
SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


def database_url() -> str:
    """DATABASE_URL, or an empty text when the program is to run a server of its own."""
    return os.environ.get("DATABASE_URL", "").strip()


def database_from_url(url: str) -> dict[str, Any]:
    """A DATABASES entry for an address such as postgresql://user:password@host:5432/name.

    Percent signs are decoded, query options reach libpq, and ?host=/run/postgresql (or a
    percent-encoded directory in the host's place) means a Unix socket. Raises Refusal for every
    address that PostgreSQL could not be reached by. Its sentence never repeats the password.
    """
    parts = split(url)
    options = query_options(parts.query, url)
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise refusal("names no database; end it with a slash and the name", url)
    if "/" in name:
        raise refusal(f'names the database "{name}"; a name has no slash', url)
    return entry(
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=options.pop("host", "") or host_of(parts),
        port=options.pop("port", "") or str(parts.port or ""),
        options=options,
    )


def entry(
    *, name: str, user: str, host: str, password: str = "", port: str = "", options: Any = None
) -> dict[str, Any]:
    """One entry of Django's DATABASES, with the connection habits that we want everywhere."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        # An unreachable server must be said within seconds, not after libpq's two minutes.
        "OPTIONS": {"connect_timeout": "5", **(options or {})},
        "CONN_MAX_AGE": 60,
        # A connection kept from before the server restarted is noticed and replaced.
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def split(url: str) -> SplitResult:
    """The parts of the address. Raises Refusal for a wrong scheme, host or port."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise refusal("cannot be read as an address", url) from None
    if parts.scheme not in SCHEMES:
        found = f'begins with "{parts.scheme}:"' if parts.scheme else "has no scheme"
        raise refusal(f"{found}, and only PostgreSQL will do", url)
    if parts.fragment:
        raise refusal("holds a #; write it %23", url)
    try:
        number = parts.port
    except ValueError:
        raise refusal(BAD_PORT, url) from None
    if number == 0:
        raise refusal(BAD_PORT, url)
    return parts


def host_of(parts: SplitResult) -> str:
    """The host; for a percent-encoded socket directory with its capitals, which urlsplit lowers."""
    raw = parts.netloc.rpartition("@")[2]
    return unquote(raw.partition(":")[0]) if "%" in raw else parts.hostname or ""


def query_options(query: str, url: str) -> dict[str, str]:
    """The options after the question mark. Raises Refusal for one that libpq does not have."""
    options: dict[str, str] = {}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise refusal("has something after ? that is not name=value", url) from None
    for name, value in pairs:
        if name not in OPTIONS:
            raise refusal(f'has the option "{name}", which PostgreSQL does not have', url)
        options[name] = value
    mode = options.get("sslmode", "prefer")
    if mode not in SSL_MODES:
        allowed = ", ".join(sorted(SSL_MODES))
        raise refusal(f'has sslmode "{mode}"; allowed are {allowed}', url)
    port = options.get("port", "1")
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        raise refusal(BAD_PORT, url)
    return options


def refusal(what: str, url: str) -> Refusal:
    """What is wrong with the address, the address without its password, and a right one."""
    return Refusal(f'DATABASE_URL "{without_password(url)}" {what}; a right one: {EXAMPLE}')


def without_password(url: str) -> str:
    """The address as it may be shown on a screen or in a log."""
    url = re.sub(r"(password=)[^&\s]*", r"\1***", url)
    head, at, tail = url.rpartition("@")
    scheme, slashes, credentials = head.rpartition("://")
    user, colon, _ = credentials.partition(":")
    return f"{scheme}{slashes}{user}:***{at}{tail}" if at and colon else url
