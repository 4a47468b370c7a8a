"""Charts as geometry: amounts in, shapes out. One template draws them in the browser and in the PDF.

Every number leaves as text with a decimal point, because a Swedish template would write 8,5 and break
the drawing. Colours are attributes, which paper needs; the class of a shape lets the screen recolour it
in the dark. The conclusion is the title: it is read aloud instead of the drawing.

Only the standard library and ``finsam.money`` are imported here; amounts are whole öre.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from finsam import money

# The same colours as in static/css/tokens.css, light scheme.
INK = "#17212b"
SOFT = "#4c5a67"
RULE = "#d8d5cd"
BRAND = "#0c5460"
BRAND_SOFT = "#e3eef0"
CAP = "#a63a0b"
CAP_SOFT = "#fbeae1"
ACTUAL = "#8a6400"
PAPER = "#ffffff"

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
    fill: str = ""
    stroke: str = ""
    stroke_width: str = ""
    dashes: str = ""
    text: str = ""
    anchor: str = "start"
    size: str = ""
    weight: str = "400"


@dataclass(frozen=True, slots=True)
class Hatch:
    """A hatched fill: the remainder that did not happen, or the offer that was not used."""

    id: str
    css: str
    ground: str
    stroke: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished chart. ``width`` names the variant it was drawn for: "wide" or "narrow"."""

    title: str
    width: int
    height: int
    css: str
    shapes: tuple[Shape, ...]
    hatches: tuple[Hatch, ...]


@dataclass(frozen=True, slots=True)
class YearBar:
    """One year of the history chart, öre; None where a figure is missing."""

    label: str
    agreed: int | None
    total: int | None
    actual: int | None
    is_decided: bool
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class PartyBar:
    """One party of the cap line, öre. ``carries`` is the total its offer would have sufficed for."""

    name: str
    offered: int
    called: int
    carries: int
    part: str
    limits: bool


@dataclass(frozen=True, slots=True)
class HistoryWords:
    """The words in the history chart, so that this module needs no translation."""

    missing: str
    total: str
    proposed: str
    lost: str
    actual: str


@dataclass(frozen=True, slots=True)
class CapWords:
    """The words in the cap line. Each holds one %s for an amount in mnkr, ``limits`` holds none."""

    offered: str
    pays: str
    cap: str
    limits: str


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


@dataclass(slots=True)
class _Pen:
    """Collects shapes in drawing order."""

    shapes: list[Shape] = field(default_factory=list)

    def bar(self, css: str, x: float, y: float, width: float, height: float, fill: str, **more: str) -> None:
        """A rectangle."""
        shape = Shape("rect", css, number(x), number(y), number(width), number(height), fill, **more)
        self.shapes.append(shape)

    def line(
        self,
        css: str,
        start: tuple[float, float],
        end: tuple[float, float],
        stroke: str,
        thickness: float = 1,
    ) -> None:
        """A straight line; width and height hold its other end."""
        (x, y), (to_x, to_y) = start, end
        ends = (number(x), number(y), number(to_x), number(to_y))
        self.shapes.append(Shape("line", css, *ends, stroke=stroke, stroke_width=number(thickness)))

    def write(
        self, css: str, x: float, y: float, text: str, fill: str = INK, *, anchor: str = "start",
        size: float = 15, weight: int = 400,
    ) -> None:  # fmt: skip
        """A line of text with its baseline at ``y``."""
        self.shapes.append(
            Shape("text", css, number(x), number(y), fill=fill, text=text, anchor=anchor,
                  size=number(size), weight=str(weight))
        )  # fmt: skip


def text_width(text: str, size: float) -> float:
    """Roughly how wide a text is; on the large side, so that what is placed by it does not collide."""
    return len(text) * size * 0.6


# -- Agreed, decided and actual over the years ----------------------------------------------------


def history(years: Sequence[YearBar], title: str, words: HistoryWords, width: int = WIDE) -> Drawing:
    """Bars per year, oldest first: what was decided, what was agreed on top of it, and the actual cost.

    What was agreed and did not happen is a hatched remainder. A year without figures says so.
    """
    is_narrow = width < WIDE
    variant = "narrow" if is_narrow else "wide"
    years = years[-7:] if is_narrow else years[-16:]
    size = 12.5
    left, right, top, plot = (26.0, 2.0, 30.0, 210.0) if is_narrow else (36.0, 0.0, 30.0, 220.0)
    largest = max(
        (amount for bar in years for amount in (bar.agreed, bar.total, bar.actual) if amount),
        default=0,
    )
    step = scale_step(max(largest, 1))
    ceiling = -(-max(largest, 1) // step) * step
    bottom = top + plot
    pen = _Pen()
    hatch = f"lost-{variant}"

    pen.write("soft", left, top - 16, "mnkr", SOFT, size=size)
    for level in range(0, ceiling + 1, step):
        y = bottom - plot * level / ceiling
        pen.line(
            "axis" if level == 0 else "rule",
            (left, y),
            (width - right, y),
            INK if level == 0 else RULE,
        )
        pen.write(
            "soft",
            left - 8,
            y + size * 0.35,
            _scale_label(level, step),
            SOFT,
            anchor="end",
            size=size,
        )

    slot = (width - left - right) / max(len(years), 1)
    for place, bar in enumerate(years):
        _draw_year(pen, bar, words, left + slot * place, slot, bottom, plot / ceiling, size, hatch)
    height = _draw_legend(
        pen,
        years,
        words,
        left if not is_narrow else 2,
        bottom + size * 1.3 + 22,
        width,
        size,
        hatch,
    )
    return Drawing(
        title,
        width,
        round(height),
        variant,
        tuple(pen.shapes),
        (Hatch(hatch, "cap", CAP_SOFT, CAP),),
    )


def _scale_label(level: int, step: int) -> str:
    return money.mnkr(level, 0 if step % money.ORE_PER_MNKR == 0 else 1)


def _draw_year(
    pen: _Pen, bar: YearBar, words: HistoryWords, x: float, slot: float, bottom: float, per_ore: float,
    size: float, hatch: str,
) -> None:  # fmt: skip
    """One year's bars, their figures and the year under them."""
    middle = x + slot / 2
    pen.write("ink", middle, bottom + size * 1.5, bar.label, anchor="middle", size=size)
    if bar.total is None and bar.agreed is None and bar.actual is None:
        _draw_missing(pen, words.missing, middle, slot, bottom, size)
        return
    with_actual = bar.actual is not None
    wide = min(56.0, slot * (0.42 if with_actual else 0.62))
    thin = min(34.0, slot * 0.3)
    start = middle - (wide + (thin + 3 if with_actual else 0)) / 2
    center = start + wide / 2
    total, agreed = bar.total or 0, bar.agreed or 0
    total_top = bottom - total * per_ore
    if bar.is_decided:
        pen.bar("brand", start, total_top, wide, total * per_ore, BRAND)
    else:
        pen.bar(
            "proposed",
            start,
            total_top,
            wide,
            total * per_ore,
            BRAND_SOFT,
            stroke=BRAND,
            stroke_width="1.5",
        )
    if agreed > total:
        _draw_lost(pen, total, agreed, start, wide, bottom, per_ore, size, hatch, slot)
    if bar.total is not None:
        inside = agreed > total and total * per_ore > size * 1.8
        colour = ("on-brand", PAPER) if inside and bar.is_decided else ("ink", INK)
        y = total_top + size * 1.35 if inside else total_top - 7
        if inside or agreed <= total:
            pen.write(
                colour[0],
                center,
                y,
                money.mnkr(total),
                colour[1],
                anchor="middle",
                size=size,
                weight=650,
            )
    if bar.actual is not None:
        actual_top = bottom - bar.actual * per_ore
        pen.bar("actual", start + wide + 3, actual_top, thin, bar.actual * per_ore, ACTUAL)
        if thin >= text_width(money.mnkr(bar.actual), size):
            pen.write("actual", start + wide + 3 + thin / 2, actual_top - 7, money.mnkr(bar.actual), ACTUAL,
                      anchor="middle", size=size, weight=650)  # fmt: skip


def _total_label(bar: YearBar) -> str:
    """The total, with the same small mark as in the tables when it is derived."""
    mark = f"h{money.NO_BREAK_SPACE}" if bar.is_derived else ""
    return f"{mark}{money.mnkr(bar.total or 0)}"


def _draw_missing(pen: _Pen, words: str, middle: float, slot: float, bottom: float, size: float) -> None:
    """Say that nothing is known, on as many lines as the slot needs."""
    lines = [words] if text_width(words, size - 1) < slot else words.split()
    for place, line in enumerate(reversed(lines)):
        pen.write(
            "soft",
            middle,
            bottom - 10 - place * size * 1.15,
            line,
            SOFT,
            anchor="middle",
            size=size - 1,
        )


def _draw_lost(
    pen: _Pen, total: int, agreed: int, x: float, wide: float, bottom: float, per_ore: float, size: float,
    hatch: str, slot: float,
) -> None:  # fmt: skip
    """The hatched remainder with the agreed level above it and the missing amount beside or in it."""
    top, height = bottom - agreed * per_ore, (agreed - total) * per_ore
    pen.bar("lost", x, top, wide, height, f"url(#{hatch})", stroke=CAP, stroke_width="1.5")
    pen.write(
        "cap",
        x + wide / 2,
        top - 7,
        money.mnkr(agreed),
        CAP,
        anchor="middle",
        size=size,
        weight=650,
    )
    lost = money.mnkr(total - agreed)
    room = (slot - wide) / 2
    middle = top + height / 2 + size * 0.35
    if room > text_width(lost, size - 1) + 10:
        pen.write("cap", x - 8, middle, lost, CAP, anchor="end", size=size - 1)
    elif height > size * 1.7 and wide > text_width(lost, size - 1):
        label = text_width(lost, size - 1) + 4
        pen.bar("paper", x + (wide - label) / 2, middle - size, label, size * 1.35, PAPER)
        pen.write("cap", x + wide / 2, middle, lost, CAP, anchor="middle", size=size - 1)


def _draw_legend(
    pen: _Pen, years: Sequence[YearBar], words: HistoryWords, x: float, y: float, width: float, size: float,
    hatch: str,
) -> float:  # fmt: skip
    """Explain what is in the picture and nothing else; give the y where the drawing ends."""
    items = []
    if any(bar.is_decided and bar.total is not None for bar in years):
        items.append(("brand", BRAND, "", words.total))
    if any(not bar.is_decided and bar.total is not None for bar in years):
        items.append(("proposed", BRAND_SOFT, BRAND, words.proposed))
    if any((bar.agreed or 0) > (bar.total or 0) for bar in years):
        items.append(("lost", f"url(#{hatch})", CAP, words.lost))
    if any(bar.actual is not None for bar in years):
        items.append(("actual", ACTUAL, "", words.actual))
    at = x
    for css, fill, stroke, text in items:
        wide = size + 8 + text_width(text, size - 1)
        if at > x and at + wide > width:
            at, y = x, y + size * 1.6
        pen.bar(css, at, y, size, size, fill, stroke=stroke, stroke_width="1" if stroke else "")
        pen.write("ink", at + size + 7, y + size * 0.85, text, size=size - 1)
        at += wide + 14
    return y + size + 4


# -- The cap line: the rule as one picture --------------------------------------------------------


def cap_line(
    parties: Sequence[PartyBar], total: int, title: str, words: CapWords, width: int = WIDE
) -> Drawing:
    """Each party's offer scaled to the total it would have sufficed for, and the line where it stops.

    Solid as far as the party is called, hatched where the offer stays unused.
    """
    is_narrow = width < WIDE
    variant = "narrow" if is_narrow else "wide"
    hatch = f"unused-{variant}"
    size = 13 if is_narrow else 12.5
    left, right, thick, pitch, top = (
        (2.0, 44.0, 26.0, 74.0, 30.0) if is_narrow else (226.0, 108.0, 30.0, 52.0, 28.0)
    )
    largest = max([total, *(bar.carries for bar in parties)], default=0) or 1
    per_ore = (width - left - right) / largest
    cap_x = left + total * per_ore
    pen = _Pen()
    for place, bar in enumerate(parties):
        y = top + place * pitch + (40 if is_narrow else 0)
        _draw_party(pen, bar, words, left, y, thick, per_ore, cap_x, size, hatch, is_narrow=is_narrow)
    bottom = top + len(parties) * pitch - (0 if is_narrow else pitch - thick) + 8
    for place in range(len(parties) if is_narrow else 1):
        start = top + place * pitch + 34 if is_narrow else top - 12
        pen.line("cap", (cap_x, start), (cap_x, start + thick + 12 if is_narrow else bottom), CAP, 3)
    words_at = "end" if cap_x > width * 0.6 else "start"
    cap_text = words.cap % money.mnkr(total)
    offset = -6 if words_at == "end" else 6
    pen.write("cap", cap_x + (0 if is_narrow else offset), 16 if is_narrow else top - 4, cap_text, CAP,
              anchor=words_at, size=size, weight=650)  # fmt: skip
    return Drawing(
        title,
        width,
        round(bottom + 4),
        variant,
        tuple(pen.shapes),
        (Hatch(hatch, "brand", BRAND_SOFT, BRAND),),
    )


def _draw_party(
    pen: _Pen, bar: PartyBar, words: CapWords, left: float, y: float, thick: float, per_ore: float,
    cap_x: float, size: float, hatch: str, *, is_narrow: bool,
) -> None:  # fmt: skip
    """One party: name and offer, the called part solid, the unused part hatched, what it would carry."""
    offered = f"{words.offered % money.mnkr(bar.offered, None)} · {bar.part}"
    label_x = left if is_narrow else 0
    pen.write("ink", label_x, y - 25 if is_narrow else y + 12, bar.name, size=size, weight=650)
    pen.write("soft", label_x, y - 8 if is_narrow else y + 28, offered, SOFT, size=size - 1)
    solid = cap_x - left
    pen.bar("brand", left, y, solid, thick, BRAND)
    carries_x = left + bar.carries * per_ore
    if bar.carries * per_ore > solid + 0.5:
        pen.bar(
            "unused",
            cap_x,
            y,
            carries_x - cap_x,
            thick,
            f"url(#{hatch})",
            stroke=BRAND,
            stroke_width="1.2",
        )
    pays = words.pays % money.mnkr(bar.called, None)
    baseline = y + thick / 2 + size * 0.35
    if solid > text_width(pays, size) + 16:
        pen.write("on-brand", left + 10, baseline, pays, PAPER, size=size, weight=650)
    if bar.limits and is_narrow:
        pen.write("cap", NARROW - 2, y - 25, words.limits, CAP, anchor="end", size=size - 1, weight=650)
    elif bar.limits:
        pen.write("cap", cap_x + 12, baseline, words.limits, CAP, size=size, weight=650)
    else:
        pen.write("ink", carries_x + 8, baseline, money.mnkr(bar.carries), size=size, weight=650)
