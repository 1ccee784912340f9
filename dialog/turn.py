"""The door of the dialogue: what goes in (heard, keyed, silence) and what comes out (responses and events)."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from dialog.events import Event
from dialog.expectation import OPEN, Expectation
from nlu.mood import AT_FIRST, Mood
from nlu.understanding import Understanding


class CallBegan(Struct, frozen=True, kw_only=True, tag=True):
    """First input of a call. `caller` is a phone number, SIP user or customer id, "" when unknown."""

    channel: Literal["phone", "web", "chat", "test"] = "chat"
    caller: str = ""


class Heard(Struct, frozen=True, tag=True):
    """The caller said or typed something."""

    understanding: Understanding


class Keyed(Struct, frozen=True, tag=True):
    """The caller pressed keys; `digits` of 0-9, * and #, collected until complete."""

    digits: str


class Silence(Struct, frozen=True, tag=True):
    """The caller said nothing for `waited_ms` after the last prompt ended."""

    waited_ms: int


TurnInput = CallBegan | Heard | Keyed | Silence

CallControl = Literal["continue", "hang_up", "transfer"]


class Response(Struct, frozen=True, kw_only=True):
    """One thing to say.

    text: spoken form, ready for a synthesizer ("fifty pounds"). fixed: worth caching on disk (no slot in it).
    display: written form for a screen ("£50.00"); equals `text` when there is no other. card: structured extra.
    barge_in: whether the caller may interrupt it.
    """

    text: str
    display: str = ""
    card: Mapping[str, object] | None = None
    emotion: str = "neutral"
    fixed: bool = False
    barge_in: bool = True
    name: str = ""


class Turn(Struct, frozen=True, kw_only=True):
    """What `Agent.turn` decided. `events` are already applied to the tracker, in order; `mood` is the call's so far."""

    responses: tuple[Response, ...]
    events: tuple[Event, ...]
    expect: Expectation = OPEN
    control: CallControl = "continue"
    transfer_to: str = ""
    mood: Mood = AT_FIRST

    @property
    def spoken(self) -> str:
        """All responses as one text."""
        return " ".join(response.text for response in self.responses)
