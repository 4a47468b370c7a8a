"""What the secretary types into a key page: for each party what its weights are, and each member's weight."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import sentences, weights
from budgets.keys import NO_KEY, Key
from budgets.models import LAST_YEAR, Basis
from budgets.weights import WeightError
from budgets.years import MemberRow, PartyRow
from finsam import kronor, money
from finsam.money import Fault
from finsam.texts import TextField, shortened

BASES = [
    (Basis.COMMITMENTS, gettext_lazy("I proportion till åtagandena, ingen nyckel")),
    (Basis.INHABITANTS, gettext_lazy("Invånare")),
    (
        Basis.PERCENT,
        gettext_lazy("Procent: av partens del (blir 100) eller av hela budgeten (blir %(share)s)"),
    ),
    (Basis.AMOUNT, gettext_lazy("Fasta belopp i kronor")),
    (Basis.WEIGHT, gettext_lazy("Egna vikter, hela tal")),
]
COUNT_SENTENCES = {
    Fault.UNREADABLE: gettext_lazy("%(text)s går inte att tolka. Skriv ett helt tal, till exempel 34 512."),
    Fault.TOO_LARGE: gettext_lazy("%(text)s är för stort. Kontrollera antalet siffror."),
}
PERCENT_SENTENCES = {
    Fault.UNREADABLE: gettext_lazy(
        "Procenttalet %(text)s går inte att tolka. Skriv till exempel 10,4 med högst fyra decimaler."
    ),
    Fault.DECIMAL_POINT: gettext_lazy(
        "Procenttalet %(text)s har en punkt. Skriv decimaler med komma: %(suggestion)s."
    ),
    Fault.TOO_FINE: gettext_lazy(
        "Procenttalet %(text)s har fler än fyra decimaler. Skriv högst fyra, eller välj egna vikter."
    ),
    Fault.TOO_LARGE: gettext_lazy("Procenttalet %(text)s är mer än 100. Skriv 100 eller mindre."),
}


class KeyForm(forms.Form):
    """One party's key: what the weights are, and a weight for each member that pays."""

    basis = forms.ChoiceField(
        label=gettext_lazy("Vad delar ni efter?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Välj vad ni delar efter."),
            "invalid_choice": gettext_lazy("Välj vad ni delar efter."),
        },
    )

    def __init__(self, typed: Any = None, *, row: PartyRow, shown: Key) -> None:
        """``row``: the party and its members in the year; ``shown``: its key as the form shows it."""
        basis = Basis.COMMITMENTS if shown.is_none else shown.basis or Basis.WEIGHT
        super().__init__(typed, initial={"basis": basis}, prefix=row.party.value, label_suffix="")
        self.row = row
        self.shown = shown
        # What the party pays of the whole budget, in per cent: 25, or 50 without a region.
        self.share = weights.percent(int(row.weight * weights.WHOLE))
        self.fields["basis"].choices = [(name, label % {"share": self.share}) for name, label in BASES]
        self.paying = [each for each in row.members if each.member.pays]
        for each in self.paying:
            weight = None if shown.is_none else shown.weights.get(each.member.pk)
            name = weight_name(each)
            self.fields[name] = _weight_field(each, "" if weight is None else written(basis, weight))
            if self._is_retyped(name):
                self.fields[name].widget.attrs["class"] = "changed"

    @property
    def key(self) -> Key:
        """The key as typed; one that cannot be reckoned with where something is wrong in it."""
        if not self.is_bound:
            return self.shown
        if not self.is_valid():
            return Key(self.cleaned_data.get("basis", ""), {}, is_readable=False)
        typed: Key = self.cleaned_data["key"]
        return typed

    @property
    def has_new_key(self) -> bool:
        """Whether it says another key than it showed."""
        return not self.shown.says(self.key)

    def clean(self) -> dict[str, Any]:
        """Read the weights as what they are said to be; refuse those that make no key."""
        cleaned: dict[str, Any] = super().clean() or {}
        basis = cleaned.get("basis")
        if self.errors or basis is None:
            return cleaned
        if basis == Basis.COMMITMENTS:
            self._refuse_weights_without_basis()
            return cleaned | {"key": NO_KEY}
        found = {each.member.pk: self._weight(each, basis) for each in self.paying}
        if not self.errors:
            self._check_together(basis, list(found.values()))
        return cleaned | {"key": Key(basis, found)}

    def _is_retyped(self, name: str) -> bool:
        return self.is_bound and self.data.get(self.add_prefix(name), "") != self.fields[name].initial

    def _refuse_weights_without_basis(self) -> None:
        """Weights that were typed now must not be dropped without a word."""
        names = [weight_name(each) for each in self.paying]
        if any(self.cleaned_data.get(name) and self._is_retyped(name) for name in names):
            told = _("Du har skrivit vikter. Välj vad de är, eller töm dem om ingen nyckel ska gälla.")
            self.add_error("basis", told)

    def _weight(self, each: MemberRow, basis: str) -> int:
        """A member's weight; 0 where it cannot be read, which is then said at its field."""
        name = weight_name(each)
        text = self.cleaned_data.get(name, "")
        if not text:
            told = _("Skriv en vikt för %(name)s, 0 om medlemmen inte ska betala.")
            self.add_error(name, told % {"name": each.name})
            return 0
        try:
            return read(basis, text)
        except forms.ValidationError as error:
            self.add_error(name, error)
            return 0

    def _check_together(self, basis: str, found: list[int]) -> None:
        """Weights that are all 0 divide nothing; per cent add up."""
        party = sentences.in_sentence(self.row)
        if not any(found):
            told = _("Alla vikter för %(party)s är 0. Skriv minst en som är mer än 0.")
            self.add_error(None, told % {"party": party})
        elif basis == Basis.PERCENT and not weights.makes_whole(found, self.row.weight):
            told = _(
                "Procenttalen för %(party)s blir %(sum)s tillsammans. De ska bli 100, eller %(share)s om de "
                "gäller hela budgeten."
            )
            words = {"party": party, "sum": weights.percent(sum(found)), "share": self.share}
            self.add_error(None, told % words)


class PlanYearsForm(forms.Form):
    """Whether the keys hold for the two plan years as well."""

    plan_years = forms.BooleanField(required=False)

    def __init__(self, typed: Any = None, *, year: int) -> None:
        """``year``: the budget year; the plan years are the two after it (KL 11:6 through 21 §)."""
        super().__init__(typed, label_suffix="")
        self.year = year
        self.years = [each for each in (year + 1, year + 2) if each <= LAST_YEAR]
        self.fields["plan_years"].label = _("Samma nyckel även %(years)s") % {
            "years": sentences.listed(map(str, self.years))
        }
        self.fields["plan_years"].help_text = _("Ersätter den nyckel som finns för de åren.")


def weight_name(each: MemberRow) -> str:
    """The field of a member's weight."""
    return f"weight-{each.member.slug}"


def written(basis: str, weight: int) -> str:
    """A weight as it stands in its input."""
    if basis == Basis.PERCENT:
        return weights.percent(weight)
    return money.kr(weight) if basis == Basis.AMOUNT else money.grouped(weight)


def read(basis: str, text: str) -> int:
    """A weight as typed. Raises ValidationError with what was typed and the cure."""
    try:
        if basis == Basis.PERCENT:
            return weights.read_percent(text)
        if basis == Basis.AMOUNT:
            return _read_amount(text)
        return weights.read_count(text)
    except WeightError as error:
        told = (PERCENT_SENTENCES if basis == Basis.PERCENT else COUNT_SENTENCES)[error.fault]
        words = {"text": shortened(error.text), "suggestion": error.suggestion}
        raise forms.ValidationError(told % words) from None


def _read_amount(text: str) -> int:
    """A fixed amount in öre, 0 or more."""
    try:
        amount = money.parse(text)
    except money.AmountError as error:
        raise forms.ValidationError(kronor.sentence(error)) from None
    if amount < 0:
        raise forms.ValidationError(kronor.NEGATIVE % {"text": shortened(text)})
    return amount


def _weight_field(each: MemberRow, initial: str) -> TextField:
    """The field of a member's weight, with what it shows."""
    return TextField(
        label=_("Vikt för %(name)s") % {"name": each.name},
        initial=initial,
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
