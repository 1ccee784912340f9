"""Where speech is in a clean signal, by its level alone. Pure.

Good for what a test caller hears: synthesized speech over a line without noise. Not a voice activity detector for
people; that is the ear's.
"""

from typing import Literal

import numpy as np

Edge = Literal["started", "stopped"]
VOICED_DBFS = -50.0  # a synthesized pause is digital silence or codec idle noise, far below


def is_voiced(pcm: bytes, *, threshold_dbfs: float = VOICED_DBFS) -> bool:
    """Whether the root mean square of PCM16 `pcm` lies above the threshold; False for no samples."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    if not samples.size:
        return False
    return bool(np.sqrt(np.mean(samples**2)) > 32768.0 * 10 ** (threshold_dbfs / 20))


def last_voiced_ms(pcm: bytes, *, rate_hz: int, window_ms: int = 10) -> float:
    """Milliseconds from the first sample of PCM16 `pcm` to the end of its last voiced window; 0 when there is none."""
    step = rate_hz * window_ms // 1000 * 2
    for start in range((len(pcm) - 1) // step * step, -1, -step):
        if is_voiced(pcm[start : start + step]):
            return min(start + step, len(pcm)) * 1000 / (2 * rate_hz)
    return 0.0


class SpeechGate:
    """Edges of speech in a stream: started after `start_ms` of voiced audio, stopped after `stop_ms` without.

    `stop_ms` bridges the pauses between a reply's sentences; it delays `stopped` by as much.
    """

    def __init__(self, *, rate_hz: int, start_ms: int = 20, stop_ms: int = 700) -> None:
        self._samples_per_ms = rate_hz / 1000
        self._start_ms = start_ms
        self._stop_ms = stop_ms
        self._run_ms = 0.0
        self.speaking = False

    def push(self, pcm: bytes) -> Edge | None:
        """The edge that PCM16 `pcm` (10-60 ms of the stream) completes, if any."""
        against = is_voiced(pcm) != self.speaking
        self._run_ms = self._run_ms + len(pcm) / 2 / self._samples_per_ms if against else 0.0
        if self._run_ms < (self._stop_ms if self.speaking else self._start_ms) or not against:
            return None
        self.speaking, self._run_ms = not self.speaking, 0.0
        return "started" if self.speaking else "stopped"
