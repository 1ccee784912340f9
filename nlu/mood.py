"""How a caller feels: one utterance's sentiment from the model's probabilities, smoothed over the call. Pure."""

import math
from collections.abc import Sequence

from msgspec import Struct

from nlu.understanding import Sentiment, SentimentLabel

LABELS: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")
"""In the order of the model's output."""

TEMPERATURE = 1.3
"""The model's sentiment logits are divided by this: trained on all trades but one it was that much too sure of itself
in the one left out (Guo et al. 2017; figures in docs/nlu.md)."""

_NEUTRAL_MORE = 2.7
"""Two of five training sentences are neutral, in calls far more are: the odds of neutral are raised so much, as if two
of three were (prior correction: Saerens et al. 2002). More would lose too many callers who complain politely."""

_INTENSITY_SLOPE, _INTENSITY_SHIFT = 0.43, -0.72
"""Of the intensity over the log odds of feeling: fitted on the same sentences to 0 (neutral), 0.4 (mild), 0.7 (plain)
and 1 (strong), which the data file's grades stand for."""

HALF_LIFE_MS = 90_000
"""After so long an utterance counts half as much: a caller calms down over a minute or two, not at once."""

_PRIOR = 0.5
"""A call begins as if half an utterance without feeling had been heard, so that one word does not colour it."""

_LEAST = 1e-9
"""Probabilities below count as this."""

_PLAIN = 0.3
"""The weight of an utterance without feeling: "yes" and "four two" say little about the mood they are said in."""


class Mood(Struct, frozen=True, kw_only=True):
    """A caller's mood so far.

    `score` runs from -1 (very negative) to 1 (very positive), `intensity` from 0 to 1; both are weighted means over
    the utterances. `weight` is what they weigh at `at_ms`, the time of the last one.
    """

    score: float = 0.0
    intensity: float = 0.0
    weight: float = _PRIOR
    at_ms: int = 0

    @property
    def label(self) -> SentimentLabel:
        """Neutral up to a third of either side."""
        if abs(self.score) < 1 / 3:
            return "neutral"
        return "positive" if self.score > 0 else "negative"


AT_FIRST = Mood()
"""Before anything was said."""


def sentiment_of(probabilities: Sequence[float]) -> Sentiment:
    """One utterance's sentiment from the calibrated probabilities of LABELS.

    The score is P(positive) - P(negative), after neutral got its due in calls (_NEUTRAL_MORE). The intensity is how
    strong the feeling is, 0 to 1 as in Mohammad and Bravo-Marquez 2017, "WASSA-2017 Shared Task on Emotion Intensity":
    a logistic curve over the log odds of the stronger feeling against neutral. It tells strong words from mild ones
    better than chance, not better than people: docs/nlu.md has the figures.
    """
    negative, neutral, positive = (float(value) for value in probabilities)
    odds = math.log(max(negative, positive, _LEAST)) - math.log(max(neutral, _LEAST))
    intensity = 1.0 / (1.0 + math.exp(-(_INTENSITY_SLOPE * odds + _INTENSITY_SHIFT)))
    total = negative + _NEUTRAL_MORE * neutral + positive
    shares = (negative / total, _NEUTRAL_MORE * neutral / total, positive / total)
    best = max(range(3), key=lambda index: shares[index])
    return Sentiment(label=LABELS[best], score=shares[2] - shares[0], intensity=intensity)


def smooth(mood: Mood, sentiment: Sentiment, *, at_ms: int, half_life_ms: int = HALF_LIFE_MS) -> Mood:
    """The mood after one more utterance at `at_ms`, in the time of `mood.at_ms`.

    Exponential smoothing for irregular times (Wright 1986, "Forecasting Data Published at Irregular Time Intervals
    Using an Extension of Holt's Method"): a mean whose weights halve every `half_life_ms`. Silence changes nothing but
    how much the next utterance counts. An earlier `at_ms` counts as the same moment.
    """
    waited_ms = max(0, at_ms - mood.at_ms)
    before = mood.weight * 0.5 ** (waited_ms / half_life_ms)
    said = _PLAIN + (1.0 - _PLAIN) * abs(sentiment.score)
    weight = before + said
    return Mood(
        score=(mood.score * before + sentiment.score * said) / weight,
        intensity=(mood.intensity * before + sentiment.intensity * said) / weight,
        weight=weight,
        at_ms=mood.at_ms + waited_ms,
    )
