"""Interrupting, or only listening aloud."""

from voice.ear.barge_in import decide, is_backchannel


def test_enough_voice_interrupts() -> None:
    assert decide(voiced_ms=256, heard="", allowed=True, needed_ms=256) == "interrupt"
    assert decide(voiced_ms=224, heard="stop", allowed=True, needed_ms=256) == "wait"


def test_a_backchannel_waits_unless_it_goes_on() -> None:
    assert decide(voiced_ms=300, heard="uh okay", allowed=True, needed_ms=256) == "wait"
    assert decide(voiced_ms=800, heard="uh okay", allowed=True, needed_ms=256) == "interrupt"
    assert decide(voiced_ms=300, heard="okay stop", allowed=True, needed_ms=256) == "interrupt"


def test_a_legal_notice_is_not_interrupted() -> None:
    assert decide(voiced_ms=9000, heard="stop talking", allowed=False, needed_ms=256) == "wait"


def test_backchannels() -> None:
    assert is_backchannel("Mhm")
    assert not is_backchannel("")
    assert not is_backchannel("yes")
