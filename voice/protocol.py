"""The messages of docs/protocol.md: what a client may send, checked; what the gateway sends, built."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from dialog.events import Event
from dialog.expectation import Expectation
from dialog.turn import Turn
from nlu.understanding import Understanding
from voice.errors import ProtocolError
from voice.latency import TurnClock

VERSION = 1
LONGEST_AUDIO_BYTES = 64_000
LONGEST_TEXT = 1_000
LONGEST_JSON_BYTES = 8_192
_KEYS = frozenset("0123456789*#")

Message = dict[str, Any]


class Text(Struct, frozen=True, tag_field="type", tag="text", forbid_unknown_fields=True):
    """Typed instead of spoken."""

    text: str


class Dtmf(Struct, frozen=True, tag_field="type", tag="dtmf", forbid_unknown_fields=True):
    """Keys pressed."""

    digits: str


class Hangup(Struct, frozen=True, tag_field="type", tag="hangup", forbid_unknown_fields=True):
    """The caller hangs up."""


ClientMessage = Text | Dtmf | Hangup
_decoder = msgspec.json.Decoder(ClientMessage)


class WrongKindError(ProtocolError):
    """Not a message of this protocol at all (close code 1003)."""


class MalformedError(ProtocolError):
    """The right kind of message with the wrong content (close code 1007)."""


class TooBigError(ProtocolError):
    """A message over its limit (close code 1009)."""


CLOSE_CODES: Mapping[type[ProtocolError], int] = {WrongKindError: 1003, MalformedError: 1007, TooBigError: 1009}


def check_audio(data: bytes) -> bytes:
    """The PCM of a binary message. Raises MalformedError or TooBigError."""
    if len(data) > LONGEST_AUDIO_BYTES:
        raise TooBigError(f"an audio message holds at most {LONGEST_AUDIO_BYTES} bytes, this one has {len(data)}")
    if not data or len(data) % 2:
        raise MalformedError(f"audio is 16 bit PCM: an even number of bytes, not {len(data)}")
    return data


def parse(text: str) -> ClientMessage:
    """The message of a text frame. Raises WrongKindError, MalformedError or TooBigError."""
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_JSON_BYTES:
        raise TooBigError(f"a JSON message holds at most {LONGEST_JSON_BYTES} bytes")
    try:
        message: ClientMessage = _decoder.decode(text)
    except msgspec.ValidationError as error:
        raise MalformedError(f"not a message of this protocol: {error}") from error
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise WrongKindError(f"a text message must be a JSON object: {error}") from error
    if isinstance(message, Text) and not 0 < len(message.text.strip()) <= LONGEST_TEXT:
        raise MalformedError(f"typed text has 1 to {LONGEST_TEXT} characters")
    if isinstance(message, Dtmf) and (not message.digits or len(message.digits) > 32 or set(message.digits) - _KEYS):
        raise MalformedError("keypad digits are 1 to 32 of 0-9, * and #")
    return message


def from_builtins(data: object) -> ClientMessage:
    """The message of plain data, as `parse` gave it to the pipeline. Raises MalformedError."""
    try:
        message: ClientMessage = msgspec.convert(data, ClientMessage)
    except msgspec.ValidationError as error:
        raise MalformedError(f"not a message of this protocol: {error}") from error
    return message


def ready(*, call_id: str, pack: str, title: str, rate_hz: int) -> Message:
    """First message of a call."""
    return {
        "type": "ready",
        "version": VERSION,
        "call_id": call_id,
        "pack": pack,
        "title": title,
        "rate_hz": rate_hz,
    }


def speech(who: str, *, started: bool) -> Message:
    """Who starts or stops speaking."""
    return {"type": "speech", "who": who, "state": "started" if started else "stopped"}


def heard_partial(text: str, *, stable: int) -> Message:
    """The transcript so far."""
    return {"type": "heard", "text": text, "final": False, "stable": stable}


def heard_final(text: str, *, confidence: float, turn: int, source: str) -> Message:
    """The caller's turn; `source` is speech, text or dtmf."""
    return {
        "type": "heard",
        "text": text,
        "final": True,
        "confidence": round(confidence, 3),
        "turn": turn,
        "source": source,
    }


def understood(understanding: Understanding, *, turn: int) -> Message:
    """What was meant; give it the understanding as the tracker's event has it, so that it is masked."""
    return {
        "type": "understood",
        "turn": turn,
        "intent": understanding.intent.name,
        "probability": round(understanding.intent.probability, 4),
        "entities": [{"name": e.name, "text": e.text, "value": e.value} for e in understanding.entities],
        "sentiment": {
            "label": understanding.sentiment.label,
            "score": round(understanding.sentiment.score, 3),
        },
        "out_of_scope": round(understanding.out_of_scope, 3),
    }


def said(turn: Turn, *, number: int) -> Message:
    """What the agent answers."""
    cards = [response.card for response in turn.responses if response.card]
    return {
        "type": "said",
        "turn": number,
        "text": turn.spoken,
        "display": " ".join(response.display or response.text for response in turn.responses),
        "names": [response.name for response in turn.responses],
        "card": cards[0] if cards else None,
        "expect": expectation(turn.expect),
    }


def expectation(expected: Expectation) -> Message:
    """What may come next."""
    built: Message = msgspec.to_builtins(expected)
    return built


def latency(clock: TurnClock) -> Message | None:
    """A spoken turn's waterfall; None while it is incomplete."""
    total_ms = clock.voice_to_voice_ms()
    if total_ms is None:
        return None
    stages = {name: round(value, 1) for name, value in clock.stages_ms().items()}
    return {"type": "latency", "turn": clock.turn, "voice_to_voice_ms": round(total_ms, 1), "stages": stages}


def event(happened: Event) -> Message:
    """A dialogue event."""
    return {"type": "event", "event": msgspec.to_builtins(happened)}


def error(code: str, message: str, *, retry: bool) -> Message:
    """What went wrong."""
    return {"type": "error", "code": code, "message": message, "retry": retry}


def ended(reason: str) -> Message:
    """Last message of a call."""
    return {"type": "ended", "reason": reason}
