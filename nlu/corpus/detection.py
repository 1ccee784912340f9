"""Which format a file is in, told by its content."""

import csv
import json
import re
from pathlib import Path

from nlu.corpus.conll import looks_like_conll
from nlu.corpus.faults import Draft
from nlu.corpus.jointbert import is_jointbert
from nlu.corpus.source import Source, read_source
from nlu.corpus.table import DELIMITERS
from nlu.errors import CorpusError

FORMATS = {
    "rasa": "Rasa 3 NLU YAML",
    "csv": "CSV or TSV with text and label",
    "jsonl": "JSON lines with text, intent and entities",
    "conll": "CoNLL columns, a token and its tag a line",
    "jointbert": "a folder with seq.in, seq.out and label",
}

_YAML = re.compile(r"(?:version|nlu|stories|rules|responses|intents)\s*:")
_SUFFIXES = {
    **dict.fromkeys((".yml", ".yaml"), "rasa"),
    **dict.fromkeys((".csv", ".tsv"), "csv"),
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
    **dict.fromkeys((".conll", ".conllu", ".bio", ".iob", ".iob2", ".iobes", ".bioes"), "conll"),
}
_SAMPLE_LINES = 400


def detect_format(path: Path) -> str:
    """One of FORMATS: by the first lines, and when they leave it open by the file's name.

    Raises CorpusError, which lists the formats, when neither tells.
    """
    if path.is_dir():
        if is_jointbert(path):
            return "jointbert"
        raise CorpusError(f"{path}: a folder without seq.in")
    if path.suffix in (".yml", ".yaml"):
        return "rasa"
    source = read_source(path, Draft())
    found = _by_content(source) or _SUFFIXES.get(path.suffix.lower(), "")
    if not found:
        known = "; ".join(f"{name} ({what})" for name, what in FORMATS.items())
        raise CorpusError(f"{path}:1: the format can't be told from the content; say which it is: {known}")
    return found


def _by_content(source: Source) -> str:
    lines = [line for line in source.lines[:_SAMPLE_LINES] if line.strip()]
    if not lines:
        return ""
    if any(_YAML.match(line) for line in lines[:50]) and not lines[0].startswith(("{", "[")):
        return "rasa"
    if _is_json(lines[0]):
        return "jsonl"
    if looks_like_conll(lines):
        return "conll"
    return "csv" if _is_table(lines) else ""


def _is_json(line: str) -> bool:
    """An object a line, or an array that begins; `[fifty pounds](amount)` is neither."""
    if line.strip() in ("[", "[{"):
        return True
    try:
        data, _ = json.JSONDecoder().raw_decode(line.strip())
    except json.JSONDecodeError:
        return line.startswith(("[{", '{"'))
    return isinstance(data, dict) or (isinstance(data, list) and all(isinstance(item, dict) for item in data))


def _is_table(lines: list[str]) -> bool:
    """Some delimiter gives nearly all rows the same number of fields, two or more."""
    for delimiter in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader((line + "\n" for line in lines), delimiter=delimiter) if row]
        except csv.Error:
            continue
        common = max(set(widths), key=widths.count)
        if common > 1 and widths.count(common) >= 0.9 * len(widths):
            return True
    return False
