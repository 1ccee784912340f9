"""Entities are judged as seqeval judges them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import accuracy_score, classification_report
from seqeval.scheme import IOB2

from nlu.corpus.corpus import Example
from nlu.evaluation.entities import chunks, iob2, judge_entities, label_of, shown, words_of
from nlu.understanding import Entity, Understanding, Utterance

TAGS = st.lists(st.sampled_from(["O", "B-a", "I-a", "B-b", "I-b", "B-c.d"]), min_size=1, max_size=8)
PAIRS = st.lists(TAGS.flatmap(lambda tags: st.tuples(st.just(tags), st.lists(
    st.sampled_from(["O", "B-a", "I-a", "B-b", "I-b", "B-c.d"]), min_size=len(tags), max_size=len(tags)))),
    min_size=1, max_size=8)  # fmt: skip


def entity(name: str, text: str, start: int, end: int, role: str | None = None) -> Entity:
    return Entity(name=name, text=text[start:end], start=start, end=end, role=role)


def understood(text: str, *entities: Entity) -> Understanding:
    return Understanding(utterance=Utterance(text=text), intents=(), entities=entities)


def sentence(tags: list[str]) -> tuple[str, tuple[Entity, ...]]:
    """Words of growing length with the entities of the tags."""
    words = [("ab" * 9)[: 1 + number % 7] for number in range(len(tags))]
    text = " ".join(words)
    starts = [sum(len(word) + 1 for word in words[:number]) for number in range(len(words))]
    found = [
        entity(one.label, text, starts[one.start], starts[one.end - 1] + len(words[one.end - 1]))
        for one in sorted(chunks(tags), key=lambda one: one.start)
    ]
    return text, tuple(found)


@settings(deadline=None)
@given(PAIRS)
def test_spans_and_words_agree_with_seqeval(pairs: list[tuple[list[str], list[str]]]) -> None:
    examples, understandings, expected, given_tags = [], [], [], []
    for truth, guess in pairs:
        (text, there), (_, found) = sentence(truth), sentence(guess)
        examples.append(Example(text, "", there))
        understandings.append(understood(text, *found))
        expected.append(iob2(words_of(examples[-1]), there))
        given_tags.append(iob2(words_of(examples[-1]), found))
    report = judge_entities(examples, understandings)
    if not any(example.entities for example in examples):
        assert report is None
        return
    assert report is not None
    assert report.word_accuracy == pytest.approx(accuracy_score(expected, given_tags))
    for mode in ({}, {"mode": "strict", "scheme": IOB2}):
        theirs = classification_report(expected, given_tags, output_dict=True, zero_division=0, **mode)
        for ours in (report.with_roles, report.words, report.names):
            for label in ours.labels:
                row = theirs[label.label]
                assert (label.precision, label.recall, label.f1) == pytest.approx(
                    (row["precision"], row["recall"], row["f1-score"])
                )
                assert label.support == row["support"]
            for name, averages in (("micro avg", ours.micro), ("macro avg", ours.macro)):
                row = theirs[name]
                assert (averages.precision, averages.recall, averages.f1) == pytest.approx(
                    (row["precision"], row["recall"], row["f1-score"])
                )
            assert ours.weighted.f1 == pytest.approx(theirs["weighted avg"]["f1-score"])


@settings(deadline=None)
@given(TAGS)
def test_chunks_are_those_seqeval_reads(tags: list[str]) -> None:
    from seqeval.metrics.sequence_labeling import get_entities

    assert {(one.label, one.start, one.end - 1) for one in chunks(tags)} == set(get_entities(tags))


def test_words_are_divided_where_an_entity_ends() -> None:
    text = "pay mum's 50, now"
    example = Example(text, "", (entity("person", text, 4, 7), entity("amount", text, 10, 12)))
    assert [text[start:end] for start, end in words_of(example)] == ["pay", "mum", "'s", "50", ",", "now"]
    assert iob2(words_of(example), example.entities) == ["O", "B-person", "O", "B-amount", "O", "O"]
    assert len(words_of(Example("转账 500 块"))) == 4


def test_roles_count_in_one_figure_and_not_in_the_other() -> None:
    text = "from savings"
    there, found = entity("account", text, 5, 12, "from"), entity("account", text, 5, 12, "to")
    report = judge_entities([Example(text, "", (there,))], [understood(text, found)])
    assert report is not None
    assert report.with_roles.micro.f1 == 0.0
    assert report.names.micro.f1 == 1.0
    assert [label.label for label in report.with_roles.labels] == ["account/from", "account/to"]
    assert [(one.kind, one.count) for one in report.mistakes] == [("other type", 1)]
    assert label_of(Entity(name="t", text="", start=0, end=0, role="r", group="1")) == "t/r#1"


def test_mistakes_have_kinds_and_examples() -> None:
    text = "send fifty pounds to anna lee"
    there = (entity("amount", text, 5, 17), entity("person", text, 21, 29))
    report = judge_entities(
        [Example(text, "", there)] * 3,
        [
            understood(text, entity("amount", text, 5, 10)),
            understood(text, *there, entity("person", text, 0, 4)),
            understood(text, *there),
        ],
    )
    assert report is not None
    assert {one.kind: one.count for one in report.mistakes} == {"other words": 1, "missed": 1, "invented": 1}
    assert report.mistakes[0].examples[0][0] == "send [fifty pounds](amount) to [anna lee](person)"
    assert report.sentence_accuracy == pytest.approx(1 / 3)
    assert report.word_accuracy_inside == pytest.approx(9 / 12)
    assert shown("none", ()) == "none"


def test_a_corpus_without_entities_is_not_judged() -> None:
    assert judge_entities([Example("x", "a")], [understood("x", entity("p", "x", 0, 1))]) is None
