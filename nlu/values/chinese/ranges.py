"""Points in time and ranges in Chinese: 明天下午三点半, 周一到周三, 三点到五点, 这周末, 明天上午. Pure."""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from nlu.values.chinese.dates import DATE_STARTS, EVENINGS, read_day
from nlu.values.chinese.durations import read_span
from nlu.values.chinese.money import read_money
from nlu.values.chinese.numbers import NUMBER_STARTS, cardinal, read_number
from nlu.values.chinese.times import CLOCK_STARTS, DAY_PARTS, PART, Clock, in_part, read_clock
from nlu.values.dates import Day, period_of, shifted
from nlu.values.datetimes import as_datetime, combined
from nlu.values.numbers import once
from nlu.values.ranges import as_range
from nlu.values.reading import Context, Spoken
from nlu.values.times import as_times

DATETIME_STARTS = DATE_STARTS | CLOCK_STARTS | frozenset("现马")
RANGE_STARTS = DATETIME_STARTS | frozenset("从自近最过未接整这")
_LONGEST_END = 20
"""No end of a range has more characters."""
_JOINT = re.compile("到|至|-|~|—")
_PART = re.compile(rf"的?({PART})")
_WITHIN = re.compile("之?以?内|里(?!面)")
_PAST = re.compile("最近的?|近|过去的?|前")
_COMING = re.compile("未来的?|接下来的?|今后")
_PERIOD = re.compile(
    "(?P<which>这个?|本|下个?|上个?|今|明|去|前|后)(?P<unit>周末|星期|礼拜|周|月|季度|年)(?![一二三四五六日天底末初0-9])|(?P<end>周末)"
)
_MONTH = re.compile(
    "(?:(?P<year>[0-9]{4}|[零一二三四五六七八九]{4}|今|明|去)年的?)?(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,2})"
    "月(?:份|(?=的|[，。,?？ ]|$))"
)
_DISTANCE = re.compile("以后|之后|后(?!天)|以前|之前|前(?!天)")
_DAY_ONLY = re.compile("[0-9一二三四五六七八九十廿]{1,4}[日号]")
_OPEN = re.compile("以前|之前|前(?!天|台|面)|以后|之后|后(?!天|台|面|来)|起")


class PartOfDay(NamedTuple):
    """A day and perhaps a part of it: 明天下午; `part` "" for the whole day."""

    day: Day
    part: str
    end: int


@once
def read_part_of_day(text: str, at: int, context: Context) -> PartOfDay | None:
    """明天, 明天下午, 今晚, 周五晚上."""
    day = read_day(text, at, context)
    if day is None:
        return None
    part = EVENINGS.get(text[at : day.end], "")
    behind = _PART.match(text, day.end)
    return PartOfDay(day, behind.group(1), behind.end()) if behind else PartOfDay(day, part, day.end)


@once
def read_datetime(text: str, at: int, context: Context) -> Spoken | None:
    """A day with a time of day, or a distance from now: 明天下午三点半, 半小时后, as "2026-05-03T15:30"."""
    if text.startswith("现在", at):
        return as_datetime(context.now), at + 2, ()
    distant = _distance(text, at, context)
    if distant:
        return distant
    half = read_part_of_day(text, at, context)
    if half is None:
        return None
    joint = half.end
    while text[joint : joint + 1] and text[joint] in "的，, T":
        joint += 1
    clock = read_clock(text, joint, part=half.part)
    if clock is None:
        return None
    first, *others = combined(half.day, in_part(clock.readings, half.part) if half.part else clock.readings)
    return first, clock.end, tuple(others)


def _distance(text: str, at: int, context: Context) -> Spoken | None:
    span = read_span(text, at)
    side = _DISTANCE.match(text, span.end) if span and span.seconds else None
    if span is None or side is None:
        return None
    sign = 1 if "后" in side.group() else -1
    day = shifted(context.now.date(), sign * int(span.months), sign * int(span.days))
    moment = datetime.combine(day, context.now.time()) + sign * timedelta(seconds=float(span.seconds))
    return as_datetime(moment, seconds=span.seconds % 60 != 0), side.end(), ()


def read_range(text: str, at: int, context: Context) -> Spoken | None:
    """Two ends, a part of a day, a week, month or year, or a window of days."""
    begin = at + 1 if text[at] in "从自" else at
    found = _two_ends(text, begin, context) if _JOINT.search(text, begin, begin + _LONGEST_END) else None
    if found or begin > at:
        return found
    return (
        _open(text, at, context)
        or _part(text, at, context)
        or _window(text, at, context)
        or _period(text, at, context)
        or _month(text, at, context)
    )


def _two_ends(text: str, at: int, context: Context) -> Spoken | None:
    found = _two_points(text, at, context) or _two_days(text, at, context) or _two_times(text, at)
    return found or (_two_amounts(text, at, context) if text[at : at + 1] in NUMBER_STARTS else None)


def _joint(text: str, at: int) -> int:
    found = _JOINT.match(text, at)
    return found.end() if found else 0


def _two_points(text: str, at: int, context: Context) -> Spoken | None:
    """明天下午三点到五点, 周一九点到周二十点."""
    first = read_datetime(text, at, context)
    joint = _joint(text, first[1]) if first else 0
    if first is None or not joint:
        return None
    second = read_datetime(text, joint, context)
    if second:
        return as_range(first[0], second[0]), second[1], ()
    half = read_part_of_day(text, at, context)
    clock = read_clock(text, joint, part=half.part if half else "")
    if clock is None:
        return None
    day, time = str(first[0]).split("T")
    end = _later(clock, _minutes(time))
    return as_range(first[0], f"{day}T{as_times([end])[0]}"), clock.end, ()


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:5])


def _later(clock: Clock, begin: int) -> int:
    """The end's reading that comes first behind the beginning."""
    return min((minutes for minutes in clock.readings if minutes > begin), default=clock.readings[0])


def _two_days(text: str, at: int, context: Context) -> Spoken | None:
    """周一到周三, 五月三号到五号, 3号到5号."""
    first = read_day(text, at, context)
    joint = _joint(text, first.end) if first else 0
    second = read_day(text, joint, context) if joint else None
    if first is None or second is None:
        return None
    begin, end = first.day, second.day
    if _DAY_ONLY.fullmatch(text, joint, second.end) and end.day >= begin.day:
        end = begin.replace(day=end.day)
    if end < begin:
        end = (
            end + timedelta(days=7)
            if "周" in text[joint : second.end] or "期" in text[joint : second.end]
            else shifted(end, 12, 0)
        )
    return (as_range(begin.isoformat(), end.isoformat()), second.end, ()) if end >= begin else None


def _two_times(text: str, at: int) -> Spoken | None:
    """下午三点到五点, 九点到十二点, 三到五点."""
    first = read_clock(text, at)
    if first is None:
        number = read_number(text, at)
        joint = _joint(text, number.end) if number and 0 < number.value <= 24 and number.value % 1 == 0 else 0
        closing = read_clock(text, joint) if joint else None
        if number is None or closing is None:
            return None
        end = closing.readings[0]
        hour = int(number.value) * 60
        begins = [minutes for minutes in (hour % 1440, (hour + 720) % 1440) if minutes < end]
        begin = max(begins) if begins else hour % 1440
        return as_range(as_times([begin])[0], as_times([end])[0]), closing.end, ()
    joint = _joint(text, first.end)
    second = read_clock(text, joint, part=first.part) if joint else None
    if second is None:
        return None
    begin = first.readings[0]
    return as_range(as_times([begin])[0], as_times([_later(second, begin)])[0]), second.end, ()


def _two_amounts(text: str, at: int, context: Context) -> Spoken | None:
    """五十到一百块."""
    number, first = read_number(text, at), read_money(text, at, context)
    for end in {first[1] if first else 0, number.end if number else 0} - {0}:
        joint = _joint(text, end)
        second = read_money(text, joint, context) if joint and text[joint : joint + 1] in NUMBER_STARTS else None
        if second and isinstance(second[0], dict) and number:
            begin = first[0] if first and end == first[1] else {**second[0], "amount": f"{number.value:.2f}"}
            return as_range(begin, second[0]), second[1], ()
    return None


def _open(text: str, at: int, context: Context) -> Spoken | None:
    """周五之前, 下午六点以后: one end is open."""
    point = read_datetime(text, at, context)
    found: tuple[object, int] | None = point[:2] if point else None
    if found is None:
        day = read_day(text, at, context)
        clock = None if day else read_clock(text, at)
        if day:
            found = day.day.isoformat(), day.end
        elif clock:
            found = as_times(clock.readings)[0], clock.end
    side = _OPEN.match(text, found[1]) if found else None
    if found is None or side is None:
        return None
    value = as_range(None, found[0]) if "前" in side.group() else as_range(found[0], None)
    return value, side.end(), ()


def _part(text: str, at: int, context: Context) -> Spoken | None:
    """明天上午, 今晚, 周五晚上, 下午."""
    half = read_part_of_day(text, at, context)
    if half and half.part:
        begin, end = DAY_PARTS[half.part]
        return as_range(combined(half.day, [begin])[0], combined(half.day, [end])[0]), half.end, ()
    alone = _PART.match(text, at) if text[at] != "的" else None
    if alone is None or text[alone.end() : alone.end() + 1] == "好":
        return None
    first, last = as_times(DAY_PARTS[alone.group(1)])
    return as_range(first, last), alone.end(), ()


def _window(text: str, at: int, context: Context) -> Spoken | None:
    """三天内, 最近三个月, 过去一年, 未来两周."""
    past, coming = _PAST.match(text, at), _COMING.match(text, at)
    lead = past or coming
    span = read_span(text, lead.end() if lead else at)
    if span is None or span.seconds or span.days % 1 or span.months % 1:
        return None
    end = span.end
    if lead is None or text[at] == "前":
        within = _WITHIN.match(text, end)
        if lead is None and within is None:
            return None
        end = within.end() if within else end
    sign = -1 if past else 1
    today = context.now.date()
    first, last = sorted((today, shifted(today, sign * int(span.months), sign * int(span.days))))
    return as_range(first.isoformat(), last.isoformat()), end, ()


def _period(text: str, at: int, context: Context) -> Spoken | None:
    """这周末, 下周, 本月, 上个月, 明年."""
    found = _PERIOD.match(text, at)
    if found is None:
        return None
    which, unit = found.group("which") or "这", found.group("unit") or "周末"
    if (which in ("今", "明", "去", "前", "后")) != (unit == "年"):
        return None
    name = {
        "周末": "weekend",
        "周": "week",
        "星期": "week",
        "礼拜": "week",
        "月": "month",
        "季度": "quarter",
        "年": "year",
    }[unit]
    offset = {"下": 1, "下个": 1, "上": -1, "上个": -1, "明": 1, "后": 2, "去": -1, "前": -2}.get(which, 0)
    period = period_of(name, offset, context.now.date())
    return (as_range(period[0].isoformat(), period[1].isoformat()), found.end(), ()) if period else None


def _month(text: str, at: int, context: Context) -> Spoken | None:
    """五月份, 二零二七年五月."""
    found = _MONTH.match(text, at)
    if found is None:
        return None
    month, said, today = cardinal(found.group("month")), found.group("year"), context.now.date()
    if month is None or not 1 <= month <= 12:
        return None
    if said is None:
        year: int | None = today.year + (month < today.month)
    elif said in "今明去":
        year = today.year + {"今": 0, "明": 1, "去": -1}[said]
    else:
        year = cardinal(said)
    if not year:
        return None
    first = date(year, month, 1)
    return as_range(first.isoformat(), shifted(first, 1, -1).isoformat()), found.end(), ()
