"""A name that was said or misheard -> the entries of a list that it may mean: contacts, products, places. Pure.

Three likenesses, each 0 to 1: of the letters (rapidfuzz), of the sound and, for parts of a name, of its words. English
sound is Philips' Metaphone (1990, by jellyfish) with its keys compared fuzzily; Chinese sound is pinyin without tones
(pypinyin), initials and finals that southern speakers and recognizers confuse folded together (zh/z, n/l, ing/in ...).
"""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence

import jellyfish
from msgspec import Struct
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

LIKELY = 0.75
"""A candidate from this score on may be what was meant."""
CLEAR = 0.08
"""The best is clear when the next one scores less by at least this margin."""

_WORD = re.compile(r"[^\W_]+")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LOST = re.compile(r"\b[AEIOUH]+")
_CONFUSED = (
    ("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"), ("n", "l"), ("r", "l"),
    ("h", "f"),
)  # fmt: skip


class Candidate(Struct, frozen=True):
    """An entry of the list; `score` 0 to 1, 1 for the very words; `index` is its place in the list."""

    name: str
    score: float
    index: int


class Resolution(Struct, frozen=True):
    """The likely entries, best first; equal scores keep the order of the list."""

    candidates: tuple[Candidate, ...] = ()

    @property
    def best(self) -> Candidate | None:
        """The best entry, None when nothing is likely."""
        return self.candidates[0] if self.candidates else None

    @property
    def margin(self) -> float:
        """How much the best scores above the next: 0 for a tie, the score itself when it stands alone."""
        if not self.candidates:
            return 0.0
        return self.candidates[0].score - (self.candidates[1].score if len(self.candidates) > 1 else 0.0)

    @property
    def near(self) -> tuple[Candidate, ...]:
        """The best and what comes near it: several have to be asked about."""
        best = self.best
        return tuple(one for one in self.candidates if best and best.score - one.score < CLEAR)

    @property
    def clear(self) -> str | None:
        """The best entry's name when nothing else comes near; None: nothing was found, or it has to be asked."""
        return self.near[0].name if len(self.near) == 1 else None


def resolve(
    said: str,
    names: Sequence[str],
    *,
    synonyms: Mapping[str, Iterable[str]] | None = None,
    least: float = LIKELY,
    most: int = 5,
) -> Resolution:
    """The entries of `names` that `said` may mean: at most `most` of them, with a score of at least `least`.

    `synonyms`: an entry's other names ("bob" for "robert"). A part of a name ("anna" for "Anna Lee", "smith") counts a
    little less than the whole. Names may be Chinese, English or mixed, whatever the language of the call.
    """
    heard = " ".join(_WORD.findall(said.casefold()))
    if not heard:
        return Resolution()
    others = synonyms or {}
    scored = [
        Candidate(name, max(likeness(heard, form) for form in (name, *others.get(name, ()))), index)
        for index, name in enumerate(names)
    ]
    likely = sorted((one for one in scored if one.score >= least), key=lambda one: (-one.score, one.index))
    return Resolution(tuple(likely[:most]))


def likeness(said: str, name: str) -> float:
    """0 to 1 of two names, 1 for the same words; case and punctuation do not count."""
    one, other = (" ".join(_WORD.findall(text.casefold())) for text in (said, name))
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if _CHINESE.search(one) or _CHINESE.search(other):
        return max(fuzz.ratio(one, other) / 100, 0.97 * _chinese_likeness(one, other))
    whole = _english_likeness(one, other)
    said_words, words = one.split(), other.split()
    if len(said_words) >= len(words):
        return whole
    # Fewer words than the entry has: its best run of as many words, a little less than the whole.
    runs = (" ".join(words[at : at + len(said_words)]) for at in range(len(words) - len(said_words) + 1))
    return max(whole, 0.95 * max(_english_likeness(one, run) for run in runs))


def _english_likeness(one: str, other: str) -> float:
    """Letters and sound in equal parts; the better of the letters' two measures."""
    if one == other:
        return 1.0
    letters = max(fuzz.ratio(one, other) / 100, JaroWinkler.similarity(one, other) - 0.05)
    first, second = _sound(one), _sound(other)
    # An H or a vowel in front is easily lost or added: "hannah" for "anna".
    consonants = fuzz.ratio(_LOST.sub("", first), _LOST.sub("", second))
    sound = (fuzz.ratio(first, second) + consonants) / 200
    return float(max(0.5 * letters + 0.5 * sound, letters - 0.05, 0.0)) * 0.99


@functools.lru_cache(maxsize=4096)
def _sound(name: str) -> str:
    """Metaphone keys of its words; a word without one (all figures) stands for itself."""
    return " ".join(jellyfish.metaphone(word) or word for word in name.split())


def _chinese_likeness(one: str, other: str) -> float:
    """Syllable by syllable where both have as many, else by letters; the tones do not count."""
    first, second = _syllables(one), _syllables(other)
    if len(first) != len(second):
        part = _part(first, second)
        return max(part, fuzz.ratio(" ".join(first), " ".join(second)) / 100 - 0.1)
    return _same(first, second)


def _part(first: Sequence[str], second: Sequence[str]) -> float:
    """Fewer syllables than the entry has (a given name without the family's): its best run, a little less."""
    if len(first) >= len(second) or len(first) < 2:
        return 0.0
    return 0.9 * max(_same(first, second[at : at + len(first)]) for at in range(len(second) - len(first) + 1))


def _same(first: Sequence[str], second: Sequence[str]) -> float:
    scores = []
    for one, other in zip(first, second, strict=True):
        alike = 0.9 if _folded(one) == _folded(other) else fuzz.ratio(one, other) / 100 * 0.7
        scores.append(1.0 if one == other else alike)
    return sum(scores) / len(scores)


@functools.lru_cache(maxsize=4096)
def _syllables(name: str) -> tuple[str, ...]:
    # 0.4 s to import: only when a name is Chinese.
    from pypinyin import lazy_pinyin

    return tuple(syllable.strip() for syllable in lazy_pinyin(name) if syllable.strip())


def _folded(syllable: str) -> str:
    for one, other in _CONFUSED:
        if len(one) > 1 or syllable.startswith(one):
            syllable = syllable.replace(one, other, 1)
    return syllable
