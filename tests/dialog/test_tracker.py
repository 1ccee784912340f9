"""The tracker is the replay of its events; an illegal event changes nothing."""

import pytest

from dialog.errors import FlowError
from dialog.events import (
    ActionRan,
    BotSpoke,
    Event,
    FlowEnded,
    FlowStarted,
    SlotSet,
    StepReached,
    UserKeyed,
    UserSilent,
    UserSpoke,
)
from dialog.tracker import MASK, Tracker
from nlu.understanding import IntentScore, Sentiment, Understanding, Utterance

FRESH = Tracker(call_id="c")


def after(*events: Event) -> Tracker:
    return Tracker.replay("c", events)


def test_a_called_flow_returns_and_a_link_takes_its_place() -> None:
    tracker = after(
        FlowStarted(flow="a"), StepReached(flow="a", step="call"), FlowStarted(flow="b", reason="call"),
        FlowEnded(flow="b", outcome="linked"), FlowStarted(flow="c", reason="link"),
    )  # fmt: skip
    assert [(frame.flow, frame.reason) for frame in tracker.stack] == [("a", "trigger"), ("c", "call")]
    assert [frame.step for frame in tracker.apply(FlowEnded(flow="c")).stack] == ["call"]


@pytest.mark.parametrize(
    "event", [FlowEnded(flow="a"), StepReached(flow="a", step="x"), FlowEnded(flow="x", outcome="linked")]
)
def test_events_about_another_flow_are_refused(event: Event) -> None:
    for tracker in (FRESH, after(FlowStarted(flow="b"))):
        with pytest.raises(FlowError):
            tracker.apply(event)


def test_values_are_never_changed_in_place() -> None:
    one = after(SlotSet(name="a", value=1))
    two = one.apply(SlotSet(name="a", value=2)).apply(SlotSet(name="b", value=3))
    assert (one.values, two.values) == ({"a": 1}, {"a": 2, "b": 3})
    assert two.apply(SlotSet(name="a")).values == {"b": 3}


def test_secrets_live_outside_events_and_comparison() -> None:
    masked = after(SlotSet(name="pin", value=MASK))
    live = masked.with_secret("pin", "4321")
    assert (masked.value("pin"), live.value("pin")) == (None, "4321")
    assert live == masked
    assert "4321" not in repr(live)
    assert live.apply(SlotSet(name="pin")).secrets == {}


def test_what_was_said_last_is_one_turn() -> None:
    tracker = after(BotSpoke(text="a", name="x"), BotSpoke(text="b", name="y"))
    assert tracker.said == (("x", "a"), ("y", "b"))
    tracker = tracker.apply(UserSilent(waited_ms=1)).apply(BotSpoke(text="c", name="x"))
    assert tracker.said == (("x", "c"),)
    assert tracker.times_said == {"x": 2, "y": 1}


def test_only_what_may_have_changed_something_is_done() -> None:
    tracker = after(
        FlowStarted(flow="a"), ActionRan(action="ok", result="ok"), ActionRan(action="no", result="refused"),
        ActionRan(action="broken", ok=False, error="timeout"),
    )  # fmt: skip
    assert tracker.stack[0].done == {"ok", "broken"}
    assert tracker.outcome == "error"


def test_the_mood_follows_what_is_said_and_nothing_else() -> None:
    understanding = Understanding(
        utterance=Utterance(text="this is a disgrace"),
        intents=(IntentScore("complain", 0.9),),
        sentiment=Sentiment("negative", -0.9, 0.9),
    )
    angry = after(UserSpoke(understanding=understanding, at_ms=5_000))
    assert angry.mood.label == "negative"
    later = angry.apply(UserKeyed(digits="12", at_ms=9_000)).apply(UserSilent(waited_ms=8_000, at_ms=20_000))
    assert later.mood == angry.mood
    assert FRESH.mood.label == "neutral"
