"""What an uncased encoder can't see of a word: case, figures, script, and whether it stands apart.

Every piece of a text gets one number: 0 for special pieces, 1 for the later pieces of a word, and for the first
piece of a word 2 + its shape, + SHAPES for a word that follows the one before without a space. The case features of
Collobert et al. 2011 and of Chiu & Nichols 2016 ("Named Entity Recognition with Bidirectional LSTM-CNNs").
"""

import unicodedata
from collections.abc import Sequence
from enum import IntEnum, auto
from functools import lru_cache

SPECIAL, CONTINUED = 0, 1
"""The numbers of special pieces and of the later pieces of a word."""

FIRST = 2
"""Numbers from here on are the first piece of a word."""


class Shape(IntEnum):
    """How a word is written. What has no case (figures, other scripts) is no LOWER."""

    LOWER = 0
    TITLE = auto()
    UPPER = auto()
    INITIAL = auto()  # one capital letter: "J", "I"
    MIXED = auto()  # "iPhone", "McDonald"
    DIGITS = auto()
    ALPHANUMERIC = auto()
    PUNCTUATION = auto()
    SYMBOL = auto()  # currency, mathematics, emoji
    UNCASED = auto()  # Chinese, Arabic, Thai ..


SHAPES = len(Shape)
SHAPE_NUMBERS = FIRST + 2 * SHAPES
"""How many numbers there are."""

_CASED = frozenset({Shape.TITLE, Shape.UPPER, Shape.INITIAL, Shape.MIXED})
_WITHOUT_CASE = tuple(
    FIRST + apart + (Shape.LOWER if shape in _CASED else shape) for apart in (0, SHAPES) for shape in Shape
)


@lru_cache(maxsize=8192)
def shape_of(word: str) -> Shape:
    """The shape of a word without spaces; "" is PUNCTUATION."""
    letters = [c for c in word if c.isalpha()]
    if any(c.isdigit() for c in word):
        return Shape.ALPHANUMERIC if letters else Shape.DIGITS
    if not letters:
        return Shape.SYMBOL if any(unicodedata.category(c).startswith("S") for c in word) else Shape.PUNCTUATION
    upper = sum(c.isupper() or c.istitle() for c in letters)
    if not upper:
        return Shape.LOWER if any(c.islower() for c in letters) else Shape.UNCASED
    if upper == len(letters):
        return Shape.UPPER if upper > 1 else Shape.INITIAL
    return Shape.TITLE if upper == 1 and (letters[0].isupper() or letters[0].istitle()) else Shape.MIXED


def shape_number(word: str, *, apart: bool) -> int:
    """Of a word's first piece; `apart` when a space or nothing stands before the word."""
    return FIRST + shape_of(word) + (0 if apart else SHAPES)


def without_case(shapes: Sequence[int]) -> list[int]:
    """The same text written in lower case, as a recognizer gives it: training must see both."""
    return [number if number < FIRST else _WITHOUT_CASE[number - FIRST] for number in shapes]
