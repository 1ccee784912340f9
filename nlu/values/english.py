"""The readers of English, by kind."""

from collections.abc import Mapping

from nlu.values.dates import DATE_STARTS, read_date
from nlu.values.datetimes import DATETIME_STARTS, read_datetime
from nlu.values.digits import DIGIT_STARTS, is_pronoun, read_digit_string
from nlu.values.durations import DURATION_STARTS, read_duration
from nlu.values.emails import read_emails
from nlu.values.money import MONEY_STARTS, read_money
from nlu.values.numbers import NUMBER_STARTS, ORDINAL_STARTS, Tokens, is_minus, plain, read_number, read_ordinal
from nlu.values.percentages import PERCENTAGE_STARTS, read_percentage
from nlu.values.phones import read_phones
from nlu.values.ranges import RANGE_STARTS, read_range
from nlu.values.reading import Context, Reader, Spoken, by_token
from nlu.values.references import read_references
from nlu.values.times import CLOCK_STARTS, read_time


def _number(tokens: Tokens, at: int, _: Context) -> Spoken | None:
    negative = is_minus(tokens, at)
    begin = at + 1 if negative else at
    number = None if is_pronoun(tokens, at) else read_number(tokens, begin)
    if number is None:
        return None
    return plain(-number.value if negative else number.value), number.end, ()


def _ordinal(tokens: Tokens, at: int, _: Context) -> Spoken | None:
    found = read_ordinal(tokens, at)
    return (int(found.value), found.end, ()) if found else None


def _money(tokens: Tokens, at: int, context: Context) -> Spoken | None:
    return None if is_pronoun(tokens, at) else read_money(tokens, at, context)


READERS: Mapping[str, Reader] = {
    "number": by_token(_number, starts=NUMBER_STARTS),
    "ordinal": by_token(_ordinal, starts=ORDINAL_STARTS),
    "digits": by_token(read_digit_string, starts=DIGIT_STARTS),
    "money": by_token(_money, starts=MONEY_STARTS),
    "percentage": by_token(read_percentage, starts=PERCENTAGE_STARTS),
    "duration": by_token(read_duration, starts=DURATION_STARTS),
    "date": by_token(read_date, starts=DATE_STARTS),
    "time": by_token(read_time, starts=CLOCK_STARTS),
    "datetime": by_token(read_datetime, starts=DATETIME_STARTS),
    "range": by_token(read_range, starts=RANGE_STARTS),
    "phone": read_phones,
    "email": read_emails,
    "reference": read_references,
}
