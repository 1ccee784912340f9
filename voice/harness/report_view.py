"""What the report page shows, as plain values: bubbles, bars, waveforms, tiles. Pure."""

import itertools
from typing import Any

import numpy as np
from msgspec import Struct

from voice.harness.caller import CallRecord
from voice.harness.conversation import Conversation, Exchange
from voice.harness.percentile import percentile
from voice.harness.verdict import Failure

STAGES = ("endpoint_ms", "recognize_ms", "understand_ms", "decide_ms", "synthesize_ms", "output_ms")
STAGE_TITLES = {
    "endpoint_ms": "end of turn",
    "recognize_ms": "recognize",
    "understand_ms": "understand",
    "decide_ms": "decide",
    "synthesize_ms": "synthesize",
    "output_ms": "output",
}
WAVE_POINTS = 600
TICK_STEPS_MS = (50, 100, 200, 250, 500, 1000, 2000, 5000)


class CallReport(Struct, frozen=True, kw_only=True):
    """One call as it goes into a report. `goal` pairs each wish with whether it was met."""

    title: str
    channel: str
    record: CallRecord
    conversation: Conversation
    goal: tuple[tuple[str, bool], ...] = ()
    failures: tuple[Failure, ...] = ()
    audio_file: str = ""

    @property
    def reached(self) -> bool:
        """Whether the call ran to its end and every wish of the goal was met."""
        return not self.record.failure and all(met for _, met in self.goal)


class Segment(Struct, frozen=True):
    """A stage in a bar; `from_percent` and `percent` of the axis."""

    stage: str
    title: str
    ms: float
    from_percent: float
    percent: float


class Bar(Struct, frozen=True):
    """One turn's waterfall."""

    turn: int
    heard: str
    total_ms: float
    segments: tuple[Segment, ...]


class Waterfall(Struct, frozen=True):
    """All turns on one axis; `ticks` are (milliseconds, percent of the axis)."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, float], ...]


class Bubble(Struct, frozen=True, kw_only=True):
    """One side's words. `who` is "caller" or "agent"; `seconds` is where in the audio to look, None if unknown."""

    who: str
    text: str
    seconds: float | None = None
    exchange: Exchange | None = None
    actions: tuple[str, ...] = ()


def waterfall(call: Conversation) -> Waterfall:
    """The measured turns as stacked bars on an axis that ends at a round number."""
    measured = [e for e in call.exchanges if e.voice_to_voice_ms is not None]
    longest_ms = max((e.voice_to_voice_ms or 0.0 for e in measured), default=0.0)
    step_ms = next((step for step in TICK_STEPS_MS if longest_ms / step <= 6), TICK_STEPS_MS[-1])
    end_ms = max(step_ms, int(-(-longest_ms // step_ms) * step_ms))
    ticks = tuple((ms, 100 * ms / end_ms) for ms in range(0, end_ms + 1, step_ms))
    return Waterfall(tuple(_bar(e, end_ms) for e in measured), ticks)


def _bar(exchange: Exchange, end_ms: float) -> Bar:
    segments, at_ms = [], 0.0
    for name, ms in exchange.stages:
        title = STAGE_TITLES.get(name, name.removesuffix("_ms").replace("_", " "))
        segments.append(Segment(name, title, ms, 100 * at_ms / end_ms, 100 * max(ms, 0.0) / end_ms))
        at_ms += max(ms, 0.0)
    return Bar(exchange.turn, exchange.heard, exchange.voice_to_voice_ms or 0.0, tuple(segments))


def bubbles(call: Conversation) -> tuple[Bubble, ...]:
    """The talk in order."""
    talk: list[Bubble] = []
    for exchange in call.exchanges:
        if exchange.source:
            talk.append(Bubble(who="caller", text=exchange.heard, seconds=_s(exchange.heard_at_ms), exchange=exchange))
        if exchange.said:
            talk.append(
                Bubble(
                    who="agent",
                    text=" ".join(exchange.displayed),
                    seconds=_s(exchange.said_at_ms),
                    exchange=exchange,
                    actions=tuple(ran.written for ran in exchange.actions),
                )
            )
    return tuple(talk)


def wave_path(pcm: bytes, *, points: int = WAVE_POINTS, up: bool) -> str:
    """An SVG path of the loudness over time: x 0..`points`, y from 0 up (negative) or down to 1 in magnitude."""
    samples = np.abs(np.frombuffer(pcm, dtype="<i2").astype(np.float32)) / 32768
    if not samples.size:
        return ""
    edges = np.linspace(0, samples.size, points + 1).astype(int)
    peaks = [float(samples[a:b].max()) if b > a else 0.0 for a, b in itertools.pairwise(edges)]
    sign = -1 if up else 1
    steps = "".join(f"L{x + 0.5:g} {sign * min(1.0, peak * 1.6):.3f}" for x, peak in enumerate(peaks))
    return f"M0 0{steps}L{points} 0Z"


def tiles(report: CallReport) -> tuple[tuple[str, str, str], ...]:
    """The summary: title, value, unit."""
    call, record = report.conversation, report.record
    spoken = [e for e in call.exchanges if e.source == "speech"]
    sure = [float(e.confidence) for e in spoken if e.confidence is not None]
    own = [reply.voice_to_voice_ms for reply in record.replies]
    return (
        ("Answer, median", _rounded(call.latency_ms(50)), "ms"),
        ("Answer, 95%", _rounded(call.latency_ms(95)), "ms"),
        ("At the caller's ear", _rounded(percentile(own, 50)), "ms"),
        ("Caller's turns", str(sum(bool(e.source) for e in call.exchanges)), ""),
        ("Confidence heard", _rounded(100 * sum(sure) / len(sure)) if sure else "–", "%"),
        ("Length", f"{record.duration_ms / 1000:.0f}", "s"),
    )


def value_text(value: Any) -> str:
    """An entity's typed value as a person reads it."""
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part is not None)
    return "" if value is None else str(value)


def _s(ms: float | None) -> float | None:
    return None if ms is None else round(ms / 1000, 2)


def _rounded(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
