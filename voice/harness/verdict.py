"""Whether a call did what its scenario asks: every difference with file:line, what was expected and what came. Pure."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
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
    """The call as folded, what was wrong with it, and each wish of the goal with whether it was met."""

    conversation: Conversation
    failures: tuple[Failure, ...] = ()
    goal: tuple[tuple[str, bool], ...] = ()

    @property
    def goal_reached(self) -> bool:
        """Whether every wish of the goal was met, whatever the single turns were expected to do."""
        return all(met for _, met in self.goal)


def judge(scenario: Scenario, record: CallRecord) -> Verdict:
    """Checks every turn's expectations and the goal."""
    call = fold(record.received)
    goal, wishes = _goal(scenario, call)
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
    return Verdict(call, (*failures, *goal), wishes)


def turn_windows(received: Sequence[Received], turn_starts_ms: Sequence[float]) -> tuple[tuple[Received, ...], ...]:
    """The messages that came from the start of each of the caller's turns to the start of the next."""
    bounds = [*turn_starts_ms, float("inf")]
    return tuple(tuple(r for r in received if start <= r.at_ms < end) for start, end in itertools.pairwise(bounds))


class Wish(Struct, frozen=True):
    """One wish of a goal: its key path below `goal`, what is wanted, what came, whether that is it."""

    keys: tuple[str | int, ...]
    wanted: str
    came: str
    met: bool


def goal_wishes(goal: Goal, call: Conversation) -> tuple[Wish, ...]:
    """Every wish of the goal, met or not."""
    ran = _listed([outcome.written for outcome in call.actions])
    found = _found_in_order(goal.actions, call.actions, outcome_fits)
    wishes = [
        Wish(("actions", index), f"action {name!r}", ran, met=met)
        for index, (name, met) in enumerate(zip(goal.actions, found, strict=True))
    ]
    for name, value in goal.slots.items():
        last = call.slots_ever.get(name, (None,))[-1]
        came = "no value" if last is None else repr(last)
        wishes.append(Wish(("slots", name), f"slot {name} = {value!r}", came, met=value_fits(value, last)))
    if goal.ended:
        came = repr(call.ended) if call.ended else "no end"
        wishes.append(Wish(("ended",), f"the call to end by {goal.ended!r}", came, met=call.ended == goal.ended))
    return tuple(wishes)


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
        context = f" (heard {heard!r})" if heard and key != "heard" else ""
        failures.append(Failure(f"{place} turns[{index}].expect.{key}", expected, found + context))

    heard = " ".join(e.heard for e in came.exchanges if e.heard)
    said = " ".join(text for e in came.exchanges for text in e.said)
    names = [name for e in came.exchanges for name in e.names]
    intents = [e.intent for e in came.exchanges if e.intent]
    ran = [outcome.written for outcome in came.actions]
    if expect.heard is not None and not re.search(expect.heard, heard, re.IGNORECASE):
        differ("heard", f"/{expect.heard}/", repr(heard))
    if expect.intent is not None and expect.intent not in intents:
        differ("intent", repr(expect.intent), _listed(intents))
    for name, value in expect.slots.items():
        ever = came.slots_ever.get(name, ())
        if not any(value_fits(value, one) for one in ever):
            differ(f"slots.{name}", repr(value), _listed([repr(one) for one in ever]))
    if not all(_found_in_order(expect.reply, names, str.__eq__)):
        differ("reply", _listed(expect.reply), _listed(names))
    if expect.says is not None and not re.search(expect.says, said, re.IGNORECASE):
        differ("says", f"/{expect.says}/", repr(said))
    if expect.action is not None and not any(outcome_fits(expect.action, outcome) for outcome in came.actions):
        differ("action", repr(expect.action), _listed(ran))
    return failures


def _goal(scenario: Scenario, call: Conversation) -> tuple[tuple[Failure, ...], tuple[tuple[str, bool], ...]]:
    wishes = goal_wishes(scenario.spec.goal, call)
    failures = tuple(
        Failure(f"{scenario.place('goal', *w.keys)} goal.{'.'.join(map(str, w.keys))}", w.wanted, w.came)
        for w in wishes
        if not w.met
    )
    return failures, tuple((wish.wanted, wish.met) for wish in wishes)


def _found_in_order(wanted: Sequence[str], found: Sequence[Any], fits: Callable[[str, Any], bool]) -> list[bool]:
    """For each of `wanted` whether `found` holds it after the one before; what is missing holds nothing up."""
    met, start = [], 0
    for item in wanted:
        at = next((i for i in range(start, len(found)) if fits(item, found[i])), None)
        met.append(at is not None)
        start = start if at is None else at + 1
    return met


def _listed(items: Sequence[str]) -> str:
    return ", ".join(items) if items else "none"
