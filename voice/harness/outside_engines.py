"""Engines that tell a virtual-time loop when they work outside of it.

A recognizer answers from worker processes, a synthesizer and a store from their own threads; the loop can't see any
of them. What is awaited here never waits for the loop's timers, which `outside_work` demands.

Partials come when the recognizer has them, not when audio is pushed, and the ear ends turns by them. So audio is
pushed no faster than `PACE` times real time: a recognizer that keeps up with that gives its partials in the same
places as in a real call. On a machine too busy for it a turn may end some 100 ms later; nothing else changes.
"""

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

from dialog.expectation import Expectation
from dialog.store import Store
from voice.call import Shared
from voice.harness.virtual_time import VirtualTimeLoop, outside_work
from voice.recognizers.recognizer import Final, Partial, Recognizer, RecognizerCapabilities, RecognizerStream
from voice.synthesizers.synthesizer import SpeechStyle, Synthesizer

PACE = 5.0


def announced(shared: Shared) -> Shared:
    """The same engines, each announcing its outside work."""
    answerers = {
        name: dataclasses.replace(answerer, recognizer=AnnouncedRecognizer(answerer.recognizer))
        for name, answerer in shared.answerers.items()
    }
    return dataclasses.replace(
        shared,
        answerers=answerers,
        synthesizer=AnnouncedSynthesizer(shared.synthesizer),
        store=cast(Store, _Announced(shared.store)),
    )


class AnnouncedRecognizer:
    """A `Recognizer` around another."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer

    @property
    def capabilities(self) -> RecognizerCapabilities:
        return self._recognizer.capabilities

    async def start(self) -> None:
        with outside_work():
            await self._recognizer.start()

    async def open(self, call_id: str, *, rate_hz: int, language: str) -> RecognizerStream:
        with outside_work():
            stream = await self._recognizer.open(call_id, rate_hz=rate_hz, language=language)
        return _AnnouncedStream(stream, rate_hz=rate_hz)

    async def close(self) -> None:
        with outside_work():
            await self._recognizer.close()


class _AnnouncedStream:
    def __init__(self, stream: RecognizerStream, *, rate_hz: int) -> None:
        self._stream = stream
        self._bytes_per_s = 2 * rate_hz * PACE

    def expect(self, expectation: Expectation) -> None:
        self._stream.expect(expectation)

    async def push(self, pcm: bytes) -> Sequence[Partial]:
        loop = asyncio.get_running_loop()
        with outside_work():
            if isinstance(loop, VirtualTimeLoop):
                await loop.run_in_executor(None, time.sleep, len(pcm) / self._bytes_per_s)
            return await self._stream.push(pcm)

    async def finish(self) -> Final:
        with outside_work():
            return await self._stream.finish()

    async def abandon(self) -> None:
        with outside_work():
            await self._stream.abandon()

    async def close(self) -> None:
        with outside_work():
            await self._stream.close()


class AnnouncedSynthesizer:
    """A `Synthesizer` around another."""

    def __init__(self, synthesizer: Synthesizer) -> None:
        self._synthesizer = synthesizer

    @property
    def name(self) -> str:
        return self._synthesizer.name

    @property
    def version(self) -> str:
        return self._synthesizer.version

    async def start(self) -> None:
        with outside_work():
            await self._synthesizer.start()

    async def synthesize(self, text: str, *, style: SpeechStyle, rate_hz: int) -> AsyncIterator[bytes]:
        chunks = self._synthesizer.synthesize(text, style=style, rate_hz=rate_hz)
        try:
            while True:
                with outside_work():
                    chunk = await anext(chunks, None)
                if chunk is None:
                    return
                yield chunk
        finally:
            close = getattr(chunks, "aclose", None)
            if close is not None:
                await close()

    async def close(self) -> None:
        with outside_work():
            await self._synthesizer.close()


class _Announced:
    """Any object whose coroutine methods work outside the loop."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        async def announced_method(*args: Any, **kwargs: Any) -> Any:
            with outside_work():
                return await method(*args, **kwargs)

        return announced_method if callable(method) else method
