"""Spans <-> tags."""

import re

from hypothesis import given
from hypothesis import strategies as st

from nlu.model.alignment import IGNORED, Span, Word, begin_tag, decode_tags, inside_tag, tag_pieces, words_of


def pieces_of(text: str) -> tuple[list[tuple[int, int]], list[int | None]]:
    """A tokenizer of our own: words are cut every 3 letters; one special piece at each end."""
    offsets: list[tuple[int, int]] = [(0, 0)]
    word_ids: list[int | None] = [None]
    for number, found in enumerate(re.finditer(r"\S+", text)):
        for start in range(found.start(), found.end(), 3):
            offsets.append((start, min(start + 3, found.end())))
            word_ids.append(number)
    return [*offsets, (0, 0)], [*word_ids, None]


def test_first_piece_of_a_word_is_tagged() -> None:
    offsets, word_ids = pieces_of("send fifty pounds now")
    words = words_of(offsets, word_ids)
    assert words[1] == Word(5, 10, 3)
    tags = tag_pieces(words, [Span(5, 17, 1)], len(offsets))
    assert tags == [IGNORED, 0, IGNORED, 3, IGNORED, 4, IGNORED, 0, IGNORED]


def test_an_inside_without_a_beginning_is_repaired() -> None:
    words = [Word(0, 1, 1), Word(2, 3, 2), Word(4, 5, 3), Word(6, 7, 4)]
    spans = decode_tags(words, [inside_tag(0), inside_tag(0), inside_tag(1), 0], [0.5, 1.0, 0.25, 1.0])
    assert spans == (Span(0, 3, 0, 0.75), Span(4, 5, 1, 0.25))


def test_two_beginnings_are_two_spans() -> None:
    words = [Word(0, 1, 1), Word(2, 3, 2)]
    assert len(decode_tags(words, [begin_tag(0), begin_tag(0)], [1.0, 1.0])) == 2


@given(st.lists(st.text("abcdefg", min_size=1, max_size=9), min_size=1, max_size=12), st.data())
def test_word_spans_round_trip(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    offsets, word_ids = pieces_of(text)
    found = words_of(offsets, word_ids)
    assert [text[w.start : w.end] for w in found] == words
    spans, at = [], 0
    while at < len(found):
        length = data.draw(st.integers(0, len(found) - at))
        if length:
            kind = data.draw(st.integers(0, 3))
            spans.append(Span(found[at].start, found[at + length - 1].end, kind))
        at += max(1, length)
    tags = tag_pieces(found, spans, len(offsets))
    chosen = [tags[word.piece] for word in found]
    assert decode_tags(found, chosen, [1.0] * len(found)) == tuple(spans)
