"""Model folders: written whole, reused, refused when damaged."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from nlu.errors import CheckpointError, CorpusError
from nlu.interpreter import Interpreter
from nlu.model.export import LARGEST_DIFFERENCE, disagreement, load_model
from nlu.model.labels import Labels
from nlu.model.manifest import GRAPH, MANIFEST, TOKENIZER, WEIGHTS, Manifest, fingerprint, read_folder, write_folder
from nlu.training.checkpoint import ensure_checkpoint
from nlu.training.settings import TrainingSettings

pytestmark = pytest.mark.timeout(600)  # the first test that needs the tiny model trains and exports it


@pytest.fixture
def copy(tiny_checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_checkpoint, tmp_path / "copy"))


def test_the_graph_equals_the_reloaded_model(tiny_checkpoint: Path) -> None:
    model, manifest = load_model(tiny_checkpoint)
    assert disagreement(model, tiny_checkpoint / GRAPH) < LARGEST_DIFFERENCE
    assert manifest.labels.intents == ("balance", "goodbye", "transfer")


def test_the_same_data_is_not_trained_again(
    tiny_checkpoint: Path, tiny_data: tuple[Path, Path], tiny_settings: TrainingSettings
) -> None:
    def never(done: int, total: int, doing: str) -> None:
        raise AssertionError(doing)

    again = ensure_checkpoint(
        [tiny_data[0]], directory=tiny_checkpoint.parent, settings=tiny_settings, sentiment=tiny_data[1], progress=never
    )
    assert again == tiny_checkpoint


def test_processes_that_want_the_same_model_wait_for_it(
    tiny_checkpoint: Path, tiny_data: tuple[Path, Path], tiny_settings: TrainingSettings, tmp_path: Path
) -> None:
    def never(done: int, total: int, doing: str) -> None:
        raise AssertionError(doing)

    def ensure() -> Path:
        return ensure_checkpoint(
            [tiny_data[0]], directory=tmp_path, settings=tiny_settings, sentiment=tiny_data[1], progress=never
        )

    with ThreadPoolExecutor(1) as other:
        with FileLock(tmp_path / f".{tiny_checkpoint.name}.lock"):
            waiting = other.submit(ensure)
            shutil.copytree(tiny_checkpoint, tmp_path / tiny_checkpoint.name)
        assert waiting.result(timeout=60) == tmp_path / tiny_checkpoint.name


def test_fingerprint_follows_the_data_and_not_its_place(tiny_data: tuple[Path, Path], tmp_path: Path) -> None:
    settings = TrainingSettings().encoded()
    elsewhere = Path(shutil.copy(tiny_data[0], tmp_path / "other.yaml"))
    assert fingerprint(tiny_data, settings) == fingerprint([tiny_data[1], elsewhere], settings)
    assert fingerprint(tiny_data, settings) != fingerprint(tiny_data, TrainingSettings(seed=8).encoded())
    elsewhere.write_text(elsewhere.read_text() + "\n")
    assert fingerprint(tiny_data, settings) != fingerprint([tiny_data[1], elsewhere], settings)


@pytest.mark.parametrize("name", [GRAPH, TOKENIZER])
def test_a_damaged_file_is_refused(copy: Path, name: str) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(CheckpointError, match=f"{name}: damaged or of another model .*train it again"):
        Interpreter.open(copy, precision="fp32")


def test_damaged_weights_are_refused(copy: Path) -> None:
    (copy / WEIGHTS).write_bytes(b"short")
    with pytest.raises(CheckpointError, match="damaged or of another model"):
        load_model(copy)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', "\xff"])
def test_a_damaged_manifest_is_refused(copy: Path, text: str) -> None:
    (copy / MANIFEST).write_text(text, encoding="latin-1")
    with pytest.raises(CheckpointError, match="train it again"):
        Interpreter.open(copy)


def test_another_format_is_refused(copy: Path) -> None:
    data = json.loads((copy / MANIFEST).read_text())
    (copy / MANIFEST).write_text(json.dumps(data | {"format": 99}))
    with pytest.raises(CheckpointError, match="format 99"):
        read_folder(copy)


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no model here"):
        Interpreter.open(tmp_path / "absent")


def test_a_killed_writer_leaves_the_old_folder(copy: Path) -> None:
    manifest = read_folder(copy)

    def fail(place: Path) -> None:
        (place / GRAPH).write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(copy, manifest, fail)
    assert read_folder(copy) == manifest
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_bad_data_is_told_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "nlu.yaml"
    path.write_text('version: "3.1"\nnlu:\n- intent: a\n  examples: |\n    - [x\n')
    with pytest.raises(CorpusError, match=r"nlu\.yaml:5"):
        ensure_checkpoint([path], directory=tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_manifest_round_trips(tiny_checkpoint: Path) -> None:
    manifest = read_folder(tiny_checkpoint)
    assert isinstance(manifest, Manifest)
    assert isinstance(manifest.labels, Labels)
    assert set(manifest.files) >= {GRAPH, WEIGHTS, TOKENIZER, "config.json"}
