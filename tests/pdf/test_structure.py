"""The gate catches what it is there for: a good document has no faults, each planted fault is named."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf

from budgets import reports
from tests.pdf.structure import faults

SQUARE = '<rect width="9" height="9"/></svg>'
FIGURE = f'<svg viewBox="0 0 9 9" width="90" height="90"><title>En kvadrat</title>{SQUARE}'
TABLE = (
    "<section><table><caption>Belopp i kr</caption>"
    '<thead><tr><th scope="col">Part</th><th scope="col">Belopp</th></tr></thead>'
    '<tbody><tr><th scope="row">Staten</th><td>4</td></tr>'
    '<tr><th scope="row">Regionen</th><td>2</td></tr></tbody>'
    "</table></section>"
)
LINK = '<p>Läs mer i <a href="https://finsam.se/">Finsamlagen</a>.</p><ul><li>Ett</li><li>Två</li></ul>'


def document(body: str, *, lang: str = ' lang="sv"', title: str = "<title>Prov</title>") -> bytes:
    return reports.render_pdf(
        f'<!doctype html><html{lang}><head>{title}<link rel="stylesheet" href="asset:/tokens.css">'
        f'<link rel="stylesheet" href="asset:/paper.css"></head><body>{body}</body></html>'
    )


@pytest.fixture(scope="module")
def good(tools: None) -> bytes:
    return document(f"<h1>Prov</h1><p>Text.</p><h2>Del</h2>{FIGURE}{TABLE}{LINK}")


def edited(good: bytes, edit: Callable[[Pdf], None]) -> bytes:
    with Pdf.open(BytesIO(good)) as pdf:
        edit(pdf)
        written = BytesIO()
        pdf.save(written)
    return written.getvalue()


def element(pdf: Pdf, kind: str) -> Any:
    """The first structure element of its kind."""
    return next(each for each in pdf.objects if isinstance(each, Dictionary) and each.get("/S") == f"/{kind}")


def font(pdf: Pdf, subtype: str) -> Any:
    fonts = (each for each in pdf.objects if isinstance(each, Dictionary) and each.get("/Type") == Name.Font)
    return next(each for each in fonts if each.Subtype == f"/{subtype}")


def add_content(pdf: Pdf, content: bytes) -> None:
    pdf.pages[0].contents_add(content)


def test_good_document_has_no_faults(good):
    assert faults(good) == []


def test_a_file_and_its_bytes_are_judged_alike(good, tmp_path):
    path = tmp_path / "good.pdf"
    path.write_bytes(good)

    assert faults(path) == faults(str(path)) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param(
            "<h1>A</h1><svg viewBox='0 0 9 9' width='90' height='90'>" + SQUARE,
            ["Figure without alternative text"],
            id="figure-without-alt",
        ),
        pytest.param("<h1>A</h1><h3>B</h3>", ["H3 follows H1"], id="heading-jump"),
        pytest.param("<h2>A</h2>", ["the first heading is H2"], id="no-first-heading"),
        pytest.param("<p>A</p>", ["no heading"], id="no-heading"),
        pytest.param(
            "<h1>A</h1><table><tr><td>1</td></tr></table>", ["TD without Headers"], id="cell-without-headers"
        ),
        pytest.param(
            f"<h1>A</h1><div style='height: 230mm'></div>{TABLE}".replace(
                "<table>", "<table style='break-inside: avoid'>"
            ),
            ["Table without rows: its caption is stranded"],
            id="stranded-caption",
        ),
        pytest.param(
            "<h1>A</h1><table><caption>Tom</caption></table>",
            ["Table without rows: its caption is stranded"],
            id="table-without-rows",
        ),
    ],
)
def test_fault_in_the_html_is_found(body, found):
    assert faults(document(body)) == found


def test_missing_language_and_title_are_found():
    assert faults(document("<h1>A</h1>", lang="", title="")) == ["no language", "no title"]


def test_a_document_without_tags_is_found(good):
    def untag(pdf: Pdf) -> None:
        del pdf.Root.StructTreeRoot
        del pdf.Root.MarkInfo

    assert faults(edited(good, untag)) == ["not marked as tagged", "no structure tree"]


def drop_title_display(pdf: Pdf) -> None:
    del pdf.Root.ViewerPreferences.DisplayDocTitle


def drop_metadata(pdf: Pdf) -> None:
    del pdf.Root.Metadata


def drop_tab_order(pdf: Pdf) -> None:
    del pdf.pages[0].Tabs


def paint_loose_text(pdf: Pdf) -> None:
    add_content(pdf, b"BT /F1 12 Tf (A) Tj ET")


def paint_loose_line(pdf: Pdf) -> None:
    add_content(pdf, b"0 0 m 9 9 l S")


def paint_unmapped_text(pdf: Pdf) -> None:
    add_content(pdf, b"/Span <</MCID 9999>> BDC BT /F1 12 Tf (A) Tj ET EMC")


def paint_undefined_glyph(pdf: Pdf) -> None:
    add_content(pdf, b"/Artifact BMC BT /F1 12 Tf <00410000> Tj ET EMC")


def paint_artifact(pdf: Pdf) -> None:
    add_content(pdf, b"/Artifact BMC 0 0 m 9 9 l S EMC")


def refer_to_unknown_header(pdf: Pdf) -> None:
    element(pdf, "TD").A.Headers = pikepdf.Array([pikepdf.String("9-9-9")])


def drop_bounding_box(pdf: Pdf) -> None:
    del element(pdf, "Figure").A


def blank_alternative_text(pdf: Pdf) -> None:
    element(pdf, "Figure").Alt = pikepdf.String(" ")


def rename_row(pdf: Pdf) -> None:
    element(pdf, "TR").S = Name.Div


def invent_type(pdf: Pdf) -> None:
    element(pdf, "P").S = Name.Paragraph


def double_header_id(pdf: Pdf) -> None:
    first, second = [each for each in pdf.objects if isinstance(each, Dictionary) and "/ID" in each][:2]
    second.ID = first.ID


def link(pdf: Pdf) -> Any:
    return next(each for each in pdf.pages[0].Annots if each.Subtype == Name.Link)


def drop_link_contents(pdf: Pdf) -> None:
    del link(pdf).Contents


def drop_link_structure(pdf: Pdf) -> None:
    del link(pdf).StructParent


def drop_font_file(pdf: Pdf) -> None:
    del font(pdf, "CIDFontType2").FontDescriptor.FontFile2


def drop_font_meaning(pdf: Pdf) -> None:
    del font(pdf, "Type0").ToUnicode


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (drop_title_display, ["the window does not show the title"]),
        (drop_metadata, ["no title", "does not say that it is PDF/UA-1"]),
        (drop_tab_order, ["page 1: the tab order is not the structure's"]),
        (paint_loose_text, ["page 1: text outside the structure"]),
        (paint_loose_line, ["page 1: a drawing outside the structure"]),
        (paint_unmapped_text, ["page 1: text outside the structure"]),
        (paint_undefined_glyph, ["page 1: a character that the font lacks"]),
        (paint_artifact, []),
        (refer_to_unknown_header, ["TD refers to a header b'9-9-9' that is not there"]),
        (drop_bounding_box, ["Figure without bounding box"]),
        (blank_alternative_text, ["Figure without alternative text"]),
        (rename_row, ["TH stands in Div", "TH stands in Div"]),
        (invent_type, ["Paragraph is no standard type"]),
        (drop_link_contents, ["page 1: Link without Contents"]),
        (drop_link_structure, ["page 1: Link outside the structure"]),
    ],
)
def test_fault_in_the_file_is_found(good, edit, found):
    assert faults(edited(good, edit)) == found


@pytest.mark.parametrize(
    ("edit", "ending"),
    [
        (double_header_id, "two TH have the same ID"),
        (drop_font_file, "is not embedded"),
        (drop_font_meaning, "does not say what its glyphs mean"),
    ],
)
def test_fault_with_a_name_of_its_own_is_found(good, edit, ending):
    found = faults(edited(good, edit))

    assert found
    assert found[0].endswith(ending)
