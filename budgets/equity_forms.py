"""What the secretary types about own capital: a year's opening amount, and the steps of the ladder."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import weights
from budgets.forms import ActForm, HiddenNumber, SeenForm, year_field
from budgets.models import FIRST_YEAR, LAST_YEAR, EquityStep
from budgets.weights import WeightError
from finsam import kronor, money
from finsam.kronor import KronorField
from finsam.money import Fault
from finsam.texts import DayField, TextField, shortened


class TransferForm(forms.Form):
    """A button that carries ``amount`` öre, which ``year`` leaves, over to the year after."""

    year = HiddenNumber()
    amount = HiddenNumber()
    # The newest posting when the page was shown: what has changed since is not overwritten unseen.
    seen = HiddenNumber()


class OpeningForm(SeenForm, ActForm):
    """What a year begins with, the decision that it rests on, and a note."""

    field_order = ("year", "amount")
    year = year_field(
        label=gettext_lazy("År"),
        error_messages={"required": gettext_lazy("Skriv vilket år beloppet gäller, till exempel 2027.")},
    )
    amount = KronorField(
        label=gettext_lazy("Ingående eget kapital"),
        help_text=gettext_lazy(
            "I kronor den 1 januari, till exempel 2 940 000. Skriv minus framför om det är under noll."
        ),
        allow_negative=True,
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "size": 24}),
    )

    def __init__(self, typed: Any = None, *, head: int, year: int | None = None) -> None:
        """``head``: the number of the newest posting; ``year``: the one that lacks an amount."""
        super().__init__(typed, unsaid=_("Ingående eget kapital"))
        self.head = head
        self.initial |= {"seen": head, "year": year}

    def clean_amount(self) -> int:
        """So large that the step from its opposite is no amount, it is a slip of the hand."""
        amount: int = self.cleaned_data["amount"]
        if abs(amount) > money.LARGEST_AMOUNT // 2:
            told = kronor.SENTENCES[Fault.TOO_LARGE] % {"text": money.kr(amount)}
            raise forms.ValidationError(told)
        return amount


class PercentField(TextField):
    """A share as people write it, "22,5" or "22,5 %"; its cleaned value is hundredths of a per cent."""

    SENTENCES = {
        Fault.UNREADABLE: gettext_lazy("Andelen %(text)s går inte att tolka. Skriv till exempel 22,5."),
        Fault.DECIMAL_POINT: gettext_lazy(
            "Andelen %(text)s har en punkt. Skriv decimaler med komma: %(suggestion)s."
        ),
        Fault.TOO_FINE: gettext_lazy("Andelen %(text)s är för fin. Skriv högst två decimaler."),
        Fault.TOO_LARGE: gettext_lazy("Andelen %(text)s är mer än 100\u00a0%%. Skriv 100 eller mindre."),
    }

    def prepare_value(self, value: Any) -> Any:
        """Hundredths of a per cent become "22,5"; what a person typed stays as typed."""
        return weights.percent(value * 100) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """Give hundredths of a per cent, or None for an empty optional field."""
        text: str = super().clean(value)
        if not text:
            return None
        try:
            share, finer = divmod(weights.read_percent(text), 100)
            if finer:
                raise WeightError(Fault.TOO_FINE, text)
        except WeightError as error:
            about = {"text": shortened(error.text), "suggestion": error.suggestion}
            raise forms.ValidationError(self.SENTENCES[error.fault] % about, code=error.fault) from None
        return share


class StepForm(forms.Form):
    """A step of the ladder: from which day, for which yearly contributions, at most how much, and why."""

    valid_from = DayField(
        label=gettext_lazy("Gäller från"),
        help_text=gettext_lazy("Som 2013-10-02. Alla steg i samma trappa har samma dag."),
        error_messages={"required": gettext_lazy("Skriv vilken dag trappan gäller från, som 2013-10-02.")},
    )
    contributions_from = KronorField(
        label=gettext_lazy("Årliga bidrag från"),
        help_text=gettext_lazy("I kronor. Det lägsta steget börjar på 0."),
    )
    contributions_to = KronorField(
        label=gettext_lazy("Årliga bidrag upp till"),
        help_text=gettext_lazy(
            "Steget gäller upp till men inte det här beloppet. Lämna tomt om det inte har något slut."
        ),
        required=False,
    )
    max_share = PercentField(
        label=gettext_lazy("Högst andel av bidragen"),
        help_text=gettext_lazy("I procent, som 22,5. Eller lämna tomt och skriv ett belopp."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 8}),
    )
    max_amount = KronorField(label=gettext_lazy("Högst belopp"), required=False)
    source = TextField(
        label=gettext_lazy("Källa"),
        help_text=gettext_lazy("Var siffran står, så att andra kan slå upp den."),
        error_messages={"required": gettext_lazy("Skriv var siffran står.")},
        max_length=EquityStep._meta.get_field("source").max_length,
    )

    def __init__(self, typed: Any = None, *, step: EquityStep) -> None:
        """``step``: the one to change, or a new one without its numbers."""
        names = ("valid_from", "contributions_from", "contributions_to", "max_share", "max_amount", "source")
        initial = {name: getattr(step, name) for name in names} if step.pk else {"contributions_from": 0}
        super().__init__(typed, initial=initial, label_suffix="")
        self.step = step

    def clean_valid_from(self) -> date:
        """A slip of the hand in the year is likelier than a ladder of 1013."""
        day: date = self.cleaned_data["valid_from"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Kontrollera årtalet i %(date)s.") % {"date": day.isoformat()})
        return day

    def clean(self) -> dict[str, Any]:
        """A band with something in it, and either a share or an amount; then the step has these numbers."""
        cleaned: dict[str, Any] = super().clean() or {}
        low, high = cleaned.get("contributions_from"), cleaned.get("contributions_to")
        if low is not None and high is not None and high <= low:
            told = _("Skriv mer än %(low)s, eller lämna tomt om steget inte har något slut.")
            self.add_error("contributions_to", told % {"low": money.in_kronor(low)})
        if not {"max_share", "max_amount"} & self.errors.keys():
            has_both = cleaned.get("max_share") is not None and cleaned.get("max_amount") is not None
            has_neither = cleaned.get("max_share") is None and cleaned.get("max_amount") is None
            if has_both:
                self.add_error(
                    "max_amount", _("Skriv antingen en andel eller ett belopp, och töm det andra.")
                )
            if has_neither:
                self.add_error("max_share", _("Skriv högst andel eller högst belopp."))
        if not self.errors:
            for name, value in cleaned.items():
                setattr(self.step, name, value)
        return cleaned
