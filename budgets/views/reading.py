"""The pages that are read. A view is steps: may the visitor see it, one query, answer."""

from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from budgets import ledger, pages, queries, reports, sentences, services
from budgets.equity_years import as_step, equity_rows, measured
from budgets.forms import CommitmentForm
from budgets.ledger import Cell
from budgets.models import Account, Posting
from budgets.open_data import page_address
from budgets.posting_tables import PostingTable
from budgets.tables import AssociationTable
from budgets.views.admission import budget_or_404, refuse_unless_writes
from budgets.years import CostYear, YearBudget
from finsam.money import Figure
from members.access import access_to
from members.models import Association, Member
from members.views import logged_in


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """All förbund."""
    return render(request, "budgets/start.html", {"table": AssociationTable(queries.associations())})


@require_safe
def association(request: HttpRequest, slug: str) -> HttpResponse:
    """One förbund: what was agreed, what was decided, what it cost, over the years."""
    found = get_object_or_404(Association, slug=slug)
    access = access_to(found, request.user)
    rows = equity_rows(found, access)
    context = pages.association_context(
        found,
        queries.year_summaries(found, access),
        access,
        costs=CostYear.span(queries.year_lines(found, access, [Account.ALLOCATED])),
        capital=rows,
        against=measured(rows, [as_step(step) for step in found.equity_steps.all()]),
    )
    return render(request, "budgets/association.html", context)


@require_safe
def year(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """One year's budget: who capped it, what each pays, what the money does."""
    budget, access = budget_or_404(request, slug, year)
    postings = queries.year_postings(
        budget.association, year, upto=None if access.reads_drafts else budget.number
    )
    asked = request.GET.get("version", "")
    place = budget.number if asked else None
    context = pages.year_context(budget, writes=access.writes, on_screen=True, place=place) | {
        "access": access,
        "asked": asked,
        **_addresses(request, budget),
        "postings": PostingTable(postings, year=year, with_author=access.reads_drafts),
    }
    return render(request, "budgets/year.html", context)


@require_safe
def budget_pdf(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The year's budget report as PDF, of what the visitor may see on the page."""
    budget, access = budget_or_404(request, slug, year)
    try:
        document = reports.budget_pdf(budget, queries.year_summaries(budget.association, access))
    except reports.CannotMakePdf as error:
        return render(request, "budgets/no_pdf.html", {"reason": str(error)}, status=503)
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{reports.file_name(budget)}"'
    return response


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: HttpRequest, slug: str, year: int, member: str) -> HttpResponse:
    """The secretary changes one member's commitment."""
    budget, access = budget_or_404(request, slug, year, as_it_stands=True)
    refuse_unless_writes(access)
    whose = _paying_member_or_404(budget, member)
    cell = Cell(Account.COMMITTED, year, member_id=whose.pk)
    # The number first: what is posted between the two reads then counts as not yet seen.
    head = ledger.head_number(budget.association)
    stands = queries.standing(budget.association, cell)
    typed = request.POST if request.method == "POST" else None
    form = CommitmentForm(typed, head=head, amount=stands.amount)
    conflict, is_lost = None, form.has_lost_its_place
    if is_lost:
        form = form.seen_again()
    elif typed is not None and form.is_valid():
        try:
            posting = _record(request, budget.association, cell, form)
        except services.ConflictError as error:
            (conflict,) = error.conflicts
            form = form.seen_again()
        else:
            after = queries.year_budget(budget.association, year, access)
            messages.success(request, sentences.recorded(whose, budget, after, posting))
            return redirect("year", slug, year)
    context = {
        "association": budget.association,
        "access": access,
        "budget": budget,
        "member": whose,
        "stands": stands,
        "form": form,
        "conflict": conflict,
        "is_lost": is_lost,
    }
    status = 409 if conflict else 422 if is_lost or form.errors else 200
    return render(request, "budgets/commitment.html", context, status=status)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether the site can reach its database. Says nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def _addresses(request: HttpRequest, budget: YearBudget) -> dict[str, str]:
    """Where the version that is shown can be read for ever, and its address to search engines.

    The newest version is what the year's own address shows; a draft has neither.
    """
    if budget.is_working or budget.version is None:
        return {}
    permanent = page_address(budget.association, budget.version)
    is_newest = budget.version == budget.versions[-1]
    canonical = reverse("year", args=[budget.association.slug, budget.year]) if is_newest else permanent
    return {"permanent": permanent, "canonical": request.build_absolute_uri(canonical)}


def _paying_member_or_404(budget: YearBudget, slug: str) -> Member:
    """The year's member by its slug, if it pays."""
    for party in budget.summary.parties:
        for row in party.members:
            if row.member.slug == slug and row.member.pays:
                return row.member
    raise Http404


def _record(
    request: HttpRequest, association: Association, cell: Cell, form: CommitmentForm
) -> Posting | None:
    """Post what the form says, by the one who is logged in; a decision alone where the amount stands."""
    about: dict[str, Any] = {
        "association": association,
        "reason": form.cleaned_data["reason"],
        "by": request.user,
        "decision": form.decision,
    }
    wishes = {cell: Figure(form.cleaned_data["amount"])}
    changed = services.record(wishes=wishes, seen=form.cleaned_data["seen"], **about)
    return changed or services.confirm(cell=cell, **about)
