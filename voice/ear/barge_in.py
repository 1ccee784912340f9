"""Whether a caller who speaks over the agent interrupts it. Pure."""

from typing import Literal

# One of these alone, said over the agent, is listening and not interrupting.
_BACKCHANNELS = frozenset({"mm", "mhm", "uh", "um", "huh", "hmm", "ah", "oh", "okay", "ok", "right"})

Decision = Literal["interrupt", "wait"]


def is_backchannel(heard: str) -> bool:
    """Whether `heard` is nothing but sounds of listening."""
    words = heard.lower().split()
    return bool(words) and all(word in _BACKCHANNELS for word in words)


def decide(*, voiced_ms: int, heard: str, allowed: bool, needed_ms: int) -> Decision:
    """`voiced_ms` of the caller's voice have been heard over the agent, so far recognized as `heard`.

    Interrupts once there is `needed_ms` of voice and, when words are known already, more than a backchannel.
    """
    if not allowed or voiced_ms < needed_ms:
        return "wait"
    if is_backchannel(heard) and voiced_ms < 3 * needed_ms:
        return "wait"
    return "interrupt"
