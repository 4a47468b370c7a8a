"""What the charts share: amounts become shapes, and one template draws them in browser and PDF.

Every number leaves as text with a decimal point, because a Swedish template would write 8,5 and break
the drawing. Colours are attributes, which paper needs; the class of a shape lets the screen recolour it
in the dark. The conclusion is the title: it is read aloud instead of the drawing.

``history_chart`` and ``cap_line_chart`` are the charts. All three modules are pure: they import the standard
library, ``finsam.money`` and each other, and amounts are whole öre.
"""

from dataclasses import dataclass, field

# By the class of a shape; the same colours as in static/css/tokens.css, light scheme.
COLOURS = {
    "ink": "#17212b",
    "axis": "#17212b",
    "soft": "#4c5a67",
    "rule": "#d8d5cd",
    "paper": "#ffffff",
    "brand": "#0c5460",
    "on-brand": "#ffffff",
    "proposed": "#e3eef0",
    "cap": "#a63a0b",
    "cap-soft": "#fbeae1",
    "actual": "#8a6400",
}
# A proposed budget is pale with an outline; these are the outlines.
OUTLINES = {"proposed": COLOURS["brand"], "lost": COLOURS["cap"], "unused": COLOURS["brand"]}

WIDE = 720
NARROW = 350


@dataclass(frozen=True, slots=True)
class Shape:
    """One element of the drawing. ``kind`` is rect, line or text; ``css`` names its part for the screen."""

    kind: str
    css: str
    x: str
    y: str
    width: str = ""
    height: str = ""
    x2: str = ""
    y2: str = ""
    fill: str = ""
    stroke: str = ""
    stroke_width: str = ""
    text: str = ""
    anchor: str = ""
    size: str = ""
    weight: str = ""


@dataclass(frozen=True, slots=True)
class Hatch:
    """A hatched fill: what did not happen, or an offer that was not used."""

    id: str
    css: str
    ground: str
    stroke: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished chart. ``css`` names the variant it was drawn for: "wide" or "narrow"."""

    title: str
    width: int
    height: int
    css: str
    shapes: tuple[Shape, ...]
    hatches: tuple[Hatch, ...]


def number(value: float) -> str:
    """A coordinate as SVG wants it, whatever the locale: 8.5, not 8,5.

    >>> number(8.5), number(8.0)
    ('8.5', '8')
    """
    return f"{value:.1f}".removesuffix(".0")


def scale_step(largest: int, most_steps: int = 4) -> int:
    """The distance in öre between the lines of a scale that reaches ``largest`` in few, round steps.

    >>> scale_step(5_470_000_000) // 100_000_000  # 54,7 mnkr: lines at 20, 40 and 60
    20
    """
    step = 1
    while step * most_steps < largest:
        for factor in (2, 5, 10):
            if step * factor * most_steps >= largest:
                return step * factor
        step *= 10
    return step


def text_width(text: str, size: float) -> float:
    """Roughly how wide a text is; on the large side, so that what is placed by it does not collide."""
    return len(text) * size * 0.6


def fitted(text: str, room: float, size: float) -> str:
    """The text, cut with an ellipsis where it would be wider than ``room``."""
    if text_width(text, size) <= room:
        return text
    return f"{text[: max(int(room / text_width('m', size)) - 1, 1)]}…"


@dataclass(slots=True)
class Pen:
    """Collects shapes in drawing order. ``size`` is the type size, ``hatch`` the id of the hatched fill."""

    size: float
    hatch: str
    shapes: list[Shape] = field(default_factory=list)

    def bar(self, css: str, x: float, y: float, width: float, height: float) -> None:
        """A rectangle in the colour of its class; hatched where the class has only an outline."""
        outline = OUTLINES.get(css, "")
        self.shapes.append(
            Shape(
                "rect",
                css,
                number(x),
                number(y),
                number(width),
                number(height),
                fill=COLOURS.get(css, f"url(#{self.hatch})"),
                stroke=outline,
                stroke_width="1.5" if outline else "",
            )
        )

    def line(
        self, css: str, start: tuple[float, float], end: tuple[float, float], thickness: float = 1
    ) -> None:
        """A straight line."""
        self.shapes.append(
            Shape(
                "line",
                css,
                number(start[0]),
                number(start[1]),
                x2=number(end[0]),
                y2=number(end[1]),
                stroke=COLOURS[css],
                stroke_width=number(thickness),
            )
        )

    def write(
        self, css: str, x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False
    ) -> None:
        """A line of text with its baseline at ``y``; soft text is a little smaller."""
        self.shapes.append(
            Shape(
                "text",
                css,
                number(x),
                number(y),
                fill=COLOURS[css],
                text=text,
                anchor=anchor,
                size=number(self.size - 1 if css == "soft" else self.size),
                weight="650" if bold else "400",
            )
        )

    def write_on_paper(
        self, css: str, x: float, y: float, text: str, *, bold: bool = True, room: float = 1000
    ) -> None:
        """A centred text with paper under it, at most ``room`` wide, so that nothing strikes it through."""
        width = min(text_width(text, self.size), room)
        self.bar("paper", x - width / 2, y - self.size, width, self.size * 1.3)
        self.write(css, x, y, text, anchor="middle", bold=bold)
