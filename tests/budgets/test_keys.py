"""Split keys: how a party divides its part, read and written, refused, posted, and shown krona by krona."""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from budgets import key_changes, keys, ledger, queries, services, splits, weights
from budgets.ledger import NO_DECISION, Cell
from budgets.models import Account, Basis, Entry, Posting
from budgets.rules import Party
from budgets.weights import WeightError
from finsam.money import Figure
from members.access import VISITOR, Access
from members.models import Association, Member, Organisation, Role
from tests import factories
from tests.conftest import logged_in
from tests.pages import Element, plain, read, table

SLUG = "provforbundet"
YEAR = 2027
ADDRESS = f"/{SLUG}/{YEAR}/nyckel/"
SECRETARY = Access(Role.Kind.SECRETARY)
STORSTAD, LILLSTAD = "Storstad (provforbundet)", "Lillstad (provforbundet)"


@pytest.fixture
def association(db: None) -> Association:
    """A förbund where the state offers 8, the region 4, Storstad 3 and Lillstad 1 million for 2027."""
    association = factories.make_association(SLUG)
    offers = {"fk": "8 mnkr", "regionen": "4 mnkr", "storstad": "3 mnkr", "lillstad": "1 mnkr"}
    factories.commit(association, YEAR, offers)
    return association


@pytest.fixture
def maj(association: Association) -> Client:
    """Its secretary's browser."""
    return logged_in(factories.make_user("maj", Role.Kind.SECRETARY, SLUG))


def typed(association: Association, basis: str, texts: Mapping[str, str], **fields: str) -> dict[str, str]:
    """What the form sends for the municipalities."""
    sent = {"action": "save", "seen": str(ledger.head_number(association)), "municipalities-basis": basis}
    return sent | {f"municipalities-weight-{slug}": text for slug, text in texts.items()} | fields


def save(
    client: Client, association: Association, basis: str, texts: Mapping[str, str], **fields: str
) -> Any:
    return client.post(ADDRESS, typed(association, basis, texts, **fields))


def posted(association: Association, year: int = YEAR) -> dict[str, int]:
    """The weights that stand, by the members' slugs."""
    slugs = dict(association.members.values_list("pk", "slug"))
    found = ledger.balances(association, years=[year], accounts=[Account.KEY])
    return {slugs[cell.member_id]: balance.amount for cell, balance in found.items() if cell.member_id}


def record(
    association: Association, basis: str, found: Mapping[str, int], year: int = YEAR, seen: int | None = None
) -> list[Posting]:
    """Post the municipalities' key."""
    members = {slug: factories.member(association, slug).pk for slug in found}
    key = keys.Key(basis, {members[slug]: weight for slug, weight in found.items()})
    return key_changes.record_keys(
        association=association,
        wishes=[key_changes.KeyWish(Party.MUNICIPALITIES, (year,), key)],
        reason="Ny nyckel",
        by=factories.make_user(f"nils-{ledger.head_number(association)}"),
        decision=NO_DECISION,
        seen=ledger.head_number(association) if seen is None else seen,
    )


def complaints(page: Element) -> list[str]:
    return [item.shown for item in page.one("div", "problem").all("li")]


def messages(response: Any) -> list[str]:
    return [plain(str(message)) for message in get_messages(response.wsgi_request)]


def head(association: Association) -> int:
    return ledger.head_number(association)


def row(name: str, cells: str) -> list[str]:
    """A row of the table, written with bars between its cells."""
    return [name, *cells.split(" | ")]


# -- Weights as people write them ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("34 512", 34512),
        ("34512", 34512),
        (" 34\u00a0512 ", 34512),
        ("0", 0),
        ("007", 7),
        ("1 000 000", 10**6),
    ],
)
def test_a_whole_number_is_read(text, expected):
    assert weights.read_count(text) == expected


@pytest.mark.parametrize(
    "text", ["34.512", "34,512", "34,5", "-1", "3 4512", "3451 2", "abc", "", "٣", "1e3", "=1+1"]
)
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(WeightError, match="unreadable"):
        weights.read_count(text)


@pytest.mark.parametrize("text", ["1" + "0" * 16, "9" * 5000])
def test_a_number_beyond_the_ledger_is_refused(text):
    with pytest.raises(WeightError, match="too large"):
        weights.read_count(text)


def test_the_largest_number_is_read():
    assert weights.read_count("1" + "0" * 15) == 10**15


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10,4", 104_000),
        ("10,4 %", 104_000),
        ("10,4%", 104_000),
        ("100", 1_000_000),
        ("0", 0),
        ("0,0001", 1),
        ("33,3333", 333_333),
        ("33,33330", 333_333),
        ("012,5", 125_000),
    ],
)
def test_a_per_cent_is_read_in_ten_thousandths(text, expected):
    assert weights.read_percent(text) == expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("10.4", "decimal point"),
        ("33,33333", "too fine"),
        ("100,0001", "too large"),
        ("9" * 5000, "too large"),
        ("-1", "unreadable"),
        ("10 4", "unreadable"),
        ("tio", "unreadable"),
        ("", "unreadable"),
    ],
)
def test_what_is_no_per_cent_is_refused(text, fault):
    with pytest.raises(WeightError, match=fault):
        weights.read_percent(text)


def test_every_per_cent_is_written_as_it_is_read():
    for weight in (*range(1000), 104_000, 250_000, 333_333, 999_999, 1_000_000):
        assert weights.read_percent(weights.percent(weight)) == weight


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Fraction(0), "0,0000"),
        (Fraction(1), "0,0100"),
        (Fraction(1, 3), "≈ 0,0033"),
        (Fraction(2, 3), "≈ 0,0066"),
        (Fraction(1, 100), "0,0001"),
        (Fraction(999_999), "9 999,9900"),
        (Fraction(10**9, 7), "≈ 1 428 571,4285"),
    ],
)
def test_an_exact_part_is_cut_never_rounded_up(part, expected):
    assert plain(weights.exact_kr(part)) == expected


def test_the_lowest_is_lowest_against_the_weight_and_not_in_kronor():
    assert weights.lowest({"big": 100, "small": 60}, {"big": 2, "small": 1}) == {"big"}
    assert weights.lowest({"big": 120, "small": 60}, {"big": 2, "small": 1}) == {"big", "small"}
    assert weights.lowest({"none": 0, "small": 60}, {"none": 0, "small": 1}) == {"small"}
    assert weights.lowest({"none": 0}, {"none": 0}) == frozenset()


@pytest.mark.parametrize(
    ("percents", "share", "expected"),
    [
        (("60", "40"), Fraction(1, 4), True),
        (("15", "10"), Fraction(1, 4), True),
        (("30", "20"), Fraction(1, 4), False),
        (("30", "20"), Fraction(1, 2), True),
        (("15", "10"), Fraction(1, 2), False),
        (("60", "39,9999"), Fraction(1, 4), False),
        (("33,3333", "33,3333", "33,3334"), Fraction(1, 4), True),
    ],
)
def test_per_cent_make_the_part_or_its_share_of_the_whole(percents, share, expected):
    assert weights.makes_whole([weights.read_percent(each) for each in percents], share) is expected


# -- The page as it is read ------------------------------------------------------------------------

HEADINGS = ["Medlem", "Vikt", "Andel", "Åtagande", "Exakt del", "Extra öre", "Medlemsbidrag", "Outnyttjat"]


def test_the_krona_of_every_member_is_shown_to_anyone(visitor, seeds):
    """Exempelförbundet 2025: Söderhamra is lowest against the key, and two öre are left over."""
    page = read(visitor.get("/exempel/2025/nyckel/"))

    assert table(page, "Kommunernas del 2025") == [
        HEADINGS,
        row(
            "Norrsunda kommun",
            "31 498 | 52,83 % | 1 480 000 | ≈ 1 396 947,8849 | 0 | 1 396 947,88 | 83 052,12",
        ),
        row(
            "Mellanby kommun",
            "18 206 | 30,53 % | 856 000 | ≈ 807 442,7961 | 1 | 807 442,80 | 48 557,20",
        ),
        row(
            "Söderhamra kommun lägst mot nyckeln",
            "9 921 | 16,64 % | 440 000 | ≈ 439 999,9989 | 1 | 440 000,00 | 0,00",
        ),
        ["Summa", "59 625", "100,00 %", "2 776 000", "2 644 390,6800", "2", "2 644 390,68", "131 609,32"],
    ]
    assert [each.shown for each in page.one("section").all("p")] == [
        "Kommunerna betalar 2 644 390,68 kr tillsammans och delar dem efter överenskomna vikter.",
        "Söderhamra kommun ligger lägst mot nyckeln och sätter taket för kommunerna, som räcker till en "
        "budget på 10 577 562,72 kr.",
        "Varje del räknas ner till hela ören. De 2 ören som blir över går, ett var, till dem som förlorar "
        "mest på det.",
    ]
    assert page.all("form") == []


def test_parts_of_the_whole_budget_keep_their_own_figures(visitor, seeds):
    """Södra Dalarna 2020: 11, 8 and 6 per cent of the whole; all members offer exactly their parts."""
    page = read(visitor.get("/sodra-dalarna/2020/nyckel/"))

    assert table(page, "Kommunernas del 2020")[1:] == [
        ["Avesta kommun", "11", "44,00 %", "h770 000", "770 000,0000", "0", "h770 000", "h0"],
        ["Hedemora kommun", "8", "32,00 %", "h560 000", "560 000,0000", "0", "h560 000", "h0"],
        ["Säters kommun", "6", "24,00 %", "h420 000", "420 000,0000", "0", "h420 000", "h0"],
        ["Summa", "25", "100,00 %", "h1 750 000", "1 750 000,0000", "0", "h1 750 000", "h0"],
    ]
    assert page.one("section").all("p")[-1].shown == "Delarna går jämnt ut i hela ören."


def test_without_a_key_the_members_pay_in_proportion(association, visitor):
    factories.commit(association, YEAR, {"fk": "4 000 000,02", "storstad": "2 000 000,01"})
    factories.adopt(association, YEAR)

    page = read(visitor.get(ADDRESS))

    assert table(page, "Kommunernas del 2027") == [
        [heading for heading in HEADINGS if heading != "Vikt"],
        row(STORSTAD, "66,67 % | 2 000 000,01 | ≈ 1 333 333,3422 | 0 | 1 333 333,34 | 666 666,67"),
        row(LILLSTAD, "33,33 % | 1 000 000,00 | ≈ 666 666,6677 | 1 | 666 666,67 | 333 333,33"),
        ["Summa", "100,00 %", "3 000 000,01", "2 000 000,0100", "1", "2 000 000,01", "1 000 000,00"],
    ]
    assert page.one("section").all("p")[0].shown == (
        "Kommunerna betalar 2 000 000,01 kr tillsammans. Ingen nyckel är överenskommen, så de delar dem i "
        "proportion till sina åtaganden."
    )


def test_a_year_with_one_member_in_each_party_divides_nothing(as_secretary, stockholm):
    page = read(as_secretary.get("/stockholm/2021/nyckel/"))

    assert page.all("table") == []
    assert page.one("main").all("form") == []
    assert "Ingen part har flera medlemmar som betalar 2021, så det finns inget att dela." in page.shown


def test_a_missing_commitment_is_told_and_nothing_is_divided(association, maj):
    factories.make_member(association, "nystad", Party.MUNICIPALITIES, position=3)

    page = read(maj.get(ADDRESS))

    assert [each.shown for each in page.all("p", "warning")] == [
        "Taket kan inte räknas ut än. Uppgift om åtagande saknas från Nystad (provforbundet)."
    ]
    assert table(page, "Kommunernas del 2027")[3][3:] == ["–", "–", "–", "–", "–"]


def test_another_party_caps_the_budget_and_the_lowest_against_the_key_is_still_shown(association, visitor):
    """The region carries 12 million; of the municipalities 3:2 Lillstad is lowest, with 2,5 of their 4."""
    factories.commit(association, YEAR, {"regionen": "0,5 mnkr"})
    record(association, Basis.WEIGHT, {"storstad": 3, "lillstad": 2})
    factories.adopt(association, YEAR)

    page = read(visitor.get(ADDRESS))

    assert [row[0] for row in table(page, "Kommunernas del 2027")[1:3]] == [
        "Storstad (provforbundet)",
        "Lillstad (provforbundet) lägst mot nyckeln",
    ]
    assert page.one("section").all("p")[1].shown == (
        "Lillstad (provforbundet) ligger lägst mot nyckeln och sätter taket för kommunerna, som räcker till "
        "en budget på 10 000 000 kr."
    )


def test_members_that_are_all_as_low_are_not_marked(association, visitor):
    record(association, Basis.WEIGHT, {"storstad": 3, "lillstad": 1})
    factories.adopt(association, YEAR)

    page = read(visitor.get(ADDRESS))

    assert page.all("span", "tag") == []
    assert len(page.one("section").all("p")) == 2


def test_called_amounts_that_no_key_gave_are_shown_without_arithmetic(association):
    """Storstad is called for 2 and Lillstad for 2 million, which is not 3 to 1."""
    summary = queries.year_budget(association, YEAR, SECRETARY).summary
    state, region, towns = summary.parties
    members = tuple(replace(row, called=Figure(2_000_000_00)) for row in towns.members)
    summary = replace(summary, parties=(state, region, replace(towns, members=members)))

    (split,) = splits.splits(summary, {})

    assert [(share.exact_text, share.extra) for share in split.shares] == [("", None), ("", None)]
    assert (split.exact_text, split.extra, splits.rounding(split)) == ("", None, "")


# -- Saved on each basis ---------------------------------------------------------------------------

# Basis, what is typed for Storstad and Lillstad, the weights that are posted, what the page says of them.
SAVED = [
    (Basis.INHABITANTS, ("34 512", "4"), (34_512, 4), ["34 512 invånare", "4 invånare", "34 516 invånare"]),
    (Basis.PERCENT, ("89,6", "10,4 %"), (896_000, 104_000), ["89,6 %", "10,4 %", "100 %"]),
    (Basis.PERCENT, ("22,4", "2,6"), (224_000, 26_000), ["22,4 %", "2,6 %", "25 % av hela budgeten"]),
    (Basis.AMOUNT, ("224 tkr", "26 000"), (224_000_00, 26_000_00), ["224 000 kr", "26 000 kr", "250 000 kr"]),
    (Basis.WEIGHT, ("3", "1"), (3, 1), ["3", "1", "4"]),
    (Basis.WEIGHT, ("1", "0"), (1, 0), ["1", "0", "1"]),
]  # fmt: skip


@pytest.mark.parametrize(("basis", "texts", "expected", "words"), SAVED)
def test_a_key_is_saved_and_shown_in_the_words_of_its_basis(
    association, maj, visitor, basis, texts, expected, words
):
    response = save(maj, association, basis, dict(zip(("storstad", "lillstad"), texts, strict=True)))

    factories.adopt(association, YEAR)
    posting = Posting.objects.get(association=association, number=2)
    shown = table(read(visitor.get(ADDRESS)), "Kommunernas del 2027")
    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    assert messages(response) == ["Sparat som verifikation 2."]
    assert posted(association) == dict(zip(("storstad", "lillstad"), expected, strict=True))
    assert (posting.basis, posting.reason, posting.author_name) == (basis, "Fördelningsnyckel 2027", "Maj")
    assert [row[1] for row in shown[1:]] == words
    assert ledger.verify(association) is None


def test_ten_point_four_per_cent_is_twenty_six_thousand_of_a_quarter_million(association, maj):
    """Lysekil's figures: its part of 250 000 kr from the municipalities is 10,4 per cent, 26 000 kr."""
    factories.commit(
        association,
        YEAR,
        {"fk": "500 tkr", "regionen": "250 tkr", "storstad": "224 tkr", "lillstad": "26 tkr"},
    )

    save(maj, association, Basis.PERCENT, {"storstad": "89,6", "lillstad": "10,4"})

    budget = queries.year_budget(association, YEAR, SECRETARY)
    assert budget.summary.total.amount == 1_000_000_00
    assert [row.called.amount for row in budget.summary.parties[2].members] == [224_000_00, 26_000_00]


def test_the_form_shows_the_key_as_it_was_written(association, maj):
    save(maj, association, Basis.PERCENT, {"storstad": "89,6", "lillstad": "10,4"})

    page = read(maj.get(ADDRESS))

    values = {
        each.attributes["name"]: each.attributes.get("value") for each in page.one("table").all("input")
    }
    (chosen,) = [each for each in page.all("input") if "checked" in each.attributes]
    assert chosen.attributes["value"] == "percent"
    assert values == {
        "municipalities-weight-storstad": "89,6",
        "municipalities-weight-lillstad": "10,4",
    }
    assert table(page, "Kommunernas del 2027")[0][1] == "Procent"


def test_the_decision_goes_into_the_posting(association, maj):
    save(
        maj,
        association,
        Basis.WEIGHT,
        {"storstad": "3", "lillstad": "1"},
        decision_body="Medlemssamrådet",
        decision_date="2026-10-01",
        decision_paragraph="7",
        reason="Ny folkmängd",
    )

    posting = Posting.objects.get(association=association, number=2)
    assert (posting.decision_body, posting.decision_date, posting.decision_paragraph, posting.reason) == (
        "Medlemssamrådet",
        dt.date(2026, 10, 1),
        "§ 7",
        "Ny folkmängd",
    )


def test_a_key_is_taken_back(association, maj, visitor):
    record(association, Basis.WEIGHT, {"storstad": 1, "lillstad": 1})

    response = save(maj, association, Basis.COMMITMENTS, {"storstad": "1", "lillstad": "1"})

    budget = queries.year_budget(association, YEAR, SECRETARY)
    assert messages(response) == ["Sparat som verifikation 3."]
    assert posted(association) == {"storstad": 0, "lillstad": 0}
    assert Posting.objects.get(association=association, number=3).basis == "commitments"
    assert [row.called.amount for row in budget.summary.parties[2].members] == [3_000_000_00, 1_000_000_00]
    assert "Ingen nyckel är överenskommen" in read(maj.get(ADDRESS)).shown


def test_what_is_not_changed_is_not_posted(association, maj):
    record(association, Basis.INHABITANTS, {"storstad": 34_512, "lillstad": 11_504})

    response = save(maj, association, Basis.INHABITANTS, {"storstad": "34512", "lillstad": "11 504"})

    assert messages(response) == ["Inget var ändrat, så inget nytt bokfördes."]
    assert head(association) == 2


def test_only_the_kind_of_the_weights_changes(association, maj):
    """The numbers stay; entries of 0 carry the new kind, and the chain holds."""
    record(association, Basis.WEIGHT, {"storstad": 34_512, "lillstad": 11_504})

    save(maj, association, Basis.INHABITANTS, {"storstad": "34 512", "lillstad": "11 504"})

    entries = Entry.objects.filter(posting__association=association, posting__number=3)
    assert [entry.amount for entry in entries] == [0, 0]
    assert keys.keys_of(association, [YEAR])[YEAR, Party.MUNICIPALITIES].basis == "inhabitants"
    assert posted(association) == {"storstad": 34_512, "lillstad": 11_504}
    assert ledger.verify(association) is None


def test_a_reversed_key_gives_way_to_the_one_before(association):
    record(association, Basis.INHABITANTS, {"storstad": 34_512, "lillstad": 11_504})
    (later,) = record(association, Basis.PERCENT, {"storstad": 500_000, "lillstad": 500_000})

    ledger.reverse(later, reason="Fel", by=factories.make_user("nils"))

    assert keys.keys_of(association, [YEAR])[YEAR, Party.MUNICIPALITIES] == keys.Key(
        "inhabitants",
        {
            factories.member(association, "storstad").pk: 34_512,
            factories.member(association, "lillstad").pk: 11_504,
        },
    )


# Per cent that do not add up: whose, to what, and what the party pays of the whole.
OFF = "Procenttalen för %s blir %s tillsammans. De ska bli 100, eller %s om de gäller hela budgeten."


# -- Reckoned without saving -----------------------------------------------------------------------


def test_the_page_reckons_without_saving(association, maj):
    sent = typed(association, Basis.WEIGHT, {"storstad": "1", "lillstad": "1"}, action="preview")

    response = maj.post(ADDRESS, sent)

    page = read(response)
    assert response.status_code == 200
    assert page.all("p", "warning")[0].shown == "Så blir det med det du har skrivit. Inget är sparat än."
    assert [row[5:7] for row in table(page, "Kommunernas del 2027")[1:]] == [
        ["0", "1 000 000"],
        ["0", "1 000 000"],
        ["0", "2 000 000"],
    ]
    assert (head(association), posted(association)) == (1, {})


def test_a_key_that_is_not_ready_gives_no_figures(association, maj):
    sent = typed(association, Basis.PERCENT, {"storstad": "60", "lillstad": "30"}, action="preview")

    page = read(maj.post(ADDRESS, sent))

    assert [each.shown for each in page.one("section").all("p", "warning")] == [OFF % ("kommunerna", 90, 25)]
    assert [row[2] for row in table(page, "Kommunernas del 2027")[1:]] == ["–", "–", "–"]


# -- Refused ---------------------------------------------------------------------------------------

NO_COUNT = "%s går inte att tolka. Skriv ett helt tal, till exempel 34 512."
NO_PERCENT = "Procenttalet %s går inte att tolka. Skriv till exempel 10,4 med högst fyra decimaler."
REFUSED = [
    (Basis.INHABITANTS, "34.512", NO_COUNT % "34.512"),
    (Basis.INHABITANTS, "12.000", NO_COUNT % "12.000"),
    (Basis.INHABITANTS, "=SUMMA(A1)", NO_COUNT % "=SUMMA(A1)"),
    (Basis.INHABITANTS, "-5", NO_COUNT % "-5"),
    (Basis.INHABITANTS, "9" * 30, f"{'9' * 30} är för stort. Kontrollera antalet siffror."),
    (Basis.INHABITANTS, "1\x00", "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen."),
    (Basis.INHABITANTS, "1" * 61, "Texten är för lång: 61 tecken. Högst 60 får plats."),
    (Basis.WEIGHT, "1,5", NO_COUNT % "1,5"),
    (Basis.WEIGHT, "", "Skriv en vikt för Lillstad (provforbundet), 0 om medlemmen inte ska betala."),
    (Basis.PERCENT, "10.4", "Procenttalet 10.4 har en punkt. Skriv decimaler med komma: 10,4."),
    (Basis.PERCENT, "en tiondel", NO_PERCENT % "en tiondel"),
    (
        Basis.PERCENT,
        "33,33333",
        "Procenttalet 33,33333 har fler än fyra decimaler. Skriv högst fyra, eller välj egna vikter.",
    ),
    (Basis.PERCENT, "100,0001", "Procenttalet 100,0001 är mer än 100. Skriv 100 eller mindre."),
    (
        Basis.PERCENT,
        "49,9999",
        OFF % ("kommunerna", "99,9999", 25),
    ),
    (Basis.AMOUNT, "12.000", "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."),
    (Basis.AMOUNT, "-5", "Beloppet -5 är negativt. Skriv 0 eller mer."),
    ("postnummer", "5", "Välj vad ni delar efter."),
    ("", "5", "Välj vad ni delar efter."),
    (
        Basis.COMMITMENTS,
        "5",
        "Du har skrivit vikter. Välj vad de är, eller töm dem om ingen nyckel ska gälla.",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("basis", "text", "expected"), REFUSED)
def test_what_makes_no_key_is_refused_with_the_cure(association, maj, basis, text, expected):
    response = save(maj, association, basis, {"storstad": "50", "lillstad": text})

    page = read(response)
    assert response.status_code == 422
    assert complaints(page) == [expected]
    assert page.one("title").shown.startswith("Fel: ")
    assert (head(association), posted(association)) == (1, {})


def test_weights_that_are_all_nothing_divide_nothing(association, maj):
    response = save(maj, association, Basis.WEIGHT, {"storstad": "0", "lillstad": "0"})

    assert complaints(read(response)) == ["Alla vikter för kommunerna är 0. Skriv minst en som är mer än 0."]


@pytest.mark.parametrize(("texts", "status"), [(("30", "20"), 302), (("15", "10"), 422), (("60", "40"), 302)])
def test_without_a_region_the_municipalities_pay_half_of_the_whole(association, maj, texts, status):
    regionen = factories.member(association, "regionen")
    regionen.left = dt.date(2026, 12, 31)
    regionen.save()

    response = save(maj, association, Basis.PERCENT, dict(zip(("storstad", "lillstad"), texts, strict=True)))

    assert response.status_code == status
    if status == 422:
        assert complaints(read(response)) == [OFF % ("kommunerna", 25, 50)]


def test_an_error_is_tied_to_its_input_and_what_was_typed_stays(association, maj):
    page = read(save(maj, association, Basis.WEIGHT, {"storstad": "tre", "lillstad": "1"}))

    inputs = {each.attributes["name"]: each.attributes for each in page.one("table").all("input")}
    wrong, right = inputs["municipalities-weight-storstad"], inputs["municipalities-weight-lillstad"]
    told = {each.attributes["id"]: each.shown for each in page if "id" in each.attributes}
    assert (wrong["value"], right["value"]) == ("tre", "1")
    assert wrong["aria-invalid"] == "true"
    assert "aria-invalid" not in right
    assert [told[name] for name in wrong["aria-describedby"].split()] == [NO_COUNT % "tre"]
    links = [link.attributes["href"] for link in page.one("div", "problem").all("a")]
    assert links == [f"#{wrong['id']}"]


def test_every_input_has_a_label(association, maj):
    page = read(maj.get(ADDRESS))
    labelled = {label.attributes["for"] for label in page.all("label") if "for" in label.attributes}

    visible = [each for each in page.one("main").all("input") if each.attributes.get("type") != "hidden"]

    assert [each.attributes["name"] for each in visible if each.attributes["id"] not in labelled] == []


@pytest.mark.parametrize("seen", ["", "2", "-1", "x", "9" * 20, "١"])
def test_a_form_that_has_lost_its_place_saves_nothing(association, maj, seen):
    response = save(maj, association, Basis.WEIGHT, {"storstad": "1", "lillstad": "1"}, seen=seen)

    assert response.status_code == 422
    assert complaints(read(response)) == [
        "Formuläret kom inte fram helt. Läs vad som är bokfört nu och spara igen."
    ]
    assert head(association) == 1


def test_an_empty_form_saves_nothing(association, maj):
    response = maj.post(ADDRESS, {})

    assert response.status_code == 422
    assert head(association) == 1


def test_weights_of_strangers_are_not_read(association, maj):
    """A member that pays nothing, another party's, another förbund's, one that does not exist."""
    factories.make_member(factories.make_association("grannforbundet"), "byn", Party.MUNICIPALITIES)
    strangers = dict.fromkeys(("af", "regionen", "byn", "finns-inte"), "5")

    save(maj, association, Basis.WEIGHT, {"storstad": "3", "lillstad": "1"} | strangers)

    assert posted(association) == {"storstad": 3, "lillstad": 1}


# -- Members that join and leave -------------------------------------------------------------------


def test_a_key_that_leaves_a_new_member_out_says_so(association, maj):
    record(association, Basis.INHABITANTS, {"storstad": 30_000, "lillstad": 10_000})
    factories.make_member(association, "nystad", Party.MUNICIPALITIES, position=3)
    factories.commit(association, YEAR, {"nystad": "1 mnkr"})

    page = read(maj.get(ADDRESS))

    assert [each.shown for each in page.one("section").all("p", "warning")] == [
        "Nyckeln för kommunerna saknar vikt för Nystad (provforbundet). Taket kan inte räknas ut förrän den "
        "har en."
    ]
    assert [row[6][:1] for row in table(page, "Kommunernas del 2027")[1:]] == ["–", "–", "–", "–"]
    assert (
        save(maj, association, Basis.INHABITANTS, {"storstad": "30 000", "lillstad": "10 000"}).status_code
        == 422
    )
    assert (
        save(maj, association, Basis.INHABITANTS, {"storstad": "30 000", "lillstad": "10 000", "nystad": "0"})
        .status_code
        == 302
    )  # fmt: skip
    assert queries.year_budget(association, YEAR, SECRETARY).summary.total.amount == 16_000_000_00


def test_one_that_has_left_is_not_weighed(association, maj):
    factories.make_member(association, "nystad", Party.MUNICIPALITIES, position=3)
    record(association, Basis.PERCENT, {"storstad": 500_000, "lillstad": 250_000, "nystad": 250_000})
    nystad = factories.member(association, "nystad")
    nystad.left = dt.date(2026, 12, 31)
    nystad.save()

    page = read(maj.get(ADDRESS))

    assert [row[0] for row in table(page, "Kommunernas del 2027")[1:-1]] == [
        "Storstad (provforbundet)",
        "Lillstad (provforbundet) lägst mot nyckeln",
    ]
    assert [row[2] for row in table(page, "Kommunernas del 2027")[1:]] == ["66,67 %", "33,33 %", "100,00 %"]
    assert [each.shown for each in page.one("section").all("p", "warning")] == [
        "Procenttalen för kommunerna blir 75 tillsammans, och delarna räknas i proportion till dem."
    ]
    response = save(maj, association, Basis.PERCENT, {"storstad": "60", "lillstad": "40"})
    assert response.status_code == 302
    assert posted(association) == {"storstad": 600_000, "lillstad": 400_000, "nystad": 250_000}


def test_the_same_key_holds_for_the_plan_years(association, maj):
    record(association, Basis.WEIGHT, {"storstad": 9, "lillstad": 9}, year=2028)

    response = save(maj, association, Basis.WEIGHT, {"storstad": "3", "lillstad": "1"}, plan_years="on")

    assert messages(response) == ["Sparat som verifikation 3."]
    assert [posted(association, year) for year in (2027, 2028, 2029, 2030)] == [
        {"storstad": 3, "lillstad": 1},
        {"storstad": 3, "lillstad": 1},
        {"storstad": 3, "lillstad": 1},
        {},
    ]


def test_a_key_that_stands_is_carried_to_the_plan_years(association, maj):
    record(association, Basis.PERCENT, {"storstad": 600_000, "lillstad": 400_000})

    save(maj, association, Basis.PERCENT, {"storstad": "60", "lillstad": "40"}, plan_years="on")

    entries = Entry.objects.filter(posting__association=association, posting__number=3)
    assert {entry.year for entry in entries} == {2028, 2029}


@pytest.mark.parametrize(
    ("joined", "left", "expected"),
    [
        (
            dt.date(2028, 1, 1),
            None,
            ["Nyckeln kan inte gälla 2028: då är även Nystad (provforbundet) med.", "2028"],
        ),
        (
            None,
            dt.date(2028, 12, 31),
            ["Nyckeln kan inte gälla 2029: då är Nystad (provforbundet) inte med.", "2029"],
        ),
    ],
)
def test_plan_years_with_other_members_need_a_key_of_their_own(association, maj, joined, left, expected):
    nystad = factories.make_member(association, "nystad", Party.MUNICIPALITIES, position=3)
    nystad.joined, nystad.left = joined, left
    nystad.save()
    texts = {"storstad": "3", "lillstad": "1"} | ({} if joined else {"nystad": "1"})

    response = save(maj, association, Basis.WEIGHT, texts, plan_years="on")

    sentence, year = expected
    assert response.status_code == 422
    assert complaints(read(response))[0] == f"{sentence} Skriv nyckeln för {year} på dess egen sida."
    assert posted(association) == {}


# -- Two parties -----------------------------------------------------------------------------------


@pytest.fixture
def two_regions(association: Association) -> Association:
    """The same with a second region that offers 2 million."""
    factories.make_member(association, "region-tva", Party.REGIONS, kind=Organisation.Kind.REGION, position=1)
    factories.commit(association, YEAR, {"region-tva": "2 mnkr"})
    return association


def test_each_party_has_a_key_and_a_posting_of_its_own(two_regions, maj):
    regions = {"regions-basis": "percent", "regions-weight-regionen": "15", "regions-weight-region-tva": "10"}

    response = save(maj, two_regions, Basis.INHABITANTS, {"storstad": "300", "lillstad": "100"}, **regions)

    assert messages(response) == ["Sparat som verifikationerna 3, 4."]
    found = keys.keys_of(two_regions, [YEAR])
    assert {party: key.basis for (_year, party), key in found.items()} == {
        Party.REGIONS: "percent",
        Party.MUNICIPALITIES: "inhabitants",
    }


def test_one_wrong_key_saves_neither(two_regions, maj):
    regions = {"regions-basis": "percent", "regions-weight-regionen": "15", "regions-weight-region-tva": "11"}

    response = save(maj, two_regions, Basis.INHABITANTS, {"storstad": "300", "lillstad": "100"}, **regions)

    assert complaints(read(response)) == [OFF % ("regionerna", 26, 25)]
    assert posted(two_regions) == {}


# -- Two secretaries -------------------------------------------------------------------------------


def test_a_key_that_somebody_else_changed_is_not_overwritten_unseen(association, maj):
    record(association, Basis.INHABITANTS, {"storstad": 30_000, "lillstad": 10_000})
    form = typed(association, Basis.INHABITANTS, {"storstad": "30 000", "lillstad": "12 000"})
    record(association, Basis.INHABITANTS, {"storstad": 31_000, "lillstad": 10_000})

    response = maj.post(ADDRESS, form)

    page = read(response)
    assert response.status_code == 409
    assert page.one("div", "problem").one("h2").shown == "Någon annan hann före"
    assert complaints(page) == [
        "Medan du skrev bokförde Nils-2 en annan nyckel för kommunerna 2027 (verifikation 3): Storstad "
        "(provforbundet) 31 000 invånare och Lillstad (provforbundet) 10 000 invånare."
    ]
    assert posted(association) == {"storstad": 31_000, "lillstad": 10_000}
    values = [each.attributes["value"] for each in page.one("table").all("input")]
    assert values == ["30 000".replace(" ", "\u00a0") if "\u00a0" in values[0] else "30 000", "12 000"]
    (seen,) = [
        each.attributes["value"] for each in page.all("input") if each.attributes.get("name") == "seen"
    ]
    again = maj.post(ADDRESS, form | {"seen": seen})
    assert again.status_code == 302
    assert posted(association) == {"storstad": 30_000, "lillstad": 12_000}


def test_a_key_that_somebody_else_took_back_is_told_of(association, maj):
    record(association, Basis.WEIGHT, {"storstad": 3, "lillstad": 1})
    form = typed(association, Basis.WEIGHT, {"storstad": "2", "lillstad": "1"})
    record(association, Basis.COMMITMENTS, {})

    page = read(maj.post(ADDRESS, form))

    assert complaints(page) == [
        "Medan du skrev tog Nils-2 bort nyckeln för kommunerna 2027 (verifikation 3)."
    ]


def test_two_who_wish_the_same_do_not_conflict(association, maj):
    form = typed(association, Basis.WEIGHT, {"storstad": "3", "lillstad": "1"})
    record(association, Basis.WEIGHT, {"storstad": 3, "lillstad": 1})

    response = maj.post(ADDRESS, form)

    assert messages(response) == ["Inget var ändrat, så inget nytt bokfördes."]


def test_a_commitment_changed_meanwhile_is_no_conflict(association, maj):
    form = typed(association, Basis.WEIGHT, {"storstad": "3", "lillstad": "1"})
    factories.commit(association, YEAR, {"storstad": "2 mnkr"})

    assert maj.post(ADDRESS, form).status_code == 302


# -- An adopted year -------------------------------------------------------------------------------


def test_adopted_figures_never_change_under_a_new_key(association, maj, visitor):
    record(association, Basis.WEIGHT, {"storstad": 3, "lillstad": 1})
    factories.adopt(association, YEAR)
    before = queries.year_budget(association, YEAR, VISITOR)
    page_before = read(visitor.get(ADDRESS)).shown
    warned = read(maj.get(ADDRESS)).all("p", "warning")

    response = save(maj, association, Basis.WEIGHT, {"storstad": "1", "lillstad": "1"})

    after, working = (queries.year_budget(association, YEAR, access) for access in (VISITOR, SECRETARY))
    assert response.status_code == 302
    assert warned[0].shown == (
        "Budgeten är fastställd. En ny nyckel blir ett utkast: de fastställda beloppen står kvar tills "
        "styrelsen fastställer en revidering."
    )
    assert after == before
    assert read(visitor.get(ADDRESS)).shown == page_before
    called = [[row.called.amount for row in year.summary.parties[2].members] for year in (after, working)]
    assert called == [[3_000_000_00, 1_000_000_00], [1_000_000_00, 1_000_000_00]]
    assert (after.is_working, working.is_working) == (False, True)
    assert [row[5] for row in table(read(maj.get(f"{ADDRESS}?version=1")), "Kommunernas del 2027")[1:3]] == [
        "0",
        "0",
    ]
    assert read(maj.get(f"{ADDRESS}?version=1")).one("main").all("form") == []


# -- Who may ---------------------------------------------------------------------------------------


def test_only_the_secretary_saves(association, visitor):
    factories.make_association("grannforbundet")
    board, neighbour = (
        logged_in(factories.make_user(name, kind, slug))
        for name, kind, slug in (
            ("lars", Role.Kind.BOARD, SLUG),
            ("gun", Role.Kind.SECRETARY, "grannforbundet"),
        )
    )

    statuses = [
        save(client, association, Basis.WEIGHT, {"storstad": "1", "lillstad": "1"}).status_code
        for client in (visitor, board, neighbour)
    ]

    assert statuses == [401, 403, 404]
    assert head(association) == 1


def test_a_draft_key_is_seen_by_those_with_a_role_only(association, visitor):
    board = logged_in(factories.make_user("lars", Role.Kind.BOARD, SLUG))

    assert [client.get(ADDRESS).status_code for client in (visitor, board)] == [404, 200]
    assert read(board.get(ADDRESS)).one("main").all("form") == []


@pytest.mark.parametrize("more", [0, 3])
def test_the_page_costs_the_same_however_many_members(
    association, maj, visitor, django_assert_num_queries, more
):
    slugs = [f"by-{number}" for number in range(more)]
    for slug in slugs:
        factories.make_member(association, slug, Party.MUNICIPALITIES)
    factories.commit(association, YEAR, dict.fromkeys(slugs, "1 mnkr"))
    record(association, Basis.WEIGHT, dict.fromkeys(["storstad", "lillstad", *slugs], 1))
    factories.adopt(association, YEAR)

    with django_assert_num_queries(9):
        visitor.get(ADDRESS)
    with django_assert_num_queries(17):
        maj.get(ADDRESS)


# -- Against arithmetic of its own -----------------------------------------------------------------


def expected_called(
    offers: Mapping[str, tuple[str, int]], weighed: Mapping[str, Mapping[str, int]]
) -> dict[str, int]:
    """What each member is called for by 5 §, worked out anew with fractions and a search for the total."""
    share = {"state": Fraction(1, 2), "regions": Fraction(1, 4), "municipalities": Fraction(1, 4)}
    by_party = {party: {m: a for m, (p, a) in offers.items() if p == party} for party in share}
    keyed = {party: weighed.get(party) or by_party[party] for party in share}

    def suffices(total: int) -> bool:
        """Whether nobody has to pay more than it offers for this total, before any rounding."""
        for party, members in by_party.items():
            whole = sum(keyed[party].values())
            if party not in weighed:
                if total * share[party] > sum(members.values()):
                    return False
            elif any(total * share[party] * keyed[party][m] / whole > members[m] for m in members):
                return False
        return True

    low, high = 0, 10**9
    while low < high:  # the largest number of quarters that suffices
        middle = (low + high + 1) // 2
        low, high = (middle, high) if suffices(middle * 4) else (low, middle - 1)
    called = {}
    for party, members in by_party.items():
        part, whole = int(low * 4 * share[party]), sum(keyed[party].values())
        exact = {m: Fraction(part * keyed[party][m], whole) if part else Fraction(0) for m in members}
        rounded = {m: exact[m].numerator // exact[m].denominator for m in members}
        # The öre left over go to those that lost most; between equals by the membership's number as text.
        ordered = sorted(members, key=lambda m: (rounded[m] - exact[m], str(m)))
        for m in ordered[: part - sum(rounded.values())]:
            rounded[m] += 1
        called |= rounded
    return called


def test_sixty_keys_are_reckoned_as_by_hand(db):
    """Random offers and keys, from single öre to millions: the page's shares to the öre, and they add up."""
    association = factories.make_association(SLUG, af=False)
    for slug in ("mellanby", "nystad"):
        factories.make_member(association, slug, Party.MUNICIPALITIES)
    members = list(Member.objects.filter(association=association))
    chance = random.Random(1210)  # noqa: S311  # a seeded choice of figures, nothing secret
    user = factories.make_user("maj", Role.Kind.SECRETARY, SLUG)
    for turn in range(60):
        year = 2020 + turn % 20
        most = 10 ** chance.randint(1, 9)
        offers = {member.pk: (member.party, chance.randint(0, most)) for member in members}
        towns = [pk for pk, (party, _amount) in offers.items() if party == "municipalities"]
        key = {pk: chance.randint(0, 10 ** chance.randint(0, 6)) for pk in towns} if turn % 5 else {}
        key = key if any(key.values()) else {}
        wished = keys.Key(Basis.WEIGHT, key) if key else keys.NO_KEY
        services.record(
            association=association,
            wishes={
                Cell(Account.COMMITTED, year, member_id=pk): Figure(amount)
                for pk, (_party, amount) in offers.items()
            },
            reason="Prov",
            by=user,
        )
        key_changes.record_keys(
            association=association,
            wishes=[key_changes.KeyWish(Party.MUNICIPALITIES, (year,), wished)],
            reason="Prov",
            by=user,
            decision=NO_DECISION,
            seen=head(association),
        )  # fmt: skip
        if not key and not sum(offers[pk][1] for pk in towns):
            continue

        budget = queries.year_budget(association, year, SECRETARY)
        (split,) = splits.splits(budget.summary, keys.keys_of(association, [year], budget.number))

        expected = expected_called(offers, {"municipalities": key} if key else {})
        shown = {share.row.member.pk: share.row.called.amount for share in split.shares}
        assert shown == {pk: expected[pk] for pk in towns}, (turn, offers, key)
        assert sum(shown.values()) == split.row.called.amount
        exact = {share.row.member.pk: share.exact for share in split.shares}
        assert sum(exact.values()) == split.row.called.amount
        assert all(
            share.row.called.amount == share.exact.numerator // share.exact.denominator + share.extra
            for share in split.shares
        )
    assert ledger.verify(association) is None
