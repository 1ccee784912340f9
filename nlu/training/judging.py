"""The model's answers to labelled examples while it is in torch: for calibration, early stopping and metrics."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from msgspec import Struct
from numpy.typing import NDArray

from nlu.model.alignment import IGNORED, Word, decode_tags
from nlu.model.joint import JointModel
from nlu.model.viterbi import best_tags
from nlu.training.batches import Batch, Item, pad
from nlu.training.precision import encoder_precision
from nlu.training.settings import Precision

_BATCH = 64


class Judgement(Struct, frozen=True, kw_only=True):
    """How a model does on labelled examples.

    `logits` (examples, intents) and `truth` (examples,) are of the examples with an intent that the model knows.
    `intent_accuracy` and `entity_f1` (exact spans and types, micro-averaged) are None where there is nothing to judge.
    """

    logits: NDArray[np.float64]
    truth: NDArray[np.int64]
    intent_accuracy: float | None
    entity_f1: float | None

    @property
    def score(self) -> float:
        """The mean of what could be judged; higher is better."""
        found = [value for value in (self.intent_accuracy, self.entity_f1) if value is not None]
        return sum(found) / len(found) if found else 0.0


def judge(model: JointModel, items: Sequence[Item], *, precision: Precision = "float32") -> Judgement:
    """The model is left in evaluation mode."""
    model.eval()
    device = next(model.parameters()).device
    transitions = model.crf.transitions()
    logits = np.zeros((len(items), model.intent_head.out_features))
    right = found = there = 0
    for chosen, batch in batches_by_length(items):
        batch = Batch(*(tensor.to(device) for tensor in batch))
        with torch.no_grad(), encoder_precision(precision, device):
            states = model.states(batch.ids, batch.mask, batch.shapes)
        with torch.no_grad():
            answer = model.heads(states, batch.mask, batch.shapes)
        logits[chosen] = answer.intent.double().cpu().numpy()
        emissions = answer.tags.cpu().numpy()
        for row, index in enumerate(chosen):
            tags = np.array(items[index].tags)
            tagged = np.flatnonzero(tags != IGNORED)
            if not len(tagged) or emissions.shape[2] == 1:
                continue
            expected = _spans(tags[tagged].tolist())
            given = _spans(best_tags(emissions[row, tagged], transitions))
            right, found, there = right + len(expected & given), found + len(given), there + len(expected)
    truth = np.array([item.intent for item in items], dtype=np.int64)
    known = truth != IGNORED
    return Judgement(
        logits=logits[known],
        truth=truth[known],
        intent_accuracy=float((logits[known].argmax(axis=1) == truth[known]).mean()) if known.any() else None,
        entity_f1=2 * right / (found + there) if there else None,
    )


def sentence_embeddings(model: JointModel, items: Sequence[Item], *, precision: Precision) -> NDArray[np.float32]:
    """(items, width), in the order given."""
    model.eval()
    device = next(model.parameters()).device
    embeddings = np.zeros((len(items), model.intent_head.in_features), dtype=np.float32)
    for chosen, batch in batches_by_length(items):
        with torch.no_grad(), encoder_precision(precision, device):
            found = model.embed(batch.ids.to(device), batch.mask.to(device))
        embeddings[chosen] = found.float().cpu().numpy()
    return embeddings


def batches_by_length(items: Sequence[Item]) -> Iterator[tuple[list[int], Batch]]:
    """Items of similar length together, each batch with its items' places."""
    order = sorted(range(len(items)), key=lambda index: len(items[index].pieces))
    for begin in range(0, len(order), _BATCH):
        chosen = order[begin : begin + _BATCH]
        yield chosen, pad([items[index] for index in chosen])


def _spans(tags: Sequence[int]) -> set[tuple[int, int, int]]:
    """Words `start`..`end` (exclusive) of each type."""
    words = [Word(place, place + 1, place) for place in range(len(tags))]
    return {(span.start, span.end, span.kind) for span in decode_tags(words, tags, [1.0] * len(tags))}
