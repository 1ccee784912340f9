"""A simulated caller: wants one thing, knows some facts, answers what is asked, and is human about it.

After Schatzmann et al. 2007, "Agenda-Based User Simulation for Bootstrapping a POMDP Dialogue System": a goal, and an
agenda that follows from what the agent asks. What the agent says is heard perfectly; what the caller says is not.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from msgspec import Struct

from dialog.events import ActionRan, NotUnderstood
from dialog.pack import Pack
from dialog.simulation.persona import Persona
from dialog.simulation.script import Fact, Goal, Script
from dialog.tracker import Tracker
from dialog.turn import Turn
from nlu.values.spelling import spell_digits, spell_number

T = TypeVar("T")

_FILLERS = ("um", "uh", "well", "so", "right", "okay so")
_POLITE = ("please", "thanks", "if you can", "thank you")
_VAGUE = ("i'm not sure", "what do you mean", "i don't know", "hang on a second", "how do you mean that")
_REPEAT = ("sorry can you say that again", "pardon", "could you repeat that please", "i didn't catch that")
_ANGRY = ("this is taking far too long", "why is this so complicated", "i've had enough of this")
_YES = ("yes", "yes please", "yeah", "that's right", "yes do that", "sure", "yes go ahead", "correct")
_NO = ("no", "no thanks", "no don't", "nope")
_DONE = ("no that's all thank you", "no thanks", "that's all goodbye", "nothing else thanks", "no that was it")
_PERSON = ("i want to talk to a person", "put me through to someone please", "let me speak to an agent")
_CHANGE = ("no make it {}", "actually make that {}", "no i'd rather have {}", "sorry i meant {}")
_WRONG = ("no i said {}", "no {}", "that's wrong i said {}", "no it's {}")
_SMALL_WORDS = re.compile(r"\b(?:the|a|an|my|to|of)\b ?")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Say(Struct, frozen=True):
    """The caller speaks."""

    text: str


class Press(Struct, frozen=True):
    """The caller uses the keypad."""

    digits: str


class Quiet(Struct, frozen=True):
    """The caller says nothing."""


class HangUp(Struct, frozen=True):
    """The caller is gone."""


Move = Say | Press | Quiet | HangUp


class Known(Struct, frozen=True):
    """A fact's value, plain, with how it is said and keyed ("" where it can't be)."""

    value: object
    said: str
    keyed: str = ""


class SimulatedCaller:
    """`reply` after every turn of the agent until it gives HangUp or the call is over. Seeded."""

    def __init__(self, pack: Pack, script: Script, goal: Goal, persona: Persona, *, seed: int, today: date) -> None:
        self.goal = goal
        self.persona = persona
        self.satisfied = False
        self._pack = pack
        self._script = script
        self._today = today
        self._draw = Random(f"caller {seed}")
        self._facts = {**script.facts, **goal.facts}
        self.known = {name: self._drawn(fact) for name, fact in self._facts.items()}
        self._misses = 0
        self._wishes_left = 6
        self._side_question_open = bool(script.side_questions)
        self._mind_open = True
        self._farewells = 0
        self._told_of_keys = False

    def reply(self, turn: Turn, tracker: Tracker) -> Move:
        """What the caller does next."""
        self._misses = self._misses + 1 if any(isinstance(event, NotUnderstood) for event in turn.events) else 0
        self.satisfied = self.satisfied or self._has_got_it(turn)
        kind = tracker.question.kind
        self._told_of_keys = any(response.name == "utter_use_keypad" for response in turn.responses)
        if self.satisfied and kind != "slot":
            return self._farewell()
        if self._misses >= self.persona.patience:
            return Say(self._pick(_PERSON))
        if not self.satisfied and (aside := self._aside(kind)):
            return aside
        if kind == "slot":
            return self._answer(tracker)
        if kind == "clarify" and self.goal.flow in tracker.question.options:
            return Say(self._styled(self._pack.flows[self.goal.flow].title))
        if kind == "offer_person":
            return Say(self._pick(_NO) if self._misses < 2 else self._pick(_YES))
        return self._wish()

    def matches(self, values: Mapping[str, object]) -> bool:
        """Whether every slot the goal names holds what the caller wants."""
        return all(_same(values.get(slot), self.known[fact].value) for slot, fact in self.goal.slots.items())

    def _has_got_it(self, turn: Turn) -> bool:
        if self.goal.action:
            return any(
                isinstance(event, ActionRan) and event.action == self.goal.action and event.result == "ok"
                for event in turn.events
            )
        return any(response.name in self.goal.hears for response in turn.responses)

    def _farewell(self) -> Move:
        self._farewells += 1
        return HangUp() if self._farewells > 2 else Say(self._pick(_DONE))

    def _wish(self) -> Move:
        self._wishes_left -= 1
        if self._wishes_left < 0:
            return HangUp()
        return Say(self._styled(self._filled(self._pick(self.goal.openings))))

    def _aside(self, kind: str) -> Move | None:
        """What this kind of person does besides answering."""
        persona, draw = self.persona, self._draw
        chance = draw.random()
        for share, move in (
            (persona.silent, Quiet()),
            (persona.asks_repeat, Say(self._pick(_REPEAT))),
            (persona.vague if kind == "slot" else 0.0, Say(self._pick(_VAGUE))),
            (persona.complains if kind == "slot" else 0.0, Say(self._pick(_ANGRY))),
        ):
            if chance < share:
                return move
            chance -= share
        if kind == "slot" and self._side_question_open and draw.random() < persona.side_question:
            self._side_question_open = False
            return Say(self._styled(self._pick(self._pick(self._script.side_questions).says)))
        return None

    def _answer(self, tracker: Tracker) -> Move:
        slot = tracker.question.slot
        if self._pack.domain.slots[slot].type == "bool":
            return self._confirm(tracker)
        if self._is_elsewhere(tracker):
            return Say(f"no {self._filled(self._pick(self.goal.openings))}")
        wordings = self._script.answers.get(slot)
        if not wordings:
            return Say(self._pick(_VAGUE))
        wording = self._pick(wordings)
        named = re.findall(r"{(\w+)}", wording)
        keyed = self.known[named[0]].keyed if named else ""
        if (
            keyed
            and (self._misses >= self.persona.keypad_after or self._told_of_keys)
            and self._pack.domain.slots[slot].keypad
        ):
            return Press(keyed)
        text = self._filled(wording)
        if self._draw.random() < self.persona.over_answers and (more := self._more(slot, tracker)):
            text = f"{text} {more}"
        return Say(self._styled(text))

    def _confirm(self, tracker: Tracker) -> Move:
        steps = self._pack.flows[self._running(tracker)].steps.values()
        if not self.goal.action or not any(step.name == self.goal.action for step in steps):
            return Say(self._pick(_NO))
        values = tracker.values
        wrong = [
            (name, fact)
            for name, fact in self.goal.slots.items()
            if values.get(name) is not None and not _same(values[name], self.known[fact].value)
        ]
        if wrong:
            said = self.known[wrong[0][1]].said
            return Say(self._pick(_WRONG).format(said) if self._draw.random() < 0.8 else self._pick(_NO))
        changeable = [fact for fact in self.goal.slots.values() if self._facts[fact].money is not None]
        if changeable and self._mind_open and self._draw.random() < self.persona.changes_mind:
            self._mind_open = False
            self.known[changeable[0]] = self._drawn(self._facts[changeable[0]])
            return Say(self._pick(_CHANGE).format(self.known[changeable[0]].said))
        return Say(self._pick(_YES))

    def _is_elsewhere(self, tracker: Tracker) -> bool:
        """Whether the agent has begun something that the caller did not want."""
        started = next((frame.flow for frame in reversed(tracker.stack) if frame.reason != "call"), self.goal.flow)
        return started not in self._pack.closure(self.goal.flow)

    def _running(self, tracker: Tracker) -> str:
        return tracker.top.flow if tracker.top else self.goal.flow

    def _more(self, asked: str, tracker: Tracker) -> str:
        """Another answer that will be wanted."""
        closure = self._pack.closure(self.goal.flow)
        wanted = [slot for flow in closure for slot in self._pack.flows[flow].collected if slot != asked]
        open_slots = [slot for slot in wanted if tracker.value(slot) is None and slot in self._script.answers]
        plain = [slot for slot in open_slots if not self._pack.domain.slots[slot].sensitive]
        return self._filled(self._pick(self._script.answers[self._pick(plain)])) if plain else ""

    def _filled(self, wording: str) -> str:
        return wording.format(**{name: known.said for name, known in self.known.items()})

    def _styled(self, text: str) -> str:
        persona, draw = self.persona, self._draw
        if draw.random() < persona.drops_words:
            text = _SMALL_WORDS.sub("", text)
        if draw.random() < persona.fillers:
            text = f"{self._pick(_FILLERS)} {text}"
        if draw.random() < persona.polite:
            text = f"{text} {self._pick(_POLITE)}"
        return text

    def _drawn(self, fact: Fact) -> Known:
        if fact.values:
            value = self._pick(tuple(fact.values))
            return Known(value, self._pick(fact.values[value]))
        if fact.digits:
            digits = self._pick(fact.digits)
            return Known(digits, spell_digits(digits), digits)
        if fact.money is not None:
            amount = self._draw.randint(*fact.money)
            return Known(Decimal(amount), f"{spell_number(amount)} {'pound' if amount == 1 else 'pounds'}")
        assert fact.days is not None
        return self._day(*fact.days)

    def _day(self, earliest: int, latest: int) -> Known:
        ahead = self._draw.randint(earliest, latest)
        while (self._today + timedelta(days=ahead)).weekday() >= 5:
            ahead += 1
        day = self._today + timedelta(days=ahead)
        weekday = _WEEKDAYS[day.weekday()]
        if ahead == 1:
            said = "tomorrow"
        elif ahead < 7:
            said = self._pick((weekday, f"on {weekday}"))
        else:
            said = f"the {_ordinal(day.day)} of {day:%B}".lower()
        return Known(day.isoformat(), said)

    def _pick(self, choices: Sequence[T]) -> T:
        return self._draw.choice(choices)


def _same(held: object, wanted: object) -> bool:
    if isinstance(held, Mapping):
        held = held.get("amount")
    if isinstance(wanted, Decimal):
        return held is not None and Decimal(str(held)) == wanted
    return str(held).casefold() == str(wanted).casefold()


def _ordinal(day: int) -> str:
    irregular = {1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth"}
    if day in irregular:
        return irregular[day]
    tens, unit = divmod(day, 10)
    if day > 20 and unit:
        return f"{spell_number(tens * 10)} {_ordinal(unit)}"
    return {20: "twentieth", 30: "thirtieth"}.get(day, f"{spell_number(day)}th")
