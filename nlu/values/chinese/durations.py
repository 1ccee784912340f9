"""Durations in Chinese: 半个小时, 一个半小时, 两天半, 三周, 一刻钟. Pure."""

import re
from decimal import Decimal
from typing import NamedTuple

from nlu.values.chinese.folding import Characters
from nlu.values.chinese.numbers import DIGITS, NUMBER_STARTS, read_number
from nlu.values.durations import as_iso
from nlu.values.numbers import once
from nlu.values.reading import Context, Spoken

DURATION_STARTS = NUMBER_STARTS
_HALF = Decimal("0.5")
_UNIT = re.compile(
    "(个?半)?(?:个?(?:工作)?(?P<D>天|工作日)|个?(?P<H>小时|钟头)|(?P<M>分钟|分(?![之钱角]))|(?P<S>秒钟?)"
    "|(?P<Q>刻钟)|个?(?P<W>周|星期|礼拜)(?![一二三四五六日天末])|个(?P<O>月)|(?P<Y>年(?![级轻龄纪代]))|(?P<N>晚(?!上|饭|点|间)))(半|多)?"
)
_HALF_UNIT = re.compile("半(?:个(?:小时|钟头|月|星期|礼拜)|小时|钟头|天|年)(?!多)")
_VAGUE = re.compile("([一二两三四五六七八])([二三四五六七八九])(?![零一二三四五六七八九十百千万])")
_YEAR = re.compile("[零一二三四五六七八九]{2,}|0[0-9]+")
_SECONDS = {"H": 3600, "M": 60, "S": 1, "Q": 900}
_DAYS = {"D": 1, "W": 7, "N": 1}
_MONTHS = {"O": 1, "Y": 12}
_ORDER = "SMQHNDWOY"


class Span(NamedTuple):
    """Months, days and seconds as they were said together, the index behind them; `weeks`: said in weeks."""

    months: Decimal
    days: Decimal
    seconds: Decimal
    end: int
    weeks: bool = False


def read_duration(text: str, at: int, _: Context) -> Spoken | None:
    """A duration that begins at `at`, as ISO 8601."""
    if at and (text[at - 1] in "第月-:/" or text[at - 1] in NUMBER_STARTS - {"半"}):
        return None
    vague = _VAGUE.match(text, at)
    if vague and DIGITS[vague.group(2)] == DIGITS[vague.group(1)] + 1:  # 两三天: two or three
        fewer, more = read_span(Characters(text[: at + 1] + text[at + 2 :]), at), read_span(text, at + 1)
        if fewer and more:
            shorter, longer = (as_iso(s.months, s.days, s.seconds, weeks=s.weeks) for s in (fewer, more))
            return shorter, more.end, (longer,)
    span = read_span(text, at)
    iso = as_iso(span.months, span.days, span.seconds, weeks=span.weeks) if span else ""
    return (iso, span.end, ()) if span and iso else None


@once
def read_span(text: str, at: int) -> Span | None:
    """One unit, or falling units behind each other: 一小时三十分钟."""
    total = _one(text, at)
    if total is None:
        return None
    span, letter = total
    while True:
        after = span.end + 1 if text[span.end : span.end + 1] in ("零", "又") else span.end
        more = _one(text, after)
        if more is None or _ORDER.index(more[1]) >= _ORDER.index(letter):
            return span
        extra, letter = more
        span = Span(
            span.months + extra.months, span.days + extra.days, span.seconds + extra.seconds, extra.end, weeks=False
        )


def _one(text: str, at: int) -> tuple[Span, str] | None:
    half = _HALF_UNIT.match(text, at)
    if half:
        said = half.group()
        letter = "H" if "时" in said or "钟头" in said else "O" if "月" in said else "Y" if "年" in said else "D"
        days = Decimal("3.5") if "星期" in said or "礼拜" in said else _HALF
        return (_span(letter, days, half.end())), letter
    number = read_number(text, at)
    if number is None or _VAGUE.fullmatch(text, at, number.end):
        return None
    unit = _UNIT.match(text, number.end)
    if unit is None or number.value > 1_000_000:
        return None
    letter = str(unit.lastgroup) if unit.lastgroup else next(k for k, v in unit.groupdict().items() if v)
    if letter == "Y" and (number.value >= 1000 or _YEAR.fullmatch(text, at, number.end)):
        return None  # 二零二六年, 八五年
    if unit.group()[-1] == "多":
        return None
    count = number.value + (_HALF if unit.group(1) else 0) + (_HALF if unit.group().endswith("半") else 0)
    if letter == "M" and unit.group("M") == "分" and at and text[at - 1] in "点时:":
        return None
    return _span(letter, count, unit.end()), letter


def _span(letter: str, count: Decimal, end: int) -> Span:
    none = Decimal(0)
    if letter in _SECONDS:
        return Span(none, none, count * _SECONDS[letter], end)
    if letter in _DAYS:
        return Span(none, count * _DAYS[letter], none, end, weeks=letter == "W")
    return Span(count * _MONTHS[letter], none, none, end)
