"""The start page: all förbund, each with its newest adopted budget."""

import pytest

from members.models import Association
from tests import factories
from tests.pages import read, table

CAPTION = "Samordningsförbund och deras senaste fastställda budget"


def test_the_start_page_lists_every_forbund_with_its_newest_adopted_budget(visitor, seeds):
    page = read(visitor.get("/"))

    assert page.one("h1").shown == "Budgetar i samordningsförbund"
    assert table(page, CAPTION) == [
        ["Förbund", "Län", "År", "Överenskommet", "Budget", "Uteblev", "Satte taket"],
        ["Exempelförbundet påhittat", "Exempel län", "2026", "12,4", "11,8", "0,6", "Region Exempel"],
        [
            *("Samordningsförbundet Stockholms stad", "Stockholms län", "2021"),
            *("54,7", "32,0", "22,7", "Region Stockholm"),
        ],
        ["Södra Dalarnas samordningsförbund", "Dalarnas län", "–", "–", "–", "–", "–"],
    ]
    assert page.one("caption").shown == f"{CAPTION} Belopp i mnkr"


def test_each_forbund_links_to_its_page_and_to_the_year(visitor, seeds):
    page = read(visitor.get("/"))

    headings = {
        link.shown: link.attributes["href"] for th in page.one("tbody").all("th") for link in th.all("a")
    }
    years = [link.attributes["href"] for link in page.one("tbody").all("a") if link.shown in ("2026", "2021")]

    assert headings == {
        "Exempelförbundet": "/exempel/",
        "Samordningsförbundet Stockholms stad": "/stockholm/",
        "Södra Dalarnas samordningsförbund": "/sodra-dalarna/",
    }
    assert years == ["/exempel/2026/", "/stockholm/2021/"]


def test_a_forbund_without_an_adopted_budget_is_heard_as_missing(visitor, seeds):
    page = read(visitor.get("/"))

    assert [cell.heard for cell in page.all("tr")[-1].all("td")] == [
        "Dalarnas län",
        *["uppgift saknas"] * 5,
    ]


def test_the_start_page_explains_the_rule(visitor, seeds):
    page = read(visitor.get("/"))

    assert page.one("p", "lead").shown == (
        "Staten betalar hälften, regionen en fjärdedel och kommunerna en fjärdedel. Andelarna är fasta: "
        "den som bidrar minst i förhållande till sin andel sätter taket för hela budgeten."
    )


def test_a_revised_budget_replaces_the_first(visitor, stockholm):
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"})
    before = table(read(visitor.get("/")), CAPTION)[2]

    factories.adopt(stockholm, 2021)

    assert before[2:] == ["2021", "54,7", "32,0", "22,7", "Region Stockholm"]
    assert table(read(visitor.get("/")), CAPTION)[2][2:] == [
        "2021",
        "54,7",
        "48,0",
        "6,7",
        "Region Stockholm",
    ]


def test_without_any_forbund_the_page_says_so(visitor, db, monkeypatch):
    monkeypatch.setattr("budgets.queries.associations", list)

    page = read(visitor.get("/"))

    assert table(page, CAPTION)[1:] == [["Här finns inga förbund än."]]


@pytest.mark.parametrize("more", [0, 3])
def test_the_number_of_queries_does_not_grow_with_the_forbund(
    visitor, seeds, django_assert_num_queries, more
):
    for number in range(more):
        made = factories.make_association(f"forbund-{number}")
        factories.commit(
            made, 2026, {"fk": "4 mnkr", "regionen": "2 mnkr", "storstad": "1 mnkr", "lillstad": "1 mnkr"}
        )
        factories.adopt(made, 2026)

    with django_assert_num_queries(4):
        page = read(visitor.get("/"))

    assert len(table(page, CAPTION)) == 1 + Association.objects.count() == 4 + more
