"""PocketSphinx as a Recognizer: decoder processes shared by all calls, a domain language model, grammars."""

import asyncio
import itertools
from collections.abc import Sequence
from pathlib import Path

from dialog.expectation import Expectation
from voice.errors import EngineError, MediaError
from voice.recognizers.decoder_messages import (
    Abandon,
    Audio,
    CloseStream,
    Expect,
    FinalHeard,
    Finish,
    OpenStream,
    PartialHeard,
    Request,
    StreamFailed,
)
from voice.recognizers.decoder_process import DecoderProcess
from voice.recognizers.language_model import language_model
from voice.recognizers.recognizer import Final, Partial, RecognizerCapabilities

RATES_HZ = (8000, 16000)
RESTART_TIMEOUT_S = 5.0
FINAL_TIMEOUT_S = 20.0


class PocketSphinxRecognizer:
    """Decoding runs in `workers` processes; a call keeps the process it was opened on.

    `sentences` are what callers of every pack may say; the language model made of them is kept in
    `cache_directory`. `decoders` is how many decoders of each kind a process creates ahead (6 MB each); more
    are created when more callers speak at once.
    """

    def __init__(self, *, sentences: Sequence[str], workers: int, cache_directory: Path, decoders: int = 3) -> None:
        if workers < 1:
            raise EngineError(f"the recognizer needs at least one worker, not {workers}")
        self._sentences = tuple(sentences)
        self._workers = workers
        self._cache_directory = cache_directory
        self._decoders = decoders
        self._processes: list[DecoderProcess] = []
        self._streams = itertools.count(1)

    @property
    def capabilities(self) -> RecognizerCapabilities:
        return RecognizerCapabilities(
            rates_hz=RATES_HZ, languages=("en",), partials=True, grammars=True, word_times=True
        )

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the living workers."""
        return tuple(process.pid for process in self._processes if process.pid is not None)

    async def start(self) -> None:
        if self._processes:
            return
        try:
            model = await asyncio.to_thread(language_model, self._sentences, self._cache_directory)
        except OSError as error:
            raise EngineError(f"the language model can't be kept in {self._cache_directory}: {error}") from error
        self._processes = [DecoderProcess(model=model, decoders=self._decoders) for _ in range(self._workers)]
        started = await asyncio.gather(*(process.start() for process in self._processes), return_exceptions=True)
        failures = [error for error in started if isinstance(error, BaseException)]
        if failures:
            await self.close()
            raise failures[0]

    async def open(self, call_id: str, *, rate_hz: int, language: str) -> "PocketSphinxStream":
        if rate_hz not in RATES_HZ:
            raise MediaError(f"PocketSphinx takes {' or '.join(map(str, RATES_HZ))} Hz, not {rate_hz}")
        if language.lower().partition("-")[0] != "en":
            raise EngineError(f"the bundled PocketSphinx model hears English, not {language!r}")
        if not self._processes:
            raise EngineError("the recognizer is not started")
        process = min(self._processes, key=lambda each: (not each.alive, each.load))
        if not await process.wait_alive(RESTART_TIMEOUT_S):
            raise EngineError("no recognizer process is alive")
        stream = PocketSphinxStream(process, next(self._streams), call_id=call_id)
        await process.send(OpenStream(stream.number, rate_hz))
        return stream

    async def close(self) -> None:
        processes, self._processes = self._processes, []
        await asyncio.gather(*(process.close() for process in processes))


class PocketSphinxStream:
    """One call's place in a decoder process."""

    def __init__(self, process: DecoderProcess, number: int, *, call_id: str) -> None:
        self.number = number
        self.call_id = call_id
        self._process = process
        self._utterance = 0
        self._expected: Expectation | None = None
        self._hearing = False
        self._partials: list[Partial] = []
        self._final: asyncio.Future[Final] | None = None
        self._error: EngineError | None = None
        process.attach(number, self._on_reply)

    def expect(self, expectation: Expectation) -> None:
        self._expected = expectation

    async def push(self, pcm: bytes) -> Sequence[Partial]:
        if len(pcm) % 2:
            raise MediaError("PCM16 audio has whole samples, not an odd number of bytes")
        await self._announce()
        await self._send(Audio(self.number, pcm))
        partials, self._partials = self._partials, []
        return partials

    async def finish(self) -> Final:
        await self._announce()
        final = self._final = asyncio.get_running_loop().create_future()
        self._hearing = False
        ticket, self._utterance = self._utterance, self._utterance + 1
        try:
            await self._send(Finish(self.number, ticket))
            return await asyncio.wait_for(final, FINAL_TIMEOUT_S)
        except TimeoutError as error:
            raise EngineError(f"the recognizer gave no result within {FINAL_TIMEOUT_S:.0f} s") from error
        finally:
            self._final = None
            self._partials = []

    async def abandon(self) -> None:
        self._hearing = False
        self._utterance += 1
        self._partials = []
        await self._send(Abandon(self.number))

    async def close(self) -> None:
        if self._error is not None:
            return
        self._error = EngineError("the stream is closed")
        self._process.detach(self.number)
        if self._process.alive:
            try:
                await self._process.send(CloseStream(self.number))
            except EngineError:
                # It died in this moment and took the stream's state with it.
                return

    async def _announce(self) -> None:
        """Tells what is expected, unless an utterance is under way: its search can't be changed any more."""
        if self._hearing:
            return
        self._hearing = True
        expected, self._expected = self._expected, None
        if expected is not None:
            await self._send(Expect(self.number, expected))

    async def _send(self, request: Request) -> None:
        if self._error is not None:
            raise self._error
        await self._process.send(request)

    def _on_reply(self, reply: PartialHeard | FinalHeard | StreamFailed | EngineError) -> None:
        if isinstance(reply, PartialHeard):
            if reply.ticket == self._utterance:
                self._partials.append(reply.partial)
            return
        if isinstance(reply, FinalHeard):
            if self._final is not None and not self._final.done() and reply.ticket == self._utterance - 1:
                self._final.set_result(reply.final)
            return
        error = EngineError(reply.reason) if isinstance(reply, StreamFailed) else reply
        self._error = error
        self._process.detach(self.number)
        if self._final is not None and not self._final.done():
            self._final.set_exception(error)
