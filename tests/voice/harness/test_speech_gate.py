import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voice.harness.fake_gateway import tone
from voice.harness.speech_gate import SpeechGate, is_voiced, last_voiced_ms

VOICED, SILENT = tone(20), bytes(640)


def edges(frames: list[bytes], **options: int) -> list[tuple[int, str]]:
    """The edges, each with the milliseconds heard until then."""
    gate = SpeechGate(rate_hz=16000, **options)
    found = [((at + 1) * 20, gate.push(frame)) for at, frame in enumerate(frames)]
    return [(ms, edge) for ms, edge in found if edge]


def test_what_is_voiced():
    assert is_voiced(VOICED)
    assert not is_voiced(SILENT)
    assert not is_voiced(b"")
    assert not is_voiced(b"\x05\0" * 320)


def test_a_pause_shorter_than_the_hang_over_is_part_of_the_speech():
    frames = [SILENT] * 5 + [VOICED] * 10 + [SILENT] * 20 + [VOICED] * 5 + [SILENT] * 40
    assert edges(frames) == [(120, "started"), (800 + 700, "stopped")]


def test_a_click_shorter_than_the_start_is_nothing():
    assert edges([VOICED, SILENT, VOICED, SILENT], start_ms=40) == []


@given(st.lists(st.booleans(), max_size=300))
def test_edges_alternate(pattern):
    found = [edge for _, edge in edges([VOICED if loud else SILENT for loud in pattern], stop_ms=100)]
    assert found == ["started", "stopped"] * (len(found) // 2) + ["started"] * (len(found) % 2)


@pytest.mark.parametrize(("lead_ms", "tail_ms"), [(0, 0), (100, 0), (30, 250)])
def test_where_the_last_sound_ends(lead_ms, tail_ms):
    pcm = bytes(32 * lead_ms) + tone(200) + bytes(32 * tail_ms)
    assert last_voiced_ms(pcm, rate_hz=16000) == pytest.approx(lead_ms + 200, abs=10)


def test_silence_has_no_last_sound():
    assert last_voiced_ms(SILENT, rate_hz=16000) == 0
