"""``manage.py seed``: read the förbund in ``seeds/`` into the ledger, each posting once."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError, IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets import seeding


class Command(BaseCommand):
    """Read seeds; a second run adds nothing."""

    help = "Read the förbund in seeds/ into the ledger. Each posting is made once; a second run adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", default=settings.BASE_DIR / "seeds", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for path, outcome in seeding.seed_folder(options["folder"]):
                self._report(path, outcome)
        except (seeding.SeedError, IntegrityError, DataError) as error:
            raise CommandError(str(error).splitlines()[0]) from error

    def _report(self, path: Path, outcome: seeding.Outcome) -> None:
        added = ngettext("%(count)d ny verifikation", "%(count)d nya verifikationer", outcome.added)
        self.stdout.write(f"{outcome.association}: {added % {'count': outcome.added}}")
        for key in outcome.changed_since:
            changed = _("%(file)s: %(key)s har ändrats i filen efter att den lästes in. Liggaren är orörd.")
            self.stderr.write(changed % {"file": path.name, "key": key})
