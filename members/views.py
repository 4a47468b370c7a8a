"""Logging in, and what is answered to a request that cannot be read."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.contrib.auth import login, views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse

from members.forms import LoginForm

# What a form carries that is not its user's words.
_NOT_TYPED = ("csrfmiddlewaretoken", "login-username", "login-password")


class LoginView(views.LoginView):
    """Log in and go on to where one was going; never back to the log-in or the log-out itself."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_redirect_url(self) -> str:
        """Where to go, empty for the start page."""
        asked = super().get_redirect_url()
        own = (resolve_url("login"), reverse("logout"))
        return "" if asked.startswith(own) else asked


class LogoutView(views.LogoutView):
    """Log out, and leave nothing in the browser: unsaved words lie there (static/js/draft.js)."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log out and have the browser forget."""
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"storage"'
        return response


def logged_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only those in who are logged in. What they had typed when the log-in ran out comes along.

    A page that is read sends them to log in and back. A form that is sent is answered with the log-in and
    all that was typed, and is sent anew with both.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method != "POST":
            address = f"{resolve_url('login')}?next={quote(request.get_full_path())}"
            return redirect(address)
        tries = "login-username" in request.POST
        form = LoginForm(request, request.POST if tries else None, prefix="login")
        if tries and form.is_valid():
            login(request, form.get_user())
            return view(request, *args, **kwargs)
        return _ask_again(request, form)

    return guarded


def _ask_again(request: HttpRequest, form: LoginForm | None) -> HttpResponse:
    """The page that keeps what was typed until it can be sent anew; with a log-in where one is needed."""
    typed = [
        (name, value) for name, values in request.POST.lists() if name not in _NOT_TYPED for value in values
    ]
    context = {"form": form, "typed": typed, "had_files": bool(request.FILES)}
    return render(request, "registration/again.html", context, status=401 if form else 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is another log-in's: what was typed is kept, if it was our own page that sent it.

    Another site's form is just refused, and so is the log-in itself: no page shall hold a password.
    """
    if request.POST and "password" not in request.POST and _is_from_own_page(request):
        return _ask_again(request, None)
    return render(request, "403_csrf.html", status=403)


def _is_from_own_page(request: HttpRequest) -> bool:
    """Whether a page of ours sent the form. The browser says so, and no page can say it in its place.

    Browsers tell Sec-Fetch-Site over secure connections only, and old ones not at all; they tell Origin.
    """
    told = request.headers.get("Sec-Fetch-Site")
    if told:
        return told == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A sentence, drawn without the request: what made it unreadable would fail again."""
    return HttpResponse(render_to_string("400.html"), status=400)
