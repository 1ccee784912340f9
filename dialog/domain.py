"""What a pack's conversation can hold: its intents, entities and slots, from `domain.yaml`."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from dialog.expectation import OPEN, Expectation, ExpectationKind
from nlu.errors import SettingsError
from nlu.settings import Settings, convert, line_of, read_yaml

SlotType = Literal[
    "text", "digits", "money", "number", "date", "time", "datetime", "duration", "percentage", "phone", "email",
    "reference", "bool", "choice", "any",
]  # fmt: skip

RESERVED_INTENTS = frozenset(
    {"affirm", "deny", "cancel", "repeat", "correct", "talk_to_person", "thanks", "goodbye", "greet", "help",
     "restart", "inform", "out_of_scope"}
)  # fmt: skip
TAKEABLE_INTENTS = frozenset({"talk_to_person", "thanks", "goodbye", "greet", "help"})

_EXPECTED: Mapping[str, ExpectationKind] = {
    "digits": "digits",
    "bool": "yes_no",
    "choice": "choice",
    "money": "amount",
    "date": "date",
    "phone": "digits",
}


class SlotSource(Settings, frozen=True):
    """One place a slot's value may come from: exactly one of `entity`, `intent`, `text`."""

    entity: str = ""
    role: str | None = None
    intent: str = ""
    value: object = True
    text: bool = False
    max_words: int | None = None


class Slot(Settings, frozen=True, dict=True, rename={"sources": "from"}):
    """One thing the conversation remembers; docs/writing-a-pack.md explains each key."""

    type: SlotType = "any"
    length: int | None = None
    choices: dict[str, tuple[str, ...]] | tuple[str, ...] = ()
    sensitive: bool = False
    keep: bool = False
    initial: object = None
    sources: tuple[SlotSource, ...] | None = None
    phrases: tuple[str, ...] = ()
    keypad: bool = True
    label: str = ""

    @cached_property
    def synonyms(self) -> Mapping[str, tuple[str, ...]]:
        """Each choice with everything that means it, lower case, the value itself first."""
        given = self.choices if isinstance(self.choices, dict) else dict.fromkeys(self.choices, ())
        return {
            value: (value.replace("_", " ").lower(), *(text.lower() for text in others))
            for value, others in given.items()
        }

    @cached_property
    def bias(self) -> tuple[str, ...]:
        """What the recognizer should listen for while this slot is asked."""
        spoken = [text for texts in self.synonyms.values() for text in texts]
        return tuple(dict.fromkeys([*spoken, *self.phrases]))

    def expectation(self, escapes: tuple[str, ...]) -> Expectation:
        """What to expect after asking for this slot."""
        kind = _EXPECTED.get(self.type, "open")
        return Expectation(
            kind=kind,
            length=self.length if self.type == "digits" else None,
            phrases=self.bias,
            escapes=escapes,
            keypad=self.keypad,
            sensitive=self.sensitive,
        )


class DomainFile(Settings, frozen=True):
    """`domain.yaml` as it stands."""

    title: str
    language: str = "en"
    currency: str = "GBP"
    intents: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    escapes: tuple[str, ...] = ()
    hand_over_to: str = ""
    slots: dict[str, object] = msgspec.field(default_factory=dict)


class Domain(Settings, frozen=True):
    """A checked domain."""

    title: str
    language: str
    currency: str
    intents: tuple[str, ...]
    entities: tuple[str, ...]
    escapes: tuple[str, ...]
    hand_over_to: str
    slots: dict[str, Slot]

    def sources(self, name: str) -> tuple[SlotSource, ...]:
        """Where slot `name` may come from; by default from the entity of its name."""
        given = self.slots[name].sources
        return (SlotSource(entity=name),) if given is None else given

    def label(self, name: str) -> str:
        """How slot `name` is called in speech."""
        return self.slots[name].label or "the " + name.replace("_", " ")

    @property
    def open(self) -> Expectation:
        """Anything may follow."""
        return Expectation(kind=OPEN.kind, escapes=self.escapes)


def load_domain(path: Path) -> tuple[Domain, list[str]]:
    """The domain and everything that is wrong inside it (`file:line key: reason`).

    Raises SettingsError when the file can't be read as a domain at all.
    """
    data, node = read_yaml(path)
    read = convert(data or {}, DomainFile, path=path, node=node)
    slots: dict[str, Slot] = {}
    problems = []
    for name, given in read.slots.items():
        try:
            slots[name] = convert(given, Slot, path=path, node=node, at=("slots", name))
        except SettingsError as error:
            problems.append(str(error))
    domain = Domain(
        title=read.title,
        language=read.language,
        currency=read.currency,
        intents=read.intents,
        entities=read.entities,
        escapes=read.escapes,
        hand_over_to=read.hand_over_to,
        slots=slots,
    )
    problems += [
        f"{path}:{line_of(node, ('slots', name))} slots.{name}: {reason}"
        for name in slots
        for reason in _slot_problems(domain, name)
    ]
    problems += _doubles(path, node, "intents", read.intents) + _doubles(path, node, "entities", read.entities)
    return domain, problems


def _slot_problems(domain: Domain, name: str) -> list[str]:
    slot = domain.slots[name]
    problems = []
    if not name.isidentifier():
        problems.append("a slot's name must be a plain word")
    if slot.type == "choice" and not slot.choices:
        problems.append("a choice needs `choices`")
    if slot.choices and slot.type != "choice":
        problems.append("`choices` belongs to type choice")
    if slot.length is not None and (slot.type != "digits" or slot.length < 1):
        problems.append("`length` is a count of digits, for type digits")
    for source in domain.sources(name) if slot.sources is not None else ():
        if sum((bool(source.entity), bool(source.intent), source.text)) != 1:
            problems.append("an item of `from` needs exactly one of entity, intent, text")
        if source.entity and source.entity not in domain.entities:
            problems.append(f"unknown entity {source.entity!r}; known: {', '.join(domain.entities)}")
        if source.intent and source.intent not in domain.intents:
            problems.append(f"unknown intent {source.intent!r}; known: {', '.join(domain.intents)}")
    return problems


def _doubles(path: Path, node: yaml.Node | None, key: str, names: tuple[str, ...]) -> list[str]:
    return [
        f"{path}:{line_of(node, (key, index))} {key}[{index}]: {name!r} is given twice"
        for index, name in enumerate(names)
        if name in names[:index]
    ]
