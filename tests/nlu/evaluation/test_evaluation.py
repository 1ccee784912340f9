"""A model is judged as it is served."""

from pathlib import Path

import msgspec
import pytest

from nlu.corpus.corpus import Corpus, Example
from nlu.corpus.reading import read_corpus
from nlu.errors import CheckpointError, CorpusError
from nlu.evaluation.evaluation import EvaluationSettings, evaluate_checkpoint
from nlu.evaluation.report import Report
from nlu.training.sentiment import read_sentiment

QUIET = EvaluationSettings(noise_sample=0)


def test_a_model_is_right_about_what_it_learnt_by_heart(tiny_checkpoint: Path, tiny_data: tuple[Path, Path]) -> None:
    corpus = read_corpus([tiny_data[0]])
    told: list[tuple[int, int, str]] = []
    report = evaluate_checkpoint(
        tiny_checkpoint, corpus, source="tiny", sentiment=read_sentiment(tiny_data[1]),
        settings=EvaluationSettings(noise_sample=10, noise_rates=(0.0, 0.3)),
        progress=lambda done, total, doing: told.append((done, total, doing)),
    )  # fmt: skip
    assert report.intents is not None
    assert report.intents.accuracy == 1.0
    assert report.entities is not None
    assert report.entities.with_roles.micro.f1 > 0.9
    assert report.out_of_scope is not None
    assert report.out_of_scope.auroc is None
    assert report.noise is not None
    assert [point.wer for point in report.noise.points] == [None, 0.0, 0.3]
    assert report.sentiment is not None
    assert report.sentiment.accuracy == 1.0
    assert report.data.unknown_intents == ()
    assert any("trained on" in note for note in report.notes)
    assert told[-1][0] == told[-1][1] == len(corpus.examples) + 30 + 9
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


def test_unknown_labels_count_as_wrong_and_are_listed(tiny_checkpoint: Path) -> None:
    corpus = Corpus(examples=(Example("what is my balance", "balance"), Example("play some jazz", "music")))
    report = evaluate_checkpoint(tiny_checkpoint, corpus, settings=QUIET)
    assert report.intents is not None
    assert report.intents.accuracy == 0.5
    assert [one.label for one in report.data.unknown_intents] == ["music"]
    assert any("music" in note for note in report.notes)
    assert not any("trained on" in note for note in report.notes)
    assert report.entities is None
    assert report.noise is None


def test_out_of_scope_examples_are_not_unknown(tiny_checkpoint: Path) -> None:
    corpus = Corpus(examples=(Example("what is my balance", "balance"), Example("zzz", "out_of_scope")))
    report = evaluate_checkpoint(tiny_checkpoint, corpus, settings=QUIET)
    assert report.data.unknown_intents == ()
    assert report.out_of_scope is not None
    assert report.out_of_scope.auroc is not None
    assert report.intents is not None
    assert report.intents.examples == 1


def test_examples_without_intents_are_judged_for_entities_only(
    tiny_checkpoint: Path, tiny_data: tuple[Path, Path]
) -> None:
    examples = tuple(Example(e.text, "", e.entities) for e in read_corpus([tiny_data[0]]).examples)
    report = evaluate_checkpoint(tiny_checkpoint, Corpus(examples=examples), settings=QUIET)
    assert report.intents is None
    assert report.out_of_scope is None
    assert report.entities is not None
    assert any("Intents are not judged" in note for note in report.notes)


def test_nothing_to_judge_and_no_model_are_clear_errors(tiny_checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"empty\.csv: no examples"):
        evaluate_checkpoint(tiny_checkpoint, Corpus(examples=()), source="empty.csv")
    with pytest.raises(CheckpointError, match="no model"):
        evaluate_checkpoint(tmp_path, Corpus(examples=(Example("x", "a"),)))


def test_labels_that_are_not_judged_are_not_called_wrong(tiny_checkpoint: Path) -> None:
    many = tuple(Example(f"some text {number}", f"intent {number:02}") for number in range(30))
    notes = evaluate_checkpoint(tiny_checkpoint, Corpus(examples=many), settings=QUIET).notes
    assert any("30 of the labels" in note and "intent 11 and 18 more" in note for note in notes)
    assert any("Entities are not judged" in note for note in notes)
