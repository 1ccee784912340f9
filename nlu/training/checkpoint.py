"""A model folder for given data: the one that is there, or a newly trained one."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from nlu.corpus.corpus import Corpus
from nlu.corpus.reading import read_corpus
from nlu.errors import CheckpointError
from nlu.grounding import Knowledge
from nlu.locations import data_root, pack_nlu_files
from nlu.model.manifest import FORMAT, MANIFEST, Manifest, fingerprint, is_complete, write_folder
from nlu.training.sentiment import read_sentiment, sentiment_path
from nlu.training.settings import TrainingSettings

if TYPE_CHECKING:
    from nlu.training.fine_tuning import Trained

KEPT = 3
"""How many models of one directory are kept."""

Progress = Callable[[int, int, str], None]
"""Called with steps done, steps in all and what is being done."""


def silent(done: int, total: int, doing: str) -> None:
    """Progress that nobody watches."""


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
    chosen = settings or TrainingSettings()
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
        # Waiting threads must sleep: spinning made a step 3-10 times slower where other processes wanted the cores.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        # Training pulls in torch, transformers and scikit-learn: seconds that a ready model must not cost.
        from nlu.model.export import write_model
        from nlu.training.fine_tuning import run

        progress(0, 1, "loading the encoder")
        trained = run(corpus, moods, chosen, progress=progress)
        manifest = _manifest(trained, corpus, chosen, wanted)
        steps = int(trained.metrics["steps"])
        progress(steps, steps, "writing the model")
        write_folder(folder, manifest, lambda place: write_model(place, trained.model, trained.tokenizer))
        _drop_old(directory)
    return folder


def pack_checkpoint(pack: Path, *, progress: Progress = silent, force: bool = False) -> Path:
    """The model folder of the pack in folder `pack`, under the data folder."""
    directory = data_root() / "models" / pack.resolve().name
    return ensure_checkpoint(pack_nlu_files(pack), directory=directory, progress=progress, force=force)


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


def _manifest(trained: "Trained", corpus: Corpus, settings: TrainingSettings, wanted: str) -> Manifest:
    knowledge = Knowledge(
        names=corpus.entity_names, synonyms=corpus.synonyms, lookups=corpus.lookups, regexes=corpus.regexes
    )
    return Manifest(
        format=FORMAT, fingerprint=wanted, encoder=settings.encoder, max_pieces=settings.max_pieces,
        labels=trained.labels, calibration=trained.calibration, knowledge=knowledge, metrics=trained.metrics,
    )  # fmt: skip
