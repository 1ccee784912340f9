"""The scripted caller over SIP through the gateway's real pipeline, with scripted engines behind it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import uvicorn

from nlu.locations import find_pack
from tests.voice.small_gateway import small_gateway
from voice.build import listening_socket
from voice.gateway import Gateway
from voice.harness.caller import LineError, Received
from voice.harness.sip_caller import call_over_sip, open_sip_line
from voice.harness.turn_taking import CallerTurn
from voice.harness.utterances import read_pcm
from voice.settings import SipSettings
from voice.transports.sip.endpoint import SipEndpoint
from voice.transports.sip.offer import G722, PCMA, PCMU, VoiceCodec

pytestmark = pytest.mark.integration


def spoken(rate_hz: int) -> bytes:
    """A recorded caller saying something; the scripted recognizer decides what it was."""
    recording = min((find_pack("banking") / "audio" / "slt").glob("what-s-my-balance-please-*.flac"))
    return read_pcm(recording, rate_hz=rate_hz)


class Phoned:
    """A gateway with its telephone side and its HTTP side on loopback."""

    def __init__(self, gateway: Gateway, endpoint: SipEndpoint, records_url: str) -> None:
        self.gateway = gateway
        self.endpoint = endpoint
        self.uri = f"sip:echo@127.0.0.1:{endpoint.port}"
        self.records_url = records_url


@contextlib.asynccontextmanager
async def phoned(**options: Any) -> AsyncIterator[Phoned]:
    gateway = await small_gateway(**options)
    endpoint = SipEndpoint(SipSettings(enabled=True, port=0, rtp_ports=(24000, 24099)), gateway, "echo")
    await endpoint.start()
    listening = listening_socket("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(gateway.app(), log_level="critical", lifespan="off", ws="websockets-sansio"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield Phoned(gateway, endpoint, f"http://127.0.0.1:{listening.getsockname()[1]}")
    finally:
        await endpoint.close()
        server.should_exit = True
        await task
        await gateway.close()
        listening.close()


def heard_texts(received: Sequence[Received]) -> list[str]:
    finals = [r.message for r in received if r.message["type"] == "heard" and r.message["final"]]
    return [message["text"] for message in finals]


@pytest.mark.parametrize("codec", [G722, PCMU, PCMA], ids=lambda codec: codec.name)
async def test_a_conversation_over_the_phone(codec: VoiceCodec) -> None:
    live: list[Received] = []
    async with phoned(hears=("what is my balance", "bye")) as phone:
        record = await call_over_sip(
            phone.uri,
            lambda rate_hz: [CallerTurn(pcm=spoken(rate_hz)), CallerTurn(pcm=spoken(rate_hz))],
            codecs=(codec,),
            caller="+441632960001",
            records_url=phone.records_url,
            listener=live.append,
        )
        assert phone.endpoint.calls == 0
        assert phone.gateway.calls == 0
    assert record.failure == ""
    assert record.ended_by_gateway
    assert record.rate_hz == codec.rate_hz
    assert heard_texts(record.received) == ["what is my balance", "bye"]
    assert tuple(live) == record.received
    assert [reply.turn for reply in record.replies] == [1, 2]
    assert all(0 < reply.voice_to_voice_ms < 3000 for reply in record.replies)
    assert len(record.agent_pcm) > codec.rate_hz


async def test_keys_over_the_phone() -> None:
    async with phoned(hears=("code", "bye")) as phone:
        record = await call_over_sip(
            phone.uri,
            lambda rate_hz: [
                CallerTurn(pcm=spoken(rate_hz)),
                CallerTurn(digits="427196"),
                CallerTurn(pcm=spoken(rate_hz)),
            ],
            records_url=phone.records_url,
        )
    said = [r.message["text"] for r in record.received if r.message["type"] == "said"]
    assert "you pressed 6 keys" in said
    assert record.failure == ""


async def test_the_caller_hangs_up_first() -> None:
    async with phoned() as phone:
        line = await open_sip_line(phone.uri)
        assert (line.codec, line.rate_hz) == ("G722", 16000)
        await line.hang_up()
        await line.hang_up()
        async with asyncio.timeout(10):
            while phone.gateway.calls or phone.endpoint.calls:
                await asyncio.sleep(0.01)


async def test_what_can_not_be_called_says_why() -> None:
    async with phoned() as phone:
        with pytest.raises(LineError, match="404"):
            await open_sip_line(phone.uri.replace("echo", "nobody"))
        phone.gateway.draining = True
        with pytest.raises(LineError, match="503"):
            await open_sip_line(phone.uri)
    with pytest.raises(LineError, match="nobody answered"):
        await open_sip_line("sip:echo@127.0.0.1:9", timeout_s=0.2)
    with pytest.raises(LineError, match="expected an address"):
        await open_sip_line("http://127.0.0.1")


async def test_a_telephone_can_not_type() -> None:
    async with phoned() as phone:
        line = await open_sip_line(phone.uri)
        with pytest.raises(LineError, match="keyboard"):
            await line.send_text("hello")
        await line.hang_up()
