"""Masking of codes and e-mail addresses."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nlu.redaction.redaction import MASK, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my code is four two seven one nine six thanks", f"my code is {MASK} thanks"),
        ("forty two seventeen", MASK),
        ("card ending 4271", f"card ending {MASK}"),
        ("call 07700 900 123 now", f"call {MASK} now"),
        ("double oh seven nine", MASK),
        ("mail a.b@c.co.uk please", f"mail {MASK} please"),
        ("it's 4-2-7-1.", f"it's {MASK}."),
        ("mail j dot smith at example dot co dot uk please", f"mail {MASK} please"),
    ],
)
def test_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "pay two thousand pounds tomorrow",
        "£2500 please",
        "transfer two thousand to anna",
        "on the third of may twenty twenty seven",
        "four two seven",
        "it costs 12.50",
        "meet me at five",
        "what are your opening hours?",
        "",
    ],
)
def test_untouched(text: str) -> None:
    assert mask(text) == text


@given(st.text())
def test_nothing_else_is_changed(text: str) -> None:
    masked = mask(text)
    rest, at = masked.split(MASK), 0
    for piece in rest:
        found = text.find(piece, at)
        assert found >= 0
        at = found + len(piece)
    if MASK not in masked:
        assert masked == text


@given(st.text("0123456789", min_size=4, max_size=19), st.text("bdef ,.?"))
def test_every_written_code_is_masked(code: str, before: str) -> None:
    assume(not code.endswith("000") and code[:2] not in ("18", "19", "20", "21"))  # round sums and years may stay
    assert code not in mask(f"{before} {code} ")


_DIGIT_WORDS = "zero one two three four five six seven eight nine"


@given(st.lists(st.sampled_from(_DIGIT_WORDS.split()), min_size=4, max_size=16))
def test_every_spoken_code_is_masked(words: list[str]) -> None:
    assert mask(f"it is {' '.join(words)} okay") == f"it is {MASK} okay"
