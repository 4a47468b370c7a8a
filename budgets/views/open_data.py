"""The open data: the files of a year and of all years, the way in to them, and what they hold."""

from collections.abc import Callable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from budgets import open_data_files, queries
from budgets.open_data import catalogue
from budgets.open_data_files import File, json_bytes
from budgets.open_data_pages import about_context
from budgets.open_data_schema import SCHEMAS
from budgets.views.admission import budget_or_404
from budgets.years import YearBudget, YearSummary
from members.access import access_to
from members.models import Association


@require_safe
def budget_file(
    request: HttpRequest, slug: str, year: int, *, write: Callable[[YearBudget], File]
) -> HttpResponse:
    """One year as a file, of what the visitor may see on its page."""
    budget, _access = budget_or_404(request, slug, year)
    return _sent(request, write(budget))


@require_safe
def years_file(
    request: HttpRequest, slug: str, *, write: Callable[[Association, Sequence[YearSummary]], File]
) -> HttpResponse:
    """All years as a file, of what the visitor may see on the association's page."""
    found = get_object_or_404(Association, slug=slug)
    years = queries.year_summaries(found, access_to(found, request.user))
    return _sent(request, write(found, years))


@require_safe
def associations(request: HttpRequest) -> HttpResponse:
    """The way in: all förbund with their public budgets, the same for everyone."""
    content = json_bytes(catalogue(queries.public_versions()))
    return _sent(request, File("forbund.json", open_data_files.JSON_TYPE, content))


@require_safe
def schema(request: HttpRequest, name: str) -> HttpResponse:
    """What the fields of a JSON file are."""
    if name not in SCHEMAS:
        raise Http404
    content = json_bytes(SCHEMAS[name])
    return _sent(request, File(f"{name}.schema.json", open_data_files.SCHEMA_TYPE, content))


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What there is, where, and what it means."""
    return render(request, "budgets/open_data.html", about_context())


def _sent(request: HttpRequest, file: File) -> HttpResponse:
    """A file on its way: kept by a browser or a cache only to be asked about again.

    Any site's program may read what anyone may read. Who is logged in may see more at the same address, so
    no other site is let in then, and no cache may give that answer to another.
    """
    response = HttpResponse(file.content, content_type=file.content_type)
    # JSON is read in the browser; a table is opened by another program.
    place = "inline" if file.name.endswith(".json") else "attachment"
    response["Content-Disposition"] = f"{place}; filename=\"{file.name}\"; filename*=UTF-8''{file.name}"
    is_visitor = not request.user.is_authenticated
    response["Cache-Control"] = "no-cache" if is_visitor else "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    if is_visitor and file.is_for_programs:
        response["Access-Control-Allow-Origin"] = "*"
    return response
