"""baresip holds a whole spoken conversation with the real gateway - its engines, its trained model - to the goal."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from nlu.locations import find_pack
from tests.voice.sip.softphone import Softphone, require_baresip
from voice.build import gateway_settings, open_gateway
from voice.gateway import Gateway
from voice.harness.caller import Received
from voice.harness.conversation import Conversation, fold
from voice.harness.scenario import Scenario, load_scenario
from voice.harness.turn_taking import CallerTurn
from voice.harness.utterances import caller_turns
from voice.harness.verdict import goal_wishes
from voice.records import CallRecord
from voice.settings import SipSettings
from voice.transports.sip.endpoint import SipEndpoint

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

PAUSE_S = 0.5  # a human's gap before answering; also bridges the agent's own pauses between sentences
REPLY_S = 20.0
TAIL_S = 120  # baresip hangs up when its audio file ends, so each file goes on in silence
MODES = [
    ("g722/16000/1", 16000, "spoken"),
    pytest.param("g722/16000/1", 16000, "keyed", marks=pytest.mark.slow),
    pytest.param("pcmu/8000/1", 8000, "spoken", marks=pytest.mark.slow),
]


@contextlib.asynccontextmanager
async def phoned(folder: Path) -> AsyncIterator[tuple[Gateway, SipEndpoint]]:
    folder.mkdir()
    settings = gateway_settings(overrides={"dialog.store_url": f"sqlite+aiosqlite:///{folder / 'calls.db'}"})
    gateway = await open_gateway(settings, pack_data=folder)
    endpoint = SipEndpoint(SipSettings(enabled=True, port=0, rtp_ports=(26000, 26099)), gateway, "banking")
    await endpoint.start()
    try:
        yield gateway, endpoint
    finally:
        await endpoint.close()
        await gateway.close()


def write_wav(path: Path, pcm: bytes, *, rate_hz: int) -> Path:
    samples = np.frombuffer(pcm, "<i2")
    soundfile.write(path, np.concatenate([samples, np.zeros(rate_hz * TAIL_S, "<i2")]), rate_hz, subtype="PCM_16")
    return path


class Conversing:
    """Takes turns with the agent, whom it hears through the gateway's record of the call."""

    def __init__(self, record: CallRecord) -> None:
        self._record = record
        self._answered = 0

    @property
    def conversation(self) -> Conversation:
        return fold(Received(entry.at_ms, entry.message) for entry in self._record.entries)

    async def agent_finished(self) -> None:
        """The agent has answered the last turn and has been quiet for a human's gap, or has ended the call."""
        quiet_s = 0.0
        async with asyncio.timeout(REPLY_S):
            while not self._record.over:
                await asyncio.sleep(0.05)
                said = [e.message["type"] for e in self._record.entries].count("said")
                speech = [e.message["state"] for e in self._record.entries if e.message.get("who") == "agent"]
                silent = said > self._answered and speech[-1:] == ["stopped"]
                quiet_s = quiet_s + 0.05 if silent else 0.0
                if quiet_s >= PAUSE_S:
                    self._answered = said
                    return


async def act(phone: Softphone, turn: CallerTurn, wav: Path) -> None:
    if turn.digits:
        for key in turn.digits:
            await phone.command("sndcode", key)
            await asyncio.sleep(0.25)
    else:
        await phone.command("ausrc", f"aufile,{wav}")


async def hold(
    phone: Softphone, gateway: Gateway, turns: tuple[CallerTurn, ...], folder: Path, rate_hz: int
) -> Conversation:
    async with asyncio.timeout(10):
        while not (records := list(gateway.shared.records)):
            await asyncio.sleep(0.02)
    talk = Conversing(records[-1])
    for number, turn in enumerate(turns):
        wav = write_wav(folder / f"turn{number}.wav", turn.pcm, rate_hz=rate_hz)
        await talk.agent_finished()
        await act(phone, turn, wav)
    await phone.wait_for("CALL_CLOSED", timeout_s=40)
    async with asyncio.timeout(10):
        while gateway.calls:
            await asyncio.sleep(0.02)
    return talk.conversation


def turns_of(scenario: Scenario, *, rate_hz: int, keyed: bool) -> tuple[CallerTurn, ...]:
    turns = caller_turns(scenario, rate_hz=rate_hz)
    return (turns[0], CallerTurn(digits="427196"), *turns[2:]) if keyed else turns


@pytest.mark.parametrize(("codecs", "rate_hz", "code"), MODES)
async def test_a_verified_balance_and_a_confirmed_transfer(
    tmp_path: Path, codecs: str, rate_hz: int, code: str
) -> None:
    require_baresip()
    scenario = load_scenario(find_pack("banking") / "scenarios" / "demo.yaml")
    turns = turns_of(scenario, rate_hz=rate_hz, keyed=code == "keyed")
    silence = write_wav(tmp_path / "silence.wav", b"", rate_hz=rate_hz)
    caller = scenario.spec.caller
    async with (
        phoned(tmp_path / "bank") as (gateway, endpoint),
        Softphone(tmp_path / "phone", source=silence, codecs=codecs, caller=caller) as phone,
    ):
        await phone.dial(f"sip:banking@127.0.0.1:{endpoint.port}")
        talk = await hold(phone, gateway, turns, tmp_path, rate_hz)
    told = "\n".join(f"{e.heard!r} -> {e.intent}: {' '.join(e.said)!r}" for e in talk.exchanges)
    unmet = [f"{wish.wanted}: {wish.came}" for wish in goal_wishes(scenario.spec.goal, talk) if not wish.met]
    assert not unmet, f"{unmet}\n{told}"
    assert ("******" in [e.heard for e in talk.exchanges]) or code == "spoken"
