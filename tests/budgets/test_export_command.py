"""``manage.py export``: the bytes that the site gives a visitor, or one line that says why not."""

import pytest
from django.core.management import CommandError, call_command

from tests import factories

FILES = {
    "csv": "budget.csv",
    "csv-data": "budget-data.csv",
    "xlsx": "budget.xlsx",
    "json": "budget.json",
}


@pytest.mark.parametrize("kind", FILES)
def test_writes_what_the_site_gives_a_visitor(visitor, seeds, tmp_path, kind):
    output = tmp_path / FILES[kind]

    call_command("export", "exempel", "2026", "--format", kind, "--output", str(output))

    assert output.read_bytes() == visitor.get(f"/exempel/2026/{FILES[kind]}").content


@pytest.mark.parametrize("kind", ["csv", "csv-data", "json"])
def test_says_a_text_on_standard_output_byte_for_byte(visitor, seeds, capfdbinary, kind):
    call_command("export", "stockholm", "2021", "--format", kind)

    said = capfdbinary.readouterr()
    assert said.out == visitor.get(f"/stockholm/2021/{FILES[kind]}").content
    assert said.err == b""


def test_takes_the_public_version_not_the_draft(visitor, stockholm, capfdbinary):
    before = visitor.get("/stockholm/2021/budget.json").content
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"})

    call_command("export", "stockholm", "2021", "--format", "json")

    assert capfdbinary.readouterr().out == before


def test_takes_the_version_that_is_named(visitor, stockholm, capfdbinary):
    factories.commit(stockholm, 2021, {"region-stockholm": "12 mnkr"})
    factories.adopt(stockholm, 2021)

    call_command("export", "stockholm", "2021", "--format", "json", "--version", "1")

    assert capfdbinary.readouterr().out == visitor.get("/stockholm/2021/budget.json?version=1").content


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("okant", "2021"), "Det finns inget förbund okant."),
        (("stockholm", "2018"), "stockholm har ingen offentlig budget för 2018."),
        (("exempel", "2027"), "exempel har ingen offentlig budget för 2027."),
        (("exempel", "2027", "--version", "1"), "exempel har ingen offentlig version 1 för 2027."),
        (("stockholm", "2021", "--version", "2"), "stockholm har ingen offentlig version 2 för 2021."),
        (("stockholm", "2021", "--version", "0"), "stockholm har ingen offentlig version 0 för 2021."),
        (("stockholm", "99999999999"), "stockholm har ingen offentlig budget för 99999999999."),
    ],
)
def test_what_is_not_public_is_said(seeds, tmp_path, arguments, said):
    output = tmp_path / "budget.json"

    with pytest.raises(CommandError) as refusal:
        call_command("export", *arguments, "--format", "json", "--output", str(output))

    assert str(refusal.value) == said
    assert not output.exists()


def test_a_workbook_needs_a_file(seeds):
    with pytest.raises(CommandError) as refusal:
        call_command("export", "stockholm", "2021", "--format", "xlsx")

    assert str(refusal.value) == "En Excelfil behöver ett filnamn: --output FIL.xlsx."


@pytest.mark.parametrize(
    "arguments",
    [
        ("stockholm", "2021"),
        ("stockholm", "2021", "--format", "ods"),
        ("stockholm", "i fjol", "--format", "json"),
        ("stockholm", "2021", "--format", "json", "--version", "ett"),
    ],
    ids=["no-format", "format", "year", "version"],
)
def test_wrong_arguments_are_refused(arguments):
    with pytest.raises(CommandError):
        call_command("export", *arguments)


def test_unwritable_path_is_said(seeds, tmp_path):
    inside = tmp_path / "saknas" / "budget.json"

    with pytest.raises(CommandError) as missing:
        call_command("export", "stockholm", "2021", "--format", "json", "--output", str(inside))

    assert str(missing.value) == f"{inside} går inte att skriva: No such file or directory."
