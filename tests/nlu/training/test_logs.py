"""Losses and metrics are written where the settings say."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nlu.errors import SettingsError
from nlu.training.logs import EVENTS, open_log
from nlu.training.settings import TrainingSettings


def test_event_files_are_written(tmp_path: Path) -> None:
    with open_log(tmp_path, TrainingSettings()) as log:
        log("train/loss", 0.5, 1)
    (written,) = (tmp_path / EVENTS).iterdir()
    assert written.stat().st_size > 0


def test_nothing_is_written_when_not_wanted(tmp_path: Path) -> None:
    with open_log(tmp_path, TrainingSettings(tensorboard=False)) as log:
        log("train/loss", 0.5, 1)
    assert not list(tmp_path.iterdir())


def test_a_missing_wandb_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    settings = TrainingSettings(tensorboard=False, wandb_project="kefu")
    with pytest.raises(SettingsError, match="pip install wandb"), open_log(tmp_path, settings):
        pass


def test_wandb_without_a_network_logs_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[Any] = []
    modes: list[str | None] = []

    def init(*, mode: str | None = None, **_: object) -> SimpleNamespace:
        modes.append(mode)
        if mode is None:
            raise ConnectionError
        return SimpleNamespace(log=lambda values, step: logged.append((values, step)), finish=lambda: None)

    monkeypatch.setitem(sys.modules, "wandb", SimpleNamespace(init=init))
    with open_log(tmp_path, TrainingSettings(tensorboard=False, wandb_project="kefu")) as log:
        log("train/loss", 0.5, 1)
    assert modes == [None, "offline"]
    assert logged == [({"train/loss": 0.5}, 1)]
