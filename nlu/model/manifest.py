"""What a model folder holds, written at once and checked when read. Imports no torch."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from nlu.errors import CheckpointError
from nlu.locations import data_root
from nlu.model.card import model_card
from nlu.model.facts import GRAPH as GRAPH
from nlu.model.facts import GRAPH_FILES, GraphFacts
from nlu.model.facts import SMALL_GRAPH as SMALL_GRAPH
from nlu.model.facts import Manifest as Manifest

FORMAT = 2
"""Raised whenever a folder of an older make can't serve any more; part of the fingerprint."""

MANIFEST = "manifest.json"
CARD = "README.md"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
TRANSITIONS = "transitions.npz"
ENCODER_CONFIG = "config.json"
CHECK_TEXTS = "check_texts.json"
"""Some training texts, to check graphs with."""


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


def write_folder(folder: Path, manifest: Manifest, fill: Callable[[Path], tuple[GraphFacts, ...] | None]) -> Manifest:
    """Let `fill` write the files into an empty folder beside `folder`, then put it in `folder`'s place.

    The manifest gets the graphs that `fill` returns and the files' hashes, the folder a model card. Whenever it is
    stopped, `folder` is either as before or complete. Returns the manifest as written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        graphs = fill(building)
        hashes = {path.name: hash_file(path) for path in sorted(building.iterdir()) if path.is_file()}
        complete = msgspec.structs.replace(manifest, files=hashes, graphs=graphs or manifest.graphs)
        (building / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(complete)) + b"\n")
        (building / CARD).write_text(model_card(complete), encoding="utf-8")
        for path in building.iterdir():
            path.chmod(0o755 if path.is_dir() else 0o644)
        building.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        building.replace(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return complete


def read_folder(folder: Path, *, check: Sequence[str] | None = None) -> Manifest:
    """The manifest, after the files named in `check` (by default all that serving may need) were compared with it.

    Raises CheckpointError when something is missing, damaged or of another make; the text names file, reason and
    remedy.
    """
    manifest = _read_manifest(folder)
    needed = (GRAPH, TOKENIZER, TRANSITIONS) if check is None else check
    if check is None and SMALL_GRAPH in manifest.files:
        needed = (*needed, SMALL_GRAPH)
    for name in needed:
        check_file(folder / name, manifest)
    return manifest


def check_file(path: Path, manifest: Manifest) -> None:
    """Raises CheckpointError unless the file is the one that the manifest beside it means."""
    wanted = manifest.files.get(path.name)
    what_to_do = remedy(path.parent)
    if path.name in GRAPH_FILES.values():
        what_to_do = f"write it again: kefu nlu export --model {path.parent}; or {what_to_do}"
    try:
        found = hash_file(path)
    except OSError as error:
        raise CheckpointError(f"{path}: {error.strerror or error}; {what_to_do}") from error
    if wanted is None:
        raise CheckpointError(f"{path}: not in the manifest, of another model; {what_to_do}")
    if found != wanted:
        raise CheckpointError(
            f"{path}: damaged or of another model (SHA-256 {found[:12]}.., the manifest says {wanted[:12]}..); "
            f"{what_to_do}"
        )


def remedy(folder: Path) -> str:
    """What to do about a model folder that can't be used."""
    models = data_root() / "models"
    if folder.resolve().is_relative_to(models.resolve()) and folder.resolve().parent.parent == models.resolve():
        return f"train it again: kefu train {folder.resolve().parent.name} --force"
    return f"train it again: kefu nlu train --data DATA --out {folder}"


def is_complete(folder: Path, wanted: str) -> bool:
    """Whether a sound model with this fingerprint lies there."""
    try:
        manifest = read_folder(folder)
    except CheckpointError:
        return False
    return manifest.fingerprint == wanted and os.access(folder / WEIGHTS, os.R_OK)


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
        found = msgspec.json.decode(content, type=_Made)
        if found.format != FORMAT:
            raise CheckpointError(
                f"{path}: a model of format {found.format}, this Kefu reads {FORMAT}; {remedy(folder)}"
            )
        return msgspec.json.decode(content, type=Manifest)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CheckpointError(f"{folder}: no model here ({MANIFEST} is missing); {remedy(folder)}") from error
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{path}: damaged ({error}); {remedy(folder)}") from error


class _Made(Struct):
    format: int
