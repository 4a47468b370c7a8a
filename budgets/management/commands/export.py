"""``manage.py export ASSOCIATION YEAR --format csv|csv-data|xlsx|json``: a year's open data."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from budgets import queries
from budgets.open_data_files import BUDGET_FORMATS
from budgets.years import YearBudget
from members.access import VISITOR
from members.models import Association


class Command(BaseCommand):
    """Write one year's open data to a file or to standard output."""

    help = "Write a year's public budget as open data: the same bytes that the site gives a visitor."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """A parser in which --version is a budget's, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("association", help="the association's slug")
        parser.add_argument("year", type=int)
        parser.add_argument("--format", choices=sorted(BUDGET_FORMATS), required=True)
        parser.add_argument("--version", type=int, help="a certain version; left out, the newest public one")
        parser.add_argument("--output", type=Path, help="the file to write; a workbook needs one")

    def handle(self, *args: Any, **options: Any) -> None:
        output = options["output"]
        if options["format"] == "xlsx" and output is None:
            raise CommandError(_("En Excelfil behöver ett filnamn: --output FIL.xlsx."))
        content = BUDGET_FORMATS[options["format"]](_budget(options)).content
        try:
            if output is None:
                # Bytes, so that neither the mark nor the line ends are changed on their way.
                sys.stdout.buffer.write(content)
                sys.stdout.flush()
            else:
                output.write_bytes(content)
        except OSError as error:
            told = {"file": output or _("Standard ut"), "reason": error.strerror}
            raise CommandError(_("%(file)s går inte att skriva: %(reason)s.") % told) from error


def _budget(options: dict[str, Any]) -> YearBudget:
    """The public budget that is asked for."""
    slug, year, version = options["association"], options["year"], options["version"]
    association = Association.objects.filter(slug=slug).first()
    if association is None:
        raise CommandError(_("Det finns inget förbund %(slug)s.") % {"slug": slug})
    budget = queries.year_budget(association, year, VISITOR, version)
    if budget is not None:
        return budget
    about = {"slug": slug, "year": year, "version": version}
    if version is not None:
        raise CommandError(_("%(slug)s har ingen offentlig version %(version)s för %(year)s.") % about)
    raise CommandError(_("%(slug)s har ingen offentlig budget för %(year)s.") % about)
