from pathlib import Path

from tests.voice.recognizers.speech import SENTENCES
from voice.recognizers.language_model import LanguageModel, language_model, train


def test_the_same_sentences_reuse_the_files(model: LanguageModel, cache: Path) -> None:
    before = model.arpa.stat().st_mtime_ns
    assert language_model((*reversed(SENTENCES), SENTENCES[0].upper() + "!"), cache) == model
    assert model.arpa.stat().st_mtime_ns == before


def test_an_unfinished_folder_is_built_again(model: LanguageModel, cache: Path) -> None:
    text = model.arpa.read_text()
    model.dictionary.unlink()
    model.arpa.write_text("half")
    language_model(SENTENCES, cache)
    assert model.arpa.read_text() == text
    assert not list(model.arpa.parent.glob(".writing-*"))


def test_other_sentences_make_another_model(model: LanguageModel, tmp_path: Path) -> None:
    other = language_model(["where is the zebra kwijibo"], tmp_path)
    assert other.fingerprint != model.fingerprint
    assert "kwijibo " in other.dictionary.read_text()


def test_the_domain_is_likelier_than_other_english_and_nothing_is_impossible() -> None:
    trigram = train([sentence.split() for sentence in SENTENCES])
    domain = ["i've lost my card".split(), "i want to check my balance please".split()]
    other = ["the weather was very good last night".split()]
    assert 3 * trigram.perplexity(domain) < trigram.perplexity(other)
    for word in ("yes", "double", "seventy", "pounds", "february", "agent", "people"):
        assert trigram.probability(word, ("my", "card")) > 0


def test_no_sentences_at_all_still_make_a_model() -> None:
    assert len(train([]).unigrams) > 2000
