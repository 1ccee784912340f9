"""Raw synthesizer blocks -> even level, no click at either end, the wanted rate; pure."""

import numpy as np
import numpy.typing as npt
import soxr

FADE_MS = 5
TARGET_RMS = 0.1
PEAK = 0.89

Floats = npt.NDArray[np.float32]


def gain_for(samples: npt.NDArray[np.int16]) -> float:
    """The factor that brings the voiced part of a sample text to -20 dBFS RMS, peaks kept below -1 dBFS."""
    levels = np.abs(samples.astype(np.float32)) / 32768
    voiced = levels[levels > 0.005]
    if not len(voiced):
        return 1.0
    return min(TARGET_RMS / float(np.sqrt(np.mean(voiced**2))), PEAK / float(voiced.max()))


class Conditioner:
    """One text's audio, block by block: gain, fade in, fade out, resample. `feed` everything, then `flush`."""

    def __init__(self, *, from_hz: int, to_hz: int, gain: float, tail_ms: int = 40) -> None:
        """`tail_ms` of silence is appended, so that the last sound does not end with the stream."""
        self._gain = gain / 32768
        self._fade = np.linspace(0, 1, from_hz * FADE_MS // 1000, dtype=np.float32)
        self._tail = np.zeros(from_hz * tail_ms // 1000, np.float32)
        self._held = np.zeros(0, np.float32)
        self._faded_in = 0
        self._resampler = soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32") if from_hz != to_hz else None

    def feed(self, samples: npt.NDArray[np.int16]) -> bytes:
        """PCM16 at the wanted rate that is ready; may be empty."""
        block = samples.astype(np.float32) * self._gain
        if self._faded_in < len(self._fade):
            ramp = self._fade[self._faded_in : self._faded_in + len(block)]
            block[: len(ramp)] *= ramp
            self._faded_in += len(ramp)
        # The last few milliseconds wait, because they are faded out if nothing follows.
        block = np.concatenate((self._held, block))
        cut = max(0, len(block) - len(self._fade))
        self._held = block[cut:]
        return self._out(block[:cut], last=False)

    def flush(self) -> bytes:
        """What was held back, faded out, and the tail; nothing may be fed afterwards."""
        end = self._held * self._fade[::-1][len(self._fade) - len(self._held) :]
        return self._out(np.concatenate((end, self._tail)), last=True)

    def _out(self, block: Floats, *, last: bool) -> bytes:
        if self._resampler is not None:
            block = self._resampler.resample_chunk(block, last=last)
        return (np.clip(block, -1, 1) * 32767).astype("<i2").tobytes()
