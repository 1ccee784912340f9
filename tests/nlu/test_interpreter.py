"""Serving: what was learnt comes out typed, alone or in company."""

import asyncio
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu.corpus.reading import read_corpus
from nlu.interpreter import Interpreter
from nlu.model.export import load_model
from nlu.model.serving import padded
from nlu.understanding import Hypothesis, Understanding, Utterance

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


def test_serving_equals_torch(tiny_checkpoint: Path) -> None:
    interpreter = Interpreter.open(tiny_checkpoint, clock=now, precision="fp32")
    model, manifest = load_model(tiny_checkpoint)
    for text in ("send ten pounds to james", "okay bye", "How much is it"):
        given = [torch.from_numpy(value) for value in padded([interpreter.pieces(text)])]
        with torch.no_grad():
            logits = model(*given).intent / manifest.calibration.temperature
        expected = dict(zip(manifest.labels.intents, torch.softmax(logits[0].double(), dim=0).tolist(), strict=True))
        for score in understand(interpreter, text).intents:
            assert score.probability == pytest.approx(expected[score.name], abs=1e-4)


def test_the_small_graph_answers_like_the_large_one(tiny_checkpoint: Path, tiny_data: tuple[Path, Path]) -> None:
    large = Interpreter.open(tiny_checkpoint, clock=now, precision="fp32")
    small = Interpreter.open(tiny_checkpoint, clock=now, precision="int8")
    assert (large.graph, small.graph) == ("model.onnx (fp32)", "model.int8.onnx (int8)")
    for example in read_corpus(tiny_data[0]).examples:
        one, other = understand(large, example.text), understand(small, example.text)
        assert one.intent.name == other.intent.name
        assert one.intent.probability == pytest.approx(other.intent.probability, abs=0.05)
        assert [(e.name, e.start, e.end) for e in one.entities] == [(e.name, e.start, e.end) for e in other.entities]


def test_serving_imports_no_torch() -> None:
    code = "import sys, nlu.interpreter; sys.exit(bool({'torch', 'transformers', 'onnx'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_alternatives_have_a_say_in_the_intent_only(interpreter: Interpreter) -> None:
    text, meant = "purple monkeys dishwasher", "what is my balance"
    (alone, clear) = (understand(interpreter, one) for one in (text, meant))
    heard = Utterance(text=text, confidence=0.4, nbest=(Hypothesis(meant, 0.3),))
    (found,) = interpreter.interpret_batch([heard])
    chances = {score.name: score.probability for score in found.intents}
    alone_chances = {score.name: score.probability for score in alone.intents}
    assert alone_chances["balance"] - 1e-6 <= chances["balance"] <= clear.intent.probability + 1e-6
    low, high = sorted((alone.out_of_scope, clear.out_of_scope))
    assert low - 1e-6 <= found.out_of_scope <= high + 1e-6
    assert found.entities == alone.entities
    assert found.sentiment == alone.sentiment


def test_alternatives_in_a_batch_do_not_change_their_neighbours(interpreter: Interpreter) -> None:
    heard = Utterance(text="send ten pounds to anna", confidence=0.5, nbest=(Hypothesis("goodbye", 0.4),) * 5)
    plain = [Utterance(text="goodbye"), Utterance(text="my balance please")]
    found = interpreter.interpret_batch([plain[0], heard, plain[1]])
    for utterance, answer in zip(plain, found[::2], strict=True):
        assert answer.intent.probability == pytest.approx(understand(interpreter, utterance.text).intent.probability)
    assert found[1].utterance == heard


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(st.text(st.characters(), max_size=60), min_size=1, max_size=6))
def test_a_batch_equals_its_singles_whatever_is_said(interpreter: Interpreter, texts: list[str]) -> None:
    together = interpreter.interpret_batch([Utterance(text=text) for text in texts])
    for text, found in zip(texts, together, strict=True):
        alone = understand(interpreter, text)
        assert alone.intent.probability == pytest.approx(found.intent.probability, abs=1e-4)
        assert alone.out_of_scope == pytest.approx(found.out_of_scope, abs=1e-3)
        for entity in found.entities:
            assert entity.text == text[entity.start : entity.end]


def test_half_a_character_is_no_reason_to_fail(interpreter: Interpreter) -> None:
    found = understand(interpreter, "send fifty pounds to anna \ud83d")
    assert [entity.text for entity in found.entities] == ["fifty pounds", "anna"]


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
