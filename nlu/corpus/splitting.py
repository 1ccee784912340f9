"""Examples divided into train, dev and test: stratified, and no near-duplicates on two sides."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from nlu.corpus.corpus import Corpus, Example, Splits
from nlu.corpus.near_duplicates import near_duplicate_groups
from nlu.errors import SettingsError


def divide(
    examples: Sequence[Example], shares: Sequence[float], *, seed: int, groups: Sequence[int] | None = None
) -> list[tuple[Example, ...]]:
    """The examples in as many parts as there are `shares` (which sum to 1), each in the order given.

    Every intent is divided in these shares as well as whole groups allow; without intents, the entities an example
    has stand for one. Examples of one group stay together: by default near-duplicates are one. What is too small to
    divide goes where the share is largest.
    """
    chosen = near_duplicate_groups([example.text for example in examples]) if groups is None else groups
    members: dict[int, list[int]] = defaultdict(list)
    for index, group in enumerate(chosen):
        members[group].append(index)
    strata: dict[str, list[list[int]]] = defaultdict(list)
    for indices in members.values():
        kinds = Counter(_stratum(examples[index]) for index in indices)
        strata[max(kinds, key=lambda kind: (kinds[kind], kind))].append(indices)
    draw = random.Random(seed)
    part_of = [0] * len(examples)
    total = [0.0] * len(shares)
    for _, found in sorted(strata.items()):
        draw.shuffle(found)
        found.sort(key=len, reverse=True)
        size = sum(map(len, found))
        lacking = [share * size for share in shares]
        for indices in found:
            # Ties inside a stratum go to the part that lacks most over all strata: half examples add up.
            part = max(range(len(shares)), key=lambda at: (round(lacking[at], 6), total[at] + lacking[at], -at))
            for index in indices:
                part_of[index] = part
            lacking[part] -= len(indices)
        total = [before + more for before, more in zip(total, lacking, strict=True)]
    return [
        tuple(example for example, part in zip(examples, part_of, strict=True) if part == number)
        for number in range(len(shares))
    ]


def split_corpus(corpus: Corpus, shares: Sequence[float] = (0.8, 0.1, 0.1), *, seed: int) -> Splits:
    """Train, dev and test of a corpus, as `divide`; all of them know its synonyms, lookup tables and patterns."""
    train, dev, test = (replace(corpus, examples=part) for part in divide(corpus.examples, shares, seed=seed))
    return Splits(train=train, dev=dev if dev.examples else None, test=test if test.examples else None)


def parse_shares(text: str) -> tuple[float, float, float]:
    """ "80/10/10" as shares that sum to 1; "90/10" has no test. Raises SettingsError for anything else."""
    try:
        parts = [float(part) for part in text.replace(":", "/").replace(",", "/").split("/")]
    except ValueError:
        parts = []
    parts += [0.0] * (3 - len(parts)) if 2 <= len(parts) < 3 else []
    if len(parts) != 3 or min(parts) < 0 or parts[0] <= 0 or not all(part < 1e9 for part in parts):
        raise SettingsError(f"--split {text!r}: expected shares of train, dev and test such as 80/10/10")
    return parts[0] / sum(parts), parts[1] / sum(parts), parts[2] / sum(parts)


def _stratum(example: Example) -> str:
    return example.intent or " ".join(sorted({entity.name for entity in example.entities})[:1])
