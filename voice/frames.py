"""The frames of ours that travel a call's pipeline beside Pipecat's own."""

from dataclasses import dataclass, field

from pipecat.frames.frames import DataFrame, SystemFrame

from dialog.expectation import OPEN, Expectation
from dialog.turn import Response
from nlu.errors import KefuError
from voice.latency import TurnClock
from voice.recognizers.recognizer import Final, Partial


@dataclass
class HeardPartialFrame(SystemFrame):
    """Ear -> dialogue: the words so far."""

    partial: Partial = field(default_factory=lambda: Partial(""))


@dataclass
class HeardFinalFrame(SystemFrame):
    """Ear -> dialogue: the caller's turn is over and this was said; `clock` has its first marks."""

    final: Final = field(default_factory=lambda: Final(text="", confidence=0.0))
    clock: TurnClock = field(default_factory=TurnClock)
    voiced_ms: int = 0


@dataclass
class CallerSpeechFrame(SystemFrame):
    """Ear -> dialogue: the caller started or stopped speaking."""

    started: bool = True


@dataclass
class CallerInterruptedFrame(SystemFrame):
    """Ear -> dialogue: the caller speaks over the agent and means it."""


@dataclass
class EarFailedFrame(SystemFrame):
    """Ear -> dialogue: the ear is deaf from now on, because of `error`."""

    error: KefuError = field(default_factory=KefuError)


@dataclass
class ExpectFrame(SystemFrame):
    """Dialogue -> ear (upstream): what is likely to be heard next, and whether the reply may be interrupted."""

    expectation: Expectation = OPEN
    barge_in: bool = True


@dataclass
class SayFrame(DataFrame):
    """Dialogue -> speech: say these responses; the first audio marks `clock`."""

    responses: tuple[Response, ...] = ()
    clock: TurnClock | None = None


@dataclass
class SpeechProgressFrame(SystemFrame):
    """Speech -> dialogue (upstream): `text` begins to be given to the transport and lasts `audio_ms`."""

    text: str = ""
    audio_ms: float = 0.0
