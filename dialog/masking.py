"""Sensitive answers out of understandings and keys before they become events. Pure."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from dialog.domain import Domain, Slot
from dialog.tracker import MASK
from nlu.errors import NluError
from nlu.redaction.redaction import find_personal
from nlu.understanding import Entity, Understanding
from nlu.values.values import find_values

Span = tuple[int, int]


def mask_understanding(understanding: Understanding, domain: Domain, *, asked: str, now: datetime) -> Understanding:
    """The understanding as it may be stored.

    asked: the slot being collected, "" for none. When it is sensitive, every number in the text is masked; personal
    data (nlu.redaction), entities that feed a sensitive slot and digit strings as long as one are masked always.
    """
    text = understanding.utterance.text
    sensitive = {name: slot for name, slot in domain.slots.items() if slot.sensitive}
    spans = [(span.start, span.end) for span in find_personal(text, language=domain.language)]
    if sensitive:
        spans += _sensitive_spans(understanding, domain, sensitive, asked=asked, now=now)
    return _masked(understanding, _joined(spans)) if spans else understanding


def _sensitive_spans(
    understanding: Understanding, domain: Domain, sensitive: Mapping[str, Slot], *, asked: str, now: datetime
) -> list[Span]:
    text = understanding.utterance.text
    spans = _entity_spans(understanding, domain, set(sensitive))
    lengths = {slot.length for slot in sensitive.values()}
    kinds = frozenset({"digits", "number"} if asked in sensitive else {"digits"})
    try:
        values = find_values(text, now=now, kinds=kinds, language=domain.language)
    except NluError:
        values = ()
    for value in values:
        if asked in sensitive or len(str(value.value)) in lengths:
            spans.append((value.start, value.end))
    if asked in sensitive and domain.slots[asked].type != "digits":
        spans = [(0, len(text))]
    return spans


def mask_keys(digits: str, domain: Domain, *, asked: str) -> str:
    """Keys as they may be stored."""
    sensitive = [slot for slot in domain.slots.values() if slot.sensitive]
    length = len(digits.rstrip("#"))
    hidden = (asked in domain.slots and domain.slots[asked].sensitive) or any(
        slot.length == length for slot in sensitive
    )
    return MASK if hidden else digits


def _entity_spans(understanding: Understanding, domain: Domain, sensitive: set[str]) -> list[Span]:
    feeding = {source.entity for name in sensitive for source in domain.sources(name)}
    return [(entity.start, entity.end) for entity in understanding.entities if entity.name in feeding]


def _joined(spans: list[Span]) -> list[Span]:
    """Overlapping spans as one, in order."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _masked(understanding: Understanding, spans: list[Span]) -> Understanding:
    text = understanding.utterance.text
    parts: list[str] = []
    moved: list[tuple[Span, Span]] = []
    at = length = 0
    for start, end in spans:
        parts += [text[at:start], MASK]
        length += start - at
        moved.append(((start, end), (length, length + len(MASK))))
        length += len(MASK)
        at = end
    masked = "".join([*parts, text[at:]])
    entities = tuple(_moved(entity, moved) for entity in understanding.entities)
    utterance = replace(understanding.utterance, text=masked, nbest=())
    return replace(understanding, utterance=utterance, entities=entities)


def _moved(entity: Entity, moved: list[tuple[Span, Span]]) -> Entity:
    shift = 0
    for (start, end), (new_start, new_end) in moved:
        if entity.start < end and start < entity.end:
            return replace(entity, text=MASK, value=None, start=new_start, end=new_end)
        if end <= entity.start:
            shift = new_end - end
    return replace(entity, start=entity.start + shift, end=entity.end + shift)
