"""Spans <-> tags."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

from nlu.model.alignment import (
    IGNORED,
    Span,
    Word,
    align,
    begin_tag,
    decode,
    decode_tags,
    inside_tag,
    tag_count,
    tag_pieces,
    words_of,
)
from nlu.model.character_encoder import character_tokenizer
from nlu.model.viterbi import plain_transitions
from nlu.model.word_shapes import CONTINUED, SPECIAL, shape_number


def pieces_of(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """A tokenizer of our own: words are cut every 3 letters; one special piece at each end."""
    offsets: list[tuple[int, int]] = [(0, 0)]
    for found in re.finditer(r"\S+", text):
        for start in range(found.start(), found.end(), 3):
            offsets.append((start, min(start + 3, found.end())))
    return [*offsets, (0, 0)], [1, *[0] * (len(offsets) - 1), 1]


def byte_pairs() -> Tokenizer:
    """A byte-level tokenizer like RoBERTa's, whose pieces hold the space before a word."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<s>", "</s>"]
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(["hello world"], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    return tokenizer


def test_first_piece_of_a_word_is_tagged() -> None:
    offsets, special = pieces_of("send fifty pounds now")
    words = words_of("send fifty pounds now", offsets, special)
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
    offsets, special = pieces_of(text)
    found = words_of(text, offsets, special)
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
    emissions = np.zeros((len(offsets), tag_count(4)), np.float32)
    for word in found:
        emissions[word.piece, tags[word.piece]] = 20.0
    decoded = decode(found, emissions, plain_transitions(tag_count(4)))
    assert [span[:3] for span in decoded] == [span[:3] for span in spans]
    assert all(span.confidence > 0.99 for span in decoded)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, I'm J. Smith-Jones", ["Hello", ",", "I", "'", "m", "J", ".", "Smith", "-", "Jones"]),
        ("at 10:30am", ["at", "10", ":", "30am"]),
        ("我叫王小明 ok", ["我", "叫", "王", "小", "明", "ok"]),
        ("cafe\u0301 हिन्दी", ["cafe\u0301", "हिन्दी"]),
        ("a_b £5", ["a", "_", "b", "£", "5"]),
        ("  ", []),
        ("", []),
    ],
)
def test_what_a_word_is(text: str, words: list[str]) -> None:
    for tokenizer in (character_tokenizer([text, "x"]), byte_pairs()):
        pieces = align(text, tokenizer.encode(text))
        assert [text[word.start : word.end] for word in pieces.words] == words


@given(st.text(max_size=40))
def test_words_hold_for_any_text_and_tokenizer(text: str) -> None:
    for tokenizer in (character_tokenizer([text, "x"]), _SMALL):
        pieces = align(text, tokenizer.encode(text))
        assert len(pieces.ids) == len(pieces.shapes)
        assert [word.piece for word in pieces.words] == sorted({word.piece for word in pieces.words})
        assert all(one.end <= other.start for one, other in zip(pieces.words, pieces.words[1:], strict=False))
        assert all(pieces.shapes[word.piece] > CONTINUED for word in pieces.words)


def test_shapes_of_the_pieces() -> None:
    text = "Ann's"
    pieces = align(text, character_tokenizer([text]).encode(text))
    apart, close = shape_number("Ann", apart=True), shape_number("'", apart=False)
    assert pieces.shapes == [SPECIAL, apart, CONTINUED, CONTINUED, close, shape_number("s", apart=False), SPECIAL]


def test_words_cut_off_are_left_out() -> None:
    text = "send fifty pounds now"
    tokenizer = byte_pairs()
    tokenizer.enable_truncation(5)
    pieces = align(text, tokenizer.encode(text))
    assert pieces.words
    assert pieces.words[-1].piece < 4
    assert decode(pieces.words, np.zeros((5, 1), np.float32), plain_transitions(1)) == ()


_SMALL = byte_pairs()
