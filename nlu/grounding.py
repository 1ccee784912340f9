"""Tagged spans -> entities with typed values; lookups, patterns and unmistakable values add what was not tagged. Pure.

What kind of value an entity holds follows from its name: `amount`, `transfer_amount`, `code`, `date` ...
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from nlu.understanding import Entity
from nlu.values.values import Value, find_values

KINDS_BY_NAME = {
    "amount": "money", "money": "money", "price": "money", "sum": "money",
    "code": "digits", "pin": "digits", "digits": "digits", "account_number": "digits", "card_number": "digits",
    "sort_code": "digits", "phone": "digits", "phone_number": "digits", "order_number": "digits",
    "date": "date", "day": "date",
    "number": "number", "count": "number", "quantity": "number",
    "ordinal": "ordinal", "position": "ordinal",
}  # fmt: skip
"""Entity name, or the end of one behind "_" -> kind of value."""

MATCHED_CONFIDENCE = 0.9
"""Of an entity that a lookup, a pattern or its own form gave, and not the model."""

_SHORTEST_CODE = 4


class Knowledge(Struct, frozen=True, kw_only=True):
    """What a corpus says about entities beside its examples; `names` are all its entities."""

    names: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = {}
    lookups: Mapping[str, tuple[str, ...]] = {}
    regexes: Mapping[str, tuple[str, ...]] = {}


def kind_of(name: str) -> str | None:
    """The kind of value an entity of this name holds; None: text."""
    parts = name.lower().split("_")
    endings = ("_".join(parts[begin:]) for begin in range(len(parts)))
    return next((KINDS_BY_NAME[ending] for ending in endings if ending in KINDS_BY_NAME), None)


class Grounder:
    """Lookups and patterns are compiled once."""

    def __init__(self, knowledge: Knowledge, *, currency: str = "GBP") -> None:
        self._knowledge = knowledge
        self._currency = currency
        self._kinds = {name: kind for name in knowledge.names if (kind := kind_of(name))}
        patterns = [(name, _any_of(phrases)) for name, phrases in knowledge.lookups.items() if phrases]
        patterns += [(name, re.compile(p, re.IGNORECASE)) for name, ps in knowledge.regexes.items() for p in ps]
        self._patterns = patterns
        self._known = {phrase.lower() for phrases in knowledge.lookups.values() for phrase in phrases}
        self._said = _any_of(tuple(knowledge.synonyms)) if knowledge.synonyms else None

    def ground(self, text: str, tagged: Sequence[Entity], *, now: datetime, language: str = "en") -> tuple[Entity, ...]:
        """`tagged` with values, widened to the whole value, and what the model missed; in order, not overlapping."""
        english = language.split("-")[0].lower() == "en"
        found: list[Entity] = []
        for entity in tagged:
            grown = self._with_value(text, entity, now) if english else self._named(text, entity)
            if not any(_overlap(grown, other) for other in found):
                found.append(grown)
        extra = [*self._matched(text), *(self._unmistakable(text, now) if english else ())]
        for entity in extra:
            if not any(_overlap(entity, other) for other in found):
                found.append(entity)
        return tuple(sorted(found, key=lambda entity: entity.start))

    def _with_value(self, text: str, entity: Entity, now: datetime) -> Entity:
        kind = self._kinds.get(entity.name)
        if kind is None:
            return self._named(text, entity)
        values = find_values(text, now=now, kinds=frozenset({kind}), currency=self._currency)
        inside = [value for value in values if value.start < entity.end and entity.start < value.end]
        if not inside:
            return self._named(text, entity)
        best = max(inside, key=lambda value: value.end - value.start)
        start, end = min(entity.start, best.start), max(entity.end, best.end)
        return msgspec.structs.replace(entity, text=text[start:end], start=start, end=end, value=best.value)

    def _named(self, text: str, entity: Entity) -> Entity:
        """The value is the synonym's, or the words themselves when the entity is no number, date or amount."""
        entity = self._whole_phrase(text, entity)
        said = entity.text.lower()
        value = self._knowledge.synonyms.get(said)
        if value is None and entity.name not in self._kinds:
            value = said
        return msgspec.structs.replace(entity, value=value)

    def _whole_phrase(self, text: str, entity: Entity) -> Entity:
        """The model may tag a part of a known phrase, "cash" of "cash card": when only the whole means something."""
        said = entity.text.lower()
        if self._said is None or said in self._known or said in self._knowledge.synonyms:
            return entity
        for found in self._said.finditer(text):
            if found.start() <= entity.start and entity.end <= found.end():
                return msgspec.structs.replace(entity, text=found.group(), start=found.start(), end=found.end())
        return entity

    def _matched(self, text: str) -> list[Entity]:
        return [
            self._named(text, _entity(name, text, *found.span()))
            for name, pattern in self._patterns
            for found in pattern.finditer(text)
            if found.group()
        ]

    def _unmistakable(self, text: str, now: datetime) -> list[Entity]:
        """An amount with its currency, a long digit string: when just one entity of the pack can hold it."""
        kinds = frozenset({"money", "digits"})
        entities: list[Entity] = []
        for value in find_values(text, now=now, kinds=kinds):
            names = [name for name, kind in self._kinds.items() if kind == value.kind]
            if len(names) == 1 and _is_sure(value):
                entity = _entity(names[0], text, value.start, value.end, value.value)
                if not any(_overlap(entity, other) for other in entities):
                    entities.append(entity)
        return entities


def _is_sure(value: Value) -> bool:
    return value.kind == "money" or (
        len(str(value.value)) >= _SHORTEST_CODE and not value.text.endswith(("thousand", "hundred", "million"))
    )


def _entity(name: str, text: str, start: int, end: int, value: object = None) -> Entity:
    said = text[start:end]
    return Entity(name=name, text=said, start=start, end=end, value=value, confidence=MATCHED_CONFIDENCE)


def _overlap(one: Entity, other: Entity) -> bool:
    return one.start < other.end and other.start < one.end


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
