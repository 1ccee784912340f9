"""Text made safe and handy for a synthesizer; pure."""

import re
import unicodedata
from collections.abc import Iterator

MAX_PIECE_CHARS = 240

_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?;:。！？])\s+")
_BREAK = re.compile(r"(?<=,)\s+|\s+")
_DROPPED_CATEGORIES = frozenset({"Cs", "Co", "Cn", "Cf"})


def sanitise(text: str) -> str:
    """`text` without control, format, private-use and surrogate characters; runs of blanks become one space.

    A control character separates words (it becomes a space); an invisible format character does not.
    """
    kept: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if category == "Cc":
            kept.append(" ")
        elif category not in _DROPPED_CATEGORIES:
            kept.append(char)
    return _SPACE.sub(" ", "".join(kept)).strip()


def speakable(text: str) -> bool:
    """Whether anything in `text` is pronounced: a letter, a digit or a symbol such as £ or &."""
    return any(unicodedata.category(char)[0] in "LNS" or char in "&%@#*" for char in text)


def pieces(text: str, *, max_chars: int = MAX_PIECE_CHARS) -> Iterator[str]:
    """Sentences of sanitised `text`, those over `max_chars` split at a comma or blank, at worst mid-word.

    Only whitespace is lost: joining the pieces without it gives the text without it.
    """
    for sentence in _SENTENCE_END.split(sanitise(text)):
        rest = sentence
        while len(rest) > max_chars:
            cut = _cut(rest, max_chars)
            yield rest[:cut].rstrip()
            rest = rest[cut:].lstrip()
        if rest:
            yield rest


def _cut(sentence: str, max_chars: int) -> int:
    best = blank = 0
    for found in _BREAK.finditer(sentence, 0, max_chars + 1):
        if 0 < found.start() <= max_chars:
            blank = found.start()
            if sentence[found.start() - 1] == ",":
                best = found.start()
    return best if best > max_chars // 2 else blank or max_chars
