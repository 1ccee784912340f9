import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voice.synthesizers.conditioning import FADE_MS, Conditioner, gain_for


def _loud(count: int) -> np.ndarray:
    return np.full(count, 20000, np.int16)


@given(st.lists(st.integers(0, 700), max_size=8))
def test_blocks_of_any_length_give_the_same_audio(lengths: list[int]) -> None:
    whole = _loud(sum(lengths))
    conditioner = Conditioner(from_hz=16000, to_hz=16000, gain=1.0, tail_ms=0)
    once = conditioner.feed(whole) + conditioner.flush()
    conditioner = Conditioner(from_hz=16000, to_hz=16000, gain=1.0, tail_ms=0)
    parts = [conditioner.feed(_loud(length)) for length in lengths]
    assert b"".join(parts) + conditioner.flush() == once
    assert len(once) == 2 * len(whole)


def test_fades_in_and_out_and_appends_the_tail() -> None:
    conditioner = Conditioner(from_hz=16000, to_hz=16000, gain=1.0, tail_ms=10)
    samples = np.frombuffer(conditioner.feed(_loud(1600)) + conditioner.flush(), "<i2")
    fade = 16 * FADE_MS
    assert len(samples) == 1760
    assert samples[0] == 0
    assert (np.diff(samples[:fade].astype(int)) >= 0).all()
    assert (np.diff(samples[1600 - fade : 1600].astype(int)) <= 0).all()
    assert not samples[1600:].any()
    assert (samples[fade : 1600 - fade] > 19000).all()


def test_gain_brings_quiet_and_loud_to_one_level() -> None:
    wave = np.sin(np.arange(16000) / 5)
    for peak in (800, 8000, 30000):
        samples = (wave * peak).astype(np.int16)
        assert abs(gain_for(samples) * peak - gain_for((wave * 8000).astype(np.int16)) * 8000) < 400
    assert gain_for(np.zeros(100, np.int16)) == 1.0
