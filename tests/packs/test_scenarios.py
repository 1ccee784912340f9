"""The banking pack's scenarios: they load, name what exists, and every utterance has its recording."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import soundfile
import yaml

from voice.harness.scenario import Scenario, audio_name, load_scenario


@pytest.fixture(scope="module")
def scenarios(banking: Path) -> list[Scenario]:
    return [load_scenario(path) for path in sorted((banking / "scenarios").glob("*.yaml"))]


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_there_are_enough_and_each_has_a_goal(scenarios: list[Scenario]) -> None:
    assert len(scenarios) >= 18
    assert len({scenario.name for scenario in scenarios}) == len(scenarios)
    assert [
        scenario.name for scenario in scenarios if not (scenario.spec.goal.actions or scenario.spec.goal.ended)
    ] == []


def test_every_flow_is_reached(scenarios: list[Scenario], banking: Path) -> None:
    expected = {turn.expect.intent for scenario in scenarios for turn in scenario.spec.turns}
    triggers = {
        intent for flow in read(banking / "flows.yaml")["flows"].values() for intent in flow.get("nlu_trigger", ())
    }
    assert triggers - expected - {"no_code", "slower_louder", "hold_on"} == set()


def test_expected_names_exist(scenarios: list[Scenario], banking: Path) -> None:
    responses = set(read(banking / "responses.yaml")["responses"])
    domain = read(banking / "domain.yaml")
    actions = set(re.findall(r"^async def (\w+)", (banking / "actions.py").read_text(encoding="utf-8"), re.MULTILINE))
    for scenario in scenarios:
        named = [*scenario.spec.goal.actions, *(turn.expect.action or "" for turn in scenario.spec.turns)]
        assert {name.partition(":")[0] for name in named if name} <= actions, scenario.name
        for turn in scenario.spec.turns:
            assert set(turn.expect.reply) <= responses, scenario.name
            assert turn.expect.intent is None or turn.expect.intent in domain["intents"], scenario.name
            assert set(turn.expect.slots) <= set(domain["slots"]), scenario.name


def test_every_utterance_is_recorded_and_no_other(scenarios: list[Scenario], banking: Path) -> None:
    wanted = {
        audio_name(turn.say, scenario.spec.voice)
        for scenario in scenarios
        for turn in scenario.spec.turns
        if turn.say is not None
    }
    folder = banking / "audio"
    assert {path.relative_to(folder).as_posix() for path in folder.glob("*/*.flac")} == wanted
    assert set(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))) == wanted


def test_recordings_are_small_mono_and_audible(banking: Path) -> None:
    total_bytes = 0
    for path in (banking / "audio").glob("*/*.flac"):
        info = soundfile.info(path)
        samples, _ = soundfile.read(path, dtype="float32")
        assert (info.samplerate, info.channels) == (16000, 1), path
        assert 0.3 < info.duration < 8.0, path
        assert 0.4 < abs(samples).max() < 0.6, path
        total_bytes += path.stat().st_size
    assert total_bytes < 6_000_000
