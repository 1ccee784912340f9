"""JointBERT's folders."""

import pytest

from nlu.corpus.faults import Fault
from nlu.corpus.reading import read_corpus
from nlu.errors import CorpusError
from tests.nlu.corpus.conftest import Write, said


def folder(write: Write, words: str, tags: str, labels: str | None) -> None:
    write(words, "data/seq.in")
    write(tags, "data/seq.out")
    if labels is not None:
        write(labels, "data/label")


def test_words_tags_and_labels(write: Write) -> None:
    folder(write, "play  jazz \nhello\n", "O B-genre \nO\n", "Play\nGreet\n")
    corpus = read_corpus(write("", "data/note").parent)
    assert [(e.text, e.intent) for e in corpus.examples] == [("play jazz", "Play"), ("hello", "Greet")]
    assert [(e.name, e.text, e.start) for e in corpus.examples[0].entities] == [("genre", "jazz", 5)]


def test_without_labels(write: Write) -> None:
    folder(write, "play jazz\n", "O B-genre\n", None)
    faults: list[Fault] = []
    corpus = read_corpus(write("", "data/note").parent, report=faults.append)
    assert corpus.intents == ()
    assert "without intent" in faults[0].reason


def test_faults_of_lines(write: Write) -> None:
    folder(write, "a b\nc\n\nd\ne\nf g\n", "O\nX\n\nO\nO\nO I-x\n", "one\ntwo\nthree\n\nfive\nsix\n")
    faults: list[Fault] = []
    path = write("", "data/note").parent
    corpus = read_corpus(path, skip_bad_lines=True, report=faults.append)
    assert [example.text for example in corpus.examples] == ["e", "f g"]
    assert [(line, severity) for line, severity, _ in said(faults)] == [
        *((1, "error"), (2, "error"), (6, "warning")),
        *((3, "error"), (4, "error")),
    ]
    assert [fault.path.rpartition("/")[2] for fault in faults] == ["seq.out", "seq.out", "seq.out", "seq.in", "label"]
    assert "2 words in seq.in, but 1 tags" in faults[0].reason


def test_files_of_different_length_are_refused(write: Write) -> None:
    folder(write, "a\nb\n", "O\nO\n", "one\n")
    with pytest.raises(CorpusError, match=r"seq\.in:2: the files differ.*label has 1"):
        read_corpus(write("", "data/note").parent, skip_bad_lines=True)


def test_a_missing_file(write: Write) -> None:
    with pytest.raises(CorpusError, match=r"seq\.out:1: missing"):
        read_corpus(write("a\n", "data/seq.in").parent)
