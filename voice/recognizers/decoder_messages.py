"""What the gateway and a decoder process say to each other over pipes: length-prefixed MessagePack."""

from msgspec import Struct, msgpack

from dialog.expectation import Expectation
from voice.recognizers.recognizer import Final, Partial

PREFIX_BYTES = 4
LONGEST_MESSAGE = 16_000_000


class OpenStream(Struct, frozen=True, tag=True):
    """A call begins; its audio is PCM16 at `rate_hz`."""

    stream: int
    rate_hz: int


class Expect(Struct, frozen=True, tag=True):
    """From the next utterance on."""

    stream: int
    expectation: Expectation


class Audio(Struct, frozen=True, tag=True):
    """More of the utterance."""

    stream: int
    pcm: bytes


class Finish(Struct, frozen=True, tag=True):
    """The utterance is over; answered by FinalHeard or StreamFailed with the same ticket."""

    stream: int
    ticket: int


class Abandon(Struct, frozen=True, tag=True):
    """The utterance is to be forgotten."""

    stream: int


class CloseStream(Struct, frozen=True, tag=True):
    """The call is over; no answer."""

    stream: int


class Ready(Struct, frozen=True, tag=True):
    """The process has its models and takes streams."""


class NotReady(Struct, frozen=True, tag=True):
    """The process can't work and ends."""

    reason: str


class PartialHeard(Struct, frozen=True, tag=True):
    """What utterance number `ticket` of the stream sounds like so far."""

    stream: int
    ticket: int
    partial: Partial


class FinalHeard(Struct, frozen=True, tag=True):
    """What the utterance was."""

    stream: int
    ticket: int
    final: Final


class StreamFailed(Struct, frozen=True, tag=True):
    """The decoder failed in this stream; the stream is dead, the process goes on."""

    stream: int
    reason: str


Request = OpenStream | Expect | Audio | Finish | Abandon | CloseStream
Reply = Ready | NotReady | PartialHeard | FinalHeard | StreamFailed

_encoder = msgpack.Encoder()
_request_decoder = msgpack.Decoder(Request)
_reply_decoder = msgpack.Decoder(Reply)


def framed(message: Request | Reply) -> bytes:
    """A message with its length in front, little endian."""
    body = _encoder.encode(message)
    return len(body).to_bytes(PREFIX_BYTES, "little") + body


def request_of(body: bytes) -> Request:
    request: Request = _request_decoder.decode(body)
    return request


def reply_of(body: bytes) -> Reply:
    reply: Reply = _reply_decoder.decode(body)
    return reply
