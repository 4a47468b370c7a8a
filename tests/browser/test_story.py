"""What people come for, in a real browser: read the story, change a commitment, print the page."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests import factories

ADDRESS = "/stockholm/2021/atagande/region-stockholm/"


def text(page: Page, selector: str) -> str:
    """What stands there, with no-break spaces made plain."""
    return " ".join(page.locator(selector).first.inner_text().replace("\u00a0", " ").split())


def test_a_visitor_reads_what_the_board_argued_about(page: Page, seeds):
    page.goto("/")
    page.get_by_role("link", name="Samordningsförbundet Stockholms stad").click()
    stories = [text(page, f"p.lead >> nth={number}") for number in range(2)]
    page.get_by_role("row", name=re.compile("^2021")).get_by_role("link", name="2021", exact=True).click()

    assert stories[0].startswith(
        "2021 stannade budgeten på 32,0 mnkr av överenskomna 54,7. "
        "Region Stockholms 8,0 mnkr satte taket: 22,7 mnkr uteblev."
    )
    assert stories[1].startswith(
        "2020 stannade budgeten på 32,0 mnkr av överenskomna 48,0. "
        "Region Stockholms 8,0 mnkr satte taket: 16,0 mnkr uteblev."
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("Budget 2021")
    expect(page.locator("svg.chart:visible")).to_have_count(1)
    expect(page.get_by_role("link", name="Rapport (PDF)")).to_have_attribute(
        "href", "/stockholm/2021/budget.pdf"
    )


def lands_on(page: Page, path: str) -> None:
    """Wait for the page at ``path``, whatever its query."""
    page.wait_for_url(lambda url: urlsplit(url).path == path)


def focus_is_visible(page: Page) -> bool:
    """Whether the element in focus is drawn so that an eye finds it, and lies within the window."""
    return page.evaluate(
        """() => {
            const focused = document.activeElement, style = getComputedStyle(focused);
            const box = focused.getBoundingClientRect();
            const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
            const onScreen = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
            return (outlined || style.boxShadow !== 'none') && onScreen;
        }"""
    )


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element is in focus; every stop on the way must be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        assert focus_is_visible(page), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}.")


def test_the_secretary_does_her_whole_errand_by_keyboard(page: Page, secretary):
    page.emulate_media(reduced_motion="reduce")
    page.goto("/stockholm/2021/")
    tab_to(page, "a[href^='/logga-in/']")
    page.keyboard.press("Enter")
    lands_on(page, "/logga-in/")
    assert page.evaluate("document.activeElement.name") == "username"
    page.keyboard.type("sara")
    tab_to(page, "[name=password]")
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")
    lands_on(page, "/stockholm/2021/")

    tab_to(page, f"a[href='{ADDRESS}']")
    page.keyboard.press("Enter")
    lands_on(page, ADDRESS)
    tab_to(page, "#id_amount")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("12 mnkr")
    for name, typed in (
        ("decision_body", "Regionfullmäktige"),
        ("decision_date", "2021-04-20"),
        ("decision_paragraph", "§ 45"),
        ("registry_no", "RS 2021/0012"),
        ("reason", "Regionen höjer till den överenskomna nivån"),
    ):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(typed)
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    lands_on(page, "/stockholm/2021/")

    assert text(page, "p.saved") == (
        "Åtagandet från Region Stockholm är bokfört som verifikation 17. "
        "Budgeten enligt åtagandena går från 32,0 mnkr till 48,0 mnkr."
    )
    assert text(page, "table.postings tbody tr").startswith(
        "17 Regionen höjer till den överenskomna nivån åtagande Region Stockholm +4 000 000 "
        "Regionfullmäktige, 2021-04-20 § 45, dnr RS 2021/0012 Sara"
    )


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page, seeds):
    page.goto("/stockholm/")

    page.keyboard.press("Tab")
    shown = text(page, ":focus")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert shown == "Till innehållet"
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_everything_works_without_javascript(browser: Browser, live_server, secretary):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()

    page.goto(f"/logga-in/?next={ADDRESS}")
    page.fill("[name=username]", "sara")
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main button")
    page.fill("#id_amount", "12 mnkr")
    page.fill("#id_reason", "Nytt beslut")
    page.click("main button")
    saved = text(page, "p.saved")
    context.close()

    assert saved == (
        "Åtagandet från Region Stockholm är bokfört som verifikation 17. "
        "Budgeten enligt åtagandena går från 32,0 mnkr till 48,0 mnkr."
    )


def test_a_page_prints_with_its_tables_and_without_its_navigation(page: Page, seeds):
    page.goto("/stockholm/2021/")
    page.emulate_media(media="print")

    printed = page.pdf()

    assert printed.startswith(b"%PDF-")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("table").first).to_be_visible()
    for navigation in page.locator("header.site nav").all():
        expect(navigation).to_be_hidden()
    expect(page.locator("svg.chart:visible")).to_have_count(1)
