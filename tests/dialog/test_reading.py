"""Slot values out of utterances and keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dialog.domain import Slot, SlotType
from dialog.pack import Pack
from dialog.reading import Answer, Reader
from nlu.locations import configs_root
from nlu.understanding import Entity
from tests.dialog.caller import NOW, SHOP, understanding

SHOP_READER = Reader(Pack.load(SHOP).domain, NOW)
BANK = Reader(Pack.load(configs_root() / "packs" / "banking").domain, NOW)
POUNDS = {"amount": "12.50", "currency": "GBP"}


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [
        ("size", "the small one please", "small"),
        ("size", "no not big, little", "small"),
        ("size", "the second", "large"),
        ("size", "medium", None),
        ("price", "twelve pounds fifty", POUNDS),
        ("price", "let's say ten, no twelve fifty", POUNDS),
        ("price", "a lot", None),
        ("day", "tomorrow morning", "2026-11-24"),
        ("order_number", "it's one seven", "17"),
        ("pin", "four three two one", "4321"),
        ("pin", "four three um two one", "4321"),
        ("pin", "forty three twenty one", "4321"),
        ("confirmed", "yes please", True),
        ("confirmed", "rather not", False),
        ("confirmed", "purple", None),
        ("guest", "it's for Anna I think so yes", "Anna"),
        ("guest", "Zebedee", "Zebedee"),
        ("guest", "well it is for somebody you do not know", None),
        ("complaint", "everything was cold", "everything was cold"),
    ],
)
def test_answers(slot: str, text: str, value: object) -> None:
    assert SHOP_READER.answer(slot, understanding(text)).value == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("time", "half past three please", "15:30"),
        ("time", "um three", "15:00"),
        ("time", "no idea", None),
        ("date", "the third of may", "2027-05-03"),
        ("datetime", "tomorrow at three", "2026-11-24T15:00"),
        ("duration", "an hour and a half", "PT1H30M"),
        ("percentage", "two point five percent", 2.5),
    ],
)
def test_every_kind_of_value_has_its_slot(kind: SlotType, text: str, value: object) -> None:
    slots = {"wanted": Slot(type=kind, sources=())}
    reader = Reader(replace(SHOP_READER.domain, slots=slots), NOW)
    assert reader.answer("wanted", understanding(text)).value == value
    assert reader.evident(understanding(text), frozenset(slots)).get("wanted") == value
    assert reader.keyed("wanted", "12").value is None


@pytest.mark.parametrize(
    ("slot", "keys", "value"),
    [
        ("pin", "4321", "4321"), ("pin", "4321#", "4321"), ("pin", "432*", None), ("pin", "43215", None),
        ("price", "12*50#", POUNDS), ("price", "1*2*3", None), ("price", "", None),
        ("size", "2", "large"), ("size", "3", None), ("size", "0", None), ("confirmed", "1", True),
        ("confirmed", "2", False), ("confirmed", "3", None), ("tries", "3", 3),
        ("pin", "²²²²", None), ("tries", "NaN", None), ("price", "*", None), ("guest", "3", None), ("day", "3", None),
    ],
)  # fmt: skip
def test_keys(slot: str, keys: str, value: object) -> None:
    assert SHOP_READER.keyed(slot, keys).value == value


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("four three to one", "4321"),
        ("um four tree two won", "4321"),
        ("it's four three to want", "4321"),
        ("four for four for", "4444"),
    ],
)
def test_digits_heard_as_words_that_sound_the_same(text: str, digits: str) -> None:
    assert SHOP_READER.answer("pin", understanding(text)).value == digits


@pytest.mark.parametrize(
    "text", ["for three two one", "i want to four three two", "for the two of us", "four three to"]
)
def test_such_words_are_no_digits_elsewhere(text: str) -> None:
    assert SHOP_READER.answer("pin", understanding(text)).value is None


def test_the_count_of_wrong_digits_is_told() -> None:
    assert SHOP_READER.answer("pin", understanding("one two three")) == Answer(share=1.0, digits=3)


def test_the_share_of_an_answer_in_the_utterance() -> None:
    assert SHOP_READER.answer("size", understanding("from the small one please")).share == 1.0
    assert SHOP_READER.answer("size", understanding("how long does a small tea take")).share < 0.5


def test_mentions_come_from_entities_and_their_roles() -> None:
    text = "move fifty pounds from savings to current"
    heard = understanding(
        text, "transfer_money",
        entities={"amount": "fifty pounds", "account/from": "savings", "account/to": "current"},
    )  # fmt: skip
    assert BANK.mentions(heard) == {
        "amount": {"amount": "50.00", "currency": "GBP"}, "account": "savings", "recipient": "current"
    }  # fmt: skip


def test_a_doubtful_role_yields_to_the_preposition() -> None:
    heard = understanding("move it from my current account to my savings")
    entities = tuple(
        Entity(name="account", text=word, start=heard.utterance.text.index(word),
               end=heard.utterance.text.index(word) + len(word), role="from", confidence=0.5)
        for word in ("current", "savings")
    )  # fmt: skip
    assert BANK.mentions(replace(heard, entities=entities)) == {"account": "current", "recipient": "savings"}
    sure = tuple(replace(entity, confidence=0.95) for entity in entities)
    assert BANK.mentions(replace(heard, entities=sure)) == {}


def test_the_last_of_several_entities_counts() -> None:
    heard = understanding("ten pounds no twenty pounds", entities={"price": "ten pounds", "price/": "twenty pounds"})
    assert SHOP_READER.mentions(heard)["price"] == {"amount": "20.00", "currency": "GBP"}


def test_two_values_that_are_no_correction_are_left_to_be_asked() -> None:
    heard = understanding(
        "ten pounds to Anna and twenty pounds to Ben",
        entities={"price": "ten pounds", "person": "Anna", "price/": "twenty pounds", "person/": "Ben"},
    )
    assert SHOP_READER.mentions(heard) == {}


def test_what_is_evident_without_entities() -> None:
    heard = understanding("a huge one for three pounds tomorrow")
    slots = frozenset({"size", "price", "day"})
    assert SHOP_READER.evident(heard, slots) == {
        "size": "large", "price": {"amount": "3.00", "currency": "GBP"}, "day": "2026-11-24"
    }  # fmt: skip
    assert SHOP_READER.evident(understanding("small or large"), slots) == {}


@given(st.text(max_size=60), st.sampled_from(sorted(SHOP_READER.domain.slots)))
def test_no_text_breaks_the_reader(text: str, slot: str) -> None:
    answer = SHOP_READER.answer(slot, understanding(text))
    assert 0.0 <= answer.share <= 1.0
    SHOP_READER.keyed(slot, text)
