"""Sliders: the answer follows, by the server's rule, and the address with it."""

from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error, Page, expect

from tests import factories
from tests.pages import plain


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_slider_moved_by_keyboard_gives_the_answer_and_the_address(page: Page, stockholm, live_server):
    page.goto("/stockholm/2021/scenario/")
    region = page.get_by_role("slider", name="Reglage för Region Stockholm")

    region.focus()
    for _press in range(4):
        region.press("ArrowRight")

    expect(page.get_by_role("status")).to_have_text(
        "Budgeten blir 33,6 mnkr, 1,6 mnkr mer än nu. Region Stockholm sätter taket.", use_inner_text=False
    )
    expect(region).to_be_focused()
    assert plain(page.get_by_label("Region Stockholm", exact=True).first.input_value()) == "8 400 000"
    assert asked(page)["a.region-stockholm"] == ["8400000"]

    page.reload()
    expect(page.locator("#resultat .lead").first).to_contain_text("33,6")


def test_typing_answers_at_once_and_a_fault_is_told_beside_its_field(page: Page, stockholm, live_server):
    page.goto("/stockholm/2021/scenario/")
    field = page.locator("[name='a.region-stockholm']")

    field.fill("12.000")
    expect(page.locator("#resultat .problem li")).to_have_text(
        "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."
    )
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("12.000")

    field.fill("12 mnkr")
    expect(page.locator("#resultat .lead").first).to_contain_text("48,0")
    expect(page.locator(".errorlist")).to_have_count(0)


def test_a_whole_partys_slider_is_divided_by_the_key(page: Page, exempel, live_server):
    page.goto("/exempel/2026/scenario/")
    whole = page.get_by_role("slider", name="Reglage för Kommunerna tillsammans")

    whole.focus()
    whole.press("End")

    expect(page.locator("#resultat .note").first).to_contain_text("Norrsunda kommun")
    amounts = {
        slug: plain(page.locator(f"[name='a.{slug}']").input_value())
        for slug in ("norrsunda", "mellanby", "soderhamra")
    }
    kronor = {slug: float(amount.replace(" ", "").replace(",", ".")) for slug, amount in amounts.items()}
    assert round(sum(kronor.values())) == int(whole.get_attribute("max"))
    assert round(kronor["norrsunda"] / sum(kronor.values()), 4) == round(31_560 / 59_692, 4)


def test_when_the_server_is_gone_it_says_so(page: Page, stockholm, live_server, page_faults):
    page.goto("/stockholm/2021/scenario/")
    page.route("**/scenario/**", lambda route: route.abort())

    page.locator("[name='a.region-stockholm']").fill("9 mnkr")

    status = page.get_by_role("status")
    expect(status).to_have_text("Servern svarar inte. Tryck på Räkna.")
    expect(status).to_be_in_viewport()
    assert (status.bounding_box() or {})["width"] > 100
    page_faults.clear()


MOVED = """([index, kronor]) => {
    const range = document.querySelectorAll('input[type=range]')[index];
    range.value = kronor;
    range.dispatchEvent(new Event('input', { bubbles: true }));
}"""


def test_an_answer_that_comes_late_does_not_take_the_slider_back(page: Page, stockholm, live_server):
    page.goto("/stockholm/2021/scenario/")
    held = []
    page.route("**/scenario/?*", lambda route: route.continue_() if held else held.append(route))
    page.evaluate(MOVED, [1, 10_000_000])
    page.wait_for_timeout(300)
    late = held[0].fetch()

    page.evaluate(MOVED, [1, 12_000_000])
    with suppress(Error):  # the page has given it up, which is what is tried
        held[0].fulfill(response=late)
    page.wait_for_timeout(60)
    shown = page.locator("[name='a.region-stockholm']").input_value()

    assert plain(shown) == "12 000 000"
    expect(page.locator("#resultat .lead").first).to_contain_text("48,0")
    assert page.locator("input[type=range]").nth(1).input_value() == "12000000"
    assert plain(page.locator("[name='a.region-stockholm']").input_value()) == "12 000 000"


def test_an_amount_with_its_unit_moves_the_slider(page: Page, stockholm, live_server):
    page.goto("/stockholm/2021/scenario/")

    page.locator("[name='a.region-stockholm']").fill("8,5 mnkr")

    slider = page.get_by_role("slider", name="Reglage för Region Stockholm")
    expect(slider).to_have_attribute("aria-valuetext", "8\u00a0500\u00a0000 kr")
    expect(page.locator("[name='a.region-stockholm']")).to_have_value("8,5 mnkr")


def test_a_party_taken_down_to_nothing_comes_back_as_its_members_stood(page: Page, db, live_server):
    association = factories.make_association()
    factories.commit(
        association, 2027, {"fk": "8 mnkr", "regionen": "4 mnkr", "storstad": "3 mnkr", "lillstad": "1 mnkr"}
    )
    factories.adopt(association, 2027)
    page.goto("/provforbundet/2027/scenario/")

    whole = page.locator("input[data-whole]")
    large, small = page.locator("[name='a.storstad']"), page.locator("[name='a.lillstad']")
    whole.press("Home")
    expect(large).to_have_value("0")
    whole.press("End")
    expect(large).not_to_have_value("0")

    parts = [int(plain(field.input_value()).replace(" ", "").split(",")[0]) for field in (large, small)]
    assert parts == [sum(parts) * 3 // 4, sum(parts) // 4]
