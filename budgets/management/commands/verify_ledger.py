"""``manage.py verify_ledger``: recompute every posting's hash and name the first that does not hold.

A chain cannot show that its newest postings are gone. So the start of the newest hash is printed: it must
be the one in the latest report.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from budgets import ledger
from budgets.models import Posting
from members.models import Association

FAULTS = {
    "missing": "numret saknas i följden",
    "previous hash": "den pekar inte på verifikationen före",
    "entry count": "antalet rader stämmer inte",
    "hash": "innehållet stämmer inte med dess kontrollsumma",
}


class Command(BaseCommand):
    """Check one förbund or all; the exit status is non-zero when anything does not hold."""

    help = "Recompute the hash chain of one association (slug) or of all, and name the first break."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("association", nargs="?", help="the association's slug; all when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        associations = Association.objects.all()
        if options["association"]:
            associations = associations.filter(slug=options["association"])
            if not associations:
                raise CommandError(_("Det finns inget förbund %(slug)s.") % {"slug": options["association"]})
        broken = [self._check(association) for association in associations]
        if any(broken):
            raise CommandError(_("Liggaren håller inte."))

    def _check(self, association: Association) -> bool:
        """Report one association; whether it is broken."""
        found = ledger.verify(association)
        if found:
            self.stdout.write(f"{association.slug}: verifikation {found.number}: {FAULTS[found.fault]}")
            return True
        head = Posting.objects.filter(association=association).order_by("number").last()
        told = _("%(slug)s: %(number)s verifikationer, alla håller, kontrollsumma %(hash)s")
        number, digest = (head.number, head.hash[:16]) if head else (0, "–")
        self.stdout.write(told % {"slug": association.slug, "number": number, "hash": digest})
        return False
