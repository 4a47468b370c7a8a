"""What the secretary fills in on a budget's way to being adopted."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.forms import DecisionForm
from budgets.models import BudgetVersion, Note
from finsam.texts import TextField
from members.models import Member


class ProposeForm(DecisionForm):
    """A proposal: on whose decision, and whether anyone may read it."""

    is_public = forms.BooleanField(
        label=gettext_lazy("Offentligt: vem som helst får läsa förslaget"),
        help_text=gettext_lazy(
            "Kryssa i när kallelsen till budgetsammanträdet går ut (8 kap. 14 § kommunallagen). "
            "Annars ser bara förbundets egna roller förslaget."
        ),
        required=False,
    )

    def __init__(self, typed: Any = None) -> None:
        super().__init__(typed, prefix="propose")
        self.fields["decision_body"].help_text = _("Till exempel Styrelsen. Lämna tomt om inget är beslutat.")


class AnswerForm(DecisionForm):
    """What a member answers in the consultation. The decision is the member's own."""

    field_order = ("member", "stance", "text")
    member = forms.ChoiceField(
        label=gettext_lazy("Medlem"),
        error_messages={
            name: gettext_lazy("Välj vilken medlem som har svarat.")
            for name in ("required", "invalid_choice")
        },
    )
    stance = forms.ChoiceField(
        label=gettext_lazy("Svar"),
        choices=[("", gettext_lazy("Välj")), *Note.Stance.choices],
        error_messages={
            name: gettext_lazy("Välj vad medlemmen svarade.") for name in ("required", "invalid_choice")
        },
    )
    text = TextField(
        label=gettext_lazy("Med medlemmens ord"),
        help_text=gettext_lazy("Behövs om medlemmen har synpunkter."),
        max_length=Note._meta.get_field("text").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, typed: Any = None, *, members: Sequence[Member], next_member: str = "") -> None:
        """``members`` may answer; ``next_member`` is the slug of the one to begin with."""
        super().__init__(typed, prefix="answer", initial={"member": next_member})
        self.members = {member.slug: member for member in members}
        self.fields["member"].choices = [(member.slug, member.organisation.name) for member in members]
        self.fields["decision_body"].help_text = _("Lämna tomt om medlemmen själv svarar.")

    def clean(self) -> dict[str, Any]:
        """Comments need words; a decision without a body is the member's own."""
        member = self.members.get(self.cleaned_data.get("member", ""))
        if member and "decision_body" in self.cleaned_data:
            self.cleaned_data["decision_body"] = (
                self.cleaned_data["decision_body"] or member.organisation.name
            )
            super().clean()
        words, stance = self.cleaned_data.get("text"), self.cleaned_data.get("stance")
        if stance == Note.Stance.COMMENTS and words == "":
            self.add_error("text", _("Skriv vilka synpunkter medlemmen har."))
        return self.cleaned_data

    @property
    def chosen(self) -> Member:
        """The member that answers, once the form is valid."""
        return self.members[self.cleaned_data["member"]]


class ConsultForm(DecisionForm):
    """The consultation is done: at which meeting, if it has minutes."""

    def __init__(self, typed: Any = None) -> None:
        super().__init__(typed, prefix="consult")
        self.fields["decision_body"].label = _("Samrådet hölls av")
        self.fields["decision_body"].help_text = _("Till exempel Medlemssamrådet. Får lämnas tomt.")
        self.fields["decision_date"].label = _("Dag")


class AdoptForm(DecisionForm):
    """The board's decision: body, date and paragraph, and that the secretary knows that it stands."""

    confirms = forms.BooleanField(
        label=gettext_lazy("Jag har läst beloppen och vet att det här inte kan ångras, bara revideras"),
        error_messages={"required": gettext_lazy("Kryssa i att du har läst beloppen.")},
    )

    def __init__(self, typed: Any = None) -> None:
        super().__init__(typed, prefix="adopt", initial={"decision_body": _("Styrelsen")})
        told = {
            "decision_body": _("Skriv vem som fastställde budgeten, till exempel Styrelsen."),
            "decision_date": _("Skriv vilken dag budgeten fastställdes, till exempel 2026-11-27."),
            "decision_paragraph": _("Skriv paragrafen i protokollet, till exempel § 45."),
        }
        for name, sentence in told.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = sentence
        self.fields["decision_body"].help_text = _(
            "Ett nytt förbunds första budget fastställs av medlemmarna (23 §)."
        )

    @property
    def financing(self) -> str:
        """How a revision is paid for; nothing to say about a first budget."""
        return ""


class ReviseForm(AdoptForm):
    """A revised budget also says how it is paid for."""

    financing_text = TextField(
        label=gettext_lazy("Så finansieras ändringen"),
        help_text=gettext_lazy(
            "En utgift som beslutas under året ska ha sin finansiering angiven (11 kap. 15 § kommunallagen). "
            "Till exempel: höjt bidrag från alla parter, eller eget kapital."
        ),
        max_length=BudgetVersion._meta.get_field("financing").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Skriv hur ändringen finansieras.")},
    )

    @property
    def financing(self) -> str:
        """How the revision is paid for."""
        return str(self.cleaned_data["financing_text"])


class CompareForm(forms.Form):
    """Two budgets to compare, by what the address calls them."""

    fran = forms.ChoiceField(label=gettext_lazy("Från"))
    till = forms.ChoiceField(label=gettext_lazy("Till"))

    def __init__(self, asked: Mapping[str, str], choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(asked, label_suffix="")
        for field in self.fields.values():
            field.choices = choices
