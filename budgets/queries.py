"""The reads: what a page or a report shows, gathered in a fixed number of queries.

Figures come from ``ledger.balances`` and the rule from ``rules.equal_share``; nothing is stored twice.
What a viewer may see is decided here, once: a visitor reads each year as its newest public version,
those with a role in the association also what is not public.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets import forecasts, ledger
from budgets.forecasts import Forecast
from budgets.ledger import Balances, Cell
from budgets.models import (
    FIRST_YEAR,
    LAST_YEAR,
    PLAN_ACCOUNTS,
    Account,
    BudgetLine,
    BudgetVersion,
    Entry,
    Note,
    Posting,
)
from budgets.rules import EqualShare, Offer, Party, equal_share, party_weights
from budgets.years import LineRow, MemberRow, Noted, PartyRow, YearBudget, YearSummary, difference
from finsam import money
from finsam.money import MISSING, Figure
from finsam.texts import swedish_order
from members.access import Access
from members.membership import AdoptedYears
from members.models import Association, Member

# What the parties agreed, offer and are called for.
PARTY_ACCOUNTS = (Account.AGREED, Account.COMMITTED, Account.KEY, Account.CALLED)
# What happens after the budget is fixed.
OUTCOME_ACCOUNTS = (Account.PAID, Account.ACTUAL, Account.FORECAST, Account.OPENING_EQUITY)


def members_in(association: Association, year: int) -> list[Member]:
    """Those who are members in the year, with their organisations, in the association's own order."""
    return list(association.members.in_year(year).select_related("organisation"))


def equal_share_of(members: Iterable[Member], found: Balances, year: int) -> EqualShare | None:
    """The rule applied to the year's commitments and keys.

    None while a paying member's commitment is missing, a party that must pay has no member, or a key leaves
    a member out.
    """
    offers: list[Offer] = []
    members = list(members)
    for member in members:
        if not member.pays:
            continue
        committed = found.get(Cell(Account.COMMITTED, year, member_id=member.pk))
        if committed is None:
            return None
        offers.append(Offer(member.pk, Party(member.party), committed.amount))
    if not {Party.STATE, Party.MUNICIPALITIES} <= {offer.party for offer in offers}:
        return None
    keys = keys_of(members, found, year)
    if not all(_is_whole(weights, party, offers) for party, weights in keys.items()):
        return None
    return equal_share(offers, keys)


def keys_of(members: Iterable[Member], found: Balances, year: int) -> dict[Party, dict[Hashable, int]]:
    """Each party's key for the year, a weight by member's pk. A key taken back, all weights 0, is none."""
    keys: dict[Party, dict[Hashable, int]] = defaultdict(dict)
    for member in members:
        weight = found.get(Cell(Account.KEY, year, member_id=member.pk))
        if member.pays and weight is not None:
            keys[Party(member.party)][member.pk] = weight.amount
    return {party: weights for party, weights in keys.items() if any(weights.values())}


def _is_whole(weights: dict[Hashable, int], party: Party, offers: Iterable[Offer]) -> bool:
    """Whether a key weighs every paying member of its party; one entered halfway binds nobody yet."""
    paying = {offer.member for offer in offers if offer.party == party}
    return weights.keys() == paying


def adopted_years(association: Association, member: Member | None = None) -> AdoptedYears:
    """The years whose adopted budgets were reckoned with ``member`` and those without it, in one query.

    None stands for an organisation that is not a member yet: all of them were reckoned without it.
    """
    called = Entry.objects.filter(
        posting=OuterRef("posting"), account=Account.CALLED, year=OuterRef("year"), member=member
    )
    versions = BudgetVersion.objects.adopted().filter(association=association).order_by()
    found = list(versions.annotate(is_called=Exists(called)).values_list("year", "is_called"))
    return AdoptedYears(
        included=frozenset(year for year, is_called in found if is_called),
        excluded=frozenset(year for year, is_called in found if not is_called),
    )


def has_figures(member: Member) -> bool:
    """Whether anything in the ledger is about the member, also what was reversed since."""
    entries = Entry.objects.filter(association=member.association_id, member=member)
    notes = Note.objects.filter(association=member.association_id, member=member)
    return entries.exists() or notes.exists()


def last_posting_on(association: Association, cell: Cell) -> Posting:
    """The newest posting that touched ``cell``."""
    entries = Entry.objects.filter(association=association, **asdict(cell))
    return entries.select_related("posting").latest("posting__number").posting


def standing(association: Association, cell: Cell) -> Figure:
    """What a cell holds now."""
    return ledger.figure(ledger.balances(association, years=[cell.year], accounts=[cell.account]), cell)


def posting(association: Association, number: int) -> Posting | None:
    """The posting with this number, None before the first."""
    return Posting.objects.filter(association=association, number=number).first()


def newest_actual(association: Association, year: int | None = None) -> Posting | None:
    """The newest posting with actual costs or income of the year, or of any year; None before the first."""
    entries = Entry.objects.filter(association=association, account=Account.ACTUAL)
    if year is not None:
        entries = entries.filter(year=year)
    return Posting.objects.filter(pk__in=entries.values("posting")).order_by("number").last()


def state_of(association: Association, year: int, number: int) -> str:
    """In words what posting ``number`` is to the year: its newest version, or a draft after it."""
    made = BudgetVersion.objects.filter(association=association, year=year, posting__number__lte=number)
    version = made.select_related("posting").order_by("ordinal").last()
    if version is None:
        return _("utkast, läget efter verifikation %(number)s") % {"number": number}
    about = {"ordinal": version.ordinal, "state": version.get_state_display(), "number": number}
    if _newest_plan_change(association, year) <= version.posting.number:
        return _("version %(ordinal)s, %(state)s, läget efter verifikation %(number)s") % about
    return _("utkast efter version %(ordinal)s, läget efter verifikation %(number)s") % about


def visible_versions(association: Association, access: Access) -> list[BudgetVersion]:
    """The versions that the viewer may see, by year and oldest first."""
    versions = BudgetVersion.objects.filter(association=association).select_related("posting")
    if not access.reads_drafts:
        versions = versions.public()
    return list(versions.order_by("year", "ordinal"))


def public_versions() -> list[tuple[Association, list[BudgetVersion]]]:
    """All associations in Swedish order, each with the newest public version of its years, oldest first.

    Two queries, however many there are.
    """
    newest: dict[int, dict[int, BudgetVersion]] = defaultdict(dict)
    for version in BudgetVersion.objects.public().select_related("posting").order_by("year", "ordinal"):
        newest[version.association_id][version.year] = version
    return [
        (association, list(newest[association.pk].values()))
        for association in sorted(Association.objects.all(), key=lambda each: swedish_order(each.name))
    ]


@dataclass(frozen=True, slots=True)
class AssociationRow:
    """One association on the start page, with its newest adopted year in short, if it has any."""

    association: Association
    summary: YearSummary | None


def associations() -> list[AssociationRow]:
    """All associations with their newest adopted budget, in four queries however many there are."""
    newest: dict[int, BudgetVersion] = {}
    for version in BudgetVersion.objects.adopted().select_related("posting").order_by("year", "ordinal"):
        newest[version.association_id] = version
    found = ledger.fixed_balances(newest.values(), PARTY_ACCOUNTS)
    members: dict[int, list[Member]] = defaultdict(list)
    for member in Member.objects.filter(association__in=newest).select_related("organisation"):
        if member.is_in(newest[member.association_id].year):
            members[member.association_id].append(member)
    summaries = {
        pk: summary_of(version.year, version, members[pk], found[pk])[0] for pk, version in newest.items()
    }
    return [
        AssociationRow(association, summaries.get(association.pk))
        for association in sorted(Association.objects.all(), key=lambda each: swedish_order(each.name))
    ]


def year_summaries(association: Association, access: Access) -> list[YearSummary]:
    """Every year from the first to the last that the viewer may see, newest first.

    A year in between that nothing is known about is there too, empty, so that the gap is seen.
    """
    newest = {version.year: version for version in visible_versions(association, access)}
    found = ledger.balances(association, accounts=PARTY_ACCOUNTS, upto=_limits(newest, access))
    known = set(newest) | ({cell.year for cell in found} if access.reads_drafts else set())
    if not known:
        return []
    members = list(association.members.select_related("organisation"))
    actuals = _actual_costs(association)
    summaries = []
    for year in range(max(known), min(known) - 1, -1):
        if year not in known:
            summaries.append(YearSummary(year, None))
            continue
        present = [member for member in members if member.is_in(year)]
        summary, _share = summary_of(year, newest.get(year), present, found, actuals.get(year))
        summaries.append(summary)
    return summaries


def _limits(newest: Mapping[int, BudgetVersion], access: Access) -> dict[int, int]:
    """The posting number that each year's plan is read as of; a year left out is read as it stands."""
    return {
        year: version.posting.number
        for year, version in newest.items()
        if version.is_adopted or not access.reads_drafts
    }


def year_lines(
    association: Association,
    access: Access,
    accounts: Sequence[str] = (Account.ALLOCATED, Account.ACTUAL, Account.FORECAST),
) -> dict[int, tuple[LineRow, ...]]:
    """Every year's budget lines with their figures, as ``year_summaries`` reads the years. Three queries.

    ``accounts``: those whose figures are needed. A year without a figure on any line is left out; so is one
    that the viewer may not see.
    """
    newest = {version.year: version for version in visible_versions(association, access)}
    fixed = _limits(newest, access)
    found = ledger.balances(
        association,
        years=None if access.reads_drafts else newest,
        accounts=accounts,
        upto=fixed,
        always=OUTCOME_ACCOUNTS,
    )
    by_year: dict[int, dict[Cell, ledger.Balance]] = defaultdict(dict)
    for cell, balance in found.items():
        by_year[cell.year][cell] = balance
    lines = list(association.lines.all())
    return {
        year: _line_rows(lines, year, of_year, is_fixed=year in fixed) for year, of_year in by_year.items()
    }


def year_budget(
    association: Association, year: int, access: Access, ordinal: int | None = None
) -> YearBudget | None:
    """The year as the viewer may see it: version ``ordinal``, or the newest. None when there is nothing.

    Those with a role see figures changed after the newest version as a working state, and the secretary
    can open any year up to three ahead before it has any.
    """
    visible = visible_versions(association, access)
    of_year = [version for version in visible if version.year == year]
    change = _newest_plan_change(association, year) if access.reads_drafts else 0
    if ordinal is not None:
        of_year = [version for version in of_year if version.ordinal <= ordinal]
        change = 0
        if not of_year or of_year[-1].ordinal != ordinal:
            return None
    version = of_year[-1] if of_year else None
    fixed = version.posting.number if version else 0
    is_working = change > fixed
    if version is None and not is_working and not _may_begin(year, visible, access):
        return None
    shown = _Shown(year, version, max(fixed, change), is_working=is_working, visible=tuple(visible))
    return _year_budget(association, shown)


# The budget year and the two plan years after it (KL 11:6), counted from this year or the last version.
YEARS_AHEAD = 3


def _may_begin(year: int, visible: Sequence[BudgetVersion], access: Access) -> bool:
    """Whether the secretary may open a year that has nothing yet."""
    if not access.writes or year > LAST_YEAR:
        return False
    last = max((version.year for version in visible), default=0)
    return FIRST_YEAR <= year <= max(last, timezone.localdate().year) + YEARS_AHEAD


def changed_since(association: Association, year: int, seen: int) -> list[Posting]:
    """The postings after number ``seen`` that touched what a version of ``year`` would fix, oldest first.

    That is the amounts of the year's plan and the notes to them, the members' answers and the year's
    versions; until the year has been adopted also the two plan years, which its first budget fixes.
    """
    of_year = BudgetVersion.objects.filter(association=association, year=year)
    years = [year] if of_year.adopted().exists() else list(range(year, year + YEARS_AHEAD))
    entries = Entry.objects.filter(association=association, year__in=years, account__in=PLAN_ACCOUNTS)
    notes = Note.objects.filter(association=association, year__in=years, account__in=("", *PLAN_ACCOUNTS))
    later = Posting.objects.filter(association=association, number__gt=seen)
    touched = Q(pk__in=entries.values("posting")) | Q(pk__in=notes.values("posting"))
    # A reversal of a posting that only has notes has neither entries nor notes of its own.
    touched |= Q(reverses__in=notes.values("posting")) | Q(pk__in=of_year.values("posting"))
    return list(later.filter(touched).order_by("number"))


def answers(association: Association, year: int, after: int = 0) -> dict[int, Note]:
    """Each member's newest answer in the consultation about ``year``, by the member's pk. One query.

    Only those posted after number ``after``; an answer whose posting was reversed does not count.
    """
    notes = Note.objects.filter(association=association, year=year, posting__reversed_by=None)
    given = notes.exclude(stance="").filter(posting__number__gt=after)
    ordered = given.select_related("posting").order_by("posting__number", "pk")
    return {note.member_id: note for note in ordered if note.member_id is not None}


def called(association: Association, year: int) -> dict[int, Figure]:
    """What the newest adopted budget of ``year`` calls from each member, by the member's pk. One query."""
    found = ledger.balances(association, years=[year], accounts=[Account.CALLED])
    return {cell.member_id: balance.figure for cell, balance in found.items() if cell.member_id is not None}


# A posting with more entries than this is told by their number, not one by one.
LONGEST_POSTING = 12


def year_postings(association: Association, year: int, *, upto: int | None = None) -> list[Posting]:
    """The postings behind the year's plan, newest first, in two queries.

    Each has ``listed``: its entries for the year with members and lines, empty when they are too many.
    """
    touched = Entry.objects.filter(association=association, year=year, account__in=PLAN_ACCOUNTS)
    postings = Posting.objects.filter(association=association).filter(
        Q(pk__in=touched.values("posting")) | Q(version__year=year)
    )
    if upto is not None:
        postings = postings.filter(number__lte=upto)
    few = Entry.objects.filter(year=year, posting__entry_count__lte=LONGEST_POSTING)
    listed = few.select_related("member__organisation", "line").order_by("account", "pk")
    shown = postings.annotate(reversed_by_number=_reversal_number(upto)).select_related(
        "version", "reverses", "association"
    )
    return list(shown.order_by("-number").prefetch_related(Prefetch("entries", listed, to_attr="listed")))


def _reversal_number(upto: int | None) -> Subquery:
    """The number of a posting's reversal, if it had one as of ``upto``: later ones are not told of."""
    reversals = Posting.objects.filter(reverses=OuterRef("pk"))
    if upto is not None:
        reversals = reversals.filter(number__lte=upto)
    return Subquery(reversals.values("number"))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What of a year is shown: which version, as of which posting, among which the viewer may see."""

    year: int
    version: BudgetVersion | None
    number: int
    is_working: bool
    visible: tuple[BudgetVersion, ...]

    def is_total_derived(self, year: int) -> bool:
        """Whether the newest adopted total of ``year`` does not stand in its source."""
        adopted = [version for version in self.visible if version.year == year and version.is_adopted]
        return adopted[-1].is_derived if adopted else False


def _newest_plan_change(association: Association, year: int) -> int:
    """The number of the newest posting that touched the year's plan or a note to it, 0 for none."""
    about = {"association": association, "year": year, "account__in": PLAN_ACCOUNTS}
    touched = (
        Subquery(found.order_by("-posting__number").values("posting__number")[:1])
        for found in (Entry.objects.filter(**about), Note.objects.filter(**about))
    )
    numbers = Association.objects.filter(pk=association.pk).values_list(*touched).get()
    return max(number or 0 for number in numbers)


@dataclass(frozen=True, slots=True)
class ActualCosts:
    """A year's costs so far, and the last month that has any (1-12)."""

    costs: Figure
    until: int


def _actual_costs(association: Association) -> dict[int, ActualCosts]:
    """Actual costs per year, other income left out."""
    actual = Entry.objects.filter(association=association, account=Account.ACTUAL)
    costs = ledger.effective(actual).exclude(line__kind=BudgetLine.Kind.OTHER_INCOME)
    rows = costs.order_by().values("year").annotate(costs=Sum("amount"), until=Max("month"))
    return {row["year"]: ActualCosts(Figure(int(row["costs"])), row["until"]) for row in rows}


def summary_of(
    year: int,
    version: BudgetVersion | None,
    members: Sequence[Member],
    found: Balances,
    actual: ActualCosts | None = None,
    *,
    is_working: bool = False,
) -> tuple[YearSummary, EqualShare | None]:
    """One year, and the rule's outcome behind it, from balances that may hold several years.

    ``is_working``: the figures have changed since ``version``, which then says nothing of them.
    """
    share = equal_share_of(members, found, year)
    is_fixed = version is not None and version.is_adopted and not is_working
    parties = _party_rows(members, found, year, share, is_fixed=is_fixed)
    summary = YearSummary(
        year=year,
        version=version,
        agreed=_agreed(found, year),
        total=_total(parties, None if is_working else version),
        actual=actual.costs if actual else MISSING,
        actual_until=actual.until if actual else None,
        parties=parties,
        is_known=True,
        is_decided=is_fixed,
    )
    return summary, share


def _agreed(found: Balances, year: int) -> Figure:
    """The agreed level: the association's own figure, or the sum of the members'."""
    whole = ledger.figure(found, Cell(Account.AGREED, year))
    if not whole.is_missing:
        return whole
    agreed = [
        balance.figure
        for cell, balance in found.items()
        if (cell.account, cell.year) == (Account.AGREED, year)
    ]
    return money.total(agreed)


def _total(parties: Iterable[PartyRow], version: BudgetVersion | None) -> Figure:
    """What the parties are called for together. A version says whether that total itself is derived."""
    called = money.total(party.called for party in parties)
    return Figure(called.amount, version.is_derived) if version and not called.is_missing else called


def _party_rows(
    members: Sequence[Member],
    found: Balances,
    year: int,
    share: EqualShare | None,
    *,
    is_fixed: bool,
) -> tuple[PartyRow, ...]:
    """The year's parties with their members. Called amounts are the ledger's when fixed, else the rule's."""
    rows = []
    weights = party_weights(member.party for member in members if member.pays)
    for party in Party:
        of_party = [member for member in members if member.party == party]
        if not of_party:
            continue
        member_rows = tuple(_member_row(member, found, year, share, is_fixed=is_fixed) for member in of_party)
        shared = share.parties.get(party) if share else None
        rows.append(
            PartyRow(
                party=party,
                weight=weights.get(party, Fraction(0)),
                members=member_rows,
                offered=money.total(row.offered for row in member_rows),
                called=money.total(row.called for row in member_rows),
                unused=money.total(row.unused for row in member_rows),
                carries=shared.carries if shared else None,
                limits=bool(share and party in share.limiting),
            )
        )
    return tuple(rows)


def _member_row(
    member: Member, found: Balances, year: int, share: EqualShare | None, *, is_fixed: bool
) -> MemberRow:
    offered = ledger.figure(found, Cell(Account.COMMITTED, year, member_id=member.pk))
    called = ledger.figure(found, Cell(Account.CALLED, year, member_id=member.pk)) if is_fixed else MISSING
    if not is_fixed and share and member.pk in share.members:
        called = Figure(share.members[member.pk].called, offered.is_derived)
    return MemberRow(
        member=member,
        offered=offered,
        called=called,
        unused=difference(offered, called),
        caps=bool(share and member.pk in share.capping_members),
    )


def _year_budget(association: Association, shown: _Shown) -> YearBudget:
    """Gather one year: the plan as shown, the outcome as of now, the total of the year before."""
    year, version, number, is_working = shown.year, shown.version, shown.number, shown.is_working
    # A year that nothing is posted for yet has no place in the ledger: what there is, is read as of now.
    upto = number or None
    found = ledger.balances(association, years=[year], upto=upto, always=OUTCOME_ACCOUNTS)
    before = ledger.balances(association, years=[year - 1], accounts=[Account.CALLED], upto=upto)
    members = members_in(association, year)
    is_fixed = version is not None and not is_working
    lines = _line_rows(association.lines.all(), year, found, is_fixed=is_fixed)
    summary, share = summary_of(
        year, version, members, found, _costs_so_far(lines, found), is_working=is_working
    )
    return YearBudget(
        summary=summary,
        association=association,
        number=number,
        is_working=is_working,
        adopted_total=_called(found, year, shown),
        previous_total=_called(before, year - 1, shown),
        years=tuple(sorted({each.year for each in shown.visible})),
        share=share,
        keys=keys_of(members, found, year),
        lines=lines,
        paid=money.total(balance.figure for cell, balance in found.items() if cell.account == Account.PAID),
        opening_equity=ledger.figure(found, Cell(Account.OPENING_EQUITY, year)),
        equity_use=ledger.figure(found, Cell(Account.EQUITY_USE, year)),
        versions=tuple(each for each in shown.visible if each.year == year),
        notes=notes_of(association, year, upto),
    )


def notes_of(association: Association, year: int, upto: int | None = None) -> tuple[Noted, ...]:
    """The year's notes to figures as of posting number ``upto``, the newest to each. One query."""
    reversal = Posting.objects.filter(reverses=OuterRef("posting"))
    notes = Note.objects.filter(association=association, year=year, stance="")
    if upto is not None:
        notes = notes.filter(posting__number__lte=upto)
        reversal = reversal.filter(number__lte=upto)
    newest: dict[tuple[str, int | None, int | None], Noted] = {}
    for note in notes.exclude(Exists(reversal)).order_by("posting__number", "pk"):
        place = (note.account, note.member_id, note.line_id)
        newest[place] = Noted(note.account, note.text, note.member_id, note.line_id)
    return tuple(noted for noted in newest.values() if noted.text)


def _costs_so_far(lines: Iterable[LineRow], found: Balances) -> ActualCosts | None:
    """What the year's cost lines have cost, and the last month that any line has figures for."""
    months = [cell.month for cell in found if cell.account == Account.ACTUAL and cell.month]
    costs = money.total(row.actual for row in lines if not row.line.is_income)
    return ActualCosts(costs, max(months)) if months else None


def _called(found: Balances, year: int, shown: _Shown) -> Figure:
    """What the adopted budget of the year called from all members together."""
    cells = (cell for cell in found if (cell.account, cell.year) == (Account.CALLED, year))
    called = money.total(found[cell].figure for cell in cells)
    return called if called.is_missing else Figure(called.amount, shown.is_total_derived(year))


def _line_rows(
    lines: Iterable[BudgetLine], year: int, found: Balances, *, is_fixed: bool
) -> tuple[LineRow, ...]:
    """The year's lines: any that has a figure in it, and those active in it until the plan ``is_fixed``.

    Lines come without a posting: one that was added later would otherwise stand in a version made before it.
    A fixed plan without any figures has those that it knows by name alone.
    """
    allocated = _per_line(found, Account.ALLOCATED, year)
    actual = _per_line(found, Account.ACTUAL, year)
    known = allocated.keys() | actual.keys() | _per_line(found, Account.FORECAST, year).keys()
    is_told = is_fixed and bool(known)
    shown = [line for line in lines if line.pk in known or (not is_told and line.is_active_in(year))]
    comes_to = (
        line_forecasts(found, shown, year) if 0 < actual_until(found, year) < forecasts.DECEMBER else {}
    )
    return tuple(
        LineRow(
            line,
            allocated.get(line.pk, MISSING),
            actual.get(line.pk, MISSING),
            comes_to[line.pk].used if line.pk in comes_to else MISSING,
            is_judged=line.pk in comes_to and not comes_to[line.pk].override.is_missing,
        )
        for line in shown
    )


def actual_until(found: Balances, year: int) -> int:
    """The last month (1-12) of the year with an actual figure on any line, 0 before the first."""
    months = (cell.month for cell in found if (cell.account, cell.year) == (Account.ACTUAL, year))
    return max((month for month in months if month), default=0)


def line_forecasts(found: Balances, lines: Iterable[BudgetLine], year: int) -> dict[int, Forecast]:
    """What each line comes to in the whole year, with what somebody judged, by the line's pk."""
    by_month: dict[tuple[str, int], dict[int | None, Figure]] = defaultdict(dict)
    for cell, balance in found.items():
        if cell.year == year and cell.line_id is not None:
            by_month[cell.account, cell.line_id][cell.month] = balance.figure
    until = actual_until(found, year) or None
    comes_to = {}
    for line in lines:
        actual = by_month.get((Account.ACTUAL, line.pk), {})
        own = by_month.get((Account.FORECAST, line.pk), {}).get(None, MISSING)
        comes_to[line.pk] = forecasts.forecast(
            by_month.get((Account.ALLOCATED, line.pk), {}),
            {month: figure for month, figure in actual.items() if month},
            until=until,
            is_income=line.is_income,
            override=forecasts.override(own),
        )
    return comes_to


def _per_line(found: Balances, account: str, year: int) -> dict[int, Figure]:
    """An account's figure per budget line, months summed."""
    figures: dict[int, list[Figure]] = defaultdict(list)
    for cell, balance in found.items():
        if (cell.account, cell.year) == (account, year) and cell.line_id is not None:
            figures[cell.line_id].append(balance.figure)
    return {line: money.total(known) for line, known in figures.items()}
