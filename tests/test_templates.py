"""Every page is a calm page: one heading order, one main, tables that explain themselves, nothing inline."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from tests import factories
from tests.pages import PAGES_OF_WORK, Element, read

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


# -- The pages as answered -------------------------------------------------------------------------

COMMITMENT = "/stockholm/2021/atagande/region-stockholm/"

# Each page: who asks, for what, and the status it has.
PAGES = {
    "start": ("visitor", "/", 200),
    "login": ("visitor", "/logga-in/", 200),
    "association": ("visitor", "/stockholm/", 200),
    "invented association": ("as_secretary", "/exempel/", 200),
    "year": ("visitor", "/stockholm/2021/", 200),
    "year where all are alike": ("visitor", "/stockholm/2016/", 200),
    "year with actuals": ("as_board_member", "/exempel/2025/", 200),
    "running year": ("as_auditor", "/exempel/2026/", 200),
    "proposed year": ("as_secretary", "/exempel/2027/", 200),
    "adopted version": ("as_secretary", "/stockholm/2021/?version=1", 200),
    "year to begin": ("as_secretary", "/stockholm/2022/", 200),
    "keyed year": ("visitor", "/sodra-dalarna/2020/", 200),
    "commitment": ("as_secretary", COMMITMENT, 200),
    "refused": ("as_board_member", COMMITMENT, 403),
    "not found": ("visitor", "/stockholm/2018/", 404),
    **{name: ("as_secretary", address, 200) for name, address in PAGES_OF_WORK.items()},
}


@pytest.fixture(params=PAGES, ids=lambda name: name.replace(" ", "-"))
def response(request, seeds):
    """Each of the pages."""
    who, address, status = PAGES[request.param]
    response = request.getfixturevalue(who).get(address)
    assert response.status_code == status
    return response


def test_every_page_has_one_main_one_h1_and_no_jump_in_its_headings(response):
    page = read(response)

    levels = [int(each.tag[1]) for each in page if re.fullmatch("h[1-6]", each.tag)]

    assert page.one("html").attributes["lang"] == "sv"
    assert page.one("main").attributes["id"] == "innehall"
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [jump for jump in pairwise(levels) if jump[1] > jump[0] + 1] == []


def test_every_page_has_a_title_of_its_own(response):
    title = read(response).one("head").one("title").shown

    assert title.endswith(" · Budgetliggaren")
    assert title.removesuffix(" · Budgetliggaren").strip()


def test_no_id_stands_twice_on_a_page(response):
    ids = Counter(each.attributes["id"] for each in read(response) if "id" in each.attributes)

    assert [name for name, count in ids.items() if count > 1] == []


def test_every_table_has_a_caption_and_every_heading_a_scope(response):
    for each in read(response).all("table"):
        assert each.one("caption").shown
        assert {heading.attributes["scope"] for heading in each.all("th")} <= {"col", "row"}
        widths = {
            sum(int(cell.attributes.get("colspan", 1)) for cell in row if cell.tag in ("th", "td"))
            for row in each.all("tr")
        }
        assert len(widths) == 1


def test_every_column_has_a_heading_with_words(response):
    wordless = [
        (each.one("caption").shown, place)
        for each in read(response).all("table")
        for place, heading in enumerate(each.one("thead").all("th"))
        if not heading.heard
    ]

    assert wordless == []


def test_every_link_and_button_says_where_it_leads(response):
    page = read(response)

    meant = [each for each in page.all("a") + page.all("button") if "aria-hidden" not in each.attributes]
    assert [each.attributes for each in meant if not each.heard] == []


def test_every_field_has_a_label(response):
    page = read(response)
    labelled = {label.attributes["for"] for label in page.all("label")}

    fields = [each for each in page if each.tag in ("input", "select", "textarea")]
    unlabelled = [
        each.attributes["name"]
        for each in fields
        if each.attributes.get("type") != "hidden"
        and each.attributes["id"] not in labelled
        and not each.attributes.get("aria-label")
    ]

    assert unlabelled == []


def test_every_drawing_is_named_first_and_draws_with_decimal_points(response):
    for svg in read(response).all("svg"):
        assert svg.attributes["role"] == "img"
        first = next(child for child in svg.children if isinstance(child, Element))
        assert first.tag == "title"
        assert first.shown
    coordinate = r"\s(?:x|y|x1|y1|x2|y2|width|height|viewBox|font-size|stroke-width)=\"([^\"]*)\""
    numbers = re.findall(coordinate, response.content.decode())
    assert [number for number in numbers if not re.fullmatch(r"[0-9. -]+", number)] == []


def test_headers_forbid_what_a_page_does_not_need(response):
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))

    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_a_page_with_its_styles_weighs_under_100_kb(response):
    links = re.findall(r'<link [^>]*href="/static/([^"]+)"', response.content.decode())

    weight = sum((settings.BASE_DIR / "static" / link).stat().st_size for link in links)

    assert len(response.content) + weight < 100_000


@pytest.mark.parametrize("address", ["/", "/stockholm/", "/stockholm/2021/", "/exempel/2025/", "/nope/"])
def test_a_visitor_gets_no_cookie(visitor, seeds, address):
    response = visitor.get(address)

    assert dict(response.cookies) == {}


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
