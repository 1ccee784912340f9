"""References spelt and written."""

from datetime import datetime

import pytest

from nlu.values.values import find_values

NOW = datetime(2026, 11, 23, 12)


def read(text: str, language: str = "en") -> list[object]:
    return [value.value for value in find_values(text, now=NOW, kinds=frozenset({"reference"}), language=language)]


@pytest.mark.parametrize(
    ("text", "language", "reference"),
    [
        ("order a b one two three", "en", "AB123"),
        ("it's b for bravo double oh seven", "en", "B007"),
        ("my booking reference is X K J P L M", "en", "XKJPLM"),
        ("tango golf nine zero two", "en", "TG902"),
        ("AB-1234", "en", "AB1234"),
        ("policy number N0730K", "en", "N0730K"),
        ("the order number is four two seven one nine", "en", "42719"),
        ("a as in apple b as in boy one two three", "en", "AB123"),
        ("订单号是A一二三四", "zh", "A1234"),
    ],
)
def test_references(text: str, language: str, reference: str) -> None:
    assert read(text, language) == [reference]


def test_the_letter_o_is_another_reading() -> None:
    (value,) = find_values("ref t g nine o two", now=NOW, kinds=frozenset({"reference"}))
    assert (value.value, value.ambiguous) == ("TG902", ("TG9O2",))


@pytest.mark.parametrize(
    "text", ["i want a coffee", "order 2500 chairs", "two thousand pounds", "the order is two thousand pounds", ""]
)
def test_no_references(text: str) -> None:
    assert read(text) == []
