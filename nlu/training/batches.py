"""Examples as numbers, in padded batches of similar length."""

import random
from collections.abc import Sequence
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor

from nlu.corpus.corpus import Example
from nlu.corpus.splitting import divide
from nlu.model.alignment import IGNORED, Span, align, tag_pieces
from nlu.model.labels import EntityType, Labels
from nlu.model.word_shapes import without_case

_JUDGES = 100
_CASE_HIDDEN = 0.2
_POOL = 16


class Item(NamedTuple):
    """One utterance as numbers; IGNORED where it has no label. `pieces`, `shapes` and `tags` are of one length."""

    pieces: list[int]
    shapes: list[int]
    tags: list[int]
    intent: int
    sentiment: int


Views = tuple[Item, ...]
"""An utterance as it is, and, where the model learns to answer alike, as a recognizer hears it."""


class Batch(NamedTuple):
    """int64 tensors: (batch, longest) the first four, (batch,) the last two."""

    ids: Tensor
    mask: Tensor
    shapes: Tensor
    tags: Tensor
    intents: Tensor
    sentiments: Tensor


class Preparation:
    """Examples -> Items."""

    def __init__(self, tokenizer: Tokenizer, labels: Labels, max_pieces: int) -> None:
        self._tokenizer = tokenizer
        self._max_pieces = max_pieces
        self._intents = {name: index for index, name in enumerate(labels.intents)}
        self._kinds = {kind: index for index, kind in enumerate(labels.entities)}

    def example(self, example: Example) -> Item:
        """With intent and tags, without sentiment; labels the model does not know are IGNORED or outside."""
        spans = []
        for entity in example.entities:
            kind = self._kinds.get(EntityType(entity.name, entity.role, entity.group))
            if kind is not None:
                spans.append(Span(entity.start, entity.end, kind))
        item = self._item(example.text, spans)
        return item._replace(intent=self._intents.get(example.intent, IGNORED))

    def mood(self, text: str, sentiment: int) -> Item:
        """With sentiment only."""
        item = self._item(text, ())
        return item._replace(tags=[IGNORED] * len(item.tags), sentiment=sentiment)

    def _item(self, text: str, spans: Sequence[Span]) -> Item:
        pieces = align(text, self._tokenizer.encode(text))
        tags = tag_pieces(pieces.words, spans, len(pieces.ids))
        cut = self._max_pieces
        return Item(list(pieces.ids[:cut]), list(pieces.shapes[:cut]), tags[:cut], IGNORED, IGNORED)


def hold_out(
    examples: Sequence[Example], *, share: float, seed: int
) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Examples to learn from and to judge by, stratified, without near-duplicates on both sides
    (without the same words, where nearly everything is a near-duplicate of something).

    Of a small corpus more than `share` is held out, up to twice that, for judging wants a hundred examples.
    """
    share = min(max(share, _JUDGES / max(len(examples), 1)), 2 * share, 0.5)
    if not share:
        return tuple(examples), ()
    seen, judged = divide(examples, (1 - share, share), seed=seed)
    if len(judged) < share * len(examples) / 4:
        # Sentences from one template are all near-duplicates of each other: better judged by these than by none.
        same: dict[str, int] = {}
        groups = [same.setdefault(example.text.lower(), len(same)) for example in examples]
        seen, judged = divide(examples, (1 - share, share), seed=seed, groups=groups)
    return seen, judged


def hide_case(item: Item, draw: random.Random) -> Item:
    """One item in five as if it were written in lower case: the tagger must not lean on the case."""
    return item._replace(shapes=without_case(item.shapes)) if draw.random() < _CASE_HIDDEN else item


def length_buckets(items: Sequence[Views], *, size: int, draw: random.Random) -> list[list[Views]]:
    """Shuffled batches of utterances of similar length: little padding."""
    shuffled = draw.sample(list(items), len(items))
    batches: list[list[Views]] = []
    for begin in range(0, len(shuffled), size * _POOL):
        pool = sorted(shuffled[begin : begin + size * _POOL], key=lambda views: len(views[0].pieces))
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    return draw.sample(batches, len(batches))


def pad(items: Sequence[Item]) -> Batch:
    """Padded to the longest."""
    width = max(len(item.pieces) for item in items)

    def rows(values: Sequence[Sequence[int]], filler: int) -> Tensor:
        return torch.tensor([[*row, *[filler] * (width - len(row))] for row in values])

    return Batch(
        ids=rows([item.pieces for item in items], 0),
        mask=rows([[1] * len(item.pieces) for item in items], 0),
        shapes=rows([item.shapes for item in items], 0),
        tags=rows([item.tags for item in items], IGNORED),
        intents=torch.tensor([item.intent for item in items]),
        sentiments=torch.tensor([item.sentiment for item in items]),
    )
