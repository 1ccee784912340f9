"""Several readings of one utterance -> one opinion. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlu.understanding import Utterance

MOST_READINGS = 3
"""An utterance's text and the best of its alternatives."""

_STRANGE = 0.05
"""The weight, beside a score of 1, of a reading that is surely out of scope: what the business never hears is rather
misheard than meant."""


def readings(utterance: Utterance) -> list[tuple[str, float]]:
    """Texts to understand with their scores, the utterance's own first; an empty text has no alternatives."""
    own = utterance.text
    if not utterance.nbest or not own.strip():
        return [(own, 1.0)]
    seen = {_heard(own), ""}
    others: list[tuple[str, float]] = []
    for hypothesis in sorted(utterance.nbest, key=lambda hypothesis: -hypothesis.score):
        heard = _heard(hypothesis.text)
        if hypothesis.score > 0.0 and heard not in seen and len(others) < MOST_READINGS - 1:
            seen.add(heard)
            others.append((hypothesis.text, hypothesis.score))
    # The recognizer put its text first, whatever the scores say.
    best = max([utterance.confidence, *(score for _, score in others)])
    return [(own, best), *others]


def weigh(
    scores: Sequence[float], intents: NDArray[np.float64], outside: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Intent probabilities (intents,) and out-of-scope score of an utterance with several readings.

    `intents` (readings, intents) and `outside` (readings,) are of the readings alone. A reading weighs what the
    recognizer gives it, less when it is out of scope.
    """
    weights = np.asarray(scores) * (1.0 - outside + _STRANGE * outside)
    if not weights.sum() > 0.0:
        return intents[0], float(outside[0])
    weights = weights / weights.sum()
    return weights @ intents, float(weights @ outside)


def _heard(text: str) -> str:
    return " ".join(text.lower().split())
