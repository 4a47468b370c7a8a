"""The weights of a split key: read as people write them, written again, and each weight's exact part.

The members of a party divide its part as they agree (5 § second and third paragraphs lag (2003:1210)): by
inhabitants, by per cent, by fixed amounts, by weights of their own. A weight is a whole number whatever it
is: inhabitants are counted, per cent are kept in ten-thousandths, amounts in öre. Only what the weights are
to each other counts. This module imports only the standard library and ``finsam.money``.
"""

import re
from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

from finsam import money
from finsam.money import AmountError, Fault

# A membership, whatever stands for it.
Member = TypeVar("Member", bound=Hashable)

# A per cent has at most four decimals: 10,4 % is the weight 104 000.
PERCENT_DECIMALS = 4
PER_CENT = 10**PERCENT_DECIMALS
WHOLE = 100 * PER_CENT
# Decimals of a krona that an exact part is shown with: hundredths of an öre.
EXACT_DECIMALS = 4


class WeightError(AmountError):
    """A weight that cannot be read safely. Carries the fault, what was typed and the way to write it."""


_COUNT = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+|[0-9]+")
_PERCENT = re.compile(r"(?P<whole>[0-9]+)(?:(?P<mark>[.,])(?P<decimals>[0-9]+))? ?%?")


def read_count(text: str) -> int:
    """Read a whole number as people type it: ``34 512`` with any kind of space, ``34512``.

    Raises WeightError for everything else, ``34.512`` and ``34,5`` included.

    >>> read_count("34 512")
    34512
    """
    typed = money.spaced(text)
    if not _COUNT.fullmatch(typed):
        raise WeightError(Fault.UNREADABLE, typed)
    digits = typed.replace(" ", "").lstrip("0") or "0"
    # By its length first, since Python does not read 4 300 digits.
    if len(digits) > len(str(money.LARGEST_AMOUNT)) or int(digits) > money.LARGEST_AMOUNT:
        raise WeightError(Fault.TOO_LARGE, typed)
    return int(digits)


def read_percent(text: str) -> int:
    """Read a per cent, ``10,4`` or ``10,4 %``, as a weight of ten-thousandths.

    Raises WeightError for a decimal point, more than four decimals, more than 100.

    >>> read_percent("10,4 %")
    104000
    """
    typed = money.spaced(text)
    match = _PERCENT.fullmatch(typed)
    if not match:
        raise WeightError(Fault.UNREADABLE, typed)
    if match["mark"] == ".":
        raise WeightError(Fault.DECIMAL_POINT, typed, typed.replace(".", ","))
    whole, decimals = match["whole"].lstrip("0"), (match["decimals"] or "").rstrip("0")
    if len(decimals) > PERCENT_DECIMALS:
        raise WeightError(Fault.TOO_FINE, typed)
    if len(whole) > 3 or int(f"{whole}{decimals:0<{PERCENT_DECIMALS}}") > WHOLE:
        raise WeightError(Fault.TOO_LARGE, typed)
    return int(f"{whole}{decimals:0<{PERCENT_DECIMALS}}")


def percent(weight: int) -> str:
    """Write a weight of ten-thousandths as the per cent it was, without the sign.

    >>> percent(104000), percent(250000), percent(1)
    ('10,4', '25', '0,0001')
    """
    whole, rest = divmod(weight, PER_CENT)
    decimals = f"{rest:0{PERCENT_DECIMALS}d}".rstrip("0")
    return f"{money.grouped(whole)},{decimals}" if decimals else money.grouped(whole)


def makes_whole(percents: Iterable[int], share: Fraction) -> bool:
    """Whether the per cent add up: to 100 of the party's part, or to the party's ``share`` of the budget.

    >>> makes_whole([60 * PER_CENT, 40 * PER_CENT], Fraction(1, 4))
    True
    >>> makes_whole([15 * PER_CENT, 10 * PER_CENT], Fraction(1, 4))
    True
    """
    return sum(percents) in (WHOLE, share * WHOLE)


def exact_part(called: int, weight: int, whole: int) -> Fraction:
    """A weight's part of ``called`` öre, not rounded; ``whole`` is all weights together."""
    return Fraction(called * weight, whole)


def exact_kr(part: Fraction) -> str:
    """Write an exact part in kronor with hundredths of öre, cut there and marked ≈ where it goes on.

    The mark stands before the digits, so that a column of them keeps its right edge.

    >>> exact_kr(Fraction(1000, 3)).replace(money.NO_BREAK_SPACE, " "), exact_kr(Fraction(333))
    ('≈ 3,3333', '3,3300')
    """
    scale = 10**EXACT_DECIMALS
    shown, cut = divmod(part.numerator * scale, part.denominator * money.ORE_PER_KRONA)
    kronor, decimals = divmod(shown, scale)
    mark = f"≈{money.NO_BREAK_SPACE}" if cut else ""
    return f"{mark}{money.grouped(kronor)},{decimals:0{EXACT_DECIMALS}d}"


def lowest(offers: Mapping[Member, int], weights: Mapping[Member, int]) -> frozenset[Member]:
    """Those whose offers are lowest against their weights; nobody where all weigh nothing.

    A member of weight 0 is bound to nothing and is never lowest.

    >>> sorted(lowest({"a": 60, "b": 30}, {"a": 2, "b": 1}))
    ['a', 'b']
    """
    against = {each: Fraction(offers[each], weight) for each, weight in weights.items() if weight}
    least = min(against.values(), default=None)
    return frozenset(each for each, level in against.items() if level == least)
