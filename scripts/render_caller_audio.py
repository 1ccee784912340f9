"""Renders what a pack's scenarios say, with flite, into small FLAC files beside them.

    python scripts/render_caller_audio.py configs/packs/banking [--force]

Needs Debian's `flite` (voices slt, awb, rms, kal16); the recordings are committed, so nobody else does. Recordings that
no scenario uses any more are removed. `audio/manifest.json` lists text, voice and duration of each.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from voice.harness.scenario import audio_name, load_scenario

RATE_HZ = 16000
LEAD_MS = 100  # quiet before the first and after the last audible sample
AUDIBLE = 0.01  # of the peak
PEAK = 0.5  # -6 dBFS: a caller who speaks up, without clipping

Samples = NDArray[np.float32]


def spoken(pack: Path) -> set[tuple[str, str]]:
    """Every (text, voice) that the pack's scenarios say."""
    files = [load_scenario(path) for path in sorted((pack / "scenarios").glob("*.yaml"))]
    return {(turn.say, file.spec.voice) for file in files for turn in file.spec.turns if turn.say is not None}


def render(text: str, voice: str) -> Samples:
    """Mono at RATE_HZ. Raises CalledProcessError when flite fails, ValueError when it made no such audio."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True)
        samples, rate_hz = soundfile.read(path, dtype="float32")
    if rate_hz != RATE_HZ or samples.ndim != 1 or not np.any(samples):
        raise ValueError(f"flite's voice {voice} gave no {RATE_HZ} Hz mono audio for {text!r}")
    return framed(samples)


def framed(samples: Samples) -> Samples:
    """Levelled, with LEAD_MS of quiet on both sides of what is audible."""
    levelled = samples * (PEAK / float(np.max(np.abs(samples))))
    audible = np.flatnonzero(np.abs(levelled) > AUDIBLE * PEAK)
    quiet = np.zeros(RATE_HZ * LEAD_MS // 1000, dtype=np.float32)
    return np.concatenate([quiet, levelled[audible[0] : audible[-1] + 1], quiet])


def write_all(pack: Path, wanted: Iterable[tuple[str, str]], *, force: bool) -> int:
    """Writes what is missing (everything with `force`), removes what is unused; returns how many were rendered."""
    folder = pack / "audio"
    rendered, manifest = 0, {}
    for text, voice in sorted(wanted, key=lambda pair: (pair[1], pair[0])):
        name = audio_name(text, voice)
        path = folder / name
        if force or not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, render(text, voice), RATE_HZ, subtype="PCM_16", format="FLAC")
            rendered += 1
        manifest[name] = {"text": text, "voice": voice, "duration_s": round(soundfile.info(path).duration, 3)}
    for path in folder.glob("*/*.flac"):
        if path.relative_to(folder).as_posix() not in manifest:
            path.unlink()
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return rendered


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pack", type=Path, help="folder of a pack, such as configs/packs/banking")
    parser.add_argument("--force", action="store_true", help="render again what is there already")
    options = parser.parse_args()
    wanted = spoken(options.pack)
    if not wanted:
        sys.exit(f"{options.pack}: no scenario says anything")
    rendered = write_all(options.pack, wanted, force=options.force)
    print(f"{rendered} rendered, {len(wanted)} in all, in {options.pack / 'audio'}")


if __name__ == "__main__":
    main()
