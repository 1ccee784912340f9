"""Which files or folders of a data set are train, dev and test, told by their names."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from nlu.corpus.out_of_scope import is_out_of_scope
from nlu.errors import CorpusError

SPLIT_NAMES: Mapping[str, tuple[str, ...]] = {
    "train": ("train", "training", "trn"),
    "dev": ("dev", "valid", "validation", "val", "devel", "development", "testa", "eval"),
    "test": ("test", "testing", "tst", "testb"),
}
"""Split -> names it goes by, as a whole name or as a word of one (`eng.testa`, `wnut17train.conll`)."""

DATA_SUFFIXES = frozenset(
    {
        *("", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".yml", ".yaml"),
        *(".conll", ".conllu", ".bio", ".iob", ".iob2", ".iobes", ".bioes", ".data"),
    }
)
_WORDS = re.compile(r"[\W_]+")
_SPLIT_BY_NAME = {name: split for split, names in SPLIT_NAMES.items() for name in names}


class FoundSplits(NamedTuple):
    """Split -> its files and folders; `others` are the files that belong to none."""

    places: dict[str, list[Path]]
    others: list[Path]


def find_splits(folder: Path) -> FoundSplits:
    """The splits of a data set's folder; no `train` and no `test` in it means that it has none.

    Files of out-of-scope examples (`oos_train.csv`) join their split. Raises CorpusError when several could be one.
    """
    exact: dict[str, list[Path]] = {}
    loose: dict[str, list[Path]] = {}
    others = []
    for path in sorted(folder.iterdir()):
        split, whole = split_of(path)
        if path.name.startswith("."):
            continue
        if not split:
            others += [path] if path.is_file() else []
            continue
        (exact if whole else loose).setdefault(split, []).append(path)
    places: dict[str, list[Path]] = {}
    for split in SPLIT_NAMES:
        first = exact.get(split) or [path for path in loose.get(split, []) if not _is_outside(path)]
        if len(first) > 1:
            named = ", ".join(path.name for path in first)
            raise CorpusError(f"{folder}: several could be the {split} split: {named}; give one of them")
        outside = [path for path in loose.get(split, []) if _is_outside(path)]
        if first:
            places[split] = first + outside
        others += [path for path in loose.get(split, []) if path not in (*first, *outside)]
    return FoundSplits(places, others)


def split_of(path: Path) -> tuple[str, bool]:
    """The split that the file's or folder's name says, "" for none, and whether it says nothing else."""
    name = path.name.lower()
    if path.is_file():
        if name in _SPLIT_BY_NAME:
            return _SPLIT_BY_NAME[name], True
        words = [word for word in _WORDS.split(name) if word]
        if path.suffix.lower() not in DATA_SUFFIXES and path.suffix[1:].lower() not in _SPLIT_BY_NAME:
            return "", False
        if path.stem.lower() in _SPLIT_BY_NAME:
            return _SPLIT_BY_NAME[path.stem.lower()], True
        return _split_among(words), False
    if name in _SPLIT_BY_NAME:
        return _SPLIT_BY_NAME[name], True
    return "", False


def _split_among(words: Sequence[str]) -> str:
    found = {_SPLIT_BY_NAME[word] for word in words if word in _SPLIT_BY_NAME}
    if not found:
        found = {
            split
            for split, names in SPLIT_NAMES.items()
            for word in words
            if word.endswith((names[0], "valid")) and (split == "dev" or not word.endswith("valid"))
        }
    return found.pop() if len(found) == 1 else ""


def _is_outside(path: Path) -> bool:
    """`oos_train.csv`: what is left of the name without the split means out of scope."""
    left = [word for word in _WORDS.split(path.stem.lower()) if word and word not in _SPLIT_BY_NAME]
    return bool(left) and is_out_of_scope(" ".join(left))
