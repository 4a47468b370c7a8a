"""A year's payments: where they stand, the plan, what has arrived, and the letters that call for them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budgets import booked_payments, payment_calls, reports
from budgets.booked_payments import RepaidTooMuchError, RepeatedPaymentError
from budgets.forms import number_in
from budgets.models import Posting
from budgets.payment_forms import PaymentForm, RhythmForm, plan_rows
from budgets.payment_tables import InstalmentTable, PaymentTable, StandingTable
from budgets.payments import YearPayments, plan_of, plan_payments, year_payments
from budgets.views.admission import secretary_or_refused, year_or_404
from members.access import Access, access_to
from members.models import Association
from members.views import logged_in

EQUAL, ADD = "equal", "add"


@require_safe
def payments(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Where each member stands, what is due when, and what has been booked."""
    found, access = _payments_or_404(request, slug, year)
    return _shown(request, found, access)


@require_safe
def payment_call(request: HttpRequest, slug: str, year: int, member: str) -> HttpResponse:
    """The letter that calls for a member's payment, as PDF; a year that cannot be called for says why."""
    found, access = _payments_or_404(request, slug, year)
    row = found.row_of(member)
    if row is None:
        raise Http404
    if obstacle := found.obstacle_to_call(row):
        return _shown(request, found, access, obstacle)
    call = payment_calls.payment_call(found, row)
    try:
        document = reports.payment_call(call)
    except reports.CannotMakePdf as error:
        return render(request, "budgets/no_pdf.html", {"reason": str(error)}, status=503)
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{reports.call_file_name(call)}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def plan(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary says when the contributions are due: equal parts, or days and parts of her own."""
    association, access = secretary_or_refused(request, slug)
    year_or_404(year)
    saved = plan_of(association, year)
    action = request.POST.get("action", "")
    own = request.POST if request.method == "POST" and action != EQUAL else None
    rhythm = RhythmForm(request.POST if action == EQUAL else None, year=year, plan=saved)
    rows = plan_rows(year, plan=saved, typed=own, more=1 if action == ADD else 0)
    chosen = rhythm if action == EQUAL else rows
    is_tried = request.method == "POST" and action != ADD
    if is_tried and chosen.is_valid():
        plan_payments(association=association, year=year, instalments=chosen.instalments)
        messages.success(request, _("Betalningsplanen för %(year)s är sparad.") % {"year": year})
        return redirect("payments", slug, year)
    context = {
        "association": association,
        "access": access,
        "year": year,
        "plan": saved,
        "rhythm": rhythm,
        "rows": rows,
        "is_tried": is_tried,
    }
    return render(request, "budgets/payment_plan.html", context, status=422 if is_tried else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def payment(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary books a payment that has arrived."""
    association, access = secretary_or_refused(request, slug)
    year_or_404(year)
    today = timezone.localdate()
    found = year_payments(association, year, today)
    asked = request.GET.get("medlem", "")
    typed = request.POST if request.method == "POST" else None
    form = PaymentForm(typed, rows=found.rows, year=year, today=today, member=asked)
    repeated = None
    if form.is_valid():
        try:
            posting = _book(request, association, form)
        except RepeatedPaymentError as error:
            repeated = error.posting
        except RepaidTooMuchError as error:
            form.refuse_repayment_beyond(error.paid)
        else:
            messages.success(request, booked_payments.booked(form.row, form.cleaned_data["amount"], posting))
            return redirect("payments", slug, year)
    context = {
        "association": association,
        "access": access,
        "year": year,
        "form": form,
        "suggested": found.row_of(asked),
        "repeated": repeated,
    }
    return render(request, "budgets/payment.html", context, status=422 if typed is not None else 200)


def _book(request: HttpRequest, association: Association, form: PaymentForm) -> Posting:
    """Book what the form says; one just like another only when the secretary is sure of it."""
    return booked_payments.receive(
        association=association,
        year=form.year,
        member=form.row.member,
        amount=form.cleaned_data["amount"],
        day=form.cleaned_data["day"],
        reference=form.cleaned_data["reference"],
        by=request.user,
        sure=number_in(request.POST.get("sure", "")),
    )


def _payments_or_404(request: HttpRequest, slug: str, year: int) -> tuple[YearPayments, Access]:
    """The year's payments, for those with a role in the association."""
    association = get_object_or_404(Association, slug=slug)
    access = access_to(association, request.user)
    if not access.reads_drafts:
        raise Http404
    year_or_404(year)
    return year_payments(association, year, timezone.localdate()), access


def _shown(request: HttpRequest, found: YearPayments, access: Access, refusal: str = "") -> HttpResponse:
    """The page of the payments; with a ``refusal`` when a letter was asked for that cannot be made."""
    booked = booked_payments.payments_in(found.association, found.year)
    context = {
        "association": found.association,
        "access": access,
        "year": found.year,
        "payments": found,
        "standing": StandingTable(found, writes=access.writes),
        "instalments": InstalmentTable(found),
        "booked": PaymentTable(booked, slug=found.association.slug, year=found.year),
        "refusal": refusal,
    }
    return render(request, "budgets/payments.html", context, status=409 if refusal else 200)
