"""How every grid is edited: shown, reckoned anew, refused with all that was typed, asked about, saved.

A page says what its grid is made of and what follows from it; the steps are the same for all. Nothing here
knows what the amounts mean.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets import queries, services
from budgets.forms import ActForm, DecisionForm, number_in
from budgets.grids import sheets
from budgets.grids.contributions import PLAN_YEARS
from budgets.grids.grid import Follows, Grid, Slot, Typed, lines
from budgets.ledger import NO_DECISION, NO_SOURCE, Cell, Source
from budgets.models import Posting
from budgets.services import Act, ConflictError
from budgets.views.admission import secretary_or_refused, year_or_404
from finsam import uploads
from finsam.money import Figure
from finsam.texts import shortened
from members.access import Access
from members.models import Association

PREVIEW = "preview"
UPLOAD = "upload"
WORKBOOK = "xlsx"


@dataclass(frozen=True)
class GridPage:
    """What one page's grid is made of, whatever the förbund and the year.

    ``build`` makes the grid of an association's year as of a posting's number, None for now; ``follows`` says
    what follows from what was typed; ``unsaid`` is the ledger's reason when none is given, with the ``year``
    and the ``last`` plan year; ``own_decisions``: each row may rest on a decision of its own; ``actions``:
    what other buttons do to what was typed, by their value, before it is shown again; ``needs_reason`` says
    why a note must be written, empty when it need not.
    """

    title: str
    build: Callable[[Association, int, int | None], Grid]
    follows: Callable[[Typed], Follows]
    template: str
    unsaid: str
    own_decisions: bool = False
    actions: Mapping[str, Callable[[Typed], Typed]] = field(default_factory=dict)
    needs_reason: Callable[[Typed], str] = lambda typed: ""


@dataclass(frozen=True)
class Desk:
    """A grid page opened by an association's secretary, for a year."""

    page: GridPage
    association: Association
    access: Access
    year: int

    def build(self, seen: int | None = None) -> Grid:
        """The grid as of posting number ``seen``, None for now."""
        return self.page.build(self.association, self.year, seen)

    def act(self, typed: Any = None) -> ActForm:
        """The form for the common decision and the note."""
        years = {"year": self.year, "last": self.year + PLAN_YEARS - 1}
        return ActForm(typed, unsaid=self.page.unsaid % years)


@dataclass
class Draft:
    """A grid page on its way: what was typed, the decisions, and what there is to say about it."""

    typed: Typed
    act: ActForm
    own: dict[str, DecisionForm]
    source: Source = NO_SOURCE
    # For amounts that came in a workbook: what of it was left out, None when they were typed.
    left_out: tuple[str, ...] | None = None
    # Why a workbook could not be read.
    file_fault: str = ""
    # The names of slots that somebody else changed meanwhile, until it is chosen whose amount stands.
    contested: list[str] = field(default_factory=list)
    is_lost: bool = False
    asks: bool = False
    # Whether it was to be saved, not only reckoned anew.
    is_tried: bool = False

    @property
    def decisions(self) -> list[DecisionForm]:
        """The common decision and those of the rows."""
        return [self.act, *self.own.values()]


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps the amounts from being saved: a sentence, and the field it is about, if one."""

    sentence: str
    target: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Contest:
    """A slot that somebody else changed meanwhile: what was typed, what stands, and by which posting.

    ``text`` is what stands in its input, ``mine`` the same in running text.
    """

    slot: Slot
    label: str
    text: str
    mine: str
    stands: str
    posting: Posting


def edit(request: HttpRequest, slug: str, year: int, page: GridPage) -> HttpResponse:
    """Show the grid to the secretary, or answer what was sent: reckoned, refused, asked about or saved."""
    association, access = secretary_or_refused(request, slug)
    year_or_404(year)
    desk = Desk(page, association, access, year)
    if request.method != "POST":
        is_asked_for = request.GET.get("format") == WORKBOOK
        return _workbook(request, desk) if is_asked_for else _shown(request, desk, _fresh(desk))
    if request.POST.get("action") == UPLOAD:
        return _uploaded(request, desk)
    draft = _draft(desk, request.POST)
    if request.POST.get("action") == PREVIEW or draft.is_lost:
        return _shown(request, desk, draft, status=422 if draft.is_lost else 200)
    action = request.POST.get("action", "")
    if action in page.actions:
        draft.typed = page.actions[action](draft.typed)
        return _shown(request, desk, draft)
    draft.is_tried = True
    if draft.contested:
        return _contested(request, desk, draft, draft.contested)
    _ask_for_reason(desk, draft)
    _ask_for_amounts(draft)
    wrong = [form for form in draft.decisions if not form.is_valid()]
    if draft.typed.errors or wrong or desk.page.follows(draft.typed).refusals:
        return _shown(request, desk, draft, status=422)
    draft.asks = bool(draft.typed.questions)
    if draft.asks:
        return _shown(request, desk, draft, status=422)
    try:
        posted = _save(request, draft)
    except ConflictError as error:
        names = {slot.cell: slot.name for slot in draft.typed.wishes}
        return _contested(request, desk, draft, [names[each.cell] for each in error.conflicts])
    messages.success(request, saved(posted))
    return redirect(request.get_full_path())


def _workbook(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The grid as it stands, as a workbook."""
    typed = Typed(desk.build())
    grid = typed.grid
    state = queries.state_of(desk.association, desk.year, grid.books.head)
    about = sheets.About(request.path, state, timezone.now())
    response = HttpResponse(
        sheets.written(grid, desk.page.follows(typed), about),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    place = request.path.strip("/").replace("/", "-")
    name = f"{place}-verifikation-{grid.books.head}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _uploaded(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What a workbook says, shown as if typed: nothing is saved before its differences have been seen."""
    file = request.FILES.get("file")
    draft = _fresh(desk)
    if file is None:
        draft.file_fault = _("Välj en fil först.")
        return _shown(request, desk, draft, status=422)
    content = file.read(uploads.LARGEST_FILE + 1)
    try:
        found = sheets.read(file.name, content, draft.typed.grid, request.path)
    except uploads.FileError as error:
        draft.file_fault = str(error)
        return _shown(request, desk, draft, status=422)
    draft.typed = Typed(desk.build(found.seen), found.texts)
    draft.left_out = found.faults
    draft.source = Source(shortened(file.name), "", hashlib.sha256(content).hexdigest())
    return _shown(request, desk, draft)


def _signed(source: Source) -> str:
    """A workbook's name and sum on their way through the form; empty for amounts that were typed."""
    return signing.dumps([source.text, source.sha256], salt=_SOURCE) if source.text else ""


def _source(signed: str) -> Source:
    """What ``_signed`` wrote; nothing when there is nothing, or when somebody else wrote it."""
    try:
        text, sha256 = signing.loads(signed, salt=_SOURCE) if signed else ("", "")
    except signing.BadSignature:
        return NO_SOURCE
    return Source(text, "", sha256)


_SOURCE = "the workbook that a grid's amounts came in"


def _contested(request: HttpRequest, desk: Desk, draft: Draft, names: list[str]) -> HttpResponse:
    """Ask whose amount is to stand, in the grid as it stands now."""
    draft.contested = names
    draft.typed = draft.typed.rebased(desk.build())
    return _shown(request, desk, draft, status=409)


def _ask_for_reason(desk: Desk, draft: Draft) -> None:
    """Refuse amounts that must be explained and are not."""
    why_needed = desk.page.needs_reason(draft.typed)
    if why_needed and draft.act.is_valid() and not draft.act.cleaned_data["reason"]:
        draft.act.add_error("reason", why_needed)


def _ask_for_amounts(draft: Draft) -> None:
    """Refuse a decision or a note that no changed amount would carry: else its words would be lost."""
    if draft.typed.errors or draft.typed.choices:
        return
    wished = {slot.row for slot in draft.typed.wishes}
    own = {row for row, form in draft.own.items() if form.has_changed()}
    nothing = _("Inget belopp som det här gäller är ändrat. Ändra ett belopp eller töm fälten.")
    for row in own - wished:
        if draft.own[row].is_valid():
            draft.own[row].add_error("decision_body", nothing)
    if draft.act.is_valid():
        decided, noted = draft.act.decision != NO_DECISION, draft.act.cleaned_data["reason"]
        if (decided and not wished - own) or (noted and not wished):
            draft.act.add_error("decision_body" if decided else "reason", nothing)


def saved(posted: Iterable[Posting]) -> str:
    """Tell what saving did: which postings hold it now."""
    numbers = [str(posting.number) for posting in posted]
    if not numbers:
        return _("Inget var ändrat, så inget nytt bokfördes.")
    said = ngettext(
        "Sparat som verifikation %(numbers)s.", "Sparat som verifikationerna %(numbers)s.", len(numbers)
    )
    return said % {"numbers": ", ".join(numbers)}


def _fresh(desk: Desk) -> Draft:
    """The page before anything is typed."""
    grid = desk.build()
    own = {row.slug: DecisionForm(prefix=row.slug) for row in grid.rows} if desk.page.own_decisions else {}
    return Draft(Typed(grid), desk.act(), own)


def _draft(desk: Desk, posted: QueryDict) -> Draft:
    """What was sent, in the grid as its form showed it."""
    seen = number_in(posted.get("seen", ""))
    grid = desk.build(seen)
    is_lost = seen is None or seen > grid.books.head
    names = {slot.name for slot in grid.open_slots()}
    typed = Typed(
        grid,
        {name: posted[name] for name in names if name in posted},
        {name: posted[f"choice.{name}"] for name in names if f"choice.{name}" in posted},
        frozenset(posted.getlist("sure") + (posted.getlist("asked") if "confirm" in posted else [])),
    )
    own = {}
    if desk.page.own_decisions:
        own = {row.slug: DecisionForm(posted, prefix=row.slug) for row in grid.rows}
    contested = [name for name in posted.getlist("contested") if typed.needs_choice(name)]
    act, source = desk.act(posted), _source(posted.get("source", ""))
    return Draft(typed, act, own, source, contested=contested, is_lost=is_lost)


def _save(request: HttpRequest, draft: Draft) -> list[Posting]:
    """Post what is wished: a posting for the common decision and one for each row that has its own."""
    by_row: dict[str, dict[Cell, Figure]] = {}
    for slot, wish in draft.typed.wishes.items():
        row = slot.row if slot.row in draft.own and draft.own[slot.row].has_changed() else ""
        by_row.setdefault(row, {})[slot.cell] = _posted(slot, wish)
    acts = [
        Act(wishes, draft.own[row].decision if row else draft.act.decision) for row, wishes in by_row.items()
    ]
    return services.record_acts(
        association=draft.typed.grid.association,
        acts=acts,
        reason=draft.act.why,
        by=request.user,
        seen=draft.typed.grid.books.seen,
        source=draft.source,
    )


def _posted(slot: Slot, wish: Figure) -> Figure:
    """An emptied amount is posted as a derived 0: from then on it is as computed."""
    return Figure(0, is_derived=True) if wish.is_missing and slot.may_be_emptied else wish


def _shown(request: HttpRequest, desk: Desk, draft: Draft, status: int = 200) -> HttpResponse:
    typed = draft.typed
    labels = {
        slot.name: f"{row.name} {column.heading}"
        for row in typed.grid.rows
        for column, slot in zip(typed.grid.columns, row.slots, strict=True)
        if slot
    }
    follows = desk.page.follows(typed)
    faults = list(_faults(draft, labels, follows)) if request.method == "POST" else []
    context = {
        "association": desk.association,
        "access": desk.access,
        "year": desk.year,
        "title": desk.page.title,
        "grid": typed.grid,
        "lines": lines(typed, follows),
        "follows": follows,
        "draft": draft,
        "act": draft.act,
        "own": [(row, draft.own[row.slug]) for row in typed.grid.rows if row.slug in draft.own],
        "own_is_open": any(form.has_changed() for form in draft.own.values()),
        "faults": faults,
        "questions": [(each, labels[each.slot.name]) for each in typed.questions] if draft.asks else [],
        "contests": [
            _contest(typed, slot, labels) for slot in typed.grid.open_slots() if slot.name in draft.contested
        ],
        "sure": sorted(typed.sure),
        "source": _signed(draft.source),
        "changes": [(labels[slot.name], slot.name, slot.shown, wish) for slot, wish in typed.wishes.items()]
        if draft.left_out is not None
        else [],
        # Whether it shows nothing that was typed; a draft that the browser keeps is then offered.
        "is_fresh": request.method != "POST" or bool(draft.file_fault),
        "is_wrong": bool(faults) or (status >= 400 and not draft.asks),
    }
    return render(request, desk.page.template, context, status=status)


def _faults(draft: Draft, labels: Mapping[str, str], follows: Follows) -> Iterator[Fault]:
    """All that has to be mended, in the page's order."""
    if draft.file_fault:
        yield Fault(draft.file_fault, "id_file", _("Excel"))
    if draft.is_tried:
        yield from (Fault(refusal) for refusal in follows.refusals)
    for name, error in draft.typed.errors.items():
        yield Fault(error, name, labels[name])
    names = {row.slug: row.name for row in draft.typed.grid.rows}
    for row, form in {"": draft.act, **draft.own}.items():
        for field_ in form.visible_fields():
            label = f"{names.get(row, row)}, {field_.label}" if row else str(field_.label)
            yield from (Fault(error, field_.id_for_label, label) for error in field_.errors)


def _contest(typed: Typed, slot: Slot, labels: Mapping[str, str]) -> Contest:
    """Two amounts for one slot, as its choice tells them."""
    text = typed.text(slot).replace("\x00", "")
    figure = typed.wishes.get(slot)
    mine = slot.told(figure) if figure else shortened(text)
    posting = queries.last_posting_on(typed.grid.association, slot.cell)
    return Contest(slot, labels[slot.name], text, mine, slot.told(slot.stands), posting)
