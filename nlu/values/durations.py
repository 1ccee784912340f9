"""Durations as people say and write them in English: "an hour and a half", "two and a half weeks". Pure."""

from decimal import Decimal
from typing import NamedTuple

from nlu.values.numbers import NUMBER_STARTS, Read, Tokens, is_written, once, read_number, word
from nlu.values.reading import Context, Spoken

UNITS_OF_TIME = {
    "second": "S", "seconds": "S", "sec": "S", "secs": "S", "minute": "M", "minutes": "M", "min": "M", "mins": "M",
    "hour": "H", "hours": "H", "hr": "H", "hrs": "H", "day": "D", "days": "D", "night": "D", "nights": "D",
    "week": "W", "weeks": "W", "fortnight": "F", "fortnights": "F", "month": "O", "months": "O",
    "year": "Y", "years": "Y", "quarter": "Q", "quarters": "Q", "decade": "T", "decades": "T",
}  # fmt: skip
"""The name of a unit -> its letter: S, M (minutes), H, D, W, F(ortnight), O (months), Q (of a year), Y, T(en years)."""

_GLUED = {"s": "S", "m": "M", "h": "H", "d": "D", "w": "W"}
_DECADES = frozenset(str(decade) for decade in (*range(20, 100, 10), *range(1900, 2100, 10)))
_IN_SECONDS = {"S": 1, "M": 60, "H": 3600}
_IN_DAYS = {"D": 1, "W": 7, "F": 14}
_IN_MONTHS = {"O": 1, "Q": 3, "Y": 12, "T": 120}
_SMALLER = {"Y": "O", "O": "D", "W": "D", "D": "H", "H": "M", "M": "S"}
_PARTS = {"half": Decimal("0.5"), "quarter": Decimal("0.25")}
_EVERY = frozenset(
    {"times", "twice", "once", "per", "pounds", "dollars", "euros", "pound", "dollar", "euro", "percent"}
)
_SORTS = frozenset({"working", "business", "calendar", "full", "whole", "more", "long"})
DURATION_STARTS = NUMBER_STARTS | {"an", "couple"}


class Span(NamedTuple):
    """Months, days and seconds, as they were said together; `end`: the index of the first token behind them."""

    months: Decimal
    days: Decimal
    seconds: Decimal
    end: int


def read_duration(tokens: Tokens, at: int, _: Context) -> Spoken | None:
    """A duration that begins at `at`, as ISO 8601; "three times a day" holds none, a bare "a second" is none."""
    span = read_span(tokens, at)
    if span is None:
        return None
    text = word(tokens, at)
    if text in ("a", "an"):
        if word(tokens, at - 1) in _EVERY:
            return None
        if word(tokens, at + 1) == "second" and word(tokens, at + 2) not in ("", ".", ",", "please", "and"):
            return None
    weeks = word(tokens, span.end - 1).startswith(("week", "fortnight"))
    iso = as_iso(span.months, span.days, span.seconds, weeks=weeks)
    return (iso, span.end, ()) if iso else None


@once
def read_span(tokens: Tokens, at: int) -> Span | None:
    """ "an hour", "two weeks", "an hour and a half", "one hour twenty", "2h 30m", "half an hour"."""
    part = _fraction_of_unit(tokens, at)
    if part:
        return part
    first = _count(tokens, at)
    if first is None:
        return None
    count, begin = first
    while word(tokens, begin) in _SORTS:
        begin += 1
    unit = _unit(tokens, begin)
    if unit is None or count > 1_000_000:
        return None
    total = _span(unit, count, begin + 1)
    return _more(tokens, total, unit)


def _more(tokens: Tokens, total: Span, unit: str) -> Span:
    """What follows the first unit: "and a half", "and twenty minutes", "twenty"."""
    end = total.end
    joint = end + 1 if word(tokens, end) == "and" else end
    if joint > end and word(tokens, joint) == "a" and word(tokens, joint + 1) in _PARTS:
        part = _PARTS[word(tokens, joint + 1)]
        if _unit(tokens, joint + 2) is None and word(tokens, joint + 2) != "of":
            return _add(total, _span(unit, part, joint + 2))
    if joint > end and word(tokens, joint) == "half" and word(tokens, joint + 1) not in ("a", "an"):
        return _add(total, _span(unit, _PARTS["half"], joint + 1))
    if unit == "H" and joint > end and word(tokens, joint) == "three" and word(tokens, joint + 1) == "quarters":
        return _add(total, _span(unit, Decimal("0.75"), joint + 2))
    if unit not in _SMALLER:
        return total
    number = _count(tokens, joint)
    if number is None:
        return total
    smaller = _unit(tokens, number.end)
    if smaller and _rank(smaller) < _rank(unit):
        return _more(tokens, _add(total, _span(smaller, number.value, number.end + 1)), smaller)
    bare = unit == "H" and joint == end and smaller is None and 10 <= number.value <= 59
    closed = word(tokens, number.end) in ("", ".", ",", "please", "long", "or", "if", "and", "at")
    return _add(total, _span("M", number.value, number.end)) if bare and closed else total


def _fraction_of_unit(tokens: Tokens, at: int) -> Span | None:
    """ "half an hour", "a quarter of an hour", "three quarters of an hour", "half a day"."""
    begin = at + 1 if word(tokens, at) == "a" else at
    if word(tokens, at) == "three" and word(tokens, at + 1) == "quarters":
        part, end = Decimal("0.75"), at + 2
    elif word(tokens, begin) in _PARTS:
        part, end = _PARTS[word(tokens, begin)], begin + 1
    else:
        return None
    if word(tokens, end) == "of":
        end += 1
    if word(tokens, end) in ("a", "an"):
        end += 1
    elif not (word(tokens, end) == "hour" and part == _PARTS["half"]):
        return None
    unit = _unit(tokens, end)
    return _span(unit, part, end + 1) if unit in ("H", "D", "Y", "M") else None


def _count(tokens: Tokens, at: int) -> Read | None:
    text = word(tokens, at)
    if text in ("a", "an", "couple"):
        begin = at + 1 if text == "a" else at
        if word(tokens, begin) == "couple":
            return Read(Decimal(2), begin + 2 if word(tokens, begin + 1) == "of" else begin + 1)
        if word(tokens, at + 1) in UNITS_OF_TIME or word(tokens, at + 1) in _SORTS:
            return Read(Decimal(1), at + 1)
    if is_written(text) and word(tokens, at + 1) in _GLUED and tokens[at].end == tokens[at + 1].start:
        return Read(Decimal(text.replace(",", "")), at + 1)  # "30m" are minutes here, not millions
    return read_number(tokens, at)


def _unit(tokens: Tokens, at: int) -> str | None:
    text = word(tokens, at)
    if text == "s" and word(tokens, at - 1) in _DECADES:
        return None  # "80s classics"
    glued = text in _GLUED and is_written(word(tokens, at - 1)) and tokens[at - 1].end == tokens[at].start
    return _GLUED[text] if glued else UNITS_OF_TIME.get(text)


def _rank(unit: str) -> int:
    return "SMHDWFOQYT".index(unit)


def _span(unit: str, count: Decimal, end: int) -> Span:
    none = Decimal(0)
    if unit in _IN_SECONDS:
        return Span(none, none, count * _IN_SECONDS[unit], end)
    if unit in _IN_DAYS:
        return Span(none, count * _IN_DAYS[unit], none, end)
    return Span(count * _IN_MONTHS[unit], none, none, end)


def _add(one: Span, other: Span) -> Span:
    return Span(one.months + other.months, one.days + other.days, one.seconds + other.seconds, other.end)


def as_iso(months: Decimal, days: Decimal, seconds: Decimal, *, weeks: bool = False) -> str:
    """ISO 8601: "P1Y6M", "P2W", "P17DT12H", "PT1H30M"; fractions of a day become hours; "" for nothing.

    `weeks`: whole weeks stay weeks ("seven days" is "P7D").
    """
    seconds += (days % 1) * 86_400
    days = days // 1
    years, left = divmod(months, 12)
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    if weeks and days and days % 7 == 0 and not (months or seconds):
        return f"P{_figure(days / 7)}W"
    date = "".join(f"{_figure(count)}{name}" for count, name in ((years, "Y"), (left, "M"), (days, "D")) if count)
    time = "".join(f"{_figure(count)}{name}" for count, name in ((hours, "H"), (minutes, "M"), (rest, "S")) if count)
    return f"P{date}T{time}" if time else f"P{date}" if date else ""


def _figure(count: Decimal) -> str:
    whole = count == count.to_integral_value()
    return str(int(count)) if whole else format(count.normalize(), "f")
