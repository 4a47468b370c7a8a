"""What is looked for on a page that a browser has laid out, in each state of eye, hand and paper.

Only what a state can change is looked at anew for it: colours in the dark, places where the window is narrow.
"""

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
WIDE, NARROW = 1280, 320  # 1280 pixels enlarged to 400 % are 320
HEIGHT = 800

COLOURS = ("color-contrast", "link-in-text-block")
# Targets that a finger hits (2.5.8) are checked only when asked for.
EVERY_RULE = {"rules": {"target-size": {"enabled": True}}}
# What colours can break, and what order and place can.
RULES_OF_COLOUR = {"runOnly": {"type": "rule", "values": list(COLOURS)}}
RULES_OF_PLACE = {"rules": EVERY_RULE["rules"] | {rule: {"enabled": False} for rule in COLOURS}}

# Text for one who needs it airy, as 1.4.12 of the guidelines has it.
AIRY = """
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }
"""

# Words that are cut off: they need more room than a box that hides what does not fit. What is meant for the
# ear alone is clipped to nothing on purpose, and a field is scrolled by who writes in it.
CUT_TEXT = """() => [...document.body.querySelectorAll('*')].filter(each => {
    const style = getComputedStyle(each), hides = value => ['hidden', 'clip'].includes(value);
    return !each.closest('svg, select, input') && style.clipPath === 'none'
        && (hides(style.overflowX) && each.scrollWidth > each.clientWidth + 1
            || hides(style.overflowY) && each.scrollHeight > each.clientHeight + 1);
}).map(each => each.outerHTML.slice(0, 120))"""

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

MOVING = """() => [...document.querySelectorAll('*')].filter(each => {
    const lasts = times => times.split(',').some(time => parseFloat(time) > 0);
    const { transitionDuration, animationDuration, scrollBehavior } = getComputedStyle(each);
    return lasts(transitionDuration) || lasts(animationDuration) || scrollBehavior === 'smooth';
}).map(each => each.outerHTML.slice(0, 80))"""


def look(page: Page, name: str) -> list[str]:
    """The faults of the page that stands there, in words."""
    page.evaluate(AXE)
    found = {"wide": axe(page, EVERY_RULE)}
    page.emulate_media(color_scheme="dark")
    found["dark"] = axe(page, RULES_OF_COLOUR)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found["with motion reduced"] = page.evaluate(MOVING)
    page.emulate_media(media="print")
    found["in print"] = cut(page)
    page.emulate_media(media="screen", reduced_motion="no-preference")
    for width in (768, 390, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found[f"at {width}"] = cut(page)
    found["narrow"] = axe(page, RULES_OF_PLACE)
    found["narrow and airy"] = airily(page)
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    found["wide and airy"] = airily(page)
    return [f"{name}, {state}: {fault}" for state, faults in found.items() for fault in faults]


# How many charts that are unfolded show no drawing at all, or the wide one and the narrow.
UNDRAWN = """() => [...document.querySelectorAll("figure.charts")].filter(figure =>
  figure.checkVisibility() &&
  [...figure.querySelectorAll("svg")].filter(each => each.checkVisibility()).length != 1).length"""


def glance(page: Page, name: str) -> list[str]:
    """The faults of order and place, for a page that has been looked at as another reader sees it."""
    page.evaluate(AXE)
    return [f"{name}: {fault}" for fault in [*axe(page, RULES_OF_PLACE), *cut(page)]]


def axe(page: Page, options: dict[str, object]) -> list[object]:
    """What axe finds by these of its rules."""
    violations = page.evaluate(
        "options => axe.run({resultTypes: ['violations'], ...options}).then(found => found.violations)",
        options,
    )
    return [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in violations]


def cut(page: Page) -> list[object]:
    """What does not fit: a page to be scrolled sideways, or words cut off."""
    over = page.evaluate(TOO_WIDE)
    unseen = page.evaluate(UNDRAWN)
    return [
        *([f"{over} px too wide"] if over > 0 else []),
        *([f"{unseen} charts without a drawing"] if unseen else []),
        *page.evaluate(CUT_TEXT),
    ]


def airily(page: Page) -> list[object]:
    """What does not fit with more air in the text. The sheet is added by the reader, not by the page."""
    page.evaluate(
        """css => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(css);
            document.adoptedStyleSheets = [sheet];
        }""",
        AIRY,
    )
    found = cut(page)
    page.evaluate("document.adoptedStyleSheets = []")
    return found
