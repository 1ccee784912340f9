"""The likelihood against every sequence there is."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.model.alignment import IGNORED
from nlu.model.crf import ConditionalRandomField, words_first
from nlu.model.viterbi import best_tags


def random_field(tags: int, seed: int) -> ConditionalRandomField:
    """With random scores."""
    torch.manual_seed(seed)
    field = ConditionalRandomField(tags)
    for parameter in field.parameters():
        torch.nn.init.normal_(parameter)
    return field


def valid(path: tuple[int, ...]) -> bool:
    """Whether every I continues its own type."""
    return all(tag % 2 or not tag or before in (tag, tag - 1) for before, tag in zip((0, *path), path, strict=False))


@settings(deadline=None)  # the first call warms torch up
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 2))
def test_the_probabilities_of_all_sequences_sum_to_one(seed: int, words: int, kinds: int) -> None:
    tags = 1 + 2 * kinds
    field = random_field(tags, seed)
    every = [path for path in product(range(tags), repeat=words) if valid(path)]
    emissions = torch.randn(1, words, tags).expand(len(every), -1, -1)
    losses = field(emissions, torch.tensor(every)).detach()
    assert float((-losses).exp().sum()) == pytest.approx(1.0, abs=1e-4)
    best = best_tags(emissions[0].numpy(), field.transitions())
    assert float(losses[every.index(tuple(best))]) == pytest.approx(float(losses.min()), abs=1e-4)


@settings(deadline=None)  # the first call warms torch up
@given(st.integers(0, 10_000), st.lists(st.integers(0, 6), min_size=1, max_size=5))
def test_a_batch_equals_its_singles(seed: int, lengths: list[int]) -> None:
    field = random_field(5, seed)
    width = max(1, *lengths)
    emissions, tags = torch.randn(len(lengths), width, 5), torch.full((len(lengths), width), IGNORED)
    for row, length in enumerate(lengths):
        tags[row, :length] = torch.randint(0, 2, (length,)) * 3
    together = field(emissions, tags).detach()
    for row, length in enumerate(lengths):
        alone = field(emissions[row : row + 1, :length], tags[row : row + 1, :length]) if length else torch.zeros(1)
        assert float(together[row]) == pytest.approx(float(alone.detach()), abs=1e-4)


def test_only_pieces_with_a_tag_count() -> None:
    emissions = torch.arange(12.0).reshape(2, 3, 2)
    tags = torch.tensor([[IGNORED, 0, 1], [IGNORED, 1, IGNORED]])
    chosen, kept = words_first(emissions, tags)
    assert kept.tolist() == [[0, 1], [1, IGNORED]]
    assert torch.equal(chosen[0], emissions[0, 1:])
    assert torch.equal(chosen[1, 0], emissions[1, 1])


def test_nothing_tagged_costs_nothing_and_has_a_gradient() -> None:
    field = random_field(3, 0)
    loss = field(torch.randn(2, 4, 3), torch.full((2, 4), IGNORED)).sum()
    loss.backward()
    assert float(loss.detach()) == 0.0


def test_it_learns_what_follows_what() -> None:
    """Without any help from the emissions: B, I, O, B, I, O ..."""
    field = ConditionalRandomField(3)
    tags = torch.tensor([[1, 2, 0, 1, 2, 0]])
    optimiser = torch.optim.Adam(field.parameters(), lr=0.3)
    for _ in range(60):
        optimiser.zero_grad()
        loss = field(torch.zeros(1, 6, 3), tags).sum()
        loss.backward()
        optimiser.step()
    assert best_tags(torch.zeros(6, 3).numpy(), field.transitions()) == tags[0].tolist()
