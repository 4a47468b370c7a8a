"""Who is a member, since when and until when; and what the association has decided for itself."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budgets import queries
from budgets.views.admission import secretary_or_refused
from members import membership, services
from members.access import Access, access_to
from members.forms import MembershipForm, NewMemberForm, RemovalForm, SettingsForm
from members.models import Association, Member
from members.views import logged_in

# What the button that takes a notice back says.
WITHDRAW = "withdraw"

F = TypeVar("F", bound=Form)


@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """The association's members by party, for anyone: since when, under notice, until when."""
    association = get_object_or_404(Association, slug=slug)
    listed = list(association.members.select_related("organisation"))
    context = {
        "association": association,
        "access": access_to(association, request.user),
        "today": timezone.localdate(),
        "parties": membership.by_party(listed).items(),
        "warnings": membership.warnings(listed),
        "notice": membership.NOTICES[association.notice_years],
        "without_region": membership.without_region(listed),
    }
    return render(request, "members/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def new_member(request: HttpRequest, slug: str) -> HttpResponse:
    """The secretary adds a member."""
    association, access = _secretary_or_refused(request, slug)

    def form() -> NewMemberForm:
        adopted = queries.adopted_years(association)
        return NewMemberForm(_typed(request), association=association, adopted=adopted)

    def save(form: NewMemberForm) -> str:
        member = services.join(association=association, **form.membership)
        return membership.joined(member)

    return _answer(request, association, access, "members/new_member.html", form, save)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def change_member(request: HttpRequest, slug: str, member: str) -> HttpResponse:
    """The secretary changes a member's days, or takes its notice back."""
    association, access = _secretary_or_refused(request, slug)

    def form() -> MembershipForm:
        found = _member_or_404(association, member)
        typed = _typed(request)
        if typed is not None and typed.get("action") == WITHDRAW:
            typed = {"joined": found.joined}
        return MembershipForm(
            typed,
            member=found,
            adopted=queries.adopted_years(association, found),
            has_figures=queries.has_figures(found),
        )

    def save(form: MembershipForm) -> str:
        services.change_years(form.member, **form.cleaned_data)
        return membership.changed(form.member)

    return _answer(request, association, access, "members/member.html", form, save)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def remove_member(request: HttpRequest, slug: str, member: str) -> HttpResponse:
    """The secretary removes a member that was added by mistake."""
    association, access = _secretary_or_refused(request, slug)

    def form() -> RemovalForm:
        found = _member_or_404(association, member)
        return RemovalForm(_typed(request), member=found, has_figures=queries.has_figures(found))

    def save(form: RemovalForm) -> str:
        services.remove(form.member)
        return membership.removed(form.member)

    return _answer(request, association, access, "members/remove_member.html", form, save)


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """The secretary changes what the association has decided for itself."""
    association, access = _secretary_or_refused(request, slug)

    def form() -> SettingsForm:
        return SettingsForm(_typed(request), association=association)

    def save(form: SettingsForm) -> str:
        services.change_settings(association, **form.settings)
        return _("Reglerna är sparade.")

    return _answer(request, association, access, "members/settings.html", form, save)


def _secretary_or_refused(request: HttpRequest, slug: str) -> tuple[Association, Access]:
    """The association, for its secretary only; others with a role are told who changes members."""
    try:
        return secretary_or_refused(request, slug)
    except PermissionDenied:
        told = _("Bara förbundets sekreterare kan ändra medlemmar och regler.")
        raise PermissionDenied(told) from None


def _member_or_404(association: Association, slug: str) -> Member:
    """The association's member, with its organisation and the association itself."""
    return get_object_or_404(
        Member.objects.select_related("organisation", "association"), association=association, slug=slug
    )


def _typed(request: HttpRequest) -> QueryDict | None:
    """What was sent, None when the page is only read."""
    return request.POST if request.method == "POST" else None


def _answer(
    request: HttpRequest,
    association: Association,
    access: Access,
    template: str,
    make: Callable[[], F],
    save: Callable[[F], str],
) -> HttpResponse:
    """Show the form, or save what it says, tell so and go back to the members.

    What the database refuses although the form was in order has changed in between: the form, made anew,
    says what.
    """
    form, is_crossed = make(), False
    if form.is_bound and form.is_valid():
        try:
            said = save(form)
        except IntegrityError:
            form, is_crossed = make(), True
        else:
            messages.success(request, said)
            return redirect("members", association.slug)
    context = {"association": association, "access": access, "form": form, "is_crossed": is_crossed}
    status = 409 if is_crossed else 422 if form.errors else 200
    return render(request, template, context, status=status)
