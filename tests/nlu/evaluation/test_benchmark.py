"""Benchmarks: the official split, a model a seed, nothing trained twice, the test split only judged."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from nlu.corpus.corpus import Corpus
from nlu.errors import CorpusError
from nlu.evaluation import benchmark
from nlu.evaluation.benchmark import BenchmarkReport, Measures, benchmark_latency, means, run_benchmark
from nlu.evaluation.benchmark_tasks import WORD_ERROR_RATES
from nlu.training.sentiment import SentimentData, read_sentiment
from nlu.training.settings import TrainingSettings

INTENTS = [f"intent_{letter}" for letter in "abcdefghijklmnopq"]
SETTINGS = TrainingSettings(seed=7)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "banking77"
    folder.mkdir(parents=True)
    for split, count in (("train", 31), ("test", 2)):
        rows = [f"{split} {intent} number {number},{intent}" for intent in INTENTS for number in range(count)]
        (folder / f"{split}.csv").write_text("text,category\n" + "\n".join(rows) + "\n")
    return tmp_path / "data"


class Fakes:
    """A trainer that learns nothing and a judge that knows every answer; both write down what they were given."""

    def __init__(self) -> None:
        self.trained: list[TrainingSettings] = []
        self.judged: list[tuple[str, Corpus, tuple[float, ...]]] = []

    def train(self, corpus: Corpus, **given: object) -> Path:
        out, settings, progress = given["out"], given["settings"], given["progress"]
        assert isinstance(out, Path)
        assert isinstance(settings, TrainingSettings)
        assert callable(progress)
        assert not any("test" in example.text for example in corpus.examples)
        if not out.is_dir():
            progress(1, 1, "training")
            out.mkdir()
            self.trained.append(settings)
        return out

    def judge(self, model: Path, test: Corpus, word_error_rates: Sequence[float], seed: int) -> Measures:
        self.judged.append((model.name, test, tuple(word_error_rates)))
        return {"intent_accuracy": seed / 10}


def run(
    name: str, data: Path, fakes: Fakes, *, seeds: Sequence[int] = (7, 8), out: Path | None = None
) -> BenchmarkReport:
    return run_benchmark(
        name, data, out=out or data.parent / "out", seeds=seeds, settings=SETTINGS, sentiment=SentimentData(),
        train=fakes.train, judge=fakes.judge,
    )  # fmt: skip


def test_a_model_a_seed_and_their_mean(data: Path) -> None:
    fakes = Fakes()
    report = run("banking77", data, fakes)
    assert [settings.seed for settings in fakes.trained] == [7, 8]
    assert report.means["banking77"]["intent_accuracy"] == pytest.approx(0.75)
    assert [(one.seed, one.train_examples, one.test_examples) for one in report.results] == [
        (7, 31 * 17, 2 * 17), (8, 31 * 17, 2 * 17),
    ]  # fmt: skip
    kept = msgspec.json.decode((data.parent / "out" / "banking77.json").read_bytes(), type=BenchmarkReport)
    assert kept == report


def test_a_finished_seed_is_not_trained_again(data: Path) -> None:
    fakes = Fakes()
    first = run("banking77", data, fakes, seeds=(7,))
    second = run("banking77", data, fakes)
    assert [settings.seed for settings in fakes.trained] == [7, 8]
    assert [one.was_there for one in (*first.results, *second.results)] == [False, True, False]
    assert second.results[0].training_cpu_s == pytest.approx(first.results[0].training_cpu_s, abs=0.01)
    assert all(one.same_code for one in second.results)


def test_models_of_other_code_are_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fakes = Fakes()
    run("banking77", data, fakes, seeds=(7,))
    monkeypatch.setattr(benchmark, "code_fingerprint", lambda: "other")
    assert not run("banking77", data, fakes, seeds=(7,)).results[0].same_code


def test_noise_compares_two_trainings_at_every_rate(data: Path) -> None:
    fakes = Fakes()
    report = run("noise", data, fakes, seeds=(7,))
    assert [settings.augment for settings in fakes.trained] == [False, True]
    assert list(report.means) == ["clean-trained", "augmented"]
    assert {rates for _, _, rates in fakes.judged} == {WORD_ERROR_RATES}


def test_noise_takes_the_models_of_banking77(data: Path) -> None:
    fakes = Fakes()
    run("banking77", data, fakes, seeds=(7,))
    run("noise", data, fakes, seeds=(7,))
    assert len(fakes.trained) == 2


def test_small_draws_intents_and_examples(data: Path) -> None:
    fakes = Fakes()
    report = run("small", data, fakes)
    drawn = [one for one in report.results if one.variant == "15 intents x 30"]
    assert [(one.train_examples, one.test_examples) for one in drawn] == [(450, 30), (450, 30)]
    pack = [one for one in report.results if one.variant == "banking pack"]
    assert len(pack) == 2
    assert all(one.train_examples > one.test_examples > 0 for one in pack)


def test_data_may_be_the_folder_itself_and_must_be_there(data: Path, tmp_path: Path) -> None:
    assert run("banking77", data / "banking77", Fakes(), seeds=(7,)).results
    with pytest.raises(CorpusError, match="expected the folder snips"):
        run("snips", data, Fakes())
    (data / "banking77" / "test.csv").unlink()
    with pytest.raises(CorpusError, match="no test split"):
        run("banking77", data, Fakes())


def test_means_are_of_each_variant() -> None:
    assert means([]) == {}


@pytest.mark.usefixtures("tiny_encoder")
def test_a_real_model_is_trained_judged_and_found_again(
    tmp_path: Path, tiny_settings: TrainingSettings, tiny_data: tuple[Path, Path]
) -> None:
    folder = tmp_path / "banking77"
    folder.mkdir()
    rows = "text,category\nsend money,transfer\npay anna,transfer\nmy balance,balance\nhow much money,balance\n"
    for split in ("train", "test"):
        (folder / f"{split}.csv").write_text(rows)
    settings = msgspec.structs.replace(tiny_settings, tensorboard=False)
    moods = read_sentiment(tiny_data[1])
    runs = [
        run_benchmark("banking77", tmp_path, out=tmp_path / "out", seeds=[3], settings=settings, sentiment=moods)
        for _ in range(2)
    ]
    assert runs[0].means["banking77"]["intent_accuracy"] == 1.0
    assert runs[0].results[0].training_cpu_s > 0
    assert [one.results[0].was_there for one in runs] == [False, True]
    assert runs[0].results[0].measures == runs[1].results[0].measures
    latency = benchmark_latency(
        tmp_path, out=tmp_path / "out", settings=msgspec.structs.replace(settings, seed=3), sentiment=moods
    )
    assert latency.model == runs[0].results[0].model
    assert all(engine.p50_ms > 0 for engine in latency.engines)
