"""Stand-ins for the gateway: what answers a call in the transport's own tests."""

import math
import struct
from collections.abc import Callable

from pipecat.frames.frames import (
    EndWorkerFrame,
    Frame,
    InputAudioRawFrame,
    InputDTMFFrame,
    StartFrame,
    TTSAudioRawFrame,
    TTSStoppedFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.transports.base_transport import BaseTransport
from pipecat.workers.runner import WorkerRunner

from voice.errors import BusyError, ProtocolError
from voice.transports.transport import CallInfo


def tone(*, rate_hz: int, seconds: float, frequency_hz: float = 500.0, amplitude: int = 8000) -> bytes:
    """PCM16 of a sine."""
    count = int(rate_hz * seconds)
    step = 2 * math.pi * frequency_hz / rate_hz
    return struct.pack(f"<{count}h", *(int(amplitude * math.sin(step * at)) for at in range(count)))


class Recorder(FrameProcessor):
    """Keeps what comes in; echoes it when asked; plays `greeting` first and ends the call after it if `then_end`."""

    def __init__(self, *, echo: bool, greeting: bytes, then_end: bool, rate_hz: int) -> None:
        super().__init__()
        self.heard = bytearray()
        self.keys: list[str] = []
        self._echo = echo
        self._greeting = greeting
        self._then_end = then_end
        self._rate_hz = rate_hz

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InputAudioRawFrame):
            self.heard += frame.audio
            if self._echo:
                await self.push_frame(TTSAudioRawFrame(frame.audio, frame.sample_rate, 1))
            return
        if isinstance(frame, InputDTMFFrame):
            self.keys.append(frame.button.value)
        await self.push_frame(frame, direction)
        if isinstance(frame, StartFrame) and self._greeting:
            await self.push_frame(TTSAudioRawFrame(self._greeting, self._rate_hz, 1))
            await self.push_frame(TTSStoppedFrame())
            if self._then_end:
                await self.push_frame(EndWorkerFrame(), FrameDirection.UPSTREAM)


class FakeAnswering:
    """Answers every call with a `Recorder`; keeps them in `calls`, in order."""

    def __init__(
        self,
        *,
        packs: tuple[str, ...] = ("banking",),
        limit: int = 100,
        echo: bool = False,
        greeting: Callable[[int], bytes] = lambda rate_hz: b"",
        then_end: bool = False,
    ) -> None:
        self.infos: list[CallInfo] = []
        self.calls: list[Recorder] = []
        self.ended: list[str] = []
        self.live = 0
        self._packs = packs
        self._limit = limit
        self._echo = echo
        self._greeting = greeting
        self._then_end = then_end

    def admit(self, info: CallInfo) -> None:
        if info.pack not in self._packs:
            raise ProtocolError(f"no pack {info.pack!r}")
        if self.live >= self._limit:
            raise BusyError("full")
        self.live += 1
        self.infos.append(info)

    async def answer(self, transport: BaseTransport, info: CallInfo) -> None:
        recorder = Recorder(
            echo=self._echo, greeting=self._greeting(info.rate_hz), then_end=self._then_end, rate_hz=info.rate_hz
        )
        self.calls.append(recorder)
        worker = PipelineWorker(
            Pipeline([transport.input(), recorder, transport.output()]),
            params=PipelineParams(audio_in_sample_rate=info.rate_hz, audio_out_sample_rate=info.rate_hz),
            idle_timeout_secs=None,
            enable_rtvi=False,
            enable_turn_tracking=False,
        )

        async def gone(*_: object) -> None:
            await worker.cancel(reason="hangup")

        transport.add_event_handler("on_client_disconnected", gone)
        try:
            runner = WorkerRunner(handle_sigint=False)
            await runner.add_workers(worker)
            await runner.run()
        finally:
            await transport.cleanup()
            self.live -= 1
            self.ended.append(info.call_id)
