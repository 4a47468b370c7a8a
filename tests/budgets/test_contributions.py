"""The contribution grid: what each member offers, for the year and two plan years, in one table.

Exempelförbundet 2027 is a proposal: state and region tie at 12,8 mnkr, the municipalities offer a little
more. 2026 was capped by the region at 11,8.
"""

from datetime import UTC, date, datetime

import pytest

from budgets import ledger
from budgets.models import Account, Entry, Posting
from members.models import Association, Organisation, Party, Role
from tests import factories
from tests.conftest import logged_in
from tests.pages import Element, plain, read

ADDRESS = "/exempel/2027/bidrag/"
FK, REGION = "forsakringskassan", "region-exempel"
NORRSUNDA, MELLANBY, SODERHAMRA = "norrsunda", "mellanby", "soderhamra"
HEAD = 70  # the newest posting that the seeds make
MISSING = "–"


def send(client, typed=None, *, seen=HEAD, address=ADDRESS, **more):
    """Press Spara with these slots typed in, the others as they were shown."""
    return client.post(address, {"seen": str(seen), **(typed or {}), **more})


def amounts(page: Element) -> dict[str, list[str]]:
    """Each row of the grid by its heading: what its inputs and cells say."""
    rows = {}
    for row in page.one("table", "grid").all("tr")[1:]:
        heading, *cells = [each for each in row if each.tag in ("th", "td")]
        rows[heading.shown] = [
            plain(cell.one("input").attributes["value"]) if cell.all("input") else cell.shown
            for cell in cells
        ]
    return rows


def field(page: Element, name: str) -> Element:
    (found,) = [each for each in page.all("input") if each.attributes.get("name") == name]
    return found


def values(page: Element, name: str) -> list[str]:
    """What all fields of that name would send."""
    fields = page.all("input") + page.all("button")
    return [each.attributes["value"] for each in fields if each.attributes.get("name") == name]


def problems(page: Element) -> list[str]:
    """The sentences of the box that says what is wrong."""
    return [each.shown for each in page.one("div", "problem").all("li")]


def saved(response) -> str:
    """What the page says after saving."""
    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    return read(response.client.get(ADDRESS)).one("p", "saved").shown


def rows_in_ledger() -> tuple[int, int]:
    return Posting.objects.count(), Entry.objects.count()


def standing(association: Association, year: int, slug: str) -> int | None:
    """What the member's commitment is now, öre."""
    found = ledger.balances(association, years=[year], accounts=[Account.COMMITTED])
    return ledger.figure(found, factories.committed(association, year, slug)).amount


# -- What the page shows ---------------------------------------------------------------------------


def test_all_paying_members_stand_with_last_year_the_year_and_two_plan_years(as_secretary):
    page = read(as_secretary.get(ADDRESS))

    assert page.one("h1").shown == "Åtaganden 2027"
    assert page.one("title").shown == "Åtaganden 2027, Exempelförbundet · Budgetliggaren"
    assert page.one("caption").shown == "Åtaganden 2027–2029 Belopp i kr"
    assert [heading.shown for heading in page.one("thead").all("th")] == [
        "Medlem",
        "2026 året före",
        "2027 budgetår",
        "2028 plan",
        "2029 plan",
    ]
    assert amounts(page) == {
        "Försäkringskassan": ["6 200 000", "6 400 000", "", ""],
        "Region Exempel": ["2 950 000", "3 200 000", "", ""],
        "Norrsunda kommun": ["1 640 000", "1 700 000", "", ""],
        "Mellanby kommun": ["945 000", "980 000", "", ""],
        "Söderhamra kommun": ["508 000", "540 000", "", ""],
        "Kommunerna": ["3 093 000", "3 220 000", MISSING, MISSING],
        "Budget enligt åtagandena": ["11 800 000", "12 800 000", MISSING, MISSING],
        "Sätter taket": [
            "Region Exempel 1 kr till ger 4 kr, upp till 95 143,20 kr",
            "Staten och Region Exempel",
            MISSING,
            MISSING,
        ],
        "Outnyttjat": ["443 000", "20 000", MISSING, MISSING],
    }


def test_the_page_is_read_and_sent_and_nothing_else(as_secretary):
    statuses = {
        method: getattr(as_secretary, method)(ADDRESS).status_code
        for method in ("get", "head", "put", "patch", "delete")
    }

    assert statuses == {"get": 200, "head": 200, "put": 405, "patch": 405, "delete": 405}


def test_last_year_is_not_typed_in(as_secretary):
    page = read(as_secretary.get(ADDRESS))

    names = [each.attributes["name"] for each in page.one("table", "grid").all("input")]

    members = (FK, REGION, NORRSUNDA, MELLANBY, SODERHAMRA)
    assert names == [f"{member}.{year}" for member in members for year in (2027, 2028, 2029)]


def test_every_input_is_named_by_its_row_and_column(as_secretary):
    page = read(as_secretary.get(ADDRESS))

    assert field(page, "norrsunda.2028").attributes["aria-label"] == "Norrsunda kommun 2028"
    assert page.one("table", "grid").all("th")[0].attributes["scope"] == "col"
    assert {each.attributes["scope"] for each in page.one("tbody").all("th")} == {"row"}


def test_no_id_stands_twice(as_secretary):
    ids = [each.attributes["id"] for each in read(as_secretary.get(ADDRESS)) if "id" in each.attributes]

    assert sorted(ids) == sorted(set(ids))


def test_a_keyed_party_says_whose_amount_caps_it(as_secretary, exempel):
    """2025: Söderhamra's 440 000 is lowest against the key and caps municipalities and budget."""
    found = amounts(read(as_secretary.get("/exempel/2025/bidrag/")))

    assert found["Sätter taket"][1] == "Kommunerna Söderhamra kommun ligger lägst mot nyckeln"


def test_a_forbund_without_paying_members_says_so(db):
    made = Association.objects.create(name="Tomma förbundet", short_name="Tomma", slug="tomma")
    client = logged_in(factories.make_user("siri", Role.Kind.SECRETARY, "tomma"))

    page = read(client.get("/tomma/2027/bidrag/"))

    (empty,) = page.one("tbody").all("td")
    assert (empty.shown, empty.attributes["colspan"]) == (
        "Förbundet har inga betalande medlemmar de här åren. Lägg till dem under Medlemmar.",
        "5",
    )
    assert client.post("/tomma/2027/bidrag/", {"seen": "0"}).status_code == 302
    assert made.postings.count() == 0


def test_the_page_weighs_under_100_kb(as_secretary, settings):
    content = len(as_secretary.get(ADDRESS).content)

    static = settings.BASE_DIR / "static"
    files = ("css/tokens.css", "css/screen.css", "css/print.css", "js/grid.js", "js/draft.js", "icon.svg")
    assert content + sum((static / name).stat().st_size for name in files) < 100_000


# -- Membership opens and closes slots -------------------------------------------------------------


@pytest.fixture
def changing(exempel):
    """Söderhamra leaves at the end of 2027, Mellanby left with 2026, and Nykommun joins in 2028."""
    exempel.members.filter(slug=SODERHAMRA).update(left=date(2027, 12, 31))
    exempel.members.filter(slug=MELLANBY).update(left=date(2026, 12, 31))
    new = Organisation.objects.create(name="Nykommun", slug="nykommun", kind="municipality")
    exempel.members.create(
        organisation=new, party=Party.MUNICIPALITIES, slug="nykommun", joined=date(2028, 1, 1), position=8
    )
    return exempel


def test_a_member_has_no_slot_in_a_year_it_is_not_in(as_secretary, changing):
    page = read(as_secretary.get(ADDRESS))

    names = [each.attributes["name"] for each in page.one("table", "grid").all("input")]
    assert names[6:] == [
        "norrsunda.2027",
        "norrsunda.2028",
        "norrsunda.2029",
        "soderhamra.2027",
        "nykommun.2028",
        "nykommun.2029",
    ]


def test_one_who_has_left_still_stands_beside_so_that_last_years_sum_is_that_of_its_rows(
    as_secretary, changing
):
    found = amounts(read(as_secretary.get(ADDRESS)))

    assert found["Mellanby kommun"] == ["945 000", "", "", ""]
    assert found["Kommunerna"][:2] == ["3 093 000", "2 240 000"]


@pytest.mark.parametrize(
    "name",
    [
        "mellanby.2027",
        "soderhamra.2028",
        "nykommun.2027",
        "norrsunda.2026",
        "norrsunda.2030",
        "arbetsformedlingen.2027",
        "region-stockholm.2027",
        "norrsunda",
        "norrsunda.2027.x",
        ".",
    ],
)
def test_a_forged_slot_is_not_there(as_secretary, changing, name):
    before = rows_in_ledger()

    response = send(as_secretary, {name: "9 mnkr"})

    assert saved(response) == "Inget var ändrat, så inget nytt bokfördes."
    assert rows_in_ledger() == before


# -- Reckoning anew --------------------------------------------------------------------------------


def preview(client, typed, **more):
    return send(client, typed, action="preview", **more)


def test_sums_follow_what_is_typed_and_nothing_is_posted(as_secretary, exempel):
    before = rows_in_ledger()

    response = preview(
        as_secretary,
        {"norrsunda.2027": "1,5 mnkr", "forsakringskassan.2027": "7 mnkr", f"{REGION}.2028": "1"},
    )

    found = amounts(read(response))
    assert response.status_code == 200
    assert found["Kommunerna"] == ["3 093 000", "3 020 000", MISSING, MISSING]
    assert found["Budget enligt åtagandena"][1] == "11 330 911,36"
    assert found["Sätter taket"][1] == "Kommunerna Norrsunda kommun ligger lägst mot nyckeln"
    assert rows_in_ledger() == before


def test_reckoned_anew_is_what_saving_would_make_of_the_year(as_secretary, exempel):
    """The same rule: what the grid says beforehand is what the year's page says afterwards."""
    typed = {f"{REGION}.2027": "3 000 000"}
    beforehand = amounts(read(preview(as_secretary, typed)))

    send(as_secretary, typed)
    afterwards = read(as_secretary.get("/exempel/2027/"))

    assert beforehand["Budget enligt åtagandena"][1] == "12 000 000"
    assert beforehand["Sätter taket"][1] == "Region Exempel 1 kr till ger 4 kr, upp till 200 000 kr"
    assert afterwards.all("p", "lead")[0].shown == (
        "2027 räcker åtagandena till 12,0 mnkr av överenskomna 12,8. "
        "Region Exempels 3,0 mnkr sätter taket: 0,8 mnkr uteblir."
    )


@pytest.mark.parametrize("text", ["12.000", "tolv", "-1"])
def test_a_text_that_cannot_be_read_makes_the_total_of_its_column_missing(as_secretary, exempel, text):
    page = read(preview(as_secretary, {"norrsunda.2027": text}))

    found = amounts(page)
    assert [found[row][1] for row in ("Kommunerna", "Budget enligt åtagandena", "Sätter taket")] == [
        MISSING
    ] * 3
    assert [found[row][0] for row in ("Kommunerna", "Budget enligt åtagandena")] == [
        "3 093 000",
        "11 800 000",
    ]
    assert [each.shown for each in page.all("p", "warning")] == [
        "Taket kan inte räknas ut än. Uppgift om åtagande saknas från Norrsunda kommun."
    ]


def test_a_party_with_one_amount_missing_has_no_sum(as_secretary, exempel):
    found = amounts(read(preview(as_secretary, {"norrsunda.2028": "1", "mellanby.2028": "2"})))

    assert found["Kommunerna"][2] == MISSING


def test_zero_is_an_amount_and_makes_the_budget_zero(as_secretary, exempel):
    found = amounts(read(preview(as_secretary, {f"{REGION}.2027": "0"})))

    assert found["Budget enligt åtagandena"][1] == "0"
    assert found["Sätter taket"][1] == "Region Exempel 1 kr till ger 4 kr, upp till 3 200 000 kr"


def test_the_person_without_scripts_is_told_what_cannot_be_read(as_secretary, exempel):
    page = read(preview(as_secretary, {"norrsunda.2027": "12.000"}))

    assert problems(page) == [
        "Norrsunda kommun 2027: Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."
    ]
    assert page.one("title").shown.startswith("Fel: ")


def test_enter_without_scripts_reckons_and_never_saves(as_secretary, exempel):
    """A browser presses the form's first button, also one that stands before the form."""
    pages = [
        read(as_secretary.get(ADDRESS)),
        read(send(as_secretary, {"norrsunda.2027": "9 mnkr"})),
        read(send(as_secretary, {"norrsunda.2027": "x"})),
    ]

    for page in pages:
        (form,) = [each for each in page.all("form") if each.attributes.get("id") == "grid"]
        inside = [each for each in form.all("button") if each.attributes.get("type") != "button"]
        tied = [
            each for each in page.all("button") if each.attributes.get("form") == "grid" or each in inside
        ]
        assert tied[0].attributes["value"] == "preview"
        assert [each.shown for each in inside] == ["Spara", "Räkna om utan att spara"]


# -- Saving ----------------------------------------------------------------------------------------


def test_several_amounts_on_one_decision_are_one_posting(as_secretary, exempel):
    response = send(
        as_secretary,
        {f"{FK}.2028": "6,5 mnkr", f"{REGION}.2028": "3 250 000", "norrsunda.2027": "1 750 000"},
        decision_body="Medlemssamrådet",
        decision_date="2026-10-20",
        decision_paragraph="7",
        registry_no="EF 2026/20",
        reason="Nivåer inför samrådet",
    )

    assert saved(response) == "Sparat som verifikation 71."
    posting = Posting.objects.get(association=exempel, number=71)
    assert (posting.reason, posting.author_name) == ("Nivåer inför samrådet", "Sara")
    assert (posting.decision_body, posting.decision_date) == ("Medlemssamrådet", date(2026, 10, 20))
    assert (posting.decision_paragraph, posting.registry_no) == ("§ 7", "EF 2026/20")
    assert sorted((entry.year, entry.member.slug, entry.amount) for entry in posting.entries.all()) == [
        (2027, NORRSUNDA, 50_000_00),
        (2028, FK, 6_500_000_00),
        (2028, REGION, 3_250_000_00),
    ]


def test_without_a_reason_the_ledger_says_what_was_entered(as_secretary, exempel):
    send(as_secretary, {f"{FK}.2027": "6 400 001"})

    assert Posting.objects.get(association=exempel, number=71).reason == "Åtaganden 2027–2029"


def test_a_members_own_decision_is_its_own_posting(as_secretary, exempel):
    response = send(
        as_secretary,
        {"norrsunda.2027": "1 750 000", "norrsunda.2028": "1 800 000", "mellanby.2027": "990 000"},
        decision_body="Medlemssamrådet",
        **{
            "norrsunda-decision_body": "Kommunfullmäktige i Norrsunda",
            "norrsunda-decision_paragraph": "§ 12",
        },
    )

    assert saved(response) == "Sparat som verifikationerna 71, 72."
    postings = Posting.objects.filter(association=exempel, number__gt=HEAD).order_by("number")
    assert {
        posting.decision_body: [(entry.member.slug, entry.year) for entry in posting.entries.order_by("year")]
        for posting in postings
    } == {
        "Kommunfullmäktige i Norrsunda": [(NORRSUNDA, 2027), (NORRSUNDA, 2028)],
        "Medlemssamrådet": [(MELLANBY, 2027)],
    }


def test_one_wrong_decision_saves_none(as_secretary, exempel):
    response = send(
        as_secretary,
        {"norrsunda.2027": "1 750 000", "mellanby.2027": "990 000"},
        **{"norrsunda-decision_body": "KF", "mellanby-decision_date": "31 februari"},
    )

    page = read(response)
    assert response.status_code == 422
    assert problems(page) == [
        "Mellanby kommun, Beslutsdatum: Datumet 31 februari går inte att tolka. Skriv det som 2026-11-27."
    ]
    assert "open" in page.one("details", "act").attributes
    assert field(page, "norrsunda-decision_body").attributes["value"] == "KF"
    assert field(page, "mellanby-decision_date").attributes["value"] == "31 februari"
    assert Posting.objects.filter(association=exempel).count() == HEAD


def test_a_posting_that_fails_takes_the_others_with_it(as_secretary, exempel, monkeypatch):
    post, made = ledger.post, []

    def post_once(**about):
        if made:
            raise ledger.LedgerError("the second one fails")
        made.append(post(**about))
        return made[0]

    monkeypatch.setattr(ledger, "post", post_once)
    with pytest.raises(ledger.LedgerError):
        send(
            as_secretary,
            {"norrsunda.2027": "1 750 000", "mellanby.2027": "990 000"},
            **{"norrsunda-decision_body": "KF"},
        )

    assert [posting.number for posting in made] == [71]
    assert Posting.objects.filter(association=exempel).count() == HEAD


NOTHING_CHANGED = "Inget belopp som det här gäller är ändrat. Ändra ett belopp eller töm fälten."


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"decision_body": "KF"}, "Beslutat av"),
        ({"reason": "Ett brev"}, "Anteckning"),
        ({"norrsunda-decision_body": "KF"}, "Norrsunda kommun, Beslutat av"),
        ({"mellanby.2027": "990 000", "norrsunda-decision_body": "KF"}, "Norrsunda kommun, Beslutat av"),
        (
            {"mellanby.2027": "990 000", "mellanby-decision_body": "KF", "decision_body": "RF"},
            "Beslutat av",
        ),
    ],
)
def test_words_that_no_amount_would_carry_are_not_lost_but_asked_about(as_secretary, exempel, typed, told):
    response = send(as_secretary, typed)

    assert problems(read(response)) == [f"{told}: {NOTHING_CHANGED}"]
    assert (response.status_code, Posting.objects.filter(association=exempel).count()) == (422, HEAD)


def test_a_note_goes_with_members_own_decisions_too(as_secretary, exempel):
    send(
        as_secretary,
        {"norrsunda.2027": "1 750 000"},
        reason="Höjt i fullmäktige",
        **{"norrsunda-decision_body": "KF"},
    )

    assert Posting.objects.get(association=exempel, number=71).reason == "Höjt i fullmäktige"


def test_a_paragraph_that_just_fits_is_saved_as_it_is(as_secretary, exempel):
    send(as_secretary, {"norrsunda.2027": "1 750 000"}, decision_body="KF", decision_paragraph="1" * 40)

    assert Posting.objects.get(association=exempel, number=71).decision_paragraph == "1" * 40


def test_saving_what_was_shown_posts_nothing(as_secretary, exempel):
    page = read(as_secretary.get(ADDRESS))
    shown = {
        each.attributes["name"]: each.attributes["value"] for each in page.one("table", "grid").all("input")
    }

    assert saved(send(as_secretary, shown)) == "Inget var ändrat, så inget nytt bokfördes."
    assert Posting.objects.filter(association=exempel).count() == HEAD


def test_saving_goes_back_to_the_same_address_with_its_query(as_secretary, exempel):
    response = send(as_secretary, {f"{FK}.2027": "6 400 001"}, address=f"{ADDRESS}?fran=listan&x=1%262")

    assert response["Location"] == f"{ADDRESS}?fran=listan&x=1%262"


def test_the_ledger_still_holds_after_a_save(as_secretary, exempel):
    send(as_secretary, {f"{FK}.2028": "6,5 mnkr", "norrsunda.2027": "1 750 000,01"})

    assert ledger.verify(exempel) is None
    assert standing(exempel, 2027, NORRSUNDA) == 1_750_000_01


# -- What cannot be read ---------------------------------------------------------------------------


def test_an_error_page_keeps_every_word_and_points_to_each_fault(as_secretary, exempel):
    typed = {
        "norrsunda.2027": "12.000",
        "mellanby.2028": "",
        f"{REGION}.2027": "",
        f"{FK}.2027": "6,5 mnkr",
        "decision_body": "Medlemssamrådet",
        "decision_date": "i går",
        "reason": '<b>"Brev" & mer</b>',
    }

    response = send(as_secretary, typed)

    page = read(response)
    assert response.status_code == 422
    assert problems(page) == [
        "Region Exempel 2027: Ett bokfört belopp kan inte tömmas. "
        "Skriv 0 om det ska vara noll (det var 3 200 000).",
        "Norrsunda kommun 2027: Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental.",
        "Beslutsdatum: Datumet i går går inte att tolka. Skriv det som 2026-11-27.",
    ]
    assert {name: field(page, name).attributes["value"] for name in typed} == typed
    assert page.all("b") == []
    assert page.one("title").shown.startswith("Fel: ")


def test_a_cells_error_is_tied_to_its_input(as_secretary, exempel):
    page = read(send(as_secretary, {"norrsunda.2027": "12.000"}))

    wrong, right = field(page, "norrsunda.2027"), field(page, "norrsunda.2028")
    (told,) = [each for each in page if each.attributes.get("id") == wrong.attributes["aria-describedby"]]
    assert wrong.attributes["aria-invalid"] == "true"
    assert told.shown == "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."
    assert not {"aria-invalid", "aria-describedby"} & right.attributes.keys()
    (link,) = page.one("div", "problem").all("a")
    assert link.attributes["href"] == "#norrsunda.2027"


@pytest.mark.parametrize(
    "seen", [None, "", "x", "-1", "71", "999999999", "9" * 30, "²", "٦٤", "70.0", "\x00"]
)
def test_a_form_that_lost_its_place_saves_nothing_and_keeps_the_words(as_secretary, exempel, seen):
    typed = {"norrsunda.2027": "1 750 000", "reason": "Ett brev"}

    response = as_secretary.post(ADDRESS, typed | ({} if seen is None else {"seen": seen}))

    page = read(response)
    assert (response.status_code, Posting.objects.filter(association=exempel).count()) == (422, HEAD)
    assert problems(page) == ["Formuläret kom inte fram helt. Läs vad som är bokfört nu och spara igen."]
    assert field(page, "seen").attributes["value"] == str(HEAD)
    assert {name: field(page, name).attributes["value"] for name in typed} == typed


def test_an_old_form_is_not_lost(as_secretary, exempel):
    """0 is before the first posting; the form then showed nothing, and what was typed meets what stands."""
    response = send(as_secretary, {"norrsunda.2027": "1 750 000"}, seen=0)

    assert response.status_code == 409


@pytest.mark.parametrize(
    "name", ["decision_body", "reason", "norrsunda-registry_no", "seen", "sure", "choice.norrsunda.2027"]
)
def test_a_null_character_anywhere_is_no_fault_of_ours(as_secretary, exempel, name):
    response = send(as_secretary, {"norrsunda.2027": "1 750 000", **{name: "a\x00b"}})

    assert response.status_code in (302, 422)
    assert "\x00" not in response.content.decode()


def test_words_with_markup_are_shown_as_words(as_secretary, exempel):
    nasty = '"><script>alert(1)</script>'
    typed = {
        "norrsunda.2027": nasty,
        "reason": nasty,
        "sure": nasty,
        "contested": nasty,
        "norrsunda-registry_no": nasty,
    }

    page = read(send(as_secretary, typed))

    assert [each.attributes.get("src", "inline") for each in page.all("script")] == [
        "/static/js/scroll.js",
        "/static/js/grid.js",
    ]
    assert field(page, "norrsunda.2027").attributes["value"] == nasty


# -- More than 30 % --------------------------------------------------------------------------------


def test_a_move_of_more_than_30_per_cent_is_asked_about_and_nothing_is_saved(as_secretary, exempel):
    response = send(as_secretary, {"norrsunda.2027": "2 132 000,01", "mellanby.2027": "1 228 500"})

    page = read(response)
    assert (response.status_code, Posting.objects.filter(association=exempel).count()) == (422, HEAD)
    assert page.one("div", "problem").one("h2").shown == "Stämmer det här?"
    assert page.one("div", "problem").all("p")[0].shown == "Beloppet ändras mer än 30 %. Inget är sparat än."
    assert problems(page) == ["Norrsunda kommun 2027: 1 640 000 blir 2 132 000,01 kr (+30 %)"]
    assert page.one("title").shown.startswith("Åtaganden 2027")
    assert values(page, "asked") == ["norrsunda.2027=213200001"]


def test_yes_saves_what_was_asked_about(as_secretary, exempel):
    typed = {"norrsunda.2027": "4 mnkr", f"{REGION}.2027": "0"}
    page = read(send(as_secretary, typed))

    response = send(as_secretary, typed, asked=values(page, "asked"), confirm="1")

    assert saved(response) == "Sparat som verifikation 71."
    assert [standing(exempel, 2027, slug) for slug in (NORRSUNDA, REGION)] == [4_000_000_00, 0]


def test_pressing_save_again_is_not_yes(as_secretary, exempel):
    typed = {"norrsunda.2027": "4 mnkr"}
    page = read(send(as_secretary, typed))

    response = send(as_secretary, typed, asked=values(page, "asked"), action="save")

    assert (response.status_code, Posting.objects.filter(association=exempel).count()) == (422, HEAD)


def test_yes_to_one_amount_is_not_yes_to_another(as_secretary, exempel):
    page = read(send(as_secretary, {"norrsunda.2027": "4 mnkr"}))

    response = send(as_secretary, {"norrsunda.2027": "40 mnkr"}, asked=values(page, "asked"), confirm="1")

    assert problems(read(response)) == ["Norrsunda kommun 2027: 1 640 000 blir 40 000 000 kr (+2 339 %)"]
    assert standing(exempel, 2027, NORRSUNDA) == 1_700_000_00


def test_what_was_answered_is_not_asked_again_after_another_fault(as_secretary, exempel):
    typed = {"norrsunda.2027": "4 mnkr"}
    page = read(send(as_secretary, typed))
    page = read(
        send(as_secretary, typed, asked=values(page, "asked"), confirm="1", decision_date="2026-11-27")
    )

    response = send(as_secretary, typed, sure=values(page, "sure"), action="save")

    assert values(page, "sure") == ["norrsunda.2027=400000000"]
    assert saved(response) == "Sparat som verifikation 71."


def test_from_zero_is_asked_about_without_a_percentage(as_secretary, exempel):
    factories.commit(exempel, 2026, {NORRSUNDA: "0"})

    page = read(send(as_secretary, {"norrsunda.2027": "1 750 000"}, seen=HEAD + 1))

    assert problems(page) == ["Norrsunda kommun 2027: 0 blir 1 750 000 kr"]


# -- Somebody else was first -----------------------------------------------------------------------


@pytest.fixture
def kim(exempel):
    """Another secretary of the same förbund."""
    return factories.make_user("kim", Role.Kind.SECRETARY, "exempel")


def test_different_cells_do_not_conflict(as_secretary, kim, exempel):
    send(logged_in(kim), {"mellanby.2027": "990 000"})

    response = send(as_secretary, {"norrsunda.2027": "1 750 000", "mellanby.2027": "980 000"})

    assert saved(response) == "Sparat som verifikation 72."
    assert [standing(exempel, 2027, slug) for slug in (NORRSUNDA, MELLANBY)] == [1_750_000_00, 990_000_00]


def test_the_same_amount_from_both_is_no_conflict(as_secretary, kim, exempel):
    send(logged_in(kim), {"norrsunda.2027": "1 750 000"})

    response = send(as_secretary, {"norrsunda.2027": "1,75 mnkr"})

    assert saved(response) == "Inget var ändrat, så inget nytt bokfördes."
    assert Posting.objects.filter(association=exempel).count() == HEAD + 1


@pytest.fixture
def at_odds(as_secretary, kim, exempel, monkeypatch):
    """Kim has saved Norrsunda and Mellanby; Sara saves something else for Norrsunda, and Söderhamra."""
    # 23:30 in Greenwich is past midnight in Sweden.
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    send(logged_in(kim), {"norrsunda.2027": "1 800 000", "mellanby.2027": "990 000"})
    monkeypatch.undo()
    response = send(
        as_secretary,
        {"norrsunda.2027": "1 750 000", "mellanby.2027": "980 000", "soderhamra.2027": "545 000"},
        reason="Nya besked",
    )
    assert response.status_code == 409
    return read(response)


MINE = {"norrsunda.2027": "1 750 000", "mellanby.2027": "990 000", "soderhamra.2027": "545 000"}


def test_the_same_cell_is_refused_with_both_amounts_who_and_when(at_odds, exempel):
    box = at_odds.one("div", "problem")

    assert box.one("h2").shown == "Någon annan hann före"
    assert box.one("legend").shown == "Norrsunda kommun 2027"
    assert [label.shown for label in box.all("label")] == [
        "1 750 000 kr, som du skrev",
        "1 800 000 kr, som Kim bokförde 2026-11-24 00:30 (verifikation 71)",
    ]
    assert [radio.attributes.get("checked") for radio in box.all("input")] == [None, None]
    assert Posting.objects.filter(association=exempel).count() == HEAD + 1


def test_what_the_first_changed_and_the_second_did_not_touch_shows_what_stands_now(at_odds):
    found = amounts(at_odds)

    assert found["Norrsunda kommun"][1] == "1 750 000"
    assert found["Mellanby kommun"][1] == "990 000"
    assert found["Söderhamra kommun"][1] == "545 000"
    assert field(at_odds, "reason").attributes["value"] == "Nya besked"
    assert field(at_odds, "seen").attributes["value"] == str(HEAD + 1)


@pytest.mark.parametrize(("choice", "norrsunda"), [("mine", 1_750_000_00), ("theirs", 1_800_000_00)])
def test_the_chosen_amount_stands_and_the_rest_is_saved(at_odds, as_secretary, exempel, choice, norrsunda):
    response = send(
        as_secretary,
        MINE,
        seen=HEAD + 1,
        contested=values(at_odds, "contested"),
        **{"choice.norrsunda.2027": choice},
    )

    assert saved(response) == "Sparat som verifikation 72."
    standing_now = [standing(exempel, 2027, slug) for slug in (NORRSUNDA, MELLANBY, SODERHAMRA)]
    assert standing_now == [norrsunda, 990_000_00, 545_000_00]


@pytest.mark.parametrize("choice", [{}, {"choice.norrsunda.2027": ""}, {"choice.norrsunda.2027": "x"}])
@pytest.mark.parametrize("text", ["1 750 000", "12.000", ""])
def test_saving_without_choosing_is_refused(at_odds, as_secretary, exempel, choice, text):
    typed = MINE | {"norrsunda.2027": text}

    response = send(as_secretary, typed, seen=HEAD + 1, contested=values(at_odds, "contested"), **choice)

    page = read(response)
    assert (response.status_code, Posting.objects.filter(association=exempel).count()) == (409, HEAD + 1)
    assert values(page, "contested") == ["norrsunda.2027"]
    assert page.one("div", "problem").all("label")[1].shown.startswith("1 800 000 kr, som Kim")
    assert amounts(page)["Norrsunda kommun"][1] == text


def test_reckoning_anew_without_scripts_keeps_the_choice_open(at_odds, as_secretary):
    page = read(preview(as_secretary, MINE, seen=HEAD + 1, contested=values(at_odds, "contested")))

    assert values(page, "contested") == ["norrsunda.2027"]
    assert page.one("div", "problem").one("h2").shown == "Någon annan hann före"


def test_writing_the_others_amount_is_a_choice_too(at_odds, as_secretary, exempel):
    response = send(
        as_secretary,
        MINE | {"norrsunda.2027": "1,8 mnkr"},
        seen=HEAD + 1,
        contested=values(at_odds, "contested"),
    )

    assert saved(response) == "Sparat som verifikation 72."
    assert standing(exempel, 2027, NORRSUNDA) == 1_800_000_00


def test_a_third_change_meanwhile_conflicts_again(at_odds, as_secretary, exempel):
    factories.commit(exempel, 2027, {NORRSUNDA: "1 900 000"})

    response = send(
        as_secretary,
        MINE,
        seen=HEAD + 1,
        contested=values(at_odds, "contested"),
        **{"choice.norrsunda.2027": "mine"},
    )

    labels = [label.shown for label in read(response).one("div", "problem").all("label")]
    assert response.status_code == 409
    assert labels[0] == "1 750 000 kr, som du skrev"
    assert labels[1].startswith("1 900 000 kr, som Ett test bokförde ")
    assert Posting.objects.filter(association=exempel).count() == HEAD + 2


def test_an_amount_that_somebody_took_back_is_told(as_secretary, kim, exempel):
    posted = factories.commit(exempel, 2028, {NORRSUNDA: "1 800 000"})
    ledger.reverse(posted, reason="Fel år", by=kim)

    response = send(as_secretary, {"norrsunda.2028": "1 750 000"}, seen=HEAD + 1)

    labels = [label.shown for label in read(response).one("div", "problem").all("label")]
    assert labels[1].startswith("inget belopp: Kim tog bort det ")


def test_choosing_theirs_for_all_with_a_note_still_typed_saves_nothing_and_says_so(
    at_odds, as_secretary, exempel
):
    response = send(
        as_secretary,
        {"norrsunda.2027": "1 750 000"},
        seen=HEAD + 1,
        reason="Nya besked",
        contested="norrsunda.2027",
        **{"choice.norrsunda.2027": "theirs"},
    )

    assert saved(response) == "Inget var ändrat, så inget nytt bokfördes."


def test_a_question_after_a_conflict_does_not_open_the_choice_again(at_odds, as_secretary, exempel):
    about = {"seen": HEAD + 1, "contested": "norrsunda.2027", "choice.norrsunda.2027": "mine"}
    page = read(send(as_secretary, MINE | {"norrsunda.2027": "9 mnkr"}, **about))

    assert page.one("div", "problem").one("h2").shown == "Stämmer det här?"
    assert values(page, "contested") == []
    response = send(
        as_secretary,
        MINE | {"norrsunda.2027": "9 mnkr"},
        seen=HEAD + 1,
        asked=values(page, "asked"),
        confirm="1",
    )
    assert saved(response) == "Sparat som verifikation 72."


def test_a_form_from_before_somebody_elses_change_asks_only_about_its_own(as_secretary, exempel):
    """A draft that is taken out again carries the posting it was typed under; the rest shows what is new."""
    factories.commit(exempel, 2027, {MELLANBY: "5 mnkr"})

    response = send(as_secretary, {"norrsunda.2027": "1 750 000", "mellanby.2027": "5 000 000"})

    assert saved(response) == "Sparat som verifikation 72."
    assert standing(exempel, 2027, MELLANBY) == 5_000_000_00


# -- Many ------------------------------------------------------------------------------------------


def make_large(slug: str, municipalities: int) -> Association:
    """A förbund with a state, a region and as many municipalities."""
    made = Association.objects.create(name=f"Förbundet {slug}", short_name=slug, slug=slug)
    factories.make_member(made, "fk", Party.STATE)
    factories.make_member(made, "regionen", Party.REGIONS)
    for number in range(municipalities):
        factories.make_member(made, f"kommun{number}", Party.MUNICIPALITIES, position=number)
    return made


READING = 11


@pytest.mark.parametrize("municipalities", [1, 3, 38])
def test_the_page_asks_the_database_as_much_however_many_members(
    db, django_assert_num_queries, municipalities
):
    make_large("stora", municipalities)
    client = logged_in(factories.make_user("siri", Role.Kind.SECRETARY, "stora"))

    with django_assert_num_queries(READING):
        assert client.get("/stora/2027/bidrag/").status_code == 200


@pytest.mark.parametrize("municipalities", [1, 38])
def test_reckoning_anew_asks_the_database_as_much_however_many_members(
    db, django_assert_num_queries, municipalities
):
    made = make_large("stora", municipalities)
    client = logged_in(factories.make_user("siri", Role.Kind.SECRETARY, "stora"))
    typed = {f"{member.slug}.2027": "1" for member in made.members.all()}

    with django_assert_num_queries(READING):
        assert preview(client, typed, seen=0, address="/stora/2027/bidrag/").status_code == 200


def test_forty_members_in_three_years_are_saved_at_once(db):
    made = make_large("stora", 38)
    client = logged_in(factories.make_user("siri", Role.Kind.SECRETARY, "stora"))
    typed = {
        f"{member.slug}.{year}": f"{100 + number} tkr"
        for number, member in enumerate(made.members.all())
        for year in (2027, 2028, 2029)
    }

    response = client.post("/stora/2027/bidrag/", {"seen": "0", **typed})

    assert (len(typed), response.status_code) == (120, 302)
    assert Posting.objects.get(association=made).entries.count() == 120
    assert standing(made, 2029, "kommun37") == 139 * 100_000


def test_a_form_of_more_than_a_thousand_fields_is_read(db):
    made = make_large("stora", 150)
    client = logged_in(factories.make_user("siri", Role.Kind.SECRETARY, "stora"))
    typed = {f"{member.slug}.{year}": "1" for member in made.members.all() for year in (2027, 2028, 2029)}
    own = {
        f"{member.slug}-{name}": ""
        for member in made.members.all()
        for name in ("decision_body", "decision_date", "decision_paragraph", "registry_no")
    }

    response = client.post("/stora/2027/bidrag/", {"seen": "0", **typed, **own})

    assert (len(typed) + len(own), response.status_code) == (1064, 302)
