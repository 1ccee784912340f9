"""Precision, recall and F1 by label with their averages, confusion matrices, reliability. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlu.evaluation.report import (
    Averages,
    Calibration,
    Confusion,
    ConfusionMatrix,
    LabelScore,
    Mistaken,
    ReliabilityBin,
    Scores,
)

BINS = 15
SHOWN = 5
"""How many examples of a confusion are kept."""


class Answer(NamedTuple):
    """One example's true label, the model's, and the probability the model gave its own."""

    text: str
    truth: str
    given: str
    probability: float


def scores(right: Mapping[str, int], found: Mapping[str, int], there: Mapping[str, int]) -> Scores:
    """From counts by label: right answers, answers, cases in the data."""
    labels = tuple(_label(name, right.get(name, 0), found.get(name, 0), there.get(name, 0))
                   for name in sorted({*found, *there}))  # fmt: skip
    support = np.array([label.support for label in labels], dtype=np.float64)
    return Scores(
        labels=labels,
        micro=_averages(*_rates(sum(right.values()), sum(found.values()), sum(there.values()))),
        macro=_mean(labels, np.ones(len(labels))),
        weighted=_mean(labels, support),
    )


def classification(answers: Sequence[Answer]) -> Scores:
    """One answer an example."""
    right = Counter(answer.truth for answer in answers if answer.truth == answer.given)
    return scores(right, Counter(answer.given for answer in answers), Counter(answer.truth for answer in answers))


def accuracy(answers: Sequence[Answer]) -> float:
    """The share of right answers; 0.0 of none."""
    return sum(answer.truth == answer.given for answer in answers) / len(answers) if answers else 0.0


def confusion_matrix(answers: Sequence[Answer]) -> ConfusionMatrix:
    """Over the labels in the data or in the answers, sorted."""
    labels = sorted({label for answer in answers for label in (answer.truth, answer.given)})
    place = {label: index for index, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
    for answer in answers:
        counts[place[answer.truth], place[answer.given]] += 1
    return ConfusionMatrix(labels=tuple(labels), counts=tuple(tuple(row) for row in counts.tolist()))


def confusions(answers: Sequence[Answer]) -> tuple[Confusion, ...]:
    """Pairs of labels that are taken for each other, the most frequent first."""
    support = Counter(answer.truth for answer in answers)
    pairs: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.truth != answer.given:
            pairs[answer.truth, answer.given].append(answer)
    found = [
        Confusion(
            truth=truth, taken_for=given, count=len(wrong), share=len(wrong) / support[truth],
            examples=tuple(Mistaken(text=one.text, probability=one.probability) for one in surest(wrong)[:SHOWN]),
        )
        for (truth, given), wrong in pairs.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda pair: (-pair.count, -pair.share, pair.truth, pair.taken_for)))


def surest(answers: Sequence[Answer]) -> list[Answer]:
    """The most probable first."""
    return sorted(answers, key=lambda answer: (-answer.probability, answer.text))


def calibration(answers: Sequence[Answer]) -> Calibration:
    """Raises ValueError for no answers."""
    if not answers:
        raise ValueError("nothing to calibrate")
    sure = np.array([answer.probability for answer in answers])
    right = np.array([answer.truth == answer.given for answer in answers], dtype=np.float64)
    places = np.clip(np.ceil(sure * BINS).astype(np.int64) - 1, 0, BINS - 1)
    bins = []
    for place in range(BINS):
        inside = places == place
        count = int(inside.sum())
        bins.append(
            ReliabilityBin(
                lower=place / BINS, upper=(place + 1) / BINS, count=count,
                confidence=float(sure[inside].mean()) if count else 0.0,
                accuracy=float(right[inside].mean()) if count else 0.0,
            )
        )  # fmt: skip
    gaps = [(abs(one.confidence - one.accuracy), one.count) for one in bins if one.count]
    return Calibration(
        ece=sum(gap * count for gap, count in gaps) / len(answers),
        mce=max(gap for gap, _ in gaps),
        brier=float(((sure - right) ** 2).mean()),
        confidence=float(sure.mean()),
        accuracy=float(right.mean()),
        bins=tuple(bins),
    )


def _label(name: str, right: int, found: int, there: int) -> LabelScore:
    precision, recall, f1 = _rates(right, found, there)
    return LabelScore(label=name, precision=precision, recall=recall, f1=f1, support=there, predicted=found)


def _rates(right: int, found: int, there: int) -> tuple[float, float, float]:
    total = found + there
    return right / found if found else 0.0, right / there if there else 0.0, 2 * right / total if total else 0.0


def _averages(precision: float, recall: float, f1: float) -> Averages:
    return Averages(precision=precision, recall=recall, f1=f1)


def _mean(labels: Sequence[LabelScore], weights: NDArray[np.float64]) -> Averages:
    if not labels or not weights.sum():
        return _averages(0.0, 0.0, 0.0)
    rows = np.array([[label.precision, label.recall, label.f1] for label in labels])
    precision, recall, f1 = np.average(rows, axis=0, weights=weights).tolist()
    return _averages(precision, recall, f1)
