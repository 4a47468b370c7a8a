"""Two years side by side, and how a figure that no entry holds is worked out.

Stockholm's years are real: the agreed level grew from 48,0 to 54,7 mnkr and the budget stayed at 32,0.
"""

import re

import pytest

from budgets import services
from budgets.ledger import Cell
from budgets.models import Account, BudgetLine
from finsam.money import Figure
from tests import factories
from tests.pages import Element, plain, read, table

OFFERS = {"fk": "4 mnkr", "regionen": "2 mnkr", "storstad": "1,2 mnkr", "lillstad": "0,8 mnkr"}


def leads(page: Element) -> list[str]:
    return [each.shown for each in page.all("p", "lead")]


def chosen(page: Element) -> list[str]:
    return [option.attributes["value"] for option in page.all("option") if "selected" in option.attributes]


# -- Two years -------------------------------------------------------------------------------------


def test_the_newest_year_is_compared_with_the_one_before(visitor, seeds):
    page = read(visitor.get("/stockholm/jamfor/"))

    assert chosen(page) == ["2020-1", "2021-1"]
    assert leads(page) == [
        "Från 2020 till 2021 är budgeten oförändrad, 32,0 mnkr.",
        "Region Stockholm satte taket båda gångerna.",
        "Störst är ändringen av åtagandet från Försäkringskassan: från 24,0 mnkr till 27,35 mnkr.",
    ]
    assert table(page, "Nyckeltal sida vid sida") == [
        ["Vad", "2020", "2021", "Ändring", "i procent"],
        ["Budget, medlemsbidrag", "32 000 000", "32 000 000", "0", ""],
        ["Sätter taket", "Region Stockholm", "Region Stockholm", "samma", ""],
        ["Överenskommet", "48 000 000", "54 700 000", "+6 700 000", "+14,0 %"],
        ["Överenskommet som uteblir", "16 000 000", "22 700 000", "+6 700 000", "+41,9 %"],
        ["Åtaganden", "h44 000 000", "h49 025 000", "+5 025 000", "+11,4 %"],
        ["Outnyttjat åtagande", "h12 000 000", "h17 025 000", "+5 025 000", "+41,9 %"],
    ]
    assert table(page, "Åtaganden")[1:] == [
        ["Försäkringskassan", "h24 000 000", "h27 350 000", "+3 350 000", "+14,0 %"],
        ["Stockholms stad", "h12 000 000", "h13 675 000", "+1 675 000", "+14,0 %"],
        ["Alla åtaganden", "h44 000 000", "h49 025 000", "+5 025 000", "+11,4 %"],
    ]
    assert [row[0] for row in table(page, "Lika på båda sidor")[1:]] == [
        "Region Stockholm", "Försäkringskassan", "Region Stockholm", "Stockholms stad",
    ]  # fmt: skip


def test_the_caps_stand_beside_each_other_on_one_scale(visitor, seeds):
    page = read(visitor.get("/stockholm/jamfor/"))

    assert [each.shown for each in page.all("p", "panel-label")] == ["2020 i mnkr", "2021 i mnkr"]
    marks = [next(shape.attributes["x1"] for shape in svg.all("line", "cap")) for svg in page.all("svg")]
    assert marks[0] == marks[1]


@pytest.mark.parametrize(
    ("asked", "sides"),
    [
        ({"till": "2020"}, ["2019-1", "2020-1"]),
        ({"till": "2030"}, ["2020-1", "2021-1"]),
        ({"till": "2019"}, ["2017-1", "2019-1"]),
        ({"till": "2016"}, ["2016-1", "2016-1"]),
        ({"fran": "2021-1", "till": "2016-1"}, ["2021-1", "2016-1"]),
        ({"fran": "2017"}, ["2017-1", "2021-1"]),
    ],
)
def test_a_year_is_enough_to_ask(visitor, seeds, asked, sides):
    assert chosen(read(visitor.get("/stockholm/jamfor/", asked))) == sides


def test_those_with_a_role_begin_with_the_newest_year_that_has_a_version(as_board_member, seeds):
    page = read(as_board_member.get("/exempel/jamfor/"))

    assert chosen(page)[1].startswith("2027-")


def test_what_is_not_there_is_said_and_what_is_not_known_is_neither_new_nor_0(visitor, db):
    """2027 has a new line and a new municipality; what the audit cost in 2026 is not known."""
    forbund = factories.make_association()
    for year in (2026, 2027):
        factories.commit(forbund, year, OFFERS)
    joined = factories.make_member(forbund, "nystad", "municipalities", position=20)
    joined.joined = "2027-01-01"
    joined.save()
    factories.commit(forbund, 2027, {"nystad": "0,4 mnkr"})
    new = factories.make_line(forbund, "ny-insats")
    new.first_year = 2027
    new.save()
    audit = factories.make_line(forbund, "revision", BudgetLine.Kind.AUDIT)
    cells = {Cell(Account.ALLOCATED, 2027, line_id=line.pk): Figure(100_000_00) for line in (new, audit)}
    services.record(association=forbund, wishes=cells, reason="Fördelning", by=None, author_name="Ett test")
    for year in (2026, 2027):
        factories.adopt(forbund, year)

    page = read(visitor.get("/provforbundet/jamfor/"))

    assert table(page, "Åtaganden")[1:] == [
        ["Nystad (provforbundet)", "finns inte 2026", "400 000", "ny", ""],
        ["Alla åtaganden", "8 000 000", "8 400 000", "+400 000", "+5 %"],
    ]
    assert table(page, "Kostnader per post")[1:] == [
        ["Ny-insats", "finns inte 2026", "100 000", "ny"],
        ["Revision", "–", "100 000", "–"],
        ["Alla kostnader", "–", "200 000", "–"],
    ]
    assert leads(page)[-1] == "Störst är att åtagandet från Nystad (provforbundet) tillkommer med 0,4 mnkr."


@pytest.mark.parametrize("more", [1, 3])
def test_two_years_ask_the_same_number_of_questions(visitor, db, django_assert_num_queries, more):
    forbund = factories.make_association()
    for year in (2026, 2027):
        for number in range(more):
            slug = f"kommun-{number}"
            if year == 2026:
                factories.make_member(forbund, slug, "municipalities", position=20 + number)
            factories.commit(forbund, year, OFFERS | {slug: f"{year - 2025} mnkr"})
        factories.adopt(forbund, year)

    with django_assert_num_queries(18):
        visitor.get("/provforbundet/jamfor/")


# -- How a figure is worked out --------------------------------------------------------------------


def formula(page: Element) -> str:
    return page.one("p", "formula").shown


def test_what_did_not_come_is_the_agreed_less_what_was_adopted(visitor, seeds):
    page = read(visitor.get("/stockholm/2021/sa-raknas/uteblivet/"))

    assert page.one("h1").shown == "Överenskommet som uteblev 2021"
    assert formula(page) == "54 700 000 kr överenskommet − 32 000 000 kr fastställt = 22 700 000 kr"
    assert [link.attributes["href"] for link in page.all("a", "figure")] == [
        "/stockholm/2021/historik/agreed/summa/",
        "/stockholm/2021/historik/called/summa/",
    ]


@pytest.mark.parametrize(
    ("whose", "told"),
    [
        ("", "h49 025 000 kr åtagande − 32 000 000 kr medlemsbidrag = h17 025 000 kr"),
        ("staten/", "h27 350 000 kr åtagande − h16 000 000 kr medlemsbidrag = h11 350 000 kr"),
        ("region-stockholm/", "h8 000 000 kr åtagande − h8 000 000 kr medlemsbidrag = h0 kr"),
    ],
)
def test_what_is_unused_is_the_commitment_less_the_contribution(visitor, seeds, whose, told):
    page = read(visitor.get(f"/stockholm/2021/sa-raknas/outnyttjat/{whose}"))

    assert formula(page).replace("h32", "32") == told


def test_before_the_board_adopts_a_contribution_leads_to_the_rule(as_board_member, seeds):
    whole = read(as_board_member.get("/exempel/2027/sa-raknas/bidrag/"))
    region = read(as_board_member.get("/exempel/2027/sa-raknas/bidrag/region-exempel/"))

    told = [each.shown for each in whole.one("main").all("li") if "räcker till" in each.shown]
    assert len(told) == 3
    assert "Region Exempel betalar en fjärdedel av budgeten (5 § lag (2003:1210))." in region.heard


def test_the_result_of_a_running_year_is_told_by_plan_and_by_outcome(visitor, seeds):
    told = [
        formula(read(visitor.get(f"/exempel/2026/sa-raknas/{what}/")))
        for what in ("resultat/budget", "utgaende/budget")
    ]

    assert told[0] == (
        "11 800 000 kr medlemsbidrag + h1 180 000 kr övriga intäkter − 13 580 000 kr kostnader = h−600 000 kr"
    )
    assert re.fullmatch(r"h?[0-9 ,]+ kr ingående \+ h−600 000(,00)? kr resultat = h[0-9 ,]+ kr", told[1])


@pytest.mark.parametrize(
    "address",
    [
        "uteblivet/staten/",
        "outnyttjat/finns-inte/",
        "outnyttjat/arbetsformedlingen/",
        "avvikelse/finns-inte/",
        "resultat/",
        "resultat/finns-inte/",
        "eget-kapital/",
        "eget-kapital/resultat-finns-inte/",
        "prognos/finns-inte/",
        "forsenat/finns-inte/",
        "uteblivet/?lage=15",
        "uteblivet/?lage=0",
        "uteblivet/?lage=x",
    ],
)
def test_what_is_not_worked_out_is_not_found(as_board_member, seeds, address):
    assert as_board_member.get(f"/stockholm/2021/sa-raknas/{address}").status_code == 404


def test_a_visitor_does_not_see_what_a_draft_makes_of_a_figure(stockholm, visitor, as_auditor):
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, reason="Ett hemligt brev")

    address = "/stockholm/2021/sa-raknas/uteblivet/"
    ours, public = (formula(read(client.get(address))) for client in (as_auditor, visitor))

    assert public == "54 700 000 kr överenskommet − 32 000 000 kr fastställt = 22 700 000 kr"
    assert ours == "54 700 000 kr överenskommet − h48 000 000 kr enligt åtagandena = h6 700 000 kr"
    assert visitor.get("/stockholm/2021/sa-raknas/bidrag/").status_code == 404


# -- Every figure opens what it is the sum of ------------------------------------------------------


def behind(page: Element) -> str:
    """The figure that a page ends in: what it was after its newest posting, or what the formula gives."""
    captions = [
        each for each in page.all("table") if each.one("caption").shown.startswith("Verifikationerna")
    ]
    if captions:
        return captions[0].rows[1][-1]
    formulas = page.all("p", "formula") or page.all("p", "lead")
    return formulas[0].shown.rpartition("= ")[2].removesuffix(" kr")


def bare(amount: str) -> str:
    """Without its mark, sign and empty öre: a cost is shown with the sign that it has in the sum."""
    return re.sub(r"^h?−?|,00$", "", plain(amount))


@pytest.mark.parametrize(
    "address",
    [
        "/stockholm/2021/",
        "/sodra-dalarna/2020/",
        "/exempel/2026/",
        "/exempel/eget-kapital/",
        "/exempel/jamfor/",
    ],
)
def test_every_amount_opens_what_makes_it_up_for_anyone(visitor, seeds, address):
    links = read(visitor.get(address)).one("main").all("a", "figure")

    amounts = {(link.attributes["href"], bare(link.shown)) for link in links if "mnkr" not in link.shown}
    wrong = [
        (href, amount)
        for href, amount in amounts
        if bare(behind(read(visitor.get(href, follow=True)))) != amount
    ]

    assert len(amounts) > 10
    assert wrong == []
