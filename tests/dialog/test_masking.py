"""Sensitive answers never reach an event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.masking import mask_keys, mask_understanding
from dialog.pack import Pack
from dialog.speaking import spoken
from tests.dialog.caller import NOW, SHOP, understanding

DOMAIN = Pack.load(SHOP).domain


@pytest.mark.parametrize(
    ("text", "asked", "shown"),
    [
        ("four three two one", "pin", "******"),
        ("it's 43 21 ok", "pin", "it's ****** ok"),
        ("four three", "pin", "******"),
        ("I want tea", "pin", "I want tea"),
        ("my pin is four three two one and I want tea", "", "my pin is ****** and I want tea"),
        ("five pounds", "price", "five pounds"),
        ("twelve three", "price", "twelve three"),
        ("mail j dot smith at example dot com", "", "mail ******"),
        ("my name is anna smith and I want tea", "", "my name is ****** and I want tea"),
        ("on the third of may, five pounds", "", "on the third of may, five pounds"),
    ],
)
def test_texts(text: str, asked: str, shown: str) -> None:
    masked = mask_understanding(understanding(text), DOMAIN, asked=asked, now=NOW)
    assert masked.utterance.text == shown


def test_entities_move_with_the_text() -> None:
    heard = understanding("pin four three two one, for Anna", entities={"pin": "four three two one", "person": "Anna"})
    masked = mask_understanding(heard, DOMAIN, asked="pin", now=NOW)
    assert [masked.utterance.text[entity.start : entity.end] for entity in masked.entities] == ["******", "Anna"]
    assert masked.entities[0].value is None


@pytest.mark.parametrize(
    ("keys", "asked", "shown"), [("4321", "pin", "******"), ("12", "pin", "******"), ("4321#", "", "******"),
                                 ("12*50", "price", "12*50"), ("1", "confirmed", "1")]
)  # fmt: skip
def test_keys(keys: str, asked: str, shown: str) -> None:
    assert mask_keys(keys, DOMAIN, asked=asked) == shown


@given(st.text("0123456789", min_size=4, max_size=4), st.sampled_from(["", "it's ", "um "]), st.booleans())
def test_no_code_of_the_asked_length_survives(code: str, before: str, as_words: bool) -> None:
    said = spoken(code, "digits") if as_words else code
    masked = mask_understanding(understanding(before + said), DOMAIN, asked="pin", now=NOW)
    assert said not in masked.utterance.text
    assert code not in masked.utterance.text
