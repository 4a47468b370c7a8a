"""A secretary's whole year by keyboard alone: from the members' letters to the adopted budget and its PDF."""

import re

from playwright.sync_api import Page, expect

from budgets import queries
from finsam import money
from members.access import VISITOR
from members.models import Association
from tests.browser.test_layout import log_in
from tests.browser.test_story import lands_on, tab_to, text

MNKR = money.ORE_PER_MNKR

LETTERS = (
    ("Försäkringskassan", "6 600 000"),
    ("Region Exempel", "3 300 000"),
    ("Norrsunda", "1 740 000"),
    ("Mellanby", "1 010 000"),
    ("Söderhamra", "560 000"),
)
# 13,2 mnkr in contributions and 25 000 kr in interest.
LINES = {
    "styrelse": "290 000",
    "kansli": "1 780 000",
    "revision": "110 000",
    "steget-vidare": "5 145 000",
    "gemensam-ingang": "2 500 000",
    "trygg-overgang": "2 950 000",
    "uppfoljning": "450 000",
    "ranta": "25 000",
}


def type_into(page: Page, selector: str, words: str) -> None:
    """Tab to a field and replace what stands there."""
    tab_to(page, selector)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words)


def follow(page: Page, path: str) -> None:
    """Tab to the link and open it."""
    tab_to(page, f"a[href='{path}']")
    page.keyboard.press("Enter")
    lands_on(page, path)


def open_details(page: Page, name: str) -> None:
    """Open a fold by its heading, if it is not open already."""
    summary = page.locator("summary", has_text=re.compile(f"^{name}$"))
    if not summary.evaluate("summary => summary.parentElement.open"):
        summary.evaluate("summary => summary.setAttribute('data-wanted', '')")
        tab_to(page, "summary[data-wanted]")
        page.keyboard.press("Enter")


def save_grid(page: Page, path: str) -> str:
    page.keyboard.press("ControlOrMeta+s")
    page.wait_for_selector("p.saved, .problem:not([hidden])")
    lands_on(page, path)
    return text(page, "p.saved")


def test_a_whole_year_by_keyboard_from_letters_to_the_adopted_budget(
    page: Page, page_faults, secretary, live_server, exempel
):
    page.emulate_media(reduced_motion="reduce")
    log_in(page, secretary, live_server)
    page.goto("/exempel/2028/")

    # The letters: one column, Enter goes down, one decision for all.
    follow(page, "/exempel/2028/bidrag/")
    tab_to(page, "input[name='forsakringskassan.2028']")
    for _member, amount in LETTERS:
        page.keyboard.type(amount)
        page.keyboard.press("Enter")
    expect(page.locator("#follows")).to_contain_text("13 200 000")
    saved = save_grid(page, "/exempel/2028/bidrag/")
    assert saved == "Sparat som verifikation 71."

    # The budget per line; what is left is seen while typing, and too much is refused.
    follow(page, "/exempel/2028/fordelning/")
    tab_to(page, "input[name='styrelse.2028']")
    for slug, amount in LINES.items():
        while page.evaluate("document.activeElement.name") != f"{slug}.2028":
            page.keyboard.press("ArrowDown")
        page.keyboard.type(amount)
    page.keyboard.press("ControlOrMeta+s")
    page.wait_for_selector(".problem:not([hidden])")
    assert "Stämmer det här?" in text(page, ".problem:not([hidden]) h2")
    assert [fault for fault in page_faults if "422" not in fault] == []
    page_faults.clear()
    tab_to(page, "button[name=confirm]")
    page.keyboard.press("Enter")
    page.wait_for_selector("p.saved")
    assert text(page, "p.saved") == "Sparat som verifikation 72."
    left = page.locator("#follows tr", has_text="Kvar att fördela").locator("td").nth(1).inner_text()
    assert left == "0"

    # Proposal, answers, adoption.
    follow(page, "/exempel/2028/versioner/")
    open_details(page, "Lägg fram ett förslag")
    tab_to(page, "[name=propose-is_public]")
    page.keyboard.press("Space")
    tab_to(page, "button[value=propose]")
    page.keyboard.press("Enter")
    page.wait_for_selector("p.saved")
    for _member in range(2):
        open_details(page, "Skriv in ett svar")
        tab_to(page, "[name=answer-stance]")
        page.keyboard.type("till")
        type_into(page, "[name=answer-decision_date]", "2027-10-20")
        tab_to(page, "button[value=answer]")
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    open_details(page, "Avsluta samrådet")
    tab_to(page, "button[value=consult]")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    open_details(page, "Fastställ budgeten")
    tab_to(page, "[name=adopt-decision_date]")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2026-11-20")
    type_into(page, "[name=adopt-decision_paragraph]", "45")
    tab_to(page, "[name=adopt-confirms]")
    page.keyboard.press("Space")
    tab_to(page, "button[value=adopt]")
    page.keyboard.press("Enter")
    page.wait_for_selector("p.saved")

    budget = queries.year_budget(Association.objects.get(slug="exempel"), 2028, VISITOR)
    assert (budget.version.state, budget.version.posting.decision_paragraph) == ("adopted", "§ 45")
    assert (budget.summary.total.amount, budget.over_allocated) == (13_200_000_00, 0)
    answer = page.request.get("/exempel/2028/budget.pdf")
    assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")
