"""The noise curve."""

from collections.abc import Sequence

import pytest

from nlu.corpus.corpus import Example
from nlu.evaluation.noise_curve import noise_curve
from nlu.understanding import IntentScore, Understanding, Utterance

EXAMPLES = [Example("What is my balance, please?", "a"), Example("Send forty pounds to my mother.", "b")] * 40


def understand(texts: Sequence[str]) -> list[Understanding]:
    """Knows "balance" and whole sentences by heart."""
    intents = ["a" if "balance" in text else "b" if text.lower().startswith("send forty") else "c" for text in texts]
    return [
        Understanding(utterance=Utterance(text=text), intents=(IntentScore(intent, 1.0),))
        for text, intent in zip(texts, intents, strict=True)
    ]


def test_accuracy_falls_with_the_word_error() -> None:
    curve = noise_curve(EXAMPLES, understand, sample=60)
    assert (curve.examples, curve.of_examples) == (60, 80)
    assert [point.wer for point in curve.points] == [None, 0.0, 0.05, 0.1, 0.2, 0.3]
    assert curve.points[0].intent_accuracy == curve.points[1].intent_accuracy == 1.0
    assert curve.points[5].intent_accuracy is not None
    assert 0.1 < curve.points[5].intent_accuracy < 1.0
    assert curve.points[4].measured_wer == pytest.approx(0.2, abs=0.05)
    assert curve.points[4].entity_f1 is None
    assert curve == noise_curve(EXAMPLES, understand, sample=60)


def test_what_is_not_wanted_is_left_out() -> None:
    curve = noise_curve(EXAMPLES, understand, sample=5, rates=(0.1,), intents=False)
    assert [point.intent_accuracy for point in curve.points] == [None, None]
