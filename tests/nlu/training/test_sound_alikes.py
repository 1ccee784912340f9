"""Words that sound alike."""

import pytest

from nlu.training.sound_alikes import NUMBER_VARIANTS, SoundAlikes, load_sound_alikes


@pytest.fixture(scope="module")
def alike() -> SoundAlikes:
    found = load_sound_alikes()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("word", "expected"),
    [("two", {"to", "too"}), ("forty", {"fourteen", "four"}), ("cash", {"cache", "catch"}), ("card", {"car"})],
)
def test_neighbours_sound_like_the_word(alike: SoundAlikes, word: str, expected: set[str]) -> None:
    near = alike.near(word)
    assert expected <= set(near.words)
    assert word not in near.words
    assert list(near.weights) == sorted(near.weights)


def test_nearer_sounds_cost_less(alike: SoundAlikes) -> None:
    assert alike.distance("two", "to") == 0.0
    assert 0 < alike.distance("bat", "pat") < alike.distance("bat", "mat") < alike.distance("bat", "banana")
    assert alike.distance("balance", "violence") == alike.distance("violence", "balance")


def test_words_without_a_pronunciation_are_compared_by_letters(alike: SoundAlikes) -> None:
    assert "recieve" not in alike
    assert "receive" in alike.near("recieve").words


def test_splits_and_merges_sound_the_same(alike: SoundAlikes) -> None:
    assert ("a", "count") in alike.split("account")
    assert alike.split("the") == ()
    assert alike.merge("a", "count") == "account"
    assert alike.merge("my", "balance") is None


def test_number_variants_go_both_ways() -> None:
    assert all(word in NUMBER_VARIANTS[other] for word, others in NUMBER_VARIANTS.items() for other in others)
