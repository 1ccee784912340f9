"""`kefu nlu evaluate`."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from nlu.commands import evaluate


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "train.csv").write_text("text,label\nbye bye,goodbye\nmy balance please,balance\n")
    (folder / "test.csv").write_text("text,label\nbye bye,goodbye\nmy balance please,balance\nzz,oos\nsing,music\n")
    return folder


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    evaluate.mount(app)
    app.command()(lambda: None)  # one command alone would lose its name
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


def test_prints_and_saves(tiny_checkpoint: Path, data: Path, tmp_path: Path) -> None:
    result = run("--model", tiny_checkpoint, "--data", data, "--out", tmp_path / "out", "--noise-sample", 2)
    assert result.exit_code == 0, result.output
    assert "(test split): 4 examples" in result.output
    assert "do" in result.output
    assert "music" in result.output
    assert "as written" in result.output
    assert (tmp_path / "out" / "report.html").is_file()
    assert json.loads((tmp_path / "out" / "report.json").read_text())["data"]["examples"] == 4


def test_json_is_one_object(tiny_checkpoint: Path, data: Path, tmp_path: Path) -> None:
    result = run("--model", tiny_checkpoint, "--data", data, "--split", "train", "--out", tmp_path, "--no-noise",
                 "--json")  # fmt: skip
    report = json.loads(result.stdout)
    assert report["intents"]["accuracy"] == 1.0
    assert report["noise"] is None
    assert report["out_of_scope"]["auroc"] is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--split", "dev"), "no dev split"),
        (("--precision", "int4"), "int4"),
        (("--oos-label", "x", "--format", "yaml"), "unknown format"),
    ],
)
def test_mistakes_are_told(
    tiny_checkpoint: Path, data: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run("--model", tiny_checkpoint, "--data", data, "--out", tmp_path, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_empty_data_and_unknown_models_are_told(tiny_checkpoint: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    assert "empty.csv" in run("--model", tiny_checkpoint, "--data", empty).stderr
    missing = run("--model", tmp_path / "none", "--data", empty, "--json")
    assert missing.exit_code == 2
    assert "kefu nlu train" in json.loads(missing.stdout)["error"]["message"]
