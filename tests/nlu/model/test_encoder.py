"""Where the encoder comes from and what is refused."""

from pathlib import Path

import pytest

from nlu.errors import CheckpointError
from nlu.model.encoder import check_weights, load_encoder, wheel_folder


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
