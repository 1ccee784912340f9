import asyncio

import numpy as np
import pytest
from websockets.asyncio.server import serve

from tests.voice.harness.fake_gateway import FakeAgent, FakeLine, serve_websocket, tone
from voice.harness.caller import Caller, CallRecord, LineError, Received, as_json_lines
from voice.harness.turn_taking import CallerTurn
from voice.harness.virtual_time import run_virtual
from voice.harness.websocket_caller import call_address, call_over_websocket

ANSWERS = [
    [{"type": "heard", "final": True, "text": "balance"}, {"type": "said", "text": "code?"}],
    [{"type": "said", "text": "goodbye"}],
]
TURNS = (CallerTurn(pcm=tone(500)), CallerTurn(digits="123456"))


@pytest.fixture
def call():
    agents: list[FakeAgent] = []

    def run(answers=ANSWERS, turns=TURNS, **options) -> tuple[CallRecord, FakeAgent]:
        async def main() -> CallRecord:
            agent = FakeAgent(answers)
            agents.append(agent)
            speaks = options.pop("speaks_messages", True)
            return await Caller(FakeLine(agent, speaks_messages=speaks), turns, **options).run()

        return run_virtual(main()), agents[-1]

    return run


def test_a_call_is_spoken_to_its_end(call):
    record, agent = call()
    assert record.failure == ""
    assert record.ended_by_gateway
    assert agent.taken == ["speech", "123456"]
    assert [r.message["type"] for r in record.received][-1] == "ended"
    assert [r.at_ms for r in record.received] == sorted(r.at_ms for r in record.received)


def test_the_caller_speaks_only_after_the_agent_and_a_gap(call):
    record, _ = call()
    stopped = [r.at_ms for r in record.received if r.message.get("state") == "stopped"]
    assert len(record.turn_starts_ms) == 2
    for start_ms, stop_ms in zip(record.turn_starts_ms, stopped, strict=False):
        assert 250 <= start_ms - stop_ms <= 300


def test_voice_to_voice_is_measured_from_the_last_voiced_sample(call):
    record, _ = call()
    (reply,) = record.replies
    assert reply.turn == 1
    # 200 ms of silence until the fake hears the end, 80 ms until it speaks, and a tick of the caller's
    assert reply.voice_to_voice_ms == pytest.approx(280, abs=25)


def test_both_sides_are_recorded_aligned(call):
    record, _ = call()
    assert len(record.caller_pcm) == len(record.agent_pcm)
    caller, agent = (np.frombuffer(pcm, "<i2") for pcm in (record.caller_pcm, record.agent_pcm))
    spoke = np.flatnonzero(caller)[0] / 16
    assert spoke == pytest.approx(record.turn_starts_ms[0], abs=25)
    overlap = np.count_nonzero((caller != 0) & (agent != 0))
    assert overlap == 0


def test_speech_leaves_at_speaking_pace(call):
    record, agent = call(turns=(CallerTurn(pcm=tone(500)),))
    sent_ms = len(agent.pcm) / 2 / 16
    assert sent_ms == pytest.approx(record.duration_ms, rel=0.05)


def test_on_a_line_without_messages_the_signal_tells_when_the_agent_is_done(call):
    record, agent = call(speaks_messages=False)
    assert record.failure == ""
    assert agent.taken == ["speech", "123456"]
    assert record.received == ()
    assert len(record.replies) == 1


def test_a_call_over_its_limit_is_a_failure(call):
    record, _ = call(limit_s=0.4)
    assert record.failure == "the call was not over after 0.4 s"


def test_an_error_message_is_the_failure(call):
    record, _ = call([[{"type": "error", "code": "engine", "message": "recognizer died", "retry": True}], []])
    assert record.failure == "recognizer died"


def test_the_listener_sees_every_message_as_it_comes(call):
    seen: list[Received] = []
    record, _ = call(listener=seen.append)
    assert tuple(seen) == record.received


def test_json_lines_keep_time_and_message():
    lines = as_json_lines([Received(12.34, {"type": "ready"}), Received(20.0, {"type": "ended", "reason": "x"})])
    assert lines == '{"at_ms": 12.3, "type": "ready"}\n{"at_ms": 20.0, "type": "ended", "reason": "x"}\n'


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:80", "ws://127.0.0.1:80/v1/call?rate=16000&events=1&pack=banking"),
        ("https://a.example/kefu/", "wss://a.example/kefu/v1/call?rate=16000&events=1&pack=banking"),
        ("ws://h:1/v1/call", "ws://h:1/v1/call?rate=16000&events=1&pack=banking"),
        ("127.0.0.1:80", "ws://127.0.0.1:80/v1/call?rate=16000&events=1&pack=banking"),
    ],
)
def test_addresses(url, address):
    assert call_address(url, pack="banking", rate_hz=16000, caller="") == address


@pytest.mark.parametrize("url", ["ftp://h", "http://", ""])
def test_addresses_that_are_none(url):
    with pytest.raises(LineError):
        call_address(url, pack="", rate_hz=16000, caller="")


@pytest.mark.integration
async def test_over_a_real_websocket():
    agents: list[FakeAgent] = []

    async def answer(socket) -> None:
        agents.append(FakeAgent(ANSWERS))
        await serve_websocket(socket, agents[-1])

    async with serve(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        record = await call_over_websocket(f"http://127.0.0.1:{port}", TURNS, caller="+44")
    assert record.failure == ""
    assert agents[0].taken == ["speech", "123456"]
    assert record.replies[0].voice_to_voice_ms == pytest.approx(280, abs=150)


@pytest.mark.integration
async def test_a_connection_that_breaks_is_told():
    async def answer(socket) -> None:
        await socket.send('{"type":"ready"}')
        await asyncio.sleep(0.05)
        await socket.close(1011, "engine died")

    async with serve(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        record = await call_over_websocket(f"ws://127.0.0.1:{port}", TURNS)
    assert record.failure == "the gateway closed the connection: 1011 engine died"


async def test_no_gateway_there():
    with pytest.raises(LineError, match=r"no call to http://127\.0\.0\.1:1:"):
        await call_over_websocket("http://127.0.0.1:1", TURNS)
