"""Ranges as people say them in English: "between monday and wednesday", "from 3 to 5 pm", "this weekend". Pure.

A range has two ends of one form, dates, times or points in time; "before friday" and "after six" leave one open.
"""

from datetime import date, timedelta

from nlu.values.dates import DATE_STARTS, MONTHS, Day, period_of, read_day, read_year, shifted
from nlu.values.datetimes import DATETIME_STARTS, PARTS, combined, read_datetime, read_part_of_day
from nlu.values.durations import read_span
from nlu.values.money import read_money
from nlu.values.numbers import NUMBER_STARTS, Tokens, is_written, read_number, read_ordinal, word
from nlu.values.reading import Context, Spoken
from nlu.values.times import CLOCK_STARTS, DAY_PARTS, Clock, as_times, read_clock, read_part

RANGE_STARTS = (
    DATETIME_STARTS
    | {"from", "between", "before", "after", "until", "till", "since", "by", "this", "next", "last", "past"}
    | {"in", "within", "over", "during", "the", "weekend", "at", "on"}
)
_JOINTS = frozenset({"to", "until", "till", "through", "-", "–"})
_LONGEST_END = 10
"""No end of a range has more words."""
_OPEN = {"before": "to", "until": "to", "till": "to", "by": "to", "after": "from", "since": "from"}
_MINUTE = timedelta(minutes=1)

_Range = tuple[object, object, int, tuple[object, ...]]


def as_range(begin: object, end: object) -> dict[str, object]:
    """The wire form."""
    return {"from": begin, "to": end}


def read_range(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """A range that begins at `at`, with the index behind it and other readings."""
    text = word(tokens, at)
    if text in _OPEN:
        return _open(tokens, at, context)
    if text in NUMBER_STARTS or is_written(text):
        return _two_ends(tokens, at, context)
    return (
        _two_ends(tokens, at, context)
        or _day_then_times(tokens, at, context)
        or _window(tokens, at, context)
        or _part(tokens, at, context)
        or _period(tokens, at, context)
    )


def _two_ends(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    lead = word(tokens, at) if word(tokens, at) in ("from", "between") else ""
    begin = at + 1 if lead else at
    if not lead and _JOINTS.isdisjoint(tokens.words[at + 1 : at + _LONGEST_END]):
        return None
    return (
        _two_datetimes(tokens, begin, context, lead)
        or _times_then_day(tokens, begin, context, lead)
        or _two_days(tokens, begin, context, lead)
        or _two_times(tokens, begin, lead)
        or (_two_amounts(tokens, begin, context, lead) if lead else None)
    )


def _joined(tokens: Tokens, at: int, lead: str) -> int:
    """The index behind the word between two ends; 0: there is none. "and" joins only after "between"."""
    text = word(tokens, at)
    if text != "and" if lead == "between" else text not in _JOINTS:
        return 0
    return at + 2 if word(tokens, at + 1) == "at" else at + 1


def _two_datetimes(tokens: Tokens, at: int, context: Context, lead: str) -> Spoken | None:
    if word(tokens, at) not in DATETIME_STARTS and not is_written(word(tokens, at)):
        return None
    first = read_datetime(tokens, at, context)
    joint = _joined(tokens, first[1], lead) if first else 0
    second = read_datetime(tokens, joint, context) if joint else None
    if not (first and second):
        return None
    return as_range(first[0], second[0]), second[1], ()


def _two_days(tokens: Tokens, at: int, context: Context, lead: str) -> Spoken | None:
    shared = _shared_month(tokens, at, context, lead)
    if shared:
        first, second = shared
    else:
        begun = read_day(tokens, at, context)
        joint = _joined(tokens, begun.end, lead) if begun else 0
        ended = read_day(tokens, joint, context) if joint else None
        if begun is None or ended is None:
            return None
        first, second = begun, ended
    begin, end = first.day, second.day
    if end < begin:
        later = [day for day in (*second.others, end + timedelta(days=7), _next_year(end)) if day >= begin]
        if not later:
            return None
        end = later[0]
    return as_range(begin.isoformat(), end.isoformat()), second.end, ()


def _next_year(day: date) -> date:
    return shifted(day, 12, 0)


def _shared_month(tokens: Tokens, at: int, context: Context, lead: str) -> tuple[Day, Day] | None:
    """ "from the third to the fifth of may", "3 to 5 may", "may third to fifth"."""
    begin = at + 1 if word(tokens, at) == "the" else at
    number = read_ordinal(tokens, begin) or (read_number(tokens, begin) if is_written(word(tokens, begin)) else None)
    if number and 1 <= number.value <= 31 and number.value % 1 == 0:
        joint = _joined(tokens, number.end, lead)
        second = read_day(tokens, joint, context) if joint else None
        if second is None or second.day.day < number.value:
            return None
        return Day(second.day.replace(day=int(number.value)), number.end), second
    first = read_day(tokens, at, context) if word(tokens, at) in MONTHS else None
    joint = _joined(tokens, first.end, lead) if first else 0
    last = read_ordinal(tokens, joint + (word(tokens, joint) == "the")) if joint else None
    if first is None or last is None or not first.day.day <= last.value <= 31:
        return None
    return first, Day(shifted(first.day, 0, int(last.value) - first.day.day), last.end)


def _two_clocks(tokens: Tokens, at: int, lead: str) -> tuple[int, int, int, bool] | None:
    """Both ends in minutes, the index behind them and whether another half of the day was possible."""
    first = _loose_clock(tokens, at)
    joint = _joined(tokens, first.end, lead) if first else 0
    second = _loose_clock(tokens, joint) if joint else None
    if first is None or second is None:
        return None
    certain = _is_time(tokens, at, first) or _is_time(tokens, joint, second)
    if not certain and not (lead and _ends(tokens, second.end)):
        return None
    if len(second.readings) == 1:
        end = second.readings[0]
        before = [minutes for minutes in first.readings if minutes < end]
        return (max(before) if before else first.readings[0]), end, second.end, False
    begin = first.readings[0]
    after = [minutes for minutes in second.readings if minutes > begin]
    return begin, (min(after) if after else second.readings[0]), second.end, True


def _loose_clock(tokens: Tokens, at: int) -> Clock | None:
    """A time, or a bare hour whatever follows it."""
    clock = read_clock(tokens, at, bare=True)
    if clock:
        return clock
    number = read_number(tokens, at)
    if number is None or number.value % 1 or not 1 <= number.value <= 12:
        return None
    hour = int(number.value)
    early = hour % 12 * 60
    return Clock((early + 720, early) if hour < 7 or hour == 12 else (early, early + 720), number.end)


def _is_time(tokens: Tokens, at: int, clock: Clock) -> bool:
    return read_clock(tokens, at) is not None or read_part(tokens, clock.end) is not None


def _ends(tokens: Tokens, at: int) -> bool:
    follower = word(tokens, at)
    return follower in ("", ".", ",", "?", "!", "please", "on", "or", "if", "tomorrow", "today", "every", "would", "is")


def _two_times(tokens: Tokens, at: int, lead: str) -> Spoken | None:
    if not _may_be_time(tokens, at):
        return None
    found = _two_clocks(tokens, at, lead)
    if found is None:
        return None
    begin, end, after, doubtful = found
    first, last = as_times([begin])[0], as_times([end])[0]
    others: tuple[object, ...] = ()
    if doubtful:
        shifted_ends = [(begin + 720) % 1440, (end + 720) % 1440]
        others = (as_range(as_times([shifted_ends[0]])[0], as_times([shifted_ends[1]])[0]),)
    return as_range(first, last), after, others


def _times_then_day(tokens: Tokens, at: int, context: Context, lead: str) -> Spoken | None:
    """ "from 3 to 5 pm tomorrow", "between nine and twelve on tuesday"."""
    if not _may_be_time(tokens, at):
        return None
    found = _two_clocks(tokens, at, lead)
    if found is None:
        return None
    begin, end, after, _ = found
    joint = after + 1 if word(tokens, after) == "on" else after
    half = read_part_of_day(tokens, joint, context)
    if half is None or word(tokens, joint) not in DATE_STARTS:
        return None
    return as_range(combined(half.day, [begin])[0], combined(half.day, [end])[0]), half.end, ()


def _day_then_times(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """ "tomorrow between nine and twelve", "tuesday from 3 to 5 pm"."""
    half = read_part_of_day(tokens, at, context)
    lead = word(tokens, half.end) if half else ""
    if half is None or lead not in ("from", "between"):
        return None
    found = _two_clocks(tokens, half.end + 1, lead)
    if found is None:
        return None
    begin, end, after, _ = found
    return as_range(combined(half.day, [begin])[0], combined(half.day, [end])[0]), after, ()


def _may_be_time(tokens: Tokens, at: int) -> bool:
    return word(tokens, at) in CLOCK_STARTS or is_written(word(tokens, at))


def _two_amounts(tokens: Tokens, at: int, context: Context, lead: str) -> Spoken | None:
    """ "between fifty and a hundred pounds": the currency stands behind the second, or behind both."""
    second = joint = None
    number = read_number(tokens, at)
    first = read_money(tokens, at, context)
    for end in {first[1] if first else 0, number.end if number else 0}:
        joint = _joined(tokens, end, lead) if end else 0
        second = read_money(tokens, joint, context) if joint else None
        if second:
            break
    if second is None or not isinstance(second[0], dict):
        return None
    if first and isinstance(first[0], dict) and first[0]["currency"] == second[0]["currency"]:
        return as_range(first[0], second[0]), second[1], ()
    if number is None:
        return None
    return as_range({**second[0], "amount": f"{number.value:.2f}"}, second[0]), second[1], ()


def _window(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """ "in the next three days", "the last two weeks", "within a month", "over the past year"."""
    text = word(tokens, at)
    begin = at + 1 if text in ("in", "within", "over", "during", "for") else at
    if word(tokens, begin) == "the":
        begin += 1
    side = {"next": 1, "coming": 1, "following": 1, "last": -1, "past": -1, "previous": -1}.get(word(tokens, begin))
    if side is None and text == "within" and begin == at + 1:
        side, span_at = 1, begin
    elif side is not None:
        span_at = begin + 1
    else:
        return None
    span = read_span(tokens, span_at)
    today = context.now.date()
    if span is None:
        plain = {"month": (1, 0), "week": (0, 7), "year": (12, 0)}.get(word(tokens, span_at))
        if plain is None or begin == at or word(tokens, begin - 1) != "the":
            return None
        other = shifted(today, side * plain[0], side * plain[1])
        end = span_at + 1
    elif span.seconds or span.months % 1 or span.days % 1:
        return None
    else:
        other, end = shifted(today, side * int(span.months), side * int(span.days)), span.end
    first, last = sorted((today, other))
    return as_range(first.isoformat(), last.isoformat()), end, ()


def _part(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """ "tomorrow morning", "tonight", "this afternoon", "in the evening"."""
    if word(tokens, at) == "in" and word(tokens, at + 1) == "the" and word(tokens, at + 2) in PARTS:
        before = word(tokens, at - 1)
        if not (is_written(before) or before in CLOCK_STARTS or before == "o'clock"):
            first, last = as_times(DAY_PARTS[word(tokens, at + 2)])
            return as_range(first, last), at + 3, ()
    half = read_part_of_day(tokens, at, context)
    if half is None or not half.part:
        return None
    begin, end = DAY_PARTS[half.part]
    others = tuple(
        as_range(combined(Day(day, 0), [begin])[0], combined(Day(day, 0), [end])[0]) for day in half.day.others
    )
    return as_range(combined(half.day, [begin])[0], combined(half.day, [end])[0]), half.end, others


def _period(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """ "this weekend", "next week", "last month", "at the weekend", "in may", "may 2027", "the whole of next year"."""
    today, text = context.now.date(), word(tokens, at)
    begin = at + 1 if text in ("at", "on", "over") else at
    which, unit = word(tokens, begin), word(tokens, begin + 1)
    offset = {"this": 0, "next": 1, "last": -1, "coming": 0}.get(which)
    if which == "the" and unit == "weekend":
        offset = 0
    found = period_of(unit, offset, today) if offset is not None else None
    if found:
        others: tuple[object, ...] = ()
        if which == "next" and unit == "weekend":
            nearer = period_of(unit, 0, today)
            others = (as_range(nearer[0].isoformat(), nearer[1].isoformat()),) if nearer else ()
        return as_range(found[0].isoformat(), found[1].isoformat()), begin + 2, others
    if which in ("next", "last", "this") and unit in MONTHS and not _dated(tokens, begin + 2):
        return _month_of(MONTHS[unit], which, today), begin + 2, ()
    begin = at + 1 if text in ("in", "during") else at
    month = MONTHS.get(word(tokens, begin))
    if month is None or (begin == at and (word(tokens, at - 1) == "of" or read_ordinal(tokens, at - 1))):
        return None
    year, end = read_year(tokens, begin + 1)
    if year is None and begin == at:
        return None
    first = date(year or (today.year + (month < today.month)), month, 1)
    return as_range(first.isoformat(), shifted(first, 1, -1).isoformat()), end, ()


def _dated(tokens: Tokens, at: int) -> bool:
    """ "next may the third" is a day."""
    return word(tokens, at) == "the" or read_number(tokens, at) is not None or read_ordinal(tokens, at) is not None


def _month_of(month: int, which: str, today: date) -> dict[str, object]:
    """ "next june", "last october": the nearest such month behind or before this one."""
    year = today.year
    if which == "last":
        year -= month >= today.month
    else:
        year += month < today.month or (which == "next" and month == today.month)
    first = date(year, month, 1)
    return as_range(first.isoformat(), shifted(first, 1, -1).isoformat())


def _open(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """ "before friday", "after six", "until the end of the month", "by five pm"."""
    side = _OPEN.get(word(tokens, at))
    if side is None or word(tokens, at - 1) == "day":  # "the day after tomorrow"
        return None
    begin = at + 1
    found: Spoken | None = read_datetime(tokens, begin, context)
    if found is None:
        day = read_day(tokens, begin, context)
        clock = None if day else read_clock(tokens, begin, bare=True)
        if day:
            found = day.day.isoformat(), day.end, tuple(other.isoformat() for other in day.others)
        elif clock:
            first, *others = as_times(clock.readings)
            found = first, clock.end, tuple(others)
    if found is None:
        return None
    value, end, others_found = found
    ends = [as_range(value, None) if side == "from" else as_range(None, value) for value in (value, *others_found)]
    return ends[0], end, tuple(ends[1:])
