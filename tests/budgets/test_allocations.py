"""The allocation grids: the money of a year divided on its lines, for whole years or month by month.

Provförbundet 2027: the members offer 4,0 + 2,0 + 2,0 mnkr, so there are 8 mnkr to divide, and interest.
"""

import pytest

from budgets import ledger, services
from budgets.grids import allocations as grids
from budgets.grids.grid import Typed
from budgets.ledger import Cell
from budgets.models import Account, BudgetLine, Entry, Posting
from finsam import money
from finsam.money import Figure
from members.models import Association, Role
from tests import factories
from tests.budgets.test_contributions import amounts, field, problems, values
from tests.conftest import logged_in
from tests.pages import read

Kind = BudgetLine.Kind
ADDRESS = "/provforbundet/2027/fordelning/"
MONTHS = "/provforbundet/2027/fordelning/manader/"
EQUITY = "_eget-kapital.2027"
LINES = (
    ("styrelse", Kind.BOARD),
    ("kansli", Kind.ADMINISTRATION),
    ("revision", Kind.AUDIT),
    ("steget", Kind.MEASURE),
    ("uppfoljning", Kind.OTHER_COST),
    ("ranta", Kind.OTHER_INCOME),
)
OFFERS = {"fk": "4 mnkr", "regionen": "2 mnkr", "storstad": "1,2 mnkr", "lillstad": "0,8 mnkr"}


@pytest.fixture
def forbund(db) -> Association:
    """8 mnkr in 2027, a line of each kind, nothing divided; nothing offered for the plan years."""
    made = factories.make_association()
    for position, (slug, kind) in enumerate(LINES):
        line = factories.make_line(made, slug, kind)
        line.position = position
        line.measure = BudgetLine.Measure.INDIVIDUAL if kind == Kind.MEASURE else ""
        line.save()
    factories.commit(made, 2027, OFFERS)
    return made


@pytest.fixture
def client(forbund):
    """The secretary's browser."""
    return logged_in(factories.make_user("sara", Role.Kind.SECRETARY, "provforbundet"))


def cell(forbund: Association, slug: str, year: int = 2027, month: int | None = None) -> Cell:
    return Cell(Account.ALLOCATED, year, month, line_id=forbund.lines.get(slug=slug).pk)


def allocate(forbund: Association, *, year: int = 2027, equity: str = "", **figures: str) -> Posting:
    """Divide money past the grid: any amounts, without asking what there is."""
    wishes = {cell(forbund, slug, year): Figure(money.parse(text)) for slug, text in figures.items()}
    if equity:
        wishes[Cell(Account.EQUITY_USE, year)] = Figure(money.parse(equity))
    return services.record(
        association=forbund, wishes=wishes, reason="Fördelning", by=None, author_name="Ett test"
    )


def send(client, typed=None, *, address=ADDRESS, seen=None, **more):
    """Press Spara, from a form that has seen all there is unless ``seen`` says otherwise."""
    seen = head() if seen is None else seen
    return client.post(address, {"seen": str(seen), **(typed or {}), **more})


def head() -> int:
    """The number of the förbund's newest posting."""
    return ledger.head_number(Association.objects.get(slug="provforbundet"))


def posting(number: int) -> Posting:
    return Posting.objects.get(association__slug="provforbundet", number=number)


def warnings(page) -> list[str]:
    return [each.shown for each in page.all("p", "warning")]


def standing(forbund: Association, slug: str, year: int = 2027, month: int | None = None) -> int | None:
    """What a line's budget is, in kronor."""
    amount = ledger.figure(ledger.balances(forbund), cell(forbund, slug, year, month)).amount
    return None if amount is None else amount // money.ORE_PER_KRONA


def saved(response) -> str:
    assert response.status_code == 302
    return read(response.client.get(response["Location"])).one("p", "saved").shown


# -- What the page shows ---------------------------------------------------------------------------


def test_all_kinds_of_lines_stand_with_last_year_the_year_and_two_plan_years(client):
    page = read(client.get(ADDRESS))

    assert page.one("h1").shown == "Fördelning 2027"
    assert page.one("caption").shown == "Budget per post 2027–2029 Belopp i kr"
    assert [heading.shown for heading in page.one("thead").all("th")] == [
        "Post", "2026 året före", "2027 budgetår", "2028 plan", "2029 plan",
    ]  # fmt: skip
    nothing = ["–", "", "", ""]
    assert amounts(page) == {
        "Styrelse styrelse": nothing,
        "Kansli administration": nothing,
        "Revision revision": nothing,
        "Steget individinriktad": nothing,
        "Uppfoljning övrig kostnad": nothing,
        "Ranta övrig intäkt": nothing,
        "Ur eget kapital planerat nyttjande": nothing,
        "Summa kostnader": ["–", "–", "–", "–"],
        "Medlemsbidrag": ["–", "8 000 000", "–", "–"],
        "Övriga intäkter": ["–", "–", "–", "–"],
        "Kvar att fördela": ["–", "8 000 000", "–", "–"],
        "Annat än insatser": ["–", "–", "–", "–"],
    }
    assert warnings(page) == []


def test_income_stands_after_the_costs_whatever_its_place(forbund, client):
    forbund.lines.filter(slug="ranta").update(position=0)

    rows = list(amounts(read(client.get(ADDRESS))))

    assert rows[5] == "Ranta övrig intäkt"


def test_what_is_left_to_divide_is_reckoned_as_one_types(client):
    typed = {"styrelse.2027": "300 000", "steget.2027": "6,5 mnkr", "ranta.2027": "50 000"}

    page = read(send(client, typed | {EQUITY: "250 000"}, action="preview"))

    found = amounts(page)
    assert found["Summa kostnader"][1] == "6 800 000"
    assert found["Övriga intäkter"][1] == "50 000"
    assert found["Kvar att fördela"][1] == "1 500 000"
    assert found["Annat än insatser"][1] == "4 %"
    assert page.one("tfoot").attributes["id"] == "follows"
    assert "data-live" in page.one("tfoot").attributes
    assert head() == 1


def test_three_years_are_saved_at_once(forbund, client):
    factories.commit(forbund, 2028, OFFERS)
    typed = {
        "steget.2027": "6 mnkr",
        "steget.2028": "7 mnkr",
        "kansli.2028": "1 mnkr",
        "steget.2029": "8 mnkr",
    }

    response = send(client, typed)

    assert saved(response) == "Sparat som verifikation 3."
    made = posting(3)
    assert (made.reason, made.author_name) == ("Budget per post 2027–2029", "Sara")
    assert [standing(forbund, "steget", year) for year in (2027, 2028, 2029)] == [
        6_000_000,
        7_000_000,
        8_000_000,
    ]
    assert standing(forbund, "kansli", 2028) == 1_000_000


def test_a_year_that_moves_more_than_30_per_cent_from_the_one_before_is_asked_about_once(forbund, client):
    allocate(forbund, steget="3 000 000")

    asked = send(client, {"steget.2028": "3 900 001"})
    page = read(asked)

    assert asked.status_code == 422
    assert problems(page) == ["Steget 2028: 3 000 000 blir 3 900 001 kr (+30 %)"]
    confirmed = send(client, {"steget.2028": "3 900 001"}, asked=values(page, "asked"), confirm="1")
    assert saved(confirmed) == "Sparat som verifikation 3."


def test_30_per_cent_is_not_asked_about(forbund, client):
    allocate(forbund, steget="3 000 000")

    assert saved(send(client, {"steget.2028": "3 900 000"})) == "Sparat som verifikation 3."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12.000", "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."),
        ("-5", "Beloppet -5 är negativt. Skriv 0 eller mer."),
        ("=SUM(A1)", "Beloppet =SUM(A1) går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr."),
        ("5\x00", "Ta bort det osynliga tecknet (null-tecken) och skriv beloppet igen."),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_cure(forbund, client, text, told):
    response = send(client, {"steget.2027": text, "kansli.2027": "500 000"})
    page = read(response)

    assert response.status_code == 422
    assert problems(page) == [f"Steget 2027: {told}"]
    assert field(page, "kansli.2027").attributes["value"] == "500 000"
    assert head() == 1


# -- More than there is ----------------------------------------------------------------------------


def test_all_there_is_can_be_divided_and_not_an_öre_more(forbund, client):
    refused = send(client, {"steget.2027": "8 000 000,01"})

    assert refused.status_code == 422
    assert problems(read(refused)) == [
        "2027 fördelas 0,01 kr mer än det finns. Minska kostnaderna, eller öka det som tas ur eget kapital "
        "med 0,01 kr."
    ]
    assert field(read(refused), "steget.2027").attributes["value"] == "8 000 000,01"
    assert head() == 1
    assert saved(send(client, {"steget.2027": "8 000 000"})) == "Sparat som verifikation 2."


def test_other_income_and_own_capital_are_divided_too(forbund, client):
    """8,0 + 0,05 of interest + 0,5 of own capital = 8,55 mnkr."""
    typed = {"ranta.2027": "50 000", EQUITY: "500 000", "reason": "Överskottet från 2025 används"}

    refused = send(client, typed | {"steget.2027": "8 550 001"})

    assert problems(read(refused)) == [
        "2027 fördelas 1 kr mer än det finns. Minska kostnaderna, eller öka det som tas ur eget kapital "
        "med 1 kr."
    ]
    assert saved(send(client, typed | {"steget.2027": "8 550 000"})) == "Sparat som verifikation 2."


def test_taking_less_from_own_capital_is_refused_while_it_is_needed(forbund, client):
    allocate(forbund, steget="8 500 000", equity="500 000")

    refused = send(client, {EQUITY: "400 000", "reason": "Mindre"})

    assert refused.status_code == 422
    assert problems(read(refused))[0].startswith("2027 fördelas 100 000 kr mer än det finns.")


def test_an_older_excess_may_be_lessened(forbund, client):
    """9 mnkr were divided of 8: 8,6 is still too much, and better."""
    allocate(forbund, steget="9 mnkr")

    response = send(client, {"steget.2027": "8,6 mnkr"})

    assert saved(response) == "Sparat som verifikation 3."
    assert warnings(read(client.get(ADDRESS))) == [
        "2027 fördelas 600 000 kr mer än det finns. Minska kostnaderna, eller öka det som tas ur eget "
        "kapital med 600 000 kr."
    ]


def test_an_older_excess_may_be_moved_about_but_not_made_larger(forbund, client):
    allocate(forbund, steget="9 mnkr", kansli="500 000")

    moved = saved(send(client, {"steget.2027": "8,9 mnkr", "kansli.2027": "600 000"}))
    larger = send(client, {"steget.2027": "8,9 mnkr", "kansli.2027": "600 001"})

    assert moved == "Sparat som verifikation 3."
    assert problems(read(larger))[0].startswith("2027 fördelas 1 500 001 kr mer än det finns.")


def test_a_change_of_another_year_is_not_refused_for_an_older_excess(forbund, client):
    allocate(forbund, steget="9 mnkr")

    assert saved(send(client, {"kansli.2028": "500 000"})) == "Sparat som verifikation 3."


def test_a_year_whose_contributions_are_not_known_is_not_measured(client):
    assert saved(send(client, {"steget.2029": "900 mnkr"})) == "Sparat som verifikation 2."


def test_what_others_divided_meanwhile_counts(forbund, client):
    """Both saw 8 mnkr left; 5 and 4 are more than that together."""
    seen = ledger.head_number(forbund)
    allocate(forbund, kansli="5 mnkr")

    refused = send(client, {"steget.2027": "4 mnkr"}, seen=seen)

    assert refused.status_code == 422
    assert problems(read(refused))[0].startswith("2027 fördelas 1 000 000 kr mer än det finns.")
    assert standing(forbund, "steget") is None


# -- Own capital and the board's target --------------------------------------------------------------


def test_own_capital_needs_a_written_reason(client):
    refused = send(client, {EQUITY: "500 000"})
    page = read(refused)

    assert refused.status_code == 422
    assert problems(page) == ["Anteckning: Skriv varför eget kapital tas i anspråk."]
    assert field(page, "reason").attributes["aria-invalid"] == "true"
    assert head() == 1


@pytest.mark.parametrize("reason", [" ", "\t"])
def test_spaces_are_no_reason(client, reason):
    assert send(client, {EQUITY: "500 000", "reason": reason}).status_code == 422


def test_a_reason_is_kept_with_the_amount(forbund, client):
    send(client, {EQUITY: "500 000", "reason": "Överskottet från 2025 används"})

    assert posting(2).reason == "Överskottet från 2025 används"
    assert ledger.balances(forbund)[Cell(Account.EQUITY_USE, 2027)].amount == 500_000_00


def test_taking_nothing_needs_no_reason(forbund, client):
    allocate(forbund, equity="500 000")

    assert saved(send(client, {EQUITY: "0"}, sure=f"{EQUITY}=0")) == "Sparat som verifikation 3."


def test_a_planned_deficit_is_told(forbund, client):
    allocate(forbund, equity="500 000")

    assert warnings(read(client.get(ADDRESS))) == ["2027 tas 500 000 kr ur eget kapital."]


def opening(forbund: Association, year: int, amount: str) -> None:
    services.record(
        association=forbund,
        wishes={Cell(Account.OPENING_EQUITY, year): Figure(money.parse(amount))},
        reason="Bokslut",
        by=None,
        author_name="Ett test",
    )


@pytest.mark.parametrize(
    ("used", "told"),
    [
        ("400 000", "2027 tas 400 000 kr ur eget kapital."),
        ("400 001", "2027 tas 400 001 kr ur eget kapital, 1 kr mer än det ingående."),
    ],
)
def test_taking_more_than_the_year_begins_with_is_told_and_not_refused(forbund, client, used, told):
    opening(forbund, 2027, "400 000")

    page = read(send(client, {EQUITY: used}, action="preview"))

    assert warnings(page) == [told]
    assert saved(send(client, {EQUITY: used, "reason": "Sparade medel"})) == "Sparat som verifikation 3."


def test_what_a_plan_year_begins_with_follows_from_the_year_before(forbund, client):
    """400 000 and a 2027 that costs 300 000 more than its income: 100 000 for 2028."""
    opening(forbund, 2027, "400 000")
    allocate(forbund, steget="8,3 mnkr", equity="300 000")

    page = read(send(client, {"_eget-kapital.2028": "100 001"}, action="preview"))

    assert amounts(page)["Eget kapital vid årets slut"] == ["–", "100 000", "–", "–"]
    assert warnings(page) == [
        "2027 tas 300 000 kr ur eget kapital.",
        "2028 tas 100 001 kr ur eget kapital, 1 kr mer än det som beräknas finnas då.",
    ]


@pytest.mark.parametrize(
    ("kansli", "told"),
    [
        ("200 000", []),
        ("200 001", ["2027 går 20,0 % till annat än insatser. Förbundets mål är 15–20 %."]),
        ("0", []),
    ],
)
def test_a_larger_share_to_administration_than_the_target_is_told_and_not_refused(
    forbund, client, kansli, told
):
    """Of 1 000 000 at most a fifth to board, administration, audit and other costs; less worries nobody."""
    Association.objects.filter(pk=forbund.pk).update(administration_from=15, administration_to=20)
    typed = {"kansli.2027": kansli, "steget.2027": "800 000"}

    assert warnings(read(send(client, typed, action="preview"))) == told
    assert saved(send(client, typed)) == "Sparat som verifikation 2."


def test_without_a_target_no_share_is_too_large(client):
    assert warnings(read(send(client, {"kansli.2027": "1 mnkr"}, action="preview"))) == []


# -- Lines that are used, and that were ------------------------------------------------------------


def test_a_line_stands_only_in_its_years(forbund, client):
    forbund.lines.filter(slug="steget").update(first_year=2027, last_year=2028)

    page = read(client.get(ADDRESS))

    assert amounts(page)["Steget individinriktad"] == ["", "", "", ""]
    names = [each.attributes["name"] for each in page.one("table", "grid").all("input")]
    assert [name for name in names if name.startswith("steget")] == ["steget.2027", "steget.2028"]


def test_a_line_of_other_years_is_left_out(forbund, client):
    forbund.lines.filter(slug="steget").update(last_year=2025)

    assert not any(row.startswith("Steget") for row in amounts(read(client.get(ADDRESS))))


@pytest.mark.parametrize("address", [ADDRESS, MONTHS])
def test_a_line_with_figures_stands_in_a_year_where_it_is_no_longer_used(forbund, client, address):
    allocate(forbund, steget="8 mnkr")
    forbund.lines.filter(slug="steget").update(last_year=2025)

    page = read(client.get(address))

    name = "steget.2027" if address == ADDRESS else "steget.helar"
    assert field(page, name).attributes["value"] == "8\u00a0000\u00a0000"
    assert amounts(page)["Kvar att fördela"][1 if address == ADDRESS else 0] == "0"


def test_other_forbunds_lines_are_not_here_and_cannot_be_sent(forbund, client):
    other = factories.make_line(factories.make_association("grannforbundet"), "grannens")

    response = send(client, {"grannens.2027": "5 mnkr"})

    assert saved(response) == "Inget var ändrat, så inget nytt bokfördes."
    assert not Entry.objects.filter(line=other).exists()


# -- Months ----------------------------------------------------------------------------------------


def in_months(forbund: Association, slug: str, *kronor: int) -> None:
    services.record(
        association=forbund,
        wishes={
            cell(forbund, slug, month=month): Figure(each * money.ORE_PER_KRONA)
            for month, each in enumerate(kronor, start=1)
        },
        reason="Per månad",
        by=None,
        author_name="Ett test",
    )


def test_the_month_grid_has_the_year_and_twelve_months_and_the_sum(forbund, client):
    allocate(forbund, styrelse="300 000", ranta="50 000")
    in_months(forbund, "kansli", 100_000, 200_000)

    page = read(client.get(MONTHS))

    assert page.one("caption").shown == "Budget per post och månad 2027 Belopp i kr"
    assert [heading.shown for heading in page.one("thead").all("th")] == [
        "Post", "helår ej delat", "jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt",
        "nov", "dec", "Summa",
    ]  # fmt: skip
    found = amounts(page)
    assert found["Styrelse"] == ["300 000", *[""] * 12, "300 000"]
    assert found["Kansli"] == ["", "100 000", "200 000", *[""] * 10, "300 000"]
    assert found["Summa kostnader"] == ["300 000", "100 000", "200 000", *["–"] * 10, "600 000"]
    assert found["Summa övriga intäkter"] == ["50 000", *["–"] * 12, "50 000"]
    assert found["Kvar att fördela"] == ["7 450 000", *[""] * 13]


def test_months_are_saved_and_the_whole_years_grid_sums_them(forbund, client):
    response = send(client, {"kansli.2027-01": "100 000", "kansli.2027-12": "50 000,50"}, address=MONTHS)

    assert saved(response) == "Sparat som verifikation 2."
    assert posting(2).reason == "Budget per månad 2027"
    page = read(client.get(ADDRESS))
    assert amounts(page)["Kansli administration, delad på månader"] == ["–", "150 000,50", "", ""]
    assert not any(each.attributes["name"] == "kansli.2027" for each in page.all("input"))


def test_a_line_whose_months_are_all_taken_back_is_whole_again(forbund, client):
    in_months(forbund, "kansli", 100_000)

    typed = {"kansli.2027-01": "0", "kansli.helar": "90 000"}
    assert saved(send(client, typed, address=MONTHS)) == "Sparat som verifikation 3."

    assert field(read(client.get(ADDRESS)), "kansli.2027").attributes["value"] == "90\u00a0000"


def test_months_are_refused_when_they_divide_more_than_there_is(forbund, client):
    """8 mnkr, and 500 000 of planned own capital: 8,5."""
    allocate(forbund, steget="8 mnkr", equity="500 000")

    refused = send(client, {"kansli.2027-03": "500 001"}, address=MONTHS)

    assert refused.status_code == 422
    assert problems(read(refused)) == [
        "2027 fördelas 1 kr mer än det finns. Minska kostnaderna, eller öka det som tas ur eget kapital "
        "med 1 kr."
    ]
    assert head() == 2
    assert saved(send(client, {"kansli.2027-03": "500 000"}, address=MONTHS)) == "Sparat som verifikation 3."


def test_moving_between_months_is_no_excess_and_not_asked_about(forbund, client):
    in_months(forbund, "steget", 9_000_000)

    typed = {"steget.2027-01": "1 mnkr", "steget.2027-02": "8 mnkr"}

    assert saved(send(client, typed, address=MONTHS)) == "Sparat som verifikation 3."


def test_the_whole_year_is_spread_evenly_and_saved_only_when_asked(forbund, client):
    """100 000 in twelve whole kronor: 8 334 four times and 8 333 eight times."""
    allocate(forbund, styrelse="100 000", revision="10,01", steget="1 200 000")
    in_months(forbund, "kansli", 5_000)

    page = read(send(client, {"steget.helar": "2,4 mnkr"}, address=MONTHS, action="spread"))

    found = amounts(page)
    assert found["Styrelse"] == ["0", *["8 334"] * 4, *["8 333"] * 8, "100 000"]
    assert found["Revision"] == ["0", *["0,84"] * 5, *["0,83"] * 7, "10,01"]
    assert found["Steget"] == ["0", *["200 000"] * 12, "2 400 000"]
    assert found["Kansli"] == ["", "5 000", *[""] * 11, "5 000"]
    assert found["Uppfoljning"] == [*[""] * 13, "–"]
    assert page.one("p", "saved").shown == (
        "Beloppen är delade på månader men inte sparade än. Läs igenom dem och spara."
    )
    assert head() == 3


def test_what_was_spread_is_saved_as_shown(forbund, client):
    allocate(forbund, styrelse="100 000")
    page = read(send(client, address=MONTHS, action="spread"))
    shown = {each.attributes["name"]: each.attributes["value"] for each in page.one("tbody").all("input")}

    response = send(client, shown, address=MONTHS)

    assert saved(response) == "Sparat som verifikation 3."
    assert standing(forbund, "styrelse") == 0
    assert [standing(forbund, "styrelse", month=month) for month in (1, 4, 5, 12)] == [8334, 8334, 8333, 8333]
    assert posting(3).entries.all().count() == 13


def test_an_amount_just_typed_is_spread_without_leaving_a_zero(forbund, client):
    page = read(send(client, {"styrelse.helar": "1 200"}, address=MONTHS, action="spread"))

    assert amounts(page)["Styrelse"] == ["", *["100"] * 12, "1 200"]


def test_spreading_leaves_what_cannot_be_read_as_it_was_typed(forbund, client):
    page = read(send(client, {"styrelse.helar": "12.000"}, address=MONTHS, action="spread"))

    assert amounts(page)["Styrelse"][:2] == ["12.000", ""]
    assert page.all("p", "saved") == []


@pytest.mark.parametrize("whole", range(0, 1000, 7))
def test_spread_parts_add_up_and_differ_by_at_most_a_krona_or_an_öre(forbund, whole):
    grid = grids.month_grid(forbund, 2027)

    spread = grids.spread(Typed(grid, {"styrelse.helar": money.kr(whole)}))

    row = next(row for row in grid.rows if row.slug == "styrelse")
    _whole, *months = (spread.figure(slot).amount or 0 for slot in row.slots)
    assert sum(months) == whole
    assert max(months) - min(months) in ({0, 100} if whole % 100 == 0 else {0, 1})


def test_a_line_that_was_divided_meanwhile_is_refused_with_the_cure(forbund, client):
    seen = ledger.head_number(forbund)
    in_months(forbund, "kansli", 100_000, 200_000)

    refused = send(client, {"kansli.2027": "500 000", "steget.2027": "1 mnkr"}, seen=seen)

    assert refused.status_code == 422
    assert problems(read(refused)) == [
        "Kansli 2027 har delats på månader medan du skrev, 300 000 kr i allt. Töm fältet och ändra "
        "månaderna i stället."
    ]
    assert standing(forbund, "kansli") is None
    assert saved(send(client, {"kansli.2027": "", "steget.2027": "1 mnkr"}, seen=seen)) == (
        "Sparat som verifikation 3."
    )


def test_a_whole_year_that_was_spread_meanwhile_is_written_back(forbund, client):
    seen = allocate(forbund, kansli="300 000").number
    in_months(forbund, "kansli", 300_000)

    refused = send(client, {"kansli.2027": "500 000"}, seen=seen)

    assert problems(read(refused)) == [
        "Kansli 2027 har delats på månader medan du skrev, 300 000 kr i allt. Skriv 300 000 här igen och "
        "ändra månaderna i stället."
    ]


def test_somebody_elses_amount_is_asked_about(forbund, client):
    seen = ledger.head_number(forbund)
    allocate(forbund, kansli="300 000")

    contested = send(client, {"kansli.2027": "500 000"}, seen=seen)

    assert contested.status_code == 409
    assert read(contested).one("div", "problem").one("h2").shown == "Någon annan hann före"
    assert standing(forbund, "kansli") == 300_000


def test_a_year_without_lines_says_where_they_are_made(db):
    factories.make_association()
    client = logged_in(factories.make_user("sara", Role.Kind.SECRETARY, "provforbundet"))

    page = read(client.get(MONTHS))

    assert page.one("tbody").one("td").shown == "Året har inga poster än. Lägg upp dem under Budgetposter."


# -- Who, and how many questions to the database ---------------------------------------------------


@pytest.mark.parametrize("address", [ADDRESS, MONTHS])
@pytest.mark.parametrize("role", [Role.Kind.BOARD, Role.Kind.AUDITOR])
def test_those_who_only_read_cannot_save(forbund, address, role):
    reader = logged_in(factories.make_user("lars", role, "provforbundet"))

    response = send(reader, {"steget.2027": "1", "steget.helar": "1"}, address=address)

    assert response.status_code == 403
    assert head() == 1


@pytest.mark.parametrize("address", [ADDRESS, MONTHS])
def test_a_log_in_that_ran_out_keeps_what_was_typed(forbund, client, address):
    client.logout()

    response = send(client, {"steget.2027": "1 mnkr"}, address=address)

    assert response.status_code == 401
    assert field(read(response), "steget.2027").attributes["value"] == "1 mnkr"


@pytest.mark.parametrize("address", [ADDRESS, MONTHS])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, address, method):
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize("action", ["", "preview"])
@pytest.mark.parametrize("address", [ADDRESS, MONTHS])
@pytest.mark.parametrize("lines", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_lines(
    client, forbund, django_assert_num_queries, address, action, lines
):
    """To read the page, and to reckon it anew when others have posted since it was shown."""
    forbund.lines.all().delete()
    for number in range(lines):
        factories.make_line(forbund, f"insats-{number}")
        allocate(forbund, **{f"insats-{number}": "100 000"})
    client.get(address)

    if action:
        with django_assert_num_queries(12):
            send(
                client, {"insats-0.2027": "5", "insats-0.helar": "5"}, address=address, seen=1, action=action
            )
    else:
        with django_assert_num_queries(11):
            client.get(address)
