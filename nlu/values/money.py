"""Amounts of money as people say and write them in English. Pure."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from nlu.values.numbers import (
    NUMBER_STARTS,
    SPOKEN_ZEROS,
    UNITS,
    Read,
    Tokens,
    is_minus,
    once,
    read_digits,
    read_number,
    word,
)
from nlu.values.reading import Context, Spoken

Money = dict[str, str]

SYMBOLS = {"£": "GBP", "$": "USD", "€": "EUR", "¥": "JPY", "￥": "CNY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY"}
_DOLLAR_LETTERS = {
    "us": "USD", "hk": "HKD", "sg": "SGD", "nz": "NZD", "au": "AUD", "ca": "CAD", "a": "AUD", "c": "CAD", "s": "SGD",
}  # fmt: skip
CODES = {
    code.lower(): code
    for code in (
        "GBP", "USD", "EUR", "CNY", "JPY", "CHF", "CAD", "AUD", "NZD", "INR", "HKD", "SGD", "SEK", "NOK", "DKK", "KRW",
        "PLN", "AED", "ZAR", "TWD",
    )
} | {"rmb": "CNY", "cnh": "CNY"}  # fmt: skip
MAJOR = {
    "pound": "GBP", "pounds": "GBP", "quid": "GBP", "sterling": "GBP", "dollar": "USD", "dollars": "USD",
    "buck": "USD", "bucks": "USD", "euro": "EUR", "euros": "EUR", "yuan": "CNY", "renminbi": "CNY", "kuai": "CNY",
    "yen": "JPY", "won": "KRW", "rupee": "INR", "rupees": "INR", "franc": "CHF", "francs": "CHF",
    "krona": "SEK", "kronor": "SEK", "krone": "NOK", "kroner": "NOK", "zloty": "PLN", "zlotys": "PLN",
    "dirham": "AED", "dirhams": "AED", "rand": "ZAR",
} | CODES  # fmt: skip
_COUNTRIES = {
    ("us",): "USD", ("u", "s"): "USD", ("american",): "USD", ("canadian",): "CAD", ("australian",): "AUD",
    ("aussie",): "AUD", ("hong", "kong"): "HKD", ("singapore",): "SGD", ("new", "zealand"): "NZD",
    ("british",): "GBP", ("swiss",): "CHF", ("swedish",): "SEK", ("norwegian",): "NOK", ("danish",): "DKK",
    ("chinese",): "CNY", ("japanese",): "JPY", ("indian",): "INR", ("taiwan",): "TWD", ("south", "african"): "ZAR",
}  # fmt: skip
"""In front of a currency's name: "canadian dollars"."""
_COUNTRY_LEADS = frozenset(words[0] for words in _COUNTRIES)
MINOR = {"pence": "GBP", "penny": "GBP", "pennies": "GBP", "p": "GBP", "cent": "", "cents": ""}
NOTES = {"fiver": 5, "tenner": 10}
MONEY_STARTS = NUMBER_STARTS | {*SYMBOLS, *CODES, *NOTES, *_DOLLAR_LETTERS, "oh", "o", "an"}
_LARGEST = Decimal(10) ** 15
_WITHOUT_MINOR = frozenset({"JPY", "KRW"})


def as_money(amount: Decimal, currency: str) -> Money:
    """The wire form: a decimal string with two places."""
    return {"amount": str(amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)), "currency": currency}


@once
def read_money(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    """An amount that begins at `at`: its wire form, the index behind it and other readings; or None.

    Without a currency in the context a bare number is no amount ("two grand" is one only with a currency behind).
    """
    negative = is_minus(tokens, at)
    begin = at + 1 if negative else at
    try:
        found = _amount(tokens, begin, default=context.currency)
    except InvalidOperation:
        return None
    if found is None or found[0] >= _LARGEST:
        return None
    amount, currency, end, other = found
    sign = -1 if negative else 1
    ambiguous = [as_money(sign * reading, currency) for reading in other]
    if "¥" in (word(tokens, begin), word(tokens, end - 1)):  # both countries write it
        currency, rest = ("CNY", "JPY") if context.currency == "CNY" else ("JPY", "CNY")
        ambiguous.append(as_money(sign * amount, rest))
    return as_money(sign * amount, currency), end, tuple(ambiguous)


def read_currency(tokens: Tokens, at: int) -> tuple[str, int] | None:
    """A currency's name, code or sign behind a number, and the index behind it: "pounds sterling", "us dollars"."""
    text = word(tokens, at)
    if text in SYMBOLS:
        return SYMBOLS[text], at + 1
    if text in MAJOR:
        return MAJOR[text], at + 2 if word(tokens, at + 1) == "sterling" and text != "sterling" else at + 1
    for words, currency in _COUNTRIES.items() if text in _COUNTRY_LEADS else ():
        if all(word(tokens, at + i) == part for i, part in enumerate(words)):
            end = at + len(words)
            return (currency, end + 1) if word(tokens, end) in MAJOR else None
    return None


_Amount = tuple[Decimal, str, int, tuple[Decimal, ...]]


def _amount(tokens: Tokens, at: int, *, default: str) -> _Amount | None:
    prefix = _prefix(tokens, at)
    if prefix:
        number = read_number(tokens, prefix[1])
        return (number.value, prefix[0], number.end, ()) if number else None
    note = _note(tokens, at)
    if note:
        return note.value, default or "GBP", note.end, ()
    number = _one_by_one(tokens, at) or read_number(tokens, at) or _one(tokens, at)
    if number is None:
        return None
    if word(tokens, number.end) == "of" and word(tokens, number.end + 1) in MAJOR:
        number = Read(number.value, number.end + 1)
    unit = read_currency(tokens, number.end)
    if unit:
        currency, end = unit
        change = None if currency in _WITHOUT_MINOR else _change(tokens, end)
        if change:
            return number.value + change.value / 100, currency, change.end, ()
        return number.value, currency, end, ()
    minor = word(tokens, number.end)
    if minor in MINOR and _is_minor(tokens, number):
        return number.value / 100, MINOR[minor] or default or "USD", number.end + 1, ()
    return _bare(tokens, at, number, default) if default else None


def _prefix(tokens: Tokens, at: int) -> tuple[str, int] | None:
    """A sign or code in front of the number: "£", "HK$", "usd"."""
    text = word(tokens, at)
    found = SYMBOLS.get(text) or CODES.get(text)
    if found:
        return found, at + 1
    glued = text in _DOLLAR_LETTERS and word(tokens, at + 1) == "$" and tokens[at].end == tokens[at + 1].start
    return (_DOLLAR_LETTERS[text], at + 2) if glued else None


def _bare(tokens: Tokens, at: int, number: Read, currency: str) -> _Amount | None:
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


def _note(tokens: Tokens, at: int) -> Read | None:
    begin = at + 1 if word(tokens, at) == "a" else at
    value = NOTES.get(word(tokens, begin))
    return Read(Decimal(value), begin + 1) if value else None


def _one_by_one(tokens: Tokens, at: int) -> Read | None:
    """ "one two zero pounds"."""
    if word(tokens, at - 1) in UNITS:
        return None  # a longer run began before
    digits, end = "", at
    while word(tokens, end) in UNITS or word(tokens, end) in SPOKEN_ZEROS:
        digits, end = digits + str(UNITS.get(word(tokens, end), 0)), end + 1
    return Read(Decimal(digits), end) if len(digits) > 1 and read_currency(tokens, end) else None


def _one(tokens: Tokens, at: int) -> Read | None:
    """ "a pound"."""
    single = word(tokens, at) in ("a", "an") and word(tokens, at + 1) in ("pound", "dollar", "euro", "quid", "penny")
    return Read(Decimal(1), at + 1) if single else None


def _is_minor(tokens: Tokens, number: Read) -> bool:
    """ "50p" or "fifty p" with the letter right behind, but not "5 p m"; any number with a word for it."""
    return word(tokens, number.end) != "p" or (number.value < 1000 and word(tokens, number.end + 1) != "m")


def _change(tokens: Tokens, at: int) -> Read | None:
    """The pence behind the pounds: "fifty", "and fifty pence"."""
    begin = at + 1 if word(tokens, at) == "and" else at
    number = read_number(tokens, begin)
    if number is None or not 0 < number.value < 100 or number.value != number.value.to_integral_value():
        return None
    if word(tokens, number.end) in MINOR:
        return Read(number.value, number.end + 1)
    # "pay ten pounds and fifty euros", "send ten pounds two times": a bare number is change only when it closes.
    closed = read_currency(tokens, number.end) is None and begin == at and number.value >= 10
    return number if closed else None
