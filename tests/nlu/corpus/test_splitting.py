"""Splits."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.corpus.corpus import Corpus, Example
from nlu.corpus.near_duplicates import near_duplicate_groups
from nlu.corpus.splitting import divide, parse_shares, split_corpus
from nlu.errors import SettingsError

TENTHS = (0.8, 0.1, 0.1)


def various(count: int, intent: str) -> list[Example]:
    draw = random.Random(intent)
    return [Example("".join(draw.choices("abcdefghijklmnop ", k=20)), intent) for _ in range(count)]


def test_every_intent_is_divided_in_the_shares() -> None:
    examples = [example for intent in "abc" for example in various(100, intent)]
    train, dev, test = divide(examples, TENTHS, seed=1)
    assert [Counter(e.intent for e in part)["b"] for part in (train, dev, test)] == [80, 10, 10]
    assert sorted(e.text for part in (train, dev, test) for e in part) == sorted(e.text for e in examples)
    assert divide(examples, TENTHS, seed=1)[0] == train
    assert divide(examples, TENTHS, seed=2)[0] != train


def test_small_intents_add_up() -> None:
    examples = [example for intent in "abcdefghijklmnopqrst" for example in various(5, intent)]
    train, dev, test = divide(examples, TENTHS, seed=1)
    assert len({e.intent for e in train}) == 20
    assert (len(train), len(dev), len(test)) == (80, 10, 10)


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from("abc")), max_size=60), st.integers(0, 5))
@settings(max_examples=50)
def test_near_duplicates_are_on_one_side(drawn: list[tuple[int, str]], seed: int) -> None:
    stems = [example.text for example in various(31, "z")]
    examples = [Example(stems[stem] + (" !" if seed % 2 else ""), intent) for stem, intent in drawn]
    parts = divide(examples, TENTHS, seed=seed)
    assert sum(map(len, parts)) == len(examples)
    side: dict[str, int] = {}
    for number, part in enumerate(parts):
        for example in part:
            assert side.setdefault(example.text, number) == number


def test_a_corpus_keeps_what_else_it_knows() -> None:
    corpus = Corpus(examples=tuple(various(40, "a")), synonyms={"x": "y"})
    splits = split_corpus(corpus, seed=3)
    assert splits.dev is not None
    assert splits.test is not None
    assert splits.dev.synonyms == {"x": "y"}
    texts = [e.text for part in (splits.train, splits.dev, splits.test) for e in part.examples]
    assert len(set(near_duplicate_groups(texts))) == 40
    assert split_corpus(corpus, (1.0, 0.0, 0.0), seed=3).test is None


@pytest.mark.parametrize(("text", "shares"), [("80/10/10", TENTHS), ("8:1:1", TENTHS), ("90/10", (0.9, 0.1, 0.0))])
def test_shares(text: str, shares: tuple[float, ...]) -> None:
    assert parse_shares(text) == pytest.approx(shares)


@pytest.mark.parametrize("text", ["", "80", "a/b/c", "80/10/10/5", "0/50/50", "-1/1/1", "nan/1/1", "inf/1/1"])
def test_what_are_no_shares(text: str) -> None:
    with pytest.raises(SettingsError, match="such as 80/10/10"):
        parse_shares(text)
