"""Character spans <-> word pieces, through BIO tags on the first piece of every word. Pure.

Tags are numbers: 0 is O, and the k-th entity type has B = 1 + 2k and I = 2 + 2k. What a word is follows from the
text alone, so that every tokenizer is treated alike: a run of letters and figures, a single sign, a single character
of a script written without spaces.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from tokenizers import Encoding

from nlu.model.viterbi import Scores, Transitions, best_tags, tag_probabilities
from nlu.model.word_shapes import CONTINUED, SPECIAL, shape_number

OUTSIDE = 0
IGNORED = -100
"""The tag of pieces that carry none: special pieces and the later pieces of a word."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003134f"
)
"""Thai, Lao, Myanmar, Khmer, kana and Han are written without spaces: each character is a word of its own."""

_MARKS = (
    "".join(chr(code) for code in range(0x300, 0x1E00) if unicodedata.category(chr(code))[0] == "M") + "\u200c\u200d"
)
"""Accents and vowel signs (Hindi's, say), which Python's \\w leaves out, and joiners: part of the word before."""

_WORD = re.compile(f"[{_UNSPACED}][{_MARKS}]*|(?:(?![{_UNSPACED}_])\\w[{_MARKS}]*)+|\\S")


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


class Pieces(NamedTuple):
    """A tokenised text: the model's inputs, one number a piece, and the words they make."""

    ids: list[int]
    shapes: list[int]
    words: tuple[Word, ...]


def begin_tag(kind: int) -> int:
    """B of entity type `kind`."""
    return 1 + 2 * kind


def inside_tag(kind: int) -> int:
    """I of entity type `kind`."""
    return 2 + 2 * kind


def tag_count(kinds: int) -> int:
    """How many tags `kinds` entity types need."""
    return 1 + 2 * kinds


def align(text: str, encoding: Encoding) -> Pieces:
    """The model's inputs for `text` as the encoder's tokenizer cut it, special pieces included."""
    special = encoding.special_tokens_mask
    words = words_of(text, encoding.offsets, special)
    shapes = [SPECIAL if none else CONTINUED for none in special]
    for word in words:
        apart = word.start == 0 or text[word.start - 1].isspace()
        shapes[word.piece] = shape_number(text[word.start : word.end], apart=apart)
    return Pieces(encoding.ids, shapes, words)


def words_of(text: str, offsets: Sequence[tuple[int, int]], special: Sequence[int]) -> tuple[Word, ...]:
    """The words of `text`; `offsets` are the pieces' characters, `special` is 1 for pieces that stand for no text.

    Words that share a piece are one word. A word no piece of which is there (cut off, or dropped by the tokenizer)
    is left out.
    """
    pieces = [(end, at) for at, ((_, end), no) in enumerate(zip(offsets, special, strict=True)) if not no]
    words: list[Word] = []
    at = 0
    for found in _WORD.finditer(text):
        start, end = found.span()
        while at < len(pieces) and pieces[at][0] <= start:
            at += 1
        if at == len(pieces):
            break
        piece = pieces[at][1]
        if words and words[-1].piece == piece:
            words[-1] = words[-1]._replace(end=end)
        elif offsets[piece][0] < end:
            words.append(Word(start, end, piece))
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


def decode(words: Sequence[Word], emissions: Scores, transitions: Transitions) -> tuple[Span, ...]:
    """The most likely spans. `emissions` are one text's (pieces, tags), padding allowed.

    A span's confidence is the mean probability of its words' tags over all tag sequences.
    """
    if not words or emissions.shape[1] == 1:
        return ()
    own = np.asarray(emissions[[word.piece for word in words]], dtype=np.float32)
    tags = best_tags(own, transitions)
    if not any(tags):
        return ()
    sure = tag_probabilities(own, transitions)[np.arange(len(tags)), tags]
    return decode_tags(words, tags, sure.tolist())


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
