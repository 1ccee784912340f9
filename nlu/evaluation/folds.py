"""Cross-validation: every example judged once by a model that has not learnt it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from nlu.corpus.corpus import Example


def folds(examples: Sequence[Example], count: int) -> Iterator[tuple[tuple[Example, ...], tuple[Example, ...]]]:
    """`count` pairs of examples to learn from and to judge by; every example is judged once.

    Stratified: an intent's examples are dealt in turn. Examples of the same words stay in one fold.
    """
    place: dict[str, int] = {}
    dealt: dict[str, int] = defaultdict(int)
    for example in examples:
        words = example.text.lower()
        if words not in place:
            place[words] = dealt[example.intent] % count
            dealt[example.intent] += 1
    for fold in range(count):
        judged = tuple(example for example in examples if place[example.text.lower()] == fold)
        yield tuple(example for example in examples if place[example.text.lower()] != fold), judged
