"""A real Chromium, and pages that fail their test on any error, or any word to another host.

`page` is a fresh browser profile at the test's own server: `page.goto("/")`. A test that provokes
an error on purpose takes what it expects out of `page_faults`.
"""

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connections
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

# Playwright keeps an event loop in this thread, and Django takes that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",  # a container often lacks what the sandbox needs
    "--disable-gpu",
    # Nothing may call home in the middle of a test.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, or Playwright's own. Without one: skipped, but a failure in CI."""
    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright)
        except Error as error:
            reason = f"no browser starts: {str(error).strip().splitlines()[0]}"
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
        yield chromium
        connections.close_all()  # those of the thread that Playwright's loop made Django open
        chromium.close()


def launch(playwright: Playwright) -> Browser:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return playwright.chromium.launch(executable_path=found, args=ARGUMENTS)


@pytest.fixture
def page_faults() -> list[str]:
    """What went wrong on the page so far, in words. The test fails if any are left at its end."""
    return []


@pytest.fixture
def page(browser: Browser, live_server, page_faults: list[str]) -> Iterator[Page]:
    """A page of a fresh Swedish browser at the test's own server, watched for faults."""
    context = browser.new_context(base_url=live_server.url, locale="sv-SE")
    page = context.new_page()
    watch(page, page_faults, host=urlsplit(live_server.url).netloc)
    yield page
    context.close()
    assert page_faults == []


def watch(page: Page, faults: list[str], *, host: str) -> None:
    """Note errors in the console, in scripts, and requests to any other host."""

    def note_message(message) -> None:
        if message.type == "error":
            faults.append(f"console: {message.text}")

    def note_request(request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob", "about"} and address.netloc != host:
            faults.append(f"request to another host: {request.url}")

    page.on("console", note_message)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("request", note_request)
