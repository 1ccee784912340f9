"""The readers of Chinese, by kind."""

from collections.abc import Mapping

from nlu.values.chinese.dates import DATE_STARTS, read_date
from nlu.values.chinese.durations import DURATION_STARTS, read_duration
from nlu.values.chinese.money import MONEY_STARTS, read_money
from nlu.values.chinese.numbers import (
    NUMBER_STARTS,
    by_character,
    read_digit_string,
    read_number_value,
    read_ordinal,
    read_percentage,
)
from nlu.values.chinese.ranges import DATETIME_STARTS, RANGE_STARTS, read_datetime, read_range
from nlu.values.chinese.times import CLOCK_STARTS, read_time
from nlu.values.emails import read_emails
from nlu.values.phones import read_phones
from nlu.values.reading import Reader
from nlu.values.references import read_references

READERS: Mapping[str, Reader] = {
    "number": by_character(read_number_value, starts=NUMBER_STARTS),
    "ordinal": by_character(read_ordinal, starts=frozenset("第")),
    "digits": by_character(read_digit_string, starts=NUMBER_STARTS | {"幺"}),
    "money": by_character(read_money, starts=MONEY_STARTS),
    "percentage": by_character(read_percentage, starts=NUMBER_STARTS),
    "duration": by_character(read_duration, starts=DURATION_STARTS),
    "date": by_character(read_date, starts=DATE_STARTS),
    "time": by_character(read_time, starts=CLOCK_STARTS),
    "datetime": by_character(read_datetime, starts=DATETIME_STARTS),
    "range": by_character(read_range, starts=RANGE_STARTS),
    "phone": read_phones,
    "email": read_emails,
    "reference": read_references,
}
