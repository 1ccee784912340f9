"""What every synthesizer must do, run against each implementation and the fake."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from tests.voice.fakes import FakeSynthesizer
from voice.errors import EngineError
from voice.synthesizers.espeak import EspeakSynthesizer
from voice.synthesizers.prompt_cache import CachedSynthesizer
from voice.synthesizers.synthesizer import SpeechStyle, Synthesizer

STYLE = SpeechStyle()
TEXT = "Your card is on its way."

Make = Callable[[Path], Synthesizer]
IMPLEMENTATIONS: dict[str, Make] = {
    "fake": lambda _: FakeSynthesizer(),
    "espeak": lambda _: EspeakSynthesizer(voice="en-gb", speed=1.0),
    "cached-fake": lambda folder: CachedSynthesizer(FakeSynthesizer(), folder),
    "cached-espeak": lambda folder: CachedSynthesizer(EspeakSynthesizer(), folder),
}


@pytest.fixture(params=IMPLEMENTATIONS)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Synthesizer:
    return IMPLEMENTATIONS[request.param](tmp_path)


@pytest.fixture
async def started(fresh: Synthesizer) -> AsyncIterator[Synthesizer]:
    await fresh.start()
    yield fresh
    await fresh.close()


async def spoken(synthesizer: Synthesizer, text: str, *, rate_hz: int = 16000, style: SpeechStyle = STYLE) -> bytes:
    return b"".join([chunk async for chunk in synthesizer.synthesize(text, style=style, rate_hz=rate_hz)])


async def test_speaks_whole_samples_with_sound_in_them(started: Synthesizer) -> None:
    audio = await spoken(started, TEXT)
    assert len(audio) % 2 == 0
    samples = np.frombuffer(audio, "<i2")
    assert 0.5 < len(samples) / 16000 < 5
    assert np.abs(samples.astype(np.int32)).max() > 3000


async def test_the_rate_changes_the_samples_not_the_duration(started: Synthesizer) -> None:
    narrow = await spoken(started, TEXT, rate_hz=8000)
    wide = await spoken(started, TEXT, rate_hz=16000)
    assert len(wide) / len(narrow) == pytest.approx(2, rel=0.02)


async def test_faster_is_shorter(started: Synthesizer) -> None:
    normal = await spoken(started, TEXT)
    fast = await spoken(started, TEXT, style=SpeechStyle(speed=1.5))
    assert len(fast) < 0.85 * len(normal)


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
async def test_nothing_to_say_is_no_audio(started: Synthesizer, text: str) -> None:
    assert await spoken(started, text) == b""


async def test_name_and_version_are_there_once_started(started: Synthesizer) -> None:
    assert started.name
    assert started.version


async def test_stopping_early_leaves_it_usable(started: Synthesizer) -> None:
    stream = started.synthesize(TEXT * 20, style=STYLE, rate_hz=16000)
    first = await anext(stream)
    assert first
    await stream.aclose()
    assert len(await spoken(started, "Yes.")) < len(await spoken(started, TEXT))


async def test_texts_at_once_do_not_mix(started: Synthesizer) -> None:
    texts = ["Yes.", TEXT, "Your balance is one thousand four hundred and twenty pounds."]
    alone = [len(await spoken(started, text)) for text in texts]
    together = await asyncio.gather(*(spoken(started, text) for text in texts))
    # espeak is not bit-stable: durations differ by a few samples.
    assert [len(audio) for audio in together] == pytest.approx(alone, rel=0.01)


async def test_an_unstarted_synthesizer_refuses(fresh: Synthesizer) -> None:
    with pytest.raises(EngineError):
        await spoken(fresh, TEXT)


async def test_closing_is_idempotent_and_leaves_no_thread(fresh: Synthesizer) -> None:
    before = set(threading.enumerate())
    await fresh.start()
    await spoken(fresh, TEXT)
    for closing in (fresh.close, fresh.close):
        stop: Callable[[], Awaitable[None]] = closing
        await stop()
    assert set(threading.enumerate()) <= before
    with pytest.raises(EngineError):
        await spoken(fresh, TEXT)


async def test_it_starts_again_after_closing(fresh: Synthesizer) -> None:
    for _ in range(2):
        await fresh.start()
        assert await spoken(fresh, TEXT)
        await fresh.close()
