"""Times of day in Chinese: 下午三点半, 晚上十二点, 差五分八点, 15:30. Pure."""

import re
from typing import NamedTuple

from nlu.values.chinese.numbers import NUMBER_STARTS, cardinal
from nlu.values.numbers import once
from nlu.values.reading import Context, Spoken
from nlu.values.times import as_times, half_days

DAY_PARTS = {
    "凌晨": (0, 6 * 60), "清晨": (5 * 60, 8 * 60), "早上": (6 * 60, 9 * 60), "早晨": (6 * 60, 9 * 60),
    "早": (6 * 60, 9 * 60),
    "上午": (6 * 60, 12 * 60), "中午": (11 * 60, 13 * 60), "下午": (12 * 60, 18 * 60), "午后": (12 * 60, 18 * 60),
    "傍晚": (17 * 60, 19 * 60), "晚上": (18 * 60, 22 * 60), "晚": (18 * 60, 22 * 60), "夜里": (22 * 60, 24 * 60 - 1),
    "半夜": (0, 6 * 60), "深夜": (22 * 60, 24 * 60 - 1), "夜": (20 * 60, 24 * 60 - 1),
}  # fmt: skip
"""Part of the day -> minutes after midnight of its beginning and end."""

PART = "|".join(sorted((part for part in DAY_PARTS if len(part) > 1), key=len, reverse=True))
_HOURS = {
    "凌晨": (0, 479), "清晨": (0, 719), "早上": (0, 719), "早晨": (0, 719), "早": (0, 719), "上午": (0, 779),
    "中午": (660, 900),
    "下午": (720, 1199), "午后": (720, 1199), "傍晚": (960, 1259), "晚上": (1020, 1439), "晚": (1020, 1439),
    "夜里": (1080, 1439),
    "半夜": (0, 359), "深夜": (1260, 1439), "夜": (1080, 1439),
}  # fmt: skip
_HOUR = r"(?P<hour>[0-9]{1,2}|[零一二两三四五六七八九十]{1,3})"
_MINUTE = r"(?:[0-9]{1,2}|零?[零一二三四五六七八九十]{1,3})"
_CLOCK = re.compile(
    rf"(?P<part>{PART})?的?(?:{_HOUR}(?:点钟?|时(?!间|候|代|常|段|不))"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|整|过?(?P<minute>{_MINUTE})(?P<fen>分)?(?![点个万千百月号])|差(?P<less>{_MINUTE})分)?"
    rf"|(?P<figures>[0-9]{{1,2}}):(?P<after>[0-9]{{2}})(?::[0-9]{{2}})?)"
)
_BEFORE = re.compile(rf"(?P<part>{PART})?差(?P<less>{_MINUTE}|一刻)分?钟?{_HOUR}点")
_NAMED = {"正午": 720, "午夜": 0, "零点": 0}
_NO_CLOCK = re.compile("建议|要求|意见|原因|问题|理由|疑问|想法|击|钱|儿?都|也")
CLOCK_STARTS = NUMBER_STARTS | frozenset(part[0] for part in DAY_PARTS) | frozenset("正午零差")


class Clock(NamedTuple):
    """A time of day: minutes after midnight, the likeliest reading first, the index behind it and its part of day."""

    readings: tuple[int, ...]
    end: int
    part: str = ""


def read_time(text: str, at: int, _: Context) -> Spoken | None:
    """A time of day that begins at `at`, as "15:30"."""
    if at and text[at] in NUMBER_STARTS and text[at - 1] in NUMBER_STARTS:
        return None
    clock = read_clock(text, at)
    if clock is None:
        return None
    first, *others = as_times(clock.readings)
    return first, clock.end, tuple(others)


def read_clock(text: str, at: int, *, part: str = "") -> Clock | None:
    """The time that begins at `at`; `part`: the part of the day that was said before it."""
    return _clock(text, at, part) if part else _plain_clock(text, at)


@once
def _plain_clock(text: str, at: int) -> Clock | None:
    return _clock(text, at, "")


def _clock(text: str, at: int, part: str) -> Clock | None:
    if text[at : at + 2] in _NAMED:
        return Clock((_NAMED[text[at : at + 2]],), at + 2)
    found = _CLOCK.match(text, at)
    if found is None:
        return _minutes_before(text, at, part)
    part = found.group("part") or part
    if found.group("figures"):
        hour, minute = int(found.group("figures")), int(found.group("after"))
        exact = not part and (hour > 12 or found.group("figures").startswith("0"))
    else:
        said = cardinal(found.group("hour"))
        minute_said = _minute(found)
        if said is None or minute_said is None or not _is_clock(text, found, part):
            return None
        hour, minute, exact = said, minute_said, said > 12
    if hour > 24 or minute > 59:
        return None
    readings = (hour % 24 * 60 + minute,) if exact or not 1 <= hour <= 12 else half_days(hour, max(minute, 0))
    if minute < 0:
        readings = tuple((reading + minute) % 1440 for reading in half_days(hour, 0))
    return Clock(in_part(readings, part), found.end(), part)


def in_part(readings: tuple[int, ...], part: str) -> tuple[int, ...]:
    """The readings that fit a part of the day, all if none does; twelve at night is midnight."""
    if part not in _HOURS:
        return readings
    begin, end = _HOURS[part]
    fitting = tuple(reading for reading in readings if begin <= reading <= end)
    if not fitting and part in ("晚上", "晚", "夜里", "深夜", "夜"):
        fitting = tuple(reading for reading in readings if reading < 360)
    return fitting or readings


def _minute(found: "re.Match[str]") -> int | None:
    """Minutes behind the hour, negative before it; None when the characters are no minutes."""
    if found.group("half"):
        return 30
    if found.group("quarter"):
        return {"一": 15, "三": 45}[found.group("quarter")]
    if found.group("less"):
        less = cardinal(found.group("less"))
        return -less if less and less < 60 else None
    said = found.group("minute")
    if not said:
        return 0
    minute = cardinal(said)
    if minute is None or minute > 59:
        return None
    return minute


def _is_clock(text: str, found: "re.Match[str]", part: str) -> bool:
    """一点 is "a little" and 三点五 a number, but for a part of the day or what else makes a time of them."""
    said, minute = found.group("hour"), found.group("minute")
    tail = text[found.end() - 1]
    if part or found.group("fen") or tail in "钟整半刻分时":
        return True
    if minute:
        return len(minute) > 1
    if _NO_CLOCK.match(text, found.end()):
        return False
    return said not in ("一", "几") or text[max(0, found.start() - 1) : found.start()] in (
        "在",
        "到",
        "至",
        "从",
        "天",
        "前",
    )


def _minutes_before(text: str, at: int, part: str) -> Clock | None:
    """差五分八点, 差一刻九点."""
    found = _BEFORE.match(text, at)
    hour = cardinal(found.group("hour")) if found else None
    if found is None or hour is None or not 1 <= hour <= 24:
        return None
    less = 15 if found.group("less") == "一刻" else cardinal(found.group("less"))
    if less is None or less > 59:
        return None
    part = found.group("part") or part
    full = half_days(hour, 0) if hour <= 12 else (hour % 24 * 60,)
    return Clock(in_part(tuple((reading - less) % 1440 for reading in full), part), found.end(), part)
