"""The ear: where raw audio stops. Voice activity, turns, barge-in, and the feed of the recognizer."""

import asyncio
from collections import deque

from loguru import logger
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    CancelFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    StartFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from dialog.expectation import OPEN
from nlu.errors import KefuError
from voice.ear.barge_in import decide
from voice.ear.endpointing import Ended, Endpointer, Patience, Started
from voice.ear.vad import WINDOW_MS, SileroModel, VoiceActivity
from voice.frames import (
    CallerInterruptedFrame,
    CallerSpeechFrame,
    EarFailedFrame,
    ExpectFrame,
    HeardFinalFrame,
    HeardPartialFrame,
)
from voice.latency import TurnClock
from voice.recognizers.recognizer import RecognizerStream
from voice.settings import EarSettings

# A client that stops sending mid-turn is heard as silent: after this long the ear supplies the silence itself. Shorter
# would tear the words of a client whose network stalls.
_STARVED_S = 0.8
_STARVED = "starved"


class Ear(FrameProcessor):
    """First processor after the transport's input; audio is not passed on.

    Says upward: CallerSpeechFrame, HeardPartialFrame, HeardFinalFrame, CallerInterruptedFrame.
    Told from above: ExpectFrame and the transport's BotStarted/StoppedSpeakingFrame.
    """

    def __init__(self, *, stream: RecognizerStream, model: SileroModel, rate_hz: int, settings: EarSettings) -> None:
        super().__init__()
        self._stream = stream
        self._settings = settings
        self._rate_hz = rate_hz
        self._activity = VoiceActivity(model, rate_hz=rate_hz)
        of = Patience(
            open_ms=settings.silence_ms,
            complete_ms=settings.complete_silence_ms,
            patient_ms=settings.patient_silence_ms,
        )
        self._endpointer = Endpointer(start_ms=settings.start_ms, window_ms=WINDOW_MS, of=of)
        windows = max(1, (settings.pre_roll_ms + settings.start_ms) // WINDOW_MS)
        self._pre_roll: deque[bytes] = deque(maxlen=windows)
        self._expected, self._interruptible = OPEN, True
        self._agent_speaking = self._interrupted = self._deaf = False
        self._heard = ""
        self._voiced_end_s = self._fed_s = 0.0
        self._starvation: asyncio.Task[None] | None = None

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Audio stops here; everything else goes through."""
        await super().process_frame(frame, direction)
        match frame:
            case InputAudioRawFrame():
                if frame.transport_source != _STARVED:
                    self._fed_s = self._now_s()
                await self._hear_or_fail(frame.audio)
                return
            case StartFrame():
                self._stream.expect(self._expected)
            case ExpectFrame():
                self._expected, self._interruptible = frame.expectation, frame.barge_in
                if not self._endpointer.in_turn:
                    self._stream.expect(self._expected)
                return
            case BotStartedSpeakingFrame():
                self._agent_speaking = True
            case BotStoppedSpeakingFrame():
                self._agent_speaking = False
            case EndFrame() | CancelFrame():
                await self._stop_starvation()
        await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        """Ends the ear's own task; the call closes the stream."""
        await self._stop_starvation()
        await super().cleanup()  # type: ignore[no-untyped-call]  # Pipecat leaves its result open

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()

    async def _hear_or_fail(self, pcm: bytes) -> None:
        if self._deaf:
            return
        try:
            await self._hear(pcm)
        except KefuError as error:
            self._deaf = True
            await self._stop_starvation()
            await self.push_frame(EarFailedFrame(error=error))

    async def _hear(self, pcm: bytes) -> None:
        for window, probability in self._activity.push(pcm):
            was_silent_ms = self._endpointer.silent_ms
            verdict = self._endpointer.window(probability, heard=self._heard, expected=self._expected)
            if self._endpointer.in_turn and self._endpointer.silent_ms <= was_silent_ms:
                self._voiced_end_s = self._now_s()
            if isinstance(verdict, Started):
                await self._begin(window)
            elif isinstance(verdict, Ended):
                await self._finish(verdict)
            elif self._endpointer.in_turn:
                await self._feed(window)
                await self._consider_interruption()
            else:
                self._pre_roll.append(window)

    async def _begin(self, window: bytes) -> None:
        self._heard, self._interrupted = "", False
        self._voiced_end_s = self._now_s()
        self._starvation = self.create_task(self._supply_silence())
        await self.push_frame(CallerSpeechFrame(started=True))
        lead = b"".join(self._pre_roll)
        self._pre_roll.clear()
        await self._feed(lead + window)

    async def _feed(self, pcm: bytes) -> None:
        for partial in await self._stream.push(pcm):
            self._heard = partial.text
            await self.push_frame(HeardPartialFrame(partial=partial))

    async def _consider_interruption(self) -> None:
        if not self._agent_speaking or self._interrupted:
            return
        verdict = decide(
            voiced_ms=self._endpointer.voiced_ms,
            heard=self._heard,
            allowed=self._interruptible,
            needed_ms=self._settings.barge_in_ms,
        )
        if verdict == "interrupt":
            self._interrupted = True
            await self.push_frame(CallerInterruptedFrame())

    async def _finish(self, ended: Ended) -> None:
        await self._stop_starvation()
        clock = TurnClock(voiced_end_s=self._voiced_end_s)
        clock.mark("endpoint", self._now_s())
        final = await self._stream.finish()
        clock.mark("recognize", self._now_s())
        self._heard = ""
        self._stream.expect(self._expected)
        logger.debug("turn ended by {} after {} ms of silence", ended.reason, ended.silence_ms)
        await self.push_frame(CallerSpeechFrame(started=False))
        await self.push_frame(HeardFinalFrame(final=final, clock=clock, voiced_ms=ended.voiced_ms))

    async def _supply_silence(self) -> None:
        silence = bytes(2 * self._activity.window_samples)
        while True:
            await asyncio.sleep(WINDOW_MS / 1000)
            if self._now_s() - self._fed_s > _STARVED_S:
                # Through the queue of frames, so that audio and silence are heard by one task, in order.
                frame = InputAudioRawFrame(audio=silence, sample_rate=self._rate_hz, num_channels=1)
                frame.transport_source = _STARVED
                await self.queue_frame(frame)

    async def _stop_starvation(self) -> None:
        task, self._starvation = self._starvation, None
        if task is not None:
            await self.cancel_task(task)
