"""CSV and TSV."""

import pytest

from nlu.corpus.layout import Layout
from nlu.errors import CorpusError
from tests.nlu.corpus.conftest import Read, said


@pytest.mark.parametrize(
    "text",
    [
        "text,label\nhello there,greet\n",
        "\ufefftext,category\r\nhello there,greet\r\n",
        "category,text\ngreet,hello there\n",
        "Utterance;Intent\nhello there;greet\n",
        "text\tlabel\nhello there\tgreet\n",
        "sentence|intent_name\nhello there|greet\n",
        "hello there\tgreet\n",
        "greet\thello there\ngreet\tgood morning\n",
        "hello there,greet\n",
        '"text","label"\n"hello there","greet"\n',
        "text,label,label_text\nhello there,7,greet\n",
        "id,text,intent\n1,hello there,greet\n",
        "text,label\rhello there,greet\r",
    ],
)
def test_columns_are_found(read: Read, text: str) -> None:
    corpus, _ = read(text, "data.csv")
    assert (corpus.examples[0].text, corpus.examples[0].intent) == ("hello there", "greet")


def test_quoted_line_ends_and_delimiters(read: Read) -> None:
    corpus, faults = read('text,label\n"one,\ntwo ""three""",a\nfour,b\n', "data.csv")
    assert [(e.text, e.intent) for e in corpus.examples] == [('one,\ntwo "three"', "a"), ("four", "b")]
    assert not faults


def test_quotes_in_a_tsv_are_signs_unless_they_enclose(read: Read) -> None:
    bare, _ = read('text\tlabel\n"yes" she said\tsay\nan inch is 1"\tsay\n', "bare.tsv")
    assert [e.text for e in bare.examples] == ['"yes" she said', 'an inch is 1"']
    enclosed, _ = read('text\tlabel\n"one\ttab"\tsay\n', "enclosed.tsv")
    assert enclosed.examples[0].text == "one\ttab"


def test_every_fault_is_named(read: Read) -> None:
    text = 'text,label\nfine,a\n,a\nno label,\ntoo,many,b\none\n"open,b\nafter,c\n\nlast,"d"x\n'
    corpus, faults = read(text, "data.csv")
    assert [(e.text, e.intent) for e in corpus.examples] == [("fine", "a"), ("after", "c")]
    assert said(faults) == [
        (3, "error", "empty text"),
        (4, "error", "no label: 'no label'"),
        (5, "error", "expected 2 columns, got 3: too | many | b"),
        (6, "error", "expected 2 columns, got 1: one"),
        (7, "error", "a quote that is opened here is not closed properly"),
        (10, "error", "',' expected after '\"'"),
    ]


def test_bytes_that_are_no_text(read: Read) -> None:
    corpus, faults = read(b"text,label\ncaf\xe9,a\nbell \x07,a\nlost \xef\xbf\xbd,a\nfine,a\n", "data.csv")
    assert [e.text for e in corpus.examples] == ["lost \N{REPLACEMENT CHARACTER}", "fine"]
    assert [(line, severity) for line, severity, _ in said(faults)] == [(2, "error"), (3, "error"), (4, "warning")]
    assert "byte 0xe9; as Windows-1252 it would be 'café,a'" in faults[0].reason


def test_utf_16(read: Read) -> None:
    corpus, faults = read("text,label\ncafé,a\n".encode("utf-16"), "data.csv")
    assert corpus.examples[0].text == "café"
    assert not faults


def test_other_columns_and_contradictions_are_warnings(read: Read) -> None:
    corpus, faults = read("text,label,speaker\nhi,greet,x\nHi,bye,y\n", "data.csv")
    assert len(corpus.examples) == 2
    assert [(fault.line, fault.severity) for fault in faults] == [(1, "warning"), (3, "warning")]
    assert "columns left out: speaker" in faults[0].reason
    assert "is bye here and greet in" in faults[1].reason


def test_columns_can_be_named(read: Read) -> None:
    corpus, _ = read("a,b,c\n1,hello,greet\n2,bye,leave\n", "data.csv", "csv", Layout(text="b", label="3"))
    assert [(e.text, e.intent) for e in corpus.examples] == [("hello", "greet"), ("bye", "leave")]


@pytest.mark.parametrize(
    ("text", "layout", "says"),
    [
        ("a,b,c\n1,2,3\n", Layout(), "no header that names text and label"),
        ("text,b,c\n1,2,3\n4,5,6\n", Layout(), "no column is known to be the label"),
        ("text,label\na,b\n", Layout(text="words"), "no column 'words'; there are text, label"),
        ("", Layout(), "no rows"),
        ("text,label\n", Layout(), "no examples"),
    ],
)
def test_columns_that_cannot_be_told(read: Read, text: str, layout: Layout, says: str) -> None:
    with pytest.raises(CorpusError, match=says):
        read(text, "data.csv", "csv", layout)
