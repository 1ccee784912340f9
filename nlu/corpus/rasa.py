"""Rasa 3 NLU YAML read and written."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from nlu.corpus.corpus import Corpus, Example
from nlu.corpus.faults import Draft, Place
from nlu.corpus.layout import Layout
from nlu.corpus.rasa_notation import annotate, parse_remarked
from nlu.errors import SettingsError
from nlu.settings import read_yaml
from nlu.understanding import Entity

_KINDS = ("intent", "synonym", "lookup", "regex")
_OTHER_PARTS = frozenset(
    {
        *("responses", "stories", "rules", "intents", "entities", "slots", "forms", "actions", "session_config"),
        *("e2e_actions", "flows", "config", "metadata"),
    }
)
"""What Rasa lets stand in the same file; none of it is understanding."""

_BLOCK_STYLES = ("|", ">")


class _Line(NamedTuple):
    """One example as written, with its line's number in the file."""

    text: str
    number: int


def read_rasa(path: Path, draft: Draft, layout: Layout) -> None:  # noqa: ARG001  one signature for all readers
    """Adds what the file holds to `draft`.

    Entities with role, group and value; synonyms of both forms (a section, or a value in an annotation); lookup
    tables inline or in a file; regular expressions; intents of retrieval (`faq/ask`); examples as a block or as a
    list with `text` and `metadata`. Metadata and the other parts of a Rasa project (responses, stories ...) are
    left out with a warning.
    """
    try:
        data, node = read_yaml(path)
    except SettingsError as error:
        draft.error(*_placed(path, str(error)))
        return
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        draft.error(Place(str(path), 1), "expected `nlu:` with a list of intents")
        return
    _Reader(path, draft).read(node)


def _placed(path: Path, message: str) -> tuple[Place, str]:
    """The place and the reason of an error that begins with `path:line`."""
    found = re.match(rf"{re.escape(str(path))}(?::(\d+))?[ :]*", message)
    line = int(found[1]) if found and found[1] else 1
    return Place(str(path), line), message[found.end() :] if found else message


def rasa_yaml(corpus: Corpus) -> str:
    """The corpus as Rasa 3 NLU YAML; read_rasa gives the same corpus back, examples ordered by intent.

    Raises ValueError for examples without intent: Rasa has none.
    """
    blocks = []
    for intent in dict.fromkeys(example.intent for example in corpus.examples):
        if not intent:
            raise ValueError("Rasa's format holds no examples without intent; choose conll or jsonl")
        blocks.append(_intent_block(intent, [annotate(e) for e in corpus.examples if e.intent == intent]))
    for value in dict.fromkeys(corpus.synonyms.values()):
        blocks.append(_block("synonym", value, [said for said, meant in corpus.synonyms.items() if meant == value]))
    blocks += [_block("lookup", name, phrases) for name, phrases in corpus.lookups.items()]
    blocks += [_block("regex", name, patterns) for name, patterns in corpus.regexes.items()]
    return 'version: "3.1"\nnlu:\n' + "".join(blocks)


def _intent_block(intent: str, lines: list[str]) -> str:
    """A block of lines, or Rasa's list form when an example has several lines."""
    if not any("\n" in line for line in lines):
        return _block("intent", intent, lines)
    items = "".join(f"  - text: {json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    return f"- intent: {json.dumps(intent, ensure_ascii=False)}\n  examples:\n{items}"


def _block(kind: str, name: str, lines: Iterable[str]) -> str:
    examples = "".join(f"    - {line}\n" for line in lines)
    return f"- {kind}: {json.dumps(name, ensure_ascii=False)}\n  examples: |2\n{examples}"


class _Reader:
    """Reads one file's node tree."""

    def __init__(self, path: Path, draft: Draft) -> None:
        self.path = path
        self.draft = draft

    def read(self, root: yaml.MappingNode) -> None:
        for key, value in root.value:
            if key.value == "nlu" and isinstance(value, yaml.SequenceNode):
                for item in value.value:
                    self._item(item)
            elif key.value == "nlu" and value.value:
                self._error(key, "nlu: expected a list")
            elif key.value in _OTHER_PARTS:
                self._warning(key, f"{key.value}: is no training data of understanding and left out")
            elif key.value not in ("nlu", "version"):
                self._error(key, f"unknown key {key.value!r}; known: nlu, version")

    def _place(self, node: yaml.Node) -> Place:
        return Place(str(self.path), node.start_mark.line + 1)

    def _error(self, node: yaml.Node, reason: str) -> None:
        self.draft.error(self._place(node), reason)

    def _warning(self, node: yaml.Node, reason: str) -> None:
        self.draft.warning(self._place(node), reason)

    def _item(self, node: yaml.Node) -> None:
        if not isinstance(node, yaml.MappingNode):
            self._error(node, f"expected one of {', '.join(_KINDS)} with examples")
            return
        fields = {key.value: value for key, value in node.value}
        kinds = [kind for kind in _KINDS if kind in fields]
        for key, _ in node.value:
            if key.value == "metadata":
                self._warning(key, "metadata is left out")
            elif key.value not in (*_KINDS, "examples"):
                self._error(key, f"unknown key {key.value!r}; known: examples, metadata, {', '.join(_KINDS)}")
        if len(kinds) != 1:
            self._error(node, f"expected exactly one of {', '.join(_KINDS)}")
            return
        name, examples = fields[kinds[0]], fields.get("examples")
        if not isinstance(name, yaml.ScalarNode) or not str(name.value).strip():
            self._error(name, f"{kinds[0]}: expected a name")
        elif examples is None:
            self._error(node, f"{name.value}: expected `examples: |` with lines `- ...`")
        else:
            self._examples(kinds[0], str(name.value).strip(), examples)

    def _examples(self, kind: str, name: str, node: yaml.Node) -> None:
        before = len(self.draft.faults)
        found = 0
        for line in self._lines(kind, name, node):
            try:
                self._add(kind, name, line)
                found += 1
            except ValueError as error:
                self.draft.error(Place(str(self.path), line.number), str(error))
        if not found and len(self.draft.faults) == before:
            self._error(node, f"{kind} {name}: no examples")

    def _lines(self, kind: str, name: str, node: yaml.Node) -> Iterator[_Line]:
        if isinstance(node, yaml.SequenceNode):
            yield from self._listed(kind, node)
        elif not isinstance(node, yaml.ScalarNode):
            self._error(node, f"{name}: expected `examples: |` with lines `- ...`")
        elif kind == "lookup" and node.value.strip() and not node.value.lstrip().startswith("-"):
            yield from self._looked_up(node)
        else:
            yield from self._scalar(node)

    def _scalar(self, node: yaml.ScalarNode) -> Iterator[_Line]:
        """The lines of a scalar; folded and quoted ones are all said to stand where the scalar begins."""
        first = node.start_mark.line + (2 if node.style in _BLOCK_STYLES else 1)
        for number, raw in enumerate(str(node.value).split("\n")):
            line = raw.strip()
            at = first + number if node.style == "|" else node.start_mark.line + 1
            if line.startswith("-"):
                yield _Line(line[1:].strip(), at)
            elif line:
                self.draft.error(Place(str(self.path), at), f"expected `- ...`, got {line!r}")

    def _listed(self, kind: str, node: yaml.SequenceNode) -> Iterator[_Line]:
        """`- text: ...` with `metadata`, or plain texts."""
        for item in node.value:
            fields = {key.value: value for key, value in item.value} if isinstance(item, yaml.MappingNode) else {}
            text = fields.get("text") if fields else item
            if "metadata" in fields:
                self._warning(item, "metadata is left out")
            unknown = sorted(set(fields) - {"text", "metadata"})
            if unknown:
                self._error(item, f"unknown key {', '.join(unknown)}; known: text, metadata")
            elif not isinstance(text, yaml.ScalarNode) or (fields and kind != "intent"):
                self._error(item, "expected `- text: ...`")
            else:
                said = str(text.value).strip()
                yield _Line(said[1:].strip() if said.startswith("- ") else said, text.start_mark.line + 1)

    def _looked_up(self, node: yaml.ScalarNode) -> Iterator[_Line]:
        """A lookup table in a file of its own, a phrase a line; found beside this file or from where we are."""
        wanted = node.value.strip()
        places = [place for place in (self.path.parent / wanted, Path(wanted)) if place.is_file()]
        if "\n" in wanted or not places:
            self._error(node, f"expected `- ...` or the path of a file, got {wanted.splitlines()[0]!r}")
            return
        for line in places[0].read_text(encoding="utf-8-sig", errors="replace").splitlines():
            if line.strip():
                yield _Line(line.strip().removeprefix("- ").strip(), node.start_mark.line + 1)

    def _add(self, kind: str, name: str, line: _Line) -> None:
        if not line.text:
            raise ValueError("empty example")
        if kind == "intent":
            example, remarks = parse_remarked(line.text, name)
            place = Place(str(self.path), line.number)
            for remark in remarks:
                self.draft.warning(place, remark)
            self.draft.add(example, place)
            self._remember(example)
        elif kind == "synonym":
            self.draft.synonyms[line.text.lower()] = name
        elif kind == "lookup":
            self.draft.lookups.setdefault(name, []).append(line.text)
        else:
            try:
                re.compile(line.text)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from error
            self.draft.regexes.setdefault(name, []).append(line.text)

    def _remember(self, example: Example) -> None:
        """A value given with an annotation holds wherever the same words are said, as in Rasa."""
        for entity in example.entities:
            value = _text_value(entity)
            if value is not None:
                self.draft.synonyms[entity.text.lower()] = value


def _text_value(entity: Entity) -> str | None:
    return entity.value if isinstance(entity.value, str) else None
