"""What the script adds to a chart: a line that reads out the mark, and arrow keys from mark to mark."""

from playwright.sync_api import Page, expect

Y2016 = "2016: ej fastställd budget 8,0 mnkr"
Y2017 = "2017: ej fastställd budget 16,0 mnkr"
Y2021 = "2021: överenskommet 54,7 mnkr, fastställt 32,0 mnkr, uteblev 22,7 mnkr"


def test_a_chart_is_one_tab_stop_and_the_arrow_keys_read_its_years(page: Page, seeds):
    page.goto("/stockholm/")
    line = page.locator(".readout").first
    marks = page.locator("svg.chart:visible").first.locator(".mark")
    hint = line.inner_text()

    marks.first.focus()
    expect(line).to_have_text(Y2016)
    page.keyboard.press("ArrowRight")
    expect(line).to_have_text(Y2017)
    page.keyboard.press("End")
    expect(line).to_have_text(Y2021)
    page.keyboard.press("ArrowRight")
    expect(line).to_have_text(Y2021)
    page.keyboard.press("Escape")
    expect(line).to_have_text(hint)
    page.keyboard.press("Home")
    expect(line).to_have_text(Y2016)

    assert [mark.get_attribute("tabindex") for mark in marks.all()] == ["0", *["-1"] * 5]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('svg')") is None
    marks.last.hover()
    expect(line).to_have_text(Y2021)
    marks.last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Budget 2021")


def test_without_a_script_every_year_is_reached_with_the_tab_key_and_named_by_its_values(
    browser, live_server, seeds
):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/stockholm/")

    named = [link.get_attribute("href") for link in page.get_by_role("link", name="mnkr").all()]

    assert named == [f"/stockholm/{year}/" for year in (2016, 2017, 2019, 2020, 2021, 2016, 2017)]
    page.get_by_role("link", name=Y2021).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Budget 2021")
    context.close()
