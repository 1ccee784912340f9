"""What every recognizer must do, run against each implementation and the fake."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from dialog.expectation import Expectation
from tests.voice.fakes import FakeRecognizer
from tests.voice.recognizers.speech import SENTENCES, chunks, speech
from voice.errors import EngineError, MediaError
from voice.recognizers.pocketsphinx import PocketSphinxRecognizer
from voice.recognizers.recognizer import Final, Partial, Recognizer, RecognizerStream

SAID = "what's my balance please"

Make = Callable[[Path], Recognizer]
IMPLEMENTATIONS: dict[str, Make] = {
    "fake": lambda _: FakeRecognizer([SAID] * 4),
    "pocketsphinx": lambda cache: PocketSphinxRecognizer(
        sentences=SENTENCES, workers=1, cache_directory=cache, decoders=1
    ),
}


@pytest.fixture(params=IMPLEMENTATIONS)
def fresh(request: pytest.FixtureRequest, cache: Path) -> Recognizer:
    return IMPLEMENTATIONS[request.param](cache)


@pytest.fixture
async def started(fresh: Recognizer) -> AsyncIterator[Recognizer]:
    await fresh.start()
    yield fresh
    await fresh.close()


async def heard(stream: RecognizerStream, name: str, *, rate_hz: int = 16000) -> tuple[Final, list[Partial]]:
    partials: list[Partial] = []
    for chunk in chunks(speech(name, rate_hz=rate_hz), rate_hz=rate_hz):
        partials += await stream.push(chunk)
        # Real audio leaves time between chunks; without it every partial would come after the last push.
        await asyncio.sleep(0.01)
    return await stream.finish(), partials


async def test_hears_utterance_after_utterance(started: Recognizer) -> None:
    stream = await started.open("call", rate_hz=16000, language="en")
    for _ in range(2):
        final, partials = await heard(stream, "balance-slt")
        assert final.text == SAID
        assert 0 < final.confidence <= 1
        assert final.audio_ms == pytest.approx(len(speech("balance-slt")) / 32, abs=2)
        assert partials
    await stream.close()


async def test_partials_grow_and_keep_what_they_called_stable(started: Recognizer) -> None:
    stream = await started.open("call", rate_hz=16000, language="en")
    _, partials = await heard(stream, "balance-slt")
    for earlier, later in itertools.pairwise(partials):
        assert later.text[: earlier.stable] == earlier.text[: earlier.stable]
        assert earlier.stable <= later.stable <= len(later.text)
    assert SAID.startswith(partials[-1].text[: partials[-1].stable])
    await stream.close()


async def test_every_rate_it_claims_works(started: Recognizer) -> None:
    for rate_hz in started.capabilities.rates_hz:
        stream = await started.open("call", rate_hz=rate_hz, language="en-GB")
        final, _ = await heard(stream, "balance-slt", rate_hz=rate_hz)
        assert final.text == SAID
        await stream.close()


async def test_a_rate_it_does_not_claim_is_refused(started: Recognizer) -> None:
    with pytest.raises(MediaError, match="11025"):
        await started.open("call", rate_hz=11025, language="en")


async def test_an_abandoned_utterance_leaves_no_trace(started: Recognizer) -> None:
    stream = await started.open("call", rate_hz=16000, language="en")
    for chunk in chunks(speech("digits-slt"), rate_hz=16000)[:30]:
        await stream.push(chunk)
    await stream.abandon()
    final, _ = await heard(stream, "balance-slt")
    assert final.text == SAID
    await stream.close()


async def test_an_expectation_may_change_between_utterances(started: Recognizer) -> None:
    stream = await started.open("call", rate_hz=16000, language="en")
    for expectation in (Expectation(kind="digits", length=6), Expectation(), Expectation(kind="yes_no")):
        stream.expect(expectation)
        final, _ = await heard(stream, "balance-slt")
        assert final.text == SAID
    await stream.close()


async def test_streams_at_once_do_not_mix(started: Recognizer) -> None:
    streams = [await started.open(f"call-{number}", rate_hz=16000, language="en") for number in range(3)]
    results = await asyncio.gather(*(heard(stream, "balance-slt") for stream in streams))
    assert [final.text for final, _ in results] == [SAID] * 3
    for stream in streams:
        await stream.close()


async def test_a_closed_stream_refuses_and_closing_again_is_fine(started: Recognizer) -> None:
    stream = await started.open("call", rate_hz=16000, language="en")
    await stream.push(bytes(640))
    await stream.close()
    await stream.close()
    with pytest.raises(EngineError):
        await stream.push(bytes(640))
    with pytest.raises(EngineError):
        await stream.finish()


async def test_an_unstarted_recognizer_refuses(fresh: Recognizer) -> None:
    with pytest.raises(EngineError):
        await fresh.open("call", rate_hz=16000, language="en")


async def test_open_streams_die_with_the_recognizer(fresh: Recognizer) -> None:
    await fresh.start()
    stream = await fresh.open("call", rate_hz=16000, language="en")
    await stream.push(bytes(640))
    await fresh.close()
    await fresh.close()
    with pytest.raises(EngineError):
        await stream.push(bytes(640))
    await stream.close()
