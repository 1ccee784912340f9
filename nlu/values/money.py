"""Amounts of money as people say and write them. Pure."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from nlu.values.numbers import SPOKEN_ZEROS, UNITS, Read, Token, is_minus, read_digits, read_number, word

Money = dict[str, str]

SYMBOLS = {"£": "GBP", "$": "USD", "€": "EUR"}
CODES = {"gbp": "GBP", "usd": "USD", "eur": "EUR"}
MAJOR = {
    "pound": "GBP", "pounds": "GBP", "quid": "GBP", "sterling": "GBP", "dollar": "USD", "dollars": "USD",
    "buck": "USD", "bucks": "USD", "euro": "EUR", "euros": "EUR",
} | CODES  # fmt: skip
MINOR = {"pence": "GBP", "penny": "GBP", "pennies": "GBP", "p": "GBP", "cent": "", "cents": ""}
NOTES = {"fiver": 5, "tenner": 10}
_LARGEST = Decimal(10) ** 15


def as_money(amount: Decimal, currency: str) -> Money:
    """The wire form: a decimal string with two places."""
    return {"amount": str(amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)), "currency": currency}


def read_money(tokens: tuple[Token, ...], at: int, *, default: str) -> tuple[object, int, tuple[object, ...]] | None:
    """An amount that begins at `at`: its wire form, the index behind it and other readings; or None.

    `default` is the currency of an amount that names none; empty: such a number is no amount ("two grand" is one
    without it only with a currency behind).
    """
    negative = is_minus(tokens, at)
    begin = at + 1 if negative else at
    try:
        found = _amount(tokens, begin, default=default)
    except InvalidOperation:
        return None
    if found is None or found[0] >= _LARGEST:
        return None
    amount, currency, end, other = found
    sign = -1 if negative else 1
    ambiguous = tuple(as_money(sign * reading, currency) for reading in other)
    return as_money(sign * amount, currency), end, ambiguous


_Amount = tuple[Decimal, str, int, tuple[Decimal, ...]]


def _amount(tokens: tuple[Token, ...], at: int, *, default: str) -> _Amount | None:
    symbol = SYMBOLS.get(word(tokens, at)) or CODES.get(word(tokens, at))
    if symbol:
        number = read_number(tokens, at + 1)
        return (number.value, symbol, number.end, ()) if number else None
    note = _note(tokens, at)
    if note:
        return note.value, default or "GBP", note.end, ()
    number = _one_by_one(tokens, at) or read_number(tokens, at) or _one(tokens, at)
    if number is None:
        return None
    if word(tokens, number.end) == "of" and word(tokens, number.end + 1) in MAJOR:
        number = Read(number.value, number.end + 1)
    unit = word(tokens, number.end)
    if unit in MAJOR or unit in SYMBOLS:
        currency = MAJOR.get(unit) or SYMBOLS[unit]
        end = number.end + 1
        if word(tokens, end) == "sterling":
            end += 1
        change = _change(tokens, end)
        if change:
            return number.value + change.value / 100, currency, change.end, ()
        return number.value, currency, end, ()
    if unit in MINOR and _is_minor(tokens, number):
        return number.value / 100, MINOR[unit] or default or "USD", number.end + 1, ()
    return _bare(tokens, at, number, default) if default else None


def _bare(tokens: tuple[Token, ...], at: int, number: Read, currency: str) -> _Amount | None:
    """A number without a unit; "two fifty" is 250 and perhaps 2.50, "twelve fifty" the other way round.

    A run of digits ("four two seven one") is no amount.
    """
    if read_digits(tokens, at - 1) is not None or (word(tokens, at) in ("a", "an") and number.end == at + 1):
        return None
    change = read_number(tokens, number.end)
    if change is None:
        return number.value, currency, number.end, ()
    whole = number.value == number.value.to_integral_value() and change.value == change.value.to_integral_value()
    if not whole or not 0 < number.value < 100 or not 10 <= change.value < 100 or read_digits(tokens, change.end):
        return None
    hundreds, exact = number.value * 100 + change.value, number.value + change.value / 100
    if number.value < 10:
        return hundreds, currency, change.end, (exact,)
    return exact, currency, change.end, (hundreds,)


def _note(tokens: tuple[Token, ...], at: int) -> Read | None:
    begin = at + 1 if word(tokens, at) == "a" else at
    value = NOTES.get(word(tokens, begin))
    return Read(Decimal(value), begin + 1) if value else None


def _one_by_one(tokens: tuple[Token, ...], at: int) -> Read | None:
    """ "one two zero pounds"."""
    digits, end = "", at
    while word(tokens, end) in UNITS or word(tokens, end) in SPOKEN_ZEROS:
        digits, end = digits + str(UNITS.get(word(tokens, end), 0)), end + 1
    return Read(Decimal(digits), end) if len(digits) > 1 and word(tokens, end) in MAJOR else None


def _one(tokens: tuple[Token, ...], at: int) -> Read | None:
    """ "a pound"."""
    single = word(tokens, at) in ("a", "an") and word(tokens, at + 1) in ("pound", "dollar", "euro", "quid", "penny")
    return Read(Decimal(1), at + 1) if single else None


def _is_minor(tokens: tuple[Token, ...], number: Read) -> bool:
    """ "50p" or "fifty p" with the letter right behind; any number with a word for it."""
    return word(tokens, number.end) != "p" or number.value < 1000


def _change(tokens: tuple[Token, ...], at: int) -> Read | None:
    """The pence behind the pounds: "fifty", "and fifty pence"."""
    begin = at + 1 if word(tokens, at) == "and" else at
    number = read_number(tokens, begin)
    if number is None or not 0 < number.value < 100 or number.value != number.value.to_integral_value():
        return None
    if word(tokens, number.end) in MINOR:
        return Read(number.value, number.end + 1)
    # "pay ten pounds and fifty euros", "send ten pounds two times": a bare number is change only when it closes.
    closed = word(tokens, number.end) not in MAJOR and begin == at and number.value >= 10
    return number if closed else None
