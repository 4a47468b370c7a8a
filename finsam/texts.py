"""Texts that people type and read: refused in our own sentences, ordered as Swedish orders them."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy, ngettext_lazy

NULL_CHARACTER = gettext_lazy("Ta bort det osynliga tecknet (null-tecken) och skriv texten igen.")
TOO_LONG = ngettext_lazy(
    "Texten är för lång: %(show_value)d tecken. Högst %(limit_value)d får plats.",
    "Texten är för lång: %(show_value)d tecken. Högst %(limit_value)d får plats.",
    "limit_value",
)


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
