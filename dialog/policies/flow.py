"""The deterministic policy."""

from datetime import datetime

from dialog.pack import Pack
from dialog.policies.policy import Decision, FillSlots, Misunderstood, Simple, StartFlow
from dialog.policies.weighing import Thresholds, Weighing
from dialog.reading import Reader
from dialog.tracker import Tracker
from dialog.turn import Heard, Keyed


class FlowPolicy:
    """Flows say what is done; this says whether an utterance answers, corrects, interrupts or ends them."""

    def __init__(self, pack: Pack, *, thresholds: Thresholds | None = None) -> None:
        self.pack = pack
        self.thresholds = thresholds or Thresholds()

    def decide(self, tracker: Tracker, given: Heard | Keyed, *, now: datetime) -> Decision:
        """What to do about `given`. Pure."""
        reader = Reader(self.pack.domain, now)
        if isinstance(given, Keyed):
            return self._keyed(tracker, given, reader)
        return Weighing(self.pack, self.thresholds, tracker, given.understanding, reader).decide()

    def _keyed(self, tracker: Tracker, given: Keyed, reader: Reader) -> Decision:
        question = tracker.question
        if question.kind == "slot":
            answer = reader.keyed(question.slot, given.digits)
            if answer.value is not None:
                return FillSlots({question.slot: answer.value})
            if answer.digits and self.pack.domain.slots[question.slot].type == "digits":
                return Misunderstood("wrong-count", answer.digits)
        if question.kind in ("offer_person", "anything_else") and given.digits in ("1", "2"):
            return Simple("accept_offer" if given.digits == "1" else "decline_offer")
        if question.kind == "clarify" and given.digits in ("1", "2"):
            return StartFlow(question.options[int(given.digits) - 1])
        if given.digits.rstrip("#") == "0":
            return Simple("hand_over")
        return Misunderstood("no-match")
