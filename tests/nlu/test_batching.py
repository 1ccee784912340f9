"""Requests of many callers -> one call at a time."""

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.batching import Batcher, gather
from nlu.errors import OverloadedError


@given(st.lists(st.floats(0, 100)).map(sorted), st.floats(0, 100), st.integers(1, 8))
def test_gather(deadlines: list[float], now: float, limit: int) -> None:
    found = gather(deadlines, now_s=now, limit=limit)
    assert all(deadline <= now for deadline in deadlines[: found.expired])
    assert all(deadline > now for deadline in deadlines[found.expired :])
    assert found.batch == min(limit, len(deadlines) - found.expired)


class Doubler:
    """Doubles numbers; waits at a gate so that a test decides when the model is busy."""

    def __init__(self, *, open_gate: bool = True) -> None:
        self.batches: list[list[int]] = []
        self.gate = threading.Event()
        if open_gate:
            self.gate.set()

    def __call__(self, numbers: list[int]) -> list[int]:
        self.batches.append(numbers)
        assert self.gate.wait(10)
        if 13 in numbers:
            raise ValueError("thirteen")
        return [2 * number for number in numbers]


async def submitted(batcher: Batcher[int, int], numbers: range) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(batcher.submit(number)) for number in numbers]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_requests_gather_while_the_model_is_busy() -> None:
    model = Doubler(open_gate=False)
    batcher = Batcher(model, limit=4)
    first = await submitted(batcher, range(1))
    rest = await submitted(batcher, range(1, 8))
    model.gate.set()
    assert await asyncio.gather(*first, *rest) == [0, 2, 4, 6, 8, 10, 12, 14]
    assert model.batches == [[0], [1, 2, 3, 4], [5, 6, 7]]
    await batcher.close()


async def test_a_full_queue_refuses() -> None:
    model = Doubler(open_gate=False)
    batcher = Batcher(model, limit=1, queue=2)
    busy = await submitted(batcher, range(1))
    queued = await submitted(batcher, range(1, 3))
    with pytest.raises(OverloadedError, match="2 requests wait"):
        await batcher.submit(3)
    model.gate.set()
    assert await asyncio.gather(*busy, *queued) == [0, 2, 4]
    await batcher.close()


async def test_a_late_request_is_refused() -> None:
    batcher = Batcher(Doubler(), timeout_s=0.0)
    with pytest.raises(OverloadedError, match="no turn within"):
        await batcher.submit(1)
    await batcher.close()


async def test_the_models_error_reaches_those_who_asked_and_the_next_are_served() -> None:
    batcher = Batcher(Doubler())
    with pytest.raises(ValueError, match="thirteen"):
        await batcher.submit(13)
    assert await batcher.submit(2) == 4
    await batcher.close()


async def test_too_few_answers_leave_nobody_waiting() -> None:
    batcher: Batcher[int, int] = Batcher(lambda numbers: [])
    with pytest.raises(ValueError, match="0 answers to 1 requests"):
        await batcher.submit(1)
    await batcher.close()


async def test_a_cancelled_request_is_left_out() -> None:
    model = Doubler(open_gate=False)
    batcher = Batcher(model)
    busy = await submitted(batcher, range(1))
    gone, stays = await submitted(batcher, range(1, 3))
    gone.cancel()
    await asyncio.sleep(0)
    model.gate.set()
    assert await asyncio.gather(*busy, stays) == [0, 4]
    assert model.batches == [[0], [2]]
    await batcher.close()


async def test_close_refuses_what_waits_and_what_comes() -> None:
    model = Doubler(open_gate=False)
    batcher = Batcher(model, limit=1)
    busy = await submitted(batcher, range(1))
    waiting = await submitted(batcher, range(1, 2))
    closing = asyncio.create_task(batcher.close())
    await asyncio.sleep(0)
    model.gate.set()
    await closing
    assert await asyncio.gather(*busy) == [0]
    with pytest.raises(OverloadedError, match="closed"):
        await waiting[0]
    with pytest.raises(OverloadedError, match="closed"):
        await batcher.submit(1)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("batcher")]
