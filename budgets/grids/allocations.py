"""The allocation grids: the budget per line, for the year and its plan years, or month by month.

A line stands either for whole years or, in a year, month by month; its budget is the sum. What there is to
divide is the members' contributions, other income and the planned use of own capital. To divide more than
that is refused; all else that the board should know is a warning.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.dates import MONTHS_3
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budgets import ledger, queries
from budgets.grids import grid
from budgets.grids.contributions import PLAN_YEARS
from budgets.grids.grid import Books, Column, Follows, Grid, Row, Slot, SumRow, Typed
from budgets.ledger import Balances, Cell
from budgets.models import Account, BudgetLine
from budgets.years import difference
from finsam import kronor, money
from finsam.money import MISSING, Figure
from members.models import Association

ACCOUNTS = [Account.ALLOCATED, Account.EQUITY_USE, Account.COMMITTED, Account.KEY, Account.OPENING_EQUITY]
# The row of the planned use of own capital, which no budget line's slug can be.
EQUITY = "_eget-kapital"
# What a row's amounts are. Measures are costs too; the other costs are told apart for their share.
MEASURES, OTHER_COSTS, INCOMES = "measures", "other-costs", "incomes"
COSTS = (MEASURES, OTHER_COSTS)
# The month grid's column for what is not divided in months.
WHOLE_YEAR = "helar"

# A line in a year, as (line, year).
LineYear = tuple[int | None, int]
# What is budgeted on the months of each line that is divided.
Months = Mapping[LineYear, list[Figure]]


def allocation_grid(association: Association, year: int, seen: int | None = None) -> Grid:
    """All lines of the years, costs before other income, by the year before, the year and the plan years.

    A line that is divided in months is summed and not typed in here. ``seen``: as in every grid.
    """
    years = range(year - 1, year + PLAN_YEARS)
    books = grid.books(association, years, [*ACCOUNTS], seen)
    figured = _with_figures(books)
    months = _by_month(books.shown), _by_month(books.stands)
    rows = [
        _year_row(books, line, years, figured, *months)
        for line in _ordered(association)
        if any(line.is_active_in(each) or (line.pk, each) in figured for each in years)
    ]
    equity = tuple(
        books.slot(EQUITY, str(each), Cell(Account.EQUITY_USE, each), is_open=each >= year) for each in years
    )
    rows.append(Row(EQUITY, _("Ur eget kapital"), equity, note=_("planerat nyttjande"), group=EQUITY))
    notes = {year - 1: _("året före"), year: _("budgetår")}
    return Grid(
        association,
        tuple(Column(str(each), str(each), notes.get(each, _("plan"))) for each in years),
        tuple(rows),
        books,
        caption=_("Budget per post %(first)s–%(last)s") % {"first": year, "last": years[-1]},
        unit=_("Belopp i kr"),
        corner=_("Post"),
    )


def month_grid(association: Association, year: int, seen: int | None = None) -> Grid:
    """The year's lines by month, with a column for what is not divided in months."""
    books = grid.books(association, [year], [*ACCOUNTS], seen)
    figured = _with_figures(books)
    rows = [
        Row(line.slug, line.name, tuple(_month_slots(books, line, year)), group=_group(line))
        for line in _ordered(association)
        if line.is_active_in(year) or (line.pk, year) in figured
    ]
    columns = [Column(f"{year}-{month:02}", str(MONTHS_3[month])) for month in range(1, 13)]
    return Grid(
        association,
        (Column(WHOLE_YEAR, _("helår"), _("ej delat")), *columns),
        tuple(rows),
        books,
        caption=_("Budget per post och månad %(year)s") % {"year": year},
        unit=_("Belopp i kr"),
        corner=_("Post"),
        beside=(_("Summa"),),
        empty_text=_("Året har inga poster än. Lägg upp dem under Budgetposter."),
        css="months",
    )


def _ordered(association: Association) -> list[BudgetLine]:
    """The lines in their own order, costs before other income."""
    return sorted(association.lines.all(), key=lambda line: line.is_income)


def _group(line: BudgetLine) -> str:
    if line.is_income:
        return INCOMES
    return MEASURES if line.kind == BudgetLine.Kind.MEASURE else OTHER_COSTS


def _with_figures(books: Books) -> set[LineYear]:
    """Where anything is budgeted, also on a line that is no longer used."""
    return {
        (cell.line_id, cell.year)
        for cell in [*books.shown, *books.stands]
        if cell.account == Account.ALLOCATED
    }


def _by_month(found: Balances) -> Months:
    """What is budgeted on months; a line whose months are all 0 is not divided."""
    months: dict[LineYear, list[Figure]] = defaultdict(list)
    for cell, balance in found.items():
        if cell.account == Account.ALLOCATED and cell.month:
            months[cell.line_id, cell.year].append(balance.figure)
    return {place: figures for place, figures in months.items() if any(each.amount for each in figures)}


def _year_row(
    books: Books, line: BudgetLine, years: range, figured: set[LineYear], shown: Months, stands: Months
) -> Row:
    """The line's years; closed before the budget year, and where the form showed that months hold them."""
    slots: list[Slot | None] = []
    for each in years:
        cell, place = Cell(Account.ALLOCATED, each, line_id=line.pk), (line.pk, each)
        if place in shown:
            whole = money.total([ledger.figure(books.stands, cell), *stands.get(place, [])])
            slots.append(Slot(line.slug, str(each), cell, whole, whole, is_open=False))
        elif line.is_active_in(each) or place in figured:
            slots.append(books.slot(line.slug, str(each), cell, is_open=each > years[0]))
        else:
            slots.append(None)
    note = line.get_measure_display() or line.get_kind_display()
    if any((line.pk, each) in shown for each in years[1:]):
        note = _("%(kind)s, delad på månader") % {"kind": note}
    return Row(line.slug, line.name, tuple(slots), note=note, group=_group(line))


def _month_slots(books: Books, line: BudgetLine, year: int) -> Iterator[Slot]:
    """What is not divided, then the twelve months. They differ as they will: only their sum is compared."""
    for month in (None, *range(1, 13)):
        cell = Cell(Account.ALLOCATED, year, month, line_id=line.pk)
        column = f"{year}-{month:02}" if month else WHOLE_YEAR
        yield books.slot(line.slug, column, cell, is_asked_about=False)


@dataclass(frozen=True, slots=True)
class Division:
    """One year's money and what is done with it."""

    contributions: Figure
    incomes: Figure
    equity: Figure
    measures: Figure
    other_costs: Figure

    @property
    def costs(self) -> Figure:
        """All that the money goes to."""
        return money.total([self.measures, self.other_costs])

    @property
    def left(self) -> Figure:
        """What is left to divide, below zero when too much is; missing while contributions are not known."""
        if self.contributions.is_missing:
            return MISSING
        there_is = money.total([self.contributions, self.incomes, self.equity])
        return difference(there_is, money.total([self.costs, Figure(0)]))

    @property
    def over(self) -> int:
        """Öre divided beyond what there is."""
        return max(0, -(self.left.amount or 0))

    @property
    def result(self) -> Figure:
        """What the year adds to the own capital; missing while contributions or costs are not known."""
        if self.contributions.is_missing:
            return MISSING
        return difference(money.total([self.contributions, self.incomes]), self.costs)


def divisions(typed: Typed) -> dict[int, Division]:
    """Each year of the grid as typed."""
    slots = [(row.group, slot) for row in typed.grid.rows for slot in row.slots if slot]
    known = {slot.cell: typed.figure(slot) for _group, slot in slots}

    def summed(group: str, year: int) -> Figure:
        return money.total(known[slot.cell] for of, slot in slots if (of, slot.cell.year) == (group, year))

    stands = typed.grid.books.stands
    return {
        year: Division(
            contributions=contributed,
            incomes=summed(INCOMES, year),
            equity=known.get(
                Cell(Account.EQUITY_USE, year), ledger.figure(stands, Cell(Account.EQUITY_USE, year))
            ),
            measures=summed(MEASURES, year),
            other_costs=summed(OTHER_COSTS, year),
        )
        for year, contributed in _contributions(typed.grid).items()
    }


def _contributions(made_of: Grid) -> dict[int, Figure]:
    """What the members' commitments come to in each year of the grid, by the rule that adopts the budget."""
    members = list(made_of.association.members.select_related("organisation"))
    years = sorted({slot.cell.year for slot in made_of.slots()})
    found = {}
    for year in years:
        present = [member for member in members if member.is_in(year)]
        summary, _share = queries.summary_of(year, None, present, made_of.books.stands)
        found[year] = summary.total
    return found


def follows(typed: Typed) -> Follows:
    """What there is to divide, what is divided, what is left, and the own capital where it is known.

    Refused where a change divides more than there is, not where it only makes an older excess smaller.
    """
    by_year = divisions(typed)
    openings = _openings(typed.grid.books.stands, by_year)
    years = list(by_year.values())
    foot = [
        _foot(_("Summa kostnader"), [year.costs for year in years], "total"),
        _foot(_("Medlemsbidrag"), [year.contributions for year in years], "aside-row"),
        _foot(_("Övriga intäkter"), [year.incomes for year in years], "aside-row"),
        _foot(_("Kvar att fördela"), [year.left for year in years], "total"),
        SumRow(_("Annat än insatser"), tuple(_share_of_others(year) for year in years), "aside-row"),
    ]
    closings = [_closing(openings[year].amount, division) for year, division in by_year.items()]
    if any(not closing.is_missing for closing in closings):
        foot.append(_foot(_("Eget kapital vid årets slut"), closings, "aside-row"))
    over = _over_after(typed, by_year)
    gone = _divided_since(typed)
    return Follows(
        foot=tuple(foot),
        refusals=(*gone, *(_told_over(year, amount) for year, amount in over.items())),
        warnings=tuple(
            warning
            for year, division in list(by_year.items())[1:]
            for warning in _warnings(typed.grid, year, division, openings[year], is_refused=year in over)
        ),
    )


def month_follows(typed: Typed) -> Follows:
    """The sums of the months and of the lines, and what is left to divide. Refused like whole years."""
    foot = []
    for name, groups in ((_("Summa kostnader"), COSTS), (_("Summa övriga intäkter"), (INCOMES,))):
        rows = [row.slots for row in typed.grid.rows if row.group in groups]
        if rows:
            sums = [money.total(typed.figure(slot) for slot in column) for column in zip(*rows, strict=True)]
            foot.append(_foot(name, [*sums, money.total(sums)], "total" if groups == COSTS else "aside-row"))
    beside = {
        row.slug: SumRow("", (kronor.kr(money.total(typed.figure(slot) for slot in row.slots)),))
        for row in typed.grid.rows
    }
    by_year = divisions(typed)
    over = _over_after(typed, by_year)
    openings = _openings(typed.grid.books.stands, by_year)
    warnings: list[str] = []
    for year, division in by_year.items():
        # Of the year, so in the first column, where it is seen without looking beside the months.
        empty = [""] * (typed.grid.width - 2)
        foot.append(SumRow(_("Kvar att fördela"), (kronor.kr(division.left), *empty), "total"))
        warnings += _warnings(typed.grid, year, division, openings[year], is_refused=year in over)
    refusals = tuple(_told_over(year, amount) for year, amount in over.items())
    return Follows(foot=tuple(foot), beside=beside, refusals=refusals, warnings=tuple(warnings))


def _foot(name: str, figures: list[Figure], css: str) -> SumRow:
    return SumRow(name, tuple(kronor.kr(figure) for figure in figures), css)


def _share_of_others(year: Division) -> SafeString | str:
    """The share of the costs that is board, administration, audit and the like."""
    if not year.costs.amount:
        return kronor.kr(None)
    return money.percent(year.other_costs.amount or 0, year.costs.amount)


@dataclass(frozen=True, slots=True)
class _Opening:
    """The own capital that a year begins with, öre, None if not known; booked, or what the plan leaves."""

    amount: int | None
    is_booked: bool


def _openings(stands: Balances, years: dict[int, Division]) -> dict[int, _Opening]:
    """Each year's opening own capital: as booked, else what the year before is planned to leave."""
    openings: dict[int, _Opening] = {}
    left: int | None = None
    for year, division in years.items():
        booked = ledger.figure(stands, Cell(Account.OPENING_EQUITY, year)).amount
        openings[year] = _Opening(left if booked is None else booked, booked is not None)
        left = _closing(openings[year].amount, division).amount
    return openings


def _closing(opening: int | None, division: Division) -> Figure:
    """The own capital at the year's end; missing unless the opening and the result are known."""
    result = division.result
    if opening is None or result.amount is None:
        return MISSING
    return Figure(opening + result.amount, result.is_derived)


def _over_after(typed: Typed, years: dict[int, Division]) -> dict[int, int]:
    """The years in which the wishes make an excess, or a larger one than stands, and how large: öre.

    Reckoned on the books as they stand, whatever the form showed: others may have divided money since.
    """
    signs = {MEASURES: -1, OTHER_COSTS: -1, INCOMES: 1, EQUITY: 1}
    of_line = {slot.cell.line_id: signs[row.group] for row in typed.grid.rows for slot in row.slots if slot}
    left = {
        year: division.contributions.amount
        for year, division in years.items()
        if division.contributions.amount is not None
    }
    for cell, balance in typed.grid.books.stands.items():
        if cell.year in left and cell.account in (Account.ALLOCATED, Account.EQUITY_USE):
            # The planned use of own capital is no line's, and adds to what there is.
            left[cell.year] += of_line.get(cell.line_id, 1) * balance.amount
    changed = dict.fromkeys(left, 0)
    for slot, wish in typed.wishes.items():
        if slot.cell.year in left:
            more = (wish.amount or 0) - (slot.stands.amount or 0)
            changed[slot.cell.year] += of_line[slot.cell.line_id] * more
    return {
        year: -(left[year] + changed[year])
        for year in sorted(left)
        if changed[year] < 0 and left[year] + changed[year] < 0
    }


def _told_over(year: int, over: int) -> str:
    told = _(
        "%(year)s fördelas %(over)s mer än det finns. Minska kostnaderna, eller öka det som tas ur eget "
        "kapital med %(over)s."
    )
    return told % {"year": year, "over": money.in_kronor(over)}


def _divided_since(typed: Typed) -> Iterator[str]:
    """Refuse a whole year's amount on a line that somebody has divided in months since the form was shown."""
    divided = _by_month(typed.grid.books.stands)
    names = {row.slug: row.name for row in typed.grid.rows}
    for slot in typed.wishes:
        months = divided.get((slot.cell.line_id, slot.cell.year))
        if months:
            told = _(
                "%(name)s %(year)s har delats på månader medan du skrev, %(sum)s i allt. Töm fältet och "
                "ändra månaderna i stället."
            )
            if not slot.shown.is_missing:
                told = _(
                    "%(name)s %(year)s har delats på månader medan du skrev, %(sum)s i allt. Skriv "
                    "%(shown)s här igen och ändra månaderna i stället."
                )
            yield told % {
                "name": names[slot.row],
                "year": slot.cell.year,
                "sum": money.in_kronor(money.total(months).amount or 0),
                "shown": slot.shown_text,
            }


def _warnings(
    made_of: Grid, year: int, division: Division, opening: _Opening, *, is_refused: bool
) -> Iterator[str]:
    """What the board should know and may decide."""
    if division.over and not is_refused:
        yield _told_over(year, division.over)
    used = division.equity.amount or 0
    if used:
        told = _("%(year)s tas %(used)s ur eget kapital.")
        if opening.amount is not None and used > opening.amount:
            told = _("%(year)s tas %(used)s ur eget kapital, %(more)s mer än det som beräknas finnas då.")
            if opening.is_booked:
                told = _("%(year)s tas %(used)s ur eget kapital, %(more)s mer än det ingående.")
        more = money.in_kronor(used - (opening.amount or 0))
        yield told % {"year": year, "used": money.in_kronor(used), "more": more}
    target, costs = made_of.association.administration_target, division.costs.amount
    others = division.other_costs.amount or 0
    if target and costs and target.place(Fraction(others, costs)) > 0:
        told = _("%(year)s går %(share)s till annat än insatser. Förbundets mål är %(target)s.")
        yield told % {"year": year, "share": money.percent(others, costs, None), "target": target}


def equity_needs_reason(typed: Typed) -> str:
    """A planned deficit is explained where it is decided (KL 11:5 st. 2 asks for balance)."""
    uses = [slot for slot, wish in typed.wishes.items() if slot.row == EQUITY and wish.amount]
    return _("Skriv varför eget kapital tas i anspråk.") if uses else ""


def spread(typed: Typed) -> Typed:
    """Divide each line's undivided amount on the months, whole kronor as far as they go.

    A line that already has months is left as it is.
    """
    texts = dict(typed.texts)
    for row in typed.grid.rows:
        whole, *months = (slot for slot in row.slots if slot)
        amount = typed.figure(whole).amount
        if not amount or any(typed.figure(month).amount for month in months):
            continue
        unit = money.ORE_PER_KRONA if amount % money.ORE_PER_KRONA == 0 else 1
        parts = money.split(amount // unit, [1] * len(months))
        texts |= {month.name: money.kr(part * unit) for month, part in zip(months, parts, strict=True)}
        texts[whole.name] = "" if whole.shown.is_missing else "0"
    return replace(typed, texts=texts)
