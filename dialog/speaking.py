"""Slot values as words for the ear and as figures for the eye. English; pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

FORMS = frozenset(
    {"text", "digits", "money", "number", "date", "time", "datetime", "duration", "percentage", "phone", "email",
     "reference"}
)  # fmt: skip

_ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
         "seventeen eighteen nineteen").split()  # fmt: skip
_TENS = ("", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split())
_SCALES = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth",
}  # fmt: skip
_UNITS = {
    "GBP": ("pound", "pounds", "penny", "pence", "£"),
    "EUR": ("euro", "euros", "cent", "cents", "€"),
    "USD": ("dollar", "dollars", "cent", "cents", "$"),
}
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = "January February March April May June July August September October November December".split()


def spoken(value: object, form: str) -> str:
    """What a synthesizer should say for `value`; `form` is a slot type or one of FORMS. None is nothing."""
    if value is None:
        return ""
    try:
        if form == "money":
            return _money_words(value)
        if form in _WORDS:
            return _WORDS[form](str(value))
    except (ValueError, KeyError, InvalidOperation):
        pass
    return _plain(value)


def written(value: object, form: str) -> str:
    """What a screen should show for `value`."""
    if value is None:
        return ""
    try:
        if form == "money":
            return _money_figures(value)
        if form == "date":
            return _date_figures(date.fromisoformat(str(value)))
        if form == "datetime":
            moment = datetime.fromisoformat(str(value))
            return f"{_date_figures(moment.date())}, {moment:%H:%M}"
        if form == "duration":
            return " ".join(f"{count} {name if count == '1' else name + 's'}" for count, name in _duration(str(value)))
        if form == "percentage":
            return f"{value}%"
    except (ValueError, KeyError, InvalidOperation):
        pass
    return _plain(value)


def integer_words(number: int) -> str:
    """`1204` -> "one thousand two hundred and four"."""
    if number < 0:
        return "minus " + integer_words(-number)
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f" {_ONES[ones]}" if ones else "")
    for scale, name in _SCALES:
        if number >= scale:
            head, rest = divmod(number, scale)
            joint = " and " if 0 < rest < 100 else " "
            return f"{integer_words(head)} {name}" + (joint + integer_words(rest) if rest else "")
    raise AssertionError(number)


def ordinal_words(number: int) -> str:
    """`23` -> "twenty third"."""
    *head, last = integer_words(number).split()
    return " ".join([*head, _ORDINALS.get(last, last.removesuffix("y") + ("ieth" if last.endswith("y") else "th"))])


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ")


def _number_words(number: Decimal) -> str:
    whole = integer_words(int(number))
    sign = "minus " if number < 0 and int(number) == 0 else ""
    _, _, fraction = f"{number.normalize():f}".partition(".")
    return sign + whole + (" point " + " ".join(_ONES[int(digit)] for digit in fraction) if fraction else "")


def _amount(value: object) -> tuple[Decimal, str]:
    if isinstance(value, Mapping):
        return Decimal(str(value["amount"])), str(value.get("currency", ""))
    return Decimal(str(value)), ""


def _money_words(value: object) -> str:
    amount, currency = _amount(value)
    one, many, cent, cents, _ = _UNITS.get(currency, (currency, currency, "", "", ""))
    hundredths = abs(int((amount * 100).to_integral_value()))
    whole, rest = divmod(hundredths, 100)
    parts = []
    if whole or not rest:
        parts.append(f"{integer_words(whole)} {one if whole == 1 else many}")
    if rest:
        parts.append(f"{integer_words(rest)} {cent if rest == 1 else cents}")
    return ("minus " if amount < 0 else "") + " and ".join(part.strip() for part in parts)


def _money_figures(value: object) -> str:
    amount, currency = _amount(value)
    sign = "-" if amount < 0 else ""
    symbol = _UNITS[currency][4] if currency in _UNITS else ""
    return f"{sign}{symbol}{abs(amount):,.2f}" + ("" if symbol or not currency else f" {currency}")


def _date_words(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} the {ordinal_words(day.day)} of {_MONTHS[day.month - 1]}"


def _date_figures(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _time_words(clock: time) -> str:
    """ "half past" is avoided: a recognizer at the other end, or a tired ear, takes "three thirty p m" better."""
    if clock.minute == 0 and clock.hour in (0, 12):
        return "noon" if clock.hour else "midnight"
    minutes = f" oh {_ONES[clock.minute]}" if 0 < clock.minute < 10 else f" {integer_words(clock.minute)}"
    return f"{_ONES[(clock.hour - 1) % 12 + 1]}{minutes if clock.minute else ''} {'p' if clock.hour >= 12 else 'a'} m"


def _datetime_words(moment: datetime) -> str:
    return f"{_date_words(moment.date())} at {_time_words(moment.time())}"


_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_DURATION_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")


def _duration(iso: str) -> list[tuple[str, str]]:
    """The counts of an ISO 8601 duration with their units; raises ValueError for fractions and what is none."""
    found = _DURATION.fullmatch(iso)
    parts = (
        [(count, unit) for count, unit in zip(found.groups(), _DURATION_UNITS, strict=True) if count] if found else []
    )
    if not parts:
        raise ValueError(f"{iso!r} is no duration of whole units")
    return parts


def _duration_words(iso: str) -> str:
    said = [f"{integer_words(int(count))} {name if count == '1' else name + 's'}" for count, name in _duration(iso)]
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1]


_SIGNS = {".": "dot", "@": "at", "_": "underscore", "-": "dash", "+": "plus", "/": "slash"}


def _address_words(address: str) -> str:
    """ "j dot smith at example dot com"; a run of figures is said one by one."""
    words = [_SIGNS.get(part) or (_digit_words(part) if part.isdigit() else part) for part in _PIECES.findall(address)]
    return " ".join(words)


_PIECES = re.compile(r"[0-9]+|[^\W\d_]+|[^\w\s]|_")


def _letter_words(code: str) -> str:
    """A reference letter by letter, figure by figure."""
    return " ".join(_ONES[int(sign)] if sign in "0123456789" else sign for sign in code if sign.isalnum())


def _digit_words(digits: str) -> str:
    return " ".join(_ONES[int(sign)] for sign in digits if sign in "0123456789")


_WORDS: Mapping[str, Callable[[str], str]] = {
    "digits": _digit_words,
    "phone": _digit_words,
    "number": lambda value: _number_words(Decimal(value)),
    "percentage": lambda value: _number_words(Decimal(value)) + " percent",
    "date": lambda value: _date_words(date.fromisoformat(value)),
    "time": lambda value: _time_words(time.fromisoformat(value)),
    "datetime": lambda value: _datetime_words(datetime.fromisoformat(value)),
    "duration": _duration_words,
    "email": _address_words,
    "reference": _letter_words,
}
"""Form -> a string value as words; money is no string."""
