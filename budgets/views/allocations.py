"""How the money is divided, and the budget lines it is divided on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from budgets import services
from budgets.forms import LineForm
from budgets.grids import allocations as grids
from budgets.models import BudgetLine
from budgets.tables import BudgetLineTable
from budgets.views.admission import secretary_or_refused
from budgets.views.editing import GridPage, edit
from members.views import logged_in

ALLOCATION = GridPage(
    title=gettext_lazy("Fördelning"),
    build=grids.allocation_grid,
    follows=grids.follows,
    template="budgets/allocation.html",
    unsaid=gettext_lazy("Budget per post %(year)s–%(last)s"),
    needs_reason=grids.equity_needs_reason,
)
ALLOCATION_BY_MONTH = GridPage(
    title=gettext_lazy("Fördelning per månad"),
    build=grids.month_grid,
    follows=grids.month_follows,
    template="budgets/allocation_months.html",
    unsaid=gettext_lazy("Budget per månad %(year)s"),
    actions={"spread": grids.spread},
)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def allocation(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary divides the money on the lines, for the year and the plan years."""
    return edit(request, slug, year, ALLOCATION)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def allocation_months(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary divides the year's lines in months."""
    return edit(request, slug, year, ALLOCATION_BY_MONTH)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def lines(request: HttpRequest, slug: str) -> HttpResponse:
    """The förbund's budget lines, and the form for a new one."""
    association, access = secretary_or_refused(request, slug)
    form = LineForm(
        request.POST if request.method == "POST" else None, line=BudgetLine(association=association)
    )
    if request.method == "POST" and form.is_valid():
        made = services.add_line(form.save(commit=False))
        messages.success(request, _("%(name)s är tillagd.") % {"name": made.name})
        return redirect("lines", slug)
    table = BudgetLineTable(association.lines.select_related("responsible"), slug=slug)
    context = {"association": association, "access": access, "form": form, "table": table}
    return render(request, "budgets/lines.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def line(request: HttpRequest, slug: str, line: str) -> HttpResponse:
    """The secretary changes a budget line."""
    association, access = secretary_or_refused(request, slug)
    found = get_object_or_404(association.lines, slug=line)
    form = LineForm(request.POST if request.method == "POST" else None, line=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("%(name)s är ändrad.") % {"name": found.name})
        return redirect("lines", slug)
    context = {"association": association, "access": access, "form": form, "line": found}
    return render(request, "budgets/line.html", context, status=422 if form.errors else 200)
