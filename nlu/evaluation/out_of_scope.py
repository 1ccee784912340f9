"""How well what is none of the model's business is told from what is. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from nlu.corpus.corpus import Example
from nlu.evaluation.report import CurvePoint, Mistaken, OutOfScopeReport, ScoreBin
from nlu.model.labels import OUT_OF_SCOPE
from nlu.understanding import IntentScore, Understanding

SERVED_THRESHOLD = 0.5
"""The score a model is calibrated to reach at its threshold."""

SCORE_BINS = 20
CURVE_POINTS = 120
SHOWN = 10


def top(understanding: Understanding) -> IntentScore:
    """The best intent, out_of_scope or not; "" where there is none."""
    return understanding.intents[0] if understanding.intents else IntentScore("", 0.0)


def best_in_scope(understanding: Understanding) -> IntentScore:
    """The best intent that is not out_of_scope; "" where there is none."""
    return next((one for one in understanding.intents if one.name != OUT_OF_SCOPE), IntentScore("", 0.0))


def is_rejected(understanding: Understanding, threshold: float = SERVED_THRESHOLD) -> bool:
    """Whether the utterance counts as out of scope."""
    return understanding.out_of_scope >= threshold or top(understanding).name == OUT_OF_SCOPE


def judge_out_of_scope(
    examples: Sequence[Example], understandings: Sequence[Understanding], *, threshold: float = SERVED_THRESHOLD
) -> OutOfScopeReport | None:
    """One understanding an example; those without an intent are passed over. None when no example has one."""
    pairs = [pair for pair in zip(examples, understandings, strict=True) if pair[0].intent]
    if not pairs:
        return None
    outside = np.array([example.intent == OUT_OF_SCOPE for example, _ in pairs])
    values = np.array([understanding.out_of_scope for _, understanding in pairs])
    rejected = np.array([is_rejected(understanding, threshold) for _, understanding in pairs])
    right = np.array([best_in_scope(understanding).name == example.intent for example, understanding in pairs])
    served = np.where(outside, rejected, right & ~rejected)
    both = bool(outside.any() and not outside.all())
    caught = int((outside & rejected).sum())
    return OutOfScopeReport(
        in_scope_examples=int((~outside).sum()),
        out_of_scope_examples=int(outside.sum()),
        threshold=threshold,
        auroc=float(roc_auc_score(outside, values)) if both else None,
        aupr=float(average_precision_score(outside, values)) if both else None,
        aupr_in_scope=float(average_precision_score(~outside, -values)) if both else None,
        fpr95=_passed_at_95(outside, values) if both else None,
        recall=_share(caught, int(outside.sum())),
        precision=_share(caught, int(rejected.sum())) if outside.any() else None,
        f1=2 * caught / int(outside.sum() + rejected.sum()) if outside.any() else None,
        in_scope_rejected=_share(int((rejected & ~outside).sum()), int((~outside).sum())),
        in_scope_accuracy=_share(int(served[~outside].sum()), int((~outside).sum())),
        accuracy=float(served.mean()),
        curve=_curve(outside, values) if both else (),
        scores=_bins(outside, values),
        accepted=_listed(pairs, outside & ~rejected, ascending=True),
        rejected=_listed(pairs, ~outside & rejected, ascending=False),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _passed_at_95(outside: NDArray[np.bool_], values: NDArray[np.float64]) -> float:
    """In scope is what is let through: the false positive rate at the first threshold that lets 95% of it through."""
    passed_out, passed_in, _ = roc_curve(~outside, -values, drop_intermediate=False)
    return float(passed_out[int(np.argmax(passed_in >= 0.95))])


def _curve(outside: NDArray[np.bool_], values: NDArray[np.float64]) -> tuple[CurvePoint, ...]:
    lost, caught, _ = roc_curve(outside, values)
    kept = np.unique(np.linspace(0, len(lost) - 1, min(CURVE_POINTS, len(lost))).round().astype(int))
    return tuple(CurvePoint(in_scope_rejected=float(lost[i]), out_of_scope_rejected=float(caught[i])) for i in kept)


def _bins(outside: NDArray[np.bool_], values: NDArray[np.float64]) -> tuple[ScoreBin, ...]:
    edges = np.linspace(0.0, 1.0, SCORE_BINS + 1)
    inside_counts, _ = np.histogram(values[~outside], edges)
    outside_counts, _ = np.histogram(values[outside], edges)
    return tuple(
        ScoreBin(lower=float(low), upper=float(high), in_scope=int(one), out_of_scope=int(other))
        for low, high, one, other in zip(edges, edges[1:], inside_counts, outside_counts, strict=False)
    )


def _listed(
    pairs: Sequence[tuple[Example, Understanding]],
    chosen: NDArray[np.bool_],
    *,
    ascending: bool,
) -> tuple[Mistaken, ...]:
    """The surest mistakes with their out-of-scope scores."""
    wrong = [pair for pair, is_one in zip(pairs, chosen, strict=True) if is_one]
    wrong.sort(key=lambda pair: pair[1].out_of_scope if ascending else -pair[1].out_of_scope)
    return tuple(Mistaken(text=example.text, probability=u.out_of_scope) for example, u in wrong[:SHOWN])
