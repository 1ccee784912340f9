"""What the benchmarks train and judge: public data with their official splits, one task a seed."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from nlu.corpus.corpus import Corpus, Example, Splits
from nlu.corpus.reading import read_corpus, read_splits
from nlu.errors import CorpusError
from nlu.evaluation.folds import folds
from nlu.locations import find_pack, pack_nlu_files
from nlu.training.checkpoint import PACK_SETTINGS
from nlu.training.settings import TrainingSettings

WORD_ERROR_RATES = (0.05, 0.1, 0.2, 0.3)
"""Of the noise benchmark."""

SMALL_INTENTS = 15
SMALL_EXAMPLES = 30
"""What the small benchmark draws: so many intents with so many training utterances each."""

PACK_FOLDS = 5
"""A pack has no test split: each seed is one fold of its examples, judged by a model of the other folds."""


class Task(Struct, frozen=True, kw_only=True):
    """One model to train and judge. Tasks of one `variant` differ in their seed only and are averaged."""

    variant: str
    seed: int
    train: Corpus
    test: Corpus
    settings: TrainingSettings
    dev: Corpus | None = None
    word_error_rates: tuple[float, ...] = ()


Planner = Callable[[Path, Sequence[int], TrainingSettings], list[Task]]


def banking77(data: Path, seeds: Sequence[int], settings: TrainingSettings) -> list[Task]:
    """77 intents of a bank, 10,003 training and 3,080 test utterances (Casanueva et al. 2020)."""
    return list(_each_seed(_official(data, "banking77"), seeds, settings, variant="banking77"))


def snips(data: Path, seeds: Sequence[int], settings: TrainingSettings) -> list[Task]:
    """7 intents and 39 slots of voice commands (Coucke et al. 2018), with the split of Goo et al. 2018."""
    return list(_each_seed(_official(data, "snips"), seeds, settings, variant="snips"))


def small(data: Path, seeds: Sequence[int], settings: TrainingSettings) -> list[Task]:
    """15 intents with 30 examples each, drawn anew for each seed from BANKING77; and the banking pack's own data."""
    splits = _official(data, "banking77")
    tasks = [
        Task(
            variant=f"{SMALL_INTENTS} intents x {SMALL_EXAMPLES}",
            seed=seed,
            train=train,
            test=test,
            settings=msgspec.structs.replace(settings, seed=seed),
        )
        for seed in seeds
        for train, test in (draw_small(splits, seed=seed),)
    ]
    pack = read_corpus(pack_nlu_files(find_pack("banking")))
    for seed, (seen, judged) in zip(seeds, folds(pack.examples, max(PACK_FOLDS, len(seeds))), strict=False):
        learnt, test = (msgspec.structs.replace(pack, examples=examples) for examples in (seen, judged))
        tuned = msgspec.structs.replace(PACK_SETTINGS, seed=seed)
        tasks.append(Task(variant="banking pack", seed=seed, train=learnt, test=test, settings=tuned))
    return tasks


def noise(data: Path, seeds: Sequence[int], settings: TrainingSettings) -> list[Task]:
    """BANKING77 heard with recognition errors, by models trained without and with augmentation."""
    splits = _official(data, "banking77")
    plain = msgspec.structs.replace(settings, augment=False)
    augmented = msgspec.structs.replace(settings, augment=True)
    return [
        *_each_seed(splits, seeds, plain, variant="clean-trained", word_error_rates=WORD_ERROR_RATES),
        *_each_seed(splits, seeds, augmented, variant="augmented", word_error_rates=WORD_ERROR_RATES),
    ]


PLANNERS: Mapping[str, Planner] = {"banking77": banking77, "snips": snips, "small": small, "noise": noise}
"""The benchmarks that train, by name."""


def draw_small(
    splits: Splits, *, seed: int, intents: int = SMALL_INTENTS, examples: int = SMALL_EXAMPLES
) -> tuple[Corpus, Corpus]:
    """Some intents with some training examples each, and all test examples of these intents; seeded."""
    draw = random.Random(seed)
    by_intent: dict[str, list[Example]] = defaultdict(list)
    for example in splits.train.examples:
        by_intent[example.intent].append(example)
    enough = sorted(intent for intent, there in by_intent.items() if len(there) >= examples)
    if len(enough) < intents or splits.test is None:
        raise CorpusError(f"not {intents} intents with {examples} training examples each, and a test split")
    chosen = draw.sample(enough, intents)
    train = tuple(example for intent in chosen for example in draw.sample(by_intent[intent], examples))
    judged = tuple(example for example in splits.test.examples if example.intent in chosen)
    return Corpus(examples=train), Corpus(examples=judged)


def _each_seed(
    splits: Splits,
    seeds: Sequence[int],
    settings: TrainingSettings,
    *,
    variant: str,
    word_error_rates: tuple[float, ...] = (),
) -> Iterator[Task]:
    if splits.test is None:
        raise CorpusError("the data has no test split")
    for seed in seeds:
        yield Task(
            variant=variant, seed=seed, train=splits.train, dev=splits.dev, test=splits.test,
            settings=msgspec.structs.replace(settings, seed=seed), word_error_rates=word_error_rates,
        )  # fmt: skip


def _official(data: Path, name: str) -> Splits:
    """The data set in the folder `name` of `data`, or in `data` itself."""
    for folder in (data / name, data):
        if folder.is_dir() and any("train" in path.name for path in folder.iterdir()):
            splits = read_splits(folder)
            if splits.test is None:
                raise CorpusError(f"{folder}: no test split")
            return splits
    raise CorpusError(f"{data}: expected the folder {name} with train and test data, or that folder itself")
