import numpy as np
import pytest

from voice.recognizers import narrowband


def test_losing_nothing_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowband, "CUT_HZ", 1e9)
    assert np.allclose(narrowband.transform(), np.eye(narrowband.CEPSTRA))


def test_losing_the_top_twice_is_nearly_losing_it_once() -> None:
    once = narrowband.transform()
    assert once.shape == (13, 13)
    assert np.linalg.norm(once @ once - once) < 0.35 * np.linalg.norm(once)
    assert not np.allclose(once, np.eye(13), atol=0.3)


def test_the_file_has_a_matrix_offsets_and_factors_per_stream() -> None:
    lines = narrowband.mllr_text().splitlines()
    assert lines[:3] == ["1", "3", "13"]
    assert len(lines) == 2 + 3 * (1 + 13 + 2)
