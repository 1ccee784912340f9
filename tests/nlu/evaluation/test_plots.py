"""Plots are well-formed SVG that tells everything in words too."""

from xml.etree import ElementTree

import pytest

from nlu.evaluation import plots
from nlu.evaluation.report import CurvePoint, NoiseCurve, NoisePoint, OutOfScopeReport, ScoreBin
from nlu.evaluation.scores import Answer, calibration, confusion_matrix


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter() if node.tag in ("text", "title")]


@pytest.mark.parametrize("size", [1, 5, 30, 77, 150])
def test_a_matrix_of_any_size(size: int) -> None:
    answers = [Answer("", f"<intent> & {i}", f"<intent> & {(i + i % 3 // 2) % size}", 1.0) for i in range(size)]
    found = texts(plots.matrix(confusion_matrix(answers)))
    assert "<intent> & 0: 1 right (100%)" in found
    assert ("<intent> & 0" in found) == (size <= plots.NAMED)
    assert ("1" in found) == (size <= plots.COUNTED)


def test_reliability() -> None:
    found = texts(plots.reliability(calibration([Answer("", "a", "a", 0.9), Answer("", "a", "b", 0.9)])))
    assert "2 answers of 90% on average, 50% right" in found


def test_out_of_scope() -> None:
    report = OutOfScopeReport(
        in_scope_examples=2, out_of_scope_examples=1, threshold=0.5, auroc=1.0, aupr=1.0, aupr_in_scope=1.0, fpr95=0.0,
        recall=1.0, precision=1.0, f1=1.0, in_scope_rejected=0.0, in_scope_accuracy=1.0, accuracy=1.0,
        curve=(CurvePoint(in_scope_rejected=0.0, out_of_scope_rejected=0.0),
               CurvePoint(in_scope_rejected=0.0, out_of_scope_rejected=1.0)),
        scores=(ScoreBin(lower=0.0, upper=0.5, in_scope=2, out_of_scope=0),
                ScoreBin(lower=0.5, upper=1.0, in_scope=0, out_of_scope=1)),
        accepted=(), rejected=(),
    )  # fmt: skip
    assert "as served: 100.0% caught, 0.0% of in-scope lost" in texts(plots.receiver(report))
    assert "1 out of scope from 0.50 to 1.00" in texts(plots.separation(report))


def test_the_noise_curve_has_only_the_lines_that_were_judged() -> None:
    points = [
        NoisePoint(wer=wer, measured_wer=wer or 0.0, intent_accuracy=accuracy, entity_f1=None, out_of_scope_auroc=None,
                   out_of_scope_recall=None, in_scope_rejected=None)
        for wer, accuracy in ((None, 1.0), (0.0, 1.0), (0.3, 0.8))
    ]  # fmt: skip
    curve = NoiseCurve(examples=1, of_examples=1, seed=0, points=tuple(points))
    assert [one.name for one in plots.noise_series(curve)] == ["intent accuracy"]
    assert "intent accuracy 80.0% at 30.0% word error" in texts(plots.noise(curve))
