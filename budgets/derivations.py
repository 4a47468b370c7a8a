"""How a figure that no entry holds is worked out: its parts, each with what is behind it, and why.

The figures are those of the page that leads here, so that the formula ends in what stood there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.behind import (
    BUDGET,
    OUTCOME,
    PART_OF_PARTY,
    WHOLE,
    Behind,
    Part,
    Worked,
    part_of,
)
from budgets.equity_years import Basis, EquityRow
from budgets.models import Account
from budgets.payments import MemberPayments, YearPayments
from budgets.sentences import weight_name
from budgets.years import LineRow, PartyRow, YearBudget
from finsam import kronor, money
from finsam.kronor import decimals_for
from finsam.money import Figure
from finsam.money import total as total_of

OUTCOMES = (BUDGET, OUTCOME)


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a formula: an amount, what it is in words, and the address of what is behind it, if any.

    ``sign`` stands before it: 1 for plus, -1 for minus.
    """

    figure: Figure
    words: str
    url: str = ""
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Derivation:
    """A figure with the terms that add up to it, or where no sum does, the figures that it ``rests`` on."""

    title: str
    figure: Figure
    told: str
    terms: tuple[Term, ...] = ()
    rests: tuple[Term, ...] = ()
    # Where more is told, and what that page is called.
    more: tuple[str, str] = ("", "")

    @property
    def decimals(self) -> int:
        """2 when any amount has öre, else 0."""
        return decimals_for([self.figure, *(term.figure for term in (*self.terms, *self.rests))])

    @property
    def formula(self) -> list[tuple[str, Term, str]]:
        """Each known term with the sign before it and its amount: minus, 32 000 000 kr fastställt."""
        known = [term for term in self.terms if not term.figure.is_missing]
        signs = ["+" if term.sign > 0 else money.MINUS for term in known]
        if signs and signs[0] == "+":
            signs[0] = ""
        return [(sign, term, self._kr(term.figure)) for sign, term in zip(signs, known, strict=True)]

    @property
    def basis(self) -> list[tuple[Term, str]]:
        """Each figure that it rests on, with its amount."""
        return [(term, self._kr(term.figure)) for term in self.rests if not term.figure.is_missing]

    @property
    def amount(self) -> str:
        """The figure itself."""
        return self._kr(self.figure)

    def _kr(self, figure: Figure) -> str:
        return kronor.kr_with(figure, self.decimals)


def of_budget(budget: YearBudget, worked: str, whose: str, behind: Behind) -> Derivation | None:
    """How a figure of the year's page is worked out; None when the page has none such."""
    made: Derivation | None = None
    if worked == Worked.LOST and not whose:
        made = _lost(budget, behind)
    elif worked == Worked.UNUSED:
        made = _unused(budget, whose, behind)
    elif worked == Worked.SHARE and not budget.summary.is_decided:
        made = _share(budget, whose, behind)
    elif worked in (Worked.VARIANCE, Worked.REMAINING):
        made = _variance(budget, whose, behind, is_running=worked == Worked.REMAINING)
    elif worked == Worked.FORECAST:
        made = _forecast(budget, whose, behind)
    elif worked in (Worked.RESULT, Worked.CLOSING) and whose in OUTCOMES:
        made = _result(budget, whose, behind) if worked == Worked.RESULT else _closing(budget, whose, behind)
    return made if made and not made.figure.is_missing else None


def _lost(budget: YearBudget, behind: Behind) -> Derivation:
    year = budget.summary
    past, future = _("Överenskommet som uteblev %(year)s"), _("Överenskommet som uteblir %(year)s")
    title, fixed = (past, _("fastställt")) if year.is_decided else (future, _("enligt åtagandena"))
    return Derivation(
        title=title % {"year": budget.year},
        figure=year.lost,
        told=_(
            "Så mycket av det överenskomna ryms inte under taket: alla betalar efter sin andel, och den som "
            "bidrar minst mot sin andel sätter taket (5 § lag (2003:1210))."
        ),
        terms=(
            Term(year.agreed, _("överenskommet"), behind.sum_at(Account.AGREED)),
            Term(year.total, fixed, _called_at(budget, behind), -1),
        ),
    )


def _called_at(budget: YearBudget, behind: Behind, part: str = "", slug: str = "") -> str:
    """Where contributions lead: to postings once the board has adopted, before that to the rule."""
    is_decided = budget.summary.is_decided
    if slug and is_decided:
        return behind.history_at(Account.CALLED, slug)
    return behind.called_at(slug or part, is_decided=is_decided)


@dataclass(frozen=True, slots=True)
class _Payer:
    """Whose commitment and contribution: a member's, a party's or everybody's."""

    name: str
    offered: Figure
    called: Figure
    unused: Figure
    part: str = ""
    slug: str = ""
    party: PartyRow | None = None


def _payer(budget: YearBudget, whose: str) -> _Payer | None:
    """By what the address calls it."""
    if not whose:
        parties = budget.summary.parties
        offered, called = (
            total_of(getattr(each, name) for each in parties) for name in ("offered", "called")
        )
        return _Payer(_("alla medlemmar"), offered, called, budget.unused)
    for party in budget.summary.parties:
        if PART_OF_PARTY[party.party] == whose:
            return _Payer(party.name, party.offered, party.called, party.unused, part=whose, party=party)
        for row in party.members:
            if row.member.slug == whose and row.member.pays:
                return _Payer(row.name, row.offered, row.called, row.unused, slug=whose, party=party)
    return None


def _unused(budget: YearBudget, whose: str, behind: Behind) -> Derivation | None:
    payer = _payer(budget, whose)
    if payer is None:
        return None
    offered = (
        behind.history_at(Account.COMMITTED, payer.slug)
        if payer.slug
        else behind.sum_at(Account.COMMITTED, payer.part)
    )
    return Derivation(
        title=_("Outnyttjat åtagande %(year)s, %(name)s") % {"year": budget.year, "name": payer.name},
        figure=payer.unused,
        told=_(
            "Erbjudet men inte använt: alla betalar efter sin andel, och den som bidrar minst mot sin andel "
            "sätter taket (5 § lag (2003:1210))."
        ),
        terms=(
            Term(payer.offered, _("åtagande"), offered),
            Term(payer.called, _("medlemsbidrag"), _called_at(budget, behind, payer.part, payer.slug), -1),
        ),
    )


def _share(budget: YearBudget, whose: str, behind: Behind) -> Derivation | None:
    """What the rule makes of the commitments (5 § lag (2003:1210)), while the board has not adopted."""
    payer = _payer(budget, whose)
    # A party whose members do not pay has no part in the budget.
    if payer is None or (payer.party and not payer.party.weight):
        return None
    about = {"year": budget.year, "name": payer.name}
    title = _("Medlemsbidrag %(year)s enligt åtagandena, %(name)s") % about
    if payer.party is None:
        return _share_of_all(budget, title, behind)
    if payer.part or len(payer.party.members) == 1:
        told = _("%(name)s betalar %(weight)s av budgeten (5 § lag (2003:1210)).")
        about = {"name": payer.name, "weight": weight_name(payer.party)}
        whole = Term(budget.summary.total, _("som åtagandena räcker till"), behind.worked_at(Worked.SHARE))
        return Derivation(title, payer.called, told % about, rests=(whole,))
    return _share_of_member(budget, payer, payer.party, title, behind)


def _share_of_all(budget: YearBudget, title: str, behind: Behind) -> Derivation:
    """What all pay: as far as the commitment that reaches least."""
    told = _("åtagande från %(name)s räcker till %(carries)s")
    rests = tuple(
        Term(
            party.offered,
            told % {"name": party.name, "carries": money.in_kronor(party.carries)},
            behind.sum_at(Account.COMMITTED, PART_OF_PARTY[party.party]),
        )
        for party in budget.summary.parties
        if party.carries is not None
    )
    rule = _("Den part vars åtagande räcker till minst sätter taket för alla (5 § lag (2003:1210)).")
    return Derivation(title, budget.summary.total, rule, rests=rests)


def _share_of_member(
    budget: YearBudget, payer: _Payer, party: PartyRow, title: str, behind: Behind
) -> Derivation:
    """What one of a party's several members pays of what they pay together."""
    together = behind.worked_at(Worked.SHARE, PART_OF_PARTY[party.party])
    rests = (
        Term(party.called, _("som parten betalar tillsammans"), together),
        Term(
            payer.offered,
            _("som %(name)s har åtagit sig") % {"name": payer.name},
            behind.history_at(Account.COMMITTED, payer.slug),
        ),
    )
    told = _("%(name)s betalar sin del av vad parten betalar tillsammans.") % {"name": payer.name}
    key = reverse("key", args=[budget.association.slug, budget.year])
    return Derivation(
        title, payer.called, told, rests=rests, more=(key, _("Så delar medlemmarna partens del"))
    )


def _line_rows(budget: YearBudget, whose: str) -> tuple[str, Sequence[LineRow]]:
    """A line's or a sum of lines' name, and its lines."""
    if whose in (Part.COSTS, Part.INCOMES):
        is_costs = whose == Part.COSTS
        name = _("alla kostnader") if is_costs else _("alla övriga intäkter")
        return name, budget.costs if is_costs else budget.incomes
    rows = [row for row in budget.lines if row.line.slug == whose]
    return (rows[0].line.name if rows else ""), rows


def _line_at(account: str, whose: str, behind: Behind) -> str:
    if whose in (Part.COSTS, Part.INCOMES):
        return behind.sum_at(account, whose)
    return behind.history_at(account, whose)


def _variance(budget: YearBudget, whose: str, behind: Behind, *, is_running: bool) -> Derivation | None:
    name, rows = _line_rows(budget, whose)
    if not rows:
        return None
    allocated, actual = (total_of(getattr(row, column) for row in rows) for column in ("allocated", "actual"))
    figure = total_of(row.remaining if is_running else row.variance for row in rows)
    planned = Term(allocated, _("budget"), _line_at(Account.ALLOCATED, whose, behind))
    happened = Term(actual, _("utfall"), _line_at(Account.ACTUAL, whose, behind))
    is_income = part_of(rows[0].line) == Part.INCOMES
    first, last = (happened, planned) if is_income and not is_running else (planned, happened)
    about = {"year": budget.year, "name": name}
    title, told = _("Avvikelse %(year)s, %(name)s"), _("Över noll är bättre än budget.")
    if is_running:
        title, told = _("Kvar av budget %(year)s, %(name)s"), _("Så mycket är kvar av årets budget.")
    # A sum of lines compares those alone that have both figures.
    is_whole = total_of(row.remaining for row in rows).amount == (allocated.amount or 0) - (
        actual.amount or 0
    )
    return Derivation(
        title=title % about,
        figure=figure,
        told=told,
        terms=(first, Term(last.figure, last.words, last.url, -1)) if is_whole else (),
        rests=() if is_whole else (planned, happened),
    )


def _forecast(budget: YearBudget, whose: str, behind: Behind) -> Derivation | None:
    """What a line, or a sum of lines, comes to in the whole year."""
    name, rows = _line_rows(budget, whose)
    title = _("Prognos för helåret %(year)s, %(name)s") % {"year": budget.year, "name": name}
    figure = total_of(row.forecast for row in rows)
    if whose in (Part.COSTS, Part.INCOMES) or not rows:
        rests = tuple(
            Term(row.forecast, row.line.name, behind.worked_at(Worked.FORECAST, row.line.slug))
            for row in rows
        )
        return Derivation(title, figure, _("Summan av posternas prognoser."), rests=rests)
    (row,) = rows
    if row.is_judged:
        told = _("Förbundet har bedömt vad året slutar på, i stället för den beräknade prognosen.")
        own = Term(figure, _("bedömd prognos"), behind.history_at(Account.FORECAST, whose))
        return Derivation(title, figure, told, rests=(own,))
    # A line without actual figures so far is forecast by its budget alone.
    so_far = row.actual.amount or 0
    rest = Figure((figure.amount or 0) - so_far, figure.is_derived)
    return Derivation(
        title,
        figure,
        _("Utfallet hittills och det av budgeten som återstår av året."),
        terms=(
            Term(row.actual, _("utfall hittills"), behind.history_at(Account.ACTUAL, whose)),
            Term(rest, _("återstår av budgeten")),
        ),
        rests=(Term(row.allocated, _("årets budget"), behind.history_at(Account.ALLOCATED, whose)),),
    )


def _result(budget: YearBudget, basis: str, behind: Behind) -> Derivation:
    is_plan = basis == BUDGET
    account = Account.ALLOCATED if is_plan else Account.ACTUAL
    column = "allocated" if is_plan else "actual"
    incomes, costs = (
        total_of(getattr(row, column) for row in rows) for rows in (budget.incomes, budget.costs)
    )
    paid = Term(budget.paid, _("inbetalda medlemsbidrag"), behind.sum_at(Account.PAID))
    called = Term(budget.summary.total, _("medlemsbidrag"), _called_at(budget, behind))
    title = _("Budgeterat resultat %(year)s") if is_plan else _("Resultat enligt utfallet %(year)s")
    return Derivation(
        title=title % {"year": budget.year},
        figure=budget.result(column),
        told=_("Medlemsbidrag och övriga intäkter minus kostnader. Under noll tas pengarna ur eget kapital."),
        terms=(
            called if is_plan else paid,
            Term(incomes, _("övriga intäkter"), behind.sum_at(account, Part.INCOMES)),
            Term(costs, _("kostnader"), behind.sum_at(account, Part.COSTS), -1),
        ),
    )


def _closing(budget: YearBudget, basis: str, behind: Behind) -> Derivation | None:
    column = "allocated" if basis == BUDGET else "actual"
    result, closing = budget.result(column), budget.closing(column)
    if closing.is_missing:
        return None
    return Derivation(
        title=_("Utgående eget kapital %(year)s") % {"year": budget.year},
        figure=closing,
        told=_("Vad året började med och årets resultat."),
        terms=(
            Term(budget.opening_equity, _("ingående"), behind.history_at(Account.OPENING_EQUITY, WHOLE)),
            Term(result, _("resultat"), behind.worked_at(Worked.RESULT, basis)),
        ),
    )


RESULT_OF, CLOSING_OF = "resultat-", "utgaende-"


def of_equity(rows: Sequence[EquityRow], year: int, whose: str, behind: Behind) -> Derivation | None:
    """How a year's result or closing own capital is worked out on the page of own capital.

    ``whose`` is "resultat-budget", "resultat-utfall", "utgaende-budget" or "utgaende-utfall".
    """
    basis = whose.removeprefix(RESULT_OF).removeprefix(CLOSING_OF)
    row = next((row for row in rows if row.year == year and basis_name(row) == basis), None)
    if row is None or whose == basis:
        return None
    behind = behind_row(row, behind.slug)
    return _equity_result(row, behind) if whose.startswith(RESULT_OF) else _equity_closing(rows, row, behind)


def behind_row(row: EquityRow, slug: str) -> Behind:
    """Where a row's figures lead: an adopted year is told as the board fixed it."""
    is_fixed = row.version is not None and row.version.is_adopted
    return Behind(row.year, slug, place=row.version.posting.number if row.version and is_fixed else None)


def basis_name(row: EquityRow) -> str:
    """What the address calls a row's basis."""
    return BUDGET if row.basis == Basis.BUDGET else OUTCOME


def _equity_result(row: EquityRow, behind: Behind) -> Derivation | None:
    if row.result.is_missing:
        return None
    account = Account.ALLOCATED if row.basis == Basis.BUDGET else Account.ACTUAL
    contributions = Term(row.contributions, _("medlemsbidrag"), contributions_at(row, behind))
    return Derivation(
        title=_("Resultat %(year)s") % {"year": row.year},
        figure=row.result,
        told=_("Medlemsbidrag och övriga intäkter minus kostnader. Under noll tas pengarna ur eget kapital."),
        terms=(
            contributions,
            Term(row.other_income, _("övriga intäkter"), behind.sum_at(account, Part.INCOMES)),
            Term(row.costs, _("kostnader"), behind.sum_at(account, Part.COSTS), -1),
        ),
    )


def _equity_closing(rows: Sequence[EquityRow], row: EquityRow, behind: Behind) -> Derivation | None:
    if row.closing.is_missing:
        return None
    return Derivation(
        title=_("Utgående eget kapital %(year)s") % {"year": row.year},
        figure=row.closing,
        told=_(
            "Vad året började med och årets resultat. Nästa år börjar med det, om inget annat är bokfört."
        ),
        terms=(
            Term(row.opening, _("ingående"), opening_at(rows, row, behind)),
            Term(row.result, _("resultat"), equity_url(row, RESULT_OF, behind.slug)),
        ),
    )


def equity_url(row: EquityRow, what: str, slug: str) -> str:
    """The address of how a row's result or closing is worked out; ``what`` is RESULT_OF or CLOSING_OF."""
    return Behind(row.year, slug).worked_at(Worked.EQUITY, f"{what}{basis_name(row)}")


def opening_at(rows: Sequence[EquityRow], row: EquityRow, behind: Behind) -> str:
    """Where an opening leads: to what was booked, else to what the year before leaves, else nowhere."""
    if not row.booked.is_missing:
        return behind.history_at(Account.OPENING_EQUITY, WHOLE)
    before = next((each for each in rows if each.year == row.year - 1 and each.leads), None)
    if before is None or row.opening.is_missing:
        return ""
    return equity_url(before, CLOSING_OF, behind.slug)


def contributions_at(row: EquityRow, behind: Behind) -> str:
    """Where a row's contributions lead: to what was paid, called, or what the rule gives."""
    if row.is_paid:
        return behind.sum_at(Account.PAID)
    if row.version is not None and row.version.is_adopted:
        return behind.sum_at(Account.CALLED)
    return behind.worked_at(Worked.SHARE)


def of_payments(payments: YearPayments, worked: str, whose: str, behind: Behind) -> Derivation | None:
    """How a figure on the page of payments is worked out, of one member or of all."""
    rows = [row for row in payments.rows if whose in ("", row.member.slug)]
    if worked == Worked.INSTALMENTS:
        return _instalments(payments, rows, whose)
    names = {
        Worked.LATE: (_("Försenat %(year)s, %(name)s"), "late"),
        Worked.TO_PAY: (_("Kvar att betala %(year)s, %(name)s"), "rest"),
        Worked.OVERPAID: (_("Överbetalt %(year)s, %(name)s"), "over"),
    }
    if not rows or worked not in names:
        return None
    title, column = names[Worked(worked)]
    figure = total_of(getattr(row, column) for row in rows)
    if figure.is_missing:
        return None
    called, paid = _payments_terms(payments, rows, whose, behind)
    is_sum = figure.amount == (called.figure.amount or 0) - (paid.figure.amount or 0)
    told = {
        Worked.LATE: _("Det som skulle ha kommit in enligt betalningsplanen och inte har gjort det."),
        Worked.TO_PAY: _("Det av medlemsbidraget som inte har betalats in."),
        Worked.OVERPAID: _("Det som har betalats in utöver medlemsbidraget."),
    }
    return Derivation(
        title=title % {"year": payments.year, "name": rows[0].name if whose else _("alla medlemmar")},
        figure=figure,
        told=told[Worked(worked)],
        terms=(called, Term(paid.figure, paid.words, paid.url, -1)) if is_sum else (),
        rests=() if is_sum else (called, paid),
        more=(reverse("payments", args=[payments.association.slug, payments.year]), _("Inbetalningar")),
    )


def _instalments(payments: YearPayments, rows: Sequence[MemberPayments], whose: str) -> Derivation | None:
    """How the contributions are divided by the payment plan."""
    known = [row for row in rows if row.standing]
    if not known:
        return None
    called = total_of(row.called for row in known)
    days = zip(*(row.standing.instalments for row in known if row.standing), strict=True)
    terms = tuple(
        Term(Figure(sum(each.amount for each in day), called.is_derived), day[0].due.isoformat())
        for day in days
    )
    name = known[0].name if whose else _("alla medlemmar")
    return Derivation(
        _("Delbetalningar %(year)s, %(name)s") % {"year": payments.year, "name": name},
        called,
        _("Medlemsbidraget delas på betalningsplanens dagar."),
        terms=terms,
        rests=(Term(called, _("medlemsbidrag"), called_at(payments, whose)),),
        more=(reverse("payments", args=[payments.association.slug, payments.year]), _("Inbetalningar")),
    )


def called_at(payments: YearPayments, whose: str = "") -> str:
    """Where a member's contribution leads, or all of them: to the adopted budget's, else to the rule."""
    if payments.version is None:
        return Behind(payments.year, payments.association.slug).worked_at(Worked.SHARE, whose)
    number = payments.version.posting.number
    behind = Behind(payments.year, payments.association.slug, place=number)
    return behind.history_at(Account.CALLED, whose) if whose else behind.sum_at(Account.CALLED)


def _payments_terms(
    payments: YearPayments, rows: Sequence[MemberPayments], whose: str, behind: Behind
) -> tuple[Term, Term]:
    paid_url = behind.history_at(Account.PAID, whose) if whose else behind.sum_at(Account.PAID)
    paid = Figure(sum(row.paid for row in rows))
    return (
        Term(total_of(row.called for row in rows), _("medlemsbidrag"), called_at(payments, whose)),
        Term(paid, _("inbetalt"), paid_url),
    )
