"""A gateway of a few lines that speaks docs/protocol.md: greets, answers each turn from a script, says goodbye."""

import asyncio
import json
import math
import struct
from collections.abc import AsyncIterator, Sequence
from typing import Any

from voice.harness.caller import Message
from voice.harness.speech_gate import SpeechGate


def tone(ms: int, *, rate_hz: int = 16000, hertz: float = 440.0) -> bytes:
    """A voiced sound of that length, PCM16."""
    count = rate_hz * ms // 1000
    return struct.pack(f"<{count}h", *(int(9000 * math.sin(math.tau * hertz * i / rate_hz)) for i in range(count)))


class FakeAgent:
    """Answers the n-th turn with `answers[n]`: messages to send around 300 ms of tone. Ends after the last."""

    def __init__(self, answers: Sequence[Sequence[Message]], *, rate_hz: int = 16000, think_ms: int = 80) -> None:
        self.answers = list(answers)
        self.rate_hz = rate_hz
        self.think_ms = think_ms
        self.arrived: asyncio.Queue[bytes | Message | None] = asyncio.Queue()
        self.pcm = bytearray()
        self.taken: list[str] = []
        self._gate = SpeechGate(rate_hz=rate_hz, stop_ms=200)
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._send({"type": "ready", "version": 1, "call_id": "c1", "pack": "banking", "title": "Bank"})
        self._spawn(self._speak([{"type": "said", "turn": 0, "text": "hello", "names": ["utter_greet"]}]))

    def hear(self, item: bytes | Message) -> None:
        if isinstance(item, bytes):
            self.pcm += item
            if self._gate.push(item) == "stopped":
                self._answer("speech")
        elif item["type"] == "hangup":
            self._end("hangup")
        else:
            self._answer(item.get("text") or item["digits"])

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _answer(self, taken: str) -> None:
        self.taken.append(taken)
        self._turn += 1
        answer = self.answers[self._turn - 1] if self._turn <= len(self.answers) else ()
        self._spawn(self._speak([{**message, "turn": self._turn} for message in answer]))

    async def _speak(self, messages: Sequence[Message]) -> None:
        await asyncio.sleep(self.think_ms / 1000)
        for message in messages:
            self._send(message)
        self._send({"type": "speech", "who": "agent", "state": "started"})
        sound = tone(300, rate_hz=self.rate_hz)
        step = self.rate_hz // 50 * 2
        for start in range(0, len(sound), step):
            self._send(sound[start : start + step])
            await asyncio.sleep(0.02)
        self._send({"type": "speech", "who": "agent", "state": "stopped"})
        if self._turn == len(self.answers):
            self._end("goodbye")

    def _end(self, reason: str) -> None:
        self._send({"type": "ended", "reason": reason})
        self.arrived.put_nowait(None)

    def _send(self, item: bytes | Message) -> None:
        self.arrived.put_nowait(item)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class FakeLine:
    """A line straight into a `FakeAgent`. With `speaks_messages` False only its audio comes through."""

    def __init__(self, agent: FakeAgent, *, speaks_messages: bool = True) -> None:
        self.rate_hz = agent.rate_hz
        self.speaks_messages = speaks_messages
        self.agent = agent
        self.hung_up = 0
        agent.start()

    async def send_audio(self, pcm: bytes) -> None:
        self.agent.hear(pcm)

    async def send_text(self, text: str) -> None:
        self.agent.hear({"type": "text", "text": text})

    async def send_digits(self, digits: str) -> None:
        self.agent.hear({"type": "dtmf", "digits": digits})

    async def receive(self) -> AsyncIterator[bytes | Message]:
        while (item := await self.agent.arrived.get()) is not None:
            if self.speaks_messages or isinstance(item, bytes):
                yield item

    async def hang_up(self) -> None:
        if not self.hung_up:
            self.agent.hear({"type": "hangup"})
            self.agent.stop()
        self.hung_up += 1


async def serve_websocket(socket: Any, agent: FakeAgent) -> None:
    """One WebSocket connection of a `FakeAgent`."""
    agent.start()

    async def sending() -> None:
        while (item := await agent.arrived.get()) is not None:
            await socket.send(item if isinstance(item, bytes) else json.dumps(item))
        await socket.close()

    task = asyncio.create_task(sending())
    try:
        async for item in socket:
            agent.hear(item if isinstance(item, bytes) else json.loads(item))
    finally:
        agent.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
