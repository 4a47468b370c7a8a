"""Seeds are read once, by the same services as a person's input, and every figure says where it stands."""

import json
import os
import stat
import tomllib
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from budgets import ledger, queries, seeding
from budgets.ledger import Cell
from budgets.models import Account, Entry, Posting
from finsam import money
from members.access import VISITOR, Access
from members.models import Association, Party, Role, User
from tests import factories

SEEDS = settings.BASE_DIR / "seeds"
SLUGS = ("exempel", "sodra-dalarna", "stockholm")
BOARD = Access("board")

# What a posting may say besides its figures, and the lists of figures that it may hold.
ABOUT = {"key", "reason", "source", "basis", "decision", "adopt", "propose", "is_public"}
FIGURES = {"weights" if account == "key" else account for account in Account.values}


def content(slug: str) -> dict:
    return tomllib.loads((SEEDS / f"{slug}.toml").read_text(encoding="utf-8"))


def figures(posting: dict) -> list[dict]:
    return [figure for name in FIGURES for figure in posting.get(name, ())]


def text(outcome: seeding.Outcome) -> tuple[str, int, tuple[str, ...]]:
    return outcome.association.slug, outcome.added, outcome.changed_since


# The files


def test_every_file_is_read_by_these_tests():
    assert {path.stem for path in SEEDS.glob("*.toml")} == {*SLUGS, "organisations"}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_posting_has_a_source_and_every_figure_a_basis(slug):
    for posting in content(slug)["posting"]:
        assert posting["source"].strip(), posting["key"]
        assert posting["reason"].strip(), posting["key"]
        bases = {posting["basis"], *(figure.get("basis", posting["basis"]) for figure in figures(posting))}
        assert bases <= {"printed", "derived"}, posting["key"]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_posting_says_something_that_is_understood(slug):
    for posting in content(slug)["posting"]:
        assert set(posting) <= ABOUT | FIGURES, posting["key"]
        assert bool(figures(posting)) ^ ("adopt" in posting) ^ ("propose" in posting), posting["key"]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_key_stands_once(slug):
    keys = [posting["key"] for posting in content(slug)["posting"]]

    assert sorted(keys) == sorted(set(keys))


@pytest.mark.django_db
@pytest.mark.parametrize("slug", SLUGS)
def test_the_ledger_has_one_posting_for_each_in_the_file_with_its_source(seeds, slug):
    in_file = [
        (number, posting["key"], posting["source"], posting["reason"])
        for number, posting in enumerate(content(slug)["posting"], start=1)
    ]

    postings = Posting.objects.filter(association__slug=slug)

    assert list(postings.values_list("number", "source_key", "source", "reason")) == in_file
    assert set(postings.values_list("author", "author_name")) == {(None, f"Inläst ur {slug}.toml")}


@pytest.mark.django_db
@pytest.mark.parametrize("slug", SLUGS)
def test_an_entry_is_derived_when_the_file_says_so(seeds, slug):
    derived_keys = {
        posting["key"]
        for posting in content(slug)["posting"]
        if "derived" in {posting["basis"], *(figure.get("basis") for figure in figures(posting))}
    }

    entries = Entry.objects.filter(association__slug=slug, is_derived=True).exclude(account="called")

    assert set(entries.values_list("posting__source_key", flat=True)) == derived_keys


# Reading again


@pytest.mark.django_db
@pytest.mark.parametrize("slug", SLUGS)
def test_a_second_reading_adds_nothing(seeds, slug):
    before = Posting.objects.count(), Entry.objects.count(), Association.objects.count()

    outcome = seeding.seed_association(SEEDS / f"{slug}.toml")

    assert text(outcome) == (slug, 0, ())
    assert (Posting.objects.count(), Entry.objects.count(), Association.objects.count()) == before


@pytest.mark.django_db
def test_a_second_reading_leaves_a_secretarys_change_alone(stockholm, secretary):
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"}, by=secretary)
    Association.objects.filter(pk=stockholm.pk).update(county="Ändrat län")

    outcome = seeding.seed_association(SEEDS / "stockholm.toml")

    assert text(outcome) == ("stockholm", 0, ())
    cell = factories.committed(stockholm, 2021, "region-stockholm")
    assert ledger.balances(stockholm)[cell].amount == money.parse("12 mnkr")
    stockholm.refresh_from_db()
    assert stockholm.county == "Ändrat län"


@pytest.mark.django_db
def test_a_reversed_seed_posting_stays_reversed(stockholm, secretary):
    posting = Posting.objects.get(association=stockholm, source_key="overenskommet-2021")
    ledger.reverse(posting, reason="Stod inte där", by=secretary)

    assert text(seeding.seed_association(SEEDS / "stockholm.toml")) == ("stockholm", 0, ())
    assert Cell(Account.AGREED, 2021) not in ledger.balances(stockholm)


@pytest.fixture
def folder(seeds: None, tmp_path: Path) -> Path:
    """A copy of the seeds that a test may write in."""
    for path in SEEDS.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def change(path: Path, old: str, new: str) -> Path:
    known = path.read_text(encoding="utf-8")
    assert known.count(old) == 1
    path.write_text(known.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.django_db
def test_a_posting_changed_in_the_file_is_reported_and_not_overwritten(folder, stockholm):
    path = change(
        folder / "stockholm.toml", 'year = 2021, amount = "54,7 mnkr"', 'year = 2021, amount = "55 mnkr"'
    )

    outcome = seeding.seed_association(path)

    assert text(outcome) == ("stockholm", 0, ("overenskommet-2021",))
    assert ledger.balances(stockholm)[Cell(Account.AGREED, 2021)].amount == money.parse("54,7 mnkr")


@pytest.mark.django_db
def test_a_posting_added_to_the_file_is_posted_last(folder, stockholm):
    path = folder / "stockholm.toml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + """
[[posting]]
key = "overenskommet-2019"
reason = "Ett nytt fynd"
source = "Protokoll"
basis = "printed"
agreed = [{ year = 2019, amount = "32 mnkr" }]
""",
        encoding="utf-8",
    )

    outcome = seeding.seed_association(path)

    assert text(outcome) == ("stockholm", 1, ())
    newest = Posting.objects.filter(association=stockholm).last()
    assert (newest.number, newest.source_key) == (17, "overenskommet-2019")


# Files that cannot be read

NEW = """
[association]
name = "Nya förbundet"
short_name = "Nya"
slug = "nya"

[[member]]
organisation = "forsakringskassan"
party = "state"

[[member]]
organisation = "stockholms-stad"
party = "municipalities"

[[line]]
slug = "insats"
name = "Insats"
kind = "measure"

[[posting]]
key = "atagande"
reason = "Brev"
source = "Brevet"
basis = "printed"
committed = [{ year = 2027, member = "forsakringskassan", amount = "8,5 mnkr" }]
"""


@pytest.fixture
def file(seeds: None, tmp_path: Path) -> Path:
    """Where a test writes a seed of its own."""
    return tmp_path / "nya.toml"


def write(path: Path, old: str = "", new: str = "", more: str = "") -> Path:
    """The small seed with one thing put wrong, or something added."""
    if old:
        assert NEW.count(old) == 1
    path.write_text((NEW.replace(old, new) if old else NEW) + more, encoding="utf-8")
    return path


@pytest.mark.django_db
def test_the_small_file_is_read_in(file):
    outcome = seeding.seed_association(write(file))

    assert text(outcome) == ("nya", 1, ())
    (balance,) = ledger.balances(outcome.association).values()
    assert balance.figure == money.Figure(850_000_000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param(
            'basis = "printed"',
            'basis = "guessed"',
            'nya.toml, atagande: basis är "printed" eller "derived", inte "guessed".',
            id="basis",
        ),
        pytest.param(
            'member = "forsakringskassan"',
            'member = "forsakringskasan"',
            "nya.toml: 'forsakringskasan' saknas eller är okänt.",
            id="member",
        ),
        pytest.param(
            'organisation = "stockholms-stad"',
            'organisation = "stockholm-stad"',
            "nya.toml: 'stockholm-stad' saknas eller är okänt.",
            id="organisation",
        ),
        pytest.param('basis = "printed"\n', "", "nya.toml: 'basis' saknas eller är okänt.", id="no-basis"),
        pytest.param('source = "Brevet"\n', "", "nya.toml: 'source' saknas eller är okänt.", id="no-source"),
        pytest.param('reason = "Brev"\n', "", "nya.toml: 'reason' saknas eller är okänt.", id="no-reason"),
        pytest.param('key = "atagande"\n', "", "nya.toml: 'key' saknas eller är okänt.", id="no-key"),
        pytest.param("year = 2027, ", "", "nya.toml: 'year' saknas eller är okänt.", id="no-year"),
        pytest.param('slug = "nya"\n', "", "nya.toml: 'slug' saknas eller är okänt.", id="no-slug"),
    ],
)
def test_a_bad_file_gives_one_clear_sentence_and_nothing_is_read_in(file, old, new, sentence):
    with pytest.raises(seeding.SeedError) as told:
        seeding.seed_association(write(file, old, new))

    assert str(told.value) == sentence
    assert not Association.objects.filter(slug="nya").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["12.000", "mycket", "8,5 mdkr", ""])
def test_an_amount_that_cannot_be_read_is_told_with_its_place(file, amount):
    with pytest.raises(seeding.SeedError, match=rf"^nya\.toml, atagande: .*{amount}"):
        seeding.seed_association(write(file, '"8,5 mnkr"', f'"{amount}"'))

    assert not Association.objects.filter(slug="nya").exists()


@pytest.mark.django_db
def test_a_file_that_is_not_toml_is_refused(file):
    file.write_text("Kära förbund,\n", encoding="utf-8")

    with pytest.raises(seeding.SeedError, match=r"^nya\.toml: inte TOML i UTF-8 \(.+\)\.$"):
        seeding.seed_association(file)


@pytest.mark.django_db
def test_a_file_in_another_alphabet_is_refused(file):
    file.write_bytes('name = "Försäkringskassan"'.encode("latin-1"))

    with pytest.raises(seeding.SeedError, match=r"^nya\.toml: inte TOML i UTF-8 \(.+\)\.$"):
        seeding.seed_association(file)


@pytest.mark.django_db
def test_a_file_that_does_not_exist_is_told(file):
    with pytest.raises(seeding.SeedError, match=r"^nya\.toml: filen finns inte\.$"):
        seeding.seed_association(file)


ADOPT_TOO_EARLY = """
[[posting]]
key = "budget"
reason = "Budget"
source = "Protokoll"
basis = "printed"
adopt = 2027
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "more"),
    [
        pytest.param('"8,5 mnkr"', "8.5", "", id="amount-with-a-point"),
        pytest.param('"8,5 mnkr"', '"−5 000"', "", id="amount-below-zero"),
        pytest.param('kind = "measure"', 'kind = "measure"\nresponsible = "ingen"', "", id="responsible"),
        pytest.param('short_name = "Nya"', 'short_name = "Nya"\nlan = "Dalarna"', "", id="unknown-field"),
        pytest.param('basis = "printed"', 'basis = "printed"\ndecision = { who = "X" }', "", id="decision"),
        pytest.param("", "", ADOPT_TOO_EARLY, id="adopted-before-all-have-committed"),
    ],
)
def test_other_bad_files_give_one_clear_sentence_too(file, old, new, more):
    with pytest.raises(seeding.SeedError):
        seeding.seed_association(write(file, old, new, more))


@pytest.mark.django_db
def test_a_misspelt_account_is_refused(file):
    with pytest.raises(seeding.SeedError):
        seeding.seed_association(write(file, "committed =", "comitted ="))


REPEATED = """
[[posting]]
key = "atagande-igen"
reason = "Samma belopp i årsredovisningen"
source = "Årsredovisningen"
basis = "printed"
committed = [{ year = 2027, member = "forsakringskassan", amount = "8,5 mnkr" }]
"""


@pytest.mark.django_db
def test_a_posting_that_only_repeats_what_stands_is_not_added_each_time(file):
    seeding.seed_association(write(file, more=REPEATED))

    assert text(seeding.seed_association(file)) == ("nya", 0, ())


# The commands


@pytest.mark.django_db
def test_the_command_reads_all_and_a_second_run_adds_nothing(seeds):
    out, err = StringIO(), StringIO()

    call_command("seed", stdout=out, stderr=err)

    assert out.getvalue() == (
        "Exempelförbundet: 0 nya verifikationer\n"
        "Södra Dalarnas samordningsförbund: 0 nya verifikationer\n"
        "Samordningsförbundet Stockholms stad: 0 nya verifikationer\n"
    )
    assert err.getvalue() == ""


@pytest.mark.django_db
def test_the_command_tells_of_new_and_of_changed_postings(folder):
    change(folder / "sodra-dalarna.toml", "hela budgeten: 11, 8 och 6", "hela budgeten")
    write(folder / "nya.toml")
    out, err = StringIO(), StringIO()

    call_command("seed", str(folder), stdout=out, stderr=err)

    assert "Nya förbundet: 1 ny verifikation\n" in out.getvalue()
    assert err.getvalue() == (
        "sodra-dalarna.toml: nyckel-2020 har ändrats i filen efter att den lästes in. Liggaren är orörd.\n"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'basis = "printed"',
            'basis = ""',
            'nya.toml, atagande: basis är "printed" eller "derived", inte "".',
        ),
        (
            'party = "municipalities"',
            'party = "unions"',
            "nya.toml: Värdet 'unions' är inget giltigt alternativ.",
        ),
    ],
    ids=["seed-error", "unknown-party"],
)
def test_the_command_fails_with_one_line(folder, old, new, sentence):
    write(folder / "nya.toml", old, new)

    with pytest.raises(CommandError) as told:
        call_command("seed", str(folder), stdout=StringIO())

    assert (str(told.value), told.value.returncode) == (sentence, 1)


@pytest.mark.django_db
def test_the_command_needs_the_organisations(tmp_path):
    with pytest.raises(CommandError, match=r"^organisations\.toml: filen finns inte\.$"):
        call_command("seed", str(tmp_path))


@pytest.fixture
def var(seeds: None, settings, tmp_path: Path) -> Path:
    """A directory of its own for what the program writes, and passwords that are quick to check."""
    settings.VAR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path


def demo_logins() -> str:
    out = StringIO()
    call_command("demo_logins", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_demo_logins_are_the_same_the_second_time(var):
    first = demo_logins()

    assert demo_logins() == first
    passwords = json.loads((var / "demo-logins.json").read_text())
    assert [line.split()[:2] for line in first.splitlines()[1:]] == [list(pair) for pair in passwords.items()]
    assert list(passwords) == ["sekreterare", "ledamot", "revisor", "annat-forbund"]
    assert all(User.objects.get(username=name).check_password(passwords[name]) for name in passwords)


@pytest.mark.django_db
def test_demo_logins_have_their_roles(var):
    demo_logins()

    roles = Role.objects.values_list("user__username", "kind", "association__slug")
    assert set(roles) == {
        ("sekreterare", "secretary", "stockholm"),
        ("sekreterare", "secretary", "exempel"),
        ("ledamot", "board", "stockholm"),
        ("ledamot", "board", "exempel"),
        ("revisor", "auditor", "stockholm"),
        ("revisor", "auditor", "exempel"),
        ("annat-forbund", "secretary", "sodra-dalarna"),
    }
    assert not User.objects.filter(is_superuser=True).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("left_behind", [False, True])
def test_only_the_owner_reads_the_passwords(var, left_behind):
    file = var / "demo-logins.json"
    if left_behind:
        file.write_text("{}")
        file.chmod(0o644)
    before = os.umask(0)
    try:
        demo_logins()
    finally:
        os.umask(before)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.django_db
def test_a_lost_file_gives_new_passwords_that_work(var):
    demo_logins()
    (var / "demo-logins.json").unlink()

    demo_logins()

    passwords = json.loads((var / "demo-logins.json").read_text())
    assert User.objects.get(username="ledamot").check_password(passwords["ledamot"])


# What the seeds tell


@pytest.mark.django_db
def test_sodra_dalarna_pays_50_25_11_8_and_6_percent(seeds):
    association = Association.objects.get(slug="sodra-dalarna")

    budget = queries.year_budget(association, 2020, VISITOR)

    total = budget.summary.total.amount
    members = [row for party in budget.summary.parties for row in party.members]
    assert total == 7_000_000_00
    assert [(row.name, row.called.amount) for row in members if row.member.pays] == [
        ("Försäkringskassan", 3_500_000_00),
        ("Region Dalarna", 1_750_000_00),
        ("Avesta kommun", 770_000_00),
        ("Hedemora kommun", 560_000_00),
        ("Säters kommun", 420_000_00),
    ]
    assert [Fraction(row.called.amount * 100, total) for row in members if row.member.pays] == [
        50,
        25,
        11,
        8,
        6,
    ]
    assert sum(row.called.amount for row in members if row.member.pays) == total


@pytest.mark.django_db
def test_only_the_invented_association_is_marked_as_such(seeds):
    marked = Association.objects.order_by("slug").values_list("slug", "is_invented")

    assert list(marked) == [("exempel", True), ("sodra-dalarna", False), ("stockholm", False)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("year", "limiting", "total"),
    [
        (2024, {Party.STATE}, 9_400_000_00),
        # Söderhamra's 440 000 of 9 921 in 59 625 carry 2 644 390,68 for the cities, four times that in all.
        (2025, {Party.MUNICIPALITIES}, 10_577_562_72),
        (2026, {Party.REGIONS}, 11_800_000_00),
    ],
)
def test_exempel_is_limited_by_another_party_each_adopted_year(exempel, year, limiting, total):
    budget = queries.year_budget(exempel, year, VISITOR)

    assert budget.version.is_adopted
    assert {row.party for row in budget.summary.limiting} == limiting
    assert budget.summary.total == money.Figure(total)


@pytest.mark.django_db
def test_exempel_2025_is_capped_by_one_municipality_against_the_key(exempel):
    budget = queries.year_budget(exempel, 2025, VISITOR)

    rows = [row for party in budget.summary.parties for row in party.members]
    assert [row.member.slug for row in rows if row.caps] == ["soderhamra"]
    assert {row.member.slug: row.called.amount for row in rows if row.member.pays} == {
        "forsakringskassan": 5_288_781_36,
        "region-exempel": 2_644_390_68,
        "norrsunda": 1_396_947_88,
        "mellanby": 807_442_80,
        "soderhamra": 440_000_00,
    }


@pytest.mark.django_db
def test_exempel_plans_a_deficit_of_600_000_for_2026(exempel):
    budget = queries.year_budget(exempel, 2026, VISITOR)

    assert budget.result("allocated").amount == -600_000_00


@pytest.mark.django_db
@pytest.mark.parametrize(("year", "esf"), [(2024, 900_000_00), (2025, 1_100_000_00), (2026, 1_150_000_00)])
def test_the_esf_money_is_outside_the_cap(exempel, year, esf):
    budget = queries.year_budget(exempel, year, VISITOR)

    incomes = {row.line.slug: row.allocated.amount for row in budget.incomes}
    called = [row.called.amount for row in budget.summary.parties]
    assert incomes["esf-nya-vagar"] == esf
    assert budget.summary.total.amount == sum(called)
    assert budget.share.total == sum(called)


@pytest.mark.django_db
def test_exempel_2027_is_a_proposal_that_is_not_public_and_ties(exempel):
    budget = queries.year_budget(exempel, 2027, BOARD)

    assert queries.year_budget(exempel, 2027, VISITOR) is None
    assert (budget.version.state, budget.version.is_public) == ("proposed", False)
    assert {row.party for row in budget.summary.limiting} == {Party.STATE, Party.REGIONS}
    assert budget.summary.total.amount == 12_800_000_00


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('slug = "nya"', 'slug = "å/ä"'),
        ('slug = "nya"', 'slug = "health"'),
        ('slug = "nya"', 'slug = "nya"\nfounded = "i fjol"'),
    ],
    ids=["not-an-address", "reserved", "not-a-date"],
)
def test_what_would_break_the_pages_is_refused_with_the_file(folder, old, new):
    write(folder / "nya.toml", old, new)

    with pytest.raises(CommandError, match=r"^nya\.toml: "):
        call_command("seed", str(folder), stdout=StringIO())
