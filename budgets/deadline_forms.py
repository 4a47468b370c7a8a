"""What the secretary fills in for the deadlines: the board's day, and what must be done how long before."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import deadlines
from budgets.forms import WholeField, number_in
from budgets.models import LeadTime
from finsam.texts import DayField, TextField


class BoardDateForm(forms.Form):
    """The day on which the board is to adopt the year's budget."""

    held_on = DayField(label=gettext_lazy("Styrelsen fastställer budgeten den"), required=False)

    def __init__(self, typed: Any = None, *, year: int, held_on: date | None = None) -> None:
        super().__init__(typed, initial={"held_on": held_on}, prefix="board", label_suffix="")
        self.year = year
        last = deadlines.latest_board_date(year)
        self.fields["held_on"].help_text = _(
            "Senast %(last)s (23 § lag (2003:1210)). Lämna tomt om dagen inte är bestämd."
        ) % {"last": last.isoformat()}

    def clean_held_on(self) -> date | None:
        """A budget is adopted the year before, or, late or in a new förbund, in the year itself.

        An empty day takes the saved one away; a form that was cut off on its way does not.
        """
        if self.add_prefix("held_on") not in self.data:
            raise forms.ValidationError(_("Formuläret kom inte fram helt. Läs dagen och spara igen."))
        day: date | None = self.cleaned_data["held_on"]
        if day and not self.year - 1 <= day.year <= self.year:
            told = _("Kontrollera årtalet i %(day)s. Budgeten för %(year)s fastställs under %(before)s.")
            numbers = {"day": day.isoformat(), "year": self.year, "before": self.year - 1}
            raise forms.ValidationError(told % numbers)
        return day


class LeadTimeForm(forms.Form):
    """One lead time: what must be done, and how long before the board's day."""

    # Which stored row this is. What is no number of the association's own is no row, and needs no words.
    pk = forms.Field(required=False, widget=forms.HiddenInput)
    name = TextField(
        label=gettext_lazy("Vad som ska vara gjort"),
        max_length=LeadTime._meta.get_field("name").max_length,
        error_messages={"required": gettext_lazy("Skriv vad som ska vara gjort.")},
    )
    months = WholeField(
        label=gettext_lazy("Månader före"),
        low=0,
        high=24,
        told=gettext_lazy("Skriv antalet månader som ett helt tal, 0–24."),
        required=False,
    )
    days = WholeField(
        label=gettext_lazy("Dagar före"),
        low=0,
        high=366,
        told=gettext_lazy("Skriv antalet dagar som ett helt tal, 0–366."),
        required=False,
    )
    remove = forms.BooleanField(label=gettext_lazy("Ta bort"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self) -> dict[str, Any]:
        """A row says how long before; 0 is an answer, nothing is not."""
        typed = self.cleaned_data
        if typed.get("name") and typed.get("months", 0) is typed.get("days", 0) is None:
            self.add_error("months", _("Skriv hur lång tid före, i månader eller dagar."))
        return typed

    def full_clean(self) -> None:
        """What is to be removed need not make sense."""
        super().full_clean()
        if self.is_bound and self.cleaned_data.get("remove"):
            self._errors = ErrorDict(renderer=self.renderer)

    @property
    def lead_time(self) -> LeadTime | None:
        """The lead time to keep; None for a row that was removed or never filled in."""
        typed = self.cleaned_data
        if typed.get("remove") or not typed.get("name"):
            return None
        return LeadTime(
            pk=number_in(str(typed.get("pk") or "")),
            name=typed["name"],
            months=typed["months"] or 0,
            days=typed["days"] or 0,
        )


# Rows to add one in, and as many as a förbund could need.
BLANK_ROWS = 2
MOST_ROWS = 40

_LeadTimeFormSet = forms.formset_factory(
    LeadTimeForm, extra=BLANK_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)


def lead_time_forms(typed: Any = None, *, stored: Sequence[LeadTime] = ()) -> forms.BaseFormSet:
    """A row for each stored lead time, or default while there are none, and blank ones; or as typed."""
    rows = [
        {"pk": getattr(each, "pk", None), "name": each.name, "months": each.months, "days": each.days}
        for each in stored or deadlines.DEFAULT_LEAD_TIMES
    ]
    told = {
        "missing_management_form": _("Formuläret kom inte fram helt. Läs tiderna och spara igen."),
        "too_many_forms": _("Högst %(most)s rader får plats. Ta bort några.") % {"most": MOST_ROWS},
    }
    # What was typed is judged as it stands: what is stored may be another's since the form was shown.
    initial = rows if typed is None else None
    return _LeadTimeFormSet(typed, initial=initial, prefix="lead", error_messages=told)
