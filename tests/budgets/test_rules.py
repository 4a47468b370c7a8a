"""The equal-share rule, told in the förbund's own figures and then attacked.

5 § lag (2003:1210): the state pays half, the regions a quarter, the municipalities a quarter.
5 a §: where no region takes part, the state and the municipality pay half each.
"""

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from budgets.rules import Offer, Party, RuleError, equal_share, party_weights, required
from finsam import money

STATE, REGIONS, MUNICIPALITIES = Party.STATE, Party.REGIONS, Party.MUNICIPALITIES


def ore(amount: str | int) -> int:
    """Öre from an amount as a protocol writes it, "8,0 mnkr"; a number is öre already."""
    return amount if isinstance(amount, int) else money.parse(amount)


def offers(state, municipalities, regions=None) -> list[Offer]:
    """Offers for a year. A party with one member needs no name; {"Kiruna": "1 mnkr"} names more."""
    listed = []
    for party, given_ in [(STATE, state), (REGIONS, regions), (MUNICIPALITIES, municipalities)]:
        if given_ is not None:
            by_member = given_ if isinstance(given_, dict) else {party.value: given_}
            listed += [Offer(member, party, ore(amount)) for member, amount in by_member.items()]
    return listed


def called(share) -> dict:
    return {member: part.called for member, part in share.members.items()}


def unused(share) -> dict:
    return {party: part.unused for party, part in share.parties.items()}


# The cases of the law and of real förbund


def test_stockholm_2016_everybody_offers_their_exact_share():
    """Vector 1: 4 + 2 + 2 mnkr is 8 mnkr, all used, all three limiting."""
    share = equal_share(offers(state="4,0 mnkr", regions="2,0 mnkr", municipalities="2,0 mnkr"))

    assert share.total == ore("8,0 mnkr")
    assert share.unused == 0
    assert share.limiting == {STATE, REGIONS, MUNICIPALITIES}
    assert (share.leverage, share.headroom, share.next_limiting) == (0, 0, frozenset())


def test_stockholm_2017_twice_the_offers_is_twice_the_total():
    """Vector 2: 8 + 4 + 4 mnkr is 16 mnkr."""
    share = equal_share(offers(state="8,0 mnkr", regions="4,0 mnkr", municipalities="4,0 mnkr"))

    assert share.total == ore("16,0 mnkr")
    assert share.unused == 0


def test_stockholm_2020_the_region_that_stood_still_caps_everybody():
    """Vector 3: 48 mnkr agreed, the region offers 8 of its 12, and the total is 32."""
    share = equal_share(offers(state="24,0 mnkr", regions="8,0 mnkr", municipalities="12,0 mnkr"))

    assert share.total == ore("32,0 mnkr")
    assert called(share) == {
        "state": ore("16,0 mnkr"),
        "regions": ore("8,0 mnkr"),
        "municipalities": ore("8,0 mnkr"),
    }
    assert unused(share) == {
        STATE: ore("8,0 mnkr"),
        REGIONS: 0,
        MUNICIPALITIES: ore("4,0 mnkr"),
    }
    assert {party: part.carries for party, part in share.parties.items()} == {
        STATE: ore("48,0 mnkr"),
        REGIONS: ore("32,0 mnkr"),
        MUNICIPALITIES: ore("48,0 mnkr"),
    }
    assert share.limiting == {REGIONS}
    assert (share.leverage, share.headroom) == (4, ore("4,0 mnkr"))


def test_stockholm_2021_every_further_krona_from_the_region_unlocks_four():
    """54,7 mnkr agreed, 32,0 possible: 17 025 000 kr lie unused for want of 5 675 000."""
    share = equal_share(offers(state="27,350 mnkr", regions="8,000 mnkr", municipalities="13,675 mnkr"))

    assert share.total == ore("32,0 mnkr")
    assert unused(share) == {
        STATE: ore("11 350 000 kr"),
        REGIONS: 0,
        MUNICIPALITIES: ore("5 675 000 kr"),
    }
    assert (share.offered, share.unused) == (ore("49 025 000 kr"), ore("17 025 000 kr"))
    assert share.limiting == {REGIONS}
    assert share.leverage == 4
    assert share.headroom == ore("5 675 000 kr")
    assert share.next_limiting == {STATE, MUNICIPALITIES}


def test_two_regions_are_added_up_before_they_are_compared():
    """Vector 4, case 2, 5 § third paragraph: 1,2 + 0,8 mnkr is the regions' one quarter."""
    share = equal_share(
        offers(
            state="4,5 mnkr",
            regions={"Region A": "1,2 mnkr", "Region B": "0,8 mnkr"},
            municipalities="2,1 mnkr",
        )
    )

    assert share.total == ore("8,0 mnkr")
    assert share.limiting == {REGIONS}
    assert called(share) == {
        "state": ore("4,0 mnkr"),
        "Region A": ore("1,2 mnkr"),
        "Region B": ore("0,8 mnkr"),
        "municipalities": ore("2,0 mnkr"),
    }


def test_without_a_region_state_and_municipality_pay_half_each():
    """Vector 5, case 4, 5 a § first paragraph (Gotland): 3 + 3 mnkr is 6, not 12."""
    share = equal_share(offers(state="3,0 mnkr", municipalities={"Gotland": "3,0 mnkr"}))

    assert share.total == ore("6,0 mnkr")
    assert {party: part.weight for party, part in share.parties.items()} == {
        STATE: Fraction(1, 2),
        MUNICIPALITIES: Fraction(1, 2),
    }
    assert share.limiting == {STATE, MUNICIPALITIES}


def test_a_municipality_outside_its_region_counts_in_both_groups():
    """Case 4, 5 a § second paragraph: one organisation with two memberships and two offers."""
    share = equal_share(
        offers(
            state="4,0 mnkr",
            regions={"Region A": "1,5 mnkr", ("Gotland", "region"): "0,5 mnkr"},
            municipalities={"A-stad": "1,4 mnkr", ("Gotland", "municipality"): "0,7 mnkr"},
        )
    )

    assert share.total == ore("8,0 mnkr")
    assert share.limiting == {STATE, REGIONS}
    assert called(share) == {
        "state": ore("4,0 mnkr"),
        "Region A": ore("1,5 mnkr"),
        ("Gotland", "region"): ore("0,5 mnkr"),
        "A-stad": 1_333_333_33,
        ("Gotland", "municipality"): 666_666_67,
    }


def test_arbetsformedlingen_with_nothing_does_not_make_the_total_nothing():
    """Vector 6, case 3: Försäkringskassan pays the state's whole half, Arbetsförmedlingen 0."""
    share = equal_share(
        offers(
            state={"Försäkringskassan": "4,0 mnkr", "Arbetsförmedlingen": 0},
            regions="2,0 mnkr",
            municipalities="2,0 mnkr",
        )
    )

    assert share.total == ore("8,0 mnkr")
    assert called(share)["Försäkringskassan"] == ore("4,0 mnkr")
    assert called(share)["Arbetsförmedlingen"] == 0


def test_lysekil_pays_its_tenth_of_the_municipal_quarter():
    """Vector 7: 1 000 tkr more is 250 tkr from the municipalities, 10,4 % of it Lysekil's."""
    key = {MUNICIPALITIES: {"Lysekil": 104, "the others": 896}}
    nothing = offers(state=0, regions=0, municipalities={"Lysekil": 0, "the others": 0})

    need = required(nothing, ore("1 000 tkr"), key).parties[MUNICIPALITIES]

    assert need.needed == ore("250 tkr")
    assert need.members == {"Lysekil": ore("26 tkr"), "the others": ore("224 tkr")}


def test_a_small_municipality_does_not_cap_the_budget():
    """Vector 8, case 1, 5 § second paragraph: 0,4 + 0,6 + 4,0 carry 20 mnkr, not 0,4 × 4."""
    share = equal_share(
        offers(
            state="10,0 mnkr",
            regions="5,0 mnkr",
            municipalities={"Liten": "0,4 mnkr", "Mellan": "0,6 mnkr", "Stor": "4,0 mnkr"},
        )
    )

    assert share.total == ore("20,0 mnkr")
    assert share.unused == 0


def test_the_state_weighs_a_half_and_is_not_one_of_four_equal_rows():
    """Case 5: the state's 4,0 mnkr beside 2,0 and 2,0 is not two too much."""
    share = equal_share(offers(state="4,0 mnkr", regions="2,0 mnkr", municipalities="2,0 mnkr"))

    assert [part.weight for part in share.parties.values()] == [
        Fraction(1, 2),
        Fraction(1, 4),
        Fraction(1, 4),
    ]
    assert unused(share)[STATE] == 0


@pytest.mark.parametrize(
    ("present", "weights"),
    [
        ([STATE, REGIONS, MUNICIPALITIES], [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]),
        ([STATE, MUNICIPALITIES], [Fraction(1, 2), Fraction(1, 2)]),
        (["municipalities", "regions", "state"], [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]),
    ],
)
def test_the_weights_follow_the_parties_present(present, weights):
    """5 § and 5 a §: known before anyone has offered anything."""
    assert list(party_weights(iter(present)).values()) == weights


def test_a_late_state_decision_gives_another_outcome_and_leaves_the_first_alone():
    """Case 6: the state first says 4,0, later 3,0 mnkr. The same rule is applied again."""
    first = equal_share(offers(state="4,0 mnkr", regions="2,0 mnkr", municipalities="2,0 mnkr"))

    later = equal_share(offers(state="3,0 mnkr", regions="2,0 mnkr", municipalities="2,0 mnkr"))

    assert (first.total, later.total) == (ore("8,0 mnkr"), ore("6,0 mnkr"))
    assert later.limiting == {STATE}
    assert unused(later) == {STATE: 0, REGIONS: ore("0,5 mnkr"), MUNICIPALITIES: ore("0,5 mnkr")}


def test_whoever_offers_more_than_needed_keeps_the_rest():
    """Case 10, "at least": the share is called, the rest of the offer is shown as unused."""
    share = equal_share(
        offers(
            state="4,0 mnkr",
            regions="2,0 mnkr",
            municipalities={"A-stad": "3,0 mnkr", "B-stad": "1,0 mnkr"},
        )
    )

    assert called(share)["A-stad"] == ore("1,5 mnkr")
    assert called(share)["B-stad"] == ore("0,5 mnkr")
    assert share.members["A-stad"].offered == ore("3,0 mnkr")
    assert share.members["A-stad"].unused == ore("1,5 mnkr")


# Who limits, and what one krona more would do


def test_the_state_alone_unlocks_two_kronor_per_krona():
    share = equal_share(offers(state="10,0 mnkr", regions="6,0 mnkr", municipalities="7,0 mnkr"))

    assert share.limiting == {STATE}
    assert share.leverage == 2
    assert share.headroom == ore("2,0 mnkr")
    assert share.next_limiting == {REGIONS}


@pytest.mark.parametrize(
    ("state", "municipality", "party"),
    [("3,0 mnkr", "5,0 mnkr", STATE), ("5,0 mnkr", "3,0 mnkr", MUNICIPALITIES)],
)
def test_without_a_region_either_party_unlocks_two_kronor_per_krona(state, municipality, party):
    """5 a § first paragraph."""
    share = equal_share(offers(state=state, municipalities=municipality))

    assert share.total == ore("6,0 mnkr")
    assert share.limiting == {party}
    assert share.leverage == 2
    assert share.headroom == ore("2,0 mnkr")
    assert len(share.next_limiting) == 1


@pytest.mark.parametrize(
    ("amounts", "tied", "waiting"),
    [
        pytest.param(("4", "2", "3"), {STATE, REGIONS}, {MUNICIPALITIES}, id="state and region"),
        pytest.param(("4", "3", "2"), {STATE, MUNICIPALITIES}, {REGIONS}, id="state and city"),
        pytest.param(("6", "2", "2"), {REGIONS, MUNICIPALITIES}, {STATE}, id="region and city"),
        pytest.param(("4", "2", "2"), {STATE, REGIONS, MUNICIPALITIES}, set(), id="all three"),
    ],
)
def test_in_a_tie_all_are_named_and_no_single_krona_helps(amounts, tied, waiting):
    state, region, city = (f"{amount} mnkr" for amount in amounts)

    share = equal_share(offers(state=state, regions=region, municipalities=city))

    assert share.total == ore("8 mnkr")
    assert share.limiting == tied
    assert (share.leverage, share.headroom) == (0, 0)
    assert share.next_limiting == waiting


def test_one_ore_breaks_a_tie():
    share = equal_share(offers(state=4_00, regions=2_00, municipalities=1_99))

    assert share.total == 7_96
    assert share.limiting == {MUNICIPALITIES}
    assert (share.leverage, share.headroom) == (4, 1)


def test_a_region_that_offers_nothing_is_not_an_absent_region():
    """0 is an offer and makes the total 0; no region among the members makes it half and half."""
    zero = equal_share(offers(state="3,0 mnkr", regions=0, municipalities="3,0 mnkr"))
    absent = equal_share(offers(state="3,0 mnkr", municipalities="3,0 mnkr"))

    assert zero.total == 0
    assert zero.limiting == {REGIONS}
    assert called(zero) == {"state": 0, "regions": 0, "municipalities": 0}
    assert absent.total == ore("6,0 mnkr")
    assert REGIONS not in absent.parties


def test_all_offering_nothing_is_a_tie_at_nothing():
    share = equal_share(offers(state=0, regions=0, municipalities=0))

    assert (share.total, share.offered, share.unused) == (0, 0, 0)
    assert share.limiting == {STATE, REGIONS, MUNICIPALITIES}


def test_the_total_is_a_multiple_of_four_ore():
    """7 öre from the state carry 12, 6 + 3 + 3: the seventh cannot be two equal quarters."""
    share = equal_share(offers(state=7, regions=9, municipalities=9))

    assert share.total == 12
    assert called(share) == {"state": 6, "regions": 3, "municipalities": 3}
    assert share.limiting == {STATE}
    assert share.headroom == 11


def test_huge_amounts_are_exact():
    """10**30 öre: far beyond any float."""
    share = equal_share(offers(state=10**30 + 1, regions=10**30, municipalities=10**30))

    assert share.total == 2 * 10**30
    assert called(share) == {
        "state": 10**30,
        "regions": 5 * 10**29,
        "municipalities": 5 * 10**29,
    }


def test_members_share_in_proportion_and_the_odd_ore_finds_a_home():
    """A quarter of 10 öre among three equal municipalities: 4 + 3 + 3, never 9,99."""
    share = equal_share(offers(20, municipalities={"A": 5, "B": 5, "C": 5}, regions=10))

    assert called(share) == {"state": 20, "regions": 10, "A": 4, "B": 3, "C": 3}


# An agreed key between the members of a party


def test_sodra_dalarna_shares_its_quarter_by_percent_of_the_whole():
    """2020: 7 000 000 kr; Avesta 11, Hedemora 8 and Säter 6 % of the whole, a quarter in all."""
    key = {MUNICIPALITIES: {"Avesta": 11, "Hedemora": 8, "Säter": 6}}

    share = equal_share(
        offers(
            state="3 500 000",
            regions={"Region Dalarna": "1 750 000"},
            municipalities={"Avesta": "770 000", "Hedemora": "560 000", "Säter": "420 000"},
        ),
        key,
    )

    assert share.total == ore("7 000 000")
    assert share.unused == 0
    assert share.capping_members == {"Avesta", "Hedemora", "Säter"}


def test_the_member_lowest_against_the_key_caps_its_party():
    """Säter offers 300 000 of its 420 000: the municipalities carry 300 000 × 25/6 = 1 250 000."""
    key = {MUNICIPALITIES: {"Avesta": 11, "Hedemora": 8, "Säter": 6}}

    share = equal_share(
        offers(
            state="3 500 000",
            regions={"Region Dalarna": "1 750 000"},
            municipalities={"Avesta": "770 000", "Hedemora": "560 000", "Säter": "300 000"},
        ),
        key,
    )

    assert share.total == ore("5 000 000")
    assert share.limiting == {MUNICIPALITIES}
    assert share.capping_members == {"Säter"}
    assert called(share) == {
        "state": ore("2 500 000"),
        "Region Dalarna": ore("1 250 000"),
        "Avesta": ore("550 000"),
        "Hedemora": ore("400 000"),
        "Säter": ore("300 000"),
    }


def test_the_capping_member_unlocks_more_than_its_party():
    """One krona from Säter lets the others follow: 4 × 25/6 kronor, until its share is 420 000."""
    key = {MUNICIPALITIES: {"Avesta": 11, "Hedemora": 8, "Säter": 6}}
    year = {"state": "3 500 000", "regions": "1 750 000"}
    others = {"Avesta": "770 000", "Hedemora": "560 000"}

    share = equal_share(offers(**year, municipalities={**others, "Säter": "300 000"}), key)
    raised = equal_share(offers(**year, municipalities={**others, "Säter": "420 000"}), key)

    assert (share.leverage, share.headroom) == (4, ore("500 000"))
    assert share.member_leverage == Fraction(50, 3)
    assert share.member_headroom == ore("120 000")
    assert raised.total - share.total == Fraction(50, 3) * ore("120 000")


def test_a_colleague_can_end_the_capping_members_headroom():
    """1:1, 2 and 3 mnkr while 9 is possible: after one million more, the other caps too."""
    key = {MUNICIPALITIES: {"A": 1, "B": 1}}

    share = equal_share(
        offers("18 mnkr", regions="9 mnkr", municipalities={"A": "2 mnkr", "B": "3 mnkr"}), key
    )

    assert share.total == ore("16 mnkr")
    assert share.headroom == ore("5 mnkr")
    assert (share.member_leverage, share.member_headroom) == (8, ore("1 mnkr"))


def test_two_capping_members_have_no_leverage_of_their_own():
    key = {MUNICIPALITIES: {"A": 1, "B": 1, "C": 1}}

    share = equal_share(offers(20, regions=10, municipalities={"A": 2, "B": 2, "C": 3}), key)

    assert share.total == 24
    assert share.capping_members == {"A", "B"}
    assert (share.leverage, share.headroom) == (4, 4)
    assert (share.member_leverage, share.member_headroom) == (0, 0)


def test_a_member_that_could_follow_one_step_more_does_not_cap():
    """1:2 with 2 and 5 öre: A carries 6 for its party, B 7. One öre more from A unlocks four."""
    key = {MUNICIPALITIES: {"A": 1, "B": 2}}

    share = equal_share(offers(20, regions=10, municipalities={"A": 2, "B": 5}), key)

    assert share.total == 24
    assert share.capping_members == {"A"}
    assert (share.member_leverage, share.member_headroom) == (12, 1)


def test_the_only_member_of_a_keyed_party_caps_it_with_an_odd_ore_too():
    """7 öre from the state carry 12; the seventh is left over, and the state still caps itself."""
    share = equal_share(offers({"FK": 7}, regions=9, municipalities=9), {STATE: {"FK": 1}})

    assert share.total == 12
    assert share.capping_members == {"FK"}
    assert (share.leverage, share.headroom) == (2, 11)
    assert (share.member_leverage, share.member_headroom) == (2, 11)


def test_the_cap_of_a_key_is_exact_and_not_hidden_by_rounding():
    """1:1 with offers 1 and 2 öre carries 2: of 3 each would owe 1,5, and A offered 1."""
    key = {MUNICIPALITIES: {"A": 1, "B": 1}}

    share = equal_share(offers(20, regions=10, municipalities={"A": 1, "B": 2}), key)

    assert share.total == 8
    assert called(share) == {"state": 4, "regions": 2, "A": 1, "B": 1}
    assert share.members["B"].unused == 1


def test_a_member_of_weight_zero_pays_nothing_and_caps_nobody():
    key = {MUNICIPALITIES: {"A": 1, "B": 0}}

    share = equal_share(offers(20, regions=10, municipalities={"A": 7, "B": 0}), key)

    assert share.total == 28
    assert called(share) == {"state": 14, "regions": 7, "A": 7, "B": 0}
    assert share.capping_members == {"A"}


def test_a_keyed_member_that_offers_nothing_makes_the_total_nothing():
    key = {MUNICIPALITIES: {"A": 1, "B": 1}}

    share = equal_share(offers(20, regions=10, municipalities={"A": 10, "B": 0}), key)

    assert share.total == 0
    assert share.capping_members == {"B"}


def test_regions_can_have_a_key_too():
    """3:1, 3,0 and 0,5 mnkr: the smaller region caps at 0,5 × 4 = 2 mnkr."""
    key = {REGIONS: {"Region A": 3, "Region B": 1}}

    share = equal_share(
        offers(
            state="8 mnkr",
            regions={"Region A": "3,0 mnkr", "Region B": "0,5 mnkr"},
            municipalities="4 mnkr",
        ),
        key,
    )

    assert share.total == ore("8 mnkr")
    assert share.capping_members == {"Region B"}
    assert called(share)["Region A"] == ore("1,5 mnkr")
    assert share.member_leverage == 16


def test_a_key_that_does_not_bind_still_divides():
    """The region limits; the municipalities' 2:1 decides who pays what, and nobody there caps."""
    key = {MUNICIPALITIES: {"A": 2, "B": 1}}

    share = equal_share(offers(20, regions=3, municipalities={"A": 9, "B": 9}), key)

    assert called(share) == {"state": 6, "regions": 3, "A": 2, "B": 1}
    assert share.capping_members == frozenset()
    assert share.member_leverage == 0


def test_tied_keyed_parties_name_the_capping_members_of_both():
    keys = {REGIONS: {"R1": 1, "R2": 1}, MUNICIPALITIES: {"M1": 1, "M2": 3}}

    share = equal_share(offers(20, regions={"R1": 2, "R2": 5}, municipalities={"M1": 1, "M2": 9}), keys)

    assert share.total == 16
    assert share.limiting == {REGIONS, MUNICIPALITIES}
    assert share.capping_members == {"R1", "M1"}
    assert (share.leverage, share.member_leverage) == (0, 0)


# What it takes to reach a target


def test_stockholm_2020_lacked_four_million_from_the_region_alone():
    """For 48 mnkr: 24 + 12 + 12, of which the state and the city were ready."""
    year = offers(state="24,0 mnkr", regions="8,0 mnkr", municipalities="12,0 mnkr")

    wanted = required(year, ore("48,0 mnkr"))

    assert wanted.total == ore("48,0 mnkr")
    assert wanted.able == {STATE, MUNICIPALITIES}
    need = wanted.parties[REGIONS]
    assert need.offered == ore("8,0 mnkr")
    assert need.needed == ore("12,0 mnkr")
    assert need.missing == ore("4,0 mnkr")


def test_required_beyond_everybody_asks_everybody():
    year = offers(state="24,0 mnkr", regions="8,0 mnkr", municipalities="12,0 mnkr")

    wanted = required(year, ore("54,7 mnkr"))

    assert wanted.able == frozenset()
    assert {party: need.missing for party, need in wanted.parties.items()} == {
        STATE: ore("3,350 mnkr"),
        REGIONS: ore("5,675 mnkr"),
        MUNICIPALITIES: ore("1,675 mnkr"),
    }


def test_required_for_nothing_is_nothing():
    wanted = required(offers(state=0, regions=0, municipalities=0), 0)

    assert wanted.total == 0
    assert wanted.able == {STATE, REGIONS, MUNICIPALITIES}


@pytest.mark.parametrize(("target", "total"), [(0, 0), (1, 4), (3, 4), (4, 4), (5, 8), (8, 8), (9, 12)])
def test_required_goes_up_to_a_total_that_four_divides(target, total):
    wanted = required(offers(state=0, regions=0, municipalities=0), target)

    assert (wanted.target, wanted.total) == (target, total)
    assert [need.needed for need in wanted.parties.values()] == [total // 2, total // 4, total // 4]


def test_required_without_a_region_goes_up_to_an_even_total():
    wanted = required(offers(state=1, municipalities=3), 5)

    assert wanted.total == 6
    assert [need.missing for need in wanted.parties.values()] == [2, 0]


def test_required_under_a_key_asks_the_members_it_lacks():
    """Säter lacks 120 000; that Avesta offers more than its share does not help."""
    key = {MUNICIPALITIES: {"Avesta": 11, "Hedemora": 8, "Säter": 6}}
    year = offers(
        state="3 500 000",
        regions="1 750 000",
        municipalities={"Avesta": "900 000", "Hedemora": "560 000", "Säter": "300 000"},
    )

    wanted = required(year, ore("7 000 000"), key)

    need = wanted.parties[MUNICIPALITIES]
    assert (need.offered, need.needed, need.missing) == (
        ore("1 760 000"),
        ore("1 750 000"),
        ore("120 000"),
    )
    assert need.members == {"Avesta": 0, "Hedemora": 0, "Säter": ore("120 000")}
    assert wanted.able == {STATE, REGIONS}


# What is refused


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        pytest.param(-1, "must be 0 öre or more, not -1", id="negative"),
        pytest.param(True, "must be whole öre, not True", id="True"),
        pytest.param(1.5, r"must be whole öre, not 1\.5", id="float"),
        pytest.param(5.0, r"must be whole öre, not 5\.0", id="whole float"),
        pytest.param("5", "must be whole öre, not '5'", id="text"),
        pytest.param(None, "must be whole öre, not None", id="None"),
        pytest.param(Decimal(5), "must be whole öre, not Decimal", id="Decimal"),
        pytest.param(Fraction(5), "must be whole öre, not Fraction", id="Fraction"),
    ],
)
def test_an_amount_that_is_not_whole_ore_is_refused(amount, message):
    with pytest.raises(RuleError, match=f"The offer of 'Lysekil' {message}"):
        Offer("Lysekil", MUNICIPALITIES, amount)

    with pytest.raises(RuleError, match=f"The target {message}"):
        required(offers(state=4, municipalities=4), amount)


@pytest.mark.parametrize(
    "party",
    [
        pytest.param("county", id="unknown"),
        pytest.param("", id="empty"),
        pytest.param(None, id="None"),
        pytest.param([], id="list"),
    ],
)
def test_an_unknown_party_is_refused(party):
    with pytest.raises(RuleError, match=r"Unknown party .* Known: state, regions, municipalities\."):
        Offer("Lysekil", party, 1)


def test_a_party_may_be_named_by_its_value():
    assert Offer("Lysekil", "municipalities", 1) == Offer("Lysekil", MUNICIPALITIES, 1)


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        pytest.param([], "No offer from: state, municipalities", id="no offers"),
        pytest.param(
            [Offer("R", REGIONS, 1), Offer("M", MUNICIPALITIES, 1)],
            "No offer from: state",
            id="no state",
        ),
        pytest.param(
            [Offer("S", STATE, 1), Offer("R", REGIONS, 1)],
            "No offer from: municipalities",
            id="no municipality",
        ),
        pytest.param([Offer("R", REGIONS, 1)], "No offer from: state, municipalities", id="only a region"),
        pytest.param(
            [Offer("S", STATE, 1), Offer("M", MUNICIPALITIES, 1), Offer("M", MUNICIPALITIES, 2)],
            "More than one offer from 'M'",
            id="a member twice",
        ),
        pytest.param(
            [
                Offer("S", STATE, 1),
                Offer("Gotland", REGIONS, 1),
                Offer("Gotland", MUNICIPALITIES, 2),
            ],
            "More than one offer from 'Gotland'. Give each membership once",
            id="one name for two memberships",
        ),
    ],
)
def test_offers_that_no_rule_covers_are_refused(listed, message):
    with pytest.raises(RuleError, match=message):
        equal_share(listed)

    with pytest.raises(RuleError, match=message):
        required(listed, 4)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        pytest.param(
            {MUNICIPALITIES: {"A": 1, "B": 1, "C": 1}},
            "The key for municipalities names 'C', which offers nothing for it",
            id="a stranger",
        ),
        pytest.param({MUNICIPALITIES: {"A": 1}}, "The key for municipalities leaves out 'B'", id="left out"),
        pytest.param({MUNICIPALITIES: {}}, "leaves out 'A'", id="empty"),
        pytest.param({MUNICIPALITIES: {"A": 0, "B": 0}}, "are all 0", id="all zero"),
        pytest.param(
            {MUNICIPALITIES: {"A": 2, "B": -1}},
            "The weight of 'B' must be .* not -1",
            id="negative",
        ),
        pytest.param(
            {MUNICIPALITIES: {"A": 0.5, "B": 1}},
            r"The weight of 'A' must be .* not 0\.5",
            id="float",
        ),
        pytest.param(
            {MUNICIPALITIES: {"A": True, "B": 1}},
            "The weight of 'A' must be .* not True",
            id="True",
        ),
        pytest.param({REGIONS: {"R": 1}}, "A key for .*regions.*, which has no member", id="absent party"),
        pytest.param({"county": {"A": 1}}, "A key for 'county', which has no", id="unknown party"),
    ],
)
def test_a_key_that_does_not_fit_the_members_is_refused(keys, message):
    year = offers(state=4, municipalities={"A": 2, "B": 2})

    with pytest.raises(RuleError, match=message):
        equal_share(year, keys)

    with pytest.raises(RuleError, match=message):
        required(year, 4, keys)


def test_the_weights_of_a_key_are_not_called_ore():
    """A weight is a number, not money, and the message says so."""
    with pytest.raises(RuleError) as refusal:
        equal_share(offers(state=4, municipalities={"A": 2}), {MUNICIPALITIES: {"A": 1.5}})

    assert "öre" not in str(refusal.value)


# The rule against another reading of the law: fractions of a total, tried one after another


def can_be_paid(listed: list[Offer], keys: dict, total: int) -> bool:
    """Whether every party and member can pay its exact share of ``total``, by 5 and 5 a §."""
    with_region = any(offer.party == REGIONS for offer in listed)
    share_of = {STATE: Fraction(1, 2), MUNICIPALITIES: Fraction(1, 4 if with_region else 2)}
    if with_region:
        share_of[REGIONS] = Fraction(1, 4)
    for party, share in share_of.items():
        owed = total * share
        paying = [offer for offer in listed if offer.party == party]
        key = keys.get(party)
        if owed.denominator != 1:
            return False
        if key is None and owed > sum(offer.amount for offer in paying):
            return False
        if key is not None and any(
            owed * Fraction(key[offer.member], sum(key.values())) > offer.amount for offer in paying
        ):
            return False
    return True


def test_the_largest_total_is_found_for_every_small_offer():
    """0-12 öre from each party, 2 366 cases: every total is tried from the top."""
    for state, city, region in itertools.product(range(13), range(13), [None, *range(13)]):
        year = offers(state=state, municipalities=city, regions=region)
        best = next(total for total in range(2 * state, -1, -1) if can_be_paid(year, {}, total))

        share = equal_share(year)

        assert share.total == best, (state, region, city)


def test_the_largest_total_is_found_for_every_small_key():
    """Two municipalities, 0-5 öre and weights 0-3 each, with a roomy region and without."""
    weights = [pair for pair in itertools.product(range(4), repeat=2) if any(pair)]
    for a, b, (of_a, of_b), region in itertools.product(range(6), range(6), weights, [7, None]):
        year = offers(state=14, municipalities={"A": a, "B": b}, regions=region)
        keys = {MUNICIPALITIES: {"A": of_a, "B": of_b}}
        best = next(total for total in range(28, -1, -1) if can_be_paid(year, keys, total))

        share = equal_share(year, keys)

        assert share.total == best, (a, b, of_a, of_b, region)
        assert all(part.unused >= 0 for part in share.members.values())


modest = settings(deadline=None, max_examples=100)
amounts = st.integers(0, 12) | st.integers(0, 10**12)


@st.composite
def years(draw, keyed=True):
    """Offers of 1-3 members a party, with or without a region, and keys for some of the parties."""
    listed, keys = [], {}
    for party in [STATE, REGIONS, MUNICIPALITIES] if draw(st.booleans()) else [STATE, MUNICIPALITIES]:
        count = 1 if party == STATE else draw(st.integers(1, 3))
        names = [f"{party} {number}" for number in range(count)]
        listed += [Offer(name, party, draw(amounts)) for name in names]
        if keyed and draw(st.booleans()):
            weights = draw(st.lists(st.integers(0, 5), min_size=count, max_size=count).filter(any))
            keys[party] = dict(zip(names, weights, strict=True))
    return listed, keys


def raise_offers(listed: list[Offer], more: dict) -> list[Offer]:
    """The same offers with ``more`` öre for some members."""
    return [Offer(o.member, o.party, o.amount + more.get(o.member, 0)) for o in listed]


def flood(listed: list[Offer], parties) -> list[Offer]:
    """The same offers with more than enough from every member of ``parties``."""
    return raise_offers(listed, {o.member: 10**15 for o in listed if o.party in parties})


@modest
@given(years())
def test_members_add_up_to_parties_and_parties_to_the_total(year):
    share = equal_share(*year)

    for party, part in share.parties.items():
        mine = [member for member in share.members.values() if member.party == party]
        assert sum(member.called for member in mine) == part.called
        assert sum(member.offered for member in mine) == part.offered
        assert part.called == part.weight * share.total
    assert sum(part.called for part in share.parties.values()) == share.total
    assert sum(part.weight for part in share.parties.values()) == 1
    assert share.offered == share.total + share.unused


@modest
@given(years())
def test_nobody_is_called_above_the_offer_or_off_its_share_by_an_ore(year):
    listed, keys = year

    share = equal_share(listed, keys)

    for offer in listed:
        part, party = share.members[offer.member], share.parties[offer.party]
        key = keys.get(offer.party) or {o.member: o.amount for o in listed if o.party == offer.party}
        assert part.offered == offer.amount
        assert 0 <= part.called <= part.offered
        assert abs(part.called * sum(key.values()) - party.called * key[offer.member]) < max(
            1, sum(key.values())
        )


@modest
@given(years())
def test_no_larger_total_is_possible(year):
    """One of the next four can be divided exactly; if that is too much, so is all above it."""
    listed, keys = year

    share = equal_share(listed, keys)

    assert can_be_paid(listed, keys, share.total)
    assert not any(can_be_paid(listed, keys, share.total + more) for more in (1, 2, 3, 4))


@modest
@given(years(), st.data())
def test_a_raised_offer_never_lowers_the_total(year, data):
    listed, keys = year
    member = data.draw(st.sampled_from([offer.member for offer in listed]))

    raised = equal_share(raise_offers(listed, {member: data.draw(amounts)}), keys)

    assert raised.total >= equal_share(listed, keys).total


@modest
@given(years(), st.data())
def test_the_order_of_offers_does_not_matter(year, data):
    listed, keys = year

    shuffled = data.draw(st.permutations(listed))

    assert equal_share(iter(shuffled), keys) == equal_share(listed, keys)
    assert required(shuffled, 1001, keys) == required(listed, 1001, keys)


@modest
@given(years())
def test_a_party_limits_when_the_total_stays_however_much_the_others_add(year):
    listed, keys = year

    share = equal_share(listed, keys)

    for party in share.parties:
        others_flooded = equal_share(flood(listed, set(share.parties) - {party}), keys)
        assert (others_flooded.total == share.total) == (party in share.limiting)
        assert others_flooded.total == share.parties[party].carries


@modest
@given(years())
def test_tied_parties_must_all_move(year):
    listed, keys = year
    share = equal_share(listed, keys)

    all_moved = equal_share(flood(listed, share.limiting), keys)

    assert all_moved.total > share.total or not share.next_limiting
    if len(share.limiting) > 1:
        assert (share.leverage, share.headroom) == (0, 0)
        for party in share.limiting:
            assert equal_share(flood(listed, {party}), keys).total == share.total


@modest
@given(years(keyed=False))
def test_leverage_holds_for_the_headroom_and_not_one_ore_longer(year):
    """Run again with the offer raised: the promised total comes, the promised parties join."""
    listed, _ = year
    share = equal_share(listed)
    assume(len(share.limiting) == 1)
    (party,) = share.limiting
    member = next(offer.member for offer in listed if offer.party == party)

    short, reached, beyond = (
        equal_share(raise_offers(listed, {member: share.headroom + more})) for more in (-1, 0, 1000)
    )

    growth = reached.total - share.total
    assert share.headroom > 0
    assert growth == share.leverage * (share.headroom + share.parties[party].unused)
    assert reached.limiting == share.limiting | share.next_limiting
    assert short.limiting == {party}
    assert short.total < reached.total == beyond.total


@modest
@given(years(keyed=False), st.data())
def test_each_krona_within_the_headroom_gives_the_leverage(year, data):
    """Half-way too, for whole kronor: 4 for a quarter, 2 for a half."""
    listed, _ = year
    share = equal_share(listed)
    assume(share.leverage)
    (party,) = share.limiting
    member = next(offer.member for offer in listed if offer.party == party)
    kronor = data.draw(st.integers(0, share.headroom // 100))

    raised = equal_share(raise_offers(listed, {member: kronor * 100}))

    assert raised.total - share.total == share.leverage * kronor * 100


@modest
@given(years())
def test_the_capping_members_are_those_the_party_waits_for(year):
    """Flood everybody else: a capping member still holds the total, any other does not."""
    listed, keys = year
    share = equal_share(listed, keys)

    for offer in listed:
        rest = {o.member: 10**15 for o in listed if o.member != offer.member}
        holds = equal_share(raise_offers(listed, rest), keys).total == share.total
        if offer.party in keys:
            assert (offer.member in share.capping_members) == holds
        else:
            assert offer.member not in share.capping_members


@modest
@given(years())
def test_the_capping_members_own_leverage_holds_for_its_headroom(year):
    """Growth is the leverage times what the member adds, but for the öre that cannot be divided."""
    listed, keys = year
    share = equal_share(listed, keys)
    assume(share.member_leverage)
    (member,) = share.capping_members
    part, (party,) = share.members[member], share.limiting
    key = keys[party]

    short, reached, beyond = (
        equal_share(raise_offers(listed, {member: share.member_headroom + more}), keys)
        for more in (-1, 0, 1000)
    )

    owed = Fraction(share.parties[party].called * key[member], sum(key.values()))
    promised = share.member_leverage * (part.offered + share.member_headroom - owed)
    assert share.member_headroom > 0
    assert 0 <= promised - (reached.total - share.total) < share.member_leverage
    assert short.total < reached.total == beyond.total


@modest
@given(years(), amounts)
def test_required_is_enough_and_one_ore_less_is_not(year, target):
    """Add what is missing and the total is reached; take one öre of it back and it is not."""
    listed, keys = year

    wanted = required(listed, target, keys)

    added = {}
    for party, need in wanted.parties.items():
        mine = [offer.member for offer in listed if offer.party == party]
        added |= need.members if party in keys else {mine[0]: need.missing}
        assert need.missing == sum(added[member] for member in mine if member in added)
    lifted = raise_offers(listed, added)
    assert equal_share(lifted, keys).total >= wanted.total >= target
    assert not any(can_be_paid(listed, {}, total) for total in range(target, wanted.total))
    for member in (member for member, more in added.items() if more):
        assert equal_share(raise_offers(lifted, {member: -1}), keys).total < wanted.total
    assert wanted.able == {
        party for party, part in equal_share(listed, keys).parties.items() if part.carries >= target
    }
