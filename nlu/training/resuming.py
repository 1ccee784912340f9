"""The state of unfinished training, in a file, so that it can go on to the same result."""

from pathlib import Path
from typing import Any

import torch

from nlu.errors import CheckpointError


def write_state(path: Path, state: dict[str, Any]) -> None:
    """At once: a killed writer leaves the state before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f".{path.name}.building")
    torch.save(state, building)
    building.replace(path)


def read_state(path: Path, *, wanted: str) -> dict[str, Any] | None:
    """What `write_state` wrote last, None when there is none.

    Raises CheckpointError when it is damaged or of other data or settings, which `wanted` is the fingerprint of.
    """
    if not path.is_file():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises pickle's, zipfile's and its own
        raise CheckpointError(f"{path}: damaged ({str(error).splitlines()[0]}); train without --resume") from error
    if state.get("fingerprint") != wanted:
        raise CheckpointError(f"{path}: of other data or settings; resume with the same, or train without --resume")
    return state
