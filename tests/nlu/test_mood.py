"""The mood of a call: a weighted mean of its utterances, time as an argument."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.mood import AT_FIRST, HALF_LIFE_MS, Mood, sentiment_of, smooth
from nlu.understanding import Sentiment

ANGRY = sentiment_of([0.9, 0.08, 0.02])
PLAIN = sentiment_of([0.02, 0.95, 0.03])
GLAD = sentiment_of([0.01, 0.09, 0.9])


def over(*said: tuple[int, Sentiment]) -> Mood:
    mood = AT_FIRST
    for at_ms, sentiment in said:
        mood = smooth(mood, sentiment, at_ms=at_ms)
    return mood


def test_score_and_intensity_come_from_the_probabilities() -> None:
    assert (ANGRY.label, ANGRY.score) == ("negative", pytest.approx(-0.88 / 1.136))
    assert (PLAIN.label, GLAD.label) == ("neutral", "positive")
    assert sentiment_of([0.45, 0.1, 0.45]).score == 0.0
    assert sentiment_of([0.6, 0.4, 0.0]).label == "neutral", "in calls most is"


def test_intensity_rises_with_the_odds_of_feeling() -> None:
    chances = [0.0, 0.1, 0.5, 0.8, 0.95, 0.999, 1.0]
    found = [sentiment_of([chance, 1 - chance, 0.0]).intensity for chance in chances]
    assert found == sorted(found)
    assert found[0] < 0.01
    assert found[2] == pytest.approx(0.33, abs=0.01)
    assert found[-1] > 0.9
    assert sentiment_of([0.0, 0.2, 0.8]).intensity == sentiment_of([0.8, 0.2, 0.0]).intensity


def test_one_word_alone_does_not_colour_a_call_as_much_as_several() -> None:
    once, thrice = over((0, ANGRY)), over((0, ANGRY), (4_000, ANGRY), (8_000, ANGRY))
    assert ANGRY.score < thrice.score < once.score < 0
    assert once.label == "negative"


def test_digits_in_between_do_not_calm_a_caller_at_once() -> None:
    assert over((0, ANGRY), (5_000, ANGRY), (10_000, PLAIN)).label == "negative"
    assert over((0, ANGRY), *((5_000 * turn, PLAIN) for turn in range(1, 12))).label == "neutral"


def test_time_makes_room_for_what_is_said_later() -> None:
    soon, late = over((0, ANGRY), (1_000, GLAD)), over((0, ANGRY), (5 * HALF_LIFE_MS, GLAD))
    assert late.score > 0.7 > soon.score
    assert soon.label == "neutral"


def test_an_earlier_time_is_the_same_moment() -> None:
    assert smooth(over((9_000, ANGRY)), PLAIN, at_ms=2_000) == over((9_000, ANGRY), (9_000, PLAIN))


@given(st.lists(st.tuples(st.integers(0, 10**7), st.floats(0, 1), st.floats(0, 1))))
def test_a_mood_stays_in_its_bounds(said: list[tuple[int, float, float]]) -> None:
    mood = AT_FIRST
    for at_ms, coloured, side in said:
        shares = [coloured * side, 1 - coloured, coloured * (1 - side)]
        mood = smooth(mood, sentiment_of(shares), at_ms=at_ms)
        assert -1 <= mood.score <= 1
        assert 0 <= mood.intensity <= 1
