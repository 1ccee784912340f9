"""One decoder process as the gateway sees it: started, talked to, restarted when it dies, ended."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from loguru import logger

import voice
from voice.errors import EngineError
from voice.recognizers.decoder_messages import (
    PREFIX_BYTES,
    FinalHeard,
    NotReady,
    PartialHeard,
    Ready,
    Reply,
    Request,
    StreamFailed,
    framed,
    reply_of,
)
from voice.recognizers.language_model import LanguageModel

READY_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 3.0
LONGEST_PAUSE_S = 10.0
# The child must find these packages wherever the gateway was started from.
_PACKAGES = str(Path(voice.__file__).resolve().parent.parent)

Listener = Callable[[PartialHeard | FinalHeard | StreamFailed | EngineError], None]


class DecoderProcess:
    """Keeps one process alive from `start` to `close`; `listeners` get the replies to their streams."""

    def __init__(self, *, model: LanguageModel, decoders: int) -> None:
        self._arguments = (str(model.arpa), str(model.dictionary), str(model.mllr), str(decoders))
        self._process: asyncio.subprocess.Process | None = None
        self._listeners: dict[int, Listener] = {}
        self._keeper: asyncio.Task[None] | None = None
        self._up = asyncio.Event()

    @property
    def load(self) -> int:
        """Streams open in it."""
        return len(self._listeners)

    @property
    def alive(self) -> bool:
        return self._up.is_set()

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Raises EngineError when the process does not come up."""
        await self._launch()
        self._keeper = asyncio.create_task(self._keep(), name="decoder-process")

    async def wait_alive(self, timeout_s: float) -> bool:
        """Waits for a restart that is under way."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._up.wait(), timeout_s)
        return self.alive

    def attach(self, stream: int, listener: Listener) -> None:
        self._listeners[stream] = listener

    def detach(self, stream: int) -> None:
        self._listeners.pop(stream, None)

    async def send(self, request: Request) -> None:
        """Raises EngineError when the process is dead."""
        process = self._process
        if process is None or process.stdin is None or not self.alive:
            raise EngineError("the recognizer's process died; its calls lost their ear")
        try:
            process.stdin.write(framed(request))
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError, RuntimeError) as error:
            raise EngineError("the recognizer's process died; its calls lost their ear") from error

    async def close(self) -> None:
        """Ends the process, by force when it does not end by itself; idempotent."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        await self._end()
        self._tell_all(EngineError("the recognizer was closed"))

    async def _launch(self) -> None:
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (_PACKAGES, environment.get("PYTHONPATH"))))
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "voice.recognizers.decoder_worker",
                *self._arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=environment,
            )
            first = await asyncio.wait_for(self._next_reply(), READY_TIMEOUT_S)
        except (OSError, TimeoutError) as error:
            await self._end()
            raise EngineError(f"the recognizer's process did not start: {error or 'no answer'}") from error
        if isinstance(first, Ready):
            self._up.set()
            return
        await self._end()
        reason = first.reason if isinstance(first, NotReady) else "it ended at once"
        raise EngineError(f"the recognizer's process did not start: {reason}")

    async def _keep(self) -> None:
        """Delivers replies; after a death tells the streams and starts another process."""
        pause_s = 0.0
        while True:
            if self.alive:
                while (reply := await self._next_reply()) is not None:
                    pause_s = 0.0
                    if isinstance(reply, PartialHeard | FinalHeard | StreamFailed):
                        listener = self._listeners.get(reply.stream)
                        if listener is not None:
                            listener(reply)
                code = await self._end()
                logger.error("decoder process ended with status {}; starting another", code)
                self._tell_all(EngineError("the recognizer's process died; its calls lost their ear"))
            await asyncio.sleep(pause_s)
            pause_s = min(LONGEST_PAUSE_S, max(0.5, 2 * pause_s))
            try:
                await self._launch()
            except EngineError as error:
                logger.error("{}", error)

    async def _next_reply(self) -> Reply | None:
        process = self._process
        if process is None or process.stdout is None:
            return None
        try:
            size = int.from_bytes(await process.stdout.readexactly(PREFIX_BYTES), "little")
            return reply_of(await process.stdout.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return None

    async def _end(self) -> int | None:
        self._up.clear()
        process, self._process = self._process, None
        if process is None:
            return None
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return process.returncode

    def _tell_all(self, error: EngineError) -> None:
        listeners, self._listeners = self._listeners, {}
        for listener in listeners.values():
            listener(error)
