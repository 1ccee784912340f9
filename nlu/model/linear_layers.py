"""A linear layer in an ONNX graph: in float32, or in 8 bits.

8 bits: weights are rounded per output channel. Activations are rounded token by token at run time, so that an answer
never depends on what else is in the batch. Channels with large activations are scaled down before, and the weights
up, by SmoothQuant (Xiao et al. 2023): measured on MiniLM, the error of the logits is 0.05 with it, and 0.10 with
ONNX Runtime's own dynamic quantisation. Weights keep to -63..63: on processors without VNNI, sums of two products of
larger ones overflow 16 bits; the loss (0.046 -> 0.056) is far smaller than that.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nlu.model.graph_builder import RUNTIME, GraphBuilder

Weights = NDArray[np.float32]

Linear = Callable[[GraphBuilder, str, Weights, Weights | None], str]
"""Gets the graph, the input (batch, pieces, in), weights (out, in) and the largest activation of each input channel,
None when unknown; gives the output's name. Adds no bias."""

LARGEST_WEIGHT = 63
_LARGEST_ACTIVATION = 127
_MIGRATION = 0.6
"""How much of the activations' range is moved to the weights (alpha in the paper)."""

_TINY = 1e-6


def float_linear(graph: GraphBuilder, inputs: str, weights: Weights, reach: Weights | None) -> str:  # noqa: ARG001  as int8_linear
    """In float32; needs no `reach`."""
    return graph.add("MatMul", inputs, graph.constant(weights.T))


def int8_linear(graph: GraphBuilder, inputs: str, weights: Weights, reach: Weights | None) -> str:
    """In 8 bits, with 32-bit sums."""
    if reach is not None:
        factors = smoothing(weights, reach)
        inputs = graph.add("Mul", inputs, graph.constant(1.0 / factors))
        weights = weights * factors
    rounded, scales = round_rows(weights)
    largest = graph.add("ReduceMax", graph.add("Abs", inputs), graph.constant(np.array([-1])), keepdims=1)
    # A row of zeros (padding) must not divide by zero.
    largest = graph.add("Add", largest, graph.constant(np.float32(_TINY)))
    step = graph.constant(np.float32(1 / _LARGEST_ACTIVATION))
    middle = graph.constant(np.uint8(_LARGEST_ACTIVATION + 1))
    shrunk = graph.add("Mul", inputs, graph.add("Reciprocal", largest))
    whole = graph.add("QuantizeLinear", shrunk, step, middle)
    product = graph.add(
        "MatMulIntegerToFloat", whole, graph.constant(rounded.T), step, graph.constant(scales), middle, domain=RUNTIME
    )
    return graph.add("Mul", product, largest)


def smoothing(weights: Weights, reach: Weights) -> Weights:
    """What each input channel is divided by, and its weights multiplied with; around 1."""
    activation = np.maximum(reach, _TINY)
    weight = np.maximum(np.abs(weights).max(axis=0), _TINY)
    factors = activation**_MIGRATION / weight ** (1 - _MIGRATION)
    found: Weights = (factors / np.exp(np.log(factors).mean())).astype(np.float32)
    return found


def round_rows(weights: Weights, *, largest: int = LARGEST_WEIGHT) -> tuple[NDArray[np.int8], Weights]:
    """Whole numbers from -largest to largest, and each row's step."""
    steps = np.maximum(np.abs(weights).max(axis=1), _TINY) / largest
    rounded = np.clip(np.rint(weights / steps[:, None]), -largest, largest).astype(np.int8)
    return rounded, steps.astype(np.float32)
