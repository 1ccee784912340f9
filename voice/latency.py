"""A turn's latency waterfall: marks in seconds on one clock, read as stages in milliseconds."""

from msgspec import Struct

# The order of the marks; a stage is the time from the mark before to this one.
STAGES = ("endpoint", "recognize", "understand", "decide", "synthesize", "output")


class TurnClock(Struct):
    """Marks of one turn. `voiced_end_s` is the caller's last voiced sample, "" when the turn was not spoken."""

    turn: int = 0
    voiced_end_s: float | None = None
    endpoint_s: float | None = None
    recognize_s: float | None = None
    understand_s: float | None = None
    decide_s: float | None = None
    synthesize_s: float | None = None
    output_s: float | None = None

    def mark(self, stage: str, now_s: float) -> None:
        """Sets the end of `stage`, the first time only: later sentences of the same reply do not count."""
        if getattr(self, f"{stage}_s") is None:
            setattr(self, f"{stage}_s", now_s)

    def stages_ms(self) -> dict[str, float]:
        """Each stage's milliseconds; they add up to `voice_to_voice_ms`. Empty while a mark is missing."""
        marks = [self.voiced_end_s, *(getattr(self, f"{stage}_s") for stage in STAGES)]
        if any(mark is None for mark in marks):
            return {}
        return {f"{stage}_ms": 1000 * (marks[i + 1] - marks[i]) for i, stage in enumerate(STAGES)}

    def voice_to_voice_ms(self) -> float | None:
        """From the last voiced sample of the caller to the first reply sample leaving the gateway."""
        stages = self.stages_ms()
        return sum(stages.values()) if stages else None
