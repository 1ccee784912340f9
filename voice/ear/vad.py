"""Silero voice activity detection: one ONNX session for the process, a few hundred bytes of state a call.

The model is the one Pipecat bundles (silero-vad, MIT). It scores windows of 32 ms at 8 or 16 kHz. `SileroModel.score`
takes a batch so that windows of several calls can share one run.
"""

from importlib.resources import files

import numpy as np
import numpy.typing as npt
import onnxruntime

from voice.errors import MediaError

WINDOW_MS = 32
_CONTEXT_MS = 4
_STATE_SHAPE = (2, 128)
# Non-speech shifts the recurrent state so that the speech after it scores low; it is cleared in clear silence.
_RESET_AFTER_WINDOWS = 62
_RESET_RUN_WINDOWS = 5
_RESET_BELOW = 0.1

Floats = npt.NDArray[np.float32]


class SileroModel:
    """The shared session. Thread-safe: it holds no state of a call."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        path = files("pipecat.audio.vad.data").joinpath("silero_vad.onnx")
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def score(self, windows: Floats, states: Floats, *, rate_hz: int) -> tuple[Floats, Floats]:
        """Voice probabilities [n] and the next states [2, n, 128].

        `windows` is [n, context + window] samples in -1..1: 64 + 512 at 16 kHz, 32 + 256 at 8 kHz.
        """
        feed = {"input": windows, "state": states, "sr": np.array(rate_hz, dtype=np.int64)}
        probabilities, following = self._session.run(None, feed)
        return probabilities[:, 0], following


class VoiceActivity:
    """One call's probabilities. Raises MediaError for a rate the model does not know."""

    def __init__(self, model: SileroModel, *, rate_hz: int) -> None:
        if rate_hz not in (8000, 16000):
            raise MediaError(f"voice activity detection works at 8000 or 16000 Hz, not {rate_hz}")
        self._model = model
        self._rate_hz = rate_hz
        self.window_samples = rate_hz * WINDOW_MS // 1000
        self._context_samples = rate_hz * _CONTEXT_MS // 1000
        self._pending = np.zeros(0, dtype=np.int16)
        self._reset()

    def _reset(self) -> None:
        self._state = np.zeros((_STATE_SHAPE[0], 1, _STATE_SHAPE[1]), dtype=np.float32)
        self._context = np.zeros(self._context_samples, dtype=np.float32)
        self._windows = self._quiet_run = 0

    def push(self, pcm: bytes) -> list[tuple[bytes, float]]:
        """Feeds PCM16 of any even length; returns each completed window with its voice probability."""
        self._pending = np.concatenate((self._pending, np.frombuffer(pcm, dtype="<i2")))
        done: list[tuple[bytes, float]] = []
        while len(self._pending) >= self.window_samples:
            window, self._pending = self._pending[: self.window_samples], self._pending[self.window_samples :]
            done.append((window.tobytes(), self._score(window)))
        return done

    def _score(self, window: npt.NDArray[np.int16]) -> float:
        samples = window.astype(np.float32) / 32768.0
        framed = np.concatenate((self._context, samples))[None, :]
        probabilities, self._state = self._model.score(framed, self._state, rate_hz=self._rate_hz)
        self._context = samples[-self._context_samples :]
        probability = float(probabilities[0])
        self._windows += 1
        self._quiet_run = self._quiet_run + 1 if probability < _RESET_BELOW else 0
        if self._windows >= _RESET_AFTER_WINDOWS and self._quiet_run >= _RESET_RUN_WINDOWS:
            self._reset()
        return probability
