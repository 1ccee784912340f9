import io

import pytest
from rich.console import Console

from voice.harness.caller import Received
from voice.harness.live import LivePrinter, latency_text


def printed(*messages, label: str = "") -> str:
    out = io.StringIO()
    printer = LivePrinter(Console(file=out, width=200, color_system=None), label=label)
    for message in messages:
        printer(Received(1500.0, message))
    return out.getvalue()


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ({"type": "ready", "title": "Northbank", "call_id": "c7"}, "line    Northbank answers, call c7"),
        (
            {"type": "heard", "final": True, "text": "[bold]yes", "confidence": 0.934, "source": "speech"},
            "caller  [bold]yes  heard 93%",
        ),
        ({"type": "heard", "final": True, "text": "42", "confidence": 1.0, "source": "dtmf"}, "caller  42  keypad"),
        (
            {
                "type": "understood",
                "intent": "transfer_money",
                "probability": 0.981,
                "entities": [{"name": "amount", "text": "fifty", "value": {"amount": "50.00", "currency": "GBP"}}],
                "sentiment": {"label": "negative", "score": -0.5},
            },
            "        means transfer_money 98%, amount 50.00 GBP, negative -0.50",
        ),
        ({"type": "said", "text": "fifty pounds", "display": "£50"}, "agent   £50"),
        (
            {"type": "event", "event": {"event": "ActionRan", "action": "check_code", "ok": True, "result": "wrong"}},
            "        did check_code: wrong",
        ),
        (
            {"type": "latency", "voice_to_voice_ms": 412.4, "stages": {"endpoint_ms": 391.6, "decide_ms": 0.2}},
            "        answer began after 412 ms = end of turn 392",
        ),
        ({"type": "error", "message": "recognizer died"}, "error   recognizer died"),
        ({"type": "ended", "reason": "goodbye"}, "line    ended by goodbye"),
    ],
)
def test_messages_as_people_read_them(message, line):
    assert printed(message).rstrip() == f"   1.5 s  {line}"


def test_what_is_of_no_interest_is_left_out():
    assert (
        printed({"type": "heard", "final": False, "text": "wh"}, {"type": "speech"}, {"type": "said", "text": ""}) == ""
    )


def test_calls_are_told_apart_by_their_label():
    assert printed({"type": "ended", "reason": "goodbye"}, label="2 ").startswith("2    1.5 s")


def test_a_latency_without_stages():
    assert latency_text({"voice_to_voice_ms": 80.0}) == "80 ms"
