"""What the lines came to, and what they are expected to come to."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from budgets.grids import actuals as grids
from budgets.grids import forecasts
from budgets.views.editing import GridPage, edit
from members.views import logged_in

ACTUALS = GridPage(
    title=_("Utfall"),
    build=grids.actuals_grid,
    follows=grids.follows,
    template="budgets/actuals.html",
    unsaid=_("Utfall %(year)s"),
)
FORECAST = GridPage(
    title=_("Prognos"),
    build=forecasts.forecast_grid,
    follows=forecasts.follows,
    template="budgets/forecast.html",
    unsaid=_("Prognos %(year)s"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def actuals(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary enters the actual costs and other income of the year's lines, month by month."""
    return edit(request, slug, year, ACTUALS)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def forecast(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary sees what the lines come to in the whole year, and may judge otherwise."""
    return edit(request, slug, year, FORECAST)
