"""The guard: who may talk, and what is refused with which status."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice.sip.wire import request
from voice.transports.sip.guard import MAX_DATAGRAM_BYTES, Accept, Drop, Guard, Refuse, parse_allow

GUARD = Guard(parse_allow(("127.0.0.0/8", "10.1.0.0/16", "fd00::/8")))


@pytest.mark.parametrize(
    ("host", "admitted"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("10.2.0.1", False),
        ("::ffff:10.1.2.3", True),
        ("fd00::1%eth0", True),
        ("2001:db8::1", False),
        ("localhost", False),
    ],
)
def test_allow_list(host, admitted):
    assert GUARD.admits(host) is admitted


def test_an_entry_that_is_no_network_is_named():
    with pytest.raises(ValueError, match="office"):
        parse_allow(("office",))


def test_strangers_hear_nothing():
    assert GUARD.judge(request(), "192.0.2.1") == Drop("not allowed")


def test_a_good_invite_is_accepted():
    verdict = GUARD.judge(request(), "127.0.0.1")
    assert isinstance(verdict, Accept)


@pytest.mark.parametrize(
    ("datagram", "reason"),
    [
        (b"\r\n\r\n", "keep-alive"),
        (b"\0", "keep-alive"),
        (b"GET / HTTP/1.1\r\n\r\n", "not SIP"),
        (b"x" * (MAX_DATAGRAM_BYTES + 1), "oversized"),
        (b"SIP/2.0 abc\r\n\r\n", "malformed"),
        (request().replace(b"branch=z9hG4bK-1", b"x=1"), "malformed request"),
        (request().replace(b"Call-ID", b"Call-Me"), "malformed request"),
        (request().replace(b"CSeq: 1", b"CSeq: one"), "malformed request"),
        (request().replace(b"CSeq: 1", b"CSeq: 99999999999"), "malformed request"),
        (b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=b\r\n\r\n", "malformed response"),
        (request("ACK", cseq_method="INVITE"), "malformed ACK"),
    ],
)
def test_what_can_not_be_answered_is_dropped(datagram, reason):
    verdict = GUARD.judge(datagram, "127.0.0.1")
    assert isinstance(verdict, Drop)
    assert verdict.reason.startswith(reason)


@pytest.mark.parametrize(
    ("datagram", "status"),
    [
        (request(cseq_method="BYE"), 400),
        (request(from_tag="").replace(b";tag=", b""), 400),
        (request("DANCE"), 501),
        (request("REGISTER"), 405),
        (request("SUBSCRIBE"), 405),
        (request(uri="tel:+441632960001"), 416),
        (request(uri="banking"), 400),
        (request().replace(b" SIP/2.0\r\nVia", b" SIP/2.01\r\nVia"), 505),
        (request().replace(b"Max-Forwards: 70", b"Max-Forwards: 0"), 483),
        (request().replace(b"Max-Forwards: 70", b"Max-Forwards: many"), 400),
        (request(content_type="text/plain"), 415),
        (request(extra="Require: 100rel, teleport\r\n"), 420),
        (request()[:-20], 400),
        (request().replace(b"Contact", b"X-Contact"), 400),
    ],
)
def test_what_is_wrong_gets_its_status(datagram, status):
    verdict = GUARD.judge(datagram, "127.0.0.1")
    assert isinstance(verdict, Refuse), verdict
    assert verdict.status == status


def test_bad_extensions_are_named():
    verdict = GUARD.judge(request(extra="Require: 100rel, teleport\r\n"), "127.0.0.1")
    assert isinstance(verdict, Refuse)
    assert verdict.headers == (("Unsupported", "100rel, teleport"),)


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_no_bytes_raise(datagram):
    assert isinstance(GUARD.judge(datagram, "127.0.0.1"), Drop)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_damaged_request_raises(data):
    datagram = bytearray(request(data.draw(st.sampled_from(["INVITE", "BYE", "ACK", "OPTIONS", "CANCEL"]))))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(datagram) - 1))
        if data.draw(st.booleans()):
            datagram[at] = data.draw(st.integers(0, 255))
        else:
            del datagram[at : at + data.draw(st.integers(1, 40))]
            if not datagram:
                break
    assert isinstance(GUARD.judge(bytes(datagram), "127.0.0.1"), Drop | Refuse | Accept)
