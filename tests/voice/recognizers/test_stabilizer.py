from hypothesis import given
from hypothesis import strategies as st

from voice.recognizers.stabilizer import Stabilizer

texts = st.lists(st.lists(st.sampled_from(("a", "b", "card", "car")), max_size=6).map(" ".join), max_size=30)


@given(texts)
def test_what_was_stable_stays_in_front(hypotheses: list[str]) -> None:
    stabilizer = Stabilizer()
    stable = ""
    for text in hypotheses:
        partial = stabilizer.hear(text)
        if partial is not None:
            assert partial.text.startswith(stable)
            assert 0 <= partial.stable <= len(partial.text)
            stable = partial.text[: partial.stable]


def test_a_word_is_stable_after_three_agreements_and_never_the_last_one() -> None:
    stabilizer = Stabilizer()
    shown = [stabilizer.hear(text) for text in ("i", "i lost", "i lost my", "i lost my car", "i lost my card")]
    assert [partial.text[: partial.stable] for partial in shown if partial] == ["", "", "i", "i lost", "i lost my"]


def test_nothing_new_is_not_repeated() -> None:
    stabilizer = Stabilizer(agreements=2)
    assert stabilizer.hear("") is None
    assert stabilizer.hear("hello") is not None
    assert stabilizer.hear("hello") is None
