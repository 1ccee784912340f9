"""An encoder from nothing, over characters: for languages without a pretrained encoder at hand.

Characters and the hashed 2-, 3- and 5-grams around them are embedded (as fastText does with words' n-grams:
Bojanowski et al. 2017), gated by two depth-wise convolutions (after ConvNeXt: Liu et al. 2022) and joined by one
transformer layer. It wants no positions: the convolutions know the order. About 5 million weights.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import Tensor, nn
from torch.nn import functional
from transformers import PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput

SPECIAL_PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_UNKNOWN = SPECIAL_PIECES.index("[UNK]")

_MOST_CHARACTERS = 8_000
_WINDOWS = ((-1, 0), (-1, 0, 1), (-2, -1, 0, 1, 2))
"""The n-grams at a character, as offsets."""

_FACTORS = (1_000_003, 7_368_787, 19_349_663, 83_492_791, 15_485_863)
"""Primes; one a position of an n-gram. The sums stay far below 2 ** 63."""

_HIDDEN_CHARACTERS = 0.05
"""The share of characters that training hides, so that spellings never seen do less harm."""


class CharacterConfig(PretrainedConfig):  # type: ignore[no-untyped-call]  # untyped in transformers
    """The shape of a CharacterEncoder."""

    model_type = "kefu-characters"

    def __init__(
        self, *, vocab_size: int = 256, hidden_size: int = 192, buckets: int = 20_000, convolutions: int = 2,
        kernel: int = 7, heads: int = 4, dropout: float = 0.1, max_position_embeddings: int = 1024, **rest: Any,
    ) -> None:  # fmt: skip
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.buckets = buckets
        self.convolutions = convolutions
        self.kernel = kernel
        self.heads = heads
        self.dropout = dropout
        self.max_position_embeddings = max_position_embeddings
        super().__init__(**rest)


class NgramEmbedding(nn.Module):
    """(batch, characters) -> (batch, characters, width): the sum of the character's and its n-grams' embeddings."""

    def __init__(self, config: CharacterConfig) -> None:
        super().__init__()
        self.buckets = config.buckets
        self.characters = nn.Embedding(config.vocab_size, config.hidden_size)
        self.ngrams = nn.Embedding(config.buckets, config.hidden_size)
        nn.init.normal_(self.characters.weight, std=0.5)
        nn.init.normal_(self.ngrams.weight, std=0.3)

    @property
    def weight(self) -> Tensor:
        """Of the characters: (vocabulary, width)."""
        return self.characters.weight

    def forward(self, input_ids: Tensor) -> Tensor:
        """Beyond the ends of the text is padding, as in a longer batch."""
        if self.training:
            hidden = torch.rand(input_ids.shape, device=input_ids.device) < _HIDDEN_CHARACTERS
            input_ids = input_ids.masked_fill(hidden & (input_ids >= len(SPECIAL_PIECES)), _UNKNOWN)
        embedded: Tensor = self.characters(input_ids)
        length = input_ids.shape[1]
        padded = functional.pad(input_ids, (2, 2))
        for number, window in enumerate(_WINDOWS):
            hashed = torch.full_like(input_ids, number)
            for factor, offset in zip(_FACTORS, window, strict=False):
                hashed = hashed + factor * padded[:, 2 + offset : 2 + offset + length]
            embedded = embedded + self.ngrams(hashed % self.buckets)
        return embedded


class ConvolutionBlock(nn.Module):
    """Depth-wise convolution over the characters, then two linear layers; added to its input."""

    def __init__(self, config: CharacterConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.spread = nn.Conv1d(width, width, config.kernel, padding=config.kernel // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, states: Tensor, there: Tensor) -> Tensor:
        """`there` is 1.0 for text and 0.0 for padding: (batch, characters, 1)."""
        spread = self.spread((states * there).transpose(1, 2)).transpose(1, 2)
        changed: Tensor = self.dropout(self.narrow(functional.gelu(self.widen(self.norm(spread)))))
        return states + changed


class CharacterEncoder(PreTrainedModel):  # type: ignore[no-untyped-call]  # untyped in transformers
    """Same inputs and outputs as any encoder of the transformers library."""

    config_class = CharacterConfig
    base_model_prefix = "characters"

    def __init__(self, config: CharacterConfig) -> None:
        super().__init__(config)
        width = config.hidden_size
        self.embeddings = NgramEmbedding(config)
        self.embedding_norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(config.dropout)
        self.convolutions = nn.ModuleList(ConvolutionBlock(config) for _ in range(config.convolutions))
        self.attention_norm = nn.LayerNorm(width)
        self.queries = nn.Linear(width, 3 * width)
        self.attended = nn.Linear(width, width)
        self.feed_norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        self.norm = nn.LayerNorm(width)

    def _init_weights(self, module: nn.Module) -> None:
        """Each layer has its own start already."""

    def get_input_embeddings(self) -> nn.Module:
        """What makes vectors of character numbers."""
        return self.embeddings

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        **_: Any,
    ) -> BaseModelOutput:
        """Either `input_ids` (batch, characters) or `inputs_embeds` of them; the mask is 1 where there is text."""
        embedded = self.embeddings(input_ids) if inputs_embeds is None else inputs_embeds
        mask = torch.ones(embedded.shape[:2], device=embedded.device) if attention_mask is None else attention_mask
        there = mask.unsqueeze(-1).to(embedded.dtype)
        states = self.dropout(self.embedding_norm(embedded))
        for block in self.convolutions:
            states = block(states, there)
        states = states + self.dropout(self._attend(self.attention_norm(states), mask))
        states = states + self.dropout(self.narrow(functional.gelu(self.widen(self.feed_norm(states)))))
        return BaseModelOutput(last_hidden_state=self.norm(states))

    def _attend(self, states: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = states.shape
        heads = self.config.heads
        split = self.queries(states).reshape(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        allowed = (mask > 0)[:, None, None, :]
        found = functional.scaled_dot_product_attention(split[0], split[1], split[2], attn_mask=allowed)
        attended: Tensor = self.attended(found.transpose(1, 2).reshape(batch, length, width))
        return attended


def character_tokenizer(texts: Sequence[str]) -> Tokenizer:
    """Every character a piece, spaces too, in lower case; the rarest of more than 8,000 are unknown."""
    normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    counts = Counter(character for text in texts for character in normalizer.normalize_str(text))
    common = sorted(counts, key=lambda character: (-counts[character], character))[:_MOST_CHARACTERS]
    vocabulary = {piece: number for number, piece in enumerate((*SPECIAL_PIECES, *common))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=SPECIAL_PIECES[_UNKNOWN]))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(piece, vocabulary[piece]) for piece in ("[CLS]", "[SEP]")]
    )
    return tokenizer
