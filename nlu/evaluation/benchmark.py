"""Benchmarks on public data: train with the product's settings, judge on the official test split, over several seeds.

A test split is read for the last measurement only: nothing is chosen by it. Models stay in a folder under names made
of their data and settings, so that a second run trains only what is not there.
"""

import hashlib
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec
from msgspec import Struct

from nlu.corpus.corpus import Corpus
from nlu.evaluation.benchmark_tasks import PLANNERS, Task, banking77
from nlu.evaluation.evaluation import EvaluationSettings, evaluate_checkpoint
from nlu.evaluation.latency import LatencyReport, measure_latency
from nlu.progress import Progress, silent
from nlu.training.checkpoint import corpus_fingerprint, train_checkpoint
from nlu.training.sentiment import SentimentData, read_sentiment, sentiment_path
from nlu.training.settings import TrainingSettings

LATENCY_TEXTS = 500
"""Test utterances said to the model, one after the other."""

Measures = dict[str, float]


class Train(Protocol):
    """As `train_checkpoint`, with `resume`: calls `progress` only when there is something to do."""

    def __call__(
        self,
        corpus: Corpus,
        *,
        out: Path,
        settings: TrainingSettings,
        dev: Corpus | None,
        sentiment: SentimentData,
        progress: Progress,
        resume: bool,
    ) -> Path: ...


Judge = Callable[[Path, Corpus, Sequence[float], int], Measures]
"""Of a model folder, test data, word error rates and the noise's seed."""


def judge_checkpoint(model: Path, test: Corpus, word_error_rates: Sequence[float], seed: int) -> Measures:
    """The figures of `kefu nlu evaluate` that a benchmark compares, over all test examples; every figure is a share."""
    settings = EvaluationSettings(
        noise_sample=len(test.examples) if word_error_rates else 0, noise_rates=tuple(word_error_rates), seed=seed
    )
    report = evaluate_checkpoint(model, test, settings=settings)
    measures: Measures = {}
    if report.intents is not None:
        measures["intent_accuracy"] = report.intents.accuracy
        measures["intent_macro_f1"] = report.intents.scores.macro.f1
        measures["calibration_error"] = report.intents.calibration.ece
    if report.entities is not None:
        measures["entity_f1"] = report.entities.with_roles.micro.f1
        measures["sentence_accuracy"] = report.entities.sentence_accuracy
    for point in report.noise.points if report.noise else ():
        if point.wer is not None and point.intent_accuracy is not None:
            measures[f"intent_accuracy_wer_{round(100 * point.wer):02d}"] = point.intent_accuracy
    return measures


class Result(Struct, frozen=True, kw_only=True):
    """A task's figures. `training_cpu_s` counts all cores, over every attempt that was needed.

    `was_there`: the model is of an earlier run; `same_code`: what trains models has not changed since.
    """

    variant: str
    seed: int
    measures: Measures
    training_cpu_s: float
    train_examples: int
    test_examples: int
    model: str
    was_there: bool
    same_code: bool


class _Note(Struct, frozen=True, kw_only=True):
    """What is kept beside a model: what it cost and which code made it."""

    cpu_s: float
    code: str


class _Model(NamedTuple):
    """A task's model where it is kept."""

    place: Path
    cpu_s: float
    was_there: bool
    same_code: bool


class BenchmarkReport(Struct, frozen=True, kw_only=True):
    """What `kefu nlu benchmark --json` prints: every task, and the mean of each variant's measures.

    `settings` are the ones of the first task, as `kefu nlu train --settings` takes them, without the seed.
    """

    benchmark: str
    command: str
    data: str
    seeds: tuple[int, ...]
    settings: dict[str, object]
    results: tuple[Result, ...]
    means: dict[str, Measures]


def run_benchmark(
    name: str,
    data: Path,
    *,
    out: Path,
    seeds: Sequence[int],
    settings: TrainingSettings,
    sentiment: SentimentData | None = None,
    train: Train = train_checkpoint,
    judge: Judge = judge_checkpoint,
    command: str = "",
    progress: Progress = silent,
) -> BenchmarkReport:
    """Train and judge every task of the benchmark `name`; models stay under `out`.

    The report is also written to `out`/`name`.json. Raises CorpusError when `data` does not hold the data set,
    KeyError for an unknown name.
    """
    tasks = PLANNERS[name](data, seeds, settings)
    moods = sentiment or read_sentiment(sentiment_path())
    results = [
        _run(
            task,
            out=out,
            moods=moods,
            train=train,
            judge=judge,
            progress=_part(progress, place, len(tasks), f"{task.variant}, seed {task.seed}: "),
        )
        for place, task in enumerate(tasks)
    ]
    shown = msgspec.to_builtins(tasks[0].settings)
    shown.pop("seed")
    report = BenchmarkReport(
        benchmark=name, command=command, data=str(data), seeds=tuple(seeds), settings=shown, results=tuple(results),
        means=means(results),
    )  # fmt: skip
    (out / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    return report


def benchmark_latency(
    data: Path,
    *,
    out: Path,
    settings: TrainingSettings,
    sentiment: SentimentData | None = None,
    train: Train = train_checkpoint,
    progress: Progress = silent,
) -> LatencyReport:
    """How fast the model of the first banking77 seed answers its test utterances; trained first if it is not there."""
    task = banking77(data, [settings.seed], settings)[0]
    moods = sentiment or read_sentiment(sentiment_path())
    model = _trained(task, out=out, moods=moods, train=train, progress=_part(progress, 0, 2, "training: "))
    spoken = [example.text for example in task.test.examples]
    chosen = random.Random(settings.seed).sample(spoken, min(LATENCY_TEXTS, len(spoken)))
    report = measure_latency(model.place, chosen, progress=_part(progress, 1, 2, "measuring: "))
    (out / "latency.json").write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    return report


def means(results: Sequence[Result]) -> dict[str, Measures]:
    """Variant -> the mean of each measure, `training_cpu_s` among them."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for result in results:
        for measure, value in {**result.measures, "training_cpu_s": result.training_cpu_s}.items():
            found[result.variant][measure].append(value)
    return {
        variant: {measure: sum(values) / len(values) for measure, values in measures.items()}
        for variant, measures in found.items()
    }


def model_place(task: Task, out: Path, moods: SentimentData) -> Path:
    """Where the task's model is kept; tasks of the same data and settings share it, also between benchmarks."""
    return out / "models" / corpus_fingerprint(task.train, task.dev, moods, task.settings)[:16]


def code_fingerprint() -> str:
    """SHA-256 of the sources that decide what a model learns."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(path for folder in ("model", "training") for path in (root / folder).glob("*.py")):
        digest.update(path.name.encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()


def _run(task: Task, *, out: Path, moods: SentimentData, train: Train, judge: Judge, progress: Progress) -> Result:
    model = _trained(task, out=out, moods=moods, train=train, progress=progress)
    progress(1, 1, "judging")
    return Result(
        variant=task.variant,
        seed=task.seed,
        measures=judge(model.place, task.test, task.word_error_rates, task.seed),
        training_cpu_s=model.cpu_s,
        train_examples=len(task.train.examples),
        test_examples=len(task.test.examples),
        model=str(model.place),
        was_there=model.was_there,
        same_code=model.same_code,
    )


def _trained(task: Task, *, out: Path, moods: SentimentData, train: Train, progress: Progress) -> _Model:
    place = model_place(task, out, moods)
    place.parent.mkdir(parents=True, exist_ok=True)
    note = place.with_name(f"{place.name}.json")
    before = msgspec.json.decode(note.read_bytes(), type=_Note) if note.is_file() else None
    spent = before.cpu_s if before else 0.0
    code = code_fingerprint()
    called = False

    def show(done: int, total: int, doing: str) -> None:
        nonlocal called
        called = True
        progress(done, total, doing)

    begun = time.process_time()
    try:
        train(task.train, out=place, settings=task.settings, dev=task.dev, sentiment=moods, progress=show, resume=True)
    finally:
        # Also what was spent on an attempt that was stopped: training goes on from its last saved state.
        if called or before is None:
            spent += time.process_time() - begun
            note.write_bytes(msgspec.json.encode(_Note(cpu_s=round(spent, 2), code=code)))
    same_code = called or (before is not None and before.code == code)
    return _Model(place, spent, was_there=not called, same_code=same_code)


def _part(progress: Progress, place: int, parts: int, title: str) -> Progress:
    """The progress of one of `parts` equal parts, in thousandths of each."""

    def show(done: int, total: int, doing: str) -> None:
        progress(1000 * place + 1000 * done // max(total, 1), 1000 * parts, title + doing)

    return show
