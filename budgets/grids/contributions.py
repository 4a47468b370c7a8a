"""The contribution grid: what each member offers for the budget year and the two plan years after it."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budgets import queries, sentences
from budgets.grids import grid
from budgets.grids.grid import Books, Column, Follows, Grid, Row, SumRow, Typed
from budgets.ledger import Cell
from budgets.models import Account
from budgets.rules import EqualShare, Party
from budgets.years import PartyRow, YearSummary
from finsam import kronor, money
from finsam.money import MISSING, Figure
from members.models import Association, Member

# The budget year and the two plan years after it (KL 11:6 through 21 §).
PLAN_YEARS = 3
ACCOUNTS = [Account.COMMITTED, Account.KEY]


def contribution_grid(association: Association, year: int, seen: int | None = None) -> Grid:
    """All paying members by the year before, the year and the plan years; the year before is not typed in.

    ``seen``: the posting number that the form was made from, None for now.
    """
    years = range(year - 1, year + PLAN_YEARS)
    books = grid.books(association, years, [*ACCOUNTS], seen)
    paying = [
        member
        for member in association.members.select_related("organisation").order_by("position", "pk")
        if member.pays and any(member.is_in(each) for each in years)
    ]
    rows = [_row(books, member, years) for party in Party for member in paying if member.party == party]
    return Grid(
        association,
        tuple(_column(each, year) for each in years),
        tuple(rows),
        books,
        caption=_("Åtaganden %(first)s–%(last)s") % {"first": year, "last": years[-1]},
        unit=_("Belopp i kr"),
        corner=_("Medlem"),
        empty_text=_("Förbundet har inga betalande medlemmar de här åren. Lägg till dem under Medlemmar."),
    )


def _column(each: int, year: int) -> Column:
    notes = {year - 1: _("året före"), year: _("budgetår")}
    return Column(str(each), str(each), notes.get(each, _("plan")))


def _row(books: Books, member: Member, years: range) -> Row:
    slots = []
    for each in years:
        cell = Cell(Account.COMMITTED, each, member_id=member.pk)
        slot = books.slot(member.slug, str(each), cell, is_open=each > years[0])
        slots.append(slot if member.is_in(each) else None)
    return Row(member.slug, member.organisation.name, tuple(slots), group=member.party)


@dataclass(frozen=True, slots=True)
class YearOutcome:
    """What one year's column comes to: the rule's answer to what was typed."""

    summary: YearSummary
    share: EqualShare | None

    @property
    def limiting(self) -> str:
        """Who sets the cap, in a few words; empty when not known."""
        return sentences.limiting(self.summary)

    @property
    def obstacle(self) -> str:
        """Why there is no total; empty when there is one."""
        return sentences.obstacle(self.summary)


def outcomes(typed: Typed) -> tuple[YearOutcome, ...]:
    """The rule applied to each column as typed; the same rule that adopts the budget."""
    members = list(typed.grid.association.members.select_related("organisation"))
    found = typed.balances()
    outcomes = []
    for column in typed.grid.columns:
        year = int(column.key)
        present = [member for member in members if member.is_in(year)]
        outcomes.append(YearOutcome(*queries.summary_of(year, None, present, found)))
    return tuple(outcomes)


def follows(typed: Typed) -> Follows:
    """The sums per party, the budget that the offers suffice for, and who sets the cap."""
    years = outcomes(typed)
    summaries = [year.summary for year in years]
    return Follows(
        subtotals=_subtotals(summaries),
        foot=(
            SumRow(
                _("Budget enligt åtagandena"), tuple(kronor.kr(each.total) for each in summaries), "total"
            ),
            SumRow(_("Sätter taket"), tuple(_cap(year) for year in years), "cap"),
            SumRow(_("Outnyttjat"), tuple(kronor.kr(each.unused) for each in summaries), "aside-row"),
        ),
        warnings=tuple(year.obstacle for year in years[1:2] if year.obstacle),
    )


def _subtotals(summaries: list[YearSummary]) -> dict[str, SumRow]:
    """What each party of several members offers together; missing while one of them is."""
    subtotals = {}
    for party in Party:
        found = [next((row for row in each.parties if row.party == party), None) for each in summaries]
        named = [row for row in found if row and len([each for each in row.members if each.member.pays]) > 1]
        if named:
            cells = tuple(kronor.kr(_offered(row) if row else None) for row in found)
            subtotals[party.value] = SumRow(named[-1].name, cells)
    return subtotals


def _offered(party: PartyRow) -> Figure:
    """What a party offers: no sum of some members is given out for that of all."""
    is_whole = all(not row.offered.is_missing for row in party.members if row.member.pays)
    return party.offered if is_whole else MISSING


def _cap(year: YearOutcome) -> SafeString | str:
    """Who sets the cap, and what one krona more from there would do."""
    if not year.limiting:
        return kronor.kr(None)
    share = year.share
    if not share or not share.leverage or not share.headroom:
        return year.limiting
    (party,) = year.summary.limiting
    lowest = sentences.cause(party)
    if lowest is not party:
        more = _("%(member)s ligger lägst mot nyckeln") % {"member": lowest.name}
    else:
        more = _("1 kr till ger %(times)s kr, upp till %(headroom)s") % {
            "times": share.leverage,
            "headroom": money.in_kronor(share.headroom),
        }
    return format_html('{} <span class="note">{}</span>', year.limiting, more)
