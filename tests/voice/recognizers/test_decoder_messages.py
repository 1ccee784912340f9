import pytest

from dialog.expectation import Expectation
from voice.recognizers.decoder_messages import (
    Abandon,
    Audio,
    CloseStream,
    Expect,
    FinalHeard,
    Finish,
    NotReady,
    OpenStream,
    PartialHeard,
    Ready,
    Reply,
    Request,
    StreamFailed,
    framed,
    reply_of,
    request_of,
)
from voice.recognizers.recognizer import Final, Partial, Word


@pytest.mark.parametrize(
    "message",
    [
        OpenStream(1, 8000),
        Expect(1, Expectation(kind="digits", length=6, escapes=("agent",))),
        Audio(1, b"\x00\xff"),
        Finish(1, 7),
        Abandon(1),
        CloseStream(1),
    ],
)
def test_requests_round_trip(message: Request) -> None:
    data = framed(message)
    assert int.from_bytes(data[:4], "little") == len(data) - 4
    assert request_of(data[4:]) == message


@pytest.mark.parametrize(
    "message",
    [
        Ready(),
        NotReady("no model"),
        PartialHeard(1, 0, Partial("i lost", 1)),
        FinalHeard(1, 0, Final(text="i lost", confidence=0.5, words=(Word("i", 0, 100),), audio_ms=900)),
        StreamFailed(1, "why"),
    ],
)
def test_replies_round_trip(message: Reply) -> None:
    assert reply_of(framed(message)[4:]) == message
