"""With a keyboard alone, in a narrow window: stops in the order of the page, seen, and none that holds on."""

import pytest
from playwright.sync_api import Page

from tests.browser.looking import NARROW
from tests.browser.test_layout import log_in
from tests.pages import PAGES, PAGES_OF_WORK

# Of those that are made alike, one is walked through.
ALIKE = {
    *(
        "invented association",
        "year where all are alike",
        "year with actuals",
        "keyed year",
        "adopted version",
    ),
    *("key of an adopted year", "versions of an adopted year", "deadlines of an adopted year"),
}
AS_VISITOR = {name: address for name, address in PAGES.items() if name not in ALIKE}

# All that Tab stops at, in the order of the page; of a group of choices one is a stop.
REMEMBER_STOPS = """() => {
    const all = 'a[href], button, input, select, textarea, summary, [tabindex]';
    window.stops = [...document.querySelectorAll(all)].filter(each =>
        each.tabIndex === 0 && !each.disabled && each.type !== 'hidden' && each.checkVisibility()
        && !(each.type === 'radio' && each !== (document.querySelector(`[name="${each.name}"]:checked`)
            ?? document.querySelector(`[name="${each.name}"]`))));
    return stops.length;
}"""

# The number of the stop in focus (-1 for none), and what is wrong with how it is seen.
STOP = """() => {
    const focused = document.activeElement, style = getComputedStyle(focused);
    const number = stops.indexOf(focused), box = focused.getClientRects()[0];
    if (number < 0) return [number, ''];
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    if (!outlined && style.boxShadow === 'none') return [number, 'nothing shows that it is in focus'];
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    if (right <= left || bottom <= top) return [number, 'it lies outside the window'];
    const across = [left + 2, (left + right) / 2, right - 2];
    const down = [top + 2, (top + bottom) / 2, bottom - 2];
    const there = across.flatMap(x => down.map(y => document.elementFromPoint(x, y)));
    const is_seen = there.some(each => each && (focused.contains(each) || each.contains(focused)));
    return [number, is_seen ? '' : `it is hidden behind ${there[4]?.outerHTML.slice(0, 80)}`];
}"""


def walk(page: Page) -> list[str]:
    """Press Tab from where the page begins to its last stop. Gives the stops that are wrong, in words."""
    page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    count = page.evaluate(REMEMBER_STOPS)
    first = max(page.evaluate(STOP)[0] + 1, 0)  # the log-in begins in its first field
    found, passed = [], []
    while len(passed) <= count:
        page.keyboard.press("Tab")
        number, fault = page.evaluate(STOP)
        if passed and number in (-1, 0):
            break  # out of the page, or round to its beginning
        if fault:
            found.append(f"{page.evaluate('document.activeElement.outerHTML')[:120]}: {fault}")
        passed.append(number)
    left_out = sorted({*range(first, count)} - {*passed})
    if passed != list(range(first, count)):
        words = page.evaluate("left => left.map(each => stops[each].outerHTML.slice(0, 120))", left_out)
        found.append(f"{count} stops were passed in the order {passed}, without {words}")
    return found


# In parts, so that the processes of a run can share them.
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_tab_goes_through_every_page(page: Page, secretary, live_server, part):
    page.set_viewport_size({"width": NARROW, "height": 640})
    page.emulate_media(reduced_motion="reduce")  # a page that glides to the stop is seen there a moment later
    found = {}

    for reader, pages in ((None, AS_VISITOR), (secretary, PAGES_OF_WORK)):
        if reader:
            log_in(page, reader, live_server)
        for name, address in list(pages.items())[part::PARTS]:
            page.goto(address)
            found[name] = walk(page)

    assert {name: faults for name, faults in found.items() if faults} == {}
