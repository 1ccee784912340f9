"""One business: its domain, flows, responses and actions, loaded from a folder and checked against each other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from dialog.actions.python import PythonActions, load_actions
from dialog.actions.webhook import ActionServer, load_servers
from dialog.conditions import Condition
from dialog.domain import RESERVED_INTENTS, TAKEABLE_INTENTS, Domain, load_domain
from dialog.errors import PackError
from dialog.flows.flow import SESSION_START, Flow, Step, load_flows
from dialog.responses import EXTRAS, Variations, built_in, load_responses
from nlu.corpus.reading import read_corpus
from nlu.errors import SettingsError
from nlu.locations import pack_nlu_files

HAND_OVER = "action_hand_over"
HANG_UP = "action_hang_up"
BUILT_IN_ACTIONS = (HAND_OVER, HANG_UP)

T = TypeVar("T")


@dataclass(frozen=True)
class Pack:
    """A loaded pack; `load` guarantees that every name used anywhere in it exists."""

    path: Path
    domain: Domain
    flows: Mapping[str, Flow]
    responses: Mapping[str, Variations]
    actions: PythonActions
    servers: tuple[ActionServer, ...] = ()

    @staticmethod
    def load(path: Path) -> "Pack":
        """Read and check the pack in folder `path`. Raises PackError with one `file:line key: reason` a line."""
        if not path.is_dir():
            raise PackError(f"{path}: no such folder")
        problems: list[str] = []
        domain = _part(load_domain, path / "domain.yaml", problems)
        flows = _part(load_flows, path / "flows.yaml", problems)
        responses = _part(load_responses, path / "responses.yaml", problems)
        actions = PythonActions()
        servers: tuple[ActionServer, ...] = ()
        try:
            actions, servers = load_actions(path), load_servers(path)
            actions = _with_served(actions, servers)
        except PackError as error:
            problems.append(str(error))
        # What could not be read would be missed everywhere else: cross-checking it would only add noise.
        if domain is not None and flows is not None and responses is not None and not problems:
            pack = Pack(path, domain, flows, {**built_in(), **responses}, actions, servers)
            problems += _problems(pack)
            if not problems:
                return pack
        raise PackError("\n".join(dict.fromkeys(problems)))

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.resolve().name

    @property
    def title(self) -> str:
        """How the business is called."""
        return self.domain.title

    @property
    def language(self) -> str:
        """BCP 47."""
        return self.domain.language

    @property
    def nlu_files(self) -> tuple[Path, ...]:
        """The training data."""
        return pack_nlu_files(self.path)

    @cached_property
    def triggers(self) -> Mapping[str, str]:
        """Intent -> the flow it starts."""
        return {intent: flow.name for flow in self.flows.values() for intent in flow.triggers}

    @cached_property
    def slot_types(self) -> Mapping[str, str]:
        """Slot -> type."""
        return {name: slot.type for name, slot in self.domain.slots.items()}

    def closure(self, flow: str) -> tuple[str, ...]:
        """`flow` and every flow it calls or links to, itself first."""
        found: list[str] = []
        waiting = [flow]
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found.append(name)
                waiting += self.flows[name].goes_to
        return tuple(found)

    def sentences(self) -> tuple[str, ...]:
        """What callers may say, lower case, for a recognizer's language model: examples, choices, phrases, escapes.

        Raises CorpusError.
        """
        examples = [example.text for example in read_corpus(self.nlu_files).examples]
        slots = self.domain.slots.values()
        others = [text for slot in slots for text in slot.bias]
        return tuple(dict.fromkeys(text.lower() for text in (*examples, *others, *self.domain.escapes)))

    def fixed_prompts(self) -> tuple[str, ...]:
        """Every sentence that always sounds the same; worth synthesizing ahead."""
        texts = [
            variation.text for variations in self.responses.values() for variation in variations if variation.fixed
        ]
        return tuple(dict.fromkeys(" ".join(text.split()) for text in texts))


def _part(load: Callable[[Path], tuple[T, list[str]]], path: Path, problems: list[str]) -> T | None:
    try:
        found, wrong = load(path)
    except SettingsError as error:
        problems.append(str(error))
        return None
    problems += wrong
    return found


def _with_served(own: PythonActions, servers: tuple[ActionServer, ...]) -> PythonActions:
    """The pack's own actions and those of its servers. Raises PackError when one name has two."""
    served = {name: action for server in servers for name, action in server.actions().items()}
    if twice := sorted(set(served) & set(own.actions)):
        raise PackError(f"endpoints.yaml:1 action_endpoint.actions: {', '.join(twice)} are in actions.py too")
    return replace(own, actions={**own.actions, **served})


def _problems(pack: Pack) -> Iterator[str]:
    for flow in pack.flows.values():
        yield from _flow_problems(pack, flow)
        for step in flow.steps.values():
            yield from (f"{step.place}: {reason}" for reason in _step_problems(pack, step))
    yield from _trigger_problems(pack)
    yield from _circles(pack)
    for name, variations in pack.responses.items():
        for variation in variations:
            place = variation.place
            for slot in sorted(variation.placeholders - EXTRAS.get(name, frozenset())):
                if slot not in pack.domain.slots:
                    yield f"{place}: unknown slot {slot!r}"
                elif pack.domain.slots[slot].sensitive:
                    yield f"{place}: slot {slot!r} is sensitive and must not be said"
            yield from (f"{place}: {reason}" for reason in _unknown_slots(pack, variation.condition))


def _flow_problems(pack: Pack, flow: Flow) -> Iterator[str]:
    for intent in flow.triggers:
        if intent not in pack.domain.intents:
            yield f"{flow.place}: unknown intent {intent!r}; known: {', '.join(pack.domain.intents)}"
        elif intent in RESERVED_INTENTS - TAKEABLE_INTENTS:
            yield f"{flow.place}: intent {intent!r} is answered by the engine and can't start a flow"
    yield from (f"{flow.place}: {reason}" for reason in _unknown_slots(pack, flow.condition))
    reached = flow.triggers or flow.name == SESSION_START
    if not reached and not any(flow.name in other.goes_to for other in pack.flows.values()):
        yield f"{flow.place}: nothing starts this flow: no nlu_trigger, no call, no link"


def _step_problems(pack: Pack, step: Step) -> Iterator[str]:
    known_slots = ", ".join(pack.domain.slots)
    if step.kind == "collect":
        if step.name not in pack.domain.slots:
            yield f"unknown slot {step.name!r}; known: {known_slots}"
        for utter in (step.utter, *(rejection.utter for rejection in step.rejections)):
            if utter not in pack.responses:
                yield f"unknown response {utter!r}"
        if step.attempts < 1:
            yield "attempts must be at least 1"
    if step.kind in ("call", "link") and step.name not in pack.flows:
        yield f"unknown flow {step.name!r}; known: {', '.join(pack.flows)}"
    if step.kind == "action":
        if step.name.startswith("utter_"):
            if step.name not in pack.responses:
                yield f"unknown response {step.name!r}"
        elif step.name not in pack.actions.actions and step.name not in BUILT_IN_ACTIONS:
            known = ", ".join((*BUILT_IN_ACTIONS, *pack.actions.actions))
            yield f"unknown action {step.name!r}; known: {known}"
    for slot, _ in step.values:
        if slot not in pack.domain.slots:
            yield f"unknown slot {slot!r}; known: {known_slots}"
    for condition in (
        *(branch.condition for branch in step.branches),
        *(rejection.condition for rejection in step.rejections),
    ):
        yield from _unknown_slots(pack, condition)


def _unknown_slots(pack: Pack, condition: Condition | None) -> Iterator[str]:
    for slot in sorted(condition.slots if condition else ()):
        if slot not in pack.domain.slots:
            yield f"unknown slot {slot!r} in condition {condition.text if condition else ''!r}"


def _trigger_problems(pack: Pack) -> Iterator[str]:
    place = f"{pack.path / 'domain.yaml'}:1 intents"
    fed = {source.intent for name in pack.domain.slots for source in pack.domain.sources(name)}
    for intent in pack.domain.intents:
        starting = [flow for flow in pack.flows.values() if intent in flow.triggers]
        if len(starting) > 1:
            yield f"{starting[1].place}: intent {intent!r} already starts flow {starting[0].name!r}"
        if not starting and intent not in RESERVED_INTENTS and intent not in fed:
            yield f"{place}: intent {intent!r} starts no flow and feeds no slot"


def _circles(pack: Pack) -> Iterator[str]:
    """Flows that reach themselves by `call` and `link`."""
    for flow in pack.flows.values():
        for other in flow.goes_to:
            if other in pack.flows and flow.name in _reach(pack, other):
                yield f"{flow.place}: flow {flow.name!r} reaches itself again through {other!r}"


def _reach(pack: Pack, first: str) -> set[str]:
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        name = waiting.pop()
        if name in pack.flows and name not in seen:
            seen.add(name)
            waiting += pack.flows[name].goes_to
    return seen
