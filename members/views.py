"""Logging in, and what is answered to a request that cannot be read."""

from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.urls import reverse

from members.forms import LoginForm


class LoginView(views.LoginView):
    """Log in and go on to where one was going; never back to the log-in or the log-out itself."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_redirect_url(self) -> str:
        """Where to go, empty for the start page."""
        asked = super().get_redirect_url()
        own = (resolve_url("login"), reverse("logout"))
        return "" if asked.startswith(own) else asked


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A sentence, drawn without the request: what made it unreadable would fail again."""
    return HttpResponse(render_to_string("400.html"), status=400)
