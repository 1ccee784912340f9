"""Flows as data: steps by id, compiled from `flows.yaml` so that the executor only follows ids."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from dialog.conditions import Condition, ConditionError
from nlu.errors import SettingsError
from nlu.settings import KeyPath, Settings, convert, line_of, read_yaml

END = "END"
SESSION_START = "pattern_session_start"
DEFAULT_ATTEMPTS = 3

StepKind = Literal["collect", "action", "call", "link", "set_slots", "noop"]
KINDS: tuple[StepKind, ...] = ("collect", "action", "call", "link", "set_slots", "noop")


@dataclass(frozen=True)
class Branch:
    """Where to go when `condition` holds; None is `else`."""

    condition: Condition | None
    target: str


@dataclass(frozen=True)
class Rejection:
    """A value for which `condition` holds is refused with response `utter`."""

    condition: Condition
    utter: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step. `name` is the slot, action or flow it is about; `after` is where it goes when no branch holds."""

    id: str
    kind: StepKind
    name: str
    after: str
    branches: tuple[Branch, ...] = ()
    values: tuple[tuple[str, object], ...] = ()
    utter: str = ""
    ask_before_filling: bool = False
    rejections: tuple[Rejection, ...] = ()
    attempts: int = DEFAULT_ATTEMPTS
    place: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """Every id this step may go to next inside its flow."""
        if self.kind == "link":
            return ()
        closed = any(branch.condition is None for branch in self.branches)
        return tuple(branch.target for branch in self.branches) + (() if closed else (self.after,))

    def follow(self, slots: Mapping[str, object], outcome: str, mood: str = "neutral") -> str:
        """The id to go to."""
        for branch in self.branches:
            if branch.condition is None or branch.condition.holds(slots, outcome, mood):
                return branch.target
        return self.after


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A compiled flow; `steps` holds every step, those of branches included, `first` is where it begins.

    quiet: nothing is added when it ends, neither "anything else?" nor a reminder of what it interrupted.
    """

    name: str
    title: str
    description: str
    condition: Condition | None
    triggers: tuple[str, ...]
    first: str
    steps: Mapping[str, Step]
    quiet: bool = False
    place: str = ""

    @property
    def collected(self) -> tuple[str, ...]:
        """The slots it asks for, in order."""
        return tuple(dict.fromkeys(step.name for step in self.steps.values() if step.kind == "collect"))

    def reachable(self, first: str, *, without: str = "") -> frozenset[str]:
        """The ids on any way from step `first`, itself included, that does not lead through step `without`."""
        seen: set[str] = set()
        waiting = [first]
        while waiting:
            step = self.steps.get(waiting.pop())
            if step is not None and step.id not in seen and step.id != without:
                seen.add(step.id)
                waiting += step.targets
        return frozenset(seen)

    @property
    def goes_to(self) -> tuple[str, ...]:
        """The flows it calls or links to."""
        return tuple(dict.fromkeys(step.name for step in self.steps.values() if step.kind in ("call", "link")))


class _FlowFile(Settings, frozen=True, rename={"condition": "if"}):
    steps: tuple[object, ...]
    description: str = ""
    title: str = ""
    condition: str | bool | None = None
    nlu_trigger: tuple[str, ...] = ()
    quiet: bool = False


class _FlowsFile(Settings, frozen=True):
    flows: dict[str, object] = msgspec.field(default_factory=dict)


class _RejectionFile(Settings, frozen=True, rename={"condition": "if"}):
    condition: str | bool
    utter: str


class _StepFile(Settings, frozen=True):
    id: str = ""
    description: str = ""
    collect: str | None = None
    action: str | None = None
    call: str | None = None
    link: str | None = None
    set_slots: tuple[dict[str, object], ...] | None = None
    noop: bool | None = None
    next: object = None
    utter: str = ""
    ask_before_filling: bool = False
    rejections: tuple[_RejectionFile, ...] = ()
    attempts: int = DEFAULT_ATTEMPTS


class _BranchFile(Settings, frozen=True, rename={"condition": "if", "otherwise": "else"}):
    condition: str | bool | None = None
    then: object = None
    otherwise: object = None


def load_flows(path: Path) -> tuple[dict[str, Flow], list[str]]:
    """The flows of a file and everything that is wrong inside it. Raises SettingsError when it can't be read."""
    data, node = read_yaml(path)
    read = convert(data or {}, _FlowsFile, path=path, node=node)
    flows: dict[str, Flow] = {}
    problems: list[str] = []
    for name, given in read.flows.items():
        reader = _FlowReader(path, node, ("flows", name))
        try:
            flows[name] = reader.read(name, given)
        except SettingsError as error:
            problems.append(str(error))
        problems += reader.problems
    return flows, problems


@dataclass
class _FlowReader:
    """Compiles one flow; collects problems instead of stopping at the first where it can."""

    path: Path
    node: yaml.Node | None
    at: KeyPath
    problems: list[str] = field(default_factory=list)
    steps: dict[str, Step] = field(default_factory=dict)

    def read(self, name: str, given: object) -> Flow:
        raw = convert(given, _FlowFile, path=self.path, node=self.node, at=self.at)
        first = self._list(raw.steps, (*self.at, "steps"), prefix="", after=END)
        flow = Flow(
            name=name,
            title=raw.title or name.replace("_", " "),
            description=raw.description,
            condition=None if raw.condition is None else self._condition(raw.condition, (*self.at, "if")),
            triggers=raw.nlu_trigger,
            first=first,
            steps=self.steps,
            quiet=raw.quiet,
            place=self._place(self.at),
        )
        self.problems += _step_problems(flow)
        return flow

    def _list(self, given: object, at: KeyPath, *, prefix: str, after: str) -> str:
        """Compile a list of steps; the id of its first. `after` is where its last step goes."""
        items = convert(given, tuple[object, ...], path=self.path, node=self.node, at=at)
        if not items:
            self._problem(at, "needs at least one step")
            return after
        raws = [
            convert(item, _StepFile, path=self.path, node=self.node, at=(*at, index))
            for index, item in enumerate(items)
        ]
        ids = [raw.id or f"{prefix}{index}_{_kind(raw)}" for index, raw in enumerate(raws)]
        for index, (raw, step_id) in enumerate(zip(raws, ids, strict=True)):
            follower = ids[index + 1] if index + 1 < len(ids) else after
            self._step(raw, step_id, (*at, index), after=follower)
        return ids[0]

    def _step(self, raw: _StepFile, step_id: str, at: KeyPath, *, after: str) -> None:
        kinds = [kind for kind in KINDS if getattr(raw, kind) is not None]
        if len(kinds) != 1:
            self._problem(at, f"a step needs exactly one of {', '.join(KINDS)}")
            kinds = ["noop"]
        if step_id in self.steps or step_id == END:
            self._problem((*at, "id"), f"step id {step_id!r} is taken")
        kind: StepKind = kinds[0]
        if kind != "collect" and (raw.utter or raw.ask_before_filling or raw.rejections):
            self._problem(at, "utter, ask_before_filling, rejections belong to collect")
        placeholder = Step(id=step_id, kind=kind, name="", after=after)
        self.steps[step_id] = placeholder
        branches, after = self._next(raw.next, (*at, "next"), step_id, after)
        name = getattr(raw, kind)
        self.steps[step_id] = Step(
            id=step_id,
            kind=kind,
            name=name if isinstance(name, str) else "",
            after=after,
            branches=branches,
            values=tuple(pair for values in raw.set_slots or () for pair in values.items()),
            utter=raw.utter or (f"utter_ask_{name}" if kind == "collect" else ""),
            ask_before_filling=raw.ask_before_filling,
            rejections=tuple(
                Rejection(self._condition(item.condition, (*at, "rejections", index, "if")), item.utter)
                for index, item in enumerate(raw.rejections)
            ),
            attempts=raw.attempts,
            place=self._place(at),
        )

    def _next(self, given: object, at: KeyPath, step_id: str, after: str) -> tuple[tuple[Branch, ...], str]:
        if given is None:
            return (), after
        if isinstance(given, str):
            return (), given
        items = convert(given, tuple[object, ...], path=self.path, node=self.node, at=at)
        branches: list[Branch] = []
        for index, item in enumerate(items):
            here = (*at, index)
            raw = convert(item, _BranchFile, path=self.path, node=self.node, at=here)
            is_else = raw.otherwise is not None
            if is_else == (raw.condition is not None and raw.then is not None) or (is_else and raw.condition):
                self._problem(here, "a branch is `if` with `then`, or `else`")
                continue
            if is_else and index != len(items) - 1:
                self._problem(here, "`else` must be the last branch")
            goal, key = (raw.otherwise, "else") if is_else else (raw.then, "then")
            target = (
                goal
                if isinstance(goal, str)
                else self._list(goal, (*here, key), prefix=f"{step_id}.{index}.", after=after)
            )
            condition = None if is_else else self._condition(raw.condition or False, (*here, "if"))
            branches.append(Branch(condition, target))
        return tuple(branches), after

    def _condition(self, text: str | bool, at: KeyPath) -> Condition:
        try:
            return Condition(str(text))
        except ConditionError as error:
            self._problem(at, str(error))
            return Condition("False")

    def _place(self, at: KeyPath) -> str:
        dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at).lstrip(".")
        return f"{self.path}:{line_of(self.node, at)} {dotted}"

    def _problem(self, at: KeyPath, reason: str) -> None:
        self.problems.append(f"{self._place(at)}: {reason}")


def _kind(raw: _StepFile) -> str:
    return next((kind for kind in KINDS if getattr(raw, kind) is not None), "step")


def _step_problems(flow: Flow) -> Iterator[str]:
    """Targets that don't exist, steps that can't be reached, circles without a question in them."""
    for step in flow.steps.values():
        for target in step.targets:
            if target != END and target not in flow.steps:
                yield f"{step.place}: unknown step {target!r}; ids of this flow: {', '.join(flow.steps)}"
    reached = flow.reachable(flow.first)
    for step in flow.steps.values():
        if step.id not in reached:
            yield f"{step.place}: step {step.id!r} can't be reached"
        elif step.kind != "collect" and step.id in _silent_reach(flow, step):
            yield f"{step.place}: step {step.id!r} leads back to itself without a collect in between"


def _silent_reach(flow: Flow, step: Step) -> set[str]:
    """The ids reached from `step` without passing a collect."""
    seen: set[str] = set()
    waiting = list(step.targets)
    while waiting:
        found = flow.steps.get(waiting.pop())
        if found is not None and found.id not in seen and found.kind != "collect":
            seen.add(found.id)
            waiting += found.targets
    return seen
