"""A model folder is what its manifest says, or refused with the file, the reason and what to do."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from nlu.corpus.corpus import Corpus, Example
from nlu.errors import CheckpointError
from nlu.interpreter import Interpreter
from nlu.locations import data_root
from nlu.model.card import model_card
from nlu.model.export import load_model
from nlu.model.facts import GRAPH, SMALL_GRAPH, GraphFacts, data_facts
from nlu.model.labels import EntityType
from nlu.model.manifest import CARD, MANIFEST, TRANSITIONS, Manifest, hash_file, read_folder, remedy, write_folder
from nlu.understanding import Entity

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def copy(tiny_checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_checkpoint, tmp_path / "copy"))


def rewrite(folder: Path, **changes: object) -> None:
    """Change the manifest as a person with an editor would."""
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_labels_that_do_not_fit_the_graph_are_refused(copy: Path, precision: str) -> None:
    labels = json.loads((copy / MANIFEST).read_text())["labels"]
    rewrite(copy, labels=labels | {"intents": [*labels["intents"], "one_more"]})
    with pytest.raises(CheckpointError, match=r"model(\.int8)?\.onnx: does not fit the manifest's labels: 3 .* 4"):
        Interpreter.open(copy, precision=precision)  # type: ignore[arg-type]
    with pytest.raises(CheckpointError, match=r"model\.safetensors: does not fit"):
        load_model(copy)


def test_entities_that_do_not_fit_are_refused(copy: Path) -> None:
    labels = json.loads((copy / MANIFEST).read_text())["labels"]
    rewrite(copy, labels=labels | {"entities": labels["entities"][1:]})
    with pytest.raises(CheckpointError, match="does not fit the manifest's labels"):
        Interpreter.open(copy)


@pytest.mark.parametrize("name", [GRAPH, TRANSITIONS, "tokenizer.json"])
def test_what_is_no_such_file_is_refused_though_its_hash_fits(copy: Path, name: str) -> None:
    (copy / name).write_bytes(b"not what it should be")
    files = json.loads((copy / MANIFEST).read_text())["files"]
    rewrite(copy, files=files | {name: hash_file(copy / name)})
    with pytest.raises(CheckpointError, match=name):
        Interpreter.open(copy, precision="fp32")


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / SMALL_GRAPH).unlink()
    with pytest.raises(CheckpointError, match=r"model\.int8\.onnx: No such file.*kefu nlu export.*kefu nlu train"):
        Interpreter.open(copy, precision="int8")
    Interpreter.open(copy, precision="fp32")


def test_a_graph_of_another_model_is_refused(copy: Path) -> None:
    files = json.loads((copy / MANIFEST).read_text())["files"]
    files.pop(GRAPH)
    rewrite(copy, files=files)
    with pytest.raises(CheckpointError, match="no fp32 graph"):
        Interpreter.open(copy, precision="fp32")


def test_the_remedy_fits_the_model() -> None:
    assert remedy(data_root() / "models" / "shop" / "1234") == "train it again: kefu train shop --force"
    assert remedy(Path("/my/model")) == "train it again: kefu nlu train --data DATA --out /my/model"


def test_auto_serves_eight_bits_only_when_they_agree(tiny_checkpoint: Path) -> None:
    manifest = read_folder(tiny_checkpoint)
    small = next(graph for graph in manifest.graphs if graph.precision == "int8")
    for intents, tags, wanted in ((1.0, 1.0, "int8"), (0.98, 1.0, "fp32"), (1.0, 0.99, "fp32")):
        judged = msgspec.structs.replace(small, intent_agreement=intents, tag_agreement=tags)
        assert msgspec.structs.replace(manifest, graphs=(judged,)).served("auto") == wanted
    assert msgspec.structs.replace(manifest, graphs=()).served("auto") == "fp32"


def test_data_facts_count_and_fingerprint() -> None:
    entity = Entity(name="person", text="anna", start=4, end=8)
    examples = (Example("pay anna", "pay", (entity,)), Example("bye", "bye"), Example("only text"))
    facts = data_facts(Corpus(examples=examples))
    assert (facts.examples, facts.intents, facts.entities) == (3, {"bye": 1, "pay": 1}, {"person": 1})
    assert facts.sha256 == data_facts(Corpus(examples=examples[::-1])).sha256
    assert facts.sha256 != data_facts(Corpus(examples=examples[:2])).sha256


def test_the_card_says_what_one_must_know(tiny_checkpoint: Path) -> None:
    card = (tiny_checkpoint / CARD).read_text()
    for said in (
        "| transfer | 6 |",
        "| person |",
        "int8 (fused)",
        "fp32 (fused)",
        "## Limits",
        "fewer than 10",
        "kefu nlu",
    ):
        assert said in card
    assert "\n| seed | `7` |" in card


def test_the_card_of_a_model_without_intents(tiny_checkpoint: Path) -> None:
    manifest = read_folder(tiny_checkpoint)
    bare = msgspec.structs.replace(manifest.labels, intents=(), entities=(EntityType("a|b"),))
    exported = GraphFacts(
        precision="int8", file=SMALL_GRAPH, made="exported", megabytes=1.0, texts=1, intent_agreement=1.0,
        tag_agreement=1.0, entity_agreement=1.0, largest_difference=0.0,
    )  # fmt: skip
    card = model_card(msgspec.structs.replace(manifest, labels=bare, graphs=(exported,)))
    assert "no intents" in card
    assert "a\\|b" in card
    assert "depend a little" in card


def test_folders_in_the_folder_are_left_alone(copy: Path) -> None:
    manifest = read_folder(copy)

    def fill(place: Path) -> None:
        for path in copy.iterdir():
            if path.name not in (MANIFEST, CARD):
                shutil.copy(path, place)
        (place / "tensorboard").mkdir()
        (place / "tensorboard" / "events").write_text("1")

    written = write_folder(copy, manifest, fill)
    assert isinstance(written, Manifest)
    assert read_folder(copy) == written
    assert (copy / "tensorboard" / "events").is_file()
