"""What a model folder holds, written at once and checked when read. Imports no torch."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from nlu.errors import CheckpointError
from nlu.grounding import Knowledge
from nlu.model.calibration import Calibration
from nlu.model.labels import Labels

FORMAT = 1
"""Raised whenever a folder of an older make can't serve any more; part of the fingerprint."""

MANIFEST = "manifest.json"
WEIGHTS = "model.safetensors"
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
ENCODER_CONFIG = "config.json"
_REMEDY = "train it again: kefu train --force"


class Manifest(Struct, frozen=True, kw_only=True):
    """Everything about a model but its weights. `files` maps each file to its SHA-256."""

    format: int
    fingerprint: str
    encoder: str
    max_pieces: int
    labels: Labels
    calibration: Calibration
    knowledge: Knowledge
    metrics: Mapping[str, float]
    files: Mapping[str, str] = {}


def fingerprint(files: Sequence[Path], settings: bytes) -> str:
    """Over the bytes of all files (in any order, wherever they lie), the settings and the folder's format."""
    digest = hashlib.sha256(f"kefu nlu {FORMAT}\n".encode())
    digest.update(settings)
    for one in sorted(hash_file(path) for path in files):
        digest.update(one.encode())
    return digest.hexdigest()


def hash_file(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_folder(folder: Path, manifest: Manifest, fill: Callable[[Path], object]) -> None:
    """Let `fill` write the files into an empty folder beside `folder`, then put it in `folder`'s place.

    Whenever it is stopped, `folder` is either as before or complete.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        fill(building)
        hashes = {path.name: hash_file(path) for path in sorted(building.iterdir())}
        complete = msgspec.structs.replace(manifest, files=hashes)
        (building / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(complete)) + b"\n")
        building.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        building.replace(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def read_folder(folder: Path, *, check: Sequence[str] = (GRAPH, TOKENIZER)) -> Manifest:
    """The manifest, after the files named in `check` were compared with it.

    Raises CheckpointError when something is missing, damaged or of another make.
    """
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise CheckpointError(f"{folder}: no model here; {_REMEDY}") from error
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{folder / MANIFEST}: damaged ({error}); {_REMEDY}") from error
    if manifest.format != FORMAT:
        raise CheckpointError(f"{folder}: format {manifest.format}, this Kefu reads {FORMAT}; {_REMEDY}")
    for name in check:
        path = folder / name
        if not path.is_file() or hash_file(path) != manifest.files.get(name):
            raise CheckpointError(f"{path}: missing or damaged; {_REMEDY}")
    return manifest


def is_complete(folder: Path, wanted: str) -> bool:
    """Whether a sound model with this fingerprint lies there."""
    try:
        manifest = read_folder(folder)
    except CheckpointError:
        return False
    return manifest.fingerprint == wanted and os.access(folder / WEIGHTS, os.R_OK)
