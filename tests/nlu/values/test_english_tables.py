"""What English readers find, with the span, and what they leave alone."""

import pytest

from nlu.values.values import Value, find_values
from tests.nlu.values import cases
from tests.nlu.values.cases import NOW, marked

FOUND = [
    *[("time", said, value) for said, value in cases.TIMES],
    *[("date", said, value) for said, value in cases.DATES],
    *[("datetime", said, value) for said, value in cases.DATETIMES],
    *[("duration", said, value) for said, value in cases.DURATIONS],
    *[("percentage", said, value) for said, value in cases.PERCENTAGES],
    *[("range", said, value) for said, value in (*cases.RANGES, *cases.OPEN_RANGES)],
    *[("money", said, {"amount": amount, "currency": currency}) for said, amount, currency in cases.MONEY],
]
NOT_FOUND = [
    *[("time", said) for said in cases.NO_TIMES],
    *[("date", said) for said in cases.NO_DATES],
    *[("datetime", said) for said in cases.NO_DATETIMES],
    *[("duration", said) for said in cases.NO_DURATIONS],
    *[("percentage", said) for said in cases.NO_PERCENTAGES],
    *[("range", said) for said in cases.NO_RANGES],
]


def values(text: str, kind: str, language: str = "en") -> tuple[Value, ...]:
    return find_values(text, now=NOW, kinds=frozenset({kind}), language=language)


@pytest.mark.parametrize(("kind", "said", "value"), FOUND)
def test_found_with_its_span(kind: str, said: str, value: object) -> None:
    for frame in ("{}", "well um {} if you can", "I'd like it {}, please."):
        text, start, end = marked(frame.format(said))
        assert [(v.value, v.text) for v in values(text, kind)] == [(value, text[start:end])]


@pytest.mark.parametrize(("kind", "said"), NOT_FOUND)
def test_left_alone(kind: str, said: str) -> None:
    assert values(said, kind) == ()


@pytest.mark.parametrize(
    ("kind", "text", "others"),
    [
        ("date", "3/4/2026", ("2026-03-04",)),
        ("date", "13/4/2026", ()),
        ("date", "next friday", ("2026-11-27",)),
        ("date", "monday", ("2026-11-23",)),
        ("date", "in a week and a half", ("2026-12-04",)),
        ("time", "at three", ("03:00",)),
        ("time", "at three pm", ()),
        ("time", "half seven", ("19:30", "18:30", "06:30")),
        ("time", "15:30", ()),
        ("datetime", "tuesday at three", ("2026-11-24T03:00",)),
        ("range", "between 2 and 4", ({"from": "02:00", "to": "04:00"},)),
        ("money", "¥500", ({"amount": "500.00", "currency": "CNY"},)),
    ],
)
def test_other_readings(kind: str, text: str, others: tuple[object, ...]) -> None:
    (value,) = values(text, kind)
    assert value.ambiguous == others


def test_the_region_decides_whether_the_month_comes_first() -> None:
    (british,), (american,) = (values("3/4/2026", "date", language) for language in ("en-GB", "en-US"))
    assert (british.value, american.value) == ("2026-04-03", "2026-03-04")
    assert american.ambiguous == ("2026-04-03",)


def test_a_weekday_said_with_a_date_chooses_the_year() -> None:
    (value,) = values("friday the 13th of november", "date")
    assert (value.value, value.ambiguous) == ("2026-11-13", ("2027-11-13",))
