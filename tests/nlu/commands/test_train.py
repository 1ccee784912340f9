"""`kefu nlu train`, from the command line to a model that answers."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from nlu.commands import train
from nlu.interpreter import Interpreter
from nlu.understanding import Utterance

pytestmark = pytest.mark.timeout(600)

ROWS = [
    f"{text} {tail},{label}"
    for label, texts in {
        "balance": ("what is my balance", "how much money is in my account", "tell me my balance"),
        "transfer": ("send fifty pounds to anna", "pay james", "please send twenty pounds"),
    }.items()
    for text in texts
    for tail in ("please", "now", "thanks", "today")
]


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    made.callback()(lambda: None)
    train.mount(made)
    return made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "train.csv"
    path.write_text("text,label\n" + "\n".join(ROWS) + "\n")
    return path


def run(app: typer.Typer, *words: str | Path) -> tuple[int, str, str]:
    found = CliRunner().invoke(app, ["train", *map(str, words)])
    return found.exit_code, found.stdout, found.stderr


def test_a_model_is_trained_and_answers(app: typer.Typer, data: Path, tmp_path: Path, tiny_encoder: Path) -> None:
    out = tmp_path / "model"
    words = ("--data", data, "--out", out, "--encoder", tiny_encoder, "--epochs", "2", "--seed", "3")
    code, printed, _ = run(app, *words, "--json")
    assert code == 0
    report = json.loads(printed)
    assert (report["examples"], report["intents"], report["entities"]) == (24, 2, 0)
    assert report["metrics"]["epochs"] == 2
    (found,) = Interpreter.open(out).interpret_batch([Utterance(text="what is my balance")])
    assert {score.name for score in found.intents} == {"balance", "transfer"}
    code, printed, _ = run(app, *words, "--resume")
    assert code == 0
    assert "24 examples, 2 intents" in printed


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--epochs", "many"), "epochs"),
        (("--adapter", "qlora"), "adapter"),
        (("--encoder", "/nowhere/at/all"), "/nowhere/at/all"),
    ],
)
def test_bad_options_are_one_clear_line(
    app: typer.Typer, data: Path, tmp_path: Path, words: tuple[str, str], reason: str
) -> None:
    code, _, complaint = run(app, "--data", data, "--out", tmp_path / "model", *words)
    assert code == 2
    assert complaint.startswith("error: ")
    assert reason in complaint


def test_every_bad_line_is_named(app: typer.Typer, data: Path, tmp_path: Path) -> None:
    data.write_text(data.read_text() + "no label here,\n,balance\n")
    code, printed, _ = run(app, "--data", data, "--out", tmp_path / "model", "--json")
    assert code == 2
    message = json.loads(printed)["error"]["message"]
    assert f"{data}:26" in message
    assert f"{data}:27" in message


def test_a_folder_with_other_things_is_left_alone(app: typer.Typer, data: Path) -> None:
    code, _, complaint = run(app, "--data", data, "--out", data.parent)
    assert code == 2
    assert str(data.parent) in complaint
    assert data.is_file()
