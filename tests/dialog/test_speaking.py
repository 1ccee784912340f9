import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.speaking import integer_words, ordinal_words, spoken, written
from tests.dialog.caller import NOW


def pounds(amount: str, currency: str = "GBP") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


@pytest.mark.parametrize(
    ("value", "form", "heard", "seen"),
    [
        (pounds("50.00"), "money", "fifty pounds", "£50.00"),
        (pounds("1.00"), "money", "one pound", "£1.00"),
        (pounds("0.01"), "money", "one penny", "£0.01"),
        (pounds("1250.05"), "money", "one thousand two hundred and fifty pounds and five pence", "£1,250.05"),
        (pounds("-20.00"), "money", "minus twenty pounds", "-£20.00"),
        (pounds("0"), "money", "zero pounds", "£0.00"),
        (pounds("3.50", "USD"), "money", "three dollars and fifty cents", "$3.50"),
        (pounds("3.00", "SEK"), "money", "three SEK", "3.00 SEK"),
        ("427196", "digits", "four two seven one nine six", "427196"),
        ("2026-05-03", "date", "Sunday the third of May", "3 May 2026"),
        ("soon", "date", "soon", "soon"),
        ("15:30", "time", "three thirty p m", "15:30"),
        ("09:05", "time", "nine oh five a m", "09:05"),
        ("12:00", "time", "noon", "12:00"),
        ("00:00", "time", "midnight", "00:00"),
        ("2026-05-03T15:30", "datetime", "Sunday the third of May at three thirty p m", "3 May 2026, 15:30"),
        ("PT1H30M", "duration", "one hour and thirty minutes", "1 hour 30 minutes"),
        ("P2W", "duration", "two weeks", "2 weeks"),
        ("P1Y2M3D", "duration", "one year, two months and three days", "1 year 2 months 3 days"),
        ("P2.5M", "duration", "P2.5M", "P2.5M"),
        (2.5, "percentage", "two point five percent", "2.5%"),
        ("+447700900123", "phone", "four four seven seven zero zero nine zero zero one two three", "+447700900123"),
        ("j.smith42@example.com", "email", "j dot smith four two at example dot com", "j.smith42@example.com"),
        ("AB12", "reference", "A B one two", "AB12"),
        (7, "number", "seven", "7"),
        (-2.5, "number", "minus two point five", "-2.5"),
        (True, "bool", "yes", "yes"),
        ("current_account", "choice", "current account", "current account"),
        (None, "money", "", ""),
    ],
)
def test_values(value: object, form: str, heard: str, seen: str) -> None:
    assert spoken(value, form) == heard
    assert written(value, form) == seen


@pytest.mark.parametrize(
    ("number", "cardinal", "ordinal"),
    [
        (0, "zero", "zeroth"),
        (21, "twenty one", "twenty first"),
        (12, "twelve", "twelfth"),
        (30, "thirty", "thirtieth"),
        (105, "one hundred and five", "one hundred and fifth"),
        (1_000_001, "one million and one", "one million and first"),
    ],
)
def test_words(number: int, cardinal: str, ordinal: str) -> None:
    assert integer_words(number) == cardinal
    assert ordinal_words(number) == ordinal


@given(st.integers(0, 9_999_999))
def test_spoken_numbers_are_read_back(number: int) -> None:
    from nlu.values.values import find_values

    found = find_values(integer_words(number), now=NOW, kinds=frozenset({"number"}))
    assert [value.value for value in found] == [number]
