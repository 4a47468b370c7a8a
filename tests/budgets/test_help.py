"""Help where it is needed: the rule explained, the words, "Om sidan" on every page, the statement."""

import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver, reverse

from budgets import glossary, page_help, worked_example
from budgets.glossary import TERMS, Term, by_letter
from budgets.models import BudgetVersion, Entry, Posting
from budgets.page_help import PAGE_HELP
from finsam.texts import swedish_order
from members.models import Association
from tests import factories
from tests.pages import Element, plain, read, table

HOW, WORDS, STATEMENT = "/sa-fungerar-det/", "/ordlista/", "/tillganglighet/"
OWN = {"how_it_works", "words", "accessibility"}


def without(page: Element, id_: str) -> str:
    """What the main part of the page says, but for the element with the id."""
    return plain(page.one("main")._text(lambda element: element.attributes.get("id") == id_))


# -- Så fungerar det -------------------------------------------------------------------------------


def test_the_rule_is_explained_in_under_400_words_beside_its_example(visitor, seeds):
    page = read(visitor.get(HOW))

    words = re.findall(r"\w+", without(page, "exempel"))

    assert page.one("h1").shown == "Så fungerar det"
    assert 250 < len(words) < 400


def test_the_law_s_shares_stand_with_and_without_a_region(visitor, seeds):
    assert table(read(visitor.get(HOW)), "Andelar") == [
        ["Part", "Med region (5 §)", "Utan region (5 a §)"],
        ["Staten", "hälften", "hälften"],
        ["Regionerna tillsammans", "en fjärdedel", "inget"],
        ["Kommunerna tillsammans", "en fjärdedel", "hälften"],
    ]


def test_the_example_is_stockholm_2021_as_its_own_page_shows_it(visitor, stockholm):
    page, own = read(visitor.get(HOW)), read(visitor.get("/stockholm/2021/"))

    example = page.one("section", "example")
    assert example.one("h2").shown == "Ett exempel: Stockholms stad 2021"
    assert example.one("p", "lead").shown == own.one("p", "lead").shown
    assert table(example, "Åtaganden") == table(own, "Åtaganden")
    assert table(example, "Åtaganden")[-1] == ["Summa", "", "h49 025 000", "h32 000 000", "h17 025 000"]
    assert example.one("div", "leverage").shown == (
        "En krona till från Region Stockholm låser upp fyra, upp till 5 675 000 kr mer därifrån. "
        "Därefter sätter staten och Stockholms stad taket tillsammans."
    )
    drawn = [[text.shown for text in page.all("svg", "wide")[0].all("text")] for page in (example, own)]
    assert drawn[0] == drawn[1]
    assert "taket 32,0" in drawn[0]
    assert "/stockholm/2021/" in [link.attributes["href"] for link in example.all("a")]


def test_a_figure_of_the_example_leads_to_its_history(visitor, stockholm):
    example = read(visitor.get(HOW)).one("section", "example")

    figures = [link.attributes["href"] for link in example.all("a", "figure")]

    assert "/stockholm/2021/historik/committed/region-stockholm/" in [
        url.partition("?")[0] for url in figures
    ]
    assert {visitor.get(url).status_code for url in figures} == {200}


def test_the_example_is_what_a_visitor_sees_whoever_asks(as_secretary, stockholm):
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, reason="Ett hemligt brev")

    example = read(as_secretary.get(HOW)).one("section", "example")

    assert table(example, "Åtaganden")[4][:4] == [
        "Region Stockholm sätter taket",
        "25 %",
        "h8 000 000",
        "h8 000 000",
    ]


def adopted(slug: str, year: int, amounts: dict[str, str]) -> Association:
    """A förbund with one adopted year."""
    association = factories.make_association(slug)
    factories.commit(association, year, amounts)
    factories.adopt(association, year)
    return association


CAPPED = {"fk": "4 mnkr", "regionen": "1 mnkr", "storstad": "1,5 mnkr", "lillstad": "0,5 mnkr"}
TIED = {"fk": "4 mnkr", "regionen": "1 mnkr", "storstad": "0,5 mnkr", "lillstad": "0,5 mnkr"}
ALIKE = {"fk": "4 mnkr", "regionen": "2 mnkr", "storstad": "1 mnkr", "lillstad": "1 mnkr"}
NOTHING = {"fk": "4 mnkr", "regionen": "0", "storstad": "1 mnkr", "lillstad": "1 mnkr"}


@pytest.fixture
def no_favourite(seeds, monkeypatch):
    """An installation that has never heard of Stockholm 2021, nor of any other adopted year."""
    monkeypatch.setattr(worked_example, "PREFERRED", ("finns-inte", 2021))
    seeded = set(Association.objects.values_list("pk", flat=True))
    versions = SimpleNamespace(
        adopted=lambda: BudgetVersion.objects.adopted().exclude(association__in=seeded)
    )
    monkeypatch.setattr(worked_example, "BudgetVersion", SimpleNamespace(objects=versions))


@pytest.mark.parametrize("amounts", [TIED, ALIKE, NOTHING], ids=["tied", "all alike", "nothing"])
def test_a_newer_year_that_shows_no_single_cap_is_passed_over(no_favourite, amounts):
    adopted("nyast", 2027, amounts)
    adopted("nyare", 2026, CAPPED)
    adopted("aldst", 2025, CAPPED)

    example = worked_example.worked_example()

    assert (example.association.slug, example.year) == ("nyare", 2026)


def test_a_real_forbund_comes_before_an_invented_one(no_favourite):
    invented = adopted("pahittat", 2027, CAPPED)
    Association.objects.filter(pk=invented.pk).update(is_invented=True)
    alone = worked_example.worked_example()
    adopted("riktigt", 2024, CAPPED)

    beside = worked_example.worked_example()

    assert (alone.association.slug, beside.association.slug) == ("pahittat", "riktigt")


def test_an_invented_example_says_so(visitor, no_favourite):
    invented = adopted("pahittat", 2027, CAPPED)
    Association.objects.filter(pk=invented.pk).update(is_invented=True)

    page = read(visitor.get(HOW))

    assert page.one("p", "invented").shown == (
        "Förbundet pahittat är påhittat. Inga namn eller belopp här är verkliga."
    )


def test_a_proposal_is_no_example(no_favourite):
    association = factories.make_association("bara-forslag")
    factories.commit(association, 2027, CAPPED)

    assert worked_example.worked_example() is None


def test_without_any_adopted_year_the_rule_still_stands(visitor, no_favourite):
    page = read(visitor.get(HOW))

    assert page.all("section", "example") == []
    assert [heading.shown for heading in page.all("h2")] == [
        "Vem betalar vad",
        "Den lägsta sätter taket",
        "Frågor och svar",
    ]


@pytest.mark.parametrize("more", [1, 3])
def test_the_example_costs_as_many_queries_however_many_forbund(
    visitor, no_favourite, django_assert_num_queries, more
):
    for number in range(more):
        adopted(f"forbund-{number}", 2027, CAPPED)

    with django_assert_num_queries(8):
        visitor.get(HOW)


def test_at_most_five_forbund_are_tried(no_favourite, monkeypatch):
    for number in range(6):
        adopted(f"lika-{number}", 2027, ALIKE)
    adopted("sist", 2020, CAPPED)

    assert worked_example.worked_example() is None


def test_the_pages_that_explain_leave_the_ledger_as_it_was(visitor, seeds):
    before = Posting.objects.count(), Entry.objects.count()

    statuses = [visitor.get(address).status_code for address in (HOW, WORDS, STATEMENT)]

    assert statuses == [200, 200, 200]
    assert (Posting.objects.count(), Entry.objects.count()) == before


@pytest.mark.parametrize("address", [HOW, WORDS, STATEMENT])
def test_the_pages_that_explain_are_only_read(visitor, seeds, address):
    assert visitor.post(address).status_code == 405


# -- Ordlista --------------------------------------------------------------------------------------


def test_a_word_stands_with_its_meaning_and_where_it_is_met(visitor, seeds):
    page = read(visitor.get(WORDS))

    (found,) = [each for each in page if each.attributes.get("id") == "atagande"]

    assert found.one("dt").shown == "åtagande"
    assert found.one("dd").shown == (
        "Det som en medlem säger sig vara beredd att betala för ett år. Finns på: årets sida och Åtaganden."
    )


def test_the_words_stand_in_swedish_order(visitor, seeds):
    shown = [word.shown for word in read(visitor.get(WORDS)).all("dt")]

    assert shown == sorted((term.word for term in TERMS), key=swedish_order)
    assert shown[-2:] == ["överenskommen nivå", "övriga intäkter"]


def test_letters_after_z_come_in_swedish_order():
    words = [Term(word, "") for word in ("öre", "år", "ägare", "zon", "avvikelse", "Andel")]

    assert [(letter, [term.word for term in terms]) for letter, terms in by_letter(words)] == [
        ("A", ["Andel", "avvikelse"]),
        ("Z", ["zon"]),
        ("Å", ["år"]),
        ("Ä", ["ägare"]),
        ("Ö", ["öre"]),
    ]


def test_every_word_has_an_anchor_of_its_own_and_one_to_three_sentences():
    assert len({term.slug for term in TERMS}) == len(TERMS)
    assert [term.word for term in TERMS if not re.fullmatch(r"[a-z0-9-]+", term.slug)] == []
    sentences = {term.word: len(re.findall(r"[a-zåäöA-Z)0-9]\.(?= |$)", str(term.meaning))) for term in TERMS}
    assert {word: count for word, count in sentences.items() if not 1 <= count <= 3} == {}


def test_a_letter_leads_to_its_words(visitor, seeds):
    page = read(visitor.get(WORDS))

    ids = {each.attributes["id"]: each.shown for each in page.all("h2")}
    letters = page.one("nav", "letters").all("a")

    assert [ids[link.attributes["href"].removeprefix("#")] for link in letters] == [a.shown for a in letters]


# The field's terms as the förbund, the law and the national council use them, by how they begin.
FIELD = (
    "administration", "andel", "ansvarsfrihet", "Arbetsförmedlingen", "avvikelse", "balanskrav",
    "beredningsgrupp", "bokslut", "budget", "budgetår", "delbetalning", "delårsrapport", "diarienummer",
    "eget kapital", "ESF", "fastställ", "Finsam", "flerårsplan", "förbundsordning", "fördelningsmodell",
    "fördelningsnyckel", "förfallodag", "förvaltningsberättelse", "Försäkringskassan", "försörjningsmått",
    "grundtilldelning", "historik", "huvudman", "härlett", "inbetalning", "individinriktad", "ingående",
    "insats", "kansli", "kontrollsumma", "ledamot", "liggare", "likvida medel", "likvidation",
    "medelstilldelning", "medfinansiering", "medlem", "medlemsavgift", "medlemsbidrag", "medlemssamråd",
    "mnkr", "Nationella rådet", "nyckel", "nyckeltal", "nyttjande", "outnyttjat", "part", "periodisering",
    "presidium", "prognos", "protokoll", "region", "regionfullmäktige", "rekvisition", "rekvirera",
    "resultat", "resultaträkning", "revider", "revision", "revisor", "revisionsberättelse",
    "samordningsförbund", "samordningsområde", "samråd", "sekreterare", "strukturövergripande", "styrelse",
    "sätter taket", "tkr", "trappan", "treårsplan", "underskott", "uppsägning", "uteblev", "utfall",
    "utgående", "utkast", "utträde", "verifikation", "verksamhetsplan", "version", "vikt", "årsredovisning",
    "åtagande", "äskande", "överbetalt", "överenskommet", "överskott", "övriga intäkter",
)  # fmt: skip


def interface() -> str:
    """Every Swedish word that the site may say, but for the help itself."""
    root = settings.BASE_DIR
    pages = [path for path in (root / "templates").rglob("*.html") if path.parent.name != "help"]
    said = [re.sub(r"(?s){% comment.*?endcomment %}|{#.*?#}", "", path.read_text()) for path in pages]
    help_itself = {glossary.__file__, page_help.__file__}
    modules = [path for app in ("budgets", "members") for path in (root / app).rglob("*.py")]
    for path in modules:
        if str(path) not in help_itself and path.parent.name != "migrations":
            said += re.findall(r'"([^"\n]*)"', path.read_text())
    return " ".join(said).lower()


def test_every_term_of_the_field_that_the_site_uses_is_in_the_list():
    said = interface()
    known = " | ".join(word for term in TERMS for word in (term.word, *term.also)).lower()

    used = [term for term in FIELD if re.search(rf"\b{term.lower()}", said)]

    assert len(used) > 50
    assert [term for term in used if not re.search(rf"\b{term.lower()}", known)] == []


# -- Om sidan --------------------------------------------------------------------------------------


def pages(patterns, prefix: str = "") -> set[str]:
    """The names of the addresses that a person opens: those that end as a folder does, not as a file."""
    found = set()
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            found |= pages(pattern.url_patterns, route)
        elif not route or route.endswith("/"):
            found.add(pattern.name)
    return found - {"health", "logout"}


def test_every_page_has_a_text_about_it_and_every_text_a_page():
    assert pages(get_resolver().url_patterns) - OWN == set(PAGE_HELP)


def test_a_text_about_a_page_is_one_to_three_sentences_and_its_words_are_in_the_list():
    for name, about in PAGE_HELP.items():
        sentences = re.findall(r"[^.?!]+[.?!]", str(about.text))
        assert (name, 1 <= len(sentences) <= 3) == (name, True)
        assert (name, str(about.text)) == (name, "".join(sentences))
        assert [term.slug for term in about.terms] == list(about.words)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/", "start"),
        ("/logga-in/", "login"),
        ("/stockholm/", "association"),
        ("/stockholm/2021/", "year"),
        ("/stockholm/2021/versioner/", "versions"),
        ("/stockholm/2021/historik/committed/region-stockholm/", "history"),
    ],
)
def test_a_page_says_what_it_is_for_before_all_else_and_closed(visitor, seeds, address, name):
    main = read(visitor.get(address)).one("main")

    first = next(child for child in main.children if isinstance(child, Element))

    assert (first.tag, first.classes) == ("details", ["page-help"])
    assert "open" not in first.attributes
    assert first.one("summary").shown == "Om sidan"
    assert first.all("p")[0].shown == plain(str(PAGE_HELP[name].text))


def test_the_year_names_the_words_that_are_worth_looking_up(visitor, stockholm):
    help_ = read(visitor.get("/stockholm/2021/")).one("details", "page-help")

    assert {link.shown: link.attributes["href"] for link in help_.all("a")} == {
        "åtagande": "/ordlista/#atagande",
        "taket": "/ordlista/#taket",
        "medlemsbidrag": "/ordlista/#medlemsbidrag",
        "outnyttjat åtagande": "/ordlista/#outnyttjat-atagande",
        "insats": "/ordlista/#insats",
        "eget kapital": "/ordlista/#eget-kapital",
    }
    assert help_.all("p")[1].shown == (
        "Ord på sidan: åtagande, taket, medlemsbidrag, outnyttjat åtagande, insats, eget kapital."
    )


def test_the_two_words_that_the_year_turns_on_are_explained_where_they_first_stand(visitor, stockholm):
    page = read(visitor.get("/stockholm/2021/"))

    (told,) = [each for each in page.one("main").all("p", "unit") if each.shown.startswith("Ett åtagande")]

    assert told.shown == (
        "Ett åtagande är vad en medlem är beredd att betala, "
        "medlemsbidraget vad den betalar när taket är satt."
    )
    assert {link.shown: link.attributes["href"] for link in told.all("a")} == {
        "åtagande": "/ordlista/#atagande",
        "medlemsbidraget": "/ordlista/#medlemsbidrag",
    }


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        ("visitor", "/finns-inte/", 404),
        ("visitor", "/stockholm/2018/", 404),
        ("as_board_member", "/stockholm/2021/bidrag/", 403),
    ],
)
def test_a_page_that_cannot_be_shown_says_nothing_about_what_it_is_for(request, seeds, role, address, status):
    response = request.getfixturevalue(role).get(address)

    assert response.status_code == status
    assert read(response).all("details", "page-help") == []


def test_a_form_kept_through_a_log_in_says_nothing_about_another_page(visitor, seeds):
    response = visitor.post("/stockholm/2021/bidrag/", {"seen": "16"})

    assert response.status_code == 401
    assert read(response).all("details", "page-help") == []


# -- Header and footer -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/", ["Budgetliggaren"]),
        (HOW, ["Så fungerar det", "Så fungerar det"]),
        (WORDS, ["Ordlista"]),
        (STATEMENT, ["Tillgänglighet"]),
        ("/logga-in/", ["Logga in"]),
        ("/stockholm/", []),
    ],
)
def test_the_header_and_the_footer_say_where_one_is(visitor, seeds, address, current):
    page = read(visitor.get(address))

    links = page.one("header", "site").all("a") + page.one("footer", "site").all("a")

    assert [link.shown for link in links if link.attributes.get("aria-current") == "page"] == current


def test_every_landmark_has_a_name_of_its_own(visitor, seeds):
    for address in ("/", HOW, WORDS, "/stockholm/", "/stockholm/2021/"):
        names = [nav.attributes["aria-label"] for nav in read(visitor.get(address)).all("nav")]

        assert len(set(names)) == len(names)
        assert {"Webbplatsen", "Konto", "Om webbplatsen"} <= set(names)


def test_a_visitor_is_shown_the_way_to_log_in_from_a_page_that_is_not_there(visitor, as_auditor, seeds):
    links = [
        {
            link.shown: link.attributes["href"]
            for link in read(client.get("/stockholm/2018/")).one("main").all("a")
        }
        for client in (visitor, as_auditor)
    ]

    assert links == [
        {"Till alla förbund": "/", "Logga in och försök igen": "/logga-in/?next=/stockholm/2018/"},
        {"Till alla förbund": "/"},
    ]


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_a_page_drawn_without_a_request_leads_to_pages_that_exist(visitor, seeds, name):
    page = read((settings.BASE_DIR / "templates" / name).read_text())

    links = {link.attributes["href"] for link in page.all("a")}

    assert links == {"/", HOW, WORDS, STATEMENT}
    assert {visitor.get(link).status_code for link in links} == {200}


# -- Tillgänglighet --------------------------------------------------------------------------------


def test_the_statement_has_what_digg_asks_for(visitor, seeds, settings):
    settings.SITE_OWNER = "Samordningsförbundet Stockholms stad"
    settings.ACCESSIBILITY_CONTACT = "tillganglighet@example.se"

    page = read(visitor.get(STATEMENT))

    facts = {fact.one("dt").shown: fact.one("dd").shown for fact in page.one("dl", "about").all("div")}
    assert facts == {
        "Står bakom": "Samordningsförbundet Stockholms stad",
        "Tjänst": "webbplatsen Budgetliggaren och dess rapporter i PDF",
        "Bedömd": "24 november 2026",
        "Uppdaterad": "24 november 2026",
    }
    assert page.one("p", "lead").shown == (
        "Budgetliggaren är delvis förenlig med lagen (2018:1937) om tillgänglighet till digital offentlig "
        "service. Bristerna står här, och hur du säger till om fler."
    )
    assert [heading.shown for heading in page.all("h2")] == [
        "Om du inte kan använda en del av webbplatsen",
        "Rapportera en brist",
        "Tillsyn",
        "Innehåll som inte är tillgängligt",
        "Undantag",
        "Så har vi prövat",
    ]
    links = [link.attributes["href"] for link in page.one("main").all("a")]
    assert links == ["mailto:tillganglighet@example.se"] * 2 + ["https://www.digg.se/tdosanmalan"]


def test_nobody_has_to_guess_that_the_owner_is_not_given(visitor, seeds, settings):
    settings.SITE_OWNER = settings.ACCESSIBILITY_CONTACT = ""

    page = read(visitor.get(STATEMENT))

    assert page.one("dl", "about").all("dd")[0].shown == "ej angivet"
    assert page.one("p", "unit").shown == (
        "Den som driver webbplatsen anger sitt namn och sin e-postadress med inställningarna SITE_OWNER och "
        "ACCESSIBILITY_CONTACT."
    )
    assert [link for link in page.all("a") if "mailto:" in link.attributes["href"]] == []


def test_an_owner_with_markup_is_shown_as_text(visitor, seeds, settings):
    settings.SITE_OWNER = "<b>Elaka</b> & förbundet"

    page = read(visitor.get(STATEMENT))

    assert page.one("dl", "about").all("dd")[0].shown == "<b>Elaka</b> & förbundet"


@pytest.mark.parametrize("name", sorted(OWN | {"start", "login"}))
def test_every_page_leads_to_the_statement(visitor, seeds, name):
    page = read(visitor.get(reverse(name)))

    assert STATEMENT in [link.attributes["href"] for link in page.one("footer", "site").all("a")]
