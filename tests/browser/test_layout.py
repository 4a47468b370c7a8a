"""Every page, in every state, as people meet it: it fits, it is read, and axe finds nothing (looking.py)."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from members.models import Association, Role, User
from tests import factories
from tests.browser.looking import AXE, RULES_OF_COLOUR, axe, glance, look
from tests.pages import PAGES, PAGES_OF_NOTHING, PAGES_OF_WORK

COMMITMENT = PAGES_OF_WORK["commitment"]
GRID = "/exempel/2027/bidrag/"


def log_in(page: Page, user: User, live_server) -> None:
    """Give the browser a session of ``user``, as if logged in."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )


def press(page: Page) -> None:
    """Press the form's button and wait until the answer stands there, styles and all."""
    with page.expect_navigation():
        page.click("main button")


def send(page: Page, amount: str) -> None:
    page.fill("#id_amount", amount)
    page.fill("#id_reason", "Nytt beslut")
    press(page)


def wrong_login(page: Page) -> None:
    page.goto("/logga-in/")
    page.fill("[name=username]", "sara")
    page.fill("[name=password]", "fel")
    press(page)


def visit_grid(page: Page, secretary: User, live_server, see: Callable[[str], None]) -> None:
    """Open the grid of contributions and ``see`` it in each of its states."""
    cell = page.locator("[id='norrsunda.2027']")

    def save(amount: str, expected: str) -> None:
        cell.fill(amount)
        page.click("[data-save]")
        page.wait_for_selector(expected)
        page.wait_for_load_state()
        see(f"grid: {expected}")

    log_in(page, secretary, live_server)
    page.goto(GRID)
    page.click("details.act summary")
    see("grid: own decisions")
    save("12.000", ".cell-error")
    save("9 mnkr", ".question")
    factories.commit(secretary.roles.get(association__slug="exempel").association, 2027, {"norrsunda": "5"})
    save("1 750 000", ".choice")
    page.route("**/health/", lambda route: route.abort())
    save("1 750 000", "[data-told=connection] p")
    page.unroute("**/health/")
    page.goto(GRID)
    see("grid: draft offered")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    save("1 750 000", "[name=login-username]")
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    press(page)
    see("grid: send again")


def visit_forms(page: Page, secretary: User, live_server, see: Callable[[str], None]) -> None:
    """Open every state of the log-in and of the form of one commitment."""
    wrong_login(page)
    see("wrong login")
    log_in(page, secretary, live_server)
    page.goto(COMMITMENT)
    send(page, "12.000")
    see("refused amount")
    page.goto(COMMITMENT)
    other = page.evaluate("document.querySelector('[name=seen]').value")
    factories.commit(
        Association.objects.get(slug="stockholm"), 2021, {"region-stockholm": f"{9_000_000 + int(other)}"}
    )
    send(page, "12 mnkr")
    see("conflict")
    press(page)
    see("saved")
    page.goto("/stockholm/finns-inte/")
    see("not found")


@pytest.fixture
def forgiving(page_faults: list[str]):
    """The browser notes refusals, missing pages and lost connections as errors; here they are meant."""
    yield
    meant = ("the server responded with a status of", "net::ERR_FAILED")
    page_faults[:] = [fault for fault in page_faults if not any(each in fault for each in meant)]


@pytest.fixture
def empty(secretary: User, board_member: User) -> Association:
    """A förbund that has nothing yet but members, with the same secretary and board as Exempel."""
    association = factories.make_association()
    for user, kind in ((secretary, Role.Kind.SECRETARY), (board_member, Role.Kind.BOARD)):
        Role.objects.create(user=user, association=association, kind=kind)
    return association


@pytest.mark.parametrize("visit", [visit_forms, visit_grid])
def test_every_state_of_a_form_can_be_read(page: Page, forgiving, secretary, stockholm, live_server, visit):
    found: list[str] = []

    visit(page, secretary, live_server, lambda name: found.extend(look(page, name)))

    assert found == []


# In parts, so that the processes of a run can share them.
PARTS = 6


def part_of(pages: dict[str, str], part: int) -> list[tuple[str, str]]:
    return list(pages.items())[part::PARTS]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_can_be_read(page: Page, secretary, live_server, part):
    """What anyone may read as a visitor, the secretary's work as its secretary."""
    found: list[str] = []

    for reader, pages in ((None, PAGES), (secretary, PAGES_OF_WORK)):
        if reader:
            log_in(page, reader, live_server)
        for name, address in part_of(pages, part):
            page.goto(address)
            found += look(page, name)

    assert found == []


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_can_be_read_in_every_other_role(
    page: Page, forgiving, secretary, board_member, empty, live_server, part
):
    """An auditor's page is a board member's, and an outsider's a visitor's: tests/test_every_page.py."""
    found: list[str] = []

    for reader, pages in ((board_member, PAGES | PAGES_OF_WORK), (secretary, PAGES | PAGES_OF_NOTHING)):
        log_in(page, reader, live_server)
        for name, address in part_of(pages, part):
            page.goto(address)
            found += glance(page, f"{name}, {reader}")

    assert found == []


# What a script adds to a drawing: its values can be pointed at.
ADDED = " Peka, eller gå med piltangenterna, för att läsa värdena."


def test_what_anyone_may_read_is_all_there_without_javascript(page: Page, browser: Browser, live_server):
    without = browser.new_context(base_url=live_server.url, locale="sv-SE", java_script_enabled=False)
    plain_page = without.new_page()
    different = []

    for name, address in PAGES.items():
        page.goto(address, wait_until="domcontentloaded")
        plain_page.goto(address, wait_until="domcontentloaded")
        if page.inner_text("main").replace(ADDED, "") != plain_page.inner_text("main"):
            different.append(name)
    without.close()

    assert different == []


def test_paper_is_light_also_for_one_whose_screen_is_dark(page: Page, live_server):
    page.emulate_media(media="print", color_scheme="dark")
    found = {}

    for name in ("association", "year", "running year", "compare", "key figures", "equity", "scenario"):
        page.goto(PAGES[name])
        page.evaluate(AXE)
        found[name] = axe(page, RULES_OF_COLOUR)
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"

    assert {name: faults for name, faults in found.items() if faults} == {}
