"""Logging in and out: plain Swedish, no way out to another site, no way in for the inactive."""

import pytest
from django.test import Client

from members.models import User
from tests import factories
from tests.pages import read

ADDRESS = "/logga-in/"
GIVEN = {"username": "sara", "password": factories.PASSWORD}


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_leads_to_the_start_page(visitor, secretary):
    response = visitor.post(ADDRESS, GIVEN)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_logged_in(visitor)


@pytest.mark.parametrize(
    "typed",
    [
        {"username": "sara", "password": "fel"},
        {"username": "ingen", "password": factories.PASSWORD},
        {"username": "SARA", "password": factories.PASSWORD},
    ],
    ids=["wrong-password", "unknown-name", "capitals"],
)
def test_a_wrong_name_or_password_is_told_in_one_sentence(visitor, secretary, typed):
    page = read(visitor.post(ADDRESS, typed))

    assert not is_logged_in(visitor)
    assert page.one("title").shown == "Fel: Logga in · Budgetliggaren"
    assert page.one("div", "problem").shown == (
        "Inloggningen gick inteAnvändarnamnet och lösenordet hör inte ihop. "
        "Kontrollera stora och små bokstäver."
    )
    (name,) = [field for field in page.all("input") if field.attributes["name"] == "username"]
    assert name.attributes["value"] == typed["username"]


@pytest.mark.parametrize(
    "typed", [{}, {"username": "", "password": ""}, {"username": "sara", "password": ""}]
)
def test_an_empty_field_is_told_as_a_fault_of_the_field(visitor, secretary, typed):
    page = read(visitor.post(ADDRESS, typed))

    (password,) = [field for field in page.all("input") if field.attributes["name"] == "password"]
    assert page.one("title").shown == "Fel: Logga in · Budgetliggaren"
    assert password.attributes["aria-invalid"] == "true"
    assert page.all("ul", "errorlist")[-1].shown == "Skriv ditt lösenord."
    ids = {each.attributes.get("id") for each in page}
    assert set(password.attributes["aria-describedby"].split()) <= ids


@pytest.mark.parametrize("typed", ["\x00", "sara\x00", "x" * 5000, "' OR 1=1 --"])
def test_a_strange_name_is_refused_like_any_other(visitor, secretary, typed):
    response = visitor.post(ADDRESS, {"username": typed, "password": factories.PASSWORD})

    assert response.status_code == 200
    assert not is_logged_in(visitor)


def test_someone_who_has_left_cannot_log_in(visitor, secretary):
    User.objects.filter(pk=secretary.pk).update(is_active=False)

    page = read(visitor.post(ADDRESS, GIVEN))

    assert not is_logged_in(visitor)
    assert page.one("div", "problem").one("h2").shown == "Inloggningen gick inte"


def test_someone_who_leaves_while_logged_in_is_a_visitor_at_once(as_secretary, secretary):
    User.objects.filter(pk=secretary.pk).update(is_active=False)

    assert as_secretary.get("/exempel/2027/").status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://ond.example/",
        "//ond.example/",
        "/\\ond.example",
        "javascript:alert(1)",
        "https:///ond.example",
    ],
)
def test_logging_in_never_leads_to_another_site(visitor, secretary, elsewhere):
    response = visitor.post(f"{ADDRESS}?next={elsewhere}", GIVEN | {"next": elsewhere})

    assert response["Location"] == "/"


def test_logging_in_leads_back_to_where_one_was(visitor, secretary):
    page = read(visitor.get("/stockholm/2021/"))
    (link,) = [each for each in page.all("a") if each.shown == "Logga in"]

    form = read(visitor.get(link.attributes["href"]))
    (next_page,) = [each for each in form.all("input") if each.attributes["name"] == "next"]
    response = visitor.post(ADDRESS, GIVEN | {"next": next_page.attributes["value"]})

    assert response["Location"] == "/stockholm/2021/"


def test_one_who_is_logged_in_is_not_asked_again(as_secretary):
    response = as_secretary.get(ADDRESS)

    assert (response.status_code, response["Location"]) == (302, "/")


def test_logging_out_takes_a_button_not_a_link(as_secretary):
    by_link = as_secretary.get("/logga-ut/")
    still = is_logged_in(as_secretary)
    by_button = as_secretary.post("/logga-ut/")

    assert (by_link.status_code, still) == (405, True)
    assert (by_button["Location"], is_logged_in(as_secretary)) == ("/", False)


def test_logging_in_takes_the_sites_own_form(secretary):
    client = Client(enforce_csrf_checks=True)

    response = client.post(ADDRESS, GIVEN)

    assert response.status_code == 403
    assert read(response).one("h1").shown == "Formuläret hade blivit för gammalt"
    assert not is_logged_in(client)


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(visitor, secretary):
    response = visitor.post(ADDRESS, GIVEN)

    cookie = response.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 8 * 60 * 60)


@pytest.mark.parametrize("role", ["as_secretary", "as_board_member", "as_auditor"])
def test_the_page_says_who_is_logged_in_and_as_what(request, stockholm, role):
    page = read(request.getfixturevalue(role).get("/stockholm/"))

    expected = {
        "as_secretary": "Sara, sekreterare",
        "as_board_member": "Lars, styrelseledamot",
        "as_auditor": "Rut, revisor",
    }
    assert page.one("span", "who").shown == expected[role]
