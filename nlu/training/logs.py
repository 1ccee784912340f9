"""Losses and metrics while training: TensorBoard event files, and Weights & Biases when a project is named."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec

from nlu.errors import SettingsError
from nlu.training.settings import TrainingSettings

EVENTS = "tensorboard"
"""The folder of the event files, in the model's folder."""


class Log(Protocol):
    """Takes a value under a name at a step."""

    def __call__(self, name: str, value: float, step: int) -> None: ...


def silent_log(name: str, value: float, step: int) -> None:
    """For training that nobody watches."""


@contextmanager
def open_log(folder: Path, settings: TrainingSettings) -> Iterator[Log]:
    """Logs wherever the settings say, closed at the end. Raises SettingsError when W&B is wanted and not installed."""
    project = _wandb_run(folder, settings) if settings.wandb_project else None
    events = _event_writer(folder / EVENTS) if settings.tensorboard else None

    def log(name: str, value: float, step: int) -> None:
        if events:
            events.add_scalar(name, value, step)
        if project:
            project.log({name: value}, step=step)

    try:
        yield log
    finally:
        if events:
            events.close()
        if project:
            project.finish()


def _event_writer(folder: Path) -> Any:
    from tensorboardX import SummaryWriter  # only where something is trained

    return SummaryWriter(str(folder), flush_secs=10)


def _wandb_run(folder: Path, settings: TrainingSettings) -> Any:
    try:
        wandb = importlib.import_module("wandb")
    except ImportError as error:
        raise SettingsError(
            f"wandb_project is {settings.wandb_project!r}, but W&B is not installed: pip install wandb"
        ) from error
    configured = msgspec.to_builtins(settings)
    try:
        return wandb.init(project=settings.wandb_project, name=folder.name, config=configured)
    except Exception:  # no login or no network: keep the run on disk, `wandb sync` sends it later
        return wandb.init(project=settings.wandb_project, name=folder.name, config=configured, mode="offline")
