"""Calendar dates as people say them, relative to today. Pure."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from nlu.values.numbers import TEENS, TENS, UNITS, Token, is_written, read_number, read_ordinal, word

DateFound = tuple[object, int, tuple[object, ...]]

WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
    "september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4,
    "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_DAYS_OF = {"day": 1, "days": 1, "week": 7, "weeks": 7, "fortnight": 14, "fortnights": 14}
_NEAR = {
    ("the", "day", "after", "tomorrow"): 2, ("day", "after", "tomorrow"): 2,
    ("the", "day", "before", "yesterday"): -2, ("day", "before", "yesterday"): -2,
    ("tomorrow",): 1, ("today",): 0, ("tonight",): 0, ("yesterday",): -1,
}  # fmt: skip


def read_date(tokens: tuple[Token, ...], at: int, *, today: date) -> DateFound | None:
    """A date that begins at `at`: ISO 8601, the index behind it and other readings; or None.

    A day without a year is the next one that comes; "next tuesday" is the one of next week and perhaps the coming
    one; "3/5" is read day first. A date out of the calendar's range is none.
    """
    try:
        found = (
            _near(tokens, at, today)
            or _distance(tokens, at, today)
            or _iso(tokens, at)
            or _figures(tokens, at, today)
            or _weekday(tokens, at, today)
            or _day_of_month(tokens, at, today)
            or _month_day(tokens, at, today)
        )
    except (OverflowError, ValueError):
        return None
    if found is None:
        return None
    day, end, others = found
    return day.isoformat(), end, tuple(other.isoformat() for other in others if other != day)


_Found = tuple[date, int, tuple[date, ...]]


def _near(tokens: tuple[Token, ...], at: int, today: date) -> _Found | None:
    for words, days in _NEAR.items():
        if tuple(word(tokens, at + i) for i in range(len(words))) == words:
            return today + timedelta(days=days), at + len(words), ()
    return None


def _distance(tokens: tuple[Token, ...], at: int, today: date) -> _Found | None:
    """ "in three days", "two weeks ago", "a week from today", "a week tomorrow"."""
    begin = at + 1 if word(tokens, at) == "in" else at
    number = read_number(tokens, begin)
    if number:
        count, end = number.value, number.end
    elif word(tokens, begin) in ("a", "an"):
        count, end = Decimal(1), begin + 1
    else:
        return None
    unit = _DAYS_OF.get(word(tokens, end))
    if unit is None or count != count.to_integral_value() or count > 100_000:
        return None
    span, end = timedelta(days=int(count) * unit), end + 1
    if begin > at:
        return today + span, end, ()
    if word(tokens, end) == "ago":
        return today - span, end + 1, ()
    joint = end + 1 if word(tokens, end) in ("from", "on") else end
    anchor = _near(tokens, joint, today) or _weekday(tokens, joint, today)
    if word(tokens, joint) == "now" and joint > end:
        return today + span, joint + 1, ()
    return (anchor[0] + span, anchor[1], ()) if anchor else None


def _iso(tokens: tuple[Token, ...], at: int) -> _Found | None:
    parts = [word(tokens, at + i) for i in range(5)]
    if len(parts[0]) != 4 or parts[1] != "-" or parts[3] != "-" or not all(p.isdigit() for p in parts[::2]):
        return None
    return date(int(parts[0]), int(parts[2]), int(parts[4])), at + 5, ()


def _figures(tokens: tuple[Token, ...], at: int, today: date) -> _Found | None:
    """ "3/5/2026": the third of May, perhaps the fifth of March."""
    parts = [word(tokens, at + i) for i in range(5)]
    if parts[1] != "/" or not (parts[0].isdigit() and parts[2].isdigit()):
        return None
    first, second = int(parts[0]), int(parts[2])
    year: int | None = None
    end = at + 3
    if parts[3] == "/" and parts[4].isdigit() and len(parts[4]) in (2, 4):
        year, end = int(parts[4]) + (2000 if len(parts[4]) == 2 else 0), at + 5
    readings = [(first, second), (second, first)]
    days = [_on(day, month, year, today) for day, month in readings if 1 <= month <= 12 and 1 <= day <= 31]
    return (days[0], end, tuple(days[1:])) if days else None


def _weekday(tokens: tuple[Token, ...], at: int, today: date) -> _Found | None:
    lead = word(tokens, at) if word(tokens, at) in ("next", "this", "last", "on", "coming") else ""
    begin = at + 1 if lead else at
    weekday = WEEKDAYS.get(word(tokens, begin))
    if weekday is None:
        return None
    coming = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    end = begin + 1
    if word(tokens, end) == "week":
        return coming + timedelta(days=7), end + 1, ()
    if lead == "last":
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1), end, ()
    if lead == "next":
        monday = today + timedelta(days=7 - today.weekday())
        return monday + timedelta(days=weekday), end, (coming,)
    others = (today,) if weekday == today.weekday() else ()
    return coming, end, others


def _day_of_month(tokens: tuple[Token, ...], at: int, today: date) -> _Found | None:
    """ "the third of may", "3 may 2026", "the third", "the first of next month"."""
    article = word(tokens, at) == "the"
    begin = at + 1 if article else at
    if word(tokens, at - 1) in TENS:
        return None  # the "first" of "thirty first"
    ordinal = read_ordinal(tokens, begin)
    number = ordinal or (read_number(tokens, begin) if not article else None)
    if number is None or not 1 <= number.value <= 31 or number.value != number.value.to_integral_value():
        return None
    day, end = int(number.value), number.end
    after = end + 1 if word(tokens, end) == "of" else end
    if word(tokens, after) in MONTHS and (after > end or ordinal or is_written(word(tokens, begin))):
        year, close = _year(tokens, after + 1)
        return _on(day, MONTHS[word(tokens, after)], year, today), close, ()
    if after > end and word(tokens, after) in ("this", "next", "the") and word(tokens, after + 1) == "month":
        base = today.replace(day=1)
        if word(tokens, after) == "next":
            base = (base + timedelta(days=31)).replace(day=1)
        return base.replace(day=day), after + 2, ()
    return (_next_day(day, today), end, ()) if article and ordinal and _closes(tokens, end) else None


def _closes(tokens: tuple[Token, ...], at: int) -> bool:
    """ "the third" is a date when the phrase ends there, not in "the third card"."""
    return word(tokens, at) in ("", ".", ",", "?", "!", "please", "and", "or", "then", "at", "if", "thanks", "thank")


def _month_day(tokens: tuple[Token, ...], at: int, today: date) -> _Found | None:
    """ "may the third", "march 3rd", "may 3"."""
    month = MONTHS.get(word(tokens, at))
    if month is None:
        return None
    article = word(tokens, at + 1) == "the"
    begin = at + 2 if article else at + 1
    number = read_ordinal(tokens, begin) or (read_number(tokens, begin) if not article else None)
    if number is None or not 1 <= number.value <= 31 or number.value != number.value.to_integral_value():
        return None
    year, end = _year(tokens, number.end)
    return _on(int(number.value), month, year, today), end, ()


def _year(tokens: tuple[Token, ...], at: int) -> tuple[int | None, int]:
    """ "2026", "twenty twenty six", "two thousand and twenty six"; None when no year follows."""
    begin = at + 1 if word(tokens, at) == "," else at
    text = word(tokens, begin)
    if text.isdigit() and len(text) == 4:
        return int(text), begin + 1
    if text in ("nineteen", "twenty"):
        century = 100 * (TEENS.get(text) or TENS[text])
        rest = read_number(tokens, begin + 1)
        if rest and 10 <= rest.value < 100 and word(tokens, begin + 1) not in UNITS:
            return century + int(rest.value), rest.end
    number = read_number(tokens, begin)
    if number and 1900 <= number.value < 2200 and not is_written(text) and number.value == int(number.value):
        return int(number.value), number.end
    return None, at


def _on(day: int, month: int, year: int | None, today: date) -> date:
    """That day of `year`, or without a year the next one from today on."""
    if year is not None:
        return date(year, month, day)
    if day <= monthrange(today.year, month)[1] and date(today.year, month, day) >= today:
        return date(today.year, month, day)
    return next(date(y, month, day) for y in range(today.year + 1, today.year + 9) if day <= monthrange(y, month)[1])


def _next_day(day: int, today: date) -> date:
    """The next `day` of a month from today on."""
    first = today.replace(day=1)
    for _ in range(4):
        if day <= monthrange(first.year, first.month)[1] and first.replace(day=day) >= today:
            return first.replace(day=day)
        first = (first + timedelta(days=31)).replace(day=1)
    raise ValueError(f"no month has a day {day}")
