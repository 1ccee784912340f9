import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from voice.synthesizers.speech_text import pieces, sanitise, speakable


@given(st.text(), st.integers(5, 60))
def test_pieces_are_bounded_and_lose_only_blanks(text: str, max_chars: int) -> None:
    got = list(pieces(text, max_chars=max_chars))
    assert all(0 < len(piece) <= max_chars for piece in got)
    assert re.sub(r"\s", "", "".join(got)) == re.sub(r"\s", "", sanitise(text))


@given(st.text())
def test_sanitised_text_encodes_and_has_no_control_characters(text: str) -> None:
    clean = sanitise(text)
    clean.encode()
    assert not [char for char in clean if unicodedata.category(char)[0] == "C"]
    assert sanitise(clean) == clean


def test_sentences_are_pieces() -> None:
    assert list(pieces("Hello there. Is it 3.50? Yes!")) == ["Hello there.", "Is it 3.50?", "Yes!"]


def test_a_long_sentence_is_cut_at_a_comma_then_at_a_blank_then_anywhere() -> None:
    assert list(pieces("one two three, four five", max_chars=18)) == ["one two three,", "four five"]
    assert list(pieces("one two three four", max_chars=10)) == ["one two", "three four"]
    assert list(pieces("abcdefgh", max_chars=5)) == ["abcde", "fgh"]


def test_speakable() -> None:
    assert speakable("£")
    assert speakable("a")
    assert speakable("你好")
    assert not speakable("... !?")
    assert not speakable("")
