"""Serving: what was learnt comes out typed, alone or in company."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu.corpus.reading import read_corpus
from nlu.interpreter import Interpreter
from nlu.model.export import load_model
from nlu.understanding import Understanding, Utterance

pytestmark = pytest.mark.timeout(600)  # the first test that needs the tiny model trains and exports it


def now() -> datetime:
    return datetime(2026, 11, 23, 12)


@pytest.fixture(scope="module")
def interpreter(tiny_checkpoint: Path) -> Interpreter:
    return Interpreter.open(tiny_checkpoint, clock=now)


def understand(interpreter: Interpreter, text: str) -> Understanding:
    return interpreter.interpret_batch([Utterance(text=text)])[0]


def test_reloaded_it_answers_what_it_learnt(interpreter: Interpreter, tiny_data: tuple[Path, Path]) -> None:
    for example in read_corpus(tiny_data[0]).examples:
        found = understand(interpreter, example.text)
        assert found.intent.name == example.intent
        assert [(e.name, e.text, e.role) for e in found.entities] == [
            (e.name, e.text, e.role) for e in example.entities
        ]


def test_values_and_synonyms(interpreter: Interpreter) -> None:
    found = understand(interpreter, "send fifty pounds to anna")
    assert [e.value for e in found.entities] == [{"amount": "50.00", "currency": "GBP"}, "anna"]
    found = understand(interpreter, "pay anna from my savings")
    assert [(e.value, e.role) for e in found.entities] == [("anna", None), ("reserve", "from")]


def test_probabilities_and_sentiment(interpreter: Interpreter) -> None:
    found = understand(interpreter, "this is awful")
    assert found.sentiment.label == "negative"
    assert -1.0 <= found.sentiment.score < 0.0
    chances = [score.probability for score in found.intents]
    assert chances == sorted(chances, reverse=True)
    assert abs(sum(chances) - 1.0) < 1e-6
    assert understand(interpreter, "thank you so much").sentiment.label == "positive"


def test_silence_is_out_of_scope(interpreter: Interpreter) -> None:
    assert understand(interpreter, "  ").out_of_scope == 1.0
    assert understand(interpreter, "what is my balance").out_of_scope < 0.9
    assert interpreter.interpret_batch([]) == []


def test_serving_equals_torch(interpreter: Interpreter, tiny_checkpoint: Path) -> None:
    model, manifest = load_model(tiny_checkpoint)
    for text in ("send ten pounds to james", "okay bye", "how much is it"):
        ids = torch.tensor([interpreter._tokenizer.encode(text).ids])
        with torch.no_grad():
            logits = model(ids, torch.ones_like(ids)).intent / manifest.calibration.temperature
        expected = dict(zip(manifest.labels.intents, torch.softmax(logits[0].double(), dim=0).tolist(), strict=True))
        for score in understand(interpreter, text).intents:
            assert score.probability == pytest.approx(expected[score.name], abs=1e-4)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_a_batch_equals_its_singles_whatever_is_said(interpreter: Interpreter, texts: list[str]) -> None:
    together = interpreter.interpret_batch([Utterance(text=text) for text in texts])
    for text, found in zip(texts, together, strict=True):
        alone = understand(interpreter, text)
        assert alone.intent.probability == pytest.approx(found.intent.probability, abs=1e-4)
        assert alone.out_of_scope == pytest.approx(found.out_of_scope, abs=1e-3)
        for entity in found.entities:
            assert entity.text == text[entity.start : entity.end]


def test_very_long_text_is_cut_and_not_refused(interpreter: Interpreter) -> None:
    found = understand(interpreter, "send fifty pounds to anna " * 200)
    assert found.entities[0].name == "amount"


async def test_many_callers_share_calls_and_each_gets_its_own(tiny_checkpoint: Path) -> None:
    interpreter = Interpreter.open(tiny_checkpoint, clock=now)
    texts = ["goodbye", "what is my balance", "pay james fifty pounds"] * 10
    found = await asyncio.gather(*(interpreter.interpret(Utterance(text=text)) for text in texts))
    assert [f.utterance.text for f in found] == texts
    assert [f.intent.name for f in found] == ["goodbye", "balance", "transfer"] * 10
    await interpreter.close()
