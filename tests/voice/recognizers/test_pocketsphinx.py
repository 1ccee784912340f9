"""What is PocketSphinx's own: grammars and the gate on real audio, workers that die, nothing left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import uvloop

from dialog.expectation import Expectation
from tests.voice.recognizers.speech import SENTENCES, chunks, speech
from voice.errors import EngineError, MediaError
from voice.recognizers.language_model import LanguageModel
from voice.recognizers.pocketsphinx import PocketSphinxRecognizer, PocketSphinxStream
from voice.recognizers.recognizer import Final

pytestmark = pytest.mark.integration

SIX_DIGITS = Expectation(kind="digits", length=6)
YES_NO = Expectation(kind="yes_no")


def make(cache: Path, *, workers: int = 1) -> PocketSphinxRecognizer:
    return PocketSphinxRecognizer(sentences=SENTENCES, workers=workers, cache_directory=cache, decoders=1)


@pytest.fixture
async def recognizer(cache: Path, model: LanguageModel) -> AsyncIterator[PocketSphinxRecognizer]:
    made = make(cache)
    await made.start()
    yield made
    await made.close()


async def heard(stream: PocketSphinxStream, name: str, *, rate_hz: int = 16000) -> Final:
    for chunk in chunks(speech(name, rate_hz=rate_hz), rate_hz=rate_hz):
        await stream.push(chunk)
    return await stream.finish()


@pytest.mark.parametrize("rate_hz", [16000, 8000])
@pytest.mark.parametrize(
    ("expectation", "name", "text", "in_grammar"),
    [
        (SIX_DIGITS, "digits-slt", "four two seven one nine six", True),
        (SIX_DIGITS, "digits-rms", "three eight one five zero two", True),
        (SIX_DIGITS, "lost-card-rms", "i've lost my card", False),
        (SIX_DIGITS, "amount-slt", "one hundred and twenty pounds", False),
        (YES_NO, "yes-awb", "yes please", True),
        (YES_NO, "no-kal16", "no thank you", True),
        (YES_NO, "balance-slt", "what's my balance please", False),
        (
            Expectation(kind="choice", phrases=("savings", "current")),
            "savings-awb",
            "from my savings account please",
            1,
        ),
        (Expectation(kind="amount"), "amount-slt", "one hundred and twenty pounds", False),
    ],
)
async def test_expected_answers_and_other_speech(
    recognizer: PocketSphinxRecognizer,
    expectation: Expectation,
    name: str,
    text: str,
    in_grammar: bool,
    rate_hz: int,
) -> None:
    stream = await recognizer.open("call", rate_hz=rate_hz, language="en")
    stream.expect(expectation)
    final = await heard(stream, name, rate_hz=rate_hz)
    assert (final.text, final.in_grammar) == (text, bool(in_grammar))
    assert [word.text for word in final.words] == text.split()
    assert all(word.start_ms < word.end_ms <= final.audio_ms + 100 for word in final.words)
    await stream.close()


async def test_nothing_said_is_an_empty_final(recognizer: PocketSphinxRecognizer) -> None:
    stream = await recognizer.open("call", rate_hz=16000, language="en")
    assert await stream.finish() == Final(text="", confidence=0.0)
    await stream.push(bytes(640))
    silent = await stream.finish()
    assert (silent.text, silent.confidence) == ("", 0.0)
    await stream.close()


async def test_an_expectation_in_mid_utterance_waits_for_the_next(recognizer: PocketSphinxRecognizer) -> None:
    stream = await recognizer.open("call", rate_hz=16000, language="en")
    await stream.push(bytes(640))
    stream.expect(SIX_DIGITS)
    assert not (await heard(stream, "digits-slt")).in_grammar
    assert (await heard(stream, "digits-slt")).in_grammar
    await stream.close()


async def test_half_a_sample_and_another_language_are_refused(recognizer: PocketSphinxRecognizer) -> None:
    with pytest.raises(EngineError, match="English"):
        await recognizer.open("call", rate_hz=16000, language="de")
    stream = await recognizer.open("call", rate_hz=16000, language="en")
    with pytest.raises(MediaError, match="whole samples"):
        await stream.push(b"\x00\x00\x00")
    assert (await heard(stream, "balance-slt")).text == "what's my balance please"
    await stream.close()


async def test_a_killed_worker_fails_its_streams_and_comes_back(cache: Path, model: LanguageModel) -> None:
    recognizer = make(cache, workers=2)
    await recognizer.start()
    first = await recognizer.open("one", rate_hz=16000, language="en")
    second = await recognizer.open("two", rate_hz=16000, language="en")
    victim = recognizer.pids[0]
    finishing = asyncio.create_task(heard(first, "balance-slt"))
    os.kill(victim, signal.SIGKILL)
    with pytest.raises(EngineError, match="died"):
        await finishing
    with pytest.raises(EngineError):
        await first.push(bytes(640))
    assert (await heard(second, "balance-slt")).text == "what's my balance please"
    await second.close()
    again = [await recognizer.open(f"call-{number}", rate_hz=16000, language="en") for number in range(2)]
    for stream in again:
        assert (await heard(stream, "balance-slt")).text == "what's my balance please"
    await recognizer.close()


def threads() -> list[str]:
    """All but the loop's own executor, which grows with use and ends with the loop."""
    for thread in threading.enumerate():
        if thread.name.startswith("asyncio-waitpid"):
            # It has told the loop that the process ended and is on its last instruction.
            thread.join(5)
    return [thread.name for thread in threading.enumerate() if not thread.name.startswith("asyncio_")]


async def test_closing_leaves_no_process_thread_or_descriptor(cache: Path, model: LanguageModel) -> None:
    async def once() -> None:
        recognizer = make(cache, workers=2)
        await recognizer.start()
        stream = await recognizer.open("call", rate_hz=16000, language="en")
        await stream.push(speech("balance-slt"))
        await recognizer.close()

    await once()
    me = psutil.Process()
    before = me.num_fds(), threads()
    await once()
    assert me.num_fds() <= before[0]
    assert threads() == before[1]
    assert me.children() == []


def test_it_works_under_uvloop(cache: Path, model: LanguageModel) -> None:
    async def call() -> str:
        recognizer = make(cache)
        await recognizer.start()
        stream = await recognizer.open("call", rate_hz=16000, language="en")
        final = await heard(stream, "lost-card-rms")
        await recognizer.close()
        return final.text

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(call()) == "i've lost my card"


def test_workers_end_with_a_killed_gateway(cache: Path, model: LanguageModel) -> None:
    program = textwrap.dedent(
        f"""
        import asyncio
        from pathlib import Path
        from tests.voice.recognizers.test_pocketsphinx import make

        async def main():
            recognizer = make(Path({str(cache)!r}))
            await recognizer.start()
            print(recognizer.pids[0], flush=True)
            await asyncio.sleep(60)

        asyncio.run(main())
        """
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as gateway:
        assert gateway.stdout is not None
        worker = psutil.Process(int(gateway.stdout.readline()))
        gateway.kill()
    worker.wait(timeout=10)


async def test_a_worker_that_can_not_start_says_why(cache: Path, model: LanguageModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EngineError, match="can't be kept"):
        await make(tmp_path / "file").start()
    recognizer = make(tmp_path)
    await recognizer.start()
    await recognizer.close()
    (arpa,) = tmp_path.glob("*/trigram.arpa")
    arpa.write_text("no model")
    with pytest.raises(EngineError, match="did not start"):
        await recognizer.start()


def test_no_workers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="at least one"):
        make(tmp_path, workers=0)
