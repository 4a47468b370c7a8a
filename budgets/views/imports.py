"""Actual figures from a file: chosen, its columns and texts told, tried, and posted.

Nothing of the file is kept between the steps: it travels in the form, signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budgets import import_files, imports, ledger, queries, services
from budgets.forms import seen_in
from budgets.grids.actuals import lines_of
from budgets.grids.grid import MINE, THEIRS
from budgets.import_files import Columns, File, Table
from budgets.import_forms import ColumnsForm, FileForm, TextsForm, carried
from budgets.import_tables import MOST_SHOWN, ChangeTable, FaultTable, ReadingTable
from budgets.imports import DryRun, Outcome
from budgets.ledger import Balances, Source
from budgets.models import Account, BudgetLine
from budgets.services import Act, ConflictError
from budgets.views.admission import secretary_or_refused, year_or_404
from budgets.views.editing import saved
from finsam import money
from finsam.money import Figure
from members.access import Access
from members.models import Association
from members.views import logged_in

# What each text of the file means; None is to skip it.
Lines = Mapping[str, BudgetLine | None]
NO_CHOICES: Mapping[str, str] = {}

UPLOAD, CONNECT, SAVE = "upload", "connect", "save"


@dataclass(frozen=True)
class _Desk:
    """What a request is about: who asks, the year with its lines and what stands, and the file if any."""

    request: HttpRequest
    association: Association
    access: Access
    year: int
    head: int = 0
    stands: Balances = field(default_factory=dict)
    lines: tuple[BudgetLine, ...] = ()
    file: File | None = None
    packed: str = ""

    @property
    def has_incomes(self) -> bool:
        """Whether any line is other income."""
        return any(line.is_income for line in self.lines)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def actuals_file(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary reads actual figures from a file, and sees what that does before it is done."""
    association, access = secretary_or_refused(request, slug)
    year_or_404(year)
    desk = _as_it_stands(_Desk(request, association, access, year))
    if request.method != "POST" or not desk.lines:
        return _page(desk, {"form": FileForm(association=association)})
    if request.POST.get("action") == UPLOAD:
        return _uploaded(desk)
    packed = request.POST.get("packed", "")
    try:
        file = import_files.unpack(packed, association)
    except BadSignature:
        return _page(desk, {"form": FileForm(association=association), "is_lost": True}, status=422)
    return _told(replace(desk, file=file, packed=packed), file)


def _as_it_stands(desk: _Desk) -> _Desk:
    """The desk with the newest figures on it."""
    # The number first: what is posted between the two reads then counts as not yet seen.
    head = ledger.head_number(desk.association)
    stands = ledger.balances(desk.association, years=[desk.year], accounts=[Account.ACTUAL])
    lines = lines_of(desk.association, desk.year, stands)
    return replace(desk, head=head, stands=stands, lines=tuple(lines))


def _page(desk: _Desk, context: dict[str, Any], status: int = 200) -> HttpResponse:
    about = {
        "association": desk.association,
        "access": desk.access,
        "year": desk.year,
        "lines": desk.lines,
        "file": desk.file,
        "packed": desk.packed,
        "is_wrong": status >= 400,
    }
    return render(desk.request, "budgets/actuals_file.html", about | context, status=status)


def _uploaded(desk: _Desk) -> HttpResponse:
    """The file has come. One that looks like the last is tried at once; of another its columns are asked."""
    form = FileForm(desk.request.POST, desk.request.FILES, association=desk.association)
    if not form.is_valid():
        return _page(desk, {"form": form}, status=422)
    file: File = form.cleaned_data["file"]
    desk = replace(desk, file=file, packed=form.packed)
    known = imports.remembered(desk.association)
    columns = imports.recalled(file, known)
    if columns:
        table = Table(file, columns.heading)
        texts = table.texts(columns)
        lines = imports.recalled_lines(texts, known, desk.lines)
        if lines and len(lines) == len(texts):
            return _tried(desk, table, columns, lines)
    said = carried(columns, {}) if columns else import_files.suggested(file)
    suggestion = ColumnsForm(said, file=file, has_incomes=desk.has_incomes)
    if suggestion.is_valid():
        return _asked(desk, suggestion)
    return _asked(desk, ColumnsForm(initial=said, file=file, has_incomes=desk.has_incomes))


def _told(desk: _Desk, file: File) -> HttpResponse:
    """What the columns and texts mean has been told: ask again, try, or post."""
    posted = desk.request.POST
    form = ColumnsForm(posted, file=file, has_incomes=desk.has_incomes)
    if not form.is_valid():
        return _asked(desk, form, status=422)
    texts = _texts_form(desk, form, posted)
    if not texts.is_answered or posted.get("action") == CONNECT:
        return _asked(desk, form, texts if texts.is_answered else None)
    if not texts.is_valid():
        return _asked(desk, form, texts, status=422)
    if posted.get("action") == SAVE:
        return _saved(desk, form.table, form.columns, texts.chosen)
    imports.remember(desk.association, form.table, form.columns, texts.chosen)
    return _tried(desk, form.table, form.columns, texts.chosen)


def _texts_form(desk: _Desk, form: ColumnsForm, posted: QueryDict | None = None) -> TextsForm:
    """The form about what the texts of the line's column mean: as posted, or as suggested."""
    known: Lines = {}
    if posted is None:
        texts = form.table.texts(form.columns)
        known = imports.suggested_lines(texts, imports.remembered(desk.association), desk.lines)
    return TextsForm(posted, table=form.table, columns=form.columns, lines=desk.lines, known=known)


def _asked(
    desk: _Desk, form: ColumnsForm, texts: TextsForm | None = None, *, status: int = 200
) -> HttpResponse:
    """Ask what the columns mean and, when that is told, what the texts in one of them mean."""
    if texts is None and form.is_bound and form.is_valid():
        texts = _texts_form(desk, form)
    return _page(desk, {"columns": form, "texts": texts}, status=status)


def _dry_run(desk: _Desk, table: Table, columns: Columns, lines: Lines) -> DryRun:
    found = list(imports.readings(table, columns, lines, desk.year))
    return imports.dry_run(found, desk.stands, desk.year)


def _tried(
    desk: _Desk,
    table: Table,
    columns: Columns,
    lines: Lines,
    *,
    choices: Mapping[str, str] = NO_CHOICES,
    contested: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Show what the file would do. Nothing is posted.

    ``choices``: whose amount is to stand where somebody else was first; ``contested``: where to ask that.
    """
    run = _dry_run(desk, table, columns, lines)
    faults = run.having(Outcome.FAULTY, Outcome.OTHER_YEAR)
    new = [change for change in run.new if choices.get(change.name) != THEIRS]
    context = {
        "run": run,
        "new": new,
        "seen": desk.head,
        "carried": carried(columns, lines),
        "choices": {name: choice for name, choice in choices.items() if name not in contested},
        "contests": [
            (change, MONTHS[change.month], queries.last_posting_on(desk.association, change.cell))
            for change in run.changes
            if change.name in contested
        ],
        "counts": {
            "all": money.grouped(len(run.readings)),
            "coming": money.grouped(len(run.coming)),
            "skipped": money.grouped(len(run.having(Outcome.SKIPPED))),
            "faulty": money.grouped(len(faults)),
            "held": money.grouped(len(run.having(Outcome.GOOD)) - len(run.coming)),
        },
        "suspects": _suspects(run),
        "held": [(each, MONTHS[each.month] if each.month else "") for each in run.held[:MOST_SHOWN]],
        "more_held": max(0, len(run.held) - MOST_SHOWN),
        "changes": ChangeTable(new),
        "faults": FaultTable(faults[:MOST_SHOWN]),
        "more_faults": max(0, len(faults) - MOST_SHOWN),
        "rows": ReadingTable(run),
        "more_rows": max(0, len(run.readings) - MOST_SHOWN),
    }
    return _page(desk, context, status=status)


def _suspects(run: DryRun) -> list[str]:
    """What looks as if the signs were the other way round."""
    told = {
        False: _("De flesta kostnader blir negativa. Ändra kopplingen om kostnader står med minus i filen."),
        True: _("De flesta intäkter blir negativa. Ändra kopplingen om intäkter står med minus i filen."),
    }
    return [sentence for is_income, sentence in told.items() if run.seem_negated(is_income=is_income)]


def _saved(desk: _Desk, table: Table, columns: Columns, lines: Lines) -> HttpResponse:
    """Post the file's sums, all of them or none; where somebody else was first, ask whose is to stand."""
    posted = desk.request.POST
    seen = seen_in(posted, desk.head)
    if seen is None:
        return _tried(desk, table, columns, lines, status=422)
    run = _dry_run(desk, table, columns, lines)
    chosen = {each.name: posted.get(f"choice.{each.name}", "") for each in run.changes}
    choices = {name: choice for name, choice in chosen.items() if choice in (MINE, THEIRS)}
    unsettled = [name for name in posted.getlist("contested") if name in chosen and name not in choices]
    if unsettled:
        return _tried(desk, table, columns, lines, choices=choices, contested=unsettled, status=409)
    kept = [each for each in run.changes if choices.get(each.name) != THEIRS]
    try:
        booked = services.record_acts(
            association=desk.association,
            acts=[Act({each.cell: Figure(each.after) for each in kept})],
            reason=_("Utfall %(year)s ur fil") % {"year": desk.year},
            by=desk.request.user,
            seen=seen,
            source=Source(table.file.name, "", table.file.sha256),
        )
    except ConflictError as error:
        lost = {conflict.cell for conflict in error.conflicts}
        names = [each.name for each in kept if each.cell in lost]
        now = _as_it_stands(desk)
        return _tried(now, table, columns, lines, choices=choices, contested=names, status=409)
    messages.success(desk.request, saved(booked))
    return redirect("actuals", desk.association.slug, desk.year)
