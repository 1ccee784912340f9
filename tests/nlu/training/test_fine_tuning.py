"""The joint model is learnt, reproducible, resumable and held to its data."""

from itertools import islice
from pathlib import Path

import msgspec
import pytest
import torch

from nlu.corpus.corpus import Corpus, Example
from nlu.corpus.reading import read_corpus
from nlu.errors import CorpusError
from nlu.model.alignment import align, decode
from nlu.model.joint import JointModel, Logits
from nlu.model.labels import EntityType
from nlu.training.fine_tuning import Trained, Training, run
from nlu.training.sentiment import SentimentData, read_sentiment
from nlu.training.settings import TrainingSettings
from nlu.understanding import Entity

pytestmark = pytest.mark.timeout(600)  # the first test that needs the tiny model trains and exports it

NO_MOODS = SentimentData()


@pytest.fixture(scope="module")
def corpus(tiny_data: tuple[Path, Path]) -> Corpus:
    return read_corpus(tiny_data[0])


@pytest.fixture(scope="module")
def trained(corpus: Corpus, tiny_data: tuple[Path, Path], tiny_settings: TrainingSettings) -> Trained:
    return run(corpus, read_sentiment(tiny_data[1]), tiny_settings, progress=lambda *_: None)


@pytest.fixture(scope="module")
def short(tiny_settings: TrainingSettings) -> TrainingSettings:
    """Few steps, with everything on."""
    return msgspec.structs.replace(tiny_settings, epochs=3, augment=True, held_out=0.2, tune_word_embeddings=False)


def answer(trained: Trained, text: str) -> Logits:
    pieces = align(text, trained.tokenizer.encode(text))
    ids = torch.tensor([pieces.ids])
    with torch.no_grad():
        found: Logits = trained.model(ids, torch.ones_like(ids), torch.tensor([pieces.shapes]))
    return found


def intent(trained: Trained, text: str) -> str:
    return trained.labels.intents[int(answer(trained, text).intent.argmax())]


def entities(trained: Trained, text: str) -> list[tuple[int, int, EntityType]]:
    words = align(text, trained.tokenizer.encode(text)).words
    spans = decode(words, answer(trained, text).tags[0].numpy(), trained.model.crf.transitions())
    return [(span.start, span.end, trained.labels.entities[span.kind]) for span in spans]


def losses(training: Training) -> list[float]:
    return [step.loss for step in training.steps()]


def weights(model: JointModel) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def test_overfits_a_tiny_corpus(trained: Trained, corpus: Corpus, tiny_data: tuple[Path, Path]) -> None:
    for example in corpus.examples:
        assert intent(trained, example.text) == example.intent
        expected = [(e.start, e.end, EntityType(e.name, e.role, e.group)) for e in example.entities]
        assert entities(trained, example.text) == expected
    moods = read_sentiment(tiny_data[1])
    for index, texts in enumerate((moods.negative, moods.neutral, moods.positive)):
        for text in texts:
            assert int(answer(trained, text).sentiment.argmax()) == index


def test_the_same_seed_gives_the_same_steps(corpus: Corpus, short: TrainingSettings) -> None:
    first, second = (losses(Training(corpus, NO_MOODS, short)) for _ in range(2))
    assert first == second
    assert losses(Training(corpus, NO_MOODS, msgspec.structs.replace(short, seed=8))) != first


@pytest.mark.parametrize("stopped_after", [1, 2, 3, 4])
def test_resumed_training_ends_like_uninterrupted(corpus: Corpus, short: TrainingSettings, stopped_after: int) -> None:
    whole = Training(corpus, NO_MOODS, short)
    expected = losses(whole)
    begun = Training(corpus, NO_MOODS, short)
    first = [step.loss for step in islice(begun.steps(), stopped_after)]
    assert begun.can_be_saved
    state = begun.state()
    resumed = Training(corpus, NO_MOODS, short)
    torch.rand(5)
    rest = [step.loss for step in resumed.steps(state=state)]
    assert first + rest == expected
    assert resumed.result().calibration == whole.result().calibration
    for name, value in weights(whole.model).items():
        assert torch.equal(resumed.model.state_dict()[name], value), name


def test_held_out_examples_are_judged_and_then_learnt(corpus: Corpus, short: TrainingSettings) -> None:
    training = Training(corpus, NO_MOODS, short)
    steps = list(training.steps())
    assert [step.number for step in steps] == list(range(1, training.total + 1))
    assert training.total > training.main_steps
    done = training.result()
    assert done.metrics["held_out_examples"] == len(done.held_out) > 0
    assert 0.0 <= done.metrics["held_out_intent_accuracy"] <= 1.0
    without = Training(corpus, NO_MOODS, msgspec.structs.replace(short, finish=False))
    assert without.total == without.main_steps


def test_stops_early_and_keeps_the_weights_that_did_best(corpus: Corpus, tiny_settings: TrainingSettings) -> None:
    settings = msgspec.structs.replace(tiny_settings, epochs=60, patience=2)
    training = Training(corpus, NO_MOODS, settings, dev=corpus)
    logged: list[float] = []

    def log(name: str, value: float, step: int) -> None:
        if name == "judged/intent_accuracy":
            logged.append(value)

    list(training.steps(log=log))
    done = training.result()
    assert done.metrics["epochs"] < 60
    assert done.metrics["dev_intent_accuracy"] == max(logged) == 1.0
    assert not done.held_out


def test_a_batch_equals_its_singles(trained: Trained) -> None:
    texts = ["send fifty pounds to anna", "bye", "how much money is in my account please"]
    pieces = [align(text, trained.tokenizer.encode(text)) for text in texts]
    width = max(len(one.ids) for one in pieces)

    def padded(rows: list[list[int]]) -> torch.Tensor:
        return torch.tensor([row + [0] * (width - len(row)) for row in rows])

    ids, shapes = padded([one.ids for one in pieces]), padded([one.shapes for one in pieces])
    mask = padded([[1] * len(one.ids) for one in pieces])
    with torch.no_grad():
        together = trained.model(ids, mask, shapes)
    for row, text in enumerate(texts):
        alone = answer(trained, text)
        torch.testing.assert_close(together.intent[row], alone.intent[0], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(together.sentiment[row], alone.sentiment[0], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(together.tags[row, : alone.tags.shape[1]], alone.tags[0], atol=1e-4, rtol=1e-4)


def test_a_corpus_of_entities_only(tiny_settings: TrainingSettings) -> None:
    names = ("anna", "james", "savings", "fifty")
    people = [
        Example(f"send it to {name}", "", (Entity(name="person", text=name, start=11, end=11 + len(name)),))
        for name in names
    ]
    corpus = Corpus(examples=(*people, Example("what is my balance")))
    done = run(corpus, NO_MOODS, tiny_settings, progress=lambda *_: None)
    assert done.labels.intents == ()
    assert answer(done, "bye").intent.shape == (1, 0)
    assert entities(done, "send it to anna") == [(11, 15, EntityType("person"))]
    assert "held_out_intent_accuracy" not in done.metrics


def test_a_corpus_of_intents_only_and_much_imbalance(tiny_settings: TrainingSettings) -> None:
    examples = [Example(f"what is my balance {word}", "balance") for word in "abcdefghijklmnopqrstuvwxyz"]
    examples += [Example("bye for now", "goodbye"), Example("anna", "out_of_scope")]
    settings = msgspec.structs.replace(tiny_settings, epochs=30, held_out=0.1)
    done = run(Corpus(examples=tuple(examples)), NO_MOODS, settings, progress=lambda *_: None)
    assert intent(done, "bye for now") == "goodbye"
    assert intent(done, "what is my balance c") == "balance"
    assert entities(done, "what is my balance c") == []


@pytest.mark.parametrize("label", ["balance", "out_of_scope", ""])
def test_a_single_label_trains(tiny_settings: TrainingSettings, label: str) -> None:
    settings = msgspec.structs.replace(tiny_settings, epochs=1, held_out=0.2)
    examples = tuple(Example(f"my balance {word}", label) for word in "abcdef")
    done = run(Corpus(examples=examples), NO_MOODS, settings, progress=lambda *_: None)
    assert len(done.labels.intents) == bool(label)


def test_no_examples_are_refused(tiny_settings: TrainingSettings) -> None:
    with pytest.raises(CorpusError, match="no examples"):
        Training(Corpus(examples=()), NO_MOODS, tiny_settings)


def test_no_epochs_give_the_frozen_encoder_with_its_heads(corpus: Corpus, tiny_settings: TrainingSettings) -> None:
    training = Training(corpus, NO_MOODS, msgspec.structs.replace(tiny_settings, epochs=0, held_out=0.2))
    assert list(training.steps()) == []
    assert training.result().metrics["steps"] == 0
