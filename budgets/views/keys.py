"""How each party divides its part: shown to all who may see the year, changed by the secretary."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budgets import key_changes, keys, ledger, sentences, splits
from budgets.forms import ActForm, seen_in
from budgets.key_changes import KeyConflict, KeyConflictError, KeyWish
from budgets.key_forms import KeyForm, PlanYearsForm
from budgets.key_tables import Section
from budgets.keys import NO_KEY
from budgets.views.admission import budget_or_404, refuse_unless_writes
from budgets.views.editing import PREVIEW, saved
from budgets.years import YearBudget, YearSummary
from members.access import Access
from members.views import logged_in


@dataclass
class Draft:
    """A key page on its way: what was typed, for each party, and what there is to say about it."""

    forms: list[KeyForm]
    act: ActForm
    plan: PlanYearsForm
    seen: int
    is_lost: bool = False
    is_tried: bool = False
    is_preview: bool = False
    plan_refusals: list[str] = field(default_factory=list)
    conflicts: list[KeyConflict] = field(default_factory=list)

    @property
    def wishes(self) -> list[KeyWish]:
        """The keys to post: those that are new, or all where they are to hold for the plan years as well."""
        year = self.plan.year
        if self.plan.cleaned_data["plan_years"]:
            years = (year, *self.plan.years)
            return [KeyWish(form.row.party, years, form.key) for form in self.forms]
        return [KeyWish(form.row.party, (year,), form.key) for form in self.forms if form.has_new_key]

    @property
    def is_valid(self) -> bool:
        """Whether all that was typed is in order."""
        return all(form.is_valid() for form in (*self.forms, self.act, self.plan))


@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """How each member's krona is computed, for all who may see the year; the secretary changes the keys."""
    if request.method == "POST":
        return _change(request, slug, year)
    budget, access = budget_or_404(request, slug, year)
    if access.writes and not request.GET.get("version"):
        draft = _draft(budget, None)
        shown = {(year, form.row.party): form.shown for form in draft.forms}
        return _shown(request, budget, access, budget.summary, shown, draft)
    # A year that nothing is posted for yet has no place in the ledger.
    found = keys.keys_of(budget.association, [year], budget.number or None)
    return _shown(request, budget, access, budget.summary, found)


@logged_in
def _change(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Answer what the secretary sent: reckoned anew, refused or saved."""
    budget, access = budget_or_404(request, slug, year, as_it_stands=True)
    refuse_unless_writes(access)
    draft = _draft(budget, request.POST)
    draft.is_preview = request.POST.get("action") == PREVIEW
    if draft.is_preview or draft.is_lost:
        return _tried(request, budget, access, draft, 422 if draft.is_lost else 200)
    draft.is_tried = True
    if not draft.is_valid:
        return _tried(request, budget, access, draft, 422)
    wishes = draft.wishes
    draft.plan_refusals = key_changes.plan_refusals(budget.association, year, wishes)
    if draft.plan_refusals:
        return _tried(request, budget, access, draft, 422)
    try:
        posted = key_changes.record_keys(
            association=budget.association,
            wishes=wishes,
            reason=draft.act.why,
            by=request.user,
            decision=draft.act.decision,
            seen=draft.seen,
        )
    except KeyConflictError as error:
        draft.conflicts = error.conflicts
        draft.seen = ledger.head_number(budget.association)
        return _tried(request, budget, access, draft, 409)
    messages.success(request, saved(posted))
    return redirect(request.get_full_path())


def _draft(budget: YearBudget, posted: QueryDict | None) -> Draft:
    """The page's forms, before anything is typed or with what was sent."""
    # The number first: what is posted between the two reads then counts as not yet seen.
    head = ledger.head_number(budget.association)
    seen = seen_in(posted, head) if posted is not None else head
    is_lost = seen is None
    shown = keys.keys_of(budget.association, [budget.year], head if is_lost else seen)
    parties = [row for row in budget.summary.parties if sum(each.member.pays for each in row.members) > 1]
    return Draft(
        [KeyForm(posted, row=row, shown=shown.get((budget.year, row.party), NO_KEY)) for row in parties],
        ActForm(posted, unsaid=_("Fördelningsnyckel %(year)s") % {"year": budget.year}),
        PlanYearsForm(posted, year=budget.year),
        head if seen is None else seen,
        is_lost,
    )


def _tried(
    request: HttpRequest, budget: YearBudget, access: Access, draft: Draft, status: int
) -> HttpResponse:
    """The page with what was typed, and what would follow from it."""
    typed = {form.row.party: form.key for form in draft.forms}
    summary = key_changes.reckoned(budget.association, budget.year, typed)
    shown = {(budget.year, party): key for party, key in typed.items()}
    return _shown(request, budget, access, summary, shown, draft, status)


def _shown(
    request: HttpRequest,
    budget: YearBudget,
    access: Access,
    summary: YearSummary,
    found: keys.Keys,
    draft: Draft | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of ``summary`` divided by the keys ``found``; with a ``draft`` its form."""
    forms = {form.row.party: form for form in draft.forms} if draft else {}
    divided = splits.splits(summary, found)
    context = {
        "association": budget.association,
        "access": access,
        "budget": budget,
        "year": budget.year,
        "obstacle": sentences.obstacle(summary) if summary.missing_members else "",
        "sections": [Section(split, budget.year, forms.get(split.row.party)) for split in divided],
        "draft": draft,
        "conflicts": [key_changes.overtaken(each, summary) for each in draft.conflicts] if draft else [],
        "is_wrong": status >= 400,
    }
    return render(request, "budgets/key.html", context, status=status)
