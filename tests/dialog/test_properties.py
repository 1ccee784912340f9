"""Whatever callers do: legal states, bounded turns, a replay that agrees, and no change made without a yes."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog.agent import Agent
from dialog.draft import waiting_step
from dialog.events import ActionRan, BotSpoke, FlowStarted, UserKeyed, UserSpoke
from dialog.pack import Pack
from dialog.tracker import Tracker
from dialog.turn import CallBegan, Heard, Keyed, Silence, TurnInput
from tests.dialog.caller import NOW, SHOP, understanding

PACK = Pack.load(SHOP)
WORDS = (
    "yes", "no", "big", "small", "for", "Anna", "five pounds", "make it", "sixty", "tomorrow", "four three two one",
    "cancel", "agent", "wrong", "price", "minus one pound", "seventeen", "please", "bye", "nobody", "é", "{size}",
)  # fmt: skip
heard = st.builds(
    lambda words, intent, probability, confidence: Heard(
        understanding(" ".join(words), intent, probability, confidence=confidence,
                      second=("check_order", (1 - probability) / 2))
    ),
    st.lists(st.sampled_from(WORDS), max_size=5),
    st.sampled_from([intent for intent in PACK.domain.intents if intent not in ("goodbye", "talk_to_person")]),
    st.floats(0.2, 1.0),
    st.sampled_from([0.05, 0.6, 1.0]),
)  # fmt: skip
inputs: st.SearchStrategy[TurnInput] = st.one_of(
    heard, heard, heard, st.builds(Keyed, st.text("0123456789*#", max_size=6)), st.just(Silence(8000))
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(inputs, max_size=14))
def test_any_call_stays_legal(given_inputs: list[TurnInput]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_play(given_inputs, Path(folder)))


async def _play(given_inputs: list[TurnInput], folder: Path) -> None:
    agent = Agent.open(PACK, data_directory=folder, now=lambda: NOW)
    tracker = agent.begin_tracker("c")
    events = []
    for at, given_input in enumerate([CallBegan(), *given_inputs]):
        tracker, turn = await agent.turn(tracker, given_input, at_ms=at)
        events += turn.events
        assert len(turn.events) < 150
        assert Tracker.replay("c", events) == tracker
        _legal(tracker)
        if not tracker.over:
            assert turn.responses, "the caller must never be left without a word"
            assert turn.control == "continue"
    _orders_only_after_yes(events)
    assert await agent._opened_backend() == ["order"] * _count(events)


def _legal(tracker: Tracker) -> None:
    if tracker.stack and not tracker.over:
        step = waiting_step(PACK, tracker)
        assert step is not None
        if tracker.question.kind == "slot":
            assert step.name == tracker.question.slot
    for frame in tracker.stack[:-1]:
        assert PACK.flows[frame.flow].steps[frame.step].kind in ("collect", "call")
    flows = [frame.flow for frame in tracker.stack]
    assert len(flows) == len(set(flows))


def _orders_only_after_yes(events: list[object]) -> None:
    """Each order answers a read-back heard since the flow began, and a flow orders once."""
    read_back = False
    answered = False
    for event in events:
        if isinstance(event, FlowStarted):
            read_back = answered = False
        elif isinstance(event, BotSpoke) and event.name in ("utter_confirm_order", "utter_ask_confirmed"):
            read_back, answered = True, False
        elif isinstance(event, UserSpoke | UserKeyed):
            answered = True
        elif isinstance(event, ActionRan) and event.action == "place_order":
            assert read_back
            assert answered


def _count(events: list[object]) -> int:
    return sum(isinstance(event, ActionRan) and event.action == "place_order" and event.ok for event in events)
