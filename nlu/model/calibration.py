"""Honest probabilities: a temperature for the intents, an energy score for what is out of scope. Pure numpy.

Temperature: Guo et al. 2017, "On Calibration of Modern Neural Networks". Energy: Liu et al. 2020,
"Energy-based Out-of-distribution Detection".
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Array = NDArray[np.float64]

IN_SCOPE_QUANTILE = 0.05
"""The share of in-scope utterances whose score may reach 0.5."""

NEVER = -1e9
"""A threshold that every utterance is above."""

_TEMPERATURES = np.geomspace(0.25, 8.0, 121)


class Calibration(Struct, frozen=True, kw_only=True):
    """`threshold` is the in-scope log-sum-exp below which an utterance scores over 0.5; `spread` its softness."""

    temperature: float
    threshold: float
    spread: float


def softmax(logits: Array, *, temperature: float = 1.0) -> Array:
    """Over the last axis."""
    scaled = logits / temperature
    scaled = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    result: Array = scaled / scaled.sum(axis=-1, keepdims=True)
    return result


def log_sum_exp(logits: Array) -> Array:
    """Over the last axis: minus the energy."""
    top = logits.max(axis=-1, keepdims=True)
    result: Array = (top + np.log(np.exp(logits - top).sum(axis=-1, keepdims=True)))[..., 0]
    return result


def calibrate(logits: Array, intents: NDArray[np.int64], *, in_scope: Sequence[int]) -> Calibration:
    """From logits (examples, intents) of examples the model has not learnt, and their true intents.

    Out-of-scope examples have no say in the threshold. Without any example in scope it is so low that nothing falls
    below it.
    """
    inside = np.isin(intents, in_scope)
    if not inside.any():
        return Calibration(temperature=1.0, threshold=NEVER, spread=1.0)
    energies = log_sum_exp(logits[inside][:, list(in_scope)])
    return Calibration(
        temperature=_best_temperature(logits, intents),
        threshold=float(np.quantile(energies, IN_SCOPE_QUANTILE)),
        spread=float(max(energies.std() / 2, 0.05)),
    )


def out_of_scope_score(logits: Array, calibration: Calibration, *, in_scope: Sequence[int]) -> Array:
    """0..1 for each row of logits (utterances, intents); 0.5 at the threshold. 0 without intents in scope."""
    if not in_scope:
        return np.zeros(len(logits))
    distance = (log_sum_exp(logits[:, list(in_scope)]) - calibration.threshold) / calibration.spread
    result: Array = 1.0 / (1.0 + np.exp(np.clip(distance, -60.0, 60.0)))
    return result


def _best_temperature(logits: Array, intents: NDArray[np.int64]) -> float:
    """The one of a grid with the least negative log-likelihood; one error-free label smooths the tiny sets."""
    rows = np.arange(len(intents))
    losses = [-np.log(softmax(logits, temperature=t)[rows, intents] + 1e-12).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])
