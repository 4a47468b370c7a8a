"""``manage.py report``: writes the file, or says in one line why it did not."""

import pytest
from django.core.management import CommandError, call_command

from budgets import reports


@pytest.fixture
def made(monkeypatch):
    """The budgets that were asked for; each is answered with a file that only says PDF."""
    budgets = []

    def make(budget, years):
        budgets.append(
            (budget.association.slug, budget.year, budget.is_working, [year.year for year in years])
        )
        return b"%PDF-"

    monkeypatch.setattr(reports, "budget_pdf", make)
    return budgets


def test_writes_the_file_and_says_where(seeds, made, tmp_path, capsys):
    output = tmp_path / "budget.pdf"

    call_command("report", "stockholm", "2021", "--kind", "budget", "--output", str(output))

    assert output.read_bytes() == b"%PDF-"
    assert capsys.readouterr().out == f"{output}\n"
    assert made == [("stockholm", 2021, False, [2021, 2020, 2019, 2018, 2017, 2016])]


def test_takes_the_draft_while_nothing_is_public(seeds, made, tmp_path):
    call_command("report", "exempel", "2027", "--output", str(tmp_path / "budget.pdf"))

    assert made == [("exempel", 2027, False, [2027, 2026, 2025, 2024])]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("okant", "2021"), "Det finns inget förbund okant."),
        (("stockholm", "2018"), "stockholm har ingen budget för 2018."),
        (("stockholm", "2031"), "stockholm har ingen budget för 2031."),
        (("stockholm", "0"), "stockholm har ingen budget för 0."),
        (("stockholm", "99999999999"), "stockholm har ingen budget för 99999999999."),
    ],
)
def test_unknown_association_or_year_is_said(seeds, made, tmp_path, arguments, said):
    output = tmp_path / "budget.pdf"

    with pytest.raises(CommandError) as refusal:
        call_command("report", *arguments, "--output", str(output))

    assert str(refusal.value) == said
    assert not output.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("stockholm", "2021", "--kind", "arsredovisning", "--output", "x.pdf"),
        ("stockholm", "i fjol", "--output", "x.pdf"),
        ("stockholm", "2021"),
    ],
    ids=["kind", "year", "no-output"],
)
def test_wrong_arguments_are_refused(arguments):
    with pytest.raises(CommandError):
        call_command("report", *arguments)


def test_unwritable_path_is_said(seeds, made, tmp_path):
    inside = tmp_path / "saknas" / "budget.pdf"

    with pytest.raises(CommandError) as missing:
        call_command("report", "stockholm", "2021", "--output", str(inside))
    with pytest.raises(CommandError) as directory:
        call_command("report", "stockholm", "2021", "--output", str(tmp_path))

    assert str(missing.value) == f"{inside} går inte att skriva: No such file or directory."
    assert str(directory.value) == f"{tmp_path} går inte att skriva: Is a directory."


def test_missing_library_is_said(seeds, monkeypatch, tmp_path):
    def fail(*args):
        raise reports.CannotMakePdf("Pango saknas.")

    monkeypatch.setattr(reports, "budget_pdf", fail)

    with pytest.raises(CommandError, match=r"^Pango saknas\.$"):
        call_command("report", "stockholm", "2021", "--output", str(tmp_path / "budget.pdf"))


def test_failed_report_leaves_the_old_file(seeds, monkeypatch, tmp_path):
    output = tmp_path / "budget.pdf"
    output.write_bytes(b"%PDF-old")

    with pytest.raises(CommandError):
        call_command("report", "stockholm", "2018", "--output", str(output))

    assert output.read_bytes() == b"%PDF-old"
