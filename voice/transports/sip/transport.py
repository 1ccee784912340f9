"""A telephone call as a Pipecat transport: RTP audio and keys in, paced audio out."""

import asyncio
from collections.abc import Callable

from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    StartFrame,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import BaseTransport, TransportParams

from voice.transports.sip.media import RtpMedia
from voice.transports.sip.rtp import KeyPress


class SipInput(BaseInputTransport):
    """Pushes what the caller's side sends, without the base class's queue: packets are already in order."""

    def __init__(self, transport: "SipTransport", media: RtpMedia, params: TransportParams) -> None:
        super().__init__(params)
        self._transport = transport
        self._media = media
        self._reader: asyncio.Task[None] | None = None

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        self._reader = self.create_task(self._read())
        await self._transport.started()

    async def stop(self, frame: EndFrame) -> None:
        await super().stop(frame)
        await self._stop_reading()

    async def cancel(self, frame: CancelFrame) -> None:
        await super().cancel(frame)
        await self._stop_reading()

    async def cleanup(self) -> None:
        await super().cleanup()  # type: ignore[no-untyped-call]  # untyped in Pipecat
        await self._stop_reading()

    async def push_audio_frame(self, frame: InputAudioRawFrame) -> None:
        await self.push_frame(frame)

    async def _read(self) -> None:
        rate_hz = self._media.rate_hz
        while (heard := await self._media.incoming()) is not None:
            if isinstance(heard, KeyPress):
                await self.push_frame(InputDTMFFrame(button=KeypadEntry(heard.key)))
            else:
                await self.push_frame(InputAudioRawFrame(audio=heard, sample_rate=rate_hz, num_channels=1))

    async def _stop_reading(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await self.cancel_task(reader)


class SipOutput(BaseOutputTransport):
    """Plays at the pace of the media's clock, and hangs up when the pipeline ends."""

    def __init__(self, media: RtpMedia, params: TransportParams, *, hang_up: Callable[[], None]) -> None:
        super().__init__(params)
        self._media = media
        self._hang_up = hang_up

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def stop(self, frame: EndFrame) -> None:
        await super().stop(frame)
        await self._media.drained()
        self._hang_up()

    async def cancel(self, frame: CancelFrame) -> None:
        await super().cancel(frame)
        self._media.drop_unplayed()
        self._hang_up()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InterruptionFrame):
            self._media.drop_unplayed()

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        await self._media.play(frame.audio)
        return True


class SipTransport(BaseTransport):
    """One call. Events: `on_client_connected(transport, media)`, `on_client_disconnected(transport, media)`.

    `hang_up` is called when the pipeline ends first, after everything queued has been played; it may be called more
    than once. A caller who left before the pipeline started is reported as soon as it has.
    """

    def __init__(self, media: RtpMedia, *, hang_up: Callable[[], None]) -> None:
        super().__init__()
        params = TransportParams(
            audio_in_enabled=True,
            audio_in_sample_rate=media.rate_hz,
            audio_out_enabled=True,
            audio_out_sample_rate=media.rate_hz,
            audio_out_10ms_chunks=2,
            audio_out_end_silence_secs=0,
        )
        self._media = media
        self._input = SipInput(self, media, params)
        self._output = SipOutput(media, params, hang_up=hang_up)
        self._started = False
        self._gone = False
        self._register_event_handler("on_client_connected")
        self._register_event_handler("on_client_disconnected")

    def input(self) -> SipInput:
        return self._input

    def output(self) -> SipOutput:
        return self._output

    async def started(self) -> None:
        """The pipeline runs."""
        self._started = True
        if self._gone:
            await self._call_event_handler("on_client_disconnected", self._media)
        else:
            await self._call_event_handler("on_client_connected", self._media)

    async def peer_gone(self) -> None:
        """The caller hung up or was lost; told once."""
        if self._gone:
            return
        self._gone = True
        if self._started:
            await self._call_event_handler("on_client_disconnected", self._media)
