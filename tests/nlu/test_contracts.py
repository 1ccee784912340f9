"""Every learned part keeps the same promises.

It overfits a tiny set; saved and loaded again it answers the same; a batch equals its singles; the fast path (ONNX
graphs of 32 and 8 bits) equals the plain one.
"""

from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pytest

from nlu.corpus.corpus import Corpus, Example
from nlu.corpus.reading import read_corpus
from nlu.interpreter import Interpreter
from nlu.model.agreement import Outputs, compare, graph_outputs, largest_difference, model_outputs, prepare
from nlu.model.calibration import softmax
from nlu.model.export import load_model
from nlu.model.facts import GRAPH_FILES
from nlu.model.manifest import TRANSITIONS, read_folder
from nlu.model.viterbi import read_transitions
from nlu.training.checkpoint import train_checkpoint
from nlu.training.fine_tuning import Trained, Training
from nlu.training.sentiment import SentimentData, read_sentiment
from nlu.training.settings import TrainingSettings
from nlu.understanding import Understanding, Utterance

ROUNDING = 1e-4
"""Between logits of the same weights, computed in another order."""

SMALL_GRAPH_AGREES = 0.9
"""The least share of the same intents and tags from 8 bits; the tiny encoder's random weights are the hard case."""


class Case(NamedTuple):
    """What is learnt, and how: changes of the tiny settings."""

    what: str
    settings: dict[str, object]


CASES = {
    "intents, entities and sentiment": Case("all", {}),
    "intents alone": Case("intents", {}),
    "entities alone": Case("entities", {}),
    "LoRA": Case("all", {"adapter": "lora", "epochs": 60}),
    "AdaLoRA": Case("all", {"adapter": "adalora", "epochs": 60}),
    "characters, from nothing": Case("all", {"encoder": "characters", "epochs": 20, "batch": 4}),
}


class Learned(NamedTuple):
    """A trained model as it was in memory, and the folder it was written to."""

    trained: Trained
    folder: Path
    corpus: Corpus
    moods: SentimentData

    @property
    def texts(self) -> list[str]:
        return [example.text for example in self.corpus.examples] + [text for _, text in self.moods.pairs()]


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES.keys())
def learned(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    tiny_data: tuple[Path, Path],
    tiny_settings: TrainingSettings,
) -> Learned:
    case: Case = request.param
    whole = read_corpus(tiny_data[0])
    parts = {
        "all": whole,
        "intents": Corpus(examples=tuple(Example(e.text, e.intent) for e in whole.examples)),
        "entities": Corpus(examples=tuple(Example(e.text, "", e.entities) for e in whole.examples)),
    }
    corpus, moods = parts[case.what], read_sentiment(tiny_data[1])
    kept: list[Trained] = []
    result = Training.result
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Training, "result", lambda training: kept.append(result(training)) or kept[-1])
        folder = train_checkpoint(
            corpus, out=tmp_path_factory.mktemp("learned") / "model", sentiment=moods,
            settings=msgspec.structs.replace(tiny_settings, tensorboard=False, save_every=0, **case.settings),
        )  # fmt: skip
    return Learned(kept[0], folder, corpus, moods)


def interpreter(learned: Learned, **given: object) -> Interpreter:
    return Interpreter.open(learned.folder, precision="fp32", **given)  # type: ignore[arg-type]


def answers(learned: Learned, texts: list[str]) -> list[Understanding]:
    return interpreter(learned).interpret_batch([Utterance(text=text) for text in texts])


def test_a_tiny_set_is_learnt_by_heart(learned: Learned) -> None:
    examples = learned.corpus.examples
    for example, found in zip(examples, answers(learned, [e.text for e in examples]), strict=True):
        assert found.intent.name == example.intent
        expected = {(e.name, e.role, e.start, e.end) for e in example.entities}
        assert {(e.name, e.role, e.start, e.end) for e in found.entities} == expected
    moods = list(learned.moods.pairs())
    for (label, text), found in zip(moods, answers(learned, [text for _, text in moods]), strict=True):
        assert found.sentiment.label == label, text


def test_saved_and_loaded_it_answers_the_same(learned: Learned) -> None:
    loaded, manifest = load_model(learned.folder)
    assert manifest.labels == learned.trained.labels
    assert manifest.calibration == learned.trained.calibration
    pieces = prepare(learned.texts, learned.trained.tokenizer, max_pieces=manifest.max_pieces)
    for before, after in zip(model_outputs(learned.trained.model, pieces), model_outputs(loaded, pieces), strict=True):
        for one, other in zip(before, after, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_batch_equals_its_singles(learned: Learned) -> None:
    model, tokenizer = learned.trained.model, learned.trained.tokenizer
    pieces = prepare(learned.texts, tokenizer, max_pieces=128)
    together = model_outputs(model, pieces)
    for one, text in zip(together, pieces, strict=True):
        assert largest_difference(text, one, model_outputs(model, [text])[0]) < ROUNDING
    opened = interpreter(learned)
    said = [Utterance(text=text) for text in learned.texts]
    for one_of_many, utterance in zip(opened.interpret_batch(said), said, strict=True):
        alone = opened.interpret_batch([utterance])[0]
        assert [e.name for e in alone.intents] == [e.name for e in one_of_many.intents]
        assert [(e.name, e.start, e.end) for e in alone.entities] == [
            (e.name, e.start, e.end) for e in one_of_many.entities
        ]
        assert alone.out_of_scope == pytest.approx(one_of_many.out_of_scope, abs=ROUNDING)
        assert alone.sentiment.score == pytest.approx(one_of_many.sentiment.score, abs=ROUNDING)


def test_the_fast_path_equals_the_plain_one(learned: Learned) -> None:
    pieces = prepare(learned.texts, learned.trained.tokenizer, max_pieces=128)
    plain = model_outputs(learned.trained.model, pieces)
    graph = graph_outputs(learned.folder / GRAPH_FILES["fp32"], pieces)
    for text, one, other in zip(pieces, plain, graph, strict=True):
        assert largest_difference(text, one, other) < ROUNDING


def test_eight_bits_nearly_equal_the_plain_path(learned: Learned) -> None:
    path = learned.folder / GRAPH_FILES["int8"]
    if not path.is_file():
        pytest.skip("this model has no graph of 8 bits")
    pieces = prepare(learned.texts, learned.trained.tokenizer, max_pieces=128)
    plain, small = model_outputs(learned.trained.model, pieces), graph_outputs(path, pieces)
    found = compare(pieces, plain, small, read_transitions(learned.folder / TRANSITIONS))
    assert min(found.intent_agreement, found.tag_agreement) >= SMALL_GRAPH_AGREES
    same = [_mood(one) == _mood(other) for one, other in zip(plain, small, strict=True)]
    assert sum(same) / len(same) >= SMALL_GRAPH_AGREES


def test_calibration_makes_probabilities_of_logits(learned: Learned) -> None:
    calibration = read_folder(learned.folder).calibration
    assert calibration.temperature > 0
    assert calibration.spread > 0
    known = answers(learned, [example.text for example in learned.corpus.examples])
    for found in known:
        assert sum(intent.probability for intent in found.intents) <= 1 + 1e-6
        assert 0 <= found.out_of_scope <= 1
    assert np.mean([found.out_of_scope < 0.5 for found in known]) >= 0.9


def _mood(outputs: Outputs) -> int:
    return int(softmax(np.asarray(outputs.sentiment, dtype=np.float64)).argmax())
