import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.recognizers.ngram import END, START, TrigramModel, count

WORDS = ("my", "card", "is", "lost")
PRIOR = {**dict.fromkeys(WORDS, 0.225), END: 0.1}

sentences = st.lists(st.tuples(st.lists(st.sampled_from(WORDS), max_size=5).map(tuple), st.floats(0.05, 3)), max_size=8)


@given(sentences, st.sampled_from(((), ("my",), (START,), (START, "my"), ("my", "card"), ("never", "seen"))))
def test_probabilities_sum_to_one_behind_any_context(
    data: list[tuple[tuple[str, ...], float]], context: tuple[str, ...]
) -> None:
    model = TrigramModel(count(data), PRIOR)
    assert sum(model.probability(word, context) for word in PRIOR) == pytest.approx(1)


def test_what_was_seen_is_likelier_and_lowers_perplexity() -> None:
    seen = ("my", "card", "is", "lost")
    model = TrigramModel(count([(seen, 1.0)]), PRIOR)
    assert model.probability("card", (START, "my")) > 0.5
    assert model.probability("lost", (START, "my")) < 0.2
    assert model.perplexity([seen]) < model.perplexity([("lost", "is", "card", "my")])


def test_arpa_lists_what_it_counts() -> None:
    text = TrigramModel(count([(("my", "card"), 1.0)]), PRIOR).arpa()
    for length, title in enumerate(("\\1-grams:", "\\2-grams:", "\\3-grams:"), 1):
        body = text.split(title + "\n")[1].split("\n\n")[0].split("\n")
        assert f"ngram {length}={len(body)}" in text
    assert text.endswith("\\end\\\n")
