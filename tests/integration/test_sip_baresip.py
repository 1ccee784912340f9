"""A real softphone (Debian's baresip) calls the gateway's SIP side on loopback, in real time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.voice.sip.answering import FakeAnswering, tone
from tests.voice.sip.softphone import Softphone, require_baresip
from voice.settings import SipSettings
from voice.transports.sip.endpoint import SipEndpoint

pytestmark = pytest.mark.integration

CODECS = [("g722/16000/1", 16000), ("pcmu/8000/1", 8000), ("pcma/8000/1", 8000)]
CALLER_HZ = 440.0
GREETING_HZ = 1200.0


@pytest.fixture(autouse=True)
def _softphone() -> None:
    require_baresip()


def write_wav(path: Path, pcm: bytes, *, rate_hz: int) -> Path:
    soundfile.write(path, np.frombuffer(pcm, "<i2"), rate_hz, subtype="PCM_16")
    return path


def share_of_tone(pcm: np.ndarray, *, rate_hz: int, frequency_hz: float) -> float:
    """How much of the power lies within 20 Hz of a frequency."""
    power = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(pcm), 1 / rate_hz) - frequency_hz) < 20
    return float(power[near].sum() / power[5:].sum())


def loudest_second(pcm: np.ndarray, *, rate_hz: int) -> np.ndarray:
    """Half a second from the middle of the loudest part."""
    size = rate_hz // 2
    starts = range(0, len(pcm) - size, size // 4)
    return max((pcm[at : at + size] for at in starts), key=lambda part: float((part**2).sum()))


@contextlib.asynccontextmanager
async def endpoint(answering: FakeAnswering) -> AsyncIterator[SipEndpoint]:
    sip = SipEndpoint(SipSettings(enabled=True, port=0, rtp_ports=(23000, 23099)), answering, "banking")
    await sip.start()
    try:
        yield sip
    finally:
        await sip.close()


async def until(met, *, timeout_s: float = 10.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not met():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(("codecs", "rate_hz"), CODECS)
async def test_both_hear_each_other_and_keys_arrive(tmp_path, codecs, rate_hz):
    """Two independent codec implementations: each side's tone is a clean tone in what the other decoded."""
    source = write_wav(
        tmp_path / "tone.wav", tone(rate_hz=rate_hz, seconds=60, frequency_hz=CALLER_HZ), rate_hz=rate_hz
    )
    answering = FakeAnswering(greeting=lambda rate: tone(rate_hz=rate, seconds=1.5, frequency_hz=GREETING_HZ))
    async with endpoint(answering) as sip, Softphone(tmp_path / "phone", source=source, codecs=codecs) as phone:
        await phone.dial(f"sip:banking@127.0.0.1:{sip.port}")
        await until(lambda: bool(answering.calls) and len(answering.calls[0].heard) > rate_hz * 2 * 2)
        assert answering.infos[0].rate_hz == rate_hz
        for at, key in enumerate("15#", 1):
            await phone.command("sndcode", key)
            await until(lambda at=at: len(answering.calls[0].keys) == at)
        assert answering.calls[0].keys == ["1", "5", "#"]
        await phone.command("hangup")
        await until(lambda: sip.calls == 0)
    heard = np.frombuffer(bytes(answering.calls[0].heard), "<i2").astype(float)
    assert share_of_tone(loudest_second(heard, rate_hz=rate_hz), rate_hz=rate_hz, frequency_hz=CALLER_HZ) > 0.98
    said, said_hz = soundfile.read(next(phone.recordings.glob("*-dec.wav")))
    assert said_hz == rate_hz
    assert share_of_tone(loudest_second(said, rate_hz=said_hz), rate_hz=said_hz, frequency_hz=GREETING_HZ) > 0.98


async def test_g722_is_preferred_over_the_softphones_order(tmp_path):
    source = write_wav(tmp_path / "tone.wav", tone(rate_hz=16000, seconds=60), rate_hz=16000)
    answering = FakeAnswering()
    codecs = "pcmu/8000/1,g722/16000/1"
    async with endpoint(answering) as sip, Softphone(tmp_path / "phone", source=source, codecs=codecs) as phone:
        await phone.dial(f"sip:banking@127.0.0.1:{sip.port}")
        assert answering.infos[0].rate_hz == 16000


async def test_the_gateway_hangs_up_after_its_last_word(tmp_path):
    source = write_wav(tmp_path / "tone.wav", tone(rate_hz=8000, seconds=60), rate_hz=8000)
    answering = FakeAnswering(
        greeting=lambda rate: tone(rate_hz=rate, seconds=1.0, frequency_hz=GREETING_HZ), then_end=True
    )
    async with (
        endpoint(answering) as sip,
        Softphone(tmp_path / "phone", source=source, codecs="pcmu/8000/1") as phone,
    ):
        await phone.dial(f"sip:banking@127.0.0.1:{sip.port}")
        await phone.wait_for("CALL_CLOSED")
        await until(lambda: sip.calls == 0)
    said, rate_hz = soundfile.read(next(phone.recordings.glob("*-dec.wav")))
    loud = np.abs(said) > 0.05
    assert loud.sum() / rate_hz == pytest.approx(0.85, abs=0.2)


async def test_a_wrong_pack_is_not_found(tmp_path):
    source = write_wav(tmp_path / "tone.wav", tone(rate_hz=8000, seconds=10), rate_hz=8000)
    async with (
        endpoint(FakeAnswering()) as sip,
        Softphone(tmp_path / "phone", source=source, codecs="pcmu/8000/1") as phone,
    ):
        await phone.command("dial", f"sip:nobody@127.0.0.1:{sip.port}")
        closed = await phone.wait_for("CALL_CLOSED")
        assert "404" in str(closed)
