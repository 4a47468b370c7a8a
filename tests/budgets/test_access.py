"""Who may see and do what: every address, every role, in one table."""

import pytest
from django.urls import URLPattern, get_resolver, reverse

from budgets import payments, reports, services
from budgets.instalments import default_instalments
from budgets.models import Posting
from members.models import Association
from tests import factories
from tests.pages import read, table

ROLES = ("visitor", "as_secretary", "as_board_member", "as_auditor", "as_outsider")

REGION, CITY = "region-stockholm", "stockholms-stad"

ALL = (200, 200, 200, 200, 200)
NOBODY = (404, 404, 404, 404, 404)
OUR_ROLES = (404, 200, 200, 200, 404)  # visitor and outsider see nothing
OUR_SECRETARY = (404, 200, 404, 404, 404)
OTHERS_ROLES = (404, 404, 404, 404, 200)
FORM = (302, 200, 403, 403, 404)
OTHERS_FORM = (302, 404, 404, 404, 200)
FORM_NOWHERE = (302, 404, 404, 404, 404)
FORM_FORGED = (302, 404, 403, 403, 404)

# Address name, its parts, and the status for each of the ROLES. What is not public: Exempelförbundet 2027
# (a proposal), Södra Dalarna 2021 (drafted below, the outsider's own), Stockholm 2022 (not begun).
TABLE = [
    ("start", (), ALL),
    ("health", (), ALL),
    ("how_it_works", (), ALL),
    ("words", (), ALL),
    ("accessibility", (), ALL),
    ("open_data", (), ALL),
    ("font", (400,), ALL),
    ("font", (700,), NOBODY),
    ("associations_json", (), ALL),
    ("open_data_schema", ("budget",), ALL),
    ("open_data_schema", ("ar",), ALL),
    ("open_data_schema", ("forbund",), ALL),
    ("open_data_schema", ("finns-inte",), NOBODY),
    ("login", (), (200, 302, 302, 302, 302)),
    ("logout", (), (405, 405, 405, 405, 405)),
    ("association", ("stockholm",), ALL),
    ("association", ("exempel",), ALL),
    ("association", ("sodra-dalarna",), ALL),
    ("association", ("finns-inte",), NOBODY),
    ("year", ("stockholm", 2021), ALL),
    ("year", ("stockholm", 2016), ALL),
    ("scenario", ("stockholm", 2021), ALL),
    ("scenario", ("exempel", 2027), OUR_ROLES),
    ("scenario", ("sodra-dalarna", 2021), OTHERS_ROLES),
    ("scenario", ("stockholm", 2098), NOBODY),
    ("year", ("exempel", 2027), OUR_ROLES),
    ("year", ("sodra-dalarna", 2020), ALL),
    ("year", ("sodra-dalarna", 2021), OTHERS_ROLES),
    ("year", ("stockholm", 2018), OUR_SECRETARY),
    ("year", ("stockholm", 2022), OUR_SECRETARY),
    ("year", ("stockholm", 2029), OUR_SECRETARY),
    ("year", ("stockholm", 2098), NOBODY),
    ("year", ("finns-inte", 2021), NOBODY),
    ("budget_pdf", ("stockholm", 2021), ALL),
    ("budget_pdf", ("exempel", 2027), OUR_ROLES),
    ("budget_pdf", ("sodra-dalarna", 2021), OTHERS_ROLES),
    *[
        (file, parts, expected)
        for file in ("budget_csv", "budget_data_csv", "budget_xlsx", "budget_json")
        for parts, expected in (
            (("stockholm", 2021), ALL),
            (("exempel", 2027), OUR_ROLES),
            (("sodra-dalarna", 2021), OTHERS_ROLES),
            (("stockholm", 2018), OUR_SECRETARY),
            (("stockholm", 2098), NOBODY),
            (("finns-inte", 2021), NOBODY),
        )
    ],
    *[
        (file, (slug,), expected)
        for file in ("years_csv", "years_xlsx", "years_json")
        for slug, expected in (("stockholm", ALL), ("exempel", ALL), ("finns-inte", NOBODY))
    ],
    ("budget_pdf", ("stockholm", 2018), OUR_SECRETARY),
    ("budget_pdf", ("finns-inte", 2021), NOBODY),
    ("commitment", ("stockholm", 2021, REGION), FORM),
    ("commitment", ("exempel", 2027, "norrsunda"), FORM),
    ("commitment", ("sodra-dalarna", 2021, "avesta"), (302, 404, 404, 404, 200)),
    ("commitment", ("sodra-dalarna", 2020, "avesta"), (302, 404, 404, 404, 200)),
    ("commitment", ("stockholm", 2018, REGION), (302, 200, 404, 404, 404)),
    ("commitment", ("finns-inte", 2021, REGION), FORM_NOWHERE),
    ("commitment", ("stockholm", 2021, "arbetsformedlingen"), FORM_FORGED),
    ("commitment", ("stockholm", 2021, "avesta"), FORM_FORGED),
    ("commitment", ("stockholm", 2021, "finns-inte"), FORM_FORGED),
    ("posting", ("stockholm", 1), ALL),
    ("posting", ("exempel", 64), OUR_ROLES),
    ("posting", ("stockholm", 999), NOBODY),
    ("reverse_posting", ("stockholm", 1), FORM),
    ("reverse_posting", ("stockholm", 999), FORM_FORGED),
    ("reverse_posting", ("sodra-dalarna", 1), OTHERS_FORM),
    ("history", ("stockholm", 2021, "committed", REGION), ALL),
    ("history", ("exempel", 2027, "committed", "norrsunda"), OUR_ROLES),
    ("history", ("stockholm", 2021, "committed", "avesta"), NOBODY),
    ("history", ("stockholm", 2021, "finns-inte", REGION), NOBODY),
    ("payments", ("stockholm", 2021), OUR_ROLES),
    ("payments", ("exempel", 2027), OUR_ROLES),
    ("payments", ("sodra-dalarna", 2021), OTHERS_ROLES),
    ("payments", ("stockholm", 2099), NOBODY),
    ("payments", ("finns-inte", 2021), NOBODY),
    ("payment_plan", ("stockholm", 2021), FORM),
    ("payment_plan", ("sodra-dalarna", 2021), OTHERS_FORM),
    ("payment_plan", ("stockholm", 2099), FORM_FORGED),
    ("payment_plan", ("finns-inte", 2021), FORM_NOWHERE),
    ("payment", ("stockholm", 2021), FORM),
    ("payment", ("sodra-dalarna", 2021), OTHERS_FORM),
    ("payment", ("stockholm", 2099), FORM_FORGED),
    ("payment", ("finns-inte", 2021), FORM_NOWHERE),
    ("payment_call", ("stockholm", 2021, REGION), OUR_ROLES),
    ("payment_call", ("stockholm", 2020, REGION), (404, 409, 409, 409, 404)),  # no plan is saved
    ("payment_call", ("exempel", 2027, "norrsunda"), (404, 409, 409, 409, 404)),  # not adopted
    ("payment_call", ("stockholm", 2021, "avesta"), NOBODY),
    ("payment_call", ("stockholm", 2021, "arbetsformedlingen"), NOBODY),
    ("payment_call", ("finns-inte", 2021, REGION), NOBODY),
    ("actuals", ("exempel", 2026), FORM),
    ("actuals", ("sodra-dalarna", 2021), OTHERS_FORM),
    ("actuals", ("stockholm", 2099), FORM_FORGED),
    ("actuals", ("finns-inte", 2022), FORM_NOWHERE),
    ("actuals_file", ("exempel", 2026), FORM),
    ("actuals_file", ("sodra-dalarna", 2021), OTHERS_FORM),
    ("actuals_file", ("stockholm", 2099), FORM_FORGED),
    ("actuals_file", ("finns-inte", 2022), FORM_NOWHERE),
    ("forecast", ("exempel", 2026), FORM),
    ("forecast", ("sodra-dalarna", 2021), OTHERS_FORM),
    ("forecast", ("stockholm", 2099), FORM_FORGED),
    ("forecast", ("finns-inte", 2022), FORM_NOWHERE),
    ("versions", ("stockholm", 2021), ALL),
    ("versions", ("exempel", 2027), OUR_ROLES),
    ("versions", ("sodra-dalarna", 2021), OTHERS_ROLES),
    ("versions", ("stockholm", 2018), OUR_SECRETARY),
    ("versions", ("stockholm", 2098), NOBODY),
    ("versions", ("finns-inte", 2021), NOBODY),
    ("compare", ("stockholm",), ALL),
    ("compare", ("exempel",), ALL),
    ("compare", ("finns-inte",), NOBODY),
    ("difference", ("stockholm", 2021), (302, 302, 302, 302, 302)),
    ("difference", ("exempel", 2027), (404, 302, 302, 302, 404)),
    ("difference", ("sodra-dalarna", 2021), (404, 404, 404, 404, 302)),
    ("difference", ("stockholm", 2018), NOBODY),
    ("difference", ("finns-inte", 2021), NOBODY),
    ("history_sum", ("stockholm", 2021, "called"), ALL),
    ("history_sum", ("stockholm", 2021, "committed", "staten"), ALL),
    ("history_sum", ("exempel", 2026, "paid"), ALL),
    ("history_sum", ("exempel", 2027, "committed"), OUR_ROLES),
    ("history_sum", ("sodra-dalarna", 2021, "committed"), OTHERS_ROLES),
    ("history_sum", ("stockholm", 2021, "key"), NOBODY),
    ("history_sum", ("stockholm", 2021, "committed", "kostnader"), NOBODY),
    ("history_sum", ("finns-inte", 2021, "called"), NOBODY),
    ("worked", ("stockholm", 2021, "uteblivet"), ALL),
    ("worked", ("stockholm", 2021, "outnyttjat", REGION), ALL),
    ("worked", ("exempel", 2027, "bidrag"), OUR_ROLES),
    ("worked", ("exempel", 2027, "eget-kapital", "resultat-budget"), OUR_ROLES),
    ("worked", ("stockholm", 2021, "kvar-att-betala"), OUR_ROLES),
    ("worked", ("sodra-dalarna", 2021, "kvar-att-betala"), NOBODY),
    ("worked", ("stockholm", 2021, "bidrag"), NOBODY),  # adopted: its contributions are posted
    ("worked", ("stockholm", 2021, "finns-inte"), NOBODY),
    ("worked", ("finns-inte", 2021, "uteblivet"), NOBODY),
    ("deadlines", ("stockholm", 2021), ALL),
    ("deadlines", ("exempel", 2027), OUR_ROLES),
    ("deadlines", ("sodra-dalarna", 2021), OTHERS_ROLES),
    ("deadlines", ("stockholm", 2018), OUR_ROLES),
    ("deadlines", ("stockholm", 2099), NOBODY),
    ("deadlines", ("finns-inte", 2021), NOBODY),
    ("calendar", ("stockholm",), ALL),
    ("calendar", ("finns-inte",), NOBODY),
    ("lines", ("stockholm",), FORM),
    ("lines", ("sodra-dalarna",), OTHERS_FORM),
    ("lines", ("finns-inte",), FORM_NOWHERE),
    ("line", ("exempel", "unga-vagar"), FORM),
    ("line", ("stockholm", "unga-vagar"), FORM_FORGED),
    ("line", ("finns-inte", "unga-vagar"), FORM_NOWHERE),
    ("allocation", ("stockholm", 2022), FORM),
    ("allocation", ("sodra-dalarna", 2021), OTHERS_FORM),
    ("allocation", ("stockholm", 2099), FORM_FORGED),
    ("allocation", ("stockholm", 2003), FORM_FORGED),
    ("allocation", ("finns-inte", 2022), FORM_NOWHERE),
    ("allocation_months", ("stockholm", 2022), FORM),
    ("allocation_months", ("sodra-dalarna", 2021), OTHERS_FORM),
    ("allocation_months", ("stockholm", 2099), FORM_FORGED),
    ("allocation_months", ("finns-inte", 2022), FORM_NOWHERE),
    ("key_figures", ("stockholm",), ALL),
    ("key_figures", ("exempel",), ALL),
    ("key_figures", ("finns-inte",), NOBODY),
    ("inhabitants", ("stockholm", 2021), FORM),
    ("inhabitants", ("sodra-dalarna", 2020), OTHERS_FORM),
    ("inhabitants", ("stockholm", 2003), FORM_FORGED),
    ("inhabitants", ("stockholm", 2099), FORM_FORGED),
    ("inhabitants", ("finns-inte", 2021), FORM_NOWHERE),
    ("equity", ("stockholm",), ALL),
    ("equity", ("exempel",), ALL),
    ("equity", ("finns-inte",), NOBODY),
    ("equity_ladder", ("stockholm",), FORM),
    ("equity_ladder", ("sodra-dalarna",), OTHERS_FORM),
    ("equity_ladder", ("finns-inte",), FORM_NOWHERE),
    ("members", ("stockholm",), ALL),
    ("members", ("sodra-dalarna",), ALL),
    ("members", ("finns-inte",), NOBODY),
    ("new_member", ("stockholm",), FORM),
    ("new_member", ("sodra-dalarna",), OTHERS_FORM),
    ("new_member", ("finns-inte",), FORM_NOWHERE),
    ("change_member", ("stockholm", REGION), FORM),
    ("change_member", ("stockholm", "avesta"), FORM_FORGED),
    ("change_member", ("sodra-dalarna", "avesta"), OTHERS_FORM),
    ("change_member", ("finns-inte", REGION), FORM_NOWHERE),
    ("remove_member", ("stockholm", REGION), FORM),
    ("remove_member", ("stockholm", "avesta"), FORM_FORGED),
    ("remove_member", ("sodra-dalarna", "avesta"), OTHERS_FORM),
    ("settings", ("stockholm",), FORM),
    ("settings", ("sodra-dalarna",), OTHERS_FORM),
    ("settings", ("finns-inte",), FORM_NOWHERE),
    ("key", ("stockholm", 2021), ALL),
    ("key", ("exempel", 2027), OUR_ROLES),
    ("key", ("sodra-dalarna", 2021), OTHERS_ROLES),
    ("key", ("stockholm", 2018), OUR_SECRETARY),
    ("key", ("stockholm", 2098), NOBODY),
    ("key", ("finns-inte", 2021), NOBODY),
    ("contributions", ("stockholm", 2022), FORM),
    ("contributions", ("sodra-dalarna", 2021), OTHERS_FORM),
    ("contributions", ("stockholm", 2099), FORM_FORGED),
    ("contributions", ("finns-inte", 2022), FORM_NOWHERE),
]


@pytest.fixture
def southern_draft(seeds):
    """Södra Dalarna 2021: a proposal that is not public."""
    southern = Association.objects.get(slug="sodra-dalarna")
    factories.commit(southern, 2021, {"forsakringskassan": "4 mnkr"}, reason="Hemligt läge")
    services.propose(association=southern, year=2021, reason="Förslag", by=None, author_name="Ett test")
    return southern


@pytest.fixture
def stockholms_plan(stockholm):
    """Stockholm 2021: paid at once."""
    plan = default_instalments(2021, 1)
    payments.plan_payments(association=stockholm, year=2021, instalments=plan)


@pytest.fixture
def quick_pdf(monkeypatch):
    """Whether a report may be read, without setting it."""
    monkeypatch.setattr(reports, "render_pdf", lambda html: b"%PDF-")


@pytest.mark.parametrize(("name", "parts", "expected"), TABLE)
def test_each_role_gets_what_it_may_see(
    request, southern_draft, stockholms_plan, quick_pdf, name, parts, expected
):
    address = reverse(name, args=parts)

    got = tuple(request.getfixturevalue(role).get(address).status_code for role in ROLES)

    assert got == expected


def named_addresses(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name
        else:
            yield from named_addresses(pattern.url_patterns)


def test_every_address_has_a_row_in_the_table():
    names = set(named_addresses(get_resolver().url_patterns))

    assert names == {name for name, parts, expected in TABLE}


# -- What must not leak ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["visitor", "as_outsider"])
def test_a_proposal_leaves_no_trace_on_the_forbunds_page(request, exempel, role):
    page = read(request.getfixturevalue(role).get("/exempel/"))

    assert [row[0] for row in table(page, "Överenskommet")[1:]] == ["2026", "2025", "2024"]
    assert "2027" not in page.heard


@pytest.mark.parametrize("role", ["as_secretary", "as_board_member", "as_auditor"])
def test_those_with_a_role_see_the_proposal(request, exempel, role):
    page = read(request.getfixturevalue(role).get("/exempel/"))

    assert table(page, "Överenskommet")[1][:2] == ["2027 förslag", "12,8"]


def test_the_start_page_tells_the_newest_adopted_year_to_all(as_secretary):
    page = read(as_secretary.get("/"))

    assert table(page, "Samordningsförbund")[1] == [
        "Exempelförbundet påhittat",
        "Exempel län",
        "2026",
        "12,4",
        "11,8",
        "0,6",
        "Region Exempel",
    ]


@pytest.mark.parametrize("role", ["visitor", "as_outsider"])
@pytest.mark.parametrize("version", ["", "1", "2"])
def test_a_draft_cannot_be_reached_by_guessing_its_number(request, exempel, role, version):
    client = request.getfixturevalue(role)

    statuses = [
        client.get(f"/exempel/2027/{page}", {"version": version}).status_code for page in ("", "budget.pdf")
    ]

    assert statuses == [404, 404]


def test_a_change_after_the_adopted_version_is_only_for_those_with_a_role(
    stockholm, visitor, as_outsider, as_auditor
):
    factories.commit(stockholm, 2021, {REGION: "12 mnkr"}, reason="Ett hemligt brev")

    pages = [read(client.get("/stockholm/2021/")) for client in (visitor, as_outsider, as_auditor)]

    assert [page.one("dl", "facts").all("dd")[0].shown for page in pages] == [
        "32,0 mnkr året före 32,0 mnkr",
        "32,0 mnkr året före 32,0 mnkr",
        "h48,0 mnkr fastställt 32,0 mnkr",
    ]
    assert ["hemligt" in page.heard for page in pages] == [False, False, True]


def test_only_those_with_a_role_see_who_posted(visitor, as_outsider, as_auditor):
    headings = [
        table(read(client.get("/stockholm/2021/")), "Verifikationer")[0]
        for client in (visitor, as_outsider, as_auditor)
    ]

    assert ["Bokförd av" in heading for heading in headings] == [False, False, True]


# -- Forged addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["0", "2", "abc", "-1", "99999999", "1.0", "+1", " 1", "١", "²", "\x00"])
def test_a_version_that_is_not_there_is_not_found(visitor, seeds, version):
    response = visitor.get("/stockholm/2021/", {"version": version})

    assert response.status_code == 404


def test_an_adopted_version_can_be_named(visitor, seeds):
    page = read(visitor.get("/stockholm/2021/", {"version": "1"}))

    assert page.one("h1").shown == "Budget 2021"


@pytest.mark.parametrize("year", ["1999", "99999", "2199", "0", "-2021", "20 21", "٢٠٢١", "abcd"])
@pytest.mark.parametrize("page", ["", "budget.pdf", "atagande/region-stockholm/"])
def test_a_year_of_another_century_is_not_found(as_secretary, year, page):
    response = as_secretary.get(f"/stockholm/{year}/{page}")

    assert response.status_code == 404


@pytest.mark.parametrize(
    "address", ["/stockholm%00/", "/Å/", "/../", "/stockholm/2021/atagande/a'b/", "/%ff/"]
)
def test_an_address_that_is_none_is_not_found(as_secretary, address):
    assert as_secretary.get(address).status_code == 404


def test_a_year_that_is_not_found_says_so_in_swedish(visitor, seeds):
    page = read(visitor.get("/stockholm/2018/"))

    assert page.one("h1").shown == "Sidan finns inte"
    assert page.one("p", "lead").shown == (
        "Kontrollera adressen. Ett förbund eller år som inte är offentligt syns bara för den som är "
        "inloggad i förbundet."
    )


# -- The commitment form ---------------------------------------------------------------------------

ADDRESS = "/stockholm/2021/atagande/region-stockholm/"
WISH = {"amount": "12 mnkr", "reason": "Nytt beslut", "seen": "16"}


@pytest.mark.parametrize("role", ["as_board_member", "as_auditor"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_those_who_only_read_are_told_who_writes(request, stockholm, role, method):
    response = getattr(request.getfixturevalue(role), method)(ADDRESS, WISH)

    assert response.status_code == 403
    assert read(response).one("p", "lead").shown == "Bara förbundets sekreterare kan ändra belopp."
    assert Posting.objects.filter(association=stockholm).count() == 16


@pytest.mark.parametrize(("role", "status"), [("visitor", 401), ("as_outsider", 404)])
def test_nobody_else_can_post(request, stockholm, role, status):
    response = request.getfixturevalue(role).post(ADDRESS, WISH)

    assert response.status_code == status
    assert Posting.objects.filter(association=stockholm).count() == 16


def test_a_secretary_cannot_change_another_forbunds_member_through_her_own(as_secretary, southern_draft):
    response = as_secretary.post("/stockholm/2021/atagande/avesta/", WISH)

    assert response.status_code == 404
    assert Posting.objects.filter(association=southern_draft, reason=WISH["reason"]).count() == 0


def test_a_visitor_logs_in_and_comes_back_to_the_form(visitor, secretary):
    asked = visitor.get(ADDRESS)
    answered = visitor.post(asked["Location"], {"username": "sara", "password": factories.PASSWORD})

    assert asked["Location"] == f"/logga-in/?next={ADDRESS}"
    assert answered["Location"] == ADDRESS


@pytest.mark.parametrize("role", ["as_secretary", "as_board_member"])
def test_only_the_secretary_is_shown_the_way_to_the_form(request, stockholm, role):
    page = read(request.getfixturevalue(role).get("/stockholm/2021/"))

    links = [link.attributes["href"] for link in page.all("a") if "/atagande/" in link.attributes["href"]]

    expected = [f"/stockholm/2021/atagande/{member}/" for member in ("forsakringskassan", REGION, CITY)]
    assert links == (expected if role == "as_secretary" else [])


# -- Methods ---------------------------------------------------------------------------------------

READ_ONLY = ("/", "/health/", "/stockholm/", "/stockholm/2021/", "/stockholm/2021/budget.pdf")


@pytest.mark.parametrize("address", READ_ONLY)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_page_that_is_only_read_refuses_other_methods(as_secretary, address, method):
    assert getattr(as_secretary, method)(address).status_code == 405


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_the_form_is_read_and_sent_and_nothing_else(as_secretary, method):
    assert getattr(as_secretary, method)(ADDRESS).status_code == 405


@pytest.mark.parametrize("address", ["/", "/health/", "/stockholm/", "/stockholm/2021/"])
def test_a_page_answers_a_question_about_its_headers(visitor, seeds, address):
    response = visitor.head(address)

    assert (response.status_code, response.content) == (200, b"")
