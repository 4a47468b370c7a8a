"""Amounts are typed, pasted and saved in a real browser, and no word is lost on the way."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Dialog, Page, expect

from budgets.models import Entry, Posting
from members.models import Role, User
from tests import factories
from tests.browser.test_layout import log_in
from tests.browser.test_story import focus_is_visible, lands_on, text

ADDRESS = "/exempel/2027/bidrag/"
HEAD = 70  # the newest posting that the seeds make
NBSP = "\u00a0"
FK, REGION, NORRSUNDA, MELLANBY, SODERHAMRA = (
    "forsakringskassan",
    "region-exempel",
    "norrsunda",
    "mellanby",
    "soderhamra",
)
MEMBERS = (FK, REGION, NORRSUNDA, MELLANBY, SODERHAMRA)


def cell(page: Page, member: str, year: int = 2027):
    return page.locator(f'[id="{member}.{year}"]')


def column(page: Page, year: int) -> list[str]:
    """What the year's inputs say, from the top, with plain spaces."""
    return [cell(page, member, year).input_value().replace(NBSP, " ") for member in MEMBERS]


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.className")


def foot(page: Page, heading: str, year: int = 2027):
    """The cell of the sum row under the year."""
    row = page.locator("table.grid tr", has=page.get_by_role("rowheader", name=heading))
    return row.locator("td").nth(year - 2026)


def says(locator, words: str) -> None:
    """Wait until it says so, at most the second that a live sum may take."""
    expect(locator).to_have_text(re.compile(f"^{re.escape(words).replace(' ', NBSP)}$"), timeout=1000)


def save(page: Page) -> None:
    page.click("[data-save]")


def is_saved_as(page: Page, words: str) -> None:
    expect(page.locator("p.saved")).to_have_text(words)


def newest() -> Posting:
    return Posting.objects.filter(association__slug="exempel").order_by("number").last()


def type_in(page: Page, member: str, words: str, year: int = 2027) -> None:
    cell(page, member, year).fill(words)


@pytest.fixture
def grid(page: Page, secretary: User, live_server) -> Page:
    """Sara's browser at the grid."""
    log_in(page, secretary, live_server)
    page.goto(ADDRESS)
    return page


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The dialogs that came up when the page was left; each is answered with yes, leave."""
    dialogs: list[str] = []

    def answer(dialog: Dialog) -> None:
        dialogs.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    return dialogs


@pytest.fixture
def forgiving(page_faults: list[str]) -> Iterator[None]:
    """The browser notes refusals and lost connections as errors; here they are meant."""
    yield
    meant = ("the server responded with a status of", "net::ERR_FAILED")
    page_faults[:] = [fault for fault in page_faults if not any(each in fault for each in meant)]


# -- Keys ------------------------------------------------------------------------------------------


def test_enter_goes_down_and_on_to_the_top_of_the_next_column(grid: Page):
    cell(grid, MELLANBY).focus()
    stops = []

    for _ in range(4):
        grid.keyboard.press("Enter")
        stops.append(focused(grid))
    for _ in range(4):
        grid.keyboard.press("Shift+Enter")
    stops.append(focused(grid))

    assert stops == [
        "soderhamra.2027",
        "forsakringskassan.2028",
        "region-exempel.2028",
        "norrsunda.2028",
        "mellanby.2027",
    ]
    cell(grid, SODERHAMRA, 2029).focus()
    grid.keyboard.press("Enter")
    assert focused(grid) == "soderhamra.2029"
    cell(grid, FK).focus()
    grid.keyboard.press("Shift+Enter")
    assert focused(grid) == "forsakringskassan.2027"
    assert grid.url.endswith(ADDRESS)
    assert newest().number == HEAD


def test_arrows_go_all_ways_but_leave_a_cell_that_is_being_written_in(grid: Page):
    cell(grid, NORRSUNDA).focus()
    stops = []
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"):
        grid.keyboard.press(key)
        stops.append(focused(grid))

    grid.keyboard.type("12")
    grid.keyboard.press("ArrowLeft")
    grid.keyboard.type("5")

    assert stops == ["mellanby.2027", "mellanby.2028", "norrsunda.2028", "norrsunda.2027"]
    assert cell(grid, NORRSUNDA).input_value() == "152"


def test_a_row_and_a_year_that_are_closed_are_stepped_over(page: Page, exempel, secretary, live_server):
    exempel.members.filter(slug=NORRSUNDA).update(left="2027-12-31")
    log_in(page, secretary, live_server)
    page.goto(ADDRESS)
    cell(page, REGION, 2028).focus()

    page.keyboard.press("Enter")
    down = focused(page)
    cell(page, NORRSUNDA).focus()
    page.keyboard.press("ArrowRight")

    assert (down, focused(page)) == ("mellanby.2028", "norrsunda.2027")


def test_escape_takes_back_what_was_typed(grid: Page):
    cell(grid, NORRSUNDA).focus()
    grid.keyboard.type("9 mnkr")
    was = cell(grid, NORRSUNDA).get_attribute("class")

    grid.keyboard.press("Escape")

    assert was == "changed"
    assert cell(grid, NORRSUNDA).input_value().replace(NBSP, " ") == "1 700 000"
    expect(cell(grid, NORRSUNDA)).to_have_class("")


def test_ctrl_s_saves(grid: Page):
    cell(grid, NORRSUNDA).focus()
    grid.keyboard.type("1 750 000")

    grid.keyboard.press("ControlOrMeta+s")

    is_saved_as(grid, "Sparat som verifikation 71.")


def test_ctrl_shift_s_is_the_browsers_own(grid: Page):
    type_in(grid, NORRSUNDA, "1 750 000")

    grid.keyboard.press("Control+Shift+S")
    grid.wait_for_timeout(300)

    assert newest().number == HEAD


def test_the_history_of_the_focused_amount_is_one_click_away(grid: Page):
    cell(grid, FK, 2028).focus()
    is_offered = grid.locator("[data-history-of]").is_visible()

    cell(grid, FK).focus()
    grid.get_by_role("link", name="Historik för Försäkringskassan 2027").click()

    lands_on(grid, "/exempel/2027/historik/committed/forsakringskassan/")
    assert not is_offered


def test_the_focus_is_seen_in_every_cell(grid: Page):
    cell(grid, FK).focus()

    for _ in range(5):
        assert focus_is_visible(grid)
        grid.keyboard.press("Enter")


@pytest.mark.parametrize("width", [320, 390])
def test_a_focused_cell_is_not_hidden_behind_the_names(grid: Page, width):
    grid.set_viewport_size({"width": width, "height": 800})
    cell(grid, NORRSUNDA, 2029).focus()

    for year in (2028, 2027):
        grid.keyboard.press("ArrowLeft")
        name = grid.get_by_role("rowheader", name="Norrsunda kommun").bounding_box()
        box = cell(grid, NORRSUNDA, year).bounding_box()
        assert focused(grid) == f"norrsunda.{year}"
        assert box["x"] >= name["x"] + name["width"]


# -- Paste -----------------------------------------------------------------------------------------


def paste(page: Page, member: str, words: str, year: int = 2027) -> None:
    """Put the words on the clipboard and press Ctrl+V in the cell."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("words => navigator.clipboard.writeText(words)", words)
    cell(page, member, year).blur()
    cell(page, member, year).focus()
    page.keyboard.press("ControlOrMeta+v")


def test_a_column_from_excel_fills_downwards(grid: Page):
    paste(
        grid,
        FK,
        f"6 500 000\r\n3 250 000,00\r\n1{NBSP}700{NBSP}500\r\n990\u202f000\r\n\u2212545000\r\n",
        2028,
    )

    assert column(grid, 2028) == ["6 500 000", "3 250 000,00", "1 700 500", "990\u202f000", "\u2212545000"]
    assert column(grid, 2029) == [""] * 5
    assert grid.locator("[data-told=pasted]").inner_text() == ""


def test_a_block_from_excel_fills_rows_and_columns(grid: Page):
    paste(grid, NORRSUNDA, '1\t2\t3\r\n"4"\t"5 000"\t6\r\n7\t\t"9"\r\n', 2027)

    assert [column(grid, year)[2:] for year in (2027, 2028, 2029)] == [
        ["1", "4", "7"],
        ["2", "5 000", ""],
        ["3", "6", "9"],
    ]
    says(foot(grid, "Kommunerna"), "12")


def test_values_outside_the_table_are_told_by_count(grid: Page):
    told = grid.locator("[data-told=pasted]")

    paste(grid, MELLANBY, "1\t2\r\n3\t4\r\n5\t6\r\n\t\r\n", 2029)
    assert told.inner_text() == "4 inklistrade värden fick inte plats i tabellen."
    grid.wait_for_timeout(700)  # the sums follow, and the count still stands
    assert told.inner_text() == "4 inklistrade värden fick inte plats i tabellen."
    paste(grid, MELLANBY, "1\r\n2\r\n3\r\n", 2029)
    assert told.inner_text() == "Ett inklistrat värde fick inte plats i tabellen."
    paste(grid, MELLANBY, "7\r\n8\r\n\r\n", 2029)
    assert told.inner_text() == ""
    assert column(grid, 2029) == ["", "", "", "7", "8"]


def test_one_value_is_pasted_over_the_cell(grid: Page):
    for words in ("1 750 000", '"1 750 001"', "1 750 002\r\n"):
        paste(grid, NORRSUNDA, words)

        assert cell(grid, NORRSUNDA).input_value() == words.strip('"\r\n')


def test_quotes_are_those_of_excel(grid: Page):
    for words, filled in {
        '"a ""b"" c"\t1': ['a "b" c', "1"],
        '"rad ett\r\nrad två"\t2': ["rad ettrad två", "2"],
        '12"\t3': ['12"', "3"],
        '"öppet\t4': ['"öppet', "4"],
    }.items():
        paste(grid, NORRSUNDA, words)

        assert [cell(grid, NORRSUNDA, year).input_value() for year in (2027, 2028)] == filled


def test_what_is_pasted_with_a_point_is_refused_with_the_cure(grid: Page, forgiving):
    paste(grid, FK, "12.000\r\n13 000\r\n", 2028)
    save(grid)

    expect(grid.locator(".problem li")).to_have_text(
        "Försäkringskassan 2028: Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."
    )
    assert column(grid, 2028)[:2] == ["12.000", "13 000"]
    assert newest().number == HEAD


# -- Sums that follow ------------------------------------------------------------------------------


def test_sums_follow_within_a_second_and_nothing_is_posted(grid: Page):
    before = Posting.objects.count(), Entry.objects.count()

    type_in(grid, REGION, "3 000 000")
    says(foot(grid, "Budget enligt åtagandena"), "12 000 000")
    expect(foot(grid, "Sätter taket")).to_contain_text("Region Exempel")
    type_in(grid, REGION, "3 mkr?")
    expect(foot(grid, "Budget enligt åtagandena")).to_contain_text("uppgift saknas", timeout=1000)
    expect(grid.locator("#warnings")).to_have_text(
        "Taket kan inte räknas ut än. Uppgift om åtagande saknas från Region Exempel."
    )
    type_in(grid, REGION, "3,2 mnkr")
    says(foot(grid, "Budget enligt åtagandena"), "12 800 000")

    assert (Posting.objects.count(), Entry.objects.count()) == before


def test_sums_that_cannot_be_reckoned_say_so(grid: Page, forgiving):
    Session.objects.all().delete()

    type_in(grid, REGION, "3 000 000")

    expect(grid.locator("[data-told=connection]")).to_have_text(
        "Summorna räknas inte om just nu. Allt du skrev finns kvar: spara för att gå vidare."
    )


# -- Without scripts -------------------------------------------------------------------------------


@pytest.fixture
def plain_page(browser: Browser, live_server, secretary) -> Iterator[Page]:
    """Sara's browser at the grid, with scripts switched off."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page, secretary, live_server)
    page.goto(ADDRESS)
    yield page
    context.close()


def test_without_scripts_sums_are_reckoned_by_a_button_and_nothing_is_saved(plain_page: Page):
    type_in(plain_page, REGION, "3 000 000")
    plain_page.get_by_role("button", name="Räkna om utan att spara").click()

    says(foot(plain_page, "Budget enligt åtagandena"), "12 000 000")
    assert cell(plain_page, REGION).input_value() == "3 000 000"
    assert newest().number == HEAD


@pytest.mark.parametrize("amount", ["1 750 000", "9 mnkr", "12.000"], ids=["plain", "question", "error"])
def test_without_scripts_enter_does_not_save(plain_page: Page, amount):
    """Neither at first nor on the page that asks, whose own button stands before the form."""
    for _ in range(2):
        type_in(plain_page, NORRSUNDA, amount)
        cell(plain_page, NORRSUNDA).press("Enter")
        assert cell(plain_page, NORRSUNDA).input_value() == amount
        assert newest().number == HEAD
        if amount != "1 750 000":
            save(plain_page)


def test_without_scripts_everything_can_be_saved(plain_page: Page):
    type_in(plain_page, NORRSUNDA, "9 mnkr")
    save(plain_page)
    plain_page.get_by_role("button", name="Ja, spara").click()

    is_saved_as(plain_page, "Sparat som verifikation 71.")


def test_without_scripts_a_log_in_that_ran_out_loses_no_word(plain_page: Page):
    type_in(plain_page, NORRSUNDA, "1 750 000")
    plain_page.fill("[name=reason]", 'Ett "brev" & mer')
    Session.objects.all().delete()
    save(plain_page)

    log_in_again(plain_page)

    is_saved_as(plain_page, "Sparat som verifikation 71.")
    assert newest().reason == 'Ett "brev" & mer'


# -- The page that asks ----------------------------------------------------------------------------


def box_has_focus(page: Page) -> bool:
    expect(page.locator(".problem")).to_be_focused()
    return focus_is_visible(page)


def test_a_fault_takes_the_focus_to_its_box_and_from_there_to_the_cell(grid: Page, forgiving):
    type_in(grid, NORRSUNDA, "12.000", 2028)
    save(grid)

    assert box_has_focus(grid)
    grid.keyboard.press("Tab")
    grid.keyboard.press("Enter")
    assert focused(grid) == "norrsunda.2028"
    expect(cell(grid, NORRSUNDA, 2028)).to_have_accessible_description(
        "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."
    )


def test_a_large_move_is_asked_about_and_yes_saves_it(grid: Page, forgiving, asked):
    type_in(grid, NORRSUNDA, "9 mnkr")
    save(grid)
    assert box_has_focus(grid)

    grid.get_by_role("button", name="Ja, spara").click()

    is_saved_as(grid, "Sparat som verifikation 71.")
    assert asked == []


def test_another_amount_than_the_one_asked_about_is_asked_about_anew(grid: Page, forgiving):
    type_in(grid, NORRSUNDA, "9 mnkr")
    save(grid)
    box_has_focus(grid)
    type_in(grid, NORRSUNDA, "90 mnkr")
    grid.get_by_role("button", name="Ja, spara").click()

    expect(grid.locator(".problem li")).to_contain_text("90\u00a0000\u00a0000 kr")
    assert newest().number == HEAD


# -- Two browsers ----------------------------------------------------------------------------------


@pytest.fixture
def kims(browser: Browser, live_server, secretary) -> Iterator[Page]:
    """Another secretary's browser at the same grid."""
    kim = factories.make_user("kim", Role.Kind.SECRETARY, "exempel")
    context = browser.new_context(base_url=live_server.url, locale="sv-SE")
    page = context.new_page()
    log_in(page, kim, live_server)
    page.goto(ADDRESS)
    yield page
    context.close()


def test_two_who_change_different_cells_are_both_saved(grid: Page, kims: Page):
    type_in(kims, MELLANBY, "990 000")
    save(kims)
    is_saved_as(kims, "Sparat som verifikation 71.")
    type_in(grid, NORRSUNDA, "1 750 000")
    save(grid)

    is_saved_as(grid, "Sparat som verifikation 72.")
    assert column(grid, 2027)[2:4] == ["1 750 000", "990 000"]


@pytest.fixture
def at_odds(grid: Page, kims: Page, forgiving) -> Page:
    """Kim has saved Norrsunda and Mellanby; Sara has saved another amount for Norrsunda, and Söderhamra."""
    type_in(kims, NORRSUNDA, "1 800 000")
    type_in(kims, MELLANBY, "990 000")
    save(kims)
    is_saved_as(kims, "Sparat som verifikation 71.")
    type_in(grid, NORRSUNDA, "1 750 000")
    type_in(grid, SODERHAMRA, "545 000")
    save(grid)
    return grid


@pytest.mark.parametrize(
    ("choice", "stands"), [("som du skrev", "1 750 000"), ("som Kim bokförde", "1 800 000")]
)
def test_two_who_change_the_same_cell_are_asked_whose_amount_stands(at_odds: Page, choice, stands):
    assert box_has_focus(at_odds)
    assert column(at_odds, 2027)[2:] == ["1 750 000", "990 000", "545 000"]

    at_odds.get_by_role("radio", name=re.compile(choice)).check()
    assert column(at_odds, 2027)[2:] == [stands, "990 000", "545 000"]
    save(at_odds)

    is_saved_as(at_odds, "Sparat som verifikation 72.")
    assert column(at_odds, 2027)[2:] == [stands, "990 000", "545 000"]


def test_whose_amount_stands_must_be_chosen_and_a_third_change_is_asked_about_too(at_odds: Page, kims: Page):
    def radio(name: str):
        return at_odds.get_by_role("radio", name=re.compile(name))

    at_odds.locator(".problem").get_by_role("button", name="Spara").click()
    expect(at_odds.locator(".problem h2")).to_have_text("Någon annan hann före")
    assert box_has_focus(at_odds)
    assert newest().number == HEAD + 1

    radio("som Kim bokförde").check()
    radio("som du skrev").check()
    assert column(at_odds, 2027)[2] == "1 750 000"
    type_in(kims, NORRSUNDA, "1 900 000")
    save(kims)
    is_saved_as(kims, "Sparat som verifikation 72.")
    save(at_odds)
    expect(at_odds.locator(".problem label").last).to_contain_text("1\u00a0900\u00a0000\u00a0kr, som Kim")
    assert [radio(name).is_checked() for name in ("du skrev", "Kim")] == [False, False]
    assert newest().number == HEAD + 2


# -- No word is lost -------------------------------------------------------------------------------


def stop_server(page: Page) -> Callable[[], None]:
    """Let nothing through to the server; gives what lets it through again."""
    page.route("**/*", lambda route: route.abort())
    return lambda: page.unroute("**/*")


def test_with_the_server_gone_the_page_says_so_and_keeps_the_words(grid: Page, forgiving, asked):
    type_in(grid, NORRSUNDA, "1 750 000")
    grid.fill("[name=reason]", "Ett brev")
    start_server = stop_server(grid)
    save(grid)

    gone = "Ingen kontakt med servern. Allt du skrev finns kvar; försök igen om en stund."
    expect(grid.locator("[data-told=connection]")).to_have_text(gone)
    for height in (400, 900):  # seen from wherever in the form
        grid.set_viewport_size({"width": 1280, "height": height})
        cell(grid, FK).scroll_into_view_if_needed()
        expect(grid.locator("[data-told=connection]")).to_be_in_viewport(ratio=1)
    assert cell(grid, NORRSUNDA).input_value() == "1 750 000"
    start_server()
    save(grid)
    is_saved_as(grid, "Sparat som verifikation 71.")
    assert (newest().reason, asked) == ("Ett brev", [])


def test_a_server_that_answers_with_a_fault_is_not_sent_the_words(grid: Page, forgiving):
    grid.route("**/health/", lambda route: route.fulfill(status=503, body="nej"))
    type_in(grid, NORRSUNDA, "1 750 000")
    save(grid)

    expect(grid.locator("[data-told=connection]")).to_contain_text("Ingen kontakt med servern.")
    assert newest().number == HEAD


def test_pressing_save_twice_saves_once(grid: Page):
    type_in(grid, NORRSUNDA, "1 750 000")

    grid.dblclick("[data-save]")

    is_saved_as(grid, "Sparat som verifikation 71.")
    assert newest().number == HEAD + 1


def offer(page: Page):
    return page.locator("[data-draft]")


def test_leaving_asks_and_coming_back_offers_what_was_typed(grid: Page, asked):
    type_in(grid, NORRSUNDA, "1 750 000")
    grid.fill("[name=reason]", "Ett brev")
    grid.evaluate("document.querySelector('details.act').open = true")
    grid.fill("[name=norrsunda-registry_no]", "KS 1")
    grid.evaluate("document.querySelector('details.act').open = false")
    grid.click("a.brand")
    lands_on(grid, "/")
    assert asked == ["beforeunload"]

    grid.goto(ADDRESS)
    assert cell(grid, NORRSUNDA).input_value().replace(NBSP, " ") == "1 700 000"
    expect(offer(grid)).to_contain_text("Du har skrivit belopp här som inte är sparade")
    offer(grid).get_by_role("button", name="Ta fram dem").click()

    assert cell(grid, NORRSUNDA).input_value() == "1 750 000"
    assert grid.input_value("[name=reason]") == "Ett brev"
    expect(grid.locator("[name=norrsunda-registry_no]")).to_be_visible()
    expect(offer(grid)).to_be_hidden()
    says(foot(grid, "Kommunerna"), "3 270 000")


def test_what_was_typed_can_be_thrown_away(grid: Page, asked):
    type_in(grid, NORRSUNDA, "1 750 000")
    grid.goto("/")
    grid.goto(ADDRESS)
    offer(grid).get_by_role("button", name="Kasta dem").click()
    expect(offer(grid)).to_be_hidden()

    grid.reload()

    expect(offer(grid)).to_be_hidden()
    assert grid.evaluate("Object.keys(localStorage)") == []


def test_what_is_offered_survives_that_something_else_is_typed_first(grid: Page, asked):
    type_in(grid, NORRSUNDA, "1 750 000")
    grid.goto("/")
    grid.goto(ADDRESS)
    type_in(grid, MELLANBY, "990 000")
    grid.goto("/")
    grid.goto(ADDRESS)

    offer(grid).get_by_role("button", name="Ta fram dem").click()

    assert column(grid, 2027)[2:4] == ["1 750 000", "990 000"]


def test_after_a_save_nothing_is_offered_and_nothing_is_asked(grid: Page, asked):
    type_in(grid, NORRSUNDA, "1 750 000")
    save(grid)
    is_saved_as(grid, "Sparat som verifikation 71.")
    grid.goto("/")
    grid.goto(ADDRESS)

    expect(offer(grid)).to_be_hidden()
    assert (asked, grid.evaluate("Object.keys(localStorage)")) == ([], [])


def test_what_was_changed_back_is_neither_offered_nor_asked_about(grid: Page, asked):
    type_in(grid, NORRSUNDA, "1 750 000")
    type_in(grid, NORRSUNDA, "1700000")
    grid.goto("/")
    grid.goto(ADDRESS)

    expect(offer(grid)).to_be_hidden()
    assert asked == []


def test_an_error_page_that_is_left_is_offered_too(grid: Page, forgiving, asked):
    type_in(grid, NORRSUNDA, "12.000")
    grid.fill("[name=reason]", "Ett brev")
    save(grid)
    assert box_has_focus(grid)
    expect(offer(grid)).to_be_hidden()
    type_in(grid, MELLANBY, "990 000")
    grid.goto("/")
    grid.goto(ADDRESS)

    offer(grid).get_by_role("button", name="Ta fram dem").click()

    assert column(grid, 2027)[2:4] == ["12.000", "990 000"]
    assert grid.input_value("[name=reason]") == "Ett brev"


def test_a_file_that_is_not_there_loses_no_typed_word(grid: Page, forgiving, asked):
    type_in(grid, NORRSUNDA, "1 750 000")
    grid.get_by_role("button", name="Visa skillnaden").click()
    expect(grid.locator(".problem li")).to_have_text("Excel: Välj en fil först.")

    offer(grid).get_by_role("button", name="Ta fram dem").click()

    assert (cell(grid, NORRSUNDA).input_value(), asked) == ("1 750 000", ["beforeunload"])


def test_words_taken_out_again_meet_what_others_changed_meanwhile(grid: Page, forgiving, asked, exempel):
    """Else an old draft would overwrite a newer decision unseen."""
    type_in(grid, NORRSUNDA, "1 750 000")
    grid.goto("/")
    factories.commit(exempel, 2027, {NORRSUNDA: "1 800 000", MELLANBY: "3 mnkr"})
    grid.goto(ADDRESS)
    offer(grid).get_by_role("button", name="Ta fram dem").click()
    save(grid)

    expect(grid.locator(".problem legend")).to_have_text("Norrsunda kommun 2027")
    expect(grid.locator(".problem label").last).to_contain_text("1\u00a0800\u00a0000\u00a0kr, som Ett test")
    assert column(grid, 2027)[2:4] == ["1 750 000", "3 000 000"]


def test_a_draft_is_offered_to_nobody_else(grid: Page, asked, live_server):
    type_in(grid, NORRSUNDA, "1 750 000")
    grid.goto("/")
    kim = factories.make_user("kim", Role.Kind.SECRETARY, "exempel")
    log_in(grid, kim, live_server)
    grid.goto(ADDRESS)

    expect(grid.locator("span.who")).to_contain_text("Kim")
    expect(offer(grid)).to_be_hidden()


def test_logging_out_clears_the_draft(grid: Page, asked):
    type_in(grid, NORRSUNDA, "1 750 000")
    grid.goto("/")
    kept = grid.evaluate("Object.keys(localStorage).length")

    grid.get_by_role("button", name="Logga ut").click()
    expect(grid.get_by_role("link", name="Logga in")).to_be_visible()

    assert (kept, grid.evaluate("Object.keys(localStorage)")) == (1, [])


OLD = '{"at": 1, "seen": "70", "words": {"norrsunda.2027": "5"}}'


def test_a_draft_that_cannot_be_read_or_is_old_is_passed_over(grid: Page, secretary):
    for kept in ("{oj", "null", "7", '"x"', "[]", "{}", OLD, '{"at": 9e99}', '{"at": 9e99, "words": 7}'):
        grid.evaluate("both => localStorage.setItem(...both)", [f"draft:{secretary.pk}:{ADDRESS}", kept])
        grid.reload()
        expect(offer(grid)).to_be_hidden()
        assert grid.evaluate("Object.keys(localStorage)") == []

    type_in(grid, REGION, "3 000 000")
    says(foot(grid, "Budget enligt åtagandena"), "12 000 000")


def test_a_browser_that_stores_nothing_can_be_worked_in(page: Page, secretary, live_server):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('forbidden'); }});"
    )
    log_in(page, secretary, live_server)
    page.goto(ADDRESS)
    type_in(page, NORRSUNDA, "1 750 000")
    save(page)

    is_saved_as(page, "Sparat som verifikation 71.")


# -- The log-in runs out, or becomes another's -----------------------------------------------------


def log_in_again(page: Page, password: str = factories.PASSWORD) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Du har blivit utloggad")
    page.fill("[name=login-username]", "sara")
    page.fill("[name=login-password]", password)
    page.get_by_role("button", name="Logga in och fortsätt").click()


def test_a_log_in_that_ran_out_is_renewed_and_the_words_saved(grid: Page, forgiving, asked):
    type_in(grid, NORRSUNDA, "1 750 000")
    grid.fill("[name=reason]", 'Ett "brev" & mer')
    Session.objects.all().delete()
    save(grid)

    log_in_again(grid, "fel")
    expect(grid.locator(".problem")).to_contain_text("Användarnamnet och lösenordet hör inte ihop.")
    log_in_again(grid)

    is_saved_as(grid, "Sparat som verifikation 71.")
    expect(offer(grid)).to_be_hidden()
    assert (newest().reason, asked) == ('Ett "brev" & mer', [])


def test_a_form_from_before_another_log_in_is_sent_again(grid: Page, forgiving):
    factories.make_user("kim", Role.Kind.SECRETARY, "exempel")
    type_in(grid, NORRSUNDA, "1 750 000")
    other = grid.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Logga ut").click()
    other.goto("/logga-in/")
    other.fill("[name=username]", "kim")
    other.fill("[name=password]", factories.PASSWORD)
    other.click("main button")
    lands_on(other, "/")
    save(grid)

    expect(grid.get_by_role("heading", level=1)).to_have_text("Skicka en gång till")
    assert text(grid, "main p >> nth=1") == (
        "Du är inloggad som Kim, och det är i det namnet som det bokförs."
    )
    grid.get_by_role("button", name="Skicka igen").click()
    is_saved_as(grid, "Sparat som verifikation 71.")
    assert newest().author_name == "Kim"


def test_another_site_cannot_have_a_form_shown_again(
    page: Page, forgiving, page_faults, secretary, live_server
):
    """A page of another origin that posts here gets the plain refusal, which holds none of its words."""
    log_in(page, secretary, live_server)
    page.context.add_cookies([{"name": settings.CSRF_COOKIE_NAME, "value": "a" * 32, "url": live_server.url}])
    page.route(
        "http://ond.example/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method=post action="{live_server.url}{ADDRESS}">'
            '<input name="norrsunda.2027" value="1"><button>x</button></form>',
        ),
    )
    page.goto("http://ond.example/")
    page.click("button")
    page_faults.remove("request to another host: http://ond.example/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Formuläret hade blivit för gammalt")
    assert newest().number == HEAD
