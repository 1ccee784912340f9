"""Rasa NLU YAML."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.corpus.corpus import Corpus, Example
from nlu.corpus.rasa import rasa_yaml
from nlu.corpus.rasa_notation import annotate, parse_example
from nlu.corpus.reading import read_corpus
from nlu.errors import CorpusError
from nlu.understanding import Entity

SMALL = """\
version: "3.1"
nlu:
- intent: transfer
  examples: |
    - send [fifty pounds](amount) to [anna](person)
    - move it from [my savings]{"entity": "account", "role": "from", "value": "savings"}
- intent: greet
  examples: |
    - hello
- synonym: current
  examples: |
    - Checking
- lookup: person
  examples: |
    - anna
    - james
- regex: code
  examples: |
    - \\d{6}
"""


def write(folder: Path, text: str, name: str = "nlu.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_every_kind_of_item(tmp_path: Path) -> None:
    corpus = read_corpus(write(tmp_path, SMALL))
    first, second, third = corpus.examples
    assert first.text == "send fifty pounds to anna"
    assert [(e.name, e.text, e.start, e.end) for e in first.entities] == [
        ("amount", "fifty pounds", 5, 17),
        ("person", "anna", 21, 25),
    ]
    assert (second.entities[0].role, second.entities[0].value) == ("from", "savings")
    assert third == Example("hello", "greet")
    assert corpus.intents == ("greet", "transfer")
    assert corpus.entity_names == ("account", "amount", "code", "person")
    assert corpus.synonyms == {"checking": "current", "my savings": "savings"}
    assert corpus.lookups == {"person": ("anna", "james")}
    assert corpus.regexes == {"code": (r"\d{6}",)}


def test_several_files_are_one_corpus(tmp_path: Path) -> None:
    more = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hi\n'
    corpus = read_corpus([write(tmp_path, SMALL), write(tmp_path, more, "more.yaml")])
    assert [example.text for example in corpus.examples if example.intent == "greet"] == ["hello", "hi"]


def test_every_fault_is_named_with_its_line(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """\
version: "3.1"
nlu:
- intent: a
  examples: |
    - fine
    no dash
    - [open(x)
    - [x]
    - [x]()
    - [x]{"entity": 1}
    - [x]{"entity": "y", "colour": "red"}
    - [x]{"entity"
    -
    - x] y
- intent: b
- intent: c
  synonym: d
  examples: |
    - x
- regex: r
  examples: |
    - (
- surprise: e
stories: []
intent: []
""",
    )
    with pytest.raises(CorpusError) as caught:
        read_corpus(path)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in lines] == [
        *("6", "7", "9", "10", "11", "12", "13"),
        *("15", "16", "22", "23", "23", "25"),
    ]
    assert all(line.startswith(f"{path}:") for line in lines)
    assert "expected `- ...`, got 'no dash'" in lines[0]
    assert "unknown key colour" in lines[4]


@pytest.mark.parametrize(
    "text", ["", "- a\n", 'version: "3.1"\nnlu: 5\n', 'version: "3.1"\nnlu: []\n', "a: [\n", "\x00"]
)
def test_a_file_that_is_no_corpus(tmp_path: Path, text: str) -> None:
    with pytest.raises(CorpusError, match=r"nlu\.yaml"):
        read_corpus(write(tmp_path, text))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="No such file"):
        read_corpus(tmp_path / "absent.yaml")


_PLAIN = st.text(
    st.characters(whitelist_categories=["L", "N"], whitelist_characters=" ,.'?£-"), min_size=1, max_size=12
)
_SAID = _PLAIN.filter(lambda text: bool(text.strip()))
_NAME = st.text("abcdefghij_", min_size=1, max_size=8)
_OPTIONAL = st.none() | _NAME


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """An example of plain and entity pieces, stripped as the reader strips."""
    text, entities = draw(_SAID).lstrip(), []
    for _ in range(draw(st.integers(0, 3))):
        said = draw(_SAID)
        start = len(text)
        text += said
        entities.append(
            Entity(
                name=draw(_NAME), text=said, start=start, end=len(text),
                role=draw(_OPTIONAL), group=draw(_OPTIONAL), value=draw(_OPTIONAL),
            )
        )  # fmt: skip
        text += draw(_PLAIN)
    return Example(text + "x", draw(_NAME), tuple(entities))


@given(examples())
def test_notation_round_trips(example: Example) -> None:
    assert parse_example(annotate(example), example.intent) == example


@settings(max_examples=30)
@given(st.lists(examples(), min_size=1, max_size=5))
def test_files_round_trip(tmp_path_factory: pytest.TempPathFactory, found: list[Example]) -> None:
    ordered = [e for intent in dict.fromkeys(e.intent for e in found) for e in found if e.intent == intent]
    corpus = Corpus(
        examples=tuple(ordered),
        synonyms={"saver": "savings"},
        lookups={"person": ("anna", "o'neil")},
        regexes={"code": (r"\d{6}",)},
    )
    path = write(tmp_path_factory.mktemp("corpus"), rasa_yaml(corpus))
    again = read_corpus(path)
    assert again.examples == corpus.examples
    assert again.lookups == corpus.lookups
    assert again.regexes == corpus.regexes
    assert corpus.synonyms.items() <= again.synonyms.items()
