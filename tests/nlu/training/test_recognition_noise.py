"""The noise has the word error asked for, its errors are a recognizer's, and entities stay on their words."""

import random

import jiwer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlu.training.recognition_noise as recognition_noise
from nlu.corpus.corpus import Example
from nlu.training.recognition_noise import RecognitionNoise, heard_form
from nlu.understanding import Entity


def annotated(text: str, **entities: str) -> Example:
    found = [Entity(name=name, text=words, start=text.index(words), end=text.index(words) + len(words), role="r")
             for name, words in entities.items()]  # fmt: skip
    return Example(text, "transfer", tuple(found))


EXAMPLES = (
    annotated("Please send fifty pounds to Anna Maria Lee now!", amount="fifty pounds", person="Anna Maria Lee"),
    annotated("My code is four two seven one, thanks; it's my mum's account.", code="four two seven one", who="mum"),
    annotated("Why isn't my top-up of £12.50 in savings?", amount="£12.50", account="savings"),
    annotated("transfer five hundred", amount="five hundred"),
    annotated("hello"),
)
WORDS = "what is the balance of my savings account please i would like to send forty pounds to anna today".split()


def sentences(count: int) -> list[str]:
    draw = random.Random(0)
    return [" ".join(draw.choices(WORDS, k=draw.randint(3, 14))) for _ in range(count)]


@pytest.mark.parametrize("wer", [0.05, 0.2, 0.3])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_measured_word_error_is_the_one_asked_for(wer: float, language: str) -> None:
    said = sentences(1500)
    noise = RecognitionNoise(seed=1, wer=wer, language=language)
    measured = jiwer.process_words(said, [noise.corrupt(text) for text in said])
    assert measured.wer == pytest.approx(wer, abs=0.01)
    errors = measured.substitutions + measured.deletions + measured.insertions
    assert measured.substitutions / errors == pytest.approx(0.6, abs=0.06)
    assert measured.deletions / errors == pytest.approx(0.3, abs=0.05)
    assert measured.insertions / errors == pytest.approx(0.1, abs=0.05)


def test_without_errors_only_case_and_punctuation_go() -> None:
    noise = RecognitionNoise(seed=1, wer=0.0)
    assert noise.corrupt("Hello, I’m here! Top-up £12.50?") == "hello i'm here top up £12.50"
    assert noise.corrupt("E-mail J.Smith@example.com, U.S. & U.K.") == "e mail j.smith@example.com us and uk"
    assert noise.corrupt("我要转账，五百块。") == "我要转账五百块"
    assert noise.corrupt("?!") == ""
    for example in EXAMPLES:
        quiet = noise.corrupt_example(example)
        assert quiet.text == heard_form(example.text)
        assert [e.text for e in quiet.entities] == [heard_form(e.text) for e in example.entities]


def test_short_words_are_lost_first() -> None:
    noise = RecognitionNoise(seed=2, wer=0.2)
    text = "the balance of the savings is a mystery to the customer"
    lost = [word for _ in range(300) for word in set(text.split()) - set(noise.corrupt(text).split())]
    assert lost.count("of") > lost.count("mystery")


def test_characters_of_chinese() -> None:
    said = ["我要转账五百块到储蓄账户", "查一下余额", "信用卡丢了怎么办"] * 200
    noise = RecognitionNoise(seed=1, wer=0.2, language="zh-CN")
    heard = [noise.corrupt(text) for text in said]
    assert jiwer.cer(said, heard) == pytest.approx(0.2, abs=0.02)
    assert not any(" " in text for text in heard)


def test_the_same_seed_makes_the_same_errors() -> None:
    first, second, other = (RecognitionNoise(seed=seed, wer=0.3) for seed in (3, 3, 4))
    said = sentences(50)
    heard = [first.corrupt(text) for text in said]
    assert heard == [second.corrupt(text) for text in said]
    assert heard != [other.corrupt(text) for text in said]


def test_a_rate_of_its_own_for_one_utterance() -> None:
    noise = RecognitionNoise(seed=3, wer=0.0)
    assert noise.corrupt(" ".join(WORDS), wer=0.9) != " ".join(WORDS)
    with pytest.raises(ValueError, match="between 0 and 1"):
        RecognitionNoise(seed=1, wer=20)


def test_without_the_dictionary_letters_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition_noise, "load_sound_alikes", lambda: None)
    said = sentences(400)
    noise = RecognitionNoise(seed=1, wer=0.2)
    assert jiwer.wer(said, [noise.corrupt(text) for text in said]) == pytest.approx(0.2, abs=0.02)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(EXAMPLES), st.sampled_from([0.0, 0.2, 0.6, 1.0]))
def test_entities_stay_on_their_words(seed: int, example: Example, wer: float) -> None:
    heard = RecognitionNoise(seed=seed, wer=wer).corrupt_example(example)
    assert heard.intent == example.intent
    assert heard.text.strip()
    kept = [(e.name, e.role, e.group, e.value) for e in heard.entities]
    there = [(e.name, e.role, e.group, e.value) for e in example.entities]
    assert all(entity in there for entity in kept)
    ends = 0
    for entity in heard.entities:
        assert ends <= entity.start < entity.end
        assert heard.text[entity.start : entity.end] == entity.text == entity.text.strip()
        ends = entity.end


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["en", "zh", "fr"]), st.sampled_from([0.0, 0.5, 1.0]))
def test_any_text_is_taken(text: str, language: str, wer: float) -> None:
    heard = RecognitionNoise(seed=1, wer=wer, language=language).corrupt(text)
    assert heard == heard.strip()
    assert bool(heard) == bool(heard_form(text))
