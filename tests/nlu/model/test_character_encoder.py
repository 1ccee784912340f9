"""The encoder from nothing."""

import torch

from nlu.model.character_encoder import CharacterConfig, CharacterEncoder, character_tokenizer


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
