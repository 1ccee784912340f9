"""A gateway that only plays a part: the messages of docs/protocol.md from a script, and tones for a voice.

It lets the page be tested without any model. What the caller says is not recognized: the n-th utterance (speech, told
by its energy) is answered by the n-th `Line` of the script.
"""

import asyncio
import contextlib
import json
import math
from collections.abc import AsyncIterator, Sequence
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from msgspec import Struct

from voice.web import pages

RATE_HZ = 16000
CHUNK_MS = 20
SPEECH_LEVEL = 500.0
SILENCE_MS = 400


class Line(Struct, frozen=True, kw_only=True):
    """One exchange: what is "heard" and meant, and what is answered."""

    heard: str
    intent: str
    answer: str
    entities: tuple[dict[str, Any], ...] = ()
    sentiment: str = "neutral"
    name: str = ""
    expect: dict[str, Any] = {}
    card: dict[str, Any] | None = None
    answer_ms: int = 600
    ends: str = ""


class FakeGateway:
    """Serves the page and `/v1/call`. `received` holds every JSON message of the callers, `audio_bytes` their audio.

    Set before a call: `script`, `mode` ("answer", "busy", "refuse", "drop"), `extra` (raw texts sent after the
    greeting, to see what the page makes of them).
    """

    def __init__(self, script: Sequence[Line], *, greeting_ms: int = 600) -> None:
        self.script = script
        self.greeting_ms = greeting_ms
        self.mode = "answer"
        self.extra: tuple[str, ...] = ()
        self.packs = [{"name": "banking", "title": "Harbour Bank"}]
        self.received: list[dict[str, Any]] = []
        self.audio_bytes = 0
        self.voiced_chunks = 0
        self.chunk_sizes: set[int] = set()
        self.queries: list[dict[str, str]] = []
        self.app = FastAPI()
        pages.mount(self.app)
        self.app.add_api_route("/v1/packs", self._list_packs)
        self.app.add_api_websocket_route("/v1/call", self._call)

    async def _list_packs(self) -> list[dict[str, str]]:
        return self.packs

    async def _call(self, websocket: WebSocket) -> None:
        if self.mode == "refuse":
            await websocket.close(1008)
            return
        await websocket.accept()
        self.queries.append(dict(websocket.query_params))
        call = _Call(self, websocket)
        if self.mode == "busy":
            await call.send("error", code="busy", message="32 calls are in progress", retry=True)
            await websocket.close(1013)
            return
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await call.run()


class _Call:
    def __init__(self, gateway: FakeGateway, websocket: WebSocket) -> None:
        self.gateway = gateway
        self.websocket = websocket
        self.turn = 0
        self.keyed = ""
        self.speaking: asyncio.Task[None] | None = None
        self.heard_ms = 0
        self.silent_ms = 0
        self.partial_words = 0
        self.expected: dict[str, Any] = {}
        self.over = False

    async def send(self, kind: str, **fields: Any) -> None:
        await self.websocket.send_text(json.dumps({"type": kind, **fields}))

    async def run(self) -> None:
        await self.send("ready", version=1, call_id="c-1", pack="banking", title="Harbour Bank", rate_hz=RATE_HZ)
        await self.say("Hello, this is Harbour Bank. How can I help you?", name="greeting", ms=self.gateway.greeting_ms)
        for text in self.gateway.extra:
            await self.websocket.send_text(text)
        if self.gateway.mode == "drop":
            await asyncio.wait({self.speaking} if self.speaking else set())
            await self.websocket.close(1011)
            return
        try:
            while not self.over:
                await self.take(await self.websocket.receive())
        finally:
            if self.speaking:
                self.speaking.cancel()

    async def take(self, message: Any) -> None:
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        if message.get("bytes") is not None:
            await self.listen(message["bytes"])
            return
        received = json.loads(message["text"])
        self.gateway.received.append(received)
        if received["type"] == "hangup":
            await self.end("hangup")
        elif received["type"] == "text":
            await self.answer("text", received["text"])
        elif received["type"] == "dtmf":
            self.keyed += received["digits"]
            if len(self.keyed) >= (self.expected.get("length") or 1):
                await self.answer("dtmf", self.keyed)

    async def listen(self, pcm: bytes) -> None:
        self.gateway.audio_bytes += len(pcm)
        self.gateway.chunk_sizes.add(len(pcm))
        samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
        ms = len(samples) * 1000 // RATE_HZ
        if float(np.sqrt(np.mean(samples**2))) > SPEECH_LEVEL:
            self.gateway.voiced_chunks += 1
            self.silent_ms = 0
            self.heard_ms += ms
            await self.hear_more()
        elif self.heard_ms:
            self.silent_ms += ms
            if self.silent_ms >= SILENCE_MS:
                self.heard_ms = 0
                await self.send("speech", who="caller", state="stopped")
                await self.answer("speech", "")

    async def hear_more(self) -> None:
        if self.heard_ms == CHUNK_MS:
            self.partial_words = 0
            await self.send("speech", who="caller", state="started")
        if self.heard_ms == 200 and self.speaking and not self.speaking.done():
            self.speaking.cancel()
            await self.send("clear")
            await self.send("speech", who="agent", state="stopped")
        words = self.line().heard.split()
        count = min(len(words), self.heard_ms // 200)
        if count > self.partial_words:
            self.partial_words = count
            stable = len(" ".join(words[: max(0, count - 2)]))
            await self.send("heard", text=" ".join(words[:count]), final=False, stable=stable)

    def line(self) -> Line:
        return self.gateway.script[min(self.turn, len(self.gateway.script) - 1)]

    async def answer(self, source: str, text: str) -> None:
        line = self.line()
        self.turn += 1
        heard = "*" * 6 if self.expected.get("sensitive") else (text or line.heard)
        self.keyed = ""
        await self.send("heard", text=heard, final=True, confidence=0.93, turn=self.turn, source=source)
        if source != "dtmf":
            await self.understood(line)
        if self.speaking:
            self.speaking.cancel()
        await self.say(line.answer, name=line.name, ms=line.answer_ms, expect=line.expect, card=line.card)
        stages = {
            "endpoint_ms": 288,
            "recognize_ms": 41,
            "understand_ms": 7,
            "decide_ms": 3.4,
            "synthesize_ms": 6,
            "output_ms": 22,
        }
        await self.send("latency", turn=self.turn, voice_to_voice_ms=round(sum(stages.values())), stages=stages)
        if line.ends and self.speaking:
            await asyncio.wait({self.speaking})
            await self.end(line.ends)

    async def understood(self, line: Line) -> None:
        sentiment = {"label": line.sentiment, "score": {"negative": -0.7, "positive": 0.7}.get(line.sentiment, 0.0)}
        fields = {"turn": self.turn, "intent": line.intent, "probability": 0.97, "out_of_scope": 0.01}
        await self.send("understood", **fields, entities=list(line.entities), sentiment=sentiment)

    async def say(self, text: str, *, name: str, ms: int, expect: Any = None, card: Any = None) -> None:
        self.expected = expect or {"kind": "open"}
        fields = {"turn": self.turn, "text": text, "display": text, "names": [name], "card": card}
        await self.send("said", **fields, expect=self.expected)
        await self.send("speech", who="agent", state="started")
        self.speaking = asyncio.create_task(self.play(ms))

    async def play(self, ms: int) -> None:
        """A humming voice, at speaking pace."""
        async for chunk in _paced(_hum(ms)):
            await self.websocket.send_bytes(chunk)
        await self.send("speech", who="agent", state="stopped")

    async def end(self, reason: str) -> None:
        self.over = True
        if self.speaking:
            self.speaking.cancel()
        await self.send("ended", reason=reason)
        await self.websocket.close(1000)


def _hum(ms: int) -> bytes:
    seconds = np.arange(RATE_HZ * ms // 1000) / RATE_HZ
    syllables = 0.5 - 0.5 * np.cos(2 * math.pi * 4 * seconds)
    return np.asarray(9000 * syllables * np.sin(2 * math.pi * 180 * seconds)).astype("<i2").tobytes()


async def _paced(pcm: bytes) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    start = loop.time()
    size = RATE_HZ * CHUNK_MS // 1000 * 2
    for index in range(0, len(pcm), size):
        await asyncio.sleep(start + index / size * CHUNK_MS / 1000 - loop.time())
        yield pcm[index : index + size]


@contextlib.asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """Serves `app` on a free loopback port; gives its URL."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        await task
