"""What an epoch of training sees of the examples: as they are or in other words, and as a recognizer hears them."""

import random
from collections.abc import Sequence

from nlu.corpus.corpus import Corpus, Example
from nlu.training.augmentation import Augmenter
from nlu.training.entity_swaps import EntitySwaps
from nlu.training.recognition_noise import RecognitionNoise
from nlu.training.schedule import LARGE
from nlu.training.settings import TrainingSettings

_REWORDED = 0.8
"""The share of a small corpus' examples that are put in other words."""

_HEARD = 0.1
"""The share of examples that are learnt as heard where an epoch sees each only once."""

Said = tuple[Example, ...]
"""An example as it was said, and, if it was said to a recognizer, as it was heard."""


def views_of(corpus: Corpus, settings: TrainingSettings) -> int:
    """In how many forms an epoch sees an example: 2 where there are intents to be known in what is heard, 1 where most
    of the work is to learn many entities."""
    return 2 if settings.augment and corpus.intents and not _many_entities(corpus) else 1


def varied(corpus: Corpus, examples: Sequence[Example], settings: TrainingSettings, *, epoch: int) -> list[Said]:
    """Each of `examples`, in order, with its labels; the same epoch always gives the same.

    Examples without an intent, named entities in written text, are not put through noise: nobody says them to a
    recognizer.
    """
    if not settings.augment:
        return [(example,) for example in examples]
    seed = settings.seed * 1_000 + epoch
    draw = random.Random(seed)
    augmenter = Augmenter(corpus, seed=seed) if len(corpus.examples) < LARGE else None
    swaps = EntitySwaps(corpus.examples, seed=seed) if _many_entities(corpus) else None
    noise = RecognitionNoise(seed=seed, wer=0.0)

    def vary(example: Example) -> Said:
        reworded, wer, heard = draw.random(), draw.uniform(0.0, settings.noise_wer), draw.random()
        if swaps:
            example = swaps.vary(example)
        if not example.intent or not example.text.strip():
            return (example,)
        if swaps:
            return (noise.corrupt_example(example, wer=wer) if heard < _HEARD else example,)
        if augmenter and reworded < _REWORDED:
            example = augmenter.vary(example)
        return example, noise.corrupt_example(example, wer=wer)

    return [vary(example) for example in examples]


def _many_entities(corpus: Corpus) -> bool:
    return len(corpus.examples) >= LARGE and any(example.entities for example in corpus.examples)
