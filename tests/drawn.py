"""Read a chart as its readers do: its bars, its words, and whether anything reaches outside it."""

import re

from budgets import charts
from budgets.charts import Drawing, Shape

MNKR = 100_000_000


def bars(drawing: Drawing, css: str) -> list[Shape]:
    """The bars of one kind, without the square that stands for it in the legend."""
    found = [shape for shape in drawing.shapes if shape.kind == "rect" and shape.css == css]
    return [shape for shape in found if (shape.width, shape.height) != ("12.5", "12.5")]


def words(drawing: Drawing) -> list[str]:
    """The texts in the drawing."""
    return [shape.text.replace("\u00a0", " ") for shape in drawing.shapes if shape.kind == "text"]


def outside(drawing: Drawing) -> list[str]:
    """The texts and bars that reach outside the viewBox, by the drawing's own estimate of widths."""
    found = []
    for shape in drawing.shapes:
        x, y = float(shape.x), float(shape.y)
        if shape.kind == "text":
            width = charts.text_width(shape.text, float(shape.size))
            left = x - {"start": 0, "middle": width / 2, "end": width}[shape.anchor]
            right, top = left + width, y - float(shape.size)
        elif shape.kind == "rect":
            left, right, top, y = x, x + float(shape.width), y, y + float(shape.height)
        else:
            left, right, top, y = x, float(shape.x2), y, float(shape.y2)
        if left < 0 or right > drawing.width + 0.1 or top < 0 or y > drawing.height:
            found.append(f"{shape.kind} {shape.text or shape.css} at {left:.0f}–{right:.0f}, {y:.0f}")
    return found


def all_are_numbers(drawing: Drawing) -> bool:
    """Whether every coordinate has digits and at most a decimal point."""
    places = (
        value for s in drawing.shapes for value in (s.x, s.y, s.width, s.height, s.x2, s.y2, s.size) if value
    )
    return all(re.fullmatch(r"-?[0-9]+(\.[0-9])?", value) for value in places)


def read_out(drawing: Drawing) -> list[tuple[str, str]]:
    """What each mark says, with plain spaces, and where it leads."""
    said = [group.reading for group in drawing.groups if group.reading.text]
    return [(each.text.replace("\u00a0", " "), each.href) for each in said]


def hits(drawing: Drawing) -> list[Shape]:
    """The places that answer to a pointer."""
    return [shape for shape in drawing.shapes if shape.css == "hit"]
