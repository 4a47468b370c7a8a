"""What the charts say: each chart's conclusion, and each mark's values in words.

A conclusion is the chart's title on the page and its text in the PDF. A mark is a year, a party or a line;
what it says is read aloud, shown under the pointer, and is the same figures as in the table beside the chart.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from budgets import forecasts
from budgets.equity_years import Basis, EquityRow
from budgets.sentences import Sentence, capital, in_sentence, listed, share_against
from budgets.years import CostYear, LineRow, PartyRow, YearBudget, YearSummary
from finsam import money
from finsam.money import Figure
from members.models import Association

# So many years are named; more are counted.
MOST_NAMED = 3


def amount_of(figure: Figure, write: Callable[[int], str] = money.with_unit) -> str:
    """A known figure with its unit, and that it is derived where it is: "32,0 mnkr (härlett)"."""
    written = write(figure.amount or 0)
    return _("%(amount)s (härlett)") % {"amount": written} if figure.is_derived else written


def exactly(amount: int) -> str:
    """Millions with the decimals that the amount has: "27,35 mnkr", as the cap line writes them."""
    return money.with_unit(amount, None)


def _reading(whose: str, parts: Sequence[str]) -> str:
    """Whose values, and the values: "2021: överenskommet 54,7 mnkr, fastställt 32,0 mnkr"."""
    return f"{whose}: {', '.join(parts or [_('uppgift saknas')])}"


def unknown(year: int) -> str:
    """A year that nothing is known of."""
    return _reading(str(year), [])


def _parts(*said: tuple[str, Figure], write: Callable[[int], str] = money.with_unit) -> list[str]:
    """The forms that have a figure, filled with it."""
    return [form % {"amount": amount_of(figure, write)} for form, figure in said if not figure.is_missing]


# -- The years -------------------------------------------------------------------------------------

_LOST = gettext_noop("{years} uteblev {lost} av det som parterna hade kommit överens om.")
_LOST_TOGETHER = gettext_noop("{years} uteblev sammanlagt {lost} av det som parterna hade kommit överens om.")
_LOST_MANY = gettext_noop(
    "{count} av åren {years} uteblev sammanlagt {lost} av det som parterna hade kommit överens om."
)
_WENT = gettext_noop("Budgeten har gått från {first} {from_year} till {last} {to_year}.")
_STAYED = gettext_noop("Budgeten är {last} {to_year}, lika mycket som {from_year}.")
_ONE_BUDGET = gettext_noop("Budgeten {to_year} är {last}.")
_NO_BUDGET = gettext_noop("Uppgift om budgeten saknas.")


def over_the_years(years: Sequence[YearSummary]) -> Sentence:
    """What of the agreed did not happen in the decided years, else from what to what the budget went.

    ``years`` come newest first.
    """
    known = [year for year in reversed(years) if year.is_decided and year.total.amount is not None]
    short = [year for year in known if (year.lost.amount or 0) > 0]
    if not short:
        return _budget_went(known or [year for year in reversed(years) if year.total.amount is not None])
    figures = {"lost": money.with_unit(sum(year.lost.amount or 0 for year in short))}
    if len(short) > MOST_NAMED:
        span = f"{known[0].year}–{known[-1].year}"
        return Sentence(_LOST_MANY, figures, {"count": str(len(short)), "years": span})
    named = {"years": listed(str(year.year) for year in short)}
    return Sentence(_LOST_TOGETHER if len(short) > 1 else _LOST, figures, named)


def _budget_went(known: Sequence[YearSummary]) -> Sentence:
    if not known:
        return Sentence(_NO_BUDGET, {})
    first, last = (money.with_unit(year.total.amount or 0) for year in (known[0], known[-1]))
    words = {"from_year": str(known[0].year), "to_year": str(known[-1].year)}
    if len(known) == 1:
        return Sentence(_ONE_BUDGET, {"last": last}, words)
    form = _STAYED if first == last else _WENT
    return Sentence(form, {"last": last} if first == last else {"first": first, "last": last}, words)


def year_reading(year: YearSummary) -> str:
    """One year's agreed, decided, missing and actual amounts."""
    total = _("fastställt %(amount)s") if year.is_decided else _("ej fastställd budget %(amount)s")
    lost = year.lost if (year.lost.amount or 0) > 0 else Figure()
    return _reading(
        str(year.year),
        _parts(
            (_("överenskommet %(amount)s"), year.agreed),
            (total, year.total),
            (_("uteblev %(amount)s") if year.is_decided else _("uteblir %(amount)s"), lost),
            (_actual_until(year.actual_until), year.actual),
        ),
    )


def _actual_until(until: int | None) -> str:
    """The form for an actual amount, with its last month while the year is not complete."""
    if not forecasts.is_part_of_year(until):
        return _("utfall %(amount)s")
    return _("utfall till och med %(month)s") % {"month": MONTHS[until]} + " %(amount)s"


def until_name(until: int | None) -> str:
    """What actual amounts are in a legend: "Utfall till och med september"."""
    if not forecasts.is_part_of_year(until):
        return _("Utfall")
    return _("Utfall till och med %(month)s") % {"month": MONTHS[until]}


# -- The cap line ----------------------------------------------------------------------------------

_CAPS = {
    True: gettext_noop(
        "{parties} satte taket vid {total}. Övriga parters åtaganden räckte till minst {next}."
    ),
    False: gettext_noop(
        "{parties} sätter taket vid {total}. Övriga parters åtaganden räcker till minst {next}."
    ),
}
_CAPS_TOGETHER = {
    True: gettext_noop(
        "{parties} satte tillsammans taket vid {total}. Övriga parters åtaganden räckte till minst {next}."
    ),
    False: gettext_noop(
        "{parties} sätter tillsammans taket vid {total}. Övriga parters åtaganden räcker till minst {next}."
    ),
}
_ALIKE = {
    True: gettext_noop("Alla parters åtaganden räckte till samma budget, {total}."),
    False: gettext_noop("Alla parters åtaganden räcker till samma budget, {total}."),
}


def cap_line(year: YearSummary) -> Sentence:
    """Who sets the cap where, and how far the others' commitments would have sufficed at least.

    For a year whose every commitment is known.
    """
    past, tied = year.is_decided, year.limiting
    figures = {"total": money.with_unit(year.total.amount or 0)}
    others = [party.carries for party in year.parties if not party.limits and party.carries is not None]
    if not others:
        return Sentence(_ALIKE[past], figures)
    figures["next"] = money.with_unit(min(others))
    if figures["next"] == figures["total"]:
        figures = {"total": money.in_kronor(year.total.amount or 0), "next": money.in_kronor(min(others))}
    form = _CAPS_TOGETHER if len(tied) > 1 else _CAPS
    return Sentence(form[past], figures, {"parties": capital(listed(map(in_sentence, tied)))})


def party_reading(party: PartyRow, *, limits: bool) -> str:
    """One party's offer, what it would suffice for, what is called, what stays unused; whether it limits."""
    unused = party.unused if party.unused.amount else Figure()
    parts = _parts(
        (_("åtog sig %(amount)s"), party.offered),
        (_("det räcker till en budget på %(amount)s"), Figure(party.carries)),
        (_("betalar %(amount)s"), party.called),
        (_("outnyttjat %(amount)s"), unused),
        write=exactly,
    )
    return _reading(party.name, [*parts, *([_("sätter taket")] if limits else [])])


# -- The lines -------------------------------------------------------------------------------------

# By what the figure is.
_FORECAST_IS = gettext_noop("Prognosen är {amount}, {gap}.")
_ACTUAL_IS = gettext_noop("Utfallet blev {amount}, {gap}.")
_FORECAST_MOST = gettext_noop("Prognosen är {amount}, {gap}. Mest avviker {line}, {line_gap}.")
_ACTUAL_MOST = gettext_noop("Utfallet blev {amount}, {gap}. Mest avvek {line}, {line_gap}.")
_FORECAST_ALONE = gettext_noop("Prognosen är {amount}. Uppgift saknas om någon posts budget.")
_ACTUAL_ALONE = gettext_noop("Utfallet blev {amount}. Uppgift saknas om någon posts budget.")
_LARGEST = gettext_noop("{amount} är fördelat. Mest går till {line}, {share}.")
_ALLOCATED = gettext_noop("{amount} är fördelat.")
_MOST = gettext_noop("Mest går till {line}, {amount}.")


def lines(budget: YearBudget) -> Sentence:
    """Where the cost lines together are heading against their budget, and which is furthest from its own.

    A whole year is told by what it came to; a year without actual costs by where most of the money goes.
    """
    forecast, actual = (
        money.total(getattr(row, name) for row in budget.costs) for name in ("forecast", "actual")
    )
    allocated = money.total(row.allocated for row in budget.costs)
    is_running = not forecast.is_missing
    comes_to = forecast if is_running else actual
    if comes_to.amount is None:
        return _largest(budget.costs, allocated)
    figures = {"amount": money.with_unit(comes_to.amount)}
    if allocated.amount is None or any(row.allocated.is_missing for row in budget.costs):
        return Sentence(_FORECAST_ALONE if is_running else _ACTUAL_ALONE, figures)
    figures["gap"] = gap(comes_to.amount - allocated.amount)
    furthest = max(budget.costs, key=lambda row: abs(row.gap or 0))
    if not furthest.gap:
        return Sentence(_FORECAST_IS if is_running else _ACTUAL_IS, figures)
    figures["line_gap"] = gap(furthest.gap)
    return Sentence(_FORECAST_MOST if is_running else _ACTUAL_MOST, figures, {"line": furthest.line.name})


_UNDER_WAY = gettext_noop(
    "Till och med {month} är kostnaderna {actual} av budgeterade {allocated}. "
    "Prognosen för hela året är {amount}, {gap}."
)


def heading(budget: YearBudget) -> Sentence | None:
    """Where the year is heading, or what it came to; None before the first actual cost.

    None too where a cost's budget is not known, since there is nothing to hold the costs against.
    """
    allocated, actual, forecast = (
        money.total(getattr(row, name) for row in budget.costs)
        for name in ("allocated", "actual", "forecast")
    )
    if actual.amount is None or any(row.allocated.is_missing for row in budget.costs):
        return None
    comes_to = actual if forecast.amount is None else forecast
    planned = allocated.amount or 0
    figures = {
        "amount": money.with_unit(comes_to.amount or 0),
        "gap": gap((comes_to.amount or 0) - planned),
    }
    if forecast.amount is None:
        return Sentence(_ACTUAL_IS, figures)
    figures |= {"actual": money.with_unit(actual.amount), "allocated": money.mnkr(planned)}
    return Sentence(_UNDER_WAY, figures, {"month": MONTHS[budget.summary.actual_until or forecasts.DECEMBER]})


def most(budget: YearBudget) -> Sentence | None:
    """To what most of the money goes, where the chart of the lines tells how the year is going instead."""
    first = _first(budget.costs)
    if first is None or not first.allocated.amount or heading(budget) is None:
        return None
    return Sentence(_MOST, {"amount": money.with_unit(first.allocated.amount)}, {"line": first.line.name})


def _largest(rows: Sequence[LineRow], allocated: Figure) -> Sentence:
    """How much is allocated, and to what most of it goes unless two lines get as much."""
    figures = {"amount": money.with_unit(allocated.amount or 0)}
    first = _first(rows)
    if first is None or not allocated.amount:
        return Sentence(_ALLOCATED, figures)
    figures["share"] = money.percent(first.allocated.amount or 0, allocated.amount)
    return Sentence(_LARGEST, figures, {"line": first.line.name})


def _first(rows: Sequence[LineRow]) -> LineRow | None:
    """The line that gets the most; None where two get as much, or there is only one."""
    by_size = sorted(rows, key=lambda row: row.allocated.amount or 0, reverse=True)[:2]
    amounts = {row.allocated.amount or 0 for row in by_size}
    return by_size[0] if len(amounts) == 2 else None


def gap(more: int, write: Callable[[int], str] = money.with_unit) -> str:
    """How an amount is to its budget: "0,5 mnkr under budget", "lika med budget"."""
    if not more:
        return _("lika med budget")
    told = _("%(amount)s över budget") if more > 0 else _("%(amount)s under budget")
    return told % {"amount": write(abs(more))}


def verdict(more: int) -> str:
    """The same where the column is headed "Mot budget": "0,5 mnkr under", "lika"."""
    if not more:
        return _("lika")
    told = _("%(amount)s över") if more > 0 else _("%(amount)s under")
    return told % {"amount": money.with_unit(abs(more))}


def line_reading(row: LineRow, until: int | None) -> str:
    """One line's budget, actual amount and forecast, and how it is to its budget."""
    parts = _parts(
        (_("budget %(amount)s"), row.allocated),
        (_actual_until(until), row.actual),
        (_("prognos %(amount)s"), row.forecast),
        write=money.in_kronor,
    )
    is_compared = row.gap is not None and not row.actual.is_missing
    return _reading(row.line.name, [*parts, *([gap(row.gap or 0, money.in_kronor)] if is_compared else [])])


def rest_reading(count: int, sums: Mapping[str, Figure]) -> str:
    """The values of the lines that have no bar of their own, summed by column."""
    parts = _parts(
        (_("budget %(amount)s"), sums["allocated"]),
        (_("utfall %(amount)s"), sums["actual"]),
        (_("prognos %(amount)s"), sums["forecast"]),
        write=money.in_kronor,
    )
    return _reading(others(count), parts)


# -- Own capital -----------------------------------------------------------------------------------

_EQUITY = gettext_noop("Det egna kapitalet var {left} vid utgången av {year}.")
_EQUITY_PLAN = gettext_noop("Det egna kapitalet är enligt budgeten {planned} vid utgången av {then}.")
_EQUITY_BOTH = gettext_noop(
    "Det egna kapitalet var {left} vid utgången av {year}. "
    "Enligt budgeten är det {planned} vid utgången av {then}."
)
_EQUITY_UNKNOWN = gettext_noop("Uppgift om det egna kapitalet saknas.")


def own_capital(rows: Sequence[EquityRow]) -> Sentence:
    """What the last whole year left and what the last budget after it would leave. ``rows``: oldest first."""
    known = [row for row in rows if row.leads and row.closing.amount is not None]
    left = [row for row in known if row.basis == Basis.OUTCOME]
    planned = [row for row in known if row.basis == Basis.BUDGET and (not left or row.year > left[-1].year)]
    figures, words = {}, {}
    if left:
        figures["left"], words["year"] = money.with_unit(left[-1].closing.amount or 0), str(left[-1].year)
    if planned:
        figures["planned"] = money.with_unit(planned[-1].closing.amount or 0)
        words["then"] = str(planned[-1].year)
    form = {
        (True, True): _EQUITY_BOTH,
        (True, False): _EQUITY,
        (False, True): _EQUITY_PLAN,
        (False, False): _EQUITY_UNKNOWN,
    }[bool(left), bool(planned)]
    return Sentence(form, figures, words)


_CAPITAL_SHRINKS = gettext_noop(
    "Enligt budgeten minskar det egna kapitalet med {change} till utgången av {then}."
)
_CAPITAL_GROWS = gettext_noop(
    "Enligt budgeten växer det egna kapitalet med {change} till utgången av {then}."
)


def capital_change(rows: Sequence[EquityRow]) -> Sentence:
    """What the last budget does to what the last whole year left, for a page that has told both already."""
    known = [row for row in rows if row.leads and not row.closing.is_missing]
    left = [row for row in known if row.basis == Basis.OUTCOME]
    if not left or known[-1].basis != Basis.BUDGET:
        return own_capital(rows)
    change = (known[-1].closing.amount or 0) - (left[-1].closing.amount or 0)
    if not change:
        return own_capital(rows)
    form = _CAPITAL_SHRINKS if change < 0 else _CAPITAL_GROWS
    return Sentence(form, {"change": money.with_unit(abs(change))}, {"then": str(known[-1].year)})


def equity_reading(row: EquityRow, limit: int | None) -> str:
    """What one year leaves by its outcome or its budget, and the recommended largest."""
    closing = (
        _("eget kapital enligt budgeten %(amount)s")
        if row.basis == Basis.BUDGET
        else _("eget kapital %(amount)s")
    )
    return _reading(
        str(row.year),
        _parts((closing, row.closing), (_("rekommenderat högst %(amount)s"), Figure(limit))),
    )


# -- Administration against measures ---------------------------------------------------------------

_SHARE = gettext_noop("Av de budgeterade kostnaderna {year} är {share} annat än insatser.")
# By where it is against the target.
_SHARE_AGAINST = {
    -1: gettext_noop(
        "Av de budgeterade kostnaderna {year} är {share} annat än insatser, under förbundets mål {target}."
    ),
    0: gettext_noop(
        "Av de budgeterade kostnaderna {year} är {share} annat än insatser, inom förbundets mål {target}."
    ),
    1: gettext_noop(
        "Av de budgeterade kostnaderna {year} är {share} annat än insatser, över förbundets mål {target}."
    ),
}
_SHARE_UNKNOWN = gettext_noop("Uppgift saknas om hur kostnaderna fördelas.")


def administration(years: Sequence[CostYear], association: Association) -> Sentence:
    """The newest known year's share of what is not measures, against the association's own target."""
    known = [year for year in years if year.administration_share is not None]
    if not known:
        return Sentence(_SHARE_UNKNOWN, {})
    share = known[-1].administration_share or Fraction(0)
    target = association.administration_target
    figures = {"share": share_against(share, target)}
    words = {"year": str(known[-1].year)}
    if target is None:
        return Sentence(_SHARE, figures, words)
    return Sentence(_SHARE_AGAINST[target.place(share)], figures | {"target": str(target)}, words)


def costs_reading(year: CostYear) -> str:
    """One year's budget for administration and for measures, each with its share."""
    share = year.administration_share
    if share is None:
        return _reading(str(year.year), [])
    parts = []
    for form, amount, part in (
        (_("annat än insatser %(amount)s, %(share)s"), year.administration, share),
        (_("insatser %(amount)s, %(share)s"), year.measures, 1 - share),
    ):
        written = money.percent(part.numerator, part.denominator, None)
        parts.append(form % {"amount": amount_of(amount), "share": written})
    return _reading(str(year.year), parts)


def others(count: int) -> str:
    """What stands for the lines that have no bar of their own."""
    return ngettext("%(count)s annan post", "%(count)s andra poster", count) % {"count": count}
