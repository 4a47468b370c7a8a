"""Money is whole öre: how it is split, what people may type, and how it is written."""

import itertools
import time
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finsam import money
from finsam.money import AmountError, Fault

NBSP = "\u00a0"
MINUS = "\u2212"

modest = settings(deadline=None, max_examples=200)
amounts = st.integers(-money.LARGEST_AMOUNT, money.LARGEST_AMOUNT)


# Splitting


def test_split_gives_the_odd_ore_to_the_first_of_equals():
    """10 kronor in three: 3,34 + 3,33 + 3,33."""
    assert money.split(10_00, [1, 1, 1]) == [3_34, 3_33, 3_33]


def test_split_gives_the_odd_ore_to_the_one_who_lost_most():
    """100 öre by 1:2 is 33 1/3 and 66 2/3: the second lost two thirds of an öre, the first one."""
    assert money.split(100, [1, 2]) == [33, 67]


def test_split_in_equal_parts_is_exhausted():
    """Every total of 0-999 öre in 1-9 parts: an exact sum, and the first take the odd öre."""
    for total, count in itertools.product(range(1000), range(1, 10)):
        low, odd = divmod(total, count)

        parts = money.split(total, [1] * count)

        assert parts == [low + 1] * odd + [low] * (count - odd), (total, count)


def test_split_by_weights_is_exhausted():
    """Weights 0-3 for three, −30 to 30 öre: an exact sum, each within one öre, 0 for weight 0."""
    for weights in itertools.product(range(4), repeat=3):
        if not any(weights):
            continue
        for amount in range(-30, 31):
            parts = money.split(amount, weights)

            assert sum(parts) == amount
            for part, weight in zip(parts, weights, strict=True):
                assert abs(part - Fraction(amount * weight, sum(weights))) < 1, (amount, weights)
                assert weight or part == 0, (amount, weights)


@modest
@given(st.integers(0, 10**15), st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any))
def test_split_is_as_fair_as_whole_ore_allow(amount, weights):
    """Largest remainder, told another way: nobody rounded down lost more than one rounded up."""
    exact = [Fraction(amount * weight, sum(weights)) for weight in weights]

    parts = money.split(amount, weights)

    losses = [(share % 1, -place) for place, share in enumerate(exact)]
    up = [loss for loss, part, share in zip(losses, parts, exact, strict=True) if part > share]
    down = [loss for loss, part, share in zip(losses, parts, exact, strict=True) if part <= share]
    assert sum(parts) == amount
    assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=True))
    assert not up or not down or min(up) > max(down)


def test_split_of_a_negative_amount_adds_up():
    parts = money.split(-10_00, [1, 1, 1])

    assert sum(parts) == -10_00
    assert sorted(parts) == [-3_34, -3_33, -3_33]


def test_split_of_nothing_is_nothing():
    assert money.split(0, [3, 0, 1]) == [0, 0, 0]


def test_split_keeps_every_ore_of_a_huge_amount():
    """Far beyond what a float can hold."""
    assert money.split(10**30 + 1, [1, 1]) == [5 * 10**29 + 1, 5 * 10**29]


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param([], id="no parts"),
        pytest.param([0], id="one zero"),
        pytest.param([0, 0, 0], id="all zero"),
        pytest.param([2, -1], id="one negative"),
        pytest.param([-1, -1], id="all negative"),
        pytest.param([1, -1], id="sum zero"),
    ],
)
def test_split_refuses_weights_that_mean_nothing(weights):
    with pytest.raises(ValueError, match="Weights must be 0 or more and not all 0"):
        money.split(100, weights)


# Reading


@pytest.mark.parametrize(
    ("typed", "ore"),
    [
        pytest.param("0", 0, id="zero"),
        pytest.param("-0", 0, id="minus zero is zero"),
        pytest.param("1", 1_00, id="one krona"),
        pytest.param("0,01", 1, id="one öre"),
        pytest.param("0,5", 50, id="one decimal"),
        pytest.param("007", 7_00, id="leading zeros"),
        pytest.param("12000", 12_000_00, id="no grouping"),
        pytest.param("12000,00", 12_000_00, id="two decimals"),
        pytest.param("12000,50000", 12_000_50, id="decimals that are zeros"),
        pytest.param("12 000", 12_000_00, id="ordinary space"),
        pytest.param("12\u00a0000", 12_000_00, id="no-break space U+00A0"),
        pytest.param("12\u202f000", 12_000_00, id="narrow no-break space U+202F"),
        pytest.param("12\u2009000", 12_000_00, id="thin space U+2009"),
        pytest.param("12\u2007000", 12_000_00, id="figure space U+2007"),
        pytest.param("12 \u00a0000", 12_000_00, id="two spaces between"),
        pytest.param(" 12 000 \n", 12_000_00, id="space around"),
        pytest.param("\t12 000\u00a0", 12_000_00, id="tab and no-break space around"),
        pytest.param("1 000 000,50", 1_000_000_50, id="millions with öre"),
        pytest.param("-5000", -5_000_00, id="hyphen"),
        pytest.param("\u22125 000", -5_000_00, id="minus U+2212"),
        pytest.param("\u20135 000", -5_000_00, id="en dash U+2013"),
        pytest.param("12 000 kr", 12_000_00, id="kr"),
        pytest.param("12 000\u00a0kr", 12_000_00, id="kr after a no-break space"),
        pytest.param("12000kr", 12_000_00, id="kr without a space"),
        pytest.param("12 000 kronor", 12_000_00, id="kronor"),
        pytest.param("12 000 SEK", 12_000_00, id="SEK"),
        pytest.param("450 tkr", 450_000_00, id="tkr"),
        pytest.param("1 250,5 tkr", 1_250_500_00, id="tkr with a decimal"),
        pytest.param("8,5 mnkr", 8_500_000_00, id="mnkr"),
        pytest.param("8,5\u00a0mnkr", 8_500_000_00, id="mnkr after a no-break space"),
        pytest.param("8,5 MNKR", 8_500_000_00, id="capitals"),
        pytest.param("8,5 mkr", 8_500_000_00, id="mkr"),
        pytest.param("8,5 m.kr", 8_500_000_00, id="m.kr"),
        pytest.param("8,5 MSEK", 8_500_000_00, id="MSEK"),
        pytest.param("8,5 miljoner", 8_500_000_00, id="miljoner"),
        pytest.param("13,675 mnkr", 13_675_000_00, id="mnkr with three decimals"),
        pytest.param("0,00000001 mnkr", 1, id="one öre in mnkr"),
        pytest.param("10 000 000 000 000", 10**15, id="the largest amount"),
        pytest.param("-10 000 000 mnkr", -(10**15), id="the largest amount below zero"),
    ],
)
def test_parse_reads_what_people_write(typed, ore):
    assert money.parse(typed) == ore


@pytest.mark.parametrize(
    ("typed", "fault", "suggestion"),
    [
        pytest.param("", Fault.EMPTY, "", id="nothing"),
        pytest.param(" \u00a0\t\n", Fault.EMPTY, "", id="only space"),
        # A mark that may mean thousands: refused, never read as 12.
        pytest.param("12.000", Fault.THOUSANDS_MARK, "12 000", id="point and three digits"),
        pytest.param("12,000", Fault.THOUSANDS_MARK, "12 000", id="comma and three digits"),
        pytest.param("1.234.567", Fault.THOUSANDS_MARK, "1 234 567", id="two points"),
        pytest.param("1,234,567", Fault.THOUSANDS_MARK, "1 234 567", id="two commas"),
        pytest.param("1.234,50", Fault.THOUSANDS_MARK, "1 234,50", id="points and öre"),
        pytest.param("12,345 tkr", Fault.THOUSANDS_MARK, "12 345 tkr", id="the unit stays"),
        pytest.param("12.000 kr", Fault.THOUSANDS_MARK, "12 000 kr", id="kr stays"),
        pytest.param("-12.000", Fault.THOUSANDS_MARK, f"{MINUS}12 000", id="the minus stays"),
        pytest.param("1.000.000 mnkr", Fault.THOUSANDS_MARK, "1 000 000 mnkr", id="points in mnkr"),
        # A point where a comma was meant.
        pytest.param("12.50", Fault.DECIMAL_POINT, "12,50", id="point and two digits"),
        pytest.param("12.5 mnkr", Fault.DECIMAL_POINT, "12,5 mnkr", id="decimal point in mnkr"),
        pytest.param("-12.50", Fault.DECIMAL_POINT, f"{MINUS}12,50", id="decimal point below zero"),
        pytest.param("13.675 mnkr", Fault.DECIMAL_POINT, "13,675 mnkr", id="never 13 675 mnkr"),
        # Spaces in the wrong place, often two cells pasted as one.
        pytest.param("1 2000", Fault.GROUPING, "", id="group of four"),
        pytest.param("12 000 12", Fault.GROUPING, "", id="group of two"),
        pytest.param("1234 567", Fault.GROUPING, "", id="first group of four"),
        # Finer than öre, larger than any budget.
        pytest.param("1,2345", Fault.TOO_FINE, "", id="hundredths of öre"),
        pytest.param("0,000000001 mnkr", Fault.TOO_FINE, "", id="tenths of öre in mnkr"),
        pytest.param("10 000 000 000 000,01", Fault.TOO_LARGE, "", id="one öre too large"),
        pytest.param("10 000 001 mnkr", Fault.TOO_LARGE, "", id="too many millions"),
        pytest.param("9" * 5000, Fault.TOO_LARGE, "", id="5000 digits"),
        pytest.param("0," + "1" * 5000, Fault.TOO_FINE, "", id="5000 decimals"),
        # Anything else.
        pytest.param("abc", Fault.UNREADABLE, "", id="letters"),
        pytest.param("1e6", Fault.UNREADABLE, "", id="exponent"),
        pytest.param("0x10", Fault.UNREADABLE, "", id="hexadecimal"),
        pytest.param("1_000", Fault.UNREADABLE, "", id="underscore"),
        pytest.param("12,5,0", Fault.UNREADABLE, "", id="two commas, no groups"),
        pytest.param("1,234.50", Fault.UNREADABLE, "", id="American"),
        pytest.param("12.", Fault.UNREADABLE, "", id="nothing after the point"),
        pytest.param("12,", Fault.UNREADABLE, "", id="nothing after the comma"),
        pytest.param(",5", Fault.UNREADABLE, "", id="nothing before the comma"),
        pytest.param("8,5 mdkr", Fault.UNREADABLE, "", id="milliards"),
        pytest.param("kr", Fault.UNREADABLE, "", id="unit alone"),
        pytest.param("-", Fault.UNREADABLE, "", id="sign alone"),
        pytest.param("--5", Fault.UNREADABLE, "", id="two signs"),
        pytest.param("5-", Fault.UNREADABLE, "", id="sign after"),
        pytest.param("=1+1", Fault.UNREADABLE, "", id="formula"),
        pytest.param("5\x00", Fault.UNREADABLE, "", id="null byte"),
        pytest.param("12\n000", Fault.UNREADABLE, "", id="two lines"),
        pytest.param("\u0661\u0662", Fault.UNREADABLE, "", id="Arabic-Indic digits"),
        pytest.param("1\u00b2", Fault.UNREADABLE, "", id="superscript digit"),
        pytest.param("\uff11\uff12", Fault.UNREADABLE, "", id="full-width digits"),
        pytest.param("nan", Fault.UNREADABLE, "", id="nan"),
        pytest.param("inf", Fault.UNREADABLE, "", id="inf"),
    ],
)
def test_parse_refuses_what_is_not_safe_to_read(typed, fault, suggestion):
    with pytest.raises(AmountError) as refusal:
        money.parse(typed)

    assert (refusal.value.fault, refusal.value.suggestion) == (fault, suggestion)


def test_parse_refusal_carries_what_was_typed():
    with pytest.raises(AmountError, match=r"thousands mark: '12\.000 tkr'") as refusal:
        money.parse(" 12.000 tkr ")

    assert refusal.value.text == "12.000 tkr"


def test_parse_reads_a_leading_zero_as_decimals_not_thousands():
    """0,500 tkr can only be 500 kronor: no number of thousands begins with 0."""
    assert money.parse("0,500 tkr") == 500_00


@modest
@given(st.text("0123456789.,- ktmnr\n\x00\u00a0\u2212\u0661\u00b2åÅ€", max_size=14))
@example("12.")
@example("12.345 678")
@example("1 .kr")
def test_parse_reads_or_refuses_and_a_suggestion_is_readable(typed):
    """Never another exception, and who follows the cure is at most too fine or too large."""
    refusal = _refusal_of(typed)

    if refusal is None:
        assert abs(money.parse(typed)) <= money.LARGEST_AMOUNT
    elif refusal.suggestion:
        again = _refusal_of(refusal.suggestion)
        assert again is None or again.fault in {Fault.TOO_FINE, Fault.TOO_LARGE}


def _refusal_of(typed: str) -> AmountError | None:
    try:
        money.parse(typed)
    except AmountError as refusal:
        return refusal
    return None


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("1" * 10**5, id="digits"),
        pytest.param("0" * 10**5 + "," + "0" * 10**5, id="zeros"),
        pytest.param("1" * 10**5 + "!", id="digits and a stranger"),
        pytest.param("1" + " 000" * 25_000, id="groups"),
        pytest.param("1" + ".000" * 25_000 + "!", id="points and a stranger"),
        pytest.param("1," * 50_000, id="commas"),
        pytest.param("1 " * 50_000 + "x", id="spaces between"),
        pytest.param("1" + " " * 10**5 + "!", id="spaces inside"),
        pytest.param(" \u00a0" * 50_000 + "1", id="spaces before"),
        pytest.param("1" + "a." * 50_000 + "!", id="a unit without end"),
        pytest.param("-" * 10**5, id="signs"),
    ],
)
def test_parse_of_a_very_long_text_is_quick(typed):
    """A regular expression that backtracks would take minutes; each of these takes about 10 ms."""
    start = time.perf_counter()

    _refusal_of(typed)

    assert time.perf_counter() - start < 0.5


# Writing


@pytest.mark.parametrize(
    ("ore", "written"),
    [
        (0, "0"),
        (1, "0,01"),
        (-1, f"{MINUS}0,01"),
        (100, "1"),
        (1_50, "1,50"),
        (999_00, "999"),
        (1_000_00, f"1{NBSP}000"),
        (8_000_000_00, f"8{NBSP}000{NBSP}000"),
        (-12_345_67, f"{MINUS}12{NBSP}345,67"),
        (10**15, f"10{NBSP}000{NBSP}000{NBSP}000{NBSP}000"),
    ],
)
def test_kr_shows_ore_only_when_there_are_any(ore, written):
    assert money.kr(ore) == written


@pytest.mark.parametrize(
    ("ore", "whole", "exact"),
    [
        (49, "0", "0,49"),
        (50, "1", "0,50"),
        (-49, "0", f"{MINUS}0,49"),
        (-50, f"{MINUS}1", f"{MINUS}0,50"),
        (1_49, "1", "1,49"),
        (1_50, "2", "1,50"),
        (2_50, "3", "2,50"),
        (999_50, f"1{NBSP}000", "999,50"),
        (5_00, "5", "5,00"),
    ],
)
def test_kr_rounds_half_away_from_zero(ore, whole, exact):
    assert money.kr(ore, 0) == whole
    assert money.kr(ore, 2) == exact


@pytest.mark.parametrize(
    ("ore", "written"),
    [
        (0, "0"),
        (499_99, "0"),
        (500_00, "1"),
        (-499_99, "0"),
        (-500_00, f"{MINUS}1"),
        (450_000_00, "450"),
        (27_350_000_00, f"27{NBSP}350"),
    ],
)
def test_tkr_shows_whole_thousands(ore, written):
    assert money.tkr(ore) == written


@pytest.mark.parametrize(
    ("ore", "written"),
    [
        (0, "0,0"),
        (49_999_99, "0,0"),
        (50_000_00, "0,1"),
        (-49_999_99, "0,0"),
        (-50_000_00, f"{MINUS}0,1"),
        (54_700_000_00, "54,7"),
        (999_950_000_00, f"1{NBSP}000,0"),
        (-1_234_560_000_00, f"{MINUS}1{NBSP}234,6"),
    ],
)
def test_mnkr_shows_one_decimal_and_never_minus_zero(ore, written):
    assert money.mnkr(ore) == written


def test_tkr_and_mnkr_show_as_many_decimals_as_asked():
    assert money.tkr(1_234_56, 2) == "1,23"
    assert money.mnkr(13_675_000_00, 3) == "13,675"
    assert money.mnkr(13_675_000_00, 0) == "14"


@pytest.mark.parametrize(
    ("part", "whole", "decimals", "written"),
    [
        (1, 4, 0, f"25{NBSP}%"),
        (1, 3, 0, f"33{NBSP}%"),
        (2, 3, 1, f"66,7{NBSP}%"),
        (402, 1655, 1, f"24,3{NBSP}%"),
        (26, 250, 1, f"10,4{NBSP}%"),
        (1, 200, 0, f"1{NBSP}%"),
        (-1, 200, 0, f"{MINUS}1{NBSP}%"),
        (-1, 1000, 0, f"0{NBSP}%"),
        (1, -4, 0, f"{MINUS}25{NBSP}%"),
        (-1, -4, 0, f"25{NBSP}%"),
        (0, 7, 0, f"0{NBSP}%"),
        (12, 1, 0, f"1{NBSP}200{NBSP}%"),
    ],
)
def test_percent_is_rounded_half_away_from_zero(part, whole, decimals, written):
    assert money.percent(part, whole, decimals) == written


@pytest.mark.parametrize(
    ("change", "before", "written"),
    [(16, 32, "+50 %"), (-16, 32, "−50 %"), (0, 32, "0 %"), (16, -32, "−50 %"), (-16, -32, "+50 %")],
)
def test_a_change_in_per_cent_has_its_sign(change, before, written):
    assert money.signed_percent(change, before).replace(money.NO_BREAK_SPACE, " ") == written


def test_percent_of_nothing_has_no_answer():
    with pytest.raises(ZeroDivisionError):
        money.percent(1, 0)


@modest
@given(amounts, st.sampled_from([(money.kr, 100), (money.tkr, 10**5), (money.mnkr, 10**8)]))
@example(-4_999_999, (money.mnkr, 10**8))
def test_written_amounts_agree_with_decimal(ore, unit):
    """Another arithmetic gives the same figure, for every unit and 0-3 decimals."""
    write, ore_per_unit = unit
    for decimals in range(4):
        exact = Decimal(ore) / ore_per_unit
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        expected = f"{rounded if rounded else abs(rounded):,}"

        written = write(ore, decimals)

        assert written == expected.translate({ord("-"): MINUS, ord(","): NBSP, ord("."): ","})


@modest
@given(amounts)
@example(12_000_00)
@example(-1)
def test_what_kr_writes_parse_reads(ore):
    assert money.parse(money.kr(ore)) == ore
    assert money.parse(f"{money.kr(ore)}{NBSP}kr") == ore


@modest
@given(amounts)
def test_what_tkr_and_mnkr_write_in_full_parse_reads(ore):
    assert money.parse(f"{money.tkr(ore, 5)} tkr") == ore
    assert money.parse(f"{money.mnkr(ore, 8)} mnkr") == ore


@pytest.mark.parametrize(
    ("typed", "cure"),
    [
        ("1 000.000", "1 000 000"),
        ("012.000", "12 000"),
        ("12000,000", "12 000 000"),
        ("1 234,500", "1 234 500"),
        ("1 200,500 tkr", "1 200 500 tkr"),
    ],
)
def test_no_mark_before_three_digits_is_guessed_and_the_cure_is_read_as_it_says(typed, cure):
    with pytest.raises(AmountError) as refused:
        money.parse(typed)

    assert (refused.value.fault, refused.value.suggestion) == (Fault.THOUSANDS_MARK, cure)
    assert money.parse(cure) > 0
