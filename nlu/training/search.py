"""The search for the best training settings of given data: Optuna over a stated space, judged on a dev split.

Sampling: tree-structured Parzen estimator (Bergstra et al. 2011), seeded. A trial that does worse than half of the
others after a quarter, half or three quarters of its epochs is stopped there.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import optuna
import yaml
from msgspec import Struct
from optuna.trial import FrozenTrial, TrialState

from nlu.corpus.corpus import Corpus, Splits
from nlu.errors import CorpusError, SettingsError
from nlu.progress import Progress, silent
from nlu.settings import Settings, convert, read_yaml
from nlu.training.batches import hold_out
from nlu.training.fine_tuning import Training
from nlu.training.logs import Log
from nlu.training.schedule import plan
from nlu.training.sentiment import SentimentData, read_sentiment, sentiment_path
from nlu.training.settings import TrainingSettings
from nlu.training.variation import views_of

DEV_SHARE = 0.15
"""Of the training examples, where the data has no dev split."""

_STARTUP_TRIALS = 5
"""Random trials before sampling learns from them and pruning begins."""

_STUDY = "kefu nlu search"
_FINGERPRINT = "fingerprint"
_BEGAN_WITH_BASE = "began with base settings"


class Range(Settings, frozen=True):
    """Numbers from `low` to `high`, both included; whole ones where the setting is. `log`: every magnitude alike."""

    low: int | float
    high: int | float
    log: bool = False

    def __post_init__(self) -> None:
        if self.low > self.high or (self.log and self.low <= 0):
            raise ValueError("expected low <= high, and with log numbers above 0")


class Choices(Settings, frozen=True):
    """One of these."""

    choices: tuple[str | int | float | bool, ...]


Space = Mapping[str, Range | Choices]
"""The name of a training setting -> what it may be."""

DEFAULT_SPACE: Space = {
    "encoder_rate": Range(low=5e-5, high=4e-4, log=True),
    "head_rate": Range(low=3e-4, high=3e-3, log=True),
    "epochs": Range(low=2, high=12),
    "batch": Choices(choices=(8, 16, 32)),
    "dropout": Range(low=0.0, high=0.3),
    "label_smoothing": Range(low=0.0, high=0.15),
    "weight_decay": Range(low=1e-3, high=1e-1, log=True),
    "warm_up": Range(low=0.02, high=0.2),
    "augment": Choices(choices=(True, False)),
}


class TrialRow(Struct, frozen=True, kw_only=True):
    """One trial. `state` is "complete", "pruned", "failed" or "running" (stopped from outside); `score` is None where
    there is none."""

    number: int
    state: str
    score: float | None
    settings: dict[str, Any]
    took_s: float


class SearchReport(Struct, frozen=True, kw_only=True):
    """What `kefu nlu search --json` prints. `score` is the mean of intent accuracy and entity F1 on the dev split, or
    the one of them that the data has; `default_score` is that of the base settings, None where the space excludes them.
    """

    out: str
    study: str
    train_examples: int
    dev_examples: int
    score: float
    default_score: float | None
    settings: dict[str, Any]
    trials: tuple[TrialRow, ...]


def search(
    splits: Splits,
    *,
    out: Path,
    trials: int,
    timeout_s: float | None = None,
    space: Space = DEFAULT_SPACE,
    base: TrainingSettings | None = None,
    sentiment: SentimentData | None = None,
    progress: Progress = silent,
) -> SearchReport:
    """Try settings until the study has `trials` finished ones or `timeout_s` is over; write the best to `out`.

    The study is kept beside `out` (`out`.study.db) and gone on with when it is of the same data, space and base
    settings; `out`.trials.csv is the table of trials. The first trial takes the base settings as far as the space holds
    them. The test split is not looked at. Raises SettingsError when the study there is another one, CorpusError when no
    dev examples can be had.
    """
    chosen = base or TrainingSettings()
    moods = sentiment or read_sentiment(sentiment_path())
    train, dev = with_dev(splits, seed=chosen.seed)
    tried = _Objective(train, dev, moods, chosen, space, trials=trials, progress=progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    with _open_study(out, _fingerprint(train, dev, moods, chosen, space), seed=chosen.seed) as study:
        if not study.trials:
            begin = _inside(space, chosen, train)
            study.enqueue_trial(begin)
            study.set_user_attr(_BEGAN_WITH_BASE, len(begin) == len(space))
        left = trials - _finished(study)
        if left > 0:
            study.optimize(tried, n_trials=left, timeout=timeout_s)
        report = _report(study, out, train, dev, chosen)
    _write(report, out)
    return report


def read_space(path: Path) -> Space:
    """A YAML file of setting: {low:, high:, log:} or {choices: [...]}. Raises SettingsError with file:line."""
    data, node = read_yaml(path)
    if not isinstance(data, dict) or not data:
        raise SettingsError(f"{path}:1: expected settings with what they may be")
    known = TrainingSettings.__struct_fields__
    found: dict[str, Range | Choices] = {}
    for name, given in data.items():
        if name not in known:
            raise SettingsError(f"{path}:1 {name}: no training setting; known: {', '.join(known)}")
        if isinstance(given, dict) and "choices" in given:
            found[name] = convert(given, Choices, path=path, node=node, at=(name,))
        else:
            found[name] = convert(given, Range, path=path, node=node, at=(name,))
        for value in _edges(found[name]):
            _check_value(path, name, value)
    return found


def with_dev(splits: Splits, *, seed: int) -> tuple[Corpus, Corpus]:
    """The train and dev examples; where there is no dev split, some train examples are set aside, by intent."""
    if splits.dev is not None:
        return splits.train, splits.dev
    seen, judged = hold_out(splits.train.examples, share=DEV_SHARE, seed=seed)
    if not judged:
        raise CorpusError("too few examples to set some aside for judging: give a dev split")
    learnt, dev = (msgspec.structs.replace(splits.train, examples=examples) for examples in (seen, judged))
    return learnt, dev


class _Objective:
    """Trains with what the trial suggests; the score on the dev split."""

    def __init__(
        self,
        train: Corpus,
        dev: Corpus,
        moods: SentimentData,
        base: TrainingSettings,
        space: Space,
        *,
        trials: int,
        progress: Progress,
    ) -> None:
        self._train, self._dev, self._moods = train, dev, moods
        self._base, self._space = base, space
        self._trials, self._progress = trials, progress

    def __call__(self, trial: optuna.Trial) -> float:
        settings = msgspec.structs.replace(self._base, **_suggested(trial, self._space))
        training = Training(self._train, self._moods, settings, dev=self._dev)
        judged: dict[str, float] = {}
        for step in training.steps(log=_keep_judgement(judged)):
            best = _best_so_far(trial.study)
            self._progress(
                round(1000 * step.number / training.total) + 1000 * trial.number,
                1000 * max(self._trials, trial.number + 1),
                f"trial {trial.number + 1}, loss {step.loss:.2f}" + (f", best {best:.4f}" if best else ""),
            )
            quarter = 4 * step.number // training.total
            if judged and quarter < 4:
                trial.report(_score(judged), quarter)
                judged.clear()
                if trial.should_prune():
                    raise optuna.TrialPruned
        return _score({name: value for name, value in training.metrics.items() if not name.endswith("examples")})


def _keep_judgement(judged: dict[str, float]) -> Log:
    def log(name: str, value: float, step: int) -> None:  # noqa: ARG001 - as Log has it
        if name.startswith("judged/"):
            judged[name.removeprefix("judged/")] = value

    return log


def _score(judged: Mapping[str, float]) -> float:
    """The mean of the shares among `judged`."""
    found = [value for name, value in judged.items() if name.endswith(("intent_accuracy", "entity_f1"))]
    if not found:
        raise CorpusError("the dev split has neither intents nor entities to judge by")
    return sum(found) / len(found)


def _suggested(trial: optuna.Trial, space: Space) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, allowed in space.items():
        if isinstance(allowed, Choices):
            found[name] = trial.suggest_categorical(name, allowed.choices)
        elif _is_whole(name):
            found[name] = trial.suggest_int(name, int(allowed.low), int(allowed.high), log=allowed.log)
        else:
            found[name] = trial.suggest_float(name, allowed.low, allowed.high, log=allowed.log)
    return found


def _is_whole(name: str) -> bool:
    """Whether the setting counts something."""
    kind = get_type_hints(TrainingSettings)[name]
    return int in (kind, *get_args(kind))


def _inside(space: Space, base: TrainingSettings, train: Corpus) -> dict[str, Any]:
    """The base settings as a trial: those that the space covers; "auto" as it would come out."""
    tagged = any(example.entities for example in train.examples)
    planned = plan(base, examples=len(train.examples), views=views_of(train, base), tagged=tagged)
    plain = {**msgspec.to_builtins(base), **msgspec.to_builtins(planned)}
    found: dict[str, Any] = {}
    for name, allowed in space.items():
        value = plain[name]
        if isinstance(allowed, Choices):
            inside = value in allowed.choices
        else:
            inside = isinstance(value, int | float) and allowed.low <= value <= allowed.high
        if inside:
            found[name] = value
    return found


@contextmanager
def _open_study(out: Path, fingerprint: str, *, seed: int) -> Iterator[optuna.Study]:
    """The study beside `out`, a new one or the one of the same search."""
    path = out.with_suffix(".study.db")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.RDBStorage(f"sqlite:///{path}")
    try:
        study = optuna.create_study(
            study_name=_STUDY, storage=storage, direction="maximize", load_if_exists=True,
            pruner=optuna.pruners.MedianPruner(n_startup_trials=_STARTUP_TRIALS),
        )  # fmt: skip
        known = study.user_attrs.setdefault(_FINGERPRINT, fingerprint)
        if known != fingerprint:
            raise SettingsError(f"{path}: a search over other data, space or settings; choose another --out")
        study.set_user_attr(_FINGERPRINT, fingerprint)
        # Gone on with, a sampler of the same seed would repeat its first draws.
        study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.trials), n_startup_trials=_STARTUP_TRIALS)
        yield study
    finally:
        storage.remove_session()
        storage.engine.dispose()


def _finished(study: optuna.Study) -> int:
    return sum(trial.state in (TrialState.COMPLETE, TrialState.PRUNED) for trial in study.trials)


def _best_so_far(study: optuna.Study) -> float | None:
    done = [trial.value for trial in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))]
    return max((value for value in done if value is not None), default=None)


def _fingerprint(train: Corpus, dev: Corpus, moods: SentimentData, base: TrainingSettings, space: Space) -> str:
    parts = (train, dev, moods, dict(space))
    digest = hashlib.sha256(base.encoded())
    for part in parts:
        digest.update(msgspec.json.encode(part, order="deterministic"))
    return digest.hexdigest()


def _report(study: optuna.Study, out: Path, train: Corpus, dev: Corpus, base: TrainingSettings) -> SearchReport:
    rows = tuple(_row(trial) for trial in study.trials)
    done = [row for row in rows if row.state == "complete" and row.score is not None]
    if not done:
        raise SettingsError(f"{out.with_suffix('.study.db')}: no trial came to its end; allow more time")
    best = max(done, key=lambda row: row.score or 0.0)
    return SearchReport(
        out=str(out),
        study=str(out.with_suffix(".study.db")),
        train_examples=len(train.examples),
        dev_examples=len(dev.examples),
        score=best.score or 0.0,
        default_score=rows[0].score if study.user_attrs.get(_BEGAN_WITH_BASE) else None,
        settings={**_changed(base), **best.settings},
        trials=rows,
    )


def _row(trial: FrozenTrial) -> TrialRow:
    took = trial.duration.total_seconds() if trial.duration else 0.0
    value = trial.value if trial.state == TrialState.COMPLETE else None
    states = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "pruned", TrialState.FAIL: "failed"}
    return TrialRow(
        number=trial.number + 1, state=states.get(trial.state, "running"), score=value,
        settings=dict(trial.params), took_s=round(took, 1),
    )  # fmt: skip


def _changed(base: TrainingSettings) -> dict[str, Any]:
    """What is not as in the defaults."""
    plain, usual = msgspec.to_builtins(base), msgspec.to_builtins(TrainingSettings())
    return {name: value for name, value in plain.items() if value != usual[name]}


def _write(report: SearchReport, out: Path) -> None:
    begun_with = "" if report.default_score is None else f"; the settings without a search: {report.default_score:.4f}"
    head = (
        f"# The best of {len(report.trials)} trials of kefu nlu search: score {report.score:.4f} on "
        f"{report.dev_examples} dev examples{begun_with}.\n# Use: kefu nlu train --settings {out.name} ...\n"
    )
    out.write_text(head + yaml.safe_dump(report.settings, sort_keys=True), encoding="utf-8")
    names = sorted({name for row in report.trials for name in row.settings})
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["trial", "state", "score", "took_s", *names])
    for row in report.trials:
        score = "" if row.score is None else f"{row.score:.6f}"
        writer.writerow([row.number, row.state, score, row.took_s, *(row.settings.get(name, "") for name in names)])
    out.with_suffix(".trials.csv").write_text(table.getvalue(), encoding="utf-8")


def _edges(allowed: Range | Choices) -> tuple[Any, ...]:
    return allowed.choices if isinstance(allowed, Choices) else (allowed.low, allowed.high)


def _check_value(path: Path, name: str, value: Any) -> None:
    try:
        msgspec.convert({name: value}, TrainingSettings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path}:1 {name}: {value!r}: {str(error).partition(' - at')[0].lower()}") from error
