"""What the page of scenarios shows: what each says in words and tables, its picture, and its addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from budgets import drawings, keys, scenario, scenario_sentences, sentences
from budgets.behind import Behind
from budgets.forms import number_in
from budgets.scenario import Scenario
from budgets.scenario_forms import KEYS_AT, LETTERS, ScenarioForm, TargetForm, is_asked, letter_name, query
from budgets.scenario_tables import need_table, scenario_table, side_by_side
from budgets.years import YearBudget


@dataclass(frozen=True, slots=True)
class Side:
    """One scenario: its form, what it asks for, and the budget that it would give.

    ``asked`` and ``then`` are None while a field cannot be read.
    """

    form: ScenarioForm
    asked: Scenario | None
    then: YearBudget | None

    @property
    def name(self) -> str:
        """What it is called: "Scenario A"."""
        return letter_name(self.form.letter)

    @property
    def complete(self) -> YearBudget | None:
        """The budget it would give, where every amount is there; else None."""
        return self.then if self.then and not self.then.summary.total.is_missing else None


def scenario_context(budget: YearBudget, asked: Mapping[str, str]) -> dict[str, Any]:
    """The page's context. ``asked``: the address's parameters, which carry one scenario, two or none."""
    version = asked.get("version", "")
    target = TargetForm(asked)
    letters = LETTERS if is_asked(asked, LETTERS[1]) else LETTERS[:1]
    keys_at = _keys_at(budget, asked.get(KEYS_AT, ""))
    tried = _keyed(budget, keys_at)
    sides = [_side(tried, letter, asked) for letter in letters]
    return {
        "association": budget.association,
        "budget": budget,
        "asked": version,
        "keys_at": keys_at,
        "has_other_keys": tried.keys != budget.keys,
        "sides": [_told(tried, side) for side in sides],
        "has_two": len(sides) > 1,
        "target": target.rewritten(),
        "has_errors": not target.is_valid() or any(side.asked is None for side in sides),
        "panels": _panels(budget, sides),
        "presets": _presets(budget, version),
        **_compared(budget, sides),
        **_required(tried, sides[0], target.wanted),
        **_addresses(budget, sides, target.wanted, version, keys_at),
    }


def _keys_at(budget: YearBudget, asked: str) -> int | None:
    """The posting after which the address reads the keys, None for now; never one that may not be seen."""
    number = number_in(asked)
    return number if number and number < budget.number else None


def _keyed(budget: YearBudget, keys_at: int | None) -> YearBudget:
    """The budget with the keys as they stood, so that an address says the same when a key has changed."""
    if keys_at is None:
        return budget
    stood = keys.keys_of(budget.association, [budget.year], keys_at)
    weights = {}
    for party in budget.summary.parties:
        key = stood.get((budget.year, party.party), keys.NO_KEY)
        of_party = {
            member.pk: key.weights[member.pk] for member in scenario.paying(party) if member.pk in key.weights
        }
        if any(of_party.values()):
            weights[party.party] = of_party
    return replace(budget, keys=weights)


def _side(budget: YearBudget, letter: str, asked: Mapping[str, str]) -> Side:
    """A scenario as the address asks for it; the budget's own amounts where it does not."""
    form = ScenarioForm(budget, letter, asked if is_asked(asked, letter) else None)
    found = form.scenario
    if found is None:
        return Side(form, None, None)
    return Side(form.rewritten(found), found, scenario.imagined(budget, found))


def _told(budget: YearBudget, side: Side) -> dict[str, Any]:
    """What a scenario says in words."""
    told: dict[str, Any] = {"side": side, "name": side.name, "form": side.form}
    if side.asked is None or side.then is None:
        return told
    told["changed"] = scenario_sentences.changed(budget, side.asked)
    told["floors"] = scenario_sentences.floors(budget, side.asked, scenario.raised(budget, side.asked))
    if side.asked.floors:
        bare = scenario.imagined(budget, Scenario(side.asked.offers))
        told["without_floors"] = scenario_sentences.without_floors(side.then, bare)
    if not side.complete:
        return told | {"obstacle": sentences.obstacle(side.then.summary)}
    return told | {
        "becomes": scenario_sentences.becomes(budget, side.then),
        "limits": scenario_sentences.limits(side.then),
        "leverage": sentences.leverage(side.then),
    }


def _compared(budget: YearBudget, sides: Sequence[Side]) -> dict[str, Any]:
    """What each pays: in the scenario against the budget, or in the two against each other."""
    complete = [side.complete for side in sides if side.complete]
    if len(complete) < len(sides):
        return {}
    if len(complete) == 1:
        return {"table": scenario_table(budget, *complete)}
    return {"table": side_by_side(budget, *complete), "against": scenario_sentences.against(*complete)}


def _required(budget: YearBudget, side: Side, wanted: int | None) -> dict[str, Any]:
    """What it takes to reach a budget of ``wanted`` öre from a scenario; nothing while that is not known."""
    if not wanted or side.asked is None or side.then is None:
        return {}
    needs = scenario.needs(budget, side.asked, wanted)
    if needs is None:
        return {}
    return {
        "required": scenario_sentences.required(side.then, needs),
        "needs": need_table(side.then, needs),
    }


def _panels(budget: YearBudget, sides: Sequence[Side]) -> tuple[drawings.Panel, ...]:
    """The cap lines of the scenarios and of the budget, on one scale."""
    if not all(side.complete for side in sides):
        return ()
    names = [side.name for side in sides] if len(sides) > 1 else [str(drawings.IN_SCENARIO)]
    drawn = [(name, side.complete) for name, side in zip(names, sides, strict=True)]
    if not budget.summary.total.is_missing:
        drawn.append((str(drawings.IN_BUDGET), budget))
    behind = Behind(budget.year, budget.association.slug)
    return drawings.cap_lines([(name, then, behind) for name, then in drawn if then])


def _presets(budget: YearBudget, version: str) -> list[dict[str, str]]:
    """Scenarios that anyone would ask for first, as addresses."""
    found: list[dict[str, str]] = []
    follows, agreed = scenario.followed(budget), scenario.as_agreed(budget)
    if follows:
        (limiting,) = budget.summary.limiting
        party = sentences.in_sentence(limiting)
        found.append({"kind": "follows", "party": party, "query": query(budget, [follows], version=version)})
    if agreed:
        found.append({"kind": "agreed", "query": query(budget, [agreed], version=version)})
    return found


def _addresses(
    budget: YearBudget, sides: Sequence[Side], wanted: int | None, version: str, keys_at: int | None
) -> dict[str, str]:
    """The address that begins anew, that of what is shown, and those with a scenario more or one less."""
    start = {"at_start": query(budget, [], version=version)}
    asked = [side.asked for side in sides if side.asked]
    if len(asked) < len(sides):
        return start
    return start | {
        "address": query(budget, asked, wanted, version, keys_at),
        "with_another": query(budget, [asked[0], asked[0]], wanted, version, keys_at),
        "with_first_only": query(budget, asked[:1], wanted, version, keys_at),
    }
