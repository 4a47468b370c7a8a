"""``manage.py report ASSOCIATION YEAR --kind budget --output FILE.pdf``: a report as PDF."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from budgets import queries, reports
from members.access import VISITOR, Access
from members.models import Association, Role

KINDS = ("budget",)


class Command(BaseCommand):
    """Write one report to a file."""

    help = "Write a report of a year's newest public budget, or of its draft while nothing is public."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("association", help="the association's slug")
        parser.add_argument("year", type=int)
        parser.add_argument("--kind", choices=KINDS, default="budget")
        parser.add_argument("--output", required=True, type=Path, help="the PDF file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, year, output = options["association"], options["year"], options["output"]
        association = Association.objects.filter(slug=slug).first()
        if association is None:
            raise CommandError(_("Det finns inget förbund %(slug)s.") % {"slug": slug})
        for access in (VISITOR, Access(Role.Kind.AUDITOR)):
            budget = queries.year_budget(association, year, access)
            if budget is not None:
                break
        else:
            raise CommandError(_("%(slug)s har ingen budget för %(year)s.") % {"slug": slug, "year": year})
        try:
            output.write_bytes(reports.budget_pdf(budget, queries.year_summaries(association, access)))
        except reports.CannotMakePdf as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            text = _("%(file)s går inte att skriva: %(reason)s.")
            raise CommandError(text % {"file": output, "reason": error.strerror}) from error
        self.stdout.write(str(output))
