"""The structural gate: what a PDF must hold so that a screen reader can read it (PDF/UA-1, ISO 14289-1).

``faults`` says in plain English what is wrong; a good document gives an empty list. It looks at what our
own reports can get wrong, and is no substitute for veraPDF or a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

# fmt: off
STANDARD_TYPES = {
    "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct",
    "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH",
    "TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link",
    "Annot", "Ruby", "Warichu", "Figure", "Formula", "Form",
}
# Where an element may stand: its type, and its parent's.
PARENTS = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "LI": {"L"},
    "LBody": {"LI"},
}
SHOWING = {"Tj", "TJ", "'", '"'}
PAINTING = SHOWING | {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "BI", "INLINE IMAGE"}
# fmt: on


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the structure tree: its type, its parent's, itself, and the types below it."""

    kind: str
    parent: str
    node: Any
    below: tuple[str, ...]


def faults(source: Path | str | bytes) -> list[str]:
    """Everything that is wrong with the document, in the order of the document; empty when it is sound."""
    with Pdf.open(BytesIO(source) if isinstance(source, bytes) else source) as pdf:
        if "/StructTreeRoot" not in pdf.Root:
            return [*_document(pdf), "no structure tree", *_fonts(pdf)]
        elements = list(_elements(pdf.Root.StructTreeRoot, "StructTreeRoot"))
        return [
            *_document(pdf),
            *_kinds(elements),
            *_headings(elements),
            *_figures(elements),
            *_tables(elements),
            *_painting(pdf),
            *_links(pdf),
            *_fonts(pdf),
        ]


def _document(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "not marked as tagged"
    if not str(root.get("/Lang", "")):
        yield "no language"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "the window does not show the title"
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        if not str(metadata.get("dc:title", "")).strip():
            yield "no title"
        if str(metadata.get("pdfuaid:part", "")) != "1":
            yield "does not say that it is PDF/UA-1"
    for number, page in enumerate(pdf.pages, 1):
        if page.get("/Tabs") != Name.S:
            yield f"page {number}: the tab order is not the structure's"


def _elements(node: Any, parent: str) -> Iterator[Element]:
    """The tree, parents first. ``/K`` may hold one child or several; numbers are content, not elements."""
    for child in _children(node):
        if isinstance(child, Dictionary) and "/S" in child:
            kind = str(child.S)[1:]
            elements = list(_elements(child, kind))
            yield Element(kind, parent, child, tuple(each.kind for each in elements))
            yield from elements


def _children(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    return list(kids) if isinstance(kids, Array) else [kids]


def _kinds(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        if element.kind not in STANDARD_TYPES:
            yield f"{element.kind} is no standard type"
        if element.parent not in PARENTS.get(element.kind, {element.parent}):
            yield f"{element.kind} stands in {element.parent}"


def _headings(elements: list[Element]) -> Iterator[str]:
    levels = [int(each.kind[1]) for each in elements if each.kind in {f"H{level}" for level in range(1, 7)}]
    if not levels:
        yield "no heading"
    before = 0
    for level in levels:
        if level > before + 1:
            yield f"H{level} follows H{before}" if before else f"the first heading is H{level}"
        before = level


def _figures(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        if element.kind == "Figure":
            if not str(element.node.get("/Alt", "")).strip():
                yield "Figure without alternative text"
            if "/BBox" not in _attributes(element.node):
                yield "Figure without bounding box"


def _tables(elements: list[Element]) -> Iterator[str]:
    ids = [bytes(each.node.ID) for each in elements if each.kind == "TH" and "/ID" in each.node]
    if len(ids) != len(set(ids)):
        yield "two TH have the same ID"
    for element in elements:
        if element.kind == "Table" and "TR" not in element.below:
            yield "Table without rows" + (": its caption is stranded" if "Caption" in element.below else "")
        if element.kind == "TD":
            headers = [bytes(header) for header in _attributes(element.node).get("/Headers", [])]
            if not headers:
                yield "TD without Headers"
            yield from (
                f"TD refers to a header {each!r} that is not there" for each in headers if each not in ids
            )


def _attributes(node: Any) -> dict[str, Any]:
    attributes = node.get("/A", [])
    several = attributes if isinstance(attributes, Array) else [attributes]
    return {key: value for each in several if isinstance(each, Dictionary) for key, value in each.items()}


def _painting(pdf: Pdf) -> Iterator[str]:
    """Whatever is painted is either mapped to an element or marked as an artifact; every glyph exists.

    WeasyPrint maps the text of page margins to elements that it leaves out of the tree, so that it is not
    read on every page; the map, not the tree, is therefore what is asked here.
    """
    mapped = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    for number, page in enumerate(pdf.pages, 1):
        of_page = mapped.get(page.get("/StructParents", -1), [])
        marks: list[bool] = []  # of each open mark: whether a reader is told what it is
        seen = set()
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BMC", "BDC"):
                marks.append(operands[0] == Name.Artifact or 0 <= _mcid(operands) < len(of_page))
            elif name == "EMC":
                marks.pop()
            elif name in PAINTING and not any(marks):
                seen.add(
                    "text outside the structure" if name in SHOWING else "a drawing outside the structure"
                )
            if name in SHOWING and _has_undefined_glyph(operands[-1]):
                seen.add("a character that the font lacks")
        yield from (f"page {number}: {what}" for what in sorted(seen))


def _mcid(operands: Any) -> int:
    properties = operands[1] if len(operands) > 1 else None
    return int(properties.get("/MCID", -1)) if isinstance(properties, Dictionary) else -1


def _has_undefined_glyph(shown: Any) -> bool:
    """Whether text in our two-byte fonts holds glyph 0, the box that stands for a missing character.

    WeasyPrint draws a missing character with a number of its own and says so in its log instead.
    """
    runs = (
        [bytes(run) for run in shown if isinstance(run, pikepdf.String)]
        if isinstance(shown, Array)
        else [bytes(shown)]
    )
    return any(run[at : at + 2] == b"\0\0" for run in runs for at in range(0, len(run), 2))


def _links(pdf: Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        for annotation in page.get("/Annots", []):
            if annotation.Subtype == Name.Link:
                if not str(annotation.get("/Contents", "")).strip():
                    yield f"page {number}: Link without Contents"
                if "/StructParent" not in annotation:
                    yield f"page {number}: Link outside the structure"


def _fonts(pdf: Pdf) -> Iterator[str]:
    for font in (
        each for each in pdf.objects if isinstance(each, Dictionary) and each.get("/Type") == Name.Font
    ):
        name = str(font.get("/BaseFont", "unnamed font"))[1:]
        descriptor = font.get("/FontDescriptor", {})
        is_composite = font.get("/Subtype") == Name.Type0
        if not is_composite and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
            yield f"{name} is not embedded"
        if font.get("/Subtype") not in (Name.CIDFontType0, Name.CIDFontType2) and "/ToUnicode" not in font:
            yield f"{name} does not say what its glyphs mean"
