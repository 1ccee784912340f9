"""Training data: Rasa 3 NLU YAML read into frozen values and written back."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from nlu.corpus.corpus import Corpus, Example
from nlu.errors import CorpusError, SettingsError
from nlu.settings import read_yaml
from nlu.understanding import Entity

_KINDS = ("intent", "synonym", "lookup", "regex")
_ENTITY_KEYS = frozenset({"entity", "role", "group", "value"})
_NAME = re.compile(r"[^\s()\[\]{}:]+")
_SHORT_LABEL = re.compile(r"\((?P<name>[^():]*)(?::(?P<value>[^()]*))?\)")


def read_corpus(paths: Path | Sequence[Path]) -> Corpus:
    """The examples of all files as one corpus.

    Raises CorpusError with one `file:line: reason` a line for everything that is wrong in any of them.
    """
    reader = _Reader()
    files = [paths] if isinstance(paths, Path) else list(paths)
    for path in files:
        reader.read(path)
    if not reader.errors and not reader.examples:
        reader.errors.append(f"{files[0] if files else 'no file'}:1: no intent examples")
    if reader.errors:
        raise CorpusError("\n".join(reader.errors))
    return Corpus(
        examples=tuple(reader.examples),
        synonyms=reader.synonyms,
        lookups={name: tuple(found) for name, found in reader.lookups.items()},
        regexes={name: tuple(found) for name, found in reader.regexes.items()},
    )


def write_corpus(corpus: Corpus) -> str:
    """The corpus as Rasa 3 NLU YAML; read_corpus gives the same corpus back."""
    items: list[tuple[str, str, list[str]]] = []
    for intent in dict.fromkeys(example.intent for example in corpus.examples):
        lines = [annotate(example) for example in corpus.examples if example.intent == intent]
        items.append(("intent", intent, lines))
    for value in dict.fromkeys(corpus.synonyms.values()):
        items.append(("synonym", value, [said for said, meant in corpus.synonyms.items() if meant == value]))
    items += [("lookup", name, list(phrases)) for name, phrases in corpus.lookups.items()]
    items += [("regex", name, list(patterns)) for name, patterns in corpus.regexes.items()]
    blocks = [
        f"- {kind}: {json.dumps(name, ensure_ascii=False)}\n  examples: |2\n" + "".join(f"    - {x}\n" for x in lines)
        for kind, name, lines in items
    ]
    return 'version: "3.1"\nnlu:\n' + "".join(blocks)


def annotate(example: Example) -> str:
    """The example in Rasa's notation: `send [fifty pounds](amount)`."""
    pieces, done = [], 0
    for entity in example.entities:
        pieces.append(example.text[done : entity.start])
        extra = {"role": entity.role, "group": entity.group, "value": entity.value}
        given = {"entity": entity.name} | {key: value for key, value in extra.items() if value is not None}
        label = json.dumps(given, ensure_ascii=False) if len(given) > 1 else f"({entity.name})"
        pieces.append(f"[{entity.text}]{label}")
        done = entity.end
    return "".join([*pieces, example.text[done:]])


def parse_example(line: str, intent: str) -> Example:
    """An example from Rasa's notation. Raises ValueError with the reason."""
    text, entities, at = "", [], 0
    while at < len(line):
        sign = line[at]
        if sign == "]":
            raise ValueError("] without [")
        if sign != "[":
            text, at = text + sign, at + 1
            continue
        close = line.find("]", at)
        if close < 0:
            raise ValueError("[ without ]")
        said = line[at + 1 : close]
        if "[" in said or not said.strip():
            raise ValueError(f"[{said}]: an entity is plain text, not empty")
        name, given, at = _label(line, close + 1)
        start = len(text)
        text += said
        role, group, value = (given.get(key) for key in ("role", "group", "value"))
        entities.append(Entity(name=name, text=said, start=start, end=len(text), value=value, role=role, group=group))
    return Example(text, intent, tuple(entities))


def _label(line: str, at: int) -> tuple[str, dict[str, str], int]:
    """The entity's name, its other keys and the index behind the label that begins at `at`."""
    short = _SHORT_LABEL.match(line, at)
    if short:
        given = {} if short["value"] is None else {"value": short["value"]}
        return _checked_name(short["name"]), given, short.end()
    if line[at : at + 1] != "{":
        raise ValueError('[...] must be followed by (entity) or {"entity": "..."}')
    try:
        data, end = json.JSONDecoder().raw_decode(line, at)
    except json.JSONDecodeError as error:
        raise ValueError(f"the {{...}} after [...] is not JSON: {error.msg}") from error
    unknown = set(data) - _ENTITY_KEYS
    if unknown:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}; known: {', '.join(sorted(_ENTITY_KEYS))}")
    if not all(isinstance(value, str) for value in data.values()):
        raise ValueError("an entity's keys have text values")
    return _checked_name(data.pop("entity", "")), data, end


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no entity name")
    return name


class _Reader:
    """Collects examples and errors over files."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.examples: list[Example] = []
        self.synonyms: dict[str, str] = {}
        self.lookups: dict[str, list[str]] = {}
        self.regexes: dict[str, list[str]] = {}

    def read(self, path: Path) -> None:
        try:
            data, node = read_yaml(path)
        except SettingsError as error:
            self.errors.append(str(error))
            return
        if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
            self.errors.append(f"{path}:1: expected `version:` and `nlu:`")
            return
        for key, value in node.value:
            if key.value == "nlu" and isinstance(value, yaml.SequenceNode):
                for item in value.value:
                    self._item(path, item)
            elif key.value == "nlu":
                self._fault(path, key, "nlu: expected a list")
            elif key.value != "version":
                self._fault(path, key, f"unknown key {key.value!r}; known: nlu, version")

    def _fault(self, path: Path, node: yaml.Node, reason: str, line: int = 0) -> None:
        self.errors.append(f"{path}:{node.start_mark.line + 1 + line}: {reason}")

    def _item(self, path: Path, node: yaml.Node) -> None:
        if not isinstance(node, yaml.MappingNode):
            self._fault(path, node, f"expected one of {', '.join(_KINDS)} with examples")
            return
        fields = {key.value: value for key, value in node.value}
        unknown = [key for key, _ in node.value if key.value not in (*_KINDS, "examples")]
        kinds = [kind for kind in _KINDS if kind in fields]
        for key in unknown:
            self._fault(path, key, f"unknown key {key.value!r}; known: examples, {', '.join(_KINDS)}")
        if len(kinds) != 1:
            self._fault(path, node, f"expected exactly one of {', '.join(_KINDS)}")
            return
        name, examples = fields[kinds[0]], fields.get("examples")
        if not isinstance(name, yaml.ScalarNode) or not str(name.value).strip():
            self._fault(path, name, f"{kinds[0]}: expected a name")
        elif not isinstance(examples, yaml.ScalarNode) or examples.style != "|":
            self._fault(path, examples or node, f"{name.value}: expected `examples: |` with lines `- ...`")
        else:
            self._lines(path, kinds[0], str(name.value), examples)

    def _lines(self, path: Path, kind: str, name: str, node: yaml.ScalarNode) -> None:
        before = len(self.errors)
        found = 0
        for number, raw in enumerate(str(node.value).split("\n"), start=1):
            line = raw.strip()
            if not line:
                continue
            if line != "-" and not line.startswith("- "):
                self._fault(path, node, f"expected `- ...`, got {line!r}", number)
                continue
            content = line[1:].strip()
            try:
                self._add(kind, name, content)
                found += 1
            except ValueError as error:
                self._fault(path, node, str(error), number)
        if not found and len(self.errors) == before:
            self._fault(path, node, f"{kind} {name}: no examples")

    def _add(self, kind: str, name: str, content: str) -> None:
        if not content:
            raise ValueError("empty example")
        if kind == "intent":
            example = parse_example(content, name)
            self.examples.append(example)
            self._remember(example.entities)
        elif kind == "synonym":
            self.synonyms[content.lower()] = name
        elif kind == "lookup":
            self.lookups.setdefault(name, []).append(content)
        else:
            try:
                re.compile(content)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from error
            self.regexes.setdefault(name, []).append(content)

    def _remember(self, entities: Iterable[Entity]) -> None:
        """A value given with an annotation holds wherever the same words are said, as in Rasa."""
        for entity in entities:
            if isinstance(entity.value, str):
                self.synonyms[entity.text.lower()] = entity.value
