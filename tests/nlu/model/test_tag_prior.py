"""What goes with what."""

import numpy as np

from nlu.corpus.corpus import Corpus, Example
from nlu.model.labels import labels_of
from nlu.model.tag_prior import intent_tag_scores
from nlu.understanding import Entity


def film(intent: str) -> Example:
    return Example("see heat", intent, (Entity(name="film", text="heat", start=4, end=8),))


def test_what_is_never_seen_with_an_intent_is_unlikely_there() -> None:
    examples = [film("see")] * 50 + [Example("weather", "weather")] * 50
    scores = intent_tag_scores(examples, labels_of(Corpus(examples=tuple(examples))))
    assert scores.shape == (2, 3)
    np.testing.assert_allclose(scores, [[0, 0, 0], [0, np.log(1 / 26), np.log(1 / 26)]], rtol=1e-5)


def test_a_few_examples_say_next_to_nothing() -> None:
    examples = [film("see"), film("see"), Example("rain", "weather")]
    scores = intent_tag_scores(examples, labels_of(Corpus(examples=tuple(examples))))
    assert scores.min() > -0.6


def test_without_intents_there_is_nothing_to_count() -> None:
    examples = [film("")]
    assert intent_tag_scores(examples, labels_of(Corpus(examples=tuple(examples)))).shape == (0, 3)
