"""A form that is sent when the log-in has run out, or is another's: nothing is saved, and no word is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from budgets.models import Posting
from members.models import Role, User
from tests import factories
from tests.pages import Element, read

ADDRESS = "/exempel/2027/bidrag/"
TYPED = {
    "seen": "70",
    "norrsunda.2027": "1 750 000",
    "mellanby.2028": "12.000",
    "reason": 'Ett "brev" <b>från</b> Norrsunda & Mellanby',
    "action": "save",
}
SAVED = TYPED | {"mellanby.2028": ""}
AS_SARA = {"login-username": "sara", "login-password": factories.PASSWORD}


def hidden(page: Element) -> list[tuple[str, str]]:
    """What the page's form sends along unseen, its token aside."""
    fields = (each.attributes for each in page.one("main").all("input"))
    return [
        (each["name"], each["value"])
        for each in fields
        if each["type"] == "hidden" and each["name"] != "csrfmiddlewaretoken"
    ]


def token(page: Element) -> str:
    return next(
        each.attributes["value"]
        for each in page.one("main").all("input")
        if each.attributes["name"] == "csrfmiddlewaretoken"
    )


def newest() -> Posting:
    return Posting.objects.filter(association__slug="exempel").order_by("number").last()


# -- A page that is read ---------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    ("asked", "onwards"),
    [
        (ADDRESS, "/logga-in/?next=/exempel/2027/bidrag/"),
        (f"{ADDRESS}?a=1&b=%C3%A5%26", "/logga-in/?next=/exempel/2027/bidrag/%3Fa%3D1%26b%3D%25C3%25A5%2526"),
    ],
)
def test_a_visitor_is_sent_to_log_in(visitor, seeds, method, asked, onwards):
    response = getattr(visitor, method)(asked)

    assert (response.status_code, response["Location"]) == (302, onwards)


def test_logging_in_leads_back_with_the_query_as_it_was(visitor, secretary):
    asked = f"{ADDRESS}?a=1&b=%C3%A5%26"
    onwards = visitor.get(asked)["Location"]
    page = read(visitor.get(onwards))
    (next_page,) = [each for each in page.all("input") if each.attributes["name"] == "next"]

    response = visitor.post(
        onwards,
        {"username": "sara", "password": factories.PASSWORD, "next": next_page.attributes["value"]},
    )

    assert response["Location"] == asked


@pytest.mark.parametrize("path", ["//ond.example/2027/bidrag/", "/\\ond.example/2027/bidrag/"])
def test_no_address_leads_to_another_site(visitor, seeds, path):
    response = visitor.get("/", PATH_INFO=path)

    assert response.status_code == 404


# -- A form that is sent when the log-in has run out -----------------------------------------------


def test_what_was_typed_is_answered_with_a_log_in_and_every_word(visitor, secretary):
    response = visitor.post(ADDRESS, TYPED)

    page = read(response)
    assert response.status_code == 401
    assert page.one("h1").shown == "Du har blivit utloggad"
    assert page.one("p", "lead").shown == (
        "Inget är sparat än, men allt du skrev finns kvar. Logga in, så går det vidare med det."
    )
    assert sorted(hidden(page)) == sorted(TYPED.items())
    assert page.all("b") == []
    assert newest().number == 70


def test_a_name_that_is_sent_twice_comes_along_twice_and_in_order(visitor, seeds):
    page = read(visitor.post(ADDRESS, {"asked": ["a=1", "b=2"], "confirm": "1"}))

    assert hidden(page) == [("asked", "a=1"), ("asked", "b=2"), ("confirm", "1")]


def test_logging_in_there_saves_what_was_typed(visitor, secretary):
    response = visitor.post(ADDRESS, SAVED | AS_SARA)

    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    assert (newest().number, newest().author, newest().reason) == (71, secretary, TYPED["reason"])
    assert read(visitor.get(ADDRESS)).one("p", "saved").shown == "Sparat som verifikation 71."


def test_logging_in_there_with_a_fault_in_the_words_shows_it(visitor, secretary):
    response = visitor.post(ADDRESS, TYPED | AS_SARA)

    page = read(response)
    assert (response.status_code, newest().number) == (422, 70)
    assert page.one("span", "cell-error").shown == (
        "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."
    )
    assert factories.PASSWORD not in response.content.decode()


@pytest.mark.parametrize(
    ("login", "told"),
    [
        (
            {"login-username": "sara", "login-password": "fel"},
            "Användarnamnet och lösenordet hör inte ihop. Kontrollera stora och små bokstäver.",
        ),
        ({"login-username": "sara", "login-password": ""}, "Skriv ditt lösenord."),
        ({"login-username": "", "login-password": "fel"}, "Skriv ditt användarnamn."),
    ],
)
def test_a_wrong_password_keeps_every_word(visitor, secretary, login, told):
    response = visitor.post(ADDRESS, TYPED | login)

    page = read(response)
    assert (response.status_code, newest().number) == (401, 70)
    assert told in page.one("main").shown
    assert sorted(hidden(page)) == sorted(TYPED.items())
    fields = {each.attributes["name"]: each.attributes for each in page.one("main").all("input")}
    assert fields["login-username"].get("value", "") == login["login-username"]
    assert "value" not in fields["login-password"]
    assert page.one("title").shown == "Fel: Logga in igen · Budgetliggaren"


def test_after_a_wrong_password_the_right_one_saves(visitor, secretary):
    visitor.post(ADDRESS, SAVED | AS_SARA | {"login-password": "fel"})

    visitor.post(ADDRESS, SAVED | AS_SARA)

    assert newest().number == 71


def test_one_who_has_left_does_not_come_in_this_way(visitor, secretary):
    User.objects.filter(pk=secretary.pk).update(is_active=False)

    response = visitor.post(ADDRESS, SAVED | AS_SARA)

    assert (response.status_code, newest().number) == (401, 70)


@pytest.mark.parametrize(
    ("role", "username", "status"),
    [("board_member", "lars", 403), ("auditor", "rut", 403), ("outsider", "anders", 404)],
)
def test_one_who_may_not_write_is_refused_there_too(request, visitor, role, username, status):
    request.getfixturevalue(role)

    response = visitor.post(ADDRESS, SAVED | AS_SARA | {"login-username": username})

    assert (response.status_code, newest().number) == (status, 70)


def test_log_in_fields_do_nothing_for_one_who_is_logged_in(as_secretary, board_member, secretary):
    as_secretary.post(ADDRESS, SAVED | AS_SARA | {"login-username": "lars"})

    assert newest().author == secretary


def test_a_file_must_be_chosen_again(visitor, seeds):
    page = read(visitor.post(ADDRESS, {"action": "upload", "file": SimpleUploadedFile("a.xlsx", b"x")}))

    assert page.one("main").all("p")[1].shown == "Filen du valde behöver du välja igen."


def test_the_form_goes_back_to_where_it_came_from_query_and_all(visitor, seeds):
    page = read(visitor.post(f"{ADDRESS}?fran=listan", TYPED))

    (form,) = page.one("main").all("form")
    assert ("action" in form.attributes, form.attributes["method"]) == (False, "post")


# -- A form that carries another log-in's token ----------------------------------------------------

OWN = {"Sec-Fetch-Site": "same-origin"}


def strict() -> Client:
    """A browser whose forms must carry the site's token."""
    return Client(enforce_csrf_checks=True)


def log_in(client: Client, username: str) -> None:
    page = read(client.get("/logga-in/"))
    typed = {"username": username, "password": factories.PASSWORD, "csrfmiddlewaretoken": token(page)}
    assert client.post("/logga-in/", typed).status_code == 302


@pytest.fixture
def two_log_ins(secretary):
    """Sara's form from before Kim logged in, in the same browser."""
    factories.make_user("kim", Role.Kind.SECRETARY, "exempel")
    client = strict()
    log_in(client, "sara")
    form = token(read(client.get(ADDRESS)))
    client.post("/logga-ut/", {"csrfmiddlewaretoken": form})
    log_in(client, "kim")
    return client, SAVED | {"csrfmiddlewaretoken": form}


def test_a_form_from_before_another_log_in_is_asked_to_be_sent_again(two_log_ins):
    client, form = two_log_ins

    response = client.post(ADDRESS, form, headers=OWN)

    page = read(response)
    assert (response.status_code, newest().number) == (403, 70)
    assert page.one("h1").shown == "Skicka en gång till"
    assert [each.shown for each in page.one("main").all("p")[:2]] == [
        "Inget är sparat än, men allt du skrev finns kvar. Inloggningen har ändrats sedan sidan hämtades, "
        "så formuläret behöver skickas en gång till.",
        "Du är inloggad som Kim, och det är i det namnet som det bokförs.",
    ]
    assert sorted(hidden(page)) == sorted(SAVED.items())


def test_sent_again_it_is_saved_in_the_name_of_who_is_logged_in_now(two_log_ins):
    client, form = two_log_ins
    page = read(client.post(ADDRESS, form, headers=OWN))

    response = client.post(ADDRESS, dict(hidden(page)) | {"csrfmiddlewaretoken": token(page)}, headers=OWN)

    assert (response.status_code, newest().number, newest().author_name) == (302, 71, "Kim")


HERE = {"Origin": "http://testserver"}


@pytest.mark.parametrize(
    ("headers", "heading"),
    [
        (OWN, "Skicka en gång till"),
        (OWN | HERE, "Skicka en gång till"),
        (HERE, "Skicka en gång till"),
        ({"Sec-Fetch-Site": "cross-site"}, "Formuläret hade blivit för gammalt"),
        ({"Sec-Fetch-Site": "same-site"}, "Formuläret hade blivit för gammalt"),
        ({"Sec-Fetch-Site": "none"}, "Formuläret hade blivit för gammalt"),
        ({"Sec-Fetch-Site": "cross-site"} | HERE, "Formuläret hade blivit för gammalt"),
        ({"Origin": "https://ond.example"}, "Formuläret hade blivit för gammalt"),
        ({"Origin": "https://testserver"}, "Formuläret hade blivit för gammalt"),
        ({"Origin": "http://testserver.ond.example"}, "Formuläret hade blivit för gammalt"),
        ({"Origin": "http://testserver:8000"}, "Formuläret hade blivit för gammalt"),
        ({"Origin": "null"}, "Formuläret hade blivit för gammalt"),
        ({"Origin": ""}, "Formuläret hade blivit för gammalt"),
        ({}, "Formuläret hade blivit för gammalt"),
    ],
)
def test_only_what_our_own_page_sent_is_shown_again(two_log_ins, headers, heading):
    client, form = two_log_ins

    response = client.post(ADDRESS, form, headers=headers)

    page = read(response)
    assert (response.status_code, page.one("h1").shown, newest().number) == (403, heading, 70)
    assert bool(hidden(page)) is (heading == "Skicka en gång till")


@pytest.mark.parametrize("address", [ADDRESS, "/logga-in/"])
def test_a_password_is_on_no_page(secretary, address):
    typed = {"username": "sara", "password": factories.PASSWORD} | AS_SARA

    response = strict().post(address, typed, headers=OWN)

    assert response.status_code == 403
    assert factories.PASSWORD not in response.content.decode()


def test_one_who_logged_in_elsewhere_meanwhile_need_only_send_again(secretary):
    """The log-in ran out, the page asks for it, and she logs in on another tab before she answers."""
    client = strict()
    log_in(client, "sara")
    form = token(read(client.get(ADDRESS)))
    del client.cookies["sessionid"]
    page = read(client.post(ADDRESS, SAVED | {"csrfmiddlewaretoken": form}, headers=OWN))
    log_in(client, "sara")

    page = read(
        client.post(ADDRESS, dict(hidden(page)) | AS_SARA | {"csrfmiddlewaretoken": token(page)}, headers=OWN)
    )
    response = client.post(ADDRESS, dict(hidden(page)) | {"csrfmiddlewaretoken": token(page)}, headers=OWN)

    assert (response.status_code, newest().number) == (302, 71)


def test_a_browser_that_forgot_everything_still_loses_no_word(secretary):
    client = strict()
    page = read(client.post(ADDRESS, SAVED, headers=OWN))
    sent = dict(hidden(page)) | {"csrfmiddlewaretoken": token(page)}
    page = read(client.post(ADDRESS, sent, headers=OWN))

    assert page.one("h1").shown == "Du har blivit utloggad"
    sent = dict(hidden(page)) | {"csrfmiddlewaretoken": token(page)} | AS_SARA
    assert client.post(ADDRESS, sent, headers=OWN).status_code == 302
    assert newest().number == 71


# -- Logging out -----------------------------------------------------------------------------------


def test_logging_out_leaves_nothing_in_the_browser(as_secretary):
    by_link, by_button = as_secretary.get("/logga-ut/"), as_secretary.post("/logga-ut/")

    assert "Clear-Site-Data" not in by_link
    assert by_button["Clear-Site-Data"] == '"storage"'
