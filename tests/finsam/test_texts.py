"""Texts: our sentences for what does not fit, and the Swedish order of names."""

import pytest
from django import forms

from finsam.texts import TextField, swedish_order


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("ååå", "Texten är för lång: 3 tecken. Högst 2 får plats."),
        ("a\x00", "Ta bort det osynliga tecknet (null-tecken) och skriv texten igen."),
    ],
)
def test_what_does_not_fit_is_refused_with_the_cure(typed, sentence):
    with pytest.raises(forms.ValidationError) as refused:
        TextField(max_length=2).clean(typed)

    assert refused.value.messages == [sentence]


def test_what_is_shown_again_is_what_was_typed_but_for_the_null_character():
    assert TextField().bound_data("a\x00b", None) == "ab"


def test_names_are_ordered_as_swedish_orders_them():
    names = ["Örebro", "zoo", "Ale", "ånge", "Älvdalen", "Åre", "Öckerö", "Arboga"]

    assert sorted(names, key=swedish_order) == [
        "Ale", "Arboga", "zoo", "ånge", "Åre", "Älvdalen", "Öckerö", "Örebro",
    ]  # fmt: skip
