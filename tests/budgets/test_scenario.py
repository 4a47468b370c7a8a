"""What if: a year's budget with other commitments, by the same rule, and never in the ledger."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from budgets import queries, scenario, scenario_sentences, services
from budgets.ledger import Cell
from budgets.models import Account, Entry, Posting
from budgets.rules import Party
from budgets.scenario import Scenario
from budgets.years import YearBudget
from finsam.money import Figure
from members.access import VISITOR, Access
from members.models import Association, Role
from tests import factories
from tests.pages import plain

SECRETARY = Access(Role.Kind.SECRETARY)
KRONA = 100


@pytest.fixture
def budget(stockholm) -> YearBudget:
    """Stockholm 2021: 27 350 000, 8 000 000 and 13 675 000 kr were offered; the region capped it at 32."""
    return year(stockholm, 2021)


def year(association: Association, number: int, access: Access = VISITOR) -> YearBudget:
    found = queries.year_budget(association, number, access)
    assert found
    return found


@pytest.fixture
def association(db) -> Association:
    """A förbund with a region and two municipalities, storstad and lillstad."""
    return factories.make_association()


def offers(budget: YearBudget, **kronor: int) -> dict[int, int]:
    """The budget's own offers, with others for the members named by slug (_ for -), in kronor."""
    by_slug = {name.replace("_", "-"): amount * KRONA for name, amount in kronor.items()}
    rows = [row.member for party in budget.summary.parties for row in party.members if row.member.pays]
    now = scenario.as_it_is(budget).offers
    return {member.pk: by_slug.get(member.slug, now.get(member.pk, 0)) for member in rows}


def then(budget: YearBudget, **kronor: int) -> YearBudget:
    return scenario.imagined(budget, Scenario(offers(budget, **kronor)))


def test_the_budget_as_it_is_gives_its_own_total(budget):
    assert scenario.imagined(budget, scenario.as_it_is(budget)).summary.total.amount == 32_000_000 * KRONA


@pytest.mark.parametrize(
    ("region", "total", "limiting"),
    [
        (0, 0, {Party.REGIONS}),
        (8_000_000, 32_000_000, {Party.REGIONS}),
        (12_000_000, 48_000_000, {Party.REGIONS}),
        (13_675_000, 54_700_000, {Party.STATE, Party.REGIONS, Party.MUNICIPALITIES}),
        (20_000_000, 54_700_000, {Party.STATE, Party.MUNICIPALITIES}),
    ],
)
def test_a_region_that_moves_moves_the_budget_until_another_limits(budget, region, total, limiting):
    share = then(budget, region_stockholm=region).share

    assert (share.total, share.limiting) == (total * KRONA, limiting)


def test_a_scenario_leaves_what_was_agreed_and_says_so_of_the_present(budget):
    summary = then(budget, region_stockholm=12_000_000).summary

    assert (summary.agreed.amount, summary.lost.amount) == (54_700_000 * KRONA, 6_700_000 * KRONA)
    assert not summary.is_decided


def test_nothing_is_written(budget, stockholm):
    before = Posting.objects.count(), Entry.objects.count()

    asked = Scenario(offers(budget, region_stockholm=1), {Party.REGIONS: 9_000_000 * KRONA})
    scenario.needs(budget, asked, 48_000_000 * KRONA)

    assert (Posting.objects.count(), Entry.objects.count()) == before


def test_without_a_members_amount_there_is_no_total(budget):
    known = dict(list(offers(budget).items())[:-1])

    imagined = scenario.imagined(budget, Scenario(known))

    assert imagined.share is None
    assert [member.slug for member in imagined.summary.missing_members] == ["stockholms-stad"]
    assert scenario.needs(budget, Scenario(known), 100) is None


# A floor: the least that a party may commit


def test_a_floor_lifts_the_party_below_it_and_no_other(budget):
    asked = Scenario(offers(budget), {Party.REGIONS: 12_000_000 * KRONA, Party.STATE: 20_000_000 * KRONA})

    assert scenario.raised(budget, asked) == {Party.REGIONS: 4_000_000 * KRONA}
    assert scenario.imagined(budget, asked).summary.total.amount == 48_000_000 * KRONA


@pytest.mark.parametrize(("floor", "added"), [(8_000_000, {}), (8_000_001, {Party.REGIONS: KRONA})])
def test_a_floor_at_the_offer_changes_nothing_and_a_krona_above_it_a_krona(budget, floor, added):
    assert scenario.raised(budget, Scenario(offers(budget), {Party.REGIONS: floor * KRONA})) == added


def test_a_floor_is_shared_in_proportion_to_the_offers_to_the_ore(association):
    factories.commit(association, 2027, {"fk": "80", "regionen": "40", "storstad": "20", "lillstad": "10"})
    budget = year(association, 2027, SECRETARY)

    counted = scenario.counted(budget, Scenario(offers(budget), {Party.MUNICIPALITIES: 100_01}))

    by_slug = {row.member.slug: counted[row.member.pk] for row in budget.summary.parties[2].members}
    assert by_slug == {"storstad": 66_67, "lillstad": 33_34}


@pytest.fixture
def keyed(association) -> YearBudget:
    """Municipalities that share 3:1, of which the small one offers too little for its part."""
    factories.commit(association, 2027, {"fk": "80", "regionen": "40", "storstad": "30", "lillstad": "5"})
    weights = {
        Cell(Account.KEY, 2027, member_id=factories.member(association, slug).pk): Figure(weight)
        for slug, weight in KEY.items()
    }
    services.record(association=association, wishes=weights, reason="Nyckel", by=factories.make_user("nils"))
    return year(association, 2027, SECRETARY)


KEY = {"storstad": 3, "lillstad": 1}


def test_the_members_key_holds_in_a_scenario(keyed):
    # 5 kr from the one that pays a quarter carries 20 kr for the municipalities, 80 for the budget.
    assert then(keyed).summary.total.amount == 80_00
    assert then(keyed, lillstad=10).summary.total.amount == 160_00


def test_a_floor_lifts_each_member_so_that_its_key_can_be_followed(keyed):
    floored = scenario.imagined(keyed, Scenario(offers(keyed), {Party.MUNICIPALITIES: 36_01}))

    municipalities = floored.summary.parties[2]
    assert {row.member.slug: row.offered.amount for row in municipalities.members} == {
        "storstad": 30_00,  # its part of the floor, 27,0075 kr, is below its own offer
        "lillstad": 9_01,  # 9,0025 kr, rounded up
    }
    assert municipalities.carries == 144_16


def test_a_partys_amount_is_divided_by_its_key_else_in_proportion_else_evenly(keyed):
    municipalities = keyed.summary.parties[2]
    slugs = {row.member.pk: row.member.slug for row in municipalities.members}
    lillstad = next(pk for pk, slug in slugs.items() if slug == "lillstad")
    unkeyed = replace(keyed, keys={})

    parts = [
        scenario.divided(keyed, municipalities, 40_02, {}),
        scenario.divided(unkeyed, municipalities, 40_02, {lillstad: 7}),
        scenario.divided(unkeyed, municipalities, 40_02, {}),
    ]

    assert [{slugs[pk]: amount for pk, amount in part.items()} for part in parts] == [
        {"storstad": 30_02, "lillstad": 10_00},
        {"storstad": 0, "lillstad": 40_02},
        {"storstad": 20_01, "lillstad": 20_01},
    ]


# Where to begin


def test_the_limiting_party_follows_to_where_the_next_would_limit(budget):
    followed = scenario.imagined(budget, scenario.followed(budget))

    assert followed.summary.total.amount == 54_700_000 * KRONA
    assert scenario.followed(followed) is None


def test_under_a_key_the_member_that_lags_follows(keyed):
    followed = scenario.followed(keyed)

    assert scenario.imagined(keyed, followed).summary.total.amount == 160_00
    assert sorted(followed.offers.values()) == [10_00, 30_00, 40_00, 80_00]


def test_as_agreed_every_party_offers_its_share(budget):
    agreed = scenario.imagined(budget, scenario.as_agreed(budget))

    assert [party.offered.amount for party in agreed.summary.parties] == [
        27_350_000 * KRONA,
        13_675_000 * KRONA,
        13_675_000 * KRONA,
    ]
    assert agreed.summary.total.amount == 54_700_000 * KRONA


# What it says


def test_it_says_what_the_budget_becomes_against_now(budget):
    said = [
        plain(scenario_sentences.becomes(budget, then(budget, region_stockholm=amount)).text)
        for amount in (12_000_000, 8_000_000, 7_000_000, 8_000_001)
    ]

    assert said == [
        "Budgeten blir 48,0 mnkr, 16,0 mnkr mer än nu.",
        "Budgeten blir 32,0 mnkr, lika mycket som nu.",
        "Budgeten blir 28,0 mnkr, 4,0 mnkr mindre än nu.",
        "Budgeten blir 32 000 004 kr, 4 kr mer än nu.",
    ]


def test_it_says_whose_amount_is_not_the_budgets_own(budget):
    told = scenario_sentences.changed(budget, Scenario(offers(budget, region_stockholm=12_000_000)))

    assert [plain(each) for each in told] == ["Region Stockholm 12 000 000 kr, i budgeten 8 000 000 kr"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            48_000_000,
            "För 48,0 mnkr behöver Region Stockholm 4 000 000 kr till. "
            "Staten och Stockholms stad räcker redan till.",
        ),
        (
            60_000_000,
            "För 60,0 mnkr behöver staten 2 650 000 kr till, Region Stockholm 7 000 000 kr till "
            "och Stockholms stad 1 325 000 kr till.",
        ),
        (32_000_000, "Åtagandena räcker redan till 32,0 mnkr."),
    ],
)
def test_it_says_what_a_target_takes_of_each(budget, target, said):
    needs = scenario.needs(budget, scenario.as_it_is(budget), target * KRONA)

    assert plain(scenario_sentences.required(budget, needs).text) == said


@pytest.mark.parametrize(
    ("floors", "said"),
    [
        ({}, ""),
        ({Party.REGIONS: 1}, "Ingen part ligger under sin lägstanivå, så den ändrar ingenting."),
        ({Party.REGIONS: 9_000_000_00}, "Lägstanivån lyfter Region Stockholm med 1 000 000 kr."),
    ],
)
def test_it_says_what_a_floor_does(budget, floors, said):
    asked = Scenario(offers(budget), floors)

    assert plain(scenario_sentences.floors(budget, asked, scenario.raised(budget, asked))) == said


def test_it_says_who_limits_and_that_all_do(budget):
    said = [
        scenario_sentences.limits(then(budget, region_stockholm=amount))
        for amount in (8_000_000, 13_675_000, 20_000_000)
    ]

    assert said == [
        "Region Stockholm sätter taket.",
        "Alla räcker lika långt.",
        "Staten och Stockholms stad sätter taket.",
    ]


# Against a solver of its own


def largest_total(
    weights: dict[str, Fraction], given: dict[str, list[int]], keys: dict[str, list[int]]
) -> int:
    """The largest total that nobody's offer forbids, found by trying every one from the top."""
    for total in range(sum(map(sum, given.values())), -1, -1):
        parts = {party: total * weight for party, weight in weights.items()}
        if any(part.denominator != 1 for part in parts.values()):
            continue
        for party, part in parts.items():
            if party in keys:
                whole = sum(keys[party])
                if any(
                    part * key > offer * whole for key, offer in zip(keys[party], given[party], strict=True)
                ):
                    break
            elif part > sum(given[party]):
                break
        else:
            return total
    return 0


WEIGHTS = {
    Party.STATE: Fraction(1, 2),
    Party.REGIONS: Fraction(1, 4),
    Party.MUNICIPALITIES: Fraction(1, 4),
}


@pytest.mark.parametrize("is_keyed", [False, True])
def test_random_scenarios_give_what_trying_every_total_gives(keyed, is_keyed):
    chance = random.Random(2027)  # noqa: S311  # the same cases each time
    budget = keyed if is_keyed else replace(keyed, keys={})
    municipalities = [row.member.slug for row in budget.summary.parties[2].members]
    keys = {Party.MUNICIPALITIES: [KEY[slug] for slug in municipalities]} if is_keyed else {}

    for _case in range(150):
        drawn = {
            row.pk: chance.randint(0, 60)
            for party in budget.summary.parties
            for row in scenario.paying(party)
        }
        given = {
            Party(party.party): [drawn[row.pk] for row in scenario.paying(party)]
            for party in budget.summary.parties
        }
        found = scenario.imagined(budget, Scenario(drawn)).summary.total.amount

        assert found == largest_total(WEIGHTS, given, keys), (given, keys)


def test_as_agreed_under_a_key_all_reach_what_was_agreed(exempel):
    budget = year(exempel, 2026)

    agreed = scenario.imagined(budget, scenario.as_agreed(budget))

    # 31 560, 18 174 and 9 958 of 59 692 inhabitants of 3 100 000 kr, each rounded up to whole öre
    offered = [row.offered.amount for row in agreed.summary.parties[2].members]
    assert offered == [1_639_013_61, 943_835_02, 517_151_38]
    assert agreed.summary.total.amount == 12_400_000 * KRONA


def test_as_agreed_does_not_guess_how_members_without_a_key_divide_what_nobody_has_offered(association):
    services.record(
        association=association,
        wishes={Cell(Account.AGREED, 2027): Figure(160_00)},
        reason="Överenskommet",
        by=None,
        author_name="Ett test",
    )

    assert scenario.as_agreed(year(association, 2027, SECRETARY)) is None


def test_it_says_what_the_budget_would_be_without_the_floors(budget):
    floored = scenario.imagined(budget, Scenario(offers(budget), {Party.REGIONS: 12_000_000 * KRONA}))

    said = scenario_sentences.without_floors(floored, budget)

    assert plain(said.text) == "Utan lägstanivå blir budgeten 32,0 mnkr, 16,0 mnkr mindre."
    assert scenario_sentences.without_floors(budget, budget) is None


@pytest.mark.parametrize("asked", ["", "?a.parti.regionerna=5&a.fk=1", "?a.lagst.regionerna=5&a.fk=1"])
def test_a_party_whose_members_do_not_pay_has_no_part(association, visitor, asked):
    association.members.filter(slug="regionen").update(pays=False)
    factories.commit(association, 2027, {"fk": "4 mnkr", "storstad": "2 mnkr", "lillstad": "2 mnkr"})
    services.propose(
        association=association,
        year=2027,
        reason="Förslag",
        by=None,
        author_name="Ett test",
        is_public=True,
    )

    address = f"/{association.slug}/2027"

    assert visitor.get(f"{address}/scenario/{asked}").status_code == 200
    assert visitor.get(f"{address}/sa-raknas/bidrag/regionerna/").status_code == 404
    assert visitor.get(f"{address}/sa-raknas/bidrag/staten/").status_code == 200
