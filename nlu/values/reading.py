"""What readers of values take and give. Pure.

A reader yields every value of one kind in a sentence, in order and not overlapping. Most English readers look at one
token after another: `by_token` makes a whole reader of a function that reads what begins at one token.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from nlu.values.numbers import Tokens


class Context(Struct, frozen=True, kw_only=True):
    """What a reading depends on beside the words.

    now: the caller's local time. currency: ISO 4217, of an amount that names none; "": such a number is no amount.
    language: BCP 47; its region decides whether "3/4" begins with the month.
    """

    now: datetime
    currency: str = ""
    language: str = "en"

    @property
    def region(self) -> str:
        """ISO 3166 country in capitals, "" if the language tag names none."""
        parts = self.language.replace("_", "-").split("-")[1:]
        return next((part.upper() for part in parts if len(part) == 2), "")


class Sentence(NamedTuple):
    """A text being read: `plain` is `text` in the characters the language's readers know, each at its place.

    For Chinese with spaces between its words: `compact` is `plain` without them, `places` where each of its characters
    stands in `plain`.
    """

    text: str
    plain: str
    tokens: Tokens
    compact: str = ""
    places: tuple[int, ...] = ()


class Found(NamedTuple):
    """A value at the characters `start` to `end` of the sentence; `ambiguous`: other readings of the same words."""

    value: object
    start: int
    end: int
    ambiguous: tuple[object, ...] = ()


Reader = Callable[[Sentence, Context], Iterable[Found]]

Spoken = tuple[object, int, tuple[object, ...]]
"""A value, the index of the first token behind it, and other readings."""

ReadAt = Callable[[Tokens, int, Context], Spoken | None]

FAULTS = (ArithmeticError, ValueError)
"""Raised inside readers by numbers and days beyond the calendar or any amount: such words are no value."""


def by_token(read: ReadAt, *, starts: Container[str], figures: bool = True) -> Reader:
    """A reader that tries `read` at every token in `starts` and, with `figures`, at every number in figures."""

    def reader(sentence: Sentence, context: Context) -> Iterator[Found]:
        tokens = sentence.tokens
        free = 0
        for at, token in enumerate(tokens):
            if at < free or not (token.text in starts or (figures and "0" <= token.text[0] <= "9")):
                continue
            try:
                spoken = read(tokens, at, context)
            except FAULTS:
                continue
            if spoken is not None:
                value, free, ambiguous = spoken
                yield Found(value, token.start, tokens[free - 1].end, ambiguous)

    return reader
