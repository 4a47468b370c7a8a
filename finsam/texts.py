"""A text field that refuses in our sentences, and never echoes what a page cannot hold."""

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
