"""Times of day as people say and write them in English: "half past three", "quarter to five in the evening". Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from nlu.values.numbers import SPOKEN_ZEROS, TEENS, TENS, UNITS, Tokens, is_written, once, word
from nlu.values.reading import Context, Spoken


class Clock(NamedTuple):
    """A time of day: minutes after midnight, the likeliest reading first, and the index behind it."""

    readings: tuple[int, ...]
    end: int


DAY_PARTS = {
    "morning": (6 * 60, 12 * 60), "afternoon": (12 * 60, 18 * 60), "evening": (18 * 60, 22 * 60),
    "night": (20 * 60, 24 * 60 - 1), "lunchtime": (12 * 60, 14 * 60), "tonight": (18 * 60, 24 * 60 - 1),
}  # fmt: skip
"""Part of the day -> minutes after midnight of its beginning and end."""

_HOURS = UNITS | {name: value for name, value in TEENS.items() if value <= 12}
_LATE_HOURS = {name: value for name, value in TEENS.items() if value > 12}
_NAMED = {"noon": 720, "midday": 720, "midnight": 0}
LEADS = frozenset({"at", "around", "by", "until", "till", "before", "after", "since", "from", "past"})
_CLOSERS = frozenset(
    """ . , ? ! ; : - please and or but then on in at for to until till tomorrow today tonight this next if thanks thank
    i we is it would works work sharp because with the my when so that monday tuesday wednesday thursday friday
    saturday sunday every instead not ish um uh you can could will yesterday""".split()
) | {""}
_ANSWER_LEADS = frozenset({"", "um", "uh", "er", "erm", "well", "maybe", "say", "about", "it", "be", "make"})
_ANSWER_ENDS = frozenset({"", ".", "?", "!", "please", "thanks", "then", "ish"})
_OCLOCK = frozenset({"o'clock", "oclock", "o’clock"})
"""And "o clock", as some recognizers write it."""
CLOCK_STARTS = frozenset({*_HOURS, *_LATE_HOURS, *TENS, *_NAMED, *SPOKEN_ZEROS, "half", "quarter", "a"})


def read_time(tokens: Tokens, at: int, _: Context) -> Spoken | None:
    """A time of day that begins at `at`, as "15:30".

    An hour alone is one behind "at", "by", "until" ..., or when it is all that is said: "three please".
    """
    lead = word(tokens, at - 1)
    clock = None if is_digit_run(tokens, at) else read_clock(tokens, at, bare=lead in LEADS)
    if clock is None and lead in _ANSWER_LEADS:
        clock = read_clock(tokens, at, bare=True)
        if clock and word(tokens, clock.end) not in _ANSWER_ENDS:
            clock = None
    if clock is None:
        return None
    before = word(tokens, at - 2) if word(tokens, at - 1) == "at" else ""
    first, *others = as_times(in_part(clock.readings, before) if before in DAY_PARTS else clock.readings)
    return first, clock.end, tuple(others)


def as_times(readings: Iterable[int]) -> list[str]:
    """Minutes after midnight -> "15:30"; each once."""
    return [f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in dict.fromkeys(readings)]


@once
def read_clock(tokens: Tokens, at: int, *, bare: bool = False) -> Clock | None:
    """The time that begins at `at`; with `bare` also an hour alone ("three") when the phrase ends behind it."""
    text = word(tokens, at)
    if text in _NAMED:
        return Clock((_NAMED[text],), at + 1)
    return _past_or_to(tokens, at) or _hour_first(tokens, at, bare=bare)


def half_days(hour: int, minute: int) -> tuple[int, ...]:
    """Both readings of an hour 1 to 12: from one to six people mean the afternoon, else the morning; 12 is noon."""
    early = hour % 12 * 60 + minute
    return (early + 720, early) if hour < 7 or hour == 12 else (early, early + 720)


def in_part(readings: tuple[int, ...], part: str) -> tuple[int, ...]:
    """The readings that fit a part of the day, all if none does."""
    begin, end = {"morning": (0, 719), "afternoon": (720, 1139), "evening": (960, 1439), "lunchtime": (660, 900)}.get(
        part, (1080, 1439)
    )
    fitting = tuple(minutes for minutes in readings if begin <= minutes <= end)
    if not fitting and part in ("night", "tonight"):
        fitting = tuple(minutes for minutes in readings if minutes < 360)
    return fitting or readings


def read_part(tokens: Tokens, at: int) -> tuple[str, int] | None:
    """ "in the evening", "at night", "am", "p m": the part of the day and the index behind it."""
    text = word(tokens, at)
    if text in ("am", "pm"):
        return ("morning" if text == "am" else "pm"), at + 1
    if text in ("a", "p") and word(tokens, at + 1) == "m":
        end = at + 2
        dotted = word(tokens, end) == "." and tokens[at].end < tokens[at + 1].start
        return ("morning" if text == "a" else "pm"), end + 1 if dotted else end
    if text == "in" and word(tokens, at + 1) == "the" and word(tokens, at + 2) in ("morning", "afternoon", "evening"):
        return word(tokens, at + 2), at + 3
    if text == "at" and word(tokens, at + 1) in ("night", "lunchtime"):
        return word(tokens, at + 1), at + 2
    return None


def _with_part(tokens: Tokens, readings: tuple[int, ...], end: int) -> Clock:
    part = read_part(tokens, end)
    if part is None:
        return Clock(in_part(readings, "tonight") if word(tokens, end) == "tonight" else readings, end)
    name, after = part
    if name == "pm":
        return Clock(tuple(minutes for minutes in readings if minutes >= 720) or readings, after)
    return Clock(in_part(readings, name), after)


def _past_or_to(tokens: Tokens, at: int) -> Clock | None:
    """ "half past three", "a quarter to five", "ten minutes past two", "half seven"."""
    begin = at + 1 if word(tokens, at) == "a" and word(tokens, at + 1) == "quarter" else at
    text = word(tokens, begin)
    if text == "half" and word(tokens, begin + 1) in _HOURS and _closes(tokens, begin + 2):
        hour = _HOURS[word(tokens, begin + 1)]
        british, continental = half_days(hour, 30), half_days((hour - 2) % 12 + 1, 30)
        clock = _with_part(tokens, british, begin + 2)
        return clock if clock.readings != british else Clock(british + continental, clock.end)
    fixed = {"half": 30, "quarter": 15}.get(text)
    minutes, end = (fixed, begin + 1) if fixed else _minutes(tokens, begin, least=1)
    if word(tokens, end) in ("minutes", "mins", "minute"):
        end += 1
    side = {"past": 1, "after": 1, "to": -1, "of": -1, "till": -1, "before": -1}.get(word(tokens, end))
    if not minutes or side is None or (side < 0 and (text == "half" or word(tokens, at - 1) == "from")):
        return None  # "from ten to five" is a range
    if word(tokens, end + 1) in _NAMED:
        return Clock(((_NAMED[word(tokens, end + 1)] + side * minutes) % 1440,), end + 2)
    hour, after = _hour(tokens, end + 1)
    if not 1 <= hour <= 12:
        return None
    after = _oclock(tokens, after) or after
    spoken = _with_part(tokens, tuple((m + side * minutes) % 1440 for m in half_days(hour, 0)), after)
    # "five to ten people", "one of two": minutes without their name need the phrase to end there.
    sure = fixed or word(tokens, end - 1).startswith("min")
    usual = minutes % 5 == 0 and word(tokens, end) != "of" and (spoken.end > after or _closes(tokens, after))
    return spoken if sure or usual else None


def _hour_first(tokens: Tokens, at: int, *, bare: bool) -> Clock | None:
    hour, end = _hour(tokens, at)
    if hour < 0:
        return None
    written = _written(tokens, at, bare=bare)
    if written:
        return written
    if word(tokens, end) == "hundred" and word(tokens, end + 1) in ("hours", "hrs"):
        return Clock((hour * 60,), end + 2)
    after = _oclock(tokens, end)
    if after:
        return _with_part(tokens, half_days(hour, 0), after) if 1 <= hour <= 12 else Clock((hour * 60,), after)
    if not is_written(word(tokens, at)):
        minutes, after = _spoken_minutes(tokens, end)
        if minutes is not None and (1 <= hour <= 12 or bare):
            readings = half_days(hour, minutes) if 1 <= hour <= 12 else (hour * 60 + minutes,)
            clock = _with_part(tokens, readings, after)
            return clock if clock.end > after or _closes(tokens, after) else None
    if not 1 <= hour <= 12:
        return None
    clock = _with_part(tokens, half_days(hour, 0), end)
    if clock.end > end:
        return clock
    return clock if bare and _closes(tokens, end) else None


def _written(tokens: Tokens, at: int, *, bare: bool) -> Clock | None:
    """ "15:30", "3:30 pm", "3.30pm", "1530 hours"."""
    text = word(tokens, at)
    if not is_written(text):
        return None
    minute, end = "", at + 1
    if word(tokens, at + 1) == ":" and tokens[at].end == tokens[at + 1].start:
        minute, end = word(tokens, at + 2), at + 3
        if word(tokens, end) == ":" and len(word(tokens, end + 1)) == 2 and is_written(word(tokens, end + 1)):
            end += 2
        text, sure = text, True
    elif "." in text:
        text, _, minute = text.partition(".")
        sure = bare or read_part(tokens, end) is not None
    elif len(text) == 4 and word(tokens, end) in ("hours", "hrs", "h"):
        text, minute, end, sure = text[:2], text[2:], end + 1, True
    else:
        return None
    if not (sure and text.isdigit() and len(text) <= 2 and len(minute) == 2 and minute.isdigit()):
        return None
    hour, minutes = int(text), int(minute)
    if hour > 23 or minutes > 59:
        return None
    if 1 <= hour <= 12 and not text.startswith("0"):
        return _with_part(tokens, half_days(hour, minutes), end)
    clock = _with_part(tokens, (hour * 60 + minutes,), end)
    late = read_part(tokens, end) is not None and 1 <= hour <= 12
    return _with_part(tokens, half_days(hour, minutes), end) if late else clock


def _hour(tokens: Tokens, at: int) -> tuple[int, int]:
    """An hour 0 to 23 and the index behind it; -1: none."""
    text = word(tokens, at)
    if text in _HOURS:
        return _HOURS[text], at + 1
    if is_written(text):
        whole = text.partition(".")[0]
        return (int(whole), at + 1) if len(whole) <= 4 and whole.isdigit() and _fits(whole) else (-1, at)
    if text in _LATE_HOURS:
        return _LATE_HOURS[text], at + 1
    if text in SPOKEN_ZEROS:
        return (_HOURS[word(tokens, at + 1)], at + 2) if word(tokens, at + 1) in UNITS else (-1, at)
    if text == "twenty":
        unit = UNITS.get(word(tokens, at + 1), 0)
        return (20 + unit, at + 2) if 0 < unit <= 3 else (20, at + 1)
    return -1, at


def _fits(figures: str) -> bool:
    return int(figures) <= 23 if len(figures) <= 2 else len(figures) == 4


def _minutes(tokens: Tokens, at: int, *, least: int) -> tuple[int, int]:
    """1 to 59 in words or figures and the index behind it; 0: none."""
    text = word(tokens, at)
    if text.isdigit() and is_written(text) and len(text) <= 2 and least <= int(text) <= 59:
        return int(text), at + 1
    if text in TENS and TENS[text] < 60:
        unit = UNITS.get(word(tokens, at + 1), 0)
        return TENS[text] + unit, at + 2 if unit else at + 1
    small = UNITS.get(text) or TEENS.get(text) or 0
    return (small, at + 1) if small >= least else (0, at)


def _spoken_minutes(tokens: Tokens, at: int) -> tuple[int | None, int]:
    """Minutes behind an hour: "thirty", "forty five", "oh five"."""
    if word(tokens, at) in SPOKEN_ZEROS and word(tokens, at + 1) in UNITS:
        return UNITS[word(tokens, at + 1)], at + 2
    if is_written(word(tokens, at)):
        return None, at
    minutes, end = _minutes(tokens, at, least=10)
    return (minutes, end) if minutes else (None, at)


def _oclock(tokens: Tokens, at: int) -> int:
    """The index behind "o'clock" at `at`; 0: it is not said there."""
    if word(tokens, at) in _OCLOCK:
        return at + 1
    return at + 2 if word(tokens, at) in ("o", "oh") and word(tokens, at + 1) == "clock" else 0


def _closes(tokens: Tokens, at: int) -> bool:
    return word(tokens, at) in _CLOSERS


def is_digit_run(tokens: Tokens, at: int) -> bool:
    """ "four two seven thirty": the end of a number is no time."""
    before = word(tokens, at - 1)
    return before in UNITS or before in TENS or before in TEENS or before == "hundred" or is_written(before)
