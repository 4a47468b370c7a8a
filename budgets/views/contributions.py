"""What the members offer."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from budgets.grids import contributions as grids
from budgets.views.editing import GridPage, edit
from members.views import logged_in

CONTRIBUTIONS = GridPage(
    title=_("Åtaganden"),
    build=grids.contribution_grid,
    follows=grids.follows,
    template="budgets/contributions.html",
    unsaid=_("Åtaganden %(year)s–%(last)s"),
    own_decisions=True,
)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def contributions(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary enters what the members offer, for the year and the plan years."""
    return edit(request, slug, year, CONTRIBUTIONS)
