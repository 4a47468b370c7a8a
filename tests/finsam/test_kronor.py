"""Amounts between people and öre: the field, the filters, the column."""

import django_tables2 as tables
import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from finsam import kronor
from finsam.kronor import KronorColumn, KronorField
from finsam.money import NO_BREAK_SPACE, Figure
from tests.pages import read

MISSING_HTML = '<span aria-hidden="true">–</span><span class="visually-hidden">uppgift saknas</span>'


def rendered(name: str, value) -> str:
    with translation.override("sv"):
        return Template(f"{{{{ value|{name} }}}}").render(Context({"value": value}))


@pytest.mark.parametrize(
    ("change", "written"), [(1, "+0,01"), (0, "0"), (-1, "−0,01"), (1_200_000, "+12 000")]
)
def test_a_change_has_its_sign(change, written):
    assert kronor.signed(kronor.kr(change), change) == written.replace(" ", NO_BREAK_SPACE)


def test_a_sign_stands_before_the_mark_of_a_derived_change():
    written = kronor.signed(kronor.kr(Figure(100, is_derived=True)), 100)

    assert written.startswith('+<span class="derived"><sup>h')


@pytest.mark.parametrize(
    ("name", "amount", "written"),
    [
        ("kr", 1_200_000, "12 000"),
        ("kr", 1_200_050, "12 000,50"),
        ("kr", 1, "0,01"),
        ("kr", 0, "0"),
        ("kr", -500_000, "−5 000"),
        ("kr", 10**15, "10 000 000 000 000"),
        ("tkr", 45_000_000, "450"),
        ("tkr", 49_999, "0"),
        ("tkr", 50_000, "1"),
        ("tkr", -50_000, "−1"),
        ("mnkr", 5_470_000_000, "54,7"),
        ("mnkr", 0, "0,0"),
        ("mnkr", -4_999_999, "0,0"),
        ("mnkr", -5_000_000, "−0,1"),
        ("mnkr", 123_456_789_012, "1 234,6"),
    ],
)
def test_a_filter_writes_an_amount_in_its_unit(name, amount, written):
    no_break = written.replace(" ", "\u00a0")

    assert rendered(name, amount) == no_break
    assert rendered(name, Figure(amount)) == no_break


@pytest.mark.parametrize("name", ["kr", "tkr", "mnkr"])
@pytest.mark.parametrize("missing", [None, Figure()])
def test_a_missing_figure_is_a_dash_with_words_for_those_who_listen(name, missing):
    assert rendered(name, missing) == MISSING_HTML


@pytest.mark.parametrize("name", ["kr", "tkr", "mnkr"])
def test_a_derived_figure_carries_its_mark_before_the_digits(name):
    cell = read(rendered(name, Figure(800_000_000, is_derived=True)))

    written = {"kr": "8 000 000", "tkr": "8 000", "mnkr": "8,0"}[name]
    assert cell.one("span", "derived").shown == f"h{written}"
    assert cell.heard == f"härlett {written}"


# -- The field -------------------------------------------------------------------------------------


class Form(forms.Form):
    amount = KronorField()


class Optional(forms.Form):
    amount = KronorField(required=False)


class Signed(forms.Form):
    amount = KronorField(allow_negative=True)


@pytest.mark.parametrize(
    ("typed", "ore"),
    [
        ("12 000", 1_200_000),
        (" 12\u00a0000 ", 1_200_000),
        ("12\u202f000", 1_200_000),
        ("12\u2009000 kr", 1_200_000),
        ("12000,00", 1_200_000),
        ("12000,5", 1_200_050),
        ("8,5 mnkr", 850_000_000),
        ("450 tkr", 45_000_000),
        ("0", 0),
        ("0,01", 1),
    ],
)
def test_the_field_gives_ore(typed, ore):
    form = Form({"amount": typed})

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"amount": ore}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Skriv ett belopp, till exempel 12 000 eller 8,5 mnkr."),
        ("   ", "Skriv ett belopp, till exempel 12 000 eller 8,5 mnkr."),
        ("abc", "Beloppet abc går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr."),
        ("12.000", "Beloppet 12.000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."),
        ("12,000", "Beloppet 12,000 kan läsas på två sätt. Skriv 12 000 om du menar tusental."),
        ("8.5 mnkr", "Beloppet 8.5 mnkr har en punkt. Skriv decimaler med komma: 8,5 mnkr."),
        (
            "1 20 00",
            "Beloppet 1 20 00 har mellanslag på oväntad plats. Gruppera siffrorna tre och tre, som i 12 000.",
        ),
        ("0,001 kr", "Beloppet 0,001 kr är finare än ett öre. Skriv högst två decimaler i kronor."),
        ("10 000 000 000 000,01", "Beloppet 10 000 000 000 000,01 är för stort. Kontrollera antalet nollor."),
        ("-5", "Beloppet -5 är negativt. Skriv 0 eller mer."),
        ("−5 000", "Beloppet −5 000 är negativt. Skriv 0 eller mer."),
    ],
)
def test_the_field_refuses_with_the_value_and_the_cure(typed, sentence):
    form = Form({"amount": typed})

    assert form.errors == {"amount": [sentence]}


def test_a_long_amount_is_repeated_in_short():
    form = Form({"amount": "x" * 5000})

    (sentence,) = form.errors["amount"]

    assert sentence == f"Beloppet {'x' * 40}… går inte att tolka. Skriv till exempel 12 000 eller 8,5 mnkr."


@pytest.mark.parametrize(("length", "echo"), [(40, "x" * 40), (41, f"{'x' * 40}…")])
def test_an_echo_is_cut_after_forty_characters(length, echo):
    assert kronor.shortened("x" * length) == echo


def test_an_optional_field_may_be_empty():
    form = Optional({"amount": ""})

    assert form.is_valid()
    assert form.cleaned_data == {"amount": None}


def test_a_field_that_allows_it_takes_a_negative_amount():
    form = Signed({"amount": "−5 000"})

    assert form.is_valid()
    assert form.cleaned_data == {"amount": -500_000}


def test_the_field_shows_ore_as_kronor_and_what_was_typed_as_typed():
    fresh = Form(initial={"amount": 1_200_050})
    typed = Form({"amount": "12.000"})

    assert fresh["amount"].value() == "12\u00a0000,50"
    assert typed["amount"].value() == "12.000"


@pytest.mark.parametrize(
    ("typed", "changed"),
    [("12 000", False), ("12000,00", False), ("12 tkr", False), ("12 001", True), ("abc", True), ("", True)],
)
def test_another_spelling_of_the_same_amount_is_no_change(typed, changed):
    form = Form({"amount": typed}, initial={"amount": 1_200_000})

    assert form.has_changed() is changed


# -- The column ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "decimals"),
    [
        ([], 0),
        ([None], 0),
        ([0, 100, 1_200_000], 0),
        ([100, 101], 2),
        ([-1], 2),
        ([-100], 0),
        ([None, Figure(150, is_derived=True)], 2),
    ],
)
def test_ore_are_shown_in_all_cells_or_in_none(amounts, decimals):
    assert kronor.decimals_for(amounts) == decimals


class Table(tables.Table):
    amount = KronorColumn()

    def __init__(self, rows, decimals):
        self.decimals = decimals
        super().__init__(rows)


@pytest.mark.parametrize(
    ("decimals", "cells"),
    [(0, ["12 000", "0", "–", "h−5"]), (2, ["12 000,00", "0,00", "–", "h−5,00"])],
)
def test_a_column_writes_every_cell_in_the_tables_one_form(decimals, cells):
    figures = [Figure(1_200_000), Figure(0), Figure(), Figure(-500, is_derived=True)]

    table = Table([{"amount": figure} for figure in figures], decimals)

    assert [read(str(row.get_cell("amount"))).shown for row in table.rows] == cells
