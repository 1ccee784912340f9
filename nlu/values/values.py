"""Spoken and written values -> typed values, each with its span and its other readings. Pure; English.

Each kind is read on its own: "four hundred" is a number and the digits "400"; values of one kind never overlap.
Ask for the kinds that fit what is expected.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from nlu.errors import NluError
from nlu.values.dates import read_date
from nlu.values.money import read_money
from nlu.values.numbers import (
    SPOKEN_ZEROS,
    DigitsRead,
    Token,
    is_minus,
    read_digits,
    read_number,
    read_ordinal,
    tokenize,
    word,
)

KINDS = frozenset({"number", "ordinal", "digits", "money", "date"})

_PRONOUN_LEADS = frozenset(
    {"the", "this", "that", "other", "another", "new", "old", "last", "which", "any", "every", "some", "no", "same",
     "right", "wrong", "first", "second", "only", "good", "each"}
)  # fmt: skip
_BETWEEN_DIGITS = frozenset({"-", ",", ".", "–", "um", "uh", "er", "erm", "dash", "space"})


class Value(Struct, frozen=True):
    """A value read from `text[start:end]`.

    value: number int or float; ordinal int; digits str; money {"amount": "50.00", "currency": "GBP"};
    date ISO 8601 str. `ambiguous` holds other readings of the same span, in the same form.
    """

    kind: str
    value: object
    start: int
    end: int
    text: str
    ambiguous: tuple[object, ...] = ()


Found = tuple[object, int, tuple[object, ...]]
Reader = Callable[[tuple[Token, ...], int], Found | None]


def find_values(
    text: str, *, now: datetime, kinds: frozenset[str] | None = None, language: str = "en", currency: str = ""
) -> tuple[Value, ...]:
    """All values of `kinds` (None: every kind), by start, longer first.

    `now` is the caller's local time, for "tomorrow". `currency` (ISO 4217) is taken where an amount names none;
    empty: a bare number is no money. Raises NluError for a kind that does not exist or a language that is not read.
    """
    wanted = KINDS if kinds is None else kinds
    if not wanted <= KINDS:
        raise NluError(f"unknown kinds {', '.join(sorted(wanted - KINDS))}; known: {', '.join(sorted(KINDS))}")
    if language.split("-")[0].lower() != "en":
        raise NluError(f"values are read in English only, not in {language!r}")
    readers: dict[str, Reader] = {
        "number": _number,
        "ordinal": _ordinal,
        "digits": _digits,
        "money": lambda tokens, at: read_money(tokens, at, default=currency) if not _pronoun(tokens, at) else None,
        "date": lambda tokens, at: read_date(tokens, at, today=now.date()),
    }
    tokens = tokenize(text)
    found = [value for kind in sorted(wanted) for value in _scan(text, tokens, kind, readers[kind])]
    return tuple(sorted(found, key=lambda value: (value.start, -value.end, value.kind)))


def _scan(text: str, tokens: tuple[Token, ...], kind: str, reader: Reader) -> Iterator[Value]:
    at = 0
    while at < len(tokens):
        found = reader(tokens, at)
        if found is None:
            at += 1
            continue
        value, after, ambiguous = found
        start, end = tokens[at].start, tokens[after - 1].end
        yield Value(kind, value, start, end, text[start:end], ambiguous)
        at = after


def _pronoun(tokens: tuple[Token, ...], at: int) -> bool:
    """ "that one", "the other one": no number."""
    return word(tokens, at) == "one" and word(tokens, at - 1) in _PRONOUN_LEADS and not _numeric(tokens, at + 1)


def _numeric(tokens: tuple[Token, ...], at: int) -> bool:
    text = word(tokens, at)
    return read_digits(tokens, at) is not None or text in {"hundred", "thousand", "million", "point"}


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _number(tokens: tuple[Token, ...], at: int) -> Found | None:
    negative = is_minus(tokens, at)
    begin = at + 1 if negative else at
    number = None if _pronoun(tokens, at) else read_number(tokens, begin)
    if number is None:
        return None
    return _plain(-number.value if negative else number.value), number.end, ()


def _ordinal(tokens: tuple[Token, ...], at: int) -> Found | None:
    found = read_ordinal(tokens, at)
    return (int(found.value), found.end, ()) if found else None


def _digits(tokens: tuple[Token, ...], at: int) -> Found | None:
    """A run of digit pieces; signs and fillers may stand between two pieces."""
    pieces: list[DigitsRead] = []
    only_oh = True
    end = begin = at
    while True:
        piece = None if _pronoun(tokens, begin) and not pieces else read_digits(tokens, begin)
        if piece is None:
            break
        only_oh = only_oh and word(tokens, begin) in SPOKEN_ZEROS and word(tokens, begin) in ("oh", "o")
        pieces.append(piece)
        end = begin = piece.end
        while word(tokens, begin) in _BETWEEN_DIGITS:
            begin += 1
    if not pieces or only_oh:
        return None
    value = "".join(piece.digits for piece in pieces)
    apart = "".join(piece.apart for piece in pieces)
    return value, end, (apart,) if apart != value else ()
