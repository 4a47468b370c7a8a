"""The letter that calls for a payment: readable aloud, exact to the öre, the same to the byte each time."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from pikepdf import Pdf

from budgets import booked_payments, payment_calls, payments, reports
from budgets.instalments import Instalment, default_instalments
from budgets.payment_calls import PaymentCall
from budgets.payment_forms import MOST_INSTALMENTS
from finsam import money
from members.models import Association, Party
from tests import factories
from tests.pdf import reading
from tests.pdf.conftest import listened
from tests.pdf.structure import faults

GOLDEN = Path(__file__).parent / "golden"
LAW = (
    "Staten betalar hälften, regionerna en fjärdedel och kommunerna en fjärdedel (5 § lag (2003:1210) om "
    "finansiell samordning av rehabiliteringsinsatser)."
)


@dataclass
class Letter:
    """A letter as made: what it says, its file, and what WeasyPrint complained about."""

    call: PaymentCall
    path: Path
    complaints: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return reading.reading_order(self.path)


@pytest.fixture
def make_letter(tmp_path: Path) -> Callable[..., Letter]:
    """Makes the letter to a member."""

    def make(association: Association, year: int, member: str) -> Letter:
        found = payments.year_payments(association, year, date(year, 6, 1))
        row = found.row_of(member)
        assert row, f"{member} is not in {association} {year}"
        assert found.obstacle_to_call(row) == ""
        call = payment_calls.payment_call(found, row)
        document, complaints = listened(lambda: reports.payment_call(call))
        path = tmp_path / f"{association.slug[:40]}-{member}-{len(list(tmp_path.iterdir()))}.pdf"
        path.write_bytes(document)
        return Letter(call, path, complaints)

    return make


def plan(association: Association, year: int, count: int) -> None:
    payments.plan_payments(association=association, year=year, instalments=default_instalments(year, count))


def receive(association: Association, year: int, member: str, amount: str) -> None:
    by = association.roles.filter(kind="secretary").first()
    booked_payments.receive(
        association=association,
        year=year,
        member=factories.member(association, member),
        amount=money.parse(amount),
        day=date(year, 1, 29),
        by=by.user if by else factories.make_user("sara"),
    )


@pytest.fixture
def quarters(exempel) -> Association:
    """Exempelförbundet, whose members pay 2026 in quarters."""
    plan(exempel, 2026, 4)
    return exempel


def adopted(slug: str = "provforbundet") -> Association:
    """A förbund called for 16 mnkr for 2027, due in two parts."""
    association = factories.make_association(slug)
    factories.commit(
        association, 2027, {"fk": "8 mnkr", "regionen": "4 mnkr", "storstad": "3 mnkr", "lillstad": "1 mnkr"}
    )
    factories.adopt(association, 2027)
    plan(association, 2027, 2)
    return association


# -- Structure: what a screen reader needs ----------------------------------------------------------


@pytest.mark.parametrize(
    "member", ["forsakringskassan", "region-exempel", "norrsunda", "mellanby", "soderhamra"]
)
def test_every_members_letter_is_one_sound_page(quarters, make_letter, member):
    letter = make_letter(quarters, 2026, member)

    assert faults(letter.path) == []
    assert letter.complaints == []
    assert [re.findall(r"Sida \d+ av \d+", page) for page in reading.pages(letter.path)] == [["Sida 1 av 1"]]


@pytest.mark.parametrize("count", [1, 2, 4, 12])
def test_every_plan_keeps_its_table_on_one_page(stockholm, make_letter, count):
    plan(stockholm, 2021, count)

    letter = make_letter(stockholm, 2021, "region-stockholm")

    assert faults(letter.path) == []
    assert len(reading.pages(letter.path)) == 1
    assert len([cells for cells in reading.rows(letter.path) if re.match(r"2021-", cells[0])]) == count


@pytest.mark.parametrize("slug", ["stockholm", "exempel"])
def test_the_longest_plan_stands_on_the_first_page(seeds, make_letter, slug):
    association, year = Association.objects.get(slug=slug), {"stockholm": 2021, "exempel": 2026}[slug]
    days = [Instalment(date(year, 1, day)) for day in range(1, MOST_INSTALMENTS + 1)]
    payments.plan_payments(association=association, year=year, instalments=days)

    letter = make_letter(association, year, "forsakringskassan")

    assert faults(letter.path) == []
    assert letter.complaints == []
    assert "Summa" in reading.pages(letter.path)[0]
    assert len(reading.pages(letter.path)) == 2


def test_the_letter_names_itself_and_its_author(quarters, make_letter):
    letter = make_letter(quarters, 2026, "norrsunda")

    about = reading.facts(letter.path)

    assert about["Title"] == "Rekvisition 2026 till Norrsunda kommun, Exempelförbundet"
    assert about["Author"] == "Exempelförbundet"
    assert about["Subject"] == "Medlemsbidrag 2026: 1 559 706,49 kr"
    with Pdf.open(letter.path) as pdf:
        assert str(pdf.Root.Lang) == "sv"
        assert [str(each.title) for each in pdf.open_outline().root] == ["Rekvisition av medlemsbidrag 2026"]


# -- Content ----------------------------------------------------------------------------------------


def test_the_letter_reads_aloud_in_this_order(quarters, make_letter, tmp_path):
    """What varies between databases, the checksum, is masked. A wanted change is copied in as said."""
    lines = make_letter(quarters, 2026, "norrsunda").lines

    golden, new = GOLDEN / "rekvisition-2026-norrsunda.txt", tmp_path / "new.txt"
    masked = [re.sub(r"kontrollsumma [0-9a-f]{16}", "kontrollsumma …", line) for line in lines]
    new.write_text("\n".join([*masked, ""]), encoding="utf-8")
    assert masked == golden.read_text(encoding="utf-8").splitlines(), f"cp {new} {golden}"


def test_one_that_pays_its_partys_whole_part_has_no_share_of_it(quarters, make_letter):
    letter = make_letter(quarters, 2026, "forsakringskassan")

    rows = list(reading.rows(letter.path))
    assert rows[-2:] == [
        ["Medlemsbidragen tillsammans, enligt budgeten", "", "11 800 000"],
        ["Statens del", "50 % av budgeten", "5 900 000"],
    ]
    assert f"P {LAW}" in letter.lines


def test_members_without_a_key_share_by_what_they_offered(db, make_letter):
    letter = make_letter(adopted(), 2027, "lillstad")

    assert list(reading.rows(letter.path))[-3:] == [
        ["Medlemsbidragen tillsammans, enligt budgeten", "", "16 000 000"],
        ["Kommunernas del", "25 % av budgeten", "4 000 000"],
        ["Lillstad (provforbundet)s del", "25 % av kommunernas del", "1 000 000"],
    ]
    assert f"P {LAW} Medlemmarna delar partens del i proportion till sina åtaganden." in letter.lines


def test_without_a_region_the_halves_are_said(db, make_letter):
    association = factories.make_association("gotland")
    association.members.filter(slug="regionen").delete()
    association.members.filter(slug="lillstad").delete()
    factories.commit(association, 2027, {"fk": "3 mnkr", "storstad": "3 mnkr"})
    factories.adopt(association, 2027)
    plan(association, 2027, 2)

    letter = make_letter(association, 2027, "storstad")

    assert list(reading.rows(letter.path))[-1] == ["Kommunens del", "50 % av budgeten", "3 000 000"]
    assert (
        "P Staten betalar hälften och kommunerna hälften (5 a § lag (2003:1210) om finansiell samordning av "
        "rehabiliteringsinsatser)."
    ) in letter.lines


def test_two_regions_share_the_regions_part(db, make_letter):
    association = factories.make_association("tva")
    factories.make_member(association, "sydregionen", Party.REGIONS, kind="region", position=7)
    factories.commit(
        association,
        2027,
        {
            "fk": "8 mnkr",
            "regionen": "3 mnkr",
            "sydregionen": "1 mnkr",
            "storstad": "3 mnkr",
            "lillstad": "1 mnkr",
        },
    )
    factories.adopt(association, 2027)
    plan(association, 2027, 1)

    letter = make_letter(association, 2027, "regionen")

    assert list(reading.rows(letter.path))[-2:] == [
        ["Regionernas del", "25 % av budgeten", "4 000 000"],
        ["Regionen (tva)s del", "75 % av regionernas del", "3 000 000"],
    ]


@pytest.mark.parametrize(
    ("paid", "said", "rows"),
    [
        pytest.param(
            "",
            "Inget har betalats in än.",
            [("0", "2 000 000"), ("0", "2 000 000"), ("0", "4 000 000")],
            id="nothing",
        ),
        pytest.param(
            "2 500 000",
            "2 500 000 kr har betalats in och 1 500 000 kr återstår.",
            [("2 000 000", "0"), ("500 000", "1 500 000"), ("2 500 000", "1 500 000")],
            id="a-part",
        ),
        pytest.param(
            "4 000 000",
            "Hela beloppet har betalats in.",
            [("2 000 000", "0"), ("2 000 000", "0"), ("4 000 000", "0")],
            id="all",
        ),
        pytest.param(
            "4 000 001",
            "4 000 001 kr har betalats in, 1 kr mer än bidraget.",
            [("2 000 000", "0"), ("2 000 000", "0"), ("4 000 000", "0")],
            id="too-much",
        ),
    ],
)
def test_the_letter_says_what_is_paid_and_what_is_left(db, make_letter, paid, said, rows):
    association = adopted()
    if paid:
        receive(association, 2027, "regionen", paid)

    letter = make_letter(association, 2027, "regionen")

    assert (
        "P Förbundet provforbundet begär in Regionen (provforbundet)s medlemsbidrag för 2027: 4 000 000 kr. "
        + said
    ) in letter.lines
    shown = [
        cells for cells in reading.rows(letter.path) if cells[0] in ("2027-01-31", "2027-07-31", "Summa")
    ]
    assert [tuple(cells[2:]) for cells in shown] == rows
    asks = "P Ange när ni betalar: PROVFORBUNDET 2027 REGIONEN" in letter.lines
    assert asks == (rows[-1][1] != "0")


def test_a_decision_is_told_as_far_as_it_is_known(db, make_letter):
    assert make_letter(adopted(), 2027, "fk").lines[2] == (
        "P Enligt budgeten för 2027, version 1, fastställd (Styrelsen § 45, dnr SF 2026/14)"
    )


def test_a_decision_that_is_not_known_is_left_out(stockholm, make_letter):
    plan(stockholm, 2021, 2)

    lines = make_letter(stockholm, 2021, "region-stockholm").lines

    assert lines[2] == "P Enligt budgeten för 2021, version 1, fastställd"
    assert lines[-1] == f"P {LAW} h: härlett. Beloppet står inte i källan utan följer av det som står där."


def test_a_revised_budget_calls_what_it_was_revised_to(db, make_letter):
    association = adopted()
    factories.commit(association, 2027, {"regionen": "3 mnkr"})
    factories.adopt(association, 2027)

    letter = make_letter(association, 2027, "fk")

    assert letter.lines[2].startswith("P Enligt budgeten för 2027, version 2, reviderad (")
    assert ["Statens del", "50 % av budgeten", "6 000 000"] in list(reading.rows(letter.path))


def test_no_account_number_is_made_up(quarters, make_letter):
    words = " ".join(make_letter(quarters, 2026, "norrsunda").lines).lower()

    assert [each for each in ("bankgiro", "plusgiro", "betala till", "konto ") if each in words] == []


# -- The same input gives the same bytes ------------------------------------------------------------


def test_the_same_standing_gives_the_same_bytes_and_a_payment_gives_others(quarters, make_letter):
    first = make_letter(quarters, 2026, "norrsunda")
    again = make_letter(quarters, 2026, "norrsunda")

    receive(quarters, 2026, "mellanby", "1 000")

    after = make_letter(quarters, 2026, "norrsunda")
    assert first.path.read_bytes() == again.path.read_bytes()
    assert first.path.read_bytes() != after.path.read_bytes()
    assert after.call.posting.number > first.call.posting.number


# -- Hostile and extreme content --------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '<img src="file:///etc/passwd"><style>*{display:none}</style>',
        "Å" * 100 + "ä" * 100,
    ],
    ids=["script", "markup", "200-letters-without-a-space"],
)
def test_names_are_words_and_never_markup(db, make_letter, name):
    association = adopted()
    association.name = name
    association.save()
    organisation = factories.member(association, "lillstad").organisation
    organisation.name = name
    organisation.save()

    letter = make_letter(association, 2027, "lillstad")

    assert faults(letter.path) == []
    assert letter.complaints == []
    addressee = next(line for line in letter.lines if line.startswith("P Till "))
    assert re.sub(r"\s", "", addressee) == "PTill" + re.sub(r"\s", "", name)


def test_twelve_digits_keep_within_the_margins(db, make_letter):
    association = factories.make_association("stora")
    offers = {"fk": "800 000 000 000", "regionen": "400 000 000 000"}
    factories.commit(
        association, 2027, offers | {"storstad": "200 000 000 000", "lillstad": "200 000 000 000"}
    )
    factories.adopt(association, 2027)
    plan(association, 2027, 12)

    letter = make_letter(association, 2027, "storstad")

    outside = [word for word in reading.words(letter.path, 1) if word.left < 56 or word.right > 539.5]
    assert outside == []  # the page is 595 points wide with margins of 56.7
    assert faults(letter.path) == []
