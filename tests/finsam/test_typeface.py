"""The typeface that the pages ask for."""

from io import BytesIO

import pytest
from django.test import Client
from fontTools.ttLib import TTFont

from finsam import typeface

WRITTEN = "åäöÅÄÖéü 0123456789 −5 000,00 kr § 45 – ”så” 25\u00a0% ½ › ×"


@pytest.mark.parametrize("weight", typeface.ON_SCREEN)
def test_woff2_has_every_character_that_swedish_and_amounts_need(weight):
    known = TTFont(BytesIO(typeface.woff2(weight))).getBestCmap()

    assert [character for character in WRITTEN if ord(character) not in known] == []


def test_figures_are_of_one_width_so_that_columns_of_amounts_align():
    font = TTFont(BytesIO(typeface.woff2(400)))
    glyphs = [font.getBestCmap()[ord(digit)] for digit in "0123456789"]

    assert {font["hmtx"][glyph][0] for glyph in glyphs} == {497}


def test_the_typeface_costs_a_reader_less_than_a_quarter_of_a_page():
    assert sum(len(typeface.woff2(weight)) for weight in typeface.ON_SCREEN) < 25_000


def test_font_is_kept_by_the_browser_for_a_year():
    response = Client().get("/typsnitt/source-sans-pro-400.woff2")

    assert (response.status_code, response["Content-Type"]) == (200, "font/woff2")
    assert response["Cache-Control"] == "public, immutable, max-age=31536000"
    assert response.content == typeface.woff2(400)


@pytest.mark.parametrize("weight", ["700", "401", "99999999999999999999"])
def test_font_of_a_weight_that_no_page_asks_for_is_not_made(weight):
    assert Client().get(f"/typsnitt/source-sans-pro-{weight}.woff2").status_code == 404
