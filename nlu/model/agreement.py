"""Does a graph answer like the torch model? On texts the model was trained on."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from msgspec import Struct
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from nlu.model.alignment import OUTSIDE, Pieces, align, decode_tags
from nlu.model.joint import JointModel
from nlu.model.serving import Graph, padded
from nlu.model.viterbi import Scores, Transitions, best_tags

CHECKED = 300
"""Texts that graphs are checked with, at most."""

_REACHED = 64
_BATCH = 16


class Outputs(NamedTuple):
    """One text's logits: (intents,), (3,) and (pieces, tags)."""

    intent: NDArray[Any]
    sentiment: NDArray[Any]
    tags: Scores


class Agreement(Struct, frozen=True, kw_only=True):
    """As in GraphFacts."""

    texts: int
    intent_agreement: float
    tag_agreement: float
    entity_agreement: float
    largest_difference: float


def sample(texts: Sequence[str], *, count: int = CHECKED) -> list[str]:
    """`count` different ones at most, always the same."""
    different = sorted({text for text in texts if text.strip()})
    return random.Random(0).sample(different, min(count, len(different)))


def prepare(texts: Sequence[str], tokenizer: Tokenizer, *, max_pieces: int) -> list[Pieces]:
    """Leaves the tokenizer as it was."""
    own = Tokenizer.from_str(tokenizer.to_str())
    own.enable_truncation(max_pieces)
    aligned = [align(text, own.encode(text)) for text in texts]
    return [pieces for pieces in aligned if pieces.ids]


def model_outputs(model: JointModel, texts: Sequence[Pieces]) -> list[Outputs]:
    """What the torch model says; it must be in evaluation mode."""
    found: dict[int, Outputs] = {}
    for members, given in _batches(texts):
        with torch.no_grad():
            logits = model(*(torch.from_numpy(value) for value in given))
        for row, member in enumerate(members):
            pieces = len(texts[member].ids)
            found[member] = Outputs(
                logits.intent[row].numpy(), logits.sentiment[row].numpy(), logits.tags[row, :pieces].numpy()
            )
    return [found[member] for member in range(len(texts))]


def graph_outputs(graph: Path, texts: Sequence[Pieces]) -> list[Outputs]:
    """What the graph says."""
    found = Graph(graph).run(texts)
    return [
        Outputs(intent, sentiment, tags[: len(text.ids)])
        for text, intent, sentiment, tags in zip(texts, found.intent, found.sentiment, found.tags, strict=True)
    ]


def compare(
    texts: Sequence[Pieces], expected: Sequence[Outputs], found: Sequence[Outputs], transitions: Transitions
) -> Agreement:
    """Shares of equal answers; 1.0 where there is nothing to answer."""
    same_intents = same_tags = words = same_entities = entities = 0
    worst = 0.0
    for text, one, other in zip(texts, expected, found, strict=True):
        same_intents += not one.intent.size or int(one.intent.argmax()) == int(other.intent.argmax())
        first, second = (best_tags(_own(text, outputs), transitions) for outputs in (one, other))
        same_tags += sum(a == b for a, b in zip(first, second, strict=True))
        words += len(first)
        mine, theirs = ({span[:3] for span in decode_tags(text.words, t, [1.0] * len(t))} for t in (first, second))
        same_entities += len(mine & theirs)
        entities += len(mine | theirs)
        worst = max(worst, largest_difference(text, one, other))
    return Agreement(
        texts=len(texts),
        intent_agreement=same_intents / max(1, len(texts)),
        tag_agreement=same_tags / words if words else 1.0,
        entity_agreement=same_entities / entities if entities else 1.0,
        largest_difference=worst,
    )


def largest_difference(text: Pieces, one: Outputs, other: Outputs) -> float:
    """Of any logit that is used: of tags, those of words' first pieces, unless O is the only tag."""
    pairs = [(one.intent, other.intent), (one.sentiment, other.sentiment)]
    if one.tags.shape[1] > 1:
        pairs.append((_own(text, one), _own(text, other)))
    return max((float(np.abs(first - second).max()) for first, second in pairs if first.size), default=0.0)


def input_reach(model: JointModel, texts: Sequence[Pieces]) -> dict[str, Scores]:
    """The largest activation of every input channel of every linear layer of the encoder, by the layer's name."""
    reach: dict[str, Tensor] = {}

    def watch(name: str) -> "torch.utils.hooks.RemovableHandle":
        def seen(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            largest = inputs[0].detach().abs().flatten(0, -2).amax(dim=0)
            reach[name] = torch.maximum(reach[name], largest) if name in reach else largest

        return layers[name].register_forward_pre_hook(seen)

    layers = {name: layer for name, layer in model.encoder.named_modules() if isinstance(layer, nn.Linear)}
    handles = [watch(name) for name in layers]
    try:
        model_outputs(model, texts[:_REACHED])
    finally:
        for handle in handles:
            handle.remove()
    return {name: value.numpy() for name, value in reach.items()}


def _own(text: Pieces, outputs: Outputs) -> Scores:
    """The words' tag scores; O alone counts nothing."""
    own = outputs.tags[[word.piece for word in text.words]]
    return own if own.shape[1] > 1 else np.full_like(own, OUTSIDE)


def _batches(texts: Sequence[Pieces]) -> Iterator[tuple[list[int], tuple[NDArray[np.int64], ...]]]:
    """Numbers of texts of similar length, and the model's inputs."""
    order = sorted(range(len(texts)), key=lambda member: len(texts[member].ids))
    for begin in range(0, len(order), _BATCH):
        members = order[begin : begin + _BATCH]
        yield members, padded([texts[member] for member in members])
