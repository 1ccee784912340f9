import asyncio
import os
from pathlib import Path

import pytest

from tests.voice.fakes import FakeSynthesizer
from voice.errors import EngineError
from voice.synthesizers.prompt_cache import CachedSynthesizer
from voice.synthesizers.prompt_store import PromptStore
from voice.synthesizers.synthesizer import SpeechStyle

STYLE = SpeechStyle()
FIXED = "How can I help you?"


async def spoken(synthesizer: CachedSynthesizer, text: str, rate_hz: int = 16000) -> bytes:
    return b"".join([chunk async for chunk in synthesizer.synthesize(text, style=STYLE, rate_hz=rate_hz)])


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


async def cached(folder: Path, **options: int) -> tuple[CachedSynthesizer, FakeSynthesizer]:
    inner = FakeSynthesizer()
    synthesizer = CachedSynthesizer(inner, folder, **options)
    await synthesizer.start()
    return synthesizer, inner


async def test_a_warmed_sentence_is_synthesized_once_for_all_processes(tmp_path: Path) -> None:
    first, inner = await cached(tmp_path)
    assert await first.warm([FIXED, FIXED], rates_hz=(8000, 16000)) == 2
    audio = await spoken(first, FIXED)
    assert inner.spoken == [FIXED, FIXED]
    await first.close()

    second, inner = await cached(tmp_path)
    assert await second.warm([FIXED]) == 0
    assert await spoken(second, FIXED) == audio
    assert inner.spoken == []
    await second.close()


async def test_other_sentences_never_reach_the_disk(tmp_path: Path) -> None:
    synthesizer, inner = await cached(tmp_path)
    for _ in range(2):
        assert await spoken(synthesizer, "Your balance is five pounds.")
    assert len(inner.spoken) == 2
    assert files(tmp_path) == []
    await synthesizer.close()


async def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    first, _ = await cached(tmp_path)
    await first.warm([FIXED])
    good = await spoken(first, FIXED)
    await first.close()
    (path,) = files(tmp_path)
    for damage in (b"", b"short", path.read_bytes()[:-2], b"x" + path.read_bytes()[1:]):
        path.write_bytes(damage)
        again, _ = await cached(tmp_path)
        assert await again.warm([FIXED]) == 1
        assert await spoken(again, FIXED) == good
        await again.close()


async def test_requests_at_once_do_the_work_once_and_survive_a_quitter(tmp_path: Path) -> None:
    synthesizer, inner = await cached(tmp_path)
    await synthesizer.warm([FIXED], rates_hz=())
    quitter = synthesizer.synthesize(FIXED, style=STYLE, rate_hz=16000)
    await anext(quitter)
    await quitter.aclose()
    first, second = await asyncio.gather(spoken(synthesizer, FIXED), spoken(synthesizer, FIXED))
    assert first == second
    assert len(first) > 0
    assert inner.spoken == [FIXED]
    await synthesizer.close()


async def test_a_failure_is_told_and_not_kept(tmp_path: Path) -> None:
    inner = FakeSynthesizer(failing=[FIXED])
    synthesizer = CachedSynthesizer(inner, tmp_path)
    await synthesizer.start()
    with pytest.raises(EngineError, match="failed on"):
        await synthesizer.warm([FIXED])
    with pytest.raises(EngineError, match="failed on"):
        await spoken(synthesizer, FIXED)
    assert files(tmp_path) == []
    await synthesizer.close()


async def test_closing_tells_who_waits(tmp_path: Path) -> None:
    synthesizer, _ = await cached(tmp_path)
    await synthesizer.warm([FIXED], rates_hz=())
    waiting = asyncio.create_task(spoken(synthesizer, FIXED))
    await asyncio.sleep(0)
    await synthesizer.close()
    with pytest.raises(EngineError, match="closed"):
        await waiting


async def test_without_a_folder_memory_serves(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    synthesizer, inner = await cached(tmp_path / "file")
    assert await synthesizer.warm([FIXED]) == 1
    assert await spoken(synthesizer, FIXED)
    assert inner.spoken == [FIXED]
    await synthesizer.close()


async def test_memory_keeps_the_recently_used(tmp_path: Path) -> None:
    # 25 characters at 40 ms and 16 kHz are 32 kB; room for 31 of them in one megabyte.
    texts = [f"sentence number {number:03} here" for number in range(60)]
    synthesizer, _ = await cached(tmp_path, max_memory_mb=1)
    await synthesizer.warm(texts)
    assert synthesizer._memory_bytes <= 1_000_000
    assert synthesizer._memory_bytes == sum(len(audio) for audio in synthesizer._memory.values())
    await synthesizer.close()


def test_the_disk_bound_drops_the_least_recently_used(tmp_path: Path) -> None:
    store = PromptStore(tmp_path, max_bytes=3 * 1032)
    store.open()
    for index, key in enumerate(("a", "b", "c")):
        store.write(key, bytes(1000))
        os_time_ns = (index + 1) * 10**9
        _set_time(tmp_path / f"{key}.prompt", os_time_ns)
    assert store.read("a") == bytes(1000)
    store.write("d", bytes(1000))
    assert {path.stem for path in tmp_path.iterdir()} == {"a", "c", "d"}
    assert store.read("b") is None


def _set_time(path: Path, time_ns: int) -> None:
    os.utime(path, ns=(time_ns, time_ns))
