"""The demonstration with its real gateway as a child process and a short call."""

from datetime import datetime

import msgspec
import pytest

from nlu.locations import find_pack
from voice.harness.caller import Received
from voice.harness.cli import ensure_trained
from voice.harness.demo import run_demo
from voice.harness.gateway_process import gateway_process, serve_command
from voice.harness.scenario import load_scenario

SHORT = """\
scenario: Only goodbye
voice: slt
goal: {ended: goodbye}
turns:
- say: goodbye
  expect: {reply: [utter_goodbye]}
"""

# A fresh machine fine-tunes the pack's model first: minutes.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(1800)]


@pytest.fixture
def scenario(tmp_path):
    from rich.console import Console

    path = tmp_path / "short.yaml"
    path.write_text(SHORT)
    found = msgspec.structs.replace(load_scenario(path), pack_folder=find_pack("banking"))
    ensure_trained(found, Console())
    return found


async def test_two_calls_at_once_and_one_by_telephone(scenario, tmp_path):
    heard: dict[int, list[Received]] = {}

    def listener_for(number: int, channel: str):
        return heard.setdefault(number, []).append

    folder = tmp_path / "run"
    folder.mkdir()
    result = await run_demo(scenario, folder, calls=2, sip=True, listener_for=listener_for, now=datetime(2026, 11, 23))
    assert [report.channel for report in result.reports] == ["WebSocket", "WebSocket", "SIP telephone"]
    assert [report.failures for report in result.reports] == [(), (), ()]
    assert result.reached
    assert result.p50_ms is not None
    assert sorted(heard) == [1, 2, 3]
    kept = {path.name for path in folder.iterdir()}
    assert kept >= {"report.html", "events.jsonl", "call-1.wav", "call-3.wav", "gateway.log", "bank"}


async def test_a_gateway_without_a_telephone_has_none(tmp_path):
    command = serve_command(pack="banking", pack_data=tmp_path / "bank", sip=False)
    async with gateway_process(command, log=tmp_path / "log") as gateway:
        assert gateway.url.startswith("http://127.0.0.1:")
        assert gateway.sip is None
