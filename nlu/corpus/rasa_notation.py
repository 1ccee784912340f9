"""Rasa's notation of entities inside an example: `send [fifty pounds](amount) from [savings]{"entity": "account"}`."""

import json
import re
from typing import NamedTuple

from nlu.corpus.corpus import Example
from nlu.understanding import Entity

_KEYS = ("entity", "role", "group", "value")
_NAME = re.compile(r"[^()\[\]{}:\n]*[^()\[\]{}:\s][^()\[\]{}:\n]*")
_SHORT_LABEL = re.compile(r"\((?P<name>[^():]*)(?::(?P<value>[^()]*))?\)")
_BRACKET = re.compile(r"(?P<escapes>\\*)(?P<bracket>[\[\]])")


class Parsed(NamedTuple):
    """`remarks` say how something doubtful was read."""

    example: Example
    remarks: tuple[str, ...]


def annotate(example: Example) -> str:
    r"""The example in Rasa's notation. Brackets that are text get a backslash, backslashes before them are doubled."""
    pieces, done = [], 0
    for entity in example.entities:
        pieces.append(_escaped(example.text[done : entity.start]))
        extra = {"role": entity.role, "group": entity.group, "value": entity.value}
        given = {"entity": entity.name} | {key: value for key, value in extra.items() if value is not None}
        plain = len(given) == 1 and _NAME.fullmatch(entity.name) and entity.name.strip() == entity.name
        label = f"({entity.name})" if plain else json.dumps(given, ensure_ascii=False)
        pieces.append(f"[{_escaped(entity.text)}]{label}")
        done = entity.end
    return "".join([*pieces, _escaped(example.text[done:], last=True)])


def parse_example(line: str, intent: str) -> Example:
    """An example from Rasa's notation. Raises ValueError with the reason."""
    return parse_remarked(line, intent).example


def parse_remarked(line: str, intent: str) -> Parsed:
    r"""As `parse_example`, with remarks: brackets that are no annotation are text, as in Rasa.

    `\[` and `\]` are brackets that are text wherever they stand; Rasa knows no such escape.
    """
    text, entities, remarks, at = "", [], [], 0
    while found := _BRACKET.search(line, at):
        escapes = len(found["escapes"])
        text += line[at : found.start()] + "\\" * (escapes // 2)
        at = found.end()
        if escapes % 2:
            text += found["bracket"]
            continue
        if found["bracket"] == "]":
            remarks.append("] without [ is read as text; write \\] to say so")
            text += "]"
            continue
        said, close = _inside(line, at)
        label = line[close : close + 1]
        if label not in ("(", "{", "["):
            remarks.append(f"[{said}] is followed by no entity and read as text; write \\[ to say so")
            text, at = f"{text}[{said}]", close
            continue
        if not said.strip():
            raise ValueError("[]: an entity is not empty")
        name, given, at, remark = _label(line, close)
        remarks += remark
        start = len(text)
        text += said
        role, group, value = (given.get(key) for key in ("role", "group", "value"))
        entities.append(Entity(name=name, text=said, start=start, end=len(text), value=value, role=role, group=group))
    return Parsed(Example(text + line[at:], intent, tuple(entities)), tuple(remarks))


def _inside(line: str, at: int) -> tuple[str, int]:
    """The text from `at` to the closing bracket, without escapes, and the index behind the bracket."""
    text = ""
    while found := _BRACKET.search(line, at):
        escapes = len(found["escapes"])
        text += line[at : found.start()] + "\\" * (escapes // 2)
        at = found.end()
        if escapes % 2:
            text += found["bracket"]
        elif found["bracket"] == "]":
            return text, at
        else:
            raise ValueError(f"[{text}[: an entity inside an entity")
    raise ValueError("[ without ]; write \\[ for a bracket that is text")


def _label(line: str, at: int) -> tuple[str, dict[str, str], int, list[str]]:
    """The entity's name, its other keys, the index behind the label that begins at `at`, and remarks."""
    short = _SHORT_LABEL.match(line, at)
    if short:
        given = {} if short["value"] is None else {"value": short["value"]}
        return _checked_name(short["name"]), given, short.end(), []
    if line[at] == "(":
        raise ValueError("(...) after [...] is not (entity) or (entity:value)")
    try:
        data, end = json.JSONDecoder().raw_decode(line, at)
    except json.JSONDecodeError as error:
        raise ValueError(f"the {line[at]}... after [...] is not JSON: {error.msg}") from error
    remarks = []
    if isinstance(data, list):
        if not data or not all(isinstance(item, dict) for item in data):
            raise ValueError('[...][...]: the second must be a list of {"entity": "..."}')
        if len(data) > 1:
            remarks.append("several entities of one piece of text: the first is kept")
        data = data[0]
    unknown = set(data) - set(_KEYS)
    if unknown:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}; known: {', '.join(sorted(_KEYS))}")
    given = {key: value for key, value in data.items() if value is not None}
    if not all(isinstance(value, str | int | float) and not isinstance(value, bool) for value in given.values()):
        raise ValueError("an entity's keys have text values")
    if not isinstance(given.get("entity", ""), str):
        raise ValueError("an entity's name is text")
    given = {key: str(value) for key, value in given.items()}
    return _checked_name(given.pop("entity", ""), quoted=True), given, end, remarks


def _checked_name(name: str, *, quoted: bool = False) -> str:
    if not name.strip() or not (quoted or _NAME.fullmatch(name)):
        raise ValueError(f"{name!r} is no entity name")
    return name.strip()


def _escaped(text: str, *, last: bool = False) -> str:
    """Brackets escaped; backslashes at the end doubled when a bracket of the notation follows."""
    done = _BRACKET.sub(lambda found: found["escapes"] * 2 + "\\" + found["bracket"], text)
    trailing = len(text) - len(text.rstrip("\\"))
    return done if last else done + "\\" * trailing
