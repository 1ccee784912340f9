"""How well each tag goes with each intent, counted in the training examples.

Asked to find a screening, nobody rates a book: an entity type that is never annotated with an intent, though chance
would often have put it there, is unlikely with that intent. The score is the pointwise mutual information, smoothed by
one example and at most 0: it never speaks for a tag, and of what was hardly seen it says next to nothing.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlu.corpus.corpus import Example
from nlu.model.alignment import begin_tag, inside_tag, tag_count
from nlu.model.labels import EntityType, Labels


def intent_tag_scores(examples: Sequence[Example], labels: Labels) -> NDArray[np.float32]:
    """(intents, tags), 0 or below; for O always 0. Examples without an intent do not count."""
    intents = {name: number for number, name in enumerate(labels.intents)}
    kinds = {kind: number for number, kind in enumerate(labels.entities)}
    seen = np.zeros((len(intents), len(kinds)))
    sizes = np.zeros(len(intents))
    for example in examples:
        intent = intents.get(example.intent)
        if intent is None:
            continue
        sizes[intent] += 1
        for entity in example.entities:
            kind = kinds.get(EntityType(entity.name, entity.role, entity.group))
            if kind is not None:
                seen[intent, kind] += 1
    expected = sizes[:, None] * seen.sum(axis=0) / max(sizes.sum(), 1.0)
    scores = np.minimum(np.log((seen + 1) / (expected + 1)), 0.0)
    found = np.zeros((len(intents), tag_count(len(kinds))), np.float32)
    for kind in range(len(kinds)):
        found[:, begin_tag(kind)] = found[:, inside_tag(kind)] = scores[:, kind]
    return found
