"""What is called, paid, late and left; the plan; and what the secretary books, to the day and the öre.

The förbund of these tests is called for 16 mnkr for 2027: the state 8, the region 4, the cities 3 and 1.
"""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from budgets import booked_payments, ledger, payments
from budgets.instalments import Instalment, default_instalments
from budgets.ledger import Cell
from budgets.models import Account, Posting
from budgets.models import Instalment as PlannedInstalment
from finsam import money
from finsam.money import MISSING, Figure
from members.models import Association, Member, Organisation, Party, User
from tests import factories
from tests.pages import Element, plain, read, table

YEAR = 2027
OFFERS = {"fk": "8 mnkr", "regionen": "4 mnkr", "storstad": "3 mnkr", "lillstad": "1 mnkr"}
TODAY = date(2027, 2, 1)


@pytest.fixture
def association(db) -> Association:
    """Adopted for 2027, and due in two equal parts."""
    made = factories.make_association()
    factories.commit(made, YEAR, OFFERS)
    factories.adopt(made, YEAR)
    plan(made, 2)
    return made


@pytest.fixture
def sara(association) -> User:
    """Its secretary."""
    return factories.make_user("sara", "secretary", association.slug)


@pytest.fixture
def client(sara, today) -> Client:
    """The secretary's browser, on 1 February 2027."""
    browser = Client()
    browser.force_login(sara)
    return browser


@pytest.fixture
def today(monkeypatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


def plan(association: Association, count: int, year: int = YEAR) -> None:
    payments.plan_payments(association=association, year=year, instalments=default_instalments(year, count))


def receive(association: Association, slug: str, amount: str, day: str = "2027-01-29", **about) -> Posting:
    by = User.objects.filter(username="sara").first() or factories.make_user("sara")
    return booked_payments.receive(
        association=association,
        member=factories.member(association, slug),
        amount=money.parse(amount),
        day=date.fromisoformat(day),
        by=by,
        **{"year": YEAR, "reference": "4711"} | about,
    )


def stands(
    association: Association, slug: str, on: date = TODAY, year: int = YEAR
) -> payments.MemberPayments:
    found = payments.year_payments(association, year, on).row_of(slug)
    assert found is not None
    return found


def kr(figure: Figure) -> str:
    return "–" if figure.amount is None else plain(money.kr(figure.amount))


def instalments(row: payments.MemberPayments) -> list[tuple[str, str, str, bool]]:
    return [
        (each.due.isoformat(), plain(money.kr(each.amount)), plain(money.kr(each.covered)), each.is_late)
        for each in row.standing.instalments
    ]


# -- Where a member stands -------------------------------------------------------------------------


def test_a_part_payment_covers_the_first_instalment_first(association):
    receive(association, "regionen", "1,5 mnkr")

    row = stands(association, "regionen")

    assert (kr(row.called), row.paid, kr(row.late), kr(row.rest), kr(row.over)) == (
        "4 000 000",
        1_500_000_00,
        "500 000",
        "2 500 000",
        "0",
    )
    assert instalments(row) == [
        ("2027-01-31", "2 000 000", "1 500 000", True),
        ("2027-07-31", "2 000 000", "0", False),
    ]


@pytest.mark.parametrize(
    ("on", "late"),
    [
        pytest.param("2027-01-30", "0", id="the-day-before"),
        pytest.param("2027-01-31", "0", id="on-the-day"),
        pytest.param("2027-02-01", "2 000 000", id="the-day-after"),
        pytest.param("2027-07-31", "2 000 000", id="on-the-second-day"),
        pytest.param("2027-08-01", "4 000 000", id="after-the-second-day"),
        pytest.param("2028-03-01", "4 000 000", id="the-year-after"),
    ],
)
def test_an_instalment_is_late_from_the_day_after(association, on, late):
    row = stands(association, "regionen", date.fromisoformat(on))

    assert (kr(row.late), row.is_late) == (late, late != "0")


def test_four_instalments_and_payments_that_came_in_parts(association):
    plan(association, 4)
    for amount in ("600 000", "400 000", "1 000 000,50"):
        receive(association, "regionen", amount, day="2027-04-01", reference=amount)

    row = stands(association, "regionen", date(2027, 8, 1))

    assert instalments(row) == [
        ("2027-01-31", "1 000 000", "1 000 000", False),
        ("2027-04-30", "1 000 000", "1 000 000", False),
        ("2027-07-31", "1 000 000", "0,50", True),
        ("2027-10-31", "1 000 000", "0", False),
    ]
    assert (kr(row.late), kr(row.rest)) == ("999 999,50", "1 999 999,50")


@pytest.mark.parametrize(
    ("amount", "rest", "over"),
    [("3 999 999,99", "0,01", "0"), ("4 000 000", "0", "0"), ("4 000 000,01", "0", "0,01")],
)
def test_all_of_it_an_ore_less_and_an_ore_more(association, amount, rest, over):
    receive(association, "regionen", amount)

    row = stands(association, "regionen", date(2028, 1, 1))

    assert (kr(row.rest), kr(row.over)) == (rest, over)


def test_own_weights_divide_the_contribution(association):
    own = [Instalment(date(2026, 12, 15), 40), Instalment(date(2028, 1, 31), 60)]
    payments.plan_payments(association=association, year=YEAR, instalments=own)

    row = stands(association, "storstad", date(2026, 12, 16))

    assert instalments(row) == [
        ("2026-12-15", "1 200 000", "0", True),
        ("2028-01-31", "1 800 000", "0", False),
    ]


def test_a_key_that_does_not_divide_evenly_is_cut_to_the_ore(exempel):
    """Norrsunda's part by inhabitants is 1 559 706,49 kr: the odd öre falls due first."""
    plan(exempel, 2, 2026)

    found = payments.year_payments(exempel, 2026, date(2026, 1, 1))

    row = found.row_of("norrsunda")
    assert kr(row.called) == "1 559 706,49"
    assert [each.amount for each in row.standing.instalments] == [779_853_25, 779_853_24]
    assert (kr(found.called), found.keyed) == ("11 800 000", {"municipalities"})
    assert sum(each.amount for row in found.rows for each in row.standing.instalments) == 11_800_000_00


def test_rows_stand_by_party_and_leave_out_who_pays_nothing(association):
    found = payments.year_payments(association, YEAR, TODAY)

    assert [row.member.slug for row in found.rows] == ["fk", "regionen", "storstad", "lillstad"]


# -- Which contributions ---------------------------------------------------------------------------


def test_a_plan_that_is_not_saved_is_a_suggestion_and_nothing_is_late(association):
    PlannedInstalment.objects.all().delete()

    found = payments.year_payments(association, YEAR, date(2028, 1, 1))

    assert found.plan == payments.Plan(default_instalments(YEAR, 2), is_saved=False)
    assert (found.is_counted, found.late) == (False, MISSING)
    assert found.obstacle_to_call(found.rows[0]) == (
        "Betalningsplanen är inte sparad. Spara den först, så får rekvisitionen sina dagar."
    )


def test_before_adoption_the_rule_says_what_it_would_be_and_nothing_is_late(association):
    factories.commit(association, 2028, OFFERS | {"regionen": "3 mnkr"})
    plan(association, 2, 2028)

    found = payments.year_payments(association, 2028, date(2029, 1, 1))

    called = {row.member.slug: kr(row.called) for row in found.rows}
    assert called == {
        "fk": "6 000 000",
        "regionen": "3 000 000",
        "storstad": "2 250 000",
        "lillstad": "750 000",
    }
    assert (found.version, found.late, found.obstacle) == (None, MISSING, "")
    assert found.obstacle_to_call(found.rows[0]) == (
        "Budgeten är inte fastställd. Bidraget kan rekvireras när styrelsen har fastställt budgeten."
    )


def test_before_adoption_a_missing_commitment_is_named(association):
    factories.commit(association, 2028, {"fk": "8 mnkr", "storstad": "3 mnkr", "lillstad": "1 mnkr"})

    found = payments.year_payments(association, 2028, TODAY)

    assert found.obstacle == (
        "Taket kan inte räknas ut än. Uppgift om åtagande saknas från Regionen (provforbundet)."
    )
    assert [row.called for row in found.rows] == [MISSING] * 4
    assert [row.standing for row in found.rows] == [None] * 4


def test_a_change_after_adoption_is_not_called_until_it_is_adopted(association):
    factories.commit(association, YEAR, {"regionen": "3 mnkr"})
    before = kr(stands(association, "fk").called)

    factories.adopt(association, YEAR)

    assert (before, kr(stands(association, "fk").called)) == ("8 000 000", "6 000 000")


def test_a_member_pays_from_the_year_it_joins(association):
    """Nystad joins in 2028: 2027 is as it was, 2028 is shared by five."""
    organisation = Organisation.objects.create(name="Nystad", slug="nystad", kind="municipality")
    nystad = Member.objects.create(
        association=association,
        organisation=organisation,
        party=Party.MUNICIPALITIES,
        slug="nystad",
        joined=date(2028, 7, 1),
        position=5,
    )
    factories.commit(association, 2028, OFFERS | {"storstad": "2 mnkr", nystad.slug: "1 mnkr"})
    factories.adopt(association, 2028)
    plan(association, 4, 2028)

    found = {year: payments.year_payments(association, year, TODAY) for year in (2027, 2028)}

    assert [row.member.slug for row in found[2027].rows] == ["fk", "regionen", "storstad", "lillstad"]
    assert [(row.member.slug, kr(row.called)) for row in found[2028].rows] == [
        ("fk", "8 000 000"),
        ("regionen", "4 000 000"),
        ("storstad", "2 000 000"),
        ("lillstad", "1 000 000"),
        ("nystad", "1 000 000"),
    ]
    assert [each.amount for each in found[2028].row_of("nystad").standing.instalments] == [250_000_00] * 4


def test_a_member_that_offers_nothing_owes_nothing(association):
    factories.commit(association, 2028, OFFERS | {"lillstad": "0"})
    factories.adopt(association, 2028)
    plan(association, 2, 2028)

    found = payments.year_payments(association, 2028, date(2029, 1, 1))

    row = found.row_of("lillstad")
    assert (kr(row.called), kr(row.late), kr(row.rest)) == ("0", "0", "0")
    assert (
        found.obstacle_to_call(row) == "Budgeten för 2028 begär inget bidrag från Lillstad (provforbundet)."
    )


def test_what_is_paid_before_anything_is_called_is_neither_left_nor_too_much(association):
    receive(association, "regionen", "1 mnkr", year=2030)

    row = stands(association, "regionen", year=2030)

    assert (row.paid, row.called, row.rest, row.over) == (1_000_000_00, MISSING, MISSING, MISSING)


def test_a_year_of_nothing_has_only_the_paying_members(association):
    found = payments.year_payments(association, 2030, TODAY)

    assert [(row.member.slug, row.called, row.paid) for row in found.rows] == [
        ("fk", MISSING, 0),
        ("regionen", MISSING, 0),
        ("storstad", MISSING, 0),
        ("lillstad", MISSING, 0),
    ]


def test_what_a_member_paid_ahead_stays_when_it_leaves(association):
    receive(association, "lillstad", "1 mnkr", year=2030)
    association.members.filter(slug="lillstad").update(left=date(2029, 12, 31))

    found = payments.year_payments(association, 2030, TODAY)

    assert (found.paid, found.row_of("lillstad").paid) == (1_000_000_00, 1_000_000_00)
    assert payments.year_payments(association, 2031, TODAY).row_of("lillstad") is None


# -- Booking a payment -----------------------------------------------------------------------------


def test_a_payment_says_who_when_and_which(association):
    posting = receive(association, "regionen", "2 mnkr")

    (entry,) = posting.entries.all()
    assert posting.reason == "Inbetalt 2027-01-29 från Regionen (provforbundet), referens 4711"
    assert (entry.account, entry.year, entry.month, entry.member.slug, entry.amount) == (
        Account.PAID,
        2027,
        1,
        "regionen",
        2_000_000_00,
    )
    assert entry.is_derived is False
    assert ledger.verify(association) is None


@pytest.mark.parametrize(
    ("day", "month"),
    [
        ("2026-01-01", 1),
        ("2026-12-31", 1),
        ("2027-01-01", 1),
        ("2027-05-02", 5),
        ("2027-12-31", 12),
        ("2028-01-01", 12),
        ("2028-05-02", 12),
    ],
)
def test_a_payment_is_booked_on_the_nearest_month_of_the_year(association, day, month):
    posting = receive(association, "regionen", "1 000", day=day, reference="")

    assert posting.reason == f"Inbetalt {day} från Regionen (provforbundet)"
    assert [entry.month for entry in posting.entries.all()] == [month]
    assert [each.day for each in booked_payments.payments_in(association, YEAR)] == [date.fromisoformat(day)]


def test_the_very_same_payment_is_asked_about(association):
    first = receive(association, "regionen", "2 mnkr")

    with pytest.raises(booked_payments.RepeatedPaymentError) as caught:
        receive(association, "regionen", "2 mnkr")

    assert caught.value.posting == first
    assert stands(association, "regionen").paid == 2_000_000_00


@pytest.mark.parametrize(
    ("slug", "amount", "about"),
    [
        pytest.param("storstad", "2 mnkr", {}, id="another-member"),
        pytest.param("regionen", "2 000 000,01", {}, id="another-amount"),
        pytest.param("regionen", "2 mnkr", {"day": "2027-01-30"}, id="another-day"),
        pytest.param("regionen", "2 mnkr", {"reference": "4712"}, id="another-reference"),
        pytest.param("regionen", "2 mnkr", {"reference": ""}, id="no-reference"),
    ],
)
def test_a_payment_that_differs_is_not_asked_about(association, slug, amount, about):
    first = receive(association, "regionen", "2 mnkr")

    assert receive(association, slug, amount, **about).number == first.number + 1


def test_one_more_like_it_is_booked_when_that_is_meant_and_then_asked_about_anew(association):
    first = receive(association, "regionen", "2 mnkr")
    second = receive(association, "regionen", "2 mnkr", sure=first.number)

    with pytest.raises(booked_payments.RepeatedPaymentError) as caught:
        receive(association, "regionen", "2 mnkr", sure=first.number)

    assert caught.value.posting == second
    assert stands(association, "regionen").paid == 4_000_000_00


def test_a_payment_that_was_taken_back_is_not_asked_about(association, sara):
    ledger.reverse(receive(association, "regionen", "2 mnkr"), reason="Fel medlem", by=sara)

    receive(association, "regionen", "2 mnkr")

    assert stands(association, "regionen").paid == 2_000_000_00


def test_all_can_be_paid_back_but_not_an_ore_more(association):
    receive(association, "regionen", "2 mnkr")
    head = ledger.head_number(association)

    with pytest.raises(booked_payments.RepaidTooMuchError) as caught:
        receive(association, "regionen", "-2 000 000,01", reference="")

    assert caught.value.paid == 2_000_000_00
    assert ledger.head_number(association) == head
    back = receive(association, "regionen", "-2 mnkr", day="2027-03-01", reference="")
    assert back.reason == "Återbetalt 2027-03-01 till Regionen (provforbundet)"
    assert stands(association, "regionen").paid == 0


def test_another_members_payments_cannot_be_paid_back(association):
    receive(association, "storstad", "1 mnkr")

    with pytest.raises(booked_payments.RepaidTooMuchError):
        receive(association, "regionen", "-1")


def test_nothing_is_no_payment(association):
    with pytest.raises(ValueError, match=r"A payment is not 0 öre\."):
        receive(association, "regionen", "0")


def test_saving_a_plan_replaces_the_one_before_in_that_year_alone(association):
    plan(association, 12, 2028)

    plan(association, 4)

    assert [each.due.isoformat() for each in association.instalments.filter(year=YEAR)] == [
        "2027-01-31",
        "2027-04-30",
        "2027-07-31",
        "2027-10-31",
    ]
    assert association.instalments.filter(year=2028).count() == 12


# -- The list of payments --------------------------------------------------------------------------


def test_the_newest_payment_stands_first_and_one_taken_back_says_so(association, sara):
    first = receive(association, "regionen", "2 mnkr")
    wrong = receive(association, "storstad", "1 mnkr", reference="A, referens B")
    taken_back = ledger.reverse(wrong, reason="Fel medlem", by=sara)

    listed = booked_payments.payments_in(association, YEAR)

    assert [(each.number, each.name, each.amount, each.said, each.reversed_by) for each in listed] == [
        (wrong.number, "Storstad (provforbundet)", 1_000_000_00, "A, referens B", taken_back.number),
        (first.number, "Regionen (provforbundet)", 2_000_000_00, "4711", None),
    ]


@pytest.mark.parametrize(
    "reason",
    [
        "Medlemsbidrag 2027, betalning 1 av 4",
        "Inbetalt 2027-02-30 från Regionen",
        "Inbetalt i januari från Regionen",
    ],
)
def test_a_payment_that_does_not_say_its_day_has_its_month_and_its_reason(association, sara, reason):
    cell = Cell(Account.PAID, YEAR, month=4, member_id=factories.member(association, "fk").pk)
    ledger.post(association=association, changes=[ledger.Change(cell, 1_00)], reason=reason, by=sara)

    (payment,) = booked_payments.payments_in(association, YEAR)

    assert (payment.day, payment.month, payment.said) == (None, 4, reason)


# -- The page --------------------------------------------------------------------------------------

PAGE = "/provforbundet/2027/inbetalningar/"
CAPTION = "Medlemsbidrag och inbetalningar 2027"


def test_the_page_says_what_is_called_paid_late_and_left(association, client):
    receive(association, "fk", "4 mnkr")
    receive(association, "regionen", "1,5 mnkr")
    receive(association, "lillstad", "1 200 000")

    page = read(client.get(PAGE))

    assert page.one("title").shown == "Inbetalningar 2027, provforbundet · Budgetliggaren"
    assert page.one("p", "lead").shown == (
        "Av medlemsbidragen på 16 000 000 kr har 6 700 000 kr betalats in. 2 000 000 kr är försenat, från "
        "Regionen (provforbundet) och Storstad (provforbundet)."
    )
    assert table(page, CAPTION) == [
        [
            *("Medlem", "Medlemsbidrag", "Inbetalt", "Försenat", "Kvar att betala", "Överbetalt"),
            "Gå vidare",
        ],
        ["Fk (provforbundet)", "8 000 000", "4 000 000", "0", "4 000 000", "0", "Rekvisition (PDF) Bokför"],
        [
            *("Regionen (provforbundet) försenad", "4 000 000", "1 500 000", "500 000", "2 500 000", "0"),
            "Rekvisition (PDF) Bokför",
        ],
        [
            *("Storstad (provforbundet) försenad", "3 000 000", "0", "1 500 000", "3 000 000", "0"),
            "Rekvisition (PDF) Bokför",
        ],
        [
            "Lillstad (provforbundet)",
            "1 000 000",
            "1 200 000",
            "0",
            "0",
            "200 000",
            "Rekvisition (PDF) Bokför",
        ],
        ["Summa", "16 000 000", "6 700 000", "2 000 000", "9 500 000", "200 000", ""],
    ]
    assert table(page, "Delbetalningar 2027") == [
        ["Medlem", "2027-01-31", "2027-07-31", "Summa"],
        ["Fk (provforbundet)", "4 000 000 betald", "4 000 000", "8 000 000"],
        ["Regionen (provforbundet)", "2 000 000 försenad: 500 000", "2 000 000", "4 000 000"],
        ["Storstad (provforbundet)", "1 500 000 försenad: 1 500 000", "1 500 000", "3 000 000"],
        ["Lillstad (provforbundet)", "500 000 betald", "500 000 betald", "1 000 000"],
        ["Summa", "8 000 000", "8 000 000", "16 000 000"],
    ]


def test_a_part_that_is_paid_ahead_says_what_is_left(association, client):
    receive(association, "regionen", "2,5 mnkr")

    rows = table(read(client.get(PAGE)), "Delbetalningar 2027")

    assert rows[2][1:3] == ["2 000 000 betald", "2 000 000 kvar: 1 500 000"]


def test_the_page_lists_the_payments(association, client, sara):
    receive(association, "regionen", "2 mnkr")
    wrong = receive(association, "storstad", "1 mnkr", reference="")
    taken_back = ledger.reverse(wrong, reason="Fel medlem", by=sara)

    page = read(client.get(PAGE))

    assert table(page, "Bokförda inbetalningar för 2027, den senaste först") == [
        ["Dag", "Medlem", "Belopp", "Referens", "Verifikation"],
        [
            *("2027-01-29 rättad", "Storstad (provforbundet)", "1 000 000", ""),
            f"{wrong.number} rättad av {taken_back.number}",
        ],
        ["2027-01-29", "Regionen (provforbundet)", "2 000 000", "4711", "3"],
    ]
    assert "/provforbundet/verifikation/3/" in [link.attributes["href"] for link in page.all("a")]


def test_a_year_without_payments_says_so_and_nothing_late_too(association, client, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2027, 1, 31))

    page = read(client.get(PAGE))

    assert page.one("p", "lead").shown == (
        "Av medlemsbidragen på 16 000 000 kr har 0 kr betalats in. Inget är försenat."
    )
    assert table(page, "Bokförda inbetalningar")[1] == ["Inga inbetalningar är bokförda för 2027."]


def test_a_year_that_is_not_adopted_is_preliminary(association, client):
    factories.commit(association, 2028, OFFERS)

    page = read(client.get("/provforbundet/2028/inbetalningar/"))

    assert page.one("p", "asof").shown == "Preliminärt · läget 2027-02-01"
    assert page.one("p", "lead").shown == (
        "Budgeten är inte fastställd. Beloppen är preliminära: det som åtagandena räcker till i dag."
    )
    assert table(page, "Preliminära medlemsbidrag och inbetalningar 2028")[:2] == [
        ["Medlem", "Medlemsbidrag", "Inbetalt", "Kvar att betala", "Gå vidare"],
        ["Fk (provforbundet)", "8 000 000", "0", "8 000 000", "Bokför"],
    ]
    assert table(page, "Preliminära delbetalningar 2028")[-1] == [
        "Summa",
        "8 000 000",
        "8 000 000",
        "16 000 000",
    ]


def test_a_year_of_nothing_has_dashes_that_are_explained(association, client):
    page = read(client.get("/provforbundet/2030/inbetalningar/"))

    assert table(page, "Preliminära medlemsbidrag")[1][:3] == ["Fk (provforbundet)", "–", "0"]
    assert table(page, "Preliminära delbetalningar")[1:] == [["Inga belopp att dela upp än."]]
    assert "Streck: uppgift saknas." in [each.shown for each in page.all("p", "unit")]


@pytest.mark.parametrize("role", ["as_board_member", "as_auditor"])
def test_those_who_read_get_the_letters_but_no_way_to_change(request, stockholm, role):
    plan(stockholm, 2, 2021)

    page = read(request.getfixturevalue(role).get("/stockholm/2021/inbetalningar/"))

    links = [link.attributes["href"] for link in page.one("main").all("a")]
    assert [link for link in links if "/ny/" in link or "/plan/" in link] == []
    assert [link.rpartition("/")[2] for link in links if link.endswith(".pdf")] == [
        "forsakringskassan.pdf",
        "region-stockholm.pdf",
        "stockholms-stad.pdf",
    ]
    assert table(page, "Medlemsbidrag")[1][-1] == "Rekvisition (PDF)"


def test_derived_contributions_are_marked_in_every_sum(stockholm, as_auditor):
    page = read(as_auditor.get("/stockholm/2021/inbetalningar/"))

    assert table(page, "Delbetalningar 2021")[-1] == ["Summa", "h16 000 000", "h16 000 000", "h32 000 000"]
    assert "h: härlett." in page.one("main").shown


@pytest.mark.parametrize("role", ["visitor", "as_outsider"])
@pytest.mark.parametrize("page", ["", "norrsunda.pdf"])
def test_payments_do_not_exist_for_those_without_a_role(request, exempel, role, page):
    plan(exempel, 2, 2026)

    response = request.getfixturevalue(role).get(f"/exempel/2026/inbetalningar/{page}")

    assert response.status_code == 404
    assert "Norrsunda" not in response.content.decode()


@pytest.mark.parametrize("municipalities", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [("", 12), ("plan/", 8), ("ny/", 11)],
    ids=["payments", "plan", "payment"],
)
def test_query_counts_do_not_grow_with_members(
    db, client, django_assert_num_queries, municipalities, address, queries
):
    """Five of them are the log-in's: who it is, and how long it lasts."""
    made = factories.make_association("frageforbundet", af=False)
    made.members.filter(slug="lillstad").delete()
    for number in range(municipalities - 1):
        factories.make_member(made, f"kommun-{number}", Party.MUNICIPALITIES, position=number + 5)
    slugs = list(made.members.values_list("slug", flat=True))
    factories.commit(made, YEAR, dict.fromkeys(slugs, "3 mnkr"))
    factories.adopt(made, YEAR)
    plan(made, 4 if municipalities == 1 else 12)
    for slug in slugs:
        receive(made, slug, "1 mnkr")
    factories.Role.objects.create(user=User.objects.get(username="sara"), association=made, kind="secretary")

    with django_assert_num_queries(queries):
        response = client.get(f"/frageforbundet/2027/inbetalningar/{address}")

    assert response.status_code == 200


# -- The letter's address --------------------------------------------------------------------------


@pytest.fixture
def quick_pdf(monkeypatch) -> None:
    """A letter's HTML, without setting it."""
    monkeypatch.setattr("budgets.reports.render_pdf", lambda html: html.encode())


def test_the_letter_has_a_name_that_says_what_it_is(association, client, quick_pdf):
    response = client.get(f"{PAGE}regionen.pdf")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        'inline; filename="rekvisition-2027_provforbundet_regionen.pdf"'
    )


@pytest.mark.parametrize("member", ["af", "finns-inte", "norrsunda"])
def test_there_is_no_letter_to_one_that_does_not_pay(association, client, quick_pdf, member):
    assert client.get(f"{PAGE}{member}.pdf").status_code == 404


def test_a_budget_that_is_not_adopted_calls_nobody(association, client, quick_pdf):
    factories.commit(association, 2028, OFFERS)
    plan(association, 2, 2028)

    response = client.get("/provforbundet/2028/inbetalningar/regionen.pdf")

    assert response.status_code == 409
    assert read(response).one("div", "problem").one("p").shown == (
        "Budgeten är inte fastställd. Bidraget kan rekvireras när styrelsen har fastställt budgeten."
    )


def test_a_missing_library_is_said_in_swedish(association, client, monkeypatch):
    from budgets import reports

    def fail(html: str) -> bytes:
        raise reports.CannotMakePdf("PDF kan inte göras här: systembiblioteket Pango saknas.")

    monkeypatch.setattr(reports, "render_pdf", fail)

    response = client.get(f"{PAGE}regionen.pdf")

    assert response.status_code == 503
    assert "systembiblioteket Pango saknas" in response.content.decode()


# -- The form for a payment ------------------------------------------------------------------------

FORM = f"{PAGE}ny/"
TYPED = {"member": "regionen", "amount": "2 000 000", "day": "2027-01-29", "reference": "4711"}


def complaints(page: Element) -> list[str]:
    return [item.shown for item in page.one("div", "problem").all("li")]


def field(page: Element, name: str) -> Element:
    (found,) = [each for each in page if each.attributes.get("name") == name and each.tag != "button"]
    return found


def chosen(page: Element, name: str) -> str:
    (option,) = [each for each in field(page, name).all("option") if "selected" in each.attributes]
    return option.attributes["value"]


def test_the_secretary_books_a_payment(association, client):
    response = client.post(FORM, TYPED)
    page = read(client.get(response["Location"]))

    assert response["Location"] == PAGE
    assert page.one("p", "saved").shown == (
        "Inbetalningen på 2 000 000 kr från Regionen (provforbundet) är bokförd som verifikation 3."
    )
    assert stands(association, "regionen").paid == 2_000_000_00


def test_the_secretary_is_told_when_it_became_too_much(association, client):
    client.post(FORM, TYPED | {"amount": "4 000 000,50"})

    assert read(client.get(PAGE)).one("p", "saved").shown == (
        "Inbetalningen på 4 000 000,50 kr från Regionen (provforbundet) är bokförd som verifikation 3. "
        "Därmed är 0,50 kr mer inbetalt än medlemsbidraget."
    )


def test_a_repayment_is_typed_with_a_minus(association, client):
    receive(association, "regionen", "5 mnkr")

    client.post(FORM, TYPED | {"amount": "−1 000 000", "day": "2027-02-01"})

    assert read(client.get(PAGE)).one("p", "saved").shown == (
        "Återbetalningen på 1 000 000 kr till Regionen (provforbundet) är bokförd som verifikation 4."
    )
    assert stands(association, "regionen").paid == 4_000_000_00


def test_the_members_link_suggests_the_member_and_says_where_it_stands(association, client):
    receive(association, "regionen", "1,5 mnkr")

    page = read(client.get(FORM, {"medlem": "regionen"}))

    assert chosen(page, "member") == "regionen"
    assert page.one("p", "asof").shown == (
        "Regionen (provforbundet): medlemsbidrag 4 000 000 kr, inbetalt 1 500 000 kr, "
        "kvar att betala 2 500 000 kr."
    )


@pytest.mark.parametrize("asked", ["", "finns-inte", "norrsunda", "\x00", "<b>"])
def test_a_suggestion_that_is_no_member_suggests_nobody(association, client, asked):
    page = read(client.get(FORM, {"medlem": asked}))

    assert page.all("p", "asof") == []
    assert "selected" not in [
        name for option in field(page, "member").all("option")[1:] for name in option.attributes
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"member": ""}, "Välj medlemmen i listan.", id="nobody"),
        pytest.param({"member": "norrsunda"}, "Välj medlemmen i listan.", id="another-forbunds-member"),
        pytest.param({"member": "af"}, "Välj medlemmen i listan.", id="one-that-pays-nothing"),
        pytest.param(
            {"amount": "12.000"},
            "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental.",
            id="thousands-mark",
        ),
        pytest.param(
            {"amount": "=1+1"},
            "Beloppet =1+1 går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr.",
            id="formula",
        ),
        pytest.param({"amount": ""}, "Skriv ett belopp, till exempel 12 000 eller 8,5 mnkr.", id="no-amount"),
        pytest.param(
            {"amount": "0,00"},
            "Beloppet 0 är ingen inbetalning. Skriv det belopp som kom in.",
            id="nothing",
        ),
        pytest.param(
            {"amount": "-1"},
            "Regionen (provforbundet) har betalat 0 kr för 2027. Mer kan inte betalas tillbaka.",
            id="repaid-too-much",
        ),
        pytest.param({"day": ""}, "Skriv dagen då pengarna kom, som 2027-01-29.", id="no-day"),
        pytest.param(
            {"day": "igår"},
            "Datumet igår går inte att tolka. Skriv det som 2026-11-27.",
            id="a-day-in-words",
        ),
        pytest.param(
            {"day": "2027-02-02"},
            "Dagen 2027-02-02 har inte varit än. Skriv dagen då pengarna kom.",
            id="tomorrow",
        ),
        pytest.param(
            {"day": "2025-12-31"},
            "Dagen 2025-12-31 är för tidig för 2027. Skriv en dag från 2026-01-01.",
            id="too-early",
        ),
        pytest.param(
            {"reference": "4711\x00"},
            "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen.",
            id="null-character",
        ),
        pytest.param(
            {"reference": "x" * 201},
            "Texten är för lång: 201 tecken. Högst 200 får plats.",
            id="too-long",
        ),
    ],
)
def test_what_cannot_be_booked_is_said_and_nothing_is_lost(association, client, wrong, said):
    response = client.post(FORM, TYPED | wrong)

    page = read(response)
    (name,) = wrong
    assert response.status_code == 422
    assert complaints(page) == [said]
    assert page.one("title").shown.startswith("Fel: ")
    assert field(page, name).attributes["aria-invalid"] == "true"
    kept = (TYPED | wrong) | {"reference": (TYPED | wrong)["reference"].replace("\x00", "")}
    assert {
        each: field(page, each).attributes.get("value", "") for each in ("amount", "day", "reference")
    } == {each: kept[each] for each in ("amount", "day", "reference")}
    assert ledger.head_number(association) == 2


@pytest.mark.parametrize("day", ["2027-02-01", "2026-01-01"])
def test_today_and_the_first_day_of_the_year_before_are_days(association, client, day):
    assert client.post(FORM, TYPED | {"day": day}).status_code == 302


def test_a_payment_like_an_earlier_one_is_asked_about_once(association, client):
    client.post(FORM, TYPED)

    asked = client.post(FORM, TYPED)
    page = read(asked)
    (sure,) = [each for each in page.all("button") if each.attributes.get("name") == "sure"]
    confirmed = client.post(FORM, TYPED | {"sure": sure.attributes["value"]})

    assert asked.status_code == 422
    assert page.one("div", "question").all("p")[0].shown == (
        "En likadan inbetalning finns som verifikation 3. Är det en till? Inget är bokfört än."
    )
    assert chosen(page, "member") == "regionen"
    assert (sure.shown, sure.attributes["value"]) == ("Ja, bokför en till", "3")
    assert confirmed.status_code == 302
    assert stands(association, "regionen").paid == 4_000_000_00


def test_a_confirmation_sent_twice_books_one_more_only(association, client):
    client.post(FORM, TYPED)

    statuses = [client.post(FORM, TYPED | {"sure": "3"}).status_code for _each in range(2)]

    assert statuses == [302, 422]
    assert stands(association, "regionen").paid == 4_000_000_00


@pytest.mark.parametrize("sure", ["", "abc", "-1", "9" * 40, "٣", "2", "\x00"])
def test_a_confirmation_of_something_else_confirms_nothing(association, client, sure):
    client.post(FORM, TYPED)

    assert client.post(FORM, TYPED | {"sure": sure}).status_code == 422
    assert stands(association, "regionen").paid == 2_000_000_00


@pytest.mark.parametrize(("role", "status"), [("board", 403), ("auditor", 403), ("", 404)])
@pytest.mark.parametrize("address", ["ny/", "plan/"])
def test_nobody_else_books_or_plans(association, today, role, status, address):
    user = factories.make_user("annan", role, *([association.slug] if role else []))
    browser = Client()
    browser.force_login(user)

    response = browser.post(f"{PAGE}{address}", TYPED | {"action": "equal", "count": "12"})

    assert response.status_code == status
    assert ledger.head_number(association) == 2
    assert association.instalments.count() == 2


def test_a_log_in_that_ran_out_keeps_what_was_typed(association, today):
    response = Client().post(FORM, TYPED)

    page = read(response)
    assert response.status_code == 401
    assert {name: field(page, name).attributes["value"] for name in TYPED} == TYPED


# -- The plan --------------------------------------------------------------------------------------

PLAN = f"{PAGE}plan/"


def rows(*typed: tuple[str, str] | tuple[str, str, str], known: int = 0) -> dict[str, str]:
    """What the form of own days sends: each row's day and weight, "bort" for one that is to go."""
    sent = {"action": "own", "row-TOTAL_FORMS": str(len(typed)), "row-INITIAL_FORMS": str(known)}
    for place, (due, weight, *gone) in enumerate(typed):
        sent |= {f"row-{place}-due": due, f"row-{place}-weight": weight}
        sent |= {f"row-{place}-DELETE": "on"} if gone else {}
    return sent


def planned(association: Association) -> list[tuple[str, int]]:
    return [(each.due.isoformat(), each.weight) for each in association.instalments.filter(year=YEAR)]


TWO = [("2027-01-31", 1), ("2027-07-31", 1)]


def test_the_plan_shows_the_rows_as_they_are_and_one_to_fill(association, client):
    page = read(client.get(PLAN))

    shown = [each.attributes.get("value", "") for each in page.one("table").all("input")]
    assert page.one("h1").shown == "Betalningsplan 2027"
    assert [value for value in shown if value] == ["2027-01-31", "1", "2027-07-31", "1", "1"]
    assert chosen(page, "count") == "2"


def test_a_plan_that_is_not_saved_suggests_two(association, client):
    PlannedInstalment.objects.all().delete()

    page = read(client.get(PLAN))

    assert chosen(page, "count") == "2"
    assert page.one("p", "lead").shown == (
        "Ingen plan är sparad än. Välj vilka dagar medlemmarna betalar sina bidrag. Planen gäller alla "
        "medlemmar."
    )


@pytest.mark.parametrize("count", [1, 2, 4, 12])
def test_equal_parts_are_saved_as_rows(association, client, count):
    response = client.post(PLAN, {"action": "equal", "count": str(count)})

    assert response["Location"] == PAGE
    assert read(client.get(PAGE)).one("p", "saved").shown == "Betalningsplanen för 2027 är sparad."
    assert planned(association) == [(each.due.isoformat(), 1) for each in default_instalments(YEAR, count)]


@pytest.mark.parametrize("count", ["", "3", "0", "-2", "två", "\x00"])
def test_other_counts_are_refused(association, client, count):
    response = client.post(PLAN, {"action": "equal", "count": count})

    assert response.status_code == 422
    assert complaints(read(response)) == ["Välj 1, 2, 4 eller 12 delbetalningar i listan."]
    assert planned(association) == TWO


def test_own_days_and_weights_are_saved_in_order(association, client):
    sent = rows(("2028-12-31", "60"), ("2026-01-01", "40"), ("", "1"))

    response = client.post(PLAN, sent)

    assert response.status_code == 302
    assert planned(association) == [("2026-01-01", 40), ("2028-12-31", 60)]


def test_a_row_is_taken_away(association, client):
    client.post(PLAN, rows(("2027-01-31", "1", "bort"), ("2027-07-31", "1"), ("", "1"), known=2))

    assert planned(association) == [("2027-07-31", 1)]


def test_a_row_is_added_without_saving_or_losing_anything(association, client):
    sent = rows(("2027-01-31", "1"), ("2027-12-24", "3"), known=2) | {"action": "add"}

    response = client.post(PLAN, sent)

    page = read(response)
    assert response.status_code == 200
    assert page.all("div", "problem") == []
    assert [field(page, f"row-{place}-due").attributes.get("value", "") for place in range(3)] == [
        "2027-01-31",
        "2027-12-24",
        "",
    ]
    assert planned(association) == TWO


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param(
            [("2025-12-31", "1")],
            "Förfallodag, rad 1: Dagen 2025-12-31 ligger för långt från 2027. Välj en dag från 2026-01-01 "
            "till 2028-12-31.",
            id="too-early",
        ),
        pytest.param(
            [("2029-01-01", "1")],
            "Förfallodag, rad 1: Dagen 2029-01-01 ligger för långt från 2027. Välj en dag från 2026-01-01 "
            "till 2028-12-31.",
            id="too-late",
        ),
        pytest.param(
            [("31 januari", "1")],
            "Förfallodag, rad 1: Datumet 31 januari går inte att tolka. Skriv det som 2026-11-27.",
            id="a-day-in-words",
        ),
        pytest.param(
            [("2027-01-31", "1"), ("2027-01-31", "2")],
            "Förfallodag, rad 2: Två delbetalningar har samma förfallodag, 2027-01-31. Ändra eller ta bort "
            "den ena.",
            id="same-day",
        ),
        pytest.param(
            [("2027-01-31", "1,5")],
            "Andel, rad 1: Andelen 1,5 går inte att använda. Skriv ett helt tal från 1 till 1 000 000.",
            id="half-a-part",
        ),
        pytest.param(
            [("2027-01-31", "0")],
            "Andel, rad 1: Andelen 0 går inte att använda. Skriv ett helt tal från 1 till 1 000 000.",
            id="no-part",
        ),
        pytest.param(
            [("2027-01-31", "1000001")],
            "Andel, rad 1: Andelen 1000001 går inte att använda. Skriv ett helt tal från 1 till 1 000 000.",
            id="too-large-a-part",
        ),
        pytest.param(
            [("2027-01-31", "1\x00")],
            "Andel, rad 1: Ta bort det osynliga tecknet (null-tecken) och skriv texten igen.",
            id="null-character",
        ),
        pytest.param([("2027-01-31", "")], "Andel, rad 1: Skriv andelen, till exempel 1.", id="unweighed"),
        pytest.param([("", "1")], "Planen behöver minst en delbetalning. Skriv en förfallodag.", id="empty"),
        pytest.param(
            [("2027-01-31", "1", "bort")],
            "Planen behöver minst en delbetalning. Skriv en förfallodag.",
            id="all-taken-away",
        ),
        pytest.param(
            [(f"2027-01-{day:02}", "1") for day in range(1, 20)],
            "Planen kan ha högst 18 delbetalningar.",
            id="19-rows",
        ),
    ],
)
def test_what_is_no_plan_is_refused_and_the_old_one_stands(association, client, typed, said):
    response = client.post(PLAN, rows(*typed))

    assert response.status_code == 422
    assert complaints(read(response)) == [said]
    assert planned(association) == TWO


def test_a_row_emptied_is_asked_to_be_taken_away(association, client):
    response = client.post(PLAN, rows(("2027-01-31", "1"), ("", "1"), known=2))

    assert complaints(read(response)) == [
        "Förfallodag, rad 2: Skriv förfallodagen, eller markera Ta bort om raden ska bort."
    ]


def test_a_million_and_18_rows_are_a_plan(association, client):
    sent = rows(*((f"2027-01-{day:02}", "1000000") for day in range(1, 19)))

    assert client.post(PLAN, sent).status_code == 302
    assert len(planned(association)) == 18


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"action": "own"},
        {"action": "add"},
        {"action": "own", "row-TOTAL_FORMS": "x", "row-INITIAL_FORMS": "0"},
        {"action": "add", "row-TOTAL_FORMS": "9" * 40, "row-INITIAL_FORMS": "0"},
        {"action": "add", "row-TOTAL_FORMS": "٣", "row-INITIAL_FORMS": "-1"},
    ],
)
def test_a_form_that_came_halfway_saves_nothing(association, client, sent):
    response = client.post(PLAN, sent)

    assert response.status_code == (200 if sent.get("action") == "add" else 422)
    assert planned(association) == TWO
