"""JointModel: one encoder with heads for intent, sentiment and entity tags."""

import warnings
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedModel

from nlu.model.alignment import IGNORED
from nlu.model.crf import ConditionalRandomField, words_first
from nlu.model.encoder import embedding_table
from nlu.model.word_shapes import FIRST, SHAPE_NUMBERS, SPECIAL

SENTIMENTS = ("negative", "neutral", "positive")

HIDDEN_PIECES = 0.05
"""The share of pieces that a model with entities does not see in training."""

SENTENCE_SCALE = 10.0
"""The sentence embedding has length 1, a token state about 10: beside it the embedding must be heard."""


class Logits(NamedTuple):
    """intent: (batch, intents); sentiment: (batch, 3) in the order of SENTIMENTS; tags: (batch, pieces, tags).

    Only the tags of words' first pieces mean something.
    """

    intent: Tensor
    sentiment: Tensor
    tags: Tensor


class JointModel(nn.Module):
    """The L2-normalised mean of the token states feeds intent and sentiment.

    A word's tag scores come from the states of its first and of its last piece, the sentence embedding (what an entity
    is depends on what is wanted) and the word's shape; a conditional random field joins them into a sequence. Where
    there are entities the encoder itself sees the shapes too: they start at zero beside its own embeddings.
    """

    intent_tags: Tensor
    """Added to the tag scores in the share of each intent's probability (intents, tags); from `tag_prior`."""

    def __init__(self, encoder: PreTrainedModel, *, intents: int, tags: int, dropout: float = 0.1) -> None:
        super().__init__()
        width = int(encoder.config.hidden_size)
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.intent_head = _linear(width, intents)
        self.sentiment_head = nn.Linear(width, len(SENTIMENTS))
        self.tag_layer = nn.Linear(3 * width, width)
        self.tag_head = nn.Linear(width, tags)
        self.crf = ConditionalRandomField(tags)
        self.register_buffer("intent_tags", torch.zeros(intents, tags))
        self.tag_shapes = _zeros(width)
        self.encoder_shapes = _zeros(embedding_table(encoder).shape[1]) if tags > 1 else None

    def states(self, input_ids: Tensor, attention_mask: Tensor, shapes: Tensor | None = None) -> Tensor:
        """Token states (batch, pieces, width) in float32; all inputs int64 (batch, pieces).

        The mask is 1 where there is text; `shapes` are `word_shapes` numbers; without them case is not seen.
        """
        embedded = self._hide(self.encoder.get_input_embeddings()(input_ids), shapes)
        if shapes is not None and self.encoder_shapes is not None:
            embedded = embedded + self.encoder_shapes(shapes)
        output = self.encoder(inputs_embeds=embedded, attention_mask=attention_mask)
        return cast(Tensor, output.last_hidden_state).float()

    def embed(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Sentence embeddings (batch, width) of length 1."""
        return _pool(self.states(input_ids, attention_mask), attention_mask)

    def heads(self, states: Tensor, attention_mask: Tensor, shapes: Tensor) -> Logits:
        """What the token states say."""
        sentence = _pool(states, attention_mask)
        intent = self.intent_head(sentence)
        tags = self._tag_scores(states, sentence, shapes)
        if intent.shape[1] > 1 and tags.shape[2] > 1:
            tags = tags + (intent.softmax(dim=-1) @ self.intent_tags).unsqueeze(1)
        return Logits(intent, self.sentiment_head(sentence), tags)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, shapes: Tensor) -> Logits:
        """`heads` of `states`."""
        return self.heads(self.states(input_ids, attention_mask, shapes), attention_mask, shapes)

    def loss(
        self, logits: Logits, *, intents: Tensor, sentiments: Tensor, tags: Tensor, label_smoothing: float = 0.0
    ) -> Tensor:
        """The sum of three means: cross-entropy an intent and a sentiment, negative log-likelihood a tagged word.

        `intents` and `sentiments` are (batch,), `tags` (batch, pieces); a label of IGNORED counts nowhere, and a task
        none of whose labels is there adds nothing. Smoothing is of the intents. In float32 whatever the logits are.
        """
        losses = [
            functional.cross_entropy(scores.float(), labels, ignore_index=IGNORED, label_smoothing=smoothing)
            for scores, labels, smoothing in (
                (logits.intent, intents, label_smoothing),
                (logits.sentiment, sentiments, 0.0),
            )
            if bool((labels != IGNORED).any())
        ]
        if logits.tags.shape[2] > 1 and bool((tags != IGNORED).any()):
            emissions, chosen = words_first(logits.tags, tags)
            losses.append(self.crf(emissions, chosen).sum() / (tags != IGNORED).sum())
        return torch.stack(losses).sum() if losses else logits.tags.float().sum() * 0.0

    def _hide(self, embedded: Tensor, shapes: Tensor | None) -> Tensor:
        """Training: some pieces as 0, so that tags lean on the words around and not on known names alone."""
        if not self.training or shapes is None or self.encoder_shapes is None:
            return embedded
        kept = (torch.rand(shapes.shape, device=shapes.device) >= HIDDEN_PIECES) | (shapes == SPECIAL)
        return embedded * kept.unsqueeze(-1)

    def _tag_scores(self, states: Tensor, sentence: Tensor, shapes: Tensor) -> Tensor:
        """(batch, pieces, tags)."""
        own = states + self.tag_shapes(shapes)
        around = (SENTENCE_SCALE * sentence).unsqueeze(1).expand(-1, states.shape[1], -1)
        word = self.dropout(torch.cat([own, _last_pieces(states, shapes), around], dim=-1))
        hidden = self.dropout(functional.gelu(self.tag_layer(word)))
        return cast(Tensor, self.tag_head(hidden))


def _linear(inputs: int, outputs: int) -> nn.Linear:
    """No outputs are fine: a corpus may have no intents."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Initializing zero-element tensors")
        return nn.Linear(inputs, outputs)


def _zeros(width: int) -> nn.Embedding:
    """An embedding of shapes that changes nothing before it has learnt."""
    embedding = nn.Embedding(SHAPE_NUMBERS, width)
    nn.init.zeros_(embedding.weight)
    return embedding


def _last_pieces(states: Tensor, shapes: Tensor) -> Tensor:
    """For each piece the state of the last piece of its word, by a matrix product: (batch, pieces, width)."""
    text = shapes != SPECIAL
    word = (shapes >= FIRST).cumsum(dim=1) * text
    ends = (word != functional.pad(word[:, 1:], (0, 1))) & text
    chosen = (word.unsqueeze(2) == word.unsqueeze(1)) & ends.unsqueeze(1)
    return chosen.to(states.dtype) @ states


def _pool(states: Tensor, attention_mask: Tensor) -> Tensor:
    weight = attention_mask.unsqueeze(-1).to(states.dtype)
    return functional.normalize((states * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1.0), dim=-1)
