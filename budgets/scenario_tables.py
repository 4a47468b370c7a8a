"""The tables of a scenario: what each pays, against the budget; and what each lacks of a target."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.rules import Party, Required
from budgets.tables import ShareRow, Table, share_rows
from budgets.years import YearBudget, difference
from finsam import kronor, money
from finsam.kronor import KronorColumn
from finsam.money import Figure


@dataclass(frozen=True, slots=True)
class _Row:
    """A party, or one of its members below it, with its figures by column; None where it has none."""

    name: SafeString | str
    css: str
    figures: dict[str, Figure | None]


class _FigureTable(Table):
    """Rows whose figures stand by the name of their column; parties are summed, not their members."""

    name = tables.Column(verbose_name=gettext_lazy("Part och medlem"))

    def __init__(self, rows: Sequence[_Row], headings: dict[str, str], **kwargs: Any) -> None:
        figures = [figure for row in rows for figure in row.figures.values()]
        columns = [(name, KronorColumn(verbose_name=heading)) for name, heading in headings.items()]
        super().__init__(rows, figures=figures, total=_("Summa"), extra_columns=columns, **kwargs)
        self.unit = _("Belopp i kr")
        parties = [row for row in rows if row.css == "party"]
        self.sums = {
            name: money.total(row.figures[name] or Figure(0) for row in parties) for name in headings
        }

    def _writer(self, column: Any) -> Any:
        name = column.name
        if name == "name":
            return lambda row: row.name
        return lambda row: self._written(name, row.figures[name])

    def _foot_cell(self, name: str) -> SafeString | str:
        return self.total if name == "name" else self._written(name, self.sums[name])

    def _written(self, name: str, figure: Figure | None) -> SafeString | str:
        if figure is None:
            return ""
        written = kronor.kr_with(figure, self.decimals)
        return kronor.signed(written, figure.amount or 0) if name == "change" else written


def scenario_table(now: YearBudget, then: YearBudget) -> _FigureTable:
    """One scenario: what each commits, pays and keeps, and how much more it pays than in the budget."""
    headings = {
        "offered": _("Åtagande"),
        "called": _("Medlemsbidrag"),
        "unused": _("Outnyttjat"),
        "change": _("Mot budgeten"),
    }
    rows = []
    for row, was in zip(_rows(then), _rows(now), strict=True):
        figures = {"offered": row.offered, "called": row.called, "unused": row.unused}
        rows.append(_Row(row.name, row.css, figures | {"change": _change(was.called, row.called)}))
    table = _FigureTable(rows, headings)
    table.caption = _("Vad var och en betalar i scenariot")
    return table


def side_by_side(now: YearBudget, one: YearBudget, other: YearBudget) -> _FigureTable:
    """Two scenarios: what each pays in the budget, in the one and in the other, and the difference."""
    headings = {
        "now": _("Budgeten"),
        "a": _("Scenario A"),
        "b": _("Scenario B"),
        "change": _("B mot A"),
    }
    rows = []
    for (name, css, was), (*_a, former), (*_b, latter) in zip(*map(_called, (now, one, other)), strict=True):
        figures = {"now": was, "a": former, "b": latter, "change": _change(former, latter)}
        rows.append(_Row(name, css, figures))
    table = _FigureTable(rows, headings)
    table.caption = _("Medlemsbidrag i två scenarier")
    return table


def need_table(budget: YearBudget, needs: Required) -> _FigureTable:
    """What each party commits, needs for the target and lacks of it; under a key each member too."""
    headings = {"offered": _("Åtagande"), "needed": _("Behövs"), "missing": _("Fattas")}
    rows = []
    for party in budget.summary.parties:
        need = needs.parties[Party(party.party)]
        figures = {
            "offered": Figure(need.offered),
            "needed": Figure(need.needed),
            "missing": Figure(need.missing),
        }
        rows.append(_Row(party.name, "party", figures))
        for row in party.members:
            if row.member.pk in need.members:
                lacks = need.members[row.member.pk]
                own = {"offered": row.offered, "needed": None, "missing": Figure(lacks)}
                rows.append(_Row(row.name, "member", own))
    table = _FigureTable(rows, headings)
    table.caption = _("Vad som fattas för %(total)s") % {"total": money.with_unit(needs.target, None)}
    return table


def _rows(budget: YearBudget) -> list[ShareRow]:
    """The paying parties and members, in the order of the budget."""
    rows = (row for party in budget.summary.parties for row in share_rows(party, budget))
    return [row for row in rows if row.offered is not None]


def _called(budget: YearBudget) -> list[tuple[str, str, Figure]]:
    """What each party pays, and below it each of its paying members: name, class of the row, amount."""
    rows = []
    for party in budget.summary.parties:
        rows.append((party.name, "party", party.called))
        if len(party.members) > 1:
            rows += [(row.name, "member", row.called) for row in party.members if row.member.pays]
    return rows


def _change(was: Figure | None, becomes: Figure | None) -> Figure | None:
    """How much more is paid. A scenario's figures are thought, so none of them is marked as derived."""
    return None if was is None or becomes is None else Figure(difference(becomes, was).amount)
