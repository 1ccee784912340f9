"""JointModel: one encoder with heads for intent, sentiment and entity tags."""

from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedModel

from nlu.model.alignment import IGNORED

SENTIMENTS = ("negative", "neutral", "positive")


class Logits(NamedTuple):
    """intent: (batch, intents); sentiment: (batch, 3) in the order of SENTIMENTS; tags: (batch, pieces, tags)."""

    intent: Tensor
    sentiment: Tensor
    tags: Tensor


class JointModel(nn.Module):
    """The L2-normalised mean of the token states feeds intent and sentiment; the states themselves feed the tags."""

    def __init__(self, encoder: PreTrainedModel, *, intents: int, tags: int, dropout: float = 0.1) -> None:
        super().__init__()
        width = int(encoder.config.hidden_size)
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.intent_head = nn.Linear(width, intents)
        self.sentiment_head = nn.Linear(width, len(SENTIMENTS))
        self.tag_head = nn.Linear(width, tags)

    def states(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Token states (batch, pieces, width)."""
        output = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        return cast(Tensor, output.last_hidden_state)

    def embed(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Sentence embeddings (batch, width) of length 1."""
        return _pool(self.states(input_ids, attention_mask), attention_mask)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Logits:
        """Both inputs are int64 (batch, pieces); the mask is 1 where there is text."""
        states = self.states(input_ids, attention_mask)
        sentence = _pool(states, attention_mask)
        return Logits(self.intent_head(sentence), self.sentiment_head(sentence), self.tag_head(self.dropout(states)))


def _pool(states: Tensor, attention_mask: Tensor) -> Tensor:
    weight = attention_mask.unsqueeze(-1).to(states.dtype)
    return functional.normalize((states * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1.0), dim=-1)


def joint_loss(logits: Logits, *, intents: Tensor, sentiments: Tensor, tags: Tensor) -> Tensor:
    """The sum of three mean cross-entropies; a label of IGNORED counts nowhere, a batch without a task's labels too."""
    pairs = (
        (logits.intent, intents),
        (logits.sentiment, sentiments),
        (logits.tags.flatten(0, 1), tags.flatten()),
    )
    losses = [
        functional.cross_entropy(scores, labels, ignore_index=IGNORED)
        for scores, labels in pairs
        if bool((labels != IGNORED).any())
    ]
    return torch.stack(losses).sum()
