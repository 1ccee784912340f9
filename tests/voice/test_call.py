"""Whole calls through the real pipeline, in virtual time, with scripted engines and a really spoken voice."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.voice.small_gateway import EchoAgent, small_gateway
from voice.gateway import Gateway
from voice.harness.line import Loopback, LoopbackLine
from voice.harness.virtual_time import run_virtual
from voice.settings import EarSettings
from voice.transports.transport import CallInfo

AUDIO = Path(__file__).parents[2] / "configs/packs/banking/audio/slt"
FRAME = 640
Message = dict[str, Any]


def spoken() -> bytes:
    """About a second and a half of a voice at 16 kHz."""
    path = next(iter(sorted(AUDIO.glob("a-million-pounds-*.flac"))))
    pcm, rate_hz = soundfile.read(path, dtype="int16")
    assert rate_hz == 16000
    return np.asarray(pcm, dtype="<i2").tobytes()


class Caller:
    """Collects what arrives on a line; speaks and types on it."""

    def __init__(self, line: LoopbackLine) -> None:
        self.line = line
        self.messages: list[Message] = []
        self.audio_bytes = 0
        self._news = asyncio.Condition()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for item in self.line.receive():
            async with self._news:
                if isinstance(item, bytes):
                    self.audio_bytes += len(item)
                else:
                    self.messages.append(item)
                self._news.notify_all()

    def having(self, kind: str, **having: Any) -> list[Message]:
        return [m for m in self.messages if m["type"] == kind and having.items() <= m.items()]

    async def until(self, kind: str, *, times: int = 1, **having: Any) -> Message:
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: len(self.having(kind, **having)) >= times), 60)
        return self.having(kind, **having)[-1]

    async def speak(self, pcm: bytes, *, then_silence_s: float = 1.2) -> None:
        pcm += bytes(int(32000 * then_silence_s) // FRAME * FRAME)
        for start in range(0, len(pcm), FRAME):
            await self.line.send_audio(pcm[start : start + FRAME])
            await asyncio.sleep(0.02)

    async def over(self) -> None:
        await self._task


def in_call(
    script: Callable[[Gateway, Caller], Coroutine[Any, Any, None]], *, call_id: str = "call-1", **options: Any
) -> Caller:
    """Runs `script` against one call; the call must be over, and nothing left running, when it returns."""

    async def main() -> Caller:
        gateway = await small_gateway(**options)
        transport = Loopback()
        info = CallInfo(call_id=call_id, pack="echo", channel="test", send_events=True)
        gateway.admit(info)
        answering = asyncio.create_task(gateway.answer(transport, info))
        caller = Caller(transport.line)
        await script(gateway, caller)
        await answering
        await caller.over()
        assert gateway.calls == 0
        await gateway.close()
        return caller

    return run_virtual(main())


async def one_spoken_turn(gateway: Gateway, caller: Caller) -> None:
    await caller.until("speech", who="agent", state="stopped")
    await caller.speak(spoken())
    await caller.until("speech", who="agent", state="stopped", times=2)
    await caller.line.send_text("bye")
    await caller.until("ended")


def test_a_spoken_turn_is_heard_understood_answered_and_timed() -> None:
    caller = in_call(one_spoken_turn, hears=("what is my balance",))
    kinds = [m["type"] for m in caller.messages]
    assert kinds[0] == "ready"
    assert kinds[-1] == "ended"
    assert caller.having("heard", final=True, source="speech")[0]["text"] == "what is my balance"
    partials = [m["text"] for m in caller.having("heard", final=False)]
    assert partials == sorted(partials, key=len)
    assert partials[0] == "what"
    assert caller.having("said", turn=1)[0]["text"] == "you said what is my balance"
    timing = caller.having("latency")[0]
    assert timing["voice_to_voice_ms"] == pytest.approx(sum(timing["stages"].values()), abs=0.5)
    assert 400 < timing["voice_to_voice_ms"] < 700
    assert caller.having("ended") == [{"type": "ended", "reason": "goodbye"}]


def test_the_same_call_gives_the_same_messages() -> None:
    first, second = (in_call(one_spoken_turn, hears=("what is my balance",)).messages for _ in range(2))
    assert [m["type"] for m in first] == [m["type"] for m in second]
    texts = [[m.get("text") for m in messages] for messages in (first, second)]
    assert texts[0] == texts[1]


def test_the_last_words_are_played_before_hanging_up() -> None:
    async def script(gateway: Gateway, caller: Caller) -> None:
        await caller.until("speech", who="agent", state="stopped")
        caller.audio_bytes = 0
        await caller.line.send_text("bye")
        await caller.until("ended")

    caller = in_call(script)
    said_ms = 40 * len("you said bye")
    assert caller.audio_bytes / 32 >= said_ms


def test_barge_in_clears_the_agent_and_tells_the_tracker_what_was_heard() -> None:
    async def script(gateway: Gateway, caller: Caller) -> None:
        await caller.until("speech", who="agent", state="stopped")
        await caller.line.send_text("one two three four five six seven eight nine ten eleven twelve")
        await caller.until("speech", who="agent", state="started", times=2)
        await asyncio.sleep(0.8)
        await caller.speak(spoken())
        await caller.until("heard", final=True, source="speech")
        await caller.line.send_text("bye")
        await caller.until("ended")

    caller = in_call(script, hears=("stop i want something else",))
    assert len(caller.having("clear")) >= 1
    events = [m["event"] for m in caller.having("event")]
    interrupted = next(e for e in events if e["event"] == "Interrupted")
    whole = "you said one two three four five six seven eight nine ten eleven twelve"
    assert interrupted["heard_text"]
    assert whole.startswith(interrupted["heard_text"])
    assert len(interrupted["heard_text"]) < len(whole)


def test_a_backchannel_does_not_interrupt() -> None:
    async def script(gateway: Gateway, caller: Caller) -> None:
        await caller.until("speech", who="agent", state="stopped")
        await caller.line.send_text("one two three four five six seven eight nine ten eleven twelve")
        await caller.until("speech", who="agent", state="started", times=2)
        await caller.speak(spoken()[6400:19200], then_silence_s=1.0)
        await caller.until("speech", who="agent", state="stopped", times=2)
        await caller.line.send_text("bye")
        await caller.until("ended")

    caller = in_call(script, hears=("okay",))
    assert caller.having("clear") == []
    assert caller.having("heard", final=True, source="speech") == []


def test_a_client_that_stops_sending_in_mid_turn_is_heard_as_silent() -> None:
    async def script(gateway: Gateway, caller: Caller) -> None:
        await caller.until("speech", who="agent", state="stopped")
        await caller.speak(spoken(), then_silence_s=0)
        await caller.until("said", turn=1)
        await caller.line.send_text("bye")
        await caller.until("ended")

    caller = in_call(script, hears=("what is my balance",))
    assert caller.having("said", turn=1)[0]["text"] == "you said what is my balance"


def test_a_silent_caller_is_asked_again() -> None:
    async def script(gateway: Gateway, caller: Caller) -> None:
        await caller.until("said", times=3)
        await caller.line.hang_up()

    caller = in_call(script, ear=EarSettings(no_input_s=5.0))
    assert [m["text"] for m in caller.having("said")][1:3] == ["are you still there"] * 2


def test_sensitive_answers_are_masked_in_everything_sent() -> None:
    async def script(gateway: Gateway, caller: Caller) -> None:
        await caller.until("speech", who="agent", state="stopped")
        await caller.line.send_text("code")
        await caller.until("speech", who="agent", state="stopped", times=2)
        await caller.speak(spoken())
        await caller.until("heard", final=True, source="speech")
        await caller.line.send_text("bye")
        await caller.until("ended")

    caller = in_call(script, hears=("four two seven one nine six",))
    heard = caller.having("heard", source="speech")[0]
    assert heard["text"] == "******"
    assert all("four" not in m["text"] for m in caller.having("heard", final=False))


def test_keys_pressed_one_by_one_fill_a_code() -> None:
    async def script(gateway: Gateway, caller: Caller) -> None:
        await caller.until("speech", who="agent", state="stopped")
        await caller.line.send_text("code")
        await caller.until("said", turn=1)
        for key in "427196":
            await caller.line.send_digits(key)
        await caller.until("said", turn=2)
        await caller.line.send_text("bye")
        await caller.until("ended")

    caller = in_call(script)
    assert caller.having("said", turn=2)[0]["text"] == "you pressed 6 keys"
    assert caller.having("heard", source="dtmf")[0]["text"] == "******"


def test_a_recognizer_that_dies_ends_the_call_with_an_error() -> None:
    async def script(gateway: Gateway, caller: Caller) -> None:
        await caller.until("speech", who="agent", state="stopped")
        gateway.shared.answerers["echo"].recognizer.die()
        await caller.speak(spoken())
        await caller.until("ended")

    caller = in_call(script)
    assert [m["code"] for m in caller.having("error")] == ["engine"]
    assert caller.having("error")[0]["retry"] is True
    assert caller.having("ended")[0]["reason"] == "error"


def test_a_sentence_that_can_not_be_spoken_does_not_end_the_call() -> None:
    async def script(gateway: Gateway, caller: Caller) -> None:
        await caller.until("speech", who="agent", state="stopped")
        gateway.shared.synthesizer.failing = frozenset({"you said one"})
        await caller.line.send_text("one")
        await caller.until("said", turn=1)
        await caller.line.send_text("two")
        await caller.until("said", turn=2)
        await caller.line.send_text("bye")
        await caller.until("ended")

    assert in_call(script).having("ended")[0]["reason"] == "goodbye"


def test_events_are_stored_and_the_end_is_told() -> None:
    seen: dict[str, Any] = {}

    async def script(gateway: Gateway, caller: Caller) -> None:
        await caller.until("ready")
        seen["store"] = gateway.shared.store
        seen["agent"] = gateway.shared.answerers["echo"].agent
        await caller.line.vanish()

    in_call(script, call_id="call-7")
    agent: EchoAgent = seen["agent"]
    assert agent.ended_reasons == ["hangup"]
    assert [type(e).__name__ for e in seen["store"].saved["call-7"]][:1] == ["BotSpoke"]
