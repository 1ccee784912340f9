"""Raw dialogue logs read into turns: CSV, JSON lines, plain transcripts; files or folders of them."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from nlu.corpus.faults import Draft, Fault, Place, in_order
from nlu.corpus.json_lines import objects
from nlu.corpus.source import Source, read_bytes, read_source
from nlu.corpus.table import TEXT_NAMES, plain_name, records, separator_of
from nlu.errors import CorpusError, SettingsError
from nlu.preparation.transcripts import looks_like_transcript, read_transcript
from nlu.preparation.turns import Turn, role_of

TEXTS = (*TEXT_NAMES, "body", "msg", "transcript", "utterance_text", "message_text", "turn_text", "value", "comment")
SPEAKERS = (
    *("speaker", "role", "speaker_role", "author", "sender", "from", "participant", "who", "user_type", "actor"),
    *("source", "direction", "inbound", "side", "party", "author_id", "sender_type", "speaker_type", "name"),
)
DIALOGUES = (
    *("dialogue_id", "dialog_id", "conversation_id", "conv_id", "call_id", "session_id", "chat_id", "thread_id"),
    *("ticket_id", "dialogue", "dialog", "conversation", "call", "session", "case_id", "id"),
)
TIMES = ("time", "timestamp", "date", "datetime", "created_at", "sent_at", "ts", "created")
TURN_LISTS = ("turns", "messages", "utterances", "conversation", "dialogue", "dialog", "log", "transcript", "content")

LOG_FORMATS = ("csv", "jsonl", "transcript")
_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".log", ".json", ".jsonl", ".ndjson", ".md", ".transcript", ""})


class LogLayout(Struct, frozen=True, kw_only=True):
    """Names of columns or keys, "" for what is found by the usual names."""

    text: str = ""
    speaker: str = ""
    dialogue: str = ""
    time: str = ""


class Logs(Struct, frozen=True, kw_only=True):
    """All turns of all files in order, and the faults of their lines."""

    turns: tuple[Turn, ...]
    faults: tuple[Fault, ...]
    files: tuple[str, ...]


def read_logs(paths: Sequence[Path], format: str = "auto", layout: LogLayout | None = None) -> Logs:
    """The turns of files and of the files in folders.

    `format` is csv, jsonl, transcript, or "auto" for what each file's content says. Raises CorpusError for a file
    that can't be read and when no turn is found, SettingsError for an unknown format or a column that is not there.
    """
    if format not in ("auto", *LOG_FORMATS):
        raise SettingsError(f"unknown format {format!r}; known: auto, {', '.join(LOG_FORMATS)}")
    draft = Draft()
    turns: list[Turn] = []
    files = [file for path in paths for file in _files(path, draft)]
    for file in files:
        source = _source(file, draft)
        kind = _kind(source) if format == "auto" else format
        if kind == "csv":
            turns += _csv_turns(source, draft, layout or LogLayout())
        elif kind == "jsonl":
            turns += _json_turns(source, draft, layout or LogLayout())
        else:
            turns += read_transcript(source)
    if not turns:
        wrong = "".join(f"\n{fault}" for fault in draft.faults)
        raise CorpusError(f"{', '.join(map(str, paths))}: no turns of a dialogue{wrong}")
    return Logs(turns=tuple(turns), faults=tuple(in_order(draft.faults)), files=tuple(map(str, files)))


def _files(path: Path, draft: Draft) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if not file.is_file() or any(part.startswith(".") for part in file.relative_to(path).parts):
            continue
        if file.suffix.lower() in _SUFFIXES:
            yield file
        else:
            draft.warning(Place(str(file), 1), "this file is not read")


def _source(path: Path, draft: Draft) -> Source:
    """As training data is read, but bytes that are no UTF-8 are taken for Windows-1252, with a warning, and control
    characters stay for the cleaning."""
    heard = Draft()
    source = read_source(path, heard)
    raw = read_bytes(path).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    lines = list(source.lines)
    for fault in heard.faults:
        if "not UTF-8" in fault.reason:
            lines[fault.line - 1] = raw[fault.line - 1].decode("cp1252", errors="replace")
            draft.warning(Place(fault.path, fault.line), f"{fault.reason.partition(';')[0]}; read as Windows-1252")
    return Source(path, tuple(lines), frozenset())


def _kind(source: Source) -> str:
    lines = [line for line in source.lines[:200] if line.strip()]
    if not lines:
        return "transcript"
    if lines[0].lstrip().startswith("{") or lines[0].strip() == "[" or lines[0].lstrip().startswith(("[{", '["')):
        return "jsonl"
    names = {plain_name(name) for name in next(csv.reader(lines[:1], delimiter=separator_of(lines, TEXTS, SPEAKERS)))}
    if names & set(TEXTS) and len(names) > 1:
        return "csv"
    suffix = source.path.suffix.lower()
    return "csv" if suffix in (".csv", ".tsv") and not looks_like_transcript(lines) else "transcript"


def _csv_turns(source: Source, draft: Draft, layout: LogLayout) -> Iterator[Turn]:
    delimiter = separator_of([line for line in source.lines[:200] if line.strip()], TEXTS, SPEAKERS)
    rows = list(records(source, delimiter, draft))
    if not rows:
        return
    names = [plain_name(name) for name in rows[0].fields]
    text = _column(layout.text, rows[0].fields, names, TEXTS)
    places = {
        key: _column(given, rows[0].fields, names, known)
        for key, given, known in (
            ("speaker", layout.speaker, SPEAKERS),
            ("dialogue", layout.dialogue, DIALOGUES),
            ("time", layout.time, TIMES),
        )
    }
    header = text >= 0
    if not header:
        text = _longest_column([row.fields for row in rows])
        said = f"no header: column {text + 1} is read as what was said, the speakers are unknown"
        draft.warning(source.place(1), said)
    for row in rows[1:] if header else rows:
        if len(row.fields) != len(names):
            draft.error(source.place(row.line), f"expected {len(names)} columns, got {len(row.fields)}")
            continue
        values = {key: row.fields[at].strip() if at >= 0 else "" for key, at in places.items()}
        speaker = _inbound(values["speaker"], names, places["speaker"])
        yield Turn(
            text=row.fields[text], path=str(source.path), line=row.line, speaker=speaker,
            dialogue=values["dialogue"] or source.path.name, time=values["time"],
        )  # fmt: skip


def _inbound(value: str, names: Sequence[str], at: int) -> str:
    """A column that only says whether the message came in."""
    if at >= 0 and names[at] == "inbound":
        return "customer" if value.lower() in ("true", "1", "yes", "y") else "agent"
    return value


def _column(given: str, header: Sequence[str], names: Sequence[str], known: Sequence[str]) -> int:
    """Raises SettingsError when the column that was given is not there; -1 when none is known."""
    if given:
        if plain_name(given) in names:
            return names.index(plain_name(given))
        if given.isdigit() and 1 <= int(given) <= len(names):
            return int(given) - 1
        raise SettingsError(f"no column {given!r}; there are {', '.join(header)}")
    return next((names.index(name) for name in known if name in names), -1)


def _longest_column(rows: Sequence[Sequence[str]]) -> int:
    width = min(len(row) for row in rows)
    return max(range(width), key=lambda at: sum(len(row[at]) for row in rows[:500]))


def _json_turns(source: Source, draft: Draft, layout: LogLayout) -> Iterator[Turn]:
    number = 0
    for place, data in objects(source, draft):
        number += 1
        if isinstance(data, str):
            yield from _given(_json_turn(data, place, source.path.name, layout), place, draft)
            continue
        if isinstance(data, list):
            data = {"turns": data}
        if not isinstance(data, dict):
            draft.error(place, "expected an object: a turn, or a dialogue with a list of turns")
            continue
        turns = next((data[key] for key in TURN_LISTS if isinstance(data.get(key), list)), None)
        dialogue = _value(data, layout.dialogue, DIALOGUES)
        if turns is None:
            turn = _json_turn(data, place, dialogue or source.path.name, layout)
            yield from _given(turn, place, draft)
            continue
        for item in turns:
            yield from _given(_json_turn(item, place, dialogue or f"{source.path.name}#{number}", layout), place, draft)


def _given(turn: Turn | None, place: Place, draft: Draft) -> Iterator[Turn]:
    if turn is None:
        draft.error(place, f"a turn without text; expected one of the keys {', '.join(TEXTS[:6])}")
    else:
        yield turn


def _json_turn(item: Any, place: Place, dialogue: str, layout: LogLayout) -> Turn | None:
    """An object, or a line `Agent: ...`; None without text."""
    if isinstance(item, str):
        name, colon, text = item.partition(":")
        if colon and role_of(name) != "unknown" and len(name) < 40:
            return Turn(text=text.strip(), path=place.path, line=place.line, dialogue=dialogue, speaker=name.strip())
        return Turn(text=item, path=place.path, line=place.line, dialogue=dialogue)
    if not isinstance(item, dict):
        return None
    text = _value(item, layout.text, TEXTS)
    if not text and not any(key in item for key in (layout.text, *TEXTS)):
        return None
    return Turn(
        text=text, path=place.path, line=place.line, dialogue=dialogue,
        speaker=_value(item, layout.speaker, SPEAKERS), time=_value(item, layout.time, TIMES),
    )  # fmt: skip


def _value(item: Mapping[str, Any], given: str, known: Sequence[str]) -> str:
    """The value of a key as text; of an object (`{"sender": {"type": "customer"}}`) the first that says something."""
    keys = {plain_name(key): key for key in item}
    name = given if given in item else next((keys[key] for key in known if key in keys), "")
    value = item.get(name)
    if isinstance(value, bool):
        return ("customer" if value else "agent") if name == "inbound" else ""
    if isinstance(value, dict):
        value = next((value[key] for key in ("role", "type", "name", "text", "id") if key in value), "")
    if isinstance(value, list):
        value = " ".join(
            part if isinstance(part, str) else str(part.get("text", ""))
            for part in value
            if isinstance(part, str | dict)
        )
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
