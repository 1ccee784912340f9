"""Tagged spans -> typed entities."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.corpus.corpus import Corpus, Example
from nlu.grounding import Grounder, Knowledge, kind_of, measured_knowledge
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


def test_other_languages_have_their_own_values_or_keep_their_words() -> None:
    (entity,) = GROUNDER.ground("转五十块给他", [tagged("转五十块给他", "五十", "amount")], now=NOW, language="zh")
    assert (entity.text, entity.value) == ("五十块", {"amount": "50.00", "currency": "CNY"})
    (entity,) = GROUNDER.ground("fünfzig", [tagged("fünfzig", "fünfzig", "amount")], now=NOW, language="de")
    assert (entity.text, entity.value) == ("fünfzig", None)


def example(text: str, *spans: tuple[str, str]) -> Example:
    return Example(text, "x", tuple(tagged(text, said, name) for said, name in spans))


def test_what_contradicts_the_annotation_is_measured_and_not_done() -> None:
    """Amounts are annotated without their currency, days whole; "current" is mostly no account."""
    examples = [
        *(
            example(f"pay {number} pounds on tuesday", (str(number), "amount"), ("tuesday", "date"))
            for number in range(30)
        ),
        *(example(f"my current address {number}") for number in range(10)),
        *(example(f"from {number} savings", ("savings", "account")) for number in range(30)),
    ]
    knowledge = measured_knowledge(Corpus(examples=tuple(examples), lookups={"account": ("current", "savings")}))
    assert (knowledge.narrow, knowledge.unadded) == (("amount",), ("account",))
    grounder = Grounder(knowledge)
    text = "pay 20 pounds on next tuesday from current"
    found = grounder.ground(text, [tagged(text, "20", "amount"), tagged(text, "tuesday", "date")], now=NOW)
    assert [(entity.name, entity.text) for entity in found] == [("amount", "20"), ("date", "next tuesday")]
    assert found[0].value == {"amount": "20.00", "currency": "GBP"}


def test_what_agrees_with_the_annotation_is_done() -> None:
    examples = tuple(example(f"pay {number} pounds", (f"{number} pounds", "amount")) for number in range(30))
    knowledge = measured_knowledge(Corpus(examples=examples, synonyms={"quid": "pounds"}))
    assert (knowledge.narrow, knowledge.unadded, knowledge.synonyms) == ((), (), {"quid": "pounds"})
    assert measured_knowledge(Corpus(examples=())) == Knowledge()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("time", "at half past three", "15:30"),
        ("appointment_time", "at half past three", "15:30"),
        ("timeRange", "tomorrow at three pm", "2026-11-24T15:00"),
        ("datetime", "in two hours", "2026-11-23T14:00"),
        ("duration", "for an hour and a half", "PT1H30M"),
        ("interest_rate", "at five percent", 5),
        ("date", "this weekend", {"from": "2026-11-28", "to": "2026-11-29"}),
    ],
)
def test_kinds_of_values(name: str, text: str, value: object) -> None:
    grounder = Grounder(Knowledge(names=(name,)))
    (entity,) = grounder.ground(text, [tagged(text, text, name)], now=NOW)
    assert (entity.text, entity.value) == (text, value)


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
