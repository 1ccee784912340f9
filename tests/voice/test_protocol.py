"""What a client may send, and what is refused with which close code."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import protocol
from voice.errors import ProtocolError
from voice.latency import TurnClock


def test_the_three_client_messages() -> None:
    assert protocol.parse('{"type":"text","text":"hi"}') == protocol.Text("hi")
    assert protocol.parse('{"type":"dtmf","digits":"12#"}') == protocol.Dtmf("12#")
    assert protocol.parse('{"type":"hangup"}') == protocol.Hangup()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", protocol.WrongKindError),
        ("hello", protocol.WrongKindError),
        ("[1]", protocol.MalformedError),
        ('{"type":"shout"}', protocol.MalformedError),
        ('{"type":"text"}', protocol.MalformedError),
        ('{"type":"text","text":"  "}', protocol.MalformedError),
        ('{"type":"text","text":"hi","extra":1}', protocol.MalformedError),
        ('{"type":"dtmf","digits":"12a"}', protocol.MalformedError),
        ('{"type":"text","text":"' + "x" * 1001 + '"}', protocol.MalformedError),
        ('{"type":"text","text":"' + "x" * 9000 + '"}', protocol.TooBigError),
    ],
)
def test_refusals(text: str, error: type[ProtocolError]) -> None:
    with pytest.raises(error):
        protocol.parse(text)
    assert error in protocol.CLOSE_CODES


def test_audio_limits() -> None:
    assert protocol.check_audio(bytes(64_000)) == bytes(64_000)
    with pytest.raises(protocol.TooBigError):
        protocol.check_audio(bytes(64_002))
    for wrong in (b"", b"abc"):
        with pytest.raises(protocol.MalformedError):
            protocol.check_audio(wrong)


@given(st.text())
def test_any_text_is_a_message_or_a_protocol_error(text: str) -> None:
    try:
        message = protocol.parse(text)
    except ProtocolError:
        return
    assert protocol.from_builtins(msgspec.to_builtins(message)) == message


@given(st.binary(max_size=300))
def test_any_bytes_are_audio_or_a_protocol_error(data: bytes) -> None:
    try:
        assert protocol.check_audio(data) is data
    except ProtocolError:
        assert not data or len(data) % 2


def test_latency_message_adds_up() -> None:
    clock = TurnClock(turn=3, voiced_end_s=10.0)
    for stage, at_s in [
        ("endpoint", 10.3),
        ("recognize", 10.32),
        ("understand", 10.33),
        ("decide", 10.331),
        ("synthesize", 10.34),
    ]:
        clock.mark(stage, at_s)
    assert protocol.latency(clock) is None
    clock.mark("output", 10.36)
    clock.mark("output", 99.0)
    message = protocol.latency(clock)
    assert message is not None
    assert message["voice_to_voice_ms"] == pytest.approx(360.0)
    assert sum(message["stages"].values()) == pytest.approx(360.0)
    json.dumps(message)
