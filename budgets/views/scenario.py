"""What if: try other amounts. The address carries the whole scenario; nothing is saved."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets.scenario_pages import scenario_context
from budgets.views.admission import budget_or_404


@require_safe
def explore(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Try other amounts: what the budget would be, who would limit, what it would take."""
    budget, access = budget_or_404(request, slug, year)
    context = scenario_context(budget, request.GET) | {"access": access}
    return render(request, "budgets/scenario.html", context)
