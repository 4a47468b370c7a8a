"""``manage.py verify_ledger``: recompute every posting's hash and name the first that does not hold.

A chain cannot show that its newest postings are gone. So the start of the newest hash is printed: it must
be the one in the latest report.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budgets import ledger
from budgets.ledger import Break, Fault
from budgets.models import Posting
from members.models import Association

FAULTS = {
    Fault.MISSING: gettext_lazy("numret saknas i följden"),
    Fault.PREVIOUS_HASH: gettext_lazy("den pekar inte på verifikationen före"),
    Fault.ENTRY_COUNT: gettext_lazy("antalet belopp stämmer inte"),
    Fault.NOTE_COUNT: gettext_lazy("antalet anteckningar stämmer inte"),
    Fault.ASSOCIATION: gettext_lazy("ett belopp, en anteckning eller en version hör till ett annat förbund"),
    Fault.HASH: gettext_lazy("innehållet stämmer inte med dess kontrollsumma"),
    Fault.REVERSAL: gettext_lazy("den tar inte tillbaka just det som den rättar"),
    Fault.BELOW_ZERO: gettext_lazy("en summa blir mindre än noll"),
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
        faults = []
        for association in associations:
            found = ledger.verify(association)
            if found:
                faults.append(broken(association, found))
            else:
                self.stdout.write(sound(association))
        if faults:
            raise CommandError(_("Liggaren håller inte. %(faults)s") % {"faults": "; ".join(faults)})


def broken(association: Association, found: Break) -> str:
    """The first posting that does not hold, in words."""
    about = {"slug": association.slug, "number": found.number, "fault": FAULTS[found.fault]}
    return _("%(slug)s, verifikation %(number)s: %(fault)s") % about


def sound(association: Association) -> str:
    """How many postings hold, and the start of the newest hash."""
    head = Posting.objects.filter(association=association).order_by("number").last()
    if head is None:
        return _("%(slug)s: inga verifikationer än") % {"slug": association.slug}
    told = ngettext(
        "%(slug)s: %(number)d verifikation, den håller, kontrollsumma %(hash)s",
        "%(slug)s: %(number)d verifikationer, alla håller, kontrollsumma %(hash)s",
        head.number,
    )
    return told % {"slug": association.slug, "number": head.number, "hash": head.hash[:16]}
