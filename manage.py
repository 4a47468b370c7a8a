#!/usr/bin/env python3
"""Django's commands, with the embedded database under them when DATABASE_URL is not set."""

import os
import signal
import sys

from finsam import stopping
from finsam.environment import Refusal

WITHOUT_DATABASE = {"help", "version", "diffsettings", "findstatic", "compilemessages", "test"}


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finsam.settings")
    if arguments[1:2] == ["up"]:
        stopping.listen()
    else:
        # Like Ctrl-C, so that what is under way is undone and the database is left.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run(arguments)
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    finally:
        stopping.listen()  # nothing disturbs the leaving


def run(arguments: list[str]) -> None:
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        raise Refusal(
            "Django is not installed for this Python; use .venv/bin/python manage.py, "
            "which `make run` sets up."
        ) from None
    from finsam.startup import join_database, one_sentence

    with one_sentence():
        if needs_database(arguments):
            join_database(arguments[1])
        execute_from_command_line(arguments)


def needs_database(arguments: list[str]) -> bool:
    """Whether the command may touch the database. A command that we do not know may."""
    command = arguments[1] if len(arguments) > 1 else "help"
    asks_for_help = not {"-h", "--help", "--version"}.isdisjoint(arguments)
    return command not in WITHOUT_DATABASE and not command.startswith("-") and not asks_for_help


if __name__ == "__main__":
    main(sys.argv)
