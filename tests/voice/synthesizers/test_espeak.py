import asyncio

import numpy as np
import pytest

from voice.errors import EngineError
from voice.synthesizers.espeak import EMOTIONS, FASTEST_WPM, SLOWEST_WPM, EspeakSynthesizer, prosody_for
from voice.synthesizers.espeak_library import EspeakLibrary
from voice.synthesizers.synthesizer import SpeechStyle

STYLE = SpeechStyle()


async def spoken(synthesizer: EspeakSynthesizer, text: str, style: SpeechStyle = STYLE) -> np.ndarray:
    chunks = [chunk async for chunk in synthesizer.synthesize(text, style=style, rate_hz=16000)]
    return np.frombuffer(b"".join(chunks), "<i2")


@pytest.mark.parametrize("voice", ["xx-nowhere", "en-gb+nobody", ""])
async def test_an_unknown_voice_is_refused_with_the_known_ones(voice: str) -> None:
    synthesizer = EspeakSynthesizer(voice=voice)
    with pytest.raises(EngineError, match=r"unknown espeak v.*known: .*"):
        await synthesizer.start()
    await synthesizer.close()


async def test_an_unknown_voice_of_a_style_fails_that_text_alone() -> None:
    synthesizer = EspeakSynthesizer()
    await synthesizer.start()
    with pytest.raises(EngineError, match="en-us"):
        await spoken(synthesizer, "Hello.", SpeechStyle(voice="klingon"))
    assert len(await spoken(synthesizer, "Hello.", SpeechStyle(voice="en-us+f3")))
    assert len(await spoken(synthesizer, "Guten Tag.", SpeechStyle(language="de")))
    await synthesizer.close()


async def test_the_first_chunk_comes_before_the_text_is_through() -> None:
    synthesizer = EspeakSynthesizer()
    await synthesizer.start()
    stream = synthesizer.synthesize("This is a rather long sentence, is it not? " * 30, style=STYLE, rate_hz=16000)
    assert len(await anext(stream)) < 16000 * 2 // 5
    await stream.aclose()
    await synthesizer.close()


async def test_control_characters_markup_and_surrogates_are_spoken_harmlessly() -> None:
    synthesizer = EspeakSynthesizer()
    await synthesizer.start()
    plain = await spoken(synthesizer, "hello there")
    dirty = await spoken(synthesizer, "hello\x00\x07\u200b there\ud800")
    assert len(dirty) == pytest.approx(len(plain), rel=0.01)
    # Markup is text: "break" is read out, not obeyed.
    assert len(await spoken(synthesizer, '<break time="10s"/>')) < 16000 * 5
    await synthesizer.close()


async def test_no_click_at_either_end_and_an_even_level() -> None:
    synthesizer = EspeakSynthesizer()
    await synthesizer.start()
    for voice in ("en-gb", "en-us", "en-gb+f3"):
        samples = await spoken(synthesizer, "Your balance is fifty pounds.", SpeechStyle(voice=voice))
        levels = np.abs(samples.astype(np.float64)) / 32768
        assert levels[:8].max() < 0.02
        assert levels[-8:].max() < 0.02
        assert 0.06 < np.sqrt(np.mean(levels[levels > 0.005] ** 2)) < 0.14
        assert levels.max() < 0.99
    await synthesizer.close()


async def test_two_synthesizers_share_the_library() -> None:
    british, american = EspeakSynthesizer(voice="en-gb"), EspeakSynthesizer(voice="en-us")
    await british.start()
    await american.start()
    one, other = await asyncio.gather(spoken(british, "Water bottle."), spoken(american, "Water bottle."))
    assert not np.array_equal(one[: len(other)], other[: len(one)])
    await british.close()
    assert len(await spoken(american, "Still here."))
    await american.close()


async def test_closing_while_speaking_ends_the_text_with_an_error() -> None:
    synthesizer = EspeakSynthesizer()
    await synthesizer.start()
    stream = synthesizer.synthesize("One sentence. " * 200, style=STYLE, rate_hz=16000)
    await anext(stream)
    await synthesizer.close()
    with pytest.raises(EngineError, match="closed"):
        async for _ in stream:
            pass


def test_a_closed_library_refuses() -> None:
    library = EspeakLibrary()
    library.close()
    library.close()
    with pytest.raises(EngineError, match="closed"):
        library.voices()


@pytest.mark.parametrize("speed", [0.01, 100])
def test_rates_stay_within_what_espeak_takes(speed: float) -> None:
    for emotion in (*EMOTIONS, "no such emotion"):
        prosody = prosody_for(SpeechStyle(speed=speed, emotion=emotion), speed=1.0)
        assert SLOWEST_WPM <= prosody.rate <= FASTEST_WPM
        assert 0 <= prosody.pitch <= 100
        assert 0 <= prosody.range <= 100


def test_an_absurd_speed_is_refused() -> None:
    with pytest.raises(EngineError, match="speed"):
        EspeakSynthesizer(speed=0)


async def test_an_absurd_rate_is_refused() -> None:
    synthesizer = EspeakSynthesizer()
    await synthesizer.start()
    with pytest.raises(EngineError, match="4000"):
        await anext(synthesizer.synthesize("Hello.", style=STYLE, rate_hz=4000))
    await synthesizer.close()
