"""The budget lines: what money is divided on, and the income beside the members' contributions."""

import pytest

from budgets import ledger, services
from budgets.forms import LineForm
from budgets.ledger import Cell
from budgets.models import Account, BudgetLine
from finsam.money import Figure
from members.models import Association, Organisation, Role
from tests import factories
from tests.budgets.test_ledger_parallel import at_once
from tests.conftest import logged_in
from tests.pages import Element, read, table

Kind = BudgetLine.Kind
LINES = "/exempel/poster/"
LINE = "/exempel/poster/unga-vagar/"
NEW = {
    "name": "Åter i arbete",
    "kind": "measure",
    "measure": "individual",
    "responsible": "",
    "first_year": "2027",
    "last_year": "",
    "position": "12",
}


def field(page: Element, name: str) -> Element:
    (found,) = [
        each for each in page if each.tag in ("input", "select") and each.attributes.get("name") == name
    ]
    return found


def options(page: Element, name: str) -> list[str]:
    return [each.shown for each in field(page, name).all("option")]


def problems(page: Element) -> list[str]:
    return [each.shown for each in page.one("div", "problem").all("li")]


def line_of(association: Association, slug: str) -> BudgetLine:
    return association.lines.get(slug=slug)


# -- The list --------------------------------------------------------------------------------------


def test_the_lines_stand_in_their_order_with_kind_years_and_who_is_responsible(as_secretary):
    page = read(as_secretary.get(LINES))

    assert page.one("h1").shown == "Budgetposter"
    found = table(page, "Förbundets poster i den ordning de visas")
    assert found[0] == ["Post", "Slag", "År", "Ansvarig", "Plats"]
    assert found[1] == ["Styrelse", "styrelse", "alla", "–", "0"]
    assert found[5] == ["Unga vägar", "individinriktad", "2022–2026", "Mellanby kommun", "4"]
    assert found[11] == ["ESF+ projektet Nya vägar", "övrig intäkt", "2024–2027", "–", "10"]


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (None, None, "alla"),
        (2027, None, "från 2027"),
        (None, 2026, "till och med 2026"),
        (2027, 2027, "2027"),
    ],
)
def test_years_are_told_as_far_as_they_are_bounded(exempel, as_secretary, first, last, told):
    exempel.lines.filter(slug="unga-vagar").update(first_year=first, last_year=last)

    assert table(read(as_secretary.get(LINES)), "Förbundets poster")[5][2] == told


def test_each_line_leads_to_its_form(as_secretary):
    page = read(as_secretary.get(LINES))

    links = [each.attributes["href"] for each in page.one("tbody").all("a")]
    assert (len(links), links[4]) == (12, LINE)


def test_a_forbund_without_lines_says_so(db):
    factories.make_association()
    client = logged_in(factories.make_user("eva", Role.Kind.SECRETARY, "provforbundet"))

    page = read(client.get("/provforbundet/poster/"))

    assert page.one("tbody").one("td").shown == "Förbundet har inga poster än."
    assert field(page, "position").attributes["value"] == "1"


@pytest.mark.parametrize("more", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_lines(
    exempel, as_secretary, django_assert_num_queries, more
):
    owner = Organisation.objects.get(slug="norrsunda")
    for number in range(more):
        factories.make_line(exempel, f"ny-{number}")
        exempel.lines.filter(slug=f"ny-{number}").update(responsible=owner)

    with django_assert_num_queries(10):
        as_secretary.get(LINES)


# -- A new line ------------------------------------------------------------------------------------


def test_the_form_speaks_swedish_and_begins_after_the_last(as_secretary):
    page = read(as_secretary.get(LINES))

    assert options(page, "kind") == [
        "välj slag", "styrelse", "administration", "revision", "insats", "övrig kostnad", "övrig intäkt",
    ]  # fmt: skip
    assert options(page, "measure") == ["inte en insats", "individinriktad", "strukturövergripande"]
    assert options(page, "responsible") == [
        "ingen särskild", "Arbetsförmedlingen", "Försäkringskassan", "Mellanby kommun", "Norrsunda kommun",
        "Region Exempel", "Söderhamra kommun",
    ]  # fmt: skip
    assert field(page, "position").attributes["value"] == "12"
    assert "---" not in page.heard


def test_a_line_is_added_with_a_short_name_of_its_own(exempel, as_secretary):
    response = as_secretary.post(LINES, NEW)

    assert (response.status_code, response["Location"]) == (302, LINES)
    assert read(as_secretary.get(LINES)).one("p", "saved").shown == "Åter i arbete är tillagd."
    made = line_of(exempel, "ater-i-arbete")
    assert (made.name, made.kind, made.measure) == ("Åter i arbete", Kind.MEASURE, "individual")
    assert (made.first_year, made.last_year, made.position, made.responsible) == (2027, None, 12, None)


@pytest.mark.parametrize("kind", Kind)
def test_there_is_a_line_of_every_kind(exempel, as_secretary, kind):
    measure = "structural" if kind == Kind.MEASURE else ""

    as_secretary.post(LINES, NEW | {"kind": kind.value, "measure": measure})

    made = line_of(exempel, "ater-i-arbete")
    assert (made.kind, made.measure, made.is_income) == (kind, measure, kind == Kind.OTHER_INCOME)


def test_other_income_never_raises_the_cap(exempel, as_secretary):
    """12,8 mnkr before and after 5 mnkr of ESF+."""
    as_secretary.post(LINES, NEW | {"name": "Mer ESF+", "kind": "other_income", "measure": ""})
    cell = Cell(Account.ALLOCATED, 2027, line_id=line_of(exempel, "mer-esf").pk)
    services.record(
        association=exempel,
        wishes={cell: Figure(5_000_000_00)},
        reason="ESF+",
        by=None,
        author_name="Ett test",
    )

    page = read(as_secretary.get("/exempel/2027/"))

    assert page.one("dl", "facts").all("dd")[0].shown.startswith("12,8 mnkr")


def test_two_lines_of_the_same_name_have_each_their_short_name(exempel, as_secretary):
    for _time in range(3):
        as_secretary.post(LINES, NEW)

    slugs = exempel.lines.filter(name="Åter i arbete").values_list("slug", flat=True)
    assert sorted(slugs) == ["ater-i-arbete", "ater-i-arbete-2", "ater-i-arbete-3"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ö", "o"),
        ("!!!", "measure"),
        ("日本", "measure"),
        ("_Eget kapital", "eget-kapital"),
        ("a" * 39 + " b", "a" * 39),
        ("å" * 200, "a" * 40),
    ],
)
def test_a_short_name_is_made_of_any_name(exempel, name, slug):
    line = BudgetLine(association=exempel, name=name, kind=Kind.MEASURE, measure="individual")

    assert services.add_line(line).slug == slug


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": " "}, "Skriv vad posten heter."),
        ({"name": "å" * 201}, "Texten är för lång: 201 tecken. Högst 200 får plats."),
        ({"name": "Ny\x00"}, "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen."),
        ({"kind": ""}, "Välj vad det är för slags post."),
        ({"kind": "income\x00"}, "Välj vad det är för slags post."),
        ({"measure": ""}, "Välj om insatsen är individinriktad eller strukturövergripande."),
        ({"measure": "annat"}, "Välj vilken sorts insats posten är."),
        ({"responsible": "999999"}, "Välj en organisation i listan."),
        ({"first_year": "27"}, "Kontrollera årtalet 27. Skriv fyra siffror, till exempel 2027."),
        ({"first_year": "2003"}, "Kontrollera årtalet 2003. Skriv fyra siffror, till exempel 2027."),
        ({"last_year": "2100"}, "Kontrollera årtalet 2100. Skriv fyra siffror, till exempel 2027."),
        ({"last_year": "=2027"}, "Kontrollera årtalet =2027. Skriv fyra siffror, till exempel 2027."),
        ({"last_year": "٢٠٢٧"}, "Kontrollera årtalet ٢٠٢٧. Skriv fyra siffror, till exempel 2027."),
        ({"last_year": "2026"}, "Sista året 2026 är före det första, 2027. Byt något av dem."),
        ({"position": ""}, "Skriv vilken plats posten ska ha, till exempel 3."),
        ({"position": "12.000"}, "Platsen 12.000 går inte att använda. Skriv ett heltal från 0 till 999."),
        ({"position": "1000"}, "Platsen 1000 går inte att använda. Skriv ett heltal från 0 till 999."),
        ({"position": "-1"}, "Platsen -1 går inte att använda. Skriv ett heltal från 0 till 999."),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_cure(exempel, as_secretary, typed, told):
    response = as_secretary.post(LINES, NEW | typed)
    page = read(response)

    assert response.status_code == 422
    assert problems(page) == [told]
    assert page.one("title").shown.startswith("Fel: ")
    (name,) = typed
    assert field(page, name).attributes["aria-invalid"] == "true"
    assert exempel.lines.count() == 12


@pytest.mark.parametrize("year", ["2004", "2099"])
def test_the_first_and_the_last_year_of_all(exempel, as_secretary, year):
    assert as_secretary.post(LINES, NEW | {"first_year": year, "last_year": year}).status_code == 302


def test_another_forbunds_organisation_cannot_be_made_responsible(exempel, as_secretary):
    stranger = Organisation.objects.get(slug="avesta")

    page = read(as_secretary.post(LINES, NEW | {"responsible": str(stranger.pk)}))

    assert problems(page) == ["Välj en organisation i listan."]


def test_only_a_measure_is_of_a_sort(exempel, as_secretary):
    as_secretary.post(LINES, NEW | {"kind": "board", "measure": "individual"})

    assert line_of(exempel, "ater-i-arbete").measure == ""


# -- Changing a line -------------------------------------------------------------------------------

CHANGED = {
    "name": "Unga vägar vidare",
    "kind": "measure",
    "measure": "structural",
    "responsible": "",
    "first_year": "2022",
    "last_year": "2028",
    "position": "1",
}


def test_a_line_is_changed_and_keeps_its_short_name(exempel, as_secretary):
    response = as_secretary.post(LINE, CHANGED)

    assert (response.status_code, response["Location"]) == (302, LINES)
    assert read(as_secretary.get(LINES)).one("p", "saved").shown == "Unga vägar vidare är ändrad."
    changed = line_of(exempel, "unga-vagar")
    assert (changed.name, changed.measure, changed.last_year) == ("Unga vägar vidare", "structural", 2028)
    assert exempel.lines.count() == 12


def test_a_line_with_figures_keeps_its_kind(exempel, as_secretary):
    page = read(as_secretary.get(LINE))
    as_secretary.post(LINE, CHANGED | {"kind": "other_income", "measure": ""})
    refused = as_secretary.post(LINE, CHANGED | {"kind": "other_income"})

    assert "disabled" in field(page, "kind").attributes
    assert "Posten har belopp, så slaget kan inte ändras längre." in page.heard
    assert refused.status_code == 302
    assert line_of(exempel, "unga-vagar").kind == Kind.MEASURE


def test_a_line_whose_figures_were_reversed_still_has_them_in_the_ledger(exempel, as_secretary, secretary):
    line = factories.make_line(exempel, "ny")
    cell = Cell(Account.ALLOCATED, 2028, line_id=line.pk)
    made = services.record(association=exempel, wishes={cell: Figure(1)}, reason="Nytt", by=secretary)
    ledger.reverse(made, reason="Fel", by=secretary)

    assert "disabled" in field(read(as_secretary.get("/exempel/poster/ny/")), "kind").attributes


def test_a_line_without_figures_may_become_another_kind(exempel, as_secretary):
    factories.make_line(exempel, "ny")

    as_secretary.post("/exempel/poster/ny/", CHANGED | {"kind": "other_income", "measure": ""})

    assert line_of(exempel, "ny").is_income


def test_refused_changes_leave_the_line_as_it_was(exempel, as_secretary):
    response = as_secretary.post(LINE, CHANGED | {"name": ""})

    assert response.status_code == 422
    assert read(response).one("h1").shown == "Unga vägar"
    assert line_of(exempel, "unga-vagar").last_year == 2026


@pytest.mark.parametrize("address", ["/exempel/poster/finns-inte/", "/stockholm/poster/unga-vagar/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_line_of_another_forbund_is_not_here(as_secretary, address, method):
    assert getattr(as_secretary, method)(address, CHANGED).status_code == 404


@pytest.mark.parametrize("address", [LINES, LINE])
@pytest.mark.parametrize(
    ("role", "status"),
    [("visitor", 401), ("as_outsider", 404), ("as_board_member", 403), ("as_auditor", 403)],
)
def test_nobody_else_can_write(request, exempel, address, role, status):
    response = request.getfixturevalue(role).post(address, CHANGED)

    assert response.status_code == status
    assert (exempel.lines.count(), line_of(exempel, "unga-vagar").name) == (12, "Unga vägar")


@pytest.mark.parametrize("address", [LINES, LINE])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(as_secretary, address, method):
    assert getattr(as_secretary, method)(address).status_code == 405


def test_a_name_with_markup_is_shown_as_text(exempel, as_secretary):
    as_secretary.post(LINES, NEW | {"name": '<b onclick="x">Elak</b>'})

    page = read(as_secretary.get(LINES))

    assert table(page, "Förbundets poster")[-1][0] == '<b onclick="x">Elak</b>'
    assert page.all("b") == []


# -- Two at once -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_same_line_added_by_eight_at_once_gets_eight_short_names():
    association = factories.make_association()

    def add() -> BudgetLine:
        mine = Association.objects.get(pk=association.pk)
        form = LineForm(NEW, line=BudgetLine(association=mine))
        assert form.is_valid()
        return services.add_line(form.save(commit=False))

    made = at_once([add] * 8)

    slugs = {f"ater-i-arbete-{number}" for number in range(2, 9)} | {"ater-i-arbete"}
    assert {line.slug for line in made} == slugs
    assert set(association.lines.values_list("slug", flat=True)) == slugs
