"""Scores agree with scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, precision_recall_fscore_support
from sklearn.metrics import confusion_matrix as reference_matrix

from nlu.evaluation.scores import Answer, accuracy, calibration, classification, confusion_matrix, confusions

ANSWERS = st.lists(
    st.builds(Answer, st.text(max_size=3), st.sampled_from("abcd"), st.sampled_from("abcde"), st.floats(0, 1)),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(deadline=None)
@given(ANSWERS)
def test_scores_are_those_of_scikit_learn(answers: list[Answer]) -> None:
    truth, given_labels = [a.truth for a in answers], [a.given for a in answers]
    found = classification(answers)
    names = [label.label for label in found.labels]
    expected = precision_recall_fscore_support(truth, given_labels, labels=names, zero_division=0)
    rows = [[label.precision for label in found.labels], [label.recall for label in found.labels],
            [label.f1 for label in found.labels], [label.support for label in found.labels]]  # fmt: skip
    assert np.allclose(rows, expected)
    for average, ours in (("micro", found.micro), ("macro", found.macro), ("weighted", found.weighted)):
        theirs = precision_recall_fscore_support(truth, given_labels, labels=names, average=average, zero_division=0)
        assert [ours.precision, ours.recall, ours.f1] == pytest.approx(theirs[:3])
    assert found.micro.f1 == pytest.approx(accuracy(answers))
    matrix = confusion_matrix(answers)
    if len(matrix.labels) > 1:  # scikit-learn warns of a single label
        assert (np.array(matrix.counts) == reference_matrix(truth, given_labels, labels=list(matrix.labels))).all()


def test_the_most_frequent_confusions_come_first_with_their_surest_examples() -> None:
    answers = [Answer(f"text {number}", "a", "b", number / 10) for number in range(8)]
    answers += [Answer("other", "b", "a", 1.0), Answer("right", "a", "a", 1.0), Answer("right", "b", "b", 1.0)]
    first, second = confusions(answers)
    assert (first.truth, first.taken_for, first.count, first.share) == ("a", "b", 8, 8 / 9)
    assert [example.text for example in first.examples] == [f"text {number}" for number in (7, 6, 5, 4, 3)]
    assert (second.truth, second.count, second.share) == ("b", 1, 0.5)


@settings(deadline=None)
@given(ANSWERS)
def test_calibration_holds_together(answers: list[Answer]) -> None:
    found = calibration(answers)
    assert sum(one.count for one in found.bins) == len(answers)
    assert 0 <= found.ece <= found.mce <= 1
    assert found.accuracy == pytest.approx(accuracy(answers))
    right = [a.truth == a.given for a in answers]
    if 0 < sum(right) < len(right):
        assert found.brier == pytest.approx(brier_score_loss(right, [a.probability for a in answers]))


def test_calibration_of_a_model_that_knows_how_sure_it_is() -> None:
    answers = [Answer("", "a", "a" if number < 8 else "b", 0.8) for number in range(10)]
    assert calibration(answers).ece == pytest.approx(0.0)
    assert calibration([Answer("", "a", "b", 1.0)]).ece == 1.0
    with pytest.raises(ValueError, match="nothing"):
        calibration([])
