import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.harness.caller import Received
from voice.harness.conversation import Outcome, fold, step
from voice.harness.percentile import percentile

STAGES = {"endpoint_ms": 320, "recognize_ms": 21, "output_ms": 9}
CALL = [
    {"type": "ready", "version": 1, "call_id": "c1", "pack": "banking", "title": "Northbank", "rate_hz": 16000},
    {"type": "said", "turn": 0, "text": "hello", "display": "Hello", "names": ["utter_greet"], "expect": {}},
    {"type": "speech", "who": "agent", "state": "started"},
    {"type": "heard", "text": "what's", "final": False, "stable": 3},
    {"type": "heard", "text": "my balance", "final": True, "confidence": 0.91, "turn": 1, "source": "speech"},
    {
        "type": "understood",
        "turn": 1,
        "intent": "check_balance",
        "probability": 0.98,
        "entities": [{"name": "account", "text": "current", "value": "current"}],
        "sentiment": {"label": "negative", "score": -0.4},
        "out_of_scope": 0.02,
    },
    {"type": "event", "event": {"event": "SlotSet", "name": "code", "value": "******"}},
    {"type": "event", "event": {"event": "ActionRan", "action": "check_code", "ok": True, "result": "wrong"}},
    {"type": "event", "event": {"event": "SlotSet", "name": "code", "value": None}},
    {"type": "said", "turn": 1, "text": "fifty pounds", "display": "£50", "names": ["utter_balance", "utter_more"]},
    {"type": "latency", "turn": 1, "voice_to_voice_ms": 350, "stages": STAGES},
    {"type": "clear"},
    {"type": "something new", "turn": 9},
    {"type": "ended", "reason": "goodbye"},
]


def received(messages):
    return [Received(100.0 * at, message) for at, message in enumerate(messages)]


def test_a_call_is_told_by_its_messages():
    call = fold(received(CALL))
    assert (call.call_id, call.pack, call.title, call.ended) == ("c1", "banking", "Northbank", "goodbye")
    greeting, turn = call.exchanges
    assert greeting.said == ("hello",)
    assert greeting.source == ""
    assert (turn.heard, turn.confidence, turn.source) == ("my balance", 0.91, "speech")
    assert (turn.intent, turn.probability, turn.sentiment) == ("check_balance", 0.98, "negative")
    assert turn.entities[0].value == "current"
    assert turn.displayed == ("£50",)
    assert turn.names == ("utter_balance", "utter_more")
    assert turn.voice_to_voice_ms == 350
    assert dict(turn.stages) == STAGES
    assert turn.heard_at_ms == 400
    assert turn.said_at_ms == 900
    assert call.interruptions == 1


def test_actions_belong_to_the_call_and_to_their_turn():
    call = fold(received(CALL))
    assert call.actions == (Outcome("check_code", ok=True, result="wrong"),)
    assert [e.actions for e in call.exchanges] == [(), call.actions]


def test_an_emptied_slot_is_gone_but_not_forgotten():
    call = fold(received(CALL))
    assert call.slots == {}
    assert call.slots_ever == {"code": ("******",)}


def test_a_telephone_call_ends_by_its_event():
    ended = {"type": "event", "event": {"event": "CallEnded", "reason": "handoff"}}
    assert fold(received([ended])).ended == "handoff"
    assert fold(received([ended, {"type": "ended", "reason": "goodbye"}])).ended == "goodbye"


@pytest.mark.parametrize(
    ("outcome", "written"),
    [
        (Outcome("a"), "a"),
        (Outcome("a", ok=True, result="ok"), "a: ok"),
        (Outcome("a", ok=False), "a: failed"),
        (Outcome("a", ok=False, result="timeout"), "a: timeout"),
    ],
)
def test_outcomes_as_scenarios_write_them(outcome, written):
    assert outcome.written == written


MESSAGES = st.lists(st.sampled_from(CALL), max_size=40)


@given(MESSAGES)
def test_any_order_of_messages_folds(messages):
    call = fold(received(messages))
    turns = [e.turn for e in call.exchanges]
    assert turns == sorted(set(turns))
    assert len(call.events) == sum(m["type"] == "event" for m in messages)
    assert set(call.slots) <= set(call.slots_ever)
    assert sum(len(e.actions) for e in call.exchanges) == len(call.actions)


@given(MESSAGES, st.integers(0, 40))
def test_the_fold_can_stop_and_go_on_anywhere(messages, cut):
    items = received(messages)
    call = fold(items[:cut])
    for item in items[cut:]:
        call = step(call, item)
    assert call == fold(items)


def test_percentiles_interpolate():
    assert percentile([10, 20, 30, 40], 50) == 25
    assert percentile([10, 20, 30, 40], 95) == pytest.approx(38.5)
    assert percentile([7], 95) == 7
    assert percentile([], 50) is None
    with pytest.raises(ValueError, match="0 to 100"):
        percentile([1], 101)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 100))
def test_a_percentile_lies_within_the_values(values, percent):
    found = percentile(values, percent)
    assert found is not None
    assert min(values) - 1e-6 <= found <= max(values) + 1e-6
