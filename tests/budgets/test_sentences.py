"""The sentences: who capped, what it cost, what one krona more would do."""

from fractions import Fraction

import pytest

from budgets import sentences
from budgets.rules import Party
from budgets.years import MemberRow, PartyRow, YearSummary
from finsam.money import Figure, parse
from members.models import Member, Organisation
from tests.pages import plain, read


@pytest.mark.parametrize(
    ("name", "genitive"),
    [
        ("Region Stockholm", "Region Stockholms"),
        ("Borås", "Borås"),
        ("Kommunerna", "Kommunernas"),
        ("Alvesta kommun", "Alvesta kommuns"),
        ("Växjö", "Växjös"),
        ("Sax", "Sax"),
        ("Fritz", "Fritz"),
        ("BORÅS", "BORÅS"),
    ],
)
def test_the_genitive_takes_no_s_after_s_x_and_z(name, genitive):
    assert sentences.genitive(name) == genitive


@pytest.mark.parametrize(
    ("names", "listed"),
    [
        (["staten"], "staten"),
        (["staten", "Region Skåne"], "staten och Region Skåne"),
        (["staten", "Region Skåne", "Lund"], "staten, Region Skåne och Lund"),
    ],
)
def test_names_are_listed_as_in_swedish(names, listed):
    assert sentences.listed(iter(names)) == listed


def member_row(name: str, *, offered: Figure, caps: bool) -> MemberRow:
    """A member's row with a name and an offer."""
    member = Member(organisation=Organisation(name=name))
    return MemberRow(member=member, offered=offered, called=offered, unused=Figure(0), caps=caps)


def row(
    party: Party, offered: str, *, limits: bool, names=("Region Norr",), lowest: str = "", least: str = "0"
) -> PartyRow:
    """A party's row with its offer as people write it, and the member ``lowest`` against a key, if any."""
    amount = Figure(parse(offered))
    members = [
        member_row(name, offered=Figure(parse(least)) if name == lowest else amount, caps=name == lowest)
        for name in names
    ]
    return PartyRow(
        party=party,
        weight=Fraction(1, 2) if party == Party.STATE else Fraction(1, 4),
        members=tuple(members),
        offered=amount,
        called=amount,
        unused=Figure(0),
        carries=None,
        limits=limits,
    )


def summary(*parties: PartyRow, total="32 mnkr", agreed=None, is_decided=True) -> YearSummary:
    return YearSummary(
        2021,
        None,
        agreed=Figure(parse(agreed)) if agreed else Figure(),
        total=Figure(parse(total)) if total else Figure(),
        parties=parties,
        is_known=True,
        is_decided=is_decided,
    )


STATE = row(Party.STATE, "16 mnkr", limits=True)
REGION = row(Party.REGIONS, "8 mnkr", limits=True)
TOWNS = row(Party.MUNICIPALITIES, "8 mnkr", limits=True, names=("Lund", "Malmö"))
ROOMY_STATE = row(Party.STATE, "20 mnkr", limits=False)
ROOMY_TOWNS = row(Party.MUNICIPALITIES, "9 mnkr", limits=False, names=("Lund", "Malmö"))


@pytest.mark.parametrize(
    ("year", "told"),
    [
        (
            summary(ROOMY_STATE, REGION, ROOMY_TOWNS, agreed="40 mnkr"),
            "2021 stannade budgeten på 32,0 mnkr av överenskomna 40,0. "
            "Region Norrs 8,0 mnkr satte taket: 8,0 mnkr uteblev.",
        ),
        (
            summary(ROOMY_STATE, REGION, ROOMY_TOWNS, agreed="40 mnkr", is_decided=False),
            "2021 räcker åtagandena till 32,0 mnkr av överenskomna 40,0. "
            "Region Norrs 8,0 mnkr sätter taket: 8,0 mnkr uteblir.",
        ),
        (
            summary(STATE, REGION, ROOMY_TOWNS, agreed="40 mnkr"),
            "2021 stannade budgeten på 32,0 mnkr av överenskomna 40,0. "
            "Staten och Region Norr satte taket tillsammans: 8,0 mnkr uteblev.",
        ),
        (
            summary(ROOMY_STATE, REGION, TOWNS, is_decided=False),
            "2021 räcker åtagandena till 32,0 mnkr. Region Norr och kommunerna sätter taket tillsammans.",
        ),
        (
            summary(ROOMY_STATE, REGION, ROOMY_TOWNS, agreed="32 mnkr"),
            "2021 blev budgeten 32,0 mnkr. Region Norrs 8,0 mnkr satte taket.",
        ),
        (
            summary(ROOMY_STATE, REGION, ROOMY_TOWNS, agreed="31 mnkr"),
            "2021 blev budgeten 32,0 mnkr. Region Norrs 8,0 mnkr satte taket.",
        ),
        (
            summary(STATE, REGION, TOWNS),
            "2021 blev budgeten 32,0 mnkr. Alla parter bidrog efter sin andel, ingen ensam satte taket.",
        ),
        (
            summary(STATE, REGION, TOWNS, agreed="40 mnkr"),
            "2021 stannade budgeten på 32,0 mnkr av överenskomna 40,0. "
            "Staten, Region Norr och kommunerna satte taket tillsammans: 8,0 mnkr uteblev.",
        ),
        (summary(), "2021 blev budgeten 32,0 mnkr. Uppgift saknas om vem som satte taket."),
        (summary(total=None), "2021 saknas uppgift om budgeten."),
    ],
)
def test_the_conclusion_says_who_capped_and_what_it_cost(year, told):
    concluded = sentences.conclusion(year)

    assert plain(concluded.text) == told
    assert read(str(concluded.html)).shown == told


def test_a_gap_of_less_than_a_tenth_of_a_million_is_not_told_as_nothing():
    year = summary(ROOMY_STATE, REGION, ROOMY_TOWNS, agreed="32 020 000")

    told = plain(sentences.conclusion(year).text)

    assert told == (
        "2021 stannade budgeten på 32 000 000 kr av överenskomna 32 020 000. "
        "Region Norrs 8,0 mnkr satte taket: 20 000 kr uteblev."
    )


def test_under_a_key_the_lowest_member_is_named_and_not_its_party():
    towns = row(
        Party.MUNICIPALITIES, "9 mnkr", limits=True, names=("Lund", "Malmö"), lowest="Lund", least="440 000"
    )
    year = summary(ROOMY_STATE, row(Party.REGIONS, "9 mnkr", limits=False), towns)

    concluded = sentences.conclusion(year)

    assert plain(concluded.text) == "2021 blev budgeten 32,0 mnkr. Lunds 0,44 mnkr satte taket."
    assert concluded.note == "Kommunerna delar sin del efter en nyckel, och mot den ligger Lund lägst."


def test_figures_in_a_sentence_are_bold_and_names_are_escaped():
    sneaky = row(Party.REGIONS, "8 mnkr", limits=True, names=("<b>Region</b>",))

    html = sentences.conclusion(summary(ROOMY_STATE, sneaky, ROOMY_TOWNS)).html

    assert "<strong>&lt;b&gt;Region&lt;/b&gt;s</strong>" in html
    assert "<b>" not in html


def test_a_name_with_braces_is_a_name():
    curly = row(Party.REGIONS, "8 mnkr", limits=True, names=("Region {total}",))

    concluded = sentences.conclusion(summary(ROOMY_STATE, curly, ROOMY_TOWNS))

    assert plain(concluded.text) == "2021 blev budgeten 32,0 mnkr. Region {total}s 8,0 mnkr satte taket."
