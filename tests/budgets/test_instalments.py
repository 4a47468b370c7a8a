"""When a contribution is due and where the payments stand, in dates and öre."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.instalments import (
    Instalment,
    InstalmentStanding,
    amounts,
    default_instalments,
    standing,
)
from finsam import money

QUARTERS_2021 = default_instalments(2021, 4)


def weighed(*weights: int) -> list[Instalment]:
    """An instalment on the first of each month from January 2027, with these weights."""
    return [Instalment(date(2027, month, 1), weight) for month, weight in enumerate(weights, start=1)]


# The default plans


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, ["2027-01-31"]),
        (2, ["2027-01-31", "2027-07-31"]),
        (4, ["2027-01-31", "2027-04-30", "2027-07-31", "2027-10-31"]),
        (
            12,
            [
                *("2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"),
                *("2027-07-31", "2027-08-31", "2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31"),
            ],
        ),
    ],
)
def test_default_instalments_are_due_on_the_last_day_of_each_first_month(count, expected):
    plan = default_instalments(2027, count)

    assert [instalment.due.isoformat() for instalment in plan] == expected
    assert {instalment.weight for instalment in plan} == {1}


def test_default_instalments_know_the_leap_day():
    assert default_instalments(2028, 12)[1].due == date(2028, 2, 29)


@pytest.mark.parametrize("count", [0, 3, 6, -1, 13])
def test_default_instalments_refuse_other_counts(count):
    with pytest.raises(ValueError, match=f"A year has 1, 2, 4, 12 instalments, not {count}."):
        default_instalments(2027, count)


# The amounts


@pytest.mark.parametrize(
    ("called", "weights", "expected"),
    [
        pytest.param(8_000_000_00, (1, 1, 1, 1), (2_000_000_00,) * 4, id="stockholm-2021-in-quarters"),
        pytest.param(1_000_00, (1, 1, 1), (334_00, 333_00, 333_00), id="whole-kronor-stay-whole"),
        pytest.param(1_000_01, (1, 1, 1), (333_34, 333_34, 333_33), id="öre-are-cut-to-the-öre"),
        pytest.param(1_00, (1, 1, 1, 1), (1_00, 0, 0, 0), id="one-krona-is-not-cut"),
        pytest.param(1, (1, 1), (1, 0), id="one-öre"),
        pytest.param(0, (1, 1), (0, 0), id="nothing-called"),
        pytest.param(99, (1, 1), (50, 49), id="below-a-krona"),
        pytest.param(1_000_00, (1, 3), (250_00, 750_00), id="a-quarter-and-the-rest"),
        pytest.param(1_000_00, (0, 1), (0, 1_000_00), id="a-weight-of-nothing"),
        pytest.param(1_000_00, (2, 1), (667_00, 333_00), id="two-thirds-and-a-third"),
        pytest.param(5_00, (1, 1, 2), (1_00, 1_00, 3_00), id="the-krona-goes-where-most-was-lost"),
        pytest.param(800_00, (7,), (800_00,), id="all-at-once"),
    ],
)
def test_amounts_follow_the_weights(called, weights, expected):
    assert amounts(called, weighed(*weights)) == expected


def test_amounts_give_the_odd_krona_to_the_earlier_due_and_answer_in_the_order_given():
    july, january = Instalment(date(2027, 7, 31)), Instalment(date(2027, 1, 31))

    assert amounts(1_001_00, [july, january]) == (500_00, 501_00)


def test_amounts_refuse_a_negative_contribution():
    with pytest.raises(ValueError, match=r"A called contribution is 0 öre or more, not -1\.$"):
        amounts(-1, QUARTERS_2021)


def test_amounts_refuse_an_empty_plan():
    with pytest.raises(ValueError, match=r"A payment plan has at least one instalment\.$"):
        amounts(1_000_00, [])


@pytest.mark.parametrize("weights", [(0, 0), (2, -1)])
def test_amounts_refuse_weights_that_divide_nothing(weights):
    with pytest.raises(ValueError, match="Weights must be 0 or more and not all 0"):
        amounts(1_000_00, weighed(*weights))


def test_equal_amounts_sum_and_differ_by_at_most_one_unit():
    for called in range(1_000):
        for count in range(1, 10):
            parts = amounts(called, weighed(*[1] * count))

            assert sum(parts) == called
            assert max(parts) - min(parts) <= (1 if called % 100 else 100)


@given(
    called=st.integers(0, money.LARGEST_AMOUNT),
    weights=st.lists(st.integers(0, 1_000_000), min_size=1, max_size=12).filter(any),
)
def test_amounts_always_sum_to_what_was_called(called, weights):
    parts = amounts(called, weighed(*weights))

    unit = 1 if called % 100 else 100
    assert sum(parts) == called
    assert all(part % unit == 0 for part in parts)
    assert all(
        abs(part * sum(weights) - called * weight) <= unit * sum(weights)
        for part, weight in zip(parts, weights, strict=True)
    )


@given(called=st.integers(0, money.LARGEST_AMOUNT), count=st.integers(1, 12))
def test_amounts_of_equal_weights_differ_by_at_most_a_krona_or_an_öre(called, count):
    parts = amounts(called, weighed(*[1] * count))

    assert max(parts) - min(parts) in ({0, 1} if called % 100 else {0, 100})
    assert list(parts) == sorted(parts, reverse=True)


# Where a member stands


def test_standing_of_a_region_that_paid_one_and_a_half_of_four():
    """8 mnkr in quarters, 3 mnkr paid, on 2 May: one million is late and two are next in July."""
    now = standing(8_000_000_00, 3_000_000_00, QUARTERS_2021, date(2021, 5, 2))

    april = InstalmentStanding(date(2021, 4, 30), 2_000_000_00, 1_000_000_00, is_late=True)
    july = InstalmentStanding(date(2021, 7, 31), 2_000_000_00, 0, is_late=False)
    assert now.instalments == (
        InstalmentStanding(date(2021, 1, 31), 2_000_000_00, 2_000_000_00, is_late=False),
        april,
        july,
        InstalmentStanding(date(2021, 10, 31), 2_000_000_00, 0, is_late=False),
    )
    assert (now.called, now.paid) == (8_000_000_00, 3_000_000_00)
    assert (now.due, now.late) == (4_000_000_00, 1_000_000_00)
    assert (now.rest, now.over) == (5_000_000_00, 0)
    assert now.upcoming == july
    assert (april.rest, july.rest) == (1_000_000_00, 2_000_000_00)


@pytest.mark.parametrize(
    ("today", "due", "late", "upcoming"),
    [
        pytest.param(date(2021, 1, 30), 0, 0, date(2021, 1, 31), id="the-day-before"),
        pytest.param(date(2021, 1, 31), 2_000_000_00, 0, date(2021, 1, 31), id="on-the-day"),
        pytest.param(date(2021, 2, 1), 2_000_000_00, 2_000_000_00, date(2021, 4, 30), id="the-day-after"),
        pytest.param(date(2021, 10, 31), 8_000_000_00, 6_000_000_00, date(2021, 10, 31), id="the-last-day"),
        pytest.param(date(2021, 11, 1), 8_000_000_00, 8_000_000_00, None, id="after-the-last-day"),
        pytest.param(date(2022, 3, 1), 8_000_000_00, 8_000_000_00, None, id="the-year-after"),
    ],
)
def test_an_unpaid_instalment_is_late_from_the_day_after(today, due, late, upcoming):
    now = standing(8_000_000_00, 0, QUARTERS_2021, today)

    assert (now.due, now.late) == (due, late)
    assert (now.upcoming and now.upcoming.due) == upcoming


@pytest.mark.parametrize(
    ("paid", "late", "rest", "over", "upcoming"),
    [
        pytest.param(1_999_999_99, 1, 6_000_000_01, 0, (date(2021, 4, 30), 2_000_000_00), id="an-öre-short"),
        pytest.param(2_000_000_00, 0, 6_000_000_00, 0, (date(2021, 4, 30), 2_000_000_00), id="in-time"),
        pytest.param(2_000_000_01, 0, 5_999_999_99, 0, (date(2021, 4, 30), 1_999_999_99), id="an-öre-ahead"),
        pytest.param(4_000_000_00, 0, 4_000_000_00, 0, (date(2021, 7, 31), 2_000_000_00), id="one-ahead"),
        pytest.param(8_000_000_00, 0, 0, 0, None, id="all-of-it"),
        pytest.param(8_000_000_01, 0, 0, 1, None, id="an-öre-too-much"),
    ],
)
def test_payments_cover_the_first_instalments_first(paid, late, rest, over, upcoming):
    """On 1 March one quarter of 8 mnkr has passed its day."""
    now = standing(8_000_000_00, paid, QUARTERS_2021, date(2021, 3, 1))

    assert (now.late, now.rest, now.over) == (late, rest, over)
    assert (now.upcoming and (now.upcoming.due, now.upcoming.rest)) == upcoming


def test_payments_corrected_below_nothing_cover_nothing():
    now = standing(8_000_000_00, -500_00, QUARTERS_2021, date(2021, 3, 1))

    assert now.paid == -500_00
    assert (now.late, now.rest, now.over) == (2_000_000_00, 8_000_000_00, 0)
    assert [row.covered for row in now.instalments] == [0, 0, 0, 0]


def test_a_member_that_is_called_for_nothing_is_never_late():
    now = standing(0, 0, QUARTERS_2021, date(2021, 12, 31))

    assert (now.due, now.late, now.rest, now.over, now.upcoming) == (0, 0, 0, 0, None)
    assert [row.is_late for row in now.instalments] == [False] * 4


def test_what_is_paid_without_a_call_is_over():
    assert standing(0, 1_00, QUARTERS_2021, date(2021, 1, 1)).over == 1_00


def test_standing_lists_the_instalments_by_due_day():
    july, january = Instalment(date(2027, 7, 31), 3), Instalment(date(2027, 1, 31), 1)

    now = standing(1_000_00, 300_00, [july, january], date(2027, 2, 1))

    assert now.instalments == (
        InstalmentStanding(date(2027, 1, 31), 250_00, 250_00, is_late=False),
        InstalmentStanding(date(2027, 7, 31), 750_00, 50_00, is_late=False),
    )


def test_standing_refuses_what_amounts_refuses():
    with pytest.raises(ValueError, match=r"A called contribution is 0 öre or more, not -1\.$"):
        standing(-1, 0, QUARTERS_2021, date(2021, 1, 1))
    with pytest.raises(ValueError, match=r"A payment plan has at least one instalment\.$"):
        standing(1, 0, [], date(2021, 1, 1))


@given(
    called=st.integers(0, 10**12),
    paid=st.integers(-(10**12), 2 * 10**12),
    weights=st.lists(st.integers(0, 100), min_size=1, max_size=12).filter(any),
    day=st.integers(-1, 366),
)
def test_the_standing_adds_up_on_every_day(called, paid, weights, day):
    today = date(2027, 1, 1) + timedelta(days=day)

    now = standing(called, paid, weighed(*weights), today)

    received = max(0, paid)
    passed = sum(row.amount for row in now.instalments if row.due < today)
    assert sum(row.amount for row in now.instalments) == called
    assert sum(row.covered for row in now.instalments) + now.over == received
    assert sum(row.rest for row in now.instalments) == now.rest
    assert called + now.over == received + now.rest
    assert now.late == max(0, passed - received)
    assert now.due >= passed
