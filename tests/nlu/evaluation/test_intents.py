"""Intents."""

from nlu.corpus.corpus import Example
from nlu.evaluation.intents import judge_intents
from nlu.understanding import IntentScore, Understanding, Utterance


def understood(*ranked: tuple[str, float]) -> Understanding:
    return Understanding(utterance=Utterance(text=""), intents=tuple(IntentScore(*one) for one in ranked))


def test_in_scope_examples_are_judged_by_the_best_in_scope_intent() -> None:
    report = judge_intents(
        [Example("one", "a"), Example("two", "b"), Example("three", "out_of_scope"), Example("four", "")],
        [
            understood(("out_of_scope", 0.6), ("a", 0.4)),
            understood(("a", 0.9), ("b", 0.1)),
            understood(("a", 0.9)),
            understood(("a", 0.9)),
        ],
    )
    assert report is not None
    assert (report.examples, report.accuracy) == (2, 0.5)
    assert report.confusion_matrix.labels == ("a", "b")
    assert report.confusion_matrix.counts == ((1, 0), (1, 0))
    assert [(one.truth, one.taken_for) for one in report.confusions] == [("b", "a")]
    assert report.calibration.accuracy == 0.0, "served, both best intents are wrong"


def test_nothing_in_scope_is_not_judged() -> None:
    assert judge_intents([Example("x", "out_of_scope")], [understood(("a", 1.0))]) is None
