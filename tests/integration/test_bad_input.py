"""What the worst clients do: each is told clearly, its call is closed, nothing stays open, other calls go on."""

import asyncio
import gc
import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.voice.small_gateway import small_gateway
from voice.build import listening_socket
from voice.gateway import Gateway
from voice.settings import EarSettings, LimitSettings

pytestmark = pytest.mark.integration
SILENCE_20_MS = bytes(640)


class Served:
    """A gateway behind uvicorn on loopback."""

    def __init__(self, gateway: Gateway, url: str) -> None:
        self.gateway = gateway
        self.url = url

    async def idle(self) -> None:
        """Returns when no call is left."""
        async with asyncio.timeout(10):
            await self.gateway._empty.wait()


@asynccontextmanager
async def served(**options: Any) -> AsyncIterator[Served]:
    gateway = await small_gateway(**options)
    listening = listening_socket("127.0.0.1", 0)
    config = uvicorn.Config(
        gateway.app(), log_level="critical", lifespan="off", ws="websockets-sansio", ws_max_size=1 << 20
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield Served(gateway, f"ws://127.0.0.1:{listening.getsockname()[1]}/v1/call")
    finally:
        server.should_exit = True
        await task
        await gateway.close()
        listening.close()


async def received(client: ClientConnection) -> tuple[list[dict[str, Any]], int]:
    """All messages until the close, and the close code."""
    messages = []
    try:
        async with asyncio.timeout(10):
            while True:
                data = await client.recv()
                if isinstance(data, str):
                    messages.append(json.loads(data))
    except ConnectionClosed:
        assert client.close_code is not None
        return messages, client.close_code


async def until(client: ClientConnection, kind: str, **having: Any) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while True:
            data = await client.recv()
            if isinstance(data, str):
                message: dict[str, Any] = json.loads(data)
                if message["type"] == kind and having.items() <= message.items():
                    return message


Misdeed = Callable[[ClientConnection], Awaitable[None]]
MISDEEDS: list[tuple[str, Misdeed, int, str]] = [
    ("oversized audio", lambda c: c.send(bytes(64_002)), 1009, "64000 bytes"),
    ("odd audio", lambda c: c.send(b"abc"), 1007, "even number"),
    ("empty audio", lambda c: c.send(b""), 1007, "16 bit PCM"),
    ("text where audio should be", lambda c: c.send("hello i want my balance"), 1003, "JSON"),
    ("unknown message", lambda c: c.send('{"type":"shout"}'), 1007, "shout"),
    ("keys that do not exist", lambda c: c.send('{"type":"dtmf","digits":"12x"}'), 1007, "digits"),
    ("too much JSON", lambda c: c.send('{"type":"text","text":"' + "x" * 9000 + '"}'), 1009, "JSON"),
]


@pytest.mark.parametrize(("misdeed", "code", "says"), [m[1:] for m in MISDEEDS], ids=[m[0] for m in MISDEEDS])
async def test_a_refused_message_ends_that_call_only(misdeed: Misdeed, code: int, says: str) -> None:
    async with served() as server, connect(server.url) as good, connect(server.url) as bad:
        await until(bad, "ready")
        await misdeed(bad)
        messages, close_code = await received(bad)
        errors = [m for m in messages if m["type"] == "error"]
        assert close_code == code
        assert len(errors) == 1
        assert says in errors[0]["message"]
        assert errors[0]["retry"] is False
        await good.send('{"type":"text","text":"still here"}')
        assert (await until(good, "said", turn=1))["text"] == "you said still here"


@pytest.mark.parametrize(
    ("query", "says"),
    [("rate=44100", "44100"), ("rate=fast", "fast"), ("rate=-1", "8000 or 16000"), ("pack=pizza", "pizza")],
)
async def test_a_call_that_can_not_be_held_is_refused(query: str, says: str) -> None:
    async with served() as server, connect(f"{server.url}?{query}") as client:
        messages, close_code = await received(client)
        assert close_code == 1008
        assert [m["type"] for m in messages] == ["error"]
        assert says in messages[0]["message"]
        assert server.gateway.calls == 0


async def test_a_full_gateway_says_try_again() -> None:
    async with served(limits=LimitSettings(calls=1)) as server, connect(server.url) as first:
        await until(first, "ready")
        async with connect(server.url) as second:
            messages, close_code = await received(second)
        assert close_code == 1013
        assert messages[0]["retry"] is True
        await first.send('{"type":"hangup"}')
        await received(first)
        await server.idle()
        async with connect(server.url) as third:
            await until(third, "ready")


async def test_a_client_that_vanishes_mid_sentence_leaves_nothing() -> None:
    async with served(hears=("my balance please",)) as server:
        agent = server.gateway.shared.answerers["echo"].agent
        client = await connect(server.url)
        await until(client, "speech", who="agent", state="stopped")
        for _ in range(10):
            await client.send(SILENCE_20_MS)
        client.transport.abort()
        await server.idle()
        assert agent.ended_reasons == ["hangup"]
        assert server.gateway.shared.answerers["echo"].recognizer.streams[0].closed


async def test_a_client_that_says_nothing_is_asked_and_then_ended() -> None:
    quick = LimitSettings(idle_s=1.5)
    async with served(limits=quick, ear=EarSettings(no_input_s=0.2)) as server, connect(server.url) as client:
        messages, close_code = await received(client)
    said = [m["text"] for m in messages if m["type"] == "said"]
    assert said[:2] == ["hello there", "are you still there"]
    assert close_code == 1008
    assert [m["code"] for m in messages if m["type"] == "error"] == ["idle"]


async def test_an_agent_that_breaks_ends_its_call_with_an_error() -> None:
    async with served() as server, connect(server.url) as good, connect(server.url) as bad:
        await until(bad, "ready")
        await bad.send('{"type":"text","text":"crash"}')
        messages, close_code = await received(bad)
        assert [m["code"] for m in messages if m["type"] == "error"] == ["internal"]
        assert "broke" not in json.dumps(messages)
        assert messages[-1] == {"type": "ended", "reason": "error"}
        assert close_code == 1000
        await good.send('{"type":"text","text":"still here"}')
        assert (await until(good, "said", turn=1))["text"] == "you said still here"


def footprint() -> tuple[int, int, int]:
    """Open descriptors, threads and children of this process."""
    process = psutil.Process(os.getpid())
    return process.num_fds(), threading.active_count(), len(process.children(recursive=True))


async def test_fifty_connects_and_disconnects_leak_nothing() -> None:
    async with served() as server:
        for abrupt in (False, True):  # the first calls also import and start what is then kept
            client = await connect(server.url)
            await until(client, "ready")
            client.transport.abort() if abrupt else await client.close()
        await server.idle()
        gc.collect()
        before, tasks_before = footprint(), len(asyncio.all_tasks())
        for number in range(50):
            client = await connect(server.url)
            if number % 5:
                await until(client, "ready")
            client.transport.abort() if number % 2 else await client.close()
        await server.idle()
        async with asyncio.timeout(5):
            while len(asyncio.all_tasks()) > tasks_before:
                await asyncio.sleep(0.02)
        gc.collect()
        after = footprint()
        assert all(now <= then for now, then in zip(after, before, strict=True)), (before, after)


def status_of(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


async def test_call_records_are_given_to_this_machine_only() -> None:
    async with served() as server, connect(server.url) as client:
        call_id = (await until(client, "ready"))["call_id"]
        http = server.url.replace("ws:", "http:").removesuffix("/v1/call")
        for path in ("/v1/calls", f"/v1/calls/{call_id}/messages"):
            assert await asyncio.to_thread(status_of, http + path) == 200
            for header in ({"X-Forwarded-For": "192.0.2.1"}, {"Forwarded": "for=192.0.2.1"}):
                assert await asyncio.to_thread(status_of, http + path, **header) == 403
        assert await asyncio.to_thread(status_of, http + "/v1/calls/none/messages") == 404


async def test_a_record_is_written_and_masked(tmp_path: Path) -> None:
    async with served(records=tmp_path) as server, connect(server.url) as client:
        await until(client, "ready")
        await client.send('{"type":"text","text":"code"}')
        await until(client, "said", turn=1)
        await client.send('{"type":"text","text":"four two seven one nine six"}')
        await until(client, "said", turn=2)
        await client.send('{"type":"hangup"}')
        await received(client)
        await server.idle()
        text = next(tmp_path.glob("*.jsonl")).read_text()
        heard = [m for line in text.splitlines()[1:] if (m := json.loads(line)["message"])["type"] == "heard"]
        assert [m["text"] for m in heard] == ["code", "******"]
