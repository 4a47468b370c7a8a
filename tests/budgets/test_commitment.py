"""The secretary changes a commitment: what is understood, what is refused, and that nothing is lost."""

import pytest
from django.test import Client

from budgets import ledger
from budgets.models import Entry, Posting
from tests import factories
from tests.budgets.test_year import facts
from tests.pages import Element, read, table

ADDRESS = "/stockholm/2021/atagande/region-stockholm/"
REGION = "region-stockholm"
HEAD = "16"

TYPED = {
    "amount": "12 mnkr",
    "decision_body": "Regionfullmäktige",
    "decision_date": "2021-04-20",
    "decision_paragraph": "§ 45",
    "registry_no": "RS 2021/0012",
    "reason": "Regionen höjer till den överenskomna nivån",
    "seen": HEAD,
}


def field(page: Element, name: str) -> Element:
    (found,) = [
        each for each in page if each.tag in ("input", "textarea") and each.attributes.get("name") == name
    ]
    return found


def kept(page: Element) -> dict[str, str]:
    """Every field as the form shows it again."""
    values = {name: field(page, name) for name in TYPED}
    return {
        name: "".join(found.children).removeprefix("\r\n").removeprefix("\n")
        if found.tag == "textarea"
        else found.attributes.get("value", "")
        for name, found in values.items()
    }


def complaints(page: Element) -> list[str]:
    return [item.shown for item in page.one("div", "problem").all("li")]


def postings(association) -> int:
    return Posting.objects.filter(association=association).count()


def offered(association) -> int:
    """The region's commitment for 2021, öre."""
    return ledger.balances(association)[factories.committed(association, 2021, REGION)].amount


# -- The whole errand ------------------------------------------------------------------------------


def test_the_form_shows_what_stands(as_secretary, stockholm):
    page = read(as_secretary.get(ADDRESS))

    assert page.one("title").shown == "Åtagande från Region Stockholm 2021 · Budgetliggaren"
    assert page.one("h1").shown == "Åtagande från Region Stockholm 2021"
    assert page.one("p", "asof").shown == (
        "Nu är h8 000 000 kr bokfört. "
        "h: härlett. Beloppet står inte i källan utan följer av det som står där. "
        "Åtagandena räcker till en budget på 32,0 mnkr."
    )
    assert kept(page) == dict.fromkeys(TYPED, "") | {"amount": "8\u00a0000\u00a0000", "seen": HEAD}
    assert [label.shown for label in page.all("label")] == [
        "Åtagande för året",
        "Beslutat av",
        "Beslutsdatum",
        "Paragraf",
        "Diarienummer",
        "Varför ändras beloppet?",
    ]


def test_looking_at_the_form_writes_nothing(as_secretary, stockholm):
    as_secretary.get(ADDRESS)
    as_secretary.get(ADDRESS, TYPED)

    assert postings(stockholm) == 16


def test_a_raised_commitment_raises_the_total_at_once(as_secretary, stockholm):
    saved = as_secretary.post(ADDRESS, TYPED)
    page = read(as_secretary.get(saved["Location"]))

    assert (saved.status_code, saved["Location"]) == (302, "/stockholm/2021/")
    assert page.one("p", "saved").shown == (
        "Åtagandet från Region Stockholm är bokfört som verifikation 17. "
        "Budgeten enligt åtagandena går från 32,0 mnkr till 48,0 mnkr."
    )
    assert facts(page)["Budget enligt åtagandena"] == "h48,0 mnkr fastställt 32,0 mnkr"
    assert page.one("p", "asof").shown == ("Utkast läget efter verifikation 17 · visa version 1, fastställd")


def test_the_posting_says_who_when_why_and_on_which_decision(as_secretary, stockholm):
    as_secretary.post(ADDRESS, TYPED)

    newest = table(read(as_secretary.get("/stockholm/2021/")), "Verifikationer")[1]

    posting = Posting.objects.get(association=stockholm, number=17)
    when = ledger.timezone.localtime(posting.created_at).strftime("%Y-%m-%d %H:%M")
    assert newest == [
        "17",
        "Regionen höjer till den överenskomna nivån",
        "åtagandeRegion Stockholm +4 000 000",
        "Regionfullmäktige, 2021-04-20 § 45, dnr RS 2021/0012",
        f"Sara {when}",
    ]


def test_the_message_is_said_once(as_secretary, stockholm):
    as_secretary.post(ADDRESS, TYPED)
    first, second = (read(as_secretary.get("/stockholm/2021/")) for _ in range(2))

    assert (len(first.all("p", "saved")), len(second.all("p", "saved"))) == (1, 0)


def test_the_visitor_still_reads_the_adopted_budget(as_secretary, visitor, stockholm):
    as_secretary.post(ADDRESS, TYPED)

    page = read(visitor.get("/stockholm/2021/"))

    assert facts(page)["Budget"] == "32,0 mnkr året före 32,0 mnkr"
    assert table(page, "Verifikationer")[1][0] == "16"


def test_a_lowered_commitment_of_a_party_with_room_leaves_the_total(as_secretary, stockholm):
    address = "/stockholm/2021/atagande/stockholms-stad/"

    page = read(as_secretary.post(address, TYPED | {"amount": "9 mnkr"}, follow=True))

    assert page.one("p", "saved").shown == (
        "Åtagandet från Stockholms stad är bokfört som verifikation 17. Budgeten är oförändrad, 32,0 mnkr."
    )


def test_the_first_commitment_of_a_new_year_says_who_is_still_missing(as_secretary, stockholm):
    address = "/stockholm/2022/atagande/region-stockholm/"

    form = read(as_secretary.get(address))
    page = read(as_secretary.post(address, TYPED, follow=True))

    assert form.one("p", "asof").shown == "Inget åtagande är bokfört än."
    assert page.one("p", "saved").shown == (
        "Åtagandet från Region Stockholm är bokfört som verifikation 17. "
        "Taket kan inte räknas ut än. Uppgift om åtagande saknas från Försäkringskassan och Stockholms stad."
    )


def test_the_same_amount_again_posts_nothing_and_says_so(as_secretary, stockholm):
    as_secretary.post(ADDRESS, TYPED)

    page = read(as_secretary.post(ADDRESS, TYPED | {"amount": "12 000 000", "seen": "17"}, follow=True))

    assert page.all("p", "saved")[-1].shown == "Åtagandet var redan så stort. Inget nytt bokfördes."
    assert postings(stockholm) == 17


def test_a_decision_makes_a_derived_amount_printed(as_secretary, stockholm):
    as_secretary.post(ADDRESS, TYPED | {"amount": "8 000 000"})

    page = read(as_secretary.get("/stockholm/2021/"))

    (region,) = [row for row in table(page, "Åtaganden") if row[0].startswith("Region Stockholm")]
    assert postings(stockholm) == 17
    assert region[2] == "8 000 000"


def test_sending_the_form_twice_posts_once(as_secretary, stockholm):
    as_secretary.post(ADDRESS, TYPED)
    as_secretary.post(ADDRESS, TYPED)

    assert postings(stockholm) == 17


def test_a_commitment_may_rest_on_no_decision_yet(as_secretary, stockholm):
    without = {name: "" for name in TYPED if name.startswith("decision") or name == "registry_no"}

    as_secretary.post(ADDRESS, TYPED | without)

    newest = table(read(as_secretary.get("/stockholm/2021/")), "Verifikationer")[1]
    assert newest[3] == "–"


@pytest.mark.parametrize("reason", ["<script>alert(1)</script>", "<b>fett</b> & 'citat'", "{{ 7|kr }}"])
def test_markup_in_a_reason_is_shown_as_text(as_secretary, stockholm, reason):
    as_secretary.post(ADDRESS, TYPED | {"reason": reason, "decision_body": reason})

    page = read(as_secretary.get("/stockholm/2021/"))

    newest = table(page, "Verifikationer")[1]
    assert newest[1] == reason
    assert newest[3].startswith(reason)
    assert [each for each in page.all("script") if "src" not in each.attributes] == page.all("b") == []


# -- Amounts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "12 mnkr",
        "12,0 mnkr",
        "12 000 000",
        "12000000",
        "12000000,00",
        "12 000 000,00 kr",
        "12\u00a0000\u00a0000",
        "12\u202f000\u202f000",
        " 12 000 000 ",
        "12 000 tkr",
        "12 MNKR",
        "+12 mnkr",
    ],
)
def test_an_amount_is_understood_as_people_type_it(as_secretary, stockholm, typed):
    response = as_secretary.post(ADDRESS, TYPED | {"amount": typed})

    assert response.status_code == 302
    assert offered(stockholm) == 1_200_000_000


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12.000", "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."),
        ("12,000", "Beloppet 12,000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."),
        ("12.000.000", "Beloppet 12.000.000 kan läsas på två sätt. Skriv 12 000 000 om du menar tusental."),
        ("8.5 mnkr", "Beloppet 8.5 mnkr har en punkt. Skriv decimaler med komma: 8,5 mnkr."),
        ("-5", "Beloppet -5 är negativt. Skriv 0 eller mer."),
        ("abc", "Beloppet abc går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr."),
        ("<b>", "Beloppet <b> går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr."),
        ("", "Skriv ett belopp, till exempel 12 000 eller 8,5 mnkr."),
        ("9" * 30, f"Beloppet {'9' * 30} är för stort. Kontrollera antalet nollor."),
        ("12 mnkr 5", "Beloppet 12 mnkr 5 går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr."),
        ("١٢", "Beloppet ١٢ går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr."),
    ],
)
def test_an_amount_that_cannot_be_read_is_refused_with_the_cure(as_secretary, stockholm, typed, sentence):
    response = as_secretary.post(ADDRESS, TYPED | {"amount": typed})

    page = read(response)
    assert response.status_code == 422
    assert complaints(page) == [sentence]
    assert kept(page) == TYPED | {"amount": typed}
    assert postings(stockholm) == 16


def test_an_amount_with_a_null_byte_is_refused_in_the_same_words(as_secretary, stockholm):
    response = as_secretary.post(ADDRESS, TYPED | {"amount": "12\x00000"})

    assert response.status_code == 422
    assert b"\x00" not in response.content
    assert complaints(read(response)) == ["Ta bort det osynliga tecknet (null-tecken) och skriv texten igen."]
    assert postings(stockholm) == 16


# -- Errors ----------------------------------------------------------------------------------------


def test_an_error_is_tied_to_its_field_and_to_the_summary(as_secretary, stockholm):
    page = read(as_secretary.post(ADDRESS, TYPED | {"amount": "12.000"}))

    amount = field(page, "amount")
    ids = {each.attributes["id"] for each in page if "id" in each.attributes}
    described = amount.attributes["aria-describedby"].split()
    assert page.one("title").shown == "Fel: Åtagande från Region Stockholm 2021 · Budgetliggaren"
    assert amount.attributes["aria-invalid"] == "true"
    assert described == ["id_amount_helptext", "id_amount_error"]
    assert set(described) <= ids
    assert [link.attributes["href"] for link in page.one("div", "problem").all("a")] == ["#id_amount"]
    assert page.one("div", "problem").attributes["role"] == "alert"


def test_a_field_without_fault_is_not_called_invalid(as_secretary, stockholm):
    page = read(as_secretary.post(ADDRESS, TYPED | {"amount": "12.000"}))

    invalid = [each.attributes["name"] for each in page if each.attributes.get("aria-invalid") == "true"]

    assert invalid == ["amount"]


@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        ({"decision_date": "i går"}, ["Datumet i går går inte att tolka. Skriv det som 2026-11-27."]),
        (
            {"decision_date": "2021-02-30"},
            ["Datumet 2021-02-30 går inte att tolka. Skriv det som 2026-11-27."],
        ),
        (
            {"decision_date": "04/20/2021"},
            ["Datumet 04/20/2021 går inte att tolka. Skriv det som 2026-11-27."],
        ),
        ({"decision_date": "1021-04-20"}, ["Kontrollera årtalet i 1021-04-20."]),
        ({"decision_date": "2003-12-31"}, ["Kontrollera årtalet i 2003-12-31."]),
        ({"decision_date": "2100-01-01"}, ["Kontrollera årtalet i 2100-01-01."]),
        ({"decision_body": ""}, ["Skriv vem som beslutade, till exempel Regionfullmäktige."]),
        (
            {"decision_body": "", "decision_date": "", "registry_no": ""},
            ["Skriv vem som beslutade, till exempel Regionfullmäktige."],
        ),
        ({"reason": ""}, ["Skriv varför beloppet ändras."]),
        ({"reason": " \n "}, ["Skriv varför beloppet ändras."]),
        (
            {"amount": "", "reason": ""},
            ["Skriv ett belopp, till exempel 12 000 eller 8,5 mnkr.", "Skriv varför beloppet ändras."],
        ),
    ],
)
def test_a_fault_is_told_in_one_sentence_and_nothing_is_lost(as_secretary, stockholm, changed, sentences):
    response = as_secretary.post(ADDRESS, TYPED | changed)

    page = read(response)
    assert response.status_code == 422
    assert complaints(page) == sentences
    assert kept(page) == TYPED | changed
    assert postings(stockholm) == 16


@pytest.mark.parametrize("typed", ["2004-01-01", "2099-12-31", "20210420", "20/4/2021"])
def test_a_date_is_understood_as_people_type_it(as_secretary, stockholm, typed):
    assert as_secretary.post(ADDRESS, TYPED | {"decision_date": typed}).status_code == 302


@pytest.mark.parametrize(
    ("name", "longest", "label"),
    [
        ("decision_body", 200, "Beslutat av"),
        ("decision_paragraph", 40, "Paragraf"),
        ("registry_no", 60, "Diarienummer"),
        ("reason", 500, "Varför ändras beloppet?"),
    ],
)
def test_a_text_that_does_not_fit_is_refused_at_one_character_too_many(
    as_secretary, stockholm, name, longest, label
):
    too_long = "å" * (longest + 1)

    refused = as_secretary.post(ADDRESS, TYPED | {name: too_long})
    accepted = as_secretary.post(ADDRESS, TYPED | {name: "å" * longest})

    page = read(refused)
    assert complaints(page) == [f"Texten är för lång: {longest + 1} tecken. Högst {longest} får plats."]
    assert kept(page) == TYPED | {name: too_long}
    assert accepted.status_code == 302


@pytest.mark.parametrize("seen", ["", "abc", "-1", "1.5", "99999999999999999999", "²", None])
def test_a_form_that_has_lost_its_place_is_shown_again_with_what_stands(as_secretary, stockholm, seen):
    typed = TYPED | {"seen": seen} if seen is not None else {k: v for k, v in TYPED.items() if k != "seen"}

    response = as_secretary.post(ADDRESS, typed)

    page = read(response)
    assert response.status_code == 422
    assert complaints(page) == ["Formuläret kom inte fram helt. Läs vad som är bokfört nu och spara igen."]
    assert kept(page) == TYPED
    assert as_secretary.post(ADDRESS, kept(page)).status_code == 302


def test_an_empty_form_is_a_form_with_faults_not_a_fresh_one(as_secretary, stockholm):
    response = as_secretary.post(ADDRESS, {})

    assert response.status_code == 422
    assert read(response).one("title").shown.startswith("Fel:")


def test_a_form_from_another_site_is_refused(secretary, stockholm):
    client = Client(enforce_csrf_checks=True)
    client.force_login(secretary)

    response = client.post(ADDRESS, TYPED)

    assert response.status_code == 403
    assert read(response).one("h1").shown == "Formuläret hade blivit för gammalt"
    assert postings(stockholm) == 16


# -- Two secretaries at once -----------------------------------------------------------------------


@pytest.fixture
def meanwhile(stockholm):
    """While the form was open, somebody else raised the region to 10 mnkr."""
    return factories.commit(stockholm, 2021, {REGION: "10 mnkr"})


def test_a_change_in_between_is_shown_with_both_values(as_secretary, stockholm, meanwhile):
    response = as_secretary.post(ADDRESS, TYPED)

    page = read(response)
    assert response.status_code == 409
    assert page.one("title").shown == "Fel: Åtagande från Region Stockholm 2021 · Budgetliggaren"
    assert page.one("div", "problem").one("h2").shown == "Någon annan har ändrat beloppet"
    assert page.one("div", "problem").one("p").shown == (
        "Medan du skrev bokförde Ett test 10 000 000 kr (verifikation 17). Du skrev 12 000 000 kr. "
        "Allt du skrev finns kvar. Spara igen om ditt belopp ska gälla."
    )
    assert kept(page) == TYPED | {"seen": "17"}
    assert (postings(stockholm), offered(stockholm)) == (17, 1_000_000_000)


def test_saving_again_after_a_conflict_is_a_choice(as_secretary, stockholm, meanwhile):
    page = read(as_secretary.post(ADDRESS, TYPED))

    response = as_secretary.post(ADDRESS, kept(page))

    assert response.status_code == 302
    assert (postings(stockholm), offered(stockholm)) == (18, 1_200_000_000)


def test_a_wish_that_somebody_else_has_fulfilled_is_no_conflict(as_secretary, stockholm):
    factories.commit(stockholm, 2021, {REGION: "12 mnkr"})
    undecided = {name: "" for name in TYPED if name.startswith("decision_") or name == "registry_no"}

    page = read(as_secretary.post(ADDRESS, TYPED | undecided, follow=True))

    assert page.one("p", "saved").shown == "Åtagandet var redan så stort. Inget nytt bokfördes."
    assert postings(stockholm) == 17


def test_a_decision_that_comes_after_the_amount_is_kept_with_it(as_secretary, stockholm):
    factories.commit(stockholm, 2021, {REGION: "12 mnkr"})

    page = read(as_secretary.post(ADDRESS, TYPED, follow=True))

    assert page.one("p", "saved").shown == (
        "Åtagandet från Region Stockholm är bokfört som verifikation 18. Budgeten är oförändrad, 48,0 mnkr."
    )
    assert offered(stockholm) == 1_200_000_000


def test_a_change_of_another_member_is_no_conflict(as_secretary, stockholm):
    factories.commit(stockholm, 2021, {"stockholms-stad": "14 mnkr"})

    response = as_secretary.post(ADDRESS, TYPED)

    assert response.status_code == 302
    assert offered(stockholm) == 1_200_000_000


def test_a_form_opened_before_anything_was_there_meets_what_came_since(as_secretary, stockholm):
    response = as_secretary.post(ADDRESS, TYPED | {"seen": "0"})

    assert response.status_code == 409


def test_a_posting_taken_back_in_between_is_a_conflict_that_can_be_read(as_secretary, secretary, stockholm):
    address = "/stockholm/2022/atagande/region-stockholm/"
    posting = factories.commit(stockholm, 2022, {REGION: "9 mnkr"})
    shown = kept(read(as_secretary.get(address)))
    ledger.reverse(posting, reason="Fel år", by=secretary)

    response = as_secretary.post(address, TYPED | {"seen": shown["seen"]})

    assert shown["seen"] == "17"
    assert response.status_code == 409
    assert read(response).one("div", "problem").one("p").shown == (
        "Medan du skrev tog Sara bort beloppet (verifikation 18). Du skrev 12 000 000 kr. "
        "Allt du skrev finns kvar. Spara igen om ditt belopp ska gälla."
    )


def test_what_is_posted_belongs_to_the_member_and_the_year_of_the_address(as_secretary, stockholm):
    as_secretary.post(
        ADDRESS, TYPED | {"year": "2020", "member": "stockholms-stad", "association": "exempel"}
    )

    entry = Entry.objects.get(posting__association=stockholm, posting__number=17)

    assert (entry.account, entry.year, entry.member.slug, entry.amount) == (
        "committed",
        2021,
        REGION,
        400_000_000,
    )
