"""Every type of page, in every state: fits the window, and axe finds nothing, in light and dark."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from members.models import Association, User
from tests import factories
from tests.pages import PAGES_OF_WORK

COMMITMENT = "/stockholm/2021/atagande/region-stockholm/"
GRID = "/exempel/2027/bidrag/"

AS_VISITOR = (
    "/",
    "/logga-in/",
    "/stockholm/",
    "/stockholm/2021/",
    "/sodra-dalarna/2020/",
    "/stockholm/2018/",
)
AS_SECRETARY = (
    "/exempel/",
    "/exempel/2025/",
    "/exempel/2026/",
    "/exempel/2027/",
    "/stockholm/2022/",
    COMMITMENT,
)


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


def visit_grid(page: Page, secretary: User, live_server, look: Callable[[str], None]) -> None:
    """Open the grid of contributions and ``look`` at it in each of its states."""
    cell = page.locator("[id='norrsunda.2027']")

    def save(amount: str, expected: str) -> None:
        cell.fill(amount)
        page.click("[data-save]")
        page.wait_for_selector(expected)
        page.wait_for_load_state()
        look(f"grid: {expected}")

    page.goto(GRID)
    page.click("details.act summary")
    look("grid: own decisions")
    save("12.000", ".cell-error")
    save("9 mnkr", ".question")
    factories.commit(secretary.roles.get(association__slug="exempel").association, 2027, {"norrsunda": "5"})
    save("1 750 000", ".choice")
    page.route("**/health/", lambda route: route.abort())
    save("1 750 000", "[data-told=connection] p")
    page.unroute("**/health/")
    page.goto(GRID)
    look("grid: draft offered")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    save("1 750 000", "[name=login-username]")
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    press(page)
    look("grid: send again")
    log_in(page, secretary, live_server)


def visit_all(page: Page, secretary: User, live_server, look: Callable[[str], None]) -> None:
    """Open every type of page and every state of the form, and ``look`` at each."""
    for address in AS_VISITOR:
        page.goto(address)
        look(address)
    wrong_login(page)
    look("wrong login")
    log_in(page, secretary, live_server)
    for address in AS_SECRETARY:
        page.goto(address)
        look(address)
    send(page, "12.000")
    look("refused amount")
    page.goto(COMMITMENT)
    other = page.evaluate("document.querySelector('[name=seen]').value")
    factories.commit(
        Association.objects.get(slug="stockholm"), 2021, {"region-stockholm": f"{9_000_000 + int(other)}"}
    )
    send(page, "12 mnkr")
    look("conflict")
    press(page)
    look("saved")
    visit_grid(page, secretary, live_server, look)


def visit_work(page: Page, secretary: User, live_server, look: Callable[[str], None]) -> None:
    """Open every page of the secretary's year."""
    log_in(page, secretary, live_server)
    for name, address in PAGES_OF_WORK.items():
        page.goto(address)
        look(name)


@pytest.fixture
def forgiving(page_faults: list[str]):
    """The browser notes refusals, missing pages and lost connections as errors; here they are meant."""
    yield
    meant = ("the server responded with a status of", "net::ERR_FAILED")
    page_faults[:] = [fault for fault in page_faults if not any(each in fault for each in meant)]


VISITS = pytest.mark.parametrize("visit", [visit_all, visit_work])


@VISITS
def test_no_page_scrolls_sideways(page: Page, forgiving, secretary, stockholm, live_server, visit):
    too_wide = []

    def look(name: str) -> None:
        for width in (320, 390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if over > 0:
                too_wide.append(f"{name} at {width}: {over} px too wide")

    visit(page, secretary, live_server, look)

    assert too_wide == []


@VISITS
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, forgiving, secretary, stockholm, live_server, scheme, visit):
    found = []
    page.emulate_media(color_scheme=scheme)

    def look(name: str) -> None:
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            for violation in Axe().run(page).response["violations"]:
                nodes = [node["html"][:120] for node in violation["nodes"]]
                found.append(f"{name} at {width}: {violation['id']}: {nodes}")

    visit(page, secretary, live_server, look)

    assert found == []
