"""What "auto" becomes for small and large data, and the rates of a run."""

import pytest

from nlu.training.schedule import plan, rate_share
from nlu.training.settings import TrainingSettings

AUTO = TrainingSettings()


@pytest.mark.parametrize("examples", [1, 50, 450, 5_000, 10_000, 25_000])
def test_auto_epochs_bound_the_work(examples: int) -> None:
    for views in (1, 2):
        epochs = plan(AUTO, examples=examples, views=views, tagged=False).epochs
        assert epochs >= 2
        assert examples * views * epochs <= 110_000


def test_small_data_gets_more_epochs() -> None:
    found = [plan(AUTO, examples=n, views=2, tagged=False).epochs for n in (100, 10_000, 25_000)]
    assert found == sorted(found, reverse=True)


def test_many_entities_want_other_rates() -> None:
    few = plan(AUTO, examples=450, views=2, tagged=True)
    many = plan(AUTO, examples=13_000, views=1, tagged=True)
    assert few.layer_decay == 1.0
    assert many.layer_decay < 1.0
    assert many.average > few.average
    assert many.tune_word_embeddings


def test_what_is_set_stays() -> None:
    settings = TrainingSettings(epochs=7, encoder_rate=3e-5, tune_word_embeddings=True)
    chosen = plan(settings, examples=10, views=2, tagged=True)
    assert (chosen.epochs, chosen.encoder_rate, chosen.tune_word_embeddings) == (7, 3e-5, True)


def test_an_encoder_from_nothing_learns_faster_longer_and_whole() -> None:
    known = plan(AUTO, examples=2_000, views=1, tagged=False)
    new = plan(TrainingSettings(encoder="characters"), examples=2_000, views=1, tagged=False)
    assert new.epochs > known.epochs
    assert new.encoder_rate > known.encoder_rate
    assert new.tune_word_embeddings


def test_the_rate_rises_then_falls_to_nothing() -> None:
    shares = [rate_share(step, total=100, warm=10) for step in range(100)]
    assert shares[:10] == sorted(shares[:10])
    assert max(shares) == shares[9] == 1.0
    assert shares[10:] == sorted(shares[10:], reverse=True)
    assert 0 < shares[-1] < 0.02
