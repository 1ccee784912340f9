"""Typed settings: YAML -> frozen msgspec structs. Unknown keys are refused; errors name file:line and key path."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from nlu.errors import SettingsError

T = TypeVar("T")
KeyPath = tuple[str | int, ...]

_PATH = re.compile(r"\s*- at `(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<index>\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]+)`")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every settings class; a docstring per class and a comment per field make the reference."""


def read_yaml(path: Path) -> tuple[Any, yaml.Node | None]:
    """The plain data of a YAML file and its node tree (for line numbers).

    Raises SettingsError with file:line on a syntax error, a duplicate key, or a file that can't be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{path}: {reason}") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is not None:
            _refuse_duplicates(node, path)
        return yaml.safe_load(text), node
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        raise SettingsError(f"{path}:{line}: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}:1: {str(error).splitlines()[0]}") from error


def load_settings(path: Path, kind: type[T], *, overrides: Mapping[str, Any] | None = None) -> T:
    """Read `path` as `kind`.

    `overrides` maps dotted key paths ("server.port") to values that win over the file.
    Raises SettingsError: `configs/gateway.yaml:14 recognizer.workers: expected `int`, got `str``.
    """
    data, node = read_yaml(path)
    data = {} if data is None else data
    for dotted, value in (overrides or {}).items():
        _put(data, dotted.split("."), value)
    return convert(data, kind, path=path, node=node)


def convert(data: Any, kind: type[T], *, path: Path, node: yaml.Node | None, at: KeyPath = ()) -> T:
    """Check plain YAML data against `kind`; `at` is where `data` sits inside the file (for error messages)."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message, steps = _split(str(error))
        unknown = _UNKNOWN.search(message)
        if unknown:
            steps = (*steps, unknown["name"])
            message = f"unknown key; known: {', '.join(_fields_at(kind, steps[:-1]))}"
        full = (*at, *steps)
        line = line_of(node, full)
        dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in full).lstrip(".")
        place = f"{path}:{line}" + (f" {dotted}" if dotted else "")
        raise SettingsError(f"{place}: {message[:1].lower() + message[1:]}") from error


def line_of(node: yaml.Node | None, steps: KeyPath) -> int:
    """The line (from 1) of the deepest node on the key path `steps` that exists in the file."""
    line = 1 if node is None else node.start_mark.line + 1
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def _refuse_duplicates(node: yaml.Node, path: Path) -> None:
    children: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen and key.value != "<<":
                raise SettingsError(f"{path}:{key.start_mark.line + 1} {key.value}: key given twice")
            seen.add(key.value)
            children.append(value)
    elif isinstance(node, yaml.SequenceNode):
        children = list(node.value)
    for child in children:
        _refuse_duplicates(child, path)


def _put(data: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        data = data.setdefault(key, {})
    data[keys[-1]] = value


def _split(message: str) -> tuple[str, KeyPath]:
    found = _PATH.search(message)
    if not found:
        return message, ()
    steps: list[str | int] = []
    for step in _STEP.finditer(found["path"]):
        if step["key"] is not None:
            steps.append(step["key"])
        elif step["index"] != "...":
            steps.append(int(step["index"]))
    return message[: found.start()], tuple(steps)


def _fields_at(kind: Any, steps: KeyPath) -> tuple[str, ...]:
    """The field names of the struct found by walking `steps` from `kind`; empty when it can't be told."""
    info = msgspec.inspect.type_info(kind)
    for step in (*steps, None):
        while isinstance(info, msgspec.inspect.UnionType):
            structs = [t for t in info.types if not isinstance(t, msgspec.inspect.NoneType)]
            if len(structs) != 1:
                return ()
            info = structs[0]
        if step is None:
            break
        if isinstance(info, msgspec.inspect.StructType):
            found = next((f for f in info.fields if f.encode_name == step), None)
            if found is None:
                return ()
            info = found.type
        elif isinstance(info, msgspec.inspect.DictType):
            info = info.value_type
        elif isinstance(info, msgspec.inspect.CollectionType):
            info = info.item_type
        else:
            return ()
    return tuple(f.encode_name for f in info.fields) if isinstance(info, msgspec.inspect.StructType) else ()
