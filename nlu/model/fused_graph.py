"""The graph of a JointModel over an encoder of BERT's family, written with ONNX Runtime's fused operators.

A third faster than what an exporter makes of the model (which splits attention into twenty nodes), written in a second
instead of 10-35, and every matrix product can be of 8 bits. It must agree with the model: `export.py` checks it and
falls back to the exporter.
"""

from collections.abc import Callable, Mapping
from typing import cast

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto
from torch import Tensor, nn
from transformers import PreTrainedModel

from nlu.model.graph_builder import RUNTIME, GraphBuilder
from nlu.model.joint import SENTENCE_SCALE, SENTIMENTS, JointModel
from nlu.model.linear_layers import Linear, Weights, int8_linear, round_rows
from nlu.model.word_shapes import FIRST, SPECIAL

Reach = Mapping[str, Weights]
"""Name of a linear layer in the encoder -> the largest activation of each of its input channels."""

_FIRST_POSITION: Mapping[str, Callable[[int], int]] = {
    "bert": lambda _: 0,
    "roberta": lambda pad: pad + 1,
    "xlm-roberta": lambda pad: pad + 1,
    "camembert": lambda pad: pad + 1,
}
"""Of each architecture that is BERT but for its positions: where they begin, given the number of padding."""


def can_fuse(encoder: PreTrainedModel) -> bool:
    """Whether the encoder is built like BERT."""
    config = encoder.config
    return (
        config.model_type in _FIRST_POSITION
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and not config.is_decoder
        and _array(encoder.get_input_embeddings().weight).shape[1] == config.hidden_size
    )


def fused_graph(model: JointModel, linear: Linear, reach: Reach) -> onnx.ModelProto:
    """Same inputs and outputs as the model; the heads stay in float32. The encoder must be one that `can_fuse`."""
    graph = GraphBuilder()
    states = _encoder(graph, model, linear, reach)
    sentence = _sentence(graph, states)
    intent = _head(graph, sentence, model.intent_head)
    graph.name_output(intent, "intent")
    graph.name_output(_head(graph, sentence, model.sentiment_head), "sentiment")
    tags = _fitting(graph, model, _tags(graph, model, states, sentence), intent)
    graph.name_output(tags, "tags")
    free: list[str | int] = ["batch", "pieces"]
    return graph.build(
        {"input_ids": free, "attention_mask": free, "shapes": free},
        {
            "intent": ["batch", model.intent_head.out_features],
            "sentiment": ["batch", len(SENTIMENTS)],
            "tags": [*free, model.tag_head.out_features],
        },
    )


def _encoder(graph: GraphBuilder, model: JointModel, linear: Linear, reach: Reach) -> str:
    """Token states (batch, pieces, width)."""
    encoder = model.encoder
    weights = {name: value.detach().float().numpy() for name, value in encoder.state_dict().items()}
    states = _embeddings(graph, model, weights, whole=linear is int8_linear)
    mask = graph.add("Cast", "attention_mask", to=TensorProto.INT32)
    for number in range(encoder.config.num_hidden_layers):
        states = _layer(graph, encoder, weights, f"encoder.layer.{number}", states, mask, linear, reach)
    return states


def _embeddings(graph: GraphBuilder, model: JointModel, weights: dict[str, Weights], *, whole: bool) -> str:
    """Words, their shapes and positions, normalised. `whole`: the words' table in 8 bits, a quarter of the memory."""
    config = model.encoder.config
    table = weights["embeddings.word_embeddings.weight"]
    if whole:
        rounded, steps = round_rows(table, largest=127)
        taken = graph.add("Gather", graph.constant(rounded), "input_ids")
        scale = graph.add("Gather", graph.constant(steps[:, None]), "input_ids")
        embedded = graph.add("Mul", graph.add("Cast", taken, to=TensorProto.FLOAT), scale)
    else:
        embedded = graph.add("Gather", graph.constant(table), "input_ids")
    if model.encoder_shapes is not None:
        shown = graph.add("Gather", graph.constant(_array(model.encoder_shapes.weight)), "shapes")
        embedded = graph.add("Add", embedded, shown)
    first = _FIRST_POSITION[config.model_type](config.pad_token_id or 0)
    positions = weights["embeddings.position_embeddings.weight"][first:]
    positions = positions + weights["embeddings.token_type_embeddings.weight"][0]
    length = graph.add("Shape", "input_ids", start=1, end=2)
    zero = graph.constant(np.array([0]))
    placed = graph.add("Slice", graph.constant(positions), zero, length, zero)
    return _normalised(graph, embedded, placed, weights, "embeddings.LayerNorm", config.layer_norm_eps)


def _layer(
    graph: GraphBuilder,
    encoder: PreTrainedModel,
    weights: dict[str, Weights],
    layer: str,
    states: str,
    mask: str,
    linear: Linear,
    reach: Reach,
) -> str:
    """One transformer layer."""
    config = encoder.config
    own = f"{layer}.attention.self"
    parts = [f"{own}.{part}" for part in ("query", "key", "value")]
    joined = np.concatenate([weights[f"{part}.weight"] for part in parts])
    bias = np.concatenate([weights[f"{part}.bias"] for part in parts])
    projected = linear(graph, states, joined, reach.get(parts[0]))
    query, key, value = graph.add_many("Split", projected, outputs=3, axis=2, num_outputs=3)
    attended = graph.add(
        "MultiHeadAttention", query, key, value, graph.constant(bias), mask,
        domain=RUNTIME, num_heads=config.num_attention_heads,
    )  # fmt: skip
    for name, before in ((f"{layer}.attention.output", attended), (f"{layer}.output", "")):
        if not before:
            wide = f"{layer}.intermediate.dense"
            before = linear(graph, states, weights[f"{wide}.weight"], reach.get(wide))
            before = graph.add("BiasGelu", before, graph.constant(weights[f"{wide}.bias"]), domain=RUNTIME)
        dense = f"{name}.dense"
        changed = linear(graph, before, weights[f"{dense}.weight"], reach.get(dense))
        bias = weights[f"{dense}.bias"]
        states = _normalised(graph, changed, states, weights, f"{name}.LayerNorm", config.layer_norm_eps, bias)
    return states


def _normalised(
    graph: GraphBuilder,
    one: str,
    other: str,
    weights: dict[str, Weights],
    norm: str,
    epsilon: float,
    bias: Weights | None = None,
) -> str:
    """LayerNorm of one + other + bias. Three operators are four times as fast as the one fused for it on CPUs, which
    has no vector instructions (ONNX Runtime 1.32)."""
    if bias is not None:
        one = graph.add("Add", one, graph.constant(bias))
    total = graph.add("Add", one, other)
    scale, shift = graph.constant(weights[f"{norm}.weight"]), graph.constant(weights[f"{norm}.bias"])
    return graph.add("LayerNormalization", total, scale, shift, axis=-1, epsilon=epsilon)


def _sentence(graph: GraphBuilder, states: str) -> str:
    """The mean of the states, of length 1: (batch, width). The sum has the same direction."""
    there = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    there = graph.add("Unsqueeze", there, graph.constant(np.array([1])))
    total = graph.add("MatMul", there, states)
    return graph.add("LpNormalization", graph.add("Squeeze", total, graph.constant(np.array([1]))), axis=-1, p=2)


def _head(graph: GraphBuilder, inputs: str, layer: nn.Linear) -> str:
    product = graph.add("MatMul", inputs, graph.constant(_array(layer.weight).T))
    return graph.add("Add", product, graph.constant(_array(layer.bias)))


def _tags(graph: GraphBuilder, model: JointModel, states: str, sentence: str) -> str:
    """Tag scores (batch, pieces, tags). The tag layer's weights are cut in three, one for each thing it sees: so the
    sentence is multiplied once an utterance, and shapes are looked up in a table of products."""
    if model.tag_head.out_features == 1:  # nothing to tag: O alone
        return _only_outside(graph)
    own, last, around = np.split(_array(model.tag_layer.weight), 3, axis=1)
    both = graph.add("MatMul", states, graph.constant(np.concatenate([own, last]).T))
    mine, ending = graph.add_many("Split", both, outputs=2, axis=2, num_outputs=2)
    shown = graph.add("Gather", graph.constant(_array(model.tag_shapes.weight) @ own.T), "shapes")
    wanted = graph.add("MatMul", sentence, graph.constant(SENTENCE_SCALE * around.T))
    wanted = graph.add("Add", wanted, graph.constant(_array(model.tag_layer.bias)))
    wanted = graph.add("Unsqueeze", wanted, graph.constant(np.array([1])))
    ended = graph.add("MatMul", _last_pieces(graph), ending)
    hidden = graph.add("Add", graph.add("Add", mine, shown), graph.add("Add", ended, wanted))
    return _head(graph, graph.add("Gelu", hidden, domain=RUNTIME), model.tag_head)


def _fitting(graph: GraphBuilder, model: JointModel, tags: str, intent: str) -> str:
    """The tag scores with how well each tag goes with the likely intents."""
    scores = _array(model.intent_tags)
    if scores.shape[0] < 2 or scores.shape[1] < 2:
        return tags
    fitting = graph.add("MatMul", graph.add("Softmax", intent, axis=-1), graph.constant(scores))
    return graph.add("Add", tags, graph.add("Unsqueeze", fitting, graph.constant(np.array([1]))))


def _only_outside(graph: GraphBuilder) -> str:
    zeros = graph.add("Mul", graph.add("Cast", "shapes", to=TensorProto.FLOAT), graph.constant(np.float32(0)))
    return graph.add("Unsqueeze", zeros, graph.constant(np.array([2])))


def _last_pieces(graph: GraphBuilder) -> str:
    """1.0 where piece j is the last of piece i's word: (batch, i, j)."""
    one, two = graph.constant(np.array([1])), graph.constant(np.array([2]))
    text = graph.add("Not", graph.add("Equal", "shapes", graph.constant(np.array(SPECIAL))))
    begins = graph.add("GreaterOrEqual", "shapes", graph.constant(np.array(FIRST)))
    count = graph.add("CumSum", graph.add("Cast", begins, to=TensorProto.INT64), graph.constant(np.array(1)))
    word = graph.add("Mul", count, graph.add("Cast", text, to=TensorProto.INT64))
    shifted = graph.add("Pad", word, graph.constant(np.array([0, 0, 0, 1])))
    following = graph.add("Slice", shifted, one, graph.constant(np.array([np.iinfo(np.int64).max])), one)
    ends = graph.add("And", graph.add("Not", graph.add("Equal", word, following)), text)
    same = graph.add("Equal", graph.add("Unsqueeze", word, two), graph.add("Unsqueeze", word, one))
    chosen = graph.add("And", same, graph.add("Unsqueeze", ends, one))
    return graph.add("Cast", chosen, to=TensorProto.FLOAT)


def _array(parameter: Tensor | nn.Module) -> NDArray[np.float32]:
    """Also of an embedding's `weight`, whose type torch does not tell."""
    found: NDArray[np.float32] = cast(Tensor, parameter).detach().float().numpy()
    return found
