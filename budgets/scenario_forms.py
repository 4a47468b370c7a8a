"""A scenario in an address and in fields: what is read from the one is shown in the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _

from budgets import scenario
from budgets.behind import PART_OF_PARTY
from budgets.rules import Party
from budgets.scenario import Scenario
from budgets.years import PartyRow, YearBudget
from finsam import money
from finsam.kronor import KronorField
from finsam.money import AmountError

# What the address calls the scenarios of a page, and the budget to reach.
LETTERS = ("a", "b")
TARGET = "mal"
# The posting after which the keys stood that the address reckons with.
KEYS_AT = "lage"
# So many steps from one end of a slider to the other, about.
_STEPS = 250
_ROUND_STEPS = [times * 10**zeros for zeros in range(13) for times in (1, 2, 5)]


@dataclass(frozen=True, slots=True)
class PartyFields:
    """A party's fields: one for each paying member; ``sum_name`` is sent where a script sets the whole.

    ``is_group``: the party has several paying members.
    """

    party: PartyRow
    members: tuple[forms.BoundField, ...]
    sum_name: str
    is_group: bool


class ScenarioForm(forms.Form):
    """One scenario: an amount for each paying member, and the floors of the parties. All may be empty.

    ``letter``: which of the page's scenarios it is. ``asked``: the address's parameters, or nothing to show
    the budget's own commitments.
    """

    def __init__(self, budget: YearBudget, letter: str, asked: Mapping[str, str] | None = None) -> None:
        self.budget = budget
        self.letter = letter
        data = asked if asked is not None else _written(budget, letter, scenario.as_it_is(budget))
        super().__init__(data, label_suffix="")
        for party in budget.summary.parties:
            largest = self._largest(party)
            for member in scenario.paying(party):
                self.fields[self._name(member.slug)] = _amount_field(member.organisation.name, largest)
            self.fields[self._floor(party.party)] = KronorField(required=False, label=party.name)

    def _name(self, slug: str) -> str:
        return f"{self.letter}.{slug}"

    def _floor(self, party: Party) -> str:
        return _floor_name(self.letter, party)

    def _sum(self, party: Party) -> str:
        return f"{self.letter}.parti.{PART_OF_PARTY[party]}"

    def _largest(self, party: PartyRow) -> int:
        """The end of the party's sliders, kronor: room to double its offer, and to reach what was agreed."""
        offered, agreed = party.offered.amount or 0, self.budget.summary.agreed.amount or 0
        carried = max((other.carries or 0 for other in self.budget.summary.parties), default=0)
        wanted = max(2 * offered, round(max(agreed, carried) * party.weight * 3 / 2), money.ORE_PER_MNKR)
        step = _step(wanted // money.ORE_PER_KRONA)
        return -(-wanted // (money.ORE_PER_KRONA * step)) * step

    @property
    def parties(self) -> Iterator[PartyFields]:
        """The parties with their fields."""
        for party in self.budget.summary.parties:
            members = tuple(self[self._name(member.slug)] for member in scenario.paying(party))
            yield PartyFields(party, members, self._sum(party.party), len(members) > 1)

    @property
    def floors(self) -> list[forms.BoundField]:
        """The fields of the floors."""
        return [self[self._floor(party.party)] for party in self.budget.summary.parties]

    @property
    def scenario(self) -> Scenario | None:
        """What was asked for; None while a field cannot be read."""
        if not self.is_valid():
            return None
        offers: dict[int, int] = {}
        for party in self.budget.summary.parties:
            of_party = {
                member.pk: amount
                for member in scenario.paying(party)
                if (amount := self.cleaned_data[self._name(member.slug)]) is not None
            }
            whole = self._whole(party.party)
            if whole is not None:
                of_party = scenario.divided(self.budget, party, whole, of_party)
            offers |= of_party
        floors = {
            party.party: floor
            for party in self.budget.summary.parties
            if (floor := self.cleaned_data[self._floor(party.party)])
        }
        return Scenario(offers, floors)

    def rewritten(self, asked: Scenario) -> "ScenarioForm":
        """The form with amounts as they are written, and with a whole party's as they were divided."""
        return ScenarioForm(self.budget, self.letter, _written(self.budget, self.letter, asked))

    def _whole(self, party: Party) -> int | None:
        """The amount that a script has set for a whole party, öre."""
        try:
            amount = money.parse(str(self.data.get(self._sum(party), "")))
        except AmountError:
            return None
        return amount if amount >= 0 else None


class TargetForm(forms.Form):
    """The budget that somebody would like to reach. ``asked``: the address's parameters."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        super().__init__(asked, label_suffix="")
        self.fields[TARGET] = KronorField(
            required=False, label=_("Budget att nå"), help_text=_("Till exempel 12 mnkr.")
        )

    @property
    def wanted(self) -> int | None:
        """The budget, öre; None where there is none or it cannot be read."""
        return self.cleaned_data[TARGET] if self.is_valid() else None

    def rewritten(self) -> "TargetForm":
        """The form with its amount as amounts are written; as it was typed where that cannot be read."""
        return TargetForm({TARGET: money.kr(self.wanted)}) if self.wanted else self


def _written(budget: YearBudget, letter: str, asked: Scenario) -> dict[str, str]:
    """A scenario as fields hold it: "12 000 000"."""
    return {name: money.kr(amount) for name, amount in _amounts(budget, letter, asked)}


def query(
    budget: YearBudget,
    scenarios: Sequence[Scenario],
    target: int | None = None,
    version: str = "",
    keys_at: int | None = None,
) -> str:
    """The part of an address after ? that carries the scenarios whole: "a.region-stockholm=12000000".

    ``keys_at``: the posting after which the keys are to be read, where one matters (None: now).
    """
    carried = [("version", version)] if version else []
    for letter, each in zip(LETTERS, scenarios, strict=False):
        carried += [(name, _plain(amount)) for name, amount in _amounts(budget, letter, each)]
    if target:
        carried.append((TARGET, _plain(target)))
    if scenarios and any(len(scenario.paying(party)) > 1 for party in budget.summary.parties):
        carried.append((KEYS_AT, str(keys_at or budget.number)))
    return urlencode(carried)


def _amounts(budget: YearBudget, letter: str, asked: Scenario) -> Iterator[tuple[str, int]]:
    """Every amount of a scenario by the name of its field."""
    for party in budget.summary.parties:
        for member in scenario.paying(party):
            if member.pk in asked.offers:
                yield f"{letter}.{member.slug}", asked.offers[member.pk]
        if party.party in asked.floors:
            yield _floor_name(letter, party.party), asked.floors[party.party]


def _floor_name(letter: str, party: Party) -> str:
    return f"{letter}.lagst.{PART_OF_PARTY[party]}"


def _plain(amount: int) -> str:
    """Öre as an address carries them: 12000000, or 12000000,50."""
    kronor, ore = divmod(amount, money.ORE_PER_KRONA)
    return f"{kronor},{ore:02d}" if ore else str(kronor)


def _amount_field(label: str, largest: int) -> KronorField:
    """A member's amount; a script puts a slider of so many kronor beside it."""
    attrs: dict[str, Any] = {"autocomplete": "off", "data-largest": largest, "data-step": _step(largest)}
    widget = forms.TextInput(attrs=attrs)
    return KronorField(required=False, label=label, widget=widget)


def _step(largest: int) -> int:
    """A round number of kronor that a slider moves by."""
    return next(step for step in _ROUND_STEPS if step * _STEPS >= largest or step == _ROUND_STEPS[-1])


def is_asked(asked: Mapping[str, str], letter: str) -> bool:
    """Whether an address carries the scenario of this letter."""
    return any(name.startswith(f"{letter}.") for name in asked)


def letter_name(letter: str) -> str:
    """A scenario's name: "Scenario A"."""
    return _("Scenario %(letter)s") % {"letter": letter.upper()}
