from random import Random

from hypothesis import given
from hypothesis import strategies as st

from nlu.values.numbers import TEENS, TENS, UNITS
from voice.recognizers.spoken_forms import (
    NUMBER_WORDS,
    amount,
    cardinal,
    date,
    digit_string,
    spoken_words,
    vary_numbers,
)


def value_of(words: list[str]) -> int:
    """Reads a British cardinal; written from the grammar, not from `cardinal`."""
    total = group = 0
    for word in words:
        if word == "hundred":
            group *= 100
        elif word == "thousand":
            total, group = total + group * 1000, 0
        elif word != "and":
            group += {**UNITS, **TEENS, **TENS, "zero": 0}[word]
    return total + group


@given(st.integers(0, 999_999))
def test_cardinals_read_back(number: int) -> None:
    assert value_of(cardinal(number).split()) == number


def test_cardinals_are_british() -> None:
    assert cardinal(120) == "one hundred and twenty"
    assert cardinal(2005) == "two thousand and five"
    assert cardinal(1250) == "one thousand two hundred and fifty"


@given(st.text())
def test_spoken_words_are_lower_case_and_without_signs(text: str) -> None:
    for word in spoken_words(text):
        assert word == word.lower() or not word.isascii()
        assert not any(char.isspace() or char.isdigit() or char in "|;<>()[]/" for char in word if char.isascii())


def test_spoken_words() -> None:
    assert spoken_words("I've lost my card, 50 pounds!") == ("i've", "lost", "my", "card", "fifty", "pounds")
    assert " ".join(spoken_words("send £12.50")) == "send twelve pounds fifty"
    assert " ".join(spoken_words("code 427196")) == "code four two seven one nine six"
    assert " ".join(spoken_words("pin 0042")) == "pin zero zero four two"


@given(st.integers(0, 10_000), st.integers(1, 10))
def test_digit_strings_have_their_length(seed: int, length: int) -> None:
    words = digit_string(Random(seed), length).split()
    repeats = {"double": 1, "triple": 2}
    assert len(words) + sum(repeats.get(word, 0) - (word in repeats) for word in words) == length


def test_generators_repeat_for_a_seed() -> None:
    for make in (amount, date):
        assert [make(Random(3)) for _ in range(5)] == [make(Random(3)) for _ in range(5)]


def test_numbers_vary_in_place() -> None:
    words = "send fifty pounds to anna and one more".split()
    for varied in vary_numbers(words, Random(1), times=5):
        assert varied[0] == "send"
        assert varied[-6:] == ("pounds", "to", "anna", "and", "one", "more")
        assert set(varied[1:-6]) <= NUMBER_WORDS | {"and"}
    code = "my code is four two seven one nine six".split()
    assert all(len(varied) in range(6, 10) for varied in vary_numbers(code, Random(1), times=5))
    assert list(vary_numbers(["no", "numbers"], Random(1), times=5)) == []
