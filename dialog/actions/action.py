"""The API of a pack's `actions.py`: mark functions with `@action`, take an ActionContext, return an ActionResult."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, overload

from dialog.errors import ActionError

DEFAULT_TIMEOUT_S = 5.0

_MARK = "__kefu_action__"


@dataclass(frozen=True, kw_only=True)
class ActionContext:
    """What an action may know.

    slots: every slot of the tracker, plain values; money is `{"amount": "50.00", "currency": "GBP"}`.
    backend: what the pack's `open_backend` returned, None without one.
    now: aware; the only clock an action should read. turn: counts the caller's turns; with `call_id` it names this
    attempt, the same when it is made again.
    """

    slots: Mapping[str, object]
    call_id: str
    now: datetime
    backend: Any = None
    caller: str = ""
    channel: str = "chat"
    turn: int = 0
    language: str = "en"
    currency: str = "GBP"

    def text(self, slot: str) -> str:
        """The slot as text. Raises ActionError when it is empty."""
        value = self.slots.get(slot)
        if value is None:
            raise ActionError(f"slot {slot!r} is empty")
        return str(value)

    def money(self, slot: str) -> Decimal:
        """The amount, without its currency. Raises ActionError when the slot is empty or holds no amount."""
        value = self.slots.get(slot)
        try:
            return Decimal(str(value["amount"] if isinstance(value, Mapping) else value))
        except (InvalidOperation, KeyError) as error:
            raise ActionError(f"slot {slot!r} holds no amount: {value!r}") from error

    def flag(self, slot: str) -> bool:
        """Whether the slot is true; an empty slot is not."""
        return self.slots.get(slot) is True


@dataclass(frozen=True)
class ActionResult:
    """`outcome` is for the flow's `next` to branch on; `slots` are set (None empties) before it is looked at.

    says: sentences to say then, as they stand; utters: responses of the pack to say.
    """

    outcome: str = "ok"
    slots: Mapping[str, object] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    utters: tuple[str, ...] = ()


ActionFunction = Callable[[ActionContext], Awaitable[ActionResult]]


@dataclass(frozen=True, kw_only=True)
class Action:
    """A marked function. `changes`: it alters the world, so it runs at most once in one run of a flow."""

    name: str
    run: ActionFunction
    changes: bool = False
    timeout_s: float = DEFAULT_TIMEOUT_S


@overload
def action(function: ActionFunction, /) -> ActionFunction: ...


@overload
def action(
    *, changes: bool = False, timeout_s: float = DEFAULT_TIMEOUT_S
) -> Callable[[ActionFunction], ActionFunction]: ...


def action(
    function: ActionFunction | None = None, /, *, changes: bool = False, timeout_s: float = DEFAULT_TIMEOUT_S
) -> ActionFunction | Callable[[ActionFunction], ActionFunction]:
    """Mark an async function of `actions.py` as an action of the same name; the function itself is unchanged."""

    def mark(marked: ActionFunction) -> ActionFunction:
        name = getattr(marked, "__name__", "")
        setattr(marked, _MARK, Action(name=name, run=marked, changes=changes, timeout_s=timeout_s))
        return marked

    return mark if function is None else mark(function)


def marked_action(value: object) -> Action | None:
    """The Action of a marked function; None for anything else."""
    found = getattr(value, _MARK, None)
    return found if isinstance(found, Action) else None
