"""What is behind a figure, and the way to correct it: a posting is reversed, never changed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budgets import history, ledger, services
from budgets.forms import NoteForm, ReverseForm
from budgets.history import Figured
from budgets.ledger import Remark
from budgets.models import FIRST_YEAR, LAST_YEAR, PLAN_ACCOUNTS, Account, Posting
from budgets.posting_tables import EntryTable, StepTable, name_of, year_and_month
from budgets.tables import WHOLE
from budgets.views.admission import secretary_or_refused
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
    found = history.posting_with_contents(association, number, access)
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
    """Every posting behind one figure, and the note to it."""
    association = get_object_or_404(Association, slug=slug)
    access = access_to(association, request.user)
    figured = _figured_or_404(request, association, year, account, whose)
    if request.method == "POST":
        return _note(request, slug, figured)
    return _shown(request, association, access, figured)


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
    newest = history.note_to(association, figured, access)
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
    steps = history.steps(association, figured, access)
    if not steps and not access.reads_drafts:
        raise Http404
    note = history.note_to(association, figured, access)
    if form is None and _may_note(access, figured):
        form = NoteForm(text=note.text if note else "")
    context = {
        "association": association,
        "access": access,
        "year": figured.year,
        "whose": name_of(association, figured),
        "what": Account(figured.account).label,
        "when": year_and_month(figured.year, figured.month),
        "steps": StepTable(steps, account=figured.account, with_author=access.reads_drafts),
        "note": note,
        "form": form,
    }
    return render(request, "budgets/history.html", context, status=422 if form and form.errors else 200)


# Whose figures an account has, and which of them have months.
_OF_LINES = (Account.ALLOCATED, Account.ACTUAL, Account.FORECAST)
_OF_MEMBERS = (Account.AGREED, Account.COMMITTED, Account.KEY, Account.CALLED, Account.PAID)
_OF_WHOLE = (Account.AGREED, Account.OPENING_EQUITY, Account.EQUITY_USE)
_BY_MONTH = (Account.PAID, Account.ALLOCATED, Account.ACTUAL)


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
    if asked and (account not in _BY_MONTH or asked not in map(str, range(1, 13))):
        raise Http404
    return int(asked) if asked else None
