"""Phone numbers as people write and say them."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.values.values import find_values

NOW = datetime(2026, 11, 23, 12)


def read(text: str, language: str = "en") -> list[object]:
    return [value.value for value in find_values(text, now=NOW, kinds=frozenset({"phone"}), language=language)]


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("plus four four seven seven double oh nine hundred one two three", "en", "+447700900123"),
        ("call 07700 900 123 now", "en", "+447700900123"),
        ("oh two oh seven nine four six um oh nine five eight please", "en", "+442079460958"),
        ("+44 (0)20 7946 0958", "en", "+442079460958"),
        ("(415) 555-2671", "en", "+14155552671"),
        ("415.555.2671", "en-US", "+14155552671"),
        ("it's four one five five five five two six seven one", "en-US", "+14155552671"),
        ("+49 30 1234567", "en", "+49301234567"),
        ("我的电话是幺三八幺二三四五六七八", "zh", "+8613812345678"),
        ("打138-1234-5678", "zh", "+8613812345678"),
        ("+86 13812345678", "zh-CN", "+8613812345678"),
    ],
)
def test_phones(text: str, language: str, number: str) -> None:
    assert read(text, language) == [number]


@pytest.mark.parametrize("text", ["four two seven one", "two thousand pounds", "on the third of may", "12/05/2026", ""])
def test_no_phones(text: str) -> None:
    assert read(text) == []


def test_the_span_holds_the_plus_and_the_bracket() -> None:
    (value,) = find_values("ring (415) 555-2671.", now=NOW, kinds=frozenset({"phone"}))
    assert value.text == "(415) 555-2671"
    (value,) = find_values("it's plus one 415 555 2671", now=NOW, kinds=frozenset({"phone"}))
    assert value.text == "plus one 415 555 2671"


@given(st.text("0123456789", min_size=9, max_size=9), st.sampled_from([" ", "-", ""]))
def test_every_british_mobile_reads_back(rest: str, joint: str) -> None:
    assert read(f"i am on 07{rest[:3]}{joint}{rest[3:]}") == [f"+447{rest}"]
