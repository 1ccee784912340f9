"""Caller audio: the recordings that a scenario's turns name, as PCM at the call's rate."""

from pathlib import Path

import numpy as np
import soundfile
import soxr

from nlu.errors import SettingsError
from voice.errors import MediaError
from voice.harness.scenario import Scenario, ScenarioTurn, audio_name
from voice.harness.turn_taking import CallerTurn


def read_pcm(path: Path, *, rate_hz: int) -> bytes:
    """A WAV or FLAC file as PCM16 mono at `rate_hz`. Raises MediaError."""
    try:
        samples, found_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise MediaError(f"{path}: not readable as WAV or FLAC: {error}") from error
    mono = samples.mean(axis=1)
    if found_hz != rate_hz:
        mono = soxr.resample(mono, found_hz, rate_hz)
    return bytes((np.clip(mono, -1.0, 1.0) * 32767).astype("<i2").tobytes())


def caller_turns(scenario: Scenario, *, rate_hz: int | None = None) -> tuple[CallerTurn, ...]:
    """What the caller does, with audio at `rate_hz` (default: the scenario's).

    Raises SettingsError with file:line for a recording that is missing or unreadable.
    """
    rate_hz = rate_hz or scenario.spec.rate_hz
    return tuple(_caller_turn(scenario, index, turn, rate_hz) for index, turn in enumerate(scenario.spec.turns))


def _caller_turn(scenario: Scenario, index: int, turn: ScenarioTurn, rate_hz: int) -> CallerTurn:
    interrupt_ms = None if turn.interrupt_s is None else round(turn.interrupt_s * 1000)
    if turn.silence_s is not None:
        return CallerTurn(silence_ms=round(turn.silence_s * 1000), interrupt_ms=interrupt_ms)
    if turn.type_ is not None or turn.keys is not None:
        return CallerTurn(text=turn.type_ or "", digits=turn.keys or "", interrupt_ms=interrupt_ms)
    key = "say" if turn.say is not None else "wav"
    place = f"{scenario.place('turns', index, key)} turns[{index}].{key}"
    if turn.say is not None:
        path = scenario.pack_folder / "audio" / audio_name(turn.say, scenario.spec.voice)
        if not path.is_file():
            raise SettingsError(
                f"{place}: no recording of {turn.say!r} by {scenario.spec.voice}; expected {path}. "
                "Run scripts/render_caller_audio.py"
            )
    else:
        path = scenario.path.parent / (turn.wav or "")
    try:
        return CallerTurn(pcm=read_pcm(path, rate_hz=rate_hz), interrupt_ms=interrupt_ms)
    except MediaError as error:
        raise SettingsError(f"{place}: {error}") from error
