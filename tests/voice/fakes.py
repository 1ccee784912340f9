"""Engines that need no model: a recognizer that hears a script and a synthesizer that speaks a tone."""

import math
import struct
from collections.abc import AsyncIterator, Sequence

from dialog.expectation import OPEN, Expectation
from voice.errors import EngineError, MediaError
from voice.recognizers.recognizer import Final, Partial, RecognizerCapabilities
from voice.synthesizers.synthesizer import SpeechStyle

WORD_MS = 200


class FakeRecognizer:
    """Every stream hears `script` from its beginning, one entry an utterance, whatever the audio says.

    A partial grows by a word every 200 ms of audio. After the script's end utterances are "". Audio is counted,
    so tests may look at `streams[i].pushed_ms` and `streams[i].expectations`. `die()` makes every stream fail
    the way a dead engine does.
    """

    def __init__(self, script: Sequence[str | Final] = ()) -> None:
        self.script = tuple(entry if isinstance(entry, Final) else _final(entry) for entry in script)
        self.streams: list[FakeRecognizerStream] = []
        self.started = False

    @property
    def capabilities(self) -> RecognizerCapabilities:
        return RecognizerCapabilities(
            rates_hz=(8000, 16000), languages=("en",), partials=True, grammars=True, word_times=False
        )

    async def start(self) -> None:
        self.started = True

    async def open(self, call_id: str, *, rate_hz: int, language: str) -> "FakeRecognizerStream":
        if not self.started:
            raise EngineError("the fake recognizer is not started")
        if rate_hz not in self.capabilities.rates_hz:
            raise MediaError(f"the fake recognizer does not take {rate_hz} Hz")
        stream = FakeRecognizerStream(call_id, self.script, rate_hz=rate_hz)
        self.streams.append(stream)
        return stream

    def die(self) -> None:
        """Every open stream fails from now on."""
        for stream in self.streams:
            stream.dead = True

    async def close(self) -> None:
        self.started = False
        self.die()


class FakeRecognizerStream:
    """One call's scripted ear."""

    def __init__(self, call_id: str, script: Sequence[Final], *, rate_hz: int) -> None:
        self.call_id = call_id
        self.rate_hz = rate_hz
        self.expectations: list[Expectation] = [OPEN]
        self.finals: list[Final] = []
        self.dead = False
        self.closed = False
        self._script = list(script)
        self._bytes = 0
        self._words_shown = 0

    @property
    def pushed_ms(self) -> int:
        """Audio of the utterance so far."""
        return self._bytes // 2 * 1000 // self.rate_hz

    def expect(self, expectation: Expectation) -> None:
        self.expectations.append(expectation)

    async def push(self, pcm: bytes) -> Sequence[Partial]:
        self._check()
        self._bytes += len(pcm)
        words = self._script[0].text.split() if self._script else []
        heard = min(len(words), self.pushed_ms // WORD_MS)
        if heard <= self._words_shown:
            return ()
        self._words_shown = heard
        return (Partial(" ".join(words[:heard]), len(" ".join(words[: heard - 1]))),)

    async def finish(self) -> Final:
        self._check()
        audio_ms = self.pushed_ms
        entry = self._script.pop(0) if self._script else _final("")
        self._reset()
        final = Final(
            text=entry.text,
            confidence=entry.confidence,
            nbest=entry.nbest,
            in_grammar=entry.in_grammar,
            words=entry.words,
            audio_ms=audio_ms,
        )
        self.finals.append(final)
        return final

    async def abandon(self) -> None:
        self._check()
        self._reset()

    async def close(self) -> None:
        self.closed = True
        self.dead = True

    def _reset(self) -> None:
        self._bytes = 0
        self._words_shown = 0

    def _check(self) -> None:
        if self.dead:
            raise EngineError("the fake recognizer died")


class FakeSynthesizer:
    """Speaks a 440 Hz tone of `char_ms` a character, in chunks of 20 ms; `spoken` lists what was begun.

    Texts in `failing` raise EngineError after the first chunk.
    """

    name = "fake"
    version = "1"

    def __init__(self, *, char_ms: int = 40, failing: Sequence[str] = ()) -> None:
        self.char_ms = char_ms
        self.failing = frozenset(failing)
        self.spoken: list[str] = []
        self.started = False

    async def start(self) -> None:
        self.started = True

    async def synthesize(self, text: str, *, style: SpeechStyle, rate_hz: int) -> AsyncIterator[bytes]:
        if not self.started:
            raise EngineError("the fake synthesizer is not started")
        self.spoken.append(text)
        samples = int(len(text.strip()) * self.char_ms * rate_hz / style.speed) // 1000
        step = rate_hz // 50
        for start in range(0, samples, step):
            yield _tone(start, min(step, samples - start), rate_hz=rate_hz)
            if text in self.failing:
                raise EngineError(f"the fake synthesizer failed on {text!r}")

    async def close(self) -> None:
        self.started = False


def _final(text: str) -> Final:
    return Final(text=text, confidence=0.9 if text else 0.0)


def _tone(start: int, count: int, *, rate_hz: int) -> bytes:
    phase = 2 * math.pi * 440 / rate_hz
    return struct.pack(f"<{count}h", *(int(8000 * math.sin(phase * (start + i))) for i in range(count)))
