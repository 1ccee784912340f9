"""Entities judged as exact spans of characters, as words with IOB2 tags, and by what goes wrong with them. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from nlu.corpus.corpus import Example
from nlu.evaluation.report import EntityMistake, EntityReport, Scores
from nlu.evaluation.scores import scores
from nlu.understanding import Entity, Understanding

OUTSIDE = "O"
SHOWN = 6

_CJK = r"㐀-䶿一-鿿぀-ヿ豈-﫿"
_WORDS = re.compile(rf"[{_CJK}]|[^\s{_CJK}]+")


class Labelled(NamedTuple):
    """A labelled stretch, of characters or of words; `end` is exclusive."""

    label: str
    start: int
    end: int


def label_of(entity: Entity) -> str:
    """Name, role and group as in Rasa 3: "account", "account/from", "topping#1", "city/to#2"."""
    role = f"/{entity.role}" if entity.role else ""
    return entity.name + role + (f"#{entity.group}" if entity.group else "")


def words_of(example: Example) -> tuple[tuple[int, int], ...]:
    """The characters of each word: no blanks within, divided where an entity begins or ends; in Chinese and Japanese
    every character is a word. Where entities are annotated on tokens with blanks between, these are the tokens."""
    edges = sorted({0, len(example.text), *(edge for e in example.entities for edge in (e.start, e.end))})
    return tuple(match.span() for begin, end in pairwise(edges) for match in _WORDS.finditer(example.text, begin, end))


def iob2(words: Sequence[tuple[int, int]], entities: Iterable[Entity]) -> list[str]:
    """One tag a word. A word belongs to the first entity that has a character of it."""
    tags = [OUTSIDE] * len(words)
    for entity in sorted(entities, key=lambda e: e.start):
        covered = [i for i, (start, end) in enumerate(words) if start < entity.end and entity.start < end]
        free = [index for index in covered if tags[index] == OUTSIDE]
        for place, index in enumerate(free):
            tags[index] = f"{'I' if place else 'B'}-{label_of(entity)}"
    return tags


def chunks(tags: Sequence[str]) -> set[Labelled]:
    """The entities of IOB2 tags, in words; as seqeval reads them, an I that continues nothing begins one."""
    found: list[Labelled] = []
    last = ""
    for index, tag in enumerate(tags):
        label = tag[2:]
        if tag == OUTSIDE:
            label = ""
        elif tag[0] == "I" and label == last:
            found[-1] = found[-1]._replace(end=index + 1)
        else:
            found.append(Labelled(label, index, index + 1))
        last = label
    return set(found)


def judge_entities(examples: Sequence[Example], understandings: Sequence[Understanding]) -> EntityReport | None:
    """One understanding an example, in the same order. None when no example has an entity."""
    if not any(example.entities for example in examples):
        return None
    strict, names, words = Tally(), Tally(), Tally()
    mistakes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    right_words = inside_words = right_inside = whole = count = 0
    for example, understanding in zip(examples, understandings, strict=True):
        there, found = example.entities, understanding.entities
        strict.add(spans(there), spans(found))
        names.add({Labelled(e.name, e.start, e.end) for e in there}, {Labelled(e.name, e.start, e.end) for e in found})
        places = words_of(example)
        expected, given = iob2(places, there), iob2(places, found)
        words.add(chunks(expected), chunks(given))
        right_words += sum(one == other for one, other in zip(expected, given, strict=True))
        inside = [(one, other) for one, other in zip(expected, given, strict=True) if one != OUTSIDE]
        inside_words, right_inside = inside_words + len(inside), right_inside + sum(a == b for a, b in inside)
        count += len(places)
        whole += spans(there) == spans(found)
        for kind in _mistakes(there, found):
            mistakes[kind].append((shown(example.text, there), shown(example.text, found)))
    return EntityReport(
        examples=len(examples),
        entities=strict.there.total(),
        with_roles=strict.scores(),
        names=names.scores(),
        words=words.scores(),
        word_count=count,
        word_accuracy=right_words / count if count else 0.0,
        word_accuracy_inside=right_inside / inside_words if inside_words else None,
        sentence_accuracy=whole / len(examples),
        mistakes=tuple(
            EntityMistake(kind=kind, count=len(seen), examples=tuple(dict.fromkeys(seen))[:SHOWN])
            for kind, seen in sorted(mistakes.items(), key=lambda pair: -len(pair[1]))
        ),
    )


class Tally:
    """Counts by label over many examples."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.there: Counter[str] = Counter()

    def add(self, there: set[Labelled], found: set[Labelled]) -> None:
        """One example's."""
        self.there.update(span.label for span in there)
        self.found.update(span.label for span in found)
        self.right.update(span.label for span in there & found)

    def scores(self) -> Scores:
        """Of all that was added."""
        return scores(self.right, self.found, self.there)


def shown(text: str, entities: Sequence[Entity]) -> str:
    """The text with its entities marked: "send it to [anna](person)"."""
    pieces, done = [], 0
    for entity in sorted(entities, key=lambda e: e.start):
        start = max(entity.start, done)
        pieces += [text[done:start], f"[{text[start : entity.end]}]({label_of(entity)})"]
        done = max(done, entity.end)
    return "".join(pieces) + text[done:]


def spans(entities: Iterable[Entity]) -> set[Labelled]:
    """Their characters, labelled with role and group."""
    return {Labelled(label_of(entity), entity.start, entity.end) for entity in entities}


def _mistakes(there: Sequence[Entity], found: Sequence[Entity]) -> list[str]:
    """The kind of every mistake; a pair that overlaps is one mistake, not two."""
    expected, given = spans(there), spans(found)
    missed, extra = sorted(expected - given), sorted(given - expected)
    kinds = []
    for one in missed:
        other = next((span for span in extra if span.start < one.end and one.start < span.end), None)
        if other is None:
            kinds.append("missed")
            continue
        extra.remove(other)
        kinds.append("other words" if (other.start, other.end) != (one.start, one.end) else "other type")
    return kinds + ["invented"] * len(extra)
