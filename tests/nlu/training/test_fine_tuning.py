"""The joint model is learnt, reproducible and held to its data."""

import random
from itertools import islice
from pathlib import Path

import pytest
import torch

from nlu.corpus.corpus import Example
from nlu.corpus.reading import read_corpus
from nlu.model.alignment import IGNORED, decode_tags, words_of
from nlu.model.joint import JointModel, Logits, joint_loss
from nlu.model.labels import EntityType
from nlu.training.fine_tuning import Item, Trained, hold_out, length_buckets, run, train
from nlu.training.sentiment import read_sentiment
from nlu.training.settings import TrainingSettings

pytestmark = pytest.mark.timeout(600)  # the first test that needs the tiny model trains and exports it


@pytest.fixture(scope="module")
def trained(tiny_data: tuple[Path, Path], tiny_settings: TrainingSettings) -> Trained:
    corpus, sentiment = tiny_data
    return run(read_corpus(corpus), read_sentiment(sentiment), tiny_settings, progress=lambda *_: None)


def answer(model: JointModel, pieces: list[int]) -> Logits:
    ids = torch.tensor([pieces])
    with torch.no_grad():
        return model(ids, torch.ones_like(ids))


def test_overfits_a_tiny_corpus(trained: Trained, tiny_data: tuple[Path, Path]) -> None:
    for example in read_corpus(tiny_data[0]).examples:
        encoding = trained.tokenizer.encode(example.text)
        logits = answer(trained.model, encoding.ids)
        assert trained.labels.intents[int(logits.intent.argmax())] == example.intent
        words = words_of(encoding.offsets, encoding.word_ids)
        best = logits.tags[0].argmax(dim=-1).tolist()
        spans = decode_tags(words, [best[word.piece] for word in words], [1.0] * len(words))
        expected = [(e.start, e.end, EntityType(e.name, e.role, e.group)) for e in example.entities]
        assert [(span.start, span.end, trained.labels.entities[span.kind]) for span in spans] == expected
    for index, texts in enumerate(vars_of(read_sentiment(tiny_data[1]))):
        for text in texts:
            logits = answer(trained.model, trained.tokenizer.encode(text).ids)
            assert int(logits.sentiment.argmax()) == index


def vars_of(data: object) -> list[tuple[str, ...]]:
    return [getattr(data, name) for name in ("negative", "neutral", "positive")]


def test_the_same_seed_gives_the_same_steps(tiny_data: tuple[Path, Path], tiny_settings: TrainingSettings) -> None:
    corpus, sentiment = read_corpus(tiny_data[0]), read_sentiment(tiny_data[1])
    first, second = ([step.loss for step in islice(train(corpus, sentiment, tiny_settings), 5)] for _ in range(2))
    assert first == second


def test_a_batch_equals_its_singles(trained: Trained) -> None:
    texts = ["send fifty pounds to anna", "bye", "how much money is in my account please"]
    encodings = [trained.tokenizer.encode(text) for text in texts]
    width = max(len(encoding.ids) for encoding in encodings)
    ids = torch.tensor([encoding.ids + [0] * (width - len(encoding.ids)) for encoding in encodings])
    mask = torch.tensor([[1] * len(encoding.ids) + [0] * (width - len(encoding.ids)) for encoding in encodings])
    with torch.no_grad():
        together = trained.model(ids, mask)
    for row, encoding in enumerate(encodings):
        alone = answer(trained.model, encoding.ids)
        torch.testing.assert_close(together.intent[row], alone.intent[0], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(together.sentiment[row], alone.sentiment[0], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(together.tags[row, : len(encoding.ids)], alone.tags[0], atol=1e-4, rtol=1e-4)


def test_loss_leaves_out_what_has_no_label() -> None:
    logits = Logits(torch.randn(2, 3), torch.randn(2, 3), torch.randn(2, 4, 5))
    nothing = torch.full((2, 4), IGNORED)
    one = joint_loss(logits, intents=torch.tensor([1, IGNORED]), sentiments=torch.full((2,), IGNORED), tags=nothing)
    expected = torch.nn.functional.cross_entropy(logits.intent[:1], torch.tensor([1]))
    torch.testing.assert_close(one, expected)


def test_hold_out_is_stratified_without_leakage() -> None:
    examples = [Example(f"{intent} {number}", intent) for intent in "abc" for number in range(20)]
    examples += [Example("B 3", "a"), Example("once", "rare")]
    seen, judged = hold_out(examples, share=0.2, seed=1)
    assert {intent: sum(e.intent == intent for e in judged) for intent in "abc"} == {"a": 4, "b": 4, "c": 4}
    assert not {e.text.lower() for e in seen} & {e.text.lower() for e in judged}
    assert Example("once", "rare") in seen


def test_length_buckets_keep_every_item() -> None:
    items = [Item([1] * (number % 17 + 1), [], number, IGNORED) for number in range(100)]
    batches = length_buckets(items, size=16, draw=random.Random(0))
    assert sorted(item.intent for batch in batches for item in batch) == list(range(100))
    assert max(len(batch) for batch in batches) == 16
