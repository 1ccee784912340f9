"""A linear-chain conditional random field over the words' tags: the training side. Decoding is `nlu.model.viterbi`.

Lafferty et al. 2001, "Conditional Random Fields"; over a neural network's emissions as in Lample et al. 2016,
"Neural Architectures for Named Entity Recognition".
"""

import torch
from torch import Tensor, nn

from nlu.model.alignment import IGNORED
from nlu.model.viterbi import FORBIDDEN, Transitions, allowed_transitions

_SMALLEST = 1e-30
"""Keeps the logarithm of an unreachable tag finite."""


class ConditionalRandomField(nn.Module):
    """Scores of tag sequences; an I that continues nothing is forbidden in training too."""

    allowed: Tensor
    begins: Tensor

    def __init__(self, tags: int) -> None:
        super().__init__()
        self.after = nn.Parameter(torch.zeros(tags, tags))
        self.first = nn.Parameter(torch.zeros(tags))
        self.last = nn.Parameter(torch.zeros(tags))
        allowed, begins = allowed_transitions(tags)
        self.register_buffer("allowed", torch.from_numpy(allowed), persistent=False)
        self.register_buffer("begins", torch.from_numpy(begins), persistent=False)

    def scores(self) -> tuple[Tensor, Tensor, Tensor]:
        """after (from, to), first and last, with what is forbidden."""
        after = self.after.masked_fill(~self.allowed, FORBIDDEN)
        return after, self.first.masked_fill(~self.begins, FORBIDDEN), self.last

    def transitions(self) -> Transitions:
        """For decoding."""
        return Transitions(*(score.detach().float().cpu().numpy() for score in self.scores()))

    def forward(self, emissions: Tensor, tags: Tensor) -> Tensor:
        """Minus the log-likelihood of each sequence, (batch,), in float32.

        `emissions` are (batch, words, tags); `tags` (batch, words) end with IGNORED in the shorter sequences. A
        sequence without a tag gives 0.
        """
        emissions = emissions.float()
        there = tags != IGNORED
        return (self._normaliser(emissions, there) - self._score(emissions, tags.clamp(min=0), there)) * there[:, 0]

    def _score(self, emissions: Tensor, tags: Tensor, there: Tensor) -> Tensor:
        """Of the given sequences."""
        after, first, last = self.scores()
        own = emissions.gather(2, tags.unsqueeze(-1)).squeeze(-1)
        moves = after[tags[:, :-1], tags[:, 1:]]
        ending = tags.gather(1, (there.sum(dim=1, keepdim=True) - 1).clamp(min=0)).squeeze(1)
        return first[tags[:, 0]] + (own * there).sum(dim=1) + (moves * there[:, 1:]).sum(dim=1) + last[ending]

    def _normaliser(self, emissions: Tensor, there: Tensor) -> Tensor:
        """The logarithm of the sum over all sequences: the forward algorithm, a matrix product a word."""
        after, first, last = self.scores()
        factors = after.exp()
        reached = first + emissions[:, 0]
        for word in range(1, emissions.shape[1]):
            top = reached.max(dim=1, keepdim=True).values
            moved = ((reached - top).exp() @ factors).clamp(min=_SMALLEST).log() + top + emissions[:, word]
            reached = torch.where(there[:, word, None], moved, reached)
        return torch.logsumexp(reached + last, dim=1)


def words_first(emissions: Tensor, tags: Tensor) -> tuple[Tensor, Tensor]:
    """(batch, pieces, tags) and (batch, pieces) -> only the pieces that carry a tag, in front; the rest is IGNORED.

    Exact and cheaper than a chain over all pieces.
    """
    there = tags != IGNORED
    order = torch.argsort((~there).to(torch.uint8), dim=1, stable=True)[:, : max(1, int(there.sum(dim=1).max()))]
    chosen = emissions.gather(1, order.unsqueeze(-1).expand(-1, -1, emissions.shape[-1]))
    return chosen, tags.gather(1, order)
