import asyncio
import threading

from tests.voice.fakes import FakeRecognizer, FakeSynthesizer
from voice.harness.outside_engines import PACE, AnnouncedRecognizer, AnnouncedSynthesizer
from voice.harness.virtual_time import run_virtual
from voice.synthesizers.synthesizer import SpeechStyle


class SlowRecognizer(FakeRecognizer):
    """Opens only when a thread says so."""

    async def open(self, call_id, *, rate_hz, language):
        loop = asyncio.get_running_loop()
        opened = loop.create_future()
        threading.Timer(0.05, lambda: loop.call_soon_threadsafe(opened.set_result, None)).start()
        await opened
        return await super().open(call_id, rate_hz=rate_hz, language=language)


def test_time_stands_still_while_the_recognizer_works():
    async def main() -> tuple[float, str, list[str]]:
        loop = asyncio.get_running_loop()
        rival = asyncio.create_task(asyncio.sleep(60))
        recognizer = AnnouncedRecognizer(SlowRecognizer(["what is my balance"]))
        await recognizer.start()
        stream = await recognizer.open("c", rate_hz=16000, language="en")
        partials = [partial.text for _ in range(20) for partial in await stream.push(bytes(1280))]
        final = await stream.finish()
        await stream.close()
        await recognizer.close()
        at_s = loop.time()
        await rival
        return at_s, final.text, partials

    at_s, text, partials = run_virtual(main())
    assert at_s == 0
    assert text == "what is my balance"
    assert partials[-1] == "what is my balance"
    assert PACE > 1


def test_a_synthesizer_speaks_through_and_can_be_broken_off():
    async def main() -> tuple[int, float]:
        synthesizer = AnnouncedSynthesizer(FakeSynthesizer())
        await synthesizer.start()
        whole = [c async for c in synthesizer.synthesize("hello", style=SpeechStyle(), rate_hz=16000)]
        source = synthesizer.synthesize("hello", style=SpeechStyle(), rate_hz=16000)
        assert await anext(source) == whole[0]
        await source.aclose()
        await synthesizer.close()
        return sum(map(len, whole)), asyncio.get_running_loop().time()

    assert run_virtual(main()) == (5 * 40 * 32, 0.0)


async def test_under_a_plain_loop_nothing_is_slowed():
    recognizer = AnnouncedRecognizer(FakeRecognizer(["yes"]))
    await recognizer.start()
    stream = await recognizer.open("c", rate_hz=16000, language="en")
    began_s = asyncio.get_running_loop().time()
    await stream.push(bytes(320_000))
    assert asyncio.get_running_loop().time() - began_s < 1
    assert (await stream.finish()).text == "yes"
    assert recognizer.capabilities.partials
