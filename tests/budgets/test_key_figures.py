"""Key figures: exact ratios of the ledger's sums, rounded once for the eye.

Exempelförbundet 2026: 11,8 mnkr shared by 34 080 inhabitants is 346,24 kronor; of 13,58 mnkr of costs 2,685
are not measures, 19,77 %. Stockholm's shares of 50 and 30 % stand in its proposals for 2016 and 2017; nobody
has entered its inhabitants.
"""

from fractions import Fraction

import pytest

from budgets import key_figure_sentences as told
from budgets import ledger, services
from budgets.equity_years import Basis, EquityRow
from budgets.inhabitants import Count, Inhabitants
from budgets.key_figures import KeyFigures, Pair, Ratio, key_figures, ratio
from budgets.ledger import Cell
from budgets.models import Account, BudgetLine
from budgets.years import LineRow, YearSummary, administration
from finsam import money
from finsam.money import MISSING, NO_BREAK_SPACE, Figure
from members.models import Association, Member, Organisation
from tests import factories
from tests.pages import plain, read, table

Kind = BudgetLine.Kind
PAGE = "/exempel/nyckeltal/"


def row(slug: str, kind: str, allocated: int | None, actual: int | None = None, pk: int = 0) -> LineRow:
    line = BudgetLine(pk=pk, slug=slug, name=slug.capitalize(), kind=kind)
    return LineRow(line, Figure(allocated), Figure(actual))


# 200 of 1 000 is not measures.
LINES = (
    row("styrelse", Kind.BOARD, 50, 40),
    row("kansli", Kind.ADMINISTRATION, 100, 90),
    row("revision", Kind.AUDIT, 25, 20),
    row("uppfoljning", Kind.OTHER_COST, 25, 50),
    row("steget", Kind.MEASURE, 600, 300),
    row("vagar", Kind.MEASURE, 200, 100),
    row("ranta", Kind.OTHER_INCOME, 7, 7),
)


def people(count: int, year: int = 2025) -> Inhabitants:
    member = Member(organisation=Organisation(name="Norrsunda"), slug="norrsunda")
    return Inhabitants(year, (Count(member, Figure(count), 70, "SCB"),))


# -- The ratios ------------------------------------------------------------------------------------


def test_a_ratio_is_exact():
    assert ratio(Figure(1), Figure(3)).value == Fraction(1, 3)


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        pytest.param(MISSING, Figure(3), id="part missing"),
        pytest.param(Figure(1), MISSING, id="whole missing"),
        pytest.param(Figure(0), Figure(0), id="nothing of nothing"),
        pytest.param(Figure(5), Figure(-1), id="less than nothing"),
    ],
)
def test_there_is_no_ratio_without_both_and_something_to_divide_by(part, whole):
    assert ratio(part, whole) is None


def test_nothing_of_something_is_known_and_is_0():
    assert ratio(Figure(0), Figure(3)) == Ratio(0, 3)


def test_a_ratio_is_derived_when_either_part_is():
    assert ratio(Figure(1, True), Figure(3)).is_derived
    assert ratio(Figure(1), Figure(3, True)).is_derived
    assert not ratio(Figure(1), Figure(3)).is_derived


def test_administration_is_every_cost_that_is_not_a_measure():
    assert administration(LINES) == (Figure(200), Figure(1000))
    assert administration(LINES, "actual") == (Figure(200), Figure(600))


def test_administration_is_missing_while_a_cost_is_but_not_for_an_income():
    unknown = row("kansli", Kind.ADMINISTRATION, None)
    income = row("esf", Kind.OTHER_INCOME, None)

    assert administration((*LINES, unknown)) == (MISSING, MISSING)
    assert administration((*LINES, income)) == (Figure(200), Figure(1000))
    assert administration(()) == (MISSING, MISSING)


def test_a_years_key_figures_by_budget_and_by_what_happened():
    summary = YearSummary(2026, None, total=Figure(900), actual=Figure(600), is_known=True)
    capital = EquityRow(
        2026, Basis.BUDGET, Figure(300), MISSING, Figure(900), Figure(7), Figure(1000)
    )  # leaves 300 + 900 + 7 - 1000 = 207

    year = key_figures(summary, LINES, capital, people(40))

    assert year.administration == Pair(Ratio(200, 1000), Ratio(200, 600))
    assert year.per_inhabitant == Pair(Ratio(900, 40), Ratio(600, 40))
    assert year.own_capital == Pair(budget=Ratio(207, 900))
    assert [(each.line.slug, each.share, each.per_inhabitant) for each in year.measures] == [
        ("steget", Pair(Ratio(600, 800), Ratio(300, 400)), Pair(Ratio(600, 40), Ratio(300, 40))),
        ("vagar", Pair(Ratio(200, 800), Ratio(100, 400)), Pair(Ratio(200, 40), Ratio(100, 40))),
    ]


def test_the_measures_shares_make_a_whole():
    year = key_figures(YearSummary(2026, None), LINES)

    assert sum(each.share.budget.value for each in year.measures) == 1
    assert sum(each.share.actual.value for each in year.measures) == 1


def test_without_inhabitants_there_is_nothing_per_inhabitant():
    year = key_figures(YearSummary(2026, None, total=Figure(900)), LINES)

    assert year.per_inhabitant == Pair()
    assert [each.per_inhabitant for each in year.measures] == [Pair(), Pair()]


def test_a_measures_share_is_missing_while_another_measure_is():
    lines = (row("steget", Kind.MEASURE, 600, 300), row("vagar", Kind.MEASURE, 200))

    year = key_figures(YearSummary(2026, None), lines, None, people(40))

    assert [each.share for each in year.measures] == [Pair(Ratio(600, 800)), Pair(Ratio(200, 800))]
    assert [each.per_inhabitant.actual for each in year.measures] == [Ratio(300, 40), None]


def test_a_measure_that_nothing_is_known_of_is_left_out():
    year = key_figures(YearSummary(2026, None), (row("steget", Kind.MEASURE, None),))

    assert year.measures == ()


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        (Basis.BUDGET, Pair(budget=Ratio(200, 900))),
        (Basis.OUTCOME, Pair(actual=Ratio(200, 900))),
        (Basis.SO_FAR, Pair()),
    ],
)
def test_own_capital_is_told_by_what_the_next_year_begins_with(basis, expected):
    capital = EquityRow(2026, basis, Figure(300), MISSING, Figure(900), MISSING, Figure(1000))

    assert key_figures(YearSummary(2026, None), (), capital).own_capital == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [(1499, -1), (1500, 0), (1750, 0), (2000, 0), (2001, 1)],
)
def test_both_ends_of_the_target_are_within_it(part, expected):
    target = Association(administration_from=15, administration_to=20).administration_target

    assert target.place(Fraction(part, 10_000)) == expected


@pytest.mark.parametrize(("low", "high", "written"), [(15, 20, "15–20 %"), (15, 15, "15 %"), (0, 0, "0 %")])
def test_a_target_of_one_per_cent_is_not_written_as_a_span(low, high, written):
    target = Association(administration_from=low, administration_to=high).administration_target

    assert plain(str(target)) == written


def test_an_association_without_a_target_has_none():
    assert Association().administration_target is None


# -- What the eye sees -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "written"),
    [
        (Ratio(2_685_000_00, 13_580_000_00), "19,8 %"),
        (Ratio(1, 3), "33,3 %"),
        (Ratio(5, 10_000), "0,1 %"),  # 0,05: half away from 0
        (Ratio(4, 10_000), "0,0 %"),
        (Ratio(1, 1), "100,0 %"),
        (Ratio(-1, 10), "−10,0 %"),
    ],
)
def test_a_share_has_one_decimal(found, written):
    assert plain(told.share(found)) == written


@pytest.mark.parametrize(
    ("found", "written"),
    [
        (Ratio(11_800_000_00, 34_080), "346 kr"),
        (Ratio(3_465_000, 100), "347 kr"),  # 346,50: half away from 0
        (Ratio(3_464_999, 100), "346 kr"),
        (Ratio(10_00, 1), "10 kr"),
        (Ratio(9_99, 1), "9,99 kr"),
        (Ratio(1, 3), "0,00 kr"),
        (Ratio(0, 34_080), "0 kr"),
    ],
)
def test_kronor_per_inhabitant_are_whole_unless_they_are_few(found, written):
    assert plain(told.per_inhabitant(found)) == written


def test_one_small_amount_gives_all_of_them_öre():
    assert told.decimals_per_inhabitant([Ratio(50_00, 1), Ratio(9_99, 1), None]) == 2
    assert told.decimals_per_inhabitant([Ratio(50_00, 1), Ratio(0, 1), None]) == 0


@pytest.mark.parametrize(
    ("amount", "heads", "decimals", "written"),
    [
        (11_800_000_00, 34_080, 0, "346"),
        (11_800_000_00, 34_080, 2, "346,24"),
        (150, 1, 0, "2"),
        (149, 1, 0, "1"),
        (-150, 1, 0, "−2"),
        (10**15, 1, 0, "10 000 000 000 000"),
    ],
)
def test_an_amount_per_head_is_rounded_once(amount, heads, decimals, written):
    assert plain(money.per_head(amount, heads, decimals)) == written


def year_of(number: int, share: Ratio | None = None, *, decided: bool = True) -> KeyFigures:
    summary = YearSummary(number, None, is_known=True, is_decided=decided)
    return KeyFigures(summary, None, Pair(share), Pair(), Pair(), Pair(), ())


def conclusion(*years: KeyFigures, target: tuple[int, int] | None = (15, 20)) -> str:
    low, high = target or (None, None)
    association = Association(administration_from=low, administration_to=high)
    return plain(told.series(years, association)[0].conclusion)


def test_the_conclusion_tells_how_a_key_figure_has_moved_and_where_the_target_is():
    fell = (year_of(2026, Ratio(198, 1000)), year_of(2025, Ratio(21, 100)), year_of(2024, Ratio(22, 100)))
    rose = (year_of(2026, Ratio(3, 10)), year_of(2025, Ratio(1, 10)))

    assert conclusion(*fell) == (
        "Administrationens andel har minskat från 22,0 % år 2024 till 19,8 % år 2026. "
        "Det är inom förbundets mål 15–20 %."
    )
    assert conclusion(*rose) == (
        "Administrationens andel har ökat från 10,0 % år 2025 till 30,0 % år 2026. "
        "Det är över förbundets mål 15–20 %."
    )
    assert conclusion(*rose[::-1][:1]) == (
        "Administrationens andel är 10,0 % år 2025. Det är under förbundets mål 15–20 %."
    )


def test_the_conclusion_of_equal_shares_and_without_a_target():
    same = (year_of(2026, Ratio(1001, 5000)), year_of(2025, Ratio(1, 5)))

    assert conclusion(*same, target=None) == "Administrationens andel är 20,0 % år 2026, som år 2025."
    assert conclusion(year_of(2026)) == ""


def test_a_proposal_is_concluded_about_only_where_nothing_is_decided():
    proposed, decided = year_of(2027, Ratio(3, 10), decided=False), year_of(2026, Ratio(1, 5))

    assert conclusion(proposed, decided, target=None) == "Administrationens andel är 20,0 % år 2026."
    assert conclusion(proposed, target=None) == "Administrationens andel är 30,0 % år 2027."


def test_the_charts_points_are_exact_and_a_plan_is_marked():
    years = (year_of(2027, Ratio(1, 3), decided=False), year_of(2026, Ratio(1, 5)), year_of(2025))

    points = told.series(years, Association())[0].points

    assert (points[2027].value, points[2027].is_planned) == (Fraction(1, 3), True)
    assert (points[2026].value, points[2026].is_planned, points[2026].href) == (
        Fraction(1, 5),
        False,
        "?ar=2026#ar",
    )
    assert points[2025] is None


# -- The page --------------------------------------------------------------------------------------


def test_exempels_page_opens_with_the_conclusion(visitor, exempel):
    page = read(visitor.get(PAGE))

    assert page.one("h1").shown == "Nyckeltal"
    assert page.one("p", "lead").shown == (
        "Budgeten för 2026 är 346 kr per invånare 16–64 år. Av kostnaderna är 19,8 % annat än insatser."
    )
    assert [each.shown for each in page.all("p", "chart-title")] == [
        "Administrationens andel har minskat från 22,0 % år 2024 till 19,8 % år 2026. "
        "Det är inom förbundets mål 15–20 %.",
        "Budgeten per invånare har ökat från 275 kr år 2024 till 346 kr år 2026.",
        "Den outnyttjade delen av åtagandena har ökat från 3,1 % år 2024 till 3,6 % år 2026.",
        "Det egna kapitalets andel av bidragen har minskat från 33,9 % år 2024 till 31,3 % år 2025.",
    ]


def test_exempels_years_stand_beside_the_charts(visitor, exempel):
    assert table(read(visitor.get(PAGE)), "Nyckeltal år för år") == [
        [
            *("År", "Administration, budget", "Administration, utfall"),
            *("Kr per invånare, budget", "Kr per invånare, utfall"),
            *("Outnyttjat", "Eget kapital", "Folkmängd"),
        ],
        [
            *("2026", "19,8 %", "19,5 % t.o.m. september", "346", "275 t.o.m. september"),
            *("3,6 %", "h23,0 % enligt budgeten", "2025-12-31"),
        ],
        ["2025", "21,0 %", "21,0 %", "310", "338", "5,4 %", "h31,3 %", "2025-12-31"],
        ["2024", "22,0 %", "22,2 %", "275", "295", "3,1 %", "33,9 %", "2024-12-31"],
    ]


def test_a_years_key_figures_say_what_they_are_reckoned_from(visitor, exempel):
    page = read(visitor.get(PAGE))

    assert table(page, "Nyckeltal 2026")[1:] == [
        [
            "Administrationens andel av kostnaderna förbundets mål 15–20 %, budgeten är inom målet",
            *("19,8 %", "19,5 %"),
            "Alla kostnader som inte är insatser (styrelse, administration, revision, övrigt), av alla. "
            "Budget: 2 685 000 av 13 580 000 krUtfall: 1 829 910 av 9 361 987 kr",
        ],
        [
            *("Kronor per invånare 16–64 år", "346 kr", "275 kr"),
            "Budgeten, eller alla kostnader, delat med kommunernas invånare 16–64 år. "
            "Budget: 11 800 000 kr, 34 080 invånare den 31 december 2025"
            "Utfall: 9 361 987 kr, 34 080 invånare den 31 december 2025",
        ],
        [
            *("Outnyttjad andel av åtagandena", "3,6 %", ""),
            "Det som medlemmarna erbjöd men som inte togs ut, av allt som erbjöds. 443 000 av 12 243 000 kr",
        ],
        [
            *("Eget kapital mot medlemsbidragen", "h23,0 %", ""),
            "Det egna kapitalet vid årets utgång, av årets medlemsbidrag. "
            "Budget: 2 712 675,72 av 11 800 000 kr",
        ],
    ]


def test_each_measure_per_inhabitant_and_of_all_measures(visitor, exempel):
    page = read(visitor.get(PAGE, {"ar": "2024"}))

    assert table(page, "Insatserna 2024")[0] == [
        *("Insats", "Budget", "Budget per invånare", "Del av budgeten"),
        *("Utfall", "Utfall per invånare", "Del av utfallet"),
    ]
    assert [each[0] for each in table(page, "Insatserna 2024")[1:]] == [
        *("Steget vidare", "Unga vägar", "Gemensam ingång", "Kunskapslyftet samverkan", "Alla insatser"),
    ]
    assert table(read(visitor.get(PAGE)), "Insatserna 2026")[1] == [
        *("Steget vidare", "2 960 000", "87", "27,2 %", "2 162 570", "63", "28,7 %"),
    ]
    assert table(read(visitor.get(PAGE)), "Insatserna 2026")[-1] == [
        *("Alla insatser", "10 895 000", "320", "100,0 %", "7 532 077", "221", "100,0 %"),
    ]


def test_the_inhabitants_stand_with_their_source_and_posting(visitor, exempel):
    page = read(visitor.get(PAGE, {"ar": "2024"}))
    source = "Påhittad befolkningsstatistik, folkmängd 31 december 2024"

    assert table(page, "Invånare 16–64 år den 31 december 2024") == [
        ["Kommun", "Invånare 16–64 år", "Källa", "Verifikation"],
        ["Norrsunda kommun", "18 494", source, "69"],
        ["Mellanby kommun", "10 178", source, "69"],
        ["Söderhamra kommun", "5 467", source, "69"],
        ["Alla kommuner", "34 139", "", ""],
    ]
    links = [each.attributes["href"] for each in page.all("a", "figure")]
    assert "/exempel/2024/historik/inhabitants/norrsunda/" in links
    assert "/exempel/verifikation/69/" in links


def test_every_link_of_the_page_leads_somewhere(visitor, as_board_member, exempel):
    for client in (visitor, as_board_member):
        links = {each.attributes["href"] for each in read(client.get(PAGE)).one("main").all("a")}
        addresses = [link for link in links if not link.startswith("#")]

        statuses = {
            link: client.get(link if link.startswith("/") else f"{PAGE}{link}").status_code
            for link in addresses
        }

        assert {link: status for link, status in statuses.items() if status != 200} == {}


def test_stockholms_shares_of_2016_and_2017_and_no_inhabitants(visitor, stockholm):
    page = read(visitor.get("/stockholm/nyckeltal/"))

    assert [row[:3] for row in table(page, "Nyckeltal år för år")[1:]] == [
        ["2021", "–", "–"],
        ["2020", "–", "–"],
        ["2019", "–", "–"],
        ["2018", "–", "–"],
        ["2017 förslag", "h30,0 %", "–"],
        ["2016 förslag", "h50,0 %", "–"],
    ]
    assert next(each.shown for each in page.all("p", "chart-title")) == (
        "Administrationens andel har minskat från 50,0 % år 2016 till 30,0 % år 2017. "
        "Det är över förbundets mål 15–20 %."
    )
    told_missing = "Uppgift saknas om invånare 16–64 år, så kronor per invånare kan inte räknas ut."
    assert told_missing in [each.shown for each in page.all("p", "unit")]
    assert (
        "Uppgift saknas. Det finns ingen dag vid eller före utgången av 2021 för vilken alla "
        "medlemskommuners invånare är bokförda. Förbundets sekreterare kan skriva in folkmängden från SCB."
    ) in page.shown
    assert "uppgift saknas" in page.one("main").heard


def test_stockholms_unused_offers(visitor, stockholm):
    unused = [row[-3] for row in table(read(visitor.get("/stockholm/nyckeltal/")), "Nyckeltal år för år")]

    assert unused == ["Outnyttjat", "h34,7 %", "h27,3 %", "h0,0 %", "–", "h0,0 %", "h0,0 %"]


def test_a_visitor_sees_public_years_and_those_with_a_role_drafts_too(visitor, as_auditor, exempel):
    def years(client):
        return [row[0] for row in table(read(client.get(PAGE)), "Nyckeltal år för år")[1:]]

    assert years(visitor) == ["2026", "2025", "2024"]
    assert years(as_auditor) == ["2027 förslag", "2026", "2025", "2024"]
    assert "2027" not in read(visitor.get(PAGE)).heard
    assert visitor.get(PAGE, {"ar": "2027"}).status_code == 404
    assert as_auditor.get(PAGE, {"ar": "2027"}).status_code == 200


@pytest.mark.parametrize("year", ["2018", "1999", "x", "12.000", "=1+1", "\x00", "9" * 40, "-1"])
def test_a_year_that_there_is_nothing_of_is_not_found(visitor, stockholm, year):
    assert visitor.get("/stockholm/nyckeltal/", {"ar": year}).status_code == 404


def test_only_the_secretary_is_offered_to_enter_inhabitants(as_secretary, as_board_member, visitor, exempel):
    def offered(client):
        return [each.attributes["href"] for each in read(client.get(PAGE)).all("a", "secondary")]

    assert offered(as_secretary) == ["/exempel/2025/invanare/"]
    assert offered(as_board_member) == offered(visitor) == []


def test_a_forbund_without_years_has_none(visitor, seeds):
    factories.make_association("tomt")

    assert read(visitor.get("/tomt/nyckeltal/")).one("p", "lead").shown == (
        "Här finns inga nyckeltal att visa än."
    )


def test_the_page_is_light_and_leaves_the_ledger_alone(visitor, exempel):
    before = ledger.head_number(exempel)

    response = visitor.get(PAGE)

    assert len(response.content) < 40_000
    assert (ledger.head_number(exempel), ledger.verify(exempel)) == (before, None)


@pytest.mark.parametrize("years", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_years(visitor, db, django_assert_num_queries, years):
    made = factories.make_association()
    line = factories.make_line(made)
    town = factories.member(made, "storstad")
    for year in range(2025, 2025 + years):
        factories.commit(made, year, {"fk": "4", "regionen": "2", "storstad": "1", "lillstad": "1"})
        wishes = {
            Cell(Account.ALLOCATED, year, line_id=line.pk): Figure(700),
            Cell(Account.INHABITANTS, year, member_id=town.pk): Figure(10),
        }
        services.record(association=made, wishes=wishes, reason="x", by=None, author_name="Ett test")
        factories.adopt(made, year)

    with django_assert_num_queries(QUERIES):
        assert visitor.get("/provforbundet/nyckeltal/").status_code == 200


QUERIES = 15


def test_the_years_page_leads_to_the_years_key_figures(visitor, exempel):
    links = [each.attributes["href"] for each in read(visitor.get("/exempel/2026/")).all("a")]

    assert "/exempel/nyckeltal/?ar=2026#ar" in links


def test_a_no_break_space_keeps_an_amount_and_its_unit_together():
    assert told.per_inhabitant(Ratio(346_00, 1)) == f"346{NO_BREAK_SPACE}kr"
