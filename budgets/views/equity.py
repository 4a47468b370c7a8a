"""Own capital: year by year, carried from one year to the next, and against the recommended largest."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budgets import chart_sentences, drawings, equity_tables, ledger, services
from budgets.equity_forms import OpeningForm, StepForm, TransferForm
from budgets.equity_tables import EquityTable, LadderTable, MeasuredTable
from budgets.equity_years import Transfer, as_step, equity_rows, measured, transfers
from budgets.forms import number_in
from budgets.ledger import Cell
from budgets.models import Account, EquityStep
from budgets.services import ConflictError
from budgets.views.admission import secretary_or_refused
from finsam import money
from finsam.money import Figure
from members.access import Access, access_to
from members.models import Association
from members.views import logged_in

TRANSFER, REMOVE = "transfer", "remove"


@require_http_methods(["GET", "HEAD", "POST"])
def equity(request: HttpRequest, slug: str) -> HttpResponse:
    """The own capital over the years; the secretary carries it over, or enters what a year begins with."""
    if request.method == "POST":
        return _change(request, slug)
    association = get_object_or_404(Association, slug=slug)
    return _shown(request, association, access_to(association, request.user))


@logged_in
def _change(request: HttpRequest, slug: str) -> HttpResponse:
    association, access = secretary_or_refused(request, slug)
    if request.POST.get("action") == TRANSFER:
        return _carry_over(request, association, access)
    return _enter(request, association, access)


def _carry_over(request: HttpRequest, association: Association, access: Access) -> HttpResponse:
    """Book what a year leaves as what the next begins with, if it still is what the button said."""
    form = TransferForm(request.POST)
    wished = _wished(form, transfers(equity_rows(association, access))) if form.is_valid() else None
    if wished is None:
        problem = _("Beloppet har ändrats sedan sidan visades. Läs det som står nu och försök igen.")
        return _shown(request, association, access, problem=problem, status=409)
    try:
        posting = services.record(
            association=association,
            wishes={Cell(Account.OPENING_EQUITY, wished.to): wished.figure},
            reason=_("Eget kapital överfört från %(year)s") % {"year": wished.year},
            by=request.user,
            seen=form.cleaned_data["seen"],
        )
    except ConflictError as error:
        return _shown(request, association, access, problem=_told(error), status=409)
    told = _("%(amount)s är överfört från %(year)s till %(to)s som verifikation %(number)s.")
    about = {"amount": money.in_kronor(wished.amount), "year": wished.year, "to": wished.to}
    if posting:
        messages.success(request, told % (about | {"number": posting.number}))
    return redirect("equity", association.slug)


def _wished(form: TransferForm, possible: list[Transfer]) -> Transfer | None:
    """What the button said, None if that is no longer there to carry over."""
    said = form.cleaned_data["year"], form.cleaned_data["amount"]
    return next((each for each in possible if (each.year, each.amount) == said), None)


def _enter(request: HttpRequest, association: Association, access: Access) -> HttpResponse:
    """Book the amount that the secretary typed."""
    form = OpeningForm(request.POST, head=ledger.head_number(association))
    if form.has_lost_its_place:
        problem = _("Formuläret kom inte fram helt. Läs vad som är bokfört nu och spara igen.")
        return _shown(request, association, access, form.seen_again(), problem=problem, status=422)
    if not form.is_valid():
        return _shown(request, association, access, form, status=422)
    try:
        posting = services.record(
            association=association,
            wishes={
                Cell(Account.OPENING_EQUITY, form.cleaned_data["year"]): Figure(form.cleaned_data["amount"])
            },
            reason=form.why,
            by=request.user,
            decision=form.decision,
            seen=form.cleaned_data["seen"],
        )
    except ConflictError as error:
        problem = f"{_told(error)} {_('Spara igen om ditt belopp ska gälla.')}"
        return _shown(request, association, access, form.seen_again(), problem=problem, status=409)
    if posting is None:
        messages.success(request, _("Beloppet var redan så. Inget nytt bokfördes."))
    else:
        told = _("Ingående eget kapital %(year)s är bokfört som verifikation %(number)s.")
        about = {"year": form.cleaned_data["year"], "number": posting.number}
        messages.success(request, told % about)
    return redirect("equity", association.slug)


def _told(error: ConflictError) -> str:
    """What somebody else booked for the year since the page was shown."""
    (conflict,) = error.conflicts
    about = {
        "who": conflict.posting.author_name,
        "year": conflict.cell.year,
        "number": conflict.posting.number,
        "stands": money.in_kronor(conflict.stands.amount) if conflict.stands else "",
        "wished": money.in_kronor(conflict.wished),
    }
    if not conflict.stands:
        told = _(
            "%(who)s har tagit bort ingående eget kapital %(year)s sedan sidan visades (verifikation "
            "%(number)s). Inget nytt är bokfört; ditt belopp var %(wished)s."
        )
        return told % about
    told = _(
        "%(who)s har bokfört %(stands)s som ingående eget kapital %(year)s sedan sidan visades (verifikation "
        "%(number)s). Inget nytt är bokfört; ditt belopp var %(wished)s."
    )
    return told % about


def _shown(
    request: HttpRequest,
    association: Association,
    access: Access,
    form: OpeningForm | None = None,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    # The number first: what is posted between the two reads then counts as not yet seen.
    head = ledger.head_number(association) if access.writes else 0
    rows = equity_rows(association, access)
    steps = list(association.equity_steps.all())
    against = measured(rows, [as_step(step) for step in steps])
    unknown = [row.year for row in rows if row.opening.is_missing]
    if access.writes and form is None:
        form = OpeningForm(head=head, year=unknown[0] if unknown else None)
    context = {
        "association": association,
        "access": access,
        "rows": rows,
        "conclusions": equity_tables.conclusions(rows),
        "chart": drawings.own_capital(rows, against, association.slug, chart_sentences.capital_change(rows)),
        "table": EquityTable(rows, slug=association.slug),
        "has_missing": any(row.opening.is_missing or row.closing.is_missing for row in rows),
        "has_derived": any(row.opening.is_derived or row.closing.is_derived for row in rows),
        "warnings": equity_tables.warnings(against),
        "steps": steps,
        "ladder": LadderTable(steps),
        "measured": MeasuredTable(against, slug=association.slug),
        "transfers": transfers(rows) if access.writes else [],
        "head": head,
        "form": form,
        "problem": problem,
    }
    return render(request, "budgets/equity.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def equity_ladder(request: HttpRequest, slug: str) -> HttpResponse:
    """The secretary adds, changes and removes the steps of the ladder."""
    association, access = secretary_or_refused(request, slug)
    step = _step_or_404(request, association)
    address = reverse("equity_ladder", args=[slug])
    if step.pk and request.POST.get("action") == REMOVE:
        step.delete()
        messages.success(request, _("Trappsteget är borttaget."))
        return redirect(address)
    form = StepForm(request.POST if request.method == "POST" else None, step=step)
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_equity_step(form.step)
        except services.StepsOverlapError as error:
            form.add_error("contributions_from", _overlap(error))
        else:
            messages.success(request, _("Trappsteget är sparat."))
            return redirect(address)
    context = {
        "association": association,
        "access": access,
        "table": LadderTable(association.equity_steps.all(), address=address),
        "form": form,
        "step": step,
    }
    return render(request, "budgets/equity_ladder.html", context, status=422 if form.errors else 200)


def _step_or_404(request: HttpRequest, association: Association) -> EquityStep:
    """The step that the address names, or a new one."""
    asked = request.GET.get("steg", "")
    if not asked:
        return EquityStep(association=association)
    return get_object_or_404(association.equity_steps, pk=number_in(asked))


def _overlap(error: services.StepsOverlapError) -> str:
    """Both steps by name, and the cure."""
    told = _(
        "Steget %(lower)s överlappar steget %(higher)s. Båda gäller från %(day)s. Ändra bidragen från eller "
        "till i något av dem."
    )
    return told % {
        "lower": equity_tables.band(error.lower),
        "higher": equity_tables.band(error.higher),
        "day": error.lower.valid_from.isoformat(),
    }
