"""Read a page as its readers do: by its elements, their text, and what is heard but not shown."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from finsam.money import NO_BREAK_SPACE

# Every address that answers with a page is in one of these lists, by what it is, and is thereby read in every
# role (tests/test_every_page.py) and looked at in a browser (tests/browser/test_layout.py).

# What anyone may read.
PAGES = {
    "start": "/",
    "log-in": "/logga-in/",
    "how it works": "/sa-fungerar-det/",
    "words": "/ordlista/",
    "accessibility": "/tillganglighet/",
    "open data": "/oppna-data/",
    "association": "/stockholm/",
    "invented association": "/exempel/",
    "year": "/stockholm/2021/",
    "year where all are alike": "/stockholm/2016/",
    "year with actuals": "/exempel/2025/",
    "running year": "/exempel/2026/",
    "keyed year": "/sodra-dalarna/2020/",
    "adopted version": "/stockholm/2021/?version=1",
    "key of an adopted year": "/exempel/2026/nyckel/",
    "versions of an adopted year": "/exempel/2026/versioner/",
    "deadlines of an adopted year": "/exempel/2026/tidplan/",
    "compare": "/exempel/jamfor/",
    "scenario": "/exempel/2026/scenario/",
    "two scenarios": "/stockholm/2021/scenario/?a.forsakringskassan=27350000&a.region-stockholm=12000000"
    "&a.stockholms-stad=13675000&b.forsakringskassan=27350000&b.region-stockholm=13675000"
    "&b.stockholms-stad=13675000&mal=48000000",
    "scenario with a fault": "/stockholm/2021/scenario/?a.region-stockholm=12.000",
    "members": "/exempel/medlemmar/",
    "key figures": "/exempel/nyckeltal/",
    "equity": "/exempel/eget-kapital/",
    "posting": "/exempel/verifikation/44/",
    "history": "/exempel/2026/historik/committed/region-exempel/",
    "how a figure is worked out": "/exempel/2026/sa-raknas/uteblivet/",
    "history of a sum": "/exempel/2026/historik/committed/summa/",
}

# The pages of the secretary's year; those that a board member and an auditor may read, too.
PAGES_OF_WORK = {
    "contributions": "/exempel/2028/bidrag/",
    "allocation": "/exempel/2026/fordelning/",
    "allocation by month": "/exempel/2026/fordelning/manader/",
    "key": "/exempel/2027/nyckel/",
    "versions": "/exempel/2027/versioner/",
    "deadlines": "/exempel/2027/tidplan/",
    "payments": "/exempel/2026/inbetalningar/",
    "payment plan": "/exempel/2026/inbetalningar/plan/",
    "payment": "/exempel/2026/inbetalningar/ny/",
    "actuals": "/exempel/2026/utfall/",
    "actuals from a file": "/exempel/2026/utfall/fil/",
    "forecast": "/exempel/2026/prognos/",
    "new member": "/exempel/medlemmar/ny/",
    "member": "/exempel/medlemmar/norrsunda/",
    "settings": "/exempel/installningar/",
    "lines": "/exempel/poster/",
    "line": "/exempel/poster/styrelse/",
    "inhabitants": "/exempel/2025/invanare/",
    "equity ladder": "/exempel/eget-kapital/trappa/",
    "reversing a posting": "/exempel/verifikation/44/ratta/",
    "proposed year": "/exempel/2027/",
    "year to begin": "/stockholm/2022/",
    "commitment": "/stockholm/2021/atagande/region-stockholm/",
    "removing a member": "/exempel/medlemmar/norrsunda/ta-bort/",
}

# A förbund that has nothing yet: `empty` in tests/conftest.py makes it.
PAGES_OF_NOTHING = {
    f"{name}, nothing yet": f"/provforbundet/{path}"
    for name, path in {
        "association": "",
        "year": "2027/",
        "contributions": "2027/bidrag/",
        "allocation": "2027/fordelning/",
        "key": "2027/nyckel/",
        "versions": "2027/versioner/",
        "deadlines": "2027/tidplan/",
        "payments": "2027/inbetalningar/",
        "actuals": "2027/utfall/",
        "forecast": "2027/prognos/",
        "members": "medlemmar/",
        "lines": "poster/",
        "key figures": "nyckeltal/",
        "equity": "eget-kapital/",
        "compare": "jamfor/",
        "scenario": "2027/scenario/",
    }.items()
}

# Elements that are never closed.
VOID = {"meta", "link", "input", "br", "hr", "img", "wbr"}


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
