import io
import wave

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voice.harness.tape import Tape, stereo_wav

ONE = b"\1\0"  # samples of value 1


def milliseconds(ms: int) -> bytes:
    return ONE * (16 * ms)


def test_sides_lie_where_they_sounded():
    tape = Tape(rate_hz=16000)
    tape.caller(milliseconds(100), at_ms=0)
    tape.agent(milliseconds(50), at_ms=300)
    caller, agent = tape.sides()
    assert len(caller) == len(agent) == 2 * 16 * 350
    assert caller[:3200] == milliseconds(100)
    assert agent[:9600] == bytes(9600)
    assert agent[9600:] == milliseconds(50)


def test_jitter_leaves_no_gaps_and_bursts_play_on():
    tape = Tape(rate_hz=16000)
    for at_ms in (0, 25, 38, 65, 70):
        tape.agent(milliseconds(20), at_ms=at_ms)
    assert tape.sides()[1] == milliseconds(100)


def test_what_was_not_played_when_it_was_cleared_is_not_on_the_tape():
    tape = Tape(rate_hz=16000)
    tape.agent(milliseconds(500), at_ms=0)
    tape.clear(at_ms=120)
    assert tape.sides()[1] == milliseconds(120)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2000), st.integers(1, 200)), max_size=30))
def test_everything_that_sounded_is_kept_in_order(sounds):
    tape, sent = Tape(rate_hz=8000), {True: b"", False: b""}
    now_ms = 0
    for number, (is_caller, pause_ms, length_ms) in enumerate(sounds, 1):
        now_ms += pause_ms
        pcm = number.to_bytes(2, "little") * (8 * length_ms)
        (tape.caller if is_caller else tape.agent)(pcm, at_ms=now_ms)
        sent[is_caller] += pcm
    caller, agent = tape.sides()
    assert len(caller) == len(agent)
    for side, pcm in ((caller, sent[True]), (agent, sent[False])):
        samples = np.frombuffer(side, "<i2")
        assert samples[samples != 0].tobytes() == pcm


def test_a_stereo_file_has_the_caller_left():
    with wave.open(io.BytesIO(stereo_wav(ONE * 4, b"\2\0" * 4, rate_hz=8000))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8000)
        assert file.readframes(4) == b"\1\0\2\0" * 4
