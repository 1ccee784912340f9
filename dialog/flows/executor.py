"""Runs flows: a stack machine over compiled steps. Pure: where an action must be run, it yields and is sent the result.

    run = execute(draft, at)          # a generator
    call = next(run)                  # ActionCall: the shell runs it ...
    call = run.send(ActionDone(...))  # ... and sends what came of it, until StopIteration

It stops at a `collect` that must ask, at the end of the flow the caller started, or when the call is over.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from dialog.draft import Draft, waiting_step
from dialog.errors import FlowError
from dialog.events import ActionRan, FlowEnded, FlowStarted, NotUnderstood, StepReached
from dialog.flows.flow import END, Flow, Step
from dialog.pack import HAND_OVER, HANG_UP

STEP_LIMIT = 200


@dataclass(frozen=True)
class ActionCall:
    """The shell must run this action of the pack."""

    action: str


@dataclass(frozen=True)
class ActionDone:
    """What came of it, slots in plain form; `error` is empty unless it failed."""

    outcome: str = "ok"
    slots: Mapping[str, object] = field(default_factory=dict)
    error: str = ""
    says: tuple[str, ...] = ()
    utters: tuple[str, ...] = ()


Run = Generator[ActionCall, ActionDone, None]


def start(draft: Draft, flow: str, slots: Mapping[str, object]) -> Run:
    """Puts `flow` on the stack with slots of its own, filled with `slots`, and runs it."""
    interrupting = bool(draft.tracker.stack)
    draft.emit(FlowStarted(flow=flow, at_ms=draft.at_ms))
    if interrupting:
        _empty_slots(draft)
    for name, value in slots.items():
        draft.set_slot(name, value)
    yield from execute(draft, draft.pack.flows[flow].first)


def answered(draft: Draft) -> Run:
    """Goes on from the `collect` the top flow waits at, whose slot has just been filled."""
    step = waiting_step(draft.pack, draft.tracker)
    if step is None:
        raise FlowError("no question is open")
    if _acceptable(draft, step):
        yield from execute(draft, _follow(draft, step))


def execute(draft: Draft, at: str) -> Run:
    """Runs from step `at` of the top flow. Raises FlowError past STEP_LIMIT or at an illegal move."""
    for _ in range(STEP_LIMIT):
        flow = _top(draft)
        if at == END:
            returned = _end(draft, "completed")
            if returned is None:
                return
            at = returned
            continue
        step = flow.steps[at]
        if step.kind == "collect":
            if not _collected(draft, step):
                return
            at = _follow(draft, step)
        elif step.kind == "action" and not step.name.startswith("utter_"):
            if (yield from _act(draft, step)):
                return
            at = _follow(draft, step)
        else:
            at = _plain(draft, flow, step)
    raise FlowError(f"flow {_top(draft).name!r} took more than {STEP_LIMIT} steps without a question")


def ask(draft: Draft, step: Step) -> None:
    """Waits at a `collect`."""
    draft.emit(StepReached(flow=_top(draft).name, step=step.id, at_ms=draft.at_ms))
    draft.say(step.utter)
    draft.ask("slot", slot=step.name)


def leave(draft: Draft, outcome: str) -> str:
    """Takes the flow the caller started off the stack, with all it called; its name."""
    while True:
        top = draft.tracker.top
        if top is None:
            raise FlowError("no flow is running")
        _end(draft, outcome)
        if top.reason != "call":
            return top.flow


def _plain(draft: Draft, flow: Flow, step: Step) -> str:
    """A step without a question or an action; the id it goes to."""
    if step.kind == "call":
        draft.emit(StepReached(flow=flow.name, step=step.id, at_ms=draft.at_ms))
        draft.emit(FlowStarted(flow=step.name, reason="call", at_ms=draft.at_ms))
        return draft.pack.flows[step.name].first
    if step.kind == "link":
        draft.emit(FlowEnded(flow=flow.name, outcome="linked", at_ms=draft.at_ms))
        draft.emit(FlowStarted(flow=step.name, reason="link", at_ms=draft.at_ms))
        return draft.pack.flows[step.name].first
    if step.kind == "action":
        draft.say(step.name)
    for name, value in step.values:
        draft.set_slot(name, value)
    return _follow(draft, step)


def _act(draft: Draft, step: Step) -> Generator[ActionCall, ActionDone, bool]:
    """Runs an action; True when the flow must not go on."""
    if step.name == HAND_OVER:
        draft.hand_over("flow")
        return True
    if step.name == HANG_UP:
        draft.hang_up("goodbye")
        return True
    top = draft.tracker.top
    if draft.pack.actions.actions[step.name].changes and top is not None and step.name in top.done:
        raise FlowError(f"action {step.name!r} changes something and already ran in flow {top.flow!r}")
    done = yield ActionCall(step.name)
    for name, value in done.slots.items():
        draft.set_slot(name, value)
    draft.emit(
        ActionRan(
            action=step.name,
            ok=not done.error,
            result="" if done.error else done.outcome,
            error=done.error,
            at_ms=draft.at_ms,
        )
    )
    for text in done.says:
        draft.say_text(text)
    for name in done.utters:
        draft.say(name)
    handled = any(branch.condition is not None and "error" in branch.condition.text for branch in step.branches)
    if not done.error or handled:
        return False
    leave(draft, "failed")
    draft.say("utter_action_failed")
    draft.say("utter_offer_person")
    draft.ask("offer_person")
    return True


def _collected(draft: Draft, step: Step) -> bool:
    """Whether the slot of a `collect` just entered holds an acceptable value; else the question is asked."""
    if step.ask_before_filling:
        draft.set_slot(step.name, None)
    if draft.tracker.value(step.name) is None:
        ask(draft, step)
        return False
    return _acceptable(draft, step)


def _acceptable(draft: Draft, step: Step) -> bool:
    """Whether no rejection holds; else the slot is emptied and the question asked again, or the call handed over."""
    values = draft.tracker.values
    for rejection in step.rejections:
        if rejection.condition.holds(values, draft.tracker.outcome, draft.tracker.mood.label):
            draft.emit(StepReached(flow=_top(draft).name, step=step.id, at_ms=draft.at_ms))
            draft.emit(NotUnderstood(reason="rejected", at_ms=draft.at_ms))
            draft.say(rejection.utter)
            draft.set_slot(step.name, None)
            if draft.tracker.misses >= step.attempts:
                draft.hand_over("no acceptable answer")
            else:
                ask(draft, step)
            return False
    return True


def _end(draft: Draft, outcome: str) -> str | None:
    """Ends the top flow; the id to go on at in the flow that called it, None when nobody did."""
    top = draft.tracker.top
    if top is None:
        raise FlowError("no flow is running")
    draft.emit(FlowEnded(flow=top.flow, outcome=outcome, at_ms=draft.at_ms))
    if top.reason == "call":
        caller = draft.tracker.stack[-1]
        return _follow(draft, draft.pack.flows[caller.flow].steps[caller.step])
    _empty_slots(draft)
    if draft.tracker.stack:
        for name, value in top.saved.items():
            slot = draft.pack.domain.slots[name]
            if not slot.keep and not slot.sensitive:
                draft.set_slot(name, value)
    return None


def _empty_slots(draft: Draft) -> None:
    """Back to the beginning for every slot that does not last."""
    for name, slot in draft.pack.domain.slots.items():
        if not slot.keep:
            draft.set_slot(name, slot.initial)


def _follow(draft: Draft, step: Step) -> str:
    return step.follow(draft.tracker.values, draft.tracker.outcome, draft.tracker.mood.label)


def _top(draft: Draft) -> Flow:
    top = draft.tracker.top
    if top is None:
        raise FlowError("no flow is running")
    return draft.pack.flows[top.flow]
