"""The tables of postings: those behind a year, the steps of one figure, and the entries of one posting."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.behind import WHOLE, Part, history_url
from budgets.history import Figured, Piece, Step, Summed
from budgets.models import NOT_MONEY, Account, BudgetLine, Entry, Posting
from budgets.queries import LONGEST_POSTING
from budgets.tables import Table
from finsam import kronor, money
from finsam.kronor import AMOUNT, KronorColumn
from finsam.money import NO_BREAK_SPACE, Figure
from members.models import Association, Member


class PostingTable(Table):
    """The postings behind a year: number, what and why, on which decision, from which source, by whom."""

    number = tables.Column(verbose_name=gettext_lazy("Nr"), attrs={"th": {"class": "number"}})
    reason = tables.Column(verbose_name=gettext_lazy("Vad och varför"))
    changes = tables.Column(verbose_name=gettext_lazy("Belopp"), accessor="pk")
    decision = tables.Column(verbose_name=gettext_lazy("Beslut eller källa"), accessor="pk")
    author_name = tables.Column(verbose_name=gettext_lazy("Bokförd av"))

    row_header = "number"
    css = "postings"
    unit = gettext_lazy("Belopp i kr, som ändring mot läget före")

    def __init__(self, postings: Sequence[Posting], *, year: int, with_author: bool, **kwargs: Any) -> None:
        self.year = year
        super().__init__(postings, exclude=() if with_author else ("author_name",), **kwargs)
        self.empty_text = _("Inget är bokfört än.")
        self.caption = _("Verifikationer för %(year)s, den senaste först") % {"year": year}

    def render_number(self, record: Posting) -> SafeString:
        """The number as a link to the posting."""
        return link_to(record)

    def render_reason(self, record: Posting) -> SafeString:
        """Why, and what the posting did to a version or to an earlier posting."""
        return why(record)

    def render_changes(self, record: Posting) -> SafeString:
        """Each change with what it is about."""
        if record.entry_count > LONGEST_POSTING:
            return format_html("{}", _("%(count)s belopp") % {"count": record.entry_count})
        by_account = groupby(record.listed, key=lambda entry: entry.account)
        return format_html_join(
            "", "{}", ((_changes_on(account, list(changed)),) for account, changed in by_account)
        )

    def render_decision(self, record: Posting) -> SafeString:
        """Body, date, paragraph and registry number; the source for what was read in."""
        return decision_of(record)

    def render_author_name(self, record: Posting) -> SafeString:
        """Who and when."""
        return author_of(record)


def _changes_on(account: str, entries: list[Entry]) -> SafeString:
    """The changes on one account: its name once, then whose and how much."""
    rows = format_html_join(
        "",
        '<span class="change"><span>{}</span> <span class="nowrap">{}</span></span>',
        ((_whose(entry), signed(entry.account, entry.amount)) for entry in entries),
    )
    return format_html('<span class="note">{}</span>{}', Account(account).label, rows)


def _whose(entry: Entry) -> str:
    """The member or the budget line that an entry is about; the whole förbund when neither."""
    if entry.member:
        return entry.member.organisation.name
    return entry.line.name if entry.line else _("hela förbundet")


def signed(account: str, change: int, decimals: int | None = None) -> SafeString:
    """A change with its sign; a key's weight and a count of people are plain numbers, not kronor.

    ``decimals`` as in ``money.kr``.
    """
    written = money.grouped(change) if account in NOT_MONEY else money.kr(change, decimals)
    return kronor.signed(written, change)


def why(posting: Posting) -> SafeString:
    """Why, and what the posting did to a version or to an earlier posting."""
    notes = []
    if hasattr(posting, "version"):
        version = {
            "number": posting.version.ordinal,
            "state": posting.version.get_state_display(),
        }
        notes.append(_("Version %(number)s: %(state)s") % version)
    if posting.reverses:
        notes.append(_("Rättar verifikation %(number)s") % {"number": posting.reverses.number})
    if posting.reversed_by_number:
        notes.append(_("Rättad av verifikation %(number)s") % {"number": posting.reversed_by_number})
    marks = format_html_join("", '<span class="note">{}</span>', ((note,) for note in notes))
    return format_html("{} {}", posting.reason, marks)


def decision_of(posting: Posting) -> SafeString:
    """Body, date, paragraph and registry number; the source for what was read in."""
    date = posting.decision_date.isoformat() if posting.decision_date else ""
    paragraph = posting.decision_paragraph.replace(" ", NO_BREAK_SPACE)
    when = format_html('<span class="nowrap">{}</span>', NO_BREAK_SPACE.join(filter(None, (date, paragraph))))
    registry_no = posting.registry_no.replace(" ", NO_BREAK_SPACE)
    number = f"dnr{NO_BREAK_SPACE}{registry_no}" if registry_no else ""
    parts = [part for part in (posting.decision_body, when if date or paragraph else "", number) if part]
    if posting.source:
        parts.append(posting.source)
    return format_html_join(", ", "{}", ((part,) for part in parts)) if parts else kronor.kr(None)


# What the figures of an account are, where they are not kronor.
_UNITS = {Account.KEY: "", Account.INHABITANTS: gettext_lazy("Antal invånare")}


class StepTable(Table):
    """The history of one figure: each posting's change, and what the figure was after it."""

    number = tables.Column(accessor="posting", verbose_name=gettext_lazy("Nr"))
    reason = tables.Column(accessor="posting", verbose_name=gettext_lazy("Vad och varför"))
    decision = tables.Column(accessor="posting", verbose_name=gettext_lazy("Beslut eller källa"))
    author = tables.Column(accessor="posting", verbose_name=gettext_lazy("Bokförd av"))
    change = tables.Column(verbose_name=gettext_lazy("Ändring"), attrs=AMOUNT)
    after = tables.Column(verbose_name=gettext_lazy("Därefter"), attrs=AMOUNT)

    row_header = "number"
    css = "postings"
    caption = gettext_lazy("Verifikationerna bakom beloppet, den senaste först")

    def __init__(self, steps: Sequence[Step], *, account: str, with_author: bool) -> None:
        figures = [Figure(amount) for step in steps for amount in (step.change, step.after)]
        super().__init__(steps, figures=figures, exclude=() if with_author else ("author",))
        self.account = account
        self.unit = _UNITS.get(account, _("Belopp i kr"))
        self.empty_text = _("Inget är bokfört än.")

    def render_number(self, record: Step) -> SafeString:
        """The posting's number as a link to it."""
        return link_to(record.posting)

    def render_reason(self, record: Step) -> SafeString:
        """Why."""
        return why(record.posting)

    def render_decision(self, record: Step) -> SafeString:
        """On which decision, from which source."""
        return decision_of(record.posting)

    def render_author(self, record: Step) -> SafeString:
        """Who and when."""
        return author_of(record.posting)

    def render_change(self, record: Step) -> SafeString:
        """The change with its sign."""
        return signed(self.account, record.change, self.decimals)

    def render_after(self, record: Step) -> SafeString | str:
        """What the figure was after it."""
        if self.account in NOT_MONEY:
            return money.grouped(record.after)
        return kronor.kr_with(record.after, self.decimals)


class PieceTable(Table):
    """The figures that a figure is the sum of; each leads to its own history."""

    name = tables.Column(accessor="figured", verbose_name=gettext_lazy("Medlem"))
    figure = KronorColumn(verbose_name=gettext_lazy("Belopp"))

    css = "pieces"
    caption = gettext_lazy("Det här är summan av")
    unit = gettext_lazy("Belopp i kr")

    def __init__(self, pieces: Sequence[Piece], *, slug: str, place: int | None) -> None:
        figures = [piece.figure for piece in pieces]
        super().__init__(pieces, figures=figures, total=_("Summa"), summed=("figure",))
        self.slug, self.place = slug, place
        self.by_month = any(piece.figured.month for piece in pieces)
        if self.by_month:
            self.columns["name"].column.verbose_name = _("Månad")
        elif any(piece.figured.line for piece in pieces):
            self.columns["name"].column.verbose_name = _("Post")

    def render_name(self, record: Piece) -> str:
        """Whose the figure is, or of a member's or a line's year which month."""
        if self.by_month:
            month = record.figured.month
            return str(MONTHS[month]) if month else _("hela året")
        owner = record.figured.member or record.figured.line
        return name_of_owner(owner) if owner else _("hela förbundet")

    def render_figure(self, record: Piece) -> SafeString:
        """The figure, as a link to what is behind it."""
        written = kronor.kr_with(record.figure, self.decimals)
        figured = record.figured
        owner = figured.member or figured.line
        # What is posted for the whole year has no history apart from the year's.
        if self.by_month and not figured.month:
            return written
        whose = owner.slug if owner else WHOLE
        return kronor.linked(
            written, history_url(self.slug, figured.account, figured.year, whose, figured.month, self.place)
        )


class EntryTable(Table):
    """The entries of one posting; each leads to the history of its figure."""

    whose = tables.Column(accessor="pk", verbose_name=gettext_lazy("Vems"))
    what = tables.Column(accessor="account", verbose_name=gettext_lazy("Vad"))
    change = tables.Column(accessor="amount", verbose_name=gettext_lazy("Ändring"), attrs=AMOUNT)

    row_header = "whose"
    css = "entries"
    caption = gettext_lazy("Belopp i verifikationen")
    unit = gettext_lazy("Belopp i kr, som ändring mot läget före")

    def __init__(self, entries: Sequence[Entry], *, slug: str) -> None:
        money_only = [Figure(entry.amount) for entry in entries if entry.account not in NOT_MONEY]
        super().__init__(entries, figures=money_only)
        if {entry.account for entry in entries} == {Account.INHABITANTS}:
            self.unit = _("Antal invånare, som ändring mot läget före")
        self.slug = slug
        self.empty_text = _("Verifikationen ändrar inga belopp.")

    def render_whose(self, record: Entry) -> SafeString:
        """The member, the line or the whole förbund, as a link to the figure's history.

        The link says what is read beside it too: twelve links of one name would lead to twelve places.
        """
        url = history_url(self.slug, record.account, record.year, whose_slug(record), record.month)
        link = '<a href="{}">{}<span class="visually-hidden">, {}</span></a>'
        return format_html(link, url, _whose(record), self.render_what(record))

    def render_what(self, record: Entry) -> str:
        """The account and the year, with the month where the entry has one."""
        return f"{Account(record.account).label} {year_and_month(record.year, record.month)}"

    def render_change(self, record: Entry) -> SafeString:
        """The change with its sign."""
        return signed(record.account, record.amount, self.decimals)


def year_and_month(year: int, month: int | None) -> str:
    """A year, or a month of it: "2027", "mars 2027"."""
    return f"{MONTHS[month]} {year}" if month else str(year)


def name_of(association: Association, figured: Figured | Summed) -> str:
    """Whose a figure is: the member's, the line's or the association's name, or what a sum is of."""
    if isinstance(figured, Summed):
        return str(_PART_NAMES[figured.part])
    owner = figured.member or figured.line
    return name_of_owner(owner) if owner else association.short_name


def name_of_owner(owner: Member | BudgetLine) -> str:
    """A member's or a line's name."""
    return owner.organisation.name if isinstance(owner, Member) else owner.name


_PART_NAMES = {
    Part.ALL: gettext_lazy("Alla medlemmar"),
    Part.STATE: gettext_lazy("Staten"),
    Part.REGIONS: gettext_lazy("Regionerna"),
    Part.MUNICIPALITIES: gettext_lazy("Kommunerna"),
    Part.COSTS: gettext_lazy("Alla kostnader"),
    Part.INCOMES: gettext_lazy("Alla övriga intäkter"),
    Part.MEASURES: gettext_lazy("Alla insatser"),
    Part.ADMINISTRATION: gettext_lazy("Alla kostnader utom insatser"),
}


def link_to(posting: Posting) -> SafeString:
    """A posting's number as a link to it."""
    url = reverse("posting", args=[posting.association.slug, posting.number])
    return format_html('<a href="{}">{}</a>', url, posting.number)


def author_of(posting: Posting) -> SafeString:
    """Who and when."""
    when = kronor.local_time(posting.created_at)
    return format_html('{} <span class="note">{}</span>', posting.author_name, when)


def whose_slug(entry: Entry) -> str:
    """What names an entry's member or line in an address."""
    owner = entry.member or entry.line
    return owner.slug if owner else WHOLE
