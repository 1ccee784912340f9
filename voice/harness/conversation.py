"""One call as a frozen value: the fold of the protocol messages it sent. Pure.

Messages of one `turn` number may come in any order; unknown message types and unknown keys are skipped, because a
newer gateway may send more.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from voice.harness.caller import Received
from voice.harness.percentile import percentile


class HeardEntity(Struct, frozen=True):
    """An entity as the gateway reported it."""

    name: str
    text: str = ""
    value: Any = None


class Outcome(Struct, frozen=True):
    """An action that ran and what it returned to the flow. "failed" stands for a result when `ok` is False."""

    action: str
    ok: bool = True
    result: str = ""

    @property
    def written(self) -> str:
        """As scenarios write it: `transfer_money: ok`, or the bare name when it returned nothing."""
        result = self.result if self.ok else self.result or "failed"
        return f"{self.action}: {result}" if result else self.action


class Exchange(Struct, frozen=True, kw_only=True):
    """One turn: what the caller did and what came back. Turn 0 is the greeting: nothing was heard.

    `source` is "speech", "text", "dtmf" or "" (the agent spoke on its own). `stages` are milliseconds that add up
    to `voice_to_voice_ms`, in the order the gateway gave them. Times `*_at_ms` count from the start of the call.
    """

    turn: int
    source: str = ""
    heard: str = ""
    confidence: float | None = None
    heard_at_ms: float | None = None
    intent: str = ""
    probability: float | None = None
    entities: tuple[HeardEntity, ...] = ()
    sentiment: str = ""
    sentiment_score: float = 0.0
    out_of_scope: float = 0.0
    said: tuple[str, ...] = ()
    displayed: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    said_at_ms: float | None = None
    expects: str = ""
    actions: tuple[Outcome, ...] = ()
    voice_to_voice_ms: float | None = None
    stages: tuple[tuple[str, float], ...] = ()


class Conversation(Struct, frozen=True, kw_only=True):
    """The call. `slots` holds every slot's last value that was not emptied again, `slots_ever` every value it had.

    `ended` is the reason the gateway gave, "" when it gave none. `errors` are the gateway's error messages. `turn` is
    the one that messages without a number belong to.
    """

    call_id: str = ""
    pack: str = ""
    title: str = ""
    exchanges: tuple[Exchange, ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()
    actions: tuple[Outcome, ...] = ()
    slots: Mapping[str, Any] = {}
    slots_ever: Mapping[str, tuple[Any, ...]] = {}
    interruptions: int = 0
    errors: tuple[str, ...] = ()
    ended: str = ""
    turn: int = 0

    @property
    def latencies_ms(self) -> tuple[float, ...]:
        """The gateway's voice-to-voice measurements, one for each spoken turn."""
        return tuple(e.voice_to_voice_ms for e in self.exchanges if e.voice_to_voice_ms is not None)

    def latency_ms(self, percent: float) -> float | None:
        """A percentile of `latencies_ms`; None without any."""
        return percentile(self.latencies_ms, percent)


def fold(received: Iterable[Received]) -> Conversation:
    """The conversation that these messages, in the order of their coming, tell of."""
    call = Conversation()
    for item in received:
        call = step(call, item)
    return call


def step(call: Conversation, received: Received) -> Conversation:
    """The conversation after one more message."""
    message = received.message
    match message.get("type"):
        case "ready":
            return msgspec.structs.replace(
                call,
                call_id=str(message.get("call_id", "")),
                pack=str(message.get("pack", "")),
                title=str(message.get("title", "")),
            )
        case "heard" if message.get("final"):
            return _update(call, message, _heard(message, received.at_ms))
        case "understood":
            return _update(call, message, _understood(message))
        case "said":
            return _said(call, message, received.at_ms)
        case "latency":
            stages = tuple((str(k), float(v)) for k, v in message.get("stages", {}).items())
            total = {"voice_to_voice_ms": float(message.get("voice_to_voice_ms", 0.0)), "stages": stages}
            return _update(call, message, total)
        case "event":
            return _event(call, message.get("event", {}))
        case "clear":
            return msgspec.structs.replace(call, interruptions=call.interruptions + 1)
        case "error":
            return msgspec.structs.replace(call, errors=(*call.errors, str(message.get("message", ""))))
        case "ended":
            return msgspec.structs.replace(call, ended=str(message.get("reason", "")))
    return call


def _heard(message: Mapping[str, Any], at_ms: float) -> dict[str, Any]:
    return {
        "source": str(message.get("source", "speech")),
        "heard": str(message.get("text", "")),
        "confidence": message.get("confidence"),
        "heard_at_ms": at_ms,
    }


def _understood(message: Mapping[str, Any]) -> dict[str, Any]:
    sentiment = message.get("sentiment") or {}
    return {
        "intent": str(message.get("intent", "")),
        "probability": message.get("probability"),
        "entities": tuple(
            HeardEntity(str(e.get("name", "")), str(e.get("text", "")), e.get("value"))
            for e in message.get("entities", ())
        ),
        "sentiment": str(sentiment.get("label", "")),
        "sentiment_score": float(sentiment.get("score", 0.0)),
        "out_of_scope": float(message.get("out_of_scope", 0.0)),
    }


def _said(call: Conversation, message: Mapping[str, Any], at_ms: float) -> Conversation:
    before = next((e for e in call.exchanges if e.turn == message.get("turn", 0)), Exchange(turn=0))
    text = str(message.get("text", ""))
    fields = {
        "said": (*before.said, text),
        "displayed": (*before.displayed, str(message.get("display") or text)),
        "names": (*before.names, *(str(name) for name in message.get("names", ()))),
        "said_at_ms": at_ms if before.said_at_ms is None else before.said_at_ms,
        "expects": str((message.get("expect") or {}).get("kind", "")),
    }
    return _update(call, message, fields)


def _update(call: Conversation, message: Mapping[str, Any], fields: dict[str, Any]) -> Conversation:
    turn = int(message.get("turn", 0))
    exchanges = list(call.exchanges)
    place = next((i for i, e in enumerate(exchanges) if e.turn == turn), None)
    if place is None:
        exchanges.append(Exchange(turn=turn, **fields))
    else:
        exchanges[place] = msgspec.structs.replace(exchanges[place], **fields)
    ordered = tuple(sorted(exchanges, key=lambda e: e.turn))
    return msgspec.structs.replace(call, exchanges=ordered, turn=turn)


def _event(call: Conversation, event: Mapping[str, Any]) -> Conversation:
    call = msgspec.structs.replace(call, events=(*call.events, event))
    match event.get("event"):
        case "ActionRan":
            ran = Outcome(str(event.get("action", "")), bool(event.get("ok", True)), str(event.get("result", "")))
            call = msgspec.structs.replace(call, actions=(*call.actions, ran))
            before = next((e.actions for e in call.exchanges if e.turn == call.turn), ())
            return _update(call, {"turn": call.turn}, {"actions": (*before, ran)})
        case "CallEnded":  # over a telephone there is no `ended` message
            return msgspec.structs.replace(call, ended=call.ended or str(event.get("reason", "")))
        case "SlotSet":
            return _slot(call, str(event.get("name", "")), event.get("value"))
    return call


def _slot(call: Conversation, name: str, value: Any) -> Conversation:
    slots = {key: kept for key, kept in call.slots.items() if key != name}
    if value is None:
        return msgspec.structs.replace(call, slots=slots)
    ever = {**call.slots_ever, name: (*call.slots_ever.get(name, ()), value)}
    return msgspec.structs.replace(call, slots={**slots, name: value}, slots_ever=ever)
