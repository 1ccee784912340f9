"""CoNLL column files: a token a line, its tag in a column, an empty line between sentences."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from nlu.corpus.corpus import Corpus
from nlu.corpus.faults import Draft, Place
from nlu.corpus.layout import Layout
from nlu.corpus.source import Source, read_source
from nlu.corpus.tags import check_tag, chunks_of, example_of, is_tag, words_and_tags

_INTENT = re.compile(r"#\s*(?:intent|label|category)\s*[:=]\s*(?P<intent>.*)", re.IGNORECASE)
_KNOWN_COMMENT = re.compile(
    r"#\s*(?:text|sent_id|id|intent|label|category|slots|newdoc|newpar|source|lang|global\.columns)\b\s*[:=]?\s",
    re.IGNORECASE,
)
_DOCUMENT = "-DOCSTART-"
_BLANKS = re.compile(r"[ \t]+")


class _Row(NamedTuple):
    line: int
    fields: list[str]


class _Sentence(NamedTuple):
    rows: list[_Row]
    intent: str
    broken: bool


class _Shape(NamedTuple):
    """How many columns a file has, and where (from 0) the token and the tag are."""

    width: int
    token: int
    tag: int


def read_conll(path: Path, draft: Draft, layout: Layout) -> None:
    """Adds the sentences of the file to `draft`, tokens joined by single spaces.

    Columns are separated by tabs or blanks; the tag is the last column and the token the first (the second when the
    first counts the tokens) unless `layout` says otherwise. `# intent: name` before a sentence is its intent. A
    sentence with a faulty line is left out as a whole.
    """
    source = read_source(path, draft)
    split = _splitter(source)
    sentences = list(_sentences(source, split))
    rows = [row for sentence in sentences for row in sentence.rows]
    if not rows:
        draft.error(source.place(1), "no tokens")
        return
    try:
        shape = _shape(sentences, layout)
    except ValueError as error:
        draft.error(source.place(rows[0].line), str(error))
        return
    tagged = []
    for sentence in sentences:
        if _is_sound(sentence, source, shape, draft) and not sentence.broken:
            tagged.append((sentence, chunks_of([row.fields[shape.tag] for row in sentence.rows])))
    begun_inside = sum(len(chunks.begun_inside) for _, chunks in tagged)
    begun = sum(len(chunks.begun) for _, chunks in tagged)
    scheme = "IOB1" if begun_inside > begun else "BIO"
    for sentence, chunks in tagged:
        for index in chunks.begun_inside if scheme == "BIO" else chunks.begun:
            row = sentence.rows[index]
            said = f"{row.fields[shape.tag]} begins an entity in a file of {scheme} tags, and is read so"
            draft.warning(source.place(row.line), said)
        words = [row.fields[shape.token] for row in sentence.rows]
        draft.add(example_of(words, chunks.chunks, sentence.intent), source.place(sentence.rows[0].line))


def looks_like_conll(lines: Sequence[str]) -> bool:
    """Whether nearly all of these lines (none empty) have a token and end in a tag, comments aside."""
    rows = [_BLANKS.split(line.strip()) for line in lines if not line.startswith((_DOCUMENT, "#"))]
    tagged = sum(len(row) > 1 and is_tag(row[-1]) for row in rows)
    return bool(rows) and tagged >= 0.9 * len(rows)


def conll_text(corpus: Corpus, *, scheme: str = "BIO") -> str:
    """Two columns, tab between; `# intent: name` before sentences that have one. `scheme` is BIO, IOB1 or IOBES."""
    lines = []
    for example in corpus.examples:
        if example.intent:
            lines.append(f"# intent: {example.intent}")
        lines += ["\t".join(pair) for pair in zip(*words_and_tags(example, scheme=scheme), strict=True)]
        lines.append("")
    return "\n".join(lines) + "\n"


def _splitter(source: Source) -> Callable[[str], list[str]]:
    tokens = [line for line in source.lines if line.strip() and not line.startswith("#")]
    tabbed = sum("\t" in line for line in tokens) * 2 > len(tokens)

    def split(line: str) -> list[str]:
        return [field.strip(" ") for field in line.rstrip("\t ").split("\t")] if tabbed else _BLANKS.split(line.strip())

    return split


def _sentences(source: Source, split: Callable[[str], list[str]]) -> Iterator[_Sentence]:
    rows: list[_Row] = []
    intent, broken = "", False
    for number, line in enumerate((*source.lines, ""), start=1):
        if number in source.bad:
            broken = True
        elif not line.strip():
            if rows:
                yield _Sentence(rows, intent, broken)
            if rows or broken:
                rows, intent, broken = [], "", False
        elif line.startswith(_DOCUMENT):
            continue
        elif not rows and line.startswith("#") and _is_comment(line, split(line)):
            found = _INTENT.match(line)
            intent = found["intent"].strip() if found else intent
        else:
            rows.append(_Row(number, split(line)))


def _is_comment(line: str, fields: Sequence[str]) -> bool:
    """At a sentence's begin: a known key, or no tag at the end (a hashtag is a token)."""
    return bool(_KNOWN_COMMENT.match(line)) or len(fields) < 2 or not is_tag(fields[-1])


def _shape(sentences: Sequence[_Sentence], layout: Layout) -> _Shape:
    """Raises ValueError when there is one column only, or `layout` names one that is not there."""
    width = Counter(len(row.fields) for sentence in sentences for row in sentence.rows).most_common(1)[0][0]
    if width < 2:
        raise ValueError("one column only; expected a token and, in the last column, its tag")
    counted = width > 2 and all(
        row.fields[0] == str(number) for sentence in sentences[:50] for number, row in enumerate(sentence.rows, start=1)
    )
    token = _column(layout.token, width, default=1 if counted else 0)
    return _Shape(width, token, _column(layout.tag, width, default=width - 1))


def _column(given: str, width: int, *, default: int) -> int:
    if not given:
        return default
    if not given.isdigit() or not 1 <= int(given) <= width:
        raise ValueError(f"no column {given!r}; the file has the columns 1 to {width}")
    return int(given) - 1


def _is_sound(sentence: _Sentence, source: Source, shape: _Shape, draft: Draft) -> bool:
    before = len(draft.faults)
    for line, fields in sentence.rows:
        place = Place(str(source.path), line)
        if len(fields) != shape.width:
            draft.error(place, f"expected {shape.width} columns, got {len(fields)}: {' | '.join(fields)}")
        elif not fields[shape.token]:
            draft.error(place, "empty token")
        elif any(sign in " \t" for sign in fields[shape.token]):
            draft.error(place, f"token {fields[shape.token]!r} contains a space")
        else:
            try:
                check_tag(fields[shape.tag])
            except ValueError as error:
                draft.error(place, str(error))
    return len(draft.faults) == before
