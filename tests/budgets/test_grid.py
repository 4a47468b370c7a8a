"""What was typed into a grid: read, compared with what was shown, refused, asked about."""

import pytest

from budgets.grids import grid
from budgets.grids.grid import MINE, THEIRS, Books, Column, Follows, Grid, Row, Slot, SumRow, Typed
from budgets.ledger import Balance, Cell
from budgets.models import Account
from finsam import money
from finsam.money import MISSING, Figure
from members.models import Association
from tests.pages import plain

NARROW, NBSP = "\u202f", "\u00a0"


def cell(row: str, year: int) -> Cell:
    """The commitment of the member with the row's number: norrsunda is 1, mellanby 2."""
    return Cell(Account.COMMITTED, year, member_id={"norrsunda": 1, "mellanby": 2}[row])


def figure(text: str | None) -> Figure:
    return MISSING if text is None else Figure(money.parse(text))


def make_slot(year: int = 2027, shown: str | None = "100", stands: str | None = "same", **about) -> Slot:
    """A slot of Norrsunda's, which shows an amount in kronor; unless said it still stands."""
    now = figure(shown if stands == "same" else stands)
    return Slot("norrsunda", str(year), cell("norrsunda", year), figure(shown), now, **about)


def make_grid(*slots: Slot) -> Grid:
    """A grid of one row."""
    stands = {
        slot.cell: Balance(slot.stands.amount, False, 1) for slot in slots if slot.stands.amount is not None
    }
    row = Row("norrsunda", "Norrsunda", slots)
    columns = tuple(Column(slot.column, slot.column) for slot in slots)
    return Grid(Association(slug="prov"), columns, (row,), Books(stands, stands, 1, 1), caption="Prov")


def typed(slot: Slot, text: str, **about) -> Typed:
    return Typed(make_grid(slot), {slot.name: text}, **about)


# -- What was typed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kronor"),
    [
        ("12 000", 12_000),
        ("12000", 12_000),
        ("12 000,00", 12_000),
        (f"12{NBSP}000", 12_000),
        (f"12{NARROW}000", 12_000),
        ("  12 000\t", 12_000),
        ("450 tkr", 450_000),
        ("8,5 mnkr", 8_500_000),
        ("+5", 5),
        ("0", 0),
    ],
)
def test_an_amount_is_read_as_people_write_it(text, kronor):
    slot = make_slot()

    found = typed(slot, text)

    assert (found.errors, found.wishes) == ({}, {slot: Figure(kronor * 100)})


REFUSED = {
    "12.000": "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental.",
    "12,000": "Beloppet 12,000 kan läsas på två sätt. Skriv 12 000 om du menar tusental.",
    "12.5": "Beloppet 12.5 har en punkt. Skriv decimaler med komma: 12,5.",
    "1 20 000": (
        "Beloppet 1 20 000 har mellanslag på oväntad plats. Gruppera siffrorna tre och tre, som i 12 000."
    ),
    "0,005": "Beloppet 0,005 är finare än ett öre. Skriv högst två decimaler i kronor.",
    "tolv": "Beloppet tolv går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr.",
    "=1+1": "Beloppet =1+1 går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr.",
    "1e9": "Beloppet 1e9 går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr.",
    "💰": "Beloppet 💰 går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr.",
    "١٢٠٠٠": "Beloppet ١٢٠٠٠ går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr.",
    "مبلغ": "Beloppet مبلغ går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr.",
    "12 000 000 000 000 000": ("Beloppet 12 000 000 000 000 000 är för stort. Kontrollera antalet nollor."),
    "9" * 10_000: f"Beloppet {'9' * 40}… är för stort. Kontrollera antalet nollor.",
    "x" * 10_000: f"Beloppet {'x' * 40}… går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr.",
    "12\x00000": "Ta bort det osynliga tecknet (null-tecken) och skriv beloppet igen.",
    "-5": "Beloppet -5 är negativt. Skriv 0 eller mer.",
    "−5": "Beloppet −5 är negativt. Skriv 0 eller mer.",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text)[:24])
def test_what_cannot_be_an_amount_is_told_in_one_sentence(text):
    slot = make_slot()

    found = typed(slot, text)

    assert found.errors == {"norrsunda.2027": REFUSED[text]}
    assert (found.wishes, found.figure(slot)) == ({}, MISSING)


def test_a_text_that_cannot_be_read_stands_again_but_for_the_null_character():
    slot = make_slot()

    (line,) = grid.lines(typed(slot, "12\x00.000"), Follows())

    assert (line.places[0].text, line.places[0].is_changed) == ("12.000", True)
    assert line.places[0].error == "Ta bort det osynliga tecknet (null-tecken) och skriv beloppet igen."


@pytest.mark.parametrize(("text", "kronor"), [("-5", -5), ("−5", -5), ("\u20135", -5)])
def test_a_slot_that_may_be_negative_takes_every_minus(text, kronor):
    slot = make_slot(may_be_negative=True)

    assert typed(slot, text).wishes == {slot: Figure(kronor * 100)}


# -- What is wished --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["100", " 100 ", "100,00", "+100", "0,1 tkr", f"{NBSP}100"])
def test_the_amount_that_was_shown_is_no_wish_however_it_is_written(text):
    slot = make_slot(shown="100")

    found = typed(slot, text)

    assert (found.wishes, found.errors) == ({}, {})


def test_the_shown_amount_typed_again_stays_derived():
    slot = Slot("norrsunda", "2027", cell("norrsunda", 2027), Figure(10_000, True), Figure(10_000, True))

    found = typed(slot, "100,00")

    assert (found.figure(slot), found.wishes) == (Figure(10_000, is_derived=True), {})


def test_one_ore_is_a_wish():
    slot = make_slot(shown="100")

    assert typed(slot, "100,01").wishes == {slot: Figure(10_001)}


def test_zero_is_a_wish_and_not_missing():
    slot = make_slot(shown=None)

    found = typed(slot, "0")

    assert (found.wishes, found.figure(slot).is_missing) == ({slot: Figure(0)}, False)


def test_a_posted_zero_is_shown_as_zero():
    assert [make_slot(shown="0").shown_text, make_slot(shown=None).shown_text] == ["0", ""]


@pytest.mark.parametrize(("shown", "was"), [("3 200 000", f"3{NBSP}200{NBSP}000"), ("0", "0")])
def test_a_posted_amount_cannot_be_emptied(shown, was):
    slot = make_slot(shown=shown)

    found = typed(slot, "  ")

    assert found.errors == {
        "norrsunda.2027": (
            f"Ett bokfört belopp kan inte tömmas. Skriv 0 om det ska vara noll (det var {was})."
        )
    }


def test_an_empty_slot_that_stays_empty_is_no_wish():
    found = typed(make_slot(shown=None), "")

    assert (found.wishes, found.errors) == ({}, {})


def test_a_slot_that_may_be_emptied_is_wished_missing():
    slot = make_slot(may_be_emptied=True)

    assert typed(slot, "").wishes == {slot: MISSING}


def test_a_slot_that_the_form_left_out_says_what_it_showed():
    slot = make_slot(shown="100")

    found = Typed(make_grid(slot), {})

    assert (found.text(slot), found.wishes) == ("100", {})


def test_a_closed_slot_is_not_typed_in():
    closed = make_slot(is_open=False)

    found = typed(closed, "999")

    assert (found.wishes, found.errors, found.figure(closed)) == ({}, {}, Figure(10_000))


def test_the_books_hold_what_was_typed_in_place_of_what_stands():
    kept, moved, unread = make_slot(2027, "100"), make_slot(2028, "200"), make_slot(2029, "300")
    found = Typed(make_grid(kept, moved, unread), {moved.name: "250", unread.name: "oj"})

    amounts = {cell.year: balance.amount for cell, balance in found.balances().items()}

    assert amounts == {2027: 10_000, 2028: 25_000}


# -- More than 30 % is asked about once ------------------------------------------------------------


def questions(found: Typed) -> list[tuple[int, int, str]]:
    """Each question's kronor before and now, and its change."""
    return [(each.before // 100, each.amount // 100, plain(each.change)) for each in found.questions]


def row_of(before: str | None, shown: str | None = None) -> tuple[Slot, Slot]:
    """Last year's closed slot and this year's open one."""
    return make_slot(2026, before, is_open=False), make_slot(2027, shown)


@pytest.mark.parametrize(
    ("before", "text", "asked"),
    [
        ("1 000 000", "1 300 000", []),
        ("1 000 000", "1 300 000,01", [(1_000_000, 1_300_000, "+30 %")]),
        ("1 000 000", "700 000", []),
        ("1 000 000", "699 999,99", [(1_000_000, 699_999, "−30 %")]),
        ("1 000 000", "2 mnkr", [(1_000_000, 2_000_000, "+100 %")]),
        ("1 000 000", "0", [(1_000_000, 0, "−100 %")]),
        ("0,01", "0,02", [(0, 0, "+100 %")]),
        ("0", "0,01", [(0, 0, "")]),
        ("0", "12 000", [(0, 12_000, "")]),
        ("0", "0", []),
    ],
)
def test_a_move_of_more_than_30_per_cent_from_last_year_is_asked_about(before, text, asked):
    last_year, slot = row_of(before)

    found = Typed(make_grid(last_year, slot), {slot.name: text})

    assert questions(found) == asked


def test_an_amount_that_was_not_touched_is_not_asked_about():
    last_year, slot = row_of("100", shown="900")

    assert questions(Typed(make_grid(last_year, slot), {slot.name: "900"})) == []


def test_a_confirmed_amount_is_not_asked_about_again():
    last_year, slot = row_of("100")
    found = Typed(make_grid(last_year, slot), {slot.name: "200"})

    sure = Typed(found.grid, found.texts, sure=frozenset(each.token for each in found.questions))

    assert [each.token for each in found.questions] == ["norrsunda.2027=20000"]
    assert questions(sure) == []


@pytest.mark.parametrize(
    "token",
    ["norrsunda.2027=20000", "norrsunda.2028=30000", "mellanby.2027=30000", "norrsunda.2027=300", "", "="],
)
def test_a_confirmation_holds_for_its_own_slot_and_amount_only(token):
    last_year, slot = row_of("100")

    found = Typed(make_grid(last_year, slot), {slot.name: "300"}, sure=frozenset({token}))

    assert questions(found) == [(100, 300, "+200 %")]


def test_a_plan_year_is_compared_with_the_year_before_it_as_typed():
    first, second = make_slot(2027, "100"), make_slot(2028, "100")
    texts = {first.name: "125", second.name: "150"}

    assert questions(Typed(make_grid(first, second), texts)) == []


def test_a_new_member_is_compared_with_what_the_slot_itself_held():
    slot = make_slot(2027, "100")

    assert questions(typed(slot, "131")) == [(100, 131, "+31 %")]
    assert questions(typed(slot, "130")) == []


def test_a_first_amount_with_nothing_to_compare_with_is_not_asked_about():
    assert questions(typed(make_slot(shown=None), "12 mnkr")) == []


def test_what_was_last_year_may_be_told_by_the_slot():
    slot = make_slot(shown=None, before=figure("100"))

    assert questions(typed(slot, "200")) == [(100, 200, "+100 %")]


def test_what_somebody_else_has_posted_meanwhile_is_not_asked_about():
    slot = make_slot(shown="100", stands="900")

    assert questions(typed(slot, "900")) == []
    assert questions(typed(slot, "800")) == [(100, 800, "+700 %")]


def test_a_weight_and_a_slot_that_says_so_are_not_asked_about():
    weight = Slot("norrsunda", "2027", Cell(Account.KEY, 2027, member_id=1), figure("1"), figure("1"))

    assert questions(typed(weight, "9")) == []
    assert questions(typed(make_slot(is_asked_about=False), "900")) == []


# -- When somebody else was first ------------------------------------------------------------------


def test_rebased_the_wishes_stay_and_the_rest_shows_what_stands_now():
    mine, theirs, unread = make_slot(2027, "100"), make_slot(2028, "200"), make_slot(2029, "300")
    before = Typed(
        make_grid(mine, theirs, unread),
        {mine.name: "150", theirs.name: "200", unread.name: "oj"},
        sure=frozenset({"norrsunda.2027=15000"}),
    )
    newer = make_grid(make_slot(2027, "120"), make_slot(2028, "260"), make_slot(2029, "300"))

    after = before.rebased(newer)

    assert [after.text(slot) for slot in newer.slots()] == ["150", "260", "oj"]
    assert {slot.name: wish.amount for slot, wish in after.wishes.items()} == {"norrsunda.2027": 15_000}
    assert after.sure == {"norrsunda.2027=15000"}


def test_rebased_a_wish_that_already_stands_is_none():
    before = typed(make_slot(shown="100"), "150")

    after = before.rebased(make_grid(make_slot(shown="150")))

    assert after.wishes == {}


@pytest.mark.parametrize(
    ("text", "choices", "needed"),
    [
        ("150", {}, True),
        ("150", {"norrsunda.2027": ""}, True),
        ("150", {"norrsunda.2027": "deras"}, True),
        ("150", {"norrsunda.2028": MINE}, True),
        ("oj", {}, True),
        ("150", {"norrsunda.2027": MINE}, False),
        ("150", {"norrsunda.2027": THEIRS}, False),
        ("100", {}, False),
    ],
)
def test_whose_amount_stands_must_be_chosen_while_there_are_two(text, choices, needed):
    found = typed(make_slot(shown="100"), text, choices=choices)

    assert found.needs_choice("norrsunda.2027") is needed


@pytest.mark.parametrize(("choice", "text", "wished"), [(MINE, "150", {15_000}), (THEIRS, "100", set())])
def test_the_choice_decides_what_stands_in_the_slot(choice, text, wished):
    slot = make_slot(shown="100")

    found = typed(slot, "150", choices={slot.name: choice})

    assert (found.text(slot), {wish.amount for wish in found.wishes.values()}) == (text, wished)


# -- How it is drawn -------------------------------------------------------------------------------


def test_a_sum_stands_after_the_last_row_of_its_group_and_beside_its_row():
    rows = tuple(Row(name, name.capitalize(), (), group=group) for name, group in ("am", "bk", "ck"))
    empty = Grid(Association(), (), rows, Books({}, {}, 0, 0), "Prov", beside=("Summa",))
    follows = Follows(subtotals={"k": SumRow("Kommunerna", ())}, beside={"b": SumRow("", ("7",))})

    drawn = list(grid.lines(Typed(empty), follows))

    assert [line.after.name if line.after else None for line in drawn] == [None, None, "Kommunerna"]
    assert [line.beside.cells if line.beside else None for line in drawn] == [None, ("7",), None]
    assert empty.width == 2


def test_an_amount_in_running_text_has_its_unit_unless_it_is_a_weight():
    weight = Slot("norrsunda", "2027", Cell(Account.KEY, 2027, member_id=1), MISSING, MISSING)

    told = [make_slot().told(figure("2 700 000")), make_slot().told(MISSING), weight.told(Figure(31_400_00))]

    assert [plain(each) for each in told] == ["2 700 000 kr", "inget belopp", "31 400"]
