"""Any two budgets of a förbund side by side, what differs first."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from budgets import differences, drawings
from budgets.behind import Behind
from budgets.difference_tables import change_tables, conclusions, key_table, names, same_table
from budgets.differences import Comparison, Side
from budgets.sentences import capital
from budgets.version_forms import CompareForm
from budgets.version_tables import side_name
from budgets.years import YearBudget
from members.access import Access, access_to
from members.models import Association


@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Two versions, or two years, side by side; without a wish the newest year and the one before."""
    association = get_object_or_404(Association, slug=slug)
    access = access_to(association, request.user)
    found = differences.sides(association, access)
    chosen = _chosen_or_404(request, found, access)
    context = {"association": association, "access": access, "sides": chosen}
    if len(found) > 1:
        asked = {"fran": chosen[0].key, "till": chosen[1].key}
        context |= {"form": CompareForm(asked, [(side.key, side_name(side)) for side in found])}
        context |= _compared(association, access, *chosen)
    return render(request, "budgets/compare.html", context)


def _chosen_or_404(request: HttpRequest, found: list[Side], access: Access) -> tuple[Side, ...]:
    """The sides that the address asks for, from the older to the newer where it does not say."""
    asked = {name: request.GET.get(name, "") for name in ("fran", "till")}
    sides = {
        name: differences.side_called(found, key, with_working=access.reads_drafts)
        for name, key in asked.items()
        if key
    }
    if None in sides.values():
        raise Http404
    latter = sides.get("till") or differences.newest_decided(found)
    if latter is None:
        return ()
    return sides.get("fran") or differences.before(found, latter) or latter, latter


def _compared(association: Association, access: Access, one: Side, other: Side) -> dict[str, object]:
    """What there is to say about two sides."""
    shown = [differences.shown(association, side, access) for side in (one, other)]
    if None in shown:
        raise Http404
    comparison = differences.compare(*shown)
    return {
        "comparison": comparison,
        "names": [side_name(one), side_name(other)],
        "conclusions": conclusions(comparison),
        "panels": drawings.cap_lines(_drawn(comparison)),
        "key": key_table(comparison),
        "changes": change_tables(comparison, comparison.groups),
        "planned": change_tables(comparison, comparison.planned),
        "same": same_table(comparison),
        "has_missing": any(figure.is_missing for figure in comparison.figures),
        "has_derived": any(figure.is_derived for figure in comparison.figures),
    }


def _drawn(comparison: Comparison) -> list[tuple[str, YearBudget, Behind]]:
    """Both sides for their picture; one alone where they are the same."""
    slug = comparison.one.budget.association.slug
    sides = (comparison.one, comparison.other)
    return [
        (capital(name), side.budget, Behind(side.year, slug, place=side.place))
        for name, side in zip(names(comparison), sides, strict=True)
    ]


@require_safe
def difference(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The former address of what differs between two versions of a year."""
    asked = {name: request.GET[name] for name in ("fran", "till") if request.GET.get(name)}
    if not all(key == differences.WORKING or (key.isascii() and key.isalnum()) for key in asked.values()):
        raise Http404
    keys = {name: f"{year}-{key}" for name, key in asked.items()}
    if len(keys) < 2:
        association = get_object_or_404(Association, slug=slug)
        own = [
            side
            for side in differences.sides(association, access_to(association, request.user))
            if side.year == year
        ]
        if not own:
            raise Http404
        keys = {"fran": own[:2][-1].key, "till": own[0].key} | keys
    return redirect(f"{reverse('compare', args=[slug])}?{urlencode(keys)}")
