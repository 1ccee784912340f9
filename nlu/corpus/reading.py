"""Training data of any known format: told by its content, read into one corpus, every fault named with its line."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from loguru import logger

from nlu.corpus.corpus import Corpus, Splits
from nlu.corpus.faults import Draft, Fault, Place, Report
from nlu.corpus.out_of_scope import out_of_scope_names
from nlu.corpus.rasa import read_rasa
from nlu.errors import CorpusError

Reader = Callable[[Path, Draft], None]

READERS: Mapping[str, Reader] = {"rasa": read_rasa}
"""Format name -> reader of a file (JointBERT: of a folder)."""


def log_warning(fault: Fault) -> None:
    """Where faults go when nobody asks for them."""
    logger.warning("{}", fault)


def read_corpus(
    paths: Path | Sequence[Path],
    format: str = "auto",
    *,
    oos_label: str | None = None,
    skip_bad_lines: bool = False,
    report: Report = log_warning,
) -> Corpus:
    """The examples of all files as one corpus.

    Labels that mean out of scope become `out_of_scope`; `oos_label` is one more name for it. `report` gets every
    warning, and with `skip_bad_lines` every error too. Raises CorpusError, one `file:line: reason` a line for every
    error of all files; with `skip_bad_lines` only when nothing is left.
    """
    draft = Draft()
    files = [paths] if isinstance(paths, Path) else list(paths)
    for path in files:
        read_rasa(path, draft)
    return finish(draft, files, oos_label=oos_label, skip_bad_lines=skip_bad_lines, report=report)


def finish(
    draft: Draft, files: Sequence[Path], *, oos_label: str | None, skip_bad_lines: bool, report: Report
) -> Corpus:
    """The corpus of a draft. Raises CorpusError as `read_corpus`."""
    if not draft.examples and not any(fault.severity == "error" for fault in draft.faults):
        draft.error(Place(str(files[0]) if files else "no file", 1), "no examples")
    renamed = out_of_scope_names((example.intent for example in draft.examples), also=oos_label)
    errors = [fault for fault in draft.faults if fault.severity == "error"]
    if errors and not (skip_bad_lines and draft.examples):
        raise CorpusError("\n".join(map(str, errors)))
    for fault in draft.faults:
        report(fault)
    return draft.corpus(renamed)


def read_splits(
    path: Path,
    format: str = "auto",
    *,
    oos_label: str | None = None,
    skip_bad_lines: bool = False,
    report: Report = log_warning,
) -> Splits:
    """A data set with its splits: a folder with train, dev (valid, validation, val) and test as files or folders.

    Anything without splits is all `train`. Raises CorpusError as `read_corpus`.
    """
    return Splits(train=read_corpus(path, format, oos_label=oos_label, skip_bad_lines=skip_bad_lines, report=report))
