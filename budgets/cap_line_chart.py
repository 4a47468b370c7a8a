"""The cap line: the rule as one picture.

Each party's offer is scaled to the total it would have sufficed for: solid as far as the party is
called, hatched where the offer stays unused, and a line where the lowest party stops them all.
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
    text_width,
    unit_for,
)


@dataclass(frozen=True, slots=True)
class PartyBar:
    """One party, öre. ``carries``: the total its offer would suffice for; ``part``: its share in words."""

    name: str
    offered: int
    called: int
    carries: int
    part: str
    limits: bool
    reading: Reading = SILENT


@dataclass(frozen=True, slots=True)
class Words:
    """The words in the picture. Each holds one %s for an amount without its unit, ``limits`` holds none."""

    offered: str
    pays: str
    cap: str
    limits: str


@dataclass(frozen=True, slots=True)
class _Layout:
    """The measures of one variant: labels beside the bars when wide, above them when narrow."""

    left: float
    right: float
    top: float
    thick: float
    pitch: float
    size: float
    is_narrow: bool

    def bar_top(self, place: int) -> float:
        """Where the bar of the party in this place begins."""
        return self.top + place * self.pitch + (40 if self.is_narrow else 0)


LAYOUTS = {
    WIDE: _Layout(left=250, right=108, top=26, thick=28, pitch=46, size=12.5, is_narrow=False),
    NARROW: _Layout(left=2, right=44, top=30, thick=26, pitch=74, size=13, is_narrow=True),
}


@dataclass(frozen=True, slots=True)
class _Plot:
    """What every party is drawn with: öre per unit of width, and where the cap stands."""

    pen: Pen
    layout: _Layout
    words: Words
    unit: Unit
    per_ore: float
    cap_x: float


def draw(
    parties: Sequence[PartyBar],
    total: int,
    title: str,
    words: Words,
    width: int = WIDE,
    *,
    scale: int = 0,
    name: str = "",
) -> Drawing:
    """Draw the parties in the order given, and the cap at ``total``.

    Caps that stand together are drawn on one ``scale``, which reaches at least so many öre, and each has a
    ``name`` of its own for its hatch.
    """
    layout = LAYOUTS[width]
    pen = Pen(layout.size, hatch=f"unused{name}-{VARIANTS[width]}")
    largest = max([total, scale, *(bar.carries for bar in parties)]) or 1
    unit = unit_for(largest)
    right = max(layout.right, text_width(unit.write(largest), pen.size) + 12)
    per_ore = (width - layout.left - right) / largest
    plot = _Plot(pen, layout, words, unit, per_ore, layout.left + total * per_ore)
    above = 42 if layout.is_narrow else 6
    for place, bar in enumerate(parties):
        top = layout.bar_top(place)
        with pen.mark(bar.reading, 0, top - above, width, layout.thick + above + 6):
            _draw_name(plot, bar, top)
            _draw_bar(plot, bar, top)
    bottom = layout.bar_top(len(parties) - 1) + layout.thick + 8
    _draw_cap(plot, len(parties), bottom, words.cap % unit.write(total), width)
    hatch = Hatch(pen.hatch, "brand", COLOURS["proposed"], COLOURS["brand"])
    return Drawing(title, width, round(bottom + 4), VARIANTS[width], pen.finished(), (hatch,))


def unit_of(parties: Sequence[PartyBar], total: int) -> Unit:
    """In what the amounts are written, for the words beside the chart."""
    return unit_for(max([total, *(bar.carries for bar in parties)]))


def _draw_name(plot: _Plot, bar: PartyBar, top: float) -> None:
    """Who, what it offered and the law's share; the full name stands in the table."""
    pen, layout = plot.pen, plot.layout
    offered = f"{plot.words.offered % plot.unit.write(bar.offered, None)} · {bar.part}"
    if layout.is_narrow:
        room = NARROW - (text_width(plot.words.limits, pen.size) + 12 if bar.limits else 4)
        pen.write("ink", layout.left, top - 25, fitted(bar.name, room, pen.size * 1.1), bold=True)
        pen.write("soft", layout.left, top - 8, fitted(offered, NARROW - 4, pen.size))
        return
    pen.write("ink", 0, top + 12, fitted(bar.name, layout.left - 8, pen.size * 1.1), bold=True)
    # Small text is narrower than the estimate for what must not collide.
    pen.write("soft", 0, top + 27, fitted(offered, layout.left - 8, pen.size * 0.8))


def _draw_bar(plot: _Plot, bar: PartyBar, top: float) -> None:
    """The called part solid, the unused part hatched, and what the offer would carry or that it limits."""
    pen, layout, cap_x = plot.pen, plot.layout, plot.cap_x
    carries_x = layout.left + bar.carries * plot.per_ore
    baseline = top + layout.thick / 2 + pen.size * 0.35
    pen.bar("brand", layout.left, top, cap_x - layout.left, layout.thick)
    if carries_x > cap_x + 0.5:
        pen.bar("unused", cap_x, top, carries_x - cap_x, layout.thick)
    pays = plot.words.pays % plot.unit.write(bar.called, None)
    if cap_x - layout.left > text_width(pays, pen.size) + 16:
        pen.write("on-brand", layout.left + 10, baseline, pays, bold=True)
    if not bar.limits:
        pen.write("ink", carries_x + 8, baseline, plot.unit.write(bar.carries), bold=True)
    elif layout.is_narrow:
        pen.write("cap", NARROW - 2, top - 25, plot.words.limits, anchor="end", bold=True)
    else:
        pen.write("cap", cap_x + 12, baseline, plot.words.limits, bold=True)


def _draw_cap(plot: _Plot, parties: int, bottom: float, text: str, width: int) -> None:
    """The line that stops them all, and its amount on the side that has room."""
    pen, layout, cap_x = plot.pen, plot.layout, plot.cap_x
    if layout.is_narrow:
        # Piece by piece, so that it does not strike the labels above the bars through.
        for place in range(parties):
            top = layout.bar_top(place)
            pen.line("cap", (cap_x, top - 6), (cap_x, top + layout.thick + 6), 3)
    else:
        pen.line("cap", (cap_x, layout.top - 12), (cap_x, bottom), 3)
    anchor, offset = ("end", -6) if cap_x > width * 0.5 else ("start", 6)
    baseline = 16 if layout.is_narrow else layout.top - 4
    pen.write("cap", cap_x + (0 if layout.is_narrow else offset), baseline, text, anchor=anchor, bold=True)
