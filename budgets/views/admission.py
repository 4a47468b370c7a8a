"""Who comes in: the association and the year of an address, as far as the visitor may see and change them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets import queries
from budgets.forms import number_in
from budgets.models import FIRST_YEAR, LAST_YEAR
from budgets.years import YearBudget
from members.access import Access, access_to
from members.models import Association


def budget_or_404(
    request: HttpRequest, slug: str, year: int, *, as_it_stands: bool = False
) -> tuple[YearBudget, Access]:
    """The year as this visitor may see it, in the version the address asks for or as it stands now."""
    found = get_object_or_404(Association, slug=slug)
    access = access_to(found, request.user)
    ordinal = None if as_it_stands else _version_or_404(request)
    budget = queries.year_budget(found, year, access, ordinal)
    if budget is None:
        raise Http404
    return budget, access


def _version_or_404(request: HttpRequest) -> int | None:
    """The version that the address asks for, None for the newest."""
    asked = request.GET.get("version", "")
    number = number_in(asked)
    if asked and number is None:
        raise Http404
    return number


def refuse_unless_writes(access: Access) -> None:
    """Those with another role are told why; to others the page does not exist."""
    if access.writes:
        return
    if access.role:
        raise PermissionDenied(_("Bara förbundets sekreterare kan ändra belopp."))
    raise Http404


def secretary_or_refused(request: HttpRequest, slug: str) -> tuple[Association, Access]:
    """The association, for its secretary only."""
    found = get_object_or_404(Association, slug=slug)
    access = access_to(found, request.user)
    refuse_unless_writes(access)
    return found, access


def year_or_404(year: int) -> None:
    """Refuse a year that no budget is made for: before the law, or far ahead."""
    if not FIRST_YEAR <= year <= min(LAST_YEAR - queries.YEARS_AHEAD, timezone.localdate().year + 10):
        raise Http404
