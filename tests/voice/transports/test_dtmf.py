"""Keys to entries."""

from hypothesis import given
from hypothesis import strategies as st

from dialog.expectation import OPEN, Expectation
from voice.transports.dtmf import KeypadEntry, entry_length

CODE = Expectation(kind="digits", length=6)


def test_the_sixth_key_completes_a_code() -> None:
    entry = KeypadEntry()
    assert [entry.press(key, CODE) for key in "427196"] == [None] * 5 + ["427196"]
    assert not entry.pending


def test_hash_and_pause_complete_what_there_is() -> None:
    entry = KeypadEntry()
    assert [entry.press(key, OPEN) for key in "50#"] == [None, None, "50"]
    entry.press("1", OPEN)
    assert entry.pause() == "1"
    assert entry.pause() is None
    assert entry.press("#", OPEN) is None


def test_one_key_answers_a_choice() -> None:
    assert entry_length(Expectation(kind="yes_no")) == 1
    assert KeypadEntry().press("2", Expectation(kind="choice", phrases=("a", "b"))) == "2"


@given(st.text("0123456789*#", max_size=40), st.integers(1, 8))
def test_no_key_is_lost(keys: str, length: int) -> None:
    entry = KeypadEntry()
    expected = Expectation(kind="digits", length=length)
    entries = [done for key in keys if (done := entry.press(key, expected)) is not None]
    entries.append(entry.pause() or "")
    assert "".join(entries) == keys.replace("#", "")
    assert all(len(done) <= length for done in entries)
