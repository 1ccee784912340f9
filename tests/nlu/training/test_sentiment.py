"""The sentiment data: what ships is sound; mild sentences take turns at being neutral."""

import re
from collections import Counter
from pathlib import Path

import pytest

from nlu.errors import SettingsError
from nlu.training.sentiment import TURNS, Graded, SentimentData, read_sentiment, sentiment_path


def test_what_ships_is_as_a_recognizer_writes_and_said_once() -> None:
    data = read_sentiment(sentiment_path())
    texts = [text for _, text in data.pairs()]
    assert not [text for text in texts if not re.fullmatch(r"[a-z' ]+", text)]
    assert not [text for text, count in Counter(texts).items() if count > 1]
    assert min(Counter(label for label, _ in data.pairs()).values()) > 150
    for trade in data.trades.values():
        assert {label for label, _, _ in trade.sentences()} == {"negative", "neutral", "positive"}


def test_mild_sentences_are_neutral_in_one_of_several_epochs() -> None:
    data = SentimentData(
        negative=("i am unhappy",), trades={"shop": Graded(mildly_negative=("a bit late",), neutral=("where is it",))}
    )
    labels = [{text: label for label, text in data.shown(epoch)} for epoch in range(TURNS)]
    assert Counter(one["a bit late"] for one in labels) == {"negative": TURNS - 1, "neutral": 1}
    assert {one["i am unhappy"] for one in labels} == {"negative"}
    assert {text: label for label, text in data.pairs()}["a bit late"] == "negative"


def test_an_unknown_grade_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sentiment.yaml"
    path.write_text("negative: [never]\ntrades:\n  shop:\n    furious: [never]\n")
    with pytest.raises(SettingsError, match=r"sentiment.yaml:2 trades.furious: unknown key"):
        read_sentiment(path)
