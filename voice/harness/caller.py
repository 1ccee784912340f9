"""The scripted caller at a line: speaks in real time (or in a virtual loop's time), listens, keeps everything.

`Caller` holds the pace, the turn taking and the recording; a `Line` is only how audio and messages travel. The
WebSocket caller, the in-process line and the SIP caller are three lines.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Protocol

from msgspec import Struct

from voice.errors import VoiceError
from voice.harness.speech_gate import SpeechGate, is_voiced
from voice.harness.tape import Tape
from voice.harness.turn_taking import CallerTurn, HangUp, Phase, TakeTurn, TurnTaking

FRAME_MS = 20
# A line with a clock of its own (RTP) sends comfort noise whenever our frame is late, in the middle of a word. So it
# always has some frames in hand; what is heard is that much later.
LEAD_FRAMES = 4

Message = dict[str, Any]


class LineError(VoiceError):
    """The line could not be opened or broke; the text says why."""

    code = "line"
    retryable = True


class Line(Protocol):
    """One call's way to the gateway. `receive` is consumed by one task, everything else by another."""

    rate_hz: int
    speaks_messages: bool
    """True: the gateway sends docs/protocol.md's messages. False: only audio comes (a phone line), so that the
    caller tells from the signal when the agent speaks."""

    async def send_audio(self, pcm: bytes) -> None:
        """Sends one 20 ms frame of PCM16 mono at `rate_hz`. Raises LineError."""

    async def send_text(self, text: str) -> None:
        """Types. Raises LineError, also where the line has no place for text."""

    async def send_digits(self, digits: str) -> None:
        """Presses keys; returns when the last is released. Raises LineError."""

    def receive(self) -> AsyncIterator[bytes | Message]:
        """Agent audio (PCM16 mono at `rate_hz`) and messages as they come; ends when the far end hung up."""

    async def hang_up(self) -> None:
        """Ends the call and frees the line; idempotent, never raises."""


class Received(Struct, frozen=True):
    """A protocol message and when it came, in milliseconds from the start of the call."""

    at_ms: float
    message: Message


class Reply(Struct, frozen=True):
    """The caller's own measurement of one turn: last voiced sample sent -> first agent sample received."""

    turn: int
    voice_to_voice_ms: float


class CallRecord(Struct, frozen=True, kw_only=True):
    """What one call left behind. `failure` is "" when the script ran to its end or the gateway ended the call."""

    rate_hz: int
    caller_pcm: bytes
    agent_pcm: bytes
    received: tuple[Received, ...]
    replies: tuple[Reply, ...]
    turn_starts_ms: tuple[float, ...]
    duration_ms: float
    ended_by_gateway: bool = False
    failure: str = ""

    @classmethod
    def unanswered(cls, *, rate_hz: int, failure: str) -> "CallRecord":
        """The record of a call that never came about."""
        return cls(
            rate_hz=rate_hz,
            caller_pcm=b"",
            agent_pcm=b"",
            received=(),
            replies=(),
            turn_starts_ms=(),
            duration_ms=0.0,
            failure=failure,
        )


class Caller:
    """Acts out `turns` on `line`; use once.

    `listener` is told every message as it comes (a live print). `limit_s` bounds the whole call.
    """

    def __init__(
        self,
        line: Line,
        turns: Sequence[CallerTurn],
        *,
        listener: Callable[[Received], None] | None = None,
        gap_ms: float = 250.0,
        limit_s: float = 600.0,
    ) -> None:
        self._line = line
        self._turns = tuple(turns)
        self._taking = TurnTaking(turns, gap_ms=gap_ms)
        self._listener = listener
        self._limit_ms = limit_s * 1000
        self._tape = Tape(rate_hz=line.rate_hz)
        self._gate = None if line.speaks_messages else SpeechGate(rate_hz=line.rate_hz)
        self._gated_until_ms = 0.0
        self._loop = asyncio.get_running_loop()
        self._zero_s = self._loop.time()
        self._received: list[Received] = []
        self._replies: list[Reply] = []
        self._turn_starts_ms: list[float] = []
        self._voiced_until_ms: float | None = None
        self._lead_ms = 0 if line.speaks_messages else LEAD_FRAMES * FRAME_MS
        self._failure = ""
        self._ended_by_gateway = False

    async def run(self) -> CallRecord:
        """Places the call and returns when it is over. A broken line is a `failure`, not an exception."""
        listening = asyncio.create_task(self._listen(), name="caller-listening")
        try:
            await self._speak()
            await self._line.hang_up()
            await listening
        except LineError as error:
            self._failure = str(error)
        finally:
            await self._line.hang_up()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        return self._record()

    def _now_ms(self) -> float:
        return (self._loop.time() - self._zero_s) * 1000

    async def _speak(self) -> None:
        frame_bytes = self._line.rate_hz * FRAME_MS // 1000 * 2
        silence = bytes(frame_bytes)
        if not self._line.speaks_messages:
            self._taking.ready(self._now_ms())
            for _ in range(LEAD_FRAMES):
                await self._line.send_audio(silence)
        pending = b""
        current: CallerTurn | None = None
        tick = 0
        while self._taking.phase is not Phase.OVER:
            tick += 1
            await asyncio.sleep(max(0.0, self._zero_s + tick * FRAME_MS / 1000 - self._loop.time()))
            now_ms = self._now_ms()
            if now_ms > self._limit_ms:
                self._failure = f"the call was not over after {self._limit_ms / 1000:g} s"
                return
            self._hear_nothing(now_ms)
            if current is None:
                move = self._taking.move(now_ms)
                if isinstance(move, HangUp):
                    self._failure = move.reason
                    return
                if isinstance(move, TakeTurn):
                    current = self._turns[move.index]
                    self._turn_starts_ms.append(now_ms)
                    pending = await self._begin(current)
            if self._taking.phase is Phase.CONNECTING:
                continue
            frame, pending = pending[:frame_bytes].ljust(frame_bytes, b"\0"), pending[frame_bytes:]
            await self._send(frame if current is not None else silence, now_ms)
            if current is not None and not pending:
                current = None
                self._taking.caller_finished(self._now_ms())

    async def _begin(self, turn: CallerTurn) -> bytes:
        """Starts a turn; the audio that remains to be sent for it."""
        self._voiced_until_ms = None
        if turn.text:
            await self._line.send_text(turn.text)
        if turn.digits:
            await self._line.send_digits(turn.digits)
        if turn.silence_ms:
            return bytes(self._line.rate_hz * turn.silence_ms // 1000 * 2)
        return turn.pcm

    async def _send(self, frame: bytes, now_ms: float) -> None:
        self._tape.caller(frame, at_ms=now_ms)
        if is_voiced(frame):
            self._voiced_until_ms = now_ms + FRAME_MS + self._lead_ms
        await self._line.send_audio(frame)

    async def _listen(self) -> None:
        try:
            async for item in self._line.receive():
                if isinstance(item, bytes):
                    self._hear(item)
                else:
                    self._read(item)
        except LineError as error:
            self._failure = self._failure or str(error)
        else:
            self._ended_by_gateway = self._taking.phase is not Phase.OVER
        finally:
            self._taking.ended()

    def _hear(self, pcm: bytes) -> None:
        now_ms = self._now_ms()
        voiced = is_voiced(pcm)
        if self._gate is None or voiced or self._gate.speaking:
            self._taking.agent_audio(len(pcm) * 500 / self._line.rate_hz, now_ms)
        self._tape.agent(pcm, at_ms=now_ms)
        if voiced and self._voiced_until_ms is not None and now_ms > self._voiced_until_ms - FRAME_MS - self._lead_ms:
            self._replies.append(Reply(len(self._turn_starts_ms), now_ms - self._voiced_until_ms))
            self._voiced_until_ms = None
        self._feed_gate(pcm, now_ms)

    def _hear_nothing(self, now_ms: float) -> None:
        """A far end may send nothing instead of silence; the gate must hear the silence all the same."""
        if self._gate is not None and now_ms - self._gated_until_ms > 3 * FRAME_MS:
            self._feed_gate(bytes(self._line.rate_hz * FRAME_MS // 1000 * 2), now_ms)

    def _feed_gate(self, pcm: bytes, now_ms: float) -> None:
        if self._gate is None:
            return
        length_ms = len(pcm) * 500 / self._line.rate_hz
        self._gated_until_ms = max(self._gated_until_ms, now_ms - 3 * FRAME_MS) + length_ms
        edge = self._gate.push(pcm)
        if edge == "started":
            self._taking.agent_started(now_ms)
        elif edge == "stopped":
            self._taking.agent_stopped(now_ms)

    def _read(self, message: Message) -> None:
        now_ms = self._now_ms()
        received = Received(now_ms, message)
        self._received.append(received)
        match message:
            case {"type": "ready"}:
                self._taking.ready(now_ms)
            case {"type": "speech", "who": "agent", "state": "started"}:
                self._taking.agent_started(now_ms)
            case {"type": "speech", "who": "agent", "state": "stopped"}:
                self._taking.agent_stopped(now_ms)
            case {"type": "clear"}:
                self._taking.cleared(now_ms)
                self._tape.clear(at_ms=now_ms)
            case {"type": "error", "message": reason}:
                self._failure = self._failure or str(reason)
        if self._listener:
            self._listener(received)

    def _record(self) -> CallRecord:
        caller, agent = self._tape.sides()
        return CallRecord(
            rate_hz=self._line.rate_hz,
            caller_pcm=caller,
            agent_pcm=agent,
            received=tuple(self._received),
            replies=tuple(self._replies),
            turn_starts_ms=tuple(self._turn_starts_ms),
            duration_ms=self._now_ms(),
            ended_by_gateway=self._ended_by_gateway,
            failure=self._failure,
        )


def as_json_lines(received: Sequence[Received]) -> str:
    """One `{"at_ms": ..., ...message}` object a line."""
    return "".join(json.dumps({"at_ms": round(r.at_ms, 1), **r.message}) + "\n" for r in received)
