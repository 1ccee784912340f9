"""Points in time, a day with a time of day, as people say them in English: "tomorrow at half past three". Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from nlu.values.dates import DATE_STARTS, Day, read_day, shifted
from nlu.values.durations import read_span
from nlu.values.numbers import Tokens, once, word
from nlu.values.reading import Context, Spoken
from nlu.values.times import CLOCK_STARTS, LEADS, Clock, as_times, in_part, is_digit_run, read_clock

DATETIME_STARTS = frozenset({*DATE_STARTS, *CLOCK_STARTS, "now"})
PARTS = frozenset({"morning", "afternoon", "evening", "night", "lunchtime"})
_JOINTS = frozenset({"at", ",", "around", "about", "by", "from", "after", "before", "sometime"})


class PartOfDay(NamedTuple):
    """A day and perhaps a part of it: "tomorrow evening"; `part` "" for the whole day."""

    day: Day
    part: str
    end: int


@once
def read_datetime(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """A point in time that begins at `at`, as "2026-05-03T15:30": a day and a time either way round, "in two hours"."""
    if word(tokens, at) == "now":
        return _now(tokens, at, context)
    return (
        _written(tokens, at, context)
        or _distance(tokens, at, context)
        or _day_first(tokens, at, context)
        or _time_first(tokens, at, context)
    )


@once
def read_part_of_day(tokens: Tokens, at: int, context: Context) -> PartOfDay | None:
    """ "tomorrow", "tomorrow evening", "this afternoon", "tonight", "last night", "the morning of the third"."""
    text, today = word(tokens, at), context.now.date()
    follower = word(tokens, at + 1)
    if text == "tonight":
        return PartOfDay(Day(today, at + 1), "tonight", at + 1)
    if text == "this" and follower in PARTS:
        return PartOfDay(Day(today, at + 2), follower, at + 2)
    if text == "last" and follower == "night":
        return PartOfDay(Day(today - timedelta(days=1), at + 2), "night", at + 2)
    day = read_day(tokens, at, context)
    if day is None:
        return None
    part = word(tokens, day.end)
    if part in PARTS:
        return PartOfDay(day, part, day.end + 1)
    if part == "in" and word(tokens, day.end + 1) == "the" and word(tokens, day.end + 2) in PARTS:
        return PartOfDay(day, word(tokens, day.end + 2), day.end + 3)
    return PartOfDay(day, "", day.end)


def combined(day: Day, readings: Iterable[int]) -> tuple[str, ...]:
    """Every reading of the day with every reading of the time, the likeliest first."""
    days = dict.fromkeys((day.day, *day.others))
    return tuple(f"{one.isoformat()}T{time}" for one in days for time in as_times(readings))


def as_datetime(moment: datetime, *, seconds: bool = False) -> str:
    """To the minute, or with `seconds`; always local time."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds" if seconds else "minutes")


def _now(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """ "now" where the phrase ends; not in "from now", "for now" and "but now it does not"."""
    if word(tokens, at - 1) in ("from", "for", "until", "by", "than", "just", "but", "and"):
        return None
    if word(tokens, at + 1) not in ("", ".", ",", "?", "!", "please", "if", "in", "for", "thanks"):
        return None
    return as_datetime(context.now), at + 1, ()


def _written(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """ "2026-05-03T15:30"."""
    if len(word(tokens, at)) != 4 or word(tokens, at + 1) != "-" or word(tokens, at + 5) != "t":
        return None
    day, clock = read_day(tokens, at, context), read_clock(tokens, at + 6)
    if day is None or clock is None or not word(tokens, at + 6).isdigit():
        return None
    return f"{day.day.isoformat()}T{as_times([clock.readings[0]])[0]}", clock.end, ()


def _distance(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """ "in two hours", "in an hour and a half", "twenty minutes ago", "an hour from now"."""
    begin = at + 1 if word(tokens, at) == "in" else at
    span = read_span(tokens, begin)
    if span is None or not span.seconds:
        return None
    side = 1
    end = span.end
    if begin == at:
        if word(tokens, end) in ("ago", "back"):
            side = -1
        elif not (word(tokens, end) == "from" and word(tokens, end + 1) == "now"):
            return None
        end += 1 if side < 0 else 2
    elif word(tokens, end) == "time":
        end += 1
    seconds = span.seconds + (span.days % 1) * 86_400
    day = shifted(context.now.date(), side * int(span.months), side * int(span.days // 1))
    moment = datetime.combine(day, context.now.time()) + side * timedelta(seconds=float(seconds))
    return as_datetime(moment, seconds=seconds % 60 != 0), end, ()


def _day_first(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """ "tomorrow at three", "tuesday evening at half past six", "the third of may 15:30"."""
    if word(tokens, at) not in DATE_STARTS and not word(tokens, at)[:1].isdigit():
        return None
    half = read_part_of_day(tokens, at, context)
    if half is None:
        return None
    joint = half.end
    while word(tokens, joint) in _JOINTS:
        joint += 1
    clock = read_clock(tokens, joint, bare=joint > half.end)
    if clock is None:
        return None
    return _value(half, clock, clock.end)


def _time_first(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """ "half past three tomorrow", "at three on tuesday", "eight tonight", "noon on the third of may"."""
    if word(tokens, at) not in CLOCK_STARTS and not word(tokens, at)[:1].isdigit():
        return None
    if is_digit_run(tokens, at):
        return None
    clock = read_clock(tokens, at, bare=word(tokens, at - 1) in LEADS)
    if clock is None:
        return None
    joint = clock.end
    while word(tokens, joint) in ("on", ","):
        joint += 1
    half = read_part_of_day(tokens, joint, context)
    if half is None or not (word(tokens, joint) in DATE_STARTS or word(tokens, joint)[:1].isdigit()):
        return None
    return _value(half, clock, half.end)


def _value(half: PartOfDay, clock: Clock, end: int) -> Spoken:
    readings = in_part(clock.readings, half.part) if half.part else clock.readings
    first, *others = combined(half.day, readings)
    return first, end, tuple(others)
