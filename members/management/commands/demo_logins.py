"""``manage.py demo_logins``: four people to try the site as, with passwords of their own."""

import json
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from members.models import Association, Role, User

# Log-in name, given name, family name, and the role in each förbund by slug.
CAST = (
    ("sekreterare", "Sara", "Sekreterare", Role.Kind.SECRETARY, ("stockholm", "exempel")),
    ("ledamot", "Lars", "Ledamot", Role.Kind.BOARD, ("stockholm", "exempel")),
    ("revisor", "Rut", "Revisor", Role.Kind.AUDITOR, ("stockholm", "exempel")),
    ("annat-forbund", "Anders", "Annatförbund", Role.Kind.SECRETARY, ("sodra-dalarna",)),
)


class Command(BaseCommand):
    """Make the four once, then print them again each time."""

    help = "Make the four demonstration log-ins if they are missing, and print them with their passwords."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        file = settings.VAR / "demo-logins.json"
        known = _read(file)
        lines = ["Log-ins to try (name, password, who):"]
        for username, given, family, kind, slugs in CAST:
            user, created = User.objects.get_or_create(
                username=username, defaults={"first_name": given, "last_name": family}
            )
            if created or username not in known:
                known[username] = secrets.token_urlsafe(9)
                user.set_password(known[username])
                user.save()
            for association in Association.objects.filter(slug__in=slugs):
                Role.objects.get_or_create(user=user, association=association, defaults={"kind": kind})
            label = f"{Role.Kind(kind).label}, {', '.join(slugs)}"
            lines.append(f"  {username:<15} {known[username]:<14} {label}")
        _write_private(file, json.dumps(known, indent=1))
        self.stdout.write("\n".join(lines))


def _read(file: Path) -> dict[str, str]:
    """The passwords made before. One that cannot be read counts as lost, and new ones are made."""
    try:
        known: dict[str, str] = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return known


def _write_private(file: Path, text: str) -> None:
    """Only the owner may read passwords, from the first byte on; and never a file cut in half."""
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.chmod(0o600)
    draft.write_text(text)
    draft.replace(file)
