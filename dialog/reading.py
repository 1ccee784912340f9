"""Slot values out of an utterance or keys: from entities, from the words themselves, from what was asked. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from msgspec.structs import replace

from dialog.domain import Domain, Slot, SlotSource
from dialog.words import WORD, own_words
from dialog.yes_no import yes_or_no
from nlu.errors import NluError
from nlu.understanding import Entity, Understanding
from nlu.values.values import Value, find_values

_ORDINAL_CHOICE = {"first": 0, "second": 1, "third": 2, "former": 0, "latter": -1, "last": -1}
_OPTION_WORDS = frozenset({"option", "choice", "number", "one"})
_CORRECTING = re.compile(r"\b(no|not|sorry|actually|mean|meant|rather|make|instead|wait|well|er|erm|um|uh)\b")
_KEYS = re.compile(r"[0-9*]+")
# An entity's role is taken from its preposition when the classifier gave it with less than this confidence.
ROLE_SURE = 0.8
_ROLE_WORDS = {"to": "to", "into": "to", "onto": "to", "from": "from", "of": "from"}
_DETERMINERS = frozenset({"my", "the", "our", "a", "an", "own", "other"})
_TYPED_KINDS: Mapping[str, frozenset[str]] = {
    kind: frozenset({kind})
    for kind in (
        "money", "date", "time", "datetime", "duration", "percentage", "number", "digits", "phone", "email",
        "reference",
    )
}  # fmt: skip
"""Slot type -> the kinds of value that fill it."""
_EVIDENT = ("money", "choice", "date", "time", "datetime", "duration", "percentage", "phone", "email")


_HOMOPHONES = {
    "to": "two", "too": "two", "for": "four", "fore": "four", "won": "one", "want": "one", "ate": "eight",
    "tree": "three", "free": "three", "sex": "six", "sicks": "six", "sticks": "six", "heaven": "seven", "mine": "nine",
}  # fmt: skip
_DIGIT_WORDS = frozenset("zero oh o one two three four five six seven eight nine double triple treble".split())


@dataclass(frozen=True)
class Answer:
    """What an utterance says to the question asked.

    value: None when it has no usable one. share: how much of the utterance's own words it accounts for (0..1).
    digits: how many digits were heard, for a digits slot that got another count; else 0.
    """

    value: object = None
    share: float = 0.0
    digits: int = 0


NO_ANSWER = Answer()


@dataclass(frozen=True)
class Reader:
    """Reads values by the slots of `domain`; `now` is for "tomorrow"."""

    domain: Domain
    now: datetime

    def mentions(self, understanding: Understanding) -> dict[str, object]:
        """Every slot that an entity or an intent of the utterance fills, whatever was asked."""
        found: dict[str, object] = {}
        for name, slot in self.domain.slots.items():
            for source in self.domain.sources(name):
                value = self._from_source(name, slot, source, understanding)
                if value is not None:
                    found[name] = value
                    break
        return found

    def evident(self, understanding: Understanding, slots: frozenset[str]) -> dict[str, object]:
        """Values of `slots` which the words name plainly although no entity was found: money with its unit, a choice.

        Only where one slot alone takes that kind of value, so that nothing has to be guessed.
        """
        text = understanding.utterance.text
        found: dict[str, object] = {}
        for kind in _EVIDENT:
            names = [name for name in slots if self.domain.slots[name].type == kind]
            if len(names) != 1 or self._has_roles(names[0]):
                continue
            slot = self.domain.slots[names[0]]
            if kind == "choice":
                chosen = {value for value, _ in _choices_in(text, slot)}
                value: object = chosen.pop() if len(chosen) == 1 else None
            else:
                values = self._values(text, kind, currency="")
                value = values[0].value if len(values) == 1 else None
            if value is not None:
                found[names[0]] = value
        return found

    def answer(
        self, name: str, understanding: Understanding, *, neutral: frozenset[str] = frozenset({"inform"})
    ) -> Answer:
        """What the utterance answers to the question for slot `name`; `neutral` as in `yes_or_no`."""
        slot = self.domain.slots[name]
        text = understanding.utterance.text
        if slot.type == "bool":
            said = yes_or_no(understanding, neutral=neutral)
            return NO_ANSWER if said is None else Answer(said, 1.0)
        if slot.type == "digits":
            return self._digits(text, slot)
        for source in self.domain.sources(name):
            value = self._from_source(name, slot, source, understanding)
            if value is not None:
                return Answer(value, _share(text, self._spans(source, understanding)))
        sure_of_another = understanding.intent.name not in neutral and understanding.intent.probability >= 0.6
        typed = self._typed(text, slot, ordinals=not sure_of_another)
        if typed is not None:
            return typed
        return self._free(text, name, slot)

    def keyed(self, name: str, digits: str) -> Answer:
        """What keys answer to the question for slot `name`."""
        slot = self.domain.slots[name]
        keys = digits.rstrip("#")
        if not slot.keypad or not _KEYS.fullmatch(keys):
            return NO_ANSWER
        if slot.type == "digits":
            if not keys.isdigit() or (slot.length and len(keys) != slot.length):
                return Answer(digits=len(keys))
            return Answer(keys, 1.0)
        if slot.type == "bool":
            pressed = {"1": True, "2": False}.get(keys)
            return NO_ANSWER if pressed is None else Answer(pressed, 1.0)
        if slot.type == "choice":
            options = list(slot.synonyms)
            index = int(keys) - 1 if keys.isdigit() else -1
            return Answer(options[index], 1.0) if 0 <= index < len(options) else NO_ANSWER
        if slot.type in ("phone", "reference"):
            values = self._values(keys, slot.type, currency="")
            return Answer(values[0].value, 1.0) if len(values) == 1 else NO_ANSWER
        if slot.type in ("money", "number"):
            if keys.count("*") > 1 or keys == "*":
                return NO_ANSWER
            amount = Decimal(keys.replace("*", "."))
            return Answer(self._money(amount) if slot.type == "money" else _plain_number(amount), 1.0)
        return NO_ANSWER

    def _from_source(self, name: str, slot: Slot, source: SlotSource, understanding: Understanding) -> object:
        if source.intent:
            best = understanding.intent
            return source.value if best.name == source.intent and best.probability >= 0.5 else None
        text = understanding.utterance.text
        found: list[tuple[Entity, object]] = []
        for given in _joined(understanding.entities, text):
            if given.name == source.entity:
                entity = self._with_role(given, text)
                value = self._entity_value(slot, entity) if self._role_fits(name, source, entity) else None
                if value is not None:
                    found.append((entity, value))
        if not found:
            return None
        for (first, one), (second, other) in pairwise(found):
            # Two of a kind are a correction if they are said as one; otherwise it is not ours to choose.
            if one != other and not _CORRECTING.search(text[first.end : second.start].lower()):
                return None
        return found[-1][1]

    def _with_role(self, entity: Entity, text: str) -> Entity:
        """The entity with the role its preposition gives it, where the classifier was not sure of its own."""
        if entity.confidence >= ROLE_SURE:
            return entity
        roles = {
            source.role
            for name in self.domain.slots
            for source in self.domain.sources(name)
            if source.entity == entity.name
        }
        before = WORD.findall(text[: entity.start].lower())
        lead = next((word for word in reversed(before) if word not in _DETERMINERS), "")
        role = _ROLE_WORDS.get(lead)
        return replace(entity, role=role) if role in roles else entity

    def _role_fits(self, name: str, source: SlotSource, entity: Entity) -> bool:
        """A source without a role takes any, but for roles that another slot claims."""
        if source.role is not None or entity.role is None:
            return source.role == entity.role
        return not any(
            other.entity == entity.name and other.role == entity.role
            for slot in self.domain.slots
            if slot != name
            for other in self.domain.sources(slot)
        )

    def _has_roles(self, name: str) -> bool:
        """Whether the entity of this slot may mean another slot as well."""
        entities = {source.entity for source in self.domain.sources(name) if source.entity}
        return any(
            source.entity in entities
            for slot in self.domain.slots
            if slot != name
            for source in self.domain.sources(slot)
        )

    def _entity_value(self, slot: Slot, entity: Entity) -> object:
        if slot.type == "choice":
            given = entity.value if isinstance(entity.value, str) else entity.text
            chosen = _choices_in(str(given), slot) or _choices_in(entity.text, slot)
            return chosen[0][0] if chosen else None
        if slot.type == "money":
            if isinstance(entity.value, Mapping) and "amount" in entity.value:
                return {"currency": self.domain.currency, **entity.value}
            values = self._values(entity.text, "money", currency=self.domain.currency)
            return values[-1].value if values else None
        if slot.type == "bool":
            return entity.value if isinstance(entity.value, bool) else None
        if slot.type in _TYPED_KINDS:
            values = self._values(entity.text, slot.type, currency="")
            fitting = [value.value for value in values if slot.length in (None, len(str(value.value)))]
            return fitting[-1] if fitting else None
        return entity.value if isinstance(entity.value, str) and entity.value else entity.text or None

    def _typed(self, text: str, slot: Slot, *, ordinals: bool) -> Answer | None:
        """A value of the slot's type in the words; the last one, for people correct themselves as they speak."""
        if slot.type == "choice":
            chosen = _choices_in(text, slot)
            if chosen:
                return Answer(chosen[-1][0], _share(text, [span for _, span in chosen]))
            said = {text[start:end].lower() for start, end in own_words(text)} - _OPTION_WORDS
            index = _ORDINAL_CHOICE.get(said.pop()) if ordinals and len(said) == 1 else None
            options = list(slot.synonyms)
            return Answer(options[index], 1.0) if index is not None and index < len(options) else None
        if slot.type not in _TYPED_KINDS:
            return None
        # A bare number is an amount only where it is most of what is said: "one more time" is none.
        for currency, least in (("", 0.0), (self.domain.currency, 0.5)) if slot.type == "money" else (("", 0.0),):
            values = self._values(text, slot.type, currency=currency)
            share = _share(text, [(value.start, value.end) for value in values])
            if values and share >= (0.5 if slot.type == "number" else least):
                return Answer(values[-1].value, share)
        return None

    def _digits(self, text: str, slot: Slot) -> Answer:
        read = self._read_digits(text, slot)
        if read.value is None and slot.length is not None:
            heard = _with_homophones(text)
            repaired = self._read_digits(heard, slot) if heard != text else NO_ANSWER
            return repaired if repaired.value is not None else read
        return read

    def _read_digits(self, text: str, slot: Slot) -> Answer:
        values = self._values(text, "digits", currency="")
        if not values:
            return NO_ANSWER
        share = _share(text, [(value.start, value.end) for value in values])
        readings = [str(reading) for value in reversed(values) for reading in (value.value, *value.ambiguous)]
        joined = "".join(str(value.value) for value in values)
        if slot.length is None:
            return Answer(max(readings, key=len), share)
        for reading in (*readings, joined):
            if len(reading) == slot.length:
                return Answer(reading, share)
        return Answer(share=share, digits=len(joined) if len(joined) > 2 or share >= 0.75 else 0)

    def _free(self, text: str, name: str, slot: Slot) -> Answer:
        """A phrase of the slot's, or the whole utterance where the slot takes it."""
        lowered = text.lower()
        for phrase in slot.phrases:
            found = re.search(rf"\b{re.escape(phrase.lower())}\b", lowered)
            if found and slot.type in ("text", "any"):
                return Answer(text[found.start() : found.end()], _share(text, [found.span()]))
        for source in self.domain.sources(name):
            words = WORD.findall(text)
            if source.text and words and len(words) <= (source.max_words or len(words)):
                return Answer(text.strip(), 0.5)
        return NO_ANSWER

    def _spans(self, source: SlotSource, understanding: Understanding) -> list[tuple[int, int]]:
        return [(entity.start, entity.end) for entity in understanding.entities if entity.name == source.entity]

    def _values(self, text: str, kind: str, *, currency: str) -> tuple[Value, ...]:
        try:
            return find_values(
                text, now=self.now, kinds=_TYPED_KINDS[kind], language=self.domain.language, currency=currency
            )
        except NluError:
            # A language whose values are not read yet: entities and the keypad remain.
            return ()

    def _money(self, amount: Decimal) -> dict[str, str]:
        return {"amount": f"{amount:.2f}", "currency": self.domain.currency}


def _with_homophones(text: str) -> str:
    """Digits misheard as words that sound the same ("two for one" is 241), between two digits or behind the last."""
    words = text.lower().split()
    for index in range(1, len(words)):
        follows = index + 1 == len(words) or words[index + 1] in _DIGIT_WORDS or words[index + 1] in _HOMOPHONES
        if words[index] in _HOMOPHONES and words[index - 1] in _DIGIT_WORDS and follows:
            words[index] = _HOMOPHONES[words[index]]
    return " ".join(words)


def _joined(entities: tuple[Entity, ...], text: str) -> list[Entity]:
    """Neighbours of one kind as one entity: a first and a second name are one person."""
    joined: list[Entity] = []
    for entity in entities:
        before = joined[-1] if joined else None
        if (
            before is not None
            and (before.name, before.role, before.group) == (entity.name, entity.role, entity.group)
            and not text[before.end : entity.start].strip()
            and isinstance(before.value, str | None)
            and isinstance(entity.value, str | None)
        ):
            both = text[before.start : entity.end]
            confidence = min(before.confidence, entity.confidence)
            joined[-1] = replace(before, text=both, end=entity.end, value=both, confidence=confidence)
        else:
            joined.append(entity)
    return joined


def _share(text: str, spans: list[tuple[int, int]]) -> float:
    words = own_words(text)
    if not words:
        return 1.0
    inside = sum(any(start <= word[0] and word[1] <= end for start, end in spans) for word in words)
    return inside / len(words)


def _choices_in(text: str, slot: Slot) -> list[tuple[str, tuple[int, int]]]:
    """The choices named in `text` with their spans, in order; longer synonyms hide shorter ones inside them."""
    found: list[tuple[int, int, str]] = []
    for value, span in _named(text.lower(), slot):
        start, end = span
        if not any(other_start <= start and end <= other_end for other_start, other_end, _ in found):
            found.append((start, end, value))
    return [(value, (start, end)) for start, end, value in sorted(found)]


def _named(lowered: str, slot: Slot) -> Iterator[tuple[str, tuple[int, int]]]:
    pairs = [(text, value) for value, texts in slot.synonyms.items() for text in texts]
    for text, value in sorted(pairs, key=lambda pair: -len(pair[0])):
        for match in re.finditer(rf"\b{re.escape(text)}\b", lowered):
            yield value, match.span()


def _plain_number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
