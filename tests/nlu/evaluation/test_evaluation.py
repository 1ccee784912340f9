"""Scores of understanding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.corpus.corpus import Example
from nlu.evaluation.evaluation import evaluate, folds
from nlu.understanding import Entity, IntentScore, Understanding, Utterance


def entity(name: str, start: int, end: int) -> Entity:
    return Entity(name=name, text="x" * (end - start), start=start, end=end)


def understood(intent: str, *entities: Entity, probability: float = 0.9) -> Understanding:
    return Understanding(
        utterance=Utterance(text=""), intents=(IntentScore(intent, probability),), entities=tuple(entities)
    )


def test_evaluate() -> None:
    examples = [
        Example("one", "a", (entity("p", 0, 3),)),
        Example("two", "a", (entity("p", 0, 3),)),
        Example("three", "b"),
        Example("four", "b"),
    ]
    found = evaluate(
        examples,
        [
            understood("a", entity("p", 0, 3)),
            understood("b", entity("p", 0, 2), probability=0.6),
            understood("a", probability=0.8),
            understood("b"),
        ],
    )
    assert found.intent_accuracy == 0.5
    assert found.by_intent == {"a": 0.5, "b": 0.5}
    assert (found.spans.precision, found.spans.recall, found.spans.f1) == (0.5, 0.5, 0.5)
    assert [confusion.text for confusion in found.confusions] == ["three", "two"]


def test_nothing_there_and_nothing_found_is_perfect() -> None:
    found = evaluate([Example("x", "a")], [understood("a")])
    assert (found.spans.precision, found.spans.recall, found.spans.f1) == (1.0, 1.0, 1.0)


def test_nothing_to_judge_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        evaluate([], [])


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text("xyXY", max_size=3)), max_size=60), st.integers(2, 5))
def test_every_example_is_judged_once_without_leakage(found: list[tuple[str, str]], count: int) -> None:
    examples = [Example(text, intent) for intent, text in found]
    judged_all: list[Example] = []
    for seen, judged in folds(examples, count):
        assert len(seen) + len(judged) == len(examples)
        assert not {e.text.lower() for e in seen} & {e.text.lower() for e in judged}
        judged_all += judged
    assert sorted(judged_all, key=str) == sorted(examples, key=str)
