"""Every page of the lists in tests/pages.py, as each role is answered: what needs no browser to be seen.

The pages are fetched once and read by all tests below. What a test finds is said as "page, role: fault".
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve

from members.models import Role
from tests import factories
from tests.conftest import logged_in
from tests.pages import PAGES, PAGES_OF_NOTHING, PAGES_OF_WORK, Element, read

EVERY_PAGE = PAGES | PAGES_OF_WORK | PAGES_OF_NOTHING
# Answers that are not pages: files, calendars, and what sends the reader on.
NO_PAGES = {
    *("health", "logout", "difference", "calendar", "font", "budget_pdf", "payment_call"),
    *("associations_json", "open_data_schema", "budget_csv", "budget_data_csv", "budget_xlsx", "budget_json"),
    *("years_csv", "years_xlsx", "years_json"),
}

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Answer:
    """What one role got for one address."""

    name: str
    role: str
    response: Any
    page: Element

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"


def cast() -> dict[str, Client]:
    """A browser for each role; the empty förbund has the same board, auditor and secretary as Exempel."""
    factories.make_association()
    ours = ("stockholm", "exempel", "provforbundet")
    people = {
        "secretary": (Role.Kind.SECRETARY, *ours),
        "board": (Role.Kind.BOARD, *ours),
        "auditor": (Role.Kind.AUDITOR, *ours),
        "outsider": (Role.Kind.SECRETARY, "sodra-dalarna"),
    }
    return {"visitor": Client()} | {
        role: logged_in(factories.make_user(role, kind, *slugs)) for role, (kind, *slugs) in people.items()
    }


def pages_answered() -> Iterator[Answer]:
    for role, client in cast().items():
        for name, address in EVERY_PAGE.items():
            response = client.get(address)
            if response.status_code not in (301, 302):
                yield Answer(name, role, response, read(response))


@pytest.fixture(scope="session")
def answers(django_db_setup: None, django_db_blocker: Any) -> list[Answer]:
    """Every page as every role is answered: read in one transaction, which leaves nothing behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = list(pages_answered())
        transaction.set_rollback(True)
    return found


def faults(answers: list[Answer], of: Callable[[Element], Iterator[object]]) -> list[str]:
    """Each thing that ``of`` finds on a page, with the page's name."""
    return [f"{answer}: {fault}" for answer in answers for fault in of(answer.page)]


# -- The lists -------------------------------------------------------------------------------------


def named_addresses(patterns: Any) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield str(pattern.name)
        else:
            yield from named_addresses(pattern.url_patterns)


def test_every_address_that_answers_with_a_page_is_in_a_list():
    listed = {resolve(address.partition("?")[0]).url_name for address in EVERY_PAGE.values()}

    assert set(named_addresses(get_resolver().url_patterns)) - listed == NO_PAGES
    assert listed & NO_PAGES == set()


def test_anyone_may_read_the_pages_and_a_secretary_all_pages(answers):
    got = {(answer.name, answer.role): answer.response.status_code for answer in answers}

    assert [name for name in PAGES if got[name, "visitor"] != 200] == []
    assert [name for name in PAGES_OF_WORK | PAGES_OF_NOTHING if got[name, "secretary"] != 200] == []
    assert {status for (name, role), status in got.items()} == {200, 403, 404}


@pytest.mark.parametrize(("role", "like"), [("auditor", "board"), ("outsider", "visitor")])
def test_two_roles_read_the_same_page_word_for_word(answers, role, like):
    """So that a browser need not look at both. An outsider's own förbund is no part of the lists' pages."""
    heard = {
        (answer.name, answer.role): answer.page.one("main").heard.replace("revisor", "styrelseledamot")
        for answer in answers
    }
    names = PAGES if like == "visitor" else EVERY_PAGE

    # The keyed year is the outsider's own, and to ask for it means one who has logged in already.
    different = [
        name
        for name in names
        if name not in ("keyed year", "log-in") and heard.get((name, role)) != heard.get((name, like))
    ]

    assert different == []


# -- The order of a page ---------------------------------------------------------------------------


def test_every_page_has_one_main_one_h1_and_no_jump_in_its_headings(answers):
    def wrong(page: Element) -> Iterator[object]:
        levels = [int(each.tag[1]) for each in page if re.fullmatch("h[1-6]", each.tag)]
        if levels[:1] != [1] or levels.count(1) != 1:
            yield levels
        yield from (jump for jump in pairwise(levels) if jump[1] > jump[0] + 1)
        if page.one("main").attributes["id"] != "innehall":
            yield "the first link does not lead to the content"

    assert faults(answers, wrong) == []


def test_every_page_says_its_language_and_may_be_enlarged(answers):
    def wrong(page: Element) -> Iterator[object]:
        if page.one("html").attributes.get("lang") != "sv":
            yield "lang"
        (viewport,) = [each for each in page.all("meta") if each.attributes.get("name") == "viewport"]
        if viewport.attributes["content"] != "width=device-width, initial-scale=1":
            yield viewport.attributes["content"]

    assert faults(answers, wrong) == []


def test_every_page_has_a_title_of_its_own(answers):
    named = defaultdict(set)
    for answer in answers:
        if answer.response.status_code == 200:
            title = answer.page.one("head").one("title").shown
            assert title.removesuffix(" · Budgetliggaren").strip() not in ("", title)
            named[title].add(EVERY_PAGE[answer.name].partition("?")[0])

    assert {title: sorted(addresses) for title, addresses in named.items() if len(addresses) > 1} == {}


def test_every_landmark_is_named_and_no_two_are_alike(answers):
    def name_of(page: Element, landmark: Element) -> str:
        ids = landmark.attributes.get("aria-labelledby", "").split()
        words = [each.heard for each in page if each.attributes.get("id") in ids]
        return landmark.attributes.get("aria-label", "") or " ".join(words)

    def wrong(page: Element) -> Iterator[object]:
        assert [len(page.all(tag, "site")) for tag in ("header", "footer")] == [1, 1]
        named = [
            (each.tag, name_of(page, each)) for tag in ("nav", "aside", "search") for each in page.all(tag)
        ]
        regions = [("section", name_of(page, each)) for each in page.all("section")]
        named += [each for each in regions if each[1]]  # without a name a section is no landmark
        yield from (f"{tag} without a name" for tag, name in named if not name)
        yield from (each for each, count in Counter(named).items() if count > 1)

    assert faults(answers, wrong) == []


def test_no_id_stands_twice_on_a_page_and_what_refers_to_one_finds_it(answers):
    def wrong(page: Element) -> Iterator[object]:
        ids = Counter(each.attributes["id"] for each in page if "id" in each.attributes)
        yield from (name for name, count in ids.items() if count > 1)
        for each in page:
            for attribute in (
                "for",
                "aria-labelledby",
                "aria-describedby",
                "aria-controls",
                "headers",
                "form",
            ):
                yield from (
                    f"{attribute}={name}"
                    for name in each.attributes.get(attribute, "").split()
                    if name not in ids
                )
            target = each.attributes.get("href", "")
            if target.startswith("#") and target[1:] not in ids:
                yield target

    assert faults(answers, wrong) == []


# -- Tables, links, fields, drawings ---------------------------------------------------------------


def test_every_table_has_a_caption_and_every_heading_a_scope(answers):
    def wrong(page: Element) -> Iterator[object]:
        for table in page.all("table"):
            caption = table.one("caption").shown
            if not caption:
                yield "a table without words in its caption"
            scopes = {heading.attributes.get("scope") for heading in table.all("th")}
            if not scopes or not scopes <= {"col", "row"}:
                yield caption, scopes
            widths = {
                sum(int(cell.attributes.get("colspan", 1)) for cell in row if cell.tag in ("th", "td"))
                for row in table.all("tr")
            }
            if len(widths) != 1:
                yield caption, widths

    assert faults(answers, wrong) == []


def test_every_column_has_a_heading_with_words(answers):
    def wrong(page: Element) -> Iterator[object]:
        for table in page.all("table"):
            for place, heading in enumerate(table.one("thead").all("th")):
                if not heading.heard:
                    yield table.one("caption").shown, place

    assert faults(answers, wrong) == []


def test_every_link_and_button_says_where_it_leads(answers):
    def wrong(page: Element) -> Iterator[object]:
        for each in page.all("a") + page.all("button") + page.all("summary"):
            if "aria-hidden" not in each.attributes and not each.heard:
                yield each.attributes

    assert faults(answers, wrong) == []


def test_every_field_has_a_label_and_every_group_of_choices_a_legend(answers):
    def wrong(page: Element) -> Iterator[object]:
        labels = {label.attributes.get("for"): label for label in page.all("label")}
        for each in page:
            if each.tag not in ("input", "select", "textarea") or each.attributes.get("type") == "hidden":
                continue
            label = labels.get(each.attributes.get("id"))
            if not (each.attributes.get("aria-label") or (label and label.heard)):
                yield each.attributes.get("name")
        for group in page.all("fieldset"):
            if not group.all("legend") or not group.all("legend")[0].heard:
                yield "a fieldset without a legend"
        grouped = {id(each) for group in page.all("fieldset") for each in group}
        for each in page.all("input"):
            if each.attributes.get("type") == "radio" and id(each) not in grouped:
                yield f"{each.attributes['name']} is a choice outside any group"

    assert faults(answers, wrong) == []


def test_nobody_is_moved_out_of_the_order_of_the_page(answers):
    def wrong(page: Element) -> Iterator[object]:
        for each in page:
            if int(each.attributes.get("tabindex", 0)) > 0 or "accesskey" in each.attributes:
                yield each.attributes

    assert faults(answers, wrong) == []


def test_every_drawing_is_named_first_and_draws_with_decimal_points(answers):
    number = re.compile(r"[0-9. -]+")
    coordinates = {
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "width",
        "height",
        "viewbox",
        "font-size",
        "stroke-width",
    }

    def wrong(page: Element) -> Iterator[object]:
        for svg in page.all("svg"):
            first = next(child for child in svg.children if isinstance(child, Element))
            if svg.attributes.get("role") != "group" or first.tag != "title" or not first.shown:
                yield "a drawing without a name"
            for each in svg:
                for attribute in coordinates & set(each.attributes):
                    if not number.fullmatch(each.attributes[attribute]):
                        yield attribute, each.attributes[attribute]

    assert faults(answers, wrong) == []


# -- What comes along ------------------------------------------------------------------------------


def test_headers_forbid_what_a_page_does_not_need(answers):
    policies = {answer.response["Content-Security-Policy"] for answer in answers}
    (policy,) = policies

    assert dict(part.strip().split(" ", 1) for part in policy.split(";")) == {
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
    assert {answer.response["X-Content-Type-Options"] for answer in answers} == {"nosniff"}
    assert {answer.response["X-Frame-Options"] for answer in answers} == {"DENY"}
    assert {answer.response["Referrer-Policy"] for answer in answers} == {"same-origin"}


def test_a_visitor_gets_no_cookie(answers):
    """But where one logs in, which is asked for."""
    cookies = {
        answer.name: dict(answer.response.cookies)
        for answer in answers
        if answer.role == "visitor" and answer.name != "log-in"
    }

    assert {name: given for name, given in cookies.items() if given} == {}


@cache
def asset(address: str) -> bytes:
    """What the site serves under one of its own addresses."""
    response = Client().get(address)
    assert response.status_code == 200, address
    return b"".join(response) if response.streaming else response.content


def with_what_it_asks_for(addresses: set[str]) -> set[str]:
    """The addresses of styles, scripts and pictures, and of all that these ask for in their turn."""
    asked_for = {
        urljoin(address, (in_css or in_js).decode())
        for address in addresses
        for in_css, in_js in re.findall(
            rb"""url\(["']?([^"')]+)|(?:from|import) ["'](\.[^"']+)""", asset(address)
        )
    }
    return addresses if asked_for <= addresses else with_what_it_asks_for(addresses | asked_for)


def test_a_page_with_all_that_comes_along_weighs_under_100_kb(answers):
    """HTML, styles, scripts and the icon, as they are before they are pressed together for the journey. The
    typeface is fetched once for all pages."""
    weights, typeface = {}, 0
    for answer in answers:
        links = [each.attributes for each in answer.page.all("link")]
        named = [link["href"] for link in links if link["rel"] in ("stylesheet", "icon", "preload")]
        named += [each.attributes["src"] for tag in ("script", "img") for each in answer.page.all(tag)]
        fetched = with_what_it_asks_for({urljoin("/", address) for address in named})
        letters = {address for address in fetched if address.endswith(".woff2")}
        weights[str(answer)] = len(answer.response.content) + sum(map(len, map(asset, fetched - letters)))
        typeface = max(typeface, sum(map(len, map(asset, letters))))

    assert {name: weight for name, weight in weights.items() if weight >= 100_000} == {}
    assert typeface < 25_000
