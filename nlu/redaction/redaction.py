"""Personal data found and masked in text, before anything is logged or stored. Pure; never raises."""

import re
from datetime import datetime

from nlu.values.values import Value, find_values

MASK = "******"
SHORTEST_DIGITS = 4

_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_SPOKEN_EMAIL = re.compile(
    r"(?<!\w)\w+(?: (?:dot|dash|hyphen|underscore) \w+)* at \w+(?: dot \w+)+(?!\w)", re.IGNORECASE
)
_PRICE = re.compile(r"\d+\.\d{1,2}")
_KINDS = frozenset({"digits", "money", "date", "number"})
# Masking needs spans only: what "tomorrow" means does not matter.
_ANY_DAY = datetime(2000, 1, 1)


def mask(text: str) -> str:
    """`text` with digit strings of 4 and more and e-mail addresses, written or spoken, replaced by "******".

    Amounts of money, dates, prices and numbers said whole ("two thousand") stay: they are no codes.
    Nothing else is changed.
    """
    return _replace(text, sorted([*_emails(text), *_digit_strings(text)]))


def _emails(text: str) -> list[tuple[int, int]]:
    return [found.span() for pattern in (_EMAIL, _SPOKEN_EMAIL) for found in pattern.finditer(text)]


def _digit_strings(text: str) -> list[tuple[int, int]]:
    values = find_values(text, now=_ANY_DAY, kinds=_KINDS)
    harmless = [value for value in values if value.kind in ("money", "date") or _is_plain_number(value)]
    return [(v.start, v.end) for v in values if v.kind == "digits" and _is_code(v) and not _inside(v, harmless)]


def _is_code(value: Value) -> bool:
    return len(str(value.value)) >= SHORTEST_DIGITS


def _is_plain_number(value: Value) -> bool:
    """ "two thousand", "12.50"."""
    spoken = not any(sign.isdigit() for sign in value.text)
    return value.kind == "number" and (spoken or _PRICE.fullmatch(value.text) is not None)


def _inside(value: Value, others: list[Value]) -> bool:
    return any(other.start <= value.start and value.end <= other.end for other in others)


def _replace(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, done = [], 0
    for start, end in spans:
        if end <= done:
            continue
        pieces.append(text[done : max(start, done)])
        if start >= done:
            pieces.append(MASK)
        done = end
    return "".join([*pieces, text[done:]])
