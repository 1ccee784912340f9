"""A call without a network: a Pipecat transport and, back to back with it, the caller's line.

What passes is what docs/protocol.md's WebSocket would carry, JSON included, so that a test in process sees the same
messages. Audio to the caller is paced by the loop's clock, whatever clock that is.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from pipecat.frames.frames import (
    CancelFrame,
    ClientConnectedFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InputTransportMessageFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    OutputTransportMessageFrame,
    OutputTransportMessageUrgentFrame,
    StartFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import BaseTransport, TransportParams

from voice.harness.caller import Message
from voice.transports.websocket import PlainSerializer

HANG_UP_S = 5.0


class Loopback(BaseTransport):
    """The gateway's end. `line` is the caller's."""

    def __init__(self, *, rate_hz: int = 16000) -> None:
        super().__init__()
        self.rate_hz = rate_hz
        self._params = TransportParams(
            audio_in_enabled=True,
            audio_in_sample_rate=rate_hz,
            audio_out_enabled=True,
            audio_out_sample_rate=rate_hz,
            audio_out_10ms_chunks=2,
            audio_out_end_silence_secs=0,
        )
        self._register_event_handler("on_client_connected")
        self._register_event_handler("on_client_disconnected")
        self._input = _LoopbackInput(self, self._params)
        self._output = _LoopbackOutput(self, self._params)
        self.line = LoopbackLine(self, self._input)

    def input(self) -> FrameProcessor:
        return self._input

    def output(self) -> FrameProcessor:
        return self._output

    async def connected(self) -> None:
        """Tells the listener that the caller is there."""
        await self._call_event_handler("on_client_connected", self.line)

    async def disconnected(self) -> None:
        """Tells the listener that the caller is gone."""
        await self._call_event_handler("on_client_disconnected", self.line)


class LoopbackLine:
    """The caller's end: a `voice.harness.caller.Line`."""

    speaks_messages = True

    def __init__(self, transport: Loopback, gateway_input: "_LoopbackInput") -> None:
        self.rate_hz = transport.rate_hz
        self._transport = transport
        self._input = gateway_input
        self._arrived: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._closed = asyncio.Event()
        self._hung_up = False

    async def send_audio(self, pcm: bytes) -> None:
        await self._input.take(pcm)

    async def send_text(self, text: str) -> None:
        await self._input.take(json.dumps({"type": "text", "text": text}))

    async def send_digits(self, digits: str) -> None:
        await self._input.take(json.dumps({"type": "dtmf", "digits": digits}))

    async def receive(self) -> AsyncIterator[bytes | Message]:
        while (item := await self._arrived.get()) is not None:
            yield item if isinstance(item, bytes) else json.loads(item)

    async def hang_up(self) -> None:
        if self._hung_up or self._closed.is_set():
            return
        self._hung_up = True
        await self._input.take(json.dumps({"type": "hangup"}))
        try:
            await asyncio.wait_for(self._closed.wait(), HANG_UP_S)
        except TimeoutError:
            await self.vanish()

    async def vanish(self) -> None:
        """The caller is gone without a word, as when a connection breaks."""
        self._hung_up = True
        await self._transport.disconnected()
        self.close()

    def deliver(self, payload: str | bytes) -> None:
        """The gateway's end: something to the caller."""
        if not self._closed.is_set():
            self._arrived.put_nowait(payload)

    def close(self) -> None:
        """The gateway's end: nothing follows. Idempotent."""
        if not self._closed.is_set():
            self._closed.set()
            self._arrived.put_nowait(None)

    @property
    def closed(self) -> bool:
        """Whether the gateway hung up or the caller is gone."""
        return self._closed.is_set()


class _LoopbackInput(BaseInputTransport):
    def __init__(self, transport: Loopback, params: TransportParams) -> None:
        super().__init__(params)
        self._transport = transport
        self._serializer = PlainSerializer(rate_hz=transport.rate_hz)
        self._started = False

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self._transport.connected()
        await self.push_frame(ClientConnectedFrame())
        await self.set_transport_ready(frame)
        self._started = True

    async def stop(self, frame: EndFrame) -> None:
        self._started = False
        await super().stop(frame)

    async def cancel(self, frame: CancelFrame) -> None:
        self._started = False
        await super().cancel(frame)

    async def take(self, payload: str | bytes) -> None:
        """Something from the caller; dropped before the call is up and after it is over, as a closed socket would."""
        frame = await self._serializer.deserialize(payload) if self._started else None
        if isinstance(frame, InputAudioRawFrame):
            await self.push_audio_frame(frame)
        elif isinstance(frame, InputTransportMessageFrame):
            await self.broadcast_frame(InputTransportMessageFrame, message=frame.message)


class _LoopbackOutput(BaseOutputTransport):
    def __init__(self, transport: Loopback, params: TransportParams) -> None:
        super().__init__(params)
        self._transport = transport
        self._serializer = PlainSerializer(rate_hz=transport.rate_hz)
        self._free_from_s = 0.0

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InterruptionFrame):
            await self._write(frame)
            self._free_from_s = 0.0

    async def send_message(self, frame: OutputTransportMessageFrame | OutputTransportMessageUrgentFrame) -> None:
        await self._write(frame)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        if self._transport.line.closed:
            return False
        await self._write(frame)
        now_s = asyncio.get_running_loop().time()
        begins_s = max(now_s, self._free_from_s)
        self._free_from_s = begins_s + len(frame.audio) / 2 / self.sample_rate
        await asyncio.sleep(begins_s - now_s)
        return True

    async def stop(self, frame: EndFrame) -> None:
        await super().stop(frame)
        await self._write(frame)
        self._transport.line.close()

    async def cancel(self, frame: CancelFrame) -> None:
        await super().cancel(frame)
        await self._write(frame)
        self._transport.line.close()

    async def cleanup(self) -> None:
        await super().cleanup()  # type: ignore[no-untyped-call]  # untyped in Pipecat
        self._transport.line.close()
        await self._transport.cleanup()  # type: ignore[no-untyped-call]  # untyped in Pipecat

    async def _write(self, frame: Any) -> None:
        payload = await self._serializer.serialize(frame)
        if payload is not None:
            self._transport.line.deliver(payload)
