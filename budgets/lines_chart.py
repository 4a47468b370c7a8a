"""The lines of a budget as horizontal bars: what may be spent, what has been, and where the year is heading.

The budget is a pale bar with an outline and the actual amount a solid one in it, hatched on to the forecast.
What sticks out of the pale bar is more than the budget.
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
    fitted,
    money_levels,
    text_width,
    unit_for,
)

SIZE = 12.5
MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class LineBar:
    """One line, öre; None where a figure is missing, and ``forecast`` None unless the year is running.

    ``verdict`` is in words how the line is to its budget, "0,2 under"; ``stands_out``: it is worse than that.
    """

    name: str
    budget: int | None
    actual: int | None = None
    forecast: int | None = None
    verdict: str = ""
    stands_out: bool = False
    reading: Reading = SILENT

    @property
    def amounts(self) -> tuple[int, ...]:
        """What is known of it."""
        return tuple(each for each in (self.budget, self.actual, self.forecast) if each is not None)

    @property
    def heads_for(self) -> int | None:
        """What the year comes to as far as known: the forecast, else the actual amount, else the budget."""
        return next((each for each in (self.forecast, self.actual, self.budget) if each is not None), None)


@dataclass(frozen=True, slots=True)
class Words:
    """The words in the chart: of its legend, and over the figures to the right."""

    budget: str
    actual: str
    forecast: str
    heads_for: str
    verdict: str
    missing: str


@dataclass(frozen=True, slots=True)
class _Layout:
    """The measures of one variant: names beside the bars when wide, above them when narrow."""

    left: float
    right: float
    top: float
    thick: float
    pitch: float
    drop: float
    width: int

    @property
    def is_narrow(self) -> bool:
        """Whether the names stand above the bars."""
        return self.width == NARROW


@dataclass(frozen=True, slots=True)
class _Plot:
    """What every line is drawn with."""

    pen: Pen
    layout: _Layout
    unit: Unit
    words: Words
    per_ore: float
    verdict_width: float

    def x(self, amount: int) -> float:
        """How far to the right an amount ends; below nothing there is no bar."""
        return self.layout.left + max(amount, 0) * self.per_ore


def draw(lines: Sequence[LineBar], title: str, words: Words, width: int = WIDE) -> Drawing:
    """Draw the lines in the order given, from the top; at most ``MOST_LINES`` fit."""
    largest = max([amount for line in lines for amount in line.amounts], default=0)
    unit = unit_for(largest)
    pen = Pen(SIZE, hatch=f"lines-{VARIANTS[width]}")
    verdict = max([text_width(each, SIZE) for each in (*(line.verdict for line in lines), words.verdict)])
    figures = max([text_width(_figure(line, unit, words), SIZE) for line in lines], default=0)
    figures = max(figures, text_width(words.heads_for, SIZE))
    layout = (
        _Layout(2, 2, 24, 14, 46, 22, width)
        if width == NARROW
        else _Layout(224, min(verdict + figures + 40, 300), 44, 16, 27, 0, width)
    )
    levels = money_levels(0, max(largest, 0), unit)
    per_ore = (width - layout.left - layout.right) / levels[-1][0]
    plot = _Plot(pen, layout, unit, words, per_ore, verdict)
    bottom = layout.top + len(lines) * layout.pitch
    _draw_ground(plot, levels, bottom)
    for place, line in enumerate(lines):
        _draw_line(plot, line, layout.top + place * layout.pitch)
    items = _legend(lines, words)
    # One kind of bar needs no legend: the heading over the figures says what it is.
    has_legend = len(items) > 1 or width == NARROW
    height = (
        pen.legend(items, 2 if width == NARROW else layout.left, bottom + 14, width) if has_legend else bottom
    )
    hatch = Hatch(pen.hatch, "actual", COLOURS["paper"], COLOURS["actual"])
    return Drawing(title, width, round(height), VARIANTS[width], pen.finished(), (hatch,))


def _figure(line: LineBar, unit: Unit, words: Words) -> str:
    """What the line heads for, as written beside it."""
    return words.missing if line.heads_for is None else unit.write(line.heads_for)


def _draw_ground(plot: _Plot, levels: Sequence[tuple[int, str]], bottom: float) -> None:
    """The lines of the scale, and what the figures to the right are."""
    pen, layout = plot.pen, plot.layout
    for level, label in levels:
        x = plot.x(level)
        # Above the names on a narrow drawing a line would strike them through.
        pen.line(
            "rule" if level else "axis", (x, layout.top - 6), (x, layout.top if layout.is_narrow else bottom)
        )
        last = layout.is_narrow and level == levels[-1][0]
        anchor = "end" if last else "start" if layout.is_narrow and not level else "middle"
        pen.write("soft", x, layout.top - 11, f"{label} {plot.unit.name}" if last else label, anchor=anchor)
    if not layout.is_narrow:
        pen.write("soft", layout.left - 16, layout.top - 11, plot.unit.name, anchor="end")
        pen.write("soft", layout.width - plot.verdict_width - 18, 16, plot.words.heads_for, anchor="end")
        pen.write("soft", layout.width, 16, plot.words.verdict, anchor="end")


def _draw_line(plot: _Plot, line: LineBar, top: float) -> None:
    """One line: its name, its bars, what it heads for and how that is to the budget."""
    pen, layout = plot.pen, plot.layout
    with pen.mark(line.reading, 0, top, layout.width, layout.pitch):
        baseline = top + (pen.size + 3 if layout.is_narrow else layout.pitch / 2 + pen.size * 0.35)
        aside = f"{_figure(line, plot.unit, plot.words)} · {line.verdict}".removesuffix(" · ")
        room = layout.width - text_width(aside, pen.size) - 14 if layout.is_narrow else layout.left - 12
        pen.write("ink", layout.left if layout.is_narrow else 0, baseline, fitted(line.name, room, pen.size))
        _draw_bars(plot, line, top + layout.drop + (0 if layout.is_narrow else 5.5))
        css = "cap" if line.stands_out else "ink"
        if layout.is_narrow:
            pen.write(css, layout.width - 2, baseline, aside, anchor="end", bold=line.stands_out)
            return
        figure = _figure(line, plot.unit, plot.words)
        pen.write("ink", layout.width - plot.verdict_width - 18, baseline, figure, anchor="end", bold=True)
        pen.write(css, layout.width, baseline, line.verdict, anchor="end", bold=line.stands_out)


def _draw_bars(plot: _Plot, line: LineBar, top: float) -> None:
    """The pale budget, the solid actual amount in it, the hatch on to the forecast and a tick at its end."""
    pen, layout = plot.pen, plot.layout
    if line.budget is not None:
        pen.bar("proposed", layout.left, top, plot.x(line.budget) - layout.left, layout.thick)
    inner, thick = top + layout.thick / 4, layout.thick / 2
    until = plot.x(line.actual or 0)
    if line.actual is not None:
        pen.bar("actual", layout.left, inner, until - layout.left, thick)
    if line.forecast is not None:
        end = plot.x(line.forecast)
        if end > until:
            pen.bar("to-come", until, inner, end - until, thick)
        pen.line("ink", (end, top - 3), (end, top + layout.thick + 3), 3)


def _legend(lines: Sequence[LineBar], words: Words) -> list[tuple[str, str]]:
    """What is in the picture, and nothing else."""
    items = (
        ("proposed", words.budget, any(line.budget is not None for line in lines)),
        ("actual", words.actual, any(line.actual is not None for line in lines)),
        ("ink", words.forecast, any(line.forecast is not None for line in lines)),
    )
    return [(css, text) for css, text, is_there in items if is_there]
