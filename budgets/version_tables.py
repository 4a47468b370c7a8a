"""The tables of a budget's way: versions, answers, what adopting posts, what differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.differences import Side
from budgets.models import BudgetVersion, Note, Posting
from budgets.posting_tables import author_of, decision_of
from budgets.steps import Round
from budgets.tables import Table
from budgets.years import YearBudget, difference
from finsam.kronor import KronorColumn
from finsam.money import MISSING, Figure
from members.models import Member


def side_name(side: Side) -> str:
    """A side of a comparison in words: "2021, version 1, fastställd 2020-11-26"."""
    return f"{side.year}, {version_name(side.version)}"


def version_name(version: BudgetVersion | None) -> str:
    """A version in words: "version 2, fastställd 2026-11-26". None is the working state."""
    if version is None:
        return _("utkastet, läget nu")
    decided = version.posting.decision_date
    told = {"ordinal": version.ordinal, "state": version.get_state_display()}
    if not decided:
        return _("version %(ordinal)s, %(state)s") % told
    return _("version %(ordinal)s, %(state)s %(day)s") % (told | {"day": decided.isoformat()})


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version, or the working state when ``version`` is None, and what it is compared with."""

    version: BudgetVersion | None
    posting: Posting
    compared_with: BudgetVersion | None


def version_rows(budget: YearBudget, working: Posting | None) -> list[VersionRow]:
    """The year's versions, newest first, with the working state on top when ``working`` made one."""
    befores = (None, *budget.versions)
    rows = [
        VersionRow(version, version.posting, before)
        for version, before in zip(budget.versions, befores, strict=False)
    ]
    if working:
        rows.append(VersionRow(None, working, befores[-1]))
    return rows[::-1]


class VersionTable(Table):
    """The versions that the viewer may see, each with its decision and the way to what it changed."""

    name = tables.Column(accessor="version", verbose_name=gettext_lazy("Version"))
    state = tables.Column(accessor="version", verbose_name=gettext_lazy("Läge"))
    decision = tables.Column(accessor="posting", verbose_name=gettext_lazy("Beslut eller källa"))
    number = tables.Column(accessor="posting", verbose_name=gettext_lazy("Verifikation"))
    author = tables.Column(accessor="posting", verbose_name=gettext_lazy("Bokförd av"))
    compared = tables.Column(accessor="compared_with", verbose_name=gettext_lazy("Skillnad"), empty_values=())

    css = "postings versions"

    def __init__(self, rows: Sequence[VersionRow], budget: YearBudget, *, with_author: bool) -> None:
        self.slug, self.year, self.with_author = budget.association.slug, budget.year, with_author
        exclude = [] if with_author else ["author"]
        exclude += [] if any(row.compared_with for row in rows) else ["compared"]
        super().__init__(rows, exclude=exclude)
        self.caption = _("Versioner, den senaste först")
        self.empty_text = _("Inget är bokfört än.")

    def render_name(self, record: VersionRow) -> SafeString:
        """The version as a link to the year's page as it was."""
        url = reverse("year", args=[self.slug, self.year])
        if record.version is None:
            return format_html('<a href="{}">{}</a>', url, _("Utkast"))
        name = _("Version %(ordinal)s") % {"ordinal": record.version.ordinal}
        return format_html('<a href="{}?version={}">{}</a>', url, record.version.ordinal, name)

    def render_state(self, record: VersionRow) -> SafeString:
        """The state, for those with a role whether others may see it, and how a revision is paid for."""
        version = record.version
        if version is None:
            return format_html('<span class="state">{}</span>', _("utkast"))
        notes = []
        if self.with_author and not version.is_adopted:
            notes.append(_("offentligt") if version.is_public else _("syns bara för förbundets roller"))
        if version.financing:
            notes.append(_("Finansiering: %(text)s") % {"text": version.financing})
        told = format_html_join("", '<span class="note">{}</span>', ((note,) for note in notes))
        state = '<span class="state {}">{}</span> {}'
        return format_html(state, version.state, version.get_state_display(), told)

    def render_decision(self, record: VersionRow) -> SafeString | str:
        """On which decision; a working state rests on none."""
        return decision_of(record.posting) if record.version else ""

    def render_number(self, record: VersionRow) -> SafeString:
        """The posting that the version is read as of, as a link to it."""
        url = reverse("posting", args=[self.slug, record.posting.number])
        return format_html('<a href="{}">{}</a>', url, record.posting.number)

    def render_author(self, record: VersionRow) -> SafeString:
        """Who and when; of a working state, its latest change."""
        return author_of(record.posting)

    def render_compared(self, record: VersionRow) -> SafeString | str:
        """The way to what differs from the version before."""
        if record.compared_with is None:
            return ""
        sides = (Side(self.year, version).key for version in (record.compared_with, record.version))
        told = _("mot version %(ordinal)s") % {"ordinal": record.compared_with.ordinal}
        link = '<a href="{}?fran={}&amp;till={}">{}</a>'
        return format_html(link, reverse("compare", args=[self.slug]), *sides, told)


@dataclass(frozen=True, slots=True)
class _AnswerRow:
    member: Member
    answer: Note | None


class AnswerTable(Table):
    """What each member answered in the consultation, and who has not answered."""

    name = tables.Column(accessor="member", verbose_name=gettext_lazy("Medlem"))
    stance = tables.Column(accessor="answer", verbose_name=gettext_lazy("Svar"))
    decision = tables.Column(accessor="answer", verbose_name=gettext_lazy("Beslut"))
    words = tables.Column(accessor="answer", verbose_name=gettext_lazy("Med medlemmens ord"))

    def __init__(self, way: Round) -> None:
        super().__init__([_AnswerRow(member, way.answers.get(member.pk)) for member in way.members])
        self.caption = _("Medlemmarnas svar om budget %(year)s") % {"year": way.budget.year}
        self.empty_text = _("Förbundet har inga medlemmar det här året.")

    def render_name(self, record: _AnswerRow) -> str:
        """The member's name."""
        return record.member.organisation.name

    def render_stance(self, record: _AnswerRow) -> SafeString | str:
        """The answer in a word; who has not answered is told so."""
        if record.answer is None:
            return format_html('<span class="note">{}</span>', _("har inte svarat"))
        return str(record.answer.get_stance_display())

    def render_decision(self, record: _AnswerRow) -> SafeString | str:
        """Whose decision, when and in which paragraph."""
        return decision_of(record.answer.posting) if record.answer else ""

    def render_words(self, record: _AnswerRow) -> str:
        """The member's own words."""
        return record.answer.text if record.answer else ""


@dataclass(frozen=True, slots=True)
class _CalledRow:
    name: str
    offered: Figure
    before: Figure
    called: Figure

    @property
    def change(self) -> Figure:
        return difference(self.called, self.before)


class CalledTable(Table):
    """What adopting the budget posts: each paying member's contribution, in a revision with the change."""

    name = tables.Column(verbose_name=gettext_lazy("Medlem"))
    offered = KronorColumn(verbose_name=gettext_lazy("Åtagande"))
    before = KronorColumn(verbose_name=gettext_lazy("Fastställt förut"))
    called = KronorColumn(verbose_name=gettext_lazy("Medlemsbidrag"))
    change = KronorColumn(verbose_name=gettext_lazy("Ändring"))

    unit = gettext_lazy("Belopp i kr")

    def __init__(self, way: Round, before: Mapping[int, Figure]) -> None:
        """``before``: what the adopted budget calls, by the member's pk; empty for a first budget."""
        rows = [
            _CalledRow(row.name, row.offered, before.get(row.member.pk, MISSING), row.called)
            for party in way.budget.summary.parties
            for row in party.members
            if row.member.pays
        ]
        super().__init__(
            rows,
            figures=[figure for row in rows for figure in (row.offered, row.before, row.called)],
            total=_("Summa"),
            summed=("offered", "before", "called"),
            exclude=() if before else ("before", "change"),
        )
        self.sums["change"] = difference(self.sums["called"], self.sums["before"])
        self.caption = _("Det här bokförs: medlemsbidrag %(year)s") % {"year": way.budget.year}
