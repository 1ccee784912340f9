"""Training data as frozen values, whatever format it came in."""

from collections.abc import Mapping

from msgspec import Struct

from nlu.understanding import Entity


class Example(Struct, frozen=True):
    """One utterance with its intent; the entities' spans are in order and do not overlap.

    An `intent` of "" means that none is given, as in corpora of named entities only.
    """

    text: str
    intent: str = ""
    entities: tuple[Entity, ...] = ()


class Corpus(Struct, frozen=True, kw_only=True):
    """All training data of a pack or a data set.

    `synonyms`: what is said, in lower case -> the value meant; `lookups`: name -> phrases; `regexes`: name -> patterns.
    """

    examples: tuple[Example, ...]
    synonyms: Mapping[str, str] = {}
    lookups: Mapping[str, tuple[str, ...]] = {}
    regexes: Mapping[str, tuple[str, ...]] = {}

    @property
    def intents(self) -> tuple[str, ...]:
        """Every intent, sorted; empty when no example has one."""
        return tuple(sorted({example.intent for example in self.examples} - {""}))

    @property
    def entity_names(self) -> tuple[str, ...]:
        """Every entity that is annotated, looked up or matched by a pattern, sorted."""
        annotated = {entity.name for example in self.examples for entity in example.entities}
        return tuple(sorted(annotated | set(self.lookups) | set(self.regexes)))


class Splits(Struct, frozen=True, kw_only=True):
    """A data set as it is divided; what is None is not there."""

    train: Corpus
    dev: Corpus | None = None
    test: Corpus | None = None
