"""A call by text: the same interpreter, agent and store-ready events as a spoken one, without a gateway."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol

import msgspec

from dialog.agent import Agent
from dialog.events import Event, UserSpoke
from dialog.expectation import OPEN
from dialog.turn import CallBegan, Heard, Keyed, Silence, Turn
from nlu.understanding import Understanding, Utterance

KEYPAD_MARK = "/keys "


class Understands(Protocol):
    """What a chat needs of an interpreter."""

    async def interpret(self, utterance: Utterance) -> Understanding:
        """The meaning of what was typed."""
        ...


class Chat:
    """One call over channel "chat". `now_ms` counts from any fixed moment.

    async with Chat(agent, interpreter, call_id="c1", now_ms=...) as chat:
        print(chat.greeting.spoken)
        turn = await chat.say("what's my balance")
    """

    def __init__(
        self, agent: Agent, interpreter: Understands, *, call_id: str, now_ms: Callable[[], int], caller: str = ""
    ) -> None:
        self._agent = agent
        self._interpreter = interpreter
        self._now_ms = now_ms
        self._began_ms = now_ms()
        self._caller = caller
        self.tracker = agent.begin_tracker(call_id)
        self.events: list[Event] = []
        self.last = Turn(responses=(), events=(), expect=OPEN)

    async def __aenter__(self) -> "Chat":
        await self._turn(CallBegan(channel="chat", caller=self._caller))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.tracker, events = self._agent.ended(self.tracker, "hangup", at_ms=self._at_ms)
        self.events += events

    @property
    def over(self) -> bool:
        """Whether the agent hung up or handed the call over."""
        return self.last.control != "continue"

    async def say(self, text: str) -> Turn:
        """One turn: words, `/keys 123456` for the keypad, nothing at all for silence. Raises OverloadedError."""
        if text.startswith(KEYPAD_MARK):
            return await self._turn(Keyed(text.removeprefix(KEYPAD_MARK).strip()))
        if not text.strip():
            return await self._turn(Silence(8000))
        return await self._turn(Heard(await self._interpreter.interpret(Utterance(text=text.strip()))))

    async def _turn(self, given: CallBegan | Heard | Keyed | Silence) -> Turn:
        self.tracker, self.last = await self._agent.turn(self.tracker, given, at_ms=self._at_ms)
        self.events += self.last.events
        return self.last

    @property
    def _at_ms(self) -> int:
        return self._now_ms() - self._began_ms


def as_plain(turn: Turn) -> dict[str, Any]:
    """A turn as plain JSON: what was heard (masked), what was meant, what is answered, and every event."""
    heard = next((event.understanding for event in turn.events if isinstance(event, UserSpoke)), None)
    plain: dict[str, Any] = {}
    if heard is not None:
        plain = {
            "text": heard.utterance.text,
            "intent": msgspec.to_builtins(heard.intent),
            "entities": msgspec.to_builtins(heard.entities),
            "sentiment": msgspec.to_builtins(heard.sentiment),
            "out_of_scope": round(heard.out_of_scope, 4),
        }
    return plain | {
        "reply": turn.spoken,
        "display": " ".join(response.display or response.text for response in turn.responses),
        "expect": msgspec.to_builtins(turn.expect),
        "control": turn.control,
        "mood": {"label": turn.mood.label, "score": round(turn.mood.score, 3)},
        "events": msgspec.to_builtins(turn.events),
    }
