"""The tables of the key figures: a year with what it is reckoned from, and all years beside the charts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import django_tables2 as tables
from django.forms import BoundField
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import key_figure_sentences as told
from budgets.behind import Behind, Part, Worked, history_url
from budgets.forecasts import is_part_of_year
from budgets.inhabitants import Count, Inhabitants
from budgets.inhabitants_forms import InhabitantsForm, Row
from budgets.key_figures import KeyFigures, MeasureFigures, Pair, Ratio, ratio
from budgets.models import Account
from budgets.tables import Table, state_name
from finsam import kronor, money
from finsam.kronor import AMOUNT, KronorColumn, linked
from finsam.money import MISSING, Figure
from members.models import Association

Write = Callable[[Ratio], str]


def marked(found: Ratio | None, write: Write) -> SafeString:
    """A ratio with its marks: a dash for a missing one, a small h before one that is derived."""
    figure = Figure(found.part, found.is_derived) if found else MISSING
    return kronor.written(figure, lambda _part: write(found) if found else "")


def day_in_words(found: Inhabitants) -> str:
    """The day of a count: "31 december 2025"."""
    return _("31 december %(year)s") % {"year": found.year}


def until(year: KeyFigures) -> str:
    """How far what happened reaches: "september", empty for a whole year or none."""
    month = year.summary.actual_until
    return str(MONTHS[month]) if is_part_of_year(month) else ""


@dataclass(frozen=True, slots=True)
class _Row:
    """A key figure on the page: None where a column does not concern it."""

    name: SafeString | str
    budget: SafeString | None
    actual: SafeString | None
    source: SafeString


class KeyFigureTable(Table):
    """A year's key figures: by the budget and by what happened, each with its formula and its amounts."""

    name = tables.Column(verbose_name=gettext_lazy("Nyckeltal"))
    budget = tables.Column(verbose_name=gettext_lazy("Budget"), attrs=AMOUNT)
    actual = tables.Column(verbose_name=gettext_lazy("Utfall"), attrs=AMOUNT)
    source = tables.Column(verbose_name=gettext_lazy("Så är det räknat"))

    css = "keyfigures"

    def __init__(self, year: KeyFigures, association: Association) -> None:
        behind = Behind(year.year, association.slug)
        rows = [
            _administration(year, association, behind),
            _per_inhabitant(year, behind),
            _unused(year, behind),
            _own_capital(year, association.slug),
        ]
        has_actual = any(row.actual for row in rows)
        super().__init__(rows, exclude=() if has_actual else ("actual",))
        self.caption = _("Nyckeltal %(year)s") % {"year": year.year}
        month = until(year)
        self.unit = _("Utfall till och med %(month)s") % {"month": month} if month and has_actual else ""

    def render_budget(self, record: _Row) -> SafeString | str:
        """By the budget; nothing where only what happened is told."""
        return record.budget or ""

    def render_actual(self, record: _Row) -> SafeString | str:
        """By what happened; nothing where that is not what the key figure is about."""
        return record.actual or ""


def _administration(year: KeyFigures, association: Association, behind: Behind) -> _Row:
    target = association.administration_target
    name: SafeString | str = _("Administrationens andel av kostnaderna")
    if target:
        aimed = _("förbundets mål %(target)s") % {"target": target}
        found = year.administration.budget
        if found:
            words = {
                -1: _("budgeten är under målet"),
                0: _("budgeten är inom målet"),
                1: _("budgeten är över målet"),
            }
            aimed = f"{aimed}, {words[target.place(found.value)]}"
        name = format_html('{} <span class="note">{}</span>', name, aimed)
    formula = _("Alla kostnader som inte är insatser (styrelse, administration, revision, övrigt), av alla.")
    accounts = ((_("Budget"), Account.ALLOCATED), (_("Utfall"), Account.ACTUAL))
    pairs = zip((year.administration.budget, year.administration.actual), accounts, strict=True)
    parts = [
        _part_of(word, found, behind.sum(money.kr(found.whole), account, Part.COSTS))
        for found, (word, account) in pairs
        if found
    ]
    return _row(name, year.administration, told.share, formula, parts, year)


def _per_inhabitant(year: KeyFigures, behind: Behind) -> _Row:
    name = _("Kronor per invånare 16–64 år")
    formula = _("Budgeten, eller alla kostnader, delat med kommunernas invånare 16–64 år.")
    parts = []
    if year.inhabitants:
        about = {
            "people": money.grouped(year.inhabitants.people.amount or 0),
            "day": day_in_words(year.inhabitants),
        }
        shared = linked(_("%(people)s invånare den %(day)s") % about, "#invanare")
        is_decided = year.summary.is_decided
        amounts = (
            (
                _("Budget"),
                year.per_inhabitant.budget,
                lambda text: behind.called(text, is_decided=is_decided),
            ),
            (
                _("Utfall"),
                year.per_inhabitant.actual,
                lambda text: behind.sum(text, Account.ACTUAL, Part.COSTS),
            ),
        )
        parts = [
            format_html("{}: {} kr, {}", word, link(money.kr(found.part)), shared)
            for word, found, link in amounts
            if found
        ]
    decimals = told.decimals_per_inhabitant([year.per_inhabitant.budget, year.per_inhabitant.actual])
    return _row(
        name,
        year.per_inhabitant,
        lambda found: told.per_inhabitant(found, decimals),
        formula,
        parts,
        year,
    )


def _unused(year: KeyFigures, behind: Behind) -> _Row:
    name = _("Outnyttjad andel av åtagandena")
    formula = _("Det som medlemmarna erbjöd men som inte togs ut, av allt som erbjöds.")
    found = year.unused.budget
    parts = []
    if found:
        unused = behind.worked(money.kr(found.part), Worked.UNUSED)
        whole = behind.sum(money.kr(found.whole), Account.COMMITTED)
        parts = [format_html("{} {} {} kr", unused, _("av"), whole)]
    return _Row(name, marked(found, told.share), None, _source(formula, parts))


def _own_capital(year: KeyFigures, slug: str) -> _Row:
    name = _("Eget kapital mot medlemsbidragen")
    formula = _("Det egna kapitalet vid årets utgång, av årets medlemsbidrag.")
    found = year.own_capital.actual or year.own_capital.budget
    parts = []
    if found:
        closing = linked(money.kr(found.part), reverse("equity", args=[slug]))
        word = _("Utfall") if year.own_capital.actual else _("Budget")
        parts = [format_html("{}: {} {} {} kr", word, closing, _("av"), money.kr(found.whole))]
    if year.own_capital.actual:
        return _Row(name, None, marked(found, told.share), _source(formula, parts))
    return _Row(name, marked(found, told.share), None, _source(formula, parts))


def _row(
    name: SafeString | str,
    pair: Pair,
    write: Write,
    formula: str,
    parts: Sequence[SafeString],
    year: KeyFigures,
) -> _Row:
    """A key figure that is known by the budget and, once anything has happened, by that too."""
    actual = None if year.summary.actual.is_missing else marked(pair.actual, write)
    return _Row(name, marked(pair.budget, write), actual, _source(formula, parts))


def _part_of(word: str, found: Ratio, whole: SafeString | str) -> SafeString:
    """ "Budget: 2 220 000 av 12 045 000 kr", the whole leading to what it is the sum of."""
    return format_html("{}: {} {} {} kr", word, money.kr(found.part), _("av"), whole)


def _source(formula: str, parts: Sequence[SafeString]) -> SafeString:
    """The formula, and below it the amounts that were put into it."""
    amounts = format_html_join("", '<span class="note">{}</span>', ((part,) for part in parts))
    return format_html("{} {}", formula, amounts)


class MeasureTable(Table):
    """A year's measures: what each costs, per inhabitant and of all measures, by budget and by outcome."""

    name = tables.Column(accessor="line", verbose_name=gettext_lazy("Insats"))
    allocated = KronorColumn(verbose_name=gettext_lazy("Budget"))
    allocated_each = tables.Column(
        accessor="line", verbose_name=gettext_lazy("Budget per invånare"), attrs=AMOUNT
    )
    allocated_share = tables.Column(
        accessor="line", verbose_name=gettext_lazy("Del av budgeten"), attrs=AMOUNT
    )
    actual = KronorColumn(verbose_name=gettext_lazy("Utfall"))
    actual_each = tables.Column(
        accessor="line", verbose_name=gettext_lazy("Utfall per invånare"), attrs=AMOUNT
    )
    actual_share = tables.Column(accessor="line", verbose_name=gettext_lazy("Del av utfallet"), attrs=AMOUNT)

    css = "measures"

    def __init__(self, year: KeyFigures, *, slug: str) -> None:
        rows = year.measures
        self.behind = Behind(year.year, slug)
        has_actual = any(not row.actual.is_missing for row in rows)
        exclude = [] if has_actual else ["actual", "actual_each", "actual_share"]
        exclude += [] if year.inhabitants else ["allocated_each", "actual_each"]
        super().__init__(
            rows,
            figures=[figure for row in rows for figure in (row.allocated, row.actual)],
            total=_("Alla insatser"),
            summed=("allocated", "actual"),
            exclude=exclude,
        )
        people = year.inhabitants.people if year.inhabitants else MISSING
        self.each_decimals = told.decimals_per_inhabitant(
            found for row in rows for found in (row.per_inhabitant.budget, row.per_inhabitant.actual)
        )
        self.whole = {column: ratio(self.sums[column], people) for column in ("allocated", "actual")}
        self.caption = _("Insatserna %(year)s") % {"year": year.year}
        month = until(year)
        self.unit = _("Belopp i kr. Andelarna är av alla insatser")
        if month and has_actual:
            self.unit = _("Belopp i kr. Andelarna är av alla insatser. Utfall till och med %(month)s") % {
                "month": month
            }

    def render_allocated(self, record: MeasureFigures) -> SafeString | str:
        """The budget; it leads to its history."""
        return self._figure(record.allocated, Account.ALLOCATED, record.line.slug)

    def render_actual(self, record: MeasureFigures) -> SafeString | str:
        """The actual cost; it leads to its history."""
        return self._figure(record.actual, Account.ACTUAL, record.line.slug)

    def render_allocated_each(self, record: MeasureFigures) -> SafeString:
        """Kronor of the budget per inhabitant."""
        return self._each(record.per_inhabitant.budget)

    def render_actual_each(self, record: MeasureFigures) -> SafeString:
        """Kronor of the actual cost per inhabitant."""
        return self._each(record.per_inhabitant.actual)

    def render_allocated_share(self, record: MeasureFigures) -> SafeString:
        """The share of all measures' budget."""
        return marked(record.share.budget, told.share)

    def render_actual_share(self, record: MeasureFigures) -> SafeString:
        """The share of all measures' actual cost."""
        return marked(record.share.actual, told.share)

    def _figure(self, figure: Figure, account: str, line: str) -> SafeString | str:
        written = kronor.kr_with(figure, self.decimals)
        return written if figure.is_missing else self.behind.figure(written, account, line)

    def _each(self, found: Ratio | None) -> SafeString:
        return marked(found, lambda each: money.per_head(each.part, each.whole, self.each_decimals))

    def _foot_cell(self, name: str) -> SafeString | str:
        column, _mark, of = name.partition("_")
        if of == "each":
            return self._each(self.whole[column])
        if of == "share":
            known = all(getattr(row, column).amount is not None for row in self.data)
            return money.percent(1, 1, 1) if known and self.sums[column].amount else kronor.kr(None)
        return super()._foot_cell(name)


class InhabitantTable(Table):
    """The municipalities' inhabitants that amounts are shared by, each with its source and its posting."""

    name = tables.Column(accessor="member", verbose_name=gettext_lazy("Kommun"))
    people = tables.Column(verbose_name=gettext_lazy("Invånare 16–64 år"), attrs=AMOUNT)
    source = tables.Column(verbose_name=gettext_lazy("Källa"))
    number = tables.Column(verbose_name=gettext_lazy("Verifikation"), attrs=AMOUNT)

    def __init__(self, found: Inhabitants, *, slug: str) -> None:
        super().__init__(found.counts, total=_("Alla kommuner"), summed=("people",))
        self.slug = slug
        self.year = found.year
        self.caption = _("Invånare 16–64 år den %(day)s") % {"day": day_in_words(found)}

    def render_name(self, record: Count) -> str:
        """The municipality."""
        return record.member.organisation.name

    def render_people(self, record: Count) -> SafeString:
        """How many; leads to the count's history."""
        url = history_url(self.slug, Account.INHABITANTS, self.year, record.member.slug)
        return linked(people(record.people), url)

    def render_source(self, record: Count) -> SafeString | str:
        """Where the count stands, a dash when its posting does not say."""
        return record.source or kronor.kr(None)

    def render_number(self, record: Count) -> SafeString:
        """The newest posting of the count."""
        url = reverse("posting", args=[self.slug, record.number])
        return linked(str(record.number), url)

    def _foot_cell(self, name: str) -> SafeString | str:
        return people(self.sums[name]) if name in self.sums else super()._foot_cell(name)


@dataclass(frozen=True, slots=True)
class CountLine:
    """A municipality on the page where inhabitants are entered: its input, and what is behind its counts."""

    name: str
    before: SafeString
    field: BoundField
    history: str


def count_lines(form: InhabitantsForm, *, slug: str) -> list[CountLine]:
    """The municipalities of the form, the count of the year before as a link to its history."""

    def url(row: Row, year: int) -> str:
        return history_url(slug, Account.INHABITANTS, year, row.member.slug)

    return [
        CountLine(
            row.name,
            linked(people(row.before.people), url(row, form.year - 1)) if row.before else people(MISSING),
            form[row.field_name],
            url(row, form.year) if row.shown else "",
        )
        for row in form.rows
    ]


def people(figure: Figure) -> SafeString:
    """A count of people, a dash for a missing one."""
    return kronor.written(figure, money.grouped)


class KeyFigureYearsTable(Table):
    """The key figures of all years; each year leads to its own, with what they are reckoned from."""

    year = tables.Column(verbose_name=gettext_lazy("År"))
    administration = tables.Column(
        accessor="year", verbose_name=gettext_lazy("Administration, budget"), attrs=AMOUNT
    )
    administration_actual = tables.Column(
        accessor="year", verbose_name=gettext_lazy("Administration, utfall"), attrs=AMOUNT
    )
    each = tables.Column(accessor="year", verbose_name=gettext_lazy("Kr per invånare, budget"), attrs=AMOUNT)
    each_actual = tables.Column(
        accessor="year", verbose_name=gettext_lazy("Kr per invånare, utfall"), attrs=AMOUNT
    )
    unused = tables.Column(accessor="year", verbose_name=gettext_lazy("Outnyttjat"), attrs=AMOUNT)
    own_capital = tables.Column(accessor="year", verbose_name=gettext_lazy("Eget kapital"), attrs=AMOUNT)
    inhabitants = tables.Column(accessor="year", verbose_name=gettext_lazy("Folkmängd"), attrs=AMOUNT)

    row_header = "year"
    css = "keyyears"
    caption = gettext_lazy("Nyckeltal år för år")
    unit = gettext_lazy("Invånare 16–64 år")

    def __init__(self, years: Sequence[KeyFigures]) -> None:
        has_actual = any(not year.summary.actual.is_missing for year in years)
        super().__init__(years, exclude=() if has_actual else ("administration_actual", "each_actual"))
        self.decimals = told.decimals_per_inhabitant(_ratios(years))

    def render_year(self, record: KeyFigures) -> SafeString:
        """The year as a link to its own key figures, with its state where it is not adopted."""
        if not record.summary.is_known:
            return format_html("{}", record.year)
        link = format_html('<a href="{}">{}</a>', told.year_anchor(record.year), record.year)
        if record.summary.is_decided:
            return link
        return format_html('{} <span class="state">{}</span>', link, state_name(record.summary))

    def render_administration(self, record: KeyFigures) -> SafeString:
        """The share of the budgeted costs that is not measures."""
        return marked(record.administration.budget, told.share)

    def render_administration_actual(self, record: KeyFigures) -> SafeString:
        """The share of the actual costs that is not measures."""
        return self._so_far(record, marked(record.administration.actual, told.share))

    def render_each(self, record: KeyFigures) -> SafeString:
        """The budget per inhabitant."""
        return self._each(record.per_inhabitant.budget)

    def render_each_actual(self, record: KeyFigures) -> SafeString:
        """The actual costs per inhabitant."""
        return self._so_far(record, self._each(record.per_inhabitant.actual))

    def render_unused(self, record: KeyFigures) -> SafeString:
        """The share of what was offered that was not called."""
        return marked(record.unused.budget, told.share)

    def render_own_capital(self, record: KeyFigures) -> SafeString:
        """What the year leaves of its contributions, and whether that is only the budget's."""
        pair = record.own_capital
        written = marked(pair.actual or pair.budget, told.share)
        return _noted(written, _("enligt budgeten")) if pair.budget and not pair.actual else written

    def render_inhabitants(self, record: KeyFigures) -> SafeString | str:
        """The day of the count that the year is shared by."""
        found = record.inhabitants
        return found.day.isoformat() if found else kronor.kr(None)

    def _each(self, found: Ratio | None) -> SafeString:
        return marked(found, lambda each: money.per_head(each.part, each.whole, self.decimals))

    def _so_far(self, record: KeyFigures, written: SafeString) -> SafeString:
        month = until(record)
        return _noted(written, _("t.o.m. %(month)s") % {"month": month}) if month else written


def _ratios(years: Iterable[KeyFigures]) -> list[Ratio | None]:
    pairs = (year.per_inhabitant for year in years)
    return [found for pair in pairs for found in (pair.budget, pair.actual)]


def _noted(written: SafeString, note: str) -> SafeString:
    return format_html('{} <span class="note">{}</span>', written, note)
