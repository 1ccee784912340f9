"""A model folder for given data: a newly trained one, or the one of the same data that is there."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from filelock import FileLock

from nlu.corpus.corpus import Corpus
from nlu.corpus.reading import read_corpus
from nlu.errors import CheckpointError
from nlu.grounding import measured_knowledge
from nlu.locations import data_root, pack_nlu_files
from nlu.model.facts import GraphFacts, data_facts
from nlu.model.manifest import FORMAT, MANIFEST, Manifest, fingerprint, is_complete, write_folder
from nlu.progress import Progress, silent
from nlu.training.logs import EVENTS, open_log
from nlu.training.sentiment import SentimentData, read_sentiment, sentiment_path
from nlu.training.settings import TrainingSettings

if TYPE_CHECKING:
    from nlu.training.fine_tuning import Trained

STATE = "training-state.pt"
"""The state of unfinished training, in the model's folder until training is done."""

KEPT = 3
"""How many models of one directory are kept."""

PACK_SETTINGS = TrainingSettings(epochs=3, encoder_rate=1.5e-4, tensorboard=False, save_every=0)
"""For packs: a minute or two, for who waits at the first start."""


def train_checkpoint(
    corpus: Corpus,
    *,
    out: Path,
    settings: TrainingSettings | None = None,
    dev: Corpus | None = None,
    sentiment: SentimentData | None = None,
    progress: Progress = silent,
    resume: bool = False,
) -> Path:
    """Train on `corpus` and write the model folder `out`, in the place of a model that may be there.

    `dev` gives early stopping and calibration; without it a part of the corpus is held out. `sentiment` is by default
    the shipped data. Every `settings.save_every` steps the state of the training is kept in `out`; with `resume` it
    goes on from there to the same result, and a finished model of the same data and settings is left as it is.
    Raises CheckpointError when `out` holds other things or the state is of other data, and when the encoder is
    missing or refused.
    """
    chosen = settings or TrainingSettings()
    moods = read_sentiment(sentiment_path()) if sentiment is None else sentiment
    wanted = corpus_fingerprint(corpus, dev, moods, chosen)
    _check_place(out)
    if resume and is_complete(out, wanted):
        return out
    if not resume:
        (out / STATE).unlink(missing_ok=True)
    _make(out)
    _train(corpus, moods, chosen, dev=dev, out=out, wanted=wanted, progress=progress)
    return out


def ensure_checkpoint(
    files: Sequence[Path],
    *,
    directory: Path,
    settings: TrainingSettings | None = None,
    sentiment: Path | None = None,
    progress: Progress = silent,
    force: bool = False,
) -> Path:
    """The folder under `directory` with a model of exactly these files; trains (a minute or two) when there is none.

    Processes that want the same model wait for the one that trains it. `sentiment` is the sentiment data's file,
    by default the shipped one. Raises CorpusError or SettingsError for bad data, CheckpointError when the encoder
    is missing or refused.
    """
    chosen = settings or PACK_SETTINGS
    mood_file = sentiment or sentiment_path()
    corpus, moods = read_corpus(files), read_sentiment(mood_file)
    wanted = fingerprint([*files, mood_file], chosen.encoded())
    folder = directory / wanted[:16]
    if not force and is_complete(folder, wanted):
        return folder
    _make(directory)
    with FileLock(directory / f".{wanted[:16]}.lock"):
        if not force and is_complete(folder, wanted):
            return folder
        quiet = msgspec.structs.replace(chosen, save_every=0, tensorboard=False)
        _train(corpus, moods, quiet, dev=None, out=folder, wanted=wanted, progress=progress)
        _drop_old(directory)
    return folder


def pack_checkpoint(pack: Path, *, progress: Progress = silent, force: bool = False) -> Path:
    """The model folder of the pack in folder `pack`, under the data folder."""
    directory = data_root() / "models" / pack.resolve().name
    return ensure_checkpoint(pack_nlu_files(pack), directory=directory, progress=progress, force=force)


def corpus_fingerprint(corpus: Corpus, dev: Corpus | None, sentiment: SentimentData, settings: TrainingSettings) -> str:
    """Of everything a model's weights depend on, whatever files it came from."""
    digest = hashlib.sha256(f"kefu nlu {FORMAT}\n".encode())
    for part in (corpus, dev, sentiment):
        digest.update(msgspec.json.encode(part, order="deterministic") + b"\n")
    digest.update(settings.encoded())
    return digest.hexdigest()


def _train(
    corpus: Corpus,
    moods: SentimentData,
    settings: TrainingSettings,
    *,
    dev: Corpus | None,
    out: Path,
    wanted: str,
    progress: Progress,
) -> None:
    """Train, from a state in `out` if there is one, and write the folder."""
    # Waiting threads must sleep: spinning made a step 3-10 times slower where other processes wanted the cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Training pulls in torch, transformers and scikit-learn: seconds that a ready model must not cost.
    from nlu.model.export import write_model
    from nlu.training.fine_tuning import Training
    from nlu.training.resuming import read_state, write_state

    progress(0, 1, "loading the encoder")
    training = Training(corpus, moods, settings, dev=dev)
    state = read_state(out / STATE, wanted=wanted) if settings.save_every else None
    with open_log(out, settings) as log:
        for step in training.steps(state=state, log=log):
            progress(step.number, step.total, f"training, loss {step.loss:.2f}")
            if settings.save_every and step.number % settings.save_every == 0 and training.can_be_saved:
                write_state(out / STATE, training.state() | {"fingerprint": wanted})
    trained = training.result()
    progress(training.total, training.total, "writing the model")

    def fill(place: Path) -> tuple[GraphFacts, ...]:
        if (out / EVENTS).is_dir():
            shutil.copytree(out / EVENTS, place / EVENTS)
        texts = [example.text for example in corpus.examples]
        return write_model(place, trained.model, trained.tokenizer, texts=texts, max_pieces=settings.max_pieces)

    write_folder(out, _manifest(trained, corpus, dev, settings, wanted), fill)


def _check_place(out: Path) -> None:
    """What is at `out` goes when the model is written: it must be ours."""
    if out.exists() and not out.is_dir():
        raise CheckpointError(f"{out}: is a file; choose a folder")
    there = {path.name for path in out.iterdir()} if out.is_dir() else set()
    if there - {EVENTS} and not there & {MANIFEST, STATE}:
        raise CheckpointError(f"{out}: holds other things than a model; choose a new or an empty folder")


def _drop_old(directory: Path) -> None:
    """Each change of the data makes a folder of 180 MB: the youngest few stay."""
    models = [path for path in directory.iterdir() if (path / MANIFEST).is_file()]
    for path in sorted(models, key=lambda path: (path / MANIFEST).stat().st_mtime)[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CheckpointError(f"{directory}: {error.strerror}; choose another data folder with KEFU_HOME") from error


def _manifest(
    trained: "Trained", corpus: Corpus, dev: Corpus | None, settings: TrainingSettings, wanted: str
) -> Manifest:
    return Manifest(
        format=FORMAT, fingerprint=wanted, encoder=settings.encoder, max_pieces=settings.max_pieces,
        labels=trained.labels, calibration=trained.calibration, knowledge=measured_knowledge(corpus),
        metrics=trained.metrics, settings=msgspec.to_builtins(settings), data=data_facts(corpus, dev),
    )  # fmt: skip
