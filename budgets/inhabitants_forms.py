"""What the secretary types into a page of inhabitants: each municipality's count, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import weights
from budgets.inhabitants import Count, cell_of
from budgets.key_forms import COUNT_SENTENCES
from budgets.ledger import Cell
from budgets.models import Posting
from budgets.weights import WeightError
from finsam import money
from finsam.money import Fault, Figure
from finsam.texts import TextField, shortened
from members.models import Member

# As many as the country has in all; more is a slip of the hand.
MOST_PEOPLE = 11_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A municipality on the page: its count as the form shows it, and the one of the year before."""

    member: Member
    shown: Count | None
    before: Count | None

    @property
    def name(self) -> str:
        """The municipality's name."""
        return self.member.organisation.name

    @property
    def field_name(self) -> str:
        """The field of its count."""
        return f"count-{self.member.slug}"

    @property
    def text(self) -> str:
        """What its input shows."""
        return money.grouped(self.shown.people.amount or 0) if self.shown else ""


class InhabitantsForm(forms.Form):
    """The municipalities' inhabitants on one day, the source that they stand in, and perhaps a note."""

    sure = forms.BooleanField(label=gettext_lazy("Antalen stämmer"), required=False)
    source = TextField(
        label=gettext_lazy("Källa"),
        error_messages={"required": gettext_lazy("Skriv var antalen står, till exempel SCB och vilken dag.")},
        max_length=Posting._meta.get_field("source").max_length,
    )
    reason = TextField(
        label=gettext_lazy("Anteckning"),
        max_length=Posting._meta.get_field("reason").max_length,
        required=False,
    )

    def __init__(self, typed: Any = None, *, year: int, rows: Sequence[Row]) -> None:
        """``year``: at whose end the inhabitants were counted; ``rows``: as the form shows them."""
        super().__init__(typed, label_suffix="")
        self.year = year
        self.rows = rows
        self.unsaid = _("Invånare 16–64 år den 31 december %(year)s") % {"year": year}
        self.fields["source"].help_text = _("Till exempel SCB, folkmängd 31 december %(year)s.") % {
            "year": year
        }
        self.fields["reason"].help_text = _("Alla kan läsa den. Lämna tomt, så står det: %(unsaid)s.") % {
            "unsaid": self.unsaid
        }
        for row in rows:
            self.fields[row.field_name] = _count_field(row, year)
        # What is wrong is told in the page's order.
        self.order_fields([row.field_name for row in rows])

    @property
    def about(self) -> list[forms.BoundField]:
        """What the counts rest on."""
        return [self["source"], self["reason"]]

    @property
    def asks(self) -> bool:
        """Whether it asks about counts that have moved far, or has been answered."""
        return "sure" in self.errors or bool(self.is_bound and self.data.get("sure"))

    @property
    def why(self) -> str:
        """The reason as the ledger keeps it."""
        return self.cleaned_data["reason"] or self.unsaid

    @property
    def wishes(self) -> Mapping[Cell, Figure]:
        """What each municipality's count is to be."""
        counts = ((row, self.cleaned_data.get(row.field_name)) for row in self.rows)
        return {cell_of(row.member, self.year): Figure(count) for row, count in counts if count is not None}

    def clean(self) -> dict[str, Any]:
        """Read the counts; refuse those that cannot be, and ask once about those that have moved far."""
        cleaned: dict[str, Any] = super().clean() or {}
        for row in self.rows:
            if row.field_name not in self.errors:
                cleaned[row.field_name] = self._count(row, cleaned.get(row.field_name, ""))
        far = [row for row in self.rows if _has_moved_far(row, cleaned.get(row.field_name))]
        if far and not cleaned.get("sure"):
            self.add_error("sure", " ".join(self._moved(row, cleaned[row.field_name]) for row in far))
        return cleaned

    def _count(self, row: Row, text: str) -> int | None:
        """A municipality's count as typed; None where there is none to read, with what is wrong."""
        if not text:
            if row.shown:
                told = _("Ett bokfört antal kan inte tömmas (det var %(shown)s). Skriv det rätta antalet.")
                self.add_error(row.field_name, told % {"shown": row.text})
            return None
        try:
            count = weights.read_count(text)
        except WeightError as error:
            self.add_error(row.field_name, COUNT_SENTENCES[error.fault] % {"text": shortened(error.text)})
            return None
        if count > MOST_PEOPLE:
            self.add_error(row.field_name, COUNT_SENTENCES[Fault.TOO_LARGE] % {"text": shortened(text)})
            return None
        if count == 0:
            self.add_error(row.field_name, _("Skriv ett antal som är mer än 0, eller lämna fältet tomt."))
            return None
        return count

    def _moved(self, row: Row, count: int) -> str:
        told = _(
            "%(name)s har nu %(count)s, mer än 30\u00a0%% från %(before)s den 31 december %(year)s. "
            "Kryssa för att antalet stämmer, eller rätta det."
        )
        before = row.before.people.amount if row.before else 0
        words = {"name": row.name, "count": money.grouped(count), "before": money.grouped(before or 0)}
        return told % (words | {"year": self.year - 1})


def _has_moved_far(row: Row, count: int | None) -> bool:
    """Whether a count that is not posted yet is more than 30 % from the year before's."""
    before = row.before.people.amount if row.before else None
    stands = row.shown.people.amount if row.shown else None
    if not isinstance(count, int) or before is None or count == stands:
        return False
    return abs(count - before) * 10 > before * 3


def _count_field(row: Row, year: int) -> TextField:
    """The field of a municipality's count, with what it shows."""
    return TextField(
        label=_("Invånare i %(name)s den 31 december %(year)s") % {"name": row.name, "year": year},
        initial=row.text,
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
