import json
import re
import wave
from datetime import datetime
from html.parser import HTMLParser

import msgspec
import numpy as np
import pytest

from tests.voice.harness.fake_gateway import tone
from voice.harness import report_view
from voice.harness.caller import CallRecord, Received, Reply
from voice.harness.conversation import fold
from voice.harness.report import render, run_folder, write_run
from voice.harness.report_view import CallReport, waterfall, wave_path
from voice.harness.verdict import Failure

NOW = datetime(2026, 11, 23, 21, 15)
STAGES = {"endpoint_ms": 300.0, "recognize_ms": 20.0, "understand_ms": 6.0, "output_ms": 24.0}
MESSAGES = (
    {"type": "ready", "title": "Northbank", "pack": "banking"},
    {"type": "said", "turn": 0, "text": "hello there", "names": []},
    {"type": "heard", "final": True, "turn": 1, "text": "<b>fifty</b> pounds", "confidence": 0.87, "source": "speech"},
    {
        "type": "understood",
        "turn": 1,
        "intent": "transfer_money",
        "probability": 0.93,
        "entities": [{"name": "amount", "text": "fifty", "value": {"amount": "50.00", "currency": "GBP"}}],
        "sentiment": {"label": "negative", "score": -0.5},
    },
    {"type": "event", "event": {"event": "ActionRan", "action": "transfer_money", "ok": True, "result": "ok"}},
    {"type": "said", "turn": 1, "text": "done", "display": "Done: £50", "names": []},
    {"type": "latency", "turn": 1, "voice_to_voice_ms": 350.0, "stages": STAGES},
    {"type": "ended", "reason": "goodbye"},
)


def call_report(**changes) -> CallReport:
    received = tuple(Received(500.0 * at, message) for at, message in enumerate(MESSAGES))
    silence = bytes(len(tone(400)))
    record = CallRecord(
        rate_hz=16000,
        caller_pcm=silence + tone(400),
        agent_pcm=tone(400) + silence,
        received=received,
        replies=(Reply(1, 372.0),),
        turn_starts_ms=(400.0,),
        duration_ms=800.0,
    )
    report = CallReport(
        title="A transfer",
        channel="WebSocket",
        record=record,
        conversation=fold(received),
        goal=(("action 'transfer_money: ok'", True), ("the call to end by 'goodbye'", True)),
    )
    return msgspec.structs.replace(report, **changes)


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.addresses: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs) -> None:
        self.addresses += [value for name, value in attrs if name in ("src", "href") and value]


def read(page: str) -> Text:
    text = Text()
    text.feed(page)
    return text


def shown(page: str) -> str:
    body = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", "".join(read(body).words))


def test_the_page_tells_the_facts_of_the_call():
    text = shown(render([call_report()], title="Run", now=NOW))
    for fact in (
        "Goal reached", "Northbank · WebSocket · ended by goodbye", "hello there", "Done: £50", "heard87%",
        "means transfer_money 93%", "amount 50.00 GBP", "mood negative", "did transfer_money: ok", "350 ms",
        "23 November 2026, 21:15", "Answer, median350ms", "At the caller's ear372ms",
    ):  # fmt: skip
        assert fact in text


def test_what_callers_say_is_escaped():
    page = render([call_report()], title="<i>", now=NOW)
    assert "<b>fifty</b>" not in page
    assert "&lt;b&gt;fifty&lt;/b&gt; pounds" in page
    assert "<title>&lt;i&gt;" in page


def test_the_page_needs_nothing_from_anywhere():
    page = render([call_report()], title="Run", now=NOW)
    outside = [a for a in read(page).addresses if not a.startswith(("data:", "#"))]
    assert outside == []
    assert "http" not in re.sub(r"data:[^\"]*", "", page)


def test_a_missed_goal_and_its_differences_are_told():
    failure = Failure("t.yaml:3 goal.ended", "the call to end by 'goodbye'", "no end")
    report = call_report(goal=(("the call to end by 'goodbye'", False),), failures=(failure,))
    text = shown(render([report, call_report()], title="Run", now=NOW))
    assert "Goal not reached" in text
    assert "t.yaml:3 goal.endedexpected the call to end by 'goodbye'came no end" in text


def test_a_call_that_never_came_about_has_a_page_too():
    record = CallRecord.unanswered(rate_hz=16000, failure="no call")
    report = CallReport(title="x", channel="SIP telephone", record=record, conversation=fold(()))
    text = shown(render([report], title="Run", now=NOW))
    assert "Goal not reached" in text
    assert "Nothing was said." in text


def test_a_waterfall_adds_up_on_a_round_axis():
    fall = waterfall(call_report().conversation)
    (bar,) = fall.bars
    assert bar.total_ms == 350
    assert sum(segment.ms for segment in bar.segments) == pytest.approx(350)
    assert bar.segments[-1].from_percent + bar.segments[-1].percent == pytest.approx(87.5)
    assert [ms for ms, _ in fall.ticks] == [0, 100, 200, 300, 400]
    assert fall.ticks[-1][1] == 100


def test_a_wave_shows_where_it_is_loud():
    path = wave_path(bytes(3200) + tone(100), points=4, up=True)
    heights = [float(y) for y in re.findall(r"L[\d.]+ (-?[\d.]+)", path)]
    assert heights[:2] == [0, 0]
    assert heights[2] < -0.4
    assert wave_path(b"", up=False) == ""


def test_a_run_is_written(tmp_path):
    folder = run_folder(tmp_path / "runs", NOW)
    assert folder.name == "2026-11-23_21-15-00"
    assert run_folder(tmp_path / "runs", NOW).name == "2026-11-23_21-15-00_2"
    page = write_run(folder, [call_report(), call_report(channel="SIP telephone")], title="Run", now=NOW)
    assert sorted(p.name for p in folder.iterdir()) == ["call-1.wav", "call-2.wav", "events.jsonl", "report.html"]
    assert page.read_text(encoding="utf-8").count("<section") == 2
    lines = [json.loads(line) for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 2 * len(MESSAGES)
    assert lines[-1] == {"call": 2, "at_ms": 3500.0, "type": "ended", "reason": "goodbye"}
    with wave.open(str(folder / "call-1.wav")) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 16000, 12800)
        sides = np.frombuffer(file.readframes(12800), "<i2").reshape(-1, 2)
    assert not sides[:6400, 0].any()
    assert sides[6400:, 0].any()
    assert sides[:6400, 1].any()
    assert not sides[6400:, 1].any()


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), ("anna", "anna"), ({"amount": "5.00", "currency": "GBP"}, "5.00 GBP"), (3, "3")]
)
def test_values_as_people_read_them(value, text):
    assert report_view.value_text(value) == text
