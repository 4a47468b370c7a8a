"""What the lines came to, and what they are expected to come to."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budgets.grids import actuals as grids
from budgets.grids import forecasts
from budgets.views.admission import secretary_or_refused, year_or_404
from budgets.views.editing import GridPage, edit
from members.views import logged_in


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def actuals(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary enters the actual costs and other income of the year's lines, month by month."""
    association, access = secretary_or_refused(request, slug)
    year_or_404(year)
    page = GridPage(
        build=lambda seen: grids.actuals_grid(association, year, seen),
        follows=grids.follows,
        template="budgets/actuals.html",
        unsaid=_("Utfall %(year)s") % {"year": year},
        context={"association": association, "access": access, "year": year},
    )
    return edit(request, page)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def forecast(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary sees what the lines come to in the whole year, and may judge otherwise."""
    association, access = secretary_or_refused(request, slug)
    year_or_404(year)
    page = GridPage(
        build=lambda seen: forecasts.forecast_grid(association, year, seen),
        follows=forecasts.follows,
        template="budgets/forecast.html",
        unsaid=_("Prognos %(year)s") % {"year": year},
        context={"association": association, "access": access, "year": year},
    )
    return edit(request, page)
