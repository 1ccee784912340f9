"""Plain transcripts: `Agent: ...`, `[10:02] bob: ...`, `12/31/20, 9:15 PM - Anna: ...`, or a sentence a line."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nlu.corpus.source import Source
from nlu.preparation.cleaning import clean
from nlu.preparation.turns import Turn, role_of

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?"
_DATE = r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}"
_TIME = rf"(?:{_DATE}[,T ]\s*)?{_CLOCK}Z?"
_TURN = re.compile(
    rf"\s*(?:[\[(<](?P<bracketed>[^\])>]{{1,40}})[\])>]|(?P<bare>{_TIME}))?\s*[-–|]?\s*"
    rf"(?P<speaker>[^\W\d_][\w .'’/#&-]{{0,39}}?)\s*(?:\((?P<behind>[^)]{{1,40}})\))?\s*[:：]\s*(?P<text>.*)"
)
_ONLY_TIME = re.compile(rf"\s*[\[(<]?(?:{_TIME})[\])>]?\s*[-–|]?\s*(?P<text>.*)")
_SEPARATOR = re.compile(r"\s*(?:[-=*_#~]{3,}|#+\s+\S.*)\s*")
_BEGINS = re.compile(
    r"\s*(?:conversation|dialogue|dialog|chat|call|session|transcript)\s*(?:id)?\s*[:#]?\s*[\w-]*\d[\w-]*\s*", re.I
)
_HEADINGS = frozenset(
    "date time duration subject ticket channel queue topic status start end started ended re from to cc id".split()
)
_TURNS_SHARE = 0.3


class _Line(NamedTuple):
    number: int
    text: str
    match: re.Match[str] | None


def looks_like_transcript(lines: Sequence[str]) -> bool:
    """Whether speakers stand before enough of the lines."""
    said = [line for line in lines if line.strip()]
    speakers = Counter(match["speaker"].strip().casefold() for line in said if (match := _TURN.match(line)))
    recurring = sum(count for name, count in speakers.items() if count > 1 or role_of(name) != "unknown")
    return bool(said) and recurring >= _TURNS_SHARE * len(said)


def read_transcript(source: Source) -> Iterator[Turn]:
    """The turns; a line without a speaker goes on with the turn before it.

    Rules, headings and two empty lines begin a new dialogue. Lines of a heading (`Date: ...`) and lines before the
    first speaker are turns of the system. Without any speakers every line is a turn.
    """
    if not looks_like_transcript(source.lines):
        yield from _plain_lines(source)
        return
    lines = [
        _Line(number, line, _TURN.match(line))
        for number, line in enumerate(source.lines, start=1)
        if number not in source.bad
    ]
    counts = Counter(_name(line.match) for line in lines if line.match)
    pending: Turn | None = None
    dialogue, empty = 1, 0
    for line in lines:
        if not line.text.strip():
            empty += 1
            continue
        begins = bool(_SEPARATOR.fullmatch(line.text) or _BEGINS.fullmatch(line.text))
        if begins or (empty > 1 and pending is not None):
            dialogue += 1
        here = f"{source.path.name}#{dialogue}"
        speaks = line.match is not None and _is_speaker(line.match, counts)
        notice = not speaks and clean(line.text).system
        joined = not (begins or speaks or notice or empty) and pending is not None and pending.role != "system"
        empty = 0
        if begins:
            if pending:
                yield pending
            pending = None
        elif joined and pending is not None:
            pending = _longer(pending, line.text)
        else:
            if pending:
                yield pending
            pending = _turn(line, source, here, speaks)
    if pending:
        yield pending


def _name(match: re.Match[str]) -> str:
    return match["speaker"].strip().casefold()


def _is_speaker(match: re.Match[str], counts: Counter[str]) -> bool:
    """Who speaks at a time or twice, or whose name says the role; `Remark: ...` inside a turn is none of it."""
    name = _name(match)
    return bool(match["bracketed"] or match["bare"]) or counts[name] > 1 or role_of(name) != "unknown"


def _longer(turn: Turn, text: str) -> Turn:
    return Turn(
        text=f"{turn.text} {text.strip()}", path=turn.path, line=turn.line, dialogue=turn.dialogue,
        speaker=turn.speaker, role=turn.role, time=turn.time,
    )  # fmt: skip


def _turn(line: _Line, source: Source, dialogue: str, speaks: bool) -> Turn:
    place = source.place(line.number)
    if not speaks or line.match is None:
        return Turn(text=line.text.strip(), path=place.path, line=place.line, dialogue=dialogue, role="system")
    match = line.match
    behind = role_of(match["behind"] or "")
    heading = set(re.findall(r"\w+", _name(match))) & _HEADINGS and role_of(match["speaker"]) == "unknown"
    return Turn(
        text=line.text.strip() if heading else match["text"].strip(), path=place.path, line=place.line,
        dialogue=dialogue, speaker=match["speaker"].strip(), role="system" if heading else behind,
        time=(match["bracketed"] or match["bare"] or match["behind"] or "").strip(),
    )  # fmt: skip


def _plain_lines(source: Source) -> Iterator[Turn]:
    for number, line in enumerate(source.lines, start=1):
        if line.strip() and number not in source.bad:
            match = _ONLY_TIME.fullmatch(line)
            text = match["text"] if match and match["text"] else line
            yield Turn(text=text.strip(), path=str(source.path), line=number)
