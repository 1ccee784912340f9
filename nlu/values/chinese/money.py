"""Amounts of money in Chinese: 一千二百块, 十块五毛, 两万五美元, ￥12.50. Pure."""

import re
from decimal import Decimal

from nlu.values.chinese.numbers import DIGITS, NUMBER_STARTS, Read, read_number, read_run
from nlu.values.money import CODES, SYMBOLS, as_money
from nlu.values.numbers import once
from nlu.values.reading import Context, Spoken

CURRENCIES = {
    "块钱": "CNY", "块": "CNY", "元钱": "CNY", "元": "CNY", "圆": "CNY", "元人民币": "CNY", "块人民币": "CNY",
    "人民币": "CNY",
    "美元": "USD", "美金": "USD", "美刀": "USD", "刀": "USD", "英镑": "GBP", "镑": "GBP", "欧元": "EUR", "港币": "HKD",
    "港元": "HKD", "港纸": "HKD", "日元": "JPY", "日圆": "JPY", "韩元": "KRW",
    "澳元": "AUD", "澳币": "AUD", "加元": "CAD",
    "加币": "CAD", "新台币": "TWD", "台币": "TWD", "瑞士法郎": "CHF", "法郎": "CHF", "卢比": "INR",
    "新加坡元": "SGD", "新币": "SGD",
}  # fmt: skip
_NAME = "|".join(sorted(CURRENCIES, key=len, reverse=True))
_UNIT = re.compile(rf"({_NAME})(?!儿)|\s?([A-Za-z]{{3}}|RMB|rmb)(?![A-Za-z])|([£$€¥₹])")
_PREFIX = re.compile(r"(人民币|美元|美金|英镑|欧元|港币|[A-Za-z]{3}(?![A-Za-z])|HK\$|US\$|[£$€¥￥])\s?")
_PREFIX_CURRENCIES = {"HK$": "HKD", "US$": "USD", "¥": "CNY", "￥": "CNY"}
_CHANGE = re.compile("零?([零一二两三四五六七八九]|[0-9])([角毛])(?:([零一二两三四五六七八九]|[0-9])(?:分(?!钟))?)?钱?")
_CENTS = re.compile("零?([一二两三四五六七八九十]{1,3}|[0-9]{1,2})分(?!钟)钱?")
_BARE_TENTH = re.compile("([一二三四五六七八九])(?![个十百千万亿点月号天位张次人年块零一二三四五六七八九])|半")
_TENTHS_ONLY = re.compile("([一二两三四五六七八九]|[0-9])[角毛](?:([一二三四五六七八九]|[0-9])分?)?钱?(?!病)")
_CENTS_ONLY = re.compile("([一二两三四五六七八九十]{1,3}|[0-9]{1,2})分钱")
_PLAIN_UNIT = re.compile("元|块钱?|圆")
_ALONE = re.compile("钱|[零一二三四五六七八九角毛0-9]|[，。,.!！?？；;、 ]|$")
MONEY_STARTS = NUMBER_STARTS | frozenset("人美英欧港¥￥£$€HU") | frozenset(code[0] for code in CODES.values())
_LARGEST = Decimal(10) ** 15


@once
def read_money(text: str, at: int, context: Context) -> Spoken | None:
    """An amount that begins at `at`; a number without a unit only with a currency in the context.

    块 and 元 are Chinese money whatever the context says.
    """
    negative = text[at] in "负-"
    begin = at + 1 if negative else at
    found = _amount(text, begin, context.currency)
    if found is None or found[0] >= _LARGEST:
        return None
    value, currency, end = found
    return as_money(-value if negative else value, currency), end, ()


def _amount(text: str, at: int, default: str) -> tuple[Decimal, str, int] | None:
    prefix = _PREFIX.match(text, at)
    if prefix:
        return _behind_prefix(text, prefix)
    tenths = _TENTHS_ONLY.match(text, at)
    if tenths:
        return _tenth(tenths.group(1)) + _hundredth(tenths.group(2)), "CNY", tenths.end()
    cents = _CENTS_ONLY.match(text, at)
    if cents:
        number = read_number(text, at)
        return (number.value / 100, "CNY", cents.end()) if number else None
    number = read_number(text, at)
    if number is None or (at and text[at - 1] in "第周期拜之"):
        return None
    unit = _UNIT.match(text, number.end)
    currency = _currency(unit) if unit else ""
    if unit and currency:
        if text[at : unit.end()] == "一块" and not _ALONE.match(text, unit.end()):
            return None  # together
        value, end = _with_change(text, number.value, unit.end(), small=unit.group() in ("块", "元"))
        if end > unit.end() and text[end : end + 1] == "钱":
            end += 1
        return value, currency, end
    return _bare(text, at, number, default) if default else None


def _behind_prefix(text: str, prefix: "re.Match[str]") -> tuple[Decimal, str, int] | None:
    name = prefix.group(1)
    currency = (
        _PREFIX_CURRENCIES.get(name) or CURRENCIES.get(name) or SYMBOLS.get(name) or CODES.get(name.lower()) or ""
    )
    number = read_number(text, prefix.end()) if currency else None
    if number is None:
        return None
    unit = _PLAIN_UNIT.match(text, number.end)
    value, end = _with_change(text, number.value, unit.end(), small=True) if unit else (number.value, number.end)
    return value, currency, end


def _currency(unit: "re.Match[str]") -> str:
    name, code, sign = unit.groups()
    if name:
        return CURRENCIES[name]
    return CODES.get(code.lower(), "") if code else _PREFIX_CURRENCIES.get(sign) or SYMBOLS[sign]


def _with_change(text: str, whole: Decimal, end: int, *, small: bool) -> tuple[Decimal, int]:
    """五毛, 三毛二, 零五分, 五 behind the unit."""
    change = _CHANGE.match(text, end)
    if change:
        return whole + _tenth(change.group(1)) + _hundredth(change.group(3)), change.end()
    cents = _CENTS.match(text, end)
    if cents:
        number = read_number(text, cents.start(1))
        return (whole + number.value / 100, cents.end()) if number else (whole, end)
    tenth = _BARE_TENTH.match(text, end) if small else None
    if tenth and whole % 1 == 0:
        return whole + (_tenth(tenth.group(1)) if tenth.group(1) else Decimal("0.5")), tenth.end()
    return whole, end


def _bare(text: str, at: int, number: Read, currency: str) -> tuple[Decimal, str, int] | None:
    """A number that nothing follows which it counts; a run of digits (四二七一) is no amount."""
    run = read_run(text, at)
    spoken_run = run is not None and not text[at].isascii() and len(run[0]) > 1
    counted = text[number.end : number.end + 1] in _COUNTERS
    single = number.end == at + 1 and not text[at].isascii()
    return None if spoken_run or counted or single else (number.value, currency, number.end)


_COUNTERS = frozenset("个张次位件天月日号年周点时分秒折成岁人笔卡条家种只台部层楼期%路%度倍样下些起直定遍回")


def _tenth(digit: str) -> Decimal:
    return Decimal(DIGITS[digit] if digit in DIGITS else int(digit)) / 10


def _hundredth(digit: str | None) -> Decimal:
    return _tenth(digit) / 10 if digit else Decimal(0)
