"""A budget's way from draft to adopted: its versions, and what can be done next."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from budgets import ledger, queries, services, steps
from budgets.forms import number_in, seen_in
from budgets.models import Posting
from budgets.services import (
    ChangedSinceError,
    NothingProposedError,
    NotReadyError,
    OverAllocatedError,
)
from budgets.steps import Round, Step
from budgets.version_forms import AdoptForm, AnswerForm, ConsultForm, ProposeForm, ReviseForm
from budgets.version_tables import (
    AnswerTable,
    CalledTable,
    VersionTable,
    version_rows,
)
from budgets.views.admission import budget_or_404, refuse_unless_writes
from budgets.years import YearBudget
from finsam import money
from members.access import Access
from members.models import Association
from members.views import logged_in

_MEMBERS_CHANGED = gettext_lazy(
    "Medlemmarna eller deras bidrag har ändrats sedan sidan visades. Läs beloppen nedan och försök igen."
)


@dataclass(frozen=True)
class Shown:
    """A year as its page shows it. ``head``: the number of a posting that is surely on the screen."""

    budget: YearBudget
    access: Access
    way: Round
    head: int


@dataclass
class Tried:
    """A step that was tried, and what there is to say about it. ``changed``: what came in between."""

    step: Step | None = None
    form: Any = None
    refusals: list[str] = field(default_factory=list)
    changed: list[Posting] = field(default_factory=list)
    is_lost: bool = False

    @property
    def status(self) -> int:
        """The answer's status: 200 when nothing stands in the way."""
        is_refused = self.is_lost or self.refusals or (self.form and self.form.errors)
        return 409 if self.changed else 422 if is_refused else 200


@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The year's versions, for those with a role also how far it has come; the secretary takes a step."""
    if request.method == "POST":
        return _take(request, slug, year)
    return _show(request, _year_or_404(request, slug, year), Tried())


@logged_in
def _take(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The secretary takes a step: it is done, or refused with all that was typed."""
    shown = _year_or_404(request, slug, year)
    refuse_unless_writes(shown.access)
    tried = _tried(request, shown)
    if tried.status == 200:
        try:
            seen = seen_in(request.POST, shown.head)
            messages.success(request, _DO[tried.step](request, shown.way, tried.form, seen))
        except (ChangedSinceError, NotReadyError, NothingProposedError, OverAllocatedError) as error:
            shown = _year_or_404(request, slug, year)
            tried.changed = getattr(error, "postings", [])
            tried.refusals = [] if tried.changed else [_MEMBERS_CHANGED]
        else:
            return redirect("versions", slug, year)
    return _show(request, shown, tried)


def _tried(request: HttpRequest, shown: Shown) -> Tried:
    """What was sent, and what stands in the way of it."""
    asked, seen = request.POST.get("step", ""), seen_in(request.POST, shown.head)
    if asked not in set(Step) or seen is None:
        return Tried(is_lost=True)
    step = Step(asked)
    tried = Tried(step, _form(shown.way, step, request.POST))
    # An answer fixes no amounts, and the newest is the one that counts.
    if step != Step.ANSWER:
        tried.changed = queries.changed_since(shown.budget.association, shown.budget.year, seen)
    if not tried.changed and tried.form.is_valid():
        tried.refusals = steps.refusals(shown.way, step)
        tried.is_lost = step == Step.ADOPT and not tried.refusals and not _called(request)
    return tried


def _year_or_404(request: HttpRequest, slug: str, year: int) -> Shown:
    """The year as it stands. The number first: what is posted between the reads counts as not yet seen."""
    head = ledger.head_number(get_object_or_404(Association, slug=slug))
    budget, access = budget_or_404(request, slug, year, as_it_stands=True)
    answers = (
        queries.answers(budget.association, year, steps.previous_adoption(budget))
        if access.reads_drafts
        else {}
    )
    return Shown(budget, access, Round(budget, answers), head)


def _called(request: HttpRequest) -> dict[int, int]:
    """The contributions that the form said, öre by the member's pk."""
    pairs = (pair.partition(":")[::2] for pair in request.POST.getlist("called"))
    said = {number_in(pk): number_in(amount) for pk, amount in pairs}
    return {pk: amount for pk, amount in said.items() if pk is not None and amount is not None}


def _form(way: Round, step: Step, typed: Any = None) -> Any:
    """The step's form, empty or as typed."""
    if step == Step.ANSWER:
        waiting = way.unanswered[0].slug if way.unanswered else ""
        return AnswerForm(typed, members=way.members, next_member=waiting)
    if step == Step.ADOPT:
        return (ReviseForm if way.is_revision else AdoptForm)(typed)
    return {Step.PROPOSE: ProposeForm, Step.CONSULT: ConsultForm}[step](typed)


def _about(request: HttpRequest, way: Round, form: Any) -> dict[str, Any]:
    """What every step says of itself."""
    return {
        "association": way.budget.association,
        "year": way.budget.year,
        "by": request.user,
        "decision": form.decision,
    }


def _propose(request: HttpRequest, way: Round, form: ProposeForm, seen: int | None) -> str:
    is_public = form.cleaned_data["is_public"]
    reason = _("Förslag till budget %(year)s") % {"year": way.budget.year}
    posting = services.propose(**_about(request, way, form), reason=reason, is_public=is_public, seen=seen)
    told = {"ordinal": posting.version.ordinal, "number": posting.number}
    openly = _("Förslaget är framlagt som version %(ordinal)s (verifikation %(number)s) och offentligt.")
    within = _(
        "Förslaget är framlagt som version %(ordinal)s (verifikation %(number)s). "
        "Det syns bara för förbundets roller."
    )
    return (openly if is_public else within) % told


def _answer(request: HttpRequest, way: Round, form: AnswerForm, seen: int | None) -> str:
    member, stance, text = form.chosen, form.cleaned_data["stance"], form.cleaned_data["text"]
    posting = services.answer(**_about(request, way, form), member=member, stance=stance, text=text)
    if posting is None:
        return _("Svaret fanns redan. Inget nytt bokfördes.")
    told = {"name": member.organisation.name, "number": posting.number}
    return _("Svaret från %(name)s är sparat som verifikation %(number)s.") % told


def _consult(request: HttpRequest, way: Round, form: ConsultForm, seen: int | None) -> str:
    reason = _("Samrådet om budget %(year)s är klart") % {"year": way.budget.year}
    posting = services.consult(**_about(request, way, form), reason=reason, seen=seen)
    told = {"ordinal": posting.version.ordinal, "number": posting.number}
    return _("Samrådet är klart: version %(ordinal)s (verifikation %(number)s).") % told


def _adopt(request: HttpRequest, way: Round, form: AdoptForm, seen: int | None) -> str:
    revised, adopted = _("Budget %(year)s reviderad"), _("Budget %(year)s fastställd")
    reason = (revised if way.is_revision else adopted) % {"year": way.budget.year}
    posting = services.adopt(
        **_about(request, way, form),
        reason=reason,
        financing=form.financing,
        seen=seen,
        shown=_called(request),
    )
    told = {
        "what": reason,
        "ordinal": posting.version.ordinal,
        "number": posting.number,
        "total": money.in_kronor(way.budget.summary.total.amount or 0),
    }
    said = _("%(what)s som version %(ordinal)s, verifikation %(number)s: %(total)s i medlemsbidrag.") % told
    return f"{said} {steps.lateness(way, form.decision.date)}".strip()


_DO = {Step.PROPOSE: _propose, Step.ANSWER: _answer, Step.CONSULT: _consult, Step.ADOPT: _adopt}


def _show(request: HttpRequest, shown: Shown, tried: Tried) -> HttpResponse:
    """The page, with the tried step's form as it was typed."""
    budget, access, way = shown.budget, shown.access, shown.way
    is_changed = access.reads_drafts and budget.is_working
    working = queries.posting(budget.association, budget.number) if is_changed else None
    context = {
        "association": budget.association,
        "access": access,
        "budget": budget,
        "year": budget.year,
        "way": way,
        "tried": tried,
        "versions": VersionTable(version_rows(budget, working), budget, with_author=access.reads_drafts),
        "has_difference": len(budget.versions) + bool(working) > 1,
    }
    if access.reads_drafts and (way.proposal or way.answers):
        context["answers"] = AnswerTable(way)
    if access.writes and way.is_begun and not way.is_settled:
        context |= _steps(way, tried) | {"seen": shown.head}
    return render(request, "budgets/versions.html", context, status=tried.status)


def _steps(way: Round, tried: Tried) -> dict[str, Any]:
    """The forms of the steps, what stands in their way, and which of them is open."""
    forms = {step.value: tried.form if step == tried.step else _form(way, step) for step in Step}
    refused = steps.refusals(way, Step.ADOPT)
    budget = way.budget
    before = queries.called(budget.association, budget.year) if way.is_revision else {}
    return {
        "forms": forms,
        "open": tried.step or way.next_step,
        "obstacles": refused,
        "cautions": steps.cautions(way, timezone.localdate()),
        "before_proposal": steps.before_proposal(way),
        "changed": steps.changed(way),
        "called": None if refused else CalledTable(way, before),
        "said": [f"{pk}:{amount}" for pk, amount in way.called.items()],
    }
