"""Turns made into distinct utterances that may be learnt from; what is left out is kept with its reason. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from msgspec import Struct

from nlu.corpus.near_duplicates import near_duplicate_groups, plain_form
from nlu.preparation.cleaning import clean, has_words
from nlu.preparation.segmentation import LONGEST, length, segment
from nlu.preparation.turns import Turn
from nlu.redaction.redaction import MASK, find_personal

SAME = 0.95
"""Similarity from which one of two utterances teaches nothing that the other does not."""

_BOILERPLATE_WORDS = 8
_BOILERPLATE_DIALOGUES = 10
_BOILERPLATE_SHARE = 0.02


class Candidate(Struct, frozen=True, kw_only=True):
    """An utterance, masked; `said` is how often it or a near-duplicate was met, `path` and `line` where first."""

    text: str
    path: str
    line: int
    dialogue: str
    said: int = 1


class Removed(Struct, frozen=True, kw_only=True):
    """Something that is no candidate, masked as well, with the reason."""

    text: str
    path: str
    line: int
    reason: str


class Gathered(Struct, frozen=True, kw_only=True):
    """`repaired` counts turns by what was done to them, `masked` the personal data by its kind."""

    candidates: tuple[Candidate, ...]
    removed: tuple[Removed, ...]
    repaired: dict[str, int]
    masked: dict[str, int]


def gather(turns: Sequence[Turn], *, language: str, keep_agents: bool) -> Gathered:
    """Every turn cleaned, masked, cut into utterances; then each utterance once."""
    repaired: Counter[str] = Counter()
    masked: Counter[str] = Counter()
    removed: list[Removed] = []
    found: list[Candidate] = []
    for turn in turns:
        cleaned = clean(turn.text)
        text, kinds = masked_text(cleaned.text, language=language)
        reason = _unwanted(turn, text, cleaned.system, keep_agents=keep_agents)
        if reason:
            removed.append(Removed(text=text, path=turn.path, line=turn.line, reason=reason))
            continue
        repaired.update(cleaned.repairs)
        masked.update(kinds)
        for part in segment(text, language=language):
            if not has_words(part):
                removed.append(Removed(text=part, path=turn.path, line=turn.line, reason="no words"))
            elif length(part, language) > LONGEST:
                reason = f"longer than {LONGEST} words"
                removed.append(Removed(text=part, path=turn.path, line=turn.line, reason=reason))
            else:
                found.append(Candidate(text=part, path=turn.path, line=turn.line, dialogue=turn.dialogue))
    kept = _without_duplicates(_without_boilerplate(found, removed), removed)
    return Gathered(
        candidates=tuple(kept),
        removed=tuple(removed),
        repaired=dict(sorted(repaired.items())),
        masked=dict(sorted(masked.items())),
    )


def masked_text(text: str, *, language: str) -> tuple[str, tuple[str, ...]]:
    """The text with its personal data masked, and the kinds of what was masked."""
    pieces, done = [], 0
    spans = find_personal(text, language=language)
    for span in spans:
        pieces += [text[done : span.start], MASK]
        done = span.end
    return "".join([*pieces, text[done:]]), tuple(span.kind for span in spans)


def _unwanted(turn: Turn, text: str, system: bool, *, keep_agents: bool) -> str:
    """Why a turn is left out, "" for one that stays."""
    if turn.role == "system" or system:
        return "system line"
    if turn.role == "agent" and not keep_agents:
        return "agent's turn"
    return "" if has_words(text) else "no words"


def _without_boilerplate(found: Sequence[Candidate], removed: list[Removed]) -> list[Candidate]:
    """Long texts that come again word by word in many dialogues are nobody's own words."""
    dialogues: dict[str, set[str]] = defaultdict(set)
    for candidate in found:
        if len(candidate.text.split()) >= _BOILERPLATE_WORDS:
            dialogues[candidate.text].add(candidate.dialogue)
    everywhere = len({candidate.dialogue for candidate in found})
    enough = max(_BOILERPLATE_DIALOGUES, _BOILERPLATE_SHARE * everywhere)
    kept = []
    for candidate in found:
        if len(dialogues.get(candidate.text, ())) >= enough:
            removed.append(_removed(candidate, f"boilerplate: the same in {len(dialogues[candidate.text])} dialogues"))
        else:
            kept.append(candidate)
    return kept


def _without_duplicates(found: Sequence[Candidate], removed: list[Removed]) -> list[Candidate]:
    """The first of each group of (near-)duplicates, with how often the group was met."""
    groups = near_duplicate_groups([candidate.text for candidate in found], similar=SAME)
    sizes = Counter(groups)
    first: dict[int, Candidate] = {}
    for candidate, group in zip(found, groups, strict=True):
        if group not in first:
            first[group] = candidate
            continue
        exact = plain_form(candidate.text) == plain_form(first[group].text)
        kind = "duplicate" if exact else "near-duplicate"
        removed.append(_removed(candidate, f"{kind} of {first[group].path}:{first[group].line}"))
    return [
        Candidate(
            text=candidate.text,
            path=candidate.path,
            line=candidate.line,
            dialogue=candidate.dialogue,
            said=sizes[group],
        )
        for group, candidate in first.items()
    ]


def _removed(candidate: Candidate, reason: str) -> Removed:
    return Removed(text=candidate.text, path=candidate.path, line=candidate.line, reason=reason)
