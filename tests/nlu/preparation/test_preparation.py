"""Raw logs into a folder of candidates, with the shipped encoder."""

import csv
import json
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from nlu.commands import prepare as command
from nlu.corpus.near_duplicates import near_duplicate_groups
from nlu.corpus.reading import read_splits
from nlu.errors import CorpusError, SettingsError
from nlu.preparation.preparation import prepare
from nlu.preparation.report import PreparationReport
from nlu.preparation.settings import PreparationSettings

LOGS = Path(__file__).parent / "logs"


def nobody(done: int, total: int, doing: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PreparationReport]:
    """The sample logs, prepared."""
    out = tmp_path_factory.mktemp("candidates")
    return out, prepare(PreparationSettings(data=(LOGS,), out=out, min_cluster=4), progress=nobody)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_was_said_is_clean_and_masked(prepared: tuple[Path, PreparationReport]) -> None:
    out, report = prepared
    texts = [row["text"] for row in rows(out / "utterances.csv")]
    assert "I've lost my card and need it blocked" in texts
    assert "I've lost my card and I don't know where" in texts
    assert "what is the balance of my café account" in texts
    assert "how much money is in my account" in texts
    assert "It was the blue debit card with the number ******." in texts
    assert "my email is ******" in texts
    assert sum("block my card" in text.lower() for text in texts) == 1
    assert report.masked == {"card": 1, "email": 1, "phone": 1}
    assert report.repaired == {"control characters": 1, "encoding": 2, "markup": 1}
    everything = "".join(file.read_text() for file in out.rglob("*") if file.is_file())
    assert not any(secret in everything for secret in ("4111", "anna.smith", "900123"))


def test_everything_removed_has_a_place_and_a_reason(prepared: tuple[Path, PreparationReport]) -> None:
    out, report = prepared
    counts = {item.reason: item.count for item in report.removed}
    assert counts == {"agent's turn": 10, "system line": 5, "no words": 2, "duplicate": 1}
    removed = rows(out / "removed.csv")
    assert len(removed) == sum(counts.values())
    assert {"reason": f"duplicate of {LOGS / 'calls.csv'}:13", "line": "14"}.items() <= removed[-1].items()
    assert [fault.partition("logs/")[2].rpartition(":")[0] for fault in report.faults][:2] == [
        "calls.csv:22",
        "calls.csv:23",
    ]


def test_what_is_alike_is_a_suggested_intent(prepared: tuple[Path, PreparationReport]) -> None:
    out, report = prepared
    by_text = {row["text"]: row for row in rows(out / "utterances.csv")}
    assert by_text["what is my balance"]["suggested"] == by_text["tell me my balance please"]["suggested"] != ""
    assert by_text["what is my balance"]["suggested"] != by_text["are you open on sunday"]["suggested"]
    assert len(report.suggested_intents) >= 3
    assert all("balance" not in intent.name or "balance" in intent.examples[0] for intent in report.suggested_intents)
    page = (out / "report.html").read_text()
    assert all(intent.name in page for intent in report.suggested_intents)
    assert msgspec.json.decode((out / "report.json").read_bytes(), type=PreparationReport) == report


def test_the_candidates_are_training_data_without_leakage(prepared: tuple[Path, PreparationReport]) -> None:
    out, report = prepared
    splits = read_splits(out / "candidates")
    parts = [part.examples for part in (splits.train, splits.dev, splits.test) if part]
    assert sum(map(len, parts)) == report.labelled == sum(report.splits.values())
    sides = [number for number, part in enumerate(parts) for _ in part]
    groups = near_duplicate_groups([example.text for part in parts for example in part])
    assert len({(group, side) for group, side in zip(groups, sides, strict=True)}) == len(set(groups))


def test_the_same_logs_give_the_same_files(prepared: tuple[Path, PreparationReport], tmp_path: Path) -> None:
    out, _ = prepared
    prepare(PreparationSettings(data=(LOGS,), out=tmp_path, min_cluster=4), progress=nobody)
    for name in ("utterances.csv", "removed.csv", "review.csv", "candidates/train.yaml"):
        assert (tmp_path / name).read_bytes() == (out / name).read_bytes()


def test_refusals(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Agent: hello\nAgent: goodbye\n")
    with pytest.raises(CorpusError, match="no utterance of a customer is left of 2 turns: 2 agent's turn"):
        prepare(PreparationSettings(data=(tmp_path,), out=tmp_path / "out"), progress=nobody)
    with pytest.raises(SettingsError, match="unknown format 'xml'"):
        prepare(PreparationSettings(data=(tmp_path,), out=tmp_path / "out", candidates="xml"), progress=nobody)


@pytest.fixture
def app() -> typer.Typer:
    """The command alone."""
    app = typer.Typer()
    command.mount(app)
    return app


def test_the_command(app: typer.Typer, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = CliRunner().invoke(app, [str(LOGS), "--out", str(out), "--min-cluster", "4", "--write", "csv", "--json"])
    assert found.exit_code == 0
    assert json.loads(found.stdout)["candidates"] == 29
    assert (out / "candidates" / "train.csv").is_file()
    assert "calls.csv:22: expected 4 columns, got 3" in found.stderr
    assert CliRunner().invoke(app, []).exit_code == 2


def test_converting(app: typer.Typer, tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("text,label\n" + "".join(f"{'abcdefghij'[n % 10] * 9} {n},intent_{n % 2}\n" for n in range(40)))
    options = [str(data), "--convert", "rasa", "--out", str(tmp_path / "out"), "--split", "80/10/10", "--json"]
    found = CliRunner().invoke(app, options)
    assert found.exit_code == 0, found.stderr
    assert sum(json.loads(found.stdout)["splits"].values()) == 40
    assert len(read_splits(tmp_path / "out").train.examples) == json.loads(found.stdout)["splits"]["train"]
    data.write_text("text,label\nx,a\n,b\n")
    refused = CliRunner().invoke(app, [str(data), "--convert", "jsonl", "--out", str(tmp_path / "more")])
    assert refused.exit_code == 2
    assert "data.csv:2" in refused.stderr or "data.csv:3: empty text" in refused.stderr
    plain = CliRunner().invoke(app, [str(data), "--convert", "jsonl", "--out", str(tmp_path), "--skip-bad-lines"])
    assert plain.exit_code == 0
    assert "1 train, as jsonl" in plain.stdout
    assert "data.csv:3: empty text" in plain.stderr
