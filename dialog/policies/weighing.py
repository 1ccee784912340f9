"""What one utterance means here and now: its understanding, weighed against what was asked. Pure."""

import re
from dataclasses import dataclass
from functools import cached_property

from dialog.pack import Pack
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
from dialog.reading import NO_ANSWER, Answer, Reader
from dialog.tracker import Tracker
from dialog.words import only_hesitates, own_words
from dialog.yes_no import wants_to_leave, yes_or_no
from nlu.understanding import Understanding

# Intent -> pattern, where no flow of the pack takes the intent over.
PATTERNS = {
    "cancel": "cancel",
    "repeat": "repeat",
    "restart": "restart",
    "talk_to_person": "hand_over",
    "goodbye": "goodbye",
    "thanks": "thanks",
    "greet": "greet",
    "help": "help",
}
# Words that mean the same in any pack when they are all that is said.
ESCAPES = {
    "agent": "hand_over", "operator": "hand_over", "person": "hand_over", "representative": "hand_over",
    "human": "hand_over", "cancel": "cancel", "stop": "cancel", "never mind": "cancel", "nevermind": "cancel",
    "repeat": "repeat", "pardon": "repeat", "help": "help", "goodbye": "goodbye", "bye": "goodbye",
    "start again": "restart", "start over": "restart",
}  # fmt: skip
# Patterns that a slot question must not swallow, and those that mean nothing in the middle of one.
_STRONG = frozenset({"cancel", "repeat", "restart", "hand_over", "goodbye", "help"})
_POLITE = frozenset({"thanks", "greet"})


_WRONG = re.compile(r"\b(wrong|not right|isn't right|incorrect|change|different|another)\b")


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from which the policy acts; calibrated classifiers make them mean what they say."""

    heard: float = 0.15
    accept: float = 0.4
    sure: float = 0.6
    digress: float = 0.6
    override: float = 0.85
    margin: float = 0.2
    out_of_scope: float = 0.7


@dataclass(frozen=True)
class Weighing:
    """One utterance to decide about; `reader` reads values out of it."""

    pack: Pack
    limits: Thresholds
    tracker: Tracker
    understanding: Understanding
    reader: Reader

    def decide(self) -> Decision:
        """The decision."""
        text = self.text
        if only_hesitates(text):
            return Misunderstood("no-match")
        escape = ESCAPES.get(re.sub(r"\b(please|thanks|thank you)\b|[^\w' ]", "", text).strip())
        if escape:
            return self._taken(escape) or Simple(escape)
        if self.understanding.utterance.confidence < self.limits.heard and self.probability < self.limits.override:
            return Misunderstood("unsure")
        kind = self.tracker.question.kind
        if kind == "slot":
            return self._answer()
        if kind == "clarify":
            return self._clarified()
        if kind == "offer_person":
            return self._offered() or self._wish()
        if kind == "anything_else":
            return self._anything_else()
        return self._wish()

    @property
    def text(self) -> str:
        return self.understanding.utterance.text.lower().replace("’", "'").strip()

    @property
    def intent(self) -> str:
        return self.understanding.intent.name

    @property
    def probability(self) -> float:
        return self.understanding.intent.probability

    @cached_property
    def running(self) -> frozenset[str]:
        """The flows of the caller's present business: from the flow they started up."""
        names = []
        for frame in reversed(self.tracker.stack):
            names.append(frame.flow)
            if frame.reason != "call":
                break
        return frozenset(names)

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The slots the present business asks for."""
        return frozenset(slot for flow in self.running for slot in self._collected(flow))

    @cached_property
    def mentions(self) -> dict[str, object]:
        return self.reader.mentions(self.understanding)

    @cached_property
    def neutral(self) -> frozenset[str]:
        """Intents that go with an answer: a bare value, and whatever started the present business."""
        started = {intent for flow in self.running for intent in self.pack.flows[flow].triggers}
        return frozenset(started | {"inform", "correct"})

    @property
    def _answering(self) -> bool:
        """Whether nothing in the intent speaks against reading values out of the utterance."""
        return self.intent in self.neutral | {"affirm", "deny"} or self.probability < self.limits.digress

    def _collected(self, flow: str) -> frozenset[str]:
        return frozenset(slot for name in self.pack.closure(flow) for slot in self.pack.flows[name].collected)

    # -- while a slot is asked ------------------------------------------------------------------------------------

    def _answer(self) -> Decision:
        slot = self.tracker.question.slot
        answer = self.reader.answer(slot, self.understanding, neutral=self.neutral)
        pattern = PATTERNS.get(self.intent)
        changed = self._changed(slot)
        renamed = self._named_for_change(slot)
        if renamed and not changed:
            return CorrectSlots({renamed: None})
        if answer.value is True and any(self.pack.domain.slots[name].sensitive for name in self.mentions):
            # "Yes, it's 123456" answers something else than this question.
            answer = NO_ANSWER
        if answer.value is not None and not changed and not self._rather_elsewhere(answer, slot):
            return FillSlots({**self._others(slot), slot: answer.value})
        if pattern in _STRONG and self.probability >= self.limits.sure and not changed:
            return self._taken(pattern) or Simple(pattern)
        if changed:
            return CorrectSlots(changed, self._others(slot, besides=changed))
        if flow := self._other_flow():
            return flow
        if others := self._others(slot):
            return FillSlots(others)
        return self._no_answer(slot, answer, pattern)

    def _no_answer(self, slot: str, answer: Answer, pattern: str | None) -> Decision:
        if answer.digits and self.pack.domain.slots[slot].type == "digits":
            return Misunderstood("wrong-count", answer.digits)
        if self.probability >= self.limits.sure:
            if pattern in _POLITE or self.pack.triggers.get(self.intent) in self.running:
                return Simple("again")
            if pattern:
                return self._taken(pattern) or Simple(pattern)
        return Misunderstood("no-match")

    def _rather_elsewhere(self, answer: Answer, slot: str) -> bool:
        """Whether a usable value is only passing by in a wish for something else."""
        if self.probability < self.limits.override:
            return False
        kind = self.pack.domain.slots[slot].type
        pattern = PATTERNS.get(self.intent)
        if pattern in _POLITE or self.intent == "out_of_scope":
            return answer.share < 0.75 and kind != "bool"
        if pattern in ("cancel", "hand_over", "repeat", "restart", "goodbye"):
            # A no is often classified so ("no, cancel that"); values are not.
            return kind in ("text", "any") or (kind == "bool" and pattern != "goodbye" and not self._short)
        other = self._other_flow()
        return other is not None and (answer.share < 0.75 or kind == "bool") and not self._short

    @property
    def _short(self) -> bool:
        return len(own_words(self.text)) <= 1

    def _other_flow(self) -> Decision | None:
        """The flow the utterance clearly wants instead of the running one."""
        flow = self.pack.triggers.get(self.intent)
        if flow is None or self.probability < self.limits.digress or flow in self.running:
            return None
        if self.understanding.out_of_scope >= self.limits.out_of_scope and self.probability < self.limits.override:
            return None
        return self._start(flow)

    def _changed(self, asked: str) -> dict[str, object]:
        """Slots of the running flows that are filled already and now get another value."""
        if not self._answering:
            return {}
        slots = {name for flow in self.running for name in self.pack.flows[flow].collected if name != asked}
        filled = {name for name in slots if self.tracker.value(name) is not None and self._plain(name)}
        found = {name: value for name, value in self.mentions.items() if name in filled}
        if not found and self.pack.domain.slots[asked].type == "bool":
            found = {**self.reader.evident(self.understanding, frozenset(filled)), **self._bare_amount(filled)}
        return {name: value for name, value in found.items() if not self._same(name, value)}

    def _plain(self, name: str) -> bool:
        """Whether a slot may be filled or changed by the way: yes, no and codes answer their own question only."""
        slot = self.pack.domain.slots[name]
        return slot.type != "bool" and not slot.sensitive

    def _bare_amount(self, filled: set[str]) -> dict[str, object]:
        """ "make it sixty" while a confirmation is asked, where one amount alone can be meant."""
        amounts = [name for name in filled if self.pack.domain.slots[name].type == "money"]
        if len(amounts) != 1:
            return {}
        answer = self.reader.answer(amounts[0], self.understanding)
        return {} if answer.value is None else {amounts[0]: answer.value}

    def _same(self, name: str, value: object) -> bool:
        held = self.tracker.value(name)
        if isinstance(value, str) and isinstance(held, str):
            return value.casefold() in held.casefold() or held.casefold() in value.casefold()
        return held == value

    def _others(self, asked: str, *, besides: dict[str, object] | None = None) -> dict[str, object]:
        """Slots of the running business that were empty and are filled by the way."""
        if not self._answering:
            return {}
        empty = {name for name in self.wanted if name != asked and self.tracker.value(name) is None}
        empty = {name for name in empty if self._plain(name)}
        found = {name: value for name, value in self.mentions.items() if name in empty}
        asked_type = self.pack.domain.slots[asked].type
        alike = {name for name in empty if self.pack.domain.slots[name].type != asked_type}
        evident = self.reader.evident(self.understanding, frozenset(alike))
        return {name: value for name, value in {**evident, **found}.items() if name not in (besides or {})}

    def _named_for_change(self, asked: str) -> str | None:
        """The slot a caller names as wrong without saying what is right ("the amount is wrong")."""
        if not _WRONG.search(self.text):
            return None
        filled = [name for name in self.wanted if name != asked and self.tracker.value(name) is not None]
        for name in filled:
            words = {name.replace("_", " "), self.pack.domain.label(name).removeprefix("the ")}
            if any(re.search(rf"\b{re.escape(word)}\b", self.text) for word in words):
                return name
        return None

    # -- while the engine itself has asked --------------------------------------------------------------------------

    def _offered(self) -> Decision | None:
        flow = self._other_flow()
        if flow is not None and not self._short:
            return flow
        said = yes_or_no(self.understanding)
        return None if said is None else Simple("accept_offer" if said else "decline_offer")

    def _anything_else(self) -> Decision:
        flow = self._other_flow()
        if flow is not None and self.probability >= self.limits.sure:
            return flow
        if wants_to_leave(self.text):
            return self._taken("goodbye") or Simple("goodbye")
        pattern = PATTERNS.get(self.intent)
        if pattern in _STRONG and self.probability >= self.limits.sure:
            return self._taken(pattern) or Simple(pattern)
        said = yes_or_no(self.understanding)
        if said is not None:
            return Simple("accept_offer" if said else "decline_offer")
        return self._wish()

    def _clarified(self) -> Decision:
        options = self.tracker.question.options
        scores = {intent.name: intent.probability for intent in self.understanding.intents}
        best, other = (
            max((scores.get(intent, 0.0) for intent in self.pack.flows[name].triggers), default=0.0)
            for name in options[:2]
        )
        words = set(re.findall(r"\w+", self.text))
        titles = [set(re.findall(r"\w+", self.pack.flows[name].title.lower())) for name in options[:2]]
        overlap = [len(words & (title - titles[1 - index])) for index, title in enumerate(titles)]
        if {"first", "former"} & words or overlap[0] > overlap[1]:
            return self._start(options[0])
        if {"second", "latter"} & words or overlap[1] > overlap[0]:
            return self._start(options[1])
        if max(best, other) >= self.limits.accept and abs(best - other) > self.limits.margin / 2:
            return self._start(options[0] if best > other else options[1])
        said = yes_or_no(self.understanding)
        if said is False:
            return Simple("welcome")
        wish = self._wish()
        return Misunderstood("no-match") if isinstance(wish, Clarify) or said else wish

    # -- when nothing is asked --------------------------------------------------------------------------------------

    def _wish(self) -> Decision:
        limits = self.limits
        if self.intent == "out_of_scope" or (
            self.understanding.out_of_scope >= limits.out_of_scope and self.probability < limits.sure
        ):
            return Misunderstood("out-of-scope")
        if self.intent == "inform":
            return self._besides_information()
        if self.probability < limits.accept:
            return Misunderstood("no-match")
        if clarify := self._close():
            return clarify
        flow = self.pack.triggers.get(self.intent)
        if flow is not None:
            return self._start(flow)
        pattern = PATTERNS.get(self.intent)
        if pattern is not None:
            return Simple(pattern)
        if self.intent in ("affirm", "deny"):
            return Simple("welcome")
        return Misunderstood("no-match")

    def _besides_information(self) -> Decision:
        """The wish that comes along with an answer nobody asked for ("my code is ... and I want my balance")."""
        information, *rest = self.understanding.intents
        if rest and rest[0].probability >= (1 - information.probability) * self.limits.sure:
            flow = self.pack.triggers.get(rest[0].name)
            if flow is not None and rest[0].probability >= self.limits.accept / 2:
                return self._start(flow)
        return Misunderstood("no-match")

    def _close(self) -> Clarify | None:
        """Two flows about equally likely, neither of them clearly."""
        best, *rest = self.understanding.intents
        second = rest[0] if rest else None
        if second is None or best.probability >= self.limits.sure:
            return None
        flows = tuple(dict.fromkeys(self.pack.triggers.get(found.name, "") for found in (best, second)))
        if "" in flows or len(flows) < 2 or best.probability - second.probability >= self.limits.margin:
            return None
        return Clarify(flows)

    def _start(self, flow: str) -> Decision:
        if any(frame.flow == flow for frame in self.tracker.stack):
            return Simple("again") if flow in self.running else ResumeFlow(flow)
        condition = self.pack.flows[flow].condition
        if condition is not None and not condition.holds(
            self.tracker.values, self.tracker.outcome, self.tracker.mood.label
        ):
            return Misunderstood("out-of-scope")
        return StartFlow(flow, self._carried(flow))

    def _carried(self, flow: str) -> dict[str, object]:
        """What the utterance that starts a flow fills besides; yes and no belong to questions only."""
        collected = self._collected(flow)
        evident = self.reader.evident(self.understanding, collected)
        found = {**evident, **self.mentions}
        return {name: value for name, value in found.items() if self.pack.domain.slots[name].type != "bool"}

    def _taken(self, pattern: str) -> Decision | None:
        """The pack's own flow for a pattern's intent, if it has one."""
        intent = next((intent for intent, name in PATTERNS.items() if name == pattern), "")
        flow = self.pack.triggers.get(intent)
        return self._start(flow) if flow is not None else None
