"""Entities that change places."""

from nlu.corpus.corpus import Example
from nlu.training.entity_swaps import OPEN_KIND, EntitySwaps
from nlu.understanding import Entity


def said(intent: str, before: str, name: str, text: str, after: str = "") -> Example:
    entity = Entity(name=name, text=text, start=len(before), end=len(before) + len(text))
    return Example(before + text + after, intent, (entity,))


EXAMPLES = (
    said("play", "play ", "song", "yesterday", " now"),
    said("play", "put on ", "song", "let it be"),
    said("book", "read ", "song", "the raven"),
    said("play", "in ", "city", "york"),
)


def test_spans_and_labels_hold() -> None:
    swaps = EntitySwaps(EXAMPLES, seed=1)
    found = [swaps.vary(example) for example in EXAMPLES for _ in range(20)]
    for example in found:
        for entity in example.entities:
            assert example.text[entity.start : entity.end] == entity.text
    assert {(example.intent, example.entities[0].name) for example in found} == {
        ("play", "song"),
        ("book", "song"),
        ("play", "city"),
    }


def test_only_phrases_of_the_same_intent_and_type() -> None:
    swaps = EntitySwaps(EXAMPLES, seed=1)
    assert {swaps.vary(EXAMPLES[0]).text for _ in range(40)} == {"play yesterday now", "play let it be now"}
    assert {swaps.vary(EXAMPLES[3]).text for _ in range(10)} == {"in york"}


def test_open_kinds_get_names_nobody_said() -> None:
    names = [f"{first} of {last}" for first in "abcdefghijkl" for last in "mnopqrstuvwx"]
    assert len(names) > OPEN_KIND
    examples = [said("play", "play ", "song", name) for name in names]
    found = {EntitySwaps(examples, seed=seed).vary(examples[0]).entities[0].text for seed in range(60)}
    assert found - set(names)
    assert all(1 <= len(name.split()) <= 7 for name in found)


def test_new_words_are_written_like_the_old_ones() -> None:
    examples = [said("", "", "place", text) for text in ("GERMANY", "London", "paris", "USA")]
    found = {seed: EntitySwaps(examples, seed=seed) for seed in range(40)}
    assert all(swaps.vary(examples[0]).text.isupper() for swaps in found.values())
    assert all(swaps.vary(examples[2]).text.islower() for swaps in found.values())
    assert "GERMANY" in {swaps.vary(examples[1]).text for swaps in found.values()}


def test_the_same_seed_gives_the_same() -> None:
    one, other = (EntitySwaps(EXAMPLES, seed=5) for _ in range(2))
    assert [one.vary(example) for example in EXAMPLES] == [other.vary(example) for example in EXAMPLES]


def test_without_entities_nothing_changes() -> None:
    example = Example("hello", "greet")
    assert EntitySwaps(EXAMPLES, seed=1).vary(example) is example
