"""What a recognizer makes of what a simulated caller says."""

from itertools import groupby
from random import Random

from dialog.expectation import Expectation
from nlu.training.recognition_noise import RecognitionNoise
from nlu.understanding import Utterance

_SOUND_ALIKE_DIGITS = {
    "zero": ("oh", "four"), "oh": ("four", "zero"), "one": ("nine", "four"), "two": ("eight", "zero"),
    "three": ("eight", "six"), "four": ("oh", "five"), "five": ("nine", "four"), "six": ("eight", "three"),
    "seven": ("six", "one"), "eight": ("two", "three"), "nine": ("five", "one"),
}  # fmt: skip
DIGIT_ERRORS = 0.5
"""A digits grammar makes about half the errors of open speech at the same noise (docs/benchmarks.md)."""


class Channel:
    """Mishears at a word error rate of `wer` (0..1); seeded.

    Confidence says little about what is right, as measured with PocketSphinx.
    """

    def __init__(self, *, wer: float, seed: int) -> None:
        self._wer = wer
        self._draw = Random(f"channel {seed}")
        self._noise = RecognitionNoise(seed=seed, wer=wer)

    def hear(self, text: str, expect: Expectation) -> Utterance:
        """While digits are expected the recognizer knows nothing but digits."""
        if self._wer <= 0:
            return Utterance(text=text, confidence=0.9)
        heard = self._around_digits(text) if expect.kind == "digits" else self._noise.corrupt(text)
        low, high = (0.5, 0.95) if heard == text else (0.35, 0.9)
        return Utterance(text=heard, confidence=round(self._draw.uniform(low, high), 3))

    def _around_digits(self, text: str) -> str:
        """Digits become other digits or get lost; the words around them suffer as all words do."""
        heard: list[str] = []
        for spoken, group in groupby(text.split(), key=_SOUND_ALIKE_DIGITS.__contains__):
            words = list(group)
            heard += self._digits(words) if spoken else [self._noise.corrupt(" ".join(words))]
        return " ".join(word for word in heard if word)

    def _digits(self, words: list[str]) -> list[str]:
        heard = []
        for word in words:
            chance = self._draw.random() / DIGIT_ERRORS
            if chance < self._wer * 0.7:
                heard.append(self._draw.choice(_SOUND_ALIKE_DIGITS[word]))
            elif chance >= self._wer:
                heard.append(word)
        return heard
