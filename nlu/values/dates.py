"""Calendar dates as people say and write them in English, relative to today. Pure."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from nlu.values.durations import read_span
from nlu.values.holidays import HOLIDAY_STARTS, read_holiday
from nlu.values.numbers import (
    NUMBER_STARTS,
    ORDINAL_STARTS,
    ORDINALS,
    TEENS,
    TENS,
    UNITS,
    Tokens,
    is_written,
    once,
    read_number,
    read_ordinal,
    word,
)
from nlu.values.reading import Context, Spoken

WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
    "september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4,
    "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_SHORT_WEEKDAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
"""Only in front of a date: "tues 3 may"."""
_NEAR = {
    ("the", "day", "after", "tomorrow"): 2, ("day", "after", "tomorrow"): 2,
    ("the", "day", "before", "yesterday"): -2, ("day", "before", "yesterday"): -2,
    ("tomorrow",): 1, ("today",): 0, ("tonight",): 0, ("yesterday",): -1,
}  # fmt: skip
_WEEKDAY_LEADS = frozenset({"next", "this", "last", "coming", "past", "following"})
_EDGES = {"end": -1, "beginning": 0, "start": 0, "first": 0, "middle": 1}
DATE_STARTS = (
    NUMBER_STARTS
    | ORDINAL_STARTS
    | HOLIDAY_STARTS
    | {*WEEKDAYS, *_SHORT_WEEKDAYS, *MONTHS, *_WEEKDAY_LEADS, *_EDGES}
    | {"the", "day", "tomorrow", "today", "tonight", "yesterday", "in", "an", "couple", "within"}
)
_LAST_YEAR, _FIRST_YEAR = 9999, 1


class Day(NamedTuple):
    """A date, the index of the first token behind it, and other readings."""

    day: date
    end: int
    others: tuple[date, ...] = ()


def read_date(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """A date that begins at `at`: ISO 8601, the index behind it and other readings; or None.

    A day without a year is the next one that comes; "next tuesday" is the one of next week and perhaps the coming
    one; "3/5" is read day first, but for the regions that write the month first. No date is out of the calendar.
    """
    found = read_day(tokens, at, context)
    if found is None:
        return None
    day, end, others = found
    return day.isoformat(), end, tuple(other.isoformat() for other in dict.fromkeys(others) if other != day)


@once
def read_day(tokens: Tokens, at: int, context: Context) -> Day | None:
    """As `read_date`, as a date object; None also for what the calendar does not hold."""
    try:
        return _read_day(tokens, at, context)
    except (OverflowError, ValueError):
        return None


def _read_day(tokens: Tokens, at: int, context: Context) -> Day | None:
    today, text = context.now.date(), word(tokens, at)
    if is_written(text):
        dated = _iso(tokens, at) or _figures(tokens, at, context)
        return dated or _distance(tokens, at, today) or _day_of_month(tokens, at, today)
    if text in MONTHS:
        return _month_day(tokens, at, today)
    if text in NUMBER_STARTS or text in ("in", "an", "couple"):
        return _distance(tokens, at, today) or _day_of_month(tokens, at, today)
    if text not in DATE_STARTS:
        return None
    return (
        _near(tokens, at, today)
        or _weekday(tokens, at, context)
        or _edge(tokens, at, today)
        or _nth_weekday(tokens, at, today)
        or _day_of_month(tokens, at, today)
        or _named(tokens, at, today)
    )


def _named(tokens: Tokens, at: int, today: date) -> Day | None:
    found = read_holiday(tokens, at, today)
    return Day(*found) if found else None


def _near(tokens: Tokens, at: int, today: date) -> Day | None:
    if word(tokens, at) not in ("the", "day", "tomorrow", "today", "tonight", "yesterday"):
        return None
    for words, days in _NEAR.items():
        if tuple(word(tokens, at + i) for i in range(len(words))) == words:
            end = at + len(words)
            if word(tokens, end) == "week" and days >= 0 and len(words) == 1:  # British: "tomorrow week"
                return Day(today + timedelta(days=days + 7), end + 1)
            return Day(today + timedelta(days=days), end)
    return None


def _distance(tokens: Tokens, at: int, today: date) -> Day | None:
    """ "in three days", "two months ago", "a week from today", "a week on tuesday", "in two weeks' time"."""
    begin = at + 1 if word(tokens, at) == "in" else at
    span = read_span(tokens, begin)
    if span is None or span.seconds:
        return None
    # "a month and a half", "a week and a half": half a month is fifteen days, half a day is left open
    days_said = span.days + (span.months % 1) * 30
    months, days, end = int(span.months), int(days_said), span.end
    if days_said % 1:
        return _half_days_off(tokens, end, shifted(today, months, days)) if begin > at else None
    if begin > at:
        if word(tokens, end) == "'" and word(tokens, end + 1) == "time":
            end += 1
        return Day(shifted(today, months, days), end + 1 if word(tokens, end) == "time" else end)
    if word(tokens, end) in ("ago", "back"):
        return Day(shifted(today, -months, -days), end + 1)
    if word(tokens, end) in ("from", "after") and word(tokens, end + 1) == "now":
        return Day(shifted(today, months, days), end + 2)
    side = -1 if word(tokens, end) == "before" else 1
    joint = end + 1 if word(tokens, end) in ("from", "on", "after", "before") else end
    if joint == end and months:
        return None
    anchor = _near(tokens, joint, today) or (_plain_weekday(tokens, joint, today) if days % 7 == 0 else None)
    return Day(shifted(anchor.day, side * months, side * days), anchor.end) if anchor else None


def _half_days_off(tokens: Tokens, end: int, day: date) -> Day:
    """ "in a week and a half": ten days from today, or eleven."""
    end += word(tokens, end) == "time"
    return Day(day, end, (shifted(day, 0, 1),))


def shifted(day: date, months: int, days: int) -> date:
    """`day` some months and days later; the 31st becomes the last of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"{year} is no year")
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1])) + timedelta(days=days)


def _iso(tokens: Tokens, at: int) -> Day | None:
    parts = [word(tokens, at + i) for i in range(5)]
    signs = parts[1] + parts[3]
    if len(parts[0]) != 4 or signs not in ("--", "//") or not all(p.isdigit() for p in parts[::2]):
        return None
    return Day(date(int(parts[0]), int(parts[2]), int(parts[4])), at + 5)


def _figures(tokens: Tokens, at: int, context: Context) -> Day | None:
    """ "3/5/2026": the third of May, perhaps the fifth of March; also "3-5-2026" and "03.05.2026"."""
    parts = [word(tokens, at + i) for i in range(5)]
    if "." in parts[0]:  # the tokenizer reads "03.05" as one number
        day, _, month = parts[0].partition(".")
        parts, close = [day, ".", month, parts[1], parts[2]], at + 3
        if parts[3] != ".":
            return None
    else:
        close = at + 5
    sign = parts[1]
    if sign not in ("/", "-", ".") or not all(p.isdigit() and len(p) <= 2 for p in (parts[0], parts[2])):
        return None
    year: int | None = None
    if parts[3] == sign and parts[4].isdigit() and len(parts[4]) in (2, 4):
        year = int(parts[4]) if len(parts[4]) == 4 else _century(int(parts[4]), context.now.year)
    elif sign != "/":
        return None
    else:
        close = at + 3
    first, second = int(parts[0]), int(parts[2])
    readings = [(first, second), (second, first)]
    if context.region in ("US", "PH"):
        readings.reverse()
    days = [on(day, month, year, context.now.date()) for day, month in readings if 1 <= month <= 12 and 1 <= day <= 31]
    return Day(days[0], close, tuple(days[1:])) if days else None


def _century(year: int, now: int) -> int:
    """Two figures of a year: at most twenty years ahead, else of the century before."""
    return now - now % 100 + year - (100 if year > now % 100 + 20 else 0)


def _plain_weekday(tokens: Tokens, at: int, today: date) -> Day | None:
    weekday = WEEKDAYS.get(word(tokens, at))
    return None if weekday is None else Day(_coming(weekday, today), at + 1)


def _coming(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _weekday(tokens: Tokens, at: int, context: Context) -> Day | None:
    """ "tuesday", "next tuesday", "tuesday week", "tuesday after next", "tuesday the third of may"."""
    today = context.now.date()
    text = word(tokens, at)
    lead = text if text in _WEEKDAY_LEADS else ""
    begin = at + 1 if lead else at
    weekday = WEEKDAYS.get(word(tokens, begin))
    if weekday is None:
        return _dated_weekday(tokens, begin, context) if text in _SHORT_WEEKDAYS else None
    dated = _dated_weekday(tokens, begin, context)
    if dated:
        return dated
    coming, end = _coming(weekday, today), begin + 1
    next_monday = today + timedelta(days=7 - today.weekday())
    if word(tokens, end) == "week":
        return Day(coming + timedelta(days=7), end + 1)
    if word(tokens, end) == "after" and word(tokens, end + 1) == "next":
        return Day(next_monday + timedelta(days=weekday + 7), end + 2, (coming + timedelta(days=7),))
    if word(tokens, end) == "of" and word(tokens, end + 1) == "next" and word(tokens, end + 2) == "week":
        return Day(next_monday + timedelta(days=weekday), end + 3)
    if word(tokens, end) in ("next", "last", "this") and word(tokens, end + 1) == "week":
        weeks = {"next": 0, "this": -1, "last": -2}[word(tokens, end)]
        return Day(next_monday + timedelta(days=weekday + 7 * weeks), end + 2)
    if lead in ("last", "past"):
        return Day(today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1), end)
    if lead == "next":
        return Day(next_monday + timedelta(days=weekday), end, (coming,))
    return Day(coming, end, (today,) if weekday == today.weekday() else ())


def _dated_weekday(tokens: Tokens, at: int, context: Context) -> Day | None:
    """ "tuesday the third of may": the date counts, the weekday only confirms it."""
    begin = at + 1
    while word(tokens, begin) in (",", "."):
        begin += 1
    today = context.now.date()
    found = _day_of_month(tokens, begin, today) or _month_day(tokens, begin, today)
    if found is None:
        return None
    weekday = WEEKDAYS.get(word(tokens, at), _SHORT_WEEKDAYS.get(word(tokens, at)))
    before = shifted(found.day, -12, 0)
    if found.day.weekday() != weekday and before.weekday() == weekday and before.day == found.day.day:
        return Day(before, found.end, (found.day,))  # the one that just went by
    return found


def _edge(tokens: Tokens, at: int, today: date) -> Day | None:
    """ "the end of the month", "start of next year", "the end of may", "end of the week"."""
    begin = at + 1 if word(tokens, at) == "the" else at
    edge = _EDGES.get(word(tokens, begin))
    if edge is None or word(tokens, begin) == "first":
        return None
    after = begin + 2 if word(tokens, begin + 1) == "of" else begin + 1
    if after == begin + 1 and word(tokens, begin) != "end":
        return None
    found = _period(tokens, after, today)
    if found is None:
        return None
    first, last, end = found
    middle = first + (last - first) // 2
    return Day({-1: last, 0: first, 1: middle}[edge], end)


def _period(tokens: Tokens, at: int, today: date) -> tuple[date, date, int] | None:
    """ "next month", "the week", "may", "this year": first day, last day and the index behind it."""
    which = word(tokens, at)
    month = MONTHS.get(which)
    if month and which != "march":
        year, end = read_year(tokens, at + 1)
        first = on(1, month, year, today) if year or month != today.month else today.replace(day=1)
        return first, shifted(first, 1, -1), end
    if which not in ("the", "this", "next", "last"):
        return None
    period = period_of(word(tokens, at + 1), {"next": 1, "last": -1}.get(which, 0), today)
    return (*period, at + 2) if period else None


def period_of(unit: str, offset: int, today: date) -> tuple[date, date] | None:
    """First and last day of this (0), the next (1) or last (-1) "week", "weekend", "month", "quarter", "year"."""
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * offset)
    if unit == "week":
        return monday, monday + timedelta(days=6)
    if unit == "weekend":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months is None:
        return None
    begin = today.replace(day=1, month=(today.month - 1) // months * months + 1)
    first = shifted(begin, months * offset, 0)
    return first, shifted(first, months, -1)


def _nth_weekday(tokens: Tokens, at: int, today: date) -> Day | None:
    """ "the first monday in june", "last friday of the month"."""
    begin = at + 1 if word(tokens, at) == "the" else at
    nth = -1 if word(tokens, begin) == "last" else ORDINALS.get(word(tokens, begin), 0)
    weekday = WEEKDAYS.get(word(tokens, begin + 1))
    if weekday is None or not (nth == -1 or 1 <= nth <= 5) or word(tokens, begin + 2) not in ("of", "in"):
        return None
    found = _period(tokens, begin + 3, today)
    if found is None:
        return None
    first, last, end = found
    if (last - first).days > 31:
        return None
    if nth == -1:
        return Day(last - timedelta(days=(last.weekday() - weekday) % 7), end)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    return Day(day, end) if day <= last else None


def _day_of_month(tokens: Tokens, at: int, today: date) -> Day | None:
    """ "the third of may", "3 may 2026", "the third", "the first of next month", "third of the fifth ninety"."""
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
        year, close = read_year(tokens, after + 1)
        return Day(on(day, MONTHS[word(tokens, after)], year, today), close)
    if after > end and word(tokens, after) in ("this", "next", "the") and word(tokens, after + 1) == "month":
        base = today.replace(day=1)
        return Day((shifted(base, 1, 0) if word(tokens, after) == "next" else base).replace(day=day), after + 2)
    if after > end and ordinal and word(tokens, after) == "the":
        month = read_ordinal(tokens, after + 1)
        year, close = read_year(tokens, month.end) if month else (None, 0)
        return Day(date(year, int(month.value), day), close) if month and year and month.value <= 12 else None
    return Day(_next_day(day, today), end) if article and ordinal and _closes(tokens, end) else None


def _closes(tokens: Tokens, at: int) -> bool:
    """ "the third" is a date when the phrase ends there, not in "the third card"."""
    return word(tokens, at) in (
        "", ".", ",", "?", "!", "please", "and", "or", "then", "at", "if", "thanks", "thank", "to", "until", "in",
        "around", "before", "after",
    )  # fmt: skip


def _month_day(tokens: Tokens, at: int, today: date) -> Day | None:
    """ "may the third", "march 3rd", "may 3"."""
    month = MONTHS.get(word(tokens, at))
    if month is None:
        return None
    begin = at + 2 if word(tokens, at + 1) == "." else at + 1
    article = word(tokens, begin) == "the"
    begin += article
    number = read_ordinal(tokens, begin) or (read_number(tokens, begin) if not article else None)
    if number is None or not 1 <= number.value <= 31 or number.value != number.value.to_integral_value():
        return None
    year, end = read_year(tokens, number.end)
    return Day(on(int(number.value), month, year, today), end)


def read_year(tokens: Tokens, at: int) -> tuple[int | None, int]:
    """ "2026", "twenty twenty six", "two thousand and twenty six", "nineteen eighty five", "eighty five" (1985).

    The year and the index behind it; None when no year follows.
    """
    begin = at + 1 if word(tokens, at) == "," else at
    text = word(tokens, begin)
    if text.isdigit() and is_written(text) and len(text) == 4 and 1800 <= int(text) < 2200:
        return int(text), begin + 1
    if text in ("nineteen", "twenty", "eighteen"):
        century = 100 * (TEENS.get(text) or TENS[text])
        if word(tokens, begin + 1) in ("oh", "o", "hundred") and word(tokens, begin + 2) in UNITS:
            return century + UNITS[word(tokens, begin + 2)], begin + 3
        rest = read_number(tokens, begin + 1)
        if rest and 10 <= rest.value < 100 and word(tokens, begin + 1) not in UNITS:
            return century + int(rest.value), rest.end
    if text in TENS and TENS[text] >= 40:
        short = read_number(tokens, begin)
        if short and short.value < 100 and word(tokens, short.end) in ("", ".", ",", "and", "please", "if", "or", "is"):
            return 1900 + int(short.value), short.end
    number = None if is_written(text) else read_number(tokens, begin)
    if number and 1900 <= number.value < 2200 and number.value == int(number.value):
        return int(number.value), number.end
    return None, at


def on(day: int, month: int, year: int | None, today: date) -> date:
    """That day of `year`, or without a year the next one from today on."""
    if year is not None:
        return date(year, month, day)
    if day <= monthrange(today.year, month)[1] and date(today.year, month, day) >= today:
        return date(today.year, month, day)
    for next_year in range(today.year + 1, today.year + 9):
        if day <= monthrange(next_year, month)[1]:
            return date(next_year, month, day)
    raise ValueError(f"month {month} has no day {day}")


def _next_day(day: int, today: date) -> date:
    """The next `day` of a month from today on."""
    first = today.replace(day=1)
    for _ in range(4):
        if day <= monthrange(first.year, first.month)[1] and first.replace(day=day) >= today:
            return first.replace(day=day)
        first = shifted(first, 1, 0)
    raise ValueError(f"no month has a day {day}")
