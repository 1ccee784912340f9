"""Where Kefu's files are: the configurations it ships with and the folder it writes to."""

import os
from pathlib import Path

import platformdirs
import yaml

from nlu.errors import SettingsError


def configs_root() -> Path:
    """The shipped `configs/`: beside the packages in a checkout, `kefu_configs/` in an installed wheel."""
    beside = Path(__file__).resolve().parent.parent
    checkout = beside / "configs"
    return checkout if (checkout / "gateway.yaml").is_file() else beside / "kefu_configs"


def data_root() -> Path:
    """Where models, prompts, databases and language models are kept: `$KEFU_HOME` or the user's data folder."""
    chosen = os.environ.get("KEFU_HOME")
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("kefu", appauthor=False)


def packs_root() -> Path:
    """The folder of the packs that ship with Kefu."""
    return configs_root() / "packs"


def known_packs() -> tuple[str, ...]:
    """The names of the packs that ship with Kefu, sorted."""
    root = packs_root()
    return tuple(sorted(folder.name for folder in root.iterdir() if folder.is_dir())) if root.is_dir() else ()


def find_pack(name_or_path: str | Path) -> Path:
    """The folder of a pack: of that name under the shipped packs, or at that path.

    Raises SettingsError, which lists the known packs.
    """
    for folder in (packs_root() / name_or_path, Path(name_or_path).expanduser()):
        if str(name_or_path) and folder.is_dir():
            return folder
    known = ", ".join(known_packs()) or "none"
    raise SettingsError(f"no pack {str(name_or_path)!r}: neither one of the known packs ({known}) nor a folder")


def find_model(name_or_path: str | Path) -> Path:
    """A model's folder: the one at that path, or the newest that was trained for the pack of that name.

    Raises SettingsError, which says how to train one. Whether the model is sound is told when it is opened.
    """
    path = Path(name_or_path).expanduser()
    if (path / "manifest.json").is_file():
        return path
    trained = [file.parent for file in (data_root() / "models" / path.name).glob("*/manifest.json")]
    if path.name and trained:
        return max(trained, key=lambda folder: ((folder / "manifest.json").stat().st_mtime, folder.name))
    remedy = f"kefu train {path.name}" if path.name in known_packs() else "kefu nlu train --data PATH --out DIR"
    raise SettingsError(f"{str(name_or_path)!r} is neither a model's folder nor a pack with a trained model: {remedy}")


def pack_nlu_files(pack: Path) -> tuple[Path, ...]:
    """A pack's training data: `nlu.yaml`, `nlu/*.yaml`, and what ships for the everyday intents its domain lists.

    Raises SettingsError when it has none of its own.
    """
    files = [path for path in (pack / "nlu.yaml",) if path.is_file()] + sorted((pack / "nlu").glob("*.yaml"))
    if not files:
        raise SettingsError(f"{pack}: no training data; expected nlu.yaml or nlu/*.yaml")
    listed = _listed_intents(pack / "domain.yaml")
    return (*files, *(path for path in talk_files() if path.stem in listed))


def talk_files() -> tuple[Path, ...]:
    """Examples of what callers of every business say ("yes", "goodbye", "say that again"): one file an intent."""
    return tuple(sorted((configs_root() / "nlu" / "talk").glob("*.yaml")))


def _listed_intents(domain: Path) -> frozenset[str]:
    """The intents a domain names; whatever is wrong with the file is said by who reads all of it."""
    try:
        read = yaml.safe_load(domain.read_bytes())
    except (OSError, yaml.YAMLError):
        return frozenset()
    intents = read.get("intents") if isinstance(read, dict) else None
    return (
        frozenset(name for name in intents or () if isinstance(name, str)) if isinstance(intents, list) else frozenset()
    )
