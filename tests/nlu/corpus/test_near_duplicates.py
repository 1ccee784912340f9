"""Near-duplicates."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.corpus.near_duplicates import is_near, near_duplicate_groups, plain_form

WORDS = "please send the money from my account to anna today because rent is due on friday morning".split()


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("What's my balance?", "whats  my BALANCE", True),
        ("pay 50 to Zoë", "Pay 75 to Zoe!", True),
        ("how do I get a virtual card", "how do I get the virtual card", True),
        ("turn the light on", "what is the weather", False),
        ("yes", "no", False),
        ("一千二百块", "一千二百块。", True),
        ("...", "!!!", False),
    ],
)
def test_pairs(left: str, right: str, same: bool) -> None:
    first, second = near_duplicate_groups([left, right])
    assert (first == second) is same


def test_groups_chain_and_are_numbered_in_order() -> None:
    texts = ["please close my account now", "hello there", "please close my account", "Please close my accounts", "x"]
    assert near_duplicate_groups(texts) == [0, 1, 0, 0, 2]
    assert near_duplicate_groups([]) == []
    assert near_duplicate_groups(["one"]) == [0]


@given(st.lists(st.text(max_size=20), max_size=20))
@settings(max_examples=50)
def test_any_texts_and_equal_forms_together(texts: list[str]) -> None:
    groups = near_duplicate_groups(texts)
    assert len(groups) == len(texts)
    for left, one in zip(texts, groups, strict=True):
        for right, other in zip(texts, groups, strict=True):
            assert one == other or plain_form(left) != plain_form(right)


def test_hardly_a_pair_is_missed() -> None:
    draw = random.Random(1)
    texts = [" ".join(draw.choices(WORDS, k=draw.randint(4, 9))) for _ in range(200)]
    for text in texts[:200]:
        at = draw.randrange(len(text))
        texts.append(text[:at] + draw.choice(["", "x"]) + text[at + 1 :])
    groups = near_duplicate_groups(texts)
    forms = [plain_form(text) for text in texts]
    pairs = [(a, b) for b in range(len(texts)) for a in range(b) if is_near(forms[a], forms[b])]
    assert len(pairs) > 150
    assert all(groups[a] == groups[b] for a, b in pairs)
