"""Both sides of a call on one time line, as a listener in the room would hear them. Pure."""

import io
import wave

import numpy as np

JITTER_MS = 60  # gaps shorter than this are the network's or the scheduler's, not silence


class Tape:
    """Records PCM16 mono at `rate_hz`; times are milliseconds from the start of the call."""

    def __init__(self, *, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._caller = bytearray()
        self._agent = bytearray()

    def caller(self, pcm: bytes, *, at_ms: float) -> None:
        """What the caller sent at that time; small jitter in `at_ms` leaves no gaps."""
        self._append(self._caller, pcm, at_ms)

    def agent(self, pcm: bytes, *, at_ms: float) -> None:
        """What arrived from the agent at that time; it plays after what is still unplayed."""
        self._append(self._agent, pcm, at_ms)

    def clear(self, *, at_ms: float) -> None:
        """Drops agent audio that had not been played by then."""
        del self._agent[self._offset(at_ms) :]

    def sides(self) -> tuple[bytes, bytes]:
        """Caller and agent, padded to the same length."""
        length = max(len(self._caller), len(self._agent))
        return bytes(self._caller).ljust(length, b"\0"), bytes(self._agent).ljust(length, b"\0")

    def _append(self, side: bytearray, pcm: bytes, at_ms: float) -> None:
        gap = self._offset(at_ms) - len(side)
        if gap > self._rate_hz * 2 * JITTER_MS // 1000:
            side.extend(bytes(gap))
        side.extend(pcm)

    def _offset(self, at_ms: float) -> int:
        return int(at_ms * self._rate_hz / 1000) * 2


def stereo_wav(left: bytes, right: bytes, *, rate_hz: int) -> bytes:
    """A WAV file of two PCM16 mono sides of equal length."""
    sides = np.stack([np.frombuffer(left, "<i2"), np.frombuffer(right, "<i2")], axis=1)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(sides.tobytes())
    return out.getvalue()
