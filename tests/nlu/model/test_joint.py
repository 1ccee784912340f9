"""JointModel's contract: learns a small set by heart, saves, reloads, answers the same; a batch equals its singles."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from nlu.model.alignment import IGNORED, Span, align, decode, tag_count, tag_pieces
from nlu.model.encoder import blank_encoder, load_encoder
from nlu.model.joint import JointModel, Logits

TEXTS = ("pay Anna now", "what is my balance", "pay james ten pounds", "goodbye")
SPANS = ((Span(4, 8, 0),), (), (Span(4, 9, 0), Span(10, 20, 1)), ())
INTENTS = (0, 1, 0, 2)
NONE = torch.full((4,), IGNORED)


def batch_of(texts: tuple[str, ...], tokenizer: Tokenizer) -> tuple[Tensor, Tensor, Tensor]:
    """ids, mask and shapes, padded."""
    pieces = [align(text, tokenizer.encode(text)) for text in texts]
    width = max(len(one.ids) for one in pieces)

    def rows(values: list[list[int]]) -> Tensor:
        return torch.tensor([row + [0] * (width - len(row)) for row in values])

    ids, shapes = rows([one.ids for one in pieces]), rows([one.shapes for one in pieces])
    return ids, rows([[1] * len(one.ids) for one in pieces]), shapes


def tags_of(width: int, tokenizer: Tokenizer) -> Tensor:
    """Of TEXTS."""
    rows = []
    for text, spans in zip(TEXTS, SPANS, strict=True):
        pieces = align(text, tokenizer.encode(text))
        row = tag_pieces(pieces.words, spans, len(pieces.ids))
        rows.append(row + [IGNORED] * (width - len(row)))
    return torch.tensor(rows)


def learnt(name: str, *, rate: float, steps: int) -> tuple[JointModel, Tokenizer]:
    """A model that has seen TEXTS often."""
    torch.manual_seed(0)
    encoder = load_encoder(name, texts=TEXTS)
    model = JointModel(encoder.model, intents=3, tags=tag_count(2))
    batch = batch_of(TEXTS, encoder.tokenizer)
    tags = tags_of(batch[0].shape[1], encoder.tokenizer)
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    for _ in range(steps):
        optimiser.zero_grad()
        loss = model.loss(model(*batch), intents=torch.tensor(INTENTS), sentiments=NONE, tags=tags)
        loss.backward()  # type: ignore[no-untyped-call]  # untyped in torch
        optimiser.step()
    return model.eval(), encoder.tokenizer


@pytest.fixture(scope="module", params=["tiny", "characters"])
def model_and_tokenizer(request: pytest.FixtureRequest, tiny_encoder: Path) -> tuple[JointModel, Tokenizer]:
    return learnt(str(tiny_encoder) if request.param == "tiny" else "characters", rate=3e-3, steps=60)


def test_it_learns_a_small_set_by_heart(model_and_tokenizer: tuple[JointModel, Tokenizer]) -> None:
    model, tokenizer = model_and_tokenizer
    transitions = model.crf.transitions()
    with torch.no_grad():
        logits = model(*batch_of(TEXTS, tokenizer))
    assert tuple(logits.intent.argmax(1).tolist()) == INTENTS
    for row, (text, spans) in enumerate(zip(TEXTS, SPANS, strict=True)):
        words = align(text, tokenizer.encode(text)).words
        found = decode(words, logits.tags[row].numpy(), transitions)
        assert tuple(span[:3] for span in found) == tuple(span[:3] for span in spans)


def test_a_batch_equals_its_singles(model_and_tokenizer: tuple[JointModel, Tokenizer]) -> None:
    model, tokenizer = model_and_tokenizer
    with torch.no_grad():
        together = model(*batch_of(TEXTS, tokenizer))
        for row, text in enumerate(TEXTS):
            alone = model(*batch_of((text,), tokenizer))
            torch.testing.assert_close(alone.intent[0], together.intent[row], atol=1e-4, rtol=1e-4)
            torch.testing.assert_close(alone.tags[0], together.tags[row, : alone.tags.shape[1]], atol=1e-4, rtol=1e-4)


def test_saved_and_reloaded_it_answers_the_same(
    model_and_tokenizer: tuple[JointModel, Tokenizer], tmp_path: Path
) -> None:
    model, tokenizer = model_and_tokenizer
    save_file(model.state_dict(), tmp_path / "model.safetensors")
    model.encoder.config.to_json_file(tmp_path / "config.json")
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    again = JointModel(blank_encoder(tmp_path / "config.json"), intents=3, tags=tag_count(2))
    again.load_state_dict(load_file(tmp_path / "model.safetensors"))
    read = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    with torch.no_grad():
        for one, other in zip(model(*batch_of(TEXTS, tokenizer)), again.eval()(*batch_of(TEXTS, read)), strict=True):
            assert torch.equal(one, other)


def test_tags_see_the_case_that_the_tokenizer_drops(tiny_encoder: Path) -> None:
    torch.manual_seed(0)
    encoder = load_encoder(str(tiny_encoder))
    model = JointModel(encoder.model, intents=2, tags=3).eval()
    texts = ("pay anna", "pay Anna")
    ids, mask, shapes = batch_of(texts, encoder.tokenizer)
    assert torch.equal(ids[0], ids[1])
    with torch.no_grad():
        assert torch.equal(*model(ids, mask, shapes).tags)  # before it has learnt anything
        assert model.encoder_shapes is not None
        torch.nn.init.normal_(model.encoder_shapes.weight)
        assert not torch.equal(*model(ids, mask, shapes).tags)


def test_tasks_without_labels_add_nothing() -> None:
    model = JointModel(load_encoder("characters", texts=TEXTS).model, intents=2, tags=3)
    logits = Logits(torch.randn(2, 2), torch.randn(2, 3), torch.randn(2, 4, 3, requires_grad=True))
    none, untagged = torch.full((2,), IGNORED), torch.full((2, 4), IGNORED)
    one = model.loss(logits, intents=torch.tensor([1, IGNORED]), sentiments=none, tags=untagged)
    assert one == torch.nn.functional.cross_entropy(logits.intent[:1], torch.tensor([1]))
    nothing = model.loss(logits, intents=none, sentiments=none, tags=untagged)
    nothing.backward()  # type: ignore[no-untyped-call]  # untyped in torch
    assert float(nothing.detach()) == 0.0


def test_corpora_without_intents_or_without_entities() -> None:
    encoder = load_encoder("characters", texts=TEXTS)
    batch = batch_of(TEXTS, encoder.tokenizer)
    only_tags = JointModel(encoder.model, intents=0, tags=5)(*batch)
    assert only_tags.intent.shape == (4, 0)
    model = JointModel(encoder.model, intents=3, tags=1)
    logits = model(*batch)
    loss = model.loss(logits, intents=torch.tensor(INTENTS), sentiments=NONE, tags=torch.zeros_like(batch[0]))
    assert loss == torch.nn.functional.cross_entropy(logits.intent, torch.tensor(INTENTS))
