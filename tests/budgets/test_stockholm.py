"""The story the product must tell: agreed 48 and 54,7 mnkr, decided 32, because one party stayed at 8."""

import pytest

from budgets import queries, sentences
from finsam import money
from members.access import VISITOR


def plain(text: str) -> str:
    return text.replace(money.NO_BREAK_SPACE, " ")


@pytest.mark.parametrize(
    ("year", "told"),
    [
        (
            2020,
            "2020 stannade budgeten på 32,0 mnkr av överenskomna 48,0. "
            "Region Stockholms 8,0 mnkr satte taket: 16,0 mnkr uteblev.",
        ),
        (
            2021,
            "2021 stannade budgeten på 32,0 mnkr av överenskomna 54,7. "
            "Region Stockholms 8,0 mnkr satte taket: 22,7 mnkr uteblev.",
        ),
        (2019, "2019 blev budgeten 32,0 mnkr. Alla parter bidrog efter sin andel, ingen ensam satte taket."),
        (
            2016,
            "2016 räcker åtagandena till 8,0 mnkr. "
            "Alla parter bidrar efter sin andel, ingen ensam sätter taket.",
        ),
    ],
)
def test_each_year_says_who_capped_it_and_what_it_cost(stockholm, year, told):
    budget = queries.year_budget(stockholm, year, VISITOR)

    assert plain(sentences.conclusion(budget.summary).text) == told


def test_one_krona_more_from_the_region_unlocks_four(stockholm):
    budget = queries.year_budget(stockholm, 2021, VISITOR)

    assert [plain(sentence.text) for sentence in sentences.leverage(budget)] == [
        "En krona till från Region Stockholm låser upp fyra, upp till 5 675 000 kr mer därifrån. "
        "Därefter sätter staten och Stockholms stad taket tillsammans."
    ]


def test_the_years_show_the_gap_and_the_year_without_figures(stockholm):
    years = queries.year_summaries(stockholm, VISITOR)

    assert [(year.year, year.agreed.amount, year.total.amount, year.lost.amount) for year in years] == [
        (2021, money.parse("54,7 mnkr"), money.parse("32 mnkr"), money.parse("22,7 mnkr")),
        (2020, money.parse("48 mnkr"), money.parse("32 mnkr"), money.parse("16 mnkr")),
        (2019, None, money.parse("32 mnkr"), None),
        (2018, None, None, None),
        (2017, None, money.parse("16 mnkr"), None),
        (2016, None, money.parse("8 mnkr"), None),
    ]
