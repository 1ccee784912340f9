"""Training data of any known format: told by its content, read into one corpus, every fault named with its line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from loguru import logger

from nlu.corpus.conll import read_conll
from nlu.corpus.corpus import Corpus, Splits
from nlu.corpus.detection import FORMATS, detect_format
from nlu.corpus.faults import Draft, Fault, Place, Report, in_order
from nlu.corpus.jointbert import is_jointbert, read_jointbert
from nlu.corpus.json_lines import read_json_lines
from nlu.corpus.layout import BY_ITSELF, Layout
from nlu.corpus.out_of_scope import out_of_scope_names
from nlu.corpus.rasa import read_rasa
from nlu.corpus.split_names import DATA_SUFFIXES, find_splits
from nlu.corpus.table import read_table
from nlu.errors import CorpusError

Reader = Callable[[Path, Draft, Layout], None]

READERS: Mapping[str, Reader] = {
    "rasa": read_rasa,
    "csv": read_table,
    "jsonl": read_json_lines,
    "conll": read_conll,
    "jointbert": read_jointbert,
}
"""Format name -> reader of a file (JointBERT: of a folder)."""

AUTO = "auto"


def log_warning(fault: Fault) -> None:
    """Where faults go when nobody asks for them."""
    logger.warning("{}", fault)


def read_corpus(
    paths: Path | Sequence[Path],
    format: str = AUTO,
    *,
    oos_label: str | None = None,
    skip_bad_lines: bool = False,
    report: Report = log_warning,
    layout: Layout = BY_ITSELF,
) -> Corpus:
    """The examples of all files as one corpus; a folder without splits stands for the files in it.

    Labels that mean out of scope become `out_of_scope`; `oos_label` is one more name for it. `report` gets every
    warning, and with `skip_bad_lines` every error too. Raises CorpusError, one `file:line: reason` a line for every
    error of all files; with `skip_bad_lines` only when nothing is left.
    """
    draft = Draft()
    files = [paths] if isinstance(paths, Path) else list(paths)
    for given in files:
        for path in _expanded(given, format, draft):
            _read(path, format, draft, layout)
    _check_whole(draft)
    if not draft.examples and not any(fault.severity == "error" for fault in draft.faults):
        draft.error(Place(str(files[0]) if files else "no file", 1), "no examples")
    faults = in_order(draft.faults)
    errors = [fault for fault in faults if fault.severity == "error"]
    if errors and not (skip_bad_lines and draft.examples):
        raise CorpusError("\n".join(map(str, errors)))
    for fault in faults:
        report(fault)
    return draft.corpus(_renamed(draft, oos_label, report))


def read_splits(
    path: Path | Sequence[Path],
    format: str = AUTO,
    *,
    oos_label: str | None = None,
    skip_bad_lines: bool = False,
    report: Report = log_warning,
    layout: Layout = BY_ITSELF,
) -> Splits:
    """A data set with its splits: a folder with train, dev (valid, validation, val) and test as files or folders.

    Anything without splits is all `train`. Raises CorpusError as `read_corpus`, for the errors of all splits at once.
    """
    given = [path] if isinstance(path, Path) else list(path)
    if len(given) != 1 or not _has_splits(given[0]):
        corpus = read_corpus(
            given, format, oos_label=oos_label, skip_bad_lines=skip_bad_lines, report=report, layout=layout
        )
        return Splits(train=corpus)
    found = find_splits(given[0])
    for other in found.others:
        report(_left_out(other))
    corpora: dict[str, Corpus] = {}
    errors = [] if "train" in found.places else [f"{given[0]}: no train split beside {', '.join(found.places)}"]
    for split, places in found.places.items():
        try:
            corpora[split] = read_corpus(
                places, format, oos_label=oos_label, skip_bad_lines=skip_bad_lines, report=report, layout=layout
            )
        except CorpusError as error:
            errors.append(str(error))
    if errors:
        raise CorpusError("\n".join(errors))
    for split in ("dev", "test"):
        if split in corpora:
            _report_leaks(given[0], split, corpora, report)
    return Splits(train=corpora["train"], dev=corpora.get("dev"), test=corpora.get("test"))


def _report_leaks(folder: Path, split: str, corpora: Mapping[str, Corpus], report: Report) -> None:
    """What is judged should not have been learnt; it is kept, because published figures keep it too."""
    learnt = {_bare(example.text) for example in corpora["train"].examples}
    count = sum(_bare(example.text) in learnt for example in corpora[split].examples)
    if count:
        said = f"{count} of {len(corpora[split].examples)} texts of {split} are in train as well"
        report(Fault(path=str(folder), line=1, reason=said, severity="warning"))


def _bare(text: str) -> str:
    return " ".join(text.lower().split())


def _has_splits(path: Path) -> bool:
    if not path.is_dir() or is_jointbert(path):
        return False
    found = find_splits(path).places
    return "train" in found or "test" in found


def _expanded(path: Path, format: str, draft: Draft) -> Iterator[Path]:
    """A folder's files, unless the folder is a corpus itself. Raises CorpusError for splits and empty folders."""
    if not path.is_dir() or is_jointbert(path) or format == "jointbert":
        yield path
        return
    if _has_splits(path):
        splits = ", ".join(str(place) for places in find_splits(path).places.values() for place in places)
        raise CorpusError(f"{path}: has splits; give one of them: {splits}")
    inside = [
        file
        for file in sorted(path.rglob("*"))
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
    ]
    files = [file for file in inside if file.suffix and file.suffix.lower() in DATA_SUFFIXES]
    if not files:
        raise CorpusError(f"{path}: no training data; known formats: {', '.join(FORMATS)}")
    for file in inside:
        if file not in files:
            fault = _left_out(file)
            draft.warning(Place(fault.path, fault.line), fault.reason)
    yield from files


def _read(path: Path, format: str, draft: Draft, layout: Layout) -> None:
    if format != AUTO and format not in READERS:
        raise CorpusError(f"unknown format {format!r}; known: auto, {', '.join(READERS)}")
    try:
        READERS[detect_format(path) if format == AUTO else format](path, draft, layout)
    except CorpusError as error:
        found = str(error).removeprefix(f"{path}:")
        draft.error(Place(str(path), 1), found.removeprefix("1:").strip())


def _left_out(path: Path) -> Fault:
    return Fault(path=str(path), line=1, reason="this file is not read", severity="warning")


def _renamed(draft: Draft, oos_label: str | None, report: Report) -> dict[str, str]:
    renamed = out_of_scope_names((example.intent for example in draft.examples), also=oos_label)
    for name, new in renamed.items():
        index = next(index for index, example in enumerate(draft.examples) if example.intent == name)
        place = draft.places[index]
        said = f"label {name!r} is read as {new}"
        report(Fault(path=place.path, line=place.line, reason=said, severity="warning"))
    return renamed


def _check_whole(draft: Draft) -> None:
    """What only shows over all lines: examples without intent beside others, one text with two labels."""
    labelled = any(example.intent for example in draft.examples)
    kept = []
    first: dict[str, int] = {}
    for index, (example, place) in enumerate(zip(draft.examples, draft.places, strict=True)):
        if labelled and not example.intent:
            draft.error(place, f"no intent, though others have one: {example.text[:60]!r}")
            continue
        kept.append(index)
        before = first.setdefault(_bare(example.text), index)
        other = draft.examples[before]
        if other.intent != example.intent:
            at = draft.places[before]
            said = f"{example.text[:60]!r} is {example.intent} here and {other.intent} in {at.path}:{at.line}"
            draft.warning(place, said)
    if len(kept) < len(draft.examples):
        draft.examples = [draft.examples[index] for index in kept]
        draft.places = [draft.places[index] for index in kept]
