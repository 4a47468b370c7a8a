import pytest

from budgets.forms import number_in, seen_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("64", 64),
        ("9" * 18, 10**18 - 1),
        pytest.param("9" * 19, None, id="more than the database holds"),
        ("", None),
        ("-1", None),
        ("1,5", None),
        (" 64", None),
        pytest.param("²", None, id="a digit that is no number"),
        pytest.param("٣", None, id="a digit of another script"),
        ("6\x004", None),
    ],
)
def test_number_is_read_from_plain_digits_only(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("sent", "seen"), [("0", 0), ("64", 64), ("65", None), ("", None), ("sextiofyra", None)]
)
def test_seen_is_a_posting_that_is_there(sent, seen):
    assert seen_in({"seen": sent}, head=64) == seen


def test_seen_is_nothing_in_a_form_without_it():
    assert seen_in({}, head=64) is None
