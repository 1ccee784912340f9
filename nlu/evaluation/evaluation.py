"""How well a model understands examples it has not learnt."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from msgspec import Struct

from nlu.corpus.corpus import Example
from nlu.understanding import Understanding


class SpanScore(Struct, frozen=True, kw_only=True):
    """Exact spans of the right entity (role included) among those found and those that are there."""

    right: int
    found: int
    there: int

    @property
    def precision(self) -> float:
        """1.0 when nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """1.0 when nothing was there."""
        return self.right / self.there if self.there else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.found + self.there
        return 2 * self.right / total if total else 1.0


class Confusion(Struct, frozen=True, kw_only=True):
    """`text` of intent `intent` was taken for `taken_for`."""

    text: str
    intent: str
    taken_for: str
    probability: float


class Evaluation(Struct, frozen=True, kw_only=True):
    """`by_intent` is each intent's recall; `confusions` come surest first."""

    examples: int
    intent_accuracy: float
    spans: SpanScore
    by_intent: dict[str, float]
    confusions: tuple[Confusion, ...]


def evaluate(examples: Sequence[Example], understandings: Sequence[Understanding]) -> Evaluation:
    """Judge one understanding an example, in the same order. Raises ValueError for none or unequal numbers."""
    if not examples:
        raise ValueError("nothing to evaluate")
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    confusions = []
    matched = found = there = 0
    for example, understanding in zip(examples, understandings, strict=True):
        best = understanding.intent
        total[example.intent] += 1
        right[example.intent] += best.name == example.intent
        if best.name != example.intent:
            confusions.append(
                Confusion(text=example.text, intent=example.intent, taken_for=best.name, probability=best.probability)
            )
        expected = {(e.name, e.role, e.start, e.end) for e in example.entities}
        given = {(e.name, e.role, e.start, e.end) for e in understanding.entities}
        matched, found, there = matched + len(expected & given), found + len(given), there + len(expected)
    return Evaluation(
        examples=len(examples),
        intent_accuracy=right.total() / len(examples),
        spans=SpanScore(right=matched, found=found, there=there),
        by_intent={intent: right[intent] / total[intent] for intent in sorted(total)},
        confusions=tuple(sorted(confusions, key=lambda confusion: -confusion.probability)),
    )


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
