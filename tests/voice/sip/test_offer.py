"""SDP offers: what is chosen, what is refused, what is answered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.transports.sip.offer import (
    G722,
    PCMA,
    PCMU,
    MediaPlan,
    OfferError,
    plan_media,
    read_offer,
    sdp_bytes,
    write_answer,
    write_offer,
)

OFFER = """v=0
o=- 1 1 IN IP4 192.0.2.7
s=-
c=IN IP4 192.0.2.7
t=0 0
m=audio 4000 RTP/AVP {formats}
{attributes}"""


def offer(formats: str, *attributes: str) -> bytes:
    return OFFER.format(formats=formats, attributes="".join(f"a={line}\n" for line in attributes)).encode()


def plan(formats: str, *attributes: str) -> MediaPlan:
    return plan_media(read_offer(offer(formats, *attributes)))


@pytest.mark.parametrize(
    ("formats", "attributes", "codec", "payload_type"),
    [
        ("0 8 9", (), G722, 9),
        ("8 0", (), PCMU, 0),
        ("8", (), PCMA, 8),
        ("100 0", ("rtpmap:100 g722/8000",), G722, 100),
        ("111 8", ("rtpmap:111 opus/48000/2",), PCMA, 8),
        ("100 8", ("rtpmap:100 G722/16000",), PCMA, 8),
    ],
)
def test_best_common_codec_wins(formats, attributes, codec, payload_type):
    chosen = plan(formats, *attributes)
    assert (chosen.codec, chosen.payload_type) == (codec, payload_type)
    assert chosen.remote == ("192.0.2.7", 4000)


def test_telephone_event_keeps_the_number_of_the_offer():
    chosen = plan("0 97 96", "rtpmap:97 telephone-event/48000", "rtpmap:96 telephone-event/8000")
    assert chosen.dtmf_payload_type == 96
    assert plan("0").dtmf_payload_type is None


@pytest.mark.parametrize(
    ("direction", "send", "receive"),
    [("sendrecv", True, True), ("sendonly", False, True), ("recvonly", True, False), ("inactive", False, False)],
)
def test_direction_of_the_offer_is_mirrored(direction, send, receive):
    body = offer("0", direction)
    chosen = plan_media(read_offer(body))
    assert (chosen.send, chosen.receive) == (send, receive)
    answer = write_answer(read_offer(body), chosen, host="127.0.0.1", port=20000, session_id=1, version=2)
    mirrored = plan_media(read_offer(sdp_bytes(answer)))
    assert (mirrored.send, mirrored.receive) == (receive, send)


def test_old_hold_address_stops_sending():
    assert not plan_media(read_offer(offer("0").replace(b"192.0.2.7", b"0.0.0.0"))).send


def test_other_media_is_refused_in_place():
    body = offer("0").replace(b"m=audio", b"m=video 5000 RTP/AVP 31\nm=audio")
    description = read_offer(body)
    answer = write_answer(description, plan_media(description), host="::1", port=20000, session_id=1, version=1)
    assert [(item.media, item.port) for item in answer.media] == [("video", 0), ("audio", 20000)]
    assert answer.connection is not None
    assert answer.connection.addr_type == "IP6"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 488),
        (b"   \r\n", 488),
        (b"\xff\xfe\x00", 400),
        (b"hello", 400),
        (b"v=0\ns=-\nm=audio 4000 RTP/AVP 0\n", 400),
        (b"v=1\n" + offer("0")[4:], 400),
        (offer("0").replace(b"4000", b"forty"), 400),
        (offer("0").replace(b"4000", b"99999"), 400),
        (offer("0").replace(b"4000", b"0"), 488),
        (offer("0").replace(b"c=IN IP4 192.0.2.7\n", b""), 400),
        (offer("0").replace(b"192.0.2.7", b"phone.example"), 488),
        (offer("0").replace(b"c=IN IP4 192.0.2.7", b"c=IN IP4 224.0.0.1"), 488),
        (offer("0").replace(b"RTP/AVP", b"RTP/SAVP"), 488),
        (offer("18"), 488),
        (offer("x y"), 488),
        (offer("0", "rtpmap:x PCMU/8000"), 400),
        (offer("0").replace(b"m=audio", b"m=video"), 488),
    ],
)
def test_bad_offers_are_refused(body, status):
    with pytest.raises(OfferError) as caught:
        plan_media(read_offer(body))
    assert caught.value.status == status


def test_a_running_call_keeps_its_codec():
    assert plan_media(read_offer(offer("9 8")), only=PCMA).codec is PCMA
    with pytest.raises(OfferError):
        plan_media(read_offer(offer("9")), only=PCMA)


def test_our_own_offer_is_answered_in_its_first_choice():
    body = sdp_bytes(write_offer((PCMA, G722), host="127.0.0.1", port=30000, session_id=1))
    chosen = plan_media(read_offer(body))
    assert (chosen.codec, chosen.dtmf_payload_type, chosen.remote) == (G722, 101, ("127.0.0.1", 30000))


def outcome(body: bytes) -> int:
    """200 or the status of the refusal; any other exception fails the test."""
    try:
        plan_media(read_offer(body))
    except OfferError as error:
        return error.status
    return 200


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_planned_or_refused(body):
    assert outcome(body) in (200, 400, 488)


_LINES = st.sampled_from(
    ["v=0", "o=- 1 1 IN IP4 1.2.3.4", "s=-", "c=IN IP4 1.2.3.4", "t=0 0", "m=audio 1 RTP/AVP 0", "a=rtpmap:0 PCMU/8000"]
) | st.text(alphabet="vosctmab=0189 /:.-\u00e9", max_size=30)


@settings(deadline=None)
@given(st.lists(_LINES, max_size=12))
def test_any_lines_are_planned_or_refused(lines):
    assert outcome("\r\n".join(lines).encode()) in (200, 400, 488)
