"""Cleaning and cutting of turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.preparation.cleaning import clean, has_words
from nlu.preparation.segmentation import segment


def spoilt(text: str, times: int = 1) -> str:
    """What UTF-8 becomes when it is taken for Windows-1252, once or more."""
    for _ in range(times):
        text = text.encode().decode("cp1252")
    return text


@pytest.mark.parametrize(
    ("raw", "said", "repairs"),
    [
        ("hello  there\n", "hello there", ()),
        (spoilt("the café’s card"), "the café's card", ("encoding",)),
        (spoilt("£50 please", 2), "£50 please", ("encoding",)),
        ("<p>I&#39;ve <b>lost</b> it</p><script>x()</script>", "I've lost it", ("markup",)),
        ("one<br>two<br/>three", "one two three", ("markup",)),
        ("pay &pound;50 &amp; go", "pay £50 & go", ("markup",)),
        ("i <3 this & a < b", "i <3 this & a < b", ()),
        ("zero\u200bwidth \x07bell", "zerowidth bell", ("control characters",)),
        ("[inaudible] my card (laughs) is gone", "my card is gone", ("transcriber's marks",)),
        ("my card is gone\n\nSent from my iPhone", "my card is gone", ("transcriber's marks",)),
        ("一千二百块，谢谢", "一千二百块，谢谢", ()),
        ("it’s", "it's", ()),
    ],
)
def test_what_was_said(raw: str, said: str, repairs: tuple[str, ...]) -> None:
    assert clean(raw) == (said, repairs, False)


@pytest.mark.parametrize(
    "text",
    [
        "*** Bob has left the chat ***",
        "Chat ended",
        "This call may be recorded for training.",
        "You are now connected with Maya",
        "<Media omitted>",
        "Sent from my iPhone",
        "Agent Maya joined the conversation.",
        "Your call has been transferred to billing",
    ],
)
def test_notices(text: str) -> None:
    assert clean(text).system or not clean(text).text


@pytest.mark.parametrize(
    "text", ["i want to end the call", "my call was very long", "the agent left me waiting", "start a chat with maya"]
)
def test_what_is_no_notice(text: str) -> None:
    assert not clean(text).system


@given(st.text())
def test_any_text_is_cleaned_and_stays_clean(text: str) -> None:
    once = clean(text).text
    assert "  " not in once
    assert once == once.strip()
    assert all(sign.isprintable() for sign in once)


def test_words() -> None:
    assert has_words("a")
    assert has_words("一")
    assert not has_words("??? ***** !")


def test_long_turns_are_cut_into_sentences() -> None:
    short = "hello. i lost my card. can you help?"
    assert segment(short) == (short,)
    long = "Hi there. I lost my card on the train to Mr. Smith's house. Can you block it for me please? Thanks!"
    assert segment(long) == (
        "Hi there. I lost my card on the train to Mr. Smith's house.",
        "Can you block it for me please? Thanks!",
    )
    assert segment("我的卡丢了。" * 10, language="zh-CN") == ("我的卡丢了。",) * 10


@given(st.lists(st.sampled_from(["Hi.", "I lost it", "ok!", "what now?", "a b c d e f."]), min_size=1, max_size=12))
def test_nothing_is_lost_by_cutting(parts: list[str]) -> None:
    assert " ".join(segment(" ".join(parts))).split() == " ".join(parts).split()
