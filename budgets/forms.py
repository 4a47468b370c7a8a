"""What people type, checked and turned into what the services take."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.ledger import Decision
from budgets.models import FIRST_YEAR, LAST_YEAR, Posting
from finsam.kronor import KronorField
from finsam.texts import DayField, TextField


def _length(field: str) -> int:
    """The room a posting has for a text."""
    return Posting._meta.get_field(field).max_length or 0


class CommitmentForm(forms.Form):
    """A member's commitment for a year, the decision it rests on, and why it is entered."""

    amount = KronorField(
        label=gettext_lazy("Åtagande för året"),
        help_text=gettext_lazy(
            "I kronor, till exempel 12 000 000. Du kan också skriva 12 mnkr eller 450 tkr."
        ),
    )
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
        help_text=gettext_lazy("I protokollet, som § 45."),
        max_length=_length("decision_paragraph"),
        required=False,
    )
    registry_no = TextField(
        label=gettext_lazy("Diarienummer"), max_length=_length("registry_no"), required=False
    )
    reason = TextField(
        label=gettext_lazy("Varför ändras beloppet?"),
        help_text=gettext_lazy(
            "En mening som går att förstå om tio år. Alla kan läsa den när budgeten är fastställd."
        ),
        max_length=_length("reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # The newest posting when the form was shown: what has changed since is not overwritten unseen.
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, typed: Any = None, *, head: int, amount: int | None = None) -> None:
        """``head``: the number of the newest posting; ``amount``: what stands now, öre."""
        super().__init__(typed, initial={"amount": amount, "seen": head}, label_suffix="")
        self.head = head
        self.fields["reason"].error_messages["required"] = _("Skriv varför beloppet ändras.")

    def seen_again(self) -> "CommitmentForm":
        """The same words in a form that has seen all there is: saving it is a choice, not an accident."""
        typed = self.data.copy()
        typed["seen"] = str(self.head)
        return CommitmentForm(typed, head=self.head)

    @property
    def has_lost_its_place(self) -> bool:
        """Whether it no longer says what its user had seen; then nothing may be saved on it."""
        return self.is_bound and "seen" in self.errors

    def clean_seen(self) -> int:
        """Nobody has seen a posting that does not exist yet."""
        seen: int = self.cleaned_data["seen"]
        if seen > self.head:
            raise forms.ValidationError("unseen")  # never shown: the page says that the form lost its place
        return seen

    def clean_decision_date(self) -> date | None:
        """A slip of the hand in the year is likelier than a decision of 1026."""
        decided: date | None = self.cleaned_data["decision_date"]
        if decided and not FIRST_YEAR <= decided.year <= LAST_YEAR:
            raise forms.ValidationError(_("Kontrollera årtalet i %(date)s.") % {"date": decided.isoformat()})
        return decided

    def clean_decision_paragraph(self) -> str:
        """Minutes write § 45; a bare 45 is given its sign."""
        paragraph: str = self.cleaned_data["decision_paragraph"]
        return f"§ {paragraph}" if paragraph[:1].isdigit() else paragraph

    def clean(self) -> dict[str, Any]:
        """A date, paragraph or number without a body does not say whose decision it is."""
        cleaned: dict[str, Any] = super().clean() or {}
        about = [cleaned.get(name) for name in ("decision_date", "decision_paragraph", "registry_no")]
        if any(about) and not cleaned.get("decision_body") and "decision_body" not in self.errors:
            self.add_error("decision_body", _("Skriv vem som beslutade, till exempel Regionfullmäktige."))
        return cleaned

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
