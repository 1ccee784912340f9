"""Chinese numbers, digit strings, ordinals and percentages: 一千二百, 两万五, 一三八零零一三八零零零, 百分之五. Pure.

Readers take the folded text (`folding.fold`) without the spaces between characters and the index to begin at, and give
the value with the index behind it.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from nlu.values.numbers import once, plain
from nlu.values.reading import FAULTS, Context, Found, Reader, Sentence, Spoken

DIGITS = {
    "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_SMALL = {"十": 10, "百": 100, "千": 1_000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_GLUED = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000, "k": 1_000, "K": 1_000, "w": 10_000, "W": 10_000}
NUMBER_STARTS = frozenset("零一二两三四五六七八九十百半负-0123456789廿")
FIGURES = r"[0-9]+(?:,[0-9]{3})+(?![0-9])|[0-9]+"
SPOKEN = "[零一二两三四五六七八九十百千万亿廿]+"
NUMERAL = rf"(?:(?:{FIGURES})(?:\.[0-9]+)?|{SPOKEN}(?:点[零一二三四五六七八九]+)?)"

_NUMBER = re.compile(
    rf"((?:{FIGURES})(?:\.[0-9]+)?)([百千万亿kKwW]?)|({SPOKEN})(?:点([零一二三四五六七八九]++)(?![刻分十]))?([万亿]?)"
)
_WORDS_OF_ONE = frozenset("下起样点些直定般切会旦边共度律辈向致流刻块时")
"""Behind 一: a word of its own, 一下 or 一起; 一块 is read as money."""
_ONE_BEHIND = frozenset("统唯专同单逐不万")
_SIGN = re.compile(r"负|(?<![0-9A-Za-z])-")
_DIGIT_RUN = re.compile(
    r"(?:[零一二两三四五六七八九幺0-9]|(?<=[零一二三四五六七八九幺0-9])[\s\-,，](?=[零一二三四五六七八九幺0-9]))+"
)
_ORDINAL = re.compile(rf"第({FIGURES}|{SPOKEN})")
_PERCENT_OF = re.compile(r"(负?)百分之")
_PERCENT_BEHIND = re.compile(r"%|个百分点|个点(?![钟])")
_TENTHS = re.compile("([一二两三四五六七八九])成(半?)(?![功为立员本长就绩果交都])")

ReadAt = Callable[[str, int, Context], Spoken | None]


class Read(NamedTuple):
    """A number and the index behind it."""

    value: Decimal
    end: int


def by_character(read: ReadAt, *, starts: frozenset[str]) -> Reader:
    """A reader that tries `read` at every character in `starts`."""

    def reader(sentence: Sentence, context: Context) -> Iterator[Found]:
        text, places = sentence.compact or sentence.plain, sentence.places
        free = 0
        for at, sign in enumerate(text):
            if at < free or sign not in starts:
                continue
            try:
                spoken = read(text, at, context)
            except FAULTS:
                continue
            if spoken is not None:
                value, free, ambiguous = spoken
                if not places:
                    yield Found(value, at, free, ambiguous)
                else:
                    yield Found(value, places[at], places[free - 1] + 1, ambiguous)

    return reader


def cardinal(text: str) -> int | None:
    """一千二百 is 1200, 两万五 25000, 二零二六 2026; None when the characters make no number."""
    if text.isdigit() and text.isascii():
        return int(text)
    text = text.replace("廿", "二十")
    if all(sign in DIGITS for sign in text):
        return int("".join(str(DIGITS[sign]) for sign in text)) if text else None
    total = section = 0
    digit: int | None = None
    unit = ceiling = 0
    zero = False
    for sign in text:
        if sign == "零":
            if digit is not None:
                return None
            zero = True
        elif sign in DIGITS:
            if digit is not None:
                return None
            digit = DIGITS[sign]
        elif sign in _SMALL:
            value = _SMALL[sign]
            if digit is None and (value > 10 or (section and not zero and unit == 10)):
                return None
            if unit and unit <= value:
                return None
            section += (1 if digit is None else digit) * value
            unit, digit, zero = value, None, False
        else:
            value = _LARGE[sign]
            section += digit or 0
            if not section or (ceiling and value >= ceiling and value == ceiling):
                return None
            total = (total + section) * value if ceiling and value > ceiling else total + section * value
            ceiling, unit, section, digit, zero = value, value, 0, None, False
    if digit is not None and unit >= 100 and not zero:
        digit = digit * (unit // 10)  # 一百五 is 150
    return total + section + (digit or 0)


@once
def read_number(text: str, at: int) -> Read | None:
    """A whole or decimal number without sign: 一千二百, 三点五, 3.5万, 半 is none."""
    found = _NUMBER.match(text, at)
    if found is None:
        return None
    figures, glued, spoken, decimals, scale = found.groups()
    if figures:
        value = Decimal(figures.replace(",", ""))
        return Read(value * _GLUED.get(glued, 1), found.end())
    for length in range(len(spoken), 0, -1):
        whole = cardinal(spoken[:length])
        if whole is not None:
            break
    else:
        return None
    if not decimals or length < len(spoken):
        return Read(Decimal(whole), at + length)
    fraction = "".join(str(DIGITS[sign]) for sign in decimals)
    return Read(Decimal(f"{whole}.{fraction}") * _LARGE.get(scale, 1), found.end())


def read_number_value(text: str, at: int, _: Context) -> Spoken | None:
    """As `read_number`, with a sign; not the 一 of 一下 or of 星期一."""
    sign = _SIGN.match(text, at)
    begin = sign.end() if sign else at
    number = read_number(text, begin)
    if number is None or (at and (text[at - 1] in "第周期拜之幺" or text[at - 1] in DIGITS)):
        return None
    if (
        number.end == begin + 1
        and text[begin] in "一十"
        and text[number.end : number.end + 1] in _WORDS_OF_ONE | {"分"}
    ):
        return None
    if number.end == begin + 1 and text[begin] == "一" and begin and text[begin - 1] in _ONE_BEHIND:
        return None
    if text[begin] == "零" and number.end > begin + 1 and text[begin + 1] in DIGITS:
        return None
    value = -number.value if sign else number.value
    end = number.end
    if text[end : end + 2] in ("个半", "块半") and value % 1 == 0:
        value += Decimal("0.5")
        end += 2
    return plain(value), end, ()


def read_digit_string(text: str, at: int, _: Context) -> Spoken | None:
    """Figures and digit characters one by one, 幺 too: 一三八零零一三八零零零; a number of one figure counts."""
    run = read_run(text, at)
    return (*run, ()) if run else None


def read_run(text: str, at: int) -> tuple[str, int] | None:
    """The digits that begin at `at` and the index behind them."""
    found = _DIGIT_RUN.match(text, at)
    if found is None or (at and text[at - 1] in "第周期拜"):
        return None
    run = found.group()
    follower = text[found.end() : found.end() + 1]
    spoken = not run[-1].isdigit() or not run[-1].isascii()
    if spoken and (follower in ("十", "百", "千", "万", "亿", "点") or (len(run) == 1 and run in "一两二")):
        return None
    digits = "".join(_figure(sign) for sign in run)
    if len(run) == 1 and (follower in _WORDS_OF_ONE or not run.isascii()):
        return None
    return digits, found.end()


def _figure(sign: str) -> str:
    if sign == "幺":
        return "1"
    return str(DIGITS[sign]) if sign in DIGITS else sign if sign.isdigit() else ""


def read_ordinal(text: str, at: int, _: Context) -> Spoken | None:
    """第三, 第21."""
    found = _ORDINAL.match(text, at)
    value = cardinal(found.group(1).replace(",", "")) if found else None
    return (value, found.end(), ()) if found and value is not None else None


def read_percentage(text: str, at: int, _: Context) -> Spoken | None:
    """百分之五, 3.5%, 五个百分点, 三成."""
    of = _PERCENT_OF.match(text, at)
    if of:
        if text[of.end() : of.end() + 1] == "百":
            return (-100 if of.group(1) else 100), of.end() + 1, ()
        number = read_number(text, of.end())
        return (plain(-number.value if of.group(1) else number.value), number.end, ()) if number else None
    tenths = _TENTHS.match(text, at)
    if tenths:
        return DIGITS[tenths.group(1)] * 10 + (5 if tenths.group(2) else 0), tenths.end(), ()
    sign = _SIGN.match(text, at)
    number = read_number(text, sign.end() if sign else at)
    behind = _PERCENT_BEHIND.match(text, number.end) if number else None
    if number is None or behind is None:
        return None
    return plain(-number.value if sign else number.value), behind.end(), ()
