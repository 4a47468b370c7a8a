"""Whole öre between Django and people: form field, table column and template filters.

The arithmetic is in ``finsam.money``; here are the Swedish sentences and the markup.
"""

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django import forms, template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam import money
from finsam.money import AmountError, Fault, Figure
from finsam.texts import TextField, shortened

register = template.Library()

SENTENCES = {
    Fault.EMPTY: gettext_lazy("Skriv ett belopp, till exempel 12 000 eller 8,5 mnkr."),
    Fault.UNREADABLE: gettext_lazy(
        "Beloppet %(text)s går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr."
    ),
    Fault.THOUSANDS_MARK: gettext_lazy(
        "Beloppet %(text)s kan läsas på två sätt. Skriv %(suggestion)s om du menar tusental."
    ),
    Fault.DECIMAL_POINT: gettext_lazy(
        "Beloppet %(text)s har en punkt. Skriv decimaler med komma: %(suggestion)s."
    ),
    Fault.GROUPING: gettext_lazy(
        "Beloppet %(text)s har mellanslag på oväntad plats. Gruppera siffrorna tre och tre, som i 12 000."
    ),
    Fault.TOO_FINE: gettext_lazy(
        "Beloppet %(text)s är finare än ett öre. Skriv högst två decimaler i kronor."
    ),
    Fault.TOO_LARGE: gettext_lazy("Beloppet %(text)s är för stort. Kontrollera antalet nollor."),
}
NEGATIVE = gettext_lazy("Beloppet %(text)s är negativt. Skriv 0 eller mer.")


class KronorField(TextField):
    """An amount as people type it; its cleaned value is whole öre. Shows öre it is given as kronor."""

    def __init__(self, *, allow_negative: bool = False, **kwargs: Any) -> None:
        self.allow_negative = allow_negative
        kwargs.setdefault("error_messages", {})
        kwargs["error_messages"].setdefault("required", SENTENCES[Fault.EMPTY])
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Öre become "12 000"; what a person typed stays as typed."""
        return money.kr(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare amounts, not their spelling."""
        try:
            return super().has_changed(initial, data) and money.parse(str(data or "")) != initial
        except AmountError:
            return True

    def clean(self, value: Any) -> int | None:
        """Give öre, or None for an empty optional field. Raises ValidationError with the cure."""
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = money.parse(text)
        except AmountError as error:
            raise forms.ValidationError(sentence(error), code=error.fault) from None
        if amount < 0 and not self.allow_negative:
            raise forms.ValidationError(NEGATIVE, code="negative", params={"text": shortened(text)})
        return amount


def sentence(error: AmountError) -> str:
    """What is wrong with an amount, with the amount and the cure."""
    return SENTENCES[error.fault] % {"text": shortened(error.text), "suggestion": error.suggestion}


def written(value: Figure | int | None, write: Any) -> SafeString:
    """Write a figure with its marks: a dash for missing, a small h before a derived one.

    The mark stands before the digits, so that a column of figures keeps its right edge.
    """
    figure = value if isinstance(value, Figure) else Figure(value)
    if figure.amount is None:
        return format_html(
            '<span aria-hidden="true">–</span><span class="visually-hidden">{}</span>',
            _("uppgift saknas"),
        )
    if not figure.is_derived:
        return format_html("{}", write(figure.amount))
    # Seen as h, heard as "härlett": the rest of the word is there for the ear.
    word = _("härlett")
    marked = '<span class="derived"><sup>{}<span class="visually-hidden">{} </span></sup>{}</span>'
    return format_html(marked, word[0], word[1:], write(figure.amount))


@register.filter
def kr(value: Figure | int | None) -> SafeString:
    """Öre as kronor: "8 000 000"."""
    return written(value, money.kr)


def kr_with(value: Figure | int | None, decimals: int) -> SafeString:
    """Öre as kronor with 0 or 2 decimals, for a table that shows öre in all its cells or in none."""
    return written(value, lambda amount: money.kr(amount, decimals))


def signed(written: SafeString | str, change: int) -> SafeString:
    """A written change with a plus where it is above 0, "+8 000 000"; below 0 it has its minus already."""
    return format_html("+{}" if change > 0 else "{}", written)


def local_time(moment: datetime) -> str:
    """A moment as "2026-11-27 14:05", Swedish time."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


@register.filter
def tkr(value: Figure | int | None) -> SafeString:
    """Öre as thousands of kronor: "8 000"."""
    return written(value, money.tkr)


@register.filter
def mnkr(value: Figure | int | None, decimals: int | None = 1) -> SafeString:
    """Öre as millions of kronor: "8,0"; ``|mnkr:None`` with as many decimals as it has, up to three."""
    return written(value, lambda amount: money.mnkr(amount, decimals))


@register.filter
def with_unit(value: Figure | int | None, decimals: int | None = 1) -> SafeString:
    """Öre with the unit that suits them: "32,0 mnkr", "20 000 kr"."""
    return written(value, lambda amount: money.with_unit(amount, decimals))


@register.filter
def linked(written: SafeString | str, address: str) -> SafeString:
    """A written figure as a link to what is behind it; as it is where there is no address."""
    if not address:
        return format_html("{}", written)
    return format_html('<a class="figure" href="{}">{}</a>', address, written)


# What a column of right-aligned figures carries.
AMOUNT = {"th": {"class": "amount"}, "td": {"class": "amount"}}


class KronorColumn(tables.Column):
    """A right-aligned column of figures. All cells of a table show öre when any of its figures has some.

    The table says so by its ``decimals`` (0 or 2).
    """

    empty_values: tuple[Any, ...] = ()

    def __init__(self, *args: Any, unit: Any = money.kr, **kwargs: Any) -> None:
        self.unit = unit
        kwargs.setdefault("attrs", AMOUNT)
        super().__init__(*args, **kwargs)

    def render(self, value: Figure | int | None, table: tables.Table) -> SafeString | str:
        """Write the cell in the table's one form; empty where the column does not concern the row."""
        if value is None:
            return ""
        if self.unit is money.kr:
            return kr_with(value, table.decimals)
        return written(value, self.unit)


def decimals_for(figures: Any) -> int:
    """2 when any of the figures has öre, else 0."""
    amounts = (figure.amount if isinstance(figure, Figure) else figure for figure in figures)
    return 2 if any(amount and amount % money.ORE_PER_KRONA for amount in amounts) else 0
