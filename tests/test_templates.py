"""No template has anything inline or from elsewhere; pages of trouble, and of what is invented, say so."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from tests import factories
from tests.pages import PAGES_OF_WORK, read

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.*"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_style_script_or_handlers(path: Path):
    written = path.read_text(encoding="utf-8")

    inline = r"<script(?! type=\"module\" src=)|<style|\sstyle=|\son[a-z]+=|javascript:"
    assert re.findall(inline, written, re.IGNORECASE) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_fetches_from_another_host(path: Path):
    written = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")

    assert re.findall(r"https?:|[\"']//", written) == []


# -- Pages of their own; those of the lists are read in tests/test_every_page.py ------------------------


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("403.html", "Det här får du inte göra"),
        ("403_csrf.html", "Formuläret hade blivit för gammalt"),
        ("404.html", "Sidan finns inte"),
        ("500.html", "Något gick fel hos oss"),
        ("budgets/no_pdf.html", "PDF kan inte göras just nu"),
    ],
)
def test_a_page_of_trouble_says_what_happened_in_swedish(name, heading):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    page = read(render_to_string(name, {"user": request.user, "reason": "Pango saknas."}, request))

    assert page.one("h1").shown == heading
    assert page.one("html").attributes["lang"] == "sv"
    assert page.one("p", "lead").shown


# -- The invented förbund says so ------------------------------------------------------------------

INVENTED = "Exempelförbundet är påhittat. Inga namn eller belopp här är verkliga."
OF_EXEMPEL = (
    "/exempel/",
    "/exempel/2024/",
    "/exempel/2025/",
    "/exempel/2026/",
    "/exempel/2027/",
    "/exempel/2028/",
    "/exempel/2027/atagande/norrsunda/",
)
COMMITMENT = PAGES_OF_WORK["commitment"]
OF_OTHERS = ("/", "/stockholm/", "/stockholm/2021/", "/sodra-dalarna/", "/sodra-dalarna/2020/", COMMITMENT)


@pytest.mark.parametrize("address", OF_EXEMPEL)
def test_every_page_of_the_invented_forbund_says_so(as_secretary, address):
    page = read(as_secretary.get(address))

    assert [each.shown for each in page.all("p", "invented")] == [INVENTED]


@pytest.mark.parametrize("address", OF_OTHERS)
def test_no_other_page_says_invented(as_secretary, address):
    page = read(as_secretary.get(address))

    assert page.all("p", "invented") == []


def test_a_name_with_markup_in_it_is_shown_as_text(visitor, seeds):
    association = factories.make_association("elak")
    association.name = '<b onclick="x">Elaka</b> & "förbundet"'
    association.save()

    page = read(visitor.get(reverse("association", args=["elak"])))

    assert page.one("h1").shown == association.name
    assert page.all("b") == []
