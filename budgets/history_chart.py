"""The years as bars: what was decided, what was agreed on top of it, and the actual cost beside it.

What was agreed and did not happen is a hatched remainder with the missing amount in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from budgets.charts import (
    COLOURS,
    NARROW,
    SILENT,
    VARIANTS,
    WIDE,
    Drawing,
    Hatch,
    Pen,
    Reading,
    Unit,
    money_levels,
    text_width,
    unit_for,
)
from finsam.money import NO_BREAK_SPACE

MOST_YEARS = {WIDE: 20, NARROW: 7}
SIZE = 12.5


@dataclass(frozen=True, slots=True)
class YearBar:
    """One year, öre; None where a figure is missing. ``is_derived``: the total is not in its source."""

    label: str
    agreed: int | None
    total: int | None
    actual: int | None
    is_decided: bool
    is_derived: bool = False
    reading: Reading = SILENT

    @property
    def is_missing(self) -> bool:
        """Whether nothing is known of the year."""
        return self.agreed is None and self.total is None and self.actual is None

    @property
    def falls_short(self) -> bool:
        """Whether more was agreed than the budget became."""
        return (self.agreed or 0) > (self.total or 0)


@dataclass(frozen=True, slots=True)
class Words:
    """The words in the chart, so that this module needs no translation."""

    missing: str
    total: str
    proposed: str
    lost: str
    actual: str
    earlier: str = ""


@dataclass(slots=True)
class _Plot:
    """Where a year's amounts are drawn: the x-axis, öre per unit of height, and the width of a year."""

    pen: Pen
    unit: Unit
    bottom: float
    per_ore: float
    slot: float

    def height(self, amount: int) -> float:
        """How high an amount in öre is drawn."""
        return amount * self.per_ore

    def fits(self, text: str) -> bool:
        """Whether a year is wide enough for the text; what is left out stands in the table."""
        return text_width(text, self.pen.size) <= self.slot


def draw(years: Sequence[YearBar], title: str, words: Words, width: int = WIDE) -> Drawing:
    """Draw the years, oldest first; the newest that there is room for. A year without figures says so."""
    is_narrow = width == NARROW
    is_cut, years = len(years) > MOST_YEARS[width], years[-MOST_YEARS[width] :]
    top, plot_height = (30.0, 200.0) if is_narrow else (30.0, 160.0)
    pen = Pen(SIZE, hatch=f"lost-{VARIANTS[width]}")
    largest = max(
        [amount for bar in years for amount in (bar.agreed, bar.total, bar.actual) if amount] or [0]
    )
    unit = unit_for(largest)
    scale = money_levels(0, largest, unit)
    left = max(text_width(label, SIZE) for _level, label in scale) + 10
    _draw_scale(pen, scale, left, top, plot_height, width)
    pen.write("soft", left, top - 16, unit.name)
    if is_cut:
        pen.write("soft", width, top - 16, words.earlier, anchor="end")
    slot = (width - left) / max(len(years), 1)
    plot = _Plot(pen, unit, top + plot_height, plot_height / scale[-1][0], slot)
    for place, bar in enumerate(years):
        begin = left + slot * place
        with pen.mark(bar.reading, begin, top - 14, slot, plot_height + 14 + pen.size * 2):
            _draw_year(plot, bar, words, begin + slot / 2)
    height = pen.legend(_legend(years, words), 2 if is_narrow else left, plot.bottom + 38, width)
    hatch = Hatch(pen.hatch, "cap", COLOURS["cap-soft"], COLOURS["cap"])
    return Drawing(title, width, round(height), VARIANTS[width], pen.finished(), (hatch,))


def _draw_scale(
    pen: Pen, scale: Sequence[tuple[int, str]], left: float, top: float, height: float, width: int
) -> None:
    """The lines of the scale, each with its label to the left of it."""
    for level, label in scale:
        y = top + height - height * level / scale[-1][0]
        pen.line("rule" if level else "axis", (left, y), (width, y))
        pen.write("soft", left - 8, y + pen.size * 0.35, label, anchor="end")


def _draw_year(plot: _Plot, bar: YearBar, words: Words, middle: float) -> None:
    """One year's bars, their figures and the year under them."""
    pen = plot.pen
    pen.write("ink", middle, plot.bottom + pen.size * 1.5, bar.label, anchor="middle")
    if bar.is_missing:
        _draw_missing(plot, words.missing, middle)
        return
    has_actual = bar.actual is not None
    wide = min(56.0, plot.slot * (0.42 if has_actual else 0.62))
    thin = min(34.0, plot.slot * 0.3)
    left = middle - (wide + (thin + 3 if has_actual else 0)) / 2
    if bar.actual is not None:
        _draw_actual(plot, bar.actual, left + wide + 3, thin)
    _draw_total(plot, bar, left, wide)
    if bar.falls_short:
        _draw_lost(plot, bar.total or 0, bar.agreed or 0, left, wide)


def _draw_missing(plot: _Plot, words: str, middle: float) -> None:
    """Say that nothing is known, on as many lines as the slot needs; with a dash when no word fits."""
    lines = [words] if plot.fits(words) else words.split()
    if not all(plot.fits(line) for line in lines):
        lines = ["–"]
    for place, line in enumerate(reversed(lines)):
        y = plot.bottom - 10 - place * plot.pen.size * 1.15
        plot.pen.write("soft", middle, y, line, anchor="middle")


def _draw_total(plot: _Plot, bar: YearBar, left: float, wide: float) -> None:
    """The budget: solid when decided, pale when proposed; its amount above, or inside under a remainder."""
    if bar.total is None:
        return
    height = plot.height(bar.total)
    top = plot.bottom - height
    plot.pen.bar("brand" if bar.is_decided else "proposed", left, top, wide, height)
    amount = plot.unit.write(bar.total)
    label = f"h{NO_BREAK_SPACE}{amount}" if bar.is_derived else amount
    if not plot.fits(label):
        return
    if not bar.falls_short:
        plot.pen.write_on_paper("ink", left + wide / 2, top - 7, label)
    elif height > plot.pen.size * 1.8:
        css = "on-brand" if bar.is_decided else "ink"
        baseline = top + plot.pen.size * 1.35
        plot.pen.write(css, left + wide / 2, baseline, label, anchor="middle", bold=True)


def _draw_lost(plot: _Plot, total: int, agreed: int, left: float, wide: float) -> None:
    """The hatched remainder with the agreed level above it and the missing amount beside or in it."""
    pen = plot.pen
    height = plot.height(agreed - total)
    top = plot.bottom - plot.height(agreed)
    pen.bar("lost", left, top, wide, height)
    if plot.fits(plot.unit.write(agreed)):
        pen.write_on_paper("cap", left + wide / 2, top - 7, plot.unit.write(agreed))
    lost = plot.unit.write(total - agreed)
    baseline = top + height / 2 + pen.size * 0.35
    if height > pen.size * 1.8 and wide > text_width(lost, pen.size) * 0.75:
        pen.write_on_paper("cap", left + wide / 2, baseline, lost, bold=False, room=wide - 3)
    elif plot.slot - wide > 2 * text_width(lost, pen.size) + 16:
        pen.write("cap", left - 8, baseline, lost, anchor="end")


def _draw_actual(plot: _Plot, actual: int, left: float, thin: float) -> None:
    """The actual cost, a thinner bar of its own."""
    top = plot.bottom - plot.height(actual)
    plot.pen.bar("actual", left, top, thin, plot.height(actual))
    label = plot.unit.write(actual)
    if thin >= text_width(label, plot.pen.size) * 0.9:
        plot.pen.write_on_paper("actual", left + thin / 2, top - 7, label)


def _legend(years: Sequence[YearBar], words: Words) -> list[tuple[str, str]]:
    """What is in the picture, and nothing else."""
    known = [bar for bar in years if bar.total is not None]
    items = (
        ("brand", words.total, any(bar.is_decided for bar in known)),
        ("proposed", words.proposed, any(not bar.is_decided for bar in known)),
        ("lost", words.lost, any(bar.falls_short for bar in years)),
        ("actual", words.actual, any(bar.actual is not None for bar in years)),
    )
    return [(css, text) for css, text, is_there in items if is_there]
