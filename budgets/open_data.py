"""Budgets as plain data: what a page shows, under the names that ``open_data_schema`` explains.

One year, all years, and the way in to both. Figures come from the rows that the page's own tables are drawn
from, so that they cannot differ from it; what a viewer may not see is not in them. Amounts are whole öre.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from budgets import queries
from budgets.forecasts import is_part_of_year
from budgets.models import Account, BudgetLine, BudgetVersion, Posting
from budgets.open_data_schema import ADDRESS, DRAFT
from budgets.tables import result_rows
from budgets.years import LineRow, MemberRow, PartyRow, YearBudget, YearSummary
from finsam.money import MISSING, Figure
from members.models import Association, Party

Data = dict[str, Any]

USE = gettext_lazy("Uppgifterna är allmänna handlingar och fria att använda. Ange källa.")

_STATES = {
    BudgetVersion.State.PROPOSED: "forslag",
    BudgetVersion.State.CONSULTED: "samradd",
    BudgetVersion.State.ADOPTED: "faststalld",
    BudgetVersion.State.REVISED: "reviderad",
}
_PARTIES = {Party.STATE: "staten", Party.REGIONS: "regionen", Party.MUNICIPALITIES: "kommunerna"}
_KINDS = {
    BudgetLine.Kind.BOARD: "styrelse",
    BudgetLine.Kind.ADMINISTRATION: "administration",
    BudgetLine.Kind.AUDIT: "revision",
    BudgetLine.Kind.MEASURE: "insats",
    BudgetLine.Kind.OTHER_COST: "ovrig-kostnad",
    BudgetLine.Kind.OTHER_INCOME: "ovrig-intakt",
}
# A year's amounts where all years are told.
YEAR_AMOUNTS = ("overenskommet", "budget", "uteblev", "utfall")
_NOTED = {Account.AGREED: "overenskommet", Account.EQUITY_USE: "nyttjande-av-eget-kapital"}


def budget_data(budget: YearBudget) -> Data:
    """One year as its page shows it. Two queries: the postings that it stands at."""
    year, association = budget.summary, budget.association
    version = None if budget.is_working else budget.version
    return {
        **_head("budget"),
        "forbund": _association(association),
        "ar": budget.year,
        "tillstand": _STATES[BudgetVersion.State(version.state)] if version else DRAFT,
        "version": version.ordinal if version else None,
        "adress": page_address(association, version) if version else None,
        "beslut": _decision(version.posting) if version else None,
        "verifikation": _posting(queries.posting(association, budget.number)),
        "utfall_till_manad": year.actual_until,
        "utfall_verifikation": _posting(queries.newest_actual(association, budget.year)),
        "sammanfattning": {
            "overenskommet": _amount(year.agreed),
            "budget": _amount(year.total),
            "uteblev": _amount(year.lost),
            "outnyttjat": _amount(year.unused),
            "utfall": _amount(year.actual),
            "budget_aret_fore": _amount(budget.previous_total),
        },
        "satter_taket": _limiting(year),
        "parter": [_party(row, budget) for row in year.parties],
        "poster": [_line(row, budget) for row in (*budget.costs, *budget.incomes)],
        "resultat": _result(budget),
        "noter": [
            {"uppgift": _NOTED[Account(note.account)], "text": note.text}
            for note in budget.notes
            if note.account in _NOTED
        ],
    }


def years_data(association: Association, years: Sequence[YearSummary]) -> Data:
    """All years of an association, newest first, as its page shows them. One query."""
    fixed = [year.version.posting for year in years if year.version]
    newest = max(fixed, key=lambda posting: posting.number, default=None)
    has_actual = any(not year.actual.is_missing for year in years)
    return {
        **_head("ar"),
        "forbund": _association(association),
        "verifikation": _posting(newest),
        "utfall_verifikation": _posting(queries.newest_actual(association)) if has_actual else None,
        "budgetar": [_year(year) for year in years],
    }


def catalogue(known: Iterable[tuple[Association, Sequence[BudgetVersion]]]) -> Data:
    """The way in: every association with the newest public version of its years. No query."""
    return {
        **_head("forbund"),
        "forbund": [
            {
                **_association(association),
                "adress": reverse("years_json", args=[association.slug]),
                "budgetar": [_listed(association, version) for version in versions],
            }
            for association, versions in known
        ],
    }


def page_address(association: Association, version: BudgetVersion) -> str:
    """The address at which a version can be read for ever."""
    return _at("year", association, version)


def _at(name: str, association: Association, version: BudgetVersion) -> str:
    return f"{reverse(name, args=[association.slug, version.year])}?version={version.ordinal}"


def _head(name: str) -> Data:
    return {"$schema": ADDRESS.format(name=name), "anvandning": str(USE)}


def _association(association: Association) -> Data:
    return {
        "kod": association.slug,
        "namn": association.name,
        "organisationsnummer": association.org_number or None,
        "lan": association.county or None,
        "pahittat": association.is_invented,
    }


def _amount(figure: Figure | None) -> Data:
    """A figure; None where the page leaves the cell empty is missing too."""
    figure = figure or MISSING
    return {"ore": figure.amount, "harlett": figure.is_derived}


def figure_of(amount: Data) -> Figure:
    """An amount in the data as the figure that it was."""
    return Figure(amount["ore"], amount["harlett"])


def _posting(posting: Posting | None) -> Data | None:
    """What proves a posting: its number, time and hash. Never who made it."""
    if posting is None:
        return None
    booked = timezone.localtime(posting.created_at).isoformat(timespec="seconds")
    return {"nummer": posting.number, "bokford": booked, "hash": posting.hash}


def _decision(posting: Posting) -> Data:
    return {
        "organ": posting.decision_body or None,
        "datum": posting.decision_date.isoformat() if posting.decision_date else None,
        "paragraf": posting.decision_paragraph or None,
        "diarienummer": posting.registry_no or None,
    }


def _limiting(year: YearSummary) -> list[Data]:
    return [{"part": _PARTIES[Party(party.party)], "namn": party.name} for party in year.limiting]


def _party(row: PartyRow, budget: YearBudget) -> Data:
    return {
        "part": _PARTIES[Party(row.party)],
        "namn": row.name,
        "andel": str(row.weight),
        "atagande": _amount(row.offered),
        "medlemsbidrag": _amount(row.called),
        "outnyttjat": _amount(row.unused),
        "racker_till": _amount(Figure(row.carries, row.carries is not None and row.offered.is_derived)),
        "satter_taket": row.limits,
        "medlemmar": [_member(member, budget) for member in row.members],
    }


def _member(row: MemberRow, budget: YearBudget) -> Data:
    return {
        "kod": row.member.slug,
        "namn": row.name,
        "betalar": row.member.pays,
        "atagande": _amount(row.offered),
        "medlemsbidrag": _amount(row.called),
        "outnyttjat": _amount(row.unused),
        "lagst_mot_nyckeln": row.caps,
        "not": _note(budget, Account.COMMITTED, row.member.pk),
    }


def _line(row: LineRow, budget: YearBudget) -> Data:
    is_running = is_part_of_year(budget.summary.actual_until)
    return {
        "kod": row.line.slug,
        "namn": row.line.name,
        "slag": _KINDS[BudgetLine.Kind(row.line.kind)],
        "budget": _amount(row.allocated),
        "utfall": _amount(row.actual),
        "avvikelse": _amount(MISSING if is_running else row.variance),
        "kvar": _amount(row.remaining if is_running else MISSING),
        "prognos": _amount(row.forecast),
        "not": _note(budget, Account.ALLOCATED, row.line.pk),
    }


def _note(budget: YearBudget, account: str, whose: int) -> str | None:
    """The note to a member's or a line's figure."""
    for note in budget.notes:
        if note.account == account and whose in (note.member_id, note.line_id):
            return note.text
    return None


def _result(budget: YearBudget) -> list[Data]:
    """The rows of the page's result, none where the page has none."""
    if not budget.has_allocations:
        return []
    return [
        {
            "rad": str(row.kind),
            "kod": row.line or None,
            "namn": row.name,
            "budget": _amount(row.allocated),
            "utfall": _amount(row.actual),
        }
        for row in result_rows(budget)
    ]


def _year(year: YearSummary) -> Data:
    version = year.version
    state = _STATES[BudgetVersion.State(version.state)] if version else DRAFT
    decided = version.posting.decision_date if version else None
    return {
        "ar": year.year,
        "tillstand": state if year.is_known else None,
        "version": version.ordinal if version else None,
        "beslutsdatum": decided.isoformat() if decided else None,
        "overenskommet": _amount(year.agreed),
        "budget": _amount(year.total),
        "uteblev": _amount(year.lost),
        "utfall": _amount(year.actual),
        "utfall_till_manad": year.actual_until,
        "satter_taket": _limiting(year),
    }


def _listed(association: Association, version: BudgetVersion) -> Data:
    decided = version.posting.decision_date
    return {
        "ar": version.year,
        "version": version.ordinal,
        "tillstand": _STATES[BudgetVersion.State(version.state)],
        "beslutsdatum": decided.isoformat() if decided else None,
        "adress": _at("budget_json", association, version),
    }
