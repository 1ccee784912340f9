"""Fine-tuning of the joint model, step by step; seeded, and able to go on from a saved state. No files, no bar."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from msgspec import Struct
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from nlu.corpus.corpus import Corpus, Example
from nlu.errors import CorpusError
from nlu.model.alignment import tag_count
from nlu.model.calibration import Calibration, calibrate
from nlu.model.encoder import load_encoder
from nlu.model.joint import SENTIMENTS, JointModel
from nlu.model.labels import Labels, labels_of
from nlu.model.tag_prior import intent_tag_scores
from nlu.training import adapters
from nlu.training.batches import Batch, Item, Preparation, Views, hide_case, hold_out, length_buckets, pad
from nlu.training.initialising import initialise_heads
from nlu.training.judging import Judgement, judge
from nlu.training.logs import Log, silent_log
from nlu.training.optimiser import WeightAverage, build_optimiser, put_weights, tuned
from nlu.training.precision import best_device, encoder_precision
from nlu.training.schedule import CHARACTERS, plan
from nlu.training.sentiment import SentimentData
from nlu.training.settings import TrainingSettings
from nlu.training.variation import varied, views_of

_REPLAYED = 2
"""Known examples a held-out one in the last phase, so that nothing is forgotten."""

_MOODS = 150
"""Sentiment examples an epoch, or a quarter of the others: they should not cost more than what is being learnt."""

_LAST_RATE = 0.2
"""The last phase's share of the highest rate."""


class Step(NamedTuple):
    """One optimiser step: `number` of `total`, with its loss."""

    number: int
    total: int
    loss: float


class Trained(Struct, frozen=True, kw_only=True):
    """What training made. `held_out` are the examples that calibration and metrics come from; empty with a dev set
    and for tiny corpora."""

    model: JointModel
    tokenizer: Tokenizer
    labels: Labels
    calibration: Calibration
    held_out: tuple[Example, ...]
    metrics: dict[str, float]


class Training:
    """One run. Go through `steps()` to the end (or stop anywhere), then `result()`.

    With a dev set, training stops when that gets no better, and the weights that did best on it are kept; it also
    gives the calibration. Without one, `held_out` of the examples do: they are learnt last, at a low rate, after
    the model has been calibrated and measured on them.
    """

    def __init__(
        self, corpus: Corpus, sentiment: SentimentData, settings: TrainingSettings, *, dev: Corpus | None = None
    ) -> None:
        if not corpus.examples:
            raise CorpusError("no examples to train on")
        torch.manual_seed(settings.seed)
        self._corpus, self._sentiment, self._settings = corpus, sentiment, settings
        encoder, self.tokenizer = load_encoder(settings.encoder, texts=[example.text for example in corpus.examples])
        self.labels = labels_of(corpus)
        share = 0.0 if dev else settings.held_out
        self.seen, self.held_out = hold_out(corpus.examples, share=share, seed=settings.seed)
        self._judged = dev.examples if dev else self.held_out
        self._has_dev = dev is not None
        self._prepare = Preparation(self.tokenizer, self.labels, settings.max_pieces)
        self._device = best_device()
        views = views_of(corpus, settings)
        self._plan = plan(settings, examples=len(self.seen), views=views, tagged=bool(self.labels.entities))
        tags = tag_count(len(self.labels.entities))
        self.model = JointModel(encoder, intents=len(self.labels.intents), tags=tags, dropout=self._plan.dropout).to(
            self._device
        )
        self.model.encoder.get_input_embeddings().requires_grad_(self._plan.tune_word_embeddings)
        self.model.intent_tags.copy_(torch.from_numpy(intent_tag_scores(self.seen, self.labels)))
        self._moods = list(sentiment.pairs())
        self._replayed = min(len(self.seen), _REPLAYED * len(self.held_out))
        self._moods_an_epoch = min(len(self._moods), max(_MOODS, len(self.seen) // 4))
        per_epoch = -(-(len(self.seen) + self._moods_an_epoch) // self._plan.batch)
        self.main_steps = self._plan.epochs * per_epoch
        last = len(self.held_out) + self._replayed if settings.finish and self.main_steps and self.held_out else 0
        self.total = self.main_steps + -(-last // self._plan.batch)
        self.number = 0
        self.metrics: dict[str, float] = {}
        self._epoch = self._done_in_epoch = self._without_progress = 0
        self._best: tuple[float, list[Tensor]] | None = None
        self._after_step: Callable[[int], None] = adapters.nothing
        self._started = False

    def steps(self, *, state: Mapping[str, Any] | None = None, log: Log = silent_log) -> Iterator[Step]:
        """Train, from the beginning or from a `state()`."""
        self._start(state)
        while self._epoch < self._plan.epochs and self._without_progress < max(self._settings.patience, 1):
            for batch in self._epoch_batches()[self._done_in_epoch :]:
                yield self._step(batch, log)
            self._end_epoch(log)
        self._keep_best()
        yield from self._conclude(log)

    def state(self) -> dict[str, Any]:
        """Everything that `steps` needs to go on to the same result; only while it has not reached its last phase."""
        return {
            "number": self.number,
            "epoch": self._epoch,
            "done_in_epoch": self._done_in_epoch,
            "without_progress": self._without_progress,
            "model": self.model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "schedule": self._schedule.state_dict(),
            "average": self._average.state(),
            "best": self._best,
            "random": torch.get_rng_state(),
        }

    @property
    def can_be_saved(self) -> bool:
        """Whether `state` can be taken now."""
        return self._started and self.number < self.main_steps and not self.metrics

    def result(self) -> Trained:
        """After the last step."""
        return Trained(
            model=self.model.cpu().eval(), tokenizer=self.tokenizer, labels=self.labels,
            calibration=self._calibration, held_out=self.held_out, metrics=self.metrics,
        )  # fmt: skip

    def _start(self, state: Mapping[str, Any] | None) -> None:
        settings = self._settings
        if state is None and settings.encoder != CHARACTERS:
            examples = [self._prepare.example(example) for example in self.seen]
            initialise_heads(
                self.model, examples, self._mood_items(self._moods), seed=settings.seed, precision=settings.precision
            )
        if settings.adapter != "none":
            self._after_step = adapters.attach(self.model, settings, total=self.main_steps)
        self._optimiser, self._schedule = build_optimiser(self.model, settings, self._plan, total=self.main_steps)
        self._average = WeightAverage(tuned(self.model), decay=self._plan.average)
        if state is not None:
            self._restore(state)
        self._started = True

    def _restore(self, state: Mapping[str, Any]) -> None:
        self.model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._schedule.load_state_dict(state["schedule"])
        self._average.restore(state["average"])
        self.number, self._epoch = state["number"], state["epoch"]
        self._done_in_epoch, self._without_progress = state["done_in_epoch"], state["without_progress"]
        self._best = state["best"]
        torch.set_rng_state(state["random"])

    def _epoch_batches(self) -> list[list[Views]]:
        """The batches of the current epoch; always the same for the same epoch."""
        draw = random.Random(self._settings.seed * 1_000 + self._epoch)
        moods = draw.sample(self._sentiment.shown(self._epoch), self._moods_an_epoch)
        return self._batches(self.seen, moods, epoch=self._epoch)

    def _batches(
        self, examples: Sequence[Example], moods: Sequence[tuple[str, str]], *, epoch: int
    ) -> list[list[Views]]:
        draw = random.Random(self._settings.seed * 1_000 + epoch)
        said = varied(self._corpus, examples, self._settings, epoch=epoch)
        items = [tuple(hide_case(self._prepare.example(view), draw) for view in views) for views in said]
        # One view of a mood is enough: there is no answer that both must agree on.
        spoken = varied(self._corpus, [Example(text, label) for label, text in moods], self._settings, epoch=epoch)
        felt = [draw.choice(views) for views in spoken]
        items += [(item,) for item in self._mood_items([(example.intent, example.text) for example in felt])]
        return length_buckets(items, size=self._plan.batch, draw=draw)

    def _mood_items(self, moods: Sequence[tuple[str, str]]) -> list[Item]:
        return [self._prepare.mood(text, SENTIMENTS.index(label)) for label, text in moods]

    def _step(self, utterances: Sequence[Views], log: Log) -> Step:
        loss = self._loss(utterances)
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # untyped in torch
        torch.nn.utils.clip_grad_norm_(tuned(self.model), self._settings.clip)
        self._optimiser.step()
        if self.number < self.main_steps:
            self._after_step(self.number)
            self._schedule.step()
            self._average.update()
        self.number += 1
        self._done_in_epoch += 1
        found = float(loss.detach())
        log("train/loss", found, self.number)
        return Step(self.number, self.total, found)

    def _loss(self, utterances: Sequence[Views]) -> Tensor:
        """The labels' loss over all views, and the disagreement between the two views of an utterance."""
        both = [views for views in utterances if len(views) == 2]
        alone = [views[0] for views in utterances if len(views) == 1]
        items = [views[0] for views in both] + [views[1] for views in both] + alone
        batch = Batch(*(tensor.to(self._device) for tensor in pad(items)))
        self.model.train()
        with encoder_precision(self._settings.precision, self._device):
            states = self.model.states(batch.ids, batch.mask, batch.shapes)
        logits = self.model.heads(states, batch.mask, batch.shapes)
        loss = self.model.loss(
            logits,
            intents=batch.intents,
            sentiments=batch.sentiments,
            tags=batch.tags,
            label_smoothing=self._plan.label_smoothing,
        )
        if both and self._settings.consistency and logits.intent.shape[1] > 1:
            said, heard = logits.intent[: len(both)], logits.intent[len(both) : 2 * len(both)]
            loss = loss + self._settings.consistency * disagreement(said, heard)
        return loss

    def _end_epoch(self, log: Log) -> None:
        """Judge on the dev set, if there is one, and remember the best weights."""
        self._epoch, self._done_in_epoch = self._epoch + 1, 0
        if not self._has_dev:
            return
        with self._average.applied():
            judgement = self._judge()
            _log_judgement(log, judgement, self.number)
            if self._best is None or judgement.score > self._best[0]:
                self._best = judgement.score, [parameter.detach().clone() for parameter in tuned(self.model)]
                self._without_progress = 0
            else:
                self._without_progress += 1

    def _keep_best(self) -> None:
        if self._best is None:
            self._average.apply()
        else:
            put_weights(tuned(self.model), self._best[1])

    def _conclude(self, log: Log) -> Iterator[Step]:
        """Calibrate and measure; then learn what was held out."""
        judgement = self._judge()
        _log_judgement(log, judgement, self.number)
        self._calibration = calibrate(judgement.logits, judgement.truth, in_scope=self.labels.in_scope)
        self.metrics = _metrics(judgement, "dev" if self._has_dev else "held_out", len(self._judged))
        self.metrics |= {"steps": self.number, "epochs": self._epoch}
        if self.total > self.main_steps:
            yield from self._finish(log)
        if self._settings.adapter != "none":
            adapters.merge(self.model)

    def _finish(self, log: Log) -> Iterator[Step]:
        """The held-out examples among some known ones, once."""
        draw = random.Random(self._settings.seed)
        replayed = draw.sample(self.seen, self._replayed)
        batches = self._batches([*self.held_out, *replayed], (), epoch=self._plan.epochs)
        for place, batch in enumerate(batches):
            for group in self._optimiser.param_groups:
                group["lr"] = group["initial_lr"] * _LAST_RATE * (1 - place / len(batches))
            yield self._step(batch, log)
        self.metrics["steps"] = self.number

    def _judge(self) -> Judgement:
        """On the dev set, the held-out examples, or for lack of both on what was learnt."""
        items = [self._prepare.example(example) for example in self._judged or self.seen]
        return judge(self.model, items, precision=self._settings.precision)


def disagreement(one: Tensor, other: Tensor) -> Tensor:
    """The mean over a batch of the symmetric Kullback-Leibler divergence of two (batch, classes) logits.

    As in Liang et al. 2021, "R-Drop: Regularized Dropout for Neural Networks", where the two differ in dropout only;
    here one is of the utterance as a recognizer hears it.
    """
    left, right = one.log_softmax(dim=1), other.log_softmax(dim=1)
    there = functional.kl_div(left, right, log_target=True, reduction="batchmean")
    back = functional.kl_div(right, left, log_target=True, reduction="batchmean")
    return (there + back) / 2


def run(
    corpus: Corpus,
    sentiment: SentimentData,
    settings: TrainingSettings,
    *,
    dev: Corpus | None = None,
    progress: Callable[[int, int, str], None],
) -> Trained:
    """A whole run in memory; `progress` gets steps done, steps in all and what is being done."""
    training = Training(corpus, sentiment, settings, dev=dev)
    for step in training.steps():
        progress(step.number, step.total, f"training, loss {step.loss:.2f}")
    return training.result()


def _metrics(judgement: Judgement, where: str, examples: int) -> dict[str, float]:
    """Named after the examples they were found on: dev_..., held_out_...; without any, none."""
    found: dict[str, float] = {f"{where}_examples": examples}
    if examples and judgement.intent_accuracy is not None:
        found[f"{where}_intent_accuracy"] = judgement.intent_accuracy
    if examples and judgement.entity_f1 is not None:
        found[f"{where}_entity_f1"] = judgement.entity_f1
    return found


def _log_judgement(log: Log, judgement: Judgement, step: int) -> None:
    for name, value in (("intent_accuracy", judgement.intent_accuracy), ("entity_f1", judgement.entity_f1)):
        if value is not None:
            log(f"judged/{name}", value, step)
