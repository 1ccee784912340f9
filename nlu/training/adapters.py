"""Low-rank adapters in place of full tuning, through peft; merged into plain weights before anything is written.

LoRA: Hu et al. 2022, "LoRA: Low-Rank Adaptation of Large Language Models". AdaLoRA: Zhang et al. 2023, "Adaptive
Budget Allocation for Parameter-Efficient Fine-Tuning".
"""

import warnings
from collections.abc import Callable
from typing import Any, cast

from torch import nn
from transformers import PreTrainedModel

from nlu.errors import SettingsError
from nlu.model.joint import JointModel
from nlu.training.settings import TrainingSettings


def attach(model: JointModel, settings: TrainingSettings, *, total: int) -> Callable[[int], None]:
    """Freeze the encoder and put adapters into all its linear layers, for `total` steps of training.

    Returns what must be called with the step's number (from 0) after each backward pass and optimiser step.
    """
    from peft import AdaLoraConfig, LoraConfig, get_peft_model  # seconds that full tuning must not cost

    rank = settings.adapter_rank
    if rank < 1:
        raise SettingsError(f"adapter_rank: {rank} is not at least 1")
    targets = [
        name
        for name, module in model.encoder.named_modules()
        if isinstance(module, nn.Linear) and "pooler" not in name  # nothing flows through a pooler
    ]
    if settings.adapter == "lora":
        config: Any = LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.05, target_modules=targets)
    else:
        config = AdaLoraConfig(
            init_r=rank + rank // 2, target_r=rank, lora_alpha=2 * rank, lora_dropout=0.05, target_modules=targets,
            total_step=max(total, 3), tinit=total // 10, tfinal=total // 3, deltaT=10,
        )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft asks transformers by an old name
        adapted: Any = get_peft_model(model.encoder, config)
    model.encoder = adapted
    if settings.adapter == "lora":
        return nothing
    return cast("Callable[[int], None]", adapted.base_model.update_and_allocate)


def nothing(step: int) -> None:
    """What full tuning does after a step."""


def merge(model: JointModel) -> None:
    """Add the adapters to the encoder's weights and take them out; the answers stay the same."""
    adapted: Any = model.encoder
    model.encoder = cast(PreTrainedModel, adapted.merge_and_unload())
