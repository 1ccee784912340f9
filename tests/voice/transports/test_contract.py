"""What every transport does for a call, whichever way the call came: loopback, WebSocket, SIP.

Each is driven from its caller's end, through the real pipeline with scripted engines.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
import uvicorn

from tests.voice.small_gateway import small_gateway
from voice.build import listening_socket
from voice.gateway import Gateway
from voice.harness.caller import Line
from voice.harness.line import Loopback
from voice.harness.sip_caller import open_sip_line
from voice.harness.websocket_caller import open_websocket_line
from voice.settings import SipSettings
from voice.transports.sip.endpoint import SipEndpoint
from voice.transports.transport import CallInfo

pytestmark = pytest.mark.integration
GREETING_MS = 40 * len("hello there")
# A codec's frames and a jitter buffer may add or hold back this much at either end.
SLACK_MS = 120


@asynccontextmanager
async def loopback(gateway: Gateway) -> AsyncIterator[Line]:
    transport = Loopback()
    info = CallInfo(call_id="loopback", pack="echo", channel="test")
    gateway.admit(info)
    answering = asyncio.create_task(gateway.answer(transport, info))
    yield transport.line
    await transport.line.hang_up()
    await answering


@asynccontextmanager
async def websocket(gateway: Gateway) -> AsyncIterator[Line]:
    listening = listening_socket("127.0.0.1", 0)
    config = uvicorn.Config(gateway.app(), log_level="critical", lifespan="off", ws="websockets-sansio")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.005)
    line = await open_websocket_line(f"http://127.0.0.1:{listening.getsockname()[1]}")
    yield line
    await line.hang_up()
    server.should_exit = True
    await serving
    listening.close()


@asynccontextmanager
async def sip(gateway: Gateway) -> AsyncIterator[Line]:
    endpoint = SipEndpoint(SipSettings(port=0, rtp_ports=(24000, 24099)), gateway, default_pack="echo")
    await endpoint.start()
    line = await open_sip_line(f"sip:echo@127.0.0.1:{endpoint.port}")
    yield line
    await line.hang_up()
    await endpoint.close()


Opened = Callable[[Gateway], AbstractAsyncContextManager[Line]]


class Listener:
    """Counts the agent's voiced audio on a line, and notices its end."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.voiced_ms = 0.0
        self.first_s = self.last_s = 0.0
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for item in self.line.receive():
            if isinstance(item, bytes) and max(memoryview(item).cast("h"), default=0) > 500:
                self.voiced_ms += len(item) / 2 / self.line.rate_hz * 1000
                self.last_s = asyncio.get_running_loop().time()
                self.first_s = self.first_s or self.last_s

    async def until_voiced(self, ms: float) -> None:
        async with asyncio.timeout(10):
            while self.voiced_ms < ms:
                await self.line.send_audio(bytes(self.line.rate_hz // 50 * 2))
                await asyncio.sleep(0.02)

    async def until_over(self) -> None:
        async with asyncio.timeout(10):
            await self._task


@pytest.fixture(params=[loopback, websocket, sip], ids=["loopback", "websocket", "sip"])
def opened(request: pytest.FixtureRequest) -> Opened:
    transport: Opened = request.param
    return transport


def agent_of(gateway: Gateway) -> Any:
    return gateway.shared.answerers["echo"].agent


async def empty(gateway: Gateway) -> None:
    async with asyncio.timeout(10):
        await gateway._empty.wait()


async def test_the_agent_is_heard_whole_and_at_speaking_pace(opened: Opened) -> None:
    gateway = await small_gateway()
    async with opened(gateway) as line:
        listener = Listener(line)
        await listener.until_voiced(GREETING_MS - SLACK_MS)
        took_ms = 1000 * (listener.last_s - listener.first_s)
        assert took_ms > GREETING_MS - 2 * SLACK_MS - 40
        await line.hang_up()
        await listener.until_over()
    await empty(gateway)
    await gateway.close()


async def test_keys_reach_the_dialogue_once_each(opened: Opened) -> None:
    gateway = await small_gateway()
    async with opened(gateway) as line:
        listener = Listener(line)
        await listener.until_voiced(100)
        await line.send_digits("40*2#")
        async with asyncio.timeout(10):
            while not [given for given in agent_of(gateway).given if getattr(given, "digits", "")]:
                await line.send_audio(bytes(line.rate_hz // 50 * 2))
                await asyncio.sleep(0.02)
        await line.hang_up()
        await listener.until_over()
    assert [given.digits for given in agent_of(gateway).given if hasattr(given, "digits")] == ["40*2"]
    await empty(gateway)
    await gateway.close()


async def test_an_interruption_drops_what_is_unplayed(opened: Opened) -> None:
    gateway = await small_gateway(char_ms=400)
    whole_ms = 400 * len("hello there")
    async with opened(gateway) as line:
        listener = Listener(line)
        await listener.until_voiced(400)
        await line.send_digits("1#")
        await listener.until_voiced(800)
        assert [type(given).__name__ for given in agent_of(gateway).given] == ["CallBegan", "Keyed"]
        assert listener.voiced_ms < whole_ms / 2
        await line.hang_up()
        await listener.until_over()
    await empty(gateway)
    await gateway.close()


async def test_a_caller_who_hangs_up_ends_the_call(opened: Opened) -> None:
    gateway = await small_gateway()
    async with opened(gateway) as line:
        listener = Listener(line)
        await listener.until_voiced(100)
        await line.hang_up()
        await listener.until_over()
        await empty(gateway)
    assert agent_of(gateway).ended_reasons == ["hangup"]
    await gateway.close()


async def test_the_gateway_plays_its_last_words_before_it_hangs_up(opened: Opened) -> None:
    gateway = await small_gateway(farewell_keys="9")
    async with opened(gateway) as line:
        listener = Listener(line)
        await listener.until_voiced(GREETING_MS - SLACK_MS)
        listener.voiced_ms = 0.0
        await line.send_digits("9#")
        await listener.until_over()
        assert listener.voiced_ms > 40 * len("you pressed 1 keys") - SLACK_MS
        await empty(gateway)
    assert agent_of(gateway).ended_reasons == ["goodbye"]
    await gateway.close()
