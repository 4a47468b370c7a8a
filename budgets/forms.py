"""What people type, checked and turned into what the services take."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from django import forms
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.ledger import Decision
from budgets.models import FIRST_YEAR, LAST_YEAR, BudgetLine, Entry, Note, Posting
from finsam.kronor import KronorField
from finsam.texts import DayField, TextField, shortened, swedish_order
from members.models import Organisation


def _length(field: str) -> int:
    """The room a posting has for a text."""
    return Posting._meta.get_field(field).max_length or 0


# All numbers of so few digits have room in the database.
_MOST_DIGITS = 18


def number_in(text: str) -> int | None:
    """A whole number as a hidden field sends it: a posting's, a row's, öre. None for anything else."""
    is_whole = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_whole else None


def seen_in(posted: Mapping[str, str], head: int) -> int | None:
    """The number of the newest posting when the form was shown, by its hidden field ``seen``.

    ``head`` is the newest now. None when the form does not say, or names one that is not there yet.
    """
    seen = number_in(posted.get("seen", ""))
    return seen if seen is not None and seen <= head else None


class DecisionForm(forms.Form):
    """Whose decision an act rests on: body, date, paragraph and registry number, all or none."""

    decision_body = TextField(
        label=gettext_lazy("Beslutat av"),
        help_text=gettext_lazy("Till exempel Regionfullmäktige. Lämna tomt om inget beslut finns än."),
        max_length=_length("decision_body"),
        required=False,
    )
    decision_date = DayField(
        label=gettext_lazy("Beslutsdatum"), help_text=gettext_lazy("Som 2026-11-27."), required=False
    )
    decision_paragraph = TextField(
        label=gettext_lazy("Paragraf"),
        help_text=gettext_lazy("I protokollet, som §\u00a045."),
        max_length=_length("decision_paragraph"),
        required=False,
    )
    registry_no = TextField(
        label=gettext_lazy("Diarienummer"), max_length=_length("registry_no"), required=False
    )

    def __init__(self, typed: Any = None, **kwargs: Any) -> None:
        super().__init__(typed, label_suffix="", **kwargs)

    def clean_decision_date(self) -> date | None:
        """A slip of the hand in the year is likelier than a decision of 1026."""
        decided: date | None = self.cleaned_data["decision_date"]
        if decided and not FIRST_YEAR <= decided.year <= LAST_YEAR:
            raise forms.ValidationError(_("Kontrollera årtalet i %(date)s.") % {"date": decided.isoformat()})
        return decided

    def clean_decision_paragraph(self) -> str:
        """Minutes write § 45; a bare 45 is given its sign, where there is room for it."""
        paragraph: str = self.cleaned_data["decision_paragraph"]
        signed = f"§ {paragraph}"
        has_room = len(signed) <= _length("decision_paragraph")
        return signed if paragraph[:1].isdigit() and has_room else paragraph

    def clean(self) -> dict[str, Any]:
        """A date, paragraph or number without a body does not say whose decision it is."""
        cleaned: dict[str, Any] = super().clean() or {}
        about = [cleaned.get(name) for name in ("decision_date", "decision_paragraph", "registry_no")]
        if any(about) and not cleaned.get("decision_body") and "decision_body" not in self.errors:
            self.add_error("decision_body", _("Skriv vem som beslutade, till exempel Regionfullmäktige."))
        return cleaned

    @property
    def decision_fields(self) -> list[forms.BoundField]:
        """The four fields of the decision, whatever else the form asks."""
        return [self[name] for name in DecisionForm.base_fields]

    @property
    def decision(self) -> Decision:
        """The decision as the ledger keeps it."""
        cleaned = self.cleaned_data
        return Decision(
            cleaned["decision_body"],
            cleaned["decision_date"],
            cleaned["decision_paragraph"],
            cleaned["registry_no"],
        )


class ActForm(DecisionForm):
    """The decision that a grid's amounts rest on, and why they are entered. All of it may be left out."""

    reason = TextField(label=gettext_lazy("Anteckning"), max_length=_length("reason"), required=False)

    def __init__(self, typed: Any = None, *, unsaid: str = "") -> None:
        """``unsaid``: what the ledger says when no reason is given."""
        super().__init__(typed)
        self.unsaid = unsaid
        self.fields["reason"].help_text = _("Lämna tomt, så står det: %(unsaid)s.") % {"unsaid": unsaid}

    @property
    def why(self) -> str:
        """The reason as the ledger keeps it."""
        return self.cleaned_data["reason"] or self.unsaid


# A posting number or öre in a hidden field; more digits than any has are not read.
_LONGEST_NUMBER = 17


class HiddenNumber(forms.CharField):
    """A whole number that a form carries for the page; its cleaned value is an int."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int:
        """Give the number. Raises ValidationError for anything that the page did not write."""
        text: str = super().clean(value)
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
            raise forms.ValidationError("unread")  # never shown: the page says that the form lost its place
        return int(text)


class SeenForm(forms.Form):
    """A form that carries the posting number its user had seen; its maker sets ``head``, the newest now.

    What has changed since is not overwritten unseen.
    """

    head: int
    seen = HiddenNumber()

    def seen_again(self) -> Self:
        """The same words in a form that has seen all there is: saving it is a choice, not an accident."""
        typed = self.data.copy()
        typed["seen"] = str(self.head)
        return type(self)(typed, head=self.head)

    @property
    def has_lost_its_place(self) -> bool:
        """Whether it no longer says what its user had seen; then nothing may be saved on it."""
        return self.is_bound and "seen" in self.errors

    def clean_seen(self) -> int:
        """Nobody has seen a posting that does not exist yet."""
        seen: int = self.cleaned_data["seen"]
        if not 0 <= seen <= self.head:
            raise forms.ValidationError("unseen")  # never shown: the page says that the form lost its place
        return seen


class CommitmentForm(SeenForm, DecisionForm):
    """A member's commitment for a year, the decision it rests on, and why it is entered."""

    field_order = ("amount",)
    amount = KronorField(
        label=gettext_lazy("Åtagande för året"),
        help_text=gettext_lazy(
            "I kronor, till exempel 12 000 000. Du kan också skriva 12 mnkr eller 450 tkr."
        ),
    )
    reason = TextField(
        label=gettext_lazy("Varför ändras beloppet?"),
        help_text=gettext_lazy(
            "En mening som går att förstå om tio år. Alla kan läsa den när budgeten är fastställd."
        ),
        max_length=_length("reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, typed: Any = None, *, head: int, amount: int | None = None) -> None:
        """``head``: the number of the newest posting; ``amount``: what stands now, öre."""
        super().__init__(typed, initial={"amount": amount, "seen": head})
        self.head = head
        self.fields["reason"].error_messages["required"] = _("Skriv varför beloppet ändras.")


class ReverseForm(DecisionForm):
    """Why a posting is taken back, and on which decision if any."""

    field_order = ("reason",)
    reason = TextField(
        label=gettext_lazy("Varför är verifikationen fel?"),
        help_text=gettext_lazy("En mening som går att förstå om tio år."),
        error_messages={"required": gettext_lazy("Skriv vad som är fel med verifikationen.")},
        max_length=_length("reason"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NoteForm(forms.Form):
    """A note to an amount; it becomes a numbered note below its table."""

    text = TextField(
        label=gettext_lazy("Not till beloppet"),
        help_text=gettext_lazy(
            "Visas som numrerad not under tabellen, även i PDF. Töm fältet för att ta bort den."
        ),
        max_length=Note._meta.get_field("text").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, typed: Any = None, *, text: str = "") -> None:
        """``text``: the note as it is."""
        super().__init__(typed, initial={"text": text}, label_suffix="")


class WholeField(TextField):
    """A whole number from ``low`` to ``high``; its cleaned value is an int, None for an empty optional one.

    ``told`` is the sentence about what cannot be read, with %(text)s for it.
    """

    def __init__(self, *, low: int, high: int, told: Any, **kwargs: Any) -> None:
        self.low, self.high, self.told = low, high, told
        few = {"inputmode": "numeric", "autocomplete": "off", "size": 6}
        kwargs.setdefault("widget", forms.TextInput(attrs=few))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> int | None:
        """Give the number. Raises ValidationError with what was typed and the cure."""
        text: str = super().clean(value)
        if not text:
            return None
        is_short = text.isascii() and text.isdigit() and len(text) <= len(str(self.high))
        if is_short and self.low <= int(text) <= self.high:
            return int(text)
        raise forms.ValidationError(self.told % {"text": shortened(text)}, code="invalid")


def year_field(**kwargs: Any) -> WholeField:
    """A field for a year that the ledger takes."""
    told = gettext_lazy("Kontrollera årtalet %(text)s. Skriv fyra siffror, till exempel 2027.")
    return WholeField(low=FIRST_YEAR, high=LAST_YEAR, told=told, **kwargs)


class LineForm(forms.ModelForm):
    """A budget line: its name, what kind of cost or income it is, and in which years it is used.

    A line that has figures keeps its kind, since its figures would change meaning with it.
    """

    name = TextField(
        label=gettext_lazy("Namn"),
        error_messages={"required": gettext_lazy("Skriv vad posten heter.")},
        max_length=BudgetLine._meta.get_field("name").max_length,
    )
    first_year = year_field(
        label=gettext_lazy("Första året"),
        help_text=gettext_lazy("Lämna tomt om posten alltid har funnits."),
        required=False,
    )
    last_year = year_field(
        label=gettext_lazy("Sista året"),
        help_text=gettext_lazy("Lämna tomt så länge posten används."),
        required=False,
    )
    position = WholeField(
        label=gettext_lazy("Plats"),
        help_text=gettext_lazy(
            "Posterna står i nummerordning i budgeten: 1 står före 2. Poster med samma nummer står i den "
            "ordning de lades till."
        ),
        error_messages={"required": gettext_lazy("Skriv vilken plats posten ska ha, till exempel 3.")},
        low=0,
        high=999,
        told=gettext_lazy("Platsen %(text)s går inte att använda. Skriv ett heltal från 0 till 999."),
    )

    class Meta:
        model = BudgetLine
        fields = ("name", "kind", "measure", "responsible", "first_year", "last_year", "position")
        labels = {
            "kind": gettext_lazy("Slag"),
            "measure": gettext_lazy("Insatsen är"),
            "responsible": gettext_lazy("Ansvarig organisation"),
        }
        help_texts = {
            "kind": gettext_lazy("En övrig intäkt är pengar utanför medlemsbidragen, som ESF+ och ränta.")
        }
        error_messages = {
            "kind": dict.fromkeys(
                ("required", "invalid_choice"), gettext_lazy("Välj vad det är för slags post.")
            ),
            "measure": {"invalid_choice": gettext_lazy("Välj vilken sorts insats posten är.")},
            "responsible": {"invalid_choice": gettext_lazy("Välj en organisation i listan.")},
        }

    def __init__(self, typed: Any = None, *, line: BudgetLine) -> None:
        super().__init__(typed, instance=line, label_suffix="")
        self.fields["kind"].choices = [("", _("välj slag")), *BudgetLine.Kind.choices]
        self.fields["measure"].choices = [("", _("inte en insats")), *BudgetLine.Measure.choices]
        members = Organisation.objects.filter(memberships__association=line.association).distinct()
        self.fields["responsible"].queryset = members
        named = sorted(((each.pk, each.name) for each in members), key=lambda each: swedish_order(each[1]))
        self.fields["responsible"].choices = [("", _("ingen särskild")), *named]
        if line.pk is None:
            last = line.association.lines.aggregate(Max("position"))["position__max"] or 0
            self.initial["position"] = last + 1
        elif Entry.objects.filter(line=line).exists():
            self.fields["kind"].disabled = True
            self.fields["kind"].help_text = _("Posten har belopp, så slaget kan inte ändras längre.")

    def clean(self) -> dict[str, Any]:
        """A measure is of one of two kinds; the first year is not after the last."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") != BudgetLine.Kind.MEASURE:
            cleaned["measure"] = ""
        elif not cleaned.get("measure") and "measure" not in self.errors:
            self.add_error("measure", _("Välj om insatsen är individinriktad eller strukturövergripande."))
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            told = _("Sista året %(last)s är före det första, %(first)s. Byt något av dem.")
            self.add_error("last_year", told % {"last": last, "first": first})
        return cleaned
