"""The banking pack's model, trained as `kefu train` does."""

from datetime import datetime
from pathlib import Path

import pytest

from nlu.interpreter import Interpreter
from nlu.locations import find_pack, pack_nlu_files
from nlu.model.export import disagreement, load_model
from nlu.model.manifest import GRAPH
from nlu.training.checkpoint import ensure_checkpoint
from nlu.understanding import Utterance

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

STRANGE = ("what's the weather like", "who is the president of france", "can you fix my bicycle", "play some jazz")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_checkpoint(pack_nlu_files(find_pack("banking")), directory=tmp_path_factory.mktemp("models"))


def test_held_out_accuracy(checkpoint: Path) -> None:
    model, manifest = load_model(checkpoint)
    assert manifest.metrics["held_out_examples"] >= 80
    assert manifest.metrics["held_out_intent_accuracy"] >= 0.92
    assert disagreement(model, checkpoint / GRAPH) < 1e-3


def test_a_transfer_is_understood_in_full(checkpoint: Path) -> None:
    interpreter = Interpreter.open(checkpoint, clock=lambda: datetime(2026, 11, 23, 12))
    text = "um could you send a hundred and twenty pounds fifty to anna tomorrow please"
    (found,) = interpreter.interpret_batch([Utterance(text=text)])
    assert found.intent.name == "transfer_money"
    assert found.out_of_scope < 0.5
    assert {entity.name: entity.value for entity in found.entities} == {
        "amount": {"amount": "120.50", "currency": "GBP"},
        "person": "anna",
        "date": "2026-11-24",
    }


def test_mood_and_strangeness(checkpoint: Path) -> None:
    interpreter = Interpreter.open(checkpoint)
    texts = ["this is ridiculous i want to complain", "thank you so much that's brilliant", "what's my balance"]
    found = interpreter.interpret_batch([Utterance(text=text) for text in texts])
    assert [understanding.sentiment.label for understanding in found] == ["negative", "positive", "neutral"]
    for understanding in interpreter.interpret_batch([Utterance(text=text) for text in STRANGE]):
        assert understanding.out_of_scope > 0.5
