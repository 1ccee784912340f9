"""Low-rank adapters learn, and merged they are plain weights with the same answers."""

from pathlib import Path

import msgspec
import pytest
import torch

from nlu.corpus.corpus import Corpus
from nlu.corpus.reading import read_corpus
from nlu.errors import SettingsError
from nlu.model.encoder import load_encoder
from nlu.model.joint import JointModel
from nlu.training import adapters
from nlu.training.fine_tuning import Training
from nlu.training.sentiment import SentimentData
from nlu.training.settings import Adapter, TrainingSettings

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def corpus(tiny_data: tuple[Path, Path]) -> Corpus:
    return read_corpus(tiny_data[0])


@pytest.mark.parametrize("adapter", ["lora", "adalora"])
def test_merged_adapters_answer_the_same(
    corpus: Corpus, tiny_settings: TrainingSettings, adapter: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = torch.tensor([[2, 10, 11, 12, 3]])
    shapes = torch.tensor([[0, 2, 1, 2, 0]])
    before: list[torch.Tensor] = []
    merge = adapters.merge

    def watched(model: JointModel) -> None:
        model.eval()
        with torch.no_grad():
            before.extend(model(ids, torch.ones_like(ids), shapes))
        merge(model)

    monkeypatch.setattr(adapters, "merge", watched)
    plain = JointModel(load_encoder(tiny_settings.encoder).model, intents=3, tags=9)
    settings = msgspec.structs.replace(tiny_settings, adapter=adapter, adapter_rank=4, epochs=3)
    training = Training(corpus, SentimentData(), settings)
    list(training.steps())
    model = training.result().model
    with torch.no_grad():
        after = model(ids, torch.ones_like(ids), shapes)
    for one, other in zip(before, after, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)
    assert set(model.encoder.state_dict()) == set(plain.encoder.state_dict())
    name = "encoder.layer.0.attention.self.query.weight"
    assert not torch.equal(model.encoder.state_dict()[name], plain.encoder.state_dict()[name])


def test_resumed_lora_ends_like_uninterrupted(corpus: Corpus, tiny_settings: TrainingSettings) -> None:
    settings = msgspec.structs.replace(tiny_settings, adapter="lora", adapter_rank=2, epochs=2)
    expected = [step.loss for step in Training(corpus, SentimentData(), settings).steps()]
    begun = Training(corpus, SentimentData(), settings)
    steps = begun.steps()
    first = [next(steps).loss, next(steps).loss]
    state = begun.state()
    rest = [step.loss for step in Training(corpus, SentimentData(), settings).steps(state=state)]
    assert first + rest == expected


def test_a_rank_of_nothing_is_refused(corpus: Corpus, tiny_settings: TrainingSettings) -> None:
    settings = msgspec.structs.replace(tiny_settings, adapter="lora", adapter_rank=0)
    with pytest.raises(SettingsError, match="adapter_rank"):
        next(Training(corpus, SentimentData(), settings).steps())
