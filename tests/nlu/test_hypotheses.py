"""Several readings of one utterance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.hypotheses import MOST_READINGS, readings, weigh
from nlu.understanding import Hypothesis, Utterance


def test_typed_text_has_one_reading() -> None:
    assert readings(Utterance(text="hello")) == [("hello", 1.0)]
    assert readings(Utterance(text=" ", nbest=(Hypothesis("hello", 0.4),))) == [(" ", 1.0)]


def test_the_best_different_alternatives_are_taken() -> None:
    nbest = tuple(Hypothesis(text, score) for text, score in (("Hi", 0.1), ("hello", 0.3), ("high", 0.2), ("", 0.9)))
    heard = Utterance(text="hi ", confidence=0.4, nbest=(*nbest, Hypothesis("nothing", 0.0)))
    assert readings(heard) == [("hi ", 0.4), ("hello", 0.3), ("high", 0.2)]


def test_the_text_weighs_at_least_as_much_as_an_alternative() -> None:
    heard = Utterance(text="one", confidence=0.1, nbest=(Hypothesis("two", 0.3),))
    assert readings(heard) == [("one", 0.3), ("two", 0.3)]


def test_scores_weigh_when_all_is_in_scope() -> None:
    chances, outside = weigh([0.6, 0.2], np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2))
    assert chances.tolist() == pytest.approx([0.75, 0.25])
    assert outside == 0.0


def test_a_reading_in_scope_wins_over_a_strange_one() -> None:
    chances, outside = weigh([0.5, 0.4], np.array([[0.6, 0.4], [0.1, 0.9]]), np.array([0.95, 0.05]))
    assert chances.argmax() == 1
    assert outside < 0.3
    _, outside = weigh([0.5, 0.4], np.array([[0.6, 0.4], [0.1, 0.9]]), np.array([0.95, 0.9]))
    assert outside > 0.9


@given(
    rows=st.lists(
        st.tuples(st.floats(0, 1), st.lists(st.floats(0.001, 1), min_size=4, max_size=4), st.floats(0, 1)),
        min_size=1, max_size=MOST_READINGS,
    )
)  # fmt: skip
def test_it_stays_a_distribution(rows: list[tuple[float, list[float], float]]) -> None:
    chances = np.array([row[1] for row in rows])
    chances /= chances.sum(axis=1, keepdims=True)
    outside = np.array([row[2] for row in rows])
    found, strange = weigh([row[0] for row in rows], chances, outside)
    assert found.sum() == pytest.approx(1.0)
    assert outside.min() - 1e-9 <= strange <= outside.max() + 1e-9
