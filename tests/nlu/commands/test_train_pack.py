"""`kefu train`."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import nlu.commands.train_pack as cli
from nlu.progress import Progress

pytestmark = pytest.mark.timeout(600)  # the first test that needs the tiny model trains and exports it


@pytest.fixture
def app(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The command with a trainer that hands out the tiny model."""

    def ready(pack: Path, *, progress: Progress, force: bool = False) -> Path:
        if force:
            progress(1, 1, "training")
        return tiny_checkpoint

    monkeypatch.setattr(cli, "pack_checkpoint", ready)
    app = typer.Typer()
    app.callback()(lambda: None)  # a single command would need no name
    cli.mount(app)
    return app


def test_json(app: typer.Typer) -> None:
    found = CliRunner().invoke(app, ["train", "banking", "--json"])
    assert found.exit_code == 0
    report = json.loads(found.stdout)
    assert (report["pack"], report["trained"]) == ("banking", False)
    assert report["metrics"]["held_out_examples"] == 0


def test_plain(app: typer.Typer, tiny_checkpoint: Path) -> None:
    found = CliRunner().invoke(app, ["train", "--force"])
    assert found.exit_code == 0
    assert f"banking: trained in 0 s, {tiny_checkpoint}" in found.stdout


def test_an_unknown_pack_is_one_line(app: typer.Typer) -> None:
    found = CliRunner().invoke(app, ["train", "bakery"])
    assert found.exit_code == 2
    assert found.stderr.startswith("error: no pack 'bakery'")
    assert json.loads(CliRunner().invoke(app, ["train", "bakery", "--json"]).stdout)["error"]["code"] == "settings"
