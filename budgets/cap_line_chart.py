"""The cap line: the rule as one picture.

Each party's offer is scaled to the total it would have sufficed for: solid as far as the party is
called, hatched where the offer stays unused, and a line where the lowest party stops them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from budgets.charts import COLOURS, NARROW, WIDE, Drawing, Hatch, Pen, fitted, text_width
from finsam import money


@dataclass(frozen=True, slots=True)
class PartyBar:
    """One party, öre. ``carries``: the total its offer would suffice for; ``part``: its share in words."""

    name: str
    offered: int
    called: int
    carries: int
    part: str
    limits: bool


@dataclass(frozen=True, slots=True)
class Words:
    """The words in the picture. Each holds one %s for an amount in mnkr, ``limits`` holds none."""

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
    WIDE: _Layout(left=226, right=108, top=28, thick=30, pitch=52, size=12.5, is_narrow=False),
    NARROW: _Layout(left=2, right=44, top=30, thick=26, pitch=74, size=13, is_narrow=True),
}


def draw(parties: Sequence[PartyBar], total: int, title: str, words: Words, width: int = WIDE) -> Drawing:
    """Draw the parties in the order given, and the cap at ``total``."""
    layout = LAYOUTS[width]
    variant = "narrow" if layout.is_narrow else "wide"
    pen = Pen(layout.size, hatch=f"unused-{variant}")
    largest = max([total, *(bar.carries for bar in parties)]) or 1
    right = max(layout.right, text_width(money.mnkr(largest), pen.size) + 12)
    per_ore = (width - layout.left - right) / largest
    cap_x = layout.left + total * per_ore
    for place, bar in enumerate(parties):
        top = layout.bar_top(place)
        _draw_name(pen, layout, bar, words, top)
        _draw_bar(pen, layout, bar, words, top, cap_x, layout.left + bar.carries * per_ore)
    bottom = layout.bar_top(len(parties) - 1) + layout.thick + 8
    _draw_cap(pen, layout, len(parties), cap_x, bottom, words.cap % money.mnkr(total), width)
    hatch = Hatch(pen.hatch, "brand", COLOURS["proposed"], COLOURS["brand"])
    return Drawing(title, width, round(bottom + 4), variant, tuple(pen.shapes), (hatch,))


def _draw_name(pen: Pen, layout: _Layout, bar: PartyBar, words: Words, top: float) -> None:
    """Who, what it offered and the law's share; the full name stands in the table."""
    offered = f"{words.offered % money.mnkr(bar.offered, None)} · {bar.part}"
    if layout.is_narrow:
        room = NARROW - (text_width(words.limits, pen.size) + 12 if bar.limits else 4)
        pen.write("ink", layout.left, top - 25, fitted(bar.name, room, pen.size * 1.1), bold=True)
        pen.write("soft", layout.left, top - 8, offered)
        return
    pen.write("ink", 0, top + 12, fitted(bar.name, layout.left - 8, pen.size * 1.1), bold=True)
    pen.write("soft", 0, top + 28, offered)


def _draw_bar(
    pen: Pen, layout: _Layout, bar: PartyBar, words: Words, top: float, cap_x: float, carries_x: float
) -> None:
    """The called part solid, the unused part hatched, and what the offer would carry or that it limits."""
    baseline = top + layout.thick / 2 + pen.size * 0.35
    pen.bar("brand", layout.left, top, cap_x - layout.left, layout.thick)
    if carries_x > cap_x + 0.5:
        pen.bar("unused", cap_x, top, carries_x - cap_x, layout.thick)
    pays = words.pays % money.mnkr(bar.called, None)
    if cap_x - layout.left > text_width(pays, pen.size) + 16:
        pen.write("on-brand", layout.left + 10, baseline, pays, bold=True)
    if not bar.limits:
        pen.write("ink", carries_x + 8, baseline, money.mnkr(bar.carries), bold=True)
    elif layout.is_narrow:
        pen.write("cap", NARROW - 2, top - 25, words.limits, anchor="end", bold=True)
    else:
        pen.write("cap", cap_x + 12, baseline, words.limits, bold=True)


def _draw_cap(
    pen: Pen, layout: _Layout, parties: int, cap_x: float, bottom: float, text: str, width: int
) -> None:
    """The line that stops them all, and its amount on the side that has room."""
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
