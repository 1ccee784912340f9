"""The agent's mouth in the pipeline: responses to paced audio, stopped at once by an interruption."""

import asyncio
import contextlib

from loguru import logger
from pipecat.frames.frames import Frame, TTSAudioRawFrame, TTSStartedFrame, TTSStoppedFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from nlu.errors import KefuError
from voice.frames import SayFrame, SpeechProgressFrame
from voice.synthesizers.synthesizer import SpeechStyle, Synthesizer


class Speech(FrameProcessor):
    """Turns SayFrames into audio frames; sits right before the transport's output.

    An interruption cancels the frame being processed (Pipecat does that), and with it the synthesis.
    """

    def __init__(self, *, synthesizer: Synthesizer, style: SpeechStyle, rate_hz: int) -> None:
        super().__init__()
        self._synthesizer = synthesizer
        self._style = style
        self._rate_hz = rate_hz

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Speaks SayFrames; everything else goes through."""
        await super().process_frame(frame, direction)
        if isinstance(frame, SayFrame):
            await self._say(frame)
        else:
            await self.push_frame(frame, direction)

    async def _say(self, frame: SayFrame) -> None:
        await self.push_frame(TTSStartedFrame())
        for response in frame.responses:
            try:
                await self._speak(response.text, frame)
            except KefuError as error:
                # One sentence is lost, the call goes on: the text still reached the caller's screen.
                logger.error("could not speak {!r}: {}", response.name or response.text, error)
        await self.push_frame(TTSStoppedFrame())

    async def _speak(self, text: str, frame: SayFrame) -> None:
        total_bytes = 0
        chunks = self._synthesizer.synthesize(text, style=self._style, rate_hz=self._rate_hz)
        async with contextlib.aclosing(chunks):  # type: ignore[type-var]  # the protocol promises less than it gives
            async for pcm in chunks:
                if frame.clock is not None:
                    frame.clock.mark("synthesize", asyncio.get_running_loop().time())
                total_bytes += len(pcm)
                await self.push_frame(TTSAudioRawFrame(audio=pcm, sample_rate=self._rate_hz, num_channels=1))
        audio_ms = total_bytes / 2 / self._rate_hz * 1000
        await self.push_frame(SpeechProgressFrame(text=text, audio_ms=audio_ms), FrameDirection.UPSTREAM)
