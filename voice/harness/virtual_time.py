"""An asyncio loop whose idle waits take no time: when nothing is ready it jumps to the next timer.

While work outside the loop is under way - calls in executors, and whatever was announced with `outside_work` - the
clock stands still and the loop waits for it in earnest. So an hour of conversation takes as long as its computing,
and the order of events depends neither on the machine's speed nor on its load.
"""

import asyncio
import contextlib
import selectors
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from types import ModuleType
from typing import Any, TypeVar, TypeVarTuple

from voice.errors import VoiceError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

CLOCKED_PACKAGES = ("pipecat", "voice", "dialog", "nlu")
STALL_S = 30.0  # outside work that takes longer than this is taken for lost, and the clock goes on


class LeakedTasksError(VoiceError):
    """Tasks were still running when the main coroutine had returned; the text lists them."""

    code = "leaked-tasks"


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """`time()` is virtual and starts at 0. `stalls` counts how often outside work was given up on."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.outside = 0
        self.stalls = 0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self.now_s

    def run_in_executor(self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
        """Runs in a thread as usual; the clock stands still until it is done."""
        future = super().run_in_executor(executor, func, *args)
        self.outside += 1
        future.add_done_callback(self._outside_done)
        return future

    def _outside_done(self, _future: asyncio.Future[Any]) -> None:
        self.outside -= 1


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            return super().select(None)
        if self._loop.outside:
            ready = super().select(STALL_S)
            if ready:
                return ready
            self._loop.stalls += 1
        self._loop.now_s += timeout
        return []


@contextmanager
def outside_work() -> Iterator[None]:
    """Announces that the enclosed awaits depend on something outside the loop (a process, a socket, a thread).

    Does nothing under another loop. What is enclosed must not wait for timers: the clock stands still.
    """
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualTimeLoop):
        yield
        return
    loop.outside += 1
    try:
        yield
    finally:
        loop.outside -= 1


class _Clock(ModuleType):
    """Stands in for the module `time` inside the clocked packages."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__("time")
        started_s = time.time()
        self.monotonic = self.perf_counter = loop.time
        self.time: Callable[[], float] = lambda: started_s + loop.now_s
        self.monotonic_ns = self.perf_counter_ns = lambda: round(loop.now_s * 1e9)
        self.time_ns = lambda: round((started_s + loop.now_s) * 1e9)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


@contextmanager
def virtual_clock(loop: VirtualTimeLoop) -> Iterator[None]:
    """Inside, `time.time()`, `time.monotonic()` and `time.perf_counter()` of Pipecat's and our modules follow `loop`.

    Only modules imported by then are reached, and only where they call through the module `time`; nothing else in
    the process (threads of the standard library, other packages) is touched.
    """
    clock = _Clock(loop)
    patched: list[dict[str, Any]] = []
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in CLOCKED_PACKAGES and name != __name__:
            names: dict[str, Any] = vars(module)
            if names.get("time") is time:
                names["time"] = clock
                patched.append(names)
    try:
        yield
    finally:
        for names in patched:
            names["time"] = time


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` in virtual time. Raises LeakedTasksError when `main` leaves tasks behind."""
    loop = VirtualTimeLoop()
    with virtual_clock(loop), asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(_strictly(main))


async def _strictly(main: Coroutine[Any, Any, T]) -> T:
    before = asyncio.all_tasks()
    result = await main
    await refuse_leaks(before)
    return result


async def refuse_leaks(before: set[asyncio.Task[Any]]) -> None:
    """Raises LeakedTasksError when tasks run that are neither in `before` nor finishing; cancels them first."""
    for _ in range(3):  # what was cancelled or just finished needs a round of the loop to be gone
        await asyncio.sleep(0)
    leaked = asyncio.all_tasks() - before - {asyncio.current_task()}
    if not leaked:
        return
    for task in leaked:
        task.cancel()
    with contextlib.suppress(Exception):
        await asyncio.gather(*leaked, return_exceptions=True)
    listed = ", ".join(sorted(f"{task.get_name()} ({task.get_coro()!r})" for task in leaked))
    raise LeakedTasksError(f"{len(leaked)} tasks still ran: {listed}")
