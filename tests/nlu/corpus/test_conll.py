"""CoNLL column files."""

import pytest

from nlu.corpus.layout import Layout
from nlu.errors import CorpusError
from tests.nlu.corpus.conftest import Read, said

NEWS = """\
-DOCSTART- -X- -X- O

Peter NNP B-NP I-PER
Blackburn NNP I-NP I-PER

EU NNP B-NP I-ORG
rejects VBZ B-VP O
German JJ B-NP I-MISC
British JJ B-NP B-MISC
lamb NN I-NP O
. . O O
"""


def test_iob1_with_four_columns(read: Read) -> None:
    corpus, faults = read(NEWS, "eng.train")
    assert not faults
    first, second = corpus.examples
    assert first.text == "Peter Blackburn"
    assert [(e.name, e.text, e.start, e.end) for e in first.entities] == [("PER", "Peter Blackburn", 0, 15)]
    assert second.text == "EU rejects German British lamb ."
    assert [(e.name, e.text, e.start) for e in second.entities] == [
        ("ORG", "EU", 0),
        ("MISC", "German", 11),
        ("MISC", "British", 18),
    ]
    assert corpus.intents == ()


def test_bio_with_intents_and_tabs(read: Read) -> None:
    text = (
        "# text = fly to new york\n# intent: flight\nfly\tO\nto\tO\nnew\tB-city\nyork\tI-city\n\n#intent=greet\nhi\tO\n"
    )
    corpus, faults = read(text, "data.txt")
    assert not faults
    assert [(e.text, e.intent) for e in corpus.examples] == [("fly to new york", "flight"), ("hi", "greet")]
    assert [(e.name, e.text) for e in corpus.examples[0].entities] == [("city", "new york")]


def test_a_hashtag_is_a_token_and_a_column_of_numbers_none(read: Read) -> None:
    tweet, _ = read("#winning\tO\nin\tO\nparis\tB-loc\n\n# a remark\nyes\tO\n", "tweets.conll")
    assert [example.text for example in tweet.examples] == ["#winning in paris", "yes"]
    counted, _ = read("1\tfly\tX\tO\n2\tparis\tX\tB-loc\n\n1\tgo\tX\tO\n", "counted.conll")
    assert [example.text for example in counted.examples] == ["fly paris", "go"]


def test_columns_can_be_named(read: Read) -> None:
    corpus, _ = read("O Paris B-loc x\nO - O x\n", "odd.txt", "conll", Layout(token="2", tag="3"))
    assert corpus.examples[0].text == "Paris -"
    assert corpus.examples[0].entities[0].name == "loc"


def test_every_fault_is_named_and_its_sentence_left_out(read: Read) -> None:
    text = "a\tO\nb\tX-y\n\nc d\tO\n\n\tO\n\ne\tx\tO\n\nf\n\ng\tB-\n\n"
    text += "fine\tB-x\nyes\tI-y\n\nalso\tO\nfine\tB-x\nhere\tB-x\n"
    corpus, faults = read(text, "bad.conll")
    assert [example.text for example in corpus.examples] == ["fine yes", "also fine here"]
    assert [(line, severity) for line, severity, _ in said(faults)] == [
        *((2, "error"), (4, "error"), (6, "error"), (8, "error"), (10, "error"), (12, "error")),
        (15, "warning"),
    ]
    reasons = [fault.reason for fault in faults]
    assert "'X-y' is no tag" in reasons[0]
    assert "contains a space" in reasons[1]
    assert "empty token" in reasons[2]
    assert "expected 2 columns, got 3" in reasons[3]
    assert "expected 2 columns, got 1" in reasons[4]
    assert "names no entity" in reasons[5]
    assert "file of BIO tags" in reasons[6]


@pytest.mark.parametrize("text", ["one\ntwo\n", "\n\n", ""])
def test_no_columns(read: Read, text: str) -> None:
    with pytest.raises(CorpusError, match=r"x\.conll:1: "):
        read(text, "x.conll")
