"""What the latency report holds; the times themselves depend on the machine."""

from pathlib import Path

import pytest

from nlu.errors import CorpusError
from nlu.evaluation.latency import Latency, best, measure_latency

pytestmark = pytest.mark.timeout(600)


def test_every_engine_is_measured(tiny_checkpoint: Path) -> None:
    done: list[str] = []
    report = measure_latency(
        tiny_checkpoint, ["okay bye", "send ten pounds to anna"] * 10, rounds=1,
        progress=lambda _, __, doing: done.append(doing),
    )  # fmt: skip
    assert [engine.engine for engine in report.engines] == ["fp32", "int8", "torch"]
    for engine in report.engines:
        assert 0.0 < engine.p50_ms <= engine.p95_ms <= engine.p99_ms
        assert engine.per_second > 0.0
    assert report.ratios["fp32"] == 1.0
    assert report.pieces > 2
    assert done == ["fp32", "int8", "torch", "done"]


def test_the_best_of_the_rounds_counts() -> None:
    slow = Latency(engine="int8", p50_ms=3.0, p95_ms=5.0, p99_ms=9.0, cpu_ms=3.0, per_second=200.0)
    fast = Latency(engine="int8", p50_ms=2.0, p95_ms=6.0, p99_ms=8.0, cpu_ms=2.0, per_second=300.0)
    found = best([slow, fast])
    assert (found.p50_ms, found.p95_ms, found.p99_ms, found.per_second) == (2.0, 5.0, 8.0, 300.0)


def test_nothing_to_say_is_refused(tiny_checkpoint: Path) -> None:
    with pytest.raises(CorpusError, match="no texts"):
        measure_latency(tiny_checkpoint, [])
