"""What every recognizer offers: streams that take audio and give partials and finals.

VAD and end of turn are decided outside (voice/ear). All methods of a stream are called from one task, in the
order open -> expect* -> push* -> finish | abandon -> expect* -> ... -> close.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from dialog.expectation import Expectation
from nlu.understanding import Hypothesis


class Word(Struct, frozen=True):
    """A recognized word; times count from the first pushed sample of the utterance."""

    text: str
    start_ms: int
    end_ms: int


class Partial(Struct, frozen=True):
    """What is heard so far; the first `stable` characters of `text` will not change."""

    text: str
    stable: int = 0


class Final(Struct, frozen=True, kw_only=True):
    """The recognition of one utterance.

    `text` is lower case without punctuation, "" when nothing was said. `confidence` (0..1) is calibrated per
    engine. `in_grammar` tells that the expectation's own search (digits, yes/no ...) accepted it.
    """

    text: str
    confidence: float
    nbest: tuple[Hypothesis, ...] = ()
    in_grammar: bool = False
    words: tuple[Word, ...] = ()
    audio_ms: int = 0


class RecognizerCapabilities(Struct, frozen=True, kw_only=True):
    """What an engine can do; callers adapt instead of guessing."""

    rates_hz: tuple[int, ...]
    languages: tuple[str, ...]
    partials: bool
    grammars: bool
    word_times: bool


class RecognizerStream(Protocol):
    """One call's ear into a shared recognizer. Audio is PCM16 little-endian mono at the opened rate."""

    def expect(self, expectation: Expectation) -> None:
        """Says what is likely to be heard; takes effect at the next utterance."""

    async def push(self, pcm: bytes) -> Sequence[Partial]:
        """Feeds audio of any length; returns the partials that became known, often none.

        Raises EngineError when the engine died: the stream is dead, the recognizer may be opened again.
        """

    async def finish(self) -> Final:
        """Ends the utterance; the next push begins another."""

    async def abandon(self) -> None:
        """Drops the utterance without a result."""

    async def close(self) -> None:
        """Releases everything; idempotent."""


class Recognizer(Protocol):
    """A shared engine."""

    @property
    def capabilities(self) -> RecognizerCapabilities: ...

    async def start(self) -> None:
        """Loads models and warms them; afterwards `open` is quick. Raises EngineError."""

    async def open(self, call_id: str, *, rate_hz: int, language: str) -> RecognizerStream:
        """A stream for one call. Raises EngineError, MediaError (rate) or OverloadedError."""

    async def close(self) -> None:
        """Stops workers, frees models; idempotent. Open streams die."""
