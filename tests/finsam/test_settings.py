"""What the environment may say, and the sentence for each thing it may not."""

import os
import socket
import stat
import subprocess
import sys

import pytest

from finsam import environment
from finsam.environment import BASE_DIR, Refusal


def refusal_of(question, *arguments, **named) -> str:
    """The sentence with which the question is refused."""
    with pytest.raises(Refusal) as caught:
        question(*arguments, **named)
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("true", True), ("On", True), ("YES", True), ("0", False), ("off", False), (" no ", False)],
)
def test_flag_reads_the_usual_words(monkeypatch, value, expected):
    monkeypatch.setenv("DEBUG", value)

    assert environment.flag("DEBUG") is expected


@pytest.mark.parametrize("default", [True, False])
def test_flag_unset_or_empty_is_the_default(monkeypatch, default):
    monkeypatch.delenv("DEBUG", raising=False)
    unset = environment.flag("DEBUG", default=default)
    monkeypatch.setenv("DEBUG", "")

    assert (unset, environment.flag("DEBUG", default=default)) == (default, default)


def test_flag_refuses_any_other_word(monkeypatch):
    monkeypatch.setenv("DEBUG", "kanske")

    assert (
        refusal_of(environment.flag, "DEBUG")
        == 'DEBUG is "kanske"; write 1, true, yes, on, 0, false, no or off.'
    )


def test_hosts_default_to_this_machine(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "")

    assert environment.hosts("ALLOWED_HOSTS") == ["localhost", "127.0.0.1", "[::1]"]


def test_hosts_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "budget.example.se, .example.org,")

    assert environment.hosts("ALLOWED_HOSTS") == ["budget.example.se", ".example.org"]


@pytest.mark.parametrize("value", ["https://budget.example.se", "a.example.se b.example.se"])
def test_hosts_refuse_what_is_no_name(monkeypatch, value):
    monkeypatch.setenv("ALLOWED_HOSTS", value)

    assert refusal_of(environment.hosts, "ALLOWED_HOSTS") == (
        f'ALLOWED_HOSTS holds "{value}"; write host names only, with commas between, '
        "such as budget.example.se,localhost."
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (" ", ""),
        (" Samordningsförbundet Väst ", "Samordningsförbundet Väst"),
        ("x" * 200, "x" * 200),
    ],
)
def test_a_line_is_read_without_the_spaces_around_it(monkeypatch, value, expected):
    monkeypatch.delenv("SITE_OWNER", raising=False)
    if value is not None:
        monkeypatch.setenv("SITE_OWNER", value)

    assert environment.line("SITE_OWNER") == expected


@pytest.mark.parametrize(("value", "shown"), [("x" * 201, "x" * 40), ("Ett\nTvå", "Ett\\nTvå")])
def test_more_than_a_line_is_refused(monkeypatch, value, shown):
    monkeypatch.setenv("SITE_OWNER", value)

    assert refusal_of(environment.line, "SITE_OWNER") == (
        f"SITE_OWNER is '{shown}'; write one line of at most 200 characters."
    )


@pytest.mark.parametrize("value", ["", "tillganglighet@example.se", "a.b+c@kommun.example.se"])
def test_a_mail_address_is_read(monkeypatch, value):
    monkeypatch.setenv("ACCESSIBILITY_CONTACT", value)

    assert environment.mail_address("ACCESSIBILITY_CONTACT") == value


@pytest.mark.parametrize(
    "value",
    [
        "example.se",
        "@example.se",
        "a@",
        "a@example",
        "a@b@example.se",
        "a@example.se, b@example.se",
        "a@example.se?cc=b",
        "https://example.se/kontakt",
        "08-123 45 67",
    ],
)
def test_what_is_no_mail_address_is_refused(monkeypatch, value):
    monkeypatch.setenv("ACCESSIBILITY_CONTACT", value)

    assert refusal_of(environment.mail_address, "ACCESSIBILITY_CONTACT") == (
        f'ACCESSIBILITY_CONTACT is "{value}"; write one e-mail address, such as tillganglighet@example.se.'
    )


@pytest.mark.parametrize(("value", "expected"), [("", 8000), ("1", 1), ("65535", 65535), (" 8001 ", 8001)])
def test_port_is_read(monkeypatch, value, expected):
    monkeypatch.setenv("PORT", value)

    assert environment.port() == expected


@pytest.mark.parametrize("value", ["0", "65536", "-1", "8000.0", "http", "８０００"])
def test_port_refuses_what_is_no_port(monkeypatch, value):
    monkeypatch.setenv("PORT", value)

    assert refusal_of(environment.port) == (
        f'PORT is "{value}"; write a number from 1 to 65535, such as 8000.'
    )


def test_taken_port_is_refused_with_another_to_try():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]

        sentence = refusal_of(environment.check_port_is_free, number)

    other = number + 1 if number < 65535 else 8000
    assert sentence == (
        f"Port {number} on 127.0.0.1 is taken; stop the program that uses it, "
        f"or choose another: PORT={other} make run"
    )


def test_free_port_passes():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]

    environment.check_port_is_free(number)


def test_var_defaults_to_the_checkout(monkeypatch):
    monkeypatch.delenv("VAR", raising=False)

    assert environment.var_directory() == BASE_DIR / "var"


def test_var_is_made_when_needed(monkeypatch, tmp_path):
    monkeypatch.setenv("VAR", str(tmp_path / "a" / "b"))

    assert environment.usable_var_directory() == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()


def test_var_below_a_file_is_refused(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("VAR", str(tmp_path / "file" / "var"))

    assert refusal_of(environment.usable_var_directory) == (
        f"Cannot keep files in {tmp_path / 'file' / 'var'} (not a directory); "
        "point VAR to a directory that you can write to."
    )


def test_var_that_is_not_ours_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("VAR", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere

    assert refusal_of(environment.usable_var_directory) == (
        f"Cannot keep files in {tmp_path} (it is not ours to write in); "
        "point VAR to a directory that you can write to."
    )


def test_secret_key_is_made_once_and_only_for_its_owner(monkeypatch, tmp_path):
    monkeypatch.setenv("VAR", str(tmp_path))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    first, second = (environment.secret_key(debug=False) for _ in range(2))

    assert first == second
    assert len(first) >= 50
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_secret_key_must_be_given_beside_a_database_url(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://host/name")

    assert refusal_of(environment.secret_key, debug=False) == (
        "SECRET_KEY is not set, and DATABASE_URL is; set SECRET_KEY to a long random text, "
        "the same on every machine, or DEBUG=1 while developing."
    )


def test_secret_key_need_not_be_given_under_debug(monkeypatch, tmp_path):
    monkeypatch.setenv("VAR", str(tmp_path))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://host/name")

    assert environment.secret_key(debug=True) == (tmp_path / "secret-key").read_text()


def test_empty_secret_key_file_is_refused(tmp_path):
    (tmp_path / "secret-key").touch()

    assert refusal_of(environment.kept_secret, tmp_path / "secret-key") == (
        f"{tmp_path / 'secret-key'} is empty; delete it, and the next start makes a new key."
    )


def test_settings_allow_no_unsafe_content(settings):
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert directives["default-src"] == ["'none'"]
    assert {source for sources in directives.values() for source in sources} == {"'none'", "'self'"}


# -- The real program, seen from outside -----------------------------------------------------------


def manage(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """manage.py in a process of its own, with these variables set."""
    return subprocess.run(
        [sys.executable, str(BASE_DIR / "manage.py"), *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        pytest.param(
            {"DATABASE_URL": "mysql://anna:hemligt@host/name"},
            'DATABASE_URL "mysql://anna:***@host/name" begins with "mysql:", and only PostgreSQL will do; '
            "a right one: postgresql://user:password@host:5432/name\n",
            id="not-postgresql",
        ),
        pytest.param(
            {"DEBUG": "kanske"},
            'DEBUG is "kanske"; write 1, true, yes, on, 0, false, no or off.\n',
            id="not-a-flag",
        ),
    ],
)
def test_manage_refuses_in_one_line(variables, sentence):
    finished = manage("migrate", **variables)

    assert (finished.stderr, finished.stdout, finished.returncode) == (sentence, "", 1)


def test_manage_says_in_one_line_that_the_server_does_not_answer():
    finished = manage("migrate", DATABASE_URL="postgresql://anna:hemligt@127.0.0.1:1/name")

    assert finished.returncode == 1
    assert finished.stderr.count("\n") == 1
    assert finished.stderr.startswith(
        'The database of DATABASE_URL "postgresql://anna:***@127.0.0.1:1/name" does not answer ('
    )
    assert "hemligt" not in finished.stderr


def test_up_checks_the_port_before_anything_else():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]

        finished = manage("up", PORT=str(number), DATABASE_URL="postgresql://127.0.0.1:1/name")

    assert finished.returncode == 1
    assert finished.stderr.startswith(f"Port {number} on 127.0.0.1 is taken;")
