"""A corpus written in any of the formats it is read from."""

from collections.abc import Callable, Mapping
from pathlib import Path

from nlu.corpus.conll import conll_text
from nlu.corpus.corpus import Corpus, Splits
from nlu.corpus.jointbert import jointbert_files
from nlu.corpus.json_lines import json_lines
from nlu.corpus.rasa import rasa_yaml
from nlu.corpus.table import csv_text
from nlu.errors import CorpusError

_TEXTS: Mapping[str, Callable[[Corpus], str]] = {
    "rasa": rasa_yaml,
    "csv": csv_text,
    "jsonl": json_lines,
    "conll": conll_text,
}
SUFFIXES: Mapping[str, str] = {"rasa": ".yaml", "csv": ".csv", "jsonl": ".jsonl", "conll": ".conll", "jointbert": ""}
"""Format -> the suffix of its files; JointBERT writes a folder."""


def write_corpus(corpus: Corpus, path: Path, format: str) -> tuple[str, ...]:
    """Writes the file (JointBERT: the folder) and returns what the format could not carry, in words.

    Raises CorpusError for an unknown format, one that can't hold this corpus at all, or a place that can't be written.
    """
    if format not in SUFFIXES:
        raise CorpusError(f"unknown format {format!r}; known: {', '.join(SUFFIXES)}")
    try:
        contents = {path / n: c for n, c in jointbert_files(corpus).items()} if format == "jointbert" else {}
        for place, content in (contents or {path: _TEXTS[format](corpus)}).items():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise CorpusError(f"{path}: {error}") from error
    return losses(corpus, format)


def write_splits(splits: Splits, folder: Path, format: str) -> tuple[str, ...]:
    """`train`, `dev` and `test` as files (JointBERT: folders) in `folder`. Raises CorpusError as `write_corpus`."""
    lost: list[str] = []
    for name in ("train", "dev", "test"):
        corpus = getattr(splits, name)
        if corpus is not None and corpus.examples:
            said = write_corpus(corpus, folder / f"{name}{SUFFIXES.get(format, '')}", format)
            lost += [f"{name}: {what}" for what in said]
    return tuple(lost)


def losses(corpus: Corpus, format: str) -> tuple[str, ...]:
    """What of this corpus the format has no place for."""
    entities = [entity for example in corpus.examples for entity in example.entities]
    lost = []
    if format == "csv" and entities:
        lost.append(f"{len(entities)} entities")
    if format in ("conll", "jointbert"):
        values = sum(entity.value is not None for entity in entities)
        roles = sum(bool(entity.role or entity.group) for entity in entities)
        lost += [f"{values} entity values"] if values else []
        lost += [f"{roles} roles and groups became part of the entity's name"] if roles else []
        spaced = sum(" ".join(e.text.split()) != e.text for e in corpus.examples)
        lost += [f"the white space of {spaced} texts became single spaces"] if spaced else []
    if format != "rasa":
        known = {"synonyms": corpus.synonyms, "lookup tables": corpus.lookups, "regular expressions": corpus.regexes}
        lost += [f"{len(found)} {name}" for name, found in known.items() if found]
    return tuple(lost)
