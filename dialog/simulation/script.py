"""`callers.yaml` of a pack: what simulated callers want, what they know, and how they say it."""

from collections.abc import Iterator, Mapping

import msgspec

from dialog.errors import PackError
from dialog.pack import Pack
from dialog.responses import built_in
from nlu.errors import SettingsError
from nlu.settings import KeyPath, Settings, convert, line_of, read_yaml

FILE = "callers.yaml"


class Fact(Settings, frozen=True):
    """Something a caller knows; one value is drawn for a call. Exactly one of the four.

    values: value -> how it is said. digits: strings, said digit by digit or keyed. money: lowest and highest whole
    amount. days: earliest and latest day from today, weekends left out.
    """

    values: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    digits: tuple[str, ...] = ()
    money: tuple[int, int] | None = None
    days: tuple[int, int] | None = None


class Goal(Settings, frozen=True, kw_only=True):
    """What a caller wants.

    Reached when `action` ran with outcome "ok" while each slot of `slots` held the fact named beside it, or, without
    an action, when one of the responses `hears` was said. `facts` take the place of the script's own. `flow` is the
    flow that serves it. `keeps_to`: facts the caller never changes their mind about.
    """

    flow: str
    openings: tuple[str, ...]
    action: str = ""
    slots: dict[str, str] = msgspec.field(default_factory=dict)
    hears: tuple[str, ...] = ()
    facts: dict[str, Fact] = msgspec.field(default_factory=dict)
    weight: int = 1


class SideQuestion(Settings, frozen=True):
    """Something asked in the middle of something else, and the responses that answer it."""

    says: tuple[str, ...]
    hears: tuple[str, ...]


class Script(Settings, frozen=True, kw_only=True):
    """All of it.

    answers: slot -> wordings with {fact} in them. harmless: changing actions that are no mistake even when nobody
    wanted them, as noting a complaint.
    """

    goals: dict[str, Goal]
    facts: dict[str, Fact] = msgspec.field(default_factory=dict)
    answers: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    side_questions: tuple[SideQuestion, ...] = ()
    harmless: tuple[str, ...] = ()


def load_script(pack: Pack) -> Script:
    """The pack's callers. Raises PackError, with `file:line key: reason` for everything that is wrong."""
    path = pack.path / FILE
    if not path.is_file():
        raise PackError(f"{path}: there are no simulated callers for this pack")
    try:
        data, node = read_yaml(path)
        script = convert(data or {}, Script, path=path, node=node)
    except SettingsError as error:
        raise PackError(str(error)) from error
    problems = [f"{path}:{line_of(node, at)} {_dotted(at)}: {reason}" for at, reason in _problems(pack, script)]
    if problems:
        raise PackError("\n".join(problems))
    return script


def _problems(pack: Pack, script: Script) -> Iterator[tuple[KeyPath, str]]:
    yield from _fact_problems(script.facts, ("facts",))
    for name, goal in script.goals.items():
        at: KeyPath = ("goals", name)
        known = {**script.facts, **goal.facts}
        yield from _fact_problems(goal.facts, (*at, "facts"))
        if goal.flow not in pack.flows:
            yield (*at, "flow"), f"unknown flow {goal.flow!r}; known: {', '.join(pack.flows)}"
        if bool(goal.action) == bool(goal.hears):
            yield at, "needs either an action or what the caller wants to hear"
        if goal.action and goal.action not in pack.actions.actions:
            yield (*at, "action"), f"unknown action {goal.action!r}; known: {', '.join(pack.actions.actions)}"
        for response in goal.hears:
            if response not in pack.responses:
                yield (*at, "hears"), f"unknown response {response!r}"
        for slot, fact in goal.slots.items():
            if slot not in pack.domain.slots:
                yield (*at, "slots"), f"unknown slot {slot!r}; known: {', '.join(pack.domain.slots)}"
            if fact not in known:
                yield (*at, "slots"), f"unknown fact {fact!r}; known: {', '.join(known)}"
        if not goal.openings:
            yield (*at, "openings"), "needs at least one"
        yield from (((*at, "openings"), reason) for reason in _wording_problems(goal.openings, known))
    everything = {**script.facts, **{key: fact for goal in script.goals.values() for key, fact in goal.facts.items()}}
    for slot, wordings in script.answers.items():
        if slot not in pack.domain.slots:
            yield ("answers", slot), f"unknown slot; known: {', '.join(pack.domain.slots)}"
        yield from ((("answers", slot), reason) for reason in _wording_problems(wordings, everything))
    for index, name in enumerate(script.harmless):
        if name not in pack.actions.actions:
            yield ("harmless", index), f"unknown action {name!r}; known: {', '.join(pack.actions.actions)}"
    for index, question in enumerate(script.side_questions):
        for response in question.hears:
            if response not in pack.responses and response not in built_in():
                yield ("side_questions", index), f"unknown response {response!r}"


def _fact_problems(facts: Mapping[str, Fact], at: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    for name, fact in facts.items():
        if sum((bool(fact.values), bool(fact.digits), fact.money is not None, fact.days is not None)) != 1:
            yield (*at, name), "needs exactly one of values, digits, money, days"
        if any(not said for said in fact.values.values()):
            yield (*at, name), "every value needs a way to say it"
        for span in (fact.money, fact.days):
            if span is not None and not 0 <= span[0] <= span[1]:
                yield (*at, name), "expected [lowest, highest]"


def _wording_problems(wordings: tuple[str, ...], known: Mapping[str, Fact]) -> Iterator[str]:
    for wording in wordings:
        try:
            wording.format(**dict.fromkeys(known, ""))
        except (KeyError, IndexError, ValueError) as error:
            yield f"{wording!r}: unknown fact {error}; known: {', '.join(known)}"


def _dotted(at: KeyPath) -> str:
    return ".".join(str(key) for key in at)
