import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pipecat.frames.frames import (
    EndWorkerFrame,
    InputAudioRawFrame,
    InputTransportMessageFrame,
    OutputTransportMessageUrgentFrame,
    OutputTransportReadyFrame,
    TTSAudioRawFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.workers.runner import WorkerRunner

from tests.voice.harness.fake_gateway import tone
from voice.harness.line import Loopback
from voice.harness.virtual_time import run_virtual


class Echo(FrameProcessor):
    """Says a 300 ms tone for whatever is typed; `interrupt` breaks it off, `bye` ends the call."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = bytearray()

    async def process_frame(self, frame, direction) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, OutputTransportReadyFrame):
            await self.push_frame(OutputTransportMessageUrgentFrame(message={"type": "ready"}))
        elif isinstance(frame, InputAudioRawFrame):
            self.heard += frame.audio
        elif isinstance(frame, InputTransportMessageFrame):
            await self._take(frame.message)
        else:
            await self.push_frame(frame, direction)

    async def _take(self, message) -> None:
        text = message.get("text")
        if text == "interrupt":
            await self.broadcast_interruption()
        elif text == "bye" or message["type"] == "hangup":
            await self.push_frame(EndWorkerFrame(reason="goodbye"))
        else:
            await self.push_frame(TTSAudioRawFrame(audio=tone(300), sample_rate=16000, num_channels=1))


@asynccontextmanager
async def answered() -> AsyncIterator[tuple[Loopback, Echo, asyncio.Task[None]]]:
    transport, echo = Loopback(), Echo()
    worker = PipelineWorker(
        Pipeline([transport.input(), echo, transport.output()]),
        params=PipelineParams(audio_in_sample_rate=16000, audio_out_sample_rate=16000),
        idle_timeout_secs=None,
        enable_rtvi=False,
        enable_turn_tracking=False,
    )

    async def gone(*_: object) -> None:
        await worker.cancel(reason="hangup")

    transport.add_event_handler("on_client_disconnected", gone)
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    running = asyncio.create_task(runner.run())
    try:
        yield transport, echo, running
    finally:
        await asyncio.wait_for(running, 30)


async def arrivals(line, until: str | None = None) -> list[tuple[float, bytes | dict]]:
    loop, found = asyncio.get_running_loop(), []
    async for item in line.receive():
        found.append((loop.time(), item))
        if until is not None and isinstance(item, dict) and item["type"] == until:
            break
    return found


def test_audio_comes_paced_by_the_clock_and_the_end_is_told():
    async def main() -> list[tuple[float, bytes | dict]]:
        async with answered() as (transport, _, _):
            line = transport.line
            await arrivals(line, until="ready")
            await line.send_text("hello")
            await asyncio.sleep(1)
            await line.send_text("bye")
            return await arrivals(line)

    found = run_virtual(main())
    sound = b"".join(item for _, item in found if isinstance(item, bytes))
    assert sound == tone(300)
    # read after the fact, so only their order and sizes count here
    assert {len(item) for _, item in found if isinstance(item, bytes)} == {640}
    assert found[-1][1] == {"type": "ended", "reason": "goodbye"}


def test_audio_is_spread_over_its_length():
    async def main() -> list[float]:
        async with answered() as (transport, _, _):
            line = transport.line
            await arrivals(line, until="ready")
            listening = asyncio.create_task(arrivals(line))
            await line.send_text("hello")
            await asyncio.sleep(1)
            await line.hang_up()
            return [at for at, item in await listening if isinstance(item, bytes)]

    times = run_virtual(main())
    gaps = [later - earlier for earlier, later in itertools.pairwise(times[1:])]
    assert all(gap == pytest.approx(0.02, abs=1e-6) for gap in gaps)
    assert len(times) == 15


def test_an_interruption_drops_what_is_unplayed():
    async def main() -> list[tuple[float, bytes | dict]]:
        async with answered() as (transport, _, _):
            line = transport.line
            await arrivals(line, until="ready")
            await line.send_text("hello")
            await asyncio.sleep(0.1)
            await line.send_text("interrupt")
            await asyncio.sleep(1)
            await line.hang_up()
            return await arrivals(line)

    found = [item for _, item in run_virtual(main())]
    assert {"type": "clear"} in found
    assert len(b"".join(item for item in found if isinstance(item, bytes))) < len(tone(160))


def test_what_the_caller_says_arrives():
    async def main() -> bytes:
        async with answered() as (transport, echo, _):
            await arrivals(transport.line, until="ready")
            await transport.line.send_audio(tone(20))
            await asyncio.sleep(0.1)
            await transport.line.hang_up()
            return bytes(echo.heard)

    assert run_virtual(main()) == tone(20)


def test_a_caller_who_vanishes_ends_the_call():
    async def main() -> bool:
        async with answered() as (transport, _, running):
            await arrivals(transport.line, until="ready")
            await transport.line.vanish()
            await asyncio.wait_for(running, 10)
            await transport.line.send_text("anybody there?")
            return transport.line.closed

    assert run_virtual(main())


def test_hanging_up_twice_is_no_error():
    async def main() -> None:
        async with answered() as (transport, _, _):
            await arrivals(transport.line, until="ready")
            await transport.line.hang_up()
            await transport.line.hang_up()

    run_virtual(main())
