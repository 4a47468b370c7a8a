"""What the secretary types about payments: the plan of the year, and what has arrived."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from budgets.forms import WholeField, number_in
from budgets.instalments import COUNTS, Instalment, default_instalments
from budgets.payments import DEFAULT_COUNT, MemberPayments, Plan
from finsam import money
from finsam.kronor import KronorField
from finsam.texts import DayField, TextField

# No more fit on the first page of a letter.
MOST_INSTALMENTS = 18

_RHYTHMS = {
    1: gettext_lazy("En, den 31 januari"),
    2: gettext_lazy("Två, den 31 januari och 31 juli"),
    4: gettext_lazy("Fyra, en i varje kvartal"),
    12: gettext_lazy("Tolv, en i varje månad"),
}
_UNKNOWN_RHYTHM = gettext_lazy("Välj 1, 2, 4 eller 12 delbetalningar i listan.")


class RhythmForm(forms.Form):
    """How many equal instalments the year has."""

    count = forms.TypedChoiceField(
        label=gettext_lazy("Lika stora delbetalningar"),
        help_text=gettext_lazy("De förfaller den sista dagen i periodens första månad."),
        coerce=int,
        choices=[(count, _RHYTHMS[count]) for count in COUNTS],
        error_messages={"required": _UNKNOWN_RHYTHM, "invalid_choice": _UNKNOWN_RHYTHM},
    )

    def __init__(self, typed: Any = None, *, year: int, plan: Plan) -> None:
        """``plan``: the year's plan as it is; its own rhythm is suggested when it has one."""
        rhythms = (count for count in COUNTS if default_instalments(year, count) == plan.instalments)
        super().__init__(typed, initial={"count": next(rhythms, DEFAULT_COUNT)}, label_suffix="")
        self.year = year

    @property
    def instalments(self) -> tuple[Instalment, ...]:
        """The plan that was chosen."""
        return default_instalments(self.year, self.cleaned_data["count"])


class InstalmentForm(forms.Form):
    """One row of the plan."""

    due = DayField(
        label="",
        error_messages={
            "required": gettext_lazy("Skriv förfallodagen, eller markera Ta bort om raden ska bort.")
        },
    )
    weight = WholeField(
        label="",
        # A text, so that the empty row that is sent back untouched counts as unchanged.
        initial="1",
        low=1,
        high=1_000_000,
        told=gettext_lazy(
            "Andelen %(text)s går inte att använda. Skriv ett helt tal från 1 till 1\u00a0000\u00a0000."
        ),
        error_messages={"required": gettext_lazy("Skriv andelen, till exempel 1.")},
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.year = year

    def clean_due(self) -> date:
        """A day within a year of the budget year: in it, in the one before or in the one after."""
        due: date = self.cleaned_data["due"]
        first, last = date(self.year - 1, 1, 1), date(self.year + 1, 12, 31)
        if not first <= due <= last:
            told = _(
                "Dagen %(due)s ligger för långt från %(year)s. Välj en dag från %(first)s till %(last)s."
            )
            days = {"due": due.isoformat(), "first": first.isoformat(), "last": last.isoformat()}
            raise forms.ValidationError(told % {"year": self.year, **days})
        return due


class _PlanRows(forms.BaseFormSet):
    """The rows of the plan: at least one, each on a day of its own."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Label the row's fields by its number."""
        super().add_fields(form, index)
        number = {"number": (index or 0) + 1}
        form.fields["due"].label = _("Förfallodag, rad %(number)s") % number
        form.fields["weight"].label = _("Andel, rad %(number)s") % number
        form.fields["DELETE"].label = _("Ta bort rad %(number)s") % number

    def clean(self) -> None:
        """Refuse an empty plan, and two instalments on a day."""
        if any(self.errors):
            return
        kept = [form for form in self.forms if form not in self.deleted_forms and form.cleaned_data]
        if not kept:
            raise forms.ValidationError(_("Planen behöver minst en delbetalning. Skriv en förfallodag."))
        taken: set[date] = set()
        for form in kept:
            due = form.cleaned_data["due"]
            if due in taken:
                told = _("Två delbetalningar har samma förfallodag, %(due)s. Ändra eller ta bort den ena.")
                form.add_error("due", told % {"due": due.isoformat()})
            taken.add(due)

    @property
    def instalments(self) -> tuple[Instalment, ...]:
        """The plan as typed, by day."""
        kept = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        rows = (Instalment(row["due"], row["weight"]) for row in kept if row)
        return tuple(sorted(rows, key=lambda row: row.due))


_PLAN_ROWS = forms.formset_factory(
    InstalmentForm,
    formset=_PlanRows,
    extra=1,
    can_delete=True,
    max_num=MOST_INSTALMENTS,
    absolute_max=MOST_INSTALMENTS + 1,
    validate_max=True,
)


def plan_rows(year: int, *, plan: Plan, typed: Any = None, more: int = 0) -> _PlanRows:
    """The rows of the ``plan`` with an empty one last, or as ``typed`` with ``more`` empty ones."""
    lost = gettext_lazy("Formuläret kom inte fram helt. Inget är sparat; försök igen.")
    most = ngettext_lazy(
        "Planen kan ha högst %d delbetalning.", "Planen kan ha högst %d delbetalningar.", MOST_INSTALMENTS
    )
    if typed is not None and more:
        typed = typed.copy()
        total = number_in(typed.get("row-TOTAL_FORMS", ""))
        if total is not None:
            typed["row-TOTAL_FORMS"] = str(total + more)
    rows = plan.instalments if typed is None else ()
    initial = [{"due": each.due, "weight": each.weight} for each in rows]
    return _PLAN_ROWS(
        typed,
        prefix="row",
        initial=initial,
        form_kwargs={"year": year},
        error_messages={"missing_management_form": lost, "too_many_forms": most % MOST_INSTALMENTS},
    )


class PaymentForm(forms.Form):
    """A payment that arrived, or was paid back."""

    member = forms.ChoiceField(label=gettext_lazy("Medlem"))
    amount = KronorField(
        label=gettext_lazy("Belopp"),
        help_text=gettext_lazy("I kronor. Skriv minus framför det som har betalats tillbaka."),
        allow_negative=True,
    )
    day = DayField(
        label=gettext_lazy("Dag då pengarna kom"),
        help_text=gettext_lazy("Som 2027-01-29, enligt kontoutdraget."),
        error_messages={"required": gettext_lazy("Skriv dagen då pengarna kom, som 2027-01-29.")},
    )
    reference = TextField(
        label=gettext_lazy("Referens"),
        help_text=gettext_lazy("Det som står på kontoutdraget. Får lämnas tomt."),
        max_length=200,
        required=False,
    )

    def __init__(
        self,
        typed: Any = None,
        *,
        rows: Iterable[MemberPayments],
        year: int,
        today: date,
        member: str = "",
    ) -> None:
        """``rows``: the members that may pay; ``member``: the slug of the one that is suggested."""
        super().__init__(typed, initial={"member": member}, label_suffix="")
        self.year, self.today = year, today
        self.rows = {row.member.slug: row for row in rows}
        choose = _("Välj medlemmen i listan.")
        field = self.fields["member"]
        field.choices = [("", _("Välj medlem")), *((slug, row.name) for slug, row in self.rows.items())]
        field.error_messages |= {"required": choose, "invalid_choice": choose}

    def clean_amount(self) -> int:
        """Nothing is no payment."""
        amount: int = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError(_("Beloppet 0 är ingen inbetalning. Skriv det belopp som kom in."))
        return amount

    def clean_day(self) -> date:
        """A day that has been, and not long before the budget year: a slip in the year is likelier."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            told = _("Dagen %(day)s har inte varit än. Skriv dagen då pengarna kom.")
            raise forms.ValidationError(told % {"day": day.isoformat()})
        first = date(self.year - 1, 1, 1)
        if day < first:
            told = _("Dagen %(day)s är för tidig för %(year)s. Skriv en dag från %(first)s.")
            shown = {"day": day.isoformat(), "year": self.year, "first": first.isoformat()}
            raise forms.ValidationError(told % shown)
        return day

    @property
    def row(self) -> MemberPayments:
        """The member that was chosen."""
        return self.rows[self.cleaned_data["member"]]

    def refuse_repayment_beyond(self, paid: int) -> None:
        """Say that no more can be paid back than the ``paid`` öre that have been paid."""
        told = _("%(name)s har betalat %(paid)s för %(year)s. Mer kan inte betalas tillbaka.")
        shown = {"name": self.row.name, "paid": money.in_kronor(paid), "year": self.year}
        self.add_error("amount", told % shown)
