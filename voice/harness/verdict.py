"""Whether a call did what its scenario asks: every difference with file:line, what was expected and what came. Pure."""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from voice.harness.caller import CallRecord, Received
from voice.harness.conversation import Conversation, Outcome, fold
from voice.harness.scenario import Expected, Goal, Scenario


class Failure(Struct, frozen=True):
    """One difference. `place` is `file:line key.path`."""

    place: str
    expected: str
    came: str

    def __str__(self) -> str:
        return f"{self.place}: expected {self.expected}; came {self.came}"


class Verdict(Struct, frozen=True):
    """The call as folded, and what was wrong with it. `goal_reached` looks at the goal alone."""

    conversation: Conversation
    failures: tuple[Failure, ...] = ()
    goal_reached: bool = True


def judge(scenario: Scenario, record: CallRecord) -> Verdict:
    """Checks every turn's expectations and the goal."""
    call = fold(record.received)
    goal = _goal(scenario, call)
    failures: list[Failure] = []
    if record.failure:
        failures.append(Failure(scenario.place(), "a call that runs to its end", record.failure))
    windows = turn_windows(record.received, record.turn_starts_ms)
    for index, turn in enumerate(scenario.spec.turns):
        if index >= len(windows):
            place = f"{scenario.place('turns', index)} turns[{index}]"
            failures.append(Failure(place, f"the caller's turn {turn.written!r}", "the end of the call before it"))
            break
        failures += _turn(scenario, index, turn.expect, fold(windows[index]))
    return Verdict(call, (*failures, *goal), goal_reached=not goal)


def turn_windows(received: Sequence[Received], turn_starts_ms: Sequence[float]) -> tuple[tuple[Received, ...], ...]:
    """The messages that came from the start of each of the caller's turns to the start of the next."""
    bounds = [*turn_starts_ms, float("inf")]
    return tuple(tuple(r for r in received if start <= r.at_ms < end) for start, end in itertools.pairwise(bounds))


def goal_differences(goal: Goal, call: Conversation) -> tuple[tuple[tuple[str | int, ...], str, str], ...]:
    """What of the goal the call missed: key path below `goal`, what was expected, what came."""
    missed: list[tuple[tuple[str | int, ...], str, str]] = []
    ran = [outcome.written for outcome in call.actions]
    at = _first_missing(goal.actions, call.actions, outcome_fits)
    if at is not None:
        missed.append((("actions", at), f"action {goal.actions[at]!r}", _listed(ran)))
    for name, value in goal.slots.items():
        ever = call.slots_ever.get(name, ())
        if not ever or not value_fits(value, ever[-1]):
            missed.append((("slots", name), f"slot {name} = {value!r}", repr(ever[-1]) if ever else "no value"))
    if goal.ended and call.ended != goal.ended:
        missed.append((("ended",), f"the call to end by {goal.ended!r}", repr(call.ended) if call.ended else "no end"))
    return tuple(missed)


def outcome_fits(wanted: str, outcome: Outcome) -> bool:
    """Whether `name` or `name: result` describes `outcome`; a bare name asks that it did not fail."""
    name, colon, result = wanted.partition(":")
    if name.strip() != outcome.action:
        return False
    return outcome.written == f"{outcome.action}: {result.strip()}" if colon else outcome.ok


def value_fits(wanted: Any, value: Any) -> bool:
    """Whether a slot holds what is wanted: text ignores case, a plain value may be any part of a structured one."""
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and all(value_fits(v, value.get(k)) for k, v in wanted.items())
    if isinstance(value, Mapping):
        return any(value_fits(wanted, part) for part in value.values())
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    return str(wanted).casefold() == str(value).casefold()


def _turn(scenario: Scenario, index: int, expect: Expected, came: Conversation) -> list[Failure]:
    failures: list[Failure] = []

    def differ(key: str, expected: str, found: str) -> None:
        place = scenario.place("turns", index, "expect", *key.split("."))
        failures.append(Failure(f"{place} turns[{index}].expect.{key}", expected, found))

    heard = " ".join(e.heard for e in came.exchanges if e.heard)
    said = " ".join(text for e in came.exchanges for text in e.said)
    names = [name for e in came.exchanges for name in e.names]
    intents = [e.intent for e in came.exchanges if e.intent]
    ran = [outcome.written for outcome in came.actions]
    if expect.heard is not None and not re.search(expect.heard, heard, re.IGNORECASE):
        differ("heard", f"/{expect.heard}/", repr(heard))
    if expect.intent is not None and expect.intent not in intents:
        differ("intent", repr(expect.intent), f"{_listed(intents)} for {heard!r}")
    for name, value in expect.slots.items():
        ever = came.slots_ever.get(name, ())
        if not any(value_fits(value, one) for one in ever):
            differ(f"slots.{name}", repr(value), _listed([repr(one) for one in ever]))
    if _first_missing(expect.reply, names, str.__eq__) is not None:
        differ("reply", _listed(expect.reply), _listed(names))
    if expect.says is not None and not re.search(expect.says, said, re.IGNORECASE):
        differ("says", f"/{expect.says}/", repr(said))
    if expect.action is not None and not any(outcome_fits(expect.action, outcome) for outcome in came.actions):
        differ("action", repr(expect.action), _listed(ran))
    return failures


def _goal(scenario: Scenario, call: Conversation) -> tuple[Failure, ...]:
    return tuple(
        Failure(f"{scenario.place('goal', *keys)} goal.{'.'.join(str(key) for key in keys)}", expected, came)
        for keys, expected, came in goal_differences(scenario.spec.goal, call)
    )


def _first_missing(wanted: Sequence[str], found: Iterable[Any], fits: Callable[[str, Any], bool]) -> int | None:
    """Index of the first of `wanted` that `found` does not hold in order; None when all are there."""
    rest = iter(found)
    for index, item in enumerate(wanted):
        if not any(fits(item, candidate) for candidate in rest):
            return index
    return None


def _listed(items: Sequence[str]) -> str:
    return ", ".join(items) if items else "none"
