"""Utterances that say nearly the same in nearly the same letters: found by MinHash, confirmed by edit distance.

Broder 1997, "On the resemblance and containment of documents"; bands of hashes as in Leskovec, Rajaraman, Ullman,
"Mining of Massive Datasets", chapter 3. 100,000 utterances take about half a minute.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

SIMILAR = 0.9
"""Share of the letters (Indel similarity) from which two utterances are near-duplicates."""

SIGNATURE = 64
"""Hashes of an utterance; in bands of two, utterances that share half of their letter triples meet in some band
with a probability of 99.99%."""

_BAND = 2
_LETTERS = 3
_LARGEST_BUCKET = 60
_PRIME = (1 << 31) - 1
_NO_WORD = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"\d")


def plain_form(text: str) -> str:
    """What two utterances have in common when only case, punctuation, accents or digits differ."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return _DIGIT.sub("0", _NO_WORD.sub(" ", kept)).strip() or text.strip()


def near_duplicate_groups(texts: Sequence[str], *, similar: float = SIMILAR) -> list[int]:
    """A group's number for every text; near-duplicates, also over third ones, have the same.

    Groups are numbered from 0 in the order of their first texts.
    """
    forms = [plain_form(text) for text in texts]
    distinct = list(dict.fromkeys(forms))
    number = {form: index for index, form in enumerate(distinct)}
    parent = list(range(len(distinct)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for left, right in _candidates(distinct):
        if root(left) != root(right) and is_near(distinct[left], distinct[right], similar=similar):
            parent[max(root(left), root(right))] = min(root(left), root(right))
    groups: dict[int, int] = {}
    return [groups.setdefault(root(number[form]), len(groups)) for form in forms]


def is_near(left: str, right: str, *, similar: float = SIMILAR) -> bool:
    """Whether two plain forms are that similar."""
    return Indel.normalized_similarity(left, right, score_cutoff=similar) >= similar


def _candidates(forms: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs that share a band of hashes, each band's pairs once; in a crowded bucket neighbours by letters only."""
    if len(forms) < 2:
        return
    signatures = _signatures(forms)
    for band in range(0, SIGNATURE, _BAND):
        key = signatures[:, band].astype(np.int64) << 32 | signatures[:, band + 1]
        order = np.argsort(key, kind="stable")
        edges = np.flatnonzero(np.diff(key[order])) + 1
        for bucket in np.split(order, edges):
            if len(bucket) < 2:
                continue
            if len(bucket) <= _LARGEST_BUCKET:
                yield from combinations(sorted(bucket.tolist()), 2)
                continue
            ordered = sorted(bucket.tolist(), key=lambda index: forms[index])
            for at, left in enumerate(ordered):
                yield from ((left, right) for right in ordered[at + 1 : at + 1 + _LARGEST_BUCKET // 4])


def _signatures(forms: Sequence[str]) -> NDArray[np.int64]:
    """(texts, SIGNATURE): for each of the hash functions the least value over the text's letter triples."""
    codes, starts = _triples(forms)
    draw = np.random.default_rng(0)
    factors = draw.integers(1, _PRIME, SIGNATURE)
    offsets = draw.integers(0, _PRIME, SIGNATURE)
    columns = []
    for factor, offset in zip(factors.tolist(), offsets.tolist(), strict=True):
        columns.append(np.minimum.reduceat((codes * factor + offset) % _PRIME, starts))
    return np.stack(columns, axis=1)


def _triples(forms: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A number (below the prime) for each triple of letters of each text, and where each text's begin."""
    padded = [f" {form} ".ljust(_LETTERS) for form in forms]
    signs = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    lengths = np.fromiter((len(form) for form in padded), dtype=np.int64, count=len(padded))
    codes = (signs[:-2] * 961_748_941 + signs[1:-1] * 31_337 + signs[2:]) % _PRIME
    ends = np.cumsum(lengths)
    keep = np.ones(len(signs) - 2, dtype=bool)
    for back in range(1, _LETTERS):
        at = ends - back
        keep[at[at < len(keep)]] = False
    counts = lengths - (_LETTERS - 1)
    return codes[keep], np.concatenate([[0], np.cumsum(counts)[:-1]])
