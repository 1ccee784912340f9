"""Utterances grouped into suggested intents by their vectors, each with a name and representative examples."""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN, AgglomerativeClustering
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

UNCLUSTERED = -1

_DIMENSIONS = 32
_FEW = 600
"""Utterances below which density says too little and the average distance decides."""

_AVERAGE_DISTANCE = 0.5
_MIN_SAMPLES = 5
_MARGIN = 0.03
_LEAST_COHESION = 0.4
"""Mean cosine below which utterances only share that they are like nothing else."""

_REPRESENTATIVES = 5
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NAME_WORDS = 3


class Cluster(Struct, frozen=True, kw_only=True):
    """A suggested intent.

    `members` and `representatives` (nearest the centre first, near-duplicates never twice) are numbers of the
    utterances; `cohesion` is the mean cosine of the members with their centre; `words` are the distinctive ones.
    """

    name: str
    members: tuple[int, ...]
    representatives: tuple[int, ...]
    cohesion: float
    words: tuple[str, ...]


def smallest_cluster(utterances: int) -> int:
    """How many utterances make an intent, when nobody says: a two-hundredth, from 5 to 20."""
    return max(5, min(20, utterances // 200))


def cluster(texts: Sequence[str], vectors: NDArray[np.float32], *, min_cluster: int) -> tuple[Cluster, ...]:
    """Clusters of at least `min_cluster` utterances, the largest first; what fits none is in none.

    HDBSCAN (Campello et al. 2013), leaves of the tree, over 32 principal components; below a few hundred utterances
    agglomerative with average linkage. Then an utterance that is in none joins the nearest centre if it is as near as
    its outermost member, and clearly nearer than any other centre. Deterministic.
    """
    if len(texts) < max(2, min_cluster):
        return ()
    numbers = _labels(vectors, min_cluster)
    numbers = _reached(vectors, numbers)
    members = [np.flatnonzero(numbers == number) for number in range(int(numbers.max()) + 1)]
    members.sort(key=lambda found: (-len(found), int(found[0])))
    words = _distinctive(texts, members)
    names = _names(words)
    clusters = []
    for found, name, distinctive in zip(members, names, words, strict=True):
        centre = _unit(vectors[found].mean(axis=0))
        near = vectors[found] @ centre
        if float(near.mean()) < _LEAST_COHESION:
            continue
        order = found[np.argsort(-near, kind="stable")]
        clusters.append(
            Cluster(
                name=name, members=tuple(found.tolist()), representatives=_various(order, texts),
                cohesion=round(float(near.mean()), 4), words=tuple(distinctive),
            )
        )  # fmt: skip
    return tuple(clusters)


def _labels(vectors: NDArray[np.float32], min_cluster: int) -> NDArray[np.int64]:
    """A cluster's number for every row, UNCLUSTERED for none."""
    if len(vectors) < _FEW:
        tree = AgglomerativeClustering(
            n_clusters=None, distance_threshold=_AVERAGE_DISTANCE, linkage="average", metric="cosine"
        )
        raw = tree.fit_predict(vectors.astype(np.float64))
    else:
        components = min(_DIMENSIONS, vectors.shape[1])
        reduced = PCA(components, random_state=0, svd_solver="full").fit_transform(vectors.astype(np.float64))
        reduced /= np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-9)
        tree = HDBSCAN(
            min_cluster_size=min_cluster, min_samples=min(_MIN_SAMPLES, min_cluster),
            cluster_selection_method="leaf", copy=True,
        )  # fmt: skip
        raw = tree.fit_predict(reduced)
    counts = Counter(raw.tolist())
    kept = sorted(number for number, count in counts.items() if number >= 0 and count >= min_cluster)
    renumbered = {number: new for new, number in enumerate(kept)}
    return np.array([renumbered.get(number, UNCLUSTERED) for number in raw.tolist()], dtype=np.int64)


def _reached(vectors: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those in no cluster given to the nearest, where it is near and no other is as near."""
    count = int(numbers.max()) + 1
    if count < 1:
        return numbers
    centres = np.stack([_unit(vectors[numbers == number].mean(axis=0)) for number in range(count)])
    reach = np.array([(vectors[numbers == n] @ centres[n]).min() for n in range(count)])
    loose = np.flatnonzero(numbers == UNCLUSTERED)
    found = numbers.copy()
    similar = vectors[loose] @ centres.T
    best = similar.argmax(axis=1)
    top = similar[np.arange(len(loose)), best]
    similar[np.arange(len(loose)), best] = -1.0
    second = similar.max(axis=1) if count > 1 else np.full(len(loose), -1.0)
    joins = (top >= reach[best]) & (top - second >= _MARGIN)
    found[loose[joins]] = best[joins]
    return found


def _various(order: NDArray[np.int64], texts: Sequence[str]) -> tuple[int, ...]:
    """The first few of `order` whose words differ."""
    chosen: dict[str, int] = {}
    for index in order.tolist():
        chosen.setdefault(" ".join(_WORD.findall(texts[index].lower())), index)
        if len(chosen) == _REPRESENTATIVES:
            break
    return tuple(chosen.values())


def _distinctive(texts: Sequence[str], members: Sequence[NDArray[np.int64]]) -> list[list[str]]:
    """The words that a cluster's utterances have and the others' have not: class-based TF-IDF (Grootendorst 2022)."""
    spoken = [Counter(w for i in found.tolist() for w in set(_words(texts[i]))) for found in members]
    everywhere = Counter(word for text in texts for word in set(_words(text)))
    result = []
    for found, counts in zip(members, spoken, strict=True):
        scores = {}
        for word, count in counts.items():
            share = count / len(found)
            elsewhere = (everywhere[word] - count) / max(1, len(texts) - len(found))
            scores[word] = share * math.log((share + 0.01) / (elsewhere + 0.01))
        result.append([word for word, _ in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))][:6])
    return result


def _words(text: str) -> list[str]:
    """Words of two letters and more; the halves of contractions that say nothing are left out with their apostrophe."""
    found = [word.lower().partition("'")[0].partition("’")[0] for word in _WORD.findall(text)]
    return [word for word in found if len(word) > 1]


def _names(words: Sequence[Sequence[str]]) -> list[str]:
    """Each cluster's first words; a number behind what would be there twice."""
    names: list[str] = []
    for found in words:
        telling = [word for word in found if word not in ENGLISH_STOP_WORDS]
        name = "_".join((telling or found)[:_NAME_WORDS]) or "cluster"
        first, number = name, 2
        while name in names:
            name, number = f"{first}_{number}", number + 1
        names.append(name)
    return names


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
