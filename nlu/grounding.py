"""Tagged spans -> entities with typed values; lookups, patterns and unmistakable values add what was not tagged. Pure.

What kinds of value an entity holds follow from its name: `amount`, `transfer_amount`, `code`, `date` ... Whether its
span may grow to the whole value, and whether anything may be added that the model did not tag, is measured on the
training examples: what contradicts their annotation is not done (`measured_knowledge`).
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from nlu.corpus.corpus import Corpus
from nlu.understanding import Entity
from nlu.values.values import KINDS, Value, find_values

_MONEY = ("money",)
_DIGITS = ("digits",)
_PHONE = ("phone", "digits")
_REFERENCE = ("reference", "digits")
_DATE = ("date", "range", "datetime")
_TIME = ("time", "range", "datetime")
_DATETIME = ("datetime", "range", "date", "time")
KINDS_BY_NAME: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("amount", "money", "price", "sum", "cost", "fee"), _MONEY),
    **dict.fromkeys(("code", "pin", "digits", "account_number", "card_number", "sort_code"), _DIGITS),
    **dict.fromkeys(("phone", "phone_number", "telephone", "mobile", "mobile_number", "contact_number"), _PHONE),
    **dict.fromkeys(("email", "email_address", "e_mail"), ("email",)),
    **dict.fromkeys(
        ("reference", "order_number", "order_id", "reference_number", "tracking_number", "booking_number",
         "reservation_number", "confirmation_number", "invoice_number", "case_number", "ticket_number"), _REFERENCE),
    **dict.fromkeys(("date", "day", "birthday", "date_of_birth", "dob"), _DATE),
    **dict.fromkeys(("time", "hour", "time_of_day"), _TIME),
    **dict.fromkeys(("datetime", "date_time", "when", "time_range", "timerange", "period"), _DATETIME),
    **dict.fromkeys(("duration",), ("duration",)),
    **dict.fromkeys(("percentage", "percent", "rate"), ("percentage", "number")),
    **dict.fromkeys(("number", "count", "quantity"), ("number",)),
    **dict.fromkeys(("ordinal", "position"), ("ordinal",)),
}  # fmt: skip
"""Entity name, or the end of one -> the kinds of value it holds; a span grows to a value of the first kind only."""

_SURE_KINDS = ("email", "phone", "money", "digits")
"""Kinds whose values are unmistakable without a tag, surer ones first."""
_CONTRADICTED = 0.02
_FEWEST_CONTRADICTIONS = 2
_MOST_MEASURED = 5_000
"""Grounding contradicts a type's annotation when it surely differs from more than this share of it (the lower end of
Wilson's 95% interval, Wilson 1927), and at least so often; of a larger corpus that many examples are measured."""

MATCHED_CONFIDENCE = 0.9
"""Of an entity that a lookup, a pattern or its own form gave, and not the model."""

_SHORTEST_CODE = 4


class Knowledge(Struct, frozen=True, kw_only=True):
    """What a corpus says about entities beside its examples; `names` are all its entities.

    `narrow`: entities whose spans stay as the model tagged them. `unadded`: entities that only the model may find.
    """

    names: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = {}
    lookups: Mapping[str, tuple[str, ...]] = {}
    regexes: Mapping[str, tuple[str, ...]] = {}
    narrow: tuple[str, ...] = ()
    unadded: tuple[str, ...] = ()


def kinds_of(name: str) -> tuple[str, ...]:
    """The kinds of value an entity of this name holds, the expected one first; empty: text."""
    parts = [part for part in re.split(r"[\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()) if part]
    endings = ("_".join(parts[begin:]) for begin in range(len(parts)))
    kinds = next((KINDS_BY_NAME[ending] for ending in endings if ending in KINDS_BY_NAME), ())
    return tuple(kind for kind in kinds if kind in KINDS)


def kind_of(name: str) -> str | None:
    """The kind of value expected of an entity of this name; None: text."""
    return next(iter(kinds_of(name)), None)


def measured_knowledge(corpus: Corpus) -> Knowledge:
    """What `corpus` knows about its entities, with what grounding must leave alone because the examples say otherwise.

    Grounding is tried on the annotated examples. An entity whose gold spans it would change is narrow; one for which
    it adds spans that nobody annotated is not added to.
    """
    draft = Knowledge(
        names=corpus.entity_names, synonyms=corpus.synonyms, lookups=corpus.lookups, regexes=corpus.regexes
    )
    grounder = Grounder(draft)
    seen: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    added: Counter[str] = Counter()
    step = max(1, len(corpus.examples) // _MOST_MEASURED)
    for example in corpus.examples[::step]:
        language = "zh" if _CHINESE.search(example.text) else "en"
        for gold, grown in grounder.grown(example.text, example.entities, now=_ANY_DAY, language=language):
            seen[gold.name] += 1
            moved[gold.name] += (grown.start, grown.end) != (gold.start, gold.end)
        for extra in grounder.additions(example.text, now=_ANY_DAY, language=language):
            added[extra.name] += not any(_overlap(extra, gold) for gold in example.entities)
    return msgspec.structs.replace(draft, narrow=_contradicted(moved, seen), unadded=_contradicted(added, seen))


_CHINESE = re.compile("[\u4e00-\u9fff]")
_ANY_DAY = datetime(2026, 1, 1, 12)


def _contradicted(wrong: Counter[str], seen: Counter[str]) -> tuple[str, ...]:
    return tuple(
        sorted(
            name
            for name, count in wrong.items()
            if count >= _FEWEST_CONTRADICTIONS and _surely_above(count, max(seen[name], count)) > _CONTRADICTED
        )
    )


def _surely_above(count: int, total: int) -> float:
    """The lower end of Wilson's 95% interval of the share count/total."""
    z = 1.96
    share = count / total
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (share + z * z / (2 * total) - spread) / (1 + z * z / total)


class Grounder:
    """Lookups and patterns are compiled once. `currency` is taken where a tagged amount names none."""

    def __init__(self, knowledge: Knowledge, *, currency: str = "GBP") -> None:
        self._knowledge = knowledge
        self._currency = currency
        self._kinds = {name: kinds for name in knowledge.names if (kinds := kinds_of(name))}
        patterns = [(name, _any_of(phrases)) for name, phrases in knowledge.lookups.items() if phrases]
        patterns += [(name, re.compile(p, re.IGNORECASE)) for name, ps in knowledge.regexes.items() for p in ps]
        self._patterns = [(name, pattern) for name, pattern in patterns if name not in knowledge.unadded]
        self._sure = self._sure_names()
        self._known = {phrase.lower() for phrases in knowledge.lookups.values() for phrase in phrases}
        self._said = _any_of(tuple(knowledge.synonyms)) if knowledge.synonyms else None

    def ground(self, text: str, tagged: Sequence[Entity], *, now: datetime, language: str = "en") -> tuple[Entity, ...]:
        """`tagged` with values, widened to the whole value, and what the model missed; in order, not overlapping."""
        found: list[Entity] = []
        for _, entity in self.grown(text, tagged, now=now, language=language):
            if not any(_overlap(entity, other) for other in found):
                found.append(entity)
        for entity in self.additions(text, now=now, language=language):
            if not any(_overlap(entity, other) for other in found):
                found.append(entity)
        return tuple(sorted(found, key=lambda entity: entity.start))

    def grown(
        self, text: str, tagged: Iterable[Entity], *, now: datetime, language: str
    ) -> list[tuple[Entity, Entity]]:
        """Each tagged entity beside itself with its value and, where its type allows, its whole span."""
        tagged = list(tagged)
        kinds = frozenset(kind for entity in tagged for kind in self._kinds.get(entity.name, ()))
        values: tuple[Value, ...] = ()
        if kinds:
            values = find_values(text, now=now, kinds=kinds, language=language, currency=self._currency)
        return [(entity, self._with_value(text, entity, values)) for entity in tagged]

    def additions(self, text: str, *, now: datetime, language: str) -> list[Entity]:
        """What lookups, patterns and unmistakable values find in the text, whatever was tagged."""
        return [*self._matched(text), *self._unmistakable(text, now, language)]

    def _sure_names(self) -> dict[str, str]:
        """Kind -> the one entity of the pack that holds it, where there is just one and something may be added."""
        sure = {}
        for kind in _SURE_KINDS:
            names = [name for name, kinds in self._kinds.items() if kinds[0] == kind]
            if len(names) == 1 and names[0] not in self._knowledge.unadded:
                sure[kind] = names[0]
        return sure

    def _with_value(self, text: str, entity: Entity, values: Sequence[Value]) -> Entity:
        kinds = self._kinds.get(entity.name, ())
        inside = [
            value for value in values if value.kind in kinds and value.start < entity.end and entity.start < value.end
        ]
        if not inside:
            return self._named(text, entity)
        narrow = entity.name in self._knowledge.narrow
        best = max(inside, key=lambda value: _fit(value, entity, kinds))
        start, end = entity.start, entity.end
        if not narrow and best.kind == kinds[0]:
            start, end = min(start, best.start), max(end, best.end)
        return msgspec.structs.replace(entity, text=text[start:end], start=start, end=end, value=best.value)

    def _named(self, text: str, entity: Entity) -> Entity:
        """The value is the synonym's, or the words themselves when the entity is no number, date or amount."""
        if entity.name not in self._knowledge.narrow:
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

    def _unmistakable(self, text: str, now: datetime, language: str) -> list[Entity]:
        """An amount with its currency, a long digit string: when just one entity of the pack can hold it."""
        if not self._sure:
            return []
        entities: list[Entity] = []
        values = find_values(text, now=now, kinds=frozenset(self._sure), language=language)
        for value in sorted(values, key=lambda value: _SURE_KINDS.index(value.kind)):
            if _is_sure(value):
                entity = _entity(self._sure[value.kind], text, value.start, value.end, value.value)
                if not any(_overlap(entity, other) for other in entities):
                    entities.append(entity)
        return entities


def _fit(value: Value, entity: Entity, kinds: Sequence[str]) -> tuple[int, int, int]:
    """A value that covers more of the entity is better, then one that says less beside it, then the expected kind."""
    shared = min(value.end, entity.end) - max(value.start, entity.start)
    return shared, shared - (value.end - value.start), -kinds.index(value.kind)


def _is_sure(value: Value) -> bool:
    return value.kind != "digits" or (
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
