"""The draws of the small benchmark; the rest of the tasks is tested through test_benchmark.py."""

import pytest

from nlu.corpus.corpus import Corpus, Example, Splits
from nlu.errors import CorpusError
from nlu.evaluation.benchmark_tasks import draw_small

INTENTS = [f"intent_{letter}" for letter in "abcdefghijklmnopq"]


def test_a_draw_is_the_same_for_the_same_seed() -> None:
    examples = tuple(Example(f"{intent} {number}", intent) for intent in INTENTS for number in range(40))
    splits = Splits(train=Corpus(examples=examples), test=Corpus(examples=examples[:3]))
    one, other = draw_small(splits, seed=1), draw_small(splits, seed=2)
    assert one == draw_small(splits, seed=1) != other
    with pytest.raises(CorpusError, match="not 15 intents"):
        draw_small(Splits(train=Corpus(examples=examples[:80]), test=splits.test), seed=1)
