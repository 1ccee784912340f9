"""What every conversation needs besides flows: correction, digression and return, cancel, repeat, clarification,
silence, misunderstanding, and the hand-over to a person. Pure; runs as generators of ActionCall like the executor.
"""

from collections.abc import Callable, Mapping

from dialog.draft import Draft, waiting_step
from dialog.errors import FlowError
from dialog.events import FlowEnded, FlowStarted, NotUnderstood, StepReached, UserKeyed
from dialog.flows.executor import Run, answered, ask, execute, leave, start
from dialog.flows.flow import DEFAULT_ATTEMPTS, SESSION_START, Step
from dialog.policies.policy import (
    Clarify,
    CorrectSlots,
    Decision,
    FillSlots,
    Misunderstood,
    ResumeFlow,
    Simple,
    StartFlow,
)
from dialog.tracker import Frame

SILENCES_ALLOWED = 2


def begin(draft: Draft) -> Run:
    """The first words of a call."""
    for name, slot in draft.pack.domain.slots.items():
        draft.set_slot(name, slot.initial)
    if SESSION_START in draft.pack.flows:
        draft.emit(FlowStarted(flow=SESSION_START, at_ms=draft.at_ms))
        yield from execute(draft, draft.pack.flows[SESSION_START].first)
    else:
        draft.say("utter_greet")
    if not draft.tracker.stack and not draft.tracker.over:
        draft.ask("open")


def perform(draft: Draft, decision: Decision) -> Run:
    """Does what a policy decided."""
    match decision:
        case StartFlow(flow=flow, slots=slots):
            if draft.pack.flows[flow].quiet:
                yield from _aside(draft, start(draft, flow, slots))
            else:
                yield from _finish(draft, start(draft, flow, slots))
        case ResumeFlow(flow=flow):
            yield from _resume_flow(draft, flow)
        case FillSlots(slots=slots):
            yield from _fill(draft, slots)
        case CorrectSlots(slots=slots, others=others):
            yield from _finish(draft, _correct(draft, slots, others))
        case Clarify(flows=flows):
            titles = {"first_title": draft.pack.flows[flows[0]].title, "second_title": draft.pack.flows[flows[1]].title}
            draft.say("utter_clarify", titles)
            draft.ask("clarify", options=flows)
        case Misunderstood(reason=reason):
            not_understood(draft, reason)
        case Simple(what=what):
            yield from _SIMPLE[what](draft)


def silence(draft: Draft) -> None:
    """Nothing was said: asks, asks again, then gives the line up - to a person if the caller was ever there."""
    waits = draft.tracker.silences
    if waits > SILENCES_ALLOWED:
        if draft.tracker.turns > waits:
            draft.hand_over("silence")
        else:
            draft.say("utter_goodbye")
            draft.hang_up("silence")
        return
    step = waiting_step(draft.pack, draft.tracker)
    draft.say("utter_no_input" if waits <= 1 else "utter_no_input_again")
    if waits > 1 and step is not None and _keys_help(draft, step):
        draft.say("utter_use_keypad")
    ask_again(draft)


def not_understood(draft: Draft, reason: str) -> None:
    """Rephrase, offer the keypad, then a person: an unhappy caller gets one a try earlier."""
    step = waiting_step(draft.pack, draft.tracker)
    draft.emit(NotUnderstood(reason=reason, at_ms=draft.at_ms))
    misses = draft.tracker.misses
    attempts = step.attempts if step else DEFAULT_ATTEMPTS
    if misses >= (max(2, attempts - 1) if draft.tracker.mood.label == "negative" else attempts):
        draft.hand_over("not understood")
        return
    slot = draft.pack.domain.slots[step.name] if step else None
    keyed = any(isinstance(event, UserKeyed) for event in draft.events)
    if misses > 1 and step is not None and _keys_help(draft, step) and not keyed:
        draft.say("utter_use_keypad")
    elif reason == "wrong-count" and slot is not None and slot.length:
        draft.say("utter_wrong_digit_count", {"expected_count": slot.length})
    elif reason == "out-of-scope":
        draft.say("utter_out_of_scope")
    elif misses == 1:
        draft.say("utter_rephrase")
    else:
        draft.say("utter_rephrase_again")
    if not draft.asked_something:
        ask_again(draft)


def ask_again(draft: Draft) -> None:
    """Asks what is open once more."""
    question = draft.tracker.question
    step = waiting_step(draft.pack, draft.tracker)
    if question.kind == "clarify":
        first, second = (draft.pack.flows[name].title for name in question.options[:2])
        draft.say("utter_clarify", {"first_title": first, "second_title": second})
    elif question.kind == "offer_person":
        draft.say("utter_offer_person")
    elif step is not None:
        ask(draft, step)
    else:
        draft.say("utter_what_can_i_do")
        draft.ask("open")


def fail(draft: Draft) -> None:
    """A flow broke: it is left, with an apology and the offer of a person. The call goes on."""
    while draft.tracker.stack:
        leave(draft, "failed")
    draft.say("utter_action_failed")
    draft.say("utter_offer_person")
    draft.ask("offer_person")


def _keys_help(draft: Draft, step: Step) -> bool:
    slot = draft.pack.domain.slots[step.name]
    return slot.keypad and slot.type == "digits"


def _finish(draft: Draft, run: Run) -> Run:
    """Runs; when the business is done, goes back to what it interrupted, or asks what else there is."""
    yield from run
    yield from _settle(draft)


def _aside(draft: Draft, run: Run) -> Run:
    """Runs a quiet flow; what was asked before it still is."""
    before = draft.tracker.question
    yield from run
    if not draft.tracker.over and draft.tracker.question.kind not in ("slot", "offer_person"):
        draft.ask(before.kind, slot=before.slot, options=before.options)


def _settle(draft: Draft) -> Run:
    tracker = draft.tracker
    if tracker.over or tracker.question.kind in ("slot", "offer_person"):
        return
    if tracker.stack:
        yield from _return(draft)
    else:
        _anything_else(draft)


def _return(draft: Draft) -> Run:
    """Back to the interrupted flow, with a reminder. A called flow starts over: what it checks may be settled now."""
    top = draft.tracker.stack[-1]
    root = next(frame for frame in reversed(draft.tracker.stack) if frame.reason != "call")
    draft.say("utter_resume", {"flow_title": draft.pack.flows[root.flow].title})
    step = waiting_step(draft.pack, draft.tracker)
    if step is None:
        raise FlowError(f"flow {top.flow!r} waits at no question")
    again = draft.pack.flows[top.flow].first if top.reason == "call" and not top.done else step.id
    yield from execute(draft, again)
    yield from _settle(draft)


def _anything_else(draft: Draft) -> None:
    if not draft.asked_something:
        draft.say("utter_anything_else")
    draft.ask("anything_else")


def _fill(draft: Draft, slots: Mapping[str, object]) -> Run:
    step = waiting_step(draft.pack, draft.tracker)
    for name, value in slots.items():
        draft.set_slot(name, value)
    if step is None or step.name not in slots:
        ask_again(draft)
        return
    yield from _finish(draft, answered(draft))


def _correct(draft: Draft, slots: Mapping[str, object], others: Mapping[str, object]) -> Run:
    """Sets the slots and goes back to the earliest `collect` of one of them, giving up flows called since.

    Where execution has not come to such a `collect` yet, nothing is skipped: the open question is asked again.
    """
    frames = _business(draft)
    if not any(_collects(draft, frame, slots) for frame in frames) or any(_changed_world(draft, f) for f in frames):
        ask_again(draft)
        return
    for name, value in {**others, **slots}.items():
        draft.set_slot(name, value)
    place = next((frame for frame in reversed(frames) if _passed(draft, frame, slots)), None)
    if place is None:
        first = next(step for frame in frames for step in _collects(draft, frame, slots))
        draft.say("utter_corrected", {"slot_label": draft.pack.domain.label(first.name)})
        ask_again(draft)
        return
    while draft.tracker.top is not None and draft.tracker.top.flow != place.flow:
        draft.emit(FlowEnded(flow=draft.tracker.top.flow, outcome="cancelled", at_ms=draft.at_ms))
    first = _passed(draft, place, slots)[0]
    if draft.tracker.value(first.name) is None:
        ask(draft, first)
        return
    draft.say("utter_corrected", {"slot_label": draft.pack.domain.label(first.name)})
    draft.emit(StepReached(flow=place.flow, step=first.id, at_ms=draft.at_ms))
    yield from answered(draft)


def _business(draft: Draft) -> list[Frame]:
    """The frames of the flow the caller started last, with what it called."""
    stack = draft.tracker.stack
    roots = [index for index, frame in enumerate(stack) if frame.reason != "call"]
    return list(stack[roots[-1] :]) if roots else []


def _collects(draft: Draft, frame: Frame, slots: Mapping[str, object]) -> list[Step]:
    steps = draft.pack.flows[frame.flow].steps.values()
    return [step for step in steps if step.kind == "collect" and step.name in slots]


def _passed(draft: Draft, frame: Frame, slots: Mapping[str, object]) -> list[Step]:
    """Those of `_collects` that may lie behind: some way to them does not lead through where the frame waits."""
    flow = draft.pack.flows[frame.flow]
    behind = flow.reachable(flow.first, without=frame.step)
    return [step for step in _collects(draft, frame, slots) if step.id in behind]


def _changed_world(draft: Draft, frame: Frame) -> bool:
    actions = draft.pack.actions.actions
    return any(name in actions and actions[name].changes for name in frame.done)


def _resume_flow(draft: Draft, flow: str) -> Run:
    """Gives up what was started since and goes back."""
    while not any(frame.flow == flow for frame in _business(draft)):
        leave(draft, "cancelled")
    yield from _return(draft)


def _cancel(draft: Draft) -> Run:
    if draft.tracker.stack:
        leave(draft, "cancelled")
        draft.say("utter_cancelled")
        yield from _settle(draft)
    else:
        draft.say("utter_nothing_to_cancel")
        draft.ask("open")


def _repeat(draft: Draft) -> Run:
    if not draft.say_again():
        draft.say("utter_nothing_to_repeat")
    yield from ()


def _restart(draft: Draft) -> Run:
    _leave_all(draft)
    draft.say("utter_restarted")
    draft.ask("open")
    yield from ()


def _goodbye(draft: Draft) -> Run:
    _leave_all(draft)
    draft.say("utter_goodbye")
    draft.hang_up("goodbye")
    yield from ()


def _hand_over(draft: Draft) -> Run:
    draft.hand_over("asked for")
    yield from ()


def _thanks(draft: Draft) -> Run:
    draft.say("utter_thanks")
    _anything_else(draft)
    yield from ()


def _greet(draft: Draft) -> Run:
    draft.say("utter_greet")
    draft.ask("open")
    yield from ()


def _help(draft: Draft) -> Run:
    draft.say("utter_help")
    if draft.tracker.stack:
        ask_again(draft)
    else:
        draft.ask("open")
    yield from ()


def _welcome(draft: Draft) -> Run:
    draft.say("utter_what_can_i_do")
    draft.ask("open")
    yield from ()


def _accept(draft: Draft) -> Run:
    return _hand_over(draft) if draft.tracker.question.kind == "offer_person" else _welcome(draft)


def _decline(draft: Draft) -> Run:
    if draft.tracker.question.kind != "offer_person":
        yield from _goodbye(draft)
    elif draft.tracker.stack:
        yield from _return(draft)
    else:
        _anything_else(draft)


def _again(draft: Draft) -> Run:
    ask_again(draft)
    yield from ()


def _leave_all(draft: Draft) -> None:
    while draft.tracker.stack:
        leave(draft, "cancelled")


_SIMPLE: Mapping[str, Callable[[Draft], Run]] = {
    "cancel": _cancel,
    "repeat": _repeat,
    "restart": _restart,
    "hand_over": _hand_over,
    "goodbye": _goodbye,
    "thanks": _thanks,
    "greet": _greet,
    "help": _help,
    "welcome": _welcome,
    "accept_offer": _accept,
    "decline_offer": _decline,
    "again": _again,
}
