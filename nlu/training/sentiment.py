"""Training data for the sentiment head."""

from collections.abc import Iterator
from pathlib import Path

from nlu.locations import configs_root
from nlu.settings import Settings, load_settings
from nlu.understanding import SentimentLabel


class SentimentData(Settings, frozen=True):
    """Utterances by label, as a recognizer writes them."""

    negative: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()

    def pairs(self) -> Iterator[tuple[SentimentLabel, str]]:
        """Every utterance with its label."""
        yield from (("negative", text) for text in self.negative)
        yield from (("neutral", text) for text in self.neutral)
        yield from (("positive", text) for text in self.positive)


def sentiment_path() -> Path:
    """The file that ships with Kefu."""
    return configs_root() / "nlu" / "sentiment.yaml"


def read_sentiment(path: Path) -> SentimentData:
    """Raises SettingsError with file:line."""
    return load_settings(path, SentimentData)
