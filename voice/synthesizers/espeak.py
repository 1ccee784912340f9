"""espeak-ng as a Synthesizer: formant speech, no model, real-time factor about 0.004."""

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator

import numpy as np

from voice.errors import EngineError
from voice.synthesizers.conditioning import Conditioner, gain_for
from voice.synthesizers.espeak_library import EspeakLibrary, Prosody, Samples
from voice.synthesizers.speech_text import pieces, speakable
from voice.synthesizers.synthesizer import SpeechStyle

# A slower rate than espeak's 175 with a little space between words, and more pitch movement than its default:
# digits, amounts and names stay apart on an 8 kHz line.
NORMAL = Prosody(rate=160, pitch=46, range=58, gap=2)
SLOWEST_WPM, FASTEST_WPM = 80, 450
_CONDITIONING_VERSION = 1
_CALIBRATION_TEXT = "Your account balance is four hundred and twenty pounds."

# emotion -> (rate factor, pitch added, range added); names not listed are spoken neutrally.
EMOTIONS: dict[str, tuple[float, int, int]] = {
    "neutral": (1.0, 0, 0),
    "cheerful": (1.03, 7, 14),
    "apologetic": (0.94, -5, -10),
    "calm": (0.94, -3, -8),
    "urgent": (1.06, 4, 6),
}


def prosody_for(style: SpeechStyle, *, speed: float) -> Prosody:
    """espeak's parameters for a style; `speed` multiplies the style's own."""
    factor, pitch, pitch_range = EMOTIONS.get(style.emotion, EMOTIONS["neutral"])
    rate = round(NORMAL.rate * speed * style.speed * factor)
    return Prosody(
        rate=max(SLOWEST_WPM, min(FASTEST_WPM, rate)),
        pitch=NORMAL.pitch + pitch,
        range=NORMAL.range + pitch_range,
        gap=NORMAL.gap,
    )


_Block = tuple[Samples, float]


class _Job:
    """One sentence on its way through the worker thread; chunks are delivered to the loop that asked.

    A text is spoken sentence by sentence, each asked for when the one before was taken: a long text neither
    fills memory nor keeps other calls waiting.
    """

    def __init__(self, sentence: str, *, voice: str, prosody: Prosody, last: bool) -> None:
        self.sentence, self.voice, self.prosody, self.last = sentence, voice, prosody, last
        self.cancelled = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._blocks: asyncio.Queue[_Block | EngineError | None] = asyncio.Queue()

    def deliver(self, item: _Block | EngineError | None) -> None:
        """Audio with the gain it needs, a failure, or None for the end; from the worker thread."""
        try:
            self._loop.call_soon_threadsafe(self._blocks.put_nowait, item)
        except RuntimeError:
            # The loop is closed: nobody listens any more.
            self.cancelled.set()

    async def next_block(self) -> _Block | None:
        item = await self._blocks.get()
        if isinstance(item, EngineError):
            raise item
        return item


class EspeakSynthesizer:
    """Speaks with espeak-ng on one worker thread, because the library's state is global.

    `voice` is a language tag with an optional variant ("en-gb", "en-us+f3"); it is the default for styles of
    its own language, other languages speak with their own voice. `speed` 1.0 is 160 words a minute.
    """

    name = "espeak"

    def __init__(self, *, voice: str = "en-gb", speed: float = 1.0) -> None:
        if not 0.25 <= speed <= 4:
            raise EngineError(f"espeak speed {speed} is not within 0.25..4")
        self._voice = voice
        self._speed = speed
        self._library: EspeakLibrary | None = None
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._gains: dict[str, float] = {}
        self._running: _Job | None = None
        self._rate_hz = 0
        self._version = ""

    @property
    def version(self) -> str:
        return self._version

    async def start(self) -> None:
        """Loads the library and checks the default voice; some 20 ms. Raises EngineError."""
        if self._thread is not None:
            return
        library = EspeakLibrary()
        try:
            library.check_voice(self._voice)
        except EngineError:
            library.close()
            raise
        self._library = library
        self._rate_hz = library.rate_hz
        self._version = f"{library.version}/{_CONDITIONING_VERSION}/{self._voice}/{self._speed}"
        self._thread = threading.Thread(target=self._work, args=(library,), name="espeak", daemon=True)
        self._thread.start()
        async for _ in self.synthesize("Ready.", style=SpeechStyle(), rate_hz=16000):
            pass

    async def synthesize(self, text: str, *, style: SpeechStyle, rate_hz: int) -> AsyncGenerator[bytes, None]:
        """Speaks `text`; a text without anything to pronounce gives no audio. `rate_hz` 8000..48000."""
        if self._thread is None:
            raise EngineError("espeak is not started")
        if not 8000 <= rate_hz <= 48000:
            raise EngineError(f"espeak gives 8000..48000 Hz, not {rate_hz}")
        voice = style.voice or self._voice_for(style.language)
        prosody = prosody_for(style, speed=self._speed)
        conditioner: Conditioner | None = None
        sentences = [piece for piece in pieces(text) if speakable(piece)]
        for index, sentence in enumerate(sentences):
            job = _Job(sentence, voice=voice, prosody=prosody, last=index == len(sentences) - 1)
            self._jobs.put(job)
            try:
                while (block := await job.next_block()) is not None:
                    samples, gain = block
                    if conditioner is None:
                        conditioner = Conditioner(from_hz=self._rate_hz, to_hz=rate_hz, gain=gain)
                    if pcm := conditioner.feed(samples):
                        yield pcm
            finally:
                job.cancelled.set()
        if conditioner is not None:
            yield conditioner.flush()

    async def close(self) -> None:
        """Stops the thread and frees the library; texts being spoken end with EngineError."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._running is not None:
            self._running.cancelled.set()
        self._jobs.put(None)
        # The thread is at most one 60 ms block of synthesis (under a millisecond) from its end.
        thread.join()
        if self._library is not None:
            self._library.close()
            self._library = None

    def _voice_for(self, language: str) -> str:
        own = self._voice.partition("+")[0].partition("-")[0]
        wanted = language.lower()
        return self._voice if wanted.partition("-")[0] == own else wanted

    def _work(self, library: EspeakLibrary) -> None:
        while (job := self._jobs.get()) is not None:
            self._running = job
            try:
                self._speak(library, job)
                job.deliver(EngineError("espeak was closed") if self._thread is None else None)
            except EngineError as error:
                job.deliver(error)
            except Exception as error:
                job.deliver(EngineError(f"espeak failed: {error}"))
            self._running = None
        while not self._jobs.empty():
            late = self._jobs.get()
            if late is not None:
                late.deliver(EngineError("espeak was closed"))

    def _speak(self, library: EspeakLibrary, job: _Job) -> None:
        if job.cancelled.is_set():
            return
        gain = self._gain(library, job.voice)

        def on_samples(samples: Samples) -> bool:
            job.deliver((samples, gain))
            return not job.cancelled.is_set()

        library.speak(job.sentence, voice=job.voice, prosody=job.prosody, pause=not job.last, on_samples=on_samples)

    def _gain(self, library: EspeakLibrary, voice: str) -> float:
        if voice not in self._gains:
            blocks: list[Samples] = []

            def keep(samples: Samples) -> bool:
                blocks.append(samples)
                return True

            library.speak(_CALIBRATION_TEXT, voice=voice, prosody=NORMAL, pause=False, on_samples=keep)
            self._gains[voice] = gain_for(np.concatenate(blocks)) if blocks else 1.0
        return self._gains[voice]
