"""The recorded utterances of tests/data/speech, and the sentences the tests' language model knows."""

from pathlib import Path

import numpy as np
import soundfile
import soxr

FOLDER = Path(__file__).parents[2] / "data" / "speech"
SENTENCES = (
    "what's my balance please",
    "i want to check my balance",
    "i've lost my card",
    "i'd like to transfer fifty pounds to anna",
    "from my savings account please",
    "the current account",
    "when will my new card arrive",
    "i want to speak to a person",
    "what are your opening hours",
    "i want to make a complaint",
)


def speech(name: str, *, rate_hz: int = 16000) -> bytes:
    """PCM16 of one utterance."""
    samples, recorded_hz = soundfile.read(FOLDER / f"{name}.flac", dtype="float32")
    if recorded_hz != rate_hz:
        samples = soxr.resample(samples, recorded_hz, rate_hz)
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def chunks(pcm: bytes, *, rate_hz: int, chunk_ms: int = 40) -> list[bytes]:
    step = rate_hz * chunk_ms // 1000 * 2
    return [pcm[start : start + step] for start in range(0, len(pcm), step)]
