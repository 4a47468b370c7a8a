"""The secretary enters how many inhabitants aged 16-64 the municipalities had on the last day of a year."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budgets import inhabitants, ledger, services
from budgets.forms import seen_in
from budgets.inhabitants_forms import InhabitantsForm, Row
from budgets.key_figure_tables import count_lines
from budgets.ledger import Source
from budgets.models import FIRST_YEAR
from budgets.services import Conflict, ConflictError
from budgets.views.admission import secretary_or_refused
from budgets.views.editing import saved
from finsam import money
from members.access import Access
from members.models import Association
from members.views import logged_in


@dataclass
class Draft:
    """A page of inhabitants on its way: what was typed, and what there is to say about it."""

    form: InhabitantsForm
    seen: int
    is_lost: bool = False
    conflicts: list[str] = field(default_factory=list)


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def count_inhabitants(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The counts of 31 December of ``year``, to be entered and corrected."""
    association, access = secretary_or_refused(request, slug)
    if not inhabitants.may_be_counted(year, timezone.localdate()):
        raise Http404
    draft = _draft(association, year, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _shown(request, association, access, draft)
    if draft.is_lost or not draft.form.is_valid():
        return _shown(request, association, access, draft, 422)
    try:
        posting = services.record(
            association=association,
            wishes=draft.form.wishes,
            reason=draft.form.why,
            by=request.user,
            source=Source(draft.form.cleaned_data["source"]),
            seen=draft.seen,
        )
    except ConflictError as error:
        draft.conflicts = [_overtaken(conflict, draft.form.rows) for conflict in error.conflicts]
        draft.seen = ledger.head_number(association)
        return _shown(request, association, access, draft, 409)
    messages.success(request, saved([posting] if posting else []))
    return redirect(request.get_full_path())


def _draft(association: Association, year: int, posted: QueryDict | None) -> Draft:
    """The page's form, before anything is typed or with what was sent."""
    # The number first: what is posted between the two reads then counts as not yet seen.
    head = ledger.head_number(association)
    seen = seen_in(posted, head) if posted is not None else head
    counts = inhabitants.counts_of(association, head if seen is None else seen)
    shown, before = counts.get(year, {}), counts.get(year - 1, {})
    rows = [
        Row(member, shown.get(member.pk), before.get(member.pk))
        for member in inhabitants.counted_members(association, year)
    ]
    form = InhabitantsForm(posted, year=year, rows=rows)
    return Draft(form, head if seen is None else seen, is_lost=seen is None)


def _overtaken(conflict: Conflict, rows: list[Row]) -> str:
    """Tell which count somebody else posted in between."""
    row = next(row for row in rows if row.member.pk == conflict.cell.member_id)
    about = {
        "name": row.name,
        "who": conflict.posting.author_name,
        "number": conflict.posting.number,
        "wished": money.grouped(conflict.wished),
    }
    if conflict.stands is None:
        told = _(
            "%(name)s: medan du skrev tog %(who)s bort antalet (verifikation %(number)s). "
            "Du skrev %(wished)s."
        )
        return told % about
    told = _(
        "%(name)s: medan du skrev bokförde %(who)s %(stands)s (verifikation %(number)s). Du skrev %(wished)s."
    )
    return told % (about | {"stands": money.grouped(conflict.stands.amount)})


def _shown(
    request: HttpRequest, association: Association, access: Access, draft: Draft, status: int = 200
) -> HttpResponse:
    year = draft.form.year
    newest = inhabitants.newest_year(timezone.localdate())
    context = {
        "association": association,
        "access": access,
        "year": year,
        "draft": draft,
        "form": draft.form,
        "lines": count_lines(draft.form, slug=association.slug),
        "before": year - 1,
        "earlier": year - 1 if year > FIRST_YEAR else None,
        "later": year + 1 if year < newest else None,
        "is_wrong": status >= 400,
    }
    return render(request, "budgets/inhabitants.html", context, status=status)
