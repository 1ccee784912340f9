"""Digit strings as people say and write them in English: "four two double seven". Pure."""

from nlu.values.numbers import (
    REPEATS,
    SPOKEN_ZEROS,
    TEENS,
    TENS,
    UNITS,
    DigitsRead,
    Tokens,
    read_digits,
    word,
)
from nlu.values.reading import Context, Spoken

DIGIT_STARTS = frozenset({*UNITS, *TEENS, *TENS, *SPOKEN_ZEROS, *REPEATS, "a", "hundred", "thousand", "million"})

_PRONOUN_LEADS = frozenset(
    {"the", "this", "that", "other", "another", "new", "old", "last", "which", "any", "every", "some", "no", "same",
     "right", "wrong", "first", "second", "only", "good", "each"}
)  # fmt: skip
_BETWEEN_DIGITS = frozenset({"-", ",", ".", "–", "um", "uh", "er", "erm", "dash", "space"})


def is_pronoun(tokens: Tokens, at: int) -> bool:
    """ "that one", "the other one": no number."""
    return word(tokens, at) == "one" and word(tokens, at - 1) in _PRONOUN_LEADS and not _numeric(tokens, at + 1)


def _numeric(tokens: Tokens, at: int) -> bool:
    text = word(tokens, at)
    return read_digits(tokens, at) is not None or text in {"hundred", "thousand", "million", "point"}


def read_digit_string(tokens: Tokens, at: int, _: Context) -> Spoken | None:
    """A run of digit pieces; signs and fillers may stand between two pieces."""
    pieces: list[DigitsRead] = []
    only_oh = True
    end = begin = at
    while True:
        piece = None if not pieces and is_pronoun(tokens, begin) else read_digits(tokens, begin)
        if piece is None:
            break
        only_oh = only_oh and word(tokens, begin) in ("oh", "o")
        pieces.append(piece)
        end = begin = piece.end
        while word(tokens, begin) in _BETWEEN_DIGITS:
            begin += 1
    if not pieces or only_oh:
        return None
    value = "".join(piece.digits for piece in pieces)
    apart = "".join(piece.apart for piece in pieces)
    return value, end, (apart,) if apart != value else ()
