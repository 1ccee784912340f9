"""What was heard of an interrupted reply."""

from hypothesis import given
from hypothesis import strategies as st

from voice.playback import heard_text

SENTENCES = [("one two three four", 2000.0), ("five six", 1000.0)]


def test_whole_words_by_pace() -> None:
    assert heard_text(SENTENCES, 0) == ""
    assert heard_text(SENTENCES, 1000) == "one two"
    assert heard_text(SENTENCES, 2500) == "one two three four five"
    assert heard_text(SENTENCES, 9999) == "one two three four five six"


@given(st.lists(st.tuples(st.text("ab ", max_size=20), st.floats(0, 5000))), st.floats(-10, 20000))
def test_heard_is_a_prefix(sentences: list[tuple[str, float]], played_ms: float) -> None:
    words = " ".join(text for text, _ in sentences).split()
    heard = heard_text(sentences, played_ms).split()
    assert heard == words[: len(heard)] or played_ms > 0
