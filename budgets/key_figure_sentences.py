"""What the key figures say in plain Swedish: the conclusion that opens the page and names each chart.

Shares are written with one decimal of a per cent, amounts per inhabitant in whole kronor; each is rounded
once, from the exact ratio. Under ten kronor öre are written too, since they would be most of the amount.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from budgets.drawings import Point, Series
from budgets.key_figures import KeyFigures, Pair, Ratio
from budgets.sentences import Sentence
from finsam import money
from finsam.money import NO_BREAK_SPACE
from members.models import Association

# Öre that each must have for whole kronor to be enough.
_TEN_KRONOR = 10 * money.ORE_PER_KRONA


def share(found: Ratio) -> str:
    """A share as people read it: "16,8 %"."""
    return money.percent(found.part, found.whole, 1)


def decimals_per_inhabitant(found: Iterable[Ratio | None]) -> int:
    """2 when any of the amounts is so small that whole kronor would hide it, else 0."""
    small = (each for each in found if each and each.part)
    return 2 if any(abs(each.value) < _TEN_KRONOR for each in small) else 0


def per_inhabitant(found: Ratio, decimals: int | None = None) -> str:
    """Kronor per inhabitant as people read it: "346 kr". ``decimals`` as small amounts need when left out."""
    if decimals is None:
        decimals = decimals_per_inhabitant([found])
    return f"{money.per_head(found.part, found.whole, decimals)}{NO_BREAK_SPACE}kr"


def lead(year: KeyFigures) -> list[Sentence]:
    """What the page opens with: the year's amount per inhabitant and its administration, where known."""
    said = []
    if year.per_inhabitant.budget:
        said.append((_EACH, per_inhabitant(year.per_inhabitant.budget)))
    if year.administration.budget:
        form = _REST if said else _REST_ALONE
        said.append((form, share(year.administration.budget)))
    return [Sentence(form, {"now": now}, {"year": str(year.year)}) for form, now in said]


def series(years: Sequence[KeyFigures], association: Association) -> list[Series]:
    """The key figures of the years, newest first, as the small charts want them. A year leads to itself.

    All are the budget's, but for the own capital of a year that is over.
    """
    target, aimed = association.administration_target, None
    if target:
        name = _("Förbundets mål, %(target)s") % {"target": target}
        aimed = (Fraction(target.low, 100), Fraction(target.high, 100), name)
    return [
        Series(
            _("Administrationens andel av budgeten,"),
            "%",
            _points(years, lambda year: Pair(year.administration.budget), share),
            _administration(years, association),
            aimed,
        ),
        Series(
            _("Budget per invånare 16–64 år,"),
            "kr",
            _points(years, lambda year: Pair(year.per_inhabitant.budget), per_inhabitant),
            _moved(
                years,
                lambda year: year.per_inhabitant.budget,
                per_inhabitant,
                _("Budgeten per invånare"),
            ),
        ),
        Series(
            _("Outnyttjad andel av åtagandena,"),
            "%",
            _points(years, lambda year: Pair(year.unused.budget), share),
            _moved(years, lambda year: year.unused.budget, share, _("Den outnyttjade delen av åtagandena")),
        ),
        Series(
            _("Eget kapital mot årets medlemsbidrag,"),
            "%",
            _points(years, lambda year: year.own_capital, share, by_outcome=True),
            _own_capital(years),
        ),
    ]


def year_anchor(year: int) -> str:
    """The address of a year's own key figures, from the page itself."""
    return f"?ar={year}#ar"


def _points(
    years: Iterable[KeyFigures],
    pair_of: Callable[[KeyFigures], Pair],
    write: Callable[[Ratio], str],
    *,
    by_outcome: bool = False,
) -> dict[int, Point | None]:
    """One key figure's points: what happened where it is known, else the budget's.

    A budget that the board has fixed is no plan any more, unless the key figure is told ``by_outcome``.
    """
    points: dict[int, Point | None] = {}
    for year in years:
        pair = pair_of(year)
        found = pair.actual or pair.budget
        is_planned = pair.actual is None and (by_outcome or not year.summary.is_decided)
        points[year.year] = (
            Point(found.value, write(found), is_planned, year_anchor(year.year)) if found else None
        )
    return points


_EACH = gettext_noop("Budgeten för {year} är {now} per invånare 16–64 år.")
_REST = gettext_noop("Av kostnaderna är {now} annat än insatser.")
_REST_ALONE = gettext_noop("I budgeten för {year} är {now} av kostnaderna annat än insatser.")

# What has become of a key figure from the first known year to the newest.
_ROSE = gettext_noop("{subject} har ökat från {then} år {first} till {now} år {year}.")
_FELL = gettext_noop("{subject} har minskat från {then} år {first} till {now} år {year}.")
_STAYED = gettext_noop("{subject} är {now} år {year}, som år {first}.")
_IS = gettext_noop("{subject} är {now} år {year}.")
# By where it is against the target.
_TARGET = {
    -1: gettext_noop("Det är under förbundets mål {target}."),
    0: gettext_noop("Det är inom förbundets mål {target}."),
    1: gettext_noop("Det är över förbundets mål {target}."),
}


def _administration(years: Sequence[KeyFigures], association: Association) -> str:
    """How the share of the budget has moved, and where it is against the target."""
    moved = _moved(years, _budgeted_administration, share, _("Administrationens andel"))
    newest_known = _newest(years, _budgeted_administration)
    found = newest_known.administration.budget if newest_known else None
    target = association.administration_target
    if found is None or target is None:
        return moved
    return f"{moved} {_(_TARGET[target.place(found.value)]).format(target=target)}"


def _budgeted_administration(year: KeyFigures) -> Ratio | None:
    return year.administration.budget


def _own_capital(years: Sequence[KeyFigures]) -> str:
    """By the years that are over, else by the budgets."""
    happened = _moved(
        years, lambda year: year.own_capital.actual, share, _("Det egna kapitalets andel av bidragen")
    )
    return happened or _moved(
        years, lambda year: year.own_capital.budget, share, _("Det budgeterade egna kapitalets andel")
    )


def _moved(
    years: Sequence[KeyFigures],
    ratio_of: Callable[[KeyFigures], Ratio | None],
    write: Callable[[Ratio], str],
    subject: str,
) -> str:
    """How a key figure has moved from the first known year to the newest decided one; empty if not known."""
    newest_known = _newest(years, ratio_of)
    found = ratio_of(newest_known) if newest_known else None
    if newest_known is None or found is None:
        return ""
    words = {"subject": subject, "now": write(found), "year": newest_known.year}
    known = [(year.year, old) for year in years if year.year < newest_known.year and (old := ratio_of(year))]
    if not known:
        return _(_IS).format(**words)
    first, old = min(known, key=lambda each: each[0])
    words |= {"then": write(old), "first": first}
    if words["then"] == words["now"]:
        return _(_STAYED).format(**words)
    return _(_ROSE if found.value > old.value else _FELL).format(**words)


def newest(years: Sequence[KeyFigures]) -> KeyFigures | None:
    """The newest decided year of which any key figure is known, else the newest that is known at all."""
    known = [year for year in years if year.ratios]
    return next((year for year in known if year.summary.is_decided), known[0] if known else None)


def _newest(years: Sequence[KeyFigures], ratio_of: Callable[[KeyFigures], Ratio | None]) -> KeyFigures | None:
    """The newest decided year whose key figure is known, else the newest known at all."""
    known = [year for year in years if ratio_of(year)]
    return next((year for year in known if year.summary.is_decided), known[0] if known else None)
