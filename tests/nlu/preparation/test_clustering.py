"""Suggested intents."""

import numpy as np
import pytest

from nlu.preparation.clustering import cluster, smallest_cluster


def around(centres: int, each: int, *, spread: float, seed: int = 0) -> "tuple[list[str], np.ndarray]":
    """Texts and unit vectors that lie around as many centres, and a tenth as many that lie anywhere."""
    draw = np.random.default_rng(seed)
    middle = draw.normal(size=(centres, 48))
    vectors, texts = [], []
    for number in range(centres):
        for index in range(each):
            vectors.append(middle[number] + spread * draw.normal(size=48))
            texts.append(f"the subject {chr(97 + number) * 3} number {'x' * (index % 7)}")
    for _ in range(centres * each // 10):
        vectors.append(draw.normal(size=48))
        texts.append("something else entirely")
    found = np.array(vectors, dtype=np.float32)
    return texts, found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize(("centres", "each"), [(4, 20), (5, 150)])
def test_what_lies_together_is_one_intent(centres: int, each: int) -> None:
    texts, vectors = around(centres, each, spread=0.3)
    found = cluster(texts, vectors, min_cluster=8)
    assert len(found) == centres
    for intent in found:
        kinds = {texts[index].split()[2] for index in intent.members if texts[index].startswith("the subject")}
        assert len(kinds) == 1
        assert kinds.pop() in intent.name
        assert intent.representatives[0] in intent.members
        assert len({texts[index] for index in intent.representatives}) == len(intent.representatives)
        assert 0.5 < intent.cohesion <= 1.0
    assert len({intent.name for intent in found}) == centres
    assert cluster(texts, vectors, min_cluster=8) == found


def test_too_little() -> None:
    texts, vectors = around(1, 3, spread=0.1)
    assert cluster(texts, vectors, min_cluster=5) == ()
    assert cluster([], np.zeros((0, 0), dtype=np.float32), min_cluster=5) == ()
    assert smallest_cluster(10) == 5
    assert smallest_cluster(25_000) == 20
