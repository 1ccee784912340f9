"""What was said and what was meant: the frozen values that travel from ear to dialogue."""

from typing import Literal

from msgspec import Struct

SentimentLabel = Literal["negative", "neutral", "positive"]


class Hypothesis(Struct, frozen=True):
    """One reading of an utterance; `score` is a probability-like weight, best first sums to at most 1."""

    text: str
    score: float


class Utterance(Struct, frozen=True, kw_only=True):
    """What a recognizer heard, or what somebody typed.

    `confidence` (0..1) is 1.0 for typed text. `nbest` holds alternatives, `text` not repeated.
    `language` is a BCP 47 tag.
    """

    text: str
    nbest: tuple[Hypothesis, ...] = ()
    confidence: float = 1.0
    language: str = "en"


class Entity(Struct, frozen=True, kw_only=True):
    """A span of the utterance with its meaning.

    `start`/`end` are character offsets into `Utterance.text` (end exclusive). `value` is the typed value as
    plain JSON: money is `{"amount": "50.00", "currency": "GBP"}` with a decimal string, dates are ISO 8601,
    digit strings stay strings. `role` and `group` as in Rasa 3.
    """

    name: str
    text: str
    start: int
    end: int
    value: object = None
    confidence: float = 1.0
    role: str | None = None
    group: str | None = None


class IntentScore(Struct, frozen=True):
    """An intent's name with its calibrated probability."""

    name: str
    probability: float


class Sentiment(Struct, frozen=True):
    """`score` runs from -1 (very negative) to 1 (very positive), `intensity` from 0 (none) to 1; see nlu/mood.py."""

    label: SentimentLabel = "neutral"
    score: float = 0.0
    intensity: float = 0.0


class Understanding(Struct, frozen=True, kw_only=True):
    """The meaning of one utterance.

    `intents` are ranked, best first; their probabilities are calibrated and sum to at most 1. Empty for a model of
    data without intents.
    `out_of_scope` (0..1) is how sure the model is that no intent of the pack fits.
    """

    utterance: Utterance
    intents: tuple[IntentScore, ...]
    entities: tuple[Entity, ...] = ()
    sentiment: Sentiment = Sentiment()
    out_of_scope: float = 0.0

    @property
    def intent(self) -> IntentScore:
        """The best intent; "" with probability 0 when there are none."""
        return self.intents[0] if self.intents else IntentScore("", 0.0)
