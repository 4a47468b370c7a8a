"""What is behind a figure, and the way to correct it: a posting is reversed, never changed."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budgets import derivations, history, ledger, payments, queries, services
from budgets.behind import WHOLE, Behind, Part, Worked, history_url
from budgets.derivations import Derivation
from budgets.equity_years import equity_rows
from budgets.forms import NoteForm, ReverseForm, number_in
from budgets.history import BY_MONTH, SUMS, Figured, Piece, Step, Summed
from budgets.ledger import Remark
from budgets.models import FIRST_YEAR, LAST_YEAR, PLAN_ACCOUNTS, Account, Posting
from budgets.posting_tables import EntryTable, PieceTable, StepTable, name_of, year_and_month
from budgets.views.admission import secretary_or_refused
from budgets.years import YearBudget
from members.access import Access, access_to
from members.models import Association
from members.views import logged_in


@require_safe
def posting(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One posting: what it changed, who made it, when, why, on which decision."""
    association = get_object_or_404(Association, slug=slug)
    access = access_to(association, request.user)
    found = _posting_or_404(association, number, access)
    context = {
        "association": association,
        "access": access,
        "posting": found,
        "entries": EntryTable(found.listed, slug=slug),
        "obstacle": _obstacle(found),
    }
    return render(request, "budgets/posting.html", context)


def _posting_or_404(association: Association, number: int, access: Access) -> Posting:
    found = history.posting_with_contents(association, number, history.sight_of(association, access))
    if found is None:
        raise Http404
    return found


def _obstacle(found: Posting) -> str:
    """Why the posting cannot be reversed; empty when it can."""
    if found.reverses_id:
        return _("Verifikationen är själv en rättelse. Bokför det rätta beloppet i stället.")
    if found.reversed_by_number:
        return _("Verifikationen är redan rättad.")
    if found.declares_version:
        return _(
            "Verifikationen hör till en version av budgeten och kan inte rättas. Ändra beloppen och lägg "
            "fram budgeten på nytt i stället."
        )
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def reverse_posting(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The secretary takes a posting back, with a reason."""
    association, access = secretary_or_refused(request, slug)
    found = _posting_or_404(association, number, access)
    obstacle = _obstacle(found)
    form = ReverseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not obstacle and form.is_valid():
        try:
            made = ledger.reverse(
                found, reason=form.cleaned_data["reason"], by=request.user, decision=form.decision
            )
        except ledger.BelowZero:
            obstacle = _(
                "Senare verifikationer bygger på den här, så att ett belopp skulle bli mindre än noll. "
                "Rätta de senare först."
            )
        except ledger.LedgerError:
            obstacle = _("Verifikationen är redan rättad.")
        else:
            numbers = {"number": number, "made": made.number}
            messages.success(
                request, _("Verifikation %(number)s är rättad genom verifikation %(made)s.") % numbers
            )
            return redirect("posting", slug, number)
    context = {
        "association": association,
        "access": access,
        "posting": found,
        "entries": EntryTable(found.listed, slug=slug),
        "form": form,
        "obstacle": obstacle,
    }
    status = 409 if obstacle and request.method == "POST" else 422 if form.errors else 200
    return render(request, "budgets/reverse.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def figure_history(request: HttpRequest, slug: str, year: int, account: str, whose: str) -> HttpResponse:
    """Every posting behind one figure, the figures it sums, and the note to it."""
    association = get_object_or_404(Association, slug=slug)
    access = access_to(association, request.user)
    figured = _figured_or_404(request, association, year, account, whose)
    if request.method == "POST":
        return _note(request, slug, figured)
    return _shown(request, association, access, figured)


@require_safe
def sum_history(request: HttpRequest, slug: str, year: int, account: str, part: str = "") -> HttpResponse:
    """The figures that a sum is of, each with the way further, and every posting behind them."""
    association = get_object_or_404(Association, slug=slug)
    access = access_to(association, request.user)
    name = account.replace("-", "_")
    if part not in SUMS.get(name, ()) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    summed, sight = Summed(name, year, Part(part)), history.sight_of(association, access)
    place = _place(request, name)
    pieces = history.pieces(association, summed, sight, place)
    if [piece.figured for piece in pieces] == [Figured(name, year)]:
        return redirect(history_url(slug, name, year, WHOLE, place=place))
    steps = history.steps(association, summed, sight, place)
    if not steps and not access.reads_drafts:
        raise Http404
    context = _context(association, access, summed, pieces, steps, place)
    return render(request, "budgets/history.html", context)


@require_safe
def worked(request: HttpRequest, slug: str, year: int, worked: str, whose: str = "") -> HttpResponse:
    """How a figure that no entry holds is worked out, each part with the way further."""
    association = get_object_or_404(Association, slug=slug)
    access = access_to(association, request.user)
    place = _place(request)
    derivation = _derivation(association, access, year, worked, whose, place)
    if derivation is None:
        raise Http404
    context = {"association": association, "access": access, "year": year, "derivation": derivation}
    return render(request, "budgets/worked.html", context)


def _derivation(
    association: Association, access: Access, year: int, worked: str, whose: str, place: int | None
) -> Derivation | None:
    """How the figure is worked out, None when the viewer sees no such figure."""
    behind = Behind(year, association.slug, place=place)
    if worked == Worked.EQUITY:
        return derivations.of_equity(equity_rows(association, access), year, whose, behind)
    if worked in (Worked.LATE, Worked.TO_PAY, Worked.OVERPAID, Worked.INSTALMENTS):
        if not access.reads_drafts:
            return None
        year_payments = payments.year_payments(association, year, timezone.localdate())
        return derivations.of_payments(year_payments, worked, whose, behind)
    budget = _budget_at(association, year, access, place)
    return derivations.of_budget(budget, worked, whose, behind) if budget else None


def _budget_at(association: Association, year: int, access: Access, place: int | None) -> YearBudget | None:
    """The year as the viewer may see it: newest, or the version that the posting number ``place`` made."""
    if place is None:
        return queries.year_budget(association, year, access)
    of_year = (each for each in queries.visible_versions(association, access) if each.year == year)
    version = next((each for each in of_year if each.posting.number == place), None)
    return queries.year_budget(association, year, access, version.ordinal) if version else None


def _place(request: HttpRequest, account: str = Account.COMMITTED) -> int | None:
    """The posting's number that the address asks to see figures as of, None for the newest.

    What happens after the board has adopted goes on, and is always read as of now.
    """
    asked = request.GET.get("lage", "")
    number = number_in(asked)
    if asked and not number:
        raise Http404
    return number if account in PLAN_ACCOUNTS else None


@logged_in
def _note(request: HttpRequest, slug: str, figured: Figured) -> HttpResponse:
    """The secretary writes or takes away the note to a figure."""
    association, access = secretary_or_refused(request, slug)
    if not _may_note(access, figured):
        raise Http404
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _shown(request, association, access, figured, form)
    text = form.cleaned_data["text"]
    newest = history.note_to(association, figured, history.sight_of(association, access))
    if text == (newest.text if newest else ""):
        messages.success(request, _("Noten var redan så. Inget nytt bokfördes."))
    else:
        account, member_id, line_id = figured.place
        remark = Remark(figured.year, text, account, member_id, line_id)
        made = services.note(association=association, remark=remark, by=request.user)
        told = (
            _("Noten är sparad som verifikation %(number)s.")
            if text
            else _("Noten är borttagen genom verifikation %(number)s.")
        )
        messages.success(request, told % {"number": made.number})
    return redirect(request.get_full_path())


def _may_note(access: Access, figured: Figured) -> bool:
    """Notes are the secretary's, to the plan's amounts."""
    return access.writes and figured.account in PLAN_ACCOUNTS


def _shown(
    request: HttpRequest,
    association: Association,
    access: Access,
    figured: Figured,
    form: NoteForm | None = None,
) -> HttpResponse:
    """The history's page, with the form for the note where the viewer may write one."""
    sight, place = history.sight_of(association, access), _place(request, figured.account)
    steps = history.steps(association, figured, sight, place)
    if not steps and not access.reads_drafts:
        raise Http404
    note = history.note_to(association, figured, sight, place)
    if form is None and _may_note(access, figured) and place is None:
        form = NoteForm(text=note.text if note else "")
    pieces = history.pieces(association, figured, sight, place)
    context = _context(association, access, figured, pieces, steps, place) | {"note": note, "form": form}
    return render(request, "budgets/history.html", context, status=422 if form and form.errors else 200)


def _context(
    association: Association,
    access: Access,
    figured: Figured | Summed,
    pieces: Sequence[Piece],
    steps: Sequence[Step],
    place: int | None,
) -> dict[str, Any]:
    """What the page of a figure and that of a sum have in common."""
    account, month = figured.account, getattr(figured, "month", None)
    return {
        "association": association,
        "access": access,
        "year": figured.year,
        "whose": name_of(association, figured),
        "what": Account(account).label,
        "when": year_and_month(figured.year, month),
        "pieces": PieceTable(pieces, slug=association.slug, place=place) if pieces else None,
        "steps": StepTable(steps, account=account, with_author=access.reads_drafts),
        "place": place,
    }


# Whose figures an account has, and which of them have months.
_OF_LINES = (Account.ALLOCATED, Account.ACTUAL, Account.FORECAST)
_OF_MEMBERS = (
    *(Account.AGREED, Account.COMMITTED, Account.KEY, Account.CALLED, Account.PAID),
    Account.INHABITANTS,
)
_OF_WHOLE = (Account.AGREED, Account.OPENING_EQUITY, Account.EQUITY_USE)


def _figured_or_404(
    request: HttpRequest, association: Association, year: int, account: str, whose: str
) -> Figured:
    """What the address is about."""
    name = account.replace("-", "_")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    month = _month_or_404(request, name)
    if name in _OF_LINES:
        return Figured(name, year, line=get_object_or_404(association.lines, slug=whose), month=month)
    if name in _OF_WHOLE and whose == WHOLE:
        return Figured(name, year)
    if name in _OF_MEMBERS:
        members = association.members.select_related("organisation")
        return Figured(name, year, member=get_object_or_404(members, slug=whose), month=month)
    raise Http404


def _month_or_404(request: HttpRequest, account: str) -> int | None:
    """The month (1-12) that the address asks for, None for the whole year."""
    asked = request.GET.get("manad", "")
    if asked and (account not in BY_MONTH or asked not in map(str, range(1, 13))):
        raise Http404
    return int(asked) if asked else None
