"""The tables of pages and reports. ``templates/table.html`` draws them all: caption, scopes, sum row.

A table says what its first column heads each row with (``row_header``) and what its caption is.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import sentences
from budgets.behind import BUDGET, OUTCOME, PART_OF_PARTY, WHOLE, Behind, Part, Worked, part_of
from budgets.forecasts import is_part_of_year
from budgets.models import Account, BudgetLine
from budgets.queries import AssociationRow
from budgets.years import LineRow, MemberRow, PartyRow, YearBudget, YearSummary
from finsam import kronor, money
from finsam.kronor import AMOUNT, KronorColumn, decimals_for
from finsam.money import MISSING, Figure

# Left out on a narrow screen, where the figures matter more.
ASIDE = {"th": {"class": "aside"}, "td": {"class": "aside"}}
_AMOUNT_ASIDE = {"th": {"class": "amount aside"}, "td": {"class": "amount aside"}}


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell as the template draws it. ``heads``: it is the heading of its row."""

    text: SafeString | str
    css: str
    heads: bool


def _css(column: Any, part: str) -> str:
    """The class that a column gives its headings ("th") or cells ("td")."""
    return str(column.column.attrs.get(part, {}).get("class", ""))


class Table(tables.Table):
    """What every table here has: a caption, a unit, öre shown in all cells or in none, no sorting."""

    caption = ""
    unit = ""
    css = ""
    row_header = "name"
    # Notes to figures in the table, numbered from 1 in the order of its rows.
    notes: Sequence[str] = ()

    def __init__(
        self,
        rows: Sequence[Any],
        *,
        figures: Iterable[Figure] = (),
        total: str = "",
        summed: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        """``total`` heads the sum row, which sums the ``summed`` columns of ``rows``."""
        self.decimals = decimals_for(figures)
        self.total = total
        self.sums = {name: money.total(getattr(row, name) for row in rows) for name in summed}
        super().__init__(rows, default="", orderable=False, **kwargs)

    @property
    def head(self) -> list[tuple[str, str]]:
        """The headings, each with its class."""
        return [(column.header, _css(column, "th")) for column in self.columns]

    @property
    def body(self) -> Iterator[tuple[str, list[TableCell]]]:
        """The rows, each with its class and its cells.

        What a column needs is found once, not per cell: the library's own way asks each method anew what
        arguments it takes, which was a fifth of a page's time.
        """
        columns = [
            (self._writer(column), _css(column, "td"), column.name == self.row_header)
            for column in self.columns
        ]
        for row in self.data:
            yield self.row_css(row), [TableCell(write(row), css, heads) for write, css, heads in columns]

    def row_css(self, row: Any) -> str:
        """The class of a row; a table whose rows differ says how."""
        return getattr(row, "css", "")

    def _writer(self, column: Any) -> Callable[[Any], SafeString | str]:
        """What writes a cell of the column, given its row: the table's own render method, or the column's."""
        own = getattr(self, f"render_{column.name}", None)
        if own:
            return lambda row: own(record=row)
        value_of = column.accessor.resolve
        if isinstance(column.column, KronorColumn):
            return lambda row: column.column.render(value=value_of(row), table=self)
        return lambda row: str(value_of(row))

    @property
    def foot(self) -> list[TableCell]:
        """The sum row, empty when the table has none."""
        if not self.total:
            return []
        return [
            TableCell(self._foot_cell(column.name), _css(column, "td"), column.name == self.row_header)
            for column in self.columns
        ]

    def _foot_cell(self, name: str) -> SafeString | str:
        if name == self.row_header:
            return self.total
        return kronor.kr_with(self.sums[name], self.decimals) if name in self.sums else ""


class AssociationTable(Table):
    """All associations, each with its newest adopted budget and who capped it."""

    name = tables.Column(accessor="association", verbose_name=gettext_lazy("Förbund"))
    county = tables.Column(
        accessor="association__county", verbose_name=gettext_lazy("Län"), empty_values=(), attrs=ASIDE
    )
    year = tables.Column(verbose_name=gettext_lazy("År"), empty_values=(), attrs=AMOUNT)
    agreed = KronorColumn(verbose_name=gettext_lazy("Överenskommet"), unit=money.mnkr)
    total = KronorColumn(verbose_name=gettext_lazy("Budget"), unit=money.mnkr)
    lost = KronorColumn(verbose_name=gettext_lazy("Uteblev"), unit=money.mnkr)
    limiting = tables.Column(verbose_name=gettext_lazy("Satte taket"), empty_values=())

    caption = gettext_lazy("Samordningsförbund och deras senaste fastställda budget")
    unit = gettext_lazy("Belopp i mnkr")

    class Meta:
        empty_text = gettext_lazy("Här finns inga förbund än.")

    def render_name(self, record: AssociationRow) -> SafeString:
        """The name as a link to the association's page."""
        url = reverse("association", args=[record.association.slug])
        link = format_html('<a href="{}">{}</a>', url, record.association.name)
        if not record.association.is_invented:
            return link
        return format_html('{} <span class="state">{}</span>', link, _("påhittat"))

    def render_county(self, record: AssociationRow) -> SafeString | str:
        """The county, a dash when not known."""
        return record.association.county or kronor.kr(None)

    def render_year(self, record: AssociationRow) -> SafeString | str:
        """The year as a link to its page, a dash when nothing has been adopted."""
        if not record.summary:
            return kronor.kr(None)
        url = reverse("year", args=[record.association.slug, record.summary.year])
        return format_html('<a href="{}">{}</a>', url, record.summary.year)

    def render_agreed(self, record: AssociationRow) -> SafeString | str:
        """What was agreed."""
        return _agreed(record.summary, record.association.slug)

    def render_total(self, record: AssociationRow) -> SafeString | str:
        """The budget."""
        return _total(record.summary, record.association.slug)

    def render_lost(self, record: AssociationRow) -> SafeString | str:
        """What did not come."""
        return _lost(record.summary, record.association.slug)

    def render_limiting(self, record: AssociationRow) -> SafeString | str:
        """Who capped the year, a dash when nothing has been adopted."""
        return (sentences.limiting(record.summary) if record.summary else "") or kronor.kr(None)


def _agreed(year: YearSummary | None, slug: str) -> SafeString | str:
    """What was agreed for a year; it leads to whose agreement it is the sum of."""
    figure = year.agreed if year else MISSING
    written = kronor.mnkr(figure)
    return behind_year(year, figure, slug).sum(written, Account.AGREED) if year else written


def _total(year: YearSummary | None, slug: str) -> SafeString | str:
    """A year's budget; it leads to what each member pays."""
    figure = year.total if year else MISSING
    written = kronor.mnkr(figure)
    return behind_year(year, figure, slug).called(written, is_decided=year.is_decided) if year else written


def _lost(year: YearSummary | None, slug: str) -> SafeString | str:
    """What was agreed and did not come; it leads to how that is worked out."""
    figure = year.lost if year else MISSING
    written = kronor.mnkr(figure)
    return behind_year(year, figure, slug).worked(written, Worked.LOST) if year else written


def behind_year(year: YearSummary, figure: Figure, slug: str) -> Behind:
    """Where a figure of a year leads; nowhere when it is missing, or without the association's ``slug``."""
    # A decided year is shown as the board fixed it, also to those who see its working state.
    place = year.version.posting.number if year.version and year.is_decided else None
    return Behind(year.year, "" if figure.is_missing else slug, place=place)


class YearTable(Table):
    """The years of an association: agreed, decided, lost, actual, who capped."""

    year = tables.Column(verbose_name=gettext_lazy("År"))
    agreed = KronorColumn(verbose_name=gettext_lazy("Överenskommet"), unit=money.mnkr)
    total = KronorColumn(verbose_name=gettext_lazy("Budget"), unit=money.mnkr)
    lost = KronorColumn(verbose_name=gettext_lazy("Uteblev"), unit=money.mnkr)
    actual = KronorColumn(verbose_name=gettext_lazy("Utfall"), unit=money.mnkr)
    limiting = tables.Column(verbose_name=gettext_lazy("Satte taket"), empty_values=())

    caption = gettext_lazy("Överenskommet och budget per år")
    unit = gettext_lazy("Belopp i mnkr")
    row_header = "year"

    def __init__(self, years: Sequence[YearSummary], *, slug: str = "", **kwargs: Any) -> None:
        """With a ``slug`` the years link to their pages."""
        self.slug = slug
        has_actual = any(not year.actual.is_missing for year in years)
        super().__init__(years, exclude=() if has_actual else ("actual",), **kwargs)
        if has_actual:
            self.caption = _("Överenskommet, budget och utfall per år")

    def render_year(self, record: YearSummary) -> SafeString | str:
        """The year as a link to its page, with its state where it is not adopted."""
        year: SafeString | str = str(record.year)
        if not record.is_known:
            return year
        if self.slug:
            year = format_html('<a href="{}">{}</a>', reverse("year", args=[self.slug, record.year]), year)
        return (
            year
            if record.is_decided
            else format_html('{} <span class="state">{}</span>', year, state_name(record))
        )

    def render_agreed(self, record: YearSummary) -> SafeString | str:
        """What was agreed."""
        return _agreed(record, self.slug)

    def render_total(self, record: YearSummary) -> SafeString | str:
        """The budget."""
        return _total(record, self.slug)

    def render_lost(self, record: YearSummary) -> SafeString | str:
        """What did not come."""
        return _lost(record, self.slug)

    def render_limiting(self, record: YearSummary) -> SafeString | str:
        """Who capped the year, a dash when not known."""
        return sentences.limiting(record) or kronor.kr(None)

    def render_actual(self, record: YearSummary) -> SafeString:
        """The actual cost, with its last month while the year is not complete."""
        behind = behind_year(record, record.actual, self.slug)
        figure = behind.sum(kronor.mnkr(record.actual), Account.ACTUAL, Part.COSTS)
        if not is_part_of_year(record.actual_until):
            return figure
        until = MONTHS_3[record.actual_until]
        return format_html(
            '<span class="note">{}</span> {}', _("t.o.m. %(month)s") % {"month": until}, figure
        )


def state_name(year: YearSummary) -> str:
    """The year's state in a word: förslag, fastställd …, utkast before any version."""
    return str(year.version.get_state_display()) if year.version else _("utkast")


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A row of the party table: a party, or one of its members below it."""

    name: SafeString | str
    weight: str
    # None where the column does not concern the row, which is not the same as a missing figure.
    offered: Figure | None
    called: Figure | None
    unused: Figure | None
    css: str
    member: str = ""
    edit: str = ""
    # Of the one member whose figures these are, or else of the party.
    slug: str = ""
    member_id: int | None = None
    part: Part = Part.ALL


class PartyTable(Table):
    """Parties and members of a year: share, offered, called, unused, and who limits."""

    name = tables.Column(verbose_name=gettext_lazy("Part och medlem"))
    weight = tables.Column(
        verbose_name=gettext_lazy("Andel"),
        attrs=_AMOUNT_ASIDE,
    )
    offered = KronorColumn(verbose_name=gettext_lazy("Åtagande"))
    called = KronorColumn(verbose_name=gettext_lazy("Medlemsbidrag"))
    unused = KronorColumn(verbose_name=gettext_lazy("Outnyttjat"))
    edit = tables.Column(verbose_name=gettext_lazy("Ändra"), empty_values=())

    def __init__(self, budget: YearBudget, *, behind: Behind, writes: bool = False, **kwargs: Any) -> None:
        self.budget = budget
        self.behind = behind
        parties = budget.summary.parties
        figures = [
            figure for row in _member_rows(parties) for figure in (row.offered, row.called, row.unused)
        ]
        rows = [shown for party in parties for shown in share_rows(party, budget)]
        exclude = () if writes else ("edit",)
        super().__init__(rows, figures=figures, total=_("Summa"), exclude=exclude, **kwargs)
        # Members stand below their party, so the sums are the parties'.
        self.sums = {
            name: money.total(getattr(party, name) for party in parties)
            for name in ("offered", "called", "unused")
        }
        self.caption = _("Åtaganden och medlemsbidrag %(year)s") % {"year": budget.year}
        self.unit = _("Belopp i kr")
        words = behind.of(Account.COMMITTED)
        noted = [row.member_id for row in rows if row.member_id in words]
        self.numbers = {member: number for number, member in enumerate(noted, start=1)}
        self.notes = [words[member] for member in noted]

    def render_offered(self, record: ShareRow) -> SafeString | str:
        """What is offered; a member's leads to its history, a party's to its members'."""
        if record.offered is None or record.offered.is_missing:
            return self._written(record.offered)
        written = self._written(record.offered)
        if not record.slug:
            return self.behind.sum(written, Account.COMMITTED, record.part)
        number = self.numbers.get(record.member_id)
        return self.behind.figure(written, Account.COMMITTED, record.slug, number)

    def render_called(self, record: ShareRow) -> SafeString | str:
        """What is called; it leads to its history once the ledger holds it, before that to the rule."""
        written = self._written(record.called)
        if record.called is None or record.called.is_missing:
            return written
        is_decided = self.budget.summary.is_decided
        if record.slug and is_decided:
            return self.behind.figure(written, Account.CALLED, record.slug)
        return self.behind.called(written, record.slug or record.part, is_decided=is_decided)

    def render_unused(self, record: ShareRow) -> SafeString | str:
        """What is offered and not called; it leads to how that is worked out."""
        written = self._written(record.unused)
        if record.unused is None or record.unused.is_missing:
            return written
        return self.behind.worked(written, Worked.UNUSED, record.slug or record.part)

    def _written(self, figure: Figure | None) -> SafeString | str:
        return "" if figure is None else kronor.kr_with(figure, self.decimals)

    def _foot_cell(self, name: str) -> SafeString | str:
        written = super()._foot_cell(name)
        if name not in self.sums or self.sums[name].is_missing:
            return written
        if name == "called":
            return self.behind.called(written, is_decided=self.budget.summary.is_decided)
        if name == "unused":
            return self.behind.worked(written, Worked.UNUSED)
        return self.behind.sum(written, Account.COMMITTED)

    def render_edit(self, record: ShareRow) -> SafeString | str:
        """The link to the form, named for those who do not see the row."""
        if not record.edit:
            return ""
        form = '<a href="{}">{}<span class="visually-hidden"> {}</span></a>'
        return format_html(form, record.edit, _("Ändra"), record.member)


def _member_rows(parties: Iterable[PartyRow]) -> Iterable[MemberRow]:
    return (row for party in parties for row in party.members)


def share_rows(party: PartyRow, budget: YearBudget) -> list[ShareRow]:
    """A party as one row when it is one member, else the party with its members below."""
    # Where all parties limit, nobody is the one that does; and so with members against a key.
    is_named = party.limits and not budget.summary.all_limit
    tag = format_html(' <span class="tag">{}</span>', _("sätter taket")) if is_named else ""
    weight = money.percent(party.weight.numerator, party.weight.denominator, None)
    name = format_html("{}{}", party.name, tag)
    figures = (party.offered, party.called, party.unused)
    head = ShareRow(name, weight, *figures, "party", part=PART_OF_PARTY[party.party])
    if len(party.members) == 1:
        (row,) = party.members
        edit = _edit_url(row, budget)
        whose = (row.name, edit, row.member.slug, row.member.pk)
        return [ShareRow(name, weight, row.offered, row.called, row.unused, "party", *whose)]
    has_lowest = not all(row.caps for row in party.members if row.member.pays)
    return [head, *(_member_row(row, budget, has_lowest=has_lowest) for row in party.members)]


def _member_row(row: MemberRow, budget: YearBudget, *, has_lowest: bool) -> ShareRow:
    name: SafeString | str = row.name
    if row.caps and has_lowest:
        name = format_html('{} <span class="tag">{}</span>', row.name, _("lägst mot nyckeln"))
    if not row.member.pays:
        name = _("%(name)s, genom Försäkringskassan") % {"name": row.name}
        return ShareRow(name, "", None, None, None, "member")
    share = ""
    if row.called.amount is not None and budget.summary.total.amount:
        share = money.percent(row.called.amount, budget.summary.total.amount, None)
    edit = _edit_url(row, budget)
    whose = (row.name, edit, row.member.slug, row.member.pk)
    return ShareRow(name, share, row.offered, row.called, row.unused, "member", *whose)


def _edit_url(row: MemberRow, budget: YearBudget) -> str:
    """Where the member's commitment is changed; nothing for a member that pays nothing."""
    args = [budget.association.slug, budget.year, row.member.slug]
    return reverse("commitment", args=args) if row.member.pays else ""


class LineTable(Table):
    """The year's cost lines: allocated, actual and variance; while the year is running what it comes to."""

    name = tables.Column(accessor="line", verbose_name=gettext_lazy("Post"))
    kind = tables.Column(accessor="line", verbose_name=gettext_lazy("Slag"), attrs=ASIDE)
    allocated = KronorColumn(verbose_name=gettext_lazy("Budget"))
    actual = KronorColumn(verbose_name=gettext_lazy("Utfall"))
    variance = KronorColumn(verbose_name=gettext_lazy("Avvikelse"))
    remaining = KronorColumn(verbose_name=gettext_lazy("Kvar av budget"))
    forecast = KronorColumn(verbose_name=gettext_lazy("Prognos"))

    def __init__(
        self,
        rows: Sequence[LineRow],
        *,
        until: int | None,
        caption: str,
        total: str,
        behind: Behind,
        **kwargs: Any,
    ) -> None:
        figures = [figure for row in rows for figure in (row.allocated, row.actual, row.forecast)]
        has_actual = any(not row.actual.is_missing for row in rows)
        is_running = is_part_of_year(until)
        exclude = ["variance"] if is_running else ["remaining"]
        exclude += [] if has_actual else ["actual", "variance", "remaining"]
        exclude += [] if any(not row.forecast.is_missing for row in rows) else ["forecast"]
        exclude += ["kind"] if all(row.line.is_income for row in rows) else []
        summed = ("allocated", "actual", "variance", "remaining", "forecast")
        super().__init__(rows, figures=figures, total=total, summed=summed, exclude=exclude, **kwargs)
        self.caption = caption
        self.unit = unit_until(until)
        self.behind = behind
        self.part = part_of(rows[0].line)
        words = behind.of(Account.ALLOCATED)
        noted = [row.line.pk for row in rows if row.line.pk in words]
        self.numbers = {line: number for number, line in enumerate(noted, start=1)}
        self.notes = [words[line] for line in noted]

    def render_allocated(self, record: LineRow) -> SafeString:
        """The budget, with its note; it leads to its history."""
        number = self.numbers.get(record.line.pk)
        return self._line_figure(record, record.allocated, Account.ALLOCATED, number)

    def render_actual(self, record: LineRow) -> SafeString:
        """The actual amount; it leads to its history."""
        return self._line_figure(record, record.actual, Account.ACTUAL)

    def _line_figure(
        self, record: LineRow, figure: Figure, account: str, number: int | None = None
    ) -> SafeString:
        written = kronor.kr_with(figure, self.decimals)
        if figure.is_missing:
            return written
        return self.behind.figure(written, account, record.line.slug, number)

    def render_kind(self, record: LineRow) -> str:
        """What kind of line; for a measure also whether it is for individuals or structures."""
        return record.line.get_measure_display() or record.line.get_kind_display()

    def render_variance(self, record: LineRow) -> SafeString:
        """The variance, and in words whether it is better or worse than budget."""
        written = self._worked(record.variance, Worked.VARIANCE, record.line.slug)
        return _judged(written, record.variance)

    def render_remaining(self, record: LineRow) -> SafeString:
        """What is left of the budget; it leads to how that is worked out."""
        return self._worked(record.remaining, Worked.REMAINING, record.line.slug)

    def render_forecast(self, record: LineRow) -> SafeString:
        """What the whole year comes to, and in words whether that is better or worse than budget."""
        written = self._worked(record.forecast, Worked.FORECAST, record.line.slug)
        return _judged(written, record.forecast_variance)

    def _worked(self, figure: Figure, worked: Worked, whose: str) -> SafeString:
        written = kronor.kr_with(figure, self.decimals)
        return written if figure.is_missing else self.behind.worked(written, worked, whose)

    def _foot_cell(self, name: str) -> SafeString | str:
        figure = self.sums.get(name, MISSING)
        if figure.is_missing:
            return super()._foot_cell(name)
        if name in (Account.ALLOCATED, Account.ACTUAL):
            return self.behind.sum(kronor.kr_with(figure, self.decimals), name, self.part)
        return self._worked(figure, _WORKED[name], self.part)


def _judged(written: SafeString, variance: Figure) -> SafeString:
    """A written figure, and in a word whether it is better or worse than budget."""
    if not variance.amount:
        return written
    word = _("bättre") if variance.amount > 0 else _("sämre")
    return format_html('<span class="note">{}</span> {}', word, written)


_WORKED = {"variance": Worked.VARIANCE, "remaining": Worked.REMAINING, "forecast": Worked.FORECAST}


def unit_until(until: int | None) -> str:
    """The unit, and how far the actual figures reach while the year is not complete."""
    if not is_part_of_year(until):
        return _("Belopp i kr")
    return _("Belopp i kr. Utfall till och med %(month)s") % {"month": MONTHS[until]}


class ResultKind(StrEnum):
    """What a row of the result is, by the name that it has in the open data."""

    CONTRIBUTIONS = "medlemsbidrag"
    OTHER_INCOME = "ovrig-intakt"
    COSTS = "kostnader"
    RESULT = "resultat"
    EQUITY_USE = "nyttjande-av-eget-kapital"
    OPENING_EQUITY = "ingaende-eget-kapital"
    CLOSING_EQUITY = "utgaende-eget-kapital"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row of the result. ``line`` is the budget line's slug where the row is one line's."""

    kind: ResultKind
    name: str
    allocated: Figure
    # None where the column does not concern the row.
    actual: Figure | None
    line: str = ""

    @property
    def css(self) -> str:
        """The class of its row: a result is a sum of those above it."""
        return "sum" if self.kind in (ResultKind.RESULT, ResultKind.CLOSING_EQUITY) else ""


class ResultTable(Table):
    """Contributions and other income less costs; opening and closing own capital."""

    name = tables.Column(verbose_name=gettext_lazy("Post"))
    allocated = KronorColumn(verbose_name=gettext_lazy("Budget"))
    actual = KronorColumn(verbose_name=gettext_lazy("Utfall"))

    def __init__(self, budget: YearBudget, *, behind: Behind, **kwargs: Any) -> None:
        rows = result_rows(budget)
        self.behind, self.is_decided = behind, budget.summary.is_decided
        figures = [figure for row in rows for figure in (row.allocated, row.actual) if figure]
        has_actual = any(row.actual and not row.actual.is_missing for row in rows)
        super().__init__(rows, figures=figures, exclude=() if has_actual else ("actual",), **kwargs)
        self.caption = _("Intäkter, kostnader och eget kapital %(year)s") % {"year": budget.year}
        self.unit = unit_until(budget.summary.actual_until)
        self.notes = [*behind.of(Account.EQUITY_USE).values(), *behind.of(Account.AGREED).values()]

    def render_allocated(self, record: ResultRow) -> SafeString | str:
        """What is planned; it leads to what is behind it."""
        return self._figure(record, record.allocated, BUDGET)

    def render_actual(self, record: ResultRow) -> SafeString | str:
        """The outcome; nothing where the row is about the plan alone."""
        return "" if record.actual is None else self._figure(record, record.actual, OUTCOME)

    def _figure(self, record: ResultRow, figure: Figure, basis: str) -> SafeString | str:
        written = kronor.kr_with(figure, self.decimals)
        if figure.is_missing:
            return written
        behind, account = self.behind, Account.ALLOCATED if basis == BUDGET else Account.ACTUAL
        match record.kind:
            case ResultKind.CONTRIBUTIONS if basis == BUDGET:
                return behind.called(written, is_decided=self.is_decided)
            case ResultKind.CONTRIBUTIONS:
                return behind.sum(written, Account.PAID)
            case ResultKind.OTHER_INCOME:
                return behind.figure(written, account, record.line)
            case ResultKind.COSTS:
                return behind.sum(written, account, Part.COSTS)
            case ResultKind.EQUITY_USE:
                return behind.figure(written, Account.EQUITY_USE, WHOLE)
            case ResultKind.OPENING_EQUITY:
                return behind.figure(written, Account.OPENING_EQUITY, WHOLE)
            case ResultKind.RESULT:
                return behind.worked(written, Worked.RESULT, basis)
            case ResultKind.CLOSING_EQUITY:
                return behind.worked(written, Worked.CLOSING, basis)


def result_rows(budget: YearBudget) -> list[ResultRow]:
    """Contributions and other income less costs, and what that does to the own capital."""
    kind = ResultKind
    incomes = [
        ResultRow(kind.OTHER_INCOME, row.line.name, row.allocated, row.actual, row.line.slug)
        for row in budget.incomes
    ]
    costs = [money.total(getattr(row, column) for row in budget.costs) for column in ("allocated", "actual")]
    planned, happened = budget.result("allocated"), budget.result("actual")
    rows = [
        ResultRow(kind.CONTRIBUTIONS, _("Medlemsbidrag"), budget.summary.total, budget.paid),
        *incomes,
        ResultRow(kind.COSTS, _("Kostnader"), negative(costs[0]), negative(costs[1])),
        ResultRow(kind.RESULT, _("Resultat"), planned, happened),
    ]
    if budget.equity_use.amount:
        name = _("Planerat nyttjande av eget kapital")
        rows.append(ResultRow(kind.EQUITY_USE, name, budget.equity_use, None))
    opening = budget.opening_equity
    if not opening.is_missing:
        closing = [budget.closing(column) for column in ("allocated", "actual")]
        rows += [
            ResultRow(kind.OPENING_EQUITY, _("Ingående eget kapital"), opening, opening),
            ResultRow(kind.CLOSING_EQUITY, _("Utgående eget kapital"), closing[0], closing[1]),
        ]
    return rows


def negative(figure: Figure) -> Figure:
    """The figure with the other sign."""
    return figure if figure.amount is None else Figure(-figure.amount, figure.is_derived)


class BudgetLineTable(Table):
    """An association's budget lines in their order; each leads to the form that changes it."""

    name = tables.Column(accessor="name", verbose_name=gettext_lazy("Post"))
    kind = tables.Column(accessor="kind", verbose_name=gettext_lazy("Slag"))
    years = tables.Column(accessor="pk", verbose_name=gettext_lazy("År"))
    responsible = tables.Column(accessor="responsible", verbose_name=gettext_lazy("Ansvarig"), attrs=ASIDE)
    position = tables.Column(accessor="position", verbose_name=gettext_lazy("Plats"), attrs=AMOUNT)

    caption = gettext_lazy("Förbundets poster i den ordning de visas")

    class Meta:
        empty_text = gettext_lazy("Förbundet har inga poster än.")

    def __init__(self, lines: Iterable[BudgetLine], *, slug: str) -> None:
        self.slug = slug
        super().__init__(list(lines))

    def render_name(self, record: BudgetLine) -> SafeString:
        """The name, as a link to the form that changes the line."""
        return format_html('<a href="{}">{}</a>', reverse("line", args=[self.slug, record.slug]), record.name)

    def render_kind(self, record: BudgetLine) -> str:
        """What kind of line; for a measure which kind of measure."""
        return record.get_measure_display() or record.get_kind_display()

    def render_years(self, record: BudgetLine) -> str:
        """From and to which year, as far as it is bounded."""
        first, last = record.first_year, record.last_year
        if first and last:
            return str(first) if first == last else f"{first}–{last}"
        if first:
            return _("från %(year)s") % {"year": first}
        return _("till och med %(year)s") % {"year": last} if last else _("alla")

    def render_responsible(self, record: BudgetLine) -> SafeString | str:
        """Who is responsible, a dash when nobody is named."""
        return record.responsible.name if record.responsible else kronor.kr(None)


def line_tables(budget: YearBudget, behind: Behind) -> list[LineTable]:
    """The cost lines, and the incomes outside the cap where there are any."""
    until = budget.summary.actual_until
    has_actual = any(not row.actual.is_missing for row in budget.costs)
    costs = _("Budget och utfall per post %(year)s") if has_actual else _("Budget per post %(year)s")
    shown = (
        [
            LineTable(
                budget.costs,
                until=until,
                caption=costs % {"year": budget.year},
                total=_("Summa kostnader"),
                behind=behind,
            )
        ]
        if budget.costs
        else []
    )
    if budget.incomes:
        caption = _("Övriga intäkter %(year)s, utanför medlemsbidragen") % {"year": budget.year}
        shown.append(
            LineTable(
                budget.incomes, until=until, caption=caption, total=_("Summa övriga intäkter"), behind=behind
            )
        )
    return shown
