"""Intents judged: the right one of those in scope, and what is taken for what. Pure."""

from collections.abc import Sequence

from nlu.corpus.corpus import Example
from nlu.evaluation.out_of_scope import best_in_scope, top
from nlu.evaluation.report import IntentReport
from nlu.evaluation.scores import Answer, accuracy, calibration, classification, confusion_matrix, confusions
from nlu.model.labels import OUT_OF_SCOPE
from nlu.understanding import Understanding


def judge_intents(examples: Sequence[Example], understandings: Sequence[Understanding]) -> IntentReport | None:
    """One understanding an example, in the same order; only in-scope examples count. None when there are none."""
    pairs = [(e, u) for e, u in zip(examples, understandings, strict=True) if e.intent not in ("", OUT_OF_SCOPE)]
    if not pairs:
        return None
    answers = [Answer(e.text, e.intent, best.name, best.probability) for e, u in pairs if (best := best_in_scope(u))]
    served = [Answer(e.text, e.intent, best.name, best.probability) for e, u in pairs if (best := top(u))]
    return IntentReport(
        examples=len(answers),
        accuracy=accuracy(answers),
        scores=classification(answers),
        confusion_matrix=confusion_matrix(answers),
        confusions=confusions(answers),
        calibration=calibration(served),
    )
