"""The forecast: actual so far and the remaining budget, unless somebody judges otherwise.

Exempelförbundet 2026 has actual figures to September. Kansli's 1 700 000 are budgeted by month, Styrelse's
280 000 for the year as a whole.
"""

import pytest

from budgets import ledger, queries, services
from budgets.forecasts import Forecast, forecast, is_part_of_year, total
from budgets.grids.forecasts import ACCOUNTS
from budgets.ledger import Cell
from budgets.models import Account, BudgetLine, Entry, Posting
from finsam.money import MISSING, Figure
from tests import factories
from tests.pages import Element, plain, read

# -- The rule --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("until", "goes_on"), [(None, False), (1, True), (11, True), (12, False)])
def test_a_year_goes_on_from_its_first_actual_figures_until_december(until, goes_on):
    assert is_part_of_year(until) == goes_on


def kr(amount: int) -> Figure:
    return Figure(amount * 100)


def months(*amounts: int | None) -> dict[int, Figure]:
    """The first months' amounts in kronor, None for a month without."""
    return {month: kr(amount) for month, amount in enumerate(amounts, 1) if amount is not None}


WHOLE_YEAR = {None: kr(120_000)}
BY_MONTH = months(*[10_000] * 12)


@pytest.mark.parametrize(
    ("budget", "actual", "until", "remaining", "expected"),
    [
        pytest.param(WHOLE_YEAR, months(), None, 120_000, 120_000, id="nothing has happened yet"),
        pytest.param(WHOLE_YEAR, months(9_000, 8_000), 2, 103_000, 120_000, id="within the year's budget"),
        pytest.param(WHOLE_YEAR, months(120_000), 1, 0, 120_000, id="all of it used"),
        pytest.param(WHOLE_YEAR, months(119_999), 1, 1, 120_000, id="a krona left"),
        pytest.param(WHOLE_YEAR, months(120_001), 1, 0, 120_001, id="a krona beyond"),
        pytest.param(WHOLE_YEAR, months(-5_000), 1, 125_000, 120_000, id="a credit"),
        pytest.param(BY_MONTH, months(), None, 120_000, 120_000, id="by month, nothing yet"),
        pytest.param(BY_MONTH, months(12_000, 11_000, 7_000), 3, 90_000, 120_000, id="by month, as planned"),
        pytest.param(BY_MONTH, months(15_000, 15_000), 2, 100_000, 130_000, id="by month, dearer so far"),
        pytest.param(BY_MONTH, months(5_000, None, 5_000), 3, 90_000, 100_000, id="a month without a figure"),
        pytest.param(BY_MONTH, months(5_000), 3, 90_000, 95_000, id="others have figures to March"),
        pytest.param(BY_MONTH, months(*[9_000] * 11), 11, 10_000, 109_000, id="only December left"),
        pytest.param(BY_MONTH, months(*[9_000] * 12), 12, 0, 108_000, id="all months are in"),
        pytest.param(WHOLE_YEAR, months(*[9_000] * 12), 12, 0, 108_000, id="whole year, all months are in"),
        pytest.param(months(40_000, 40_000), months(30_000), 1, 40_000, 70_000, id="two budgeted months"),
        pytest.param(months(40_000), months(30_000), 1, 0, 30_000, id="no later month is budgeted"),
        pytest.param({None: kr(0)} | BY_MONTH, months(8_000), 1, 110_000, 118_000, id="divided afterwards"),
        pytest.param(
            WHOLE_YEAR | months(0, 0, 0), months(8_000), 1, 112_000, 120_000, id="put together again"
        ),
        pytest.param({None: kr(20_000)} | BY_MONTH, months(8_000), 1, 132_000, 140_000, id="divided in part"),
        pytest.param({None: kr(0)}, months(8_000), 1, 0, 8_000, id="a budget of nothing"),
    ],
)
def test_a_lines_forecast_is_what_happened_and_what_remains(budget, actual, until, remaining, expected):
    found = forecast(budget, actual, until=until)

    assert (found.remaining, found.computed, found.used) == (kr(remaining), kr(expected), kr(expected))


def test_a_line_without_a_budget_is_expected_to_stay_where_it_is():
    found = forecast({}, months(8_000), until=1)

    assert (found.budget, found.remaining, found.used) == (MISSING, MISSING, kr(8_000))
    assert found.variance == MISSING


def test_of_a_line_that_nothing_is_known_about_nothing_is_forecast():
    found = forecast({}, {}, until=3)

    assert (found.used, found.variance) == (MISSING, MISSING)


def test_an_override_replaces_the_computed_forecast_and_zero_is_one():
    found = forecast(WHOLE_YEAR, months(9_000), until=1, override=kr(0))

    assert (found.computed, found.used, found.variance) == (kr(120_000), kr(0), kr(120_000))


@pytest.mark.parametrize(
    ("is_income", "judged", "variance"),
    [
        pytest.param(False, 120_001, -1, id="a dearer cost is worse"),
        pytest.param(False, 119_999, 1, id="a cheaper cost is better"),
        pytest.param(True, 120_001, 1, id="more income is better"),
        pytest.param(True, 119_999, -1, id="less income is worse"),
        pytest.param(False, 120_000, 0, id="as budgeted"),
    ],
)
def test_the_variance_is_above_zero_when_better(is_income, judged, variance):
    found = forecast(WHOLE_YEAR, {}, until=None, is_income=is_income, override=kr(judged))

    assert found.variance == kr(variance)


def test_what_is_derived_stays_marked():
    found = forecast({None: Figure(300_00, is_derived=True)}, months(100), until=1, is_income=True)

    assert found.remaining == Figure(200_00, is_derived=True)
    assert found.used == Figure(300_00, is_derived=True)


def test_a_sum_is_exact_to_the_ore():
    lines = [
        forecast({None: Figure(33_33)}, {1: Figure(11_11)}, until=1),
        forecast({None: Figure(33_34)}, {1: Figure(50_01)}, until=1),
        forecast({None: Figure(33_33)}, {}, until=1, override=Figure(1)),
    ]

    found = total(lines)

    assert found == Forecast(
        False, Figure(100_00), Figure(61_12), Figure(55_55), Figure(116_67), Figure(83_35)
    )
    assert (found.used, found.variance) == (Figure(83_35), Figure(16_65))
    assert sum(line.variance.amount for line in lines) == 16_65


# -- The page --------------------------------------------------------------------------------------

ADDRESS = "/exempel/2026/prognos/"
HEAD = 70  # the newest posting that the seeds make


def send(client, typed=None, *, seen=HEAD, **more):
    """Press Spara with these forecasts typed in, the others as they were shown."""
    names = {f"{slug}.egen": text for slug, text in (typed or {}).items()}
    return client.post(ADDRESS, {"seen": str(seen), **names, **more})


def rows(page: Element) -> dict[str, list[str]]:
    """Each row of the grid by its heading: what its inputs and cells say."""
    found = {}
    for row in page.one("table", "grid").all("tr")[1:]:
        heading, *cells = [each for each in row if each.tag in ("th", "td")]
        found[heading.shown] = [
            plain(cell.one("input").attributes["value"]) if cell.all("input") else cell.shown
            for cell in cells
        ]
    return found


def newest(association) -> tuple[int, bool]:
    """The newest forecast entry of Styrelse: öre, and whether it is derived."""
    line = association.lines.get(slug="styrelse")
    entry = Entry.objects.filter(account=Account.FORECAST, line=line).latest("pk")
    return entry.amount, entry.is_derived


def test_each_line_has_its_budget_actual_remaining_and_computed_forecast(as_secretary):
    page = read(as_secretary.get(ADDRESS))

    assert page.one("h1").shown == "Prognos 2026"
    assert page.one("title").shown == "Prognos 2026, Exempelförbundet · Budgetliggaren"
    assert page.one("caption").shown == "Prognos för helåret 2026 Belopp i kr"
    assert [heading.shown for heading in page.one("thead").all("th")] == [
        "Post",
        "Budget",
        "Utfall t.o.m. september",
        "Kvar av budget",
        "Beräknad",
        "Egen prognos tom: som beräknad",
        "Prognos",
        "Mot budget",
    ]
    found = rows(page)
    assert found["Styrelse"] == ["280 000", "181 814", "98 186", "280 000", "", "280 000", "0"]
    # 1 266 656 to September, and 140 000 + 140 000 + 160 000 budgeted for the months that are left.
    assert found["Kansli och administration"] == [
        "1 700 000",
        "1 266 656",
        "440 000",
        "1 706 656",
        "",
        "1 706 656",
        "−6 656 0,4 % sämre",
    ]
    assert found["Trygg övergång"][4:] == ["", "1 205 880", "79 120 6,2 % bättre"]
    assert found["Ränta"] == ["h30 000", "23 065", "h6 935", "h30 000", "", "h30 000", "h0"]
    assert found["Summa kostnader"] == [
        "13 580 000",
        "9 361 987",
        "4 145 549",
        "13 507 536",
        "",
        "13 507 536",
        "72 464 0,5 % bättre",
    ]
    assert found["Summa övriga intäkter"][4:] == ["", "h1 180 000", "h0"]
    assert page.all("p", "warning") == []


def test_the_sums_are_those_of_the_rows(as_secretary):
    *lines, costs, incomes = [
        [int(cell.split("%")[0].lstrip("h").replace(" ", "").replace("−", "-") or 0) for cell in row[:4]]
        for row in rows(read(as_secretary.get(ADDRESS))).values()
    ]

    assert [sum(column) for column in zip(*lines[:-2], strict=True)] == costs
    assert [sum(column) for column in zip(*lines[-2:], strict=True)] == incomes


def test_an_own_forecast_is_shown_anew_before_it_is_saved(as_secretary):
    page = read(send(as_secretary, {"styrelse": "290 000"}, action="preview"))

    assert rows(page)["Styrelse"][4:] == ["290 000", "290 000", "−10 000 3,6 % sämre"]
    assert rows(page)["Summa kostnader"][5:] == ["13 517 536", "62 464 0,5 % bättre"]
    assert Posting.objects.filter(number__gt=HEAD).count() == 0


def test_an_own_forecast_is_saved_without_being_asked_about(as_secretary, exempel):
    response = send(as_secretary, {"styrelse": "900 000", "ranta": "45 000,50"})

    page = read(as_secretary.get(ADDRESS))
    assert response.status_code == 302
    assert page.one("p", "saved").shown == "Sparat som verifikation 71."
    assert rows(page)["Styrelse"][4:] == ["900 000", "900 000", "−620 000 221,4 % sämre"]
    assert rows(page)["Ränta"][4:] == ["45 000,50", "45 000,50", "h15 000,50 50,0 % bättre"]
    assert Posting.objects.get(association=exempel, number=71).reason == "Prognos 2026"


def test_an_emptied_forecast_is_as_computed_again(as_secretary, exempel):
    send(as_secretary, {"styrelse": "290 000"})
    before = newest(exempel)

    send(as_secretary, {"styrelse": ""}, seen=71)

    assert (before, newest(exempel)) == ((290_000_00, False), (-290_000_00, True))
    assert rows(read(as_secretary.get(ADDRESS)))["Styrelse"][4:] == ["", "280 000", "0"]


def test_a_forecast_that_was_taken_back_can_be_given_anew_even_as_zero(as_secretary, exempel):
    send(as_secretary, {"styrelse": "290 000"})
    send(as_secretary, {"styrelse": ""}, seen=71)

    send(as_secretary, {"styrelse": "0"}, seen=72)

    assert newest(exempel) == (0, False)
    assert rows(read(as_secretary.get(ADDRESS)))["Styrelse"][4:] == ["0", "0", "280 000 100 % bättre"]


def test_an_empty_forecast_left_empty_posts_nothing(as_secretary, exempel):
    send(as_secretary, {"styrelse": "290 000"})
    send(as_secretary, {"styrelse": ""}, seen=71)

    send(as_secretary, {"styrelse": "", "kansli": ""}, seen=72)

    assert Posting.objects.filter(association=exempel).count() == 72


def test_two_who_judge_differently_are_asked_whose_forecast_stands(as_secretary, exempel):
    send(as_secretary, {"styrelse": "290 000"})

    response = send(as_secretary, {"styrelse": "300 000"})

    page = read(response)
    assert response.status_code == 409
    assert [each.shown.split(", ")[0] for each in page.one("div", "problem").all("label")] == [
        "300 000 kr",
        "290 000 kr",
    ]


def test_a_line_without_a_figure_for_the_last_month_is_told_of(as_secretary, exempel):
    cell = Cell(Account.ACTUAL, 2026, 10, line_id=exempel.lines.get(slug="kansli").pk)
    lines = [line.name for line in exempel.lines.all() if line.slug not in ("kansli", "kunskapslyftet")]
    services.record(
        association=exempel, wishes={cell: kr(1)}, reason="Oktober", by=None, author_name="Ett test"
    )

    page = read(as_secretary.get(ADDRESS))

    assert page.one("p", "warning").shown == (
        f"Utfall för oktober saknas på {', '.join(lines[:-1])} och {lines[-1]}. "
        "Prognosen räknar det som att inget kom den månaden."
    )
    assert page.one("thead").all("th")[2].shown == "Utfall t.o.m. oktober"


def test_a_year_without_lines_says_so(as_secretary, stockholm):
    BudgetLine.objects.filter(association=stockholm).update(last_year=2021)

    page = read(as_secretary.get("/stockholm/2022/prognos/"))

    assert page.one("tbody").shown == "Året har inga poster än. Lägg upp dem under Budgetposter."


@pytest.mark.parametrize("more", [0, 2])
def test_the_number_of_queries_is_the_same_however_many_lines(
    as_secretary, exempel, django_assert_num_queries, more
):
    for number in range(more):
        factories.make_line(exempel, f"ny-{number}")

    with django_assert_num_queries(10):
        as_secretary.get(ADDRESS)


def test_the_ledger_says_the_same_as_the_page(exempel):
    found = ledger.balances(exempel, years=[2026], accounts=ACCOUNTS)

    line = exempel.lines.get(slug="kansli")
    known = queries.line_forecasts(found, [line], 2026)[line.pk]

    assert (known.actual, known.used) == (kr(1_266_656), kr(1_706_656))
