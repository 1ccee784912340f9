"""Audio on the wire: two media paths talk to each other over loopback, in real time but briefly."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import numpy as np
import pytest
from aiortp import get_codec

from tests.voice.sip.answering import tone
from voice.transports.sip.media import PortRange, RtpMedia, comfort_noise
from voice.transports.sip.offer import G722, PCMA, PCMU, MediaPlan, VoiceCodec
from voice.transports.sip.rtp import KeyPress

PORTS = PortRange("127.0.0.1", (22000, 22099))


def media_plan(codec: VoiceCodec, port: int, *, send: bool = True) -> MediaPlan:
    return MediaPlan(
        codec=codec,
        payload_type=codec.static_type,
        dtmf_payload_type=101,
        remote=("127.0.0.1", port),
        send=send,
    )


@contextlib.asynccontextmanager
async def pair(codec: VoiceCodec) -> AsyncIterator[tuple[RtpMedia, RtpMedia]]:
    """Two ends of one call, each sending to the other."""
    sockets = [PORTS.bind(), PORTS.bind()]
    ports = [rtp.getsockname()[1] for rtp, _ in sockets]
    ends = [RtpMedia(media_plan(codec, ports[1 - at]), sockets[at], admits=lambda _: True) for at in (0, 1)]
    for end in ends:
        await end.open()
    try:
        yield ends[0], ends[1]
    finally:
        for end in ends:
            await end.close()


async def hear(end: RtpMedia, *, seconds: float) -> bytes:
    """So much audio of what comes, keys left out."""
    heard = bytearray()
    while len(heard) < end.rate_hz * seconds * 2:
        item = await end.incoming()
        assert item is not None
        if isinstance(item, bytes):
            heard += item
    return bytes(heard)


def level_at(pcm: bytes, *, rate_hz: int, frequency_hz: float) -> float:
    """Share of the signal's power within 20 Hz of a frequency."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / rate_hz) - frequency_hz) < 20
    return float(power[near].sum() / max(power[5:].sum(), 1.0))


@pytest.mark.parametrize("codec", [G722, PCMU, PCMA], ids=lambda codec: codec.name)
async def test_a_tone_arrives_as_it_was_sent(codec):
    async with asyncio.timeout(10), pair(codec) as (one, other):
        sending = asyncio.create_task(one.play(tone(rate_hz=codec.rate_hz, seconds=0.6, frequency_hz=1500)))
        heard = await hear(other, seconds=0.6)
        await sending
        # The cleanest 100 ms: a busy machine may tear the audio elsewhere.
        size = codec.rate_hz // 10 * 2
        pieces = [heard[at : at + size] for at in range(0, len(heard) - size, size // 4)]
        assert max(level_at(piece, rate_hz=codec.rate_hz, frequency_hz=1500) for piece in pieces) > 0.98


def test_g722_keeps_what_a_telephone_cuts_off():
    """5 kHz passes 16 kHz G.722 with a good signal-to-noise ratio; the frame sizes are those of RFC 3551."""
    codec = get_codec(G722.static_type)
    pcm = tone(rate_hz=16000, seconds=1.0, frequency_hz=5000)
    size = G722.frame_bytes()
    packets = [codec.encode(pcm[at : at + size]) for at in range(0, len(pcm), size)]
    assert {len(packet) for packet in packets} == {160}
    other = get_codec(G722.static_type)
    heard = b"".join(other.decode(packet) for packet in packets)
    assert level_at(heard[8000:], rate_hz=16000, frequency_hz=5000) > 0.98


async def test_keys_arrive_once_each():
    async with asyncio.timeout(10), pair(PCMU) as (one, other):
        one.press("42#")
        keys = []
        while len(keys) < 3:
            item = await other.incoming()
            if isinstance(item, KeyPress):
                keys.append(item.key)
        assert keys == ["4", "2", "#"]
        with pytest.raises(ValueError, match="x"):
            one.press("x")


async def test_a_silent_peer_is_heard_as_silence_at_speaking_pace():
    media = RtpMedia(media_plan(PCMU, 9), PORTS.bind(), admits=lambda _: False)
    await media.open()
    started_s = asyncio.get_running_loop().time()
    async with asyncio.timeout(5):
        heard = await hear(media, seconds=0.4)
    took_s = asyncio.get_running_loop().time() - started_s
    assert not any(heard)
    assert 0.4 <= took_s < 2
    await media.close()


async def test_playing_is_paced_and_drained():
    async with asyncio.timeout(10), pair(PCMU) as (one, _):
        started_s = asyncio.get_running_loop().time()
        for _ in range(20):
            await one.play(bytes(320))
        await one.play(bytes(100))
        await one.drained()
        assert 0.38 <= asyncio.get_running_loop().time() - started_s < 2


async def test_what_is_dropped_is_not_heard():
    async with asyncio.timeout(10), pair(PCMU) as (one, other):
        await one.play(tone(rate_hz=8000, seconds=2.0))
        one.drop_unplayed()
        heard = np.frombuffer(await hear(other, seconds=0.5), "<i2")
        assert np.abs(heard[2400:]).max() < 100


async def test_comfort_noise_is_quiet_and_flows_while_there_is_nothing_to_say():
    async with asyncio.timeout(10), pair(PCMA) as (_, other):
        heard = np.frombuffer(await hear(other, seconds=0.4), "<i2").astype(float)
        assert 0 < np.sqrt((heard**2).mean()) < 60
        assert other.packets_heard > 10
    assert len(comfort_noise(8000)) == 16000


async def test_a_peer_on_hold_hears_nothing():
    async with asyncio.timeout(10), pair(PCMU) as (one, other):
        await hear(other, seconds=0.1)
        one.update(media_plan(PCMU, other.port, send=False))
        at_hold = other.packets_heard
        await hear(other, seconds=0.3)
        assert other.packets_heard <= at_hold + 2


async def test_garbage_and_strangers_are_ignored():
    media = RtpMedia(media_plan(PCMU, 9), PORTS.bind(), admits=lambda host: host == "127.0.0.2")
    await media.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.3", 0))
        for datagram in (b"", b"\x80", b"\xff" * 200, b"\x80\x00" + bytes(170), b"\x80\x65" + bytes(11), bytes(50)):
            stranger.sendto(datagram, ("127.0.0.1", media.port))
            stranger.sendto(datagram, ("127.0.0.1", media.port + 1))
    async with asyncio.timeout(5):
        assert not any(await hear(media, seconds=0.2))
    assert media.packets_heard == 0
    await media.close()


async def test_closing_ends_what_waits():
    media = RtpMedia(media_plan(PCMU, 9), PORTS.bind(), admits=lambda _: True)
    await media.open()
    await media.play(bytes(32000))
    waiting = asyncio.create_task(media.play(bytes(320)))
    await asyncio.sleep(0)
    await media.close()
    await media.close()
    await waiting
    while (item := await media.incoming()) is not None:
        assert item
    assert await media.incoming() is None


def test_ports_are_even_pairs_and_run_out():
    ports = PortRange("127.0.0.1", (22201, 22206))
    taken = [ports.bind(), ports.bind()]
    assert [rtp.getsockname()[1] for rtp, _ in taken] == [22202, 22204]
    with pytest.raises(OSError, match="no free RTP port pair"):
        ports.bind()
    for bound in taken[0]:
        bound.close()
    again = ports.bind()
    assert again[0].getsockname()[1] == 22202
    for bound in (*taken[1], *again):
        bound.close()
