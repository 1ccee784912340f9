"""A trigram model estimated from weighted sentences, interpolated with a prior, written as ARPA text; pure.

Interpolated Witten-Bell smoothing (Witten and Bell 1991, method C) with fractional counts: each word seen behind
a context keeps back its own weight, at most 1, for the words not seen there.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

START, END, UNKNOWN = "<s>", "</s>", "<unk>"

Gram = tuple[str, ...]
Counts = dict[Gram, dict[str, float]]
Prior = Mapping[str, float]
PairPrior = Callable[[str, str], float]


def count(sentences: Iterable[tuple[Sequence[str], float]], *, order: int = 3) -> Counts:
    """context -> word -> weight, for contexts of `order` - 1 words and, at sentence starts, shorter."""
    counts: Counts = defaultdict(lambda: defaultdict(float))
    for words, weight in sentences:
        padded = (START, *words, END)
        for index in range(1, len(padded)):
            for length in range(min(index, order - 1) + 1):
                counts[padded[index - length : index]][padded[index]] += weight
    return counts


class TrigramModel:
    """Probabilities in backoff form: explicit n-grams, and a backoff weight for each context.

    `prior` gives each vocabulary word's probability before any data and must sum to 1 with `</s>`.
    `prior_weight` is how much of the kept-back unigram mass is multiplied (1: plain Witten-Bell).
    """

    def __init__(self, counts: Counts, prior: Prior, *, prior_weight: float = 1.0) -> None:
        self.unigrams: dict[str, float] = {}
        self.grams: tuple[dict[Gram, float], dict[Gram, float]] = ({}, {})
        self.backoffs: dict[Gram, float] = {}
        seen = counts.get((), {})
        total = sum(seen.values())
        # Without any data everything is kept back for the prior.
        kept = prior_weight * sum(min(1.0, weight) for weight in seen.values()) or 1.0
        for word, probability in prior.items():
            self.unigrams[word] = (seen.get(word, 0.0) + kept * probability) / (total + kept)
        for length in (1, 2):
            for context, followers in counts.items():
                if len(context) == length:
                    self._interpolate(context, followers)

    def _interpolate(self, context: Gram, followers: Mapping[str, float]) -> None:
        total = sum(followers.values())
        kept = sum(min(1.0, weight) for weight in followers.values())
        level = self.grams[len(context) - 1]
        for word, weight in followers.items():
            level[(*context, word)] = (weight + kept * self.probability(word, context[1:])) / (total + kept)
        self.backoffs[context] = kept / (total + kept)

    def probability(self, word: str, context: Gram) -> float:
        """P(word | context); `context` holds at most the two words before."""
        if not context:
            return self.unigrams.get(word, 0.0)
        found = self.grams[len(context) - 1].get((*context, word))
        if found is not None:
            return found
        return self.backoffs.get(context, 1.0) * self.probability(word, context[1:])

    def perplexity(self, sentences: Iterable[Sequence[str]]) -> float:
        """Per word, sentence ends counted; words outside the vocabulary are left out."""
        log, words = 0.0, 0
        for sentence in sentences:
            padded = (START, *sentence, END)
            for index in range(1, len(padded)):
                probability = self.probability(padded[index], padded[max(0, index - 2) : index])
                if probability > 0:
                    log -= math.log(probability)
                    words += 1
        return math.exp(log / max(1, words))

    def arpa(self) -> str:
        """The model in ARPA format, as PocketSphinx reads it."""
        unigrams: dict[Gram, float] = {(word,): probability for word, probability in self.unigrams.items()}
        unigrams[(START,)] = 1e-10
        levels = (unigrams, *self.grams)
        lines = ["\\data\\"]
        lines += [f"ngram {length}={len(grams)}" for length, grams in enumerate(levels, 1)]
        for length, grams in enumerate(levels, 1):
            lines += ["", f"\\{length}-grams:"]
            for gram, probability in sorted(grams.items()):
                line = f"{math.log10(max(probability, 1e-10)):.4f} {' '.join(gram)}"
                if length < 3 and gram[-1] != END:
                    line += f" {math.log10(self.backoffs.get(gram, 1.0)):.4f}"
                lines.append(line)
        return "\n".join((*lines, "", "\\end\\", ""))
