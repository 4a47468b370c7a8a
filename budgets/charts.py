"""What the charts share: amounts become shapes, and one template draws them in browser and PDF.

Every number leaves as text with a decimal point, because a Swedish template would write 8,5 and break
the drawing. Colours are attributes, which paper needs; the class of a shape lets the screen recolour it
in the dark. The conclusion is the title: on paper it is read aloud instead of the drawing.

A chart is read in *marks*: a year, a line, a party. Each is one link with its values in words, so that the
figures can be had with the Tab key, a pointer or a screen reader, and nothing but the server writes them.

``history_chart``, ``cap_line_chart``, ``lines_chart`` and ``columns_chart`` are the charts. All are pure:
they import the standard library, ``finsam.money`` and this module, and amounts are whole öre.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction

from finsam import money

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
    "good": "#1e6b3a",
}
# A proposed budget is pale with an outline; these are the outlines.
OUTLINES = {
    "proposed": COLOURS["brand"],
    "lost": COLOURS["cap"],
    "unused": COLOURS["brand"],
    "to-come": COLOURS["actual"],
    "band": COLOURS["good"],
}

# Classes that are drawn as lines.
LINES = ("cap", "ink")

WIDE = 720
NARROW = 350
# One of several small charts side by side; alone in its row on a phone.
PANEL = 320
VARIANTS = {WIDE: "wide", NARROW: "narrow", PANEL: "panel"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mark says of its values in words, and the address that it leads to; both may be empty."""

    text: str = ""
    href: str = ""


# What is not a mark says nothing.
SILENT = Reading()


@dataclass(frozen=True, slots=True)
class Unit:
    """In what the amounts of a chart are written: ``name`` is "mnkr" or "kr"."""

    name: str

    def write(self, amount: int, decimals: int | None = 1) -> str:
        """An amount in öre without its unit; ``decimals`` as in ``money.mnkr``, kronor as they are."""
        return money.mnkr(amount, decimals) if self.name == "mnkr" else money.kr(amount)


def unit_for(largest: int) -> Unit:
    """Millions, or kronor where the largest amount (öre) is below a million and would lose its figures."""
    return Unit("mnkr" if largest >= money.ORE_PER_MNKR or largest == 0 else "kr")


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
class Group:
    """Shapes in drawing order. With words in its ``reading`` it is a mark, else background."""

    shapes: tuple[Shape, ...]
    reading: Reading = SILENT


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
    groups: tuple[Group, ...]
    hatches: tuple[Hatch, ...] = ()

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """All shapes in drawing order."""
        return tuple(shape for group in self.groups for shape in group.shapes)


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
    hatch: str = ""
    shapes: list[Shape] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    @contextmanager
    def mark(self, reading: Reading, x: float, y: float, width: float, height: float) -> Iterator[None]:
        """What is drawn within is one mark, which answers to a pointer in the whole rectangle given."""
        self._close(SILENT)
        if reading.text:
            place = (number(x), number(y), number(width), number(height))
            self.shapes.append(Shape("rect", "hit", *place, fill="none"))
        yield
        self._close(reading)

    def finished(self) -> tuple[Group, ...]:
        """All that was drawn."""
        self._close(SILENT)
        return tuple(self.groups)

    def _close(self, reading: Reading) -> None:
        if self.shapes:
            self.groups.append(Group(tuple(self.shapes), reading))
        self.shapes = []

    def bar(self, css: str, x: float, y: float, width: float, height: float) -> None:
        """A rectangle in the colour of its class; hatched where the class has only an outline."""
        if height < 0:
            y, height = y + height, -height
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

    def legend(self, items: Sequence[tuple[str, str]], left: float, y: float, width: float) -> float:
        """Explain classes of bars, each with its words; give the y where the legend ends."""
        x = left
        for css, text in items:
            wide = self.size + 7 + text_width(text, self.size)
            if x > left and x + wide > width:
                x, y = left, y + self.size * 1.6
            self.swatch(css, x, y)
            self.write("ink", x + self.size + 7, y + self.size * 0.85, text)
            x += wide + 16
        return y + self.size + 4

    def swatch(self, css: str, x: float, y: float) -> None:
        """The square that stands for a class in a legend; a line for what is drawn as a line."""
        if css in LINES:
            self.line(css, (x, y + self.size / 2), (x + self.size, y + self.size / 2), 3)
        else:
            self.bar(css, x, y, self.size, self.size)


def money_levels(lowest: int, highest: int, unit: Unit) -> list[tuple[int, str]]:
    """The lines of a scale from at most ``lowest`` (0 or less) to at least ``highest`` öre, with labels.

    >>> [label for _level, label in money_levels(0, 5_470_000_000, Unit("mnkr"))]
    ['0', '20', '40', '60']
    """
    step = scale_step(max(highest, 0) - lowest or money.ORE_PER_MNKR)
    decimals = 0 if step % money.ORE_PER_MNKR == 0 else None
    bottom, top = lowest // step * step if lowest < 0 else 0, -(-highest // step) * step
    levels = range(bottom, max(top, bottom + step) + 1, step)
    return [(level, unit.write(level, decimals) if level else "0") for level in levels]


def percent_levels(highest: Fraction | int) -> list[tuple[Fraction, str]]:
    """The lines of a scale of shares from 0 to at least ``highest``, in steps of round per cents.

    >>> [label.replace(money.NO_BREAK_SPACE, " ") for _level, label in percent_levels(Fraction(27, 100))]
    ['0 %', '10 %', '20 %', '30 %']
    """
    step = max(scale_step(-(-highest * 100 // 1)), 5)
    top = -(-highest * 100 // step) * step
    return [(Fraction(level, 100), money.percent(level, 100)) for level in range(0, max(top, step) + 1, step)]
