"""The dialogue in the pipeline: what was heard -> understood -> decided -> said. Sits where an LLM would.

Turns are worked off one by one in a task of its own, which an interruption does not cancel: an action that has begun
is finished, and the tracker changes in one place only.
"""

import asyncio
from collections.abc import Callable
from typing import assert_never

from loguru import logger
from msgspec import Struct
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    CancelFrame,
    CancelWorkerFrame,
    EndFrame,
    EndWorkerFrame,
    Frame,
    InputDTMFFrame,
    InputTransportMessageFrame,
    OutputTransportMessageUrgentFrame,
    OutputTransportReadyFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from dialog.events import CallEnded, Event
from dialog.expectation import OPEN, Expectation
from dialog.turn import CallBegan, Heard, Keyed, Silence, Turn
from nlu.errors import KefuError
from nlu.understanding import Utterance
from voice import protocol
from voice.conversation import Conversation
from voice.ear.barge_in import is_backchannel
from voice.frames import (
    CallerInterruptedFrame,
    CallerSpeechFrame,
    EarFailedFrame,
    ExpectFrame,
    HeardFinalFrame,
    HeardPartialFrame,
    SayFrame,
    SpeechProgressFrame,
)
from voice.latency import TurnClock
from voice.playback import heard_text
from voice.transports.dtmf import PAUSE_MS, KeypadEntry

# Voice shorter than this in which no word was found is a cough or a click, and no turn.
_SHORTEST_TURN_MS = 500


class Spoken(Struct, frozen=True):
    """A spoken turn waiting to be answered."""

    frame: HeardFinalFrame


class Typed(Struct, frozen=True):
    """A typed turn."""

    text: str


class KeysPressed(Struct, frozen=True):
    """A complete keypad entry."""

    digits: str


class Quiet(Struct, frozen=True):
    """The caller has said nothing for so long."""

    waited_ms: int


class CutOff(Struct, frozen=True):
    """The caller interrupted after hearing this much."""

    heard: str


class Begin(Struct, frozen=True):
    """The line is open."""


Work = Spoken | Typed | KeysPressed | Quiet | CutOff | Begin


class Dialogue(FrameProcessor):
    """One call's dialogue. `send` is told every message for the client, after it was put on the wire."""

    def __init__(
        self, conversation: Conversation, *, no_input_s: float, send: Callable[[protocol.Message], None]
    ) -> None:
        super().__init__()
        self._conversation = conversation
        self._no_input_s = no_input_s
        self._sent = send
        self._work: asyncio.Queue[Work] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None
        self._no_input: asyncio.TimerHandle | None = None
        self._key_pause: asyncio.TimerHandle | None = None
        self._keypad = KeypadEntry()
        self._expected: Expectation = OPEN
        self._barge_in = True
        self._caller_speaking = self._ending = False
        self._speaking_since_s: float | None = None
        self._about_to_speak = False
        self._sentences: list[tuple[str, float]] = []
        self._clock: TurnClock | None = None
        self._turns = 0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Takes what concerns the dialogue; passes everything else on."""
        await super().process_frame(frame, direction)
        taken = await self._from_caller(frame) or await self._from_agent(frame)
        if not taken:
            await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        """Ends the worker and the timers."""
        await self._stop()
        await super().cleanup()  # type: ignore[no-untyped-call]  # Pipecat leaves its result open

    async def _from_caller(self, frame: Frame) -> bool:
        match frame:
            case HeardPartialFrame():
                text = self._conversation.shown(frame.partial.text, self._expected)
                stable = frame.partial.stable if text == frame.partial.text else 0
                await self._send(protocol.heard_partial(text, stable=stable))
            case HeardFinalFrame():
                await self._take_final(frame)
            case CallerSpeechFrame():
                self._caller_speaking = frame.started
                self._stop_waiting()
                await self._send(protocol.speech("caller", started=frame.started))
            case CallerInterruptedFrame():
                await self._interrupt()
            case EarFailedFrame():
                await self._fail(frame.error)
            case InputDTMFFrame():
                await self._press(frame.button.value)
            case InputTransportMessageFrame():
                await self._take_message(frame.message)
            case _:
                return False
        return True

    async def _from_agent(self, frame: Frame) -> bool:
        match frame:
            case OutputTransportReadyFrame():
                self._worker = self.create_task(self._work_off())
                self._work.put_nowait(Begin())
            case SpeechProgressFrame():
                self._sentences.append((frame.text, frame.audio_ms))
                return True
            case BotStartedSpeakingFrame():
                await self._agent_started()
            case BotStoppedSpeakingFrame():
                self._speaking_since_s = None
                await self._send(protocol.speech("agent", started=False))
                self._wait_for_input()
            case EndFrame() | CancelFrame():
                await self._stop()
        return False

    async def _take_final(self, frame: HeardFinalFrame) -> None:
        text = frame.final.text
        if not text and (frame.voiced_ms < _SHORTEST_TURN_MS or self._speaking_since_s is not None):
            self._wait_for_input()
            return
        if self._speaking_since_s is not None:
            if not self._barge_in or is_backchannel(text):
                return
            await self._interrupt()
        self._work.put_nowait(Spoken(frame))

    async def _take_message(self, raw: object) -> None:
        message = protocol.from_builtins(raw)
        match message:
            case protocol.Text():
                await self._interrupt()
                self._work.put_nowait(Typed(message.text.strip()))
            case protocol.Dtmf():
                for key in message.digits:
                    await self._press(key)
            case protocol.Hangup():
                self._conversation.end_reason = "hangup"
                await self.push_frame(CancelWorkerFrame(reason="hangup"))
            case _:
                assert_never(message)

    async def _press(self, key: str) -> None:
        await self._interrupt()
        self._stop_waiting()
        entry = self._keypad.press(key, self._expected)
        if entry is not None:
            self._work.put_nowait(KeysPressed(entry))
        else:
            self._key_pause = asyncio.get_running_loop().call_later(PAUSE_MS / 1000, self._keys_paused)

    def _keys_paused(self) -> None:
        entry = self._keypad.pause()
        if entry is not None:
            self._work.put_nowait(KeysPressed(entry))

    async def _interrupt(self) -> None:
        if self._speaking_since_s is None and not self._about_to_speak:
            return
        since_s = self._speaking_since_s
        heard = "" if since_s is None else heard_text(self._sentences, 1000 * (self._now_s() - since_s))
        self._speaking_since_s, self._about_to_speak = None, False
        self._work.put_nowait(CutOff(heard))
        await self.broadcast_interruption()  # type: ignore[no-untyped-call]  # Pipecat leaves its result open

    async def _agent_started(self) -> None:
        self._speaking_since_s, self._about_to_speak = self._now_s(), False
        self._stop_waiting()
        clock, self._clock = self._clock, None
        await self._send(protocol.speech("agent", started=True))
        if clock is not None:
            clock.mark("output", self._now_s())
            message = protocol.latency(clock)
            if message is not None:
                await self._send(message)

    async def _work_off(self) -> None:
        while not self._ending:
            work = await self._work.get()
            try:
                await self._handle(work)
            except Exception as error:
                await self._fail(error)

    async def _fail(self, error: Exception) -> None:
        """The edge of a call: whatever went wrong in it ends this call and no other."""
        code, retry = (error.code, error.retryable) if isinstance(error, KefuError) else ("internal", True)
        logger.opt(exception=error).error("call failed: {}", error)
        await self._send(protocol.error(code, "The call ended because of an internal error.", retry=retry))
        await self._end("error")

    async def _handle(self, work: Work) -> None:
        talk = self._conversation
        match work:
            case Begin():
                await self._send(talk.ready())
                info = talk.info
                await self._answer(CallBegan(channel=info.channel, caller=info.caller), None)
            case Spoken():
                await self._hear(work.frame)
            case Typed():
                await self._announce(work.text, confidence=1.0, source="text")
                understanding = await talk.understand(Utterance(text=work.text))
                await self._answer(Heard(understanding), None)
            case KeysPressed():
                await self._announce(work.digits, confidence=1.0, source="dtmf")
                await self._answer(Keyed(work.digits), None)
            case Quiet():
                await self._answer(Silence(work.waited_ms), None)
            case CutOff():
                await self._report(talk.interrupted(work.heard))
            case _:
                assert_never(work)

    async def _hear(self, frame: HeardFinalFrame) -> None:
        final, clock = frame.final, frame.clock
        await self._announce(final.text, confidence=final.confidence, source="speech")
        clock.turn = self._turns
        utterance = Utterance(text=final.text, nbest=final.nbest, confidence=final.confidence)
        understanding = await self._conversation.understand(utterance)
        clock.mark("understand", self._now_s())
        await self._answer(Heard(understanding), clock)

    async def _announce(self, text: str, *, confidence: float, source: str) -> None:
        self._turns += 1
        self._stop_waiting()
        shown = self._conversation.shown(text, self._expected)
        await self._send(protocol.heard_final(shown, confidence=confidence, turn=self._turns, source=source))

    async def _answer(self, given: CallBegan | Heard | Keyed | Silence, clock: TurnClock | None) -> None:
        turn = await self._conversation.turn(given)
        if clock is not None:
            clock.mark("decide", self._now_s())
        await self._say(turn, clock)
        understood = self._conversation.understood(turn)
        if understood is not None:
            await self._send(protocol.understood(understood, turn=self._turns))
        await self._report(turn.events)
        await self._send(protocol.said(turn, number=self._turns))
        if turn.control != "continue":
            await self._end(_end_reason(turn))
        elif not turn.responses:
            self._wait_for_input()

    async def _say(self, turn: Turn, clock: TurnClock | None) -> None:
        self._expected = turn.expect
        self._barge_in = all(response.barge_in for response in turn.responses)
        self._clock, self._sentences = clock, []
        frame = ExpectFrame(expectation=turn.expect, barge_in=self._barge_in)
        await self.push_frame(frame, FrameDirection.UPSTREAM)
        self._about_to_speak = bool(turn.responses)
        if turn.responses:
            await self.push_frame(SayFrame(responses=turn.responses, clock=clock))

    async def _report(self, events: tuple[Event, ...]) -> None:
        for message in self._conversation.event_messages(events):
            await self._send(message)

    async def _send(self, message: protocol.Message) -> None:
        await self.push_frame(OutputTransportMessageUrgentFrame(message=message))
        self._sent(message)

    async def _end(self, reason: str) -> None:
        """Ends the call once everything said so far was played."""
        if not self._ending:
            self._ending = True
            self._stop_waiting()
            self._conversation.end_reason = reason
            await self.push_frame(EndWorkerFrame(reason=reason))

    def _wait_for_input(self) -> None:
        self._stop_waiting()
        if not (self._ending or self._caller_speaking or self._keypad.pending):
            loop = asyncio.get_running_loop()
            self._no_input = loop.call_later(self._no_input_s, self._no_input_passed)

    def _no_input_passed(self) -> None:
        self._work.put_nowait(Quiet(int(1000 * self._no_input_s)))

    def _stop_waiting(self) -> None:
        for timer in (self._no_input, self._key_pause):
            if timer is not None:
                timer.cancel()
        self._no_input = self._key_pause = None

    async def _stop(self) -> None:
        self._ending = True
        self._stop_waiting()
        worker, self._worker = self._worker, None
        if worker is not None and worker is not asyncio.current_task():
            await self.cancel_task(worker)

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()


def _end_reason(turn: Turn) -> str:
    if turn.control == "transfer":
        return "handoff"
    return next((event.reason for event in turn.events if isinstance(event, CallEnded)), "goodbye")
