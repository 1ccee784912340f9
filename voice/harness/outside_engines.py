"""Engines that tell a virtual-time loop when they work outside of it.

A recognizer answers from worker processes and a store from its own thread; the loop can't see either. What is
awaited here never waits for the loop's timers, which `outside_work` demands.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any, cast

from dialog.expectation import Expectation
from dialog.store import Store
from voice.call import Shared
from voice.harness.virtual_time import outside_work
from voice.recognizers.recognizer import Final, Partial, Recognizer, RecognizerCapabilities, RecognizerStream


def announced(shared: Shared) -> Shared:
    """The same engines, each announcing its outside work."""
    answerers = {
        name: dataclasses.replace(answerer, recognizer=AnnouncedRecognizer(answerer.recognizer))
        for name, answerer in shared.answerers.items()
    }
    return dataclasses.replace(shared, answerers=answerers, store=cast(Store, _Announced(shared.store)))


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
            return _AnnouncedStream(await self._recognizer.open(call_id, rate_hz=rate_hz, language=language))

    async def close(self) -> None:
        with outside_work():
            await self._recognizer.close()


class _AnnouncedStream:
    def __init__(self, stream: RecognizerStream) -> None:
        self._stream = stream

    def expect(self, expectation: Expectation) -> None:
        self._stream.expect(expectation)

    async def push(self, pcm: bytes) -> Sequence[Partial]:
        with outside_work():
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
