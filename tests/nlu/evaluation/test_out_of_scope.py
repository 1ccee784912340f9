"""The out-of-scope decision."""

import pytest

from nlu.corpus.corpus import Example
from nlu.evaluation.out_of_scope import best_in_scope, is_rejected, judge_out_of_scope, top
from nlu.understanding import IntentScore, Understanding, Utterance


def understood(outside: float, *intents: str) -> Understanding:
    return Understanding(
        utterance=Utterance(text=""), intents=tuple(IntentScore(name, 0.5) for name in intents), out_of_scope=outside
    )


def test_decisions() -> None:
    assert is_rejected(understood(0.5, "a"))
    assert not is_rejected(understood(0.49, "a"))
    assert not is_rejected(understood(0.6, "a"), threshold=0.7)
    assert is_rejected(understood(0.1, "out_of_scope", "a"))
    assert best_in_scope(understood(0.1, "out_of_scope", "a")).name == "a"
    assert best_in_scope(understood(0.1)).name == top(understood(0.1)).name == ""


def test_both_sorts_of_examples() -> None:
    examples = [Example("1", "a"), Example("2", "a"), Example("3", "b"), Example("4", "out_of_scope"),
                Example("5", "out_of_scope"), Example("6", "")]  # fmt: skip
    found = [understood(0.1, "a"), understood(0.6, "a"), understood(0.2, "a"), understood(0.9, "a"),
             understood(0.3, "b"), understood(0.9, "b")]  # fmt: skip
    report = judge_out_of_scope(examples, found)
    assert report is not None
    assert (report.in_scope_examples, report.out_of_scope_examples) == (3, 2)
    assert (report.recall, report.precision, report.f1) == (0.5, 0.5, 0.5)
    assert report.in_scope_rejected == pytest.approx(1 / 3)
    assert report.in_scope_accuracy == pytest.approx(1 / 3)
    assert report.accuracy == pytest.approx(2 / 5)
    assert report.auroc == pytest.approx(5 / 6)
    assert report.fpr95 == 0.5
    assert [one.text for one in report.accepted] == ["5"]
    assert [one.text for one in report.rejected] == ["2"]
    assert sum(one.in_scope + one.out_of_scope for one in report.scores) == 5


def test_a_perfect_separation() -> None:
    report = judge_out_of_scope(
        [Example("in", "a")] * 20 + [Example("out", "out_of_scope")] * 20,
        [understood(0.01, "a")] * 20 + [understood(0.99, "a")] * 20,
    )
    assert report is not None
    assert (report.auroc, report.aupr, report.aupr_in_scope, report.fpr95) == (1.0, 1.0, 1.0, 0.0)
    assert report.curve[0].in_scope_rejected == 0.0
    assert report.curve[-1].out_of_scope_rejected == 1.0


def test_one_sort_of_examples_only() -> None:
    inside = judge_out_of_scope([Example("x", "a")], [understood(0.9, "a")])
    assert inside is not None
    assert (inside.auroc, inside.recall, inside.precision, inside.in_scope_rejected) == (None, None, None, 1.0)
    outside = judge_out_of_scope([Example("x", "out_of_scope")], [understood(0.9, "a")])
    assert outside is not None
    assert (outside.auroc, outside.recall, outside.in_scope_accuracy) == (None, 1.0, None)
    assert judge_out_of_scope([Example("x", "")], [understood(0.9)]) is None
