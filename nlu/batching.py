"""Batcher: requests of many calls -> one model call at a time. Bounded queue, deadline."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, NamedTuple, TypeVar

from nlu.errors import OverloadedError

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class Gathered(NamedTuple):
    """How many of the oldest requests are too late, and how many behind them make the next batch."""

    expired: int
    batch: int


def gather(deadlines_s: Sequence[float], *, now_s: float, limit: int) -> Gathered:
    """What to do with waiting requests (oldest first, so deadlines rise) when the model is free."""
    expired = next((i for i, deadline in enumerate(deadlines_s) if deadline > now_s), len(deadlines_s))
    return Gathered(expired, min(limit, len(deadlines_s) - expired))


class _Waiting(NamedTuple, Generic[Request, Answer]):
    request: Request
    answer: asyncio.Future[Answer]
    deadline_s: float


class Batcher(Generic[Request, Answer]):
    """While the model works on one batch, the next one gathers: a lone request never waits for company.

    `run` gets at most `limit` requests and returns as many answers; it is called in one thread of its own.
    """

    def __init__(
        self,
        run: Callable[[list[Request]], Sequence[Answer]],
        *,
        limit: int = 32,
        queue: int = 256,
        timeout_s: float = 2.0,
        name: str = "batcher",
    ) -> None:
        self._run = run
        self._limit = limit
        self._queue = queue
        self._timeout_s = timeout_s
        self._waiting: deque[_Waiting[Request, Answer]] = deque()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._worker: asyncio.Task[None] | None = None
        self._closed = False

    async def submit(self, request: Request) -> Answer:
        """The answer. Raises OverloadedError when the queue is full or the deadline passes, and what `run` raises."""
        if self._closed:
            raise OverloadedError("closed: takes no more requests")
        if len(self._waiting) >= self._queue:
            raise OverloadedError(f"{self._queue} requests wait already")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        waiting = _Waiting(request, answer, loop.time() + self._timeout_s)
        self._waiting.append(waiting)
        if self._worker is None or self._worker.done():
            self._worker = loop.create_task(self._work())
        return await answer

    async def close(self) -> None:
        """Refuses what still waits, lets the batch in work end and frees the thread."""
        self._closed = True
        while self._waiting:
            _fail(self._waiting.popleft().answer, OverloadedError("closed before its turn"))
        if self._worker is not None:
            await asyncio.gather(self._worker, return_exceptions=True)
        self._executor.shutdown(wait=True)

    async def _work(self) -> None:
        """Runs until nothing waits."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            found = gather([w.deadline_s for w in self._waiting], now_s=loop.time(), limit=self._limit)
            for _ in range(found.expired):
                late = OverloadedError(f"no turn within {self._timeout_s:g} s")
                _fail(self._waiting.popleft().answer, late)
            batch = [self._waiting.popleft() for _ in range(found.batch)]
            batch = [waiting for waiting in batch if not waiting.answer.done()]
            if batch:
                await self._answer(loop, batch)

    async def _answer(self, loop: asyncio.AbstractEventLoop, batch: list[_Waiting[Request, Answer]]) -> None:
        try:
            answers = await loop.run_in_executor(self._executor, self._run, [waiting.request for waiting in batch])
            if len(answers) != len(batch):
                raise ValueError(f"{len(answers)} answers to {len(batch)} requests")
        except Exception as error:  # whatever the model raises belongs to those who asked
            for waiting in batch:
                _fail(waiting.answer, error)
            return
        for waiting, answer in zip(batch, answers, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(answer)


def _fail(future: asyncio.Future[Answer], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
