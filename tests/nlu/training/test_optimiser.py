"""Groups with their rates, and the moving average of the weights."""

import torch
from torch import nn
from transformers import BertConfig, BertModel

from nlu.training.optimiser import WeightAverage, build_optimiser, encoder_depths
from nlu.training.schedule import Plan
from nlu.training.settings import TrainingSettings


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Linear(2, 2)
        self.head = nn.Linear(2, 2)
        self.crf = nn.Linear(2, 2, bias=False)
        self.frozen = nn.Linear(2, 2).requires_grad_(False)


PLAN = Plan(
    epochs=1,
    batch=16,
    encoder_rate=1e-4,
    head_rate=1e-3,
    layer_decay=0.5,
    average=0.9,
    dropout=0.1,
    label_smoothing=0.0,
    tune_word_embeddings=False,
)


def test_lower_layers_learn_slower() -> None:
    model = nn.Module()
    model.encoder = BertModel(BertConfig(vocab_size=9, hidden_size=8, num_hidden_layers=3, num_attention_heads=2))
    depths = encoder_depths(model)
    assert depths["encoder.encoder.layer.2.output.dense.weight"] == 0
    assert depths["encoder.encoder.layer.0.output.dense.weight"] == 2
    assert depths["encoder.embeddings.word_embeddings.weight"] == 4
    optimiser, _ = build_optimiser(model, TrainingSettings(), PLAN, total=10)
    rates = {id(p): group["initial_lr"] for group in optimiser.param_groups for p in group["params"]}
    found = dict(model.named_parameters())
    assert rates[id(found["encoder.encoder.layer.2.output.dense.weight"])] == 1e-4
    assert rates[id(found["encoder.encoder.layer.0.output.dense.weight"])] == 0.25e-4


def test_each_part_has_its_rate_and_only_matrices_decay() -> None:
    model = Model()
    optimiser, _ = build_optimiser(model, TrainingSettings(weight_decay=0.1), PLAN, total=10)
    found = {
        parameter: (group["initial_lr"], group["weight_decay"])
        for group in optimiser.param_groups
        for parameter in group["params"]
    }
    assert found[model.encoder.weight] == (1e-4, 0.1)
    assert found[model.encoder.bias] == (1e-4, 0.0)
    assert found[model.head.weight] == (1e-3, 0.1)
    assert found[model.crf.weight] == (5e-3, 0.0)
    assert model.frozen.weight not in found


def test_the_average_follows_the_weights_and_gives_them_back() -> None:
    weight = nn.Parameter(torch.zeros(1))
    average = WeightAverage([weight], decay=0.9)
    for step in range(40):
        with torch.no_grad():
            weight.fill_(float(step))
        average.update()
    with average.applied():
        lagging = weight.item()
    assert 20 < lagging < 39
    assert weight.item() == 39
    again = WeightAverage([weight], decay=0.9)
    again.restore(average.state())
    again.apply()
    assert weight.item() == lagging


def test_no_decay_keeps_the_last_weights() -> None:
    weight = nn.Parameter(torch.ones(1))
    average = WeightAverage([weight], decay=0.0)
    average.update()
    average.apply()
    assert weight.item() == 1.0
