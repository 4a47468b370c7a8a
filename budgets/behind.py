"""Where a figure leads: to its history of postings, to the figures it sums, or to how it is worked out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budgets.models import PLAN_ACCOUNTS, Account, BudgetLine
from budgets.years import Noted, PartyRow
from finsam.kronor import linked
from members.models import Party

# In an address, where others name a member or a line: the association's own figures.
WHOLE = "alla"


class Part(StrEnum):
    """Which figures of an account a sum is of, by what the address calls them; ``ALL`` has no word there."""

    ALL = ""
    STATE = "staten"
    REGIONS = "regionerna"
    MUNICIPALITIES = "kommunerna"
    COSTS = "kostnader"
    MEASURES = "insatser"
    ADMINISTRATION = "annat-an-insatser"
    INCOMES = "intakter"


# By the party's value.
PART_OF_PARTY: Mapping[str, Part] = {
    Party.STATE: Part.STATE,
    Party.REGIONS: Part.REGIONS,
    Party.MUNICIPALITIES: Part.MUNICIPALITIES,
}


def part_of(line: BudgetLine) -> Part:
    """Which of the two sums of lines a line is in."""
    return Part.INCOMES if line.is_income else Part.COSTS


class Worked(StrEnum):
    """A figure that no entry holds but that is worked out from others, by what the address calls it."""

    LOST = "uteblivet"
    UNUSED = "outnyttjat"
    # What the rule makes of the commitments, until the board has adopted.
    SHARE = "bidrag"
    VARIANCE = "avvikelse"
    REMAINING = "kvar-av-budget"
    FORECAST = "prognos"
    RESULT = "resultat"
    CLOSING = "utgaende"
    EQUITY = "eget-kapital"
    LATE = "forsenat"
    TO_PAY = "kvar-att-betala"
    OVERPAID = "overbetalt"
    INSTALMENTS = "delbetalningar"


# What a result or an own capital is worked out from.
BUDGET, OUTCOME = "budget", "utfall"


def history_url(
    slug: str, account: str, year: int, whose: str, month: int | None = None, place: int | None = None
) -> str:
    """The address of a figure's history. ``place``: the posting's number that it is read as of."""
    address = reverse("history", args=[slug, year, account.replace("_", "-"), whose])
    return _asked(address, manad=month, lage=_read_as_of(account, place))


def sum_url(slug: str, account: str, year: int, part: Part | str = Part.ALL, place: int | None = None) -> str:
    """The address of a sum's figures and postings."""
    args = [slug, year, account.replace("_", "-"), *([str(part)] if part else [])]
    return _asked(reverse("history_sum", args=args), lage=_read_as_of(account, place))


def _read_as_of(account: str, place: int | None) -> int | None:
    """What happens after the board has adopted goes on, and is read as of now."""
    return place if account in PLAN_ACCOUNTS else None


def worked_url(slug: str, worked: Worked, year: int, whose: str = "", place: int | None = None) -> str:
    """The address of how a figure is worked out; ``whose``: a member, a line, a part or a basis."""
    args = [slug, year, str(worked), *([whose] if whose else [])]
    return _asked(reverse("worked", args=args), lage=place)


def _asked(address: str, **about: int | None) -> str:
    asked = urlencode({name: value for name, value in about.items() if value})
    return f"{address}?{asked}" if asked else address


@dataclass(frozen=True, slots=True)
class Behind:
    """What a table knows of what is behind its figures: where their histories are, and the notes to them.

    On paper there are no histories to go to: ``slug`` is empty. ``place`` is the posting's number that the
    figures are read as of, None for the newest that the viewer sees.
    """

    year: int
    slug: str = ""
    notes: tuple[Noted, ...] = ()
    place: int | None = None

    def of(self, account: str) -> dict[int | None, str]:
        """The notes to the account's figures, by member or line; None for the whole förbund's."""
        return {each.line_id or each.member_id: each.text for each in self.notes if each.account == account}

    def figure(
        self, written: SafeString | str, account: str, whose: str, number: int | None = None
    ) -> SafeString:
        """A written figure with the number of its note, as a link to its history."""
        if self.slug:
            written = linked(written, self.history_at(account, whose))
        if number is None:
            return format_html("{}", written)
        return format_html(
            '<sup class="noteref">{}</sup>{}', _("not %(number)s") % {"number": number}, written
        )

    def sum(self, written: SafeString | str, account: str, part: Part | str = Part.ALL) -> SafeString:
        """A written sum as a link to the figures that it is of."""
        return linked(written, self.sum_at(account, part) if self.slug else "")

    def worked(self, written: SafeString | str, worked: Worked, whose: str = "") -> SafeString:
        """A written figure as a link to how it is worked out."""
        return linked(written, self.worked_at(worked, whose) if self.slug else "")

    def called(
        self, written: SafeString | str, part: Part | str = Part.ALL, *, is_decided: bool
    ) -> SafeString:
        """Contributions: those posted once the board has adopted, before that what the rule gives."""
        return linked(written, self.called_at(part, is_decided=is_decided) if self.slug else "")

    def history_at(self, account: str, whose: str) -> str:
        """The address of a figure's history."""
        return history_url(self.slug, account, self.year, whose, place=self.place)

    def sum_at(self, account: str, part: Part | str = Part.ALL) -> str:
        """The address of a sum."""
        return sum_url(self.slug, account, self.year, part, self.place)

    def committed_at(self, party: PartyRow) -> str:
        """The address of a party's commitment: its one paying member's history, or its members' figures."""
        paying = [row.member.slug for row in party.members if row.member.pays]
        if len(paying) == 1:
            return self.history_at(Account.COMMITTED, paying[0])
        return self.sum_at(Account.COMMITTED, PART_OF_PARTY[party.party])

    def called_at(self, part: Part | str = Part.ALL, *, is_decided: bool) -> str:
        """The address of a sum of contributions, as ``called`` has it."""
        return self.sum_at(Account.CALLED, part) if is_decided else self.worked_at(Worked.SHARE, str(part))

    def worked_at(self, worked: Worked, whose: str = "") -> str:
        """The address of how a figure is worked out."""
        return worked_url(self.slug, worked, self.year, whose, self.place)

    def in_year(self, year: int) -> "Behind":
        """The same for another year, as it stands."""
        return replace(self, year=year, notes=(), place=None)

    def at(self, place: int) -> "Behind":
        """The same as of a posting's number."""
        return replace(self, place=place)
