"""Tables are stops for the keyboard only where they must be scrolled."""

from playwright.sync_api import Page, expect


def test_a_table_is_a_stop_and_a_landmark_only_where_it_does_not_fit(page: Page, stockholm, live_server):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/stockholm/2021/")
    parties = page.locator(".scroll", has_text="Åtaganden och medlemsbidrag 2021")

    expect(page.locator(".scroll[tabindex], .scroll[role]")).to_have_count(0)

    page.set_viewport_size({"width": 320, "height": 900})
    expect(parties).to_have_attribute("tabindex", "0")
    expect(page.get_by_role("region", name="Åtaganden och medlemsbidrag 2021")).to_be_visible()
