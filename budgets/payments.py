"""Where a year's payments stand on a day: what each member is called for, has paid, owes and is late with.

What is *called* is what the adopted budget calls; until there is one, what the rule gives now. Nothing is
late before the budget is adopted and the payment plan saved: nobody can miss a day that was never set.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from budgets import ledger, queries, sentences
from budgets.instalments import Instalment, Standing, default_instalments, standing
from budgets.ledger import Balances, Cell
from budgets.models import Account, BudgetVersion
from budgets.models import Instalment as PlannedInstalment
from budgets.rules import Party
from budgets.years import YearSummary
from finsam import money
from finsam.money import MISSING, Figure
from members.models import Association, Member

# The plan that is suggested where none is saved.
DEFAULT_COUNT = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """On which days the year's contributions are due. One that is not saved is only a suggestion."""

    instalments: tuple[Instalment, ...]
    is_saved: bool


@dataclass(frozen=True, slots=True)
class MemberPayments:
    """One member's year. ``paid`` is öre; ``standing`` is None while nothing is called from it.

    ``is_counted``: whether its days count, so that it can be late.
    """

    member: Member
    called: Figure
    paid: int
    standing: Standing | None
    is_counted: bool

    @property
    def name(self) -> str:
        """The organisation's name."""
        return self.member.organisation.name

    @property
    def late(self) -> Figure:
        """What should have been paid by now and is not; missing where no day counts."""
        if not (self.standing and self.is_counted):
            return MISSING
        return Figure(self.standing.late, self.called.is_derived)

    @property
    def is_late(self) -> bool:
        """Whether any of it is late."""
        return bool(self.late.amount)

    @property
    def rest(self) -> Figure:
        """What remains to pay of the year."""
        return Figure(self.standing.rest, self.called.is_derived) if self.standing else MISSING

    @property
    def over(self) -> Figure:
        """What was paid beyond what is called."""
        return Figure(self.standing.over, self.called.is_derived) if self.standing else MISSING


@dataclass(frozen=True, slots=True)
class YearPayments:
    """A year's payments as of ``today``.

    ``version`` is the adopted budget that called the contributions, None before there is one;
    ``summary`` is then what the rule gives now. ``keyed`` are the parties that share by a key.
    """

    association: Association
    year: int
    today: date
    version: BudgetVersion | None
    summary: YearSummary | None
    plan: Plan
    rows: tuple[MemberPayments, ...]
    keyed: frozenset[str]

    @property
    def called(self) -> Figure:
        """What all members are called for together: the budget's total."""
        return money.total(row.called for row in self.rows)

    @property
    def paid(self) -> int:
        """What all have paid, öre."""
        return sum(row.paid for row in self.rows)

    @property
    def late(self) -> Figure:
        """What all are late with."""
        return money.total(row.late for row in self.rows)

    @property
    def late_list(self) -> str:
        """Who is late, as a sentence lists them; empty when nobody is."""
        names = [row.name for row in self.rows if row.is_late]
        return sentences.listed(names) if names else ""

    @property
    def obstacle(self) -> str:
        """Why the rule gives no amounts yet; empty when it does, or the budget is adopted."""
        return sentences.obstacle(self.summary) if self.summary else ""

    @property
    def has_missing(self) -> bool:
        """Whether any member's contribution is not known."""
        return any(row.called.is_missing for row in self.rows)

    @property
    def has_derived(self) -> bool:
        """Whether any member's contribution is derived."""
        return any(row.called.is_derived for row in self.rows)

    @property
    def is_counted(self) -> bool:
        """Whether the plan's days count: the budget is adopted and the plan saved."""
        return self.version is not None and self.plan.is_saved

    def row_of(self, slug: str) -> MemberPayments | None:
        """The member's row, None for nobody here."""
        return next((row for row in self.rows if row.member.slug == slug), None)

    def obstacle_to_call(self, row: MemberPayments) -> str:
        """Why the member cannot be called for payment; empty when it can."""
        if self.version is None:
            return _(
                "Budgeten är inte fastställd. Bidraget kan rekvireras när styrelsen har fastställt budgeten."
            )
        if not self.plan.is_saved:
            return _("Betalningsplanen är inte sparad. Spara den först, så får rekvisitionen sina dagar.")
        if not row.called.amount:
            told = _("Budgeten för %(year)s begär inget bidrag från %(name)s.")
            return told % {"year": self.year, "name": row.name}
        return ""


def year_payments(association: Association, year: int, today: date) -> YearPayments:
    """Gather the year's payments in four queries, however many members there are."""
    adopted = BudgetVersion.objects.adopted().filter(association=association, year=year)
    version = adopted.select_related("posting").order_by("ordinal").last()
    found = ledger.balances(
        association,
        years=[year],
        accounts=[Account.COMMITTED, Account.KEY, Account.CALLED, Account.PAID],
        upto=version.posting.number if version else None,
        always=[Account.PAID],
    )
    members = list(association.members.select_related("organisation"))
    plan = plan_of(association, year)
    summary, called = None, _called(found, year)
    if version is None:
        present = [member for member in members if member.is_in(year)]
        summary, _share = queries.summary_of(year, None, present, found)
        called = {row.member.pk: row.called for party in summary.parties for row in party.members}
    paid = _paid(found)
    is_counted = version is not None and plan.is_saved
    rows = [
        _row(member, called.get(member.pk, MISSING), paid.get(member.pk, 0), plan, today, is_counted)
        for party in Party
        for member in members
        if member.party == party and _concerns(member, year, called, paid)
    ]
    return YearPayments(
        association=association,
        year=year,
        today=today,
        version=version,
        summary=summary,
        plan=plan,
        rows=tuple(rows),
        keyed=frozenset(member.party for member in members if _weight(found, year, member)),
    )


def plan_of(association: Association, year: int) -> Plan:
    """The year's payment plan, or the suggestion where none is saved."""
    saved = association.instalments.filter(year=year).order_by("due")
    instalments = tuple(Instalment(each.due, each.weight) for each in saved)
    return Plan(instalments or default_instalments(year, DEFAULT_COUNT), is_saved=bool(instalments))


@transaction.atomic
def plan_payments(*, association: Association, year: int, instalments: Iterable[Instalment]) -> None:
    """Let the year's contributions be due in these instalments, whatever the plan was before."""
    ledger.lock(association)
    association.instalments.filter(year=year).delete()
    PlannedInstalment.objects.bulk_create(
        PlannedInstalment(association=association, year=year, due=each.due, weight=each.weight)
        for each in instalments
    )


def _called(found: Balances, year: int) -> dict[int | None, Figure]:
    """What the adopted budget calls from each member."""
    return {
        cell.member_id: balance.figure
        for cell, balance in found.items()
        if (cell.account, cell.year) == (Account.CALLED, year)
    }


def _paid(found: Balances) -> dict[int | None, int]:
    """What each member has paid, all months together, öre."""
    paid: dict[int | None, int] = {}
    for cell, balance in found.items():
        if cell.account == Account.PAID:
            paid[cell.member_id] = paid.get(cell.member_id, 0) + balance.amount
    return paid


def _weight(found: Balances, year: int, member: Member) -> int:
    """The member's weight in its party's key, 0 without one."""
    return ledger.figure(found, Cell(Account.KEY, year, member_id=member.pk)).amount or 0


def _concerns(
    member: Member, year: int, called: dict[int | None, Figure], paid: dict[int | None, int]
) -> bool:
    """Whether the member pays in the year, or something stands in the ledger for it all the same."""
    has_figures = bool(called.get(member.pk, MISSING).amount) or member.pk in paid
    return has_figures or (member.pays and member.is_in(year))


def _row(
    member: Member, called: Figure, paid: int, plan: Plan, today: date, is_counted: bool
) -> MemberPayments:
    stands = None if called.amount is None else standing(called.amount, paid, plan.instalments, today)
    return MemberPayments(member, called, paid, stands, is_counted)
