"""A gateway with the real pipeline and transports, and scripted engines and dialogue: for tests of the voice layer."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dialog.events import BotSpoke, Event, Interrupted, UserKeyed, UserSpoke
from dialog.expectation import OPEN, Expectation
from dialog.turn import CallBegan, Heard, Keyed, Response, Silence, Turn, TurnInput
from nlu.understanding import IntentScore, Understanding, Utterance
from tests.voice.fakes import FakeRecognizer, FakeSynthesizer
from voice.call import Answerer, Shared
from voice.ear.vad import SileroModel
from voice.gateway import Gateway
from voice.records import CallRecords
from voice.settings import EarSettings, GatewaySettings, LimitSettings
from voice.synthesizers.synthesizer import SpeechStyle

CODE = Expectation(kind="digits", length=6, sensitive=True)


class EchoAgent:
    """Answers with what it was given. "code": expects six digits; "bye", `farewell_keys`: hangs up; "crash": raises."""

    pack = SimpleNamespace(name="echo", title="Echo", language="en")

    def __init__(self, *, farewell_keys: str = "") -> None:
        self.farewell_keys = farewell_keys
        self.ended_reasons: list[str] = []
        self.given: list[TurnInput] = []

    def begin_tracker(self, call_id: str) -> tuple[Event, ...]:
        return ()

    async def turn(self, tracker: Any, given: TurnInput, *, at_ms: int) -> tuple[Any, Turn]:
        self.given.append(given)
        expect, control, events = OPEN, "continue", []
        match given:
            case CallBegan():
                text = "hello there"
            case Heard():
                text = given.understanding.utterance.text
                events.append(UserSpoke(at_ms=at_ms, understanding=given.understanding))
                if text == "crash":
                    raise RuntimeError("the agent broke")
                expect = CODE if text == "code" else OPEN
                control = "hang_up" if text == "bye" else "continue"
                text = f"you said {text}"
            case Keyed():
                text = f"you pressed {len(given.digits)} keys"
                control = "hang_up" if given.digits == self.farewell_keys else "continue"
                events.append(UserKeyed(at_ms=at_ms, digits="******"))
            case Silence():
                text = "are you still there"
        events.append(BotSpoke(at_ms=at_ms, text=text, name="utter_echo"))
        turn = Turn(
            responses=(Response(text=text, name="utter_echo"),),
            events=tuple(events),
            expect=expect,
            control=control,
        )
        return (*tracker, *events), turn

    def interrupted(self, tracker: Any, heard: str, *, at_ms: int) -> tuple[Any, tuple[Event, ...]]:
        events = (Interrupted(at_ms=at_ms, heard_text=heard),)
        return (*tracker, *events), events

    def ended(self, tracker: Any, reason: str, *, at_ms: int) -> tuple[Any, tuple[Event, ...]]:
        self.ended_reasons.append(reason)
        return tracker, ()

    async def close(self) -> None:
        pass


class EchoInterpreter:
    """Every utterance is an `echo`."""

    async def interpret(self, utterance: Utterance) -> Understanding:
        return Understanding(utterance=utterance, intents=(IntentScore("echo", 0.9),))

    async def close(self) -> None:
        pass


class MemoryStore:
    """Keeps the events it is given."""

    def __init__(self) -> None:
        self.saved: dict[str, list[Event]] = {}

    async def append(self, call_id: str, events: list[Event]) -> None:
        self.saved.setdefault(call_id, []).extend(events)

    async def close(self) -> None:
        pass


async def small_gateway(
    *,
    hears: tuple[str, ...] = (),
    ear: EarSettings | None = None,
    limits: LimitSettings | None = None,
    char_ms: int = 40,
    records: Path | None = None,
    farewell_keys: str = "",
) -> Gateway:
    """`hears`: what the recognizer makes of each utterance, one after another."""
    recognizer, synthesizer = FakeRecognizer(hears), FakeSynthesizer(char_ms=char_ms)
    await recognizer.start()
    await synthesizer.start()
    shared: Any = Shared(
        settings=GatewaySettings(ear=ear or EarSettings(), limits=limits or LimitSettings(), packs=("echo",)),
        answerers={
            "echo": Answerer(
                agent=EchoAgent(farewell_keys=farewell_keys), interpreter=EchoInterpreter(), recognizer=recognizer
            )
        },
        synthesizer=synthesizer,
        style=SpeechStyle(),
        voice_activity=SileroModel(),
        store=MemoryStore(),
        records=CallRecords(records),
    )
    return Gateway(shared)
