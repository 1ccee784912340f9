"""Slot values as words for the ear and as figures for the eye. English; pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

FORMS = frozenset({"text", "digits", "money", "number", "date"})

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
        if form == "digits":
            return " ".join(_ONES[int(sign)] for sign in str(value) if sign.isdigit())
        if form == "number":
            return _number_words(Decimal(str(value)))
        if form == "date":
            return _date_words(date.fromisoformat(str(value)))
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
            day = date.fromisoformat(str(value))
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
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
