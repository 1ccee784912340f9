"""Character spans <-> word pieces, through BIO tags on the first piece of every word. Pure.

Tags are numbers: 0 is O, and the k-th entity type has B = 1 + 2k and I = 2 + 2k.
"""

from collections.abc import Sequence
from typing import NamedTuple

OUTSIDE = 0
IGNORED = -100
"""The tag of pieces that carry none: special pieces and the later pieces of a word."""


class Span(NamedTuple):
    """Characters `start`..`end` (exclusive) are of entity type number `kind`."""

    start: int
    end: int
    kind: int
    confidence: float = 1.0


class Word(NamedTuple):
    """A word's characters and the index of its first piece."""

    start: int
    end: int
    piece: int


def begin_tag(kind: int) -> int:
    """B of entity type `kind`."""
    return 1 + 2 * kind


def inside_tag(kind: int) -> int:
    """I of entity type `kind`."""
    return 2 + 2 * kind


def tag_count(kinds: int) -> int:
    """How many tags `kinds` entity types need."""
    return 1 + 2 * kinds


def words_of(offsets: Sequence[tuple[int, int]], word_ids: Sequence[int | None]) -> tuple[Word, ...]:
    """The words of a tokenised text; `word_ids` is None for special pieces, as the tokenizers library gives them."""
    words: list[Word] = []
    last: int | None = None
    for piece, ((start, end), word_id) in enumerate(zip(offsets, word_ids, strict=True)):
        if word_id is None:
            last = None
        elif word_id == last:
            words[-1] = words[-1]._replace(end=end)
        else:
            words.append(Word(start, end, piece))
            last = word_id
    return tuple(words)


def tag_pieces(words: Sequence[Word], spans: Sequence[Span], pieces: int) -> list[int]:
    """One tag a piece; a word belongs to the span it overlaps. `spans` do not overlap each other."""
    tags = [IGNORED] * pieces
    for word in words:
        tags[word.piece] = OUTSIDE
    for span in spans:
        covered = [word for word in words if word.start < span.end and span.start < word.end]
        for position, word in enumerate(covered):
            tags[word.piece] = inside_tag(span.kind) if position else begin_tag(span.kind)
    return tags


def decode_tags(words: Sequence[Word], tags: Sequence[int], confidences: Sequence[float]) -> tuple[Span, ...]:
    """Spans of one tag a word. Repaired: an I that continues nothing begins a span of its own."""
    spans: list[list[int]] = []
    open_kind: int | None = None
    for index, tag in enumerate(tags):
        if tag == OUTSIDE:
            open_kind = None
            continue
        kind = (tag - 1) // 2
        if tag == inside_tag(kind) and kind == open_kind:
            spans[-1].append(index)
        else:
            spans.append([index])
        open_kind = kind
    return tuple(
        Span(
            words[members[0]].start,
            words[members[-1]].end,
            (tags[members[0]] - 1) // 2,
            sum(confidences[member] for member in members) / len(members),
        )
        for members in spans
    )
