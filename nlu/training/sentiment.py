"""Training data for the sentiment head: sentences in seven grades, by trade."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from nlu.locations import configs_root
from nlu.settings import Settings, load_settings
from nlu.understanding import SentimentLabel

Grade = Literal["none", "mild", "plain", "strong"]

TURNS = 4
"""In one of so many epochs a mild sentence is shown as neutral: see `SentimentData.shown`."""


class Graded(Settings, frozen=True):
    """Utterances by label and grade, as a recognizer writes them."""

    strongly_negative: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    mildly_negative: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    mildly_positive: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    strongly_positive: tuple[str, ...] = ()

    def sentences(self) -> Iterator[tuple[SentimentLabel, Grade, str]]:
        """Every utterance of these lists with its label and grade."""
        groups: tuple[tuple[SentimentLabel, Grade, tuple[str, ...]], ...] = (
            ("negative", "strong", self.strongly_negative),
            ("negative", "plain", self.negative),
            ("negative", "mild", self.mildly_negative),
            ("neutral", "none", self.neutral),
            ("positive", "mild", self.mildly_positive),
            ("positive", "plain", self.positive),
            ("positive", "strong", self.strongly_positive),
        )
        for label, grade, texts in groups:
            yield from ((label, grade, text) for text in texts)


class SentimentData(Graded, frozen=True):
    """What any caller says, and what is said in one trade only."""

    trades: Mapping[str, Graded] = {}

    def graded(self) -> Iterator[tuple[SentimentLabel, Grade, str]]:
        """Every utterance, those of the trades too."""
        yield from self.sentences()
        for trade in self.trades.values():
            yield from trade.sentences()

    def pairs(self) -> Iterator[tuple[SentimentLabel, str]]:
        """Every utterance with its label."""
        yield from ((label, text) for label, _, text in self.graded())

    def shown(self, epoch: int) -> list[tuple[SentimentLabel, str]]:
        """Every utterance with the label it has in this epoch.

        Mild ones take turns at being neutral, so that over the epochs the model learns a probability between the two:
        a soft label (Szegedy et al. 2016) without a loss of its own. It is what makes the intensity graded.
        """
        return [
            ("neutral" if grade == "mild" and (place + epoch) % TURNS == 0 else label, text)
            for place, (label, grade, text) in enumerate(self.graded())
        ]


def sentiment_path() -> Path:
    """The file that ships with Kefu."""
    return configs_root() / "nlu" / "sentiment.yaml"


def read_sentiment(path: Path) -> SentimentData:
    """Raises SettingsError with file:line."""
    return load_settings(path, SentimentData)
