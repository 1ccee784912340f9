from pathlib import Path

import pytest

from nlu.errors import SettingsError
from nlu.locations import packs_root
from voice.harness.scenario import audio_name, load_scenario, scenario_files
from voice.harness.utterances import caller_turns

GOOD = """\
scenario: Balance
caller: "+44"
goal: {actions: [check_balance, "transfer_money: ok"], slots: {amount: "50.00"}, ended: goodbye}
turns:
- say: what's my balance please
  expect: {intent: check_balance, reply: [utter_ask_code]}
- keys: "427196"
- type: thanks
- silence_s: 9
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "pack" / "scenarios" / "s.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_scenario_is_read(tmp_path):
    scenario = load_scenario(write(tmp_path, GOOD))
    assert scenario.name == "Balance"
    assert scenario.pack == "pack"
    assert scenario.pack_folder == (tmp_path / "pack").resolve()
    assert scenario.spec.goal.actions == ("check_balance", "transfer_money: ok")
    written = [turn.written for turn in scenario.spec.turns]
    assert written == ["what's my balance please", "[keys 427196]", "thanks", "[silent for 9 s]"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('- keys: "427196"', '- keyz: "427196"', r"s\.yaml:7 turns\[1\]\.keyz: unknown key; known: say, wav, type"),
        ("- type: thanks", "- {type: thanks, say: thanks}", r"s\.yaml:8 turns\[2\]: expected exactly one of .*say and"),
        ("- type: thanks", "- expect: {says: x}", r"s\.yaml:8 turns\[2\]: expected exactly one of .*found none"),
        ("427196", "42x", r"s\.yaml:7 turns\[1\]\.keys: expected keys of 0-9"),
        ("silence_s: 9", "silence_s: 900", r"s\.yaml:9 turns\[3\]\.silence_s: expected more than 0"),
        ("silence_s: 9", "silence_s: nine", r"s\.yaml:9 turns\[3\]\.silence_s: expected"),
        ("intent: check_balance,", "heard: '(',", r"s\.yaml:6 turns\[0\]\.expect\.heard: not a regular expression"),
        ('caller: "+44"', "rate_hz: 44100", r"s\.yaml:2 rate_hz: expected 8000 or 16000, got 44100"),
        ("scenario: Balance", "scenarios: Balance", r"s\.yaml:1 scenarios: unknown key"),
        ("goal: {", "goal: {act: [], ", r"s\.yaml:3 goal\.act: unknown key; known: actions, slots, ended"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_key(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(SettingsError, match=message):
        load_scenario(write(tmp_path, GOOD.replace(old, new)))


def test_a_scenario_without_turns(tmp_path):
    with pytest.raises(SettingsError, match=r"s\.yaml:2 turns: expected at least one turn"):
        load_scenario(write(tmp_path, "scenario: x\nturns: []\n"))


def test_a_missing_recording_is_named_with_its_line(tmp_path):
    scenario = load_scenario(write(tmp_path, GOOD))
    with pytest.raises(SettingsError, match=r"s\.yaml:5 turns\[0\]\.say: no recording of \"what's my balance please\""):
        caller_turns(scenario)


def test_a_recording_that_is_none(tmp_path):
    path = write(tmp_path, "scenario: x\nturns:\n- wav: noise.wav\n")
    (path.parent / "noise.wav").write_bytes(b"RIFF nothing")
    with pytest.raises(SettingsError, match=r"s\.yaml:3 turns\[0\]\.wav: .*not readable as WAV or FLAC"):
        caller_turns(load_scenario(path))


@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_recordings_come_at_the_calls_rate(rate_hz):
    scenario = load_scenario(packs_root() / "banking" / "scenarios" / "demo.yaml")
    first = caller_turns(scenario, rate_hz=rate_hz)[0]
    assert 1.0 < len(first.pcm) / 2 / rate_hz < 3.0


def test_every_scenario_that_ships_has_its_recordings():
    for path in scenario_files([packs_root() / "banking" / "scenarios"]):
        scenario = load_scenario(path)
        assert len(caller_turns(scenario)) == len(scenario.spec.turns)


def test_recordings_are_named_by_text_and_voice():
    name = audio_name("What's my balance, please?", "slt")
    assert name.startswith("slt/what-s-my-balance-please-")
    assert name.endswith(".flac")
    assert name != audio_name("what's my balance, please?", "slt")
    assert audio_name("x" * 300, "awb").startswith("awb/" + "x" * 40 + "-")


def test_folders_stand_for_their_files(tmp_path):
    path = write(tmp_path, GOOD)
    assert scenario_files([path.parent, path]) == (path, path)
    with pytest.raises(SettingsError, match="no scenario files"):
        scenario_files([tmp_path])
