"""Logging in."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


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
