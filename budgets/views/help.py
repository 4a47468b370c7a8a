"""The pages that explain: how the rule works, what the words mean, how accessible the site is."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets import drawings, glossary, sentences
from budgets.behind import Behind
from budgets.tables import PartyTable
from budgets.worked_example import worked_example
from budgets.years import YearBudget

# When the site was last measured against the law, and its shortcomings listed.
STATEMENT_DATE = date(2026, 11, 24)
# Where anyone may report a site to the authority that supervises the law.
REPORT_TO_DIGG = "https://www.digg.se/tdosanmalan"


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    """The rule for somebody who has never heard of it, with a real year as its example."""
    example = worked_example()
    return render(request, "help/how_it_works.html", _shown(example) if example else {})


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """The field's words, from A to Ö."""
    return render(request, "help/words.html", {"letters": glossary.by_letter(glossary.TERMS)})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement: 13 § lag (2018:1937) om tillgänglighet till digital offentlig service."""
    context = {
        "owner": settings.SITE_OWNER,
        "contact": settings.ACCESSIBILITY_CONTACT,
        "stated_on": STATEMENT_DATE,
        "report_to_digg": REPORT_TO_DIGG,
    }
    return render(request, "help/accessibility.html", context)


def _shown(example: YearBudget) -> dict[str, Any]:
    """The example as its own page shows it: the conclusion, the picture, the table, one krona more."""
    behind = Behind(example.year, example.association.slug, example.notes)
    figures = [figure for party in example.summary.parties for figure in (party.offered, party.called)]
    return {
        "example": example,
        "conclusion": sentences.conclusion(example.summary),
        "cap_line": drawings.cap_line(example, behind),
        "leverage": sentences.leverage(example),
        "parties": PartyTable(example, behind=behind),
        "has_derived": any(figure.is_derived for figure in figures),
    }
