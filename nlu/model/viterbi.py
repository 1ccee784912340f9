"""The best tags of an utterance under a linear-chain conditional random field. Pure numpy: serving needs no torch.

Tags are those of `nlu.model.alignment`: 0 is O, the k-th entity type has B = 1 + 2k and I = 2 + 2k. Only B and I of
the same type lead to an I. The training side is `nlu.model.crf`.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from nlu.errors import CheckpointError

Scores = NDArray[np.float32]

FORBIDDEN = -1e4
"""The score of what can't follow; its exponential is 0 in float32."""

_KEPT = ("after", "first", "last")

_LEAST = -60.0
"""Below a word's best emission: no tag's probability becomes 0, so that no sum does."""


@dataclass(frozen=True, eq=False)
class Transitions:
    """Scores of a tag after a tag, (from, to), and of a tag as the first and as the last of an utterance."""

    after: Scores
    first: Scores
    last: Scores

    @cached_property
    def into_open(self) -> Scores:
        """(O and every B, all tags): what leads to the tags that anything may lead to."""
        return np.ascontiguousarray(self.after[:, _open_tags(len(self.first))].T)

    @cached_property
    def factors(self) -> NDArray[np.float64]:
        """The exponentials of `after`."""
        return np.exp(self.after.astype(np.float64))


def plain_transitions(tags: int) -> Transitions:
    """Only what is forbidden counts: an I that continues nothing."""
    after, first = np.zeros((tags, tags), np.float32), np.zeros(tags, np.float32)
    allowed, begins = allowed_transitions(tags)
    after[~allowed], first[~begins] = FORBIDDEN, FORBIDDEN
    return Transitions(after, first, np.zeros(tags, np.float32))


def allowed_transitions(tags: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which tag may follow which (from, to), and which may begin an utterance."""
    allowed, begins = np.ones((tags, tags), np.bool_), np.ones(tags, np.bool_)
    inside = np.arange(2, tags, 2)
    allowed[:, inside] = False
    allowed[inside - 1, inside] = allowed[inside, inside] = True
    begins[inside] = False
    return allowed, begins


def best_tags(emissions: Scores, transitions: Transitions) -> list[int]:
    """The tags of the highest sum of scores; `emissions` are (words, tags). Viterbi's algorithm.

    An I has two predecessors only, so half of the table need not be searched.
    """
    words, tags = emissions.shape
    if not words:
        return []
    open_tags, into_open = _open_tags(tags), transitions.into_open
    begins, inside = np.arange(1, tags, 2), np.arange(2, tags, 2)
    rows = np.arange(len(open_tags))
    from_begin, from_inside = transitions.after[begins, inside], transitions.after[inside, inside]
    before = np.empty((words, tags), np.intp)
    score = transitions.first + emissions[0]
    for word in range(1, words):
        found = into_open + score
        best = found.argmax(axis=1)
        reached = np.empty_like(score)
        reached[open_tags] = found[rows, best]
        begun, continued = score[begins] + from_begin, score[inside] + from_inside
        reached[inside] = np.maximum(begun, continued)
        before[word, open_tags] = best
        before[word, inside] = np.where(begun >= continued, begins, inside)
        score = reached + emissions[word]
    path = [int((score + transitions.last).argmax())]
    for word in range(words - 1, 0, -1):
        path.append(int(before[word, path[-1]]))
    return path[::-1]


def tag_probabilities(emissions: Scores, transitions: Transitions) -> NDArray[np.float64]:
    """(words, tags): each tag's probability at each word over all sequences. The forward-backward algorithm."""
    words = len(emissions)
    after = transitions.factors
    shifted = (emissions - emissions.max(axis=1, keepdims=True)).astype(np.float64)
    here = np.exp(np.maximum(shifted, _LEAST))
    forward, backward = np.empty_like(here), np.empty_like(here)
    reached = np.exp(transitions.first.astype(np.float64)) * here[0]
    for word in range(words):
        if word:
            reached = (reached @ after) * here[word]
        reached /= reached.sum()
        forward[word] = reached
    left = np.exp(transitions.last.astype(np.float64))
    for word in range(words - 1, -1, -1):
        left = left / left.sum()
        backward[word] = left
        left = after @ (left * here[word])
    both = forward * backward
    found: NDArray[np.float64] = both / both.sum(axis=1, keepdims=True)
    return found


def write_transitions(path: Path, transitions: Transitions) -> None:
    """As an .npz file."""
    np.savez(path, **{name: getattr(transitions, name) for name in _KEPT})


def read_transitions(path: Path) -> Transitions:
    """Raises CheckpointError when the file is missing or none of ours."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            found = Transitions(*(kept[name].astype(np.float32) for name in _KEPT))
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise CheckpointError(f"{path}: no transitions of ours ({error}); train the model again") from error
    tags = len(found.first)
    if found.after.shape != (tags, tags) or found.last.shape != (tags,) or not tags % 2:
        raise CheckpointError(f"{path}: transitions of unfitting shapes; train the model again")
    return found


def _open_tags(tags: int) -> NDArray[np.intp]:
    """O and every B."""
    return np.concatenate([[0], np.arange(1, tags, 2)]).astype(np.intp)
