"""What every synthesizer offers: text to a stream of PCM chunks."""

from collections.abc import AsyncIterator
from typing import Protocol

from msgspec import Struct


class SpeechStyle(Struct, frozen=True, kw_only=True):
    """How to say it. `speed` 1.0 is normal; `voice` and `emotion` are engine names, "" the default."""

    voice: str = ""
    speed: float = 1.0
    emotion: str = ""
    language: str = "en"


class Synthesizer(Protocol):
    """A shared engine. Chunks are PCM16 little-endian mono at `rate_hz`, any length, in order."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str:
        """Changes when the same text would sound different; part of the prompt cache's key."""

    async def start(self) -> None:
        """Loads and warms. Raises EngineError."""

    def synthesize(self, text: str, *, style: SpeechStyle, rate_hz: int) -> AsyncIterator[bytes]:
        """Speaks `text`; closing the iterator early stops the work. Raises EngineError."""

    async def close(self) -> None:
        """Frees everything; idempotent."""
