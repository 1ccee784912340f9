"""JSON lines: an object an utterance, with offsets of its entities; also a JSON array of such objects."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from nlu.corpus.corpus import Corpus, Example
from nlu.corpus.faults import Draft, Place
from nlu.corpus.layout import Layout
from nlu.corpus.source import Source, read_source
from nlu.corpus.table import LABEL_NAMES, TEXT_NAMES
from nlu.corpus.tags import check_tag, chunks_of, example_of
from nlu.understanding import Entity

_ENTITIES = ("entities", "slots", "spans")
_NAMES = ("entity", "name", "label", "type", "slot")
_STARTS, _ENDS = ("start", "start_char", "begin"), ("end", "end_char", "stop")
_TOKENS, _TAGS = ("tokens", "words"), ("tags", "ner_tags", "slot_tags", "bio_tags")


def read_json_lines(path: Path, draft: Draft, layout: Layout) -> None:
    """Adds the objects of the file to `draft`.

    Text and intent under any of the names that tables know (or those of `layout`); `entities` as a list of
    {start, end, entity} with role, group, value when given, or of [start, end, entity]; or `tokens` with BIO `tags`.
    Other keys are left out with one warning for each.
    """
    source = read_source(path, draft)
    noted: set[str] = set()
    for place, data in objects(source, draft):
        if not isinstance(data, dict):
            draft.error(place, "expected an object with text and intent")
            continue
        try:
            used, example = _example(data, layout)
        except ValueError as error:
            draft.error(place, str(error))
            continue
        for key in data:
            if key not in used and key not in noted:
                noted.add(key)
                draft.warning(place, f"key {key!r} is left out")
        draft.add(example, place)


def json_lines(corpus: Corpus) -> str:
    """An object a line; everything an Example holds is in it."""
    return "".join(json.dumps(_plain(example), ensure_ascii=False) + "\n" for example in corpus.examples)


def _plain(example: Example) -> dict[str, Any]:
    """Without what is not given."""
    entities = []
    for e in example.entities:
        extra = {"value": e.value, "role": e.role, "group": e.group}
        entities.append(
            {"start": e.start, "end": e.end, "entity": e.name, "text": e.text}
            | {key: value for key, value in extra.items() if value is not None}
        )
    intent = {"intent": example.intent} if example.intent else {}
    return {"text": example.text} | intent | ({"entities": entities} if entities else {})


def objects(source: Source, draft: Draft) -> Iterator[tuple[Place, Any]]:
    """Every JSON value of the file: a line each, or the items of one array."""
    whole = "\n".join(source.lines)
    if whole.lstrip().startswith("[") and not _is_list_a_line(source):
        yield from _array(whole, source, draft)
        return
    for number, line in enumerate(source.lines, start=1):
        if number in source.bad or not line.strip():
            continue
        try:
            yield source.place(number), json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            draft.error(source.place(number), f"not JSON: {getattr(error, 'msg', error)}")


def _is_list_a_line(source: Source) -> bool:
    """Several lines, the first of which is a whole list."""
    lines = [line for line in source.lines if line.strip()]
    try:
        return len(lines) > 1 and isinstance(json.loads(lines[0]), list)
    except (json.JSONDecodeError, RecursionError):
        return False


def _array(whole: str, source: Source, draft: Draft) -> Iterator[tuple[Place, Any]]:
    decoder = json.JSONDecoder()
    at = whole.index("[") + 1
    line, counted = 1, 0
    while True:
        at += len(whole[at:]) - len(whole[at:].lstrip(" \t\n,"))
        line, counted = line + whole.count("\n", counted, at), at
        if whole.startswith("]", at):
            if whole[at + 1 :].strip():
                draft.error(source.place(line), "nothing behind the end of the array was read")
            return
        try:
            value, at = decoder.raw_decode(whole, at)
        except (json.JSONDecodeError, RecursionError) as error:
            draft.error(source.place(line), f"not JSON: {getattr(error, 'msg', error)}; nothing behind it was read")
            return
        yield source.place(line), value


def _example(data: Mapping[str, Any], layout: Layout) -> tuple[set[str], Example]:
    """The example, and the keys it was made of. Raises ValueError with the reason."""
    label_key = layout.label or next((key for key in LABEL_NAMES if key in data), "")
    intent = _label(data.get(label_key)) if label_key in data else ""
    token_key = next((key for key in _TOKENS if key in data), "")
    tag_key = next((key for key in _TAGS if key in data), "")
    if token_key and tag_key:
        return {label_key, token_key, tag_key, "text"}, _tagged(data[token_key], data[tag_key], intent)
    text_key = layout.text or next((key for key in TEXT_NAMES if key in data), "")
    text = data.get(text_key)
    if not isinstance(text, str):
        raise ValueError(f"no text: expected one of the keys {', '.join(TEXT_NAMES[:6])}")
    if not text.strip():
        raise ValueError("empty text")
    entity_key = next((key for key in _ENTITIES if key in data), "")
    entities = _entities(data.get(entity_key) or [], text)
    return {label_key, text_key, entity_key}, Example(text, intent, entities)


def _label(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise ValueError(f"the label is {json.dumps(value)[:60]}; expected a name")
    return str(value).strip()


def _tagged(words: Any, tags: Any, intent: str) -> Example:
    if not _is_texts(words) or not _is_texts(tags):
        raise ValueError("tokens and tags: expected two lists of texts")
    if not words or len(words) != len(tags):
        raise ValueError(f"{len(words)} tokens, but {len(tags)} tags")
    if not all(word.strip() for word in words):
        raise ValueError("empty token")
    for tag in tags:
        check_tag(tag)
    return example_of(words, chunks_of(tags).chunks, intent)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _entities(given: Any, text: str) -> tuple[Entity, ...]:
    if not isinstance(given, list):
        raise ValueError("entities: expected a list")
    found = sorted((_entity(item, text) for item in given), key=lambda entity: entity.start)
    for left, right in pairwise(found):
        if right.start < left.end:
            raise ValueError(f"entities {left.text!r} and {right.text!r} overlap")
    return tuple(found)


def _entity(item: Any, text: str) -> Entity:
    if isinstance(item, list) and len(item) == 3:
        item = dict(zip(("start", "end", "entity"), item, strict=True))
    if not isinstance(item, dict):
        raise ValueError("an entity is {start, end, entity} or [start, end, entity]")
    start, end, name = (_first(item, keys) for keys in (_STARTS, _ENDS, _NAMES))
    if type(start) is not int or type(end) is not int or not isinstance(name, str) or not name.strip():
        raise ValueError(f"an entity needs start, end and entity, got {json.dumps(item, ensure_ascii=False)[:80]}")
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        raise ValueError(f"entity {name}: {start} to {end} is no piece of a text of {len(text)} characters")
    said = item.get("text", item.get("word"))
    if isinstance(said, str) and said != text[start:end]:
        raise ValueError(f"entity {name}: the text has {text[start:end]!r} at {start} to {end}, not {said!r}")
    role, group = (None if item.get(key) is None else str(item[key]) for key in ("role", "group"))
    return Entity(
        name=name, text=text[start:end], start=start, end=end, value=item.get("value"), role=role, group=group
    )


def _first(item: Mapping[str, Any], keys: Sequence[str]) -> Any:
    return next((item[key] for key in keys if key in item), None)
