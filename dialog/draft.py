"""A turn in the making: events go in one by one and are applied at once; pure but for its own lists."""

from collections.abc import Mapping

from dialog.events import BotSpoke, CallEnded, Event, HandedOff, QuestionAsked, SlotSet
from dialog.expectation import Expectation
from dialog.flows.flow import Step
from dialog.pack import Pack
from dialog.responses import Wording, render
from dialog.tracker import MASK, Tracker
from dialog.turn import CallControl, Response, Turn


class Draft:
    """What a turn has decided so far. `tracker` is always up to date with `events`."""

    def __init__(self, pack: Pack, tracker: Tracker, *, at_ms: int) -> None:
        self.pack = pack
        self.tracker = tracker
        self.at_ms = at_ms
        self.events: list[Event] = []
        self.responses: list[Response] = []
        self.control: CallControl = "continue"

    def emit(self, event: Event) -> None:
        """Record and apply; the event's time is the turn's."""
        self.events.append(event)
        self.tracker = self.tracker.apply(event)

    def set_slot(self, name: str, value: object) -> None:
        """Fill or empty a slot, unless it already is so; a sensitive value goes into no event."""
        if self.tracker.value(name) == value and (value is not None or name not in self.tracker.slots):
            return
        if value is not None and self.pack.domain.slots[name].sensitive:
            self.emit(SlotSet(name=name, value=MASK, at_ms=self.at_ms))
            self.tracker = self.tracker.with_secret(name, value)
        else:
            self.emit(SlotSet(name=name, value=value, at_ms=self.at_ms))

    def say(self, name: str, extras: Mapping[str, object] | None = None) -> None:
        """Say response `name`."""
        tracker = self.tracker
        wording = Wording(
            slots=tracker.values,
            types=self.pack.slot_types,
            channel=tracker.channel,
            outcome=tracker.outcome,
            mood=tracker.mood.label,
            extras=extras or {},
        )
        response = render(name, self.pack.responses[name], wording, said_before=tracker.times_said.get(name, 0))
        self.responses.append(response)
        self.emit(BotSpoke(text=response.text, name=name, at_ms=self.at_ms))

    def say_text(self, text: str) -> None:
        """Say a sentence that is no response of the pack."""
        self.responses.append(Response(text=text, display=text))
        self.emit(BotSpoke(text=text, at_ms=self.at_ms))

    def say_again(self) -> bool:
        """Say what was said last once more, word for word; False when nothing was."""
        said = self.tracker.said
        for name, text in said:
            self.responses.append(Response(text=text, display=text, name=name))
            self.emit(BotSpoke(text=text, name=name, at_ms=self.at_ms))
        return bool(said)

    def ask(self, question: str, *, slot: str = "", options: tuple[str, ...] = ()) -> None:
        """Wait for an answer."""
        self.emit(QuestionAsked(question=question, slot=slot, options=options, at_ms=self.at_ms))

    def hand_over(self, reason: str) -> None:
        """The call goes to a person; nothing may follow."""
        self.say("utter_hand_over")
        self.emit(HandedOff(reason=reason, to=self.pack.domain.hand_over_to, at_ms=self.at_ms))
        self.control = "transfer"

    def hang_up(self, reason: str) -> None:
        """The call is over."""
        self.emit(CallEnded(reason=reason, at_ms=self.at_ms))
        self.control = "hang_up"

    @property
    def asked_something(self) -> bool:
        """Whether what was said last in this turn ends in a question."""
        return bool(self.responses) and self.responses[-1].text.rstrip().endswith("?")

    @property
    def expect(self) -> Expectation:
        """What to expect after what was said."""
        domain, question = self.pack.domain, self.tracker.question
        if question.kind == "slot":
            return domain.slots[question.slot].expectation(domain.escapes)
        if question.kind == "clarify":
            titles = tuple(self.pack.flows[name].title for name in question.options)
            return Expectation(phrases=titles, escapes=domain.escapes)
        # "Anything else?" is answered by a wish as often as by yes or no.
        if question.kind == "offer_person":
            return Expectation(kind="yes_no", escapes=domain.escapes)
        return domain.open

    def finish(self) -> Turn:
        """The turn as decided."""
        return Turn(
            responses=tuple(self.responses),
            events=tuple(self.events),
            expect=self.expect,
            control=self.control,
            transfer_to=self.pack.domain.hand_over_to if self.control == "transfer" else "",
            mood=self.tracker.mood,
        )


def waiting_step(pack: Pack, tracker: Tracker) -> Step | None:
    """The `collect` step the top flow waits at."""
    top = tracker.top
    if top is None or not top.step:
        return None
    step = pack.flows[top.flow].steps[top.step]
    return step if step.kind == "collect" else None
