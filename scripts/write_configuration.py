"""Writes docs/configuration.md from the settings classes: `python scripts/write_configuration.py [--check]`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from voice.settings import GatewaySettings

TARGET = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
HEAD = """# Configuration

Generated from `voice/settings.py` by `python scripts/write_configuration.py`; do not edit.

`kefu serve` reads `configs/gateway.yaml`, or the file given with `--config`. Every key is optional; unknown keys and
wrong types are refused with file, line and key. `kefu check --config FILE` only checks.

Models, prompts, language models and databases are kept in the user's data folder; `KEFU_HOME` names another.
"""


def described(hint: Any) -> str:
    """The first description in an annotated type."""
    metas = [arg for arg in get_args(hint) if isinstance(arg, msgspec.Meta)]
    return next((meta.description for meta in metas if meta.description), "")


def bare(hint: Any) -> str:
    """The plain type's name."""
    while hasattr(hint, "__metadata__"):
        hint = hint.__origin__
    if get_origin(hint) is tuple:
        return "list of " + "/".join(dict.fromkeys(bare(arg) for arg in get_args(hint) if arg is not Ellipsis))
    return {"str": "string", "int": "integer", "float": "number", "bool": "true or false"}[hint.__name__]


def rows(kind: type[msgspec.Struct]) -> Iterator[str]:
    """A table row for every plain field."""
    hints = get_type_hints(kind, include_extras=True)
    for field in msgspec.structs.fields(kind):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            continue
        default = msgspec.json.encode(field.default).decode()
        yield f"| `{field.name}` | {bare(hints[field.name])} | `{default}` | {described(hints[field.name])} |"


def reference() -> str:
    """The whole document."""
    table = "| key | type | default | meaning |\n|---|---|---|---|\n"
    parts = [HEAD, "## Top level\n", table + "\n".join(rows(GatewaySettings)) + "\n"]
    for field in msgspec.structs.fields(GatewaySettings):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            doc = (field.type.__doc__ or "").strip()
            parts += [f"## {field.name}\n", f"{doc}\n", table + "\n".join(rows(field.type)) + "\n"]
    return "\n".join(parts)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text() == reference() else f"{TARGET.name} is out of date: run {sys.argv[0]}")
    TARGET.write_text(reference())
