"""How understanding falls off when words are misheard: the same examples at rising simulated word error."""

import random
from collections.abc import Callable, Sequence

from nlu.corpus.corpus import Example
from nlu.evaluation.entities import judge_entities
from nlu.evaluation.intents import judge_intents
from nlu.evaluation.out_of_scope import SERVED_THRESHOLD, judge_out_of_scope
from nlu.evaluation.report import NoiseCurve, NoisePoint
from nlu.training.recognition_noise import RecognitionNoise, heard_form, word_errors
from nlu.understanding import Understanding

WORD_ERRORS = (0.0, 0.05, 0.1, 0.2, 0.3)
SAMPLE = 1_000
"""At most so many examples are judged at each point."""

Understand = Callable[[Sequence[str]], list[Understanding]]


def noise_curve(
    examples: Sequence[Example],
    understand: Understand,
    *,
    seed: int = 0,
    sample: int = SAMPLE,
    rates: Sequence[float] = WORD_ERRORS,
    threshold: float = SERVED_THRESHOLD,
    language: str = "en",
    intents: bool = True,
    entities: bool = True,
) -> NoiseCurve:
    """The text as written, then `rates`; every point has its own errors, from `seed`."""
    drawn = sorted(random.Random(seed).sample(range(len(examples)), min(sample, len(examples))))
    chosen = [examples[index] for index in drawn]
    points = []
    for rate in (None, *rates):
        noise = RecognitionNoise(seed=seed, wer=rate or 0.0, language=language)
        heard = chosen if rate is None else [noise.corrupt_example(example) for example in chosen]
        points.append(
            _point(
                heard, understand([example.text for example in heard]), rate,
                _measured(chosen, heard) if rate else 0.0, threshold, intents=intents, entities=entities,
            )
        )  # fmt: skip
    return NoiseCurve(examples=len(chosen), of_examples=len(examples), seed=seed, points=tuple(points))


def _measured(said: Sequence[Example], heard: Sequence[Example]) -> float:
    counts = [word_errors(heard_form(one.text), other.text) for one, other in zip(said, heard, strict=True)]
    words = sum(number for _, number in counts)
    return sum(errors for errors, _ in counts) / words if words else 0.0


def _point(
    examples: Sequence[Example],
    understandings: Sequence[Understanding],
    rate: float | None,
    measured: float,
    threshold: float,
    *,
    intents: bool,
    entities: bool,
) -> NoisePoint:
    judged = judge_intents(examples, understandings) if intents else None
    spans = judge_entities(examples, understandings) if entities else None
    scope = judge_out_of_scope(examples, understandings, threshold=threshold) if intents else None
    return NoisePoint(
        wer=rate,
        measured_wer=measured,
        intent_accuracy=judged.accuracy if judged else None,
        entity_f1=spans.with_roles.micro.f1 if spans else None,
        out_of_scope_auroc=scope.auroc if scope else None,
        out_of_scope_recall=scope.recall if scope else None,
        in_scope_rejected=scope.in_scope_rejected if scope else None,
    )
