"""Texts that people type and read: refused in our own sentences, ordered as Swedish orders them."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

NULL_CHARACTER = gettext_lazy("Ta bort det osynliga tecknet (null-tecken) och skriv texten igen.")
TOO_LONG = ngettext_lazy(
    "Texten är för lång: %(show_value)d tecken. Högst %(limit_value)d får plats.",
    "Texten är för lång: %(show_value)d tecken. Högst %(limit_value)d får plats.",
    "limit_value",
)


_LONGEST_ECHO = 40


def shortened(text: str) -> str:
    """What a person typed, short enough to repeat in a sentence."""
    return text if len(text) <= _LONGEST_ECHO else f"{text[:_LONGEST_ECHO]}…"


# All that XML can hold. The rest are control characters, halves of characters and two that are none.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def cleaned(text: str) -> str:
    """A text without invisible characters that no workbook may hold, its lines ended in one way."""
    return _NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class DayField(forms.DateField):
    """A day as people write it: 2026-11-27, 20261127 or 27/11/2026."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y"))
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """Give the day, None for none. Raises ValidationError with what was typed and the cure."""
        try:
            return super().to_python(value)
        except forms.ValidationError:
            told = _("Datumet %(text)s går inte att tolka. Skriv det som 2026-11-27.")
            shown = shortened(str(value).replace("\x00", ""))
            raise forms.ValidationError(told % {"text": shown}, code="invalid") from None


class TextField(forms.CharField):
    """A text; too long or with a null character it is refused with the cure."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = TOO_LONG
            elif isinstance(validator, ProhibitNullCharactersValidator):
                validator.message = NULL_CHARACTER

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What is shown again: all that was typed, but for the character that no page may hold."""
        return data.replace("\x00", "") if isinstance(data, str) else data


# Å, ä and ö come after z, in that order. The characters after z in ASCII stand in for them.
_AFTER_Z = str.maketrans("åäö", "{|}")


def swedish_order(text: str) -> str:
    """A key that sorts texts as Swedish does, whatever the database's own order is.

    >>> sorted(["Östra", "Ystad", "Älvdalen", "Åre"], key=swedish_order)
    ['Ystad', 'Åre', 'Älvdalen', 'Östra']
    """
    return text.casefold().translate(_AFTER_Z)
