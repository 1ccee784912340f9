"""Temperature and energy."""

import numpy as np

from nlu.model.calibration import calibrate, out_of_scope_score, softmax


def draw(rows: int, sharpness: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits of 4 intents whose labels are drawn from softmax(logits / sharpness)."""
    random = np.random.default_rng(seed)
    logits = random.normal(size=(rows, 4)) * 3 * sharpness
    chances = softmax(logits, temperature=sharpness)
    return logits, np.array([random.choice(4, p=chance) for chance in chances])


def test_temperature_recovers_the_true_sharpness() -> None:
    for sharpness in (0.5, 1.0, 3.0):
        found = calibrate(*draw(4000, sharpness), in_scope=range(4)).temperature
        assert abs(np.log(found / sharpness)) < 0.15


def test_five_percent_of_what_is_in_scope_scores_over_half() -> None:
    logits, intents = draw(2000, 1.0)
    calibration = calibrate(logits, intents, in_scope=range(4))
    scores = out_of_scope_score(logits, calibration, in_scope=range(4))
    assert abs((scores > 0.5).mean() - 0.05) < 0.005
    assert out_of_scope_score(np.full((1, 4), -50.0), calibration, in_scope=range(4))[0] > 0.99
    assert out_of_scope_score(np.array([[50.0, 0, 0, 0]]), calibration, in_scope=range(4))[0] < 0.01


def test_what_is_out_of_scope_by_label_does_not_move_the_threshold() -> None:
    logits, intents = draw(500, 1.0)
    strange = np.full((500, 4), -9.0)
    both = np.concatenate([logits, strange]), np.concatenate([np.minimum(intents, 2), np.full(500, 3)])
    alone = calibrate(logits, np.minimum(intents, 2), in_scope=(0, 1, 2))
    assert calibrate(*both, in_scope=(0, 1, 2)).threshold == alone.threshold


def test_one_example_is_enough() -> None:
    calibration = calibrate(np.array([[1.0, 0.0]]), np.array([0]), in_scope=(0, 1))
    assert calibration.spread > 0
