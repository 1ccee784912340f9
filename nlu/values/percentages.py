"""Percentages: "five percent", "2.5%", "half a per cent". Pure."""

from decimal import Decimal

from nlu.values.numbers import NUMBER_STARTS, Tokens, is_minus, plain, read_number, word
from nlu.values.reading import Context, Spoken

PERCENTAGE_STARTS = NUMBER_STARTS
_NAMES = frozenset({"percent", "%", "％", "percentage", "pc"})


def read_percentage(tokens: Tokens, at: int, _: Context) -> Spoken | None:
    """A percentage that begins at `at`: 5 for "five percent", 0.5 for "half a percent"."""
    negative = is_minus(tokens, at)
    begin = at + 1 if negative else at
    number = read_number(tokens, begin)
    if number is not None:
        value, end = number
    elif word(tokens, begin) == "half":
        value, end = Decimal("0.5"), begin + 1
    elif word(tokens, begin) in ("a", "one"):
        value, end = Decimal(1), begin
    else:
        return None
    if word(tokens, end) in ("a", "of") and number is None:
        end += 1
    end = _name(tokens, end)
    return (plain(-value if negative else value), end, ()) if end else None


def _name(tokens: Tokens, at: int) -> int:
    """The index behind the word or sign for percent; 0: there is none."""
    text = word(tokens, at)
    if text == "per" and word(tokens, at + 1) == "cent":
        return at + 2
    if text not in _NAMES:
        return 0
    if text == "percentage":
        return at + 2 if word(tokens, at + 1) in ("point", "points") else 0
    return at + 1
