"""RTP without sockets: order, loss, keys, numbering, whom to send to."""

import struct
from itertools import pairwise

import pytest
from aiortp import RtpPacket
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.transports.sip.rtp import Audio, Intake, KeyPress, Numbering, SymmetricPeer, key_events


def intake() -> Intake:
    return Intake(payload_type=0, dtmf_payload_type=101)


def audio(number: int, *, ssrc: int = 7) -> RtpPacket:
    return RtpPacket(
        payload_type=0,
        sequence_number=number & 0xFFFF,
        timestamp=number * 160,
        ssrc=ssrc,
        payload=struct.pack("!I", number),
    )


def event(number: int, code: int, *, timestamp: int, end: bool = False) -> RtpPacket:
    payload = struct.pack("!BBH", code, 0x80 if end else 0, 160)
    return RtpPacket(payload_type=101, sequence_number=number, timestamp=timestamp, ssrc=7, payload=payload)


def numbers(heard: list[Audio | KeyPress]) -> list[tuple[int, int]]:
    return [(struct.unpack("!I", item.payload)[0], item.lost) for item in heard if isinstance(item, Audio)]


def fed(packets: list[RtpPacket]) -> list[Audio | KeyPress]:
    stream = intake()
    return [item for packet in packets for item in stream.take(packet)] + stream.flush()


def test_packets_in_order_are_heard_at_once():
    stream = intake()
    assert numbers(stream.take(audio(5))) == [(5, 0)]
    assert numbers(stream.take(audio(6))) == [(6, 0)]
    assert stream.highest_sequence == 6


def test_a_late_packet_is_waited_for():
    assert numbers(fed([audio(1), audio(3), audio(2), audio(4)])) == [(1, 0), (2, 0), (3, 0), (4, 0)]


def test_a_lost_packet_is_given_up_after_three_later_ones():
    stream = intake()
    stream.take(audio(1))
    assert stream.take(audio(3)) == []
    assert stream.take(audio(4)) == []
    assert numbers(stream.take(audio(5))) == [(3, 1), (4, 0), (5, 0)]
    assert stream.lost_packets == 1


def test_what_comes_too_late_or_twice_is_dropped():
    assert numbers(fed([audio(1), audio(2), audio(2), audio(1), audio(3)])) == [(1, 0), (2, 0), (3, 0)]


def test_numbers_wrap():
    packets = [audio(number) for number in range(0xFFFE, 0x10003)]
    stream = intake()
    heard = [item for packet in packets for item in stream.take(packet)]
    assert [number for number, _ in numbers(heard)] == list(range(0xFFFE, 0x10003))
    assert stream.highest_sequence == 0x10002


def test_a_new_source_and_a_far_jump_start_anew():
    assert numbers(fed([audio(1), audio(500), audio(9, ssrc=8)])) == [(1, 0), (500, 0), (9, 0)]


def test_a_key_is_told_once_and_at_its_first_packet():
    stream = intake()
    assert stream.take(event(1, 5, timestamp=800)) == [KeyPress("5")]
    assert stream.take(event(2, 5, timestamp=800)) == []
    assert stream.take(event(3, 5, timestamp=800, end=True)) == []
    assert stream.take(event(4, 11, timestamp=1600, end=True)) == [KeyPress("#")]
    assert stream.take(event(5, 5, timestamp=800, end=True)) == []


def test_the_same_key_twice_is_two_keys():
    assert fed([event(1, 1, timestamp=0, end=True), event(2, 1, timestamp=3200, end=True)]) == [KeyPress("1")] * 2


def test_events_that_are_no_keys_are_ignored():
    short = RtpPacket(payload_type=101, sequence_number=3, timestamp=4800, ssrc=7, payload=b"\x01")
    assert fed([event(1, 16, timestamp=0), event(2, 255, timestamp=1600), short]) == []


def test_keys_leave_no_hole_in_the_audio():
    heard = fed([audio(1), event(2, 3, timestamp=320), event(3, 3, timestamp=320, end=True), audio(4)])
    assert numbers(heard) == [(1, 0), (4, 0)]


@settings(deadline=None)
@given(st.permutations(range(12)), st.sets(st.integers(0, 11), max_size=6))
def test_whatever_the_order_time_never_runs_back(order, lost):
    heard = numbers(fed([audio(100 + number) for number in order if number not in lost]))
    delivered = [number for number, _ in heard]
    assert delivered == sorted(set(delivered))
    for (before, _), (after, gap) in pairwise(heard):
        assert after - before == gap + 1


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 3), st.sampled_from([0, 101, 13])), max_size=60))
def test_no_stream_raises_or_hoards(packets):
    stream = intake()
    for number, ssrc, payload_type in packets:
        stream.take(
            RtpPacket(payload_type=payload_type, sequence_number=number, timestamp=number, ssrc=ssrc, payload=b"abcd")
        )
    stream.flush()
    assert stream.flush() == []


def test_numbering_counts_packets_and_time():
    stream = Numbering(ssrc=1, sequence=0xFFFF, timestamp=0xFFFFFF60)
    first = RtpPacket.parse(stream.stamp(b"a" * 160, payload_type=9, marker=True))
    stream.advance(160)
    second = RtpPacket.parse(stream.stamp(b"b" * 160, payload_type=9, marker=False))
    assert (first.sequence_number, first.timestamp, first.marker) == (0xFFFF, 0xFFFFFF60, 1)
    assert (second.sequence_number, second.timestamp, second.marker) == (0, 0, 0)
    assert (stream.packets, stream.octets) == (2, 320)


def test_key_events_are_read_back():
    slots = [payload for key in "19*#" for payload in key_events(key, packet_samples=160)]
    timestamp = started = 0
    packets = []
    for number, payload in enumerate(slots):
        timestamp += 160
        if payload is not None:
            started = timestamp if struct.unpack("!BBH", payload)[2] == 160 else started
            packets.append(
                RtpPacket(payload_type=101, sequence_number=number, timestamp=started, ssrc=1, payload=payload)
            )
    assert fed(packets) == [KeyPress(key) for key in "19*#"]
    with pytest.raises(ValueError, match="A"):
        key_events("A", packet_samples=160)


def test_audio_goes_to_where_it_comes_from():
    peer = SymmetricPeer(("192.0.2.1", 4000), offered_allowed=True)
    assert peer.target == ("192.0.2.1", 4000)
    assert peer.accepts(("10.0.0.9", 62000), allowed=True, now_s=1.0)
    assert peer.target == ("10.0.0.9", 62000)


def test_an_offer_alone_aims_at_nobody_who_may_not_be_called():
    peer = SymmetricPeer(("203.0.113.5", 4000), offered_allowed=False)
    assert peer.target is None
    assert not peer.accepts(("203.0.113.6", 4000), allowed=False, now_s=0)
    assert peer.accepts(("203.0.113.5", 4001), allowed=False, now_s=0)
    assert peer.target == ("203.0.113.5", 4001)


def test_a_stream_is_not_stolen_but_may_move_after_silence():
    peer = SymmetricPeer(("192.0.2.1", 4000), offered_allowed=True)
    assert peer.accepts(("192.0.2.1", 4000), allowed=True, now_s=0)
    assert not peer.accepts(("192.0.2.66", 9), allowed=True, now_s=1.0)
    assert peer.accepts(("192.0.2.2", 5000), allowed=True, now_s=2.5)
    assert peer.target == ("192.0.2.2", 5000)


def test_a_re_invite_moves_the_stream():
    peer = SymmetricPeer(("192.0.2.1", 4000), offered_allowed=True)
    peer.accepts(("192.0.2.1", 4000), allowed=True, now_s=0)
    peer.offer(("192.0.2.9", 4000), allowed=True)
    assert peer.target == ("192.0.2.9", 4000)
    peer.offer(("192.0.2.9", 4000), allowed=False)
    assert peer.target is None
