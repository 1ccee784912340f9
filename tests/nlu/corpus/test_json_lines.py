"""JSON lines."""

import json
from typing import Any

import pytest

from tests.nlu.corpus.conftest import Read, said


def test_everything_an_example_holds(read: Read) -> None:
    line = {
        "text": " pay 50 to anna",
        "intent": "pay",
        "entities": [
            {"start": 11, "end": 15, "entity": "person", "text": "anna", "role": "payee", "group": "1"},
            {"start": 5, "end": 7, "label": "amount", "value": {"amount": "50"}},
        ],
    }
    corpus, faults = read(json.dumps(line), "data.jsonl")
    assert not faults
    (example,) = corpus.examples
    assert (example.text, example.intent) == ("pay 50 to anna", "pay")
    amount, person = example.entities
    assert (amount.name, amount.text, amount.start, amount.value) == ("amount", "50", 4, {"amount": "50"})
    assert (person.name, person.text, person.role, person.group) == ("person", "anna", "payee", "1")


@pytest.mark.parametrize(
    "content",
    [
        '[{"query": "fly to paris", "label": 3, "entities": [[7, 12, "city"]]}]',
        '[\n  {"text": "fly to paris",\n   "label": "3", "entities": [[7, 12, "city"]]}\n]',
        '{"tokens": ["fly", "to", "paris"], "ner_tags": ["O", "O", "B-city"], "intent": "3"}\n',
    ],
)
def test_other_shapes(read: Read, content: str) -> None:
    corpus, faults = read(content, "data.json")
    assert not faults
    (example,) = corpus.examples
    assert (example.text, example.intent) == ("fly to paris", "3")
    assert [(e.name, e.text) for e in example.entities] == [("city", "paris")]


BAD: list[tuple[Any, str]] = [
    (5, "expected an object"),
    ({"intent": "a"}, "no text"),
    ({"text": " ", "intent": "a"}, "empty text"),
    ({"text": "x", "intent": ""}, "the label is"),
    ({"text": "x", "intent": None}, "the label is"),
    ({"text": "x", "intent": ["a", "b"]}, "the label is"),
    ({"text": "x"}, "no intent, though others have one"),
    ({"text": "x", "intent": "a", "entities": {}}, None),
    ({"text": "x", "intent": "a", "entities": 5}, "expected a list"),
    ({"text": "x", "intent": "a", "entities": [1]}, "an entity is"),
    ({"text": "x", "intent": "a", "entities": [[0, 2, "e"]]}, "no piece of a text of 1 characters"),
    ({"text": "x", "intent": "a", "entities": [{"start": 0, "end": "1", "entity": "e"}]}, "an entity needs"),
    ({"text": "xyz", "intent": "a", "entities": [[0, 2, "e"], [1, 3, "f"]]}, "overlap"),
    ({"text": "xyz", "intent": "a", "entities": [{"start": 0, "end": 1, "entity": "e", "text": "y"}]}, "not 'y'"),
    ({"tokens": ["a"], "tags": ["O", "O"], "intent": "a"}, "1 tokens, but 2 tags"),
    ({"tokens": ["a"], "tags": ["no"], "intent": "a"}, "is no tag"),
]


@pytest.mark.parametrize(("value", "says"), BAD)
def test_faults(read: Read, value: Any, says: str | None) -> None:
    good = json.dumps({"text": "fine", "intent": "a"})
    corpus, faults = read(f"{good}\n{json.dumps(value)}\n{{broken\n", "data.jsonl")
    assert len(corpus.examples) == (2 if says is None else 1)
    assert sorted(line for line, _, _ in said(faults)) == ([3] if says is None else [2, 3])
    assert says is None or any(says in fault.reason for fault in faults)
    assert any("not JSON" in fault.reason for fault in faults)


def test_other_keys_are_noted_once(read: Read) -> None:
    _, faults = read('{"text": "a", "intent": "b", "id": 1}\n{"text": "c", "intent": "b", "id": 2}\n', "data.jsonl")
    assert said(faults) == [(1, "warning", "key 'id' is left out")]
