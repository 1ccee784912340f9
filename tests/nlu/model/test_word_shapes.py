"""How words are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.model.word_shapes import FIRST, SHAPE_NUMBERS, Shape, shape_number, shape_of, without_case


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("hello", Shape.LOWER),
        ("Hello", Shape.TITLE),
        ("HELLO", Shape.UPPER),
        ("I", Shape.INITIAL),
        ("iPhone", Shape.MIXED),
        ("McDonald", Shape.MIXED),
        ("1984", Shape.DIGITS),
        ("3rd", Shape.ALPHANUMERIC),
        ("...", Shape.PUNCTUATION),
        ("£", Shape.SYMBOL),
        ("😀", Shape.SYMBOL),
        ("你", Shape.UNCASED),
        ("Élan", Shape.TITLE),
        ("", Shape.PUNCTUATION),
    ],
)
def test_shapes(word: str, shape: Shape) -> None:
    assert shape_of(word) is shape


@given(st.text(max_size=12), st.booleans())
def test_every_word_has_a_number(word: str, apart: bool) -> None:
    assert FIRST <= shape_number(word, apart=apart) < SHAPE_NUMBERS


@given(st.from_regex(r"[A-Za-z0-9.,£]{1,8}", fullmatch=True), st.booleans())
def test_without_case_is_the_shape_in_lower_case(word: str, apart: bool) -> None:
    assert without_case([0, 1, shape_number(word, apart=apart)]) == [0, 1, shape_number(word.lower(), apart=apart)]
