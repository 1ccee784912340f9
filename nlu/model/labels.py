"""What a model's outputs stand for."""

from msgspec import Struct

from nlu.corpus.corpus import Corpus

OUT_OF_SCOPE = "out_of_scope"
"""An intent of this name collects what is none of the pack's business; its probability adds to the score."""


class EntityType(Struct, frozen=True):
    """One kind of tagged span: the entity's name with role and group as in Rasa 3."""

    name: str
    role: str | None = None
    group: str | None = None


class Labels(Struct, frozen=True, kw_only=True):
    """Intents and entity types in the order of the model's outputs."""

    intents: tuple[str, ...]
    entities: tuple[EntityType, ...]

    @property
    def in_scope(self) -> tuple[int, ...]:
        """The numbers of all intents but OUT_OF_SCOPE."""
        return tuple(index for index, name in enumerate(self.intents) if name != OUT_OF_SCOPE)


def labels_of(corpus: Corpus) -> Labels:
    """The labels the corpus' examples use, sorted."""
    kinds = {EntityType(e.name, e.role, e.group) for example in corpus.examples for e in example.entities}
    ordered = sorted(kinds, key=lambda kind: (kind.name, kind.role or "", kind.group or ""))
    return Labels(intents=corpus.intents, entities=tuple(ordered))
