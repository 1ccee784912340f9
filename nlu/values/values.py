"""Spoken and written values -> typed values, each with its span and its other readings. Pure; English and Chinese.

Each kind is read on its own: "four hundred" is a number and the digits "400"; values of one kind never overlap.
Ask for the kinds that fit what is expected.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from nlu.errors import NluError
from nlu.values import english
from nlu.values.chinese import readers as chinese
from nlu.values.chinese.folding import fold, without_spaces
from nlu.values.numbers import tokenize
from nlu.values.reading import Context, Reader, Sentence

READERS: Mapping[str, Mapping[str, Reader]] = {
    "en": english.READERS,
    "zh": chinese.READERS,
}
"""Language -> kind -> its reader."""

KINDS = frozenset(kind for readers in READERS.values() for kind in readers)


class Value(Struct, frozen=True):
    """A value read from `text[start:end]`.

    value, by kind:
    number int or float; ordinal int; digits str; percentage int or float (5 for "five percent");
    money {"amount": "50.00", "currency": "GBP"}; date "2026-05-03"; time "15:30"; datetime "2026-05-03T15:30";
    duration "PT1H30M" (all ISO 8601); range {"from": ..., "to": ...} of one of those, null where it is open;
    phone, email, reference str. `ambiguous` holds other readings of the same span, in the same form.
    """

    kind: str
    value: object
    start: int
    end: int
    text: str
    ambiguous: tuple[object, ...] = ()


def find_values(
    text: str, *, now: datetime, kinds: frozenset[str] | None = None, language: str = "en", currency: str = ""
) -> tuple[Value, ...]:
    """All values of `kinds` (None: every kind), by start, longer first.

    `now` is the caller's local time, for "tomorrow". `language` is a BCP 47 tag; in one that has no readers nothing
    is found. `currency` (ISO 4217) is taken where an amount names none; empty: a bare number is no money.
    Raises NluError for a kind that does not exist.
    """
    wanted = KINDS if kinds is None else kinds
    if not wanted <= KINDS:
        raise NluError(f"unknown kinds {', '.join(sorted(wanted - KINDS))}; known: {', '.join(sorted(KINDS))}")
    readers = READERS.get(language.replace("_", "-").split("-")[0].lower(), {})
    if not readers or not text:
        return ()
    if readers is READERS["zh"]:
        folded = fold(text)
        sentence = Sentence(text, folded, tokenize(text), *without_spaces(folded))
    else:
        sentence = Sentence(text, text, tokenize(text))
    context = Context(now=now, currency=currency, language=language)
    found = [
        Value(kind, value, start, end, text[start:end], ambiguous)
        for kind in readers
        if kind in wanted
        for value, start, end, ambiguous in readers[kind](sentence, context)
    ]
    return tuple(sorted(found, key=lambda value: (value.start, -value.end, value.kind)))
