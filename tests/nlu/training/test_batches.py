"""Examples as numbers, held out without leakage, in batches that lose none."""

import random

import pytest
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from nlu.corpus.corpus import Corpus, Example
from nlu.model.alignment import IGNORED, begin_tag, inside_tag
from nlu.model.labels import labels_of
from nlu.model.word_shapes import SPECIAL
from nlu.training.batches import Item, Preparation, hold_out, length_buckets, pad
from nlu.understanding import Entity

EXAMPLE = Example("send fifty pounds", "transfer", (Entity(name="amount", text="fifty pounds", start=5, end=17),))


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder: object) -> Tokenizer:
    return AutoTokenizer.from_pretrained(tiny_encoder).backend_tokenizer


def item(pieces: int, intent: int = IGNORED) -> Item:
    return Item([1] * pieces, [2] * pieces, [0] * pieces, intent, IGNORED)


def test_an_example_becomes_an_item(tokenizer: Tokenizer) -> None:
    prepare = Preparation(tokenizer, labels_of(Corpus(examples=(EXAMPLE,))), 128)
    made = prepare.example(EXAMPLE)
    assert made.intent == 0
    assert made.sentiment == IGNORED
    assert [tag for tag in made.tags if tag != IGNORED] == [0, begin_tag(0), inside_tag(0)]
    assert len(made.pieces) == len(made.shapes) == len(made.tags)
    assert made.shapes[0] == made.shapes[-1] == SPECIAL


def test_what_the_model_does_not_know_has_no_label(tokenizer: Tokenizer) -> None:
    prepare = Preparation(tokenizer, labels_of(Corpus(examples=(EXAMPLE,))), 128)
    other = Example("send anna", "other", (Entity(name="person", text="anna", start=5, end=9),))
    made = prepare.example(other)
    assert made.intent == IGNORED
    assert set(made.tags) <= {0, IGNORED}


def test_long_utterances_are_cut(tokenizer: Tokenizer) -> None:
    made = Preparation(tokenizer, labels_of(Corpus(examples=(EXAMPLE,))), 3).example(EXAMPLE)
    assert len(made.pieces) == len(made.shapes) == len(made.tags) == 3


def test_a_mood_has_sentiment_only(tokenizer: Tokenizer) -> None:
    made = Preparation(tokenizer, labels_of(Corpus(examples=(EXAMPLE,))), 128).mood("bye", 2)
    assert (made.intent, made.sentiment) == (IGNORED, 2)
    assert set(made.tags) == {IGNORED}


WORDS = "balance card transfer pin loan branch address rate limit refund".split()


def test_hold_out_is_stratified_without_leakage() -> None:
    examples = [Example(f"{one} {two} {intent}", intent) for intent in "abc" for one in WORDS for two in WORDS]
    examples += [Example("Balance card A", "a"), Example("once", "rare")]
    seen, judged = hold_out(examples, share=0.2, seed=1)
    for intent in "abc":
        assert 20 <= sum(example.intent == intent for example in judged) <= 45
    assert not {e.text.lower() for e in seen} & {e.text.lower() for e in judged}
    assert Example("once", "rare") in seen
    assert hold_out(examples, share=0.0, seed=1) == (tuple(examples), ())


def test_a_small_corpus_holds_out_more() -> None:
    examples = [Example(f"{one} {two}", one) for one in WORDS for two in WORDS]
    _, judged = hold_out(examples, share=0.05, seed=1)
    assert 7 <= len(judged) <= 13


def test_a_corpus_of_one_template_is_held_out_by_its_words() -> None:
    examples = [Example(f"what about my {one} number {number}", one) for one in WORDS for number in range(40)]
    seen, judged = hold_out([*examples, *examples], share=0.05, seed=1)
    assert len(judged) >= 20
    assert not {example.text for example in seen} & {example.text for example in judged}


def test_length_buckets_keep_every_item() -> None:
    views = [(item(number % 17 + 1, number),) for number in range(100)]
    batches = length_buckets(views, size=16, draw=random.Random(0))
    assert sorted(one.intent for batch in batches for (one,) in batch) == list(range(100))
    assert max(len(batch) for batch in batches) == 16


def test_padding_has_no_labels() -> None:
    batch = pad([item(3), item(5)])
    assert batch.mask.tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]
    assert batch.ids[0].tolist() == [1, 1, 1, 0, 0]
    assert batch.shapes[0, 3:].tolist() == [SPECIAL, SPECIAL]
    assert batch.tags[0, 3:].tolist() == [IGNORED, IGNORED]
