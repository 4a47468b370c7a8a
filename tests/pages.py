"""Read a page as its readers do: by its elements, their text, and what is heard but not shown."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from finsam.money import NO_BREAK_SPACE

# The pages of the secretary's year, by what they are.
PAGES_OF_WORK = {
    "contributions": "/exempel/2028/bidrag/",
    "allocation": "/exempel/2026/fordelning/",
    "allocation by month": "/exempel/2026/fordelning/manader/",
    "key": "/exempel/2027/nyckel/",
    "versions": "/exempel/2027/versioner/",
    "difference": "/exempel/2026/skillnad/",
    "deadlines": "/exempel/2027/tidplan/",
    "payments": "/exempel/2026/inbetalningar/",
    "payment plan": "/exempel/2026/inbetalningar/plan/",
    "payment": "/exempel/2026/inbetalningar/ny/",
    "actuals": "/exempel/2026/utfall/",
    "actuals from a file": "/exempel/2026/utfall/fil/",
    "forecast": "/exempel/2026/prognos/",
    "members": "/exempel/medlemmar/",
    "new member": "/exempel/medlemmar/ny/",
    "member": "/exempel/medlemmar/norrsunda/",
    "settings": "/exempel/installningar/",
    "lines": "/exempel/poster/",
    "line": "/exempel/poster/styrelse/",
    "equity": "/exempel/eget-kapital/",
    "equity ladder": "/exempel/eget-kapital/trappa/",
    "posting": "/exempel/verifikation/44/",
    "reversing a posting": "/exempel/verifikation/44/ratta/",
    "history": "/exempel/2026/historik/committed/region-exempel/",
}

# Elements that are never closed.
VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Element:
    """One element of a page, with its children and texts in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def __iter__(self) -> Iterator["Element"]:
        """The element and all within it, in document order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child

    def all(self, tag: str, css: str = "") -> list["Element"]:
        return [each for each in self if each.tag == tag and (not css or css in each.classes)]

    def one(self, tag: str, css: str = "") -> "Element":
        (found,) = self.all(tag, css)
        return found

    def _text(self, left_out: Any) -> str:
        parts = (child if isinstance(child, str) else child._text(left_out) for child in self.children)
        return "" if left_out(self) else "".join(parts)

    @property
    def shown(self) -> str:
        """What the eye reads, with spaces made plain."""
        return plain(self._text(lambda element: "visually-hidden" in element.classes))

    @property
    def heard(self) -> str:
        """What a screen reader reads, with spaces made plain."""
        return plain(self._text(lambda element: element.attributes.get("aria-hidden") == "true"))

    @property
    def rows(self) -> list[list[str]]:
        """A table's cells as shown, row by row, heading and sum row included."""
        cells = ([cell for cell in row if cell.tag in ("th", "td")] for row in self.all("tr"))
        return [[cell.shown for cell in row] for row in cells]


def plain(text: str) -> str:
    """A text with every run of spaces, no-break ones too, as one space."""
    return " ".join(text.replace(NO_BREAK_SPACE, " ").split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("page")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: Any) -> Element:
    """The page of a response, or of a piece of HTML, as a tree. Every element must be closed."""
    reader = _Reader()
    reader.feed(html if isinstance(html, str) else html.content.decode())
    reader.close()
    assert [element.tag for element in reader.open] == ["page"]
    return reader.root


def table(page: Element, caption: str) -> list[list[str]]:
    """The rows of the page's table whose caption starts so."""
    (found,) = [each for each in page.all("table") if each.one("caption").shown.startswith(caption)]
    return found.rows
