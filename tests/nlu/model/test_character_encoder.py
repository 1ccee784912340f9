"""The encoder from nothing."""

import torch
from torch import Tensor

from nlu.model.alignment import IGNORED, Span, align, decode, tag_count, tag_pieces
from nlu.model.character_encoder import CharacterConfig, CharacterEncoder, character_tokenizer
from nlu.model.encoder import load_encoder
from nlu.model.joint import JointModel


def test_every_character_is_a_piece_and_keeps_its_place() -> None:
    text = "我要转 500 块 Now"
    encoding = character_tokenizer([text]).encode(text)
    assert "".join(text[start:end] for start, end in encoding.offsets) == text
    assert encoding.tokens[0] == "[CLS]"
    assert encoding.tokens[-1] == "[SEP]"
    assert "N" not in encoding.tokens
    assert "[UNK]" not in encoding.tokens


def test_the_vocabulary_does_not_depend_on_the_order_of_the_texts() -> None:
    one, other = character_tokenizer(["abc", "bcd"]), character_tokenizer(["bcd", "abc"])
    assert one.get_vocab() == other.get_vocab()


def test_characters_never_seen_are_unknown() -> None:
    assert character_tokenizer(["abc"]).encode("axc").tokens == ["[CLS]", "a", "[UNK]", "c", "[SEP]"]


def test_padding_changes_nothing() -> None:
    torch.manual_seed(0)
    model = CharacterEncoder(CharacterConfig(vocab_size=30))
    model.train(False)
    ids = torch.randint(1, 30, (1, 9))
    padded = torch.cat([ids, torch.zeros(1, 6, dtype=torch.long)], dim=1)
    mask = torch.tensor([[1] * 9 + [0] * 6])
    with torch.no_grad():
        alone = model(ids, torch.ones_like(ids)).last_hidden_state
        together = model(padded, mask).last_hidden_state[:, :9]
    torch.testing.assert_close(alone, together, atol=1e-5, rtol=1e-5)


def test_it_learns_a_small_chinese_set_by_heart() -> None:
    texts = ("查一下余额", "我要转五百块给王小明", "转账给李雷", "再见", "我的余额是多少", "拜拜")
    names = ((), ("王小明",), ("李雷",), (), (), ())
    intents = torch.tensor([0, 1, 1, 2, 0, 2])
    torch.manual_seed(0)
    encoder = load_encoder("characters", texts=texts)
    model = JointModel(encoder.model, intents=3, tags=tag_count(1))
    pieces = [align(text, encoder.tokenizer.encode(text)) for text in texts]
    width = max(len(one.ids) for one in pieces)

    def rows(values: list[list[int]], filler: int) -> Tensor:
        return torch.tensor([row + [filler] * (width - len(row)) for row in values])

    inputs = rows([one.ids for one in pieces], 0), rows([[1] * len(one.ids) for one in pieces], 0)
    shapes = rows([one.shapes for one in pieces], 0)
    spans = [
        [Span(text.index(name), text.index(name) + len(name), 0) for name in found]
        for text, found in zip(texts, names, strict=True)
    ]
    tagged = [tag_pieces(one.words, own, len(one.ids)) for one, own in zip(pieces, spans, strict=True)]
    tags = rows(tagged, IGNORED)
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(40):
        optimiser.zero_grad()
        logits = model(*inputs, shapes)
        nothing = torch.full((len(texts),), IGNORED)
        model.loss(logits, intents=intents, sentiments=nothing, tags=tags).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    model.train(False)
    with torch.no_grad():
        logits = model(*inputs, shapes)
    assert logits.intent.argmax(dim=1).tolist() == intents.tolist()
    for row, (one, own) in enumerate(zip(pieces, spans, strict=True)):
        found = decode(one.words, logits.tags[row].numpy(), model.crf.transitions())
        assert [span[:3] for span in found] == [span[:3] for span in own]
