"""Long turns cut into utterances: one thing said at a time, as a recognizer would deliver it. Pure."""

from collections.abc import Iterator

import sentencex

LONGEST_WHOLE = 14
"""Words up to which a turn stays as it is: "hello, i lost my card. can you help" is one utterance to a caller."""

SHORTEST_PART = 3
LONGEST = 60
"""Words; what is longer even after cutting is no utterance of a call."""

_UNSPACED = ("zh", "ja", "th", "lo", "km", "my")


def segment(text: str, *, language: str = "en") -> tuple[str, ...]:
    """The utterances of a turn, in order; sentences below SHORTEST_PART words go with their neighbour."""
    if length(text, language) <= LONGEST_WHOLE:
        return (text,)
    sentences = [part.strip() for part in sentencex.segment(language.partition("-")[0], text) if part.strip()]
    return tuple(_joined(sentences, language)) or (text,)


def length(text: str, language: str) -> int:
    """Words; for languages without spaces two characters count as one."""
    if language.partition("-")[0] in _UNSPACED:
        return (len(text) + 1) // 2
    return len(text.split())


def _joined(sentences: list[str], language: str) -> Iterator[str]:
    waiting = ""
    for number, sentence in enumerate(sentences):
        waiting = f"{waiting} {sentence}".strip()
        rest = sentences[number + 1 :]
        last_is_short = len(rest) == 1 and length(rest[0], language) < SHORTEST_PART
        if length(waiting, language) >= SHORTEST_PART and not last_is_short:
            yield waiting
            waiting = ""
    if waiting:
        yield waiting
