"""The key figures of a förbund: over the years, and one year's with what they are reckoned from."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from budgets import drawings, inhabitants
from budgets import key_figure_sentences as told
from budgets.forms import number_in
from budgets.key_figure_tables import InhabitantTable, KeyFigureTable, KeyFigureYearsTable, MeasureTable
from budgets.key_figures import KeyFigures, key_figures_of
from members.access import access_to
from members.models import Association


@require_safe
def key_figures_page(request: HttpRequest, slug: str) -> HttpResponse:
    """All years as small charts and a table; of one year, the newest or the one asked for, all there is."""
    association = get_object_or_404(Association, slug=slug)
    access = access_to(association, request.user)
    years = key_figures_of(association, access)
    year = _asked_or_404(request, years)
    context = {"association": association, "access": access, "years": years, "year": year}
    if year:
        newest = told.newest(years) or year
        context |= {
            "lead": told.lead(newest),
            "panels": drawings.multiples(told.series(years, association)),
            "table": KeyFigureYearsTable(years),
            "figures": KeyFigureTable(year, association),
            "measures": MeasureTable(year, slug=slug) if year.measures else None,
            "inhabitants": InhabitantTable(year.inhabitants, slug=slug) if year.inhabitants else None,
            "is_uncounted": not any(each.inhabitants for each in years),
            "has_derived": any(each.has_derived for each in years),
            "known": [each for each in years if each.summary.is_known],
        }
    if access.writes:
        context["countable"] = inhabitants.newest_year(timezone.localdate())
    return render(request, "budgets/key_figures.html", context)


def _asked_or_404(request: HttpRequest, years: list[KeyFigures]) -> KeyFigures | None:
    """The year that the address asks for; else the newest decided one. None when there is no year at all."""
    asked = request.GET.get("ar", "")
    if not asked:
        return told.newest(years) or (years[0] if years else None)
    number = number_in(asked)
    found = next((each for each in years if each.year == number and each.summary.is_known), None)
    if found is None:
        raise Http404
    return found
