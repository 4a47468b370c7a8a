"""The one typeface of pages and PDFs, from its package: whole on paper, on a screen cut to what is needed."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# The weights there are, by their number in CSS.
WEIGHTS = {400: "Regular", 600: "Semibold", 700: "Bold"}

# Those a page asks for; each costs a reader some twelve kilobytes.
ON_SCREEN = (400, 600)

# Latin 1, and the dashes, quotation marks, spaces, arrows and signs that the pages use.
_CHARACTERS = (*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, "–—‘’“”•…\u202f←→−≥≤›‹"))
# Its figures are of one width as they are.
_FEATURES = ["kern", "liga", "ccmp", "locl", "mark"]
_YEAR = 365 * 24 * 60 * 60


def truetype(weight: int) -> Path:
    """The file of the whole typeface in one of ``WEIGHTS``."""
    return Path(str(files("font_source_sans_pro") / "files" / f"SourceSansPro-{WEIGHTS[weight]}.ttf"))


@cache
def woff2(weight: int) -> bytes:
    """The typeface for the web in one of ``WEIGHTS``: always the same bytes, made once for each process."""
    # Half a second that only a server of pages needs.
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(layout_features=_FEATURES, hinting=False, recalc_timestamp=False)
    font = TTFont(truetype(weight), recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=_CHARACTERS)
    cutter.subset(font)
    font.flavor = "woff2"
    written = BytesIO()
    font.save(written)
    return written.getvalue()


@require_safe
@cache_control(public=True, immutable=True, max_age=_YEAR)
def font(request: HttpRequest, weight: int) -> HttpResponse:
    """The typeface as a page asks for it, to be kept: another typeface gets another address."""
    if weight not in ON_SCREEN:
        raise Http404
    return HttpResponse(woff2(weight), content_type="font/woff2")
