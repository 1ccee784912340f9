"""When a caller's turn begins and ends: a pure state machine over voice probabilities, one window at a time.

    state     window    goes to    when                                   says
    QUIET     voiced    STARTING
    STARTING  voiced    SPEAKING   voiced for start_ms                    started
    STARTING  silent    QUIET      silent for _FLICKER_MS
    SPEAKING  silent    TRAILING
    TRAILING  voiced    SPEAKING
    TRAILING  silent    QUIET      silent for the patience of the moment  ended
    SPEAKING  voiced    QUIET      the turn lasts LONGEST_TURN_MS         ended

Patience follows what is expected and what has been heard so far (see `patience`).
"""

from enum import Enum
from typing import Literal

from msgspec import Struct

from dialog.expectation import Expectation

LONGEST_TURN_MS = 30_000
# Probability that makes silence speech, and the lower one that keeps speech going.
_VOICED_ABOVE = 0.5
_STILL_VOICED_ABOVE = 0.35
_FLICKER_MS = 64
_DIGIT_WORDS = frozenset("zero oh one two three four five six seven eight nine".split())
_MULTIPLIERS = {"double": 1, "triple": 2}
_YES_NO = frozenset("yes yeah yep yup sure correct right okay ok no nope nah wrong".split())
_CURRENCY = frozenset("pounds pound pence quid dollars dollar cents euros euro p".split())
# Words a sentence does not end with: the caller is still looking for the rest.
_UNFINISHED = frozenset(
    "um uh er erm hmm and or but so to the a an my your of from for with at is i i'd i'm because if like can could"
    " would want need".split()
)


class Patience(Struct, frozen=True, kw_only=True):
    """Silence, in ms, after which a turn is over."""

    open_ms: int
    complete_ms: int
    patient_ms: int


class State(Enum):
    QUIET = "quiet"
    STARTING = "starting"
    SPEAKING = "speaking"
    TRAILING = "trailing"


class Started(Struct, frozen=True):
    """The caller has been speaking for `voiced_ms`."""

    voiced_ms: int


class Ended(Struct, frozen=True):
    """The turn is over. `silence_ms` passed since the last voiced window; `voiced_ms` is the turn's voice."""

    reason: Literal["complete", "silence", "patience", "too_long"]
    silence_ms: int
    voiced_ms: int


Reason = Literal["complete", "silence", "patience"]


def digits_in(words: list[str]) -> int:
    """How many digits `words` spell: `double four` counts two."""
    count, extra = 0, 0
    for word in words:
        if word in _MULTIPLIERS:
            extra = _MULTIPLIERS[word]
        elif word in _DIGIT_WORDS or (word.isdigit() and len(word) == 1):
            count, extra = count + 1 + extra, 0
    return count


def patience(heard: str, expected: Expectation, of: Patience) -> tuple[int, Reason]:
    """How much silence ends the turn now, given the partial transcript, and why."""
    words = heard.lower().split()
    if not words:
        return of.open_ms, "silence"
    if expected.kind == "digits":
        digits = digits_in(words)
        if digits and expected.length:
            return (of.complete_ms, "complete") if digits >= expected.length else (of.patient_ms, "patience")
        if digits:
            return of.patient_ms, "patience"
    if words[-1] in _UNFINISHED:
        return of.patient_ms, "patience"
    if expected.kind == "yes_no" and words[0] in _YES_NO and len(words) <= 3:
        return of.complete_ms, "complete"
    if expected.kind == "amount" and words[-1] in _CURRENCY:
        return of.complete_ms, "complete"
    return of.open_ms, "silence"


class Endpointer:
    """Feed it every window of a call; it says when turns start and end."""

    def __init__(self, *, start_ms: int, window_ms: int, of: Patience) -> None:
        self._start_ms = start_ms
        self._window_ms = window_ms
        self._of = of
        self.state = State.QUIET
        self._voiced_ms = self._silent_ms = self._turn_ms = 0

    @property
    def in_turn(self) -> bool:
        """Whether the caller's turn is under way."""
        return self.state in (State.SPEAKING, State.TRAILING)

    @property
    def voiced_ms(self) -> int:
        """Voice of this turn so far."""
        return self._voiced_ms

    @property
    def silent_ms(self) -> int:
        """Silence since the last voiced window of this turn."""
        return self._silent_ms

    def window(self, probability: float, *, heard: str, expected: Expectation) -> Started | Ended | None:
        """Takes the next window; `heard` is the partial transcript so far."""
        if self.state is State.QUIET:
            return self._quiet(probability)
        self._turn_ms += self._window_ms
        if probability > _STILL_VOICED_ABOVE:
            return self._voiced()
        self._silent_ms += self._window_ms
        if self.state is State.STARTING:
            if self._silent_ms >= _FLICKER_MS:
                self._to_quiet()
            return None
        self.state = State.TRAILING
        needed_ms, reason = patience(heard, expected, self._of)
        return self._ended(reason) if self._silent_ms >= needed_ms else None

    def _quiet(self, probability: float) -> Started | None:
        if probability <= _VOICED_ABOVE:
            return None
        self.state = State.STARTING
        self._voiced_ms = self._turn_ms = self._window_ms
        return self._begin_when_due()

    def _voiced(self) -> Started | Ended | None:
        self._voiced_ms += self._window_ms
        self._silent_ms = 0
        if self.state is State.STARTING:
            return self._begin_when_due()
        self.state = State.SPEAKING
        return self._ended("too_long") if self._turn_ms >= LONGEST_TURN_MS else None

    def _begin_when_due(self) -> Started | None:
        if self._voiced_ms < self._start_ms:
            return None
        self.state = State.SPEAKING
        return Started(self._voiced_ms)

    def _ended(self, reason: Literal["complete", "silence", "patience", "too_long"]) -> Ended:
        ended = Ended(reason, self._silent_ms, self._voiced_ms)
        self._to_quiet()
        return ended

    def _to_quiet(self) -> None:
        self.state = State.QUIET
        self._voiced_ms = self._silent_ms = self._turn_ms = 0
