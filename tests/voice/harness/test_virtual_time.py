import asyncio
import threading
import time

import pytest

from voice.harness import turn_taking
from voice.harness.virtual_time import LeakedTasksError, VirtualTimeLoop, outside_work, run_virtual, virtual_clock


def test_an_hour_of_sleep_takes_no_time():
    async def main() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    before_s = time.monotonic()
    assert run_virtual(main()) == pytest.approx(3600)
    assert time.monotonic() - before_s < 5


def test_timers_fire_in_order_of_their_times():
    seen: list[str] = []

    async def at(delay_s: float, name: str) -> None:
        await asyncio.sleep(delay_s)
        seen.append(f"{name}@{asyncio.get_running_loop().time():g}")

    async def main() -> None:
        await asyncio.gather(at(3, "c"), at(1, "a"), at(2, "b"))

    run_virtual(main())
    assert seen == ["a@1", "b@2", "c@3"]


def test_the_clock_stands_still_while_an_executor_works():
    released = threading.Event()

    async def main() -> tuple[str, float]:
        loop = asyncio.get_running_loop()
        ticks = asyncio.create_task(asyncio.sleep(0.001))
        work = loop.run_in_executor(None, lambda: "released" if released.wait(10) else "late")
        threading.Timer(0.05, released.set).start()
        answer = await work
        at_s = loop.time()
        await ticks
        return answer, at_s

    answer, at_s = run_virtual(main())
    assert answer == "released"
    assert at_s == 0.0


def test_announced_work_in_a_thread_holds_the_clock():
    async def main() -> float:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        rival = asyncio.create_task(asyncio.sleep(5))
        threading.Timer(0.05, lambda: loop.call_soon_threadsafe(future.set_result, None)).start()
        with outside_work():
            await future
        at_s = loop.time()
        await rival
        return at_s

    assert run_virtual(main()) == 0.0


async def test_announcing_work_does_nothing_under_another_loop():
    with outside_work():
        await asyncio.sleep(0)


def test_leaked_tasks_fail_the_run_and_are_cancelled():
    cancelled: list[bool] = []

    async def forever() -> None:
        try:
            await asyncio.sleep(1e9)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    async def main() -> None:
        asyncio.create_task(forever(), name="left-behind")  # noqa: RUF006 - the leak is the point
        await asyncio.sleep(0)

    with pytest.raises(LeakedTasksError, match="left-behind"):
        run_virtual(main())
    assert cancelled == [True]


def test_modules_of_the_clocked_packages_see_the_virtual_time(monkeypatch):
    monkeypatch.setattr(turn_taking, "time", time, raising=False)

    async def main() -> tuple[float, float, float]:
        clock = turn_taking.time
        before = clock.time(), clock.monotonic(), clock.monotonic_ns()
        await asyncio.sleep(100)
        return (
            clock.time() - before[0],
            clock.monotonic() - before[1],
            (clock.monotonic_ns() - before[2]) / 1e9,
        )

    assert run_virtual(main()) == pytest.approx((100, 100, 100))
    assert turn_taking.time is time


def test_nothing_else_in_the_process_is_touched():
    loop = VirtualTimeLoop()
    try:
        with virtual_clock(loop):
            assert time.monotonic is not loop.time
            assert asyncio.base_events.time is time
    finally:
        loop.close()


def test_wait_for_times_out_in_virtual_time():
    async def main() -> float:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 30)
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == pytest.approx(30)
