"""Varied examples stay true to their labels."""

from hypothesis import given
from hypothesis import strategies as st

from nlu.corpus.corpus import Corpus, Example
from nlu.corpus.rasa_notation import parse_example
from nlu.training.augmentation import Augmenter, join, split, spoken_form
from nlu.values.spelling import spell_digits, spell_number

EXAMPLES = tuple(
    parse_example(line, "transfer")
    for line in (
        "please send [fifty pounds](amount) to [anna](person) now",
        "my code is [four two seven one](code), thanks",
        '[savings]{"entity": "account", "role": "from"} it is',
        "hello",
    )
)
CORPUS = Corpus(examples=EXAMPLES, lookups={"person": ("james", "maria lee")})


@given(st.integers(0, 10_000), st.sampled_from(EXAMPLES))
def test_entities_keep_their_kinds_and_their_places(seed: int, example: Example) -> None:
    varied = Augmenter(CORPUS, seed=seed).vary(example)
    assert varied.intent == example.intent
    assert [(e.name, e.role) for e in varied.entities] == [(e.name, e.role) for e in example.entities]
    for entity in varied.entities:
        assert varied.text[entity.start : entity.end] == entity.text
        assert entity.text.strip()


def test_the_same_seed_varies_the_same_way() -> None:
    first, second = (Augmenter(CORPUS, seed=3) for _ in range(2))
    assert [first.vary(e) for e in EXAMPLES * 9] == [second.vary(e) for e in EXAMPLES * 9]


def test_other_names_and_amounts_appear() -> None:
    augmenter = Augmenter(CORPUS, seed=1)
    varied = [augmenter.vary(EXAMPLES[0]) for _ in range(200)]
    assert {"james", "maria lee"} <= {e.text for example in varied for e in example.entities}
    assert len({example.entities[0].text for example in varied}) > 50


def test_nothing_but_entities_is_substituted() -> None:
    augmenter = Augmenter(CORPUS, seed=1)
    said = {augmenter.substitute(EXAMPLES[0]).text for _ in range(200)}
    assert all(text.startswith("please send ") and text.endswith(" now") for text in said)
    assert len(said) > 50


def test_amounts_are_made_up_only_where_english_figures_stood() -> None:
    corpus = Corpus(
        examples=(parse_example("给我[五百块](amount)", "转账"), parse_example("给我[一千块](amount)", "转账"))
    )
    augmenter = Augmenter(corpus, seed=1)
    said = {augmenter.substitute(corpus.examples[0]).text for _ in range(50)}
    assert said == {"给我五百块", "给我一千块"}


def test_substitutes_are_written_as_the_words_they_replace() -> None:
    corpus = Corpus(
        examples=(parse_example("ring [anna](person)", "call"), parse_example("Ring [James](person)", "call"))
    )
    augmenter = Augmenter(corpus, seed=1)
    assert {augmenter.substitute(corpus.examples[0]).text for _ in range(50)} == {"ring anna", "ring james"}
    assert {augmenter.substitute(corpus.examples[1]).text for _ in range(50)} == {"Ring anna", "Ring James"}


def test_split_and_join() -> None:
    for example in EXAMPLES:
        assert join(split(example), example.intent) == example


def test_spoken_form() -> None:
    assert spoken_form("Hello, I'm here!") == "hello i'm here"
    assert spoken_form("Pay £12.50") == "pay £12.50"


def test_spelling() -> None:
    assert spell_number(0) == "zero"
    assert spell_number(120) == "one hundred and twenty"
    assert spell_number(2_005) == "two thousand and five"
    assert spell_number(1_250_042) == "one million two hundred and fifty thousand and forty two"
    assert spell_digits("4-07") == "four zero seven"
