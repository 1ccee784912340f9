"""Where the encoder comes from and what is refused."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from transformers import (
    BertConfig,
    BertModel,
    ModernBertConfig,
    ModernBertModel,
    PreTrainedModel,
    RobertaConfig,
    RobertaModel,
    T5Config,
    T5Model,
)

from nlu.errors import CheckpointError
from nlu.model.encoder import blank_encoder, check_weights, load_encoder, longest_text, wheel_folder

SMALL: dict[str, Any] = {
    "vocab_size": 150,
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
}


def test_the_wheel_holds_the_known_weights() -> None:
    assert (wheel_folder() / "tokenizer.json").is_file()


def test_other_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"not the model")
    with pytest.raises(CheckpointError, match="refused, its SHA-256 is"):
        check_weights(path, "00")
    with pytest.raises(CheckpointError, match="reinstall"):
        check_weights(tmp_path / "absent", "00")


def test_the_tokenizer_neither_pads_nor_cuts() -> None:
    encoder = load_encoder("minilm")
    assert len(encoder.tokenizer.encode("hello").ids) == 3
    assert len(encoder.tokenizer.encode("hello " * 600).ids) == 602


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="could not be loaded"):
        load_encoder(str(tmp_path))
    with pytest.raises(CheckpointError, match="there is no such folder"):
        load_encoder(str(tmp_path / "absent"))


def saved(model: PreTrainedModel, folder: Path, tokenizer_of: Path) -> Path:
    """A folder as Hugging Face's, with the tokenizer of another."""
    model.save_pretrained(folder)
    for path in tokenizer_of.glob("tokenizer*"):
        shutil.copy(path, folder)
    return folder


@pytest.mark.parametrize(
    ("model", "longest"),
    [
        (RobertaModel(RobertaConfig(**SMALL, max_position_embeddings=514, pad_token_id=1)), 512),
        (ModernBertModel(ModernBertConfig(**SMALL, pad_token_id=0, max_position_embeddings=1024)), 1024),
        (BertModel(BertConfig(**SMALL)), 512),
    ],
    ids=["roberta", "modernbert", "bert"],
)
def test_encoders_of_other_makes(model: PreTrainedModel, longest: int, tmp_path: Path, tiny_encoder: Path) -> None:
    encoder = load_encoder(str(saved(model, tmp_path, tiny_encoder)))
    assert type(encoder.model) is type(model)
    assert longest_text(encoder.model) == longest
    assert type(blank_encoder(tmp_path / "config.json")) is type(model)


def test_a_model_of_two_parts_is_refused(tmp_path: Path, tiny_encoder: Path) -> None:
    model = T5Model(T5Config(vocab_size=150, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2))
    with pytest.raises(CheckpointError, match="T5Model is no text encoder"):
        load_encoder(str(saved(model, tmp_path, tiny_encoder)))


def test_an_encoder_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    BertModel(BertConfig(**SMALL)).save_pretrained(tmp_path)
    with pytest.raises(CheckpointError, match="its tokenizer knows 5 pieces, its embeddings 150"):
        load_encoder(str(tmp_path))
    with pytest.raises(CheckpointError, match="there is no such folder"):
        load_encoder(str(tmp_path / "absent"))


def test_an_encoder_from_nothing_wants_texts() -> None:
    with pytest.raises(CheckpointError, match="training texts"):
        load_encoder("characters")
    assert load_encoder("characters", texts=["abc"]).tokenizer.get_vocab_size() == 7
