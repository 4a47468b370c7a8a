"""What if: try other amounts. The address carries the whole scenario; nothing is saved."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets import drawings, scenario, scenario_sentences, sentences
from budgets.behind import Behind
from budgets.scenario import Scenario
from budgets.scenario_forms import LETTERS, TARGET, ScenarioForm, TargetForm, has, letter_name, query, written
from budgets.scenario_tables import need_table, scenario_table, side_by_side
from budgets.views.admission import budget_or_404
from budgets.years import YearBudget
from finsam import money


@dataclass(frozen=True, slots=True)
class _Side:
    """One scenario of the page: its form, what it asks for, and the budget that it would give."""

    form: ScenarioForm
    asked: Scenario | None
    then: YearBudget | None

    @property
    def name(self) -> str:
        """What it is called: "Scenario A"."""
        return letter_name(self.form.letter)

    @property
    def has_total(self) -> bool:
        """Whether every amount is there and the rule gives a budget."""
        return self.then is not None and not self.then.summary.total.is_missing


@require_safe
def explore(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Try other amounts: what the budget would be, who would limit, what it would take."""
    budget, access = budget_or_404(request, slug, year)
    letters = LETTERS if has(request.GET, LETTERS[1]) else LETTERS[:1]
    sides = [_side(request, budget, letter) for letter in letters]
    target = _target(request)
    context = {
        "association": budget.association,
        "access": access,
        "budget": budget,
        "asked": request.GET.get("version", ""),
        "sides": [_told(budget, side) for side in sides],
        "has_two": len(sides) > 1,
        "target": target,
        "has_errors": not target.is_valid() or any(side.asked is None for side in sides),
        "panels": _panels(budget, sides),
        "presets": _presets(budget, request.GET.get("version", "")),
    }
    context |= _results(budget, sides, target) | _addresses(request, budget, sides, target)
    return render(request, "budgets/scenario.html", context)


def _side(request: HttpRequest, budget: YearBudget, letter: str) -> _Side:
    """A scenario as the address asks for it; the budget's own amounts where it does not."""
    form = ScenarioForm(budget, letter, request.GET if has(request.GET, letter) else None)
    asked = form.scenario
    if asked is None:
        return _Side(form, None, None)
    # Shown anew, written as amounts are written, and as a whole party was divided.
    shown = ScenarioForm(budget, letter, written(budget, letter, asked))
    return _Side(shown, asked, scenario.imagined(budget, asked))


def _target(request: HttpRequest) -> TargetForm:
    """The budget to reach, written as amounts are written once it could be read."""
    form = TargetForm(request.GET, label_suffix="")
    wanted = form.cleaned_data["mal"] if form.is_valid() else None
    return TargetForm({TARGET: money.kr(wanted)}, label_suffix="") if wanted else form


def _told(budget: YearBudget, side: _Side) -> dict[str, Any]:
    """What a scenario says in words."""
    told: dict[str, Any] = {"side": side, "name": side.name, "form": side.form}
    if side.asked is None or side.then is None:
        return told
    told["changed"] = scenario_sentences.changed(budget, side.asked)
    told["floors"] = scenario_sentences.floors(budget, side.asked, scenario.raised(budget, side.asked))
    if not side.has_total:
        return told | {"obstacle": sentences.obstacle(side.then.summary)}
    return told | {
        "becomes": scenario_sentences.becomes(budget, side.then),
        "limits": scenario_sentences.limits(side.then),
        "leverage": sentences.leverage(side.then),
    }


def _results(budget: YearBudget, sides: list[_Side], target: TargetForm) -> dict[str, Any]:
    """The tables, and what it takes to reach the target from the first scenario."""
    complete = [side.then for side in sides if side.then and side.has_total]
    results: dict[str, Any] = {}
    if len(complete) == len(LETTERS):
        results["table"] = side_by_side(budget, *complete)
        results["against"] = scenario_sentences.against(*complete)
    elif complete and len(sides) == 1:
        results["table"] = scenario_table(budget, complete[0])
    wanted = target.cleaned_data.get("mal") if target.is_valid() else None
    if wanted and sides[0].asked and sides[0].then:
        needs = scenario.needs(budget, sides[0].asked, wanted)
        if needs:
            results["required"] = scenario_sentences.required(sides[0].then, needs)
            results["needs"] = need_table(sides[0].then, needs)
    return results


def _panels(budget: YearBudget, sides: list[_Side]) -> tuple[drawings.Panel, ...]:
    """The cap lines of the budget and of the scenarios, on one scale."""
    behind = Behind(budget.year, budget.association.slug)
    drawn = [(side.name if len(sides) > 1 else drawings.IN_SCENARIO, side.then) for side in sides]
    shown = [(str(name), then, behind) for name, then in drawn if then]
    if len(shown) < len(sides) or not all(side.has_total for side in sides):
        return ()
    now = [(str(drawings.IN_BUDGET), budget, behind)] if not budget.summary.total.is_missing else []
    return drawings.cap_lines([*shown, *now])


def _presets(budget: YearBudget, version: str) -> list[dict[str, str]]:
    """Scenarios that anyone would ask for first, as addresses."""
    found: list[dict[str, str]] = []
    follows, agreed = scenario.followed(budget), scenario.as_agreed(budget)
    if follows:
        (limiting,) = budget.summary.limiting
        found.append(
            {
                "kind": "follows",
                "party": sentences.in_sentence(limiting),
                "query": query(budget, [follows], version=version),
            }
        )
    if agreed:
        found.append({"kind": "agreed", "query": query(budget, [agreed], version=version)})
    return found


def _addresses(
    request: HttpRequest, budget: YearBudget, sides: list[_Side], target: TargetForm
) -> dict[str, str]:
    """The address that carries what is shown, and those with a scenario more and with one less."""
    asked = [side.asked for side in sides if side.asked]
    if len(asked) < len(sides):
        return {}
    wanted = target.cleaned_data.get("mal") if target.is_valid() else None
    version = request.GET.get("version", "")
    return {
        "address": query(budget, asked, wanted, version),
        "with_another": query(budget, [asked[0], asked[0]], wanted, version),
        "with_first_only": query(budget, asked[:1], wanted, version),
        "at_start": query(budget, [], version=version),
    }
