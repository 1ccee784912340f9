"""Tagged spans -> typed entities."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.grounding import Grounder, Knowledge, kind_of
from nlu.understanding import Entity

NOW = datetime(2026, 11, 23, 12)
KNOWLEDGE = Knowledge(
    names=("account", "amount", "code", "date", "person"),
    synonyms={"main account": "current", "main": "current"},
    lookups={"person": ("anna", "anna lee"), "account": ("current", "savings")},
    regexes={"iban": (r"gb\d\d",)},
)
GROUNDER = Grounder(KNOWLEDGE)


def tagged(text: str, said: str, name: str) -> Entity:
    start = text.index(said)
    return Entity(name=name, text=said, start=start, end=start + len(said), role="x", confidence=0.7)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("amount", "money"), ("transfer_amount", "money"), ("code", "digits"), ("Date", "date"), ("person", None)],
)
def test_kind_follows_from_the_name(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind


def test_a_span_is_widened_to_the_whole_value() -> None:
    text = "send a hundred and twenty pounds to bob"
    (entity,) = GROUNDER.ground(text, [tagged(text, "twenty pounds", "amount")], now=NOW)
    assert (entity.text, entity.role, entity.confidence) == ("a hundred and twenty pounds", "x", 0.7)
    assert entity.value == {"amount": "120.00", "currency": "GBP"}


def test_values_by_kind() -> None:
    for text, said, name, value in (
        ("it's four two seven one", "four two seven one", "code", "4271"),
        ("by next tuesday", "next tuesday", "date", "2026-12-01"),
        ("from my main account", "main account", "account", "current"),
        ("to Bob", "Bob", "person", "bob"),
        ("at the weekend", "at the weekend", "date", {"from": "2026-11-28", "to": "2026-11-29"}),
        ("some day", "some day", "date", None),
    ):
        entity = GROUNDER.ground(text, [tagged(text, said, name)], now=NOW)[0]
        assert (entity.name, entity.value) == (name, value)


def test_a_part_of_a_known_phrase_is_widened_to_it() -> None:
    synonyms = {"cash card": "debit", "credit card": "credit"}
    grounder = Grounder(Knowledge(names=("card",), synonyms=synonyms, lookups={"card": ("credit",)}))
    (entity,) = grounder.ground("block my cash card", [tagged("block my cash card", "cash", "card")], now=NOW)
    assert (entity.text, entity.value) == ("cash card", "debit")
    (entity,) = grounder.ground("my credit card", [tagged("my credit card", "credit", "card")], now=NOW)
    assert (entity.text, entity.value) == ("credit", "credit")


def test_lookups_patterns_and_sure_values_add_what_was_missed() -> None:
    found = GROUNDER.ground("pay Anna Lee £20 from savings gb12 then 427196", [], now=NOW)
    assert [(e.name, e.value) for e in found] == [
        ("person", "anna lee"),
        ("amount", {"amount": "20.00", "currency": "GBP"}),
        ("account", "savings"),
        ("iban", "gb12"),
        ("code", "427196"),
    ]


def test_a_bare_number_is_not_added() -> None:
    assert GROUNDER.ground("i have two cards and one thousand questions", [], now=NOW) == ()


def test_other_languages_keep_their_words() -> None:
    (entity,) = GROUNDER.ground("五十", [tagged("五十", "五十", "amount")], now=NOW, language="zh")
    assert entity.value is None


@given(st.text(max_size=40), st.data())
def test_entities_never_overlap(text: str, data: st.DataObject) -> None:
    spans = []
    if text:
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        spans = [Entity(name="amount", text=text[start:end], start=start, end=end)]
    at = 0
    for entity in GROUNDER.ground(text, spans, now=NOW):
        assert entity.start >= at
        assert entity.text == text[entity.start : entity.end]
        at = entity.end
