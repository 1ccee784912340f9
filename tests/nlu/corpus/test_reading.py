"""Formats told by content, folders with splits, labels out of scope."""

from pathlib import Path

import pytest

from nlu.corpus.faults import Fault
from nlu.corpus.out_of_scope import is_out_of_scope
from nlu.corpus.reading import read_corpus, read_splits
from nlu.errors import CorpusError
from tests.nlu.corpus.conftest import Read, Write


@pytest.mark.parametrize(
    "content",
    [
        "nlu:\n- intent: a\n  examples: |\n    - x y\n",
        "text,label\nx y,a\n",
        "x y\ta\n",
        '{"text": "x y", "intent": "a"}\n',
        '[{"text": "x y", "intent": "a"}]',
        "# intent: a\nx O\ny B-c\n",
    ],
)
@pytest.mark.parametrize("name", ["data.txt", "data", "data.csv"])
def test_the_format_is_told_by_the_content(read: Read, content: str, name: str) -> None:
    corpus, _ = read(content, name)
    assert [(e.text, e.intent) for e in corpus.examples] == [("x y", "a")]


def test_what_cannot_be_told_lists_the_formats(write: Write) -> None:
    with pytest.raises(CorpusError, match=r"prose\.txt:1: the format can't be told .* rasa \(.*conll"):
        read_corpus(write("Once upon a time there was\na king who had three daughters\nwise\n", "prose.txt"))
    with pytest.raises(CorpusError, match="unknown format 'xml'; known: auto, rasa"):
        read_corpus(write("x,a\n", "data.csv"), "xml")
    with pytest.raises(CorpusError, match=r"gone\.csv:1: No such file"):
        read_corpus(Path("gone.csv"))


def test_errors_of_all_files_come_at_once_and_no_example_with_them(write: Write) -> None:
    one, two = write("text,label\n,a\nx,a\n", "one.csv"), write("text,label\ny,\n", "two.csv")
    with pytest.raises(CorpusError) as caught:
        read_corpus([one, two])
    assert str(caught.value).splitlines() == [f"{one}:2: empty text", f"{two}:2: no label: 'y'"]
    faults: list[Fault] = []
    assert len(read_corpus([one, two], skip_bad_lines=True, report=faults.append).examples) == 1
    assert [str(fault) for fault in faults] == str(caught.value).splitlines()


@pytest.mark.parametrize(
    "names",
    [
        ("train.csv", "valid.csv", "test.csv"),
        ("train/data.csv", "dev/data.csv", "test/data.csv"),
        ("bank_train.csv", "bank_val.csv", "bank_test.csv"),
        ("eng.train", "eng.testa", "eng.testb"),
    ],
)
def test_splits_are_found_by_name(write: Write, names: tuple[str, str, str]) -> None:
    for name, text in zip(names, ("one", "two", "three"), strict=True):
        write(f"text,label\n{text},a\n", f"set/{name}")
    faults: list[Fault] = []
    splits = read_splits(write("a data set\n", "set/README.md").parent, report=faults.append)
    assert splits.dev is not None
    assert splits.test is not None
    found = (splits.train, splits.dev, splits.test)
    assert [corpus.examples[0].text for corpus in found] == ["one", "two", "three"]
    assert any("README.md:1: this file is not read" in str(fault) for fault in faults)


def test_out_of_scope_files_join_their_split(write: Write) -> None:
    write("text,intent\npay,bill\n", "set/train.csv")
    write("text,intent\nsing,oos\n", "set/oos_train.csv")
    faults: list[Fault] = []
    splits = read_splits(write("text,intent\nhum,oos\n", "set/oos_test.csv").parent, report=faults.append)
    assert splits.train.intents == ("bill", "out_of_scope")
    assert [fault.reason for fault in faults if "label" in fault.reason] == ["label 'oos' is read as out_of_scope"]


def test_a_folder_without_splits_is_all_train_and_with_them_no_corpus(write: Write) -> None:
    write("text,label\none,a\n", "set/one.csv")
    path = write("nlu:\n- intent: b\n  examples: |\n    - two\n", "set/more/two.yml").parent.parent
    splits = read_splits(path)
    assert (splits.train.intents, splits.dev, splits.test) == (("a", "b"), None, None)
    write("text,label\ntwo,a\n", "set/train.csv")
    with pytest.raises(CorpusError, match=r"has splits; give one of them: .*train\.csv"):
        read_corpus(path)


def test_texts_on_two_sides_are_said(write: Write) -> None:
    write("text,label\none,a\ntwo,a\n", "set/train.csv")
    faults: list[Fault] = []
    read_splits(write("text,label\nOne,a\nthree,a\n", "set/test.csv").parent, report=faults.append)
    assert [fault.reason for fault in faults] == ["1 of 2 texts of test are in train as well"]


def test_ambiguous_and_missing_splits(write: Write) -> None:
    write("text,label\none,a\n", "set/train_5.csv")
    path = write("text,label\none,a\n", "set/train_10.csv").parent
    with pytest.raises(CorpusError, match=r"several could be the train split: train_10.csv, train_5.csv"):
        read_splits(path)
    alone = write("text,label\none,a\n", "other/test.csv").parent
    with pytest.raises(CorpusError, match="no train split beside test"):
        read_splits(alone)
    with pytest.raises(CorpusError, match="no training data"):
        read_splits(write("x", "empty/read.me").parent)


def test_errors_of_all_splits_come_at_once(write: Write) -> None:
    write("text,label\n,a\n", "set/train.csv")
    path = write("text,label\nx,\n", "set/test.csv").parent
    with pytest.raises(CorpusError, match=r"train\.csv:2: empty text\n.*test\.csv:2: no label"):
        read_splits(path)


@pytest.mark.parametrize(
    "name",
    ["oos", "OOS", "__oos__", "oos_train", "oos-oos", "ood", "outOfDomain", "out-of-scope", "out of scope/weather"],
)
def test_names_for_out_of_scope(name: str) -> None:
    assert is_out_of_scope(name)


@pytest.mark.parametrize("name", ["goose", "mood", "good", "out", "outofstock", "oosterschelde", "food_order", ""])
def test_other_names(name: str) -> None:
    assert not is_out_of_scope(name)


def test_one_more_name_for_out_of_scope(write: Write) -> None:
    corpus = read_corpus(write("text,label\nx,none\ny,a\n", "d.csv"), oos_label="none", report=lambda fault: None)
    assert corpus.intents == ("a", "out_of_scope")
