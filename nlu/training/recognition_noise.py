"""Seeded noise that imitates a recognizer's errors, on plain text and on examples with their entities.

Words are replaced by others that sound alike (`nlu.training.sound_alikes`), lost (short function words first), added
(fillers, function words), cut in two ("account", "a count") or run together; numbers take their notorious variants.
Case and punctuation are always lost, for a recognizer writes none: at a word error of 0 that is all that happens.

The proportions were chosen for recognizers in general; docs/evaluation.md compares these errors with PocketSphinx's.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

import msgspec
from rapidfuzz.distance import Levenshtein

from nlu.corpus.corpus import Example
from nlu.training.sound_alikes import NUMBER_VARIANTS, SoundAlikes, load_sound_alikes

SUBSTITUTED, DELETED, INSERTED = 0.6, 0.3, 0.1
"""Each kind's share of the errors."""

PARTED, MERGED = 0.08, 0.12
"""Substitutions that cut a word in two, and deletions that run it into its neighbour, where such words exist."""

SHORT_WORDS = tuple(
    "a an the to of in on at it is i i'm i've my me and or for do does can be that this with you your so if as".split()
)
FILLERS = ("uh", "um", "er", "ah", "oh", "hmm")
_SHORT = frozenset(SHORT_WORDS)
_CALLED_FOR = {"short": 3.0, "function": 2.0, "other": 0.6}
_CJK = r"㐀-䶿一-鿿぀-ヿ豈-﫿"
_WORDS = re.compile(rf"[{_CJK}]|[^\s{_CJK}]+")
_PARTS = re.compile(r"[\s\-–—/_|]+")
_VOWELS, _CONSONANTS = "aeiouy", "bcdfghjklmnpqrstvwxz"
_FIGURES = {
    "1": "79",
    "2": "38",
    "3": "28",
    "4": "58",
    "5": "94",
    "6": "83",
    "7": "16",
    "8": "36",
    "9": "51",
    "0": "86",
}
_KEPT_SIGNS = "£$€¥₹%+#@&"


class Token(NamedTuple):
    """A word as heard. `entity` is the number of the entity it belongs to, -1 for none; `joined`: no blank before."""

    text: str
    entity: int = -1
    joined: bool = False


class RecognitionNoise:
    """Corrupts utterance after utterance; the same seed corrupts the same texts in the same order the same way."""

    def __init__(self, *, seed: int, wer: float, language: str = "en") -> None:
        """`wer` (0 to 1) is the word error to be measured over many utterances against `heard_form` of each;
        where words have no blanks between them (Chinese, Japanese) it is the character error.
        """
        if not 0.0 <= wer <= 1.0:
            raise ValueError(f"a word error of {wer} is not between 0 and 1")
        self.wer = wer
        self._random = Random(seed)
        english = language.partition("-")[0].lower() in ("en", "")
        self._alike: SoundAlikes | None = load_sound_alikes() if english else None
        self._heard: list[str] = []
        self._owed_substitutions = self._owed_insertions = 0  # made already, by a merge or a split

    def corrupt(self, text: str, *, wer: float | None = None) -> str:
        """What a recognizer may have written; never empty for a text with words. `wer` in place of the noise's own."""
        return self.corrupt_example(Example(text, ""), wer=wer).text

    def corrupt_example(self, example: Example, *, wer: float | None = None) -> Example:
        """The same, the entities on what is left of their words; one of which nothing is left is gone."""
        tokens = list(_tokens(example))
        rate = self.wer if wer is None else wer
        if rate > 0.0 and tokens:
            tokens = self._corrupt(tokens, rate)
        return _example(tokens, example)

    def _corrupt(self, tokens: list[Token], rate: float) -> list[Token]:
        weights = [_readily_lost(token.text) for token in tokens]
        share = rate * DELETED * len(tokens) / sum(weights)
        kept: list[Token] = []
        merged = False
        for position, weight in enumerate(weights):
            token, following = tokens[position], tokens[position + 1] if position + 1 < len(tokens) else None
            lost, drawn = min(share * weight, 0.9), self._random.random()
            if merged:
                merged = False
            elif drawn < lost and (kept or following):  # an utterance of nothing would be no utterance
                one = self._merge(token, following) if following else None
                if one:
                    kept.append(token._replace(text=one))
                elif following and following.joined and not token.joined:
                    tokens[position + 1] = following._replace(text=following.text.lstrip("'"), joined=False)
                merged = one is not None
            elif drawn < lost + rate * SUBSTITUTED:
                kept += self._replace(token)
            else:
                kept.append(token)
            if self._random.random() < rate * INSERTED:
                self._add(kept, following)
            self._remember(token.text)
        return kept or self._replace(tokens[-1])

    def _merge(self, token: Token, following: Token) -> str | None:
        """One word for both, which is a substitution more than the loss of a word."""
        if self._alike is None or token.entity != following.entity or self._random.random() >= MERGED:
            return None
        found = self._alike.merge(token.text, following.text)
        self._owed_substitutions += found is not None
        return found

    def _replace(self, token: Token) -> list[Token]:
        if self._owed_substitutions:
            self._owed_substitutions -= 1
            return [token]
        parted = self._alike.split(token.text) if self._alike and self._random.random() < PARTED else ()
        if parted:
            self._owed_insertions += 1
            first, second = self._random.choice(parted)
            return [token._replace(text=first), Token(second, token.entity)]
        return [token._replace(text=self._misheard(token.text))]

    def _misheard(self, word: str) -> str:
        """Another word in `word`'s place."""
        if any(sign.isdecimal() for sign in word):
            return self._other_figures(word)
        if self._alike and word.isascii():
            near = self._alike.near(word)
            if near.words:
                return near.draw(self._random)
        if word in NUMBER_VARIANTS:
            return self._random.choice(NUMBER_VARIANTS[word])
        return self._other_letters(word)

    def _other_figures(self, word: str) -> str:
        """50 for 15, 30 for 13; or one figure for another that sounds like it."""
        if re.fullmatch(r"[2-9]0", word) and self._random.random() < 0.5:
            return f"1{word[0]}"
        if re.fullmatch(r"1[3-9]", word) and self._random.random() < 0.5:
            return f"{word[1]}0"
        places = [place for place, sign in enumerate(word) if sign in _FIGURES]
        if not places:
            return self._other_letters(word)
        place = self._random.choice(places)
        return word[:place] + self._random.choice(_FIGURES[word[place]]) + word[place + 1 :]

    def _other_letters(self, word: str) -> str:
        """For words without a pronunciation: a single character becomes another one heard before, in longer words a
        letter is changed, lost or doubled."""
        if len(word) == 1 and not word.isascii():
            others = [other for other in self._heard if len(other) == 1 and other != word]
            return self._random.choice(others) if others else word
        place = self._random.randrange(len(word))
        kind = self._random.random()
        if kind < 0.25 and len(word) > 1:
            return word[:place] + word[place + 1 :]
        if kind < 0.4 and len(word) > 1:
            return word[: place + 1] + word[place:]
        plain = unicodedata.normalize("NFD", word[place])[0]
        letters = _VOWELS if plain in _VOWELS else _CONSONANTS if plain in _CONSONANTS else "".join(self._heard[-20:])
        others = [letter for letter in letters if letter not in (word[place], plain)] or ["a"]
        return word[:place] + self._random.choice(others) + word[place + 1 :]

    def _add(self, kept: list[Token], following: Token | None) -> None:
        """A filler or a short word; where words have no blanks between them, one heard before."""
        if self._owed_insertions:
            self._owed_insertions -= 1
            return
        joined = following.joined if following else bool(kept) and kept[-1].joined
        if joined and following and following.text.isascii():
            return  # within a word, of which only a part is an entity
        foreign = self._alike is None and self._heard
        pool = self._heard if joined or foreign else FILLERS if self._random.random() < 0.3 else SHORT_WORDS
        within = bool(kept) and following is not None and kept[-1].entity == following.entity
        kept.append(Token(self._random.choice(pool or FILLERS), kept[-1].entity if within else -1, joined))

    def _remember(self, word: str) -> None:
        """The last 200 words, from which languages without a dictionary draw."""
        self._heard.append(word)
        if len(self._heard) > 400:
            del self._heard[:200]


def heard_form(text: str) -> str:
    """What a recognizer without errors writes: lower case, no punctuation; figures keep their signs ("£12.50")."""
    return _example(list(_tokens(Example(text, ""))), Example(text, "")).text


def word_errors(said: str, heard: str) -> tuple[int, int]:
    """The least number of words replaced, lost and added, and the number of words said; both in heard form."""
    words = _WORDS.findall(said)
    return Levenshtein.distance(words, _WORDS.findall(heard)), len(words)


def _readily_lost(word: str) -> float:
    kind = ("short" if len(word) <= 3 else "function") if word in _SHORT else "other"
    return _CALLED_FOR[kind]


def _tokens(example: Example) -> Iterator[Token]:
    """The words in heard form. An entity that begins or ends within a word divides it."""
    done = 0
    text = example.text.replace("’", "'")
    edges = [(entity.start, entity.end, number) for number, entity in enumerate(example.entities)]
    for start, end, number in [*edges, (len(text), len(text), -1)]:
        yield from _segment(text, done, start, -1)
        yield from _segment(text, start, end, number)
        done = end


def _segment(text: str, begin: int, end: int, entity: int) -> Iterator[Token]:
    for match in _WORDS.finditer(text, begin, end):
        joined = match.start() > 0 and not text[match.start() - 1].isspace()
        for part in _heard_parts(match[0], joined=joined):
            yield Token(part, entity, joined)
            joined = False


def _heard_parts(word: str, *, joined: bool) -> list[str]:
    """ "Top-up" is two words; what has figures or is an address keeps its signs but those at its ends."""
    word = word.lower()
    if word == "&":
        return ["and"]
    if "@" in word or any(sign.isdecimal() for sign in word):
        return [word.strip("".join(sign for sign in set(word) if not sign.isalnum() and sign not in _KEPT_SIGNS))]
    parts = ["".join(sign for sign in part if sign == "'" or unicodedata.category(sign)[0] in "LMN")
             for part in _PARTS.split(word)]  # fmt: skip
    found = [part.rstrip("'") if joined and not place else part.strip("'") for place, part in enumerate(parts)]
    return [part for part in found if part.strip("'")]


def _example(tokens: Sequence[Token], original: Example) -> Example:
    """Entities stand from the first to the last of their words."""
    text, spans = "", dict[int, tuple[int, int]]()
    for token in tokens:
        start = len(text) + bool(text and not token.joined)
        text += token.text if start == len(text) else f" {token.text}"
        if token.entity >= 0:
            spans[token.entity] = (spans.get(token.entity, (start, 0))[0], len(text))
    entities = tuple(
        msgspec.structs.replace(original.entities[number], text=text[start:end], start=start, end=end)
        for number, (start, end) in spans.items()
    )
    return Example(text, original.intent, entities)
