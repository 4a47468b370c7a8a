"""When the board adopts the budget, what must be done before that, and the calendar file of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budgets import deadlines as rules
from budgets import queries, timetable
from budgets.deadline_forms import BoardDateForm, lead_time_forms
from budgets.deadline_tables import DeadlineTable
from budgets.deadlines import YearPlan
from budgets.models import LeadTime
from budgets.views.admission import secretary_or_refused, year_or_404
from members.access import access_to
from members.models import Association
from members.views import logged_in

# Which of the page's two forms was sent.
BOARD, LEAD_TIMES = "board", "lead-times"


@require_http_methods(["GET", "HEAD", "POST"])
def deadlines(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The board's day for a year's budget and the deadlines before it; the secretary sets both."""
    year_or_404(year)
    if request.method == "POST":
        return _save(request, slug, year)
    return _shown(request, get_object_or_404(Association, slug=slug), year, {})


@logged_in
def _save(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary sets the board's day, or the lead times."""
    association, _access = secretary_or_refused(request, slug)
    if request.POST.get("form") == LEAD_TIMES:
        form = lead_time_forms(request.POST)
        if form.is_valid():
            kept = [each.lead_time for each in form if each.lead_time]
            timetable.keep_lead_times(association=association, lead_times=kept)
            messages.success(request, _lead_times_saved(bool(kept)))
            return redirect("deadlines", slug, year)
        return _shown(request, association, year, {"lead_times": form})
    form = BoardDateForm(request.POST, year=year)
    if form.is_valid():
        day = form.cleaned_data["held_on"]
        timetable.set_board_date(association=association, year=year, day=day)
        messages.success(request, _board_date_saved(day, year))
        return redirect("deadlines", slug, year)
    return _shown(request, association, year, {"board": form})


def _board_date_saved(day: date | None, year: int) -> str:
    if day is None:
        return _("Sammanträdesdagen är borttagen.")
    said = _("Sammanträdesdagen är %(day)s.") % {"day": day.isoformat()}
    if day <= rules.latest_board_date(year):
        return said
    last = rules.latest_board_date(year).isoformat()
    return f"{said} " + _("Budgeten ska vara fastställd senast %(last)s (23 §).") % {"last": last}


def _lead_times_saved(has_any: bool) -> str:
    if has_any:
        return _("Tiderna är sparade. De gäller alla förbundets budgetår.")
    return _("Alla tider är borttagna, så de förvalda gäller igen.")


def _shown(request: HttpRequest, association: Association, year: int, tried: dict[str, Any]) -> HttpResponse:
    """The page. A visitor sees a year that has a public budget, or a day for the board to adopt it."""
    access = access_to(association, request.user)
    held_on = timetable.board_dates(association).get(year)
    years = {version.year for version in queries.visible_versions(association, access)}
    if not (held_on or access.reads_drafts or year in years):
        raise Http404
    stored = timetable.lead_times(association)
    context = {
        "association": association,
        "access": access,
        "year": year,
        "has_year": access.writes or year in years,
        "held_on": held_on,
        "deadlines": _table(stored, year, held_on) if held_on else None,
        "uses_defaults": not stored,
        "address": request.build_absolute_uri(reverse("calendar", args=[association.slug])),
        "subscription": f"webcal://{request.get_host()}{reverse('calendar', args=[association.slug])}",
        "has_errors": bool(tried),
    }
    if access.writes:
        context |= {
            "board": BoardDateForm(year=year, held_on=held_on),
            "lead_times": lead_time_forms(stored=stored),
        } | tried
    return render(request, "budgets/deadlines.html", context, status=422 if tried else 200)


def _table(stored: Sequence[LeadTime], year: int, held_on: date) -> DeadlineTable:
    found = rules.deadlines(held_on, timetable.counted(stored))
    return DeadlineTable(found, year=year, today=timezone.localdate())


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The deadlines of every year with a board's day, for a calendar program to subscribe to."""
    association = get_object_or_404(Association, slug=slug)
    lead_times = timetable.counted(timetable.lead_times(association))
    plans = [
        YearPlan(year, day, lead_times, request.build_absolute_uri(reverse("deadlines", args=[slug, year])))
        for year, day in sorted(timetable.board_dates(association).items())
    ]
    # Today's first moment: a file that says the same all day is answered 304 all day.
    stamp = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    written = rules.calendar_file(
        _("Budget, %(name)s") % {"name": association.short_name},
        plans,
        slug=slug,
        domain=request.get_host(),
        stamp=stamp,
    )
    response = HttpResponse(written.encode(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{slug}.ics"'
    return response
