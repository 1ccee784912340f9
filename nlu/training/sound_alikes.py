"""English words that sound alike, from the pronunciation dictionary and the language model in the pocketsphinx wheel.

The distance of two words is the cheapest rewriting of one's phones (CMUdict's ARPAbet, without stress) into the
other's; a phone costs little to replace by its neighbour in the mouth (voicing, place, vowel height), much across
vowel and consonant. Only the words the language model finds commonest are offered, the commoner the sooner: a
recognizer writes real, frequent words. Numbers that are notoriously mixed up (forty, fourteen) are pulled closer.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

OFFERED = 20_000
"""How many words, commonest first, are ever written in another's place."""

NEIGHBOURS = 16
CLOSENESS = 1.6
COMMONNESS = 0.35
"""A neighbour's weight is exp(-CLOSENESS x distance) x (unigram probability) ** COMMONNESS; the NEIGHBOURS heaviest
are kept."""

_EXAMINED = 400
"""Of all words these, most alike in which phones they have, are compared in full."""

_VOWELS = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW"
_CONSONANTS = "B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH"
_PHONES = {phone: number for number, phone in enumerate(f"{_VOWELS} {_CONSONANTS}".split(), start=1)}
_NEAR_PHONES = (
    "AA AO", "AA AH", "AE EH", "AH IH", "AH UH", "AH EH", "AO OW", "AO OY", "AW AA", "AW OW", "AY OY", "AY AA",
    "EH IH", "EH EY", "ER R", "ER AH", "EY IY", "EY AY", "IH IY", "OW UW", "UH UW",
    "B P", "D T", "G K", "V F", "DH TH", "Z S", "ZH SH", "JH CH", "M N", "N NG", "TH F", "TH S", "DH D", "DH V",
    "S SH", "CH SH", "L R", "L W", "R W", "B V", "T CH", "D JH", "HH F",
)  # fmt: skip
_MANNERS = ("P T K B D G CH JH", "F TH S SH HH V DH Z ZH", "M N NG", "L R W Y")
_NEAR, _SAME_MANNER, _VOWEL_FOR_VOWEL, _OTHER_CONSONANT, _ACROSS = 0.3, 0.6, 0.6, 1.0, 1.5
_EASILY_LOST = {"AH": 0.45, "IH": 0.5, "HH": 0.45, "T": 0.5, "D": 0.5, "R": 0.6, "L": 0.6}
_LOST = 0.75
_NUMBER_BONUS = 8.0

_NUMBER_GROUPS = (
    *(f"{teen} {ten}" for teen, ten in (
        ("thirteen", "thirty"), ("fourteen", "forty"), ("fifteen", "fifty"), ("sixteen", "sixty"),
        ("seventeen", "seventy"), ("eighteen", "eighty"), ("nineteen", "ninety"))),
    "to two too", "for four", "one won", "ate eight", "nine five", "fifty sixty", "oh zero", "first fourth",
)  # fmt: skip
NUMBER_VARIANTS: dict[str, tuple[str, ...]] = {
    word: tuple(other for group in _NUMBER_GROUPS if word in group.split() for other in group.split() if other != word)
    for word in sorted({word for group in _NUMBER_GROUPS for word in group.split()})
}

Codes = NDArray[np.int8]


class Choice(NamedTuple):
    """Words to draw from, with their running weights; no words where there are none."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def draw(self, random: Random) -> str:
        """One of the words, which must not be none."""
        return self.words[min(bisect(self.weights, random.random() * self.weights[-1]), len(self.words) - 1)]


class SoundAlikes:
    """Neighbours, splits and merges of words; asked again, the answer is remembered."""

    def __init__(self, pronunciations: dict[str, list[str]], commonness: dict[str, float]) -> None:
        """`pronunciations`: word -> phones, blank between them; `commonness`: word -> natural log of its share."""
        self._spoken = {word: [_encode(phones) for phones in variants] for word, variants in pronunciations.items()}
        ranked = sorted((word for word in commonness if word in self._spoken), key=lambda w: (-commonness[w], w))
        self._words = ranked[:OFFERED]
        pairs = [(word, codes) for word in self._words for codes in self._spoken[word]]
        self._owners = [word for word, _ in pairs]
        self._sounds = [codes for _, codes in pairs]
        self._lengths = np.array([len(codes) for codes in self._sounds], dtype=np.int64)
        self._codes: Codes = np.zeros((len(pairs), int(self._lengths.max(initial=1))), dtype=np.int8)
        for row, codes in enumerate(self._sounds):
            self._codes[row, : len(codes)] = [ord(code) for code in codes]
        self._counts = np.zeros((len(_PHONES) + 1, len(pairs)), dtype=np.float32)
        for row, codes in enumerate(self._sounds):
            for code in codes:
                self._counts[ord(code), row] += 1.0
        self._squares = (self._counts**2).sum(axis=0)
        self._prior = np.array([commonness[word] * COMMONNESS for word in self._owners])
        self._by_sound: dict[str, str] = {}
        for word, codes in pairs:  # the commonest word of each sound
            self._by_sound.setdefault(codes, word)
        self._near: dict[str, Choice] = {}
        self._parted: dict[str, tuple[tuple[str, str], ...]] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._spoken

    def near(self, word: str) -> Choice:
        """What `word` is misheard as; a word the dictionary lacks is compared by its letters."""
        if word not in self._near:
            self._near[word] = self._by_phones(word) if word in self._spoken else self._by_letters(word)
        return self._near[word]

    def split(self, word: str) -> tuple[tuple[str, str], ...]:
        """Two words that sound like `word`: ("a", "count") for "account"."""
        if word not in self._parted:
            found = []
            for codes in self._spoken.get(word, ()):
                for cut in range(1, len(codes)):
                    first, second = self._by_sound.get(codes[:cut]), self._by_sound.get(codes[cut:])
                    if first and second and len(first) + len(second) >= 4:
                        found.append((first, second))
            self._parted[word] = tuple(dict.fromkeys(found))
        return self._parted[word]

    def merge(self, first: str, second: str) -> str | None:
        """The word that sounds like both said in a row: "account" for "a", "count"."""
        for one in self._spoken.get(first, ()):
            for two in self._spoken.get(second, ()):
                joined = one + two[1:] if one[-1] == two[0] else one + two
                found = self._by_sound.get(joined)
                if found and found not in (first, second):
                    return found
        return None

    def distance(self, first: str, second: str) -> float:
        """The least over their pronunciations. Raises KeyError for a word that is not in the dictionary."""
        return min(
            float(_distances(one, np.array([[ord(code) for code in two]], dtype=np.int8), np.array([len(two)]))[0])
            for one in self._spoken[first]
            for two in self._spoken[second]
        )

    def _by_phones(self, word: str) -> Choice:
        nearest: dict[str, float] = {}
        for codes in self._spoken[word]:
            rough = self._apart(codes) * (CLOSENESS / 4) - self._prior
            rows = np.argpartition(rough, _EXAMINED)[:_EXAMINED] if len(rough) > _EXAMINED else np.arange(len(rough))
            weights = self._prior[rows] - CLOSENESS * _distances(codes, self._codes[rows], self._lengths[rows])
            for row, weight in zip(rows.tolist(), weights.tolist(), strict=True):
                other = self._owners[row]
                if other != word:
                    nearest[other] = max(weight, nearest.get(other, -np.inf))
        return _choice(nearest, NUMBER_VARIANTS.get(word, ()))

    def _apart(self, codes: str) -> NDArray[np.float32]:
        """How far every word is in which phones it has, whatever their order: the square of the counts' distance."""
        apart: NDArray[np.float32] = self._squares
        for code in set(codes):
            here = codes.count(code)
            apart = apart + here * (here - 2.0 * self._counts[ord(code)])
        return apart

    def _by_letters(self, word: str) -> Choice:
        found = process.extract(
            word, self._words, scorer=Levenshtein.distance, limit=NEIGHBOURS, score_cutoff=max(1, len(word) // 2)
        )
        return _choice({other: -CLOSENESS * distance for other, distance, _ in found if other != word}, ())


@cache
def load_sound_alikes() -> SoundAlikes | None:
    """From the pocketsphinx wheel, in about half a second, once; None where it is not installed."""
    try:
        from pocketsphinx import LogMath, NGramModel, get_model_path
    except ImportError:
        return None
    folder = Path(get_model_path()) / "en-us"
    model, nothing = NGramModel.readfile(str(folder / "en-us.lm.bin")), LogMath().get_zero()
    pronunciations: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "cmudict-en-us.dict").read_text(encoding="utf-8").splitlines():
        name, _, phones = line.partition(" ")
        pronunciations[name.partition("(")[0]].append(phones)
    base = float(np.log(1.0001))  # of the language model's logarithms
    shares = {word: model.prob([word]) for word in pronunciations if word.replace("'", "").isalpha()}
    return SoundAlikes(pronunciations, {word: share * base for word, share in shares.items() if share > nothing})


def _choice(log_weights: dict[str, float], favourites: Sequence[str]) -> Choice:
    best = sorted(log_weights.items(), key=lambda pair: (-pair[1], pair[0]))[:NEIGHBOURS]
    if not best:
        return Choice(tuple(favourites), tuple(float(count) for count in range(1, len(favourites) + 1)))
    top = best[0][1]
    weights = {word: float(np.exp(weight - top)) for word, weight in best}
    for word in favourites:
        weights[word] = max(weights.values(), default=1.0) + _NUMBER_BONUS * weights.get(word, 0.1)
    return Choice(tuple(weights), tuple(accumulate(weights.values())))


def _encode(phones: str) -> str:
    return "".join(chr(_PHONES[phone]) for phone in phones.split())


def _costs() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What it costs to replace a phone by another, (40, 40), and to lose or add it, (40,); phone 0 is padding."""
    vowels = [_PHONES[phone] for phone in _VOWELS.split()]
    consonants = [_PHONES[phone] for phone in _CONSONANTS.split()]
    replace = np.full((len(_PHONES) + 1, len(_PHONES) + 1), _ACROSS)
    replace[np.ix_(vowels, vowels)] = _VOWEL_FOR_VOWEL
    replace[np.ix_(consonants, consonants)] = _OTHER_CONSONANT
    for manner in _MANNERS:
        members = [_PHONES[phone] for phone in manner.split()]
        replace[np.ix_(members, members)] = _SAME_MANNER
    for pair in _NEAR_PHONES:
        one, other = (_PHONES[phone] for phone in pair.split())
        replace[one, other] = replace[other, one] = _NEAR
    np.fill_diagonal(replace, 0.0)
    lose = np.full(len(_PHONES) + 1, _LOST)
    for phone, cost in _EASILY_LOST.items():
        lose[_PHONES[phone]] = cost
    return replace, lose


_REPLACE, _LOSE = _costs()


def _distances(codes: str, others: Codes, lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """The weighted edit distance of one pronunciation to each row of `others` (rows, longest), zero-padded."""
    width = int(lengths.max(initial=1))
    others = others[:, :width]
    added = _LOSE[others]
    row = np.concatenate([np.zeros((len(others), 1)), added.cumsum(axis=1)], axis=1)
    for code in codes:
        number = ord(code)
        swapped = row[:, :-1] + _REPLACE[number][others]
        following = np.empty_like(row)
        following[:, 0] = row[:, 0] + _LOSE[number]
        through = np.minimum(swapped, row[:, 1:] + _LOSE[number])
        for column in range(width):
            following[:, column + 1] = np.minimum(through[:, column], following[:, column] + added[:, column])
        row = following
    result: NDArray[np.float64] = row[np.arange(len(others)), lengths]
    return result
