"""Whether a grammar's reading of an utterance is believed over the language model's; pure.

A grammar maps whatever it hears onto its own words, so its text alone proves nothing. Both searches hear the
same audio: the language model knows the grammar's words too, so when the caller did answer as expected, its
text consists of them and its acoustic score is hardly better.
"""

from collections.abc import Sequence

from dialog.expectation import ExpectationKind
from voice.recognizers.grammar import DIGIT_ANSWERS, NO_ANSWERS, YES_ANSWERS

# Acoustic log score of the grammar less that of the language model, per frame of speech. Measured on flite
# voices: right answers lie above -0.0048 (95% above -0.0016 for digits), other speech is spread below -0.0005.
LOWEST_MARGIN = -0.005
CLOSE_MARGIN = -0.0012
SHORT_MARGIN = -0.0027

# What the language model makes of a digit that it did not expect.
_DIGIT_WORDS = frozenset((*DIGIT_ANSWERS, "double", "triple", "to", "too", "for", "ate", "won"))
_FIRST_WORDS = frozenset(phrase.split()[0] for phrase in (*YES_ANSWERS, *NO_ANSWERS))
_NEGATIVE = frozenset(
    ("no", "nope", "nah", "not", "don't", "never", "wrong", "incorrect", "isn't", "nothing", "cannot", "can't")
)
_TURNING = frozenset(("cancel", "stop", "agent", "operator", "repeat", "help", "wait", "person"))
_MOST_SHARED, _MUCH_SHARED = 0.65, 0.4


def believed(
    strict: Sequence[str], free: Sequence[str], *, margin: float, kind: ExpectationKind, grammar: frozenset[str]
) -> bool:
    """Words by the grammar and by the language model; `margin` as above; `grammar` is the grammar's vocabulary."""
    if not strict or margin < LOWEST_MARGIN:
        return False
    if tuple(strict) == tuple(free):
        return True
    if kind == "digits":
        if not any(word in DIGIT_ANSWERS for word in strict):
            # An escape such as "cancel" has to be heard by both.
            return False
        shared = _share(free, _DIGIT_WORDS)
    elif _turns(strict) != _turns(free):
        return False
    else:
        shared = _share(free, grammar)
    if shared >= _MOST_SHARED or (shared >= _MUCH_SHARED and margin >= CLOSE_MARGIN and len(strict) > 1):
        return _as_many(strict, free)
    return kind == "yes_no" and _short_answer(strict, free, margin)


def _short_answer(strict: Sequence[str], free: Sequence[str], margin: float) -> bool:
    """ "Sure" heard as "share", or "no thanks" as "no soon few": one syllable is too little for the model."""
    if margin < SHORT_MARGIN or len(free) > len(strict) + 2:
        return False
    begins_alike = bool(free) and free[0] in _FIRST_WORDS and free[0] == strict[0]
    return begins_alike or (len(free) <= 1 and len(strict) == 1)


def _turns(words: Sequence[str]) -> frozenset[str]:
    """What a mishearing must not add or drop: "absolutely not" is no yes, "please cancel this" no answer at all."""
    negative = frozenset(("no",)) if any(word in _NEGATIVE for word in words) else frozenset()
    return negative | _TURNING.intersection(words)


def _as_many(strict: Sequence[str], free: Sequence[str]) -> bool:
    return abs(len(strict) - len(free)) <= max(1, len(strict) // 3)


def _share(words: Sequence[str], vocabulary: frozenset[str]) -> float:
    return sum(word in vocabulary for word in words) / len(words) if words else 0.0
