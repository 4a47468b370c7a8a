"""Money is whole öre, always an ``int``. This module splits it, reads it and writes it.

Vocabulary: 1 krona = 100 öre; tkr = thousand kronor; mnkr = million kronor.
Only the standard library is imported here, so the same arithmetic serves screen, paper and rules.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

ORE_PER_KRONA = 100
ORE_PER_TKR = 100_000
ORE_PER_MNKR = 100_000_000

# Ten million million kronor: far above any public budget, far below what the database's bigint holds.
LARGEST_AMOUNT = 10**15

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount as a person meets it: öre, or None where the figure is missing, which is never 0.

    ``is_derived``: the amount does not stand in its source but follows from what stands there.
    """

    amount: int | None = None
    is_derived: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether nothing is known."""
        return self.amount is None


MISSING = Figure()


def total(figures: Iterable[Figure]) -> Figure:
    """Sum what is known; missing when nothing is; derived when any part is."""
    known = [figure for figure in figures if figure.amount is not None]
    if not known:
        return MISSING
    return Figure(sum(figure.amount or 0 for figure in known), any(figure.is_derived for figure in known))


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Split ``amount`` öre by whole-number ``weights`` so that the parts always add up.

    Largest remainder: each part is its exact share rounded down, and the öre left over go, one each,
    to the parts that lost most by the rounding (the earlier part first when they lost equally).
    No part is more than one öre from its exact share. A negative amount splits like
    its opposite, so that what was posted can be taken back part by part.

    >>> split(1000, [1, 1, 1])  # 10 kronor in three: 3,34 + 3,33 + 3,33
    [334, 333, 333]

    Raises ValueError for a negative weight or weights that sum to zero.
    """
    if amount < 0:
        return [-part for part in split(-amount, weights)]
    whole = sum(weights)
    if any(weight < 0 for weight in weights) or whole <= 0:
        raise ValueError(f"Weights must be 0 or more and not all 0, not {list(weights)}.")
    parts = [amount * weight // whole for weight in weights]
    lost = [amount * weight % whole for weight in weights]
    left_over = amount - sum(parts)
    for place in sorted(range(len(parts)), key=lambda place: (-lost[place], place))[:left_over]:
        parts[place] += 1
    return parts


class Fault(StrEnum):
    """What can be wrong with an amount that a person typed. ``finsam.kronor`` has the Swedish sentences."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    THOUSANDS_MARK = "thousands mark"
    DECIMAL_POINT = "decimal point"
    GROUPING = "grouping"
    TOO_FINE = "too fine"
    TOO_LARGE = "too large"


class AmountError(ValueError):
    """An amount that cannot be read safely. Carries the fault and the cure."""

    def __init__(self, fault: Fault, text: str, suggestion: str = "") -> None:
        super().__init__(f"{fault}: {text!r}")
        self.fault = fault
        self.text = text
        self.suggestion = suggestion


_SPACES = " \u00a0\u2007\u2009\u202f\t"
_MINUS_SIGNS = "-\u2212\u2013"
_UNITS = {
    "": ORE_PER_KRONA,
    "kr": ORE_PER_KRONA,
    "sek": ORE_PER_KRONA,
    "kronor": ORE_PER_KRONA,
    "tkr": ORE_PER_TKR,
    "mnkr": ORE_PER_MNKR,
    "mkr": ORE_PER_MNKR,
    "m.kr": ORE_PER_MNKR,
    "msek": ORE_PER_MNKR,
    "miljoner": ORE_PER_MNKR,
}
_AMOUNT = re.compile(rf"(?P<sign>[{_MINUS_SIGNS}+]?) ?(?P<number>[0-9][0-9., ]*?) ?(?P<unit>[a-z][a-z.]*)?")
_NUMBER = re.compile(r"(?P<whole>[0-9]+|[0-9]{1,3}( [0-9]{3})+)(,(?P<decimals>[0-9]+))?")
_MARKED_THOUSANDS = re.compile(r"(?!0+[.,])[0-9][0-9 ]*([.,][0-9]{3})+(,[0-9]{2})?")


def parse(text: str) -> int:
    """Read an amount as people type it and give whole öre.

    Understood: ``12 000`` with any kind of space, ``12000,00``, ``8,5 mnkr``, ``450 tkr``, ``−5 000``.
    Refused, never guessed: ``12.000`` and ``12,000``, where one reader means twelve thousand and
    another twelve.

    >>> parse("8,5 mnkr")
    850000000

    Raises AmountError with the fault and, where there is one, the way to write it instead.
    """
    typed = spaced(text)
    if not typed:
        raise AmountError(Fault.EMPTY, text)
    match = _AMOUNT.fullmatch(typed.lower())
    unit = match["unit"] or "" if match else ""
    if not match or unit not in _UNITS:
        raise AmountError(Fault.UNREADABLE, text.strip())
    sign = MINUS if match["sign"] not in ("", "+") else ""
    amount = _read_number(sign, match["number"].strip(), unit, typed)
    return -amount if sign else amount


def spaced(text: str) -> str:
    """A text with every run of spaces, no-break ones too, as one plain space, and none around it."""
    return re.sub(f"[{_SPACES}]+", " ", text.strip()).strip()


def _read_number(sign: str, number: str, unit: str, typed: str) -> int:
    """Read ``number`` (digits, spaces, comma) in ``unit`` and give öre."""
    _refuse_marks(sign, number, unit, typed)
    match = _NUMBER.fullmatch(number)
    if not match:
        raise AmountError(Fault.GROUPING if " " in number else Fault.UNREADABLE, typed)
    whole = match["whole"].replace(" ", "").lstrip("0")
    decimals = (match["decimals"] or "").rstrip("0")
    places = len(str(_UNITS[unit])) - 1  # 2 decimals of a krona are öre, 5 of a tkr, 8 of a mnkr
    if len(decimals) > places:
        raise AmountError(Fault.TOO_FINE, typed)
    # Longer than any amount: refused by its length, since Python does not read 4 300 digits.
    if len(whole) > len(str(LARGEST_AMOUNT)):
        raise AmountError(Fault.TOO_LARGE, typed)
    amount = int(f"{whole}{decimals:0<{places}}")
    if amount > LARGEST_AMOUNT:
        raise AmountError(Fault.TOO_LARGE, typed)
    return amount


def _refuse_marks(sign: str, number: str, unit: str, typed: str) -> None:
    """Refuse a point or comma that may mean thousands, and a point that means decimals.

    In millions three decimals are how förbund write ("13,675 mnkr"), and nobody has 13 675 of them.
    """
    unambiguous_millions = _UNITS[unit] == ORE_PER_MNKR and number.count(".") + number.count(",") == 1
    if _MARKED_THOUSANDS.fullmatch(number) and not unambiguous_millions:
        whole, comma, ore = number.rpartition(",")
        has_ore = comma and len(ore) == 2
        digits = re.sub("[., ]", "", whole if has_ore else number)[: len(str(LARGEST_AMOUNT))]
        spaced = grouped(int(digits)).replace(NO_BREAK_SPACE, " ")
        cure = f"{spaced},{ore}" if has_ore else spaced
        raise AmountError(Fault.THOUSANDS_MARK, typed, f"{sign}{cure} {unit}".strip())
    if "." in number:
        cure = number.replace(".", ",")
        if not _NUMBER.fullmatch(cure):
            raise AmountError(Fault.UNREADABLE, typed)
        raise AmountError(Fault.DECIMAL_POINT, typed, f"{sign}{cure} {unit}".strip())


def kr(amount: int, decimals: int | None = None) -> str:
    """Write öre as kronor: ``kr(800_000_000)`` is "8 000 000" with no-break spaces.

    ``decimals`` is 0 or 2; left out, öre are shown only when there are any.
    """
    if decimals is None:
        decimals = 2 if amount % ORE_PER_KRONA else 0
    return _in_unit(amount, ORE_PER_KRONA, decimals)


def tkr(amount: int, decimals: int = 0) -> str:
    """Write öre as thousands of kronor, rounded half away from zero for the eye."""
    return _in_unit(amount, ORE_PER_TKR, decimals)


def mnkr(amount: int, decimals: int | None = 1) -> str:
    """Write öre as millions of kronor: ``mnkr(5_470_000_000)`` is "54,7".

    With ``decimals`` None as many as the amount has, at least one and at most three: "27,35".
    """
    if decimals is None:
        decimals = next((few for few in (1, 2) if amount * 10**few % ORE_PER_MNKR == 0), 3)
    return _in_unit(amount, ORE_PER_MNKR, decimals)


def with_unit(amount: int, decimals: int | None = 1) -> str:
    """Write öre for running text, kept together: "32,0 mnkr", or "20 000 kr" where mnkr would round to 0,0.

    ``decimals`` as in ``mnkr``.
    """
    if not suits_millions(amount):
        return in_kronor(amount)
    return f"{mnkr(amount, decimals)}{NO_BREAK_SPACE}mnkr"


def suits_millions(amount: int) -> bool:
    """Whether the amount is nothing, or does not vanish when written with one decimal of a million."""
    return amount == 0 or abs(amount) * 20 >= ORE_PER_MNKR


def in_kronor(amount: int) -> str:
    """Write öre with the unit, kept together: "5 675 000 kr"."""
    return f"{kr(amount)}{NO_BREAK_SPACE}kr"


def _in_unit(amount: int, ore_per_unit: int, decimals: int) -> str:
    scale = 10**decimals
    rounded = (abs(amount) * scale * 2 + ore_per_unit) // (ore_per_unit * 2)
    whole, fraction = divmod(rounded, scale)
    sign = MINUS if amount < 0 and rounded else ""
    return f"{sign}{grouped(whole)},{fraction:0{decimals}d}" if decimals else f"{sign}{grouped(whole)}"


def grouped(count: int) -> str:
    """Write a whole number with no-break spaces between thousands: "31 400"."""
    return f"{count:,}".replace(",", NO_BREAK_SPACE).replace("-", MINUS)


def per_head(amount: int, heads: int, decimals: int = 0) -> str:
    """Write ``amount`` öre shared by ``heads`` as kronor for each, "345"; rounded once, half away from 0.

    ``decimals`` is 0 or 2; ``heads`` must be more than 0.

    >>> per_head(1_180_000_000, 34_139), per_head(1_180_000_000, 34_139, 2)
    ('346', '345,65')
    """
    return _in_unit(amount, heads * ORE_PER_KRONA, decimals)


def percent(part: int, whole: int, decimals: int | None = 0) -> str:
    """Write ``part`` of ``whole`` as per cent, "25 %" with a no-break space. ``whole`` must not be 0.

    With ``decimals`` None one is shown where it is needed: "25 %", "13,2 %".

    >>> percent(1, 4).replace(NO_BREAK_SPACE, " ")
    '25 %'
    """
    sign = 1 if whole > 0 else -1
    if decimals is None:
        decimals = 1 if part * 100 % whole else 0
    scaled = _in_unit(sign * part * 100, abs(whole), decimals)
    return f"{scaled}{NO_BREAK_SPACE}%"


def signed_percent(part: int, whole: int, decimals: int | None = 0) -> str:
    """A change of ``part`` on ``whole`` as per cent with its sign: "+12 %", "−50 %". As ``percent`` else."""
    written = percent(part, whole, decimals)
    return f"+{written}" if part * whole > 0 else written
