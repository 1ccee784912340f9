"""A model folder judged on labelled data, as it is served: through the Interpreter, with everything it does."""

import hashlib
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from nlu.corpus.corpus import Corpus, Example
from nlu.errors import CorpusError
from nlu.evaluation.entities import judge_entities, label_of, spans
from nlu.evaluation.intents import judge_intents
from nlu.evaluation.noise_curve import SAMPLE, WORD_ERRORS, noise_curve
from nlu.evaluation.out_of_scope import SERVED_THRESHOLD, best_in_scope, judge_out_of_scope
from nlu.evaluation.report import FORMAT, DataFacts, ModelFacts, Report, SentimentReport, UnknownLabel
from nlu.evaluation.scores import Answer, accuracy, classification, confusion_matrix
from nlu.interpreter import Interpreter
from nlu.model.facts import Precision, data_facts
from nlu.model.labels import OUT_OF_SCOPE
from nlu.progress import Progress, silent
from nlu.training.sentiment import SentimentData
from nlu.understanding import Understanding, Utterance

BATCH = 16
"""Utterances a model call; the gateway's batches are of this size too when many calls speak at once."""

NAMED = 12
"""Up to so many unknown labels are named in the notes; the report lists them all."""


class EvaluationSettings(Struct, frozen=True, kw_only=True):
    """`noise_sample` 0: no noise curve. `threshold`: the out-of-scope score from which an utterance is rejected.
    `language` (BCP 47) is what the utterances are said to be in; beside English the noise changes letters, not sounds.
    """

    noise_sample: int = SAMPLE
    noise_rates: tuple[float, ...] = WORD_ERRORS
    seed: int = 0
    threshold: float = SERVED_THRESHOLD
    language: str = "en"
    precision: Precision | Literal["auto"] = "auto"


def evaluate_checkpoint(
    model: Path,
    corpus: Corpus,
    *,
    source: str = "",
    sentiment: SentimentData | None = None,
    settings: EvaluationSettings = EvaluationSettings(),  # noqa: B008  frozen
    progress: Progress = silent,
) -> Report:
    """`source` tells the report's reader where the corpus is from. Raises CheckpointError, and CorpusError for no
    examples."""
    if not corpus.examples:
        raise CorpusError(f"{source or 'corpus'}: no examples to judge")
    began = time.monotonic()
    interpreter = Interpreter.open(model, precision=settings.precision)
    examples = corpus.examples
    facts = _data(corpus, interpreter, source)
    labels = interpreter.manifest.labels
    with_intents = bool(labels.intents) and bool(corpus.intents)
    with_entities = bool(labels.entities) and any(example.entities for example in examples)
    points = len(settings.noise_rates) + 1 if settings.noise_sample and (with_intents or with_entities) else 0
    moods = list(sentiment.pairs()) if sentiment else []
    asked = Asked(
        interpreter,
        total=len(examples) + points * min(settings.noise_sample, len(examples)) + len(moods),
        language=settings.language,
        progress=progress,
    )
    found = asked.understand([example.text for example in examples], "the data as written")
    rate = len(examples) / max(asked.seconds, 1e-9)
    return Report(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        model=_model(model, interpreter),
        data=facts,
        notes=_notes(corpus, facts, with_intents=with_intents, with_entities=with_entities, interpreter=interpreter),
        intents=judge_intents(examples, found) if with_intents else None,
        entities=judge_entities(examples, found) if with_entities else None,
        out_of_scope=judge_out_of_scope(examples, found, threshold=settings.threshold) if with_intents else None,
        noise=noise_curve(
            examples, lambda texts: asked.understand(texts, "recognition noise"), seed=settings.seed,
            sample=settings.noise_sample, rates=settings.noise_rates, threshold=settings.threshold,
            language=settings.language, intents=with_intents, entities=with_entities,
        ) if points else None,
        sentiment=_sentiment(moods, asked.understand([text for _, text in moods], "sentiment")) if moods else None,
        frame_accuracy=_frames(examples, found) if with_intents and with_entities else None,
        took_s=round(time.monotonic() - began, 2),
        utterances_per_s=round(rate, 1),
    )  # fmt: skip


class Asked:
    """Asks the interpreter in batches of similar length and keeps the count for the progress bar."""

    def __init__(self, interpreter: Interpreter, *, total: int, language: str, progress: Progress) -> None:
        self._interpreter = interpreter
        self._total = total
        self._language = language
        self._progress = progress
        self._done = 0
        self.seconds = 0.0

    def understand(self, texts: Sequence[str], doing: str) -> list[Understanding]:
        """One understanding a text, in order."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        found: dict[int, Understanding] = {}
        for begin in range(0, len(order), BATCH):
            chosen = order[begin : begin + BATCH]
            began = time.perf_counter()
            answers = self._interpreter.interpret_batch(
                [Utterance(text=texts[index], language=self._language) for index in chosen]
            )
            self.seconds += time.perf_counter() - began
            found.update(zip(chosen, answers, strict=True))
            self._done += len(chosen)
            self._progress(self._done, self._total, doing)
        return [found[index] for index in range(len(texts))]


def data_fingerprint(examples: Sequence[Example]) -> str:
    """SHA-256 over all texts and labels in order."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(msgspec.json.encode(example) + b"\n")
    return digest.hexdigest()


def _data(corpus: Corpus, interpreter: Interpreter, source: str) -> DataFacts:
    intents = Counter(example.intent for example in corpus.examples if example.intent)
    entities = Counter(label_of(entity) for example in corpus.examples for entity in example.entities)
    known_intents = {*interpreter.manifest.labels.intents, OUT_OF_SCOPE}
    known_entities = {_type_label(kind.name, kind.role, kind.group) for kind in interpreter.manifest.labels.entities}
    return DataFacts(
        source=source,
        fingerprint=data_fingerprint(corpus.examples),
        examples=len(corpus.examples),
        intents=len(intents),
        entity_types=len(entities),
        unknown_intents=_unknown(intents, known_intents),
        unknown_entities=_unknown(entities, known_entities),
    )


def _unknown(there: Counter[str], known: set[str]) -> tuple[UnknownLabel, ...]:
    return tuple(UnknownLabel(label=label, examples=there[label]) for label in sorted(there) if label not in known)


def _type_label(name: str, role: str | None, group: str | None) -> str:
    return name + (f"/{role}" if role else "") + (f"#{group}" if group else "")


def _model(folder: Path, interpreter: Interpreter) -> ModelFacts:
    manifest = interpreter.manifest
    return ModelFacts(
        folder=str(folder),
        fingerprint=manifest.fingerprint,
        encoder=manifest.encoder,
        graph=interpreter.graph,
        intents=len(manifest.labels.intents),
        entity_types=len(manifest.labels.entities),
        kefu=version("kefu"),
    )


def _notes(
    corpus: Corpus, facts: DataFacts, *, with_intents: bool, with_entities: bool, interpreter: Interpreter
) -> tuple[str, ...]:
    labels = interpreter.manifest.labels
    notes = []
    if interpreter.manifest.data.sha256 == data_facts(corpus).sha256:
        notes.append("This is the very data the model was trained on: nothing here says how it does on other data.")
    unknown = [one.label for one in facts.unknown_intents if with_intents]
    unknown += [one.label for one in facts.unknown_entities if with_entities]
    if unknown:
        more = f" and {len(unknown) - NAMED} more, in report.json" if len(unknown) > NAMED else ""
        named = ", ".join(unknown[:NAMED])
        notes.append(f"The model does not know {len(unknown)} of the labels; they count as wrong: {named}{more}.")
    if not with_intents:
        why = "the data has none" if labels.intents else "the model knows none"
        notes.append(f"Intents are not judged: {why}.")
    if not with_entities:
        why = "none is annotated in the data" if labels.entities else "the model knows none"
        notes.append(f"Entities are not judged: {why}.")
    if with_intents and OUT_OF_SCOPE not in corpus.intents:
        notes.append("No example is out of scope: only how many in-scope ones are rejected can be told.")
    return tuple(notes)


def _frames(examples: Sequence[Example], found: Sequence[Understanding]) -> float | None:
    """Intent and entities taken together."""
    inside = [(e, u) for e, u in zip(examples, found, strict=True) if e.intent not in ("", OUT_OF_SCOPE)]
    right = sum(e.intent == best_in_scope(u).name and spans(e.entities) == spans(u.entities) for e, u in inside)
    return right / len(inside) if inside else None


def _sentiment(moods: Sequence[tuple[str, str]], found: Sequence[Understanding]) -> SentimentReport:
    answers = [
        Answer(text, label, one.sentiment.label, abs(one.sentiment.score))
        for (label, text), one in zip(moods, found, strict=True)
    ]
    return SentimentReport(
        examples=len(answers),
        accuracy=accuracy(answers),
        scores=classification(answers),
        confusion_matrix=confusion_matrix(answers),
    )
