import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.conditions import Condition, ConditionError

SLOTS = {"amount": {"amount": "50.10", "currency": "GBP"}, "account": "savings", "verified": True, "count": 3, "x": 0.1}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("slots.amount > 50", True),
        ("slots.amount == 50.1", True),
        ("slots.amount - 0.1 == 50", True),
        ("slots.x + 0.2 == 0.3", True),
        ("not slots.missing", True),
        ("slots.missing > 0", False),
        ("slots.missing <= 0", False),
        ("slots.missing is None", True),
        ("slots.account in ['current', 'savings'] and slots.verified", True),
        ("slots.account not in ['current']", True),
        ("1 < slots.count <= 3", True),
        ("outcome == 'ok'", True),
        ("outcome != 'ok' or slots.count * 2 == 6", True),
        ("slots.count / 0 > 1", False),
        ("slots.account > 3", False),
        ("-slots.count < 0", True),
        ("False", False),
    ],
)
def test_conditions(text: str, holds: bool) -> None:
    assert Condition(text).holds(SLOTS, "ok") is holds


@pytest.mark.parametrize(
    "text",
    [
        "", "slots.a =", "__import__('os')", "slots.a.b", "open('x')", "slots['a']", "x > 1", "(lambda: 1)()",
        "[y for y in slots.a]", "slots.a ** 9", "f'{slots.a}'", "b'x'", "1 if slots.a else 2", "a" * 600, "slots.a[0]",
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        Condition(text)


def test_it_knows_its_slots() -> None:
    assert Condition("slots.a > 1 and slots.b in [slots.c]").slots == {"a", "b", "c"}


@given(st.text(alphabet="slots.amount ><=()andortn0123456789'\"[],+-*/", max_size=60))
def test_any_text_is_refused_or_evaluates(text: str) -> None:
    try:
        condition = Condition(text)
    except ConditionError:
        return
    assert condition.holds(SLOTS) in (True, False)


def test_the_mood_is_known() -> None:
    condition = Condition('mood == "negative" and slots.a')
    assert condition.holds({"a": 1}, mood="negative")
    assert not condition.holds({"a": 1})
