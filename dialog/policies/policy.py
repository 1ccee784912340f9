"""Who decides: a policy reads the tracker and what came in, and proposes one decision. It changes nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dialog.tracker import Tracker
from dialog.turn import Heard, Keyed


@dataclass(frozen=True)
class StartFlow:
    """Begin a flow, with the slots its first utterance filled; over whatever is running."""

    flow: str
    slots: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ResumeFlow:
    """Go back to a flow further down the stack; what lies above is given up."""

    flow: str


@dataclass(frozen=True)
class FillSlots:
    """The question was answered, or other slots of the running flow were filled."""

    slots: Mapping[str, object]


@dataclass(frozen=True)
class CorrectSlots:
    """Slots that were filled already get another value; None asks for them anew. `others` are newly filled."""

    slots: Mapping[str, object]
    others: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Clarify:
    """Ask which of these flows is meant."""

    flows: tuple[str, ...]


@dataclass(frozen=True)
class Misunderstood:
    """Nothing usable: reason as in NotUnderstood; `digits` is how many were heard when their count was wrong."""

    reason: str
    digits: int = 0


@dataclass(frozen=True)
class Simple:
    """A pattern without parameters.

    what: "cancel", "repeat", "restart", "hand_over", "goodbye", "thanks", "greet", "help", "welcome" (ask what is
    wanted), "accept_offer", "decline_offer", "again" (ask the open question again without blaming anybody).
    """

    what: str


Decision = StartFlow | ResumeFlow | FillSlots | CorrectSlots | Clarify | Misunderstood | Simple


class Policy(Protocol):
    """Built by its factory from a Pack; one policy serves every call of the pack."""

    def decide(self, tracker: Tracker, given: Heard | Keyed, *, now: datetime) -> Decision:
        """What to do about `given`. Pure."""
        ...
