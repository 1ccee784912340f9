"""Silero on one call: windows, rates, and the batch that equals its singles."""

import numpy as np
import pytest

from voice.ear.vad import SileroModel, VoiceActivity
from voice.errors import MediaError


@pytest.fixture(scope="module")
def model() -> SileroModel:
    return SileroModel()


def tone(rate_hz: int, seconds: float) -> bytes:
    t = np.arange(int(rate_hz * seconds)) / rate_hz
    return (np.sin(2 * np.pi * 440 * t) * 8000).astype("<i2").tobytes()


@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_silence_is_not_voice_and_windows_are_whole(model: SileroModel, rate_hz: int) -> None:
    activity = VoiceActivity(model, rate_hz=rate_hz)
    windows = activity.push(bytes(2 * rate_hz))
    assert len(windows) == rate_hz // activity.window_samples
    assert all(len(pcm) == 2 * activity.window_samples for pcm, _ in windows)
    assert max(probability for _, probability in windows) < 0.2


def test_audio_may_come_in_any_pieces(model: SileroModel) -> None:
    whole, pieces = VoiceActivity(model, rate_hz=16000), VoiceActivity(model, rate_hz=16000)
    pcm = tone(16000, 0.5)
    at_once = whole.push(pcm)
    in_pieces = [window for start in range(0, len(pcm), 322) for window in pieces.push(pcm[start : start + 322])]
    assert [w for w, _ in at_once] == [w for w, _ in in_pieces]
    assert [p for _, p in at_once] == pytest.approx([p for _, p in in_pieces])


def test_a_batch_equals_its_singles(model: SileroModel) -> None:
    rng = np.random.default_rng(1)
    windows = (rng.standard_normal((3, 576)) * 0.1).astype(np.float32)
    states = (rng.standard_normal((2, 3, 128)) * 0.1).astype(np.float32)
    together, following = model.score(windows, states, rate_hz=16000)
    for i in range(3):
        alone, next_state = model.score(windows[i : i + 1], states[:, i : i + 1].copy(), rate_hz=16000)
        assert together[i] == pytest.approx(alone[0], abs=1e-5)
        assert following[:, i] == pytest.approx(next_state[:, 0], abs=1e-5)


def test_other_rates_are_refused(model: SileroModel) -> None:
    with pytest.raises(MediaError, match="44100"):
        VoiceActivity(model, rate_hz=44100)
