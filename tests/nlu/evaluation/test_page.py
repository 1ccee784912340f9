"""The page and the data beside it."""

from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from nlu.corpus.corpus import Corpus, Example
from nlu.corpus.reading import read_corpus
from nlu.evaluation.evaluation import EvaluationSettings, evaluate_checkpoint
from nlu.evaluation.page import percent, render, three, write_report
from nlu.evaluation.report import Report
from nlu.training.sentiment import read_sentiment


class Outline(HTMLParser):
    """Headings, and whether anything is loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.loaded: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "h2"
        self.loaded += [str(value) for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.headings.append(data)
            self._inside = False


@pytest.fixture(scope="module")
def report(tiny_checkpoint: Path, tiny_data: tuple[Path, Path]) -> Report:
    corpus = read_corpus([tiny_data[0]])
    more = (Example("<script>alert(1)</script> & what", "out_of_scope"), Example("play jazz", "music"))
    return evaluate_checkpoint(
        tiny_checkpoint, Corpus(examples=corpus.examples + more), source="<tiny>",
        sentiment=read_sentiment(tiny_data[1]), settings=EvaluationSettings(noise_sample=4, noise_rates=(0.0, 0.3)),
    )  # fmt: skip


def test_both_files_are_written(report: Report, tmp_path: Path) -> None:
    page = write_report(report, tmp_path / "deep" / "folder")
    assert msgspec.json.decode((page.parent / "report.json").read_bytes(), type=Report) == report
    outline = Outline()
    outline.feed(page.read_text(encoding="utf-8"))
    assert outline.headings == ["Intents", "Out of scope", "Entities", "Misheard", "Sentiment"]
    assert outline.loaded == []


def test_nothing_of_the_data_is_taken_for_markup(report: Report) -> None:
    page = render(report)
    assert "<script>alert" not in page
    assert "&lt;tiny&gt;" in page
    assert "music" in page


def test_parts_that_were_not_judged_are_left_out(report: Report) -> None:
    bare = msgspec.structs.replace(report, intents=None, entities=None, out_of_scope=None, noise=None, sentiment=None)
    outline = Outline()
    outline.feed(render(bare))
    assert outline.headings == []


def test_figures() -> None:
    assert (percent(0.98765), percent(None), three(0.98765), three(None)) == ("98.8%", "–", "0.988", "–")
