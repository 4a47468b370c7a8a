"""Logging in, and what the secretary types about members."""

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam.texts import DayField, TextField, shortened, swedish_order
from members.membership import NOTICES, AdoptedYears, years_after
from members.models import Association, Member, Organisation, Party
from members.services import NewOrganisation

# Finsamlagen has been in force since 1 January 2004; the upper end only catches slips of the hand.
FIRST_YEAR, LAST_YEAR = 2004, 2099

# Försäkringskassan contributes the state's whole half (5 § lag (2003:1210)).
PAYS_NOTHING = "arbetsformedlingen"

# For which party an organisation can be a member. A municipality outside any region is a region too (5 a §).
PARTIES = {
    Organisation.Kind.AGENCY: (Party.STATE,),
    Organisation.Kind.REGION: (Party.REGIONS,),
    Organisation.Kind.MUNICIPALITY: (Party.MUNICIPALITIES, Party.REGIONS),
}
WRONG_PARTY = {
    Organisation.Kind.AGENCY: gettext_lazy("%(name)s är en myndighet. Välj Staten."),
    Organisation.Kind.REGION: gettext_lazy("%(name)s är en region. Välj Regionen."),
    Organisation.Kind.MUNICIPALITY: gettext_lazy(
        "%(name)s är en kommun. Välj Kommunerna, eller Regionen om den inte ingår i någon region."
    ),
}


class LoginForm(AuthenticationForm):
    """Name and password, refused in our own sentences."""

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": gettext_lazy(
            "Användarnamnet och lösenordet hör inte ihop. Kontrollera stora och små bokstäver."
        )
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["username"].error_messages["required"] = _("Skriv ditt användarnamn.")
        self.fields["password"].error_messages["required"] = _("Skriv ditt lösenord.")


class MemberDayField(DayField):
    """A day in the life of a membership, not before the law."""

    def clean(self, value: Any) -> date | None:
        """The day, None for none. Raises ValidationError for a year that no förbund has."""
        day: date | None = super().clean(value)
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                _("Kontrollera årtalet i %(date)s. Skriv en dag från och med %(first)s.")
                % {"date": day.isoformat(), "first": FIRST_YEAR}
            )
        return day


class NewMemberForm(forms.Form):
    """An organisation that becomes a member: one that is known, or a new one, and for which party."""

    organisation = forms.ChoiceField(
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("Finns den inte i listan skriver du den under Ny organisation."),
        error_messages={"invalid_choice": gettext_lazy("Välj en organisation i listan, eller skriv en ny.")},
        required=False,
    )
    name = TextField(
        label=gettext_lazy("Namn"),
        help_text=gettext_lazy("Som det skrivs i beslut, till exempel Hedemora kommun."),
        max_length=200,
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Vad är den?"),
        choices=[("", gettext_lazy("Välj")), *Organisation.Kind.choices],
        error_messages={"invalid_choice": gettext_lazy("Välj myndighet, region eller kommun.")},
        required=False,
    )
    county = TextField(
        label=gettext_lazy("Län"),
        help_text=gettext_lazy("Till exempel Dalarnas län. Kan lämnas tomt."),
        max_length=60,
        required=False,
    )
    party = forms.ChoiceField(
        label=gettext_lazy("Part"),
        help_text=gettext_lazy(
            "En kommun som inte ingår i någon region kan vara medlem två gånger: för kommunerna och för "
            "regionen (5\u00a0a\u00a0§)."
        ),
        choices=Party.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Välj vilken part medlemmen hör till."),
            "invalid_choice": gettext_lazy("Välj Staten, Regionen eller Kommunerna."),
        },
    )
    pays = forms.BooleanField(
        label=gettext_lazy("Betalar medlemsbidrag"),
        help_text=gettext_lazy(
            "Ta bort krysset för Arbetsförmedlingen: Försäkringskassan betalar statens hela hälft (5 §)."
        ),
        initial=True,
        required=False,
    )
    joined = MemberDayField(
        label=gettext_lazy("Inträder"),
        help_text=gettext_lazy(
            "Som 2028-01-01. Medlemmen räknas med i budgeten hela det året. Lämna tomt om den har varit med "
            "sedan förbundet bildades."
        ),
        required=False,
    )

    def __init__(self, typed: Any = None, *, association: Association, adopted: AdoptedYears) -> None:
        """``adopted``: the years that are closed to a new member."""
        super().__init__(typed, label_suffix="")
        self.association = association
        self.adopted = adopted
        self.organisations = {str(each.pk): each for each in Organisation.objects.all()}
        self.fields["organisation"].choices = _choices(list(self.organisations.values()))

    @property
    def chosen(self) -> Organisation | NewOrganisation:
        """The organisation that was chosen in the list, or else written."""
        cleaned = self.cleaned_data
        known = self.organisations.get(cleaned["organisation"])
        return known or NewOrganisation(cleaned["name"], cleaned["kind"], cleaned["county"])

    @property
    def membership(self) -> dict[str, Any]:
        """What the service takes."""
        kept = {name: self.cleaned_data[name] for name in ("party", "pays", "joined")}
        return kept | {"organisation": self.chosen}

    def clean(self) -> dict[str, Any]:
        """Refuse what the law, the ledger or another membership forbids."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "organisation" in self.errors or "name" in self.errors or "kind" in self.errors:
            return cleaned
        self._check_organisation(cleaned)
        if not self.errors:
            self._check_party(cleaned)
        if not self.errors and cleaned["pays"]:
            told = self.adopted.refusals(self.chosen.name, cleaned["joined"], None)
            _add(self, told)
        return cleaned

    def _check_organisation(self, cleaned: dict[str, Any]) -> None:
        """Exactly one organisation: a known one, or a new one under a name of its own."""
        if cleaned["organisation"]:
            if cleaned["name"]:
                told = _("Välj en organisation i listan eller skriv en ny, inte båda.")
                self.add_error("organisation", told)
            return
        known = {each.name.casefold(): each.name for each in self.organisations.values()}
        if not cleaned["name"]:
            self.add_error("organisation", _("Välj en organisation i listan, eller skriv namnet på en ny."))
        elif cleaned["name"].casefold() in known:
            told = _("%(name)s finns redan. Välj den i listan och töm namnet.")
            self.add_error("name", told % {"name": known[cleaned["name"].casefold()]})
        elif not cleaned["kind"]:
            self.add_error("kind", _("Välj om organisationen är en myndighet, en region eller en kommun."))

    def _check_party(self, cleaned: dict[str, Any]) -> None:
        """A party that the organisation can belong to, once, and pay for."""
        chosen = self.chosen
        if cleaned["party"] not in PARTIES[Organisation.Kind(chosen.kind)]:
            told = WRONG_PARTY[Organisation.Kind(chosen.kind)] % {"name": chosen.name}
            self.add_error("party", told)
            return
        if isinstance(chosen, Organisation):
            members = Member.objects.filter(association=self.association, organisation=chosen)
            if members.filter(party=cleaned["party"]).exists():
                told = _("%(name)s är redan medlem för den parten. Ändra den medlemmens dagar i stället.")
                self.add_error("organisation", told % {"name": chosen.name})
        if cleaned["pays"] and slugify(chosen.name) == PAYS_NOTHING:
            told = _(
                "Arbetsförmedlingen betalar inget medlemsbidrag: Försäkringskassan betalar statens hela "
                "hälft (5 §). Ta bort krysset."
            )
            self.add_error("pays", told)


class MembershipForm(forms.Form):
    """From when to when a member is one, and when it gave notice."""

    joined = MemberDayField(
        label=gettext_lazy("Inträdde"),
        help_text=gettext_lazy(
            "Som 2028-01-01. Medlemmen räknas med i budgeten hela det året. Lämna tomt om den har varit med "
            "sedan förbundet bildades."
        ),
        required=False,
    )
    notice_given = MemberDayField(
        label=gettext_lazy("Sade upp sig"),
        help_text=gettext_lazy("Dagen då förbundet fick uppsägningen."),
        required=False,
    )
    left = MemberDayField(label=gettext_lazy("Utträder"), required=False)

    def __init__(
        self, typed: Any = None, *, member: Member, adopted: AdoptedYears, has_figures: bool
    ) -> None:
        """``adopted``: the years whose budgets were reckoned with or without the member.

        ``has_figures``: whether the ledger holds something about it; then its party stays as it is.
        """
        initial = {name: getattr(member, name) for name in ("joined", "notice_given", "left")}
        super().__init__(typed, initial=initial, label_suffix="")
        self.member = member
        self.adopted = adopted
        self.has_figures = has_figures
        self.notice_years = member.association.notice_years
        self.fields["left"].help_text = _(
            "Lämna tomt vid en uppsägning, så räknas dagen ut: %(notice)s. Medlemmen räknas med i budgeten "
            "hela det år då den utträder."
        ) % {"notice": _NOTICE[self.notice_years]}

    def proposed(self) -> date | None:
        """The day on which the notice that was typed has run out (27 § lag (2003:1210))."""
        given = self.cleaned_data.get("notice_given")
        return years_after(given, self.notice_years) if given else None

    def clean(self) -> dict[str, Any]:
        """Fill in the day that follows from a notice; refuse days in the wrong order and adopted years.

        An empty day takes the saved one away; a form that was cut off on its way does not.
        """
        cleaned: dict[str, Any] = super().clean() or {}
        if "joined" not in self.data:
            raise forms.ValidationError(_("Formuläret kom inte fram helt. Läs dagarna och spara igen."))
        if self.errors:
            return cleaned
        cleaned["left"] = cleaned["left"] or self.proposed()
        joined, given, left = cleaned["joined"], cleaned["notice_given"], cleaned["left"]
        if joined and given and given < joined:
            told = _("Uppsägningen %(given)s är före inträdet %(joined)s. Kontrollera dagarna.")
            self.add_error("notice_given", told % {"given": given, "joined": joined})
        elif joined and left and left < joined:
            told = _("Utträdet %(left)s är före inträdet %(joined)s. Kontrollera dagarna.")
            self.add_error("left", told % {"left": left, "joined": joined})
        elif given and left < given:
            told = _("Utträdet %(left)s är före uppsägningen %(given)s. Kontrollera dagarna.")
            self.add_error("left", told % {"left": left, "given": given})
        elif self.member.pays and (joined, left) != (self.member.joined, self.member.left):
            name, before = self.member.organisation.name, self.member.left
            _add(self, self.adopted.refusals(name, joined, left, before=before))
        return cleaned


class RemovalForm(forms.Form):
    """The question whether to remove a member that was added by mistake."""

    def __init__(self, typed: Any = None, *, member: Member, has_figures: bool) -> None:
        """``has_figures``: whether the ledger holds something about the member; then it stays."""
        super().__init__(typed)
        self.member = member
        self.has_figures = has_figures

    def clean(self) -> dict[str, Any]:
        """Refuse a member that the ledger speaks of."""
        if self.has_figures:
            told = _("%(name)s har belopp i liggaren och kan inte tas bort. Skriv ett utträde i stället.")
            raise forms.ValidationError(told % {"name": self.member.organisation.name})
        return super().clean() or {}


class PercentField(TextField):
    """A whole per cent from 0 to 100."""

    def clean(self, value: Any) -> int | None:
        """The per cent, None for none. Raises ValidationError with what was typed and the cure."""
        text = super().clean(value).strip()
        if not text:
            return None
        match = re.fullmatch(r"([0-9]{1,3})[ \u00a0]?%?", text)
        if not match or int(match[1]) > 100:
            told = _("Procenttalet %(text)s går inte. Skriv ett helt tal från 0 till 100, till exempel 15.")
            raise forms.ValidationError(told % {"text": shortened(text)})
        return int(match[1])


class SettingsForm(forms.Form):
    """What the association has decided for itself: how long a notice runs, what administration may cost."""

    notice_years = forms.TypedChoiceField(
        label=gettext_lazy("Uppsägningstid"),
        help_text=gettext_lazy("Tre år, om inte förbundsordningen säger kortare (27 § lag (2003:1210))."),
        choices=list(NOTICES.items()),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Välj uppsägningstid."),
            "invalid_choice": gettext_lazy("Välj en uppsägningstid på högst tre år (27 §)."),
        },
    )
    administration_from = PercentField(
        label=gettext_lazy("Administration, från"),
        help_text=gettext_lazy("Förbundets mål i hela procent av kostnaderna. Lämna tomt om det inte finns."),
        required=False,
    )
    administration_to = PercentField(label=gettext_lazy("Administration, till"), required=False)

    def __init__(self, typed: Any = None, *, association: Association) -> None:
        initial = {name: getattr(association, name) for name in self.base_fields}
        super().__init__(typed, initial=initial, label_suffix="")

    @property
    def administration(self) -> tuple[int | None, int | None]:
        """The target for administration: from, to."""
        return self.cleaned_data["administration_from"], self.cleaned_data["administration_to"]

    @property
    def settings(self) -> dict[str, Any]:
        """What the service takes."""
        return {"notice_years": self.cleaned_data["notice_years"], "administration": self.administration}

    def clean(self) -> dict[str, Any]:
        """A target has both ends, in order."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "administration_from" in self.errors or "administration_to" in self.errors:
            return cleaned
        low, high = self.administration
        if (low is None) != (high is None):
            name = "administration_from" if low is None else "administration_to"
            self.add_error(name, _("Skriv både från och till, eller töm båda."))
        elif low is not None and high is not None and low > high:
            told = _("Målet från %(low)s till %(high)s procent är i fel ordning. Byt plats på dem.")
            self.add_error("administration_to", told % {"low": low, "high": high})
        return cleaned


_NOTICE = {
    0: gettext_lazy("samma dag som uppsägningen"),
    1: gettext_lazy("ett år efter uppsägningen (27 §)"),
    2: gettext_lazy("två år efter uppsägningen (27 §)"),
    3: gettext_lazy("tre år efter uppsägningen (27 §)"),
}


def _choices(organisations: list[Organisation]) -> list[tuple[Any, Any]]:
    """The organisations by kind, in Swedish order; first none of them."""
    groups = [("", _("Ny organisation, skriven nedan"))]
    for kind, label in _PLURALS.items():
        of_kind = sorted(
            (each for each in organisations if each.kind == kind), key=lambda each: swedish_order(each.name)
        )
        if of_kind:
            groups.append((str(label), [(str(each.pk), each.name) for each in of_kind]))
    return groups


_PLURALS = {
    Organisation.Kind.AGENCY: gettext_lazy("Myndigheter"),
    Organisation.Kind.REGION: gettext_lazy("Regioner"),
    Organisation.Kind.MUNICIPALITY: gettext_lazy("Kommuner"),
}


def _add(form: forms.Form, told: dict[str, str]) -> None:
    """Put each sentence at its field."""
    for name, sentence in told.items():
        form.add_error(name, sentence)
