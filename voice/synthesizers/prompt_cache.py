"""Fixed sentences are synthesized once: kept on disk, the recent ones in memory."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterable, Sequence
from pathlib import Path

import msgspec
from loguru import logger

from nlu.errors import KefuError
from voice.errors import EngineError
from voice.synthesizers.prompt_store import PromptStore
from voice.synthesizers.synthesizer import SpeechStyle, Synthesizer

_SLICE_MS = 200
_DEFAULT_STYLE = SpeechStyle()


class _Making:
    """A prompt while it is synthesized; any number of readers follow it."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.done = False
        self.error: KefuError | None = None
        self.changed = asyncio.Condition()

    async def add(self, chunk: bytes | None, *, error: KefuError | None = None) -> None:
        """A chunk, or None for the end."""
        async with self.changed:
            if chunk is None:
                self.done, self.error = True, error
            else:
                self.chunks.append(chunk)
            self.changed.notify_all()

    async def follow(self) -> AsyncGenerator[bytes, None]:
        """Every chunk from the beginning, as it comes. Raises what stopped the synthesis."""
        position = 0
        while True:
            async with self.changed:
                while not self.done and len(self.chunks) == position:
                    await self.changed.wait()
            while position < len(self.chunks):
                yield self.chunks[position]
                position += 1
            if self.done:
                if self.error is not None:
                    raise self.error
                return


class CachedSynthesizer:
    """A Synthesizer that remembers the sentences declared fixed by `warm`; others go straight to `inner`.

    What a caller hears about himself is in no fixed sentence, so nothing personal reaches the disk. Without a
    usable folder it works from memory alone.
    """

    def __init__(self, inner: Synthesizer, directory: Path, *, max_disk_mb: int = 256, max_memory_mb: int = 32) -> None:
        self._inner = inner
        self._store = PromptStore(directory, max_bytes=max_disk_mb * 1_000_000)
        self._directory = directory
        self._disk_usable = False
        self._fixed: set[str] = set()
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._memory_bytes = 0
        self._max_memory_bytes = max_memory_mb * 1_000_000
        self._making: dict[str, _Making] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def version(self) -> str:
        return self._inner.version

    async def start(self) -> None:
        """Starts `inner` and makes the folder."""
        await self._inner.start()
        try:
            self._store.open()
            self._disk_usable = True
        except OSError as error:
            logger.warning("prompts are not kept on disk: {}: {}", self._directory, error.strerror)

    async def warm(
        self,
        texts: Iterable[str],
        *,
        style: SpeechStyle = _DEFAULT_STYLE,
        rates_hz: Sequence[int] = (16000,),
    ) -> int:
        """Declares `texts` fixed and has them ready at every rate; returns how many had to be synthesized."""
        made = 0
        for text in dict.fromkeys(texts):
            self._fixed.add(text)
            for rate_hz in rates_hz:
                key = self._key(text, style, rate_hz)
                if self._recall(key) is None:
                    made += 1
                    async for _ in self._make(key, text, style, rate_hz).follow():
                        pass
        return made

    async def synthesize(self, text: str, *, style: SpeechStyle, rate_hz: int) -> AsyncGenerator[bytes, None]:
        """From memory, disk or `inner`, whichever has it first. Raises EngineError."""
        if text not in self._fixed:
            source = self._inner.synthesize(text, style=style, rate_hz=rate_hz)
            try:
                async for chunk in source:
                    yield chunk
            finally:
                await _close(source)
            return
        key = self._key(text, style, rate_hz)
        audio = self._recall(key)
        if audio is not None:
            step = rate_hz * _SLICE_MS // 1000 * 2
            for start in range(0, len(audio), step):
                yield audio[start : start + step]
            return
        async for chunk in self._make(key, text, style, rate_hz).follow():
            yield chunk

    async def close(self) -> None:
        """Stops what is being synthesized and closes `inner`."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # A task cancelled before its first step has told its followers nothing.
        for making in tuple(self._making.values()):
            await making.add(None, error=EngineError("the synthesizer was closed"))
        self._making.clear()
        self._memory.clear()
        self._memory_bytes = 0
        await self._inner.close()

    def _key(self, text: str, style: SpeechStyle, rate_hz: int) -> str:
        named = msgspec.json.encode([self.name, self.version, style, rate_hz, text])
        return hashlib.sha256(named).hexdigest()

    def _recall(self, key: str) -> bytes | None:
        audio = self._memory.get(key)
        if audio is not None:
            self._memory.move_to_end(key)
            return audio
        audio = self._store.read(key) if self._disk_usable else None
        if audio is not None:
            self._remember(key, audio)
        return audio

    def _remember(self, key: str, audio: bytes) -> None:
        self._memory_bytes += len(audio) - len(self._memory.pop(key, b""))
        self._memory[key] = audio
        while self._memory_bytes > self._max_memory_bytes and len(self._memory) > 1:
            self._memory_bytes -= len(self._memory.popitem(last=False)[1])

    def _make(self, key: str, text: str, style: SpeechStyle, rate_hz: int) -> _Making:
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = _Making()
            # A task of its own: the first listener may hang up while others wait for the same prompt.
            task = asyncio.create_task(self._run(making, key, text, style, rate_hz), name=f"prompt-{key[:8]}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return making

    async def _run(self, making: _Making, key: str, text: str, style: SpeechStyle, rate_hz: int) -> None:
        error: KefuError | None = EngineError("the synthesizer was closed")
        try:
            async for chunk in self._inner.synthesize(text, style=style, rate_hz=rate_hz):
                await making.add(chunk)
            error = None
            self._keep(key, b"".join(making.chunks))
        except KefuError as raised:
            error = raised
        finally:
            self._making.pop(key, None)
            await making.add(None, error=error)

    def _keep(self, key: str, audio: bytes) -> None:
        self._remember(key, audio)
        if not self._disk_usable:
            return
        try:
            self._store.write(key, audio)
        except OSError as error:
            logger.warning("a prompt is not kept on disk: {}: {}", self._directory, error.strerror)


async def _close(source: object) -> None:
    close = getattr(source, "aclose", None)
    if close is not None:
        await close()
