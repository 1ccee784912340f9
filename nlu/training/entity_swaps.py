"""Entities that change places between training examples of the same intent.

"Mention replacement" of Dai & Adel 2020, "An Analysis of Simple Data Augmentation for Named Entity Recognition": the
tagger sees each name in many sentences and each sentence with many names, and leans on the words around. Names of open
kinds (films, people) are also put together from the beginning of one and the end of another, for a name that was never
seen is what the tagger will meet.
"""

import random
from collections import defaultdict
from collections.abc import Sequence

from nlu.corpus.corpus import Example
from nlu.model.labels import EntityType
from nlu.training.augmentation import join, split
from nlu.understanding import Entity

SWAPPED = 0.5
"""The share of entities that get other words."""

RECOMBINED = 0.3
"""The share of those, where the kind is open, that are put together from two."""

OPEN_KIND = 100
"""Different phrases from which a kind counts as open."""

_LONGEST = 7
"""Words of a recombined name; longer ones are left out."""

_ABBREVIATION = 4
"""Letters up to which capitals may be the phrase's own: "UK", "NATO"."""

_Place = tuple[str, EntityType]
"""An intent and an entity type in it."""


class EntitySwaps:
    """Draws from the phrases that `examples` have for the same entity type in the same intent."""

    def __init__(self, examples: Sequence[Example], *, seed: int) -> None:
        self._draw = random.Random(seed)
        said: dict[_Place, list[str]] = defaultdict(list)
        for example in examples:
            for entity in example.entities:
                said[_place(example, entity)].append(entity.text)
        self._said = dict(said)
        self._different = {place: sorted(set(phrases)) for place, phrases in said.items()}

    def vary(self, example: Example) -> Example:
        """The example with other words in some of its entities; same intent, same entity types."""
        if not example.entities:
            return example
        pieces = [(self._phrase(example, entity) if entity else text, entity) for text, entity in split(example)]
        return join(pieces, example.intent)

    def _phrase(self, example: Example, entity: Entity) -> str:
        place = _place(example, entity)
        different = self._different.get(place, [])
        if len(different) < 2 or self._draw.random() >= SWAPPED:
            return entity.text
        # Half as often as they are said, half all alike: common phrases stay common, rare ones are seen too.
        phrase = self._draw.choice(self._said[place] if self._draw.random() < 0.5 else different)
        if len(different) > OPEN_KIND and self._draw.random() < RECOMBINED:
            phrase = self._recombined(phrase, self._draw.choice(different))
        return _cased_like(entity.text, phrase)

    def _recombined(self, phrase: str, other: str) -> str:
        """The first words of one and the last words of another, or `phrase` where that makes nothing or too much."""
        begin, end = phrase.split(), other.split()
        words = begin[: self._draw.randint(0, len(begin))] + end[self._draw.randint(0, len(end)) :]
        return " ".join(words) if 0 < len(words) <= _LONGEST else phrase


def _cased_like(model: str, phrase: str) -> str:
    """In a headline of capitals, or in what a recognizer writes, the new words are written like the old ones."""
    if model.islower():
        return phrase.lower()
    return phrase.upper() if model.isupper() and len(model) > _ABBREVIATION else phrase


def _place(example: Example, entity: Entity) -> _Place:
    return example.intent, EntityType(entity.name, entity.role, entity.group)
