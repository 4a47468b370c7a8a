"""The budget report: it can be read aloud, says what the page says, and is the same to the byte each time."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pikepdf import Dictionary, Pdf

from budgets import chart_sentences, queries, reports, sentences, services
from budgets.ledger import Cell
from budgets.models import Account
from finsam import money
from finsam.money import Figure
from members.access import VISITOR, Access
from members.models import Association, Party, Role
from tests import factories
from tests.pdf import reading
from tests.pdf.conftest import AUDITOR
from tests.pdf.reading import plain, right_edges
from tests.pdf.structure import faults

SEEDED = [
    *(("stockholm", year) for year in (2016, 2017, 2019, 2020, 2021)),
    ("sodra-dalarna", 2020),
    *(("exempel", year) for year in (2024, 2025, 2026, 2027)),
]
GOLDEN = Path(__file__).parent / "golden"
every_seeded_report = pytest.mark.parametrize(("slug", "year"), SEEDED)


def written(figure: Figure, decimals: int) -> str:
    """A figure as a table's cell reads: a dash for missing, an h before a derived one."""
    if figure.amount is None:
        return "–"
    return f"{'h ' if figure.is_derived else ''}{plain(money.kr(figure.amount, decimals))}"


def decimals_of(*figures: Figure) -> int:
    """Öre in all cells of a table when any of its figures has some."""
    return 2 if any((figure.amount or 0) % money.ORE_PER_KRONA for figure in figures) else 0


def figures_alt(path: Path) -> list[str]:
    """The alternative text of each figure."""
    with Pdf.open(path) as pdf:
        elements = [each for each in pdf.objects if isinstance(each, Dictionary)]
        return [plain(str(each.Alt)) for each in elements if each.get("/S") == "/Figure"]


# -- Structure: what a screen reader needs ----------------------------------------------------------


def test_every_year_with_a_budget_is_tried_here(seeds):
    known = {
        (association.slug, year.year)
        for association in Association.objects.all()
        for year in queries.year_summaries(association, AUDITOR)
        if year.is_known
    }

    assert known == set(SEEDED)


@every_seeded_report
def test_report_has_no_structural_faults(seeded, slug, year):
    assert faults(seeded(slug, year).path) == []


@every_seeded_report
def test_weasyprint_has_nothing_to_complain_about(seeded, slug, year):
    assert seeded(slug, year).complaints == []


@every_seeded_report
def test_report_names_itself_and_its_author(seeded, slug, year):
    report = seeded(slug, year)
    name = report.budget.association.name

    about = reading.facts(report.path)

    assert (about["Title"], about["Author"]) == (f"Budget {year}, {name}", name)
    assert about["Subject"] == plain(sentences.conclusion(report.budget.summary).text)
    with Pdf.open(report.path) as pdf:
        assert str(pdf.Root.Lang) == "sv"
        assert [str(each.title) for each in pdf.open_outline().root] == [f"Budget {year}"]


@every_seeded_report
def test_every_chart_is_read_aloud_as_its_conclusion(seeded, slug, year):
    report = seeded(slug, year)

    told = figures_alt(report.path)

    budget = report.budget
    years = queries.year_summaries(budget.association, AUDITOR)
    history = [each for each in years if each.year <= year]
    titles = [chart_sentences.over_the_years(history)] if len(history) > 1 else []
    titles.append(chart_sentences.cap_line(budget.summary))
    titles += [chart_sentences.lines(budget)] if budget.has_allocations else []
    assert told == [plain(title.text) for title in titles]


@every_seeded_report
def test_report_has_one_to_three_numbered_pages(seeded, slug, year):
    pages = reading.pages(seeded(slug, year).path)

    assert 1 <= len(pages) <= 3
    assert [re.findall(r"Sida \d+ av \d+", page) for page in pages] == [
        [f"Sida {number} av {len(pages)}"] for number in range(1, len(pages) + 1)
    ]


@every_seeded_report
def test_no_page_holds_only_a_leftover_line(seeded, slug, year):
    shortest = min(len(page.split()) for page in reading.pages(seeded(slug, year).path))

    assert shortest > 30


@every_seeded_report
def test_font_is_embedded_source_sans_pro_and_no_other(seeded, slug, year):
    fonts = reading.fonts(seeded(slug, year).path)

    assert set(fonts) <= {"Source-Sans-Pro", "Source-Sans-Pro-Semi-Bold", "Source-Sans-Pro-Bold"}
    assert set(fonts.values()) == {"yes"}


@pytest.mark.skipif(
    not shutil.which("verapdf"), reason="verapdf is not on PATH (it has no PyPI or Debian package)"
)
@every_seeded_report
def test_verapdf_finds_it_valid(seeded, slug, year):
    assert "PASS" in reading.run("verapdf", "--flavour", "ua1", "--format", "text", seeded(slug, year).path)


# -- Content: the figures and sentences of the page -------------------------------------------------


@every_seeded_report
def test_report_opens_with_the_conclusion(seeded, slug, year):
    report = seeded(slug, year)

    lines = reading.reading_order(report.path)

    told = f"P {plain(sentences.conclusion(report.budget.summary).text)}"
    assert lines[:2] == [f"P {report.budget.association.name}", f"H1 Budget {year}"]
    assert [line for line in lines[2:6] if line.startswith(told)]


@every_seeded_report
def test_report_says_what_one_krona_more_would_do(seeded, slug, year):
    report = seeded(slug, year)

    lines = reading.reading_order(report.path)

    told = [f"P {plain(sentence.text)}" for sentence in sentences.leverage(report.budget)]
    assert [line for line in lines if line in told] == told


@every_seeded_report
def test_every_paying_member_stands_with_its_three_figures(seeded, slug, year):
    budget = seeded(slug, year).budget
    members = [row for party in budget.summary.parties for row in party.members if row.member.pays]
    decimals = decimals_of(*(figure for row in members for figure in (row.offered, row.called, row.unused)))

    rows = list(reading.rows(seeded(slug, year).path))

    for row in members:
        expected = [written(figure, decimals) for figure in (row.offered, row.called, row.unused)]
        assert expected in [cells[-3:] for cells in rows if cells[0].startswith(row.name)], row.name


@every_seeded_report
def test_every_line_stands_with_its_figures(seeded, slug, year):
    budget = seeded(slug, year).budget
    rows = list(reading.rows(seeded(slug, year).path))

    for lines in (budget.costs, budget.incomes):
        decimals = decimals_of(*(figure for row in lines for figure in (row.allocated, row.actual)))
        has_actual = any(not row.actual.is_missing for row in lines)
        for row in lines:
            figures = (row.allocated, row.actual) if has_actual else (row.allocated,)
            expected = [written(figure, decimals) for figure in figures]
            found = [
                cells[1 if row.line.is_income else 2 :][: len(expected)]
                for cells in rows
                if cells[0] == row.line.name
            ]
            assert expected in found, row.line.name


@every_seeded_report
def test_every_year_up_to_this_one_stands_in_the_history(seeded, slug, year):
    report = seeded(slug, year)
    years = queries.year_summaries(report.budget.association, AUDITOR)
    history = [each for each in years if each.year <= year]

    rows = [cells for cells in reading.rows(report.path) if re.match(r"20\d\d", cells[0])]

    shown = [
        [
            "–" if cell is None else plain(money.mnkr(cell))
            for cell in (each.agreed.amount, each.total.amount, each.lost.amount)
        ]
        for each in history
    ]
    assert rows[0][1:4] == [shown[0][1], shown[0][0], shown[0][2]]  # the key figures: budget, agreed, lost
    assert [cells[1:4] for cells in rows[1:]] == (shown if len(history) > 1 else [])


@every_seeded_report
def test_every_table_says_its_unit_once(seeded, slug, year):
    captions = [
        line for line in reading.reading_order(seeded(slug, year).path) if line.startswith("Caption ")
    ]

    assert captions
    assert [re.findall(r"Belopp i (?:kr|mnkr)\b", caption) for caption in captions] == [
        ["Belopp i mnkr" if "per år" in caption else "Belopp i kr"] for caption in captions
    ]


@pytest.mark.parametrize(
    ("slug", "year", "page", "columns"),
    [
        (
            "stockholm",
            2021,
            2,
            (
                ("Åtagande", "27 350 000", "13 675 000", "49 025 000"),
                ("Medlemsbidrag", "16 000 000", "32 000 000"),
                ("Outnyttjat", "11 350 000", "17 025 000"),
            ),
        ),
        (
            "exempel",
            2026,
            2,
            (
                ("Åtagande", "6 200 000,00", "3 093 000,00", "508 000,00", "12 243 000,00"),
                ("Medlemsbidrag", "5 900 000,00", "898 165,58", "11 800 000,00"),
                ("Outnyttjat", "300 000,00", "15 872,07", "0,00", "443 000,00"),
            ),
        ),
    ],
)
def test_amounts_of_a_column_end_at_the_same_place(seeded, slug, year, page, columns):
    path = seeded(slug, year).path

    edges = [[right_edges(path, page, cell) for cell in column] for column in columns]

    for column in edges:
        assert column[0]
        assert column == [column[0]] * len(column)
    assert len({edge for column in edges for edge in column[0]}) == len(columns)


@pytest.mark.parametrize(("slug", "year"), [("stockholm", 2021), ("exempel", 2026)])
def test_report_reads_aloud_in_this_order(seeded, tmp_path, slug, year):
    """What varies between databases, the checksum, is masked. A wanted change is copied in as said."""
    lines = reading.reading_order(seeded(slug, year).path)

    golden, new = GOLDEN / f"{slug}-{year}.txt", tmp_path / "new.txt"
    masked = [re.sub(r"kontrollsumma [0-9a-f]{16}", "kontrollsumma …", line) for line in lines]
    new.write_text("\n".join([*masked, ""]), encoding="utf-8")
    assert masked == golden.read_text(encoding="utf-8").splitlines(), f"cp {new} {golden}"


@every_seeded_report
def test_marks_are_explained_where_they_are_used_and_only_there(seeded, slug, year):
    lines = reading.reading_order(seeded(slug, year).path)
    cells = [cell for row in reading.rows(seeded(slug, year).path) for cell in row]

    is_marked = any(cell.startswith("h ") or " h " in cell for cell in cells)
    assert any("h: härlett." in line for line in lines) == is_marked
    assert any("Streck: uppgift saknas." in line for line in lines) == ("–" in cells)


def test_invented_association_says_so(seeded):
    lines = reading.reading_order(seeded("exempel", 2026).path)

    assert "P Exempelförbundet är påhittat. Inga namn eller belopp här är verkliga." in lines


def test_every_page_says_which_posting_it_shows(seeded):
    report = seeded("exempel", 2026)

    pages = reading.pages(report.path)

    assert all(f"verifikation {report.budget.number}, kontrollsumma" in page for page in pages)
    assert all("Fastställd" in page for page in pages)


def test_draft_says_so_on_every_page(exempel, make_report):
    factories.commit(exempel, 2027, {"region-exempel": "3 300 000"})

    report = make_report(exempel, 2027)

    assert report.budget.is_working
    pages = reading.pages(report.path)
    assert len(pages) > 1
    assert all("UTKAST" in page for page in pages)


def test_adopted_year_does_not_call_itself_a_draft(seeded):
    assert not any("UTKAST" in page for page in reading.pages(seeded("exempel", 2026).path))


# -- The same input gives the same bytes ------------------------------------------------------------


def test_same_budget_gives_the_same_bytes_again(stockholm, make_report):
    assert make_report(stockholm, 2021).path.read_bytes() == make_report(stockholm, 2021).path.read_bytes()


def test_posting_gives_other_bytes_to_those_who_read_drafts_only(stockholm, make_report):
    before = [make_report(stockholm, 2021, access).path.read_bytes() for access in (VISITOR, AUDITOR)]

    factories.commit(stockholm, 2021, {"region-stockholm": "9 mnkr"})

    after = [make_report(stockholm, 2021, access).path.read_bytes() for access in (VISITOR, AUDITOR)]
    assert after[0] == before[0]
    assert after[1] != before[1]


@pytest.mark.django_db(transaction=True)
def test_separate_processes_give_the_same_bytes(stockholm, make_report, tmp_path):
    """Two programs with other hash seeds, time zones and languages, and this one."""
    here = make_report(stockholm, 2021, VISITOR).path.read_bytes()
    outputs = [tmp_path / "one.pdf", tmp_path / "two.pdf"]
    elsewhere = [
        {"TZ": "UTC", "LANG": "C.UTF-8"},
        {"TZ": "America/New_York", "LANG": "C", "PYTHONHASHSEED": "7"},
    ]

    programs = [start_report(output, extra) for output, extra in zip(outputs, elsewhere, strict=True)]

    ends = [(*program.communicate(timeout=60), program.returncode) for program in programs]
    assert ends == [(f"{output}\n", "", 0) for output in outputs]
    assert [output.read_bytes() == here for output in outputs] == [True, True]


def start_report(output: Path, extra: dict[str, str]) -> subprocess.Popen[str]:
    """``manage.py report stockholm 2021`` against the tests' own database."""
    database = connection.settings_dict
    host = quote(str(database["HOST"]), safe="")
    login = quote(database["USER"]) + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    url = f"postgresql://{login}@/{quote(database['NAME'])}?host={host}&port={database['PORT']}"
    return subprocess.Popen(
        [
            sys.executable,
            "manage.py",
            "report",
            "stockholm",
            "2021",
            "--kind",
            "budget",
            "--output",
            str(output),
        ],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url} | extra,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# -- Nothing is fetched -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/a.css",
        "https://example.org/a.png",
        "file:///etc/passwd",
        "data:text/plain,a",
        "asset:/secrets.css",
        "asset:/../../finsam/settings.py",
        "asset://tokens.css",
        "ftp://example.org/",
    ],
)
def test_only_own_assets_are_read(url):
    with pytest.raises(ValueError, match="A report reads only its own assets"):
        reports._fetcher().fetch(url)


def test_own_assets_are_read():
    response = reports._fetcher().fetch("asset:/paper.css")

    assert response.read() == (settings.BASE_DIR / "static" / "css" / "paper.css").read_bytes()


# -- Hostile and extreme content --------------------------------------------------------------------

HOSTILE = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param('<img src="file:///etc/passwd"><style>*{display:none}</style>', id="markup"),
    pytest.param("Ek & Ask \"Nord\" 'Syd' {{ x }} %(y)s {z}", id="quotes-and-braces"),
    pytest.param("Å" * 100 + "ä" * 100, id="200-letters-without-a-space"),
    pytest.param(" ".join(["Samordning"] * 18), id="200-letters"),
]


def named(name: str) -> Association:
    """A förbund where the association, a member and a line carry ``name``."""
    association = factories.make_association("prov")
    association.name = name
    association.save()
    organisation = factories.member(association, "regionen").organisation
    organisation.name = name
    organisation.save()
    line = factories.make_line(association)
    line.name = name
    line.save()
    factories.commit(
        association, 2030, {"fk": "4 mnkr", "regionen": "2 mnkr", "storstad": "1 mnkr", "lillstad": "1 mnkr"}
    )
    return association


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_words_and_never_markup(seeds, make_report, name):
    report = make_report(named(name), 2030)

    lines = reading.reading_order(report.path)

    assert faults(report.path) == []
    assert report.complaints == []
    assert re.sub(r"\s", "", lines[0]) == "P" + re.sub(r"\s", "", name)
    assert reading.facts(report.path)["Title"] == f"Budget 2030, {name}"
    assert (
        len(
            [
                row
                for row in reading.rows(report.path)
                if re.sub(r"\s", "", row[0]).startswith(re.sub(r"\s", "", name))
            ]
        )
        == 2
    )


@pytest.mark.parametrize(
    "name", ["Förbundet שלום عليكم", "Förbundet 🦊👩‍👩‍👧"], ids=["right-to-left", "emoji"]
)
def test_characters_beyond_the_typeface_break_nothing(seeds, make_report, name):
    report = make_report(named(name), 2030)

    # Which font helps out, or that none does, depends on the machine; what a reader hears does not.
    assert faults(report.path) == []
    assert reading.facts(report.path)["Title"] == f"Budget 2030, {name}"


def test_forty_members_sixty_lines_and_twelve_digits(seeds, make_report):
    association = factories.make_association("stora", af=False)
    for number in range(38):
        factories.make_member(association, f"kommun-{number}", Party.MUNICIPALITIES, position=number + 10)
    lines = [factories.make_line(association, f"insats-{number}") for number in range(60)]
    municipalities = {
        member.slug: "10 000 000 000" for member in association.members.filter(party=Party.MUNICIPALITIES)
    }
    wishes = {
        Cell(Account.ALLOCATED, 2030, line_id=line.pk): Figure(money.parse("999 999 999 999"))
        for line in lines
    }
    factories.commit(
        association, 2030, {"fk": "999 999 999 999", "regionen": "400 000 000 000"} | municipalities
    )
    services.record(
        association=association, wishes=wishes, reason="Fördelning", by=None, author_name="Ett test"
    )

    report = make_report(association, 2030)

    cells = [cells[-1] for cells in reading.rows(report.path) if cells[0].startswith("Insats-")]
    assert cells == ["999 999 999 999"] * 60
    assert len([row for row in reading.rows(report.path) if row[0].startswith("Kommun-")]) == 38
    assert faults(report.path) == []
    assert report.complaints == []
    for page in range(1, len(reading.pages(report.path)) + 1):
        inside = [word for word in reading.words(report.path, page) if word.left < 56 or word.right > 539.5]
        assert inside == []  # the page is 595 points wide with margins of 56.7


def test_year_without_any_figure_says_what_is_missing(seeds, make_report):
    association = factories.make_association("tomt")

    report = make_report(association, timezone.localdate().year, Access(Role.Kind.SECRETARY))

    lines = reading.reading_order(report.path)
    assert faults(report.path) == []
    assert report.complaints == []
    assert f"TR {timezone.localdate().year} | – | – | – | –" in lines
    assert any(line.startswith("P Taket kan inte räknas ut än. Uppgift om åtagande saknas") for line in lines)
    assert "P Uppgift saknas om hur pengarna fördelades." in lines


def test_derived_figures_alone_explain_their_mark(seeds, make_report):
    association = factories.make_association("harlett")
    line = factories.make_line(association)
    factories.commit(
        association, 2030, {"fk": "4 mnkr", "regionen": "2 mnkr", "storstad": "1 mnkr", "lillstad": "1 mnkr"}
    )
    wishes = {
        Cell(Account.ALLOCATED, 2030, line_id=line.pk): Figure(money.parse("8 mnkr")),
        Cell(Account.OPENING_EQUITY, 2030): Figure(money.parse("1 mnkr"), is_derived=True),
    }
    services.record(
        association=association, wishes=wishes, reason="Ingående", by=None, author_name="Ett test"
    )

    lines = reading.reading_order(make_report(association, 2030).path)

    assert "TR Ingående eget kapital | h 1 000 000 | h 1 000 000" in lines
    assert any("h: härlett." in line for line in lines)


# -- The address ------------------------------------------------------------------------------------


def test_visitor_gets_the_adopted_year_as_a_named_pdf(seeds, visitor):
    response = visitor.get("/stockholm/2021/budget.pdf")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        'inline; filename="budget-2021_stockholm_faststalld-version-1.pdf"'
    )
    assert response.content.startswith(b"%PDF-1.7")


def test_proposal_that_is_not_public_is_for_those_with_a_role(seeds, visitor, as_outsider, as_board_member):
    url = "/exempel/2027/budget.pdf"

    assert [client.get(url).status_code for client in (visitor, as_outsider, as_board_member)] == [
        404,
        404,
        200,
    ]


@pytest.mark.parametrize(
    "url",
    [
        "/stockholm/2018/budget.pdf",
        "/stockholm/2031/budget.pdf",
        "/okant/2021/budget.pdf",
        "/stockholm/2021/budget.pdf?version=7",
    ],
)
def test_report_of_what_does_not_exist_is_not_found(seeds, visitor, url):
    assert visitor.get(url).status_code == 404


def test_missing_library_is_said_in_swedish(seeds, visitor, monkeypatch):
    def fail(*args: object) -> bytes:
        raise reports.CannotMakePdf("PDF kan inte göras här: systembiblioteket Pango saknas.")

    monkeypatch.setattr(reports, "budget_pdf", fail)

    response = visitor.get("/stockholm/2021/budget.pdf")

    assert response.status_code == 503
    assert response["Content-Type"].startswith("text/html")
    assert "PDF kan inte göras här: systembiblioteket Pango saknas." in response.content.decode()
    assert "Allt i rapporten finns också på årets sida." in response.content.decode()


@pytest.mark.parametrize(
    ("access", "name"),
    [
        (VISITOR, "budget-2016_stockholm_forslag-version-1.pdf"),
        (AUDITOR, "budget-2016_stockholm_forslag-version-1.pdf"),
    ],
)
def test_file_name_says_what_it_is(stockholm, access, name):
    assert reports.file_name(queries.year_budget(stockholm, 2016, access)) == name


def test_file_name_of_a_draft_says_how_far_it_reaches(stockholm):
    posting = factories.commit(stockholm, 2021, {"region-stockholm": "9 mnkr"})

    budget = queries.year_budget(stockholm, 2021, AUDITOR)

    assert reports.file_name(budget) == f"budget-2021_stockholm_utkast-verifikation-{posting.number}.pdf"
