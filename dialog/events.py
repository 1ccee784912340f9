"""What happened in a conversation, as frozen values. The tracker is the replay of these; so is a call's record.

Every event round-trips through JSON (`encode`, `decode`); `at_ms` counts from the start of the call.
"""

from collections.abc import Iterable
from typing import Union

import msgspec
from msgspec import Struct

from nlu.understanding import Understanding


class Event(Struct, frozen=True, kw_only=True, tag_field="event", tag=True):
    """Base of all events."""

    at_ms: int = 0


class CallStarted(Event, frozen=True, kw_only=True, tag=True):
    """A call was answered by `pack` over `channel`."""

    call_id: str
    pack: str
    channel: str
    caller: str = ""


class UserSpoke(Event, frozen=True, kw_only=True, tag=True):
    """The caller said or typed something and it was understood so. Sensitive text is already masked."""

    understanding: Understanding


class UserKeyed(Event, frozen=True, kw_only=True, tag=True):
    """The caller pressed `digits` (masked when sensitive)."""

    digits: str


class UserSilent(Event, frozen=True, kw_only=True, tag=True):
    """The caller said nothing for `waited_ms` after a prompt."""

    waited_ms: int


class SlotSet(Event, frozen=True, kw_only=True, tag=True):
    """Slot `name` now holds `value`; None empties it."""

    name: str
    value: object = None


class FlowStarted(Event, frozen=True, kw_only=True, tag=True):
    """`flow` was put on top of the stack.

    reason: "trigger" (the caller wants it; it interrupts what was there), "call" (the step below waits for its end),
    "link" (it takes the place of the flow below).
    """

    flow: str
    reason: str = "trigger"


class FlowEnded(Event, frozen=True, kw_only=True, tag=True):
    """`flow` left the stack; `outcome` is "completed", "cancelled", "failed" or "linked"."""

    flow: str
    outcome: str = "completed"


class StepReached(Event, frozen=True, kw_only=True, tag=True):
    """Execution of the top flow now waits at `step`."""

    flow: str
    step: str


class QuestionAsked(Event, frozen=True, kw_only=True, tag=True):
    """The agent now waits for an answer.

    question: "slot" (of `slot`), "clarify" (which of the flows `options`), "offer_person", "anything_else" or "open".
    """

    question: str
    slot: str = ""
    options: tuple[str, ...] = ()


class NotUnderstood(Event, frozen=True, kw_only=True, tag=True):
    """The answer was of no use: "no-match", "unsure", "out-of-scope", "wrong-count" or "rejected"."""

    reason: str


class ActionRan(Event, frozen=True, kw_only=True, tag=True):
    """`action` was run; `result` is what it returned to the flow. `ok` False: it failed, `error` says why."""

    action: str
    ok: bool = True
    result: str = ""
    error: str = ""


class BotSpoke(Event, frozen=True, kw_only=True, tag=True):
    """The agent decided to say `text` from response `name`."""

    text: str
    name: str = ""


class Interrupted(Event, frozen=True, kw_only=True, tag=True):
    """The caller cut the agent off; `heard_text` is what was played until then."""

    heard_text: str


class HandedOff(Event, frozen=True, kw_only=True, tag=True):
    """The call goes to a person."""

    reason: str
    to: str = ""


class CallEnded(Event, frozen=True, kw_only=True, tag=True):
    """Last event of a call. `reason`: "goodbye", "hangup", "handoff", "silence", "error"."""

    reason: str


AnyEvent = Union[  # noqa: UP007 - one member a line reads as the list it is
    CallStarted, UserSpoke, UserKeyed, UserSilent, SlotSet, FlowStarted, FlowEnded, StepReached,
    QuestionAsked, NotUnderstood, ActionRan, BotSpoke, Interrupted, HandedOff, CallEnded,
]  # fmt: skip

_decoder = msgspec.json.Decoder(AnyEvent)


def encode(event: Event) -> bytes:
    """One JSON object, no newline."""
    return msgspec.json.encode(event)


def decode(line: bytes | str) -> Event:
    """The event of one JSON object. Raises msgspec.DecodeError when it is none."""
    event: Event = _decoder.decode(line)
    return event


def encode_lines(events: Iterable[Event]) -> bytes:
    """JSON lines."""
    return b"".join(encode(event) + b"\n" for event in events)
