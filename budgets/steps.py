"""A year's budget on its way from draft to adopted: what is done, what comes next, what stands in the way.

The board lays a proposal, the members answer in the consultation, the board adopts (23 § lag (2003:1210)).
An adopted budget whose figures have changed since goes the same way again, as a revision. Nothing here is
fetched: the year and the members' answers are given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from budgets import sentences
from budgets.deadlines import latest_board_date
from budgets.models import BudgetVersion, Note
from budgets.years import YearBudget
from finsam import money
from members.models import Member


class Step(StrEnum):
    """What a secretary can do with a year's budget. The values stand in the form."""

    PROPOSE = "propose"
    ANSWER = "answer"
    CONSULT = "consult"
    ADOPT = "adopt"


def previous_adoption(budget: YearBudget) -> int:
    """The posting number of the adoption before this round, 0 for none: earlier answers were about that."""
    adopted = [version.posting.number for version in budget.versions if version.is_adopted]
    adopted = adopted[:-1] if budget.summary.is_decided else adopted
    return adopted[-1] if adopted else 0


@dataclass(frozen=True, slots=True)
class Round:
    """One way from draft to adopted: the year as those with a role see it, and the members' answers by pk."""

    budget: YearBudget
    answers: Mapping[int, Note] = field(default_factory=dict)

    @property
    def is_settled(self) -> bool:
        """Whether the year is adopted and nothing has changed since."""
        return self.budget.summary.is_decided

    @property
    def is_begun(self) -> bool:
        """Whether there is anything to lay before the board."""
        return self.budget.version is not None or self.budget.is_working

    @property
    def is_revision(self) -> bool:
        """Whether the year has been adopted before."""
        return previous_adoption(self.budget) > 0

    @property
    def versions(self) -> tuple[BudgetVersion, ...]:
        """The proposals of this round, consulted or not, oldest first."""
        since = previous_adoption(self.budget)
        return tuple(
            version
            for version in self.budget.versions
            if version.posting.number > since and not version.is_adopted
        )

    @property
    def proposal(self) -> BudgetVersion | None:
        """The newest of them, None before the first."""
        return self.versions[-1] if self.versions else None

    @property
    def proposed(self) -> BudgetVersion | None:
        """The newest as it was laid, before the consultation."""
        laid = [each for each in self.versions if each.state == BudgetVersion.State.PROPOSED]
        return laid[-1] if laid else None

    @property
    def is_consulted(self) -> bool:
        """Whether the newest has been through the consultation."""
        return self.proposal is not None and self.proposal.state == BudgetVersion.State.CONSULTED

    @property
    def was_public(self) -> bool:
        """Whether any of them was published."""
        return any(version.is_public for version in self.versions)

    @property
    def members(self) -> tuple[Member, ...]:
        """All members of the year, those that pay nothing too."""
        return tuple(row.member for party in self.budget.summary.parties for row in party.members)

    @property
    def unanswered(self) -> tuple[Member, ...]:
        """The members that have not answered."""
        return tuple(member for member in self.members if member.pk not in self.answers)

    @property
    def objecting(self) -> tuple[Member, ...]:
        """The members that advise against."""
        against = Note.Stance.OBJECTS
        return tuple(
            member
            for member in self.members
            if member.pk in self.answers and self.answers[member.pk].stance == against
        )

    @property
    def called(self) -> dict[int, int]:
        """What adopting calls from each member, öre by its pk; empty while it cannot be worked out."""
        called = self.budget.share.members if self.budget.share else {}
        return {member.pk: called[member.pk].called for member in self.members if member.pk in called}

    @property
    def next_step(self) -> Step | None:
        """What is most likely to be done next."""
        if self.is_settled or not self.is_begun:
            return None
        if self.proposal is None:
            return Step.PROPOSE
        if not self.is_consulted:
            return Step.ANSWER if self.unanswered else Step.CONSULT
        return Step.ADOPT


def _names(members: tuple[Member, ...]) -> str:
    return sentences.listed(member.organisation.name for member in members)


def refusals(way: Round, step: Step) -> list[str]:
    """Why the step cannot be taken, each in a sentence with the cure; empty when it can."""
    if not way.is_begun:
        return [_("Här finns inget att lägga fram än. Skriv först in vad medlemmarna åtar sig.")]
    if way.is_settled:
        return [_("Budgeten är redan fastställd. Den kan revideras när ett belopp har ändrats.")]
    if step in (Step.ANSWER, Step.CONSULT) and way.proposal is None:
        return [_("Lägg fram ett förslag först. Det är förslaget som medlemmarna svarar på.")]
    return _unfit(way.budget) if step == Step.ADOPT else []


def _unfit(budget: YearBudget) -> list[str]:
    """What the budget lacks to be adopted."""
    found = [sentences.obstacle(budget.summary)]
    if budget.over_allocated:
        told = _(
            "Kostnaderna är %(over)s större än medlemsbidragen, de övriga intäkterna och det egna kapital "
            "som budgeten använder. Sänk kostnaderna, eller räkna med mer eget kapital."
        )
        found.append(told % {"over": money.in_kronor(budget.over_allocated)})
    return [sentence for sentence in found if sentence]


def before_proposal(way: Round) -> list[str]:
    """What the secretary should know before laying a proposal. None of it stands in the way."""
    budget = way.budget
    found = [sentences.obstacle(budget.summary)]
    if not any(not row.allocated.is_missing for row in budget.costs):
        found.append(_("Inga kostnader är fördelade på poster än."))
    left = budget.left_to_allocate
    if left > 0:
        found.append(_("%(left)s är kvar att fördela.") % {"left": money.in_kronor(left)})
    if budget.over_allocated:
        found.append(
            _("%(over)s mer än det finns är fördelat.") % {"over": money.in_kronor(budget.over_allocated)}
        )
    return [sentence for sentence in found if sentence]


def cautions(way: Round, today: date) -> list[str]:
    """What the secretary should know before adopting. None of it stands in the way."""
    found = []
    if not way.is_revision and not way.was_public:
        found.append(
            _(
                "Inget förslag har varit offentligt. Det ska finnas på webben från kallelsen till "
                "sammanträdet (8 kap. 14 § kommunallagen)."
            )
        )
    if not way.is_consulted:
        found.append(
            _("Samrådet är inte klart. Medlemmarna ska få yttra sig innan budgeten fastställs (23 §).")
        )
    if way.unanswered:
        found.append(_("%(names)s har inte svarat i samrådet.") % {"names": _names(way.unanswered)})
    if way.objecting:
        found.append(_("%(names)s avstyrker förslaget.") % {"names": _names(way.objecting)})
    found.append(changed(way))
    if all(row.allocated.is_missing for row in way.budget.costs):
        found.append(_("Inga kostnader är fördelade på poster än."))
    found.append(lateness(way, today))
    return [sentence for sentence in found if sentence]


def changed(way: Round) -> str:
    """Say that the figures are others than those that were proposed; empty when they are not."""
    if way.proposal is None or not way.budget.is_working:
        return ""
    return _("Beloppen har ändrats sedan version %(ordinal)s.") % {"ordinal": way.proposal.ordinal}


def lateness(way: Round, day: date) -> str:
    """Say that ``day`` is after the last one for adopting the budget; empty when it is not.

    A revision is made during the year, and the members fix a new förbund's first budget on a day of their
    own. Source: 23 § lag (2003:1210).
    """
    last = latest_board_date(way.budget.year)
    founded = way.budget.association.founded
    is_new = founded is not None and founded.year >= last.year
    if way.is_revision or is_new or day <= last:
        return ""
    return _("Budgeten skulle ha varit fastställd senast den %(last)s (23 §).") % {
        "last": date_format(last, "j F Y")
    }
