"""Simulated calls, one after the other: what was reached, what went wrong, and the table of it."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Protocol

from msgspec import Struct

from dialog.agent import Agent
from dialog.events import ActionRan, Event
from dialog.expectation import Expectation
from dialog.pack import Pack
from dialog.simulation.caller import HangUp, Move, Press, Quiet, Say, SimulatedCaller
from dialog.simulation.channel import Channel
from dialog.simulation.persona import PERSONAS, Persona
from dialog.simulation.script import Script
from dialog.tracker import Tracker
from dialog.turn import CallBegan, Heard, Keyed, Silence, TurnInput
from nlu.understanding import Understanding, Utterance

MOST_TURNS = 40
_TURN_MS = 6_000


class Played(Struct, frozen=True, kw_only=True):
    """One call. `wrong`: actions that changed something against the goal. `lines`: what was said, if kept."""

    seed: int
    goal: str
    persona: str
    reached: bool
    wrong: tuple[str, ...]
    turns: int
    handed_over: bool
    lines: tuple[str, ...] = ()


class Level(Struct, frozen=True, kw_only=True):
    """All calls at one word error rate. Rates are shares of the calls, `turns` the mean of the caller's turns."""

    wer: float
    calls: int
    success: float
    wrong_actions: int
    handed_over: float
    turns: float
    by_goal: dict[str, float]
    by_persona: dict[str, float]


class Understands(Protocol):
    """What a simulation needs of an interpreter."""

    def interpret_batch(self, utterances: Sequence[Utterance]) -> list[Understanding]:
        """One understanding an utterance, in order."""
        ...


class Setting(Struct, frozen=True, kw_only=True):
    """What all calls of a run share."""

    pack: Pack
    script: Script
    interpreter: Understands
    now: datetime
    policy: str = "flow"
    personas: tuple[Persona, ...] = PERSONAS


async def play(setting: Setting, *, wer: float, seed: int, keep_lines: bool = False) -> Played:
    """One call, with a backend of its own; the same seed is the same caller at every noise level."""
    draw = Random(f"call {seed}")
    names = sorted(setting.script.goals)
    goal_name = draw.choices(names, [setting.script.goals[name].weight for name in names])[0]
    persona = draw.choice(setting.personas)
    goal = setting.script.goals[goal_name]
    caller = SimulatedCaller(setting.pack, setting.script, goal, persona, seed=seed, today=setting.now.date())
    channel = Channel(wer=wer, seed=seed)
    with tempfile.TemporaryDirectory(prefix="kefu-call-") as folder:
        agent = Agent.open(setting.pack, policy=setting.policy, data_directory=Path(folder), now=lambda: setting.now)
        try:
            record = await _talk(setting, agent, caller, channel, seed)
        finally:
            await agent.close()
    return Played(
        seed=seed,
        goal=goal_name,
        persona=persona.name,
        reached=record.reached and not record.wrong,
        wrong=tuple(record.wrong),
        turns=record.turns,
        handed_over=record.handed_over,
        lines=tuple(record.lines) if keep_lines else (),
    )


class _Record:
    """What came of a call so far."""

    def __init__(self) -> None:
        self.reached = False
        self.wrong: list[str] = []
        self.turns = 0
        self.handed_over = False
        self.lines: list[str] = []


async def _talk(setting: Setting, agent: Agent, caller: SimulatedCaller, channel: Channel, seed: int) -> _Record:
    record = _Record()
    tracker = agent.begin_tracker(f"simulated-{seed}")
    given: TurnInput = CallBegan(channel="phone")
    for number in range(MOST_TURNS):
        before = tracker
        tracker, turn = await agent.turn(tracker, given, at_ms=number * _TURN_MS)
        _judge(record, caller, setting, before, turn.events)
        record.lines.append(f"agent: {turn.spoken}")
        if turn.control != "continue":
            break
        move = caller.reply(turn, tracker)
        if isinstance(move, HangUp):
            break
        record.turns += 1
        given = await _sent(setting, channel, move, turn.expect, record)
    record.reached = record.reached or (not caller.goal.action and caller.satisfied)
    record.handed_over = tracker.handed_off
    return record


async def _sent(setting: Setting, channel: Channel, move: Move, expect: Expectation, record: _Record) -> TurnInput:
    """The caller's move as the agent gets it."""
    if isinstance(move, Press):
        record.lines.append(f"caller keys {move.digits}")
        return Keyed(move.digits)
    if isinstance(move, Quiet):
        record.lines.append("caller is silent")
        return Silence(8_000)
    assert isinstance(move, Say)
    utterance = channel.hear(move.text, expect)
    heard = (await asyncio.to_thread(setting.interpreter.interpret_batch, [utterance]))[0]
    record.lines.append(
        f"caller: {move.text}  [heard: {utterance.text}; {heard.intent.name} {heard.intent.probability:.2f}]"
    )
    return Heard(heard)


def _judge(
    record: _Record, caller: SimulatedCaller, setting: Setting, tracker: Tracker, events: Sequence[Event]
) -> None:
    """Looks at every changing action with the slots as they stood when it ran."""
    for event in events:
        tracker = tracker.apply(event)
        if not isinstance(event, ActionRan) or event.result != "ok" or event.action in setting.script.harmless:
            continue
        if not setting.pack.actions.actions[event.action].changes:
            continue
        if event.action == caller.goal.action and not record.reached and caller.matches(tracker.values):
            record.reached = True
        else:
            record.wrong.append(event.action)


async def play_many(setting: Setting, *, wer: float, seeds: Sequence[int], keep_lines: bool = False) -> list[Played]:
    """One call a seed, in order."""
    return [await play(setting, wer=wer, seed=seed, keep_lines=keep_lines) for seed in seeds]


def level(wer: float, played: Sequence[Played]) -> Level:
    """The figures of one noise level. Raises ValueError for no calls."""
    if not played:
        raise ValueError("no calls")
    return Level(
        wer=wer,
        calls=len(played),
        success=sum(call.reached for call in played) / len(played),
        wrong_actions=sum(len(call.wrong) for call in played),
        handed_over=sum(call.handed_over for call in played) / len(played),
        turns=sum(call.turns for call in played) / len(played),
        by_goal=dict(_shares((call.goal, call.reached) for call in played)),
        by_persona=dict(_shares((call.persona, call.reached) for call in played)),
    )


def _shares(pairs: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, float]]:
    reached: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for name, ok in pairs:
        total[name] += 1
        reached[name] += ok
    for name in sorted(total):
        yield name, round(reached[name] / total[name], 4)
