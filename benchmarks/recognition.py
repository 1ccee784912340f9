"""Word error, digit and yes/no accuracy, rejection, latency and cost of the embedded recognizer.

Renders sentences with flite (Debian package `flite`) and plays them to the recognizer as fast as it takes them:

    python benchmarks/recognition.py --pack configs/packs/banking --per-kind 12 --rates 16000 8000

One sentence in five is kept out of the language model, and only those are played. Words are compared as they are
spoken (jiwer); 8 kHz goes through G.711 mu-law. The audio is digitally clean: real callers are harder.
"""

import argparse
import asyncio
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import jiwer
import numpy as np
import numpy.typing as npt
import psutil
import soundfile
import soxr
import yaml
from msgspec import Struct

from dialog.expectation import OPEN, Expectation
from voice.recognizers.pocketsphinx import PocketSphinxRecognizer
from voice.recognizers.recognizer import Final
from voice.recognizers.spoken_forms import amount, digit_string, spoken_words

VOICES = ("slt", "awb", "rms", "kal16")
CHUNK_MS = 40
YES_NO = ("yes", "yes please", "yeah", "sure", "correct", "that's right", "no", "nope", "no thank you",
          "that's wrong", "yes that is correct", "no that's not right", "of course", "go ahead")  # fmt: skip
_ENTITY = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")

Samples = npt.NDArray[np.float32]


class Case(Struct, frozen=True):
    """What is said, what the recognizer expects, and whether the expectation is met."""

    kind: str
    text: str
    expect: Expectation
    fits: bool


class Outcome(Struct, frozen=True):
    """What came of one utterance; `final_ms` is the wait from the last sample to the final."""

    case: Case
    voice: str
    final: Final
    final_ms: float


def pack_sentences(pack: Path) -> list[str]:
    """The examples of a pack's intents as plain text."""
    found: list[str] = []
    for path in sorted(pack.glob("nlu*/*.yaml")) or [pack / "nlu.yaml"]:
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in entry:
                lines = str(entry["examples"]).splitlines()
                found += [_ENTITY.sub(r"\1", line.strip().removeprefix("- ")) for line in lines]
    return found


def cases(unseen: Sequence[str], count: int) -> Iterator[Case]:
    """`count` of each kind; sentences said where digits or yes/no are expected must be rejected."""
    random = Random(11)
    digits, yes_no = Expectation(kind="digits", length=6), Expectation(kind="yes_no")
    for text in unseen[:count]:
        yield Case("open", text, OPEN, True)
    for _ in range(count):
        yield Case("amount", amount(random), Expectation(kind="amount"), True)
        yield Case("digits", digit_string(random, 6), digits, True)
    for text in YES_NO[:count]:
        yield Case("yes/no", text, yes_no, True)
    for text in unseen[:count]:
        yield Case("not digits", text, digits, False)
        yield Case("not yes/no", text, yes_no, False)


def render(text: str, voice: str, folder: Path) -> Samples:
    """16 kHz speech at -22 dBFS with 300 ms of faint noise around it."""
    path = folder / "speech.wav"
    subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True)
    samples, rate_hz = soundfile.read(path, dtype="float32")
    samples = soxr.resample(samples, rate_hz, 16000)
    samples *= 0.08 / np.sqrt(np.mean(samples[np.abs(samples) > 0.01] ** 2))
    noise = np.random.default_rng(0).normal(0, 0.0005, len(samples) + 9600).astype(np.float32)
    noise[4800 : 4800 + len(samples)] += samples
    return np.clip(noise, -1, 1)


def telephone(samples: Samples) -> Samples:
    """8 kHz after G.711 mu-law (8 bits, mu = 255)."""
    narrow = np.clip(soxr.resample(samples, 16000, 8000), -1, 1)
    coded = np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256)
    coded = np.round(coded * 127) / 127
    decoded: Samples = (np.sign(coded) * (256 ** np.abs(coded) - 1) / 255).astype(np.float32)
    return decoded


async def play(
    recognizer: PocketSphinxRecognizer, said: Sequence[Case], voice: str, rate_hz: int, folder: Path
) -> tuple[list[Outcome], float]:
    """One call in one voice; also gives the seconds of audio played."""
    stream = await recognizer.open(voice, rate_hz=rate_hz, language="en")
    outcomes: list[Outcome] = []
    seconds = 0.0
    for case in said:
        samples = render(case.text, voice, folder)
        if rate_hz == 8000:
            samples = telephone(samples)
        pcm = (samples * 32767).astype("<i2").tobytes()
        seconds += len(samples) / rate_hz
        stream.expect(case.expect)
        step = rate_hz * CHUNK_MS // 1000 * 2
        for start in range(0, len(pcm), step):
            await stream.push(pcm[start : start + step])
            await asyncio.sleep(0.012)
        began = time.perf_counter()
        final = await stream.finish()
        outcomes.append(Outcome(case, voice, final, (time.perf_counter() - began) * 1000))
    await stream.close()
    return outcomes, seconds


def report(outcomes: Sequence[Outcome], rate_hz: int) -> None:
    """One line per kind: error rates by voice, and how often the grammar was rightly taken or left."""
    for kind in dict.fromkeys(outcome.case.kind for outcome in outcomes):
        rows = [outcome for outcome in outcomes if outcome.case.kind == kind]
        by_voice = {
            voice: jiwer.wer(
                [" ".join(spoken_words(row.case.text)) for row in rows if row.voice == voice],
                [row.final.text for row in rows if row.voice == voice],
            )
            for voice in dict.fromkeys(row.voice for row in rows)
        }
        exact = np.mean([" ".join(spoken_words(row.case.text)) == row.final.text for row in rows])
        gate = np.mean([row.final.in_grammar == row.case.fits for row in rows])
        final_ms = np.percentile([row.final_ms for row in rows], [50, 95])
        errors = "  ".join(f"{voice} {error:6.1%}" for voice, error in by_voice.items())
        gated = f"  gate right {gate:4.0%}" if kind not in ("open", "amount") else ""
        print(
            f"{rate_hz:>5} Hz  {kind:<10}  word error {np.mean(list(by_voice.values())):6.1%} ({errors})  "
            f"whole utterance right {exact:4.0%}{gated}  final p50 {final_ms[0]:.0f} ms p95 {final_ms[1]:.0f} ms"
        )


async def measure(arguments: argparse.Namespace, cache: Path, folder: Path) -> None:
    sentences = pack_sentences(arguments.pack)
    known, unseen = sentences[:], sentences[::5]
    Random(5).shuffle(unseen)
    known = sorted(set(known) - set(unseen))
    for attempt in ("cold", "warm"):
        recognizer = PocketSphinxRecognizer(sentences=known, workers=1, cache_directory=cache)
        began = time.perf_counter()
        await recognizer.start()
        print(f"start, {attempt} cache: {time.perf_counter() - began:.2f} s")
        if attempt == "cold":
            await recognizer.close()
    worker = psutil.Process(recognizer.pids[0])
    print(f"worker: {worker.memory_info().rss / 1e6:.0f} MB with 12 decoders")
    said = list(cases(unseen, arguments.per_kind))
    for rate_hz in arguments.rates:
        outcomes: list[Outcome] = []
        before, seconds = worker.cpu_times().user, 0.0
        for voice in arguments.voices:
            got, length = await play(recognizer, said, voice, rate_hz, folder)
            outcomes += got
            seconds += length
        report(outcomes, rate_hz)
        print(f"{rate_hz:>5} Hz  real-time factor {(worker.cpu_times().user - before) / seconds:.3f}")
        if arguments.errors:
            for row in outcomes:
                if " ".join(spoken_words(row.case.text)) != row.final.text:
                    print(f"  {row.voice} {row.case.kind}: {row.case.text!r} -> {row.final.text!r}")
    await recognizer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=Path("configs/packs/banking"))
    parser.add_argument("--per-kind", type=int, default=14)
    parser.add_argument("--rates", type=int, nargs="+", default=[16000, 8000])
    parser.add_argument("--voices", nargs="+", default=list(VOICES))
    parser.add_argument("--errors", action="store_true", help="print every utterance that was not heard exactly")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(parser.parse_args(), Path(folder) / "cache", Path(folder)))


if __name__ == "__main__":
    main()
