"""Scenarios in process: the real pipeline, dialogue and bank under scripted engines."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from dialog.agent import Agent
from dialog.pack import Pack
from nlu.locations import find_pack
from nlu.understanding import Entity, IntentScore, Understanding, Utterance
from tests.voice.fakes import FakeRecognizer, FakeSynthesizer
from tests.voice.small_gateway import MemoryStore
from voice.call import Answerer, Shared
from voice.ear.vad import SileroModel
from voice.harness.outside_engines import announced
from voice.harness.played import Played
from voice.harness.playing import play_all
from voice.harness.scenario import Scenario, load_scenario
from voice.harness.virtual_time import run_virtual
from voice.records import CallRecords
from voice.settings import GatewaySettings
from voice.synthesizers.synthesizer import SpeechStyle

TRANSFER = """\
scenario: A transfer by keyboard
caller: "+441632960001"
goal: {actions: [check_code, check_balance, "transfer_money: ok"], ended: goodbye}
turns:
- type: balance
  expect: {intent: check_balance, reply: [utter_ask_code]}
- keys: "427196"
  expect: {reply: [utter_code_ok, utter_balance], says: twelve thousand, action: check_balance}
- type: transfer
  expect: {slots: {amount: "50.00"}, reply: [utter_confirm_transfer]}
- type: "yes"
  expect: {reply: [utter_transfer_done]}
- type: bye
  expect: {reply: [utter_goodbye]}
"""
MEANS = {"balance": "check_balance", "transfer": "transfer_money", "yes": "affirm", "bye": "goodbye"}
MONEY = {"amount": "50.00", "currency": "GBP"}
ENTITIES = {
    "transfer": (
        Entity(name="amount", text="transfer", start=0, end=8, value=MONEY),
        Entity(name="person", text="transfer", start=0, end=8, value="anna"),
        Entity(name="account", text="transfer", start=0, end=8, value="current"),
    )
}


class WordInterpreter:
    """One word, one meaning."""

    async def interpret(self, utterance: Utterance) -> Understanding:
        text = utterance.text
        intents = (IntentScore(MEANS.get(text, "out_of_scope"), 0.99),)
        return Understanding(utterance=utterance, intents=intents, entities=ENTITIES.get(text, ()))

    async def close(self) -> None:
        pass


@asynccontextmanager
async def scripted(settings: GatewaySettings, scenarios, folder: Path) -> AsyncIterator[Shared]:
    recognizer, synthesizer = FakeRecognizer(), FakeSynthesizer(char_ms=20)
    await recognizer.start()
    await synthesizer.start()
    agent = Agent.open(Pack.load(find_pack("banking")), data_directory=folder / "unused", now=lambda: None)
    try:
        yield announced(
            Shared(
                settings=settings,
                answerers={"banking": Answerer(agent=agent, interpreter=WordInterpreter(), recognizer=recognizer)},
                synthesizer=synthesizer,
                style=SpeechStyle(),
                voice_activity=SileroModel(),
                store=MemoryStore(),
                records=CallRecords(None),
            )
        )
    finally:
        await agent.close()


def scenario(folder: Path, text: str = TRANSFER) -> Scenario:
    path = folder / "typed.yaml"
    path.write_text(text)
    return msgspec.structs.replace(load_scenario(path), pack_folder=find_pack("banking"))


def play(*scenarios: Scenario, jobs: int = 1) -> tuple[Played, ...]:
    return run_virtual(play_all(scenarios, GatewaySettings(), jobs=jobs, opener=scripted))


def test_a_scenario_goes_through_the_whole_service(tmp_path):
    (played,) = play(scenario(tmp_path))
    assert played.result.failures == ()
    assert played.result.error == ""
    assert played.verdict is not None
    assert played.verdict.goal_reached
    assert played.record is not None
    assert played.record.ended_by_gateway
    assert played.record.duration_ms > 10_000


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_scenario_has_data_of_its_own(tmp_path, jobs):
    for played in play(scenario(tmp_path), scenario(tmp_path), jobs=jobs):
        assert played.result.failures == ()


def test_the_same_scenario_gives_the_same_messages_at_the_same_times(tmp_path):
    first, second = (play(scenario(tmp_path))[0].record for _ in range(2))
    assert first is not None
    assert second is not None
    told = [
        [(r.at_ms, r.message["type"], r.message.get("text")) for r in record.received] for record in (first, second)
    ]
    assert told[0] == told[1]


def test_what_went_wrong_is_told_and_the_others_go_on(tmp_path):
    wrong = scenario(tmp_path, TRANSFER.replace('"427196"', '"111111"'))
    mute = scenario(tmp_path, "scenario: Mute\nturns:\n- say: nobody recorded this\n")
    failed, broken, passed = play(wrong, mute, scenario(tmp_path))
    assert any("goal.actions.1" in failure for failure in failed.result.failures)
    assert "no recording of 'nobody recorded this'" in broken.result.error
    assert passed.result.passed
