"""Turns from voice probabilities: the table of the state machine, patience, and properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.expectation import OPEN, Expectation
from voice.ear.endpointing import LONGEST_TURN_MS, Ended, Endpointer, Patience, Started, State, digits_in, patience

OF = Patience(open_ms=480, complete_ms=288, patient_ms=1000)
CODE = Expectation(kind="digits", length=6)


def endpointer() -> Endpointer:
    return Endpointer(start_ms=96, window_ms=32, of=OF)


def run(probabilities: list[float], *, heard: str = "", expected: Expectation = OPEN) -> list[Started | Ended]:
    machine = endpointer()
    verdicts = (machine.window(p, heard=heard, expected=expected) for p in probabilities)
    return [verdict for verdict in verdicts if verdict is not None]


def test_a_turn_starts_after_start_ms_of_voice_and_ends_after_its_patience() -> None:
    assert run([0.9] * 30 + [0.1] * 15) == [Started(96), Ended("silence", 480, 960)]


def test_a_click_is_no_turn() -> None:
    assert run([0.9, 0.9, 0.1, 0.1, 0.1, 0.9, 0.1]) == []


def test_a_short_pause_does_not_end_the_turn() -> None:
    assert run([0.9] * 10 + [0.1] * 14 + [0.9] * 10) == [Started(96)]


def test_a_dip_above_the_lower_threshold_is_still_voice() -> None:
    assert run([0.9] * 3 + [0.4] * 40) == [Started(96)]


def test_an_endless_turn_is_ended() -> None:
    verdicts = run([0.9] * (LONGEST_TURN_MS // 32 + 2))
    assert [type(v) for v in verdicts][:2] == [Started, Ended]
    assert isinstance(verdicts[1], Ended)
    assert verdicts[1].reason == "too_long"


def test_six_digits_are_complete_and_five_are_waited_for() -> None:
    six = run([0.9] * 30 + [0.1] * 40, heard="four two seven one nine six", expected=CODE)
    five = run([0.9] * 30 + [0.1] * 40, heard="four two seven one nine", expected=CODE)
    assert six[1] == Ended("complete", 288, 960)
    assert isinstance(five[1], Ended)
    assert (five[1].reason, five[1].silence_ms) == ("patience", 1024)


@pytest.mark.parametrize(
    ("heard", "expected", "answer"),
    [
        ("", OPEN, (480, "silence")),
        ("what is my balance", OPEN, (480, "silence")),
        ("i want to transfer um", OPEN, (1000, "patience")),
        ("i want to", OPEN, (1000, "patience")),
        ("double four seven one nine six", CODE, (288, "complete")),
        ("i lost my card", CODE, (480, "silence")),
        ("yes please", Expectation(kind="yes_no"), (288, "complete")),
        ("yes but make it sixty", Expectation(kind="yes_no"), (480, "silence")),
        ("fifty pounds", Expectation(kind="amount"), (288, "complete")),
        ("fifty", Expectation(kind="amount"), (480, "silence")),
    ],
)
def test_patience(heard: str, expected: Expectation, answer: tuple[int, str]) -> None:
    assert patience(heard, expected, OF) == answer


def test_digits_are_counted_with_multipliers() -> None:
    assert digits_in("double four triple nine oh 7".split()) == 7
    assert digits_in("double".split()) == 0


@given(st.lists(st.floats(0, 1), max_size=300), st.sampled_from(["", "four two", "um"]))
def test_started_and_ended_alternate_and_times_make_sense(probabilities: list[float], heard: str) -> None:
    machine = endpointer()
    in_turn = False
    for probability in probabilities:
        verdict = machine.window(probability, heard=heard, expected=CODE)
        if isinstance(verdict, Started):
            assert not in_turn
            assert verdict.voiced_ms >= 96
            in_turn = True
        elif isinstance(verdict, Ended):
            assert in_turn
            assert verdict.voiced_ms >= 96
            in_turn = False
        assert machine.in_turn == in_turn
        assert machine.state in State
