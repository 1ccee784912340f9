"""Fine-tuning of the joint model as a generator of steps; seeded. No files, no progress bar."""

import random
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from msgspec import Struct
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer
from torch import Tensor

from nlu.corpus.corpus import Corpus, Example
from nlu.model.alignment import IGNORED, Span, tag_count, tag_pieces, words_of
from nlu.model.calibration import Calibration, calibrate
from nlu.model.encoder import load_encoder
from nlu.model.joint import SENTIMENTS, JointModel, joint_loss
from nlu.model.labels import EntityType, Labels, labels_of
from nlu.training.augmentation import Augmenter
from nlu.training.sentiment import SentimentData
from nlu.training.settings import TrainingSettings

INVERSE_REGULARISATION = 10.0
"""C of the logistic regression that initialises the heads."""


class Step(NamedTuple):
    """One optimiser step: `number` of `total`, with its loss."""

    number: int
    total: int
    loss: float


class Trained(Struct, frozen=True, kw_only=True):
    """What training made. `held_out` are the examples the model has not seen; empty for tiny corpora."""

    model: JointModel
    tokenizer: Tokenizer
    labels: Labels
    calibration: Calibration
    held_out: tuple[Example, ...]
    metrics: dict[str, float]


class Item(NamedTuple):
    """One utterance as numbers; IGNORED where it has no label."""

    pieces: list[int]
    tags: list[int]
    intent: int
    sentiment: int


def train(corpus: Corpus, sentiment: SentimentData, settings: TrainingSettings) -> Generator[Step, None, Trained]:
    """Run to the end for `Trained` (the generator's return value); stop anywhere, nothing is left behind."""
    torch.manual_seed(settings.seed)
    encoder, tokenizer = load_encoder(settings.encoder)
    labels = labels_of(corpus)
    seen, held_out = hold_out(corpus.examples, share=settings.held_out, seed=settings.seed)
    model = JointModel(encoder, intents=len(labels.intents), tags=tag_count(len(labels.entities)))
    model.encoder.get_input_embeddings().requires_grad_(settings.tune_word_embeddings)
    prepare = Preparation(tokenizer, labels, settings.max_pieces)
    moods = [prepare.mood(text, SENTIMENTS.index(label)) for label, text in sentiment.pairs()]
    _initialise_heads(model, [prepare.example(example) for example in seen], moods)
    augmenter = Augmenter(corpus, seed=settings.seed)
    draw = random.Random(settings.seed)
    per_epoch = -(-(len(seen) + len(moods)) // settings.batch)
    total = settings.epochs * per_epoch
    optimiser, schedule = _optimiser(model, settings, total)
    number = 0
    for _ in range(settings.epochs):
        said = [augmenter.vary(example) for example in seen] if settings.augment else seen
        items = [prepare.example(example) for example in said]
        spoken = [prepare.mood(augmenter.vary_text(text), SENTIMENTS.index(label)) for label, text in sentiment.pairs()]
        items += spoken if settings.augment else moods
        model.train()
        for batch in length_buckets(items, size=settings.batch, draw=draw):
            loss = _learn(model, batch, optimiser, settings.clip)
            schedule.step()
            number += 1
            yield Step(number, total, loss)
    model.eval()
    judged = held_out or seen
    logits = intent_logits(model, [prepare.example(example) for example in judged])
    truth = np.array([labels.intents.index(example.intent) for example in judged])
    return Trained(
        model=model,
        tokenizer=tokenizer,
        labels=labels,
        calibration=calibrate(logits, truth, in_scope=labels.in_scope),
        held_out=held_out,
        metrics={
            "steps": number,
            "held_out_examples": len(held_out),
            "held_out_intent_accuracy": float((logits.argmax(axis=1) == truth).mean()) if held_out else 0.0,
        },
    )


def run(
    corpus: Corpus, sentiment: SentimentData, settings: TrainingSettings, *, progress: Callable[[int, int, str], None]
) -> Trained:
    """`train` to its end; `progress` gets steps done, steps in all and what is being done."""
    steps = train(corpus, sentiment, settings)
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            trained: Trained = end.value
            return trained
        progress(step.number, step.total, f"training, loss {step.loss:.2f}")


class Preparation:
    """Examples -> Items."""

    def __init__(self, tokenizer: Tokenizer, labels: Labels, max_pieces: int) -> None:
        self._tokenizer = tokenizer
        self._labels = labels
        self._max_pieces = max_pieces
        self._intents = {name: index for index, name in enumerate(labels.intents)}
        self._kinds = {kind: index for index, kind in enumerate(labels.entities)}

    def example(self, example: Example) -> Item:
        """With intent and tags, without sentiment."""
        encoding = self._tokenizer.encode(example.text)
        spans = [
            Span(entity.start, entity.end, self._kinds[EntityType(entity.name, entity.role, entity.group)])
            for entity in example.entities
        ]
        tags = tag_pieces(words_of(encoding.offsets, encoding.word_ids), spans, len(encoding.ids))
        return self._cut(Item(encoding.ids, tags, self._intents[example.intent], IGNORED))

    def mood(self, text: str, sentiment: int) -> Item:
        """With sentiment only."""
        pieces = self._tokenizer.encode(text).ids
        return self._cut(Item(pieces, [IGNORED] * len(pieces), IGNORED, sentiment))

    def _cut(self, item: Item) -> Item:
        return item._replace(pieces=item.pieces[: self._max_pieces], tags=item.tags[: self._max_pieces])


def hold_out(
    examples: Sequence[Example], *, share: float, seed: int
) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Examples to learn from and to judge by, stratified; an intent below 5 examples holds none out.

    Examples of the same words never stand on both sides.
    """
    by_intent: dict[str, dict[str, list[Example]]] = defaultdict(lambda: defaultdict(list))
    for example in examples:
        by_intent[example.intent][example.text.lower()].append(example)
    draw = random.Random(seed)
    kept: set[tuple[str, str]] = set()
    for intent, texts in sorted(by_intent.items()):
        count = round(len(texts) * share) if len(texts) >= 5 else 0
        kept |= {(intent, text) for text in draw.sample(sorted(texts), count)}
    judged = tuple(example for example in examples if (example.intent, example.text.lower()) in kept)
    words = {example.text.lower() for example in judged}
    return tuple(example for example in examples if example.text.lower() not in words), judged


def length_buckets(items: Sequence[Item], *, size: int, draw: random.Random) -> list[list[Item]]:
    """Shuffled batches of items of similar length: little padding."""
    shuffled = draw.sample(list(items), len(items))
    batches: list[list[Item]] = []
    for begin in range(0, len(shuffled), size * 8):
        pool = sorted(shuffled[begin : begin + size * 8], key=lambda item: len(item.pieces))
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    return draw.sample(batches, len(batches))


def pad(items: Sequence[Item]) -> tuple[Tensor, Tensor, Tensor]:
    """input_ids, attention_mask and tags, each int64 (batch, longest)."""
    width = max(len(item.pieces) for item in items)
    ids = torch.tensor([item.pieces + [0] * (width - len(item.pieces)) for item in items])
    mask = torch.tensor([[1] * len(item.pieces) + [0] * (width - len(item.pieces)) for item in items])
    tags = torch.tensor([item.tags + [IGNORED] * (width - len(item.tags)) for item in items])
    return ids, mask, tags


def intent_logits(model: JointModel, items: Sequence[Item]) -> np.ndarray:
    """(items, intents), in the order given."""
    found = []
    with torch.no_grad():
        for begin in range(0, len(items), 64):
            ids, mask, _ = pad(items[begin : begin + 64])
            found.append(model(ids, mask).intent.double().numpy())
    return np.concatenate(found)


def _learn(model: JointModel, batch: Sequence[Item], optimiser: torch.optim.Optimizer, clip: float) -> float:
    ids, mask, tags = pad(batch)
    loss = joint_loss(
        model(ids, mask),
        intents=torch.tensor([item.intent for item in batch]),
        sentiments=torch.tensor([item.sentiment for item in batch]),
        tags=tags,
    )
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]  # untyped in torch
    torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], clip)
    optimiser.step()
    return float(loss.detach())


def _optimiser(
    model: JointModel, settings: TrainingSettings, total: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]:
    heads = [p for name, p in model.named_parameters() if not name.startswith("encoder.")]
    groups = [
        {"params": [p for p in model.encoder.parameters() if p.requires_grad], "lr": settings.encoder_rate},
        {"params": heads, "lr": settings.head_rate},
    ]
    warm = max(1, round(total * settings.warm_up))

    def rising_then_falling(step: int) -> float:
        return min((step + 1) / warm, max(0.0, (total - step) / max(1, total - warm)))

    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, rising_then_falling)


def _initialise_heads(model: JointModel, examples: Sequence[Item], moods: Sequence[Item]) -> None:
    """Logistic regression on frozen embeddings gives the intent and sentiment heads a start that a random head
    would need many epochs to reach."""
    model.eval()
    for head, items, targets in (
        (model.intent_head, examples, [item.intent for item in examples]),
        (model.sentiment_head, moods, [item.sentiment for item in moods]),
    ):
        present = sorted(set(targets))
        if len(present) < 2:
            continue
        fitted = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1000).fit(_embed(model, items), targets)
        weights, biases = fitted.coef_, fitted.intercept_
        if len(present) == 2:  # scikit-learn keeps one row for two classes
            weights, biases = np.stack([-weights[0], weights[0]]) / 2, np.array([-biases[0], biases[0]]) / 2
        with torch.no_grad():
            head.weight[present] = torch.tensor(weights, dtype=torch.float32)
            head.bias[present] = torch.tensor(biases, dtype=torch.float32)


def _embed(model: JointModel, items: Sequence[Item]) -> np.ndarray:
    found = []
    with torch.no_grad():
        for begin in range(0, len(items), 64):
            ids, mask, _ = pad(items[begin : begin + 64])
            found.append(model.embed(ids, mask).numpy())
    return np.concatenate(found)
