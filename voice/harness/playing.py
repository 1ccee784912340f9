"""Scenarios through the whole service in this process: real pipeline, recognizer, understanding, dialogue, voice.

Models are opened once and shared; each scenario has a fresh agent over a fresh data folder, so that no transfer of
one changes a balance of another.
"""

import asyncio
import contextlib
import dataclasses
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter  # by name: the module `time` is virtual while scenarios play

import msgspec

from dialog.agent import Agent
from nlu.errors import KefuError
from voice.build import open_gateway
from voice.call import Shared
from voice.errors import VoiceError
from voice.gateway import Gateway
from voice.harness.caller import Caller, CallRecord
from voice.harness.junit import CaseResult
from voice.harness.line import Loopback
from voice.harness.outside_engines import announced
from voice.harness.played import Played
from voice.harness.scenario import Scenario
from voice.harness.turn_taking import CallerTurn
from voice.harness.utterances import caller_turns
from voice.harness.verdict import judge
from voice.harness.virtual_time import outside_work
from voice.settings import GatewaySettings
from voice.transports.transport import CallInfo

CLOSING_S = 30.0


@asynccontextmanager
async def opened(settings: GatewaySettings, scenarios: Sequence[Scenario], folder: Path) -> AsyncIterator[Shared]:
    """Every engine these scenarios need, over a store and sample data inside `folder`. Raises KefuError."""
    folders = {str(scenario.pack_folder): None for scenario in scenarios}
    settings = msgspec.structs.replace(
        settings,
        packs=tuple(folders),
        dialog=msgspec.structs.replace(settings.dialog, store_url=f"sqlite+aiosqlite:///{folder / 'store.db'}"),
    )
    with outside_work():
        gateway = await open_gateway(settings, pack_data=folder / "unused")
    try:
        yield announced(gateway.shared)
    finally:
        with outside_work():
            await gateway.close()


async def play_all(
    scenarios: Sequence[Scenario],
    settings: GatewaySettings,
    *,
    jobs: int = 1,
    on_done: Callable[[Played], None] = lambda _played: None,
    opener: Callable[..., contextlib.AbstractAsyncContextManager[Shared]] = opened,
) -> tuple[Played, ...]:
    """Plays every scenario, `jobs` at a time; results in the order given. Raises KefuError when nothing can start."""
    free = asyncio.Semaphore(jobs)
    with tempfile.TemporaryDirectory(prefix="kefu-test-") as name:
        folder = Path(name)
        async with opener(settings, scenarios, folder) as shared:

            async def one(index: int, scenario: Scenario) -> Played:
                async with free:
                    played = await play(scenario, shared, data=folder / f"scenario-{index}")
                    on_done(played)
                    return played

            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(i, s), name=f"scenario {s.name}") for i, s in enumerate(scenarios)]
            return tuple(task.result() for task in tasks)


async def play(scenario: Scenario, shared: Shared, *, data: Path) -> Played:
    """One scenario, judged; whatever goes wrong in it is its own result."""
    began_s = perf_counter()
    record, verdict, error = None, None, ""
    failures: tuple[str, ...] = ()
    try:
        turns = caller_turns(scenario)
        record = await _call(scenario, turns, shared, data)
        verdict = judge(scenario, record)
        failures = tuple(str(failure) for failure in verdict.failures)
    except KefuError as problem:
        error = str(problem)
    seconds = perf_counter() - began_s
    result = CaseResult(file=str(scenario.path), name=scenario.name, seconds=seconds, failures=failures, error=error)
    return Played(scenario=scenario, result=result, record=record, verdict=verdict)


async def _call(scenario: Scenario, turns: Sequence[CallerTurn], shared: Shared, data: Path) -> CallRecord:
    answerer = shared.answerers[scenario.pack]
    agent = Agent.open(
        answerer.agent.pack,
        policy=shared.settings.dialog.policy,
        data_directory=data,
        now=lambda: datetime.now().astimezone(),
    )
    answerers = {scenario.pack: dataclasses.replace(answerer, agent=agent)}
    gateway = Gateway(dataclasses.replace(shared, answerers=answerers))
    info = CallInfo(
        call_id=f"test-{data.name}",
        pack=scenario.pack,
        channel="test",
        caller=scenario.spec.caller,
        rate_hz=scenario.spec.rate_hz,
        send_events=True,
    )
    transport = Loopback(rate_hz=info.rate_hz)
    gateway.admit(info)
    answering = asyncio.create_task(gateway.answer(transport, info), name=f"answering {info.call_id}")
    try:
        record = await Caller(transport.line, turns).run()
        await asyncio.wait_for(answering, CLOSING_S)
    except TimeoutError as problem:
        raise VoiceError(f"the call was not closed {CLOSING_S:g} s after its end") from problem
    finally:
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
        await agent.close()
    return record
