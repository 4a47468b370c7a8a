"""PDF reports: the pages' own figures, sentences, charts and tables, set for paper.

The only module that imports WeasyPrint, and it does so when a report is asked for: the import takes more
than a second and needs Pango from the system. A report reads nothing but its own assets, never a network.
The same budget gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from budgets import drawings, pages, queries, sentences
from budgets.payment_calls import PaymentCall
from budgets.payment_tables import CallTable, PartTable
from budgets.tables import YearTable
from budgets.years import YearBudget, YearSummary
from finsam import money, typeface


class CannotMakePdf(Exception):
    """The system lacks what WeasyPrint needs. The message says what to install."""


def budget_pdf(budget: YearBudget, years: Sequence[YearSummary]) -> bytes:
    """The budget report as PDF/UA-1. Raises CannotMakePdf when Pango is missing."""
    return render_pdf(budget_html(budget, years))


def budget_html(budget: YearBudget, years: Sequence[YearSummary]) -> str:
    """The budget report's HTML. ``years``: the association's, newest first; later ones are left out."""
    years = [year for year in years if year.year <= budget.year]
    context = pages.year_context(budget)
    context |= {
        "has_missing": context["has_missing"] or (len(years) > 1 and pages.has_gaps(years)),
        "posting": queries.posting(budget.association, budget.number),
        "history": drawings.history(years, budget.association.slug) if len(years) > 1 else None,
        "years": YearTable(years),
    }
    return render_to_string("reports/budget.html", context)


def file_name(budget: YearBudget) -> str:
    """A name that sorts and says what it is: budget-2021_stockholm_faststalld-version-1.pdf."""
    states = {"proposed": "forslag", "consulted": "samradd", "adopted": "faststalld", "revised": "reviderad"}
    version = budget.version
    state = f"{states[version.state]}-version-{version.ordinal}" if version else "utkast"
    if budget.is_working:
        state = f"utkast-verifikation-{budget.number}"
    return f"budget-{budget.year}_{budget.association.slug}_{state}.pdf"


def payment_call(call: PaymentCall) -> bytes:
    """The letter that calls for a member's payment as PDF/UA-1. Raises CannotMakePdf without Pango."""
    return render_pdf(payment_call_html(call))


def payment_call_html(call: PaymentCall) -> str:
    """The letter's HTML: what is to be paid when, what is paid, and how the amount was worked out."""
    context = {
        "association": call.payments.association,
        "year": call.payments.year,
        "call": call,
        "row": call.row,
        "owner": sentences.genitive(call.row.name),
        "amount": money.in_kronor(call.row.called.amount or 0),
        "instalments": CallTable(call.row),
        "parts": PartTable(call),
    }
    return render_to_string("reports/call.html", context)


def call_file_name(call: PaymentCall) -> str:
    """A name that says what the letter is: rekvisition-2026_exempel_norrsunda.pdf."""
    payments = call.payments
    return f"rekvisition-{payments.year}_{payments.association.slug}_{call.row.member.slug}.pdf"


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


@dataclass(frozen=True, slots=True)
class _Asset:
    path: Path
    mime: str


@cache
def _assets() -> dict[str, _Asset]:
    """Everything that a report may read, by its address."""
    css = settings.BASE_DIR / "static" / "css"
    assets = {f"asset:/{name}": _Asset(css / name, "text/css") for name in ("tokens.css", "paper.css")}
    for weight in typeface.WEIGHTS:
        assets[f"asset:/font-{weight}.ttf"] = _Asset(typeface.truetype(weight), "font/ttf")
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
