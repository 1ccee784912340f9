"""Spoken and written values."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_to_num import text2num

from nlu.errors import NluError
from nlu.values.spelling import spell_digits, spell_number
from nlu.values.values import KINDS, find_values

NOW = datetime(2026, 11, 23, 12)  # a Monday


def read(text: str, kind: str, currency: str = "") -> list[object]:
    return [v.value for v in find_values(text, now=NOW, kinds=frozenset({kind}), currency=currency)]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("four two seven one", "4271"),
        ("double four oh triple nine", "440999"),
        ("forty two seventeen", "4217"),
        ("427 196", "427196"),
        ("4-2-7", "427"),
        ("four-two-seven", "427"),
        ("it's four two seven um one nine six", "427196"),
        ("one hundred and twenty three four five six", "123456"),
        ("double 4 oh 7", "4407"),
    ],
)
def test_digits(text: str, digits: str) -> None:
    assert read(text, "digits") == [digits]


def test_digits_ambiguity_keeps_the_other_reading() -> None:
    (value,) = find_values("twenty three four", now=NOW, kinds=frozenset({"digits"}))
    assert value.value == "234"
    assert value.ambiguous == ("2034",)


@pytest.mark.parametrize("text", ["oh I lost my card", "I want the other one", "hello there", "double trouble", ""])
def test_no_digits(text: str) -> None:
    assert read(text, "digits") == []


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("fifty pounds", "50.00", "GBP"),
        ("a hundred and twenty pounds fifty", "120.50", "GBP"),
        ("a hundred and twenty pounds and fifty pence", "120.50", "GBP"),
        ("£50", "50.00", "GBP"),
        ("£1,250.50", "1250.50", "GBP"),
        ("-£5", "-5.00", "GBP"),
        ("twelve quid", "12.00", "GBP"),
        ("minus five pounds", "-5.00", "GBP"),
        ("half a million pounds", "500000.00", "GBP"),
        ("two grand in pounds", "2000.00", "GBP"),
        ("two grand pounds", "2000.00", "GBP"),
        ("fifty pence", "0.50", "GBP"),
        ("50p", "0.50", "GBP"),
        ("twenty dollars", "20.00", "USD"),
        ("thirty euros", "30.00", "EUR"),
        ("a tenner", "10.00", "GBP"),
        ("a pound", "1.00", "GBP"),
        ("one two zero pounds", "120.00", "GBP"),
        ("two and a half thousand pounds", "2500.00", "GBP"),
        ("one point five million pounds", "1500000.00", "GBP"),
        ("two million pounds", "2000000.00", "GBP"),
        ("£1.5m", "1500000.00", "GBP"),
        ("£2k", "2000.00", "GBP"),
        ("point five pounds", "0.50", "GBP"),
        ("hundred pounds", "100.00", "GBP"),
        ("thousand two hundred pounds", "1200.00", "GBP"),
    ],
)
def test_money(text: str, amount: str, currency: str) -> None:
    default = "GBP" if "grand in" in text else ""
    assert read(text, "money", default) == [{"amount": amount, "currency": currency}]


def test_a_bare_number_is_money_only_with_a_default() -> None:
    assert read("fifty", "money") == []
    assert read("send fifty to anna", "money", "GBP") == [{"amount": "50.00", "currency": "GBP"}]


@pytest.mark.parametrize(
    ("text", "first", "other"), [("two fifty", "250.00", "2.50"), ("twelve fifty", "12.50", "1250.00")]
)
def test_money_ambiguity(text: str, first: str, other: str) -> None:
    (value,) = find_values(text, now=NOW, kinds=frozenset({"money"}), currency="GBP")
    assert value.value == {"amount": first, "currency": "GBP"}
    assert value.ambiguous == ({"amount": other, "currency": "GBP"},)


@pytest.mark.parametrize(
    "text", ["four two seven one", "the other one", "that one please", "a b c", "a few hundred", "a couple of thousand"]
)
def test_no_bare_money(text: str) -> None:
    assert read(text, "money", "GBP") == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-23"),
        ("tomorrow", "2026-11-24"),
        ("yesterday", "2026-11-22"),
        ("the day after tomorrow", "2026-11-25"),
        ("tuesday", "2026-11-24"),
        ("next tuesday", "2026-12-01"),
        ("last friday", "2026-11-20"),
        ("a week on tuesday", "2026-12-01"),
        ("in three days", "2026-11-26"),
        ("two weeks ago", "2026-11-09"),
        ("in a fortnight", "2026-12-07"),
        ("the third of may", "2027-05-03"),
        ("may the third", "2027-05-03"),
        ("march 3rd", "2027-03-03"),
        ("the twenty first of june twenty twenty eight", "2028-06-21"),
        ("3 May 2026", "2026-05-03"),
        ("2026-05-03", "2026-05-03"),
        ("the first of next month", "2026-12-01"),
        ("on the third please", "2026-12-03"),
        ("the twenty ninth of february", "2028-02-29"),
    ],
)
def test_dates(text: str, day: str) -> None:
    assert read(text, "date") == [day]


def test_date_ambiguity() -> None:
    (value,) = find_values("3/5/2026", now=NOW, kinds=frozenset({"date"}))
    assert (value.value, value.ambiguous) == ("2026-05-03", ("2026-03-05",))
    (value,) = find_values("next tuesday", now=NOW, kinds=frozenset({"date"}))
    assert value.ambiguous == ("2026-11-24",)


@pytest.mark.parametrize("text", ["may I have that", "the third card", "the thirty first of february 2027", "mon"])
def test_no_date(text: str) -> None:
    assert read(text, "date") == []


def test_ordinals_and_numbers() -> None:
    assert read("the twenty first and the 3rd", "ordinal") == [21, 3]
    assert read("three point one four and two and a half", "number") == [3.14, 2.5]
    assert read("minus five, 4-2 and 1,000", "number") == [-5, 4, 2, 1000]


@given(st.integers(0, 999_999))
def test_every_spoken_number_reads_back(number: int) -> None:
    (value,) = find_values(f"i said {spell_number(number)} okay", now=NOW, kinds=frozenset({"number"}))
    assert value.value == number
    assert value.text == spell_number(number)
    assert text2num(spell_number(number), "en") == number  # an independent reader agrees that the form is English


@given(st.text("0123456789", min_size=1, max_size=16), st.booleans())
def test_every_digit_string_reads_back(digits: str, oh: bool) -> None:
    words = [("oh" if oh and len(digits) > 1 and set(digits) != {"0"} else "zero") if d == "0" else spell_digits(d)
             for d in digits]  # fmt: skip
    (value,) = find_values("it is " + " ".join(words), now=NOW, kinds=frozenset({"digits"}))
    assert value.value == digits


@given(st.integers(0, 99_999_999))
def test_every_written_amount_reads_back(pence: int) -> None:
    amount = f"{pence // 100}.{pence % 100:02d}"
    assert read(f"pay £{amount} now", "money") == [{"amount": amount, "currency": "GBP"}]


_VOCABULARY = (
    "a and the of in half quarter million thousand hundred grand k one two five twenty ninety zero oh double triple "
    "point minus - pounds pence p £ $ € 3 1,250.50 12 07 / . , next last tuesday week may march third 3rd today "
    "day after tomorrow ago month 99999999999999999999 2026 from to between until before at on o'clock past am pm hour "
    "hours minutes an couple fortnight years ninth : 30 % percent weekend evening night noon the end 31 february now "
    "double dot example com december eve christmas"
)
_WORDS = st.sampled_from(_VOCABULARY.split())


@given(st.one_of(st.text(), st.lists(_WORDS, max_size=12).map(" ".join)), st.sampled_from(["", "GBP"]))
def test_anything_is_read_without_error(text: str, currency: str) -> None:
    last: dict[str, int] = {}
    assert find_values(text, now=NOW, currency=currency) == find_values(text, now=NOW, currency=currency)
    for value in find_values(text, now=NOW, currency=currency):
        assert value.kind in KINDS
        assert 0 <= value.start < value.end <= len(text)
        assert value.text == text[value.start : value.end]
        assert value.start >= last.get(value.kind, 0)
        last[value.kind] = value.end


def test_refusals() -> None:
    with pytest.raises(NluError, match="known: date"):
        find_values("x", now=NOW, kinds=frozenset({"colour"}))
    assert find_values("fifty pounds", now=NOW, language="en-GB")
    assert find_values("50 £", now=NOW, language="tlh") == ()
