"""Years as columns: one value a year, above or below a line at nothing.

What has happened is solid, what is planned is pale. A year may have a *limit* of its own, a line across its
column, and all years together a *band* that is aimed at. As a panel, one of several side by side, the chart
has no scale: its figures stand at the columns.

Values are exact numbers of any kind: öre, shares, counts. A column's text is its value as people read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from budgets.charts import COLOURS, PANEL, SILENT, VARIANTS, WIDE, Drawing, Hatch, Pen, Reading, text_width

SIZE = 12.5
HEIGHTS = {WIDE: 160.0, PANEL: 96.0}
MOST_YEARS = {WIDE: 16, PANEL: 9}
FEWEST = 7

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Column:
    """One year. ``value`` is None where it is missing; ``limit`` where the year has none."""

    label: str
    value: Number | None
    text: str = ""
    is_planned: bool = False
    limit: Number | None = None
    reading: Reading = SILENT


@dataclass(frozen=True, slots=True)
class Band:
    """What is aimed at, from and to, in words for the legend."""

    low: Number
    high: Number
    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words in the chart: what is missing, and the legend; an empty one is left out of it."""

    missing: str
    happened: str = ""
    planned: str = ""
    limit: str = ""


Levels = Sequence[tuple[Number, str]]


@dataclass(slots=True)
class _Plot:
    """Where values are drawn: the height of a value, the y of nothing, the width of a year."""

    pen: Pen
    top: float
    bottom: float
    low: float
    per_unit: float
    slot: float

    def y(self, value: Number) -> float:
        """How far down a value is drawn."""
        return self.bottom - (float(value) - self.low) * self.per_unit


def draw(
    columns: Sequence[Column],
    title: str,
    words: Words,
    width: int = WIDE,
    *,
    name: str,
    levels: Levels = (),
    unit: str = "",
    band: Band | None = None,
) -> Drawing:
    """Draw the years, oldest first; the newest that there is room for.

    ``name`` is of the chart's own on its page. ``levels`` are the lines of the scale with their labels,
    lowest first, and reach all values; ``unit`` stands above them.
    """
    columns = columns[-MOST_YEARS.get(width, FEWEST) :]
    pen = Pen(SIZE, hatch=f"{name}-{VARIANTS[width]}")
    left = max([text_width(label, SIZE) + 10 for _level, label in levels], default=2.0)
    top = 34.0 if unit else 22.0
    bottom = top + HEIGHTS.get(width, HEIGHTS[WIDE])
    low, high = _range(columns, levels, band)
    plot = _Plot(pen, top, bottom, low, (bottom - top) / (high - low), (width - left) / max(len(columns), 1))
    _draw_ground(plot, levels, unit, band, left, width)
    for place, column in enumerate(columns):
        _draw_column(plot, column, words, left + plot.slot * place)
    _draw_limits(plot, columns, left)
    items = _legend(columns, words, band)
    below = bottom + pen.size * 3
    height = pen.legend(items, left if width == WIDE else 2, below, width) if items else below - 8
    hatches = (Hatch(pen.hatch, "band", COLOURS["paper"], COLOURS["good"]),) if band else ()
    return Drawing(title, width, round(height), VARIANTS[width], pen.finished(), hatches)


def _range(columns: Sequence[Column], levels: Levels, band: Band | None) -> tuple[float, float]:
    """The least and the greatest that is drawn; nothing is always between them."""
    drawn: list[Number] = [0, *(level for level, _label in levels)]
    drawn += [value for column in columns for value in (column.value, column.limit) if value is not None]
    drawn += [band.low, band.high] if band else []
    low, high = float(min(drawn)), float(max(drawn))
    return (low, high) if high > low else (low, low + 1)


def _draw_ground(plot: _Plot, levels: Levels, unit: str, band: Band | None, left: float, width: int) -> None:
    """The band, the scale with its labels, and the line at nothing."""
    pen = plot.pen
    if unit:
        pen.write("soft", left, plot.top - 18, unit)
    if band:
        top = plot.y(band.high)
        # A band of one value is a line.
        pen.bar("band", left, top, width - left, max(plot.y(band.low) - top, 2))
    for level, label in levels:
        y = plot.y(level)
        pen.line("rule", (left, y), (width, y))
        pen.write("soft", left - 8, y + pen.size * 0.35, label, anchor="end")
    pen.line("axis", (left, plot.y(0)), (width, plot.y(0)))


def _draw_column(plot: _Plot, column: Column, words: Words, left: float) -> None:
    """One year: its column with its value, or that it is missing, and the year below."""
    pen, middle = plot.pen, left + plot.slot / 2
    with pen.mark(column.reading, left, 0, plot.slot, plot.bottom + pen.size * 2):
        if text_width(column.label, pen.size) <= plot.slot:
            pen.write("ink", middle, plot.bottom + pen.size * 1.6, column.label, anchor="middle")
        if column.value is None:
            _draw_missing(plot, words.missing, middle)
            return
        wide = min(56.0, plot.slot * 0.62)
        zero, end = plot.y(0), plot.y(column.value)
        pen.bar("proposed" if column.is_planned else "brand", middle - wide / 2, end, wide, zero - end)
        if text_width(column.text, pen.size) <= plot.slot:
            # A value below nothing is written above the line, where nothing else is.
            above = min(zero, end)
            pen.write_on_paper("ink", middle, above - 7, column.text, room=plot.slot)


def _draw_missing(plot: _Plot, words: str, middle: float) -> None:
    """Say that nothing is known, on as many lines as the slot needs; with a dash when no word fits."""
    pen = plot.pen
    lines = [words] if text_width(words, pen.size) <= plot.slot else words.split()
    if any(text_width(line, pen.size) > plot.slot for line in lines):
        lines = ["–"]
    for place, line in enumerate(reversed(lines)):
        y = plot.y(0) - 10 - place * pen.size * 1.15
        pen.write("soft", middle, y, line, anchor="middle")


def _draw_limits(plot: _Plot, columns: Sequence[Column], left: float) -> None:
    """Each year's own limit, a line across its column; over the columns, so that it is seen in them."""
    for place, column in enumerate(columns):
        if column.limit is not None:
            start, y = left + plot.slot * place, plot.y(column.limit)
            plot.pen.line("cap", (start + 3, y), (start + plot.slot - 3, y), 3)


def _legend(columns: Sequence[Column], words: Words, band: Band | None) -> list[tuple[str, str]]:
    """What is in the picture and has words, and nothing else."""
    known = [column for column in columns if column.value is not None]
    items = (
        ("brand", words.happened, any(not column.is_planned for column in known)),
        ("proposed", words.planned, any(column.is_planned for column in known)),
        ("cap", words.limit, any(column.limit is not None for column in columns)),
        ("band", band.name if band else "", band is not None),
    )
    return [(css, text) for css, text, is_there in items if text and is_there]
