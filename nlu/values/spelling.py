"""Values -> English words, as a caller says them. Pure."""

from nlu.values.numbers import TEENS, TENS, UNITS

_SMALL = {value: name for name, value in (UNITS | TEENS).items()}
_TENS = {value: name for name, value in TENS.items() if name != "fourty"}
_DIGITS = {"0": "zero"} | {str(value): name for name, value in UNITS.items()}


def spell_number(number: int) -> str:
    """0..999,999,999: 120 is "one hundred and twenty"."""
    if not 0 <= number < 1_000_000_000:
        raise ValueError(f"{number} is not spelt")
    if number == 0:
        return "zero"
    pieces = []
    for scale, name in ((1_000_000, "million"), (1_000, "thousand")):
        count, number = divmod(number, scale)
        if count:
            pieces.append(f"{_below_thousand(count)} {name}")
    if number:
        pieces.append(("and " if pieces and number < 100 else "") + _below_thousand(number))
    return " ".join(pieces)


def spell_digits(digits: str) -> str:
    """ "407" is "four zero seven"; other characters are left out."""
    return " ".join(_DIGITS[digit] for digit in digits if digit in _DIGITS)


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    return f"{_SMALL[hundreds]} hundred" + (f" and {_below_hundred(rest)}" if rest else "")


def _below_hundred(number: int) -> str:
    if number in _SMALL:
        return _SMALL[number]
    tens, unit = divmod(number, 10)
    return _TENS[tens * 10] + (f" {_SMALL[unit]}" if unit else "")
