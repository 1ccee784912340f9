"""`kefu nlu interpret` and `kefu nlu export` from the outside."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner, Result

from nlu.commands import export, interpret
from nlu.model.facts import GRAPH, SMALL_GRAPH
from nlu.model.manifest import CARD, MANIFEST, read_folder
from nlu.understanding import Entity, Sentiment, Understanding, Utterance

pytestmark = pytest.mark.timeout(600)


def run(*arguments: str, said: str | bytes | None = None) -> Result:
    app = typer.Typer()
    interpret.mount(app)
    export.mount(app)
    return CliRunner().invoke(app, list(arguments), input=said)


@pytest.fixture
def copy(tiny_checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_checkpoint, tmp_path / "copy"))


def test_texts_as_json(tiny_checkpoint: Path) -> None:
    result = run(
        "interpret", "--model", str(tiny_checkpoint), "send fifty pounds to anna", "okay bye", "--json",
        "--now", "2026-11-23T12:00", "--currency", "EUR",
    )  # fmt: skip
    assert result.exit_code == 0
    found = msgspec.json.decode(result.stdout, type=interpret.Interpretations)
    assert [one.intent.name for one in found.understandings] == ["transfer", "goodbye"]
    assert found.understandings[0].entities[0].value == {"amount": "50.00", "currency": "GBP"}
    assert (found.now, found.graph[:5]) == ("2026-11-23T12:00:00", "model")


def test_lines_of_standard_input(tiny_checkpoint: Path) -> None:
    result = run("interpret", "--model", str(tiny_checkpoint), said="okay bye\n\nwhat is my balance\n")
    assert result.exit_code == 0
    assert result.stdout.count("intent      ") == 3
    assert "intent      balance" in result.stdout
    assert "out of scope 1.00 (rejected)" in result.stdout


def test_half_a_character_is_printed_as_a_question_mark(tiny_checkpoint: Path) -> None:
    result = run("interpret", "--model", str(tiny_checkpoint), "bye \udce9", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["understandings"][0]["utterance"]["text"] == "bye ?"


def test_a_model_without_intents_prints_its_entities() -> None:
    entity = Entity(name="city", text="Rome", start=0, end=4, value="rome", role="to")
    found = Understanding(utterance=Utterance(text="Rome"), intents=(), entities=(entity,), sentiment=Sentiment())
    assert list(interpret.lines_of(found)) == [
        '"Rome"',
        '  city to     "Rome" = "rome" (100%)',
        "  sentiment   neutral +0.00, intensity 0.00",
    ]


@pytest.mark.parametrize("bad", [("--now", "yesterday"), ("--precision", "int4")])
def test_bad_options_are_refused(tiny_checkpoint: Path, bad: tuple[str, str]) -> None:
    result = run("interpret", "--model", str(tiny_checkpoint), "bye", *bad)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {bad[0]}:")


def test_a_folder_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    result = run("interpret", "--model", str(tmp_path), "bye", "--json")
    assert result.exit_code == 2
    assert "kefu nlu train" in json.loads(result.stdout)["error"]["message"]


def test_graphs_are_written_again(copy: Path) -> None:
    before = read_folder(copy)
    (copy / SMALL_GRAPH).write_bytes(b"damaged")
    (copy / "notes").mkdir()
    broken = run("interpret", "--model", str(copy), "--precision", "int8", "bye")
    assert f"kefu nlu export --model {copy}" in broken.stderr
    result = run("export", "--model", str(copy), "--precision", "int8", "--json")
    assert result.exit_code == 0
    report = msgspec.json.decode(result.stdout, type=export.ExportReport)
    assert {graph.precision for graph in report.graphs} == {"fp32", "int8"}
    after = read_folder(copy)
    assert after.files[GRAPH] == before.files[GRAPH]
    assert after.graphs[0].texts == before.graphs[0].texts > 0
    assert {"notes", CARD, MANIFEST} <= {path.name for path in copy.iterdir()}
    assert run("interpret", "--model", str(copy), "--precision", "int8", "okay bye").exit_code == 0


def test_graphs_are_checked_with_given_texts(copy: Path, tiny_data: tuple[Path, Path]) -> None:
    result = run("export", "--model", str(copy), "--data", str(tiny_data[0]))
    assert result.exit_code == 0
    assert "on 16 texts" in result.stdout


def test_export_refuses_an_unknown_precision(copy: Path) -> None:
    result = run("export", "--model", str(copy), "--precision", "int4")
    assert result.exit_code == 2
    assert "fp32, int8 or all" in result.stderr
