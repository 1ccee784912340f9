"""Tables of utterances with their intents: CSV and TSV, with or without a header."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from nlu.corpus.corpus import Corpus, Example
from nlu.corpus.faults import Draft
from nlu.corpus.layout import Layout
from nlu.corpus.source import Source, read_source

TEXT_NAMES = (
    *("text", "utterance", "sentence", "query", "question", "message", "input", "example", "phrase", "content"),
    *("request", "instruction", "utt"),
)
LABEL_NAMES = (
    *("intent", "label_text", "label_name", "intent_name", "intent_label", "label", "category", "class", "target"),
    *("labels", "intents", "class_name", "output"),
)
"""Known names of columns; when a file has several, the first of the list is the one."""

DELIMITERS = ",\t;|"
_LONGEST_NAME = 40


class Record(NamedTuple):
    """A row of the table with the line it begins in."""

    line: int
    fields: list[str]


class Columns(NamedTuple):
    """Where (from 0) text and label are, the number of columns, and whether the first record is a header."""

    text: int
    label: int
    width: int
    header: bool


def read_table(path: Path, draft: Draft, layout: Layout) -> None:
    """Adds the rows of a CSV or TSV file to `draft`.

    The delimiter and the columns are told by the header or, without one, by the content; `layout` names the columns
    when neither helps. Quoted fields may hold line ends and delimiters. Columns beside text and label are left out
    with a warning.
    """
    source = read_source(path, draft)
    delimiter = delimiter_of(source)
    before = len(draft.faults)
    rows = list(records(source, delimiter, draft))
    if not rows:
        if len(draft.faults) == before:
            draft.error(source.place(1), "no rows")
        return
    try:
        columns = _columns(rows, layout, source, draft)
    except ValueError as error:
        draft.error(source.place(rows[0].line), str(error))
        return
    for record in rows[1:] if columns.header else rows:
        _add(record, columns, source, draft)


def csv_text(corpus: Corpus) -> str:
    """`text,label` with a header; a line an utterance. Entities have no place in it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("text", "label"))
    writer.writerows((example.text, example.intent) for example in corpus.examples)
    return out.getvalue()


def delimiter_of(source: Source) -> str:
    """The delimiter of a table of texts and labels."""
    return separator_of([line for line in source.lines[:200] if line.strip()], TEXT_NAMES, LABEL_NAMES)


def separator_of(sample: Sequence[str], *known: Sequence[str]) -> str:
    """The delimiter that gives a header with a name of each `known`, or else the most regular rows."""
    if not sample:
        return ","
    for delimiter in DELIMITERS:
        names = [plain_name(name) for name in next(csv.reader(sample[:1], delimiter=delimiter))]
        if all(_known(names, wanted) >= 0 for wanted in known):
            return delimiter
    best, most = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter)]
        common = max(set(widths), key=widths.count)
        share = widths.count(common) / len(widths) if common > 1 else 0.0
        # Tabs stand in no sentence: a file in which most lines have one is a TSV, however regular its commas.
        share += 0.5 if delimiter == "\t" and share > 0.5 else 0.0
        if share > most:
            best, most = delimiter, share
    return best


def records(source: Source, delimiter: str, draft: Draft) -> Iterator[Record]:
    """Faulty quotes are errors; reading goes on with the line behind the one where the record began."""
    quoting: Literal[0, 3] = csv.QUOTE_NONE if delimiter == "\t" and _has_bare_quotes(source) else csv.QUOTE_MINIMAL
    at = 0
    while at < len(source.lines):
        lines = (line + "\n" for line in islice(source.lines, at, None))
        reader = csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)
        done = 0
        try:
            for row in reader:
                first, done = done, reader.line_num
                touched = range(at + first + 1, at + done + 1)
                if any(row) and source.bad.isdisjoint(touched):
                    yield Record(at + first + 1, row)
            return
        except csv.Error as error:
            reason = str(error)
            if "unexpected end" in reason or reader.line_num - done > 1:
                reason = "a quote that is opened here is not closed properly"
            draft.error(source.place(at + done + 1), reason)
            at += done + 1


def _has_bare_quotes(source: Source) -> bool:
    """Whether quotes in a TSV are only signs: then some field begins with one that does not enclose it."""
    try:
        rows = list(csv.reader((line + "\n" for line in source.lines), delimiter="\t", strict=True))
    except csv.Error:
        return True
    return any("\n" in field for row in rows for field in row) and len({len(row) for row in rows if row}) > 1


def _columns(records: Sequence[Record], layout: Layout, source: Source, draft: Draft) -> Columns:
    """Raises ValueError when it can't be told which column is which."""
    first = records[0].fields
    names = [plain_name(name) for name in first]
    text = _chosen(layout.text, first)
    label = _chosen(layout.label, first)
    header = any(given and not given.isdigit() for given in (layout.text, layout.label))
    by_text, by_label = _known(names, TEXT_NAMES), _known(names, LABEL_NAMES)
    header = header or (by_text >= 0 and by_label >= 0) or _is_half_header(records, by_text, by_label)
    if header:
        text, label = text if text >= 0 else by_text, label if label >= 0 else by_label
        if len(first) == 2 and (text >= 0) != (label >= 0):
            text, label = (text, 1 - text) if text >= 0 else (1 - label, label)
            said = f"columns {first[text]!r} and {first[label]!r} are read as text and label"
            draft.warning(source.place(records[0].line), said)
        if text < 0 or label < 0:
            lacking = "text" if text < 0 else "label"
            raise ValueError(f"no column is known to be the {lacking}: {', '.join(first)}; say which it is")
        others = [name for at, name in enumerate(first) if at not in (text, label)]
        if others:
            draft.warning(source.place(records[0].line), f"columns left out: {', '.join(others)}")
    elif text < 0 or label < 0:
        text, label = _guessed(records)
        said = f"no header: column {text + 1} is read as the text, column {label + 1} as the label"
        draft.warning(source.place(records[0].line), said)
    return Columns(text, label, len(first), header)


def _chosen(given: str, first: Sequence[str]) -> int:
    """The column that the reader of the file named or numbered; -1 for none."""
    if not given:
        return -1
    names = [name.strip().lower() for name in first]
    if given.lower() in names:
        return names.index(given.lower())
    if given.isdigit() and 1 <= int(given) <= len(first):
        return int(given) - 1
    raise ValueError(f"no column {given!r}; there are {', '.join(first)}")


def _is_half_header(records: Sequence[Record], by_text: int, by_label: int) -> bool:
    """One column's name is known, and no cell of the first record is met again below it."""
    if (by_text < 0 and by_label < 0) or len(records) < 2:
        return False
    first = records[0].fields
    below = [record.fields for record in records[1:] if len(record.fields) == len(first)]
    return all(len(cell) <= _LONGEST_NAME and all(row[at] != cell for row in below) for at, cell in enumerate(first))


def _guessed(records: Sequence[Record]) -> tuple[int, int]:
    """Text and label among two columns: texts are more various, or else longer, or else first."""
    if len(records[0].fields) != 2:
        many = len(records[0].fields)
        raise ValueError(f"no header that names text and label, and {many} columns instead of 2; say which is which")
    rows = [record.fields for record in records if len(record.fields) == 2]
    various = [len({row[at] for row in rows}) for at in (0, 1)]
    long = [sum(len(row[at]) for row in rows) for at in (0, 1)]
    text = 1 if (various[1], long[1]) > (various[0], long[0]) else 0
    return text, 1 - text


def _add(record: Record, columns: Columns, source: Source, draft: Draft) -> None:
    place = source.place(record.line)
    if len(record.fields) != columns.width:
        said = " | ".join(field[:40] for field in record.fields)
        draft.error(place, f"expected {columns.width} columns, got {len(record.fields)}: {said}")
        return
    text, label = record.fields[columns.text].strip(), record.fields[columns.label].strip()
    if not text:
        draft.error(place, "empty text")
    elif not label:
        draft.error(place, f"no label: {text[:60]!r}")
    else:
        draft.add(Example(text, label), place)


def plain_name(name: str) -> str:
    """A column's name in lower case, its words joined by underscores."""
    return re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_")


def _known(names: Sequence[str], known: Sequence[str]) -> int:
    """The column whose name comes first in `known`; -1 for none."""
    return next((names.index(name) for name in known if name in names), -1)
