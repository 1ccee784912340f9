"""What the caller heard of a reply that was cut off. Pure."""

from collections.abc import Sequence


def heard_text(sentences: Sequence[tuple[str, float]], played_ms: float) -> str:
    """The whole words played after `played_ms` of `sentences` (text, length in ms), by even speaking pace."""
    heard: list[str] = []
    left_ms = played_ms
    for text, audio_ms in sentences:
        if left_ms <= 0:
            break
        words = text.split()
        share = 1.0 if audio_ms <= 0 else min(1.0, left_ms / audio_ms)
        heard.extend(words[: int(share * len(words) + 1e-9)])
        left_ms -= audio_ms
    return " ".join(heard)
