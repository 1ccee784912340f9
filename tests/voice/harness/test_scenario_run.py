import io
import json
import xml.etree.ElementTree as ET
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from voice.harness.caller import CallRecord, Received
from voice.harness.demo import finish, report_of
from voice.harness.junit import CaseResult
from voice.harness.played import Played
from voice.harness.scenario import load_scenario
from voice.harness.scenario_run import facts, junit, table, verdict_line, write_report
from voice.harness.summary import ScenarioBar, calls_table, demo_facts, demo_panel
from voice.harness.verdict import judge

MESSAGES = (
    {"type": "said", "turn": 0, "text": "hello", "names": ["utter_greet"]},
    {"type": "heard", "final": True, "turn": 1, "text": "bye", "confidence": 0.9, "source": "speech"},
    {"type": "latency", "turn": 1, "voice_to_voice_ms": 400.0, "stages": {"endpoint_ms": 400.0}},
    {"type": "ended", "reason": "goodbye"},
)


@pytest.fixture
def played(tmp_path) -> tuple[Played, ...]:
    """One that passed, one that failed, one that could not be played."""
    path = tmp_path / "hello.yaml"
    path.write_text("scenario: Hello\ngoal: {ended: goodbye}\nturns:\n- type: bye\n")
    scenario = load_scenario(path)
    empty = CallRecord.unanswered(rate_hz=16000, failure="")
    received = tuple(Received(1000.0 * at, message) for at, message in enumerate(MESSAGES))
    record = msgspec.structs.replace(empty, received=received, turn_starts_ms=(500.0,), duration_ms=3000.0)

    def one(record: CallRecord | None, error: str = "") -> Played:
        verdict = judge(scenario, record) if record else None
        failures = tuple(map(str, verdict.failures)) if verdict else ()
        result = CaseResult(file="hello.yaml", name="Hello", seconds=0.5, failures=failures, error=error)
        return Played(scenario=scenario, result=result, record=record, verdict=verdict)

    cut = msgspec.structs.replace(record, received=received[:-1])
    return one(record), one(cut), one(None, error="hello.yaml:4: no recording")


def printed(*things: object) -> str:
    out = io.StringIO()
    Console(file=out, width=160, color_system=None).print(*things)
    return out.getvalue()


def test_facts_for_machines(played):
    found = json.loads(json.dumps(facts(played)))
    assert (found["passed"], found["failed"]) == (1, 2)
    passed, failed, broken = found["scenarios"]
    assert passed["passed"]
    assert passed["goal_reached"]
    assert passed["call_s"] == 3.0
    assert failed["failures"][0].endswith("goal.ended: expected the call to end by 'goodbye'; came no end")
    assert broken["error"] == "hello.yaml:4: no recording"
    assert broken["call_s"] is None


def test_a_table_for_people(played):
    text = printed(table(played), verdict_line(played))
    rows = [line.split() for line in text.splitlines() if line.strip().startswith("Hello")]
    assert [row[-1] for row in rows] == ["passed", "failed", "failed"]
    assert "400 ms" in text
    assert "1 of 3 scenarios passed" in text
    assert "all 1 passed" in printed(verdict_line(played[:1]))


def test_what_fails_is_told_at_once(played):
    out = io.StringIO()
    console = Console(file=out, width=160, color_system=None)
    with ScenarioBar(console, total=3) as bar:
        for one in played:
            bar.done(one)
    text = out.getvalue()
    assert text.count("failed  Hello") == 2
    assert "hello.yaml:4: no recording" in text


def test_junit_of_a_run(played):
    (suite,) = ET.fromstring(junit(played, suite="kefu"))
    assert (suite.attrib["tests"], suite.attrib["failures"], suite.attrib["errors"]) == ("3", "1", "1")


def test_a_report_of_what_could_be_played(played, tmp_path):
    page = write_report(played, tmp_path / "out", now=datetime(2026, 11, 23))
    assert page.read_text(encoding="utf-8").count("<section") == 2
    assert not (tmp_path / "out" / "call-3.wav").exists()


def test_the_demo_is_reached_only_if_every_call_is(played, tmp_path):
    reports = [report_of(one.scenario, one.record, channel="WebSocket") for one in played[:2] if one.record]
    folder = Path(tmp_path / "runs")
    folder.mkdir()
    both = finish(reports, folder, title="Hello", now=datetime(2026, 11, 23))
    first = finish(reports[:1], folder, title="Hello", now=datetime(2026, 11, 23))
    assert not both.reached
    assert first.reached
    assert (first.p50_ms, first.p95_ms) == (400.0, 400.0)
    assert demo_facts(both)["calls"][1]["goal_reached"] is False
    assert "reached: no" in printed(demo_panel(both))
    text = printed(demo_panel(first))
    assert "reached: yes" in text
    assert "p50 400 ms, p95 400 ms" in text
    assert "goal not reached" in printed(calls_table(reports))
