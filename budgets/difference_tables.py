"""What differs between two budgets: the conclusion in words, the tables of changes, and what is the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import django_tables2 as tables
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from budgets import sentences
from budgets.behind import BUDGET, WHOLE, Behind, Part, Worked, history_url
from budgets.differences import Comparison, Difference, Group, Shown
from budgets.models import Account, BudgetVersion
from budgets.sentences import Sentence
from budgets.tables import Table
from budgets.years import YearSummary
from finsam import kronor, money
from finsam.kronor import AMOUNT, decimals_for, linked
from finsam.money import Figure
from finsam.money import total as total_of

# -- In words --------------------------------------------------------------------------------------


def names(comparison: Comparison) -> tuple[str, str]:
    """What the two sides are called: their years, or in one year their versions."""
    one, other = comparison.one.side, comparison.other.side
    if comparison.is_of_one_year:
        return _short_name(one.version), _short_name(other.version)
    return str(one.year), str(other.year)


def _short_name(version: BudgetVersion | None) -> str:
    return _("version %(ordinal)s") % {"ordinal": version.ordinal} if version else _("läget nu")


_MORE = gettext_noop(
    "Från {former} till {latter} växer budgeten med {change}, från {before} till {after}{share}."
)
_LESS = gettext_noop(
    "Från {former} till {latter} krymper budgeten med {change}, från {before} till {after}{share}."
)
_SAME = gettext_noop("Från {former} till {latter} är budgeten oförändrad, {after}.")
_UNKNOWN = gettext_noop("Det går inte att säga hur budgeten ändras: uppgift saknas för {unknown}.")
_NO_DIFFERENCE = gettext_noop("Det finns inga skillnader mellan {former} och {latter}.")


def conclusions(comparison: Comparison) -> list[Sentence]:
    """What happened with the total, who limits on each side, and the largest change."""
    if not comparison.count:
        return [Sentence(_NO_DIFFERENCE, {}, dict(zip(("former", "latter"), names(comparison), strict=True)))]
    told = [_total_sentence(comparison), _limiting_sentence(comparison), _largest_sentence(comparison)]
    return [sentence for sentence in told if sentence]


def _total_sentence(comparison: Comparison) -> Sentence:
    former, latter = names(comparison)
    words = {"former": former, "latter": latter}
    before, after = (each.budget.summary.total.amount for each in (comparison.one, comparison.other))
    if before is None or after is None:
        unknown = [name for name, amount in ((former, before), (latter, after)) if amount is None]
        return Sentence(_UNKNOWN, {}, {"unknown": sentences.listed(unknown)})
    if before == after:
        return Sentence(_SAME, {"after": money.with_unit(after, None)}, words)
    share = f" ({money.signed_percent(after - before, before, None)})" if before else ""
    figures = {
        "before": money.with_unit(before, None),
        "after": money.with_unit(after, None),
        "change": money.with_unit(abs(after - before), None),
    }
    return Sentence(_MORE if after > before else _LESS, figures, words | {"share": share})


# By whether both are decided.
_LIMITS_BOTH = {
    True: gettext_noop("{party} satte taket båda gångerna."),
    False: gettext_noop("{party} sätter taket båda gångerna."),
}
_LIMITS_EACH = {
    True: gettext_noop("{former} satte {party} taket, {latter} {other}."),
    False: gettext_noop("{former} sätter {party} taket, {latter} {other}."),
}
_ALL = gettext_noop("alla parter tillsammans")


def _limiting_sentence(comparison: Comparison) -> Sentence | None:
    former, latter = names(comparison)
    one, other = (_limits(each.budget.summary) for each in (comparison.one, comparison.other))
    if not (one and other):
        return None
    past = all(each.budget.summary.is_decided for each in (comparison.one, comparison.other))
    if one == other:
        return Sentence(_LIMITS_BOTH[past], {"party": sentences.capital(one)})
    if comparison.is_of_one_year:
        former, latter = (_("i %(name)s") % {"name": name} for name in (former, latter))
    words = {"former": sentences.capital(former), "latter": latter}
    return Sentence(_LIMITS_EACH[past], {"party": one, "other": other}, words)


def _limits(year: YearSummary) -> str:
    if year.all_limit:
        return _(_ALL)
    return sentences.listed(sentences.in_sentence(party) for party in year.limiting) if year.limiting else ""


_LARGEST = gettext_noop("Störst är ändringen av {what}: från {before} till {after}.")
_CAME = gettext_noop("Störst är att {what} tillkommer med {after}.")
_WENT = gettext_noop("Störst är att {what} med {before} försvinner.")


def _largest_sentence(comparison: Comparison) -> Sentence | None:
    row = comparison.largest
    if row is None:
        return None
    form = _LARGEST
    if row.before.is_missing or row.after.is_missing:
        # Between two years a figure that is not known on one side has neither come nor gone.
        if not (comparison.is_of_one_year or any(row.absent)):
            return None
        form = _CAME if row.before.is_missing else _WENT
    what = _("åtagandet från %(name)s") if row.member else _("posten %(name)s")
    figures = {
        name: money.with_unit(figure.amount, None)
        for name, figure in (("before", row.before), ("after", row.after))
        if figure.amount is not None
    }
    return Sentence(form, figures, {"what": what % {"name": row.name}})


# -- In tables -------------------------------------------------------------------------------------

_GROUP_NAMES = {
    Account.AGREED: gettext_lazy("Överenskommen nivå"),
    Account.COMMITTED: gettext_lazy("Åtaganden"),
    Account.KEY: gettext_lazy("Fördelningsnyckel"),
    Account.CALLED: gettext_lazy("Medlemsbidrag"),
    Account.ALLOCATED: gettext_lazy("Kostnader per post"),
    Account.EQUITY_USE: gettext_lazy("Nyttjande av eget kapital"),
}
# Accounts whose cells add up to something, and what that is called.
_TOTALS = {
    Account.COMMITTED: gettext_lazy("Alla åtaganden"),
    Account.CALLED: gettext_lazy("Alla medlemsbidrag"),
    Account.ALLOCATED: gettext_lazy("Alla kostnader"),
}


def name_of_group(group: Group) -> str:
    """What the group's figures are."""
    return _("Övriga intäkter") if group.is_income else str(_GROUP_NAMES[Account(group.account)])


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it is written: what, on each side how much, and the change."""

    name: SafeString | str
    before: SafeString | str
    after: SafeString | str
    change: SafeString | str
    share: str = ""
    css: str = ""


class ComparedTable(Table):
    """Figures on two sides, and what changed."""

    name = tables.Column(verbose_name=gettext_lazy("Vad"))
    before = tables.Column(attrs=AMOUNT)
    after = tables.Column(attrs=AMOUNT)
    change = tables.Column(verbose_name=gettext_lazy("Ändring"), attrs=AMOUNT)
    share = tables.Column(
        verbose_name=gettext_lazy("i procent"),
        attrs={"th": {"class": "amount share"}, "td": {"class": "amount share"}},
    )

    css = "difference"

    def __init__(
        self,
        rows: Sequence[_Row],
        comparison: Comparison,
        *,
        caption: str,
        unit: str,
        foot: _Row | None = None,
    ) -> None:
        has_share = any(row.share for row in (*rows, foot) if row)
        exclude = () if has_share else ("share",)
        super().__init__(rows, total=str(foot.name) if foot else "", exclude=exclude)
        former, latter = names(comparison)
        for name, said in (("before", former), ("after", latter)):
            self.columns[name].column.verbose_name = sentences.capital(said)
        self.whole, self.caption, self.unit = foot, caption, unit

    def _foot_cell(self, name: str) -> SafeString | str:
        return getattr(self.whole, name)


class _Writer:
    """Writes the cells of a comparison's tables, each figure as a link to what is behind it on its side."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        slug = comparison.one.budget.association.slug
        self.sides = (comparison.one, comparison.other)
        self.behind = tuple(Behind(each.year, slug, place=each.place) for each in self.sides)
        # Of a plan year the place that its figures are read as of is the budget year's version's.
        self.upto = tuple(each.upto() for each in self.sides)

    def behind_in(self, side: int, year: int) -> Behind:
        """The way from a figure of a year on a side."""
        behind = self.behind[side]
        if year == behind.year:
            return behind
        return Behind(year, behind.slug, place=self.upto[side].get(year))

    def row(self, row: Difference, decimals: int, name: SafeString | str = "", css: str = "") -> _Row:
        """One figure, on both sides."""
        figures = (row.before, row.after)
        written = [
            self._cell(row, side, linked(self._amount(row, figure, decimals), self._address(row, side)))
            for side, figure in enumerate(figures)
        ]
        return _Row(name or row.name, *written, self.change(row, decimals), _share(row), css)

    def foot(self, group: Group, decimals: int) -> _Row | None:
        """The sum of all the group's figures, the unchanged ones too; None where they sum to nothing."""
        total = _("Alla övriga intäkter") if group.is_income else str(_TOTALS.get(Account(group.account), ""))
        if not total:
            return None
        whole = Difference(group.account, group.years, total, group.before, group.after)
        written = [
            linked(kronor.kr_with(figure, decimals), "" if figure.is_missing else self._sum_at(group, side))
            for side, figure in enumerate((group.before, group.after))
        ]
        return _Row(total, *written, self.change(whole, decimals), _share(whole))

    def _sum_at(self, group: Group, side: int) -> str:
        behind = self.behind_in(side, group.years[side])
        if group.account == Account.CALLED:
            return behind.called_at(is_decided=self._is_posted(group.years[side], side))
        if group.account == Account.ALLOCATED:
            return behind.sum_at(group.account, Part.INCOMES if group.is_income else Part.COSTS)
        return behind.sum_at(group.account)

    def _address(self, row: Difference, side: int) -> str:
        """Where a figure leads; nowhere when it is missing."""
        if (row.before, row.after)[side].is_missing:
            return ""
        behind = self.behind_in(side, row.years[side])
        owner = row.member or row.line
        whose = owner.slug if owner else WHOLE
        if row.account == Account.CALLED and not self._is_posted(row.years[side], side):
            return behind.worked_at(Worked.SHARE, whose)
        return history_url(behind.slug, row.account, behind.year, whose, row.month, behind.place)

    def _is_posted(self, year: int, side: int) -> bool:
        """Whether a side's contributions stand in the ledger: adopted, or not the side's own year."""
        shown = self.sides[side]
        return shown.budget.summary.is_decided or year != shown.year

    def _cell(self, row: Difference, side: int, written: SafeString) -> SafeString | str:
        """A figure, or that what it is about is not there at all that year."""
        if (row.before, row.after)[side].is_missing and row.absent[side]:
            told = _("finns inte %(year)s") % {"year": row.years[side]}
            return format_html('<span class="note">{}</span>', told)
        return written

    def _amount(self, row: Difference, figure: Figure, decimals: int) -> SafeString | str:
        if row.account == Account.KEY and figure.amount is not None:
            return money.grouped(figure.amount)
        return kronor.kr_with(figure, decimals)

    def change(self, row: Difference, decimals: int) -> SafeString | str:
        """The change with its sign; what came or went is told in a word."""
        if row.before.is_missing or row.after.is_missing:
            # Between two years a figure that is not known on one side has neither come nor gone.
            if row.before.is_missing and row.after.is_missing:
                return ""
            if not (self.comparison.is_of_one_year or any(row.absent)):
                return kronor.kr(None)
            return _("ny") if row.before.is_missing else _("borttagen")
        change = row.change.amount or 0
        return kronor.signed(self._amount(row, Figure(change), decimals), change)


# Beyond this many times what stood before, per cent say less than the amounts do.
_MOST_TIMES = 10


def _share(row: Difference) -> str:
    """The change in per cent of what stood before; empty where that says nothing."""
    before, change = row.before.amount, row.change.amount
    if not change or not before or row.account == Account.KEY:
        return ""
    turns = row.after.amount and (row.after.amount > 0) != (before > 0)
    return (
        "" if turns or abs(change) > _MOST_TIMES * abs(before) else money.signed_percent(change, before, None)
    )


def key_table(comparison: Comparison) -> ComparedTable:
    """The sums that tell most, side by side, and who sets the cap."""
    writer = _Writer(comparison)
    figures = [_key_figures(side, writer.behind[place]) for place, side in enumerate(writer.sides)]
    known = [
        (Difference("", (comparison.one.year, comparison.other.year), name, then[0], now[0]), then[1], now[1])
        for (name, *then), (_name, *now) in zip(*figures, strict=True)
        if not (then[0].is_missing and now[0].is_missing)
    ]
    decimals = decimals_for(figure for row, *_at in known for figure in (row.before, row.after))
    rows = [
        _Row(
            row.name,
            linked(kronor.kr_with(row.before, decimals), "" if row.before.is_missing else then_at),
            linked(kronor.kr_with(row.after, decimals), "" if row.after.is_missing else now_at),
            writer.change(row, decimals),
            _share(row),
        )
        for row, then_at, now_at in known
    ]
    limits = [sentences.limiting(side.budget.summary) or kronor.kr(None) for side in writer.sides]
    told = _("samma") if limits[0] == limits[1] else _("en annan")
    rows.insert(1, _Row(_("Sätter taket"), *limits, told, css="words"))
    return ComparedTable(rows, comparison, caption=_("Nyckeltal sida vid sida"), unit=_("Belopp i kr"))


def _key_figures(side: Shown, behind: Behind) -> list[tuple[str, Figure, str]]:
    """The key sums of a side: what, how much, and where it leads."""
    budget, year = side.budget, side.budget.summary
    costs, incomes = (total_of(row.allocated for row in rows) for rows in (budget.costs, budget.incomes))
    return [
        (_("Budget, medlemsbidrag"), year.total, behind.called_at(is_decided=year.is_decided)),
        (_("Överenskommet"), year.agreed, behind.sum_at(Account.AGREED)),
        (_("Överenskommet som uteblir"), year.lost, behind.worked_at(Worked.LOST)),
        (_("Åtaganden"), total_of(party.offered for party in year.parties), behind.sum_at(Account.COMMITTED)),
        (_("Outnyttjat åtagande"), budget.unused, behind.worked_at(Worked.UNUSED)),
        (_("Kostnader"), costs, behind.sum_at(Account.ALLOCATED, Part.COSTS)),
        (_("Övriga intäkter"), incomes, behind.sum_at(Account.ALLOCATED, Part.INCOMES)),
        (_("Resultat"), budget.result("allocated"), behind.worked_at(Worked.RESULT, BUDGET)),
        (_("Nyttjande av eget kapital"), budget.equity_use, behind.history_at(Account.EQUITY_USE, WHOLE)),
    ]


def change_tables(comparison: Comparison, groups: Iterable[Group]) -> list[ComparedTable]:
    """A table for each group with changes, the largest first, each line's months below it.

    What is the association's own stands among the key sums of the year already.
    """
    writer, made = _Writer(comparison), []
    for group in groups:
        is_own = all(row.member is None and row.line is None for row in group.rows)
        if not group.changed or (is_own and group in comparison.groups):
            continue
        figures = [figure for row in group.changed for figure in (row.before, row.after)]
        months = [
            figure for row in group.changed for each in row.months for figure in (each.before, each.after)
        ]
        decimals = decimals_for([group.before, group.after, *figures, *months])
        rows = []
        for row in group.changed:
            rows.append(writer.row(row, decimals))
            rows += [writer.row(each, decimals, str(MONTHS[each.month]), "member") for each in row.months]
        name, year = name_of_group(group), group.years[1]
        caption = f"{name} {year}" if comparison.is_of_one_year else name
        unit = _("Vikter") if group.account == Account.KEY else _("Belopp i kr")
        foot = writer.foot(group, decimals)
        made.append(ComparedTable(rows, comparison, caption=caption, unit=unit, foot=foot))
    return made


@dataclass(frozen=True, slots=True)
class _SameRow:
    name: str
    what: str
    amount: SafeString | str


class SameTable(Table):
    """What is the same on both sides."""

    name = tables.Column(verbose_name=gettext_lazy("Vems"))
    what = tables.Column(verbose_name=gettext_lazy("Vad"))
    amount = tables.Column(verbose_name=gettext_lazy("På båda sidor"), attrs=AMOUNT)

    css = "same"
    caption = gettext_lazy("Lika på båda sidor")
    unit = gettext_lazy("Belopp i kr")


def same_table(comparison: Comparison) -> SameTable | None:
    """The figures that do not differ, each with what it is; None when all do."""
    writer = _Writer(comparison)
    groups = [group for group in (*comparison.groups, *comparison.planned) if group.same]
    decimals = decimals_for(
        row.after for group in groups for row in group.same if group.account != Account.KEY
    )
    rows = [
        _SameRow(row.name, _what(group, comparison), writer.row(row, decimals).after)
        for group in groups
        for row in group.same
    ]
    return SameTable(rows) if rows else None


def _what(group: Group, comparison: Comparison) -> str:
    name = name_of_group(group)
    return f"{name} {group.years[1]}" if comparison.is_of_one_year else name
