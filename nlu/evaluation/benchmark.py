"""Benchmarks on public data: train with the product's settings, judge on the official test split, over several seeds.

A test split is read for the last measurement only: nothing is chosen by it. Models stay in a folder under names made
of their data and settings, so that a second run trains only what is not there.
"""

import hashlib
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from nlu.corpus.corpus import Corpus, Example, Splits
from nlu.corpus.reading import read_corpus, read_splits
from nlu.errors import CorpusError
from nlu.evaluation.evaluation import EvaluationSettings, evaluate_checkpoint
from nlu.evaluation.folds import folds
from nlu.locations import find_pack, pack_nlu_files
from nlu.training.checkpoint import PACK_SETTINGS, Progress, corpus_fingerprint, silent, train_checkpoint
from nlu.training.sentiment import SentimentData, read_sentiment, sentiment_path
from nlu.training.settings import TrainingSettings

WORD_ERROR_RATES = (0.05, 0.1, 0.2, 0.3)
"""Of the noise benchmark."""

SMALL_INTENTS = 15
SMALL_EXAMPLES = 30
"""What the small benchmark draws: so many intents with so many training utterances each."""

PACK_FOLDS = 5
"""A pack has no test split: each seed is one fold of its examples, judged by a model of the other folds."""

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


class Task(Struct, frozen=True, kw_only=True):
    """One model to train and judge. Tasks of one `variant` differ in their seed only and are averaged."""

    variant: str
    seed: int
    train: Corpus
    test: Corpus
    settings: TrainingSettings
    dev: Corpus | None = None
    word_error_rates: tuple[float, ...] = ()


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


Planner = Callable[[Path, Sequence[int], TrainingSettings], list[Task]]


def banking77(data: Path, seeds: Sequence[int], settings: TrainingSettings) -> list[Task]:
    """77 intents of a bank, 10,003 training and 3,080 test utterances (Casanueva et al. 2020)."""
    return list(_each_seed(_official(data, "banking77"), seeds, settings, variant="banking77"))


def snips(data: Path, seeds: Sequence[int], settings: TrainingSettings) -> list[Task]:
    """7 intents and 39 slots of voice commands (Coucke et al. 2018), with the split of Goo et al. 2018."""
    return list(_each_seed(_official(data, "snips"), seeds, settings, variant="snips"))


def small(data: Path, seeds: Sequence[int], settings: TrainingSettings) -> list[Task]:
    """15 intents with 30 examples each, drawn anew for each seed from BANKING77; and the banking pack's own data."""
    splits = _official(data, "banking77")
    tasks = [
        Task(
            variant=f"{SMALL_INTENTS} intents x {SMALL_EXAMPLES}",
            seed=seed,
            train=train,
            test=test,
            settings=msgspec.structs.replace(settings, seed=seed),
        )
        for seed in seeds
        for train, test in (draw_small(splits, seed=seed),)
    ]
    pack = read_corpus(pack_nlu_files(find_pack("banking")))
    for seed, (seen, judged) in zip(seeds, folds(pack.examples, max(PACK_FOLDS, len(seeds))), strict=False):
        learnt, test = (msgspec.structs.replace(pack, examples=examples) for examples in (seen, judged))
        tuned = msgspec.structs.replace(PACK_SETTINGS, seed=seed)
        tasks.append(Task(variant="banking pack", seed=seed, train=learnt, test=test, settings=tuned))
    return tasks


def noise(data: Path, seeds: Sequence[int], settings: TrainingSettings) -> list[Task]:
    """BANKING77 heard with recognition errors, by models trained without and with augmentation."""
    splits = _official(data, "banking77")
    plain = msgspec.structs.replace(settings, augment=False)
    augmented = msgspec.structs.replace(settings, augment=True)
    return [
        *_each_seed(splits, seeds, plain, variant="clean-trained", word_error_rates=WORD_ERROR_RATES),
        *_each_seed(splits, seeds, augmented, variant="augmented", word_error_rates=WORD_ERROR_RATES),
    ]


PLANNERS: Mapping[str, Planner] = {"banking77": banking77, "snips": snips, "small": small, "noise": noise}
"""The benchmarks that train, by name."""


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


def draw_small(
    splits: Splits, *, seed: int, intents: int = SMALL_INTENTS, examples: int = SMALL_EXAMPLES
) -> tuple[Corpus, Corpus]:
    """Some intents with some training examples each, and all test examples of these intents; seeded."""
    draw = random.Random(seed)
    by_intent: dict[str, list[Example]] = defaultdict(list)
    for example in splits.train.examples:
        by_intent[example.intent].append(example)
    enough = sorted(intent for intent, there in by_intent.items() if len(there) >= examples)
    if len(enough) < intents or splits.test is None:
        raise CorpusError(f"not {intents} intents with {examples} training examples each, and a test split")
    chosen = draw.sample(enough, intents)
    train = tuple(example for intent in chosen for example in draw.sample(by_intent[intent], examples))
    judged = tuple(example for example in splits.test.examples if example.intent in chosen)
    return Corpus(examples=train), Corpus(examples=judged)


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
    progress(1, 1, "judging")
    return Result(
        variant=task.variant,
        seed=task.seed,
        measures=judge(place, task.test, task.word_error_rates, task.seed),
        training_cpu_s=spent,
        train_examples=len(task.train.examples),
        test_examples=len(task.test.examples),
        model=str(place),
        was_there=not called,
        same_code=called or (before is not None and before.code == code),
    )


def _each_seed(
    splits: Splits,
    seeds: Sequence[int],
    settings: TrainingSettings,
    *,
    variant: str,
    word_error_rates: tuple[float, ...] = (),
) -> Iterator[Task]:
    if splits.test is None:
        raise CorpusError("the data has no test split")
    for seed in seeds:
        yield Task(
            variant=variant, seed=seed, train=splits.train, dev=splits.dev, test=splits.test,
            settings=msgspec.structs.replace(settings, seed=seed), word_error_rates=word_error_rates,
        )  # fmt: skip


def _official(data: Path, name: str) -> Splits:
    """The data set in the folder `name` of `data`, or in `data` itself."""
    for folder in (data / name, data):
        if folder.is_dir() and any("train" in path.name for path in folder.iterdir()):
            splits = read_splits(folder)
            if splits.test is None:
                raise CorpusError(f"{folder}: no test split")
            return splits
    raise CorpusError(f"{data}: expected the folder {name} with train and test data, or that folder itself")


def _part(progress: Progress, place: int, parts: int, title: str) -> Progress:
    """The progress of one of `parts` equal parts, in thousandths of each."""

    def show(done: int, total: int, doing: str) -> None:
        progress(1000 * place + 1000 * done // max(total, 1), 1000 * parts, title + doing)

    return show
