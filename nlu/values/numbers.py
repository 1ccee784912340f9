"""Spoken English numbers, read token by token. Pure.

Every reader takes the tokens of a text and the index to begin at, and gives what it read with the index of the
first token it did not use, or None when nothing of its kind begins there. Readers take the longest form.
"""

import functools
import itertools
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeVar, cast

from msgspec import Struct


class Token(Struct, frozen=True):
    """One word, number or sign; `text` is lower case, `start`/`end` are offsets into the text it came from."""

    text: str
    start: int
    end: int


class Read(NamedTuple):
    """A number and the index of the first token behind it."""

    value: Decimal
    end: int


class DigitsRead(NamedTuple):
    """A digit string and the index of the first token behind it; `apart`: "203" for a "twenty three"."""

    digits: str
    end: int
    apart: str


_NOTHING = [""] * 8
"""Behind the last word and, counted from the end, in front of the first."""


class Tokens(tuple[Token, ...]):
    """The tokens of one sentence, with what readers have found at each of them already.

    Many readers ask for the number, date or time at the same place. `found` is theirs (see `once`); it belongs to one
    call of find_values, so that its context need not be part of the key.
    """

    found: dict[int, object]
    words: list[str]

    def __init__(self, tokens: Iterable[Token] = ()) -> None:
        self.found = {}
        self.words = [token.text for token in tokens] + _NOTHING


class Remembering(Protocol):
    """Tokens, or the characters of a Chinese sentence."""

    found: dict[int, object]


_Read = TypeVar("_Read", bound=Callable[..., object])
_MISSING = object()
_PLACES = itertools.count()


def once(read: _Read) -> _Read:
    """`read(tokens, at, ...)`, done once a place; an option that is given by name makes it another reading."""
    plain_key, named_key = 2 * next(_PLACES), 2 * next(_PLACES)

    def remembered(tokens: Remembering, at: int, *rest: object, **named: object) -> object:
        key = (at << 8) + (named_key if named and any(named.values()) else plain_key)
        found = tokens.found.get(key, _MISSING)
        if found is _MISSING:
            found = tokens.found[key] = read(tokens, at, *rest, **named)
        return found

    return cast(_Read, functools.wraps(read)(remembered))


_TOKEN = re.compile(
    r"[0-9]+(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|[^\W\d_]+(?:['’][^\W\d_]+)*|(?<![^\W\d_])[^\w\s]|[^\w\s](?![^\W\d_])"
)

UNITS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
ZEROS = frozenset({"zero", "nought", "naught"})
SPOKEN_ZEROS = ZEROS | {"oh", "o"}
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
SCALES = {
    "thousand": 1_000, "grand": 1_000, "k": 1_000, "million": 1_000_000, "billion": 1_000_000_000,
}  # fmt: skip
ORDINAL_UNITS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
}  # fmt: skip
ORDINALS = ORDINAL_UNITS | {
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80, "ninetieth": 90, "hundredth": 100,
}  # fmt: skip
_GLUED_SCALES = {"k": 1_000, "m": 1_000_000, "bn": 1_000_000_000}
_ALONE = frozenset({"hundred", "thousand", "million"})
"""May be said without "a" or "one" in front; a recognizer often loses it."""
_VAGUE = frozenset({"few", "several", "many", "some", "of", "couple"})
"""In front of "hundred": how many hundreds is not said."""

_PARTS = {("a", "half"): Decimal("0.5"), ("a", "quarter"): Decimal("0.25"), ("three", "quarters"): Decimal("0.75")}
DOZENS = frozenset({"dozen", "dozens"})
MINUS = frozenset({"minus", "negative", "-", "−"})
REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})
NUMBER_STARTS = frozenset({*UNITS, *ZEROS, *TEENS, *TENS, *_ALONE, *MINUS, "a", "half", "quarter", "point"})
"""Every word that a number may begin with; figures beside."""
ORDINAL_STARTS = frozenset({*ORDINALS, *TENS})


def tokenize(text: str) -> Tokens:
    """Words, numbers ("1,250.50" is one) and single signs, with their places; a hyphen inside a word is none."""
    return Tokens([Token(found.group().lower(), found.start(), found.end()) for found in _TOKEN.finditer(text)])


def is_minus(tokens: Tokens, at: int) -> bool:
    """Whether a sign stands at `at`: "minus", or "-" that is not glued to what is before it ("4-2-7")."""
    if word(tokens, at) not in MINUS:
        return False
    return at == 0 or tokens[at - 1].end < tokens[at].start


def word(tokens: Tokens, at: int) -> str:
    """The token's text, "" beyond either end."""
    try:
        return tokens.words[at]
    except IndexError:
        return ""


def is_written(text: str) -> bool:
    """Whether a token is a number in figures."""
    return text[:1].isascii() and text[:1].isdigit()


@once
def read_number(tokens: Tokens, at: int) -> Read | None:
    """A whole or decimal number, without sign: "a hundred and twenty", "1,250.50", "two and a half thousand"."""
    text = word(tokens, at)
    if text not in NUMBER_STARTS and not is_written(text):
        return None
    if text == "point":
        below_one = _decimals(tokens, Read(Decimal(0), at))
        return below_one if below_one.end > at else None
    found = _half(tokens, at) or _written(tokens, at) or _cardinal(tokens, at)
    if found is None or found.value != found.value.to_integral_value():
        return found
    return _decimals(tokens, found)


def _written(tokens: Tokens, at: int) -> Read | None:
    text = word(tokens, at)
    if not is_written(text):
        return None
    value, end = Decimal(text.replace(",", "")), at + 1
    if end < len(tokens) and tokens[at].end == tokens[end].start and word(tokens, end) in _GLUED_SCALES:
        return Read(value * _GLUED_SCALES[word(tokens, end)], end + 1)
    while word(tokens, end) in SCALES:
        value, end = value * SCALES[word(tokens, end)], end + 1
    return Read(value, end)


def _half(tokens: Tokens, at: int) -> Read | None:
    """ "half a million", "quarter of a million", "a half", "three quarters", "half a dozen"."""
    begin = at + 1 if word(tokens, at) == "a" else at
    if word(tokens, at) == "three" and word(tokens, at + 1) == "quarters":
        return Read(Decimal("0.75"), at + 2)
    if word(tokens, begin) in DOZENS:
        return Read(Decimal(12), begin + 1) if begin > at else None
    part = {"half": Decimal("0.5"), "quarter": Decimal("0.25")}.get(word(tokens, begin))
    if part is None:
        return None
    end = begin + 1
    if word(tokens, end) == "a" and word(tokens, end + 1) in DOZENS:
        return Read(part * 12, end + 2)
    if word(tokens, end) == "of":
        end += 1
    scale = SCALES.get(word(tokens, end + 1), 0) if word(tokens, end) == "a" else 0
    if scale:
        return Read(part * scale, end + 2)
    return Read(part, begin + 1) if begin > at and word(tokens, begin) == "half" else None


def _cardinal(tokens: Tokens, at: int) -> Read | None:
    """Groups below a thousand with falling scales: "one hundred thousand four hundred and fifty six"."""
    if word(tokens, at) in ZEROS:
        return Read(Decimal(0), at + 1)
    total, end, ceiling = Decimal(0), at, Decimal("Infinity")
    while True:
        begin = end + 1 if end > at and word(tokens, end) == "and" else end
        group = _group(tokens, begin, leading=end == at)
        if group is None:
            break
        value, after = group
        scale = SCALES.get(word(tokens, after), 1)
        if value * scale >= ceiling or scale >= ceiling:
            break
        end = after + 1 if scale > 1 else after
        total += value * scale
        if scale == 1:
            break
        ceiling = Decimal(scale)
    return Read(total, end) if end > at else None


def _group(tokens: Tokens, at: int, *, leading: bool) -> Read | None:
    """A number below a thousand, or "twelve hundred", or "two and a half" in front of a scale."""
    article = word(tokens, at) == "a"
    if article and not (leading and word(tokens, at + 1) in ("hundred", *SCALES)):
        return None
    begin = at + 1 if article else at
    alone = leading and word(tokens, begin) in _ALONE and word(tokens, at - 1) not in _VAGUE
    found = Read(Decimal(1), begin) if article or alone else _below_hundred(tokens, at)
    if found is None:
        return None
    value, end = found
    if word(tokens, end) == "hundred":
        value, end = value * 100, end + 1
        begin = end + 1 if word(tokens, end) == "and" else end
        rest = _below_hundred(tokens, begin)
        if rest is not None:
            value, end = value + rest.value, rest.end
    elif [word(tokens, i) for i in (end, end + 1, end + 2)] == ["and", "a", "half"] and word(tokens, end + 3) in SCALES:
        value, end = value + Decimal("0.5"), end + 3
    return Read(value, end)


def _below_hundred(tokens: Tokens, at: int) -> Read | None:
    text = word(tokens, at)
    if text in TENS:
        unit = UNITS.get(word(tokens, at + 1), 0)
        return Read(Decimal(TENS[text] + unit), at + 2 if unit else at + 1)
    small = UNITS.get(text) or TEENS.get(text)
    return Read(Decimal(small), at + 1) if small else None


def _decimals(tokens: Tokens, whole: Read) -> Read:
    """ "three point one four", "two and a half", "one and three quarters", "two dozen"."""
    value, end = whole
    follower = word(tokens, end)
    if follower == "and":
        part = _PARTS.get((word(tokens, end + 1), word(tokens, end + 2)))
        return Read(value + part, end + 3) if part else whole
    if follower in DOZENS and 0 < value < 100:
        return Read(value * 12, end + 1)
    if follower != "point":
        return whole
    digits, after = "", end + 1
    while word(tokens, after) in UNITS or word(tokens, after) in SPOKEN_ZEROS:
        digits += str(UNITS.get(word(tokens, after), 0))
        after += 1
    if not digits:
        return whole
    scaled = Read(value + Decimal(f"0.{digits}"), after)
    scale = SCALES.get(word(tokens, after), 1)
    return Read(scaled.value * scale, after + 1) if scale > 1 else scaled


def read_ordinal(tokens: Tokens, at: int) -> Read | None:
    """ "third", "twenty first", "3rd"."""
    text = word(tokens, at)
    if text in ORDINALS:
        return Read(Decimal(ORDINALS[text]), at + 1)
    if text in TENS:
        unit = ORDINAL_UNITS.get(word(tokens, at + 1), 0)
        return Read(Decimal(TENS[text] + unit), at + 2) if unit else None
    glued = is_written(text) and text.isdigit() and word(tokens, at + 1) in ORDINAL_ENDINGS
    if glued and tokens[at].end == tokens[at + 1].start:
        return Read(Decimal(text), at + 2)
    return None


def read_digits(tokens: Tokens, at: int) -> DigitsRead | None:
    """One piece of a digit string: a figure, a digit word, "double four", or a number said whole ("forty two")."""
    text = word(tokens, at)
    if is_written(text):
        plain = text.replace(",", "").replace(".", "")
        return DigitsRead(plain, at + 1, plain)
    times = REPEATS.get(text)
    if times:
        follower = word(tokens, at + 1)
        single = "0" if follower in SPOKEN_ZEROS else str(UNITS.get(follower, ""))
        if not single and len(follower) == 1 and is_written(follower):
            single = follower
        return DigitsRead(single * times, at + 2, single * times) if single else None
    if text in SPOKEN_ZEROS:
        return DigitsRead("0", at + 1, "0")
    number = _cardinal(tokens, at)
    if number is None or number.value != number.value.to_integral_value():
        return None
    digits = str(int(number.value))
    pair = number.end - at == 2 and text in TENS
    return DigitsRead(digits, number.end, f"{TENS[text]}{digits[1]}" if pair else digits)


def plain(value: Decimal) -> int | float:
    """The number as JSON has it: whole ones as int."""
    return int(value) if value == value.to_integral_value() else float(value)
