"""The search: best settings that training takes, a study that goes on, spaces that are checked."""

from pathlib import Path

import msgspec
import pytest

from nlu.corpus.corpus import Corpus, Example, Splits
from nlu.corpus.reading import read_corpus
from nlu.errors import CorpusError, SettingsError
from nlu.settings import load_settings
from nlu.training.search import DEFAULT_SPACE, Choices, Range, SearchReport, Space, read_space, search, with_dev
from nlu.training.sentiment import SentimentData
from nlu.training.settings import TrainingSettings

SPACE: Space = {"encoder_rate": Range(low=1e-6, high=2e-3, log=True), "epochs": Range(low=1, high=3)}


@pytest.fixture
def splits(tiny_data: tuple[Path, Path]) -> Splits:
    corpus = read_corpus(tiny_data[0])
    return Splits(train=corpus, dev=corpus)


@pytest.fixture
def quick(tiny_settings: TrainingSettings) -> TrainingSettings:
    return msgspec.structs.replace(tiny_settings, epochs=2, tensorboard=False)


def run(splits: Splits, out: Path, quick: TrainingSettings, *, trials: int, space: Space = SPACE) -> SearchReport:
    return search(splits, out=out, trials=trials, space=space, base=quick, sentiment=SentimentData())


def test_the_best_settings_are_written_for_training(splits: Splits, quick: TrainingSettings, tmp_path: Path) -> None:
    out = tmp_path / "found" / "best.yaml"
    seen: list[tuple[int, int]] = []
    report = search(
        splits, out=out, trials=3, space=SPACE, base=quick, sentiment=SentimentData(),
        progress=lambda done, total, doing: seen.append((done, total)),
    )  # fmt: skip
    assert len(report.trials) == 3
    assert report.score == max(trial.score or 0.0 for trial in report.trials)
    assert report.trials[0].settings["epochs"] == 2, "the first trial takes the settings it began with"
    assert report.default_score == report.trials[0].score
    chosen = load_settings(out, TrainingSettings)
    assert chosen.encoder == quick.encoder
    assert chosen.encoder_rate == report.settings["encoder_rate"]
    assert len((tmp_path / "found" / "best.trials.csv").read_text().splitlines()) == 4
    assert all(done <= total for done, total in seen)


def test_a_study_goes_on_where_it_was(splits: Splits, quick: TrainingSettings, tmp_path: Path) -> None:
    first = run(splits, tmp_path / "best.yaml", quick, trials=1)
    both = run(splits, tmp_path / "best.yaml", quick, trials=2)
    assert both.trials[0] == first.trials[0]
    assert run(splits, tmp_path / "best.yaml", quick, trials=2) == both, "nothing is left to try"


def test_a_space_without_the_base_settings_has_no_score_of_theirs(
    splits: Splits, quick: TrainingSettings, tmp_path: Path
) -> None:
    space = {"epochs": Range(low=1, high=1)}
    assert run(splits, tmp_path / "best.yaml", quick, trials=1, space=space).default_score is None


def test_a_study_of_something_else_is_refused(splits: Splits, quick: TrainingSettings, tmp_path: Path) -> None:
    run(splits, tmp_path / "best.yaml", quick, trials=1)
    with pytest.raises(SettingsError, match="other data, space or settings"):
        run(splits, tmp_path / "best.yaml", quick, trials=1, space={"epochs": Range(low=1, high=2)})


def test_without_dev_some_training_examples_judge() -> None:
    examples = tuple(
        Example(f"{intent} {word}", intent) for intent in "ab" for word in "one two three four five six".split()
    )
    train, dev = with_dev(Splits(train=Corpus(examples=examples)), seed=1)
    assert {example.intent for example in dev.examples} == {"a", "b"}
    assert not {example.text for example in train.examples} & {example.text for example in dev.examples}
    with pytest.raises(CorpusError, match="too few"):
        with_dev(Splits(train=Corpus(examples=examples[:1])), seed=1)


def test_a_space_is_read_and_every_value_checked(tmp_path: Path) -> None:
    path = tmp_path / "space.yaml"
    path.write_text("batch:\n  choices: [8, 16]\nencoder_rate:\n  low: 0.0001\n  high: 0.001\n  log: true\n")
    assert read_space(path) == {
        "batch": Choices(choices=(8, 16)),
        "encoder_rate": Range(low=1e-4, high=1e-3, log=True),
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("speed: {low: 1, high: 2}", "speed: no training setting; known: encoder, "),
        ("patience: {choices: [fast]}", "patience: 'fast': expected `int`"),
        ("batch: {low: 1}", "batch: object missing required field `high`"),
        ("epochs: {low: 3, high: 2}", "low <= high"),
        ("epochs: {low: 0, high: 2, log: true}", "above 0"),
        ("\nepochs:\n  low: 1\n  top: 2", "space.yaml:4 epochs.top: unknown key"),
        ("[]", "expected settings"),
    ],
)
def test_a_bad_space_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_space(path)
    assert said in str(caught.value)


def test_the_default_space_is_of_training_settings() -> None:
    assert set(DEFAULT_SPACE) <= set(TrainingSettings.__struct_fields__)
