"""The state of a conversation: the replay of its events, and nothing else.

Values of sensitive slots are masked in events; while the call runs they are kept in `secrets`, which no replay
brings back and no comparison sees.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from dialog.errors import FlowError
from dialog.events import (
    ActionRan,
    BotSpoke,
    CallEnded,
    CallStarted,
    Event,
    FlowEnded,
    FlowStarted,
    HandedOff,
    Interrupted,
    NotUnderstood,
    QuestionAsked,
    SlotSet,
    StepReached,
    UserKeyed,
    UserSilent,
    UserSpoke,
)
from nlu.mood import AT_FIRST, Mood, smooth

MASK = "******"

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Frame:
    """A flow on the stack.

    step: where it waits. done: actions that must not run again in this run of the flow, if they change something
    (they returned "ok", or failed in a way that may have changed something). saved: all slots when it began.
    """

    flow: str
    step: str = ""
    reason: str = "trigger"
    done: frozenset[str] = frozenset()
    saved: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What the agent waits for; see QuestionAsked."""

    kind: str = "open"
    slot: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tracker:
    """One conversation.

    mood: how the caller has felt so far, from what was said (keys and silence leave it as it is).
    misses: useless answers in a row. silences: silent waits in a row. said: what the agent said last, by response.
    times_said: how often each response was said. ended: why the call is over, "" while it is not.
    """

    call_id: str
    pack: str = ""
    channel: str = ""
    caller: str = ""
    slots: Mapping[str, object] = field(default_factory=dict)
    secrets: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)
    stack: tuple[Frame, ...] = ()
    outcome: str = ""
    question: Question = Question()
    misses: int = 0
    silences: int = 0
    turns: int = 0
    mood: Mood = AT_FIRST
    said: tuple[tuple[str, str], ...] = ()
    said_turn: int = -1
    times_said: Mapping[str, int] = field(default_factory=dict)
    heard_text: str | None = None
    handed_off: bool = False
    ended: str = ""
    at_ms: int = 0

    @staticmethod
    def replay(call_id: str, events: Iterable[Event]) -> "Tracker":
        """The tracker after `events`."""
        tracker = Tracker(call_id=call_id)
        for event in events:
            tracker = tracker.apply(event)
        return tracker

    def apply(self, event: Event) -> "Tracker":
        """The tracker after one more event; `self` stays as it is.

        Raises FlowError for an event about a flow that is not the running one.
        """
        if isinstance(event, FlowEnded | StepReached) and (self.top is None or self.top.flow != event.flow):
            raise FlowError(f"{type(event).__name__}: flow {event.flow!r} is not the running one")
        changed = _RULES[type(event)](self, event)
        return replace(changed, at_ms=max(self.at_ms, event.at_ms))

    def with_secret(self, name: str, value: object) -> "Tracker":
        """Remembers the true value of a sensitive slot for as long as the call runs."""
        return replace(self, secrets={**self.secrets, name: value})

    @property
    def top(self) -> Frame | None:
        """The running flow."""
        return self.stack[-1] if self.stack else None

    @property
    def over(self) -> bool:
        """Whether nothing may follow: ended, or with a person."""
        return bool(self.ended) or self.handed_off

    def value(self, name: str) -> object:
        """The slot's true value; None when empty, or masked and forgotten."""
        value = self.slots.get(name)
        return self.secrets.get(name) if value == MASK else value

    @property
    def values(self) -> dict[str, object]:
        """Every filled slot's true value."""
        return {name: found for name in self.slots if (found := self.value(name)) is not None}


def _call_started(tracker: Tracker, event: CallStarted) -> Tracker:
    return replace(tracker, call_id=event.call_id, pack=event.pack, channel=event.channel, caller=event.caller)


def _user_spoke(tracker: Tracker, event: UserSpoke) -> Tracker:
    mood = smooth(tracker.mood, event.understanding.sentiment, at_ms=event.at_ms)
    return replace(tracker, turns=tracker.turns + 1, silences=0, mood=mood)


def _user_keyed(tracker: Tracker, _event: UserKeyed) -> Tracker:
    return replace(tracker, turns=tracker.turns + 1, silences=0)


def _silent(tracker: Tracker, _event: UserSilent) -> Tracker:
    return replace(tracker, turns=tracker.turns + 1, silences=tracker.silences + 1)


def _slot_set(tracker: Tracker, event: SlotSet) -> Tracker:
    slots = {name: value for name, value in tracker.slots.items() if name != event.name}
    if event.value is not None:
        slots[event.name] = event.value
    secrets = tracker.secrets
    if event.value is None and event.name in secrets:
        secrets = {name: value for name, value in secrets.items() if name != event.name}
    return replace(tracker, slots=slots, secrets=secrets)


def _flow_started(tracker: Tracker, event: FlowStarted) -> Tracker:
    stack = tracker.stack
    frame = Frame(event.flow, reason=event.reason, saved=tracker.slots if event.reason == "trigger" else {})
    if event.reason == "link" and stack:
        # It returns to where the flow it replaces would have returned to.
        frame = replace(frame, reason=stack[-1].reason, saved=stack[-1].saved)
        stack = stack[:-1]
    return replace(tracker, stack=(*stack, frame), misses=0)


def _flow_ended(tracker: Tracker, event: FlowEnded) -> Tracker:
    if event.outcome == "linked":
        return tracker
    return replace(tracker, stack=tracker.stack[:-1], misses=0, question=Question())


def _step_reached(tracker: Tracker, event: StepReached) -> Tracker:
    top = tracker.stack[-1]
    moved = replace(top, step=event.step)
    misses = tracker.misses if top.step == event.step else 0
    return replace(tracker, stack=(*tracker.stack[:-1], moved), misses=misses)


def _question_asked(tracker: Tracker, event: QuestionAsked) -> Tracker:
    return replace(tracker, question=Question(event.question, event.slot, event.options))


def _not_understood(tracker: Tracker, _event: NotUnderstood) -> Tracker:
    return replace(tracker, misses=tracker.misses + 1)


def _action_ran(tracker: Tracker, event: ActionRan) -> Tracker:
    stack = tracker.stack
    if stack and (not event.ok or event.result == "ok"):
        stack = (*stack[:-1], replace(stack[-1], done=stack[-1].done | {event.action}))
    return replace(tracker, stack=stack, outcome=event.result if event.ok else "error", misses=0)


def _bot_spoke(tracker: Tracker, event: BotSpoke) -> Tracker:
    earlier = tracker.said if tracker.said_turn == tracker.turns else ()
    times = {**tracker.times_said, event.name: tracker.times_said.get(event.name, 0) + 1}
    return replace(
        tracker,
        said=(*earlier, (event.name, event.text)),
        said_turn=tracker.turns,
        times_said=times,
        heard_text=None,
    )


def _interrupted(tracker: Tracker, event: Interrupted) -> Tracker:
    return replace(tracker, heard_text=event.heard_text)


def _handed_off(tracker: Tracker, _event: HandedOff) -> Tracker:
    return replace(tracker, handed_off=True, question=Question())


def _call_ended(tracker: Tracker, event: CallEnded) -> Tracker:
    return replace(tracker, ended=event.reason, question=Question())


_RULES: Mapping[type[Event], Callable[[Tracker, Any], Tracker]] = {
    CallStarted: _call_started,
    UserSpoke: _user_spoke,
    UserKeyed: _user_keyed,
    UserSilent: _silent,
    SlotSet: _slot_set,
    FlowStarted: _flow_started,
    FlowEnded: _flow_ended,
    StepReached: _step_reached,
    QuestionAsked: _question_asked,
    NotUnderstood: _not_understood,
    ActionRan: _action_ran,
    BotSpoke: _bot_spoke,
    Interrupted: _interrupted,
    HandedOff: _handed_off,
    CallEnded: _call_ended,
}
