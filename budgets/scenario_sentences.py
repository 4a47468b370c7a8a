"""What a scenario says: what the budget would be, who would limit, what it would take."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from budgets.rules import Party, Required
from budgets.scenario import Scenario, as_it_is, paying
from budgets.sentences import Sentence, capital, in_sentence, listed
from budgets.years import YearBudget
from finsam import money

_BECOMES = gettext_noop("Budgeten blir {total}.")
_SAME = gettext_noop("Budgeten blir {total}, lika mycket som nu.")
_MORE = gettext_noop("Budgeten blir {total}, {change} mer än nu.")
_LESS = gettext_noop("Budgeten blir {total}, {change} mindre än nu.")


def becomes(now: YearBudget, then: YearBudget) -> Sentence | None:
    """The scenario's total against the budget's own; None while it has none."""
    total, was = then.summary.total.amount, now.summary.total.amount
    if total is None:
        return None
    figures = {"total": money.with_unit(total)}
    if was is None:
        return Sentence(_BECOMES, figures)
    if total == was:
        return Sentence(_SAME, figures)
    figures["change"] = money.with_unit(abs(total - was))
    if figures["total"] == money.with_unit(was):
        # Too near to be told apart in millions.
        figures = {"total": money.in_kronor(total), "change": money.in_kronor(abs(total - was))}
    return Sentence(_MORE if total > was else _LESS, figures)


def limits(then: YearBudget) -> str:
    """Who sets the cap, in a few words."""
    if then.summary.all_limit:
        return _("Alla räcker lika långt.")
    names = listed(in_sentence(party) for party in then.summary.limiting)
    return _("%(parties)s sätter taket.") % {"parties": capital(names)}


def changed(budget: YearBudget, asked: Scenario) -> list[str]:
    """The members whose amounts are not the budget's own, each with both."""
    now = as_it_is(budget).offers
    told = []
    for party in budget.summary.parties:
        for member in paying(party):
            amount, was = asked.offers.get(member.pk), now.get(member.pk)
            if amount is None or amount == was:
                continue
            about = {"name": member.organisation.name, "amount": money.in_kronor(amount)}
            if was is None:
                told.append(_("%(name)s %(amount)s, uppgift saknas i budgeten") % about)
            else:
                about["was"] = money.in_kronor(was)
                told.append(_("%(name)s %(amount)s, i budgeten %(was)s") % about)
    return told


_LIFTS = gettext_noop("Lägstanivån lyfter {parties}.")


def floors(budget: YearBudget, asked: Scenario, added: Mapping[Party, int]) -> str:
    """What the floors do; empty when there are none."""
    if not asked.floors:
        return ""
    if not added:
        return _("Ingen part ligger under sin lägstanivå, så den ändrar ingenting.")
    lifted = [
        _("%(party)s med %(amount)s")
        % {"party": in_sentence(party), "amount": money.in_kronor(added[party.party])}
        for party in budget.summary.parties
        if party.party in added
    ]
    return _(_LIFTS).format(parties=listed(lifted))


_WITHOUT_FLOORS = gettext_noop("Utan lägstanivå blir budgeten {total}, {change} mindre.")


def without_floors(then: YearBudget, bare: YearBudget) -> Sentence | None:
    """What the budget would be without the floors; None where they change nothing or it has no total."""
    total, less = then.summary.total.amount, bare.summary.total.amount
    if total is None or less is None or total == less:
        return None
    return Sentence(
        _WITHOUT_FLOORS, {"total": money.with_unit(less), "change": money.with_unit(total - less)}
    )


_REACHED = gettext_noop("Åtagandena räcker redan till {target}.")
_NEEDED = gettext_noop("För {target} behöver {needed}.")
_NEEDED_AND_ABLE = gettext_noop("För {target} behöver {needed}. {able} räcker redan till.")


def required(budget: YearBudget, needs: Required) -> Sentence:
    """What it takes to reach a target, party by party, and which already can."""
    target = {"target": money.with_unit(needs.target, None)}
    parties = budget.summary.parties
    lacking = [
        _("%(party)s %(amount)s till")
        % {"party": in_sentence(party), "amount": money.in_kronor(needs.parties[party.party].missing)}
        for party in parties
        if needs.parties[party.party].missing
    ]
    if not lacking:
        return Sentence(_REACHED, target)
    able = [in_sentence(party) for party in parties if party.party in needs.able]
    if not able:
        return Sentence(_NEEDED, target, {"needed": listed(lacking)})
    words = {"needed": listed(lacking), "able": capital(listed(able))}
    return Sentence(_NEEDED_AND_ABLE, target, words)


_B_MORE = gettext_noop("Scenario B ger {change} mer än scenario A.")
_B_LESS = gettext_noop("Scenario B ger {change} mindre än scenario A.")
_B_SAME = gettext_noop("Båda scenarierna ger lika stor budget.")


def against(one: YearBudget, other: YearBudget) -> Sentence | None:
    """The second scenario against the first; None while either has no total."""
    former, latter = one.summary.total.amount, other.summary.total.amount
    if former is None or latter is None:
        return None
    if former == latter:
        return Sentence(_B_SAME, {})
    figures = {"change": money.with_unit(abs(latter - former))}
    return Sentence(_B_MORE if latter > former else _B_LESS, figures)
