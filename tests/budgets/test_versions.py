"""A budget's way from draft to adopted: proposed, consulted, adopted, revised; the page and the services."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from budgets import ledger, queries, services
from budgets.ledger import Cell, Decision, Remark
from budgets.models import Account, BudgetLine, Entry, Note, Posting
from budgets.services import ChangedSinceError, NothingProposedError
from budgets.steps import Round
from finsam import money
from finsam.money import Figure
from members.access import Access
from members.models import Association, Role, User
from tests import factories
from tests.factories import make_association, make_line, member
from tests.pages import Element, plain, read, table

pytestmark = pytest.mark.django_db

ADDRESS = "/provforbundet/2027/versioner/"

# The region's 2 mnkr carry 8: the state pays 4, the municipalities 2 together.
OFFERS = {"fk": "8,0 mnkr", "regionen": "2,0 mnkr", "storstad": "2,5 mnkr", "lillstad": "1,5 mnkr"}
CALLED = {"fk": "4 000 000", "regionen": "2 000 000", "storstad": "1 250 000", "lillstad": "750 000"}

ADOPTS = {
    "step": "adopt",
    "adopt-decision_body": "Styrelsen",
    "adopt-decision_date": "2026-11-26",
    "adopt-decision_paragraph": "45",
    "adopt-registry_no": "SF 2026/14",
    "adopt-confirms": "on",
}
ANSWERS = {"step": "answer", "answer-member": "regionen", "answer-stance": "approves"}


@pytest.fixture
def ours(secretary: User, board_member: User) -> Association:
    """A förbund with commitments for 2027 as posting 1, the secretary's and the board member's."""
    association = make_association()
    Role.objects.create(user=secretary, association=association, kind=Role.Kind.SECRETARY)
    Role.objects.create(user=board_member, association=association, kind=Role.Kind.BOARD)
    factories.commit(association, 2027, OFFERS)
    return association


@pytest.fixture
def in_time(monkeypatch):
    """Today is 27 November 2026."""
    on(monkeypatch, 27)


def on(monkeypatch, day: int) -> None:
    """Today is that day of November 2026, or of December when it is more than 30."""
    today = dt.date(2026, 11, day) if day <= 30 else dt.date(2026, 12, day - 30)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: today)


BOARD = Decision("Styrelsen", dt.date(2026, 11, 26), "§ 45")


def about(association: Association) -> dict[str, Any]:
    return {
        "association": association,
        "year": 2027,
        "by": None,
        "author_name": "Ett test",
        "reason": "Ett steg",
    }


def propose(association: Association, **more: Any) -> Posting:
    return services.propose(**about(association) | more)


def consult(association: Association, **more: Any) -> Posting:
    return services.consult(**about(association) | more)


def adopt(association: Association, **more: Any) -> Posting:
    return services.adopt(**about(association) | {"decision": BOARD} | more)


def answer(association: Association, slug: str, stance: str, **more: Any) -> Posting | None:
    given = {key: value for key, value in about(association).items() if key != "reason"}
    return services.answer(**given | {"member": member(association, slug), "stance": stance} | more)


def allocate(association: Association, slug: str, amount: str, kind: str = BudgetLine.Kind.MEASURE) -> None:
    line = association.lines.filter(slug=slug).first() or make_line(association, slug, kind)
    cell = Cell(Account.ALLOCATED, 2027, line_id=line.pk)
    wishes = {cell: Figure(money.parse(amount))}
    services.record(association=association, wishes=wishes, reason="Fördelning", by=None, author_name="Test")


def step(client: Client, typed: dict[str, Any], *, seen: int | None = None, address: str = ADDRESS) -> Any:
    """Send a step's form as it is shown now, or as if it had been shown after posting ``seen``."""
    association = Association.objects.get(slug="provforbundet")
    budget = queries.year_budget(association, 2027, Access("secretary"))
    shown = {
        "seen": str(ledger.head_number(association) if seen is None else seen),
        "called": [f"{pk}:{amount}" for pk, amount in Round(budget).called.items()],
    }
    return client.post(address, shown | typed)


def versions(association: Association) -> list[tuple[int, str, bool, int]]:
    """Each version's ordinal, state, whether it is public, and its posting's number."""
    rows = association.versions.order_by("ordinal")
    return list(rows.values_list("ordinal", "state", "is_public", "posting__number"))


def complaints(page: Element) -> list[str]:
    return [item.shown for item in page.one("div", "problem").all("li")]


def warnings(page: Element) -> list[str]:
    return [each.shown for each in page.all("p", "warning")]


def open_parts(page: Element) -> list[str]:
    """The summaries of the parts that are open."""
    return [each.one("summary").shown for each in page.all("details") if "open" in each.attributes]


def saved(client: Client, response: Any) -> str:
    assert response.status_code == 302, [item.shown for item in read(response).all("li")]
    return read(client.get(response["Location"])).one("p", "saved").shown


# -- The whole way, as the secretary goes it -------------------------------------------------------


def test_a_budget_goes_from_draft_to_adopted(as_secretary, ours, in_time):
    page = read(as_secretary.get(ADDRESS))
    assert page.one("h1").shown == "Versioner av budget 2027"
    assert table(page, "Versioner")[1][:4] == ["Utkast", "utkast", "", "1"]
    assert open_parts(page) == ["Lägg fram ett förslag"]
    assert [h2.shown for h2 in page.all("h2")] == ["1. Förslag", "2. Samråd", "3. Fastställ"]

    proposed = step(
        as_secretary,
        {
            "step": "propose",
            "propose-is_public": "on",
            "propose-decision_body": "Styrelsen",
            "propose-decision_date": "2026-10-08",
            "propose-decision_paragraph": "§ 35",
        },
    )
    assert saved(as_secretary, proposed) == (
        "Förslaget är framlagt som version 1 (verifikation 2) och offentligt."
    )
    page = read(as_secretary.get(ADDRESS))
    assert open_parts(page) == ["Skriv in ett svar"]

    for place, (slug, stance) in enumerate(
        [
            ("fk", "approves"),
            ("af", "abstains"),
            ("regionen", "approves"),
            ("storstad", "approves"),
            ("lillstad", "approves"),
        ]
    ):
        told = saved(
            as_secretary, step(as_secretary, ANSWERS | {"answer-member": slug, "answer-stance": stance})
        )
        assert told == (
            f"Svaret från {slug.capitalize()} (provforbundet) är sparat som verifikation {3 + place}."
        )
    page = read(as_secretary.get(ADDRESS))
    assert [row[:2] for row in table(page, "Medlemmarnas svar")[1:]] == [
        ["Fk (provforbundet)", "tillstyrker"],
        ["Af (provforbundet)", "avstår från att svara"],
        ["Regionen (provforbundet)", "tillstyrker"],
        ["Storstad (provforbundet)", "tillstyrker"],
        ["Lillstad (provforbundet)", "tillstyrker"],
    ]
    assert open_parts(page) == ["Avsluta samrådet"]

    consulted = step(as_secretary, {"step": "consult", "consult-decision_body": "Medlemssamrådet"})
    assert saved(as_secretary, consulted) == "Samrådet är klart: version 2 (verifikation 8)."
    page = read(as_secretary.get(ADDRESS))
    assert open_parts(page) == ["Fastställ budgeten"]
    assert warnings(page) == ["Inga kostnader är fördelade på poster än."]
    assert table(page, "Det här bokförs: medlemsbidrag 2027") == [
        ["Medlem", "Åtagande", "Medlemsbidrag"],
        ["Fk (provforbundet)", "8 000 000", "4 000 000"],
        ["Regionen (provforbundet)", "2 000 000", "2 000 000"],
        ["Storstad (provforbundet)", "2 500 000", "1 250 000"],
        ["Lillstad (provforbundet)", "1 500 000", "750 000"],
        ["Summa", "14 000 000", "8 000 000"],
    ]

    adopted = step(as_secretary, ADOPTS)
    assert saved(as_secretary, adopted) == plain(
        "Budget 2027 fastställd som version 3, verifikation 9: 8 000 000 kr i medlemsbidrag."
    )
    page = read(as_secretary.get(ADDRESS))
    when = timezone.localtime(Posting.objects.get(association=ours, number=9).created_at)
    assert table(page, "Versioner")[1] == [
        "Version 3",
        "fastställd",
        "Styrelsen, 2026-11-26 § 45, dnr SF 2026/14",
        "9",
        f"Sara {when:%Y-%m-%d %H:%M}",
        "mot version 2",
    ]
    assert [row[:2] for row in table(page, "Versioner")[1:]] == [
        ["Version 3", "fastställd"],
        ["Version 2", "samrådd offentligt"],
        ["Version 1", "förslag offentligt"],
    ]
    assert page.all("form", "step") == []
    assert versions(ours) == [
        (1, "proposed", True, 2),
        (2, "consulted", True, 8),
        (3, "adopted", True, 9),
    ]
    called = queries.called(ours, 2027)
    assert {slug: called[member(ours, slug).pk] for slug in CALLED} == {
        slug: Figure(money.parse(amount)) for slug, amount in CALLED.items()
    }
    assert ledger.verify(ours) is None


def test_an_adopted_budget_whose_figures_change_is_revised(as_secretary, ours, in_time):
    adopt(ours)
    settled = read(as_secretary.get(ADDRESS))
    factories.commit(ours, 2027, {"regionen": "3,0 mnkr"})

    page = read(as_secretary.get(ADDRESS))
    revised = step(
        as_secretary, ADOPTS | {"adopt-decision_date": "2027-03-18", "adopt-financing_text": "Höjda bidrag"}
    )

    assert settled.one("main").all("p")[-1].shown == (
        "Budgeten är fastställd. Ändras ett belopp kan den revideras här. Till åtagandena"
    )
    assert [h2.shown for h2 in page.all("h2")] == ["1. Förslag", "2. Samråd", "3. Revidera"]
    assert table(page, "Versioner")[1][0] == "Utkast"
    assert table(page, "Det här bokförs") == [
        ["Medlem", "Åtagande", "Fastställt förut", "Medlemsbidrag", "Ändring"],
        ["Fk (provforbundet)", "8 000 000", "4 000 000", "6 000 000", "2 000 000"],
        ["Regionen (provforbundet)", "3 000 000", "2 000 000", "3 000 000", "1 000 000"],
        ["Storstad (provforbundet)", "2 500 000", "1 250 000", "1 875 000", "625 000"],
        ["Lillstad (provforbundet)", "1 500 000", "750 000", "1 125 000", "375 000"],
        ["Summa", "15 000 000", "8 000 000", "12 000 000", "4 000 000"],
    ]
    assert saved(as_secretary, revised) == plain(
        "Budget 2027 reviderad som version 2, verifikation 4: 12 000 000 kr i medlemsbidrag."
    )
    newest = table(read(as_secretary.get(ADDRESS)), "Versioner")[1]
    assert newest[1] == "reviderad Finansiering: Höjda bidrag"
    assert versions(ours) == [(1, "adopted", True, 2), (2, "revised", True, 4)]


def test_a_proposed_revision_can_be_adopted_without_further_change(as_secretary, ours, in_time):
    adopt(ours)
    factories.commit(ours, 2027, {"regionen": "3,0 mnkr"})
    propose(ours)

    page = read(as_secretary.get(ADDRESS))
    revised = step(as_secretary, ADOPTS | {"adopt-financing_text": "Höjda bidrag"})

    assert [h2.shown for h2 in page.all("h2")] == ["1. Förslag", "2. Samråd", "3. Revidera"]
    assert revised.status_code == 302
    assert [version[1] for version in versions(ours)] == ["adopted", "proposed", "revised"]


def test_the_members_may_fix_a_new_forbunds_first_budget(as_secretary, ours, in_time):
    step(as_secretary, ADOPTS | {"adopt-decision_body": "Medlemmarna gemensamt"})

    posting = Posting.objects.get(association=ours, number=2)
    assert (posting.decision_body, posting.decision_date) == (
        "Medlemmarna gemensamt",
        dt.date(2026, 11, 26),
    )
    assert (posting.decision_paragraph, posting.registry_no) == ("§ 45", "SF 2026/14")
    assert (posting.reason, posting.author_name) == ("Budget 2027 fastställd", "Sara")


def test_the_board_suggests_itself_as_the_one_that_decides(as_secretary, ours):
    page = read(as_secretary.get(ADDRESS))

    (body,) = [each for each in page.all("input") if each.attributes["name"] == "adopt-decision_body"]
    assert body.attributes["value"] == "Styrelsen"


def test_a_proposal_that_is_not_public_says_so(as_secretary, visitor, ours):
    told = saved(as_secretary, step(as_secretary, {"step": "propose"}))

    assert told == (
        "Förslaget är framlagt som version 1 (verifikation 2). Det syns bara för förbundets roller."
    )
    assert table(read(as_secretary.get(ADDRESS)), "Versioner")[1][:3] == [
        "Version 1",
        "förslag syns bara för förbundets roller",
        "–",
    ]
    assert visitor.get(ADDRESS).status_code == 404


def test_a_year_without_figures_has_nothing_to_lay_before_the_board(as_secretary, ours):
    address = "/provforbundet/2028/versioner/"

    page = read(as_secretary.get(address))
    refused = step(as_secretary, {"step": "propose"}, address=address)

    said = "Här finns inget att lägga fram än. Skriv först in vad medlemmarna åtar sig."
    assert page.one("main").all("p")[-1].shown == f"{said} Till åtagandena"
    assert (refused.status_code, complaints(read(refused))) == (422, [said])
    assert versions(ours) == []


# -- What stands in the way of adopting ------------------------------------------------------------


@pytest.mark.parametrize(
    ("left_out", "complaint"),
    [
        ("adopt-decision_body", "Skriv vem som fastställde budgeten, till exempel Styrelsen."),
        ("adopt-decision_date", "Skriv vilken dag budgeten fastställdes, till exempel 2026-11-27."),
        ("adopt-decision_paragraph", "Skriv paragrafen i protokollet, till exempel § 45."),
        ("adopt-confirms", "Kryssa i att du har läst beloppen."),
    ],
)
def test_adopting_needs_the_whole_decision_and_a_tick(as_secretary, ours, left_out, complaint):
    typed = {name: text for name, text in ADOPTS.items() if name != left_out}

    response = step(as_secretary, typed)
    page = read(response)

    assert (response.status_code, complaints(page)) == (422, [complaint])
    assert page.one("title").shown.startswith("Fel: Versioner av budget 2027")
    assert open_parts(page) == ["Fastställ budgeten"]
    shown = {each.attributes["name"]: each.attributes.get("value") for each in page.all("input")}
    assert shown["adopt-registry_no"] == "SF 2026/14"
    assert versions(ours) == []
    assert ledger.head_number(ours) == 1


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        (
            {"adopt-decision_date": "26 november"},
            "Datumet 26 november går inte att tolka. Skriv det som 2026-11-27.",
        ),
        ({"adopt-decision_date": "1026-11-26"}, "Kontrollera årtalet i 1026-11-26."),
        (
            {"adopt-decision_body": "Styr\x00elsen"},
            "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen.",
        ),
        (
            {"adopt-decision_paragraph": "§" * 41},
            "Texten är för lång: 41 tecken. Högst 40 får plats.",
        ),
    ],
)
def test_a_decision_that_cannot_be_read_is_refused(as_secretary, ours, typed, complaint):
    response = step(as_secretary, ADOPTS | typed)

    assert (response.status_code, complaints(read(response))) == (422, [complaint])
    assert versions(ours) == []


def test_a_missing_commitment_stands_in_the_way_and_is_named(as_secretary, secretary):
    association = make_association()
    Role.objects.create(user=secretary, association=association, kind=Role.Kind.SECRETARY)
    factories.commit(association, 2027, {"fk": "8,0 mnkr", "storstad": "2,5 mnkr", "lillstad": "1,5 mnkr"})

    page = read(as_secretary.get(ADDRESS))
    refused = step(as_secretary, ADOPTS)

    said = "Taket kan inte räknas ut än. Uppgift om åtagande saknas från Regionen (provforbundet)."
    assert warnings(page) == [said]
    assert "Budgeten kan inte fastställas än." in [each.shown for each in page.all("p")]
    assert (refused.status_code, complaints(read(refused))) == (422, [said])
    assert versions(association) == []


def test_half_a_key_stands_in_the_way(as_secretary, ours):
    weight = {Cell(Account.KEY, 2027, member_id=member(ours, "storstad").pk): Figure(3)}
    services.record(association=ours, wishes=weight, reason="Nyckel", by=None, author_name="Ett test")

    refused = step(as_secretary, ADOPTS)

    said = "Taket kan inte räknas ut än. Fördelningsnyckeln saknar vikt för någon medlem."
    assert (refused.status_code, complaints(read(refused))) == (422, [said])


def test_costs_beyond_what_there_is_stand_in_the_way_to_the_ore(as_secretary, ours, in_time):
    allocate(ours, "insats", "8 000 000,01")

    refused = step(as_secretary, ADOPTS)
    allocate(ours, "insats", "8 000 000")
    adopted = step(as_secretary, ADOPTS)

    assert (refused.status_code, complaints(read(refused))) == (
        422,
        [
            "Kostnaderna är 0,01 kr större än medlemsbidragen, de övriga intäkterna och det egna kapital "
            "som budgeten använder. Sänk kostnaderna, eller räkna med mer eget kapital."
        ],
    )
    assert adopted.status_code == 302


def test_own_capital_that_the_budget_uses_covers_costs(as_secretary, ours, in_time):
    allocate(ours, "insats", "8 500 000")
    allocate(ours, "ranta", "100 000", BudgetLine.Kind.OTHER_INCOME)
    use = Cell(Account.EQUITY_USE, 2027)

    refused = step(as_secretary, ADOPTS)
    wishes = {use: Figure(400_000_00)}
    services.record(association=ours, wishes=wishes, reason="Eget kapital", by=None, author_name="Ett test")
    adopted = step(as_secretary, ADOPTS)

    assert complaints(read(refused))[0].startswith("Kostnaderna är 400 000 kr större än medlemsbidragen")
    assert adopted.status_code == 302


def test_a_revision_says_how_it_is_financed(as_secretary, ours):
    adopt(ours)
    factories.commit(ours, 2027, {"regionen": "3,0 mnkr"})

    refused = step(as_secretary, ADOPTS)

    assert (refused.status_code, complaints(read(refused))) == (422, ["Skriv hur ändringen finansieras."])
    assert len(versions(ours)) == 1


@pytest.mark.parametrize(
    ("stage", "step_name"), [("before", "answer"), ("before", "consult"), ("adopted", "consult")]
)
def test_the_consultation_needs_a_proposal(as_secretary, ours, stage, step_name):
    if stage == "adopted":
        adopt(ours)
        factories.commit(ours, 2027, {"regionen": "3,0 mnkr"})

    refused = step(as_secretary, ANSWERS | {"step": step_name})

    said = "Lägg fram ett förslag först. Det är förslaget som medlemmarna svarar på."
    assert (refused.status_code, complaints(read(refused))) == (422, [said])


# -- What is warned about --------------------------------------------------------------------------

NOT_PUBLIC = (
    "Inget förslag har varit offentligt. Det ska finnas på webben från kallelsen till sammanträdet "
    "(8 kap. 14 § kommunallagen)."
)
NOT_CONSULTED = "Samrådet är inte klart. Medlemmarna ska få yttra sig innan budgeten fastställs (23 §)."
TOO_LATE = "Budgeten skulle ha varit fastställd senast den 30 november 2026 (23 §)."


def test_what_is_skipped_is_warned_about_and_does_not_stand_in_the_way(as_secretary, ours, in_time):
    allocate(ours, "insats", "8 000 000")

    page = read(as_secretary.get(ADDRESS))
    adopted = step(as_secretary, ADOPTS)

    assert warnings(page) == [
        NOT_PUBLIC,
        NOT_CONSULTED,
        "Fk (provforbundet), Af (provforbundet), Regionen (provforbundet), Storstad (provforbundet) "
        "och Lillstad (provforbundet) har inte svarat i samrådet.",
    ]
    assert adopted.status_code == 302


def test_an_objection_and_a_change_after_the_proposal_are_warned_about(as_secretary, ours, in_time):
    allocate(ours, "insats", "8 000 000")
    propose(ours, is_public=True)
    for slug in ("fk", "af", "storstad", "lillstad"):
        answer(ours, slug, "approves")
    answer(ours, "regionen", "objects")
    allocate(ours, "insats", "7 000 000")

    page = read(as_secretary.get(ADDRESS))

    consulting, *adopting = warnings(page)
    assert consulting == "Beloppen har ändrats sedan version 1."
    assert adopting == [NOT_CONSULTED, "Regionen (provforbundet) avstyrker förslaget.", consulting]


@pytest.mark.parametrize(("day", "warned"), [(30, []), (31, [TOO_LATE])])
def test_after_november_the_page_says_that_it_is_late(as_secretary, ours, monkeypatch, day, warned):
    on(monkeypatch, day)

    page = read(as_secretary.get(ADDRESS))

    assert warnings(page)[4:] == warned


@pytest.mark.parametrize(("day", "said"), [("2026-11-30", ""), ("2026-12-01", f" {TOO_LATE}")])
def test_a_decision_after_november_is_adopted_and_told_of(as_secretary, ours, in_time, day, said):
    adopted = step(as_secretary, ADOPTS | {"adopt-decision_date": day})

    assert saved(as_secretary, adopted) == (
        f"Budget 2027 fastställd som version 1, verifikation 2: 8 000 000 kr i medlemsbidrag.{said}"
    )


def test_neither_a_revision_nor_a_new_forbund_is_late(as_secretary, ours, monkeypatch):
    on(monkeypatch, 31)
    ours.founded = dt.date(2026, 12, 1)
    ours.save()
    new = read(as_secretary.get(ADDRESS))
    ours.founded = dt.date(2005, 1, 1)
    ours.save()
    adopt(ours)
    factories.commit(ours, 2027, {"regionen": "3,0 mnkr"})

    revised = read(as_secretary.get(ADDRESS))

    assert TOO_LATE not in warnings(new)
    assert [warning[:24] for warning in warnings(revised)] == [
        "Samrådet är inte klart. ",
        "Fk (provforbundet), Af (",
        "Inga kostnader är fördel",
    ]


# -- The members' answers --------------------------------------------------------------------------


def test_an_answer_keeps_whose_decision_it_is_and_the_members_words(as_secretary, ours, secretary):
    propose(ours)

    step(
        as_secretary,
        {
            "step": "answer",
            "answer-member": "regionen",
            "answer-stance": "comments",
            "answer-text": "Vi vill se fler insatser för unga.",
            "answer-decision_date": "2026-10-27",
            "answer-decision_paragraph": "168",
            "answer-registry_no": "RS 2026/477",
        },
    )

    posting = Posting.objects.get(association=ours, number=3)
    note = posting.notes.get()
    assert (note.year, note.member, note.stance, note.text) == (
        2027,
        member(ours, "regionen"),
        "comments",
        "Vi vill se fler insatser för unga.",
    )
    assert (posting.decision_body, posting.decision_date, posting.decision_paragraph) == (
        "Regionen (provforbundet)",
        dt.date(2026, 10, 27),
        "§ 168",
    )
    assert posting.reason == "Svar i samrådet: Regionen (provforbundet) har synpunkter"
    assert (posting.author, posting.entry_count, posting.note_count) == (secretary, 0, 1)
    row = table(read(as_secretary.get(ADDRESS)), "Medlemmarnas svar")[3]
    assert row == [
        "Regionen (provforbundet)",
        "har synpunkter",
        "Regionen (provforbundet), 2026-10-27 § 168, dnr RS 2026/477",
        "Vi vill se fler insatser för unga.",
    ]


def test_the_form_begins_with_the_first_who_has_not_answered(as_secretary, ours):
    propose(ours)
    answer(ours, "fk", "approves")

    page = read(as_secretary.get(ADDRESS))

    (select,) = [each for each in page.all("select") if each.attributes["name"] == "answer-member"]
    chosen = [option.shown for option in select.all("option") if "selected" in option.attributes]
    assert [option.shown for option in select.all("option")] == [
        "Fk (provforbundet)",
        "Af (provforbundet)",
        "Regionen (provforbundet)",
        "Storstad (provforbundet)",
        "Lillstad (provforbundet)",
    ]
    assert chosen == ["Af (provforbundet)"]


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"answer-stance": ""}, "Välj vad medlemmen svarade."),
        ({"answer-stance": "maybe"}, "Välj vad medlemmen svarade."),
        ({"answer-member": "avesta"}, "Välj vilken medlem som har svarat."),
        ({"answer-member": ""}, "Välj vilken medlem som har svarat."),
        ({"answer-stance": "comments"}, "Skriv vilka synpunkter medlemmen har."),
        ({"answer-text": "Nej\x00"}, "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen."),
        ({"answer-text": "a" * 1001}, "Texten är för lång: 1001 tecken. Högst 1000 får plats."),
    ],
)
def test_an_answer_that_says_too_little_is_refused(as_secretary, ours, typed, complaint):
    propose(ours)

    refused = step(as_secretary, ANSWERS | typed)

    assert (refused.status_code, complaints(read(refused))) == (422, [complaint])
    assert Note.objects.filter(association=ours).count() == 0


def test_the_same_answer_twice_is_one_answer(as_secretary, ours):
    propose(ours)

    told = [saved(as_secretary, step(as_secretary, ANSWERS)) for _time in range(2)]

    assert told == [
        "Svaret från Regionen (provforbundet) är sparat som verifikation 3.",
        "Svaret fanns redan. Inget nytt bokfördes.",
    ]
    assert ledger.head_number(ours) == 3


def test_the_newest_answer_counts_and_one_taken_back_does_not(ours, secretary):
    answer(ours, "regionen", "objects")
    answer(ours, "fk", "approves")
    mistake = answer(ours, "regionen", "approves")
    answer(ours, "regionen", "abstains", year=2028)
    ledger.reverse(mistake, reason="Fel medlem", by=secretary)

    found = queries.answers(ours, 2027)

    stances = {slug: found[member(ours, slug).pk].stance for slug in ("fk", "regionen")}
    assert stances == {"fk": "approves", "regionen": "objects"}
    assert len(found) == 2


def test_answers_about_the_adopted_budget_do_not_count_for_its_revision(as_secretary, ours, in_time):
    propose(ours)
    answer(ours, "regionen", "approves")
    adopt(ours)
    settled = read(as_secretary.get(ADDRESS))
    factories.commit(ours, 2027, {"regionen": "3,0 mnkr"})
    propose(ours)

    revising = read(as_secretary.get(ADDRESS))

    assert table(settled, "Medlemmarnas svar")[3][1] == "tillstyrker"
    assert table(revising, "Medlemmarnas svar")[3][1] == "har inte svarat"


# -- Consulted -------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_public", [False, True])
def test_the_consulted_version_is_as_public_as_the_proposal(ours, is_public):
    propose(ours, is_public=is_public)

    posting = consult(ours, decision=Decision("Medlemssamrådet", dt.date(2026, 10, 20), "§ 6"))

    assert versions(ours) == [(1, "proposed", is_public, 2), (2, "consulted", is_public, 3)]
    assert (posting.entry_count, posting.decision_paragraph) == (0, "§ 6")


def test_nothing_is_consulted_about_before_a_proposal_or_after_adoption(ours):
    with pytest.raises(NothingProposedError):
        consult(ours)
    adopt(ours)
    with pytest.raises(NothingProposedError):
        consult(ours)

    assert versions(ours) == [(1, "adopted", True, 2)]


# -- Nothing is adopted that was not on the screen -------------------------------------------------


def a_note(association: Association) -> None:
    remark = Remark(2027, "Enligt brev", Account.COMMITTED, member(association, "regionen").pk)
    ledger.post(
        association=association, changes=[], remarks=[remark], reason="Not", by=None, author_name="Ett test"
    )


def a_reversed_answer(association: Association) -> None:
    given = Posting.objects.get(association=association, number=2)
    ledger.reverse(given, reason="Fel", by=User.objects.get(username="sara"))


def a_payment(association: Association) -> None:
    cell = Cell(Account.PAID, 2027, 1, member_id=member(association, "fk").pk)
    wishes = {cell: Figure(100)}
    services.record(
        association=association, wishes=wishes, reason="Inbetalt", by=None, author_name="Ett test"
    )


def another_forbund(association: Association) -> None:
    factories.commit(make_association("granne"), 2027, OFFERS)


# What happens after the form was shown, and whether the form has then not seen it all.
AFTERWARDS: dict[str, tuple[Callable[[Association], Any], bool]] = {
    "nothing": (lambda association: None, False),
    "a commitment": (lambda association: factories.commit(association, 2027, {"fk": "9"}), True),
    "a line": (lambda association: allocate(association, "insats", "1"), True),
    "a plan year": (lambda association: factories.commit(association, 2029, {"fk": "9"}), True),
    "a proposal": (propose, True),
    "an answer": (lambda association: answer(association, "fk", "objects"), True),
    "a note": (a_note, True),
    "a reversed answer": (a_reversed_answer, True),
    "a later year": (lambda association: factories.commit(association, 2030, {"fk": "9"}), False),
    "the year before": (lambda association: factories.commit(association, 2026, {"fk": "9"}), False),
    "a payment": (a_payment, False),
    "another förbund": (another_forbund, False),
}


@pytest.mark.parametrize("declare", [propose, consult, adopt])
@pytest.mark.parametrize(("happens", "is_refused"), AFTERWARDS.values(), ids=AFTERWARDS.keys())
def test_a_version_is_of_what_was_seen(ours, declare, happens, is_refused):
    answer(ours, "regionen", "approves")
    propose(ours)
    happens(ours)
    before = ledger.head_number(ours)

    if is_refused:
        with pytest.raises(ChangedSinceError) as caught:
            declare(ours, seen=3)
        assert [posting.number for posting in caught.value.postings] == [4]
    else:
        declare(ours, seen=3)

    assert ledger.head_number(ours) == before + (not is_refused)


def test_once_adopted_the_plan_years_go_on_without_disturbing_a_revision(ours):
    adopt(ours)
    factories.commit(ours, 2027, {"regionen": "3,0 mnkr"})
    factories.commit(ours, 2028, {"regionen": "3,0 mnkr"})

    posting = adopt(ours, seen=3, financing="Höjda bidrag")

    assert posting.version.state == "revised"


def test_a_form_that_has_not_seen_it_all_is_shown_again_with_what_is_new(as_secretary, ours, in_time):
    factories.commit(ours, 2027, {"regionen": "1,0 mnkr"}, reason="Nytt brev från regionen")

    response = step(as_secretary, ADOPTS, seen=1)
    page = read(response)
    again = step(as_secretary, ADOPTS, seen=2)

    when = timezone.localtime(Posting.objects.get(association=ours, number=2).created_at)
    assert response.status_code == 409
    assert page.one("div", "problem").one("h2").shown == "Budgeten har ändrats sedan sidan visades"
    assert complaints(page) == [f"Verifikation 2, Ett test {when:%Y-%m-%d %H:%M}: Nytt brev från regionen"]
    shown = {each.attributes["name"]: each.attributes.get("value") for each in page.all("input")}
    assert (shown["adopt-registry_no"], shown["seen"]) == ("SF 2026/14", "2")
    assert table(page, "Det här bokförs")[-1] == ["Summa", "13 000 000", "4 000 000"]
    assert again.status_code == 302


def test_the_button_pressed_twice_adopts_once(as_secretary, ours, in_time):
    first, second = (step(as_secretary, ADOPTS, seen=1) for _time in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
    assert complaints(read(second))[0].endswith(": Budget 2027 fastställd")
    assert versions(ours) == [(1, "adopted", True, 2)]


@pytest.mark.parametrize("seen", ["", "2", "-1", "x", "1" * 30, "٣"])
@pytest.mark.parametrize("name", ["propose", "consult", "adopt"])
def test_a_form_that_does_not_say_what_it_has_seen_does_nothing(as_secretary, ours, seen, name):
    response = step(as_secretary, ADOPTS | {"step": name, "seen": seen})

    assert response.status_code == 422
    assert read(response).one("div", "problem").one("h2").shown == "Inget är gjort"
    assert ledger.head_number(ours) == 1


@pytest.mark.parametrize("called", [[], ["x"], ["1"], [":"], ["1:" + "9" * 30]])
def test_a_form_that_does_not_say_what_each_member_pays_does_nothing(as_secretary, ours, called):
    response = step(as_secretary, ADOPTS | {"called": called})

    assert response.status_code == 422
    assert read(response).one("div", "problem").one("h2").shown == "Inget är gjort"
    assert versions(ours) == []


def test_a_member_that_leaves_meanwhile_changes_what_was_seen(as_secretary, ours, in_time):
    shown = read(as_secretary.get(ADDRESS))
    called = [each.attributes["value"] for each in shown.all("input") if each.attributes["name"] == "called"]
    lillstad = member(ours, "lillstad")
    lillstad.left = dt.date(2026, 12, 31)
    lillstad.save()

    refused = step(as_secretary, ADOPTS | {"called": called})
    adopted = step(as_secretary, ADOPTS)

    assert (refused.status_code, complaints(read(refused))) == (
        422,
        [
            "Medlemmarna eller deras bidrag har ändrats sedan sidan visades. "
            "Läs beloppen nedan och försök igen."
        ],
    )
    assert adopted.status_code == 302
    assert queries.called(ours, 2027).keys() == {
        member(ours, slug).pk for slug in ("fk", "regionen", "storstad")
    }


@pytest.mark.parametrize("name", ["", "ADOPT", "delete"])
def test_a_step_that_does_not_exist_does_nothing(as_secretary, ours, name):
    response = step(as_secretary, ADOPTS | {"step": name})

    assert response.status_code == 422
    assert ledger.head_number(ours) == 1


PATIENCE_SECONDS = 20


@pytest.mark.django_db(transaction=True)
def test_of_two_who_adopt_what_they_saw_at_once_one_does():
    association = make_association()
    factories.commit(association, 2027, OFFERS)
    start = Barrier(2)

    def run() -> str:
        try:
            connection.ensure_connection()
            start.wait(PATIENCE_SECONDS)
            return adopt(association, seen=1, financing="Aldrig").version.state
        except ChangedSinceError as error:
            return f"changed by {error.postings[0].number}"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.result(PATIENCE_SECONDS) for future in [pool.submit(run) for _each in range(2)]]

    assert sorted(outcomes) == ["adopted", "changed by 2"]
    assert versions(association) == [(1, "adopted", True, 2)]
    assert Entry.objects.filter(association=association, account=Account.CALLED).count() == 4
    assert ledger.verify(association) is None


# -- Who sees and does what ------------------------------------------------------------------------


def test_a_board_member_sees_the_way_and_no_forms(as_board_member, ours):
    propose(ours)
    answer(ours, "regionen", "comments", text="Fler insatser för unga.")

    page = read(as_board_member.get(ADDRESS))

    assert table(page, "Versioner")[1][:2] == ["Version 1", "förslag syns bara för förbundets roller"]
    assert table(page, "Medlemmarnas svar")[3][3] == "Fler insatser för unga."
    assert page.one("main").all("form") == []


def test_a_visitor_sees_public_versions_only(visitor, ours):
    propose(ours)
    propose(ours, is_public=True)
    answer(ours, "regionen", "objects", text="Ett hemligt svar")
    factories.commit(ours, 2027, {"regionen": "1,0 mnkr"}, reason="Ett hemligt brev")

    page = read(visitor.get(ADDRESS))

    assert table(page, "Versioner") == [
        ["Version", "Läge", "Beslut eller källa", "Verifikation"],
        ["Version 2", "förslag", "–", "3"],
    ]
    assert "hemligt" not in page.heard
    assert page.one("main").all("form") == []


@pytest.mark.parametrize(
    ("role", "status"),
    [("visitor", 401), ("as_board_member", 403), ("as_auditor", 404), ("as_outsider", 404)],
)
@pytest.mark.parametrize("name", ["propose", "answer", "consult", "adopt"])
def test_only_the_secretary_takes_a_step(request, ours, role, status, name):
    propose(ours, is_public=role in ("as_auditor", "as_outsider"))

    response = step(request.getfixturevalue(role), ADOPTS | ANSWERS | {"step": name})

    assert response.status_code == status
    assert ledger.head_number(ours) == 2


def test_what_was_typed_survives_a_log_in_that_ran_out(visitor, ours, in_time):
    asked = read(step(visitor, ADOPTS))
    hidden = [
        each.attributes for each in asked.one("main").all("input") if each.attributes["type"] == "hidden"
    ]
    kept: dict[str, list[str]] = {}
    for each in hidden:
        kept.setdefault(each["name"], []).append(each["value"])

    log_in = {"login-username": "sara", "login-password": factories.PASSWORD}
    answered = visitor.post(ADDRESS, kept | log_in)

    assert answered.status_code == 302
    assert versions(ours) == [(1, "adopted", True, 2)]


def test_markup_in_a_members_words_is_shown_as_text(as_secretary, ours):
    propose(ours)
    answer(ours, "regionen", "comments", text="<b>Nej</b> & tack")

    page = read(as_secretary.get(ADDRESS))

    assert table(page, "Medlemmarnas svar")[3][3] == "<b>Nej</b> & tack"
    assert page.one("main").all("b") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    as_secretary, ours, in_time, count, django_assert_num_queries
):
    for place in range(count):
        propose(ours, is_public=True)
        answer(ours, ("regionen", "fk", "storstad")[place], "approves")
        allocate(ours, f"insats-{place}", "1 000 000")
        if place:
            factories.make_member(ours, f"kommun-{place}", "municipalities", pays=False, position=20 + place)

    with django_assert_num_queries(18):
        as_secretary.get(ADDRESS)


# -- Before the proposal ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allocated", "warnings"),
    [
        (None, ["Inga kostnader är fördelade på poster än."]),
        ("7,0 mnkr", ["1 000 000 kr är kvar att fördela."]),
        ("8,0 mnkr", []),
        ("9,0 mnkr", ["1 000 000 kr mer än det finns är fördelat."]),
    ],
)
def test_what_is_left_or_too_much_is_told_before_a_proposal(as_secretary, ours, allocated, warnings):
    if allocated:
        cell = Cell(Account.ALLOCATED, 2027, line_id=make_line(ours).pk)
        wishes = {cell: Figure(money.parse(allocated))}
        services.record(association=ours, wishes=wishes, reason="Plan", by=None, author_name="Ett test")

    page = read(as_secretary.get(ADDRESS))

    assert [each.shown for each in page.all("li", "warning")] == warnings
