"""What the members offer."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budgets.grids import contributions as grids
from budgets.views.admission import secretary_or_refused, year_or_404
from budgets.views.editing import GridPage, edit
from members.views import logged_in


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def contributions(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary enters what the members offer, for the year and the plan years."""
    association, access = secretary_or_refused(request, slug)
    year_or_404(year)
    page = GridPage(
        build=lambda seen: grids.contribution_grid(association, year, seen),
        follows=grids.follows,
        template="budgets/contributions.html",
        unsaid=_("Åtaganden %(first)s–%(last)s") % {"first": year, "last": year + grids.PLAN_YEARS - 1},
        context={"association": association, "access": access, "year": year},
        own_decisions=True,
    )
    return edit(request, page)
