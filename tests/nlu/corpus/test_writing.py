"""What is written is read back."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.corpus.corpus import Corpus, Example, Splits
from nlu.corpus.reading import read_corpus, read_splits
from nlu.corpus.writing import SUFFIXES, write_corpus, write_splits
from nlu.errors import CorpusError
from nlu.understanding import Entity

_WORD = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="#"), min_size=1, max_size=6)
_NAME = st.text("abcdefghij_", min_size=1, max_size=8).filter(lambda name: name != "oos")


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Words joined by single spaces, some of them entities: what every format with entities can hold."""
    text, entities = draw(_WORD), []
    for _ in range(draw(st.integers(0, 3))):
        said = " ".join(draw(st.lists(_WORD, min_size=1, max_size=2)))
        start = len(text) + 1
        text = f"{text} {said}"
        if draw(st.booleans()):
            entities.append(Entity(name=draw(_NAME), text=said, start=start, end=start + len(said)))
    return Example(text, draw(_NAME), tuple(entities))


def sorted_by_intent(found: list[Example]) -> tuple[Example, ...]:
    return tuple(e for intent in dict.fromkeys(e.intent for e in found) for e in found if e.intent == intent)


@pytest.mark.parametrize("format", ["rasa", "jsonl", "conll", "jointbert"])
@settings(max_examples=30)
@given(found=st.lists(examples(), min_size=1, max_size=5))
def test_formats_with_entities_round_trip(
    tmp_path_factory: pytest.TempPathFactory, format: str, found: list[Example]
) -> None:
    corpus = Corpus(examples=sorted_by_intent(found))
    path = tmp_path_factory.mktemp("data") / f"data{SUFFIXES[format]}"
    assert write_corpus(corpus, path, format) == ()
    assert read_corpus(path, format, report=lambda fault: None).examples == corpus.examples


@settings(max_examples=30)
@given(found=st.lists(st.tuples(st.text(min_size=1), _NAME), min_size=1, max_size=5))
def test_any_text_round_trips_as_csv(tmp_path_factory: pytest.TempPathFactory, found: list[tuple[str, str]]) -> None:
    allowed = [
        Example(text.strip(), intent)
        for text, intent in found
        if text.strip() and not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in text) and text.isprintable()
    ]
    if not allowed:
        return
    path = tmp_path_factory.mktemp("data") / "data.csv"
    write_corpus(Corpus(examples=tuple(allowed)), path, "csv")
    assert read_corpus(path, report=lambda fault: None).examples == tuple(allowed)


def test_what_a_format_cannot_hold_is_said(tmp_path: Path) -> None:
    entity = Entity(name="a", text="x", start=0, end=1, value="X", role="r")
    corpus = Corpus(
        examples=(Example("x  y", "i", (entity,)),), synonyms={"x": "X"}, lookups={"a": ("x",)}, regexes={"a": ("x",)}
    )
    assert write_corpus(corpus, tmp_path / "a.csv", "csv") == (
        "1 entities",
        "1 synonyms",
        "1 lookup tables",
        "1 regular expressions",
    )
    assert write_corpus(corpus, tmp_path / "a.conll", "conll")[:3] == (
        "1 entity values",
        "1 roles and groups became part of the entity's name",
        "the white space of 1 texts became single spaces",
    )
    assert write_corpus(corpus, tmp_path / "a.yaml", "rasa") == ()
    with pytest.raises(CorpusError, match="unknown format 'xml'"):
        write_corpus(corpus, tmp_path / "a.xml", "xml")
    with pytest.raises(CorpusError, match="no examples without intent"):
        write_corpus(Corpus(examples=(Example("x"),)), tmp_path / "b.yaml", "rasa")
    with pytest.raises(CorpusError, match="directory"):
        write_corpus(corpus, tmp_path, "csv")


def test_lines_in_an_example_of_rasa(tmp_path: Path) -> None:
    corpus = Corpus(examples=(Example('one\ntwo "three" [x', "i"), Example("- four", "i")))
    write_corpus(corpus, tmp_path / "a.yaml", "rasa")
    assert read_corpus(tmp_path / "a.yaml").examples[0] == corpus.examples[0]


@pytest.mark.parametrize("format", list(SUFFIXES))
def test_splits_round_trip(tmp_path: Path, format: str) -> None:
    splits = Splits(
        train=Corpus(examples=(Example("one", "a"), Example("two", "b"))),
        test=Corpus(examples=(Example("three", "a"),)),
    )
    write_splits(splits, tmp_path, format)
    assert read_splits(tmp_path) == splits
