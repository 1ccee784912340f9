"""Folds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.corpus.corpus import Example
from nlu.evaluation.folds import folds


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.text("xyXY", max_size=3)), max_size=60), st.integers(2, 5))
def test_every_example_is_judged_once_without_leakage(found: list[tuple[str, str]], count: int) -> None:
    examples = [Example(text, intent) for intent, text in found]
    judged_all: list[Example] = []
    for seen, judged in folds(examples, count):
        assert len(seen) + len(judged) == len(examples)
        assert not {e.text.lower() for e in seen} & {e.text.lower() for e in judged}
        judged_all += judged
    assert sorted(judged_all, key=str) == sorted(examples, key=str)
