"""PDF reports: the page's own figures, sentences, charts and tables, set for paper.

The only module that imports WeasyPrint, and it does so when a report is asked for: the import takes more
than a second and needs Pango from the system. A report reads nothing but its own assets, never a network.
The same budget gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from budgets import drawings, sentences
from budgets.models import Posting
from budgets.tables import PartyTable, ResultTable, YearTable, line_tables
from budgets.years import YearBudget, YearSummary
from finsam.money import Figure


class CannotMakePdf(Exception):
    """The system lacks what WeasyPrint needs. The message says what to install."""


def year_context(budget: YearBudget, *, writes: bool = False) -> dict[str, Any]:
    """What a year's page and its report have in common: sentences, charts and tables."""
    conclusion = sentences.conclusion(budget.summary)
    has_lines = any(not row.allocated.is_missing for row in budget.lines)
    shown = _figures_shown(budget)
    return {
        "association": budget.association,
        "budget": budget,
        "year": budget.summary,
        "conclusion": conclusion,
        "missing_members": sentences.missing_members(budget) if budget.missing_members else "",
        "leverage": sentences.leverage(budget),
        "drawings": drawings.cap_line(budget),
        "parties": PartyTable(budget, writes=writes),
        "lines": line_tables(budget),
        "administration": sentences.administration(budget),
        "deficit": sentences.planned_deficit(budget),
        "result": ResultTable(budget) if has_lines else None,
        "has_derived": any(figure.is_derived for figure in shown),
        "has_missing": any(figure.is_missing for figure in shown),
    }


def budget_pdf(budget: YearBudget, years: Sequence[YearSummary]) -> bytes:
    """The budget report as PDF/UA-1. Raises CannotMakePdf when Pango is missing."""
    return render_pdf(budget_html(budget, years))


def budget_html(budget: YearBudget, years: Sequence[YearSummary]) -> str:
    """The budget report's HTML. ``years``: the association's, newest first; later ones are left out."""
    years = [year for year in years if year.year <= budget.year]
    title = sentences.story(years)[0].text if years else ""
    context = year_context(budget)
    context |= {
        "has_missing": context["has_missing"] or _has_gaps(years),
        "posting": Posting.objects.filter(association=budget.association, number=budget.number).first(),
        "history": drawings.history(years, title) if len(years) > 1 else None,
        "years": YearTable(years),
    }
    return render_to_string("reports/budget.html", context)


def _has_gaps(years: Sequence[YearSummary]) -> bool:
    """Whether the table of the years has a dash."""
    columns = ["agreed", "total", "lost"]
    if any(not year.actual.is_missing for year in years):
        columns.append("actual")
    return len(years) > 1 and any(getattr(year, column).is_missing for year in years for column in columns)


def file_name(budget: YearBudget) -> str:
    """A name that sorts and says what it is: budget-2021_stockholm_faststalld-version-1.pdf."""
    states = {"proposed": "forslag", "consulted": "samradd", "adopted": "faststalld", "revised": "reviderad"}
    version = budget.version
    state = f"{states[version.state]}-version-{version.ordinal}" if version else "utkast"
    if budget.is_working:
        state = f"utkast-verifikation-{budget.number}"
    return f"budget-{budget.year}_{budget.association.slug}_{state}.pdf"


def render_pdf(html: str) -> bytes:
    """Set a report's HTML as a tagged PDF/UA-1."""
    try:
        from weasyprint import HTML
    except OSError as error:
        raise CannotMakePdf(
            _("PDF kan inte göras här: systembiblioteket Pango saknas. Installera det med make run.")
        ) from error
    document = HTML(string=html, base_url="asset:/", url_fetcher=_fetcher())
    written: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return written


FONTS = {"400": "Regular", "600": "Semibold", "700": "Bold"}


@dataclass(frozen=True, slots=True)
class _Asset:
    path: Path
    mime: str


@cache
def _assets() -> dict[str, _Asset]:
    """Everything that a report may read, by its address."""
    css = settings.BASE_DIR / "static" / "css"
    fonts = files("font_source_sans_pro") / "files"
    assets = {f"asset:/{name}": _Asset(css / name, "text/css") for name in ("tokens.css", "paper.css")}
    for weight, name in FONTS.items():
        assets[f"asset:/font-{weight}.ttf"] = _Asset(
            Path(str(fonts / f"SourceSansPro-{name}.ttf")), "font/ttf"
        )
    return assets


def _fetcher() -> Any:
    """WeasyPrint's way to the assets, and to nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class AssetFetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in _assets():
                raise ValueError(f"A report reads only its own assets, not {url}.")
            asset = _assets()[url]
            about = Message()
            about["Content-Type"] = asset.mime
            return URLFetcherResponse(url, BytesIO(asset.path.read_bytes()), about)

    return AssetFetcher(allowed_protocols=("asset",))


def _figures_shown(budget: YearBudget) -> list[Figure]:
    """Every figure that a year's page shows, to know which marks must be explained."""
    year = budget.summary
    paying = [row for party in year.parties for row in party.members if row.member.pays]
    shown = [year.total, year.agreed, year.lost, budget.unused]
    shown += [figure for row in paying for figure in (row.offered, row.called, row.unused)]
    shown += [row.allocated for row in budget.lines]
    if not year.actual.is_missing:
        shown += [row.actual for row in budget.lines]
        shown.append(budget.paid)
    if not budget.opening_equity.is_missing:
        shown.append(budget.opening_equity)
    return shown
