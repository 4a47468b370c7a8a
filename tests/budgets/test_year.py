"""A year's page: the facts, the rule as one picture, who pays what, what the money does, and the postings."""

import pytest

from budgets import services
from budgets.ledger import Cell
from budgets.models import Account, BudgetLine
from finsam import money
from finsam.money import Figure
from tests import factories
from tests.budgets.test_association import FOUR, sentence
from tests.pages import plain, read, table


def facts(page) -> dict[str, str]:
    """The facts under the heading, each by its name."""
    return {fact.one("dt").shown: fact.one("dd").shown for fact in page.one("dl", "facts").all("div")}


def parties(page) -> list[list[str]]:
    return table(page, "Åtaganden och medlemsbidrag")


# -- Stockholm 2021 --------------------------------------------------------------------------------


def test_2021_opens_with_who_capped_it_and_what_it_cost(visitor, stockholm):
    page = read(visitor.get("/stockholm/2021/"))

    assert page.one("h1").shown == "Budget 2021"
    assert page.one("p", "asof").shown == "Fastställd · version 1, läget efter verifikation 16"
    assert sentence(page.one("p", "lead")) == (
        "2021 stannade budgeten på 32,0 mnkr av överenskomna 54,7. "
        "Region Stockholms 8,0 mnkr satte taket: 22,7 mnkr uteblev."
    )


def test_2021_has_four_facts_and_marks_the_derived_ones(visitor, stockholm):
    page = read(visitor.get("/stockholm/2021/"))

    assert facts(page) == {
        "Budget": "32,0 mnkr året före 32,0 mnkr",
        "Överenskommet": "54,7 mnkr 22,7 mnkr mer än budgeten",
        "Satte taket": "Region Stockholm åtog sig h8,0 mnkr",
        "Outnyttjat åtagande": "h17,0 mnkr erbjudet men inte använt",
    }


def test_2021_tells_what_one_krona_more_would_do(visitor, stockholm):
    page = read(visitor.get("/stockholm/2021/"))

    assert page.one("div", "leverage").shown == (
        "En krona till från Region Stockholm låser upp fyra, upp till 5 675 000 kr mer därifrån. "
        "Därefter sätter staten och Stockholms stad taket tillsammans."
    )


def test_2021_says_who_pays_what_to_the_krona(visitor, stockholm):
    page = read(visitor.get("/stockholm/2021/"))

    assert parties(page) == [
        ["Part och medlem", "Andel", "Åtagande", "Medlemsbidrag", "Outnyttjat"],
        ["Staten", "50 %", "h27 350 000", "h16 000 000", "h11 350 000"],
        ["Försäkringskassan", "50 %", "h27 350 000", "h16 000 000", "h11 350 000"],
        ["Arbetsförmedlingen, genom Försäkringskassan", "", "", "", ""],
        ["Region Stockholm sätter taket", "25 %", "h8 000 000", "h8 000 000", "h0"],
        ["Stockholms stad", "25 %", "h13 675 000", "h8 000 000", "h5 675 000"],
        ["Summa", "", "h49 025 000", "h32 000 000", "h17 025 000"],
    ]


def test_the_party_that_caps_carries_the_tag_and_nobody_else(visitor, stockholm):
    page = read(visitor.get("/stockholm/2021/"))

    tagged = [row.one("th").shown for row in page.all("tr", "party") if row.all("span", "tag")]

    assert tagged == ["Region Stockholm sätter taket"]


def test_the_cap_line_is_titled_by_the_conclusion(visitor, stockholm):
    chart = read(visitor.get("/stockholm/2021/")).one("figure", "charts")
    drawings = chart.all("svg")

    assert [drawing.classes for drawing in drawings] == [["chart", "wide"], ["chart", "narrow"]]
    told = "Region Stockholm satte taket vid 32,0 mnkr. Övriga parters åtaganden räckte till minst 54,7 mnkr."
    assert chart.one("p", "chart-title").shown == told
    assert {drawing.all("title")[0].shown for drawing in drawings} == {told}


def test_the_cap_line_names_each_party_with_its_offer_and_what_it_pays(visitor, stockholm):
    wide, narrow = read(visitor.get("/stockholm/2021/")).one("figure", "charts").all("svg")

    words = sorted(text.shown for text in wide.all("text"))
    assert words == sorted(
        [
            "Staten", "åtog sig 27,35 · hälften, härlett", "betalar 16,0", "54,7",
            "Region Stockholm", "åtog sig 8,0 · en fjärdedel, härlett", "betalar 8,0", "sätter taket",
            "Stockholms stad", "åtog sig 13,675 · en fjärdedel, härlett", "betalar 8,0", "54,7",
            "taket 32,0",
        ]
    )  # fmt: skip
    assert sorted(text.shown for text in narrow.all("text")) == words


def test_measures_known_only_by_name_have_dashes_never_zero(visitor, stockholm):
    page = read(visitor.get("/stockholm/2021/"))

    assert table(page, "Budget per post 2021") == [
        ["Post", "Slag", "Budget"],
        ["Aktivitetsplatsen i Liljeholmen", "individinriktad", "–"],
        ["DEV", "individinriktad", "–"],
        ["Samordnat stöd på alternativ SFI", "individinriktad", "–"],
        ["IPS i psykosvården", "individinriktad", "–"],
        ["Summa kostnader", "", "–"],
    ]


def test_a_year_without_lines_says_that_the_allocation_is_missing(visitor, stockholm):
    page = read(visitor.get("/stockholm/2019/"))

    assert "Uppgift saknas om hur pengarna fördelades." in [each.shown for each in page.all("p")]


def test_the_postings_say_why_and_from_which_source(visitor, stockholm):
    page = read(visitor.get("/stockholm/2021/"))

    assert table(page, "Verifikationer för 2021") == [
        ["Nr", "Vad och varför", "Belopp", "Beslut eller källa"],
        [
            "16",
            "Budgeten uppges ha legat på 32 mnkr tre år i rad Version 1: fastställd",
            "medlemsbidragFörsäkringskassan +16 000 000Region Stockholm +8 000 000Stockholms stad +8 000 000",
            "Interpellation den 22 mars 2021 (dokument 001)",
        ],
        [
            "15",
            "Hälften och en fjärdedel av överenskomna 54,7 mnkr; regionen på samma nivå som 2019",
            "åtagandeFörsäkringskassan +27 350 000Region Stockholm +8 000 000Stockholms stad +13 675 000",
            "Interpellation den 22 mars 2021 (dokument 001); svar den 25 oktober 2021, dnr KS 2021/417 "
            "(dokument 000)",
        ],
        [
            "14",
            "Medlemmarna hade kommit överens om 54,7 mnkr för 2021",
            "överenskommen nivåhela förbundet +54 700 000",
            "Interpellation den 22 mars 2021 (dokument 001)",
        ],
    ]


# -- Printed and derived ---------------------------------------------------------------------------


def test_2016_marks_what_is_derived_and_not_what_is_printed(visitor, stockholm):
    page = read(visitor.get("/stockholm/2016/"))

    assert {row[0].removesuffix(" sätter taket"): row[2] for row in parties(page)[1:]} == {
        "Staten": "h4 000 000",
        "Försäkringskassan": "h4 000 000",
        "Arbetsförmedlingen, genom Försäkringskassan": "",
        "Region Stockholm": "h2 000 000",
        "Stockholms stad": "2 000 000",
        "Summa": "h8 000 000",
    }
    assert facts(page)["Budget"] == "8,0 mnkr"


def explanations(page) -> list[str]:
    return [each.shown for each in page.all("p", "unit") if "h: härlett." in each.shown]


def test_the_mark_is_explained_where_it_is_used(visitor, stockholm):
    page = read(visitor.get("/stockholm/2021/"))

    assert explanations(page) == [
        "Streck: uppgift saknas. h: härlett. Beloppet står inte i källan utan följer av det som står där. "
        "Verifikationerna längst ned säger hur."
    ]


def test_the_mark_is_not_explained_where_every_figure_is_printed(visitor, db):
    made = factories.make_association()
    factories.commit(made, 2027, FOUR)
    factories.adopt(made, 2027)

    page = read(visitor.get("/provforbundet/2027/"))

    assert page.all("span", "derived") == []
    assert explanations(page) == []


def test_a_derived_figure_is_heard_as_derived(visitor, stockholm):
    page = read(visitor.get("/stockholm/2021/"))

    (city,) = [row for row in page.all("tr", "party") if row.one("th").shown == "Stockholms stad"]

    assert city.all("td")[1].heard == "härlett 13 675 000"


# -- Exempelförbundet: actuals, income, own capital ------------------------------------------------


def test_a_complete_year_shows_variance_in_words(visitor, exempel):
    page = read(visitor.get("/exempel/2025/"))

    rows = table(page, "Budget och utfall per post 2025")
    assert rows[0] == ["Post", "Slag", "Budget", "Utfall", "Avvikelse"]
    assert rows[1] == ["Styrelse", "styrelse", "270 000", "279 179", "sämre −9 179"]
    assert rows[2] == [
        "Kansli och administration",
        "administration",
        "1 640 000",
        "1 620 320",
        "bättre 19 680",
    ]
    assert rows[-1] == ["Summa kostnader", "", "11 712 000", "11 530 712", "181 288"]


def test_a_running_year_shows_what_is_left_and_how_far_the_figures_reach(visitor, exempel):
    page = read(visitor.get("/exempel/2026/"))

    rows = table(page, "Budget och utfall per post 2026")
    captions = [each.one("caption").shown for each in page.all("table")]
    assert rows[0] == ["Post", "Slag", "Budget", "Utfall", "Kvar av budget", "Prognos"]
    assert "Budget och utfall per post 2026 Belopp i kr. Utfall till och med september" in captions


def test_other_income_stands_apart_from_what_the_members_pay(visitor, exempel):
    page = read(visitor.get("/exempel/2025/"))

    assert table(page, "Övriga intäkter 2025, utanför medlemsbidragen") == [
        ["Post", "Budget", "Utfall", "Avvikelse"],
        ["ESF+ projektet Nya vägar", "1 100 000", "1 048 302", "sämre −51 698"],
        ["Ränta", "h35 000", "34 657", "sämre h−343"],
        ["Summa övriga intäkter", "h1 135 000", "1 082 959", "h−52 041"],
    ]


def test_the_result_adds_up_to_the_ore(visitor, exempel):
    page = read(visitor.get("/exempel/2025/"))

    assert table(page, "Intäkter, kostnader och eget kapital 2025")[1:] == [
        ["Medlemsbidrag", "10 577 562,72", "10 577 562,72"],
        ["ESF+ projektet Nya vägar", "1 100 000,00", "1 048 302,00"],
        ["Ränta", "h35 000,00", "34 657,00"],
        ["Kostnader", "−11 712 000,00", "−11 530 712,00"],
        ["Resultat", "h562,72", "129 809,72"],
        ["Ingående eget kapital", "h3 182 866,00", "h3 182 866,00"],
        ["Utgående eget kapital", "h3 183 428,72", "h3 312 675,72"],
    ]


def test_the_member_lowest_against_its_key_is_named(visitor, exempel):
    page = read(visitor.get("/exempel/2025/"))

    tagged = {row.one("th").shown for row in page.all("tr") if row.all("span", "tag")}

    assert tagged == {"Kommunerna sätter taket", "Söderhamra kommun lägst mot nyckeln"}
    assert page.one("div", "leverage").shown == (
        "En krona till från kommunerna, fördelad enligt nyckeln, låser upp fyra, upp till 155 609,32 kr mer. "
        "Därefter sätter staten och Region Exempel taket tillsammans."
        "Lägst mot nyckeln ligger Söderhamra kommun: en krona till därifrån låser upp 24,04 kr, "
        "upp till 25 891,83 kr mer."
    )


def test_a_proposal_says_that_it_is_one(as_board_member, exempel):
    page = read(as_board_member.get("/exempel/2027/"))

    assert page.one("p", "asof").shown == (
        "Förslag Styrelsen 2026-10-08 § 35 · version 1, läget efter verifikation 64"
    )
    assert sentence(page.one("p", "lead")) == (
        "2027 räcker åtagandena till 12,8 mnkr. Staten och Region Exempel sätter taket tillsammans."
    )


def test_an_amount_too_small_for_its_unit_is_not_called_unused(as_board_member, exempel):
    """20 000 kr is unused in 2027; "0,0 mnkr erbjudet men inte använt" would contradict itself."""
    page = read(as_board_member.get("/exempel/2027/"))

    assert facts(page)["Outnyttjat åtagande"] == "20 000 kr erbjudet men inte använt"


# -- Years in the making ---------------------------------------------------------------------------


def test_a_year_to_begin_names_all_whose_commitment_is_missing(as_secretary, stockholm):
    page = read(as_secretary.get("/stockholm/2022/"))

    assert page.one("p", "lead").shown == (
        "Taket kan inte räknas ut än. Uppgift om åtagande saknas från "
        "Försäkringskassan, Region Stockholm och Stockholms stad."
    )
    assert page.one("p", "asof").shown == "Utkast inga belopp bokförda än"
    assert page.all("svg") == []
    assert facts(page) == {
        "Budget": "– året före 32,0 mnkr",
        "Överenskommet": "–",
        "Sätter taket": "–",
        "Outnyttjat åtagande": "–",
    }


def test_the_cap_is_drawn_as_soon_as_the_last_commitment_is_there(as_secretary, stockholm):
    factories.commit(stockholm, 2022, {"forsakringskassan": "20 mnkr", "region-stockholm": "9 mnkr"})
    before = read(as_secretary.get("/stockholm/2022/"))

    factories.commit(stockholm, 2022, {"stockholms-stad": "10 mnkr"})
    after = read(as_secretary.get("/stockholm/2022/"))

    assert before.one("p", "lead").shown == (
        "Taket kan inte räknas ut än. Uppgift om åtagande saknas från Stockholms stad."
    )
    assert len(before.all("svg")) == 0
    assert sentence(after.one("p", "lead")) == (
        "2022 räcker åtagandena till 36,0 mnkr. Region Stockholms 9,0 mnkr sätter taket."
    )
    assert len(after.all("svg")) == 2


def test_a_region_that_offers_nothing_stops_the_whole_budget(as_secretary, stockholm):
    wishes = {"forsakringskassan": "16 mnkr", "region-stockholm": "0", "stockholms-stad": "8 mnkr"}
    factories.commit(stockholm, 2022, wishes)

    page = read(as_secretary.get("/stockholm/2022/"))

    assert sentence(page.one("p", "lead")) == (
        "2022 räcker åtagandena till 0,0 mnkr. Region Stockholms 0,0 mnkr sätter taket."
    )
    assert parties(page)[-1][:5] == ["Summa", "", "24 000 000", "0", "24 000 000"]


def test_an_adopted_version_can_be_read_beside_the_working_state(as_secretary, stockholm):
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"})

    working = read(as_secretary.get("/stockholm/2021/"))
    adopted = read(as_secretary.get("/stockholm/2021/?version=1"))

    assert facts(working)["Budget enligt åtagandena"] == "h48,0 mnkr fastställt 32,0 mnkr"
    assert facts(adopted)["Budget"] == "32,0 mnkr året före 32,0 mnkr"
    assert [link.attributes["href"] for link in working.one("p", "asof").all("a")] == ["?version=1"]


def test_one_ore_shows_ore_in_every_cell(visitor, db):
    made = factories.make_association()
    factories.commit(made, 2027, FOUR | {"fk": "4 000 000,01"})
    factories.adopt(made, 2027)

    page = read(visitor.get("/provforbundet/2027/"))

    assert parties(page)[1] == ["Staten", "50 %", "4 000 000,01", "4 000 000,00", "0,01"]
    assert parties(page)[-1] == ["Summa", "", "8 000 000,01", "8 000 000,00", "0,01"]


# -- Queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow_with_lines_postings_or_years(
    visitor, db, django_assert_num_queries, rows
):
    made = factories.make_association()
    for number in range(rows):
        line = factories.make_line(made, f"insats-{number}", BudgetLine.Kind.MEASURE)
        for year in range(2027 - rows + 1, 2028):
            services.record(
                association=made,
                wishes={Cell(Account.ALLOCATED, year, line_id=line.pk): Figure(money.parse("100 000"))},
                reason="Fördelning",
                by=None,
                author_name="Ett test",
            )
    for year in range(2027 - rows + 1, 2028):
        factories.commit(made, year, FOUR)
        factories.adopt(made, year)

    with django_assert_num_queries(9):
        page = read(visitor.get("/provforbundet/2027/"))

    assert len(table(page, "Budget per post")) == rows + 2
    assert len(table(page, "Verifikationer")) == rows + 3
    assert plain(page.one("h1").shown) == "Budget 2027"
