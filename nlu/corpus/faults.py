"""Faults of training data: what is wrong in which line, all of it collected before anybody is told."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from nlu.corpus.corpus import Corpus, Example
from nlu.understanding import Entity

Severity = Literal["error", "warning"]


class Fault(Struct, frozen=True, kw_only=True):
    """Something wrong at a line (from 1) of a file.

    An error leaves its line (in column formats its sentence) out of the corpus, so training refuses unless it is told
    to go on without; a warning says how something doubtful was read.
    """

    path: str
    line: int
    reason: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


Report = Callable[[Fault], None]


class Place(NamedTuple):
    """A line (from 1) of a file."""

    path: str
    line: int


def in_order(faults: Sequence[Fault]) -> list[Fault]:
    """File by file as they were read, line by line."""
    files = {fault.path: number for number, fault in reversed(list(enumerate(faults)))}
    return sorted(faults, key=lambda fault: (files[fault.path], fault.line))


class Draft:
    """What readers collect over all files: examples with their places, and faults in the order they were met."""

    def __init__(self) -> None:
        self.examples: list[Example] = []
        self.places: list[Place] = []
        self.synonyms: dict[str, str] = {}
        self.lookups: dict[str, list[str]] = {}
        self.regexes: dict[str, list[str]] = {}
        self.faults: list[Fault] = []

    def error(self, place: Place, reason: str) -> None:
        """Something that is left out."""
        self.faults.append(Fault(path=place.path, line=place.line, reason=reason))

    def warning(self, place: Place, reason: str) -> None:
        """Something doubtful that is kept."""
        self.faults.append(Fault(path=place.path, line=place.line, reason=reason, severity="warning"))

    def add(self, example: Example, place: Place) -> None:
        """An example, without white space around its text; empty ones are errors."""
        stripped = strip(example)
        if not stripped.text:
            self.error(place, "empty text")
            return
        if any("\ud800" <= sign <= "\udfff" for sign in stripped.text):
            self.error(place, "half of a surrogate pair, which is no character")
            return
        self.examples.append(stripped)
        self.places.append(place)

    def corpus(self, intents: Mapping[str, str] | None = None) -> Corpus:
        """The whole; `intents` renames some."""
        renamed = intents or {}
        return Corpus(
            examples=tuple(
                Example(e.text, renamed[e.intent], e.entities) if e.intent in renamed else e for e in self.examples
            ),
            synonyms=self.synonyms,
            lookups={name: tuple(found) for name, found in self.lookups.items()},
            regexes={name: tuple(found) for name, found in self.regexes.items()},
        )


def strip(example: Example) -> Example:
    """The example without white space around its text; offsets move with it, also inside entities at the edges."""
    text = example.text.strip()
    if text == example.text:
        return example
    ahead = len(example.text) - len(example.text.lstrip())
    moved = []
    for e in example.entities:
        start, end = max(0, e.start - ahead), min(len(text), e.end - ahead)
        if start < end:
            moved.append(
                Entity(
                    name=e.name, text=text[start:end], start=start, end=end, value=e.value, confidence=e.confidence,
                    role=e.role, group=e.group,
                )
            )  # fmt: skip
    return Example(text, example.intent, tuple(moved))
