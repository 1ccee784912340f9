"""Decoding against every sequence there is."""

from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.errors import CheckpointError
from nlu.model.viterbi import (
    FORBIDDEN,
    Scores,
    Transitions,
    allowed_transitions,
    best_tags,
    plain_transitions,
    read_transitions,
    tag_probabilities,
    write_transitions,
)


def drawn(seed: int, *, words: int, kinds: int) -> tuple[Scores, Transitions]:
    """Random emissions and transitions."""
    random = np.random.default_rng(seed)
    tags = 1 + 2 * kinds
    plain = plain_transitions(tags)
    scores = (plain.after, plain.first, plain.last)
    values = Transitions(*(score + random.normal(size=score.shape).astype(np.float32) for score in scores))
    return random.normal(size=(words, tags)).astype(np.float32) * 2, values


def score_of(path: tuple[int, ...], emissions: Scores, transitions: Transitions) -> float:
    """The sum of a sequence's scores, in the plainest way."""
    total = float(transitions.first[path[0]] + transitions.last[path[-1]])
    total += sum(float(emissions[word, tag]) for word, tag in enumerate(path))
    return total + sum(float(transitions.after[one, other]) for one, other in pairwise(path))


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(0, 2))
def test_no_sequence_scores_higher(seed: int, words: int, kinds: int) -> None:
    emissions, transitions = drawn(seed, words=words, kinds=kinds)
    every = [score_of(path, emissions, transitions) for path in product(range(1 + 2 * kinds), repeat=words)]
    found = score_of(tuple(best_tags(emissions, transitions)), emissions, transitions)
    assert found == pytest.approx(max(every), abs=1e-4)


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 2))
def test_probabilities_are_the_shares_of_all_sequences(seed: int, words: int, kinds: int) -> None:
    emissions, transitions = drawn(seed, words=words, kinds=kinds)
    expected = np.zeros(emissions.shape)
    for path in product(range(1 + 2 * kinds), repeat=words):
        expected[np.arange(words), path] += np.exp(score_of(path, emissions, transitions))
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(tag_probabilities(emissions, transitions), expected, atol=1e-5)


@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 6))
def test_an_inside_always_continues_its_own_type(seed: int, words: int, kinds: int) -> None:
    emissions, transitions = drawn(seed, words=words, kinds=kinds)
    before = 0
    for tag in best_tags(emissions, transitions):
        assert tag % 2 or not tag or before in (tag, tag - 1)
        before = tag


def test_long_texts_and_strong_scores_stay_finite() -> None:
    emissions, transitions = drawn(1, words=500, kinds=3)
    found = tag_probabilities(emissions * 200, transitions)
    assert np.isfinite(found).all()
    assert len(best_tags(emissions * 200, transitions)) == 500


def test_no_words_have_no_tags() -> None:
    assert best_tags(np.zeros((0, 5), np.float32), plain_transitions(5)) == []


def test_what_is_forbidden() -> None:
    allowed, begins = allowed_transitions(5)
    assert not begins[2]
    assert not allowed[0, 2]
    assert allowed[1, 2]
    assert allowed[2, 2]
    assert not allowed[3, 2]
    assert allowed[:, [0, 1, 3]].all()
    assert plain_transitions(5).after[0, 2] == FORBIDDEN


def test_a_file_keeps_the_transitions(tmp_path: Path) -> None:
    _, transitions = drawn(3, words=1, kinds=4)
    write_transitions(tmp_path / "transitions.npz", transitions)
    found = read_transitions(tmp_path / "transitions.npz")
    for name in ("after", "first", "last"):
        np.testing.assert_array_equal(getattr(found, name), getattr(transitions, name))


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "transitions.npz"
    path.write_bytes(b"no archive")
    with pytest.raises(CheckpointError, match="train the model again"):
        read_transitions(path)
    np.savez(path, after=np.zeros((3, 3)), first=np.zeros(5), last=np.zeros(5))
    with pytest.raises(CheckpointError, match="unfitting shapes"):
        read_transitions(path)
    np.savez(path, after=np.zeros((3, 3)))
    with pytest.raises(CheckpointError, match="no transitions"):
        read_transitions(path)
