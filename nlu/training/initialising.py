"""Where the heads start: logistic regression on the frozen encoder's embeddings.

A random head would need many epochs to get there, and by then would have pulled the encoder about.
"""

import random
import warnings
from collections.abc import Sequence

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from torch import nn

from nlu.model.alignment import IGNORED
from nlu.model.joint import JointModel
from nlu.training.batches import Item
from nlu.training.judging import sentence_embeddings
from nlu.training.settings import Precision

INVERSE_REGULARISATION = 10.0
"""C of the logistic regression."""

_MOST = 12_000
"""More examples only take longer."""


def initialise_heads(
    model: JointModel, examples: Sequence[Item], moods: Sequence[Item], *, seed: int, precision: Precision
) -> None:
    """Set the intent head from `examples` and the sentiment head from `moods`; a head without two classes stays."""
    labelled = [item for item in examples if item.intent != IGNORED]
    if len(labelled) > _MOST:
        labelled = random.Random(seed).sample(labelled, _MOST)
    _initialise(model, model.intent_head, labelled, [item.intent for item in labelled], precision)
    _initialise(model, model.sentiment_head, moods, [item.sentiment for item in moods], precision)


def _initialise(
    model: JointModel, head: nn.Linear, items: Sequence[Item], targets: Sequence[int], precision: Precision
) -> None:
    present = sorted(set(targets))
    if len(present) < 2:
        return
    embeddings = sentence_embeddings(model, items, precision=precision)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a start need not be the optimum
        fitted = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=300).fit(embeddings, targets)
    weights, biases = fitted.coef_, fitted.intercept_
    if len(present) == 2:  # scikit-learn keeps one row for two classes
        weights, biases = np.stack([-weights[0], weights[0]]) / 2, np.array([-biases[0], biases[0]]) / 2
    with torch.no_grad():
        head.weight[present] = torch.tensor(weights, dtype=torch.float32, device=head.weight.device)
        head.bias[present] = torch.tensor(biases, dtype=torch.float32, device=head.bias.device)
