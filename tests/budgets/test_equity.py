"""Own capital at the year's end, and the recommended largest.

The figures of the ladders here are made up: those of the recommendation from 2013 are not known to us.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.equity import Ceiling, Step, above, ceiling, closing, overlaps
from finsam import money

MNKR = money.ORE_PER_MNKR


def step(valid_from=date(2014, 1, 1), low=0, high=None, percent=None, amount=None, source="Påhittad trappa"):
    return Step(valid_from, low, high, percent, amount, source)


SMALL = step(low=0, high=5 * MNKR, percent=20)
MIDDLE = step(low=5 * MNKR, high=10 * MNKR, percent=15)
LARGE = step(low=10 * MNKR, amount=2 * MNKR)
LADDER = (SMALL, MIDDLE, LARGE)
LATER = step(date(2020, 7, 1), low=0, percent=10)


# The closing


def test_closing_takes_what_the_year_costs_beyond_its_income():
    """3 mnkr and a year of 8 + 0,1 against 9: a planned use of 0,9."""
    assert closing(3 * MNKR, 8 * MNKR, MNKR // 10, 9 * MNKR) == 2 * MNKR + MNKR // 10


def test_closing_grows_by_what_was_not_used():
    assert closing(3 * MNKR, 8 * MNKR, 0, 7 * MNKR) == 4 * MNKR


def test_closing_may_fall_below_nothing():
    assert closing(0, 8 * MNKR, 0, 8 * MNKR + 1) == -1


# The ladder


@pytest.mark.parametrize(
    ("contributions", "expected"),
    [
        pytest.param(0, Ceiling(0, SMALL), id="nothing"),
        pytest.param(4 * MNKR, Ceiling(80_000_000, SMALL), id="20-per-cent-of-4-mnkr"),
        pytest.param(5 * MNKR - 1, Ceiling(99_999_999, SMALL), id="an-öre-below-the-next-step"),
        pytest.param(5 * MNKR, Ceiling(75_000_000, MIDDLE), id="on-the-step"),
        pytest.param(10 * MNKR - 1, Ceiling(149_999_999, MIDDLE), id="an-öre-below-the-last"),
        pytest.param(10 * MNKR, Ceiling(2 * MNKR, LARGE), id="an-amount"),
        pytest.param(32 * MNKR, Ceiling(2 * MNKR, LARGE), id="the-last-step-has-no-end"),
    ],
)
def test_ceiling_is_that_of_the_band_which_holds_the_contributions(contributions, expected):
    assert ceiling(LADDER, contributions, date(2016, 12, 31)) == expected
    assert ceiling(reversed(LADDER), contributions, date(2016, 12, 31)) == expected


@pytest.mark.parametrize(
    ("percent", "contributions", "expected"),
    [
        pytest.param(20, 4, 0, id="four-fifths-of-an-öre"),
        pytest.param(20, 5, 1, id="a-whole-öre"),
        pytest.param(Fraction(225, 10), 1_000_001, 225_000, id="22,5-per-cent-rounded-down"),
        pytest.param(Fraction(100, 3), 3 * MNKR, MNKR, id="a-third-is-exact"),
        pytest.param(0, MNKR, 0, id="nothing-at-all"),
        pytest.param(150, 2 * MNKR, 3 * MNKR, id="more-than-the-contributions"),
    ],
)
def test_a_share_is_rounded_down_to_whole_öre(percent, contributions, expected):
    found = ceiling([step(percent=percent)], contributions, date(2016, 1, 1))

    assert (found.amount, type(found.amount)) == (expected, int)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2013, 12, 31), None, id="before-the-first"),
        pytest.param(date(2014, 1, 1), SMALL, id="its-first-day"),
        pytest.param(date(2020, 6, 30), SMALL, id="its-last-day"),
        pytest.param(date(2020, 7, 1), LATER, id="the-next-one's-first-day"),
        pytest.param(date(2027, 1, 1), LATER, id="until-further-notice"),
    ],
)
def test_the_newest_ladder_that_has_come_counts(day, expected):
    found = ceiling([LATER, *LADDER], 4 * MNKR, day)

    assert (found and found.step) == expected


def test_a_new_ladder_supersedes_the_earlier_one_whole():
    """The later ladder says nothing about 32 mnkr, and the earlier one no longer speaks."""
    later = step(date(2020, 7, 1), low=0, high=5 * MNKR, percent=10)

    assert ceiling([*LADDER, later], 32 * MNKR, date(2021, 1, 1)) is None


def test_nothing_is_known_without_a_ladder():
    assert ceiling([], 8 * MNKR, date(2027, 1, 1)) is None


def test_nothing_is_known_below_the_ladder_and_in_its_gaps():
    ladder = [step(low=1, high=10, amount=0), step(low=20, high=30, amount=0)]

    known = [amount for amount in range(35) if ceiling(ladder, amount, date(2016, 1, 1))]

    assert known == [*range(1, 10), *range(20, 30)]


def test_of_overlapping_steps_the_one_from_the_lowest_contributions_counts():
    low, high = step(low=0, high=10, amount=1), step(low=5, high=10, amount=2)

    assert ceiling([high, low], 7, date(2016, 1, 1)) == Ceiling(1, low)


@pytest.mark.parametrize(
    ("equity", "expected"),
    [(2 * MNKR + 1, 1), (2 * MNKR, 0), (2 * MNKR - 1, 0), (-MNKR, 0), (3 * MNKR, MNKR)],
)
def test_above_is_what_exceeds_the_ceiling(equity, expected):
    assert above(equity, Ceiling(2 * MNKR, LARGE)) == expected


# Steps that cannot be


@pytest.mark.parametrize(
    ("percent", "amount"), [pytest.param(None, None, id="neither"), pytest.param(20, 0, id="both")]
)
def test_a_step_has_either_a_share_or_an_amount(percent, amount):
    told = f"A step has either a largest share or a largest amount, not {percent} per cent and {amount} öre."

    with pytest.raises(ValueError, match=told):
        step(percent=percent, amount=amount)


@pytest.mark.parametrize("high", [9, 10])
def test_a_step_has_contributions_in_its_band(high):
    with pytest.raises(ValueError, match=f"A step's band from 10 to {high} öre is empty."):
        step(low=10, high=high, percent=20)


@pytest.mark.parametrize("negative", [{"low": -1, "percent": 1}, {"percent": -1}, {"amount": -1}])
def test_a_step_has_no_negative_numbers(negative):
    with pytest.raises(ValueError, match=r"The numbers of a step are 0 or more, not -1\.$"):
        step(**negative)


# Overlaps


def test_bands_that_only_touch_do_not_overlap():
    assert overlaps(LADDER) is None
    assert overlaps([]) is None
    assert overlaps([LARGE]) is None


def test_overlaps_names_the_two_steps_the_lower_first():
    reaching = replace(SMALL, contributions_to=5 * MNKR + 1)

    assert overlaps([LARGE, MIDDLE, reaching]) == (reaching, MIDDLE)


def test_a_band_without_end_overlaps_all_above_it():
    endless = replace(MIDDLE, contributions_to=None)

    assert overlaps([SMALL, endless, LARGE]) == (endless, LARGE)


def test_the_same_band_twice_overlaps():
    other = replace(MIDDLE, max_percent=12)

    assert overlaps([MIDDLE, other]) == (MIDDLE, other)


def test_ladders_of_different_days_do_not_overlap():
    assert overlaps([*LADDER, LATER]) is None


BANDS = st.tuples(st.integers(0, 1), st.integers(0, 8), st.integers(1, 4) | st.none())


@given(st.lists(BANDS, max_size=5))
def test_overlaps_finds_two_steps_exactly_when_two_hold_the_same_contributions(bands):
    steps = [
        step(date(2014 + year, 1, 1), low, None if width is None else low + width, amount=0)
        for year, low, width in bands
    ]
    shared = any(
        one.valid_from == other.valid_from and one.holds(amount) and other.holds(amount)
        for place, one in enumerate(steps)
        for other in steps[:place]
        for amount in range(13)
    )

    found = overlaps(steps)

    assert (found is not None) == shared
    if found:
        assert found[0].valid_from == found[1].valid_from
        assert found[0].holds(found[1].contributions_from)
