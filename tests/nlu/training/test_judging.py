"""Accuracy and F1 of a model's answers, in the order of the examples."""

import pytest
import torch
from torch import Tensor

from nlu.model.alignment import IGNORED
from nlu.model.joint import JointModel
from nlu.training.batches import Item
from nlu.training.judging import judge, sentence_embeddings


@pytest.fixture(scope="module")
def model(tiny_encoder: object) -> JointModel:
    from nlu.model.encoder import load_encoder

    torch.manual_seed(3)
    return JointModel(load_encoder(str(tiny_encoder)).model, intents=3, tags=3).eval()


def item(*pieces: int, intent: int = 0, tags: tuple[int, ...] = ()) -> Item:
    own = list(tags) or [IGNORED] * len(pieces)
    return Item(list(pieces), [2] * len(pieces), own, intent, IGNORED)


def alone(model: JointModel, one: Item) -> Tensor:
    ids = torch.tensor([one.pieces])
    with torch.no_grad():
        found: Tensor = model(ids, torch.ones_like(ids), torch.tensor([one.shapes])).intent[0]
    return found


def test_each_example_gets_its_own_logits(model: JointModel) -> None:
    items = [item(2, *range(10, 10 + length), 3) for length in (7, 1, 4, 2, 9)]
    found = judge(model, items)
    for row, one in enumerate(items):
        torch.testing.assert_close(torch.tensor(found.logits[row]).float(), alone(model, one), atol=1e-4, rtol=1e-4)
    best = [int(alone(model, one).argmax()) for one in items]
    right = [one._replace(intent=label) for one, label in zip(items, best, strict=True)]
    assert judge(model, right).intent_accuracy == 1.0
    wrong = [right[0]._replace(intent=(best[0] + 1) % 3), *right[1:]]
    assert judge(model, wrong).intent_accuracy == 0.8


def test_unlabelled_examples_are_not_judged(model: JointModel) -> None:
    found = judge(model, [item(2, 10, 3, intent=IGNORED)])
    assert found.intent_accuracy is None
    assert found.entity_f1 is None
    assert found.logits.shape == (0, 3)
    assert found.score == 0.0


def test_entities_count_as_whole_spans(model: JointModel) -> None:
    with torch.no_grad():
        model.tag_head.bias.copy_(torch.tensor([0.0, 0.0, 50.0]))  # the forbidden start turns the first into a B
    right = item(2, 10, 11, 3, tags=(IGNORED, 1, 2, IGNORED))
    assert judge(model, [right]).entity_f1 == 1.0
    half = item(2, 10, 11, 3, tags=(IGNORED, 1, 0, IGNORED))
    assert judge(model, [half]).entity_f1 == 0.0
    assert judge(model, [right, half]).entity_f1 == 0.5


def test_embeddings_have_length_one_and_keep_the_order(model: JointModel) -> None:
    items = [item(2, 10, 11, 12, 3), item(2, 10, 3)]
    both = sentence_embeddings(model, items, precision="float32")
    second = sentence_embeddings(model, items[1:], precision="float32")
    assert abs((both**2).sum(axis=1) - 1).max() < 1e-5
    assert abs(both[1] - second[0]).max() < 1e-5
