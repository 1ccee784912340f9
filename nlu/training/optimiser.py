"""AdamW over encoder and heads, and the moving average of the weights."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypedDict

import torch
from torch import Tensor, nn

from nlu.training.schedule import Plan, rate_share
from nlu.training.settings import TrainingSettings

_EVERY = 4
"""Steps between two updates of the average: each reads and writes all weights, which costs as much as AdamW does."""

_LAYER = re.compile(r"\.(?:layer|layers|h|convolutions)\.(\d+)\.")
"""How the architectures number their layers in the names of parameters."""

_SEQUENCE_RATE = 5.0
"""What the conditional random field's few numbers learn at, in head rates."""


def tuned(model: nn.Module) -> list[nn.Parameter]:
    """The parameters that learn."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def put_weights(parameters: Sequence[nn.Parameter], weights: Sequence[Tensor]) -> None:
    """Copy `weights` into `parameters`."""
    with torch.no_grad():
        torch._foreach_copy_([*parameters], [*weights])


def build_optimiser(
    model: nn.Module, settings: TrainingSettings, plan: Plan, *, total: int
) -> tuple[torch.optim.AdamW, torch.optim.lr_scheduler.LambdaLR]:
    """AdamW and its schedule over `total` steps; biases, norms and the tag sequence's scores do not decay.

    The encoder's top layer learns at the full rate, each one below at `layer_decay` of that, the embeddings last
    (ULMFiT's "discriminative fine-tuning": Howard & Ruder 2018): what is most general changes least.
    """
    depths = encoder_depths(model)
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            part = name.partition(".")[0]
            decay = settings.weight_decay if parameter.ndim > 1 and part != "crf" else 0.0
            rate = plan.encoder_rate * plan.layer_decay ** depths.get(name, 0) if part == "encoder" else plan.head_rate
            rate *= _SEQUENCE_RATE if part == "crf" else 1.0
            groups.setdefault((rate, decay), []).append(parameter)
    optimiser = torch.optim.AdamW(
        [{"params": parameters, "lr": rate, "weight_decay": decay} for (rate, decay), parameters in groups.items()],
        fused=True,
    )
    warm = max(1, round(total * settings.warm_up))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate_share(step, total=total, warm=warm))
    return optimiser, schedule


def encoder_depths(model: nn.Module) -> dict[str, int]:
    """How many layers lie above each of the encoder's parameters that are of a layer or of the embeddings."""
    names = [name for name, _ in model.named_parameters() if name.startswith("encoder.")]
    layers = {name: int(found[1]) for name in names if (found := _LAYER.search(name))}
    count = max(layers.values(), default=-1) + 1
    below = {name: count + 1 for name in names if name not in layers and "embed" in name}
    return below | {name: count - 1 - layer for name, layer in layers.items()}


class AverageState(TypedDict):
    """A WeightAverage between two sessions."""

    steps: int
    weights: list[Tensor]


class WeightAverage:
    """The exponential moving average of the weights: as good as some more epochs, and steadier from seed to seed.

    Polyak and Juditsky 1992, "Acceleration of stochastic approximation by averaging"; the decay grows from 0 so that
    the start is forgotten. `decay` is per step; 0 keeps the last weights.
    """

    def __init__(self, parameters: Sequence[nn.Parameter], *, decay: float) -> None:
        self._parameters = list(parameters)
        self._decay = decay
        self._steps = 0
        self.weights: list[Tensor] = [parameter.detach().clone() for parameter in parameters] if decay else []

    def update(self) -> None:
        """After every optimiser step."""
        self._steps += 1
        if not self._decay or self._steps % _EVERY:
            return
        kept = min(self._decay, self._steps / (10 + self._steps)) ** _EVERY
        with torch.no_grad():
            torch._foreach_lerp_(self.weights, [parameter.detach() for parameter in self._parameters], 1 - kept)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Inside, the model has the averaged weights."""
        if not self._decay:
            yield
            return
        live = [parameter.detach().clone() for parameter in self._parameters]
        put_weights(self._parameters, self.weights)
        try:
            yield
        finally:
            put_weights(self._parameters, live)

    def apply(self) -> None:
        """From now on the model has the averaged weights."""
        if self._decay:
            put_weights(self._parameters, self.weights)

    def state(self) -> AverageState:
        """For `restore`."""
        return AverageState(steps=self._steps, weights=self.weights)

    def restore(self, state: AverageState) -> None:
        """Go on from `state`."""
        self._steps = state["steps"]
        self.weights = list(state["weights"])
