"""Calendar dates in Chinese, relative to today: 下周三, 三天后, 二零二六年五月三号, 月底. Pure."""

import re
from datetime import date, timedelta

from nlu.values.chinese.durations import read_span
from nlu.values.chinese.numbers import NUMBER_STARTS, cardinal
from nlu.values.dates import Day, on, period_of, shifted
from nlu.values.numbers import once
from nlu.values.reading import Context, Spoken

_NEAR = {
    "大后天": 3, "大前天": -3, "后天": 2, "前天": -2, "明天": 1, "昨天": -1, "今天": 0, "明日": 1, "昨日": -1,
    "今日": 0, "后日": 2, "明晚": 1, "今晚": 0, "昨晚": -1, "明早": 1, "今早": 0, "今夜": 0, "当天": 0, "即日": 0,
}  # fmt: skip
EVENINGS = {"明晚": "晚", "今晚": "晚", "昨晚": "晚", "明早": "早", "今早": "早", "今夜": "夜"}
"""Words for a day that name a part of it as well."""
_YEARS = {"今年": 0, "明年": 1, "后年": 2, "去年": -1, "前年": -2}
_WEEKDAY = {
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "五": 4,
    "六": 5,
    "日": 6,
    "天": 6,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
    "5": 4,
    "6": 5,
}
_HOLIDAYS = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "愚人节": (4, 1), "劳动节": (5, 1),
    "青年节": (5, 4), "儿童节": (6, 1),
    "建军节": (8, 1), "教师节": (9, 10), "国庆节": (10, 1), "国庆": (10, 1),
    "万圣节": (10, 31), "平安夜": (12, 24), "圣诞节": (12, 25),
}  # fmt: skip
_N = "[0-9]{1,2}|[一二三四五六七八九十廿]{1,4}"
_DATE = re.compile(
    rf"(?:(?P<year>[0-9]{{4}}|[零一二三四五六七八九]{{4}}|[零一二三四五六七八九]{{2}}|[0-9]{{2}}|今|明|后|去|前)年的?)?"
    rf"(?:(?P<month>{_N})月(?:份的?)?|(?P<which>这个|本|下下个|下个|上个|当)月的?)(?P<day>{_N})[日号]?(?![0-9个月])"
)
_DAY = re.compile(rf"(?P<day>{_N})号(?!线|楼|店|铺|柜|窗|桌|房|机|院|门|码|公|客|员|坐|选|按|键|仓|库|车|球|套|卡|信)")
_WEEK = re.compile("(?P<which>上上|下下|上|下|这|本)?(?:个)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天]|[1-6](?![0-9]))")
_EDGE = re.compile(
    rf"(?:(?P<which>这个|本|下个|上个)?月|(?P<month>{_N})月份?|(?P<year>今|明|去)?年|(?P<week>这|本|下)?周)"
    "(?P<edge>底|末(?!尾)|初)"
)
_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_FIGURES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}))?(?![0-9/])")
_AFTER = re.compile("以后|之后|过后|后(?!天|年|面|来)|以前|之前|前(?!天|年|面|台)")
_GOES_ON = frozenset("零一二三四五六七八九十第月/-0123456789")
DATE_STARTS = (
    NUMBER_STARTS | frozenset("大后前明昨今当即去本这下上月年周星礼") | frozenset(name[0] for name in _HOLIDAYS)
)


def read_date(text: str, at: int, context: Context) -> Spoken | None:
    """A date that begins at `at`: ISO 8601, the index behind it and other readings."""
    found = read_day(text, at, context)
    if found is None:
        return None
    others = tuple(other.isoformat() for other in dict.fromkeys(found.others) if other != found.day)
    return found.day.isoformat(), found.end, others


@once
def read_day(text: str, at: int, context: Context) -> Day | None:
    """As `read_date`, as a date object; None also for what the calendar does not hold."""
    today = context.now.date()
    try:
        return (
            _near(text, at, today)
            or _calendar(text, at, today)
            or _weekday(text, at, today)
            or _distance(text, at, today)
            or _written(text, at, today)
            or _day_of_month(text, at, today)
            or _edge(text, at, today)
            or _holiday(text, at, today)
        )
    except (OverflowError, ValueError):
        return None


def _near(text: str, at: int, today: date) -> Day | None:
    for length in (3, 2):
        days = _NEAR.get(text[at : at + length])
        if days is not None:
            return Day(today + timedelta(days=days), at + length)
    return None


def _calendar(text: str, at: int, today: date) -> Day | None:
    """五月三号, 二零二六年五月三日, 明年三月五号, 下个月十号, 八五年三月一号."""
    found = _DATE.match(text, at)
    if found is None or _digit_before(text, at):
        return None
    day = cardinal(found.group("day"))
    year = _year(found.group("year"), today)
    if day is None or not 1 <= day <= 31:
        return None
    if found.group("which"):
        offset = {"下下个": 2, "下个": 1, "上个": -1}.get(found.group("which"), 0)
        return Day(shifted(today.replace(day=1), offset, 0).replace(day=day), found.end())
    month = cardinal(found.group("month"))
    if month is None or not 1 <= month <= 12:
        return None
    if text[found.end() - 1] not in "日号" and text[found.end() : found.end() + 1] in (
        "个",
        "块",
        "元",
        "点",
        "天",
        "次",
    ):
        return None
    return Day(on(day, month, year, today), found.end())


def _year(said: str | None, today: date) -> int | None:
    if said is None:
        return None
    if said + "年" in _YEARS:
        return today.year + _YEARS[said + "年"]
    year = cardinal(said)
    if year is None or len(said) == 4:
        return year
    return today.year - today.year % 100 + year - (100 if year > today.year % 100 + 20 else 0)


def _weekday(text: str, at: int, today: date) -> Day | None:
    """周三 is the coming one, 这周三 of this week, 下周三 of the next one (weeks begin on Monday)."""
    found = _WEEK.match(text, at)
    if found is None:
        return None
    weekday, which = _WEEKDAY[found.group("day")], found.group("which")
    monday = today - timedelta(days=today.weekday())
    weeks = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}.get(which or "")
    if weeks is not None:
        return Day(monday + timedelta(days=weekday + 7 * weeks), found.end())
    coming = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return Day(coming, found.end(), (today,) if weekday == today.weekday() else ())


def _distance(text: str, at: int, today: date) -> Day | None:
    """三天后, 两周以前, 半个月之后."""
    span = read_span(text, at)
    side = _AFTER.match(text, span.end) if span and not span.seconds else None
    if span is None or side is None:
        return None
    sign = 1 if "后" in side.group() else -1
    days = span.days + span.months % 1 * 30
    return Day(shifted(today, sign * int(span.months), sign * int(days)), side.end())


def _written(text: str, at: int, today: date) -> Day | None:
    """2026-05-03, 2026/5/3, 5/3 (the month first, perhaps the day)."""
    if not text[at : at + 1].isdigit() or _digit_before(text, at):
        return None
    iso = _ISO.match(text, at)
    if iso:
        return Day(date(int(iso.group(1)), int(iso.group(3)), int(iso.group(4))), iso.end())
    found = _FIGURES.match(text, at)
    if found is None:
        return None
    one, two = int(found.group(1)), int(found.group(2))
    year = int(found.group(3)) if found.group(3) else None
    days = [
        on(day, month, year, today) for month, day in ((one, two), (two, one)) if 1 <= month <= 12 and 1 <= day <= 31
    ]
    return Day(days[0], found.end(), tuple(days[1:])) if days else None


def _day_of_month(text: str, at: int, today: date) -> Day | None:
    """三号: the next one; not 三号线."""
    found = _DAY.match(text, at)
    day = cardinal(found.group("day")) if found and not _digit_before(text, at) else None
    if found is None or day is None or not 1 <= day <= 31:
        return None
    first = today.replace(day=1)
    for months in range(4):
        month = shifted(first, months, 0)
        if shifted(month, 1, -1).day >= day and month.replace(day=day) >= today:
            return Day(month.replace(day=day), found.end())
    return None


def _edge(text: str, at: int, today: date) -> Day | None:
    """月底, 下个月初, 年底, 五月底."""
    found = _EDGE.match(text, at)
    if found is None or (found.group("week") is None and "周" in found.group()) or found.group().endswith("周末"):
        return None
    month = cardinal(found.group("month")) if found.group("month") else None
    if month is not None:
        first = on(1, month, None, today) if month != today.month else today.replace(day=1)
        last = shifted(first, 1, -1)
    else:
        unit = "week" if "周" in found.group() else "year" if "年" in found.group() else "month"
        said = found.group("which") or found.group("year") or found.group("week") or ""
        offset = 1 if said.startswith(("下", "明")) else -1 if said.startswith(("上", "去")) else 0
        period = period_of(unit, offset, today)
        if period is None:
            return None
        first, last = period
    return Day(first if found.group("edge") == "初" else last, found.end())


def _holiday(text: str, at: int, today: date) -> Day | None:
    for length in (3, 2):
        named = _HOLIDAYS.get(text[at : at + length])
        if named:
            return Day(on(named[1], named[0], None, today), at + length)
    return None


def _digit_before(text: str, at: int) -> bool:
    """Whether a number or a date goes on at `at`."""
    return at > 0 and text[at - 1] in _GOES_ON
